"""The approval inbox: what waits for whom, in which order, found again, decided once, alone or by the handful."""

import base64
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import approval
from portal.kernel.activity import Aktivitas, verify
from portal.kernel.approval import ASSIGNEE, REQUIRED, Delegasi, Flow, Move, Outcome, Submission, SubmissionEvent
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict
from portal.kernel.people import Principal, User
from tests.conftest import Client
from tests.database import statements
from tests.kernel.factories import UserFactory, give

PATH = "/kotak-persetujuan"
DIAJUKAN, DISETUJUI, DIKEMBALIKAN = "DIAJUKAN", "DISETUJUI", "DIKEMBALIKAN"
HTMX = {"HX-Request": "true"}
NOTE = "Lengkapi bukti dukung."
OFFICE: dict[uuid.UUID, uuid.UUID | None] = {}  # who holds the seat of a decider today


@pytest.fixture
def app(probed: Flask) -> Flask:
    return probed


def decide(submission: Submission, user: Principal, form: Any, step: str) -> Outcome:
    aksi, versi = form.get("aksi"), int(form.get("versi", submission.versi))
    if aksi == "tandai":
        approval.touch_case(submission, versi)
        return Outcome("Ditandai.", step="baris:2")
    if aksi == "diam":
        return Outcome("", step="baris:4")
    if aksi == "rusak":
        submission.rincian = "setengah jadi"
        db.session.flush()
        raise Conflict("Tidak jadi.")
    approval.move(submission.id, aksi, user, form.get("catatan", ""), versi)
    return Outcome(f"{submission.pemohon} selesai.", next_case=True)


def bulk(submission: Submission, user: Principal) -> None:
    submission.rincian = "disentuh"
    db.session.flush()
    approval.move(submission.id, "setujui", user)
    if not submission.siap:
        raise Conflict("Perlu dibaca.")


@pytest.fixture(autouse=True)
def flow() -> Iterator[None]:
    moves = (
        Move("setujui", "Setujui", frozenset([DIAJUKAN]), DISETUJUI, by=ASSIGNEE),
        Move("kembalikan", "Kembalikan", frozenset([DIAJUKAN]), DIKEMBALIKAN, by=ASSIGNEE, note=REQUIRED),
    )
    Flow("uji-kotak", "Uji", moves, lambda s: s, "kotak_uji.html",
         lambda s, user, step: {"langkah": step or "baris:1"}, decide,
         lambda s: (OFFICE.get(s.owner_id, s.assignee_id), s.sebagai), bulk)  # fmt: skip
    Flow("uji-satuan", "Uji", moves, lambda s: s, "kotak_uji.html", lambda s, user, step: {"langkah": ""}, decide,
         lambda s: (s.assignee_id, s.sebagai))  # fmt: skip
    yield
    for name in ("uji-kotak", "uji-satuan"):
        approval.FLOWS.pop(name)
    OFFICE.clear()


@pytest.fixture
def boss(app: Flask) -> User:
    user: User = UserFactory.create(nama="Bambang Uji")
    return user


@pytest.fixture
def pejabat(masuk: Any, boss: User) -> Client:
    signed_in: Client = masuk(boss)
    return signed_in


def case(boss: User, nama: str = "Siti Uji", status: str = DIAJUKAN, **changes: Any) -> Submission:
    owner = UserFactory.create(nama=nama)
    values = {
        "alur": "uji-kotak", "status": status, "judul": "Kinerja November", "rincian": "Capaian 100%", "pemohon": nama,
        "owner_id": owner.id, "assignee_id": boss.id, "diajukan_at": datetime(2026, 11, 1, tzinfo=UTC), "siap": True,
    }  # fmt: skip
    row = Submission(**{**values, **changes})
    db.session.add(row)
    db.session.flush()
    return row


def delegate(of: User, to: User) -> Delegasi:
    row = Delegasi(dari_id=of.id, kepada_id=to.id, mulai=date(2026, 1, 1), selesai=date(2026, 12, 31))
    db.session.add(row)
    db.session.flush()
    return row


