"""The map of a month as it was frozen. Rows are only ever added: a late SK makes another version.

Nothing outside this package may read these tables: live pages never fall back to a copy.
"""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import APPEND_ONLY, Base, Model

APPEND_ONLY += ["peta_versi", "peta_bulanan", "peta_unit"]


class PetaVersi(Base):
    """One frozen map. `periode`: the first of the month; `per_tanggal`: its last day, which the rows describe.

    `sidik`: SHA-256 over rows of people and units in order of their keys.
    """

    __tablename__ = "peta_versi"

    periode: Mapped[date]
    versi: Mapped[int]
    per_tanggal: Mapped[date]
    jumlah: Mapped[int]
    jumlah_unit: Mapped[int]
    sidik: Mapped[str]
    alasan: Mapped[str] = mapped_column(default="")
    dibuat_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    __table_args__ = (
        sa.UniqueConstraint("periode", "versi"),
        sa.CheckConstraint("versi >= 1 AND (versi = 1 OR alasan <> '')", name="alasan"),
        sa.CheckConstraint("extract(day FROM periode) = 1", name="periode"),
    )


def _version() -> Mapped[uuid.UUID]:
    """Rows are written before their version, whose hash they make; the key is checked at the end."""
    return mapped_column(
        sa.ForeignKey("peta_versi.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )  # fmt: skip


class PetaBulanan(Model):
    """A pegawai in a frozen map: the columns of `Keadaan` that the map and its lists show."""

    __tablename__ = "peta_bulanan"

    versi_id: Mapped[uuid.UUID] = _version()
    pegawai_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    nama: Mapped[str]
    nip: Mapped[str]
    jenis: Mapped[str]
    jenis_kelamin: Mapped[str]
    kedudukan: Mapped[str]
    kelompok: Mapped[str]
    dihitung: Mapped[bool]
    riwayat_jabatan_id: Mapped[uuid.UUID | None]
    unit_id: Mapped[uuid.UUID | None]
    pd_id: Mapped[uuid.UUID | None]
    luar: Mapped[bool]
    jenis_jabatan: Mapped[str]
    jabatan: Mapped[str]
    jenjang: Mapped[str]
    eselon: Mapped[str]
    kelas: Mapped[int | None]
    pimpinan: Mapped[bool]
    tmt_jabatan: Mapped[date | None]
    atasan_id: Mapped[uuid.UUID | None]
    golongan: Mapped[str]
    pendidikan_grup: Mapped[str]
    __table_args__ = (
        sa.Index("ix_peta_bulanan_unit", "versi_id", "unit_id"),
        sa.Index("ix_peta_bulanan_nama", "versi_id", "nama", "pegawai_id"),
    )


class PetaUnit(Model):
    """A unit in a frozen map, as it was called and where it hung."""

    __tablename__ = "peta_unit"

    versi_id: Mapped[uuid.UUID] = _version()
    unit_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    nama: Mapped[str]
    nama_jabatan: Mapped[str]
    jenis: Mapped[str]
    eselon: Mapped[str]
    induk_id: Mapped[uuid.UUID | None]
    pd_id: Mapped[uuid.UUID | None]
    urut: Mapped[int]
    formasi: Mapped[int | None]
    kode: Mapped[str]
