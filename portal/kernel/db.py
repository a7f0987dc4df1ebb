"""The database: base class, keys, read and write connections, and the only `commit()` of the product."""

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, SessionTransaction, mapped_column
from sqlalchemy.orm import Session as AnySession
from uuid_utils.compat import uuid7

logger = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> uuid.UUID:
    """UUID version 7: keys sort by the time they were made."""
    return uuid7()


def now() -> datetime:
    """This moment in UTC. The one clock of the product, so that tests can freeze it."""
    return datetime.now(UTC)


APPEND_ONLY = ["aktivitas", "langkah_persetujuan"]  # tables with a trigger that refuses all but INSERT
SEEDED = ["hari_libur"]  # tables that a migration fills: with nothing but their rows a database counts as empty


class Model(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: sa.DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        str: sa.Text(),
    }


class Base(Model):
    """A row with a UUIDv7 key that knows when it was made and last changed."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    dibuat_at: Mapped[datetime] = mapped_column(default=now)
    diubah_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Session(FlaskSession):
    """Reads of a safe request run on an AUTOCOMMIT connection: half the work for PostgreSQL."""

    def get_bind(self, *args: Any, **kwargs: Any) -> sa.Engine | sa.Connection:
        if self.info.get("reading"):
            engine: sa.Engine = current_app.extensions["pamong_reader"]
            return engine
        return super().get_bind(*args, **kwargs)


# `Model` stays outside Flask-SQLAlchemy: its own base class cannot carry a type map.
db = SQLAlchemy(session_options={"class_": Session, "expire_on_commit": False})


def init_app(app: Flask, url: str) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": 4,
        "max_overflow": 4,
        "pool_pre_ping": False,
        "pool_recycle": 1800,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error that is logged names the statement, not the person in it
        "connect_args": {"connect_timeout": 4, "options": "-c statement_timeout=10000 -c timezone=UTC"},
    }
    db.init_app(app)
    with app.app_context():
        app.extensions["pamong_reader"] = db.engine.execution_options(isolation_level="AUTOCOMMIT")


def reading(on: bool) -> None:
    """Choose the connection of this request before its first statement."""
    db.session().info["reading"] = on


def rows(query: sa.Executable, values: Mapping[str, Any] | None = None) -> sa.CursorResult[Any]:
    """Columns of a statement, in the transaction of the session but past its bookkeeping of entities."""
    session = db.session()
    if not session.info.get("reading"):
        session.flush()
    return session.connection().execute(query, values)


def before_commit(key: str, act: Callable[[], object]) -> None:
    """Run `act` once inside the transaction, just before it is committed."""
    db.session().info.setdefault("before_commit", {})[key] = act


def after_commit(act: Callable[[], object]) -> None:
    """Run `act` when, and only when, the surrounding `commit()` has succeeded."""
    waiting("after_commit").append(act)


def waiting(name: str) -> list[Any]:
    """What this transaction keeps for its end. A rollback takes it back, that of a savepoint its own part."""
    lists = db.session().info.setdefault("waiting", {})
    found: list[Any] = lists.setdefault(name, [])
    return found


def commit() -> None:
    """Commit, then hand over what waited for it (jobs to the queue, cache keys)."""
    session = db.session()
    try:
        for act in list(session.info.pop("before_commit", {}).values()):
            act()
        session.commit()
    except Exception:
        rollback()
        raise
    for act in session.info.pop("waiting", {}).get("after_commit", []):
        try:
            act()
        except Exception:  # the rows are stored: what fails now must not be told as their failure
            logger.exception("stored, but not handed over")


def rollback() -> None:
    """Forget everything this request or job wrote, and what waited for its commit."""
    session = db.session()
    session.rollback()
    _forget(session)


def _forget(session: AnySession) -> None:
    for name in ("before_commit", "waiting"):
        session.info.pop(name, None)


# SQLAlchemy tells a rollback in several ways (a failed flush only closes the savepoint around it), a commit in
# one: whatever ends without having been committed takes back what waited since it began.


@sa.event.listens_for(Session, "after_transaction_create")
def _begun(session: AnySession, transaction: SessionTransaction) -> None:
    if transaction.nested or transaction.parent is None:
        lengths = {name: len(kept) for name, kept in session.info.get("waiting", {}).items()}
        session.info.setdefault("begun", {})[transaction] = lengths


@sa.event.listens_for(Session, "after_commit")
def _committed(session: AnySession) -> None:
    session.info["begun"].pop(session.get_nested_transaction() or session.get_transaction(), None)


@sa.event.listens_for(Session, "after_transaction_end")
def _ended(session: AnySession, transaction: SessionTransaction) -> None:
    lengths = session.info.get("begun", {}).pop(transaction, None)
    if lengths is None:
        return
    if transaction.parent is None:
        _forget(session)
    for name, kept in session.info.get("waiting", {}).items():
        del kept[lengths.get(name, 0) :]


def lost_connection(error: Exception) -> bool:
    """True when the database server is gone rather than the statement wrong."""
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) or (
        isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    )


class Nomor(Model):
    """Counters for numbers that people read; a row lock keeps them without gap or repeat."""

    __tablename__ = "nomor"

    seri: Mapped[str] = mapped_column(primary_key=True)
    terakhir: Mapped[int]


def next_number(seri: str) -> int:
    """Next number of a series, 1 and up. Holds the row until the transaction ends."""
    insert = sa.dialects.postgresql.insert(Nomor).values(seri=seri, terakhir=1)
    row = insert.on_conflict_do_update(index_elements=[Nomor.seri], set_={"terakhir": Nomor.terakhir + 1}).returning(
        Nomor.terakhir
    )
    return db.session.execute(row).scalar_one()
