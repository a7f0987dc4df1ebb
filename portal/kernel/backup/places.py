"""Where archives lie: a folder or a bucket, with the same names in both.

`arsip/<id>/manifest`, `arsip/<id>/basis-data`, `arsip/<id>/daftar`; contents under `isi/<2>/<name>`. An archive
exists when its manifest does, which is written last.
"""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config as BotoConfig
from botocore.exceptions import ClientError

from portal.config import Config
from portal.kernel import storage
from portal.kernel.backup.seal import BackupError, Damaged, Readable
from portal.kernel.errors import Conflict

MANIFEST = "manifest"
PREFIXES = [f"isi/{number:02x}/" for number in range(256)]
SERIAL = TransferConfig(multipart_chunksize=16 * 1024 * 1024, use_threads=False)
GONE = {"NoSuchKey", "404", "NotFound", "NoSuchBucket"}


def archive_part(archive: str, part: str) -> str:
    return f"arsip/{archive}/{part}"


class Place(Protocol):
    """`put` moves or sends a finished file; `open` raises Damaged when the name is missing."""

    words: str

    def names(self, prefix: str) -> Iterator[tuple[str, int]]: ...
    def size(self, name: str) -> int | None: ...
    def open(self, name: str) -> Readable: ...
    def put(self, name: str, path: Path) -> None: ...
    def delete(self, name: str) -> None: ...


def archives(place: Place) -> list[str]:
    """Ids of the finished archives, oldest first: an id begins with the moment it was made."""
    names = (name.split("/") for name, _ in place.names("arsip/"))
    return sorted(parts[1] for parts in names if parts[-1] == MANIFEST)


class Folder:
    """A local directory. Unfinished files live in `.sementara`, on the same disk, until they are renamed."""

    words = "direktori lokal"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.staging = root / ".sementara"

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        top = self.root / prefix
        for path in sorted(top.rglob("*")) if top.is_dir() else []:
            if path.is_file():
                yield str(path.relative_to(self.root)), path.stat().st_size

    def size(self, name: str) -> int | None:
        try:
            return (self.root / name).stat().st_size
        except FileNotFoundError:
            return None

    def open(self, name: str) -> BinaryIO:
        try:
            return (self.root / name).open("rb")
        except FileNotFoundError:
            raise Damaged(f"Bagian {name} tidak ada di {self.words}.") from None

    def put(self, name: str, path: Path) -> None:
        target = self.root / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(target)

    def delete(self, name: str) -> None:
        path = self.root / name
        path.unlink(missing_ok=True)
        with suppress(OSError):  # holds others still
            path.parent.rmdir()

    def fresh(self) -> Path:
        """A name for a file that is being written."""
        return self.staging / uuid.uuid4().hex

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One backup or drill at a time; what a killed one left is removed. Raises Conflict, BackupError."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.root / ".kunci").open("a")
        except OSError as error:
            raise BackupError(f"Direktori cadangan {self.root} tidak dapat ditulis: {error.strerror}.") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict("Pencadangan atau uji pulih lain sedang berjalan.", "Tunggu sampai selesai.") from None
            self._clear()
            self.staging.mkdir(mode=0o700)
            try:
                yield
            finally:
                self._clear()

    def _clear(self) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)
        for folder in (self.root / "arsip").glob("*"):
            if not (folder / MANIFEST).exists():
                shutil.rmtree(folder, ignore_errors=True)


class Bucket:
    """A bucket of another store."""

    words = "tempat kedua"

    def __init__(self, s3: Any, bucket: str) -> None:
        self.s3, self.bucket = s3, bucket

    def prepare(self) -> None:
        """Make the bucket when it is missing."""
        try:
            self.s3.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
            self.s3.create_bucket(Bucket=self.bucket)

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        try:
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                yield from ((found["Key"], found["Size"]) for found in page.get("Contents", []))
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise

    def size(self, name: str) -> int | None:
        try:
            return cast(int, self.s3.head_object(Bucket=self.bucket, Key=name)["ContentLength"])
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise

    def open(self, name: str) -> Readable:
        try:
            return cast(Readable, self.s3.get_object(Bucket=self.bucket, Key=name)["Body"])
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise Damaged(f"Bagian {name} tidak ada di {self.words}.") from None
            raise

    def put(self, name: str, path: Path) -> None:
        self.s3.upload_file(str(path), self.bucket, name, Config=SERIAL)

    def delete(self, name: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=name)


def first_place(cfg: Config) -> Folder:
    return Folder(cfg.cadangan_dir)


def second_place(cfg: Config) -> Bucket | None:
    """None when the settings name none."""
    if not cfg.cadangan_s3_bucket:
        return None
    client = boto3.client(
        "s3",
        endpoint_url=cfg.cadangan_s3_endpoint or cfg.s3_endpoint,
        region_name=cfg.s3_region,
        aws_access_key_id=cfg.cadangan_s3_key,
        aws_secret_access_key=cfg.cadangan_s3_secret,
        config=BotoConfig(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
        ),
    )
    return Bucket(client, cfg.cadangan_s3_bucket)


def place_named(dari: str) -> Place:
    """The directory of the settings for "", the second location for "s3", else that directory. Raises BackupError."""
    cfg = storage.config()
    if dari != "s3":
        return Folder(Path(dari).resolve()) if dari else first_place(cfg)
    second = second_place(cfg)
    if second is None:
        raise BackupError("Tempat kedua belum diatur: isi CADANGAN_S3_BUCKET.")
    return second


def own_bucket(cfg: Config) -> Bucket:
    """The portal's own files, seen as a place."""
    return Bucket(storage.s3(), cfg.s3_bucket)


def flush_to_disk() -> None:
    """Everything written so far outlives a power cut: once per archive, instead of once per file."""
    os.sync()
