"""The process that owns the engines of one folder, until nobody holds a lease on them."""

import argparse
import fcntl
import os
import shlex
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

from .places import EngineError, Settings, socket_folder, write_private
from .processes import READY, Server, remember
from .servers import APPLICATION, BACKUP_BUCKET, BUCKET, DATABASE, OWNER, SERVERS

LOOK_SECONDS = 0.5


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser()
    options.add_argument("home", type=Path)
    options.add_argument("--testing", action="store_true")
    options.add_argument("--discard", action="store_true")
    chosen = options.parse_args(arguments)
    home: Path = chosen.home
    os.umask(0o077)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    remember(home / "penjaga.pid", os.getpid())
    servers: list[Server] = []
    try:
        settings = Settings(home)
        servers += [server(home, settings, testing=chosen.testing) for server in SERVERS]
        start(servers)
        write_environment(home, settings, testing=chosen.testing)
    except (EngineError, OSError) as error:
        stop(servers)
        (home / "penjaga.pid").unlink(missing_ok=True)
        sys.stdout.write(str(error))
        return 1
    remember(home / "penjaga.siap", os.getpid())
    answer(READY)
    with (home / "sewa").open("a") as lease:
        threading.Thread(target=wait_for_last_lease, args=(lease, done), daemon=True).start()
        watch(servers, done)
        (home / "penjaga.siap").unlink(missing_ok=True)
        stop(servers)
        (home / "penjaga.pid").unlink(missing_ok=True)  # before the lease file is let go: see _meet_guard
        if chosen.discard:
            shutil.rmtree(home.parent, ignore_errors=True)
    return 0


def answer(word: str) -> None:
    """Tell the process that waits, and let go of its pipe."""
    sys.stdout.write(word)
    sys.stdout.flush()
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())


def start(servers: list[Server]) -> None:
    for server in servers:
        server.spawn()
    for server in servers:
        server.start()


def stop(servers: list[Server]) -> None:
    """All at once, then wait for each."""
    for server in servers:
        if server.process and server.alive():
            server.process.send_signal(server.stop_signal)
    for server in servers:
        server.stop()


def wait_for_last_lease(lease: IO[str], done: threading.Event) -> None:
    """From then on the file is locked until this process ends, so that nobody joins engines that stop."""
    fcntl.flock(lease, fcntl.LOCK_EX)
    done.set()


def watch(servers: list[Server], done: threading.Event) -> None:
    while not done.wait(LOOK_SECONDS):
        for server in servers:
            if not server.alive():
                log(f"{server.name} berhenti sendiri; dijalankan lagi")
                try:
                    server.serves()
                except (EngineError, OSError) as error:
                    log(str(error))


def log(message: str) -> None:
    sys.stderr.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {message}\n")


def write_environment(home: Path, settings: Settings, *, testing: bool) -> None:
    """`lingkungan.env`: one NAME=value a line, quoted so that a shell can read it, too."""
    sockets = socket_folder(home)
    database = f"/{DATABASE}?host={quote(str(sockets))}"
    values = settings.values
    environment = {
        "DATABASE_URL": f"postgresql+psycopg://{APPLICATION}:{values['aplikasi']}@{database}",
        "DATABASE_URL_MIGRASI": f"postgresql+psycopg://{OWNER}:{values['pemilik']}@{database}",
        "REDIS_URL": f"unix://{quote(str(sockets / 'valkey.sock'))}?db=0",
        "S3_ENDPOINT": f"http://127.0.0.1:{settings.first_port}",
        "S3_BUCKET": BUCKET,
        "S3_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": values["s3_kunci"],
        "AWS_SECRET_ACCESS_KEY": values["s3_rahasia"],
        "SECRET_KEY": values["SECRET_KEY"],
        "KUNCI_DATA": values["KUNCI_DATA"],
        "KUNCI_CADANGAN": values["KUNCI_CADANGAN"],
        "KUNCI_SERTIFIKAT": values["KUNCI_SERTIFIKAT"],
        "CADANGAN_S3_BUCKET": BACKUP_BUCKET,
    }
    if testing:
        environment["LINGKUNGAN"] = "uji"
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in environment.items()]
    write_private(home.parent / "lingkungan.env", "".join(lines))
