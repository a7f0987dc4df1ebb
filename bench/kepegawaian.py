"""The register at 100,000 pegawai: lists, map, person, rebuild and the frozen month, in a database of its own."""

import gc
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import psycopg
import sqlalchemy as sa
from flask import Flask
from psycopg import sql
from redis import Redis
from sqlalchemy.engine import make_url

from bench import place, plans, processes, ramai
from bench.figures import Figure
from bench.place import BenchError, Place
from bench.requests import Request, elapsed, trips_of
from bench.visitors import sign_in
from portal.kernel import access, people
from portal.kernel import db as kernel_db
from portal.kernel.listing import LISTINGS, Between, Choices, DateRange, GivenDay, Listing, Query, keyset

DATABASE, SCALE, REDIS_NUMBER = "register", "besar", "7"
MILLISECONDS, MAP_MS, STATEMENTS, TIMES = 100, 1000, 12, 5
PER_SECOND, FREEZE_SECONDS = 1000, 60
PEOPLE, DEEP = 10_000, 50_000
WORDS = ("puspa", "sri wah", "19850315", "a")
UNITS = 10_000
MORE_UNITS = (
    """
    INSERT INTO unit (id, dibuat_at, diubah_at, kode, nama, singkatan, jenis, induk_id, pd_id, urut, alamat, telepon,
                      zona, tema, mulai)
    SELECT gen_random_uuid(), now(), now(), 'bench.' || n, 'Subunit ' || n, '', 'SEKSI', u.id, u.pd_id, n, '', '',
           'Asia/Jakarta', '', u.mulai
    FROM (SELECT *, row_number() OVER (ORDER BY kode) AS nomor, count(*) OVER () AS banyak
          FROM unit WHERE pd_id IS NOT NULL) u
    JOIN generate_series(1, greatest(0, %(units)s - (SELECT count(*) FROM unit))) n ON n %% banyak = nomor - 1
    """,
    """
    INSERT INTO unor_versi (id, dibuat_at, diubah_at, unit_id, nama, singkatan, nama_jabatan, jenis, eselon, induk_id,
                            pd_id, urut, dasar, mulai)
    SELECT gen_random_uuid(), now(), now(), id, nama, '', '', jenis, '', induk_id, pd_id, urut, '', mulai
    FROM unit WHERE kode LIKE 'bench.%%'
    """,
)
OFFICE = """
SELECT user_id FROM penugasan_peran WHERE peran = 'bkpsdm' AND unit_id IS NULL ORDER BY user_id LIMIT 1
"""
ADMIN = """
SELECT r.user_id, r.unit_id FROM penugasan_peran r
WHERE r.peran = 'admin_pd' AND r.unit_id IS NOT NULL
ORDER BY (SELECT count(*) FROM keadaan_pegawai k WHERE k.pd_id = r.unit_id AND k.sampai = '9999-12-31') DESC, r.user_id
LIMIT 1
"""


@dataclass
class Register:
    """The database with its application, and who opens the pages: the office, and `admin` of the largest OPD."""

    environment: dict[str, str]
    app: Flask
    office: uuid.UUID
    cookie: str
    admin: str = ""
    pd: uuid.UUID | None = None

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        url = make_url(self.environment["DATABASE_URL_MIGRASI"]).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def request(self, path: str, **query: object) -> Request:
        words = {name: value for name, value in query.items() if value is not None}
        return Request(self.app, f"{path}?{urlencode(words)}" if words else path, self.cookie)


def measured(where: Place) -> tuple[list[Figure], list[str]]:
    register = opened(where)
    figures, words = _pages(where, register)
    figures += [*_rebuild(register), *_frozen(register)]
    more, found = _pages(where, register, _monthly(register))
    return [*figures, *more], [*words, *found]


