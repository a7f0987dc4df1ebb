"""The inbox in a real browser: twenty clean cases, bulk rules, keys, a stale window."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.orang import Orang
from tests.live import Live

CLEAN = "/kotak-persetujuan?tanda=siap"


def settle(boss: Orang) -> None:
    """PKS and ratings of a case whose first two steps are approved; leads on to the next case."""
    boss.press("Setujui PKS")
    boss.page.locator("#r-tab-4[aria-current]").wait_for()
    boss.page.locator("#rating_hasil label", has_text="Sesuai").click()
    boss.page.locator("#rating_perilaku label", has_text="Sesuai").click()
    if boss.page.locator("#alasan_beda").is_visible():
        boss.page.fill("#alasan_beda", "Hasil sesuai rencana setelah dibaca bersama buktinya.")
    boss.leave("Tetapkan dan berikutnya")


@pytest.mark.timeout(600)
def test_twenty_clean_cases_are_decided(browser: Any, live: Live) -> None:
    boss = Orang(browser, live, "bambang.prasetyo")
    boss.go(CLEAN)
    boxes = boss.page.locator(".inbox-row input[type=checkbox]")
    count = min(20, boxes.count())
    assert count >= 14
    links = [boss.page.locator(".inbox-row a").nth(i).get_attribute("href") for i in range(count)]
    for i in range(count):
        boxes.nth(i).check()
    boss.leave(f"Setujui {count}")
    names = boss.text()
    assert str(count) in names, "the confirmation names how many"
    boss.leave("Setujui")
    assert f"{count} disetujui" in boss.text()
    for link in links:
        boss.go(f"{(link or '').split('?')[0]}?langkah=pks")
        settle(boss)
    boss.go("/kotak-persetujuan?tab=selesai")
    assert boss.page.locator(".inbox-row").count() >= count
    assert boss.said == []
    boss.close()


def test_bulk_never_takes_what_wants_to_be_read(browser: Any, live: Live) -> None:
    boss = Orang(browser, live, "bambang.prasetyo", script=False)
    boss.go("/kotak-persetujuan?tanda=baca")
    boxes = boss.page.locator(".inbox-row input[type=checkbox]")
    for i in range(min(2, boxes.count())):
        boxes.nth(i).check()
    boss.page.get_by_role("button", name=re.compile("^Setujui")).first.click()
    boss.page.wait_for_load_state()
    assert "Tidak ada yang dapat disetujui sekaligus" in boss.text()
    assert boss.page.get_by_role("button", name=re.compile("^Setujui")).count() == 0
    boss.close()


def test_keys_move_through_the_list_and_never_fire_while_typing(browser: Any, live: Live) -> None:
    boss = Orang(browser, live, "bambang.prasetyo")
    boss.go("/kotak-persetujuan")
    first = boss.page.locator(".inbox-row a").first
    first.focus()
    boss.page.keyboard.press("x")
    expect(boss.page.locator(".inbox-row input").first).to_be_checked()
    boss.page.keyboard.press("/")
    boss.page.keyboard.type("jkxs")
    expect(boss.page.locator("input[name=cari]")).to_have_value("jkxs")
    boss.close()


def test_a_stale_window_is_told_what_changed(browser: Any, live: Live) -> None:
    one = Orang(browser, live, "bambang.prasetyo")
    other = Orang(browser, live, "bambang.prasetyo")
    one.go("/kotak-persetujuan?tanda=baca")
    address = (one.page.locator(".inbox-row a").first.get_attribute("href") or "").split("?")[0] + "?langkah=renaksi:1"
    one.go(address)
    other.go(address)
    one.press("Setujui renaksi 1")
    one.page.locator("#r-baris-2[aria-current]").wait_for()
    with other.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        other.page.get_by_role("button", name="Setujui renaksi 1").click()
    assert answered.value.status == 409
    other.page.get_by_text("berubah sejak Anda membukanya").first.wait_for()
    one.close()
    other.close()
