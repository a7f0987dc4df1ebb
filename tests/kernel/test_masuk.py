"""Signing in: one answer for every refusal, locks, limits, and what a success changes."""

import re
import sys
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import people, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db, now
from portal.kernel.pages.percobaan import SLOW_AFTER, SLOW_FOR, Tries
from portal.kernel.people import LOCK_AFTER, User
from tests.conftest import Client
from tests.kernel.factories import UserFactory

SANDI = "kuda pelana biru"
HASH = people.HASHER.hash(SANDI)


@pytest.fixture
def siti(app: Flask) -> User:
    user: User = UserFactory.create(pengguna="198503152010012011", nama="Siti Uji", sandi_hash=HASH)
    return user


class Door:
    def __init__(self, client: Client) -> None:
        self.client = client

    def open(self, query: str = "") -> str:
        page = self.client.get(f"/masuk{query}").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        self.client.csrf = token[1]
        return page

    def knock(self, pengguna: str, sandi: str, dari: str = "127.0.0.1", **more: str) -> Any:
        if not self.client.csrf:
            self.open()
        form = {"pengguna": pengguna, "sandi": sandi, **more}
        return self.client.post("/masuk", data=form, environ_base={"REMOTE_ADDR": dari})


@pytest.fixture
def door(client: Client) -> Door:
    return Door(client)


def said(answer: Any) -> str:
    """What the page tells, without what differs on every page."""
    text = answer.get_data(as_text=True)
    return re.sub(r'value="[^"]*"|hx-headers=\'[^\']*\'', "", text)


def events() -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(Aktivitas).where(Aktivitas.peristiwa.startswith("sesi.")).order_by(Aktivitas.urut)
    return [(line.peristiwa, line.data) for line in db.session.scalars(query)]


# ---- who comes in


@pytest.mark.parametrize("typed", [
    "198503152010012011", " 198503152010012011 ", "19850315 201001 2 011", "1985.0315.2010.01.2.011",
])  # fmt: skip
def test_a_nip_opens_in_any_spelling(door: Door, siti: User, typed: str) -> None:
    answer = door.knock(typed, SANDI)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/beranda")
    assert door.client.get("/beranda").status_code == 200


def test_a_user_name_opens_in_any_case(door: Door) -> None:
    UserFactory.create(pengguna="admin.kota", sandi_hash=HASH)
    assert door.knock("Admin.Kota", SANDI).status_code == 303


def test_a_password_is_taken_letter_by_letter(door: Door, siti: User) -> None:
    for wrong in (SANDI.title(), f" {SANDI}", f"{SANDI} "):
        assert door.knock(siti.pengguna, wrong).status_code == 422


