"""Places in an ordered list: the value it is ordered by, then the key. A page costs the same wherever it is."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
import sqlalchemy as sa

READ: dict[type, Callable[[str], Any]] = {
    str: str, int: int, float: float, Decimal: Decimal, date: date.fromisoformat, datetime: datetime.fromisoformat,
    uuid.UUID: uuid.UUID, bool: lambda text: text == "True",
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """Ordered by `value`, ties broken by `key`, both in one direction. Empty values count as the largest.

    `blank`: the value may be empty. Where it cannot be, the condition is one row comparison on an index.
    """

    value: sa.ColumnElement[Any]
    key: sa.ColumnElement[Any]
    descending: bool
    blank: bool

    @property
    def in_one_table(self) -> bool:
        sides = [getattr(getattr(part, "expression", part), "table", None) for part in (self.value, self.key)]
        return sides[0] is not None and sides[1] is not None and sides[0].name == sides[1].name

    def clauses(self, backwards: bool = False) -> list[sa.ColumnElement[Any]]:
        down = self.descending != backwards
        return [part.desc() if down else part.asc() for part in (self.value, self.key)]

    def beyond(self, place: tuple[Any, Any], backwards: bool = False) -> sa.ColumnElement[bool]:
        """Rows after this place, or before it. PostgreSQL sorts NULL last ascending, first descending."""
        value, key = place
        down = self.descending != backwards
        further = self.key < key if down else self.key > key
        if value is None:
            same = sa.and_(self.value.is_(None), further)
            return sa.or_(same, self.value.is_not(None)) if down else same
        here = sa.tuple_(sa.literal(value, self.value.type), sa.literal(key, self.key.type))
        rows = sa.tuple_(self.value, self.key)
        after = rows < here if down else rows > here
        if not self.in_one_table:  # no index serves the pair: let the one on the value find the start
            bound = self.value <= value if down else self.value >= value
            after = sa.and_(after, bound)
        return sa.or_(after, self.value.is_(None)) if self.blank and not down else after

    def read(self, text: str) -> tuple[Any, Any] | None:
        """A place from the query string; None when it is not one of this order."""
        try:
            value, key = orjson.loads(base64.urlsafe_b64decode(text.encode()))
            return _typed(value, self.value), _typed(str(key), self.key)
        except (ValueError, TypeError, InvalidOperation):
            return None


def _typed(value: Any, expression: sa.ColumnElement[Any]) -> Any:
    return None if value is None else READ[expression.type.python_type](str(value))


def write(value: Any, key: Any) -> str:
    """The place of a row as it stands in an address."""
    parts = [None if value is None else str(value), str(key)]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()
