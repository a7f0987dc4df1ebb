"""A PPPK of part time becomes one of full time: same person, same account, maybe another NI."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian import pencari
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import peralihan, services
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai
from portal.kernel.people import User
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_daftar import lihat
from tests.kepegawaian.test_riwayat_formulir import page, upload

pytestmark = pytest.mark.usefixtures("app", "jam")
LAMA, BARU = "199001012025211007", "199001012026221003"
TODAY = date(2026, 11, 21)


def paruh(k: f.Kota) -> Pegawai:
    one = f.orang("Paruh Uji", lahir=date(1990, 1, 1), status="PPPK_PARUH_WAKTU")
    one.nip = LAMA
    f.duduk(one, k.bidang, date(2025, 10, 1), atasan_id=k.kabid.id)
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == one.id)).one()
    data.siasn_id = "A5EB03E2"
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="PERJANJIAN", tmt=date(2025, 12, 1), selesai=date(2026, 11, 30),
                          isi={"ke": 1}))  # fmt: skip
    return one


def typed(**more: Any) -> dict[str, Any]:
    return {"ke": "2", "gaji": "3203600", "tmt": "01/11/2026", "selesai": "31/10/2031", "nomor_sk": "800/77/2026",
            "tanggal_sk": "20/10/2026", "ni": "19900101 202622 1 003", "kunci": str(uuid.uuid4()),
            **upload("PERJANJIAN"), **more}  # fmt: skip


def kinds(one: Pegawai) -> list[tuple[str, date]]:
    query = sa.select(Keadaan.jenis, sa.func.min(Keadaan.mulai)).where(Keadaan.pegawai_id == one.id)
    return [(kind, day) for kind, day in db.session.execute(query.group_by(Keadaan.jenis).order_by(sa.text("2")))]


def test_status_and_number_change_and_everything_else_stays(masuk: Any) -> None:
    k = f.kota()
    one, account, boss = paruh(k), None, f.akun("bkpsdm")
    account = f.akun("", pegawai=one, nama=LAMA)
    office = masuk(boss)
    assert f"/kepegawaian/pegawai/{one.id}/penuh-waktu" in office.get(page(one)).text
    form, human = typed(), one.orang_id
    again = {**form, **upload("PERJANJIAN")}
    assert office.post(page(one, more="/penuh-waktu"), data=form).status_code == 303
    assert office.post(page(one, more="/penuh-waktu"), data=again).status_code == 303  # pressed twice
    db.session.expire_all()
    assert (one.nip, one.status, one.orang_id) == (BARU, "PPPK", human)
    assert kinds(one) == [("PPPK_PARUH_WAKTU", date(2025, 10, 1)), ("PPPK", date(2026, 11, 1))]
    query = sa.select(r.RiwayatLain).where(r.RiwayatLain.pegawai_id == one.id).order_by(r.RiwayatLain.tmt)
    assert [row.jenis for row in db.session.scalars(query)].count("PERJANJIAN") == 2
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == one.id)).one()
    assert (data.siasn_id, data.nip_lama, data.akhir_perjanjian) == ("A5EB03E2", LAMA, date(2031, 10, 31))
    assert (db.session.get_one(User, account.id).pegawai_id, account.pengguna) == (one.id, LAMA)
    shown = office.get(page(one)).text
    assert LAMA in shown
    assert "penuh-waktu" not in shown
    for words in (BARU, LAMA, "19900101 202521"):
        assert lihat(masuk, boss, f"cari={words.replace(' ', '+')}") == ["Paruh Uji"], words
    line = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "kepegawaian.penuh_waktu")).one()
    assert line.data["sebelum"]["nip"] == LAMA


@pytest.mark.parametrize(("ni", "words"), [
    ("19900101 2026", "harus 18 angka"), ("199001012026011003", "harus 21 sampai 29"),
    ("199001012026221000", "Nomor urut"), ("199203042024212002", "masih dipakai Lain Uji"),
    ("199203042024212001", "sudah pernah diberikan"),
])  # fmt: skip
def test_a_wrong_number_keeps_what_was_typed(ni: str, words: str, masuk: Any) -> None:
    k = f.kota()
    one, other = paruh(k), f.orang("Lain Uji", status="PPPK")
    other.nip = "199203042024212002"
    db.session.execute(sa.update(r.DataPegawai).where(r.DataPegawai.pegawai_id == other.id)
                       .values(nip_lama="199203042024212001"))  # fmt: skip
    sent = masuk(f.akun("bkpsdm")).post(page(one, more="/penuh-waktu"), data=typed(ni=ni))
    assert sent.status_code == 422
    assert words in sent.text
    assert 'value="800/77/2026"' in sent.text
    assert f'value="{ni}"' in sent.text
    db.session.refresh(one)
    assert (one.nip, one.status) == (LAMA, "PPPK_PARUH_WAKTU")


def test_a_day_to_come_changes_nothing_today_and_can_be_taken_back(jam: Any, masuk: Any) -> None:
    k = f.kota()
    one, boss = paruh(k), f.akun("bkpsdm")
    form = typed(tmt="01/12/2026", selesai="30/11/2028")
    assert masuk(boss).post(page(one, more="/penuh-waktu"), data=form).status_code == 303
    db.session.refresh(one)
    assert (one.nip, one.status, peralihan.terapkan(TODAY)) == (LAMA, "PPPK_PARUH_WAKTU", 0)
    assert kinds(one)[-1] == ("PPPK", date(2026, 12, 1))
    jam.move_to(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    assert [peralihan.terapkan(date(2026, 12, 1)) for _ in range(2)] == [1, 0]
    db.session.refresh(one)
    assert (one.nip, one.status, bangun.rebuild([one.id])) == (BARU, "PPPK", 0)
    assert [found.nama for found in pencari.cari_pegawai(LAMA, date(2026, 12, 1))] == []  # nobody is signed in
    entry = peralihan.berjalan(one.id)
    services.batalkan(entry, f.principal(boss), "Perjanjiannya dibatalkan BKN")
    db.session.refresh(one)
    assert (one.nip, one.status, kinds(one)[-1][0]) == (LAMA, "PPPK_PARUH_WAKTU", "PPPK_PARUH_WAKTU")
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == one.id)).one()
    assert (data.nip_lama, data.akhir_perjanjian) == ("", date(2026, 11, 30))


def test_who_may_and_for_whom(masuk: Any) -> None:
    k = f.kota()
    one = paruh(k)
    assert masuk(f.akun("admin_pd", di=k.dinas)).get(page(one, more="/penuh-waktu")).status_code == 403
    assert masuk(f.akun("bkpsdm", pegawai=one)).get(page(one, more="/penuh-waktu")).status_code == 403
    assert masuk(f.akun("bkpsdm")).get(page(k.staf, more="/penuh-waktu")).status_code == 409
