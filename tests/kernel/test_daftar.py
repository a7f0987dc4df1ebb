"""Making an account, a forgotten password, another address: by codes, with one answer for known and unknown."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from portal.kernel import jobs, messages, onetime, people, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.jobs import Job
from portal.kernel.notices import Notice
from portal.kernel.pages import alamat
from portal.kernel.pages.daftar import NOTICE, _open
from portal.kernel.pages.kontak import _change
from portal.kernel.pages.masuk import TRIES_PER_ADDRESS
from portal.kernel.pages.percobaan import tries_of
from portal.kernel.people import LOCK_AFTER, User
from tests.conftest import Client
from tests.kernel.factories import PegawaiFactory, UserFactory
from tests.kernel.sessions import Other

pytestmark = pytest.mark.usefixtures("app", "jam")
SignIn = Callable[[User], Client]
MAIL, PHONE, SANDI, NEW = "siti@contoh.id", "+6281234567890", "kuda pelana biru", "perahu layar senja"
HASH = people.HASHER.hash(SANDI)
FORM = {"nama": "Siti Uji", "alamat": MAIL, "sandi": SANDI, "setuju": "1"}


def letters() -> list[dict[str, Any]]:
    """Run what waits and read the mailbox, newest first."""
    for job in db.session.scalars(sa.select(Job).where(Job.nama == "kirim-pesan", Job.status == jobs.ANTRE)):
        jobs.run(str(job.id))
    db.session.expire_all()
    return messages.box()


def code_of(letter: dict[str, Any]) -> str:
    found = re.search(r": (\d{6})\n", letter["isi"])
    assert found, letter
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def account(**values: Any) -> User:
    user: User = UserFactory.create(**{"sandi_hash": HASH, **values})
    return user


def owned(address: str = MAIL, **values: Any) -> User:
    """An account that was made with this address."""
    where = {"surel": address, "surel_terbukti": True} if "@" in address else {"ponsel": address}
    return account(pengguna=address, **where, **values)


def plain(answer: Any) -> str:
    """What a page tells, without what differs on every page."""
    return re.sub(r'value="[^"]*"|hx-headers=\'[^\']*\'|tiket=[\w-]*', "", answer.get_data(as_text=True))


class Visitor:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.dari = "127.0.0.1"

    def open(self, path: str) -> str:
        page: str = self.client.get(path).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, page[:400]
        self.client.csrf = token[1]
        return page

    def post(self, path: str, **form: str) -> Any:
        if not self.client.csrf:
            self.open("/masuk")
        return self.client.post(path, data=form, environ_base={"REMOTE_ADDR": self.dari})

    def register(self, **form: str) -> str:
        """The form is good; returns the ticket."""
        answer = self.post("/daftar", **{**FORM, **form})
        assert answer.status_code == 303, answer.text
        return self.ticket(answer)

    def forget(self, address: str = MAIL, **form: str) -> str:
        answer = self.post("/lupa-sandi", alamat=address, **form)
        assert answer.status_code == 303, answer.text
        return self.ticket(answer)

    @staticmethod
    def ticket(answer: Any) -> str:
        found = re.search(r"tiket=([\w-]+)", answer.headers["Location"])
        assert found, answer.headers["Location"]
        return found[1]

    def is_in(self) -> bool:
        return self.client.get("/beranda").status_code == 200


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def users() -> list[User]:
    return list(db.session.scalars(sa.select(User)))


def events(name: str) -> list[Aktivitas]:
    return list(db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == name)))


# ---- addresses


@pytest.mark.parametrize("typed", [
    "0812 3456 7890", "081234567890", "+62 812-3456-7890", "6281234567890", "0062 812 3456 7890", "(0812) 3456.7890",
    "81234567890", "+62 (0)812 3456 7890", "'081234567890",
])  # fmt: skip
def test_a_phone_is_known_in_any_spelling(typed: str) -> None:
    assert alamat.read(typed) == (PHONE, "")
    assert alamat.shown(PHONE) == "0812-3456-7890"


@pytest.mark.parametrize("typed", [
    "12345", "0812", "021 555 1234", "+1 202 555 0100", "0812 3456 7890 1234", "nol delapan", "0812x34567890", "8" * 60,
])  # fmt: skip
def test_what_is_no_mobile_phone_is_told_with_an_example(typed: str) -> None:
    assert alamat.read(typed) == ("", "Nomor HP tidak dikenali. Contoh: 0812 3456 7890.")


@pytest.mark.parametrize(("typed", "address"), [
    (" Siti@Contoh.ID ", MAIL), ("siti.uji+lsp@mail.contoh.co.id", "siti.uji+lsp@mail.contoh.co.id"),
])  # fmt: skip
def test_mail_is_kept_in_small_letters(typed: str, address: str) -> None:
    assert alamat.read(typed) == (address, "")


@pytest.mark.parametrize("typed", [
    "siti@", "@contoh.id", "siti@contoh", "siti..uji@contoh.id", ".siti@contoh.id", "siti.@contoh.id",
    "si ti@contoh.id",
    "siti@contoh.id\nBcc: a@b.id", "siti@con_toh.id", "siti@-contoh.id", "sití@contoh.id", "a@b@contoh.id",
    "siti@contoh..id", f"{'a' * 65}@contoh.id", f"a@{'b.' * 130}id", "<siti@contoh.id>", "siti@127.0.0.1",
])  # fmt: skip
def test_what_is_no_mail_is_told_with_an_example(typed: str) -> None:
    assert alamat.read(typed) == ("", "Surel tidak dikenali. Contoh: nama@contoh.id.")


@given(st.text(max_size=80))
def test_no_text_becomes_an_address_that_could_carry_a_header(typed: str) -> None:
    address, problem = alamat.read(typed)
    assert bool(address) != bool(problem)
    assert address.isascii()
    assert not address or (address.isprintable() and " " not in address)


# ---- making an account


@pytest.mark.parametrize(("typed", "address"), [(" Siti@Contoh.id", MAIL), ("0812 3456 7890", PHONE)])
def test_the_account_exists_only_after_the_code(visitor: Visitor, typed: str, address: str) -> None:
    ticket = visitor.register(alamat=typed)
    assert users() == []
    (letter,) = letters()
    assert letter["tujuan"] == address
    page = visitor.open(f"/daftar/kode?tiket={ticket}")
    assert alamat.shown(address) in page
    assert "/kotak-surat" in page
    answer = visitor.post("/daftar/kode", tiket=ticket, kode=code_of(letter))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/beranda")
    (user,) = users()
    assert (user.nama, user.pengguna, user.pegawai_id) == ("Siti Uji", address, None)
    assert (user.surel, user.surel_terbukti, user.ponsel) == (
        (MAIL, True, None) if "@" in address else ("", False, PHONE)
    )
    assert (user.setuju_data_at, user.setuju_data_versi) == (now(), NOTICE)
    assert people.check_password(user, SANDI)
    assert [line.data["saluran"] for line in events("akun.didaftarkan")] == ["surel" if "@" in address else "ponsel"]
    assert visitor.is_in()


def test_consent_is_dated_when_it_was_given(visitor: Visitor, jam: Any) -> None:
    given_at = now()
    ticket = visitor.register()
    jam.shift(300)
    visitor.post("/daftar/kode", tiket=ticket, kode=code_of(letters()[0]))
    assert users()[0].setuju_data_at == given_at


def test_the_target_is_kept_through_the_whole_way(visitor: Visitor) -> None:
    target, kept = "/sertifikasi/saya/mulai/XYZ?dari=1", "%2Fsertifikasi%2Fsaya%2Fmulai%2FXYZ%3Fdari%3D1"
    assert f'href="/daftar?lanjut={kept}"' in visitor.open(f"/masuk?lanjut={kept}")
    assert 'value="/sertifikasi/saya/mulai/XYZ?dari=1"' in visitor.open(f"/daftar?lanjut={kept}")
    answer = visitor.post("/daftar", **FORM, lanjut=target)
    assert answer.headers["Location"].endswith(f"&lanjut={kept}")
    ticket = visitor.ticket(answer)
    assert 'value="/sertifikasi/saya/mulai/XYZ?dari=1"' in visitor.open(answer.headers["Location"])
    code = code_of(letters()[0])
    assert visitor.post("/daftar/kode", tiket=ticket, kode=wrong(code), lanjut=target).text.count(target) >= 1
    assert visitor.post("/daftar/kode", tiket=ticket, kode=code, lanjut=target).headers["Location"] == target


@pytest.mark.parametrize("target", ["https://jahat.example/", "//jahat.example", "/\\jahat.example", "javascript:x"])
def test_the_target_stays_inside_the_portal(visitor: Visitor, target: str) -> None:
    ticket = visitor.register(lanjut=target)
    answer = visitor.post("/daftar/kode", tiket=ticket, kode=code_of(letters()[0]), lanjut=target)
    assert answer.headers["Location"] == "/beranda"


@pytest.mark.parametrize(("field", "typed", "words"), [
    ("nama", "", "sedikitnya 3 huruf"), ("nama", "12 34", "tulis dengan huruf"),
    ("nama", "A" * 101, "paling banyak 100"),
    ("nama", "Siti\x07Uji", "tulis dengan huruf"), ("alamat", "", "Isi surel atau nomor HP"),
    ("alamat", "0812", "Contoh: 0812 3456 7890."), ("alamat", "siti@", "Contoh: nama@contoh.id."),
    ("sandi", "pendek", "sedikitnya 12"), ("sandi", "a" * 14, "terlalu mudah"),
    ("sandi", f"{MAIL} ya", "tidak boleh memuat"),
    ("setuju", "", "setujui pemberitahuan"),
])  # fmt: skip
def test_a_wrong_form_says_what_to_repair_and_keeps_what_was_typed(
    visitor: Visitor, field: str, typed: str, words: str
) -> None:
    answer = visitor.post("/daftar", **{**FORM, field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#{field}"' in answer.text
    assert field == "nama" or 'value="Siti Uji"' in answer.text
    assert SANDI not in answer.text
    assert letters() == []


def test_known_and_unknown_addresses_look_alike_from_outside(visitor: Visitor) -> None:
    owned(MAIL)
    shown = []
    for address in (MAIL, "baru@contoh.id"):
        ticket = visitor.register(alamat=address)
        pages = [visitor.client.get(f"/daftar/kode?tiket={ticket}")]
        pages += [visitor.post("/daftar/kode", tiket=ticket, kode=f"00000{n}") for n in range(onetime.TRIES + 1)]
        pages.append(visitor.post("/daftar/kode/ulang", tiket=ticket))
        shown.append([(page.status_code, plain(page).replace(address, "")) for page in pages])
    assert shown[0] == shown[1]
    assert "Kode sudah tidak berlaku" in shown[0][-2][1]
    texts = {letter["tujuan"]: letter["isi"] for letter in letters()}
    assert "Anda sudah punya akun" in texts[MAIL]
    assert "http://localhost/lupa-sandi" in texts[MAIL]
    assert not re.search(r"\d{6}", texts[MAIL])
    assert re.search(r"\d{6}", texts["baru@contoh.id"])
    assert len(users()) == 1


def test_a_code_is_used_once(visitor: Visitor) -> None:
    ticket = visitor.register()
    code = code_of(letters()[0])
    visitor.post("/daftar/kode", tiket=ticket, kode=code)
    other = Visitor(visitor.client.application.test_client())
    answer = other.post("/daftar/kode", tiket=ticket, kode=code)
    assert answer.headers["Location"] == "/daftar?habis=1"
    assert "Masuk bila akun Anda sudah jadi" in other.open("/daftar?habis=1")
    assert len(users()) == 1


def test_sending_the_last_form_twice_ends_at_the_same_place(visitor: Visitor) -> None:
    """The answer was lost on the way; the browser is signed in."""
    ticket = visitor.register()
    form = {"tiket": ticket, "kode": code_of(letters()[0]), "lanjut": "/akun"}
    visitor.post("/daftar/kode", **form)
    visitor.open("/akun")
    for path in ("/daftar/kode", "/daftar"):
        assert visitor.post(path, **form).headers["Location"] == "/akun"
        assert visitor.client.get(f"{path}?lanjut=/akun").headers["Location"] == "/akun"
    assert len(users()) == 1


def test_two_windows_make_one_account(visitor: Visitor, jam: Any) -> None:
    assert visitor.register() == visitor.register(), "the form sent twice is one flow and one message"
    other = Visitor(visitor.client.application.test_client())
    first = other.register()
    second = visitor.register(nama="Siti Kedua")
    assert len(letters()) == 2
    assert visitor.post("/daftar/kode", tiket=second, kode=code_of(letters()[1])).status_code == 303
    jam.shift(61)
    other.post("/daftar/kode/ulang", tiket=first)
    assert letters()[0]["perihal"] == "Anda sudah punya akun"
    assert [user.nama for user in users()] == ["Siti Kedua"]


def test_an_address_that_found_an_owner_meanwhile_leads_to_the_door(visitor: Visitor) -> None:
    ticket = visitor.register()
    code = code_of(letters()[0])
    owned(MAIL)
    answer = visitor.post("/daftar/kode", tiket=ticket, kode=code, lanjut="/akun")
    assert answer.headers["Location"] == "/masuk?lanjut=%2Fakun"
    assert "sudah punya akun" in visitor.client.get("/masuk").text
    assert not visitor.is_in()


def test_the_database_refuses_a_second_owner() -> None:
    owned(MAIL)
    account(surel="SITI@contoh.id")
    with pytest.raises(IntegrityError):
        account(surel="SITI@contoh.id", surel_terbukti=True)
    rollback()


def test_an_old_code_and_an_old_ticket(visitor: Visitor, jam: Any) -> None:
    ticket = visitor.register()
    code = code_of(letters()[0])
    jam.shift(onetime.LIVES)
    answer = visitor.post("/daftar/kode", tiket=ticket, kode=code)
    assert (answer.status_code, "Minta kode baru" in answer.text) == (422, True)
    assert visitor.post("/daftar/kode/ulang", tiket=ticket).status_code == 303
    assert visitor.post("/daftar/kode", tiket=ticket, kode=code_of(letters()[0])).headers["Location"] == "/beranda"
    for path in ("/daftar/kode", "/daftar/kode/ulang", "/lupa-sandi/kode", "/lupa-sandi/kode/ulang"):
        answer = Visitor(visitor.client.application.test_client()).post(path, tiket="bukan", kode="123456")
        assert answer.headers["Location"] == f"/{path.split('/')[1]}?habis=1"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_cannot_be_a_code_costs_no_try(visitor: Visitor, typed: str) -> None:
    ticket = visitor.register()
    for _ in range(onetime.TRIES + 1):
        answer = visitor.post("/daftar/kode", tiket=ticket, kode=typed)
        assert (answer.status_code, "Tulis enam angka" in answer.text) == (422, True)
    assert visitor.post("/daftar/kode", tiket=ticket, kode=code_of(letters()[0])).status_code == 303


def test_codes_are_limited(visitor: Visitor, jam: Any) -> None:
    ticket = visitor.register()
    jam.shift(20)
    answer = visitor.post("/daftar/kode/ulang", tiket=ticket)
    assert (answer.status_code, "dalam 40 detik" in answer.text) == (429, True)
    answer = visitor.post("/daftar", **FORM)
    assert answer.status_code == 303
    assert "dalam 40 detik" in visitor.open(answer.headers["Location"])
    for _ in range(onetime.PER_PLACE - 1):
        jam.shift(61)
        assert visitor.post("/daftar/kode/ulang", tiket=ticket).status_code == 303
    other = Visitor(visitor.client.application.test_client())
    other.open("/daftar")
    answer = other.post("/daftar", **FORM)
    assert answer.status_code == 429
    assert "Coba lagi dalam 2 menit." in answer.text
    assert 'value="Siti Uji"' in answer.text
    assert len(letters()) == onetime.PER_PLACE


def test_a_stranger_never_keeps_the_owner_from_a_new_password(visitor: Visitor, jam: Any) -> None:
    """From the owner's own network, with every code and every try that one hour gives."""
    user = owned(MAIL)
    stranger = Visitor(visitor.client.application.test_client())
    mine = visitor.forget()
    code = code_of(letters()[0])
    theirs = stranger.forget()
    for _ in range(2 * onetime.PER_PLACE):
        for number in range(onetime.TRIES + 1):
            stranger.post("/lupa-sandi/kode", tiket=theirs, kode=f"00000{number}", sandi=NEW)
        jam.shift(55)
        stranger.post("/lupa-sandi/kode/ulang", tiket=theirs)
    answer = visitor.post("/lupa-sandi/kode", tiket=mine, kode=code, sandi=NEW)
    assert answer.status_code == 303
    assert people.check_password(user, NEW)


