"""FR.AK.07 at the asesor's desk and on the asesi's own pages."""

import uuid

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.access import fetch
from portal.kernel.db import rollback
from portal.kernel.errors import Invalid
from portal.kernel.people import required
from portal.kernel.web import done, render
from portal.sertifikasi import ASESMEN, DAFTAR, module
from portal.sertifikasi.asesmen import formulir, kasus, policies
from portal.sertifikasi.asesmen.penugasan.views import DESK
from portal.sertifikasi.asesmen.tinjau import penyesuaian
from portal.sertifikasi.asesmen.tinjau.services import Tugas
from portal.sertifikasi.asesmen.tinjau.views import act, page, tugas_of
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets.proses import HASIL_AK07, KEBUTUHAN_AK07

OWN = "/sertifikasi/saya"


@module.route("/asesmen/<uuid:id>/ak-07", can=ASESMEN, writes=True)
def asesor_ak07(id: uuid.UUID) -> Response:
    return _desk(tugas_of(id))


def _desk(tugas: Tugas, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    form = penyesuaian.terakhir(tugas.case)
    return page(
        tugas, "ak-07", "sertifikasi/asesmen_ak07.html", status, galat, form=form, kebutuhan=KEBUTUHAN_AK07,
        potensi=penyesuaian.POTENSI.items(), hasil=HASIL_AK07, boleh=kasus.status(tugas.case) in penyesuaian.BEFORE,
        tanda=formulir.tanda_di_kertas(form) if form else [],
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/ak-07", can=ASESMEN, methods=["POST"])
def asesor_siapkan_ak07(id: uuid.UUID) -> Response:
    tugas, form = tugas_of(id), request.form
    answers = [(form.get(f"j{n}", ""), form.get(f"k{n}", "")) for n in range(1, len(KEBUTUHAN_AK07) + 1)]
    isi = penyesuaian.Isi(form.get("potensi", ""), answers, {kode: form.get(kode, "") for kode, _ in HASIL_AK07})
    return act(
        tugas, lambda: penyesuaian.siapkan(tugas, required(), isi, form.get("sandi", "")),
        "Ceklis penyesuaian menunggu tanda tangan asesi.", f"{DESK}/{id}/ak-07",
        lambda wrong: _desk(tugas_of(id), 422, wrong),
    )  # fmt: skip


# ---- the asesi


def _own(id: uuid.UUID) -> m.Permohonan:
    row: m.Permohonan = fetch(policies.own_permohonan(required()), id)
    return row


def _page(id: uuid.UUID, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    row = _own(id)
    form = penyesuaian.terakhir(row)
    return render(
        "sertifikasi/asesmen_saya_ak07.html", status=status, kasus=kasus.muat(row), form=form, galat=galat or {},
        galat_isian=bool(galat), potensi=penyesuaian.POTENSI, hasil=HASIL_AK07,
        selesai=form is not None and penyesuaian.ditandatangani(form),
    )  # fmt: skip


@module.route("/saya/<uuid:id>/ak-07", can=DAFTAR)
def saya_ak07(id: uuid.UUID) -> Response:
    return _page(id)


@module.route("/saya/<uuid:id>/ak-07", can=DAFTAR, methods=["POST"])
def saya_tanda_ak07(id: uuid.UUID) -> Response:
    form = request.form
    try:
        penyesuaian.tanda(_own(id), required(), form.get("sandi", ""), form.get("sidik", ""))
    except Invalid as error:
        rollback()
        return _page(id, 422, {error.field: error.pesan})
    return done(f"{OWN}/{id}", "Ceklis penyesuaian ditandatangani.")
