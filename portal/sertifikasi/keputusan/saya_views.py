"""What an asesi sees of the outcome: decision, certificate, surveilan, acts upon it, the appeal."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import ASESMEN, DAFTAR, MANAJER, PLENO, REKAP, TANDA_TANGAN, VERIFIKASI, module
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import banding, daftar, jawab, pleno, policies, sertifikat, surveilan, tindakan
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan.jawab import Galat, attempt
from portal.sertifikasi.keputusan.verifikasi import keadaan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.policies import own_cases
from portal.sertifikasi.sheets import PERTANYAAN_AK04
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.tenggat import batas

HOME, REGISTER = "/sertifikasi/saya", "/sertifikasi/banding"
DECIDED = (m.KOMPETEN, m.MENUNGGU_NOMOR, m.BERSERTIFIKAT, m.BELUM_KOMPETEN)
module.menu.append(MenuItem("Banding", "flag", REGISTER, can=REKAP, group="Keputusan LSP", order=69))


def _case(id: uuid.UUID) -> m.Permohonan:
    row: m.Permohonan = fetch(own_cases(people.required()), id)
    return row


@module.route("/saya/<uuid:id>/hasil", can=DAFTAR)
def kep_hasil(id: uuid.UUID) -> Response:
    return _result(id, {})


def _result(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    case = _case(id)
    state = db.session.get_one(Submission, case.submission_id).status
    certificates = list(db.session.scalars(
        sa.select(k.Sertifikat).where(k.Sertifikat.permohonan_id == case.id).order_by(k.Sertifikat.id.desc())
    ))  # fmt: skip
    held = next((one for one in certificates if keadaan(one)), None)
    appeal = banding.of_case(case.id)
    last, refused = banding.deadline(case, state), banding.refusal(case, state)
    return render(
        "sertifikasi/keputusan_hasil.html",
        status=status,
        kasus=case,
        keadaan_kasus=state,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        versi=db.session.get_one(s.SkemaVersi, case.skema_versi_id),
        diputus=state in DECIDED,
        keputusan=_decision(case) if state in DECIDED else None,
        unit=_units(case),
        sertifikat=held,
        umum=keadaan(held) if held else None,
        menunggu=next((c for c in certificates if not keadaan(c)), None),
        surveilan=[(r, surveilan.is_open(r)) for r in surveilan.of(held.id)] if held else [],
        banding=appeal,
        lencana_surveilan=daftar.SURVEILAN_STATES,
        lencana_banding=daftar.BANDING_STATES,
        tahap_banding=banding.STAGES.get(appeal.status, "") if appeal else "",
        batas_banding=last,
        boleh_banding=not refused,
        lewat_banding=refused if last is not None and appeal is None else "",
        usul=tindakan.open_act(held.id) if held else None,
        perpanjang=_renewal(case, held) if held else "",
        jenis=tindakan.JENIS,
        kelas=tindakan.KELAS,
        form_banding=db.session.get(m.FormIsian, appeal.form_id) if appeal else None,
    )


@module.route("/saya/<uuid:id>/salinan", can=DAFTAR)
def kep_salinan(id: uuid.UUID) -> Response:
    """Drawn when it is asked for: it carries the state of today."""
    case = _case(id)
    query = sa.select(k.Sertifikat).where(k.Sertifikat.permohonan_id == case.id, k.Sertifikat.terbit_at.is_not(None))
    row = db.session.scalars(query.order_by(k.Sertifikat.id.desc()).limit(1)).first()
    state = keadaan(row) if row else None
    if row is None or state is None or not row.isi:
        raise Missing()
    head = {"Content-Disposition": f'attachment; filename="salinan-{row.kode}.pdf"'}
    return Response(sertifikat.copy_of(row, state.kata), mimetype="application/pdf", headers=head)


def _renewal(case: m.Permohonan, held: k.Sertifikat) -> str:
    """Address of the new application, from three months before the end on; "" before."""
    near = held.sampai <= sertifikat.add_months(hari_ini(), batas("perpanjangan"))
    if not near or held.status not in (k.BERLAKU, k.KEDALUWARSA):
        return ""
    kode = db.session.scalar(sa.select(s.Skema.kode).where(s.Skema.id == case.skema_id)) or ""
    return f"{HOME}/mulai/{kode.lower()}"


def _decision(case: m.Permohonan) -> Any:
    """Decision with its SK, once that is signed."""
    query = (
        sa.select(k.Keputusan, k.Sk, k.Pleno.tanggal)
        .join(k.Pleno, k.Pleno.id == k.Keputusan.pleno_id)
        .outerjoin(k.Sk, sa.and_(k.Sk.id == k.Keputusan.sk_id, k.Sk.ditandatangani_at.is_not(None)))
        .where(k.Keputusan.permohonan_id == case.id, k.Keputusan.hasil.in_([m.K, m.BK]))
        .order_by(k.Keputusan.id.desc())
    )
    return db.session.execute(query.limit(1)).first()


def _units(case: m.Permohonan) -> list[Any]:
    """Units with their result and what to do about it, once the asesor has recommended."""
    if db.session.scalar(sa.select(a.Rekomendasi.id).where(a.Rekomendasi.permohonan_id == case.id)) is None:
        return []
    query = (
        sa.select(s.UnitKompetensi.kode, s.UnitKompetensi.judul, a.HasilUnit.hasil, a.HasilUnit.tindak_lanjut)
        .join(s.SkemaUnit, s.SkemaUnit.unit_id == s.UnitKompetensi.id)
        .outerjoin(
            a.HasilUnit, sa.and_(a.HasilUnit.unit_id == s.UnitKompetensi.id, a.HasilUnit.permohonan_id == case.id)
        )
        .where(s.SkemaUnit.skema_versi_id == case.skema_versi_id)
        .order_by(s.SkemaUnit.urut)
    )
    return list(db.session.execute(query))


@module.route("/saya/<uuid:id>/surveilan/<uuid:surveilan_id>", can=DAFTAR, methods=["POST"])
def kep_surveilan_lapor(id: uuid.UUID, surveilan_id: uuid.UUID) -> Response:
    case = _case(id)

    def act() -> Response:
        mine = (
            policies.own_sertifikat(people.required())
            .with_only_columns(k.Sertifikat.id)
            .where(k.Sertifikat.permohonan_id == case.id)
        )
        row: k.Surveilan = fetch(
            sa.select(k.Surveilan).where(k.Surveilan.sertifikat_id.in_(mine)), surveilan_id, lock=True
        )
        surveilan.report(row, people.required(), request.form.get("laporan", ""), request.files.get("bukti"))
        return done(f"{HOME}/{id}/hasil", "Laporan surveilan terkirim.", "positive")

    return attempt(act, lambda galat, status: _result(id, galat, status))


@module.route("/saya/<uuid:id>/tanggapan", can=DAFTAR, methods=["POST"])
def kep_tanggapan(id: uuid.UUID) -> Response:
    """The holder's answer to a proposed suspension or revocation."""
    case = _case(id)

    def act() -> Response:
        query = sa.select(k.Tindakan).join(k.Sertifikat, k.Sertifikat.id == k.Tindakan.sertifikat_id)
        found = db.session.scalars(
            query.where(k.Sertifikat.permohonan_id == case.id, k.Tindakan.status == k.DIUSULKAN).with_for_update()
        ).first()
        if found is None:
            raise Missing()
        tindakan.answer(found, people.required(), request.form.get("tanggapan", ""))
        return done(f"{HOME}/{id}/hasil", "Tanggapan Anda tercatat.", "positive")

    return attempt(act, lambda galat, status: _result(id, galat, status))


