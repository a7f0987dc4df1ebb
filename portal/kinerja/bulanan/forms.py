"""Reading what a pegawai typed for one month, and the checks of "Lanjut". Nothing here touches the session.

Field names carry the row: `r2-realisasi` is the realisasi of the second RHK, `i2_3-realisasi` that of its
third indikator. A text that is not a number is kept as typed and shown again with what is wrong.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from portal.kernel import numbers
from portal.kernel.errors import Invalid
from portal.kernel.forms import Problem
from portal.kinerja.models import RealisasiBulanan
from portal.kinerja.settings import Aturan

FACTORS = {
    "faktor_pendukung": ("pendukung", "Faktor pendukung"),
    "faktor_penghambat": ("penghambat", "Faktor penghambat"),
    "rencana_tindak_lanjut": ("rtl", "Rencana tindak lanjut"),
}
EMPTY_WORDS = {"nihil", "tidak ada", "ok", "oke", "sip", "baik", "lancar", "aman", "n/a", "na", "nihil.", "tidak ada."}
LARGEST = Decimal(10) ** 12  # the columns are NUMERIC(14,2)
WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Entry:
    """A number as read: its value, or the raw text with the problem."""

    nilai: Decimal | None
    mentah: str = ""
    problem: Problem | None = None


def read_number(form: Mapping[str, str], name: str, label: str, satuan: str) -> Entry:
    """Empty gives None; "12 dokumen" is split when the unit is ours; doubtful or wrong texts stay raw."""
    text = form.get(name, "").strip()
    if not text:
        return Entry(None)
    try:
        angka = numbers.parse(text, label, arti=form.get(name.replace("realisasi", "arti")) or None)
    except numbers.AngkaAmbigu as doubt:
        pilihan = tuple((arti, numbers.angka(nilai)) for arti, nilai in doubt.pilihan.items())
        return Entry(None, text, Problem(name, doubt.pesan, pilihan))
    except numbers.GalatAngka as error:
        return Entry(None, text, Problem(name, error.pesan))
    if angka.nilai >= LARGEST:
        return Entry(None, text, Problem(name, f"{label}: paling banyak {numbers.angka(LARGEST - 1)}"))
    if angka.satuan and angka.satuan.casefold() != satuan.casefold():
        words = f"{label}: Anda menulis “{angka.satuan}”, satuannya “{satuan}”. Tulis angkanya saja."
        return Entry(None, text, Problem(name, words))
    return Entry(angka.nilai)


def read_link(text: str, field: str) -> str:
    """An https address. Raises Invalid for anything else."""
    address = text.strip()
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or parts.username:
        raise Invalid(field, "Tautan bukti harus alamat https, misalnya https://jdih.sagara.go.id/berkas")
    if len(address) > 1000:
        raise Invalid(field, "Tautan bukti terlalu panjang (maksimal 1.000 karakter).")
    return address


def says_something(text: str) -> bool:
    """False for "-", "ok", "nihil" and for one sign held down."""
    words = WORD.findall(text)
    if not words or text.strip().casefold() in EMPTY_WORDS:
        return False
    return len(set(text.casefold().replace(" ", ""))) >= 5


def same_words(text: str, *others: str) -> bool:
    """The same words in each, however they are spaced or capitalised; False when there are none."""
    first, *rest = (" ".join(t.casefold().split()) for t in (text, *others))
    return bool(first) and all(words == first for words in rest)


def check_factor(text: str, field: str, label: str, needed: bool, aturan: Aturan) -> Problem | None:
    text = text.strip()
    if not text:
        return Problem(field, f"Isi {label.lower()}") if needed else None
    if len(text) > aturan.teks_maks:
        return Problem(field, f"{label}: paling banyak {numbers.angka(aturan.teks_maks)} karakter")
    if len(text) < aturan.teks_min or not says_something(text):
        return Problem(field, f"{label}: tulis sedikitnya {aturan.teks_min} karakter yang menjelaskan keadaannya")
    return None


def check_renaksi(row: RealisasiBulanan, mentah: Mapping[str, str], aturan: Aturan) -> list[Problem]:
    """The rules of step 1 for one RHK."""
    name = f"r{row.urut}-realisasi"
    if name in mentah:
        return []  # the text itself is wrong; its problem is shown where it was read
    if row.realisasi is None:
        return [Problem(name, f"Isi realisasi renaksi {row.urut}")] if row.target > 0 else []
    found = []
    if row.realisasi > 0 and not row.bukti:
        found.append(Problem(f"r{row.urut}-berkas", "Lampirkan sedikitnya satu bukti untuk realisasi lebih dari 0"))
    many = row.target > 0 and row.realisasi > row.target * aturan.kali_target_tanya
    if many and mentah.get(f"r{row.urut}-yakin") != "1":
        words = f"Realisasi {numbers.angka(row.realisasi)} lebih dari {aturan.kali_target_tanya} kali target. Benar?"
        found.append(Problem(f"r{row.urut}-yakin", words))
    if row.target == 0 and row.realisasi > 0 and len(row.keterangan.strip()) < aturan.teks_min:
        words = "Renaksi ini di luar rencana bulan ini. Jelaskan pada keterangan."
        found.append(Problem(f"r{row.urut}-keterangan", words))
    return found


def check_factors(urut: int, capaian: Decimal | None, texts: Mapping[str, str], aturan: Aturan) -> list[Problem]:
    """Below 100 % explain the obstacle and the next step; from 100 % on say what helped; no target, nothing."""
    below = capaian is not None and capaian < 100
    needed = {
        "faktor_pendukung": capaian is not None and not below,
        "faktor_penghambat": below,
        "rencana_tindak_lanjut": below,
    }
    found = [
        check_factor(texts[column], f"r{urut}-{short}", label, needed[column], aturan)
        for column, (short, label) in FACTORS.items()
    ]
    return [problem for problem in found if problem]
