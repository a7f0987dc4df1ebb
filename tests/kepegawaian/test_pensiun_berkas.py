"""Which paper of the register stands for a requirement: that of the latest entry, and never somebody else's."""

from datetime import date

import pytest
import sqlalchemy as sa

from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun import syarat
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import PELAKSANA
from portal.kernel.db import db
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_pensiun_usulan import buka, calon

pytestmark = pytest.mark.usefixtures("app", "jam")


def baris(row: m.UsulanPensiun, kode: str) -> syarat.Baris:
    return next(one for one in syarat.lembar(row) if one.kode == kode)


def test_the_latest_rank_without_a_file_is_missing() -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    new, old = f.golongan(one, "III/d", date(2024, 4, 1)), f.golongan(one, "III/c", date(2020, 4, 1))
    f.berkas(old, "SK_KP", user)
    assert baris(row, "SK_KP").warna == syarat.MERAH
    link = f.berkas(new, "SK_KP", user)
    f.berkas(old, "SK_KP", user)  # a better copy of the older one comes later
    assert (baris(row, "SK_KP").warna, baris(row, "SK_KP").dokumen_id) == (syarat.HIJAU, link.dokumen_id)
    f.golongan(one, "IV/a", date(2027, 4, 1))  # known, but not before it holds
    assert baris(row, "SK_KP").dokumen_id == link.dokumen_id


def test_the_latest_seat_is_the_main_one_that_began_last() -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    extra = f.duduk(one, k.bidang, date(2026, 9, 1), selesai=date(2026, 12, 31), jalur=r.TAMBAHAN, penugasan="PLT",
                    jenis_jabatan=PELAKSANA)  # fmt: skip
    f.berkas(extra, "SK_JABATAN", user)
    assert baris(row, "SK_JABATAN").warna == syarat.MERAH
    seat = db.session.scalars(
        sa.select(r.RiwayatJabatan).where(r.RiwayatJabatan.pegawai_id == one.id, r.RiwayatJabatan.jalur == r.UTAMA)
    ).one()
    higher = f.duduk(one, k.bidang, date(2023, 1, 1))
    f.berkas(higher, "SK_JABATAN", user)
    assert baris(row, "SK_JABATAN").warna == syarat.HIJAU
    moved = f.duduk(one, k.bidang_lain, seat.tmt, mutasi=r.MU, tmt_mutasi=date(2025, 5, 1))
    assert baris(row, "SK_JABATAN").warna == syarat.MERAH
    link = f.berkas(moved, "SK_JABATAN", user)
    assert baris(row, "SK_JABATAN").dokumen_id == link.dokumen_id


def test_an_evaluation_of_long_ago_is_not_that_of_the_last_year() -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    for year, warna in ((2015, syarat.MERAH), (2025, syarat.HIJAU)):
        entry = f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="SKP", tmt=date(year + 1, 1, 20), isi={"tahun": year}))
        f.berkas(entry, "EVALUASI_KINERJA", user)
        assert baris(row, "EVALUASI_KINERJA").warna == warna, year


def test_the_death_of_a_parent_is_no_paper_of_the_pegawai() -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("admin_pd", di=k.dinas)
    row = buka(one, user, "JANDA_DUDA", tanggal_kejadian=date(2026, 10, 5))
    kin = f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="KELUARGA", tmt=date(1969, 3, 10), isi={"hubungan": "IBU"}))
    for kode in ("KK", "AKTA_KEMATIAN"):
        f.berkas(kin, kode, user)
    assert [baris(row, kode).warna for kode in ("KK", "AKTA_KEMATIAN")] == [syarat.HIJAU, syarat.MERAH]
