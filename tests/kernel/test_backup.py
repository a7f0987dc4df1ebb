"""Backups on the real engines: made, proven, damaged, brought back."""

import base64
import io
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.config import Config, ConfigError
from portal.kernel import activity, backup, engines, jobs, storage
from portal.kernel.backup import database as dumps
from portal.kernel.backup import manifest as manifests
from portal.kernel.backup import models, tasks
from portal.kernel.backup.models import BAIK, BERJALAN, GAGAL, LULUS, Cadangan, UjiPulih
from portal.kernel.backup.places import Bucket, Folder, archive_part, archives, first_place, place_named, second_place
from portal.kernel.backup.retention import STAMP, kept
from portal.kernel.backup.seal import CHUNK, BackupError, Damaged, Sealer, Unsealed, WrongKey, sealed_size, unsealed
from portal.kernel.commands import migrate
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.engines.processes import identity
from portal.kernel.errors import Conflict
from tests.conftest import NOW, empty_bucket
from tests.kernel.factories import UserFactory, give

ROOT = Path(__file__).resolve().parents[2]
KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))


# ---- sealed files


def sealed(data: bytes, label: str = "uji") -> bytes:
    raw = io.BytesIO()
    sealer = Sealer(raw, KEY, label)
    for start in range(0, len(data), 300_000):
        sealer.write(data[start : start + 300_000])
    sealer.close()
    assert sealer.sealed_bytes == len(raw.getvalue()) == sealed_size(len(data))
    return raw.getvalue()


