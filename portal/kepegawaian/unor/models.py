"""A unit keeps its identity in the kernel's `unit`; what it was called and whom it belonged to, here, by date.

The kernel's row holds the version of today. A change of the organisation (SOTK) writes new versions and closes old.
"""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

GANTI_NAMA, GABUNG, PECAH, HAPUS, PINDAH_INDUK = "GANTI_NAMA", "GABUNG", "PECAH", "HAPUS", "PINDAH_INDUK"


class UnorVersi(Base):
    """A unit between two dates, both inclusive. `pd_id`: the top unit (OPD) it lies in, itself for an OPD."""

    __tablename__ = "unor_versi"

    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    nama: Mapped[str]
    singkatan: Mapped[str] = mapped_column(default="")
    nama_jabatan: Mapped[str] = mapped_column(default="")  # what its head is called
    jenis: Mapped[str]
    eselon: Mapped[str] = mapped_column(default="")
    induk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    urut: Mapped[int] = mapped_column(default=0)
    formasi: Mapped[int | None]  # seats the unit should have, where known
    dasar: Mapped[str] = mapped_column(default="")  # the regulation that made this version
    mulai: Mapped[date]
    selesai: Mapped[date | None]
    dibuat_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    __table_args__ = (
        sa.CheckConstraint("selesai IS NULL OR selesai >= mulai", name="masa"),
        sa.CheckConstraint("induk_id <> unit_id", name="bukan_diri"),
        ExcludeConstraint(
            (sa.text("unit_id"), "="), (sa.text("daterange(mulai, selesai, '[]')"), "&&"), name="ex_unor_versi_masa"
        ),
    )


class UnorSuksesi(Base):
    """What became of a unit: renamed, merged into, split into, closed, moved."""

    __tablename__ = "unor_suksesi"

    lama_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    baru_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    jenis: Mapped[str]
    tanggal: Mapped[date]
    dasar: Mapped[str]
    __table_args__ = (
        sa.CheckConstraint("jenis IN ('GANTI_NAMA', 'GABUNG', 'PECAH', 'HAPUS', 'PINDAH_INDUK')", name="jenis"),
    )


class UsulUnor(Base):
    """A change of the tree that one person prepared and another has to confirm. `rencana` says what will be done."""

    __tablename__ = "usul_unor"

    jenis: Mapped[str]  # UBAH, GABUNG, PECAH, TUTUP, SEMBUNYIKAN, TAMPILKAN
    judul: Mapped[str]
    rencana: Mapped[dict[str, object]] = mapped_column(sa.dialects.postgresql.JSONB)
    status: Mapped[str] = mapped_column(default="MENUNGGU")  # MENUNGGU, DIJALANKAN, DITOLAK
    dibuat_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    alasan: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.CheckConstraint("status IN ('MENUNGGU', 'DIJALANKAN', 'DITOLAK')", name="status"),
        sa.CheckConstraint("diputus_oleh_id <> dibuat_oleh_id", name="orang_kedua"),
    )
