"""The worker dies while it issues certificates: the next one goes on, none is missing, none is made twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

import worker
from portal.kernel import jobs, storage
from portal.kernel.approval import SubmissionEvent
from portal.kernel.db import commit, db, rollback
from portal.kernel.documents import Document
from portal.kernel.jobs import ANTRE, BERJALAN, SELESAI, Job
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import sertifikat
from tests.faults.machine import Machine, until
from tests.sertifikasi import factories_keputusan as f

MANY, ENOUGH, SLOWEST = 60, 10, 120
ROOT = Path(worker.__file__).parent
Start = Callable[[], subprocess.Popen[bytes]]


def descendants(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        path = Path(f"/proc/{one}/task/{one}/children")
        found += [int(text) for text in path.read_text().split()] if path.exists() else []
    return found


def kill(process: subprocess.Popen[bytes]) -> None:
    """All of it at once, the process that holds the job first."""
    for pid in reversed(descendants(process.pid)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait(10)


@pytest.fixture
def start(machine: Machine, tmp_path: Path) -> Iterator[Start]:
    """worker.py as it runs beside the web server; whatever is left of it is killed at the end."""
    running: list[subprocess.Popen[bytes]] = []
    changed = {"PEKERJA_SINGKAT": "1", "LINGKUNGAN": "uji", "VAR": str(machine.engines.var)}

    def begin() -> subprocess.Popen[bytes]:
        with (tmp_path / f"{len(running)}.log").open("wb") as out:
            environment = {**os.environ, **machine.environment, **changed}
            command = [sys.executable, "worker.py"]
            running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out))
        return running[-1]

    yield begin
    for process in running:
        kill(process)


def issued() -> int:
    rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(k.Sertifikat.status == k.BERLAKU)) or 0


def test_a_worker_killed_while_it_issues_is_followed_by_one_that_ends_it(
    portal: Flask, start: Start, jam: time_machine.Traveller, tmp_path: Path
) -> None:
    jam.move_to(datetime(2026, 11, 21, 3, 0, tzinfo=UTC), tick=True)
    with portal.app_context():
        place = f.lsp()
        rows = f.sertifikat_baru(place, MANY)
        f.beri_nomor(place, *rows)
        ketua, keys = place.panggil("ketua"), [row.id for row in rows]
        for some in (keys[: sertifikat.BATCH], keys[sertifikat.BATCH :]):
            assert [why for _, why in sertifikat.sign(some, ketua, f.PASSWORD) if why] == []
        commit()
        job = db.session.scalars(sa.select(Job).where(Job.nama == "sertifikasi-terbitkan")).one().id
        first = start()
        until(lambda: issued() >= ENOUGH, SLOWEST)
        kill(first)
        done = issued()
        assert ENOUGH <= done < MANY
        assert db.session.get_one(Job, job).status == BERJALAN
        (tmp_path / "jam").touch()  # the file knows the hour that the worker had
        jam.move_to(datetime.fromtimestamp((tmp_path / "jam").stat().st_mtime, UTC) + timedelta(minutes=3), tick=True)
        jobs.sweep()
        left = db.session.get_one(Job, job)
        assert left.status == ANTRE
        left.jalankan_at -= timedelta(minutes=3)  # the worker lives in its own hour
        commit()
        start()
        until(lambda: db.session.get_one(Job, job, populate_existing=True).status == SELESAI, SLOWEST)
        assert db.session.get_one(Job, job).percobaan == 2
        _nothing_missing_nothing_twice(keys)


def _nothing_missing_nothing_twice(keys: list[object]) -> None:
    rollback()
    papers = dict(db.session.execute(sa.select(k.Sertifikat.id, k.Sertifikat.dokumen_id)).tuples().all())
    assert sorted(map(str, papers)) == sorted(map(str, keys))
    assert issued() == len(set(papers.values())) == MANY
    drawn = db.session.scalars(sa.select(Document).where(Document.nama.like("SERTIFIKAT%"))).all()
    assert {row.id for row in drawn} == set(papers.values())
    assert all(storage.get(row.kunci) for row in drawn)
    for event in (k.SertifikatPeristiwa, SubmissionEvent):
        assert db.session.scalar(sa.select(sa.func.count()).where(event.aksi == "terbit")) == MANY
    assert db.session.scalar(sa.select(sa.func.count()).select_from(k.Surveilan)) == 2 * MANY