def opened(body: bytes, key: bytes = KEY, label: str = "uji") -> bytes:
    return b"".join(unsealed(io.BytesIO(body), key, label))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_comes_back(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert opened(sealed(data)) == data
    stream = Unsealed(io.BytesIO(sealed(data)), KEY, "uji")
    assert io.BufferedReader(stream).read() == data


@pytest.mark.parametrize("at", [0, 9, 20, 40, CHUNK + 100, -1])
def test_a_changed_byte_is_told(at: int) -> None:
    body = bytearray(sealed(random.Random(1).randbytes(2 * CHUNK)))
    body[at] ^= 1
    with pytest.raises(BackupError):
        opened(bytes(body))


def test_chunks_cannot_be_cut_off_dropped_or_swapped() -> None:
    body = sealed(random.Random(2).randbytes(3 * CHUNK))
    head, size = len(body) - 3 * (CHUNK + 16), CHUNK + 16
    first, second, third = (body[head + i * size : head + (i + 1) * size] for i in range(3))
    for forged in (first + second, first + third, second + first + third, first, b""):
        with pytest.raises(Damaged):
            opened(body[:head] + forged)
    with pytest.raises(Damaged):
        opened(body[:10])


def test_another_key_and_another_place_are_refused() -> None:
    with pytest.raises(WrongKey):
        opened(sealed(b"isi"), OTHER_KEY)
    with pytest.raises(Damaged):
        opened(sealed(b"isi", "basis-data a"), label="basis-data b")


# ---- settings


def test_the_settings_name_both_places_and_the_flag_of_a_copy(environment: dict[str, str], tmp_path: Path) -> None:
    key = base64.b64encode(KEY).decode()
    own = {**environment, "VAR": str(tmp_path), "KUNCI_CADANGAN": key, "SUREL_URL": "smtp://surel"}
    cfg = Config.from_env(own)
    assert (cfg.backup_key, cfg.cadangan_dir, cfg.latihan) == (KEY, tmp_path / "cadangan", False)
    assert cfg.surel_url == "smtp://surel"
    assert Config.from_env({**own, "KUNCI_CADANGAN": ""}).backup_key == b""
    with pytest.raises(ConfigError, match="KUNCI_CADANGAN"):
        Config.from_env({**own, "KUNCI_CADANGAN": key[:8]})
    (tmp_path / "mode-latihan").touch()
    copy = Config.from_env(own)
    assert (copy.latihan, copy.surel_url) == (True, "")


# ---- which archives stay


def test_seven_days_four_weeks_twelve_months_stay() -> None:
    last = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    ids = [f"{(last - timedelta(days=n)).strftime(STAMP)}-{n:06x}" for n in range(800)]
    stay = kept(ids, "Asia/Jakarta", last)
    assert set(ids[:7]) <= stay
    assert len(stay) == len(set(ids[:7]) | {ids[7], ids[14], ids[21]}) + 11
    assert kept(stay, "Asia/Jakarta", last) == stay
    assert kept(ids[:1], "Asia/Jakarta", last + timedelta(days=900)) == set(ids[:1]), "the last one never goes"
    assert kept([], "Asia/Jakarta", last) == set()


def test_several_of_a_day_leave_the_newest() -> None:
    hours = ["01", "02", "16", "18"]
    ids = [f"20261121T{hour}0000.000000Z-a" for hour in hours]
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert kept(ids, "Asia/Jakarta", at) == {ids[2], ids[3]}, "01.00 the next day in Jakarta is another day"
    assert kept(ids, "Asia/Jakarta", at - timedelta(hours=22, minutes=30)) == set(ids[1:]), "24 hours stay whole"


# ---- a portal with files, rows and two places


class Place:
    """A portal whose commits count, with a first place below `tmp` and a bucket of its own as the second."""

    def __init__(self, app: Flask, tmp: Path) -> None:
        self.app, self.tmp, self.before = app, tmp, app.extensions["pamong"]
        self.draw = random.Random(7)
        second = f"{self.before.s3_bucket}-kedua"
        self.use(
            var=tmp, cadangan_dir=tmp / "cadangan", backup_key=KEY, cadangan_s3_bucket=second,
            cadangan_s3_key=self.before.s3_key, cadangan_s3_secret=self.before.s3_secret,
        )  # fmt: skip

    def use(self, **changes: Any) -> None:
        self.app.extensions["pamong"] = replace(self.app.extensions["pamong"], **changes)

    @property
    def cfg(self) -> Config:
        found: Config = self.app.extensions["pamong"]
        return found

    @property
    def folder(self) -> Folder:
        return first_place(self.cfg)

    def fill(self, people: int = 3, files: int = 6) -> None:
        for number in range(people):
            user = UserFactory()
            activity.log("sesi.masuk", by=user, cara=f"uji {number}")
            commit()
        for number in range(files):
            body = self.draw.randbytes(self.draw.choice([10, 70_000]))
            storage.put(f"isi/{number:02x}/{self.draw.randbytes(8).hex()}", body, "image/png", "a" * 64)

    def objects(self) -> dict[str, bytes | None]:
        return {key: storage.get(key) for page in storage.keys_under("") for key in page}

    def stored(self) -> list[Path]:
        """Contents in the first place."""
        return sorted(path for path in (self.cfg.cadangan_dir / "isi").rglob("*") if path.is_file())

    def empty(self) -> None:
        """The machine after its disk was replaced."""
        rollback()
        db.session.remove()
        db.engine.dispose()
        dumps.clear(self.cfg.migration_url)
        empty_bucket(storage.s3(), self.cfg.s3_bucket)

    def run(self, *words: str) -> Any:
        return self.app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def place(serentak: Flask, running: engines.Engines, tmp_path: Path) -> Iterator[Place]:
    with serentak.app_context():
        made = Place(serentak, tmp_path)
        name = made.cfg.cadangan_s3_bucket
        yield made
        serentak.extensions["pamong"] = made.before
        rollback()
        db.session.remove()
        db.engine.dispose()
        second = Bucket(storage.s3(), name)
        second.prepare()
        empty_bucket(second.s3, second.bucket)
        if not dumps.facts(made.before.migration_url).tabel:  # a test left the machine empty
            migrate(made.before.migration_url, made.before.database_url)
            db.engine.dispose()


def listing(of: Any) -> dict[str, int]:
    return {name: size for prefix in ("arsip/", "isi/") for name, size in of.names(prefix)}


def test_reference_rows_of_the_migrations_do_not_make_a_machine_full(place: Place) -> None:
    found = dumps.facts(place.before.migration_url)
    filled = {table for table, count in found.tabel.items() if count}
    assert {"alembic_version", "hari_libur", "sertifikasi_retensi"} <= filled
    assert dumps.is_empty(found), filled


def test_a_backup_is_whole_in_both_places_and_the_next_writes_only_what_is_new(place: Place) -> None:
    place.fill()
    row = backup.take("TANGAN")
    assert (row.status, row.kedua, row.alasan) == (BAIK, "LENGKAP", "")
    assert (row.objek, row.objek_baru, len(place.stored())) == (6, 6, 6)
    second = second_place(place.cfg)
    assert listing(place.folder) == listing(second)
    assert archives(place.folder) == archives(second) == [row.arsip]
    before = {path: path.stat().st_mtime_ns for path in place.stored()}

    storage.put("isi/zz/baru", b"baru", "text/plain")
    storage.put("isi/zz/sama", b"baru", "text/plain")
    again = backup.take("TANGAN")
    assert (again.objek, len(place.stored())) == (8, 7)
    assert again.byte_baru < row.byte_baru
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert listing(place.folder) == listing(second)
    assert not list((place.cfg.cadangan_dir).glob(".sementara"))


def test_what_the_list_before_knows_is_not_read_again(place: Place) -> None:
    """Also for names whose order depends on how a store compares them."""
    for name in ("isi/00/a", "isi/00/b", "isi-x", "isi/0", "isi.y/b", "pratinjau/a/1.png", "Isi/ä", "isi/10/é", "z"):
        storage.put(name, name.encode(), "text/plain")
    backup.take("TANGAN")
    storage.put("isi/00/ab", b"baru", "text/plain")
    read: list[str] = []
    events, note = storage.s3().meta.events, lambda params, **_: read.append(params["url_path"])
    events.register("before-call.s3.GetObject", note)
    try:
        row = backup.take("TANGAN")
    finally:
        events.unregister("before-call.s3.GetObject", note)
    assert row.objek == 10
    assert [path.rpartition("/")[2] for path in read] == ["ab"]


def test_nothing_in_either_place_can_be_read_without_the_key(place: Place) -> None:
    storage.put("isi/aa/rahasia", b"NIK 3171234567890001" * 50, "text/plain")
    UserFactory(nama="Nama Yang Dicari")
    commit()
    backup.take("TANGAN")
    bodies = b"".join(path.read_bytes() for path in place.cfg.cadangan_dir.rglob("*") if path.is_file())
    for word in (b"3171234567890001", b"Nama Yang Dicari", b"PGDMP", b"rahasia"):
        assert word not in bodies
    assert place.cfg.cadangan_dir.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("dari", ["", "s3"])
def test_a_machine_is_emptied_and_comes_back_equal(place: Place, dari: str) -> None:
    place.fill(people=5, files=9)
    storage.put("lain/besar", place.draw.randbytes(3 * CHUNK + 5), "application/pdf")
    result = place.run("cadangkan")
    assert result.exit_code == 0, result.output
    assert "Tempat kedua: lengkap." in result.output
    files, facts = place.objects(), dumps.facts(place.cfg.migration_url)
    archive = archives(place.folder)[0]
    made = manifests.read(place.folder, KEY, archive)
    assert made.tabel["pengguna"] == 5
    assert (made.objek, made.byte_objek) == (10, sum(len(body or b"") for body in files.values()))

    place.empty()
    assert dumps.facts(place.cfg.migration_url).tabel == {}
    result = place.run("pulihkan", *(["--dari", dari] if dari else []))
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert all(line.startswith("LULUS") for line in lines[:-1]), lines
    assert lines[-1].startswith("HASIL: LULUS")
    assert place.objects() == files
    head = storage.s3().head_object(Bucket=place.cfg.s3_bucket, Key="lain/besar")
    assert head["ContentType"] == "application/pdf"
    found = dumps.facts(place.cfg.migration_url)
    assert found.tabel["pengguna"] == facts.tabel["pengguna"]
    assert found.rantai[0] == made.rantai[0] + 1, "the restore is a line of the log"
    assert activity.verify().broken is None
    assert db.session.scalars(sa.select(Cadangan.status).where(Cadangan.arsip == archive)).one() == BAIK
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cadangan).where(Cadangan.status == BERJALAN)) == 0
    assert (place.tmp / "mode-latihan").exists()

    place.use(latihan=True)
    with pytest.raises(BackupError, match="mode latihan"):
        backup.take("TANGAN")
    tasks.on_schedule()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(jobs.Job)) == 0
    assert place.run("akhiri-latihan").exit_code == 0
    assert not (place.tmp / "mode-latihan").exists()
    assert place.run("akhiri-latihan").exit_code == 1


