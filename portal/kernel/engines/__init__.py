"""Embedded PostgreSQL, Valkey and SeaweedFS: started from their wheels, for as long as somebody needs them.

`Engines.start()` takes a lease (a shared file lock) below the folder `var` and makes sure that a guard
process runs there. The guard owns the three engines: it restarts one that dies, and stops all of them when
the last lease is gone, however its holder ended. Nothing listens on TCP but SeaweedFS, which a browser must
reach; PostgreSQL and Valkey are met on sockets in a private folder.
"""

import fcntl
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self

from .places import EngineError, Settings
from .processes import READY, STOP_SECONDS, identity, locked, remembered
from .servers import APPLICATION, BUCKET, DATABASE, OWNER, SERVERS, SUPERUSER, Postgres, postgres_programs

__all__ = [
    "APPLICATION",
    "BUCKET",
    "DATABASE",
    "OWNER",
    "SUPERUSER",
    "EngineError",
    "Engines",
    "Postgres",
    "embedded_environment",
    "ensure",
    "environment_for",
    "postgres_programs",
]

MUTEX_WAIT = 0.05
PATIENCE = 10  # looks, `MUTEX_WAIT` apart, before a guard that goes on must have other users


class Engines:
    """The engines of one folder. `testing`: nothing is written through to the disk. `discard`: the folder
    vanishes with them, as a temporary one always does (`var=None`). Raises EngineError."""

    def __init__(self, var: Path | None = None, testing: bool = False, discard: bool = False) -> None:
        self.discard = discard or var is None
        self.var = (var or Path(tempfile.mkdtemp(prefix="pamong-"))).resolve()
        self.testing = testing
        self.home = self.var / "mesin"
        self._lease: IO[str] | None = None

    def start(self) -> Self:
        """Start the engines or join those that run. Returns when all three serve; a first start takes 2 s."""
        if self._lease is None:
            self._make_home()
            lease = (self.home / "sewa").open("a")
            try:
                fcntl.flock(lease, fcntl.LOCK_SH)
                with locked(self.home / "mulai"):
                    self._meet_guard()
            except BaseException:
                lease.close()
                raise
            self._lease = lease
        return self

    def stop(self) -> None:
        """Give the lease back. When it was the last, returns after the engines have stopped."""
        if self._lease is None:
            return
        guard = remembered(self.home / "penjaga.pid")
        known = identity(guard) if guard else None
        self._lease.close()
        self._lease = None
        looks = 0
        until = time.monotonic() + 4 * STOP_SECONDS
        while guard and known and identity(guard) == known and looks < PATIENCE and time.monotonic() < until:
            looks += not self._guard_is_stopping()
            time.sleep(MUTEX_WAIT)

    def environment(self) -> dict[str, str]:
        """Settings of the portal for these engines, as `portal.config` reads them."""
        return embedded_environment(self.var)

    def alive(self) -> dict[str, bool]:
        """Which of the engines answer at this moment."""
        settings = Settings(self.home)
        servers = [server(self.home, settings, testing=self.testing) for server in SERVERS]
        return {server.name: remembered(server.note) is not None and server.ready() for server in servers}

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make_home(self) -> None:
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            mine = self.home.stat().st_uid == os.geteuid() and os.access(self.home, os.W_OK)
        except OSError:
            mine = False
        if not mine:
            raise EngineError(
                f"Folder {self.home} tidak dapat ditulis atau milik pengguna lain. "
                "Jalankan sebagai pemiliknya, atau pilih folder lain dengan VAR=…"
            )

    def _meet_guard(self) -> None:
        while guard := remembered(self.home / "penjaga.pid"):
            if remembered(self.home / "penjaga.siap") == guard:
                return
            time.sleep(MUTEX_WAIT)
        options = ["--testing"] * self.testing + ["--discard"] * self.discard
        program = [sys.executable, "-I", str(Path(__file__).with_name("__main__.py"))]
        with (self.home / "penjaga.log").open("a") as log:
            done = subprocess.run(
                [*program, str(self.home), *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                check=False,
            )
        said = done.stdout.strip()
        if said != READY:
            raise EngineError(said or f"Penjaga mesin berhenti sendiri; lihat {self.home / 'penjaga.log'}.")

    def _guard_is_stopping(self) -> bool:
        """The guard locks the lease file for itself before it stops anything."""
        try:
            with (self.home / "sewa").open() as lease:
                fcntl.flock(lease, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


def embedded_environment(var: Path) -> dict[str, str]:
    """Read `lingkungan.env`. Raises EngineError when the engines of `var` have never been started."""
    try:
        words = shlex.split((var / "lingkungan.env").read_text(), comments=True)
    except FileNotFoundError:
        raise EngineError(f"Mesin di {var} belum pernah dijalankan. Jalankan make run dahulu.") from None
    return dict(word.split("=", 1) for word in words)


_held: dict[Path, Engines] = {}


def environment_for(environ: Mapping[str, str]) -> dict[str, str]:
    """What the embedded engines add to an environment that names no database; {} when it does."""
    return {} if environ.get("DATABASE_URL") else ensure(Path(environ.get("VAR") or "var"))


def ensure(var: Path) -> dict[str, str]:
    """Engines of `var` for the life of this process: joined when they run, else started; the environment."""
    engines = _held.setdefault(var.resolve(), Engines(var))
    return engines.start().environment()
