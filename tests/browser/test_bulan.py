"""A whole month in a real browser: filled, sent, returned on one row, repaired, approved, set, printed."""

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from portal.kernel.calendar import bulan_tahun
from tests.browser.orang import Orang
from tests.database import owner
from tests.live import Live

TODAY = datetime.now(ZoneInfo("Asia/Jakarta"))
MONTH = f"/kinerja/{TODAY.year}/{TODAY.month:02d}"
NOTE = "Lampirkan halaman pengesahan pada bukti ini."
HELPED = "Data pendukung lengkap dan jadwal narasumber sesuai rencana."
BLOCKED = "Dua peserta menunda jadwal karena tugas luar daerah."
NEXT = "Menjadwalkan ulang peserta pada pekan pertama bulan depan."


@pytest.fixture(scope="session")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bukti") / "Berita acara.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 760, "Berita acara pengesahan hasil kerja")
    canvas.save()
    return path


def fill_renaksi(who: Orang, proof: Path, shortfall: int) -> None:
    """Realisasi equal to target, row `shortfall` one less; a file on each row."""
    who.go(f"{MONTH}/renaksi")
    for row in range(1, 1 + who.page.locator("[id^=rhk-][id$=-judul]").count()):
        card = who.page.locator(f"#rhk-{row}")
        target = int(re.sub(r"\D", "", card.locator(".field-value strong").first.inner_text()))
        who.page.fill(f"#r{row}-realisasi", str(target - (1 if row == shortfall else 0)))
        if not card.locator(".evidence-chip").count():
            attach(who, row, proof)
    who.press("Lanjut ke SKP")
    who.arrive("**/skp")


def attach(who: Orang, row: int, proof: Path) -> None:
    who.page.set_input_files(f"#r{row}-berkas", str(proof))
    if not who.script:
        who.page.locator(f"#bukti-{row}").get_by_role("button", name="Kirim berkas terpilih").click()
    who.page.locator(f"#bukti-{row} .evidence-chip").first.wait_for()


def fill_skp(who: Orang) -> None:
    for kind, words in (("pendukung", HELPED), ("penghambat", BLOCKED), ("rtl", NEXT)):
        for area in who.page.locator(f"textarea[name$=-{kind}]").all():
            if area.is_visible() and not area.input_value():
                area.fill(words)
    who.press("Lanjut ke PKS")
    who.arrive("**/pks")
    who.press("Lanjut ke Tinjau")
    who.arrive("**/tinjau")


def send(who: Orang) -> None:
    who.page.check("#pernyataan")
    who.press("Ajukan", exact=True)
    who.arrive("**/terkirim")


def open_case(boss: Orang, name: str) -> None:
    boss.go(f"/kotak-persetujuan?cari={name}")
    boss.settle()
    month = boss.page.locator("a", has_text=name).filter(has_text=bulan_tahun(TODAY.year, TODAY.month)).first
    month.click()
    boss.settle()
    which = re.compile(f"{name}.*{bulan_tahun(TODAY.year, TODAY.month)}")
    boss.page.get_by_role("heading", name=which).first.wait_for()


def return_row(boss: Orang, row: int) -> None:
    boss.page.locator(f"#r-baris-{row}").click()
    boss.page.get_by_role("heading", name=re.compile(rf"^{row}\. ")).wait_for()
    boss.page.fill("#catatan", "singkat")
    boss.press("Kembalikan", exact=True)
    boss.page.get_by_text("Tulis catatan sedikitnya 10 huruf").first.wait_for()
    boss.page.fill("#catatan", NOTE)
    boss.press("Kembalikan", exact=True)
    boss.leave("Kembalikan ke pegawai (1 baris)")


def approve(boss: Orang) -> None:
    """All three steps in order, then both ratings and Tetapkan."""
    boss.press("Setujui semua")
    boss.page.locator("#r-tab-2[aria-current]").wait_for()
    boss.press("Setujui semua")
    boss.page.locator("#r-tab-3[aria-current]").wait_for()
    boss.press("Setujui PKS")
    boss.page.locator("#r-tab-4[aria-current]").wait_for()
    boss.page.locator("#rating_hasil label", has_text="Sesuai").click()
    boss.page.locator("#rating_perilaku label", has_text="Sesuai").click()
    boss.page.fill("#alasan_beda", "Selisih satu dari target sudah dijelaskan dan dijadwalkan ulang.")
    boss.leave("Tetapkan dan berikutnya")


