"""On-line assessment fits the tables of today: an instrument FR.IA.05 with its key and answers, a remote session.

Everything that is special about them is declared here, in the fixture; no table or column is added for it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from portal.kernel import documents
from portal.kernel.db import Model, db, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import User
from portal.kernel.reports import Page
from portal.sertifikasi import sheets
from portal.sertifikasi.asesmen import formulir, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.formulir import ASESI, ASESOR, Penanda
from portal.sertifikasi.asesmen.sesi import services as sesi
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import Arsip
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi.factories import add, skema_versi

SOAL, KUNCI, LEMBAR, SETUJU = "FR.IA.05A", "FR.IA.05B", "FR.IA.05C", "PERSETUJUAN.DARING"
LEAVE = "B.120/BNSP/XI/2026"
QUESTIONS = [
    {"kode": "TENDA-01", "versi": 2, "teks": "Jarak aman tenda dari tebing?",
     "pilihan": {"A": "Setengah tinggi tebing", "B": "Dua kali tinggi tebing"}},
    {"kode": "TENDA-02", "versi": 1, "teks": "Siapa yang dilayani lebih dulu?",
     "pilihan": {"A": "Kelompok rentan", "B": "Yang datang lebih dulu"}},
]  # fmt: skip
KEY = {"TENDA-01": (2, "B"), "TENDA-02": (1, "A")}
SHAPE = """
    SELECT table_name, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""
RULES = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""


@dataclass
class Daring:
    lsp: f.Lsp
    row: m.Permohonan
    sesi: a.SesiAsesmen
    media: a.SesiMedia
    kunci: m.FormIsian
    lembar: m.FormIsian
    bentuk_awal: list[Any]


def shape() -> list[Any]:
    """Every column and every constraint of the database."""
    return [tuple(row) for query in (SHAPE, RULES) for row in db.session.execute(sa.text(query))]


def paper(title: str, owner: Any) -> documents.Document:
    page = Page(title)
    page.title(title)
    made = documents.store(Checked(f"{title}.pdf", PDF, page.build(), 1), owner)
    documents.claim(made)
    return made


