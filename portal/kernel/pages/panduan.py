"""User manuals: the Markdown files of docs/panduan, read once, raw HTML refused."""

from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.kernel.errors import Missing
from portal.kernel.web import PUBLIC, ROOT, MenuItem, Module, render

FOLDER = ROOT / "docs" / "panduan"

module = Module("panduan", "/panduan", menu=[MenuItem("Panduan", "help-circle", "/panduan", group="Bantuan", order=90)])


@dataclass(frozen=True)
class Manual:
    nama: str
    judul: str
    ringkas: str
    isi: Markup


@cache
def manuals() -> dict[str, Manual]:
    """By file name without ending; the first line is the title, the second paragraph the summary."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    found = {}
    for path in sorted(FOLDER.glob("*.md")):
        heading, _, body = path.read_text("utf-8").partition("\n")
        summary = body.strip().split("\n\n", 1)[0].replace("\n", " ")
        html = Markup(markdown.render(body))  # noqa: S704 - our own files, raw HTML is off
        found[path.stem] = Manual(path.stem, heading.lstrip("# ").strip(), summary, html)
    return found


@module.route("", can=PUBLIC)
def daftar() -> Response:
    return render("kernel/panduan_list.html", rows=list(manuals().values()))


@module.route("/<string:nama>", can=PUBLIC)
def panduan(nama: str) -> Response:
    found = manuals().get(nama)
    if found is None:
        raise Missing("Panduan itu tidak ada.", "Buka daftar panduan dari menu.")
    return render("kernel/panduan.html", panduan=found)