def test_limits_count_the_network_of_a_subscriber(visitor: Visitor) -> None:
    for number in range(TRIES_PER_ADDRESS):
        visitor.dari = f"2001:db8:1:2::{number:x}"
        visitor.post("/masuk", pengguna=f"nama{number}", sandi="salah")
    visitor.dari = "2001:db8:1:2:ffff::1"
    assert visitor.post("/masuk", pengguna="lain", sandi="salah").status_code == 429
    visitor.dari = "2001:db8:1:3::1"
    assert visitor.post("/masuk", pengguna="lain", sandi="salah").status_code == 422


def test_a_network_gets_twenty_codes_an_hour(visitor: Visitor) -> None:
    for number in range(onetime.PER_NETWORK):
        visitor.forget(f"orang{number}@contoh.id")
    assert visitor.post("/daftar", **FORM).status_code == 429
    visitor.dari = "198.51.100.9"
    assert visitor.post("/daftar", **FORM).status_code == 303


@pytest.mark.parametrize("path", ["/daftar", "/lupa-sandi"])
def test_a_form_that_was_open_too_long_begins_again_at_its_own_page(client: Client, path: str) -> None:
    answer = client.post(path, data={**FORM, "lanjut": "/akun"})
    assert answer.headers["Location"] == f"{path}?lanjut=%2Fakun&kedaluwarsa=1"
    assert "terlalu lama terbuka" in client.get(answer.headers["Location"]).text
    answer = client.post(f"{path}/kode/ulang", data={"tiket": "abc", "lanjut": "/akun"})
    assert answer.headers["Location"] == f"{path}/kode?tiket=abc&lanjut=%2Fakun&kedaluwarsa=1"
    assert letters() == []


