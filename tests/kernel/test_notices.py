"""Messages: in the portal at once, by mail once a day, never twice."""

import base64
import importlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_string
from email.message import Message
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.config import Config
from portal.kernel import access, jobs, people, storage
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.jobs import Job
from portal.kernel.notices import HariRingkasan, Notice, latest, mark_read, notify, unread
from portal.kernel.pages.kabar import mail_digest, mail_now
from portal.kernel.people import User
from portal.kernel.web import Tile
from tests.conftest import Client
from tests.kernel.factories import UserFactory

kabar = importlib.import_module("portal.kernel.pages.kabar")  # the package binds that name to its module of routes


@pytest.fixture
def siti(app: Flask) -> User:
    user: User = UserFactory.create(nama="Siti Uji", surel="siti@sagara.example")
    return user


def waiting(user: User) -> int:
    return int(db.session.scalar(sa.select(unread(user.id))) or 0)


# ---- in the portal


def test_a_message_goes_with_its_transaction(siti: User) -> None:
    commit()
    notify(siti.id, "Hilang")
    rollback()
    notify(siti.id, "Tinggal", "Isi.", "/kinerja")
    commit()
    (row,) = latest(siti.id)
    assert (row.judul, row.isi, row.url, row.dibaca_at) == ("Tinggal", "Isi.", "/kinerja", None)


def test_nobody_is_told_nothing(app: Flask) -> None:
    notify(None, "Tidak ada orangnya")
    commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_a_message_makes_the_pages_of_its_reader_stale(siti: User) -> None:
    notify(siti.id, "Ada kabar")
    commit()
    first = storage.redis().get(people.version_key(siti.id))
    mark_read(siti.id)
    commit()
    assert first
    assert storage.redis().get(people.version_key(siti.id)) != first


def test_the_newest_comes_first_and_the_list_ends_somewhere(siti: User, app: Flask) -> None:
    for number in range(40):
        notify(siti.id, f"Kabar {number}")
        db.session.flush()
    notify(UserFactory.create().id, "Bukan untuk Siti")
    commit()
    assert [row.judul for row in latest(siti.id)][:2] == ["Kabar 39", "Kabar 38"]
    assert len(latest(siti.id)) == 30
    assert waiting(siti) == 40


def test_the_count_stops_at_a_hundred(siti: User) -> None:
    db.session.add_all([Notice(user_id=siti.id, judul=str(n)) for n in range(120)])
    db.session.flush()
    assert waiting(siti) == 100


def test_reading_marks_ones_own_messages_and_keeps_the_first_moment(siti: User, jam: Any) -> None:
    other = UserFactory.create()
    for user in (siti, other):
        notify(user.id, "Kabar")
    commit()
    mark_read(siti.id)
    first = latest(siti.id)[0]
    db.session.refresh(first)
    seen = first.dibaca_at
    jam.shift(60)
    mark_read(siti.id)
    db.session.refresh(first)
    assert first.dibaca_at == seen is not None
    assert (waiting(siti), waiting(other)) == (0, 1)


def test_the_page_shows_messages_and_marks_them(siti: User, masuk: Any) -> None:
    notify(siti.id, "Kinerja Anda dikembalikan", "Lengkapi bukti.", "/kinerja/2026/10")
    client: Client = masuk(siti)
    page = client.get("/pemberitahuan").get_data(as_text=True)
    assert "Kinerja Anda dikembalikan" in page
    assert 'href="/kinerja/2026/10"' in page
    answer = client.post("/pemberitahuan")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/pemberitahuan")
    assert waiting(siti) == 0


# ---- by mail


class Post(socketserver.StreamRequestHandler):
    """As much of a mail server as the digest talks to."""

    server: "Office"

    def handle(self) -> None:
        self.say("220 surat.sagara.example")
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            if word == "RCPT" and "ditolak" in line:
                self.say("550 tidak dikenal")
            elif word == "DATA":
                self.take()
            else:
                answers = {"QUIT": "221 sampai jumpa", "EHLO": "250-sagara\r\n250 AUTH PLAIN", "AUTH": self.server.door}
                self.say(answers.get(word, "250 baik"))
                self.server.heard.append(line)
            if word == "QUIT":
                return

    def take(self) -> None:
        self.say("354 silakan")
        lines: list[str] = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line.replace("\r\n", "\n"))
        if self.server.full:
            self.say("452 penuh")
            return
        self.server.letters.append(message_from_string("".join(lines)))
        self.say("250 diterima")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Office(socketserver.TCPServer):
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Post)
        self.letters: list[Message] = []
        self.heard: list[str] = []
        self.full = False
        self.door = "235 masuk"


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with Office() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"smtp://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), surel_url=url))
        yield server
        server.shutdown()
        thread.join()


