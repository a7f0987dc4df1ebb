"""FR.MAPA.01 on paper, FR.AK.06 and FR.AK.07: written, signed on screen, drawn once."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import jobs, storage
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied
from portal.kernel.notices import Notice
from portal.sertifikasi.asesmen import formulir, kasus
from portal.sertifikasi.asesmen.rekam import services as rekam
from portal.sertifikasi.asesmen.tinjau import penyesuaian
from portal.sertifikasi.asesmen.tinjau import services as tinjau
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets.proses import ASPEK_AK06, KEBUTUHAN_AK07
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi.test_sheets import baca, rapat

pytestmark = pytest.mark.usefixtures("app", "jam")


def drawn(form: m.FormIsian) -> tuple[Document, str]:
    """The paper of a form as the job draws it, and its words."""
    jobs_of = sa.select(jobs.Job).where(jobs.Job.nama == "sertifikasi-lembar")
    job = next(one for one in db.session.scalars(jobs_of) if one.argumen["form"] == str(form.id))
    key = formulir.cetak_lembar.run(job)
    assert isinstance(key, uuid.UUID)
    document = db.session.get_one(Document, key)
    return document, rapat("".join(baca(storage.get(document.kunci) or b"")))


def desk(row: m.Permohonan) -> str:
    return f"/sertifikasi/asesmen/{f.tugas(row).p.id}"


def own(row: m.Permohonan) -> f.User:
    return db.session.get_one(f.User, row.user_id)


def test_the_plan_is_drawn_with_its_ticks_and_units_and_is_not_the_asesis_to_read(masuk: Any) -> None:
    lsp, row = f.sampai(m.SIAP_ASESMEN)
    unit = kasus.units(row.skema_versi_id)[0][1]
    client, page = masuk(lsp.asesor_user), f"{desk(row)}/mapa"
    data = {**dict.fromkeys(tinjau.MAPA, "Observasi di lapangan."), "asesi": ["PEKERJA", "PALSU"],
            f"bukti-{unit.id}": "Rekaman tenda berdiri", f"jenis-{unit.id}": ["L"], f"metode-{unit.id}": ["LISAN"],
            "aksi": "tandatangani", "sandi": f.PASSWORD}  # fmt: skip
    assert client.post(page, data=data).status_code == 303
    form = formulir.terakhir(row.id, formulir.MAPA01)
    assert form is not None
    assert form.isi["pilihan"]["asesi"] == ["PEKERJA"]
    assert "Rekaman tenda berdiri" in client.get(page).text
    document, words = drawn(form)
    assert "FR.MAPA.01.MERENCANAKANAKTIVITASDANPROSESASESMEN" in words
    for text in ("Rekaman tenda berdiri", unit.judul, "Observasi di lapangan.", lsp.asesor.no_reg, "paraf layar"):
        assert rapat(text) in words
    assert masuk(lsp.sekretariat).get(f"/berkas/{document.id}").status_code == 303
    assert masuk(own(row)).get(f"/berkas/{document.id}").status_code == 404


# ---- FR.AK.07


def answers(**changes: str) -> dict[str, str]:
    given = {f"j{n}": "TIDAK" for n in range(1, len(KEBUTUHAN_AK07) + 1)}
    return {**given, "j4": "YA", "k4": "Jeda 15 menit tiap jam", "potensi": "PEKERJA", "metode": "Lisan",
            "sandi": f.PASSWORD, **changes}  # fmt: skip


def test_adjustments_are_written_by_the_asesor_and_signed_by_both(masuk: Any) -> None:
    lsp, row = f.sampai(m.SIAP_ASESMEN)
    page, mine = f"{desk(row)}/ak-07", f"/sertifikasi/saya/{row.id}/ak-07"
    client = masuk(lsp.asesor_user)
    assert client.get(page).status_code == 200
    for wrong, words in (({"potensi": ""}, "Pilih potensi"), ({"j1": ""}, "pilih ya atau tidak"),
                         ({"k4": " "}, "tulis penyesuaian"), ({"sandi": "salah"}, "tidak cocok")):  # fmt: skip
        answer = client.post(page, data=answers(**wrong))
        assert (answer.status_code, words in answer.text) == (422, True)
    assert client.post(page, data=answers()).status_code == 303
    form = penyesuaian.terakhir(row)
    assert form is not None
    assert db.session.scalar(sa.select(Notice.url).where(Notice.user_id == row.user_id,
                                                            Notice.judul.like("Penyesuaian%"))) == mine  # fmt: skip
    asesi = masuk(own(row))
    assert "Penyesuaian asesmen (AK-07)" in asesi.get(f"/sertifikasi/saya/{row.id}").text
    assert "Jeda 15 menit" in asesi.get(mine).text
    assert asesi.post(mine, data={"sandi": f.PASSWORD, "sidik": "lain"}).status_code == 409
    assert asesi.post(mine, data={"sandi": "salah", "sidik": form.sha256}).status_code == 422
    assert asesi.post(mine, data={"sandi": f.PASSWORD, "sidik": form.sha256}).status_code == 303
    assert "sudah menandatangani" in asesi.get(mine).text
    document, words = drawn(form)
    for text in ("CEKLIS PENYESUAIAN", "Jeda 15 menit tiap jam", row.nama):
        assert rapat(text) in words
    assert words.count("paraflayar") == 2
    assert asesi.get(f"/berkas/{document.id}").status_code == 303
    assert masuk(f.account("Orang Lain")).get(mine).status_code == 404


def test_adjustments_are_written_before_the_assessment_by_its_asesor(jam: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    isi = penyesuaian.Isi("PEKERJA", [("TIDAK", "")] * len(KEBUTUHAN_AK07))
    with pytest.raises(Conflict):
        penyesuaian.siapkan(f.tugas(row), f.principal(lsp.asesor_user), isi, f.PASSWORD)
    with pytest.raises(Denied):
        penyesuaian.siapkan(f.tugas(row), f.principal(lsp.manajer), isi, f.PASSWORD)


# ---- FR.AK.06


def test_the_asesor_looks_back_on_a_closed_session_once(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(m.DIREKOMENDASIKAN, jam=jam)
    place = f.sesi_of(row)
    page = f"/sertifikasi/sesi/{place.id}/ak-06"
    client = masuk(lsp.asesor_user)
    every = {f"p-{kode}": ["V", "R", "F", "A"] for kode, _ in ASPEK_AK06}
    data = {**every, "p-RENCANA": ["V"], "dimensi": ["TS", "TRS"], "komentar": "Tertib.", "sandi": f.PASSWORD}
    assert "setelah sesi ditutup" in client.get(page).text
    assert client.post(page, data=data).status_code == 409
    report = rekam.Laporan("Berjalan baik sekali.", "", "", "")
    rekam.tutup(place, f.principal(lsp.asesor_user), report, f.PASSWORD)
    assert "Tinjau proses asesmen" in client.get(f"/sertifikasi/sesi/{place.id}").text
    assert client.get(page).status_code == 200
    assert client.post(page, data={"sandi": f.PASSWORD}).status_code == 422
    assert "rencana asesmen" in client.post(page, data=data).text
    data["rekomendasi_aspek"] = "Siapkan rencana lebih awal."
    assert client.post(page, data={**data, "sandi": "salah"}).status_code == 422
    assert client.post(page, data=data).status_code == 303
    assert client.post(page, data=data).status_code == 409
    assert "Siapkan rencana" in client.get(page).text
    form = formulir.untuk_sesi(place.id, formulir.AK06)
    assert form is not None
    document, words = drawn(form)
    for text in ("MENINJAU PROSES ASESMEN", "Siapkan rencana lebih awal.", "Tertib.", lsp.asesor.no_reg):
        assert rapat(text) in words
    assert masuk(lsp.sekretariat).get(f"/berkas/{document.id}").status_code == 303
    other = f.asesor(f.account("Lain", "asesor"), lsp.versi)
    assert masuk(db.session.get_one(f.User, other.user_id)).get(page).status_code == 404
