"""The settings as a person reads and types them: labels, groups, limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.kernel import numbers
from portal.kernel.errors import Invalid
from portal.kernel.forms import Problem
from portal.kinerja.predikat import LABEL, RATING


@dataclass(frozen=True)
class Setting:
    """One setting: its words, unit, and the smallest and largest value it may take (numbers only)."""

    nama: str
    label: str
    bantuan: str
    satuan: str = ""
    min: Decimal = Decimal(0)
    maks: Decimal = Decimal(0)
    pilihan: tuple[tuple[str, str], ...] = ()


def _n(nama: str, label: str, bantuan: str, satuan: str, least: str, most: str) -> Setting:
    return Setting(nama, label, bantuan, satuan, Decimal(least), Decimal(most))


GROUPS: dict[str, list[Setting]] = {
    "Tenggat": [
        _n("hari_pegawai", "Batas kirim pegawai", "Tanggal pada bulan berikutnya", "", "1", "28"),
        _n("hari_penilai", "Batas keputusan penilai", "Sesudah tanggal ini bulan terkunci", "", "1", "28"),
        _n("hari_kerja_perbaikan", "Waktu perbaikan", "Paling sedikit, sesudah dikembalikan", "hari kerja", "0", "20"),
        _n("bulan_tutup", "Realisasi setahun dibuka mulai bulan", "1 Januari sampai 12 Desember", "", "1", "12"),
        _n("batal_menit", "Batal tanpa alasan", "Sesudah Tetapkan", "menit", "0", "120"),
    ],
    "Pemeriksaan isian": [
        _n("kali_target_tanya", "Tanyakan bila melebihi target", "Berapa kali target", "kali", "2", "100"),
        _n("teks_min", "Panjang faktor paling sedikit", "", "karakter", "1", "200"),
        _n("teks_maks", "Panjang faktor paling banyak", "", "karakter", "100", "4000"),
        _n("berkas_maks_mb", "Ukuran berkas bukti", "", "MB", "1", "25"),
    ],
    "Keputusan penilai": [
        _n("bersih_min", "Siap disetujui mulai capaian", "", "persen", "0", "120"),
        _n("bersih_maks", "Siap disetujui sampai capaian", "", "persen", "0", "120"),
        _n("kembali_sebelum_dialog", "Usulkan dialog setelah dikembalikan", "", "kali", "1", "12"),
        Setting("predikat_diam", "Nilai sementara bila penilai diam", "Untuk kedua rating, sampai penilai memutuskan",
                pilihan=tuple((r, LABEL[r]) for r in RATING)),
    ],
    "Saran rating": [
        _n("di_atas", "Rata-rata skor di atas ekspektasi mulai", "Skor antara -1 dan 1", "", "-1", "1"),
        _n("di_bawah", "Rata-rata skor di bawah ekspektasi sampai", "Skor antara -1 dan 1", "", "-1", "1"),
    ],
    "Sebutan": [Setting("label_pks", "Nama lembar PKS", "Tampil di layar dan pada cetakan")],
}  # fmt: skip


def read(form: Mapping[str, str], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Settings that differ from `before`, and what is wrong. A wrong one is left out."""
    changed: dict[str, Any] = {}
    problems: list[Problem] = []
    for setting in (s for group in GROUPS.values() for s in group):
        if setting.nama not in form:
            continue
        try:
            value = _value(setting, form[setting.nama].strip(), type(before[setting.nama]))
        except Invalid as error:
            problems.append(Problem(error.field, error.pesan))
            continue
        if value != before[setting.nama]:
            changed[setting.nama] = value
    merged = {**before, **changed}
    if merged["hari_pegawai"] > merged["hari_penilai"]:
        problems.append(Problem("hari_penilai", "Batas keputusan penilai tidak boleh sebelum batas kirim pegawai"))
    if merged["bersih_min"] > merged["bersih_maks"]:
        problems.append(Problem("bersih_maks", "Batas atas siap disetujui tidak boleh di bawah batas bawahnya"))
    if Decimal(merged["di_bawah"]) > Decimal(merged["di_atas"]):
        problems.append(Problem("di_bawah", "Ambang di bawah ekspektasi tidak boleh melebihi ambang di atasnya"))
    return changed, problems


def _value(setting: Setting, text: str, kind: type) -> Any:
    if setting.pilihan:
        if text not in dict(setting.pilihan):
            raise Invalid(setting.nama, "Pilih salah satu")
        return text
    if not setting.maks and not setting.min:
        if not 2 <= len(text) <= 60:
            raise Invalid(setting.nama, f"{setting.label}: tulis 2 sampai 60 karakter")
        return text
    try:
        number = numbers.parse(text, setting.label, desimal=2 if kind is str else 0, negatif=setting.min < 0).nilai
    except numbers.GalatAngka as error:
        raise Invalid(setting.nama, error.pesan) from error
    if not setting.min <= number <= setting.maks:
        limits = f"{numbers.angka(setting.min)} sampai {numbers.angka(setting.maks)}"
        raise Invalid(setting.nama, f"{setting.label}: antara {limits}")
    return str(number) if kind is str else int(number)


def read_date(text: str, field: str, label: str) -> date:
    """A day as browsers send it (2026-12-05) or as people write it (5-12-2026). Raises Invalid."""
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    try:
        first, second, third = (int(p) for p in parts)
        return date(first, second, third) if len(parts[0]) == 4 else date(third, second, first)
    except ValueError as error:
        raise Invalid(field, f"{label}: tulis tanggal, misalnya 3-9-2026") from error