def test_a_machine_with_data_is_refused_and_overwritten_only_when_asked(place: Place) -> None:
    place.fill()
    backup.take("TANGAN")
    files = place.objects()
    UserFactory(pengguna="sesudah")
    commit()
    storage.put("isi/zz/sesudah", b"isi", "text/plain")
    refused = place.run("pulihkan")
    assert refused.exit_code == 1
    assert "GAGAL  Tujuan berisi data" in refused.output
    assert storage.get("isi/zz/sesudah") == b"isi"
    assert not (place.tmp / "mode-latihan").exists()
    rollback()
    db.engine.dispose()
    result = place.run("pulihkan", "--timpa")
    assert result.exit_code == 0, result.output
    assert place.objects() == files
    assert db.session.scalar(sa.text("SELECT count(*) FROM pengguna WHERE pengguna = 'sesudah'")) == 0


def test_a_backup_is_of_one_moment_while_people_write(place: Place) -> None:
    """Counts, chain and dump belong to one snapshot, whatever is committed while they are taken."""
    place.fill()
    stop = threading.Event()

    def write() -> None:
        with place.app.app_context():
            while not stop.is_set():
                user = UserFactory()
                activity.log("sesi.masuk", by=user, cara="terus")
                commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        row = backup.take("TANGAN")
    finally:
        stop.set()
        writer.join()
    drilled = backup.drill()
    assert (drilled.status, drilled.arsip) == (LULUS, row.arsip), drilled.laporan
    made = manifests.read(place.folder, KEY, row.arsip)
    assert made.tabel["aktivitas"] == made.rantai[0]


