"""What an outside person sees: cases inside the leave they were given, while it lasts."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portal.kernel.db import db
from portal.kernel.errors import Denied
from portal.kernel.organisation import in_force, today
from portal.kernel.people import Principal
from portal.sertifikasi import PANTAU
from portal.sertifikasi.repositori.models import AksesPihakKetiga
from portal.sertifikasi.saya.models import Permohonan

OVER = "Akses Anda belum disetujui atau sudah berakhir. Hubungi sekretariat LSP."


@dataclass(frozen=True)
class Lingkup:
    """`skema`: ids as texts, None for all; days between which a case was begun."""

    skema: tuple[str, ...] | None
    dari: date
    sampai: date
    berakhir: date
    tujuan: str


def is_outside(user: Principal) -> bool:
    return user.has(PANTAU)


def leaves(user: Principal) -> sa.Select[tuple[AksesPihakKetiga]]:
    """Leaves of this person in force today, approved and not taken back."""
    row = AksesPihakKetiga
    query = sa.select(row).where(row.user_id == user.id, row.disetujui_at.is_not(None), row.dicabut_at.is_(None))
    return query.where(in_force(row, today()))


def scope(user: Principal) -> Lingkup:
    """The leave that lasts longest. Raises Denied when there is none."""
    row = db.session.scalars(leaves(user).order_by(AksesPihakKetiga.selesai.desc()).limit(1)).first()
    if row is None:
        raise Denied(OVER)
    return Lingkup(tuple(row.skema) or None, row.data_dari, row.data_sampai, row.selesai, row.tujuan)


def admitted(user: Principal) -> sa.ColumnElement[bool]:
    """Whether any leave of this person is in force, for rows that belong to no case."""
    return sa.exists(leaves(user).with_only_columns(sa.literal(1)))


def need_leave(user: Principal) -> None:
    """Registers and lists, too, are read while a leave lasts. Raises Denied for an outsider without one."""
    if is_outside(user):
        scope(user)


def visible_cases(user: Principal) -> sa.Select[tuple[Permohonan]]:
    """Cases that were sent, inside any leave in force; nothing without one."""
    row = AksesPihakKetiga
    open_to = (
        leaves(user)
        .with_only_columns(sa.literal(1))
        .where(
            sa.or_(
                sa.func.jsonb_array_length(row.skema) == 0,
                row.skema.op("?")(sa.cast(Permohonan.skema_id, sa.Text())),
            ),
            sa.cast(sa.func.timezone("Asia/Jakarta", Permohonan.dibuat_at), sa.Date()).between(
                row.data_dari, row.data_sampai
            ),
        )
        .correlate(Permohonan)
    )
    return sa.select(Permohonan).where(Permohonan.apl01_diajukan_at.is_not(None), sa.exists(open_to))
