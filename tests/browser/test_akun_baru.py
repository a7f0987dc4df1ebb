"""Somebody without an account makes one on the narrowest phone, with and without script, and recovers it."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.orang import Orang
from tests.live import Live

SANDI, NEW = "perahu layar senja", "kuda pelana biru"
WAIT_SECONDS = 30


def newest_code(who: Orang, address: str) -> str:
    """From the mailbox page, in a window of its own; the worker needs a moment."""
    window = who.context.new_page()
    ends = time.monotonic() + WAIT_SECONDS
    try:
        while time.monotonic() < ends:
            window.goto(f"{who.live.url}/kotak-surat")
            for letter in window.locator("article").all():
                words = letter.inner_text()
                found = re.search(r": (\d{6})\b", words)
                if address in words and found:
                    return found[1]
            time.sleep(0.3)
    finally:
        window.close()
    raise AssertionError(f"no code for {address} within {WAIT_SECONDS} seconds")


@pytest.mark.parametrize(("script", "typed", "address"), [
    (True, "0812 7777 0001", "+6281277770001"), (False, "Warga.Baru@Contoh.id", "warga.baru@contoh.id"),
])  # fmt: skip
def test_a_newcomer_registers_and_recovers_on_a_narrow_phone(
    browser: Any, live: Live, script: bool, typed: str, address: str
) -> None:
    who = Orang(browser, live, "", script=script, width=320)
    who.go("/masuk?lanjut=/akun")
    who.page.get_by_role("link", name="Daftar").click()
    who.page.wait_for_load_state()
    who.page.get_by_role("button", name="Kirim kode").click()
    expect(who.page.locator(".error-summary")).to_contain_text("isian yang perlu diperbaiki")
    assert not who.sideways()
    who.page.get_by_label("Nama lengkap").fill("Warga Baru")
    who.page.get_by_label("Surel atau nomor HP").fill(typed)
    who.page.locator("#sandi").fill(SANDI)
    who.page.get_by_label("Saya menyetujui").check()
    who.page.get_by_role("button", name="Kirim kode").click()
    who.arrive("**/daftar/kode?**")
    assert not who.sideways()
    who.page.get_by_label("Kode enam angka").fill(newest_code(who, address))
    who.page.get_by_role("button", name="Buat akun").click()
    who.arrive("**/akun")
    assert "Warga Baru" in who.text()
    assert not who.sideways()
    assert who.said == []
    who.close()

    again = Orang(browser, live, "", script=script, width=320)
    again.go("/masuk")
    again.page.get_by_label("NIP, surel, atau nomor HP").fill(typed.upper())
    again.page.locator("#sandi").fill(SANDI)
    again.page.get_by_role("button", name="Masuk", exact=True).click()
    again.arrive("**/beranda")
    assert "Warga" in again.text()
    again.close()


def test_a_forgotten_password_is_replaced(browser: Any, live: Live) -> None:
    who = Orang(browser, live, "", width=320)
    address = "lupa.sandi@contoh.id"
    who.go("/daftar")
    for name, value in (("nama", "Warga Lupa"), ("alamat", address), ("sandi", SANDI)):
        who.page.fill(f"[name={name}]", value)
    who.page.get_by_label("Saya menyetujui").check()
    who.press("Kirim kode")
    who.page.fill("[name=kode]", newest_code(who, address))
    who.press("Buat akun")
    who.arrive("**/beranda")
    who.go("/akun")
    assert address in who.text()
    assert not who.violations()
    assert not who.sideways()
    who.close()
