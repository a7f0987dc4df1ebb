"""The route wrapper: who comes in, what is stored, what the browser may keep, what an error says."""

import gzip
import io
import re
import urllib.parse
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from rq import Queue

from portal.kernel import db as database
from portal.kernel import jobs, people, storage, web
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db
from portal.kernel.people import User
from portal.kernel.web import Module, safe_next
from tests.conftest import Client
from tests.database import statements
from tests.kernel import probe
from tests.kernel.factories import UnitFactory, UserFactory, give, pegawai

HTMX = {"HX-Request": "true"}
OURS = {"Origin": "http://localhost"}


@pytest.fixture
def app(probed: Flask) -> Flask:
    return probed


@pytest.fixture
def siti(app: Flask) -> User:
    user: User = UserFactory.create(pengguna="siti", nama="Siti Uji")
    return user


@pytest.fixture
def browser_of_siti(masuk: Callable[[Any], Client], siti: User) -> Client:
    return masuk(siti)


def accounts() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(User.pengguna)))


def queued() -> list[str]:
    return Queue("pamong-singkat", connection=storage.redis()).get_job_ids()


def log_lines() -> list[Aktivitas]:
    query = sa.select(Aktivitas).where(Aktivitas.peristiwa.startswith("akses.")).order_by(Aktivitas.urut)
    return list(db.session.scalars(query))


def shown(answer: Any) -> str:
    found = re.search(r'<p id="isi">(.*?)</p>', answer.get_data(as_text=True))
    assert found, answer.get_data(as_text=True)[-2000:]
    return found[1]


def follow(client: Client, answer: Any) -> Any:
    return client.get(answer.headers["Location"])


# ---- declaring


def test_a_route_without_a_permission_cannot_be_imported() -> None:
    module = Module("karangan", "/karangan")
    with pytest.raises(TypeError, match="can"):
        module.route("/bebas")  # type: ignore[call-arg]


@pytest.mark.parametrize("can", ["", "tidak.ada", "public", "log.baca "])
def test_a_permission_that_nobody_declared_cannot_be_used(can: str) -> None:
    with pytest.raises(ValueError, match="is not declared"):
        Module("karangan", "/karangan").route("/x", can=can)


# ---- what is stored


@pytest.mark.parametrize(("status", "answered", "stored"), [
    ("303", 303, True), ("200", 200, True), ("201", 201, True), ("422", 422, False), ("409", 409, False),
    ("400", 400, False), ("salah", 422, False), ("bentrok", 409, False), ("ditolak", 403, False), ("tiada", 404, False),
    ("rusak", 500, False), ("dasar", 500, False),
])  # fmt: skip
def test_a_change_is_stored_with_a_good_answer_and_with_no_other(
    browser_of_siti: Client, status: str, answered: int, stored: bool
) -> None:
    answer = browser_of_siti.post("/uji/simpan", data={"nama": "baru", "status": status})
    assert answer.status_code == answered
    assert ("baru" in accounts()) is stored
    assert (len(queued()) == 1) is stored
    assert (db.session.scalar(sa.select(sa.func.count()).select_from(jobs.Job)) == 1) is stored


def test_a_commit_that_fails_is_no_success_and_no_job_leaves(browser_of_siti: Client) -> None:
    answer = browser_of_siti.post("/uji/simpan", data={"nama": "siti"})
    assert answer.status_code == 500
    assert "Ada gangguan di sistem kami" in answer.get_data(as_text=True)
    assert accounts() == {"siti"}
    assert queued() == []
    assert browser_of_siti.post("/uji/simpan", data={"nama": "lain"}).status_code == 303


def test_a_page_that_is_read_stores_nothing_unless_its_route_says_so(browser_of_siti: Client) -> None:
    assert browser_of_siti.get("/uji/baca").status_code == 200
    assert browser_of_siti.get("/uji/tulis?status=404").status_code == 404
    assert accounts() == {"siti"}
    assert browser_of_siti.get("/uji/tulis").status_code == 200
    assert accounts() == {"siti", "lewat.get"}


# ---- what the browser may keep


@pytest.fixture
def tag(browser_of_siti: Client) -> str:
    """The second visit knows the version of the first."""
    assert "ETag" not in browser_of_siti.get("/uji/halaman").headers
    return str(browser_of_siti.get("/uji/halaman").headers["ETag"])


def again(client: Client, tag: str, **headers: str) -> int:
    return int(client.get("/uji/halaman", headers={"If-None-Match": tag, **headers}).status_code)


def test_an_unchanged_page_is_not_sent_again_and_costs_no_statement(browser_of_siti: Client, tag: str) -> None:
    with statements() as seen:
        answer = browser_of_siti.get("/uji/halaman", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.get_data(), answer.headers["ETag"]) == (304, b"", tag)
    assert seen == []
    assert again(browser_of_siti, f'"lain", {tag}') == 304
    assert again(browser_of_siti, '"lain"') == 200


def test_a_kept_fragment_never_stands_for_the_whole_page(browser_of_siti: Client, tag: str) -> None:
    """htmx asks for whole pages, too: when the way back leads to one it no longer holds."""
    piece = browser_of_siti.get("/uji/halaman", headers={"HX-Request": "true"}).headers["ETag"]
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert again(browser_of_siti, piece, **{"HX-Request": "true"}) == 304
    assert again(browser_of_siti, piece, **back) == 200
    assert again(browser_of_siti, tag, **back) == 304


