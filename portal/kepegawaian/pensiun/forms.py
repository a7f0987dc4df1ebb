"""What was typed into the forms of pension, read and checked without the database. Nothing here raises."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.kepegawaian.pensiun import jenis as j
from portal.kernel.calendar import tanggal
from portal.kernel.forms import Problem

DARI, SAMPAI = date(1945, 8, 17), date(2150, 1, 1)
ISO, LOKAL = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
HUBUNGAN = {"SUAMI": "Suami", "ISTRI": "Istri", "ANAK": "Anak", "ORANG_TUA": "Orang tua", "LAIN": "Ahli waris lain"}
PENDEK, SEDANG, PANJANG = 100, 300, 2000
REKENING = re.compile(r"[0-9 .\-]{5,30}")
TELEPON = re.compile(r"[0-9+() .\-]{6,25}")


@dataclass
class Isian:
    """Values that could be read, and what has to be repaired."""

    nilai: dict[str, Any] = field(default_factory=dict)
    salah: list[Problem] = field(default_factory=list)

    def tolak(self, medan: str, pesan: str) -> None:
        self.salah.append(Problem(medan, pesan))


def kunci(text: str) -> uuid.UUID | None:
    """A key from a form; None for anything that is none."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def hari(text: str) -> date | None:
    """A day as a browser sends it or as people write it, dd/mm/yyyy. Raises ValueError for one that is none."""
    bare = text.strip()
    if not bare:
        return None
    found = ISO.fullmatch(bare)
    if found:
        year, month, day = found.groups()
    else:
        found = LOKAL.fullmatch(bare)
        if found is None:
            raise ValueError(bare)
        day, month, year = found.groups()
    value = date(int(year), int(month), int(day))
    if not DARI <= value < SAMPAI:
        raise ValueError(bare)
    return value


def baca_hari(form: Mapping[str, str], medan: str, judul: str, isian: Isian, wajib: bool = False) -> date | None:
    try:
        value = hari(form.get(medan, ""))
    except (ValueError, OverflowError):
        isian.tolak(medan, f"{judul}: tulis tanggal yang benar, misalnya 31/12/2026")
        return None
    if value is None and wajib:
        isian.tolak(medan, f"{judul}: isi tanggalnya")
    return value


def baca_teks(
    form: Mapping[str, str], medan: str, judul: str, isian: Isian, paling: int = SEDANG, wajib: bool = False
) -> str:  # fmt: skip
    value = form.get(medan, "").strip().replace("\r\n", "\n")
    if any(not c.isprintable() and c not in "\n\t" for c in value):
        isian.tolak(medan, f"{judul}: hapus tanda yang tidak terbaca")
        return ""
    if len(value) > paling:
        isian.tolak(medan, f"{judul}: paling banyak {paling} huruf")
        return ""
    if wajib and not value:
        isian.tolak(medan, f"{judul}: isi dulu")
    return value


def _pola(value: str, pola: re.Pattern[str], medan: str, pesan: str, isian: Isian) -> str:
    if value and not pola.fullmatch(value):
        isian.tolak(medan, pesan)
        return ""
    return value


def usulan(form: Mapping[str, str], kind: j.JenisUsulan | None, hari_ini: date) -> Isian:
    """The form of a request. `kind` is None while none was chosen."""
    found = Isian()
    if kind is None:
        found.tolak("jenis", "Pilih jenis usulan")
    event = bool(kind and kind.bertanggal)
    day = baca_hari(form, "tanggal_kejadian", kind.bertanggal if kind and event else "Tanggal", found, event)
    if day and day > hari_ini:
        found.tolak("tanggal_kejadian", f"{kind.bertanggal if kind else 'Tanggal'}: tidak boleh setelah hari ini")
    text = {
        "alamat_pensiun": baca_teks(form, "alamat_pensiun", "Alamat setelah pensiun", found),
        "telepon": _pola(baca_teks(form, "telepon", "Telepon", found, PENDEK), TELEPON, "telepon",
                         "Telepon: tulis angkanya saja, misalnya 0812 3456 7890", found),
        "bank": baca_teks(form, "bank", "Bank", found, PENDEK),
        "rekening": _pola(baca_teks(form, "rekening", "Nomor rekening", found, PENDEK), REKENING, "rekening",
                          "Nomor rekening: tulis angkanya saja", found),
        "dasar": baca_teks(form, "dasar", "Nomor surat yang mendasari", found, PENDEK),
        "beda_data": baca_teks(form, "beda_data", "Beda nama atau tanggal lahir", found, SEDANG),
        "waris": baca_teks(form, "waris", "Nama ahli waris", found, PENDEK, wajib=bool(kind and kind.waris)),
        "hubungan": form.get("hubungan", "").strip(),
        "dinas": "1" if form.get("dinas") == "1" else "",
    }  # fmt: skip
    if text["hubungan"] and text["hubungan"] not in HUBUNGAN:
        found.tolak("hubungan", "Hubungan: pilih dari daftar")
    elif kind and kind.waris and not text["hubungan"]:
        found.tolak("hubungan", "Pilih hubungan ahli waris dengan pegawai")
    found.nilai = {
        "tmt": baca_hari(form, "tmt", "TMT", found), "tanggal_kejadian": day if event else None,
        "keterangan": baca_teks(form, "keterangan", "Keterangan", found, PANJANG),
        "isi": {name: value for name, value in text.items() if value},
    }  # fmt: skip
    return found


