"""A document filled from top to bottom: letterhead, title, fields, tables, signatures, footer."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Final, cast

from reportlab.pdfgen.canvas import Canvas

from portal.kernel import calendar
from portal.kernel.reports import drawing
from portal.kernel.reports.drawing import GREY, Drawing, Sheet
from portal.kernel.reports.table import Body, Cell, Content, Table
from portal.kernel.reports.text import BOLD, ITALIC, REGULAR, Face, balance, clean, register_fonts, width, wrap

A4: Final = (595.28, 841.89)
F4: Final = (609.45, 935.43)

SIDE: Final = 42.0
TOP: Final = 30.0
FOOT: Final = 20.0
_QR: Final = 43.0
_FLOOR: Final = FOOT + _QR + 10
_SIGNING_GAP: Final = 42.0
# White below a table.
_GAP: Final = 8.0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The kop: government, unit, and the unit's address line. `emblem` draws into a square of its height."""

    instansi: str
    unit: str = ""
    alamat: str = ""
    emblem: Callable[[Canvas, float, float, float], None] = drawing.emblem


@dataclass(frozen=True, slots=True)
class Box:
    """One identity box: its heading and (label, value) rows."""

    judul: str
    baris: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signing official. `jabatan_prefix` is "Plt." or "Plh."; `catatan` fills the signing space."""

    peran: str
    nama: str
    nip: str = ""
    jabatan: str = ""
    pangkat: str = ""
    jabatan_prefix: str = ""
    catatan: str = ""


@dataclass(slots=True)
class Page:
    """One document. Fill it in reading order, then `build`. Positions run downwards from the top edge.

    `nomor` is the document number, `kode` the public verification code, `alamat` the portal's own address
    (its ALAMAT setting). `ulang` repeats at the head of every page but the first.
    """

    judul: str
    ukuran: tuple[float, float] = A4
    mendatar: bool = False
    nomor: str = ""
    kode: str = ""
    alamat: str = ""
    ulang: str = ""
    penerbit: str = ""
    contoh: bool = False
    y: float = 0.0
    left: float = SIDE
    sheet: Sheet = field(default_factory=Sheet)
    _sheets: list[Sheet] = field(default_factory=list)

    def __post_init__(self) -> None:
        register_fonts()
        self._sheets.append(self.sheet)
        self.y = self.height - TOP

    # Geometry ---------------------------------------------------------------------------------------------

    @property
    def width(self) -> float:
        return self.ukuran[1] if self.mendatar else self.ukuran[0]

    @property
    def height(self) -> float:
        return self.ukuran[0] if self.mendatar else self.ukuran[1]

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * SIDE

    @property
    def floor(self) -> float:
        return _FLOOR

    @property
    def top(self) -> float:
        """Where the content of a following page begins."""
        return self.height - TOP - (16 if self.ulang else 0)

    @property
    def count(self) -> int:
        return len(self._sheets)

    def turn(self) -> None:
        """Begin the next page."""
        self.sheet = Sheet()
        self._sheets.append(self.sheet)
        self.y = self.height - TOP
        if self.ulang:
            self.sheet.label(self.left, self.y - 7, clean(self.ulang), face=ITALIC, size=7.5, colour=GREY)
            self.sheet.rules.append((self.left, self.y - 11, self.width - SIDE, self.y - 11, 0.4))
            self.y -= 16

    def need(self, height: float) -> None:
        """Turn the page unless that much room is left."""
        if self.y - self.floor < height:
            self.turn()

    def space(self, height: float) -> None:
        self.y -= height

    def close_gap(self) -> None:
        """Let the next table touch the one above."""
        self.y += _GAP

    # Parts ------------------------------------------------------------------------------------------------

    def letterhead(self, kop: Letterhead) -> None:
        """Emblem at the left, three centred lines, a double rule."""
        top, middle = self.y, self.width / 2
        emblem, size = kop.emblem, 48.0
        left = self.left + 4
        self.sheet.drawings.append(lambda canvas: emblem(canvas, left, top - size, size))
        room = self.inner - 2 * (size + 8)
        y = top
        for text, face, points, leading in (
            (kop.instansi.upper(), BOLD, 12.0, 15.0),
            (kop.unit.upper(), BOLD, 14.0, 17.0),
            (kop.alamat, REGULAR, 8.5, 11.0),
        ):
            for part in balance(clean(text), face, points, room) if text else ():
                y -= leading
                self.sheet.centred(middle, y + leading * 0.22, part, face=face, size=points)
        self.y = min(y, top - size) - 5
        self.sheet.rules.append((self.left, self.y, self.width - SIDE, self.y, 1.8))
        self.sheet.rules.append((self.left, self.y - 2.6, self.width - SIDE, self.y - 2.6, 0.5))
        self.y -= 12

    def title(self, *lines: str, formulir: str = "") -> None:
        """Centred title; the first line is the largest. `formulir` names the official form at the right."""
        if formulir:
            label = clean(formulir)
            w = width(label, BOLD, 8) + 12
            self.sheet.boxes.append((self.width - SIDE - w, self.y - 13, w, 15))
            self.sheet.label(self.width - SIDE - w + 6, self.y - 8.6, label, face=BOLD, size=8)
        for i, text in enumerate(lines):
            size = 12.5 if i == 0 else 9.5
            for part in balance(clean(text), BOLD, size, self.inner - 180):
                self.y -= size * 1.3
                self.sheet.centred(self.width / 2, self.y + size * 0.2, part, face=BOLD, size=size)
        self.y -= 8

    def fields(self, *baris: tuple[str, str], size: float = 9, label_width: float = 0, **lain: str) -> None:
        """Label, colon, value; one below the other. Keywords work as labels too: fields(Nama="...")."""
        rows = [(clean(k), clean(v)) for k, v in (*baris, *lain.items())]
        indent = label_width or max((width(k, REGULAR, size) for k, _ in rows), default=0) + 10
        leading = size * 1.35
        for label, value in rows:
            lines = wrap(value, REGULAR, size, self.inner - indent - 8)
            self.need(leading * min(len(lines), 4))
            self.sheet.label(self.left, self.y - size, label, face=REGULAR, size=size)
            self.sheet.label(self.left + indent, self.y - size, ":", face=REGULAR, size=size)
            for text in lines:
                self.need(leading)
                self.sheet.label(self.left + indent + 8, self.y - size, text, face=REGULAR, size=size)
                self.y -= leading
        self.y -= 4

    def pairs(self, kiri: tuple[str, str], kanan: tuple[str, str], size: float = 8.5) -> None:
        """One line with a label and value at the left margin and another at the right."""
        for (label, value), right in ((kiri, False), (kanan, True)):
            text = clean(f"{label}: {value}" if label else value)
            x = self.width - SIDE - width(text, REGULAR, size) if right else self.left
            self.sheet.label(x, self.y - size, text, face=REGULAR, size=size)
        self.y -= size * 1.35 + 3

    def boxes(self, *kotak: Box, size: float = 8.5) -> None:
        """Identity boxes side by side, numbered as official forms number them."""
        unit = self.inner / len(kotak)
        narrow = 20.0
        label = max(width(clean(k), REGULAR, size) for b in kotak for k, _ in b.baris) + 9
        widths = [w for _ in kotak for w in (narrow, label, unit - narrow - label)]
        table = Table(self, widths, "cll" * len(kotak), size, pad=2.0)
        table.head([[c for b in kotak for c in ("NO", Cell(b.judul.upper(), span=2))]], numbered=False)
        depth = max(len(b.baris) for b in kotak)
        rows: list[list[Content]] = []
        for i in range(depth):
            row: list[Content] = []
            for b in kotak:
                name, value = b.baris[i] if i < len(b.baris) else ("", "")
                row += [str(i + 1) if name else "", name, value]
            rows.append(row)
        self._start(table, rows, "")

    def heading(self, text: str, size: float = 9.5, *, following: float = 60) -> None:
        """A section heading that keeps `following` points of what comes next on its page."""
        self.need(size * 2 + following)
        self.y -= size * 1.5
        self.sheet.label(self.left, self.y + size * 0.3, clean(text), face=BOLD, size=size)
        self.y -= 1

    def text(self, text: str, size: float = 9, *, face: Face = REGULAR, align: str = "l") -> None:
        """A paragraph over the whole width; `align` l or c."""
        leading = size * 1.35
        for part in wrap(clean(text), face, size, self.inner):
            self.need(leading)
            if align == "c":
                self.sheet.centred(self.width / 2, self.y - size, part, face=face, size=size)
            else:
                self.sheet.label(self.left, self.y - size, part, face=face, size=size)
            self.y -= leading
        self.y -= 3

    def table(
        self,
        head: Sequence[Content] | Sequence[Sequence[Content]],
        rows: Body,
        widths: Sequence[float],
        *,
        align: str = "",
        size: float = 8,
        numbered: bool = False,
        heading: str = "",
        reserve: float = 0,
    ) -> None:
        """A long table. `widths` are shares of the page width, `align` one of l, c, r per column.

        `head` is one row of texts or several rows of cells; it repeats on every page. Rows are sequences of
        cells, `Section` lines or `Group`s. `heading` stands above and stays with the first row; `reserve` is
        room to keep under the last one (see `signing_height`). Raises ValueError when a row does not fill
        the columns.
        """
        scale = self.inner / sum(widths)
        points = [w * scale for w in widths]
        table = Table(self, points, align or "l" * len(widths), size, reserve=reserve and reserve + _GAP)
        grid = [head] if head and isinstance(head[0], str | Cell) else head
        table.head(cast(Sequence[Sequence[Content]], grid), numbered=numbered)
        self._start(table, rows, heading)

    def _start(self, table: Table, rows: Body, heading: str) -> None:
        opening = table.opening(rows)
        if heading:
            self.heading(heading, following=opening)
        self.need(opening)
        table.draw_head()
        table.flow(rows)
        self.y -= _GAP

    def draw(self, height: float, paint: Callable[[Canvas, float, float], None]) -> None:
        """Room for a drawing of that height; `paint` gets the canvas and the lower left corner."""
        self.need(height)
        x, y = self.left, self.y - height
        self.sheet.drawings.append(lambda canvas: paint(canvas, x, y))
        self.y = y

    def signing_height(self, *tanda: Signature) -> float:
        """Room that `signed_by` takes, for the `reserve` of the table above it."""
        return sum(self._pair_height(tanda[i : i + 2]) for i in range(0, len(tanda), 2)) + 20

    def signed_by(self, *tanda: Signature, tempat: str = "", tanggal: date | None = None) -> None:
        """Signature blocks, kept together: one at the right, two side by side, a third centred below."""
        self.need(self.signing_height(*tanda))
        self.y -= 6
        left, right = self.left + self.inner * 0.22, self.left + self.inner * 0.78
        when = ", ".join(clean(p) for p in (tempat, calendar.tanggal(tanggal) if tanggal else "") if p)
        if when:
            self.sheet.centred(right, self.y - 9, when, face=REGULAR, size=9)
            self.y -= 12
        for i in range(0, len(tanda), 2):
            pair = tanda[i : i + 2]
            alone = self.width / 2 if i else right
            head = max(len(self._heading_lines(t)) for t in pair)
            for x, block in zip((left, right) if len(pair) == 2 else (alone,), pair, strict=True):
                self._block(x, self.y, block, head)
            self.y -= self._pair_height(pair)

    def _heading_lines(self, block: Signature) -> list[str]:
        """Role and jabatan, the last line with its comma."""
        jabatan = f"{block.jabatan_prefix} {block.jabatan}".strip()
        lines = [block.peran, *([jabatan] if jabatan else [])]
        return wrap(clean("\n".join(lines) + ","), REGULAR, 9, self.inner * 0.4)

    def _name_lines(self, block: Signature) -> list[str]:
        return wrap(clean(block.nama), BOLD, 9, self.inner * 0.4)

    def _pair_height(self, pair: Sequence[Signature]) -> float:
        head = max(len(self._heading_lines(t)) for t in pair)
        below = max(len(self._name_lines(t)) + bool(t.pangkat) + bool(t.nip) for t in pair)
        return 12.0 * (head + below) + _SIGNING_GAP + 6

    def _block(self, x: float, y: float, block: Signature, head: int) -> None:
        """One block; `head` is the taller heading of the pair, so that both names stand on one line."""
        lines = self._heading_lines(block)
        for i, text in enumerate(lines, 1):
            self.sheet.centred(x, y - i * 12 + 3, text, face=REGULAR, size=9)
        for i, text in enumerate(wrap(clean(block.catatan), ITALIC, 7, self.inner * 0.3)):
            where = y - len(lines) * 12 - 20 - i * 9
            self.sheet.centred(x, where, text, face=ITALIC, size=7, colour=GREY)
        y -= head * 12 + _SIGNING_GAP
        for text in self._name_lines(block):
            y -= 12
            w = width(text, BOLD, 9)
            self.sheet.centred(x, y + 3, text, face=BOLD, size=9)
            self.sheet.rules.append((x - w / 2, y + 1.6, x + w / 2, y + 1.6, 0.5))
        for text in (clean(block.pangkat), f"NIP {clean(block.nip)}" if block.nip else ""):
            if text:
                y -= 12
                self.sheet.centred(x, y + 3, text, face=REGULAR, size=9)

    # The file ---------------------------------------------------------------------------------------------

    @property
    def verification_url(self) -> str:
        return f"{self.alamat.rstrip('/')}/verifikasi/{self.kode}" if self.kode else ""

    def build(self) -> bytes:
        """The finished PDF. The same document gives the same bytes."""
        out = io.BytesIO()
        self.write(out)
        return out.getvalue()

    def write(self, out: BinaryIO) -> None:
        """Write the finished PDF to an open binary file."""
        write_many([self], out)

    def paint(self, canvas: Canvas, urutan: int) -> None:
        """Put all sheets on a canvas; `urutan` keeps the QR forms of several documents in one file apart."""
        canvas.setPageSize((self.width, self.height))
        form = f"qr{urutan}"
        if self.kode:
            canvas.beginForm(form)
            drawing.qr(canvas, self.verification_url, 0, 0, _QR)
            canvas.endForm()
        for number, sheet in enumerate(self._sheets, 1):
            sheet.paint(canvas)
            self._footer(number, form).paint(canvas)
            canvas.showPage()

    def _footer(self, number: int, form: str) -> Sheet:
        sheet, top, right = Sheet(), FOOT + _QR + 5, self.width - SIDE
        sheet.rules.append((self.left, top, right, top, 0.4))
        of = f"Halaman {number} dari {self.count}"
        sheet.label(right - width(of, REGULAR, 7.5), top - 12, of, face=REGULAR, size=7.5, colour=GREY)
        x = self.left
        if self.kode:
            sheet.drawings.append(_stamp(form, x, FOOT))
            x += _QR + 8
        if self.nomor:
            sheet.label(x, top - 12, f"Nomor dokumen: {clean(self.nomor)}", face=BOLD, size=7.5)
        if self.kode:
            for i, text in enumerate(
                (
                    "Periksa keaslian dokumen ini: pindai kode QR di samping atau buka",
                    clean(self.verification_url),
                )
            ):
                sheet.label(x, top - 24 - i * 10, text, face=REGULAR, size=7.5, colour=GREY)
        if self.contoh:
            w, h = self.width, self.height
            sheet.drawings.append(lambda canvas: drawing.ribbon(canvas, w, h))
        return sheet


def _stamp(form: str, x: float, y: float) -> Drawing:
    def draw(canvas: Canvas) -> None:
        canvas.translate(x, y)
        canvas.doForm(form)

    return draw


def write_many(pages: Iterable[Page], out: BinaryIO) -> None:
    """Several documents into one file, each with its own page numbers; the fonts are stored once."""
    canvas: Canvas | None = None
    for i, page in enumerate(pages):
        if canvas is None:
            canvas = Canvas(out, pageCompression=1, invariant=1, lang="id")
            canvas.setTitle(page.judul)
            canvas.setAuthor(page.penerbit)
            canvas.setSubject(page.nomor)
            canvas.setCreator("Pamong")
        page.paint(canvas, i)
    if canvas is None:
        raise ValueError("tidak ada dokumen untuk ditulis")
    canvas.save()
