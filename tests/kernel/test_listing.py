"""A list from one declaration: its page, its places, what narrows it, and its files."""

import csv
import io
import random
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import access, documents, jobs, people, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db
from portal.kernel.errors import Denied
from portal.kernel.listing import LISTINGS, Ask, Choice, Column, DateRange, Given, Listing, Tags
from portal.kernel.listing import ask as asking
from portal.kernel.listing import page as paging
from portal.kernel.listing.columns import as_cell
from portal.kernel.listing.export import csv_chunks, write_workbook
from portal.kernel.listing.page import ListPage, page_of
from portal.kernel.listing.search import words_of
from portal.kernel.organisation import Unit
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.kernel.web import SIGNED_IN
from tests.conftest import Client
from tests.database import statements
from tests.kernel.factories import START, UnitFactory, UserFactory, give

pytestmark = pytest.mark.usefixtures("app")
READER = Principal(id=uuid.uuid4(), nama="Pembaca", pengguna="pembaca")
LOOKS = Tags(
    {"auto": ("Ikut perangkat", "", ""), "light": ("Terang", "guide", "eye"), "dark": ("Gelap", "positive", "")}
)


def accounts(user: Principal, **given: Any) -> sa.Select[tuple[User]]:
    """Every account made for these tests."""
    query = sa.select(User).where(User.surel == "uji@daftar")
    return query.where(User.pintasan.is_(given["pintasan"])) if given.get("pintasan") is not None else query


Declare = Callable[..., Listing]


@pytest.fixture
def declare() -> Iterator[Declare]:
    made: list[str] = []

    def build(name: str = "uji-daftar", **changes: Any) -> Listing:
        values: dict[str, Any] = {
            "title": "Akun uji", "noun": "akun", "rows": accounts, "key": User.id, "sort": "nama", "can": SIGNED_IN,
            "search": [User.cari], "page_size": 10,
            "columns": [
                Column("nama", "Nama", User.nama, sort=True, link="/pengguna/{id}"),
                Column("pengguna", "NIP", User.pengguna, sort=True),
                Column("tampilan", "Tampilan", User.tampilan, show=LOOKS, sort=True),
                Column("masuk", "Masuk", User.masuk_terakhir_at, sort=True),
                Column("gagal", "Gagal", User.gagal_masuk, number=True),
            ],
        }  # fmt: skip
        made.append(name)
        return Listing(name, **{**values, **changes})

    yield build
    for name in made:
        LISTINGS.pop(name, None)
        asking.OUTER.pop(name, None)


def person(nama: str, **values: Any) -> User:
    user: User = UserFactory.create(nama=nama, surel="uji@daftar", **values)
    return user


def crowd(count: int) -> list[User]:
    """People with names that repeat and a last sign-in that many do not have."""
    dice = random.Random(7)
    made = []
    for _ in range(count):
        seen = datetime(2026, 11, dice.randint(1, 5), tzinfo=UTC) if dice.random() < 0.6 else None
        made.append(
            person(f"Nama {dice.randint(1, 9)}", masuk_terakhir_at=seen, tampilan=dice.choice(["auto", "dark"]))
        )
    return made


def query_of(href: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(href).query))


def names(listing: Listing, user: Principal = READER, **args: str) -> list[str]:
    return [str(row["cells"][0]) for row in page_of(listing.ask(args, user), "/uji").rows]


# ---- places


@pytest.mark.parametrize("sort", ["nama", "-nama", "masuk", "-masuk", "tampilan", "-tampilan", "pengguna"])
def test_paging_forwards_and_back_shows_every_row_once_in_one_order(declare: Declare, sort: str) -> None:
    crowd(47)
    listing = declare()
    args, pages = {"urut": sort}, []
    while True:
        page = page_of(listing.ask(args, READER), "/uji")
        pages.append([row["href"] for row in page.rows])
        if not page.next_href:
            break
        args = query_of(page.next_href)
    flat = [href for page_rows in pages for href in page_rows]
    assert len(flat) == len(set(flat)) == 47
    assert [len(rows) for rows in pages] == [10, 10, 10, 10, 7]
    for earlier in reversed(pages[:-1]):
        page = page_of(listing.ask(query_of(page.previous_href), READER), "/uji")
        assert [row["href"] for row in page.rows] == earlier
    assert page.previous_href == ""


