"""The activity log: append-only, chained by hash, so that a changed or missing line can be shown.

Each row's `sidik` is sha256 over the previous row's `sidik` and its own content. Lines of one
transaction are chained just before its commit, under an advisory lock held only that long.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from flask import has_request_context, request
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Model, before_commit, commit, db, now, rollback, waiting

LOCK = 7_251_001
EVENTS: dict[str, frozenset[str]] = {}
WORDS: dict[str, str] = {}


class Aktivitas(Model):
    __tablename__ = "aktivitas"

    urut: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    waktu: Mapped[datetime] = mapped_column(index=True)
    pelaku_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    pelaku: Mapped[str]
    alamat_ip: Mapped[str]
    peristiwa: Mapped[str] = mapped_column(index=True)
    objek_tipe: Mapped[str]
    objek_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    sidik: Mapped[bytes] = mapped_column(sa.LargeBinary)


def declare(**events: str) -> None:
    """Name events and their keys: `declare(**{"kinerja.diajukan": "tahun bulan"})`."""
    for name, keys in events.items():
        EVENTS[name] = frozenset(keys.split())


def describe(events: dict[str, str]) -> None:
    """Give events the words that people read; each module does so in its `peristiwa.py`."""
    WORDS.update(events)


def words(event: str) -> str:
    """What a person reads for an event; one that only an older version wrote is spelled from its code."""
    return WORDS.get(event) or event.replace(".", " ").replace("_", " ").capitalize()


def options(events: Iterable[str] = EVENTS) -> list[tuple[str, str]]:
    """Events with their words in the order of the alphabet, for a filter of a list."""
    return sorted(((event, words(event)) for event in events), key=lambda pair: pair[1].casefold())


def log(event: str, row: Any = None, by: Any = None, **keys: Any) -> None:
    """Note an event in this transaction. Raises KeyError for an event or key that was not declared."""
    unknown = set(keys) - EVENTS[event]
    if unknown:
        raise KeyError(f"{event}: undeclared {', '.join(sorted(unknown))}")
    line = {
        "waktu": now(),
        "pelaku_id": by.id if by is not None else None,
        "pelaku": by.nama if by is not None else "sistem",
        "alamat_ip": (request.remote_addr or "") if has_request_context() else "",
        "peristiwa": event,
        "objek_tipe": row.__tablename__ if row is not None else "",
        "objek_id": row.id if row is not None else None,
        "data": _as_stored(orjson.loads(orjson.dumps(keys, default=str))),
    }
    waiting("aktivitas").append(line)
    before_commit("aktivitas", _chain)


def _as_stored(value: Any) -> Any:
    """The value as PostgreSQL gives it back: it knows no NUL in a text and writes large fractions another way."""
    if isinstance(value, dict):
        return {_as_stored(name): _as_stored(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_as_stored(part) for part in value]
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    return str(value) if isinstance(value, float) else value


def log_now(event: str, row: Any = None, by: Any = None, **keys: Any) -> None:
    """Note an event of a request that changes nothing else (a refusal): drops the rest, commits the line."""
    rollback()
    db.session().info["reading"] = False
    log(event, row, by, **keys)
    commit()


def _chain() -> None:
    lines = waiting("aktivitas")
    db.session.flush()
    if not lines:
        return
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = db.session.execute(
        sa.select(Aktivitas.urut, Aktivitas.sidik).order_by(Aktivitas.urut.desc()).limit(1)
    ).first()
    urut, sidik = (last.urut, last.sidik) if last else (0, b"")
    rows = []
    for line in lines:
        urut += 1
        sidik = digest(sidik, {**line, "urut": urut})
        rows.append({**line, "urut": urut, "sidik": sidik})
    db.session.execute(sa.insert(Aktivitas), rows)


def digest(previous: bytes, line: dict[str, Any]) -> bytes:
    """sha256 of the previous digest and the canonical JSON of a line."""
    fields = [
        "urut",
        "waktu",
        "pelaku_id",
        "pelaku",
        "alamat_ip",
        "peristiwa",
        "objek_tipe",
        "objek_id",
        "data",
    ]
    content = {name: line[name] for name in fields}
    content["waktu"] = int(line["waktu"].timestamp() * 1_000_000)
    body = orjson.dumps(content, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous + body).digest()


@dataclass(frozen=True)
class Verdict:
    """`rows` lines read; `broken` is the number of the first line that does not follow, or None."""

    rows: int
    broken: int | None


def verify(connection: sa.Connection | None = None) -> Verdict:
    """Walk the whole chain in the order of its numbers, in the portal's database or in the one of `connection`."""
    previous, count = b"", 0
    query = sa.select(*Aktivitas.__table__.columns).order_by(Aktivitas.urut)
    with (connection or db.session).execute(query.execution_options(yield_per=2000)) as rows:
        for row in rows.mappings():
            line = dict(row)
            count += 1
            if line["urut"] != count or digest(previous, line) != bytes(line["sidik"]):
                return Verdict(count, line["urut"])
            previous = bytes(line["sidik"])
    return Verdict(count, None)
