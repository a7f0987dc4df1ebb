"""One page of a list as the macros of `components/listing.html` read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from portal.kernel.db import db
from portal.kernel.listing import keyset
from portal.kernel.listing.ask import CAP, GATHER, Query
from portal.kernel.listing.columns import Column
from portal.kernel.listing.declared import AFTER, BEFORE, FORMAT, SEARCH, SORT
from portal.kernel.listing.filters import Given
from portal.kernel.numbers import angka

LEAD = 3  # columns of every row before those shown: key, value of the order, capped count


def page_of(ask: Query, url: str, fragment: bool = False) -> "ListPage":
    """Read the page: one statement, a second one when more rows match than are worth collecting.

    `fragment`: only the results are sent, and what depends on the filters comes along with them.
    """
    gather = ask.gathers
    found = db.session.execute(ask.gathered() if gather else ask.walked()).all()
    if gather and (found[0].jumlah_ > GATHER if found else ask.place):
        found = db.session.execute(ask.walked(found[0].jumlah_ if found else None)).all()
    size = ask.listing.page_size
    more, rows = len(found) > size, found[:size]
    if ask.backwards:
        rows = rows[::-1]
    previous, following = (more, bool(ask.place)) if ask.backwards else (bool(ask.place), more)
    return ListPage(ask, url, rows, previous and bool(rows), following and bool(rows), fragment)


@dataclass
class ListPage:
    """What the macros of `components/listing.html` read."""

    ask: Query
    url: str
    found: Sequence[Any]
    has_previous: bool
    has_next: bool
    fragment: bool = False
    saved: Sequence[Any] = ()

    @property
    def name(self) -> str:
        return self.ask.listing.name

    @property
    def id(self) -> str:
        return self.ask.listing.name.replace(".", "-").replace("_", "-")

    def href(self, **changes: str) -> str:
        """Address of this view with changes; an empty value takes one away."""
        query = {k: v for k, v in {**self.ask.kept, **changes}.items() if v}
        return f"{self.url}?{urlencode(query)}" if query else self.url

    @property
    def search(self) -> dict[str, str] | None:
        if not self.ask.listing.search:
            return None
        return {"name": SEARCH, "label": self.ask.listing.search_label, "value": self.ask.words}

    @property
    def filters(self) -> list[dict[str, Any]]:
        return self._fields(advanced=False)

    @property
    def advanced(self) -> list[dict[str, Any]]:
        """Filters behind "Saringan lain"."""
        return self._fields(advanced=True)

    @property
    def advanced_used(self) -> int:
        """How many of them narrow the list now."""
        return sum(f.advanced and self.ask.chosen[f.name] is not None for f in self.ask.listing.filters)

    def _fields(self, advanced: bool) -> list[dict[str, Any]]:
        ask = self.ask
        wanted = [f for f in ask.listing.filters if f.advanced is advanced]
        return [part for f in wanted for part in f.fields(ask.chosen[f.name], ask.offered[f.name])]

    @property
    def choosable(self) -> list[dict[str, Any]]:
        """Columns one may show or hide: name, label, whether shown. The first one heads the row and stays."""
        if not self.ask.listing.views:
            return []
        shown = {c.name for c in self.ask.shown_columns}
        return [{"name": c.name, "label": c.label, "shown": c.name in shown}
                for c in self.ask.listing.columns if c.screen][1:]  # fmt: skip

    @property
    def query(self) -> str:
        """This view as a query string, to be kept under a name."""
        return urlencode(self.ask.kept)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [(SORT, self.ask.sort)] if self.ask.sort != self.ask.listing.sort else []

    @property
    def reset_href(self) -> str:
        """Address without search and filters; choices that always have a value stay."""
        ask = self.ask
        if not ask.is_narrowed:
            return ""
        given = [f.kept(ask.chosen[f.name]) for f in ask.listing.filters if isinstance(f, Given)]
        query = {name: value for one in given for name, value in one.items()}
        return f"{self.url}?{urlencode(query)}" if query else self.url

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        return [self._head(c) for c in self.ask.shown_columns]

    def _head(self, column: Column) -> dict[str, Any]:
        sort, default = self.ask.sort, self.ask.listing.sort
        current = sort.removeprefix("-") == column.name
        order = ("descending" if sort.startswith("-") else "ascending") if current else ""
        wanted = f"-{column.name}" if order == "ascending" else column.name
        href = self.href(urut="" if wanted == default else wanted) if column.sort is not False else ""
        return {"label": column.label, "href": href, "order": order, "number": column.number}

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        return list(self._rows())

    def _rows(self) -> Iterator[dict[str, Any]]:
        ask = self.ask
        looks = [c.drawn(c.of(ask).type, ask.user.zona) for c in ask.shown_columns]
        link = next((c.link for c in ask.shown_columns if c.link), "")
        names = ["id", *(c.name for c in ask.needed_columns)]
        for row in self.found:
            href = link.format_map(dict(zip(names, (row[0], *row[LEAD:]), strict=True))) if link else ""
            yield {"href": href, "cells": [look(v) for look, v in zip(looks, row[LEAD:], strict=False)]}

    @cached_property
    def total(self) -> int:
        """How many rows match; more than CAP stands for any number above it."""
        known = self.ask.listing.total
        if known is not None:
            return known(self.ask)
        return self.found[0].jumlah_ if self.found else 0

    @property
    def total_words(self) -> str:
        capped = self.total > CAP and self.ask.listing.total is None
        return f"lebih dari {angka(CAP)}" if capped else angka(self.total)

    @property
    def shown(self) -> str:
        noun = self.ask.listing.noun
        if self.has_previous or self.has_next:
            return f"{len(self.found)} dari {self.total_words} {noun}"
        return f"{self.total_words} {noun}"

    @property
    def previous_href(self) -> str:
        return self.href(**{BEFORE: _place(self.found[0])}) if self.has_previous else ""

    @property
    def next_href(self) -> str:
        return self.href(**{AFTER: _place(self.found[-1])}) if self.has_next else ""

    @property
    def downloads(self) -> list[dict[str, str]]:
        """Addresses of files with this search, these filters and this order."""
        looks = {"csv": ("CSV", "file-text"), "xlsx": ("Excel (XLSX)", "file-spreadsheet")}
        return [{"label": looks[f][0], "icon": looks[f][1], "href": self.href(**{FORMAT: f})}
                for f in self.ask.listing.exports]  # fmt: skip

    @property
    def empty(self) -> str:
        return "Tidak ada hasil" if self.ask.is_narrowed or self.ask.place else self.ask.listing.nothing[0]

    @property
    def empty_text(self) -> str:
        if self.ask.words:
            return f'Tidak ada hasil untuk "{self.ask.words}". Coba kata lain.'
        if self.ask.is_narrowed or self.ask.place:
            return "Tidak ada yang cocok dengan saringan ini. Ubah atau hapus saringannya."
        return self.ask.listing.nothing[1]


def _place(row: Any) -> str:
    return keyset.write(row.urut_, row.id_)
