"""Pages of instruments: list, one with its versions, what an asesor has in hand, what was opened for an outsider."""

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, documents
from portal.kernel.access import fetch
from portal.kernel.calendar import setempat, waktu
from portal.kernel.db import db, now, rollback
from portal.kernel.documents import Document
from portal.kernel.errors import Invalid, Missing
from portal.kernel.people import User, required
from portal.kernel.storage import config
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import ASESMEN, KELOLA_MUK, PANTAU, module
from portal.sertifikasi import MUK as LISTS
from portal.sertifikasi.muk import daftar, policies, services
from portal.sertifikasi.muk.models import Muk, MukDibuka
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.pantau.services import not_in_bulk, watermarked
from portal.sertifikasi.repositori.models import AksesPihakKetiga
from portal.sertifikasi.skema.models import Skema, SkemaUnit, SkemaVersi, UnitKompetensi

HOME, MINE, WATCHED = "/sertifikasi/muk", "/sertifikasi/muk/saya", "/sertifikasi/pantau/muk"
Galat = dict[str, str]
module.menu.append(MenuItem("Materi uji", "file-text", HOME, can=LISTS, group="Register LSP", order=74))
module.menu.append(MenuItem("Materi uji", "file-text", MINE, can=ASESMEN, group="Sertifikasi", order=72))
module.menu.append(MenuItem("Materi uji yang dibuka", "file-text", WATCHED, can=PANTAU, group="Sertifikasi", order=61))
activity.declare(**{"muk.halaman_dibaca": "kode halaman"})


@module.route("/muk", can=LISTS)
def muk_list() -> Response:
    manages = required().has(KELOLA_MUK)
    return (daftar.KELOLA if manages else daftar.JUDUL).respond(
        "sertifikasi/asesmen_daftar.html", judul="Materi uji kompetensi",
        tombol=("Unggah MUK", f"{HOME}/baru") if manages else None,
        keterangan="Instrumen asesmen setiap skema. Isinya rahasia; setiap pembukaan dicatat.",
    )  # fmt: skip


def _about(rows: sa.Select[tuple[Muk]]) -> sa.Select[Any]:
    """Instruments with their scheme, unit and file."""
    query = rows.join(SkemaVersi, SkemaVersi.id == Muk.skema_versi_id).join(Document, Document.id == Muk.dokumen_id)
    query = query.outerjoin(UnitKompetensi, UnitKompetensi.id == Muk.unit_id)
    return query.with_only_columns(
        Muk, SkemaVersi.judul.label("skema"), SkemaVersi.versi.label("versi_skema"), SkemaVersi.contoh,
        UnitKompetensi.kode.label("unit"), UnitKompetensi.judul.label("judul_unit"), Document.ukuran, Document.halaman,
    ).order_by(SkemaVersi.judul, Muk.kode, Muk.versi.desc())  # fmt: skip


# ---- the manajer


@module.route("/muk/baru", can=KELOLA_MUK)
def muk_baru() -> Response:
    return _new({})


def _new(galat: Galat, status: int = 200) -> Response:
    """First the scheme, then, with its units, the rest."""
    versi = request.values.get("skema", type=uuid.UUID)
    schemes = sa.select(SkemaVersi.id, SkemaVersi.judul, SkemaVersi.versi).join(Skema, Skema.id == SkemaVersi.skema_id)
    units = sa.select(UnitKompetensi.id, UnitKompetensi.kode, UnitKompetensi.judul)
    units = units.join(SkemaUnit, SkemaUnit.unit_id == UnitKompetensi.id).where(SkemaUnit.skema_versi_id == versi)
    return render(
        "sertifikasi/muk_baru.html", status=status, galat=galat, galat_isian=bool(galat), ketik=request.form,
        versi=str(versi or ""),
        skema=[(str(r.id), f"{r.judul} (versi {r.versi})")
               for r in db.session.execute(schemes.order_by(Skema.urut, SkemaVersi.versi.desc()))],
        unit=[(str(r.id), f"{r.kode} {r.judul}") for r in db.session.execute(units.order_by(SkemaUnit.urut))],
    )  # fmt: skip


def _upload() -> services.Berkas:
    file = request.files.get("berkas")
    return services.Berkas(file.stream if file else None, (file.filename or "") if file else "")


@module.route("/muk/baru", can=KELOLA_MUK, methods=["POST"])
def muk_tambah() -> Response:
    form = request.form
    try:
        row = services.add(
            required(), form.get("skema", type=uuid.UUID), form.get("unit", type=uuid.UUID),
            (form.get("kode", ""), form.get("judul", "")), _upload(),
        )  # fmt: skip
    except Invalid as error:
        rollback()
        return _new({error.field: error.pesan}, 422)
    return done(f"{HOME}/{row.id}", f"{row.kode} berlaku.")


@module.route("/muk/<uuid:id>", can=KELOLA_MUK)
def muk(id: uuid.UUID) -> Response:
    return _page(id)


def _row(id: uuid.UUID) -> Muk:
    row: Muk = fetch(policies.managed_muk(required()), id, lock=True)
    return row


