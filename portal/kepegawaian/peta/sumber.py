"""Where a map is read from: the register on a day, or a frozen month. Both give the same shape.

Only group AKTIF counts, and of it what the office counts (`dihitung`); who is active but does not work stands apart.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import PETA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.peta.models import PetaBulanan, PetaUnit, PetaVersi
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import AKTIF, AKTIF_TIDAK_BEKERJA, BERHENTI
from portal.kepegawaian.unor import pohon
from portal.kepegawaian.unor.models import UnorVersi
from portal.kepegawaian.unor.pohon import Simpul
from portal.kernel import organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db, rows
from portal.kernel.organisation import Pegawai, in_force
from portal.kernel.people import Principal

PEJABAT = "PEJABAT_NEGARA"
PPPK = ("PPPK", "PPPK_PARUH_WAKTU")
ESELON = {"II": ("II.a", "II.b"), "III": ("III.a", "III.b"), "IV": ("IV.a", "IV.b")}
EXTRA: Any = r.RiwayatJabatan.jalur == sa.literal_column(f"'{r.TAMBAHAN}'")  # as partial indexes say it
VERIFIED: Any = r.RiwayatJabatan.status == sa.literal_column(f"'{r.TERVERIFIKASI}'")
TERISI, PNS, KONTRAK, TIDAK_BEKERJA, KEPALA = "TERISI", "PNS", "PPPK", "TIDAK_BEKERJA", "KEPALA"


@dataclass(frozen=True)
class Kepala:
    """Who heads a unit or holds an extra role there. `penugasan`: D, PLT, PLH, KOOR, ..."""

    unit_id: uuid.UUID
    pegawai_id: uuid.UUID
    nama: str
    jabatan: str
    penugasan: str
    pimpinan: bool
    selesai: date | None = None


def at_work(table: Any) -> sa.ColumnElement[bool]:
    """Everybody who has not left; in words that the partial indexes know."""
    return table.kelompok != sa.literal_column(f"'{BERHENTI}'")


def counted(table: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.kelompok == AKTIF, table.dihitung)


def part(table: Any, name: str) -> sa.ColumnElement[bool]:
    """Condition of one figure of the map: what its list shows. Raises KeyError for an unknown one."""
    conditions = {
        TERISI: counted(table), PNS: sa.and_(counted(table), table.jenis.not_in(PPPK)),
        KONTRAK: sa.and_(counted(table), table.jenis.in_(PPPK)),
        TIDAK_BEKERJA: table.kelompok == AKTIF_TIDAK_BEKERJA, KEPALA: sa.and_(counted(table), table.pimpinan),
        **{name: sa.and_(counted(table), table.eselon.in_(codes)) for name, codes in ESELON.items()},
    }  # fmt: skip
    return conditions[name]


def seen_ahead(user: Principal, key: Any, day: date) -> sa.ColumnElement[bool]:
    """Who may be seen on a coming day: in the scope of a unit those who sit there today. A unit gains who comes to it
    on the TMT, not when the SK is verified."""
    today = organisation.today()
    if day <= today or user.units(PETA) is None:
        return sa.true()
    now = sa.orm.aliased(Keadaan)
    here = sa.select(now.pegawai_id).where(now.mulai <= today, now.sampai >= today, in_scope(now, user, PETA))
    return key.in_(here)


def headed(unit: Any) -> sa.ColumnElement[bool]:
    """Units with a seat for a head: the regulation names it, or its eselon."""
    return sa.or_(unit.nama_jabatan != "", unit.eselon != "")


FIGURES = (TERISI, PNS, KONTRAK, TIDAK_BEKERJA, "II", "III", "IV", KEPALA)


def per_unit(table: Any, *where: Any) -> list[Any]:
    """unit_id and one number for each of FIGURES. One statement."""
    figures = [sa.func.count().filter(part(table, name)) for name in FIGURES]
    query = sa.select(table.unit_id, *figures).where(table.jenis != PEJABAT, at_work(table), *where)
    return list(rows(query.group_by(table.unit_id)))


def roles(units: Collection[uuid.UUID], on: date, at: datetime | None = None) -> list[Kepala]:
    """Extra roles in these units on a day, as known now or at a moment."""
    row = r.RiwayatJabatan
    known = VERIFIED if at is None else sa.and_(
        row.dicatat_at <= at, sa.or_(row.dicabut_at.is_(None), row.dicabut_at > at)
    )  # fmt: skip
    query = (
        sa.select(row.unit_id, row.pegawai_id, Pegawai.nama, row.nama_jabatan, row.penugasan, row.pimpinan, row.selesai)
        .join(Pegawai, Pegawai.id == row.pegawai_id)
        .where(EXTRA, known, row.unit_id.in_(units), row.berlaku <= on, row.selesai >= on)
        .where(sa.exists().where(Keadaan.pegawai_id == row.pegawai_id, berlaku(on), Keadaan.kelompok == AKTIF))
    )
    return [Kepala(*found) for found in db.session.execute(query.order_by(row.penugasan, Pegawai.nama))]


def _heads(table: Any, units: Collection[uuid.UUID], *where: Any) -> list[Kepala]:
    query = sa.select(table.unit_id, table.pegawai_id, table.nama, table.jabatan).where(
        table.pimpinan, table.kelompok == AKTIF, table.unit_id.in_(units), *where
    )
    found = db.session.execute(query.order_by(table.nama))
    return [Kepala(row.unit_id, row.pegawai_id, row.nama, row.jabatan, r.DEFINITIF, True) for row in found]


@dataclass(frozen=True)
class Hidup:
    """The register on a day, as it is known now."""

    tanggal: date

    def nodes(self) -> dict[uuid.UUID, Simpul]:
        return pohon.nodes(self.tanggal)

    def counts(self, units: Collection[uuid.UUID] | None) -> list[Any]:
        """`units`: None for everybody, also who sits nowhere."""
        where = [] if units is None else [Keadaan.unit_id.in_(units)]
        return per_unit(Keadaan, berlaku(self.tanggal), *where)

    def posts(self, units: Collection[uuid.UUID]) -> set[uuid.UUID]:
        """Of these units those that should have a head."""
        here = sa.and_(UnorVersi.unit_id.in_(units), in_force(UnorVersi, self.tanggal))
        return set(db.session.scalars(sa.select(UnorVersi.unit_id).where(here, headed(UnorVersi))))

    def heads(self, units: Collection[uuid.UUID]) -> list[Kepala]:
        return _heads(Keadaan, units, berlaku(self.tanggal)) + roles(units, self.tanggal)


@dataclass(frozen=True)
class Beku:
    """A frozen month: what was written down then, and the extra roles the register knew at that moment."""

    versi: PetaVersi

    @property
    def tanggal(self) -> date:
        return self.versi.per_tanggal

    def nodes(self) -> dict[uuid.UUID, Simpul]:
        columns = [PetaUnit.unit_id, PetaUnit.nama, PetaUnit.jenis, PetaUnit.eselon, PetaUnit.induk_id, PetaUnit.pd_id,
                   PetaUnit.urut, PetaUnit.formasi, sa.false()]  # fmt: skip
        query = sa.select(*columns).where(PetaUnit.versi_id == self.versi.id).order_by(PetaUnit.urut, PetaUnit.kode)
        found = {row.unit_id: Simpul(*row) for row in db.session.execute(query)}
        for node in found.values():
            if node.induk_id in found:
                found[node.induk_id].anak.append(node)
        return found

    def counts(self, units: Collection[uuid.UUID] | None) -> list[Any]:
        where = [] if units is None else [PetaBulanan.unit_id.in_(units)]
        return per_unit(PetaBulanan, PetaBulanan.versi_id == self.versi.id, *where)

    def posts(self, units: Collection[uuid.UUID]) -> set[uuid.UUID]:
        mine = sa.and_(PetaUnit.versi_id == self.versi.id, PetaUnit.unit_id.in_(units))
        return set(db.session.scalars(sa.select(PetaUnit.unit_id).where(mine, headed(PetaUnit))))

    def heads(self, units: Collection[uuid.UUID]) -> list[Kepala]:
        mine = PetaBulanan.versi_id == self.versi.id
        return _heads(PetaBulanan, units, mine) + roles(units, self.tanggal, self.versi.dibuat_at)


Sumber = Hidup | Beku
