"""Rules of each kind of entry, and the reading of what was typed."""

from datetime import date
from typing import Any

import pytest

from portal.kepegawaian.riwayat import aturan_lain, isian, jenis
from portal.kepegawaian.riwayat import models as r
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Pegawai
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
SK = {"nomor_sk": "800/1/2026", "tanggal_sk": "01/02/2026"}


def found(kind: str, pegawai: Pegawai, **typed: str) -> dict[str, set[str]]:
    """Fields with errors and with warnings, from what was typed to the rules."""
    known = jenis.JENIS[kind]
    read = isian.baca(known, {**SK, **typed}, pegawai)
    if read.galat:
        return {"galat": {one.field for one in read.galat}, "peringatan": set()}
    seen = aturan_lain.periksa(known, pegawai, read.nilai)
    return {"galat": {one.field for one in seen.galat}, "peringatan": {one.field for one in seen.peringatan}}


def lain(pegawai: Pegawai, kind: str, tmt: date, selesai: date | None = None, **isi: Any) -> r.RiwayatLain:
    row: r.RiwayatLain = f.catat(r.RiwayatLain(pegawai_id=pegawai.id, jenis=kind, tmt=tmt, selesai=selesai, isi=isi))
    return row


@pytest.mark.parametrize(("text", "day"), [
    ("5/4/2020", date(2020, 4, 5)), ("05-04-2020", date(2020, 4, 5)), ("2020-04-05", date(2020, 4, 5)),
    ("29/02/2024", date(2024, 2, 29)), ("", None),
])  # fmt: skip
def test_days_are_read_day_first(text: str, day: date | None) -> None:
    assert isian.baca_tanggal(text, "TMT") == day


@pytest.mark.parametrize("text", ["31/02/2020", "01-01-0001", "0000-00-00", "5/4/20", "kemarin", "1/13/2020"])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        isian.baca_tanggal(text, "TMT")


