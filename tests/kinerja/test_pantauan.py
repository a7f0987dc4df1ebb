"""Watching other people's months: who sees whom, what counts, how late, the unlock, the report of a person."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import approval
from portal.kernel.activity import Aktivitas
from portal.kernel.approval import Submission
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.listing import LISTINGS
from portal.kernel.listing.export import csv_chunks
from portal.kernel.listing.page import page_of
from portal.kernel.notices import Notice
from portal.kernel.organisation import Pegawai, Penempatan, PenugasanAtasan, Unit
from portal.kernel.people import Principal, User
from portal.kinerja import kalender
from portal.kinerja.bulanan import flows, services
from portal.kinerja.models import Evaluasi, JadwalKunci, KinerjaBulanan, Skp, TahunKinerja
from portal.kinerja.pantauan import daftar, policies, views
from tests.conftest import Client
from tests.database import statements
from tests.kernel.factories import START, PenempatanFactory, UnitFactory, UserFactory, give, pegawai
from tests.kinerja.factories import BLOCKED, HELPED, MONTH, YEAR, Office, filled, make_skp, office, opened

pytestmark = pytest.mark.usefixtures("app", "jam")
WHY = "Pegawai sakit keras"
LIST = LISTINGS["monitoring"]
SignIn = Callable[[User], Client]


@pytest.fixture
def place() -> Office:
    return office()


def officer(role: str, unit: Unit | None = None) -> User:
    user: User = UserFactory.create(nama=f"Petugas {role}")
    give(user, role, unit)
    return user


def watcher(place: Office, role: str = "bkpsdm", unit: Unit | None = None) -> Principal:
    return place.principal(officer(role, unit))


def listed(user: Principal, **args: str) -> dict[str, dict[str, Any]]:
    """Rows by name: label of the column -> cell."""
    page = page_of(LIST.ask({"tahun": str(YEAR), **args}, user), "/kinerja/monitoring")
    labels = [head["label"] for head in page.columns]
    return {str(row["cells"][0]): dict(zip(labels, row["cells"], strict=True)) for row in page.rows}


def sums(user: Principal, **args: str) -> dict[str, Any]:
    return daftar.summary(LIST.ask({"tahun": str(YEAR), **args}, user))


def other_pd(place: Office) -> tuple[Unit, Pegawai, User, Skp]:
    pd = UnitFactory.create(nama="Dinas Lain", jenis="PD", induk_id=place.pd.induk_id)
    pd.pd_id = pd.id
    person, user = pegawai(pd, pd, "Orang Lain Uji")
    return pd, person, user, make_skp(person, user, pd, pd, place.boss)


def sent(place: Office, values: tuple[str, ...] = ("4", "25", "10", "0"), bulan: int = MONTH) -> flows.Case:
    """A month sent today, also one whose lock has passed."""
    case = filled(place, values, bulan)
    case.kb.dibuka_sampai = now() + timedelta(hours=1)
    services.submit(case.kb, place.me, None)
    case.kb.dibuka_sampai = None
    db.session.flush()
    return case


def finish(place: Office, bulan: int, predikat: str = "BAIK", status: str = "DISAMPAIKAN") -> KinerjaBulanan:
    """The month as Tetapkan leaves it."""
    case = sent(place, bulan=bulan)
    case.kb.submission.status = "DITETAPKAN" if status != "DRAF" else "DIAJUKAN"
    db.session.add(Evaluasi(
        skp_id=place.skp.id, periode=f"B{bulan:02d}", rating_hasil="SESUAI", rating_perilaku="SESUAI",
        predikat=predikat, status=status, catatan="Umpan balik rahasia",
    ))  # fmt: skip
    db.session.flush()
    return case.kb


# ---- the list


def test_people_who_have_not_opened_the_month_count_as_belum(place: Office) -> None:
    second, user = pegawai(place.bidang, place.pd, "Budi Uji")
    make_skp(second, user, place.bidang, place.pd, place.boss)
    sent(place)
    found = listed(watcher(place), bulan="11")
    assert {name: re.sub("<.*?>", "", str(row["Status"])) for name, row in found.items()} == {
        "Siti Uji": "Menunggu penilai", "Budi Uji": "Belum diisi",
    }  # fmt: skip
    assert found["Siti Uji"]["Langkah"] == "Semua diajukan"
    assert found["Budi Uji"]["Langkah"] == ""
    assert found["Siti Uji"]["Capaian"] == "100%"


def test_an_skp_outside_the_month_or_not_in_force_is_not_listed(place: Office) -> None:
    place.skp.selesai = date(YEAR, 10, 14)
    db.session.flush()
    who = watcher(place)
    assert list(listed(who, bulan="10")) == ["Siti Uji"]
    assert listed(who, bulan="11") == {}
    place.skp.status = "DIGANTIKAN"
    db.session.flush()
    assert listed(who, bulan="10") == {}


def test_sums_are_those_of_the_rows_whatever_narrows_them(place: Office) -> None:
    sent(place, bulan=10)
    for n in range(4):
        person, user = pegawai(place.bidang, place.pd, f"Rekan Uji {n}")
        make_skp(person, user, place.bidang, place.pd, place.boss)
    other_pd(place)
    who = watcher(place)
    for args in ({}, {"cari": "rekan"}, {"unit": str(place.pd.id)}, {"terlambat": "ya"}, {"terlambat": "tidak"}):
        total = sums(who, bulan="10", **args)
        rows = listed(who, bulan="10", **args)
        assert total["total"] == sum(total["jumlah"].values()) == len(rows)
        assert total["terlambat"] == sum(bool(row["Terlambat"]) for row in rows.values())
        for state, count in total["jumlah"].items():
            narrowed = LIST.ask({"tahun": str(YEAR), "bulan": "10", "status": state, **args}, who)
            page = page_of(narrowed, "/x")
            assert len(page.rows) == page.total == count
            assert daftar.summary(narrowed)["jumlah"] == total["jumlah"]
    assert sums(who, bulan="10")["rata2"] == Decimal(100)
    assert sums(who, bulan="10", cari="rekan")["rata2"] is None


def test_the_export_says_what_the_screen_says(place: Office) -> None:
    finish(place, 10)
    other_pd(place)
    who = watcher(place)
    ask = LIST.ask({"tahun": str(YEAR), "bulan": "10"}, who)
    rows = list(csv.reader(io.StringIO(b"".join(csv_chunks(ask)).decode("utf-8-sig"))))
    head, *body = rows
    table = {row[0]: dict(zip(head, row, strict=True)) for row in body}
    screen = listed(who, bulan="10")
    assert set(table) == set(screen)
    one = table["Siti Uji"]
    assert [one[k] for k in ("Status", "Renaksi", "Predikat", "Capaian", "Bulan", "Tahun")] == [
        "Ditetapkan", "Diajukan", "Baik", "100.00", "10", "2026",
    ]  # fmt: skip
    assert one["NIP"] == place.staff.nip
    assert table["Orang Lain Uji"]["Status"] == "Belum diisi"


@pytest.mark.parametrize("status", ["BERJALAN", "DIKEMBALIKAN", "TERKUNCI", "DIBUKA"])
def test_a_draft_shows_its_state_only(place: Office, status: str) -> None:
    case = sent(place)
    case.kb.submission.status = status
    db.session.flush()
    row = listed(watcher(place), bulan="11")["Siti Uji"]
    assert row["Capaian"] == ""
    assert sums(watcher(place), bulan="11")["rata2"] is None


def test_a_predikat_stays_at_the_penilais_desk_until_it_is_delivered(place: Office) -> None:
    finish(place, 11, status="DRAF")
    who = watcher(place)
    assert listed(who, bulan="11")["Siti Uji"]["Predikat"] == ""
    row = db.session.scalars(sa.select(Evaluasi)).one()
    row.sementara = True
    db.session.flush()
    assert "Baik" in listed(who, bulan="11")["Siti Uji"]["Predikat"]


def test_an_admin_sees_the_own_pd_and_below_a_bidang_admin_the_bidang(place: Office) -> None:
    pd, *_ = other_pd(place)
    head, user = pegawai(place.pd, place.pd, "Sekretaris Uji")
    make_skp(head, user, place.pd, place.pd, place.boss)
    assert set(listed(watcher(place, "admin_pd", place.pd), bulan="11")) == {"Siti Uji", "Sekretaris Uji"}
    assert set(listed(watcher(place, "admin_pd", place.bidang), bulan="11")) == {"Siti Uji"}
    assert set(listed(watcher(place, "admin_pd", pd), bulan="11")) == {"Orang Lain Uji"}
    assert len(listed(watcher(place), bulan="11")) == 3


def test_units_offered_are_those_one_watches(place: Office) -> None:
    other_pd(place)
    everywhere = dict(daftar.unit_options(watcher(place)))
    assert set(everywhere.values()) == {"Badan Kepegawaian", "Dinas Lain"}
    own = dict(daftar.unit_options(watcher(place, "admin_pd", place.pd)))
    assert set(own.values()) == {"Badan Kepegawaian", "Bidang Pengembangan"}
    admin = watcher(place, "admin_pd", place.pd)
    assert set(listed(admin, bulan="11", unit=str(place.bidang.id))) == {"Siti Uji"}


def test_a_role_without_that_right_on_contents_does_not_see_the_predikat(place: Office) -> None:
    from portal.kernel.people import Peran

    finish(place, 11)
    db.session.add(Peran(kode="s_pantau", nama="Pemantau", izin=["kinerja.pantau"]))
    db.session.flush()
    assert listed(watcher(place, "s_pantau"), bulan="11")["Siti Uji"]["Predikat"] == ""
    assert "Baik" in listed(watcher(place, "admin_pd", place.pd), bulan="11")["Siti Uji"]["Predikat"]


@pytest.mark.parametrize("args", [{}, {"status": "BELUM"}, {"urut": "-terlambat"}, {"cari": "rekan"}])
def test_three_statements_for_three_people_and_for_thirty(place: Office, masuk: SignIn, args: dict[str, str]) -> None:
    client = masuk(officer("bkpsdm"))
    counts = []
    for more in (2, 27):
        for n in range(more):
            person, user = pegawai(place.bidang, place.pd, f"Rekan Uji {more}-{n}")
            make_skp(person, user, place.bidang, place.pd, place.boss)
        client.get("/kinerja/monitoring", query_string=args)
        with statements() as seen:
            assert client.get("/kinerja/monitoring", query_string=args).status_code == 200
        counts.append(len(seen))
    assert counts == [3, 3]


def test_the_list_is_for_those_who_watch(place: Office, masuk: SignIn) -> None:
    assert masuk(place.boss_user).get("/kinerja/monitoring").status_code == 403


def test_the_page_shows_sums_choices_and_rows_and_htmx_refreshes_all_of_them(place: Office, masuk: SignIn) -> None:
    sent(place, bulan=10)
    client = masuk(officer("admin_pd", place.pd))
    page = client.get("/kinerja/monitoring?bulan=10")
    assert "Oktober 2026: 1 dari 1 pegawai sudah mengirim, 1 terlambat." in page.text
    assert "1 pegawai</span>" in page.text
    part = client.get("/kinerja/monitoring?bulan=10&status=BELUM", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div class="card" id="monitoring-hasil"')
    assert 'id="monitoring-ringkasan" hx-swap-oob="true"' in part.text
    assert "Tidak ada yang cocok" in part.text


@pytest.mark.parametrize(("today", "month"), [
    (date(2026, 11, 21), date(2026, 11, 1)), (date(2026, 11, 11), date(2026, 11, 1)),
    (date(2026, 11, 10), date(2026, 10, 1)), (date(2027, 1, 5), date(2026, 12, 1)),
    (date(2027, 1, 11), date(2027, 1, 1)),
])  # fmt: skip
def test_the_first_view_is_the_month_that_is_due(jam: Any, today: date, month: date) -> None:
    jam.move_to(datetime(today.year, today.month, today.day, 3, tzinfo=UTC))
    assert daftar.default_month() == month


# ---- lateness


def late(place: Office, bulan: int = 10) -> str:
    return str(listed(watcher(place), bulan=str(bulan))["Siti Uji"]["Terlambat"])


def test_days_late_count_from_the_deadline_to_the_sending_or_to_today(place: Office) -> None:
    assert late(place) == "16 hari"
    case = sent(place, bulan=10)
    case.kb.submission.diajukan_at = datetime(2026, 11, 5, 16, 59, tzinfo=UTC)
    db.session.flush()
    assert late(place) == ""
    case.kb.submission.diajukan_at += timedelta(minutes=1)
    db.session.flush()
    assert late(place) == "1 hari"
    assert late(place, 11) == ""


def test_days_late_know_the_settings_the_months_row_the_pds_exception_and_the_repair(place: Office) -> None:
    db.session.add(TahunKinerja(tahun=YEAR, aturan={"hari_pegawai": 8}))
    db.session.flush()
    assert late(place) == "13 hari"
    months = {"tahun": YEAR, "bulan": 10, "buka": date(YEAR, 10, 1), "kunci_at": now()}
    days = lambda day: {"batas_pegawai": date(YEAR, 11, day), "batas_penilai": date(YEAR, 11, 25)}  # noqa: E731
    db.session.add(JadwalKunci(**months, **days(11)))
    db.session.flush()
    assert late(place) == "10 hari"
    db.session.add(JadwalKunci(**months, **days(15), pd_id=place.pd.id))
    db.session.flush()
    assert late(place) == "6 hari"
    case = opened(place, 10)
    case.kb.batas_perbaikan = date(YEAR, 11, 19)
    db.session.flush()
    assert late(place) == "2 hari"


def test_steps_in_one_state_share_its_word() -> None:
    assert daftar.step_words(None) == ""
    assert daftar.step_words("DRAF DRAF DRAF") == "Semua draf"
    assert daftar.step_words("DISETUJUI DIAJUKAN DIAJUKAN") == "Renaksi disetujui, SKP dan PKS diajukan"


# ---- one month


def month_url(place: Office, bulan: int = 11) -> str:
    return f"/kinerja/monitoring/{place.skp.id}/{bulan}"


def test_an_admin_reads_a_sent_month_without_evidence_notes_or_ratings(place: Office, masuk: SignIn) -> None:
    kb = finish(place, 11)
    approval.record_system(kb.submission, "kembalikan", "DITETAPKAN", "Catatan rahasia penilai")
    text = masuk(officer("admin_pd", place.pd)).get(month_url(place)).text
    assert "Tersusunnya hasil kerja 1" in text
    assert HELPED in text
    assert "Baik" in text
    for hidden in ("notulen.pdf", "/berkas/", "Catatan rahasia", "Umpan balik rahasia", "Sesuai ekspektasi"):
        assert hidden not in text


def test_bkpsdm_reads_the_notes_too(place: Office, masuk: SignIn) -> None:
    kb = finish(place, 11)
    approval.record_system(kb.submission, "kembalikan", "DITETAPKAN", "Catatan penilai untuk pegawai")
    assert "Catatan penilai untuk pegawai" in masuk(officer("bkpsdm")).get(month_url(place)).text


def test_a_month_in_the_pegawais_hands_shows_its_state_and_nothing_typed(place: Office, masuk: SignIn) -> None:
    case = sent(place, values=("2", "25", "10", "0"))
    case.kb.submission.status = "DIKEMBALIKAN"
    db.session.flush()
    text = masuk(officer("bkpsdm")).get(month_url(place)).text
    assert "Dikembalikan" in text
    assert BLOCKED not in text
    assert "Tersusunnya hasil kerja" not in text


def test_reading_a_month_is_noted_about_the_person(place: Office, masuk: SignIn) -> None:
    masuk(officer("bkpsdm")).get(month_url(place))
    line = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "kinerja.dilihat")).one()
    assert line.objek_id == place.staff.id
    assert line.data == {"apa": "Status kinerja November 2026"}
    assert "Status kinerja November 2026" in masuk(place.staff_user).get("/akun").text


@pytest.mark.parametrize("bulan", [0, 13, 9])
def test_a_month_that_is_none_of_the_skp_does_not_exist(place: Office, masuk: SignIn, bulan: int) -> None:
    place.skp.mulai = date(YEAR, 10, 15)
    db.session.flush()
    client = masuk(officer("bkpsdm"))
    assert client.get(month_url(place, bulan)).status_code == 404
    assert client.get(month_url(place, 10)).status_code == 200


def test_another_pds_month_does_not_exist(place: Office, masuk: SignIn) -> None:
    *_, skp = other_pd(place)
    client = masuk(officer("admin_pd", place.pd))
    assert client.get(f"/kinerja/monitoring/{skp.id}/11").status_code == 404
    refused = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "akses.tidak_terlihat")).one()
    assert refused.data["kunci"]["skp"] == str(skp.id)


# ---- unlock


def unlock(client: Client, place: Office, bulan: int, sampai: str = "2026-11-30", alasan: str = WHY) -> Any:
    return client.post(f"{month_url(place, bulan)}/buka-kunci", data={"sampai": sampai, "alasan": alasan})


def locked(place: Office, bulan: int = 9) -> KinerjaBulanan:
    case = opened(place, bulan)
    case.kb.submission.status = "TERKUNCI"
    db.session.flush()
    return case.kb


def test_bkpsdm_opens_a_locked_month_until_the_end_of_a_day(place: Office, masuk: SignIn) -> None:
    kb = locked(place)
    client = masuk(officer("bkpsdm"))
    assert "Buka kunci bulan ini" in client.get(month_url(place, 9)).text
    assert unlock(client, place, 9).status_code == 303
    row = db.session.get_one(KinerjaBulanan, kb.id)
    assert row.dibuka_sampai == kalender.end_of(date(2026, 11, 30))
    assert db.session.get_one(Submission, kb.submission_id).status == "DIBUKA"
    told = db.session.scalars(sa.select(Notice).where(Notice.user_id == place.staff_user.id)).all()
    assert any("dibuka kembali" in notice.judul for notice in told)
    assert "Buka kunci bulan ini" not in client.get(month_url(place, 9)).text
    assert unlock(client, place, 9).status_code == 409


@pytest.mark.parametrize("sampai", ["2028-01-01", "9999-12-31"])
def test_a_month_is_not_unlocked_for_ever(place: Office, masuk: SignIn, sampai: str) -> None:
    locked(place)
    answer = unlock(masuk(officer("bkpsdm")), place, 9, sampai=sampai)
    assert answer.status_code == 422
    assert "paling lama satu tahun" in answer.text


def test_a_month_that_was_never_opened_can_be_unlocked_too(place: Office, masuk: SignIn) -> None:
    assert unlock(masuk(officer("bkpsdm")), place, 9).status_code == 303
    kb = db.session.scalars(sa.select(KinerjaBulanan).where(KinerjaBulanan.bulan == 9)).one()
    assert db.session.get_one(Submission, kb.submission_id).status == "DIBUKA"
    acts = [event.aksi for event in approval.history(kb.submission_id)]
    assert acts == ["kunci", "buka"]
    assert kb.penilai["nama"] == "Bambang Uji"


@pytest.mark.parametrize(("sampai", "alasan", "words"), [
    ("", WHY, "tulis tanggal"), ("31-31-2026", WHY, "tulis tanggal"),
    ("2026-11-20", WHY, "sesudah hari ini"), ("2026-11-30", "sakit", "sedikitnya 10 huruf"),
])  # fmt: skip
def test_an_unlock_wants_a_day_to_come_and_a_reason(
    place: Office, masuk: SignIn, sampai: str, alasan: str, words: str
) -> None:
    kb = locked(place)
    answer = unlock(masuk(officer("bkpsdm")), place, 9, sampai, alasan)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.get_one(Submission, kb.submission_id).status == "TERKUNCI"


def test_only_bkpsdm_unlocks(place: Office, masuk: SignIn) -> None:
    locked(place)
    admin = masuk(officer("admin_pd", place.pd))
    assert "Buka kunci bulan ini" not in admin.get(month_url(place, 9)).text
    assert unlock(admin, place, 9).status_code == 403
    pd, *_ = other_pd(place)
    assert unlock(masuk(officer("bkpsdm", pd)), place, 9).status_code == 404


def test_nobody_unlocks_their_own_month(place: Office, masuk: SignIn) -> None:
    locked(place)
    give(place.staff_user, "bkpsdm")
    client = masuk(place.staff_user)
    assert "Buka kunci bulan ini" not in client.get(month_url(place, 9)).text
    assert unlock(client, place, 9).status_code == 409


def test_a_month_that_is_not_locked_or_has_nobody_to_decide_stays(place: Office) -> None:
    who = watcher(place)
    until = kalender.end_of(date(2026, 11, 30))
    with pytest.raises(Conflict, match="belum terkunci"):
        views.unlock(place.skp, 11, until, WHY, who)
    with pytest.raises(Invalid):
        views.unlock(place.skp, 9, until, "pendek", who)
    other = make_skp(place.staff, place.staff_user, place.bidang, place.pd, place.boss, penugasan="PLT", user_id=None)
    with pytest.raises(Conflict, match="akun yang aktif"):
        views.unlock(other, 8, until, WHY, who)
    db.session.execute(sa.delete(Penempatan).where(Penempatan.pegawai_id == place.boss.id))
    with pytest.raises(Conflict, match="kosong"):
        views.unlock(place.skp, 8, until, WHY, who)


# ---- report of a person


def reads(masuk: SignIn, user: User, person: Pegawai) -> int:
    return masuk(user).get(f"/kinerja/orang/{person.id}").status_code


def head_of(place: Office, name: str) -> User:
    return db.session.scalars(sa.select(User).where(User.nama == name)).one()


def test_every_atasan_above_reads_the_report_and_nobody_beside_or_below(place: Office, masuk: SignIn) -> None:
    _, colleague_user = pegawai(place.bidang, place.pd, "Rekan Uji")
    sibling = UnitFactory.create(nama="Bidang Lain", induk_id=place.pd.id, pd_id=place.pd.id)
    _, neighbour = pegawai(sibling, place.pd, "Kepala Bidang Lain", pimpinan=True)
    for name in ("Bambang Uji", "Kepala Badan Uji", "Wali Kota Uji", "Siti Uji"):
        assert reads(masuk, head_of(place, name), place.staff) == 200, name
    for user in (colleague_user, neighbour):
        assert reads(masuk, user, place.staff) == 404
    assert reads(masuk, place.staff_user, place.boss) == 404
    assert reads(masuk, neighbour, place.boss) == 404
    assert reads(masuk, head_of(place, "Bambang Uji"), place.boss) == 200


def test_the_head_beside_in_the_same_unit_is_no_subordinate(place: Office, masuk: SignIn) -> None:
    deputy, deputy_user = pegawai(place.pd, place.pd, "Pelaksana Uji")
    PenempatanFactory(pegawai_id=deputy.id, unit_id=place.bidang.id, pd_id=place.pd.id, jenis="PLT", is_pimpinan=True)
    make_skp(place.boss, place.boss_user, place.bidang, place.pd, place.boss)
    assert reads(masuk, deputy_user, place.boss) == 404
    assert reads(masuk, deputy_user, place.staff) == 200


def test_roles_read_the_report_in_their_units(place: Office, masuk: SignIn) -> None:
    pd, *_ = other_pd(place)
    for role, unit, status in (
        ("admin_pd", place.pd, 200), ("admin_pd", pd, 404), ("bkpsdm", None, 200), ("inspektorat", None, 200),
        ("reviewer", None, 404), ("administrator", None, 404),
    ):  # fmt: skip
        assert reads(masuk, officer(role, unit), place.staff) == status, role


def test_an_atasan_set_by_hand_reads_it_a_ketua_tim_does_not(place: Office, masuk: SignIn) -> None:
    for kind, status in (("DELEGASI", 200), ("KETUA_TIM", 404)):
        chief, user = pegawai(place.pd, place.pd, f"Orang {kind}")
        db.session.add(PenugasanAtasan(pegawai_id=place.staff.id, atasan_id=chief.id, jenis=kind, mulai=START))
        db.session.flush()
        assert reads(masuk, user, place.staff) == status


def test_after_a_move_each_atasan_sees_the_period_under_them(place: Office, masuk: SignIn) -> None:
    finish(place, 3)
    place.skp.selesai, place.skp.status = date(YEAR, 6, 30), "DITUTUP"
    seat = db.session.scalars(sa.select(Penempatan).where(Penempatan.pegawai_id == place.staff.id)).one()
    seat.selesai = date(YEAR, 6, 30)
    pd = UnitFactory.create(nama="Dinas Baru", jenis="PD", induk_id=place.pd.induk_id)
    pd.pd_id = pd.id
    new, new_user = pegawai(pd, pd, "Kepala Dinas Baru", pimpinan=True)
    PenempatanFactory(pegawai_id=place.staff.id, unit_id=pd.id, pd_id=pd.id, mulai=date(YEAR, 7, 1))
    later = make_skp(place.staff, place.staff_user, pd, pd, new, mulai=date(YEAR, 7, 1), jabatan="Analis di Dinas Baru")
    moved = Office(pd, pd, new, new_user, place.staff, place.staff_user, later)
    sent(moved, bulan=10)
    url = f"/kinerja/orang/{place.staff.id}"
    before = masuk(place.boss_user).get(url).text
    assert "Maret" in before
    assert "Oktober" not in re.sub("<svg.*?</svg>", "", before)
    after = masuk(new_user).get(url).text
    assert "Analis di Dinas Baru" in after
    assert '<th scope="row">Maret</th>' not in after
    assert '<th scope="row">Oktober</th>' in after
    both = masuk(place.staff_user).get(url).text
    assert '<th scope="row">Maret</th>' in both
    assert '<th scope="row">Oktober</th>' in both


def test_figures_of_the_report(place: Office, masuk: SignIn) -> None:
    finish(place, 9)
    finish(place, 10)
    opened(place, 11)
    text = masuk(place.boss_user).get(f"/kinerja/orang/{place.staff.id}").text
    assert "2 dari 12" in text
    assert "4 individu, 0 tematik, 0 inovasi" in text
    assert "Capaian Oktober 100%; semua bulan mencapai target" in text
    assert "Sedang diisi" in text
    assert text.count("100%") >= 3


def test_the_predikat_is_for_the_penilai_the_next_above_and_by_permission(place: Office, masuk: SignIn) -> None:
    kb = finish(place, 10)
    head = head_of(place, "Kepala Badan Uji")
    kb.atasan_penilai_id = head.pegawai_id
    db.session.flush()
    shown = {
        "Bambang Uji": True, "Kepala Badan Uji": True, "Wali Kota Uji": False, "Siti Uji": True,
    }  # fmt: skip
    url = f"/kinerja/orang/{place.staff.id}"
    for name, sees in shown.items():
        assert ('badge-positive">Baik</span>' in masuk(head_of(place, name)).get(url).text) is sees, name
    for role in ("admin_pd", "bkpsdm", "inspektorat"):
        assert 'badge-positive">Baik</span>' in masuk(officer(role)).get(url).text


def test_a_draft_month_has_no_figures_but_for_oneself(place: Office, masuk: SignIn) -> None:
    case = sent(place, values=("2", "25", "10", "0"), bulan=10)
    case.kb.submission.status = "DIKEMBALIKAN"
    db.session.flush()
    url = f"/kinerja/orang/{place.staff.id}"
    assert "83,3%" not in masuk(place.boss_user).get(url).text
    assert "83,3%" in masuk(place.staff_user).get(url).text


def test_opening_a_report_is_told_to_the_person_but_not_about_oneself(place: Office, masuk: SignIn) -> None:
    masuk(place.staff_user).get(f"/kinerja/orang/{place.staff.id}")
    masuk(place.boss_user).get(f"/kinerja/orang/{place.staff.id}?tahun=2025")
    lines = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "kinerja.dilihat")).all()
    assert [(line.pelaku, line.data["apa"]) for line in lines] == [("Bambang Uji", "Laporan kinerja 2025")]
    text = masuk(place.staff_user).get("/akun").text
    assert "Bambang Uji" in text
    assert "Laporan kinerja 2025" in text


@pytest.mark.parametrize("tahun", ["1999", "2099"])
def test_a_year_beyond_reason_does_not_exist(place: Office, masuk: SignIn, tahun: str) -> None:
    assert masuk(place.staff_user).get(f"/kinerja/orang/{place.staff.id}?tahun={tahun}").status_code == 404


def test_somebody_without_a_pegawai_reads_nobody(place: Office) -> None:
    nobody = place.principal(UserFactory.create())
    assert db.session.scalars(policies.visible_orang(nobody)).all() == []
    assert policies.headed(nobody) == []
