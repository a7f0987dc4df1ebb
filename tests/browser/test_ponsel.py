"""An asesi's phone: 360 pixels, slow 3G, signal that comes and goes. What is typed is stored once, whatever happens."""

import io
import random
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.orang import Orang
from tests.database import owner
from tests.live import Live, flask

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
        words: str = self.page.locator("[data-elemen]:visible h2").inner_text()
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


@pytest.fixture(scope="session")
def schemes(live: Live) -> Live:
    flask(live.environment, "sertifikasi", "muat-skema")
    return live


@pytest.fixture
def who(browser: Any, schemes: Live, request: pytest.FixtureRequest) -> Any:
    names = iter(free_accounts(schemes))
    phone = Ponsel(browser, schemes, next(names))
    phone.begin()
    yield phone
    phone.close()


def free_accounts(live: Live) -> list[str]:
    """Accounts of pegawai who have no application yet."""
    with owner(live.running.environment(), live.name) as connection:
        found = connection.execute(
            "SELECT p.pengguna FROM pengguna p WHERE p.aktif AND p.pegawai_id IS NOT NULL AND NOT"
            " EXISTS (SELECT FROM sertifikasi_permohonan m WHERE m.user_id = p.id) ORDER BY p.pengguna DESC LIMIT 5"
        )
        return [row[0] for row in found]


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
    second = who.heading()
    assert second != first
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