def test_every_refusal_reads_the_same(door: Door, siti: User) -> None:
    UserFactory.create(pengguna="nonaktif", sandi_hash=HASH, aktif=False)
    UserFactory.create(pengguna="tanpa.sandi")
    answers = [
        door.knock(*pair)
        for pair in ((siti.pengguna, "salah"), ("tidak.ada", SANDI), ("nonaktif", SANDI), ("tanpa.sandi", ""), ("", ""))
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({said(answer) for answer in answers}) == 1
    assert "NIP atau kata sandi tidak cocok." in answers[0].get_data(as_text=True)


def test_the_name_stays_in_the_form_and_the_password_does_not(door: Door, siti: User) -> None:
    page = door.knock("tidak.ada", "rahasia-sekali").get_data(as_text=True)
    assert 'value="tidak.ada"' in page
    assert "rahasia-sekali" not in page
    assert "rahasia-sekali" not in str(events())


def test_a_form_without_its_token_signs_nobody_in(client: Client, siti: User) -> None:
    answer = client.post("/masuk", data={"pengguna": siti.pengguna, "sandi": SANDI, "lanjut": "/kinerja"})
    assert answer.headers["Location"] == "/masuk?lanjut=%2Fkinerja&kedaluwarsa=1"
    assert "terlalu lama terbuka" in client.get(answer.headers["Location"]).get_data(as_text=True)


# ---- locks


def test_after_five_failures_even_the_right_password_waits(door: Door, siti: User, jam: Any) -> None:
    for _ in range(LOCK_AFTER):
        assert door.knock(siti.pengguna, "salah").status_code == 422
    answer = door.knock(siti.pengguna, SANDI)
    assert answer.status_code == 429
    assert "Coba lagi dalam 15 menit." in answer.get_data(as_text=True)
    jam.shift(14 * 60 + 30)
    answer = door.knock(siti.pengguna, SANDI)
    assert (answer.status_code, "dalam 1 menit" in answer.get_data(as_text=True)) == (429, True)
    jam.shift(31)
    assert door.knock(siti.pengguna, SANDI).status_code == 303
    assert (siti.gagal_masuk, siti.terkunci_sampai) == (0, None)


def test_a_success_forgets_the_failures_before_it(door: Door, siti: User) -> None:
    for _ in range(LOCK_AFTER - 1):
        door.knock(siti.pengguna, "salah")
    assert siti.gagal_masuk == LOCK_AFTER - 1
    assert door.knock(siti.pengguna, SANDI).status_code == 303
    assert siti.gagal_masuk == 0


def test_a_name_without_an_account_locks_like_one_that_has_one(door: Door, siti: User) -> None:
    answers = {}
    for name in (siti.pengguna, "tidak.ada"):
        answers[name] = [(a.status_code, said(a)) for a in (door.knock(name, "salah") for _ in range(LOCK_AFTER + 2))]
    assert answers["tidak.ada"] == answers[siti.pengguna]
    assert door.knock("TIDAK.ADA", "salah").status_code == 429
    assert door.knock("lain.lagi", "salah").status_code == 422


def test_a_name_without_an_account_is_free_again_after_the_lock(door: Door, jam: Any) -> None:
    for _ in range(LOCK_AFTER):
        door.knock("tidak.ada", "salah")
    assert door.knock("tidak.ada", "salah").status_code == 429
    (key,) = storage.redis().keys("g:sandi:*")
    assert 900 < storage.redis().ttl(key) <= 86400
    jam.shift(901)
    assert door.knock("tidak.ada", "salah").status_code == 422


def test_who_guesses_from_elsewhere_does_not_lock_out_the_owner(door: Door, siti: User, jam: Any) -> None:
    for _ in range(LOCK_AFTER):
        assert door.knock(siti.pengguna, "salah", dari="203.0.113.9").status_code == 422
    answer = door.knock(siti.pengguna, SANDI, dari="203.0.113.9")
    assert answer.status_code == 429
    assert "dari jaringan Anda. Coba lagi dalam 15 menit." in answer.get_data(as_text=True)
    assert door.knock("19850315 201001 2 011", "salah", dari="203.0.113.9").status_code == 429, "in any spelling"
    assert siti.terkunci_sampai == now() + people.LOCK_FOR, "administrators see it"
    assert door.knock(siti.pengguna, SANDI).status_code == 303


def test_guesses_from_many_addresses_slow_strangers_only(door: Door, siti: User, jam: Any) -> None:
    siti.masuk_terakhir_dari, siti.masuk_sebelumnya_dari = "192.0.2.1", "192.0.2.2"
    for name in (siti.pengguna, "tidak.ada"):
        closed = [Tries(name, f"203.0.113.{place}").count() for place in range(SLOW_AFTER)]
        assert closed == [None] * (SLOW_AFTER - 1) + [now() + SLOW_FOR]
    answers = [door.knock(name, SANDI, dari="198.51.100.7") for name in (siti.pengguna, "tidak.ada")]
    assert [answer.status_code for answer in answers] == [429, 429]
    assert said(answers[0]) == said(answers[1])
    assert "Coba lagi dalam 1 menit, atau masuk dari jaringan yang biasa" in answers[0].get_data(as_text=True)
    for known in ("192.0.2.1", "192.0.2.2"):
        assert door.knock(siti.pengguna, "salah", dari=known).status_code == 422
    jam.shift(61)
    assert door.knock(siti.pengguna, "salah", dari="198.51.100.7").status_code == 422
    assert door.knock(siti.pengguna, SANDI, dari="198.51.100.8").status_code == 429, "one try a minute"
    assert door.knock(siti.pengguna, SANDI, dari="192.0.2.1").status_code == 303


def test_one_address_fails_sixty_times_in_a_quarter_of_an_hour(door: Door, siti: User) -> None:
    door.open()
    key = "g:masuk:127.0.0.1"
    storage.redis().set(key, 59, ex=500)
    assert door.knock("siapa.pun", "salah").status_code == 422
    answer = door.knock(siti.pengguna, SANDI)
    assert answer.status_code == 429
    assert "Terlalu banyak percobaan dari jaringan ini. Coba lagi dalam 9 menit." in answer.get_data(as_text=True)
    assert siti.gagal_masuk == 0
    storage.redis().delete(key)
    assert door.knock(siti.pengguna, SANDI).status_code == 303


def test_a_whole_office_behind_one_address_signs_in(door: Door, siti: User) -> None:
    door.open()
    storage.redis().set("g:masuk:127.0.0.1", 59, ex=500)
    for _ in range(3):
        assert door.knock(siti.pengguna, SANDI).status_code == 303
        door.client.delete_cookie("pamong")
        door.client.csrf = ""
    assert storage.redis().get("g:masuk:127.0.0.1") == b"59"


# ---- what a success changes


def test_the_account_remembers_this_sign_in_and_the_one_before(door: Door, siti: User, jam: Any) -> None:
    first = now()
    door.knock(siti.pengguna, SANDI)
    assert (siti.masuk_terakhir_at, siti.masuk_sebelumnya_at) == (first, None)
    door.client.delete_cookie("pamong")
    door.client.csrf = ""
    jam.shift(3600)
    door.knock(siti.pengguna, SANDI)
    assert (siti.masuk_terakhir_at, siti.masuk_sebelumnya_at) == (now(), first)
    assert siti.masuk_terakhir_dari == siti.masuk_sebelumnya_dari == "127.0.0.1"


def test_the_session_gets_a_new_token_and_the_old_one_opens_nothing(door: Door, siti: User, app: Flask) -> None:
    door.open()
    before = door.client.get_cookie("pamong")
    csrf = door.client.csrf
    door.knock(siti.pengguna, SANDI)
    after = door.client.get_cookie("pamong")
    assert before
    assert after
    assert before.value.split(".")[1] != after.value.split(".")[1]
    assert storage.redis().get(people.session_key(before.value.split(".")[1])) is None
    planted = app.test_client()
    planted.set_cookie("pamong", before.value)
    assert planted.get("/beranda").status_code == 303
    with door.client.session_transaction() as session:
        assert session["csrf"] != csrf


def test_the_log_tells_success_failure_and_leaving(door: Door, siti: User) -> None:
    door.knock("x" * 200, "salah")
    door.knock(siti.pengguna, SANDI)
    with door.client.session_transaction() as session:
        door.client.csrf = session["csrf"]
    door.client.post("/keluar")
    assert [name for name, _ in events()] == ["sesi.gagal", "sesi.masuk", "sesi.keluar"]
    assert events()[0][1] == {"pengguna": "x" * 80, "alasan": "sandi"}
    assert events()[1][1] == {"cara": "sandi"}


def test_roles_are_read_anew_at_every_sign_in(door: Door, siti: User) -> None:
    storage.redis().set(people.cache_key(siti.id), b"|{}")
    door.knock(siti.pengguna, SANDI)
    assert storage.redis().get(people.cache_key(siti.id)) is None


# ---- the page


@pytest.mark.parametrize(("asked", "goes"), [
    ("/kinerja/2026/09", "/kinerja/2026/09"), ("//jahat.example", "/beranda"), ("https://jahat.example", "/beranda"),
    ("/\\jahat.example", "/beranda"), ("/masuk", "/beranda"), ("", "/beranda"),
])  # fmt: skip
def test_it_leads_on_to_pages_of_the_portal_only(door: Door, siti: User, asked: str, goes: str) -> None:
    assert door.knock(siti.pengguna, SANDI, lanjut=asked).headers["Location"] == goes
    assert door.client.get("/masuk", query_string={"lanjut": asked}).headers["Location"] == goes


@pytest.mark.parametrize(("query", "words"), [
    ("", ""), ("?lanjut=/kinerja", "Masuk dulu untuk membuka halaman itu."), ("?keluar=1", "Anda sudah keluar."),
    ("?titipan=abc", "isian Anda tidak hilang"), ("?titipan=" + "x" * 64, "isian Anda tidak hilang"),
    ("?sso=putus", "sedang tidak dapat dihubungi"), ("?sso=karangan", ""),
])  # fmt: skip
def test_it_says_why_one_is_here(door: Door, query: str, words: str) -> None:
    assert words in door.open(query)


def test_demo_accounts_are_shown_outside_production_only(
    app: Flask, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"peran": "Pegawai", "nama": "Siti", "unit": "Bidang", "pengguna": "siti.contoh", "sandi": "sandi contoh"}]
    monkeypatch.setattr(sys.modules["portal.kernel.pages.masuk"], "DEMO_ACCOUNTS", rows)
    assert "siti.contoh" in door.open()
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), lingkungan="produksi"))
    assert "siti.contoh" not in door.open()


def test_the_front_door_leads_visitors_in_and_people_home(door: Door, siti: User) -> None:
    assert door.client.get("/").headers["Location"] == "/masuk"
    door.knock(siti.pengguna, SANDI)
    assert door.client.get("/").headers["Location"] == "/beranda"


def test_the_catalogue_of_components_is_not_for_production(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/gaya").status_code == 200
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), lingkungan="produksi"))
    assert client.get("/gaya").status_code == 404


def test_an_account_closed_while_signing_in_is_refused(door: Door, siti: User) -> None:
    siti.aktif = False
    commit()
    assert door.knock(siti.pengguna, SANDI).status_code == 422
