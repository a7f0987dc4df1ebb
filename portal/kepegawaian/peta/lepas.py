"""Who works for the city and sits in no OPD (lepas OPD), with the reason; and who is excused from it.

L1 no verified main seat; L2 a seat without unit; L3 its unit is closed or hidden; L4 its unit hangs under no OPD;
L5 only an unverified seat from an import; L6 its unit has no counterpart at BKN. The reasons exclude each other.
"""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from portal.kepegawaian import LIHAT, USUL
from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.pegawai.daftar import JENIS, KELOMPOK, nip_words
from portal.kepegawaian.peta import sumber
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku, people_in
from portal.kepegawaian.rujukan.models import AKTIF, AKTIF_TIDAK_BEKERJA
from portal.kepegawaian.siasn.models import Peta, RujukanSiasn
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.listing import CAP, Ask, Choice, Column, GivenDay, Listing, Tags
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal

ALASAN = Tags({
    "L1": ("L1 Tanpa jabatan terverifikasi", "negative", ""), "L2": ("L2 Unit kosong", "negative", ""),
    "L3": ("L3 Unit ditutup atau disembunyikan", "negative", ""),
    "L4": ("L4 Unit di luar perangkat daerah", "negative", ""),
    "L5": ("L5 Jabatan impor belum terverifikasi", "warning", ""),
    "L6": ("L6 Unit belum terpetakan ke SIASN", "warning", ""),
})  # fmt: skip
FORM = "/kepegawaian/pegawai/{}/riwayat/baru/JABATAN"
LIMIT = 1000  # the tile stops counting here
SELAMANYA_SQL: Any = sa.literal_column(f"'{SELAMANYA}'")  # in words that the partial index knows


def _here(day: date, *where: Any) -> Any:
    active = sa.and_(Keadaan.kelompok == AKTIF, sumber.at_work(Keadaan), Keadaan.jenis != sumber.PEJABAT, ~Keadaan.luar)
    return sa.and_(berlaku(day), active, *where)


def _unseated(day: date) -> sa.CTE:
    """Without a verified main seat that day: the state says so, or not one entry of theirs is verified."""
    seatless = sa.select(Keadaan.pegawai_id).where(
        _here(day, Keadaan.unit_id.is_(None), Keadaan.riwayat_jabatan_id.is_(None))
    )
    last = sa.exists().where(Keadaan.pegawai_id == Pegawai.id, Keadaan.sampai == SELAMANYA_SQL)
    nothing = sa.select(Pegawai.id).where(~last).limit(CAP + 1).cte("tanpa_riwayat").prefix_with("MATERIALIZED")
    unknown = (
        sa.select(nothing.c.id)
        .join(Pegawai, Pegawai.id == nothing.c.id)
        .where(Pegawai.aktif, Pegawai.status != sumber.PEJABAT)
    )
    return sa.union_all(seatless, unknown).cte("tanpa_jabatan").prefix_with("MATERIALIZED")


def _imported(pegawai: Any) -> sa.ColumnElement[int]:
    """How many main seats came with an import and wait to be verified: a figure, so that PostgreSQL asks it of these
    few people and does not look for such seats among all."""
    row = r.RiwayatJabatan
    waiting = row.status.in_((r.DRAF, r.DIAJUKAN, r.DIPERIKSA, r.DIKEMBALIKAN))
    came = sa.select(sa.func.count()).select_from(row).where(
        row.pegawai_id == pegawai, row.jalur == r.UTAMA, row.sumber.in_((r.IMPOR, r.SIASN)), waiting
    )  # fmt: skip
    return came.scalar_subquery()


def l1(who: sa.CTE) -> sa.Select[Any]:
    return sa.select(who.c[0]).where(_imported(who.c[0]) == 0)


def l5(who: sa.CTE) -> sa.Select[Any]:
    return sa.select(who.c[0]).where(_imported(who.c[0]) > 0)


def l2(day: date) -> sa.Select[Any]:
    return sa.select(Keadaan.pegawai_id).where(
        _here(day, Keadaan.unit_id.is_(None), Keadaan.riwayat_jabatan_id.is_not(None))
    )


