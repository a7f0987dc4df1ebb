"""The activity log: what it takes, that it follows the transaction, and that meddling shows."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.kernel import activity
from portal.kernel.activity import Aktivitas, Verdict, log, log_now, verify
from portal.kernel.db import commit, db, rollback
from portal.kernel.organisation import Unit
from tests.kernel.factories import UnitFactory, UserFactory
from tests.kernel.sessions import as_owner, together


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "EVENTS", dict(activity.EVENTS))
    activity.declare(**{"uji.dicatat": "isi lain", "uji.kosong": ""})


def lines() -> list[Aktivitas]:
    return list(db.session.scalars(sa.select(Aktivitas).order_by(Aktivitas.urut)))


def test_an_undeclared_event_or_key_is_refused(app: Flask) -> None:
    with pytest.raises(KeyError, match=r"uji\.tidak_ada"):
        log("uji.tidak_ada")
    with pytest.raises(KeyError, match="undeclared rahasia, sandi"):
        log("uji.dicatat", isi=1, sandi="x", rahasia="y")
    commit()
    assert lines() == []


def test_a_line_says_who_did_what_to_which_row_from_where(app: Flask, jam: Any) -> None:
    user, unit = UserFactory.create(), UnitFactory.create()
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "10.1.2.3"}):
        log("uji.dicatat", unit, by=user, isi={"lama": 1, "baru": None}, lain=[Decimal("1.50"), unit.id])
        commit()
        line = lines()[0]
    assert (line.urut, line.peristiwa, line.pelaku, line.pelaku_id) == (1, "uji.dicatat", user.nama, user.id)
    assert (line.objek_tipe, line.objek_id, line.alamat_ip) == ("unit", unit.id, "10.1.2.3")
    assert line.data == {"isi": {"lama": 1, "baru": None}, "lain": ["1.50", str(unit.id)]}
    assert line.waktu == datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_what_no_person_did_is_done_by_the_system(app: Flask) -> None:
    log("uji.kosong")
    commit()
    assert (lines()[0].pelaku, lines()[0].pelaku_id, lines()[0].alamat_ip) == ("sistem", None, "")


def test_a_line_goes_with_its_transaction(app: Flask) -> None:
    log("uji.dicatat", isi="hilang")
    rollback()
    log("uji.dicatat", isi="tinggal")
    commit()
    assert [line.data["isi"] for line in lines()] == ["tinggal"]


def test_a_line_goes_with_its_savepoint(app: Flask) -> None:
    log("uji.dicatat", isi="luar")
    savepoint = db.session.begin_nested()
    log("uji.dicatat", isi="ditolak")
    savepoint.rollback()
    commit()
    assert [line.data["isi"] for line in lines()] == ["luar"]


def test_only_lines_of_a_savepoint_that_went_leave_no_trace(app: Flask) -> None:
    savepoint = db.session.begin_nested()
    log("uji.dicatat", isi="ditolak")
    savepoint.rollback()
    UnitFactory.create(kode="TETAP")
    commit()
    rollback()
    assert lines() == []
    assert db.session.scalars(sa.select(Unit.kode)).all() == ["TETAP"]


def test_a_refusal_is_kept_and_everything_else_of_its_request_dropped(app: Flask) -> None:
    UnitFactory.create()
    log("uji.dicatat", isi="belum jadi")
    log_now("uji.kosong")
    assert [line.peristiwa for line in lines()] == ["uji.kosong"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 0


def test_lines_are_numbered_without_gap_over_several_transactions(app: Flask) -> None:
    for turn in range(3):
        for _ in range(turn + 1):
            log("uji.dicatat", isi=turn)
        commit()
    assert [line.urut for line in lines()] == [1, 2, 3, 4, 5, 6]
    assert verify() == Verdict(6, None)


def test_an_empty_log_is_whole(app: Flask) -> None:
    assert verify() == Verdict(0, None)


anything = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers(-(2**63), 2**63 - 1) | some.text(max_size=12)
    | some.decimals(allow_nan=False, places=2) | some.datetimes() | some.uuids(),
    lambda inside: some.lists(inside, max_size=3) | some.dictionaries(some.text(max_size=5), inside, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(value=anything)
def test_whatever_is_logged_the_chain_can_be_followed(app: Flask, value: Any) -> None:
    log("uji.dicatat", isi=value)
    commit()
    assert verify().broken is None


@pytest.mark.parametrize("value", [1e22, -0.0, 5e-324, float("nan"), "a\x00b", {"a\x00": ["\x00"]}, 2**62])
def test_values_that_postgresql_writes_another_way_do_not_break_the_chain(app: Flask, value: Any) -> None:
    log("uji.dicatat", isi=value)
    commit()
    assert verify() == Verdict(1, None)


# ---- nobody may change it


@pytest.mark.parametrize("statement", [
    "UPDATE aktivitas SET pelaku = 'lain'", "DELETE FROM aktivitas", "TRUNCATE aktivitas",
    "UPDATE langkah_persetujuan SET catatan = 'lain'", "DELETE FROM langkah_persetujuan",
    "ALTER TABLE aktivitas DISABLE TRIGGER USER", "SET session_replication_role = 'replica'",
])  # fmt: skip
def test_the_application_can_neither_change_nor_delete_lines(serentak: Flask, statement: str) -> None:
    with serentak.app_context():
        log("uji.kosong")
        commit()
        with pytest.raises(sa.exc.ProgrammingError, match=r"denied|must be owner"):
            db.session.execute(sa.text(statement))
        rollback()
        assert verify() == Verdict(1, None)


@pytest.mark.parametrize("statement", ["UPDATE aktivitas SET pelaku = 'lain'", "DELETE FROM aktivitas"])
def test_even_the_owner_is_stopped_by_the_trigger(serentak: Flask, statement: str) -> None:
    engine = sa.create_engine(serentak.extensions["pamong"].migration_url, poolclass=sa.NullPool)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="tidak boleh diubah"):
        connection.exec_driver_sql(statement)


@pytest.fixture
def five(serentak: Flask) -> Iterator[Flask]:
    with serentak.app_context():
        for number in range(1, 6):
            log("uji.dicatat", isi=number)
        commit()
        assert verify() == Verdict(5, None)
        yield serentak


COPY = "INSERT INTO aktivitas SELECT {urut}, waktu, pelaku_id, pelaku, alamat_ip, peristiwa, objek_tipe, objek_id, data"


@pytest.mark.parametrize(("statements", "broken"), [
    (["UPDATE aktivitas SET data = '{\"isi\": 30}' WHERE urut = 3"], 3),
    (["UPDATE aktivitas SET pelaku = 'orang lain' WHERE urut = 1"], 1),
    (["UPDATE aktivitas SET pelaku_id = '01a20039-7fad-77d3-b688-1b552a6fcf67' WHERE urut = 5"], 5),
    (["UPDATE aktivitas SET waktu = waktu + interval '1 microsecond' WHERE urut = 2"], 2),
    (["UPDATE aktivitas SET peristiwa = 'uji.kosong' WHERE urut = 4"], 4),
    (["UPDATE aktivitas SET alamat_ip = '10.0.0.1' WHERE urut = 4"], 4),
    (["UPDATE aktivitas SET objek_tipe = 'unit' WHERE urut = 4"], 4),
    (["UPDATE aktivitas SET sidik = sidik || '\\x00' WHERE urut = 4"], 4),
    (["DELETE FROM aktivitas WHERE urut = 1"], 2),
    (["DELETE FROM aktivitas WHERE urut = 3"], 4),
    (["DELETE FROM aktivitas WHERE urut = 3", "UPDATE aktivitas SET urut = 3 WHERE urut = 4",
      "UPDATE aktivitas SET urut = 4 WHERE urut = 5"], 3),
    ([COPY.format(urut=6) + ", sidik FROM aktivitas WHERE urut = 5"], 6),
    (["UPDATE aktivitas SET urut = 10 + urut WHERE urut IN (2, 3)", "UPDATE aktivitas SET urut = 2 WHERE urut = 13",
      "UPDATE aktivitas SET urut = 3 WHERE urut = 12"], 2),
])  # fmt: skip
def test_a_changed_removed_or_inserted_line_is_found(five: Flask, statements: list[str], broken: int) -> None:
    as_owner(five, *statements)
    assert verify().broken == broken


def test_an_operator_proves_the_log_at_the_command_line(five: Flask) -> None:
    runner = five.test_cli_runner()
    good = runner.invoke(args=["verifikasi-log"])
    assert good.exit_code == 0
    assert json.loads(good.stdout.splitlines()[0]) == {"baris": 5, "putus_di": None}
    assert "Rantai utuh." in good.stdout
    as_owner(five, "UPDATE aktivitas SET pelaku = 'lain' WHERE urut = 2")
    bad = runner.invoke(args=["verifikasi-log"])
    assert bad.exit_code == 1
    assert json.loads(bad.stdout.splitlines()[0]) == {"baris": 2, "putus_di": 2}
    assert "Rantai putus pada baris 2." in bad.stderr


# ---- several at once


def test_transactions_at_once_keep_one_chain(serentak: Flask) -> None:
    def write(mark: int) -> Callable[[], None]:
        def act() -> None:
            for _ in range(5):
                log("uji.dicatat", isi=mark, lain=str(uuid.uuid4()))
                log("uji.dicatat", isi=mark)
                commit()

        return act

    assert together(serentak, *[write(mark) for mark in range(4)]) == [None] * 4
    with serentak.app_context():
        assert verify() == Verdict(40, None)
        assert [line.urut for line in lines()] == list(range(1, 41))
        pairs = [line.data["isi"] for line in lines()]
        assert pairs[::2] == pairs[1::2], "lines of one transaction stay together"


def test_a_slow_transaction_does_not_hold_the_chain_before_it_commits(serentak: Flask) -> None:
    logged, done = threading.Event(), threading.Event()

    def slow() -> None:
        UnitFactory.create(kode="LAMBAT")
        log("uji.dicatat", isi="lambat")
        logged.set()
        assert done.wait(5)
        commit()

    def quick() -> None:
        assert logged.wait(5)
        log("uji.dicatat", isi="cepat")
        commit()
        done.set()

    assert together(serentak, slow, quick) == [None, None]
    with serentak.app_context():
        assert [line.data["isi"] for line in lines()] == ["cepat", "lambat"]
        assert verify() == Verdict(2, None)
