"""Papers of a month: who may ask, what the worker makes, what verification confirms, what is printed."""

import uuid
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa

from portal.kernel import approval, documents, issued, jobs
from portal.kernel.db import commit, db
from portal.kernel.documents import Document
from portal.kernel.errors import Missing
from portal.kernel.jobs import Job
from portal.kernel.reports.request import REPORTS
from portal.kernel.storage import get
from portal.kinerja.models import CapaianOrganisasi
from tests.kernel.factories import give, pegawai
from tests.kinerja.factories import MONTH, YEAR, Office, office, sent
from tests.kinerja.test_penilaian import RATED, approve_all, press, returned, take_seat, vacate

pytestmark = pytest.mark.usefixtures("app", "jam")


def decided() -> tuple[Office, Any]:
    place = office()
    case = sent(place, ("4", "22", "10", "0"))
    approve_all(place, case)
    press(
        place,
        case,
        "tetapkan",
        "tetapkan",
        rating_hasil="DI_BAWAH",
        rating_perilaku="SESUAI",
        alasan_beda="Renaksi kedua jauh di bawah target.",
        **{"aspek-KOMPETEN": "Rajin belajar."},
    )
    organisation = CapaianOrganisasi(unit_id=place.pd.id, tahun=YEAR, periode=f"B{MONTH:02d}", predikat="BAIK")
    db.session.add(organisation)
    db.session.flush()
    return place, case


def printed(kode: str, case: Any, user: Any) -> tuple[Job, str]:
    """Ask, run the job as the worker would, read the stored PDF."""
    key = REPORTS[kode].request(case.kb.id, user)
    commit()
    jobs.run(str(key))
    job = db.session.get_one(Job, key, populate_existing=True)
    document = db.session.get_one(Document, job.hasil_id)
    body = get(document.kunci)
    assert body is not None
    with pypdfium2.PdfDocument(body) as pdf:
        return job, " ".join("\n".join(page.get_textpage().get_text_range() for page in pdf).split())


def test_the_evaluation_prints_every_field_of_its_form() -> None:
    place, case = decided()
    job, text = printed("evaluasi", case, place.me)
    assert job.status == jobs.SELESAI
    for words in (
        "Siti Uji",
        "Bambang Uji",
        "Kepala Bidang Pengembangan",
        "1 sampai 30 November 2026",
        "Tersusunnya hasil kerja 2",
        "22 dokumen",
        "25 dokumen",
        "Di bawah ekspektasi",
        "Sesuai ekspektasi",
        "Butuh Perbaikan",
        "Rajin belajar",
        "Kolaboratif",
        "Baik",
        "Sagara",
        "EVALUASI-2026-000001",
    ):
        assert words.lower() in text.lower(), words


def test_the_measurement_sheet_prints_figures_and_factors() -> None:
    place, case = decided()
    _, text = printed("pks", case, place.penilai)
    for words in ("88", "Tiga peserta menunda jadwal", "Menjadwalkan ulang peserta", "notulen.pdf"):
        assert words in text, words


@pytest.mark.parametrize("kode", ["rencana-aksi", "pendokumentasian"])
def test_the_plan_and_the_record_are_printed(kode: str) -> None:
    place, case = decided()
    _, text = printed(kode, case, place.me)
    assert "Tersusunnya hasil kerja 1" in text


def test_the_code_on_the_paper_is_confirmed() -> None:
    place, case = decided()
    printed("pks", case, place.me)
    row = db.session.scalars(sa.select(issued.DokumenTerbit)).one()
    found = issued.find(f"{row.kode[:4]}-{row.kode[4:8]} {row.kode[8:].lower()}")
    assert found is not None
    assert found.perihal == {"Pegawai": "Siti Uji", "Periode": "November 2026"}


