"""D5 rencana aksi, D6 pendokumentasian kinerja, D14 pengukuran kinerja."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from portal.kernel.calendar import BULAN_PENDEK
from portal.kernel.numbers import angka, persen
from portal.kernel.reports import (
    A4,
    F4,
    Box,
    Cell,
    Content,
    Group,
    Letterhead,
    Page,
    Para,
    Section,
    Signature,
)
from portal.kinerja import predikat
from portal.kinerja.sheets.data import (
    BarisDokumentasi,
    BarisPks,
    BarisRenaksi,
    Dokumentasi,
    PengukuranKinerja,
    Perihal,
    RencanaAksi,
    teks_bukti,
)

DINILAI = "Pegawai yang Dinilai"
PENILAI = "Pejabat Penilai Kinerja"


def halaman(perihal: Perihal, judul: str, kurun: str) -> Page:
    """An empty landscape page with letterhead; what follows is the title of the form."""
    page = Page(
        judul=f"{judul} {perihal.pegawai.nama}, {kurun}",
        ukuran=A4 if perihal.ukuran == "A4" else F4,
        mendatar=True,
        nomor=perihal.nomor,
        kode=perihal.kode,
        alamat=perihal.alamat,
        ulang=f"{judul}, {perihal.pegawai.nama}, {kurun}",
        penerbit=perihal.unit,
        contoh=perihal.contoh,
    )
    page.letterhead(Letterhead(perihal.instansi, perihal.unit, perihal.alamat_unit))
    return page


def identitas(page: Page, perihal: Perihal) -> None:
    """Period line and the two numbered identity boxes."""
    page.pairs(("", perihal.instansi), ("Periode penilaian", perihal.periode))
    page.boxes(
        Box("Pegawai yang dinilai", perihal.pegawai.baris()),
        Box("Pejabat penilai kinerja", perihal.penilai.baris()),
    )


def tanda_tangan(perihal: Perihal) -> tuple[Signature, Signature]:
    return perihal.pegawai.tanda(DINILAI), perihal.penilai.tanda(PENILAI)


def pengesahan(page: Page, perihal: Perihal) -> None:
    page.signed_by(*tanda_tangan(perihal), tempat=perihal.tempat, tanggal=perihal.tanggal)


# D5 -------------------------------------------------------------------------------------------------------


def rencana_aksi(data: RencanaAksi) -> Page:
    """Form B.1.1: the twelve monthly targets of every step."""
    tahun = f"Tahun {data.tahun}"
    page = halaman(data.perihal, "Rencana Aksi", tahun)
    page.title("RENCANA AKSI", f"SASARAN KINERJA PEGAWAI {tahun.upper()}", formulir="FORMULIR B.1.1")
    identitas(page, data.perihal)
    head: list[list[Content]] = [
        [
            Cell("NO", rows=2),
            Cell("RENCANA HASIL KERJA", rows=2),
            Cell("RENCANA AKSI", rows=2),
            Cell("TARGET BULAN", span=12),
            Cell("JUMLAH", rows=2),
            Cell("SATUAN", rows=2),
        ],
        list(BULAN_PENDEK),
    ]
    body: list[Section | Group] = []
    for judul, jenis in (("A. UTAMA", predikat.UTAMA), ("B. TAMBAHAN", predikat.TAMBAHAN)):
        rows = [r for r in data.rhk if r.jenis == jenis]
        if rows:
            body.append(Section(judul))
        for i, r in enumerate(rows, 1):
            body.append(Group((str(i), r.rhk), [_renaksi(b) for b in r.renaksi]))
    widths = (20, 178, 178, *([29] * 12), 42, 58)
    reserve = page.signing_height(*tanda_tangan(data.perihal))
    page.table(head, body, widths, align="cll" + "c" * 12 + "rl", size=7.5, numbered=True, reserve=reserve)
    pengesahan(page, data.perihal)
    return page


def _renaksi(baris: BarisRenaksi) -> list[Content]:
    bulan = [angka(t) if t else "-" for t in baris.target]
    jumlah = sum((t for t in baris.target if t is not None), Decimal(0))
    return [baris.uraian, *bulan, Cell(angka(jumlah), bold=True), baris.satuan]


# D6 -------------------------------------------------------------------------------------------------------


def pendokumentasian(data: Dokumentasi) -> Page:
    """Form B.1.2: what was done in the month, with its evidence."""
    page = halaman(data.perihal, "Pendokumentasian Kinerja", data.bulan)
    page.title("PENDOKUMENTASIAN KINERJA", f"BULAN {data.bulan.upper()}", formulir="FORMULIR B.1.2")
    identitas(page, data.perihal)
    head = ["NO", "RENCANA HASIL KERJA", "RENCANA AKSI", "TARGET", "REALISASI", "BUKTI DUKUNG", "KETERANGAN"]
    body: list[Section | Group] = []
    for judul, jenis in (("A. UTAMA", predikat.UTAMA), ("B. TAMBAHAN", predikat.TAMBAHAN)):
        rows = [r for r in data.rhk if r.jenis == jenis]
        if rows:
            body.append(Section(judul))
        for i, r in enumerate(rows, 1):
            body.append(Group((str(i), r.rhk), [_dokumentasi(b) for b in r.baris]))
    reserve = page.signing_height(*tanda_tangan(data.perihal))
    widths = (20, 165, 150, 62, 62, 195, 150)
    page.table(head, body, widths, align="cllccll", numbered=True, reserve=reserve)
    pengesahan(page, data.perihal)
    return page


def _dokumentasi(baris: BarisDokumentasi) -> list[Content]:
    return [
        baris.renaksi or "-",
        _dengan_satuan(baris.target, baris.satuan),
        _dengan_satuan(baris.realisasi, baris.satuan),
        teks_bukti(baris.bukti),
        baris.keterangan or "-",
    ]


def _dengan_satuan(nilai: Decimal | None, satuan: str) -> str:
    return "-" if nilai is None else f"{angka(nilai)} {satuan}".strip()


# D14 ------------------------------------------------------------------------------------------------------


def pengukuran_kinerja(data: PengukuranKinerja) -> Page:
    """The monthly measurement sheet: target, realisasi, capaian and the three explanations per RHK."""
    page = halaman(data.perihal, "Pengukuran Kinerja", data.bulan)
    page.title(f"PENGUKURAN KINERJA ({data.singkatan})", "SASARAN KINERJA PEGAWAI", f"BULAN {data.bulan.upper()}")
    identitas(page, data.perihal)
    head = [
        "NO",
        "RENCANA HASIL KERJA",
        "TARGET",
        "REALISASI",
        "CAPAIAN",
        "FAKTOR PENDUKUNG",
        "FAKTOR PENGHAMBAT",
        "RENCANA TINDAK LANJUT",
        "BUKTI DUKUNG",
    ]
    body: list[Section | Sequence[Content]] = []
    for judul, jenis in (("A. UTAMA", predikat.UTAMA), ("B. TAMBAHAN", predikat.TAMBAHAN)):
        rows = [r for r in data.baris if r.jenis == jenis]
        if rows:
            body.append(Section(judul))
        body.extend(_pks(i, r) for i, r in enumerate(rows, 1))
    page.table(head, body, (20, 150, 58, 58, 62, 118, 118, 118, 130), align="clccclll" + "l", numbered=True)
    _ringkasan(page, data)
    pengesahan(page, data.perihal)
    return page


def _pks(nomor: int, baris: BarisPks) -> list[Content]:
    kategori = predikat.LABEL[predikat.kategori(baris.capaian)]
    capaian = [Para(persen(baris.capaian), bold=True)] if baris.capaian is not None else []
    return [
        str(nomor),
        baris.rhk,
        _dengan_satuan(baris.target, baris.satuan),
        _dengan_satuan(baris.realisasi, baris.satuan),
        [*capaian, Para(kategori)],
        baris.pendukung or "-",
        baris.penghambat or "-",
        baris.tindak_lanjut or "-",
        teks_bukti(baris.bukti),
    ]


def _ringkasan(page: Page, data: PengukuranKinerja) -> None:
    rata = predikat.rata_capaian(b.capaian for b in data.baris)
    jumlah = Counter(predikat.kategori(b.capaian) for b in data.baris)
    urutan = (predikat.MELAMPAUI, predikat.TERCAPAI, predikat.HAMPIR, predikat.BELUM, predikat.TANPA_TARGET)
    hitungan = ", ".join(f"{jumlah[k]} {predikat.LABEL[k].lower()}" for k in urutan if jumlah[k])
    page.heading("RINGKASAN", following=90)
    page.fields(
        ("Rata-rata capaian", persen(rata) if rata is not None else "-"),
        ("Rencana hasil kerja", f"{len(data.baris)} diukur: {hitungan}" if data.baris else "-"),
        ("Penjelasan", data.ringkasan or "-"),
        size=8.5,
    )
