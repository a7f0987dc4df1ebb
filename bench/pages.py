"""Pages in process: against the hand-written ones, unchanged, as a fragment; their statements and plans."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from bench import lists, minimal, plans
from bench.figures import Figure
from bench.place import Place
from bench.requests import Request, costs, trips_of
from bench.scenes import ROLE, Scene, Scenes

RATIO, UNCHANGED, FRAGMENT = 1.5, 2.5, 5
STATEMENTS, TRIPS, STATEMENTS_ELSEWHERE = 3, 2, 12
BYTES_APART = 2  # percent
NAMES = {"kotak": "Kotak persetujuan", "langkah": "Langkah Renaksi", "beranda": "Beranda",
         "kinerja": "Daftar bulan", "monitoring": "Daftar monitoring"}  # fmt: skip
NOT_PAGES = ("/keluar", "/sso", "/sehat")


def ratios(place: Place, scenes: list[Scene], everyone: Scenes) -> list[Figure]:
    """CPU of application and PostgreSQL of each page against its hand-written double, in one run."""
    engine = minimal.database(place.environment["DATABASE_URL"])
    calls: dict[str, Callable[[], object]] = {}
    apart = {}
    for scene in scenes:
        trips = trips_of(scene.request)
        double = minimal.written(
            engine, everyone.redis, scene.page, scene.request, trips, everyone.person(scene.visitor)
        )  # fmt: skip
        name = scene.page.name
        calls |= {name: scene.request.send, f"{name} tangan": double.send}
        size = len(scene.request.checked().body)
        apart[name] = (100 * abs(size - len(double.checked().body)) / size, size)
    found = costs(place, calls)
    figures = []
    for name, (difference, size) in apart.items():
        real, hand = found[name], found[f"{name} tangan"]
        note = f"{real} / {hand} (aplikasi + PostgreSQL)"
        figures.append(
            Figure(f"{name}_rasio", f"{NAMES[name]} / tulisan tangan", real.total / hand.total, "x", RATIO, note=note)
        )
        figures.append(
            Figure(f"{name}_beda_byte", f"{NAMES[name]}: beda byte", difference, "%", BYTES_APART, note=f"{size} byte")
        )
    engine.dispose()
    return figures


@dataclass(frozen=True)
class Browser:
    """Flask's own test client, as the limits were set with it; it adds the same to every answer."""

    client: FlaskClient
    path: str
    headers: dict[str, str]

    @classmethod
    def of(cls, request: Request) -> "Browser":
        headers = {"Accept": "text/html", **dict(request.headers)}
        if request.cookie:
            headers["Cookie"] = request.cookie
        return cls(request.app.test_client(use_cookies=False), request.path, headers)

    def send(self) -> None:
        self.client.get(self.path, headers=self.headers)


def against_constant(place: Place, inbox: Scene) -> list[Figure]:
    """An unchanged page and a fragment of six rows against Flask answering a constant of the same size."""
    request = inbox.request
    fragment = Request(request.app, f"{request.path}?tab=dikembalikan", request.cookie, (("HX-Request", "true"),))
    rows = fragment.checked().body.count(b'<li class="inbox-row')
    constant = Request(_constant(request.checked().body.decode()), "/")
    same = request.unchanged()
    kinds = {"tetap": constant, "304": same, "bagian": fragment}
    calls: dict[str, Callable[[], object]] = {name: Browser.of(one).send for name, one in kinds.items()}
    calls |= {f"{name} langsung": one.send for name, one in kinds.items()}
    found = costs(place, calls)
    base, direct = found["tetap"].total, found["tetap langsung"].total
    told = [("304", "tak_berubah", "Halaman tak berubah (304)", UNCHANGED),
            ("bagian", "bagian", f"Bagian {rows} baris", FRAGMENT)]  # fmt: skip
    figures = []
    for kind, name, words, limit in told:
        note = f"{found[kind].total:.2f} / {base:.2f} ms"
        figures.append(
            Figure(f"{name}_rasio", f"{words} / halaman tetap", found[kind].total / base, "x", limit, note=note)
        )
        bare = found[f"{kind} langsung"].total
        note = f"{bare:.2f} / {direct:.2f} ms, tanpa klien uji Flask"
        figures.append(Figure(f"{name}_rasio_wsgi", f"{words} / halaman tetap, WSGI", bare / direct, "x", note=note))
    return figures


