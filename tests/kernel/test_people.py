"""Accounts: passwords, roles by unit and period, the cached person, sessions that can be ended."""

import uuid
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.kernel import access, db, people, storage
from portal.kernel.errors import Missing
from portal.kernel.organisation import DEFINITIF, KETUA_TIM, PLT, PenugasanAtasan, Unit
from portal.kernel.people import PenugasanPeran, Peran, Principal, User, check_password, password_problems, set_password
from tests.database import statements
from tests.kernel.factories import START, PegawaiFactory, PenempatanFactory, UnitFactory, UserFactory, give, pegawai

LONG = "kuda pelana biru"


def person(user: User) -> Principal:
    found = people.principal_of(user.id, access.grants())
    assert found is not None
    return found


# ---- passwords


@pytest.mark.parametrize(("password", "words"), [
    ("pendek sekal", []), ("pendek seka", ["12 karakter"]), ("", ["12 karakter", "mudah ditebak"]),
    ("a" * 200, ["mudah ditebak"]), ("abcd" * 4, ["mudah ditebak"]), ("abcde" * 3, []), ("x" * 197 + "abcd", ["200"]),
    ("sandi 198503152010011901", ["nama pengguna atau NIP"]), ("SANDI BUDI.S PANJANG", []),
    ("kata sandi yang panjang dan aman", []), ("пароль из двенадцати", []), ("一二三四五六七八九十百千", []),
])  # fmt: skip
def test_a_password_is_judged_by_length_variety_and_the_user_name(password: str, words: list[str]) -> None:
    found = password_problems(password, User(pengguna="198503152010011901"))
    assert len(found) == len(words)
    assert all(word in problem for word, problem in zip(words, found, strict=True))


def test_the_user_name_is_found_in_any_case() -> None:
    assert password_problems("rahasia-BUDI.Santoso", User(pengguna="budi.santoso"))
    assert password_problems("cukup panjang juga", User(pengguna="")) == []


def test_only_the_password_that_was_set_opens(app: Flask, jam: Any) -> None:
    user = UserFactory.create()
    assert not check_password(user, "")
    set_password(user, LONG)
    assert user.sandi_diubah_at == db.now()
    assert check_password(user, LONG)
    for wrong in (LONG.upper(), LONG + " ", "", "\x00", "x" * 5000):
        assert not check_password(user, wrong)


def test_a_password_is_kept_as_argon2id_of_the_same_cost_as_that_of_nobody() -> None:
    user = User(pengguna="u")
    set_password(user, LONG)
    assert user.sandi_hash.startswith("$argon2id$")
    assert LONG not in user.sandi_hash
    assert not people.HASHER.check_needs_rehash(people._NOBODY)
    assert not check_password(None, LONG)


def test_a_damaged_or_missing_hash_opens_nothing(app: Flask) -> None:
    assert not check_password(UserFactory.create(sandi_hash="bukan hash"), LONG)
    assert not check_password(UserFactory.create(sandi_hash=""), LONG)


# ---- roles


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "ROLES", dict(access.ROLES))
    monkeypatch.setattr(access, "PERMISSIONS", dict(access.PERMISSIONS))
    for code in ("uji.lihat", "uji.ubah"):
        access.permission(code, code)
    access.role("penguji", "Penguji", {"uji.lihat"})


def role_row(user: User, peran: str, unit: Unit | None = None, **period: object) -> None:
    values = {"user_id": user.id, "peran": peran, "unit_id": unit.id if unit else None, "mulai": START, **period}
    db.db.session.add(PenugasanPeran(**values))
    db.db.session.flush()


@pytest.mark.usefixtures("declared")
def test_a_role_holds_for_its_units_and_everywhere_beats_somewhere(app: Flask) -> None:
    one, other = UnitFactory.create(), UnitFactory.create()
    user = UserFactory.create()
    give(user, "penguji", one)
    give(user, "penguji", other)
    assert set(person(user).units("uji.lihat") or []) == {one.id, other.id}
    give(user, "penguji")
    assert person(user).units("uji.lihat") is None
    assert person(user).has("uji.lihat")
    assert person(user).units("uji.ubah") == []
    assert not person(user).has("uji.ubah")


