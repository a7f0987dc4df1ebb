"""Messages that leave the portal for one address: a code, a link, a warning.

The row is written in the transaction, a job sends it after the commit and comes back, each time later, until
`kirim_sebelum`. The text may hold a code: it lies sealed and is erased as soon as it was sent or ran out.
States: ANTRE -> TERKIRIM, GAGAL (nobody could ever send it) or KEDALUWARSA (nobody could in time).
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any, Final

import orjson
import requests
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import jobs, post, sealing
from portal.kernel.db import Base, db, now
from portal.kernel.storage import config, redis

logger = logging.getLogger(__name__)

SUREL, PONSEL = "SUREL", "PONSEL"
ANTRE, TERKIRIM, GAGAL, KEDALUWARSA = "ANTRE", "TERKIRIM", "GAGAL", "KEDALUWARSA"
SEAL: Final = "pesan keluar"
TOO_LATE = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
KEEP_DAYS = 30
GATEWAY_SECONDS = (3, 10)  # connect, answer
BOX, BOX_SIZE, BOX_SECONDS = "kotak-surat", 50, 86400


class Pesan(Base):
    """One message. `isi` is empty once it has left or can no longer leave."""

    __tablename__ = "pesan_keluar"

    saluran: Mapped[str]
    tujuan: Mapped[str]
    perihal: Mapped[str]
    isi: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    status: Mapped[str] = mapped_column(default=ANTRE)
    percobaan: Mapped[int] = mapped_column(default=0)
    kirim_sebelum: Mapped[datetime]
    terkirim_at: Mapped[datetime | None]
    alasan: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.CheckConstraint("saluran IN ('SUREL', 'PONSEL')", name="saluran"),
        sa.CheckConstraint("status IN ('ANTRE', 'TERKIRIM', 'GAGAL', 'KEDALUWARSA')", name="status"),
        sa.CheckConstraint("status = 'ANTRE' OR isi IS NULL", name="isi_dihapus"),
        sa.Index("ix_pesan_keluar_antre", "kirim_sebelum", postgresql_where=sa.text("status = 'ANTRE'")),
        sa.Index(
            "ix_pesan_keluar_gagal", "dibuat_at", postgresql_where=sa.text("status IN ('GAGAL', 'KEDALUWARSA')")
        ),
        sa.Index("ix_pesan_keluar_dibuat_at", "dibuat_at"),
    )  # fmt: skip

    @property
    def tujuan_samar(self) -> str:
        return masked(self.tujuan)


class Refused(Exception):
    """This message will never be taken, however often it is offered. The text is for an operator."""


class NotNow(Exception):
    """It could not be sent this time. The text is for an operator."""


def masked(address: str) -> str:
    """Enough for its owner to recognise: si***@contoh.id, +62812****7890."""
    name, at, host = address.partition("@")
    return f"{name[:2]}***@{host}" if at else f"{address[:6]}****{address[-4:]}"


def channel_of(address: str) -> str:
    return SUREL if "@" in address else PONSEL


def send(address: str, subject: str, text: str, within: timedelta = TOO_LATE) -> uuid.UUID:
    """Write the message in this transaction; it leaves after the commit, or runs out `within` this time.

    Raises ValueError for an address with white space or signs nobody sees: it could carry a header of its own.
    """
    if not address.isprintable() or any(c.isspace() for c in address) or not address:
        raise ValueError("an address holds no white space")
    row = Pesan(
        saluran=channel_of(address), tujuan=address, perihal=" ".join(subject.split())[:200],
        isi=sealing.seal(text, SEAL), kirim_sebelum=now() + within,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    jobs.enqueue(deliver, "Kirim pesan", f"pesan-{row.id}", pesan=str(row.id))
    return row.id


@jobs.kind("kirim-pesan")
def deliver(job: jobs.Job) -> None:
    """One try. What another worker holds, has sent or given up is left alone."""
    query = sa.select(Pesan).where(Pesan.id == uuid.UUID(job.argumen["pesan"]), Pesan.status == ANTRE)
    row = db.session.scalars(query.with_for_update(skip_locked=True)).first()
    if row is None or row.isi is None:
        return
    if now() >= row.kirim_sebelum:
        _end(row, KEDALUWARSA, row.alasan or "Tidak sempat dikirim sampai batas waktunya.")
        return
    row.percobaan += 1
    try:
        sender_of(row.saluran).send(row.tujuan, row.perihal, sealing.unseal(row.isi, SEAL))
    except (Refused, sealing.Unreadable) as error:
        logger.error("message %s (%s) cannot be sent: %s", row.id, row.saluran, error)
        _end(row, GAGAL, str(error))
    except NotNow as error:
        logger.warning("message %s (%s), try %d: %s", row.id, row.saluran, row.percobaan, error)
        row.alasan = str(error)
        pause = min(FIRST_PAUSE * 2 ** (row.percobaan - 1), LONGEST_PAUSE)
        jobs.enqueue(deliver, "Kirim pesan", f"pesan-{row.id}-{row.percobaan}", delay=pause, pesan=str(row.id))
    else:
        row.terkirim_at = now()
        _end(row, TERKIRIM, "")


def _end(row: Pesan, status: str, reason: str) -> None:
    row.status, row.alasan, row.isi = status, reason, None


# ---- senders


@dataclass(frozen=True)
class Sender:
    """Takes address, subject and text. Raises Refused or NotNow."""

    send: Callable[[str, str, str], None]


def sender_of(channel: str) -> Sender:
    """By the settings: mail server, gateway, else the development mailbox. Raises Refused when there is none."""
    cfg = config()
    if channel == SUREL and cfg.surel_url:
        return Sender(_by_mail)
    if channel == PONSEL and cfg.ponsel_url:
        return Sender(_by_gateway)
    if not cfg.is_production:
        return Sender(_into_box)
    name = "SUREL_URL" if channel == SUREL else "PONSEL_URL"
    raise Refused(f"Pengirim belum diatur: isi {name} di lingkungan portal, lalu jalankan ulang pekerja.")


def _by_mail(address: str, subject: str, text: str) -> None:
    try:
        with post.connected() as server:
            server.send_message(post.letter(address, subject, text))
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        words = f"Server surel menolak alamat ini ({', '.join(map(str, codes))})."
        raise (Refused if all(code >= 500 for code in codes) else NotNow)(words) from error
    except (SMTPNotSupportedError, ValueError) as error:
        raise Refused("Alamat surel ini tidak dapat dipakai server surel.") from error
    except (SMTPException, OSError) as error:
        raise NotNow(f"Server surel belum menerima: {type(error).__name__}.") from error


def _by_gateway(address: str, subject: str, text: str) -> None:
    """POST {tujuan, pesan}; any answer but 2xx is tried again. Nobody is followed to another address with the key."""
    cfg = config()
    try:
        answer = requests.post(
            cfg.ponsel_url, json={"tujuan": address, "pesan": text}, timeout=GATEWAY_SECONDS, allow_redirects=False,
            headers={"Authorization": f"Bearer {cfg.ponsel_key}"},
        )  # fmt: skip
    except requests.RequestException as error:
        raise NotNow(f"Gerbang pesan tidak menjawab: {type(error).__name__}.") from error
    if not 200 <= answer.status_code < 300:
        raise NotNow(f"Gerbang pesan menjawab {answer.status_code}.")


def _into_box(address: str, subject: str, text: str) -> None:
    """Never in production: messages anybody reads at /kotak-surat."""
    body = {"pada": now().isoformat(), "tujuan": address, "perihal": subject, "isi": text}
    pipe = redis().pipeline()
    pipe.lpush(BOX, orjson.dumps(body))
    pipe.ltrim(BOX, 0, BOX_SIZE - 1)
    pipe.expire(BOX, BOX_SECONDS)
    pipe.execute()


def box() -> list[dict[str, Any]]:
    """Messages of the development mailbox, newest first."""
    found = [orjson.loads(body) for body in redis().lrange(BOX, 0, BOX_SIZE - 1)]
    return [{**one, "pada": datetime.fromisoformat(one["pada"])} for one in found]


# ---- for operators


def failed(limit: int = 20) -> list[Pesan]:
    """What could not be sent, newest first."""
    query = sa.select(Pesan).where(Pesan.status.in_([GAGAL, KEDALUWARSA])).order_by(Pesan.dibuat_at.desc())
    return list(db.session.scalars(query.limit(limit)))


def expire() -> int:
    """Erase what can no longer be sent in time, delete what is older than 30 days. Returns how many ran out."""
    late = sa.update(Pesan).where(Pesan.status == ANTRE, Pesan.kirim_sebelum <= now())
    reason = sa.case((Pesan.alasan == "", "Tidak sempat dikirim sampai batas waktunya."), else_=Pesan.alasan)
    ended = db.session.execute(late.values(status=KEDALUWARSA, isi=None, alasan=reason))
    old = Pesan.dibuat_at < now() - timedelta(days=KEEP_DAYS)
    db.session.execute(sa.delete(Pesan).where(Pesan.status != ANTRE, old))
    return int(ended.rowcount)  # type: ignore[attr-defined]