def run(what: jobs.Kind) -> Job:
    """One turn of the clock, then everything it handed over."""
    key = jobs.enqueue(what, "Kabar", f"kabar-{db.session.scalar(sa.select(sa.func.random()))}")
    commit()
    jobs.run(str(key))
    waiting = sa.select(Job.id).where(Job.nama == "kirim-pesan", Job.status == jobs.ANTRE)
    for sending in db.session.scalars(waiting).all():
        jobs.run(str(sending))
    return db.session.get_one(Job, key, populate_existing=True)


def digest() -> Job:
    return run(mail_digest)


@pytest.fixture
def pagi(jam: Any) -> Any:
    """Monday, 23 November 2026, five past seven in Jakarta; messages were left on Sunday."""
    jam.move_to("2026-11-22 03:00:00Z")

    def later(when: str = "2026-11-23 00:05:00Z") -> None:
        commit()
        jam.move_to(when)

    return later


def body(letter: Message) -> str:
    content = letter.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def test_without_a_mail_server_nothing_is_sent_and_nothing_is_marked(siti: User, pagi: Any) -> None:
    notify(siti.id, "Kabar")
    pagi()
    assert digest().status == jobs.SELESAI
    assert latest(siti.id)[0].disurelkan_at is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HariRingkasan)) == 0


def test_drill_mode_has_no_sender() -> None:
    needed = ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT", "S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    env = {
        **dict.fromkeys((*needed, "SECRET_KEY"), "x"),
        "KUNCI_DATA": base64.b64encode(bytes(32)).decode(),
        "MODE_LATIHAN": "ya",
    }
    found = Config.from_env({**env, "SUREL_URL": "smtp://surat:25", "PONSEL_URL": "https://gerbang.example"})
    assert (found.surel_url, found.ponsel_url) == ("", "")


def test_each_person_gets_one_letter_with_links_and_no_second_one(siti: User, office: Office, pagi: Any) -> None:
    other = UserFactory.create(nama="Budi Uji", surel="budi@sagara.example")
    for user in (siti, other):
        for number in range(2):
            notify(user.id, f"Kabar {number} untuk {user.nama}", "Rincian rahasia", f"/kinerja/{number}")
    pagi()
    assert digest().status == jobs.SELESAI
    letters = {letter["To"]: letter for letter in office.letters}
    assert set(letters) == {"siti@sagara.example", "budi@sagara.example"}
    letter = letters["siti@sagara.example"]
    assert letter["Subject"] == "2 pemberitahuan menunggu Anda"
    assert letter.get_content_type() == "text/plain"
    text = body(letter)
    assert "- Kabar 1 untuk Siti Uji\n  http://localhost/kinerja/1" in text
    assert "http://localhost/akun#kabar" in text
    assert "Budi" not in text
    assert "Rincian rahasia" not in text
    digest()
    notify(siti.id, "Kabar sesudah pukul tujuh")
    digest()
    assert len(office.letters) == 2


@pytest.mark.parametrize(
    "when",
    [
        "2026-11-22 00:05:00Z",  # Sunday
        "2026-12-25 00:05:00Z",  # Christmas, a Friday
        "2026-11-22 23:59:00Z",  # Monday, a minute before seven in Jakarta
        "2026-11-23 10:00:00Z",  # five in the afternoon
    ],
)
def test_not_at_other_hours_and_not_on_free_days(siti: User, office: Office, jam: Any, when: str) -> None:
    jam.move_to("2026-11-21 03:00:00Z" if "12-25" not in when else "2026-12-24 03:00:00Z")
    notify(siti.id, "Kabar")
    commit()
    jam.move_to(when)
    digest()
    assert office.letters == []


def test_the_next_working_day_has_a_letter_of_its_own(siti: User, office: Office, pagi: Any) -> None:
    notify(siti.id, "Senin")
    pagi()
    digest()
    notify(siti.id, "Sesudah ringkasan")
    pagi("2026-11-24 00:01:00Z")
    digest()
    assert len(office.letters) == 2
    assert "Sesudah ringkasan" in body(office.letters[1])
    assert "- Senin" not in body(office.letters[1])


def test_waiting_work_is_told_without_any_message(
    siti: User, office: Office, pagi: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kabar, "work_of", lambda user: [("Persetujuan: 3", "/kotak-persetujuan")])
    pagi()
    digest()
    assert office.letters[0]["Subject"] == "1 hal menunggu Anda"
    assert "- Persetujuan: 3\n  http://localhost/kotak-persetujuan" in body(office.letters[0])


