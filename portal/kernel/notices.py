"""Messages to people: always in the portal, and outside it the way each person chose (pages/kabar.py sends them)."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, db, now
from portal.kernel.people import touch

SEKETIKA, RINGKASAN, TIDAK = "SEKETIKA", "RINGKASAN", "TIDAK"
CHOICES = {
    RINGKASAN: "Ringkasan pukul 07.00 pada hari kerja",
    SEKETIKA: "Seketika, setiap ada pemberitahuan",
    TIDAK: "Tidak; saya membuka portal sendiri",
}
FRESH = timedelta(days=7)


class Notice(Base):
    __tablename__ = "pemberitahuan"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    judul: Mapped[str]
    isi: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    dibaca_at: Mapped[datetime | None]
    disurelkan_at: Mapped[datetime | None]
    __table_args__ = (
        sa.Index("ix_pemberitahuan_user_id_id", "user_id", "id"),
        sa.Index(
            "ix_pemberitahuan_belum", "user_id", "id", postgresql_where=sa.text("dibaca_at IS NULL")
        ),
    )  # fmt: skip


def notify(user_id: uuid.UUID | None, judul: str, isi: str = "", url: str = "") -> None:
    """Leave a message in this transaction; nobody is told when `user_id` is None."""
    if user_id is None:
        return
    db.session.add(Notice(user_id=user_id, judul=judul, isi=isi, url=url))
    touch(user_id)


def unread(user_id: uuid.UUID) -> Any:
    """Scalar subquery: how many messages wait, counted up to 100."""
    waiting = sa.select(sa.literal(1)).where(Notice.user_id == user_id, Notice.dibaca_at.is_(None)).limit(100)
    return sa.select(sa.func.count()).select_from(waiting.subquery()).scalar_subquery()


def latest(user_id: uuid.UUID, limit: int = 30) -> list[Notice]:
    query = sa.select(Notice).where(Notice.user_id == user_id).order_by(Notice.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def mark_read(user_id: uuid.UUID) -> None:
    db.session.execute(
        sa.update(Notice).where(Notice.user_id == user_id, Notice.dibaca_at.is_(None)).values(dibaca_at=now())
    )
    touch(user_id)


# ---- what leaves the portal: each person chooses


class PilihanKabar(Base):
    """How a person wants to hear outside the portal; without a row RINGKASAN."""

    __tablename__ = "pilihan_kabar"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), unique=True)
    cara: Mapped[str]
    __table_args__ = (sa.CheckConstraint("cara IN ('SEKETIKA', 'RINGKASAN', 'TIDAK')", name="cara"),)


class HariRingkasan(Base):
    """How far the digest of a day has come: `sampai_id` is the last account looked at."""

    __tablename__ = "ringkasan_hari"

    tanggal: Mapped[date] = mapped_column(unique=True)
    sampai_id: Mapped[uuid.UUID | None]
    selesai_at: Mapped[datetime | None]


class Ringkasan(Base):
    """A digest that was handed over: one a person a day, whatever restarts."""

    __tablename__ = "ringkasan"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    tanggal: Mapped[date]
    jumlah: Mapped[int]
    __table_args__ = (sa.UniqueConstraint("user_id", "tanggal", name="uq_ringkasan_user_id"),)


def choice(user_id: uuid.UUID) -> str:
    return db.session.scalar(sa.select(PilihanKabar.cara).where(PilihanKabar.user_id == user_id)) or RINGKASAN


def choose(user_id: uuid.UUID, cara: str) -> None:
    """From now on; what came before is not sent by the new way. Raises ValueError for another word."""
    if cara not in CHOICES:
        raise ValueError(cara)
    values = {"user_id": user_id, "cara": cara}
    fresh = insert(PilihanKabar).values(**values)
    db.session.execute(fresh.on_conflict_do_update(index_elements=[PilihanKabar.user_id], set_={"cara": cara}))
    mark_mailed([user_id])


def unsent(ids: list[uuid.UUID], before: datetime) -> dict[uuid.UUID, list[Notice]]:
    """Fresh messages by person, oldest first: not read, not sent outside yet, left before that moment."""
    query = sa.select(Notice).where(
        Notice.user_id.in_(ids), Notice.dibaca_at.is_(None), Notice.disurelkan_at.is_(None),
        Notice.dibuat_at < before, Notice.dibuat_at > before - FRESH,
    )  # fmt: skip
    found: dict[uuid.UUID, list[Notice]] = {}
    for row in db.session.scalars(query.order_by(Notice.id)):
        found.setdefault(row.user_id, []).append(row)
    return found


def mark_mailed(ids: list[uuid.UUID], before: datetime | None = None) -> None:
    """These people's messages, those before a moment if it is given, have been told outside."""
    query = sa.update(Notice).where(Notice.user_id.in_(ids), Notice.disurelkan_at.is_(None))
    db.session.execute((query.where(Notice.dibuat_at < before) if before else query).values(disurelkan_at=now()))
