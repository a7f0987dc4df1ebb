"""Candidates for a case, the manajer's approval, and the asesor's declaration before anything else is shown."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Invalid, Missing
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import ASESMEN, LIHAT, MANAJER, REGISTER, VERIFIKASI, batas, module
from portal.sertifikasi.asesmen import aturan, daftar, kalender, kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan import services
from portal.sertifikasi.asesmen.verifikasi.views import HOME, kunci_form, putuskan
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import SkemaVersi

DESK = "/sertifikasi/asesmen"
PLANNED_DAYS = 21
LIST = "/sertifikasi/penugasan"

module.menu.append(MenuItem("Penugasan", "user-check", LIST, can=REGISTER, group="Proses LSP", order=62))


@module.route("/penugasan", can=REGISTER)
def lsp_penugasan_list() -> Response:
    outside.need_leave(required())
    words = "Siapa menilai siapa, dan apa yang dinyatakannya lebih dahulu."
    return daftar.PENUGASAN.respond(
        "sertifikasi/asesmen_daftar.html", judul="Penugasan asesor", tombol=None, keterangan=words
    )


@module.route("/penugasan/<uuid:id>", can=REGISTER)
def lsp_penugasan_satu(id: uuid.UUID) -> Response:
    row: a.PenugasanAsesor = fetch(policies.assigned(required()), id)
    return done(f"{HOME}/{row.permohonan_id}/penugasan")


@module.route("/permohonan/<uuid:id>/penugasan", can=REGISTER)
def lsp_calon_asesor(id: uuid.UUID) -> Response:
    return _candidates(id)


def _candidates(id: uuid.UUID, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    user = required()
    row: m.Permohonan = fetch(policies.watched_permohonan(user), id)
    case = kasus.muat(row)
    staff = user.has(LIHAT)
    typed = Isian(request.values)
    day = typed.tanggal("rencana", "Perkiraan hari asesmen", required=False)
    day = day or kalender.hari_ini() + timedelta(days=PLANNED_DAYS)
    declaration = None
    if case.penugasan is not None:
        query = sa.select(a.DeklarasiCoi).where(a.DeklarasiCoi.penugasan_id == case.penugasan.id)
        declaration = db.session.scalars(query).first()
    return render(
        "sertifikasi/asesmen_penugasan.html", status=status, kasus=case, rencana=day, kunci=uuid.uuid4(),
        galat={**typed.galat, **(galat or {})}, ketik=request.form, deklarasi=declaration, kata=aturan.KATA,
        staf=staff,
        calon=aturan.calon(row, day) if staff and case.penugasan is None and case.status == m.APL02_DIAJUKAN else [],
        asesor=kasus.nama_asesor(case.penugasan.asesor_id) if case.penugasan else "",
        boleh_usul=user.has(VERIFIKASI) and row.user_id != user.id,
        boleh_setuju=user.has(MANAJER) and row.user_id != user.id, mode=aturan,
        mitigasi=services.perlu_mitigasi(case.penugasan) if case.penugasan else False,
    )  # fmt: skip


@module.route("/permohonan/<uuid:id>/penugasan", can=VERIFIKASI, methods=["POST"])
def lsp_usul_asesor(id: uuid.UUID) -> Response:
    user = required()
    row: m.Permohonan = fetch(policies.visible_permohonan(user), id)
    typed = Isian(request.form)
    day = typed.tanggal("rencana", "Perkiraan hari asesmen")
    chosen = request.form.get("asesor", type=uuid.UUID)
    if day is None or chosen is None:
        return _candidates(id, 422, {} if day is None else {"asesor": "Pilih asesor."})
    try:
        services.usulkan(row, chosen, day, user)
    except Invalid as error:
        rollback()
        return _candidates(id, 422, {error.field: error.pesan})
    return done(f"{HOME}/{id}/penugasan", "Asesor diusulkan. Ia menyatakan dahulu ada tidaknya konflik kepentingan.")


def _proposal(id: uuid.UUID, penugasan: uuid.UUID) -> tuple[m.Permohonan, a.PenugasanAsesor]:
    """The case and the assignment in force on it. Raises Missing."""
    row: m.Permohonan = fetch(policies.visible_permohonan(required()), id)
    p = kasus.penugasan_berlaku(row.id)
    if p is None or p.id != penugasan:
        raise Missing()
    return row, p


def _decide(id: uuid.UUID, act: Callable[[], None], words: str) -> Response:
    try:
        batas.periksa()
        act()
    except Invalid as error:
        rollback()
        return _candidates(id, 422, {error.field: error.pesan})
    return done(f"{HOME}/{id}/penugasan", words)


@module.route("/permohonan/<uuid:id>/penugasan/<uuid:penugasan>/setujui", can=MANAJER, methods=["POST"])
def lsp_setujui_asesor(id: uuid.UUID, penugasan: uuid.UUID) -> Response:
    row, p = _proposal(id, penugasan)
    words = request.form.get("mitigasi", "")
    return _decide(
        id, lambda: services.setujui(row, p, required(), words, kunci_form()), "Asesor ditugaskan. Surat tugas terbit."
    )  # fmt: skip


@module.route("/permohonan/<uuid:id>/penugasan/<uuid:penugasan>/batalkan", can=LIHAT, methods=["POST"])
def lsp_batalkan_usul(id: uuid.UUID, penugasan: uuid.UUID) -> Response:
    row, p = _proposal(id, penugasan)
    user = required()
    if not (user.has(VERIFIKASI) or user.has(MANAJER)):
        raise Missing()
    why = request.form.get("alasan", "")
    return _decide(id, lambda: services.batalkan_usul(row, p, user, why), "Usul asesor dibatalkan.")


@module.route("/permohonan/<uuid:id>/penugasan/<uuid:penugasan>/keberatan", can=MANAJER, methods=["POST"])
def lsp_jawab_keberatan(id: uuid.UUID, penugasan: uuid.UUID) -> Response:
    row, p = _proposal(id, penugasan)
    words = request.form.get("jawaban", "")
    return _decide(id, lambda: services.jawab_keberatan(row, p, required(), words), "Keberatan dijawab.")


@module.route("/permohonan/<uuid:id>/ganti-asesor", can=MANAJER, methods=["POST"])
def lsp_ganti_asesor(id: uuid.UUID) -> Response:
    user, why = required(), request.form.get("alasan", "")
    return putuskan(
        id, "proses", lambda row: services.ganti(row, user, why, kunci_form()), "Permohonan menunggu asesor baru."
    )


# ---- the asesor's side


def own(id: uuid.UUID, user: Principal) -> a.PenugasanAsesor:
    """An assignment of this asesor, with the register's row. Raises Missing."""
    query = policies.visible_penugasan(user).options(sa.orm.joinedload(a.PenugasanAsesor.asesor))
    row: a.PenugasanAsesor = fetch(query, id)
    return row


