"""What the portal remembers of its backups and drills."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, db, now

BERJALAN, BAIK, GAGAL = "BERJALAN", "BAIK", "GAGAL"
LULUS = "LULUS"
LENGKAP, TIDAK_DIATUR = "LENGKAP", "TIDAK_DIATUR"
LATE_AFTER = timedelta(hours=26)


class Cadangan(Base):
    """One attempt. `arsip` is the archive's id; `kedua` tells of the second location."""

    __tablename__ = "cadangan"

    arsip: Mapped[str] = mapped_column(unique=True)
    asal: Mapped[str]
    status: Mapped[str] = mapped_column(default=BERJALAN)
    selesai_at: Mapped[datetime | None]
    dihapus_at: Mapped[datetime | None]
    objek: Mapped[int] = mapped_column(default=0)
    objek_baru: Mapped[int] = mapped_column(default=0)
    byte_basis_data: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    byte_isi: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    byte_baru: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    kedua: Mapped[str] = mapped_column(default="")
    alasan: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.CheckConstraint("status IN ('BERJALAN', 'BAIK', 'GAGAL')", name="status"),
        sa.CheckConstraint("asal IN ('JADWAL', 'TANGAN')", name="asal"),
        sa.CheckConstraint("kedua IN ('', 'LENGKAP', 'GAGAL', 'TIDAK_DIATUR')", name="kedua"),
        sa.Index("ix_cadangan_dibuat_at", "dibuat_at"),
    )

    @property
    def byte(self) -> int:
        """What it takes to keep this archive alone."""
        return self.byte_basis_data + self.byte_isi


class UjiPulih(Base):
    """One drill: an archive loaded into a scratch database and compared. `laporan` holds its lines."""

    __tablename__ = "uji_pulih"

    arsip: Mapped[str]
    status: Mapped[str] = mapped_column(default=BERJALAN)
    selesai_at: Mapped[datetime | None]
    laporan: Mapped[list[str]]
    __table_args__ = (
        sa.CheckConstraint("status IN ('BERJALAN', 'LULUS', 'GAGAL')", name="status"),
        sa.Index("ix_uji_pulih_dibuat_at", "dibuat_at"),
    )


def latest(limit: int = 60) -> list[Cadangan]:
    return list(db.session.scalars(sa.select(Cadangan).order_by(Cadangan.dibuat_at.desc()).limit(limit)))


def last_good() -> Cadangan | None:
    """The newest good archive that is still there."""
    kept = sa.select(Cadangan).where(Cadangan.status == BAIK, Cadangan.dihapus_at.is_(None))
    return db.session.scalars(kept.order_by(Cadangan.dibuat_at.desc()).limit(1)).first()


def last_drills(limit: int = 12) -> list[UjiPulih]:
    return list(db.session.scalars(sa.select(UjiPulih).order_by(UjiPulih.dibuat_at.desc()).limit(limit)))


def is_late(good: Cadangan | None) -> bool:
    return good is None or now() - good.dibuat_at > LATE_AFTER


def end_abandoned(table: type[Cadangan] | type[UjiPulih]) -> None:
    """Rows whose process was killed: whoever holds the lock knows that nobody else is at work."""
    values: dict[str, Any] = {"status": GAGAL, "selesai_at": now()}
    if table is Cadangan:
        values["alasan"] = "Proses berhenti di tengah jalan; arsip yang belum selesai dibuang."
    else:
        values["laporan"] = ["GAGAL  Proses berhenti di tengah jalan."]
    db.session.execute(sa.update(table).where(table.status == BERJALAN).values(values))
