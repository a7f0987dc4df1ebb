"""The old register: the list, the screen on which one certificate is held against its paper, the public page."""

import uuid
from datetime import timedelta
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, documents, issued
from portal.kernel.access import fetch
from portal.kernel.db import db, now, rollback
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.issued import Statement
from portal.kernel.listing import Choice, Column, Listing, Tags
from portal.kernel.organisation import today
from portal.kernel.people import Principal, User, required
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import LIHAT, VERIFIKASI, module
from portal.sertifikasi.arsip_lama import models as a
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan
from portal.sertifikasi.keputusan.nomor import squeeze
from portal.sertifikasi.keputusan.verifikasi import AKAN_BERAKHIR, KEADAAN, Keadaan
from portal.sertifikasi.skema.models import Skema, SkemaVersi
from portal.sertifikasi.tenggat import batas

HOME = "/sertifikasi/arsip-lama"
LIMIT = 10 * 1024 * 1024
ASKED, TYPED = 10, 24  # fewest and most letters and digits of a number that /verifikasi passes on
FIELDS = ("nama", "skema", "nomor", "tanggal")
module.menu.append(MenuItem("Arsip sertifikat lama", "archive", HOME, can=VERIFIKASI, group="Register LSP", order=77))
STATES = Tags({
    a.BELUM: ("Belum diperiksa", "warning", "clock"), a.SESUAI: ("Sesuai arsip", "positive", "circle-check"),
    a.BERBEDA: ("Berbeda dengan arsip", "negative", "alert-circle"),
})  # fmt: skip
activity.declare(**{"sertifikat_lama.diperiksa": "nomor hasil catatan", "sertifikat_lama.ditarik": "nomor alasan"})


def visible(user: Principal) -> sa.Select[tuple[SertifikatLama]]:
    return sa.select(SertifikatLama).where(sa.true() if user.has(LIHAT) or user.has(VERIFIKASI) else sa.false())


