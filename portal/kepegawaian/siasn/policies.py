"""Who sees what of the synchronisation: reports by scope, runs and parcels for those who sync or approve."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LAPORAN, LIHAT_HUKDIS, SIASN, SIASN_SETUJU
from portal.kepegawaian.riwayat.policies import people_in
from portal.kepegawaian.siasn import catatan
from portal.kepegawaian.siasn import models as m
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

HUKDIS = catatan.HUKDIS.kode


def _scope(user: Principal) -> sa.ColumnElement[bool]:
    """People whose differences this person may read: all who sync, else those of the units the report is held for."""
    if user.has(SIASN) and user.units(SIASN) is None:
        return sa.true()
    if not user.has(LAPORAN):
        return sa.false()
    if user.units(LAPORAN) is None:
        return sa.true()
    return m.Pasangan.pegawai_id.in_(sa.select(Pegawai.id).where(people_in(user, LAPORAN)))


def visible_pasangan(user: Principal) -> sa.Select[tuple[m.Pasangan]]:
    """Pairs that differ; hukuman disiplin only for who may read it."""
    return sa.select(m.Pasangan).where(m.Pasangan.kelas != m.SAMA, _scope(user), _open(user, m.Pasangan))


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
