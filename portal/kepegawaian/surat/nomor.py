"""Numbers of letters: made from the pattern of the office or typed in, unique per OPD and year, gaps reported.

The pattern is text with `{urut}`, `{opd}`, `{bulan}` (Roman) and `{tahun}`; only the first is required.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.surat.models import DIBATALKAN, SuratPengantar
from portal.kernel.db import db, next_number
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Unit

DIISI = "DIISI"
ROMAWI = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LONGEST, TRIES = 80, 1000


@dataclass(frozen=True)
class Celah:
    """A number of the series that no valid letter carries. `sebab`: why, as far as it is known."""

    urut: int
    nomor: str
    sebab: str


def dibuat_di_sini(on: date) -> bool:
    return bool(aturan.nilai("nomor_pengantar", on) != DIISI)


def susun(pola: str, urut: int, unit: Any, on: date) -> str:
    """The number from the pattern. A pattern without `{urut}` gets it at its end."""
    text = pola if "{urut}" in pola else f"{pola}/{{urut}}"
    parts = {"{urut}": f"{urut:03d}", "{opd}": unit.singkatan or unit.kode, "{bulan}": ROMAWI[on.month - 1],
             "{tahun}": str(on.year)}  # fmt: skip
    for name, value in parts.items():
        text = text.replace(name, value)
    return text


def contoh(surat: SuratPengantar) -> str:
    """What a number of this letter looks like."""
    unit = db.session.get_one(Unit, surat.pd_id)
    return susun(aturan.nilai("pola_pengantar", surat.tanggal), 1, unit, surat.tanggal)


def beri(surat: SuratPengantar) -> None:
    """The next number of the OPD in the year of the letter; one that was typed in before is passed over."""
    unit = db.session.get_one(Unit, surat.pd_id)
    pola = aturan.nilai("pola_pengantar", surat.tanggal)
    for _ in range(TRIES):
        urut = next_number(f"surat-pengantar:{surat.pd_id}:{surat.tahun}")
        nomor = susun(pola, urut, unit, surat.tanggal)
        if terpakai(surat, nomor) is None:
            surat.nomor, surat.urut = nomor, urut
            return
    raise Conflict("Nomor berikutnya sudah dipakai semua. Periksa pola nomor di pengaturan.")


def isi(surat: SuratPengantar, typed: str) -> None:
    """A number of the e-office. Raises Invalid for none, a too long one, and one used in the same year."""
    nomor = " ".join(typed.split())
    if not nomor or len(nomor) > LONGEST:
        raise Invalid("nomor", f"Nomor: tulis 1 sampai {LONGEST} huruf")
    other = terpakai(surat, nomor)
    if other is not None:
        raise Invalid("nomor", f"Nomor ini sudah dipakai tahun {surat.tahun} untuk surat {other.perihal}.")
    surat.nomor = nomor


def terpakai(surat: SuratPengantar, nomor: str) -> Any:
    """Another letter of the OPD and year with this number, whatever its case and spaces."""
    query = sa.select(SuratPengantar.id, SuratPengantar.perihal).where(
        SuratPengantar.pd_id == surat.pd_id, SuratPengantar.tahun == surat.tahun, SuratPengantar.nomor != "",
        SuratPengantar.nomor_normal == re.sub(r"\s", "", nomor).lower(), SuratPengantar.id != surat.id,
    )  # fmt: skip
    return db.session.execute(query).first()


def celah(pd_id: uuid.UUID, tahun: int) -> list[Celah]:
    """Numbers that are missing or belong to a withdrawn letter, in order."""
    query = sa.select(SuratPengantar.urut, SuratPengantar.nomor, SuratPengantar.status).where(
        SuratPengantar.pd_id == pd_id, SuratPengantar.tahun == tahun, SuratPengantar.nomor != ""
    )
    unit = db.session.get_one(Unit, pd_id)
    pola = aturan.nilai("pola_pengantar", date(tahun, 12, 31))
    reading = _reading(pola)
    known: dict[int, tuple[str, str]] = {}
    for urut, nomor, status in db.session.execute(query):
        found = urut if urut is not None else _read(reading, nomor)
        if found is not None and (found not in known or status != DIBATALKAN):
            known[found] = (nomor, status)
    gaps: list[Celah] = []
    for urut in range(1, max(known, default=0) + 1):
        nomor, status = known.get(urut, ("", ""))
        if not nomor:
            gaps.append(Celah(urut, susun(pola, urut, unit, date(tahun, 12, 31)), "Tidak ada suratnya"))
        elif status == DIBATALKAN:
            gaps.append(Celah(urut, nomor, "Suratnya dibatalkan"))
    return gaps


def _reading(pola: str) -> re.Pattern[str]:
    text = re.escape(pola if "{urut}" in pola else f"{pola}/{{urut}}")
    text = text.replace(re.escape("{urut}"), r"(?P<urut>\d{1,6})")
    for name in ("{opd}", "{bulan}", "{tahun}"):
        text = text.replace(re.escape(name), r"[^/]+")
    return re.compile(text, re.IGNORECASE)


def _read(reading: re.Pattern[str], nomor: str) -> int | None:
    """The running number inside a typed number that follows the pattern."""
    found = reading.fullmatch("".join(nomor.split()))
    return int(found["urut"]) if found else None
