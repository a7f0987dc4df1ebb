"""Pages of levels with BUP, legal standing, and the settings of the office."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import RUJUKAN, module
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import KELOMPOK
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan, services
from portal.kepegawaian.rujukan.models import Jenjang, Kedudukan, Pengaturan
from portal.kepegawaian.rujukan.policies import visible_jenjang, visible_kedudukan
from portal.kernel import calendar, numbers, organisation
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Invalid, Missing
from portal.kernel.pages.isian import Isian
from portal.kernel.people import User, required
from portal.kernel.web import MenuItem, done, render

module.menu.append(MenuItem("Rujukan dan aturan", "database", "/kepegawaian/rujukan", can=RUJUKAN, group="Kepegawaian",
                            order=80))  # fmt: skip
module.manuals.update({
    "/kepegawaian/rujukan": "bkpsdm-kepegawaian#rujukan-jabatan-dan-bup",
    "/kepegawaian/rujukan/pengaturan": "bkpsdm-kepegawaian#pengaturan-kepegawaian",
})  # fmt: skip
TAB = (
    ("jenjang", "Jenjang dan BUP", "/kepegawaian/rujukan"), ("jabatan", "Jabatan", "/kepegawaian/rujukan/jabatan"),
    ("sub", "Sub jabatan", "/kepegawaian/rujukan/sub-jabatan"),
    ("kedudukan", "Kedudukan hukum", "/kepegawaian/rujukan/kedudukan"),
    ("aturan", "Pengaturan", "/kepegawaian/rujukan/pengaturan"),
)  # fmt: skip


def tabs(here: str) -> list[dict[str, Any]]:
    return [{"label": label, "href": href, "current": name == here} for name, label, href in TAB]


# ---- levels


@module.route("/rujukan", can=RUJUKAN)
def rujukan_jenjang_list() -> Response:
    held = sa.select(Keadaan.jenjang, sa.func.count()).where(berlaku(organisation.today())).group_by(Keadaan.jenjang)
    return render(
        "kepegawaian/rujukan_jenjang_list.html", tabs=tabs("jenjang"), beda=services.differing(),
        baris=db.session.scalars(visible_jenjang(required()).order_by(Jenjang.urut)).all(),
        jumlah=dict(row for row in db.session.execute(held).tuples()),
    )  # fmt: skip


@module.route("/rujukan/jenjang/<uuid:id>", can=RUJUKAN)
def rujukan_jenjang(id: uuid.UUID) -> Response:
    row = fetch(visible_jenjang(required()), id)
    return _level(row, Isian({"bup": str(row.bup), "catatan": row.catatan, "dasar": row.dasar}))


@module.route("/rujukan/jenjang/<uuid:id>", can=RUJUKAN, methods=["POST"])
def rujukan_jenjang_simpan(id: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    row = fetch(visible_jenjang(user), id, lock=True)
    bup, dasar = age(isian, "bup", "BUP"), isian.teks("dasar", "Dasar", min_=5)
    note = isian.teks("catatan", "Catatan")
    if bup is None and "bup" not in isian.galat:
        isian.galat["bup"] = "Isi BUP"
    if isian.galat:
        return _level(row, isian, 422)
    touched = services.ubah(row, {"bup": bup, "dasar": dasar, "catatan": note}, dasar, user)
    return done("/kepegawaian/rujukan", told(row.nama, touched), "positive")


def _level(row: Jenjang, isian: Isian, status: int = 200) -> Response:
    return render(
        "kepegawaian/rujukan_jenjang.html", status=status, jenjang=row, isian=isian, jejak=services.trail(row)
    )


def age(isian: Isian, name: str, label: str) -> int | None:
    """50 to 75 years; None for an empty field."""
    found = numbers.whole(isian[name], 50, 75)
    if isian[name] and found is None:
        isian.galat[name] = f"{label}: tulis usia 50 sampai 75"
    return found


def told(nama: str, touched: int) -> str:
    return f"{nama} tersimpan." + (f" Keadaan {touched} pegawai sedang disusun ulang." if touched else "")


# ---- legal standing


@module.route("/rujukan/kedudukan", can=RUJUKAN)
def rujukan_kedudukan_list() -> Response:
    held = sa.select(Keadaan.kedudukan, sa.func.count()).where(berlaku(organisation.today()))
    rows = db.session.scalars(visible_kedudukan(required()).order_by(Kedudukan.kode)).all()
    return render(
        "kepegawaian/rujukan_kedudukan_list.html", tabs=tabs("kedudukan"), baris=rows, kelompok=KELOMPOK,
        jumlah=dict(row for row in db.session.execute(held.group_by(Keadaan.kedudukan)).tuples()),
    )  # fmt: skip


@module.route("/rujukan/kedudukan/<uuid:id>", can=RUJUKAN)
def rujukan_kedudukan(id: uuid.UUID) -> Response:
    row = fetch(visible_kedudukan(required()), id)
    return _standing(row, Isian({"kelompok": row.kelompok, "dihitung": "1" if row.dihitung else ""}))


@module.route("/rujukan/kedudukan/<uuid:id>", can=RUJUKAN, methods=["POST"])
def rujukan_kedudukan_simpan(id: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    row = fetch(visible_kedudukan(user), id, lock=True)
    group = isian.pilihan("kelompok", "Kelompok", dict(KELOMPOK.options))
    dasar = isian.teks("dasar", "Dasar", min_=5)
    if isian.galat:
        return _standing(row, isian, 422)
    touched = services.ubah(row, {"kelompok": group, "dihitung": isian["dihitung"] == "1"}, dasar, user)
    return done("/kepegawaian/rujukan/kedudukan", told(row.nama, touched), "positive")


def _standing(row: Kedudukan, isian: Isian, status: int = 200) -> Response:
    return render("kepegawaian/rujukan_kedudukan.html", status=status, kedudukan=row, isian=isian,
                  kelompok=KELOMPOK.options, jejak=services.trail(row))  # fmt: skip


# ---- settings


@module.route("/rujukan/pengaturan", can=RUJUKAN)
def rujukan_pengaturan() -> Response:
    today = organisation.today()
    future = sa.select(Pengaturan.kunci, sa.func.min(Pengaturan.mulai)).where(Pengaturan.mulai > today)
    return render(
        "kepegawaian/rujukan_pengaturan.html", tabs=tabs("aturan"), daftar=aturan.DAFTAR, nilai=aturan.semua(today),
        dasar=_sources(), nanti=dict(row for row in db.session.execute(future.group_by(Pengaturan.kunci)).tuples()),
        kata=worded,
    )  # fmt: skip


def _sources() -> dict[str, str]:
    """Source of the value in force, by key; missing where the default holds."""
    query = sa.select(Pengaturan.kunci, Pengaturan.dasar).where(Pengaturan.mulai <= organisation.today())
    return dict(row for row in db.session.execute(query.order_by(Pengaturan.mulai, Pengaturan.id)).tuples())


def worded(kunci: str, value: Any) -> str:
    known = aturan.DAFTAR[kunci]
    text = dict(known.pilihan).get(value, str(value))
    return f"{text} {known.satuan}".strip()


@module.route("/rujukan/pengaturan/<string:kunci>", can=RUJUKAN)
def rujukan_pengaturan_satu(kunci: str) -> Response:
    if kunci not in aturan.DAFTAR:
        raise Missing()
    today = organisation.today()
    return _setting(kunci, Isian({"nilai": str(aturan.nilai(kunci, today)), "mulai": today.isoformat()}))


@module.route("/rujukan/pengaturan/<string:kunci>", can=RUJUKAN, methods=["POST"])
def rujukan_pengaturan_simpan(kunci: str) -> Response:
    if kunci not in aturan.DAFTAR:
        raise Missing()
    user, isian = required(), Isian(request.form)
    start = isian.tanggal("mulai", "Berlaku mulai")
    if isian.galat or start is None:
        return _setting(kunci, isian, 422)
    try:
        services.ubah_aturan(kunci, isian["nilai"], start, isian["dasar"], user)
    except Invalid as error:
        isian.galat["dasar" if error.field == "dasar" else "nilai"] = error.pesan
        return _setting(kunci, isian, 422)
    when = "" if start <= organisation.today() else f" Berlaku {calendar.tanggal(start)}."
    return done("/kepegawaian/rujukan/pengaturan", f"{aturan.DAFTAR[kunci].judul} tersimpan.{when}", "positive")


def _setting(kunci: str, isian: Isian, status: int = 200) -> Response:
    query = (
        sa.select(Pengaturan, User.nama)
        .outerjoin(User, User.id == Pengaturan.diubah_oleh_id)
        .where(Pengaturan.kunci == kunci)
        .order_by(Pengaturan.mulai.desc(), Pengaturan.id.desc())
    )
    rows = [(row, name, worded(kunci, row.nilai["nilai"])) for row, name in db.session.execute(query)]
    return render("kepegawaian/rujukan_pengaturan_satu.html", status=status, aturan=aturan.DAFTAR[kunci], isian=isian,
                  riwayat=rows, baku=worded(kunci, aturan.DAFTAR[kunci].nilai))  # fmt: skip
