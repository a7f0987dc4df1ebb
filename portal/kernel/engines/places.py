"""Where programs, sockets and ports are found, and the secrets of one checkout."""

import base64
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import socket
from pathlib import Path

NOBODY = 65534
SOCKET_PATH_LIMIT = 107
PORTS = range(20000, 32760, 10)  # outgoing connections of Linux begin at 32768


class EngineError(RuntimeError):
    """The embedded engines cannot start here; the message tells its reader what to do about it."""


def wheel(package: str) -> Path | None:
    """Folder of an installed package, without importing it: one of them acts on import."""
    found = importlib.util.find_spec(package)
    places = found.submodule_search_locations if found else None
    return Path(places[0]) if places else None


def program(variable: str, *candidates: Path | str | None) -> str:
    """The program that the variable names, else the first candidate that exists. Raises EngineError."""
    for candidate in (os.environ.get(variable), *candidates):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    raise EngineError(f"Program mesin tidak ditemukan. Jalankan make siap, atau isi {variable}.")


def socket_folder(home: Path) -> Path:
    """A private folder for sockets: below `home`, or a short one elsewhere when that path is too long."""
    folder = home / "soket"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT:
        mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:10]
        folder = Path(f"/tmp/pamong-{os.geteuid()}-{mark}")  # noqa: S108 - owner and mode are checked
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    owners = {os.geteuid(), NOBODY} if os.geteuid() == 0 else {os.geteuid()}
    if folder.is_symlink() or status.st_uid not in owners or status.st_mode & 0o077:
        raise EngineError(f"Folder {folder} bukan milik Anda. Hapus folder itu, lalu jalankan lagi.")
    return folder


def free_ports(home: Path) -> int:
    """First of ten free ports. Where the search begins depends on the folder: neighbours rarely meet."""
    begin = int(hashlib.sha256(os.fsencode(home)).hexdigest()[:8], 16) % len(PORTS)
    first: int
    for first in (*PORTS[begin:], *PORTS[:begin]):
        if ports_are_free(first):
            return first
    raise EngineError("Tidak ada sepuluh porta berurutan yang bebas antara 20000 dan 32760.")


def ports_are_free(first: int) -> bool:
    return all(map(port_is_free, range(first, first + 10)))


def port_is_free(port: int) -> bool:
    """Nobody listens on the port, on any address of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner alone."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)


class Settings:
    """Passwords, keys and ports of one checkout: made once, kept in `mesin.json`."""

    def __init__(self, home: Path) -> None:
        self.path = home / "mesin.json"
        self.values: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}
        before = dict(self.values)
        for name in ("super", "pemilik", "aplikasi", "s3_kunci", "s3_rahasia", "s3_jwt", "SECRET_KEY"):
            self.values.setdefault(name, secrets.token_hex(20))
        for name in ("KUNCI_DATA", "KUNCI_CADANGAN", "KUNCI_SERTIFIKAT"):
            self.values.setdefault(name, base64.b64encode(secrets.token_bytes(32)).decode())
        self.values.setdefault("porta", str(free_ports(home)))
        if self.values != before:
            self.save()

    @property
    def first_port(self) -> int:
        return int(self.values["porta"])

    def choose_ports(self, home: Path) -> None:
        """Keep the ports of last time unless somebody else listens there now."""
        if not ports_are_free(self.first_port):
            self.values["porta"] = str(free_ports(home))
            self.save()

    def save(self) -> None:
        write_private(self.path, json.dumps(self.values, indent=1))