@module.route("/asesmen/<uuid:id>/coi", can=ASESMEN)
def asesor_coi(id: uuid.UUID) -> Response:
    return _declaration(id)


def _declaration(id: uuid.UUID, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    """Name, scheme, institution: nothing more before the declaration."""
    p = own(id, required())
    if p.status != a.MENUNGGU_COI:
        return done(f"{DESK}/{id}" if p.status == a.AKTIF else DESK)
    query = (
        sa.select(m.Permohonan.nama, m.Permohonan.instansi, SkemaVersi.judul)
        .join(SkemaVersi, SkemaVersi.id == m.Permohonan.skema_versi_id)
        .where(m.Permohonan.id == p.permohonan_id)
    )
    return render(
        "sertifikasi/asesmen_coi.html", status=status, p=p, asesi=db.session.execute(query).one(),
        pertanyaan=services.pertanyaan(), galat=galat or {}, ketik=request.form,
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/coi", can=ASESMEN, methods=["POST"])
def asesor_nyatakan(id: uuid.UUID) -> Response:
    user, form = required(), request.form
    p = own(id, user)
    answers: dict[str, Any] = {key: form.get(key, "") for key in services.PERTANYAAN}
    try:
        batas.periksa()
        if form.get("aksi") == "tolak":
            services.tidak_bersedia(p, user, form.get("alasan", ""))
            return done(DESK, "Penolakan Anda dicatat.")
        services.nyatakan(p, user, answers, form.get("rincian", ""))
    except Invalid as error:
        rollback()
        return _declaration(id, 422, {error.field: error.pesan})
    return done(DESK, "Deklarasi Anda tersimpan dan diteruskan kepada manajer sertifikasi.")
