"""Certificates that end: told once to the person and to the OPD, in time, and listed with agreements that do."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import berakhir, sertifikat
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan
from portal.kernel.db import db
from portal.kernel.listing.page import LEAD, page_of
from portal.kernel.notices import Notice
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)


def _certificate(one: Any, nama: str, selesai: date | None) -> None:
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="SERTIFIKASI", tmt=date(2024, 1, 1), selesai=selesai,
                          isi={"nama": nama, "lembaga": "LSP Uji"}))  # fmt: skip


def told(user: Any) -> list[str]:
    found = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == user.id).order_by(Notice.id))
    return list(found)


def test_a_certificate_that_ends_is_told_once_unless_it_was_renewed(jam: Any) -> None:
    k = f.kota()
    own, office, other = f.akun("", pegawai=k.staf), f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)
    _certificate(k.staf, "Pengadaan barang", date(2027, 2, 10))
    _certificate(k.staf, "Auditor", date(2027, 2, 1))
    _certificate(k.staf, "auditor", date(2030, 2, 1))  # the renewed one
    _certificate(k.staf, "Sudah lewat", date(2026, 11, 20))
    _certificate(k.staf, "Seumur hidup", None)
    _certificate(k.staf, "Masih lama", date(2027, 6, 1))
    f.kedudukan(k.kabid, "99", date(2026, 1, 1))
    _certificate(k.kabid, "Orang yang berhenti", date(2027, 1, 5))
    assert [sertifikat.ingatkan() for _ in range(2)] == [1, 0]
    assert [told(user) for user in (own, office, other)] == [
        ["Sertifikat Anda berakhir 10 Februari 2027"], ["Sertifikat Staf Uji berakhir 10 Februari 2027"], [],
    ]  # fmt: skip
    jam.shift(timedelta(days=70))
    assert sertifikat.ingatkan() == 0
    aturan.ubah("sertifikat_ingat", "6", TODAY, "SE uji", f.principal(f.akun("bkpsdm")))
    assert sertifikat.ingatkan() == 1
    assert told(own)[1:] == ["Sertifikat Anda berakhir 1 Juni 2027"]


def test_many_at_once_stand_in_one_message() -> None:
    k = f.kota()
    office = f.akun("admin_pd", di=k.dinas)
    with f.bersama():
        for number in range(7):
            _certificate(k.staf, f"Sertifikat {number}", date(2027, 1, 1) + timedelta(days=number))
    assert sertifikat.ingatkan() == 7
    assert told(office)[-1] == "2 sertifikat lain akan berakhir"
    query = sa.select(Notice.url).where(Notice.user_id == office.id).order_by(Notice.id.desc())
    assert db.session.scalar(query.limit(1)) == sertifikat.LIST
    assert len(told(office)) == 6


# ---- the list


def _agreement(one: Any, tmt: date, selesai: date, ke: int = 1) -> None:
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="PERJANJIAN", tmt=tmt, selesai=selesai, isi={"ke": ke}))


def listed(user: Any, **args: str) -> list[tuple[str, str, int]]:
    """Name, what ends, days left."""
    ask = berakhir.DAFTAR.ask(args, f.principal(user))
    page = page_of(ask, "/")
    at = [column.name for column in ask.needed_columns]
    return [tuple(row[LEAD + at.index(name)] for name in ("nama", "uraian", "sisa")) for row in page.found]


def test_what_ends_is_listed_by_kind_unit_and_time_without_what_was_renewed() -> None:
    k = f.kota()
    office, other = f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)
    hired, kept = f.orang("Kontrak Uji", status="PPPK"), f.orang("Lanjut Uji", status="PPPK")
    with f.bersama():
        f.duduk(hired, k.bidang)
        f.duduk(kept, k.bidang_lain)
        _agreement(hired, date(2022, 1, 1), date(2026, 12, 31))
        _agreement(kept, date(2022, 1, 1), date(2026, 12, 31))
        _agreement(kept, date(2027, 1, 1), date(2031, 12, 31), 2)
        _certificate(k.staf, "Auditor", date(2026, 12, 11))
        _certificate(k.staf, "Pengadaan", date(2026, 12, 1))
        _certificate(k.staf, "pengadaan", date(2029, 12, 1))
        _certificate(k.kabid_lain, "Arsiparis", date(2027, 4, 1))
        _certificate(k.kabid_lain, "Bendahara", date(2026, 11, 20))
        _certificate(k.kabid_lain, "Lama", date(2025, 11, 20))
    soon, agreement = ("Staf Uji", "Auditor", 20), ("Kontrak Uji", "Perjanjian ke-1", 40)
    assert listed(f.akun("bkpsdm")) == [soon, agreement]
    assert listed(f.akun("bkpsdm"), masa="180") == [soon, agreement, ("Kabidlain Uji", "Arsiparis", 131)]
    assert listed(office, masa="30") == [soon]
    assert listed(office, jenis="PERJANJIAN") == [agreement]
    assert listed(office, opd=str(k.lain.id)) == [soon, agreement]  # another OPD is not offered
    assert listed(other, masa="LEWAT") == [("Kabidlain Uji", "Bendahara", -1)]
    then = listed(f.akun("bkpsdm"), per_tanggal="2026-11-02", masa="30", jenis="SERTIFIKASI")
    assert then == [("Kabidlain Uji", "Bendahara", 18)]