def test_a_colleague_gets_neither_paper_nor_file_nor_job(masuk: Any) -> None:
    place, case = decided()
    _, other = pegawai(place.bidang, place.pd, "Andi Uji")
    with pytest.raises(Missing):
        REPORTS["pks"].request(case.kb.id, place.principal(other))
    job, _ = printed("pks", case, place.me)
    client = masuk(other)
    for address in (
        f"/tugas/{job.id}",
        f"/berkas/{job.hasil_id}",
        f"/berkas/{case.kb.realisasi[0].bukti[0].dokumen_id}",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/laporan/pks/{case.kb.id}").status_code == 404
    assert client.post(f"/laporan/tidak-ada/{uuid.uuid4()}").status_code == 404


def test_an_admin_of_the_pd_reads_the_paper_but_not_the_ratings() -> None:
    place, case = decided()
    _, admin = pegawai(place.pd, place.pd, "Admin Uji")
    give(admin, "admin_pd", place.pd)
    _, text = printed("evaluasi", case, place.principal(admin))
    assert "Rajin belajar" not in text
    assert not db.session.scalars(documents.visible_documents(place.principal(admin))).all()[1:]


def test_rights_lost_between_asking_and_printing_stop_the_job() -> None:
    place, case = decided()
    key = REPORTS["pks"].request(case.kb.id, place.penilai)
    commit()
    place.boss_user.aktif = False
    db.session.flush()
    jobs.run(str(key))
    job = db.session.get_one(Job, key, populate_existing=True)
    assert (job.status, job.alasan) == (jobs.GAGAL, "Akun peminta sudah tidak aktif.")


def test_bkpsdm_sets_the_organisation_and_nobody_else(masuk: Any) -> None:
    place = office()
    _, officer = pegawai(place.pd, place.pd, "BKPSDM Uji")
    give(officer, "bkpsdm")
    client = masuk(officer)
    page = client.get("/kinerja/capaian-organisasi?tahun=2026&bulan=10")
    assert "Badan Kepegawaian" in page.text
    sent_form = {"tahun": "2026", "bulan": "10", f"pd-{place.pd.id}": "ISTIMEWA"}
    assert client.post("/kinerja/capaian-organisasi", data=sent_form).status_code == 303
    assert db.session.scalar(sa.select(CapaianOrganisasi.predikat)) == "ISTIMEWA"
    bad = {**sent_form, f"pd-{place.pd.id}": "HEBAT"}
    assert client.post("/kinerja/capaian-organisasi", data=bad).status_code == 422
    assert client.post("/kinerja/capaian-organisasi", data={"pd-lain": "BAIK"}).status_code == 422
    assert masuk(place.staff_user).get("/kinerja/capaian-organisasi").status_code == 403


def test_who_holds_the_seat_now_prints_the_rating_they_gave_and_the_former_penilai_does_not() -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    vacate(place)
    heir = take_seat(place)
    approval.follow_seat(case.kb.submission)
    press(place, case, "umpan-balik", "skp:1", umpan_balik="Pertahankan mutunya.")
    press(replace(place, boss_user=heir), case, "tetapkan", "tetapkan", **RATED)
    give(heir, "pegawai")
    _, text = printed("evaluasi", case, place.principal(heir))
    assert "Pertahankan mutunya." in text
    assert "PREDIKAT KINERJA PEGAWAI BAIK" in text
    _, text = printed("evaluasi", case, place.penilai)
    assert "Pertahankan" not in text
    assert "PEGAWAI BAIK" not in text


def test_feedback_is_printed_for_the_pegawai_once_it_is_delivered_and_not_for_an_admin() -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    press(place, case, "umpan-balik", "skp:1", umpan_balik="Pertahankan mutunya.")
    assert "Pertahankan" not in printed("evaluasi", case, place.me)[1]
    press(place, case, "tetapkan", "tetapkan", **RATED)
    assert "Pertahankan mutunya." in printed("evaluasi", case, place.me)[1]
    _, officer = pegawai(place.pd, place.pd, "Andi Uji")
    give(officer, "admin_pd", place.pd)
    assert "Pertahankan" not in printed("evaluasi", case, place.principal(officer))[1]


def test_a_month_under_repair_prints_for_the_penilai_as_it_was_sent() -> None:
    place = office()
    case = sent(place)
    returned(place, case)
    theirs, own = printed("pks", case, place.penilai)[1], printed("pks", case, place.me)[1]
    assert "Ringkasan draf." in own
    assert "Tindak lanjut draf." in own
    assert "draf" not in theirs
    assert "Semua renaksi berjalan" in theirs
    assert "notulen.pdf" in printed("pendokumentasian", case, place.penilai)[1]
