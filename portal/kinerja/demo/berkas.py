"""Evidence files: small PDFs that look like office documents, and pictures. Each opens, each is its own.

A sheet is drawn once per kind and PD with ReportLab, its gaps filled with marks of fixed width; a document is
the same bytes with the marks replaced, so a thousand documents cost little more than their bytes.
"""

import io
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

from portal.kernel.demo.salin import dice

WIDTH, HEIGHT, LEFT = 595, 842, 71
CENTRE_MARK = 11111.11  # an x position to be replaced by one that centres the text
_GAP = re.compile(rb"@[a-z0-9]+_*@")
_CENTRED = re.compile(rb"11111\.11 ([0-9.]+) Tm(.{0,40}?)\((@[a-z0-9]+_*@)\)")
HELVETICA_BOLD = 0.585  # mean width of a capital letter per point of size


def mark(name: str, width: int) -> str:
    """A gap of `width` characters in the drawn text."""
    return "@" + name.ljust(width - 2, "_") + "@"


@cache
def sheet(jenis: str, instansi: str, alamat: str) -> bytes:
    """The drawn sheet of one kind for one PD, with its gaps."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=0, invariant=1)
    canvas.setTitle("Dokumen peragaan Kota Sagara")
    canvas.setAuthor("Pemerintah Kota Sagara (rekaan)")
    _letterhead(canvas, instansi, alamat)
    _centred(canvas, "judul", 58, 704, "Helvetica-Bold", 12)
    _centred(canvas, "nomor", 44, 688, "Helvetica", 10)
    LAYOUTS[jenis](canvas, 652)
    canvas.setFont("Helvetica-Oblique", 7)
    canvas.drawString(LEFT, 34, "Dokumen rekaan untuk peragaan. Kota, orang, dan angka di dalamnya tidak nyata.")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def document(jenis: str, instansi: str, alamat: str, values: Mapping[str, str]) -> bytes:
    """One finished PDF. Values too long for their gap are cut; letters the fonts lack become a question mark."""
    body = _CENTRED.sub(lambda found: _centre(found, values), sheet(jenis, instansi, alamat))
    return _GAP.sub(lambda found: _fit(found.group(), values), body)


def _name(gap: bytes) -> str:
    return gap.strip(b"@").rstrip(b"_").decode()


def _clean(text: str) -> bytes:
    return text.translate(str.maketrans("()\\–—“”’", '[]/--""\'')).encode("latin-1", "replace")


def _fit(gap: bytes, values: Mapping[str, str]) -> bytes:
    text = _clean(values.get(_name(gap), ""))
    return text[: len(gap)].ljust(len(gap))


def _centre(found: re.Match[bytes], values: Mapping[str, str]) -> bytes:
    gap = found.group(3)
    text = _clean(values.get(_name(gap), ""))[: len(gap)]
    size = 12 if _name(gap) == "judul" else 10
    share = HELVETICA_BOLD * 1.15 if size == 12 else 0.5
    x = max(LEFT, (WIDTH - len(text) * size * share) / 2)
    return b"%08.2f %s Tm%s(%s)" % (x, found.group(1), found.group(2), text.ljust(len(gap)))


# ---- drawing


def _letterhead(canvas: Any, instansi: str, alamat: str) -> None:
    _emblem(canvas, LEFT + 22, 776)
    canvas.setFont("Helvetica", 12)
    canvas.drawCentredString(WIDTH / 2 + 20, 794, "PEMERINTAH KOTA SAGARA")
    size = min(15.0, 380 / (len(instansi) * HELVETICA_BOLD * 1.2))
    canvas.setFont("Helvetica-Bold", size)
    canvas.drawCentredString(WIDTH / 2 + 20, 775, instansi.upper())
    canvas.setFont("Helvetica", 8.5)
    canvas.drawCentredString(WIDTH / 2 + 20, 760, alamat)
    canvas.setLineWidth(1.8)
    canvas.line(LEFT, 744, WIDTH - LEFT, 744)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, 741, WIDTH - LEFT, 741)


def _emblem(canvas: Any, x: float, y: float) -> None:
    """A sail over waves in a shield; the arms of no real city."""
    canvas.setLineWidth(1.2)
    shield = canvas.beginPath()
    shield.moveTo(x - 18, y + 20)
    shield.lineTo(x + 18, y + 20)
    shield.curveTo(x + 18, y - 8, x + 8, y - 18, x, y - 24)
    shield.curveTo(x - 8, y - 18, x - 18, y - 8, x - 18, y + 20)
    canvas.drawPath(shield)
    sail = canvas.beginPath()
    sail.moveTo(x, y + 14)
    sail.curveTo(x + 14, y + 6, x + 12, y - 4, x + 10, y - 6)
    sail.lineTo(x, y - 6)
    sail.close()
    canvas.drawPath(sail, fill=1)
    for depth in (10, 14):
        canvas.bezier(x - 11, y - depth, x - 4, y - depth + 5, x + 4, y - depth - 5, x + 11, y - depth)


def _centred(canvas: Any, name: str, width: int, y: float, font: str, size: float) -> None:
    text = canvas.beginText(CENTRE_MARK, y)
    text.setFont(font, size)
    text.textOut(mark(name, width))
    canvas.drawText(text)


def _line(canvas: Any, y: float, label: str, name: str, width: int = 62) -> float:
    canvas.setFont("Helvetica", 10.5)
    canvas.drawString(LEFT, y, label)
    canvas.drawString(LEFT + 118, y, ": " + mark(name, width))
    return y - 18


def _paragraph(canvas: Any, y: float, name: str, lines: int, title: str = "") -> float:
    if title:
        canvas.setFont("Helvetica-Bold", 10.5)
        canvas.drawString(LEFT, y, title)
        y -= 17
    canvas.setFont("Helvetica", 10.5)
    for i in range(1, lines + 1):
        canvas.drawString(LEFT, y, mark(f"{name}{i}", 88))
        y -= 15.5
    return y - 8


def _fields(canvas: Any, y: float) -> float:
    for label, name in (("Hari, tanggal", "hari"), ("Unit kerja", "unit"), ("Kegiatan", "kegiatan")):
        y = _line(canvas, y, label, name)
    return y - 8


def _scribble(canvas: Any, x: float, y: float, seed: str) -> None:
    """A signature nobody has."""
    chance = dice(seed)
    canvas.setLineWidth(0.9)
    canvas.setStrokeColorRGB(0.1, 0.16, 0.42)
    path = canvas.beginPath()
    path.moveTo(x, y)
    for i in range(5):
        a, b, c = (chance.uniform(-14, 16) for _ in range(3))
        path.curveTo(x + 14 * i + 4, y + a, x + 14 * i + 9, y + b, x + 14 * i + 15, y + c * 0.4)
    canvas.drawPath(path)
    canvas.setStrokeColorRGB(0, 0, 0)


def _signature(canvas: Any, y: float, x: float, prefix: str, place: bool = True) -> None:
    canvas.setFont("Helvetica", 10.5)
    if place:
        canvas.drawString(x, y, "Sagara, " + mark("tanggal", 20))
    canvas.setFont("Helvetica", 9)
    canvas.drawString(x, y - 15, mark(f"{prefix}jabatan", 52))
    _scribble(canvas, x + 8, y - 48, prefix + str(x))
    canvas.setFont("Helvetica-Bold", 10.5)
    canvas.drawString(x, y - 76, mark(f"{prefix}nama", 40))
    canvas.setFont("Helvetica", 10)
    canvas.drawString(x, y - 89, "NIP " + mark(f"{prefix}nip", 24))


def _laporan(canvas: Any, y: float) -> None:
    y = _fields(canvas, y)
    y = _line(canvas, y, "Target", "target")
    y = _line(canvas, y, "Realisasi", "realisasi") - 10
    y = _paragraph(canvas, y, "isi", 4, "A. Hasil pekerjaan")
    y = _paragraph(canvas, y, "dukung", 3, "B. Faktor yang mendukung")
    y = _paragraph(canvas, y, "hambat", 4, "C. Kendala dan tindak lanjut")
    _signature(canvas, y - 14, 318, "p")


def _notulen(canvas: Any, y: float) -> None:
    y = _fields(canvas, y)
    y = _line(canvas, y, "Pemimpin rapat", "anama")
    y = _line(canvas, y, "Notulis", "pnama") - 10
    y = _paragraph(canvas, y, "isi", 4, "Pokok pembahasan")
    y = _paragraph(canvas, y, "dukung", 3, "Catatan peserta")
    y = _paragraph(canvas, y, "hambat", 4, "Kesepakatan dan tindak lanjut")
    _signature(canvas, y - 14, LEFT, "a", place=False)
    _signature(canvas, y - 14, 330, "p")


def _berita_acara(canvas: Any, y: float) -> None:
    y = _paragraph(canvas, y, "pembuka", 2)
    y = _line(canvas, y, "1. Nama", "anama")
    y = _line(canvas, y, "    Jabatan", "ajabatan")
    y = _line(canvas, y, "2. Nama", "pnama")
    y = _line(canvas, y, "    Jabatan", "pjabatan") - 8
    y = _paragraph(canvas, y, "isi", 5, "menyatakan bahwa:")
    y = _paragraph(canvas, y, "penutup", 2)
    _signature(canvas, y - 20, LEFT, "a", place=False)
    _signature(canvas, y - 20, 330, "p")


def _table(canvas: Any, y: float, columns: Sequence[tuple[str, float]], rows: int) -> float:
    """Ruled lines with a head; returns the y below the table."""
    left, right = LEFT, WIDTH - LEFT
    canvas.setLineWidth(0.5)
    for i in range(rows + 2):
        canvas.line(left, y - 20 * i, right, y - 20 * i)
    for x in [left, *(x for _, x in columns[1:]), right]:
        canvas.line(x, y, x, y - 20 * (rows + 1))
    canvas.setFont("Helvetica-Bold", 9.5)
    for title, x in columns:
        canvas.drawString(x + 4, y - 14, title)
    canvas.setFont("Helvetica", 9.5)
    return y - 20 * (rows + 1)


def _daftar_hadir(canvas: Any, y: float) -> None:
    y = _fields(canvas, y)
    head = y
    columns = [("No", LEFT), ("Nama", LEFT + 28), ("Unit kerja", LEFT + 200), ("Tanda tangan", LEFT + 340)]
    y = _table(canvas, head, columns, 12)
    for i in range(1, 13):
        base = head - 20 * i - 14
        canvas.setFont("Helvetica", 9.5)
        canvas.drawString(LEFT + 6, base, str(i))
        canvas.drawString(LEFT + 32, base, mark(f"hadir{i}", 34))
        canvas.drawString(LEFT + 204, base, mark(f"asal{i}", 28))
        _scribble(canvas, LEFT + 346 + (i % 2) * 26, base + 3, f"hadir{i}")
    _signature(canvas, y - 30, 318, "p")


def _rekap(canvas: Any, y: float) -> None:
    y = _fields(canvas, y)
    columns = [("No", LEFT), ("Uraian", LEFT + 28), ("Jumlah", LEFT + 270), ("Keterangan", LEFT + 330)]
    head = y
    y = _table(canvas, head, columns, 6)
    for i in range(1, 7):
        base = head - 20 * i - 14
        canvas.drawString(LEFT + 6, base, str(i) if i < 6 else "")
        canvas.drawString(LEFT + 32, base, mark(f"uraian{i}", 46))
        canvas.drawString(LEFT + 274, base, mark(f"jumlah{i}", 10))
        canvas.drawString(LEFT + 334, base, mark(f"ket{i}", 24))
    y = _paragraph(canvas, y - 26, "isi", 4, "Catatan")
    _signature(canvas, y - 14, 318, "p")


def _surat(canvas: Any, y: float) -> None:
    y = _line(canvas, y, "Sifat", "sifat")
    y = _line(canvas, y, "Hal", "kegiatan")
    y = _line(canvas, y, "Kepada", "kepada") - 14
    y = _paragraph(canvas, y, "isi", 5)
    y = _paragraph(canvas, y, "dukung", 3)
    y = _paragraph(canvas, y, "penutup", 2)
    _signature(canvas, y - 20, 318, "p")


def _bulanan(canvas: Any, y: float) -> None:
    y = _fields(canvas, y)
    columns = [("No", LEFT), ("Hasil kerja", LEFT + 28), ("Target", LEFT + 280), ("Realisasi", LEFT + 390)]
    head = y
    y = _table(canvas, head, columns, 10)
    for i in range(1, 6):
        base = head - 40 * i + 6
        canvas.drawString(LEFT + 6, base, mark(f"no{i}", 4))
        canvas.drawString(LEFT + 32, base, mark(f"rhk{i}a", 54))
        canvas.drawString(LEFT + 32, base - 20, mark(f"rhk{i}b", 54))
        canvas.drawString(LEFT + 284, base, mark(f"target{i}", 22))
        canvas.drawString(LEFT + 394, base, mark(f"realisasi{i}", 10))
    y = _paragraph(canvas, y - 26, "isi", 4, "Ringkasan")
    _signature(canvas, y - 14, LEFT, "a", place=False)
    _signature(canvas, y - 14, 330, "p")


LAYOUTS: dict[str, Callable[[Any, float], None]] = {
    "laporan": _laporan, "notulen": _notulen, "berita-acara": _berita_acara, "daftar-hadir": _daftar_hadir,
    "rekap": _rekap, "surat": _surat, "bulanan": _bulanan,
}  # fmt: skip


def wrapped(prefix: str, text: str, lines: int) -> dict[str, str]:
    """A paragraph as the numbered gaps of a sheet."""
    pieces = textwrap.wrap(text, 86)[:lines]
    return {f"{prefix}{i}": piece for i, piece in enumerate(pieces, 1)}


# ---- pictures


@cache
def scene(number: int) -> bytes:
    """A drawn picture of an activity, as JPEG."""
    from PIL import Image, ImageDraw, ImageFilter

    chance = dice(f"gambar:{number}")
    picture = Image.new("RGB", (960, 640), SKIES[number % len(SKIES)])
    draw = ImageDraw.Draw(picture)
    SCENES[number % len(SCENES)](draw, chance)
    people = chance.randint(3, 7)
    for i in range(people):
        _figure(draw, 120 + i * (720 // people) + chance.randint(-20, 20), chance.randint(430, 500), chance)
    picture = picture.filter(ImageFilter.GaussianBlur(1.1))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=72)
    return out.getvalue()


SKIES = [(214, 226, 236), (238, 231, 218), (200, 220, 210), (226, 222, 234)]


def _indoors(draw: Any, chance: Random) -> None:
    draw.rectangle((0, 420, 960, 640), fill=(178, 160, 140))
    draw.rectangle((300, 90, 660, 300), fill=(250, 250, 248), outline=(90, 90, 90), width=5)
    for i in range(4):
        width = chance.randint(120, 300)
        draw.line((330, 140 + i * 36, 330 + width, 140 + i * 36), fill=(120, 140, 170), width=8)
    draw.rectangle((80, 470, 880, 520), fill=(120, 84, 56))


def _street(draw: Any, chance: Random) -> None:
    draw.rectangle((0, 400, 960, 640), fill=(112, 112, 116))
    for x in range(-40, 960, 150):
        draw.rectangle((x, 508, x + 80, 518), fill=(235, 235, 225))
    for x in range(20, 960, 190):
        height = chance.randint(110, 250)
        draw.rectangle((x, 400 - height, x + 130, 400), fill=(190, chance.randint(150, 190), 150))
        draw.polygon(((x - 8, 400 - height), (x + 65, 350 - height), (x + 138, 400 - height)), fill=(150, 70, 55))


def _field(draw: Any, chance: Random) -> None:
    draw.rectangle((0, 330, 960, 640), fill=(110, 150, 76))
    for y in range(350, 640, 34):
        draw.line((0, y, 960, y + chance.randint(-12, 12)), fill=(86, 122, 58), width=7)
    draw.polygon(((0, 330), (250, 190), (520, 330)), fill=(120, 142, 150))
    draw.polygon(((380, 330), (690, 160), (960, 330)), fill=(100, 124, 134))


def _clinic(draw: Any, chance: Random) -> None:
    draw.rectangle((0, 440, 960, 640), fill=(206, 214, 210))
    draw.rectangle((90, 120, 420, 360), fill=(245, 250, 252), outline=(120, 150, 160), width=5)
    draw.rectangle((235, 180, 275, 300), fill=(178, 40, 44))
    draw.rectangle((195, 220, 315, 260), fill=(178, 40, 44))
    draw.rectangle((520, 400 + chance.randint(0, 20), 900, 480), fill=(150, 190, 200))


SCENES: list[Callable[[Any, Random], None]] = [_indoors, _street, _indoors, _field, _clinic]
INDOORS, STREET, FIELD, CLINIC = (0, 2), (1,), (3,), (4,)


def _figure(draw: Any, x: int, y: int, chance: Random) -> None:
    shirt = chance.choice([(196, 168, 120), (54, 84, 130), (240, 240, 236), (98, 120, 84), (150, 60, 60)])
    draw.ellipse((x - 20, y - 96, x + 20, y - 52), fill=chance.choice([(142, 100, 74), (170, 124, 92)]))
    draw.rounded_rectangle((x - 34, y - 50, x + 34, y + 60), 18, fill=shirt)
    draw.rectangle((x - 26, y + 56, x - 4, y + 130), fill=(44, 46, 56))
    draw.rectangle((x + 4, y + 56, x + 26, y + 130), fill=(44, 46, 56))


def photo(number: int, comment: str) -> bytes:
    """A picture that is nobody else's: the comment segment of the JPEG differs."""
    body, text = scene(number), comment.encode()[:200]
    return body[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + body[2:]


def screenshot(number: int, comment: str) -> bytes:
    """A picture of a screen with a chart, as PNG with a text chunk of its own."""
    from PIL import Image, ImageDraw
    from PIL.PngImagePlugin import PngInfo

    chance = dice(f"layar:{number}")
    picture = Image.new("P", (960, 600), 0)
    picture.putpalette([246, 248, 250, 18, 83, 155, 192, 122, 16, 219, 226, 234, 70, 84, 102])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 960, 54), fill=1)
    for i in range(9):
        height = chance.randint(60, 330)
        draw.rectangle((90 + i * 92, 500 - height, 150 + i * 92, 500), fill=2 if height < 110 else 1)
    for y in (170, 280, 390, 500):
        draw.line((70, y, 920, y), fill=3, width=2)
    draw.rectangle((90, 84, 90 + chance.randint(180, 420), 104), fill=4)
    about, out = PngInfo(), io.BytesIO()
    about.add_text("Comment", comment)
    picture.save(out, "PNG", pnginfo=about)
    return out.getvalue()
