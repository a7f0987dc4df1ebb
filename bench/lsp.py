"""Lists of certification at 100,000 applications, and the recap: warm, and the first time after PostgreSQL started."""

import contextlib
import os
import signal
import time
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

import psycopg
from flask import Flask
from redis import Redis

from bench import plans
from bench.figures import Figure
from bench.place import BenchError, Place
from bench.requests import Request, elapsed, trips_of
from bench.scenes import Scenes
from portal.kernel import access, people
from portal.kernel import db as kernel_db
from portal.kernel.engines.processes import remembered
from portal.kernel.listing import LISTINGS, Choice, Listing, Query, keyset
from portal.kernel.organisation import today

MILLISECONDS, STATEMENTS, TIMES, WAIT = 100, 12, 5, 60
ADDRESSES = {
    "permohonan": "permohonan", "repositori": "repositori", "kelengkapan": "repositori/kelengkapan",
    "sertifikat-lsp": "sertifikat", "surveilan-lsp": "surveilan", "blanko-lsp": "blanko", "asesor-lsp": "asesor",
    "tuk-lsp": "tuk", "sesi-lsp": "sesi", "pleno-lsp": "pleno", "sk-lsp": "sk", "tiket": "pesan",
    "tiket-keluhan": "pesan/keluhan", "pantau": "pantau",
}  # fmt: skip
OUTSIDE = {"pantau": "pihak_ketiga"}
READER = """
SELECT user_id FROM penugasan_peran WHERE peran = %s AND mulai <= current_date
  AND (selesai IS NULL OR selesai >= current_date) ORDER BY user_id LIMIT 1
"""
WORDS = ("ratna", "sri wah", "00012")
DEEP = (50_000, 10_000, 1_000)  # the first of these that a list has: page 1,000 of 50 rows
KINDS = {"pertama": "halaman pertama", "saringan": "saringan", "cari": "cari", "dalam": "halaman dalam"}
RECAPS = ("skema", "institusi", "asesor", "tuk")


@dataclass(frozen=True)
class View:
    listing: str
    kind: str
    query: str
    request: Request


def measured(where: Place, scenes: Scenes) -> tuple[list[Figure], list[str]]:
    views = [view for name in ADDRESSES for view in _views(scenes, name)]
    first = _first(where, views)
    figures, words = _lists(views, first)
    more, offenders = _asked(where, views)
    return [*figures, *more, *_recap(where, scenes)], [*words, *offenders]


def _views(scenes: Scenes, name: str) -> list[View]:
    """The first page, up to three values of every filter, words, numbers, and a page far behind."""
    listing = LISTINGS[name]
    who = _reader(scenes, OUTSIDE.get(name, "sekretariat_lsp"))
    cookie = scenes.visitor(who).cookie
    with scenes.app.app_context():
        kernel_db.reading(True)
        user = people.principal_of(who, access.grants())
        if user is None or not isinstance(listing, Listing):
            raise BenchError(f"Data peragaan tidak memuat pembaca untuk {name}.")
        asked = _queries(listing.ask({}, user))
        kernel_db.db.session.remove()
    base = f"/sertifikasi/{ADDRESSES[name]}"
    return [
        View(name, kind, words, Request(scenes.app, f"{base}?{urlencode(query)}" if query else base, cookie))
        for kind, words, query in asked
    ]


def _reader(scenes: Scenes, peran: str) -> uuid.UUID:
    found: uuid.UUID = scenes.one(READER, (peran,))[0]
    return found