# ---- faults


def test_a_wrong_key_opens_nothing_and_changes_nothing(place: Place) -> None:
    place.fill()
    backup.take("TANGAN")
    place.empty()
    place.use(backup_key=OTHER_KEY)
    result = place.run("pulihkan")
    assert result.exit_code == 1
    assert "Kunci cadangan tidak cocok" in result.output
    assert dumps.facts(place.cfg.migration_url).tabel == {}
    place.use(backup_key=b"")
    assert "KUNCI_CADANGAN belum diatur" in place.run("pulihkan").output
    assert "KUNCI_CADANGAN belum diatur" in place.run("cadangkan").output


def spoil_dump(place: Place, archive: str) -> None:
    path = place.cfg.cadangan_dir / archive_part(archive, "basis-data")
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


def remove_dump(place: Place, archive: str) -> None:
    (place.cfg.cadangan_dir / archive_part(archive, "basis-data")).unlink()


def swap_list(place: Place, archive: str) -> None:
    other = backup.take("TANGAN").arsip
    body = (place.cfg.cadangan_dir / archive_part(archive, "daftar")).read_bytes()
    (place.cfg.cadangan_dir / archive_part(other, "daftar")).write_bytes(body)


def remove_content(place: Place, archive: str) -> None:
    place.stored()[0].unlink()


def cut_content(place: Place, archive: str) -> None:
    path = place.stored()[0]
    path.write_bytes(path.read_bytes()[:-3])


def spoil_content(place: Place, archive: str) -> None:
    body = bytearray(place.stored()[0].read_bytes())
    body[-1] ^= 1
    place.stored()[0].write_bytes(body)


@pytest.mark.parametrize(("harm", "words"), [
    (spoil_dump, "Bagian basis data: Berkas cadangan"),
    (remove_dump, "Bagian basis data: Bagian arsip/"),
    (swap_list, "Bagian daftar berkas: Berkas cadangan"),
    (remove_content, "Isi 5 dari 6 berkas ada"),
    (cut_content, "Isi 5 dari 6 berkas ada"),
    (spoil_content, "; rusak: isi/"),
])  # fmt: skip
def test_a_damaged_archive_is_told_before_anything_changes(
    place: Place, harm: Callable[[Place, str], None], words: str
) -> None:
    place.fill()
    row = backup.take("TANGAN")
    harm(place, row.arsip)
    drilled = backup.drill()
    assert drilled.status == GAGAL
    assert any(line.startswith("GAGAL") and words in line for line in drilled.laporan), drilled.laporan
    place.empty()
    result = place.run("pulihkan")
    assert result.exit_code == 1
    assert any(line.startswith("GAGAL") and words in line for line in result.output.splitlines()), result.output
    assert dumps.facts(place.cfg.migration_url).tabel == {}
    assert place.objects() == {}


