"""Fixtures every test may use. Real engines, started with the first test that needs one; no mocks.

app      the portal, inside an application context and a transaction that is rolled back
client   its test client: a form token is sent by itself, every whole page is checked
serentak a portal on a database of its own, empty at first, where a commit is a commit: for several sessions
masuk    masuk(user): the client continues as this account
jam      the clock stands still at 21 November 2026, 10.00 WIB; jam.move_to(...) moves it
live     the portal in processes of its own with demo data, for browsers
"""

import gc
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from werkzeug.test import TestResponse

from portal.kernel import engines
from tests import database
from tests.live import ROOT, Live, load_demo
from tests.pages import check_page

settings.register_profile("tetap", derandomize=True, deadline=None)  # the same cases on every machine
settings.load_profile("tetap")

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SHARED = pytest.StashKey[Path]()
SAFE = ("GET", "HEAD", "OPTIONS")
ID, VARIABLE = re.compile(r'\sid="([^"]+)"'), re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\d+")
GROUPS = {  # tests that share what takes long to start; phones wait for slow networks while the other browser works
    "tests/browser/test_ponsel.py": "ponsel",
    "tests/browser/test_bytes.py": "ponsel",
    "tests/browser/": "peramban",
    "tests/faults/": "gangguan",
    "tests/kernel/test_engines.py": "mesin",
    "tests/sertifikasi/test_asesmen_daftar.py": "ramai",
}
SHAPES: set[tuple[str, int, frozenset[str]]] = set()


