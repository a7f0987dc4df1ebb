"""BUP that the office sets for one jabatan, with its document and its days: it beats the national reference."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LIHAT, RUJUKAN, SENDIRI
from portal.kepegawaian.rujukan.models import BupKhusus
from portal.kernel import documents
from portal.kernel.calendar import tanggal
from portal.kernel.db import db
from portal.kernel.organisation import in_force
from portal.kernel.people import Principal, User


def _holding(jabatan_id: Any, on: date, column: Any) -> sa.Select[Any]:
    query = sa.select(column).where(
        BupKhusus.jabatan_id == jabatan_id, BupKhusus.dicabut_at.is_(None), in_force(BupKhusus, on)
    )
    return query.order_by(BupKhusus.mulai.desc()).limit(1)


def usia(jabatan_id: Any, on: date) -> Any:
    """The age in force on a day for the jabatan of an outer row, as an expression; NULL without one."""
    return _holding(jabatan_id, on, BupKhusus.usia).correlate_except(BupKhusus).scalar_subquery()


def berlaku(jabatan_id: uuid.UUID | None, on: date) -> BupKhusus | None:
    """What holds on a day; None for most jabatan."""
    return db.session.scalars(_holding(jabatan_id, on, BupKhusus)).first() if jabatan_id else None


def kunci(jabatan_id: Any, on: date) -> Any:
    """Key of what holds on a day for the jabatan of an outer row, as an expression."""
    return _holding(jabatan_id, on, BupKhusus.id).correlate_except(BupKhusus).scalar_subquery()


def kata(row: BupKhusus) -> str:
    """How an explanation cites it."""
    return f"{row.usia} tahun ditetapkan untuk jabatan ini mulai {tanggal(row.mulai)}: {row.dasar}"


def daftar(jabatan_id: uuid.UUID) -> Sequence[Any]:
    """Every one of a jabatan with who set it, withdrawn ones too, latest first: rows (BupKhusus, nama)."""
    query = sa.select(BupKhusus, User.nama).outerjoin(User, User.id == BupKhusus.dicatat_oleh_id)
    query = query.where(BupKhusus.jabatan_id == jabatan_id)
    return db.session.execute(query.order_by(BupKhusus.mulai.desc(), BupKhusus.id.desc())).all()


@documents.visible_through
def _papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """A rule for a jabatan is about nobody: who reads a TMT that rests on it may read it."""
    file: Any = BupKhusus.dokumen_id
    reads = any(user.has(one) for one in (RUJUKAN, LIHAT, SENDIRI))
    return sa.select(file).where(sa.true() if reads else sa.false())
