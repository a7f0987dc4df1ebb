"""Pages of the synchronisation: how it stands, its token, runs, calls and settings."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import SIASN, module
from portal.kepegawaian.siasn import catatan, daftar, jalan, setelan, tarik
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.policies import visible_jalan
from portal.kernel import identifiers, numbers, people
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.pages.isian import Isian
from portal.kernel.people import User, required
from portal.kernel.web import MenuItem, done, render

module.menu.append(MenuItem("Sinkron SIASN", "refresh", "/kepegawaian/siasn", can=SIASN, group="Kepegawaian", order=70))
module.manuals.update({
    "/kepegawaian/siasn": "bkpsdm-siasn#keadaan-sinkronisasi",
    "/kepegawaian/siasn/setelan": "bkpsdm-siasn#pengaturan",
    "/kepegawaian/siasn/jalan": "bkpsdm-siasn#menarik-data",
    "/kepegawaian/siasn/panggilan": "bkpsdm-siasn#menarik-data",
})  # fmt: skip
HOME = "/kepegawaian/siasn"
TAB = (
    ("status", "Keadaan", HOME), ("laporan", "Selisih", f"{HOME}/laporan"), ("kirim", "Kirim", f"{HOME}/kirim"),
    ("peta", "Pemetaan", f"{HOME}/peta"), ("setelan", "Pengaturan", f"{HOME}/setelan"),
)  # fmt: skip
SETELAN = (
    "alamat_api", "alamat_token", "instansi_id", "satuan_kerja_id", "laju", "batas_harian", "tenang_mulai",
    "tenang_selesai", "percobaan", "batas_waktu", "jeda_awal",
)  # fmt: skip


def tabs(here: str) -> list[dict[str, Any]]:
    """Ways between the pages; who only reads reports has no need of them."""
    user = people.current()
    if user is None or not user.has(SIASN):
        return []
    return [{"label": label, "href": href, "current": name == here} for name, label, href in TAB]


@module.route("/siasn", can=SIASN)
def siasn_status() -> Response:
    return _status(Isian())


def _status(isian: Isian, status: int = 200) -> Response:
    user = required()
    runs = list(db.session.scalars(visible_jalan(user).order_by(m.Jalan.dibuat_at.desc()).limit(15)))
    held = setelan.token()
    owner = db.session.scalar(sa.select(User.nama).where(User.id == held.operator_id)) if held else ""
    row = setelan.baca()
    return render(
        "kepegawaian/siasn_status.html", block="", status=status, tabs=tabs("status"), isian=isian, jalan=runs,
        token=held, pemilik_token=owner, setelan=row, lencana=daftar.JALAN, hari_ini=jalan.hari_ini(),
        hidup=next((run for run in runs if run.status in (m.BERJALAN, m.JEDA)), None), cakupan=tarik.CAKUPAN,
        opd=daftar.opd_options(user), jenis=catatan.DITARIK,
        siap=row.kunci_enc is not None and row.rahasia_enc is not None,
        asing=list(db.session.scalars(sa.select(m.KunciAsing).order_by(m.KunciAsing.terlihat_at.desc()).limit(20))),
        judul=catatan.JUDUL,
    )  # fmt: skip


@module.route("/siasn/token", can=SIASN, methods=["POST"])
def siasn_token() -> Response:
    """Keep a pasted token, let go on what waited for one. The text is never shown again."""
    user = required()
    try:
        setelan.tempel(request.form.get("token", ""), user)
    except Invalid as error:
        isian = Isian()
        isian.galat["token"] = error.pesan
        return _status(isian, 422)
    going = jalan.teruskan_semua()
    return done(HOME, "Token tersimpan." + (f" {going} proses dilanjutkan." if going else ""))


@module.route("/siasn/token/akhiri", can=SIASN, methods=["POST"])
def siasn_token_akhiri() -> Response:
    setelan.akhiri("Diakhiri operator.", required())
    return done(HOME, "Token diakhiri dan dihapus.")


@module.route("/siasn/tarik", can=SIASN, methods=["POST"])
def siasn_tarik() -> Response:
    user, isian = required(), Isian(request.form)
    opd, numbers = _uuid(isian["opd"]), _nips(isian)
    if isian.galat:
        return _status(isian, 422)
    try:
        run = tarik.mulai(user, isian["cakupan"], request.form.getlist("jenis"), opd, numbers)
    except Invalid as error:
        isian.galat[error.field] = error.pesan
        return _status(isian, 422)
    return done(f"{HOME}/jalan/{run.id}", "Penarikan dimulai. Pegawainya sedang dipilih.")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _nips(isian: Isian) -> list[str]:
    """NIP typed one a line, in any of their ways."""
    found: list[str] = []
    wrong: list[str] = []
    for line in isian["nip"].replace(",", "\n").splitlines():
        if line.strip():
            normal = identifiers.Nip.parse(line).normal
            (found if normal else wrong).append(normal or line.strip())
    if wrong:
        isian.galat["nip"] = f"NIP tidak dapat dibaca: {', '.join(wrong[:3])}"
    return found


# ---- runs


@module.route("/siasn/jalan/<uuid:id>", can=SIASN)
def siasn_jalan(id: uuid.UUID) -> Response:
    run: m.Jalan = fetch(visible_jalan(required()), id)
    failed = sa.select(m.JalanOrang, Pegawai).join(Pegawai, Pegawai.id == m.JalanOrang.pegawai_id).where(
        m.JalanOrang.jalan_id == run.id, m.JalanOrang.alasan != sa.literal_column("''")
    )  # fmt: skip
    return render(
        "kepegawaian/siasn_jalan.html", block="kemajuan", run=run, lencana=daftar.JALAN, tabs=tabs("status"),
        bermasalah=db.session.execute(failed.order_by(Pegawai.nama).limit(200)).all(),
        starter=db.session.scalar(sa.select(User.nama).where(User.id == run.user_id)),
    )  # fmt: skip


@module.route("/siasn/jalan/<uuid:id>", can=SIASN, methods=["POST"])
def siasn_jalan_aksi(id: uuid.UUID) -> Response:
    """Stop a run, or let a paused one go on now."""
    user = required()
    run: m.Jalan = fetch(visible_jalan(user), id, lock=True)
    if request.form.get("aksi") == "hentikan":
        jalan.hentikan(run, user)
        return done(f"{HOME}/jalan/{id}", "Proses dihentikan. Yang sudah ditarik tetap tersimpan.")
    if run.status != m.JEDA:
        raise Conflict("Proses ini tidak sedang jeda.")
    jalan.teruskan(run)
    return done(f"{HOME}/jalan/{id}", "Proses dilanjutkan.")


@module.route("/siasn/panggilan", can=SIASN)
def siasn_panggilan() -> Response:
    return daftar.PANGGILAN.respond("kepegawaian/siasn_panggilan.html", tabs=tabs("status"))


# ---- settings


@module.route("/siasn/setelan", can=SIASN)
def siasn_setelan() -> Response:
    return _settings(None)


def _settings(isian: Isian | None, status: int = 200) -> Response:
    row = setelan.baca()
    shown = isian or Isian({name: _typed(getattr(row, name)) for name in SETELAN} | {"versi": str(row.versi)})
    owners = setelan.pemilik()
    fields = [
        (kind, one, owners.get((kind.kode, one.nama), one.pemilik)) for kind in catatan.SEMUA.values()
        if kind.simpan for one in kind.medan if one.nama != "berlaku"
    ]  # fmt: skip
    return render(
        "kepegawaian/siasn_setelan.html", status=status, isian=shown, tabs=tabs("setelan"), medan=fields,
        ada_kunci=row.kunci_enc is not None, ada_rahasia=row.rahasia_enc is not None,
        pemilik=[(m.BKN, "BKN"), (m.KOTA, "Kota"), (m.MSKP, "m-SKP")],
    )  # fmt: skip


def _typed(value: Any) -> str:
    return f"{value.normalize():f}".replace(".", ",") if hasattr(value, "normalize") else str(value or "")


@module.route("/siasn/setelan", can=SIASN, methods=["POST"])
def siasn_setelan_simpan() -> Response:
    isian = Isian(request.form)
    try:
        setelan.ubah(request.form.to_dict(), numbers.whole(isian["versi"]) or 0, required())
    except Invalid as error:
        isian.galat[error.field] = error.pesan
        return _settings(isian, 422)
    return done(f"{HOME}/setelan", "Pengaturan tersimpan.")


@module.route("/siasn/pemilik", can=SIASN, methods=["POST"])
def siasn_pemilik() -> Response:
    """Who decides a field: only what differs from before is stored."""
    user, owners, changed = required(), setelan.pemilik(), 0
    for kind in catatan.SEMUA.values():
        for one in kind.medan:
            chosen = request.form.get(f"{kind.kode}.{one.nama}")
            if chosen and chosen != owners.get((kind.kode, one.nama), one.pemilik):
                setelan.pilih_pemilik(kind.kode, one.nama, chosen, user)
                changed += 1
    return done(f"{HOME}/setelan", f"{changed} isian diubah pemiliknya." if changed else "Tidak ada yang berubah.")
