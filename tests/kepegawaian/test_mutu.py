"""Indicators of data quality: each finds what was planted, tickets open and close, scores follow the weights."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.mutu import hitung, indikator, nilai
from portal.kepegawaian.mutu.models import MutuBulan, TiketMutu
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import STRUKTURAL, Jabatan
from portal.kernel import sealing
from portal.kernel.db import db
from portal.kernel.organisation import Orang, Pegawai
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)
NIP = "198503152010011901"
BERSIH = {"tmt_cpns": date(2010, 1, 1), "tmt_pns": date(2011, 1, 1), "surel": "a@contoh.example", "hp": "08121234567"}


class Tempat:
    """Where the people of one test sit."""

    pemda: Any
    dinas: Any
    lain: Any
    bidang: Any
    bidang_lain: Any
    jf: Any


def seed(nama: str = "Bersih Uji", nip: str = NIP, status: str = "PNS", data: Any = None, **seat: Any) -> Pegawai:
    """Somebody without a finding, but for what the arguments change."""
    one = f.orang(nama, status=status)
    one.nip = nip
    human = db.session.get_one(Orang, one.orang_id)
    human.gelar_belakang = "S.Kom."
    kept = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == one.id)).one()
    for name, value in {**BERSIH, **(data or {})}.items():
        setattr(kept, name, value)
    human.nik_enc = sealing.seal("3577011503850001", "nik")
    f.catat(r.RiwayatPendidikan(pegawai_id=one.id, tingkat="40", tmt=date(2008, 7, 1)))
    f.golongan(one, "III/c")
    f.kedudukan(one, "71" if status == "PPPK" else "01", date(2010, 1, 1))
    base = {"jabatan_id": Tempat.jf.id} if "jabatan_id" not in seat and seat.get("jenis_jabatan", "JF") == "JF" else {}
    f.duduk(one, seat.pop("di", None) or Tempat.bidang, **{**base, **seat})
    return one


@pytest.fixture(autouse=True)
def place(app: Any) -> None:
    Tempat.pemda = f.unit("Pemerintah Kota Sagara", jenis="PEMDA")
    Tempat.dinas = f.unit("Dinas Uji", Tempat.pemda, jenis="PD")
    Tempat.lain = f.unit("Badan Lain", Tempat.pemda, jenis="PD")
    Tempat.bidang = f.unit("Bidang Satu", Tempat.dinas, Tempat.dinas)
    Tempat.bidang_lain = f.unit("Bidang Dua", Tempat.lain, Tempat.lain)
    Tempat.jf = f.jabatan("Arsiparis Ahli Muda")


def found(pegawai: Pegawai) -> dict[str, str]:
    hitung.hitung(TODAY)
    query = sa.select(TiketMutu.indikator, TiketMutu.rincian).where(
        TiketMutu.pegawai_id == pegawai.id, TiketMutu.ditutup.is_(None)
    )
    return {row.indikator: row.rincian for row in db.session.execute(query)}


def test_clean_data_have_no_ticket_and_the_full_score() -> None:
    one = seed()
    assert found(one) == {}
    score = nilai.of_month(date(2026, 11, 1), None)
    assert score.nilai == pytest.approx(100)
    assert set(score.dimensi) == set(indikator.DIMENSI)


def test_every_indicator_is_computed_or_named_with_its_reason() -> None:
    seed()
    hitung.hitung(TODAY)
    counted = {one.kode for one in nilai.of_month(date(2026, 11, 1), None).baris}
    left = {code: why for code, _, why in nilai.missing(date(2026, 11, 1))}
    assert counted | set(left) == set(indikator.bobot()) | set(indikator.LOKAL)
    assert set(left) == {"COM_1", "TIM_2", "ACC_2"}
    assert all(why.startswith("data tidak ada di sini") for why in left.values())


@pytest.mark.parametrize(("code", "change"), [
    ("COM_4", {"tmt_pns": None}), ("COM_6", {"surel": "bukan-surel"}), ("COM_7", {"hp": ""}),
    ("ACC_1", {"tmt_pns": date(2009, 1, 1)}), ("CON_1", {"tmt_cpns": date(2010, 2, 1)}), ("ACC_5", {"nik_sah": False}),
])  # fmt: skip
def test_columns_of_the_person(code: str, change: dict[str, Any]) -> None:
    assert set(found(seed(data=change))) == {code}


@pytest.mark.parametrize(("code", "nip", "words"), [
    ("CON_2", "198504152010011901", "menurut NIP 15 Apr 1985"), ("CON_3", "198503152010012901", "menurut NIP P"),
    ("CON_2", "198502302010011901", "NIP"),
])  # fmt: skip
def test_nip_against_the_columns(code: str, nip: str, words: str) -> None:
    tickets = found(seed(nip=nip))
    assert set(tickets) == {code}
    assert words in tickets[code]


def test_nik_against_the_columns_is_told_without_its_digits() -> None:
    one = seed()
    db.session.get_one(Orang, one.orang_id).nik_enc = sealing.seal("3577015503850001", "nik")
    tickets = found(one)
    assert tickets == {"NIK_1": "NIK berbeda: jenis kelamin"}
    assert db.session.scalar(sa.select(TiketMutu.poin)) == 0


def test_seats_education_and_rank() -> None:
    odd = seed("Tanpa Rujukan", jabatan_id=None)
    assert set(found(odd)) == {"COM_2"}
    head = seed(
        "Kepala Uji", "198503152010011902", di=Tempat.dinas, pimpinan=True, jenjang="JPT_PRATAMA", eselon="II.b"
    )
    assert set(found(head)) == {"ACC_10"}
    clerk = f.add(Jabatan(jenis="PELAKSANA", nama="Pengadministrasi"))
    plain = seed("Pelaksana Uji", "198503152010011903", jenis_jabatan="PELAKSANA", jenjang="PELAKSANA",
                 nama_jabatan=Tempat.jf.nama, jabatan_id=clerk.id)  # fmt: skip
    assert set(found(plain)) == {"ACC_9"}


def test_education_below_the_level_and_degree_missing() -> None:
    one = seed()
    aturan.ubah("mutu_didik_keahlian", "45", date(2026, 1, 1), "Uji", f.principal(f.akun("bkpsdm")))
    db.session.get_one(Orang, one.orang_id).gelar_belakang = ""
    assert set(found(one)) == {"ACC_8", "COM_5"}


def test_people_past_their_time() -> None:
    late = seed("Lama Uji", "196503151990011901", data={"tmt_cpns": date(1990, 1, 1), "tmt_pns": date(1991, 1, 1)})
    db.session.get_one(Orang, late.orang_id).tanggal_lahir = date(1965, 3, 15)
    f.golongan(late, "III/d", date(2021, 1, 1))
    tickets = found(late)
    assert tickets["TIM_5"].startswith("TMT pensiun 01-04-2023")
    young = seed("Calon Uji", "198503152024011901", "CPNS", {"tmt_cpns": date(2024, 1, 1), "tmt_pns": None},
                 jenis_jabatan=STRUKTURAL, jenjang="PENGAWAS", eselon="IV.a", tmt=date(2025, 6, 1))  # fmt: skip
    assert {"TIM_3"} <= set(found(young))
    f.kedudukan(young, "02", date(2026, 2, 1))
    assert "TIM_6" in found(young)
    f.catat(r.RiwayatLain(pegawai_id=young.id, jenis="CLTN", tmt=date(2026, 2, 1), selesai=date(2027, 2, 1),
                          isi={"jenis": "CLTN"}))  # fmt: skip
    assert "TIM_6" not in found(young)


def test_a_unit_that_is_gone_and_a_pppk_with_the_standing_of_a_pns() -> None:
    one = seed()
    Tempat.bidang.disembunyikan = True
    assert set(found(one)) == {"TIM_1"}
    pppk = seed("Kontrak Uji", "199003152021211901", "PPPK", {"tmt_cpns": date(2022, 3, 1)}, di=Tempat.bidang_lain)
    human = db.session.get_one(Orang, pppk.orang_id)
    human.tanggal_lahir, human.nik_enc = date(1990, 3, 15), sealing.seal("3577011503900001", "nik")
    f.kedudukan(pppk, "01", date(2022, 1, 1))
    assert set(found(pppk)) == {"ACC_4", "CON_4"}


def test_one_ticket_stays_open_closes_and_opens_anew() -> None:
    one = seed(data={"hp": ""})
    first = hitung.hitung(TODAY)
    again = hitung.hitung(TODAY)
    assert (first.orang, first.dibuka, again.dibuka, again.ditutup) == (1, 1, 0, 0)
    kept = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == one.id)).one()
    kept.hp = "0812"
    assert hitung.hitung(date(2026, 11, 22)).ditutup == 1
    kept.hp = ""
    hitung.hitung(date(2026, 12, 1))
    rows = db.session.execute(sa.select(TiketMutu.dibuka, TiketMutu.ditutup).order_by(TiketMutu.dibuka)).all()
    assert [tuple(row) for row in rows] == [(TODAY, date(2026, 11, 22)), (date(2026, 12, 1), None)]
    assert [month for month, _ in nilai.trend(None)] == [date(2026, 11, 1), date(2026, 12, 1)]


def test_points_tell_which_repair_lifts_most() -> None:
    seed("A Uji", data={"hp": "", "tmt_pns": None})
    seed("B Uji", "198503152010011905")
    hitung.hitung(TODAY)
    worth = {row.indikator: row.poin for row in db.session.execute(sa.select(TiketMutu.indikator, TiketMutu.poin))}
    share = indikator.efektif(frozenset(db.session.scalars(sa.select(MutuBulan.indikator))))
    assert worth["COM_4"] == pytest.approx(share["COM_4"] * 100 / 2)
    assert worth["COM_4"] > worth["COM_7"]
    score = nilai.of_month(date(2026, 11, 1), None)
    assert 100 - score.nilai == pytest.approx(sum(worth.values()))
    assert score.baris[0].kode == "COM_4"


def test_who_sees_which_figures(masuk: Any) -> None:
    seed("Dalam Uji", data={"hp": ""})
    seed("Luar Uji", "198503152010011905", data={"hp": ""}, di=Tempat.bidang_lain)
    hitung.hitung(TODAY)
    admin = masuk(f.akun("admin_pd", di=Tempat.dinas))
    page = admin.get("/kepegawaian/mutu").text
    assert "Dinas Uji" in page
    assert "Badan Lain" not in page
    tickets = admin.get("/kepegawaian/mutu/tiket").text
    assert "Dalam Uji" in tickets
    assert "Luar Uji" not in tickets
    assert admin.get(f"/kepegawaian/mutu?opd={Tempat.lain.id}").status_code == 404
    assert admin.post("/kepegawaian/mutu/hitung").status_code == 403
    office = masuk(f.akun("bkpsdm"))
    page = office.get("/kepegawaian/mutu").text
    assert "Badan Lain" in page
    assert "formasi saat pengadaan hanya dicatat BKN" in page
    body = office.get("/kepegawaian/mutu/tiket?indikator=COM_7&format=csv").get_data(as_text=True)
    assert body.count("COM_7") == 2
    assert office.get("/kepegawaian/mutu/tiket?cari=luar&keadaan=TERBUKA").text.count("Luar Uji") == 1
    assert office.post("/kepegawaian/mutu/hitung").status_code == 303
    nobody = masuk(f.akun("", pegawai=f.orang("Biasa Uji")))
    assert nobody.get("/kepegawaian/mutu").status_code == 403
