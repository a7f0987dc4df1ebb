"""The tree of units through time, and who may change it."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.unor import harian, pohon, rencana
from portal.kepegawaian.unor.models import UnorSuksesi, UnorVersi
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Unit
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY, LATER = date(2026, 11, 21), date(2027, 1, 1)


def done(jenis: str, /, **plan: Any) -> int:
    """Prepared by one person of the office, carried out by another."""
    one, other = f.principal(f.akun("bkpsdm")), f.principal(f.akun("bkpsdm"))
    texts = {name: str(value) if not isinstance(value, list | int) else value for name, value in plan.items()}
    return rencana.jalankan(rencana.siapkan(jenis, rencana.JUDUL[jenis], texts, one), other)


def test_a_unit_keeps_its_old_name_in_the_past() -> None:
    k = f.kota()
    done(
        rencana.UBAH,
        unit_id=k.bidang.id,
        tanggal=LATER,
        nama="Bidang Satu Data",
        induk_id=k.dinas.id,
        dasar="Perwali 1",
    )
    assert pohon.nodes(TODAY)[k.bidang.id].nama == "Bidang Satu"
    assert pohon.nodes(LATER)[k.bidang.id].nama == "Bidang Satu Data"
    assert k.bidang.nama == "Bidang Satu"
    assert db.session.scalars(sa.select(UnorSuksesi.jenis)).all() == ["GANTI_NAMA"]


def test_a_change_reaches_the_row_of_the_unit_also_after_days_without_a_job(jam: Any) -> None:
    k = f.kota()
    done(rencana.UBAH, unit_id=k.bidang.id, tanggal=LATER, nama="Bidang Satu Data", induk_id=k.dinas.id, dasar="P 1")
    assert k.bidang.id not in set(db.session.scalars(harian.behind()))
    jam.shift(timedelta(days=60))
    late = set(db.session.scalars(harian.behind()))
    assert k.bidang.id in late
    rencana.follow_today(late)
    assert k.bidang.nama == "Bidang Satu Data"
    assert set(db.session.scalars(harian.behind())) == set()


def test_moving_to_another_opd_moves_the_people_on_the_day() -> None:
    k = f.kota()
    seksi = f.unit("Seksi Dalam", k.bidang, k.dinas, jenis="SEKSI")
    dalam = f.orang("Dalam Uji")
    f.duduk(dalam, seksi)
    done(rencana.UBAH, unit_id=k.bidang.id, tanggal=LATER, induk_id=k.lain.id, dasar="Perwali 2")
    for who in (k.staf, dalam):
        spans = db.session.execute(
            sa.select(Keadaan.mulai, Keadaan.pd_id).where(Keadaan.pegawai_id == who.id).order_by(Keadaan.mulai)
        ).all()
        assert [row.pd_id for row in spans] == [k.dinas.id, k.lain.id]
        assert spans[1].mulai == LATER
    seat = organisation.penempatan(dalam.id, LATER)
    assert seat is not None
    assert seat.pd_id == k.lain.id


@pytest.mark.parametrize(("change", "words"), [
    ({"induk_id": "seksi"}, "di bawah unit ini sendiri"), ({"induk_id": "tutup"}, "tidak ada pada tanggal itu"),
    ({"tanggal": "2019-01-01"}, "tidak ada pada tanggal itu"),
])  # fmt: skip
def test_circles_and_parents_that_are_gone_are_refused(change: dict[str, str], words: str) -> None:
    k = f.kota()
    units = {
        "seksi": f.unit("Seksi Dalam", k.bidang, k.dinas, jenis="SEKSI"),
        "tutup": f.unit("Dinas Lama", k.pemda, jenis="PD", selesai=date(2025, 1, 1)),
    }
    plan = {"unit_id": str(k.bidang.id), "tanggal": "2026-12-01", "induk_id": str(k.dinas.id)}
    plan |= {name: str(units[value].id) if value in units else value for name, value in change.items()}
    with pytest.raises(Invalid, match=words):
        rencana.siapkan(rencana.UBAH, "x", plan, f.principal(f.akun("bkpsdm")))


def test_nobody_confirms_their_own_plan_and_nothing_twice() -> None:
    k = f.kota()
    one, other = f.principal(f.akun("bkpsdm")), f.principal(f.akun("bkpsdm"))
    plan = {"unit_id": str(k.bidang.id), "tanggal": "2026-12-01", "induk_id": str(k.dinas.id), "nama": "Bidang Baru"}
    row = rencana.siapkan(rencana.UBAH, "Ganti nama", plan, one)
    with pytest.raises(Denied):
        rencana.jalankan(row, one)
    rencana.jalankan(row, other)
    with pytest.raises(Conflict):
        rencana.jalankan(row, other)


def test_an_old_opd_is_hidden_never_deleted() -> None:
    """Item e: refused while occupied, naming who; the row and its name stay; shown again on demand."""
    k = f.kota()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Unit))
    with pytest.raises(Invalid, match="Kabidlain Uji"):
        done(rencana.SEMBUNYIKAN, unit_ids=[str(k.bidang_lain.id)])
    f.duduk(k.kabid_lain, k.dinas, date(2026, 6, 1), pimpinan=False, jenis_jabatan="PELAKSANA")
    coming = f.duduk(k.staf, k.bidang_lain, date(2027, 3, 1), atasan_id=k.kadis.id)
    acting = f.duduk(k.kabid, k.bidang_lain, date(2026, 9, 1), jalur=r.TAMBAHAN, penugasan="PLT",
                     selesai=date(2026, 12, 31), atasan_id=k.kadis.id)  # fmt: skip
    with pytest.raises(Invalid, match="tugas tambahan di unit ini: Kabid Uji, Staf Uji"):
        done(rencana.SEMBUNYIKAN, unit_ids=[str(k.bidang_lain.id)])
    for row in (coming, acting):
        db.session.delete(row)
    done(rencana.SEMBUNYIKAN, unit_ids=[str(k.bidang_lain.id), str(k.lain.id)])
    assert k.lain.id not in pohon.nodes(TODAY)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == before
    assert db.session.scalar(sa.select(Unit.nama).where(Unit.id == k.lain.id)) == "Badan Lain"
    done(rencana.TAMPILKAN, unit_ids=[str(k.bidang_lain.id), str(k.lain.id)])
    assert k.lain.id in pohon.nodes(TODAY)


def test_merging_closes_the_old_and_names_the_heir() -> None:
    k = f.kota()
    found = rencana.periksa("GABUNG", {"unit_ids": [str(k.bidang.id)], "pengganti_ids": [str(k.bidang_lain.id)],
                                       "tanggal": "2027-01-01"})  # fmt: skip
    assert "2 pegawai perlu SK penempatan baru." in found.langkah
    done("GABUNG", unit_ids=[str(k.bidang.id)], pengganti_ids=[str(k.bidang_lain.id)], tanggal=LATER, dasar="Perda 3")
    assert k.bidang.id in pohon.nodes(TODAY)
    assert k.bidang.id not in pohon.nodes(LATER)
    heir = db.session.scalars(sa.select(UnorSuksesi.baru_id)).one()
    assert heir == k.bidang_lain.id


def test_a_parent_is_not_closed_over_its_children() -> None:
    k = f.kota()
    with pytest.raises(Invalid, match="Bidang Satu"):
        done(rencana.TUTUP, unit_ids=[str(k.dinas.id)], tanggal=LATER, dasar="Perda 4")


def test_the_period_of_a_child_lies_inside_that_of_its_parent() -> None:
    """No new or moved unit under one that ends, none closed under one that is only planned; children may go first."""
    k = f.kota()
    seksi = f.unit("Seksi Dalam", k.bidang, k.dinas, jenis="SEKSI")
    done(rencana.TUTUP, unit_ids=[str(seksi.id)], tanggal=LATER, dasar="Perda 4")
    done(rencana.TUTUP, unit_ids=[str(k.bidang.id)], tanggal=LATER, dasar="Perda 4")
    new = {"kode": "9.8", "nama": "Seksi Baru", "jenis": "SEKSI", "tanggal": TODAY}
    with pytest.raises(Invalid, match="hanya ada sampai 31 Desember 2026"):
        done(rencana.BARU, induk_id=k.bidang.id, **new)
    with pytest.raises(Invalid, match="hanya ada sampai 31 Desember 2026"):
        done(rencana.UBAH, unit_id=k.bidang_lain.id, induk_id=k.bidang.id, tanggal=TODAY)
    done(rencana.BARU, induk_id=k.bidang_lain.id, **{**new, "tanggal": LATER})
    with pytest.raises(Invalid, match="Seksi Baru"):
        done(rencana.TUTUP, unit_ids=[str(k.bidang_lain.id)], tanggal=date(2026, 12, 1), dasar="Perda 4")


def test_a_new_unit_stands_in_its_opd_from_its_day() -> None:
    k = f.kota()
    done(rencana.BARU, kode="9.9", nama="Bidang Baru", jenis="BIDANG", induk_id=k.dinas.id, tanggal=LATER, dasar="P 5")
    row = db.session.scalars(sa.select(UnorVersi).where(UnorVersi.nama == "Bidang Baru")).one()
    assert (row.pd_id, row.mulai) == (k.dinas.id, LATER)
    assert row.unit_id not in pohon.nodes(TODAY)
    names = [node.nama for node in pohon.walk(pohon.roots(pohon.nodes(LATER)))]
    assert names.index("Bidang Baru") > names.index("Dinas Uji")


def test_old_entries_can_be_shown_with_the_name_of_their_time() -> None:
    k = f.kota()
    done(
        rencana.UBAH,
        unit_id=k.bidang.id,
        tanggal=date(2026, 6, 1),
        nama="Bidang Baru",
        induk_id=k.dinas.id,
        dasar="P 6",
    )
    days = (date(2026, 1, 1), date(2026, 7, 1), date(2019, 1, 1))
    names = [
        db.session.scalar(
            sa.select(pohon.name_on(Keadaan.unit_id, sa.literal(day))).where(Keadaan.unit_id == k.bidang.id)
        )
        for day in days
    ]
    assert names == ["Bidang Satu", "Bidang Baru", "Bidang Baru"]
