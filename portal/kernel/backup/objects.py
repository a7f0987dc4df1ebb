"""The files of the portal's bucket: each content is kept once, sealed; the list of an archive says what lay where."""

import hashlib
import io
import random
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import orjson
from botocore.exceptions import ClientError

from portal.kernel.backup.places import GONE, SERIAL, Bucket, Folder, Place
from portal.kernel.backup.seal import CHUNK, Damaged, Sealer, Unsealed, content_name, sealed_size

THREADS, WINDOW = 4, 16
CONTENT = "isi"  # the label of sealed contents; their sha256 is what ties them to the list

Item = TypeVar("Item")
Result = TypeVar("Result")


class Entry(NamedTuple):
    """One object of the bucket and the sealed content that holds it."""

    kunci: str
    etag: str
    ukuran: int
    isi: str
    sha256: str
    mime: str
    meta: dict[str, str]


def entries(stream: BinaryIO | io.BufferedReader) -> Iterator[Entry]:
    """The list of an archive, one line an object, in the order in which the bucket told them."""
    for line in stream:
        yield Entry(*orjson.loads(line))


def in_order(act: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`act` on a few items at a time; results in the order of the items, however many there are."""
    with ThreadPoolExecutor(THREADS) as pool:
        running: deque[Future[Result]] = deque()
        try:
            for item in items:
                running.append(pool.submit(act, item))
                if len(running) >= WINDOW:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for one in running:
                one.cancel()


@contextmanager
def on_disk(path: Path, pairs: Iterable[tuple[str, bytes]]) -> Iterator[Callable[[str], bytes | None]]:
    """Finds the value of a name, None when it has none. Kept in a file: there may be millions, in any order."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.execute("CREATE TABLE isi (nama TEXT PRIMARY KEY, nilai BLOB) WITHOUT ROWID")
        file.executemany("INSERT OR IGNORE INTO isi VALUES (?, ?)", pairs)

        def find(name: str) -> bytes | None:
            row = file.execute("SELECT nilai FROM isi WHERE nama = ?", (name,)).fetchone()
            return row[0] if row else None

        yield find
    path.unlink()


class Copier:
    """Brings the contents of a bucket into a folder; counts what is there and what was new."""

    def __init__(self, source: Bucket, folder: Folder, key: bytes) -> None:
        self.source, self.folder, self.key = source, folder, key
        self.objects = self.bytes = self.new_objects = self.new_bytes = 0

    def run(self, known: Iterator[Entry], index: Sealer, tell: Callable[[int], None]) -> None:
        """Write the list of everything in the bucket; read only what the list before (`known`) does not know."""
        pairs = ((entry.kunci, orjson.dumps(list(entry))) for entry in known)
        with on_disk(self.folder.fresh(), pairs) as find:
            for entry, sealed in in_order(self._copied, self._beside(find)):
                if entry is None:
                    continue
                self.objects += 1
                self.bytes += entry.ukuran
                self.new_objects += bool(sealed)
                self.new_bytes += sealed
                index.write(orjson.dumps(list(entry)) + b"\n")
                tell(self.objects)

    def _beside(self, find: Callable[[str], bytes | None]) -> Iterator[tuple[str, Entry | None]]:
        """Each object of the bucket with its line of the list before, when it is still the same object."""
        pages = self.source.s3.get_paginator("list_objects_v2").paginate(Bucket=self.source.bucket)
        for page in pages:
            for found in page.get("Contents", []):
                line = find(found["Key"])
                before = Entry(*orjson.loads(line)) if line else None
                yield found["Key"], before if before and before.etag == found["ETag"] else None

    def _copied(self, item: tuple[str, Entry | None]) -> tuple[Entry | None, int]:
        """The line of one object, and how many bytes were written for it (0: its content was there)."""
        name, before = item
        if before is not None and self.folder.size(before.isi) == sealed_size(before.ukuran):
            return before, 0
        try:
            answer = self.source.s3.get_object(Bucket=self.source.bucket, Key=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:  # deleted since it was listed
                return None, 0
            raise
        path = self.folder.fresh()
        try:
            sealed = self._sealed(answer["Body"], path)
            sha256 = sealed.plain.hexdigest()
            target = content_name(self.key, sha256)
            fresh = self.folder.size(target) != sealed.sealed_bytes
            if fresh:
                self.folder.put(target, path)
        finally:
            path.unlink(missing_ok=True)
        meta = dict(answer.get("Metadata", {}))
        entry = Entry(name, answer["ETag"], sealed.plain_bytes, target, sha256, answer.get("ContentType", ""), meta)
        return entry, sealed.sealed_bytes if fresh else 0

    def _sealed(self, body: Any, path: Path) -> Sealer:
        with path.open("wb") as raw:
            sealer = Sealer(raw, self.key, CONTENT)
            while data := body.read(CHUNK):
                sealer.write(data)
            sealer.close()
        return sealer


def content_of(place: Place, key: bytes, entry: Entry) -> str:
    """sha256 of the content as it lies in the place. Raises Damaged, WrongKey."""
    stream = Unsealed(place.open(entry.isi), key, CONTENT)
    buffer = bytearray(CHUNK)
    while stream.readinto(buffer):
        pass
    return stream.plain.hexdigest()


def missing(place: Place, lines: Iterable[Entry]) -> int:
    """How many contents of the list are not there in their full size."""
    return sum(not there for there in in_order(lambda one: place.size(one.isi) == sealed_size(one.ukuran), lines))


def sample(lines: Iterable[Entry], size: int, seed: str) -> list[Entry]:
    """Up to `size` lines drawn evenly from a list of any length; the same for the same seed."""
    draw, chosen = random.Random(seed), []  # noqa: S311 - which files to look at is no secret
    for number, entry in enumerate(lines):
        if number < size:
            chosen.append(entry)
        elif (slot := draw.randrange(number + 1)) < size:
            chosen[slot] = entry
    return chosen


def give_back(place: Place, key: bytes, target: Bucket, lines: Iterable[Entry], tell: Callable[[int], None]) -> int:
    """Put every object of the list into the bucket. Returns how many; raises Damaged at the first that is wrong."""

    def one(entry: Entry) -> None:
        stream = Unsealed(place.open(entry.isi), key, CONTENT)
        extra = {"Metadata": entry.meta} | ({"ContentType": entry.mime} if entry.mime else {})
        target.s3.upload_fileobj(
            io.BufferedReader(stream, CHUNK), target.bucket, entry.kunci, ExtraArgs=extra, Config=SERIAL
        )
        if stream.plain.hexdigest() != entry.sha256:
            target.delete(entry.kunci)
            raise Damaged(f"Isi berkas {entry.kunci} tidak sama dengan daftar cadangan.")

    count = 0
    for _ in in_order(one, lines):
        count += 1
        tell(count)
    return count


def object_sha256(source: Bucket, name: str) -> str:
    """Of an object in a bucket, read as a stream."""
    digest = hashlib.sha256()
    with closing(source.open(name)) as body:
        while data := body.read(CHUNK):
            digest.update(data)
    return digest.hexdigest()
