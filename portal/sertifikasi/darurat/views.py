"""Pages of emergency access: the list with its form, and the one case that lies open, read only."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import approval, documents
from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.calendar import setempat, waktu
from portal.kernel.db import db, now, rollback
from portal.kernel.errors import Invalid, Missing
from portal.kernel.people import Principal, required
from portal.kernel.storage import config
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import MANAJER, TANDA_TANGAN, module
from portal.sertifikasi.darurat import DAFTAR, MINTA, services
from portal.sertifikasi.darurat.models import AksesDarurat
from portal.sertifikasi.pantau.services import watermarked
from portal.sertifikasi.pantau.views import STATUS, masked_fields

PAGE = services.PAGE
module.menu.append(MenuItem("Akses darurat", "shield-lock", PAGE, can=DAFTAR, group="Pengelolaan LSP", order=86))
module.manuals[PAGE] = {
    MINTA: "administrator#akses-darurat", MANAJER: "manajer-sertifikasi#akses-darurat", "": "ketua-lsp#akses-darurat",
}  # fmt: skip


@module.route("/darurat", can=DAFTAR)
def darurat() -> Response:
    return _list()


def _list(galat: dict[str, str] | None = None, status: int = 200) -> Response:
    user = required()
    return render(
        "sertifikasi/darurat.html", status=status, baris=services.history(), keadaan=services.state,
        sisa=services.minutes_left, galat=galat or {}, galat_isian=bool(galat), isian=request.form, saya=user.id,
        boleh_minta=user.has(MINTA), boleh_putus=_decides(user),
    )  # fmt: skip


def _decides(user: Principal) -> bool:
    return user.has(MANAJER) or user.has(TANDA_TANGAN)


@module.route("/darurat", can=MINTA, methods=["POST"])
def darurat_minta() -> Response:
    try:
        services.ask(required(), request.form.get("nomor", ""), request.form.get("alasan", ""))
    except Invalid as error:
        rollback()
        return _list({error.field: error.pesan}, 422)
    return done(PAGE, "Permintaan dikirim kepada manajer sertifikasi dan ketua LSP.", "positive")


@module.route("/darurat/<uuid:id>/putuskan", can=DAFTAR, methods=["POST"])
def darurat_putuskan(id: uuid.UUID) -> Response:
    opens = request.form.get("aksi") == "buka"
    services.decide(_row(id), required(), opens)
    return done(PAGE, "Akses dibuka selama 60 menit." if opens else "Permintaan ditolak.")


@module.route("/darurat/<uuid:id>/akhiri", can=DAFTAR, methods=["POST"])
def darurat_akhiri(id: uuid.UUID) -> Response:
    services.end(_row(id), required())
    return done(PAGE, "Akses diakhiri.")


def _row(id: uuid.UUID) -> AksesDarurat:
    row: AksesDarurat = fetch(sa.select(AksesDarurat), id, lock=True)
    return row


# ---- the case, while it lies open


@module.route("/darurat/<uuid:id>", can=MINTA, writes=True)
def darurat_kasus(id: uuid.UUID) -> Response:
    user = required()
    row: AksesDarurat = fetch(services.open_for(user), id)
    case = services.case_of(row)
    services.note_reading(row, user, case.nomor, "permohonan")
    state = db.session.scalar(sa.select(Submission.status).where(Submission.id == case.submission_id)) or ""
    return _unkept(render(
        "sertifikasi/darurat_kasus.html", akses=row, kasus=case, keadaan=STATUS[state], data=masked_fields(case),
        sisa=services.minutes_left(row.sampai), berkas=services.files(case.id),
        langkah=[(e, STATUS.get(e.ke, e.ke)) for e in approval.history(case.submission_id)],
    ))  # fmt: skip


@module.route("/darurat/<uuid:id>/berkas/<uuid:dokumen_id>/<int:halaman>.png", can=MINTA, writes=True)
def darurat_berkas(id: uuid.UUID, dokumen_id: uuid.UUID, halaman: int) -> Response:
    """One page as a picture that names its reader and the request."""
    user = required()
    row: AksesDarurat = fetch(services.open_for(user), id)
    file, document = services.readable(row.permohonan_id, dokumen_id)
    picture = documents.preview(document, halaman)
    if picture is None:
        raise Missing()
    services.note_reading(row, user, services.case_of(row).nomor, file.judul, halaman)
    stamp = waktu(setempat(now(), config().zona))
    body = watermarked(picture, f"{user.nama} - {stamp} - akses darurat")
    return _unkept(FlaskResponse(body, mimetype="image/png"))


def _unkept(response: Any) -> Response:
    response.headers["Cache-Control"] = "no-store"
    answer: Response = response
    return answer
