"""Candidates: nobody is lost, everybody missing has a reason; the years ahead; bosses who leave."""

import re
from datetime import date
from typing import Any

import pypdfium2
import pytest

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.pensiun import calon, tahunan
from portal.kepegawaian.riwayat import models as r
from portal.kernel.db import db
from portal.kernel.organisation import Orang, Pegawai
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
SOON = date(1969, 3, 10)  # 58 in March 2027, so TMT 1 April 2027


def names(page: Any) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]*)</a>', page.text)


def numbered(pegawai: Pegawai, nip: str) -> Pegawai:
    pegawai.nip = nip
    db.session.flush()
    bangun.rebuild([pegawai.id])
    return pegawai


def soon(k: f.Kota, nama: str = "Calon Uji", di: Any = None, **values: Any) -> Pegawai:
    one = f.orang(nama, lahir=SOON)
    f.duduk(one, di or k.bidang, atasan_id=k.kabid.id, **values)
    return one


def test_who_comes_within_the_horizon_and_who_has_no_bup_at_all(masuk: Any) -> None:
    """Item q: no unit, no file, no snapshot, no entry; unknown BUP first; nobody beyond the horizon."""
    k = f.kota()
    soon(k)
    seatless = f.orang("Tanpa Jabatan", lahir=SOON)
    f.golongan(seatless, "III/a")
    outside = f.orang("Di Luar", lahir=SOON)
    f.duduk(outside, None, lokasi="LUAR", instansi_tujuan="Provinsi")
    undated = f.orang("Tanpa Lahir")
    db.session.get_one(Orang, undated.orang_id).tanggal_lahir = None
    db.session.flush()
    f.duduk(undated, k.bidang)
    f.orang("Tanpa Riwayat", lahir=SOON)
    gone = soon(k, "Sudah Pensiun")
    f.kedudukan(gone, "99", date(2026, 5, 1))
    leave = soon(k, "Sedang Cuti")
    f.kedudukan(leave, "02", date(2026, 1, 1))
    page = masuk(f.akun("bkpsdm")).get("/kepegawaian/pensiun")
    found = names(page)
    assert set(found) == {"Tanpa Riwayat", "Tanpa Jabatan", "Tanpa Lahir", "Calon Uji", "Di Luar", "Sedang Cuti"}
    assert set(found[:3]) == {"Tanpa Riwayat", "Tanpa Jabatan", "Tanpa Lahir"}
    assert "BUP belum diketahui" in page.text


def test_an_admin_sees_the_own_opd_only(masuk: Any) -> None:
    k = f.kota()
    soon(k)
    soon(k, "Orang Lain", k.bidang_lain)
    assert names(masuk(f.akun("admin_pd", di=k.dinas)).get("/kepegawaian/pensiun")) == ["Calon Uji"]
    assert names(masuk(f.akun("admin_pd", di=k.lain)).get("/kepegawaian/pensiun")) == ["Orang Lain"]


def test_filters_by_month_opd_level_and_flag(masuk: Any) -> None:
    k = f.kota()
    soon(k)
    differing = f.jabatan("Ahli Utama Uji", "JF_UT", usia_bup=60)
    late = f.orang("Beda Usia", lahir=date(1967, 1, 5))
    f.duduk(late, k.bidang_lain, jenjang="JF_UT", jabatan_id=differing.id)
    client = masuk(f.akun("bkpsdm"))
    assert names(client.get("/kepegawaian/pensiun?bulan=2027-04")) == ["Calon Uji"]
    assert names(client.get(f"/kepegawaian/pensiun?opd={k.lain.id}")) == ["Beda Usia"]
    assert names(client.get("/kepegawaian/pensiun?jenjang=JF_UT")) == ["Beda Usia"]
    page = client.get("/kepegawaian/pensiun?tanda=BEDA_BUP")
    assert names(page) == ["Beda Usia"]
    one = client.get(f"/kepegawaian/pensiun/calon/{late.id}").text
    assert "60 tahun menurut rujukan jabatan" in one
    assert "65 tahun menurut jenjang" in one


NIP = ("196903101990011", "{:03d}")


