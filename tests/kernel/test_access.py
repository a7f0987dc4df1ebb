"""Permissions and roles as code declares them; rows are reached through what a person may see."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import access
from portal.kernel.access import fetch, grants, in_scope, permission, role
from portal.kernel.db import commit, db
from portal.kernel.errors import Missing
from portal.kernel.organisation import Penempatan, Unit
from portal.kernel.people import Principal
from tests.kernel.factories import PegawaiFactory, PenempatanFactory, UnitFactory
from tests.kernel.sessions import Other


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "ROLES", {})
    monkeypatch.setattr(access, "PERMISSIONS", {})


def test_a_permission_is_declared_with_words_and_handed_back() -> None:
    assert permission("uji.lihat", "Melihat uji") == "uji.lihat"
    assert access.PERMISSIONS == {"uji.lihat": "Melihat uji"}


def test_two_modules_add_to_the_same_role_and_the_first_names_it() -> None:
    permission("a.b", "A")
    role("petugas", "Petugas", {"a.b"})
    role("petugas", "Nama lain", {"c.d"})
    role("tamu", "Tamu", set(), given=False)
    assert access.ROLES["petugas"].nama == "Petugas"
    assert access.ROLES["petugas"].permissions == {"a.b", "c.d"}
    assert not access.ROLES["tamu"].given
    assert grants() == {"": {"a.b"}, "petugas": {"a.b", "c.d"}, "tamu": set()}


def test_what_grants_returns_can_be_changed_without_harm() -> None:
    role("petugas", "Petugas", {"a.b"})
    grants()["petugas"].add("karangan")
    assert grants()["petugas"] == {"a.b"}


def test_a_row_outside_the_policy_is_missing_like_one_that_never_was(app: Flask) -> None:
    mine, theirs = UnitFactory.create(), UnitFactory.create()
    visible = sa.select(Unit).where(Unit.id == mine.id)
    assert fetch(visible, mine.id) is mine
    for key in (theirs.id, uuid.uuid4()):
        with pytest.raises(Missing):
            fetch(visible, key)


def test_a_row_that_a_join_shows_twice_is_one_row(app: Flask) -> None:
    unit = UnitFactory.create()
    for _ in range(2):
        PenempatanFactory.create(pegawai_id=PegawaiFactory.create().id, unit_id=unit.id, pd_id=unit.id)
    assert fetch(sa.select(Unit).join(Penempatan, Penempatan.unit_id == Unit.id), unit.id) is unit


def test_a_locked_row_is_read_anew_and_held_until_the_end(serentak: Flask) -> None:
    with serentak.app_context():
        unit = UnitFactory.create(nama="Lama")
        commit()
        db.session.execute(sa.text("UPDATE unit SET nama = 'Baru'"))
        assert unit.nama == "Lama"
        assert fetch(sa.select(Unit), unit.id, lock=True).nama == "Baru"
        with Other(serentak) as other:
            waiting = other.start(lambda: fetch(sa.select(Unit), unit.id, lock=True).nama)
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
            commit()
            assert waiting.result(5) == "Baru"


@pytest.mark.parametrize("held", ["everywhere", "pd", "above", "beside", "nowhere"])
def test_a_scope_shows_the_rows_of_its_units_and_of_all_below(app: Flask, held: str) -> None:
    top = UnitFactory.create()
    pd = UnitFactory.create(induk_id=top.id)
    unit = UnitFactory.create(induk_id=pd.id)
    beside = UnitFactory.create(induk_id=top.id)
    row = PenempatanFactory.create(pegawai_id=PegawaiFactory.create().id, unit_id=unit.id, pd_id=pd.id)
    scopes: dict[str, Any] = {
        "everywhere": {"uji.lihat": None}, "pd": {"uji.lihat": [pd.id]}, "above": {"uji.lihat": [top.id]},
        "beside": {"uji.lihat": [beside.id]}, "nowhere": {"lain": None},
    }  # fmt: skip
    user = Principal(uuid.uuid4(), "Uji", "uji", scopes=scopes[held])
    found = db.session.scalars(sa.select(Penempatan).where(in_scope(Penempatan, user, "uji.lihat"))).all()
    assert list(found) == ([row] if held in ("everywhere", "pd", "above") else [])
