"""The pegawai's side of a month: reading what was typed, the checks, sending, taking back, deadlines."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from portal.kernel import approval, numbers, people
from portal.kernel.approval import SubmissionEvent
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid, Missing
from portal.kernel.organisation import Kosong, Penempatan
from portal.kernel.people import User
from portal.kinerja import kalender
from portal.kinerja.bulanan import flows, forms, lembar, services
from portal.kinerja.models import DIAJUKAN, DISETUJUI, SETUJU, KinerjaBulanan, RealisasiBulanan
from portal.kinerja.settings import Aturan, simpan_aturan
from tests.conftest import Client
from tests.kernel.factories import PenempatanFactory, pegawai
from tests.kinerja.factories import (
    BLOCKED,
    HELPED,
    MONTH,
    NEXT,
    YEAR,
    filled,
    make_skp,
    office,
    opened,
    renaksi_form,
    sent,
)

pytestmark = pytest.mark.usefixtures("app", "jam")


def fields(problems: list[flows.Problem]) -> set[str]:
    return {problem.field for problem in problems}


def test_opening_a_month_makes_one_row_per_rhk_once() -> None:
    place = office()
    first, second = opened(place), opened(place)
    assert first.kb.id == second.kb.id
    assert [row.target for row in first.kb.realisasi] == [4, 25, 10, 0]


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("4", Decimal(4), ""),
        ("1,5", Decimal("1.5"), ""),
        ("1.5", Decimal("1.5"), ""),
        ("12 dokumen", Decimal(12), ""),
        ("1.000", None, "seribu"),
        ("12 orang", None, "dokumen"),
        ("-3", None, "kurang dari 0"),
        ("abc", None, "angka"),
        ("1,234", None, ""),
    ],
)
def test_a_number_is_read_or_kept_as_typed(typed: str, stored: Decimal | None, shown: str) -> None:
    case = opened(office())
    problems = services.save_renaksi(case.kb, renaksi_form(typed))
    assert case.kb.realisasi[0].realisasi == stored
    if stored is None:
        assert case.kb.isian_mentah["r1-realisasi"] == typed
        assert shown in problems[0].pesan
    else:
        assert problems == []


def test_the_answer_to_the_thousand_question_is_taken() -> None:
    case = opened(office())
    services.save_renaksi(case.kb, {**renaksi_form("1.000"), "r1-arti": numbers.RIBUAN})
    assert case.kb.realisasi[0].realisasi == 1000


def test_step_one_asks_for_figures_evidence_and_reasons() -> None:
    case = opened(office())
    services.save_renaksi(case.kb, renaksi_form("4", "", "500", "2"))
    assert fields(flows.check_renaksi(case)) == {
        "r1-berkas",
        "r2-realisasi",
        "r3-berkas",
        "r3-yakin",
        "r4-berkas",
        "r4-keterangan",
    }


def test_more_than_ten_times_the_target_passes_once_confirmed() -> None:
    place = office()
    case = filled(place, ("4", "25", "500", "0"))
    assert fields(flows.check_renaksi(case)) == {"r3-yakin"}
    services.save_renaksi(case.kb, {"r3-realisasi": "500", "r3-yakin": "1"})
    assert flows.check_renaksi(case) == []


@pytest.mark.parametrize("text", ["-", "ok", "nihil", "aaaaaaaaaaaa", "1234567890123", "Lancar"])
def test_a_factor_must_say_something(text: str) -> None:
    problem = forms.check_factor(text, "r1-pendukung", "Faktor pendukung", True, Aturan())
    assert problem is not None


def test_below_target_wants_obstacle_and_next_step_at_target_what_helped() -> None:
    texts = {"faktor_pendukung": "", "faktor_penghambat": "", "rencana_tindak_lanjut": ""}
    below = forms.check_factors(2, Decimal("88"), texts, Aturan())
    reached = forms.check_factors(2, Decimal(100), texts, Aturan())
    assert fields(below) == {"r2-penghambat", "r2-rtl"}
    assert fields(reached) == {"r2-pendukung"}
    assert forms.check_factors(2, None, texts, Aturan()) == []


def test_target_zero_has_no_capaian() -> None:
    case = filled(office(), ("4", "25", "10", "3"))
    assert case.kb.realisasi[3].capaian is None


def test_pks_fetches_the_factors_and_keeps_an_edit() -> None:
    case = filled(office(), ("4", "22", "10", "0"))
    line = services.pks_rows(case.kb)[1]
    assert (line.faktor_penghambat, line.rencana_tindak_lanjut, line.sumber) == (BLOCKED, NEXT, "OTOMATIS")
    services.save_pks(case.kb, {"p2-penghambat": "Jadwal peserta bergeser ke Oktober."})
    line = services.pks_rows(case.kb)[1]
    assert (line.sumber, line.asal["faktor_penghambat"]) == ("DIUBAH", BLOCKED)
    assert case.kb.realisasi[1].faktor_penghambat == BLOCKED
    services.refetch_pks(case.kb, 2)
    assert services.pks_rows(case.kb)[1].faktor_penghambat == BLOCKED


def test_a_row_changed_in_another_window_is_not_overwritten() -> None:
    case = opened(office())
    old = str(case.kb.realisasi[0].versi)
    services.save_renaksi(case.kb, {"r1-realisasi": "3", "r1-versi": old})
    problems = services.save_renaksi(case.kb, {"r1-realisasi": "5", "r1-versi": old})
    assert fields(problems) == {"versi-1"}
    assert case.kb.realisasi[0].realisasi == 3
    services.save_renaksi(case.kb, {"r1-realisasi": "5", "r1-versi": old, "r1-pakai": "isian"})
    assert case.kb.realisasi[0].realisasi == 5


def test_sending_writes_one_event_and_hands_the_case_to_the_penilai() -> None:
    place = office()
    case = sent(place)
    events = approval.history(case.kb.submission_id)
    assert [(e.aksi, e.dari, e.ke) for e in events] == [("ajukan", "BERJALAN", "DIAJUKAN")]
    assert case.kb.submission.assignee_id == place.boss_user.id
    assert case.kb.submission.siap
    assert "Capaian 100%" in case.kb.submission.rincian
    assert {case.kb.renaksi_status, case.kb.skp_status, case.kb.pks_status} == {DIAJUKAN}


def test_a_second_click_changes_nothing() -> None:
    place = office()
    case = filled(place)
    key = uuid.uuid4()
    services.submit(case.kb, place.me, key)
    services.submit(case.kb, place.me, key)
    count = sa.select(sa.func.count()).where(SubmissionEvent.submission_id == case.kb.submission_id)
    assert db.session.scalar(count.select_from(SubmissionEvent)) == 1


def test_a_sent_month_is_read_only_and_can_be_taken_back_until_it_is_opened() -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Conflict):
        flows.guard(case, "renaksi")
    services.withdraw(case.kb, place.me)
    assert case.kb.submission.status == "BERJALAN"
    services.submit(case.kb, place.me, None)
    approval.seen(case.kb.submission, place.penilai)
    with pytest.raises(Conflict, match="sudah membuka"):
        services.withdraw(case.kb, place.me)


def test_what_could_not_be_sent_again_is_not_taken_back(jam: object) -> None:
    place = office()
    case = sent(place)
    jam.move_to(datetime(2026, 12, 6, 1, 0, tzinfo=UTC))  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="Batas kirim sudah lewat"):
        services.withdraw(case.kb, place.me)
    assert case.kb.submission.status == "DIAJUKAN"


@pytest.mark.parametrize("versi", ["²", "9" * 5000])
def test_a_version_that_is_none_of_ours_is_stale_or_ignored(versi: str) -> None:
    case = opened(office())
    problems = services.save_renaksi(case.kb, {"r1-realisasi": "4", "r1-versi": versi})
    assert len(problems) == (1 if versi.isdecimal() else 0)


@pytest.mark.parametrize("tahun", [0, 1999, 2028, 9999, 99999])
def test_a_year_beyond_any_calendar_is_not_there(tahun: int) -> None:
    with pytest.raises(Missing):
        flows.page(office().me, tahun, 12)


def test_nobody_else_takes_it_back() -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Denied):
        approval.move(case.kb.submission_id, "tarik", place.penilai)


def test_the_lock_that_passes_while_editing_is_named(jam: object) -> None:
    place = office()
    case = filled(place)
    jam.move_to(datetime(2026, 12, 11, 1, 0, tzinfo=UTC))  # type: ignore[attr-defined]
    case = flows.case(place.me, YEAR, MONTH)
    with pytest.raises(Conflict, match="terkunci saat Anda mengisi"):
        flows.guard(case, "renaksi")
    assert case.kb.realisasi[0].realisasi == 4


def test_after_the_deadline_of_the_pegawai_nothing_is_sent(jam: object) -> None:
    place = office()
    filled(place)
    jam.move_to(datetime(2026, 12, 6, 1, 0, tzinfo=UTC))  # type: ignore[attr-defined]
    case = flows.case(place.me, YEAR, MONTH)
    with pytest.raises(Conflict):
        services.submit(case.kb, place.me, None)


def test_a_month_of_the_future_or_without_skp_says_who_mends_it() -> None:
    place = office()
    boss = services.penilai_of(place.skp, kalender.hari_ini())
    assert "belum dimulai" in services.obstacles(place.skp, 2026, 12, boss, False)[0]
    assert "SKP" in services.obstacles(None, 2026, 11, boss, False)[0]
    assert "terkunci" in services.obstacles(place.skp, 2026, 9, boss, False)[0]


def test_a_vacant_seat_blocks_and_proposes_the_head_above() -> None:
    place = office()
    db.session.execute(
        sa.update(Penempatan).where(Penempatan.pegawai_id == place.boss.id).values(selesai=date(2026, 10, 31))
    )
    boss = services.penilai_of(place.skp, kalender.hari_ini())
    assert isinstance(boss, Kosong)
    words = services.obstacles(place.skp, 2026, 11, boss, False)[0]
    assert "Bidang Pengembangan" in words
    assert "Kepala Badan Uji" in words


def test_the_plt_of_ones_own_seat_above_goes_one_level_up() -> None:
    place = office()
    db.session.execute(
        sa.update(Penempatan).where(Penempatan.pegawai_id == place.boss.id).values(selesai=date(2026, 10, 31))
    )
    PenempatanFactory(
        pegawai_id=place.staff.id,
        unit_id=place.bidang.id,
        pd_id=place.pd.id,
        jenis="PLT",
        is_pimpinan=True,
        jabatan="Kepala Bidang Pengembangan",
        mulai=date(2026, 11, 1),
    )
    boss = services.penilai_of(place.skp, kalender.hari_ini())
    assert isinstance(boss, services.Atasan)
    assert boss.nama == "Kepala Badan Uji"


def test_a_plt_decides_in_that_capacity() -> None:
    place = office()
    db.session.execute(
        sa.update(Penempatan).where(Penempatan.pegawai_id == place.boss.id).values(selesai=date(2026, 10, 31))
    )
    other, _ = pegawai(place.bidang, place.pd, "Dewi Uji")
    PenempatanFactory(
        pegawai_id=other.id,
        unit_id=place.bidang.id,
        pd_id=place.pd.id,
        jenis="PLT",
        is_pimpinan=True,
        jabatan="Kepala Bidang Pengembangan",
        mulai=date(2026, 11, 1),
    )
    case = sent(place)
    assert case.kb.penilai["jabatan"] == "Plt. Kepala Bidang Pengembangan"
    assert case.kb.submission.sebagai == "Plt. Kepala Bidang Pengembangan"


def test_two_skp_of_one_person_may_not_overlap() -> None:
    place = office()
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        make_skp(place.staff, place.staff_user, place.bidang, place.pd, place.boss, mulai=date(2026, 6, 1))


def test_a_mid_month_move_opens_the_later_skp() -> None:
    place = office()
    place.skp.selesai, place.skp.status = date(2026, 11, 14), "DITUTUP"
    db.session.flush()
    later = make_skp(place.staff, place.staff_user, place.bidang, place.pd, place.boss, mulai=date(2026, 11, 15))
    found = services.skp_on(place.staff.id, 2026, 11)
    assert found is not None
    assert found.id == later.id


def test_a_link_must_be_https() -> None:
    assert forms.read_link(" https://jdih.sagara.go.id/a ", "x") == "https://jdih.sagara.go.id/a"
    for text in ("http://a.go.id", "javascript:alert(1)", "https://", "https://x", "https://u:p@a.go.id"):
        with pytest.raises(Invalid):
            forms.read_link(text, "x")


def test_an_approved_row_keeps_its_numbers() -> None:
    case = filled(office())
    row: RealisasiBulanan = case.kb.realisasi[0]
    row.keputusan_renaksi = SETUJU
    services.save_renaksi(case.kb, {"r1-realisasi": "1"})
    assert row.realisasi == 4


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(KeyError):
        simpan_aturan(2026, {"hari_pegawe": 4})


def test_the_sheet_is_read_in_three_statements() -> None:
    place = office()
    key = sent(place).kb.id
    db.session.expire_all()
    with Statements() as seen:
        sheet = lembar.of_id(key)
    assert seen.count == 3
    assert [row.realisasi for row in sheet.rows] == [4, 25, 10, 0]
    assert sheet.rows[0].seri[MONTH - 1] == (4, 4)
    assert not sheet.is_open
    assert sheet.step_status("renaksi") != DISETUJUI


class Statements:
    """Counts the statements of a block."""

    count = 0

    def _seen(self, *_: object) -> None:
        self.count += 1

    def __enter__(self) -> "Statements":
        sa.event.listen(sa.Engine, "before_cursor_execute", self._seen)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(sa.Engine, "before_cursor_execute", self._seen)


def test_a_factor_told_three_months_running_is_noticed() -> None:
    place = office()
    for bulan in (9, 10, 11):
        case = opened(place, bulan)
        services.save_renaksi(case.kb, renaksi_form("4", "20"))
        texts = {
            "r1-pendukung": HELPED if bulan < 11 else f" {HELPED.upper()}\n",
            "r2-penghambat": BLOCKED,
            "r2-rtl": NEXT,
        }
        services.save_skp(case.kb, texts if bulan != 9 else {**texts, "r2-penghambat": "Ruang belajar diperbaiki."})
    db.session.flush()
    rows = lembar.of_id(case.kb.id).rows
    assert [row.berulang for row in rows] == [["faktor_pendukung"], [], [], []]
    assert rows[1].lalu["faktor_penghambat"] == BLOCKED
    assert rows[1].dua_lalu["faktor_penghambat"] == "Ruang belajar diperbaiki."


def test_the_pegawai_is_warned_of_words_told_three_months_running(masuk: Callable[[User], Client]) -> None:
    place = office()
    for bulan in (9, 10, 11):
        case = opened(place, bulan)
        services.save_renaksi(case.kb, renaksi_form("4"))
        services.save_skp(case.kb, {"r1-pendukung": HELPED})
    db.session.flush()
    warned = "Faktor pendukung sama kata demi kata tiga bulan berturut-turut"
    client = masuk(place.staff_user)
    assert warned in client.get("/kinerja/2026/11/skp").text
    services.save_skp(case.kb, {"r1-pendukung": "Pengajar dari luar bersedia hadir dua hari."})
    db.session.flush()
    people.touch(place.staff_user.id)
    assert warned not in client.get("/kinerja/2026/11/skp").text


def test_the_pegawai_reads_feedback_once_the_month_is_set(masuk: Callable[[User], Client]) -> None:
    place = office()
    case = sent(place)
    case.kb.realisasi[0].umpan_balik = "Pertahankan mutunya."
    db.session.flush()
    client = masuk(place.staff_user)
    assert "Pertahankan" not in client.get("/kinerja/2026/11/tinjau").text
    case.kb.submission.status = "DITETAPKAN"
    case.kb.submission.diputus_at = now()
    db.session.flush()
    assert "Umpan balik penilai</dt><dd>Pertahankan mutunya." in client.get("/kinerja/2026/11/tinjau").text


def test_empty_words_are_never_the_same() -> None:
    assert forms.same_words("Data  lengkap", "data lengkap", "DATA LENGKAP ")
    assert not forms.same_words("", "", "")
    assert not forms.same_words("Data lengkap", "Data lengkap", "")


def test_kinerja_bulanan_is_one_per_skp_and_month() -> None:
    place = office()
    case = opened(place)
    twin = KinerjaBulanan(
        submission_id=case.kb.submission_id,
        skp_id=place.skp.id,
        pegawai_id=place.staff.id,
        pd_id=place.pd.id,
        tahun=YEAR,
        bulan=MONTH,
    )
    db.session.add(twin)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_helped_text_is_meaningful() -> None:
    assert forms.says_something(HELPED)
