"""Who sits where on a date, who decides for whom, and what the database refuses."""

import random
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import organisation
from portal.kernel.db import commit, db
from portal.kernel.organisation import (
    DEFINITIF,
    DELEGASI,
    KETUA_TIM,
    PLH,
    PLT,
    Atasan,
    Kosong,
    Orang,
    Pegawai,
    Penempatan,
    PenugasanAtasan,
    Unit,
    atasan,
    bawahan,
    penempatan,
    subtree,
)
from tests.database import statements
from tests.kernel.factories import START, OrangFactory, PegawaiFactory, PenempatanFactory, UnitFactory
from tests.kernel.sessions import Other, together

DAY = date(2026, 11, 21)


class Town:
    """pemda > pd > bidang > seksi, each with a head; two members in the seksi."""

    def __init__(self) -> None:
        self.pemda = UnitFactory.create(nama="Pemerintah Kota Sagara", jenis="PEMDA")
        self.pd = UnitFactory.create(nama="Dinas Uji", jenis="PD", induk_id=self.pemda.id)
        self.bidang = UnitFactory.create(nama="Bidang Uji", induk_id=self.pd.id)
        self.seksi = UnitFactory.create(nama="Seksi Uji", jenis="SEKSI", induk_id=self.bidang.id)
        self.wali = self.seat(self.pemda, "Wali Kota", pimpinan=True)
        self.kadis = self.seat(self.pd, "Kepala Dinas", pimpinan=True)
        self.kabid = self.seat(self.bidang, "Kepala Bidang", pimpinan=True)
        self.kasi = self.seat(self.seksi, "Kepala Seksi", pimpinan=True)
        self.staf = self.seat(self.seksi, "Analis")
        self.rekan = self.seat(self.seksi, "Pranata")

    def seat(self, unit: Unit, jabatan: str, *, pimpinan: bool = False, who: Pegawai | None = None,
             **changes: object) -> Pegawai:  # fmt: skip
        who = who or PegawaiFactory.create(nama=jabatan)
        PenempatanFactory.create(
            pegawai_id=who.id, unit_id=unit.id, pd_id=unit.id, jabatan=jabatan, is_pimpinan=pimpinan, **changes
        )
        return who

    def vacate(self, who: Pegawai, until: date = date(2026, 1, 1)) -> None:
        db.session.execute(sa.update(Penempatan).where(Penempatan.pegawai_id == who.id).values(selesai=until))


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


def boss(who: Pegawai, on: date = DAY) -> str:
    """The jabatan of the atasan, or "kosong: " with the unit whose seat is vacant."""
    found = atasan(who.id, on)
    return found.jabatan if isinstance(found, Atasan) else f"kosong: {found.unit}"


def set_by_hand(who: Pegawai, by: Pegawai, jenis: str = DEFINITIF, **changes: object) -> None:
    values = {"pegawai_id": who.id, "atasan_id": by.id, "jenis": jenis, "mulai": START, **changes}
    db.session.add(PenugasanAtasan(**values))
    db.session.flush()


# ---- seats


def test_a_seat_holds_from_its_first_to_its_last_day(town: Town) -> None:
    who = PegawaiFactory.create()
    for jabatan, first, last in (("Lama", date(2024, 1, 1), date(2026, 3, 31)), ("Baru", date(2026, 4, 1), None)):
        town.seat(town.seksi, jabatan, who=who, mulai=first, selesai=last)
    seats = [penempatan(who.id, on) for on in (
        date(2023, 12, 31), date(2024, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2040, 1, 1),
    )]  # fmt: skip
    assert [s and s.jabatan for s in seats] == [None, "Lama", "Lama", "Baru", "Baru"]


def test_an_acting_seat_is_nobodys_own_seat(town: Town) -> None:
    who = town.seat(town.bidang, "Kepala Bidang", pimpinan=True, jenis=PLT)
    assert penempatan(who.id, DAY) is None
    assert boss(who) == "kosong: unit yang belum tercatat"