@pytest.mark.parametrize(("kind", "typed", "galat", "peringatan"), [
    ("CPNS_PNS", {"tmt": "01/01/2010", "tmt_pns": "01/12/2009"}, "tmt_pns", ""),
    ("CPNS_PNS", {"tmt": "01/01/2010", "tmt_pns": "01/06/2011"}, "", "tmt_pns"),
    ("GOLONGAN", {"tmt": "02/04/2025", "golongan": "III/a", "jenis_kp": "101", "mk_tahun": "8", "mk_bulan": "0"},
     "tmt", ""),
    ("GOLONGAN", {"tmt": "01/04/2025", "golongan": "IX", "jenis_kp": "101", "mk_tahun": "8", "mk_bulan": "0"},
     "golongan", ""),
    ("GOLONGAN", {"tmt": "01/02/2019", "golongan": "III/a", "jenis_kp": "101", "mk_tahun": "8", "mk_bulan": "0"},
     "", "tmt"),
    ("GOLONGAN", {"tmt": "01/03/2025", "golongan": "III/a", "jenis_kp": "101", "mk_tahun": "8", "mk_bulan": "0"},
     "", "tmt"),
    ("GOLONGAN", {"tmt": "01/04/2025", "golongan": "III/a", "jenis_kp": "101", "mk_tahun": "8", "mk_bulan": "12"},
     "mk_bulan", ""),
    ("PENDIDIKAN", {"tmt": "01/07/2027", "tingkat": "40", "sekolah": "Universitas"}, "tmt", ""),
    ("PENDIDIKAN", {"tmt": "01/07/1989", "tingkat": "40", "sekolah": "Universitas"}, "tmt", ""),
    ("PENDIDIKAN", {"tmt": "01/07/2009", "tingkat": "", "sekolah": "Universitas"}, "tingkat", ""),
    ("DIKLAT", {"tmt": "01/02/2026", "latihan": "PIM_IV", "jam": "0"}, "jam", ""),
    ("DIKLAT", {"tmt": "03/02/2026", "selesai": "01/02/2026", "latihan": "PIM_IV", "jam": "9"}, "selesai", ""),
    ("KURSUS", {"tmt": "01/02/2026", "selesai": "01/02/2026", "nama": "A", "bentuk": "LAIN", "jam": "40"}, "", "jam"),
    ("SERTIFIKASI", {"tmt": "01/02/2020", "selesai": "01/02/2023", "nama": "A", "lembaga": "B"}, "", "selesai"),
    ("HUKDIS", {"tmt": "01/02/2026", "tingkat": "R", "jenis": "POTONG_6", "alasan": "x", "dasar": "PP94"}, "jenis", ""),
    ("HUKDIS", {"tmt": "01/02/2026", "tingkat": "S", "jenis": "TUNDA_KP", "alasan": "x", "dasar": "PP94"}, "dasar", ""),
    ("CUTI", {"tmt": "01/02/2026", "selesai": "03/02/2026", "jenis": "TAHUNAN", "hari": "4"}, "hari", ""),
    ("CUTI", {"tmt": "01/02/2026", "jenis": "TAHUNAN", "hari": "4"}, "selesai", ""),
    ("PMK", {"tmt": "01/02/2026", "pengalaman": "Guru honorer", "mk_tahun": "0", "mk_bulan": "0"}, "mk_tahun", ""),
    ("PINDAH", {"tmt": "01/02/2026", "arah": "KELUAR", "asal": "Kota Sagara", "tujuan": "kota  sagara"}, "tujuan", ""),
    ("CLTN", {"tmt": "01/02/2026", "selesai": "01/02/2027", "jenis": "CLTN", "aktif_kembali": "01/02/2026"},
     "aktif_kembali", ""),
    ("CLTN", {"tmt": "01/02/2020", "selesai": "01/02/2024", "jenis": "CLTN"}, "", "selesai aktif_kembali"),
    ("KEDUDUKAN", {"tmt": "01/02/2026", "kode": "xx"}, "kode", ""),
    ("KEDUDUKAN", {"tmt": "01/02/2026", "kode": "02", "selesai": "01/03/2026"}, "", "selesai"),
    ("KELUARGA", {"tmt": "01/02/2026", "hubungan": "ANAK", "nama": "A", "tanggal_lahir": "01/02/1990"},
     "tanggal_lahir", ""),
    ("KELUARGA", {"tmt": "01/02/2026", "hubungan": "ANAK", "nama": "A", "tanggal_lahir": "01/02/2004", "hidup": "1",
                  "tanggungan": "1"}, "tanggungan", ""),
    ("KELUARGA", {"tmt": "01/02/2026", "hubungan": "ANAK", "nama": "A", "tanggal_lahir": "01/02/2004", "hidup": "1",
                  "tanggungan": "1", "kuliah": "1"}, "", ""),
    ("KELUARGA", {"tmt": "01/02/2026", "hubungan": "ANAK", "nama": "A", "tanggal_lahir": "01/02/2014",
                  "tanggungan": "1"}, "tanggungan", ""),
    ("KELUARGA", {"tmt": "01/02/2026", "hubungan": "AYAH", "nama": "A", "tanggal_lahir": "01/02/1960", "nik": "12"},
     "nik", ""),
    ("KGB", {"tmt": "01/02/2026", "gaji_lama": "Rp3.000.000", "gaji_baru": "2900000"}, "", "gaji_baru"),
    ("PENGHARGAAN", {"tmt": "01/02/2026", "nama": "201", "tanggal_sk": "01/02/2099"}, "tanggal_sk", ""),
])  # fmt: skip
def test_rules_of_the_other_kinds(kind: str, typed: dict[str, str], galat: str, peringatan: str) -> None:
    seen = found(kind, f.orang("Uji Aturan"), **typed)
    assert seen["galat"] == set(galat.split())
    assert set(peringatan.split()) <= seen["peringatan"]


def test_the_first_day_of_a_cpns_stands_in_the_nip() -> None:
    one = f.orang("Nip Uji")
    one.nip = "198503152010011901"
    assert found("CPNS_PNS", one, tmt="01/01/2010", tmt_pns="01/01/2011")["peringatan"] == {"tanggal_sk"}
    assert "tmt" in found("CPNS_PNS", one, tmt="01/02/2010", tmt_pns="01/01/2011")["peringatan"]


def test_a_rank_falls_only_with_a_discipline_decision() -> None:
    one = f.orang("Turun Uji")
    f.golongan(one, "III/c", date(2022, 4, 1))
    typed = {"tmt": "01/04/2024", "golongan": "III/b", "jenis_kp": "101", "mk_tahun": "9", "mk_bulan": "0"}
    assert found("GOLONGAN", one, **typed)["galat"] == {"golongan"}
    lain(one, "HUKDIS", date(2024, 3, 15), date(2025, 3, 15), tingkat="B", jenis="TURUN_PANGKAT")
    assert found("GOLONGAN", one, **typed)["galat"] == set()
    assert found("GOLONGAN", one, **{**typed, "tmt": "01/04/2022"})["galat"] == {"tmt"}


