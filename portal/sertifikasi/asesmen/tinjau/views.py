"""The asesor's desk: assigned cases, APL-02 elemen by elemen, MAPA, FR.AK.01."""

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.db import db, rollback
from portal.kernel.errors import Invalid
from portal.kernel.pages.isian import Isian
from portal.kernel.people import required
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import ASESMEN, batas, module
from portal.sertifikasi.asesmen import formulir, kalender, kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan import services as penugasan
from portal.sertifikasi.asesmen.penugasan.views import DESK, own
from portal.sertifikasi.asesmen.rekam.services import INSTRUMEN
from portal.sertifikasi.asesmen.tinjau import services
from portal.sertifikasi.asesmen.tinjau.services import Persetujuan, Tugas
from portal.sertifikasi.asesmen.verifikasi.views import kunci_form
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets import BUKTI_AK01, METODE_AK02
from portal.sertifikasi.sheets.proses import JENIS_BUKTI, MAPA_PENDEKATAN
from portal.sertifikasi.skema.models import SkemaVersi

module.menu.append(MenuItem("Asesmen saya", "clipboard-check", DESK, can=ASESMEN, group="Sertifikasi", order=70))
PARTS = {"": "APL-02", "mapa": "Rencana", "ak-07": "Penyesuaian", "ak-01": "Persetujuan", "ak-02": "Rekam asesmen",
         "berkas": "Berkas"}  # fmt: skip