def _open(day: date) -> sa.CTE:
    """Units in force that day and not hidden."""
    found = sa.select(UnorVersi.unit_id, UnorVersi.induk_id, UnorVersi.pd_id).join(Unit, Unit.id == UnorVersi.unit_id)
    found = found.where(in_force(UnorVersi, day), ~Unit.disembunyikan)
    return found.cte("buka").prefix_with("MATERIALIZED")


def _rooted(units: sa.CTE) -> sa.CTE:
    """Of these units those that hang under an OPD, over others of them all the way up."""
    top = sa.select(units.c.unit_id).where(units.c.pd_id == units.c.unit_id).cte("berakar", recursive=True)
    below = units.alias("bawah")
    return top.union(sa.select(below.c.unit_id).join(top, below.c.induk_id == top.c.unit_id))


def l3(day: date, units: sa.CTE) -> sa.Select[Any]:
    closed = sa.select(Unit.id).where(Unit.id.not_in(sa.select(units.c.unit_id)))
    return sa.select(Keadaan.pegawai_id).where(_here(day, Keadaan.unit_id.in_(closed)))


def l4(day: date, units: sa.CTE, rooted: sa.CTE) -> sa.Select[Any]:
    loose = sa.select(units.c.unit_id).where(units.c.unit_id.not_in(sa.select(rooted.c.unit_id)))
    return sa.select(Keadaan.pegawai_id).where(_here(day, Keadaan.unit_id.in_(loose)))


def l6(day: date, rooted: sa.CTE) -> sa.Select[Any]:
    """Only once units are mapped at all. Without a counterpart, or with one that SIASN no longer shows."""
    shown = sa.select(RujukanSiasn.siasn_id).where(RujukanSiasn.jenis == "UNIT")
    mapped = sa.select(Peta.lokal).where(
        Peta.jenis == "UNIT", sa.or_(Peta.siasn_id.in_(shown), ~sa.exists(shown.correlate(None)))
    )
    units = sa.select(Unit.id).where(
        sa.exists().where(Peta.jenis == "UNIT"),
        sa.cast(Unit.id, sa.Text()).not_in(mapped),
        Unit.id.in_(sa.select(rooted.c.unit_id)),
    )
    return sa.select(Keadaan.pegawai_id).where(_here(day, Keadaan.unit_id.in_(units)))


def queries(day: date) -> dict[str, sa.Select[Any]]:
    """Keys of pegawai for each reason."""
    who, units = _unseated(day), _open(day)
    rooted = _rooted(units)
    return {
        "L1": l1(who), "L2": l2(day), "L3": l3(day, units), "L4": l4(day, units, rooted), "L5": l5(who),
        "L6": l6(day, rooted),
    }  # fmt: skip


def _reasons(day: date, most: int | None = None) -> sa.CTE:
    """Key and reason of everybody, or of `most` of them; computed once, though a list asks twice."""
    parts = []
    for code, query in queries(day).items():
        found = query.subquery(code.lower())
        parts.append(sa.select(found.c[0].label("pegawai_id"), sa.literal(code).label("alasan")))
    return sa.union_all(*parts).limit(most).cte("lepas").prefix_with("MATERIALIZED")


def people_without(user: Principal, per_tanggal: date) -> sa.Select[tuple[Pegawai]]:
    """Pegawai with the reason beside them as `lepas.alasan`. Who looks after one unit sees whom it had last."""
    units = user.units(LIHAT)
    lepas = _reasons(per_tanggal, CAP + 1 if units is None else None)
    query = sa.select(Pegawai).join(lepas, lepas.c.pegawai_id == Pegawai.id)
    return query if units is None else query.where(_last_pd(per_tanggal, lepas.c.pegawai_id).in_(units))


def _last_pd(day: date, of: Any) -> Any:
    """The OPD somebody had last, up to a day."""
    past = sa.orm.aliased(Keadaan)
    return (
        sa.select(past.pd_id)
        .where(past.pegawai_id == of, past.pd_id.is_not(None), past.mulai <= day)
        .order_by(past.mulai.desc())
        .limit(1)
        .correlate_except(past)
        .scalar_subquery()
    )


