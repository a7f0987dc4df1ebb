"""Engines of the bench's own below var/bench, with demo data loaded once and inboxes of known size.

Everything happens in a city of 12,000 pegawai in one Dinas (`isi-demo --skala sedang`). Two thousand of its
people who decide nothing themselves get an inbox each, copied from real cases: 25 that wait (one person 3,
one 30), 6 returned ones and 40 decided ones. The LSP has 100,000 applications (`besar`).
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from portal.kernel import engines
from portal.kernel.engines.processes import remembered

ROOT = Path(__file__).resolve().parent.parent
SCALE = "sedang"
PEOPLE, WAITING, RETURNED, DECIDED = 2000, 25, 6, 40
FEW, MANY = 3, 30
DATA_DEPENDS_ON = ("migrations/versions", "portal/kernel/demo", "portal/kernel/data", "portal/kinerja/demo",
                   "portal/kinerja/data", "portal/sertifikasi/demo", "portal/sertifikasi/data",
                   "portal/kepegawaian/demo", "portal/kepegawaian/keadaan", "bench/place.py",
                   "bench/ramai.py")  # fmt: skip


class BenchError(RuntimeError):
    """The bench cannot go on; the message says what to do."""


@dataclass
class Place:
    """Running engines and the environment of a portal on them."""

    var: Path
    environment: dict[str, str]
    people: list[uuid.UUID] = field(default_factory=list)
    few: uuid.UUID | None = None
    many: uuid.UUID | None = None

    @property
    def postgres(self) -> int:
        """Pid of the server that owns all PostgreSQL processes."""
        return self._pid("postgres")

    @property
    def valkey(self) -> int:
        return self._pid("valkey")

    def _pid(self, name: str) -> int:
        pid = remembered(self.var / "mesin" / f"{name}.pid")
        if pid is None:
            raise BenchError(f"Mesin {name} berhenti di tengah pengukuran; lihat {self.var}/mesin/{name}.log.")
        return pid

    def connect(self, role: str = "DATABASE_URL_MIGRASI") -> psycopg.Connection[tuple[Any, ...]]:
        """A connection outside the portal, as the owner unless told otherwise."""
        url = make_url(self.environment[role]).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def flask(self, *command: str) -> None:
        """A command of the portal. Raises BenchError with what it said."""
        program = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        done = subprocess.run(
            program, cwd=ROOT, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchError(f"flask {' '.join(command)} gagal:\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")

    def application(self) -> Flask:
        from portal import create_app
        from portal.config import Config

        return create_app(Config.from_env({**os.environ, **self.environment}))


@contextlib.contextmanager
def opened(fresh: bool = False, scale: str = SCALE) -> Iterator[Place]:
    """The place, made when it is missing, out of date or of another month. One bench at a time."""
    var = Path(os.environ.get("VAR") or ROOT / "var").resolve() / "bench"
    var.mkdir(parents=True, exist_ok=True)
    with (var / "kunci").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BenchError(f"Pengukuran lain sedang berjalan di {var}. Tunggu sampai selesai.") from error
        if fresh or _marked(var) != wanted(scale):
            shutil.rmtree(var / "mesin", ignore_errors=True)
            (var / "data.json").unlink(missing_ok=True)
        with engines.Engines(var) as running:
            place = Place(var, {**running.environment(), "VAR": str(var), "LINGKUNGAN": "pengembangan"})
            if not (var / "data.json").exists():
                _load(place, scale)
            _find_people(place)
            yield place


def _marked(var: Path) -> str:
    try:
        return str(json.loads((var / "data.json").read_text())["tanda"])
    except (OSError, ValueError, KeyError):
        return ""


def wanted(scale: str) -> str:
    """Changes with the month (demo data follow the calendar) and with whatever makes the data."""
    import hashlib

    mark = hashlib.blake2b(f"{scale} {date.today():%Y-%m}".encode(), digest_size=8)  # noqa: DTZ011
    for part in DATA_DEPENDS_ON:
        place = ROOT / part
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                mark.update(path.read_bytes())
    return mark.hexdigest()


def _load(place: Place, scale: str) -> None:
    print(f"Memuat data skala {scale} ke {place.var}; hanya sekali, beberapa menit …", flush=True)
    mark = wanted(scale)
    place.flask("migrasi")
    place.flask("isi-demo", "--skala", scale)
    with place.connect() as connection:
        _add_inboxes(connection)
    with place.application().app_context():
        _add_cases()
    with place.connect() as connection:
        connection.execute("VACUUM (ANALYZE, FREEZE)")
        connection.execute("CHECKPOINT") if _may_checkpoint(connection) else None
    (place.var / "data.json").write_text(json.dumps({"tanda": mark, "skala": scale}))


def _add_cases() -> None:
    """100,000 applications of the LSP, and what follows from them."""
    from portal.kernel import db
    from portal.sertifikasi.demo import load_sertifikasi

    load_sertifikasi("besar")
    db.commit()


def _may_checkpoint(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    found = connection.execute("SELECT pg_has_role('pg_checkpoint', 'member')").fetchone()
    return bool(found and found[0])


INBOXES = """
CREATE TABLE IF NOT EXISTS bench_kotak (urut int PRIMARY KEY, user_id uuid UNIQUE, jumlah int);
INSERT INTO bench_kotak
SELECT row_number() OVER (ORDER BY u.id),  u.id, %(waiting)s FROM pengguna u
WHERE u.aktif AND u.pegawai_id IS NOT NULL AND u.sandi_hash <> ''
  AND NOT EXISTS (SELECT FROM pengajuan p WHERE p.assignee_id = u.id)
  AND NOT EXISTS (SELECT FROM penugasan_peran r WHERE r.user_id = u.id)
