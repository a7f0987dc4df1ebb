"""What narrows a list, read from the query string: only values that were offered, never an error page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

import sqlalchemy as sa

from portal.kernel import calendar
from portal.kernel.listing.asked import Ask
from portal.kernel.people import Principal

Args = Mapping[str, str]
Options = Sequence[tuple[Any, str]]
Where = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Choice:
    """One value out of `options`, or of those a function gives for the person.

    `where(value, ask)` takes the place of equality with `value`. `indexed=False`: computed, so that the
    matches are better collected before they are ordered.
    """

    name: str
    label: str
    value: sa.SQLColumnExpression[Any] | None = None
    options: Options | Callable[[Principal], Options] = ()
    where: Callable[[Any, Ask], Where] | None = None
    indexed: bool = True
    all_words: str = "Semua"
    advanced: bool = False  # stands behind "Saringan lain"

    def offered(self, user: Principal, chosen: Mapping[str, Any]) -> Options:
        """What may be chosen. `chosen`: values of the filters declared before this one."""
        return self.options(user) if callable(self.options) else self.options

    def read(self, args: Args, offered: Options) -> Any:
        """The chosen value in its own type, None for none or one that was not offered."""
        text = args.get(self.name, "")
        return next((value for value, _ in offered if str(value) == text), None) if text else None

    def kept(self, chosen: Any) -> dict[str, str]:
        return {} if chosen is None else {self.name: str(chosen)}

    def condition(self, chosen: Any, ask: Ask) -> Where | None:
        if chosen is None:
            return None
        if self.where is not None:
            return self.where(chosen, ask)
        return self.value == chosen if self.value is not None else None

    def fields(self, chosen: Any, offered: Options) -> list[dict[str, Any]]:
        """What the form macro needs; nothing where the person is offered nothing."""
        if not offered:
            return []
        options = [("", self.all_words), *offered]
        return [self._field(options, "" if chosen is None else chosen)]

    def _field(self, options: Options, value: Any) -> dict[str, Any]:
        return {"name": self.name, "label": self.label, "kind": "choice", "options": options, "value": value}


@dataclass(frozen=True)
class Following(Choice):
    """A choice within what the filter `of`, declared before it, has chosen: `within(user, value)` gives the options.

    It appears with the first choice there and goes with it; another choice there takes this one away.
    """

    of: str = ""
    within: Callable[[Principal, Any], Options] = lambda user, value: ()

    def offered(self, user: Principal, chosen: Mapping[str, Any]) -> Options:
        value = chosen.get(self.of)
        return () if value is None else self.within(user, value)

    def fields(self, chosen: Any, offered: Options) -> list[dict[str, Any]]:
        options = [("", self.all_words), *offered] if offered else []
        return [self._field(options, "" if chosen is None else chosen) | {"kind": "following"}]


@dataclass(frozen=True)
class Given(Choice):
    """A choice that always has a value; it is handed to `rows(user, <name>=value)` instead of a condition."""

    default: Callable[[], Any] = lambda: None

    def read(self, args: Args, offered: Options) -> Any:
        found = super().read(args, offered)
        return self.default() if found is None else found

    def condition(self, chosen: Any, ask: Ask) -> Where | None:
        return None

    def fields(self, chosen: Any, offered: Options) -> list[dict[str, Any]]:
        return [self._field(offered, chosen)]


@dataclass(frozen=True)
class Choices(Choice):
    """Several values at once; a row that fits one of them is shown. The chosen value is a tuple, never empty."""

    def read(self, args: Args, offered: Options) -> tuple[Any, ...] | None:
        texts = args.getlist(self.name) if hasattr(args, "getlist") else [args.get(self.name, "")]
        wanted = {text for one in texts for text in one.split(",") if text}
        return tuple(value for value, _ in offered if str(value) in wanted) or None

    def kept(self, chosen: Any) -> dict[str, str]:
        return {self.name: ",".join(str(one) for one in chosen)} if chosen else {}

    def condition(self, chosen: Any, ask: Ask) -> Where | None:
        if not chosen or self.where is not None:
            return super().condition(chosen or None, ask)
        return self.value.in_(chosen) if self.value is not None else None

    def fields(self, chosen: Any, offered: Options) -> list[dict[str, Any]]:
        return [self._field(offered, [str(one) for one in chosen or ()]) | {"kind": "choices"}]


@dataclass(frozen=True)
class GivenDay(Given):
    """A day that always has a value, handed to `rows(user, <name>=day)`."""

    def read(self, args: Args, offered: Options) -> date:
        return _day(args.get(self.name, "")) or self.default()

    def kept(self, chosen: Any) -> dict[str, str]:
        return {} if chosen == self.default() else {self.name: chosen.isoformat()}

    def fields(self, chosen: Any, offered: Options) -> list[dict[str, Any]]:
        return [self._field([], chosen.isoformat()) | {"kind": "date"}]


@dataclass(frozen=True)
class Between:
    """Whole numbers from and to, both included; either end may be open. `where(low, high, ask)` is the condition."""

    name: str
    label: str
    where: Callable[[int | None, int | None, Ask], Where]
    indexed: bool = True
    advanced: bool = False

    def offered(self, user: Principal, chosen: Mapping[str, Any]) -> Options:
        return ()

    def read(self, args: Args, offered: Options) -> tuple[int | None, int | None] | None:
        ends = tuple(_number(args.get(f"{self.name}-{end}", "")) for end in ("dari", "sampai"))
        return cast(tuple[int | None, int | None], ends) if any(end is not None for end in ends) else None

    def kept(self, chosen: Any) -> dict[str, str]:
        ends = zip(("dari", "sampai"), chosen or (), strict=False)
        return {f"{self.name}-{end}": str(number) for end, number in ends if number is not None}

    def condition(self, chosen: Any, ask: Ask) -> Where | None:
        return None if chosen is None else self.where(chosen[0], chosen[1], ask)

    def fields(self, chosen: Any, offered: Options) -> list[dict[str, Any]]:
        low, high = chosen or (None, None)
        ends = (("dari", "dari", low), ("sampai", "sampai", high))
        return [
            {"name": f"{self.name}-{end}", "label": f"{self.label} {words}", "kind": "number", "options": [],
             "value": "" if number is None else number}
            for end, words, number in ends
        ]  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


@dataclass(frozen=True)
class DateRange:
    """Days from and to, both included, in the person's time zone; either end may be open."""

    name: str
    label: str
    value: sa.SQLColumnExpression[Any]
    indexed: bool = True
    advanced: bool = False

    def offered(self, user: Principal, chosen: Mapping[str, Any]) -> Options:
        return ()

    def read(self, args: Args, offered: Options) -> tuple[date | None, date | None] | None:
        ends = (_day(args.get(f"{self.name}-dari", "")), _day(args.get(f"{self.name}-sampai", "")))
        return ends if any(ends) else None

    def kept(self, chosen: Any) -> dict[str, str]:
        ends = zip(("dari", "sampai"), chosen or (), strict=False)
        return {f"{self.name}-{end}": day.isoformat() for end, day in ends if day}

    def condition(self, chosen: Any, ask: Ask) -> Where | None:
        if chosen is None:
            return None
        since, until = chosen
        exact = isinstance(cast(sa.ColumnElement[Any], self.value).type, sa.DateTime)
        end = until + timedelta(days=1) if until else None
        since, end = (_start(day, ask.user.zona) if exact and day else day for day in (since, end))
        parts = [self.value >= since] if since else []
        return sa.and_(*parts, *([self.value < end] if end else []))

    def fields(self, chosen: Any, offered: Options) -> list[dict[str, Any]]:
        since, until = chosen or (None, None)
        ends = (("dari", "dari", since), ("sampai", "sampai", until))
        return [
            {"name": f"{self.name}-{end}", "label": f"{self.label} {words}", "kind": "date", "options": [],
             "value": day.isoformat() if day else ""}
            for end, words, day in ends
        ]  # fmt: skip


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year < 2200 else None


def _start(day: date, zona: str) -> datetime:
    return datetime.combine(day, time(), calendar.zona_waktu(zona))
