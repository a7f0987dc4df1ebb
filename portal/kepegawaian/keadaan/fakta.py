"""Reading the facts of many pegawai at once: verified now, or as the register knew them at a moment."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import SELAMANYA
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import BupKhusus, Jabatan, Jenjang, Kedudukan
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.db import rows
from portal.kernel.organisation import Orang, Pegawai, Unit

# Kinds of riwayat_lain that change the state; PERALIHAN: a PPPK of part time becomes one of full time.
PERJANJIAN, PENGANGKATAN, ATASAN, PERALIHAN = "PERJANJIAN", "CPNS_PNS", "ATASAN", "PERALIHAN"


class Diri(NamedTuple):
    """The pegawai of the facts."""

    id: uuid.UUID
    nip: str | None
    nama: str
    status: str
    jenis_kelamin: str
    tanggal_lahir: date | None


class Kursi(NamedTuple):
    """What the projection reads of an entry of jabatan; fields are columns."""

    id: uuid.UUID
    tmt: date
    berlaku: date
    selesai: date | None
    jalur: str
    penugasan: str
    jenis_jabatan: str
    jabatan_id: uuid.UUID | None
    nama_jabatan: str
    jenjang: str
    eselon: str
    kelas: int | None
    unit_id: uuid.UUID | None
    lokasi: str
    pimpinan: bool
    atasan_id: uuid.UUID | None
    atasan_cara: str
    nomor_sk: str


class Catatan(NamedTuple):
    """An entry of another table. `nilai`: code of golongan, education or standing, TMT PNS, key of the new atasan.

    `diakui`: for a diploma, whether BKN knows its title or it is that of the appointment; for an atasan, whether that
    is simply who heads the unit.
    """

    id: uuid.UUID
    tmt: date
    selesai: date | None
    nilai: str
    diakui: bool


@dataclass
class Fakta:
    """Everything the projection of one pegawai rests on."""

    pegawai: Diri
    jabatan: list[Kursi] = field(default_factory=list)
    golongan: list[Catatan] = field(default_factory=list)
    pendidikan: list[Catatan] = field(default_factory=list)
    kedudukan: list[Catatan] = field(default_factory=list)
    perjanjian: list[Catatan] = field(default_factory=list)
    pengangkatan: list[Catatan] = field(default_factory=list)
    atasan: list[Catatan] = field(default_factory=list)
    peralihan: list[Catatan] = field(default_factory=list)


@dataclass(frozen=True)
class Rujukan:
    """Reference rows the projection reads. `opd`: by unit, (first day, OPD) in order. `usia_jabatan`: by jabatan, first
    and last day and age, what the reference says first. `nama`: of units today and, by code, of standings."""

    kedudukan: dict[str, tuple[str, bool]]
    jenjang: dict[str, Any]
    usia: dict[str, int]
    usia_jabatan: dict[uuid.UUID, list[tuple[date, date, int]]]
    opd: dict[uuid.UUID, list[tuple[date, uuid.UUID | None]]]
    hanya_dicantumkan: bool
    koor_memimpin: bool
    nama: dict[Any, str]


def known(table: Any, at: datetime | None) -> sa.ColumnElement[bool]:
    """Entries verified now, or those the register knew at a moment."""
    if at is None:
        return sa.and_(table.status == r.TERVERIFIKASI)
    return sa.and_(table.dicatat_at <= at, sa.or_(table.dicabut_at.is_(None), table.dicabut_at > at))


def read(keys: Sequence[uuid.UUID], at: datetime | None = None) -> list[Fakta]:
    """Facts of these pegawai, in the order of their keys. Two statements, however many they are."""
    found: dict[uuid.UUID, Fakta] = {}
    own = len(Diri._fields)
    for row in rows(_seats(keys, at)):
        one = found.get(row[0]) or found.setdefault(row[0], Fakta(Diri(*row[:own])))
        if row[own] is not None:
            one.jabatan.append(Kursi(*row[own:]))
    for track, pegawai, *entry in rows(_tracks(keys, at)):
        getattr(found[pegawai], track).append(Catatan(*entry))
    return list(found.values())


def _seats(keys: Sequence[uuid.UUID], at: datetime | None) -> sa.Select[Any]:
    """Every pegawai with every entry of jabatan."""
    seat = r.RiwayatJabatan
    columns = [*(getattr(Pegawai, name) for name in Diri._fields[:4]), Orang.jenis_kelamin, Orang.tanggal_lahir]
    return (
        sa.select(*columns, *(getattr(seat, name) for name in Kursi._fields))
        .join(Orang, Orang.id == Pegawai.orang_id)
        .outerjoin(seat, sa.and_(seat.pegawai_id == Pegawai.id, known(seat, at)))
        .where(Pegawai.id.in_(keys))
        .order_by(Pegawai.id, seat.tmt, seat.dicatat_at, seat.id)
    )


def _tracks(keys: Sequence[uuid.UUID], at: datetime | None) -> sa.Select[Any]:
    """Entries of the other tables in one shape."""
    school, other = r.RiwayatPendidikan, r.RiwayatLain
    turn, follows = sa.func.coalesce(other.isi["tmt_pns"].astext, ""), other.isi["cara"].astext == r.IKUT_PIMPINAN
    tracks: list[tuple[str, Any, Any, Any, list[Any]]] = [
        ("golongan", r.RiwayatGolongan, r.RiwayatGolongan.golongan, sa.true(), []),
        ("pendidikan", school, school.tingkat, sa.or_(school.dicantumkan, school.pertama), []),
        ("kedudukan", r.RiwayatKedudukan, r.RiwayatKedudukan.kode, sa.true(), []),
        ("perjanjian", other, sa.literal(""), sa.true(), [other.jenis == PERJANJIAN]),
        ("pengangkatan", other, turn, sa.true(), [other.jenis == PENGANGKATAN]),
        ("atasan", other, other.isi["atasan_id"].astext, follows, [other.jenis == ATASAN]),
        ("peralihan", other, sa.literal(""), sa.true(), [other.jenis == PERALIHAN]),
    ]
    every = sa.union_all(*(
        sa.select(
            sa.literal(name).label("jalur"), table.pegawai_id, table.id, table.tmt, table.selesai, value.label("nilai"),
            counts.label("diakui"), table.dicatat_at,
        ).where(table.pegawai_id.in_(keys), known(table, at), *more)
        for name, table, value, counts, more in tracks
    )).subquery("catatan").c  # fmt: skip
    columns = [every.jalur, every.pegawai_id, *(every[name] for name in Catatan._fields)]
    return sa.select(*columns).order_by(every.pegawai_id, every.jalur, every.tmt, every.dicatat_at, every.id)


def named(facts: Iterable[Fakta]) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """Units and jabatan that these facts name: what `references` is asked for."""
    seats = [row for one in facts for row in one.jabatan]
    return {row.unit_id for row in seats if row.unit_id}, {row.jabatan_id for row in seats if row.jabatan_id}


def references(
    units: Iterable[uuid.UUID], jabatan: Iterable[uuid.UUID], people: Iterable[uuid.UUID] = ()
) -> Rujukan:  # fmt: skip
    """Reference rows, ages of these jabatan, the OPD of these units through time, names of people. Two statements."""
    codes: dict[str, dict[str, Any]] = {"jenjang": {}, "kedudukan": {}, "aturan": {}}
    for row in rows(_codes()):
        codes[row.macam][row.kode] = row
    levels, standing = codes["jenjang"], codes["kedudukan"]
    opd: dict[uuid.UUID, list[tuple[date, uuid.UUID | None]]] = defaultdict(list)
    ages: dict[uuid.UUID, list[tuple[date, date, int]]] = defaultdict(list)
    names: dict[Any, str] = {kode: row.nama for kode, row in standing.items()}
    known = set(people)
    for key, start, pd, name, age, end in rows(_keyed(set(units), set(jabatan), known)):
        if age is not None:
            ages[key].append((start, end or SELAMANYA, age))
            continue
        names[key] = name
        if key in known:
            continue
        if not opd[key] or opd[key][-1][1] != pd:
            opd[key].append((start, pd))
    return Rujukan(
        {kode: (row.kelompok, row.dihitung) for kode, row in standing.items()}, levels,
        {kode: row.bup for kode, row in levels.items()}, dict(ages),
        {unit: [(date.min, found[0][1]), *found[1:]] for unit, found in opd.items()},
        codes["aturan"]["pendidikan_dicantumkan"].nama == "DICANTUMKAN",
        codes["aturan"]["koor_boleh_atasan"].nama == "YA", names,
    )  # fmt: skip


def _codes() -> sa.CompoundSelect[Any]:
    """Levels of jabatan, legal standings and the settings that the projection follows."""
    number, yes = sa.cast(sa.null(), sa.Integer), sa.cast(sa.null(), sa.Boolean)
    today = organisation.today()
    return sa.union_all(
        sa.select(sa.literal("jenjang").label("macam"), Jenjang.kode, Jenjang.kelompok, Jenjang.nama, Jenjang.bup,
                  yes.label("dihitung")),
        sa.select(sa.literal("kedudukan"), Kedudukan.kode, Kedudukan.kelompok, Kedudukan.nama, number,
                  Kedudukan.dihitung),
        *(
            sa.select(sa.literal("aturan"), sa.literal(kunci), sa.literal(""), aturan.kolom(kunci, today), number, yes)
            for kunci in ("pendidikan_dicantumkan", "koor_boleh_atasan")
        ),
    )  # fmt: skip


def _keyed(units: set[uuid.UUID], jabatan: set[uuid.UUID], people: set[uuid.UUID]) -> sa.CompoundSelect[Any]:
    """Versions of these units in order, ages of these jabatan: of the reference, then those the office set; names.

    A unit that changed hands has several OPD; one without versions has that of the kernel's row, always.
    """
    none: Any = sa.null()
    version, special = UnorVersi, BupKhusus
    return sa.union_all(
        sa.select(
            Unit.id, sa.func.coalesce(version.mulai, date.min).label("mulai"),
            sa.case((version.id.is_(None), Unit.pd_id), else_=version.pd_id), Unit.nama, sa.cast(none, sa.Integer),
            sa.cast(none, sa.Date),
        ).outerjoin(version, version.unit_id == Unit.id).where(Unit.id.in_(units)),
        sa.select(
            Jabatan.id, sa.literal(date.min), sa.cast(none, sa.Uuid), sa.cast(none, sa.Text), Jabatan.usia_bup,
            sa.cast(none, sa.Date),
        ).where(Jabatan.id.in_(jabatan), Jabatan.usia_bup.is_not(None)),
        sa.select(
            special.jabatan_id, special.mulai, sa.cast(none, sa.Uuid), sa.cast(none, sa.Text), special.usia,
            special.selesai,
        ).where(special.jabatan_id.in_(jabatan), special.dicabut_at.is_(None)),
        sa.select(
            Pegawai.id, sa.literal(date.min), sa.cast(none, sa.Uuid), Pegawai.nama, sa.cast(none, sa.Integer),
            sa.cast(none, sa.Date),
        ).where(Pegawai.id.in_(people)),
    ).order_by("id", "mulai")  # fmt: skip
