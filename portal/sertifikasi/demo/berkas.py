"""Evidence that opens: letters as small PDFs, pictures drawn by code. Nobody is in them."""

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw

NOTE = "Dokumen rekaan untuk peragaan. Orang, tempat, dan angka di dalamnya tidak nyata."


def letter(judul: str, lines: Sequence[str]) -> bytes:
    """One page with a title and lines, marked as fictional."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    canvas.setTitle(judul)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(70, 770, judul[:60].upper())
    canvas.setFont("Helvetica", 11)
    y = 735
    for line in lines:
        canvas.drawString(70, y, line[:86])
        y -= 18
    canvas.setFont("Helvetica-Bold", 54)
    canvas.setFillGray(0.9)
    canvas.drawCentredString(297, 420, "CONTOH")
    canvas.setFillGray(0.2)
    canvas.setFont("Helvetica-Oblique", 8)
    canvas.drawString(70, 40, NOTE)
    canvas.save()
    return out.getvalue()


@cache
def portrait(number: int) -> bytes:
    """A head and shoulders on red, 3 x 4."""
    picture = Image.new("RGB", (240, 320), (178, 34, 34))
    draw = ImageDraw.Draw(picture)
    shade = 90 + number * 17 % 110
    skin = (150 + number * 7 % 70, 110 + number * 5 % 60, 80 + number * 3 % 50)
    draw.ellipse((40, 210, 200, 420), fill=(shade, shade, 160))
    draw.ellipse((75, 70, 165, 200), fill=skin)
    draw.pieslice((70, 60, 170, 170), 180, 360, fill=(30, 24, 20))
    draw.text((8, 300), f"CONTOH {number}", fill=(255, 255, 255))
    return _jpeg(picture)


@cache
def card(nama: str, nik: str) -> bytes:
    """Looks enough like an identity card to be recognised as one, and says that it is none."""
    picture = Image.new("RGB", (480, 300), (196, 222, 240))
    draw = ImageDraw.Draw(picture)
    draw.text((150, 14), "KARTU IDENTITAS (CONTOH)", fill=(20, 40, 80))
    for n, line in enumerate((f"NIK   {nik}", f"Nama  {nama}", "Wilayah rekaan, bukan kartu resmi")):
        draw.text((20, 70 + 34 * n), line, fill=(20, 20, 20))
    draw.rectangle((360, 60, 460, 200), fill=(178, 34, 34))
    draw.text((120, 255), "TIDAK BERLAKU - PERAGAAN", fill=(160, 0, 0))
    return _jpeg(picture)


@cache
def scene(number: int) -> bytes:
    """A tent on a field under another sky each time."""
    picture = Image.new("RGB", (480, 320), (150 + number * 9 % 90, 190, 230 - number * 5 % 60))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 220, 480, 320), fill=(90, 130 + number * 3 % 40, 70))
    for n in range(1 + number % 3):
        x = 60 + 130 * n
        draw.polygon(((x, 240), (x + 60, 140), (x + 120, 240)), fill=(230, 120 + number * 4 % 90, 40))
    draw.text((10, 300), f"CONTOH {number}", fill=(255, 255, 255))
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
