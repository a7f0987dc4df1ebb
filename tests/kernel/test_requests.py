"""Papers on request: who may ask, what a worker makes of it, and how the person follows it."""

import io
import re
import sys
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from reportlab.pdfgen.canvas import Canvas

from portal.kernel import issued, jobs, people, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db, now
from portal.kernel.documents import Document, visible_documents
from portal.kernel.errors import Conflict, Missing
from portal.kernel.jobs import GAGAL, SELESAI, Job
from portal.kernel.organisation import Unit
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.kernel.reports import request as requests
from portal.kernel.reports.page import Page
from portal.kernel.reports.request import KEEP_DAYS, Report
from tests.conftest import Client
from tests.kernel.factories import UnitFactory, UserFactory, give
from tests.kernel.test_approval import as_person


class Paper:
    """Stands where a module's page would: one sheet with the code and the number on it."""

    fails: Exception | None = None

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def build(self) -> bytes:
        if self.fails:
            raise self.fails
        out = io.BytesIO()
        canvas = Canvas(out, invariant=1)
        for place, line in enumerate(self.lines):
            canvas.drawString(50, 700 - 20 * place, line)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


@pytest.fixture
def report(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Everybody may print the units whose `alamat` names them."""
    monkeypatch.setattr(requests, "REPORTS", dict(requests.REPORTS))
    monkeypatch.setattr(sys.modules["portal.kernel.pages.laporan"], "REPORTS", requests.REPORTS)
    monkeypatch.setattr(Paper, "fails", None)

    def draw(unit: Unit, user: Principal, kode: str, nomor: str) -> Page:
        return cast(Page, Paper(unit.nama, user.nama, kode, nomor))

    return Report(
        "uji-unit", "Lembar unit", lambda user: sa.select(Unit).where(Unit.alamat == user.pengguna), draw,
        lambda unit: f"lembar {unit.kode}.pdf", lambda unit: {"Unit": unit.nama},
    )  # fmt: skip


@pytest.fixture
def siti(report: Report) -> User:
    user: User = UserFactory.create(pengguna="siti", nama="Siti Uji")
    return user


@pytest.fixture
def unit(siti: User) -> Unit:
    row: Unit = UnitFactory.create(kode="PD01", nama="Dinas Uji", alamat="siti")
    return row


def ask(report: Report, unit: Unit, user: User) -> uuid.UUID:
    key = report.request(unit.id, as_person(user))
    commit()
    return key


def job(key: uuid.UUID) -> Job:
    return db.session.get_one(Job, key, populate_existing=True)


def text_of(document: Document) -> str:
    with pypdfium2.PdfDocument(storage.get(document.kunci)) as pdf:
        return str(pdf[0].get_textpage().get_text_range())


def test_a_paper_is_made_kept_and_entered_where_it_can_be_verified(
    jam: Any, report: Report, unit: Unit, siti: User
) -> None:
    key = ask(report, unit, siti)
    jobs.run(str(key))
    done = job(key)
    assert (done.status, done.progres, done.total, done.judul) == (SELESAI, 1, 1, "Lembar unit")
    document = db.session.get_one(Document, done.hasil_id)
    assert (document.nama, document.pemilik_id) == ("lembar PD01.pdf", siti.id)
    assert (document.diklaim_at, document.kedaluwarsa_at) == (now(), now() + timedelta(days=KEEP_DAYS))
    paper = db.session.scalars(sa.select(issued.DokumenTerbit)).one()
    assert (paper.nomor, paper.perihal) == ("UJI-UNIT-2026-000001", {"Unit": "Dinas Uji"})
    assert paper.sha256 == document.sha256
    for words in ("Dinas Uji", "Siti Uji", paper.kode, paper.nomor):
        assert words in text_of(document)
    events = db.session.scalars(sa.select(Aktivitas.peristiwa).order_by(Aktivitas.urut)).all()
    assert events == ["laporan.diminta", "berkas.diunggah", "laporan.dibuat"]


def test_nobody_asks_for_what_they_may_not_see(report: Report, unit: Unit) -> None:
    other = UserFactory.create()
    with pytest.raises(Missing):
        report.request(unit.id, as_person(other))
    with pytest.raises(Missing):
        report.request(uuid.uuid4(), as_person(other))
    commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_two_clicks_make_one_paper_and_two_people_two(report: Report, unit: Unit, siti: User) -> None:
    first = ask(report, unit, siti)
    assert ask(report, unit, siti) == first
    unit.alamat = "budi"
    db.session.flush()
    assert ask(report, unit, UserFactory.create(pengguna="budi")) != first


def test_rights_lost_while_it_waited_stop_it_with_a_sentence(report: Report, unit: Unit, siti: User) -> None:
    key = ask(report, unit, siti)
    unit.alamat = "orang lain"
    commit()
    jobs.run(str(key))
    assert (job(key).status, job(key).alasan) == (
        GAGAL, "Data yang diminta tidak ada lagi, atau tidak lagi dapat Anda buka.",
    )  # fmt: skip
    siti.aktif = False
    unit.alamat = "siti"
    db.session.execute(sa.update(Job).values(status="ANTRE"))
    commit()
    jobs.run(str(key))
    assert job(key).alasan == "Akun peminta sudah tidak aktif."
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0


def test_a_paper_that_nobody_asked_for_is_not_made(report: Report, unit: Unit) -> None:
    key = jobs.enqueue(requests.make_report, "Lembar", "tanpa-peminta", None, kode="uji-unit", subjek=str(unit.id))
    commit()
    jobs.run(str(key))
    assert job(key).status == GAGAL


def test_a_failure_leaves_neither_paper_nor_number_and_the_next_try_is_whole(
    jam: Any, report: Report, unit: Unit, siti: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ask(report, unit, siti)
    with monkeypatch.context() as then:
        then.setattr(Paper, "fails", OSError("kertas habis"))
        jobs.run(str(key))
    assert (job(key).status, job(key).percobaan) == ("ANTRE", 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(issued.DokumenTerbit)) == 0
    jam.shift(6)
    jobs.run(str(key))
    assert job(key).status == SELESAI
    assert db.session.scalars(sa.select(issued.DokumenTerbit.nomor)).all() == ["UJI-UNIT-2026-000001"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Document)) == 1


def test_a_store_that_is_away_lets_the_paper_wait(
    app: Flask, jam: Any, report: Report, unit: Unit, siti: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ask(report, unit, siti)
    with monkeypatch.context() as then:
        then.setitem(app.extensions, "pamong", replace(storage.config(), s3_secret="salah"))
        jobs.run(str(key))
    assert (job(key).status, job(key).alasan) == ("ANTRE", "Penyimpanan berkas sedang tidak dapat dihubungi.")
    jam.shift(6)
    jobs.run(str(key))
    assert job(key).status == SELESAI
    assert db.session.scalars(sa.select(issued.DokumenTerbit.nomor)).all() == ["UJI-UNIT-2026-000001"]


def test_a_paper_is_gone_after_its_days(jam: Any, report: Report, unit: Unit, siti: User) -> None:
    jobs.run(str(ask(report, unit, siti)))
    mine = visible_documents(as_person(siti))
    assert len(db.session.scalars(mine).all()) == 1
    jam.shift(timedelta(days=KEEP_DAYS))
    assert db.session.scalars(visible_documents(as_person(siti))).all() == []


# ---- through the pages


@pytest.fixture
def pemohon(masuk: Any, siti: User) -> Client:
    signed_in: Client = masuk(siti)
    return signed_in


def test_asking_leads_to_the_page_of_the_job(pemohon: Client, unit: Unit) -> None:
    answer = pemohon.post(f"/laporan/uji-unit/{unit.id}")
    assert answer.status_code == 303
    key = answer.headers["Location"].removeprefix("/tugas/")
    assert job(uuid.UUID(key)).status == "ANTRE"
    assert pemohon.post(f"/laporan/tidak-ada/{unit.id}").status_code == 404
    assert pemohon.post(f"/laporan/uji-unit/{uuid.uuid4()}").status_code == 404
    assert pemohon.get(f"/laporan/uji-unit/{unit.id}").status_code == 405


def test_a_job_asks_for_itself_while_it_runs_and_then_no_more(
    pemohon: Client, report: Report, unit: Unit, siti: User
) -> None:
    key = ask(report, unit, siti)
    path = f"/tugas/{key}"
    waiting = pemohon.get(path).get_data(as_text=True)
    assert f'hx-get="{path}" hx-trigger="every 2s"' in waiting
    fragment = pemohon.get(path, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<!doctype" not in fragment
    jobs.run(str(key))
    finished = pemohon.get(path, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "hx-trigger" not in finished
    link = re.search(r'href="(/berkas/[^"]+)"', finished)
    assert link
    assert pemohon.get(link[1]).status_code == 303


def test_a_failed_job_says_why_and_can_be_asked_again(
    pemohon: Client, report: Report, unit: Unit, siti: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paper, "fails", Conflict("Bulan ini belum ditetapkan."))
    key = ask(report, unit, siti)
    assert pemohon.post(f"/tugas/{key}/ulang").status_code == 409
    jobs.run(str(key))
    page = pemohon.get(f"/tugas/{key}").get_data(as_text=True)
    assert "Bulan ini belum ditetapkan." in page
    assert "hx-trigger" not in page
    answer = pemohon.post(f"/tugas/{key}/ulang")
    fresh = uuid.UUID(answer.headers["Location"].removeprefix("/tugas/"))
    assert fresh != key
    assert job(fresh).argumen == job(key).argumen
    assert pemohon.post(f"/tugas/{key}/ulang").headers["Location"] == f"/tugas/{fresh}", "joined, not doubled"


def test_a_paper_opens_only_while_its_subject_may_still_be_seen(
    pemohon: Client, report: Report, unit: Unit, siti: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ask(report, unit, siti)
    jobs.run(str(key))
    path = f"/berkas/{job(key).hasil_id}"
    assert pemohon.get(path).status_code == 303
    unit.alamat = "orang lain"
    commit()
    assert [pemohon.get(p).status_code for p in (path, f"{path}/halaman/1.png")] == [404, 404]
    refused = sa.select(Aktivitas.data).where(Aktivitas.peristiwa == "akses.tidak_terlihat")
    assert [line["jalur"] for line in db.session.scalars(refused.order_by(Aktivitas.urut))] == [
        path, f"{path}/halaman/1.png",
    ]  # fmt: skip
    unit.alamat = "siti"
    commit()
    assert pemohon.get(path).status_code == 303
    monkeypatch.setattr(requests, "REPORTS", {})
    assert pemohon.get(path).status_code == 404, "a report that is no longer declared"


def test_what_a_paper_shows_by_a_right_is_gone_with_that_right(
    pemohon: Client, report: Report, unit: Unit, siti: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The subject stays visible, but the paper held more for who could read the log."""

    def draw(unit: Unit, user: Principal, kode: str, nomor: str) -> Page:
        return cast(Page, Paper("dengan log" if user.has("log.baca") else "tanpa log"))

    monkeypatch.setitem(requests.REPORTS, "uji-unit", replace(report, build=draw))
    give(siti, "inspektorat")
    people.forget(siti.id)
    key = ask(report, unit, siti)
    jobs.run(str(key))
    path = f"/berkas/{job(key).hasil_id}"
    assert pemohon.get(path).status_code == 303
    db.session.execute(sa.delete(PenugasanPeran))
    people.forget(siti.id)
    commit()
    assert pemohon.get(path).status_code == 404
    plain = ask(report, unit, siti)
    jobs.run(str(plain))
    assert pemohon.get(f"/berkas/{job(plain).hasil_id}").status_code == 303


def test_a_job_whose_kind_is_gone_cannot_be_asked_again(pemohon: Client, siti: User) -> None:
    key = jobs.enqueue(jobs.Kind("dihapus", lambda job: None, "singkat"), "Lama", "lama", siti.id)
    db.session.execute(sa.update(Job).values(status=GAGAL))
    commit()
    assert pemohon.post(f"/tugas/{key}/ulang").status_code == 409


def test_another_persons_job_is_not_there(pemohon: Client, report: Report, unit: Unit, masuk: Any, siti: User) -> None:
    key = ask(report, unit, siti)
    curious = masuk(UserFactory.create())
    for answer in (curious.get(f"/tugas/{key}"), curious.post(f"/tugas/{key}/ulang")):
        assert answer.status_code == 404
    lines = db.session.scalars(sa.select(Aktivitas.peristiwa).where(Aktivitas.peristiwa.startswith("akses."))).all()
    assert lines == ["akses.tidak_terlihat"] * 2
    assert "Lembar unit" not in curious.get("/tugas").get_data(as_text=True)


def test_the_list_shows_ones_own_jobs_newest_first(pemohon: Client, report: Report, unit: Unit, siti: User) -> None:
    assert "Belum ada unduhan" in pemohon.get("/tugas").get_data(as_text=True)
    jobs.run(str(ask(report, unit, siti)))
    other = UnitFactory.create(alamat="siti")
    ask(report, other, siti)
    page = pemohon.get("/tugas").get_data(as_text=True)
    assert page.index("Dalam antrean") < page.index("/berkas/")
    assert people.current() is None
