"""The list of applications, one case in its tabs, and the desk of verification."""

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, approval, calendar, citizens, organisation
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Denied, Invalid
from portal.kernel.pages.akun import owned_through
from portal.kernel.people import Principal, required
from portal.kernel.sealing import unseal
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import LIHAT, MANAJER, VERIFIKASI, batas, module
from portal.sertifikasi.asesmen import daftar, formulir, kalender, kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.verifikasi import services
from portal.sertifikasi.saya import forms as isian_apl01
from portal.sertifikasi.saya import models as m

HOME = "/sertifikasi/permohonan"
TABS = {"apl-01": "APL-01", "bukti": "Bukti", "apl-02": "APL-02", "proses": "Proses", "riwayat": "Riwayat"}
WHY_MIN = 10
activity.declare(**{"sertifikasi.nik_ditampilkan": "alasan"})

module.menu.append(MenuItem("Permohonan", "inbox", HOME, can=LIHAT, group="Proses LSP", order=61))
module.badges[HOME] = lambda user: (
    daftar.menunggu() if user.has(VERIFIKASI) else sa.select(sa.literal(0)).scalar_subquery()
)


def own_rows(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    """Cases and evidence that are about this person."""
    cases = sa.select(m.Permohonan.id).where(m.Permohonan.user_id == user.id)
    return cases.union_all(sa.select(m.BerkasAsesi.id).where(m.BerkasAsesi.user_id == user.id))  # type: ignore[return-value]


owned_through(own_rows)


@module.route("/permohonan", can=LIHAT)
def lsp_permohonan_list() -> Response:
    return daftar.PERMOHONAN.respond("sertifikasi/asesmen_daftar.html", judul="Permohonan sertifikasi",
                                     keterangan="Semua permohonan yang sudah dikirim asesi.", tombol=None)  # fmt: skip


def _case(id: uuid.UUID, lock: bool = False) -> m.Permohonan:
    row: m.Permohonan = fetch(policies.visible_permohonan(required()), id, lock=lock)
    return row


@module.route("/permohonan/<uuid:id>", can=LIHAT, writes=True)
def lsp_permohonan(id: uuid.UUID) -> Response:
    return _page(_case(id), "apl-01")


@module.route("/permohonan/<uuid:id>/<string:bagian>", can=LIHAT, writes=True)
def lsp_permohonan_bagian(id: uuid.UUID, bagian: str) -> Response:
    row = _case(id)
    return _page(row, bagian if bagian in TABS else "apl-01")


def _page(
    row: m.Permohonan, bagian: str, status: int = 200, galat: dict[str, str] | None = None, **more: Any
) -> Response:
    user = required()
    case = kasus.muat(row)
    if bagian == "apl-02" and not _apl02_open(row):
        bagian = "apl-01"
    policies.note_reading(row, user, TABS[bagian])
    fill: dict[str, Callable[[kasus.Kasus, Principal], dict[str, Any]]] = {
        "apl-01": _apl01,
        "bukti": _bukti,
        "apl-02": _apl02,
        "proses": _proses,
        "riwayat": _riwayat,
    }
    context = {**fill[bagian](case, user), **more}
    return render(
        "sertifikasi/asesmen_kasus.html", status=status, kasus=case, bagian=bagian, galat=galat or {},
        ketik=request.form, status_tampil=kasus.STATUS, tab=[
            {"label": words, "href": f"{HOME}/{row.id}/{name}", "current": name == bagian}
            for name, words in TABS.items() if name != "apl-02" or _apl02_open(row)
        ], galat_isian=bool(galat),
        hari_ini=kalender.hari_ini(), **context,
    )  # fmt: skip


def _apl02_open(row: m.Permohonan) -> bool:
    """Sent, and APL-01 accepted: until then it is the asesi's draft."""
    return row.apl01_diterima_at is not None and row.apl02_diajukan_at is not None


def _apl01(case: kasus.Kasus, user: Principal) -> dict[str, Any]:
    typed = case.row.isian
    parts = {
        title: [
            (f, isian_apl01.shown(f, str(typed.get(f.name, "")))) for f in isian_apl01.of_part(part) if f.name != "nik"
        ]
        for part, title in ((isian_apl01.PRIBADI, "Data pribadi"), (isian_apl01.PEKERJAAN, "Data pekerjaan"))
    }
    nik = citizens.masked(unseal(case.row.nik_enc, "nik")) if case.row.nik_enc else ""
    return {"bagian_isian": parts, "nik": nik, "nik_terbuka": False, "unit": kasus.units(case.row.skema_versi_id),
            "form": formulir.terakhir(case.id, m.APL01)}  # fmt: skip


def _bukti(case: kasus.Kasus, user: Principal) -> dict[str, Any]:
    rows = kasus.syarat(case.row)
    mine = user.has(VERIFIKASI) and case.status == m.DIAJUKAN and case.row.user_id != user.id
    return {
        "baris": rows, "boleh_verifikasi": mine, "kekurangan": services.kekurangan(rows), "kelas": services.KELAS_TOLAK,
        "isian": [f for f in isian_apl01.FIELDS if f.part != isian_apl01.SKEMA], "kunci": uuid.uuid4(),
        "tertahan": None,
        "usul": kasus.usul_tolak(case.row.submission_id) if case.status == m.DIAJUKAN else None,
        "tenggat": kalender.tenggat_perbaikan(kalender.hari_ini()), "boleh_tolak": user.has(MANAJER),
    }  # fmt: skip


def _apl02(case: kasus.Kasus, user: Principal) -> dict[str, Any]:
    return {"unit": kasus.units(case.row.skema_versi_id), "jawaban": kasus.jawaban(case.row),
            "form": formulir.terakhir(case.id, m.APL02)}  # fmt: skip


def _proses(case: kasus.Kasus, user: Principal) -> dict[str, Any]:
    query = (
        sa.select(a.SesiAsesmen, a.PesertaSesi, a.Tuk)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .join(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
        .where(a.PesertaSesi.permohonan_id == case.id)
    )
    late = case.row.tenggat is not None and (kalender.hari_ini() - case.row.tenggat).days > 1
    p = case.penugasan
    return {
        "form": formulir.semua(case.id), "sesi": db.session.execute(query).all(), "kunci": uuid.uuid4(),
        "asesor_nama": kasus.nama_asesor(p.asesor_id) if p else "",
        "boleh": {name: kasus.boleh(case.status, name, user) for name in
                  ("lepas_asesor", "batalkan", "buka_rekomendasi", "jadwalkan", "tugaskan", "hentikan_lsp")},
        "boleh_gugur": kasus.boleh(case.status, "gugurkan", user) and (late or case.status == m.TERJADWAL),
        "boleh_usul": user.has(VERIFIKASI) and case.status == m.APL02_DIAJUKAN and p is None,
        "manajer": user.has(MANAJER), "batas_keberatan": objection_end(p), "zona_waktu": calendar.waktu,
    }  # fmt: skip


def objection_end(p: a.PenugasanAsesor | None) -> Any:
    if p is None or p.disetujui_at is None:
        return None
    return kalender.batas_keberatan(calendar.setempat(p.disetujui_at).date())


def _riwayat(case: kasus.Kasus, user: Principal) -> dict[str, Any]:
    return {"riwayat": kasus.riwayat(case.row.submission_id, lambda at: calendar.waktu_pendek(at, user.zona))}


@module.route("/permohonan/<uuid:id>/nik", can=LIHAT, methods=["POST"])
def lsp_nik(id: uuid.UUID) -> Response:
    """The NIK in clear, once, for a stated reason that the log keeps."""
    row, user = _case(id), required()
    why = batas.teks("alasan")
    if len(why) < WHY_MIN:
        return _page(row, "apl-01", 422, {"alasan": "Tulis untuk apa NIK dibuka, sedikitnya 10 huruf."})
    if row.nik_enc is None:
        return _page(row, "apl-01")
    query = sa.select(organisation.Orang).where(organisation.Orang.id == row.orang_id)
    person = db.session.scalars(query).first()
    nik = citizens.read_nik(person, user, why) if person is not None and person.nik_enc else ""
    if not nik:
        activity.log("sertifikasi.nik_ditampilkan", row, by=user, alasan=why)
        nik = unseal(row.nik_enc, "nik")
    return _page(row, "apl-01", nik=nik, nik_terbuka=True)


# ---- decisions


@module.route("/permohonan/<uuid:id>/bukti/<uuid:syarat>", can=VERIFIKASI, methods=["POST"])
def lsp_putus_bukti(id: uuid.UUID, syarat: uuid.UUID) -> Response:
    row = _case(id)
    form = request.form
    try:
        services.putus_baris(
            row, syarat, required(), form.get("status", ""), batas.teks("catatan"), form.get("versi", 0, type=int)
        )
    except services.Berubah as error:
        held = {"syarat": syarat, "pesan": error.pesan, "catatan": error.bukti.catatan}
        rollback()
        return _page(_case(id), "bukti", 409, tertahan=held)
    except Invalid as error:
        rollback()
        return _page(_case(id), "bukti", 422, {f"{error.field}-{syarat}": error.pesan})
    return done(f"{HOME}/{id}/bukti#syarat-{syarat}")


def kunci_form() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get("kunci", ""))
    except ValueError:
        return None


def putuskan(id: uuid.UUID, bagian: str, act: Callable[[m.Permohonan], None], words: str, ke: str = "") -> Response:
    """Carry out a decision on a case; what is wrong is shown on its tab."""
    try:
        batas.periksa()
        act(_case(id))
    except Invalid as error:
        rollback()
        return _page(_case(id), bagian, 422, {error.field: error.pesan})
    return done(ke or f"{HOME}/{id}/{bagian}", words)


@module.route("/permohonan/<uuid:id>/terima", can=VERIFIKASI, methods=["POST"])
def lsp_terima(id: uuid.UUID) -> Response:
    form, user = request.form, required()
    return putuskan(
        id, "bukti",
        lambda row: services.terima(
            row, user, form.get("hubungan", ""), form.get("sandi", ""), form.get("catatan", ""), kunci_form()
        ),
        "APL-01 diterima. Asesi diberi tahu.",
    )  # fmt: skip


@module.route("/permohonan/<uuid:id>/minta-perbaikan", can=VERIFIKASI, methods=["POST"])
def lsp_minta_perbaikan(id: uuid.UUID) -> Response:
    form, user = request.form, required()
    fields = {name: form.get(f"isian-{name}", "") for name in form.getlist("isian") if name in isian_apl01.BY_NAME}
    return putuskan(
        id, "bukti",
        lambda row: services.minta_perbaikan(
            row, user, form.get("hubungan", ""), fields, form.get("pesan", ""), kunci_form()
        ),
        "Permintaan perbaikan dikirim kepada asesi.",
    )  # fmt: skip


@module.route("/permohonan/<uuid:id>/usul-tolak", can=VERIFIKASI, methods=["POST"])
def lsp_usul_tolak(id: uuid.UUID) -> Response:
    form, user = request.form, required()
    return putuskan(
        id, "bukti",
        lambda row: services.usul_tolak(
            row, user, form.get("hubungan", ""), form.get("kelas", ""), form.get("alasan", ""), kunci_form()
        ),
        "Usul penolakan diteruskan kepada manajer sertifikasi.",
    )  # fmt: skip


@module.route("/permohonan/<uuid:id>/tolak", can=MANAJER, methods=["POST"])
def lsp_tolak(id: uuid.UUID) -> Response:
    form, user = request.form, required()
    return putuskan(id, "bukti", lambda row: services.tolak(row, user, form.get("alasan", ""), kunci_form()),
                    "Permohonan tidak diterima. Asesi diberi tahu beserta hak bandingnya.")  # fmt: skip


@module.route("/permohonan/<uuid:id>/gugurkan", can=VERIFIKASI, methods=["POST"])
def lsp_gugurkan(id: uuid.UUID) -> Response:
    user = required()
    why = request.form.get("alasan", "")
    return putuskan(id, "proses", lambda row: services.gugurkan(row, user, why, kunci_form()),
                    "Permohonan dinyatakan gugur.")  # fmt: skip


@module.route("/permohonan/<uuid:id>/batalkan", can=MANAJER, methods=["POST"])
def lsp_batalkan(id: uuid.UUID) -> Response:
    user = required()

    def act(row: m.Permohonan) -> None:
        if row.user_id == user.id:
            raise Denied("Anda tidak dapat membatalkan permohonan Anda sendiri di sini.")
        approval.move(row.submission_id, "batalkan", user, request.form.get("alasan", ""), kunci=kunci_form())

    return putuskan(id, "proses", act, "Permohonan dibatalkan.")