def _page(id: uuid.UUID, galat: Galat | None = None, status: int = 200) -> Response:
    rows = policies.managed_muk(required())
    row: Muk = fetch(rows, id)
    same = rows.where(
        Muk.skema_versi_id == row.skema_versi_id, Muk.kode == row.kode, Muk.unit_id.is_not_distinct_from(row.unit_id)
    )
    every = db.session.execute(_about(same)).all()
    held = sa.select(MukDibuka, User.nama, AksesPihakKetiga.selesai)
    held = held.join(AksesPihakKetiga, AksesPihakKetiga.id == MukDibuka.akses_id)
    held = held.join(User, User.id == AksesPihakKetiga.user_id).where(MukDibuka.muk_id == row.id)
    return render(
        "sertifikasi/muk.html", status=status, galat=galat or {}, galat_isian=bool(galat), ketik=request.form,
        muk=row, ini=next(one for one in every if one.Muk.id == row.id), versi=every, lencana=daftar.STATES,
        dibuka=db.session.execute(held.order_by(MukDibuka.id.desc())).all(),
        akses=[(str(leave.id), f"{name}, {leave.tujuan}") for leave, name in services.open_leaves()],
    )  # fmt: skip


def _act(id: uuid.UUID, act: Callable[[Muk], Muk | None], words: str) -> Response:
    try:
        new = act(_row(id))
    except Invalid as error:
        rollback()
        return _page(id, {error.field: error.pesan}, 422)
    return done(f"{HOME}/{new.id if new else id}", words)


@module.route("/muk/<uuid:id>/ubah", can=KELOLA_MUK, methods=["POST"])
def muk_ubah(id: uuid.UUID) -> Response:
    return _act(id, lambda row: services.rename(row, required(), request.form.get("judul", "")), "Judul tersimpan.")


@module.route("/muk/<uuid:id>/ganti", can=KELOLA_MUK, methods=["POST"])
def muk_ganti(id: uuid.UUID) -> Response:
    why = request.form.get("alasan", "")
    return _act(id, lambda row: services.replace(row, required(), why, _upload()), "Versi baru berlaku.")


@module.route("/muk/<uuid:id>/cabut", can=KELOLA_MUK, methods=["POST"])
def muk_cabut(id: uuid.UUID) -> Response:
    why = request.form.get("alasan_cabut", "")

    def act(row: Muk) -> None:
        try:
            services.withdraw(row, required(), why)
        except Invalid as error:
            raise Invalid("alasan_cabut", error.pesan) from error

    return _act(id, act, "Instrumen dicabut dan tidak dipakai lagi.")


@module.route("/muk/<uuid:id>/buka", can=KELOLA_MUK, methods=["POST"])
def muk_buka(id: uuid.UUID) -> Response:
    form = request.form
    return _act(
        id,
        lambda row: services.open_for(
            row, form.get("akses", type=uuid.UUID), form.get("permintaan", ""), required()
        ),
        "Instrumen dibuka untuk orang itu, halaman demi halaman.",
    )  # fmt: skip


@module.route("/muk/<uuid:id>/tutup/<uuid:dibuka>", can=KELOLA_MUK, methods=["POST"])
def muk_tutup(id: uuid.UUID, dibuka: uuid.UUID) -> Response:
    query = sa.select(MukDibuka, User.nama).join(AksesPihakKetiga, AksesPihakKetiga.id == MukDibuka.akses_id)
    query = query.join(User, User.id == AksesPihakKetiga.user_id)

    def act(row: Muk) -> None:
        found = db.session.execute(query.where(MukDibuka.id == dibuka, MukDibuka.muk_id == row.id)).first()
        if found is None:
            raise Missing()
        services.close_for(found.MukDibuka, row, found.nama, required())

    return _act(id, act, "Instrumen ditutup untuk orang itu.")


# ---- the asesor, and who looks in from outside


@module.route("/muk/saya", can=ASESMEN)
def muk_saya() -> Response:
    rows = db.session.execute(_about(policies.for_my_cases(required()))).all()
    return render("sertifikasi/muk_baca.html", baris=rows, luar=False)


@module.route("/pantau/muk", can=PANTAU, writes=True)
def pantau_muk() -> Response:
    user = required()
    outside.need_leave(user)
    activity.log("pantau.dibaca", by=user, halaman="materi uji")
    return render("sertifikasi/muk_baca.html", baris=db.session.execute(_about(policies.opened_for(user))).all(),
                  luar=True)  # fmt: skip


@module.route("/pantau/muk/<uuid:id>/<int:halaman>.png", can=PANTAU, writes=True)
def pantau_muk_halaman(id: uuid.UUID, halaman: int) -> Response:
    """One page as a picture that names its reader; every look is a line of the log."""
    user = required()
    outside.need_leave(user)
    row: Muk = fetch(policies.opened_for(user), id)
    not_in_bulk(user)
    file = db.session.scalars(sa.select(Document).where(Document.id == row.dokumen_id)).one()
    picture = documents.preview(file, halaman)
    if picture is None:
        raise Missing()
    activity.log("muk.halaman_dibaca", row, by=user, kode=row.kode, halaman=halaman)
    stamp = waktu(setempat(now(), config().zona))
    body = watermarked(picture, f"{user.nama} - {stamp} - hanya untuk pengawasan")
    response = FlaskResponse(body, mimetype="image/png")
    response.headers["Cache-Control"] = "no-store"
    return response
