"""Encrypted files that are written and read as streams: AES-256-GCM in chunks of 1 MiB.

Each file has a key of its own (HKDF of the backup key and a random salt). The nonce of a chunk is its number and
a mark on the last one, so chunks cannot be swapped, dropped or cut off; the label ties a file to its place.
The construction is STREAM of Hoang, Reyhanitabar, Rogaway and Vizár (2015).
"""

import hashlib
import hmac
import io
import os
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.kernel.errors import DomainError

MAGIC = b"PAMONGC1"
CHUNK, TAG, SALT, MARK = 1024 * 1024, 16, 16, 8
HEADER = len(MAGIC) + MARK + SALT


class BackupError(DomainError):
    """A backup or restore cannot go on; `pesan` tells the operator why."""


class Damaged(BackupError):
    """What was read is not what was written."""


class WrongKey(BackupError):
    """The file was written with another key."""


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


def key_mark(key: bytes) -> bytes:
    """Tells two keys apart without telling anything about them."""
    return hmac.digest(key, b"pamong cadangan tanda", "sha256")[:MARK]


def content_name(key: bytes, sha256: str) -> str:
    """Where a content lies: equal contents meet, and who has no key cannot tell which content it is."""
    name = hmac.digest(key, b"pamong cadangan isi " + sha256.encode(), "sha256").hex()
    return f"isi/{name[:2]}/{name}"


def sealed_size(plain: int) -> int:
    """Bytes of a sealed file whose contents have `plain` bytes."""
    return HEADER + plain + TAG * max(1, -(-plain // CHUNK))


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"pamong cadangan berkas").derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Encrypts what is written to it into `raw`; `close` writes the last chunk. Counts and hashes both sides."""

    def __init__(self, raw: BinaryIO, key: bytes, label: str) -> None:
        salt = os.urandom(SALT)
        header = MAGIC + key_mark(key) + salt
        self._raw, self._cipher, self._aad = raw, _cipher(key, salt), header + label.encode()
        self._waiting, self._number = bytearray(), 0
        self.plain, self.sealed = hashlib.sha256(), hashlib.sha256()
        self.plain_bytes = self.sealed_bytes = 0
        self._out(header)

    def write(self, data: bytes) -> None:
        self.plain.update(data)
        self.plain_bytes += len(data)
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        self._chunk(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _chunk(self, data: bytes, *, last: bool) -> None:
        self._out(self._cipher.encrypt(_nonce(self._number, last), data, self._aad))
        self._number += 1

    def _out(self, data: bytes) -> None:
        self._raw.write(data)
        self.sealed.update(data)
        self.sealed_bytes += len(data)


def unsealed(raw: Readable, key: bytes, label: str) -> Iterator[bytes]:
    """Contents of a sealed file, chunk by chunk; closes it. Raises WrongKey, Damaged; hands out nothing unproven."""
    with closing(raw):
        yield from _unsealed(raw, key, label)


def _unsealed(raw: Readable, key: bytes, label: str) -> Iterator[bytes]:
    header = _exactly(raw, HEADER)
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise Damaged(f"Berkas cadangan {label} rusak: kepalanya tidak dikenal.")
    if header[len(MAGIC) : len(MAGIC) + MARK] != key_mark(key):
        raise WrongKey(f"Kunci cadangan tidak cocok dengan berkas {label}.", "Periksa KUNCI_CADANGAN.")
    cipher, aad = _cipher(key, header[-SALT:]), header + label.encode()
    number, chunk = 0, _exactly(raw, CHUNK + TAG)
    while True:
        following = _exactly(raw, CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), chunk, aad)
        except (InvalidTag, ValueError) as error:
            raise Damaged(f"Berkas cadangan {label} rusak pada bagian ke-{number + 1}.") from error
        if not following:
            return
        number, chunk = number + 1, following


def _exactly(raw: Readable, size: int) -> bytes:
    """`size` bytes, fewer only at the end: a network gives what it has."""
    parts, missing = [], size
    while missing:
        data = raw.read(missing)
        if not data:
            break
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)


class Unsealed(io.RawIOBase):
    """The same contents as a file to read from, hashed on the way."""

    def __init__(self, raw: Readable, key: bytes, label: str) -> None:
        self._chunks = unsealed(raw, key, label)
        self._rest = memoryview(b"")
        self.plain = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self.plain.update(chunk)
            self._rest = memoryview(chunk)
        taken = min(len(target), len(self._rest))
        target[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
