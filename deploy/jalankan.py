"""`make run`: engines, migration, demo data once, then the web server and the worker, watched until Ctrl-C.

With DATABASE_URL in the environment no engine is started and the site's own are used. PORT (default 8000)
and VAR (default var) come from the environment, too.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.kernel.engines import EngineError, Engines  # noqa: E402 - the line above makes it importable

HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = 12
PORT_SECONDS = 4  # a server whose launcher was killed needs a moment to leave
LONGEST_PAUSE = 30
STEADY_SECONDS = 60


class StartError(RuntimeError):
    """What the person at the terminal should read instead of a traceback."""


class Child:
    """A process that should always run: started again, after a growing pause, when it ends."""

    def __init__(self, title: str, command: list[str], environment: dict[str, str]) -> None:
        self.title, self.command, self.environment = title, command, environment
        self.pause = 1
        self.due = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches it through us; it ends with us even on kill -9."""
        tied = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            tied + self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def watch(self) -> None:
        if not self.ended():
            if time.monotonic() - self.began > STEADY_SECONDS:
                self.pause = 1
            return
        if self.process is not None:
            self.clear()
            tell(f"{self.title} berhenti sendiri; dijalankan lagi dalam {self.pause} detik.")
            self.due = time.monotonic() + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self.process = None
        if time.monotonic() >= self.due:
            self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, until: float) -> None:
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        self.clear()
        self.process.wait()

    def clear(self) -> None:
        """End what a killed server left in its session: an orphan would go on sharing the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    began = time.monotonic()
    var = Path(os.environ.get("VAR") or "var").resolve()
    environment = {**os.environ, "VAR": str(var)}
    engines = None if environment.get("DATABASE_URL") else Engines(var)
    children: list[Child] = []
    code = 0
    try:
        port = chosen_port(environment)
        environment["PORT"] = str(port)
        if engines is not None:
            tell("Menyalakan basis data, antrean, dan penyimpanan berkas …")
            environment.update(engines.start().environment())
        prepare(environment, var)
        children += [web(environment, port), worker(environment)]
        serve(children, environment, port, began)
    except (StartError, EngineError) as error:
        print(f"\n{error}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        tell("\nMenghentikan semuanya …")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop(children)
        if engines is not None:
            engines.stop()
    tell("Sudah berhenti.")
    return code


def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def tell(message: str) -> None:
    print(message, flush=True)


def chosen_port(environment: dict[str, str]) -> int:
    """The port, when nobody listens there: a second server would silently share it. Raises StartError."""
    text = environment.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StartError(f"PORT harus bilangan antara 1 dan 65535, bukan {text}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", int(text)))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise StartError(f"Porta {text} hanya untuk root. Pilih porta lain: PORT=8080 make run") from error
            other = int(text) + 1 if int(text) < 32000 else 8001
            raise StartError(
                f"Porta {text} sudah dipakai program lain. Hentikan program itu, "
                f"atau pilih porta lain: PORT={other} make run"
            ) from error
    return int(text)


def flask(environment: dict[str, str], *command: str) -> int:
    program = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    return subprocess.run(program, cwd=ROOT, env=environment, check=False).returncode


def prepare(environment: dict[str, str], var: Path) -> None:
    """Newest tables; demo data once for this database, never in production. Raises StartError."""
    if flask(environment, "migrasi"):
        raise StartError("Migrasi basis data gagal; pesannya ada di atas.")
    if not wants_demo(environment):
        return
    mark = hashlib.sha256(environment["DATABASE_URL"].encode()).hexdigest()[:16]
    marker = var / "demo.siap"
    if marker.exists() and marker.read_text() == mark:
        return
    tell("Memuat data acuan dan data demo; hanya kali ini …")
    if flask(environment, "isi-demo", "--skala", "kecil"):
        raise StartError("Data demo tidak dapat dimuat; pesannya ada di atas.")
    var.mkdir(parents=True, exist_ok=True)
    marker.write_text(mark)


def wants_demo(environment: dict[str, str]) -> bool:
    return environment.get("LINGKUNGAN") != "produksi"


def web(environment: dict[str, str], port: int) -> Child:
    """One blocking thread per worker: more threads only wait for each other."""
    options = {
        "interface": "wsgi",
        "host": HOST,
        "port": str(port),
        "workers": str(max(2, min(os.cpu_count() or 1, 4))),
        "blocking-threads": "1",
        "log-level": "warning",
        "workers-kill-timeout": "5",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    command = [sys.executable, "-m", "granian", *words, "--no-ws", "--respawn-failed-workers", "wsgi:app"]
    return Child("Server web", command, environment)


def worker(environment: dict[str, str]) -> Child:
    return Child("Pekerja", [sys.executable, "worker.py"], environment)


def serve(children: list[Child], environment: dict[str, str], port: int, began: float) -> None:
    """The web server first: the others must not take the processor from it while people wait."""
    children[0].start()
    wait_until_it_answers(children[0], port)
    tell(f"\nPamong berjalan di http://{HOST}:{port} (siap dalam {time.monotonic() - began:.0f} detik).\n")
    if wants_demo(environment):
        flask(environment, "akun-demo")
    for child in children[1:]:
        child.start()
    tell("\nTekan Ctrl-C untuk berhenti.")
    parent = os.getppid()
    while "MAKELEVEL" not in os.environ or os.getppid() == parent:  # a killed make must not leave us behind
        for child in children:
            child.watch()
        time.sleep(0.5)


def wait_until_it_answers(server: Child, port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and not server.ended():
        line = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            line.request("GET", "/sehat")
            if line.getresponse().status == http.client.OK:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            line.close()
        time.sleep(0.1)
    raise StartError("Server web tidak menjawab; pesannya ada di atas.")


def stop(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        child.stop(until)


if __name__ == "__main__":
    sys.exit(main())