def test_empty_values_stand_where_postgresql_puts_them_and_are_never_lost(declare: Declare) -> None:
    for n in range(15):
        person(f"Orang {n:02d}", masuk_terakhir_at=datetime(2026, 1, n + 1, tzinfo=UTC) if n < 4 else None)
    listing = declare()
    ascending = page_of(listing.ask({"urut": "masuk"}, READER), "/uji")
    assert [row["cells"][3] != "" for row in ascending.rows] == [True] * 4 + [False] * 6
    rest = page_of(listing.ask(query_of(ascending.next_href), READER), "/uji")
    assert len(rest.rows) == 5
    descending = page_of(listing.ask({"urut": "-masuk"}, READER), "/uji")
    last = page_of(listing.ask(query_of(descending.next_href), READER), "/uji")
    assert [row["cells"][3] != "" for row in last.rows] == [False, True, True, True, True]


def test_a_column_of_an_outer_join_may_be_empty_although_its_table_says_not(declare: Declare) -> None:
    unit = UnitFactory.create(nama="Alpha")
    for n in range(13):
        user = person(f"Orang {n:02d}")
        if n < 3:
            db.session.add(PenugasanPeran(user_id=user.id, peran="reviewer", unit_id=unit.id, mulai=START))
    db.session.flush()
    listing = declare(join=[(PenugasanPeran, PenugasanPeran.user_id == User.id)], sort="peran", columns=[
        Column("nama", "Nama", User.nama), Column("peran", "Peran", PenugasanPeran.peran, sort=True),
    ])  # fmt: skip
    first = page_of(listing.ask({}, READER), "/uji")
    second = page_of(listing.ask(query_of(first.next_href), READER), "/uji")
    assert len(first.rows) + len(second.rows) == 13
    assert [row["cells"][1] for row in first.rows][:4] == ["reviewer"] * 3 + [""]


@pytest.mark.parametrize("place", ["rusak", "e30=", "WzEsMl0=", "WyJhIl0=", "WyJhIiwiYiJd", "ñ", "WyJhIixudWxsXQ=="])
def test_a_place_that_is_none_shows_the_first_page(declare: Declare, place: str) -> None:
    crowd(12)
    listing = declare()
    assert names(listing, setelah=place) == names(listing)


def test_only_declared_columns_sort(declare: Declare) -> None:
    crowd(5)
    listing = declare()
    assert listing.ask({"urut": "sandi_hash"}, READER).sort == "nama"
    assert listing.ask({"urut": "-gagal"}, READER).sort == "nama"
    assert listing.ask({"urut": "-nama"}, READER).sort == "-nama"
    heads = {head["label"]: head for head in page_of(listing.ask({"urut": "-nama"}, READER), "/uji").columns}
    assert heads["Nama"]["order"] == "descending"
    assert heads["Nama"]["href"] == "/uji"
    assert heads["Gagal"]["href"] == ""
    assert heads["NIP"]["href"] == "/uji?urut=pengguna"


@pytest.mark.parametrize("sort", ["nama", "-masuk"])
def test_the_same_number_of_statements_for_three_rows_and_for_thirty(declare: Declare, sort: str) -> None:
    listing, counts = declare(page_size=50), []
    for more in (3, 27):
        crowd(more)
        with statements() as seen:
            page = page_of(listing.ask({"urut": sort, "cari": "nama"}, READER), "/uji")
            assert page.shown == f"{len(page.rows)} akun"
        counts.append(len(seen))
    assert counts == [1, 1]


# ---- words


