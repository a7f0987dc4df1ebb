"""An engine goes away in the middle of a person's work: nothing is lost, nothing doubled, the page says what to do."""

import io
import signal
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from rq import Queue
from rq.worker import SimpleWorker

from portal.kernel import jobs, people, storage
from portal.kernel.approval import SubmissionEvent
from portal.kernel.db import commit, db
from portal.kernel.documents import Document
from portal.kernel.jobs import ANTRE, SELESAI, Job
from portal.kernel.people import User
from portal.kernel.reports.request import REPORTS
from portal.kinerja.models import RealisasiBulanan
from tests.faults.machine import Browser, Machine, hidden_fields
from tests.kernel.test_documents import pdf
from tests.kinerja.factories import MONTH, YEAR, filled, office, opened

SANDI = "kuda pelana biru"
STEP = f"/kinerja/{YEAR}/{MONTH}"
DOWN = "Layanan sedang tidak tersambung"


@pytest.fixture(autouse=True)
def november(jam: time_machine.Traveller) -> time_machine.Traveller:
    """The month of the factories, with a clock that runs: time-outs are part of these tests."""
    jam.move_to(datetime(2026, 11, 21, 3, 0, tzinfo=UTC), tick=True)
    return jam


class Desk:
    """An office, its month, and the signed-in pegawai."""

    def __init__(self, portal: Flask, complete: bool) -> None:
        self.portal = portal
        with portal.app_context():
            self.place = office()
            people.set_password(self.place.staff_user, SANDI)
            case = filled(self.place) if complete else opened(self.place)
            commit()
            self.kb_id, self.submission_id = case.kb.id, case.kb.submission_id
            name = self.place.staff_user.pengguna
        browser = portal.test_client()
        assert isinstance(browser, Browser)
        browser.sign_in(name, SANDI)
        self.browser = browser

    def figures(self) -> list[str]:
        with self.portal.app_context():
            query = sa.select(RealisasiBulanan.realisasi).where(RealisasiBulanan.kinerja_bulanan_id == self.kb_id)
            rows = db.session.scalars(query.order_by(RealisasiBulanan.urut)).all()
            return [f"{float(value):g}" if value is not None else "" for value in rows]

    def events(self) -> list[str]:
        with self.portal.app_context():
            query = sa.select(SubmissionEvent.aksi).where(SubmissionEvent.submission_id == self.submission_id)
            return list(db.session.scalars(query.order_by(SubmissionEvent.id)))


def health(portal: Flask) -> tuple[int, dict[str, Any]]:
    answer = portal.test_client().get("/sehat")
    return answer.status_code, answer.get_json()


# ---- Redis


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_redis_is_gone_while_a_form_is_sent(portal: Flask, machine: Machine, how: signal.Signals) -> None:
    desk = Desk(portal, complete=False)
    machine.stop("valkey", how)
    form = {"aksi": "lanjut", "r1-realisasi": "4", "r1-keterangan": "Diketik <lama> & hati-hati"}
    refused = desk.browser.send(f"{STEP}/renaksi", **form)
    page = refused.get_data(as_text=True)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert DOWN in page
    assert "Tunggu satu menit, lalu coba lagi." in page
    assert "Isian Anda masih ada di halaman ini." in page
    assert hidden_fields(page)["r1-keterangan"] == "Diketik &lt;lama&gt; &amp; hati-hati"
    assert desk.figures() == [""] * 4
    assert desk.browser.get("/kinerja").status_code == 503
    machine.start()
    again = desk.browser.post(f"{STEP}/renaksi", data={**form, "csrf_token": hidden_fields(page)["csrf_token"]})
    assert again.status_code in (303, 422), "still signed in"
    assert desk.figures()[0] == "4"


