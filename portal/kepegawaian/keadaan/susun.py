"""From facts to stretches of days, pure: no database, no clock.

Rules (numbers as in the manual of BKPSDM): R1 a move of unit counts from its own date; R3 one main seat a day, the
next one ends the one before; R5 extra roles run beside it and never move the home unit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from portal.kepegawaian.keadaan.models import SELAMANYA

HARI = timedelta(days=1)
T = TypeVar("T")


@dataclass(frozen=True)
class Masa(Generic[T]):
    """A value from `mulai` to `sampai`, both inclusive. Of several that hold on a day the latest `mulai` wins.

    `urut` breaks ties of equal starts: the larger wins.
    """

    mulai: date
    sampai: date
    nilai: T
    urut: int = 0


@dataclass(frozen=True)
class Potong:
    """One stretch of days: the value of each track in it, None where a track has none."""

    mulai: date
    sampai: date
    nilai: tuple[Any, ...]


def utama(seats: Iterable[tuple[date, date | None, T]]) -> list[Masa[T]]:
    """Main seats cut at the start of the next one (R3). `seats`: start, own end or None, value; starts differ."""
    rows = sorted(seats, key=lambda row: row[0])
    cut: list[Masa[T]] = []
    for i, (start, end, value) in enumerate(rows):
        last = rows[i + 1][0] - HARI if i + 1 < len(rows) else SELAMANYA
        until = min(end or SELAMANYA, last)
        if until >= start:
            cut.append(Masa(start, until, value))
    return cut


def susun(*tracks: Sequence[Masa[Any]]) -> list[Potong]:
    """Stretches in which no track changes, from the first day of any track on; equal neighbours are one stretch."""
    starts = {one.mulai for track in tracks for one in track}
    if not starts:
        return []
    ends = {one.sampai + HARI for track in tracks for one in track if one.sampai < SELAMANYA}
    days = sorted(starts | {day for day in ends if day > min(starts)})
    found: list[Potong] = []
    for i, day in enumerate(days):
        until = days[i + 1] - HARI if i + 1 < len(days) else SELAMANYA
        values = tuple(berlaku(track, day) for track in tracks)
        if found and found[-1].nilai == values:
            found[-1] = Potong(found[-1].mulai, until, values)
        else:
            found.append(Potong(day, until, values))
    return found


def berlaku(track: Iterable[Masa[T]], day: date) -> T | None:
    """The value of a track on a day."""
    holding = [one for one in track if one.mulai <= day <= one.sampai]
    return max(holding, key=lambda one: (one.mulai, one.urut)).nilai if holding else None
