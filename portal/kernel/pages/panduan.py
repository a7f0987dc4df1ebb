"""User manuals: the Markdown files of docs/panduan, read once, raw HTML refused.

Every page links to its manual (`Module.manuals`); those of the kernel's own pages are declared here.
"""

import re
import unicodedata
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
    bagian: tuple[str, ...]  # what can stand behind "#"


module.manuals.update({
    "/": "memulai", "/cadangan": "pencadangan", "/impor": "impor", "/kotak-persetujuan": "atasan",
    "/libur": {"peran.susun": "administrator#hari-libur", "": "bkpsdm#hari-libur"},
    "/akun": "memulai#akun-dan-tampilan", "/daftar": "memulai#membuat-akun", "/log": "administrator#log-aktivitas",
    "/lupa-sandi": "memulai#lupa-kata-sandi", "/masuk": "memulai#masuk", "/kotak-surat": "memulai#membuat-akun",
    "/pengguna": {"peran.susun": "administrator#akun", "": "bkpsdm#memberi-peran"},
    "/pengguna/peran": "administrator#peran-tersusun", "/tugas": "memulai#pekerjaan-latar",
    "/pemberitahuan": "memulai#pemberitahuan", "/unit": "administrator#warna-unit", "/sehat": "administrator#kesehatan",
    "/verifikasi": "sertifikasi-umum#memeriksa-sertifikat",
})  # fmt: skip


def slug(words: str) -> str:
    """The name of a section: letters and digits of its heading, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


@cache
def manuals() -> dict[str, Manual]:
    """By file name without ending; the first line is the title, the second paragraph the summary."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    found = {}
    for path in sorted(FOLDER.glob("*.md")):
        heading, _, body = path.read_text("utf-8").partition("\n")
        summary = body.strip().split("\n\n", 1)[0].replace("\n", " ")
        html, sections = _with_sections(markdown, body)
        found[path.stem] = Manual(path.stem, heading.lstrip("# ").strip(), summary, html, sections)
    return found


def _with_sections(markdown: MarkdownIt, body: str) -> tuple[Markup, tuple[str, ...]]:
    """The text with an id on every heading, and these ids."""
    tokens, sections = markdown.parse(body), []
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            sections.append(slug(tokens[at + 1].content))
            token.attrSet("id", sections[-1])
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Markup(html), tuple(sections)  # noqa: S704 - our own files, raw HTML is off


@module.route("", can=PUBLIC)
def daftar() -> Response:
    return render("kernel/panduan_list.html", rows=list(manuals().values()))


@module.route("/<string:nama>", can=PUBLIC)
def panduan(nama: str) -> Response:
    found = manuals().get(nama)
    if found is None:
        raise Missing("Panduan itu tidak ada.", "Buka daftar panduan dari menu.")
    return render("kernel/panduan.html", panduan=found)
