"""A declared list, and its one answer to a request."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.listing import export, views
from portal.kernel.listing.ask import Query
from portal.kernel.listing.declared import FORMAT, Declaration
from portal.kernel.listing.page import page_of
from portal.kernel.people import Principal, required
from portal.kernel.web import render
from portal.kernel.web.sessions import wants_fragment


class Listing(Declaration):
    """A list that answers."""

    def ask(self, args: Mapping[str, str], user: Principal) -> Query:
        """What this person asks for. Raises Denied without the list's permission."""
        return Query.allowed(self, user, args)

    def respond(
        self, template: str, block: str = "results", more: Callable[[Query], dict[str, Any]] | None = None,
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
