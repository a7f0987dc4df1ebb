"""The contact form: what comes in, how often, who reads it, and the answer's way back."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.errors import Invalid
from portal.kernel.notices import Notice
from portal.kernel.people import User
from portal.sertifikasi.publik import forms, services
from portal.sertifikasi.publik.models import Tiket, TiketBalasan, TiketLampiran
from tests.kernel.factories import UserFactory, give

FORM, TICKET = "/sertifikasi/hubungi", "/sertifikasi/tiket"
TEXT = "Apakah sertifikat pelatihan tahun 2019 masih diterima?"
GOOD = {"nama": "Budi Uji", "surel": "budi@contoh.id", "ponsel": "", "topik": "INFORMASI", "pesan": TEXT}


@pytest.fixture
def sekretariat(app: Flask) -> User:
    user: User = UserFactory(nama="Sari Uji")
    give(user, "sekretariat_lsp")
    return user


@pytest.fixture
def visitor(client: Any, jam: Any) -> "Visitor":
    """Opens the form and takes a while to fill it in."""
    return Visitor(client, jam)


class Visitor:
    def __init__(self, client: Any, jam: Any) -> None:
        self.client, self.jam = client, jam

    def open(self, seconds: float = 10) -> dict[str, str]:
        text = self.client.get(FORM).get_data(as_text=True)
        self.jam.shift(seconds)
        names = ("csrf_token", "tanda")
        return {name: re.search(rf'name="{name}" value="([^"]+)"', text)[1] for name in names}  # type: ignore[index]

    def send(self, **changes: Any) -> Any:
        hidden = self.open(changes.pop("seconds", 10))
        return self.client.post(FORM, data={**hidden, **GOOD, **changes})


def tickets() -> list[Tiket]:
    return list(db.session.scalars(sa.select(Tiket).order_by(Tiket.nomor)))


def picture(name: str = "foto.jpg") -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return io.BytesIO(out.getvalue()), name


# ---- coming in


def test_a_message_becomes_a_ticket_its_writer_can_read(visitor: Any, client: Any) -> None:
    answer = visitor.send()
    assert answer.status_code == 303
    (ticket,) = tickets()
    assert ticket.nomor == "HUB-2026-00001"
    assert answer.headers["Location"] == f"/sertifikasi/tiket/{ticket.nomor}"
    assert ticket.batas == date(2026, 11, 25)  # three working days after Saturday the 21st
    text = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "HUB-2026-00001" in text
    assert TEXT in text
    assert services.shown_code(ticket) in text


def test_the_answer_is_due_after_three_working_days_not_counting_holidays(app: Flask) -> None:
    assert services.due(date(2026, 12, 22)) == date(2026, 12, 29), "24 is shared leave, 25 Christmas, then a weekend"


def test_numbers_count_without_a_gap(visitor: Any) -> None:
    visitor.send()
    visitor.send(pesan="pendek")
    visitor.send()
    assert [t.nomor for t in tickets()] == ["HUB-2026-00001", "HUB-2026-00002"]


@pytest.mark.parametrize("kode", ["", "salah", "é"])
def test_without_the_code_nobody_reads_a_ticket(visitor: Any, app: Flask, kode: str) -> None:
    visitor.send()
    other, pages = Visitor(app.test_client(), visitor.jam), []
    for nomor in ("HUB-2026-00001", "HUB-2026-00099"):
        form = {"csrf_token": other.open()["csrf_token"], "kode": kode}
        for answer in (other.client.get(f"{TICKET}/{nomor}"), other.client.post(f"{TICKET}/{nomor}", data=form)):
            text = answer.get_data(as_text=True)
            assert TEXT not in text
            pages.append((answer.status_code, re.sub(rf'{nomor}|value="[^"]*"|hx-headers=\'[^\']*\'', "", text)))
    assert [code for code, _ in pages] == [200, 422, 200, 422]
    assert pages[:2] == pages[2:], "a number that does not exist looks the same"


def test_the_code_opens_a_ticket_in_another_browser_and_stands_in_no_address(visitor: Any, app: Flask) -> None:
    visitor.send()
    ticket, other = tickets()[0], Visitor(app.test_client(), visitor.jam)
    form = {"csrf_token": other.open()["csrf_token"], "kode": services.shown_code(ticket).upper()}
    answer = other.client.post(f"{TICKET}/{ticket.nomor}", data=form)
    assert answer.headers["Location"] == f"{TICKET}/{ticket.nomor}"
    assert TEXT in other.client.get(f"{TICKET}/{ticket.nomor}").get_data(as_text=True)


def test_an_old_link_opens_one_more_time(visitor: Any, app: Flask) -> None:
    visitor.send()
    ticket = tickets()[0]
    link = f"{TICKET}/{ticket.nomor}?kode={ticket.kode}"

    def follow() -> str:
        client = app.test_client()
        answer = client.get(link)
        assert answer.headers["Location"] == f"{TICKET}/{ticket.nomor}"
        return str(client.get(answer.headers["Location"]).get_data(as_text=True))

    assert TEXT not in follow(), "of a new ticket no link was ever given out"
    tickets()[0].tautan_dipakai_at = None
    db.session.flush()
    assert TEXT in follow()
    assert TEXT not in follow()


def test_codes_of_tickets_cannot_be_tried_in_a_row(visitor: Any, app: Flask) -> None:
    visitor.send()
    other = Visitor(app.test_client(), visitor.jam)
    form = {"csrf_token": other.open()["csrf_token"], "kode": "salah"}
    found = [other.client.post(f"{TICKET}/HUB-2026-00001", data=form).status_code for _ in range(21)]
    assert found == [422] * services.CODES_PER_HOUR + [429]


def test_sending_twice_makes_one_ticket(visitor: Any, client: Any) -> None:
    hidden = visitor.open()
    first, second = (client.post(FORM, data={**hidden, **GOOD}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(tickets()) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nama": "B"}, "Isi nama Anda"),
        ({"nama": "x" * 101}, "Isi nama Anda"),
        ({"surel": ""}, "Isi surel atau nomor HP"),
        ({"surel": "budi"}, "Alamat surel tidak dikenali"),
        ({"surel": "a@b.id, c@d.id"}, "Alamat surel tidak dikenali"),
        ({"surel": "", "ponsel": "12345"}, "Nomor HP tidak dikenali"),
        ({"topik": ""}, "Pilih topik"),
        ({"topik": "RAHASIA"}, "Pilih topik"),
        ({"pesan": "Terlalu pendek"}, "Sekarang 14 huruf"),
        ({"pesan": " " * 500}, "Sekarang 0 huruf"),
        ({"pesan": "x" * 2001}, "Sekarang 2001 huruf"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_lost(visitor: Any, changes: Any, words: str) -> None:
    answer = visitor.send(**changes)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in text
    assert "<title>Galat: " in text
    assert ("Budi Uji" in text) == ("nama" not in changes)
    assert tickets() == []


def test_words_of_the_form_are_shown_as_text(visitor: Any) -> None:
    answer = visitor.send(nama="<script>alert(1)</script>", topik="", pesan="<img src=x onerror=alert(1)> " * 3)
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "<img src=x" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("text", ["Budi\r\nBcc: a@b.id", "Budi\nX", "Budi\x00X", "Budi\u2028X", "Budi\tX"])
def test_line_ends_cannot_reach_a_header(text: str) -> None:
    kept, problems = forms.read({**GOOD, "nama": text})
    assert not problems
    assert kept.nama.isprintable()
    assert forms.read({**GOOD, "surel": "budi@contoh.id\r\nBcc: a@b.id"})[1]


def test_the_message_keeps_its_paragraphs(visitor: Any) -> None:
    visitor.send(pesan="Paragraf pertama yang panjang.\r\n\r\nParagraf kedua.\x07\x00")
    assert tickets()[0].pesan == "Paragraf pertama yang panjang.\n\nParagraf kedua."


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("0812 3456 7890", "+6281234567890"), ("62812-3456-7890", "+6281234567890"), ("+62 812 3456 789", "+628123456789"),
     ("0812345", None), ("021 555 1234", None), ("+1 202 555 0100", None), ("0812abc45678", None)],
)  # fmt: skip
def test_phone_numbers_in_every_spelling(typed: str, stored: str | None) -> None:
    assert forms.phone(typed) == stored


# ---- programs and floods


def test_a_filled_trap_is_not_stored_and_a_person_can_send_again(visitor: Any, client: Any) -> None:
    answer = visitor.send(situs="https://iklan.example")
    assert answer.status_code == 422
    assert "kiriman otomatis" in answer.get_data(as_text=True)
    assert tickets() == []


def test_a_form_filled_in_no_time_waits(visitor: Any, client: Any, jam: Any) -> None:
    hidden = visitor.open(seconds=1)
    answer = client.post(FORM, data={**hidden, **GOOD})
    assert answer.status_code == 422
    assert "Tunggu beberapa detik" in answer.get_data(as_text=True)
    jam.shift(5)
    assert client.post(FORM, data={**hidden, **GOOD}).status_code == 303


@pytest.mark.parametrize("token", ["", "dibuat-sendiri", "a.b.c", "é"])
def test_a_forged_form_is_not_taken(visitor: Any, client: Any, token: str) -> None:
    answer = client.post(FORM, data={**visitor.open(), **GOOD, "tanda": token})
    assert answer.status_code == 422
    assert tickets() == []


def test_a_form_of_yesterday_is_asked_again_with_its_words(visitor: Any, client: Any, jam: Any) -> None:
    old = visitor.open()
    jam.shift(90_000)
    fresh = visitor.open()
    answer = client.post(FORM, data={**fresh, **GOOD, "tanda": old["tanda"]})
    assert answer.status_code == 422
    assert TEXT in answer.get_data(as_text=True)
    again = re.search(r'name="tanda" value="([^"]+)"', answer.get_data(as_text=True))[1]  # type: ignore[index]
    jam.shift(10)
    assert client.post(FORM, data={**fresh, **GOOD, "tanda": again}).status_code == 303


def test_five_an_hour_from_one_address(visitor: Any, client: Any) -> None:
    for _ in range(5):
        assert visitor.send().status_code == 303
    answer = visitor.send()
    assert answer.status_code == 429
    assert TEXT in answer.get_data(as_text=True)
    hidden = visitor.open()
    other = client.post(FORM, data={**hidden, **GOOD}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 303
    assert len(tickets()) == 6


def test_without_the_form_token_nothing_is_stored(visitor: Any, client: Any) -> None:
    hidden = visitor.open()
    answer = client.post(FORM, data={**hidden, **GOOD, "csrf_token": "salah"})
    assert answer.status_code == 409
    assert TEXT in answer.get_data(as_text=True), "what was written waits in a form to send again"
    assert tickets() == []


# ---- attachments


def test_two_files_come_along(visitor: Any, sekretariat: User, masuk: Any) -> None:
    assert visitor.send(lampiran=[picture("a.jpg"), picture("b.jpg")]).status_code == 303
    rows = db.session.scalars(sa.select(Document).join(TiketLampiran, TiketLampiran.dokumen_id == Document.id)).all()
    assert [row.nama for row in rows] == ["a.jpg", "b.jpg"]
    assert all(row.diklaim_at for row in rows)
    owner = db.session.get_one(User, rows[0].pemilik_id)
    assert (owner.pengguna, owner.aktif) == (services.VISITOR, False)
    key = rows[0].id
    assert masuk(sekretariat).get(f"/berkas/{key}").status_code in (200, 303)
    assert masuk(UserFactory()).get(f"/berkas/{key}").status_code == 404


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (lambda: [picture(), picture(), picture()], "paling banyak 2 berkas"),
        (lambda: [(io.BytesIO(b""), "kosong.pdf")], "kosong"),
        (lambda: [(io.BytesIO(b"<svg onload=alert(1)>"), "gambar.svg")], "bukan PDF, JPG, PNG"),
        (lambda: [(io.BytesIO(b"%PDF-1.7 rusak"), "a.pdf")], "rusak"),
        (lambda: [(io.BytesIO(b"MZ" + b"\0" * 100), "foto.jpg")], "bukan PDF, JPG, PNG"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_stored(visitor: Any, files: Any, words: str) -> None:
    answer = visitor.send(lampiran=files())
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert tickets() == []


def test_a_file_over_five_megabytes_is_refused(app: Flask) -> None:
    message = forms.Message("Budi Uji", "budi@contoh.id", "", "LAINNYA", TEXT)
    big = io.BytesIO(b"%PDF-" + b"x" * (5 * 1024 * 1024))
    with pytest.raises(Invalid, match=r"terlalu besar \(maksimal 5 MB\)"):
        services.take_in(message, "w", [(big, "besar.pdf")], None, date(2026, 11, 20))


# ---- answers


def ask(topik: str = "INFORMASI", user: User | None = None, day: date = date(2026, 11, 20), word: str = "w") -> Tiket:
    message = forms.Message("Budi Uji", "budi@contoh.id", "", topik, TEXT)
    return services.take_in(message, word, [], user, day)  # type: ignore[arg-type]


def test_the_sekretariat_is_told_and_answers(sekretariat: User, visitor: Any, masuk: Any, app: Flask) -> None:
    visitor.client = app.test_client()
    location = visitor.send().headers["Location"]
    ticket = tickets()[0]
    path = f"/sertifikasi/pesan/{ticket.id}"
    assert db.session.scalars(sa.select(Notice.url).where(Notice.user_id == sekretariat.id)).all() == [path]
    staff = masuk(sekretariat)
    assert "Belum dijawab" in staff.get("/sertifikasi/pesan").get_data(as_text=True)
    answer = staff.post(path, data={"aksi": "jawab", "isi": "Masih diterima.\n\nSalam."})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert "Sari Uji" in staff.get(path).get_data(as_text=True)
    anyone = visitor.client.get(location).get_data(as_text=True)
    assert "Masih diterima." in anyone
    assert "LSP BNPB" in anyone
    assert "Sari Uji" not in anyone, "the asker reads an answer of the LSP, not of a person"


def test_the_asker_writes_again_and_the_clock_starts_anew(sekretariat: User, visitor: Any, client: Any) -> None:
    visitor.send()
    ticket = tickets()[0]
    services.reply(ticket, "Sudah kami jawab.", sekretariat)  # type: ignore[arg-type]
    visitor.jam.move_to(datetime(2026, 11, 30, 3, tzinfo=UTC))
    data = {**visitor.open(), "kode": ticket.kode, "isi": "Satu hal lagi."}
    assert client.post(f"/sertifikasi/tiket/{ticket.nomor}", data=data).status_code == 303
    ticket = tickets()[0]
    assert (ticket.status, ticket.batas) == ("BARU", date(2026, 12, 3))
    assert client.post(f"/sertifikasi/tiket/{ticket.nomor}", data={**data, "isi": ""}).status_code == 422


def test_an_account_is_told_of_the_answer(sekretariat: User, masuk: Any, app: Flask) -> None:
    asker = UserFactory(nama="Relawan Uji")
    ticket = ask(user=asker)
    masuk(sekretariat).post(f"/sertifikasi/pesan/{ticket.id}", data={"aksi": "jawab-tutup", "isi": "Begini."})
    assert db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == asker.id)).all() == [
        "Pesan Anda sudah dijawab"
    ]
    url = db.session.scalars(sa.select(Notice.url).where(Notice.user_id == asker.id)).one()
    assert (ticket.kode in url, TEXT in masuk(asker).get(url).get_data(as_text=True)) == (False, True)
    assert tickets()[0].status == "DITUTUP"


def test_a_closed_ticket_takes_no_more(sekretariat: User, masuk: Any) -> None:
    ticket, staff = ask(), masuk(sekretariat)
    path = f"/sertifikasi/pesan/{ticket.id}"
    staff.post(path, data={"aksi": "tutup", "isi": ""})
    assert staff.post(path, data={"aksi": "jawab", "isi": "Terlambat"}).status_code == 409
    assert staff.post(path, data={"aksi": "tutup"}).status_code == 409
    assert db.session.scalars(sa.select(TiketBalasan)).all() == []


def test_complaints_stand_in_a_register_of_their_own_and_close_with_an_answer(sekretariat: User, masuk: Any) -> None:
    complaint, question = ask("KELUHAN", word="a"), ask("PENDAFTARAN", word="b")
    numbers, path = (complaint.nomor, question.nomor), f"/sertifikasi/pesan/{complaint.id}"
    staff = masuk(sekretariat)
    register = staff.get("/sertifikasi/pesan/keluhan").get_data(as_text=True)
    inbox = staff.get("/sertifikasi/pesan").get_data(as_text=True)
    assert [number in register for number in numbers] == [True, False]
    assert [number in inbox for number in numbers] == [False, True]
    assert staff.post(path, data={"aksi": "tutup"}).status_code == 409
    assert staff.post(path, data={"aksi": "jawab-tutup", "isi": "Sudah kami tindak lanjuti."}).status_code == 303


def test_the_badge_says_when_an_answer_is_due(sekretariat: User, masuk: Any, jam: Any) -> None:
    ask(day=date(2026, 11, 10), word="a")
    ask(day=date(2026, 11, 18), word="b")
    ask(day=date(2026, 11, 20), word="c")
    jam.move_to(datetime(2026, 11, 23, 3, tzinfo=UTC))
    staff = masuk(sekretariat)
    text = staff.get("/sertifikasi/pesan").get_data(as_text=True)
    for words in ("Lewat batas jawab", "Jatuh tempo hari ini", "Belum dijawab"):
        assert words in text
    late = staff.get("/sertifikasi/pesan?keadaan=TERLAMBAT&format=csv")
    assert late.get_data(as_text=True).count("HUB-") == 1


def test_a_formula_in_a_message_does_not_run_in_a_spreadsheet(sekretariat: User, masuk: Any) -> None:
    message = forms.Message("=HYPERLINK(1)", "a@b.id", "", "LAINNYA", "+SUM(1;1) dan seterusnya")
    services.take_in(message, "f", [], None, date(2026, 11, 20))
    text = masuk(sekretariat).get("/sertifikasi/pesan?format=csv").get_data(as_text=True)
    assert "'=HYPERLINK" in text
    assert "'+SUM" in text


@pytest.mark.parametrize("role", ["", "asesor", "manajer_sertifikasi", "pihak_ketiga", "komite_teknis"])
def test_only_the_sekretariat_reads_messages(app: Flask, masuk: Any, role: str) -> None:
    ticket, user = ask(), UserFactory()
    if role:
        give(user, role)
    other = masuk(user)
    other.checks_pages = False
    for path in ("/sertifikasi/pesan", "/sertifikasi/pesan/keluhan", f"/sertifikasi/pesan/{ticket.id}"):
        assert other.get(path).status_code == 403
    assert other.post(f"/sertifikasi/pesan/{ticket.id}", data={"aksi": "jawab", "isi": "Ya."}).status_code == 403
