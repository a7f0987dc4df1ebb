"""An asesi's phone: signal comes and goes, tabs close, answers are lost. What is typed is stored once all the same."""

import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.ponsel import NOTE, OFFLINE, Ponsel, accept, big_pdf, camera, free_accounts, photo
from tests.browser.test_akun_baru import newest_code
from tests.live import Live, flask
from tests.sertifikasi.factories_saya import DATA as SOMEBODY
from tests.sertifikasi.factories_saya import PEKERJAAN, SKEMA

DATA = {**SOMEBODY, "tanggal_lahir": "3-9-1991"}
NEW_SANDI = "perahu layar senja"
HEIC = Path(__file__).parents[1] / "data" / "foto.heic"


@pytest.fixture(scope="session")
def schemes(live: Live) -> Live:
    flask(live.environment, "sertifikasi", "muat-skema")
    return live


@pytest.fixture
def who(browser: Any, schemes: Live) -> Any:
    phone = Ponsel(browser, schemes, free_accounts(schemes)[0])
    phone.begin()
    yield phone
    phone.close()


def test_without_signal_answers_and_photos_wait_and_are_stored_once(who: Ponsel) -> None:
    who.unit(1)
    who.keep()
    who.slow()
    first = who.heading()
    who.signal(False)
    who.answer("K")
    who.take(camera())
    expect(who.page.get_by_text(OFFLINE)).to_be_visible()
    expect(who.page.locator(".evidence-card:visible")).to_contain_text("Menunggu")
    who.badge("Di ponsel")
    who.page.get_by_role("button", name="Simpan dan lanjutkan").click()
    expect(who.page.locator("[data-elemen]:visible h2")).not_to_have_text(first)
    second = who.heading()
    who.answer("BK")
    expect(who.page.get_by_text("Menunggu koneksi (3 isian)")).to_be_visible()
    who.page.reload()
    assert who.heading() == second
    assert who.page.locator("[data-elemen]:visible input:checked").get_attribute("value") == "BK"
    assert who.answers() == []
    who.signal(True)
    who.sent()
    assert who.answers() == [("K", "", 1), ("BK", "", 0)]
    who.page.goto(f"{who.base}/apl-02/unit-1#e1")
    expect(who.page.locator("[data-elemen]:visible .evidence-card")).to_contain_text("Terkirim")
    assert not who.sideways()
    assert who.said == []


def test_a_closed_tab_loses_nothing(who: Ponsel) -> None:
    who.unit(1)
    who.keep()
    who.signal(False)
    who.answer("K")
    who.page.get_by_text("Tulis catatan").locator("visible=true").click()
    who.page.locator("[data-elemen]:visible textarea").fill(NOTE)
    who.take(camera(2))
    expect(who.page.locator(".evidence-card:visible")).to_contain_text("Menunggu")
    who.page.wait_for_timeout(1000)
    who.page.close()
    who.page = who.context.new_page()
    who.signal(True)
    who.go("/sertifikasi/saya")
    who.page.wait_for_timeout(500)
    who.unit(1)
    expect(who.page.locator("#e1 .evidence-card")).to_contain_text("Terkirim", timeout=20_000)
    assert who.answers() == [("K", NOTE, 1)]


def test_an_answer_lost_on_its_way_back_is_not_stored_twice(who: Ponsel) -> None:
    lost = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort("connectionfailed")
        else:
            route.continue_()

    who.unit(1)
    who.page.route("**/apl-02/unit-1", lose)
    who.answer("K")
    who.take(camera(3))
    expect(who.page.locator("#e1 .evidence-card")).to_contain_text("Terkirim", timeout=30_000)
    assert lost == [200, 200]
    assert who.answers() == [("K", "", 1)]
    assert who.rows("SELECT count(*) FROM sertifikasi_berkas b JOIN sertifikasi_permohonan p ON p.user_id = b.user_id"
                    " WHERE p.id = %(id)s") == [(1,)]  # fmt: skip