@pytest.mark.parametrize(("jenis", "text"), [(DEFINITIF, "Camat"), (PLT, "Plt. Camat"), (PLH, "Plh. Camat")])
def test_documents_name_the_capacity_of_a_seat(jenis: str, text: str) -> None:
    assert Penempatan(jenis=jenis, jabatan="Camat").sebutan == text


def test_a_name_is_written_with_its_titles() -> None:
    assert Orang(nama="Sri Uji", gelar_depan="dr.", gelar_belakang="M.Kes.").nama_lengkap == "dr. Sri Uji, M.Kes."
    assert Orang(nama="Sri Uji", gelar_depan="", gelar_belakang="").nama_lengkap == "Sri Uji"


def test_search_ignores_case_and_accents(app: Flask) -> None:
    one = PegawaiFactory.create(nama="André Sagará", nip=None)
    db.session.refresh(one)
    assert one.cari.strip() == "andre sagara"


# ---- atasan


def test_each_level_is_decided_one_level_up_to_the_wali_kota(town: Town) -> None:
    assert boss(town.staf) == "Kepala Seksi"
    assert boss(town.kasi) == "Kepala Bidang"
    assert boss(town.kabid) == "Kepala Dinas"
    assert boss(town.kadis) == "Wali Kota"


def test_nobody_decides_for_the_wali_kota(town: Town) -> None:
    assert atasan(town.wali.id, DAY) == Kosong("Pemerintah Kota Sagara", None)


def test_the_acting_order_is_plh_then_definitive_then_plt(town: Town) -> None:
    town.seat(town.seksi, "Kepala Seksi", pimpinan=True, jenis=PLT)
    assert boss(town.staf) == "Kepala Seksi"
    town.seat(town.seksi, "Kepala Seksi", pimpinan=True, jenis=PLH, mulai=DAY, selesai=DAY)
    assert boss(town.staf) == "Plh. Kepala Seksi"
    assert boss(town.staf, date(2026, 11, 22)) == "Kepala Seksi"
    town.vacate(town.kasi)
    assert boss(town.staf, date(2026, 11, 22)) == "Plt. Kepala Seksi"


def test_a_vacant_seat_is_told_with_a_proposal_from_above(town: Town) -> None:
    town.vacate(town.kasi)
    found = atasan(town.staf.id, DAY)
    assert isinstance(found, Kosong)
    assert found.unit == "Seksi Uji"
    assert found.usulan is not None
    assert found.usulan.jabatan == "Kepala Bidang"
    town.vacate(town.kabid)
    found = atasan(town.staf.id, DAY)
    assert isinstance(found, Kosong)
    assert found.usulan is not None
    assert found.usulan.jabatan == "Kepala Dinas"


def test_a_head_who_left_the_service_decides_nothing(town: Town) -> None:
    town.kasi.aktif = False
    db.session.flush()
    assert boss(town.staf) == "kosong: Seksi Uji"


def test_who_holds_the_seat_above_as_plt_is_decided_one_level_higher(town: Town) -> None:
    town.vacate(town.kabid)
    town.seat(town.bidang, "Kepala Bidang", pimpinan=True, who=town.kasi, jenis=PLT)
    assert boss(town.staf) == "Kepala Seksi"
    assert boss(town.kasi) == "Kepala Dinas"
    town.vacate(town.kadis)
    town.seat(town.pd, "Kepala Dinas", pimpinan=True, who=town.kasi, jenis=PLT)
    assert boss(town.kasi) == "Wali Kota"


def test_a_member_who_stands_in_for_the_own_head_is_decided_above(town: Town) -> None:
    town.seat(town.seksi, "Kepala Seksi", pimpinan=True, who=town.staf, jenis=PLH, mulai=DAY, selesai=DAY)
    assert boss(town.staf) == "Kepala Bidang"
    assert boss(town.rekan) == "Plh. Kepala Seksi"


