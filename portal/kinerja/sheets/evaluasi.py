"""D11 evaluasi kinerja pegawai: four variants of one form, with the distribution curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportlab.pdfgen.canvas import Canvas

from portal.kernel.reports import Cell, Content, Group, Page, Para, Section
from portal.kernel.reports.drawing import BLACK, NAVY, SHADE
from portal.kernel.reports.text import BOLD, REGULAR
from portal.kinerja import predikat
from portal.kinerja.sheets.bulanan import halaman, identitas, pengesahan
from portal.kinerja.sheets.data import (
    ASPEK,
    JPT,
    KUALITATIF,
    PANDUAN,
    PERILAKU,
    PERSPEKTIF,
    EvaluasiIndikator,
    EvaluasiKinerja,
    EvaluasiPerilaku,
    EvaluasiRhk,
)

_KOSONG = "." * 40
_TINGGI_KURVA = 82.0

# Heights of the five bars from Sangat Kurang to Sangat Baik: the shape that SE MenPAN-RB 3/2023 draws for
# each capaian organisasi, not a count of anybody.
POLA = {
    predikat.ISTIMEWA: (0.03, 0.06, 0.14, 0.48, 1.0),
    predikat.BAIK: (0.05, 0.14, 0.34, 1.0, 0.40),
    predikat.BUTUH_PERBAIKAN: (0.10, 0.36, 1.0, 0.40, 0.12),
    predikat.KURANG: (0.30, 1.0, 0.42, 0.16, 0.08),
    predikat.SANGAT_KURANG: (1.0, 0.42, 0.22, 0.10, 0.02),
}


def evaluasi_kinerja(data: EvaluasiKinerja) -> Page:
    """The evaluation form of one period, with the columns of its variant."""
    page = halaman(data.perihal, "Evaluasi Kinerja Pegawai", data.kurun)
    bagi = "JABATAN PIMPINAN TINGGI" if data.jenis == JPT else "JABATAN ADMINISTRASI DAN JABATAN FUNGSIONAL"
    page.title(
        "EVALUASI KINERJA PEGAWAI",
        f"PENDEKATAN HASIL KERJA {data.pendekatan} BAGI {bagi}",
        f"PERIODE: {data.kurun.upper()}",
    )
    identitas(page, data.perihal)
    _organisasi(page, data.capaian_organisasi)
    _hasil(page, data)
    _rating(page, "RATING HASIL KERJA", data.rating_hasil)
    _perilaku(page, data.perilaku)
    _rating(page, "RATING PERILAKU KERJA", data.rating_perilaku)
    _rating(page, "PREDIKAT KINERJA PEGAWAI", data.predikat)
    if data.catatan:
        page.heading("CATATAN DAN REKOMENDASI", following=30)
        page.text(data.catatan, 8.5)
    pengesahan(page, data.perihal)
    return page


def _label(kode: str) -> str:
    return predikat.LABEL[kode].upper() if kode else _KOSONG


def _rating(page: Page, judul: str, kode: str) -> None:
    page.close_gap()
    page.table([], [[Cell(judul, bold=True, shade=True), Cell(_label(kode), bold=True)]], (1, 2.2), size=9)


# Hasil kerja ----------------------------------------------------------------------------------------------


def _hasil(page: Page, data: EvaluasiKinerja) -> None:
    kepala, lebar, align = _kolom(data)
    body: list[Section | Group] = []
    for judul, jenis in (("A. UTAMA", predikat.UTAMA), ("B. TAMBAHAN", predikat.TAMBAHAN)):
        rows = [r for r in data.rhk if r.jenis == jenis]
        if rows:
            body.append(Section(judul))
        body.extend(_rhk(data, i, r) for i, r in enumerate(rows, 1))
    page.table(kepala, body, lebar, align=align, numbered=True, heading="HASIL KERJA")


def _kolom(data: EvaluasiKinerja) -> tuple[list[Content], tuple[float, ...], str]:
    """Head, widths and alignment of the variant."""
    realisasi = "REALISASI BERDASARKAN BUKTI DUKUNG"
    umpan = "UMPAN BALIK BERKELANJUTAN BERDASARKAN BUKTI DUKUNG"
    narasi = "UKURAN KEBERHASILAN DAN TARGET"
    if data.jenis == JPT:
        if data.pendekatan == KUALITATIF:
            head: list[Content] = ["NO", "RENCANA HASIL KERJA", narasi, "PERSPEKTIF", realisasi, umpan]
            return head, (20, 170, 210, 80, 190, 170), "clllll"
        head = [
            "NO",
            "RENCANA HASIL KERJA",
            "INDIKATOR KINERJA INDIVIDU",
            "TARGET",
            "PERSPEKTIF",
            realisasi,
            umpan,
        ]
        return head, (20, 160, 160, 72, 72, 168, 160), "cllclll"
    pimpinan = "RENCANA HASIL KERJA PIMPINAN YANG DIINTERVENSI"
    if data.pendekatan == KUALITATIF:
        head = ["NO", pimpinan, "RENCANA HASIL KERJA", narasi, realisasi, umpan]
        return head, (20, 140, 150, 200, 180, 160), "clllll"
    head = [
        "NO",
        pimpinan,
        "RENCANA HASIL KERJA",
        "ASPEK",
        "INDIKATOR KINERJA INDIVIDU",
        "TARGET",
        realisasi,
        umpan,
    ]
    return head, (20, 125, 130, 52, 125, 72, 120, 150), "cllclcll"


def _rhk(data: EvaluasiKinerja, nomor: int, rhk: EvaluasiRhk) -> Group:
    isi = [Para(rhk.rhk)]
    if rhk.pemberi_tugas:
        isi.append(Para(f"(Penugasan dari {rhk.pemberi_tugas})", italic=True))
    left: tuple[Content, ...] = (str(nomor), isi)
    if data.jenis != JPT:
        left = (str(nomor), rhk.intervensi or "-", isi)
    return Group(left, [_indikator(data, i) for i in rhk.indikator])


def _indikator(data: EvaluasiKinerja, baris: EvaluasiIndikator) -> list[Content]:
    akhir = [baris.realisasi or "-", baris.umpan_balik or "-"]
    perspektif = PERSPEKTIF.get(baris.perspektif, baris.perspektif or "-")
    if data.pendekatan == KUALITATIF:
        narasi = [Para(p) for p in (baris.indikator, baris.target) if p]
        return [narasi, *([perspektif] if data.jenis == JPT else []), *akhir]
    if data.jenis == JPT:
        return [baris.indikator, baris.target or "-", perspektif, *akhir]
    return [ASPEK.get(baris.aspek, baris.aspek or "-"), baris.indikator, baris.target or "-", *akhir]


# Perilaku kerja -------------------------------------------------------------------------------------------


def _perilaku(page: Page, aspek: Sequence[EvaluasiPerilaku]) -> None:
    head = [
        "NO",
        "PERILAKU KERJA",
        "EKSPEKTASI KHUSUS PIMPINAN",
        "UMPAN BALIK BERKELANJUTAN BERDASARKAN BUKTI DUKUNG",
    ]
    rows = [_aspek(i, a) for i, a in enumerate(aspek, 1)]
    page.table(head, rows, (20, 335, 185, 250), align="clll", numbered=True, heading="PERILAKU KERJA")


def _aspek(nomor: int, aspek: EvaluasiPerilaku) -> list[Content]:
    panduan = aspek.panduan or PANDUAN.get(aspek.aspek, ())
    isi = [Para(PERILAKU.get(aspek.aspek, aspek.aspek), bold=True), *(Para(p, bullet="•") for p in panduan)]
    return [str(nomor), isi, aspek.ekspektasi or "-", aspek.umpan_balik or "-"]


# Capaian organisasi and its curve -------------------------------------------------------------------------


def _organisasi(page: Page, capaian: str) -> None:
    page.need(_TINGGI_KURVA + 30)
    isi = [Cell("CAPAIAN KINERJA ORGANISASI", bold=True, shade=True), Cell(_label(capaian), bold=True)]
    page.table([], [isi], (1, 2.2), size=9)
    page.close_gap()
    lebar = page.inner
    page.draw(_TINGGI_KURVA, lambda canvas, x, y: _pola(canvas, x, y, lebar, capaian))
    page.space(8)


def _pola(canvas: Canvas, x: float, y: float, lebar: float, capaian: str) -> None:
    """Frame, words at the left, and the curve of expected numbers per predikat at the right."""
    kiri = lebar / 3.2
    canvas.setStrokeColorRGB(*BLACK)
    canvas.setLineWidth(0.5)
    canvas.rect(x, y, lebar, _TINGGI_KURVA)
    canvas.setFillColorRGB(*SHADE)
    canvas.rect(x, y, kiri, _TINGGI_KURVA, stroke=1, fill=1)
    canvas.setFillColorRGB(*BLACK)
    canvas.setFont(BOLD, 9)
    canvas.drawString(x + 3.5, y + _TINGGI_KURVA - 12, "POLA DISTRIBUSI PREDIKAT KINERJA")
    canvas.setFont(REGULAR, 8)
    penjelasan = (
        "Sebaran predikat pegawai yang diharapkan pada capaian",
        "kinerja organisasi di atas, menurut Surat Edaran Menteri",
        "PANRB Nomor 3 Tahun 2023.",
    )
    for i, baris in enumerate(penjelasan):
        canvas.drawString(x + 3.5, y + _TINGGI_KURVA - 25 - i * 11, baris)
    if capaian:
        bingkai = _Bingkai(x + kiri + 70, y + 20, lebar - kiri - 120, _TINGGI_KURVA - 34)
        _lengkung(canvas, bingkai, POLA[capaian])
        _sumbu(canvas, bingkai)


@dataclass(frozen=True, slots=True)
class _Bingkai:
    """The plotting area of the curve: its lower left corner and size."""

    x: float
    y: float
    lebar: float
    tinggi: float

    def tengah(self, i: int) -> float:
        return self.x + self.lebar / 5 * (i + 0.5)


def _sumbu(canvas: Canvas, bingkai: _Bingkai) -> None:
    canvas.setStrokeColorRGB(*BLACK)
    canvas.setLineWidth(0.6)
    canvas.setFillColorRGB(*BLACK)
    canvas.line(bingkai.x, bingkai.y, bingkai.x + bingkai.lebar, bingkai.y)
    canvas.line(bingkai.x, bingkai.y, bingkai.x, bingkai.y + bingkai.tinggi + 5)
    canvas.setFont(REGULAR, 8)
    for i, kode in enumerate(reversed(predikat.PREDIKAT)):
        canvas.drawCentredString(bingkai.tengah(i), bingkai.y - 11, predikat.LABEL[kode])
    canvas.drawRightString(bingkai.x - 6, bingkai.y + bingkai.tinggi / 2 + 1, "Jumlah")
    canvas.drawRightString(bingkai.x - 6, bingkai.y + bingkai.tinggi / 2 - 8, "pegawai")


def _lengkung(canvas: Canvas, bingkai: _Bingkai, pola: Sequence[float]) -> None:
    """Pale bars and a curve through their tops that rises and falls only where they do."""
    langkah = bingkai.lebar / len(pola)
    canvas.setFillColorRGB(*SHADE)
    for i, bagian in enumerate(pola):
        kiri = bingkai.tengah(i) - langkah * 0.28
        canvas.rect(kiri, bingkai.y, langkah * 0.56, bingkai.tinggi * bagian, stroke=0, fill=1)
    titik = [
        (bingkai.x, bingkai.y),
        *((bingkai.tengah(i), bingkai.y + bingkai.tinggi * p) for i, p in enumerate(pola)),
        (bingkai.x + bingkai.lebar, bingkai.y),
    ]
    arah = _arah(titik)
    path = canvas.beginPath()
    path.moveTo(*titik[0])
    for (a, b), (m, n) in zip(pairwise(titik), pairwise(arah), strict=True):
        h = (b[0] - a[0]) / 3
        path.curveTo(a[0] + h, a[1] + m * h, b[0] - h, b[1] - n * h, b[0], b[1])
    canvas.setStrokeColorRGB(*NAVY)
    canvas.setLineWidth(1.6)
    canvas.drawPath(path, stroke=1, fill=0)


def _arah(titik: Sequence[tuple[float, float]]) -> list[float]:
    """Slopes of a monotone cubic: level at a turning point, the harmonic mean of both sides elsewhere."""
    sekan = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(titik)]
    dalam = [2 * m * n / (m + n) if m * n > 0 else 0.0 for m, n in pairwise(sekan)]
    return [0.0, *dalam, 0.0]