@pytest.mark.usefixtures("declared")
def test_everywhere_stays_everywhere_whatever_comes_after(app: Flask) -> None:
    user = UserFactory.create()
    give(user, "penguji")
    give(user, "penguji", UnitFactory.create())
    assert person(user).units("uji.lihat") is None


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(("first", "last", "holds"), [
    (date(2026, 11, 21), None, True), (date(2026, 11, 22), None, False),
    (START, date(2026, 11, 21), True), (START, date(2026, 11, 20), False),
])  # fmt: skip
def test_a_role_holds_in_its_period_only(app: Flask, jam: Any, first: date, last: date | None, holds: bool) -> None:
    user = UserFactory.create()
    role_row(user, "penguji", mulai=first, selesai=last)
    assert person(user).has("uji.lihat") is holds


@pytest.mark.usefixtures("declared")
def test_a_role_begins_at_midnight_where_the_office_is(app: Flask, jam: Any) -> None:
    user = UserFactory.create()
    role_row(user, "penguji", mulai=date(2026, 12, 1), selesai=date(2026, 12, 1))
    for moment, holds in (("2026-11-30T16:59", False), ("2026-11-30T17:01", True), ("2026-12-01T17:01", False)):
        jam.move_to(f"{moment}:00+00:00")
        assert person(user).has("uji.lihat") is holds


@pytest.mark.usefixtures("declared")
def test_a_composed_role_holds_declared_permissions_only(app: Flask) -> None:
    user = UserFactory.create()
    rights = ["uji.lihat", "uji.ubah", "karangan.sendiri", "pengguna.kelola"]
    db.db.session.add(Peran(kode="rakitan", nama="Rakitan", izin=rights))
    give(user, "rakitan")
    held = person(user)
    assert held.has("uji.lihat")
    assert held.has("uji.ubah"), "declared, though no role of the code has it"
    assert held.has("pengguna.kelola")
    assert not held.has("karangan.sendiri")


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("peran", ["tidak.ada", ""])
def test_an_unknown_role_gives_nothing(app: Flask, peran: str) -> None:
    user = UserFactory.create()
    give(user, peran)
    assert person(user).scopes.keys() == person(UserFactory.create()).scopes.keys()


def test_an_account_without_pegawai_is_only_a_user(app: Flask) -> None:
    held = person(UserFactory.create())
    assert (held.roles, held.pegawai_id, held.jabatan, held.unit_id) == (["pengguna"], None, "", None)


def test_the_atasan_role_follows_from_a_seat_or_an_assignment(app: Flask, jam: Any) -> None:
    unit = UnitFactory.create()
    _, member = pegawai(unit, unit)
    other, helper = pegawai(unit, unit)
    _, head = pegawai(unit, unit, pimpinan=True)
    acting, deputy = pegawai(unit, unit)
    PenempatanFactory.create(pegawai_id=acting.id, unit_id=unit.id, pd_id=unit.id, is_pimpinan=True, jenis=PLT)
    assert "atasan" not in person(member).roles
    assert "atasan" in person(head).roles
    assert "atasan" in person(deputy).roles
    row = PenugasanAtasan(pegawai_id=acting.id, atasan_id=other.id, jenis=DEFINITIF, mulai=START)
    db.db.session.add(row)
    db.db.session.flush()
    assert "persetujuan.putus" in person(helper).scopes
    row.selesai = date(2026, 11, 20)
    db.db.session.flush()
    assert "atasan" not in person(helper).roles


def test_who_only_advises_is_no_atasan(app: Flask) -> None:
    unit = UnitFactory.create()
    lead, user = pegawai(unit, unit)
    row = PenugasanAtasan(pegawai_id=PegawaiFactory.create().id, atasan_id=lead.id, jenis=KETUA_TIM, mulai=START)
    db.db.session.add(row)
    db.db.session.flush()
    assert "atasan" not in person(user).roles


def test_a_person_carries_seat_unit_zone_and_colour(app: Flask) -> None:
    pd = UnitFactory.create(tema="#0a5c36", zona="Asia/Jayapura")
    unit = UnitFactory.create(nama="Bidang Timur", induk_id=pd.id, zona="Asia/Jayapura")
    _, user = pegawai(unit, pd, jabatan="Arsiparis Ahli Muda")
    held = person(user)
    assert (held.jabatan, held.unit, held.zona, held.tema) == (
        "Arsiparis Ahli Muda", "Bidang Timur", "Asia/Jayapura", "#0a5c36",
    )  # fmt: skip
    assert (held.unit_id, held.pd_id) == (unit.id, pd.id)