def opened(where: Place) -> Register:
    """Load 100,000 people in 10,000 units when they are missing or made by older code. Some five minutes, once."""
    environment = {**where.environment}
    for name in ("DATABASE_URL", "DATABASE_URL_MIGRASI"):
        environment[name] = make_url(environment[name]).set(database=DATABASE).render_as_string(hide_password=False)
    environment["REDIS_URL"] = environment["REDIS_URL"].rpartition("=")[0] + f"={REDIS_NUMBER}"
    marker, wanted = where.var / "register.tanda", place.wanted(SCALE)
    fresh = not marker.exists() or marker.read_text() != wanted
    if fresh:
        print(f"Memuat {SCALE} ke basis data {DATABASE}; hanya sekali, beberapa menit …", flush=True)
        marker.unlink(missing_ok=True)
        _create(where, environment)
    register = _register(environment)
    if fresh:
        _load(register)
        marker.write_text(wanted)
    return signed_in(register)


def _create(where: Place, environment: dict[str, str]) -> None:
    from portal.kernel.commands import migrate

    name = sql.Identifier(DATABASE)
    with where.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    migrate(environment["DATABASE_URL_MIGRASI"], environment["DATABASE_URL"])


def _register(environment: dict[str, str]) -> Register:
    from portal import create_app
    from portal.config import Config

    app = create_app(Config.from_env({**os.environ, **environment}))
    return Register(environment, app, uuid.UUID(int=0), "")


def signed_in(register: Register) -> Register:
    with register.connect() as connection:
        row = connection.execute(OFFICE.encode()).fetchone()
        local = connection.execute(ADMIN.encode()).fetchone()
    if row is None or local is None:
        raise BenchError("Data peragaan tidak memuat akun BKPSDM.")
    redis = Redis.from_url(register.environment["REDIS_URL"])
    redis.flushdb()
    register.office = uuid.UUID(str(row[0]))
    register.pd = uuid.UUID(str(local[1]))
    register.cookie, register.admin = (
        one.cookie for one in sign_in(redis, [register.office, uuid.UUID(str(local[0]))])
    )
    return register


def _load(register: Register) -> None:
    from portal.kepegawaian.demo import load_kepegawaian
    from portal.kernel import demo

    with register.app.app_context():
        demo.load_city(SCALE)
        kernel_db.commit()
        load_kepegawaian(SCALE)
        kernel_db.commit()
    with register.connect() as connection:
        for statement in MORE_UNITS:
            connection.execute(statement.encode(), {"units": UNITS})
        ramai.fill(connection, register.app)
        connection.execute("VACUUM (ANALYZE, FREEZE)")


# ---- pages


@dataclass(frozen=True)
class View:
    """`limit` in milliseconds at the server."""

    kind: str
    words: str
    request: Request
    limit: int = MILLISECONDS


def _pages(where: Place, register: Register, views: list[View] | None = None) -> tuple[list[Figure], list[str]]:
    """The slowest of each kind, its CPU and statements, and tables that are read from end to end."""
    slow: dict[str, tuple[float, View]] = {}
    effort: dict[str, float] = {}
    counts: dict[str, int] = {}
    most = (0, "")
    offenders: dict[str, str] = {}
    gc.collect()
    gc.freeze()  # as wsgi.py does
    with register.connect() as connection:
        for view in views if views is not None else all_views(register):
            view.request.checked()
            backends = processes.tree(where.postgres)
            begun = processes.own_cpu() + processes.cpu(backends)
            took = elapsed(view.request.send, TIMES)
            used = 1000 * (processes.own_cpu() + processes.cpu(backends) - begun) / TIMES
            effort[view.kind] = max(used, effort.get(view.kind, 0.0))
            if took > slow.get(view.kind, (0.0, view))[0]:
                slow[view.kind] = (took, view)
            asked = trips_of(view.request).statements
            counts[view.kind] = max(len(asked), counts.get(view.kind, 0))
            most = max(most, (len(asked), f"{view.kind} {view.words}"))
            if view.limit == MILLISECONDS:
                for one in plans.offenders(connection, f"{view.kind} {view.words}", asked):
                    offenders.setdefault(f"{view.kind} {one.table}", str(one))
    suffix = "" if views is None else "_bulanan"
    figures = [
        Figure(f"kepegawaian_{kind}", f"100.000 pegawai, {kind}", took, "ms", view.limit,
               note=f"{view.words}; CPU {effort[kind]:.0f} ms, {counts[kind]} pernyataan")
        for kind, (took, view) in slow.items()
    ]  # fmt: skip
    return [
        *figures,
        Figure(f"kepegawaian_pernyataan{suffix}", "pernyataan SQL terbanyak", most[0], "", STATEMENTS, note=most[1]),
        Figure(f"kepegawaian_seq_scan{suffix}", "pembacaan penuh tabel > 10.000 baris", len(offenders), "", 0),
    ], sorted(offenders.values())


