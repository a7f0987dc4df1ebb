"""The list of pegawai: who is in it, on which day, by which filter."""

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.kepegawaian.berkas import harapan, kelengkapan
from portal.kepegawaian.pegawai.daftar import DAFTAR
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import catatan, sinkron
from portal.kepegawaian.siasn import models as m
from portal.kernel.db import db, now
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")


def names(page: Any) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]*)</a>', page.text)


def lihat(masuk: Any, user: Any, query: str = "") -> list[str]:
    page = masuk(user).get(f"/kepegawaian?{query}")
    assert page.status_code == 200, page.status_code
    return names(page)


def test_an_admin_sees_who_sits_in_the_opd_today(masuk: Any) -> None:
    """Items h and i: after a move the new admin sees the person, the old one does not, without any monthly copy."""
    k = f.kota()
    old, new = f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)
    assert "Staf Uji" in lihat(masuk, old)
    f.duduk(k.staf, k.bidang_lain, date(2026, 11, 10))
    assert "Staf Uji" not in lihat(masuk, old)
    assert "Staf Uji" in lihat(masuk, new)
    assert "Wali Uji" not in lihat(masuk, f.akun("bkpsdm"))


def test_the_list_of_another_day(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2026, 11, 10))
    office = f.akun("bkpsdm")
    assert "Staf Uji" in lihat(masuk, office, f"per_tanggal=2026-11-09&opd={k.dinas.id}")
    assert "Staf Uji" not in lihat(masuk, office, f"opd={k.dinas.id}")
    assert lihat(masuk, office, "per_tanggal=2019-01-01") == []


@pytest.mark.parametrize(("words", "found"), [
    ("staf", True), ("STAF  uji", True), ("19850315 2010", True), ("'1985.0315", True), ("kabid", False),
    ("1999", False),
])  # fmt: skip
def test_search_by_part_of_name_or_nip(masuk: Any, words: str, found: bool) -> None:
    k = f.kota()
    k.staf.nip = "198503152010011977"
    f.duduk(k.staf, k.bidang, date(2021, 1, 1))
    seen = lihat(masuk, f.akun("bkpsdm"), f"cari={words}")
    assert ("Staf Uji" in seen) is found


def test_education_counts_when_verified(masuk: Any) -> None:
    """Item g: several levels at once; an unverified S-1 is none; "belum diisi" finds who has none."""
    k = f.kota()
    f.catat(r.RiwayatPendidikan(pegawai_id=k.staf.id, tingkat="40", tmt=date(2008, 7, 1)))
    f.catat(r.RiwayatPendidikan(pegawai_id=k.kabid.id, tingkat="30", tmt=date(2006, 7, 1)))
    f.add(r.RiwayatPendidikan(pegawai_id=k.kadis.id, tingkat="40", tmt=date(2006, 7, 1), status=r.DIAJUKAN))
    office = f.akun("bkpsdm")
    assert lihat(masuk, office, "pendidikan=S-1/D-IV&pendidikan=D-III") == ["Kabid Uji", "Staf Uji"]
    assert lihat(masuk, office, "pendidikan=S-1/D-IV,D-III") == ["Kabid Uji", "Staf Uji"]
    assert "Kadis Uji" in lihat(masuk, office, "pendidikan=BELUM_DIISI")
    assert lihat(masuk, office, f"pendidikan=S-1/D-IV&opd={k.lain.id}") == []


def test_age_counts_full_years_on_the_day(masuk: Any) -> None:
    k = f.kota()
    born = f.orang("Tua Uji", lahir=date(1968, 11, 22))
    f.duduk(born, k.bidang)
    office = f.akun("bkpsdm")
    assert "Tua Uji" in lihat(masuk, office, "usia-dari=57&usia-sampai=57")
    assert "Tua Uji" not in lihat(masuk, office, "usia-dari=58")
    leap = f.orang("Kabisat Uji", lahir=date(1972, 2, 29))
    f.duduk(leap, k.bidang)
    assert "Kabisat Uji" in lihat(masuk, office, "usia-dari=52&per_tanggal=2024-02-29")
    assert "Kabisat Uji" not in lihat(masuk, office, "usia-dari=52&per_tanggal=2024-02-28")


