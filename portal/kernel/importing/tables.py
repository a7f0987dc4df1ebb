"""Reading a sheet or a CSV row by row, whatever shape it has: memory does not grow with the rows."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from itertools import islice
from typing import IO, Any

from portal.kernel import documents
from portal.kernel.documents import DAMAGED, XLSX, Checked
from portal.kernel.errors import Invalid
from portal.kernel.importing.cells import Raw, shown, tidy
from portal.kernel.importing.declared import Importer

CSV = "text/csv"
MOST_BYTES, MOST_UNPACKED, MOST_WORDS = 10 * 1024 * 1024, 80 * 1024 * 1024, 24 * 1024 * 1024
MOST_COLUMNS, WIDEST, LAST_ROW, HEAD_ROWS = 200, 2_000, 1_048_576, 25
PIECE = 1024 * 1024
GUIDE = "Keterangan"  # sheet of our templates that explains the columns
MARK = "templat:"
BROKEN = (*DAMAGED, zipfile.BadZipFile, UserWarning)
HIDDEN = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')
FIELD = "berkas"
Line = tuple[int, list[Raw]]


@dataclass
class Head:
    """Where the headings stand and what the page that maps them says."""

    sheets: list[str]
    sheet: str
    row: int
    titles: list[str]
    notes: list[str] = field(default_factory=list)


def receive(stream: IO[bytes], name: str) -> Checked:
    """A table that may be stored. Raises Invalid naming what is wrong: too large, another type, packed too tightly."""
    body = stream.read(MOST_BYTES + 1)
    nama = documents.clean_name(name)
    if not body:
        raise Invalid(FIELD, f"{nama} kosong (0 KB). Pilih berkas lain.")
    if len(body) > MOST_BYTES:
        raise Invalid(FIELD, f"Berkas {nama} terlalu besar (maksimal 10 MB). Bagi menjadi beberapa berkas.")
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(FIELD, f"{nama} terkunci sandi atau berformat Excel lama. Simpan sebagai .xlsx, lalu unggah.")
    if body.startswith(b"PK\x03\x04"):
        checked = documents.check(body, nama, MOST_BYTES, FIELD)
        if checked.mime != XLSX:
            raise Invalid(FIELD, f"{nama} bukan lembar kerja. Unggah .xlsx atau .csv.")
        _not_a_bomb(body, nama)
        return checked
    if _decoded(body, nama).lstrip()[:1] == "<":
        raise Invalid(FIELD, f"{nama} halaman web (HTML atau XML). Buka di Excel, simpan sebagai .xlsx, lalu unggah.")
    stem = nama.rsplit(".", 1)[0] if "." in nama else nama
    return Checked(f"{stem}.csv", CSV, body, None)


def _not_a_bomb(body: bytes, nama: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Invalid(FIELD, f"Isi {nama} terlalu besar setelah dibuka. Bagi menjadi beberapa berkas.")
            for part in parts:
                if part.filename.endswith("sharedStrings.xml") and part.file_size > MOST_WORDS:
                    raise Invalid(FIELD, f"Isi {nama} terlalu besar setelah dibuka. Bagi menjadi beberapa berkas.")
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(1024):
                            raise Invalid(FIELD, f"{nama} rusak. Simpan ulang, lalu unggah lagi.")
    except BROKEN as error:
        raise Invalid(FIELD, f"{nama} rusak. Simpan ulang, lalu unggah lagi.") from error


def _decoded(body: bytes, nama: str) -> str:
    """The text of a CSV. Raises Invalid for bytes that are none."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "cp1252")):
        if body.startswith(mark):
            try:
                text = body.decode(name)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text and not body.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff")):
                return text
    raise Invalid(FIELD, f"Isi {nama} bukan tabel. Unggah .xlsx atau .csv.")


class Table:
    """One stored file, opened to be read as often as needed."""

    def __init__(self, body: bytes, mime: str, nama: str) -> None:
        self.nama, self.body, self.mime = nama, body, mime

    def lines(self, sheet: str = "") -> Iterator[Line]:
        """Number and cells of every line that holds something. Raises Invalid for a file that breaks off."""
        source = self._csv() if self.mime == CSV else self._sheet(sheet)
        for number, cells in source:
            if number > LAST_ROW or len(cells) > WIDEST:
                raise Invalid(FIELD, f"{self.nama} memuat sel jauh di luar tabel. Salin tabelnya ke lembar baru.")
            if any(cell is not None and cell != "" for cell in cells):
                yield number, cells

    def sheets(self) -> list[str]:
        """Names of the sheets one can see, without the one that explains the template."""
        if self.mime == CSV:
            return [""]
        with _quiet():
            book = self._book
            return [ws.title for ws in book.worksheets if ws.sheet_state == "visible" and ws.title != GUIDE]

    def template_mark(self) -> str:
        """What the template noted about itself, "" for a file of another origin."""
        if self.mime == CSV:
            return ""
        with _quiet():
            book = self._book
            found = ""
            if GUIDE in book.sheetnames:
                for row in islice(book[GUIDE].iter_rows(values_only=True), 80):
                    found = next((str(c) for c in row if isinstance(c, str) and c.startswith(MARK)), found)
        return found.removeprefix(MARK)

    def scan(self, sheet: str) -> tuple[int, int]:
        """About how many rows there are, and how many of them a filter or a person hid."""
        if self.mime == CSV:
            return self.body.count(b"\n") + 1, 0
        with _quiet():
            book = self._book
            place = str(getattr(book[sheet], "_worksheet_path", "")) if sheet in book.sheetnames else ""
        if not place:
            return 0, 0
        rows = hidden = 0
        with zipfile.ZipFile(io.BytesIO(self.body)) as archive, archive.open(place.lstrip("/")) as part:
            rest = b""
            while piece := part.read(PIECE):
                whole, end, rest = (rest + piece).rpartition(b">")  # no tag is counted in halves
                rows += whole.count(b"<row ")
                hidden += len(HIDDEN.findall(whole + end))
        return rows, hidden

    @cached_property
    def _book(self) -> Any:
        """Opened once: the words all sheets share are read each time."""
        from openpyxl import load_workbook

        try:
            return load_workbook(io.BytesIO(self.body), read_only=True, data_only=True, keep_links=False)
        except BROKEN as error:
            raise Invalid(FIELD, f"{self.nama} rusak. Simpan ulang, lalu unggah lagi.") from error

    def _sheet(self, name: str) -> Iterator[Line]:
        with _quiet():
            book = self._book
        sheet = book[name] if name in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()  # what a file says about its size is often wrong
        rows = sheet.iter_rows(values_only=True)
        number = 0
        try:
            while True:
                with _quiet():  # an odd date format is no reason to warn an operator
                    cells = next(rows, None)
                if cells is None:
                    return
                number += 1
                yield number, [_plain(cell) for cell in cells]
        except BROKEN as error:
            raise Invalid(
                FIELD, f"{self.nama} rusak pada baris {number + 1}. Simpan ulang, lalu unggah lagi."
            ) from error

    def _csv(self) -> Iterator[Line]:
        text = _decoded(self.body, self.nama)
        first = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(";,\t|", key=first.count)
        apostrophes = _all_marked(text, delimiter)
        try:
            for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
                yield number, [c[1:] if apostrophes and c.startswith("'") else c for c in cells]
        except csv.Error as error:
            raise Invalid(FIELD, f"{self.nama} tidak terbaca sebagai CSV. Simpan ulang sebagai CSV UTF-8.") from error


