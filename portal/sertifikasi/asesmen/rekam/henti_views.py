"""Stopping an assessment under way, and the asesi's word on a session that moved to another day."""

import uuid

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.people import required
from portal.sertifikasi import ASESMEN, DAFTAR, MANAJER, batas, module
from portal.sertifikasi.asesmen.penugasan.views import DESK
from portal.sertifikasi.asesmen.rekam import henti
from portal.sertifikasi.asesmen.rekam.views import OWN, own_act, own_case, own_page, record_page
from portal.sertifikasi.asesmen.sesi import setuju
from portal.sertifikasi.asesmen.tinjau.views import act, tugas_of
from portal.sertifikasi.asesmen.verifikasi.views import kunci_form, putuskan

JADWAL = "JADWAL"


@module.route("/asesmen/<uuid:id>/hentikan", can=ASESMEN, methods=["POST"])
def asesor_hentikan(id: uuid.UUID) -> Response:
    tugas = tugas_of(id)
    return act(
        tugas, lambda: henti.oleh_asesor(tugas, required(), request.form.get("henti", ""), kunci_form()),
        "Asesmen dihentikan. Asesi dan LSP diberi tahu.", f"{DESK}/{id}/ak-02",
        lambda wrong: record_page(tugas_of(id), 422, wrong),
    )  # fmt: skip


@module.route("/permohonan/<uuid:id>/hentikan", can=MANAJER, methods=["POST"])
def lsp_hentikan(id: uuid.UUID) -> Response:
    user, why = required(), batas.teks("alasan")
    return putuskan(id, "proses", lambda row: henti.oleh_manajer(row, user, why, kunci_form()),
                    "Asesmen dihentikan. Asesi, asesor, dan sekretariat diberi tahu.")  # fmt: skip


@module.route("/saya/<uuid:id>/jadwal", can=DAFTAR)
def saya_jadwal(id: uuid.UUID) -> Response:
    case = own_case(id)
    return own_page(id, JADWAL, ubah=setuju.perubahan(case.id))


@module.route("/saya/<uuid:id>/jadwal", can=DAFTAR, methods=["POST"])
def saya_setujui_jadwal(id: uuid.UUID) -> Response:
    row, form, user = own_case(id), request.form, required()

    def run() -> None:
        setuju.setujui(row, user, form.get("sandi", ""), form.get("dilihat", ""), kunci_form())

    return own_act(id, JADWAL, run, "Hari yang baru Anda setujui.", f"{OWN}/{id}", ubah=setuju.perubahan(id))