def test_what_waits_is_what_menu_and_home_page_count(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user = people.principal_of(UserFactory.create().id, access.grants())
    assert user is not None
    beranda = next(one for one in app.extensions["pamong_modules"] if one.name == "beranda")
    made = [Tile("Perlu jadwal", "/x", "calendar", "4", kind="tugas"), Tile("Rekap", "/y", "chart", "9")]
    monkeypatch.setattr(beranda, "tiles", [lambda _: made])
    monkeypatch.setitem(app.extensions, "pamong_badges", {"/z": lambda _: sa.select(sa.literal(2)).scalar_subquery()})
    assert [one for one in kabar.work_of(user) if one[1] in ("/x", "/y", "/z")] == [
        ("/z: 2", "/z"),
        ("Perlu jadwal: 4", "/x"),
    ]


def test_a_kill_between_two_parts_leaves_nobody_out_and_nobody_twice(
    siti: User, office: Office, pagi: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kabar, "BATCH", 2)
    for number in range(4):
        notify(UserFactory.create(surel=f"orang{number}@sagara.example").id, "Kabar")
    notify(siti.id, "Kabar")
    pagi()
    digest()
    assert len(office.letters) == 2
    commit()
    real = kabar._send

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(kabar, "_send", dies)
    with pytest.raises(KeyboardInterrupt):
        mail_digest.run(Job())
    rollback()
    monkeypatch.setattr(kabar, "_send", real)
    for _ in range(3):
        digest()
    assert len({letter["To"] for letter in office.letters}) == len(office.letters) == 5


def test_each_person_chooses(siti: User, office: Office, pagi: Any, masuk: Any) -> None:
    now_, never = (UserFactory.create(surel=f"{n}@sagara.example") for n in ("kini", "tidak"))
    notify(now_.id, "Sebelum memilih")
    client = masuk(now_)
    assert 'value="RINGKASAN"' in client.get("/akun").text
    assert client.post("/akun/kabar", data={"cara": "SEKETIKA"}).status_code == 303
    assert client.post("/akun/kabar", data={"cara": "MERPATI"}).status_code == 422
    assert masuk(never).post("/akun/kabar", data={"cara": "TIDAK"}).status_code == 303
    for user in (siti, now_, never):
        notify(user.id, "Kabar baru")
    run(mail_now)
    run(mail_now)
    assert [(one["To"], "Sebelum" in body(one)) for one in office.letters] == [("kini@sagara.example", False)]
    pagi()
    digest()
    assert [one["To"] for one in office.letters[1:]] == ["siti@sagara.example"]


def test_who_has_no_mail_is_told_on_the_phone(
    office: Office, pagi: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(kabar.messages, "send", lambda to, subject, text: sent.append((to, text)))
    cfg = replace(storage.config(), ponsel_url="https://gerbang.sagara.example")
    monkeypatch.setitem(app.extensions, "pamong", cfg)
    notify(UserFactory.create(surel="", ponsel="+6281200000001").id, "Kabar rahasia")
    pagi()
    digest()
    assert [to for to, _ in sent] == ["+6281200000001"]
    assert "1 pemberitahuan menunggu Anda di portal Pemerintah Kota Sagara" in sent[0][1]
    assert "rahasia" not in sent[0][1]


def test_only_fresh_unread_messages_of_reachable_accounts_are_mailed(siti: User, office: Office, pagi: Any) -> None:
    silent, closed = UserFactory.create(), UserFactory.create(surel="tutup@sagara.example", aktif=False)
    for user in (silent, closed):
        notify(user.id, "Kabar")
    notify(siti.id, "Lama")
    db.session.flush()
    db.session.execute(sa.update(Notice).where(Notice.judul == "Lama").values(dibuat_at=now() - timedelta(days=8)))
    notify(siti.id, "Sudah dibaca")
    db.session.flush()
    mark_read(siti.id)
    notify(siti.id, "Baru")
    pagi()
    digest()
    assert [letter["To"] for letter in office.letters] == ["siti@sagara.example"]
    assert "Lama" not in body(office.letters[0])
    assert "Sudah dibaca" not in body(office.letters[0])


def test_an_address_that_is_refused_stops_nobody_elses_letter(siti: User, office: Office, pagi: Any) -> None:
    for name in ("a.ditolak@sagara.example", "bukan alamat\nBcc: semua@sagara.example", "z@sagara.example"):
        notify(UserFactory.create(surel=name).id, "Kabar")
    notify(siti.id, "Kabar")
    pagi()
    assert digest().status == jobs.SELESAI
    assert sorted(letter["To"] for letter in office.letters) == ["siti@sagara.example", "z@sagara.example"]