def listed(answer: Any) -> list[str]:
    """Names of the applicants on the page, in order."""
    return re.findall(r"</time><strong>(.*?)</strong>", answer.get_data(as_text=True))


def press(pejabat: Client, row: Submission, aksi: str, **form: Any) -> Any:
    headers = form.pop("headers", {})
    return pejabat.post(f"{PATH}/{row.id}", data={"aksi": aksi, **form}, headers=headers)


def events(row: Submission) -> list[str]:
    return [event.aksi for event in approval.history(row.id)]


# ---- the list


def test_everyone_sees_what_waits_for_them_and_never_their_own(pejabat: Client, boss: User, masuk: Any) -> None:
    case(boss, "Untuk Bambang")
    case(UserFactory.create(), "Untuk Orang Lain")
    db.session.add(Submission(alur="uji-kotak", status=DIAJUKAN, judul="Milik sendiri", pemohon="Bambang Uji",
                              owner_id=boss.id, assignee_id=boss.id))  # fmt: skip
    db.session.flush()
    assert listed(pejabat.get(PATH)) == ["Untuk Bambang"]


def test_the_most_urgent_comes_first_then_the_one_that_waits_longest(pejabat: Client, boss: User) -> None:
    for nama, batas, day in (
        ("Tanpa batas", None, 1), ("Batas jauh", date(2026, 12, 10), 2), ("Baru", date(2026, 12, 5), 4),
        ("Lama", date(2026, 12, 5), 3),
    ):  # fmt: skip
        case(boss, nama, batas=batas, diajukan_at=datetime(2026, 11, day, tzinfo=UTC))
    assert listed(pejabat.get(PATH)) == ["Lama", "Baru", "Batas jauh", "Tanpa batas"]


def test_each_state_has_its_tab_with_its_count(pejabat: Client, boss: User) -> None:
    for nama, status in (
        ("A", DIAJUKAN), ("B", "MENUNGGU_PENILAI"), ("C", DIKEMBALIKAN), ("D", DISETUJUI), ("E", "DITETAPKAN"),
        ("F", "DRAF"),
    ):  # fmt: skip
        case(boss, nama, status)
    assert sorted(listed(pejabat.get(PATH))) == ["A", "B"]
    assert listed(pejabat.get(f"{PATH}?tab=dikembalikan")) == ["C"]
    assert listed(pejabat.get(f"{PATH}?tab=selesai")) == ["E", "D"]
    assert sorted(listed(pejabat.get(f"{PATH}?tab=karangan"))) == ["A", "B"]
    page = pejabat.get(PATH).get_data(as_text=True)
    assert "2 kiriman menunggu Anda." in page
    assert ">Menunggu 2</a>" in page
    assert ">Dikembalikan 1</a>" in page


@pytest.mark.parametrize(("typed", "found"), [
    ("siti", ["Siti Uji"]), ("UJI", ["Budi Uji", "Siti Uji"]), ("%", ["Persen 100%"]), ("_", []), ("/", ["Garis a/b"]),
    ("  siti  ", ["Siti Uji"]), ("x" * 200, []), ("'; drop table", []),
    ("", ["Budi Uji", "Garis a/b", "Persen 100%", "Siti Uji"]),
])  # fmt: skip
def test_a_name_is_found_by_any_part_of_it(pejabat: Client, boss: User, typed: str, found: list[str]) -> None:
    for nama in ("Siti Uji", "Budi Uji", "Persen 100%", "Garis a/b"):
        case(boss, nama)
    assert sorted(listed(pejabat.get(PATH, query_string={"cari": typed}))) == found


def test_signs_narrow_the_list(pejabat: Client, boss: User) -> None:
    case(boss, "Siap")
    case(boss, "Baca", siap=False, tanda=["MENAHAN_TPP"])
    case(boss, "Plt", sebagai="Plt. Kepala Bidang")
    away = UserFactory.create()
    delegate(away, boss)
    case(away, "Delegasi")
    assert sorted(listed(pejabat.get(f"{PATH}?tanda=siap"))) == ["Delegasi", "Plt", "Siap"]
    assert listed(pejabat.get(f"{PATH}?tanda=baca")) == ["Baca"]
    assert sorted(listed(pejabat.get(f"{PATH}?tanda=plt"))) == ["Delegasi", "Plt"]
    assert len(listed(pejabat.get(f"{PATH}?tanda=karangan"))) == 4
    assert "1 di antaranya menahan TPP" in pejabat.get(PATH).get_data(as_text=True)


