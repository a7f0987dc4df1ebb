"""The programs between people and the engines: granian, and nginx as deploy/server/nginx.conf sets it up."""

import contextlib
import http.client
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.place import ROOT, BenchError, Place
from portal.kernel.engines.places import free_ports, port_is_free

READY_SECONDS, STOP_SECONDS = 60, 15
LONGEST_SILENCE = 60  # seconds; granian takes no longer --http1-header-read-timeout
CONF = ROOT / "deploy" / "server" / "nginx.conf"
ONLY_WITH_TLS = re.compile(r"^\s*(ssl_\w+ .*|http2 on|server_name .*|listen \[::\].*);\n", re.M)


def free_port(place: Place, title: str) -> int:
    """Below 32768 and nobody listens: a forgotten server on the same port would share the load unseen."""
    port = free_ports(place.var / title)
    if not port_is_free(port):
        raise BenchError(f"Porta {port} dipakai program lain.")
    return port


def spawn(command: list[str], place: Place, title: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """It ends with this process, even when that is killed."""
    tied = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    with (place.var / f"{title}.log").open("wb") as log:
        return subprocess.Popen(
            tied + command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def granian(place: Place, workers: int, idle: float) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The portal on a free port. `idle`: longest silence in seconds between two requests on a connection."""
    if idle > LONGEST_SILENCE:
        raise BenchError(f"granian menutup sambungan yang diam {LONGEST_SILENCE} detik; pasang nginx di depannya.")
    port = free_port(place, "granian")
    environment = {**os.environ, **place.environment, "PORT": str(port), "ALAMAT": f"http://127.0.0.1:{port}"}
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    options += ["--blocking-threads", "1", "--no-ws", "--log-level", "warning", "--workers-kill-timeout", "5"]
    options += ["--http1-header-read-timeout", str(LONGEST_SILENCE * 1000)]
    options += ["--backpressure", "16000", "--backlog", "4096"]
    process = spawn([sys.executable, "-m", "granian", *options, "wsgi:app"], place, "granian", environment)
    try:
        wait(process, port, place.var / "granian.log")
        yield process, port
    finally:
        stop(process)


def wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/sehat")
            if line.getresponse().status == http.client.OK:
                return
        time.sleep(0.1)
    raise BenchError(f"Server web tidak menjawab:\n{log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def nginx(place: Place, upstream: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """In front of granian. Raises BenchError when nginx is not installed."""
    program = nginx_program()
    if program is None:
        raise BenchError(
            "nginx tidak terpasang. Pasang (apt-get install nginx-light), isi NGINX_BIN, atau tanpa nginx."
        )
    port = free_port(place, "nginx")
    folder = place.var / "nginx"
    folder.mkdir(exist_ok=True)
    conf = folder / "nginx.conf"
    conf.write_text(plain(CONF.read_text(), place, upstream, port))
    command = [program, "-p", str(folder), "-c", str(conf), "-e", str(folder / "awal.log"), "-g", "daemon off;"]
    process = spawn(command, place, "nginx-proses", {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    try:
        wait(process, port, place.var / "nginx-proses.log")
        yield process, port
    finally:
        stop(process)


def nginx_program() -> str | None:
    """NGINX_BIN, else what is installed."""
    places = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
    return shutil.which(os.environ.get("NGINX_BIN") or "nginx", path=None if os.environ.get("NGINX_BIN") else places)


def plain(conf: str, place: Place, upstream: int, port: int) -> str:
    """The same file with one server: no TLS, no redirect, no file store, logs beside it."""
    servers = re.findall(r"^    server \{\n.*?^    \}\n", conf, re.M | re.S)
    for server in servers:
        if "proxy_pass http://pamong;" not in server:
            conf = conf.replace(server, "")
    conf = ONLY_WITH_TLS.sub("", conf)
    folder = place.var / "nginx"
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"    {name}_temp_path {folder}/{name};\n" for name in kept)
    conf = conf.replace("http {\n", f"http {{\n{temporary}", 1)
    for before, after in (
        (r"^user .*;\n", ""),
        (r"^\s*include /etc/.*;\n", ""),
        (r"pid .*;", f"pid {folder}/nginx.pid;"),
        (r"/var/log/nginx", str(folder)),
        (r"listen 443 ssl( http2)?", f"listen 127.0.0.1:{port}"),
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{upstream};"),
    ):
        conf = re.sub(before, after, conf, flags=re.M)
    return conf