def sk(form: Mapping[str, str], hari_ini: date) -> Isian:
    """Number, date, TMT and official of an SK."""
    found = Isian()
    nomor = baca_teks(form, "sk_nomor", "Nomor SK", found, PENDEK, wajib=True)
    signed = baca_hari(form, "sk_tanggal", "Tanggal SK", found, wajib=True)
    tmt = baca_hari(form, "sk_tmt", "TMT", found, wajib=True)
    if signed and signed > hari_ini:
        found.tolak("sk_tanggal", "Tanggal SK: tidak boleh setelah hari ini")
    if tmt and signed and tmt < signed - timedelta(days=3650):
        found.tolak("sk_tmt", "TMT: periksa tahunnya")
    pejabat = baca_teks(form, "sk_pejabat", "Pejabat yang menetapkan", found, PENDEK, wajib=True)
    found.nilai = {"sk_nomor": nomor, "sk_tanggal": signed, "sk_pejabat": pejabat, "tmt": tmt}
    return found


def pertek(form: Mapping[str, str], hari_ini: date) -> Isian:
    found = Isian()
    nomor = baca_teks(form, "pertek_nomor", "Nomor pertimbangan teknis", found, PENDEK, wajib=True)
    day = baca_hari(form, "pertek_tanggal", "Tanggal pertimbangan teknis", found, wajib=True)
    if day and day > hari_ini:
        found.tolak("pertek_tanggal", "Tanggal pertimbangan teknis: tidak boleh setelah hari ini")
    found.nilai = {"pertek_nomor": nomor, "pertek_tanggal": day}
    return found


def ketikan(row: Any) -> dict[str, str]:
    """Stored values as the form shows them."""
    day = row.tanggal_kejadian
    return {
        "jenis": row.jenis, "tmt": row.tmt.isoformat() if row.tmt else "", "keterangan": row.keterangan,
        "tanggal_kejadian": day.isoformat() if day else "", **{k: str(v) for k, v in row.isi.items()},
    }  # fmt: skip


MEDAN = {
    "tmt": "TMT", "tanggal_kejadian": "Tanggal kejadian", "keterangan": "Keterangan",
    "alamat_pensiun": "Alamat setelah pensiun", "telepon": "Telepon", "bank": "Bank", "rekening": "Nomor rekening",
    "dasar": "Nomor surat yang mendasari", "beda_data": "Beda nama atau tanggal lahir", "waris": "Nama ahli waris",
    "hubungan": "Hubungan ahli waris", "dinas": "Akibat tugas",
}  # fmt: skip


def beda(row: Any, form: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Label, stored value, typed value of every field that differs; for who saved second."""
    kept = ketikan(row)
    found = []
    for medan, judul in MEDAN.items():
        old, new = kept.get(medan, ""), form.get(medan, "").strip()
        if medan in form and old != new:
            found.append((judul, _kata(medan, old), _kata(medan, new)))
    return found


def _kata(medan: str, text: str) -> str:
    if medan in ("tmt", "tanggal_kejadian"):
        try:
            day = hari(text)
        except (ValueError, OverflowError):
            return text
        return tanggal(day) if day else "kosong"
    return HUBUNGAN.get(text, text) or "kosong"
