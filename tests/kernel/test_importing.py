"""Tables handed in: odd files are read or refused in words, every error is told, writing survives a dead worker."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from portal.kernel import importing, jobs, storage
from portal.kernel.db import commit, db
from portal.kernel.documents import Document, content_key
from portal.kernel.errors import Invalid
from portal.kernel.importing import Column, applying, cells, checking, files, runs, tables
from portal.kernel.importing.models import SELESAI, Impor, ImporBaris
from portal.kernel.importing.tables import CSV, Table
from portal.kernel.organisation import Unit
from portal.kernel.people import User
from tests.conftest import NOW
from tests.kernel.factories import UnitFactory, UserFactory, give
from tests.kernel.probe import UNITS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NIK, NIP = "3171234509900001", "198503152010011901"
HEAD = ["Kode", "Nama unit", "Mulai berlaku"]


def workbook(rows: list[list[Any]], **options: Any) -> bytes:
    """A sheet as a person might have left it; dates carry a date format."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy", **options}) as book:
        sheet = book.add_worksheet("Unit")
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, place, cell)
    return out.getvalue()


def head(body: bytes, mime: str = XLSX) -> tables.Head:
    return tables.head_of(Table(body, mime, "unit.xlsx"), UNITS)


def lines(body: bytes, mime: str = XLSX) -> list[tuple[int, list[Any]]]:
    table = Table(body, mime, "unit.xlsx")
    return list(table.lines(table.sheets()[0]))


# ---- cells


def value(kind: str, raw: Any, **more: Any) -> Any:
    column = Column("x", "Isi", kind, **more)
    found, problems = cells.read(column, raw)
    wrong = [one for one in problems if not one.warning]
    return (wrong[0].code, wrong[0].message) if wrong else found


@pytest.mark.parametrize(("raw", "found"), [
    (date(2020, 2, 29), date(2020, 2, 29)), (datetime.fromisoformat("2020-02-29T13:00"), date(2020, 2, 29)),
    ("29/02/2020", date(2020, 2, 29)), ("2020-02-29", date(2020, 2, 29)), ("9-3-1990", date(1990, 3, 9)),
    ("3 September 1990", date(1990, 9, 3)), ("'1990-09-03", date(1990, 9, 3)), ("null", None), ("", None),
    ("2020-02-29 00:00:00", date(2020, 2, 29)),
])  # fmt: skip
def test_dates_that_mean_one_day(raw: Any, found: Any) -> None:
    assert value("tanggal", raw) == found


@pytest.mark.parametrize(("raw", "code", "words"), [
    ("31-02-2020", "E_TANGGAL", "31 Februari 2020"), ("01-01-0001", "E_TAHUN", "1 Januari 1"),
    ("03/09/90", "E_TAHUN", "3 September 90"), ("12/25/2020", "E_TANGGAL", "12 bulan 25 2020"),
    (43831, "E_TANGGAL", "1 Januari 2020"), ("kemarin", "E_TANGGAL", "kemarin"), (True, "E_TANGGAL", "True"),
])  # fmt: skip
def test_dates_that_cannot_be_taken_show_their_reading(raw: Any, code: str, words: str) -> None:
    got = value("tanggal", raw)
    assert got[0] == code
    assert words in got[1]


@pytest.mark.parametrize("kind", ["nik", "nip", "kode"])
@pytest.mark.parametrize("raw", [3171234509900001, 3.171234509900001e15, "3,17123E+15", "3.17E+15"])
def test_a_number_of_sixteen_digits_has_lost_some_and_nothing_is_guessed(kind: str, raw: Any) -> None:
    assert value(kind, raw)[0] == "E_PRESISI"


def test_digits_that_a_file_does_not_hold_are_not_shown() -> None:
    assert cells.read(Column("nip", "NIP", "nip"), 1.98503152010011e17)[1][0].value == "1.98503152010011e+17"