def test_what_this_person_sends_makes_their_pages_stale(browser_of_siti: Client, tag: str) -> None:
    browser_of_siti.post("/uji/isian")
    assert again(browser_of_siti, tag) == 200


def test_a_refused_form_leaves_the_pages_as_they_were(browser_of_siti: Client, tag: str) -> None:
    browser_of_siti.post("/uji/simpan", data={"status": "422"})
    assert again(browser_of_siti, tag) == 304


def test_what_others_change_for_this_person_makes_the_page_stale(browser_of_siti: Client, siti: User, tag: str) -> None:
    people.touch(siti.id)
    assert again(browser_of_siti, tag) == 200


def test_a_change_of_roles_makes_every_page_stale(browser_of_siti: Client, tag: str) -> None:
    people.forget_everyone()
    assert again(browser_of_siti, tag) == 200


def test_a_page_is_asked_anew_when_the_hour_changes(jam: Any, masuk: Any, siti: User) -> None:
    client = masuk(siti)
    client.get("/uji/halaman")
    tag = client.get("/uji/halaman").headers["ETag"]
    jam.shift(59 * 60)
    assert again(client, tag) == 304
    jam.shift(60)
    assert again(client, tag) == 200


def test_a_fragment_and_a_page_are_never_taken_for_each_other(browser_of_siti: Client, tag: str) -> None:
    assert again(browser_of_siti, tag, **HTMX) == 200
    fragment = browser_of_siti.get("/uji/halaman", headers=HTMX).headers["ETag"]
    assert fragment != tag
    assert again(browser_of_siti, fragment) == 200


def test_a_page_of_one_session_is_unknown_to_every_other(
    browser_of_siti: Client, siti: User, masuk: Any, tag: str
) -> None:
    browser_of_siti.delete_cookie("pamong")
    second = masuk(siti)
    second.get("/uji/halaman")
    assert again(second, tag) == 200
    other = masuk(UserFactory.create())
    other.get("/uji/halaman")
    assert again(other, tag) == 200


