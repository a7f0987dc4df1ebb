"""Tickets (one open per indicator and person) and the figures of every month."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class TiketMutu(Base):
    """Something to repair. It closes by itself when the nightly check no longer finds it.

    `unit_id`, `pd_id`: where the person sits; who repairs it. `rincian`: what was found, without a NIK. `poin`: by how
    much the score of the OPD (0 to 100) rises when this one is repaired.
    """

    __tablename__ = "tiket_mutu"

    indikator: Mapped[str]
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    rincian: Mapped[str] = mapped_column(default="")
    poin: Mapped[float] = mapped_column(default=0.0, server_default="0")
    dibuka: Mapped[date]
    ditutup: Mapped[date | None]
    __table_args__ = (
        sa.CheckConstraint("ditutup IS NULL OR ditutup >= dibuka", name="masa"),
        sa.Index(
            "uq_tiket_mutu_terbuka", "indikator", "pegawai_id", unique=True, postgresql_where=sa.text("ditutup IS NULL")
        ),
        sa.Index("ix_tiket_mutu_pd", "pd_id", "indikator", postgresql_where=sa.text("ditutup IS NULL")),
        sa.Index("ix_tiket_mutu_dibuka", "dibuka", "id"),
        sa.Index("ix_tiket_mutu_poin", "poin", "id", postgresql_where=sa.text("ditutup IS NULL")),
        sa.Index("ix_tiket_mutu_selesai", "poin", "id", postgresql_where=sa.text("ditutup IS NOT NULL")),
    )


class MutuBulan(Base):
    """Figures of one indicator in one OPD (`pd_id` empty: people without one; the city is the sum), a month each.

    The night writes the row of its month anew; the last one of a month stays. `hari`: when it was counted.
    """

    __tablename__ = "mutu_bulan"

    bulan: Mapped[date]  # the first of the month
    hari: Mapped[date]
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    indikator: Mapped[str]
    diperiksa: Mapped[int]  # people the indicator is about
    temuan: Mapped[int]
    __table_args__ = (
        sa.UniqueConstraint("bulan", "pd_id", "indikator", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("temuan BETWEEN 0 AND diperiksa", name="jumlah"),
    )
