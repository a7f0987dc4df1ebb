"""Messages: in the portal at once, by mail once a day, never twice."""

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

from portal.kernel import jobs, people, storage
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.jobs import Job
from portal.kernel.notices import Notice, latest, mail_digest, mark_read, notify, unread
from portal.kernel.people import User
from tests.conftest import Client
from tests.kernel.factories import UserFactory


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


def digest() -> Job:
    """The daily job, run once."""
    key = jobs.enqueue(mail_digest, "Kirim ringkasan", f"surel-{db.session.scalar(sa.select(sa.func.random()))}")
    commit()
    jobs.run(str(key))
    return db.session.get_one(Job, key, populate_existing=True)


def body(letter: Message) -> str:
    content = letter.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def test_without_a_mail_server_nothing_is_sent_and_nothing_is_marked(siti: User) -> None:
    notify(siti.id, "Kabar")
    assert digest().status == jobs.SELESAI
    assert latest(siti.id)[0].disurelkan_at is None


def test_each_person_gets_one_letter_with_all_that_waits_and_the_next_day_none(siti: User, office: Office) -> None:
    other = UserFactory.create(nama="Budi Uji", surel="budi@sagara.example")
    for user in (siti, other):
        for number in range(2):
            notify(user.id, f"Kabar {number} untuk {user.nama}")
    job = digest()
    assert (job.status, job.progres, job.total) == (jobs.SELESAI, 2, 2)
    letters = {letter["To"]: letter for letter in office.letters}
    assert set(letters) == {"siti@sagara.example", "budi@sagara.example"}
    letter = letters["siti@sagara.example"]
    assert letter["Subject"] == "2 pemberitahuan menunggu Anda"
    assert "Pemerintah Kota Sagara" in letter["From"]
    assert "Yth. Siti Uji" in body(letter)
    assert "- Kabar 1 untuk Siti Uji" in body(letter)
    assert "Budi" not in body(letter)
    assert "http://localhost/beranda" in body(letter)
    digest()
    assert len(office.letters) == 2


def test_only_fresh_unread_messages_of_reachable_accounts_are_mailed(siti: User, office: Office, jam: Any) -> None:
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
    digest()
    assert [letter["To"] for letter in office.letters] == ["siti@sagara.example"]
    assert "Lama" not in body(office.letters[0])
    assert "Sudah dibaca" not in body(office.letters[0])


def test_an_address_that_is_refused_stops_nobody_elses_letter(siti: User, office: Office) -> None:
    for name in ("a.ditolak@sagara.example", "bukan alamat\nBcc: semua@sagara.example", "z@sagara.example"):
        notify(UserFactory.create(surel=name).id, "Kabar")
    notify(siti.id, "Kabar")
    assert digest().status == jobs.SELESAI
    assert sorted(letter["To"] for letter in office.letters) == ["siti@sagara.example", "z@sagara.example"]
    digest()
    assert len(office.letters) == 2


def test_a_server_that_stops_in_the_middle_is_tried_again_without_repeating_letters(
    siti: User, office: Office, jam: Any
) -> None:
    for number in range(3):
        notify(UserFactory.create(surel=f"orang{number}@sagara.example").id, "Kabar")
    office.full = True
    job = digest()
    assert (job.status, office.letters) == (jobs.ANTRE, [])
    office.full = False
    jam.shift(10)
    jobs.run(str(job.id))
    assert db.session.get_one(Job, job.id, populate_existing=True).status == jobs.SELESAI
    assert len({letter["To"] for letter in office.letters}) == len(office.letters) == 3


def test_the_account_of_the_mail_server_is_used(
    siti: User, office: Office, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = storage.config().surel_url.replace("smtp://", "smtp://portal:kunci-surat@")
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), surel_url=address))
    notify(siti.id, "Kabar")
    digest()
    assert any(line.startswith("AUTH PLAIN") for line in office.heard)
    assert "<portal>" in office.letters[0]["From"]


def test_a_password_that_the_mail_server_refuses_is_a_visible_failure(
    siti: User, office: Office, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = storage.config().surel_url.replace("smtp://", "smtp://portal:salah@")
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), surel_url=address))
    office.door = "535 salah"
    notify(siti.id, "Kabar")
    job = digest()
    assert (job.status, job.percobaan) == (jobs.ANTRE, 1)
    assert "SMTPAuthenticationError" in job.rincian
    assert latest(siti.id)[0].disurelkan_at is None