def test_regular_promotion_ends_where_the_education_ends() -> None:
    one = f.orang("Batas Uji")
    f.catat(r.RiwayatPendidikan(pegawai_id=one.id, tingkat="17", tmt=date(2003, 7, 1)))
    typed = {"tmt": "01/04/2024", "golongan": "III/c", "jenis_kp": "101", "mk_tahun": "20", "mk_bulan": "0",
             "tanggal_sk": "01/03/2024"}  # fmt: skip
    assert found("GOLONGAN", one, **typed)["peringatan"] == {"golongan"}
    for other in ({"golongan": "III/b"}, {"jenis_kp": "202"}):
        assert found("GOLONGAN", one, **{**typed, **other})["peringatan"] == set()


def test_pay_rises_in_a_rhythm_of_two_years() -> None:
    one = f.orang("Berkala Uji")
    lain(one, "KGB", date(2024, 3, 1), gaji_baru=3_000_000)
    assert found("KGB", one, tmt="01/03/2026", gaji_baru="3100000")["peringatan"] == set()
    assert found("KGB", one, tmt="01/02/2026", gaji_baru="3100000")["peringatan"] == {"tmt"}


def test_standings_neither_overlap_nor_leave_days_without_a_word() -> None:
    one = f.orang("Status Uji")
    f.kedudukan(one, "03", date(2025, 1, 1), date(2025, 12, 31))
    f.kedudukan(one, "01", date(2026, 6, 1))
    assert found("KEDUDUKAN", one, tmt="01/01/2026", kode="02", selesai="01/06/2026")["galat"] == {"selesai"}
    assert found("KEDUDUKAN", one, tmt="01/06/2026", kode="02")["galat"] == {"tmt"}
    assert found("KEDUDUKAN", one, tmt="01/01/2026", kode="02", selesai="31/05/2026") == {
        "galat": set(),
        "peringatan": set(),
    }
    assert found("KEDUDUKAN", one, tmt="02/01/2026", kode="02", selesai="31/05/2026")["peringatan"] == {"tmt"}
    assert found("KEDUDUKAN", one, tmt="01/01/2026", kode="02", selesai="30/05/2026")["peringatan"] == {"selesai"}


def test_one_appointment_and_one_absence_at_a_time() -> None:
    one = f.orang("Sekali Uji")
    lain(one, "CPNS_PNS", date(2010, 1, 1), tmt_pns="2011-01-01")
    assert found("CPNS_PNS", one, tmt="01/02/2010", tmt_pns="01/01/2011")["galat"] == {""}
    lain(one, "CLTN", date(2025, 1, 1), date(2025, 12, 31), jenis="CLTN")
    for start, wrong in (("31/12/2025", {"tmt"}), ("01/01/2026", set[str]())):
        assert found("CLTN", one, tmt=start, selesai="30/06/2026", jenis="TUBEL")["galat"] == wrong


def test_one_first_diploma() -> None:
    one = f.orang("Ijazah Uji")
    f.catat(r.RiwayatPendidikan(pegawai_id=one.id, tingkat="17", tmt=date(2003, 7, 1), pertama=True))
    typed = {"tmt": "01/07/2009", "tingkat": "40", "sekolah": "Universitas", "pertama": "1"}
    assert found("PENDIDIKAN", one, **typed)["galat"] == {"pertama"}


def test_one_spouse_unless_a_permit_is_written() -> None:
    one = f.orang("Pasangan Uji")
    lain(one, "KELUARGA", date(2012, 1, 1), hubungan="PASANGAN", nama="Satu", hidup=True)
    typed = {"tmt": "01/01/2025", "hubungan": "PASANGAN", "nama": "Dua", "tanggal_lahir": "01/01/1990", "hidup": "1"}
    assert found("KELUARGA", one, **typed)["galat"] == {"hubungan"}
    assert found("KELUARGA", one, **typed, keterangan="Izin nomor 5/2024") == {
        "galat": set(), "peringatan": {"hubungan"},
    }  # fmt: skip


