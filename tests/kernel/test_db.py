"""One transaction: what is stored, what goes with a rollback, what waits for the commit; numbers without gap."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import db as database
from portal.kernel.db import after_commit, before_commit, commit, db, next_number, reading, rollback
from portal.kernel.people import User
from tests.kernel.factories import UserFactory
from tests.kernel.sessions import Other, together


@pytest.fixture
def told(app: Flask) -> list[str]:
    return []


def names() -> set[str]:
    return set(db.session.scalars(sa.select(User.pengguna)))


def test_keys_sort_by_the_time_they_were_made() -> None:
    keys = [database.new_id() for _ in range(50)]
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}
    assert all(type(key) is uuid.UUID for key in keys)


def test_what_waits_for_the_commit_runs_once_and_in_order(told: list[str]) -> None:
    after_commit(lambda: told.append("satu"))
    after_commit(lambda: told.append("dua"))
    assert told == []
    commit()
    assert told == ["satu", "dua"]
    commit()
    assert told == ["satu", "dua"]


def test_a_rollback_forgets_what_waited(told: list[str]) -> None:
    before_commit("uji", lambda: told.append("sebelum"))
    after_commit(lambda: told.append("sesudah"))
    rollback()
    commit()
    assert told == []


def test_what_waits_is_forgotten_even_when_only_the_session_is_rolled_back(told: list[str]) -> None:
    UserFactory.create()
    after_commit(lambda: told.append("sesudah"))
    db.session.rollback()
    commit()
    assert told == []


def test_an_act_before_the_commit_runs_inside_the_transaction_and_once_per_key(told: list[str]) -> None:
    before_commit("uji", lambda: told.append("lama"))
    before_commit("uji", lambda: UserFactory.create(pengguna="dari.sebelum"))
    commit()
    rollback()
    assert told == []
    assert names() == {"dari.sebelum"}


def test_a_savepoint_that_is_rolled_back_takes_its_own_waiting_with_it(told: list[str]) -> None:
    after_commit(lambda: told.append("luar"))
    savepoint = db.session.begin_nested()
    after_commit(lambda: told.append("dalam"))
    savepoint.rollback()
    with db.session.begin_nested():
        after_commit(lambda: told.append("tersimpan"))
    commit()
    assert told == ["luar", "tersimpan"]


def test_what_was_to_run_before_the_commit_outlives_a_savepoint(told: list[str]) -> None:
    before_commit("uji", lambda: told.append("sebelum"))
    db.session.begin_nested().rollback()
    commit()
    assert told == ["sebelum"]


def test_a_released_savepoint_still_goes_with_the_one_around_it(told: list[str]) -> None:
    outer = db.session.begin_nested()
    with db.session.begin_nested():
        after_commit(lambda: told.append("dalam"))
    outer.rollback()
    commit()
    assert told == []


def test_a_savepoint_that_broke_on_a_constraint_takes_its_waiting_with_it(told: list[str]) -> None:
    UserFactory.create(pengguna="sama")

    def twice() -> None:
        with db.session.begin_nested():
            after_commit(lambda: told.append("dalam"))
            UserFactory.create(pengguna="sama")

    with pytest.raises(sa.exc.IntegrityError):
        twice()
    commit()
    assert told == []
    assert names() == {"sama"}


def test_a_commit_that_fails_tells_nobody_and_leaves_a_usable_session(told: list[str]) -> None:
    UserFactory.create(pengguna="sama")
    commit()
    after_commit(lambda: told.append("sesudah"))
    db.session.add(User(pengguna="sama", nama="Kembar"))
    with pytest.raises(sa.exc.IntegrityError):
        commit()
    UserFactory.create(pengguna="lain")
    commit()
    assert told == []
    assert names() == {"sama", "lain"}


def test_what_fails_after_the_commit_does_not_make_the_commit_fail(
    told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    UserFactory.create(pengguna="tersimpan")
    after_commit(lambda: 1 // 0)
    after_commit(lambda: told.append("berikutnya"))
    commit()
    rollback()
    assert names() == {"tersimpan"}
    assert told == ["berikutnya"]
    assert "not handed over" in caplog.text


def test_reading_holds_no_transaction_and_writing_does(serentak: Flask) -> None:
    with serentak.app_context():
        reading(True)
        db.session.execute(sa.text("SELECT 1"))
        assert _open_transactions() == 0
        rollback()
        reading(False)
        db.session.execute(sa.text("SELECT 1"))
        assert _open_transactions() == 1
        rollback()


def _open_transactions() -> int:
    """Seen from beside: connections of this database that idle inside a transaction."""
    with db.engine.connect() as beside:
        return beside.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
        ).scalar_one()


@pytest.fixture
def broken(serentak: Flask) -> dict[str, Exception]:
    """Errors as the driver really raises them."""
    found: dict[str, Exception] = {}
    with serentak.app_context():
        for name, statement in (("wrong", "SELECT 1/0"), ("gone", "SELECT pg_terminate_backend(pg_backend_pid())")):
            try:
                db.session.execute(sa.text(statement))
            except sa.exc.DBAPIError as error:
                found[name] = error
            rollback()
    return found


def test_a_lost_server_is_told_from_a_wrong_statement(broken: dict[str, Exception]) -> None:
    assert database.lost_connection(broken["gone"])
    assert not database.lost_connection(broken["wrong"])
    assert not database.lost_connection(ValueError("lain"))


# ---- numbers that people read


def test_a_series_counts_from_one_and_each_for_itself(app: Flask) -> None:
    assert [next_number("surat-2026") for _ in range(3)] == [1, 2, 3]
    assert next_number("surat-2027") == 1


def test_a_number_given_back_is_given_out_again(app: Flask) -> None:
    next_number("surat")
    commit()
    next_number("surat")
    rollback()
    assert next_number("surat") == 2


def test_sessions_at_once_get_numbers_without_gap_or_repeat(serentak: Flask) -> None:
    def take(keep: bool) -> Any:
        number = next_number("surat")
        if not keep:
            raise ZeroDivisionError
        commit()
        return number

    outcome = together(serentak, *[lambda keep=keep: take(keep) for keep in (True, False, True, True, False, True)])
    assert sorted(n for n in outcome if isinstance(n, int)) == [1, 2, 3, 4]


def test_the_second_session_waits_for_the_number_of_the_first(serentak: Flask) -> None:
    with serentak.app_context(), Other(serentak) as other:
        assert next_number("surat") == 1
        waiting = other.start(lambda: next_number("surat"))
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        rollback()
        assert waiting.result(5) == 1
