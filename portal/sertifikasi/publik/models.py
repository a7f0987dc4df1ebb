"""Tables of public content and of messages to the LSP."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.sertifikasi.skema.models import one_of


class Konten(Base):
    """One version of one public text (Markdown subset). The newest TERBIT of a slug is what people read."""

    __tablename__ = "sertifikasi_konten"

    slug: Mapped[str]
    versi: Mapped[int]
    judul: Mapped[str]
    isi: Mapped[str]
    status: Mapped[str] = mapped_column(default="DRAF")
    oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    terbit_at: Mapped[datetime | None]
    __table_args__ = (sa.UniqueConstraint("slug", "versi"), one_of("status", "DRAF", "TERBIT", "LAMA"))


class Tiket(Base):
    """A message from the contact form, or a complaint (`topik` KELUHAN). Number HUB-2026-00042."""

    __tablename__ = "sertifikasi_tiket"

    nomor: Mapped[str] = mapped_column(unique=True)
    kode: Mapped[str] = mapped_column(unique=True)  # with the number it opens the ticket for who wrote it
    topik: Mapped[str]
    nama: Mapped[str]
    surel: Mapped[str] = mapped_column(default="")
    ponsel: Mapped[str] = mapped_column(default="")
    pesan: Mapped[str]
    status: Mapped[str] = mapped_column(default="BARU")
    batas: Mapped[date]
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    ditutup_at: Mapped[datetime | None]
    tautan_dipakai_at: Mapped[datetime | None]  # addresses once held the code: each such link opens one more time
    cari: Mapped[str] = mapped_column(
        sa.Computed("lower(f_unaccent(nomor || ' ' || nama || ' ' || pesan))", persisted=True)
    )
    __table_args__ = (
        sa.Index("ix_sertifikasi_tiket_masuk", "dibuat_at", "id"),
        sa.Index("ix_sertifikasi_tiket_topik", "topik", "dibuat_at", "id"),
        sa.Index("ix_sertifikasi_tiket_status", "status", "dibuat_at", "id"),
        sa.Index("ix_sertifikasi_tiket_batas", "batas", "id"),
        sa.Index("ix_sertifikasi_tiket_nama", "nama", "id"),
        sa.Index("ix_sertifikasi_tiket_cari", "cari", postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}),
        one_of("topik", "INFORMASI", "PENDAFTARAN", "SERTIFIKAT", "KELUHAN", "LAINNYA"),
        one_of("status", "BARU", "DIJAWAB", "DITUTUP"),
        sa.CheckConstraint("surel <> '' OR ponsel <> ''", name="kontak"),
    )


class TiketBalasan(Base):
    __tablename__ = "sertifikasi_tiket_balasan"

    tiket_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_tiket.id"), index=True)
    dari_lsp: Mapped[bool]
    oleh: Mapped[str]
    isi: Mapped[str]


class TiketLampiran(Base):
    """A file that came with a message."""

    __tablename__ = "sertifikasi_tiket_lampiran"

    tiket_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_tiket.id"), index=True)
    dokumen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("tiket_id", "dokumen_id"),)
