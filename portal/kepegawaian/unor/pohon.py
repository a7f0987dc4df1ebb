"""The tree of units on a day: read from versions, checked for circles and for parents that do not last."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai, Unit, in_force


@dataclass
class Simpul:
    """A unit on a day. `dalam`: depth below the root, 0 for the root."""

    unit_id: uuid.UUID
    nama: str
    jenis: str
    eselon: str
    induk_id: uuid.UUID | None
    pd_id: uuid.UUID | None
    urut: int
    formasi: int | None
    disembunyikan: bool
    dalam: int = 0
    anak: list["Simpul"] = field(default_factory=list)


def nodes(on: date, hidden: bool = False) -> dict[uuid.UUID, Simpul]:
    """Every unit in force on a day, linked to its children in order. One statement."""
    columns = [
        UnorVersi.unit_id, UnorVersi.nama, UnorVersi.jenis, UnorVersi.eselon, UnorVersi.induk_id, UnorVersi.pd_id,
        UnorVersi.urut, UnorVersi.formasi, Unit.disembunyikan,
    ]  # fmt: skip
    query = sa.select(*columns).join(Unit, Unit.id == UnorVersi.unit_id).where(in_force(UnorVersi, on))
    if not hidden:
        query = query.where(~Unit.disembunyikan)
    rows = db.session.execute(query.order_by(UnorVersi.urut, Unit.kode))
    found = {row.unit_id: Simpul(*row) for row in rows}
    for node in found.values():
        if node.induk_id in found:
            found[node.induk_id].anak.append(node)
    return found


def roots(found: dict[uuid.UUID, Simpul]) -> list[Simpul]:
    """Units without a parent that day, and those whose parent is gone: nothing disappears from the page."""
    return [node for node in found.values() if node.induk_id not in found]


def walk(top: list[Simpul]) -> list[Simpul]:
    """The tree in the order it is read, with the depth of each unit."""
    rows: list[Simpul] = []
    waiting = [(node, 0) for node in reversed(top)]
    while waiting:
        node, depth = waiting.pop()
        node.dalam = depth
        rows.append(node)
        waiting += [(child, depth + 1) for child in reversed(node.anak)]
    return rows


def below(found: dict[uuid.UUID, Simpul], unit_id: uuid.UUID) -> set[uuid.UUID]:
    """The unit and everything under it."""
    return {node.unit_id for node in walk([found[unit_id]])} if unit_id in found else set()


def name_on(unit: Any, day: Any) -> sa.ScalarSelect[str]:
    """What a unit was called on a day, as an expression over two columns; its name of today where no version holds."""
    version = sa.orm.aliased(UnorVersi)
    then = (
        sa.select(version.nama)
        .where(version.unit_id == unit, version.mulai <= day, sa.or_(version.selesai.is_(None), version.selesai >= day))
        .correlate_except(version)
        .scalar_subquery()
    )
    known = sa.orm.aliased(Unit)
    found = sa.select(sa.func.coalesce(then, known.nama)).where(known.id == unit)
    return found.correlate_except(known).scalar_subquery()


def occupants(units: set[uuid.UUID], on: date, limit: int = 20) -> list[Any]:
    """People placed in these units on a day: id, nama, jabatan, unit."""
    query = (
        sa.select(Pegawai.id, Pegawai.nama, Keadaan.jabatan, Unit.nama.label("unit"))
        .join(Keadaan, Keadaan.pegawai_id == Pegawai.id)
        .join(Unit, Unit.id == Keadaan.unit_id)
        .where(Keadaan.unit_id.in_(units), berlaku(on))
        .order_by(Pegawai.nama, Pegawai.id)
    )
    return list(db.session.execute(query.limit(limit)))


def count_occupants(units: set[uuid.UUID], on: date) -> int:
    query = sa.select(sa.func.count()).select_from(Keadaan).where(Keadaan.unit_id.in_(units), berlaku(on))
    return db.session.scalar(query) or 0