def pytest_configure(config: pytest.Config) -> None:
    """One folder for the engines of the whole run, whichever of its processes starts them first."""
    handed = getattr(config, "workerinput", {}).get("mesin")
    config.stash[SHARED] = Path(handed or tempfile.mkdtemp(prefix="pamong-uji-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["mesin"] = str(node.config.stash[SHARED])


def pytest_unconfigure(config: pytest.Config) -> None:
    """The engines remove their folder themselves; this removes one that none was ever started in."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[SHARED], ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The thousands of tests live as long as the process: no collection of garbage needs to walk over them again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        gc.enable()


def _lives(item: pytest.Item) -> bool:
    return "live" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The register first: while it is tested, the demo data load that the tests in a browser wait for. Those come next,
    because they are the longest."""
    for item in items:
        if _lives(item):
            item.add_marker(pytest.mark.peramban)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(400))  # the first one waits for the demo data
    register = ROOT / "tests" / "kepegawaian"
    items.sort(key=lambda item: (register not in item.path.parents, not _lives(item)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole `GROUPS` for one process, the largest first, then test by test. Not by marks: xdist 3.8 writes the group
    where pytest 9.2 does not read it."""
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((name for beginning, name in GROUPS.items() if nodeid.startswith(beginning)), nodeid)

    return Grouped(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def worker_number(request: pytest.FixtureRequest) -> int:
    name = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(name.removeprefix("gw"))


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Iterator[engines.Engines]:
    """PostgreSQL, Valkey and SeaweedFS, shared by all processes of this run, migrated."""
    with engines.Engines(request.config.stash[SHARED], testing=True, discard=True) as started:
        database.migrated(started)
        loading = threading.Thread(target=load_demo, args=(started,))
        if len(request.session.items) > 1 and any(map(_lives, request.session.items)):
            loading.start()
        yield started
        if loading.ident:
            loading.join()


@pytest.fixture(scope="session")
def environment(running: engines.Engines, worker_number: int) -> dict[str, str]:
    """What the portal reads: database, Redis number and bucket of this test process alone."""
    name = f"uji_{worker_number}"
    database.copied(running, name)
    place = database.with_place(running.environment(), name, 1 + worker_number)
    return {**place, "VAR": str(running.var), "ALAMAT": "http://localhost"}


@contextmanager
def _portal(environment: dict[str, str]) -> Iterator[Flask]:
    """The application with a bucket of its own; its connections are closed afterwards."""
    from portal import create_app
    from portal.config import Config
    from portal.kernel import storage
    from portal.kernel.db import db

    app = create_app(Config.from_env(environment))
    gc.freeze()  # as in wsgi.py
    with app.app_context():
        storage.s3().create_bucket(Bucket=environment["S3_BUCKET"])
    yield app
    with app.app_context():
        storage.redis().close()
        storage.s3().close()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def _application(environment: dict[str, str]) -> Iterator[Flask]:
    with _portal(environment) as app:
        app.test_client_class = Client
        yield app


@pytest.fixture(scope="session")
def _written(_application: Flask) -> list[str]:
    """Grows when a test writes into the bucket: the others need not empty it."""
    from portal.kernel import storage

    writes: list[str] = []
    with _application.app_context():
        events = storage.s3().meta.events
    for operation in ("PutObject", "CopyObject", "CompleteMultipartUpload"):
        events.register(f"before-call.s3.{operation}", lambda **_: writes.append("") or None)
    return writes


@pytest.fixture
def app(_application: Flask, _written: list[str]) -> Iterator[Flask]:
    from portal.kernel import storage
    from portal.kernel.db import db

    with database.rolled_back(_application), _application.app_context():
        storage.redis().flushdb()
        yield _application
        db.session.remove()
        if _written:
            empty_bucket(storage.s3(), storage.config().s3_bucket)
            _written.clear()


def empty_bucket(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        keys = [{"Key": found["Key"]} for found in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})


class Client(FlaskClient):
    """Each request gets an application context of its own, as in production; what the test has written so
    far is committed (into the test's transaction) before, and read again after."""

    csrf = ""
    checks_pages = True
    reads_all = False  # every page, and its tree kept for the test; else one of each shape

    def open(self, *args: Any, **keywords: Any) -> TestResponse:
        from portal.kernel import db

        method = keywords.get("method", "GET")
        if method not in SAFE and self.csrf:
            headers = dict(keywords.pop("headers", None) or {})
            keywords["headers"] = {"X-CSRF-Token": self.csrf, **headers}
        db.commit()
        with self.application.app_context():
            response = super().open(*args, **keywords)
        db.db.session.expire_all()
        plain = response.mimetype == "text/html" and not response.headers.get("Content-Encoding")
        if self.checks_pages and plain and (self.reads_all or _is_new(response)):
            response.pohon = check_page(response)
        return response


def _is_new(response: TestResponse) -> bool:
    """A page of this address, answer and set of ids was not looked at yet: parsing all of them takes too long."""
    ids = {VARIABLE.sub("#", one) for one in ID.findall(response.get_data(as_text=True))}
    shape = (VARIABLE.sub("#", response.request.path), response.status_code, frozenset(ids))
    known = shape in SHAPES
    SHAPES.add(shape)
    return not known


@pytest.fixture(scope="session")
def _serentak(running: engines.Engines, worker_number: int) -> Iterator[Flask]:
    name = f"uji_serentak_{worker_number}"
    database.copied(running, name)
    place = database.with_place(running.environment(), name, 20 + worker_number)
    with _portal({**place, "VAR": str(running.var), "ALAMAT": "http://localhost"}) as app:
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app


@pytest.fixture
def serentak(_serentak: Flask) -> Iterator[Flask]:
    from portal.kernel import storage
    from tests.kernel.sessions import emptied

    with _serentak.app_context():
        storage.redis().flushdb()
    yield _serentak
    emptied(_serentak)
    with _serentak.app_context():
        empty_bucket(storage.s3(), storage.config().s3_bucket)


@pytest.fixture
def client(app: Flask) -> Client:
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def masuk(app: Flask, client: Client) -> Callable[[Any], Client]:
    """Sign an account in through the portal's own `sign_in`, without the cost of a password."""
    from portal.kernel import access, db, people, web

    def sign_in(user: Any) -> Client:
        db.commit()
        with app.app_context(), app.test_request_context():
            principal = people.principal_of(user.id, access.grants())
            assert principal is not None, f"{user.pengguna} is not an active account"
            web.sign_in(principal, "uji")
            client.csrf = web.csrf_token()
            answer = app.process_response(app.make_response(""))
            db.commit()
        name, _, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
        client.set_cookie(name, value)
        return client

    return sign_in


@pytest.fixture
def jam(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """Requests to the file store are still signed with the real time: it refuses any other."""
    import botocore.auth

    def real(remove_tzinfo: bool = True) -> datetime:
        moment = time_machine.escape_hatch.datetime.datetime.now(UTC)
        return moment.replace(tzinfo=None) if remove_tzinfo else moment

    monkeypatch.setattr(botocore.auth, "get_current_datetime", real)
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture(scope="session")
def live(running: engines.Engines, worker_number: int) -> Iterator[Live]:
    with Live(running, worker_number) as portal:
        yield portal


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright. `make test` installs it."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "chromium is missing: run make test, or apt-get install chromium"
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        quiet.append("--no-sandbox")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=quiet)
        yield started
        started.close()
