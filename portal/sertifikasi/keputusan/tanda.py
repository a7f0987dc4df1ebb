"""Proof that whoever signs is who signed in, for papers whose signature is a column and no row of its own."""

from portal.kernel.pages import bukti
from portal.kernel.people import Principal


def buktikan(user: Principal, sandi: str) -> None:
    """By password or one-time code. Raises Invalid for a wrong one, Denied after too many."""
    bukti.prove(user, sandi)
