"""The portal as people meet it: granian and the worker in processes of their own, demo data loaded."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config

from portal.kernel import engines
from portal.kernel.engines.places import free_ports
from portal.kernel.engines.processes import locked
from tests import database

ROOT = Path(__file__).resolve().parent.parent
DEMO, DEMO_BUCKET, DEMO_REDIS = "uji_demo", "uji-demo", 40
READY_SECONDS = 180


class Live:
    """`url`: where it serves. `accounts`: rows that `akun-demo` prints. `account(peran)`: one of them."""

    def __init__(self, running: engines.Engines, number: int) -> None:
        self.running = running
        self.name = f"uji_hidup_{number}"
        self.environment = {
            **os.environ,
            **database.with_place(running.environment(), self.name, DEMO_REDIS + 1 + number),
            "LINGKUNGAN": "uji",
            "VAR": str(running.var),
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.accounts: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        load_demo(self.running)
        database.copied(self.running, self.name, DEMO)
        copy_bucket(self.environment, DEMO_BUCKET, self.environment["S3_BUCKET"])
        port = free_ports(self.running.var / self.name)
        self.url = f"http://127.0.0.1:{port}"
        self.environment |= {"PORT": str(port), "ALAMAT": self.url}
        self.accounts = accounts()
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
        options += ["--blocking-threads", "1", "--workers", "2", "--log-level", "warning", "wsgi:app"]
        try:
            self.spawn("web", [sys.executable, "-m", "granian", *options])
            self.spawn("pekerja", [sys.executable, "worker.py"])
            self.wait(port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def account(self, peran: str) -> dict[str, str]:
        return next(account for account in self.accounts if account["peran"] == peran)

    def log(self, title: str) -> str:
        """What the web server ("web") or the worker ("pekerja") has said so far."""
        return (self.running.var / f"{self.name}-{title}.log").read_text(errors="replace")

    def spawn(self, title: str, command: list[str]) -> None:
        """It ends with this process, even when that is killed."""
        tied = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        with (self.running.var / f"{self.name}-{title}.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(
                    tied + command,
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    def wait(self, port: int) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self.processes[0].poll() is None:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                line.request("GET", "/sehat")
                if line.getresponse().status == http.client.OK:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            finally:
                line.close()
        raise AssertionError(f"the web server did not answer:\n{self.log('web')[-3000:]}")


def accounts() -> list[dict[str, str]]:
    from portal import load_modules
    from portal.kernel import demo

    load_modules()  # each of them adds its own
    return demo.accounts()


def flask(environment: dict[str, str], *command: str) -> str:
    program = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def load_demo(running: engines.Engines) -> None:
    """Once per run: a database that the portals of all test processes are copied from."""
    place = database.with_place(running.environment(), DEMO, DEMO_REDIS)
    environment = {**os.environ, **place, "LINGKUNGAN": "uji", "VAR": str(running.var)}
    marker = running.var / "demo.siap"
    with locked(running.var / "demo"):
        if not marker.exists():
            database.copied(running, DEMO)
            store(environment).create_bucket(Bucket=DEMO_BUCKET)
            flask(environment, "isi-demo", "--skala", "kecil")
            marker.touch()


def store(environment: dict[str, str]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=environment["S3_ENDPOINT"],
        region_name=environment["S3_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


def copy_bucket(environment: dict[str, str], source: str, target: str) -> None:
    s3 = store(environment)
    s3.create_bucket(Bucket=target)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=source):
        for found in page.get("Contents", []):
            s3.copy_object(Bucket=target, Key=found["Key"], CopySource={"Bucket": source, "Key": found["Key"]})
    s3.close()