def test_an_account_that_was_closed_is_nobody(app: Flask) -> None:
    user = UserFactory.create(aktif=False)
    assert people.principal_of(user.id, access.grants()) is None
    assert people.principal_of(uuid.uuid4(), access.grants()) is None


@pytest.mark.parametrize(("nama", "letters"), [
    ("Siti Rahmawati, S.E., M.M.", "SR"), ("dr. H. Bambang Tri Wibowo, Sp.A.", "BW"), ("Ahmad", "A"), ("A B", "AB"),
    ("I Made Wirawan", "MW"), ("rina", "R"), ("Ir. Ögmundur Þór", "ÖÞ"), ("", "?"), (", S.H.", "S"), (" . ", "?"),
])  # fmt: skip
def test_initials_come_from_the_name_without_its_titles(nama: str, letters: str) -> None:
    assert Principal(uuid.uuid4(), nama, "u").inisial == letters


# ---- the cached person


def test_a_person_comes_out_of_the_cache_as_they_went_in() -> None:
    full = Principal(
        uuid.uuid4(), "Siti", "siti", uuid.uuid4(), "Analis", "Bidang", uuid.uuid4(), uuid.uuid4(), "#123456",
        "Asia/Makassar", "dark", False, ["atasan"], {"a.b": None, "c.d": [], "e.f": [uuid.uuid4()]}, True,
    )  # fmt: skip
    for one in (full, Principal(uuid.uuid4(), "Tamu", "tamu")):
        assert people.load(people.dump(one)) == one


def test_flask_login_finds_its_four_answers() -> None:
    one = Principal(uuid.uuid4(), "Siti", "siti")
    assert (one.is_authenticated, one.is_active, one.is_anonymous, one.get_id()) == (True, True, False, str(one.id))


def who_is_shown(client: Any) -> tuple[str, int]:
    """The name in the account menu of a page that asks nothing else, and the statements it cost."""
    with statements() as seen:
        page = client.get("/gaya").get_data(as_text=True)
    return page.split('<span class="account-text">')[1].split("<")[0], len(seen)


def test_a_known_person_costs_no_statement_until_something_about_them_changes(masuk: Any) -> None:
    user = UserFactory.create(nama="Nama Lama")
    client = masuk(user)
    who_is_shown(client)
    assert who_is_shown(client) == ("Nama Lama", 0)
    user.nama = "Nama Baru"
    assert who_is_shown(client)[0] == "Nama Lama"
    people.forget(user.id)
    name, cost = who_is_shown(client)
    assert name == "Nama Baru"
    assert cost > 0
    assert who_is_shown(client) == ("Nama Baru", 0)


def test_a_change_of_all_roles_drops_every_cached_person(masuk: Any) -> None:
    user = UserFactory.create(nama="Nama Lama")
    client = masuk(user)
    who_is_shown(client)
    user.nama = "Nama Baru"
    people.forget_everyone()
    assert who_is_shown(client)[0] == "Nama Baru"
    assert who_is_shown(client) == ("Nama Baru", 0)


def test_an_account_that_is_closed_is_out_at_the_next_request(masuk: Any) -> None:
    user = UserFactory.create()
    client = masuk(user)
    assert client.get("/pemberitahuan").status_code == 200
    user.aktif = False
    people.forget(user.id)
    assert client.get("/pemberitahuan").status_code == 303


def test_a_rollback_leaves_the_cache_alone(app: Flask) -> None:
    key = uuid.uuid4()
    storage.redis().set(people.cache_key(key), "isi")
    people.forget(key)
    people.touch(key, None)
    db.rollback()
    db.commit()
    assert storage.redis().get(people.cache_key(key)) == b"isi"
    assert storage.redis().get(people.version_key(key)) is None