def _queries(ask: Query) -> list[tuple[str, str, dict[str, str]]]:
    found: list[tuple[str, str, dict[str, str]]] = [("pertama", "", {})]
    for one in ask.listing.filters:
        if isinstance(one, Choice):
            options = list(ask.offered[one.name])
            places = sorted({0, len(options) // 2, len(options) - 1}) if options else []
            found += [("saringan", one.name, {one.name: str(options[at][0])}) for at in places]
        else:
            since = str(today() - timedelta(days=400))
            found.append(("saringan", one.name, {f"{one.name}-dari": since}))
    if ask.listing.search:
        found += [("cari", word, {"cari": word}) for word in WORDS]
    for offset in DEEP:
        place = ask.select(ask.order.value, ask.order.key).order_by(*ask.order.clauses()).offset(offset).limit(1)
        row = kernel_db.db.session.execute(place).first()
        if row is not None:
            return [*found, ("dalam", f"setelah baris ke-{offset}", {"setelah": keyset.write(*row)})]
    return found


def _first(where: Place, views: list[View]) -> dict[View, float]:
    """Milliseconds of the first call of each view after the database started: empty buffers, nothing prepared."""
    found = {}
    for name in ADDRESSES:
        mine = [view for view in views if view.listing == name]
        _restart(where, mine[0].request.app)
        Request(mine[0].request.app, "/akun", mine[0].request.cookie).send()  # the connection itself
        for view in mine:
            found[view] = elapsed(view.request.checked, 1)
    return found


def _restart(where: Place, app: Flask) -> None:
    """PostgreSQL anew: its guard starts it again. Connections of before are thrown away."""
    old = where.postgres
    os.kill(old, signal.SIGINT)
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        now = remembered(where.var / "mesin" / "postgres.pid")
        with contextlib.suppress(psycopg.Error):
            if now not in (None, old):
                where.connect().close()
                break
        time.sleep(0.05)
    else:
        raise BenchError(f"PostgreSQL tidak hidup lagi; lihat {where.var}/mesin/postgres.log.")
    with app.app_context():
        kernel_db.db.engine.dispose()


def _lists(views: list[View], first: dict[View, float]) -> tuple[list[Figure], list[str]]:
    figures, words = [], []
    for name in ADDRESSES:
        title = LISTINGS[name].title
        slow: dict[str, tuple[float, str]] = {}
        for view in (one for one in views if one.listing == name):
            view.request.checked()
            slow[view.kind] = max(slow.get(view.kind, (0.0, "")), (elapsed(view.request.send, TIMES), view.query))
        key = name.removesuffix("-lsp").replace("-", "_")
        for kind, (took, query) in slow.items():
            figures.append(Figure(f"lsp_{key}_{kind}", f"{title}, {KINDS[kind]}", took, "ms", MILLISECONDS, note=query))
        cold = sorted(((first[view], view) for view in first if view.listing == name), key=lambda pair: -pair[0])
        took, view = cold[0]
        note = f"{KINDS[view.kind]} {view.query}".strip()
        figures.append(
            Figure(f"lsp_{key}_dingin", f"{title}, pertama kali sesudah mulai", took, "ms", MILLISECONDS, note=note)
        )
        words += [f"  {title}, {KINDS[one.kind]} {one.query}: {ms:.0f} ms pertama kali"
                  for ms, one in cold if ms > MILLISECONDS]  # fmt: skip
    return figures, words


def _asked(where: Place, views: list[View]) -> tuple[list[Figure], list[str]]:
    """Statements of the worst page, and whether any of them reads a large table from end to end."""
    most = (0, "")
    offenders: dict[str, str] = {}
    seen: set[str] = set()
    with where.connect() as connection:
        for view in views:
            statements = trips_of(view.request).statements
            most = max(most, (len(statements), f"{view.listing} {view.kind}"))
            fresh = [one for one in statements if repr(one) not in seen]  # options of filters are asked by every view
            seen.update(map(repr, fresh))
            for one in plans.offenders(connection, f"{view.listing} {view.query}", fresh):
                offenders.setdefault(f"{view.listing} {one.table} {one.kind}", str(one))
    return [
        Figure("lsp_pernyataan", "Daftar sertifikasi: pernyataan SQL terbanyak", most[0], "", STATEMENTS, note=most[1]),
        Figure("lsp_seq_scan", "Daftar sertifikasi: pembacaan penuh tabel > 10.000 baris", len(offenders), "", 0),
    ], sorted(offenders.values())


def _recap(where: Place, scenes: Scenes) -> list[Figure]:
    """As the clock leaves it, and counted anew: nothing kept."""
    cookie = scenes.visitor(_reader(scenes, "sekretariat_lsp")).cookie
    past = date.today() - timedelta(days=365)  # noqa: DTZ011
    figures = []
    for name, words, query in (
        *((menurut, f"hari ini menurut {menurut}", {"menurut": menurut}) for menurut in RECAPS),
        ("lalu", "setahun lalu", {"tanggal": past.isoformat()}),
    ):
        request = Request(scenes.app, f"/sertifikasi/rekap?{urlencode(query)}", cookie)
        request.checked()
        took = elapsed(request.send, TIMES)
        _forget(where)
        anew = elapsed(request.send, 1)
        note = f"dihitung baru {anew:.0f} ms"
        figures.append(Figure(f"rekap_{name}", f"Rekap 100.000 permohonan, {words}", took, "ms", MILLISECONDS,
                              note=note))  # fmt: skip
    return figures


def _forget(where: Place) -> None:
    redis = Redis.from_url(where.environment["REDIS_URL"])
    for key in redis.scan_iter("rekap:*"):
        redis.delete(key)
    redis.close()
