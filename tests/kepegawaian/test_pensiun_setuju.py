"""The head of the OPD approves a request between the check of the papers and the covering letter."""

from datetime import date
from typing import Any

import pytest

from portal.kepegawaian.pensiun import alur, persetujuan, services
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.surat import reports, usulan
from portal.kepegawaian.surat import services as surat
from portal.kernel import approval
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.notices import Notice
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_pensiun_usulan import HOME, buka, calon, maju

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)


def diperiksa(k: f.Kota, pegawai: Any = None) -> m.UsulanPensiun:
    """A request whose papers the admin of the OPD found right."""
    one = pegawai or calon(k)
    row = buka(one, f.akun("", pegawai=one))
    maju(row, k, m.DIPERIKSA)
    return row


def kepala(pegawai: Any) -> Any:
    return f.principal(f.akun("", pegawai=pegawai))


def names(row: m.UsulanPensiun, user: Any) -> list[str]:
    return [step.name for step in services.moves_for(row, user)]


def matikan() -> None:
    aturan.ubah(persetujuan.KUNCI, "TIDAK", TODAY, "Surat BKPSDM 1/2026", f.principal(f.akun("bkpsdm")))


def test_the_head_approves_before_the_office_verifies(masuk: Any) -> None:
    k = f.kota()
    head = f.akun("", pegawai=k.kadis)
    row = diperiksa(k)
    told = db.session.query(Notice).filter_by(user_id=head.id).one()
    assert "menunggu persetujuan" in told.judul
    other = f.principal(f.akun("verifikator_bkpsdm"))
    assert names(row, other) == ["kembalikan", "tms"]
    with pytest.raises(Conflict, match="menunggu persetujuan kepala"):
        services.langkah(row, "verifikasi", other)
    client = masuk(head)
    page = client.get(f"{HOME}/{row.id}").text
    assert 'value="setujui_opd"' in page
    assert "Menunggu persetujuan Kadis Uji" in page
    assert client.post(f"{HOME}/{row.id}/langkah", data={"aksi": "setujui_opd"}).status_code == 303
    db.session.refresh(row)
    case = db.session.get_one(Submission, row.submission_id)
    assert (row.status, case.status, case.assignee_id) == (m.DISETUJUI, m.DISETUJUI, None)
    assert names(row, other) == ["kembalikan", "verifikasi", "tms"]
    assert "Disetujui kepala perangkat daerah</strong> oleh" in masuk(f.akun("bkpsdm")).get(f"{HOME}/{row.id}").text


def test_only_who_sits_there_today(masuk: Any) -> None:
    k = f.kota()
    row = diperiksa(k)
    for user in (kepala(k.kabid), kepala(k.kabid_lain), f.principal(f.akun("admin_pd", di=k.dinas)),
                 f.principal(f.akun("pimpinan_pd", di=k.dinas)), f.principal(f.akun("bkpsdm"))):  # fmt: skip
        with pytest.raises(Denied):
            services.langkah(row, "setujui_opd", user)
    assert masuk(f.akun("", pegawai=k.kabid)).get(f"{HOME}/{row.id}").status_code == 404
    acting = {"jalur": r.TAMBAHAN, "penugasan": "PLH", "selesai": date(2026, 12, 31), "atasan_id": k.wali.id}
    f.duduk(k.kabid, k.dinas, date(2026, 11, 1), pimpinan=True, **acting)
    with pytest.raises(Denied):
        services.langkah(row, "setujui_opd", kepala(k.kadis))  # away, and the Plh decides
    services.langkah(row, "setujui_opd", kepala(k.kabid))
    assert approval.history(row.submission_id)[-1].atas_nama == "Plh. Jabatan Kabid Uji"


def test_whom_the_head_delegates_to_decides_in_the_name_of_the_head(masuk: Any) -> None:
    k = f.kota()
    row = diperiksa(k)
    head, other = f.akun("", pegawai=k.kadis), f.akun("", pegawai=k.kabid_lain)
    f.add(approval.Delegasi(dari_id=head.id, kepada_id=other.id, mulai=TODAY, selesai=TODAY))
    assert masuk(other).get(f"{HOME}/{row.id}").status_code == 200
    services.langkah(row, "setujui_opd", f.principal(other))
    assert approval.history(row.submission_id)[-1].atas_nama == head.nama