@pytest.mark.parametrize(("case", "words"), [
    ("rusak", "tidak dapat dibaca"), ("asing", "Tidak ada pegawai dengan NIP"), ("pensiun", "Pensiun (99)"),
    ("jauh", "masih lebih dari 18 bulan"), ("lahir", "Tanggal lahir belum diisi"),
    ("jabatan", "Belum ada jabatan terverifikasi"), ("luar", "di luar unit Anda"), ("tampil", "TMT 1 April 2027"),
    ("tunggu", "1 riwayat jabatan yang belum terverifikasi"), ("pejabat", "Pejabat negara bukan ASN"),
])  # fmt: skip
def test_why_somebody_is_missing(case: str, words: str) -> None:
    """Item q: the prepared cases, each with its true reason."""
    k = f.kota()
    nip = "196903101990011321"
    user = f.akun("admin_pd", di=k.dinas) if case == "luar" else f.akun("bkpsdm")
    if case == "rusak":
        nip = "19690310 19900"
    elif case != "asing":
        _prepare(case, k, nip)
    found = calon.kenapa(f.principal(user), nip)
    assert words in " ".join(found.alasan)
    assert found.tampil is (case in ("lahir", "jabatan", "tunggu", "tampil"))


def _prepare(case: str, k: f.Kota, nip: str) -> None:
    born = date(1985, 3, 15) if case == "jauh" else SOON
    status = "PEJABAT_NEGARA" if case == "pejabat" else "PNS"
    one = numbered(f.orang("Dicari Uji", lahir=born, status=status), nip)
    if case == "lahir":
        db.session.get_one(Orang, one.orang_id).tanggal_lahir = None
        db.session.flush()
    if case in ("jabatan", "tunggu"):
        f.golongan(one, "III/a")
    else:
        f.duduk(one, k.bidang_lain if case == "luar" else k.bidang)
    if case == "tunggu":
        f.add(r.RiwayatJabatan(pegawai_id=one.id, tmt=date(2026, 1, 1), jenis_jabatan="JF", nama_jabatan="X",
                               unit_id=k.bidang.id, status=r.DIAJUKAN))  # fmt: skip
    if case == "pensiun":
        f.kedudukan(one, "99", date(2026, 5, 1))


def test_the_box_answers_on_the_page(masuk: Any) -> None:
    k = f.kota()
    numbered(soon(k), "196903101990011321")
    page = masuk(f.akun("bkpsdm")).get("/kepegawaian/pensiun?nip=19690310+199001+1+321")
    assert "TMT 1 April 2027" in page.text.split('id="jawaban"')[1]


def test_the_years_ahead_agree_with_the_register(masuk: Any) -> None:
    k = f.kota()
    soon(k)
    contract = f.orang("Kontrak Uji", status="PPPK")
    f.duduk(contract, k.bidang_lain)
    f.kedudukan(contract, "71", date(2024, 3, 1))
    f.catat(r.RiwayatLain(pegawai_id=contract.id, jenis="PERJANJIAN", tmt=date(2024, 3, 1), selesai=date(2029, 2, 28),
                          isi={"ke": 1}))  # fmt: skip
    everybody = tahunan.hitung(f.principal(f.akun("bkpsdm")))
    assert dict(everybody.pensiun) == {2027: 1}
    assert dict(everybody.kontrak) == {2029: 1}
    assert {name: sum(row) for name, row in everybody.opd} == {"Dinas Uji": 1, "Badan Lain": 1}
    page = masuk(f.akun("admin_pd", di=k.dinas)).get("/kepegawaian/pensiun/tahunan")
    assert "Badan Lain" not in page.text.split('id="per-opd"')[1]


def test_people_whose_atasan_stops_are_listed_with_a_successor(masuk: Any) -> None:
    k = f.kota()
    client = masuk(f.akun("bkpsdm"))
    assert names(client.get("/kepegawaian/pensiun/atasan")) == []
    f.kedudukan(k.kabid, "99", date(2027, 2, 1))
    page = client.get("/kepegawaian/pensiun/atasan")
    assert names(page) == ["Staf Uji"]
    assert "Kadis Uji" in page.text


def test_the_list_as_a_paper(masuk: Any) -> None:
    k = f.kota()
    soon(k)
    answer = masuk(f.akun("bkpsdm")).get("/kepegawaian/pensiun/daftar-calon?bulan=2027-04")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    with pypdfium2.PdfDocument(answer.data) as pdf:
        text = pdf[0].get_textpage()
        found = [(text.search(one, match_whole_word=True), len(one)) for one in ("BUP", "58")]  # 58 is in a NIP, too
        edges = [text.get_charbox(at.get_next()[0] + length - 1)[2] for at, length in found]
    assert edges[1] > edges[0]  # figures stand right, heads in the middle


def test_the_list_keeps_room_for_names(masuk: Any) -> None:
    soon(f.kota())
    client = masuk(f.akun("bkpsdm"))
    plain, wide = (client.get(f"/kepegawaian/pensiun{url}").text for url in ("", "?kolom=opd"))
    assert ["Perangkat daerah" in page.split("<thead>")[1].split("</thead>")[0] for page in (plain, wide)] == [
        False,
        True,
    ]
