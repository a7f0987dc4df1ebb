"""Wrong passwords, counted by name and address: who guesses closes the door for themselves, not for the owner.

Five from one address close the name for that address for a quarter of an hour. Fifty from anywhere slow the
name down: one try a minute, except from addresses it was last used from. Names without an account count alike.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.kernel.db import now
from portal.kernel.pages import alamat
from portal.kernel.people import LOCK_AFTER, LOCK_FOR, User
from portal.kernel.storage import redis

SLOW_AFTER, SLOW_FOR = 50, timedelta(minutes=1)
MEMORY = timedelta(days=1)
FAILED, CLOSED = "gagal", "tutup"  # fields of the name's hash: for everybody; with an address behind it, for that one


@dataclass(frozen=True)
class Tries:
    """Tries for one name from one address; `known`: the account was last used from there."""

    name: str
    address: str
    known: bool = False

    @property
    def key(self) -> str:
        return f"g:sandi:{hashlib.sha256(self.name.encode()).hexdigest()}"

    def closed_minutes(self) -> tuple[int, int]:
        """Minutes for which this address, and every address that is not known, has to wait; 0 when open."""
        here, everywhere = redis().hmget(self.key, [f"{CLOSED} {self.address}", CLOSED])
        return _minutes(here), 0 if self.known else _minutes(everywhere)

    def count(self) -> datetime | None:
        """Count a failure. Returns until when it closed this address or slowed all, None while neither."""
        pipe = redis().pipeline()
        pipe.hincrby(self.key, f"{FAILED} {self.address}", 1)
        pipe.hincrby(self.key, FAILED, 1)
        pipe.expire(self.key, MEMORY, nx=True)
        here, everywhere, _ = pipe.execute()
        until = None
        if int(everywhere) >= SLOW_AFTER:
            until = self._close(CLOSED, SLOW_FOR)
        if int(here) >= LOCK_AFTER:
            until = self._close(f"{CLOSED} {self.address}", LOCK_FOR)
            self.succeeded()
        return until

    def _close(self, what: str, length: timedelta) -> datetime:
        until = now() + length
        redis().hset(self.key, what, until.timestamp())
        return until

    def succeeded(self) -> None:
        """Forget the failures of this address; those of others stay."""
        redis().hdel(self.key, f"{FAILED} {self.address}")


def tries_of(user: User | None, typed: str = "") -> Tries:
    """For this request's address, by the account or by what was typed, a NIP, mail or phone in any spelling."""
    digits = "".join(c for c in typed if c.isdigit())
    plain = alamat.read(typed)[0] or typed.lower()
    name = user.pengguna if user else digits if len(digits) == 18 else plain
    here = alamat.network()
    return Tries(name, here, user is not None and alamat.is_known(user))


def reopen(user: User) -> None:
    """An administrator opens the account again, for every address."""
    redis().delete(Tries(user.pengguna, "").key)


def _minutes(until: Any) -> int:
    return max(0, math.ceil((float(until) - now().timestamp()) / 60)) if until else 0
