"""Messages to the LSP: taken in once, answered within three working days, complaints in a register of their own."""

import hashlib
import hmac
import secrets
import uuid
from base64 import b32encode
from collections.abc import Sequence
from datetime import date
from typing import IO, BinaryIO, cast

import sqlalchemy as sa
from itsdangerous import BadSignature, TimestampSigner

from portal.kernel import access, activity, documents, holidays, notices, organisation
from portal.kernel.db import db, next_number, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import in_force
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.kernel.storage import config, redis
from portal.sertifikasi import KONTEN
from portal.sertifikasi.publik.forms import FILE_BYTES, MESSAGE, Message
from portal.sertifikasi.publik.models import Tiket, TiketBalasan, TiketLampiran

NEW, ANSWERED, CLOSED = "BARU", "DIJAWAB", "DITUTUP"
COMPLAINT = "KELUHAN"
ANSWER_DAYS = 3  # working days
FASTEST, OLDEST = 3, 86_400  # seconds between opening the form and sending it
PER_HOUR, CODES_PER_HOUR, HOUR = 5, 20, 3600
VISITOR = "hubungi-kami"  # holds the files of people without an account; nobody signs in as it

activity.declare(**{"tiket.baru": "nomor topik", "tiket.dijawab": "nomor", "tiket.ditutup": "nomor"})


# ---- the form


def entry_token() -> str:
    """Goes into the form: when it was opened, and what makes sending it twice one message."""
    return _signer().sign(secrets.token_urlsafe(12)).decode()


def check_entry(token: str) -> str:
    """The word inside a token. Raises Invalid when it is forged, too old, or hardly opened."""
    try:
        word, opened = _signer().unsign(token, max_age=OLDEST, return_timestamp=True)
    except BadSignature as error:
        raise Invalid("", "Halaman ini sudah terlalu lama terbuka. Periksa isian Anda, lalu kirim lagi.") from error
    if (now() - opened).total_seconds() < FASTEST:
        raise Invalid("", "Pesan belum terkirim. Tunggu beberapa detik, lalu tekan Kirim pesan lagi.")
    return word.decode()


def _signer() -> TimestampSigner:
    return TimestampSigner(config().secret_key, salt="hubungi-kami")


