"""Imports: which tables a person may hand in, and the way of one file from its columns to its report."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response as FileResponse
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import jobs
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.documents import XLSX
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.importing import MODES, Importer, applying, checking, files, runs, tables
from portal.kernel.importing import models as m
from portal.kernel.importing.models import Impor, ImporBaris
from portal.kernel.jobs import GAGAL, Job
from portal.kernel.people import Principal, required
from portal.kernel.web import SIGNED_IN, Module, done, render
from portal.kernel.web.sessions import wants_fragment

module = Module("impor", "/impor")
PAGE = 50
STATES = {
    m.DIUNGGAH: ("Belum diperiksa", "", ""), m.MEMERIKSA: ("Sedang diperiksa", "guide", "clock"),
    m.SIAP: ("Sudah diperiksa", "guide", "circle-check"), m.MENULIS: ("Sedang ditulis", "guide", "clock"),
    m.SELESAI: ("Selesai", "positive", "circle-check"), m.MEMBATALKAN: ("Sedang dibatalkan", "warning", "clock"),
    m.DIBATALKAN: ("Dibatalkan", "warning", "ban"), m.GAGAL: ("Tidak dapat diperiksa", "negative", "alert-circle"),
}  # fmt: skip


def _one(jenis: str, id: uuid.UUID, lock: bool = False) -> tuple[Principal, Importer, Impor]:
    user = required()
    importer = runs.importer_of(jenis, user)
    row: Impor = fetch(runs.visible(user).where(Impor.jenis == jenis), id, lock)
    return user, importer, row


def _at(row: Impor, rest: str = "") -> str:
    return f"/impor/{row.jenis}/{row.id}{rest}"


@module.route("", can=SIGNED_IN)
def impor_list() -> Response:
    user = required()
    rows = db.session.scalars(runs.visible(user).order_by(Impor.id.desc()).limit(PAGE)).all()
    return render(
        "kernel/impor_list.html", jenis=runs.usable(user), baris=rows, keadaan=STATES,
        judul={one.kind: one.title for one in runs.usable(user)},
    )  # fmt: skip


@module.route("/<string:jenis>", can=SIGNED_IN)
def impor_jenis(jenis: str) -> Response:
    return _kind_page(runs.importer_of(jenis, required()))


def _kind_page(importer: Importer, galat: dict[str, str] | None = None) -> Response:
    user = required()
    query = runs.visible(user).where(Impor.jenis == importer.kind).order_by(Impor.id.desc())
    scope = [("", "Pilih"), *importer.scope.options(user)] if importer.scope else []
    return render(
        "kernel/impor_jenis.html", status=422 if galat else 200, importer=importer, galat=galat or {}, lingkup=scope,
        dipilih=request.form.get("lingkup", ""), baris=db.session.scalars(query.limit(20)).all(), keadaan=STATES,
        jenis_kata=files.KIND_WORDS, galat_isian=bool(galat),
    )  # fmt: skip


@module.route("/<string:jenis>/templat", can=SIGNED_IN)
def impor_templat(jenis: str) -> Response:
    importer = runs.importer_of(jenis, required())
    answer = FileResponse(files.template(importer), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="templat-{importer.kind}.xlsx"'
    return answer


@module.route("/<string:jenis>", can=SIGNED_IN, methods=["POST"])
def impor_unggah(jenis: str) -> Response:
    user = required()
    importer, file = runs.importer_of(jenis, user), request.files.get("berkas")
    if file is None or not file.filename:
        return _kind_page(importer, {"berkas": "Pilih berkas"})
    try:
        row = runs.upload(importer, file.stream, file.filename, request.form.get("lingkup", ""), user)
    except Invalid as error:
        return _kind_page(importer, {error.field: error.pesan})
    return done(_at(row, "/kolom"))


# ---- columns


@module.route("/<string:jenis>/<uuid:id>/kolom", can=SIGNED_IN)
def impor_kolom(jenis: str, id: uuid.UUID) -> Response:
    _, importer, row = _one(jenis, id)
    if row.sibuk or row.status in (m.SELESAI, m.DIBATALKAN):
        return done(_at(row))
    return _columns_page(importer, row)


def _columns_page(importer: Importer, row: Impor, galat: dict[str, str] | None = None) -> Response:
    places = [("", "Tidak ada di berkas")]
    places += [(str(at), title if row.judul.count(title) == 1 else f"{title} (kolom {tables.letters(at)})")
               for at, title in enumerate(row.judul)]  # fmt: skip
    typed = request.form if galat else None
    chosen = {c.name: (typed.get(f"kolom-{c.name}", "") if typed else str(row.peta.get(c.name, {}).get("di", "")))
              for c in importer.columns}  # fmt: skip
    return render(
        "kernel/impor_kolom.html", status=422 if galat else 200, importer=importer, impor=row, pilihan=places,
        terpilih=chosen, galat=galat or {}, galat_isian=bool(galat), kembar=runs.twin(row),
        lembar_pilihan=[(name, name) for name in runs.sheets_of(row)],
        modus=[(mode, MODES[mode]) for mode in importer.modes],
        modus_kini=typed.get("modus", "") if typed else row.modus,
        timpa=typed.getlist("timpa") if typed else row.timpa, boleh_timpa="timpa" in importer.modes,
        sisa=[title for at, title in enumerate(row.judul) if str(at) not in chosen.values()],
    )  # fmt: skip


@module.route("/<string:jenis>/<uuid:id>/kolom", can=SIGNED_IN, methods=["POST"])
def impor_periksa(jenis: str, id: uuid.UUID) -> Response:
    _, importer, row = _one(jenis, id, lock=True)
    if request.form.get("aksi") == "lembar":
        runs.choose_sheet(row, importer, request.form.get("lembar", ""))
        return done(_at(row, "/kolom"))
    if row.status not in (m.DIUNGGAH, m.SIAP, m.GAGAL):
        return done(_at(row))
    try:
        runs.map_columns(row, importer, request.form, request.form.getlist("timpa"))
    except Invalid as error:
        rollback()
        _, importer, row = _one(jenis, id)
        return _columns_page(importer, row, {error.field: error.pesan})
    checking.start(row)
    return done(_at(row))


# ---- what the check found, and what was written


@dataclass(frozen=True)
class Fault:
    """One problem of one row as the page lists it."""

    nomor: int
    kolom: str
    nilai: str
    kode: str
    pesan: str
    saran: str


@module.route("/<string:jenis>/<uuid:id>", can=SIGNED_IN)
def impor(jenis: str, id: uuid.UUID) -> Response:
    user, importer, row = _one(jenis, id)
    if row.status == m.DIUNGGAH:
        return done(_at(row, "/kolom"))
    job = db.session.scalars(jobs.visible_jobs(user.id).where(Job.id == row.pekerjaan_id)).first()
    if row.sibuk or row.status == m.GAGAL:
        return render("kernel/impor_proses.html", block="isi", importer=importer, impor=row, job=job,
                      gagal=row.status == m.GAGAL or job is None or job.status == GAGAL, keadaan=STATES)  # fmt: skip
    if wants_fragment():  # the card of the work asks for itself; what came of the work is another page
        return done(_at(row))
    warnings = request.args.get("lihat") == "peringatan"
    code = request.args.get("kode", "")
    faults, after = _faults(importer, row, warnings, code, _number(request.args.get("setelah", "")))
    return render(
        "kernel/impor.html", importer=importer, impor=row, keadaan=STATES, galat=faults, setelah=after,
        peringatan=warnings, kode=code, aksi=row.hitungan.get("aksi", {}), per_kode=_codes(row, warnings),
        tulis=row.hitungan.get("tulis", {}), siap=applying.pending(row) if row.status == m.SIAP else 0,
        kembar=runs.twin(row) if row.status == m.SIAP else None, ada_berkas=row.dokumen_id is not None,
        lingkup=dict(importer.scope.options(user)).get(row.lingkup, "") if importer.scope else "",
    )  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _expanded(row: Impor, warnings: bool) -> tuple[Any, Any]:
    """Rows of this import beside each of their problems of one sort."""
    one = sa.func.jsonb_array_elements(ImporBaris.masalah).table_valued(sa.column("value", sa.JSON)).lateral("satu")
    flag = "true" if warnings else "false"
    held = ImporBaris.peringatan > 0 if warnings else ImporBaris.galat > 0
    query = sa.select(ImporBaris.nomor, one.c.value).join(one, sa.true())
    field = sa.type_coerce(one.c.value, sa.dialects.postgresql.JSONB)
    return query.where(ImporBaris.impor_id == row.id, held, field["warning"].astext == flag), field


def _faults(importer: Importer, row: Impor, warnings: bool, code: str, after: int) -> tuple[list[Fault], int]:
    """A page of problems, and the row after which the next page begins (0: there is none). Rows are kept whole."""
    query, field = _expanded(row, warnings)
    if code:
        query = query.where(field["code"].astext == code)
    found = db.session.execute(query.where(ImporBaris.nomor > after).order_by(ImporBaris.nomor).limit(PAGE + 1)).all()
    more = len(found) > PAGE
    if more and found[PAGE].nomor != found[0].nomor:
        found = [one for one in found if one.nomor != found[PAGE].nomor]
    titles = {column.name: column.title for column in importer.columns}
    faults = [
        Fault(nomor, titles.get(p["column"], "Baris"), p["value"], p["code"], p["message"], p["hint"])
        for nomor, p in found
    ]
    return faults, faults[-1].nomor if more and faults else 0


def _codes(row: Impor, warnings: bool) -> list[tuple[str, str, int]]:
    """Codes with an example of their words, and how often they stand in this file."""
    query, field = _expanded(row, warnings)
    code, words = field["code"].astext.label("kode"), sa.func.min(field["message"].astext).label("pesan")
    grouped = query.with_only_columns(code, words, sa.func.count().label("jumlah")).group_by(code)
    return [(k, p, n) for k, p, n in db.session.execute(grouped.order_by(sa.desc("jumlah"), "kode"))]


@module.route("/<string:jenis>/<uuid:id>/hasil", can=SIGNED_IN, methods=["POST"])
def impor_hasil(jenis: str, id: uuid.UUID) -> Response:
    """The same file back, or its wrong rows alone, made by a job."""
    _, _, row = _one(jenis, id)
    if row.status == m.DIUNGGAH or row.sibuk:
        raise Conflict("Impor ini belum selesai diperiksa.")
    return done(f"/tugas/{files.start(row, request.form.get('hanya') == '1')}")


@module.route("/<string:jenis>/<uuid:id>/tulis", can=SIGNED_IN)
def impor_yakin(jenis: str, id: uuid.UUID) -> Response:
    """Says exactly what will be written before the button that does it."""
    user, importer, row = _one(jenis, id)
    if row.status != m.SIAP:
        return done(_at(row))
    return render(
        "kernel/impor_yakin.html", importer=importer, impor=row, aksi=row.hitungan.get("aksi", {}),
        siap=applying.pending(row), modus=MODES[row.modus], timpa=[importer.column(n).title for n in row.timpa],
        kolom=[c.title for c in importer.columns if c.name in row.peta],
        lingkup=dict(importer.scope.options(user)).get(row.lingkup, "") if importer.scope else "",
    )  # fmt: skip


@module.route("/<string:jenis>/<uuid:id>/tulis", can=SIGNED_IN, methods=["POST"])
def impor_tulis(jenis: str, id: uuid.UUID) -> Response:
    _, _, row = _one(jenis, id, lock=True)
    if row.status == m.SIAP:
        applying.start(row)
    return done(_at(row))


@module.route("/<string:jenis>/<uuid:id>/batal", can=SIGNED_IN, methods=["POST"])
def impor_batal(jenis: str, id: uuid.UUID) -> Response:
    _, importer, row = _one(jenis, id, lock=True)
    if row.status == m.SELESAI and request.form.get("yakin") != "1":
        raise Invalid("yakin", "Centang bahwa data yang ditulis impor ini akan ditarik kembali.")
    if row.status == m.SELESAI:
        applying.start_undo(row, importer.undo is not None)
    return done(_at(row))


@module.route("/<string:jenis>/<uuid:id>/ulang", can=SIGNED_IN, methods=["POST"])
def impor_ulang(jenis: str, id: uuid.UUID) -> Response:
    """Again after a failure: each kind of work goes on where it stopped."""
    user, _, row = _one(jenis, id, lock=True)
    job = db.session.scalars(jobs.visible_jobs(user.id).where(Job.id == row.pekerjaan_id)).first()
    kinds = {m.MEMERIKSA: checking.check, m.MENULIS: applying.write, m.MEMBATALKAN: applying.undo}
    if row.sibuk and (job is None or job.status == GAGAL):
        runs.send(row, kinds[row.status], job.judul if job else row.nama, row.status)
    return done(_at(row))
