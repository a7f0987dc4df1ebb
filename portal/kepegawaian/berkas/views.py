"""Pages of the matrix, the people behind a count, one person's files, and the versions of one document."""

import uuid
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import KELOLA, LIHAT, module
from portal.kepegawaian.berkas import daftar, harapan, policies, rekap, versi
from portal.kepegawaian.pegawai import orang
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kepegawaian.riwayat.berkas import KINDS
from portal.kepegawaian.riwayat.policies import visible_pegawai
from portal.kepegawaian.rujukan import aturan
from portal.kernel import documents, jobs, organisation
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Denied, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, required
from portal.kernel.web import SIGNED_IN, MenuItem, done, render

HOME = daftar.HOME
VERSI = {
    KELOLA: "bkpsdm-kepegawaian#kembalikan-file", LIHAT: "admin-opd-kepegawaian#kelengkapan-berkas-unit-anda",
    "": "pegawai-kepegawaian#versi-berkas-anda",
}  # fmt: skip
module.menu.append(MenuItem("Kelengkapan berkas", "folder", HOME, can=LIHAT, group="Kepegawaian", order=30))
module.manuals.update({
    "/kepegawaian/berkas": {
        KELOLA: "bkpsdm-kepegawaian#kelengkapan-berkas", "": "admin-opd-kepegawaian#kelengkapan-berkas-unit-anda",
    },
    "/kepegawaian/berkas/pegawai": VERSI,
    "/kepegawaian/berkas/dokumen": VERSI,
    "/kepegawaian/berkas/temuan": "bkpsdm-kepegawaian#menemukan-berkas-hilang",
    "/kepegawaian/berkas/antrean": "bkpsdm-kepegawaian#menemukan-berkas-hilang",
    "/kepegawaian/berkas/tanpa-pemilik": "bkpsdm-kepegawaian#menemukan-berkas-hilang",
})  # fmt: skip


@module.route("/berkas", can=LIHAT)
def berkas() -> Response:
    user = required()
    kelola = user.has(KELOLA)
    return daftar.MATRIKS.respond("kepegawaian/berkas_matriks.html", dihitung=daftar.recounted_at(), kelola=kelola)


@module.route("/berkas/hitung", can=KELOLA, methods=["POST"])
def berkas_hitung() -> Response:
    jobs.enqueue(rekap.recount, "Hitung kelengkapan berkas", "berkas-rekap", required().id)
    return done(HOME, "Penghitungan dimulai. Muat ulang halaman ini sebentar lagi.")


@module.route("/berkas/kosong", can=LIHAT)
def berkas_kosong() -> Response:
    return daftar.ORANG.respond("kepegawaian/berkas_kosong.html", keadaan=harapan.KEADAAN)


@module.route("/berkas/pegawai/<uuid:id>", can=SIGNED_IN)
def berkas_pegawai(id: uuid.UUID) -> Response:
    user = required()
    row: Pegawai = fetch(visible_pegawai(user), id)
    entries = orang.entries(orang.rows_of(user, row.id), [], {}).values()
    return render(
        "kepegawaian/berkas_pegawai.html", pegawai=row, berkas=daftar.of_person(user, row.id), tabel=r.TABEL,
        dari={one.id: one for kind in entries for one in kind},
        keadaan=harapan.KEADAAN, milik_sendiri=row.id == user.pegawai_id,
    )  # fmt: skip


@module.route("/berkas/dokumen/<uuid:id>", can=SIGNED_IN)
def berkas_dokumen(id: uuid.UUID) -> Response:
    user = required()
    return _page(fetch(policies.visible_links(user), id), user)


def _page(link: r.BerkasTautan, user: Principal, galat: dict[str, str] | None = None) -> Response:
    row = db.session.scalars(sa.select(Pegawai).where(Pegawai.id == link.pegawai_id)).one()
    shown = versi.tampil(link)
    return render(
        "kepegawaian/berkas_dokumen.html", status=422 if galat else 200, pegawai=row, tautan=link, versi=shown,
        nama=versi.nama(link.jenis_dokumen), hak=policies.may_change(user, link), galat=galat or {},
        kini=next((one for one in shown if one.link.aktif), None), keadaan=harapan.KEADAAN,
        keadaan_dari=harapan.keadaan,
        alasan=request.form.get("alasan", ""), pilihan=request.form.get("versi", ""), maks=_limit() // (1024 * 1024),
    )  # fmt: skip


def _limit() -> int:
    return int(aturan.nilai("berkas_maks_mb", organisation.today())) * 1024 * 1024


@module.route("/berkas/dokumen/<uuid:id>", can=SIGNED_IN, methods=["POST"])
def berkas_dokumen_ubah(id: uuid.UUID) -> Response:
    """`aksi`: kembalikan (version in `versi`), hapus, unggah."""
    user = required()
    link: r.BerkasTautan = fetch(policies.visible_links(user), id)
    services.lock(link.pegawai_id)  # what may be changed hangs on a state that somebody may be deciding upon
    db.session.refresh(link)
    try:
        made, words = ACTS.get(request.form.get("aksi", ""), _unknown)(link, user, request.form.get("alasan", ""))
    except Invalid as error:
        rollback()
        return _page(fetch(policies.visible_links(user), id), user, {error.field: error.pesan})
    return done(f"{HOME}/dokumen/{made.id}", words, "positive")


def _unknown(link: r.BerkasTautan, user: Principal, why: str) -> tuple[Any, str]:
    raise Denied()


def _restore(link: r.BerkasTautan, user: Principal, why: str) -> tuple[Any, str]:
    wanted = request.form.get("versi", "")
    chosen = next((one for one in versi.semua(link) if str(one.id) == wanted), None)
    if chosen is None:
        raise Invalid("versi", "Pilih versi yang hendak dikembalikan")
    made = versi.kembalikan(chosen, user, why)
    return made, f"Versi {chosen.versi} dikembalikan sebagai versi {made.versi}."


def _take_away(link: r.BerkasTautan, user: Principal, why: str) -> tuple[Any, str]:
    current = next((one for one in versi.semua(link) if one.aktif), link)
    versi.hapus(current, user, why)
    return current, "Berkas dihapus. Anda dapat mengembalikannya di halaman ini."


def _hand_in(link: r.BerkasTautan, user: Principal, why: str) -> tuple[Any, str]:
    versi.reason(user, link, why)
    file = request.files.get("berkas")
    if file is None or not file.filename:
        raise Invalid("berkas", "Pilih berkas")
    document = documents.receive(cast(BinaryIO, file.stream), file.filename, user.id, _limit())
    if document.mime not in KINDS:
        raise Invalid("berkas", f"{document.nama}: unggah sebagai PDF, JPG, atau PNG")
    made = versi.unggah(link, document, user)
    return made, f"Berkas tersimpan sebagai versi {made.versi}."


ACTS = {"kembalikan": _restore, "hapus": _take_away, "unggah": _hand_in}
