"""Background work. The job row is written in the transaction; the queue only carries its id.

States: ANTRE -> BERJALAN -> SELESAI or GAGAL. A job is a plain function of ids that may run twice:
it is retried three times, and a row whose worker died is queued again by `sweep`.
"""

import logging
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from rq import Queue
from rq.job import Job as RqJob
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, after_commit, commit, db, new_id, now, rollback
from portal.kernel.errors import DomainError
from portal.kernel.storage import ENGINE_DOWN, redis

logger = logging.getLogger(__name__)

ANTRE, BERJALAN, SELESAI, GAGAL = "ANTRE", "BERJALAN", "SELESAI", "GAGAL"
RETRY_AFTER = [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2)]
STALE_AFTER = timedelta(seconds=45)
WAITING_TOO_LONG = timedelta(seconds=20)
TIMEOUT_SECONDS = {"singkat": 600, "panjang": 6 * 3600}  # a backup of everything takes hours


class Delayed(Exception):
    """What a job needs is away for now. The message is for the person who waits."""


class Job(Base):
    """One piece of work that a person can follow. `kunci` makes a second click join the first."""

    __tablename__ = "pekerjaan"

    nama: Mapped[str]
    judul: Mapped[str]
    kunci: Mapped[str]
    antrean: Mapped[str] = mapped_column(default="singkat")
    argumen: Mapped[dict[str, Any]]
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    status: Mapped[str] = mapped_column(default=ANTRE)
    progres: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    percobaan: Mapped[int] = mapped_column(default=0)
    alasan: Mapped[str] = mapped_column(default="")
    rincian: Mapped[str] = mapped_column(default="")
    hasil_id: Mapped[uuid.UUID | None]
    jalankan_at: Mapped[datetime] = mapped_column(default=now)
    denyut_at: Mapped[datetime | None]
    selesai_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("status IN ('ANTRE', 'BERJALAN', 'SELESAI', 'GAGAL')", name="status"),
        sa.Index(
            "uq_pekerjaan_kunci_hidup", "kunci", unique=True,
            postgresql_where=sa.text("status IN ('ANTRE', 'BERJALAN')"),
        ),
        sa.Index(
            "ix_pekerjaan_hidup", "jalankan_at", postgresql_where=sa.text("status IN ('ANTRE', 'BERJALAN')")
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A declared job: its function takes the Job row and returns the id of a Document, or None."""

    nama: str
    run: Callable[[Job], uuid.UUID | None]
    antrean: str


KINDS: dict[str, Kind] = {}


def kind(nama: str, antrean: str = "singkat") -> Callable[[Callable[[Job], uuid.UUID | None]], Kind]:
    """Declare a job. `antrean` is "singkat" (seconds) or "panjang" (minutes, own process)."""

    def wrap(function: Callable[[Job], uuid.UUID | None]) -> Kind:
        KINDS[nama] = Kind(nama, function, antrean)
        return KINDS[nama]

    return wrap


PERIODIC: list[tuple[int, Kind, str]] = []  # seconds between two runs, the job, its title


def every(seconds: int, judul: str) -> Callable[[Kind], Kind]:
    """Let the clock ask for this job again and again. One that still waits or runs is not asked for twice."""

    def wrap(what: Kind) -> Kind:
        PERIODIC.append((seconds, what, judul))
        return what

    return wrap


def enqueue(
    what: Kind, judul: str, kunci: str, user_id: uuid.UUID | None = None, delay: timedelta | None = None,
    **argumen: Any,
) -> uuid.UUID:  # fmt: skip
    """Write the job's row now; hand it to the queue after the commit. Joins a living job of the same key."""
    fresh = insert(Job).values(
        id=new_id(), nama=what.nama, judul=judul, kunci=kunci, antrean=what.antrean, argumen=argumen,
        user_id=user_id, status=ANTRE, jalankan_at=now() + (delay or timedelta()), dibuat_at=now(), diubah_at=now(),
        progres=0, total=0, percobaan=0, alasan="", rincian="",
    )  # fmt: skip
    row = fresh.on_conflict_do_update(
        index_elements=[Job.kunci],
        index_where=sa.text("status IN ('ANTRE', 'BERJALAN')"),
        set_={"judul": fresh.excluded.judul},
    ).returning(Job.id)
    job_id: uuid.UUID = db.session.execute(row).scalar_one()
    if delay is None:
        after_commit(lambda: _send([(job_id, what.antrean)]))
    return job_id


def _send(ids: list[tuple[uuid.UUID, str]]) -> None:
    """Give ids to the queue. When Redis is away the rows stay ANTRE and `sweep` sends them later."""
    try:
        for job_id, antrean in ids:
            _queue(antrean).enqueue(
                "portal.kernel.jobs.run", str(job_id), job_id=f"{job_id.hex}-{now().timestamp():.0f}",
                job_timeout=TIMEOUT_SECONDS[antrean], result_ttl=60, failure_ttl=3600,
            )  # fmt: skip
    except ENGINE_DOWN:
        logger.warning("queue unreachable; %d job(s) stay in the table until the sweep", len(ids))


def _queue(name: str) -> Queue:
    return Queue(f"pamong-{name}", connection=redis(), is_async=True)


def run(job_id: str) -> None:
    """Entry point of the worker. Claims the row, so that a job queued twice runs once."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():  # a session of its own: nothing an earlier job read or broke counts now
        _run(uuid.UUID(job_id))


def _run(key: uuid.UUID) -> None:
    job = _claim(key)
    if job is None:
        return
    attempt = job.percobaan
    try:
        hasil = KINDS[job.nama].run(job)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever went wrong is the job's visible failure
        rollback()
        _failed(key, attempt, error)
        return
    mine = sa.and_(Job.id == key, Job.status == BERJALAN, Job.percobaan == attempt)
    values = {"selesai_at": now(), "hasil_id": hasil, "progres": Job.total, "alasan": ""}
    kept = db.session.execute(sa.update(Job).where(mine).values(status=SELESAI, **values).returning(Job.id)).first()
    if kept is None:
        logger.warning("job %s (%s) was taken over by another worker; this result is dropped", job.nama, key)
        rollback()
        return
    commit()


def _claim(key: uuid.UUID) -> Job | None:
    claimed = db.session.execute(
        sa.update(Job)
        .where(Job.id == key, Job.status == ANTRE, Job.jalankan_at <= now())
        .values(status=BERJALAN, denyut_at=now(), percobaan=Job.percobaan + 1, rincian="")
        .returning(Job.id)
    ).first()
    commit()
    return db.session.get(Job, key) if claimed else None


def _failed(key: uuid.UUID, attempt: int, error: Exception) -> None:
    job = db.session.get_one(Job, key, populate_existing=True, with_for_update=True)
    if (job.status, job.percobaan) != (BERJALAN, attempt):
        rollback()  # taken over by another worker, whose outcome counts
        return
    job.alasan = reason_of(error)
    job.rincian = "".join(traceback.format_exception(error))[-8000:]
    final = isinstance(error, DomainError) or job.percobaan > len(RETRY_AFTER)
    job.status = GAGAL if final else ANTRE
    if final:
        job.selesai_at = now()
    else:
        job.jalankan_at = now() + RETRY_AFTER[job.percobaan - 1]
    logger.error("job %s (%s) failed, attempt %d", job.nama, key, job.percobaan, exc_info=error)
    commit()


def reason_of(error: Exception) -> str:
    """A sentence for the person who waits; the details stay in `rincian`."""
    if isinstance(error, DomainError):
        return error.pesan or "Data yang diminta tidak ada lagi, atau tidak lagi dapat Anda buka."
    if isinstance(error, Delayed):
        return str(error)
    if isinstance(error, ENGINE_DOWN):
        return "Penyimpanan berkas sedang tidak dapat dihubungi."
    if isinstance(error, sa.exc.OperationalError):
        return "Basis data sedang tidak dapat dihubungi."
    return "Pekerjaan berhenti karena galat di sistem kami. Petugas dapat melihat rinciannya."


def progress(job: Job, done: int, total: int) -> None:
    """Show how far a job is, at once, whatever its own transaction does later. Also its heartbeat."""
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.update(Job).where(Job.id == job.id).values(progres=done, total=total, denyut_at=now()))


def sweep() -> int:
    """Queue again what is due: rows Redis forgot, retries, and rows whose worker died. Returns how many."""
    stale = now() - STALE_AFTER
    running = sa.and_(Job.status == BERJALAN, Job.denyut_at < stale)
    dead = db.session.scalars(
        sa.select(Job).where(running).order_by(Job.jalankan_at).limit(200).with_for_update(skip_locked=True)
    ).all()
    for job in dead:
        if _still_working(job):
            continue
        over = job.percobaan > len(RETRY_AFTER)
        job.status = GAGAL if over else ANTRE
        job.jalankan_at = now()
        job.selesai_at = now() if over else None
        job.alasan = "Pekerja berhenti di tengah jalan; dicoba lagi." if not over else "Pekerja berhenti berulang kali."
    db.session.flush()
    due = db.session.execute(
        sa.select(Job.id, Job.antrean)
        .where(Job.status == ANTRE, Job.jalankan_at <= now(), Job.diubah_at <= now() - WAITING_TOO_LONG)
        .union(sa.select(Job.id, Job.antrean).where(Job.status == ANTRE, Job.percobaan > 0, Job.jalankan_at <= now()))
        .limit(500)
    ).all()
    ids = [(row.id, row.antrean) for row in due]
    queued = _queued({antrean for _, antrean in ids})
    ids = [one for one in ids if one[0].hex not in queued]
    after_commit(lambda: _send(ids))
    return len(ids)


def _queued(names: set[str]) -> set[str]:
    """Ids that Redis still holds: a long queue must not grow by what waits in it already."""
    try:
        return {text.partition("-")[0] for name in names for text in _queue(name).get_job_ids()}
    except ENGINE_DOWN:
        return set()


def _still_working(job: Job) -> bool:
    """True while RQ sees a live worker on it: a long job that shows no progress is not dead."""
    try:
        prefix = job.id.hex
        registry = _queue(job.antrean).started_job_registry
        ids = [i for i in registry.get_job_ids(cleanup=False) if i.startswith(prefix)]
        jobs = RqJob.fetch_many(ids, connection=redis()) if ids else []
    except ENGINE_DOWN:
        return True
    beats = [j.last_heartbeat for j in jobs if j is not None and j.last_heartbeat]
    return any(now() - beat < timedelta(seconds=90) for beat in beats)


def visible_jobs(user_id: uuid.UUID) -> sa.Select[tuple[Job]]:
    """A person's own jobs."""
    return sa.select(Job).where(Job.user_id == user_id)


def purge(days: int = 30) -> int:
    """Delete finished jobs older than `days`."""
    old = sa.delete(Job).where(Job.status.in_([SELESAI, GAGAL]), Job.selesai_at < now() - timedelta(days=days))
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def alive() -> dict[str, int]:
    """For /sehat: how many wait and run, and for how long the oldest has been waiting (seconds)."""
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(Job.status == ANTRE),
            sa.func.count().filter(Job.status == BERJALAN),
            sa.func.min(Job.jalankan_at).filter(Job.status == ANTRE),
        ).where(Job.status.in_([ANTRE, BERJALAN]))
    ).one()
    oldest = max(0, int((now() - row[2]).total_seconds())) if row[2] else 0
    return {"menunggu": row[0], "berjalan": row[1], "tertua_detik": oldest}