def test_other_cells() -> None:
    assert value("nik", f"'{NIK}") == NIK
    assert value("nip", "19850315 201001 1 901") == NIP
    assert value("nik", 31712345)[0] == "E_PANJANG"
    assert cells.read(Column("x", "Kode", "kode"), 42)[1][0].code == "W_ANGKA"
    assert value("kode", "007") == "007"
    assert value("teks", "=HYPERLINK(1)") == "=HYPERLINK(1)"
    assert value("teks", " Jalan\u00a0Merdeka\n 5 ") == "Jalan Merdeka 5"
    assert value("teks", "#REF!")[0] == "E_RUMUS"
    assert value("teks", "x" * 501)[0] == "E_PANJANG"
    assert value("teks", "'Aisyiyah") == "'Aisyiyah"
    assert value("angka", "1.250,5") == Decimal("1250.5")
    assert value("angka", 0.1) == Decimal("0.1")
    assert value("bulat", 3.0) == 3
    assert value("bulat", "2,5")[0] == "E_BULAT"
    assert value("angka", "banyak")[0] == "E_ANGKA"
    assert value("teks", None, required=True)[0] == "E_KOSONG"
    choices = (("L", "Laki-laki"), ("P", "Perempuan"))
    assert value("pilihan", "perempuan", choices=choices) == "P"
    _, problems = cells.read(Column("x", "Jenis kelamin", "pilihan", choices=choices), "Permpuan")
    assert (problems[0].code, problems[0].hint) == ("E_PILIHAN", "Mungkin maksudnya: Perempuan.")


# ---- files


def test_headings_are_found_below_titles_and_under_merged_cells() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Daftar unit tahun 2026")
        sheet.merge_range(2, 0, 3, 0, "Kode")
        sheet.merge_range(2, 1, 2, 2, "Identitas")
        sheet.write_row(3, 1, ["Nama unit", "Alamat"])
        sheet.write_row(4, 0, ["A1", "Bidang", "Jalan"])
    found = head(out.getvalue())
    assert (found.row, found.titles) == (4, ["Kode", "Nama unit", "Alamat"])
    assert tables.automatic(found, UNITS, {}) == {"kode": 0, "nama": 1, "alamat": 2}


def test_doubled_and_empty_headings_forty_columns_and_blank_rows() -> None:
    titles = ["Kode", "Nama unit", "Nama unit", None, *[f"Lain {n}" for n in range(36)]]
    body = workbook([titles, ["A1", "Satu"], [None], ["", "  "], ["A2", "Dua"], *[[""]] * 50])
    found = head(body)
    assert (len(found.titles), found.titles[3]) == (40, "Kolom D")
    assert "lebih dari sekali: Nama unit" in found.notes[0]
    assert tables.automatic(found, UNITS, {})["nama"] == 1
    assert [number for number, _ in lines(body) if number > 1] == [2, 4, 5]


def test_hidden_sheets_are_left_out_and_hidden_rows_are_told() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Data lama").write_row(0, 0, ["Kode", "Nama unit"])
        seen = book.add_worksheet("Terlihat")
        book.worksheets()[0].hide()
        seen.activate()
        seen.set_first_sheet()
        seen.write_row(0, 0, HEAD)
        seen.write_row(1, 0, ["A1", "Satu"])
        seen.set_row(1, None, None, {"hidden": True})
    found = head(out.getvalue())
    assert (found.sheets, found.notes) == (["Terlihat"], ["1 baris tersembunyi di berkas ini ikut dibaca."])


@pytest.mark.parametrize("since_1904", [False, True])
def test_both_epochs_of_dates(since_1904: bool) -> None:
    body = workbook([HEAD, ["A1", "Satu", date(2020, 2, 29)]], date_1904=since_1904)
    assert cells.read(UNITS.column("mulai"), lines(body)[1][1][2])[0] == date(2020, 2, 29)


def test_a_formula_gives_its_value() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_formula(1, 0, '="A"&1', None, "A1")
        sheet.write_string(1, 1, "=1+1")
    assert lines(out.getvalue())[1][1][:2] == ["A1", "=1+1"]


BKN = "KODE;NAMA UNIT;ALAMAT\r\n'A1;'BIDANG ARSIP;null\r\n'A2;'AISYIYAH;'JALAN 5\r\n"


