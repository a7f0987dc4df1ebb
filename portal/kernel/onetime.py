"""Six-digit codes that prove an address, and what waits for the proof. Both live in Redis and nowhere else.

A code holds ten minutes, five tries, one purpose, one address and the ticket of the flow that asked, and opens once.
So nobody spends the tries of another person's code or puts their own in its place. Redis sees keyed hashes. How often
codes are made is counted over the hour that just passed: a network has a limit; one network asking for one address,
and all networks asking for it, slow down, so that an owner waits two minutes at most, at a known network not at all.
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
PAUSE, SLOW, HOUR = 60, 120, 3600  # seconds: between two codes of a flow, and once there were too many
PER_PLACE, PER_ADDRESS, PER_NETWORK = 5, 20, 20  # codes an hour; place: one address asked for from one network
KEPT: Final = 2400  # seconds: longer than a code, so that a second one can be asked for
DIGITS: Final = 6

MATCHES, WRONG, GONE = "cocok", "salah", "habis"

# KEYS: code, lists of the network, of the place, of the address. Answers 0, or the seconds to wait.
_MAKE = Script(
    None,  # type: ignore[arg-type]
    b"""
local now, hour, slow = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local function wait(last, length)
  return math.max(1, math.ceil(tonumber(last) + length - now))
end
local made = redis.call('HGET', KEYS[1], 'dibuat')
if made and now - tonumber(made) < tonumber(ARGV[3]) then return wait(made, tonumber(ARGV[3])) end
for i = 2, 4 do redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - hour) end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then
  return wait(redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2], hour)
end
for i = 3, 3 + tonumber(ARGV[8]) do
  local last = redis.call('ZREVRANGE', KEYS[i], 0, 0, 'WITHSCORES')[2]
  if redis.call('ZCARD', KEYS[i]) >= tonumber(ARGV[3 + i]) and now - tonumber(last) < slow then
    return wait(last, slow)
  end
end
for i = 2, 4 do
  redis.call('ZADD', KEYS[i], now, ARGV[9])
  redis.call('EXPIRE', KEYS[i], hour)
end
redis.call('HSET', KEYS[1], 'sidik', ARGV[10], 'sampai', now + tonumber(ARGV[11]), 'sisa', ARGV[12], 'dibuat', now)
redis.call('EXPIRE', KEYS[1], ARGV[11])
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
  if redis.call('HINCRBY', KEYS[1], 'sisa', -1) <= 0 then redis.call('HDEL', KEYS[1], 'sidik') end
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


def make(purpose: str, address: str, ticket: str, network: str, known: bool = False) -> Made:
    """A code for this purpose, address and flow. It takes the place of an earlier one of the same flow.

    `known`: the owner of the address uses this network, so what others ask for does not slow it down."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    whose = sealing.mark(address, "alamat")
    place = f"kode:tempat:{sealing.mark(f'{address} {network}', 'alamat')}"
    keys = [_key(purpose, ticket), f"kode:jaringan:{network}", place, f"kode:alamat:{whose}"]
    values: list[str | int | float] = [
        now().timestamp(), HOUR, PAUSE, SLOW, PER_NETWORK, PER_PLACE, PER_ADDRESS, 0 if known else 1,
        secrets.token_hex(8), _hash(purpose, address, ticket, code), LIVES, TRIES,
    ]  # fmt: skip
    wait = int(_MAKE(keys, values, client=redis()))
    return Made("" if wait else code, wait)


def check(purpose: str, address: str, ticket: str, typed: str, spend: bool = True) -> str:
    """MATCHES, WRONG, or GONE when it ran out, was used, or was tried too often. `spend=False`: it may be used again.

    Spaces and dashes between the digits do not count.
    """
    code = "".join(c for c in typed if not c.isspace() and c != "-")
    values: list[str | int | float] = [now().timestamp(), _hash(purpose, address, ticket, code), int(spend)]
    answer: bytes = _TRY([_key(purpose, ticket)], values, client=redis())
    return answer.decode()


def keep(purpose: str, data: dict[str, Any], ticket: str) -> None:
    """Let something wait for its proof, sealed, under the ticket of its flow."""
    redis().set(f"tiket:{ticket}", sealing.seal(orjson.dumps(data).decode(), f"tiket {purpose}"), ex=KEPT)


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


def _key(purpose: str, ticket: str) -> str:
    return f"kode:{sealing.mark(ticket, f'kode {purpose}')}"


def _hash(purpose: str, address: str, ticket: str, code: str) -> str:
    return sealing.mark(f"{address} {ticket} {code}", f"kode {purpose}")
