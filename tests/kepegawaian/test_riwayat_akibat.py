"""What follows from an entry beside itself, and the preview of a changed past."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import akibat, jenis, pratinjau, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel.db import db
from portal.kernel.organisation import Orang, Pegawai
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
SK = {"nomor_sk": "850/3/2026", "tanggal_sk": date(2026, 1, 5)}


def verified(kind: str, pegawai: Pegawai, dokumen: str, row: Any = None, **values: Any) -> Any:
    """An entry proposed by an admin of everywhere and verified by another person."""
    admin = f.akun("admin_tu")
    known = jenis.JENIS[kind]
    if row is None:
        row = services.simpan(known, pegawai, {**SK, **values}, f.principal(admin))
    else:
        row = services.ganti(row, f.principal(admin))
        services.simpan(known, pegawai, values, f.principal(admin), row)
    f.berkas(row, dokumen, admin)
    services.jalankan(row, "ajukan", f.principal(admin))
    return services.jalankan(row, "verifikasi", f.principal(f.akun("bkpsdm")))


def group(pegawai: Pegawai, on: date) -> str:
    query = sa.select(Keadaan.kelompok).where(
        Keadaan.pegawai_id == pegawai.id, Keadaan.mulai <= on, Keadaan.sampai >= on
    )
    return db.session.scalars(query).one()


def test_leave_without_pay_writes_the_standing_and_the_way_back() -> None:
    k = f.kota()
    f.kedudukan(k.staf, "01", f.CPNS)
    row = verified("CLTN", k.staf, "SK_CLTN", tmt=date(2026, 2, 1), selesai=date(2027, 1, 31), isi={"jenis": "CLTN"})
    assert [group(k.staf, day) for day in (date(2026, 1, 31), date(2026, 2, 1), date(2027, 6, 1))] == [
        "AKTIF", "AKTIF_TIDAK_BEKERJA", "AKTIF_TIDAK_BEKERJA",
    ]  # fmt: skip
    back = verified("CLTN", k.staf, "SK_CLTN", row, isi={"jenis": "CLTN", "aktif_kembali": "2026-11-01"})
    assert [group(k.staf, day) for day in (date(2026, 10, 31), date(2026, 11, 1))] == ["AKTIF_TIDAK_BEKERJA", "AKTIF"]
    made = db.session.scalars(sa.select(r.RiwayatKedudukan.status).where(r.RiwayatKedudukan.asal_id == row.id)).all()
    assert made == [r.DIGANTI]
    services.batalkan(back, f.principal(f.akun("bkpsdm")), "SK dibatalkan pejabat yang berwenang")
    assert group(k.staf, date(2026, 11, 1)) == "AKTIF_TIDAK_BEKERJA"
    (again,) = db.session.scalars(
        sa.select(r.RiwayatLain).where(r.RiwayatLain.jenis == "CLTN", r.RiwayatLain.status == r.TERVERIFIKASI)
    )
    services.batalkan(again, f.principal(f.akun("bkpsdm")), "SK dibatalkan pejabat yang berwenang")
    assert group(k.staf, date(2026, 3, 1)) == "AKTIF"


def test_a_move_to_another_agency_closes_the_stay() -> None:
    k = f.kota()
    f.kedudukan(k.staf, "01", f.CPNS)
    isi = {"arah": "KELUAR", "asal": "Kota Sagara", "tujuan": "Kota Lain"}
    verified("PINDAH", k.staf, "SK_PINDAH", tmt=date(2026, 12, 1), isi=isi)
    assert group(k.staf, date(2026, 11, 30)) == "AKTIF"
    assert group(k.staf, date(2026, 12, 1)) == "BERHENTI"


def test_appointment_and_agreement_refresh_the_caches() -> None:
    one = f.orang("Calon Uji", status="CPNS")
    row = verified("CPNS_PNS", one, "SK_CPNS", tmt=date(2025, 1, 1), isi={"tmt_pns": "2026-01-01"})
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == one.id)).one()
    assert (data.tmt_cpns, data.tmt_pns, one.status) == (date(2025, 1, 1), date(2026, 1, 1), "PNS")
    services.batalkan(row, f.principal(f.akun("bkpsdm")), "Salah orang, SK milik pegawai lain")
    assert data.tmt_cpns is None
    other = f.orang("Kontrak Uji", status="PPPK")
    verified("PERJANJIAN", other, "PERJANJIAN", tmt=date(2026, 1, 1), selesai=date(2026, 12, 31), isi={"ke": 1})
    ends = sa.select(r.DataPegawai.akhir_perjanjian).where(r.DataPegawai.pegawai_id == other.id)
    assert db.session.scalar(ends) == date(2026, 12, 31)


def test_titles_recorded_by_bkn_join_the_name_and_leave_it() -> None:
    one = f.orang("Rahmat Sukarno")
    person = db.session.get_one(Orang, one.orang_id)
    person.gelar_belakang = "S.Kom"
    f.kedudukan(one, "01", f.CPNS)
    values = {"tingkat": "45", "sekolah": "Universitas", "gelar_depan": "dr.", "gelar_belakang": "M.T, M.Si"}
    plain = verified("PENDIDIKAN", one, "IJAZAH", tmt=date(2020, 1, 1), **values)
    assert person.nama_lengkap == "Rahmat Sukarno, S.Kom"
    row = verified("PENDIDIKAN", one, "IJAZAH", plain, dicantumkan=True)
    assert one.nama == "dr. Rahmat Sukarno, S.Kom, M.T, M.Si"
    assert db.session.scalar(sa.select(Keadaan.nama).where(Keadaan.pegawai_id == one.id).limit(1)) == one.nama
    services.batalkan(row, f.principal(f.akun("bkpsdm")), "Ijazah tidak diakui oleh BKN")
    assert one.nama == "Rahmat Sukarno, S.Kom"


def test_a_late_sk_names_the_months_it_changes() -> None:
    """R4: nothing is stored, before and after stand side by side."""
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2025, 5, 1))
    values = {
        "jenis_jabatan": "JF", "nama_jabatan": "Arsiparis", "jenjang": "JF_MU", "unit_id": k.dinas.id,
        "tmt": date(2023, 6, 1), "mutasi": r.MJ, "jalur": r.UTAMA,
    }  # fmt: skip
    found = pratinjau.susun(k.staf.id, r.RiwayatJabatan, values, None)
    assert found.bulan == "Juni 2023 sampai April 2025"
    assert [(one.unit, one.berubah) for one in found.sebelum] == [("Bidang Satu", True), ("Bidang Dua", False)]
    assert [(one.unit, one.sampai, one.berubah) for one in found.sesudah] == [
        ("Bidang Satu", date(2023, 5, 31), False), ("Dinas Uji", date(2025, 4, 30), True),
        ("Bidang Dua", date(9999, 12, 31), False),
    ]  # fmt: skip
    future = pratinjau.susun(k.staf.id, r.RiwayatJabatan, {**values, "tmt": date(2026, 12, 1)}, None)
    assert future.sesudah
    assert not future.masa_lalu
    extra = {**values, "jalur": r.TAMBAHAN, "penugasan": "KOOR", "selesai": date(2024, 1, 1)}
    assert not pratinjau.susun(k.staf.id, r.RiwayatJabatan, extra, None).sesudah


def test_a_rank_in_the_past_is_previewed_and_a_course_is_not() -> None:
    k = f.kota()
    found = pratinjau.susun(k.staf.id, r.RiwayatGolongan, {"golongan": "III/c", "tmt": date(2026, 4, 1)}, None)
    assert found.bulan == "April 2026 sampai Oktober 2026"
    assert [one.golongan for one in found.sesudah] == ["", "III/c"]
    course = {"jenis": "KURSUS", "tmt": date(2026, 4, 1), "isi": {}}
    assert not pratinjau.susun(k.staf.id, r.RiwayatLain, course, None).sesudah


def test_codes_of_standing() -> None:
    assert akibat.kode_aktif(f.orang("A Uji")) == "01"
    assert akibat.kode_aktif(f.orang("B Uji", status="PPPK")) == "71"