def test_redis_is_gone_while_a_month_is_sent_and_it_arrives_once(portal: Flask, machine: Machine) -> None:
    desk = Desk(portal, complete=True)
    machine.stop("valkey")
    form = {"aksi": "ajukan", "pernyataan": "1", "kunci": str(uuid.uuid4())}
    refused = desk.browser.send(f"{STEP}/tinjau", **form)
    assert refused.status_code == 503
    assert desk.events() == []
    machine.start()
    assert desk.browser.press_again(refused).status_code == 303
    assert desk.browser.press_again(refused).status_code == 303
    assert desk.events() == ["ajukan"]


def test_a_visitor_without_redis_reads_what_to_do(portal: Flask, machine: Machine) -> None:
    machine.stop("valkey")
    visitor = portal.test_client()
    assert DOWN in visitor.get("/masuk").get_data(as_text=True)
    assert visitor.post("/masuk", data={"pengguna": "a", "sandi": "rahasia"}).status_code in (303, 503)


def test_redis_that_hangs_is_given_up_in_time(portal: Flask, machine: Machine) -> None:
    desk = Desk(portal, complete=False)
    machine.freeze("valkey")
    begun = datetime.now(UTC)
    assert desk.browser.get("/kinerja").status_code == 503
    assert (datetime.now(UTC) - begun).total_seconds() < 15
    machine.start()
    assert desk.browser.get("/kinerja").status_code == 200


def test_a_job_that_redis_never_heard_of_is_swept_up_and_done(
    portal: Flask, machine: Machine, november: time_machine.Traveller
) -> None:
    desk = Desk(portal, complete=True)
    with portal.app_context():
        machine.stop("valkey")
        key = REPORTS["rencana-aksi"].request(desk.kb_id, desk.place.me)
        commit()
        assert db.session.get_one(Job, key).status == ANTRE
        machine.start()
        queue = Queue("pamong-singkat", connection=storage.redis())
        assert queue.count == 0
        november.shift(21)
        assert jobs.sweep() == 1
        commit()
        assert queue.count == 1
        SimpleWorker([queue], connection=storage.redis()).work(burst=True, logging_level="ERROR")
        job = db.session.get_one(Job, key, populate_existing=True)
        assert (job.status, job.percobaan) == (SELESAI, 1)
        assert storage.get(db.session.get_one(Document, job.hasil_id).kunci) is not None


# ---- the file store


def test_the_store_is_gone_while_a_file_is_given(portal: Flask, machine: Machine) -> None:
    desk = Desk(portal, complete=False)
    machine.stop("seaweedfs")
    form = {"aksi": "unggah:1", "r1-realisasi": "4", "r2-realisasi": "20", "r1-berkas": (io.BytesIO(pdf()), "sk.pdf")}
    refused = desk.browser.send(f"{STEP}/renaksi", **form)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "sk.pdf belum terunggah: penyimpanan berkas sedang tidak dapat dihubungi." in page
    assert "Isian lain tidak hilang. Coba unggah lagi" in page
    assert desk.figures() == ["4", "20", "", ""]
    assert count(portal, Document) == 0
    machine.start()
    form["r1-berkas"] = (io.BytesIO(pdf()), "sk.pdf")
    assert desk.browser.send(f"{STEP}/renaksi", **form).status_code == 303
    assert count(portal, Document) == 1
    with portal.app_context():
        stored = storage.get(db.session.scalars(sa.select(Document)).one().kunci)
    assert stored == pdf()


def test_a_preview_without_the_store_is_told_as_a_pause(portal: Flask, machine: Machine) -> None:
    desk = Desk(portal, complete=False)
    form = {"aksi": "unggah:1", "r1-berkas": (io.BytesIO(pdf()), "sk.pdf")}
    desk.browser.send(f"{STEP}/renaksi", **form)
    with portal.app_context():
        key = db.session.scalars(sa.select(Document.id)).one()
    machine.stop("seaweedfs")
    assert desk.browser.get(f"/berkas/{key}/halaman/1.png").status_code == 503
    assert desk.browser.get(f"/berkas/{key}").status_code == 503, "not an address where nobody answers"
    machine.start()
    assert desk.browser.get(f"/berkas/{key}/halaman/1.png").mimetype == "image/png"


