"""Withdrawing a scheme: from a day on nobody applies for it; who has applied goes on with the version they have."""

import uuid
from datetime import date

import sqlalchemy as sa

from portal.kernel import activity, calendar, notices
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi.saya.models import DRAF, Permohonan
from portal.sertifikasi.skema import models as m

REASON = 10

activity.declare(**{"skema.dicabut": "kode mulai alasan berjalan draf", "skema.cabut_batal": "kode"})


def affected(skema_id: uuid.UUID) -> tuple[int, int]:
    """Applications that go on, and drafts that can no longer be sent."""
    draft = Submission.status == DRAF
    query = (
        sa.select(sa.func.count().filter(~draft), sa.func.count().filter(draft))
        .select_from(Permohonan)
        .join(Submission, Submission.id == Permohonan.submission_id)
        .where(Permohonan.skema_id == skema_id, Permohonan.aktif)
    )
    running, drafts = db.session.execute(query).one()
    return running, drafts


def withdraw(version: m.SkemaVersi, since: date, why: str, user: Principal, today: date) -> None:
    """Asesi with an application under way are told what becomes of it. Raises Invalid, Conflict."""
    if since < today:
        raise Invalid("mulai", "Dicabut mulai: pilih hari ini atau sesudahnya")
    if len(why.strip()) < REASON:
        raise Invalid("alasan", f"Alasan: tulis sedikitnya {REASON} huruf")
    skema = _locked(version)
    if skema.dicabut_mulai is not None:
        raise Conflict(f"Skema ini sudah dicabut mulai {calendar.tanggal(skema.dicabut_mulai)}.")
    skema.dicabut_mulai, skema.dicabut_alasan = since, why.strip()
    running, drafts = affected(skema.id)
    activity.log("skema.dicabut", version, by=user, kode=skema.kode, mulai=since, alasan=why.strip(), berjalan=running,
                 draf=drafts)  # fmt: skip
    _tell(skema)


def restore(version: m.SkemaVersi, user: Principal) -> None:
    """Applications are taken again. Raises Conflict."""
    skema = _locked(version)
    if skema.dicabut_mulai is None:
        raise Conflict("Skema ini tidak dicabut.")
    skema.dicabut_mulai, skema.dicabut_alasan = None, ""
    activity.log("skema.cabut_batal", version, by=user, kode=skema.kode)


def _locked(version: m.SkemaVersi) -> m.Skema:
    return db.session.scalars(sa.select(m.Skema).where(m.Skema.id == version.skema_id).with_for_update()).one()


def _tell(skema: m.Skema) -> None:
    since = calendar.tanggal(skema.dicabut_mulai) if skema.dicabut_mulai else ""
    query = (
        sa.select(Permohonan.id, Permohonan.user_id, Submission.status)
        .join(Submission, Submission.id == Permohonan.submission_id)
        .where(Permohonan.skema_id == skema.id, Permohonan.aktif)
    )
    for row in db.session.execute(query):
        words = "Permohonan Anda tetap diproses dengan versi skemanya."
        if row.status == DRAF:
            words = f"Draf Anda hanya dapat dikirim sebelum {since}."
        notices.notify(row.user_id, f"Skema {skema.judul} dicabut mulai {since}", words,
                       f"/sertifikasi/saya/{row.id}")  # fmt: skip
