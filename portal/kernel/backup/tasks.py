"""Backups and drills as background work, and when the clock asks for them."""

import uuid
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from portal.kernel import activity, jobs
from portal.kernel.backup import models
from portal.kernel.backup.models import LULUS, Cadangan, UjiPulih
from portal.kernel.backup.restore import drill
from portal.kernel.backup.seal import BackupError
from portal.kernel.backup.take import take
from portal.kernel.calendar import setempat
from portal.kernel.db import db, now
from portal.kernel.storage import config

AT = time(1, 0)  # local; nobody works then, and the day before is complete


@jobs.kind("cadangkan", antrean="panjang")
def make(job: jobs.Job) -> uuid.UUID | None:
    last = now()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if now() - last > timedelta(seconds=1):
            last = now()
            jobs.progress(job, done, total)

    take(job.argumen["asal"], tell)
    return None


@jobs.kind("uji-pulih", antrean="panjang")
def try_restore(job: jobs.Job) -> uuid.UUID | None:
    row = drill()
    if row.status != LULUS:
        raise BackupError(next((line for line in row.laporan if not line.startswith(LULUS)), "Uji pulih gagal."))
    return None


def enqueue(asal: str, user_id: uuid.UUID | None = None) -> uuid.UUID:
    return jobs.enqueue(make, "Cadangkan basis data dan berkas", "cadangkan", user_id, asal=asal)


def enqueue_drill(user_id: uuid.UUID | None = None) -> uuid.UUID:
    return jobs.enqueue(try_restore, "Uji pulih cadangan terakhir", "uji-pulih", user_id)


def planned(moment: datetime, zona: str) -> datetime:
    """The last 01.00 local time that has passed."""
    local = setempat(moment, zona)
    at = datetime.combine(local.date(), AT, local.tzinfo)
    return at if at <= local else at - timedelta(days=1)


def is_due() -> bool:
    """Not tried since 01.00, and the portal existed then: a fresh one waits for its first night."""
    at = planned(now(), config().zona)
    if db.session.scalar(sa.select(Cadangan.id).where(Cadangan.dibuat_at >= at).limit(1)):
        return False
    first = db.session.scalar(sa.select(activity.Aktivitas.waktu).order_by(activity.Aktivitas.urut).limit(1))
    return first is not None and first < at


def drill_is_due() -> bool:
    """Once a month, as soon as there is an archive to try."""
    begin = planned(now(), config().zona).replace(day=1)
    tried = db.session.scalar(sa.select(UjiPulih.id).where(UjiPulih.dibuat_at >= begin).limit(1))
    return tried is None and models.last_good() is not None


def on_schedule() -> None:
    """Asked by the worker's clock."""
    cfg = config()
    if not cfg.backup_key or cfg.latihan:
        return
    if is_due():
        enqueue("JADWAL")
    if drill_is_due():
        enqueue_drill()
