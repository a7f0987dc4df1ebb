"""Pages of those who register for an institution, of the sekretariat who lets them, and of the invited person."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.db import db, rollback
from portal.kernel.errors import Invalid
from portal.kernel.listing import Choice, Column, Listing, Tags
from portal.kernel.people import Principal, User, required
from portal.kernel.web import MenuItem, Tile, badges, done, render
from portal.sertifikasi import DAFTAR, VERIFIKASI, module
from portal.sertifikasi.kolektif import KOLEKTIF, policies, services
from portal.sertifikasi.kolektif import models as k
from portal.sertifikasi.kolektif.models import Lembaga, Operator, Undangan
from portal.sertifikasi.saya import forms
from portal.sertifikasi.saya.models import DRAF, FINAL, KOMPETEN, MENUNGGU_NOMOR, Permohonan
from portal.sertifikasi.skema.models import Skema

HOME, PLACES, OWN = "/sertifikasi/kolektif", "/sertifikasi/lembaga", services.HERE
module.menu.append(MenuItem("Pendaftaran kolektif", "users-group", HOME, can=KOLEKTIF, group="Proses LSP", order=64))
module.menu.append(MenuItem("Lembaga dan operator", "building", PLACES, can=VERIFIKASI, group="Register LSP", order=76))
STATES = Tags({
    k.MENUNGGU: ("Undangan terkirim", "guide", "clock"), k.DITERIMA: ("Diterima", "positive", "circle-check"),
    k.DITOLAK: ("Ditolak", "negative", "x"), k.DITARIK: ("Ditarik", "", "ban"),
    k.KEDALUWARSA: ("Lewat waktu", "warning", "calendar"),
})  # fmt: skip

OVER = FINAL | {KOMPETEN, MENUNGGU_NOMOR}  # decided either way: whoever waits for a number is not told apart


def _process(state: str | None) -> str:
    """Three words, and of those that ended not how: an institution is not told a result."""
    if not state:
        return ""
    if state == DRAF:
        return "Draf"
    return "Selesai" if state in OVER else "Diproses"


def _places(user: Principal) -> list[tuple[uuid.UUID, str]]:
    rows = policies.visible_lembaga(user).order_by(Lembaga.nama).with_only_columns(Lembaga.id, Lembaga.nama)
    return [(row.id, row.nama) for row in db.session.execute(rows)]


UNDANGAN = Listing(
    "kolektif", title="Pendaftaran kolektif", noun="undangan", rows=policies.visible_undangan, key=Undangan.id,
    sort="-dikirim", can=KOLEKTIF, search=[Undangan.cari], search_label="Nama",
    join=[(Lembaga, Lembaga.id == Undangan.lembaga_id), (Skema, Skema.id == Undangan.skema_id)],
    columns=[
        Column("nama", "Nama", Undangan.nama, link=HOME + "/{id}"),
        Column("lembaga", "Lembaga", Lembaga.nama),
        Column("skema", "Skema", Skema.judul),
        Column("status", "Undangan", Undangan.status, show=STATES),
        Column("proses", "Permohonan", sa.select(Submission.status).join(Permohonan)
               .where(Permohonan.id == Undangan.permohonan_id).scalar_subquery(), show=_process),
        Column("dikirim", "Dikirim", Undangan.dikirim_at, sort=True, indexed=False),
    ],
    filters=[
        Choice("status", "Undangan", Undangan.status, options=STATES.options, indexed=False),
        Choice("lembaga", "Lembaga", Undangan.lembaga_id, options=_places),
    ],
    exports=("xlsx",),
)  # fmt: skip


@module.route("/kolektif", can=KOLEKTIF)
def kolektif() -> Response:
    return UNDANGAN.respond("sertifikasi/kolektif.html", lembaga=_places(required()))


def _named(row: Undangan) -> tuple[str, str]:
    """Institution and scheme in words."""
    query = sa.select(Lembaga.nama, Skema.judul).join(Skema, sa.true())
    found = db.session.execute(query.where(Lembaga.id == row.lembaga_id, Skema.id == row.skema_id)).one()
    return found[0], found[1]


@module.route("/kolektif/<uuid:id>", can=KOLEKTIF)
def kolektif_satu(id: uuid.UUID) -> Response:
    """What the institution may know: sent, answered, and the state of the application in one word."""
    row: Undangan = fetch(policies.visible_undangan(required()), id)
    lembaga, skema = _named(row)
    oleh = db.session.scalar(sa.select(User.nama).where(User.id == row.oleh_id))
    state = sa.select(Submission.status).join(Permohonan).where(Permohonan.id == row.permohonan_id)
    return render(
        "sertifikasi/kolektif_satu.html", undangan=row, lembaga=lembaga, skema=skema, oleh=oleh,
        keadaan=STATES.states[row.status], proses=_process(db.session.scalar(state)) if row.permohonan_id else "",
    )  # fmt: skip


@module.route("/kolektif/<uuid:id>", can=KOLEKTIF, methods=["POST"])
def kolektif_ubah(id: uuid.UUID) -> Response:
    user = required()
    row: Undangan = fetch(policies.visible_undangan(user), id, lock=True)
    if request.form.get("aksi") == "tarik":
        services.withdraw(row, user)
        return done(f"{HOME}/{id}", "Undangan ditarik.", "positive")
    services.resend(row, user)
    return done(f"{HOME}/{id}", "Undangan dikirim lagi.", "positive")


# ---- institutions, by the sekretariat


@module.route("/lembaga", can=VERIFIKASI)
def lembaga_list() -> Response:
    return _places_page({})


def _places_page(galat: dict[str, str]) -> Response:
    live = sa.select(Operator, User.nama, User.pengguna).join(User, User.id == Operator.user_id)
    operators: dict[uuid.UUID, list[Any]] = {}
    for row in db.session.execute(live.where(Operator.dicabut_at.is_(None)).order_by(User.nama)):
        operators.setdefault(row.Operator.lembaga_id, []).append(row)
    places = db.session.scalars(policies.visible_lembaga(required()).order_by(Lembaga.nama)).all()
    return render(
        "sertifikasi/kolektif_lembaga.html", status=422 if galat else 200, lembaga=places, operator=operators,
        galat=galat, isian=request.form,
        pilihan=[("", "Pilih")] + [(str(one.id), one.nama) for one in places if one.aktif],
        galat_isian=bool(galat),
    )  # fmt: skip


@module.route("/lembaga", can=VERIFIKASI, methods=["POST"])
def lembaga_ubah() -> Response:
    user, form = required(), request.form
    try:
        if form.get("aksi") == "lembaga":
            made = services.add_lembaga(form.get("nama", ""), user)
            return done(PLACES, f"{made.nama} ditambahkan.", "positive")
        chosen = policies.visible_lembaga(user).where(Lembaga.id == _key(form.get("lembaga", "")))
        lembaga = db.session.scalars(chosen).first()
        if lembaga is None:
            raise Invalid("lembaga", "Pilih lembaga")
        services.grant(lembaga, form.get("pengguna", ""), user)
    except Invalid as error:
        rollback()
        return _places_page({error.field: error.pesan})
    return done(PLACES, "Operator ditetapkan.", "positive")


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@module.route("/lembaga/<uuid:id>", can=VERIFIKASI)
def lembaga_satu(id: uuid.UUID) -> Response:
    return _place_page(fetch(policies.visible_lembaga(required()), id), {})


def _place_page(lembaga: Lembaga, galat: dict[str, str]) -> Response:
    live = sa.select(Operator, User.nama, User.pengguna).join(User, User.id == Operator.user_id)
    operators = live.where(Operator.lembaga_id == lembaga.id, Operator.dicabut_at.is_(None)).order_by(User.nama)
    return render(
        "sertifikasi/kolektif_lembaga_satu.html", status=422 if galat else 200, lembaga=lembaga,
        operator=db.session.execute(operators).all(), galat=galat, isian=request.form, galat_isian=bool(galat),
    )  # fmt: skip


@module.route("/lembaga/<uuid:id>", can=VERIFIKASI, methods=["POST"])
def lembaga_satu_ubah(id: uuid.UUID) -> Response:
    user, here = required(), f"{PLACES}/{id}"
    row: Lembaga = fetch(policies.visible_lembaga(user), id, lock=True)
    match request.form.get("aksi"):
        case "tutup":
            services.close(row, user)
            return done(here, "Lembaga ditutup. Penugasan operatornya berakhir.", "positive")
        case "buka":
            services.reopen(row, user)
            return done(here, "Lembaga dibuka kembali.", "positive")
    try:
        services.rename(row, request.form.get("nama", ""), user)
    except Invalid as error:
        rollback()
        return _place_page(fetch(policies.visible_lembaga(user), id), {error.field: error.pesan})
    return done(here, "Nama lembaga disimpan.", "positive")


@module.route("/lembaga/operator/<uuid:id>/cabut", can=VERIFIKASI, methods=["POST"])
def operator_cabut(id: uuid.UUID) -> Response:
    row: Operator = fetch(sa.select(Operator), id, lock=True)
    services.revoke(row, required())
    return done(f"{PLACES}/{row.lembaga_id}", "Penugasan operator berakhir.", "positive")


# ---- the invited person


@module.route("/saya/undangan", can=DAFTAR)
def undangan_saya() -> Response:
    return _own_page("")


def _own_page(galat: str) -> Response:
    query = policies.own_undangan(required()).add_columns(Lembaga.nama, Skema.judul)
    query = query.join(Lembaga, Lembaga.id == Undangan.lembaga_id).join(Skema, Skema.id == Undangan.skema_id)
    rows = db.session.execute(query.order_by(Undangan.id.desc()).limit(50)).all()
    return render(
        "sertifikasi/kolektif_undangan.html", status=422 if galat else 200, baris=rows, galat=galat,
        kode=request.form.get("kode", ""), keadaan=STATES.states, galat_isian=bool(galat),
    )  # fmt: skip


@module.route("/saya/undangan", can=DAFTAR, methods=["POST"])
def undangan_kode() -> Response:
    try:
        row = services.claim(request.form.get("kode", ""), required())
    except Invalid as error:
        rollback()
        return _own_page(error.pesan)
    return done(f"{OWN}/{row.id}")


@module.route("/saya/undangan/<uuid:id>", can=DAFTAR)
def undangan_satu(id: uuid.UUID) -> Response:
    row: Undangan = fetch(policies.own_undangan(required()), id)
    lembaga, skema = _named(row)
    given = services.contents(row)["isian"]
    return render(
        "sertifikasi/kolektif_undangan_satu.html", undangan=row, lembaga=lembaga, skema=skema,
        keadaan=STATES.states[row.status],
        isi=[(f.label, forms.shown(f, given[f.name])) for f in forms.FIELDS if given.get(f.name)],
    )  # fmt: skip


@module.route("/saya/undangan/<uuid:id>", can=DAFTAR, methods=["POST"])
def undangan_jawab(id: uuid.UUID) -> Response:
    user = required()
    row: Undangan = fetch(policies.own_undangan(user), id, lock=True)
    if request.form.get("aksi") == "tolak":
        services.refuse(row, user)
        return done(OWN, "Undangan ditolak. Isian dan alamat yang ditulis lembaga tentang Anda dihapus.", "positive")
    case = services.accept(row, user)
    return done(f"/sertifikasi/saya/{case.id}", "Draf permohonan Anda dibuat. Periksa setiap isian.", "positive")


def _waiting(user: Principal) -> Any:
    """How many invitations wait for this person: counted with the badges, kept with them."""
    waiting = policies.own_undangan(user).where(Undangan.status == k.MENUNGGU)
    return waiting.with_only_columns(sa.func.count()).scalar_subquery()


def _tiles(user: Principal) -> list[Tile]:
    count = badges().get(OWN, 0) if user.has(DAFTAR) else 0
    if not count:
        return []
    return [Tile("Undangan sertifikasi", OWN, "mail", str(count), "Menunggu jawaban Anda", "tugas", order=39)]


module.badges[OWN] = _waiting
module.tiles.append(_tiles)
