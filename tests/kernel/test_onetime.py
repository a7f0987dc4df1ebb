"""One-time codes: one purpose, one address, one flow, ten minutes, five tries, one use; limits; tickets."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.kernel import onetime, storage
from portal.kernel.onetime import GONE, MATCHES, WRONG, drop, keep, kept
from tests.kernel.sessions import together

ADDRESS, NETWORK, TICKET = "siti@contoh.id", "192.0.2.1", "alur-siti"
pytestmark = pytest.mark.usefixtures("app", "jam")


def make(purpose: str, address: str, network: str, ticket: str = TICKET, known: bool = False) -> onetime.Made:
    return onetime.make(purpose, address, ticket, network, known)


def check(purpose: str, address: str, typed: str, spend: bool = True, ticket: str = TICKET) -> str:
    return onetime.check(purpose, address, ticket, typed, spend)


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
    assert check("daftar", ADDRESS, code, ticket="lain") == GONE
    assert check("daftar", "lain@contoh.id", code) == WRONG
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
    again = make("daftar", ADDRESS, "198.51.100.9")
    assert (again.code, again.wait) == ("", 40)
    assert check("daftar", ADDRESS, code) == MATCHES
    assert make("daftar", ADDRESS, NETWORK).code


def test_a_stranger_spends_only_their_own_tries_and_codes(jam: Any) -> None:
    """From another network and, worse, from the same one, as behind the gateway of a mobile operator."""
    code = make("sandi", ADDRESS, NETWORK).code
    for number, network in enumerate(("198.51.100.9", NETWORK)):
        theirs = make("sandi", ADDRESS, network, f"asing-{number}").code
        for _ in range(onetime.TRIES + 1):
            check("sandi", ADDRESS, wrong(theirs), ticket=f"asing-{number}")
        assert check("sandi", ADDRESS, code, ticket=f"asing-{number}") == GONE
    assert check("sandi", ADDRESS, code) == MATCHES


def test_one_network_asking_for_one_address_slows_down_and_nobody_else(jam: Any) -> None:
    for number in range(onetime.PER_PLACE):
        assert make("daftar", ADDRESS, NETWORK, f"alur-{number}").code
    refused = make("daftar", ADDRESS, NETWORK, "lagi")
    assert (refused.code, refused.wait, refused.minutes) == ("", onetime.SLOW, 2)
    assert make("daftar", ADDRESS, "198.51.100.9", "pemilik").code
    assert make("daftar", "lain@contoh.id", NETWORK).code
    jam.shift(onetime.SLOW)
    assert make("daftar", ADDRESS, NETWORK, "lagi").code


def test_many_networks_asking_for_one_address_slow_all_but_the_owners(jam: Any) -> None:
    for number in range(onetime.PER_ADDRESS):
        assert make("daftar", ADDRESS, f"192.0.2.{number}", f"alur-{number}").code
    assert make("daftar", ADDRESS, "192.0.2.99", "asing").wait == onetime.SLOW
    assert make("daftar", ADDRESS, "203.0.113.5", "pemilik", known=True).code
    jam.shift(onetime.SLOW)
    assert make("daftar", ADDRESS, "192.0.2.99", "asing").code


def test_twenty_an_hour_for_a_network(jam: Any) -> None:
    for number in range(onetime.PER_NETWORK):
        assert make("daftar", f"orang{number}@contoh.id", NETWORK, f"alur-{number}").code
    assert make("daftar", "satu.lagi@contoh.id", NETWORK).wait == 3600
    assert make("daftar", "satu.lagi@contoh.id", "198.51.100.9").code
    jam.shift(3600)
    assert make("daftar", "dua.lagi@contoh.id", NETWORK).code


def test_a_clock_that_was_set_back_blocks_for_an_hour_at_most(jam: Any) -> None:
    make("daftar", ADDRESS, NETWORK)
    jam.shift(-86400)
    assert make("daftar", ADDRESS, NETWORK).wait > onetime.PAUSE
    assert all(0 < storage.redis().ttl(key) <= 3600 for key in storage.redis().keys("kode:*"))


def test_redis_sees_neither_code_nor_address() -> None:
    code = make("daftar", ADDRESS, NETWORK).code
    ticket = TICKET
    keep("daftar", {"alamat": ADDRESS, "nama": "Siti"}, ticket)
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
    ticket = TICKET
    keep("daftar", {"nama": "Siti"}, ticket)
    assert kept("daftar", ticket) == {"nama": "Siti"}
    assert 600 < storage.redis().ttl(f"tiket:{ticket}") <= onetime.KEPT
    drop(ticket)
    assert kept("daftar", ticket) is None


@pytest.mark.parametrize("ticket", ["", "x", "é" * 20, "a" * 65, "a" * 32])
def test_no_other_word_is_a_ticket(ticket: str) -> None:
    assert kept("daftar", ticket) is None


def test_a_ticket_of_another_purpose_or_key_opens_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = TICKET
    keep("daftar", {"nama": "Siti"}, ticket)
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
