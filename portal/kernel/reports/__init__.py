"""The page kit: official documents as PDF with one letterhead, one kind of table, signatures and footer.

A module fills a `Page` from top to bottom and calls `build`. Lengths are points (1/72 inch). Nothing here
knows the database or the request, and the same input gives the same bytes.
"""

from reportlab.pdfgen.canvas import Canvas

from portal.kernel.reports.page import A4, F4, Box, Letterhead, Page, Signature, write_many
from portal.kernel.reports.table import Cell, Content, Group, Para, Section

__all__ = [
    "A4",
    "F4",
    "Box",
    "Canvas",
    "Cell",
    "Content",
    "Group",
    "Letterhead",
    "Page",
    "Para",
    "Section",
    "Signature",
    "write_many",
]
