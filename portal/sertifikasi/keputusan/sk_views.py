"""Pages of surat keputusan and of the packages for BNSP."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.jobs import Job
from portal.kernel.people import User
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import MANAJER, PUTUSAN, TANDA_TANGAN, VERIFIKASI, module
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import daftar, jawab, paket, penyegel, perbaikan, policies, sertifikat, sk
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan.jawab import Galat, attempt
from portal.sertifikasi.skema import models as s

HOME, PAKET = "/sertifikasi/sk", "/sertifikasi/paket"
module.menu.append(MenuItem("Surat keputusan", "file-text", HOME, can=PUTUSAN, group="Keputusan LSP", order=65))
module.menu.append(MenuItem("Paket BNSP", "send", PAKET, can=VERIFIKASI, group="Keputusan LSP", order=66))


@module.route("/sk", can=PUTUSAN)
def kep_sk_list() -> Response:
    return daftar.SK.respond("sertifikasi/keputusan_daftar.html", judul="Surat keputusan", tombol=None,
                             keterangan="Penetapan hasil, satu untuk setiap skema dalam satu pleno.")  # fmt: skip


@module.route("/sk/<uuid:id>", can=PUTUSAN)
def kep_sk(id: uuid.UUID) -> Response:
    return _sk_page(id, {})


def _sk_page(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    user = people.required()
    row: k.Sk = fetch(policies.visible_sk(user), id)
    versi = db.session.get_one(s.SkemaVersi, row.skema_versi_id)
    own = {str(i) for i in db.session.scalars(policies.own_decisions(user))} if policies.own_rows_only(user) else None
    signer = db.session.get(User, row.ditandatangani_oleh_id) if row.ditandatangani_oleh_id else None
    return render(
        "sertifikasi/keputusan_sk.html",
        status=status,
        sk=row,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        penanda=signer,
        baris=[b for b in row.isi["baris"] if own is None or b["keputusan"] in own],
        sebagian=own is not None,
        koreksi=sk.successor(row.id),
        asal=db.session.get(k.Sk, row.koreksi_id) if row.koreksi_id else None,
        perbaikan=sk.repairs(row.id),
        belum_bisa=perbaikan.in_the_way(row) if row.ditandatangani_at is None else "",
        boleh_tanda=user.has(TANDA_TANGAN) and row.ditandatangani_at is None and not sk.own_repair(row, user),
        halangan=sk.conflicts(row, user.id),
        boleh_koreksi=user.has(MANAJER) and row.ditandatangani_at is not None,
        hari_ini=hari_ini(),
        boleh_hapus=user.has(MANAJER) and row.ditandatangani_at is None,
        lencana=daftar.SIGNED(daftar.SUDAH if row.ditandatangani_at else daftar.BELUM),
        diluar=not versi.contoh and not sertifikat.licensed(versi.skema_id, row.tanggal),
        versi=versi,
        segel=penyegel.terbaca(row),
    )


def _held(id: uuid.UUID) -> k.Sk:
    row: k.Sk = fetch(policies.visible_sk(people.required()), id, lock=True)
    return row


@module.route("/sk/<uuid:id>/tanda-tangan", can=TANDA_TANGAN, methods=["POST"])
def kep_sk_tanda(id: uuid.UUID) -> Response:
    def act() -> Response:
        row, user = _held(id), people.required()
        if request.form.get("hubungan") == "ADA":
            sk.declare(row, user, request.form.getlist("keluarga"))
            return done(f"{HOME}/{id}", "Pernyataan Anda tercatat. SK ini ditandatangani orang lain.", "warning")
        if request.form.get("hubungan") != "TIDAK":
            raise Invalid("hubungan", "Nyatakan apakah ada keluarga Anda pada SK ini")
        sk.sign(row, user, request.form.get("sandi", ""))
        return done(f"{HOME}/{id}", f"SK {row.nomor} ditandatangani. PDF sedang dibuat.", "positive")

    return attempt(act, lambda galat, status: _sk_page(id, galat, status))


@module.route("/sk/<uuid:id>/hapus", can=MANAJER, methods=["POST"])
def kep_sk_hapus(id: uuid.UUID) -> Response:
    def act() -> Response:
        row = _held(id)
        sk.discard(row, people.required())
        return done(f"/sertifikasi/pleno/{row.pleno_id}", "SK dihapus. Siapkan lagi dari pleno.", "positive")

    return attempt(act, lambda galat, status: _sk_page(id, galat, status))


@module.route("/sk/<uuid:id>/koreksi", can=MANAJER, methods=["POST"])
def kep_sk_koreksi(id: uuid.UUID) -> Response:
    def act() -> Response:
        old = _held(id)
        names = {
            uuid.UUID(row["keputusan"]): " ".join(jawab.text(f"nama-{row['keputusan']}").split())
            for row in old.isi["baris"]
        }
        new = sk.correct(old, jawab.text("nomor"), jawab.day("tanggal"), jawab.text("alasan"), names, people.required())
        return done(f"{HOME}/{new.id}", f"SK koreksi {new.nomor} siap ditandatangani.", "positive")

    return attempt(act, lambda galat, status: _sk_page(id, galat, status))


@module.route("/sk/<uuid:id>/perbaikan", can=MANAJER, methods=["POST"])
def kep_sk_perbaikan(id: uuid.UUID) -> Response:
    """One row whose decision was wrong: the field names carry a mark, the page holds two forms."""

    def act() -> Response:
        new = perbaikan.prepare(
            _held(id), jawab.text("baris"), jawab.text("nomor-perbaikan"), jawab.day("tanggal-perbaikan"),
            jawab.text("dasar"), jawab.text("alasan-perbaikan"), people.required(),
            request.files.get("berita"),
        )  # fmt: skip
        return done(f"{HOME}/{new.id}", f"SK perbaikan {new.nomor} siap ditandatangani.", "positive")

    def page(galat: Galat, status: int) -> Response:
        return _sk_page(id, {f"{f}-perbaikan" if f in ("nomor", "tanggal") else f: t for f, t in galat.items()}, status)

    return attempt(act, page)


# ---- packages


@module.route("/paket", can=VERIFIKASI)
def kep_paket_list() -> Response:
    return daftar.PAKET.respond(
        "sertifikasi/keputusan_daftar.html",
        judul="Paket BNSP",
        tombol=("Paket baru", f"{PAKET}/baru"),
        keterangan="Permohonan blanko: surat, berita acara, SK, serta daftar K dan BK dalam satu berkas zip.",
    )


@module.route("/paket/baru", can=VERIFIKASI)
def kep_paket_baru() -> Response:
    return _new({})


def _new(galat: Galat, status: int = 200) -> Response:
    return render(
        "sertifikasi/keputusan_paket_baru.html",
        status=status,
        galat=galat,
        galat_isian=bool(galat),
        sk=paket.ready(),
        ketik=request.form,
        tujuan=paket.TO,
        hari_ini=hari_ini(),
    )


@module.route("/paket/baru", can=VERIFIKASI, methods=["POST"])
def kep_paket_buat() -> Response:
    def act() -> Response:
        row, refused = paket.request(
            people.required(), jawab.text("nomor"), jawab.day("tanggal"), jawab.text("tujuan"), jawab.ids("sk")
        )
        words = f"Paket {row.nomor} sedang dirakit."
        if refused:
            words += f" {len(refused)} asesi kompeten belum dapat disertifikatkan: {'; '.join(refused[:3])}"
        return done(f"{PAKET}/{row.id}", words, "warning" if refused else "positive")

    return attempt(act, _new)


@module.route("/paket/<uuid:id>", can=VERIFIKASI)
def kep_paket(id: uuid.UUID) -> Response:
    row: k.PaketBnsp = fetch(policies.visible_paket(people.required()), id)
    chosen = list(db.session.scalars(sa.select(k.Sk).where(k.Sk.id.in_([uuid.UUID(i) for i in row.sk]))))
    made = list(
        db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.paket_id == row.id).order_by(k.Sertifikat.nama))
    )
    refused = [line for one in chosen for line in _refused(one)]
    job = db.session.scalars(
        sa.select(Job).where(Job.kunci == f"paket-{row.id}").order_by(Job.id.desc()).limit(1)
    ).first()
    return render("sertifikasi/keputusan_paket.html", paket=row, sk=chosen, sertifikat=made, tertolak=refused, job=job,
                  status_sertifikat=daftar.STATES)  # fmt: skip


def _refused(one: k.Sk) -> list[str]:
    """K rows of an SK that can never be a certificate, with the reason."""
    versi = db.session.get_one(s.SkemaVersi, one.skema_versi_id)
    query = sa.select(k.Keputusan).where(k.Keputusan.sk_id == one.id, k.Keputusan.hasil == "K")
    names: dict[str, Any] = {row["keputusan"]: row["nama"] for row in one.isi["baris"]}
    rows = [(d, sertifikat.barrier(d, one, versi)) for d in db.session.scalars(query)]
    return [f"{names.get(str(d.id), '')}: {why}" for d, why in rows if why]


@module.route("/paket/<uuid:id>/ulang", can=VERIFIKASI, methods=["POST"])
def kep_paket_ulang(id: uuid.UUID) -> Response:
    """Once more when a paper was missing."""
    row: k.PaketBnsp = fetch(policies.visible_paket(people.required()), id, lock=True)
    if row.dokumen_id is None:
        paket.build(row, people.required())
    return done(f"{PAKET}/{id}", "Paket dirakit lagi.", "positive")
