"""Who sees which month. Drafts belong to their owner; a sent bundle is read by those who answer for it."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel.access import in_scope
from portal.kernel.approval import Submission, inbox_rows
from portal.kernel.db import db
from portal.kernel.people import Principal
from portal.kinerja import LIHAT_BUKTI, LIHAT_ISI, LIHAT_NILAI, PANTAU
from portal.kinerja.models import BuktiDukung, BuktiTautan, Evaluasi, KinerjaBulanan, RealisasiBulanan, Skp

SENT = ["DIAJUKAN", "DIKEMBALIKAN", "DITETAPKAN", "MENUNGGU_PENILAI"]  # as the penilai may read it
SETTLED = ["DIAJUKAN", "DITETAPKAN", "MENUNGGU_PENILAI"]  # as offices may: a returned month is a draft again


def own_months(user: Principal) -> sa.Select[tuple[KinerjaBulanan]]:
    return sa.select(KinerjaBulanan).where(KinerjaBulanan.pegawai_id == user.pegawai_id)


def visible_bulan(user: Principal) -> sa.Select[tuple[KinerjaBulanan]]:
    """Own months in any state; sent ones as penilai, atasan penilai, or by permission for the unit."""
    return sa.select(KinerjaBulanan).where(KinerjaBulanan.id.in_(_months(user, LIHAT_ISI)))


def _months(user: Principal, permission: str) -> sa.Select[tuple[uuid.UUID]]:
    decides = sa.select(Submission.id).where(inbox_rows(user))
    led: list[sa.ColumnElement[bool]] = [KinerjaBulanan.submission_id.in_(decides)]
    if user.pegawai_id:
        led += [KinerjaBulanan.penilai_id == user.pegawai_id, KinerjaBulanan.atasan_penilai_id == user.pegawai_id]
    led.append(sa.and_(Submission.status.in_(SETTLED), _in_units(user, permission)))
    sent = sa.and_(Submission.status.in_(SENT), sa.or_(*led))
    return (
        sa.select(KinerjaBulanan.id)
        .join(Submission, Submission.id == KinerjaBulanan.submission_id)
        .where(sa.or_(KinerjaBulanan.pegawai_id == user.pegawai_id, sent))
    )


def _in_units(user: Principal, permission: str) -> sa.ColumnElement[bool]:
    if user.units(permission) == []:
        return sa.false()
    skp = sa.select(Skp.id).where(in_scope(Skp, user, permission))
    return KinerjaBulanan.skp_id.in_(skp)


def visible_evidence(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Document ids of evidence: own, of those the person rates, and by permission for the unit."""
    months = (
        sa.select(KinerjaBulanan.id)
        .join(Submission, Submission.id == KinerjaBulanan.submission_id)
        .where(Submission.status.in_(SENT))
    )
    rated = sa.or_(
        KinerjaBulanan.submission_id.in_(sa.select(Submission.id).where(inbox_rows(user))),
        KinerjaBulanan.penilai_id == user.pegawai_id if user.pegawai_id else sa.false(),
        sa.and_(Submission.status.in_(SETTLED), _in_units(user, LIHAT_BUKTI)),
    )
    return (
        sa.select(BuktiDukung.dokumen_id)
        .join(BuktiTautan, BuktiTautan.bukti_id == BuktiDukung.id)
        .join(RealisasiBulanan, RealisasiBulanan.id == BuktiTautan.realisasi_id)
        .where(RealisasiBulanan.kinerja_bulanan_id.in_(months.where(rated)), BuktiDukung.dokumen_id.is_not(None))
    )


def may_see_rating(user: Principal, bulan: KinerjaBulanan, evaluasi: Evaluasi | None) -> bool:
    """Own once delivered; as decider of the case, whoever holds the seat now; atasan penilai; by permission.

    Never an admin of a PD.
    """
    if evaluasi is None:
        return False
    if bulan.pegawai_id == user.pegawai_id:
        return evaluasi.status != "DRAF"
    if user.pegawai_id and user.pegawai_id == bulan.atasan_penilai_id:
        return True
    decided = sa.select(Submission.id).where(Submission.id == bulan.submission_id, inbox_rows(user))
    if db.session.scalar(decided) is not None:
        return True
    units = user.units(LIHAT_NILAI)
    return units is None or bulan.pd_id in units


def monitored_skp(user: Principal) -> Any:
    """Condition on SKP rows whose monthly state this person may watch."""
    return in_scope(Skp, user, PANTAU)