def test_a_csv_of_bkn_has_apostrophes_everywhere() -> None:
    found = [row for _, row in lines(BKN.encode(), CSV)]
    assert found[1:] == [["A1", "BIDANG ARSIP", "null"], ["A2", "AISYIYAH", "JALAN 5"]]


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "cp1252"])
def test_codings_separators_quotes_and_lines_inside_a_cell(coding: str) -> None:
    body = 'Kode,Nama unit,Alamat\n"A,1","Café ""Satu""","Jalan 1\nRT 2"\n'.encode(coding)
    assert lines(body, CSV)[1] == (2, ["A,1", 'Café "Satu"', "Jalan 1\nRT 2"])


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", **parts}.items():
            archive.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(("body", "words"), [
    (b"", "kosong"), (b"x" * (10 * 1024 * 1024 + 1), "maksimal 10 MB"), (b"%PDF-1.7 x", "bukan tabel"),
    (b"\xd0\xcf\x11\xe0 lama", "Excel lama"), (b"a\x00b", "bukan tabel"), (b"PK\x03\x04 patah", "rusak"),
    (zipped(**{"xl/worksheets/sheet1.xml": b"0" * (81 * 1024 * 1024)}), "terlalu besar setelah dibuka"),
    (zipped(**{"xl/a.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "rusak"),
    (zipped(**{"xl/vbaProject.bin": b"x"}), "makro"), (b"\xef\xbb\xbf\n<html><table>", "halaman web"),
], ids=["empty", "large", "pdf", "xls", "bytes", "broken", "bomb", "entity", "macro", "html"])  # fmt: skip
def test_what_is_no_table_is_refused_in_words(app: Flask, body: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        tables.receive(io.BytesIO(body), "unit.xlsx")


def test_a_workbook_without_sheets_is_refused(app: Flask) -> None:
    with pytest.raises(Invalid, match="rusak"):
        head(zipped())


def test_the_template_is_text_where_digits_matter_and_knows_itself(app: Flask) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files.template(UNITS)))
    assert book.sheetnames == ["Data", "Keterangan"]
    formats: dict[int, str] = {}
    for one in book["Data"].column_dimensions.values():
        formats |= dict.fromkeys(range(one.min, one.max + 1), one.number_format)
    texts = [c.title for at, c in enumerate(UNITS.columns, 1) if formats.get(at) == "@"]
    assert texts == ["Kode", "Nama unit", "Alamat", "NIP kepala", "NIK kepala"]
    table = Table(files.template(UNITS), XLSX, "templat.xlsx")
    assert table.template_mark() == f"unit-uji:{UNITS.mark}"
    assert table.sheets() == ["Data"]


# ---- the whole way, through the pages


@pytest.fixture
def officer(app: Flask) -> User:
    user: User = UserFactory()
    give(user, "inspektorat")
    return user


@pytest.fixture
def browser(masuk: Callable[[User], Any], officer: User) -> Any:
    return masuk(officer)


def work() -> None:
    """Do what waits, as the worker does."""
    commit()
    for key in db.session.scalars(sa.select(jobs.Job.id).where(jobs.Job.status == jobs.ANTRE)).all():
        jobs.run(str(key))
    db.session.expire_all()


def send(browser: Any, body: bytes, name: str = "unit.xlsx") -> str:
    """Upload; the address of the import."""
    answer = browser.post("/impor/unit-uji", data={"berkas": (io.BytesIO(body), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).removesuffix("/kolom")


def mapped(browser: Any, where: str, **form: Any) -> Any:
    row = the_import(where)
    places = {f"kolom-{name}": str(one["di"]) for name, one in row.peta.items()}
    return browser.post(f"{where}/kolom", data={"modus": "baru", "aksi": "periksa", **places, **form})


def the_import(where: str) -> Impor:
    return db.session.scalars(sa.select(Impor).where(Impor.id == where.rsplit("/", 1)[1])).one()


def checked(browser: Any, body: bytes, name: str = "unit.xlsx", **form: Any) -> str:
    where = send(browser, body, name)
    assert mapped(browser, where, **form).headers["Location"] == where
    assert "Sedang diperiksa" in browser.get(where).text
    work()
    return where


def written(browser: Any, where: str) -> None:
    assert browser.post(f"{where}/tulis").status_code == 303
    work()


def units() -> dict[str, str]:
    return dict(db.session.execute(sa.select(Unit.kode, Unit.nama).where(Unit.jenis == "IMPOR")).tuples().all())


MIXED = [
    [*HEAD, "NIK kepala", "Golongan"],
    ["A1", "Bidang Arsip", date(2021, 5, 4), NIK, "Kelas besar"],
    ["A2", "Pos", "31-02-2020", 3171234509900001, "Kelas besa"],
    ["A1", "Bidang Ganda", "04/05/2021", None, None],
    [None, "terlarang", None, "3171", None],
    ["A5", "Dua", None, None, None],
]


def test_every_error_of_every_row_is_listed_with_row_column_value_code_and_hint(browser: Any) -> None:
    where = checked(browser, workbook(MIXED))
    row = the_import(where)
    assert row.hitungan["aksi"] == {"baru": 2, "galat": 3, "peringatan": 2}
    kept = {one.nomor: [(p["column"], p["code"]) for p in one.masalah if not p["warning"]]
            for one in db.session.scalars(sa.select(ImporBaris).where(ImporBaris.impor_id == row.id))}  # fmt: skip
    assert kept == {
        2: [], 6: [], 4: [("kode", "E_GANDA")],
        3: [("mulai", "E_TANGGAL"), ("nik", "E_PRESISI"), ("golongan", "E_PILIHAN")],
        5: [("kode", "E_KOSONG"), ("nik", "E_PANJANG"), ("nama", "E_LARANG")],
    }  # fmt: skip
    text = browser.get(where).text
    for words in ("3 baris perlu diperbaiki", "31 Februari 2020", "Presisi hilang", "sama dengan baris 2",
                  "Mungkin maksudnya: Kelas besar", "Nama ini tidak boleh dipakai"):  # fmt: skip
        assert words in text
    assert "Nama pendek" not in text
    assert "Nama pendek" in browser.get(f"{where}?lihat=peringatan").text
    assert browser.get(f"{where}?kode=E_GANDA").text.count("</tr>") < text.count("</tr>")
    assert units() == {}, "nothing is written by a check"


def test_values_lie_sealed_and_a_nik_is_shown_short(browser: Any) -> None:
    where = checked(browser, workbook([[*HEAD, "NIK kepala"], ["A1", "Rahasia Benar", None, NIK[:-1] + "X"]]))
    row = db.session.scalars(sa.select(ImporBaris)).one()
    assert b"Rahasia" not in row.nilai
    assert row.masalah[0]["value"] == "3171************"
    assert NIK[:-1] not in browser.get(where).text


def test_a_file_given_twice_at_once_is_one_import(browser: Any) -> None:
    body = workbook([HEAD, ["C1", "Bidang Satu"]])
    where = send(browser, body)
    assert send(browser, body) == where
    mapped(browser, where)
    assert send(browser, body) != where, "a new one once the first went on"


def test_a_job_asked_for_again_on_the_page_of_jobs_does_the_work_and_not_only_says_so(browser: Any) -> None:
    where = checked(browser, workbook([HEAD, ["C1", "Bidang Satu"]]))
    browser.post(f"{where}/tulis")
    job = db.session.get_one(jobs.Job, the_import(where).pekerjaan_id)
    job.status = jobs.GAGAL  # the engines stayed away for all of its tries
    assert browser.post(f"/tugas/{job.id}/ulang").status_code == 303
    work()
    assert (the_import(where).status, units()) == (SELESAI, {"C1": "Bidang Satu"})


def test_writing_asks_first_says_what_it_does_and_can_be_taken_back(browser: Any) -> None:
    UnitFactory(kode="B1", nama="Lama", jenis="IMPOR")
    UnitFactory(kode="B2", nama="Tetap Sama", jenis="IMPOR")
    body = workbook([HEAD, ["B1", "Nama Baru"], ["B2", "Tetap Sama"], ["B3", "Bidang Tiga"], ["B4", "Bidang Empat"]])
    where = checked(browser, body, modus="timpa", timpa=["nama"])
    assert the_import(where).hitungan["aksi"] == {"ubah": 1, "sama": 1, "baru": 2, "peringatan": 0}
    plan = browser.get(f"{where}/tulis").text
    assert "Tulis 3 baris" in plan
    assert "Nama unit" in plan
    written(browser, where)
    assert units() == {"B1": "Nama Baru", "B2": "Tetap Sama", "B3": "Bidang Tiga", "B4": "Bidang Empat"}
    assert "2 baris baru dan 1 perubahan" in browser.get(where).text
    assert browser.get(where, headers={"HX-Request": "true"}).headers["HX-Redirect"] == where, "not a page in a card"
    db.session.scalars(sa.select(Unit).where(Unit.kode == "B4")).one().telepon = "dipakai"
    assert browser.post(f"{where}/batal").status_code == 422, "not without the tick"
    assert browser.post(f"{where}/batal", data={"yakin": "1"}).status_code == 303
    work()
    assert units() == {"B1": "Lama", "B2": "Tetap Sama", "B4": "Bidang Empat"}
    assert "2 baris ditarik kembali, 1 tetap" in browser.get(where).text


def test_mode_new_leaves_what_is_there_alone(browser: Any) -> None:
    UnitFactory(kode="B1", nama="Lama", jenis="IMPOR")
    where = checked(browser, workbook([HEAD, ["B1", "Nama Baru"], ["B3", "Bidang Tiga"]]))
    assert the_import(where).hitungan["aksi"]["lewati"] == 1
    written(browser, where)
    assert units() == {"B1": "Lama", "B3": "Bidang Tiga"}


def test_a_row_refused_while_writing_keeps_its_reason_and_stops_no_other(browser: Any) -> None:
    where = checked(browser, workbook([HEAD, ["C1", "Bidang Satu"], ["C2", "tolak ini"], ["C3", "Bidang Tiga"]]))
    written(browser, where)
    assert set(units()) == {"C1", "C3"}
    text = browser.get(where).text
    assert "Ditolak saat ditulis." in text
    assert "1 baris ditolak saat ditulis" in text


def test_a_worker_killed_between_batches_goes_on_where_it_stopped(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "BATCH", 2)
    rows = [[f"D{n}", f"Bidang {n}"] for n in range(5)]
    where = checked(browser, workbook([HEAD, *rows]))
    browser.post(f"{where}/tulis")
    real, seen = applying._apply, []

    def dies(worker: Any, rows: Any, found: Any) -> None:
        seen.append(len(rows))
        real(worker, rows, found)
        if len(seen) == 2:
            raise KeyboardInterrupt  # what was written since the last commit goes with it

    monkeypatch.setattr(applying, "_apply", dies)
    job = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == "impor-tulis")).one()
    key = str(job.id)
    commit()
    with pytest.raises(KeyboardInterrupt):
        jobs.run(key)
    db.session.expire_all()
    assert set(units()) == {"D0", "D1"}
    job.status = jobs.ANTRE  # as the sweep does with a job whose worker is gone
    monkeypatch.setattr(applying, "_apply", real)
    work()
    assert set(units()) == {f"D{n}" for n in range(5)}
    assert the_import(where).hitungan["tulis"]["ditulis_baru"] == 5


def test_an_older_attempt_that_wakes_up_writes_nothing(browser: Any) -> None:
    where = checked(browser, workbook([HEAD, ["E1", "Bidang Satu"]]))
    browser.post(f"{where}/tulis")
    job = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == "impor-tulis")).one()
    job.status = jobs.BERJALAN
    commit()
    older = runs.Worker(job, "MENULIS")
    job.percobaan += 1
    commit()
    runs.Worker(job, "MENULIS")
    with pytest.raises(runs.Stopped):
        older.hold()


