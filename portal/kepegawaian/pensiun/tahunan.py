"""Who leaves in the years to come, by year, OPD and level: pensions and agreements of PPPK apart."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from portal.kepegawaian import LIHAT
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import PEJABAT
from portal.kepegawaian.pensiun.calon import BERTUGAS
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import Jenjang
from portal.kernel import charts, organisation
from portal.kernel.access import in_scope
from portal.kernel.charts import Series
from portal.kernel.db import db
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal

LAMA = 5
KONTRAK = ("PPPK", "PPPK_PARUH_WAKTU")
TANPA = "Tanpa perangkat daerah"
TERBANYAK = 60  # rows of the table of OPD


@dataclass
class Tahunan:
    """Counts by year; `opd` and `jenjang` are names with one count a year, the largest sum first."""

    tahun: list[int]
    pensiun: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    kontrak: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    opd: list[tuple[str, list[int]]] = field(default_factory=list)
    jenjang: list[tuple[str, list[int]]] = field(default_factory=list)

    @property
    def jumlah(self) -> int:
        return sum(self.pensiun.values()) + sum(self.kontrak.values())


def hitung(user: Principal, pd: uuid.UUID | None = None) -> Tahunan:
    """This year and the five after it, for the units of LIHAT (or one OPD in them). Three statements."""
    today = organisation.today()
    years = list(range(today.year, today.year + LAMA + 1))
    year = sa.cast(sa.extract("year", Keadaan.tmt_pensiun), sa.Integer)
    query = sa.select(year, Keadaan.jenis.in_(KONTRAK), Keadaan.pd_id, Keadaan.jenjang, sa.func.count()).where(
        Keadaan.tmt_pensiun.between(today, date(years[-1], 12, 31)), berlaku(today), Keadaan.jenis != PEJABAT,
        Keadaan.kelompok.in_(BERTUGAS), in_scope(Keadaan, user, LIHAT),
    )  # fmt: skip
    if pd is not None:
        query = query.where(Keadaan.pd_id == pd)
    found = Tahunan(years)
    units: dict[Any, list[int]] = defaultdict(lambda: [0] * len(years))
    levels: dict[Any, list[int]] = defaultdict(lambda: [0] * len(years))
    for when, contract, unit, level, count in db.session.execute(query.group_by(sa.text("1, 2, 3, 4"))):
        (found.kontrak if contract else found.pensiun)[when] += count
        units[unit][when - years[0]] += count
        levels[level][when - years[0]] += count
    names: dict[Any, str] = dict(
        db.session.execute(sa.select(Unit.id, Unit.nama).where(Unit.id.in_(units))).tuples().all()
    )
    titles: dict[Any, str] = dict(db.session.execute(sa.select(Jenjang.kode, Jenjang.nama)).tuples().all())
    found.opd = _ordered([(names.get(key, TANPA), row) for key, row in units.items()])
    found.jenjang = _ordered([(titles.get(key, key or "Jenjang belum diketahui"), row) for key, row in levels.items()])
    return found


def _ordered(rows: list[tuple[str, list[int]]]) -> list[tuple[str, list[int]]]:
    return sorted(rows, key=lambda row: (-sum(row[1]), row[0]))


def grafik(found: Tahunan) -> Markup:
    """Two lines over the years with the same numbers as a table."""
    years = [str(one) for one in found.tahun]
    pension = [found.pensiun.get(one, 0) for one in found.tahun]
    contract = [found.kontrak.get(one, 0) for one in found.tahun]
    title = "Pegawai yang berhenti per tahun"
    drawn = charts.line(years, [Series("Pensiun PNS", pension), Series("PPPK berakhir", contract, 2)], judul=title)
    rows = [(year, a, b, a + b) for year, a, b in zip(years, pension, contract, strict=True)]
    return charts.with_table(drawn, ("Tahun", "Pensiun PNS", "PPPK berakhir", "Jumlah"), rows, judul=title)


def tabel(found: Tahunan, rows: list[tuple[str, list[int]]], judul: str) -> Markup:
    """A table tinted by size."""
    return charts.heat_table(
        [name for name, _ in rows], [str(one) for one in found.tahun], [row for _, row in rows], judul=judul
    )