def test_a_damaged_content_is_written_again_by_the_next_backup(place: Place) -> None:
    place.fill()
    backup.take("TANGAN")
    cut_content(place, "")
    row = backup.take("TANGAN")
    assert (row.status, row.objek_baru) == (BAIK, 1)
    assert backup.drill().status == LULUS


def test_a_second_location_that_is_away_leaves_a_good_archive_and_is_caught_up(place: Place) -> None:
    place.fill()
    place.use(cadangan_s3_endpoint="http://127.0.0.1:9")
    row = backup.take("TANGAN")
    assert (row.status, row.kedua) == (BAIK, "GAGAL")
    assert "Tempat kedua tidak dapat dihubungi" in row.alasan
    assert place.run("pulihkan", "--dari", "s3").exit_code == 1
    place.use(cadangan_s3_endpoint="")
    later = backup.take("TANGAN")
    assert later.kedua == "LENGKAP"
    assert archives(second_place(place.cfg)) == [row.arsip, later.arsip]
    place.use(cadangan_s3_bucket="")
    assert backup.take("TANGAN").kedua == "TIDAK_DIATUR"
    with pytest.raises(BackupError, match="Tempat kedua belum diatur"):
        place_named("s3")


def test_a_full_disk_fails_the_backup_and_leaves_the_older_one(place: Place) -> None:
    place.fill()
    good = backup.take("TANGAN")
    storage.put("isi/zz/besar", place.draw.randbytes(400_000), "image/png")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))  # no file may grow beyond: what a full disk says
    try:
        with pytest.raises(OSError, match="File too large"):
            backup.take("TANGAN")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    failed = models.latest(1)[0]
    assert (failed.status, failed.alasan) == (GAGAL, "Tujuan cadangan penuh. Kosongkan ruang, lalu cadangkan lagi.")
    assert archives(place.folder) == [good.arsip]
    assert not (place.cfg.cadangan_dir / ".sementara").exists()
    assert backup.take("TANGAN").status == BAIK


def test_a_directory_that_cannot_be_used_is_named(place: Place) -> None:
    (place.tmp / "berkas").touch()
    place.use(cadangan_dir=place.tmp / "berkas")
    result = place.run("cadangkan")
    assert result.exit_code == 1
    assert "tidak dapat ditulis" in result.output


def test_a_backup_killed_in_the_middle_is_never_listed(place: Place) -> None:
    """It waits for a table that somebody holds when it gets kill -9."""
    place.fill()
    good = backup.take("TANGAN")
    cfg = place.cfg
    changed = {
        "DATABASE_URL": cfg.database_url, "DATABASE_URL_MIGRASI": cfg.migration_url, "REDIS_URL": cfg.redis_url,
        "S3_ENDPOINT": cfg.s3_endpoint, "S3_BUCKET": cfg.s3_bucket, "AWS_ACCESS_KEY_ID": cfg.s3_key,
        "AWS_SECRET_ACCESS_KEY": cfg.s3_secret, "SECRET_KEY": cfg.secret_key, "VAR": str(place.tmp),
        "KUNCI_DATA": base64.b64encode(cfg.data_key).decode(), "KUNCI_CADANGAN": base64.b64encode(KEY).decode(),
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "cadangkan"]
    with dumps.connect(cfg.migration_url) as held:
        # neither the counting nor pg_dump can read this table now
        held.execute("LOCK TABLE pengguna IN ACCESS EXCLUSIVE MODE")
        running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **changed}, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not _is_running(running) and time.monotonic() < until:
            time.sleep(0.05)
        assert running.poll() is None
        with pytest.raises(Conflict, match="lain sedang berjalan"):
            backup.take("TANGAN")
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert identity(running.pid) is None
    assert archives(place.folder) == [good.arsip]
    assert models.last_good() is not None
    rollback()
    later = backup.take("TANGAN")
    states = dict(db.session.execute(sa.select(Cadangan.arsip, Cadangan.status)).tuples().all())
    assert sorted(states.values()) == [BAIK, BAIK, GAGAL]
    assert archives(place.folder) == [good.arsip, later.arsip]


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    rollback()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Cadangan).where(Cadangan.status == BERJALAN))
    rollback()
    return bool(count)


