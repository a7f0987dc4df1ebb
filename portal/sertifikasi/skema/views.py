"""Pages of the sekretariat and the manajer sertifikasi: schemes, their versions, units from a file."""

import uuid
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import access, people
from portal.kernel.db import rollback
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.forms import Problem
from portal.kernel.pages.isian import Isian
from portal.kernel.web import MenuItem, done, render, today
from portal.sertifikasi import KONTEN, LIHAT, TERBIT, module
from portal.sertifikasi.skema import cabut, kepala, lembar, services, sunting
from portal.sertifikasi.skema import models as m

PAGE = "/sertifikasi/kelola-skema"
module.menu.append(MenuItem("Kelola skema", "certificate", PAGE, can=LIHAT, group="Register LSP", order=74))


@module.route("/kelola-skema", can=LIHAT)
def kelola_skema() -> Response:
    return render("sertifikasi/skema_list.html", rows=sunting.overview(), boleh=people.required().has(KONTEN))


@module.route("/kelola-skema/baru", can=KONTEN)
def kelola_skema_baru() -> Response:
    return _new({}, [])


def _new(typed: Any, problems: list[Problem], status: int = 200) -> Response:
    return render(
        "sertifikasi/skema_baru.html", status=status, isian=typed, problems=problems, galat_isian=bool(problems),
        masalah={p.field: p.pesan for p in problems}, jenis_skema=kepala.JENIS, moda=kepala.MODA, tetap=False,
        skema=None, versi=None,
    )  # fmt: skip


@module.route("/kelola-skema/baru", can=KONTEN, methods=["POST"])
def kelola_skema_buat() -> Response:
    form = request.form
    scheme, wrong = kepala.read_scheme(form, True)
    version, problems = sunting.read_fields(form, scheme["jenis"])
    made, more = (None, []) if wrong or problems else kepala.create(scheme, version, people.required())
    if made is None:
        return _new(form, [*wrong, *problems, *more], 422)
    return done(f"{PAGE}/{made.id}", "Skema dibuat sebagai draf. Isi persyaratan dan impor unitnya.", "positive")


@module.route("/kelola-skema/<uuid:key>", can=LIHAT)
def kelola_skema_versi(key: uuid.UUID) -> Response:
    return _page(_version(key), {}, [])


def _version(key: uuid.UUID, lock: bool = False) -> m.SkemaVersi:
    found: m.SkemaVersi = access.fetch(sunting.visible_versions(people.required()), key, lock=lock)
    return found


def _page(version: m.SkemaVersi, typed: Any, problems: list[Problem], status: int = 200) -> Response:
    user = people.required()
    units, skema = services.units_of(version.id), services.scheme_of(version)
    draft = version.status == m.DRAF
    return render(
        "sertifikasi/skema_versi.html", status=status, versi=version, skema=kepala.shown(skema, version), units=units,
        dicabut=skema.dicabut_mulai, dicabut_alasan=skema.dicabut_alasan, jenis_skema=kepala.JENIS, moda=kepala.MODA,
        tetap=not (draft and kepala.unpublished(skema.id)), terkena=cabut.affected(skema.id),
        luring=services.at_venue_only(version.id), moda_versi=", ".join(kepala.MODA[code] for code in version.moda),
        standar=services.standard_of(units), stempel=typed.get("stempel") or sunting.stamp(version), isian=typed,
        syarat=services.requirements_of(version.id), problems=problems, galat_isian=bool(problems),
        masalah={p.field: p.pesan for p in problems}, sunting=version.status == m.DRAF and user.has(KONTEN),
        manajer=user.has(TERBIT), hari_ini=today(), konten=user.has(KONTEN), baris=sunting.ROWS,
        jenis=[(k, k.replace("_", " ").capitalize()) for k in sunting.KINDS],
        oleh=services.confirmed_by(version),
    )  # fmt: skip


@module.route("/kelola-skema/<uuid:key>", can=KONTEN, methods=["POST"])
def kelola_skema_simpan(key: uuid.UUID) -> Response:
    """Save the draft, copy a version into one, or throw it away, by the button that was pressed."""
    user, action = people.required(), request.form.get("aksi", "")
    version = _version(key, lock=True)
    if action == "draf":
        draft = sunting.draft_from(version, user)
        return done(f"{PAGE}/{draft.id}", f"Draf versi {draft.versi} dibuat dari versi {version.versi}.", "positive")
    if action == "buang":
        sunting.discard(version)
        return done(PAGE, "Draf dihapus.", "positive")
    problems = sunting.save(version, request.form, user)
    if problems:
        return _page(version, request.form, problems, 422)
    return done(f"{PAGE}/{key}", "Draf tersimpan. Umum belum melihatnya.", "positive")