def count(portal: Flask, table: Any) -> int:
    with portal.app_context():
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


# ---- PostgreSQL


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_postgresql_is_restarted_while_many_people_send(portal: Flask, machine: Machine, how: signal.Signals) -> None:
    """Fast and immediate shutdown under load. Whoever reads "not yet" presses again; nobody's month is doubled."""
    desks = [Desk(portal, complete=True) for _ in range(4)]
    restarted = threading.Event()

    def work(desk: Desk) -> list[int]:
        """Autosaves until the server was restarted, then sends; what the answers were."""
        answers, number = [], 0
        while not restarted.is_set() or number < 3:
            number += 1
            saved = desk.browser.send(
                f"{STEP}/skp", aksi="draf", **{"r1-pendukung": f"Percobaan ke-{number} berhasil."}
            )
            answers.append(saved.status_code)
        form = {"aksi": "ajukan", "pernyataan": "1", "kunci": str(uuid.uuid4())}
        for _ in range(5):
            sent = desk.browser.send(f"{STEP}/tinjau", **form)
            answers.append(sent.status_code)
            if sent.status_code == 303:
                break
        return answers

    with ThreadPoolExecutor(max_workers=len(desks)) as pool:
        running = [pool.submit(work, desk) for desk in desks]
        machine.restart("postgres", how)
        restarted.set()
        outcome = [future.result(60) for future in running]
    assert {status for answers in outcome for status in answers} <= {303, 503}
    assert any(503 in answers for answers in outcome), "nobody was disturbed: the test proves nothing"
    for desk, answers in zip(desks, outcome, strict=True):
        assert answers[-1] == 303
        assert desk.events() == ["ajukan"]


def test_what_was_answered_as_stored_before_the_restart_is_there_after_it(portal: Flask, machine: Machine) -> None:
    desk = Desk(portal, complete=False)
    assert desk.browser.send(f"{STEP}/renaksi", aksi="draf", **{"r1-realisasi": "3"}).status_code == 303
    assert health(portal)[0] == desk.browser.get("/kinerja").status_code == 200
    machine.restart("postgres", signal.SIGQUIT)
    assert health(portal)[0] == 200, "its connection of before is gone, the server is not"
    machine.restart("postgres", signal.SIGINT)
    assert desk.browser.get(f"{STEP}/renaksi").status_code == 200, "what only reads is asked again by itself"
    assert desk.figures()[0] == "3"


def test_without_postgresql_a_form_is_kept_on_the_page(portal: Flask, machine: Machine) -> None:
    desk = Desk(portal, complete=False)
    machine.stop("postgres", signal.SIGINT)
    refused = desk.browser.send(f"{STEP}/renaksi", aksi="draf", **{"r1-realisasi": "4"})
    assert refused.status_code == 503
    assert DOWN in refused.get_data(as_text=True)
    machine.start()
    answer = desk.browser.press_again(refused)
    if answer.status_code == 503:
        answer = desk.browser.press_again(refused)
    assert answer.status_code == 303
    assert desk.figures()[0] == "4"
    assert count(portal, User) == 4


# ---- health tells the truth


@pytest.mark.parametrize(("engine", "name", "how"), [
    ("valkey", "antrean", signal.SIGKILL), ("seaweedfs", "penyimpanan", signal.SIGKILL),
    ("postgres", "basis_data", signal.SIGINT),
])  # fmt: skip
def test_health_names_the_engine_that_is_away_and_that_it_is_back(
    portal: Flask, machine: Machine, engine: str, name: str, how: signal.Signals
) -> None:
    assert health(portal)[0] == 200
    machine.stop(engine, how)
    status, told = health(portal)
    assert (status, told["status"]) == (503, "terganggu")
    states = {key: told[key] for key in ("basis_data", "antrean", "penyimpanan")}
    assert states == {key: "terputus" if key == name else "tersambung" for key in states}
    machine.start()
    status, told = health(portal)
    assert (status, told["status"], told[name]) == (200, "sehat", "tersambung"), "at the first question"
