"""What an archive says about itself: a small sealed JSON, written last and read first."""

import hashlib
import hmac
import io
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from portal.config import Config
from portal.kernel.backup.objects import Entry, entries
from portal.kernel.backup.places import MANIFEST, Folder, Place, archive_part
from portal.kernel.backup.seal import CHUNK, BackupError, Damaged, Sealer, Unsealed, unsealed

FORMAT = 1
DUMP, INDEX = "basis-data", "daftar"
SETTINGS = ("lingkungan", "alamat", "instansi", "zona", "layanan", "s3_bucket", "s3_region")


@dataclass(frozen=True)
class Part:
    """A sealed file: its size and sha256, and those of what is inside."""

    byte: int
    sha256: str
    byte_isi: int
    sha256_isi: str


@dataclass(frozen=True)
class Manifest:
    """`tabel` was counted, and `rantai` read, in the snapshot of the dump."""

    arsip: str
    waktu: str
    aplikasi: str
    revisi: str
    server: int
    ekstensi: list[str]
    tabel: dict[str, int]
    rantai: tuple[int, str]
    objek: int
    byte_objek: int
    bagian: dict[str, Part]
    kunci_data: str
    pengaturan: dict[str, str]
    format: int = field(default=FORMAT)


@cache
def version() -> str:
    """Of this application, as setup.cfg names it."""
    parser = ConfigParser()
    parser.read(Path(__file__).resolve().parents[3] / "setup.cfg")
    return parser.get("metadata", "version", fallback="")


def data_key_mark(cfg: Config) -> str:
    """Shows after a restore whether the columns can be decrypted here; tells nothing about the key."""
    return hmac.digest(cfg.data_key, b"pamong cadangan kunci data", "sha256").hex()[:16]


def required_key(cfg: Config) -> bytes:
    if not cfg.backup_key:
        raise BackupError("KUNCI_CADANGAN belum diatur.", "Buat kunci 32 byte base64 dan simpan di luar mesin ini.")
    return cfg.backup_key


def write_part(folder: Folder, key: bytes, archive: str, name: str, fill: Callable[[Sealer], None]) -> Part:
    """`fill` writes the contents; the file gets its name when it is whole."""
    path = folder.fresh()
    try:
        with path.open("wb") as raw:
            sealer = Sealer(raw, key, f"{name} {archive}")
            fill(sealer)
            sealer.close()
        folder.put(archive_part(archive, name), path)
    finally:
        path.unlink(missing_ok=True)
    return Part(sealer.sealed_bytes, sealer.sealed.hexdigest(), sealer.plain_bytes, sealer.plain.hexdigest())


def write(folder: Folder, key: bytes, manifest: Manifest) -> None:
    body = orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2)
    write_part(folder, key, manifest.arsip, MANIFEST, lambda sealer: sealer.write(body))


def read(place: Place, key: bytes, archive: str) -> Manifest:
    """Raises WrongKey, Damaged."""
    body = b"".join(unsealed(place.open(archive_part(archive, MANIFEST)), key, f"{MANIFEST} {archive}"))
    values: dict[str, Any] = orjson.loads(body)
    if values["format"] != FORMAT:
        raise BackupError(f"Arsip ini berformat {values['format']}; rilis ini membaca format {FORMAT}.")
    values["bagian"] = {name: Part(**part) for name, part in values["bagian"].items()}
    values["rantai"] = (values["rantai"][0], values["rantai"][1])
    return Manifest(**values)


class _Hashed:
    """What is read from a place, hashed as it passes."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.sha256, self.bytes = inner, hashlib.sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = self.inner.read(size)
        self.sha256.update(data)
        self.bytes += len(data)
        return data

    def close(self) -> None:
        self.inner.close()


def contents(place: Place, key: bytes, manifest: Manifest, name: str) -> Iterator[bytes]:
    """Contents of a part; after the last chunk its size and both hashes are compared. Raises Damaged, WrongKey."""
    part, inside = manifest.bagian[name], hashlib.sha256()
    outside = _Hashed(place.open(archive_part(manifest.arsip, name)))
    for chunk in unsealed(outside, key, f"{name} {manifest.arsip}"):
        inside.update(chunk)
        yield chunk
    found = (outside.bytes, outside.sha256.hexdigest(), inside.hexdigest())
    if found != (part.byte, part.sha256, part.sha256_isi):
        raise Damaged(f"Bagian {name} tidak sama dengan manifes.")


def index_of(place: Place, key: bytes, archive: str) -> Iterator[Entry]:
    raw = Unsealed(place.open(archive_part(archive, INDEX)), key, f"{INDEX} {archive}")
    return entries(io.BufferedReader(raw, CHUNK))
