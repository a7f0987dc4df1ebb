"""Pages of certificates: register, one certificate with its acts, signing in batches, surveilan."""

import uuid

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.jobs import Job
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import LIHAT, MANAJER, REGISTER_SERTIFIKAT, TANDA_TANGAN, VERIFIKASI, module
from portal.sertifikasi.keputusan import daftar, jawab, nomor, policies, samar, sertifikat, surveilan, tindakan
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan.jawab import Galat, attempt
from portal.sertifikasi.keputusan.verifikasi import keadaan
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

HOME, TANDA, SURVEI = "/sertifikasi/sertifikat", "/sertifikasi/tanda-tangan", "/sertifikasi/surveilan"
GROUP = "Keputusan LSP"
module.menu.append(MenuItem("Sertifikat", "certificate", HOME, can=REGISTER_SERTIFIKAT, group=GROUP, order=68))
module.menu.append(MenuItem("Tanda tangan", "pencil", TANDA, can=TANDA_TANGAN, group=GROUP, order=64))
module.menu.append(MenuItem("Surveilan", "refresh", SURVEI, can=REGISTER_SERTIFIKAT, group=GROUP, order=69))


@module.route("/sertifikat", can=REGISTER_SERTIFIKAT)
def kep_sertifikat_list() -> Response:
    listing = daftar.SERTIFIKAT_LUAR if outside.is_outside(people.required()) else daftar.SERTIFIKAT
    return listing.respond(
        "sertifikasi/keputusan_daftar.html",
        judul="Sertifikat",
        tombol=None,
        keterangan="Register sertifikat, dari menunggu nomor sampai berakhir.",
    )


@module.route("/sertifikat/<uuid:id>", can=REGISTER_SERTIFIKAT)
def kep_sertifikat(id: uuid.UUID) -> Response:
    return _page(id, {})


def _row(id: uuid.UUID, lock: bool = False) -> k.Sertifikat:
    row: k.Sertifikat = fetch(policies.visible_sertifikat(people.required()), id, lock=lock)
    return row


