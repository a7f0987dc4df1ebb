"""Fast insertion of made-up rows: keys that do not depend on the machine, and COPY with the tables' defaults."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from psycopg import sql

from portal.kernel.db import Base, db


class Ids:
    """UUIDv7 texts from a seed. Later calls sort after earlier ones of the same millisecond."""

    def __init__(self, seed: str, ms: int) -> None:
        self.random = dice(seed)
        self.ms = ms
        self.count = 0

    def next(self, ms: int | None = None) -> str:
        """32 hexadecimal digits; `ms` is the Unix time in milliseconds the row claims to be made at."""
        n = self.count = self.count + 1
        tail = 0x2 << 62 | (n & 0xFFFFF) << 42 | self.random.getrandbits(42)
        return f"{ms or self.ms:012x}7{n >> 20 & 0xFFF:03x}{tail:016x}"


def dice(seed: str) -> random.Random:
    """Chance that repeats itself; nothing here needs to be hard to guess."""
    return random.Random(seed)  # noqa: S311


def no_time_limit() -> None:
    """Loading a city takes longer than any page may."""
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))


def copy_rows(model: type[Base], columns: str, rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into the table; columns left out get the default the model declares. Returns the count.

    JSON columns take dicts and lists; keys and times may be texts.
    """
    names = columns.split()
    extra, values = _defaults(model, names)
    table: sa.Table = model.__table__  # type: ignore[assignment]
    document = [i for i, name in enumerate(names) if isinstance(table.c[name].type, sa.JSON)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, [*names, *extra]))
    )
    count = 0
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            full = [*row, *values]
            for i in document:
                full[i] = orjson.dumps(full[i]).decode()
            copy.write_row(full)
            count += 1
    return count


def _defaults(model: type[Base], given: list[str]) -> tuple[list[str], list[Any]]:
    names, values = [], []
    for column in model.__table__.columns:
        if column.name in given or column.default is None:
            continue
        default: Any = column.default
        value = default.arg(None) if default.is_callable else default.arg
        names.append(column.name)
        values.append(orjson.dumps(value).decode() if isinstance(column.type, sa.JSON) else value)
    return names, values
