"""Drafts kept 60 days, reminders on day 3, 14 and 50, one reminder before a repair is due (7.4 of the reference)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import jobs, sealing
from portal.kernel.db import db
from portal.kernel.messages import SEAL, Pesan
from portal.kernel.notices import Notice
from portal.kernel.people import User
from portal.kernel.storage import config
from portal.sertifikasi.saya import berkas, lini, pengingat
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import Kasus
from portal.sertifikasi.saya.models import Permohonan
from tests.sertifikasi import factories_saya as f

pytestmark = pytest.mark.usefixtures("app", "jam")
MADE = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # 10.00 WIB, day 0
DRAFT = "Draf permohonan Anda menunggu dilanjutkan"
ENDED = "Draf permohonan Anda berakhir"
REPAIR = "Batas perbaikan permohonan Anda sudah dekat"


def run(jam: Any, day: int, times: int = 1) -> None:
    """The clock of this day of the draft, as often as asked."""
    jam.move_to(MADE + timedelta(days=day), tick=False)
    for _ in range(times):
        key = jobs.enqueue(pengingat.ingatkan, "Ingatkan", f"uji-{day}")
        pengingat.ingatkan.run(db.session.get_one(jobs.Job, key))


def told(user: User, subject: str) -> list[Notice]:
    query = sa.select(Notice).where(Notice.user_id == user.id, Notice.judul == subject)
    return list(db.session.scalars(query.order_by(Notice.id)))


def sent(address: str) -> list[str]:
    rows = db.session.scalars(sa.select(Pesan).where(Pesan.tujuan == address).order_by(Pesan.id))
    return [sealing.unseal(row.isi, SEAL) for row in rows if row.isi]


def drafted(**account: Any) -> tuple[User, Kasus]:
    user = f.asesi(**account)
    return user, f.draft(user)


def returned(user: User, status: str, until: date) -> Permohonan:
    """A case that was sent and came back."""
    case = f.draft(user).p
    case.submission.status, case.tenggat, case.apl01_diajukan_at = status, until, MADE
    db.session.flush()
    return case


def test_the_clock_asks_for_it_once_a_day() -> None:
    assert [seconds for seconds, kind, _ in jobs.PERIODIC if kind is pengingat.ingatkan] == [86400]


def test_an_untouched_draft_is_reminded_on_day_3_14_and_50_once_each(jam: Any) -> None:
    user, found = drafted()
    counts = {}
    for day in (0, 2, 3, 4, 13, 14, 15, 49, 50, 51, 60):
        run(jam, day, times=2)
        counts[day] = len(told(user, DRAFT))
    assert counts == {0: 0, 2: 0, 3: 1, 4: 1, 13: 1, 14: 2, 15: 2, 49: 2, 50: 3, 51: 3, 60: 3}
    notice = told(user, DRAFT)[0]
    assert notice.url == f"/sertifikasi/saya/{found.p.id}"
    assert "Draf disimpan sampai 20 Januari 2027." in notice.isi
    assert f.read(user, found.p.id).tenggat == date(2027, 1, 20)


@pytest.mark.parametrize(
    ("account", "address"),
    [
        ({"surel": "ratna@contoh.id", "surel_terbukti": True, "ponsel": "+6281234567890"}, "ratna@contoh.id"),
        ({"surel": "ratna@contoh.id", "ponsel": "+6281234567890"}, "+6281234567890"),
        ({"surel": "ratna@contoh.id"}, ""),
        ({"surel": "ratna@contoh.id", "surel_terbukti": True, "aktif": False}, ""),
    ],
)
def test_a_message_goes_to_a_proven_address_only(jam: Any, account: dict[str, Any], address: str) -> None:
    user = f.asesi()
    found = f.draft(user)
    for name, value in account.items():
        setattr(user, name, value)
    found.p.isian = {**found.p.isian, "nik": f.NIK}
    db.session.flush()
    run(jam, 3, times=2)
    assert len(told(user, DRAFT)) == 1
    every = db.session.scalars(sa.select(Pesan.tujuan)).all()
    assert list(every) == ([address] if address else [])
    for text in sent(address):
        assert f"{config().alamat}/sertifikasi/saya/{found.p.id}" in text
        assert f.NIK not in text


def test_a_draft_changed_lately_waits_but_the_warning_before_the_end_does_not(jam: Any) -> None:
    user, found = drafted()
    jam.move_to(MADE + timedelta(days=2), tick=False)
    db.session.get_one(Permohonan, found.p.id).provinsi = "31"
    db.session.flush()
    run(jam, 4)
    assert told(user, DRAFT) == []
    run(jam, 5)
    assert len(told(user, DRAFT)) == 1
    db.session.get_one(Permohonan, found.p.id).provinsi = "32"
    jam.move_to(MADE + timedelta(days=49), tick=False)
    db.session.flush()
    run(jam, 50)
    assert len(told(user, DRAFT)) == 2


def test_a_reminder_is_no_change_by_the_asesi(jam: Any) -> None:
    _, found = drafted()
    before = found.p.diubah_at, found.p.versi
    run(jam, 3)
    case = db.session.get_one(Permohonan, found.p.id, populate_existing=True)
    assert (case.diubah_at, case.versi) == before
    assert case.diingatkan == {"3": "2026-11-24"}


def test_after_its_last_day_a_draft_ends_and_its_files_stay(jam: Any) -> None:
    user, found = drafted()
    stream, name = f.file()
    kept = berkas.receive(stream, name, f.principal(user), None, "berkas", "IJAZAH")
    berkas.attach_row(found.syarat[0], kept, "berkas")
    db.session.flush()
    run(jam, 50)
    run(jam, 60)
    assert f.read(user, found.p.id).status == m.DRAF
    run(jam, 61, times=2)
    case = f.read(user, found.p.id)
    assert (case.status, case.p.aktif) == (m.DIBATALKAN, False)
    assert [(e.aksi, e.dari, e.ke, e.pelaku_id) for e in case.riwayat] == [("batalkan", m.DRAF, m.DIBATALKAN, None)]
    assert len(told(user, ENDED)) == 1
    assert [b.id for b in berkas.locker(user.id)] == [kept.id]
    again = f.draft(user, case.p.skema_versi)
    assert again.p.id != found.p.id


def test_a_draft_that_nobody_warned_about_is_warned_first_and_kept_ten_days_more(jam: Any) -> None:
    user, found = drafted()
    run(jam, 90)
    assert len(told(user, DRAFT)) == 1
    assert "Draf disimpan sampai 1 Maret 2027." in told(user, DRAFT)[0].isi
    run(jam, 100)
    assert f.read(user, found.p.id).status == m.DRAF
    run(jam, 101)
    assert f.read(user, found.p.id).status == m.DIBATALKAN


def test_what_was_sent_or_withdrawn_is_left_alone(jam: Any) -> None:
    user = f.asesi()
    sent_case = returned(user, m.DIAJUKAN, date(2026, 12, 5))
    other, gone = drafted()
    f.move(gone, "tarik", f.principal(other))
    for day in (3, 14, 50, 61, 90):
        run(jam, day)
    assert [told(who, words) for who in (user, other) for words in (DRAFT, ENDED, REPAIR)] == [[]] * 6
    assert f.read(user, sent_case.id).status == m.DIAJUKAN
    assert f.read(other, gone.p.id).status == m.DITARIK


@pytest.mark.parametrize("status", [m.PERLU_PERBAIKAN, m.APL02_PERLU_PERBAIKAN])
def test_a_repair_is_reminded_once_three_days_before_and_again_when_it_comes_back(jam: Any, status: str) -> None:
    user = f.asesi(surel="ratna@contoh.id", surel_terbukti=True)
    case = returned(user, status, date(2026, 12, 5))  # day 14
    counts = {}
    for day in (10, 11, 12, 14, 15):
        run(jam, day, times=2)
        counts[day] = len(told(user, REPAIR))
    assert counts == {10: 0, 11: 1, 12: 1, 14: 1, 15: 1}
    assert "Kirim perbaikan sampai 5 Desember 2026." in told(user, REPAIR)[0].isi
    assert len(sent("ratna@contoh.id")) == 1
    db.session.get_one(Permohonan, case.id).tenggat = date(2026, 12, 25)
    db.session.flush()
    run(jam, 31, times=2)
    assert len(told(user, REPAIR)) == 2
    assert told(user, DRAFT) == []


def test_the_end_of_a_draft_is_told_as_nobodys_decision(jam: Any) -> None:
    user, found = drafted()
    run(jam, 50)
    run(jam, 61)
    assert [event["by"] for event in lini.events(f.read(user, found.p.id))] == ["otomatis"]