def minutes_to_wait(network: str, what: str = "hubungi", most: int = PER_HOUR) -> int:
    """Count one message (or what else) from this network; minutes to wait when it is one too many, else 0."""
    key = f"g:{what}:{network}"
    pipe = redis().pipeline()
    pipe.incr(key)
    pipe.expire(key, HOUR, nx=True)
    pipe.ttl(key)
    tries, _, left = pipe.execute()
    return max(1, int(left) // 60 + 1) if int(tries) > most else 0


def code_of(word: str) -> str:
    """What opens the ticket, beside its number: 80 bits that only this portal can work out from the form."""
    digest = hmac.digest(config().secret_key.encode(), f"tiket {word}".encode(), "sha256")
    return b32encode(digest[:10]).decode().lower()


# ---- tickets


def sent(word: str) -> Tiket | None:
    """The ticket this form already made."""
    return db.session.scalars(sa.select(Tiket).where(Tiket.kode == code_of(word))).first()


def take_in(
    message: Message, word: str, files: Sequence[tuple[IO[bytes], str]], user: Principal | None, today: date
) -> Tiket:
    """Store a message with its files, once however often its form is sent. Raises Invalid for a wrong file."""
    kode = code_of(word)
    lock = int(hashlib.sha256(kode.encode()).hexdigest()[:15], 16)
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
    known = sent(word)
    if known is not None:
        return known
    ticket = Tiket(
        nomor=f"HUB-{today.year}-{next_number(f'HUB-{today.year}'):05d}", kode=kode, topik=message.topik,
        nama=message.nama, surel=message.surel, ponsel=message.ponsel, pesan=message.pesan, batas=due(today),
        user_id=user.id if user else None, tautan_dipakai_at=now(),
    )  # fmt: skip
    db.session.add(ticket)
    db.session.flush()
    for stream, name in files:
        _attach(ticket, stream, name, user)
    activity.log("tiket.baru", ticket, by=user, nomor=ticket.nomor, topik=ticket.topik)
    words = "Keluhan baru" if ticket.topik == COMPLAINT else "Pesan baru dari umum"
    for reader in readers():
        notices.notify(reader, words, f"{ticket.nomor} dari {ticket.nama}", f"/sertifikasi/pesan/{ticket.id}")
    return ticket


def due(today: date) -> date:
    return holidays.add_working_days(today, ANSWER_DAYS)


def _attach(ticket: Tiket, stream: IO[bytes], name: str, user: Principal | None) -> None:
    document = documents.receive(
        cast(BinaryIO, stream), name, user.id if user else _visitor().id, FILE_BYTES, "lampiran"
    )
    documents.claim(document)
    db.session.add(TiketLampiran(tiket_id=ticket.id, dokumen_id=document.id))
    db.session.flush()


def _visitor() -> User:
    found = db.session.scalars(sa.select(User).where(User.pengguna == VISITOR)).first()
    if found is None:
        found = User(pengguna=VISITOR, nama="Pengirim pesan tanpa akun", aktif=False)
        db.session.add(found)
        db.session.flush()
    return found


def readers() -> list[uuid.UUID]:
    """Accounts whose role in the code lets them answer today."""
    roles = [kode for kode, role in access.ROLES.items() if KONTEN in role.permissions]
    query = sa.select(PenugasanPeran.user_id).join(User, User.id == PenugasanPeran.user_id)
    now_held = in_force(PenugasanPeran, organisation.today())
    return list(db.session.scalars(query.where(PenugasanPeran.peran.in_(roles), User.aktif, now_held).distinct()))


def ticket_of_asker(nomor: str, kode: str, user: Principal | None, opened: Sequence[str]) -> Tiket | None:
    """The ticket that this browser opened before, that was written from this account, or whose code somebody holds.

    None when nobody may know, the same for a number that does not exist."""
    found = db.session.scalars(sa.select(Tiket).where(Tiket.nomor == nomor)).first()
    if found is None:
        return None
    mine = nomor in opened or (user is not None and found.user_id == user.id)
    return found if mine or _fits(found, kode) else None


def _fits(ticket: Tiket, kode: str) -> bool:
    plain = "".join(c for c in kode.lower() if c.isalnum())
    return plain.isascii() and hmac.compare_digest(ticket.kode, plain)


def follow_link(nomor: str, kode: str) -> bool:
    """Whether an address with the code in it still opens the ticket: once, since addresses lie in logs."""
    found = db.session.scalars(sa.select(Tiket).where(Tiket.nomor == nomor).with_for_update()).first()
    if found is None or found.tautan_dipakai_at is not None or not _fits(found, kode):
        return False
    found.tautan_dipakai_at = now()
    return True


def shown_code(ticket: Tiket) -> str:
    return "-".join(ticket.kode[i : i + 4] for i in range(0, len(ticket.kode), 4))


def visible_tickets(user: Principal) -> sa.Select[tuple[Tiket]]:
    return sa.select(Tiket).where(sa.true() if user.has(KONTEN) else sa.false())


@documents.visible_through
def _attachments(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    found: sa.Select[tuple[uuid.UUID | None]] = sa.select(TiketLampiran.dokumen_id)
    return found.where(sa.true() if user.has(KONTEN) else sa.false())


def conversation(ticket: Tiket) -> list[TiketBalasan]:
    """Answers and later messages, oldest first."""
    query = sa.select(TiketBalasan).where(TiketBalasan.tiket_id == ticket.id).order_by(TiketBalasan.id)
    return list(db.session.scalars(query))


def files_of(ticket: Tiket) -> list[Document]:
    query = sa.select(Document).join(TiketLampiran, TiketLampiran.dokumen_id == Document.id)
    return list(db.session.scalars(query.where(TiketLampiran.tiket_id == ticket.id).order_by(TiketLampiran.id)))


def reply(ticket: Tiket, text: str, user: Principal) -> None:
    """The LSP answers. Raises Invalid, Conflict once the ticket is closed."""
    _require_open(ticket)
    _require_text(text)
    db.session.add(TiketBalasan(tiket_id=ticket.id, dari_lsp=True, oleh=user.nama, isi=text))
    ticket.status = ANSWERED
    db.session.flush()
    activity.log("tiket.dijawab", ticket, by=user, nomor=ticket.nomor)
    notices.notify(ticket.user_id, "Pesan Anda sudah dijawab", ticket.nomor, f"/sertifikasi/tiket/{ticket.nomor}")


def write_again(ticket: Tiket, text: str, today: date) -> None:
    """The asker adds something: the clock of the answer starts anew. Raises Invalid, Conflict."""
    _require_open(ticket)
    _require_text(text)
    db.session.add(TiketBalasan(tiket_id=ticket.id, dari_lsp=False, oleh=ticket.nama, isi=text))
    ticket.status, ticket.batas = NEW, due(today)
    db.session.flush()
    for reader in readers():
        notices.notify(reader, "Pesan lanjutan", ticket.nomor, f"/sertifikasi/pesan/{ticket.id}")


def close(ticket: Tiket, user: Principal) -> None:
    """Raises Conflict for a complaint without an answer, or when it is closed already."""
    _require_open(ticket)
    answered = any(row.dari_lsp for row in conversation(ticket))
    if ticket.topik == COMPLAINT and not answered:
        raise Conflict("Keluhan ditutup dengan jawaban.", "Tulis jawaban lebih dulu, lalu tutup tiket ini.")
    ticket.status, ticket.ditutup_at = CLOSED, now()
    db.session.flush()
    activity.log("tiket.ditutup", ticket, by=user, nomor=ticket.nomor)


def _require_open(ticket: Tiket) -> None:
    if ticket.status == CLOSED:
        raise Conflict("Tiket ini sudah ditutup.", "Kirim pesan baru bila masih ada yang ingin ditanyakan.")


def _require_text(text: str) -> None:
    if not 2 <= len(text) <= MESSAGE[1]:
        raise Invalid("isi", f"Tulis pesan antara 2 dan 2.000 huruf. Sekarang {len(text)} huruf.")
