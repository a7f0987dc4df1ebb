"""Changing a session and calling it off."""

import uuid

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import calendar
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.numbers import whole
from portal.kernel.pages.isian import Isian
from portal.kernel.people import User, required
from portal.kernel.web import done, render
from portal.sertifikasi import VERIFIKASI, module
from portal.sertifikasi.asesmen import kalender, kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.sesi import services, ubah
from portal.sertifikasi.skema.models import SkemaVersi

HOME = "/sertifikasi/sesi"


def _session(id: uuid.UUID) -> a.SesiAsesmen:
    row: a.SesiAsesmen = fetch(policies.visible_sesi(required()), id)
    return row


def _stored(row: a.SesiAsesmen, tuk: a.Tuk) -> Isian:
    """The form as the session stands."""
    start, end = calendar.setempat(row.mulai, tuk.zona), calendar.setempat(row.selesai, tuk.zona)
    return Isian({
        "tuk": str(row.tuk_id), "asesor": str(row.asesor_id), "moda": row.moda, "kuota": str(row.kuota),
        "hari": f"{start.day}-{start.month}-{start.year}", "mulai": calendar.pukul(start),
        "selesai": calendar.pukul(end), "izin": row.izin_bnsp_ref, "stempel": ubah.stempel(row),
    })  # fmt: skip


def _page(row: a.SesiAsesmen, isian: Isian | None = None, status: int = 200) -> Response:
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == row.tuk_id)).one()
    today, isian = kalender.hari_ini(), isian or _stored(row, tuk)
    asesor = sa.select(a.Asesor.id, User.nama).join(User, User.id == a.Asesor.user_id).order_by(User.nama)
    open_tuk = sa.select(a.Tuk).where(sa.or_(a.Tuk.selesai >= today, a.Tuk.id == tuk.id)).order_by(a.Tuk.nama)
    seats = sa.select(sa.func.count()).select_from(a.PesertaSesi).where(a.PesertaSesi.sesi_id == row.id)
    return render(
        "sertifikasi/asesmen_sesi_ubah.html", status=status, sesi=row, isian=isian, galat=isian.galat,
        galat_isian=bool(isian.galat), waktu=kalender.waktu_sesi(row, tuk), moda=kasus.MODA.items(),
        skema=db.session.scalar(sa.select(SkemaVersi.judul).where(SkemaVersi.id == row.skema_versi_id)),
        peserta=db.session.scalar(seats), boleh=ubah.boleh(row, required()),
        tuk=[(t.id, f"{t.nama}, {t.kota} (paling banyak {t.kuota}, {calendar.zona_waktu(t.zona).tzname(None)})")
             for t in db.session.scalars(open_tuk)],
        asesor=[tuple(r) for r in db.session.execute(
            asesor.where(sa.or_(sa.and_(a.Asesor.aktif, a.Asesor.selesai >= today), a.Asesor.id == row.asesor_id)))],
    )  # fmt: skip


@module.route("/sesi/<uuid:id>/ubah", can=VERIFIKASI)
def lsp_sesi_ubah(id: uuid.UUID) -> Response:
    return _page(_session(id))


@module.route("/sesi/<uuid:id>/ubah", can=VERIFIKASI, methods=["POST"])
def lsp_ubah_sesi(id: uuid.UUID) -> Response:
    row, form, isian = _session(id), request.form, Isian(request.form)
    day, quota = isian.tanggal("hari", "Hari asesmen"), whole(isian["kuota"])
    if quota is None:
        isian.galat["kuota"] = "Kuota: tulis angka"
    if isian.galat or day is None or quota is None:
        return _page(row, isian, 422)
    data = services.DataSesi(
        row.skema_versi_id, form.get("tuk", type=uuid.UUID), form.get("asesor", type=uuid.UUID), isian["moda"], day,
        isian["mulai"], isian["selesai"], quota, isian["izin"],
    )  # fmt: skip
    try:
        warnings = ubah.ubah(row, data, isian["alasan"], isian["stempel"], required())
    except (Invalid, Conflict) as error:
        rollback()
        isian.galat[getattr(error, "field", "")] = " ".join(filter(None, (error.pesan, error.saran)))
        return _page(_session(id), isian, error.status)
    words = " ".join(["Sesi diubah. Peserta dan asesornya diberi tahu.", *warnings])
    return done(f"{HOME}/{id}", words, "warning" if warnings else "sukses")


@module.route("/sesi/<uuid:id>/batal", can=VERIFIKASI, methods=["POST"])
def lsp_batal_sesi(id: uuid.UUID) -> Response:
    isian = Isian({"alasan-batal": request.form.get("alasan", "")})
    try:
        count = ubah.batalkan(_session(id), isian["alasan-batal"], required())
    except Invalid as error:
        rollback()
        row = _session(id)
        tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == row.tuk_id)).one()
        isian = Isian({**_stored(row, tuk).form, **isian.form})
        isian.galat["alasan-batal"] = error.pesan
        return _page(row, isian, 422)
    return done(f"{HOME}/{id}", f"Sesi dibatalkan. {count} peserta menunggu jadwal baru dan diberi tahu.")
