"""Schedule: the list of sessions, one session with its participants, attendance, closing."""

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import calendar, people
from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.db import db, rollback
from portal.kernel.errors import Invalid, Missing
from portal.kernel.numbers import whole
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, User, required
from portal.kernel.web import SIGNED_IN, MenuItem, done, render
from portal.sertifikasi import ASESMEN, LIHAT, REGISTER, VERIFIKASI, batas, module
from portal.sertifikasi.asesmen import daftar, formulir, kalender, kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.rekam import services as rekam
from portal.sertifikasi.asesmen.sesi import services, ubah
from portal.sertifikasi.asesmen.verifikasi.views import kunci_form
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import SkemaVersi

HOME = "/sertifikasi/sesi"
HADIR = (("", "Belum dicatat"), (a.HADIR, "Hadir"), (a.TERLAMBAT, "Terlambat"), (a.TIDAK_HADIR, "Tidak hadir"))

module.menu.append(MenuItem("Jadwal asesmen", "calendar", HOME, can=REGISTER, group="Proses LSP", order=63))


@module.route("/sesi", can=REGISTER)
def lsp_sesi_list() -> Response:
    outside.need_leave(required())
    button = ("Buat sesi", f"{HOME}/baru") if required().has(VERIFIKASI) else None
    return daftar.SESI.respond("sertifikasi/asesmen_daftar.html", judul="Jadwal asesmen", tombol=button,
                               keterangan="Sesi asesmen, peserta, dan kehadirannya.")  # fmt: skip


@module.route("/sesi/baru", can=VERIFIKASI)
def lsp_sesi_baru() -> Response:
    return _new(Isian())


def _new(isian: Isian, status: int = 200) -> Response:
    """Schemes that have cases waiting for a day come first; then those that are open."""
    waiting = (
        sa.select(m.Permohonan.skema_versi_id)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .where(Submission.alur == "sertifikasi.permohonan", Submission.status == m.AK01_DISETUJUI)
    )
    schemes = sa.select(SkemaVersi.id, SkemaVersi.judul, SkemaVersi.versi).where(
        sa.or_(SkemaVersi.id.in_(waiting), SkemaVersi.status == "TERBIT")
    )
    today = kalender.hari_ini()
    asesor = sa.select(a.Asesor.id, User.nama).join(User, User.id == a.Asesor.user_id)
    return render(
        "sertifikasi/asesmen_sesi_baru.html", status=status, isian=isian, galat=isian.galat, moda=kasus.MODA.items(),
        skema=[(r.id, f"{r.judul} (versi {r.versi})") for r in db.session.execute(schemes.order_by(SkemaVersi.judul))],
        tuk=[(t.id, f"{t.nama}, {t.kota} (paling banyak {t.kuota}, {calendar.zona_waktu(t.zona).tzname(None)})")
             for t in db.session.scalars(sa.select(a.Tuk).where(a.Tuk.selesai >= today).order_by(a.Tuk.nama))],
        asesor=[tuple(r) for r in db.session.execute(
            asesor.where(a.Asesor.aktif, a.Asesor.selesai >= today).order_by(User.nama))],
    )  # fmt: skip


@module.route("/sesi/baru", can=VERIFIKASI, methods=["POST"])
def lsp_buat_sesi() -> Response:
    form, isian = request.form, Isian(request.form)
    day = isian.tanggal("hari", "Hari asesmen")
    quota = whole(isian["kuota"])
    if quota is None:
        isian.galat["kuota"] = "Kuota: tulis angka"
    if isian.galat or day is None or quota is None:
        return _new(isian, 422)
    key = {name: form.get(name, type=uuid.UUID) for name in ("skema", "tuk", "asesor")}
    data = services.DataSesi(
        key["skema"], key["tuk"], key["asesor"], form.get("moda", a.LURING), day, isian["mulai"], isian["selesai"],
        quota, isian["izin"],
    )  # fmt: skip
    try:
        row = services.buat(data, required())
    except Invalid as error:
        rollback()
        isian.galat[error.field] = error.pesan
        return _new(isian, 422)
    return done(f"{HOME}/{row.id}", "Sesi dibuat. Tambahkan pesertanya.")


def _session(id: uuid.UUID) -> a.SesiAsesmen:
    """For who reads the schedule, and for the asesor of the session. Raises Missing."""
    user = required()
    if not (user.has(REGISTER) or user.has(ASESMEN)):
        raise Missing()
    query = policies.visible_sesi(user).options(sa.orm.joinedload(a.SesiAsesmen.asesor))
    row: a.SesiAsesmen = fetch(query, id)
    return row


@module.route("/sesi/<uuid:id>", can=SIGNED_IN)
def lsp_sesi(id: uuid.UUID) -> Response:
    return _page(_session(id))


