"""A portal with the kernel's own screens and a small module whose routes try out every promise of the wrapper."""

import uuid
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, flash, request
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.config import Config
from portal.kernel import importing, jobs, pages, people, web
from portal.kernel.access import fetch, role
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, DomainError, Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal, User
from portal.kernel.web import PUBLIC, SIGNED_IN, MenuItem, Module, done, render, stashed
from portal.kernel.wizard import Form, Step, Wizard

PAGE = """
{% extends layout %}
{% block shell %}staf{% endblock %}
{% block title %}Uji{% endblock %}
{% block content %}<h1>Uji</h1><p id="isi">{{ isi }}</p>
<form method="post" action="/uji/simpan"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<label for="nama">Nama</label><input id="nama" name="nama" value="{{ isi }}"></form>{% endblock %}
"""
STEP = """
{% extends layout %}
{% block shell %}wizard{% endblock %}
{% block title %}Isi{% endblock %}
{% block content %}<h1>Langkah {{ ke }} dari {{ dari }}</h1>
<p id="isi">{{ typed.get("nama", lembar.nama) }}</p>
<p id="keadaan">{{ tambahan }} {{ sebelum }}|{{ langkah }}|{{ sesudah }}
{%- if dipulihkan %} dipulihkan{% endif %}{% if galat_isian %} galat{% endif %}</p>
<ul>{% for p in problems %}<li id="galat-{{ p.field }}">{{ p.pesan }}</li>{% endfor %}</ul>
{% if masalah.get("janji") %}<p>Belum berjanji.</p>{% endif %}<p id="kunci">{{ kunci }}</p>{% endblock %}
"""
PANE = """
<h2>Panel uji {{ langkah }}</h2>
<p>{{ tetangga.ke }} dari {{ tetangga.dari }} {{ tetangga.sebelum }} {{ tetangga.sesudah }}</p>
<p>sebagai {{ sebagai }}</p><p>sejak {{ saat_lengkap(kasus.diajukan_at) }}</p>
<p>{{ galat }}</p><p>isian {{ galat_isian }}</p><p>{{ catatan }}</p>
"""
ERRORS: dict[str, Any] = {
    "ditolak": lambda: Denied("Hanya penilai."), "tiada": Missing,
    "bentrok": lambda: Conflict("Sudah berubah.", "Muat ulang."),
    "salah": lambda: Invalid("nama", "Nama kosong."), "dasar": lambda: DomainError("Entah."), "rusak": ValueError,
}  # fmt: skip

module = Module("uji", "/uji", menu=[
    MenuItem("Halaman uji", "home", "/uji/halaman", order=90),
    MenuItem("Log uji", "history", "/uji/terbatas", can="log.baca", group="Uji", order=91),
])  # fmt: skip
module.badges["/uji/halaman"] = lambda user: (
    sa.select(sa.func.count()).select_from(Unit).where(Unit.jenis == "LENCANA").scalar_subquery()
)
role("penonton_uji", "Penonton", {"log.baca"}, read_only=True)
work = jobs.Kind("uji-web", lambda job: None, "singkat")


@module.route("/halaman", can=SIGNED_IN, cached=True)
def halaman() -> Response:
    return render("uji.html", block="content", isi=_names())


@module.route("/simpan", can=SIGNED_IN, methods=["POST"])
def simpan() -> Response:
    """Writes an account and queues a job, then answers with the status that the form asks for."""
    name, status = request.form.get("nama", "uji.baru"), request.form.get("status", "303")
    db.session.add(User(pengguna=name, nama=name))
    jobs.enqueue(work, "Uji", f"uji-{name}")
    if status in ERRORS:
        db.session.flush()
        raise ERRORS[status]()
    if status == "303":
        return done("/uji/halaman", "Tersimpan.")
    return render("uji.html", block="content", status=int(status), isi=name)


@module.route("/tulis", can=SIGNED_IN, writes=True)
def tulis() -> Response:
    db.session.add(User(pengguna="lewat.get", nama="x"))
    return render("uji.html", status=int(request.args.get("status", "200")), isi="ditulis")


@module.route("/baca", can=SIGNED_IN)
def baca() -> Response:
    """A view that writes though its route only reads: nothing of it may stay."""
    db.session.add(User(pengguna="diam.diam", nama="x"))
    people.touch(people.required().id)
    return render("uji.html", isi="dibaca")


@module.route("/isian", can=SIGNED_IN, cached=True)
def isian() -> Response:
    return render("uji.html", isi=stashed(people.required()).get("nama", "kosong"))


