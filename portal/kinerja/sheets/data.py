"""What the documents are made of: frozen data, already read from the tables of the period.

Texts are printed as they come, numbers are formatted here. Empty text prints as a dash where a form has a
cell for it. Sources: PermenPAN-RB 6/2022, SE MenPAN-RB 20/2021 (the guidelines of BerAKHLAK).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from portal.kernel import calendar
from portal.kernel.identifiers import Nip
from portal.kernel.numbers import angka
from portal.kernel.reports import Para, Signature

KUANTITATIF: Final = "KUANTITATIF"
KUALITATIF: Final = "KUALITATIF"
JPT: Final = "JPT"
JA_JF: Final = "JA_JF"

ASPEK: Final[Mapping[str, str]] = MappingProxyType(
    {"KUANTITAS": "Kuantitas", "KUALITAS": "Kualitas", "WAKTU": "Waktu", "BIAYA": "Biaya"}
)
PERSPEKTIF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PENERIMA_LAYANAN": "Penerima layanan",
        "PROSES_BISNIS": "Proses bisnis",
        "PENGUATAN_INTERNAL": "Penguatan internal",
        "ANGGARAN": "Anggaran",
    }
)
PERILAKU: Final[Mapping[str, str]] = MappingProxyType(
    {
        "BERORIENTASI_PELAYANAN": "Berorientasi Pelayanan",
        "AKUNTABEL": "Akuntabel",
        "KOMPETEN": "Kompeten",
        "HARMONIS": "Harmonis",
        "LOYAL": "Loyal",
        "ADAPTIF": "Adaptif",
        "KOLABORATIF": "Kolaboratif",
    }
)
PANDUAN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "BERORIENTASI_PELAYANAN": (
            "Memahami dan memenuhi kebutuhan masyarakat",
            "Ramah, cekatan, solutif, dan dapat diandalkan",
            "Melakukan perbaikan tiada henti",
        ),
        "AKUNTABEL": (
            "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
            "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
            "Tidak menyalahgunakan kewenangan jabatan",
        ),
        "KOMPETEN": (
            "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
            "Membantu orang lain belajar",
            "Melaksanakan tugas dengan kualitas terbaik",
        ),
        "HARMONIS": (
            "Menghargai setiap orang apa pun latar belakangnya",
            "Suka menolong orang lain",
            "Membangun lingkungan kerja yang kondusif",
        ),
        "LOYAL": (
            "Memegang teguh ideologi Pancasila, Undang-Undang Dasar Negara Republik Indonesia Tahun 1945,"
            " setia kepada Negara Kesatuan Republik Indonesia serta pemerintahan yang sah",
            "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
            "Menjaga rahasia jabatan dan negara",
        ),
        "ADAPTIF": (
            "Cepat menyesuaikan diri menghadapi perubahan",
            "Terus berinovasi dan mengembangkan kreativitas",
            "Bertindak proaktif",
        ),
        "KOLABORATIF": (
            "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
            "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
            "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Identitas:
    """One side of the form. `prefix` is "Plt." or "Plh."; a Wali Kota has no NIP, some have no pangkat."""

    nama: str
    nip: str = ""
    pangkat: str = ""
    jabatan: str = ""
    unit: str = ""
    prefix: str = ""
    label_unit: str = "Unit Kerja"
    catatan: str = ""

    @property
    def nip_tampil(self) -> str:
        return Nip.parse(self.nip).tampil if self.nip else ""

    @property
    def jabatan_lengkap(self) -> str:
        return f"{self.prefix} {self.jabatan}".strip()

    def baris(self) -> list[tuple[str, str]]:
        return [
            ("Nama", self.nama),
            ("NIP", self.nip_tampil or "-"),
            ("Pangkat/Gol. Ruang", self.pangkat or "-"),
            ("Jabatan", self.jabatan_lengkap or "-"),
            (self.label_unit, self.unit or "-"),
        ]

    def tanda(self, peran: str) -> Signature:
        return Signature(
            peran,
            self.nama,
            self.nip_tampil,
            jabatan=self.jabatan,
            jabatan_prefix=self.prefix,
            catatan=self.catatan,
        )


@dataclass(frozen=True, slots=True)
class Perihal:
    """Header and footer that all documents share.

    `periode` is the assessed period in words; `alamat` the portal's public address; `tanggal` the date the
    user chose for the signatures. `ukuran` is "F4" or "A4", always landscape.
    """

    instansi: str
    unit: str
    pegawai: Identitas
    penilai: Identitas
    periode: str
    tempat: str
    tanggal: date
    nomor: str = ""
    kode: str = ""
    alamat: str = ""
    alamat_unit: str = ""
    contoh: bool = False
    ukuran: str = "F4"


@dataclass(frozen=True, slots=True)
class Bukti:
    """Evidence as the form lists it: name, date, address."""

    nama: str
    tanggal: date | None = None
    tautan: str = ""


@dataclass(frozen=True, slots=True)
class BarisRenaksi:
    """One step with its twelve monthly targets; None where the month has none."""

    uraian: str
    satuan: str
    target: Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class RhkRenaksi:
    jenis: str
    rhk: str
    renaksi: Sequence[BarisRenaksi]


@dataclass(frozen=True, slots=True)
class RencanaAksi:
    """D5: `tahun` names the plan."""

    perihal: Perihal
    tahun: int
    rhk: Sequence[RhkRenaksi]


@dataclass(frozen=True, slots=True)
class BarisDokumentasi:
    renaksi: str
    target: Decimal | None
    realisasi: Decimal | None
    satuan: str
    bukti: Sequence[Bukti] = ()
    keterangan: str = ""


@dataclass(frozen=True, slots=True)
class RhkDokumentasi:
    jenis: str
    rhk: str
    baris: Sequence[BarisDokumentasi]


@dataclass(frozen=True, slots=True)
class Dokumentasi:
    """D6: `bulan` in words ("September 2026")."""

    perihal: Perihal
    bulan: str
    rhk: Sequence[RhkDokumentasi]


@dataclass(frozen=True, slots=True)
class BarisPks:
    """One RHK measured. capaian in percent, None without a target."""

    jenis: str
    rhk: str
    target: Decimal | None
    realisasi: Decimal | None
    satuan: str
    capaian: Decimal | None
    pendukung: str = ""
    penghambat: str = ""
    tindak_lanjut: str = ""
    bukti: Sequence[Bukti] = ()


@dataclass(frozen=True, slots=True)
class PengukuranKinerja:
    """D14: `singkatan` is the local label of the sheet, a setting."""

    perihal: Perihal
    bulan: str
    baris: Sequence[BarisPks]
    ringkasan: str = ""
    singkatan: str = "PKS"


@dataclass(frozen=True, slots=True)
class EvaluasiIndikator:
    """`target` and `realisasi` as texts with their unit; see `teks_target`."""

    indikator: str
    target: str
    realisasi: str
    aspek: str = ""
    umpan_balik: str = ""
    perspektif: str = ""


@dataclass(frozen=True, slots=True)
class EvaluasiRhk:
    """`intervensi` is the RHK of the pimpinan; `pemberi_tugas` names who gave an additional task."""

    jenis: str
    rhk: str
    indikator: Sequence[EvaluasiIndikator]
    intervensi: str = ""
    pemberi_tugas: str = ""


@dataclass(frozen=True, slots=True)
class EvaluasiPerilaku:
    """`aspek` is a code of PERILAKU; without `panduan` the official guidelines are printed."""

    aspek: str
    umpan_balik: str = ""
    ekspektasi: str = ""
    panduan: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EvaluasiKinerja:
    """D11. `kurun` in words ("Bulan September 2026", "Triwulan III Tahun 2026", "Tahun 2026").

    `jenis` JA_JF or JPT, `pendekatan` KUANTITATIF or KUALITATIF. Ratings and predikat are codes of
    `portal.kinerja.predikat`; empty ones print a dotted line to be filled in.
    """

    perihal: Perihal
    kurun: str
    rhk: Sequence[EvaluasiRhk]
    perilaku: Sequence[EvaluasiPerilaku]
    capaian_organisasi: str = ""
    rating_hasil: str = ""
    rating_perilaku: str = ""
    predikat: str = ""
    jenis: str = JA_JF
    pendekatan: str = KUANTITATIF
    catatan: str = ""


def teks_target(minimal: Decimal | float, maksimal: Decimal | float, satuan: str) -> str:
    """24–26 modul; 12 layanan when both ends are equal."""
    ujung = angka(minimal) if minimal == maksimal else f"{angka(minimal)}–{angka(maksimal)}"
    return f"{ujung} {satuan}".strip()


def teks_bukti(bukti: Sequence[Bukti]) -> list[Para]:
    """Numbered when there are several; the address in italics under the name."""
    paras = []
    for i, b in enumerate(bukti, 1):
        nomor = f"{i}." if len(bukti) > 1 else ""
        # Spaces that do not break keep the date in one piece.
        saat = f" ({calendar.tanggal_pendek(b.tanggal)})".replace(" ", "\u00a0") if b.tanggal else ""
        paras.append(Para(b.nama + saat.replace("\u00a0", " ", 1), bullet=nomor))
        if b.tautan:
            paras.append(Para(b.tautan, italic=True, under=nomor))
    return paras or [Para("-")]


def nama_berkas(jenis: str, kurun: str, nip: str) -> str:
    """PKS_2026-09_198503152010011901.pdf: letters, digits and hyphens only, safe in any header."""
    parts = (re.sub(r"[^0-9A-Za-z-]+", "-", p).strip("-") for p in (jenis, kurun, nip))
    return "_".join(p for p in parts if p) + ".pdf"
