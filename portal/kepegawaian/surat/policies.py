"""Letters somebody may see and write; scope is the unit they were written for."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import SURAT, SURAT_BACA
from portal.kepegawaian.surat.models import DRAF, SuratPengantar, SuratUsulan
from portal.kernel import documents, organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db
from portal.kernel.organisation import Unit, in_force
from portal.kernel.people import Principal


def _readable(user: Principal) -> sa.ColumnElement[bool]:
    """Drafts are seen by those who write letters there."""
    parts: list[sa.ColumnElement[bool]] = []
    if user.has(SURAT):
        parts.append(in_scope(SuratPengantar, user, SURAT))
    if user.has(SURAT_BACA):
        parts.append(sa.and_(in_scope(SuratPengantar, user, SURAT_BACA), SuratPengantar.status != DRAF))
    return sa.or_(sa.false(), *parts)


def visible_surat(user: Principal) -> sa.Select[tuple[SuratPengantar]]:
    return sa.select(SuratPengantar).where(_readable(user))


def writable_surat(user: Principal) -> sa.Select[tuple[SuratPengantar]]:
    mine = in_scope(SuratPengantar, user, SURAT) if user.has(SURAT) else sa.false()
    return sa.select(SuratPengantar).where(mine)


def printable_surat(user: Principal) -> sa.Select[tuple[SuratPengantar]]:
    """Only what was sent has a number, and only that is paper."""
    return visible_surat(user).where(SuratPengantar.nomor != "")


def visible_usulan(user: Principal) -> sa.Select[tuple[SuratUsulan]]:
    query = sa.select(SuratUsulan).join(SuratPengantar, SuratPengantar.id == SuratUsulan.surat_id)
    return query.where(_readable(user))


@documents.visible_through
def signed_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    return sa.select(SuratPengantar.dokumen_id).where(SuratPengantar.dokumen_id.is_not(None), _readable(user))


def places(user: Principal, permission: str = SURAT) -> list[Any]:
    """Units for which this person may write letters: those held, or every OPD; id, nama, pd_id."""
    held = user.units(permission)
    query = sa.select(Unit.id, Unit.nama, sa.func.coalesce(Unit.pd_id, Unit.id).label("pd_id")).where(
        in_force(Unit, organisation.today()), ~Unit.disembunyikan
    )
    query = query.where(Unit.pd_id == Unit.id) if held is None else query.where(Unit.id.in_(held))
    return list(db.session.execute(query.order_by(Unit.nama, Unit.kode).limit(400)))
