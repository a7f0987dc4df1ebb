"""The people behind a figure of the map: one list over the register on a day, one over a frozen month."""

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from portal.kepegawaian import PETA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import JENIS, KELOMPOK, nip_words, sought
from portal.kepegawaian.peta import beku, sumber
from portal.kepegawaian.peta.models import PetaBulanan, PetaUnit, PetaVersi
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import BERHENTI, Jenjang
from portal.kepegawaian.saringan import MenurutKunci
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.listing import Choice, Column, Given, GivenDay, Listing
from portal.kernel.organisation import Unit, in_force
from portal.kernel.people import Principal

if TYPE_CHECKING:
    from portal.kernel.listing import Ask

ANGKA = {
    sumber.TERISI: "Terisi", sumber.PNS: "PNS", sumber.KONTRAK: "PPPK", sumber.TIDAK_BEKERJA: "Aktif, tidak bekerja",
    "II": "Eselon II", "III": "Eselon III", "IV": "Eselon IV", sumber.KEPALA: "Pimpinan",
}  # fmt: skip


def beneath(units: list[uuid.UUID], on: date, name: str = "cabang") -> sa.Select[tuple[uuid.UUID]]:
    """Keys of these units and of everything under them on a day, hidden ones left out; a subquery.

    `name` tells it from another one in the same statement.
    """
    shown = (UnorVersi.unit_id == Unit.id, in_force(UnorVersi, on), ~Unit.disembunyikan)
    top = sa.select(UnorVersi.unit_id).join(Unit, sa.and_(*shown)).where(UnorVersi.unit_id.in_(units))
    tree = top.cte(name, recursive=True)
    child = sa.select(UnorVersi.unit_id).join(Unit, sa.and_(*shown)).join(tree, UnorVersi.induk_id == tree.c.unit_id)
    return sa.select(tree.union(child).c.unit_id)


def beneath_frozen(
    units: list[uuid.UUID], version: uuid.UUID, name: str = "cabang"
) -> sa.Select[tuple[uuid.UUID]]:  # fmt: skip
    mine = PetaUnit.versi_id == version
    tree = sa.select(PetaUnit.unit_id).where(mine, PetaUnit.unit_id.in_(units)).cte(name, recursive=True)
    child = sa.select(PetaUnit.unit_id).where(mine).join(tree, PetaUnit.induk_id == tree.c.unit_id)
    return sa.select(tree.union(child).c.unit_id)


def satu_unit(name: str, label: str, **how: Any) -> MenurutKunci:
    return MenurutKunci(name, label, kolom=Unit.nama, cadangan="Unit ini", **how)


def people_of(user: Principal, per_tanggal: date) -> sa.Select[tuple[Keadaan]]:
    """Who sat on a day in the units this person looks after, as the map counts them."""
    groups = Keadaan.kelompok != BERHENTI
    query = sa.select(Keadaan).where(berlaku(per_tanggal), Keadaan.jenis != sumber.PEJABAT, groups)
    query = query.where(sumber.seen_ahead(user, Keadaan.pegawai_id, per_tanggal))
    units = user.units(PETA)
    return query if units is None else query.where(Keadaan.unit_id.in_(beneath(list(units), per_tanggal, "lingkup")))


def frozen_people(user: Principal, versi: uuid.UUID | None) -> sa.Select[tuple[PetaBulanan]]:
    query = sa.select(PetaBulanan).where(PetaBulanan.versi_id == versi, PetaBulanan.jenis != sumber.PEJABAT)
    units = user.units(PETA)
    if units is None:
        return query
    return query.where(PetaBulanan.unit_id.in_(beneath_frozen(list(units), versi or uuid.UUID(int=0), "lingkup")))


def _below(unit: uuid.UUID, ask: "Ask") -> sa.ColumnElement[bool]:
    if ask.chosen["hanya"]:
        return Keadaan.unit_id == unit
    return Keadaan.unit_id.in_(beneath([unit], ask.chosen["per_tanggal"]))


def _below_frozen(unit: uuid.UUID, ask: "Ask") -> sa.ColumnElement[bool]:
    if ask.chosen["hanya"]:
        return PetaBulanan.unit_id == unit
    return PetaBulanan.unit_id.in_(beneath_frozen([unit], ask.chosen["versi"]))


def _sought_frozen(words: str) -> sa.ColumnElement[bool]:
    """Names and numbers of today find a person in an old map, too."""
    return PetaBulanan.pegawai_id.in_(sa.select(Keadaan.pegawai_id).where(sought(words)))


def version_options(_: Principal) -> list[tuple[Any, str]]:
    rows = db.session.execute(
        sa.select(PetaVersi.id, PetaVersi.periode, PetaVersi.versi).order_by(
            PetaVersi.periode.desc(), PetaVersi.versi.desc()
        )
    )
    return [(row.id, f"{beku.words(row.periode)}, versi {row.versi}") for row in rows]


def _columns(table: Any, unit: Any) -> list[Column]:
    level = sa.select(Jenjang.nama).where(Jenjang.kode == table.jenjang).correlate(table).scalar_subquery()
    return [
        Column("nama", "Nama", table.nama, sort=True, link="/kepegawaian/pegawai/{orang}"),
        Column("nip", "NIP", table.nip, show=nip_words),
        Column("jabatan", "Jabatan", table.jabatan),
        Column("unit", "Unit kerja", unit),
        Column("jenjang", "Jenjang", level),
        Column("golongan", "Golongan", table.golongan),
        Column("jenis", "Jenis", table.jenis, show=lambda v: JENIS.get(v, v)),
        Column("kelompok", "Status", table.kelompok, show=KELOMPOK),
        Column("orang", "ID", table.pegawai_id, screen=False, export=False),
    ]


def _figure(table: Any) -> Choice:
    return Choice("hitungan", "Yang dihitung", options=list(ANGKA.items()), indexed=False,
                  where=lambda name, _: sumber.part(table, name))  # fmt: skip


HANYA = Choice("hanya", "Unit di bawahnya", options=[(True, "Tidak disertakan")], where=lambda *_: sa.true(),
               all_words="Disertakan")  # fmt: skip

LANGSUNG = Listing(
    "peta-orang", title="Pegawai di peta", noun="pegawai", rows=people_of, key=Keadaan.id, sort="nama", can=PETA,
    search=sought, search_label="Nama atau NIP",
    columns=_columns(Keadaan, sa.select(Unit.nama).where(Unit.id == Keadaan.unit_id).correlate(Keadaan)
                     .scalar_subquery()),
    filters=[
        GivenDay("per_tanggal", "Per tanggal", default=organisation.today),
        _figure(Keadaan), satu_unit("unit", "Unit", where=_below, indexed=False), HANYA,
        satu_unit("pd", "Perangkat daerah", where=lambda pd, _: Keadaan.pd_id == pd),
    ],
)  # fmt: skip

BULANAN = Listing(
    "peta-bulanan-orang", title="Pegawai di peta bulanan", noun="pegawai", rows=frozen_people,
    key=PetaBulanan.pegawai_id, sort="nama", can=PETA, search_label="Nama atau NIP",
    search=_sought_frozen,
    columns=_columns(PetaBulanan, sa.select(PetaUnit.nama).where(
        PetaUnit.versi_id == PetaBulanan.versi_id, PetaUnit.unit_id == PetaBulanan.unit_id
    ).correlate(PetaBulanan).scalar_subquery()),
    filters=[
        Given("versi", "Peta", options=version_options),
        _figure(PetaBulanan), satu_unit("unit", "Unit", where=_below_frozen, indexed=False), HANYA,
    ],
)  # fmt: skip
