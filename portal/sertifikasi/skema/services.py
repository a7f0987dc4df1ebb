"""Reading a scheme as a whole, and what changes about it."""

import uuid
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.kernel import activity
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict
from portal.kernel.people import User
from portal.sertifikasi.skema import models as m

activity.declare(
    **{"skema.dikonfirmasi": "kode versi nomor", "skema.terbit": "kode versi", "skema.draf": "kode versi",
       "skema.diubah": "kode versi apa", "skema.unit_diimpor": "kode unit baru berubah"}
)  # fmt: skip


class Person(Protocol):
    """Whoever is named as having done something: an account or the signed-in principal."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def nama(self) -> str: ...


def units_of(versi_id: uuid.UUID) -> list[m.UnitKompetensi]:
    """Units of a version in order, with their elemen and KUK: three statements."""
    query = (
        sa.select(m.UnitKompetensi)
        .join(m.SkemaUnit, m.SkemaUnit.unit_id == m.UnitKompetensi.id)
        .where(m.SkemaUnit.skema_versi_id == versi_id)
        .order_by(m.SkemaUnit.urut)
        .options(selectinload(m.UnitKompetensi.elemen).selectinload(m.Elemen.kuk))
    )
    return list(db.session.scalars(query))


def at_venue_only(versi_id: uuid.UUID) -> set[uuid.UUID]:
    """Units that this version never lets be assessed at a distance."""
    link, unit = m.SkemaUnit, m.UnitKompetensi
    query = sa.select(unit.id).join(link, link.unit_id == unit.id).where(link.skema_versi_id == versi_id)
    return set(db.session.scalars(query.where(sa.or_(link.wajib_luring, unit.wajib_luring))))


def requirements_of(versi_id: uuid.UUID) -> list[m.SkemaSyarat]:
    """DASAR first, then ADMINISTRATIF, each in its order."""
    row = m.SkemaSyarat
    query = sa.select(row).where(row.skema_versi_id == versi_id).order_by(row.kategori.desc(), row.urut)
    return list(db.session.scalars(query))


def standard_of(units: list[m.UnitKompetensi]) -> dict[uuid.UUID, m.Standar]:
    keys = {unit.standar_id for unit in units}
    return {row.id: row for row in db.session.scalars(sa.select(m.Standar).where(m.Standar.id.in_(keys)))}


def scheme_of(version: m.SkemaVersi) -> m.Skema:
    return db.session.scalars(sa.select(m.Skema).where(m.Skema.id == version.skema_id)).one()


def confirmed_by(version: m.SkemaVersi) -> str:
    """Name of who vouched for this version, "" when nobody did."""
    query = sa.select(User.nama).where(User.id == version.dikonfirmasi_oleh_id)
    return db.session.scalar(query) or ""


def confirm(version: m.SkemaVersi, by: Person) -> None:
    """Somebody vouches that the rows of this version are official; only this takes the CONTOH ribbon off.

    Raises Conflict when somebody already did.
    """
    if not version.contoh:
        raise Conflict("Skema ini sudah dikonfirmasi.", "Muat ulang halaman untuk melihat siapa dan kapan.")
    version.contoh, version.dikonfirmasi_at, version.dikonfirmasi_oleh_id = False, now(), by.id
    kode = db.session.scalar(sa.select(m.Skema.kode).where(m.Skema.id == version.skema_id))
    activity.log("skema.dikonfirmasi", version, by=by, kode=kode, versi=version.versi, nomor=version.nomor)
    db.session.flush()


def as_units(units: list[m.UnitKompetensi], standards: dict[uuid.UUID, m.Standar]) -> list[dict[str, Any]]:
    """The table of units as forms print it."""
    return [
        {"urut": urut, "kode": unit.kode, "judul": unit.judul, "standar": standards[unit.standar_id].nomor}
        for urut, unit in enumerate(units, 1)
    ]
