"""Every page of this slice: no accessibility violation, no word on the console, nothing wider than the window."""

from typing import Any

import pytest

from tests.browser.halaman import PAGES, PUBLIC
from tests.browser.halaman_kepegawaian import VISITS as REGISTER
from tests.browser.halaman_lsp import VISITS, prepare
from tests.browser.orang import Orang
from tests.live import Live

LOOKS = [(360, False), (360, True), (1440, False), (1440, True)]


@pytest.mark.parametrize("pengguna", ["", *PAGES])
@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_pages_are_accessible_and_quiet(browser: Any, live: Live, pengguna: str, width: int, dark: bool) -> None:
    who = Orang(browser, live, pengguna, width=width, dark=dark)
    wrong = []
    for path in (PAGES[pengguna] if pengguna else PUBLIC).values():
        who.go(path)
        who.calm()
        wrong += [f"{path}: {finding}" for finding in who.violations()]
        if who.sideways():
            wrong.append(f"{path}: {who.sideways()} px wider than {width}")
    said = who.said
    who.close()
    assert wrong == []
    assert said == []


@pytest.mark.parametrize(("pengguna", "width", "dark", "pages"), [*VISITS, *REGISTER])
def test_pages_of_certification_and_the_register_too(
    browser: Any, live: Live, pengguna: str, width: int, dark: bool, pages: dict[str, str]
) -> None:
    who = Orang(browser, live, pengguna, width=width, dark=dark)
    prepare(who)
    wrong = []
    for name, found in pages.items():
        path = who.find(found)
        status = who.go(path).status
        wrong += [f"{name} {path}: {finding}" for finding in who.violations()]
        if status != 200 or who.sideways():
            wrong.append(f"{name} {path}: answer {status}, {who.sideways()} px wider than {width}")
    said = who.said
    who.close()
    assert wrong == []
    assert said == []


@pytest.mark.parametrize("pengguna", ["siti.rahmawati", "bambang.prasetyo", "rotua.simatupang"])
def test_nothing_scrolls_sideways_on_the_narrowest_phone(browser: Any, live: Live, pengguna: str) -> None:
    who = Orang(browser, live, pengguna, width=320)
    wide = []
    for path in PAGES[pengguna].values():
        who.go(path)
        who.calm()
        if who.sideways():
            wide.append(f"{path}: {who.sideways()} px")
    who.close()
    assert wide == []


def test_the_page_budgets_hold(browser: Any, live: Live) -> None:
    """Staff pages: at most 100 KB in all at first sight, HTML 20 KB compressed, 1,500 nodes."""
    import gzip

    who = Orang(browser, live, "siti.rahmawati")
    for path in ("/beranda", "/kinerja", *list(PAGES["siti.rahmawati"].values())[2:6]):
        answer = who.go(path)
        who.calm()
        html = len(gzip.compress(answer.body(), 6))
        nodes = who.page.evaluate("document.querySelectorAll('*').length")
        assert html <= 20_000, f"{path}: {html} bytes"
        assert nodes <= 1_500, f"{path}: {nodes} nodes"
    who.close()
