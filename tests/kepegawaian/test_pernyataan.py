"""What a page asks of the database: at most twelve statements, and no more of them for more rows."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import PELAKSANA
from portal.kernel.db import db
from tests.database import statements
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
MOST = 12


def cost(client: Any, url: str) -> int:
    """Statements of a second visit: the first one may have had to find out who this is."""
    assert client.get(url).status_code == 200, url
    with statements() as seen:
        assert client.get(url).status_code == 200, url
    assert len(seen) <= MOST, "\n".join(" ".join(one.split())[:110] for one in seen)
    return len(seen)


def career(pegawai: Any, di: Any) -> None:
    """Entries of every table, with extra roles and papers."""
    for year in range(2021, 2026):
        f.duduk(pegawai, di, date(year, 2, 1), nama_jabatan=f"Jabatan {year}")
        f.golongan(pegawai, "III/a", date(year, 4, 1))
        f.catat(r.RiwayatPendidikan(pegawai_id=pegawai.id, tingkat="40", tmt=date(year, 7, 1)))
        f.catat(
            r.RiwayatLain(pegawai_id=pegawai.id, jenis="DIKLAT", tmt=date(year, 8, 1), isi={"nama": f"Diklat {year}"})
        )
        f.kedudukan(pegawai, "01", date(year, 1, 1))
    extra = {"jalur": r.TAMBAHAN, "penugasan": "KOOR", "jenis_jabatan": PELAKSANA, "nama_jabatan": "Koordinator"}
    f.duduk(pegawai, di, date(2026, 1, 1), selesai=date(2026, 12, 31), **extra)


def test_the_page_of_a_person_costs_the_same_for_a_short_and_a_long_career(masuk: Any) -> None:
    k = f.kota()
    readers = [f.akun("bkpsdm"), f.akun("admin_pd", di=k.dinas), f.akun("", pegawai=k.staf)]
    url = f"/kepegawaian/pegawai/{k.staf.id}"
    few = [cost(masuk(one), url) for one in readers]
    career(k.staf, k.bidang)
    assert [cost(masuk(one), url) for one in readers] == few
    assert "Koordinator Bidang Satu, sampai 31 Desember 2026" in masuk(readers[0]).get(url).text


def proposal(k: f.Kota, pegawai: Any, admin: Any, **changes: Any) -> Any:
    """A proposal with its SK that an OPD has handed in."""
    values = {
        "jenis_jabatan": "STRUKTURAL", "jabatan_id": None, "sub_jabatan_id": None, "nama_jabatan": "Kepala Bidang",
        "jenjang": "ADMINISTRATOR", "unit_id": k.bidang.id, "instansi_tujuan": "", "lokasi": r.DALAM, "pimpinan": True,
        "jalur": r.UTAMA, "penugasan": "D", "mutasi": r.MJ, "tmt": date(2026, 3, 1), "tmt_mutasi": None,
        "tmt_pelantikan": None, "selesai": None, "tanggal_sk": date(2026, 2, 20), "nomor_sk": "821/1/2026",
        "atasan_id": k.kadis.id, **changes,
    }  # fmt: skip
    row = services.simpan(jenis.JENIS["JABATAN"], pegawai, values, f.principal(admin))
    f.berkas(row, "SK_JABATAN", admin)
    services.jalankan(row, "ajukan", f.principal(admin))
    return row


def test_deciding_costs_the_same_whatever_stands_in_the_register(masuk: Any) -> None:
    k = f.kota()
    admin, office = f.akun("admin_pd", di=k.dinas), f.akun("verifikator_bkpsdm")
    other = f.akun("admin_pd", di=k.dinas)
    row = proposal(k, k.kabid, admin)
    url = f"/kepegawaian/pegawai/{k.kabid.id}/riwayat/riwayat_jabatan/{row.id}"
    few = [cost(masuk(one), url) for one in (office, other)]
    assert "Yang berubah" in masuk(office).get(url).text
    career(k.kabid, k.bidang)
    boss = k.kadis
    for i in range(4):  # a longer way up from the proposed atasan
        above = f.orang(f"Atasan {i}")
        f.duduk(above, k.pemda)
        f.duduk(boss, k.dinas, date(2026, 1, 10 + i), atasan_id=above.id)
        boss = above
    assert [cost(masuk(one), url) for one in (office, other)] == few


def test_correcting_a_seat_is_decided_in_as_few(masuk: Any) -> None:
    k = f.kota()
    admin, office = f.akun("admin_pd", di=k.dinas), f.akun("verifikator_bkpsdm")
    old = db.session.scalars(sa.select(r.RiwayatJabatan).where(r.RiwayatJabatan.pegawai_id == k.staf.id)).one()
    row = services.ganti(old, f.principal(admin))
    row.nama_jabatan, row.nomor_sk = "Jabatan yang benar", "821/2/2026"
    f.berkas(row, "SK_JABATAN", admin)
    services.jalankan(row, "ajukan", f.principal(admin))
    url = f"/kepegawaian/pegawai/{k.staf.id}/riwayat/riwayat_jabatan/{row.id}"
    for one in (office, f.akun("admin_pd", di=k.dinas)):
        cost(masuk(one), url)


def test_lists_and_maps_cost_the_same_for_few_and_many_people(masuk: Any) -> None:
    k = f.kota()
    office, local = f.akun("bkpsdm"), f.akun("admin_pd", di=k.dinas)
    pages = ("/kepegawaian", "/kepegawaian/peta", "/kepegawaian/pensiun", "/kepegawaian/pensiun/atasan",
             "/kepegawaian/lepas", "/kepegawaian/antrean", "/kepegawaian/berkas")  # fmt: skip
    here = [(office, url) for url in pages] + [(local, url) for url in pages[:5]]
    few = [cost(masuk(user), url) for user, url in here]
    for i in range(12):
        born = date(1966, 12, 1) + timedelta(days=40 * i)
        one = f.orang(f"Tambahan {i}", lahir=born)
        f.duduk(one, [k.dinas, k.bidang, None][i % 3], atasan_id=k.kabid.id)
    f.kedudukan(k.kabid, "99", date(2026, 10, 1))
    assert [cost(masuk(user), url) for user, url in here] == few
