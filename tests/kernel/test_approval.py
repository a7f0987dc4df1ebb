"""Cases and their moves: who may, on which version, once; delegation; events that stay as written."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import access, approval, jobs, people, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.approval import (
    ASSIGNEE,
    OWNER,
    REQUIRED,
    Delegasi,
    Flow,
    Move,
    Submission,
    SubmissionEvent,
    history,
    inbox_rows,
    is_repeat,
    move,
    reassign,
    record_system,
    seen,
    touch_case,
    visible_submissions,
)
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.errors import Conflict, Denied, DomainError, Invalid, Missing
from portal.kernel.notices import Notice
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal, User
from tests.kernel.factories import PegawaiFactory, PenempatanFactory, UnitFactory, UserFactory, give
from tests.kernel.sessions import as_owner, together

DRAF, DIAJUKAN, DISETUJUI, DIKEMBALIKAN = "DRAF", "DIAJUKAN", "DISETUJUI", "DIKEMBALIKAN"
DAY = date(2026, 11, 21)
NOTE = "Lengkapi bukti dukung."


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The flow of these tests; what its moves did is noted here."""
    notes: list[Any] = []
    monkeypatch.setattr(approval, "FLOWS", dict(approval.FLOWS))

    def ready(subject: Any) -> None:
        if subject.judul == "BELUM LENGKAP":
            raise Conflict("Belum lengkap.")

    moves = (
        Move("ajukan", "Ajukan", frozenset([DRAF, DIKEMBALIKAN]), DIAJUKAN, by=OWNER, when=ready),
        Move("setujui", "Setujui", frozenset([DIAJUKAN]), DISETUJUI, by=ASSIGNEE, step="putusan",
             then=lambda subject, user, note: notes.append((subject.id, user.id, note))),
        Move("kembalikan", "Kembalikan", frozenset([DIAJUKAN]), DIKEMBALIKAN, by=ASSIGNEE, note=REQUIRED),
        Move("batalkan", "Batalkan", frozenset([DISETUJUI]), DIAJUKAN, by="pengguna.kelola"),
    )  # fmt: skip
    Flow("uji", "Uji", moves, subject=lambda s: s, template="", panel=lambda *_: {}, decide=lambda *_: None,  # type: ignore[arg-type,return-value]
         resolve=lambda s: (s.assignee_id, s.sebagai))  # fmt: skip
    return notes


@dataclass
class Case:
    owner: User
    boss: User
    row: Submission

    @property
    def key(self) -> uuid.UUID:
        return self.row.id


def case(status: str = DIAJUKAN, **changes: Any) -> Case:
    owner, boss = UserFactory.create(nama="Siti Uji"), UserFactory.create(nama="Bambang Uji")
    values = {"alur": "uji", "status": status, "judul": "Kinerja November", "owner_id": owner.id,
              "pemohon": owner.nama, "assignee_id": boss.id}  # fmt: skip
    row = Submission(**{**values, **changes})
    db.session.add(row)
    db.session.flush()
    return Case(owner, boss, row)


def as_person(user: User) -> Principal:
    found = people.principal_of(user.id, access.grants())
    assert found is not None
    return found


def delegate(of: User, to: User, first: date = DAY, last: date = DAY, **more: Any) -> Delegasi:
    row = Delegasi(dari_id=of.id, kepada_id=to.id, mulai=first, selesai=last, **more)
    db.session.add(row)
    db.session.flush()
    return row


# ---- a move


def test_a_move_changes_state_and_version_and_writes_one_event(app: Flask, told: list[Any]) -> None:
    here, kunci = case(sebagai="Plt. Kepala Bidang"), uuid.uuid4()
    boss = as_person(here.boss)
    after = move(here.key, "setujui", boss, "  Baik.  ", versi=1, kunci=kunci, rincian={"baris": [1]})
    commit()
    assert (after.status, after.versi) == (DISETUJUI, 2)
    (event,) = history(here.key)
    assert (event.aksi, event.dari, event.ke, event.langkah, event.versi) == (
        "setujui",
        DIAJUKAN,
        DISETUJUI,
        "putusan",
        2,
    )
    assert (event.pelaku_id, event.pelaku, event.atas_nama) == (boss.id, "Bambang Uji", "Plt. Kepala Bidang")
    assert (event.catatan, event.rincian, event.kunci) == ("Baik.", {"baris": [1]}, kunci)
    assert told == [(here.key, boss.id, "Baik.")]
    line = db.session.scalars(sa.select(Aktivitas)).one()
    assert (line.peristiwa, line.objek_id, line.pelaku_id) == ("pengajuan.bergerak", here.key, boss.id)
    assert line.data["ke"] == DISETUJUI


