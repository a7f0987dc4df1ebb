"""Background work: it leaves with its transaction, comes back when Redis forgets, and its end is seen."""

import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from rq import Queue
from rq.job import Job as RqJob
from rq.worker import SimpleWorker

from portal.kernel import jobs, storage
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.errors import Conflict, Missing
from portal.kernel.jobs import ANTRE, BERJALAN, GAGAL, RETRY_AFTER, SELESAI, Job, Kind, enqueue
from portal.kernel.organisation import Unit
from tests.kernel.factories import UnitFactory, UserFactory
from tests.kernel.sessions import Other, together

RESULT = uuid.UUID("01a20039-7fad-77d3-b688-1b552a6fcf67")


class Work:
    """A declared job that notes its runs and does what the test puts into `act`."""

    def __init__(self) -> None:
        self.ran: list[dict[str, Any]] = []
        self.act: Any = lambda job: RESULT
        self.kind = jobs.kind("uji")(self)

    def __call__(self, job: Job) -> uuid.UUID | None:
        self.ran.append(dict(job.argumen))
        result: uuid.UUID | None = self.act(job)
        return result

    def ask(self, kunci: str = "uji", **argumen: Any) -> uuid.UUID:
        return enqueue(self.kind, "Pekerjaan uji", kunci, **argumen)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(jobs, "KINDS", dict(jobs.KINDS))
    return Work()


def queued(name: str = "singkat") -> list[str]:
    """The keys of the rows that Redis holds, in order."""
    return [text.partition("-")[0] for text in Queue(f"pamong-{name}", connection=storage.redis()).get_job_ids()]


def row(key: uuid.UUID) -> Job:
    return db.session.get_one(Job, key, populate_existing=True)


def later(jam: Any, seconds: float) -> None:
    jam.shift(timedelta(seconds=seconds))


# ---- leaving with the transaction


def test_a_job_is_a_row_first_and_leaves_with_the_commit(app: Flask, work: Work) -> None:
    key = work.ask(a=1)
    assert queued() == []
    commit()
    assert queued() == [key.hex]
    job = row(key)
    assert (job.status, job.argumen, job.percobaan, job.judul, job.antrean) == (
        ANTRE, {"a": 1}, 0, "Pekerjaan uji", "singkat",
    )  # fmt: skip


def test_nothing_leaves_when_the_transaction_is_rolled_back(app: Flask, work: Work) -> None:
    work.ask()
    rollback()
    commit()
    assert queued() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_nothing_leaves_when_its_savepoint_is_rolled_back(app: Flask, work: Work) -> None:
    first = work.ask("tetap")
    savepoint = db.session.begin_nested()
    work.ask("batal")
    savepoint.rollback()
    commit()
    assert queued() == [first.hex]
    assert db.session.scalars(sa.select(Job.kunci)).all() == ["tetap"]


def test_a_long_job_goes_to_the_queue_of_its_kind(app: Flask, work: Work) -> None:
    key = enqueue(jobs.kind("uji-panjang", antrean="panjang")(work), "Panjang", "panjang")
    commit()
    assert (queued(), queued("panjang")) == ([], [key.hex])


def test_a_second_click_joins_the_job_that_lives(app: Flask, work: Work) -> None:
    first = work.ask()
    assert work.ask() == first
    assert work.ask("lain") != first
    commit()
    jobs.run(str(first))
    assert work.ask() != first, "the first one is done"
    assert len(work.ran) == 1


def test_two_clicks_at_the_same_moment_make_one_job(serentak: Flask, work: Work) -> None:
    def click() -> uuid.UUID:
        key = work.ask()
        commit()
        return key

    found = together(serentak, *[click] * 4)
    assert len(set(found)) == 1
    with serentak.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1


def test_the_second_click_gets_its_own_job_when_the_first_is_taken_back(serentak: Flask, work: Work) -> None:
    with serentak.app_context(), Other(serentak) as other:
        mine = work.ask()
        waiting = other.start(work.ask)
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        rollback()
        theirs = waiting.result(5)
        other.run(commit)
        assert theirs != mine
        assert queued() == [theirs.hex]


# ---- running