def all_views(register: Register) -> list[View]:
    base, today = "/kepegawaian", date.today()  # noqa: DTZ011
    past = today.replace(year=today.year - 3, day=1)
    found = [View("daftar", "halaman pertama", register.request(base))]
    found += [View("saringan", words, register.request(base, **query))
              for words, query in filters(register, "data-pegawai")]  # fmt: skip
    found += [View("cari", word, register.request(base, cari=word)) for word in WORDS]
    found += [
        View("per tanggal", str(past), register.request(base, per_tanggal=past)),
        View("halaman dalam", f"setelah baris ke-{DEEP}", register.request(base, setelah=far(register))),
        View("pegawai", "halaman satu orang", register.request(f"/kepegawaian/pegawai/{somebody(register)}")),
        View("lepas", "lepas OPD", register.request("/kepegawaian/lepas")),
        View("akan berakhir", "90 hari", register.request(f"{base}/berakhir")),
        View("penugasan", "daftar", register.request("/kepegawaian/penugasan/daftar")),
        View("penugasan", "jabatan kosong", register.request("/kepegawaian/penugasan/kosong")),
        View("peta", "seluruh kota", register.request("/kepegawaian/peta"), MAP_MS),
        View("peta", "per tanggal", register.request("/kepegawaian/peta", per_tanggal=past), MAP_MS),
        View("peta orang", "terisi", register.request("/kepegawaian/peta/orang", hitungan="TERISI")),
        View("ringkasan penugasan", "seluruh kota", register.request("/kepegawaian/penugasan"), MAP_MS),
        *_work(register), *_local(register),
    ]  # fmt: skip
    return found


LOCAL = (
    "", "?cari=sri", "?jenis=PNS", "/lepas", "/pensiun", "/pensiun/atasan", "/atasan", "/antrean/periksa", "/berkas",
    "/berkas/kosong?jenis=SK_KP&keadaan=KOSONG", "/berkas/kosong?jenis=SK_KP&keadaan=BELUM", "/mutu/tiket",
    "/surat", "/berakhir", "/peta/orang?hitungan=TERISI", "/penugasan/daftar",
)  # fmt: skip


def _local(register: Register) -> list[View]:
    """The same for who looks after one OPD: a scope asks more of the database than the whole city."""
    today = date.today()  # noqa: DTZ011
    past = today.replace(year=today.year - 3, day=1)
    paths = [*LOCAL, f"?per_tanggal={past}", f"/pegawai/{somebody(register, register.pd)}"]
    found = [(path or "daftar", Request(register.app, f"/kepegawaian{path}", register.admin)) for path in paths]
    return [View("di OPD", words, request) for words, request in found]


