"""Messages that leave the portal: written with the transaction, sent after it, tried again, erased."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import jobs, messages, storage
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.jobs import Job
from portal.kernel.messages import ANTRE, GAGAL, KEDALUWARSA, PONSEL, SUREL, TERKIRIM, Pesan
from tests.kernel.factories import UserFactory, give
from tests.kernel.test_notices import Office, body, office

__all__ = ["office"]
MAIL, PHONE = "siti@contoh.id", "+6281234567890"
pytestmark = pytest.mark.usefixtures("app", "jam")


class Gateway(ThreadingHTTPServer):
    """Takes messages for phones; answers with the codes it was told, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Till)
        self.answers: list[int] = []
        self.taken: list[tuple[dict[str, str], Any]] = []


class Till(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        code = self.server.answers.pop(0) if self.server.answers else 202
        self.server.taken.append((dict(self.headers), json.loads(text)))
        self.send_response(code)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


def settings(app: Flask, monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), **values))


@pytest.fixture
def gateway(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings(
            app, monkeypatch, ponsel_url=f"http://127.0.0.1:{server.server_address[1]}/kirim", ponsel_key="rahasia"
        )
        yield server
        server.shutdown()
        thread.join()


def sent(address: str = MAIL, text: str = "Kode Anda: 123456", **more: Any) -> Pesan:
    key = messages.send(address, "Kode pendaftaran", text, **more)
    commit()
    return db.session.get_one(Pesan, key)


def living() -> list[Job]:
    return list(db.session.scalars(sa.select(Job).where(Job.nama == "kirim-pesan", Job.status == jobs.ANTRE)))


def work() -> None:
    """Everything that is due, once."""
    for job in living():
        jobs.run(str(job.id))
    db.session.expire_all()


def test_the_text_lies_sealed_until_it_leaves() -> None:
    row = sent()
    assert (row.saluran, row.status, row.kirim_sebelum) == (SUREL, ANTRE, now() + timedelta(days=1))
    assert row.isi is not None
    assert b"123456" not in row.isi
    job = living()[0]
    assert "123456" not in str(job.argumen) + job.judul + job.kunci


def test_without_a_sender_it_lands_in_the_development_mailbox_and_is_erased() -> None:
    rows = [sent(), sent(PHONE, "Halo")]
    work()
    assert [(row.saluran, row.status, row.isi, row.percobaan) for row in rows] == [
        (SUREL, TERKIRIM, None, 1), (PONSEL, TERKIRIM, None, 1),
    ]  # fmt: skip
    assert rows[0].terkirim_at == now()
    box = {one["tujuan"]: one for one in messages.box()}
    assert (box[MAIL]["isi"], box[PHONE]["isi"], box[MAIL]["pada"]) == ("Kode Anda: 123456", "Halo", now())


def test_the_mailbox_keeps_the_newest_fifty() -> None:
    for number in range(messages.BOX_SIZE + 5):
        messages._into_box(MAIL, f"Perihal {number}", "")
    box = messages.box()
    assert (len(box), box[0]["perihal"]) == (messages.BOX_SIZE, f"Perihal {messages.BOX_SIZE + 4}")


def test_a_rollback_takes_the_message_back() -> None:
    messages.send(MAIL, "Kode", "123456")
    rollback()
    assert (db.session.scalar(sa.select(sa.func.count()).select_from(Pesan)), living()) == (0, [])


def test_mail_goes_through_the_mail_server(office: Office) -> None:
    row = sent()
    work()
    (letter,) = office.letters
    assert (letter["To"], letter["Subject"], body(letter).strip()) == (MAIL, "Kode pendaftaran", "Kode Anda: 123456")
    assert (row.status, row.isi) == (TERKIRIM, None)


@pytest.mark.parametrize("address", [
    "a@contoh.id\nBcc: semua@contoh.id", "a@contoh.id\r\nX: y", "a @contoh.id", "", "+62812\t", "a@contoh.id\x00",
])  # fmt: skip
def test_an_address_cannot_carry_a_header(address: str) -> None:
    with pytest.raises(ValueError, match="white space"):
        messages.send(address, "Kode", "x")


def test_a_subject_cannot_carry_a_header(office: Office) -> None:
    messages.send(MAIL, "Kode\r\nBcc: semua@contoh.id\r\n\r\nisi", "x")
    commit()
    work()
    (letter,) = office.letters
    assert letter["Subject"] == "Kode Bcc: semua@contoh.id isi"
    assert letter["Bcc"] is None


def test_a_mail_server_that_is_full_is_tried_again_each_time_later(office: Office, jam: Any) -> None:
    office.full = True
    row = sent()
    pauses = []
    for attempt in range(1, 10):
        work()
        assert (row.status, row.percobaan) == (ANTRE, attempt)
        assert "belum menerima: SMTPDataError" in row.alasan
        (job,) = living()
        pauses.append((job.jalankan_at - now()).total_seconds())
        work()
        assert row.percobaan == attempt, "not before its time"
        jam.shift(pauses[-1])
    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900, 900]
    office.full = False
    work()
    assert (row.status, row.alasan, len(office.letters), living()) == (TERKIRIM, "", 1, [])


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(office: Office) -> None:
    row = sent("a.ditolak@contoh.id")
    work()
    assert (row.status, row.isi, row.alasan) == (GAGAL, None, "Server surel menolak alamat ini (550).")
    assert living() == []