# ---- filing an appeal


@module.route("/saya/<uuid:id>/banding", can=DAFTAR)
def kep_banding_baru(id: uuid.UUID) -> Response:
    return _appeal(id, {})


def _appeal(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    case = _case(id)
    state = db.session.get_one(Submission, case.submission_id).status
    return render(
        "sertifikasi/keputusan_banding_baru.html",
        status=status,
        kasus=case,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        tanya=PERTANYAAN_AK04,
        tolak=banding.refusal(case, state),
        batas=banding.deadline(case, state),
        jawab_hari=batas("banding_jawab"),
    )


@module.route("/saya/<uuid:id>/banding", can=DAFTAR, methods=["POST"])
def kep_banding_kirim(id: uuid.UUID) -> Response:
    def act() -> Response:
        said = [request.form.get(f"jawaban-{n}", "") for n in range(1, len(PERTANYAAN_AK04) + 1)]
        row = banding.file(
            _case(id), people.required(), said, request.form.get("alasan", ""), request.form.get("sandi", "")
        )
        return done(f"{HOME}/{id}/hasil", f"Banding {row.nomor} terkirim.", "positive")

    return attempt(act, lambda galat, status: _appeal(id, galat, status))


# ---- the LSP's side


@module.route("/banding", can=REKAP)
def kep_banding_list() -> Response:
    return daftar.BANDING.respond(
        "sertifikasi/keputusan_daftar.html",
        judul="Banding",
        tombol=None,
        keterangan="Ditelaah orang di luar asesmen dan pleno semula. Keluhan ada di Pesan masuk.",
    )


def _row(id: uuid.UUID, lock: bool = False) -> k.Banding:
    row: k.Banding = fetch(policies.visible_banding(people.required()), id, lock=lock)
    return row


@module.route("/banding/<uuid:id>", can=REKAP)
def kep_banding(id: uuid.UUID) -> Response:
    return _case_page(id, {})


def _case_page(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    user, row = people.required(), _row(id)
    out = banding.barred(row)
    names = dict(db.session.execute(sa.select(people.User.id, people.User.nama).where(
        people.User.id.in_([*out, *(uuid.UUID(p) for p in row.panel)]))).tuples().all())  # fmt: skip
    sits = str(user.id) in row.panel and user.id not in out
    return render(
        "sertifikasi/keputusan_banding.html",
        status=status,
        b=row,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        kasus=db.session.get_one(m.Permohonan, row.permohonan_id),
        lencana=daftar.BANDING_STATES(row.status),
        form=db.session.get(m.FormIsian, row.form_id) if row.form_id else None,
        terhalang=[(names.get(u, ""), why) for u, why in out.items()],
        panel=[names.get(uuid.UUID(p), "") for p in row.panel],
        calon=banding.eligible(row),
        minimum=batas("panel"),
        boleh_daftar=(user.has(MANAJER) or user.has(VERIFIKASI))
        and row.status in (banding.DIAJUKAN, banding.DIREGISTRASI)
        and user.id not in out,
        boleh_buka=sits and row.status == banding.DIREGISTRASI,
        boleh_putus=sits and row.status == banding.DITELAAH and not row.hasil,
        putusan=banding.WORDS.get(row.hasil, ""),
        menunggu_tanda=banding.unsigned(row),
        boleh_tanda=banding.unsigned(row) and user.has(TANDA_TANGAN),
        halangan=banding.may_sign(row, user),
        ulang=db.session.get(m.Permohonan, row.ulang_id) if row.ulang_id else None,
        berkas=formulir.semua(row.permohonan_id) if sits and row.status != banding.DIREGISTRASI else [],
    )


@module.route("/banding/<uuid:id>/panel", can=REKAP, methods=["POST"])
def kep_banding_panel(id: uuid.UUID) -> Response:
    user = people.required()
    if not (user.has(MANAJER) or user.has(VERIFIKASI)):
        raise Missing()

    def act() -> Response:
        banding.register(_row(id, lock=True), user, jawab.ids("panel"))
        return done(f"{REGISTER}/{id}", "Banding terdaftar dan panelnya diberi tahu.", "positive")

    return attempt(act, lambda galat, status: _case_page(id, galat, status))


@module.route("/banding/<uuid:id>/buka", can=PLENO, methods=["POST"])
def kep_banding_buka(id: uuid.UUID) -> Response:
    def act() -> Response:
        banding.study(_row(id, lock=True), people.required())
        return done(f"{REGISTER}/{id}", "Banding ini ditelaah. Berkas asesmennya terbuka di bawah.", "positive")

    return attempt(act, lambda galat, status: _case_page(id, galat, status))


@module.route("/banding/<uuid:id>/putuskan", can=PLENO, methods=["POST"])
def kep_banding_putus(id: uuid.UUID) -> Response:
    def act() -> Response:
        banding.decide(
            _row(id, lock=True), people.required(), request.form.get("terima") == "YA", jawab.text("putusan")
        )
        return done(f"{REGISTER}/{id}", "Putusan panel tersimpan. Ketua LSP menandatanganinya.", "positive")

    return attempt(act, lambda galat, status: _case_page(id, galat, status))


@module.route("/banding/<uuid:id>/tanda-tangan", can=TANDA_TANGAN, methods=["POST"])
def kep_banding_tanda(id: uuid.UUID) -> Response:
    def act() -> Response:
        banding.sign(_row(id, lock=True), people.required(), request.form.get("sandi", ""))
        return done(f"{REGISTER}/{id}", "Putusan banding berlaku dan asesi diberi tahu.", "positive")

    return attempt(act, lambda galat, status: _case_page(id, galat, status))


@module.route("/banding/<uuid:id>/keterangan", can=ASESMEN)
def kep_keterangan(id: uuid.UUID) -> Response:
    return _explanation(id, {})


def _assessed(id: uuid.UUID, lock: bool = False) -> k.Banding:
    """Only for the asesor of the case."""
    query = sa.select(k.Banding).where(k.Banding.id == id)
    row = db.session.scalars(query.with_for_update() if lock else query).first()
    if row is None or people.required().id not in pleno.assessors(row.permohonan_id):
        raise Missing()
    return row


def _explanation(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    row = _assessed(id)
    return render("sertifikasi/keputusan_keterangan.html", status=status, b=row, galat=galat, galat_isian=bool(galat),
                  kasus=db.session.get_one(m.Permohonan, row.permohonan_id), ketik=request.form)  # fmt: skip


@module.route("/banding/<uuid:id>/keterangan", can=ASESMEN, methods=["POST"])
def kep_keterangan_kirim(id: uuid.UUID) -> Response:
    def act() -> Response:
        banding.explain(_assessed(id, lock=True), people.required(), jawab.text("keterangan"))
        return done(f"{REGISTER}/{id}/keterangan", "Keterangan Anda tercatat.", "positive")

    return attempt(act, lambda galat, status: _explanation(id, galat, status))