@pytest.mark.parametrize(("words", "found"), [
    ("santi", ["Santi Aji", "Santi Budi"]), ("budi santi", ["Santi Budi"]), ("SANTI aji", ["Santi Aji"]),
    ("josé", ["Jose Ramón"]), ("ramon", ["Jose Ramón"]), ("100%", ["Toko 100% Asli"]), ("a_b", ["a_b"]),
    ("back\\slash", ["back\\slash"]), ("%", []), ("_", []), ("bu", ["Santi Budi"]), ("ud", []),
    ("a", ["Santi Aji", "Toko 100% Asli", "a_b", "axb"]),
    ("19850315 201001 1 901", ["Jose Ramón"]), ("19850315-2010", ["Jose Ramón"]), ("'; DROP TABLE unit; --", []),
    ("\x00santi\x07aji", ["Santi Aji"]), ("aji aji aji", ["Santi Aji"]), ("tidakada", []),
])  # fmt: skip
def test_every_word_must_occur_and_signs_mean_themselves(declare: Declare, words: str, found: list[str]) -> None:
    for name in ("Santi Aji", "Santi Budi", "Toko 100% Asli", "a_b", "back\\slash", "axb"):
        person(name, pengguna=f"p{uuid.uuid4().hex}".replace("a", "z").replace("b", "y"))
    person("Jose Ramón", pengguna="198503152010011901")
    assert names(declare(), cari=words) == found


def test_words_beyond_reason_are_left_out() -> None:
    assert len(words_of("kata " * 40)) == 8
    assert len("".join(words_of("x" * 500))) == 80