def _work(register: Register) -> list[View]:
    """What waits for the office: proposals, files, letters, tickets, who retires."""
    page, base, today = register.request, "/kepegawaian", date.today()  # noqa: DTZ011
    past = today.replace(year=today.year - 1, day=1)
    found = [
        View("putusan", "perbaikan jabatan", page(waiting(register))),
        View("antrean", "semua", page(f"{base}/antrean")),
        View("berkas", "matriks kota", page(f"{base}/berkas")),
        View("berkas", "satu jenis per OPD", page(f"{base}/berkas", jenis="SK_KP")),
        View("file kosong", "belum diunggah", page(f"{base}/berkas/kosong", jenis="SK_JABATAN", keadaan="BELUM")),
        View("file kosong", "path kosong", page(f"{base}/berkas/kosong", jenis="SK_KP", keadaan="KOSONG")),
        View("file kosong", "tidak seorang pun", page(f"{base}/berkas/kosong", jenis="SK_KP", keadaan="BELUM")),
        View("file kosong", "berkas satu orang", page(f"{base}/berkas/pegawai/{somebody(register)}")),
        View("temuan", "daftar", page(f"{base}/berkas/temuan")),
        View("temuan", "satu pencarian", page(f"{base}/berkas/temuan/{first(register, 'berkas_batch')}")),
        View("surat", "semua", page(f"{base}/surat")), View("surat", "cari orang", page(f"{base}/surat", cari="sri")),
        View("surat", "satu surat", page(f"{base}/surat/{first(register, 'surat_pengantar')}")),
        View("surat", "usulan", page(f"{base}/surat/usulan")),
        View("mutu", "nilai kota", page(f"{base}/mutu")), View("tiket", "semua", page(f"{base}/mutu/tiket")),
        View("tiket", "cari", page(f"{base}/mutu/tiket", cari="sri")),
        View("calon pensiun", "semua", page(f"{base}/pensiun")),
        View("calon pensiun", "cari", page(f"{base}/pensiun", cari="sri")),
        View("calon satu", "seorang", page(f"{base}/pensiun/calon/{somebody(register)}")),
        View("usulan pensiun", "semua", page(f"{base}/pensiun/usulan")),
        View("usulan pensiun", "satu usulan", page(f"{base}/pensiun/usulan/{first(register, 'usulan_pensiun')}")),
        View("atasan pensiun", "semua", page(f"{base}/pensiun/atasan")),
        View("atasan tidak aktif", "semua", page(f"{base}/atasan")),
        View("pensiun tahunan", "lima tahun", page(f"{base}/pensiun/tahunan"), MAP_MS),
        View("perbedaan tanggal", f"{past} dan hari ini", page(f"{base}/peta/beda", dari="TANGGAL", dari_tanggal=past),
             MAP_MS),
    ]  # fmt: skip
    for kind, path, name in (
        ("calon pensiun", "/pensiun", "calon-pensiun"), ("tiket", "/mutu/tiket", "tiket-mutu"),
        ("antrean", "/antrean", "riwayat-verifikasi"), ("surat", "/surat", "surat-pengantar"),
    ):  # fmt: skip
        found += [View(kind, words, page(base + path, **query)) for words, query in filters(register, name)]
    return found


def first(register: Register, table: str) -> object:
    with register.connect() as connection:
        row = connection.execute(
            sql.SQL("SELECT id FROM {} ORDER BY id LIMIT 1").format(sql.Identifier(table))
        ).fetchone()
    return row[0] if row else None


def waiting(register: Register) -> str:
    """Address of a correction that waits."""
    with register.connect() as connection:
        row = connection.execute(
            "SELECT pegawai_id, id FROM riwayat_jabatan WHERE status = 'DIAJUKAN' AND menggantikan_id IS NOT NULL "
            "ORDER BY id LIMIT 1"
        ).fetchone()
    if row is None:
        raise BenchError("Tidak ada usulan yang menunggu.")
    return f"/kepegawaian/pegawai/{row[0]}/riwayat/riwayat_jabatan/{row[1]}"


