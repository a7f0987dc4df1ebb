"""What a page asks of the database: at most twelve statements, and no more of them for more rows."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.pensiun import alur
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.riwayat import jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import PELAKSANA
from portal.kepegawaian.surat import services as letters
from portal.kepegawaian.surat.models import SuratUsulan
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.people import User
from tests.database import statements
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_pensiun_usulan import buka, calon, lengkapi

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
    more = ("?kolom=agama,unit,golongan,pendidikan,tmt,atasan,usia", "/penugasan", "/penugasan/daftar", "/peta/orang",
            "/peta/beda?dari=2026-01-01&sampai=2026-11-21", "/peta/bulanan", "/berakhir", "/atasan")  # fmt: skip
    here = [(office, url) for url in pages] + [(local, url) for url in pages[:5]]
    here += [(local, f"/kepegawaian{url}") for url in more]
    few = [cost(masuk(user), url) for user, url in here]
    for i in range(12):
        born = date(1966, 12, 1) + timedelta(days=40 * i)
        one = f.orang(f"Tambahan {i}", lahir=born)
        f.duduk(one, [k.dinas, k.bidang, None][i % 3], atasan_id=k.kabid.id)
    f.kedudukan(k.kabid, "99", date(2026, 10, 1))
    assert [cost(masuk(user), url) for user, url in here] == few


# ---- requests to retire and letters

USULAN = "/kepegawaian/pensiun/usulan"


def request(k: f.Kota, owner: Any) -> Any:
    """A request of somebody with a long register: papers, discipline, time of preparation, people below."""
    one = calon(k)
    owner = owner or f.akun("", pegawai=one)
    row = buka(one, owner)
    with f.bersama():
        for i, kind in enumerate(("PMK", "CLTN", "HUKDIS", "KELUARGA")):
            start = date(2012 + i, 1, 1)
            isi = {"mk_tahun": 1, "jenis": "CLTN", "tingkat": "B", "hubungan": "ANAK"}
            f.catat(r.RiwayatLain(pegawai_id=one.id, jenis=kind, isi=isi, tmt=start, selesai=start))
        f.catat(r.RiwayatKedudukan(pegawai_id=one.id, kode="20", tmt=date(2026, 12, 1), selesai=date(2027, 3, 31),
                                   asal_id=row.id))  # fmt: skip
        f.duduk(k.staf, k.bidang, date(2021, 1, 1), atasan_id=one.id)
    seat = db.session.scalars(sa.select(r.RiwayatJabatan).where(r.RiwayatJabatan.pegawai_id == one.id)).one()
    f.berkas(seat, "SK_JABATAN", owner)
    lengkapi(row, owner)
    return row


def at(row: Any, status: str) -> None:
    row.status = db.session.get_one(Submission, row.submission_id).status = status
    db.session.flush()


def test_a_request_to_retire_costs_little_in_every_state(masuk: Any) -> None:
    k = f.kota()
    row = request(k, None)
    own = db.session.scalars(sa.select(User).where(User.pegawai_id == row.pegawai_id)).one()
    readers = [own, f.akun("bkpsdm"), f.akun("admin_pd", di=k.dinas), f.akun("", pegawai=k.kadis)]
    row.sk_nomor = "823/1"
    for status in (m.DRAF, m.DIPERIKSA, m.PERTEK, m.SK, m.TMS):
        at(row, status)
        for one in readers[: 2 if status == m.DRAF else 4]:
            cost(masuk(one), f"{USULAN}/{row.id}")


def test_who_wrote_a_request_for_somebody_reads_it_in_as_few(masuk: Any) -> None:
    k = f.kota()
    admin = f.akun("admin_pd", di=k.dinas)
    row = request(k, admin)
    for status in (m.DRAF, m.DIPERIKSA):
        at(row, status)
        cost(masuk(admin), f"{USULAN}/{row.id}")


def test_the_papers_of_a_request_cost_little(masuk: Any) -> None:
    k = f.kota()
    row = request(k, None)
    client = masuk(f.akun("bkpsdm"))
    db.session.execute(sa.delete(r.RiwayatLain).where(r.RiwayatLain.jenis == "HUKDIS"))
    for kode in ("DPCP", "BEBAS_HUKDIS", "TIDAK_PIDANA"):
        cost(client, f"{USULAN}/{row.id}/surat/{kode}")


def test_lists_of_requests_and_letters_cost_the_same_for_few_and_many(masuk: Any) -> None:
    k = f.kota()
    office, local, tu = f.akun("bkpsdm"), f.akun("admin_pd", di=k.dinas), f.akun("admin_tu", di=k.dinas)
    sent = [surat(k, tu, 3) for _ in range(2)]
    here = [(office, USULAN), (local, USULAN), (office, "/kepegawaian/surat")]
    here += [(tu, f"/kepegawaian/surat{url}") for url in ("", "/usulan", "/celah")]
    here += [(tu, f"/kepegawaian/surat/{sent[0].id}"), (tu, f"/kepegawaian/surat/{sent[0].id}/ubah"),
             (tu, "/kepegawaian/surat/baru"), (office, "/kepegawaian/pensiun/syarat"),
             (office, "/kepegawaian/pensiun/tahunan"), (office, f"/kepegawaian/pensiun/calon/{k.staf.id}"),
             (local, f"{USULAN}/baru?pegawai={k.staf.id}&jenis=BUP"),
             (office, f"/kepegawaian/pensiun/meninggal?pegawai={k.kabid.id}")]  # fmt: skip
    few = [cost(masuk(user), url) for user, url in here]
    surat(k, tu, 21, sent[0])
    for _ in range(6):
        surat(k, tu, 1)
    assert [cost(masuk(user), url) for user, url in here] == few


def surat(k: f.Kota, tu: Any, jumlah: int, row: Any = None) -> Any:
    """A letter with so many requests to retire more, of people of the first OPD."""
    values = {"tanggal": date(2026, 11, 20), "perihal": "Usul pensiun", "tujuan": "BKPSDM",
              "penandatangan_id": k.kadis.id}  # fmt: skip
    place = type("Tempat", (), {"id": k.dinas.id, "pd_id": k.dinas.id})
    row = row or letters.buat(place, alur.PENSIUN, values, f.principal(tu), None)
    with f.bersama():
        people = [f.orang(f"Calon {i}", lahir=date(1969, 3, 10)) for i in range(jumlah)]
        for one in people:
            f.duduk(one, k.bidang, atasan_id=k.kabid.id)
    for one in people:
        case = buka(one, tu)
        at(case, m.DISETUJUI)
        f.add(SuratUsulan(surat_id=row.id, jenis=row.jenis, usulan_id=case.submission_id, pegawai_id=one.id))
    return row
