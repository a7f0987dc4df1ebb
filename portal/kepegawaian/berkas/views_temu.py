"""Pages of the finder: runs, what one run proposes, one finding with its candidates side by side."""

import io
import uuid
from typing import Any

import pypdfium2
import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import request
from PIL import Image
from werkzeug.wrappers import Response

from portal.kepegawaian import KELOLA, module
from portal.kepegawaian.berkas import cari, daftar, gudang, tautkan, versi
from portal.kepegawaian.berkas import models as m
from portal.kepegawaian.berkas.models import BerkasBatch, BerkasTemuan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import people_in
from portal.kernel import numbers, storage
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.documents import DAMAGED
from portal.kernel.errors import Conflict, Denied, Invalid, Missing
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, User, required
from portal.kernel.web import done, render

HOME = f"{daftar.HOME}/temuan"
SHOWN, WIDTH = 100, 900
STATUS = {
    m.MENYIAPKAN: "Sedang mencari", m.SIAP: "Uji coba selesai", m.MENJALANKAN: "Sedang menautkan",
    m.SELESAI: "Dijalankan", m.MENGURUNGKAN: "Sedang diurungkan", m.DIURUNGKAN: "Diurungkan",
}  # fmt: skip


def batches(user: Principal) -> sa.Select[tuple[BerkasBatch]]:
    """Runs look at everybody's files: only for who manages those of the whole city."""
    return sa.select(BerkasBatch).where(sa.true() if user.units(KELOLA) is None else sa.false())


def findings(user: Principal) -> sa.Select[tuple[BerkasTemuan]]:
    mine = sa.select(Pegawai.id).where(people_in(user, KELOLA))
    return sa.select(BerkasTemuan).where(BerkasTemuan.pegawai_id.in_(mine))


@module.route("/berkas/tanpa-pemilik", can=KELOLA)
def berkas_tanpa_pemilik() -> Response:
    return daftar.YATIM.respond("kepegawaian/berkas_yatim.html")


@module.route("/berkas/temuan", can=KELOLA)
def berkas_temuan() -> Response:
    query = batches(required()).order_by(BerkasBatch.id.desc()).limit(50)
    rows = list(db.session.scalars(query))
    who = sa.select(User.id, User.nama).where(User.id.in_({one.dibuat_oleh_id for one in rows}))
    names: dict[Any, str] = dict(db.session.execute(who).tuples().all())
    lost = sa.select(sa.func.count()).select_from(r.BerkasTautan).where(cari.lost())
    return render(
        "kepegawaian/berkas_temuan.html", batch=rows, nama=names, keadaan=STATUS, hilang=db.session.scalar(lost) or 0,
        awalan=gudang.awalan(),
    )  # fmt: skip


@module.route("/berkas/temuan", can=KELOLA, methods=["POST"])
def berkas_temuan_mulai() -> Response:
    user = required()
    if user.units(KELOLA) is not None:
        raise Denied()
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("berkas temuan"))))
    busy = db.session.scalars(sa.select(BerkasBatch).where(BerkasBatch.status.in_(m.BERJALAN)).limit(1)).first()
    if busy is not None and (busy.status, busy.dibuat_oleh_id) != (m.MENYIAPKAN, user.id):
        raise Conflict("Pencarian lain masih berjalan.")
    batch = busy or cari.start(user)  # a second press leads to the run of the first
    return done(f"{HOME}/{batch.id}", "Pencarian dimulai. Belum ada yang ditautkan.")


@module.route("/berkas/temuan/<uuid:id>", can=KELOLA)
def berkas_temuan_satu(id: uuid.UUID) -> Response:
    batch: BerkasBatch = fetch(batches(required()), id)
    query = (
        sa.select(BerkasTemuan, Pegawai.nama, Pegawai.nip).join(Pegawai, Pegawai.id == BerkasTemuan.pegawai_id)
        .where(BerkasTemuan.batch_id == batch.id).limit(SHOWN)
    )  # fmt: skip
    parts = {
        name: list(db.session.execute(query.where(BerkasTemuan.hasil == name).order_by(
            BerkasTemuan.status.desc(), BerkasTemuan.id)))
        for name in (m.OTOMATIS, m.ANTRE)
    }  # fmt: skip
    return render(
        "kepegawaian/berkas_temuan_satu.html", batch=batch, keadaan=STATUS[batch.status], bagian=parts, nama=versi.nama,
        cara=cari.CARA, sibuk=batch.status in m.BERJALAN, terhenti=tautkan.terhenti(batch), batas=SHOWN,
    )  # fmt: skip