@pytest.mark.parametrize("path", ["/daftar", "/lupa-sandi"])
def test_without_redis_the_page_keeps_what_was_typed(
    visitor: Visitor, path: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.open("/masuk")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as gone:
        gone.setitem(app.extensions, "pamong", replace(storage.config(), redis_url="unix:///tidak/ada.sock"))
        answer = visitor.post(path, **FORM)
    app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 503
    assert f'value="{MAIL}"' in answer.text
    assert SANDI not in answer.text
    assert users() == []


def test_the_mailbox_is_not_offered_in_production(
    visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = visitor.register()
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), lingkungan="produksi"))
    assert "/kotak-surat" not in visitor.client.get(f"/daftar/kode?tiket={ticket}").text


# ---- signing in by address


@pytest.mark.parametrize("typed", ["0812 3456 7890", "+62 812-3456-7890", "81234567890"])
def test_a_phone_opens_in_any_spelling(visitor: Visitor, typed: str) -> None:
    owned(PHONE)
    assert visitor.post("/masuk", pengguna=typed, sandi=SANDI).headers["Location"] == "/beranda"


def test_a_proven_address_of_a_pegawai_opens_too_and_an_unproven_one_does_not(visitor: Visitor) -> None:
    user = account(pengguna="198503152010012011", surel="Siti@Contoh.id")
    assert visitor.post("/masuk", pengguna=MAIL, sandi=SANDI).status_code == 422
    user.surel_terbukti = True
    assert visitor.post("/masuk", pengguna=" SITI@contoh.id ", sandi=SANDI).status_code == 303


