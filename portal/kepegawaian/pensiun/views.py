"""Pages around the list of candidates: who comes, why somebody is missing, the years ahead, bosses who leave."""

import uuid

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import LIHAT, PENSIUN_KELOLA, PENSIUN_PERIKSA, RUJUKAN, SENDIRI, USUL, module
from portal.kepegawaian.pegawai.daftar import nip_words, opd_options
from portal.kepegawaian.pensiun import atasan, calon, naskah, policies, syarat, tahunan
from portal.kepegawaian.pensiun.alur import STATUS
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.pensiun.models import SyaratPensiun, UsulanPensiun
from portal.kepegawaian.riwayat.policies import people_in
from portal.kepegawaian.rujukan import aturan
from portal.kernel import activity, organisation
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import required
from portal.kernel.web import MenuItem, done, render

AWAL = "/kepegawaian/pensiun"
module.menu += [
    MenuItem("Calon pensiun", "calendar", AWAL, can=LIHAT, group="Kepegawaian", order=40),
    MenuItem("Usulan pensiun", "clipboard-check", f"{AWAL}/usulan", can=SENDIRI, group="Kepegawaian", order=41),
    MenuItem("Pensiun lima tahun", "chart-line", f"{AWAL}/tahunan", can=LIHAT, group="Kepegawaian", order=42),
    MenuItem("Persyaratan pensiun", "list-check", f"{AWAL}/syarat", can=RUJUKAN, group="Kepegawaian", order=82),
]
module.manuals.update({
    "/kepegawaian/pensiun": {
        PENSIUN_KELOLA: "bkpsdm-kepegawaian#calon-pensiun", PENSIUN_PERIKSA: "admin-opd-kepegawaian#calon-pensiun",
        "": "pegawai-kepegawaian#usulan-pensiun",
    },
    "/kepegawaian/pensiun/usulan": {
        PENSIUN_KELOLA: "bkpsdm-kepegawaian#usulan-pensiun", PENSIUN_PERIKSA: "admin-opd-kepegawaian#usulan-pensiun",
        "": "pegawai-kepegawaian#usulan-pensiun",
    },
    "/kepegawaian/pensiun/syarat": "bkpsdm-kepegawaian#persyaratan-pensiun",
    "/kepegawaian/pensiun/meninggal": "bkpsdm-kepegawaian#pegawai-meninggal",
    "/kepegawaian/pensiun/tahunan": {
        PENSIUN_KELOLA: "bkpsdm-kepegawaian#calon-pensiun", "": "admin-opd-kepegawaian#calon-pensiun",
    },
})  # fmt: skip
activity.declare(**{"kepegawaian.daftar_calon_dicetak": "baris"})


@module.route("/pensiun", can=LIHAT)
def pensiun_calon() -> Response:
    user = required()
    text = request.args.get("nip", "").strip()[:60]
    today = organisation.today()
    return calon.DAFTAR.respond(
        "kepegawaian/pensiun_calon.html", nip=text, jawaban=calon.kenapa(user, text) if text else None,
        bulan=aturan.nilai("pensiun_horizon", today), batas=calon.batas(today),
        mengusulkan=user.has(PENSIUN_KELOLA) or user.has(PENSIUN_PERIKSA), mengelola=user.has(PENSIUN_KELOLA),
        cetak=request.query_string.decode("ascii", "ignore"),
    )  # fmt: skip


@module.route("/pensiun/calon/<uuid:id>", can=LIHAT)
def pensiun_calon_satu(id: uuid.UUID) -> Response:
    """One candidate: how the TMT comes about, requests, who is below; the way to a request."""
    user = required()
    one: Pegawai = fetch(db.select(Pegawai).where(people_in(user, LIHAT)), id)
    today = organisation.today()
    rows = policies.visible_usulan(user).where(UsulanPensiun.pegawai_id == one.id).order_by(UsulanPensiun.id.desc())
    return render(
        "kepegawaian/pensiun_calon_satu.html", pegawai=one, nip=nip_words(one.nip), hitung=calon.perhitungan(one),
        jawaban=calon.jelaskan(user, one), usulan=db.session.scalars(rows).all(), jenis=JENIS,
        bawahan=atasan.bawahan(one.id, today), status_tampil=STATUS, mengelola=user.has(PENSIUN_KELOLA),
        mengusulkan=db.session.scalar(policies.applicable(user).where(Pegawai.id == one.id)) is not None,
    )  # fmt: skip