def test_columns_and_views_are_one_s_own(masuk: Any, app: Flask) -> None:
    k = f.kota()
    one, other = f.akun("bkpsdm"), f.akun("bkpsdm")
    page = masuk(one).get("/kepegawaian?kolom=golongan,pendidikan")
    head = page.text.split("<thead>")[1].split("</thead>")[0]
    assert "Pendidikan" in head
    assert "Unit kerja" not in head
    kept = masuk(one).post("/tampilan", data={
        "daftar": "data-pegawai", "alamat": "/kepegawaian", "kueri": f"opd={k.dinas.id}", "nama": "Dinas saya",
    })  # fmt: skip
    assert kept.headers["Location"] == f"/kepegawaian?opd={k.dinas.id}"
    assert "Dinas saya" in masuk(one).get("/kepegawaian").text
    assert "Dinas saya" not in masuk(other).get("/kepegawaian").text
    elsewhere = masuk(one).post("/tampilan", data={
        "daftar": "data-pegawai", "alamat": "//jahat.example/", "kueri": "", "nama": "x",
    })  # fmt: skip
    assert elsewhere.headers["Location"] == "/"


def test_files_carry_what_the_screen_counts(masuk: Any) -> None:
    k = f.kota()
    office = f.akun("bkpsdm")
    body = masuk(office).get(f"/kepegawaian?format=csv&opd={k.dinas.id}").get_data(as_text=True)
    assert len(body.strip().splitlines()) - 1 == len(lihat(masuk, office, f"opd={k.dinas.id}"))


def sama(masuk: Any, user: Any, query: str) -> set[str]:
    """The names on the page; the file holds the very same people."""
    shown = lihat(masuk, user, query)
    body = masuk(user).get(f"/kepegawaian?format=csv&{query}").get_data(as_text=True).strip().splitlines()[1:]
    assert len(body) == len(shown)
    return set(shown)


def agama(pegawai: Any, code: str) -> None:
    data = sa.update(r.DataPegawai).where(r.DataPegawai.pegawai_id == pegawai.id)
    db.session.execute(data.values(agama=code))


def test_religion(masuk: Any) -> None:
    k = f.kota()
    agama(k.staf, "1")
    agama(k.kabid, "4")
    office = f.akun("bkpsdm")
    assert sama(masuk, office, "agama=1") == {"Staf Uji"}
    assert sama(masuk, office, "agama=1,4") == {"Staf Uji", "Kabid Uji"}
    others = sama(masuk, office, "agama=BELUM_DIISI")
    assert "Kadis Uji" in others
    assert not others & {"Staf Uji", "Kabid Uji"}


def test_a_unit_below_the_chosen_opd(masuk: Any) -> None:
    """Offered to who chooses among OPD, once one is chosen; it counts everything below; another OPD takes it away."""
    k = f.kota()
    sub = f.unit("Subbagian Uji", k.bidang, k.dinas, jenis="SUBBAGIAN")
    low = f.orang("Bawah Uji")
    f.duduk(low, sub)
    office, near = f.akun("bkpsdm"), f.akun("admin_pd", di=k.dinas)
    chosen = f"opd={k.dinas.id}&bawahan={k.bidang.id}"
    assert sama(masuk, office, chosen) == {"Staf Uji", "Kabid Uji", "Bawah Uji"}
    assert sama(masuk, office, f"opd={k.dinas.id}&bawahan={sub.id}") == {"Bawah Uji"}
    assert DAFTAR.ask(MultiDict(parse_qsl(chosen)), f.principal(office)).kept == dict(parse_qsl(chosen))
    elsewhere = DAFTAR.ask(MultiDict({"opd": str(k.lain.id), "bawahan": str(k.bidang.id)}), f.principal(office))
    assert elsewhere.chosen["bawahan"] is None
    assert 'name="bawahan"' not in masuk(office).get("/kepegawaian").text
    assert "– Subbagian Uji" in masuk(office).get(f"/kepegawaian?opd={k.dinas.id}").text
    part = masuk(office).get(f"/kepegawaian?opd={k.dinas.id}", headers={"HX-Request": "true"}).text
    assert re.search(r'id="data-pegawai-bawahan-tempat"[^>]* hx-swap-oob="true"', part)
    assert 'name="bawahan"' not in masuk(near).get(f"/kepegawaian?opd={k.dinas.id}").text


