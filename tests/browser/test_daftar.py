"""Lists in a browser: the links for files follow the filters, and a row is easy to hit on a phone."""

from typing import Any

from tests.browser.orang import Orang
from tests.live import Live

FINGER = 44  # px


def test_links_for_files_follow_the_filters(browser: Any, live: Live) -> None:
    who = Orang(browser, live, "yosef.kilok")
    page = who.page
    who.go("/pengguna")
    with page.expect_response(lambda answer: "status=AKTIF" in answer.url):
        page.get_by_label("Status").select_option("AKTIF")
    page.wait_for_selector('#pengguna-unduhan a[href="/pengguna?status=AKTIF&format=csv"]', state="attached")
    assert page.get_by_role("link", name="Hapus saringan").get_attribute("href") == "/pengguna"
    page.get_by_role("link", name="Nama pengguna").click()
    page.wait_for_selector('#pengguna-unduhan a[href*="urut=pengguna"]', state="attached")
    assert page.locator('#pengguna-tetap input[name="urut"]').get_attribute("value") == "pengguna"
    said = who.said
    who.close()
    assert said == []


def test_days_narrow_the_log(browser: Any, live: Live) -> None:
    who = Orang(browser, live, "yosef.kilok")
    page = who.page
    who.go("/log")
    with page.expect_response(lambda answer: "tanggal-dari=2199-01-01" in answer.url):
        page.get_by_label("Tanggal dari").fill("2199-01-01")
    page.get_by_role("heading", name="Tidak ada hasil").wait_for()
    page.wait_for_selector('#log-unduhan a[href*="tanggal-dari=2199-01-01"]', state="attached")
    said = who.said
    who.close()
    assert said == []


def test_a_row_is_easy_to_hit_on_a_phone(browser: Any, live: Live) -> None:
    small = {}
    for path, user in (("/pengguna", "yosef.kilok"), ("/kinerja/monitoring", "rotua.simatupang")):
        who = Orang(browser, live, user, width=360)
        who.go(path)
        heights = who.page.eval_on_selector_all(
            ".table-cards tbody th a", "links => links.map(link => link.getBoundingClientRect().height)"
        )
        who.close()
        assert heights, path
        if min(heights) < FINGER:
            small[path] = min(heights)
    assert small == {}
