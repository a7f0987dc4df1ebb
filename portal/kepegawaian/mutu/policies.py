"""Whose tickets and figures somebody may read: MUTU, for the units it is held for."""

import uuid

import sqlalchemy as sa

from portal.kepegawaian import MUTU
from portal.kepegawaian.mutu.models import TiketMutu
from portal.kepegawaian.riwayat.policies import people_in
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal

TERBUKA, SELESAI = "TERBUKA", "SELESAI"


def visible_tiket(user: Principal, keadaan: str = TERBUKA) -> sa.Select[tuple[TiketMutu]]:
    """Tickets of who sits today in the units of MUTU: who moved is not seen until the night writes it down."""
    inside = sa.select(Pegawai.id).where(people_in(user, MUTU))
    mine = sa.true() if user.units(MUTU) is None else TiketMutu.pegawai_id.in_(inside)
    query = sa.select(TiketMutu).where(mine if user.has(MUTU) else sa.false())
    return query.where(TiketMutu.ditutup.is_not(None) if keadaan == SELESAI else TiketMutu.ditutup.is_(None))


def offices(user: Principal) -> list[tuple[uuid.UUID, str]]:
    """OPD whose figures this person may read; a part of one has tickets, but no score of its own."""
    held = user.units(MUTU)
    query = sa.select(Unit.id, Unit.nama).where(in_force(Unit, organisation.today()), Unit.pd_id == Unit.id)
    if held is not None:
        query = query.where(Unit.id.in_(organisation.subtree(held)))
    return [(row.id, row.nama) for row in db.session.execute(query.order_by(Unit.nama).limit(400))]
