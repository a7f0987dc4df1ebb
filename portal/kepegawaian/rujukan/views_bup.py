"""An age of its own for one jabatan: entered with its rule as a document, withdrawn with a reason."""

import uuid
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import RUJUKAN, module
from portal.kepegawaian.rujukan import aturan, services
from portal.kepegawaian.rujukan.models import BupKhusus, Jabatan
from portal.kepegawaian.rujukan.policies import visible_jabatan
from portal.kepegawaian.rujukan.views import age, told
from portal.kepegawaian.rujukan.views_jabatan import halaman
from portal.kernel import documents, organisation
from portal.kernel.access import fetch
from portal.kernel.db import rollback
from portal.kernel.documents import Document
from portal.kernel.errors import Invalid
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, required
from portal.kernel.web import done


def _address(key: uuid.UUID) -> str:
    return f"/kepegawaian/rujukan/jabatan/{key}"


@module.route("/rujukan/jabatan/<uuid:id>/bup", can=RUJUKAN, methods=["POST"])
def rujukan_bup(id: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    row: Jabatan = fetch(visible_jabatan(user), id, lock=True)
    values = _read(isian)
    if isian.galat:
        return halaman(row, isian, 422)
    try:
        touched = services.tetapkan_bup(row, values, _paper(user), user)
    except Invalid as error:
        rollback()
        isian.galat[error.field] = error.pesan
        return halaman(fetch(visible_jabatan(user), id), isian, 422)
    return done(f"{_address(id)}#bup-khusus", told(f"BUP {row.nama}", touched), "positive")


def _read(isian: Isian) -> dict[str, Any]:
    values: dict[str, Any] = {
        "usia": age(isian, "usia", "BUP"), "mulai": isian.tanggal("mulai", "Berlaku mulai"),
        "selesai": isian.tanggal("selesai", "Berlaku sampai", required=False),
        "dasar": isian.teks("dasar_bup", "Dasar", min_=10),
    }  # fmt: skip
    if values["usia"] is None:
        isian.galat.setdefault("usia", "Isi BUP")
    if values["mulai"] and values["selesai"] and values["selesai"] < values["mulai"]:
        isian.galat["selesai"] = "Berlaku sampai: tidak boleh sebelum tanggal mulai"
    if not request.files.get("berkas") or not request.files["berkas"].filename:
        isian.galat["berkas"] = "Pilih berkas peraturan atau suratnya"
    return values


def _paper(user: Principal) -> Document:
    """Raises Invalid naming what is wrong with the file."""
    file = request.files["berkas"]
    most = aturan.nilai("berkas_maks_mb", organisation.today()) * 1024 * 1024
    document = documents.receive(cast(BinaryIO, file.stream), file.filename or "", user.id, most, "berkas")
    if document.mime != documents.PDF:
        raise Invalid("berkas", "Simpan peraturan atau suratnya sebagai PDF, lalu unggah lagi")
    return document


@module.route("/rujukan/jabatan/<uuid:id>/bup/<uuid:bup>/cabut", can=RUJUKAN, methods=["POST"])
def rujukan_bup_cabut(id: uuid.UUID, bup: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    row: Jabatan = fetch(visible_jabatan(user), id, lock=True)
    made: BupKhusus = fetch(sa.select(BupKhusus).where(BupKhusus.jabatan_id == row.id), bup, lock=True)
    try:
        touched = services.cabut_bup(row, made, isian["alasan"], user)
    except Invalid as error:
        isian.galat[f"alasan-{bup}"] = error.pesan
        return halaman(row, isian, 422)
    return done(f"{_address(id)}#bup-khusus", told(f"BUP {row.nama}", touched), "positive")
