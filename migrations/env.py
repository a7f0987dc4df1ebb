"""Alembic environment: owner's connection, short lock timeout, so that a migration never stalls the portal."""

import os

import sqlalchemy as sa
from alembic import context

from portal import load_modules
from portal.kernel import activity, approval, backup, documents, issued, jobs, notices, organisation, people
from portal.kernel.db import Model

KERNEL = [activity, approval, backup, documents, issued, jobs, notices, organisation, people]
load_modules()


def run() -> None:
    url = context.get_x_argument(as_dictionary=True).get("url") or os.environ["DATABASE_URL_MIGRASI"]
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SET lock_timeout = '4s'"))
        connection.execute(sa.text("SET statement_timeout = '60s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Model.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


run()
