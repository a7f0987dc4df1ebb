"""Proof that whoever signs is who signed in: the password once more, guesses counted as at the door."""

from flask import has_request_context

from portal.kernel.db import db
from portal.kernel.errors import Denied, Invalid
from portal.kernel.pages.percobaan import tries_of
from portal.kernel.people import Principal, User, check_password


def buktikan(user: Principal, sandi: str) -> None:
    """Raises Invalid for a wrong password, Denied after too many."""
    account = db.session.get(User, user.id)
    tries = tries_of(account) if has_request_context() else None
    wait = max(tries.closed_minutes()) if tries else 0
    if wait:
        raise Denied(f"Terlalu banyak percobaan kata sandi. Coba lagi dalam {wait} menit.")
    if check_password(account, sandi):
        if tries:
            tries.succeeded()
        return
    if tries:
        tries.count()
    raise Invalid("sandi", "Kata sandi tidak cocok. Tulis kata sandi akun Anda untuk menandatangani.")