def filters(register: Register, name: str) -> list[tuple[str, dict[str, object]]]:
    """For every filter of a list its first, a middle and its last value."""
    ask = asked(register, name)
    found: list[tuple[str, dict[str, object]]] = []
    for one in ask.listing.filters:
        if isinstance(one, GivenDay):
            continue
        if isinstance(one, Between):
            found.append((one.name, {f"{one.name}-dari": 50, f"{one.name}-sampai": 57}))
        elif isinstance(one, DateRange):
            found.append((one.name, {f"{one.name}-dari": date.today()}))  # noqa: DTZ011
        else:
            options = [value for value, _ in ask.offered[one.name]]
            places = sorted({0, len(options) // 2, len(options) - 1}) if options else []
            found += [(f"{one.name} {options[at]}", {one.name: options[at]}) for at in places]
            if isinstance(one, Choices) and len(options) > 1:
                both = ",".join(str(value) for value in options[:2])
                found.append((f"{one.name} dua", {one.name: both}))
    return found


def asked(register: Register, name: str) -> Query:
    with register.app.app_context():
        kernel_db.reading(True)
        user = people.principal_of(register.office, access.grants())
        listing = LISTINGS[name]
        if user is None or not isinstance(listing, Listing):
            raise BenchError("Data peragaan tidak memuat akun BKPSDM.")
        ask = listing.ask({}, user)
        kernel_db.db.session.remove()
    return ask


def far(register: Register) -> str:
    """A place 50,000 rows behind the first."""
    with register.connect() as connection:
        row = connection.execute(
            "SELECT nama, id FROM keadaan_pegawai WHERE mulai <= current_date AND sampai >= current_date "
            "AND jenis <> 'PEJABAT_NEGARA' ORDER BY nama, id OFFSET %s LIMIT 1", (DEEP,),
        ).fetchone()  # fmt: skip
    if row is None:
        raise BenchError(f"Register tidak memuat {DEEP} pegawai.")
    return keyset.write(*row)


def somebody(register: Register, pd: uuid.UUID | None = None) -> object:
    """Who has a long history; in one OPD if it is given."""
    with register.connect() as connection:
        row = connection.execute(
            "SELECT pegawai_id FROM keadaan_pegawai WHERE pd_id IS NOT NULL "
            "AND (%(pd)s::uuid IS NULL OR pd_id = %(pd)s) "
            "GROUP BY pegawai_id ORDER BY count(*) DESC, pegawai_id LIMIT 1", {"pd": pd},
        ).fetchone()  # fmt: skip
    return row[0] if row else None


# ---- work in the background


def _rebuild(register: Register) -> list[Figure]:
    """10,000 people as every night, when nothing differs, and with all their rows taken away; then rolled back.

    Per second of CPU, of this process and its own backend: others come and go, and take their seconds along.
    """
    from portal.kepegawaian.keadaan import bangun
    from portal.kepegawaian.keadaan.models import Keadaan
    from portal.kernel.organisation import Pegawai, Penempatan

    with register.app.app_context():
        session = kernel_db.db.session
        session.execute(sa.text("SET LOCAL statement_timeout = 0"))
        keys = list(session.scalars(sa.select(Pegawai.id).order_by(Pegawai.id).limit(PEOPLE)))
        backend = [session.scalars(sa.select(sa.func.pg_backend_pid())).one()]

        def rate() -> float:
            begun = processes.own_cpu() + processes.cpu(backend)
            for i in range(0, len(keys), bangun.BATCH):
                bangun.rebuild(keys[i : i + bangun.BATCH])
            return len(keys) / (processes.own_cpu() + processes.cpu(backend) - begun)

        same = rate()
        for table in (Keadaan, Penempatan):
            session.execute(sa.delete(table).where(table.pegawai_id.in_(keys)))
        anew = rate()
        kernel_db.rollback()
    words = "susun ulang per inti"
    return [
        Figure("kepegawaian_susun_malam", f"{words}, tidak ada yang berbeda", same, "/s", PER_SECOND, True),
        Figure("kepegawaian_susun_kosong", f"{words}, dari kosong", anew, "/s"),
    ]


def _frozen(register: Register) -> list[Figure]:
    """One month written twice: rows, hash, commit."""
    from portal.kepegawaian.peta import beku

    with register.app.app_context():
        month = beku.before(beku.before(date.today()))  # noqa: DTZ011
        figures = []
        for _ in range(2):
            number = 1 + max((row.versi for row in beku.versions() if row.periode == month), default=0)
            clock = time.monotonic()
            row = beku.freeze(month, number, "pengukuran kinerja" if number > 1 else "")
            kernel_db.commit()
            figures.append(time.monotonic() - clock)
        note = f"{row.jumlah if row else 0} orang"
    return [Figure("kepegawaian_beku", "membekukan peta satu bulan", max(figures), "dtk", FREEZE_SECONDS, note=note)]


def _monthly(register: Register) -> list[View]:
    with register.connect() as connection:
        connection.execute("ANALYZE peta_bulanan, peta_unit, peta_versi")
        row = connection.execute("SELECT id FROM peta_versi ORDER BY dibuat_at DESC LIMIT 1").fetchone()
    version = row[0] if row else None
    page: Callable[..., Request] = register.request
    return [
        View("peta bulanan", "seluruh kota", page(f"/kepegawaian/peta/bulanan/{version}"), MAP_MS),
        View("peta bulanan orang", "terisi", page("/kepegawaian/peta/bulanan/orang", versi=version, hitungan="TERISI")),
        View("perbedaan peta", "bulan beku dan hari ini", page("/kepegawaian/peta/beda", dari=version), MAP_MS),
    ]