def download(who: Orang, name: str) -> bytes:
    """Ask for a paper on the page of a month, wait for the worker, take it home."""
    who.page.get_by_role("button", name=name).first.click()
    who.arrive("**/tugas/**")
    for _ in range(30):
        if who.page.get_by_role("link", name="Unduh", exact=True).count():
            break
        who.page.wait_for_timeout(1000)
        if not who.script:
            who.page.reload()
    with who.page.expect_download() as coming:
        who.page.get_by_role("link", name="Unduh", exact=True).click()
    return Path(coming.value.path()).read_bytes()


def printed(who: Orang, name: str) -> str:
    """The text of a paper; its first page must not be blank."""
    who.go(f"{MONTH}/tinjau")
    with pypdfium2.PdfDocument(download(who, name)) as pdf:
        picture = pdf[0].render(scale=1).to_pil().convert("L")
        assert picture.getextrema()[0] < 60, "the first page is blank"
        out = io.BytesIO()
        picture.save(out, "PNG")
        return " ".join("\n".join(page.get_textpage().get_text_range() for page in pdf).split())


@pytest.mark.parametrize(("pengguna", "nama", "script"), [
    ("siti.rahmawati", "Siti Rahmawati", True), ("SECOND", "", False),
])  # fmt: skip
def test_a_month_goes_all_the_way(
    browser: Any, live: Live, proof: Path, pengguna: str, nama: str, script: bool
) -> None:
    if pengguna == "SECOND":
        pengguna, nama = colleague(live)
    staff = Orang(browser, live, pengguna, script=script)
    fill_renaksi(staff, proof, shortfall=2)
    fill_skp(staff)
    send(staff)
    assert "Bambang Prasetyo" in staff.text()

    boss = Orang(browser, live, "bambang.prasetyo", script=script)
    open_case(boss, nama)
    return_row(boss, 2)

    staff.go(MONTH)
    assert staff.page.url.endswith("/renaksi")
    assert NOTE in staff.text()
    staff.page.fill("#r2-keterangan", "Halaman pengesahan sudah dilampirkan.")
    attach(staff, 2, proof)
    staff.press("Lanjut ke SKP")
    fill_skp(staff)
    send(staff)

    open_case(boss, nama)
    approve(boss)

    staff.go(f"{MONTH}/tinjau")
    assert "Ditetapkan" in staff.text(), staff.text()[:600]
    paper = printed(staff, "Evaluasi kinerja periodik")
    for words in (nama, "Bambang Prasetyo", "Sesuai ekspektasi", "Baik", "Kolaboratif", "Badan Kepegawaian"):
        assert words.lower() in paper.lower(), words
    sheet = printed(staff, "bulanan")
    for words in (nama, BLOCKED.split(maxsplit=1)[0], "Faktor"):
        assert words.lower() in sheet.lower(), words
    said = staff.said + boss.said
    assert said == [], said
    staff.close()
    boss.close()


def colleague(live: Live) -> tuple[str, str]:
    """Another member of Bambang's unit whose current month has not been opened and whose months have a plan."""
    with owner(live.environment, live.name) as link:
        row = link.execute(
            """SELECT u.pengguna, p.nama FROM pengguna u JOIN pegawai p ON p.id = u.pegawai_id
               JOIN kinerja_skp s ON s.pegawai_id = p.id AND s.tahun = %s AND s.selesai >= %s
               JOIN pegawai b ON b.id = s.penilai_id JOIN pengguna bu ON bu.pegawai_id = b.id
               WHERE bu.pengguna = 'bambang.prasetyo' AND u.pengguna <> 'siti.rahmawati'
                 AND NOT EXISTS (SELECT 1 FROM kinerja_bulanan k WHERE k.skp_id = s.id AND k.bulan = %s)
                 AND (SELECT count(*) FROM kinerja_rhk h JOIN kinerja_renaksi r ON r.rhk_id = h.id AND r.bulan = %s
                      WHERE h.skp_id = s.id AND r.target > 1) >= 3
                 AND NOT EXISTS (SELECT 1 FROM kinerja_rhk h JOIN kinerja_renaksi r ON r.rhk_id = h.id AND r.bulan = %s
                      WHERE h.skp_id = s.id AND r.target < 2)
               ORDER BY p.nama LIMIT 1""",
            (TODAY.year, TODAY.date(), TODAY.month, TODAY.month, TODAY.month),
        ).fetchone()
    assert row is not None, "the demo has nobody left with an unopened month"
    return row[0], row[1].split(",")[0]
