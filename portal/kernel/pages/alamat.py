"""Addresses that people prove with a code: reading them in any spelling, whose they are, what is sent to them."""

import re
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

import sqlalchemy as sa
from flask import request, session

from portal.kernel import messages, onetime, sealing
from portal.kernel.db import db
from portal.kernel.identifiers import SELULER, Telepon
from portal.kernel.people import User
from portal.kernel.storage import config

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
MAIL = re.compile(rf"(?=.{{1,64}}@){_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
NO_MAIL = "Surel tidak dikenali. Contoh: nama@contoh.id."
NO_PHONE = "Nomor HP tidak dikenali. Contoh: 0812 3456 7890."
CODE_LIVES = timedelta(seconds=onetime.LIVES)


def read(text: str) -> tuple[str, str]:
    """The address as it is stored (mail in small letters, +62...) and "", or "" and what is wrong with it."""
    text = text.strip()
    if not text:
        return "", "Isi surel atau nomor HP."
    if "@" in text:
        mail = text.lower()
        return (mail, "") if len(mail) <= 254 and MAIL.fullmatch(mail) else ("", NO_MAIL)
    if len(text) > 40:
        return "", NO_PHONE
    phone = Telepon.parse(text)
    if phone.valid and phone.jenis == SELULER and phone.normal:
        return phone.normal, ""
    return "", NO_PHONE


def shown(address: str) -> str:
    """As people write it: nama@contoh.id, 0812-3456-7890."""
    return address if "@" in address else Telepon.parse(address).tampil


def is_mail(address: str) -> bool:
    return "@" in address


def proven(address: str) -> sa.ColumnElement[bool]:
    """Accounts whose owner has proven this address."""
    if is_mail(address):
        return sa.and_(User.surel_terbukti, sa.func.lower(User.surel) == address)
    return User.ponsel == address


def owner(address: str, lock: bool = False) -> User | None:
    query = sa.select(User).where(proven(address))
    return db.session.scalars(query.with_for_update() if lock else query).first()


def is_taken(address: str) -> bool:
    """Proven by somebody, or the name with which somebody signs in."""
    query = sa.select(User.id).where(sa.or_(proven(address), User.pengguna == address)).limit(1)
    return db.session.scalar(query) is not None


def of(user: User) -> list[str]:
    """Addresses this person has proven, mail first."""
    mail = user.surel.lower() if user.surel_terbukti else ""
    return [address for address in (mail, user.ponsel or "") if address]


def give(user: User, address: str) -> None:
    """The address is this person's, proven. A name that was the old address follows it."""
    old = user.surel if is_mail(address) else user.ponsel
    if is_mail(address):
        user.surel, user.surel_terbukti = address, True
    else:
        user.ponsel = address
    if old and user.pengguna == old.lower():
        user.pengguna = address


def ticket_of(purpose: str, address: str) -> str:
    """The flow of this browser for one address: the same however often its form is sent, and nobody else's."""
    return sealing.mark(f"{session.token} {address}", f"tiket {purpose}")  # type: ignore[attr-defined]


def new_code(purpose: str, address: str, ticket: str) -> onetime.Made:
    """A code for the flow of this ticket, limited by the network of this request."""
    user = owner(address)
    return onetime.make(purpose, address, ticket, network(), user is not None and is_known(user))


def is_known(user: User) -> bool:
    """This request comes from a network in which the account was used last."""
    return network() in {network(old) for old in (user.masuk_terakhir_dari, user.masuk_sebelumnya_dari) if old}


def network(address: str | None = None) -> str:
    """What one subscriber holds: an IPv4 address, the /64 of an IPv6 address. By default of this request."""
    address = request.remote_addr or "-" if address is None else address
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((int(found) >> 64 << 64, 64))) if isinstance(found, IPv6Address) else address


def too_often(made: onetime.Made) -> str:
    if made.wait <= onetime.PAUSE:
        return f"Kode baru dapat diminta lagi dalam {made.wait} detik."
    return f"Kode sudah terlalu sering diminta. Coba lagi dalam {made.minutes} menit."


def wrong_code(state: str) -> str:
    if state == onetime.WRONG:
        return "Kode tidak cocok. Periksa pesan terakhir yang Anda terima."
    return "Kode sudah tidak berlaku. Minta kode baru."


def looks_like_code(typed: str) -> bool:
    bare = typed.replace(" ", "").replace("-", "")
    return len(bare) == onetime.DIGITS and bare.isascii() and bare.isdigit()


def send_code(address: str, code: str, what: str) -> None:
    """`what`: a noun for what the code is for, as in "Kode pendaftaran"."""
    text = (
        f"Kode {what} Anda di portal {config().instansi}: {code}\n\n"
        f"Berlaku {onetime.LIVES // 60} menit dan sekali pakai. Jangan berikan kepada siapa pun, termasuk petugas.\n"
        "Abaikan pesan ini bila bukan Anda yang meminta."
    )
    messages.send(address, f"Kode {what} Anda", text, within=CODE_LIVES)


def send_word(address: str, subject: str, text: str) -> None:
    messages.send(address, subject, f"{text}\n\nPortal {config().instansi}: {config().alamat}")
