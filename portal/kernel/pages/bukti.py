"""Proof that whoever signs is who signed in: the password once more, guesses counted as at the door. Who has none,
since another service signs them in, proves a one-time code that was sent to their confirmed address."""

from flask import has_request_context

from portal.kernel import activity, onetime
from portal.kernel.db import db
from portal.kernel.errors import Denied, Invalid
from portal.kernel.onetime import MATCHES
from portal.kernel.pages import alamat
from portal.kernel.pages.percobaan import tries_of
from portal.kernel.people import Principal, User, check_password

FIELD = "sandi"  # name of the input in every form that signs
SANDI, KODE = "SANDI", "KODE"
NO_ADDRESS = (
    "Akun Anda belum punya surel atau nomor HP yang terbukti, jadi kode tidak dapat dikirim. "
    "Minta admin unit kerja Anda membuat kata sandi sekali pakai."
)
activity.declare(**{"akun.dibuktikan": "cara"})


def way(user: Principal) -> str:
    """How this person proves it is them: SANDI, or KODE for an account without a password."""
    return SANDI if account_of(user).sandi_hash else KODE


def prove(user: Principal, typed: str) -> str:
    """The way it was proven. Raises Invalid for a wrong password or code, Denied after too many passwords."""
    account = account_of(user)
    if not account.sandi_hash:
        return _by_code(account, user, typed)
    tries = tries_of(account) if has_request_context() else None
    wait = max(tries.closed_minutes()) if tries else 0
    if wait:
        raise Denied(f"Terlalu banyak percobaan kata sandi. Coba lagi dalam {wait} menit.")
    if not typed:
        raise Invalid(FIELD, "Isi kata sandi untuk menandatangani")
    if check_password(account, typed):
        if tries:
            tries.succeeded()
        return SANDI
    if tries:
        tries.count()
    raise Invalid(FIELD, "Kata sandi tidak cocok. Tulis kata sandi akun Anda untuk menandatangani.")


def account_of(user: Principal) -> User:
    return db.session.get_one(User, user.id)


def _by_code(account: User, user: Principal, typed: str) -> str:
    address = address_of(account)
    if not alamat.looks_like_code(typed):
        raise Invalid(FIELD, "Minta kode, lalu tulis enam angka dari pesan yang Anda terima")
    purpose = purpose_of(account)
    state = onetime.check(purpose, address, alamat.ticket_of(purpose, address), typed)
    if state != MATCHES:
        raise Invalid(FIELD, alamat.wrong_code(state))
    activity.log("akun.dibuktikan", account, by=user, cara=KODE)
    return KODE


def purpose_of(account: User) -> str:
    return f"bukti {account.id.hex}"


def address_of(account: User) -> str:
    """Where the code goes. Raises Invalid when nothing is confirmed."""
    known = alamat.of(account)
    if not known:
        raise Invalid(FIELD, NO_ADDRESS)
    return known[0]
