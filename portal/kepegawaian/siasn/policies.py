"""Who sees what of the synchronisation: reports by scope, runs and parcels for those who sync or approve."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LAPORAN, LIHAT_HUKDIS, SIASN, SIASN_SETUJU
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat.policies import berlaku, people_in
from portal.kepegawaian.siasn import catatan
from portal.kepegawaian.siasn import models as m
from portal.kernel import organisation
from portal.kernel.access import in_scope
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import Principal

HUKDIS = catatan.HUKDIS.kode
BERBEDA = m.Pasangan.kelas != sa.literal_column(f"'{m.SAMA}'")  # a literal: the indexes of what differs ask for it


def _scope(user: Principal) -> sa.ColumnElement[bool]:
    """People whose differences this person may read: all who sync, else those of the units the report is held for."""
    if user.has(SIASN) and user.units(SIASN) is None:
        return sa.true()
    units = user.units(LAPORAN)
    if not units:
        return sa.true() if units is None else sa.false()
    near = sa.select(sa.func.coalesce(Unit.pd_id, Unit.id)).where(Unit.id.in_(units))
    inside = sa.select(Keadaan.pegawai_id).where(berlaku(organisation.today()), in_scope(Keadaan, user, LAPORAN))
    return sa.and_(m.Pasangan.pd_id.in_(near), m.Pasangan.pegawai_id.in_(inside))  # the first is what an index knows


def visible_pasangan(user: Principal) -> sa.Select[tuple[m.Pasangan]]:
    """Pairs that differ; hukuman disiplin only for who may read it."""
    query = sa.select(m.Pasangan).where(BERBEDA, _scope(user), _open(user, m.Pasangan))
    if user.has(SIASN) and user.units(SIASN) is None:
        return query
    return query.where(m.Pasangan.jenis.not_in(sorted(catatan.PRIBADI)))  # family, contacts: who synchronises


def _open(user: Principal, table: Any) -> sa.ColumnElement[bool]:
    """Rows that are not about discipline, and those of people whose discipline this person may read."""
    if user.units(LIHAT_HUKDIS) is None:
        return sa.true()
    inside = sa.select(Pegawai.id).where(people_in(user, LIHAT_HUKDIS))
    return sa.or_(table.jenis != HUKDIS, table.pegawai_id.in_(inside))


def _works(user: Principal) -> sa.ColumnElement[bool]:
    return sa.true() if user.has(SIASN) or user.has(SIASN_SETUJU) else sa.false()


def visible_jalan(user: Principal) -> sa.Select[tuple[m.Jalan]]:
    return sa.select(m.Jalan).where(_works(user))


def visible_paket(user: Principal) -> sa.Select[tuple[m.Paket]]:
    return sa.select(m.Paket).where(_works(user))


def visible_kotak(user: Principal, paket: uuid.UUID | None = None) -> sa.Select[tuple[m.Kotak]]:
    query = sa.select(m.Kotak).where(_works(user))
    if paket is not None:
        query = query.where(m.Kotak.paket_id == paket)
    return query.where(_open(user, m.Kotak))


def visible_panggilan(user: Principal) -> sa.Select[tuple[m.Panggilan]]:
    return sa.select(m.Panggilan).where(_works(user))
