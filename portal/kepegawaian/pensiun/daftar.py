"""The list of requests: own ones, those of one's units, or all."""

from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.alur import STATUS
from portal.kepegawaian.pensiun.jenis import BKN, JENIS
from portal.kepegawaian.pensiun.policies import visible_usulan
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Choices, Column, DateRange, Listing
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal
from portal.kernel.web import SIGNED_IN

U = m.UsulanPensiun


def _of_person(column: Any) -> Any:
    return sa.select(column).where(Pegawai.id == U.pegawai_id).correlate(U).scalar_subquery()


def _sought(words: str) -> sa.ColumnElement[bool]:
    bare = words.replace(" ", "").replace(".", "").lstrip("'")
    texts = [bare] if bare.isdigit() else words.split()
    likes = []
    for text in texts:
        quoted = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        likes.append(Pegawai.cari.like(sa.func.lower(sa.func.f_unaccent(f"%{quoted}%"))))
    return U.pegawai_id.in_(sa.select(Pegawai.id).where(*likes))


def _units(_: Principal) -> list[tuple[Any, str]]:
    query = sa.select(Unit.id, Unit.nama).where(Unit.pd_id == Unit.id, in_force(Unit, organisation.today()))
    return [(row.id, row.nama) for row in db.session.execute(query.order_by(Unit.kode).limit(400))]


def _in_opd(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    return U.pd_id == unit


DAFTAR = Listing(
    "usulan-pensiun", title="Usulan pensiun", noun="usulan", rows=visible_usulan, key=U.id, sort="-dibuat",
    can=SIGNED_IN, search=_sought, search_label="Nama atau NIP",
    nothing=("Belum ada usulan", "Usulan pensiun yang dapat Anda lihat muncul di sini."),
    columns=[
        Column("nama", "Nama", _of_person(Pegawai.nama), link="/kepegawaian/pensiun/usulan/{id}"),
        Column("nip", "NIP", _of_person(sa.func.coalesce(Pegawai.nip, "")), show=nip_words),
        Column("jenis", "Jenis", U.jenis, show=lambda v: JENIS[v].judul if v in JENIS else v),
        Column("tmt", "TMT", U.tmt, sort=True, indexed=False),
        Column("status", "Status", U.status, show=STATUS),
        Column("opd", "Perangkat daerah",
               sa.select(Unit.nama).where(Unit.id == U.pd_id).correlate(U).scalar_subquery()),
        Column("bkn", "Status BKN", U.bkn_status, show=lambda v: BKN.get(v, "") if v else "", optional=True),
        Column("sk", "Nomor SK", U.sk_nomor, optional=True),
        Column("dibuat", "Dibuat", U.dibuat_at, sort=True, indexed=False, optional=True),
        Column("id", "ID", U.id, screen=False, export=False),
    ],
    filters=[
        Choices("status", "Status", U.status, options=STATUS.options, indexed=False),
        Choices("jenis", "Jenis", U.jenis, options=[(one.kode, one.judul) for one in JENIS.values()], indexed=False),
        Choice("opd", "Perangkat daerah", options=_units, where=_in_opd, indexed=False),
        DateRange("tmt", "TMT", U.tmt, indexed=False),
    ],
)  # fmt: skip
