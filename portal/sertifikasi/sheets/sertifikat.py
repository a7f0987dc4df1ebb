"""The certificate, front and back: the e-certificate, or the data alone for a numbered form of BNSP.

Numbers are printed as recorded, never made. The front stands in slots with fixed places, so that an overlay meets
the form; a text too long for its slot becomes smaller and is never cut.
"""

import io
from functools import lru_cache
from typing import Any, Final

import segno
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from portal.kernel.numbers import terbilang
from portal.kernel.reports.drawing import BLACK, GREY, NAVY, Sheet
from portal.kernel.reports.text import BOLD, ITALIC, REGULAR, Face, balance, clean, width, wrap
from portal.sertifikasi.sheets.kertas import Cetak, Isian, Kertas, hari, isi_paraf, sidik
from portal.sertifikasi.sheets.naskah import Potong, muat, susun, tebal, tulis
from portal.sertifikasi.sheets.tabel import Isi

_SISI_QR: Final = 96.0
_KAKI_BELAKANG: Final = 240.0  # photo and signatures, and below them the QR
BELUM: Final = "DRAF - belum ditandatangani"
BLANKO: Final = "BLANKO"
_MM: Final = 72 / 25.4
_RUANG: Final = 460.0
_FOTO: Final = (30 * _MM, 40 * _MM)
_INGGRIS: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WAJIB: Final = ("nama", "kode_verifikasi", "alamat", "diputus", "sampai")


def sertifikat(isi: Isian, cetak: Cetak) -> Kertas:
    """Raises ValueError without an official number."""
    nomor = _nomor(isi)
    k = _Sertifikat(isi, cetak, f"Sertifikat Kompetensi {nomor}")
    _depan(k)
    k.turn()
    _belakang(k)
    return k


def _nomor(isi: Isian) -> str:
    for nama in _WAJIB:
        if not isi[nama]:
            raise KeyError(nama)
    if not isi.get("nomor"):
        raise ValueError("sertifikat belum bernomor: nomor resmi dicatat dari BNSP, tidak dibuat di sini")
    return str(isi["nomor"])


def tautan_verifikasi(isi: Isian) -> str:
    return f"{str(isi['alamat']).rstrip('/')}/verifikasi/{isi['kode_verifikasi']}"


class _Sertifikat(Kertas):
    """Paper of the certificate: its own margins, no form number in the foot."""

    def __init__(self, isi: Isian, cetak: Cetak, judul: str) -> None:
        self.blanko = isi.get("bentuk") == BLANKO
        geser = isi.get("geser") or (0, 0)
        self.dx, self.dy = float(geser[0]) * _MM, float(geser[1]) * _MM
        super().__init__(isi, Cetak(cetak.tanda, "", "", cetak.zona, cetak.foto), judul)
        self.left = 54.0 + self.dx

    @property
    def inner(self) -> float:
        return self.width - 108

    @property
    def floor(self) -> float:
        return 60.0

    @property
    def top(self) -> float:
        return self.height - 60 + self.dy

    def _footer(self, number: int, form: str) -> Sheet:
        sheet = Sheet()
        if self.blanko:
            self._pita(sheet)
            return sheet
        w, h = self.width, self.height
        sheet.drawings.append(lambda canvas: _bingkai(canvas, w, h))
        self._pita(sheet)
        text = f"No. {self.nomor} · sidik isi {sidik(self.isi)[:12]} · halaman {number}/{self.count}"
        sheet.centred(w / 2, 34, clean(text), face=REGULAR, size=7, colour=GREY)
        return sheet

    def slot(self, atas: float, tinggi: float, teks: str, face: Face, besar: float, *, tetap: bool = False) -> None:
        """Centred text between `atas` and `atas + tinggi` points below the upper edge. `tetap`: words of the form."""
        if not teks or (tetap and self.blanko):
            return
        size = besar
        shown = clean(teks)
        while size > 4 and len(wrap(shown, face, size, _RUANG)) * size * 1.15 > tinggi:
            size -= 0.5
        lines = balance(shown, face, size, _RUANG)
        y = self.height + self.dy - atas - (tinggi - len(lines) * size * 1.15) / 2
        for line in lines:
            y -= size * 1.15
            self.sheet.centred(self.width / 2 + self.dx, y + size * 0.3, line, face=face, size=size)

    def kode_qr(self, x: float, y: float, sisi: float, teks: str) -> None:
        left, base = x + self.dx, y + self.dy
        self.sheet.drawings.append(lambda canvas: gambar_qr(canvas, teks, left, base, sisi))


