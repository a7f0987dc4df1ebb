"""The demo LSP: every role can sign in, cases stand in every state, papers and evidence open, sums agree."""

import time
from collections import Counter
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.kernel import demo, holidays, people, storage
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.identifiers import Nik
from portal.sertifikasi import alur
from portal.sertifikasi.demo import cerita, load_sertifikasi
from portal.sertifikasi.demo.akun import PETUGAS, staff
from portal.sertifikasi.keputusan import banding, paket
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.muk.models import Muk, MukDibuka
from portal.sertifikasi.publik.models import Tiket
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
    assert 55 <= loaded.baris["sertifikasi_permohonan"] <= 80
    _replay(states)
    _files()
    _accounts()
    kinds = set(db.session.scalars(sa.select(k.Sertifikat.status)))
    assert {k.BERLAKU, k.DITANGGUHKAN, k.DICABUT, k.KEDALUWARSA, k.MENUNGGU_NOMOR, k.MENUNGGU_TANDA_TANGAN} <= kinds
    _desks()
    _instruments()


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


def _count(what: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(what.subquery())) or 0


def _instruments() -> None:
    """They open, one took the place of another, one is open for the officer of BNSP."""
    rows = db.session.execute(sa.select(Muk, Document).join(Document, Document.id == Muk.dokumen_id)).all()
    assert sorted((one.Muk.kode, one.Muk.status) for one in rows) == [
        ("FR.IA.02", "BERLAKU"), ("FR.IA.05", "BERLAKU"), ("FR.MAPA.01", "BERLAKU"), ("FR.MAPA.01", "DICABUT"),
    ]  # fmt: skip
    assert {one.Document.mime for one in rows} == {"application/pdf"}
    assert db.session.scalar(sa.select(sa.func.count(MukDibuka.id))) == 1


def _desks() -> None:
    """Nobody's page is empty: letters, packages, stock, what the ketua signs, appeals in every state with a panel."""
    appeals = list(db.session.scalars(sa.select(k.Banding)))
    assert {row.status for row in appeals} == set(banding.WORDS)
    assert any(banding.unsigned(row) for row in appeals)
    for row in appeals:
        assert len(banding.eligible(row)) >= 2
        assert bool(row.ulang_id) == (row.status == banding.DITERIMA)
        assert row.batas_jawab == holidays.add_working_days(row.dibuat_at.date(), 14)
    assert _count(sa.select(k.Sk.id).where(k.Sk.ditandatangani_at.is_(None))) == 1
    assert _count(sa.select(k.Tindakan.id).where(k.Tindakan.status == k.DISETUJUI)) == 1
    assert _count(sa.select(k.Blanko.id).where(k.Blanko.status == k.STOK)) == 24
    assert {"BARU", "DIJAWAB", "DITUTUP"} == set(db.session.scalars(sa.select(Tiket.status)))
    packed = {one for ids in db.session.scalars(sa.select(k.PaketBnsp.sk)) for one in ids}
    assert len(packed) >= 5
    assert paket.ready()  # and some SK that nobody has packed


def _accounts() -> None:
    for one in PETUGAS:
        user = db.session.scalars(sa.select(people.User).where(people.User.pengguna == one.pengguna)).one()
        assert people.check_password(user, one.sandi)
