"""What changed between two maps: who came, who left, who moved, whose jabatan changed. Live, of a day, or frozen."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import PETA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.peta import sumber
from portal.kepegawaian.peta.models import PetaBulanan, PetaVersi
from portal.kepegawaian.peta.orang import beneath, beneath_frozen, version_options
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Column, Given, GivenDay, Listing, Tags
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal

MASUK, KELUAR, PINDAH, JABATAN = "MASUK", "KELUAR", "PINDAH", "JABATAN"
PERUBAHAN = Tags({
    MASUK: ("Masuk", "positive", "plus"), KELUAR: ("Keluar", "negative", "minus"),
    PINDAH: ("Pindah unit", "warning", "arrow-right"), JABATAN: ("Ganti jabatan", "guide", "refresh"),
})  # fmt: skip
TANGGAL = "TANGGAL"
Side = sa.Select[Any]


def _side(
    user: Principal, which: Any, day: date, other: date | None, opd: uuid.UUID | None, name: str
) -> Side:  # fmt: skip
    """People one of the two maps counts: key, unit, jabatan. Only units this person looks after, only one OPD.

    `other`: the day of the other map where that is the register as well. In the whole city a stretch that holds on
    both days differs in nothing and is not read; in a part of it the unit itself may have moved.
    """
    units = [opd] if opd else user.units(PETA)
    table: Any
    if which == TANGGAL or which is None:
        table, where = Keadaan, [berlaku(day), sumber.seen_ahead(user, Keadaan.pegawai_id, day)]
        inside = None if units is None else beneath(list(units), day, name)
        if inside is None and other is not None:
            where += [sumber.at_work(table), sa.not_(berlaku(other))]
    else:
        table, where = PetaBulanan, [PetaBulanan.versi_id == which]
        inside = None if units is None else beneath_frozen(list(units), which, name)
    if inside is not None:
        where.append(table.unit_id.in_(inside))
    return sa.select(table.pegawai_id, table.unit_id, table.jabatan, table.jenjang).where(
        sumber.counted(table), table.jenis != sumber.PEJABAT, *where
    )


def changed(
    user: Principal, dari: Any, dari_tanggal: date, ke: Any, ke_tanggal: date, opd: uuid.UUID | None
) -> sa.Select[Any]:  # fmt: skip
    """One row for each person who differs, joined with the pegawai; its columns are read as `beda.<name>`."""
    if opd is not None and not _may(user, opd):
        opd = None
    live = [which in (TANGGAL, None) for which in (dari, ke)]
    others = (ke_tanggal if live[1] else None, dari_tanggal if live[0] else None)
    old = _side(user, dari, dari_tanggal, others[0], opd, "cabang_lama").subquery("lama")
    new = _side(user, ke, ke_tanggal, others[1], opd, "cabang_baru").subquery("baru")
    kind = sa.case(
        (old.c.pegawai_id.is_(None), MASUK), (new.c.pegawai_id.is_(None), KELUAR),
        (old.c.unit_id.is_distinct_from(new.c.unit_id), PINDAH), else_=JABATAN,
    )  # fmt: skip
    differs = sa.or_(
        old.c.pegawai_id.is_(None), new.c.pegawai_id.is_(None), old.c.unit_id.is_distinct_from(new.c.unit_id),
        old.c.jabatan != new.c.jabatan, old.c.jenjang != new.c.jenjang,
    )  # fmt: skip
    both = (
        sa.select(
            sa.func.coalesce(new.c.pegawai_id, old.c.pegawai_id).label("pegawai_id"), kind.label("perubahan"),
            old.c.unit_id.label("unit_lama"), new.c.unit_id.label("unit_baru"),
            old.c.jabatan.label("jabatan_lama"), new.c.jabatan.label("jabatan_baru"),
        )
        .select_from(old)
        .join(new, old.c.pegawai_id == new.c.pegawai_id, full=True)
        .where(differs)
        .cte("beda")  # computed once, though the list asks twice
    )  # fmt: skip
    return sa.select(Pegawai).join(both, both.c.pegawai_id == Pegawai.id)


def _may(user: Principal, opd: uuid.UUID) -> bool:
    units = user.units(PETA)
    return units is None or opd in set(db.session.scalars(organisation.subtree(list(units))))


def _of(name: str, kind: Any = None) -> Any:
    return sa.literal_column(f"beda.{name}", kind or sa.Text())


def _name(column: str) -> Any:
    return sa.select(Unit.nama).where(Unit.id == _of(column, sa.Uuid())).correlate(None).scalar_subquery()


def _options(user: Principal) -> list[tuple[Any, str]]:
    return [(TANGGAL, "Keadaan menurut riwayat pada tanggal"), *version_options(user)]


def _opd(user: Principal) -> list[tuple[Any, str]]:
    units = user.units(PETA)
    query = sa.select(Unit.id, Unit.nama).where(in_force(Unit, organisation.today()), ~Unit.disembunyikan)
    query = query.where(Unit.pd_id == Unit.id) if units is None else query.where(Unit.id.in_(units))
    rows = db.session.execute(query.order_by(Unit.kode).limit(400))
    return [("", "Semua"), *((row.id, row.nama) for row in rows)]


def _latest() -> Any:
    """The map frozen last, by default the one to compare with; the register where none is."""
    query = sa.select(PetaVersi.id).order_by(PetaVersi.periode.desc(), PetaVersi.versi.desc()).limit(1)
    return db.session.scalar(query) or TANGGAL


BEDA = Listing(
    "peta-beda", title="Perbedaan peta", noun="perubahan", rows=changed, key=Pegawai.id, sort="nama", can=PETA,
    search=[Pegawai.cari], search_label="Nama atau NIP",
    nothing=("Tidak ada perbedaan", "Kedua peta berisi orang yang sama di tempat yang sama."),
    columns=[
        Column("nama", "Nama", Pegawai.nama, sort=True, indexed=False, link="/kepegawaian/pegawai/{orang}"),
        Column("nip", "NIP", Pegawai.nip, show=nip_words),
        Column("perubahan", "Perubahan", _of("perubahan"), show=PERUBAHAN),
        Column("unit_lama", "Unit semula", _name("unit_lama")),
        Column("unit_baru", "Unit menjadi", _name("unit_baru")),
        Column("jabatan_lama", "Jabatan semula", _of("jabatan_lama")),
        Column("jabatan_baru", "Jabatan menjadi", _of("jabatan_baru")),
        Column("orang", "ID", Pegawai.id, screen=False, export=False),
    ],
    filters=[
        Given("dari", "Semula", options=_options, default=_latest),
        GivenDay("dari_tanggal", "Tanggal semula", default=organisation.today),
        Given("ke", "Menjadi", options=_options, default=lambda: TANGGAL),
        GivenDay("ke_tanggal", "Tanggal menjadi", default=organisation.today),
        Given("opd", "Perangkat daerah", options=_opd),
        Choice("perubahan", "Perubahan", _of("perubahan"), options=PERUBAHAN.options, indexed=False),
    ],
)  # fmt: skip


def counts(ask: Ask) -> dict[str, Any]:
    """How many of each kind, whatever kind is chosen in the filter."""
    query = ask.select(_of("perubahan"), sa.func.count(), skip=["perubahan"]).group_by(_of("perubahan"))
    found = dict(db.session.execute(query).tuples().all())
    return {"jumlah_perubahan": [(words, found.get(code, 0), "") for code, words in PERUBAHAN.options]}
