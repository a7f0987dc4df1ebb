"""The list of pegawai: who is in it, on which day, by which filter."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.kepegawaian.riwayat import models as r
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
