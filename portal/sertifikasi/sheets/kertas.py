"""The paper of the forms: A4 upright, margins of 2.54 cm, 11 pt, nothing that decorates.

Layout as in the printed forms of BNSP (version 2023). Arimo has the outlines and widths of Liberation Sans.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
from reportlab.pdfgen.canvas import Canvas

from portal.kernel import calendar
from portal.kernel.reports import A4, Page
from portal.kernel.reports import drawing as gambar
from portal.kernel.reports.drawing import BLACK, GREY, Drawing, Sheet
from portal.kernel.reports.text import BOLD, REGULAR, clean, width
from portal.sertifikasi.sheets.naskah import Alinea, Baris, Naskah, Potong, Ruas, miring, muat, susun, tulis
from portal.sertifikasi.sheets.tabel import Isi, Sel, Tabel

TEPI: Final = 72.0
BADAN: Final = 11.0
KECIL: Final = 9.0
_QR: Final = 40.0
_KAKI: Final = 18.0
_JARAK: Final = 8.0

Isian = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cetak:
    """What belongs to one printing and not to the content; see the package for each."""

    tanda: Sequence[Mapping[str, Any]] = ()
    tautan: str = ""
    nik: str = ""
    zona: str = "WIB"
    foto: bytes = b""

    def paraf(self, peran: str) -> Mapping[str, Any] | None:
        return next((t for t in self.tanda if t["peran"] == peran), None)


class Lembar(Sheet):
    """A page whose boxes have borders of 1 pt."""

    def _paint_boxes(self, canvas: Canvas) -> None:
        if not self.boxes:
            return
        canvas.setLineWidth(1)
        path = canvas.beginPath()
        for x, y, w, h in self.boxes:
            path.rect(x, y, w, h)
        canvas.drawPath(path, stroke=1, fill=0)


class Kertas(Page):
    """One form, filled from top to bottom. Positions run downwards, lengths are points."""

    def __init__(self, isi: Isian, cetak: Cetak, judul: str) -> None:
        self.isi, self.cetak = isi, cetak
        self.sempit = 0.0  # room at the right that text leaves free
        self.ajakan = "Kode QR membuka lembar ini di portal, setelah Anda masuk."
        self.nama_form = f"{isi['kode']} versi {isi['versi_form']}" if isi.get("versi_form") else str(isi["kode"])
        super().__init__(
            judul=judul,
            ukuran=A4,
            nomor=str(isi.get("nomor") or ""),
            kode="form" if cetak.tautan else "",
            contoh=bool(isi.get("contoh")),
            left=TEPI,
            sheet=Lembar(),
        )
        self.y = self.top

    @property
    def inner(self) -> float:
        return self.width - 2 * TEPI - self.sempit

    @property
    def floor(self) -> float:
        return TEPI

    @property
    def top(self) -> float:
        return self.height - TEPI

    @property
    def verification_url(self) -> str:
        return self.cetak.tautan

    def turn(self) -> None:
        self.sheet = Lembar()
        self._sheets.append(self.sheet)
        self.y = self.top

    # Parts ------------------------------------------------------------------------------------------------

    def kepala_form(self, teks: str) -> None:
        """The form's title, bold and flush left."""
        self.paragraf(Potong(teks, tebal=True), 12)
        self.y -= 4

    def bagian(self, teks: str, *, menyusul: float = 70.0) -> None:
        """A heading that keeps `menyusul` points of what comes next on its page."""
        self.need(18 + menyusul)
        self.y -= 4
        self.paragraf(Potong(teks, tebal=True))
        self.y -= 2

    def paragraf(self, isi: Naskah, ukuran: float = BADAN, *, rata: str = "l", masuk: float = 0.0) -> None:
        for line in susun(isi, ukuran, self.inner - masuk):
            self.need(line.tinggi)
            self.y -= line.tinggi
            slack = 0.0 if rata == "l" else (self.inner - masuk - line.lebar) / 2
            tulis(self.sheet, self.left + masuk + slack, self.y + line.tinggi * 0.25, line)

    def jarak(self, tinggi: float = _JARAK) -> None:
        self.y -= tinggi

    def coret(self) -> None:
        self.y -= 1
        self.paragraf("*Coret yang tidak perlu", KECIL)
        self.y -= 4

    def data(self, *rows: tuple[str, Naskah]) -> None:
        """Label 30 %, colon 3 %, value 67 % above a thin line."""
        label, colon = (self.inner + self.sempit) * 0.30, (self.inner + self.sempit) * 0.03
        x = self.left + label + colon
        for kepala, isi in rows:
            names = susun(kepala, BADAN, label - 4)
            values = susun(isi or "", BADAN, self.inner - label - colon)
            depth = max(len(names), len(values))
            leading = max(line.tinggi for line in (*names, *values)) + 3
            self.need(min(depth, 4) * leading)
            for i in range(depth):
                self.need(leading)
                self.y -= leading
                base = self.y + 4.5
                if i < len(names):
                    tulis(self.sheet, self.left, base, names[i])
                if i == 0 and kepala:
                    self.sheet.label(self.left + label, base, ":", face=REGULAR, size=BADAN)
                if i < len(values):
                    tulis(self.sheet, x + 2, base, values[i])
                    self.sheet.rules.append((x, self.y + 1.5, self.left + self.inner, self.y + 1.5, 0.4))
        self.y -= 4

    def kisi(self, rows: Sequence[Sequence[Isi]], lebar: Sequence[float], ukuran: float = BADAN) -> None:
        """A table that stays on one page; cells may span rows. Longer than a page, it flows, or its text shrinks."""
        table = self._tabel(lebar, "l" * len(lebar), ukuran)
        cells, height = table.kisi(rows)
        if height > self.top - self.floor:
            spanning = any(isinstance(c, Sel) and c.baris > 1 for row in rows for c in row)
            if not spanning:
                self.tabel([], rows, lebar, ukuran=ukuran)
                return
            if ukuran > 4:
                self.kisi(rows, lebar, ukuran - 0.5)
                return
        self.need(height)
        table.gambar_kisi(cells, height)
        self.y -= _JARAK

    def tabel(
        self,
        kepala: Sequence[Sequence[Isi]],
        rows: Sequence[Sequence[Isi]],
        lebar: Sequence[float],
        *,
        rata: str = "",
        ukuran: float = 10.0,
        sisa: float = 0.0,
        judul: str = "",
    ) -> None:
        """A long table. Plain cells of the head are bold, centred and shaded. `judul` stays with the first row."""
        table = self._tabel(lebar, rata or "l" * len(lebar), ukuran)
        table.kepala([[_kepala(c) for c in row] for row in kepala])
        if judul:
            self.bagian(judul, menyusul=table.pembuka(rows))
        self.need(table.pembuka(rows))
        table.alir(rows, sisa)
        self.y -= _JARAK

    def _tabel(self, lebar: Sequence[float], rata: str, ukuran: float) -> Tabel:
        scale = self.inner / sum(lebar)
        return Tabel(self, [w * scale for w in lebar], rata, ukuran)

    def tegak(self, x: float, y: float, lebar: float, lines: Sequence[Baris]) -> None:
        """Lines turned by 90° into the box at (x, y)."""
        left = x + (lebar - sum(b.tinggi for b in lines)) / 2
        placed: list[tuple[float, float, Ruas]] = []
        for line in lines:
            left += line.tinggi
            placed.extend((left - line.tinggi * 0.25, line.ukuran, ruas) for ruas in line.ruas)

        def draw(canvas: Canvas) -> None:
            canvas.setFillColorRGB(*BLACK)
            for base, size, ruas in placed:
                canvas.saveState()
                canvas.translate(base, y + 4)
                canvas.rotate(90)
                canvas.setFont(ruas.face, size)
                canvas.drawString(ruas.x, 0, ruas.teks)
                canvas.restoreState()

        self.sheet.drawings.append(draw)

    # Signatures -------------------------------------------------------------------------------------------

    def paraf(self, peran: str) -> list[Potong | Alinea]:
        """What a signature cell holds: the words "paraf layar" and the date that was stored, or nothing."""
        tanda = self.cetak.paraf(peran)
        return isi_paraf(tanda, self.cetak.zona) if tanda else []

    def kolom_tanda(self, *kolom: "Penanda", tempat: str = "", tanggal: str = "", kanan: bool = False) -> None:
        """Signature columns at equal widths: role, space or paraf, name, number. `kanan`: one at the right half."""
        room = self.inner / (2 if kanan else len(kolom))
        left = self.left + self.inner - room * len(kolom)
        laid = [_susun_penanda(k, self.cetak.zona, room - 12) for k in kolom]
        depth = [max(sum(b.tinggi for b in part[i]) for part in laid) for i in range(3)]
        depth[1] = max(depth[1] + 10, 44)
        self.need(sum(depth) + (34 if tempat or tanggal else 12))
        self.y -= 10
        when = ", ".join(t for t in (tempat, hari(tanggal)) if t)
        if when:
            self.y -= 14
            self.sheet.centred(left + room / 2, self.y + 4, clean(when), face=REGULAR, size=BADAN)
        for i, parts in enumerate(laid):
            self._kolom(left + room * (i + 0.5), parts, depth)
        self.y -= sum(depth) + _JARAK

    def _kolom(self, x: float, parts: Sequence[Sequence[Baris]], depth: Sequence[float]) -> None:
        y = self.y
        for i, lines in enumerate(parts):
            base = y - (10 if i == 1 else 0)
            for line in lines:
                base -= line.tinggi
                tulis(self.sheet, x - line.lebar / 2, base + line.tinggi * 0.25, line)
            y -= depth[i]

    # The foot ---------------------------------------------------------------------------------------------

    def _footer(self, number: int, form: str) -> Sheet:
        sheet, right, y = Sheet(), self.left + self.inner, _KAKI + _QR - 8
        self._pita(sheet)
        x = self.left
        if self.kode:
            sheet.drawings.append(_cap(form, x, _KAKI))
            x += _QR + 8
        lines = (
            " · ".join(t for t in (self.nomor, self.nama_form) if t),
            f"Sidik isi {sidik(self.isi)[:12]}",
            self.ajakan if self.kode else "",
        )
        for i, text in enumerate(lines):
            sheet.label(x, y - i * 9, clean(text), face=REGULAR, size=7, colour=GREY)
        of = f"Halaman {number}/{self.count}"
        sheet.label(right - width(of, REGULAR, 7), y, of, face=REGULAR, size=7, colour=GREY)
        return sheet

    def _pita(self, sheet: Sheet) -> None:
        if self.contoh:
            w, h = self.width, self.height
            sheet.drawings.append(lambda canvas: gambar.ribbon(canvas, w, h))


