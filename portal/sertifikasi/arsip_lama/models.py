"""Certificates of the old register. They have no case and no account, so they lie beside those of the portal."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.sertifikasi.skema.models import one_of

BELUM, SESUAI, BERBEDA = "BELUM", "SESUAI", "BERBEDA"


class SertifikatLama(Base):
    """`nomor_sidik` and its kin: letters and digits of a number alone, so that two spellings of it meet.

    `periksa`: BELUM, SESUAI (the paper says the same), BERBEDA (it does not; then the public is told nothing). Who
    loaded a certificate does not say SESUAI of it.
    """

    __tablename__ = "sertifikasi_sertifikat_lama"

    nama: Mapped[str]
    tanggal_lahir: Mapped[date | None]
    nik_enc: Mapped[bytes | None]
    nik_sidik: Mapped[str | None] = mapped_column(index=True)
    skema_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema.id"), index=True)
    nomor: Mapped[str]
    nomor_sidik: Mapped[str] = mapped_column(unique=True)
    no_reg: Mapped[str | None]
    no_reg_sidik: Mapped[str | None] = mapped_column(unique=True)
    seri: Mapped[str | None] = mapped_column(unique=True)
    diputus: Mapped[date | None]
    terbit: Mapped[date]
    sampai: Mapped[date]
    periksa: Mapped[str] = mapped_column(default=BELUM)
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    catatan: Mapped[str] = mapped_column(default="")
    diperiksa_at: Mapped[datetime | None]
    diperiksa_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    dimuat_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    cari: Mapped[str] = mapped_column(sa.Computed("lower(f_unaccent(nama || ' ' || nomor))", persisted=True))
    __table_args__ = (
        sa.CheckConstraint("sampai > terbit", name="masa"),
        sa.CheckConstraint("periksa = 'BELUM' OR diperiksa_oleh_id IS NOT NULL", name="pemeriksa"),
        sa.CheckConstraint("periksa <> 'SESUAI' OR diperiksa_oleh_id <> dimuat_oleh_id", name="dua_orang"),
        one_of("periksa", BELUM, SESUAI, BERBEDA),
        sa.Index("ix_sertifikasi_sertifikat_lama_nama", "nama", "id"),
        sa.Index("ix_sertifikasi_sertifikat_lama_cari", "cari", postgresql_using="gin",
                 postgresql_ops={"cari": "gin_trgm_ops"}),
    )  # fmt: skip