@module.route("/berkas/temuan/<uuid:id>", can=KELOLA, methods=["POST"])
def berkas_temuan_jalankan(id: uuid.UUID) -> Response:
    """`aksi`: jalankan, urungkan, or lanjutkan what stopped."""
    user = required()
    batch: BerkasBatch = fetch(batches(user), id, lock=True)
    if request.form.get("aksi") == "lanjutkan":
        tautkan.lanjutkan(batch, user)
        return done(f"{HOME}/{id}", "Pencarian dilanjutkan.")
    if request.form.get("aksi") == "urungkan":
        tautkan.start_undo(batch, user)
        return done(f"{HOME}/{id}", "Tautan dari pencarian ini sedang diurungkan.")
    tautkan.start(batch, user)
    return done(f"{HOME}/{id}", "Berkas yang pasti sedang ditautkan.")


# ---- one finding


@module.route("/berkas/antrean/<uuid:id>", can=KELOLA)
def berkas_antrean(id: uuid.UUID) -> Response:
    user = required()
    return _page(fetch(findings(user), id), {})


def _page(row: BerkasTemuan, galat: dict[str, str]) -> Response:
    pegawai = db.session.scalars(sa.select(Pegawai).where(Pegawai.id == row.pegawai_id)).one()
    link = db.session.scalars(sa.select(r.BerkasTautan).where(r.BerkasTautan.id == row.tautan_id)).one()
    return render(
        "kepegawaian/berkas_antrean.html", status=422 if galat else 200, temuan=row, pegawai=pegawai, tautan=link,
        nama=versi.nama(row.jenis_dokumen), cara=cari.CARA, galat=galat, menunggu=row.status == m.MENUNGGU,
    )  # fmt: skip


@module.route("/berkas/antrean/<uuid:id>", can=KELOLA, methods=["POST"])
def berkas_antrean_putus(id: uuid.UUID) -> Response:
    """`aksi`: pilih (the candidate's number in `calon`) or lewati."""
    user = required()
    row: BerkasTemuan = fetch(findings(user), id, lock=True)
    home = f"{HOME}/{row.batch_id}"
    if request.form.get("aksi") == "lewati":
        tautkan.lewati(row, user)
        return done(home, "Temuan dilewati.")
    number = numbers.whole(request.form.get("calon", ""), 0, len(row.calon) - 1)
    try:
        if number is None:
            raise Invalid("calon", "Pilih berkas yang benar")
        made = tautkan.tautkan(row, row.calon[number]["kunci"], user)
    except Invalid as error:
        rollback()
        return _page(fetch(findings(user), id), {"calon": error.pesan})
    return done(home, f"{versi.nama(made.jenis_dokumen)} ditautkan.", "positive")


@module.route("/berkas/antrean/<uuid:id>/calon/<int:nomor>.png", can=KELOLA)
def berkas_antrean_calon(id: uuid.UUID, nomor: int) -> Response:
    """The first page of a candidate as a picture."""
    row: BerkasTemuan = fetch(findings(required()), id)
    body = storage.get(row.calon[nomor]["kunci"]) if 0 <= nomor < len(row.calon) else None
    picture = _picture(body) if body else None
    if picture is None:
        raise Missing("Berkas ini tidak dapat ditampilkan sebagai gambar.")
    return FlaskResponse(picture, mimetype="image/png", headers={"Cache-Control": "private, max-age=300"})


def _picture(body: bytes) -> bytes | None:
    try:
        if body.startswith(b"%PDF-"):
            with pypdfium2.PdfDocument(body) as pdf:
                sheet = pdf[0]
                drawn = sheet.render(scale=min(3.0, WIDTH / sheet.get_width(), 3600 / sheet.get_height())).to_pil()
        else:
            drawn = Image.open(io.BytesIO(body))
            drawn.thumbnail((WIDTH, 3600))
        out = io.BytesIO()
        drawn.convert("RGB").save(out, "PNG")
    except (pypdfium2.PdfiumError, Image.DecompressionBombError, ArithmeticError, *DAMAGED):
        return None
    return out.getvalue()
