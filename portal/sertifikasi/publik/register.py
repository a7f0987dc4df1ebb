"""Who assesses and where: names for everybody, what else the register says of them for who has an account."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.db import rows
from portal.kernel.people import User
from portal.kernel.web import PUBLIC, render, today
from portal.sertifikasi import DAFTAR, module
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.saya.pilihan import PROVINSI
from portal.sertifikasi.skema.models import Skema

MOST = 500


def assessors(day: date) -> list[Any]:
    """Name, number, end and schemes of who is in the register that day."""
    schemes = (
        sa.select(sa.func.string_agg(Skema.judul, "; "))
        .join(a.AsesorSkema, a.AsesorSkema.skema_id == Skema.id)
        .where(a.AsesorSkema.asesor_id == a.Asesor.id, a.AsesorSkema.mulai <= day, a.AsesorSkema.selesai >= day)
        .scalar_subquery()
    )
    query = (
        sa.select(User.nama, a.Asesor.no_reg, a.Asesor.selesai, schemes.label("skema"))
        .join(User, User.id == a.Asesor.user_id)
        .where(a.Asesor.aktif, User.aktif, a.Asesor.mulai <= day, a.Asesor.selesai >= day)
        .order_by(User.nama)
        .limit(MOST)
    )
    return list(rows(query))


def venues(day: date) -> list[Any]:
    columns = (a.Tuk.nama, a.Tuk.kota, a.Tuk.provinsi, a.Tuk.alamat, a.Tuk.selesai)
    query = sa.select(*columns).where(a.Tuk.mulai <= day, a.Tuk.selesai >= day)
    return list(rows(query.order_by(a.Tuk.provinsi, a.Tuk.nama).limit(MOST)))


@module.route("/asesor-tuk", can=PUBLIC)
def publik_register() -> Response:
    user, day = people.current(), today()
    return render(
        "sertifikasi/publik_register.html", asesor=assessors(day), tuk=venues(day), hari=day, provinsi=PROVINSI,
        lengkap=user is not None and user.has(DAFTAR),
    )  # fmt: skip