def test_touching_changes_the_version_of_each_and_of_nobody_else(app: Flask) -> None:
    one, other, third = (uuid.uuid4() for _ in range(3))

    def versions() -> list[Any]:
        return list(storage.redis().mget([people.version_key(key) for key in (one, other, third)]))

    people.touch(one, other, None)
    db.commit()
    first = versions()
    people.touch(one)
    people.touch(None)
    db.commit()
    second = versions()
    assert None not in first[:2]
    assert first[2] is None
    assert second[0] != first[0]
    assert second[1:] == first[1:]


# ---- sessions


def put_session(user_id: uuid.UUID, device: str) -> str:
    token = people.new_token()
    storage.redis().set(people.session_key(token), b"{}")
    people.register_session(user_id, token, device, "10.0.0.1")
    return token


def test_sessions_are_listed_newest_first_and_those_that_ran_out_are_swept(app: Flask, jam: Any) -> None:
    user_id = uuid.uuid4()
    assert people.sessions_of(user_id) == []
    tokens = []
    for device in ("Ponsel", "Laptop" * 100, "Kantor"):
        tokens.append(put_session(user_id, device))
        jam.shift(60)
    storage.redis().delete(people.session_key(tokens[0]))
    found = people.sessions_of(user_id)
    assert [row["perangkat"] for row in found] == ["Kantor", ("Laptop" * 100)[:200]]
    assert [row["kunci"] for row in found] == [people.session_key(t) for t in (tokens[2], tokens[1])]
    assert found[0]["alamat"] == "10.0.0.1"
    assert storage.redis().hlen(f"us:{user_id.hex}") == 2


def test_sessions_are_ended_one_by_one_or_all_but_this(app: Flask) -> None:
    user_id, other_id = uuid.uuid4(), uuid.uuid4()
    tokens = [put_session(user_id, str(n)) for n in range(4)]
    theirs = put_session(other_id, "lain")
    keys = [people.session_key(t) for t in tokens]
    assert people.end_sessions(user_id, only=keys[0]) == 1
    assert people.end_sessions(user_id, only=people.session_key(theirs)) == 0, "another person's session"
    assert people.end_sessions(user_id, keep=keys[3]) == 2
    assert storage.redis().exists(*keys) == 1
    assert people.end_sessions(user_id) == 1
    assert people.end_sessions(user_id) == 0
    assert storage.redis().exists(people.session_key(theirs)) == 1


def test_redis_never_holds_a_session_token_in_clear(masuk: Any, app: Flask) -> None:
    client = masuk(UserFactory.create())
    client.get("/gaya")
    token = client.get_cookie("pamong").value.split(".")[1]
    assert len(token) == 43
    redis: Any = storage.redis()
    everything = b""
    for key in redis.scan_iter():
        held = redis.hgetall(key) if redis.type(key) == b"hash" else {b"": redis.get(key)}
        everything += key + b"".join(name + value for name, value in held.items())
    assert people.session_key(token).encode() in everything
    assert token.encode() not in everything


def test_a_route_that_needs_a_person_gets_one_or_nothing(app: Flask) -> None:
    with app.test_request_context("/"):
        assert people.current() is None
        with pytest.raises(Missing):
            people.required()


@pytest.mark.parametrize(("jenis", "kind", "held"), [(PLT, "PD", "unit"), ("PLH", "PEMDA", None), (PLT, "BIDANG", "")])
def test_who_heads_a_pd_or_the_city_is_its_pimpinan_for_the_days_of_the_seat(
    app: Flask, jam: Any, jenis: str, kind: str, held: str | None
) -> None:
    unit = UnitFactory.create(jenis=kind)
    unit.pd_id = unit.id if kind == "PD" else None
    acting = PegawaiFactory.create()
    user = UserFactory.create(pegawai_id=acting.id)
    PenempatanFactory.create(pegawai_id=acting.id, unit_id=unit.id, pd_id=unit.id, is_pimpinan=True, jenis=jenis,
                             selesai=date(2026, 11, 21))  # fmt: skip
    grants = {"": set(), "pimpinan_pd": {"uji.lihat"}}
    found = people.principal_of(user.id, grants)
    scope = {"unit": [unit.id], None: None}.get(held, "none")
    assert found.scopes.get("uji.lihat", "none") == scope
    jam.move_to("2026-11-22 03:00:00")
    assert "pimpinan_pd" not in people.principal_of(user.id, grants).roles
