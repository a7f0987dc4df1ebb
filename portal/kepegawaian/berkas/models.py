"""Counts of files per unit, what lies in the store, and runs of the finder with what each of them did."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

KOTA, OPD, UNIT = "KOTA", "OPD", "UNIT"
ISI, LAMA = "ISI", "LAMA"
MENYIAPKAN, SIAP, MENJALANKAN, SELESAI, MENGURUNGKAN, DIURUNGKAN = (
    "MENYIAPKAN", "SIAP", "MENJALANKAN", "SELESAI", "MENGURUNGKAN", "DIURUNGKAN",
)  # fmt: skip
BERJALAN = frozenset({MENYIAPKAN, MENJALANKAN, MENGURUNGKAN})
# how complete the files of a person are: conditions on BerkasOrang, and the indexes behind them
KURANG = {
    "lengkap": "belum = 0 AND kosong = 0 AND hilang = 0", "kurang": "belum > 0 OR kosong > 0 OR hilang > 0",
    "belum": "belum > 0", "kosong": "kosong > 0", "hilang": "hilang > 0",
}  # fmt: skip
OTOMATIS, ANTRE = "OTOMATIS", "ANTRE"
MENUNGGU, DITAUTKAN, DILEWATI, KEMBALI = "MENUNGGU", "DITAUTKAN", "DILEWATI", "KEMBALI"


class BerkasRekap(Base):
    """Files of one kind in the city, an OPD or a unit, as of the last count. `pd_id`, `unit_id` by `tingkat`."""

    __tablename__ = "berkas_rekap"

    tingkat: Mapped[str]
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    jenis_dokumen: Mapped[str]
    urut: Mapped[int] = mapped_column(default=0)
    ada: Mapped[int] = mapped_column(default=0)
    belum: Mapped[int] = mapped_column(default=0)
    kosong: Mapped[int] = mapped_column(default=0)
    hilang: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.CheckConstraint("tingkat IN ('KOTA', 'OPD', 'UNIT')", name="tingkat"),
        sa.Index("ix_berkas_rekap_urut", "tingkat", "urut", "id"),
        sa.Index("ix_berkas_rekap_pd", "tingkat", "pd_id", "jenis_dokumen"),
        sa.Index("ix_berkas_rekap_unit", "unit_id"),
    )


class BerkasOrang(Base):
    """What lacks among the files of a pegawai in service, as of the last count: required documents never handed in,
    links without a path, objects that are gone. Confidential kinds are left out: who filters by this may not read
    them."""

    __tablename__ = "berkas_orang"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), unique=True)
    belum: Mapped[int] = mapped_column(default=0)
    kosong: Mapped[int] = mapped_column(default=0)
    hilang: Mapped[int] = mapped_column(default=0)
    __table_args__ = tuple(
        sa.Index(f"ix_berkas_orang_{name}", "pegawai_id", postgresql_where=sa.text(words))
        for name, words in KURANG.items()
    )


class BerkasObjek(Base):
    """An object of the store that was seen. LAMA: below the folder of the old system, with what its name says (`nip`
    only when it names exactly one). ISI: of the portal's own files, kept here only while no row uses it."""

    __tablename__ = "berkas_objek"

    asal: Mapped[str]
    kunci: Mapped[str] = mapped_column(unique=True)
    ukuran: Mapped[int] = mapped_column(sa.BigInteger)
    etag: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="", index=True)
    nip: Mapped[str] = mapped_column(default="", index=True)
    jenis: Mapped[list[str]] = mapped_column(JSONB, default=list)
    dilihat_at: Mapped[datetime]
    dipakai_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("berkas_tautan.id", ondelete="SET NULL"))
    __table_args__ = (
        sa.CheckConstraint("asal IN ('ISI', 'LAMA')", name="asal"),
        sa.Index("ix_berkas_objek_ukuran", "ukuran"),
        sa.Index("ix_berkas_objek_dipakai", "dipakai_id"),
    )


class BerkasBatch(Base):
    """One run of the finder: prepared (dry), carried out, taken back. `hitungan`: how many of each outcome."""

    __tablename__ = "berkas_batch"

    awalan: Mapped[str]
    status: Mapped[str] = mapped_column(default=MENYIAPKAN)
    hitungan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dibuat_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    dijalankan_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    dijalankan_at: Mapped[datetime | None]
    diurungkan_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diurungkan_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(
            "status IN ('MENYIAPKAN', 'SIAP', 'MENJALANKAN', 'SELESAI', 'MENGURUNGKAN', 'DIURUNGKAN')", name="status"
        ),
    )


class BerkasTemuan(Base):
    """What a run found for one lost file. `hasil`: OTOMATIS (one candidate, beyond doubt) or ANTRE (a person decides,
    `sebab` says why). `calon`: objects with how each was found. `baru_id`: the version that was linked."""

    __tablename__ = "berkas_temuan"

    batch_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("berkas_batch.id", ondelete="CASCADE"))
    tautan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("berkas_tautan.id"), index=True)
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    jenis_dokumen: Mapped[str]
    hasil: Mapped[str]
    sebab: Mapped[str] = mapped_column(default="")
    calon: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    status: Mapped[str] = mapped_column(default=MENUNGGU)
    kunci: Mapped[str] = mapped_column(default="")
    baru_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("berkas_tautan.id", ondelete="SET NULL"))
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "tautan_id"),
        sa.CheckConstraint("hasil IN ('OTOMATIS', 'ANTRE')", name="hasil"),
        sa.CheckConstraint("status IN ('MENUNGGU', 'DITAUTKAN', 'DILEWATI', 'KEMBALI')", name="status"),
        sa.Index("ix_berkas_temuan_urut", "batch_id", "hasil", sa.text("status DESC"), "id"),
        sa.Index(
            "ix_berkas_temuan_antre", "batch_id", "id",
            postgresql_where=sa.text("hasil = 'ANTRE' AND status = 'MENUNGGU'"),
        ),
    )  # fmt: skip
