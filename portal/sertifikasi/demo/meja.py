"""Rows waiting to be written, in the order in which tables refer to each other, and files waiting to be stored."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.kernel import storage
from portal.kernel.db import Base, Nomor, db
from portal.kernel.demo.salin import Ids, copy_rows
from portal.kernel.documents import Document, content_key

PDF, JPG = "application/pdf", "image/jpeg"


@dataclass(slots=True)
class Isi:
    """A stored content: hash, type, size in bytes, pages."""

    sha256: str
    mime: str
    ukuran: int
    halaman: int = 1


class Lemari:
    """Uploads in the background of the load; each content once."""

    def __init__(self) -> None:
        self.client, self.bucket = storage.s3(), storage.config().s3_bucket
        self.pool = ThreadPoolExecutor(8)
        self.running: list[Future[Any]] = []
        self.seen: set[str] = set()

    def put(self, body: bytes, mime: str, halaman: int = 1) -> Isi:
        sha256 = hashlib.sha256(body).hexdigest()
        if sha256 not in self.seen:
            self.seen.add(sha256)
            self.running.append(self.pool.submit(self._send, sha256, body, mime))
        return Isi(sha256, mime, len(body), halaman)

    def _send(self, sha256: str, body: bytes, mime: str) -> None:
        self.client.put_object(
            Bucket=self.bucket, Key=content_key(sha256), Body=body, ContentType=mime, Metadata={"sha256": sha256}
        )

    def finish(self) -> int:
        """Wait for every upload. Raises what the first failed one raised."""
        for future in self.running:
            future.result()
        self.running.clear()
        return len(self.seen)


@dataclass
class Meja:
    """`add` in any order; `flush` copies table after table, parents first."""

    ids: Ids
    lemari: Lemari
    rows: dict[tuple[type[Base], str], list[Sequence[Any]]] = field(default_factory=dict)
    nomor: Counter[str] = field(default_factory=Counter)
    jumlah: Counter[str] = field(default_factory=Counter)

    def next(self, at: datetime) -> str:
        return self.ids.next(int(at.timestamp() * 1000))

    def add(self, model: type[Base], columns: str, at: datetime, *row: Any, id: str = "") -> str:
        """One row made at that moment; `columns` leaves out id and times. Returns its id."""
        key = id or self.next(at)
        self.rows.setdefault((model, columns), []).append((key, at, at, *row))
        return key

    def document(self, owner: str, nama: str, isi: Isi, at: datetime) -> str:
        columns = "pemilik_id nama mime ukuran sha256 halaman diklaim_at"
        return self.add(Document, columns, at, owner, nama, isi.mime, isi.ukuran, isi.sha256, isi.halaman, at)

    def number(self, seri: str) -> int:
        self.nomor[seri] += 1
        return self.nomor[seri]

    def flush(self) -> None:
        """Write what waits. The order of tables is that of their foreign keys."""
        order = {table.name: n for n, table in enumerate(Document.metadata.sorted_tables)}
        for (model, columns), rows in sorted(self.rows.items(), key=lambda item: order[item[0][0].__tablename__]):
            self.jumlah[model.__tablename__] += copy_rows(model, f"id dibuat_at diubah_at {columns}", rows)
        self.rows.clear()

    def keep_numbers(self) -> None:
        """The counters go on where the demo data end."""
        for seri, last in self.nomor.items():
            insert = sa.dialects.postgresql.insert(Nomor).values(seri=seri, terakhir=last)
            kept = insert.on_conflict_do_update(
                index_elements=[Nomor.seri], set_={"terakhir": sa.func.greatest(Nomor.terakhir, last)}
            )
            db.session.execute(kept)

    def know_numbers(self) -> None:
        self.nomor.update({row.seri: row.terakhir for row in db.session.scalars(sa.select(Nomor))})
