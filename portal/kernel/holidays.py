"""Days on which the office is closed, and working days that know them.

Every process keeps the list in memory and asks Redis, not SQL, whether it is still the newest. A year for which no
national holidays are stored has those of the calendar that never move (Keppres 8/2024).
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import calendar
from portal.kernel.db import Base, after_commit, db, now
from portal.kernel.organisation import subtree
from portal.kernel.storage import ENGINE_DOWN, redis

LIBUR_NASIONAL, CUTI_BERSAMA, LOKAL = "LIBUR_NASIONAL", "CUTI_BERSAMA", "LOKAL"
FIXED: Final = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
VERSION, KEPT_SECONDS = "libur", 600
YEARS_AHEAD = 3


class HariLibur(Base):
    """One free day. `unit_id`: for this unit and those below it; everywhere when empty. `dasar`: the decree.
    A day that is taken back stays, with when and why."""

    __tablename__ = "hari_libur"

    tanggal: Mapped[date]
    nama: Mapped[str]
    jenis: Mapped[str]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    dasar: Mapped[str] = mapped_column(default="")
    diakhiri_at: Mapped[datetime | None]
    diakhiri_alasan: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (
        sa.CheckConstraint("jenis IN ('LIBUR_NASIONAL', 'CUTI_BERSAMA', 'LOKAL')", name="jenis"),
        sa.CheckConstraint("unit_id IS NULL OR jenis = 'LOKAL'", name="unit"),
        sa.Index("ix_hari_libur_tanggal", "tanggal"),
        sa.Index("uq_hari_libur_berlaku", "tanggal", "nama", "unit_id", unique=True,
                 postgresql_nulls_not_distinct=True, postgresql_where=sa.text("diakhiri_at IS NULL")),
    )  # fmt: skip


@dataclass(frozen=True)
class _Known:
    version: tuple[bytes, int]
    everywhere: frozenset[date]
    by_unit: dict[uuid.UUID, frozenset[date]]  # with those of everywhere


_held: list[_Known] = []


def days(unit_id: uuid.UUID | None = None) -> frozenset[date]:
    """All free days that are known, weekends apart; with those of this unit and the units above it."""
    known = _newest()
    return known.by_unit.get(unit_id, known.everywhere) if unit_id else known.everywhere


def is_working_day(day: date, unit_id: uuid.UUID | None = None) -> bool:
    return calendar.adalah_hari_kerja(day, days(unit_id))


def add_working_days(day: date, n: int, unit_id: uuid.UUID | None = None) -> date:
    """The n-th working day after `day`; with 0 the first one from `day` on; backwards when n is negative."""
    return calendar.tambah_hari_kerja(day, n, days(unit_id))


def count_working_days(first: date, last: date, unit_id: uuid.UUID | None = None) -> int:
    """Working days after `first` up to and including `last`."""
    return calendar.jumlah_hari_kerja(first, last, days(unit_id))


def add(tanggal: date, nama: str, jenis: str, unit_id: uuid.UUID | None, dasar: str) -> uuid.UUID | None:
    """Store a free day. None when it is there already."""
    values = {"tanggal": tanggal, "nama": nama, "jenis": jenis, "unit_id": unit_id, "dasar": dasar}
    statement = insert(HariLibur).values(**values).on_conflict_do_nothing().returning(HariLibur.id)
    made = db.session.execute(statement).scalar_one_or_none()
    if made is not None:
        changed()
    return made


def end(row: HariLibur, reason: str) -> None:
    """Take a free day back: from now on it counts as a working day. Deadlines already given stay."""
    row.diakhiri_at, row.diakhiri_alasan = now(), reason
    changed()


def changed() -> None:
    """Once this transaction is committed, every process reads the list again."""
    after_commit(lambda: redis().set(VERSION, secrets.token_hex(8)))


def _newest() -> _Known:
    version = _version()
    known = _held[-1] if _held else None
    if known is None or version is None or known.version != version:
        known = _read(version or (b"", 0))
        _held[:] = [known]
    return known


def _version() -> tuple[bytes, int] | None:
    """What must stay the same for the list in memory to be good; None while Redis cannot tell. The time in it
    bounds how long a change whose notice was lost goes unseen."""
    try:
        found = redis().get(VERSION)
        if found is None:
            redis().set(VERSION, secrets.token_hex(8), nx=True)
            found = redis().get(VERSION)
    except ENGINE_DOWN:
        return None
    return (cast(bytes, found), int(now().timestamp()) // KEPT_SECONDS) if found else None


def _read(version: tuple[bytes, int]) -> _Known:
    query = sa.select(HariLibur.tanggal, HariLibur.jenis, HariLibur.unit_id).where(HariLibur.diakhiri_at.is_(None))
    rows = db.session.execute(query).all()
    listed = {row.tanggal.year for row in rows if row.jenis == LIBUR_NASIONAL}
    this = now().year
    fixed = {date(y, *day) for y in range(this - 1, this + YEARS_AHEAD + 1) if y not in listed for day in FIXED}
    everywhere = frozenset(fixed | {row.tanggal for row in rows if row.unit_id is None})
    local: dict[uuid.UUID, set[date]] = {}
    for row in rows:
        if row.unit_id is not None:
            local.setdefault(row.unit_id, set()).add(row.tanggal)
    below: dict[uuid.UUID, set[date]] = {}
    for top, own in local.items():
        for unit in db.session.scalars(subtree([top])):
            below.setdefault(unit, set()).update(own)
    return _Known(version, everywhere, {unit: everywhere | own for unit, own in below.items()})
