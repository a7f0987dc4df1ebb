"""HTTP with SIASN: two tokens, one call at a time at a set rate, back-off, and a log without bodies.

TLS certificates are always checked and nobody is followed to another address with the tokens.
"""

import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests
import sqlalchemy as sa

from portal.kepegawaian.siasn import jawaban, setelan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.jawaban import Ditolak, Sementara, TokenDitolak
from portal.kernel import sealing
from portal.kernel.db import db, now
from portal.kernel.storage import ENGINE_DOWN, redis

GILIRAN = "siasn:giliran"
JEDA_MAKS, SEBELUM_HABIS = 300.0, 60  # seconds
BERKAS_MAKS = 20 * 1024 * 1024
BERKAS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # how PDF, JPEG and PNG begin
HABIS = "Token SSO tidak diterima lagi. Tempel token baru; proses melanjutkan di tempatnya."


class TokenHabis(Exception):
    """No pair of tokens is taken any more: an operator has to paste another one. The text is for people."""


class Terputus(Exception):
    """Too many calls in a row failed, or the backend is shut off: the run pauses. The text is for people."""


class TidakPasti(Exception):
    """A write got no answer that tells what became of it: look before writing again."""


@dataclass
class Klien:
    """One conversation. `percobaan`: how often a read is tried. Raises TokenHabis, Terputus, Ditolak, Sementara."""

    aturan: m.Setelan
    sso: str
    jalan_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    panggilan: list[dict[str, Any]] = field(default_factory=list)
    jumlah: int = 0
    _apim: str = ""
    _apim_sampai: float = 0.0
    _gagal: int = 0
    _acak: random.Random = field(default_factory=random.SystemRandom)
    _sesi: requests.Session = field(default_factory=requests.Session)

    def __enter__(self) -> "Klien":
        self._sesi.trust_env = False  # no proxy and no .netrc of the machine
        return self

    def __exit__(self, *_: object) -> None:
        self._sesi.close()

    # ---- what callers use

    def baca(self, path: str, params: dict[str, str] | None = None) -> Any:
        """`data` of a read, [] when SIASN says that there is none."""
        return self._tekun(lambda: jawaban.isi(self._sekali("GET", path, params=params)))

    def halaman(self, path: str, params: dict[str, str]) -> tuple[list[Any], int]:
        """Rows of one page, and what its `count` says."""
        found: tuple[list[Any], int] = self._tekun(lambda: jawaban.halaman(self._sekali("GET", path, params=params)))
        return found

    def hitung(self, path: str, params: dict[str, str]) -> None:
        """Ask SIASN to compute data utama anew; harmless to repeat."""
        self._tekun(lambda: jawaban.hasil_hitung(self._sekali("GET", path, params=params)))

    def simpan(self, path: str, body: dict[str, Any], kunci: str) -> str:
        """POST a row once; its id, or "". Raises TidakPasti when nobody knows whether it was stored."""
        return self._hasil(self._tulis("POST", path, json=body), kunci)

    def hapus(self, path: str) -> None:
        found = self._tulis("DELETE", path)
        if found is not None:
            self._hasil(found, "")

    def _hasil(self, found: Any, kunci: str) -> str:
        try:
            return jawaban.hasil_simpan(found, kunci)
        except Sementara as error:
            raise TidakPasti(error.pesan) from error

    def unggah(self, path: str, fields: dict[str, str], nama: str, body: bytes, mime: str) -> None:
        """A file for a row: the same file again takes the place of itself, so that it may be repeated."""
        parts = {"file": (nama, body, mime)}
        found = self._tekun(lambda: self._sekali("POST", path, data=fields, files=parts))
        if isinstance(found, dict) and str(found.get("success", found.get("code", "1"))).lower() in ("false", "0"):
            raise Ditolak(jawaban.pesan_dari(found) or "SIASN menolak berkas.")

    def berkas(self, path: str, params: dict[str, str]) -> bytes:
        """A stored file as it is. Raises Ditolak for an answer that is none."""
        found: bytes = self._tekun(lambda: self._isi_berkas(path, params))
        return found

    def _isi_berkas(self, path: str, params: dict[str, str]) -> bytes:
        status, body, kind = self._kirim("GET", f"{self.aturan.alamat_api}/{path}", path, headers=self._kepala(),
                                         params=params)  # fmt: skip
        if status == 200 and body.startswith(BERKAS):
            return body
        jawaban.baca(status, _teks(body), kind)
        raise Ditolak("SIASN tidak memberi berkas ini. Buka di SIASN, atau laporkan ke BKN.")

    # ---- one call, and the patience around it

    def _tulis(self, method: str, path: str, **what: Any) -> Any:
        self._siap()
        try:
            found = self._sekali(method, path, **what)
        except TokenDitolak:
            self._perbarui()
            found = self._lagi(method, path, what)
        except Sementara as error:
            self._catat_gagal(error)
            raise TidakPasti(error.pesan) from error
        self._gagal = 0
        return found

    def _lagi(self, method: str, path: str, what: dict[str, Any]) -> Any:
        """A write after fresh tokens: the refused one changed nothing."""
        try:
            return self._sekali(method, path, **what)
        except TokenDitolak as error:
            raise TokenHabis(HABIS) from error
        except Sementara as error:
            self._catat_gagal(error)
            raise TidakPasti(error.pesan) from error

    def _tekun(self, act: Any) -> Any:
        """A call that may be repeated: back-off with jitter for what passes, fresh tokens once."""
        self._siap()
        segar = False
        for attempt in range(1, self.aturan.percobaan + 1):
            try:
                found = act()
            except TokenDitolak as error:
                if segar:
                    raise TokenHabis(HABIS) from error
                segar = True
                self._perbarui()
            except Sementara as error:
                if attempt == self.aturan.percobaan or error.putus:
                    self._catat_gagal(error)
                    raise
                self._tunggu(attempt)
            else:
                self._gagal = 0
                return found
        raise Sementara(f"SIASN tidak memberi jawaban yang dapat dipakai. {jawaban.LAGI}")

    def _siap(self) -> None:
        until = self.aturan.putus_sampai
        if until is not None and until > now():
            raise Terputus("Panggilan ke SIASN dihentikan sementara karena gangguan.")

    def _catat_gagal(self, error: Sementara) -> None:
        self._gagal += 1
        if error.putus or self._gagal >= self.aturan.putus_setelah:
            raise Terputus(error.pesan) from error

    def _tunggu(self, attempt: int) -> None:
        pause = min(float(self.aturan.jeda_awal) * 2 ** (attempt - 1), JEDA_MAKS)
        time.sleep(pause * (0.5 + self._acak.random() / 2))

    def _perbarui(self) -> None:
        """The next call asks for another token of the application."""
        self._apim = ""

    def _sekali(self, method: str, path: str, **what: Any) -> Any:
        headers = {**self._kepala(), "Accept": "application/json"}
        status, body, kind = self._kirim(method, f"{self.aturan.alamat_api}/{path}", path, headers=headers, **what)
        return jawaban.baca(status, _teks(body), kind)

    def _kepala(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}", "Auth": f"bearer {self.sso}"}

    def _kirim(self, method: str, url: str, label: str, **what: Any) -> tuple[int, bytes, str]:
        """Status, body and content type. Every call is noted: when, what, how it ended."""
        self._laju()
        begun, status, wrong = time.perf_counter(), 0, ""
        try:
            answer = self._sesi.request(
                method, url, timeout=(10, self.aturan.batas_waktu), allow_redirects=False, **what
            )
            status = answer.status_code
            if 300 <= status < 400:
                raise Sementara("SIASN mengalihkan ke alamat lain. Periksa alamat layanan di pengaturan.")
            return status, answer.content[:BERKAS_MAKS], answer.headers.get("Content-Type", "")
        except requests.RequestException as error:
            wrong = type(error).__name__
            raise Sementara(f"SIASN tidak menjawab ({wrong}). {jawaban.LAGI}") from error
        finally:
            self._catat(method, label, status, begun, wrong)

    def _laju(self) -> None:
        """Wait for a turn, never quite as long as the last: all workers together keep to the rate, each alone when
        Redis is away."""
        pause = max(round(1000 / float(self.aturan.laju) * self._acak.uniform(0.8, 1.2)), 1)
        try:
            while not redis().set(GILIRAN, "1", nx=True, px=pause):
                left = int(redis().pttl(GILIRAN))  # type: ignore[arg-type]
                time.sleep(min(max(left, 1), pause) / 1000)
        except ENGINE_DOWN:
            time.sleep(pause / 1000)

    def _catat(self, method: str, label: str, status: int, begun: float, wrong: str) -> None:
        self.jumlah += 1
        self.panggilan.append({
            "metode": method, "alamat": label.partition("?")[0], "status": status, "waktu": now(), "galat": wrong,
            "milidetik": round((time.perf_counter() - begun) * 1000),
        })  # fmt: skip

    def _token(self) -> str:
        """The token of the application, by client credentials; kept until a minute before its end."""
        if self._apim and time.monotonic() < self._apim_sampai:
            return self._apim
        row = self.aturan
        if row.kunci_enc is None or row.rahasia_enc is None:
            raise TokenHabis("Kunci aplikasi SIASN belum diisi. Isi di pengaturan.")
        pair = (sealing.unseal(row.kunci_enc, setelan.APIM), sealing.unseal(row.rahasia_enc, setelan.APIM))
        status, body, kind = self._kirim(
            "POST", row.alamat_token, "oauth2/token", auth=pair, data={"grant_type": "client_credentials"}
        )
        if status in (400, 401):
            raise TokenHabis("SIASN menolak kunci aplikasi. Periksa kunci dan rahasianya di pengaturan.")
        found = jawaban.baca(status, _teks(body), kind)
        if not isinstance(found, dict) or not found.get("access_token"):
            raise Sementara("SIASN tidak memberi token aplikasi. Periksa kunci dan rahasianya di pengaturan.")
        self._apim = str(found["access_token"])
        self._apim_sampai = time.monotonic() + max(int(found.get("expires_in") or 3600) - SEBELUM_HABIS, 1)
        return self._apim

    # ---- what is left behind

    def bukukan(self) -> int:
        """Write the calls since the last time into the log and the count of the day; the count."""
        made, self.panggilan = self.panggilan, []
        if not made:
            return 0
        today = setelan.setempat(now(), setelan.config().zona).date()
        db.session.execute(sa.insert(m.Panggilan), [
            {**one, "jalan_id": self.jalan_id, "user_id": self.user_id} for one in made
        ])  # fmt: skip
        fresh = setelan.insert(m.Harian).values(
            id=setelan.new_id(), tanggal=today, jumlah=len(made), dibuat_at=now(), diubah_at=now()
        )
        grown = fresh.on_conflict_do_update(
            index_elements=["tanggal"], set_={"jumlah": m.Harian.jumlah + fresh.excluded.jumlah, "diubah_at": now()}
        )
        return int(db.session.execute(grown.returning(m.Harian.jumlah)).scalar_one())


def _teks(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def buka(row: m.Setelan, jalan_id: uuid.UUID | None = None, user_id: uuid.UUID | None = None) -> Klien:
    """A client with the token in use. Raises TokenHabis when there is none."""
    held = setelan.token()
    if held is None or held.token_enc is None:
        raise TokenHabis("Belum ada token SSO yang berlaku. Tempel token di Sinkron SIASN.")
    return Klien(row, sealing.unseal(held.token_enc, setelan.SSO), jalan_id, user_id)