def test_someone_who_holds_every_seat_above_has_no_atasan(town: Town) -> None:
    for unit, jabatan, head in (
        (town.pemda, "Wali Kota", town.wali), (town.pd, "Kepala Dinas", town.kadis),
        (town.bidang, "Kepala Bidang", town.kabid),
    ):  # fmt: skip
        town.vacate(head)
        town.seat(unit, jabatan, pimpinan=True, who=town.kasi, jenis=PLT)
    assert atasan(town.kasi.id, DAY) == Kosong("Pemerintah Kota Sagara", None)


def test_an_atasan_set_by_hand_wins_and_the_smaller_number_first(town: Town) -> None:
    set_by_hand(town.staf, town.kadis, prioritas=2)
    assert boss(town.staf) == "Kepala Dinas"
    set_by_hand(town.staf, town.kabid, DELEGASI, prioritas=1)
    assert boss(town.staf) == "Kepala Bidang"


def test_of_two_with_the_same_priority_the_later_one_holds(town: Town) -> None:
    set_by_hand(town.staf, town.kadis, mulai=date(2026, 1, 1))
    set_by_hand(town.staf, town.kabid, mulai=date(2026, 6, 1))
    assert boss(town.staf) == "Kepala Bidang"
    assert boss(town.staf, date(2026, 5, 31)) == "Kepala Dinas"


def test_an_assignment_that_ran_out_or_only_advises_changes_nothing(town: Town) -> None:
    set_by_hand(town.staf, town.kadis, selesai=date(2026, 11, 20))
    set_by_hand(town.staf, town.kabid, KETUA_TIM)
    assert boss(town.staf) == "Kepala Seksi"
    assert boss(town.staf, date(2026, 11, 20)) == "Kepala Dinas"


def test_an_assignment_to_someone_who_left_falls_back_to_the_seat(town: Town) -> None:
    set_by_hand(town.staf, town.kadis)
    town.kadis.aktif = False
    db.session.flush()
    assert boss(town.staf) == "Kepala Seksi"


def test_a_circle_in_the_unit_tree_does_not_hang(town: Town) -> None:
    db.session.execute(sa.text("SET LOCAL statement_timeout = '2s'"))
    town.pemda.induk_id = town.seksi.id
    db.session.flush()
    assert boss(town.kadis) == "Wali Kota"
    assert boss(town.wali) == "Kepala Seksi"
    assert set(db.session.scalars(subtree([town.bidang.id]))) == {
        town.pemda.id, town.pd.id, town.bidang.id, town.seksi.id,
    }  # fmt: skip
    town.seksi.induk_id = town.seksi.id
    town.vacate(town.kasi)
    db.session.flush()
    assert boss(town.staf) == "kosong: Seksi Uji"


def test_the_atasan_is_found_in_a_fixed_number_of_statements_however_high_the_tree(town: Town) -> None:
    below = town.seksi
    for _ in range(12):
        below = UnitFactory.create(induk_id=below.id)
    head = town.seat(below, "Ketua Regu", pimpinan=True)
    with statements() as seen:
        assert boss(head).startswith("kosong")
    assert len(seen) == 4


# ---- bawahan


def test_a_head_decides_for_members_and_for_heads_one_level_down(town: Town) -> None:
    assert set(bawahan(town.kasi.id, DAY)) == {town.staf.id, town.rekan.id}
    assert bawahan(town.kabid.id, DAY) == [town.kasi.id]
    assert bawahan(town.staf.id, DAY) == []


def test_who_was_set_by_hand_moves_from_one_head_to_the_other(town: Town) -> None:
    set_by_hand(town.staf, town.kadis)
    assert bawahan(town.kasi.id, DAY) == [town.rekan.id]
    assert set(bawahan(town.kadis.id, DAY)) == {town.kabid.id, town.staf.id}


def test_a_head_over_two_levels_decides_for_whom_stands_in_between(town: Town) -> None:
    town.vacate(town.kabid)
    town.seat(town.bidang, "Kepala Bidang", pimpinan=True, who=town.kasi, jenis=PLT)
    assert bawahan(town.kadis.id, DAY) == [town.kasi.id]


