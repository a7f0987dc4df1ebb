"""A plan follows its pegawai through a move, a retirement and a time as Plt."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import approval, organisation
from portal.kernel.db import db
from portal.kernel.notices import Notice
from portal.kernel.organisation import Penempatan
from portal.kinerja.bulanan import services
from portal.kinerja.models import KinerjaBulanan, Renaksi, Rhk, Skp
from portal.kinerja.penilaian import flows as penilaian
from portal.kinerja.skp import mutasi
from tests.kernel.factories import UnitFactory, pegawai
from tests.kinerja import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TMT, TODAY = date(2026, 11, 10), date(2026, 11, 21)


def move(place: f.Office, jabatan: str = "Analis SDM Aparatur", tmt: date = TMT) -> Any:
    """The staff go to another bidang on a day; its head is theirs from then on."""
    other = UnitFactory(nama="Bidang Mutasi", induk_id=place.pd.id, pd_id=place.pd.id)
    boss, _ = pegawai(other, place.pd, "Bos Baru", pimpinan=True, jabatan="Kepala Bidang Mutasi", jenis_jabatan="JA")
    old = db.session.scalars(sa.select(Penempatan).where(Penempatan.pegawai_id == place.staff.id)).one()
    old.jabatan = "Analis SDM Aparatur"
    old.selesai = tmt - mutasi.HARI
    db.session.flush()
    db.session.add(Penempatan(pegawai_id=place.staff.id, unit_id=other.id, pd_id=place.pd.id, jabatan=jabatan,
                              jenis_jabatan="JF", pangkat="Penata", golongan="III/c", mulai=tmt))  # fmt: skip
    db.session.flush()
    return boss


def follow() -> list[Skp | None]:
    return [mutasi.carry_out(one) for one in mutasi.moved(TODAY)]


def plans(place: f.Office) -> list[Skp]:
    query = sa.select(Skp).where(Skp.pegawai_id == place.staff.id).order_by(Skp.mulai)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def targets(skp: Skp, bulan: int) -> list[Decimal]:
    query = sa.select(Renaksi.target).join(Rhk, Rhk.id == Renaksi.rhk_id).where(Rhk.skp_id == skp.id)
    return list(db.session.scalars(query.where(Renaksi.bulan == bulan).order_by(Rhk.urut)))


def test_a_move_in_the_month_divides_plan_and_targets() -> None:
    place = f.office()
    boss = move(place)
    before = targets(place.skp, 11)
    follow()
    old, new = plans(place)
    assert (old.selesai, old.status, new.mulai, new.selesai) == (
        date(2026, 11, 9), "DITUTUP", TMT, date(2026, 12, 31),
    )  # fmt: skip
    assert (new.unit_nama, new.penilai_id) == ("Bidang Mutasi", boss.id)
    halves = [a + b for a, b in zip(targets(old, 11), targets(new, 11), strict=True)]
    assert halves == before
    assert targets(old, 11)[1] == Decimal(8)  # 25 for 30 days, nine of them
    assert targets(new, 10) == [Decimal(0)] * len(before)
    assert follow() == []


def test_both_parts_of_the_month_are_filled_and_go_to_their_own_penilai(masuk: Any) -> None:
    place = f.office()
    boss = move(place)
    follow()
    old, new = plans(place)
    client = masuk(place.staff_user)
    page = client.get("/kinerja")
    assert f"/kinerja/2026/11/skp/{old.id}" in page.text
    for address in ("/kinerja/2026/11/renaksi", f"/kinerja/2026/11/skp/{old.id}/renaksi"):
        client.get(address)
        assert client.get(address).status_code == 200
    bundles = {
        row.skp_id: row for row in db.session.scalars(sa.select(KinerjaBulanan).where(KinerjaBulanan.bulan == 11))
    }
    assert bundles[old.id].penilai_id == place.boss.id
    assert bundles[new.id].penilai_id == boss.id
    for skp, decider in ((old, place.boss), (new, boss)):
        case = db.session.get_one(approval.Submission, bundles[skp.id].submission_id)
        assert penilaian.resolve(case)[0] == services.user_of(decider.id)
    stranger = masuk(place.boss_user)
    assert stranger.get(f"/kinerja/2026/11/skp/{old.id}/tinjau").status_code in (302, 303, 404, 200)
    assert "Siti Uji" not in stranger.get(f"/kinerja/2026/11/skp/{old.id}/tinjau").text.split("<main")[-1]


def test_what_was_sent_after_the_move_stays_with_the_old_plan() -> None:
    """A late SK of September: October was filled under the old plan, the new one begins in November."""
    place = f.office()
    services.open_month(place.me, place.skp, 2026, 10, organisation.atasan(place.staff.id, TODAY))  # type: ignore[arg-type]
    move(place, tmt=date(2026, 9, 14))
    follow()
    old, new = plans(place)
    assert (old.selesai, new.mulai) == (date(2026, 10, 31), date(2026, 11, 1))


def test_another_jabatan_needs_another_plan() -> None:
    place = f.office()
    place.skp.jabatan = "Analis SDM Aparatur"
    move(place, jabatan="Pengawas Baru")
    assert follow() == [None]
    assert [skp.status for skp in plans(place)] == ["DITUTUP"]
    told = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == place.staff_user.id)).all()
    assert any("SKP lama berakhir 9 November 2026" in one for one in told)


def test_who_leaves_has_the_plan_closed() -> None:
    place = f.office()
    seat = db.session.scalars(sa.select(Penempatan).where(Penempatan.pegawai_id == place.staff.id)).one()
    seat.selesai = date(2026, 10, 31)
    db.session.flush()
    follow()
    assert [(skp.selesai, skp.status) for skp in plans(place)] == [(date(2026, 10, 31), "DITUTUP")]


def test_a_new_rank_is_no_move() -> None:
    place = f.office()
    seat = db.session.scalars(sa.select(Penempatan).where(Penempatan.pegawai_id == place.staff.id)).one()
    seat.selesai = date(2026, 9, 30)
    db.session.flush()
    db.session.add(Penempatan(
        pegawai_id=place.staff.id, unit_id=seat.unit_id, pd_id=seat.pd_id, jabatan=seat.jabatan, jenis_jabatan="JF",
        pangkat="Penata Tk. I", golongan="III/d", mulai=date(2026, 10, 1),
    ))  # fmt: skip
    db.session.flush()
    assert mutasi.moved(TODAY) == []


@pytest.mark.parametrize(("target", "share", "part"), [
    ("25", "0.3", "8"), ("1", "0.3", "0"), ("2.5", "0.5", "1.25"), ("0", "0.9", "0"), ("30", "1", "30"),
])  # fmt: skip
def test_parts_of_targets(target: str, share: str, part: str) -> None:
    assert mutasi.divided(Decimal(target), Decimal(share)) == Decimal(part)
