"""What a list is: rows, columns, filters, order, files. All of them by name, for jobs and kept views."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel.listing.asked import Ask
from portal.kernel.listing.columns import Column
from portal.kernel.listing.filters import Between, Choice, DateRange

PAGE = 50
SEARCH, SORT, AFTER, BEFORE, SHOWN, FORMAT = "cari", "urut", "setelah", "sebelum", "kolom", "format"
LISTINGS: dict[str, "Declaration"] = {}


@dataclass(frozen=True)
class Declaration:
    """A declared list. `rows(user, **given)` is the policy of its rows, a Select whose columns are replaced.

    `key` breaks ties and ends every order; `sort` is the name of a column, "-" before it for descending.
    `join`: relationships or (table, condition), added as outer joins.
    `search`: columns under a trigram index, or a function of the words.
    `total`: how many rows match, where a page knows it anyway (from sums it shows); else they are counted up to CAP.
    `can` is checked here and again, as the same person, by the job that writes a file. `noun` follows counts.
    """

    name: str
    title: str
    noun: str
    rows: Callable[..., sa.Select[Any]]
    key: Any
    columns: Sequence[Column]
    sort: str
    can: str
    search: Sequence[Any] | Callable[[str], sa.ColumnElement[bool]] = ()
    search_label: str = "Cari"
    filters: Sequence[Choice | DateRange | Between] = ()
    join: Sequence[Any] = ()
    page_size: int = PAGE
    total: Callable[[Ask], int] | None = None
    exports: Sequence[str] = ("csv", "xlsx")
    nothing: tuple[str, str] = ("Belum ada data", "")  # title and sentence while there is no row at all
    views: bool = False  # people may keep their own searches and choose columns

    def __post_init__(self) -> None:
        if self.name in LISTINGS:
            raise ValueError(f"listing {self.name!r} is declared twice")
        self.column(self.sort.removeprefix("-"))
        taken = {SEARCH, SORT, AFTER, BEFORE, FORMAT, SHOWN} & {f.name for f in self.filters}
        if taken:
            raise ValueError(f"{self.name}: a filter cannot be called {', '.join(taken)}")
        LISTINGS[self.name] = self

    def column(self, name: str) -> Column:
        """Raises ValueError for a name that is not that of a column one can sort by."""
        found = next((c for c in self.columns if c.name == name and c.sort is not False), None)
        if found is None:
            raise ValueError(f"{self.name}: cannot sort by {name!r}")
        return found
