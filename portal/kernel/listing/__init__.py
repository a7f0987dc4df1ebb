"""Lists from one declaration: page, fragment, CSV and XLSX, with search, filters, sorting and keyset paging.

`Listing(name, title, noun, rows, key, columns, sort, can, ...)` is written above the route that uses it; the
view is `return DAFTAR.respond("modul/sesuatu_list.html")`. `rows(user)` is the policy that other ways to the
same rows use, too. Columns are SQL expressions, so a page is one statement whatever it shows.
"""

from portal.kernel.listing.ask import CAP, Query
from portal.kernel.listing.asked import Ask
from portal.kernel.listing.columns import Column, Tags
from portal.kernel.listing.declared import LISTINGS, PAGE
from portal.kernel.listing.filters import Between, Choice, Choices, DateRange, Following, Given, GivenDay
from portal.kernel.listing.listing import Listing
from portal.kernel.listing.page import ListPage

__all__ = [
    "CAP", "LISTINGS", "PAGE", "Ask", "Between", "Choice", "Choices", "Column", "DateRange", "Following", "Given",
    "GivenDay", "ListPage", "Listing", "Query", "Tags",
]  # fmt: skip