def test_how_complete_the_files_are(masuk: Any) -> None:
    """By the definitions of the matrix: handed in, never handed in, no path, object gone; never of discipline."""
    k = f.kota()
    office = f.akun("bkpsdm")
    for one in (k.staf, k.kabid, k.kadis, k.kabid_lain):
        seat = db.session.scalars(sa.select(r.RiwayatJabatan).where(r.RiwayatJabatan.pegawai_id == one.id)).one()
        link = f.berkas(seat, "SK_JABATAN", office)
        if one is k.kabid:
            link.aktif = False
        if one is k.kadis:
            link.dokumen_id = None
        link.hilang = one is k.kabid_lain
    f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="HUKDIS", tmt=date(2020, 1, 1), isi={}))
    kelengkapan.susun()
    found = {name: sama(masuk, office, f"berkas={name}") for name in kelengkapan.KATA}
    assert found == {
        "lengkap": {"Staf Uji"}, "kurang": {"Kabid Uji", "Kadis Uji", "Kabidlain Uji"}, "belum": {"Kabid Uji"},
        "kosong": {"Kadis Uji"}, "hilang": {"Kabidlain Uji"},
    }  # fmt: skip
    page = masuk(office).get("/kepegawaian?kolom=berkas").text
    assert "1 path kosong" in page
    assert "SK_HUKDIS" in harapan.RAHASIA


def test_standing_with_siasn(masuk: Any) -> None:
    """Never pulled, equal, different, failed; discipline tells nothing; only for who reads the reports."""
    k = f.kota()
    office = f.akun("bkpsdm")
    run = f.add(m.Jalan(jenis=m.TARIK, judul="Uji", user_id=office.id))
    for one, kind, kelas in (
        (k.kabid, "jabatan", m.BEDA), (k.staf, "hukdis", m.BEDA), (k.kadis, "jabatan", m.SAMA),
    ):  # fmt: skip
        mirror = {"pegawai_id": one.id, "isi": {}, "sidik": "", "terlihat_at": now()}
        f.add(m.Cermin(jenis=catatan.DATA_UTAMA.kode, siasn_id=f"d{one.id}", **mirror))
        other = f.add(m.Cermin(jenis=kind, siasn_id=f"r{one.id}", **mirror))
        f.add(m.Pasangan(pegawai_id=one.id, jenis=kind, cermin_id=other.id, kelas=kelas))
    for one, status in ((k.kadis, m.GAGAL), (k.kabid, m.SELESAI), (k.staf, m.SELESAI)):
        f.add(m.JalanOrang(jalan_id=run.id, pegawai_id=one.id, urut=1, status=status, selesai_at=now()))
    sinkron.susun()
    found = {name: sama(masuk, office, f"siasn={name}") for name in sinkron.KATA}
    assert found == {
        m.BELUM: {"Kabidlain Uji"}, m.SAMA: {"Staf Uji"}, m.SELISIH: {"Kabid Uji"}, m.GAGAL: {"Kadis Uji"},
    }  # fmt: skip
    near = f.akun("admin_pd", di=k.dinas)
    assert "Sinkron SIASN" not in masuk(near).get("/kepegawaian").text
    assert len(lihat(masuk, near, "siasn=GAGAL")) > 1
    db.session.execute(sa.update(m.Pasangan).values(kelas=m.SAMA))
    sinkron.susun([k.kabid.id])
    assert "Kabid Uji" in lihat(masuk, office, "siasn=SAMA")


def test_a_file_made_later_asks_for_what_the_page_asked(masuk: Any) -> None:
    """The job that writes XLSX gets the view as plain names and values: what was not chosen stays not chosen."""
    f.kota()
    ask = DAFTAR.ask({}, f.principal(f.akun("bkpsdm")))
    assert {name for name, value in ask.chosen.items() if value is not None} == {"per_tanggal"}