def test_people_in_a_closed_unit_still_have_an_atasan_who_knows_them(town: Town) -> None:
    town.seksi.selesai = date(2026, 6, 30)
    db.session.flush()
    assert boss(town.kasi) == "Kepala Bidang"
    assert bawahan(town.kabid.id, DAY) == [town.kasi.id]


@pytest.mark.parametrize("seed", range(4))
def test_bawahan_is_always_the_mirror_of_atasan(app: Flask, seed: int) -> None:
    """A random office with acting heads, gaps, leavers and assignments, compared person by person."""
    town, dice = Town(), random.Random(seed)
    units = [town.pemda, town.pd, town.bidang, town.seksi]
    for _ in range(4):
        units.append(UnitFactory.create(induk_id=dice.choice(units).id))
    everyone = [town.wali, town.kadis, town.kabid, town.kasi, town.staf, town.rekan]
    led = {unit: dice.random() < 0.75 for unit in units[4:]}  # at most one definitive head each
    everyone += [town.seat(unit, "Pegawai", pimpinan=led[unit]) for unit in units[4:]]
    everyone += [town.seat(unit, "Pegawai") for unit in units[4:]]
    for gone in dice.sample(everyone, 3):
        town.vacate(gone)
    for _ in range(5):
        town.seat(dice.choice(units), "Wakil", pimpinan=True, who=dice.choice(everyone), jenis=dice.choice([PLT, PLH]))
    for _ in range(3):
        one, other = dice.sample(everyone, 2)
        set_by_hand(one, other, dice.choice([DEFINITIF, DELEGASI, KETUA_TIM]), prioritas=dice.randrange(3))
    dice.choice(everyone).aktif = False
    db.session.flush()
    expected: dict[uuid.UUID, set[uuid.UUID]] = {who.id: set() for who in everyone}
    for who in everyone:
        found = atasan(who.id, DAY)
        if isinstance(found, Atasan):
            assert found.pegawai_id != who.id, "nobody decides for oneself"
            expected[found.pegawai_id].add(who.id)
    assert {who.id: set(bawahan(who.id, DAY)) for who in everyone} == expected


# ---- what the database refuses


def seat_row(who: Pegawai, unit: Unit, first: date, last: date | None, jenis: str = DEFINITIF) -> Penempatan:
    return Penempatan(pegawai_id=who.id, unit_id=unit.id, pd_id=unit.id, jenis=jenis, jabatan="Uji",
                      jenis_jabatan="JF", mulai=first, selesai=last)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "jenis", "refused"),
    [(date(2026, 12, 31), None, DEFINITIF, True), (date(2027, 1, 1), None, DEFINITIF, False),
     (date(2025, 1, 1), date(2025, 12, 31), DEFINITIF, False), (date(2025, 1, 1), date(2026, 1, 1), DEFINITIF, True),
     (date(2026, 5, 1), date(2026, 6, 1), PLT, False), (date(2026, 5, 2), date(2026, 5, 1), PLT, True)],
)  # fmt: skip
def test_two_definitive_seats_never_share_a_day(
    app: Flask, first: date, last: date | None, jenis: str, refused: bool
) -> None:
    unit, who = UnitFactory.create(), PegawaiFactory.create()
    db.session.add(seat_row(who, unit, date(2026, 1, 1), date(2026, 12, 31)))
    db.session.flush()
    db.session.add(seat_row(who, unit, first, last, jenis))
    if refused:
        with pytest.raises(sa.exc.IntegrityError, match=r"satu_definitif|masa"):
            db.session.flush()
        db.session.rollback()
    else:
        db.session.flush()


def test_two_sessions_at_once_cannot_give_one_person_two_seats(serentak: Flask) -> None:
    with serentak.app_context():
        unit, who = UnitFactory.create(), PegawaiFactory.create()
        commit()
        mine = seat_row(who, unit, date(2026, 1, 1), None)
        theirs = seat_row(who, unit, date(2026, 6, 1), None)
        db.session.add(mine)
        db.session.flush()
        with Other(serentak) as other:
            other.run(lambda: db.session.add(theirs))
            waiting = other.start(commit)
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
            commit()
            with pytest.raises(sa.exc.IntegrityError, match="satu_definitif"):
                waiting.result(5)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Penempatan)) == 1