def test_a_search_that_finds_most_rows_gives_the_same_pages(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(35)
    listing = declare()
    whole = names(listing, cari="nama")
    second = page_of(listing.ask({"cari": "nama"}, READER), "/uji").next_href
    beyond = names(listing, **query_of(second))
    for module in (asking, paging):
        monkeypatch.setattr(module, "GATHER", 4)
    with statements() as seen:
        assert names(listing, cari="nama") == whole
    assert len(seen) == 2
    assert names(listing, **query_of(second)) == beyond


def test_the_count_is_capped(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(12)
    listing = declare()
    assert page_of(listing.ask({}, READER), "/uji").shown == "10 dari 12 akun"
    for module in (asking, paging):
        monkeypatch.setattr(module, "CAP", 11)
    assert page_of(listing.ask({}, READER), "/uji").shown == "10 dari lebih dari 11 akun"


def test_nothing_found_says_what_was_sought(declare: Declare) -> None:
    listing = declare(filters=[Choice("tampilan", "Tampilan", User.tampilan, options=LOOKS.options)])
    page = page_of(listing.ask({}, READER), "/uji")
    assert (page.empty, page.empty_text, page.reset_href) == ("Belum ada data", "", "")
    page = page_of(listing.ask({"cari": "zzz"}, READER), "/uji")
    assert page.empty_text == 'Tidak ada hasil untuk "zzz". Coba kata lain.'
    page = page_of(listing.ask({"tampilan": "dark"}, READER), "/uji")
    assert "saringan" in page.empty_text
    assert page.reset_href == "/uji"


# ---- filters


def test_a_choice_takes_only_what_was_offered(declare: Declare) -> None:
    person("Satu", tampilan="dark")
    person("Dua", tampilan="light")
    listing = declare(filters=[Choice("tampilan", "Tampilan", User.tampilan, options=LOOKS.options)])
    assert names(listing, tampilan="dark") == ["Satu"]
    assert names(listing, tampilan="merah") == ["Dua", "Satu"]
    field = page_of(listing.ask({"tampilan": "dark"}, READER), "/uji").filters[0]
    assert field["options"][0] == ("", "Semua")
    assert field["value"] == "dark"


def test_a_choice_may_offer_by_person_and_ask_its_own_question(declare: Declare) -> None:
    person("Satu", gagal_masuk=3)
    person("Dua")

    def often(limit: int, ask: Ask) -> sa.ColumnElement[bool]:
        return User.gagal_masuk >= limit

    offers = lambda user: [(2, f"untuk {user.nama}")]  # noqa: E731
    listing = declare(filters=[Choice("gagal", "Gagal", options=offers, where=often)])
    assert names(listing, gagal="2") == ["Satu"]
    assert listing.ask({"gagal": "2"}, READER).offered["gagal"] == [(2, "untuk Pembaca")]


def test_a_given_value_reaches_the_policy_and_survives_a_reset(declare: Declare) -> None:
    person("Satu", pintasan=True)
    person("Dua", pintasan=False)
    given = Given("pintasan", "Pintasan", options=[(True, "Ya"), (False, "Tidak")], default=lambda: True)
    listing = declare(filters=[given])
    assert names(listing) == ["Satu"]
    assert names(listing, pintasan="False") == ["Dua"]
    assert names(listing, pintasan="mungkin") == ["Satu"]
    page = page_of(listing.ask({"pintasan": "False", "cari": "dua"}, READER), "/uji")
    assert page.reset_href == "/uji?pintasan=False"


def test_days_are_those_of_the_readers_zone(declare: Declare) -> None:
    for hour, name in ((16, "Malam"), (17, "Lewat tengah malam")):
        person(name, masuk_terakhir_at=datetime(2026, 11, 20, hour, 30, tzinfo=UTC))
    listing = declare(filters=[DateRange("masuk", "Masuk", User.masuk_terakhir_at)])
    wib = SimpleNamespace(**{**vars(READER), "has": lambda _: True})
    assert names(listing, wib, **{"masuk-dari": "2026-11-21"}) == ["Lewat tengah malam"]
    assert names(listing, wib, **{"masuk-sampai": "2026-11-20"}) == ["Malam"]
    wit = SimpleNamespace(**{**vars(wib), "zona": "Asia/Jayapura"})
    assert names(listing, wit, **{"masuk-sampai": "2026-11-20"}) == []
    assert len(names(listing, wib, **{"masuk-dari": "kemarin", "masuk-sampai": "9999-12-31"})) == 2
    ask = listing.ask({"masuk-dari": "2026-11-21", "masuk-sampai": ""}, wib)
    assert ask.kept == {"masuk-dari": "2026-11-21"}
    assert [f["kind"] for f in page_of(ask, "/uji").filters] == ["date", "date"]


# ---- declarations


def test_a_declaration_that_cannot_work_fails_at_once(declare: Declare) -> None:
    declare()
    with pytest.raises(ValueError, match="twice"):
        declare()
    with pytest.raises(ValueError, match="cannot sort"):
        declare("uji-lain", sort="gagal")
    with pytest.raises(ValueError, match="cannot be called cari"):
        declare("uji-lagi", filters=[Choice("cari", "Cari", User.nama)])


def test_without_the_permission_there_is_no_list(declare: Declare) -> None:
    with pytest.raises(Denied):
        declare(can="pengguna.kelola").ask({}, READER)


def test_cells_escape_what_people_typed(declare: Declare, app: Flask) -> None:
    person("<script>alert(1)</script>", tampilan="dark")
    page = page_of(declare().ask({}, READER), "/uji")
    with app.test_request_context():
        html = app.jinja_env.get_template("components/listing.html").module.table(page)
    assert "<script>" not in html
    assert '<span class="badge badge-positive">Gelap</span>' in html


def drawn(app: Flask, macro: str, page: ListPage) -> str:
    with app.test_request_context():
        return str(getattr(app.jinja_env.get_template("components/listing.html").module, macro)(page))


def test_a_range_of_days_is_two_date_fields(declare: Declare, app: Flask) -> None:
    listing = declare(filters=[DateRange("masuk", "Masuk", User.masuk_terakhir_at)])
    html = drawn(app, "filters", page_of(listing.ask({"masuk-dari": "2026-11-20"}, READER), "/uji"))
    assert '<input class="input" type="date" id="uji-daftar-masuk-dari" name="masuk-dari" value="2026-11-20">' in html
    assert '<input class="input" type="date" id="uji-daftar-masuk-sampai" name="masuk-sampai" value="">' in html
    assert "<select" not in html


def test_results_alone_bring_along_what_depends_on_the_filters(declare: Declare, app: Flask) -> None:
    """Sorting and filtering swap the results; links and kept fields elsewhere on the page follow them."""
    person("Santi Aji")
    ask = declare().ask({"cari": "santi", "urut": "-nama"}, READER)
    whole, alone = (drawn(app, "table", page_of(ask, "/uji", fragment)) for fragment in (False, True))
    assert "hx-swap-oob" not in whole
    assert alone.startswith(whole.strip())
    more = alone[len(whole.strip()) :]
    assert re.findall(r'id="([^"]+)" hx-swap-oob="true"', more) == ["uji-daftar-tetap", "uji-daftar-unduhan"]
    assert 'href="/uji?cari=santi&amp;urut=-nama&amp;format=csv"' in more
    assert '<input type="hidden" name="urut" value="-nama">' in more
    assert 'href="/uji">Hapus saringan</a>' in more


def test_a_badge_of_an_unknown_state_is_its_code() -> None:
    assert "Entah" in LOOKS("ENTAH")
    assert LOOKS(None) == ""
    assert (LOOKS.words("dark"), LOOKS.words("x"), LOOKS.words(None)) == ("Gelap", "x", "")


# ---- through the browser


@pytest.fixture
def officer(masuk: Callable[[User], Client]) -> Client:
    user = UserFactory.create(nama="Petugas Uji")
    give(user, "administrator")
    return masuk(user)


def test_htmx_gets_the_results_and_the_refreshed_downloads_alone(officer: Client) -> None:
    person("Santi Aji")
    page = officer.get("/pengguna?cari=santi")
    assert page.text.count("<h1") == 1
    part = officer.get("/pengguna?cari=santi", headers={"HX-Request": "true"})
    assert "<h1" not in part.text
    assert part.text.lstrip().startswith('<div class="card" id="pengguna-hasil"')
    assert 'id="pengguna-unduhan" hx-swap-oob="true"' in part.text
    assert "/pengguna?cari=santi&amp;format=csv" in part.text
    assert "HX-Request" in part.headers["Vary"]


# ---- files


def read_csv(listing: Listing, user: Principal = READER, **args: str) -> list[list[str]]:
    body = b"".join(csv_chunks(listing.ask(args, user)))
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", ["=1+1", "+62812", "-5", "@SUM(A1)", "\t=1", "\r=1", 'Biasa, "kutip"', "baris\nbaru"])
def test_no_cell_of_a_csv_is_a_formula(declare: Declare, name: str) -> None:
    person(name)
    expected = f"'{name}" if name[0] in "=+-@\t\r" else name
    assert read_csv(declare())[1][0] == expected


def test_a_csv_has_words_days_and_every_row(declare: Declare) -> None:
    crowd(25)
    person("Ahmad 100%", tampilan="light", masuk_terakhir_at=datetime(2026, 11, 20, 17, 5, tzinfo=UTC), gagal_masuk=-3)
    rows = read_csv(declare(), urut="nama")
    assert rows[0] == ["Nama", "NIP", "Tampilan", "Masuk", "Gagal"]
    assert len(rows) == 27
    assert rows[1][0] == "Ahmad 100%"
    assert rows[1][2:] == ["Terang", "2026-11-21 00:05", "-3"]
    assert read_csv(declare("uji-kosong"), cari="100%", urut="-masuk") == [rows[0], rows[1]]
    assert read_csv(declare("uji-hampa"), cari="zzz") == [rows[0]]


def test_a_csv_carries_other_values_where_the_column_says_so(declare: Declare) -> None:
    person("Satu", pintasan=False)
    rows = read_csv(declare(columns=[
        Column("nama", "Nama", User.nama, sort=True, export=sa.func.upper(User.nama, type_=sa.Text())),
        Column("layar", "Layar", User.pengguna, export=False),
        Column("berkas", "Pintasan", User.pintasan, screen=False),
        Column("hari", "Hari", lambda ask: sa.cast(User.dibuat_at, sa.Date())),
    ]))  # fmt: skip
    assert rows[0] == ["Nama", "Pintasan", "Hari"]
    assert rows[1][:2] == ["SATU", "Tidak"]
    assert date.fromisoformat(rows[1][2])


def test_a_download_is_noted_in_the_log(officer: Client) -> None:
    person("Santi Aji")
    answer = officer.get("/pengguna?cari=santi&format=csv")
    assert answer.mimetype == "text/csv"
    assert re.fullmatch(r'attachment; filename="pengguna-\d{8}-\d{4}\.csv"', answer.headers["Content-Disposition"])
    assert "Santi Aji" in answer.text
    line = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "daftar.diunduh")).one()
    assert line.data == {"daftar": "pengguna", "bentuk": "csv", "saringan": {"cari": "santi"}}
    assert line.pelaku == "Petugas Uji"


