"""What the pages of the tree and of one unit show."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.unor import pohon
from portal.kepegawaian.unor.models import UnorSuksesi, UnorVersi
from portal.kepegawaian.unor.pohon import Simpul
from portal.kernel.db import db
from portal.kernel.organisation import DEFINITIF, Pegawai, Penempatan, Unit, in_force

WHOLE = 120  # a subtree up to this size is sent whole, folded; a larger one level by level
MOST_FOUND, MOST_PEOPLE = 50, 25
SUKSESI = {
    "GANTI_NAMA": "Ganti nama", "GABUNG": "Digabung", "PECAH": "Dipecah", "HAPUS": "Ditutup",
    "PINDAH_INDUK": "Pindah induk",
}  # fmt: skip


@dataclass
class Tampilan:
    """The tree as one page draws it. `jalan`: units drawn open; `utuh`: units whose children are sent, folded."""

    akar: list[Simpul]
    jalan: set[uuid.UUID] = field(default_factory=set)
    utuh: set[uuid.UUID] = field(default_factory=set)
    isi: dict[uuid.UUID, int] = field(default_factory=dict)  # people in the unit itself
    jumlah: int = 0
    temuan: list[tuple[Any, str]] | None = None  # units found by their name, with the way up
    terpotong: bool = False


def tree(on: date, opened: uuid.UUID | None, words: str, hidden: bool) -> Tampilan:
    if words:
        return _search(on, words, hidden)
    found = pohon.nodes(on, hidden)
    page = Tampilan(pohon.roots(found), jumlah=len(found))
    page.jalan = {node.unit_id for node in page.akar if node.anak} if len(page.akar) == 1 else set()
    node = found.get(opened) if opened else None
    if node is not None:
        if len(pohon.below(found, node.unit_id)) <= WHOLE:
            page.utuh = pohon.below(found, node.unit_id)
        while node is not None:
            page.jalan.add(node.unit_id)
            node = found.get(node.induk_id) if node.induk_id else None
    page.isi = _people(_drawn(page), on)
    return page


def _drawn(page: Tampilan) -> set[uuid.UUID]:
    shown: set[uuid.UUID] = set()
    waiting = list(page.akar)
    while waiting:
        node = waiting.pop()
        shown.add(node.unit_id)
        if node.unit_id in page.jalan or node.unit_id in page.utuh:
            waiting += node.anak
    return shown


def _people(units: set[uuid.UUID], on: date) -> dict[uuid.UUID, int]:
    query = sa.select(Keadaan.unit_id, sa.func.count()).where(Keadaan.unit_id.in_(units), berlaku(on))
    return {unit: count for unit, count in db.session.execute(query.group_by(Keadaan.unit_id)) if unit}


def _search(on: date, words: str, hidden: bool) -> Tampilan:
    """Units of a day by a part of their name, with the unit above and the OPD: twin names are many."""
    above, top = sa.orm.aliased(Unit), sa.orm.aliased(Unit)
    valid = [in_force(UnorVersi, on)] if hidden else [in_force(UnorVersi, on), ~Unit.disembunyikan]
    count = sa.select(sa.func.count()).select_from(UnorVersi).join(Unit, Unit.id == UnorVersi.unit_id).where(*valid)
    query = (
        sa.select(
            UnorVersi.unit_id, UnorVersi.nama, Unit.disembunyikan, above.nama.label("induk"), top.nama.label("opd"),
            count.scalar_subquery().label("jumlah"),
        )
        .join(Unit, Unit.id == UnorVersi.unit_id)
        .outerjoin(above, above.id == UnorVersi.induk_id)
        .outerjoin(top, top.id == UnorVersi.pd_id)
        .where(*valid, sa.func.lower(sa.func.f_unaccent(UnorVersi.nama)).like(_like(words)))
        .order_by(UnorVersi.nama, Unit.kode)
    )  # fmt: skip
    rows = db.session.execute(query.limit(MOST_FOUND + 1)).all()
    page = Tampilan([], jumlah=rows[0].jumlah if rows else 0, terpotong=len(rows) > MOST_FOUND)
    page.temuan = [
        (row, " · ".join(dict.fromkeys(name for name in (row.induk, row.opd) if name and name != row.nama)))
        for row in rows[:MOST_FOUND]
    ]
    page.isi = _people({row.unit_id for row in rows}, on)
    return page


def _like(words: str) -> sa.ColumnElement[str]:
    text = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return sa.func.lower(sa.func.f_unaccent(f"%{text}%"))


# ---- one unit


def versions(unit: Unit) -> list[Any]:
    """Every version with the name its parent carries today, latest first."""
    parent = sa.orm.aliased(Unit)
    query = sa.select(UnorVersi, parent.nama.label("induk")).outerjoin(parent, parent.id == UnorVersi.induk_id)
    return list(db.session.execute(query.where(UnorVersi.unit_id == unit.id).order_by(UnorVersi.mulai.desc())))


def successions(unit: Unit) -> list[Any]:
    """What became of it and what it came from: row, name of the old unit, name of the new one."""
    old, new = sa.orm.aliased(Unit), sa.orm.aliased(Unit)
    query = (
        sa.select(UnorSuksesi, old.nama.label("lama"), new.nama.label("baru"))
        .join(old, old.id == UnorSuksesi.lama_id)
        .outerjoin(new, new.id == UnorSuksesi.baru_id)
        .where(sa.or_(UnorSuksesi.lama_id == unit.id, UnorSuksesi.baru_id == unit.id))
    )
    return list(db.session.execute(query.order_by(UnorSuksesi.tanggal.desc(), UnorSuksesi.id)))


def heads(unit: Unit, on: date) -> list[Any]:
    """Who leads it on a day, in whatever capacity: definitive first."""
    query = (
        sa.select(Pegawai.id, Pegawai.nama, Penempatan.jabatan, Penempatan.jenis, Penempatan.mulai, Penempatan.selesai)
        .join(Pegawai, Pegawai.id == Penempatan.pegawai_id)
        .where(Penempatan.unit_id == unit.id, Penempatan.is_pimpinan, in_force(Penempatan, on))
    )
    return list(db.session.execute(query.order_by(Penempatan.jenis != DEFINITIF, Penempatan.mulai)))


def children(unit: Unit, on: date) -> list[Any]:
    query = (
        sa.select(Unit.id, UnorVersi.nama, UnorVersi.jenis)
        .join(UnorVersi, UnorVersi.unit_id == Unit.id)
        .where(UnorVersi.induk_id == unit.id, in_force(UnorVersi, on), ~Unit.disembunyikan)
    )
    return list(db.session.execute(query.order_by(UnorVersi.urut, Unit.kode).limit(200)))


def seek(words: str, limit: int = MOST_FOUND) -> list[Any]:
    """Units of any time by name or code, closed and hidden ones too."""
    like = _like(words)
    named = sa.select(UnorVersi.unit_id).where(sa.func.lower(sa.func.f_unaccent(UnorVersi.nama)).like(like))
    query = sa.select(Unit.id, Unit.nama, Unit.kode, Unit.disembunyikan, Unit.selesai).where(
        sa.or_(Unit.id.in_(named), sa.func.lower(Unit.kode).like(like))
    )
    return list(db.session.execute(query.order_by(Unit.nama, Unit.kode).limit(limit)))


def named(keys: list[uuid.UUID]) -> list[Any]:
    query = sa.select(Unit.id, Unit.nama, Unit.kode, Unit.disembunyikan, Unit.selesai).where(Unit.id.in_(keys))
    return list(db.session.execute(query.order_by(Unit.nama, Unit.kode)))


def hidden_units(limit: int = 200) -> list[Any]:
    query = sa.select(Unit.id, Unit.nama, Unit.kode, Unit.disembunyikan, Unit.selesai).where(Unit.disembunyikan)
    return list(db.session.execute(query.order_by(Unit.nama, Unit.kode).limit(limit)))
