"""Institutions, who registers for them, and the invitations that await their person."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.sertifikasi.skema.models import one_of

MENUNGGU, DITERIMA, DITOLAK, DITARIK, KEDALUWARSA = "MENUNGGU", "DITERIMA", "DITOLAK", "DITARIK", "KEDALUWARSA"


class Lembaga(Base):
    __tablename__ = "sertifikasi_lembaga"

    nama: Mapped[str] = mapped_column(unique=True)
    aktif: Mapped[bool] = mapped_column(default=True)


class Operator(Base):
    """Who registers for an institution. The role beside it opens the pages, this row opens the institution."""

    __tablename__ = "sertifikasi_operator"

    lembaga_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_lembaga.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    diberi_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    dicabut_at: Mapped[datetime | None]
    __table_args__ = (
        sa.Index(
            "uq_sertifikasi_operator_satu", "user_id", unique=True, postgresql_where=sa.text("dicabut_at IS NULL")
        ),
        sa.Index("ix_sertifikasi_operator_lembaga_id", "lembaga_id"),
    )


class Undangan(Base):
    """One person invited for one scheme. `isian`: what the institution wrote, sealed with the NIK until the person
    takes it over or it runs out. `kode_sidik`: keyed mark of the code in the message. `user_id`: the account that is
    meant or that has shown the code; nobody is matched by name and birth date."""

    __tablename__ = "sertifikasi_undangan"

    lembaga_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_lembaga.id"), index=True)
    skema_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema.id"))
    nama: Mapped[str]
    nik_sidik: Mapped[str]
    tujuan: Mapped[str]  # address as the institution gave it
    isian: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    kode_sidik: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default=MENUNGGU)
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    permohonan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    dikirim_at: Mapped[datetime]
    berlaku_sampai: Mapped[datetime]
    dijawab_at: Mapped[datetime | None]
    cari: Mapped[str] = mapped_column(sa.Computed("lower(f_unaccent(nama))", persisted=True))
    __table_args__ = (
        sa.Index("uq_sertifikasi_undangan_hidup", "nik_sidik", "skema_id", "lembaga_id", unique=True,
                 postgresql_where=sa.text("status = 'MENUNGGU'")),
        sa.Index("ix_sertifikasi_undangan_cari", "cari", postgresql_using="gin",
                 postgresql_ops={"cari": "gin_trgm_ops"}),
        one_of("status", MENUNGGU, DITERIMA, DITOLAK, DITARIK, KEDALUWARSA),
    )  # fmt: skip


Isian = dict[str, Any]