def test_the_step_of_the_caller_wins_over_that_of_the_move(app: Flask) -> None:
    here = case()
    move(here.key, "setujui", as_person(here.boss), step="renaksi")
    db.session.flush()
    assert history(here.key)[0].langkah == "renaksi"


@pytest.mark.parametrize(("who", "name", "words"), [
    ("stranger", "setujui", "diputuskan oleh pejabat lain"), ("owner", "setujui", "kiriman Anda sendiri"),
    ("owner", "kembalikan", "kiriman Anda sendiri"), ("boss", "ajukan", "Hanya pemilik"), ("boss", "batalkan", ""),
])  # fmt: skip
def test_only_the_right_person_moves_a_case(app: Flask, who: str, name: str, words: str) -> None:
    here = case()
    user = {"owner": here.owner, "boss": here.boss, "stranger": UserFactory.create()}[who]
    with pytest.raises(Denied) as refused:
        move(here.key, name, as_person(user), NOTE)
    assert words in refused.value.pesan
    assert history(here.key) == []
    assert (here.row.status, here.row.versi) == (DIAJUKAN, 1)


def test_whoever_is_both_owner_and_decider_decides_nothing(app: Flask) -> None:
    here = case()
    here.row.assignee_id = here.owner.id
    db.session.flush()
    person = as_person(here.owner)
    with pytest.raises(Denied, match="sendiri"):
        move(here.key, "setujui", person)
    assert db.session.scalars(sa.select(Submission.id).where(inbox_rows(person))).all() == []


def test_a_case_without_a_decider_waits(app: Flask) -> None:
    here = case(assignee_id=None)
    with pytest.raises(Denied):
        move(here.key, "setujui", as_person(here.boss))


@pytest.mark.parametrize(("given", "allowed"), [(None, True), ("own", True), ("above", True), ("other", False)])
def test_a_move_by_permission_holds_for_the_units_of_the_permission(
    app: Flask, given: str | None, allowed: bool
) -> None:
    top = UnitFactory.create()
    pd, other = UnitFactory.create(induk_id=top.id), UnitFactory.create()
    here = case(DISETUJUI, unit_id=pd.id, pd_id=pd.id)
    officer = UserFactory.create()
    units: dict[str | None, Unit | None] = {None: None, "own": pd, "above": top, "other": other}
    give(officer, "administrator", units[given])
    if allowed:
        assert move(here.key, "batalkan", as_person(officer)).status == DIAJUKAN
    else:
        with pytest.raises(Denied):
            move(here.key, "batalkan", as_person(officer))


@pytest.mark.parametrize("versi", [0, 2, -1])
def test_a_stale_version_is_told_and_nothing_moves(app: Flask, versi: int, told: list[Any]) -> None:
    here = case()
    with pytest.raises(Conflict, match="berubah sejak Anda membukanya"):
        move(here.key, "setujui", as_person(here.boss), versi=versi)
    assert (history(here.key), told) == ([], [])


def test_a_state_that_does_not_allow_the_move_is_told(app: Flask) -> None:
    here = case("MENUNGGU_PENILAI")
    with pytest.raises(Conflict, match="sudah berstatus menunggu penilai"):
        move(here.key, "setujui", as_person(here.boss))


def test_a_subject_that_is_not_ready_stays(app: Flask) -> None:
    here = case(DRAF, judul="BELUM LENGKAP")
    with pytest.raises(Conflict, match="Belum lengkap"):
        move(here.key, "ajukan", as_person(here.owner))
    assert history(here.key) == []


@pytest.mark.parametrize(("note", "taken"), [("", False), ("   pendek   ", False), ("123456789", False),
                                             (" 1234567890 ", True), (NOTE, True)])  # fmt: skip
