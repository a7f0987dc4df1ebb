"""Imports and their rows. Values lie sealed: a table of people is full of NIK, addresses and dates of birth."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

DIUNGGAH, MEMERIKSA, SIAP, MENULIS, SELESAI, MEMBATALKAN, DIBATALKAN, GAGAL = (
    "DIUNGGAH", "MEMERIKSA", "SIAP", "MENULIS", "SELESAI", "MEMBATALKAN", "DIBATALKAN", "GAGAL",
)  # fmt: skip
STATES = (DIUNGGAH, MEMERIKSA, SIAP, MENULIS, SELESAI, MEMBATALKAN, DIBATALKAN, GAGAL)
BUSY = frozenset({MEMERIKSA, MENULIS, MEMBATALKAN})
BELUM, DITULIS, GALAT, DIKEMBALIKAN = "BELUM", "DITULIS", "GALAT", "DIKEMBALIKAN"


class Impor(Base):
    """One file on its way. `judul`: headings of the file; `peta`: column to its heading and place. `hitungan`: rows by
    action and problems by code. `pelaksana`: job and attempt that may write now; an older one that wakes up stops."""

    __tablename__ = "impor"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    jenis: Mapped[str]
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id", ondelete="SET NULL"), index=True)
    nama: Mapped[str]
    sha256: Mapped[str]
    lingkup: Mapped[str] = mapped_column(default="")
    lembar: Mapped[str] = mapped_column(default="")
    baris_judul: Mapped[int] = mapped_column(default=1)
    judul: Mapped[list[str]] = mapped_column(default=list)
    peta: Mapped[dict[str, Any]] = mapped_column(default=dict)
    catatan: Mapped[list[str]] = mapped_column(default=list)
    modus: Mapped[str] = mapped_column(default="")
    timpa: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(default=DIUNGGAH)
    alasan: Mapped[str] = mapped_column(default="")
    hitungan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pekerjaan_id: Mapped[uuid.UUID | None]
    pelaksana: Mapped[str] = mapped_column(default="")
    diperiksa_at: Mapped[datetime | None]
    ditulis_at: Mapped[datetime | None]
    dibatalkan_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({', '.join(repr(s) for s in STATES)})", name="status"),
        sa.Index("ix_impor_milik", "user_id", sa.text("id DESC")),
        sa.Index("ix_impor_sama", "jenis", "sha256"),
    )

    @property
    def sibuk(self) -> bool:
        return self.status in BUSY


class ImporBaris(Base):
    """One line of the file. `nilai` is sealed; `masalah` names column, code, words and the value, a NIK shortened."""

    __tablename__ = "impor_baris"

    impor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("impor.id", ondelete="CASCADE"))
    nomor: Mapped[int]
    aksi: Mapped[str]
    nilai: Mapped[bytes] = mapped_column(sa.LargeBinary)
    masalah: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    galat: Mapped[int] = mapped_column(default=0)
    peringatan: Mapped[int] = mapped_column(default=0)
    ditemukan_id: Mapped[uuid.UUID | None]
    hasil_id: Mapped[uuid.UUID | None]
    status: Mapped[str] = mapped_column(default=BELUM)
    __table_args__ = (
        sa.UniqueConstraint("impor_id", "nomor"),
        sa.CheckConstraint("status IN ('BELUM', 'DITULIS', 'GALAT', 'DIKEMBALIKAN')", name="status"),
        sa.Index(
            "ix_impor_baris_masalah", "impor_id", "nomor", postgresql_where=sa.text("galat > 0 OR peringatan > 0")
        ),
    )