def test_a_seat_taken_back_in_one_session_is_free_for_the_other(serentak: Flask) -> None:
    with serentak.app_context():
        unit, who = UnitFactory.create(), PegawaiFactory.create()
        commit()
        db.session.add(seat_row(who, unit, date(2026, 1, 1), None))
        db.session.flush()
        theirs = seat_row(who, unit, date(2026, 6, 1), None)
        with Other(serentak) as other:
            other.run(lambda: db.session.add(theirs))
            waiting = other.start(commit)
            db.session.rollback()
            waiting.result(5)
        assert db.session.scalars(sa.select(Penempatan.mulai)).all() == [date(2026, 6, 1)]


def test_of_two_who_write_the_same_seat_at_the_same_moment_one_wins(serentak: Flask) -> None:
    with serentak.app_context():
        unit, who = UnitFactory.create(), PegawaiFactory.create()
        commit()
        unit_id, who_id = unit.id, who.id

    def write() -> str:
        row = seat_row(Pegawai(id=who_id), Unit(id=unit_id), date(2026, 1, 1), None)
        db.session.add(row)
        commit()
        return "tersimpan"

    outcome = together(serentak, write, write, write)
    assert [o for o in outcome if o == "tersimpan"] == ["tersimpan"]
    assert all(isinstance(o, sa.exc.DBAPIError) for o in outcome if o != "tersimpan")


@pytest.mark.parametrize("row", [
    lambda who: PenugasanAtasan(pegawai_id=who.id, atasan_id=who.id, jenis=DEFINITIF, mulai=START),
    lambda who: PenugasanAtasan(pegawai_id=who.id, atasan_id=PegawaiFactory.create().id, jenis="TEMAN", mulai=START),
    lambda who: Unit(kode="X", nama="X", jenis="PD", mulai=DAY, selesai=START),
    lambda who: Pegawai(orang_id=OrangFactory.create().id, nip=who.nip, nama="Kembar"),
])  # fmt: skip
def test_impossible_rows_are_refused(app: Flask, row: object) -> None:
    who = PegawaiFactory.create()
    db.session.add(row(who))  # type: ignore[operator]
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize(("first", "last", "edited", "changed"), [
    (date(2026, 11, 21), None, "2026-01-01", True), (date(2026, 11, 19), None, "2026-01-01", True),
    (START, date(2026, 11, 20), "2026-01-01", True), (START, None, "2026-11-20", True),
    (START, None, "2026-01-01", False), (date(2026, 11, 22), None, "2026-01-01", False),
    (START, date(2026, 11, 17), "2026-01-01", False),
])  # fmt: skip
@pytest.mark.parametrize("table", [Penempatan, PenugasanAtasan])
def test_a_change_of_seats_is_noticed_when_it_begins_ends_or_is_edited(
    app: Flask, first: date, last: date | None, edited: str, changed: bool, table: Any
) -> None:
    unit, who = UnitFactory.create(), PegawaiFactory.create()
    if table is Penempatan:
        db.session.add(seat_row(who, unit, first, last))
    else:
        set_by_hand(who, PegawaiFactory.create(), mulai=first, selesai=last)
    db.session.flush()
    db.session.execute(sa.update(table).values(diubah_at=datetime.fromisoformat(f"{edited}T03:00:00+00:00")))
    assert organisation.seats_changed(datetime(2026, 11, 19, 3, 0, tzinfo=UTC), DAY) is changed


def test_today_is_the_day_of_the_office_not_of_greenwich(app: Flask, jam: object) -> None:
    jam.move_to("2026-11-20T23:30:00+00:00")  # type: ignore[attr-defined]
    assert organisation.today() == date(2026, 11, 21)
    jam.move_to("2026-11-20T16:30:00+00:00")  # type: ignore[attr-defined]
    assert organisation.today() == date(2026, 11, 20)
