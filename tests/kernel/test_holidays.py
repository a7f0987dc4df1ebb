"""Free days: the list every process keeps, working days that know it, the page where it is kept."""

import io
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import db as database
from portal.kernel import holidays
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db
from portal.kernel.holidays import CUTI_BERSAMA, LIBUR_NASIONAL, LOKAL, HariLibur
from portal.kernel.people import User
from tests.conftest import Client
from tests.kernel.factories import UnitFactory, UserFactory, give

pytestmark = pytest.mark.usefixtures("app", "jam")
SignIn = Callable[[User], Client]
DECREE = "SKB 1/2027"


@pytest.fixture
def statements(app: Flask) -> Any:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def keeper(role: str = "administrator", unit: Any = None) -> User:
    user: User = UserFactory()
    give(user, role, unit)
    return user


def rows(**where: Any) -> list[HariLibur]:
    return list(db.session.scalars(sa.select(HariLibur).filter_by(**where).order_by(HariLibur.tanggal)))


# ---- the list


def test_the_decree_for_2026_is_there() -> None:
    kinds = [row.jenis for row in rows() if row.tanggal.year == 2026]
    assert (kinds.count(LIBUR_NASIONAL), kinds.count(CUTI_BERSAMA), kinds.count(LOKAL)) == (17, 8, 0)
    assert date(2026, 3, 19) in holidays.days()
    assert all("1497 Tahun 2025" in row.dasar for row in rows())
    assert all(row.tanggal.weekday() < 5 for row in rows(jenis=CUTI_BERSAMA))


def test_working_days_step_over_holidays_and_shared_leave() -> None:
    assert holidays.add_working_days(date(2026, 12, 22), 3) == date(2026, 12, 29)
    assert holidays.add_working_days(date(2026, 3, 18), 0) == date(2026, 3, 25)
    year = holidays.count_working_days(date(2025, 12, 31), date(2026, 12, 31))
    assert year == 261 - 21, "25 days, 4 of them on weekends"
    assert not holidays.is_working_day(date(2026, 8, 17))
    assert holidays.is_working_day(date(2026, 8, 18))


def test_a_year_without_a_list_has_the_days_that_never_move() -> None:
    known = [day for day in holidays.days() if day.year == 2027]
    assert sorted(known) == [date(2027, *day) for day in holidays.FIXED]
    holidays.add(date(2027, 3, 10), "Idulfitri", LIBUR_NASIONAL, None, DECREE)
    database.commit()
    assert [day for day in holidays.days() if day.year == 2027] == [date(2027, 3, 10)]


def test_a_local_day_holds_for_the_unit_and_those_below() -> None:
    top = UnitFactory()
    below, beside = UnitFactory(induk_id=top.id), UnitFactory()
    db.session.flush()
    holidays.add(date(2026, 11, 24), "Hari jadi", LOKAL, top.id, "")
    database.commit()
    free = date(2026, 11, 24)
    assert [free in holidays.days(unit.id) for unit in (top, below, beside)] == [True, True, False]
    assert free not in holidays.days()
    assert date(2026, 12, 25) in holidays.days(below.id)
    assert holidays.add_working_days(date(2026, 11, 23), 1, below.id) == date(2026, 11, 25)


def test_asking_again_costs_no_statement_until_the_list_changes(statements: list[str]) -> None:
    holidays.days()
    statements.clear()
    for _ in range(50):
        holidays.add_working_days(date(2026, 11, 23), 3, uuid.uuid4())
    assert statements == []
    holidays.add(date(2026, 11, 24), "Pilkada susulan", LOKAL, None, "")
    database.commit()
    statements.clear()
    assert holidays.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_what_is_rolled_back_changes_nothing() -> None:
    before = holidays.days()
    holidays.add(date(2026, 11, 24), "Batal", LOKAL, None, "")
    database.rollback()
    assert holidays.days() == before


def test_the_same_day_twice_is_one_row() -> None:
    assert holidays.add(date(2027, 1, 1), "Tahun Baru", LIBUR_NASIONAL, None, DECREE)
    assert holidays.add(date(2027, 1, 1), "Tahun Baru", LIBUR_NASIONAL, None, DECREE) is None


def test_an_ended_day_is_a_working_day_and_may_come_back() -> None:
    row = rows(tanggal=date(2026, 12, 24))[0]
    holidays.end(row, "Keppres 1/2026")
    database.commit()
    assert holidays.is_working_day(date(2026, 12, 24))
    assert holidays.add(row.tanggal, row.nama, row.jenis, None, row.dasar)
    database.commit()
    assert not holidays.is_working_day(date(2026, 12, 24))


# ---- the page


def test_the_page_shows_a_year(masuk: SignIn) -> None:
    client = masuk(keeper("bkpsdm"))
    page = client.get("/libur")
    assert "Hari libur 2026" in page.text
    assert "240 hari kerja" in page.text
    assert "Jumat, 25 Desember 2026" in page.text
    assert "Libur nasional: 17. Cuti bersama: 8. Libur lokal: 0." in page.text
    empty = client.get("/libur?tahun=2027").text
    assert "Libur nasional 2027 belum dimuat" in empty
    assert "Hari libur 2026" in client.get("/libur?tahun=99999").text


