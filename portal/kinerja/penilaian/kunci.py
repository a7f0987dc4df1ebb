"""What the calendar does to months: the lock that passes, and the unlock that BKPSDM gives."""

import uuid
from datetime import datetime

import sqlalchemy as sa

from portal.kernel import activity, approval, jobs, notices
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal
from portal.kinerja import kalender
from portal.kinerja.bulanan import services
from portal.kinerja.models import (
    BERJALAN,
    DIAJUKAN,
    DIBUKA,
    DIKEMBALIKAN,
    DRAF,
    MENUNGGU_PENILAI,
    TERKUNCI,
    TIDAK_LAPOR,
    Evaluasi,
    KinerjaBulanan,
)  # fmt: skip
from portal.kinerja.penilaian.services import evaluasi_of, periode
from portal.kinerja.predikat import predikat
from portal.kinerja.settings import aturan

activity.declare(**{"kinerja.dikunci": "status", "kinerja.dibuka": "sampai alasan"})
BATCH = 500
LOCKABLE = [BERJALAN, DIAJUKAN, DIKEMBALIKAN, DIBUKA]


@jobs.every(600, "Kunci bulan yang lewat batas")
@jobs.kind("kunci-bulan", antrean="panjang")
def kunci_bulan(job: jobs.Job) -> None:
    """Lock what is past its instant: never sent becomes TIDAK_LAPOR, sent but undecided waits for the penilai."""
    query = (
        services.full(sa.select(KinerjaBulanan))
        .join(approval.Submission, approval.Submission.id == KinerjaBulanan.submission_id)
        .where(approval.Submission.status.in_(LOCKABLE))
        .order_by(KinerjaBulanan.id)
        .limit(BATCH)
    )
    after = uuid.UUID(int=0)
    while True:
        rows = db.session.scalars(query.where(KinerjaBulanan.id > after)).unique().all()
        if not rows:
            return
        after = rows[-1].id
        for kb in rows:
            if kalender.jadwal(kb.tahun, kb.bulan, kb.pd_id).is_locked(kb):
                lock_month(kb)
        db.session.flush()


def lock_month(kb: KinerjaBulanan) -> None:
    """One bundle whose lock has passed, unless it was decided or unlocked since the list was read."""
    submission = approval.lock(kb.submission_id)
    db.session.refresh(kb, ["dibuka_sampai"])
    if submission.status not in LOCKABLE or not kalender.jadwal(kb.tahun, kb.bulan, kb.pd_id).is_locked(kb):
        return
    if submission.status == DIAJUKAN:
        approval.record_system(submission, "kunci", MENUNGGU_PENILAI)
        _provisional(kb, aturan(kb.tahun).predikat_diam)
        words = f"{submission.pemohon}: {submission.judul} melewati batas keputusan Anda."
        notices.notify(submission.assignee_id, words, "Nilai sementara dipakai sampai Anda memutuskan.")
    else:
        approval.record_system(submission, "kunci", TERKUNCI)
        _not_reported(kb)
    kb.dibuka_sampai = None
    activity.log("kinerja.dikunci", kb, status=submission.status)


def _provisional(kb: KinerjaBulanan, rating: str) -> None:
    row = _evaluasi(kb)
    row.rating_hasil = row.rating_perilaku = rating
    row.predikat, row.sementara = predikat(rating, rating), True


def _not_reported(kb: KinerjaBulanan) -> None:
    row = _evaluasi(kb)
    row.rating_hasil = row.rating_perilaku = None
    row.predikat, row.sementara = TIDAK_LAPOR, False


def _evaluasi(kb: KinerjaBulanan) -> Evaluasi:
    row = evaluasi_of(kb.skp_id, periode(kb)) or Evaluasi(skp_id=kb.skp_id, periode=periode(kb), status=DRAF)
    row.penilai = dict(kb.penilai)
    db.session.add(row)
    return row


def unlock(kb: KinerjaBulanan, until: datetime, why: str, user: Principal) -> None:
    """BKPSDM opens a locked month until an instant, with a reason. Raises Invalid, Conflict."""
    if len(why.strip()) < approval.NOTE_MIN:
        raise Invalid("alasan", "Tulis alasan membuka kunci, sedikitnya 10 huruf")
    if until <= now():
        raise Invalid("sampai", "Batas buka harus sesudah hari ini")
    submission = approval.lock(kb.submission_id)
    if submission.status not in (TERKUNCI, MENUNGGU_PENILAI):
        raise Conflict("Bulan ini tidak sedang terkunci.")
    target = DIBUKA if submission.status == TERKUNCI else DIAJUKAN
    approval.record_system(submission, "buka", target, f"{user.nama}: {why.strip()}")
    kb.dibuka_sampai = until
    activity.log("kinerja.dibuka", kb, by=user, sampai=until.isoformat(), alasan=why.strip())
    url = f"/kinerja/{kb.tahun}/{kb.bulan:02d}"
    notices.notify(submission.owner_id, f"{submission.judul} dibuka kembali", why.strip(), url)