def test_an_unknown_format_is_the_page(officer: Client) -> None:
    assert officer.get("/pengguna?format=exe").mimetype == "text/html"


def cells(body: bytes) -> dict[str, tuple[str, str]]:
    """Address of a cell: (kind, text). Kinds: inlineStr is a text, n a number."""
    sheet = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()
    pattern = r'<c r="([A-Z]+\d+)"(?: s="\d+")?(?: t="(\w+)")?>(?:<is><t[^>]*>(.*?)</t></is>|<v>(.*?)</v>)</c>'
    return {a: (kind or "n", text or number) for a, kind, text, number in re.findall(pattern, sheet, re.DOTALL)}


def test_a_sheet_holds_texts_as_texts_and_numbers_as_numbers(declare: Declare, tmp_path: Any) -> None:
    person("=1+1", pengguna="198503152010011901", gagal_masuk=4, tampilan="dark")
    path, told = tmp_path / "uji.xlsx", []
    count = write_workbook(declare().ask({}, READER), path, lambda done, total: told.append((done, total)))
    found = cells(path.read_bytes())
    assert (count, told) == (1, [(0, 1)])
    assert found["A1"] == ("inlineStr", "Nama")
    assert found["A2"] == ("inlineStr", "=1+1")
    assert found["B2"] == ("inlineStr", "198503152010011901")
    assert found["C2"] == ("inlineStr", "Gelap")
    assert found["E2"] == ("n", "4")
    assert "D2" not in found


