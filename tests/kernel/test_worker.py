"""The worker's processes: what they do, that they come back, that nothing is lost or doubled when one is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from rq import Worker

import worker
from portal.kernel import engines, jobs, storage
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.documents import Document
from portal.kernel.engines.processes import identity
from portal.kernel.issued import DokumenTerbit
from portal.kernel.jobs import ANTRE, BERJALAN, SELESAI, Job
from portal.kernel.organisation import Unit
from portal.kernel.pages.kabar import mail_digest
from portal.kernel.reports.request import REPORTS
from tests.conftest import empty_bucket
from tests.kernel.factories import UnitFactory
from tests.kinerja.factories import office, sent

ROOT = Path(worker.__file__).parent
WAIT = 90


def until(true: Callable[[], Any], seconds: float = WAIT) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return found


class Workers:
    """worker.py as it runs beside the web server, against the database of `serentak`."""

    def __init__(self, app: Flask, running: engines.Engines, log: Path) -> None:
        cfg = app.extensions["pamong"]
        changed = {"DATABASE_URL": cfg.database_url, "REDIS_URL": cfg.redis_url, "S3_BUCKET": cfg.s3_bucket}
        environment = {**os.environ, **running.environment(), **changed, "PEKERJA_SINGKAT": "1", "LINGKUNGAN": "uji"}
        self.log = log
        with log.open("wb") as out:
            command, nothing = [sys.executable, "worker.py"], subprocess.DEVNULL
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=nothing, stdout=out, stderr=out)

    def children(self) -> set[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in path.read_text().split()} if path.exists() else set()

    def working_on(self, key: uuid.UUID) -> int:
        """The process that RQ says is at work on this job."""
        for one in Worker.all(connection=storage.redis()):
            if (one.get_current_job_id() or "").startswith(key.hex) and one.pid:
                return int(one.pid)
        return 0

    def stop(self) -> None:
        family = self.children()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(map(identity, family)))


@pytest.fixture
def workers(serentak: Flask, running: engines.Engines, tmp_path: Path) -> Iterator[Workers]:
    started = Workers(serentak, running, tmp_path / "pekerja.log")
    yield started
    started.stop()


def state(key: Any) -> str:
    rollback()
    return db.session.get_one(Job, key, populate_existing=True).status


def counted(table: Any) -> int:
    rollback()
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def two_minutes_pass(key: Any) -> None:
    """For this job alone: the heartbeat of its row, and what Redis knows of its worker."""
    db.session.execute(sa.text("UPDATE pekerjaan SET denyut_at = denyut_at - interval '2 minutes'"))
    commit()
    redis: Any = storage.redis()
    for name in redis.scan_iter(f"rq:job:{key.hex}-*"):
        if redis.type(name) == b"hash":
            redis.hset(name, "last_heartbeat", b"2026-01-01T00:00:00.000000Z")


@pytest.mark.timeout(300)
def test_a_worker_killed_in_the_middle_of_a_pdf_leaves_exactly_one_paper(serentak: Flask, workers: Workers) -> None:
    """The job waits inside its last statement, document already stored, when its process gets kill -9."""
    with serentak.app_context():
        place = office()
        case = sent(place)
        commit()
        evidence = counted(Document)
        with db.engine.connect() as held:
            held.exec_driver_sql("LOCK TABLE dokumen_terbit IN SHARE MODE")
            key = REPORTS["rencana-aksi"].request(case.kb.id, place.me)
            commit()
            pid = until(lambda: workers.working_on(key) if state(key) == BERJALAN and stored() else 0)
            assert pid in workers.children()
            os.kill(pid, signal.SIGKILL)
            until(lambda: identity(pid) is None)
            held.rollback()
        until(lambda: not waiting_statements())
        assert (state(key), counted(Document), counted(DokumenTerbit)) == (BERJALAN, evidence, 0)
        jobs.sweep()
        commit()
        assert state(key) == BERJALAN, "for all the portal knows it is still at work"
        two_minutes_pass(key)
        jobs.sweep()
        commit()
        until(lambda: state(key) == SELESAI)
        job = db.session.get_one(Job, key, populate_existing=True)
        assert job.percobaan == 2
        assert (counted(Document), counted(DokumenTerbit)) == (evidence + 1, 1)
        document = db.session.get_one(Document, job.hasil_id)
        body = storage.get(document.kunci)
        assert body is not None
        assert body.startswith(b"%PDF-")
        assert db.session.scalar(sa.select(DokumenTerbit.nomor)) == f"RENCANA-AKSI-{now().year}-000001"
        assert "starting another" in workers.log.read_text()
        empty_bucket(storage.s3(), storage.config().s3_bucket)


def stored() -> bool:
    found = storage.s3().list_objects_v2(Bucket=storage.config().s3_bucket, Prefix="isi/")
    return bool(found.get("Contents"))


def waiting_statements() -> int:
    """Statements of killed workers that the server has not noticed yet."""
    rollback()
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return int(db.session.scalar(sa.text(query)) or 0)


@pytest.mark.timeout(300)
def test_a_killed_parent_takes_its_children_along(serentak: Flask, workers: Workers) -> None:
    with serentak.app_context():
        until(lambda: len(Worker.all(connection=storage.redis())) == 2)
    family = until(lambda: workers.children() if len(workers.children()) >= 3 else set())
    workers.process.kill()
    workers.process.wait()
    until(lambda: not any(map(identity, family)))


@pytest.mark.timeout(300)
def test_both_queues_are_served_and_a_term_signal_ends_everything(serentak: Flask, workers: Workers) -> None:
    with serentak.app_context():
        keys = [
            jobs.enqueue(mail_digest, "Ringkasan", "panjang"),  # the queue that forks
            jobs.enqueue(jobs.KINDS["laporan"], "Tanpa peminta", "singkat", kode="rencana-aksi", subjek="-"),
        ]
        commit()
        until(lambda: [state(key) for key in keys] == [SELESAI, jobs.GAGAL])
    family = workers.children()
    workers.process.terminate()
    assert workers.process.wait(WAIT) == 0
    until(lambda: not any(map(identity, family)))


# ---- the clock's duties, in this process


def test_every_duty_of_the_clock_can_be_done_again_and_again(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        for _, duty in worker.periodic():
            worker._run(duty)
    assert caplog.text == ""
    waiting = db.session.scalars(sa.select(Job.kunci).where(Job.status == ANTRE)).all()
    wanted = {what.nama for _, what, _ in jobs.PERIODIC}
    assert wanted <= set(waiting)
    assert len(waiting) == len(set(waiting)), "a duty whose job still waits queues no second one"


def test_a_duty_that_fails_stores_nothing_and_the_clock_goes_on(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        UnitFactory.create()
        raise ValueError

    worker._run(broken)
    assert "failed" in caplog.text
    assert counted(Unit) == 0
    worker._run(UnitFactory.create)
    assert counted(Unit) == 1


def test_every_process_of_the_plan_serves_a_queue_that_jobs_use() -> None:
    served = {name for name, _ in worker.PROCESSES}
    assert {kind.antrean for kind in jobs.KINDS.values()} <= served


def test_settings_come_from_the_environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert worker.config().database_url == environment["DATABASE_URL"]
