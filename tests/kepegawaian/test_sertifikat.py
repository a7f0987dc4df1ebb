"""Certificates that end: told once to the person and to the OPD, in time."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import sertifikat
from portal.kepegawaian.rujukan import aturan
from portal.kernel.db import db
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
    assert len(told(office)) == 6
