"""The embedded engines are started, joined, killed and started again for real."""

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
import psycopg
import pytest
import redis
from botocore.config import Config

from portal.kernel import engines
from portal.kernel.engines import EngineError, Engines
from portal.kernel.engines.processes import identity, remembered

ALL_UP = {"postgres": True, "valkey": True, "seaweedfs": True}
ALL_DOWN = dict.fromkeys(ALL_UP, False)
HOLDER = """
import sys, time
from pathlib import Path
from portal.kernel import engines
engines.ensure(Path(sys.argv[1]))
print("siap", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with Engines(tmp_path_factory.mktemp("mesin"), testing=True) as started:
        yield started


@pytest.fixture
def var(tmp_path):
    """A folder whose engines are stopped whatever the test did to them."""
    yield tmp_path
    guard = remembered(tmp_path / "mesin" / "penjaga.pid")
    if guard:
        os.kill(guard, signal.SIGTERM)
        wait_until(lambda: identity(guard) is None)


def wait_until(true, seconds=15):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


def connect(url):
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def store(environment):
    return boto3.client(
        "s3", endpoint_url=environment["S3_ENDPOINT"], region_name=environment["S3_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )  # fmt: skip


def note(var, name):
    return remembered(var / "mesin" / f"{name}.pid")


def kill_everything(var):
    """What a power cut leaves: no process had time for anything. The guard last, it would end the others kindly."""
    postmaster = note(var, "postgres")
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    engines_and_guard = [note(var, name) for name in ("seaweedfs", "valkey", "postgres", "penjaga")]
    for pid in [*engines_and_guard[:3], *map(int, children), engines_and_guard[3]]:
        with contextlib.suppress(ProcessLookupError):  # children of a killed postmaster leave by themselves
            os.kill(pid, signal.SIGKILL)


def test_all_three_answer_with_what_the_portal_needs(shared):
    assert shared.alive() == ALL_UP
    environment = shared.environment()
    assert environment["LINGKUNGAN"] == "uji"
    assert len(base64.b64decode(environment["KUNCI_DATA"])) == 32
    with connect(environment["DATABASE_URL_MIGRASI"]) as connection:
        found = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
        assert {"pg_trgm", "unaccent", "btree_gist", "ltree"} <= found
    cache = redis.Redis.from_url(environment["REDIS_URL"])
    assert cache.ping()
    cache.close()
    s3 = store(environment)
    s3.put_object(Bucket=environment["S3_BUCKET"], Key="a.txt", Body=b"isi")
    assert s3.get_object(Bucket=environment["S3_BUCKET"], Key="a.txt")["Body"].read() == b"isi"
    s3.close()


def test_a_database_made_later_has_the_extensions_and_its_owner_no_more_power_than_needed(shared):
    url = shared.environment()["DATABASE_URL_MIGRASI"]
    with connect(url) as connection:
        connection.execute("CREATE DATABASE kemudian")
        row = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == (False, False)
    with connect(url.replace("/pamong?", "/kemudian?")) as connection:
        assert connection.execute("SELECT similarity('sagara', 'sagar') > 0.5").fetchone() == (True,)


def test_the_application_role_can_make_nothing(shared):
    with connect(shared.environment()["DATABASE_URL"]) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE coba (a int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE DATABASE coba")


def test_a_wrong_password_opens_nothing(shared):
    url = shared.environment()["DATABASE_URL"]
    password = url.split(":")[2].partition("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(url.replace(password, "salah"))


def test_secrets_are_readable_by_their_owner_alone(shared):
    for path in (shared.var / "lingkungan.env", shared.home / "mesin.json"):
        assert path.stat().st_mode & 0o077 == 0


def test_only_the_file_store_listens_and_only_on_loopback(shared):
    first = int(shared.environment()["S3_ENDPOINT"].rpartition(":")[2])
    listening = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        address, port = fields[1].split(":")
        if fields[3] == "0A" and first <= int(port, 16) < first + 10:
            listening.add((address, int(port, 16)))
    assert listening
    assert {address for address, _ in listening} == {"0100007F"}
    assert first + 10 < 32768


def test_the_environment_file_is_what_a_shell_reads(shared):
    script = f'. {shared.var / "lingkungan.env"} && printf %s "$REDIS_URL"'
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert told == shared.environment()["REDIS_URL"]


def test_no_environment_before_the_first_start(tmp_path):
    with pytest.raises(EngineError, match="make run"):
        engines.embedded_environment(tmp_path)


def test_a_named_database_needs_no_engines():
    assert engines.environment_for({"DATABASE_URL": "postgresql://x"}) == {}


def test_they_run_until_the_last_user_has_left(var):
    first, second = Engines(var, testing=True), Engines(var, testing=True)
    first.start()
    guard = note(var, "penjaga")
    second.start()
    first.stop()
    assert second.alive() == ALL_UP
    assert note(var, "penjaga") == guard
    second.stop()
    assert second.alive() == ALL_DOWN
    assert identity(guard) is None


def test_a_killed_user_leaves_nothing_behind(var):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(var)], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout.readline() == "siap\n"
        pids = [note(var, name) for name in ("penjaga", *ALL_UP)]
        holder.kill()
    wait_until(lambda: not any(map(identity, pids)))


def test_nothing_acknowledged_is_lost_when_everything_is_killed(var):
    first = Engines(var).start()
    environment = first.environment()
    with connect(environment["DATABASE_URL_MIGRASI"]) as connection:
        connection.execute("CREATE TABLE simpan AS SELECT 7 AS nilai")
    cache = redis.Redis.from_url(environment["REDIS_URL"])
    cache.set("kunci", "nilai")
    cache.close()
    s3 = store(environment)
    s3.put_object(Bucket=environment["S3_BUCKET"], Key="simpan", Body=b"x" * 100_000)
    kill_everything(var)
    first.stop()
    with Engines(var) as again:
        assert again.alive() == ALL_UP
        assert again.environment() == environment
        with connect(environment["DATABASE_URL_MIGRASI"]) as connection:
            assert connection.execute("SELECT nilai FROM simpan").fetchone() == (7,)
        cache = redis.Redis.from_url(environment["REDIS_URL"])
        assert cache.get("kunci") == b"nilai"
        cache.close()
        assert len(s3.get_object(Bucket=environment["S3_BUCKET"], Key="simpan")["Body"].read()) == 100_000
        s3.close()


def test_an_engine_that_dies_is_started_again(var):
    with Engines(var, testing=True) as started:
        before = note(var, "valkey")
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: note(var, "valkey") not in (None, before) and started.alive() == ALL_UP)


def test_a_port_taken_meanwhile_is_given_up(var):
    with Engines(var, testing=True) as started:
        before = started.environment()["S3_ENDPOINT"]
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(before.rpartition(":")[2])))
        other.listen()
        with Engines(var, testing=True) as started:
            assert started.alive() == ALL_UP
            assert started.environment()["S3_ENDPOINT"] != before


def test_a_long_path_and_a_machine_without_user_namespaces_are_no_obstacle(tmp_path, monkeypatch):
    refusing = tmp_path / "bin" / "unshare"
    refusing.parent.mkdir()
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{refusing.parent}:{os.environ['PATH']}")
    open_to_pass = Path("/tmp") / f"pamong-uji-{os.getpid()}"  # noqa: S108 - root's tmp_path is closed to others
    var = open_to_pass / ("panjang" * 20)
    try:
        with Engines(var, testing=True) as started:
            assert started.alive() == ALL_UP
            with connect(started.environment()["DATABASE_URL"]) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        shutil.rmtree(open_to_pass)


def test_data_of_another_postgresql_is_refused_with_advice(var):
    data = var / "mesin" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(EngineError, match="dibuat oleh PostgreSQL 14"):
        Engines(var, testing=True).start()
    assert not any(note(var, name) for name in ("penjaga", *ALL_UP))


def test_a_temporary_folder_vanishes_with_its_engines():
    started = Engines(testing=True).start()
    started.stop()
    assert not started.var.exists()


def test_a_file_in_the_way_is_told_in_plain_words(tmp_path):
    (tmp_path / "var").write_text("")
    with pytest.raises(EngineError, match="tidak dapat ditulis"):
        Engines(tmp_path / "var").start()