def _depan(k: _Sertifikat) -> None:
    isi = k.isi
    lsp, skema = isi.get("lsp") or {}, isi.get("skema") or {}
    bidang, kualifikasi = isi.get("bidang") or {}, isi.get("kualifikasi") or {}
    k.slot(96, 30, "SERTIFIKAT KOMPETENSI", BOLD, 25, tetap=True)
    k.slot(126, 18, "CERTIFICATE OF COMPETENCE", ITALIC, 13, tetap=True)
    k.slot(146, 18, f"No. {isi['nomor']}", REGULAR, 12)
    k.slot(190, 15, "Dengan ini menyatakan bahwa,", REGULAR, 11, tetap=True)
    k.slot(205, 14, "This is to certify that,", ITALIC, 10, tetap=True)
    k.slot(222, 42, str(isi["nama"]), BOLD, 23)
    k.slot(264, 18, f"No. Reg. {isi['no_reg']}" if isi.get("no_reg") else "", REGULAR, 12)
    k.slot(300, 15, "Telah kompeten pada bidang:", REGULAR, 11, tetap=True)
    k.slot(315, 14, "Is competent in the area of:", ITALIC, 10, tetap=True)
    k.slot(331, 30, str(bidang.get("id") or "Penanggulangan Bencana"), BOLD, 14)
    k.slot(361, 24, str(bidang.get("en") or ""), ITALIC, 12)
    k.slot(399, 15, "Dengan kualifikasi/kompetensi:", REGULAR, 11, tetap=True)
    k.slot(414, 14, "With qualification/competency:", ITALIC, 10, tetap=True)
    k.slot(430, 34, str(kualifikasi.get("id") or skema.get("judul") or ""), BOLD, 14)
    k.slot(464, 26, str(kualifikasi.get("en") or skema.get("judul_en") or ""), ITALIC, 12)
    bulan = int(isi.get("masa_berlaku_bulan") or 36)
    sampai = f"sampai dengan {hari(isi['sampai'])}"
    if k.blanko:
        k.slot(506, 15, sampai, REGULAR, 11)
    k.slot(506, 15, f"Sertifikat ini berlaku untuk: {_masa(bulan)}, {sampai}", REGULAR, 11, tetap=True)
    k.slot(521, 14, f"This certificate is valid for: {_masa_en(bulan)}", ITALIC, 10, tetap=True)
    tempat = isi.get("tempat") or lsp.get("kota")
    k.slot(548, 15, ", ".join(str(t) for t in (tempat, hari(isi.get("tanggal") or isi["diputus"])) if t), REGULAR, 11)
    k.slot(565, 15, "Atas nama (on behalf of) Badan Nasional Sertifikasi Profesi", BOLD, 11, tetap=True)
    k.slot(580, 14, "Indonesian Professional Certification Authority", ITALIC, 10, tetap=True)
    k.slot(595, 16, str(lsp.get("nama") or ""), BOLD, 11, tetap=True)
    _tanda_ketua(k)
    k.kode_qr(60, 74, 62, tautan_verifikasi(isi))
    _teks_qr(k, 130, 128, "Periksa keaslian:", tautan_verifikasi(isi), f"Kode {isi['kode_verifikasi']}")


def _tanda_ketua(k: _Sertifikat) -> None:
    ketua = k.isi.get("ketua") or {}
    tanda = k.cetak.paraf("KETUA")
    if not tanda and not k.blanko:
        k.sheet.centred(k.width / 2, k.height - 645, BELUM, face=ITALIC, size=9, colour=GREY)
    if tanda:
        y = k.height + k.dy - 622
        for line in susun(isi_paraf(tanda, k.cetak.zona), 8, 220):
            y -= line.tinggi
            tulis(k.sheet, k.width / 2 + k.dx - line.lebar / 2, y, line, warna=GREY)
    k.slot(664, 18, str(ketua.get("nama") or ""), BOLD, 12)
    k.slot(682, 14, str(ketua.get("jabatan") or "Ketua LSP"), REGULAR, 10, tetap=True)


def _teks_qr(k: _Sertifikat, x: float, y: float, *lines: str) -> None:
    for i, text in enumerate(lines):
        for part in wrap(clean(text), REGULAR, 7.5, 190):
            k.sheet.label(x + k.dx, y + k.dy, part, face=BOLD if i == 0 else REGULAR, size=7.5, colour=BLACK)
            y -= 10