def test_a_waiting_message_is_never_lost_to_an_unchanged_page(browser_of_siti: Client, tag: str) -> None:
    with browser_of_siti.session_transaction() as session:
        session["_flashes"] = [("sukses", "Ada kabar.")]
    answer = browser_of_siti.get("/uji/halaman", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Ada kabar." in answer.get_data(as_text=True)
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert again(browser_of_siti, tag) == 304


def test_a_page_may_be_kept_but_only_by_this_browser_and_only_to_be_asked(browser_of_siti: Client, tag: str) -> None:
    assert browser_of_siti.get("/uji/halaman").headers["Cache-Control"] == "private, no-cache"
    assert browser_of_siti.get("/uji/baca").headers["Cache-Control"] == "no-store"


def test_a_hot_page_costs_one_trip_to_redis(browser_of_siti: Client, tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    connection: Any = storage.redis().connection_pool.connection_class
    send = connection.send_packed_command

    def count(self: Any, *args: Any, **more: Any) -> Any:
        calls.append("kirim")
        return send(self, *args, **more)

    monkeypatch.setattr(connection, "send_packed_command", count)
    browser_of_siti.get("/uji/halaman")
    assert len(calls) == 1


# ---- signing in first


def test_a_visitor_is_sent_to_sign_in_and_back(client: Client) -> None:
    answer = client.get("/uji/halaman?cari=a%20b&urut=nama")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/masuk?lanjut=%2Fuji%2Fhalaman%3Fcari%3Da%2520b%26urut%3Dnama"


def test_htmx_is_told_to_go_there_itself_but_an_autosave_stays(client: Client) -> None:
    answer = client.get("/uji/halaman", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/masuk?lanjut=%2Fuji%2Fhalaman")
    answer = client.post("/uji/isian", data={"aksi": "otomatis", "nama": "x"}, headers=HTMX)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


# ---- a session that ended in the middle of a long form


class Office:
    """The browser of Siti, whose session ends while she fills in a form."""

    def __init__(self, client: Client, siti: User) -> None:
        self.client, self.siti = client, siti
        siti.sandi_hash = people.HASHER.hash("sandi siti yang panjang")
        database.commit()

    def end_session(self) -> None:
        for key in storage.redis().scan_iter("s:*"):
            storage.redis().delete(key)

    def send(self, **form: Any) -> Any:
        data = {"csrf_token": self.client.csrf, "nama": "panjang sekali", "sandi": "rahasia", **form}
        headers = {"Referer": "http://localhost/uji/isian?bulan=9", **OURS}
        return self.client.post("/uji/isian", data=data, headers=headers)

    def sign_in(self, address: str, pengguna: str = "siti", sandi: str = "sandi siti yang panjang") -> Any:
        page = self.client.get(address).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        lanjut = re.search(r'name="lanjut" value="([^"]*)"', page)
        assert token
        assert lanjut
        self.client.csrf = token[1]
        data = {"pengguna": pengguna, "sandi": sandi, "lanjut": lanjut[1].replace("&amp;", "&"), "csrf_token": token[1]}
        answer = self.client.post("/masuk", data=data)
        with self.client.session_transaction() as session:
            self.client.csrf = session.get("csrf", "")
        return answer


@pytest.fixture
def desk(browser_of_siti: Client, siti: User) -> Office:
    return Office(browser_of_siti, siti)


def test_what_was_typed_comes_back_after_signing_in_and_only_once(desk: Office) -> None:
    desk.end_session()
    answer = desk.send()
    assert answer.status_code == 303
    entry = urllib.parse.urlsplit(answer.headers["Location"])
    assert entry.path == "/masuk"
    assert urllib.parse.parse_qs(entry.query)["lanjut"] == ["/uji/isian?bulan=9"]
    page = desk.client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "isian Anda tidak hilang" in page
    back = desk.sign_in(answer.headers["Location"])
    assert (back.status_code, back.headers["Location"]) == (303, "/uji/isian?bulan=9")
    assert shown(follow(desk.client, back)) == "panjang sekali"
    assert shown(desk.client.get("/uji/isian")) == "kosong"


def test_the_stash_keeps_no_password_no_token_and_not_for_long(desk: Office) -> None:
    desk.end_session()
    desk.send(sandi_lama="rahasia", pilih=["a", "b"])
    redis: Any = storage.redis()
    (key,) = redis.keys("t:*")
    body = redis.get(key)
    assert b"rahasia" not in body
    assert b"csrf_token" not in body
    assert b'["pilih","a"],["pilih","b"]' in body
    assert 0 < redis.ttl(key) <= 1800


def test_another_person_at_the_same_desk_does_not_get_it(desk: Office) -> None:
    other = UserFactory.create(pengguna="budi")
    people.set_password(other, "sandi budi yang panjang")
    desk.end_session()
    address = desk.send().headers["Location"]
    back = desk.sign_in(address, "budi", "sandi budi yang panjang")
    assert shown(follow(desk.client, back)) == "kosong"
    assert len(storage.redis().keys("t:*")) == 1, "it still waits for its owner"
    desk.client.post("/keluar")
    assert shown(follow(desk.client, desk.sign_in(address))) == "panjang sekali"


def test_it_waits_while_other_pages_are_opened_and_those_are_not_kept_by_the_browser(desk: Office) -> None:
    desk.end_session()
    desk.sign_in(desk.send().headers["Location"])
    desk.client.get("/uji/halaman")
    assert "ETag" not in desk.client.get("/uji/halaman").headers
    assert shown(desk.client.get("/uji/isian")) == "panjang sekali"
    assert "ETag" in desk.client.get("/uji/halaman").headers


def test_what_waited_too_long_is_gone_and_pages_are_kept_again(desk: Office) -> None:
    desk.end_session()
    back = desk.sign_in(desk.send().headers["Location"])
    storage.redis().delete(*storage.redis().keys("t:*"))
    assert shown(follow(desk.client, back)) == "kosong"
    desk.client.get("/uji/halaman")
    assert "ETag" in desk.client.get("/uji/halaman").headers


def test_who_signed_in_elsewhere_meanwhile_still_gets_it_back(desk: Office, masuk: Any) -> None:
    desk.end_session()
    address = desk.send().headers["Location"]
    masuk(desk.siti)
    answer = desk.client.get(address)
    assert answer.headers["Location"] == "/uji/isian?bulan=9"
    assert shown(follow(desk.client, answer)) == "panjang sekali"


def test_a_form_opened_before_signing_in_again_can_be_sent_from_the_error_page(desk: Office, masuk: Any) -> None:
    """Two windows: the form is older than today's session. Nothing typed is lost, one press sends it."""
    old = desk.client.csrf
    masuk(desk.siti)
    desk.client.csrf, today = "", desk.client.csrf
    form = {"csrf_token": old, "nama": "dari jendela lama", "sandi": "rahasia"}
    answer = desk.client.post("/uji/simpan", data=form, headers=OURS)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'name="nama" value="dari jendela lama"' in page
    assert "rahasia" not in page
    assert "dari jendela lama" not in accounts()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert fields["csrf_token"] == today
    assert desk.client.post("/uji/simpan", data=fields, headers=OURS).status_code == 303
    assert "dari jendela lama" in accounts()


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://jahat.example"}, {"Referer": "http://localhost.jahat/"}])
def test_a_form_from_elsewhere_is_given_no_good_token(desk: Office, headers: dict[str, str]) -> None:
    good, desk.client.csrf = desk.client.csrf, ""
    page = desk.client.post("/uji/simpan", data={"nama": "x", "csrf_token": "karangan"}, headers=headers)
    assert page.status_code == 409
    assert good not in page.get_data(as_text=True).partition("<form")[2]


def test_an_autosave_of_an_old_form_is_told_as_not_stored(desk: Office) -> None:
    desk.client.csrf = ""
    answer = desk.client.post("/uji/isian", data={"aksi": "otomatis", "nama": "x"}, headers=HTMX)
    assert (answer.status_code, answer.get_data()) == (401, b"")


def test_nothing_is_stashed_for_who_was_never_signed_in(client: Client, siti: User) -> None:
    for cookie in ("", f"{siti.id.hex}.karangan", f"{siti.id.hex}.karangan.{'0' * 32}", "-.x", "é.x.y"):
        client.set_cookie("pamong", cookie)
        answer = client.post("/uji/isian", data={"nama": "dari penyerang"})
        assert answer.status_code == 303
        assert "titipan" not in answer.headers["Location"]
    assert storage.redis().keys("t:*") == []


def test_a_stash_that_names_another_page_is_not_shown_here(desk: Office) -> None:
    desk.end_session()
    desk.client.post("/uji/simpan", data={"nama": "x"}, headers={"Referer": "http://localhost/uji/halaman"})
    redis: Any = storage.redis()
    (key,) = redis.keys("t:*")
    desk.sign_in(f"/masuk?titipan={key.decode().removeprefix('t:')}")
    assert shown(desk.client.get("/uji/isian")) == "kosong"


def test_a_page_that_does_not_fill_its_form_itself_offers_to_send_what_was_typed(desk: Office) -> None:
    desk.end_session()
    form = {"nama": "diketik & lama", "pilih": ["a", "b"], "foto": (io.BytesIO(b"x"), "a.png")}
    headers = {"Referer": "http://localhost/uji/halaman", **OURS}
    back = desk.sign_in(desk.client.post("/uji/simpan", data=form, headers=headers).headers["Location"])
    page = follow(desk.client, back).get_data(as_text=True)
    assert "Isian Anda belum terkirim" in page
    assert "Berkas perlu dipilih lagi." in page
    assert '<form method="post" action="/uji/simpan"' in page
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    assert fields == [("nama", "diketik &amp; lama"), ("pilih", "a"), ("pilih", "b"), ("csrf_token", desk.client.csrf)]
    assert "Isian Anda belum terkirim" not in desk.client.get("/uji/halaman").get_data(as_text=True), "offered once"


@pytest.mark.parametrize("referer", ["https://jahat.example/uji/isian", "", "http://localhost/masuk", "//x"])
def test_the_way_back_never_leaves_the_portal(desk: Office, referer: str) -> None:
    desk.end_session()
    answer = desk.client.post("/uji/isian", data={"nama": "x"}, headers={"Referer": referer})
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
    assert query["lanjut"] in (["/uji/isian"], ["/beranda"])


@pytest.mark.parametrize(("asked", "given"), [
    ("/kinerja/2026/09?tab=1", "/kinerja/2026/09?tab=1"), ("/", "/"), ("", "/beranda"), (None, "/beranda"),
    ("//jahat.example", "/beranda"), ("///jahat.example", "/beranda"), ("/\\jahat.example", "/beranda"),
    ("/\t/jahat.example", "/beranda"), ("/\n/jahat.example", "/beranda"), ("\t//jahat.example", "/beranda"),
    ("https://jahat.example/x", "/beranda"), ("javascript:alert(1)", "/beranda"), ("jahat.example", "/beranda"),
    ("/masuk?lanjut=/x", "/beranda"), ("/keluar", "/beranda"), ("/a\r\nSet-Cookie: x=1", "/beranda"),
    ("/\x00//jahat.example", "/beranda"), ("/%09/jahat.example", "/%09/jahat.example"),
])  # fmt: skip
def test_only_paths_of_the_portal_are_followed(asked: str | None, given: str) -> None:
    assert safe_next(asked) == given


# ---- the form token


def test_a_change_needs_the_token_of_this_session(browser_of_siti: Client, masuk: Any) -> None:
    good, browser_of_siti.csrf = browser_of_siti.csrf, ""
    browser_of_siti.checks_pages = False  # a stranger's token is sent back as it came
    for sent in ("", "salah", good[:-1], good + "x", "é", good.swapcase()):
        answer = browser_of_siti.post("/uji/simpan", data={"csrf_token": sent})
        assert answer.status_code == 409
        assert browser_of_siti.post("/uji/simpan", headers={"X-CSRF-Token": sent}).status_code == 409
    assert accounts() == {"siti"}
    assert browser_of_siti.post("/uji/simpan", data={"csrf_token": good, "nama": "satu"}).status_code == 303
    assert browser_of_siti.post("/uji/simpan", headers={"X-CSRF-Token": good}).status_code == 303
    theirs = masuk(UserFactory.create(pengguna="lain")).csrf
    assert theirs != good
    browser_of_siti.csrf = ""
    assert browser_of_siti.post("/uji/simpan", data={"csrf_token": good}).status_code == 409


# ---- permission


def test_without_the_permission_it_is_403_and_a_line_in_the_log(browser_of_siti: Client, siti: User) -> None:
    answer = browser_of_siti.get("/uji/terbatas")
    assert answer.status_code == 403
    assert "Anda tidak punya akses" in answer.get_data(as_text=True)
    (line,) = log_lines()
    assert (line.peristiwa, line.pelaku_id) == ("akses.ditolak", siti.id)
    assert line.data == {"jalur": "/uji/terbatas", "metode": "GET", "izin": ""}


def test_with_the_permission_it_opens(masuk: Any, siti: User) -> None:
    give(siti, "inspektorat")
    assert shown(masuk(siti).get("/uji/terbatas")) == "rahasia"
    assert log_lines() == []


def test_a_role_that_ends_closes_the_door_at_the_next_request_after_it_is_forgotten(masuk: Any, siti: User) -> None:
    give(siti, "inspektorat")
    client = masuk(siti)
    assert client.get("/uji/terbatas").status_code == 200
    db.session.execute(sa.delete(people.PenugasanPeran))
    people.forget(siti.id)
    assert client.get("/uji/terbatas").status_code == 403


def test_a_row_that_is_not_visible_is_404_and_a_line_in_the_log(browser_of_siti: Client) -> None:
    hidden, visible = UnitFactory.create(jenis="LAIN"), UnitFactory.create(jenis="TAMPAK", nama="Bidang Tampak")
    assert shown(browser_of_siti.get(f"/uji/unit/{visible.id}")) == "Bidang Tampak"
    assert browser_of_siti.get(f"/uji/unit/{hidden.id}").status_code == 404
    (line,) = log_lines()
    assert line.peristiwa == "akses.tidak_terlihat"
    assert line.data == {"jalur": f"/uji/unit/{hidden.id}", "metode": "GET", "kunci": {"id": str(hidden.id)}}


def test_an_address_that_does_not_exist_is_404_without_a_line(browser_of_siti: Client, client: Client) -> None:
    assert browser_of_siti.get("/tidak/ada").status_code == 404
    client.delete_cookie("pamong")
    assert client.get("/uji/galat-umum/tiada").status_code == 404
    assert client.get("/uji/galat-umum/ditolak").status_code == 403
    assert log_lines() == []


def test_a_strange_sign_in_an_address_breaks_neither_page_nor_log(browser_of_siti: Client) -> None:
    assert browser_of_siti.get("/uji/galat/%00").status_code == 500
    answer = browser_of_siti.post(f"/laporan/a%00b/{uuid.uuid4()}")
    assert answer.status_code == 404
    assert log_lines()[0].data["jalur"].startswith("/laporan/a\ufffdb/")


# ---- errors as people read them


@pytest.mark.parametrize(("path", "status", "words"), [
    ("/uji/galat/ditolak", 403, "Hanya penilai."), ("/uji/galat/tiada", 404, "Halaman tidak ditemukan"),
    ("/uji/galat/bentrok", 409, "Sudah berubah."), ("/uji/galat/salah", 422, "Nama kosong."),
    ("/uji/galat/rusak", 500, "Sebutkan kode ini"), ("/uji/galat/dasar", 500, "Entah."),
])  # fmt: skip
def test_every_error_is_a_page_in_plain_words(browser_of_siti: Client, path: str, status: int, words: str) -> None:
    answer = browser_of_siti.get(path)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_what_was_sent_about_something_gone_is_told_as_not_stored(browser_of_siti: Client) -> None:
    answer = browser_of_siti.post(f"/laporan/kinerja/{uuid.uuid4()}", data={"catatan": "x"}, headers=OURS)
    assert answer.status_code == 404
    assert "tidak lagi dapat Anda buka" in answer.get_data(as_text=True)


def test_who_came_second_may_look_before_sending_again(browser_of_siti: Client) -> None:
    browser_of_siti.csrf = ""
    sent = {"data": {"nama": "x"}, "headers": {**OURS, "Referer": "http://localhost/uji/isian?bulan=9"}}
    page = browser_of_siti.post("/uji/simpan", **sent).get_data(as_text=True)
    assert 'href="/uji/isian?bulan=9">Lihat keadaan sekarang</a>' in page


def test_a_crash_shows_a_code_that_the_log_of_the_server_knows(
    browser_of_siti: Client, caplog: pytest.LogCaptureFixture
) -> None:
    page = browser_of_siti.get("/uji/galat/rusak").get_data(as_text=True)
    code = re.search(r"<strong[^>]*>([0-9A-F]{8})</strong>", page)
    assert code
    assert f"code {code[1]}" in caplog.text
    assert "ValueError" not in page


def test_after_a_crash_the_form_can_be_sent_again(browser_of_siti: Client) -> None:
    page = browser_of_siti.post(
        "/uji/simpan?tab=2", data={"status": "rusak", "nama": "<b>", "pilih": ["1", "2"]}, headers=OURS
    ).get_data(as_text=True)
    assert 'action="/uji/simpan?tab=2"' in page
    assert 'name="nama" value="&lt;b&gt;"' in page
    assert page.count('name="pilih"') == 2
    assert browser_of_siti.csrf in page.partition("<form")[2]


@pytest.mark.parametrize(("name", "again"), [("a.pdf", True), ("", False)])
def test_a_form_with_a_file_comes_back_without_it_and_says_so(browser_of_siti: Client, name: str, again: bool) -> None:
    answer = browser_of_siti.post("/uji/berkas", data={"berkas": (io.BytesIO(b"x"), name), "nama": "ketikan"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert 'name="nama" value="ketikan"' in page
    assert ("Berkas perlu dipilih lagi." in page) is again


def test_an_htmx_request_gets_its_error_as_a_fragment(browser_of_siti: Client) -> None:
    for headers, whole in ((HTMX, False), ({**HTMX, "HX-Boosted": "true"}, True), ({}, True)):
        text = browser_of_siti.get("/uji/galat/bentrok", headers=headers).get_data(as_text=True)
        assert text.lstrip().lower().startswith("<!doctype") is whole
        assert "Sudah berubah." in text


@pytest.mark.parametrize("path", ["/kotak-persetujuan?cari=%00", "/masuk"])
def test_what_cannot_be_stored_is_a_wrong_input_not_a_crash(masuk: Any, siti: User, client: Client, path: str) -> None:
    if path == "/masuk":
        client.get("/masuk")
        with client.session_transaction() as session:
            client.csrf = session["csrf"]
        answer = client.post(path, data={"pengguna": "a\x00b", "sandi": "x"})
    else:
        answer = masuk(siti).get(path)
    assert answer.status_code == 400
    assert "tidak dapat disimpan" in answer.get_data(as_text=True)


def test_an_address_that_lacks_its_last_slash_is_sent_on(client: Client) -> None:
    answer = client.get("/uji/kaki")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://localhost/uji/kaki/")


@pytest.mark.parametrize(("near", "seen"), [("0", "http://localhost 127.0.0.1"),
                                            ("1", "https://portal.sagara.example 10.9.8.7")])  # fmt: skip
def test_only_trusted_proxies_say_who_asks(environment: dict[str, str], near: str, seen: str) -> None:
    told = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "portal.sagara.example"}
    with probe.make({**environment, "PERANTARA": near}).test_client() as one:
        assert one.get("/uji/asal", headers=told).get_data(as_text=True) == seen


def test_a_method_that_is_not_meant_and_a_body_that_is_too_large(browser_of_siti: Client, app: Flask) -> None:
    assert browser_of_siti.post("/uji/halaman").status_code == 405
    limit = app.config["MAX_CONTENT_LENGTH"]
    browser_of_siti.csrf = ""
    answer = browser_of_siti.post(
        "/uji/simpan", data={"nama": "x"}, environ_overrides={"CONTENT_LENGTH": str(limit + 1)}
    )
    assert answer.status_code == 413
    assert "maksimal 32 MB sekali kirim" in answer.get_data(as_text=True)


# ---- headers


@pytest.mark.parametrize(("path", "status"), [
    ("/masuk", 200), ("/", 303), ("/uji/halaman", 303), ("/tidak/ada", 404), ("/uji/galat-umum/ditolak", 403),
    ("/uji/galat-umum/rusak", 500), ("/uji/galat-umum/salah", 422), ("/sehat", 200), ("/kotak-persetujuan/", 404),
])  # fmt: skip
def test_every_answer_carries_the_safety_headers(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "data:" not in policy
    for directive in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'"):
        assert directive in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1


def test_who_holds_a_role_that_only_reads_changes_nothing_but_their_password(masuk: Any) -> None:
    outsider = UserFactory.create(pengguna="bnsp")
    give(outsider, "penonton_uji")
    give(outsider, "administrator")
    browser = masuk(outsider)
    assert browser.get("/uji/terbatas").status_code == 200
    answer = browser.post("/uji/simpan", data={"nama": "ditulis.orang.luar"})
    assert (answer.status_code, "Akun ini hanya dapat melihat data." in answer.get_data(as_text=True)) == (403, True)
    assert db.session.scalar(sa.select(User.id).where(User.pengguna == "ditulis.orang.luar")) is None
    assert browser.post("/akun/sandi", data={}).status_code == 422
    assert browser.post("/keluar").status_code == 303


def test_a_visitor_whose_page_was_open_too_long_sends_the_same_again(client: Client) -> None:
    """What a citizen wrote on a public page must not end at the sign-in page."""
    page = client.get("/masuk")
    assert page.status_code == 200
    typed = {"csrf_token": "lama", "pesan": "Jalan di depan rumah saya berlubang"}
    answer = client.post("/uji/umum", data=typed, headers={"Origin": "http://localhost"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Jalan di depan rumah saya berlubang" in text
    assert 'action="/uji/umum"' in text
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text))
    assert client.post("/uji/umum", data=again).status_code == 303


def test_pages_travel_compressed_unless_a_proxy_does_that(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"Accept-Encoding": "gzip, br"}
    plain, zipped = client.get("/masuk"), client.get("/masuk", headers=wanted)
    assert (plain.headers.get("Content-Encoding"), zipped.headers.get("Content-Encoding")) == (None, "gzip")
    assert int(zipped.headers["Content-Length"]) == len(zipped.get_data()) < len(plain.get_data()) / 2
    assert b"Kata sandi" in gzip.decompress(zipped.get_data())
    assert "Accept-Encoding" in plain.vary
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), perantara=1))
    assert "Content-Encoding" not in client.get("/masuk", headers=wanted).headers


def test_a_401_carries_them_too(client: Client) -> None:
    unknown = client.get("/uji/halaman", headers=HTMX)
    assert unknown.status_code == 401
    assert "default-src 'none'" in unknown.headers["Content-Security-Policy"]


def test_a_304_leaves_the_headers_of_the_page_as_the_browser_holds_them(browser_of_siti: Client, tag: str) -> None:
    unchanged = browser_of_siti.get("/uji/halaman", headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.headers["ETag"]) == (304, tag)
    assert (unchanged.headers["Cache-Control"], set(unchanged.vary)) == (
        "private, no-cache",
        {"HX-Request", "Cookie", "Accept-Encoding"},
    )
    assert "Content-Security-Policy" not in unchanged.headers


def test_a_page_varies_with_htmx_and_cookie(client: Client) -> None:
    assert set(client.get("/masuk").vary) >= {"HX-Request", "Cookie"}


def test_over_https_the_cookie_is_secure_and_browsers_are_told_to_stay(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = replace(storage.config(), alamat="https://portal.sagara.example")
    monkeypatch.setitem(app.extensions, "pamong", secure)
    answer = client.get("/masuk")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "; Secure" in answer.headers["Set-Cookie"]


# ---- static files


def test_a_static_file_is_kept_forever_under_the_name_of_its_content(app: Flask, client: Client) -> None:
    path = app.jinja_env.globals["asset"]("portal.css")  # type: ignore[operator]
    plain = client.get(path)
    assert plain.status_code == 200
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Encoding" not in plain.headers
    zipped = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.get_data()) < len(plain.get_data())
    assert zipped.headers["Vary"] == "Accept-Encoding"
    head = client.head(path)
    assert (head.get_data(), head.headers["Content-Length"]) == (b"", str(len(plain.get_data())))
    assert "Set-Cookie" not in plain.headers


@pytest.mark.parametrize("path", ["/static/x.css", "/static/../portal/config.py", "/static/", "/static/%2e%2e/x"])
def test_nothing_else_below_static_is_served(client: Client, path: str) -> None:
    client.checks_pages = False
    assert client.get(path).status_code == 404


def test_static_files_are_only_read(app: Flask, client: Client) -> None:
    path = app.jinja_env.globals["asset"]("portal.css")  # type: ignore[operator]
    assert client.post(path).status_code == 404


# ---- the session's cookie


def cookie(client: Client) -> tuple[str, str]:
    found = client.get_cookie("pamong")
    assert found is not None
    uid, token, _ = found.value.split(".")
    return uid, token


def test_the_cookie_is_for_the_server_alone(client: Client) -> None:
    parts = client.get("/masuk").headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert parts[0].startswith("pamong=-.")


@pytest.mark.parametrize("value", ["", "x", ".", "..", "a.b", "x" * 4000, "-." + "y" * 65, "0" * 32 + ".token", "é.ü"])
def test_a_cookie_that_is_none_of_ours_is_a_visitors(client: Client, value: str) -> None:
    client.set_cookie("pamong", value)
    assert client.get("/uji/halaman").status_code == 303


def test_a_session_under_another_persons_name_is_still_its_owners(
    browser_of_siti: Client, siti: User, app: Flask
) -> None:
    other = UserFactory.create(nama="Orang Lain")
    _, token = cookie(browser_of_siti)
    browser_of_siti.get("/uji/halaman")
    browser_of_siti.set_cookie("pamong", f"{other.id.hex}.{token}.x")
    page = browser_of_siti.get("/uji/halaman").get_data(as_text=True)
    assert "Siti Uji" in page
    assert "Orang Lain" not in page


def test_an_idle_session_ends_and_a_used_one_lives_on(browser_of_siti: Client) -> None:
    _, token = cookie(browser_of_siti)
    key = people.session_key(token)
    storage.redis().expire(key, 5)
    browser_of_siti.get("/uji/halaman")
    assert storage.redis().ttl(key) > 7000
    storage.redis().delete(key)
    assert browser_of_siti.get("/uji/halaman").status_code == 303


def test_signing_out_ends_the_session_on_the_server_and_clears_the_browser(browser_of_siti: Client, siti: User) -> None:
    uid, token = cookie(browser_of_siti)
    assert len(people.sessions_of(siti.id)) == 1
    answer = browser_of_siti.post("/keluar")
    assert answer.headers["Location"] == "/masuk?keluar=1"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert people.sessions_of(siti.id) == []
    browser_of_siti.set_cookie("pamong", f"{uid}.{token}")
    assert browser_of_siti.get("/uji/halaman").status_code == 303


def test_ending_the_other_sessions_of_a_person_signs_those_browsers_out(masuk: Any, siti: User, app: Flask) -> None:
    first = masuk(siti)
    uid, token = cookie(first)
    second = app.test_client()
    second.set_cookie("pamong", f"{uid}.{token}")
    assert second.get("/uji/baca").status_code == 200
    assert people.end_sessions(siti.id) == 1
    assert second.get("/uji/baca").status_code == 303


# ---- pages, fragments, menu


def test_one_template_answers_as_page_and_as_fragment(browser_of_siti: Client) -> None:
    for headers, whole in (
        ({}, True), (HTMX, False), ({**HTMX, "HX-Boosted": "true"}, True),
        ({**HTMX, "HX-History-Restore-Request": "true"}, True),
    ):  # fmt: skip
        text = browser_of_siti.get("/uji/halaman", headers=headers).get_data(as_text=True)
        assert ("<!doctype" in text) is whole
        assert '<p id="isi">siti</p>' in text


def test_a_change_ends_in_a_new_page_with_its_message_once(browser_of_siti: Client) -> None:
    answer = browser_of_siti.post("/uji/simpan", data={"nama": "satu"})
    page = follow(browser_of_siti, answer).get_data(as_text=True)
    assert "Tersimpan." in page
    assert "Tersimpan." not in browser_of_siti.get("/uji/halaman").get_data(as_text=True)
    answer = browser_of_siti.post("/uji/simpan", data={"nama": "dua"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"], answer.get_data()) == (204, "/uji/halaman", b"")
    assert "Tersimpan." in browser_of_siti.get("/uji/halaman").get_data(as_text=True)


def test_the_message_of_a_fragment_comes_out_of_band(browser_of_siti: Client) -> None:
    browser_of_siti.post("/uji/simpan", data={"nama": "satu"})
    text = browser_of_siti.get("/uji/halaman", headers=HTMX).get_data(as_text=True)
    assert 'id="toast" hx-swap-oob="innerHTML"' in text
    assert "Tersimpan." in text


def test_the_menu_shows_what_a_person_may_open_and_where_they_are(masuk: Any, siti: User) -> None:
    page = masuk(siti).get("/uji/baca").get_data(as_text=True)
    assert "Halaman uji" in page
    assert "Log uji" not in page
    auditor = UserFactory.create()
    give(auditor, "inspektorat")
    page = masuk(auditor).get("/uji/terbatas").get_data(as_text=True)
    assert re.search(r'<a[^>]*href="/uji/terbatas"[^>]*aria-current="page"', page)
    assert not re.search(r'<a[^>]*href="/uji/halaman"[^>]*aria-current', page)


def badge(client: Client) -> str:
    page = client.get("/uji/baca").get_data(as_text=True)
    found = re.search(r'href="/uji/halaman".*?</a>', page, re.DOTALL)
    assert found
    return re.sub(r"\D", "", re.sub(r"<svg.*?</svg>|<[^>]+>", "", found[0], flags=re.DOTALL))


def test_counts_beside_the_menu_are_asked_once_and_again_after_a_change(
    browser_of_siti: Client, siti: User, app: Flask
) -> None:
    assert badge(browser_of_siti) == ""
    UnitFactory.create(jenis="LENCANA")
    assert badge(browser_of_siti) == "", "from Redis"
    with statements() as seen:
        browser_of_siti.get("/uji/baca")
    assert [s for s in seen if s.startswith("SELECT")] == []
    people.touch(siti.id)
    assert badge(browser_of_siti) == "1"


def test_a_unit_gives_its_pages_their_colour(masuk: Any, app: Flask, client: Client) -> None:
    pd = UnitFactory.create(tema="#0a5c36")
    _, user = pegawai(pd, pd)
    page = masuk(user).get("/uji/halaman").get_data(as_text=True)
    found = re.search(r'href="(/tema/[^"]+)"', page)
    assert found
    sheet = client.get(found[1])
    assert (sheet.status_code, sheet.mimetype) == (200, "text/css")
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/tema/0a5c3.x.css").status_code == 404
    assert client.get("/tema/ZZZZZZ.x.css").status_code == 404


def test_times_are_shown_where_the_person_works(app: Flask, masuk: Any, jam: Any) -> None:
    from flask import g

    with app.test_request_context("/"):
        show = app.jinja_env.filters["waktu"], app.jinja_env.filters["pukul"]
        assert [f(database.now()) for f in show] == ["Sabtu, 21 November 2026 pukul 10.00 WIB", "10.00"]
        assert [f(None) for f in show] == ["", ""]
        assert str(web.today()) == "2026-11-21"
        g.principal = people.Principal(uuid.uuid4(), "Uji", "uji", zona="Asia/Jayapura")
        assert [f(database.now()) for f in show] == ["Sabtu, 21 November 2026 pukul 12.00 WIT", "12.00"]
        jam.move_to("2026-11-21T15:30:00+00:00")
        assert str(web.today()) == "2026-11-22"


# ---- Redis dies between the first and the last byte


def test_what_was_stored_before_redis_went_is_a_success(
    browser_of_siti: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = browser_of_siti.post("/uji/redis-hilang")
    assert answer.status_code == 303, "a failure would make people send it again"
    assert "sebelum.redis.hilang" in accounts()
    assert "a message is lost" in caplog.text


def test_when_redis_goes_before_the_commit_nothing_is_stored_and_it_can_be_sent_again(browser_of_siti: Client) -> None:
    answer = browser_of_siti.post("/uji/redis-hilang", data={"gagal": "1", "nama": "ketikan"}, headers=OURS)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert 'name="nama" value="ketikan"' in page
    assert accounts() == {"siti"}


@pytest.mark.parametrize(("path", "status"), [("/uji/halaman", 503), ("/uji/umum", 200), ("/sehat", 503)])
def test_without_redis_every_page_says_what_to_do(app: Flask, browser_of_siti: Client, path: str, status: int) -> None:
    app.extensions["pamong"] = replace(storage.config(), redis_url="unix:///tidak/ada.sock")
    answer = browser_of_siti.get(path)
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers, "the session is still there when Redis is back"
    if path == "/sehat":
        told = answer.get_json()
        assert (told["basis_data"], told["antrean"], told["penyimpanan"]) == ("tersambung", "terputus", "tersambung")
    elif status == 503:
        assert "Tunggu satu menit" in answer.get_data(as_text=True)


def test_a_form_sent_without_redis_comes_back_with_its_own_token_and_works_later(
    app: Flask, browser_of_siti: Client
) -> None:
    config, token = storage.config(), browser_of_siti.csrf
    app.extensions["pamong"] = replace(config, redis_url="unix:///tidak/ada.sock")
    browser_of_siti.csrf = ""
    form = {"nama": "ketikan panjang", "csrf_token": token}
    page = browser_of_siti.post("/uji/simpan", data=form, headers=OURS).get_data(as_text=True)
    app.extensions["pamong"] = config
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert fields == form
    assert browser_of_siti.post("/uji/simpan", data=fields).status_code == 303
    assert accounts() == {"siti", "ketikan panjang"}


def test_the_application_survives_an_account_that_vanished(browser_of_siti: Client, siti: User) -> None:
    storage.redis().delete(people.cache_key(siti.id))
    db.session.execute(sa.delete(User))
    commit()
    assert browser_of_siti.get("/uji/halaman").status_code == 303
