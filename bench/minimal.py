"""The same pages written by hand: what a careful person would do in Flask without any kernel.

A signed cookie session, one MGET for the person, SQLAlchemy Core `text()` on an AUTOCOMMIT connection with
the very statements that the portal's page sends, one Jinja template without macro, `url_for` or inheritance.
What never changes on a page (head, icons, menu of the role) is literal text: it is taken from the portal's
own page when the bench starts, so that both give the same bytes. What comes from the person or from rows is
written by hand in bench/templates and drawn anew on every request.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Flask, render_template, session
from jinja2 import DictLoader
from redis import Redis

from bench.place import ROOT, BenchError
from bench.requests import Request, Trips

TEMPLATES = ROOT / "bench" / "templates"
PLACE = re.compile(r"%\((\w+)\)s")
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Part:
    """A stretch of the page between two markers (patterns) that bench/templates/<name>.html draws."""

    name: str
    begin: str
    end: str


@dataclass(frozen=True)
class Page:
    """`shape` turns the rows of the statements, in their order, into what the template needs."""

    name: str
    parts: tuple[Part, ...]
    shape: Callable[[Rows], dict[str, Any]]


def frame(page: Page, html: str, person: dict[str, str], csrf: str) -> str:
    """The portal's page with its living parts cut out. Raises BenchError when a marker is gone."""
    for part in page.parts:
        begin = re.search(part.begin, html)
        end = re.search(part.end, html[begin.end() :]) if begin else None
        if begin is None or end is None:
            raise BenchError(f"Halaman {page.name} berubah: penanda bagian {part.name} tidak ditemukan lagi.")
        html = html[: begin.end()] + f"\x00{part.name}\x00" + html[begin.end() + end.start() :]
    html = html.replace(csrf, "{{ csrf }}").replace(f">{person['inisial']}<", ">{{ u.inisial }}<")
    for field in ("nama", "jabatan", "unit"):
        if person[field]:
            html = html.replace(escape(person[field]), "{{ u." + field + " }}")
    for part in page.parts:
        source = (TEMPLATES / f"{part.name}.html").read_text().split("#}\n", 1)[1]
        html = html.replace(f"\x00{part.name}\x00", source)
    return html


def database(url: str) -> sa.Engine:
    options = {"options": "-c statement_timeout=10000 -c timezone=UTC"}
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", connect_args=options)


def written(
    engine: sa.Engine, redis: Redis, page: Page, real: Request, trips: Trips, person: dict[str, str]
) -> Request:  # fmt: skip
    """An application with the page that `real` answers, and the request that asks for it."""
    html = real.checked().body.decode()
    found = re.search(r'X-CSRF-Token": "([^"]+)"', html)
    csrf = found[1] if found else "-"
    app = Flask("tangan")
    app.config["SECRET_KEY"] = secrets.token_hex(16)
    app.jinja_loader = DictLoader({f"{page.name}.html": frame(page, html, person, csrf)})  # type: ignore[assignment]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    redis.mset({f"bench:u:{person['id']}": orjson.dumps(person), f"bench:b:{person['id']}": b"{}"})
    queries = [_text(statement, values) for statement, values in trips.statements]
    app.add_url_rule("/", page.name, _view(page, engine, redis, queries))
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return Request(app, "/", f"session={signer.dumps({'user_id': person['id'], 'csrf': csrf})}")


def _text(statement: str, parameters: Any) -> tuple[sa.TextClause, dict[str, Any]]:
    plain = PLACE.sub(r":\1", statement.replace(":", "\\:")).replace("%%", "%")
    return sa.text(plain), dict(parameters or {})


def _view(
    page: Page, engine: sa.Engine, redis: Redis, queries: list[tuple[sa.TextClause, dict[str, Any]]]
) -> Callable[[], str]:  # fmt: skip
    def view() -> str:
        me = session["user_id"]
        person, badges = redis.mget(f"bench:u:{me}", f"bench:b:{me}")
        with engine.connect() as connection:
            found = [connection.execute(query, values).all() for query, values in queries]
        context = page.shape(found)
        return render_template(f"{page.name}.html", u=orjson.loads(person or b""), b=orjson.loads(badges or b""),
                               csrf=session["csrf"], **context)  # fmt: skip

    return view
