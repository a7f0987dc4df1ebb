"""Kinds of assignment as they are today: definitive seats and extra roles per OPD, from verified entries in force."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import PETA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.peta import sumber
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import AKTIF
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Column, GivenDay, Listing
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal

SEGERA = 30  # days
BANYAK = 2  # more extra roles than this at once are worth a look
PERAN = {code: words for code, words in r.PENUGASAN.items() if code != r.DEFINITIF}
PENGGANTI = ("PLT", "PLH", "PJ")
BERAKHIR, LEWAT = "BERAKHIR", "LEWAT"
TANDA = {BERAKHIR: f"Berakhir dalam {SEGERA} hari", LEWAT: "Melewati lama wajar"}
Row = r.RiwayatJabatan
EXTRA: Any = sa.and_(sumber.EXTRA, sumber.VERIFIED)


def in_force_on(user: Principal, per_tanggal: date) -> sa.Select[tuple[Row]]:
    """Verified extra roles that run on a day, of people who work that day, in the units of this person."""
    works = sa.exists().where(
        Keadaan.pegawai_id == Row.pegawai_id, berlaku(per_tanggal), Keadaan.kelompok == AKTIF
    ).correlate(Row)  # fmt: skip
    query = (
        sa.select(Row)
        .join(Pegawai, Pegawai.id == Row.pegawai_id)
        .outerjoin(UnorVersi, sa.and_(UnorVersi.unit_id == Row.unit_id, in_force(UnorVersi, per_tanggal)))
        .where(EXTRA, Row.berlaku <= per_tanggal)
        .where(Row.selesai >= per_tanggal, works, sumber.seen_ahead(user, Row.pegawai_id, per_tanggal))
    )
    units = user.units(PETA)
    return query if units is None else query.where(Row.unit_id.in_(organisation.subtree(list(units))))


def _mark(name: str, ask: Ask) -> sa.ColumnElement[bool]:
    return marked(name, ask.chosen["per_tanggal"])


def marked(name: str, day: date) -> sa.ColumnElement[bool]:
    """Ends soon; or an acting head who has acted for longer than is usual."""
    if name == BERAKHIR:
        return Row.selesai <= day + timedelta(days=SEGERA)
    usual = sa.func.make_interval(0, aturan.nilai("tambahan_batas", day))
    return sa.and_(Row.penugasan.in_(("PLT", "PLH")), Row.berlaku + usual < day)


def opd_options(user: Principal) -> list[tuple[Any, str]]:
    units = user.units(PETA)
    query = sa.select(Unit.id, Unit.nama).where(in_force(Unit, organisation.today()), ~Unit.disembunyikan)
    mine = Unit.pd_id == Unit.id if units is None else Unit.id.in_(units)
    return [(row.id, row.nama) for row in db.session.execute(query.where(mine).order_by(Unit.kode).limit(400))]


DAFTAR = Listing(
    "penugasan", title="Jenis penugasan", noun="penugasan", rows=in_force_on, key=Row.id, sort="selesai", can=PETA,
    search=[Pegawai.cari], search_label="Nama atau NIP",
    nothing=("Tidak ada penugasan tambahan", "Plt, Plh, dan peran lain yang berlaku muncul di sini."),
    columns=[
        Column("nama", "Nama", Pegawai.nama, link="/kepegawaian/pegawai/{orang}"),
        Column("nip", "NIP", Pegawai.nip, show=nip_words),
        Column("penugasan", "Penugasan", Row.penugasan, show=lambda v: r.PENUGASAN.get(v, v)),
        Column("jabatan", "Jabatan", Row.nama_jabatan),
        Column("unit", "Unit kerja", UnorVersi.nama),
        Column("mulai", "Mulai", Row.berlaku),
        Column("selesai", "Selesai", Row.selesai, sort=True, indexed=False),
        Column("sk", "Nomor SK", Row.nomor_sk),
        Column("orang", "ID", Row.pegawai_id, screen=False, export=False),
    ],
    filters=[
        GivenDay("per_tanggal", "Per tanggal", default=organisation.today),
        Choice("opd", "Perangkat daerah", UnorVersi.pd_id, options=opd_options, indexed=False),
        Choice("penugasan", "Penugasan", Row.penugasan, options=list(PERAN.items()), indexed=False),
        Choice("tanda", "Tanda", options=list(TANDA.items()), where=_mark, indexed=False),
    ],
)  # fmt: skip


def vacant(user: Principal, per_tanggal: date) -> sa.Select[tuple[UnorVersi]]:
    """Units that should have a head, have none that day, and nobody acts for one."""
    seated = sa.exists().where(
        Keadaan.unit_id == UnorVersi.unit_id, Keadaan.pimpinan, berlaku(per_tanggal), Keadaan.kelompok == AKTIF
    )
    acting = sa.exists().where(
        Row.unit_id == UnorVersi.unit_id, Row.pimpinan, EXTRA,
        Row.penugasan.in_(PENGGANTI), Row.berlaku <= per_tanggal, Row.selesai >= per_tanggal,
    )  # fmt: skip
    query = (
        sa.select(UnorVersi)
        .join(Unit, Unit.id == UnorVersi.unit_id)
        .where(in_force(UnorVersi, per_tanggal), ~Unit.disembunyikan, sumber.headed(UnorVersi), ~seated, ~acting)
    )
    units = user.units(PETA)
    return query if units is None else query.where(in_scope(UnorVersi, user, PETA))


KOSONG = Listing(
    "jabatan-kosong", title="Jabatan kosong tanpa Plt", noun="jabatan", rows=vacant, key=UnorVersi.id, sort="unit",
    can=PETA,
    nothing=("Tidak ada jabatan kosong tanpa Plt", "Setiap unit berpimpinan atau punya Plt."),
    columns=[
        Column("unit", "Unit kerja", UnorVersi.nama, sort=True, indexed=False, link="/kepegawaian/peta?unit={orang}"),
        Column("jabatan", "Jabatan", UnorVersi.nama_jabatan),
        Column("eselon", "Eselon", UnorVersi.eselon),
        Column("opd", "Perangkat daerah", sa.select(Unit.nama).where(Unit.id == UnorVersi.pd_id)
               .correlate(UnorVersi).scalar_subquery()),
        Column("orang", "ID", UnorVersi.unit_id, screen=False, export=False),
    ],
    filters=[
        GivenDay("per_tanggal", "Per tanggal", default=organisation.today),
        Choice("opd", "Perangkat daerah", UnorVersi.pd_id, options=opd_options, indexed=False),
    ],
)  # fmt: skip


@dataclass
class BarisOpd:
    """One OPD in the table: definitive seats, extra roles by kind, how many of those end soon or run too long."""

    pd_id: uuid.UUID
    nama: str
    definitif: int = 0
    peran: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    berakhir: int = 0
    lewat: int = 0
    kosong: int = 0


@dataclass(frozen=True)
class Ringkasan:
    """`rangkap`: (pegawai_id, nama, how many extra roles)."""

    opd: list[BarisOpd]
    rangkap: list[Any]

    def total(self, name: str) -> int:
        return sum(getattr(row, name) for row in self.opd)

    def total_peran(self, code: str) -> int:
        return sum(row.peran.get(code, 0) for row in self.opd)


def summary(user: Principal, day: date) -> Ringkasan:
    """Five statements; every figure is the count of the list it leads to."""
    found: dict[uuid.UUID | None, BarisOpd] = {}
    for pd, number in _definitive(user, day):
        _row(found, pd).definitif = number
    base = in_force_on(user, day)
    soon, late = (sa.func.count().filter(marked(name, day)) for name in (BERAKHIR, LEWAT))
    per_kind = base.with_only_columns(UnorVersi.pd_id, Row.penugasan, sa.func.count(), soon, late,
                                      maintain_column_froms=True)  # fmt: skip
    for pd, code, number, ending, over in db.session.execute(per_kind.group_by(UnorVersi.pd_id, Row.penugasan)):
        row = _row(found, pd)
        row.peran[code] += number
        row.berakhir += ending
        row.lewat += over
    empty = vacant(user, day).with_only_columns(UnorVersi.pd_id, sa.func.count(), maintain_column_froms=True)
    for pd, number in db.session.execute(empty.group_by(UnorVersi.pd_id)):
        _row(found, pd).kosong = number
    many = (
        base.with_only_columns(Row.pegawai_id, Pegawai.nama, sa.func.count().label("banyak"),
                               maintain_column_froms=True)
        .group_by(Row.pegawai_id, Pegawai.nama)
        .having(sa.func.count() > BANYAK)
    )  # fmt: skip
    extra = list(db.session.execute(many.order_by(Pegawai.nama).limit(100)))
    return Ringkasan(_named(found.values()), extra)


def _definitive(user: Principal, day: date) -> list[Any]:
    query = sa.select(Keadaan.pd_id, sa.func.count()).where(
        berlaku(day),
        sumber.at_work(Keadaan),
        sumber.counted(Keadaan),
        Keadaan.jenis != sumber.PEJABAT,
        Keadaan.pd_id.is_not(None),
    )
    if user.units(PETA) is not None:
        query = query.where(in_scope(Keadaan, user, PETA))
    return list(db.session.execute(query.group_by(Keadaan.pd_id)))


def _row(found: dict[uuid.UUID | None, BarisOpd], pd: uuid.UUID | None) -> BarisOpd:
    return found.setdefault(pd, BarisOpd(pd or uuid.UUID(int=0), "Di luar perangkat daerah"))


def _named(rows: Iterable[BarisOpd]) -> list[BarisOpd]:
    rows = list(rows)
    units = db.session.execute(sa.select(Unit.id, Unit.nama, Unit.kode).where(Unit.id.in_([row.pd_id for row in rows])))
    known = {row.id: row for row in units}
    for row in rows:
        if row.pd_id in known:
            row.nama = known[row.pd_id].nama
    return sorted(rows, key=lambda row: known[row.pd_id].kode if row.pd_id in known else "~")
