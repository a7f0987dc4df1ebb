"""Files that arrive in pieces over bad connections, and go on where they stopped.

Pieces lie in the S3 store under the person and the upload's own id; there is no other record of an upload. What has
arrived is the length of the pieces without a gap, so a piece sent twice counts once. A form names finished uploads by
"<id>/<sha256>/<name>": the joined bytes then go the way of any other file. What nobody joined or dropped within a day
is swept.
"""

import hashlib
import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import g
from werkzeug.datastructures import FileStorage

from portal.kernel import storage
from portal.kernel.db import now
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal

PIECE = 256 * 1024
LARGEST, OPEN_BYTES = 25 * 1024 * 1024, 120 * 1024 * 1024  # of one file; of all that one person has under way
KEEP = timedelta(hours=24)
MOST_NAMED = 40  # uploads in one form
UNFINISHED = "Unggahan {nama} belum lengkap. Pilih berkasnya lagi."


def folder(user_id: uuid.UUID, id: uuid.UUID) -> str:
    return f"potongan/{user_id.hex}/{id.hex}/"


def arrived(user_id: uuid.UUID, id: uuid.UUID) -> int:
    """Bytes of this upload that are here without a gap."""
    return sum(size for _, size in _pieces(folder(user_id, id)))


def append(user_id: uuid.UUID, id: uuid.UUID, offset: int, body: bytes, total: int) -> int:
    """Keep one piece. Returns what has arrived; other than `offset` + its length means: go on from there.
    Raises Invalid for a piece or a file of the wrong size."""
    if not 0 < total <= LARGEST:
        raise Invalid("berkas", f"Berkas terlalu besar (maksimal {LARGEST // 1024 // 1024} MB) atau kosong.")
    if offset % PIECE or not body or len(body) != min(PIECE, total - offset):
        raise Invalid("berkas", "Potongan berkas tidak utuh. Unggah ulang.")
    here = arrived(user_id, id)
    if offset > here:
        return here
    if _under_way(user_id) + (total if here == 0 else len(body)) > OPEN_BYTES:  # `total` may be told differently later
        raise Invalid("berkas", "Terlalu banyak unggahan yang belum selesai. Tunggu yang lain selesai, lalu coba lagi.")
    storage.put(f"{folder(user_id, id)}{offset:010d}", body, "application/octet-stream")
    return max(here, offset + len(body))


def drop(user_id: uuid.UUID, id: uuid.UUID) -> None:
    storage.delete_under(folder(user_id, id))


def joined(user_id: uuid.UUID, id: uuid.UUID, sha256: str) -> bytes | None:
    """The whole file, None when it is not all here or not what the sender measured."""
    found = (storage.get(key) for key, _ in _pieces(folder(user_id, id)))
    body = b"".join(piece for piece in found if piece)
    return body if body and hashlib.sha256(body).hexdigest() == sha256 else None


def given(user: Principal, texts: list[str], field: str) -> list[FileStorage]:
    """Finished uploads that a form names, as if they had come with it. Raises Invalid."""
    if len(texts) > MOST_NAMED:
        raise Invalid(field, f"Paling banyak {MOST_NAMED} berkas sekali kirim.")
    files = []
    for text in texts:
        id, _, rest = text.partition("/")
        sha256, _, nama = rest.partition("/")
        body = _once(user, id, sha256)
        if body is None:
            raise Invalid(field, UNFINISHED.format(nama=nama or "berkas"))
        files.append(FileStorage(io.BytesIO(body), nama or "berkas", field))
    return files


def _once(user: Principal, id: str, sha256: str) -> bytes | None:
    """A request asks several times which files it brought; however it spells an id, it is read once."""
    try:
        key = uuid.UUID(id)
    except ValueError:
        return None
    known: dict[uuid.UUID, tuple[str, bytes | None]] = g.setdefault("pieces", {})
    if key not in known:
        known[key] = (sha256, joined(user.id, key, sha256))
    measured, body = known[key]
    return body if measured == sha256 else None


def sweep() -> int:
    """Remove pieces older than a day. Returns how many."""
    gone = 0
    for entry in _entries("potongan/"):
        if entry["LastModified"] < now() - KEEP:
            storage.delete(entry["Key"])
            gone += 1
    return gone


def _pieces(prefix: str) -> Iterator[tuple[str, int]]:
    """Key and length of each piece in order, up to the first gap."""
    at = 0
    for entry in _entries(prefix):
        if int(entry["Key"].rsplit("/", 1)[1]) != at:
            return
        yield entry["Key"], entry["Size"]
        at += entry["Size"]


def _under_way(user_id: uuid.UUID) -> int:
    return sum(entry["Size"] for entry in _entries(f"potongan/{user_id.hex}/"))


def _entries(prefix: str) -> Iterator[dict[str, Any]]:
    pages = storage.s3().get_paginator("list_objects_v2").paginate(Bucket=storage.config().s3_bucket, Prefix=prefix)
    for page in pages:
        yield from page.get("Contents", [])
