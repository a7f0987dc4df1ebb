"""Messages to people: always in the portal, and by mail once a day when a mail server is set."""

import logging
import uuid
from datetime import datetime, timedelta
from email.message import EmailMessage
from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import jobs, post
from portal.kernel.db import Base, commit, db, now
from portal.kernel.people import User, touch
from portal.kernel.storage import config

logger = logging.getLogger(__name__)


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


@jobs.every(86400, "Kirim ringkasan pemberitahuan")
@jobs.kind("surel-ringkasan", antrean="panjang")
def mail_digest(job: jobs.Job) -> None:
    """One mail a person a day with what they have not read. Without SUREL_URL nothing is sent."""
    if not config().surel_url:
        return
    since = now() - timedelta(days=7)
    query = (
        sa.select(User.id, User.nama, User.surel, sa.func.array_agg(Notice.judul).label("judul"))
        .join(Notice, Notice.user_id == User.id)
        .where(Notice.dibaca_at.is_(None), Notice.disurelkan_at.is_(None), Notice.dibuat_at > since)
        .where(User.surel != "", User.aktif)
        .group_by(User.id)
    )
    people = db.session.execute(query).all()
    with post.connected() as server:
        for done, person in enumerate(people, 1):
            try:
                server.send_message(_letter(person))
            except (SMTPRecipientsRefused, SMTPNotSupportedError, ValueError) as error:
                logger.warning("no mail to user %s: %s", person.id, error)  # this address, not the server
            sent = sa.update(Notice).where(Notice.user_id == person.id, Notice.disurelkan_at.is_(None))
            db.session.execute(sent.values(disurelkan_at=now()))
            commit()  # what has left must not leave again when a later letter fails
            jobs.progress(job, done, len(people))


def _letter(person: Any) -> EmailMessage:
    lines = "\n".join(f"- {judul}" for judul in person.judul[:50])
    text = f"Yth. {person.nama}\n\n{lines}\n\nBuka portal: {config().alamat}/beranda\n"
    return post.letter(person.surel, f"{len(person.judul)} pemberitahuan menunggu Anda", text)
