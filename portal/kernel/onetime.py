"""Six-digit codes that prove an address, and what waits for the proof. Both live in Redis and nowhere else.

A code holds ten minutes, five tries, one purpose and one address, and opens once. Redis sees keyed hashes of code
and address. How often codes are made is limited by address and by network, counted over the hour that just passed.
"""

import secrets
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, cast

import orjson
from redis.commands.core import Script

from portal.kernel import sealing
from portal.kernel.db import now
from portal.kernel.storage import redis

LIVES: Final = 600  # seconds
TRIES: Final = 5
PAUSE, HOUR = 60, 3600  # seconds
PER_ADDRESS, PER_NETWORK = 5, 20  # codes an hour
KEPT: Final = 2400  # seconds: longer than a code, so that a second one can be asked for
DIGITS: Final = 6

MATCHES, WRONG, GONE = "cocok", "salah", "habis"

# KEYS: code, list of the address, list of the network. Answers 0, or the seconds to wait.
_MAKE = Script(
    None,  # type: ignore[arg-type]
    b"""
local now, hour, pause = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 2, 3 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - hour)
  local most = tonumber(ARGV[2 + i])
  if redis.call('ZCARD', KEYS[i]) >= most then
    return math.max(1, math.ceil(tonumber(redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')[2]) + hour - now))
  end
end
local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if last[2] and now - tonumber(last[2]) < pause then
  return math.max(1, math.ceil(tonumber(last[2]) + pause - now))
end
for i = 2, 3 do
  redis.call('ZADD', KEYS[i], now, ARGV[6])
  redis.call('EXPIRE', KEYS[i], hour)
end
redis.call('HSET', KEYS[1], 'sidik', ARGV[7], 'sampai', now + tonumber(ARGV[8]), 'sisa', ARGV[9])
redis.call('EXPIRE', KEYS[1], ARGV[8])
return 0
""",
)

# One try. A wrong one is counted, a right one ends the code when it is spent.
_TRY = Script(
    None,  # type: ignore[arg-type]
    b"""
local kept = redis.call('HMGET', KEYS[1], 'sidik', 'sampai', 'sisa')
if not kept[1] or tonumber(ARGV[1]) >= tonumber(kept[2]) then return 'habis' end
if kept[1] ~= ARGV[2] then
  if redis.call('HINCRBY', KEYS[1], 'sisa', -1) <= 0 then redis.call('DEL', KEYS[1]) end
  return 'salah'
end
if ARGV[3] == '1' then redis.call('DEL', KEYS[1]) end
return 'cocok'
""",
)


@dataclass(frozen=True)
class Made:
    """A fresh code, or "" and the seconds until another may be asked for. The code before it then still holds."""

    code: str
    wait: int = 0

    @property
    def minutes(self) -> int:
        return ceil(self.wait / 60)


def make(purpose: str, address: str, network: str) -> Made:
    """A code for this purpose and address. It takes the place of an earlier one."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    whose = sealing.mark(address, "alamat")
    keys = [_key(purpose, address), f"kode:alamat:{whose}", f"kode:jaringan:{network}"]
    values: list[str | int | float] = [
        now().timestamp(), HOUR, PAUSE, PER_ADDRESS, PER_NETWORK, secrets.token_hex(8),
        _hash(purpose, address, code), LIVES, TRIES,
    ]  # fmt: skip
    wait = int(_MAKE(keys, values, client=redis()))
    return Made("" if wait else code, wait)


def check(purpose: str, address: str, typed: str, spend: bool = True) -> str:
    """MATCHES, WRONG, or GONE when it ran out, was used, or was tried too often. `spend=False`: it may be used again.

    Spaces and dashes between the digits do not count.
    """
    code = "".join(c for c in typed if not c.isspace() and c != "-")
    values: list[str | int | float] = [now().timestamp(), _hash(purpose, address, code), int(spend)]
    answer: bytes = _TRY([_key(purpose, address)], values, client=redis())
    return answer.decode()


def keep(purpose: str, data: dict[str, Any]) -> str:
    """Let something wait for its proof, sealed. Returns the ticket that finds it."""
    ticket = secrets.token_urlsafe(24)
    redis().set(f"tiket:{ticket}", sealing.seal(orjson.dumps(data).decode(), f"tiket {purpose}"), ex=KEPT)
    return ticket


def kept(purpose: str, ticket: str) -> dict[str, Any] | None:
    """What waits under a ticket; None when it was made for something else, is used, or ran out."""
    body = redis().get(f"tiket:{ticket}") if ticket.isascii() and 0 < len(ticket) <= 64 else None
    if body is None:
        return None
    try:
        return dict(orjson.loads(sealing.unseal(cast(bytes, body), f"tiket {purpose}")))
    except sealing.Unreadable:
        return None


def drop(ticket: str) -> None:
    redis().delete(f"tiket:{ticket}")


def _key(purpose: str, address: str) -> str:
    return f"kode:{sealing.mark(address, f'kode {purpose}')}"


def _hash(purpose: str, address: str, code: str) -> str:
    return sealing.mark(f"{address} {code}", f"kode {purpose}")