def test_a_long_sheet_goes_on_in_another(declare: Declare, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(7)
    monkeypatch.setattr("portal.kernel.listing.export.SHEET_ROWS", 3)
    monkeypatch.setattr("portal.kernel.listing.export.BEAT", 3)
    told: list[int] = []
    write_workbook(declare().ask({}, READER), tmp_path / "uji.xlsx", lambda done, total: told.append(done))
    names_ = zipfile.ZipFile(tmp_path / "uji.xlsx").namelist()
    assert sum(name.startswith("xl/worksheets/sheet") for name in names_) == 3
    assert told == [0, 3, 6]
    write_workbook(declare("uji-nihil").ask({"cari": "zzz"}, READER), tmp_path / "nihil.xlsx", lambda done, total: None)
    assert cells((tmp_path / "nihil.xlsx").read_bytes())["A1"] == ("inlineStr", "Nama")


def test_values_become_cells() -> None:
    at = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
    assert as_cell(at, "Asia/Jakarta") == datetime(2026, 11, 21, 0, 5)  # noqa: DTZ001 - a cell has no zone
    assert [as_cell(v, "WIB") for v in (True, False, None, 3, date(2026, 1, 2))] == [
        "Ya",
        "Tidak",
        None,
        3,
        date(2026, 1, 2),
    ]
    assert as_cell({"a": 1}, "WIB") == '{"a":1}'


def job_of(answer: Any) -> jobs.Job:
    return db.session.get_one(jobs.Job, uuid.UUID(answer.location.rsplit("/", 1)[1]), populate_existing=True)


def test_links_for_files_follow_the_filters_without_a_new_page(officer: Client) -> None:
    person("Santi Aji", pengguna="198503152010011901")
    for path in ("/pengguna?cari=santi", "/log?tanggal-dari=2026-11-20"):
        fragment = officer.get(path, headers={"HX-Request": "true"}).text
        assert "<!doctype" not in fragment
        query = path.partition("?")[2]
        assert f"{query}&amp;format=csv" in fragment
        assert fragment.count("-unduhan") == 1


def test_a_sheet_is_made_by_the_worker_and_expires(officer: Client, jam: Any) -> None:
    person("Santi Aji", pengguna="198503152010011901")
    first = officer.get("/pengguna?cari=santi&format=xlsx")
    again = officer.get("/pengguna?cari=santi&format=xlsx")
    assert first.status_code == 303
    assert first.location == again.location
    job = job_of(first)
    jobs.run(str(job.id))
    job = job_of(first)
    assert (job.status, job.antrean) == (jobs.SELESAI, "panjang")
    document = db.session.get_one(documents.Document, job.hasil_id)
    assert document.mime == documents.XLSX
    assert document.kedaluwarsa_at == document.diklaim_at + timedelta(days=7)
    body = storage.get(document.kunci)
    assert body is not None
    assert ("inlineStr", "198503152010011901") in cells(body).values()
    events = db.session.scalars(sa.select(Aktivitas.peristiwa)).all()
    assert {"daftar.diunduh", "daftar.ditulis"} <= set(events)


def test_a_sheet_is_not_made_for_somebody_who_lost_the_right_meanwhile(officer: Client) -> None:
    answer = officer.get("/pengguna?format=xlsx")
    db.session.execute(sa.delete(PenugasanPeran))
    commit()
    jobs.run(str(job_of(answer).id))
    job = job_of(answer)
    assert (job.status, job.hasil_id) == (jobs.GAGAL, None)


def made_for(manager: User, client: Client) -> str:
    answer = client.get("/pengguna?format=xlsx")
    jobs.run(str(job_of(answer).id))
    path = f"/berkas/{job_of(answer).hasil_id}"
    assert client.get(path).status_code == 303
    return path


@pytest.mark.parametrize("left", ["none", "elsewhere", "above", "below"])
def test_a_sheet_opens_only_while_the_rights_it_was_made_with_last(masuk: Callable[[User], Client], left: str) -> None:
    top = UnitFactory.create(jenis="PD")
    mine = UnitFactory.create(induk_id=top.id)
    units = {"elsewhere": UnitFactory.create(jenis="PD"), "above": top, "below": UnitFactory.create(induk_id=mine.id)}
    manager = UserFactory.create(nama="Pengelola Uji")
    give(manager, "bkpsdm", mine)
    client = masuk(manager)
    path = made_for(manager, client)
    db.session.execute(sa.delete(PenugasanPeran).where(PenugasanPeran.user_id == manager.id))
    if left in units:
        give(manager, "bkpsdm", units[left])
    people.forget(manager.id)
    commit()
    assert client.get(path).status_code == (303 if left == "above" else 404)
    lines = db.session.scalars(sa.select(Aktivitas.data).where(Aktivitas.peristiwa == "akses.tidak_terlihat")).all()
    assert [line["jalur"] for line in lines] == ([] if left == "above" else [path])


def test_a_sheet_of_the_whole_city_is_not_for_who_keeps_a_part(masuk: Callable[[User], Client]) -> None:
    manager, unit = UserFactory.create(nama="Pengelola Uji"), UnitFactory.create(jenis="PD")
    give(manager, "bkpsdm")
    give(manager, "bkpsdm", unit)
    client = masuk(manager)
    path = made_for(manager, client)
    db.session.execute(sa.delete(PenugasanPeran).where(PenugasanPeran.unit_id.is_(None)))
    people.forget(manager.id)
    commit()
    assert client.get(path).status_code == 404


def test_a_sheet_is_not_made_for_a_locked_account(officer: Client) -> None:
    answer = officer.get("/pengguna?format=xlsx")
    db.session.execute(sa.update(User).where(User.nama == "Petugas Uji").values(aktif=False))
    commit()
    jobs.run(str(job_of(answer).id))
    assert job_of(answer).alasan == "Akun peminta sudah tidak aktif."


def test_a_unit_bound_manager_gets_only_their_people_in_the_file(masuk: Callable[[User], Client]) -> None:
    from tests.kernel.factories import pegawai

    mine, other = UnitFactory.create(jenis="PD"), UnitFactory.create(jenis="PD")
    pegawai(mine, mine, "Orang Saya")
    pegawai(other, other, "Orang Lain")
    manager = UserFactory.create(nama="Pengelola Uji")
    give(manager, "bkpsdm", mine)
    text = masuk(manager).get("/pengguna?format=csv").text
    assert "Orang Saya" in text
    assert "Orang Lain" not in text
    found = people.principal_of(manager.id, access.grants())
    assert found is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 2


def test_a_store_that_is_away_lets_the_sheet_wait(officer: Client, app: Flask) -> None:
    answer = officer.get("/pengguna?format=xlsx")
    config = app.extensions["pamong"]
    app.extensions["pamong"] = replace(config, s3_endpoint="http://127.0.0.1:9")
    try:
        jobs.run(str(job_of(answer).id))
    finally:
        app.extensions["pamong"] = config
    job = job_of(answer)
    assert (job.status, job.alasan) == (jobs.ANTRE, "Penyimpanan berkas sedang tidak dapat dihubungi.")


def test_a_csv_leaves_in_pieces(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.listing.export.CHUNK", 200)
    crowd(40)
    pieces = list(csv_chunks(declare().ask({}, READER)))
    assert len(pieces) > 5
    assert b"".join(pieces).count(b"\n") == 41


def test_an_order_by_a_joined_column_ends_in_the_key_and_pages(declare: Declare) -> None:
    for n in range(25):
        user, unit = person(f"Orang {n:02d}"), UnitFactory.create(nama=f"Unit {n % 3}")
        db.session.add(PenugasanPeran(user_id=user.id, peran="reviewer", unit_id=unit.id, mulai=START))
    db.session.flush()

    def seated(user: Principal) -> sa.Select[Any]:
        held = sa.select(User).join(PenugasanPeran, PenugasanPeran.user_id == User.id)
        return held.join(Unit, Unit.id == PenugasanPeran.unit_id)

    listing = declare(rows=seated, sort="unit", search=(), columns=[
        Column("nama", "Nama", User.nama), Column("unit", "Unit", Unit.nama, sort=True),
        Column("mulai", "Mulai", PenugasanPeran.mulai), Column("aktif", "Aktif", User.aktif),
    ])  # fmt: skip
    for sort in ("unit", "-unit"):
        args, seen = {"urut": sort}, []
        while args is not None:
            page = page_of(listing.ask(args, READER), "/uji")
            seen += [row["cells"] for row in page.rows]
            args = query_of(page.next_href) if page.next_href else None
        assert len({cells_[0] for cells_ in seen}) == len(seen) == 25
        assert [cells_[1] for cells_ in seen] == sorted((c[1] for c in seen), reverse=sort == "-unit")
    assert seen[0][2:] == ["1 Jan 2020", "Ya"]
    assert page.search is None


def test_a_csv_that_is_broken_off_leaves_the_database_usable(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.listing.export.CHUNK", 100)
    crowd(40)
    pieces = csv_chunks(declare().ask({}, READER))
    assert next(pieces).startswith(b"\xef\xbb\xbf")
    pieces.close()  # type: ignore[attr-defined]
    assert len(read_csv(declare("uji-lagi"))) == 41


def test_an_order_without_an_index_is_collected_first(declare: Declare) -> None:
    crowd(25)
    name = Column("nama", "Nama", User.nama, sort=True)
    slow, fast = Column("gagal", "Gagal", User.gagal_masuk, sort=True, indexed=False), replace(name, name="lain")
    listing = declare(columns=[name, slow, fast])
    asks = {sort: listing.ask({"urut": sort}, READER) for sort in ("nama", "-gagal")}
    assert [ask.gathers for ask in asks.values()] == [False, True]
    first = page_of(asks["-gagal"], "/uji")
    rest = page_of(listing.ask(query_of(first.next_href), READER), "/uji")
    assert (len(first.rows), len(rest.rows), first.total) == (10, 10, 25)
