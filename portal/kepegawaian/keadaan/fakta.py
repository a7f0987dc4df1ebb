"""Reading the facts of many pegawai at once: verified now, or as the register knew them at a moment."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import Jabatan, Jenjang, Kedudukan
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.organisation import Orang, Pegawai, Unit

PERJANJIAN = "PERJANJIAN"


@dataclass
class Fakta:
    """Everything the projection of one pegawai rests on."""

    pegawai: Any
    jabatan: list[Any] = field(default_factory=list)
    golongan: list[Any] = field(default_factory=list)
    pendidikan: list[Any] = field(default_factory=list)
    kedudukan: list[Any] = field(default_factory=list)
    perjanjian: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Rujukan:
    """Reference rows the projection reads. `opd`: by unit, (first day, OPD) in order."""

    kedudukan: dict[str, tuple[str, bool]]
    jenjang: dict[str, Any]
    usia: dict[str, int]
    usia_jabatan: dict[uuid.UUID, int]
    opd: dict[uuid.UUID, list[tuple[date, uuid.UUID | None]]]
    hanya_dicantumkan: bool


def known(table: Any, at: datetime | None) -> sa.ColumnElement[bool]:
    """Entries verified now, or those the register knew at a moment."""
    if at is None:
        return sa.and_(table.status == r.TERVERIFIKASI)
    return sa.and_(table.dicatat_at <= at, sa.or_(table.dicabut_at.is_(None), table.dicabut_at > at))


def read(keys: Sequence[uuid.UUID], at: datetime | None = None) -> list[Fakta]:
    """Facts of these pegawai, in the order of their keys. Six statements, however many they are."""
    people = sa.select(
        Pegawai.id, Pegawai.nip, Pegawai.nama, Pegawai.status, Orang.jenis_kelamin, Orang.tanggal_lahir
    ).join(Orang, Orang.id == Pegawai.orang_id)
    found = {row.id: Fakta(row) for row in db.session.execute(people.where(Pegawai.id.in_(keys)).order_by(Pegawai.id))}
    for name, table in (
        ("jabatan", r.RiwayatJabatan), ("golongan", r.RiwayatGolongan), ("pendidikan", r.RiwayatPendidikan),
        ("kedudukan", r.RiwayatKedudukan),
    ):  # fmt: skip
        for row in _entries(table, keys, at):
            getattr(found[row.pegawai_id], name).append(row)
    for row in _entries(r.RiwayatLain, keys, at, r.RiwayatLain.jenis == PERJANJIAN):
        found[row.pegawai_id].perjanjian.append(row)
    return list(found.values())


def _entries(table: Any, keys: Sequence[uuid.UUID], at: datetime | None, *more: Any) -> Iterable[Any]:
    columns = table.__table__.c
    query = sa.select(columns).where(columns.pegawai_id.in_(keys), known(table, at), *more)
    return db.session.execute(query.order_by(columns.pegawai_id, columns.tmt, columns.dicatat_at, columns.id))


def references(units: Iterable[uuid.UUID]) -> Rujukan:
    """Reference rows, and the OPD of these units through time."""
    levels = {row.kode: row for row in db.session.execute(sa.select(Jenjang.kode, Jenjang.kelompok, Jenjang.nama,
                                                                    Jenjang.bup))}  # fmt: skip
    ages = sa.select(Jabatan.id, Jabatan.usia_bup).where(Jabatan.usia_bup.is_not(None))
    standing = db.session.execute(sa.select(Kedudukan.kode, Kedudukan.kelompok, Kedudukan.dihitung))
    counted = aturan.nilai("pendidikan_dicantumkan", organisation.today()) == "DICANTUMKAN"
    return Rujukan(
        {kode: (kelompok, dihitung) for kode, kelompok, dihitung in standing},
        levels, {kode: row.bup for kode, row in levels.items()},
        {key: age for key, age in db.session.execute(ages) if age}, _opd(set(units)), counted,
    )  # fmt: skip


def _opd(units: set[uuid.UUID]) -> dict[uuid.UUID, list[tuple[date, uuid.UUID | None]]]:
    """A unit that changed hands has several; one without versions has that of the kernel's row, always."""
    found: dict[uuid.UUID, list[tuple[date, uuid.UUID | None]]] = defaultdict(list)
    versions = sa.select(UnorVersi.unit_id, UnorVersi.mulai, UnorVersi.pd_id).where(UnorVersi.unit_id.in_(units))
    for unit, start, pd in db.session.execute(versions.order_by(UnorVersi.unit_id, UnorVersi.mulai)):
        if not found[unit] or found[unit][-1][1] != pd:
            found[unit].append((start, pd))
    rest = sa.select(Unit.id, Unit.pd_id).where(Unit.id.in_(units - set(found)))
    for unit, pd in db.session.execute(rest):
        found[unit].append((date.min, pd))
    return {unit: [(date.min, rows[0][1]), *rows[1:]] for unit, rows in found.items()}
