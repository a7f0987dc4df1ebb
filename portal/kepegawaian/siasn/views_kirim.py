"""Pages of what is pushed: prepare, read the dry run, approve as the second person, follow."""

import uuid

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import SIASN, SIASN_SETUJU, module
from portal.kepegawaian.siasn import catatan, cetak, daftar, daftar_kirim, paket, setelan, uji_kirim
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.policies import visible_jalan, visible_kotak, visible_paket, visible_pasangan
from portal.kepegawaian.siasn.views import HOME, tabs
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Denied, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, User, required
from portal.kernel.web import SIGNED_IN, MenuItem, done, render

module.menu.append(
    MenuItem("Setujui kirim SIASN", "send", f"{HOME}/kirim", can=SIASN_SETUJU, group="Kepegawaian", order=72)
)
module.manuals.update({
    "/kepegawaian/siasn/kirim": "bkpsdm-siasn#mengirim-ke-siasn",
    "/kepegawaian/siasn/kirim/isi": "bkpsdm-siasn#mengirim-ke-siasn",
})  # fmt: skip
TAMPIL = 200


def _reader() -> Principal:
    """Who prepares or approves. Raises Denied for anybody else."""
    user = required()
    if not user.has(SIASN) and not user.has(SIASN_SETUJU):
        raise Denied()
    return user


@module.route("/siasn/kirim", can=SIGNED_IN)
def siasn_kirim() -> Response:
    user = _reader()
    ready = sa.select(m.Pasangan.jenis, sa.func.count()).where(paket.layak()).group_by(m.Pasangan.jenis)
    rows = visible_paket(user).order_by(m.Paket.dibuat_at.desc()).limit(30)
    counts = dict(db.session.execute(ready).tuples().all())
    return render(
        "kepegawaian/siasn_kirim.html", tabs=tabs("kirim"), siap=counts, judul=catatan.JUDUL,
        paket=list(db.session.scalars(rows)), lencana=daftar.PAKET, boleh=user.has(SIASN),
        opd=daftar.opd_options(user), terbanyak=paket.TERBANYAK,
    )  # fmt: skip


@module.route("/siasn/kirim", can=SIASN, methods=["POST"])
def siasn_siapkan() -> Response:
    """Ask for the dry run: nothing leaves, what cannot be sent is named with its reason."""
    user = required()
    chosen = request.form.get("opd", "")
    unit = next((key for key, _ in daftar.opd_options(user) if str(key) == chosen), None)
    parcel = uji_kirim.minta(user, request.form.getlist("jenis"), unit)
    return done(f"{HOME}/kirim/{parcel.id}", "Uji kirim sedang disiapkan.")


@module.route("/siasn/kirim/isi", can=SIGNED_IN)
def siasn_kirim_isi() -> Response:
    """Rows of one parcel or of all, page by page and as a file."""
    _reader()
    return daftar_kirim.ISI.respond("kepegawaian/siasn_kirim_isi.html", more=daftar_kirim.per_opd, tabs=tabs("kirim"))


@module.route("/siasn/kirim/<uuid:id>", can=SIGNED_IN)
def siasn_paket(id: uuid.UUID) -> Response:
    user = _reader()
    return _parcel(fetch(visible_paket(user), id), user)


def _parcel(row: m.Paket, user: Principal, galat: str = "", status: int = 200) -> Response:
    query = visible_kotak(user, row.id).join(Pegawai, Pegawai.id == m.Kotak.pegawai_id)
    query = query.order_by(m.Kotak.status == m.TERBUKTI, m.Kotak.id).limit(TAMPIL)
    items = [
        (item, name, cetak.medan_dikirim(item)) for item, name in db.session.execute(query.add_columns(Pegawai.nama))
    ]
    states = sa.select(m.Kotak.status, sa.func.count()).where(m.Kotak.paket_id == row.id).group_by(m.Kotak.status)
    rate = setelan.baca().laju
    names = dict(db.session.execute(sa.select(User.id, User.nama).where(
        User.id.in_([key for key in (row.disiapkan_oleh_id, row.diputus_oleh_id) if key]))).tuples().all())  # fmt: skip
    return render(
        "kepegawaian/siasn_paket.html", block="keadaan", status=status, paket=row, barang=items, lencana=daftar.PAKET,
        langkah=daftar.LANGKAH, judul=catatan.JUDUL, tabs=tabs("kirim"),
        keadaan=dict(db.session.execute(states).tuples().all()),
        panggilan=row.jumlah * paket.PANGGILAN, menit=max(round(row.jumlah * paket.PANGGILAN / float(rate) / 60), 1),
        boleh=user.has(SIASN_SETUJU) and user.id != row.disiapkan_oleh_id, sendiri=user.id == row.disiapkan_oleh_id,
        nama=names, galat=galat, terbanyak=TAMPIL, terhalang=_blocked(row, user),
        jalan=db.session.scalars(visible_jalan(user).where(m.Jalan.paket_id == row.id)).first(),
    )  # fmt: skip


def _blocked(row: m.Paket, user: Principal) -> list[tuple[m.Pasangan, str]]:
    """What could not be put in, as far as this person may read it, with the reason."""
    why = {uuid.UUID(key): words for key, words in row.terhalang}
    if not why:
        return []
    query = visible_pasangan(user).where(m.Pasangan.id.in_(why)).order_by(m.Pasangan.nama, m.Pasangan.id)
    return [(pair, why[pair.id]) for pair in db.session.scalars(query)]


@module.route("/siasn/kirim/<uuid:id>/setujui", can=SIASN_SETUJU, methods=["POST"])
def siasn_setujui(id: uuid.UUID) -> Response:
    user = required()
    row: m.Paket = fetch(visible_paket(user), id, lock=True)
    paket.setujui(row, request.form.get("sidik", ""), user)
    return done(f"{HOME}/kirim/{id}", "Paket disetujui. Pengiriman dimulai.")


@module.route("/siasn/kirim/<uuid:id>/tolak", can=SIGNED_IN, methods=["POST"])
def siasn_tolak(id: uuid.UUID) -> Response:
    """The second person refuses, or who prepared takes it back."""
    user = _reader()
    row: m.Paket = fetch(visible_paket(user), id, lock=True)
    if user.id != row.disiapkan_oleh_id and not user.has(SIASN_SETUJU):
        raise Denied()
    try:
        paket.tolak(row, request.form.get("alasan", ""), user)
    except Invalid as error:
        return _parcel(row, user, error.pesan, 422)
    return done(f"{HOME}/kirim", "Paket tidak dikirim.")