def test_a_file_store_that_is_away_fails_the_backup_with_its_reason(place: Place) -> None:
    place.fill()
    place.use(s3_endpoint="http://127.0.0.1:9")
    result = place.run("cadangkan")
    assert result.exit_code == 1
    assert "Penyimpanan berkas tidak dapat dihubungi" in result.output
    assert archives(place.folder) == []


def test_archives_and_ids_that_are_not_there_are_named(place: Place, tmp_path: Path) -> None:
    assert "Tidak ada arsip cadangan" in place.run("pulihkan", "--dari", str(tmp_path / "kosong")).output
    row = backup.take("TANGAN")
    told = place.run("pulihkan", "--id", "20200101T000000Z-aaaaaa").output
    assert "Arsip 20200101T000000Z-aaaaaa tidak ada" in told
    assert row.arsip


def test_no_program_of_postgresql_is_told(place: Place) -> None:
    with pytest.raises(BackupError, match="PostgreSQL 99"):
        dumps.program("pg_dump", 99)


# ---- old archives


def test_old_archives_go_with_the_contents_only_they_named(place: Place, jam: Any) -> None:
    place.fill(files=2)
    first = backup.take("TANGAN")
    only = {key for page in storage.keys_under("isi/00") for key in page}
    for key in only:
        storage.delete(key)
    jam.shift(timedelta(hours=1))
    second = backup.take("TANGAN")
    assert len(place.stored()) == 2
    assert archives(place.folder) == [first.arsip, second.arsip]
    jam.shift(timedelta(days=1, hours=1))
    third = backup.take("TANGAN")
    assert len(place.stored()) == 1
    assert archives(second_place(place.cfg)) == archives(place.folder) == [second.arsip, third.arsip]
    assert listing(place.folder) == listing(second_place(place.cfg))
    gone = db.session.scalars(sa.select(Cadangan).where(Cadangan.dihapus_at.is_not(None))).all()
    assert {row.arsip for row in gone} == {first.arsip}
    assert backup.drill().status == LULUS


# ---- the clock, the jobs


def test_the_clock_asks_once_a_night_and_once_a_month(place: Place, jam: Any) -> None:
    def waiting() -> list[str]:
        rollback()
        return sorted(db.session.scalars(sa.select(jobs.Job.nama).where(jobs.Job.status == jobs.ANTRE)))

    tasks.on_schedule()
    commit()
    assert waiting() == [], "a portal without a first night has nothing to catch up"
    activity.log("sesi.masuk", by=UserFactory(), cara="uji")
    commit()
    jam.move_to(datetime(2026, 11, 21, 17, 59, tzinfo=UTC))
    tasks.on_schedule()
    commit()
    assert waiting() == []
    jam.move_to(datetime(2026, 11, 21, 18, 0, tzinfo=UTC))  # 01.00 WIB
    for _ in range(2):
        tasks.on_schedule()
        commit()
    assert waiting() == ["cadangkan"]
    db.session.add(Cadangan(arsip="x", asal="JADWAL", status=BAIK))
    db.session.execute(sa.delete(jobs.Job))
    commit()
    tasks.on_schedule()
    commit()
    assert waiting() == ["uji-pulih"]
    db.session.add(UjiPulih(arsip="x", status=LULUS, laporan=[]))
    db.session.execute(sa.delete(jobs.Job))
    commit()
    tasks.on_schedule()
    commit()
    assert waiting() == []
    place.use(backup_key=b"")
    jam.shift(timedelta(days=2))
    tasks.on_schedule()
    commit()
    assert waiting() == []


def run_job(key: Any) -> jobs.Job:
    commit()
    jobs.run(str(key))
    return db.session.get_one(jobs.Job, key, populate_existing=True)


