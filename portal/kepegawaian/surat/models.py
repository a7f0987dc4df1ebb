"""A letter, and the requests it carries. A request is a case of `approval`, whatever feature it belongs to."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

DRAF, DIKIRIM, DIBATALKAN = "DRAF", "DIKIRIM", "DIBATALKAN"


class SuratPengantar(Base):
    """`nomor` is empty until the letter is sent. `urut` counts within OPD and year where the number was made here.

    `tertanda`: who signed, as printed on the day it was sent. `kunci`: token of the form that made it.
    """

    __tablename__ = "surat_pengantar"

    pd_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    jenis: Mapped[str]  # kind of request, the name of its flow
    tanggal: Mapped[date]
    tahun: Mapped[int]
    nomor: Mapped[str] = mapped_column(default="")
    nomor_normal: Mapped[str] = mapped_column(
        sa.Computed(r"lower(regexp_replace(nomor, '\s', '', 'g'))", persisted=True)
    )
    urut: Mapped[int | None]
    perihal: Mapped[str]
    tujuan: Mapped[str]
    isi: Mapped[str] = mapped_column(default="")
    penandatangan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pegawai.id"))
    tertanda: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    status: Mapped[str] = mapped_column(default=DRAF)
    alasan: Mapped[str] = mapped_column(default="")
    dibuat_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    dikirim_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    dikirim_at: Mapped[datetime | None]
    versi: Mapped[int] = mapped_column(default=1)
    kunci: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    __table_args__ = (
        sa.CheckConstraint("status IN ('DRAF', 'DIKIRIM', 'DIBATALKAN')", name="status"),
        sa.CheckConstraint("status <> 'DIKIRIM' OR (nomor <> '' AND dikirim_at IS NOT NULL)", name="bernomor"),
        sa.CheckConstraint("tahun = extract(year FROM tanggal)", name="tahun"),
        sa.Index(
            "uq_surat_pengantar_nomor", "pd_id", "tahun", "nomor_normal", unique=True,
            postgresql_where=sa.text("nomor <> ''"),
        ),
        sa.Index(
            "uq_surat_pengantar_urut", "pd_id", "tahun", "urut", unique=True,
            postgresql_where=sa.text("urut IS NOT NULL"),
        ),
        sa.Index("ix_surat_pengantar_tanggal", "tanggal", "id"),
    )  # fmt: skip


class SuratUsulan(Base):
    """A request in a letter. It is in one living letter at a time; `aktif` falls when that letter is withdrawn."""

    __tablename__ = "surat_usulan"

    surat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("surat_pengantar.id"), index=True)
    jenis: Mapped[str]
    usulan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengajuan.id"))
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    aktif: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (
        sa.UniqueConstraint("surat_id", "usulan_id"),
        sa.Index("uq_surat_usulan_aktif", "usulan_id", unique=True, postgresql_where=sa.text("aktif")),
    )
