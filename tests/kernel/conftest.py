"""What the kernel's tests need beyond the common fixtures.

probed     the kernel's screens and the routes of `probe.py`; a test file that wants them calls it `app`
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import database
from tests.conftest import Client, empty_bucket
from tests.kernel import probe


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