def _page(row: a.SesiAsesmen, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    user = people.required()
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == row.tuk_id)).one()
    versi = db.session.scalars(sa.select(SkemaVersi).where(SkemaVersi.id == row.skema_versi_id)).one()
    every = services.peserta(row.id)
    rows = _inside(every, user)
    kinds = (formulir.AK05, formulir.BERITA_ACARA, formulir.AK06)
    forms = [f for f in (formulir.untuk_sesi(row.id, k) for k in kinds) if f]
    is_asesor, runs = row.asesor.user_id == user.id, row.ditutup_at is None and row.dibatalkan_at is None
    forms = forms if is_asesor or user.has(LIHAT) else []
    return render(
        "sertifikasi/asesmen_sesi.html", status=status, sesi=row, tuk=tuk, skema=versi, peserta=rows, form=forms,
        waktu=kalender.waktu_sesi(row, tuk), asesor=kasus.nama_asesor(row.asesor_id), moda=kasus.MODA[row.moda],
        hadir=HADIR, galat=galat or {}, ketik=request.form, kunci=uuid.uuid4(), status_tampil=kasus.STATUS,
        calon=_waiting(row) if user.has(VERIFIKASI) and runs else [], adalah_asesor=is_asesor,
        boleh_catat=runs and (is_asesor or user.has(VERIFIKASI)), staf=user.has(LIHAT),
        jadwal=user.has(REGISTER), banyak=len(every),
        boleh_jadwal=user.has(VERIFIKASI), boleh_ubah=ubah.boleh(row, user), galat_isian=bool(galat),
    )  # fmt: skip


def _inside(rows: list[Any], user: Principal) -> list[Any]:
    """Who looks in from outside reads of those inside the leave only."""
    if not outside.is_outside(user):
        return rows
    inside = set(db.session.scalars(outside.visible_cases(user).with_only_columns(m.Permohonan.id)
                                    .where(m.Permohonan.id.in_([r.Permohonan.id for r in rows]))))  # fmt: skip
    return [r for r in rows if r.Permohonan.id in inside]


def _waiting(row: a.SesiAsesmen) -> list[Any]:
    """Cases with the same scheme version and asesor that wait for a day."""
    query = (
        sa.select(m.Permohonan.id, m.Permohonan.nama, m.Permohonan.nomor)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .join(a.PenugasanAsesor, a.PenugasanAsesor.permohonan_id == m.Permohonan.id)
        .where(
            Submission.status.in_([m.AK01_DISETUJUI, m.TERJADWAL]), m.Permohonan.skema_versi_id == row.skema_versi_id,
            a.PenugasanAsesor.asesor_id == row.asesor_id, a.PenugasanAsesor.status == a.AKTIF,
            ~sa.exists().where(a.PesertaSesi.permohonan_id == m.Permohonan.id, a.PesertaSesi.sesi_id == row.id),
        )
        .order_by(m.Permohonan.nama).limit(200)
    )  # fmt: skip
    return list(db.session.execute(query))


def _act(id: uuid.UUID, run: Callable[[], object], words: str) -> Response:
    try:
        batas.periksa()
        run()
    except Invalid as error:
        rollback()
        return _page(_session(id), 422, {error.field: error.pesan})
    return done(f"{HOME}/{id}", words)


@module.route("/sesi/<uuid:id>/peserta", can=VERIFIKASI, methods=["POST"])
def lsp_tambah_peserta(id: uuid.UUID) -> Response:
    row = _session(id)
    chosen = request.form.get("permohonan", type=uuid.UUID)
    if chosen is None:
        return _page(row, 422, {"permohonan": "Pilih peserta."})
    case: m.Permohonan = fetch(policies.visible_permohonan(required()), chosen)
    try:
        warnings = services.tambah(row, case, required(), kunci_form())
    except Invalid as error:
        rollback()
        return _page(_session(id), 422, {error.field: error.pesan})
    words = f"Undangan dikirim kepada {case.nama}. {' '.join(warnings)}".strip()
    return done(f"{HOME}/{id}", words, "warning" if warnings else "sukses")


@module.route("/sesi/<uuid:id>/kehadiran", can=SIGNED_IN, methods=["POST"])
def lsp_kehadiran(id: uuid.UUID) -> Response:
    row, form = _session(id), request.form
    values = {
        r.Permohonan.id: (form.get(f"hadir-{r.Permohonan.id}", ""), form.get(f"catatan-{r.Permohonan.id}", ""))
        for r in services.peserta(row.id) if f"hadir-{r.Permohonan.id}" in form
    }  # fmt: skip
    return _act(id, lambda: services.hadir(row, values, required()), "Kehadiran tersimpan.")


@module.route("/sesi/<uuid:id>/mulai", can=ASESMEN, methods=["POST"])
def asesor_mulai_sesi(id: uuid.UUID) -> Response:
    row = _session(id)
    return _act(id, lambda: services.mulai(row, required()), "Asesmen dimulai.")


@module.route("/sesi/<uuid:id>/tutup", can=ASESMEN, methods=["POST"])
def asesor_tutup_sesi(id: uuid.UUID) -> Response:
    row, form = _session(id), request.form
    report = rekam.Laporan(
        form.get("aspek", ""), form.get("penolakan", ""), form.get("saran", ""), form.get("catatan", "")
    )
    return _act(
        id, lambda: rekam.tutup(row, required(), report, form.get("sandi", "")),
        "Laporan dan berita acara ditandatangani."
    )  # fmt: skip


@module.route("/sesi/<uuid:id>/berita-acara", can=VERIFIKASI, methods=["POST"])
def lsp_berita_acara(id: uuid.UUID) -> Response:
    row, file = _session(id), request.files.get("berkas")
    stream, name = (file.stream, file.filename or "") if file else (None, "")
    return _act(id, lambda: rekam.ganti_berita_acara(row, required(), stream, name), "Berita acara tersimpan.")