def test_a_mail_server_that_is_not_there_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(app, monkeypatch, surel_url="smtp://127.0.0.1:9")
    row = sent()
    work()
    assert (row.status, row.alasan) == (ANTRE, "Server surel belum menerima: ConnectionRefusedError.")


def test_an_address_that_the_server_cannot_write_is_given_up(office: Office) -> None:
    row = sent("sití@contoh.id")
    work()
    assert (row.status, row.alasan) == (GAGAL, "Alamat surel ini tidak dapat dipakai server surel.")


def test_phones_are_reached_through_the_gateway(gateway: Gateway) -> None:
    row = sent(PHONE)
    work()
    ((headers, asked),) = gateway.taken
    assert asked == {"tujuan": PHONE, "pesan": "Kode Anda: 123456"}
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer rahasia", "application/json")
    assert (row.status, row.isi) == (TERKIRIM, None)


def test_any_other_answer_of_the_gateway_is_tried_again(gateway: Gateway, jam: Any) -> None:
    gateway.answers = [500, 302, 404, 401]
    row = sent(PHONE)
    for code in (500, 302, 404, 401):
        work()
        assert (row.status, row.alasan) == (ANTRE, f"Gerbang pesan menjawab {code}.")
        jam.shift(900)
    work()
    assert (row.status, row.percobaan, len(gateway.taken)) == (TERKIRIM, 5, 5)


def test_a_gateway_that_is_not_there_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(app, monkeypatch, ponsel_url="http://127.0.0.1:9/")
    row = sent(PHONE)
    work()
    assert (row.status, row.alasan) == (ANTRE, "Gerbang pesan tidak menjawab: ConnectionError.")


def test_after_its_time_a_message_is_erased_and_not_sent(office: Office, jam: Any) -> None:
    office.full = True
    row = sent(within=timedelta(minutes=10))
    work()
    office.full = False
    jam.shift(600)
    work()
    assert (row.status, row.isi, row.percobaan, office.letters) == (KEDALUWARSA, None, 1, [])
    assert "SMTPDataError" in row.alasan


def test_a_message_whose_job_was_lost_is_erased_by_the_sweep(jam: Any) -> None:
    row, later = sent(within=timedelta(minutes=10)), sent(within=timedelta(hours=2))
    jam.shift(600)
    assert messages.expire() == 1
    commit()
    db.session.expire_all()
    assert (row.status, row.isi, later.status) == (KEDALUWARSA, None, ANTRE)
    assert row.alasan == "Tidak sempat dikirim sampai batas waktunya."
    work()
    assert row.status == KEDALUWARSA


def test_old_messages_are_deleted(jam: Any) -> None:
    sent()
    work()
    jam.shift(86400 * messages.KEEP_DAYS + 1)
    assert messages.expire() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pesan)) == 0


def test_a_job_that_runs_twice_sends_once(office: Office) -> None:
    sent()
    (job,) = living()
    jobs.run(str(job.id))
    db.session.execute(sa.update(Job).where(Job.id == job.id).values(status=jobs.ANTRE))
    commit()
    jobs.run(str(job.id))
    assert len(office.letters) == 1


def test_a_message_sealed_with_another_key_is_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    row = sent()
    settings(app, monkeypatch, data_key=b"k" * 32)
    work()
    assert (row.status, row.isi) == (GAGAL, None)


def test_in_production_without_a_sender_an_operator_reads_why(
    app: Flask, monkeypatch: pytest.MonkeyPatch, masuk: Any
) -> None:
    settings(app, monkeypatch, lingkungan="produksi")
    rows = [sent(), sent(PHONE)]
    work()
    assert [row.status for row in rows] == [GAGAL, GAGAL]
    assert messages.box() == []
    operator, other = UserFactory.create(), UserFactory.create()
    give(operator, "administrator")
    page = masuk(operator).get("/tugas").text
    assert "Pesan yang tidak terkirim" in page
    assert "isi SUREL_URL di lingkungan portal" in page
    assert "isi PONSEL_URL di lingkungan portal" in page
    assert "si***@contoh.id" in page
    assert MAIL not in page
    assert PHONE not in page
    assert "Pesan yang tidak terkirim" not in masuk(other).get("/tugas").text


def test_the_development_mailbox_is_not_there_for_who_asks_from_elsewhere(client: Any) -> None:
    assert client.get("/kotak-surat", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 404
    assert client.get("/kotak-surat", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200


def test_the_development_mailbox_is_a_page_for_everybody_on_the_machine(client: Any) -> None:
    assert "Belum ada pesan" in client.get("/kotak-surat").text
    sent(text="Kode Anda: 123456\n\n<b>tebal</b>")
    work()
    page = client.get("/kotak-surat").text
    assert "Kode Anda: 123456" in page
    assert "&lt;b&gt;" in page


def test_in_production_there_is_no_such_page(client: Any, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(app, monkeypatch, lingkungan="produksi")
    assert client.get("/kotak-surat").status_code == 404


@pytest.mark.parametrize(
    ("address", "shown"), [(MAIL, "si***@contoh.id"), (PHONE, "+62812****7890"), ("a@b.id", "a***@b.id")]
)
def test_an_address_is_shown_as_its_owner_knows_it(address: str, shown: str) -> None:
    assert messages.masked(address) == shown