def _constant(text: str) -> Flask:
    app = Flask("tetap")
    app.add_url_rule("/", "tetap", lambda: text)
    return app


def statements(scenes: list[Scene], everyone: Scenes) -> list[Figure]:
    """How often a page asks PostgreSQL and Redis; the same for three rows and for thirty."""
    figures = []
    for scene in scenes:
        name, words = scene.page.name, NAMES[scene.page.name]
        trips = trips_of(scene.request)
        few, many = (len(trips_of(one).statements) for one in (scene.few, scene.many))
        count = max(len(trips.statements), few, many)
        figures += [
            Figure(f"{name}_pernyataan", f"{words}: pernyataan SQL", count, "", STATEMENTS),
            Figure(f"{name}_redis", f"{words}: perjalanan Redis", trips.redis, "", TRIPS),
            Figure(f"{name}_beda_baris", f"{words}: beda pernyataan sedikit dan banyak baris", abs(many - few), "", 0),
        ]
    return [*figures, _elsewhere(scenes, everyone)]


def _elsewhere(scenes: list[Scene], everyone: Scenes) -> Figure:
    """The page that asks most among those that are opened less often."""
    boss, filling = scenes[0].visitor.user_id, scenes[1]
    base = filling.request.path.rsplit("/", 1)[0]
    with everyone.place.connect() as connection:
        case = connection.execute(
            "SELECT p.id, p.assignee_id FROM pengajuan p JOIN kinerja_bulanan k ON k.submission_id = p.id "
            "WHERE p.status = 'DIAJUKAN' AND p.assignee_id IS NOT NULL ORDER BY p.id LIMIT 1"
        ).fetchone()
    plain = [r.rule for r in filling.request.app.url_map.iter_rules() if not r.arguments and "GET" in (r.methods or ())]
    asked = [
        (path, user)
        for path in plain if not path.startswith(NOT_PAGES)
        for user in (boss, _role(everyone, "administrator"), _role(everyone, "bkpsdm"))
    ]  # fmt: skip
    asked += [(f"{base}/{step}", filling.visitor.user_id) for step in ("skp", "pks", "tinjau")]
    asked += [(f"/kotak-persetujuan/{case[0]}", case[1])] if case else []
    worst = ("", 0)
    for path, user in asked:
        request = everyone.request(path, user)
        if request.send().status == 200:
            worst = max(worst, (path, len(trips_of(request).statements)), key=lambda pair: pair[1])
    return Figure("lain_pernyataan", "Halaman lain: pernyataan SQL terbanyak", worst[1], "", STATEMENTS_ELSEWHERE,
                  note=worst[0])  # fmt: skip


def _role(everyone: Scenes, name: str) -> uuid.UUID:
    found: uuid.UUID = everyone.one(ROLE, (name,))[0]
    return found


def seq_scans(place: Place, scenes: list[Scene], everyone: Scenes) -> tuple[list[Figure], list[str]]:
    """Statements of hot pages and of the list's views that read a large table from end to end."""
    asked = [(scene.page.name, scene.request) for scene in scenes]
    asked += [(f"monitoring {name}", request) for name, (_, request) in lists.views(everyone).items()]
    found: dict[str, str] = {}
    with place.connect() as connection:
        for page, request in asked:
            for one in plans.offenders(connection, page, trips_of(request).statements):
                found.setdefault(f"{one.page} {one.table} {one.kind}", str(one))
    names = ", ".join(sorted({key.rsplit(" ", 1)[0] for key in found}))
    figure = Figure("seq_scan", "Pembacaan penuh tabel > 10.000 baris", len(found), "", 0, note=names)
    return [figure], sorted(found.values())