def _masa(bulan: int) -> str:
    jumlah, satuan = (bulan // 12, "tahun") if bulan % 12 == 0 else (bulan, "bulan")
    return f"{jumlah} ({terbilang(jumlah)}) {satuan}"


def _masa_en(bulan: int) -> str:
    jumlah, satuan = (bulan // 12, "year") if bulan % 12 == 0 else (bulan, "month")
    kata = f" ({_INGGRIS[jumlah]})" if jumlah < len(_INGGRIS) else ""
    return f"{jumlah}{kata} {satuan}{'s' if jumlah > 1 else ''}"


# The back -------------------------------------------------------------------------------------------------


def _belakang(k: _Sertifikat) -> None:
    isi = k.isi
    if not k.blanko:
        k.paragraf(tebal("Daftar Unit Kompetensi"), 13, rata="c")
        k.paragraf(Potong("List of Unit(s) of Competency", miring=True), 11, rata="c")
    k.jarak(10 if not k.blanko else 48)
    head: list[list[Isi]] = [
        [
            "No.",
            [tebal("Kode Unit"), Potong("Unit Code", miring=True)],
            [tebal("Judul Unit"), Potong("Unit Title", miring=True)],
        ]
    ]
    rows: list[list[Isi]] = [[str(u["urut"]), str(u["kode"]), judul_dua_bahasa(u)] for u in isi["unit"]]
    k.tabel([] if k.blanko else head, rows, (0.08, 0.27, 0.65), rata="cll", sisa=_KAKI_BELAKANG)
    k.need(_KAKI_BELAKANG - 8)
    k.y -= 8
    _kaki_belakang(k)


def judul_dua_bahasa(u: dict[str, Any]) -> list[str | Potong]:
    return [str(u["judul"]), *([Potong(str(u["judul_en"]), miring=True)] if u.get("judul_en") else [])]


def _kaki_belakang(k: _Sertifikat) -> None:
    """Photo, holder's signature, manajer sertifikasi, and the QR that is checked without a network."""
    isi, top = k.isi, k.y
    x, tengah, kanan = k.left, k.left + k.inner * 0.38, k.left + k.inner * 0.76
    if k.cetak.foto or not k.blanko:
        foto(k, x, top - _FOTO[1])
    if not k.blanko:
        for label, where in (("Tanda tangan pemilik", tengah), ("Manajer Sertifikasi", kanan)):
            k.sheet.centred(where, top - 11, label, face=REGULAR, size=10)
        for label, where in (("Signature of holder", tengah), ("Certification Manager", kanan)):
            k.sheet.centred(where, top - 22, label, face=ITALIC, size=9)
    for nama, where in ((isi["nama"], tengah), ((isi.get("manajer") or {}).get("nama") or "", kanan)):
        lines, size = muat(str(nama), BOLD, 10, 6.5, k.inner * 0.34)
        for i, text in enumerate(lines if nama else ()):
            k.sheet.centred(where, top - 84 - i * size * 1.15, text, face=BOLD, size=size)
    k.y = top - _FOTO[1] - 8
    if isi.get("tanda_qr"):
        _qr_luring(k, str(isi["tanda_qr"]))


def _qr_luring(k: _Sertifikat, teks: str) -> None:
    """The signed payload in the lower right corner, where nothing else stands."""
    x, y = k.width - 54 - _SISI_QR, 56.0
    k.kode_qr(x, y, _SISI_QR, teks)
    for i, text in enumerate(("Periksa tanpa internet:", "pindai, lalu cocokkan dengan", "kunci publik di portal")):
        size = 7.5
        w = width(text, REGULAR, size)
        k.sheet.label(x + k.dx - 8 - w, y + k.dy + 30 - i * 10, text, face=REGULAR, size=size)


def foto(k: Kertas, x: float, y: float) -> None:
    """The photo 3 x 4 cm, or the frame it is glued into."""
    w, h = _FOTO
    gambar = k.cetak.foto
    if gambar:

        def draw(canvas: Canvas) -> None:
            canvas.drawImage(ImageReader(io.BytesIO(gambar)), x, y, w, h, preserveAspectRatio=True, anchor="c")

        k.sheet.drawings.append(draw)
        return
    k.sheet.boxes.append((x, y, w, h))
    k.sheet.centred(x + w / 2, y + h / 2 - 3, "Foto 3 x 4", face=REGULAR, size=8, colour=GREY)


def _bingkai(canvas: Canvas, w: float, h: float) -> None:
    canvas.setStrokeColorRGB(*NAVY)
    for inset, thick in ((24, 2.2), (29, 0.6)):
        canvas.setLineWidth(thick)
        canvas.rect(inset, inset, w - 2 * inset, h - 2 * inset)


# QR -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _modul(teks: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """Size and dark runs. The mask is fixed: readers take any, and trying all eight costs 40 ms a certificate."""
    matrix = segno.make(teks, error="m", micro=False, boost_error=False, mask=3).matrix
    runs = []
    for y, row in enumerate(matrix):
        start = -1
        for x, dark in enumerate((*row, 0)):
            if dark and start < 0:
                start = x
            elif not dark and start >= 0:
                runs.append((start, y, x - start))
                start = -1
    return len(matrix), tuple(runs)


def gambar_qr(canvas: Canvas, teks: str, x: float, y: float, sisi: float) -> None:
    """Lower left corner at (x, y). White below it: the code is read on any paper."""
    size, runs = _modul(teks)
    canvas.translate(x, y)
    canvas.scale(sisi / size, sisi / size)  # whole numbers in the path: half the bytes and half the time
    canvas.setFillColorRGB(0, 0, 0)
    path = canvas.beginPath()
    for column, row, length in runs:
        path.rect(column, size - 1 - row, length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