@module.route("/isian", can=SIGNED_IN, methods=["POST"])
def kirim_isian() -> Response:
    return done("/uji/isian")


@module.route("/galat/<string:jenis>", can=SIGNED_IN)
def galat(jenis: str) -> Response:
    raise ERRORS[jenis]()


@module.route("/galat-umum/<string:jenis>", can=PUBLIC)
def galat_umum(jenis: str) -> Response:
    raise ERRORS[jenis]()


@module.route("/terbatas", can="log.baca")
def terbatas() -> Response:
    return render("uji.html", isi="rahasia")


@module.route("/unit/<uuid:id>", can=SIGNED_IN)
def unit(id: Any) -> Response:
    return render("uji.html", isi=fetch(sa.select(Unit).where(Unit.jenis == "TAMPAK"), id).nama)


@module.route("/kabar", can=SIGNED_IN)
def kabar() -> Response:
    flash("Ada kabar.", "sukses")
    return render("uji.html", isi="")


@module.route("/umum", can=PUBLIC, methods=["GET", "POST"])
def umum() -> Response:
    return render("uji.html", isi="umum") if request.method == "GET" else done("/uji/umum")


@module.route("/kaki/", can=PUBLIC)
def kaki() -> Response:
    """Its address ends in a slash: without it one is sent on."""
    return render("uji.html", isi="kaki")


@module.route("/asal", can=PUBLIC)
def asal() -> Response:
    return Response(f"{request.scheme}://{request.host} {request.remote_addr}", mimetype="text/plain")


@module.route("/berkas", can=SIGNED_IN, methods=["POST"])
def berkas() -> Response:
    request.files.get("berkas")
    raise ValueError


@module.route("/redis-hilang", can=SIGNED_IN, methods=["POST"])
def redis_hilang() -> Response:
    """Redis dies after the row was written and before the transaction is committed."""
    db.session.add(User(pengguna="sebelum.redis.hilang", nama="x"))
    jobs.enqueue(work, "Uji", "uji-hilang")
    gone = replace(current_app.extensions["pamong"], redis_url="unix:///tidak/ada.sock")
    current_app.extensions["pamong"] = gone
    if request.form.get("gagal"):
        people.sessions_of(people.required().id)
    return done("/uji/halaman", "Tersimpan.")


def _names() -> Markup:
    return Markup(", ").join(db.session.scalars(sa.select(User.pengguna).order_by(User.pengguna)))


def make(environment: dict[str, str], **more: Module) -> Flask:
    """The application; errors end as pages, as they do outside tests."""
    app = web.make_app(Config.from_env({**environment, "LINGKUNGAN": "uji"}))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    loaders = [DictLoader({"uji.html": PAGE, "wizard.html": STEP, "kotak_uji.html": PANE}), app.jinja_loader]
    app.jinja_env.loader = ChoiceLoader([one for one in loaders if one])
    web.register(app, [*pages.MODULES, module, *more.values()])
    return app


# ---- a wizard over a row of `unit`: `urut` is its version, `alamat` the second step, `telepon` the key of sending


@dataclass
class Case:
    row: Unit

    def has_key(self, kunci: uuid.UUID | None) -> bool:
        return kunci is not None and self.row.telepon == str(kunci)


def page(user: Principal, kode: str) -> Unit | Response:
    if kode == "lain":
        return done("/uji/halaman")
    row: Unit = fetch(sa.select(Unit), db.session.scalar(sa.select(Unit.id).where(Unit.kode == kode)) or uuid.uuid4())
    return row


def case(user: Principal, kode: str) -> Case:
    key = db.session.scalar(sa.select(Unit.id).where(Unit.kode == kode)) or uuid.uuid4()
    return Case(fetch(sa.select(Unit), key, lock=True))


def guard(case: Case, step: str) -> None:
    if case.row.selesai:
        raise Conflict("Sudah dikirim.")


def save_name(case: Case, form: Form, user: Principal) -> list[Problem]:
    if form.get("versi", str(case.row.urut)) != str(case.row.urut):
        return [Problem("versi-nama", "Diubah di tempat lain.")]
    case.row.nama, case.row.urut = form.get("nama", case.row.nama), case.row.urut + 1
    return [Problem("nama", "Isi dengan kata.")] if case.row.nama.isdigit() else []


def save_place(case: Case, form: Form, user: Principal) -> list[Problem]:
    case.row.alamat = form.get("alamat", case.row.alamat)
    return []


