"""Processes that are known again after a crash, and small files that nobody else may read."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .places import EngineError, Settings, socket_folder, write_private

START_SECONDS, STOP_SECONDS, START_ATTEMPTS = 30, 20, 5
LOG_LIMIT = 5_000_000
READY = "siap"


def identity(pid: int) -> str | None:
    """What makes a pid this very process: boot and start time. None when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    return None if fields[0] in "ZX" else f"{boot}/{fields[19]}"


def remembered(note: Path) -> int | None:
    """The pid written in `note`, when that very process still runs."""
    try:
        pid, _, known = note.read_text().partition(" ")
    except OSError:
        return None
    return int(pid) if known and identity(int(pid)) == known else None


def remember(note: Path, pid: int) -> None:
    write_private(note, f"{pid} {identity(pid) or ''}")


def end(pid: int, with_signal: signal.Signals) -> None:
    """Ask, wait `STOP_SECONDS`, then insist."""
    known = identity(pid)
    for number in (with_signal, signal.SIGKILL):
        if known is None or identity(pid) != known:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        until = time.monotonic() + STOP_SECONDS
        while identity(pid) == known and time.monotonic() < until:
            time.sleep(0.02)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Server:
    """One engine, as the guard runs it: data folder, log and pid note below `home`."""

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self, home: Path, settings: Settings, *, testing: bool) -> None:
        self.home, self.settings, self.testing = home, settings, testing
        self.data = home / self.name
        self.note = home / f"{self.name}.pid"
        self.log = home / f"{self.name}.log"
        self.sockets = socket_folder(home)
        self.uid: int | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)

    def command(self) -> list[str]:
        raise EngineError(f"{self.name} has no command")

    def variables(self) -> dict[str, str]:
        return {}

    def ready(self) -> bool:
        return self.alive()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def spawn(self) -> None:
        """Start the program, after one that a killed guard may have left. It ends with the guard."""
        stale = remembered(self.note)
        if stale:
            end(stale, self.stop_signal)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.lama"))
        self.prepare()
        tied = ["setpriv", "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"]
        with self.log.open("ab") as log:
            self.process = self.popen((tied if shutil.which("setpriv") else []) + self.command(), log)
        remember(self.note, self.process.pid)

    def popen(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env={**os.environ, **self.variables()},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
        )

    def start(self) -> None:
        """Start until it serves; soon after a kill -9 the first try may find old locks, so try again."""
        for attempt in range(START_ATTEMPTS):
            if attempt:
                time.sleep(1)
            if self.serves():
                return
        tail = self.log.read_text(errors="replace").splitlines()[-5:]
        raise EngineError("\n".join([f"Mesin {self.name} tidak mau berjalan; lihat {self.log}.", *tail]))

    def serves(self) -> bool:
        """One try: spawn it unless it runs, and wait until it answers or gives up."""
        if not self.alive():
            self.spawn()
        until = time.monotonic() + START_SECONDS
        while self.alive() and time.monotonic() < until:
            if self.ready():
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def stop(self) -> None:
        if self.process:
            end(self.process.pid, self.stop_signal)
            self.process.wait()
        self.process = None
        self.note.unlink(missing_ok=True)