def test_a_return_needs_a_note_that_says_something(app: Flask, note: str, taken: bool) -> None:
    here = case()
    if taken:
        assert move(here.key, "kembalikan", as_person(here.boss), note).status == DIKEMBALIKAN
        db.session.flush()
        assert history(here.key)[0].catatan == note.strip()
    else:
        with pytest.raises(Invalid) as refused:
            move(here.key, "kembalikan", as_person(here.boss), note)
        assert refused.value.field == "catatan"


def test_a_move_or_a_case_that_does_not_exist(app: Flask) -> None:
    here = case()
    with pytest.raises(StopIteration):
        move(here.key, "hapus", as_person(here.boss))
    with pytest.raises(Missing):
        move(uuid.uuid4(), "setujui", as_person(here.boss))


# ---- once


def test_the_same_form_sent_twice_moves_once(app: Flask, told: list[Any]) -> None:
    here, kunci = case(), uuid.uuid4()
    boss = as_person(here.boss)
    for _ in range(2):
        assert move(here.key, "setujui", boss, versi=1, kunci=kunci).status == DISETUJUI
        commit()
    assert len(history(here.key)) == len(told) == 1
    assert is_repeat(here.key, kunci)
    assert not is_repeat(uuid.uuid4(), kunci)
    with pytest.raises(Conflict):
        move(here.key, "setujui", boss, kunci=uuid.uuid4())


def test_a_key_that_was_used_on_another_case_is_no_silent_success(app: Flask) -> None:
    first, second, kunci = case(), case(), uuid.uuid4()
    move(first.key, "setujui", as_person(first.boss), kunci=kunci)
    db.session.flush()
    with pytest.raises(Conflict):
        move(second.key, "setujui", as_person(second.boss), kunci=kunci)
    assert second.row.status == DIAJUKAN


@pytest.mark.parametrize("keys", ["same", "different"])
def test_two_sessions_that_decide_at_once_make_one_event(serentak: Flask, told: list[Any], keys: str) -> None:
    with serentak.app_context():
        here = case()
        boss = as_person(here.boss)
        commit()
        key = here.key
    one = uuid.uuid4()

    def decide() -> str:
        after = move(key, "setujui", boss, versi=1, kunci=one if keys == "same" else uuid.uuid4())
        commit()
        return after.status

    outcome = together(serentak, *[decide] * 3)
    good = [o for o in outcome if o == DISETUJUI]
    assert len(good) == (3 if keys == "same" else 1)
    assert all(isinstance(o, Conflict) for o in outcome if o != DISETUJUI)
    with serentak.app_context():
        assert len(history(key)) == len(told) == 1
        assert db.session.get_one(Submission, key).versi == 2


def test_two_opposite_decisions_at_once_leave_one(serentak: Flask) -> None:
    with serentak.app_context():
        here = case()
        boss = as_person(here.boss)
        commit()
        key = here.key

    def act(name: str) -> Callable[[], None]:
        def run() -> None:
            move(key, name, boss, NOTE, versi=1)
            commit()

        return run

    outcome = together(serentak, act("setujui"), act("kembalikan"))
    assert sum(o is None for o in outcome) == 1
    assert sum(isinstance(o, Conflict) for o in outcome) == 1
    with serentak.app_context():
        (event,) = history(key)
        assert db.session.get_one(Submission, key).status == event.ke


def test_an_event_once_written_stays_as_written(serentak: Flask) -> None:
    with serentak.app_context():
        here = case()
        move(here.key, "setujui", as_person(here.boss), NOTE)
        commit()
        for statement in (sa.update(SubmissionEvent).values(catatan="lain"), sa.delete(SubmissionEvent)):
            with pytest.raises(sa.exc.DBAPIError, match=r"denied|tidak boleh"):
                db.session.execute(statement)
            rollback()
    with pytest.raises(sa.exc.DBAPIError, match="tidak boleh"):
        _as_owner_with_triggers(serentak, "UPDATE langkah_persetujuan SET catatan = 'lain'")
    as_owner(serentak)


