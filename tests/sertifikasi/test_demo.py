"""The demo LSP: every role can sign in, cases stand in every state, papers and evidence open, sums agree."""

import time
from collections import Counter

import sqlalchemy as sa
from flask import Flask

from portal.kernel import demo, people, storage
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.identifiers import Nik
from portal.sertifikasi import alur
from portal.sertifikasi.demo import cerita, load_sertifikasi
from portal.sertifikasi.demo.akun import PETUGAS, staff
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m

SECONDS = 20


def test_every_role_of_certification_has_an_account() -> None:
    printed = {row["peran"] for row in demo.accounts()}
    roles = {"sekretariat_lsp", "asesor", "manajer_sertifikasi", "komite_teknis", "ketua_lsp", "pihak_ketiga"}
    assert roles | {"asesi", "asesi_lama"} <= printed


def test_the_paths_of_the_stories_are_those_of_the_flow() -> None:
    cerita.check()
    assert set(cerita.PATHS) == set(m.STATES)


def test_people_have_niks_that_nobody_can_have() -> None:
    for one in staff().values():
        nik = Nik.parse(one.nik, tanggal_lahir=one.lahir)
        assert nik.valid
        assert nik.jenis_kelamin == one.kelamin
        assert nik.kode_wilayah is not None
        assert nik.kode_wilayah.endswith("9999")


def test_loading_twice_adds_once_and_every_state_is_there(app: Flask) -> None:
    begun = time.process_time()
    loaded = load_sertifikasi("kecil")
    db.session.flush()
    assert time.process_time() - begun < SECONDS
    assert load_sertifikasi("kecil").baris["sertifikasi_permohonan"] == 0
    states = Counter(db.session.scalars(sa.select(Submission.status).where(Submission.alur == alur.PERMOHONAN)))
    assert set(states) == set(m.STATES)
    assert 55 <= loaded.baris["sertifikasi_permohonan"] <= 75
    _replay(states)
    _files()
    _accounts()
    kinds = set(db.session.scalars(sa.select(k.Sertifikat.status)))
    assert {k.BERLAKU, k.DITANGGUHKAN, k.DICABUT, k.KEDALUWARSA, k.MENUNGGU_NOMOR} <= kinds


def _replay(states: Counter[str]) -> None:
    """The last event of every case says what the case says."""
    last: dict[object, str] = {}
    rows = sa.select(SubmissionEvent).join(Submission, Submission.id == SubmissionEvent.submission_id)
    for event in db.session.scalars(rows.where(Submission.alur == alur.PERMOHONAN).order_by(SubmissionEvent.id)):
        assert last.get(event.submission_id, m.DRAF) == event.dari
        last[event.submission_id] = event.ke
    told = Counter(last.values())
    assert told == Counter({state: n for state, n in states.items() if state != m.DRAF})


def _files() -> None:
    for document in db.session.scalars(sa.select(Document).limit(400)):
        body = storage.get(document.kunci)
        assert len(body or b"") == document.ukuran, document.nama


def _accounts() -> None:
    for one in PETUGAS:
        user = db.session.scalars(sa.select(people.User).where(people.User.pengguna == one.pengguna)).one()
        assert people.check_password(user, one.sandi)
