"""The arithmetic of retirement. Sources: UU 20/2023 article 55, PP 11/2017 articles 239 and 240, PP 49/2018 (PPPK)."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from portal.kepegawaian.rujukan import kode

PPPK = ("PPPK", "PPPK_PARUH_WAKTU")
W_BEDA, W_LEWAT, W_TIDAK_DIKETAHUI = "W_BUP_BEDA_REFERENSI", "W_LEWAT_BUP", "W_BUP_TIDAK_DIKETAHUI"


@dataclass(frozen=True)
class Perhitungan:
    """`bup` in years; `tmt_pensiun` for PNS, `tmt_berhenti` for PPPK; `tanda` warns, it never decides.

    Everything but `tanda` is None while the age or the birth date is unknown.
    """

    bup: int | None = None
    tanggal_capai_bup: date | None = None
    hari_aktif_terakhir: date | None = None
    tmt_pensiun: date | None = None
    tmt_berhenti: date | None = None
    tanda: tuple[str, ...] = ()


@cache
def usia_baku() -> Mapping[str, int]:
    """BUP in years by code of the level, as the packaged reference has it."""
    return {row["kode"]: int(row["bup"]) for row in kode.rows("jenjang-jabatan")}


def hitung(
    tanggal_lahir: date | None,
    jenjang: str,
    jenis_pegawai: str = "PNS",
    *,
    bup_override: int | None = None,
    akhir_perjanjian: date | None = None,
    tmt_jabatan: date | None = None,
    usia: Mapping[str, int] | None = None,
) -> Perhitungan:
    """When this person's service ends by age, or for PPPK by the agreement if that comes first.

    `bup_override`: the age the jabatan's own reference row gives; it wins, a difference is flagged. `tmt_jabatan`:
    since when the present jabatan is held; a jabatan taken after its own age had passed is flagged W_LEWAT_BUP.
    `usia`: BUP by level as the office keeps it.
    """
    ladder = (usia if usia is not None else usia_baku()).get(jenjang)
    bup = bup_override or ladder
    if bup is None or tanggal_lahir is None:
        return Perhitungan(bup, tanda=(W_TIDAK_DIKETAHUI,))
    reached = _birthday(tanggal_lahir, bup)
    last = _month_end(reached)
    flags = [W_BEDA] if bup_override and ladder and bup_override != ladder else []
    if jenis_pegawai in PPPK:
        last = min(last, akhir_perjanjian) if akhir_perjanjian else last
        return Perhitungan(bup, reached, last, None, last + timedelta(days=1), tuple(flags))
    tmt = last + timedelta(days=1)
    if tmt_jabatan and tmt_jabatan >= tmt:
        flags.append(W_LEWAT)
    return Perhitungan(bup, reached, last, tmt, None, tuple(flags))


def tmt_pensiun(
    tanggal_lahir: date,
    jenjang: str,
    jenis_pegawai: str = "PNS",
    *,
    bup_override: int | None = None,
    akhir_perjanjian: date | None = None,
    usia: Mapping[str, int] | None = None,
) -> date | None:
    """First day of the pension of a PNS; None for PPPK (their service ends, see `hitung`) and for an unknown level."""
    found = hitung(
        tanggal_lahir, jenjang, jenis_pegawai,
        bup_override=bup_override, akhir_perjanjian=akhir_perjanjian, usia=usia,
    )  # fmt: skip
    return found.tmt_pensiun


def _birthday(born: date, age: int) -> date:
    """The day an age is reached; 28 February for who was born on the 29th, in a common year."""
    year = born.year + age
    return date(year, born.month, min(born.day, calendar.monthrange(year, born.month)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
