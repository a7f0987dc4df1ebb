"""Keys of other systems. Only the digest of a key is kept."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class KunciApi(Base):
    """`bidang`: groups of fields the system may read; `pd_id`: only people of this OPD, None = all of the city."""

    __tablename__ = "kunci_api"

    nama: Mapped[str]
    penanggung_jawab: Mapped[str]
    dasar: Mapped[str]  # the agreement or letter that allows it
    awalan: Mapped[str] = mapped_column(unique=True)  # first letters, to tell keys apart
    sidik: Mapped[str] = mapped_column(unique=True)  # sha256 of the key, hexadecimal
    bidang: Mapped[list[str]]
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    mulai: Mapped[date]
    selesai: Mapped[date]
    dicabut_at: Mapped[datetime | None]
    dipakai_at: Mapped[datetime | None]
    dibuat_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    __table_args__ = (sa.CheckConstraint("selesai >= mulai", name="masa"),)