def test_the_same_content_asks_before_it_is_checked_again(browser: Any) -> None:
    body = workbook([HEAD, ["F1", "Bidang Satu"]])
    written(browser, checked(browser, body))
    where = send(browser, body, "nama-lain.xlsx")
    assert "sudah pernah diimpor" in browser.get(f"{where}/kolom").text
    answer = mapped(browser, where)
    assert answer.status_code == 422
    assert "Centang bila Anda tetap ingin" in answer.text
    assert mapped(browser, where, lagi="1").status_code == 303


def test_chosen_columns_are_remembered_and_wrong_choices_are_told(browser: Any) -> None:
    body = workbook([["Nomor", "Sebutan", "Keterangan"], ["G1", "Bidang Satu", "x"]])
    where = send(browser, body)
    assert "Pilih kolom untuk Kode" in mapped(browser, where).text
    twice = mapped(browser, where, **{"kolom-kode": "0", "kolom-nama": "0"})
    assert "sudah dipakai untuk kolom lain" in twice.text
    assert "Pilih kolom yang boleh ditimpa" in mapped(
        browser, where, modus="timpa", **{"kolom-kode": "0", "kolom-nama": "1"}
    ).text  # fmt: skip
    assert mapped(browser, where, **{"kolom-kode": "0", "kolom-nama": "1"}).status_code == 303
    work()
    again = the_import(send(browser, workbook([["Sebutan", "Nomor"], ["Bidang Dua", "G2"]])))
    assert {name: one["di"] for name, one in again.peta.items()} == {"kode": 1, "nama": 0}