def recording(owner: Any) -> documents.Document:
    """What a conference provider would hand over."""
    made = documents.store(Checked("sesi.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(64), None), owner)
    documents.claim(made)
    return made


def declare_instrument(lsp: f.Lsp, at: a.SesiAsesmen) -> m.FormIsian:
    """Paper and key lie with the session, locked: whoever answers sees questions of exactly these versions."""
    user = f.principal(lsp.asesor_user)
    head = {"versi_form": "2023", **formulir.kepala_skema(lsp.versi.id)}
    questions = formulir.draf(
        None, SOAL, {**head, "kode": SOAL, "judul": "Soal pilihan ganda", "soal": QUESTIONS}, at.id
    )
    formulir.kunci(questions, user)
    rows = [{"soal": kode, "versi": versi, "benar": letter} for kode, (versi, letter) in KEY.items()]
    isi = {**head, "kode": KUNCI, "judul": "Kunci jawaban", "soal_sha256": questions.sha256, "kunci": rows}
    key = formulir.draf(None, KUNCI, isi, at.id)
    formulir.kunci(key, user)
    return key


def answer(lsp: f.Lsp, row: m.Permohonan, at: a.SesiAsesmen, letters: dict[str, str]) -> m.FormIsian:
    """What the asesi chose, scored against the key of the same version; signed by both, the decision stays AK.02."""
    questions = formulir.untuk_sesi(at.id, SOAL)
    assert questions is not None
    rows = []
    for question in questions.isi["soal"]:
        versi, right = KEY[question["kode"]]
        assert versi == question["versi"]
        chosen = letters.get(question["kode"], "")
        rows.append({"soal": question["kode"], "versi": versi, "jawaban": chosen, "benar": chosen == right})
    isi = {**formulir.kepala(row, LEMBAR, lsp.asesor.id), "judul": "Jawaban pilihan ganda",
           "soal_sha256": questions.sha256, "jawaban": rows, "nilai": sum(r["benar"] for r in rows)}  # fmt: skip
    form = formulir.draf(row.id, LEMBAR, isi)
    form.dokumen_id = paper("FR.IA.05C", row.user_id).id
    formulir.kunci_dan_tanda(form, Penanda(f.asesi(row), ASESI, f.PASSWORD))
    formulir.tanda_tangani(form, Penanda(f.principal(lsp.asesor_user), ASESOR, f.PASSWORD, lsp.asesor.no_reg))
    return form


def consent(row: m.Permohonan) -> m.FormIsian:
    isi = {**formulir.kepala(row, SETUJU), "judul": "Persetujuan rekaman sesi jarak jauh", "setuju": True}
    form = formulir.draf(row.id, SETUJU, isi)
    form.dokumen_id = paper("Persetujuan rekaman", row.user_id).id
    formulir.kunci_dan_tanda(form, Penanda(f.asesi(row), ASESI, f.PASSWORD))
    return form


@pytest.fixture
def daring(app: Flask, jam: Any) -> Daring:
    """A case assessed at a distance: session with room, consent and recording, instrument answered."""
    before = shape()
    lsp = f.Lsp(versi=skema_versi(moda=[a.LURING, a.DARING_SINKRON]))
    _, row = f.sampai(m.AK01_DISETUJUI, lsp)
    at = f.sesi_baru(lsp, moda=a.DARING_SINKRON, izin=LEAVE)
    sesi.tambah(at, row, f.principal(lsp.sekretariat), None)
    key = declare_instrument(lsp, at)
    media = add(
        a.SesiMedia(sesi_id=at.id, penyedia="jitsi", url_ruang="https://ruang.contoh.id/uji", mulai=at.mulai,
                    persetujuan_id=consent(row).id)
    )  # fmt: skip
    f.berlangsung(lsp, row, jam)
    sheet = answer(lsp, row, at, {"TENDA-01": "B", "TENDA-02": "B"})
    media.selesai, media.rekaman_id = now() + timedelta(hours=2), recording(lsp.asesor_user.id).id
    db.session.flush()
    return Daring(lsp, row, at, media, key, sheet, before)


# ---- no table was changed


def test_the_database_has_the_shape_it_had(daring: Daring) -> None:
    assert shape() == daring.bentuk_awal
    assert len(daring.bentuk_awal) > 500


def test_models_and_tables_still_say_the_same(daring: Daring) -> None:
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
    assert compare_metadata(context, Model.metadata) == []


# ---- the instrument


def test_answers_name_the_version_of_each_question(daring: Daring) -> None:
    stored = formulir.terakhir(daring.row.id, LEMBAR)
    assert stored is not None
    assert stored.isi["jawaban"] == [
        {"soal": "TENDA-01", "versi": 2, "jawaban": "B", "benar": True},
        {"soal": "TENDA-02", "versi": 1, "jawaban": "B", "benar": False},
    ]
    assert stored.isi["nilai"] == 1
    assert stored.sha256 == sheets.sidik(stored.isi)
    signed = [t.peran for t in formulir.tanda_di_kertas(stored)]
    assert sorted(signed) == [ASESI, ASESOR]


def test_a_new_version_of_the_paper_leaves_the_old_answers_alone(daring: Daring) -> None:
    old = formulir.untuk_sesi(daring.sesi.id, SOAL)
    assert old is not None
    changed = [{**QUESTIONS[0], "versi": 3, "teks": "Jarak aman tenda dari sungai?"}, QUESTIONS[1]]
    new = formulir.draf(None, SOAL, {**old.isi, "soal": changed}, daring.sesi.id)
    formulir.kunci(new, f.principal(daring.lsp.asesor_user))
    assert (old.ke, new.ke) == (1, 2)
    assert daring.lembar.isi["soal_sha256"] == old.sha256 != new.sha256
    with pytest.raises(Conflict, match="sudah dikunci"):
        formulir.kunci(old, f.principal(daring.lsp.asesor_user))


def test_the_decision_stays_with_the_asesor(daring: Daring) -> None:
    f.direkomendasikan(daring.lsp, daring.row)
    assert f.status(daring.row) == m.DIREKOMENDASIKAN


# ---- where people meet it


def test_the_desk_of_the_asesor_shows_instrument_and_session(daring: Daring, masuk: Any) -> None:
    client = masuk(daring.lsp.asesor_user)
    page = client.get(f"/sertifikasi/asesmen/{f.tugas(daring.row).p.id}/berkas").text
    assert "Jawaban pilihan ganda" in page
    assert "Persetujuan rekaman sesi jarak jauh" in page
    assert f"/berkas/{daring.lembar.dokumen_id}" in page
    session = client.get(f"/sertifikasi/sesi/{daring.sesi.id}").text
    assert f"izin {LEAVE}" in session
    assert "Daring" in session
    assert client.get(f"/berkas/{daring.lembar.dokumen_id}").status_code in (200, 302, 303)


def test_the_repository_holds_answers_consent_and_recording(daring: Daring, masuk: Any) -> None:
    sinkron.enter(sinkron.FIRST)
    held = {row.dokumen_id: row for row in db.session.scalars(sa.select(Arsip))}
    answers, film = held[daring.lembar.dokumen_id], held[daring.media.rekaman_id]
    assert (answers.jenis, answers.permohonan_id, answers.nomor) == ("IA", daring.row.id, daring.row.nomor)
    assert (film.jenis, film.judul, film.asesor_id) == ("REKAMAN", "Rekaman sesi jitsi", daring.lsp.asesor.id)
    assert film.skema_id == daring.lsp.versi.skema_id
    client = masuk(daring.lsp.sekretariat)
    listed = client.get("/sertifikasi/repositori").text
    for words in ("FR.IA.05C versi 1", "PERSETUJUAN.DARING versi 1", "Rekaman sesi jitsi"):
        assert words in listed
    page = client.get(f"/sertifikasi/repositori/{film.id}")
    assert page.status_code == 200
    assert "Rekaman sesi jarak jauh" in page.text


def test_the_recording_is_kept_for_its_own_time(daring: Daring) -> None:
    sinkron.enter(sinkron.FIRST)
    sinkron.count_retention()
    film = db.session.scalars(sa.select(Arsip).where(Arsip.jenis == "REKAMAN")).one()
    assert film.simpan_sampai is not None
    assert 270 <= (film.simpan_sampai - film.pada.date()).days <= 276


def test_an_asesi_reaches_neither_key_nor_recording(daring: Daring, masuk: Any) -> None:
    key_paper = paper("FR.IA.05B", daring.lsp.asesor_user.id)
    daring.kunci.dokumen_id = key_paper.id
    db.session.flush()
    client = masuk(db.session.get_one(User, daring.row.user_id))
    assert client.get(f"/berkas/{key_paper.id}").status_code == 404
    assert client.get(f"/berkas/{daring.media.rekaman_id}").status_code == 404
    assert client.get(f"/sertifikasi/sesi/{daring.sesi.id}").status_code == 404
    own = client.get(f"/sertifikasi/saya/{daring.row.id}").text
    assert "Kunci jawaban" not in own


# ---- what is refused


def test_a_scheme_that_does_not_allow_the_mode_refuses(app: Flask, jam: Any, masuk: Any) -> None:
    lsp = f.Lsp()
    assert lsp.versi.moda == [a.LURING]
    with pytest.raises(Invalid, match="tidak mengizinkan moda"):
        f.sesi_baru(lsp, moda=a.DARING_SINKRON, izin=LEAVE)
    form = {"skema": lsp.versi.id, "tuk": lsp.tuk.id, "asesor": lsp.asesor.id, "moda": a.DARING_SINKRON, "izin": LEAVE,
            "hari": "3-12-2026", "mulai": "09.00", "selesai": "12.00", "kuota": "5"}  # fmt: skip
    answer_ = masuk(lsp.sekretariat).post("/sertifikasi/sesi/baru", data=form)
    assert answer_.status_code == 422
    assert "Skema ini tidak mengizinkan moda itu." in answer_.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(a.SesiAsesmen)) == 0


def test_an_allowed_mode_needs_the_leave_of_bnsp(app: Flask, jam: Any) -> None:
    lsp = f.Lsp(versi=skema_versi(moda=[a.LURING, a.DARING_SINKRON]))
    with pytest.raises(Invalid, match="izin BNSP"):
        f.sesi_baru(lsp, moda=a.DARING_SINKRON)


def test_units_that_need_the_field_are_refused_at_a_distance(app: Flask, jam: Any) -> None:
    lsp = f.Lsp(versi=skema_versi(moda=[a.LURING, a.DARING_SINKRON]))
    kasus.units(lsp.versi.id)[0][1].wajib_luring = True
    db.session.flush()
    with pytest.raises(Invalid, match="hanya boleh diuji luring"):
        f.sesi_baru(lsp, moda=a.DARING_SINKRON, izin=LEAVE)
