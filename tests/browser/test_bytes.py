"""What the pages of applicants and of the public weigh at first sight: every request of the browser, as it travels."""

from typing import Any

import pytest

from tests.browser.ponsel import Ponsel, free_accounts
from tests.live import Live, flask

FIRST_VIEW, REQUESTS = 60_000, 10
PUBLIC = ("/daftar", "/sertifikasi", "/sertifikasi/skema/PPT-PTG", "/verifikasi")


def weigh(who: Ponsel, path: str) -> tuple[int, int]:
    """Bytes, with headers, and number of the requests of `path`, with nothing kept from before."""
    took: list[float] = []
    page = who.context.new_page()
    cdp = who.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    cdp.send("Network.setBypassServiceWorker", {"bypass": True})
    cdp.on("Network.loadingFinished", lambda said: took.append(said["encodedDataLength"]))
    page.goto(who.live.url + path)
    page.wait_for_load_state("networkidle")
    page.close()
    assert took, f"{path}: the browser told nothing"
    return round(sum(took)), len(took)


@pytest.fixture(scope="module")
def schemes(live: Live) -> Live:
    flask(live.environment, "sertifikasi", "muat-skema")
    return live


def test_a_first_view_of_applicants_and_visitors_stays_light(browser: Any, schemes: Live) -> None:
    who = Ponsel(browser, schemes, free_accounts(schemes)[0])
    who.begin()
    case = who.base.removeprefix(schemes.url)
    pages = ["/sertifikasi/saya", *(f"{case}/{step}" for step in ("apl-01/data", "apl-01/syarat", "apl-02/unit-1"))]
    weights = {path: weigh(who, path) for path in pages}
    who.close()
    visitor = Ponsel(browser, schemes, "")
    weights |= {path: weigh(visitor, path) for path in PUBLIC}
    visitor.close()
    heavy = {path: found for path, found in weights.items() if found[0] > FIRST_VIEW or found[1] > REQUESTS}
    assert not heavy, "bytes, requests"
