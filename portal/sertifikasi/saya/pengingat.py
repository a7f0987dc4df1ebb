"""What the calendar does for an asesi who has stopped: reminders of drafts and repairs, the end of an old draft.

Days of a draft count from its making, as its page shows them. `Permohonan.diingatkan` keeps which reminder went on
which day ("14": "2026-12-05", "perbaikan:2026-12-11": ...): the job may run any number of times a day.
"""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.kernel import approval, jobs, messages, notices
from portal.kernel.calendar import setempat, tanggal, zona_waktu
from portal.kernel.db import commit, db
from portal.kernel.people import User
from portal.kernel.storage import config
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.saya.services import today
from portal.sertifikasi.tenggat import DRAF, batas, semua

QUIET_DAYS = 3  # who changed something since needs no reminder yet
REPAIR_DAYS = 3  # before the last day of a repair
REPAIRS = (m.PERLU_PERBAIKAN, m.APL02_PERLU_PERBAIKAN)


@jobs.every(86400, "Ingatkan draf dan perbaikan permohonan")
@jobs.kind("sertifikasi-pengingat", antrean="panjang")
def ingatkan(job: jobs.Job) -> None:
    """Case by case, each in a transaction of its own: what has left must not leave again when a later one fails."""
    work = [(key, _draft) for key in _drafts()] + [(key, _repair) for key in _repairs()]
    for done, (key, act) in enumerate(work, 1):
        _held(key, act)
        commit()
        jobs.progress(job, done, len(work))


def _drafts() -> list[uuid.UUID]:
    """Drafts never sent that are old enough for the first reminder."""
    query = sa.select(Permohonan.id).join(Permohonan.submission)
    query = query.where(Permohonan.aktif, Permohonan.apl01_diajukan_at.is_(None), approval.Submission.status == m.DRAF)
    old = Permohonan.dibuat_at < _midnight(today() - timedelta(days=batas("ingat_1") - 1))
    return list(db.session.scalars(query.where(old).order_by(Permohonan.id)))


def _repairs() -> list[uuid.UUID]:
    query = sa.select(Permohonan.id).join(Permohonan.submission)
    query = query.where(Permohonan.aktif, approval.Submission.status.in_(REPAIRS))
    near = Permohonan.tenggat.between(today(), today() + timedelta(days=REPAIR_DAYS))
    return list(db.session.scalars(query.where(near).order_by(Permohonan.id)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zona_waktu(config().zona))


def _held(key: uuid.UUID, act: Callable[[Permohonan], None]) -> None:
    """Read the case again once nobody else can change its state."""
    submission_id = db.session.scalar(sa.select(Permohonan.submission_id).where(Permohonan.id == key))
    if submission_id is not None:
        approval.lock(submission_id)
        query = sa.select(Permohonan).where(Permohonan.id == key).options(joinedload(Permohonan.submission))
        act(db.session.scalars(query.execution_options(populate_existing=True)).one())


# ---- drafts


def _days() -> tuple[list[int], int]:
    """Days of the reminders, the last of which names the end, and the day of the end."""
    found = semua()
    *stages, end = (found[name] for name in DRAF)
    return stages, end


def _draft(case: Permohonan) -> None:
    if case.submission.status != m.DRAF or case.apl01_diajukan_at is not None:
        return
    warned = case.diingatkan.get(str(_days()[0][-1]))
    if warned and today() > _last_day(case, date.fromisoformat(warned)):
        _end(case)
        return
    stage = _due(case)
    if stage is None:
        return
    until = _last_day(case, today())
    _remind(case, str(stage), "Draf permohonan Anda menunggu dilanjutkan",
            f"{case.submission.judul}. Draf disimpan sampai {tanggal(until)}.")  # fmt: skip


def _last_day(case: Permohonan, warned: date) -> date:
    """As the page of the draft shows it, later only when the warning was late."""
    stages, end = _days()
    return max(_local(case.dibuat_at) + timedelta(days=end), warned + timedelta(days=end - stages[-1]))


def _due(case: Permohonan) -> int | None:
    """The furthest stage the draft has reached, unless it or a later one went; the warning never waits."""
    age = (today() - _local(case.dibuat_at)).days
    stages, _ = _days()
    stage = max((day for day in stages if day <= age), default=0)
    if not stage or any(str(day) in case.diingatkan for day in stages if day >= stage):
        return None
    quiet = (today() - _local(case.diubah_at)).days >= QUIET_DAYS
    return stage if quiet or stage == stages[-1] else None


def _end(case: Permohonan) -> None:
    """The draft stays readable for its owner; its files are theirs and stay in the locker."""
    case.aktif = False
    note = f"Draf tidak dikirim dalam {batas('draf')} hari."
    approval.record_system(case.submission, "batalkan", m.DIBATALKAN, note)
    notices.notify(case.user_id, "Draf permohonan Anda berakhir",
                   f"{case.submission.judul}. {note} Berkas Anda tetap di Dokumen Saya.", _page(case))  # fmt: skip


# ---- repairs


def _repair(case: Permohonan) -> None:
    if case.submission.status not in REPAIRS or case.tenggat is None:
        return
    key = f"perbaikan:{case.tenggat.isoformat()}"
    if key not in case.diingatkan:
        _remind(case, key, "Batas perbaikan permohonan Anda sudah dekat",
                f"{case.submission.judul}. Kirim perbaikan sampai {tanggal(case.tenggat)}.")  # fmt: skip


# ---- telling


def _remind(case: Permohonan, key: str, subject: str, words: str) -> None:
    """In the portal always; to an address only when it was proven to be theirs."""
    given = {**case.diingatkan, key: today().isoformat()}
    same = {"diingatkan": given, "diubah_at": Permohonan.diubah_at}  # a reminder is no change by the asesi
    db.session.execute(sa.update(Permohonan).where(Permohonan.id == case.id).values(same))
    notices.notify(case.user_id, subject, words, _page(case))
    account = db.session.get_one(User, case.user_id)
    address = account.surel if account.surel_terbukti else account.ponsel
    if account.aktif and address:
        messages.send(address, subject, f"{subject}. {words} Buka {config().alamat}{_page(case)}")


def _page(case: Permohonan) -> str:
    return f"/sertifikasi/saya/{case.id}"


def _local(moment: datetime) -> date:
    return setempat(moment, config().zona).date()