ORDER BY u.id LIMIT %(people)s;
UPDATE bench_kotak SET jumlah = %(few)s WHERE urut = 1;
UPDATE bench_kotak SET jumlah = %(many)s WHERE urut = 2;
"""
COPIES = """
WITH contoh AS MATERIALIZED (
    SELECT p.*, row_number() OVER (ORDER BY id) - 1 AS nomor, count(*) OVER () AS banyak
    FROM (SELECT * FROM pengajuan WHERE status = ANY(%(states)s) ORDER BY id LIMIT 2000) p)
INSERT INTO pengajuan (id, dibuat_at, diubah_at, alur, status, judul, rincian, tanda, siap, owner_id, pemohon,
                       assignee_id, sebagai, unit_id, pd_id, diajukan_at, diputus_at, dibuka_at, batas, versi)
SELECT gen_random_uuid(), c.dibuat_at, c.diubah_at, c.alur, c.status, c.judul, c.rincian, c.tanda, c.siap,
       c.owner_id, c.pemohon, k.user_id, c.sebagai, c.unit_id, c.pd_id, c.diajukan_at, c.diputus_at, c.dibuka_at,
       c.batas, c.versi
FROM bench_kotak k CROSS JOIN LATERAL generate_series(1, {number}) n
JOIN contoh c ON c.nomor = (k.urut * 37 + n * 11) %% c.banyak
WHERE c.owner_id <> k.user_id
"""


def _add_inboxes(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    numbers = {"people": PEOPLE, "waiting": WAITING, "few": FEW, "many": MANY}
    for statement in INBOXES.split(";"):
        if statement.strip():
            connection.execute(statement.encode(), numbers)
    waiting = ["DIAJUKAN", "MENUNGGU_PENILAI"]
    for states, number in (
        (waiting, "k.jumlah"), (["DIKEMBALIKAN"], str(RETURNED)), (["DITETAPKAN", "DISETUJUI"], str(DECIDED)),
    ):  # fmt: skip
        connection.execute(COPIES.format(number=number).encode(), {"states": states})


def _find_people(place: Place) -> None:
    with place.connect() as connection:
        rows = connection.execute("SELECT user_id, jumlah FROM bench_kotak ORDER BY urut").fetchall()
    place.people = [row[0] for row in rows if row[1] == WAITING]
    place.few = next((row[0] for row in rows if row[1] == FEW), None)
    place.many = next((row[0] for row in rows if row[1] == MANY), None)
    if not place.people:
        raise BenchError("Data peragaan tidak memuat kiriman yang menunggu. Muat ulang: python -m bench --muat")