@module.route("/kelola-skema/<uuid:key>/putusan", can=TERBIT, methods=["POST"])
def kelola_skema_putusan(key: uuid.UUID) -> Response:
    """Publish a draft, or vouch for a version as official."""
    user, version = people.required(), _version(key, lock=True)
    if request.form.get("aksi") == "terbit":
        sunting.publish(version, user, today())
        return done(f"{PAGE}/{key}", f"Versi {version.versi} terbit dan menerima permohonan.", "positive")
    if user.units(TERBIT) is not None:
        raise Denied("Konfirmasi berlaku di seluruh LSP, sedangkan peran Anda terbatas pada unit tertentu.")
    if not request.form.get("pernyataan"):
        return _page(version, {}, [Problem("pernyataan", "Centang pernyataan sebelum mengonfirmasi")], 422)
    if not version.nomor:
        raise Conflict("Nomor dokumen skema belum dicatat.", "Isi nomor pada draf, lalu konfirmasi lagi.")
    services.confirm(version, user)
    return done(f"{PAGE}/{key}", "Skema dikonfirmasi resmi. Tanda CONTOH dilepas dan peristiwanya dicatat.", "positive")


@module.route("/kelola-skema/<uuid:key>/cabut", can=TERBIT, methods=["POST"])
def kelola_skema_cabut(key: uuid.UUID) -> Response:
    """Withdraw the scheme from a day on, or take that back."""
    user, version, isian = people.required(), _version(key, lock=True), Isian(request.form)
    if isian["aksi"] == "batal":
        cabut.restore(version, user)
        return done(f"{PAGE}/{key}", "Pencabutan dibatalkan. Skema menerima permohonan lagi.", "positive")
    since = isian.tanggal("mulai", "Dicabut mulai")
    why = isian.teks("alasan", "alasan", cabut.REASON, 1000)
    if isian.galat or since is None:
        return _page(version, request.form, [Problem(*one) for one in isian.problems], 422)
    try:
        cabut.withdraw(version, since, why, user, today())
    except Invalid as error:
        rollback()
        return _page(_version(key), request.form, [Problem(error.field, error.pesan)], 422)
    return done(f"{PAGE}/{key}", "Skema dicabut. Asesi yang permohonannya berjalan diberi tahu.", "positive")


@module.route("/kelola-skema/<uuid:key>/impor", can=KONTEN)
def kelola_skema_impor(key: uuid.UUID) -> Response:
    return _import_page(_version(key), [])


def _import_page(
    version: m.SkemaVersi, faults: list[str], changes: list[lembar.Change] | None = None, token: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    return render(
        "sertifikasi/skema_impor.html", status=status, versi=version, skema=services.scheme_of(version), galat=faults,
        perubahan=changes, tanda=token, kolom=lembar.COLUMNS, galat_isian=bool(faults),
    )  # fmt: skip


@module.route("/kelola-skema/<uuid:key>/impor", can=KONTEN, methods=["POST"])
def kelola_skema_impor_kirim(key: uuid.UUID) -> Response:
    """First the file and its differences; then, on a second press, the change itself."""
    user, version = people.required(), _version(key, lock=True)
    sunting.require_draft(version)
    if request.form.get("aksi") == "terapkan":
        new, changed = sunting.apply(version, sunting.kept(version, request.form.get("tanda", ""), user), user)
        return done(f"{PAGE}/{key}", f"{new} unit baru dan {changed} unit berubah diterapkan pada draf.", "positive")
    file = request.files.get("berkas")
    try:
        body = file.stream.read(lembar.MOST_BYTES + 1) if file else b""
        units, faults = lembar.read(body, file.filename or "" if file else "")
    except Invalid as error:
        return _import_page(version, [error.pesan], status=422)
    if faults:
        return _import_page(version, faults[:50], status=422)
    return _import_page(version, [], sunting.compare(version, units), sunting.keep(version, units, user))
