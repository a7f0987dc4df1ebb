"""Whose entries somebody may see and propose; everything as of today."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import KELOLA, LIHAT, LIHAT_HUKDIS, SENDIRI, USUL
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import jenis
from portal.kepegawaian.riwayat import models as r
from portal.kernel import organisation
from portal.kernel.access import in_scope
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal


def berlaku(on: Any) -> sa.ColumnElement[bool]:
    """Stretches of the projection that hold on a day."""
    return sa.and_(Keadaan.mulai <= on, Keadaan.sampai >= on)


def people_in(user: Principal, permission: str) -> sa.ColumnElement[bool]:
    """Condition on Pegawai: who sits today in the units for which this permission is held; all, when everywhere."""
    if user.units(permission) is None:
        return sa.true()
    inside = sa.select(Keadaan.pegawai_id).where(berlaku(organisation.today()), in_scope(Keadaan, user, permission))
    return Pegawai.id.in_(inside)


def visible_pegawai(user: Principal) -> sa.Select[tuple[Pegawai]]:
    """Pegawai whose page this person may open: own, those in the scope of LIHAT, and direct subordinates."""
    parts = [people_in(user, LIHAT)] if user.has(LIHAT) else []
    if user.pegawai_id and user.has(SENDIRI):
        parts.append(Pegawai.id == user.pegawai_id)
        below = sa.select(Keadaan.pegawai_id).where(berlaku(organisation.today()), Keadaan.atasan_id == user.pegawai_id)
        parts.append(Pegawai.id.in_(below))
    return sa.select(Pegawai).where(sa.or_(sa.false(), *parts))


def proposable(user: Principal) -> sa.Select[tuple[Pegawai]]:
    """Pegawai for whom this person may propose entries and files."""
    parts = [people_in(user, USUL)] if user.has(USUL) else []
    if user.pegawai_id and user.has(SENDIRI):
        parts.append(Pegawai.id == user.pegawai_id)
    return sa.select(Pegawai).where(sa.or_(sa.false(), *parts))


def sees_confidential(user: Principal, pegawai_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """Hukuman disiplin: the person, the direct atasan of today, and who holds LIHAT_HUKDIS for the unit."""
    if pegawai_id == user.pegawai_id:
        return sa.true()
    boss = sa.exists().where(
        Keadaan.pegawai_id == pegawai_id, berlaku(organisation.today()), Keadaan.atasan_id == user.pegawai_id
    ) if user.pegawai_id else sa.false()  # fmt: skip
    held = sa.exists().where(Pegawai.id == pegawai_id, people_in(user, LIHAT_HUKDIS)) if user.has(
        LIHAT_HUKDIS
    ) else sa.false()  # fmt: skip
    return sa.or_(boss, held)


def visible_entries(user: Principal, table: type[r.Riwayat], pegawai_id: uuid.UUID) -> sa.Select[tuple[Any]]:
    """Entries of one pegawai in one table. The caller has reached the pegawai through `visible_pegawai`.

    Drafts are seen by who wrote them and by the managers of the register.
    """
    query = sa.select(table).where(table.pegawai_id == pegawai_id)
    if not user.has(KELOLA):
        mine = table.diusulkan_oleh_id == user.id
        query = query.where(sa.or_(table.status != r.DRAF, mine))
    if table is r.RiwayatLain:
        closed = [one.kode for one in jenis.JENIS.values() if one.akses == jenis.TERBATAS]
        query = query.where(sa.or_(r.RiwayatLain.jenis.not_in(closed), sees_confidential(user, pegawai_id)))
    return query