def test_a_full_phone_says_so_and_still_sends(who: Ponsel) -> None:
    who.unit(1)
    cdp = who.context.new_cdp_session(who.page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": who.live.url, "quotaSize": 2000})
    who.signal(False)
    who.take(camera(4))
    expect(who.page.get_by_text("Ruang penyimpanan ponsel penuh")).to_be_visible()
    who.signal(True)
    expect(who.page.locator("#e1 .evidence-card")).to_contain_text("Terkirim", timeout=20_000)
    expect(who.page.get_by_text("Ruang penyimpanan ponsel penuh")).to_be_hidden()
    assert who.answers() == [("", "", 1)]


def test_a_session_that_ended_waits_for_its_owner(who: Ponsel) -> None:
    who.unit(1)
    who.context.clear_cookies()
    who.answer("BK")
    expect(who.page.get_by_text("Sesi berakhir. Masuk lagi untuk melanjutkan")).to_be_visible()
    who.badge("Menunggu koneksi")
    phone, who.page = who.page, who.context.new_page()
    who._sign_in()
    who.page.close()
    who.page = phone
    phone.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')) }")
    who.sent()
    expect(who.page.get_by_text("Sesi berakhir. Masuk lagi untuk melanjutkan")).to_be_hidden()
    assert who.answers() == [("BK", "", 0)]


def test_two_devices_are_shown_both_values_and_the_clock_of_the_phone_does_not_matter(
    who: Ponsel, browser: Any
) -> None:  # fmt: skip
    other = Ponsel(browser, who.live, who.pengguna)
    other.base = who.base
    other.page.clock.set_fixed_time(datetime.now(UTC) - timedelta(days=1))
    other.unit(1)
    who.unit(1)
    who.answer("K")
    who.sent()
    other.answer("BK")
    expect(other.page.locator("#versi-e1")).to_contain_text("Isian ini diubah dari perangkat lain")
    expect(other.page.locator("#versi-e1")).to_contain_text("Isian AndaBK")
    assert who.answers() == [("K", "", 0)]
    other.page.get_by_label("Pakai isian saya").check()
    other.stored_as([("BK", "", 0)])
    hour = datetime.now(ZoneInfo("Asia/Jakarta")).strftime("%H.")
    assert hour in other.page.locator("#save-status").inner_text()
    other.close()


def test_photos_are_made_small_and_lose_their_place(who: Ponsel) -> None:
    who.unit(1)
    sizes = []
    who.page.on("request", lambda r: sizes.append(int(parse_qs(urlsplit(r.url).query)["ukuran"][0]))
                if "/berkas/potongan/" in r.url and r.method == "POST" else None)  # fmt: skip
    who.take(camera(5))
    expect(who.page.locator("#e1 .evidence-card")).to_contain_text("Terkirim", timeout=20_000)
    assert sizes[0] < len(photo(seed=5)) / 2
    who.page.locator("#e1 [data-jelas]").check()
    who.take({"name": "Ijazah.jpg", "mimeType": "image/jpeg", "buffer": photo(seed=6)})
    expect(who.page.locator("#e1 .evidence-card")).to_have_count(2, timeout=20_000)
    expect(who.page.locator("#e1 .evidence-card").nth(1)).to_contain_text("Terkirim", timeout=20_000)
    assert sizes[-1] == len(photo(seed=6))
    who.take({"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": HEIC.read_bytes()})
    expect(who.page.locator("#e1 .evidence-card")).to_have_count(3, timeout=20_000)
    expect(who.page.locator("#e1 .evidence-card").nth(2)).to_contain_text("Terkirim", timeout=20_000)
    for body in who.stored():
        with Image.open(io.BytesIO(body)) as picture:
            assert not picture.getexif()
    who.take({"name": "Surat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n" + bytes(11 * 1024 * 1024)})
    expect(who.page.get_by_text("Berkas 12 MB terlalu besar (maksimal 10 MB).").first).to_be_visible()
    who.take({"name": "Catatan.pdf", "mimeType": "application/pdf", "buffer": b"bukan pdf"})
    expect(who.page.get_by_text("Jenis berkas tidak didukung. Gunakan PDF, JPG, atau PNG.").first).to_be_visible()


def test_a_large_file_goes_on_where_it_stopped(who: Ponsel) -> None:
    body = big_pdf()
    offsets = []
    who.unit(1)
    who.slow()

    def cut(route: Any) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        offsets.append(int(query["posisi"][0]))
        if len(offsets) == 4:
            route.abort("connectionfailed")
        else:
            route.continue_()

    who.page.route(re.compile(r"/berkas/potongan/.*posisi="), cut)
    who.page.locator("#e1-berkas").set_input_files(
        {"name": "Laporan posko.pdf", "mimeType": "application/pdf", "buffer": body}
    )
    expect(who.page.get_by_text(re.compile(r"Unggahan berhenti di \d+ %\. Akan dilanjutkan otomatis\."))).to_be_visible(
        timeout=40_000
    )
    expect(who.page.locator("#e1 .evidence-card")).to_contain_text("Terkirim", timeout=60_000)
    assert offsets[3] == offsets[4] == 3 * 256 * 1024
    assert who.stored() == [body]


def leaving(who: Ponsel) -> None:
    who.page.locator("details.account summary").click()
    who.page.get_by_role("button", name="Keluar", exact=True).click()


def test_leaving_asks_about_unsent_entries_and_clears_the_phone(who: Ponsel) -> None:
    who.unit(1)
    who.keep()
    who.page.set_viewport_size({"width": 1200, "height": 800})
    who.signal(False)
    who.answer("K")
    expect(who.page.get_by_text("Menunggu koneksi (1 isian)")).to_be_visible()
    unsent = who.page.get_by_text("Masih ada 1 isian yang belum terkirim. Tetap keluar?")
    leaving(who)
    expect(unsent).to_be_visible()
    who.page.get_by_role("button", name="Batal").click()
    who.page.route("**/apl-02/unit-1", lambda route: route.abort("connectionfailed"))
    who.signal(True)
    for path in ("/beranda", "/sertifikasi", "/sertifikasi/saya/profil"):  # none of them sends the queue
        who.go(path)
        leaving(who)
        expect(unsent).to_be_visible()
        assert who.violations() == []
        who.page.get_by_role("button", name="Batal").click()
    who.page.unroute("**/apl-02/unit-1")
    who.unit(1)
    who.sent()
    leaving(who)
    who.page.wait_for_url("**/masuk?keluar=1")
    assert who.page.evaluate("caches.keys()") == []
    assert [base["name"] for base in who.page.evaluate("indexedDB.databases()")] == []
    assert who.page.evaluate("Object.keys(localStorage).length") == 0


def test_pages_stay_on_the_phone_only_when_asked_and_only_for_one_person(who: Ponsel, browser: Any) -> None:
    who.unit(1)
    who.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    who.page.reload()
    assert who.page.evaluate("caches.has('pribadi')") is False
    who.signal(False)
    who.page.reload()
    expect(who.page.get_by_role("heading", name="Tidak ada koneksi")).to_be_visible()
    assert who.pengguna not in who.page.content()
    who.signal(True)
    who.unit(1)
    who.keep()
    who.signal(False)
    who.unit(4)
    who.answer("K")
    who.take(camera(7))
    expect(who.page.locator(".evidence-card:visible")).to_contain_text("Menunggu")
    assert who.violations() == []
    who.signal(True)
    who.sent()
    who.context.clear_cookies()
    who.pengguna = free_accounts(who.live)[0]
    who._sign_in()
    who.go("/sertifikasi/saya/mulai/PPT-KOR")
    who.leave("Mulai permohonan")
    expect(who.page.get_by_role("button", name="Simpan di ponsel ini")).to_be_visible()
    assert who.page.evaluate("caches.has('pribadi')") is False


def type_into(who: Ponsel, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = who.page.locator(f"[name={name}]")
        kind = field.first.evaluate("f => f.type")
        if kind == "radio":
            who.page.locator(f"[name={name}][value='{value}']").check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)


def onward(who: Ponsel) -> None:
    who.page.get_by_role("button", name="Simpan dan lanjutkan").click()


@pytest.mark.timeout(400)
def test_a_new_asesi_sends_both_forms_over_a_bad_connection(browser: Any, schemes: Live) -> None:
    """Three disconnects, one closed tab, five taps on the button that sends."""
    who = newcomer(browser, schemes)
    who.begin()
    who.page.goto(f"{who.base}/apl-01/data")
    who.keep()
    who.slow()
    type_into(who, {**DATA, "nik": f"317101430991{len(who.rows('SELECT FROM pengguna')):04d}"})
    who.page.locator("[name=konfirmasi]").check() if who.page.locator("[name=konfirmasi]").count() else None
    who.signal(False)  # the first disconnect: from one step to the next
    onward(who)
    who.page.wait_for_url("**/apl-01/pekerjaan")
    type_into(who, PEKERJAAN)
    who.page.wait_for_timeout(1000)
    who.signal(True)
    who.sent()
    onward(who)
    who.page.wait_for_url("**/apl-01/skema")
    type_into(who, SKEMA)
    onward(who)
    who.page.wait_for_url("**/apl-01/syarat")
    rows = who.page.locator("[name$=-foto]")
    count = rows.count()
    for n in range(count):
        if n == 2:
            who.signal(False)  # the second one: among the photos
        who.page.locator(f"[name=s{n + 1}-foto]").set_input_files(camera(20 + n))
        if n == 4:
            who.signal(True)
    arrived = who.page.get_by_text(re.compile("^Terkirim ·"))
    expect(arrived.nth(count - 3)).to_be_visible(timeout=90_000)  # the last two may still be under way
    onward(who)
    who.page.wait_for_url("**/apl-01/periksa")
    sign(who, "Kirim permohonan")
    sent = "SELECT count(*) FROM langkah_persetujuan l JOIN sertifikasi_permohonan p USING (submission_id)"
    assert who.rows(f"{sent} WHERE p.id = %(id)s AND l.aksi = 'ajukan'") == [(1,)]
    accept(schemes, who.base.rsplit("/", 1)[1])
    elemen = self_assess(who)
    who.page.wait_for_url("**/apl-02/tinjau")
    expect(who.page.get_by_text("Kirim APL-02")).to_be_visible()
    sign(who, "Kirim APL-02")
    assert who.answers() == [("K", NOTE, 1)] * elemen
    assert who.rows("SELECT s.status FROM pengajuan s JOIN sertifikasi_permohonan p ON p.submission_id = s.id"
                    " WHERE p.id = %(id)s") == [("APL02_DIAJUKAN",)]  # fmt: skip
    assert who.said == []
    who.close()


def self_assess(who: Ponsel) -> int:
    """Every elemen with K, a note and a photo; no signal in the whole of unit 2, the tab closed within it."""
    who.unit(1)
    who.keep()
    elemen, seen = 0, ""
    while "/tinjau" not in who.page.url:
        expect(who.page.locator("[data-elemen]:visible")).to_have_count(1)  # all of them until the script has come
        here = who.page.locator("[data-elemen]:visible").get_attribute("data-elemen")
        assert here != seen
        seen = here
        elemen += 1
        if elemen == 5:
            who.signal(False)  # the third one: for several elemen
        who.answer("K")
        who.page.locator("[data-elemen]:visible summary", has_text="Tulis catatan").click()
        who.page.locator("[data-elemen]:visible textarea").fill(NOTE)
        who.take(camera(50 + elemen))
        expect(who.page.locator("[data-elemen]:visible .evidence-card")).to_have_count(1)
        who.page.wait_for_timeout(900)
        if elemen == 6:
            address = who.page.url
            who.page.close()
            who.page = who.context.new_page()
            who.page.set_default_timeout(20_000)
            who.page.goto(address)
            who.heading()
            expect(who.page.locator("[data-elemen]:visible textarea")).to_have_value(NOTE)
        if elemen == 8:
            who.signal(True)
        onward(who)
        who.page.wait_for_timeout(700)
    return elemen


def sign(who: Ponsel, button: str) -> None:
    who.page.get_by_label(re.compile("^Saya ")).check()
    who.page.fill("[name=sandi]", NEW_SANDI)
    here = who.page.get_by_role("button", name=button)
    here.evaluate("b => { for (let n = 0; n < 5; n += 1) { b.click(); } }")
    who.arrive("**/terkirim")


def newcomer(browser: Any, live: Live) -> Ponsel:
    who = Ponsel(browser, live, "")
    who.go("/daftar")
    address = f"asesi.{uuid.uuid4().hex[:8]}@contoh.id"
    for name, value in (("nama", "Ratna Wulandari"), ("alamat", address), ("sandi", NEW_SANDI)):
        who.page.fill(f"[name={name}]", value)
    who.page.get_by_label("Saya menyetujui").check()
    who.press("Kirim kode")
    who.page.fill("[name=kode]", newest_code(who, address))
    who.press("Buat akun")
    who.arrive("**/beranda")
    return who
