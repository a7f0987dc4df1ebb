"""What one person asks of a list, and the statements that answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.util import find_tables

from portal.kernel.errors import Denied
from portal.kernel.listing import search
from portal.kernel.listing.asked import Ask
from portal.kernel.listing.columns import Column
from portal.kernel.listing.declared import AFTER, BEFORE, SEARCH, SHOWN, SORT, Declaration
from portal.kernel.listing.filters import Given
from portal.kernel.listing.keyset import Order
from portal.kernel.people import Principal
from portal.kernel.web import SIGNED_IN

CAP, GATHER = 10_000, 50_000
OUTER: dict[str, frozenset[str]] = {}  # of each listing, tables whose columns may all be NULL


class Query(Ask):
    """Who asks, the words, filters, order and place in the list, and the statements for them."""

    def __init__(self, listing: Declaration, user: Principal, args: Mapping[str, str]) -> None:
        super().__init__(user)
        self.listing = listing
        self.words = args.get(SEARCH, "").strip()[: search.LONGEST] if listing.search else ""
        for one in listing.filters:
            self.offered[one.name] = one.offered(user, self.chosen)
            self.chosen[one.name] = one.read(args, self.offered[one.name])
        self.sort = self._known_sort(args.get(SORT, ""))
        self.wanted = self._wanted_columns(args)
        self.backwards = not args.get(AFTER) and bool(args.get(BEFORE))
        self.place = self.order.read(args.get(AFTER) or args.get(BEFORE) or "")

    @classmethod
    def allowed(cls, listing: Declaration, user: Principal, args: Mapping[str, str]) -> Self:
        """Raises Denied without the list's permission."""
        if listing.can != SIGNED_IN and not user.has(listing.can):
            raise Denied()
        return cls(listing, user, args)

    def _known_sort(self, wanted: str) -> str:
        try:
            self.listing.column(wanted.removeprefix("-"))
        except ValueError:
            return self.listing.sort
        return wanted

    def _wanted_columns(self, args: Mapping[str, str]) -> tuple[str, ...]:
        """Names of the columns to show, in the order of the declaration; empty for the usual ones."""
        texts = args.getlist(SHOWN) if hasattr(args, "getlist") else [args.get(SHOWN, "")]
        wanted = {name for text in texts for name in text.split(",")}
        found = tuple(c.name for c in self.listing.columns if c.name in wanted and c.screen)
        usual = tuple(c.name for c in self.listing.columns if c.screen and not c.optional)
        return () if found == usual else found

    @cached_property
    def order(self) -> Order:
        column = self.listing.column(self.sort.removeprefix("-"))
        value = column.order(self)
        return Order(value, self.listing.key, self.sort.startswith("-"), self._may_be_blank(value))

    def _may_be_blank(self, value: Any) -> bool:
        """Whether an expression can be NULL, as far as declarations and joins tell."""
        if isinstance(value, sa.sql.functions.FunctionElement):
            return bool(value.name != "coalesce")
        column = getattr(value, "expression", value)
        if not isinstance(column, sa.Column) or column.nullable:
            return True
        if self.listing.name not in OUTER:
            OUTER[self.listing.name] = _outer_tables(self.source)
        return column.table.name in OUTER[self.listing.name]

    @property
    def kept(self) -> dict[str, str]:
        """The query string of this view, without the place in it."""
        kept = {SEARCH: self.words} if self.words else {}
        for one in self.listing.filters:
            kept |= one.kept(self.chosen[one.name])
        kept |= {SHOWN: ",".join(self.wanted)} if self.wanted else {}
        return kept | ({SORT: self.sort} if self.sort != self.listing.sort else {})

    @property
    def is_narrowed(self) -> bool:
        free = [f.name for f in self.listing.filters if not isinstance(f, Given)]
        return bool(self.words) or any(self.chosen[name] is not None for name in free)

    @property
    def gathers(self) -> bool:
        """Collect before ordering: where order or filter is computed, and for a word that a trigram index finds.

        One or two letters stand in every page of a list.
        """
        chosen = [one for one in self.listing.filters if self.chosen[one.name] is not None]
        parts = [self.listing.column(self.sort.removeprefix("-")), *chosen]
        return not all(part.indexed for part in parts) or any(len(w) > 2 for w in search.words_of(self.words))

    @cached_property
    def source(self) -> sa.Select[Any]:
        """Rows this person may see, joined with what the columns need."""
        given = {f.name: self.chosen[f.name] for f in self.listing.filters if isinstance(f, Given)}
        query = self.listing.rows(self.user, **given)
        for target in self.listing.join:
            query = query.outerjoin(*target) if isinstance(target, tuple) else query.outerjoin(target)
        return query

    @cached_property
    def matching(self) -> sa.Select[Any]:
        return self.base()

    def base(self, skip: Sequence[str] = ()) -> sa.Select[Any]:
        """Rows this person may see that match, without order; `skip` leaves filters out."""
        query = self.source
        if self.words:
            query = query.where(self._sought())
        for one in self.listing.filters:
            condition = None if one.name in skip else one.condition(self.chosen[one.name], self)
            if condition is not None:
                query = query.where(condition)
        return query

    def _sought(self) -> sa.ColumnElement[bool]:
        where = self.listing.search
        return where(self.words) if callable(where) else search.matches(where, self.words)

    def select(self, *columns: Any, skip: Sequence[str] = ()) -> sa.Select[Any]:
        rows = self.base(skip) if skip else self.matching
        return rows.with_only_columns(*columns, maintain_column_froms=True)

    def counted(self) -> Any:
        """Scalar subquery: how many rows match, counted up to one more than CAP."""
        some = self.select(sa.literal(1)).limit(CAP + 1)
        return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()

    @cached_property
    def shown_columns(self) -> list[Column]:
        head = next(c for c in self.listing.columns if c.screen)
        return [
            c for c in self.listing.columns
            if c.screen and (c is head or (c.name in self.wanted if self.wanted else not c.optional))
        ]  # fmt: skip

    def walked(self, known: int | None = None) -> sa.Select[Any]:
        """One page and one row more, in order from its place on, with the capped count beside it, unless known."""
        order = self.order
        known = 0 if self.listing.total else known
        count = self.counted() if known is None else sa.literal(known)
        query = self.select(*self._row(order.key, order.value, count))
        if self.place:
            query = query.where(order.beyond(self.place, self.backwards))
        return query.order_by(*order.clauses(self.backwards)).limit(self.listing.page_size + 1)

    def gathered(self) -> sa.Select[Any]:
        """The same page by collecting up to GATHER + 1 matches first and ordering those.

        Words often go with the order (all called Yusuf stand together in a list by name): walking in order
        until a page is full would then read most of the table, and no statistics tell the planner so.
        """
        order = self.order
        found = self.select(order.key.label("k"), order.value.label("v")).limit(GATHER + 1)
        matches = found.cte("temuan").prefix_with("MATERIALIZED", dialect="postgresql")
        here = replace(order, key=matches.c.k, value=matches.c.v)
        some = sa.select(matches)
        if self.place:
            some = some.where(here.beyond(self.place, self.backwards))
        page = some.order_by(*here.clauses(self.backwards)).limit(self.listing.page_size + 1).cte("halaman")
        page = page.prefix_with("MATERIALIZED", dialect="postgresql")
        count = sa.select(sa.func.count()).select_from(matches).scalar_subquery()
        query = self.source.join(page, page.c.k == order.key)
        query = query.with_only_columns(*self._row(page.c.k, page.c.v, count), maintain_column_froms=True)
        return query.order_by(*replace(order, key=page.c.k, value=page.c.v).clauses(self.backwards))

    def _row(self, key: Any, value: Any, count: Any) -> list[Any]:
        shown = [c.of(self).label(f"c_{c.name}") for c in self.needed_columns]
        return [key.label("id_"), value.label("urut_"), count.label("jumlah_"), *shown]

    @cached_property
    def needed_columns(self) -> list[Column]:
        """Shown columns first, then those only a link is made of."""
        links = " ".join(c.link for c in self.shown_columns)
        hidden = [c for c in self.listing.columns if not c.screen and f"{{{c.name}}}" in links]
        return [*self.shown_columns, *hidden]


def _outer_tables(query: sa.Select[Any]) -> frozenset[str]:
    """Tables of a query that may have no row: those on the far side of an outer join."""
    found: set[str] = set()
    for source in query.get_final_froms():
        for part in visitors.iterate(source):
            if isinstance(part, sa.sql.expression.Join) and (part.isouter or part.full):
                sides = (part.left, part.right) if part.full else (part.right,)
                found |= {table.name for side in sides for table in find_tables(side)}
    return frozenset(found)
