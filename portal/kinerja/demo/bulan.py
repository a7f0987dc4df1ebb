"""One month of one plan: figures, sentences, evidence. What state it is in is decided in `keadaan`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from portal.kernel.demo.kota import Seat
from portal.kernel.demo.salin import Ids
from portal.kinerja.demo.naskah import Number, umum
from portal.kinerja.demo.rencana import FRACTIONS, Hasil, Rencana
from portal.kinerja.models import KUANTITAS, OTOMATIS, TURUN
from portal.kinerja.predikat import capaian

BERSIH, BIASA, RENDAH, LEBIH = "BERSIH", "BIASA", "RENDAH", "LEBIH"
LINKS = 0.05  # share of evidence that is an address, not a file
STEADY = 20  # from this target on, a clean month may miss by a few


@dataclass(slots=True)
class Bukti:
    """One piece of evidence; `tautan` is filled for links, `dokumen_id` for files."""

    id: str
    jenis: str
    judul: str
    nama: str
    tanggal: date
    dokumen_id: str = ""
    tautan: str = ""
    sama_dengan: "Bukti | None" = None
    dibuka_at: datetime | None = None


@dataclass(slots=True)
class Baris:
    """One RHK in one month, as the pegawai reports it and the penilai decides it."""

    id: str
    hasil: Hasil
    target: Number
    realisasi: Number | None = None
    diakui: Number | None = None
    alasan_diakui: str = ""
    capaian: Decimal | None = None
    keterangan: str = ""
    faktor: tuple[str, str, str] = ("", "", "")
    mutu: dict[str, Number] = field(default_factory=dict)
    bukti: list[Bukti] = field(default_factory=list)
    keputusan: dict[str, str] = field(default_factory=dict)
    catatan: dict[str, str] = field(default_factory=dict)
    umpan_balik: str = ""
    pks: tuple[str, str, str] | None = None
    sumber: str = OTOMATIS


@dataclass(slots=True)
class Langkah:
    """One event; `pelaku` is None for the calendar."""

    waktu: datetime
    langkah: str
    aksi: str
    dari: str
    ke: str
    pelaku: Seat | None
    catatan: str = ""
    rincian: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Nilai:
    """An evaluation of a period."""

    id: str
    periode: str
    saran: str | None
    hasil: str | None
    perilaku: str | None
    predikat: str | None
    status: str
    alasan: str = ""
    catatan: str = ""
    pembinaan: bool = False
    sementara: bool = False
    ditetapkan_at: datetime | None = None
    aspek: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    saran_perilaku: str | None = None


@dataclass(slots=True)
class Bundel:
    """Everything of one month. `penilai` is who decides, `di_atas` their own atasan."""

    id: str
    submission_id: str
    rencana: Rencana
    bulan: int
    penilai: Seat
    di_atas: Seat | None
    rows: list[Baris]
    status: str = "BERJALAN"
    step: dict[str, str] = field(default_factory=lambda: dict.fromkeys(("renaksi", "skp", "pks"), "BELUM"))
    langkah: list[Langkah] = field(default_factory=list)
    nilai: Nilai | None = None
    ringkasan: str = ""
    terakhir: dict[str, Any] = field(default_factory=dict)
    jumlah_kembali: int = 0
    siap: bool = False
    rincian: str = ""
    tanda: list[str] = field(default_factory=list)
    rata2: Decimal | None = None
    diajukan_at: datetime | None = None
    diputus_at: datetime | None = None
    dibuka_at: datetime | None = None
    pernyataan_at: datetime | None = None
    batas: date | None = None
    batas_perbaikan: date | None = None
    dibuka_sampai: datetime | None = None
    mulai_at: datetime | None = None

    @property
    def seat(self) -> Seat:
        return self.rencana.seat


def reached(target: Number, satuan: str, gaya: str, random: Random) -> Number:
    """A believable result for a target: exact, a little under or over; never below zero."""
    if not target:
        return 0
    if gaya == BIASA:
        gaya = random.choices((BERSIH, RENDAH, LEBIH), (0.74, 0.14, 0.12))[0]
    if satuan in FRACTIONS:
        return _level(target, gaya, random)
    target = int(target)
    if gaya == RENDAH:
        return max(0, target - random.randint(1, max(1, round(target * 0.36))))
    if gaya == LEBIH:
        return target + random.randint(1, max(1, round(target * 0.16)))
    if target < STEADY or random.random() < 0.55:
        return target
    return round(target * random.uniform(0.95, 1.06))


def _level(target: Number, gaya: str, random: Random) -> Number:
    shift = {RENDAH: -random.uniform(1.5, 9), LEBIH: random.uniform(0.3, 2.5)}.get(gaya, 0.0)
    value = round(min(100.0, target + shift), 1)
    return int(value) if value == int(value) else value


def quality(low: Number, high: Number, polaritas: str, random: Random) -> Number:
    """A monthly figure of a quality, time or cost measure, mostly inside its range."""
    span = (high - low) or max(low * 0.05, 0.5)
    place = random.choices(("dalam", "baik", "buruk"), (0.78, 0.15, 0.07))[0]
    if place == "dalam":
        value = random.uniform(low, high)
    else:
        up = (place == "baik") == (polaritas != TURUN)
        value = high + span * random.uniform(0.1, 0.5) if up else low - span * random.uniform(0.1, 0.6)
    value = round(max(0.0, value), 1)
    return int(value) if value == int(value) else value


def capped(value: Number, satuan: str) -> Number:
    return min(value, 100) if satuan == "persen" else value


def fill(
    rencana: Rencana, hasil: Hasil, bulan: int, gaya: str, ids: Ids, told: Number | None = None, many: bool = True
) -> Baris:
    """A complete row: figures, sentence, factors, evidence (`many`: up to three titles). `told` sets the figure."""
    random, writer = rencana.random, rencana.writer
    target = hasil.target[bulan - 1]
    realisasi = reached(target, hasil.satuan, gaya, random)
    row = Baris(ids.next(), hasil, target, realisasi if told is None else told)
    assert row.realisasi is not None  # noqa: S101 — narrows the type
    row.capaian = capaian(target, row.realisasi)
    slots = writer.slots(bulan)
    writer.numbers(slots, target, row.realisasi, hasil.satuan)
    sentence = writer.keterangan(hasil.isi, slots, target, row.realisasi)
    row.keterangan = sentence if random.random() < 0.88 or row.capaian != 100 else ""
    if row.capaian is not None:
        row.faktor = writer.faktor(hasil.isi, slots, row.capaian >= 100)
    for measure in hasil.indikator:
        if measure.aspek != KUANTITAS:
            value = quality(measure.target_min, measure.target_maks, measure.polaritas, random)
            row.mutu[measure.id] = capped(value, measure.satuan)
    if row.realisasi:
        row.bukti = _titles(rencana, hasil, bulan, slots, ids)[: 3 if many else 1]
    if row.capaian is not None and random.random() < 0.04:
        row.pks, row.sumber = _reworded(row.faktor), "DIUBAH"
    return row


def _reworded(faktor: tuple[str, str, str]) -> tuple[str, str, str]:
    """The pegawai shortened or sharpened a text on the measurement sheet."""
    pendukung, penghambat, rtl = faktor
    if rtl:
        return pendukung, penghambat, f"{rtl}, dilaporkan kepada penilai setiap pekan"
    return f"{pendukung}, dan pembagian tugas disepakati sejak awal", penghambat, rtl


def _titles(rencana: Rencana, hasil: Hasil, bulan: int, slots: Any, ids: Ids) -> list[Bukti]:
    random = rencana.random
    count = random.choices((1, 2, 3), (0.62, 0.3, 0.08))[0]
    found: dict[str, Bukti] = {}
    for _ in range(count):
        jenis, judul = rencana.writer.bukti(hasil.isi, slots)
        day = date(rencana.tahun, bulan, int(slots["d"]))
        one = Bukti(ids.next(), jenis, judul, _file_name(jenis, judul, day, random), day)
        if random.random() < LINKS:
            one.nama, one.tautan = judul, _link(judul, day)
        found.setdefault(judul, one)
    return list(found.values())


def _link(judul: str, day: date) -> str:
    slug = judul.lower().replace(" ", "-").replace("/", "-")
    return f"https://berkas.sagara.example/{day:%Y/%m}/{slug[:60]}"


def _file_name(jenis: str, judul: str, day: date, random: Random) -> str:
    """Files are named as differently as people name them."""
    clean = judul.replace("/", " ")
    screen = clean.startswith(("Tangkapan layar", "Cuplikan"))
    ending = "png" if screen else "jpg" if jenis == "foto" else "pdf"
    style = random.randrange(4)
    if style == 0:
        stem = clean
    elif style == 1:
        stem = f"{clean} {day.day:02d}-{day.month:02d}-{day.year}"
    elif style == 2:
        stem = clean.lower().replace(" ", "-") + f"-{day.year}{day.month:02d}{day.day:02d}"
    else:
        stem = f"{clean} {umum()['bulan_pendek'][day.month - 1]} {day.year}"
    return f"{stem[:110]}.{ending}"
