"""R8 wherever an atasan is chosen: coordinators by the setting, circles and oneself in a table."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.impor import entri
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import aturan, isian_jabatan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import services
from portal.kernel.db import db
from portal.kernel.importing import IMPORTERS, MODE_BARU, Row, Run
from portal.kernel.organisation import Penempatan
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)


def koordinator(k: f.Kota) -> Any:
    """Coordinates in a unit without another head."""
    one = f.orang("Koor Uji")
    f.duduk(one, k.bidang, date(2020, 1, 1), atasan_id=k.kabid.id)
    row = f.duduk(one, k.bidang, date(2026, 1, 1), jalur=r.TAMBAHAN, penugasan="KOOR", selesai=date(2027, 12, 31),
                  pimpinan=True, atasan_id=k.kabid.id)  # fmt: skip
    return one, row


def melarang() -> None:
    user = f.principal(f.akun("bkpsdm"))
    services.ubah_aturan("koor_boleh_atasan", "TIDAK", date(2026, 11, 1), "Surat BKPSDM 1/2026", user)


def said(pegawai: Any, boss: Any, on: date = TODAY) -> str:
    return " ".join(one.pesan for one in aturan.periksa_atasan(pegawai, boss.id, on).galat)


def test_a_coordinator_is_atasan_only_where_the_office_lets() -> None:
    k = f.kota()
    one, row = koordinator(k)
    assert said(k.staf, one) == ""
    assert [found.nama for found in isian_jabatan.cari_atasan("Koor", TODAY)] == ["Koor Uji"]
    melarang()
    assert isian_jabatan.cari_atasan("Koor", TODAY) == []
    assert "Koordinator tidak menjadi atasan" in said(k.staf, one)
    assert said(k.staf, one, date(2026, 10, 31)) == ""  # before the setting
    leads = sa.select(Penempatan.is_pimpinan).where(Penempatan.asal_id == row.id)
    bangun.rebuild([one.id])
    assert db.session.scalar(leads) is False
    f.duduk(one, k.lain, date(2026, 6, 1), jalur=r.TAMBAHAN, penugasan="PLT", selesai=date(2027, 6, 1), pimpinan=True,
            atasan_id=k.wali.id)  # fmt: skip
    assert said(k.staf, one) == ""  # a Plt leads in a capacity of his own


def test_the_form_refuses_a_coordinator_also_when_posted_directly(masuk: Any) -> None:
    k = f.kota()
    one, _ = koordinator(k)
    client = masuk(f.akun("admin_pd", di=k.dinas))
    address = "/kepegawaian/cari/atasan?medan=atasan_id&atasan_id-cari=koor"
    assert "Koor Uji" in client.get(address).text
    melarang()
    assert "Koor Uji" not in client.get(address).text
    form = {"opd": str(k.dinas.id), "unit_id": str(k.bidang.id), "jenis_jabatan": "PELAKSANA", "tmt": "01/11/2026",
            "nama_jabatan": "Pengolah Data", "atasan_id": str(one.id), "nomor_sk": "821/1", "masa": "aktif",
            "tanggal_sk": "01/11/2026"}  # fmt: skip
    page = client.post(f"/kepegawaian/pegawai/{k.staf.id}/riwayat/baru/JABATAN", data=form)
    assert page.status_code == 422
    assert "Koordinator tidak menjadi atasan menurut pengaturan" in page.text


# ---- a table of entries


def rows(*values: dict[str, Any]) -> list[Row]:
    blank: dict[str, Any] = {one.name: "" for one in IMPORTERS["kepegawaian.jabatan"].columns}
    base = {"jenis_jabatan": "STRUKTURAL", "jabatan": "Kepala Bidang", "eselon": "III.b", "tmt": date(2026, 12, 1),
            "selesai": None, "tmt_mutasi": None, "tanggal_sk": None, "kelas": None}  # fmt: skip
    return [Row(i, {**blank, **base, **one}) for i, one in enumerate(values, 2)]


def wrong(found: list[Row]) -> list[list[str]]:
    return [[one.message for one in row.problems if one.code == "E_R8"] for row in found]


def test_circles_and_oneself_are_named_by_row() -> None:
    k = f.kota()
    far = f.orang("Jauh Uji")
    f.duduk(far, k.bidang_lain, date(2020, 1, 1), atasan_id=k.kabid_lain.id)
    run = Run(k.staf.id, "kepegawaian.jabatan", f.principal(f.akun("bkpsdm")), MODE_BARU)
    found = rows(
        {"nip": k.kadis.nip, "unit": "Dinas Uji", "atasan": k.staf.nip},  # staf is under kabid, kabid under kadis
        {"nip": k.kabid_lain.nip, "unit": "Bidang Dua", "atasan": k.kabid_lain.nip},
        {"nip": far.nip, "unit": "Bidang Satu", "atasan": k.staf.nip},
        {"nip": k.staf.nip, "unit": "Bidang Satu", "atasan": far.nip},  # closes over the row above
        {"nip": k.kabid.nip, "unit": "Bidang Satu"},  # heads it today and names nobody
        {"nip": k.kabid_lain.nip, "unit": "Bidang Dua", "tmt": date(2026, 12, 2), "atasan": "Wali Uji"},
    )
    entri._jabatan_check(found, run)
    assert wrong(found) == [
        ["Atasan ini bawahan pegawai itu, jadi melingkar (R8)"], ["Atasan tidak boleh diri sendiri (R8)"], [],
        ["Atasan ini bawahan pegawai itu, jadi melingkar (R8)"], ["Pimpinan unit ini pegawai itu sendiri (R8)"], [],
    ]  # fmt: skip


def test_a_table_names_no_coordinator_either() -> None:
    k = f.kota()
    one, _ = koordinator(k)
    melarang()
    run = Run(k.staf.id, "kepegawaian.jabatan", f.principal(f.akun("bkpsdm")), MODE_BARU)
    found = rows({"nip": k.staf.nip, "unit": "Bidang Satu", "atasan": one.nip})
    entri._jabatan_check(found, run)
    assert wrong(found) == [["Koordinator tidak menjadi atasan: Koor Uji (R8)"]]
