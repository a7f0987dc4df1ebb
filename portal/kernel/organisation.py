"""Units, people and where they sit on a date. Every module reads it; `kepegawaian` writes it from verified entries.

Unit: satuan kerja, a dated tree. Orang: a human being. Pegawai: one employment (one NIP).
Penempatan: the seat of a pegawai between two dates. Atasan: who decides for a pegawai on a date.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint, array
from sqlalchemy.orm import Mapped, aliased, mapped_column

from portal.kernel.calendar import setempat
from portal.kernel.db import Base, db, now
from portal.kernel.storage import config

DEFINITIF, PLT, PLH, DELEGASI, KETUA_TIM = "DEFINITIF", "PLT", "PLH", "DELEGASI", "KETUA_TIM"
JPT, JA, JF = "JPT", "JA", "JF"
PJ, TT, KOOR, SUBKOOR = "PJ", "TT", "KOOR", "SUBKOOR"
SEAT_ORDER = {PLH: 0, DEFINITIF: 1, PJ: 2, PLT: 3, TT: 4, KOOR: 5, SUBKOOR: 6}
PREFIX = {PLT: "Plt. ", PLH: "Plh. ", PJ: "Pj. "}


class Unit(Base):
    __tablename__ = "unit"

    kode: Mapped[str] = mapped_column(unique=True)
    nama: Mapped[str]
    singkatan: Mapped[str] = mapped_column(default="")
    jenis: Mapped[str]  # PEMDA, PD, SEKRETARIAT, BIDANG, SUBBAGIAN, SEKSI, UPT, SEKOLAH, ...
    induk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    urut: Mapped[int] = mapped_column(default=0)
    alamat: Mapped[str] = mapped_column(default="")
    telepon: Mapped[str] = mapped_column(default="")
    zona: Mapped[str] = mapped_column(default="Asia/Jakarta")
    tema: Mapped[str] = mapped_column(default="")  # "#rrggbb" or empty
    mulai: Mapped[date]
    selesai: Mapped[date | None]
    disembunyikan: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # kept, but offered nowhere
    __table_args__ = (sa.CheckConstraint("selesai IS NULL OR selesai >= mulai", name="masa"),)


class Orang(Base):
    """A human. The NIK may follow later; it lies sealed, `nik_sidik` is its keyed mark (see citizens.py)."""

    __tablename__ = "orang"

    nama: Mapped[str]
    gelar_depan: Mapped[str] = mapped_column(default="")
    gelar_belakang: Mapped[str] = mapped_column(default="")
    tempat_lahir: Mapped[str] = mapped_column(default="", server_default="")
    tanggal_lahir: Mapped[date | None]
    nik_enc: Mapped[bytes | None]
    nik_sidik: Mapped[str | None] = mapped_column(unique=True)
    jenis_kelamin: Mapped[str] = mapped_column(default="")

    @property
    def nama_lengkap(self) -> str:
        depan = f"{self.gelar_depan} " if self.gelar_depan else ""
        belakang = f", {self.gelar_belakang}" if self.gelar_belakang else ""
        return f"{depan}{self.nama}{belakang}"


class Pegawai(Base):
    """`nama` is the full name with titles, as printed; `cari`, for search, has it also without its punctuation."""

    __tablename__ = "pegawai"

    orang_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("orang.id"))
    nip: Mapped[str | None] = mapped_column(unique=True)
    nama: Mapped[str]
    status: Mapped[str] = mapped_column(default="PNS")  # PNS, CPNS, PPPK, PEJABAT_NEGARA
    aktif: Mapped[bool] = mapped_column(default=True)
    cari: Mapped[str] = mapped_column(sa.Computed(
        "lower(f_unaccent(nama || ' ' || coalesce(nip, '') || coalesce(' ' || "
        "nullif(translate(nama, '-.,''’‘`', ' '), nama), '')))", persisted=True,
    ))  # fmt: skip
    __table_args__ = (
        sa.Index("ix_pegawai_cari", "cari", postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}),
        sa.Index("ix_pegawai_nama_id", "nama", "id"),
    )


class Penempatan(Base):
    """A seat from `mulai` to `selesai` (both inclusive, open when None). One DEFINITIF seat a day."""

    __tablename__ = "penempatan"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"))
    pd_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    jenis: Mapped[str] = mapped_column(default=DEFINITIF)
    jabatan: Mapped[str]
    jenis_jabatan: Mapped[str]
    jenjang: Mapped[str] = mapped_column(default="")
    eselon: Mapped[str] = mapped_column(default="")
    kelas_jabatan: Mapped[int | None]
    pangkat: Mapped[str] = mapped_column(default="")
    golongan: Mapped[str] = mapped_column(default="")
    is_pimpinan: Mapped[bool] = mapped_column(default=False)
    mulai: Mapped[date]
    selesai: Mapped[date | None]
    asal_id: Mapped[uuid.UUID | None]  # the entry this seat follows from
    __table_args__ = (
        sa.CheckConstraint("jenis IN ('DEFINITIF', 'PLT', 'PLH', 'PJ', 'TT', 'KOOR', 'SUBKOOR')", name="jenis"),
        sa.CheckConstraint("selesai IS NULL OR selesai >= mulai", name="masa"),
        ExcludeConstraint(
            (sa.text("uuid_hash_extended(pegawai_id, 0)"), "="),  # GiST takes keys of one time for the same
            (sa.text("daterange(mulai, selesai, '[]')"), "&&"),
            where=sa.text("jenis = 'DEFINITIF'"),
            name="ex_penempatan_satu_definitif",
        ),
        ExcludeConstraint(
            (sa.text("uuid_hash_extended(unit_id, 0)"), "="),
            (sa.text("daterange(mulai, selesai, '[]')"), "&&"),
            where=sa.text("jenis = 'DEFINITIF' AND is_pimpinan"),
            name="ex_penempatan_satu_pimpinan",
        ),
        sa.Index("ix_penempatan_unit_pimpinan", "unit_id", postgresql_where=sa.text("is_pimpinan")),
    )

    @property
    def sebutan(self) -> str:
        """The jabatan as documents print it: "Plt. Kepala Bidang ..."."""
        return f"{PREFIX.get(self.jenis, '')}{self.jabatan}"


class PenugasanAtasan(Base):
    """An atasan set by hand for one pegawai: wins over the seat. KETUA_TIM only advises."""

    __tablename__ = "penugasan_atasan"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    atasan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    jenis: Mapped[str]
    dasar_sk: Mapped[str] = mapped_column(default="")
    prioritas: Mapped[int] = mapped_column(default=0)
    mulai: Mapped[date]
    selesai: Mapped[date | None]
    asal_id: Mapped[uuid.UUID | None]  # the entry that names this atasan; empty when set on another page
    __table_args__ = (
        sa.CheckConstraint("jenis IN ('DEFINITIF', 'PLT', 'PLH', 'DELEGASI', 'KETUA_TIM')", name="jenis"),
        sa.CheckConstraint("atasan_id <> pegawai_id", name="bukan_diri"),
    )


@dataclass(frozen=True)
class Atasan:
    """Who decides on a date, in which capacity. `jabatan` is printed as it stands ("Plt. ...")."""

    pegawai_id: uuid.UUID
    nama: str
    nip: str
    jabatan: str
    unit: str
    pangkat: str
    jenis: str


@dataclass(frozen=True)
class Kosong:
    """No atasan: the seat of `unit` is vacant. `usulan` is the head of the unit above, if any."""

    unit: str
    usulan: Atasan | None


def today() -> date:
    """The date where the office is: what begins today begins at its midnight, not at that of Greenwich."""
    return setempat(now(), config().zona).date()


def in_force(table: Any, on: date) -> sa.ColumnElement[bool]:
    """Rows with mulai/selesai that hold on a date."""
    return sa.and_(table.mulai <= on, sa.or_(table.selesai.is_(None), table.selesai >= on))


def penempatan(pegawai_id: uuid.UUID, on: date, jenis: str = DEFINITIF) -> Penempatan | None:
    """The definitive seat of a pegawai on a date, or one they hold in another capacity."""
    query = sa.select(Penempatan).where(
        Penempatan.pegawai_id == pegawai_id, Penempatan.jenis == jenis, in_force(Penempatan, on)
    )
    return db.session.scalars(query).first()


def atasan(pegawai_id: uuid.UUID, on: date) -> Atasan | Kosong:
    """Direct atasan on a date: set by hand, else the head of the unit, one level up for oneself."""
    by_hand = _assigned(pegawai_id, on)
    if by_hand:
        return by_hand
    seat = penempatan(pegawai_id, on)
    if seat is None:
        return Kosong("unit yang belum tercatat", None)
    chain = _chain(seat.unit_id)
    start = 1 if seat.is_pimpinan else 0
    heads = _heads([row.id for row in chain], on)
    for i, unit in enumerate(chain[start:], start):
        head = _pick(heads.get(unit.id, []), pegawai_id)
        if head:
            return head
        if not any(h.pegawai_id == pegawai_id for h in heads.get(unit.id, [])):
            above = [_pick(heads.get(u.id, []), pegawai_id) for u in chain[i + 1 :]]
            return Kosong(unit.nama, next((h for h in above if h), None))
    return Kosong(chain[-1].nama if chain else "unit yang belum tercatat", None)


def proposed_atasan(unit_id: uuid.UUID, is_head: bool, pegawai_id: uuid.UUID | None, on: date) -> Atasan | None:
    """Who would be the atasan in a unit on a date: its head, for the head that of the unit above; acting ones count."""
    units = [row.id for row in _chain(unit_id)]
    heads = _heads(units, on)
    above = (head for unit in units[1 if is_head else 0 :] for head in heads.get(unit, []))
    return next((head for head in above if head.pegawai_id != pegawai_id), None)


def seats_changed(since: datetime, today: date) -> bool:
    """Whether any seat or assignment began, ended or was edited since that moment."""
    found = []
    for table in (Penempatan, PenugasanAtasan):
        began = table.mulai.between(since.date(), today)
        ended = table.selesai.between(since.date() - timedelta(days=1), today)
        found.append(sa.exists().where(sa.or_(began, ended, table.diubah_at >= since)))
    return bool(db.session.scalar(sa.select(sa.or_(*found))))


def bawahan(pegawai_id: uuid.UUID, on: date) -> list[uuid.UUID]:
    """Direct subordinates on a date: members of headed units, heads of their child units, set by hand."""
    headed = sa.select(Penempatan.unit_id).where(
        Penempatan.pegawai_id == pegawai_id, Penempatan.is_pimpinan, in_force(Penempatan, on)
    )
    child = sa.select(Unit.id).where(Unit.induk_id.in_(headed))
    member = sa.and_(Penempatan.unit_id.in_(headed), Penempatan.jenis == DEFINITIF, ~Penempatan.is_pimpinan)
    # Who heads a child unit as Plt may sit deeper down: candidates in every capacity, `atasan` has the last word.
    below = sa.and_(Penempatan.unit_id.in_(child), Penempatan.is_pimpinan)
    seats = sa.select(Penempatan.pegawai_id).where(in_force(Penempatan, on), sa.or_(member, below))
    assigned = sa.select(PenugasanAtasan.pegawai_id).where(
        PenugasanAtasan.atasan_id == pegawai_id,
        PenugasanAtasan.jenis != KETUA_TIM,
        in_force(PenugasanAtasan, on),
    )
    candidates = db.session.scalars(seats.union(assigned)).all()
    found = ((c, atasan(c, on)) for c in candidates if c != pegawai_id)
    return [c for c, boss in found if isinstance(boss, Atasan) and boss.pegawai_id == pegawai_id]


def subtree(unit_ids: list[uuid.UUID]) -> sa.Select[tuple[uuid.UUID]]:
    """Ids of the units and everything below them, as a subquery."""
    top = sa.select(Unit.id).where(Unit.id.in_(unit_ids)).cte(recursive=True)
    below = sa.select(Unit.id).join(top, Unit.induk_id == top.c.id)
    tree = top.union(below)
    return sa.select(tree.c.id)


def _chain(unit_id: uuid.UUID) -> list[Any]:
    """The unit and its ancestors, nearest first: rows with id, nama."""
    own = sa.select(Unit.id, Unit.nama, Unit.induk_id, array([Unit.id]).label("jalan")).where(Unit.id == unit_id)
    up = own.cte("naik", recursive=True)
    parent = aliased(Unit)
    step = (
        sa.select(parent.id, parent.nama, parent.induk_id, up.c.jalan + array([parent.id]))
        .join(up, parent.id == up.c.induk_id)
        .where(parent.id != sa.all_(up.c.jalan))  # a tree that was closed into a circle by mistake
    )
    tree = up.union_all(step)
    return list(db.session.execute(sa.select(tree.c.id, tree.c.nama).order_by(sa.func.cardinality(tree.c.jalan))))


def _seat_columns() -> list[Any]:
    columns: list[Any] = [Penempatan.unit_id, Penempatan.pegawai_id, Penempatan.jenis, Penempatan.jabatan]
    columns += [Penempatan.pangkat, Penempatan.golongan, Pegawai.nama, Pegawai.nip, Unit.nama.label("unit")]
    return columns


def _as_atasan(row: Any, jenis: str) -> Atasan:
    prefix = PREFIX.get(jenis, "")
    pangkat = f"{row.pangkat} ({row.golongan})" if row.pangkat else "-"
    return Atasan(row.pegawai_id, row.nama, row.nip or "", prefix + row.jabatan, row.unit, pangkat, jenis)


def _heads(unit_ids: list[uuid.UUID], on: date) -> dict[uuid.UUID, list[Atasan]]:
    query = (
        sa.select(*_seat_columns())
        .join(Pegawai, Pegawai.id == Penempatan.pegawai_id)
        .join(Unit, Unit.id == Penempatan.unit_id)
        .where(Penempatan.unit_id.in_(unit_ids), Penempatan.is_pimpinan, in_force(Penempatan, on), Pegawai.aktif)
    )
    heads: dict[uuid.UUID, list[Atasan]] = {}
    for row in db.session.execute(query):
        heads.setdefault(row.unit_id, []).append(_as_atasan(row, row.jenis))
    return {unit: sorted(rows, key=lambda r: SEAT_ORDER[r.jenis]) for unit, rows in heads.items()}


def _pick(heads: list[Atasan], oneself: uuid.UUID) -> Atasan | None:
    """The head that acts; nobody at all when the acting one is oneself."""
    return heads[0] if heads and heads[0].pegawai_id != oneself else None


def _assigned(pegawai_id: uuid.UUID, on: date) -> Atasan | None:
    query = (
        sa.select(*_seat_columns(), PenugasanAtasan.jenis.label("penugasan"))
        .join(Pegawai, Pegawai.id == PenugasanAtasan.atasan_id)
        .join(Penempatan, Penempatan.pegawai_id == Pegawai.id)
        .join(Unit, Unit.id == Penempatan.unit_id)
        .where(
            PenugasanAtasan.pegawai_id == pegawai_id,
            PenugasanAtasan.jenis != KETUA_TIM,
            in_force(PenugasanAtasan, on),
            Penempatan.jenis == DEFINITIF,
            in_force(Penempatan, on),
            Pegawai.aktif,
        )
        .order_by(PenugasanAtasan.prioritas, PenugasanAtasan.mulai.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    return _as_atasan(row, row.penugasan) if row else None