def test_sent_back_with_a_note_and_asked_again() -> None:
    k = f.kota()
    row = diperiksa(k)
    with pytest.raises(Invalid, match="catatan"):
        services.langkah(row, "kembalikan_kepala", kepala(k.kadis))
    services.langkah(row, "kembalikan_kepala", kepala(k.kadis), "Tunggu serah terima aset dulu")
    assert row.status == m.DIKEMBALIKAN
    assert db.session.get_one(Submission, row.submission_id).assignee_id is None
    maju(row, k, m.DISETUJUI)


def test_a_vacant_seat_does_not_block_for_ever(masuk: Any) -> None:
    k = f.kota()
    office = f.principal(f.akun("bkpsdm"))
    row = diperiksa(k)
    f.akun("", pegawai=k.kadis)
    assert "setujui_pusat" not in names(row, office)
    with pytest.raises(Conflict, match="diputuskan Kadis Uji"):
        services.langkah(row, "setujui_pusat", office, "Kepala dinas sedang cuti besar")
    f.kedudukan(k.kadis, "99", date(2026, 11, 1))
    assert "kosong" in masuk(f.akun("bkpsdm")).get(f"{HOME}/{row.id}").text
    assert "setujui_pusat" in names(row, office)
    with pytest.raises(Invalid, match="catatan"):
        services.langkah(row, "setujui_pusat", office)
    services.langkah(row, "setujui_pusat", office, "Jabatan kepala dinas kosong")
    with pytest.raises(Denied, match="Orang lain yang memverifikasi"):
        services.langkah(row, "verifikasi", office)


def test_what_is_about_the_head_goes_one_level_up() -> None:
    k = f.kota()
    mayor = f.principal(f.akun("", pegawai=k.wali))
    row = buka(k.kadis, f.akun("", pegawai=k.kadis), "APS", tmt=date(2027, 2, 1))
    maju(row, k, m.DIPERIKSA)
    with pytest.raises(Denied, match="usulan Anda sendiri"):
        services.langkah(row, "setujui_opd", kepala(k.kadis))
    services.langkah(row, "setujui_opd", mayor)
    assert row.status == m.DISETUJUI


def test_the_letter_follows_the_approval() -> None:
    k = f.kota()
    row = diperiksa(k)
    tu = f.principal(f.akun("admin_tu", di=k.dinas))
    place = type("Tempat", (), {"id": k.dinas.id, "pd_id": k.dinas.id})
    values = {"tanggal": TODAY, "perihal": "Usul pensiun", "tujuan": "BKPSDM", "penandatangan_id": k.kadis.id}
    letter = surat.buat(place, alur.PENSIUN, values, tu, None)
    assert usulan.waiting(letter) == []
    services.langkah(row, "setujui_opd", kepala(k.kadis))
    assert [one.id for one in usulan.waiting(letter)] == [row.submission_id]
    surat.muat(letter, [row.submission_id], [], tu)
    line = reports._line(1, usulan.carried(letter)[0])
    assert line[-1] == "Pensiun: mencapai batas usia pensiun (BUP), TMT 1 April 2027"


def test_no_letter_carries_what_bkn_has() -> None:
    k = f.kota()
    one = calon(k)
    maju(buka(one, f.akun("", pegawai=one)), k, m.USUL_BKN)
    tu = f.principal(f.akun("admin_tu", di=k.dinas))
    place = type("Tempat", (), {"id": k.dinas.id, "pd_id": k.dinas.id})
    values = {"tanggal": TODAY, "perihal": "Usul pensiun", "tujuan": "BKPSDM", "penandatangan_id": k.kadis.id}
    assert usulan.waiting(surat.buat(place, alur.PENSIUN, values, tu, None)) == []


def test_the_office_may_do_without(masuk: Any) -> None:
    k = f.kota()
    row = diperiksa(k)
    matikan()
    other = f.principal(f.akun("verifikator_bkpsdm"))
    assert "verifikasi" in names(row, other)
    with pytest.raises(Conflict, match="tidak memerlukan"):
        services.langkah(row, "setujui_opd", kepala(k.kadis))
    page = masuk(f.akun("bkpsdm")).get(f"{HOME}/{row.id}").text
    assert "Disetujui kepala perangkat daerah" not in page
    services.semua_sesuai(row, other)
    services.langkah(row, "verifikasi", other)


def test_discipline_never_comes_to_the_head(masuk: Any) -> None:
    k = f.kota()
    row = buka(calon(k), f.akun("bkpsdm"), "HUKUMAN", tanggal_kejadian=date(2026, 9, 1))
    row.status = db.session.get_one(Submission, row.submission_id).status = m.DIPERIKSA
    db.session.flush()
    assert not persetujuan.perlu(row)
    assert masuk(f.akun("", pegawai=k.kadis)).get(f"{HOME}/{row.id}").status_code == 404