def _all_marked(text: str, delimiter: str) -> bool:
    """Whether the export put an apostrophe before every value, names included (BKN does)."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = [cell for line in islice(lines, 1, 21) for cell in line if cell not in ("", "null")]
    return bool(cells) and sum(cell.startswith("'") for cell in cells) > len(cells) * 0.6


def _quiet() -> Any:
    return warnings.catch_warnings(action="ignore")


def _plain(cell: Any) -> Raw:
    return cell if cell is None or isinstance(cell, str | int | float | bool | datetime | date | time) else str(cell)


# ---- headings


def folded(title: str) -> str:
    """What two spellings of one heading share."""
    return re.sub(r"[^0-9a-z]", "", title.casefold())


def vocabulary(importer: Importer) -> dict[str, str]:
    """Folded headings to names of columns."""
    found: dict[str, str] = {}
    for column in importer.columns:
        for title in (column.title, column.name, *column.aliases):
            found.setdefault(folded(title), column.name)
    return found


def head_of(table: Table, importer: Importer, sheet: str = "") -> Head:
    """Find the headings: among the first lines, the one that names most columns. Cells that a merge left empty take
    the words above them. Raises Invalid when there is no line at all, or far too many columns."""
    sheets = table.sheets()
    if not sheets:
        raise Invalid(FIELD, f"{table.nama} tidak memuat lembar yang terlihat.")
    sheet = sheet if sheet in sheets else sheets[0]
    lines = list(islice(table.lines(sheet), HEAD_ROWS))
    if not lines:
        raise Invalid(FIELD, f"{'Lembar ' + sheet if sheet else table.nama} kosong.")
    known = vocabulary(importer)
    merged = [_filled(cells, lines[at - 1] if at else None, number) for at, (number, cells) in enumerate(lines)]
    scores = [sum(folded(title) in known for title in set(titles)) for titles in merged]
    at = scores.index(max(scores)) if max(scores) else 0
    titles = _trimmed(merged[at] if max(scores) else [tidy(shown(c)) for c in lines[0][1]])
    if len(titles) > MOST_COLUMNS:
        raise Invalid(FIELD, f"Tabel ini punya {len(titles)} kolom; paling banyak {MOST_COLUMNS}.")
    names = [title or f"Kolom {letters(place)}" for place, title in enumerate(titles)]
    return Head(sheets, sheet, lines[at][0], names, _notes(table, sheet, names))


def _filled(cells: list[Raw], above: Line | None, number: int) -> list[str]:
    titles = [tidy(shown(cell)) for cell in cells]
    if above is None or above[0] != number - 1:
        return titles
    upper = [tidy(shown(cell)) for cell in above[1]]
    titles += [""] * (len(upper) - len(titles))
    return [title or (upper[at] if at < len(upper) else "") for at, title in enumerate(titles)]


def _trimmed(titles: list[str]) -> list[str]:
    while titles and not titles[-1]:
        titles = titles[:-1]
    return titles


def _notes(table: Table, sheet: str, names: list[str]) -> list[str]:
    notes = []
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        notes.append(f"Judul kolom tertulis lebih dari sekali: {', '.join(twice)}. Periksa mana yang dipakai.")
    _, hidden = table.scan(sheet)
    if hidden:
        notes.append(f"{hidden} baris tersembunyi di berkas ini ikut dibaca.")
    return notes


def letters(at: int) -> str:
    """Name of a column as spreadsheets show it: 0 is A, 27 is AB."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def automatic(head: Head, importer: Importer, remembered: dict[str, str]) -> dict[str, int]:
    """Columns to places in the file: as this person chose last time, else by the words of the headings."""
    found: dict[str, int] = {}
    for column in importer.columns:
        before = remembered.get(column.name)
        if before in head.titles:
            found[column.name] = head.titles.index(before)
    known = vocabulary(importer)
    for place, title in enumerate(head.titles):
        name = known.get(folded(title))
        if name and name not in found and place not in found.values():
            found[name] = place
    return found