def test_refusals_name_what_was_typed_and_not_what_exists(visitor: Visitor) -> None:
    owned(MAIL)
    owned(PHONE)
    for pair, words in (
        ((MAIL, "tidak.ada@contoh.id"), "Surel atau kata sandi tidak cocok."),
        (("0812 3456 7890", "0813 3456 7890"), "Nomor HP atau kata sandi tidak cocok."),
    ):
        answers = [visitor.post("/masuk", pengguna=typed, sandi="salah sekali") for typed in pair]
        assert plain(answers[0]) == plain(answers[1])
        assert words in answers[0].text


def test_an_address_closes_in_whatever_spelling_it_is_tried(visitor: Visitor) -> None:
    owned(PHONE)
    for known, unknown in (("0812 3456 7890", "0813 3456 7890"), ("+6281234567890", "+6281334567890")) * 3:
        last = [visitor.post("/masuk", pengguna=typed, sandi="salah").status_code for typed in (known, unknown)]
    assert last == [429, 429]


# ---- a forgotten password


@pytest.mark.parametrize(("typed", "address"), [("SITI@contoh.id", MAIL), ("0812 3456 7890", PHONE)])
def test_a_code_changes_the_password_and_ends_other_sessions(
    visitor: Visitor, masuk: SignIn, typed: str, address: str
) -> None:
    user = owned(address, sandi_sementara=True, gagal_masuk=3)
    masuk(user)
    visitor.client.delete_cookie("pamong")
    visitor.client.csrf = ""
    ticket = visitor.forget(typed, lanjut="/akun")
    visitor.open(f"/lupa-sandi/kode?tiket={ticket}")
    form = {"tiket": ticket, "kode": code_of(letters()[0]), "sandi": NEW, "lanjut": "/akun"}
    answer = visitor.post("/lupa-sandi/kode", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/akun")
    db.session.refresh(user)
    assert people.check_password(user, NEW)
    assert (user.gagal_masuk, user.sandi_sementara) == (0, False)
    assert len(people.sessions_of(user.id)) == 1
    assert visitor.is_in()
    assert [line.objek_id for line in events("akun.sandi_dipulihkan")] == [user.id]
    assert db.session.scalar(sa.select(Notice.user_id)) == user.id
    visitor.open("/akun")
    assert visitor.post("/lupa-sandi/kode", **form).headers["Location"] == "/lupa-sandi?habis=1&lanjut=%2Fakun"


def test_a_closed_door_opens_again_for_who_proves_the_address(visitor: Visitor) -> None:
    owned(MAIL)
    for _ in range(LOCK_AFTER):
        visitor.post("/masuk", pengguna=MAIL, sandi="salah")
    ticket = visitor.forget()
    visitor.post("/lupa-sandi/kode", tiket=ticket, kode=code_of(letters()[0]), sandi=NEW)
    other = Visitor(visitor.client.application.test_client())
    assert other.post("/masuk", pengguna=MAIL, sandi=NEW).status_code == 303


@pytest.mark.parametrize("values", [None, {"aktif": False}, {"surel_terbukti": False}])
def test_without_an_open_account_the_same_is_shown_and_the_owner_of_the_address_is_told(
    visitor: Visitor, values: dict[str, Any] | None
) -> None:
    owned("ada@contoh.id")
    if values is not None:
        account(**{"surel": MAIL, "surel_terbukti": True, **values})
    shown = []
    for address in ("ada@contoh.id", MAIL):
        ticket = visitor.forget(address)
        pages = [visitor.client.get(f"/lupa-sandi/kode?tiket={ticket}")]
        form = {"tiket": ticket, "sandi": NEW}
        pages += [visitor.post("/lupa-sandi/kode", **form, kode=f"00000{n}") for n in range(onetime.TRIES + 1)]
        shown.append([(page.status_code, plain(page).replace(address, "")) for page in pages])
    assert shown[0] == shown[1]
    texts = {letter["tujuan"]: letter["isi"] for letter in letters()}
    assert "tidak ada akun aktif" in texts[MAIL]
    assert not re.search(r"\d{6}", texts[MAIL])


def test_a_bad_password_does_not_spend_the_code(visitor: Visitor) -> None:
    user = owned(MAIL)
    user.pengguna = "nama.pengguna"
    ticket = visitor.forget()
    code = code_of(letters()[0])
    for bad, words in (("pendek", "sedikitnya 12"), ("ini nama.pengguna saya", "tidak boleh memuat nama")):
        answer = visitor.post("/lupa-sandi/kode", tiket=ticket, kode=code, sandi=bad)
        assert (answer.status_code, words in answer.text) == (422, True)
    answer = visitor.post("/lupa-sandi/kode", tiket=ticket, kode=wrong(code), sandi="ini nama.pengguna saya")
    assert "tidak boleh memuat nama" not in answer.text, "rules about a name are for its owner alone"
    assert visitor.post("/lupa-sandi/kode", tiket=ticket, kode="12", sandi=NEW).status_code == 422
    assert visitor.post("/lupa-sandi/kode", tiket=ticket, kode=code, sandi=NEW).status_code == 303


def test_an_account_closed_meanwhile_stays_closed(visitor: Visitor) -> None:
    user = owned(MAIL)
    ticket = visitor.forget()
    code = code_of(letters()[0])
    user.aktif = False
    answer = visitor.post("/lupa-sandi/kode", tiket=ticket, kode=code, sandi=NEW)
    assert (answer.status_code, "Kode sudah tidak berlaku" in answer.text) == (422, True)
    assert not visitor.is_in()


def test_a_code_for_registering_changes_no_password(visitor: Visitor, jam: Any) -> None:
    ticket = visitor.register()
    code = code_of(letters()[0])
    owned(MAIL)
    jam.shift(61)
    visitor.forget()
    other = visitor.forget()
    answer = visitor.post("/lupa-sandi/kode", tiket=other, kode=code, sandi=NEW)
    assert answer.status_code == 422
    answer = visitor.post("/lupa-sandi/kode", tiket=ticket, kode=code, sandi=NEW)
    assert answer.headers["Location"] == "/lupa-sandi?habis=1"


def test_a_forgotten_password_is_limited_like_the_rest(visitor: Visitor, jam: Any) -> None:
    ticket = visitor.forget()
    assert visitor.post("/lupa-sandi/kode/ulang", tiket=ticket).status_code == 429
    assert visitor.post("/lupa-sandi", alamat="0812").status_code == 422
    for _ in range(4):
        jam.shift(61)
        assert visitor.post("/lupa-sandi/kode/ulang", tiket=ticket).status_code == 303
    other = Visitor(visitor.client.application.test_client())
    assert other.post("/lupa-sandi", alamat=MAIL).status_code == 429
    assert "terlalu lama" not in visitor.open("/lupa-sandi?habis=1")


# ---- another address


def ask(client: Client, typed: str, password: str = SANDI) -> Any:
    return client.post("/akun/alamat", data={"alamat": typed, "sandi": password})


def test_a_new_address_is_proven_before_it_counts(masuk: SignIn) -> None:
    user = owned(MAIL)
    client = masuk(user)
    assert "Ganti surel atau nomor HP" in client.get("/akun/alamat").text
    ticket = Visitor.ticket(ask(client, "Baru@Contoh.id"))
    assert (user.surel, user.pengguna) == (MAIL, MAIL)
    assert "baru@contoh.id" in client.get(f"/akun/alamat/kode?tiket={ticket}").text
    (letter,) = letters()
    assert letter["tujuan"] == "baru@contoh.id"
    answer = client.post("/akun/alamat/kode", data={"tiket": ticket, "kode": code_of(letter)})
    assert answer.headers["Location"] == "/akun"
    db.session.refresh(user)
    assert (user.surel, user.surel_terbukti, user.pengguna) == ("baru@contoh.id", True, "baru@contoh.id")
    assert letters()[0]["tujuan"] == MAIL, "the old address is told"
    assert [line.data["saluran"] for line in events("akun.alamat_diganti")] == ["surel"]
    again = client.post("/akun/alamat/kode", data={"tiket": ticket, "kode": code_of(letter)})
    assert again.headers["Location"] == "/akun/alamat?habis=1"
    assert "sudah selesai" in client.get("/akun/alamat?habis=1").text


def test_a_pegawai_adds_a_phone_and_keeps_the_nip(masuk: SignIn) -> None:
    person = PegawaiFactory.create()
    user = account(pengguna=person.nip, pegawai_id=person.id, surel="kantor@contoh.id")
    client = masuk(user)
    ticket = Visitor.ticket(ask(client, "0812 3456 7890"))
    client.post("/akun/alamat/kode", data={"tiket": ticket, "kode": code_of(letters()[0])})
    db.session.refresh(user)
    assert (user.ponsel, user.pengguna, user.surel) == (PHONE, person.nip, "kantor@contoh.id")
    assert len(letters()) == 1
    page = client.get("/akun").text
    assert "0812-3456-7890" in page
    assert person.nip in page


@pytest.mark.parametrize(("typed", "password", "words"), [
    ("0812", SANDI, "Nomor HP tidak dikenali"), (MAIL, SANDI, "sudah milik akun Anda"),
    ("b@contoh.id", "salah", "tidak cocok"),
])  # fmt: skip
def test_a_wrong_request_changes_nothing(masuk: SignIn, typed: str, password: str, words: str) -> None:
    answer = ask(masuk(owned(MAIL)), typed, password)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert letters() == []


def test_guessing_the_password_there_closes_the_door(masuk: SignIn) -> None:
    user = owned(MAIL)
    client = masuk(user)
    for _ in range(LOCK_AFTER):
        ask(client, "b@contoh.id", "salah sekali")
    assert "Terlalu banyak percobaan" in ask(client, "b@contoh.id").text
    db.session.refresh(user)
    assert user.gagal_masuk == LOCK_AFTER


def test_somebody_elses_address_is_not_taken_and_not_betrayed(masuk: SignIn) -> None:
    owned("lain@contoh.id")
    user = owned(MAIL)
    client = masuk(user)
    ticket = Visitor.ticket(ask(client, "lain@contoh.id"))
    answer = client.post("/akun/alamat/kode", data={"tiket": ticket, "kode": "000000"})
    assert (answer.status_code, "Kode tidak cocok" in answer.text) == (422, True)
    assert client.post("/akun/alamat/kode", data={"tiket": ticket, "kode": "x"}).status_code == 422
    (letter,) = letters()
    assert (letter["tujuan"], letter["perihal"]) == ("lain@contoh.id", "Alamat ini sudah punya akun")


def test_an_address_taken_meanwhile_is_refused(masuk: SignIn) -> None:
    user = owned(MAIL)
    client = masuk(user)
    ticket = Visitor.ticket(ask(client, "baru@contoh.id"))
    owned("baru@contoh.id")
    client.post("/akun/alamat/kode", data={"tiket": ticket, "kode": code_of(letters()[0])})
    assert "sudah dipakai akun lain" in client.get("/akun").text
    db.session.refresh(user)
    assert user.surel == MAIL


def test_a_ticket_belongs_to_who_asked(masuk: SignIn, jam: Any) -> None:
    first = masuk(owned(MAIL))
    ticket = Visitor.ticket(ask(first, "baru@contoh.id"))
    code = code_of(letters()[0])
    jam.shift(61)
    assert first.post("/akun/alamat/kode/ulang", data={"tiket": ticket}).status_code == 303
    assert first.post("/akun/alamat/kode/ulang", data={"tiket": ticket}).status_code == 429
    other = masuk(owned("lain@contoh.id"))
    for path in ("/akun/alamat/kode", "/akun/alamat/kode/ulang"):
        answer = other.post(path, data={"tiket": ticket, "kode": code})
        assert answer.headers["Location"] == "/akun/alamat?habis=1"


def test_addresses_are_limited_too(masuk: SignIn, jam: Any) -> None:
    client = masuk(owned(MAIL))
    for number in range(onetime.PER_NETWORK):
        assert ask(client, f"baru{number}@contoh.id").status_code == 303
    assert ask(client, "baru@contoh.id").status_code == 429


# ---- people who are no pegawai


def test_pages_of_a_person_without_a_seat_leave_out_what_is_not_there(masuk: SignIn) -> None:
    client = masuk(owned(MAIL, nama="Siti Uji"))
    home, own = client.get("/beranda").text, client.get("/akun").text
    for page in (home, own):
        assert "<small></small>" not in page
        assert "Siti Uji<br>" not in page
    assert "/kinerja" not in home
    assert "Kotak persetujuan" not in home
    assert "pengelola kepegawaian" not in own
    assert "Nama pengguna</dt>" not in own
    assert MAIL in own
    assert "Peran</dt>" not in own


def test_tries_count_for_an_address_in_any_spelling(app: Flask) -> None:
    with app.test_request_context():
        assert tries_of(None, "0812 3456 7890").name == tries_of(None, "+6281234567890").name == PHONE
        assert tries_of(None, " Siti@Contoh.ID").name == MAIL
    commit()


# ---- two transactions at once


def waits(address: str = MAIL) -> dict[str, str]:
    moment = now().isoformat()
    return {"nama": "Siti", "alamat": address, "sandi": HASH, "setuju": moment, "pemberitahuan": NOTICE}


def test_an_address_taken_in_the_same_moment_makes_no_second_account(serentak: Flask) -> None:
    """The other transaction is not visible yet when this one looks; the index decides."""

    def take(address: str) -> None:
        db.session.add(User(pengguna=f"lain {address}", nama="Lain", surel=address, surel_terbukti=True))
        db.session.flush()

    def register() -> bool:
        with serentak.test_request_context():
            return _open(waits())

    def change() -> bool:
        own = User(pengguna="saya", nama="Saya")
        db.session.add(own)
        db.session.flush()
        with serentak.test_request_context():
            return _change(own, "baru@contoh.id")

    for address, act in ((MAIL, register), ("baru@contoh.id", change)):
        with Other(serentak) as first, Other(serentak) as second:
            first.run(partial(take, address))
            late = second.start(act)
            with pytest.raises(TimeoutError):
                late.result(0.5)
            first.run(commit)
            assert late.result(10) is False


def test_the_form_without_a_word_says_what_is_missing(visitor: Visitor) -> None:
    page = visitor.post("/daftar").text
    assert "Isi kata sandi" in page
    assert "mudah ditebak" not in page
