"""An entry from proposal to what follows from it, and back."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.riwayat import aturan, jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import JF, PELAKSANA
from portal.kernel import approval, organisation
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Atasan, Penempatan, PenugasanAtasan
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)
JABATAN = jenis.JENIS["JABATAN"]


def state(pegawai: Any, on: date = TODAY) -> Keadaan:
    query = sa.select(Keadaan).where(Keadaan.pegawai_id == pegawai.id, Keadaan.mulai <= on, Keadaan.sampai >= on)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def stretches(pegawai: Any) -> list[tuple[Any, ...]]:
    query = sa.select(Keadaan.mulai, Keadaan.sampai, Keadaan.unit_id).where(Keadaan.pegawai_id == pegawai.id)
    return [tuple(row) for row in db.session.execute(query.order_by(Keadaan.mulai))]


def values(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "jenis_jabatan": PELAKSANA, "jabatan_id": None, "sub_jabatan_id": None, "nama_jabatan": "Pengolah Data",
        "jenjang": "PELAKSANA", "unit_id": None, "instansi_tujuan": "", "lokasi": r.DALAM, "pimpinan": False,
        "jalur": r.UTAMA, "penugasan": "D", "mutasi": r.MJ, "tmt": date(2026, 3, 1), "tmt_mutasi": None,
        "tmt_pelantikan": None, "selesai": None, "tanggal_sk": date(2026, 2, 20), "nomor_sk": "821/1/2026",
        "atasan_id": None,
    }  # fmt: skip
    return {**base, **changes}


def proposed(k: f.Kota, pegawai: Any, **changes: Any) -> tuple[Any, Any]:
    """A draft with its SK, handed in by an admin of the OPD."""
    admin = f.akun("admin_pd", di=k.dinas)
    row = services.simpan(JABATAN, pegawai, values(**changes), f.principal(admin))
    f.berkas(row, "SK_JABATAN", admin)
    return services.jalankan(row, "ajukan", f.principal(admin)), admin


def test_a_proposal_becomes_a_seat_only_when_verified() -> None:
    k = f.kota()
    row, admin = proposed(k, k.staf, unit_id=k.bidang_lain.id, atasan_id=k.kabid_lain.id)
    assert state(k.staf).unit_id == k.bidang.id
    with pytest.raises(Denied):
        services.jalankan(row, "verifikasi", f.principal(admin))
    verifier = f.principal(f.akun("verifikator_bkpsdm"))
    services.jalankan(row, "verifikasi", verifier)
    assert state(k.staf).unit_id == k.bidang_lain.id
    assert state(k.staf, date(2026, 2, 28)).unit_id == k.bidang.id
    seat = organisation.penempatan(k.staf.id, TODAY)
    assert seat is not None
    assert (seat.unit_id, seat.pd_id, seat.asal_id) == (k.bidang_lain.id, k.lain.id, row.id)
    before = organisation.penempatan(k.staf.id, date(2026, 2, 28))
    assert before is not None
    assert before.selesai == date(2026, 2, 28)
    assert [one.aksi for one in approval.history(row.submission_id)] == ["ajukan", "verifikasi"]


def test_nothing_is_verified_without_its_sk() -> None:
    k = f.kota()
    admin = f.akun("admin_pd", di=k.dinas)
    row = services.simpan(JABATAN, k.staf, values(unit_id=k.bidang.id), f.principal(admin))
    services.jalankan(row, "ajukan", f.principal(admin))
    with pytest.raises(Invalid, match="SK jabatan"):
        services.jalankan(row, "verifikasi", f.principal(f.akun("verifikator_bkpsdm")))


def test_an_old_entry_between_two_recuts_its_neighbours() -> None:
    """R4: a late SK of 2023 moves nobody today and leaves neither gap nor overlap."""
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2025, 5, 1))
    f.duduk(k.staf, k.dinas, date(2023, 6, 1))
    assert [row[2] for row in stretches(k.staf)] == [k.bidang.id, k.dinas.id, k.bidang_lain.id]
    starts = [row[0] for row in stretches(k.staf)]
    ends = [row[1] for row in stretches(k.staf)]
    assert ends == [*(day - timedelta(days=1) for day in starts[1:]), SELAMANYA]
    assert state(k.staf).unit_id == k.bidang_lain.id


def test_two_main_seats_of_one_day_are_refused() -> None:
    k = f.kota()
    verifier = f.principal(f.akun("verifikator_bkpsdm"))
    first, _ = proposed(k, k.staf, unit_id=k.bidang.id)
    second, _ = proposed(k, k.staf, unit_id=k.bidang_lain.id)
    services.jalankan(first, "verifikasi", verifier)
    with pytest.raises(Conflict, match="TMT yang sama"):
        services.jalankan(second, "verifikasi", verifier)


def test_a_second_head_is_refused_by_name() -> None:
    k = f.kota()
    row, _ = proposed(k, k.staf, unit_id=k.bidang.id, pimpinan=True, jenis_jabatan="STRUKTURAL")
    with pytest.raises(Conflict, match="dipimpin Kabid Uji"):
        services.jalankan(row, "verifikasi", f.principal(f.akun("verifikator_bkpsdm")))


def test_cancelling_opens_the_one_before_and_keeps_what_was_known() -> None:
    """R12, and the second time axis: on the day in question the register did say so."""
    k = f.kota()
    row, _admin = proposed(k, k.staf, unit_id=k.bidang_lain.id)
    services.jalankan(row, "verifikasi", f.principal(f.akun("verifikator_bkpsdm")))
    known = now()
    row.dicatat_at = known - timedelta(hours=1)
    db.session.flush()
    services.batalkan(row, f.principal(f.akun("bkpsdm")), "SK dibatalkan oleh putusan PTUN")
    assert state(k.staf).unit_id == k.bidang.id
    row.dicabut_at = known + timedelta(hours=1)
    db.session.flush()
    then = [one for one in bangun.as_known(k.staf.id, known) if one["mulai"] <= TODAY <= one["sampai"]]
    assert then[0]["unit_id"] == k.bidang_lain.id


def test_imported_entries_are_cancelled_by_the_office_alone() -> None:
    k = f.kota()
    row = f.duduk(k.staf, k.bidang_lain, date(2026, 1, 1))
    with pytest.raises(Denied):
        services.batalkan(row, f.principal(f.akun("verifikator_bkpsdm")), "Salah orang, SK milik pegawai lain")
    services.batalkan(row, f.principal(f.akun("bkpsdm")), "Salah orang, SK milik pegawai lain")
    assert state(k.staf).unit_id == k.bidang.id


def test_a_move_of_unit_keeps_jabatan_and_its_tmt() -> None:
    """R1, R2: masa jabatan and BUP count from the old TMT."""
    k = f.kota()
    one = f.jabatan("Arsiparis Ahli Madya", "JF_MA")
    f.duduk(k.staf, k.bidang, date(2022, 4, 1), jabatan_id=one.id, jenjang="JF_MA")
    f.duduk(k.staf, k.bidang_lain, date(2022, 4, 1), jabatan_id=one.id, jenjang="JF_MA", mutasi=r.MU,
            tmt_mutasi=date(2026, 2, 1))  # fmt: skip
    now_, then = state(k.staf), state(k.staf, date(2026, 1, 31))
    assert (now_.unit_id, now_.tmt_jabatan, now_.bup, now_.mulai) == (
        k.bidang_lain.id, date(2022, 4, 1), 60, date(2026, 2, 1),
    )  # fmt: skip
    assert then.unit_id == k.bidang.id
    assert now_.tmt_pensiun == date(2045, 4, 1)


def test_a_future_sk_changes_nothing_today_and_needs_no_job(jam: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2026, 12, 1))
    assert state(k.staf).unit_id == k.bidang.id
    assert state(k.staf, date(2026, 12, 1)).unit_id == k.bidang_lain.id


def test_who_retires_leaves_on_the_day_and_not_before() -> None:
    k = f.kota()
    f.kedudukan(k.staf, "01", f.CPNS)
    f.kedudukan(k.staf, "99", date(2027, 2, 1))
    assert state(k.staf, date(2027, 1, 31)).unit_id == k.bidang.id
    gone = state(k.staf, date(2027, 2, 1))
    assert (gone.unit_id, gone.kelompok, gone.dihitung) == (None, "BERHENTI", False)
    assert organisation.penempatan(k.staf.id, date(2027, 1, 31)) is not None
    assert organisation.penempatan(k.staf.id, date(2027, 2, 1)) is None


def test_a_pppk_leaves_the_day_after_the_agreement() -> None:
    k = f.kota()
    one = f.orang("Kontrak Uji", status="PPPK")
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="PERJANJIAN", tmt=date(2024, 3, 1), selesai=date(2026, 11, 20),
                          isi={"ke": 1}))  # fmt: skip
    f.duduk(one, k.bidang, date(2024, 3, 1))
    assert state(one, date(2026, 11, 20)).unit_id == k.bidang.id
    assert state(one).kelompok == "BERHENTI"


def test_extra_roles_run_beside_and_do_not_move_the_home() -> None:
    """R5: a Plt heads the other unit for a time; home, BUP and headcount stay."""
    k = f.kota()
    before = state(k.kabid)
    f.catat(r.RiwayatJabatan(
        pegawai_id=k.kabid.id, unit_id=k.dinas.id, jenis_jabatan="STRUKTURAL", nama_jabatan="Kepala Dinas Uji",
        jenjang="JPT_PRATAMA", pimpinan=True, jalur=r.TAMBAHAN, penugasan="PLH", tmt=date(2026, 11, 1),
        selesai=date(2026, 11, 30),
    ))  # fmt: skip
    after = state(k.kabid)
    assert (after.unit_id, after.bup, after.mulai) == (before.unit_id, before.bup, before.mulai)
    found = organisation.proposed_atasan(k.dinas.id, False, None, TODAY)
    assert found is not None
    assert found.jabatan == "Plh. Kepala Dinas Uji"


def test_an_atasan_named_by_the_sk_wins_over_the_head() -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang, date(2026, 5, 1), atasan_id=k.kadis.id, atasan_cara=r.DITUNJUK, nomor_sk="821/7/2026")
    boss = organisation.atasan(k.staf.id, TODAY)
    assert isinstance(boss, Atasan)
    assert boss.pegawai_id == k.kadis.id
    order = db.session.scalars(sa.select(PenugasanAtasan).where(PenugasanAtasan.pegawai_id == k.staf.id)).one()
    assert (order.mulai, order.selesai, order.dasar_sk) == (date(2026, 5, 1), None, "821/7/2026")


def test_rebuilding_changes_nothing() -> None:
    k = f.kota()
    f.golongan(k.staf, "III/c", date(2021, 4, 1))
    f.golongan(k.staf, "III/d", date(2025, 4, 1))
    rows = sa.select(Penempatan.id, Penempatan.golongan, Penempatan.mulai).where(Penempatan.pegawai_id == k.staf.id)
    before = db.session.execute(rows.order_by(Penempatan.mulai)).all()
    assert [row.golongan for row in before] == ["", "III/c", "III/d"]
    assert bangun.rebuild([k.staf.id]) == 0
    db.session.execute(sa.delete(Penempatan).where(Penempatan.pegawai_id == k.staf.id))
    db.session.execute(sa.delete(Keadaan).where(Keadaan.pegawai_id == k.staf.id))
    bangun.rebuild([k.staf.id])
    assert db.session.execute(rows.order_by(Penempatan.mulai)).all() == before


def test_seats_written_before_the_register_stay(app: Flask) -> None:
    """An office that used the other modules first keeps its seats until the first entries come."""
    k = f.kota()
    one = f.orang("Lama Uji")
    f.add(Penempatan(pegawai_id=one.id, unit_id=k.bidang.id, pd_id=k.dinas.id, jabatan="Analis", jenis_jabatan=JF,
                     mulai=date(2021, 1, 1)))  # fmt: skip
    bangun.rebuild([one.id])
    assert organisation.penempatan(one.id, TODAY) is not None


@pytest.mark.parametrize(("changes", "field"), [
    ({"atasan_id": "diri"}, "atasan_id"), ({"atasan_id": None}, "atasan_id"), ({"atasan_id": "bawahan"}, "atasan_id"),
    ({"unit_id": None}, "unit_id"), ({"lokasi": r.LUAR}, "instansi_tujuan"),
    ({"mutasi": r.MU, "tmt_mutasi": date(2026, 3, 1)}, "tmt_mutasi"), ({"mutasi": r.MU}, "tmt_mutasi"),
    ({"jalur": r.TAMBAHAN, "penugasan": "KOOR"}, "selesai"),
    ({"jalur": r.TAMBAHAN, "penugasan": "PLT", "pimpinan": True, "selesai": date(2026, 5, 1)}, "penugasan"),
    ({"jenis_jabatan": JF}, "jabatan_id"), ({"jenis_jabatan": JF, "jabatan_id": "guru"}, "sub_jabatan_id"),
    ({"selesai": date(2026, 1, 1)}, "selesai"), ({"tmt": date(1, 1, 1)}, "tmt"),
])  # fmt: skip
def test_rules_name_the_field(changes: dict[str, Any], field: str) -> None:
    k = f.kota()
    below = f.orang("Bawahan Uji")
    f.duduk(below, k.bidang, atasan_id=k.kabid.id)
    words = {"diri": k.kabid.id, "bawahan": below.id, "guru": f.jabatan("Guru Ahli Muda", rumpun="GURU").id}
    given = {name: words.get(value, value) if isinstance(value, str) else value for name, value in changes.items()}
    found = aturan.periksa(k.kabid, values(**{"unit_id": k.bidang.id, "atasan_id": k.kadis.id, **given}))
    assert field in [one.field for one in found.galat]


def test_a_sound_entry_passes_and_unusual_dates_only_warn() -> None:
    k = f.kota()
    found = aturan.periksa(k.staf, values(unit_id=k.bidang.id, atasan_id=k.kabid.id, tanggal_sk=date(2027, 6, 1)))
    assert not found.galat
    assert [one.field for one in found.peringatan] == ["tanggal_sk"]
    assert not aturan.periksa(k.kadis, values(unit_id=k.dinas.id, atasan_id=k.wali.id, pimpinan=True)).galat
