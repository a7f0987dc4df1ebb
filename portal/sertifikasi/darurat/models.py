"""Table of emergency access; that it lies open is read from `sampai` and `diakhiri_at`, so it ends by itself."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.sertifikasi.skema.models import one_of

MENUNGGU, DIBUKA, DITOLAK = "MENUNGGU", "DIBUKA", "DITOLAK"


class AksesDarurat(Base):
    """One request: who, which case, why; who confirmed or refused it; until when the case may be read."""

    __tablename__ = "sertifikasi_akses_darurat"

    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    diminta_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    alasan: Mapped[str]
    status: Mapped[str] = mapped_column(default=MENUNGGU)
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    sampai: Mapped[datetime | None]
    diakhiri_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("status", MENUNGGU, DIBUKA, DITOLAK),
        sa.CheckConstraint("diputus_oleh_id <> diminta_oleh_id", name="dua_orang"),
        sa.CheckConstraint("(status = 'DIBUKA') = (sampai IS NOT NULL)", name="sampai"),
    )
