"""Names of jabatan (JF and pelaksana) and their subjects: found, added, edited, taken out of use."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import RUJUKAN, module
from portal.kepegawaian.riwayat.aturan import SUB_JABATAN
from portal.kepegawaian.rujukan import khusus, services
from portal.kepegawaian.rujukan.models import JENIS_JABATAN, JF, PELAKSANA, Jabatan, Jenjang, SubJabatan
from portal.kepegawaian.rujukan.policies import visible_jabatan, visible_sub_jabatan
from portal.kepegawaian.rujukan.views import age, tabs, told
from portal.kernel import numbers, organisation
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.listing import Ask, Choice, Column, Listing, Tags
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, required
from portal.kernel.web import done, render

AKTIF = Tags({True: ("Dipakai", "positive", ""), False: ("Tidak dipakai", "", "")})
RUMPUN = {one: one.replace("_", " ").title() for one in SUB_JABATAN}
KINDS = {JF: JENIS_JABATAN[JF], PELAKSANA: JENIS_JABATAN[PELAKSANA]}


def _ladder() -> Any:
    return sa.select(Jenjang.bup).where(Jenjang.kode == Jabatan.jenjang).correlate(Jabatan).scalar_subquery()


def _level() -> Any:
    return sa.select(Jenjang.nama).where(Jenjang.kode == Jabatan.jenjang).correlate(Jabatan).scalar_subquery()


def levels() -> list[tuple[str, str]]:
    query = sa.select(Jenjang.kode, Jenjang.nama).where(
        sa.or_(Jenjang.kelompok.like("FUNGSIONAL%"), Jenjang.kode == PELAKSANA)
    )
    return [(row.kode, row.nama) for row in db.session.execute(query.order_by(Jenjang.urut))]


def _differing(value: str, ask: Ask) -> sa.ColumnElement[bool]:
    return services.differs()


def _offered_levels(_: Principal) -> list[tuple[str, str]]:
    return levels()


DAFTAR = Listing(
    "rujukan-jabatan", title="Rujukan jabatan", noun="jabatan", rows=visible_jabatan, key=Jabatan.id, sort="nama",
    can=RUJUKAN, search=[Jabatan.cari], search_label="Nama jabatan",
    columns=[
        Column("nama", "Nama", Jabatan.nama, sort=True, link="/kepegawaian/rujukan/jabatan/{id}"),
        Column("jenis", "Jenis", Jabatan.jenis, show=lambda v: KINDS.get(v, v)),
        Column("jenjang", "Jenjang", _level()),
        Column("kelas", "Kelas", Jabatan.kelas, number=True),
        Column("bup", "BUP jabatan", Jabatan.usia_bup, number=True),
        Column("bup_jenjang", "BUP jenjang", _ladder(), number=True),
        Column("aktif", "Status", Jabatan.aktif, show=AKTIF),
        Column("kode", "Kode SIASN", Jabatan.siasn_id, screen=False),
    ],
    filters=[
        Choice("jenis", "Jenis", Jabatan.jenis, options=list(KINDS.items()), indexed=False),
        Choice("jenjang", "Jenjang", Jabatan.jenjang, options=_offered_levels, indexed=False),
        Choice("aktif", "Status", Jabatan.aktif, options=AKTIF.options, indexed=False),
        Choice("beda", "BUP", options=[("1", "Berbeda dari jenjang")], where=_differing, indexed=False),
    ],
)  # fmt: skip
SUB = Listing(
    "rujukan-sub-jabatan", title="Sub jabatan", noun="sub jabatan", rows=visible_sub_jabatan, key=SubJabatan.id,
    sort="nama", can=RUJUKAN, search=[sa.func.lower(SubJabatan.nama)], search_label="Nama sub jabatan",
    columns=[
        Column("nama", "Nama", SubJabatan.nama, sort=True, indexed=False,
               link="/kepegawaian/rujukan/sub-jabatan/{id}"),
        Column("rumpun", "Rumpun", SubJabatan.rumpun, show=lambda v: RUMPUN.get(v, v)),
        Column("aktif", "Status", SubJabatan.aktif, show=AKTIF),
    ],
    filters=[
        Choice("rumpun", "Rumpun", SubJabatan.rumpun, options=list(RUMPUN.items()), indexed=False),
        Choice("aktif", "Status", SubJabatan.aktif, options=AKTIF.options, indexed=False),
    ],
)  # fmt: skip


@module.route("/rujukan/jabatan", can=RUJUKAN)
def rujukan_jabatan_list() -> Response:
    return DAFTAR.respond("kepegawaian/rujukan_jabatan_list.html", tabs=tabs("jabatan"))


@module.route("/rujukan/jabatan/baru", can=RUJUKAN)
def rujukan_jabatan_baru() -> Response:
    return _form(None, Isian({"jenis": JF, "aktif": "1"}))


@module.route("/rujukan/jabatan/<uuid:id>", can=RUJUKAN)
def rujukan_jabatan(id: uuid.UUID) -> Response:
    return halaman(fetch(visible_jabatan(required()), id), Isian())


@module.route("/rujukan/jabatan/baru", can=RUJUKAN, methods=["POST"])
def rujukan_jabatan_tambah() -> Response:
    return _save(None)


@module.route("/rujukan/jabatan/<uuid:id>", can=RUJUKAN, methods=["POST"])
def rujukan_jabatan_simpan(id: uuid.UUID) -> Response:
    return _save(fetch(visible_jabatan(required()), id, lock=True))


def _save(row: Jabatan | None) -> Response:
    user, isian = required(), Isian(request.form)
    values = _read(isian, row)
    if isian.galat:
        return _form(row, isian, 422)
    try:
        made = row or Jabatan(jenis=isian["jenis"], nama=isian["nama"])
        touched = services.ubah(made, values, isian["dasar"], user)
    except Invalid as error:
        isian.galat[error.field] = error.pesan
        return _form(row, isian, 422)
    return done("/kepegawaian/rujukan/jabatan", told(made.nama, touched), "positive")


def _read(isian: Isian, row: Jabatan | None) -> dict[str, Any]:
    """The age of a jabatan that is there already follows from the reference, or from a rule with its document."""
    bup = age(isian, "usia_bup", "BUP jabatan") if row is None else row.usia_bup
    grade = isian["kelas"]
    if grade and numbers.whole(grade, 1, 20) is None:
        isian.galat["kelas"] = "Kelas: tulis angka 1 sampai 20"
    values = {
        "jenis": isian.pilihan("jenis", "Jenis", KINDS), "nama": isian.teks("nama", "Nama", min_=3, maks=200),
        "jenjang": isian.pilihan("jenjang", "Jenjang", ["", *dict(levels())]),
        "rumpun": isian.pilihan("rumpun", "Rumpun", ["", *RUMPUN]), "usia_bup": bup,
        "siasn_id": isian.teks("siasn_id", "Kode SIASN", maks=60) or None, "aktif": isian["aktif"] == "1",
        "kelas": numbers.whole(grade, 1, 20),
    }  # fmt: skip
    if row is None and bup and len(isian["dasar"]) < 10:
        isian.galat["dasar"] = "Dasar: tulis alasan dan nomor dokumen BUP jabatan, sedikitnya 10 huruf"
    if values["jenis"] == JF and not values["jenjang"]:
        isian.galat["jenjang"] = "Jenjang: pilih salah satu"
    return values


def halaman(row: Jabatan, bup: Isian, status: int = 200) -> Response:
    """The page of a jabatan; `bup` is the form for an age of its own, as typed."""
    names = ("jenis", "nama", "jenjang", "rumpun", "kelas", "usia_bup", "siasn_id")
    kept = {name: "" if getattr(row, name) is None else str(getattr(row, name)) for name in names}
    return _form(row, Isian({**kept, "aktif": "1" if row.aktif else ""}), status, bup)


def _form(row: Jabatan | None, isian: Isian, status: int = 200, bup: Isian | None = None) -> Response:
    return render(
        "kepegawaian/rujukan_jabatan.html", status=status, jabatan=row, isian=isian, jenis=list(KINDS.items()),
        jenjang=[("", "Tanpa jenjang"), *levels()], rumpun=[("", "Tanpa sub jabatan"), *RUMPUN.items()],
        jejak=services.trail(row) if row else [], dipakai=services.used(row) if row else 0, bup=bup or Isian(),
        khusus=khusus.daftar(row.id) if row else [], hari_ini=organisation.today(), baku=_level_age(row),
    )  # fmt: skip


def _level_age(row: Jabatan | None) -> int | None:
    return db.session.scalar(sa.select(Jenjang.bup).where(Jenjang.kode == row.jenjang)) if row else None


# ---- subjects


@module.route("/rujukan/sub-jabatan", can=RUJUKAN)
def rujukan_sub_list() -> Response:
    return SUB.respond("kepegawaian/rujukan_sub_list.html", tabs=tabs("sub"))


@module.route("/rujukan/sub-jabatan/baru", can=RUJUKAN)
def rujukan_sub_baru() -> Response:
    return _sub_form(None, Isian({"aktif": "1"}))


@module.route("/rujukan/sub-jabatan/<uuid:id>", can=RUJUKAN)
def rujukan_sub(id: uuid.UUID) -> Response:
    row = fetch(visible_sub_jabatan(required()), id)
    return _sub_form(row, Isian({"nama": row.nama, "rumpun": row.rumpun, "aktif": "1" if row.aktif else ""}))


@module.route("/rujukan/sub-jabatan/baru", can=RUJUKAN, methods=["POST"])
def rujukan_sub_tambah() -> Response:
    return _sub_save(None)


@module.route("/rujukan/sub-jabatan/<uuid:id>", can=RUJUKAN, methods=["POST"])
def rujukan_sub_simpan(id: uuid.UUID) -> Response:
    return _sub_save(fetch(visible_sub_jabatan(required()), id, lock=True))


def _sub_save(row: SubJabatan | None) -> Response:
    user, isian = required(), Isian(request.form)
    values = {
        "nama": isian.teks("nama", "Nama", min_=3, maks=200), "rumpun": isian.pilihan("rumpun", "Rumpun", RUMPUN),
        "aktif": isian["aktif"] == "1",
    }  # fmt: skip
    if isian.galat:
        return _sub_form(row, isian, 422)
    try:
        services.ubah(row or SubJabatan(), values, "", user)
    except Invalid as error:
        isian.galat[error.field] = error.pesan
        return _sub_form(row, isian, 422)
    return done("/kepegawaian/rujukan/sub-jabatan", f"{values['nama']} tersimpan.", "positive")


def _sub_form(row: SubJabatan | None, isian: Isian, status: int = 200) -> Response:
    return render("kepegawaian/rujukan_sub.html", status=status, sub=row, isian=isian, rumpun=list(RUMPUN.items()),
                  jejak=services.trail(row) if row else [])  # fmt: skip
