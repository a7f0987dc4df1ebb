"""FR.AK.02 at the asesor's desk, and what the asesi signs and answers: FR.AK.01, AK.02, AK.03, an objection."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.access import fetch
from portal.kernel.db import rollback
from portal.kernel.errors import Invalid
from portal.kernel.people import required
from portal.kernel.web import done, render
from portal.sertifikasi import ASESMEN, DAFTAR, MANAJER, batas, module
from portal.sertifikasi.asesmen import formulir, kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan import services as penugasan
from portal.sertifikasi.asesmen.penugasan.views import DESK
from portal.sertifikasi.asesmen.rekam import services
from portal.sertifikasi.asesmen.rekam.services import NilaiUnit, Usulan
from portal.sertifikasi.asesmen.tinjau import services as tinjau
from portal.sertifikasi.asesmen.tinjau.services import Tugas
from portal.sertifikasi.asesmen.tinjau.views import act, files_page, page, tugas_of
from portal.sertifikasi.asesmen.verifikasi.views import kunci_form, objection_end, putuskan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets import BUKTI_AK01, METODE_AK02, PERNYATAAN_AK03

OWN = "/sertifikasi/saya"
STATEMENTS = (
    "Saya, asesi, sudah mendapat penjelasan tentang hak banding.",
    "Asesor menjaga kerahasiaan bukti dan hasil asesmen.",
    "Saya setuju mengikuti asesmen; data hanya dipakai untuk sertifikasi ini.",
)


# ---- the asesor


@module.route("/asesmen/<uuid:id>/berkas", can=ASESMEN, methods=["POST"])
def asesor_unggah(id: uuid.UUID) -> Response:
    tugas, file = tugas_of(id), request.files.get("berkas")
    stream, name = (file.stream, file.filename or "") if file else (None, "")
    return act(
        tugas, lambda: services.unggah(tugas, required(), request.form.get("kode", ""), stream, name),
        "Pindaian tersimpan dan dikunci.", f"{DESK}/{id}/berkas", lambda wrong: files_page(tugas_of(id), 422, wrong),
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/ak-02", can=ASESMEN, writes=True)
def asesor_ak02(id: uuid.UUID) -> Response:
    return record_page(tugas_of(id))


def record_page(tugas: Tugas, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    case = tugas.case
    units = kasus.units(case.skema_versi_id)
    form = formulir.terakhir(case.id, formulir.AK02)
    return page(
        tugas, "ak-02", "sertifikasi/asesmen_ak02.html", status, galat, unit=units,
        elemen_pilihan={u.id: [(str(e.id), f"{e.urut}. {e.judul}") for e in u.elemen] for _, u, _ in units},
        hasil=services.hasil(case), metode=METODE_AK02, rekomendasi=services.rekomendasi(case.id), form=form,
        tanda=formulir.tanda_di_kertas(form) if form else [], unit_galat=request.view_args.get("unit"),  # type: ignore[union-attr]
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/ak-02/<uuid:unit>", can=ASESMEN, methods=["POST"])
def asesor_unit(id: uuid.UUID, unit: uuid.UUID) -> Response:
    tugas, form = tugas_of(id), request.form
    value = NilaiUnit(
        form.get("hasil", ""), form.getlist("metode"), form.getlist("gagal"), form.get("tindak_lanjut", "")
    )
    return act(
        tugas, lambda: services.simpan_unit(tugas, required(), unit, value), "", f"{DESK}/{id}/ak-02#unit-{unit}",
        lambda wrong: record_page(tugas_of(id), 422, {f"{name}-{unit}": words for name, words in wrong.items()}),
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/ak-02", can=ASESMEN, methods=["POST"])
def asesor_rekomendasi(id: uuid.UUID) -> Response:
    tugas, form = tugas_of(id), request.form
    proposal = Usulan(form.get("rekomendasi", ""), form.get("tindak_lanjut", ""), form.get("komentar", ""))
    return act(
        tugas,
        lambda: services.rekomendasikan(tugas, required(), proposal, form.get("sandi", ""), kunci_form()),
        "Rekomendasi terkirim. Asesi diberi tahu.", f"{DESK}/{id}/ak-02",
        lambda wrong: record_page(tugas_of(id), 422, wrong),
    )  # fmt: skip


@module.route("/permohonan/<uuid:id>/buka-rekomendasi", can=MANAJER, methods=["POST"])
def lsp_buka_rekomendasi(id: uuid.UUID) -> Response:
    user, why = required(), request.form.get("alasan", "")
    return putuskan(
        id, "proses", lambda row: services.buka_lagi(row, user, why, kunci_form()), "Rekomendasi dibuka lagi."
    )


# ---- the asesi


def own_case(id: uuid.UUID) -> m.Permohonan:
    row: m.Permohonan = fetch(policies.own_permohonan(required()), id)
    return row


def own_page(
    id: uuid.UUID, bagian: str, status: int = 200, galat: dict[str, str] | None = None, **more: Any
) -> Response:  # fmt: skip
    case = kasus.muat(own_case(id))
    context: dict[str, Any] = {"form": None, "tanda": [], **more}
    if bagian in (formulir.AK01, formulir.AK02):
        form = formulir.terakhir(id, bagian)
        context |= {"form": form, "tanda": formulir.tanda_di_kertas(form) if form else []}
    return render(
        "sertifikasi/asesmen_saya.html", status=status, kasus=case, bagian=bagian, galat=galat or {},
        galat_isian=bool(galat), ketik=request.form, kunci=uuid.uuid4(), status_tampil=kasus.STATUS,
        bukti=dict(BUKTI_AK01), metode=dict(METODE_AK02), pernyataan=STATEMENTS, hari=date.fromisoformat,
        **context,
    )  # fmt: skip


def own_act(id: uuid.UUID, bagian: str, run: Callable[[], object], words: str, ke: str, **more: Any) -> Response:
    try:
        batas.periksa()
        run()
    except Invalid as error:
        rollback()
        return own_page(id, bagian, 422, {error.field: error.pesan}, **more)
    return done(ke, words)


@module.route("/saya/<uuid:id>/ak-01", can=DAFTAR)
def saya_ak01(id: uuid.UUID) -> Response:
    return own_page(id, formulir.AK01)


@module.route("/saya/<uuid:id>/ak-01", can=DAFTAR, methods=["POST"])
def saya_tanda_ak01(id: uuid.UUID) -> Response:
    row, form, user = own_case(id), request.form, required()

    def run() -> None:
        if not form.get("setuju"):
            raise Invalid("setuju", "Centang bahwa Anda setuju, atau sampaikan keberatan kepada asesor.")
        tinjau.tanda_ak01(row, user, form.get("sandi", ""), form.get("sidik", ""), kunci_form())

    return own_act(id, formulir.AK01, run, "Persetujuan asesmen ditandatangani.", f"{OWN}/{id}")


@module.route("/saya/<uuid:id>/ak-02", can=DAFTAR)
def saya_ak02(id: uuid.UUID) -> Response:
    return own_page(id, formulir.AK02)


@module.route("/saya/<uuid:id>/ak-02", can=DAFTAR, methods=["POST"])
def saya_tanda_ak02(id: uuid.UUID) -> Response:
    row, form, user = own_case(id), request.form, required()
    return own_act(
        id, formulir.AK02, lambda: services.tanda_ak02(row, user, form.get("sandi", ""), form.get("sidik", "")),
        "Rekam asesmen ditandatangani. Sampaikan umpan balik Anda.", f"{OWN}/{id}/ak-03",
    )  # fmt: skip


@module.route("/saya/<uuid:id>/ak-03", can=DAFTAR)
def saya_ak03(id: uuid.UUID) -> Response:
    return own_page(id, formulir.AK03, tanya=PERNYATAAN_AK03, isi=formulir.terakhir(own_case(id).id, formulir.AK03))


@module.route("/saya/<uuid:id>/ak-03", can=DAFTAR, methods=["POST"])
def saya_umpan_balik(id: uuid.UUID) -> Response:
    row, form, user = own_case(id), request.form, required()
    answers = [(form.get(f"p{n}", ""), form.get(f"k{n}", "")) for n in range(1, len(PERNYATAAN_AK03) + 1)]
    return own_act(
        id, formulir.AK03, lambda: services.umpan_balik(row, user, answers, form.get("catatan", "")),
        "Terima kasih, umpan balik Anda tersimpan.", f"{OWN}/{id}", tanya=PERNYATAAN_AK03, isi=None,
    )  # fmt: skip


@module.route("/saya/<uuid:id>/keberatan", can=DAFTAR)
def saya_keberatan(id: uuid.UUID) -> Response:
    return _objection(id)


def _objection(id: uuid.UUID, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    p = kasus.penugasan_berlaku(own_case(id).id)
    active = p if p is not None and p.status == a.AKTIF else None
    return own_page(
        id, "KEBERATAN", status, galat, p=active, batas=objection_end(active),
        asesor=kasus.nama_asesor(active.asesor_id) if active else "",
    )  # fmt: skip


@module.route("/saya/<uuid:id>/keberatan", can=DAFTAR, methods=["POST"])
def saya_ajukan_keberatan(id: uuid.UUID) -> Response:
    row, user = own_case(id), required()
    try:
        penugasan.keberatan(row, user, batas.teks("alasan"))
    except Invalid as error:
        rollback()
        return _objection(id, 422, {error.field: error.pesan})
    return done(f"{OWN}/{id}", "Keberatan Anda diteruskan kepada manajer sertifikasi.")
