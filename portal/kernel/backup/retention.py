"""Which archives stay: a day's all, 7 days, 4 weeks, 12 months. Contents that no archive names go with them."""

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.kernel.backup.manifest import DUMP, INDEX, index_of
from portal.kernel.backup.objects import on_disk
from portal.kernel.backup.places import MANIFEST, PREFIXES, Place, archive_part, archives
from portal.kernel.calendar import setempat
from portal.kernel.db import now

DAYS, WEEKS, MONTHS = 7, 4, 12
STAMP = "%Y%m%dT%H%M%S.%fZ"  # ids sort by it, also those of one second
RECENT = timedelta(hours=24)


def moment(archive: str) -> datetime:
    """When it was made, from its id. Raises ValueError for a name that is none."""
    return datetime.strptime(archive.partition("-")[0], STAMP).replace(tzinfo=UTC)


def kept(ids: Iterable[str], zona: str, at: datetime) -> set[str]:
    """The newest of each of the last 7 days, 4 weeks and 12 months that have one, by the local calendar.

    Beside them whatever was made in the 24 hours before `at`: one made by hand before a risky step stays a while.
    """
    local = {one: setempat(moment(one), zona) for one in ids}
    rules: list[tuple[int, Callable[[datetime], Hashable]]] = [
        (DAYS, lambda at: at.date()),
        (WEEKS, lambda at: at.isocalendar()[:2]),
        (MONTHS, lambda at: (at.year, at.month)),
    ]
    stay = {one for one, made in local.items() if at - made < RECENT}
    for count, period in rules:
        newest: dict[Hashable, str] = {}
        for one in sorted(local, reverse=True):
            if len(newest) < count or period(local[one]) in newest:
                newest.setdefault(period(local[one]), one)
        stay |= set(newest.values())
    return stay


def prune(place: Place, key: bytes, zona: str, staging: Path) -> list[str]:
    """Remove what the rules no longer keep; its ids. Contents go only when every list that stays could be read."""
    ids = archives(place)
    stay = kept(ids, zona, now())
    gone = [one for one in ids if one not in stay]
    for one in gone:
        place.delete(archive_part(one, MANIFEST))  # first: from here on it is no archive
        for part in (DUMP, INDEX):
            place.delete(archive_part(one, part))
    if gone:
        _sweep(place, key, sorted(stay), staging / "terpakai.sqlite")
    return gone


def _sweep(place: Place, key: bytes, stay: list[str], path: Path) -> None:
    used = ((entry.isi, b"") for archive in stay for entry in index_of(place, key, archive))
    with on_disk(path, used) as find:
        for prefix in PREFIXES:
            for name, _ in list(place.names(prefix)):
                if find(name) is None:
                    place.delete(name)