@module.route("/pensiun/daftar-calon", can=LIHAT, writes=True)
def pensiun_daftar() -> Response:
    """The list as it is filtered, as a paper."""
    user = required()
    rows = naskah.baris_calon(calon.DAFTAR.ask(request.args, user))
    if len(rows) > naskah.PALING_BANYAK:
        raise Conflict(f"Daftar memuat lebih dari {naskah.PALING_BANYAK} orang.",
                       "Pilih unit kerja atau bulan, lalu cetak lagi.")  # fmt: skip
    activity.log("kepegawaian.daftar_calon_dicetak", by=user, baris=len(rows))
    return pdf(naskah.daftar_calon(rows, user).build(), "daftar-calon-pensiun.pdf")


def pdf(body: bytes, name: str) -> Response:
    response = FlaskResponse(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@module.route("/pensiun/tahunan", can=LIHAT)
def pensiun_tahunan() -> Response:
    user = required()
    options = opd_options(user)
    wanted = request.args.get("opd", "")
    pd = next((key for key, _ in options if str(key) == wanted), None)
    found = tahunan.hitung(user, pd)
    return render(
        "kepegawaian/pensiun_tahunan.html", hasil=found, grafik=tahunan.grafik(found), opd=options, pilih=str(pd or ""),
        per_opd=tahunan.tabel(found, found.opd[: tahunan.TERBANYAK], "Per perangkat daerah"),
        per_jenjang=tahunan.tabel(found, found.jenjang, "Per jenjang"), terbanyak=tahunan.TERBANYAK,
    )  # fmt: skip


@module.route("/pensiun/atasan", can=LIHAT)
def pensiun_atasan() -> Response:
    return atasan.DAFTAR.respond("kepegawaian/pensiun_atasan.html", mengusulkan=required().has(USUL))


# ---- requirements


def _kind() -> str:
    wanted = request.values.get("jenis", "")
    return wanted if wanted in JENIS else "BUP"


@module.route("/pensiun/syarat", can=RUJUKAN)
def pensiun_syarat() -> Response:
    return _requirements(_kind())


def _requirements(
    jenis: str, galat: dict[str, str] | None = None, baris: str = "", status: int = 200
) -> Response:  # fmt: skip
    return render(
        "kepegawaian/pensiun_syarat.html", status=status, jenis=jenis, semua=JENIS, syarat=syarat.daftar(jenis, True),
        sumber=list(syarat.SUMBER.items()), tahap=list(syarat.TAHAP.items()), galat=galat or {}, galat_baris=baris,
        ketik=request.form,
    )  # fmt: skip


@module.route("/pensiun/syarat/<uuid:id>", can=RUJUKAN, methods=["POST"])
def pensiun_syarat_ubah(id: uuid.UUID) -> Response:
    row: SyaratPensiun = fetch(db.select(SyaratPensiun), id, lock=True)
    try:
        syarat.ubah(row, request.form, required())
    except Invalid as error:
        jenis = row.jenis
        rollback()
        return _requirements(jenis, {error.field: error.pesan}, str(id), 422)
    return done(f"{AWAL}/syarat?jenis={row.jenis}#s-{row.id}", f"{row.judul} tersimpan.")


@module.route("/pensiun/syarat/tambah", can=RUJUKAN, methods=["POST"])
def pensiun_syarat_tambah() -> Response:
    jenis = _kind()
    try:
        row = syarat.tambah(jenis, request.form, required())
    except Invalid as error:
        rollback()
        return _requirements(jenis, {error.field: error.pesan}, "baru", 422)
    return done(f"{AWAL}/syarat?jenis={jenis}#s-{row.id}", f"{row.judul} ditambahkan.")