def test_the_file_comes_back_with_its_errors_and_the_wrong_rows_import_again(browser: Any) -> None:
    rows = [["Judul"], [], HEAD, ["H1", "Bidang Satu", "04/05/2021"], ["H2", "=1+1", "31-02-2020"]]
    where = checked(browser, workbook(rows, strings_to_formulas=False))
    kept = []
    for only in ("", "1"):
        browser.post(f"{where}/hasil", data={"hanya": only})
        work()
        job = db.session.scalars(sa.select(jobs.Job).order_by(jobs.Job.id.desc())).first()
        assert job is not None
        assert job.hasil_id is not None, job.rincian
        found = db.session.get_one(Document, job.hasil_id)
        kept.append(storage.get(content_key(found.sha256)) or b"")
    whole = list(openpyxl.load_workbook(io.BytesIO(kept[0])).active.iter_rows(values_only=True))
    assert whole[2][:4] == (*HEAD, "Galat impor")
    assert "31 Februari 2020" in whole[4][3]
    assert whole[4][1] == "=1+1"
    wrong = openpyxl.load_workbook(io.BytesIO(kept[1])).active
    assert wrong.max_row == 2
    assert wrong["D2"].value.startswith("Baris 5:")
    wrong["C2"].value = "28/02/2020"
    out = io.BytesIO()
    wrong.parent.save(out)
    again = checked(browser, out.getvalue(), "hanya-galat.xlsx")
    assert the_import(again).hitungan["aksi"] == {"baru": 1, "peringatan": 1}


