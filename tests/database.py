"""A database per test process, copied from a migrated one; a transaction per test, rolled back after it."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import make_url

from portal.kernel import engines
from portal.kernel.backup.database import drop
from portal.kernel.db import db
from portal.kernel.engines.processes import locked


def owner(environment: dict[str, str], database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
    url = make_url(environment["DATABASE_URL_MIGRASI"]).set(drivername="postgresql", database=database)
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def with_database(environment: dict[str, str], name: str) -> dict[str, str]:
    """The same environment, pointed at another database of the same server."""
    changed = {
        key: make_url(environment[key]).set(database=name).render_as_string(hide_password=False)
        for key in ("DATABASE_URL", "DATABASE_URL_MIGRASI")
    }
    return {**environment, **changed}


def with_place(environment: dict[str, str], name: str, redis_number: int) -> dict[str, str]:
    """A database, a Redis number and a bucket of one's own."""
    redis_url = environment["REDIS_URL"].rpartition("=")[0] + f"={redis_number}"
    bucket = {"S3_BUCKET": name.replace("_", "-")}
    return {**with_database(environment, name), "REDIS_URL": redis_url, **bucket}


def migrated(running: engines.Engines) -> None:
    """Run the migrations once into the database that the others are copied from."""
    from portal.kernel.commands import migrate

    environment = running.environment()
    marker = running.var / "termigrasi"
    with locked(running.var / "templat"):
        if not marker.exists():
            before = os.environ.get("DATABASE_URL_MIGRASI")
            migrate(environment["DATABASE_URL_MIGRASI"], environment["DATABASE_URL"])
            if before is None:
                os.environ.pop("DATABASE_URL_MIGRASI", None)
            marker.touch()


def copied(running: engines.Engines, name: str, source: str = engines.DATABASE) -> None:
    """CREATE DATABASE … TEMPLATE: about 0.1 s. Copies of one source wait for each other."""
    with locked(running.var / "templat"), owner(running.environment()) as connection:
        drop(connection, name)
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(source)))


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile, savepoints left out."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


class OneConnection(sa.Connection):
    """Stands where the application expects an engine; whatever it asks for is this connection, and every
    transaction it opens is a savepoint."""

    def connect(self) -> contextlib.AbstractContextManager["OneConnection"]:
        return contextlib.nullcontext(self)

    def begin(self) -> Any:
        return super().begin() if not self.in_transaction() else self.begin_nested()

    def execution_options(self, **options: Any) -> Any:
        options.pop("isolation_level", None)
        return super().execution_options(**options) if options else self

    def dispose(self) -> None:
        """Nothing to give back before the test ends."""


@contextlib.contextmanager
def rolled_back(app: Any) -> Iterator[None]:
    """Everything inside sees one transaction, which never reaches the database."""
    with app.app_context():
        known = db.engines
        engine, reader = known[None], app.extensions["pamong_reader"]
    connection = OneConnection(engine)
    transaction = connection.begin()
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")  # type: ignore[attr-defined]
    known[None] = app.extensions["pamong_reader"] = connection
    try:
        yield
    finally:
        known[None], app.extensions["pamong_reader"] = engine, reader
        transaction.rollback()
        connection.close()
