"""A phone with 360 pixels, slow 3G and signal that comes and goes, what it photographs, and what the server has."""

import io
import random
import re
import subprocess
import sys
import time
from typing import Any

from PIL import Image
from playwright.sync_api import expect
from reportlab.pdfgen.canvas import Canvas

from tests.browser.orang import Orang
from tests.browser.test_akun_baru import WAIT_SECONDS
from tests.database import owner
from tests.live import ROOT, Live, store

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
OFFLINE = "Koneksi terputus. Isian Anda disimpan di ponsel ini dan akan dikirim saat tersambung."
NOTE = "Dilakukan di posko Sagara pada bulan Mei 2025"
CODE = "DST-PTG"


def photo(width: int = 2400, height: int = 1800, seed: int = 1, where: bool = True) -> bytes:
    """A photo with some detail, as a camera writes it: with the place."""
    noise = Image.frombytes("RGB", (60, 45), random.Random(seed).randbytes(60 * 45 * 3))
    exif = Image.Exif()
    if where:
        place = exif.get_ifd(0x8825)
        place[1], place[2], place[3], place[4] = "S", (6.0, 10.0, 30.0), "E", (106.0, 49.0, 0.0)
    out = io.BytesIO()
    noise.resize((width, height), Image.Resampling.BILINEAR).save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def big_pdf() -> bytes:
    """About 1.5 MB that do not shrink."""
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    for _ in range(60):
        for row in range(60):
            canvas.drawString(20, 820 - row * 13, random.Random(row).randbytes(180).hex())
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def camera(seed: int = 1, name: str = "") -> dict[str, Any]:
    return {"name": name or f"Rapat posko {seed}.jpg", "mimeType": "image/jpeg", "buffer": photo(seed=seed)}


class Ponsel(Orang):
    """A person with a phone, and what the server has of them."""

    def __init__(self, browser: Any, live: Live, pengguna: str) -> None:
        super().__init__(browser, live, pengguna, width=360)
        self.base = ""

    def _heard(self, message: Any) -> None:
        if "net::ERR" not in message.text and "Failed to fetch" not in message.text:  # no signal is not an error
            super()._heard(message)

    def slow(self) -> None:
        cdp = self.context.new_cdp_session(self.page)
        cdp.send("Network.emulateNetworkConditions", SLOW_3G)

    def signal(self, there: bool) -> None:
        self.context.set_offline(not there)

    def begin(self, code: str = CODE) -> None:
        self.go(f"/sertifikasi/saya/mulai/{code}")
        self.leave("Mulai permohonan")
        self.base = self.page.url.rsplit("/apl-01", 1)[0]

    def unit(self, number: int) -> None:
        self.page.goto(f"{self.base}/apl-02/unit-{number}")

    def keep(self) -> None:
        """Press "Simpan di ponsel ini"."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        self.page.get_by_role("button", name="Simpan di ponsel ini").click()
        expect(self.page.get_by_role("button", name="Tersimpan di ponsel ini")).to_be_visible(timeout=30_000)

    def answer(self, value: str = "K") -> None:
        self.page.locator("[data-elemen]:visible .choice-card label").nth(["K", "BK"].index(value)).click()

    def take(self, file: dict[str, Any]) -> None:
        self.page.locator("[data-elemen]:visible [name$=-foto]").set_input_files(file)

    def heading(self) -> str:
        here = self.page.locator("[data-elemen]:visible h2")
        expect(here).to_have_count(1)  # until the script has run they all show
        words: str = here.inner_text()
        return words

    def badge(self, words: str) -> None:
        expect(self.page.locator("#save-status")).to_contain_text(re.compile(words), timeout=30_000)

    def sent(self) -> None:
        """Everything has arrived."""
        self.badge(r"Tersimpan \d\d\.\d\d")

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        with owner(self.live.running.environment(), self.live.name) as connection:
            return connection.execute(sql, {"id": self.base.rsplit("/", 1)[-1], **values}).fetchall()

    def answers(self) -> list[tuple[Any, ...]]:
        """Answer, note and number of files of each elemen that has a row."""
        return self.rows(
            "SELECT j.jawaban, j.catatan, (SELECT count(*) FROM sertifikasi_jawaban_bukti b WHERE b.jawaban_id = j.id)"
            " FROM sertifikasi_jawaban j JOIN sertifikasi_elemen e ON e.id = j.elemen_id WHERE j.permohonan_id = %(id)s"
            " ORDER BY e.urut"
        )

    def stored_as(self, answers: list[tuple[Any, ...]]) -> None:
        """Wait until the server has these answers."""
        until = time.monotonic() + WAIT_SECONDS
        while self.answers() != answers and time.monotonic() < until:
            self.page.wait_for_timeout(100)
        assert self.answers() == answers

    def stored(self) -> list[bytes]:
        """The person's files as they lie in the store."""
        found = self.rows(
            "SELECT d.sha256 FROM dokumen d JOIN sertifikasi_berkas b ON b.dokumen_id = d.id"
            " JOIN sertifikasi_permohonan p ON p.user_id = b.user_id WHERE p.id = %(id)s ORDER BY b.id"
        )
        s3, bucket = store(self.live.environment), self.live.environment["S3_BUCKET"]
        return [s3.get_object(Bucket=bucket, Key=f"isi/{row[0][:2]}/{row[0]}")["Body"].read() for row in found]


ACCEPT = """
import sys, uuid
from dataclasses import replace
import sqlalchemy as sa
import wsgi
from portal.kernel import access, approval, people
from portal.kernel.db import commit, db, now
from portal.sertifikasi import VERIFIKASI
from portal.sertifikasi.saya.models import Permohonan
with wsgi.app.app_context():
    case = db.session.get_one(Permohonan, uuid.UUID(sys.argv[1]))
    case.apl01_diterima_at = now()
    someone = db.session.scalars(sa.select(people.User).where(people.User.id != case.user_id).limit(1)).one()
    officer = replace(people.principal_of(someone.id, access.grants()), scopes={VERIFIKASI: None})
    approval.move(case.submission_id, "terima", officer)
    people.touch(case.user_id)
    commit()
"""


def accept(live: Live, id: str) -> None:
    """The sekretariat accepts APL-01: what their page does, without the page."""
    program = [sys.executable, "-c", ACCEPT, id]
    done = subprocess.run(program, cwd=ROOT, env=live.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def free_accounts(live: Live) -> list[str]:
    """Accounts of pegawai who have no application yet."""
    with owner(live.running.environment(), live.name) as connection:
        found = connection.execute(
            "SELECT p.pengguna FROM pengguna p WHERE p.aktif AND p.pegawai_id IS NOT NULL AND NOT"
            " EXISTS (SELECT FROM sertifikasi_permohonan m WHERE m.user_id = p.id) ORDER BY p.pengguna DESC LIMIT 5"
        )
        return [row[0] for row in found]