@dataclass(frozen=True, slots=True)
class Penanda:
    """One signature column; `keterangan` is the line below the name ("No. Reg. MET.000.001234 2024")."""

    peran: str
    nama: str = ""
    keterangan: str = ""
    tanda: Mapping[str, Any] | None = None


def _susun_penanda(k: Penanda, zona: str, room: float) -> list[list[Baris]]:
    nama, size = muat(k.nama or "." * 34, BOLD, BADAN, 8, room)
    below = [Alinea((Potong(t, tebal=True),), ukuran=size) for t in nama]
    if k.keterangan:
        below.append(Alinea((Potong(k.keterangan),), ukuran=KECIL))
    return [
        susun(k.peran, BADAN, room),
        susun(isi_paraf(k.tanda, zona), KECIL, room) if k.tanda else [],
        susun(below, BADAN, room),
    ]


def _kepala(isi: Isi) -> Sel:
    if isinstance(isi, Sel):
        return isi
    return Sel(isi, tebal=True, rata="c", arsir=True)


def _cap(form: str, x: float, y: float) -> Drawing:
    """The QR of the footer; the kernel draws it once per file on a square of 43 points."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(x, y)
        canvas.scale(_QR / 43, _QR / 43)
        canvas.doForm(form)

    return draw


def sidik(isi: Isian) -> str:
    """SHA-256 of the content in canonical JSON, in hex."""
    return hashlib.sha256(orjson.dumps(isi, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _tanggal(teks: object) -> date:
    return teks if isinstance(teks, date) else date.fromisoformat(str(teks)[:10])


def hari(teks: object) -> str:
    """21 November 2026 for ISO text or a date; "" stays empty."""
    if not teks:
        return ""
    return calendar.tanggal(_tanggal(teks))


def hari_tanggal(teks: object) -> str:
    """Sabtu, 21 November 2026."""
    return calendar.hari_tanggal(_tanggal(teks)) if teks else ""


def rentang(mulai: object, selesai: object) -> str:
    """One date, or two with "s.d."."""
    ends = [_tanggal(t) for t in (mulai, selesai) if t]
    return calendar.rentang(ends[0], ends[-1]) if ends else ""


def pukul(mulai: object, selesai: object, zona: object) -> str:
    """09.00 s.d. 12.00 WIB."""
    span = " s.d. ".join(str(t) for t in (mulai, selesai) if t)
    return f"{span} {zona or 'WIB'}" if span else ""


def saat_tanda(pada: object, zona: str) -> str:
    """21 November 2026, 10.42 WIB. Raises ValueError for a time without zone."""
    when = pada if isinstance(pada, datetime) else datetime.fromisoformat(str(pada))
    local = calendar.setempat(when, zona)
    return f"{calendar.tanggal(local.date())}, {local:%H.%M} {zona}"


def isi_paraf(tanda: Mapping[str, Any], zona: str) -> list[Potong | Alinea]:
    """A paraf layar is no electronic signature under the law, and the paper says what it is."""
    lines: list[Potong | Alinea] = [miring(str(tanda.get("catatan") or "paraf layar"))]
    if tanda.get("pada"):
        lines.append(Potong(saat_tanda(tanda["pada"], zona)))
    if tanda.get("sha256"):
        lines.append(Alinea((Potong(f"sidik {str(tanda['sha256'])[:12]}"),), ukuran=7.5))
    return lines
