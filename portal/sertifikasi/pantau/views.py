"""Pages for outside persons, read only and masked; and the page on which their leave is given and taken back."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, approval, citizens, documents
from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.calendar import setempat, waktu
from portal.kernel.db import db, now, rollback
from portal.kernel.documents import Document
from portal.kernel.errors import Invalid, Missing
from portal.kernel.listing import Choice, Column, Listing
from portal.kernel.people import Principal, User, required
from portal.kernel.sealing import unseal
from portal.kernel.storage import config
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import AKSES, MANAJER, PANTAU, VERIFIKASI, module
from portal.sertifikasi.keputusan import samar
from portal.sertifikasi.pantau import policies, services
from portal.sertifikasi.rekap import definisi as d
from portal.sertifikasi.repositori.models import AksesPihakKetiga, Arsip, Retensi
from portal.sertifikasi.saya import forms
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.pilihan import PROVINSI
from portal.sertifikasi.skema.models import Skema, SkemaVersi

HOME, GIVEN = "/sertifikasi/pantau", "/sertifikasi/akses"
module.menu.append(MenuItem("Pemantauan", "eye", HOME, can=PANTAU, group="Sertifikasi", order=60))
module.menu.append(MenuItem("Akses pihak ketiga", "key", GIVEN, can=AKSES, group="Pengelolaan LSP", order=85))
STATUS = {
    state: state.replace("_", " ").capitalize().replace("Apl0", "APL-0").replace("Ak01", "AK-01") for state in m.STATES
}
NAMES = {"nama", "gelar_depan", "gelar_belakang"}  # covered, too, once the holder is masked
MASKED = {"nik", "hp", "alamat", "surel", "telepon_rumah", "telepon_kantor", "kode_pos", "kecamatan", "paspor"}
_TITLE = sa.select(Skema.judul).where(Skema.id == m.Permohonan.skema_id).scalar_subquery()


def _schemes(user: Principal) -> list[tuple[uuid.UUID, str]]:
    return list(db.session.execute(sa.select(Skema.id, Skema.judul).order_by(Skema.urut)).tuples())


DAFTAR = Listing(
    "pantau",
    title="Pemantauan sertifikasi",
    noun="permohonan",
    rows=policies.visible_cases,
    key=m.Permohonan.id,
    sort="-dikirim",
    can=PANTAU,
    join=[(Submission, Submission.id == m.Permohonan.submission_id)],
    search=[m.Permohonan.cari],
    search_label="Nama atau nomor permohonan",
    columns=[
        Column("nomor", "Permohonan", m.Permohonan.nomor, link=HOME + "/{id}"),
        Column("nama", "Asesi", samar.name_outside(m.Permohonan.nama, m.Permohonan.user_id)),
        Column("skema", "Skema", _TITLE),
        Column("provinsi", "Provinsi", m.Permohonan.provinsi, show=lambda v: PROVINSI.get(v, v or "")),
        Column("status", "Status", Submission.status, show=lambda v: STATUS.get(v, v)),
        Column("dikirim", "Dikirim", m.Permohonan.apl01_diajukan_at, sort=True),
    ],
    filters=[
        Choice("skema", "Skema", m.Permohonan.skema_id, options=_schemes),
        Choice("provinsi", "Provinsi", m.Permohonan.provinsi, options=list(PROVINSI.items())),
    ],
    exports=(),
)


@module.route("/pantau", can=PANTAU, writes=True)
def pantau() -> Response:
    user = required()
    leave = policies.scope(user)
    activity.log("pantau.dibaca", by=user, halaman="daftar")
    return DAFTAR.respond("sertifikasi/pantau.html", akses=leave)


@module.route("/pantau/<uuid:id>", can=PANTAU, writes=True)
def pantau_kasus(id: uuid.UUID) -> Response:
    user = required()
    policies.scope(user)
    case: m.Permohonan = fetch(policies.visible_cases(user), id)
    activity.log("pantau.dibaca", case, by=user, halaman="permohonan")
    evidence = sa.select(Arsip, Retensi.nama).join(Retensi, Retensi.jenis == Arsip.jenis)
    evidence = evidence.where(Arsip.permohonan_id == case.id, Arsip.dimusnahkan_at.is_(None)).order_by(Arsip.pada)
    versi = db.session.scalars(sa.select(SkemaVersi).where(SkemaVersi.id == case.skema_versi_id)).one()
    state = db.session.scalar(sa.select(Submission.status).where(Submission.id == case.submission_id)) or ""
    return render(
        "sertifikasi/pantau_kasus.html",
        kasus=case,
        nama=samar.initials(case.nama) if samar.holder_masked(case.user_id) else case.nama,
        versi=versi,
        data=masked_fields(case),
        keadaan=STATUS[state],
        ember=d.NAMA.get(d.DARI_KEADAAN.get(state, ""), ""),
        bukti=[(row, jenis, is_covered(row)) for row, jenis in db.session.execute(evidence)],
        langkah=[(e, STATUS.get(e.ke, e.ke)) for e in approval.history(case.submission_id)],
    )


def is_covered(row: Arsip) -> bool:
    """Identity documents, and the form that prints the NIK in full; its fields stand masked on the page."""
    return row.jenis == "IDENTITAS" or row.judul.startswith(m.APL01)


def masked_fields(case: m.Permohonan) -> list[tuple[str, str]]:
    """Fields of APL-01 as an outside person reads them: what reaches or names a person elsewhere is covered."""
    found, covered = [], MASKED | (NAMES if samar.holder_masked(case.user_id) else set())
    for f in [*forms.of_part(forms.PRIBADI), *forms.of_part(forms.PEKERJAAN)]:
        if f.name == "nik" and case.nik_enc:
            found.append((f.label, citizens.masked(unseal(case.nik_enc, citizens.NIK))))
            continue
        value = forms.shown(f, str(case.isian.get(f.name, "")))
        found.append((f.label, "tidak ditampilkan" if f.name in covered and value else value))
    return [(label, value) for label, value in found if value]


@module.route("/pantau/<uuid:id>/berkas/<uuid:arsip_id>/<int:halaman>.png", can=PANTAU, writes=True)
def pantau_bukti(id: uuid.UUID, arsip_id: uuid.UUID, halaman: int) -> Response:
    """One page of evidence as a picture that names its reader; what is covered is not there."""
    user = required()
    policies.scope(user)
    case: m.Permohonan = fetch(policies.visible_cases(user), id)
    query = sa.select(Arsip, Document).join(Document, Document.id == Arsip.dokumen_id)
    found = db.session.execute(
        query.where(
            Arsip.id == arsip_id,
            Arsip.permohonan_id == case.id,
            Arsip.dimusnahkan_at.is_(None),
        )
    ).first()
    closed = found is None or is_covered(found.Arsip)
    picture = documents.preview(found.Document, halaman) if found and not closed else None
    if found is None or picture is None:
        raise Missing()
    services.not_in_bulk(user)
    activity.log("pantau.bukti_dibaca", found.Arsip, by=user, halaman=halaman, berkas=found.Arsip.judul)
    stamp = waktu(setempat(now(), config().zona))
    body = services.watermarked(picture, f"{user.nama} - {stamp} - hanya untuk pengawasan")
    response = FlaskResponse(body, mimetype="image/png")
    response.headers["Cache-Control"] = "no-store"
    return response


# ---- leave


@module.route("/akses", can=AKSES)
def akses() -> Response:
    return _leaves()


def _leaves(galat: dict[str, str] | None = None, status: int = 200) -> Response:
    asker = sa.orm.aliased(User)
    query = sa.select(AksesPihakKetiga, User.nama, asker.nama).join(User, User.id == AksesPihakKetiga.user_id)
    query = (
        query.join(asker, asker.id == AksesPihakKetiga.diusulkan_oleh_id)
        .order_by(AksesPihakKetiga.id.desc())
        .limit(100)
    )
    user = required()
    return render(
        "sertifikasi/akses.html",
        status=status,
        baris=[tuple(row) for row in db.session.execute(query)],
        galat=galat or {},
        orang=[(str(u.id), u.nama) for u in services.outsiders()],
        skema=[(str(k), n) for k, n in _schemes(user)],
        isian=request.form,
        boleh_usul=user.has(VERIFIKASI),
        boleh_setuju=user.has(MANAJER),
        saya=user.id,
    )


@module.route("/akses", can=VERIFIKASI, methods=["POST"])
def akses_usul() -> Response:
    form = request.form

    def day(name: str) -> Any:
        return forms.parse_date(form.get(name, ""))

    try:
        services.propose(
            required(),
            form.get("kepada", ""),
            form.get("tujuan", ""),
            form.getlist("skema"),
            (day("data_dari"), day("data_sampai")),
            (day("mulai"), day("selesai")),
        )
    except Invalid as error:
        rollback()
        return _leaves({error.field: error.pesan}, 422)
    return done(GIVEN, "Usul akses dikirim kepada manajer sertifikasi.")


def _row(id: uuid.UUID) -> AksesPihakKetiga:
    row: AksesPihakKetiga = fetch(sa.select(AksesPihakKetiga), id, lock=True)
    return row


@module.route("/akses/<uuid:id>/setuju", can=MANAJER, methods=["POST"])
def akses_setuju(id: uuid.UUID) -> Response:
    services.approve(_row(id), required())
    return done(GIVEN, "Akses dibuka.")


@module.route("/akses/<uuid:id>/cabut", can=AKSES, methods=["POST"])
def akses_cabut(id: uuid.UUID) -> Response:
    services.revoke(_row(id), required())
    return done(GIVEN, "Akses dicabut.")