def test_the_jobs_make_an_archive_and_try_it(place: Place) -> None:
    place.fill()
    assert run_job(backup.enqueue("JADWAL")).status == jobs.SELESAI
    assert run_job(backup.enqueue_drill()).status == jobs.SELESAI
    row, tried = models.latest(1)[0], models.last_drills(1)[0]
    assert (row.asal, row.status, tried.status, tried.arsip) == ("JADWAL", BAIK, LULUS, row.arsip)
    names = db.session.scalars(sa.text("SELECT datname FROM pg_database")).all()
    assert not any(name.endswith("_uji_pulih") for name in names)
    remove_dump(place, row.arsip)
    failed = run_job(backup.enqueue_drill())
    assert failed.status == jobs.GAGAL
    assert "basis data" in failed.alasan


# ---- the page


@pytest.fixture
def admin(app: Flask, masuk: Any) -> Any:
    user = UserFactory()
    give(user, "administrator")
    return masuk(user)


@pytest.fixture
def keyed(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    def use(**changes: Any) -> None:
        cfg = replace(storage.config(), **{"backup_key": KEY, "cadangan_dir": tmp_path, **changes})
        monkeypatch.setitem(app.extensions, "pamong", cfg)

    use()
    return use


def add(hours: float, **values: Any) -> Cadangan:
    at = now() - timedelta(hours=hours)
    plain = {"asal": "JADWAL", "status": BAIK, "kedua": "LENGKAP", "byte_isi": 5_000_000, "objek": 12}
    row = Cadangan(arsip=f"{at.strftime(STAMP)}-x", dibuat_at=at, **{**plain, **values})
    db.session.add(row)
    commit()
    return row


def test_the_page_says_how_old_the_last_good_backup_is(admin: Any, keyed: Any, jam: Any) -> None:
    page = admin.get("/cadangan").text
    assert "Belum ada cadangan yang baik" in page
    add(25)
    page = admin.get("/cadangan").text
    assert "Tepat waktu" in page
    assert "notice-negative" not in page
    jam.move_to(NOW + timedelta(hours=2))
    add(1, status=GAGAL, alasan="Tujuan cadangan penuh.", kedua="")
    page = admin.get("/cadangan").text
    assert "Cadangan baik terakhir lebih dari 26 jam yang lalu" in page
    assert "notice-negative" in page
    assert "Tujuan cadangan penuh." in page


def test_the_page_names_what_is_missing_and_draws_the_trend(admin: Any, keyed: Any, jam: Any) -> None:
    add(50)
    add(1, kedua="GAGAL", alasan="Tempat kedua tidak dapat dihubungi.")
    db.session.add(UjiPulih(arsip="x", status=GAGAL, laporan=["GAGAL  Bagian basis data: rusak"]))
    commit()
    page = admin.get("/cadangan").text
    assert "Cadangan terakhir belum ada di tempat kedua." in page
    assert "Ukuran arsip dalam MB" in page
    assert "GAGAL  Bagian basis data: rusak" in page
    add(0.5, kedua="TIDAK_DIATUR")
    keyed(cadangan_s3_bucket="")
    assert "Tempat kedua belum diatur" in admin.get("/cadangan").text
    keyed(backup_key=b"")
    page = admin.get("/cadangan").text
    assert "Kunci pencadangan belum diatur" in page
    assert "Cadangkan sekarang" not in page
    assert admin.post("/cadangan").status_code == 409


def test_the_buttons_queue_work_that_the_administrator_can_follow(admin: Any, keyed: Any) -> None:
    for path, kind in (("/cadangan", "cadangkan"), ("/cadangan/uji", "uji-pulih")):
        answer = admin.post(path)
        assert answer.status_code == 303
        assert admin.get(answer.headers["Location"]).status_code == 200
        assert db.session.scalars(sa.select(jobs.Job.nama).order_by(jobs.Job.id.desc()).limit(1)).one() == kind


def test_a_copy_says_so_on_every_page(admin: Any, keyed: Any) -> None:
    assert "Mode latihan" not in admin.get("/beranda").text
    keyed(latihan=True)
    assert "Mode latihan." in admin.get("/beranda").text
    page = admin.get("/cadangan").text
    assert "Mode latihan." in page
    assert "Cadangkan sekarang" not in page


def test_only_administrators_open_the_page(app: Flask, masuk: Any) -> None:
    assert masuk(UserFactory()).get("/cadangan").status_code == 403
