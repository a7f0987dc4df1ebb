"""What the kernel's tests need beyond the common fixtures.

serentak   a portal on a database of its own, empty at first, where a commit is a commit: for several sessions
probed     the kernel's screens and the routes of `probe.py`; a test file that wants them calls it `app`
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.kernel import engines
from tests import database
from tests.conftest import Client, empty_bucket
from tests.kernel import probe
from tests.kernel.sessions import emptied


@pytest.fixture(scope="session")
def _serentak(running: engines.Engines, worker_number: int) -> Iterator[Flask]:
    from portal import create_app
    from portal.config import Config
    from portal.kernel import storage
    from portal.kernel.db import db

    name = f"uji_serentak_{worker_number}"
    database.copied(running, name)
    place = database.with_place(running.environment(), name, 20 + worker_number)
    app = create_app(Config.from_env({**place, "VAR": str(running.var), "ALAMAT": "http://localhost"}))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        storage.s3().create_bucket(Bucket=place["S3_BUCKET"])
    yield app
    with app.app_context():
        storage.redis().close()
        storage.s3().close()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def serentak(_serentak: Flask) -> Iterator[Flask]:
    from portal.kernel import storage

    with _serentak.app_context():
        storage.redis().flushdb()
    yield _serentak
    emptied(_serentak)
    with _serentak.app_context():
        empty_bucket(storage.s3(), storage.config().s3_bucket)


@pytest.fixture(scope="session")
def _probe(environment: dict[str, str], _application: Flask) -> Iterator[Flask]:
    """Beside the portal itself, in the same database: what declares tables, flows and policies is loaded."""
    from portal.kernel.db import db

    app = probe.make(environment)
    app.test_client_class = Client
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def probed(_probe: Flask, _written: list[str]) -> Iterator[Flask]:
    """The portal of `probe.py` inside a transaction; a test file makes it its `app`."""
    from portal.kernel import storage
    from portal.kernel.db import db

    config = _probe.extensions["pamong"]
    with database.rolled_back(_probe), _probe.app_context():
        storage.redis().flushdb()
        yield _probe
        _probe.extensions["pamong"] = config
        db.session.remove()
        if _written:
            empty_bucket(storage.s3(), storage.config().s3_bucket)
            _written.clear()
