"""What an operator types: migrations and rights, demo data only where they belong."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask

from portal.kernel import access, engines, people, storage
from portal.kernel.commands import migrate
from portal.kernel.db import APPEND_ONLY, db
from portal.kernel.web import ROOT
from tests import database

ALEMBIC = str(ROOT / "migrations" / "alembic.ini")


@pytest.fixture
def empty(running: engines.Engines, worker_number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Addresses of a database without a table, as its owner and as the application."""
    name = f"uji_kosong_{worker_number}"
    environment = running.environment()
    monkeypatch.setenv("DATABASE_URL_MIGRASI", "")
    with database.owner(environment) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")  # type: ignore[call-overload]
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    yield database.with_database(environment, name)
    with database.owner(environment) as connection:  # waits for the application's last session; FORCE may not end it
        connection.execute(f"DROP DATABASE {name}")  # type: ignore[call-overload]


def rights(url: str) -> dict[str, set[str]]:
    """What the application role may do with each table."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    query = """
        SELECT c.relname, r.name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
        (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS r (name)
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND has_table_privilege(current_user, c.oid, r.name)
    """
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        for table, right in connection.exec_driver_sql(query):
            found.setdefault(table, set()).add(right)
    return found


def test_an_empty_database_is_migrated_and_the_application_gets_its_rights(
    app: Flask, empty: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(storage.config(), database_url=empty["DATABASE_URL"], migration_url=empty["DATABASE_URL_MIGRASI"])
    monkeypatch.setitem(app.extensions, "pamong", changed)
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["migrasi"])
        assert result.exit_code == 0, result.output
        assert "Basis data sudah pada revisi terbaru." in result.output
    held = rights(empty["DATABASE_URL"])
    for table in APPEND_ONLY:
        assert held[table] == {"SELECT", "INSERT"}
    assert held["pengguna"] == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_tables_and_models_say_the_same_and_the_way_back_is_open(empty: dict[str, str]) -> None:
    owner = empty["DATABASE_URL_MIGRASI"]
    migrate(owner, owner)
    assert "pengguna" not in rights(empty["DATABASE_URL"]), "one role alone needs no grants"
    settings = AlembicConfig(ALEMBIC)
    command.check(settings)
    command.downgrade(settings, "base")
    engine = sa.create_engine(owner, poolclass=sa.NullPool)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    command.upgrade(settings, "head")
    assert "aktivitas" in sa.inspect(engine).get_table_names()


def test_a_url_without_a_name_is_granted_nothing(empty: dict[str, str]) -> None:
    migrate(empty["DATABASE_URL_MIGRASI"], "postgresql+psycopg:///uji")
    assert "pengguna" not in rights(empty["DATABASE_URL"])


def test_demo_accounts_are_listed_for_people_and_for_programs(app: Flask) -> None:
    runner = app.test_cli_runner()
    rows = json.loads(runner.invoke(args=["akun-demo", "--json"]).stdout)
    assert {"pegawai", "atasan", "admin_pd", "bkpsdm", "administrator"} <= {row["peran"] for row in rows}
    assert all(set(row) == {"peran", "pengguna", "sandi", "nama", "unit"} for row in rows)
    lines = runner.invoke(args=["akun-demo"]).stdout.splitlines()
    assert len(lines) == len(rows)
    assert all(row["pengguna"] in line and row["nama"] in line for row, line in zip(rows, lines, strict=True))


def test_demo_data_stay_out_of_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), lingkungan="produksi"))
    result = app.test_cli_runner().invoke(args=["isi-demo"])
    assert result.exit_code == 1
    assert "Error" in result.output
    result = app.test_cli_runner().invoke(args=["isi-demo", "--skala", "raksasa"])
    assert result.exit_code == 2


def test_loading_demo_data_drops_what_was_remembered_of_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.kernel import demo, people

    monkeypatch.setattr(demo, "load_city", lambda skala: f"Kota {skala} termuat.")
    monkeypatch.setattr(demo, "FILLERS", [lambda skala: f"Modul {skala} termuat."])
    result = app.test_cli_runner().invoke(args=["isi-demo"])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == ["Kota kecil termuat.", "Modul kecil termuat."]
    assert storage.redis().get(people.EPOCH) == b"1"


def test_the_first_account_of_a_portal_is_made_once(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    answer = run(args=["administrator", "Admin.Uji", "--nama", "Admin Uji"])
    assert (answer.exit_code, answer.output.count("admin.uji")) == (0, 1)
    account = db.session.scalars(sa.select(people.User).where(people.User.pengguna == "admin.uji")).one()
    assert people.check_password(account, answer.output.split()[-1])
    assert account.sandi_sementara
    found = people.principal_of(account.id, access.grants())
    assert found is not None
    assert found.has("pengguna.kelola")
    again = run(args=["administrator", "lain", "--nama", "Orang Lain"])
    assert (again.exit_code, "sudah memiliki administrator" in again.output) == (1, True)