def _as_owner_with_triggers(app: Flask, statement: str) -> None:
    engine = sa.create_engine(app.extensions["pamong"].migration_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


# ---- delegation


@pytest.mark.parametrize(("first", "last", "holds"), [
    (DAY, DAY, True), (date(2026, 11, 1), date(2026, 11, 30), True), (date(2026, 11, 1), date(2026, 11, 20), False),
    (date(2026, 11, 22), date(2026, 11, 30), False),
])  # fmt: skip
def test_a_delegate_decides_in_the_name_of_another_while_it_holds(
    app: Flask, jam: Any, first: date, last: date, holds: bool
) -> None:
    here, helper = case(), UserFactory.create(nama="Wakil Uji")
    delegate(here.boss, helper, first, last)
    person = as_person(helper)
    rows = db.session.scalars(sa.select(Submission.id).where(inbox_rows(person))).all()
    assert rows == ([here.key] if holds else [])
    if holds:
        assert approval.decider(here.row, person) == "Bambang Uji"
        move(here.key, "setujui", person)
        db.session.flush()
        assert (history(here.key)[0].pelaku, history(here.key)[0].atas_nama) == ("Wakil Uji", "Bambang Uji")
    else:
        with pytest.raises(Denied):
            move(here.key, "setujui", person)


def test_a_delegation_begins_and_ends_at_midnight_where_the_office_is(app: Flask, jam: Any) -> None:
    here, helper = case(), UserFactory.create()
    delegate(here.boss, helper)
    person = as_person(helper)
    for moment, holds in (("2026-11-20T16:59", False), ("2026-11-20T17:01", True), ("2026-11-21T17:01", False)):
        jam.move_to(f"{moment}:00+00:00")
        found = db.session.scalars(sa.select(Submission.id).where(inbox_rows(person))).all()
        assert (found == [here.key]) is holds, moment


def test_a_revoked_delegation_is_over_at_once(app: Flask, jam: Any) -> None:
    here, helper = case(), UserFactory.create()
    row = delegate(here.boss, helper)
    row.dicabut_at = now()
    db.session.flush()
    with pytest.raises(Denied):
        move(here.key, "setujui", as_person(helper))
    assert db.session.scalars(sa.select(Submission).where(inbox_rows(as_person(helper)))).all() == []


def test_nobody_decides_their_own_case_through_a_delegation(app: Flask, jam: Any) -> None:
    here = case()
    delegate(here.boss, here.owner)
    person = as_person(here.owner)
    with pytest.raises(Denied, match="sendiri"):
        move(here.key, "setujui", person)
    assert db.session.scalars(sa.select(Submission).where(inbox_rows(person))).all() == []
    assert db.session.scalars(visible_submissions(person)).all() == [here.row], "seen as its owner"


def test_a_delegate_sees_what_waits_and_what_they_decided_not_the_past_of_the_delegator(app: Flask, jam: Any) -> None:
    waiting, past, back, mine = case(), case(DISETUJUI), case(DIKEMBALIKAN), case()
    helper = UserFactory.create(nama="Wakil Uji")
    for here in (past, back, mine):
        here.row.assignee_id = waiting.boss.id
    delegate(waiting.boss, helper)
    move(mine.key, "setujui", as_person(helper))
    db.session.flush()

    def rows(user: User) -> set[uuid.UUID]:
        return set(db.session.scalars(sa.select(Submission.id).where(inbox_rows(as_person(user)))))

    assert rows(helper) == {waiting.key, mine.key}
    assert rows(waiting.boss) == {waiting.key, past.key, back.key, mine.key}


def test_the_inbox_walks_its_index_with_a_delegation_too(app: Flask, jam: Any) -> None:
    here, helper = case(), UserFactory.create()
    delegate(here.boss, helper)
    deciders = [here.boss.id, *(UserFactory.create().id for _ in range(19))]
    shared = {"alur": "uji", "status": DISETUJUI, "judul": "Uji", "owner_id": here.owner.id, "pemohon": "Siti Uji"}
    db.session.execute(sa.insert(Submission), [{**shared, "assignee_id": who} for who in deciders * 150])
    query = sa.select(Submission.id).where(inbox_rows(as_person(helper)), Submission.status == DISETUJUI)
    text = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    db.session.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
    plan = "\n".join(db.session.scalars(sa.text(f"EXPLAIN {text}".replace(":", "\\:"))))
    assert "using ix_pengajuan_kotak on pengajuan" in plan
    assert "Index Cond: ((assignee_id = ANY" in plan
    assert "on langkah_persetujuan" in plan
    assert "hashed" not in plan


def test_a_delegation_is_not_passed_on(app: Flask, jam: Any) -> None:
    here, helper, third = case(), UserFactory.create(), UserFactory.create()
    delegate(here.boss, helper)
    delegate(helper, third)
    with pytest.raises(Denied):
        move(here.key, "setujui", as_person(third))


@pytest.mark.parametrize("row", [
    lambda a, b: Delegasi(dari_id=a, kepada_id=a, mulai=DAY, selesai=DAY),
    lambda a, b: Delegasi(dari_id=a, kepada_id=b, mulai=DAY, selesai=date(2026, 11, 20)),
])  # fmt: skip
def test_impossible_delegations_are_refused(app: Flask, row: Callable[[Any, Any], Delegasi]) -> None:
    db.session.add(row(UserFactory.create().id, UserFactory.create().id))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    rollback()


def test_what_a_stranger_sees_of_a_case_is_nothing(app: Flask) -> None:
    here = case()
    stranger = as_person(UserFactory.create())
    assert db.session.scalars(visible_submissions(stranger)).all() == []
    for user in (here.owner, here.boss):
        assert db.session.scalars(visible_submissions(as_person(user))).all() == [here.row]


# ---- pages that a move makes stale


def versions(*users: User) -> list[Any]:
    return list(storage.redis().mget([people.version_key(user.id) for user in users]))


def changed(act: Callable[[], object], *users: User) -> list[bool]:
    before = versions(*users)
    act()
    commit()
    return [old != new for old, new in zip(before, versions(*users), strict=True)]


def test_owner_decider_and_whoever_acts_for_the_decider_see_a_fresh_page(app: Flask, jam: Any) -> None:
    here, helper, former, stranger = case(DRAF), *(UserFactory.create() for _ in range(3))
    delegate(here.boss, helper)
    delegate(here.boss, former, date(2026, 1, 1), date(2026, 1, 31))
    everyone = (here.owner, here.boss, helper, former, stranger)
    assert changed(lambda: move(here.key, "ajukan", as_person(here.owner)), *everyone) == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert changed(lambda: touch_case(here.row, None), *everyone) == [True, True, True, False, False]


def test_the_first_look_is_noted_once_and_only_of_others(app: Flask, jam: Any) -> None:
    here = case()
    seen(here.row, as_person(here.owner))
    assert here.row.dibuka_at is None
    assert changed(lambda: seen(here.row, as_person(here.boss)), here.owner, here.boss) == [True, False]
    first = here.row.dibuka_at
    jam.shift(60)
    seen(here.row, as_person(here.boss))
    assert here.row.dibuka_at == first


def test_a_change_inside_a_case_raises_its_version_and_refuses_a_stale_one(app: Flask) -> None:
    here = case()
    touch_case(here.row, 1)
    assert here.row.versi == 2
    with pytest.raises(Conflict):
        touch_case(here.row, 1)
    touch_case(here.row, None)
    assert here.row.versi == 3


# ---- another decider


def test_a_case_given_to_another_decider_is_told_to_both_and_written_down(app: Flask, jam: Any) -> None:
    here, successor, helper = case(), UserFactory.create(), UserFactory.create()
    delegate(successor, helper)
    everyone = (here.owner, here.boss, successor, helper)
    act = lambda: reassign(here.row, successor.id, "Plt. Kepala Bidang", "Pejabat berganti.")  # noqa: E731
    assert changed(act, *everyone) == [True, True, True, True]
    assert (here.row.assignee_id, here.row.sebagai) == (successor.id, "Plt. Kepala Bidang")
    line = db.session.scalars(sa.select(Aktivitas)).one()
    assert line.data == {
        "alur": "uji",
        "dari": str(here.boss.id),
        "ke": str(successor.id),
        "alasan": "Pejabat berganti.",
    }
    notice = db.session.scalars(sa.select(Notice)).one()
    assert (notice.user_id, notice.url) == (successor.id, f"/kotak-persetujuan/{here.key}")
    assert notice.judul == "Siti Uji: Kinerja November"
    assert changed(act, *everyone) == [False] * 4, "already theirs"


def test_a_vacant_seat_leaves_a_case_without_decider(app: Flask) -> None:
    here = case()
    reassign(here.row, None, "", "Jabatan kosong.")
    commit()
    assert here.row.assignee_id is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def seats_follow() -> str:
    """The nightly duty, as the worker runs it."""
    key = jobs.enqueue(approval.follow_seats, "Alihkan", f"uji-{uuid.uuid4()}")
    commit()
    jobs.run(str(key))
    status: str = db.session.get_one(jobs.Job, key, populate_existing=True).status
    db.session.expire_all()
    return status


def test_waiting_cases_follow_the_seat_and_decided_ones_stay(
    app: Flask, jam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heir = UserFactory.create()
    waiting, vacant, decided, gone = case(), case("MENUNGGU_PENILAI"), case(DISETUJUI), case()
    seat = {waiting.key: (heir.id, "Plt. Kepala Bidang"), vacant.key: (None, ""), decided.key: (heir.id, "")}
    flow = replace(approval.FLOWS["uji"], resolve=lambda s: seat.get(s.id, (s.assignee_id, s.sebagai)))
    monkeypatch.setitem(approval.FLOWS, "uji", flow)
    assert seats_follow() == jobs.SELESAI
    assert waiting.row.assignee_id == waiting.boss.id, "no seat changed, nothing is asked"
    unit = UnitFactory.create()
    PenempatanFactory.create(pegawai_id=PegawaiFactory.create().id, unit_id=unit.id, pd_id=unit.id, mulai=DAY)
    assert seats_follow() == jobs.SELESAI
    assert (waiting.row.assignee_id, waiting.row.sebagai) == (heir.id, "Plt. Kepala Bidang")
    assert vacant.row.assignee_id is None
    assert decided.row.assignee_id == decided.boss.id
    assert gone.row.assignee_id == gone.boss.id
    reasons = db.session.scalars(sa.select(Aktivitas.data["alasan"].astext).order_by(Aktivitas.urut)).all()
    assert sorted(reasons) == ["Jabatan penilai sedang kosong.", "Pejabat penilai berganti."]


def test_a_case_decided_while_the_duty_runs_stays_with_its_decider(
    app: Flask, jam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, heir = case(), case(), UserFactory.create()

    def resolve(submission: Submission) -> tuple[uuid.UUID, str]:
        """Asked for the first case; meanwhile the second one is decided."""
        db.session.execute(sa.update(Submission).where(Submission.id == second.key).values(status=DISETUJUI))
        return heir.id, ""

    monkeypatch.setitem(approval.FLOWS, "uji", replace(approval.FLOWS["uji"], resolve=resolve))
    unit = UnitFactory.create()
    PenempatanFactory.create(pegawai_id=PegawaiFactory.create().id, unit_id=unit.id, pd_id=unit.id, mulai=DAY)
    assert seats_follow() == jobs.SELESAI
    assert (first.row.assignee_id, second.row.assignee_id) == (heir.id, second.boss.id)


def test_a_note_has_an_end(app: Flask) -> None:
    here = case()
    with pytest.raises(Invalid, match=r"paling banyak 2\.000"):
        move(here.key, "kembalikan", as_person(here.boss), "x" * 2001)
    assert move(here.key, "kembalikan", as_person(here.boss), "x" * 2000).status == DIKEMBALIKAN


def test_a_lock_that_passes_is_written_like_a_move_of_nobody(app: Flask) -> None:
    here = case()
    record_system(here.row, "kunci", "TERKUNCI", "Batas waktu lewat.")
    commit()
    (event,) = history(here.key)
    assert (event.aksi, event.dari, event.ke, event.pelaku, event.pelaku_id) == (
        "kunci", DIAJUKAN, "TERKUNCI", "sistem", None,
    )  # fmt: skip
    assert (here.row.status, here.row.versi) == ("TERKUNCI", 2)
    line = db.session.scalars(sa.select(Aktivitas)).one()
    assert (line.pelaku, line.pelaku_id) == ("sistem", None)


def test_every_refusal_is_an_error_that_a_person_can_be_told() -> None:
    assert all(issubclass(kind, DomainError) for kind in (Conflict, Denied, Invalid, Missing))
    assert [kind.status for kind in (Denied, Missing, Conflict, Invalid)] == [403, 404, 409, 422]
