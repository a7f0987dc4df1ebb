"""Several sessions at once: each in a thread and an application context of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.kernel.db import APPEND_ONLY, SEEDED, Model, db, rollback

WAIT = 10


class Other:
    """Another session of the portal. `start` begins an act there, `result` waits for what came of it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(max_workers=1)
        self.context = app.app_context()
        self.run(self.context.push)

    def start(self, act: Callable[[], Any]) -> Future[Any]:
        return self.pool.submit(act)

    def run(self, act: Callable[[], Any]) -> Any:
        return self.start(act).result(WAIT)

    def __enter__(self) -> "Other":
        return self

    def __exit__(self, *_: object) -> None:
        self.run(rollback)
        self.run(db.session.remove)
        self.run(self.context.pop)
        self.pool.shutdown()


def together(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Run all acts at the same moment, each in its own session; what each returned or raised."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait(WAIT)
            try:
                return act()
            except Exception as error:  # noqa: BLE001 - what it raised is what the test asks about
                rollback()
                return error

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return [future.result(WAIT) for future in [pool.submit(one, act) for act in acts]]


def as_owner(app: Flask, *statements: str) -> None:
    """What somebody with the keys of the database could do: append-only tables without their triggers."""
    engine = sa.create_engine(app.extensions["pamong"].migration_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for table in APPEND_ONLY:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # a table that still waits cannot be altered
        for table in APPEND_ONLY:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def emptied(app: Flask) -> None:
    """Delete the rows of every table that tests filled: a tenth of the time of a fresh copy."""
    names = [table.name for table in reversed(Model.metadata.sorted_tables) if table.name not in SEEDED]
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)  # noqa: S608
    with app.app_context(), db.engine.connect() as connection:
        full = set(connection.exec_driver_sql(asked).scalars())
        connection.rollback()
    if full:
        as_owner(app, *(f"DELETE FROM {name}" for name in names if name in full))  # noqa: S608