@documents.visible_through
def _scans(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    ids: sa.Select[Any] = visible(user).with_only_columns(SertifikatLama.dokumen_id)
    return ids


ARSIP = Listing(
    "arsip_lama", title="Arsip sertifikat lama", noun="sertifikat", rows=visible, key=SertifikatLama.id, sort="nama",
    can=VERIFIKASI, search=[SertifikatLama.cari], search_label="Nama atau nomor",
    join=[(Skema, Skema.id == SertifikatLama.skema_id)],
    columns=[
        Column("nama", "Nama", SertifikatLama.nama, sort=True, link=HOME + "/{id}"),
        Column("nomor", "Nomor sertifikat", SertifikatLama.nomor),
        Column("skema", "Skema", Skema.judul),
        Column("terbit", "Terbit", SertifikatLama.terbit, sort=True, indexed=False),
        Column("sampai", "Berlaku sampai", SertifikatLama.sampai, sort=True, indexed=False),
        Column("periksa", "Pemeriksaan", SertifikatLama.periksa, show=STATES),
    ],
    filters=[Choice("periksa", "Pemeriksaan", SertifikatLama.periksa, options=STATES.options, indexed=False)],
)  # fmt: skip


def keadaan(row: SertifikatLama) -> Keadaan:
    """Computed for today; nothing of it is stored."""
    if row.sampai < today():
        return KEADAAN[k.KEDALUWARSA]
    return KEADAAN[AKAN_BERAKHIR if row.sampai <= today() + timedelta(days=batas("segera")) else k.BERLAKU]


@module.route("/arsip-lama", can=VERIFIKASI)
def arsip_lama() -> Response:
    return ARSIP.respond("sertifikasi/arsip_lama.html")


@module.route("/arsip-lama/<uuid:id>", can=VERIFIKASI)
def arsip_lama_satu(id: uuid.UUID) -> Response:
    return _page(fetch(visible(required()), id), {})


def _sample(row: SertifikatLama) -> bool:
    """Whether its scheme is one whose content nobody has confirmed yet."""
    latest = sa.select(SkemaVersi.contoh).where(SkemaVersi.skema_id == row.skema_id)
    return bool(db.session.scalar(latest.order_by(SkemaVersi.versi.desc()).limit(1)))


def _page(row: SertifikatLama, galat: dict[str, str]) -> Response:
    skema = db.session.scalar(sa.select(Skema.judul).where(Skema.id == row.skema_id))
    names = sa.select(User.nama).where(User.id == row.diperiksa_oleh_id)
    scan = db.session.scalars(sa.select(Document).where(Document.id == row.dokumen_id)).first()
    return render(
        "sertifikasi/arsip_lama_satu.html", status=422 if galat else 200, sertifikat=row, skema=skema, pindaian=scan,
        keadaan=keadaan(row), contoh=_sample(row),
        sendiri=row.dimuat_oleh_id == required().id, periksa=STATES.states[row.periksa],
        pemeriksa=db.session.scalar(names) or "",
        galat=galat, isian=request.form, dicentang=request.form.getlist("cocok"), galat_isian=bool(galat),
        butir=[("nama", "Nama sama"), ("skema", "Skema sama"), ("nomor", "Nomor dan blanko sama"),
               ("tanggal", "Tanggal terbit dan berakhir sama")],
    )  # fmt: skip


@module.route("/arsip-lama/<uuid:id>", can=VERIFIKASI, methods=["POST"])
def arsip_lama_periksa(id: uuid.UUID) -> Response:
    user = required()
    row: SertifikatLama = fetch(visible(user), id, lock=True)
    if row.periksa != a.BELUM:
        raise Conflict("Sertifikat ini sudah diperiksa.")
    try:
        _check(row, user)
    except Invalid as error:
        rollback()
        return _page(fetch(visible(user), id), {error.field: error.pesan})
    return done(f"{HOME}/{id}", f"{STATES.words(row.periksa)}: {row.nomor}.", "positive")


def _check(row: SertifikatLama, user: Principal) -> None:
    """The scan and a verdict. Raises Invalid: nobody says "sesuai" without the paper and every point ticked."""
    if user.id == row.dimuat_oleh_id:
        raise Denied("Sertifikat yang Anda muat diperiksa rekan Anda.")
    form, file = request.form, request.files.get("pindaian")
    verdict, note = form.get("hasil", ""), form.get("catatan", "").strip()
    if verdict not in (a.SESUAI, a.BERBEDA):
        raise Invalid("hasil", "Pilih sesuai atau berbeda")
    if verdict == a.SESUAI and not set(FIELDS) <= set(form.getlist("cocok")):
        raise Invalid("cocok", "Centang setiap butir yang sudah Anda cocokkan")
    if verdict == a.BERBEDA and len(note) < 5:
        raise Invalid("catatan", "Tulis apa yang berbeda")
    if file is None or not file.filename:
        raise Invalid("pindaian", "Unggah pindaian sertifikat kertas")
    scan = documents.receive(cast(BinaryIO, file.stream), file.filename, user.id, LIMIT, "pindaian")
    documents.claim(scan)
    documents.for_office(scan, VERIFIKASI)
    row.dokumen_id, row.periksa, row.catatan = scan.id, verdict, note[:1000]
    row.diperiksa_at, row.diperiksa_oleh_id = now(), user.id
    activity.log("sertifikat_lama.diperiksa", row, by=user, nomor=row.nomor, hasil=verdict, catatan=note[:1000])
    db.session.flush()


@module.route("/arsip-lama/<uuid:id>/tarik", can=VERIFIKASI, methods=["POST"])
def arsip_lama_tarik(id: uuid.UUID) -> Response:
    """A verdict "sesuai" is taken back: the public is told nothing of this certificate any more."""
    user = required()
    row: SertifikatLama = fetch(visible(user), id, lock=True)
    if row.periksa != a.SESUAI:
        raise Conflict("Hanya pemeriksaan yang sesuai dapat ditarik.")
    why = request.form.get("alasan", "").strip()
    if len(why) < 10:
        return _page(row, {"alasan": "Tulis alasannya, sedikitnya 10 huruf"})
    row.periksa, row.catatan = a.BERBEDA, f"Ditarik {user.nama}: {why[:900]}"
    activity.log("sertifikat_lama.ditarik", row, by=user, nomor=row.nomor, alasan=why[:1000])
    return done(f"{HOME}/{id}", "Pemeriksaan ditarik. Sertifikat ini tidak lagi ditampilkan kepada umum.", "warning")


# ---- what the public reads


def find(kode: str) -> SertifikatLama | None:
    """By the complete number of certificate, registration or blanko. One that differs from its paper is not told."""
    mark = squeeze(kode)
    if not ASKED <= len(mark) <= TYPED + 16 or not any(c.isdigit() for c in mark):
        return None
    names = (SertifikatLama.nomor_sidik, SertifikatLama.no_reg_sidik)
    same = [column == mark for column in names]
    if len(mark) == TYPED:  # the form of /verifikasi cuts there
        same += [sa.func.left(column, TYPED) == mark for column in names]
    query = sa.select(SertifikatLama).where(sa.or_(*same), SertifikatLama.periksa != a.BERBEDA)
    found = db.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _name(nama: str) -> str:
    """Letters alone, without titles after a comma."""
    return "".join(c for c in nama.partition(",")[0].casefold() if c.isalpha())


def _lookup(kode: str) -> Statement | None:
    row = find(kode)
    if row is None:
        return None
    typed = request.args.get("nama", "")[:200]
    if _name(typed) != _name(row.nama):
        return Statement("sertifikasi/arsip_lama_nama.html", {"kode": kode, "salah": bool(typed), "nama": typed})
    skema = db.session.scalar(sa.select(Skema.judul).where(Skema.id == row.skema_id))
    return Statement("sertifikasi/arsip_lama_verifikasi.html", {
        "sertifikat": row, "skema": skema, "keadaan": keadaan(row), "lsp": pengaturan.lsp()["nama"],
        "contoh": _sample(row), "belum": row.periksa == a.BELUM, "dibaca_pada": now(),
    })  # fmt: skip


issued.LOOKUPS.append(_lookup)
