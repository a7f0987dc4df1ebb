"""Pages of the licence: the register, one licence with its scope and its paper."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import access, people
from portal.kernel.db import db, rollback
from portal.kernel.errors import Invalid
from portal.kernel.pages.isian import Isian
from portal.kernel.web import MenuItem, done, render, today
from portal.sertifikasi import LIHAT, VERIFIKASI, module
from portal.sertifikasi.skema import lisensi
from portal.sertifikasi.skema import models as m
from portal.sertifikasi.skema.lisensi import PAGE

module.menu.append(MenuItem("Lisensi LSP", "shield-check", PAGE, can=LIHAT, group="Register LSP", order=73))


@module.route("/lisensi", can=LIHAT)
def lsp_lisensi_list() -> Response:
    return render("sertifikasi/lisensi_list.html", rows=lisensi.overview(), hari_ini=today(),
                  ubah=people.required().has(VERIFIKASI))  # fmt: skip


@module.route("/lisensi/baru", can=VERIFIKASI)
def lsp_lisensi_baru() -> Response:
    return _page(None, Isian())


@module.route("/lisensi/<uuid:id>", can=LIHAT)
def lsp_lisensi(id: uuid.UUID) -> Response:
    return _page(_row(id), Isian())


def _row(id: uuid.UUID, lock: bool = False) -> m.LisensiLsp:
    row: m.LisensiLsp = access.fetch(lisensi.visible(people.required()), id, lock=lock)
    return row


def _page(row: m.LisensiLsp | None, isian: Isian, status: int = 200) -> Response:
    schemes = list(db.session.scalars(sa.select(m.Skema).order_by(m.Skema.urut, m.Skema.kode)))
    held = {skema.id for skema in lisensi.scope(row.id)} if row else {skema.id for skema in schemes}
    chosen = _chosen() if isian.form else held
    return render(
        "sertifikasi/lisensi.html", status=status, lisensi=row, isian=isian,
        stempel=lisensi.stempel(row) if row else "", galat=isian.galat, skema=schemes,
        tercakup=held, pilihan=[(str(one.id), one.judul) for one in schemes], dipilih_teks=[str(key) for key in chosen],
        hari_ini=today(), ubah=people.required().has(VERIFIKASI), galat_isian=bool(isian.galat),
    )  # fmt: skip


def _chosen() -> set[uuid.UUID]:
    return set(request.form.getlist("skema", type=uuid.UUID))


def _data(isian: Isian) -> lisensi.Data | None:
    number = isian.teks("nomor", "nomor lisensi", 3, 120)
    since, until = isian.tanggal("mulai", "Berlaku mulai"), isian.tanggal("selesai", "Berlaku sampai")
    if isian.galat or since is None or until is None:
        return None
    return lisensi.Data(number, since, until, _chosen(), request.form.get("stempel", ""))


@module.route("/lisensi/baru", can=VERIFIKASI, methods=["POST"])
def lsp_catat_lisensi() -> Response:
    return _save(None)


@module.route("/lisensi/<uuid:id>", can=VERIFIKASI, methods=["POST"])
def lsp_ubah_lisensi(id: uuid.UUID) -> Response:
    row = _row(id, lock=True)
    return _paper(row) if request.form.get("aksi") == "berkas" else _save(row)


def _save(row: m.LisensiLsp | None) -> Response:
    isian = Isian(request.form)
    data = _data(isian)
    if data is None:
        return _page(row, isian, 422)
    try:
        saved = lisensi.save(row, data, people.required())
    except Invalid as error:
        return _wrong(row, isian, error)
    return done(f"{PAGE}/{saved.id}", "Lisensi tersimpan.")


def _paper(row: m.LisensiLsp) -> Response:
    file = request.files.get("berkas")
    stream: Any = file.stream if file else None
    try:
        lisensi.keep_paper(row, stream, (file.filename or "") if file else "", people.required())
    except Invalid as error:
        return _wrong(row, Isian(), error)
    return done(f"{PAGE}/{row.id}", "Berkas tersimpan.")


def _wrong(row: m.LisensiLsp | None, isian: Isian, error: Invalid) -> Response:
    key = row.id if row else None
    rollback()
    isian.galat[error.field] = error.pesan
    return _page(_row(key) if key else None, isian, 422)
