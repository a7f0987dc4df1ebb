"""R12: a correction that is withdrawn gives way to what it had replaced; an appointment gives back what was before."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import berkas, pulih, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel.db import db, now
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_riwayat import state
from tests.kepegawaian.test_riwayat_akibat import verified

pytestmark = pytest.mark.usefixtures("app", "jam")
WHY = "Koreksinya keliru, SK pertama benar"


def proposed(row: Any, paper: str, **changes: Any) -> Any:
    """A correction that waits for a decision."""
    one = f.akun("bkpsdm")
    draft = services.ganti(row, f.principal(one))
    f.berkas(draft, paper, one)
    for name, value in changes.items():
        setattr(draft, name, value)
    db.session.flush()
    return services.jalankan(draft, "ajukan", f.principal(one))


def corrected(row: Any, paper: str, **changes: Any) -> Any:
    draft = proposed(row, paper, **changes)
    return services.jalankan(draft, "verifikasi", f.principal(f.akun("bkpsdm")))


def cancel(row: Any) -> None:
    services.batalkan(row, f.principal(f.akun("bkpsdm")), WHY)


def held(table: Any, pegawai: Any) -> list[Any]:
    query = sa.select(table).where(table.pegawai_id == pegawai.id, table.status == r.TERVERIFIKASI)
    return list(db.session.scalars(query.order_by(table.tmt)))


def test_what_a_withdrawn_correction_had_replaced_holds_again(jam: Any) -> None:
    k = f.kota()
    (old,) = held(r.RiwayatJabatan, k.staf)
    old.siasn_id = "A1"
    f.berkas(old, "SK_JABATAN", f.akun("bkpsdm"))
    jam.shift(timedelta(hours=1))
    new = corrected(old, "SK_JABATAN", nama_jabatan="Jabatan Keliru")
    jam.shift(timedelta(hours=1))
    between = now()
    jam.shift(timedelta(hours=1))
    cancel(new)
    (again,) = held(r.RiwayatJabatan, k.staf)
    assert again.id not in (old.id, new.id)
    assert (state(k.staf).jabatan, again.tmt, again.siasn_id) == ("Jabatan Staf Uji", old.tmt, "A1")
    assert (old.status, new.status, berkas.punya(again)) == (r.DIGANTI, r.DIBATALKAN, {"SK_JABATAN"})
    assert [row["jabatan"] for row in bangun.as_known(k.staf.id, between)] == ["Jabatan Keliru"]
    assert [row["jabatan"] for row in bangun.as_known(k.staf.id)] == ["Jabatan Staf Uji"]


def test_the_seat_before_it_does_not_run_on_meanwhile() -> None:
    """A head who had moved on: without the entry that opens again, two would head the first unit."""
    k = f.kota()
    moved = f.duduk(k.kabid, k.dinas, date(2025, 1, 1), atasan_id=k.kadis.id)
    f.duduk(k.kabid_lain, k.bidang, date(2025, 1, 1), pimpinan=True, atasan_id=k.kadis.id)
    new = corrected(moved, "SK_JABATAN", nama_jabatan="Jabatan Keliru")
    cancel(new)
    assert (state(k.kabid).unit_id, state(k.kabid_lain).unit_id) == (k.dinas.id, k.bidang.id)


def test_what_lost_its_day_meanwhile_stays_closed() -> None:
    k = f.kota()
    (old,) = held(r.RiwayatJabatan, k.staf)
    new = corrected(old, "SK_JABATAN", tmt=date(2021, 5, 1))
    other = f.duduk(k.staf, k.bidang_lain, old.tmt, atasan_id=k.kabid_lain.id)
    cancel(new)
    assert [row.id for row in held(r.RiwayatJabatan, k.staf)] == [other.id]
    assert (new.status, state(k.staf).unit_id) == (r.DIBATALKAN, k.bidang_lain.id)
    assert "tidak dapat berlaku lagi" in pulih.kabar(new)


def test_what_another_entry_had_made_does_not_outlive_it() -> None:
    k = f.kota()
    values = {"tmt": date(2026, 2, 1), "selesai": date(2027, 1, 31), "isi": {"jenis": "CLTN"}}
    away = verified("CLTN", k.staf, "SK_CLTN", **values)
    (made,) = held(r.RiwayatKedudukan, k.staf)
    new = corrected(made, "SK_KEDUDUKAN", tmt=date(2026, 3, 1))
    cancel(away)
    cancel(new)
    assert held(r.RiwayatKedudukan, k.staf) == []


def test_an_appointment_that_is_withdrawn_gives_back_what_was_before() -> None:
    one = f.orang("Calon Uji", status="CPNS")
    f.kedudukan(one, "01", date(2025, 1, 1))
    only = verified("CPNS_PNS", one, "SK_CPNS", tmt=date(2025, 1, 1), isi={})
    new = verified("CPNS_PNS", one, "SK_CPNS", only, isi={"tmt_pns": "2026-01-01"})
    assert one.status == "PNS"
    without = verified("CPNS_PNS", one, "SK_CPNS", new, isi={})
    assert one.status == "CPNS"
    cancel(without)
    assert one.status == "PNS"
    cancel(held(r.RiwayatLain, one)[0])
    assert (one.status, state(one).jenis) == ("CPNS", "CPNS")
    other = f.orang("Lama Uji", status="PNS")
    cancel(verified("CPNS_PNS", other, "SK_CPNS", tmt=date(2010, 1, 1), isi={"tmt_pns": "2011-01-01"}))
    assert other.status == "PNS"
    wrong = f.orang("Keliru Uji", status="CPNS")
    cancel(verified("CPNS_PNS", wrong, "SK_CPNS", tmt=date(2025, 1, 1), isi={"tmt_pns": "2026-01-01"}))
    assert wrong.status == "CPNS"


def test_the_page_names_a_correction_under_way_and_what_will_hold_again(masuk: Any, client: FlaskClient) -> None:
    k = f.kota()
    (old,) = held(r.RiwayatJabatan, k.staf)
    new = proposed(old, "SK_JABATAN", nama_jabatan="Jabatan Keliru")
    masuk(f.akun("bkpsdm"))
    where = f"/kepegawaian/pegawai/{k.staf.id}/riwayat/riwayat_jabatan/"
    page = client.get(f"{where}{old.id}").text
    assert f'menunggu putusan. <a href="{where}{new.id}">' in page
    services.jalankan(new, "verifikasi", f.principal(f.akun("bkpsdm")))
    page = client.get(f"{where}{new.id}").text
    assert f'Yang digantikannya berlaku lagi: <a href="{where}{old.id}">' in page
