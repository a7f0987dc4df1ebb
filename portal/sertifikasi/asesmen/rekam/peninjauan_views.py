"""The page of FR.AK.06."""

import uuid

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Invalid
from portal.kernel.people import required
from portal.kernel.web import done, render
from portal.sertifikasi import ASESMEN, batas, module
from portal.sertifikasi.asesmen import formulir, kalender, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.rekam import peninjauan
from portal.sertifikasi.sheets.proses import ASPEK_AK06, DIMENSI, PRINSIP
from portal.sertifikasi.skema.models import SkemaVersi

HOME = "/sertifikasi/sesi"


def _session(id: uuid.UUID) -> a.SesiAsesmen:
    own = policies.visible_sesi(required()).where(a.SesiAsesmen.asesor_id.in_(policies.own_asesor(required())))
    row: a.SesiAsesmen = fetch(own.options(sa.orm.joinedload(a.SesiAsesmen.asesor)), id)
    return row


def _page(row: a.SesiAsesmen, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == row.tuk_id)).one()
    title = sa.select(SkemaVersi.judul).where(SkemaVersi.id == row.skema_versi_id)
    return render(
        "sertifikasi/asesmen_ak06.html", status=status, sesi=row, skema=db.session.scalar(title), aspek=ASPEK_AK06,
        waktu=kalender.waktu_sesi(row, tuk), prinsip=PRINSIP, dimensi=DIMENSI, galat=galat or {},
        galat_isian=bool(galat), ketik=request.form, form=formulir.untuk_sesi(row.id, formulir.AK06),
    )  # fmt: skip


@module.route("/sesi/<uuid:id>/ak-06", can=ASESMEN)
def asesor_ak06(id: uuid.UUID) -> Response:
    return _page(_session(id))


@module.route("/sesi/<uuid:id>/ak-06", can=ASESMEN, methods=["POST"])
def asesor_tinjau_proses(id: uuid.UUID) -> Response:
    form = request.form
    isi = peninjauan.Tinjauan(
        {kode: form.getlist(f"p-{kode}") for kode, _ in ASPEK_AK06}, form.getlist("dimensi"),
        form.get("rekomendasi_aspek", ""), form.get("rekomendasi_konsistensi", ""), form.get("komentar", ""),
    )  # fmt: skip
    try:
        batas.periksa()
        peninjauan.tinjau(_session(id), required(), isi, form.get("sandi", ""))
    except Invalid as error:
        rollback()
        return _page(_session(id), 422, {error.field: error.pesan})
    return done(f"{HOME}/{id}", "Peninjauan proses asesmen ditandatangani.")