def test_leave_does_not_overlap() -> None:
    one = f.orang("Cuti Uji")
    lain(one, "CUTI", date(2026, 2, 2), date(2026, 2, 6), jenis="TAHUNAN", hari=5)
    typed = {"jenis": "TAHUNAN", "hari": "1"}
    assert found("CUTI", one, **typed, tmt="06/02/2026", selesai="06/02/2026")["galat"] == {"tmt"}
    assert found("CUTI", one, **typed, tmt="09/02/2026", selesai="09/02/2026")["galat"] == set()


def test_agreements_follow_each_other() -> None:
    """1 to 5 years, one year at a time for part-time, no overlap, a gap is flagged, none past the BUP."""
    one = f.orang("Kontrak Uji", lahir=date(1972, 5, 5), status="PPPK")
    lain(one, "PERJANJIAN", date(2021, 3, 1), date(2026, 2, 28), ke=1)
    known = {"ke": "2", "gaji": "3.200.000"}
    assert found("PERJANJIAN", one, **known, tmt="01/03/2026", selesai="28/02/2027") == {
        "galat": set(), "peringatan": set(),
    }  # fmt: skip
    assert found("PERJANJIAN", one, **known, tmt="01/02/2026", selesai="28/02/2027")["galat"] == {"tmt"}
    assert found("PERJANJIAN", one, **known, tmt="01/04/2026", selesai="31/03/2027")["peringatan"] == {"tmt"}
    assert found("PERJANJIAN", one, **known, tmt="01/03/2026", selesai="01/03/2031")["galat"] == {"selesai"}
    assert found("PERJANJIAN", one, **known, tmt="01/03/2026", selesai="30/08/2026")["galat"] == {"selesai"}
    one.status = "PPPK_PARUH_WAKTU"
    assert found("PERJANJIAN", one, **known, tmt="01/03/2026", selesai="28/02/2028")["galat"] == {"selesai"}
    one.status = "PPPK"
    k = f.kota()
    f.duduk(one, k.bidang, date(2021, 3, 1), jenjang="JF_PT")
    assert found("PERJANJIAN", one, **known, tmt="01/03/2026", selesai="28/02/2031")["galat"] == {"selesai"}


def test_credit_points_are_for_functional_officials() -> None:
    k = f.kota()
    typed = {"bentuk": "KONVERSI", "total": "12,345", "tmt": "01/02/2026"}
    assert found("ANGKA_KREDIT", k.staf, **typed)["galat"] == set()
    assert found("ANGKA_KREDIT", k.kadis, **typed)["galat"] == {"tmt"}


def test_what_was_typed_comes_back_as_it_is_read() -> None:
    """Values survive from the form to the row and into the form again; a NIK lies sealed and is shown masked."""
    one = f.orang("Bolak Uji")
    kind = jenis.JENIS["KELUARGA"]
    typed = {"hubungan": "IBU", "nama": "Siti Ma'ruf", "nik": "3577 0141 0160 0003", "tanggal_lahir": "01/01/1960",
             "hidup": "1", "tmt": "1/2/2020"}  # fmt: skip
    read = isian.baca(kind, typed, one)
    assert read.galat == []
    row = r.RiwayatLain(pegawai_id=one.id, jenis="KELUARGA", **read.nilai)
    assert "3577014101600003" not in str(row.isi)
    shown = isian.isi_formulir(kind, row)
    assert (shown["tanggal_lahir"], shown["hidup"], shown["tmt"], shown["nik"]) == ("01/01/1960", "1", "01/02/2020", "")
    assert dict(isian.rincian(kind, row, one))["NIK"] == "3577********0003"
    again = isian.baca(kind, shown, one, row)
    assert again.nilai == read.nilai


def test_money_is_read_and_shown_in_rupiah() -> None:
    one = f.orang("Rupiah Uji")
    read = isian.baca(jenis.JENIS["KGB"], {**SK, "tmt": "01/02/2026", "gaji_baru": "Rp 3.120.500"}, one)
    assert read.nilai["isi"]["gaji_baru"] == 3_120_500
    row = r.RiwayatLain(pegawai_id=one.id, jenis="KGB", **read.nilai)
    assert dict(isian.rincian(jenis.JENIS["KGB"], row, one))["Gaji baru"] == "Rp3.120.500"
    assert isian.isi_formulir(jenis.JENIS["KGB"], row)["gaji_baru"] == "3.120.500"
