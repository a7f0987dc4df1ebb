"""Engines of their own, and a portal on them; one process runs all of these tests (GROUPS)."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.kernel import engines
from tests import database
from tests.conftest import empty_bucket
from tests.faults.machine import Browser, Machine
from tests.kernel.sessions import emptied


@pytest.fixture(scope="module")
def _machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Not in testing mode: what Redis and PostgreSQL have acknowledged must outlive kill -9."""
    with engines.Engines(tmp_path_factory.mktemp("gangguan")) as started:
        database.migrated(started)
        machine = Machine(started)
        yield machine
        machine.start()


@pytest.fixture
def machine(_machine: Machine) -> Iterator[Machine]:
    yield _machine
    _machine.start()


@pytest.fixture(scope="module")
def _portal(_machine: Machine) -> Iterator[Flask]:
    from portal import create_app
    from portal.config import Config
    from portal.kernel import storage
    from portal.kernel.db import db

    changed = {"LINGKUNGAN": "uji", "VAR": str(_machine.engines.var), "ALAMAT": "http://localhost"}
    app = create_app(Config.from_env({**_machine.environment, **changed}))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = Browser
    yield app
    with app.app_context():
        storage.redis().close()
        storage.s3().close()
        db.engine.dispose()


@pytest.fixture
def portal(_portal: Flask, machine: Machine) -> Iterator[Flask]:
    """The portal on those engines, empty."""
    from portal.kernel import storage
    from portal.kernel.db import db

    with _portal.app_context():
        storage.redis().flushdb()
    yield _portal
    machine.start()
    with _portal.app_context():
        db.engine.dispose()
        empty_bucket(storage.s3(), storage.config().s3_bucket)
    emptied(_portal)