def test_a_day_is_added_and_logged(masuk: SignIn) -> None:
    client = masuk(keeper())
    form = {"tanggal": "10-3-2027", "nama": "Idulfitri 1448 Hijriah", "jenis": LIBUR_NASIONAL, "unit": "",
            "dasar": DECREE, "tahun": "2026"}  # fmt: skip
    answer = client.post("/libur", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/libur?tahun=2027")
    assert not holidays.is_working_day(date(2027, 3, 10))
    event = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "libur.ditambah")).one()
    assert event.data is not None
    assert event.data["nama"] == "Idulfitri 1448 Hijriah"
    again = client.post("/libur", data=form)
    assert again.status_code == 422
    assert "sudah ada" in again.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tanggal": "32-1-2027"}, "tulis tanggal"), ({"tanggal": "1-1-1850"}, "tahun 2000 sampai 2100"),
        ({"nama": "x"}, "sedikitnya 3 huruf"), ({"jenis": "LAIN"}, "pilih salah satu"),
        ({"dasar": ""}, "nomor keputusannya"), ({"unit": "bukan"}, "pilih salah satu"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(masuk: SignIn, changes: dict[str, str], words: str) -> None:
    form = {"tanggal": "1-3-2027", "nama": "Uji", "jenis": LIBUR_NASIONAL, "unit": "", "dasar": DECREE, **changes}
    answer = masuk(keeper()).post("/libur", data=form)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_national_day_has_no_unit(masuk: SignIn) -> None:
    unit = UnitFactory(jenis="PD")
    form = {"tanggal": "1-3-2027", "nama": "Uji", "jenis": CUTI_BERSAMA, "unit": str(unit.id), "dasar": DECREE}
    assert "berlaku di seluruh instansi" in masuk(keeper()).post("/libur", data=form).text


def test_who_keeps_a_unit_adds_and_ends_its_days_only(masuk: SignIn) -> None:
    unit, other = UnitFactory(jenis="PD"), UnitFactory(jenis="PD")
    client = masuk(keeper("bkpsdm", unit))
    base = {"tanggal": "24-11-2026", "nama": "Hari jadi", "dasar": ""}
    assert client.post("/libur", data={**base, "jenis": LIBUR_NASIONAL, "unit": ""}).status_code == 422
    assert client.post("/libur", data={**base, "jenis": LOKAL, "unit": str(other.id)}).status_code == 422
    assert client.post("/libur", data={**base, "jenis": LOKAL, "unit": str(unit.id)}).status_code == 303
    national = rows(tanggal=date(2026, 12, 25))[0]
    assert "Akhiri hari libur" not in client.get(f"/libur/{national.id}").text
    assert client.post(f"/libur/{national.id}/akhiri", data={"alasan": "tidak boleh"}).status_code == 403
    own = rows(unit_id=unit.id)[0]
    assert client.post(f"/libur/{own.id}/akhiri", data={"alasan": "Dibatalkan"}).status_code == 303


def test_ending_needs_a_reason_and_happens_once(masuk: SignIn) -> None:
    client, row = masuk(keeper()), rows(tanggal=date(2026, 12, 24))[0]
    address = f"/libur/{row.id}/akhiri"
    assert client.post(address, data={"alasan": "x"}).status_code == 422
    assert client.post(address, data={"alasan": "Keppres 1/2026"}).status_code == 303
    assert client.post(address, data={"alasan": "Keppres 1/2026"}).status_code == 409
    assert "Keppres 1/2026" in client.get(f"/libur/{row.id}").text
    assert "Diakhiri" in client.get("/libur").text


def send(client: Client, text: str | bytes) -> Any:
    body = text.encode() if isinstance(text, str) else text
    return client.post("/libur/impor", data={"berkas": (io.BytesIO(body), "libur.csv"), "tahun": "2027"})


def test_a_table_is_taken_in_whole_and_twice_without_harm(masuk: SignIn) -> None:
    unit, client = UnitFactory(jenis="PD"), masuk(keeper())
    text = (
        "\ufefftanggal;nama;jenis;dasar;unit\r\n1/1/2027;Tahun Baru;Libur nasional;SKB 1/2027;\r\n"
        f"2027-02-05;Cuti Imlek;cuti bersama;SKB 1/2027;\r\n3-4-2027;Hari jadi;LOKAL;;{unit.kode}\r\n"
    )
    assert send(client, text).status_code == 303
    assert [row.jenis for row in rows() if row.tanggal.year == 2027] == [LIBUR_NASIONAL, CUTI_BERSAMA, LOKAL]
    assert "3 hari libur ditambahkan, 0 sudah ada" in client.get("/libur?tahun=2027").text
    send(client, text)
    assert "0 hari libur ditambahkan, 3 sudah ada" in client.get("/libur?tahun=2027").text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Kolom tidak ada: tanggal, nama, jenis"), ("tanggal;nama\n1-1-2027;Uji", "Kolom tidak ada: jenis"),
        ("tanggal;nama;jenis\n", "1 sampai 499 baris"), (b"\xff\xfe\x00\x01", "bukan CSV"),
        ("tanggal;nama;jenis\n1-1-2027;Uji;lokal\n30-2-2027;Uji;lokal", "Baris 3. Tanggal"),
        ("tanggal;nama;jenis;dasar;unit\n1-1-2027;Uji;lokal;;tidak-ada", "Baris 2. Berlaku untuk"),
        ("tanggal;nama;jenis\n" + "1-1-2027;;lokal\n" * 30, "dan 10 lainnya"),
        (b"tanggal;nama;jenis\n" + b"x" * 300_000, "terlalu besar"),
    ],
)  # fmt: skip
def test_a_table_with_a_fault_stores_nothing(masuk: SignIn, text: str | bytes, words: str) -> None:
    answer = send(masuk(keeper()), text)
    assert answer.status_code == 422
    assert words in answer.text
    assert not [row for row in rows() if row.tanggal.year == 2027]


def test_the_unlisted_stay_out(masuk: SignIn) -> None:
    assert masuk(UserFactory()).get("/libur").status_code == 403
