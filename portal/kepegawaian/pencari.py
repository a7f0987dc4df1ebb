"""Fields that are chosen from many: units, names of jabatan, pegawai. Found at the server, never one long list.

A field is a text to search with and the options found, as radio buttons: htmx fetches them while one types; without
script the form's own button "Cari" (name `aksi`, value `cari:<field>`) sends the form back with them.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import LIHAT, SENDIRI, module
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pegawai.nomor import pemilik_lama
from portal.kepegawaian.riwayat.policies import berlaku, visible_pegawai
from portal.kepegawaian.rujukan.models import JF, PELAKSANA, Jabatan, SubJabatan
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import current, required
from portal.kernel.web import SIGNED_IN, render

MOST, SHORTEST = 20, 2


@dataclass(frozen=True)
class Temuan:
    """One option: key, what it is called, what tells it from its namesakes."""

    nilai: uuid.UUID
    nama: str
    keterangan: str = ""


def _like(column: Any, words: str) -> sa.ColumnElement[bool]:
    """Every word somewhere in the text, whatever its accents and case."""
    parts = [w.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for w in words.split()]
    return sa.and_(sa.true(), *(column.like(sa.func.lower(sa.func.f_unaccent(f"%{part}%"))) for part in parts))


def cari_unit(words: str, on: date) -> list[Temuan]:
    """Units in force on a day that are not hidden, with the way up to their OPD (twin names are many)."""
    above = sa.orm.aliased(Unit)
    top = sa.orm.aliased(Unit)
    query = (
        sa.select(Unit.id, UnorVersi.nama, above.nama.label("induk"), top.nama.label("opd"))
        .join(UnorVersi, UnorVersi.unit_id == Unit.id)
        .outerjoin(above, above.id == UnorVersi.induk_id)
        .outerjoin(top, top.id == UnorVersi.pd_id)
        .where(~Unit.disembunyikan, in_force(UnorVersi, on))
        .where(_like(sa.func.lower(sa.func.f_unaccent(UnorVersi.nama)), words))
        .order_by(sa.func.length(UnorVersi.nama), Unit.kode)
        .limit(MOST)
    )
    return [
        Temuan(row.id, row.nama, " · ".join(dict.fromkeys(n for n in (row.induk, row.opd) if n and n != row.nama)))
        for row in db.session.execute(query)
    ]


def cari_jabatan(words: str, on: date, jenis: str = JF) -> list[Temuan]:
    query = sa.select(Jabatan.id, Jabatan.nama, Jabatan.kelas).where(
        Jabatan.jenis == jenis, Jabatan.aktif, _like(Jabatan.cari, words)
    )
    rows = db.session.execute(query.order_by(sa.func.length(Jabatan.nama), Jabatan.nama).limit(MOST))
    return [Temuan(row.id, row.nama, f"Kelas {row.kelas}" if row.kelas else "") for row in rows]


def cari_pelaksana(words: str, on: date) -> list[Temuan]:
    return cari_jabatan(words, on, PELAKSANA)


def cari_pegawai(words: str, on: date, *more: sa.ColumnElement[bool]) -> list[Temuan]:
    """Active people of a day, officials who are no civil servants among them (an atasan may be one).

    A NIP tells the day of birth: it is shown and sought for those whose page the person may open, names for all.
    `more`: further conditions on Pegawai.
    """
    user = current()
    near = Pegawai.id.in_(visible_pegawai(user).with_only_columns(Pegawai.id)) if user is not None else sa.false()
    bare = words.replace(" ", "").replace(".", "")
    if bare.isdigit():
        other = sa.orm.aliased(Pegawai)
        held = sa.select(other.id).where(other.cari.like(f"%{bare}%")).union(pemilik_lama(bare))
        sought = sa.and_(Pegawai.id.in_(held), near)
    else:
        sought = _like(Pegawai.cari, words)
        if any(c.isnumeric() for c in words):  # part of a NIP, not of a name
            sought = sa.and_(sought, near)
    query = (
        sa.select(Pegawai.id, Pegawai.nama, Keadaan.jabatan, sa.case((near, Pegawai.nip), else_="").label("nip"))
        .join(Keadaan, Keadaan.pegawai_id == Pegawai.id)
        .where(berlaku(on), Keadaan.kelompok != "BERHENTI", sought, *more)
        .order_by(Pegawai.nama, Pegawai.id)
        .limit(MOST)
    )
    return [
        Temuan(row.id, row.nama, " · ".join(part for part in (nip_words(row.nip), row.jabatan) if part))
        for row in db.session.execute(query)
    ]


def sub_jabatan(jabatan_id: uuid.UUID | None) -> list[Temuan]:
    """Subjects of the family of a jabatan; none for most."""
    family = sa.select(Jabatan.rumpun).where(Jabatan.id == jabatan_id, Jabatan.rumpun != "").scalar_subquery()
    query = sa.select(SubJabatan.id, SubJabatan.nama).where(SubJabatan.rumpun == family, SubJabatan.aktif)
    return [Temuan(row.id, row.nama) for row in db.session.execute(query.order_by(SubJabatan.nama))]


CARI: dict[str, Callable[[str, date], list[Temuan]]] = {
    "unit": cari_unit, "jabatan": cari_jabatan, "pelaksana": cari_pelaksana, "pegawai": cari_pegawai,
}  # fmt: skip


def nama(jenis: str, nilai: uuid.UUID | None) -> str:
    """What a chosen key is called; empty for none or one that is gone."""
    column: Any = {"unit": Unit, "pegawai": Pegawai}.get(jenis, Jabatan)
    return db.session.scalar(sa.select(column.nama).where(column.id == nilai)) or "" if nilai else ""


def hasil(form: Mapping[str, str], medan: Mapping[str, str], on: date) -> dict[str, list[Temuan]]:
    """Options for a form that was sent back by a button "Cari". `medan`: field and what is searched for it."""
    wanted = form.get("aksi", "").removeprefix("cari:")
    words = form.get(f"{wanted}-cari", "").strip()
    if wanted not in medan or len(words) < SHORTEST:
        return {}
    return {wanted: CARI[medan[wanted]](words[:80], on)}


@module.route("/cari/<string:jenis>", can=SIGNED_IN)
def pencari(jenis: str) -> Response:
    """Options for one field as a fragment. Names of people only for who may read the register."""
    if jenis not in CARI or not (required().has(LIHAT) or required().has(SENDIRI)):
        raise Missing()
    medan = request.args.get("medan", "")
    if not medan.replace("_", "").isalnum():
        raise Missing()
    words = request.args.get(f"{medan}-cari", "").strip()[:80]
    try:
        on = date.fromisoformat(request.args.get("per", ""))
    except ValueError:
        on = organisation.today()
    found = CARI[jenis](words, on) if len(words) >= SHORTEST else []
    return render("kepegawaian/_pilihan.html", block="pilihan", medan=medan, kata=words, temuan=found)