def _last_name(of: Any) -> Any:
    """A column: the name of that OPD."""

    def value(ask: Ask) -> Any:
        pd = _last_pd(ask.chosen["per_tanggal"], of)
        return sa.select(Unit.nama).where(Unit.id == pd).correlate(Pegawai, Keadaan).scalar_subquery()

    return value


def count() -> int:
    """How many there are today, up to LIMIT."""
    some = sa.select(_reasons(organisation.today()).c.pegawai_id).limit(LIMIT)
    return db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def _placeable(ask: Ask) -> sa.ColumnElement[Any]:
    """The key of whom this person may propose a seat for, else nothing."""
    may = people_in(ask.user, USUL) if ask.user.has(USUL) else sa.false()
    return sa.case((may, Pegawai.id))


def place_button(pegawai_id: uuid.UUID | None) -> Markup | str:
    if pegawai_id is None:
        return ""
    return Markup('<a class="button button-small" href="{}">Tempatkan</a>').format(FORM.format(pegawai_id))


_REASON: Any = sa.literal_column("lepas.alasan", sa.Text())

LEPAS = Listing(
    "lepas-opd", title="Lepas OPD", noun="pegawai", rows=people_without, key=Pegawai.id, sort="nama", can=LIHAT,
    search=[Pegawai.cari], search_label="Nama atau NIP",
    nothing=("Semua pegawai sudah ditempatkan", "Yang aktif tanpa perangkat daerah muncul di sini."),
    columns=[
        Column("nama", "Nama", Pegawai.nama, sort=True, indexed=False, link="/kepegawaian/pegawai/{orang}"),
        Column("nip", "NIP", Pegawai.nip, show=nip_words),
        Column("alasan", "Alasan", _REASON, show=ALASAN),
        Column("opd", "Perangkat daerah terakhir", _last_name(Pegawai.id)),
        Column("tempatkan", "Tindakan", _placeable, show=place_button, export=False),
        Column("orang", "ID", Pegawai.id, screen=False, export=False),
    ],
    filters=[
        GivenDay("per_tanggal", "Per tanggal", default=organisation.today),
        Choice("alasan", "Alasan", _REASON, options=ALASAN.options, indexed=False),
    ],
)  # fmt: skip


def excused(user: Principal, per_tanggal: date) -> sa.Select[tuple[Keadaan]]:
    """Without a unit for a reason: does not work here for the time being, works elsewhere, holds a public office."""
    why = sa.or_(Keadaan.kelompok == AKTIF_TIDAK_BEKERJA, Keadaan.luar, Keadaan.jenis == sumber.PEJABAT)
    query = sa.select(Keadaan).where(
        berlaku(per_tanggal), Keadaan.unit_id.is_(None), sumber.at_work(Keadaan), why
    )  # fmt: skip
    units = user.units(LIHAT)
    return query if units is None else query.where(_last_pd(per_tanggal, Keadaan.pegawai_id).in_(units))


DIKECUALIKAN = Listing(
    "lepas-dikecualikan", title="Dikecualikan dari lepas OPD", noun="pegawai", rows=excused, key=Keadaan.id,
    sort="nama", can=LIHAT,
    nothing=("Tidak ada yang dikecualikan", "Tugas belajar, CLTN, dan yang bekerja di luar kota muncul di sini."),
    columns=[
        Column("nama", "Nama", Keadaan.nama, sort=True, indexed=False, link="/kepegawaian/pegawai/{orang}"),
        Column("nip", "NIP", Keadaan.nip, show=nip_words),
        Column("kelompok", "Status", Keadaan.kelompok, show=KELOMPOK),
        Column("luar", "Di luar kota", Keadaan.luar),
        Column("jenis", "Jenis", Keadaan.jenis, show=lambda v: JENIS.get(v, "Pejabat negara")),
        Column("opd", "Perangkat daerah terakhir", _last_name(Keadaan.pegawai_id)),
        Column("orang", "ID", Keadaan.pegawai_id, screen=False, export=False),
    ],
    filters=[GivenDay("per_tanggal", "Per tanggal", default=organisation.today)],
)  # fmt: skip
