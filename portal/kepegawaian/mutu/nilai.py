"""Scores from the figures of a month: an indicator gives its weight times the share of people without a finding.

BKN does not publish how its counts become a score; this is the plain reading of its weights, and the page says so.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.mutu import indikator
from portal.kepegawaian.mutu.models import MutuBulan
from portal.kernel.db import db
from portal.kernel.organisation import Unit


@dataclass(frozen=True)
class Baris:
    """One indicator of a score. `hilang`: points (0 to 100) its findings cost; `bobot`: points it is worth."""

    kode: str
    judul: str
    dimensi: str
    diperiksa: int
    temuan: int
    bobot: float
    hilang: float


@dataclass
class Skor:
    """0 to 100 for the whole and for each dimension. `baris` by points lost, the most first."""

    nilai: float = 0.0
    dimensi: dict[str, float] = field(default_factory=dict)
    baris: list[Baris] = field(default_factory=list)

    @property
    def temuan(self) -> int:
        return sum(one.temuan for one in self.baris)


Hitungan = tuple[str, int, int]  # indicator, people it is about, findings


def skor(counts: Iterable[Hitungan]) -> Skor:
    """An indicator that concerns nobody counts as kept."""
    rows = list(counts)
    share = indikator.efektif(frozenset(code for code, _, _ in rows))
    found = Skor()
    whole: dict[str, float] = defaultdict(float)
    kept: dict[str, float] = defaultdict(float)
    for code, asked, wrong in rows:
        weight = share.get(code, 0.0) * 100
        lost = weight * wrong / asked if asked else 0.0
        known = indikator.bobot().get(code)
        group = known.dimensi if known else ""
        whole[group] += weight
        kept[group] += weight - lost
        found.nilai += weight - lost
        found.baris.append(Baris(code, indikator.judul(code), group, asked, wrong, weight, lost))
    found.dimensi = {name: kept[name] / whole[name] * 100 for name in indikator.DIMENSI if whole[name]}
    found.baris.sort(key=lambda one: (-one.hilang, -one.temuan, one.kode))
    return found


def last_day() -> date | None:
    return db.session.scalar(sa.select(sa.func.max(MutuBulan.hari)))


def of_month(month: date, units: Sequence[uuid.UUID] | None) -> Skor:
    """Score of the city (None) or of some OPD together."""
    query = _sums(units).where(MutuBulan.bulan == month).group_by(MutuBulan.indikator)
    return skor((row.indikator, row.diperiksa, row.temuan) for row in db.session.execute(query))


def trend(units: Sequence[uuid.UUID] | None, months: int = 12) -> list[tuple[date, float]]:
    """Score of each month, the latest last."""
    query = _sums(units).add_columns(MutuBulan.bulan).group_by(MutuBulan.bulan, MutuBulan.indikator)
    by_month: dict[date, list[Hitungan]] = defaultdict(list)
    for row in db.session.execute(query.order_by(MutuBulan.bulan)):
        by_month[row.bulan].append((row.indikator, row.diperiksa, row.temuan))
    return [(month, skor(rows).nilai) for month, rows in list(by_month.items())[-months:]]


def ranking(month: date) -> list[tuple[Any, str, Skor]]:
    """OPD with their scores, the lowest first. People without an OPD stand under no name."""
    query = (
        sa.select(MutuBulan.pd_id, Unit.nama, MutuBulan.indikator, MutuBulan.diperiksa, MutuBulan.temuan)
        .outerjoin(Unit, Unit.id == MutuBulan.pd_id)
        .where(MutuBulan.bulan == month)
    )
    groups: dict[tuple[Any, str], list[Hitungan]] = defaultdict(list)
    for row in db.session.execute(query):
        groups[(row.pd_id, row.nama or "Tanpa perangkat daerah")].append((row.indikator, row.diperiksa, row.temuan))
    scored = [(pd, name, skor(rows)) for (pd, name), rows in groups.items()]
    return sorted(scored, key=lambda one: (one[2].nilai, one[1]))


def missing(month: date) -> list[tuple[str, str, str]]:
    """Indicators without a figure in a month: code, what they check, why."""
    there = set(db.session.scalars(sa.select(MutuBulan.indikator).where(MutuBulan.bulan == month).distinct()))
    why = dict(indikator.TIDAK_ADA) | {
        name: f"{indikator.PUSAT}: {words}" for name, (_, words) in indikator.BERGANTUNG.items()
    }
    return [
        (one.kode, one.judul, why.get(one.kode, indikator.PUSAT))
        for one in indikator.bobot().values() if one.kode not in there
    ]  # fmt: skip


def _sums(units: Sequence[uuid.UUID] | None) -> sa.Select[Any]:
    query = sa.select(
        MutuBulan.indikator, sa.func.sum(MutuBulan.diperiksa).label("diperiksa"),
        sa.func.sum(MutuBulan.temuan).label("temuan"),
    )  # fmt: skip
    return query if units is None else query.where(MutuBulan.pd_id.in_(units))
