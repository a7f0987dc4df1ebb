"""What a list shows: one SQL expression a column, its look on the screen, its value in a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

import orjson
import sqlalchemy as sa
from markupsafe import Markup

from portal.kernel import calendar
from portal.kernel.icons import icon
from portal.kernel.listing.asked import Ask
from portal.kernel.numbers import angka

Expression = sa.ColumnElement[Any]
Value = sa.SQLColumnExpression[Any]
FORMULA = r"^[=+@\t\r-]"  # a spreadsheet would compute a text that starts so


@dataclass(frozen=True)
class Tags:
    """Codes of a state with (words, kind, icon); each badge is drawn once, files get the words."""

    states: Mapping[Any, tuple[str, str, str]]
    drawn: dict[Any, Markup] = field(default_factory=dict, compare=False)

    def __call__(self, value: Any) -> Markup | str:
        if value is None:
            return ""
        if value not in self.drawn:
            words, kind, name = self.states.get(value, (str(value).capitalize(), "", ""))
            look = f"badge badge-{kind}" if kind else "badge"
            mark = icon(name, 16) if name else ""
            self.drawn[value] = Markup('<span class="{}">{}{}</span>').format(look, mark, words) if words else Markup()
        return self.drawn[value]

    def words(self, value: Any) -> str:
        return self.states.get(value, ("" if value is None else str(value), "", ""))[0]

    @property
    def options(self) -> list[tuple[Any, str]]:
        """For a `Choice` of the same states."""
        return [(code, words) for code, (words, _, _) in self.states.items()]

    def in_words(self, value: Expression) -> Expression:
        known = ((value == code, words) for code, (words, _, _) in self.states.items())
        return sa.case(*known, else_=sa.cast(value, sa.Text()))  # a truth or a number is a text beside words


@dataclass(frozen=True)
class Column:
    """`value` is an expression, or a function of the `Ask` (person, choices) that gives one.

    `sort`: True, or the expression to order by (an index on it, then on the key, makes deep pages cheap).
    `indexed=False`: no index serves that order, so that all matches are collected and then ordered.
    `link`: address with names of columns in braces, "/pengguna/{id}"; `id` is the key. `show` draws a cell.
    What comes from elsewhere is best a scalar subquery: it is computed for the shown rows only.
    `screen=False`: only in files; `optional=True`: shown to who asks for it. `export=False`: only on the screen, an
    expression: another value in files.
    """

    name: str
    label: str
    value: Value | Callable[[Ask], Value]
    show: Callable[[Any], Markup | str] | None = None
    sort: bool | Value = False
    indexed: bool = True
    number: bool = False
    link: str = ""
    screen: bool = True
    optional: bool = False
    export: bool | Value = True

    def of(self, ask: Ask) -> Expression:
        return cast(Expression, self.value(ask) if callable(self.value) else self.value)

    def order(self, ask: Ask) -> Expression:
        return self.of(ask) if isinstance(self.sort, bool) else cast(Expression, self.sort)

    def drawn(self, kind: sa.types.TypeEngine[Any], zona: str) -> Callable[[Any], Markup | str]:
        return self.show or _look_of(kind, zona)

    def in_file(self, ask: Ask) -> Expression:
        """The value that files carry: states in words."""
        value = self.of(ask) if isinstance(self.export, bool) else cast(Expression, self.export)
        return self.show.in_words(value) if isinstance(self.show, Tags) and isinstance(self.export, bool) else value


def _look_of(kind: sa.types.TypeEngine[Any], zona: str) -> Callable[[Any], Markup | str]:
    if isinstance(kind, sa.DateTime):
        return lambda v: calendar.waktu_pendek(v, zona) if v is not None else ""
    if isinstance(kind, sa.Date):
        return lambda v: calendar.tanggal_pendek(v) if v is not None else ""
    if isinstance(kind, sa.Boolean):
        return lambda v: {True: "Ya", False: "Tidak"}.get(v, "")
    if isinstance(kind, sa.Integer | sa.Numeric):
        return lambda v: angka(v) if v is not None else ""
    return lambda v: "" if v is None else str(v)


def as_text(value: Expression, zona: str) -> Expression:
    """The expression as CSV carries it: ISO dates, local times, texts that no spreadsheet computes."""
    kind = value.type
    if isinstance(kind, sa.DateTime):
        return sa.func.to_char(sa.func.timezone(zona, value), "YYYY-MM-DD HH24:MI")
    if isinstance(kind, sa.Boolean):
        return sa.case((value, "Ya"), (~value, "Tidak"))
    if isinstance(kind, sa.Integer | sa.Numeric | sa.Date | sa.Uuid):
        return value
    text = sa.cast(value, sa.Text())
    return sa.case((text.op("~")(FORMULA), sa.literal("'").concat(text)), else_=text)


def as_cell(value: Any, zona: str) -> Any:
    """The value as a worksheet cell holds it: local time without zone, words for truth."""
    if isinstance(value, datetime):
        return calendar.setempat(value, zona).replace(tzinfo=None)
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if value is None or isinstance(value, date | int | float):
        return value
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return float(value) if isinstance(value, Decimal) else str(value)
