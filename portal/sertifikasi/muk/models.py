"""Tables of MUK. What is in force is replaced by a new row; the old one stays for the cases it was used in."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.sertifikasi.skema.models import one_of

BERLAKU, DICABUT = "BERLAKU", "DICABUT"


class Muk(Base):
    """One instrument (FR.IA.xx, FR.MAPA.xx) of a scheme version, for one unit or for all of them.

    `versi` counts up with each replacement. `berakhir_at`: replaced or withdrawn, with the reason in `alasan`.
    """

    __tablename__ = "sertifikasi_muk"

    skema_versi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_versi.id"))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_unit.id"))
    kode: Mapped[str]
    judul: Mapped[str]
    versi: Mapped[int] = mapped_column(default=1)
    dokumen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    status: Mapped[str] = mapped_column(default=BERLAKU)
    pembuat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    menggantikan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_muk.id"))
    berakhir_at: Mapped[datetime | None]
    alasan: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (
        sa.Index("uq_sertifikasi_muk_berlaku", "skema_versi_id", "unit_id", "kode", unique=True,
                 postgresql_nulls_not_distinct=True, postgresql_where=sa.text("status = 'BERLAKU'")),
        one_of("status", BERLAKU, DICABUT),
        sa.CheckConstraint("versi > 0", name="versi"),
        sa.CheckConstraint("(status = 'BERLAKU') = (berakhir_at IS NULL)", name="berakhir"),
    )  # fmt: skip


class MukDibuka(Base):
    """One instrument opened on request for the named leave of an outside person."""

    __tablename__ = "sertifikasi_muk_dibuka"

    muk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_muk.id"))
    akses_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_akses.id"), index=True)
    oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    permintaan: Mapped[str]  # what was asked for, in words
    ditutup_at: Mapped[datetime | None]
    __table_args__ = (
        sa.Index("uq_sertifikasi_muk_dibuka", "muk_id", "akses_id", unique=True,
                 postgresql_where=sa.text("ditutup_at IS NULL")),
    )  # fmt: skip
