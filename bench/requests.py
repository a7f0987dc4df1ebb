"""Requests without a server, straight into the application, and what each costs in SQL, Redis and CPU."""

import contextlib
import gc
import io
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from redis.connection import AbstractConnection
from werkzeug.test import EnvironBuilder

from bench import processes
from bench.place import BenchError, Place

ROUNDS, CALLS, STRETCHES, WARM = 7, 120, 6, 12  # psycopg prepares a statement after 5 uses, PostgreSQL settles after 5

SLOW_MS, FEW_CALLS = 30, 2  # a page that works for longer shows its cost in fewer calls


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Request:
    """A GET with a session; `headers` besides the cookie."""

    app: Flask
    path: str
    cookie: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    environ: dict[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        headers = [("Cookie", self.cookie), ("Accept", "text/html"), *self.headers]
        self.environ.update(EnvironBuilder(path=self.path, headers=headers).get_environ())

    def send(self) -> Answer:
        """One request through the WSGI door, its answer read to the end."""
        said: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None, /) -> Callable[[bytes], object]:
            said[:] = [status, headers]
            return said.append

        answer = self.app({**self.environ, "wsgi.input": io.BytesIO()}, start_response)
        try:
            body = b"".join(answer)
        finally:
            answer.close()  # type: ignore[attr-defined]
        return Answer(int(said[0][:3]), dict(said[1]), body)

    def checked(self, status: int = 200) -> Answer:
        """Raises BenchError for any other status: a figure of an error page would look wonderful."""
        answer = self.send()
        if answer.status != status:
            raise BenchError(f"{self.path} menjawab {answer.status}, bukan {status}.")
        return answer

    def unchanged(self) -> "Request":
        """The same again from a browser that holds the page. Raises BenchError when it would get it anew."""
        tag = self.checked().headers.get("ETag")
        if not tag:
            raise BenchError(f"{self.path} tidak memberi ETag.")
        again = Request(self.app, self.path, self.cookie, (*self.headers, ("If-None-Match", tag)))
        again.checked(304)
        return again


@dataclass
class Cost:
    """CPU of one request in milliseconds."""

    application: float
    database: float

    @property
    def total(self) -> float:
        return self.application + self.database

    def __str__(self) -> str:
        return f"{self.application:.2f} + {self.database:.2f} ms"


def costs(place: Place, variants: Mapping[str, Callable[[], object]]) -> dict[str, Cost]:
    """Best of 7 rounds of 120 each, the variants taking turns so that noise meets all of them. A round is read
    in stretches of 20: noise finds it hard to sit through all of them."""
    for call in variants.values():
        for _ in range(WARM):
            call()
    gc.collect()
    gc.freeze()
    backends = processes.tree(place.postgres)
    best: dict[str, Cost] = {}
    calls = {name: CALLS // STRETCHES if elapsed(call, 3) < SLOW_MS else FEW_CALLS for name, call in variants.items()}
    for _ in range(ROUNDS):
        for name, call in variants.items():
            found = [_stretch(call, backends, calls[name]) for _ in range(STRETCHES)]
            best[name] = min([*found, best[name]] if name in best else found, key=lambda cost: cost.total)
    gc.unfreeze()
    return best


def _stretch(call: Callable[[], object], backends: list[int], calls: int) -> Cost:
    database, application = processes.cpu(backends), processes.own_cpu()
    for _ in range(calls):
        call()
    application = processes.own_cpu() - application
    return Cost(1000 * application / calls, 1000 * (processes.cpu(backends) - database) / calls)


def elapsed(call: Callable[[], object], times: int = 15) -> float:
    """Milliseconds from the call to its end, best of many: other people use the machine."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return 1000 * min(taken)


@dataclass
class Trips:
    """What one request asked of the engines. `statements`: SQL with its parameters, in order."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    redis: int = 0


@contextlib.contextmanager
def counted() -> Iterator[Trips]:
    """Count statements of every engine, and every time a client writes to Redis and waits."""
    trips = Trips()
    sent = AbstractConnection.send_packed_command

    def note(_c: Any, _u: Any, statement: str, parameters: Any, _x: Any, _many: bool) -> None:
        trips.statements.append((statement, parameters))

    def send(self: Any, *arguments: Any, **keywords: Any) -> Any:
        trips.redis += 1
        return sent(self, *arguments, **keywords)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    AbstractConnection.send_packed_command = send  # type: ignore[method-assign]
    try:
        yield trips
    finally:
        AbstractConnection.send_packed_command = sent  # type: ignore[method-assign]
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def trips_of(request: Request) -> Trips:
    """Of a second visit: the first one may have had to find out who this is."""
    request.checked()
    with counted() as trips:
        request.checked()
    return trips