@module.route("/asesmen", can=ASESMEN)
def asesor_meja() -> Response:
    """Only what was proposed or assigned to this person; before the declaration name, scheme, institution."""
    user = required()
    query = (
        policies.visible_penugasan(user)
        .join(m.Permohonan, m.Permohonan.id == a.PenugasanAsesor.permohonan_id)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .join(SkemaVersi, SkemaVersi.id == m.Permohonan.skema_versi_id)
        .order_by(a.PenugasanAsesor.id.desc()).limit(200)
        .with_only_columns(
            a.PenugasanAsesor.id, a.PenugasanAsesor.status, m.Permohonan.nama, m.Permohonan.instansi, SkemaVersi.judul,
            Submission.status.label("keadaan"), a.PenugasanAsesor.rencana,
        )
    )  # fmt: skip
    rows = db.session.execute(query).all()
    sessions = sa.select(a.SesiAsesmen, a.Tuk, SkemaVersi.judul).join(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
    sessions = sessions.join(SkemaVersi, SkemaVersi.id == a.SesiAsesmen.skema_versi_id)
    mine = sessions.where(a.SesiAsesmen.asesor_id.in_(policies.own_asesor(user)), a.SesiAsesmen.ditutup_at.is_(None))
    mine = mine.where(a.SesiAsesmen.dibatalkan_at.is_(None))
    register = db.session.scalars(sa.select(a.Asesor).where(a.Asesor.user_id == user.id)).first()
    return render(
        "sertifikasi/asesmen_meja.html", status_tampil=kasus.STATUS, register=register, hari_ini=kalender.hari_ini(),
        usul=[r for r in rows if r.status in (a.MENUNGGU_COI, a.BERSEDIA)],
        tugas=[r for r in rows if r.status == a.AKTIF], selesai=[r for r in rows if r.status == a.SELESAI],
        sesi=db.session.execute(mine.order_by(a.SesiAsesmen.mulai)).all(),
    )  # fmt: skip


def tugas_of(id: uuid.UUID) -> Tugas:
    """An active assignment with its case, as this asesor may read it. Raises Missing."""
    user = required()
    p = own(id, user)
    return Tugas(fetch(policies.assessed(user), p.permohonan_id), p)


def page(
    tugas: Tugas, bagian: str, template: str, status: int = 200, galat: dict[str, str] | None = None, **more: Any
) -> Response:  # fmt: skip
    policies.note_reading(tugas.case, required(), PARTS[bagian])
    base = f"{DESK}/{tugas.p.id}"
    return render(
        template, status=status, kasus=kasus.muat(tugas.case), p=tugas.p, dasar=base, galat=galat or {},
        galat_isian=bool(galat), ketik=request.form, kunci=uuid.uuid4(), status_tampil=kasus.STATUS,
        hari_ini=kalender.hari_ini(), tab=[
            {"label": words, "href": f"{base}/{name}" if name else base, "current": name == bagian}
            for name, words in PARTS.items()
        ], **more,
    )  # fmt: skip


def act(
    tugas: Tugas, run: Callable[[], object], words: str, ke: str, again: Callable[[dict[str, str]], Response]
) -> Response:  # fmt: skip
    """Do it and go on; what is wrong is shown on the page again."""
    try:
        batas.periksa()
        run()
    except Invalid as error:
        rollback()
        return again({error.field: error.pesan})
    return done(ke, words)


# ---- APL-02


@module.route("/asesmen/<uuid:id>", can=ASESMEN, writes=True)
def asesor_tinjau(id: uuid.UUID) -> Response:
    p = own(id, required())
    if p.status == a.MENUNGGU_COI:
        return done(f"{DESK}/{id}/coi")
    if p.status != a.AKTIF:
        return done(DESK)
    return _review(tugas_of(id))


def _review(tugas: Tugas, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    case = tugas.case
    return page(
        tugas, "", "sertifikasi/asesmen_tinjau.html", status, galat, unit=kasus.units(case.skema_versi_id),
        jawaban=kasus.jawaban(case), sisa=services.belum_dilihat(case), vatm=services.VATM, jalur=services.JALUR,
        syarat=kasus.syarat(case), form=[f for f in formulir.semua(case.id) if f.kode in (m.APL01, m.APL02)],
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/mulai", can=ASESMEN, methods=["POST"])
def asesor_mulai(id: uuid.UUID) -> Response:
    services.mulai(tugas_of(id), required())
    return done(f"{DESK}/{id}")


@module.route("/asesmen/<uuid:id>/elemen/<uuid:elemen>", can=ASESMEN, methods=["POST"])
def asesor_elemen(id: uuid.UUID, elemen: uuid.UUID) -> Response:
    tugas, user, form = tugas_of(id), required(), request.form

    def run() -> None:
        services.tinjau_elemen(
            tugas, elemen, user, form.getlist("vatm"), form.get("catatan", ""), bool(form.get("perbaiki")),
            form.get("versi", 0, type=int),
        )  # fmt: skip

    return act(
        tugas, run, "", f"{DESK}/{id}#elemen-{elemen}",
        lambda wrong: _review(tugas_of(id), 422, {f"{name}-{elemen}": words for name, words in wrong.items()}),
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/putusan", can=ASESMEN, methods=["POST"])
def asesor_putusan(id: uuid.UUID) -> Response:
    """`aksi`: perbaikan, lanjut or tidak."""
    tugas, user, form = tugas_of(id), required(), request.form
    key, password = kunci_form(), form.get("sandi", "")
    runs: dict[str, tuple[Callable[[], None], str]] = {
        "perbaikan": (lambda: services.minta_perbaikan(tugas, user, form.get("pesan", ""), key),
                      "Permintaan perbaikan dikirim kepada asesi."),
        "lanjut": (lambda: services.lanjut(tugas, user, form.get("catatan", ""), password, key),
                   "Asesmen dapat dilanjutkan. Siapkan persetujuan asesmen."),
        "tidak": (lambda: services.tidak_lanjut(
            tugas, user, form.get("alasan", ""), form.get("jalur", ""), password, key),
            "Asesmen tidak dilanjutkan. Asesi diberi tahu."),
    }  # fmt: skip
    run, words = runs.get(form.get("aksi", ""), runs["lanjut"])
    to = {"lanjut": f"{DESK}/{id}/ak-01", "tidak": DESK}.get(form.get("aksi", ""), f"{DESK}/{id}")
    return act(tugas, run, words, to, lambda wrong: _review(tugas_of(id), 422, wrong))


@module.route("/asesmen/<uuid:id>/mundur", can=ASESMEN, methods=["POST"])
def asesor_mundur(id: uuid.UUID) -> Response:
    tugas, user = tugas_of(id), required()
    why = request.form.get("alasan", "")
    return act(
        tugas, lambda: penugasan.mundur(tugas.case, tugas.p, user, why), "Anda mundur dari penugasan ini.", DESK,
        lambda wrong: files_page(tugas_of(id), 422, {"alasan-mundur": next(iter(wrong.values()))}),
    )  # fmt: skip


# ---- MAPA


@module.route("/asesmen/<uuid:id>/mapa", can=ASESMEN, writes=True)
def asesor_mapa(id: uuid.UUID) -> Response:
    return _plan(tugas_of(id))


def _plan(tugas: Tugas, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    draft = formulir.terakhir(tugas.case.id, formulir.MAPA01, terkunci=False)
    locked = formulir.terakhir(tugas.case.id, formulir.MAPA01)
    shown = draft or locked
    values = {row["kode"]: row["isi"] for row in shown.isi["baris"]} if shown else {}
    return page(
        tugas, "mapa", "sertifikasi/asesmen_mapa.html", status, galat, mapa=services.MAPA, nilai=values,
        terkunci=locked if draft is None else None, pilihan=MAPA_PENDEKATAN, jenis=JENIS_BUKTI, metode=METODE_AK02,
        unit=kasus.units(tugas.case.skema_versi_id), terpilih=shown.isi.get("pilihan", {}) if shown else {},
        rencana_unit={u["kode"]: u for u in shown.isi.get("unit", [])} if shown else {},
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/mapa", can=ASESMEN, methods=["POST"])
def asesor_simpan_mapa(id: uuid.UUID) -> Response:
    tugas, form = tugas_of(id), request.form
    lock = form.get("aksi") == "tandatangani"
    plan = services.Rencana(
        {key: form.get(key, "") for key in services.MAPA}, {kode: form.getlist(kode) for kode, _, _ in MAPA_PENDEKATAN},
        {unit.id: (form.get(f"bukti-{unit.id}", ""), form.getlist(f"jenis-{unit.id}"),
                   form.getlist(f"metode-{unit.id}")) for _, unit, _ in kasus.units(tugas.case.skema_versi_id)},
    )  # fmt: skip
    return act(
        tugas, lambda: services.simpan_mapa(tugas, required(), plan, lock, form.get("sandi", "")),
        "Rencana asesmen ditandatangani." if lock else "Draf tersimpan.", f"{DESK}/{id}/mapa",
        lambda wrong: _plan(tugas_of(id), 422, wrong),
    )  # fmt: skip


# ---- FR.AK.01


@module.route("/asesmen/<uuid:id>/ak-01", can=ASESMEN, writes=True)
def asesor_ak01(id: uuid.UUID) -> Response:
    return _agreement(tugas_of(id))


def _agreement(tugas: Tugas, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    today = kalender.hari_ini()
    valid = sa.select(a.Tuk).where(a.Tuk.selesai >= today).order_by(a.Tuk.nama)
    form = formulir.terakhir(tugas.case.id, formulir.AK01)
    return page(
        tugas, "ak-01", "sertifikasi/asesmen_ak01.html", status, galat, bukti=BUKTI_AK01, form=form,
        tuk=[(str(t.id), f"{t.nama}, {t.kota}") for t in db.session.scalars(valid)],
        tanda=formulir.tanda_di_kertas(form) if form else [],
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/ak-01", can=ASESMEN, methods=["POST"])
def asesor_siapkan_ak01(id: uuid.UUID) -> Response:
    tugas, form = tugas_of(id), request.form
    isian = Isian(form)
    day = isian.tanggal("tanggal", "Tanggal asesmen")
    agreed = Persetujuan(
        form.getlist("bukti"), form.get("bukti_lain", ""), day, form.get("mulai", ""), form.get("selesai", ""),
        form.get("tuk", type=uuid.UUID),
    )  # fmt: skip
    if isian.galat:
        return _agreement(tugas, 422, isian.galat)
    return act(
        tugas, lambda: services.siapkan_ak01(tugas, required(), agreed, form.get("sandi", "")),
        "Persetujuan asesmen menunggu tanda tangan asesi.", f"{DESK}/{id}/ak-01",
        lambda wrong: _agreement(tugas_of(id), 422, wrong),
    )  # fmt: skip


@module.route("/asesmen/<uuid:id>/penolakan", can=ASESMEN, methods=["POST"])
def asesor_penolakan(id: uuid.UUID) -> Response:
    tugas, form = tugas_of(id), request.form
    return act(
        tugas,
        lambda: services.catat_penolakan(
            tugas, required(), form.get("kode", ""), form.get("alasan", ""), form.get("saksi", ""),
            form.get("sandi", ""),
        ),
        "Penolakan dicatat dengan saksi.", f"{DESK}/{id}/berkas", lambda wrong: files_page(tugas_of(id), 422, wrong),
    )  # fmt: skip


# ---- files of the case


@module.route("/asesmen/<uuid:id>/berkas", can=ASESMEN, writes=True)
def asesor_berkas(id: uuid.UUID) -> Response:
    return files_page(tugas_of(id))


def files_page(tugas: Tugas, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    return page(
        tugas, "berkas", "sertifikasi/asesmen_berkas.html", status, galat, form=formulir.semua(tugas.case.id),
        instrumen=INSTRUMEN, ditolak=[(formulir.AK01, "FR.AK.01"), (formulir.AK02, "FR.AK.02")],
    )  # fmt: skip
