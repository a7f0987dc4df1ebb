"""The recap: disjoint buckets, the same past whenever it is asked, files equal to the screen, masked for outsiders."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import approval, jobs
from portal.kernel.activity import Aktivitas
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.sertifikasi import alur
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.rekap import definisi as d
from portal.sertifikasi.rekap import ekspor, hitung
from portal.sertifikasi.rekap.hitung import MENURUT, Baris, Rekap, Saringan, rekap
from portal.sertifikasi.rekap.simpanan import figures, prepare
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.orang import petugas, sertifikat, terkirim

TODAY = date(2026, 11, 21)


@pytest.fixture
def kasus(app: Flask, jam: Any) -> list[Any]:
    """Twelve cases: nine sent today, two with certificates of which one was revoked, one draft."""
    made = [terkirim(provinsi="31" if n < 6 else "12") for n in range(9)]
    sertifikat(terkirim(), k.BERLAKU)
    sertifikat(terkirim(), k.DICABUT)
    f.draft(f.asesi())
    db.session.flush()
    return made


def test_every_state_but_a_draft_lies_in_one_bucket() -> None:
    counted = [state for e in d.EMBER for state in e.keadaan]
    assert sorted(counted) == sorted(set(m.STATES) - {m.DRAF})


def test_buckets_add_up_to_the_applications(kasus: list[Any]) -> None:
    found = rekap(Saringan(TODAY))
    sent = sa.select(sa.func.count()).where(Submission.alur == alur.PERMOHONAN, Submission.status != m.DRAF)
    assert found.total == sum(found.ember.values()) == db.session.scalar(sent) == 11
    assert found.ember == {d.TERDAFTAR: 9, d.TERSERTIFIKASI: 1, d.LAINNYA: 1}
    assert found.rinci == {k.DICABUT: 1}


@pytest.mark.parametrize("menurut", list(MENURUT))
def test_every_breakdown_adds_up_to_the_same(kasus: list[Any], menurut: str) -> None:
    found = rekap(Saringan(TODAY, menurut))
    assert sum(b.total for b in found.baris) == found.total
    assert all(b.orang <= b.total for b in found.baris)


def test_a_draft_that_ended_unsent_is_counted_nowhere(kasus: list[Any]) -> None:
    """It was never an application, whoever ended it."""
    before = rekap(Saringan(TODAY)).ember
    gone = terkirim()
    gone.apl01_diajukan_at = None
    approval.record_system(approval.lock(gone.submission_id), "batalkan", m.DIBATALKAN)
    db.session.flush()
    assert rekap(Saringan(TODAY)).ember == before


def test_one_person_with_two_cases_is_one_person(app: Flask, jam: Any) -> None:
    user = f.asesi()
    terkirim(user)
    terkirim(user)
    db.session.flush()
    found = rekap(Saringan(TODAY))
    assert (found.ember[d.TERDAFTAR], found.orang[d.TERDAFTAR], found.orang_total) == (2, 1, 1)


def test_the_past_does_not_change(kasus: list[Any], jam: Any) -> None:
    before = rekap(Saringan(TODAY))
    jam.shift(timedelta(days=3))
    approval.move(kasus[0].submission_id, "terima", f.officer())
    approval.move(kasus[1].submission_id, "tarik", f.principal(_owner(kasus[1])))
    terkirim()
    db.session.flush()
    assert rekap(Saringan(TODAY)).ember == before.ember
    later = rekap(Saringan(TODAY + timedelta(days=3)))
    assert later.ember[d.LAINNYA] == 2
    assert later.total == before.total + 1
    assert rekap(Saringan(TODAY - timedelta(days=1))).total == 0


def _owner(case: m.Permohonan) -> Any:
    from portal.kernel.people import User

    return db.session.get_one(User, case.user_id)


def test_a_certificate_that_ran_out_is_no_longer_counted_as_one(kasus: list[Any]) -> None:
    row = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.status == k.BERLAKU)).one()
    assert rekap(Saringan(row.sampai)).ember[d.TERSERTIFIKASI] == 1
    over = rekap(Saringan(row.sampai + timedelta(days=1)))
    assert over.ember.get(d.TERSERTIFIKASI, 0) == 0
    assert over.rinci[k.KEDALUWARSA] == 1


def test_small_cells_are_not_told_nor_can_they_be_worked_out() -> None:
    shown = Rekap(Saringan(TODAY, samar=True))
    shown.baris = [Baris("A", {d.TERDAFTAR: 40}, 40), Baris("B", {d.TERDAFTAR: 7}, 7), Baris("C", {d.TERDAFTAR: 2}, 2)]
    words = shown.sel()
    assert words[2][1] == "< 5"
    assert words[1][1] == "tidak ditampilkan"
    assert words[2][-2:] == ["< 5", "< 5"]


def test_long_lists_of_groups_end_with_the_rest() -> None:
    named = [Baris(f"I {n}", {d.TERDAFTAR: 1}, 1) for n in range(150)]
    shown = hitung._most(named)
    assert len(shown) == hitung.MOST_ROWS
    assert sum(b.total for b in shown) == 150


# ---- the page and its files


def test_page_and_files_hold_the_same(kasus: list[Any], masuk: Any) -> None:
    client = masuk(petugas("sekretariat_lsp"))
    page = client.get("/sertifikasi/rekap?menurut=provinsi")
    assert "11 permohonan" in page.text
    body = re.search(r"Permohonan menurut Provinsi.*?</table>", page.text, re.DOTALL)
    assert body is not None
    shown = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", body.group(0))
    answer = client.get("/sertifikasi/rekap?menurut=provinsi&format=csv")
    text = answer.data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [cell for row in rows for cell in row] == shown
    assert answer.data.startswith(b"\xef\xbb\xbf")
    book = client.get("/sertifikasi/rekap?menurut=provinsi&format=xlsx").data
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        names = archive.read("xl/workbook.xml").decode()
        assert 'name="Keterangan"' in names
        assert "DKI Jakarta" in archive.read("xl/sharedStrings.xml").decode()
    lines = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "rekap.diunduh")).all()
    assert [(line.data["bentuk"], line.data["baris"]) for line in lines] == [("csv", 2), ("xlsx", 2)]


def test_what_a_spreadsheet_would_compute_is_only_text(app: Flask, jam: Any) -> None:
    shown = Rekap(Saringan(TODAY, "institusi"))
    shown.baris = [Baris('=HYPERLINK("x")', {d.TERDAFTAR: 1}, 1)]
    assert "'=HYPERLINK" in ekspor.as_csv(shown, ";").decode("utf-8-sig")


@pytest.mark.parametrize(
    ("peran", "kode"),
    [
        ("sekretariat_lsp", 200),
        ("manajer_sertifikasi", 200),
        ("komite_teknis", 200),
        ("ketua_lsp", 200),
        ("pihak_ketiga", 403),
        ("asesor", 403),
        ("", 403),
    ],
)
def test_who_reads_the_recap(app: Flask, jam: Any, masuk: Any, peran: str, kode: int) -> None:
    assert masuk(petugas(peran)).get("/sertifikasi/rekap").status_code == kode


def test_an_asesor_reads_their_own_cases(kasus: list[Any], masuk: Any) -> None:
    page = masuk(petugas("asesor")).get("/sertifikasi/rekap/asesor")
    assert page.status_code == 200
    assert "0 permohonan" in page.text


def test_nonsense_in_the_address_is_today_and_all(kasus: list[Any], masuk: Any) -> None:
    client = masuk(petugas("ketua_lsp"))
    page = client.get("/sertifikasi/rekap?tanggal=besok&menurut=zodiak&skema=semua")
    assert page.status_code == 200
    assert "21 November 2026" in page.text
    assert UUID(int=0).hex not in page.text


# ---- what was counted already


@contextmanager
def counted() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
        found.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def _slow(day: date) -> dict[str, tuple[int, int]]:
    """The model: every case on its own, its events in order, one person once a bucket."""
    end = Saringan(day).batas
    people: dict[str, list[Any]] = {}
    for case in db.session.scalars(sa.select(m.Permohonan).where(m.Permohonan.apl01_diajukan_at.is_not(None))):
        moves = [e.ke for e in approval.history(case.submission_id) if e.dibuat_at < end]
        state = moves[-1] if moves else m.DRAF
        if state != m.DRAF:
            people.setdefault(_bucket(case, state, day, end), []).append(case.user_id)
    return {bucket: (len(users), len(set(users))) for bucket, users in people.items()}


def _bucket(case: m.Permohonan, state: str, day: date, end: Any) -> str:
    if state != m.BERSERTIFIKAT:
        return d.DARI_KEADAAN[state]
    papers = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.permohonan_id == case.id)).all()
    told = []
    for paper in sorted(papers, key=lambda row: row.id):
        e = k.SertifikatPeristiwa
        found = db.session.scalars(sa.select(e).where(e.sertifikat_id == paper.id, e.dibuat_at < end).order_by(e.id))
        told += [(paper.sampai, row.ke) for row in list(found)[-1:]]
    until, last = told[-1] if told else (day, "")
    return d.TERSERTIFIKASI if last == k.BERLAKU and until >= day else d.LAINNYA


def _told(found: Rekap) -> dict[str, tuple[int, int]]:
    return {bucket: (count, found.orang[bucket]) for bucket, count in found.ember.items()}


def test_what_is_kept_is_what_the_slow_model_counts_after_every_change(kasus: list[Any], jam: Any) -> None:
    user = _owner(kasus[4])

    def moves() -> Iterator[object]:
        yield approval.move(kasus[0].submission_id, "terima", f.officer())
        yield approval.move(kasus[1].submission_id, "tarik", f.principal(_owner(kasus[1])))
        yield terkirim(user)
        yield approval.record_system(approval.lock(kasus[2].submission_id), "batalkan", m.DIBATALKAN)
        yield sertifikat(terkirim(user), k.DICABUT)

    days = [TODAY - timedelta(days=1), TODAY]
    for n, _ in enumerate(moves()):
        db.session.flush()
        now = TODAY + timedelta(days=n)
        for day in {*days, now}:
            assert _told(figures(Saringan(day))) == _told(rekap(Saringan(day))) == _slow(day), (n, day)
            assert figures(Saringan(day)).sel() == rekap(Saringan(day)).sel()
        days.append(now)
        jam.shift(timedelta(days=1))


def test_an_unchanged_recap_is_not_counted_again(kasus: list[Any]) -> None:
    asked = Saringan(TODAY, "provinsi")
    first = figures(asked)
    with counted() as statements:
        again = figures(asked)
    assert len(statements) == 1
    assert again == first
    kasus[0].provinsi = "91"
    db.session.flush()
    assert figures(asked).sel() == rekap(asked).sel() != first.sel()


@pytest.mark.parametrize("menurut", list(MENURUT))
def test_today_from_states_is_today_replayed(kasus: list[Any], menurut: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rekap(Saringan(TODAY, menurut))
    monkeypatch.setattr(hitung, "states", hitung.last_states)
    assert rekap(Saringan(TODAY, menurut)) == found


def test_the_clock_prepares_today(kasus: list[Any]) -> None:
    prepare.run(jobs.Job())
    with counted() as statements:
        figures(Saringan(TODAY, "tuk"))
    assert len(statements) == 1