def _page(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    user, row = people.required(), _row(id)
    acts = db.session.scalars(
        policies.visible_tindakan(user).where(k.Tindakan.sertifikat_id == row.id).order_by(k.Tindakan.id.desc())
    ).all()
    open_ = next((act for act in acts if act.status in (k.DIUSULKAN, k.DISETUJUI)), None)
    usul = samar.asked(row)
    numbering = row.status in (k.MENUNGGU_NOMOR, k.MENUNGGU_TANDA_TANGAN) and row.ditandatangani_at is None
    return render(
        "sertifikasi/keputusan_sertifikat.html",
        status=status,
        s=row,
        nama=samar.initials(row.nama) if outside.is_outside(user) and samar.is_masked(row) else row.nama,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        kasus=db.session.get_one(m.Permohonan, row.permohonan_id),
        versi=db.session.get_one(s.SkemaVersi, row.skema_versi_id),
        lencana=daftar.STATES(row.status),
        umum=keadaan(row),
        blanko=db.session.get(k.Blanko, row.blanko_id) if row.blanko_id else None,
        peristiwa=_events(row),
        tindakan=acts,
        terbuka=open_,
        jenis=tindakan.JENIS,
        kelas=tindakan.KELAS,
        lencana_tindakan=daftar.TINDAKAN_STATES,
        boleh_nomor=user.has(VERIFIKASI) and numbering,
        boleh_samar=user.has(MANAJER) and keadaan(row) is not None and not samar.is_masked(row) and usul is None,
        usul_samar=usul,
        boleh_tegas=usul is not None and user.has(TANDA_TANGAN) and user.id not in (row.user_id, usul.pelaku_id),
        kelas_samar=list(samar.KELAS.items()),
        boleh_usul=tindakan.possible(row) if user.has(VERIFIKASI) else [],
        surveilan=surveilan.of(row.id),
        boleh_putus=user.has(MANAJER) and open_ is not None and open_.status == k.DIUSULKAN,
        belum=tindakan.may_decide(open_) if open_ is not None else "",
        lencana_surveilan=daftar.SURVEILAN_STATES,
        boleh_tanda=user.has(TANDA_TANGAN) and open_ is not None and open_.status == k.DISETUJUI,
    )


def _events(row: k.Sertifikat) -> list[k.SertifikatPeristiwa]:
    query = sa.select(k.SertifikatPeristiwa).where(k.SertifikatPeristiwa.sertifikat_id == row.id)
    return list(db.session.scalars(query.order_by(k.SertifikatPeristiwa.id.desc())))


@module.route("/sertifikat/<uuid:id>/nomor", can=VERIFIKASI, methods=["POST"])
def kep_sertifikat_nomor(id: uuid.UUID) -> Response:
    def act() -> Response:
        row = _row(id, lock=True)
        nomor.record(row, jawab.text("nomor"), jawab.text("no_reg"), jawab.text("seri"), people.required())
        return done(f"{HOME}/{id}", "Nomor tercatat. Sertifikat menunggu tanda tangan ketua LSP.", "positive")

    return attempt(act, lambda galat, status: _page(id, galat, status))


@module.route("/sertifikat/<uuid:id>/samarkan", can=MANAJER, methods=["POST"])
def kep_sertifikat_samar(id: uuid.UUID) -> Response:
    def act() -> Response:
        row = _row(id, lock=True)
        samar.propose(row, people.required(), jawab.text("kelas-samar"), jawab.text("uraian-samar"))
        return done(f"{HOME}/{id}", "Penyamaran diusulkan kepada ketua LSP.", "positive")

    return attempt(act, lambda galat, status: _page(id, galat, status))


@module.route("/sertifikat/<uuid:id>/samarkan/putuskan", can=TANDA_TANGAN, methods=["POST"])
def kep_sertifikat_samar_putus(id: uuid.UUID) -> Response:
    agrees = request.form.get("setuju") == "YA"
    count = samar.confirm(_row(id, lock=True), people.required(), agrees)
    words = f"Data pemegang disamarkan pada {count} sertifikat." if agrees else "Usul penyamaran ditolak."
    return done(f"{HOME}/{id}", words, "positive")


@module.route("/sertifikat/<uuid:id>/tindakan", can=VERIFIKASI, methods=["POST"])
def kep_tindakan_usul(id: uuid.UUID) -> Response:
    def act() -> Response:
        row = _row(id, lock=True)
        act = tindakan.propose(row, people.required(), request.form.to_dict(), request.files.get("bukti"))
        words = f"{tindakan.JENIS[act.jenis]} diusulkan kepada manajer sertifikasi."
        return done(f"{HOME}/{id}", words, "positive")

    return attempt(act, lambda galat, status: _page(id, galat, status))


def _act(id: uuid.UUID) -> k.Tindakan:
    row: k.Tindakan = fetch(policies.visible_tindakan(people.required()), id, lock=True)
    return row


@module.route("/tindakan/<uuid:id>/putuskan", can=MANAJER, methods=["POST"])
def kep_tindakan_putus(id: uuid.UUID) -> Response:
    home = _act(id).sertifikat_id

    def act() -> Response:
        agreed = request.form.get("setuju") == "YA"
        tindakan.decide(_act(id), people.required(), agreed, jawab.text("putusan"))
        return done(
            f"{HOME}/{home}",
            "Usul disetujui; menunggu tanda tangan ketua." if agreed else "Usul tidak disetujui.",
            "positive",
        )

    return attempt(act, lambda galat, status: _page(home, galat, status))


@module.route("/tindakan/<uuid:id>/tanda-tangan", can=TANDA_TANGAN, methods=["POST"])
def kep_tindakan_tanda(id: uuid.UUID) -> Response:
    home = _act(id).sertifikat_id

    def act() -> Response:
        tindakan.sign(_act(id), people.required(), request.form.get("sandi", ""))
        return done(f"{HOME}/{home}", "Tindakan ditetapkan. Halaman pemeriksaan umum sudah berubah.", "positive")

    return attempt(act, lambda galat, status: _page(home, galat, status))


# ---- signing


@module.route("/tanda-tangan", can=TANDA_TANGAN)
def kep_tanda() -> Response:
    return _desk({})


def _desk(galat: Galat, status: int = 200, hasil: list[tuple[str, str]] | None = None) -> Response:
    unsigned = sa.select(k.Sk).where(k.Sk.ditandatangani_at.is_(None)).order_by(k.Sk.id)
    acts = sa.select(k.Tindakan, k.Sertifikat).join(k.Sertifikat, k.Sertifikat.id == k.Tindakan.sertifikat_id)
    running = sa.select(Job).where(Job.kunci == "terbitkan-sertifikat").order_by(Job.id.desc()).limit(1)
    total = sa.select(sa.func.count()).select_from(k.Sertifikat).where(
        k.Sertifikat.status == k.MENUNGGU_TANDA_TANGAN, k.Sertifikat.ditandatangani_at.is_(None)
    )  # fmt: skip
    appeals = sa.select(k.Banding).where(k.Banding.status == "DITELAAH", k.Banding.hasil != "").order_by(k.Banding.id)
    rows = sertifikat.waiting()
    versions = {
        v.id: v
        for v in db.session.scalars(
            sa.select(s.SkemaVersi).where(s.SkemaVersi.id.in_({r.skema_versi_id for r in rows}))
        )
    }
    return render(
        "sertifikasi/keputusan_tanda_tangan.html",
        status=status,
        galat=galat,
        galat_isian=bool(galat),
        rows=rows,
        skema=versions,
        sk=db.session.scalars(unsigned).all(),
        banding=db.session.scalars(appeals).all(),
        jenis=tindakan.JENIS,
        batas=sertifikat.BATCH,
        hasil=hasil,
        tindakan=db.session.execute(acts.where(k.Tindakan.status == k.DISETUJUI)).all(),
        job=db.session.scalars(running).first(),
        total=db.session.scalar(total) or 0,
        sisa=sertifikat.left(),
    )


@module.route("/tanda-tangan", can=TANDA_TANGAN, methods=["POST"])
def kep_tanda_kirim() -> Response:
    """One password for up to fifty; the page says of each what became of it."""

    def act() -> Response:
        results = sertifikat.sign(jawab.ids("pilih"), people.required(), request.form.get("sandi", ""))
        db.session.flush()
        return _desk({}, hasil=results)

    return attempt(act, _desk)


@module.route("/tanda-tangan/terbitkan", can=TANDA_TANGAN, methods=["POST"])
def kep_terbitkan() -> Response:
    """Go on with what is signed and not issued yet."""
    sertifikat.issue_all(people.required().id)
    return done(TANDA, "Penerbitan dilanjutkan.", "positive")


# ---- surveilan


@module.route("/surveilan", can=REGISTER_SERTIFIKAT)
def kep_surveilan_list() -> Response:
    return daftar.SURVEILAN.respond("sertifikasi/keputusan_daftar.html", judul="Surveilan", tombol=None,
                                    keterangan="Pemeriksaan berkala selama sertifikat berlaku.")  # fmt: skip


@module.route("/surveilan/<uuid:id>", can=REGISTER_SERTIFIKAT)
def kep_surveilan(id: uuid.UUID) -> Response:
    return _survey(id, {})


def _survey(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    user = people.required()
    row: k.Surveilan = fetch(policies.visible_surveilan(user), id)
    cert = db.session.get_one(k.Sertifikat, row.sertifikat_id)
    return render(
        "sertifikasi/keputusan_surveilan.html",
        status=status,
        r=row,
        s=cert,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        lencana=daftar.SURVEILAN_STATES(row.status),
        boleh=user.has(VERIFIKASI) and row.status == surveilan.DIKIRIM,
        boleh_berkas=user.has(LIHAT),
    )


@module.route("/surveilan/<uuid:id>", can=VERIFIKASI, methods=["POST"])
def kep_surveilan_putus(id: uuid.UUID) -> Response:
    def act() -> Response:
        row: k.Surveilan = fetch(policies.visible_surveilan(people.required()), id, lock=True)
        surveilan.decide(row, people.required(), jawab.text("hasil"), jawab.text("temuan"))
        return done(f"{SURVEI}/{id}", "Keputusan surveilan tersimpan.", "positive")

    return attempt(act, lambda galat, status: _survey(id, galat, status))


# ---- home page