def check_name(case: Case) -> list[Problem]:
    return [] if case.row.nama else [Problem("nama", "Nama belum diisi.")]


def check_place(case: Case) -> list[Problem]:
    return [] if case.row.alamat else [Problem("alamat", "Alamat belum diisi.")]


def check_promise(case: Case) -> list[Problem]:
    return [] if request.form.get("janji") else [Problem("janji", "Centang pernyataan.")]


def shorten(case: Case, argument: str, user: Principal) -> None:
    if not argument.isdigit():
        raise Invalid("nama", "Sebut panjangnya.")
    case.row.nama = case.row.nama[: int(argument)]


def finish(case: Case, user: Principal, kunci: uuid.UUID | None) -> tuple[str, str]:
    if not case.has_key(kunci):
        case.row.telepon, case.row.selesai = str(kunci), date(2026, 11, 21)
        case.row.zona = f"dikirim oleh {user.pengguna}"
    return "/uji/halaman", "Terkirim."


def live(subject: Any) -> set[str]:
    """A short unit has no address to ask for."""
    return {"nama", "tinjau"} if getattr(subject, "row", subject).jenis == "SINGKAT" else {"nama", "alamat", "tinjau"}


WIZARD = Wizard(
    "isian_uji", "/isi/<string:kode>", can=SIGNED_IN,
    steps=(
        Step("nama", "Nama", "wizard.html", save_name, check_name, {"pendekkan": shorten},
             lambda case: {"versi": case.row.urut}),
        Step("alamat", "Alamat", "wizard.html", save_place, check_place),
        Step("tinjau", "Tinjau", "wizard.html", lambda *_: [], check_promise),
    ),
    page=page, case=case, guard=guard, context=lambda page, step, problems: {"tambahan": f"{step}/{len(problems)}"},
    finish=finish, exit_url="/beranda", live=live,
)  # fmt: skip
WIZARD.mount(module)


# ---- an import of units: a table small enough to see through; `telepon` of a unit stops its way back


def check_units(rows: list[importing.Row], run: importing.Run) -> None:
    codes = [row.text("kode") for row in rows]
    known = {unit.kode: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.kode.in_(codes)))}
    for row in rows:
        unit = known.get(row.text("kode"))
        if "terlarang" in row.text("nama"):
            row.add("nama", "E_LARANG", "Nama ini tidak boleh dipakai", "Pilih nama lain.")
        if unit is not None:
            row.found = unit.id
            row.action = importing.SAMA if unit.nama == row.text("nama") else importing.UBAH
        elif len(row.text("nama")) < 6:
            row.add("nama", "W_PENDEK", "Nama pendek", warning=True)


def apply_units(rows: list[importing.Row], run: importing.Run) -> None:
    for row in rows:
        if row.action == importing.UBAH:
            unit = db.session.get_one(Unit, row.found)
            row.before, row.result = {"nama": unit.nama}, unit.id
            unit.nama = row.text("nama")
            continue
        if row.text("nama").startswith("tolak"):
            raise Conflict("Ditolak saat ditulis.")
        made = Unit(kode=row.text("kode"), nama=row.text("nama"), jenis="IMPOR", alamat=row.text("alamat"),
                    mulai=row.day("mulai") or date(2020, 1, 1))  # fmt: skip
        db.session.add(made)
        db.session.flush()
        row.result = made.id


def undo_units(rows: list[importing.Row], run: importing.Run) -> None:
    for row in rows:
        unit = db.session.get_one(Unit, row.result)
        if unit.telepon:
            row.add("kode", "E_TERIKAT", "Unit ini sudah dipakai")
        elif row.before:
            unit.nama = row.before["nama"]
        else:
            db.session.delete(unit)


UNITS = importing.declare(importing.Importer(
    "unit-uji", "Unit uji", "log.baca", (
        importing.Column("kode", "Kode", "kode", required=True, aliases=("Kode unit",)),
        importing.Column("nama", "Nama unit", required=True, aliases=("Unit",)),
        importing.Column("alamat", "Alamat"),
        importing.Column("mulai", "Mulai berlaku", "tanggal", example="03/09/1990"),
        importing.Column("nip", "NIP kepala", "nip"),
        importing.Column("nik", "NIK kepala", "nik"),
        importing.Column("luas", "Luas", "angka"),
        importing.Column("lantai", "Lantai", "bulat"),
        importing.Column("golongan", "Golongan", "pilihan", choices=(("A", "Kelas besar"), ("B", "Kelas kecil"))),
    ), ("kode",), check_units, apply_units, undo_units,
))  # fmt: skip