@pytest.mark.parametrize("tab", ["menunggu", "selesai"])
def test_a_long_inbox_is_read_page_by_page_without_gap_or_repeat(pejabat: Client, boss: User, tab: str) -> None:
    state = DIAJUKAN if tab == "menunggu" else DISETUJUI
    for n in range(120):
        batas = date(2026, 12, 1 + n % 3) if n % 4 else None
        case(boss, f"Orang {n:03d}", state, batas=batas, diajukan_at=datetime(2026, 11, 1 + n % 7, tzinfo=UTC))
    seen: list[str] = []
    address = f"{PATH}?tab={tab}&tanda=siap"
    for length in (50, 50, 20):
        answer = pejabat.get(address)
        seen += listed(answer)
        assert len(listed(answer)) == length
        more = re.search(r'rel="next" href="([^"]+)"', answer.get_data(as_text=True))
        address = more[1].replace("&amp;", "&") if more else ""
    assert address == ""
    assert len(set(seen)) == 120


def forged(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


@pytest.mark.parametrize("cursor", [
    "x", "!!", "é", forged(5), forged([]), forged(["2026-12-01"]), forged([1, 2, 3]),
    forged(["2026-12-01", "kemarin", "y"]),
    forged(["2026-12-01", "", str(uuid.UUID(int=0))]), forged({"a": 1}), forged([None, None, None]), "=" * 5000,
    forged(["2026-12-01", "2026-12-01T00:00:00", str(uuid.UUID(int=0))]), forged(["9999-99-99", "", "a"]),
])  # fmt: skip
def test_a_place_that_is_not_ours_is_no_crash(pejabat: Client, boss: User, cursor: str) -> None:
    case(boss)
    assert pejabat.get(PATH, query_string={"setelah": cursor}).status_code == 200


def test_the_list_costs_the_same_for_three_and_for_thirty(pejabat: Client, boss: User) -> None:
    costs = []
    for count in (3, 27):
        for n in range(count):
            case(boss, f"Orang {n}")
        pejabat.get(PATH)
        with statements() as seen:
            pejabat.get(PATH)
        costs.append(len([s for s in seen if s.startswith("SELECT")]))
    assert costs[0] == costs[1] <= 3


def test_an_unchanged_inbox_is_not_sent_again_until_a_case_arrives_for_whoever_decides_it(
    pejabat: Client, boss: User, masuk: Any
) -> None:
    away = UserFactory.create()
    delegate(away, boss)
    pejabat.get(PATH)
    tag = pejabat.get(PATH).headers["ETag"]
    assert pejabat.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    arrived = case(away, "Datang lewat delegasi")
    approval.touch_case(arrived, None)
    assert listed(pejabat.get(PATH, headers={"If-None-Match": tag})) == ["Datang lewat delegasi"]


@pytest.mark.parametrize(("sent", "shown"), [
    (datetime(2026, 11, 21, 2, 12, tzinfo=UTC), "09.12"), (datetime(2026, 11, 20, 2, 12, tzinfo=UTC), "Kemarin"),
    (datetime(2026, 11, 20, 17, 1, tzinfo=UTC), "00.01"), (datetime(2026, 9, 19, 2, 0, tzinfo=UTC), "19 Sep"),
    (datetime(2025, 9, 19, 2, 0, tzinfo=UTC), "19 Sep 2025"), (None, ""),
])  # fmt: skip
def test_a_time_is_as_short_as_the_list_needs(
    jam: Any, boss: User, masuk: Any, sent: datetime | None, shown: str
) -> None:
    case(boss, diajukan_at=sent)
    page = masuk(boss).get(PATH).get_data(as_text=True)
    found = re.search(r"<time>(.*?)</time>", page)
    assert found
    assert found[1] == shown


# ---- one case


def test_a_case_opens_as_a_page_and_as_a_pane(pejabat: Client, boss: User) -> None:
    row = case(boss)
    page = pejabat.get(f"{PATH}/{row.id}").get_data(as_text=True)
    assert "<!doctype" in page
    assert "Panel uji baris:1" in page
    pane = pejabat.get(f"{PATH}/{row.id}?langkah=baris:3", headers=HTMX).get_data(as_text=True)
    assert "<!doctype" not in pane
    assert "Panel uji baris:3" in pane
    assert pejabat.get(f"{PATH}?tab=menunggu", headers=HTMX).get_data(as_text=True).count('id="daftar"') == 1


def test_the_first_look_is_noted_for_the_owner(pejabat: Client, boss: User, jam: Any) -> None:
    row = case(boss)
    pejabat.get(f"{PATH}/{row.id}")
    first = row.dibuka_at
    assert first is not None
    pejabat.get(f"{PATH}/{row.id}")
    assert row.dibuka_at == first


@pytest.mark.parametrize("who", ["owner", "stranger", "former delegate"])
def test_a_case_of_others_is_not_there_and_the_try_is_logged(boss: User, masuk: Any, who: str) -> None:
    row = case(boss)
    other = UserFactory.create()
    if who == "former delegate":
        delegate(boss, other).dicabut_at = now()
    curious = masuk(db.session.get_one(User, row.owner_id) if who == "owner" else other)
    assert curious.get(f"{PATH}/{row.id}").status_code == 404
    assert press(curious, row, "setujui").status_code == 404
    assert (row.status, row.dibuka_at) == (DIAJUKAN, None)
    found = db.session.scalars(sa.select(Aktivitas.peristiwa).where(Aktivitas.peristiwa.startswith("akses."))).all()
    assert found == ["akses.tidak_terlihat"] * 2


@pytest.mark.parametrize(("sent", "shown"), [
    (datetime(2026, 9, 22, 2, 12, tzinfo=UTC), "22 September pukul 09.12 WIB"),
    (datetime(2025, 9, 22, 2, 12, tzinfo=UTC), "22 September 2025 pukul 09.12 WIB"), (None, ""),
])  # fmt: skip
def test_inside_a_case_a_time_is_told_in_full(
    jam: Any, boss: User, masuk: Any, sent: datetime | None, shown: str
) -> None:
    row = case(boss, diajukan_at=sent)
    assert f"<p>sejak {shown}</p>" in masuk(boss).get(f"{PATH}/{row.id}").get_data(as_text=True)


def test_a_step_without_words_shows_no_toast(pejabat: Client, boss: User) -> None:
    answer = press(pejabat, case(boss), "diam", headers=HTMX)
    assert (answer.status_code, answer.headers.get("HX-Trigger")) == (200, None)


def test_a_draft_is_nobodys_business(pejabat: Client, boss: User) -> None:
    assert pejabat.get(f"{PATH}/{case(boss, status='DRAF').id}").status_code == 404


def test_a_case_knows_its_neighbours_in_the_waiting_order(pejabat: Client, boss: User) -> None:
    rows = [case(boss, f"Orang {n}", diajukan_at=datetime(2026, 11, n, tzinfo=UTC)) for n in (1, 2, 3)]
    page = pejabat.get(f"{PATH}/{rows[1].id}").get_data(as_text=True)
    assert f"2 dari 3 {rows[0].id} {rows[2].id}" in page
    decided = case(boss, status=DISETUJUI)
    assert "0 dari 0 None None" in pejabat.get(f"{PATH}/{decided.id}").get_data(as_text=True)


def test_a_decision_leads_to_the_next_case_and_at_the_end_to_the_list(pejabat: Client, boss: User) -> None:
    first, second = (case(boss, f"Orang {n}", diajukan_at=datetime(2026, 11, n, tzinfo=UTC)) for n in (1, 2))
    answer = press(pejabat, first, "setujui")
    assert answer.headers["Location"] == f"{PATH}/{second.id}"
    assert press(pejabat, second, "setujui").headers["Location"] == PATH
    assert (first.status, second.status) == (DISETUJUI, DISETUJUI)
    assert "Orang 2 selesai." in pejabat.get(PATH).get_data(as_text=True)


def test_a_step_inside_a_case_stays_there(pejabat: Client, boss: User) -> None:
    row = case(boss)
    assert press(pejabat, row, "tandai").headers["Location"] == f"{PATH}/{row.id}?langkah=baris:2"
    answer = press(pejabat, row, "tandai", headers=HTMX)
    assert (answer.status_code, "Panel uji baris:2" in answer.get_data(as_text=True)) == (200, True)
    assert orjson.loads(answer.headers["HX-Trigger"]) == {"toast": {"pesan": "Ditandai.", "jenis": "positive"}}
    assert row.versi == 3


def test_a_stale_case_is_shown_again_with_what_was_typed(pejabat: Client, boss: User) -> None:
    row = case(boss, versi=7)
    answer = press(pejabat, row, "kembalikan", versi="6", catatan=NOTE)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "berubah sejak Anda membukanya" in page
    assert NOTE in page
    assert (row.status, events(row)) == (DIAJUKAN, [])


def test_a_short_note_is_refused_beside_its_field(pejabat: Client, boss: User) -> None:
    row = case(boss)
    answer = press(pejabat, row, "kembalikan", catatan="kurang", headers=HTMX)
    assert answer.status_code == 422
    assert "sedikitnya 10 huruf" in answer.get_data(as_text=True)
    assert "isian catatan" in answer.get_data(as_text=True)


def test_a_refused_step_leaves_nothing_half_done(pejabat: Client, boss: User) -> None:
    row = case(boss)
    assert press(pejabat, row, "rusak").status_code == 409
    assert row.rincian == "Capaian 100%"


def test_a_delegate_decides_in_the_name_of_the_decider(masuk: Any, boss: User) -> None:
    helper = UserFactory.create(nama="Wakil Uji")
    delegate(boss, helper)
    row = case(boss)
    pejabat = masuk(helper)
    assert "sebagai Bambang Uji" in pejabat.get(f"{PATH}/{row.id}").get_data(as_text=True)
    press(pejabat, row, "setujui")
    event = db.session.scalars(sa.select(SubmissionEvent)).one()
    assert (event.pelaku, event.atas_nama) == ("Wakil Uji", "Bambang Uji")


@pytest.mark.parametrize("successor", [True, False])
def test_a_case_whose_seat_changed_hands_is_handed_over_not_decided(
    pejabat: Client, boss: User, successor: bool
) -> None:
    row, heir = case(boss), UserFactory.create()
    OFFICE[row.owner_id] = heir.id if successor else None
    answer = press(pejabat, row, "setujui")
    assert answer.headers["Location"] == PATH
    assert (row.status, row.assignee_id) == (DIAJUKAN, heir.id if successor else None)
    words = "kini diputuskan pejabat lain" if successor else "jabatan penilainya kosong"
    assert words in pejabat.get(PATH).get_data(as_text=True)


def test_a_decided_case_stays_with_who_decided_it(pejabat: Client, boss: User) -> None:
    row = case(boss, status=DISETUJUI)
    OFFICE[row.owner_id] = UserFactory.create().id
    assert press(pejabat, row, "tandai").headers["Location"] == f"{PATH}/{row.id}?langkah=baris:2"
    assert row.assignee_id == boss.id


# ---- by the handful


def choose(pejabat: Client, rows: list[Submission], aksi: str = "setujui", **more: Any) -> Any:
    return pejabat.post(f"{PATH}/massal", data={"pilih": [str(row.id) for row in rows], "aksi": aksi, **more})


def test_first_the_names_are_shown_then_the_clean_ones_are_decided(pejabat: Client, boss: User) -> None:
    clean, dirty = case(boss, "Bersih"), case(boss, "Perlu Dibaca", siap=False)
    page = choose(pejabat, [clean, dirty], "").get_data(as_text=True)
    assert "Setujui 1 kiriman berikut?" in page
    assert "Perlu Dibaca" in page
    assert (clean.status, dirty.status) == (DIAJUKAN, DIAJUKAN)
    assert choose(pejabat, [clean, dirty]).headers["Location"] == PATH
    assert (clean.status, dirty.status) == (DISETUJUI, DIAJUKAN)
    assert "1 disetujui, 1 perlu dilihat satu per satu." in pejabat.get(PATH).get_data(as_text=True)


def test_what_one_case_refuses_is_undone_with_its_line_in_the_log(pejabat: Client, boss: User) -> None:
    """`bulk` moves the case before it refuses: neither the row, nor its event, nor its line may stay."""
    clean, dirty = case(boss), case(boss, siap=False)
    choose(pejabat, [clean, dirty])
    assert (dirty.rincian, dirty.versi, events(dirty)) == ("Capaian 100%", 1, [])
    moved = db.session.scalars(sa.select(Aktivitas.objek_id).where(Aktivitas.peristiwa == "pengajuan.bergerak")).all()
    assert moved == [clean.id]
    assert verify().broken is None


def test_cases_of_others_their_own_and_unknown_ones_are_left_out(pejabat: Client, boss: User) -> None:
    mine, theirs = case(boss), case(UserFactory.create())
    own = case(boss)
    own.owner_id = boss.id
    decided = case(boss, status=DIKEMBALIKAN)
    answer = pejabat.post(f"{PATH}/massal", data={
        "pilih": [str(mine.id), str(theirs.id), str(own.id), str(decided.id), str(uuid.uuid4()), "karangan"],
        "aksi": "setujui",
    })  # fmt: skip
    assert answer.status_code == 303
    assert [row.status for row in (mine, theirs, own, decided)] == [DISETUJUI, DIAJUKAN, DIAJUKAN, DIKEMBALIKAN]


def test_a_flow_without_a_bulk_decision_and_a_changed_seat_are_left_to_be_read(pejabat: Client, boss: User) -> None:
    single, moved = case(boss, alur="uji-satuan"), case(boss)
    OFFICE[moved.owner_id] = UserFactory.create().id
    choose(pejabat, [single, moved])
    assert (single.status, moved.status) == (DIAJUKAN, DIAJUKAN)
    assert moved.assignee_id == OFFICE[moved.owner_id]
    assert "0 disetujui, 2 perlu dilihat" in pejabat.get(PATH).get_data(as_text=True)


@pytest.mark.parametrize(("count", "words"), [(0, "Pilih dulu kiriman"), (51, "Paling banyak 50 kiriman")])
def test_none_and_too_many_are_told(pejabat: Client, boss: User, count: int, words: str) -> None:
    rows = [case(boss, f"Orang {n}") for n in range(count)]
    choose(pejabat, rows)
    assert words in pejabat.get(PATH).get_data(as_text=True)
    assert all(row.status == DIAJUKAN for row in rows)


def test_twenty_clean_cases_at_once(pejabat: Client, boss: User) -> None:
    rows = [case(boss, f"Orang {n}") for n in range(20)]
    choose(pejabat, rows)
    assert {row.status for row in rows} == {DISETUJUI}
    assert "20 disetujui." in pejabat.get(PATH).get_data(as_text=True)
    choose(pejabat, rows)
    assert "0 disetujui, 20 perlu dilihat" in pejabat.get(PATH).get_data(as_text=True)
    assert all(events(row) == ["setujui"] for row in rows)


def test_the_count_beside_the_menu_follows(masuk: Any, boss: User) -> None:
    give(boss, "atasan")
    pejabat = masuk(boss)
    row = case(boss, diajukan_at=now() - timedelta(days=1))
    page: Callable[[], str] = lambda: pejabat.get("/uji/baca").get_data(as_text=True)  # noqa: E731
    assert re.search(r'id="badge-kotak-persetujuan">1<', page())
    press(pejabat, row, "setujui")
    assert not re.search(r'id="badge-kotak-persetujuan">\d', page())
