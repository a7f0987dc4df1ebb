"""The declaration of a list, and its one answer to a request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel.errors import Denied
from portal.kernel.listing import export, views
from portal.kernel.listing.ask import AFTER, BEFORE, LISTINGS, SEARCH, SHOWN, SORT, Ask
from portal.kernel.listing.columns import Column
from portal.kernel.listing.filters import Between, Choice, DateRange
from portal.kernel.listing.page import FORMAT, page_of
from portal.kernel.people import Principal, required
from portal.kernel.web import SIGNED_IN, render
from portal.kernel.web.sessions import wants_fragment

PAGE = 50


@dataclass(frozen=True)
class Listing:
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

    def ask(self, args: Mapping[str, str], user: Principal) -> Ask:
        """What this person asks for. Raises Denied without the list's permission."""
        if self.can != SIGNED_IN and not user.has(self.can):
            raise Denied()
        return Ask(self, user, args)

    def respond(
        self, template: str, block: str = "results", more: Callable[[Ask], dict[str, Any]] | None = None,
        **context: Any,
    ) -> Response:  # fmt: skip
        """The page, its results as a fragment, or the file that `?format=` names.

        `more(ask)` adds what else the page shows (sums of the same rows); files do not pay for it.
        """
        ask = self.ask(request.args, required())
        wanted = request.args.get(FORMAT, "")
        if wanted == "csv" and "csv" in self.exports:
            return export.csv_response(ask)
        if wanted == "xlsx" and "xlsx" in self.exports:
            return export.request_xlsx(ask)
        page = page_of(ask, request.path, wants_fragment())
        page.saved = views.of(self.name, ask.user) if self.views and not page.fragment else []
        return render(template, block=block, listing=page, **(more(ask) if more else {}), **context)
