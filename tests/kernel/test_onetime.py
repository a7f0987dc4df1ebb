"""One-time codes: one purpose, one address, ten minutes, five tries, one use; limits; tickets."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.kernel import onetime, storage
from portal.kernel.onetime import GONE, MATCHES, WRONG, check, drop, keep, kept, make
from tests.kernel.sessions import together

ADDRESS, NETWORK = "siti@contoh.id", "192.0.2.1"
pytestmark = pytest.mark.usefixtures("app", "jam")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_opens_once() -> None:
    made = make("daftar", ADDRESS, NETWORK)
    assert (len(made.code), made.code.isdigit(), made.wait) == (6, True, 0)
    assert check("daftar", ADDRESS, made.code) == MATCHES
    assert check("daftar", ADDRESS, made.code) == GONE


def test_spaces_and_dashes_do_not_count() -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    assert check("daftar", ADDRESS, f" {code[:3]} {code[3:5]}-{code[5]} ") == MATCHES


def test_a_code_can_be_looked_at_before_it_is_spent() -> None:
    code = make("sandi", ADDRESS, NETWORK).code
    for _ in range(onetime.TRIES + 1):
        assert check("sandi", ADDRESS, code, spend=False) == MATCHES
    assert check("sandi", ADDRESS, code) == MATCHES
    assert check("sandi", ADDRESS, code, spend=False) == GONE


def test_five_wrong_tries_end_it() -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    assert [check("daftar", ADDRESS, wrong(code)) for _ in range(onetime.TRIES)] == [WRONG] * onetime.TRIES
    assert check("daftar", ADDRESS, code) == GONE


def test_four_wrong_tries_do_not() -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    for _ in range(onetime.TRIES - 1):
        check("daftar", ADDRESS, wrong(code))
    assert check("daftar", ADDRESS, code) == MATCHES


def test_it_opens_nothing_else() -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    assert check("sandi", ADDRESS, code) == GONE
    assert check("daftar", "lain@contoh.id", code) == GONE
    assert check("daftar", ADDRESS, code) == MATCHES


def test_it_runs_out_by_the_clock(jam: Any) -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    jam.shift(onetime.LIVES - 1)
    assert check("daftar", ADDRESS, code, spend=False) == MATCHES
    jam.shift(1)
    assert check("daftar", ADDRESS, code) == GONE


def test_redis_forgets_it_by_itself() -> None:
    make("daftar", ADDRESS, NETWORK)
    for key in storage.redis().keys("kode:*"):
        assert 0 < storage.redis().ttl(key) <= 3600


def test_a_new_code_takes_the_place_of_the_old_one(jam: Any) -> None:
    old = make("daftar", ADDRESS, NETWORK).code
    for _ in range(onetime.TRIES - 1):
        check("daftar", ADDRESS, wrong(old))
    jam.shift(onetime.PAUSE)
    new = make("daftar", ADDRESS, NETWORK).code
    if new != old:
        assert check("daftar", ADDRESS, old) == WRONG
    assert check("daftar", ADDRESS, new) == MATCHES


def test_one_a_minute_and_the_first_still_holds(jam: Any) -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    jam.shift(20)
    for purpose in ("daftar", "sandi"):
        again = make(purpose, ADDRESS, "198.51.100.9")
        assert (again.code, again.wait) == ("", 40)
    assert check("daftar", ADDRESS, code) == MATCHES
    jam.shift(40)
    assert make("daftar", ADDRESS, NETWORK).code


def test_five_an_hour_for_an_address_from_anywhere(jam: Any) -> None:
    for number in range(onetime.PER_ADDRESS):
        assert make("daftar", ADDRESS, f"192.0.2.{number}").code
        jam.shift(61)
    refused = make("daftar", ADDRESS, "192.0.2.99")
    assert (refused.code, refused.wait, refused.minutes) == ("", 3600 - 5 * 61, 55)
    assert make("daftar", "lain@contoh.id", NETWORK).code
    jam.shift(refused.wait)
    assert make("daftar", ADDRESS, NETWORK).code


def test_twenty_an_hour_for_a_network(jam: Any) -> None:
    for number in range(onetime.PER_NETWORK):
        assert make("daftar", f"orang{number}@contoh.id", NETWORK).code
    assert make("daftar", "satu.lagi@contoh.id", NETWORK).wait == 3600
    assert make("daftar", "satu.lagi@contoh.id", "198.51.100.9").code
    jam.shift(3600)
    assert make("daftar", "dua.lagi@contoh.id", NETWORK).code


def test_a_clock_that_was_set_back_blocks_for_an_hour_at_most(jam: Any) -> None:
    make("daftar", ADDRESS, NETWORK)
    jam.shift(-86400)
    assert make("daftar", ADDRESS, NETWORK).wait > onetime.PAUSE
    assert all(0 < storage.redis().ttl(key) <= 3600 for key in storage.redis().keys("kode:alamat:*"))


def test_redis_sees_neither_code_nor_address() -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    ticket = keep("daftar", {"alamat": ADDRESS, "nama": "Siti"})
    seen = b""
    for key in storage.redis().keys("*"):
        kind = storage.redis().type(key)
        value = (
            storage.redis().hgetall(key) if kind == b"hash" else b"" if kind == b"zset" else storage.redis().get(key)
        )
        seen += key + str(value).encode()
    assert ticket.encode() in seen
    for secret in (code, ADDRESS, "Siti"):
        assert secret.encode() not in seen


def test_a_ticket_keeps_and_forgets() -> None:
    ticket = keep("daftar", {"nama": "Siti"})
    assert kept("daftar", ticket) == {"nama": "Siti"}
    assert 600 < storage.redis().ttl(f"tiket:{ticket}") <= onetime.KEPT
    drop(ticket)
    assert kept("daftar", ticket) is None


@pytest.mark.parametrize("ticket", ["", "x", "é" * 20, "a" * 65, "a" * 32])
def test_no_other_word_is_a_ticket(ticket: str) -> None:
    assert kept("daftar", ticket) is None


def test_a_ticket_of_another_purpose_or_key_opens_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = keep("daftar", {"nama": "Siti"})
    assert kept("sandi", ticket) is None
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), data_key=b"k" * 32))
    assert kept("daftar", ticket) is None


def test_a_code_sent_twice_at_the_same_moment_opens_once(serentak: Flask) -> None:
    with serentak.app_context():
        code = make("daftar", ADDRESS, NETWORK).code
    answers = together(serentak, *[lambda: check("daftar", ADDRESS, code)] * 4)
    assert sorted(answers) == sorted([MATCHES, GONE, GONE, GONE])


def test_many_requests_at_the_same_moment_make_one_code(serentak: Flask) -> None:
    made = together(serentak, *[lambda: make("daftar", ADDRESS, NETWORK)] * 4)
    assert [bool(one.code) for one in made].count(True) == 1