def test_pages_are_those_of_their_owner_with_the_permission(browser: Any, masuk: Callable[[User], Any]) -> None:
    where = checked(browser, workbook([HEAD, ["I1", "Bidang Satu"]]))
    assert browser.get("/impor").text.count("unit.xlsx") == 1
    other: User = UserFactory()
    give(other, "inspektorat")
    assert masuk(other).get(where).status_code == 404
    stranger = masuk(UserFactory())
    assert stranger.get("/impor/unit-uji").status_code == 403
    assert stranger.get(where).status_code == 403
    assert stranger.get("/impor/unit-uji/templat").status_code == 403
    assert stranger.get("/impor/tidak-ada").status_code == 404
    assert "unit.xlsx" not in stranger.get("/impor").text


def test_a_file_without_rows_fails_with_a_reason(browser: Any) -> None:
    where = checked(browser, workbook([HEAD]))
    assert "Tidak ada baris di bawah judul kolom." in browser.get(where).text
    assert browser.get(f"{where}/kolom").status_code == 200


def test_another_sheet_can_be_chosen(browser: Any) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, code in (("Satu", "J1"), ("Dua", "J2")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, [code, f"Bidang {name}"])
    where = send(browser, out.getvalue())
    assert browser.post(f"{where}/kolom", data={"aksi": "lembar", "lembar": "Dua"}).status_code == 303
    mapped(browser, where)
    work()
    written(browser, where)
    assert set(units()) == {"J2"}


def test_declarations_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        importing.declare(UNITS)
    with pytest.raises(ValueError, match="choices"):
        Column("a", "A", "pilihan")


def test_old_rows_are_forgotten(browser: Any) -> None:
    where = checked(browser, workbook([HEAD, ["K1", "Bidang Satu"]]))
    assert runs.purge() == 0
    db.session.execute(sa.update(Impor).values(diubah_at=NOW - timedelta(days=400)))
    assert runs.purge() == 1
    assert the_import(where).nama == "unit.xlsx"
    assert checking.check.nama == "impor-periksa"
