"""An operator reaches the invitations of their institution, a person those meant for them, the sekretariat all."""

import sqlalchemy as sa

from portal.kernel.people import Principal
from portal.sertifikasi import VERIFIKASI
from portal.sertifikasi.kolektif import KOLEKTIF
from portal.sertifikasi.kolektif.models import Lembaga, Operator, Undangan


def visible_lembaga(user: Principal) -> sa.Select[tuple[Lembaga]]:
    """Institutions for which this person may register people today."""
    query = sa.select(Lembaga)
    if user.has(VERIFIKASI):
        return query
    if not user.has(KOLEKTIF):
        return query.where(sa.false())
    mine = sa.select(Operator.lembaga_id).where(Operator.user_id == user.id, Operator.dicabut_at.is_(None))
    return query.where(Lembaga.id.in_(mine), Lembaga.aktif)


def visible_undangan(user: Principal) -> sa.Select[tuple[Undangan]]:
    """For those who register: who was invited, how far they are."""
    return sa.select(Undangan).where(Undangan.lembaga_id.in_(visible_lembaga(user).with_only_columns(Lembaga.id)))


def own_undangan(user: Principal) -> sa.Select[tuple[Undangan]]:
    return sa.select(Undangan).where(Undangan.user_id == user.id)