def test_a_job_runs_once_however_often_it_is_queued(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask(a=1)
    commit()
    jobs.run(str(key))
    jobs.run(str(key))
    job = row(key)
    assert work.ran == [{"a": 1}]
    assert (job.status, job.hasil_id, job.percobaan, job.selesai_at) == (SELESAI, RESULT, 1, now())
    jobs.run(str(uuid.uuid4()))
    assert len(work.ran) == 1


def test_two_workers_that_take_the_same_job_run_it_once(serentak: Flask, work: Work) -> None:
    with serentak.app_context():
        key = work.ask()
        commit()
    work.act = lambda job: time.sleep(0.1)
    together(serentak, *[lambda: jobs.run(str(key))] * 3)
    assert len(work.ran) == 1


def test_what_a_job_writes_is_stored_with_its_success_and_dropped_with_its_failure(app: Flask, work: Work) -> None:
    good, bad = work.ask("baik", kode="A"), work.ask("buruk", kode="B")
    commit()

    def act(job: Job) -> None:
        UnitFactory.create(kode=job.argumen["kode"])
        if job.argumen["kode"] == "B":
            raise ValueError

    work.act = act
    jobs.run(str(good))
    jobs.run(str(bad))
    assert db.session.scalars(sa.select(Unit.kode)).all() == ["A"]


def test_a_job_reads_what_is_stored_now_not_what_an_earlier_one_read(app: Flask, work: Work) -> None:
    unit, seen = UnitFactory.create(nama="Lama"), []
    key = work.ask()
    commit()
    db.session.execute(sa.text("UPDATE unit SET nama = 'Baru'"))
    work.act = lambda job: seen.append(db.session.get_one(Unit, unit.id).nama)
    jobs.run(str(key))
    assert seen == ["Baru"]


def test_progress_is_seen_from_another_connection_before_the_job_ends(serentak: Flask, work: Work) -> None:
    seen: list[Any] = []
    with serentak.app_context(), Other(serentak) as other:
        key = work.ask()
        commit()

        def look() -> None:
            job = row(key)
            seen.append((job.status, job.progres, job.total))
            rollback()

        def act(job: Job) -> None:
            UnitFactory.create()
            jobs.progress(job, 3, 10)
            other.run(look)

        work.act = act
        jobs.run(str(key))
        look()
    assert seen == [(BERJALAN, 3, 10), (SELESAI, 10, 10)]


# ---- failing


@pytest.mark.parametrize(("error", "reason"), [
    (Conflict("Bulan ini sudah dikunci."), "Bulan ini sudah dikunci."),
    (Missing(), "Data yang diminta tidak ada lagi, atau tidak lagi dapat Anda buka."),
])  # fmt: skip
def test_what_a_person_can_be_told_is_final_at_once(app: Flask, work: Work, error: Exception, reason: str) -> None:
    key = work.ask()
    commit()
    work.act = lambda job: (_ for _ in ()).throw(error)
    jobs.run(str(key))
    job = row(key)
    assert (job.status, job.alasan, job.percobaan) == (GAGAL, reason, 1)
    assert job.selesai_at is not None


def test_a_failure_is_tried_again_with_growing_delay_and_then_shown(
    app: Flask, work: Work, jam: Any, caplog: pytest.LogCaptureFixture
) -> None:
    key = work.ask()
    commit()
    work.act = lambda job: 1 // 0
    for attempt, delay in enumerate(RETRY_AFTER, 1):
        jobs.run(str(key))
        job = row(key)
        assert (job.status, job.percobaan, job.jalankan_at) == (ANTRE, attempt, now() + delay)
        assert "galat di sistem kami" in job.alasan
        later(jam, delay.total_seconds() - 1)
        jobs.run(str(key))
        assert row(key).percobaan == attempt, "not before its time"
        later(jam, 1)
    jobs.run(str(key))
    job = row(key)
    assert (job.status, job.percobaan, job.selesai_at) == (GAGAL, 4, now())
    assert "ZeroDivisionError" in job.rincian
    assert "attempt 4" in caplog.text
    assert len(work.ran) == 4


def test_a_retry_that_works_leaves_no_reason_behind(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask()
    commit()
    work.act = lambda job: 1 // 0
    jobs.run(str(key))
    later(jam, 6)
    work.act = lambda job: RESULT
    jobs.run(str(key))
    job = row(key)
    assert (job.status, job.alasan, job.rincian, job.percobaan) == (SELESAI, "", "", 2)


@pytest.mark.parametrize(("act", "reason"), [
    (lambda job: storage.s3().get_object(Bucket="tidak-ada-ember", Key="x"), "Penyimpanan berkas"),
    (lambda job: db.session.execute(sa.text("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")), "Basis data"),
    (lambda job: db.session.execute(sa.text("SELECT 1/0")), "galat di sistem kami"),
])  # fmt: skip
def test_the_reason_names_the_engine_that_failed(app: Flask, work: Work, act: Any, reason: str) -> None:
    key = work.ask()
    commit()
    work.act = act
    jobs.run(str(key))
    assert reason in row(key).alasan


def test_a_worker_goes_on_after_its_database_connection_died(serentak: Flask, work: Work) -> None:
    """The same process and session, as in a SimpleWorker: first while it claims, then in the middle of a job."""
    with serentak.app_context():
        keys = [work.ask(str(n)) for n in range(3)]
        commit()
        _kill_connections()
        with pytest.raises(sa.exc.OperationalError):
            jobs.run(str(keys[0]))
        jobs.run(str(keys[0]))
        work.act = lambda job: db.session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
        jobs.run(str(keys[1]))
        work.act = lambda job: RESULT
        jobs.run(str(keys[2]))
        assert [row(key).status for key in keys] == [SELESAI, ANTRE, SELESAI]
        assert row(keys[1]).alasan == "Basis data sedang tidak dapat dihubungi."


def _kill_connections() -> None:
    engine = sa.create_engine(storage.config().database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


# ---- the sweep


def forget_everything() -> None:
    """Redis was emptied, or was away when the row was written."""
    storage.redis().flushdb()


def test_a_row_that_redis_forgot_is_sent_again_after_a_while(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask()
    commit()
    forget_everything()
    assert jobs.sweep() == 0, "it may still be on its way"
    later(jam, 21)
    assert jobs.sweep() == 1
    assert queued() == [], "not before the commit"
    commit()
    assert queued() == [key.hex]


def test_a_row_that_waits_in_the_queue_is_not_queued_twice(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask()
    commit()
    later(jam, 300)
    for _ in range(3):
        assert jobs.sweep() == 0
        commit()
    assert queued() == [key.hex]


def test_a_retry_is_sent_when_it_is_due_and_once(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask()
    commit()
    forget_everything()
    work.act = lambda job: 1 // 0
    jobs.run(str(key))
    commit()
    assert jobs.sweep() == 0
    later(jam, 5)
    assert jobs.sweep() == 1
    commit()
    assert jobs.sweep() == 0
    assert queued() == [key.hex]


def test_a_delayed_job_waits_for_its_time(app: Flask, work: Work, jam: Any) -> None:
    key = enqueue(work.kind, "Nanti", "nanti", delay=timedelta(hours=1))
    commit()
    later(jam, 3599)
    assert (queued(), jobs.sweep()) == ([], 0)
    jobs.run(str(key))
    assert work.ran == []
    later(jam, 1)
    assert jobs.sweep() == 1
    commit()
    assert queued() == [key.hex]


def died(key: uuid.UUID, attempts: int = 1) -> None:
    """A worker took the row and was never heard of again."""
    db.session.execute(sa.update(Job).where(Job.id == key).values(status=BERJALAN, denyut_at=now(), percobaan=attempts))
    commit()
    forget_everything()


def test_a_row_whose_worker_died_is_queued_again(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask()
    died(key)
    later(jam, 44)
    assert jobs.sweep() == 0
    later(jam, 2)
    assert jobs.sweep() == 1
    commit()
    assert queued() == [key.hex]
    assert "berhenti di tengah jalan" in row(key).alasan
    jobs.run(str(key))
    assert (row(key).status, row(key).percobaan) == (SELESAI, 2)


def test_a_job_that_kills_every_worker_is_given_up_and_purged_in_time(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask()
    died(key, attempts=4)
    later(jam, 46)
    assert jobs.sweep() == 0
    commit()
    assert (row(key).status, row(key).alasan) == (GAGAL, "Pekerja berhenti berulang kali.")
    later(jam, 31 * 86400)
    assert jobs.purge() == 1


def started(key: uuid.UUID, at: datetime) -> None:
    """Redis says that a worker is on it and was alive at that moment."""
    queue = Queue("pamong-singkat", connection=storage.redis())
    job = RqJob.create("portal.kernel.jobs.run", args=(str(key),), id=f"{key.hex}-1", connection=storage.redis())
    job.last_heartbeat = at
    job.save()
    storage.redis().zadd(queue.started_job_registry.key, {f"{job.id}:{uuid.uuid4().hex}": now().timestamp() + 600})


@pytest.mark.parametrize(("silent", "again"), [(60, 0), (120, 1)])
def test_a_long_job_without_progress_is_not_dead_while_its_worker_lives(
    app: Flask, work: Work, jam: Any, silent: int, again: int
) -> None:
    key = work.ask()
    died(key)
    later(jam, 600)
    started(key, now() - timedelta(seconds=silent))
    assert jobs.sweep() == again


def test_a_worker_that_comes_back_too_late_stores_nothing(app: Flask, work: Work, jam: Any) -> None:
    """Its row was given to another one meanwhile: one of the two results is kept, and one failure does not count."""
    key = work.ask()
    commit()
    inner = [False]

    def act(job: Job) -> uuid.UUID:
        UnitFactory.create(kode="DALAM" if inner[0] else "LUAR")
        if not inner[0]:
            inner[0] = True
            rollback()
            UnitFactory.create(kode="LUAR")
            died(key)
            later(jam, 46)
            jobs.sweep()
            commit()
            jobs.run(str(key))
            UnitFactory.create(kode="TERLAMBAT")
        return RESULT

    work.act = act
    jobs.run(str(key))
    assert set(db.session.scalars(sa.select(Unit.kode))) == {"LUAR", "DALAM"}
    assert (row(key).status, row(key).percobaan) == (SELESAI, 2)


def test_a_failure_that_comes_too_late_does_not_undo_the_success(app: Flask, work: Work, jam: Any) -> None:
    key = work.ask()
    commit()

    def act(job: Job) -> uuid.UUID:
        if job.percobaan == 1:
            died(key)
            later(jam, 46)
            jobs.sweep()
            commit()
            jobs.run(str(key))
            raise ValueError("terlambat")
        return RESULT

    work.act = act
    jobs.run(str(key))
    assert (row(key).status, row(key).alasan) == (SELESAI, "")


@pytest.fixture
def no_redis(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from dataclasses import replace

    gone = replace(storage.config(), redis_url="unix:///tidak/ada.sock")
    monkeypatch.setitem(app.extensions, "pamong", gone)
    yield
    storage.redis().close()


def test_without_redis_the_row_stays_and_nobody_is_disturbed(
    work: Work, no_redis: None, jam: Any, caplog: pytest.LogCaptureFixture
) -> None:
    key = work.ask()
    commit()
    assert "stay in the table until the sweep" in caplog.text
    assert row(key).status == ANTRE
    later(jam, 21)
    assert jobs.sweep() == 1
    commit()
    db.session.execute(sa.update(Job).values(status=BERJALAN, denyut_at=now(), percobaan=1))
    later(jam, 300)
    assert jobs.sweep() == 0, "without Redis nobody knows whether its worker lives"
    assert row(key).status == BERJALAN


# ---- what people and operators see


def test_jobs_are_visible_to_who_asked_for_them(app: Flask, work: Work) -> None:
    mine, theirs = UserFactory.create(), UserFactory.create()
    key = work.ask("satu", user_id=mine.id)
    work.ask("dua", user_id=theirs.id)
    work.ask("sistem")
    assert [job.id for job in db.session.scalars(jobs.visible_jobs(mine.id))] == [key]


def test_finished_jobs_are_kept_for_thirty_days(app: Flask, work: Work, jam: Any) -> None:
    done, waiting = work.ask("selesai"), work.ask("antre")
    commit()
    jobs.run(str(done))
    later(jam, 30 * 86400)
    assert jobs.purge() == 0
    later(jam, 1)
    assert jobs.purge() == 1
    assert db.session.scalars(sa.select(Job.id)).all() == [waiting]


def test_health_counts_what_waits_and_runs(app: Flask, work: Work, jam: Any) -> None:
    assert jobs.alive() == {"menunggu": 0, "berjalan": 0, "tertua_detik": 0}
    work.ask("satu")
    enqueue(work.kind, "Nanti", "nanti", delay=timedelta(hours=1))
    key = work.ask("jalan")
    died(key)
    later(jam, 90)
    assert jobs.alive() == {"menunggu": 2, "berjalan": 1, "tertua_detik": 90}


# ---- a real worker


def test_a_real_worker_takes_what_waits_and_stops_what_takes_too_long(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = work.ask("baik")
    commit()
    monkeypatch.setitem(jobs.TIMEOUT_SECONDS, "singkat", 1)
    slow = work.ask("lambat", lambat=True)
    commit()
    after = work.ask("sesudah")
    commit()
    work.act = lambda job: time.sleep(5) if job.argumen else RESULT
    redis = storage.redis()
    SimpleWorker([Queue("pamong-singkat", connection=redis)], connection=redis).work(burst=True, logging_level="ERROR")
    assert [row(key).status for key in (good, slow, after)] == [SELESAI, ANTRE, SELESAI]
    assert "JobTimeoutException" in row(slow).rincian
    assert queued() == []


def test_an_unknown_kind_is_a_visible_failure(app: Flask) -> None:
    key = enqueue(Kind("dihapus", lambda job: None, "singkat"), "Lama", "lama")
    commit()
    jobs.run(str(key))
    assert row(key).status == ANTRE
    assert "KeyError" in row(key).rincian
