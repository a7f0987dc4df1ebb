"""Views of lists that people keep under a name: search, filters, order and columns, each person their own."""

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, db
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal

LONGEST, MOST = 60, 20


class SavedView(Base):
    __tablename__ = "tampilan_daftar"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    daftar: Mapped[str]
    nama: Mapped[str]
    kueri: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.UniqueConstraint("user_id", "daftar", "nama"),)


def of(name: str, user: Principal) -> list[Any]:
    """Kept views of a list, by name: id, nama, kueri."""
    query = sa.select(SavedView.id, SavedView.nama, SavedView.kueri)
    mine = query.where(SavedView.user_id == user.id, SavedView.daftar == name)
    return list(db.session.execute(mine.order_by(sa.func.lower(SavedView.nama))))


def keep(name: str, words: str, query: str, user: Principal) -> SavedView:
    """Keep a view; a name used before gets the new contents. Raises Invalid."""
    words = " ".join(words.split())
    if not words or len(words) > LONGEST:
        raise Invalid("nama", f"Nama tampilan: tulis 1 sampai {LONGEST} huruf")
    rows = sa.select(SavedView).where(SavedView.user_id == user.id, SavedView.daftar == name)
    mine = list(db.session.scalars(rows))
    same = next((one for one in mine if one.nama.lower() == words.lower()), None)
    if same is None and len(mine) >= MOST:
        raise Invalid("nama", f"Paling banyak {MOST} tampilan. Hapus salah satu dulu.")
    row = same or SavedView(user_id=user.id, daftar=name)
    row.nama, row.kueri = words, query[:2000]
    db.session.add(row)
    return row


def visible(user: Principal) -> sa.Select[tuple[SavedView]]:
    return sa.select(SavedView).where(SavedView.user_id == user.id)
