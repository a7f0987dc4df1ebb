"""Certificates from before the portal: loaded, told as not yet checked, held against their paper."""

import io
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from portal.kernel import citizens, documents, jobs, sealing
from portal.kernel.db import commit, db, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.importing import SAMA, UBAH, Row, Run
from portal.kernel.organisation import today
from portal.kernel.people import User
from portal.sertifikasi.arsip_lama import impor, views
from portal.sertifikasi.arsip_lama import models as a
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.keputusan import nomor, pengaturan
from portal.sertifikasi.rekap import definisi, ekspor
from portal.sertifikasi.rekap.hitung import Saringan, rekap
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import Arsip, Retensi
from portal.sertifikasi.skema.models import Skema
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi import factories_keputusan as k
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi import orang
from tests.sertifikasi.factories import skema_versi

NOMOR = "84234 5121 3 0000123 2023"


@pytest.fixture
def skema(app: Flask) -> Skema:
    return db.session.get_one(Skema, skema_versi().skema_id)


@pytest.fixture
def officer(app: Flask) -> User:
    user: User = UserFactory(nama="Petugas Arsip")
    give(user, "sekretariat_lsp")
    return user


@pytest.fixture
def loader(app: Flask) -> User:
    """Who loads is not who checks."""
    user: User = UserFactory(nama="Petugas Muat")
    give(user, "sekretariat_lsp")
    return user


def run(user: User, mode: str = "baru", *overwrite: str) -> Run:
    return Run(user.id, "arsip-sertifikat", f.principal(user), mode, overwrite=frozenset(overwrite))


def row(scheme: Skema, number: int = 2, **values: Any) -> Row:
    body = {"nama": "Sari Melati", "tanggal_lahir": date(1985, 3, 15), "skema": scheme.judul, "nomor": NOMOR,
            "no_reg": "SKM 123 00001 2023", "seri": "1234567", "terbit": date(2024, 5, 4),
            "sampai": date(2027, 5, 4), **values}  # fmt: skip
    return Row(number, body)


def codes(rows: list[Row]) -> list[str]:
    return [problem.code for one in rows for problem in one.problems]


def loaded(skema: Skema, officer: User, **values: Any) -> SertifikatLama:
    one = row(skema, **values)
    impor.check([one], run(officer))
    assert not one.wrong, codes([one])
    impor.apply([one], run(officer))
    return db.session.get_one(SertifikatLama, one.result)


def test_a_line_without_fault_is_stored_with_its_nik_sealed(skema: Skema, officer: User) -> None:
    made = loaded(skema, officer, nik=f.NIK)
    assert (made.nomor_sidik, made.no_reg_sidik, made.periksa) == ("842345121300001232023", "SKM123000012023", a.BELUM)
    assert sealing.unseal(made.nik_enc or b"", citizens.NIK) == f.NIK


def test_every_number_is_used_once_here_in_the_file_and_in_the_portal(skema: Skema, officer: User) -> None:
    loaded(skema, officer)
    case = orang.terkirim()
    held = orang.sertifikat(case)
    held.nomor = "99999 0000 1 0000001 2025"
    db.session.flush()
    rows = [
        row(skema, 2, nomor="84234-5121-3-0000124-2023", no_reg="skm 123 00001 2023", seri="12-34567"),
        row(skema, 3, nomor="9999900001 0000001 2025", no_reg="", seri=""),
        row(skema, 4, nomor="777777 1", no_reg="", seri="555555"),
        row(skema, 5, nomor="777777 2", no_reg="", seri="555555"),
        row(skema, 6, nomor="12"),
    ]
    impor.check(rows, run(officer))
    assert [[(p.column, p.code) for p in one.problems if not p.warning] for one in rows] == [
        [("no_reg", "E_DIPAKAI"), ("seri", "E_DIPAKAI")], [("nomor", "E_DIPAKAI")], [], [("seri", "E_GANDA")],
        [("nomor", "E_NOMOR"), ("no_reg", "E_DIPAKAI"), ("seri", "E_DIPAKAI")],
    ]  # fmt: skip


def test_days_that_cannot_be_and_days_that_are_odd(skema: Skema, officer: User, jam: Any) -> None:
    rows = [
        row(skema, nomor="1000001", no_reg="", seri="", terbit=date(2026, 12, 1), sampai=date(2029, 12, 1)),
        row(skema, nomor="1000002", no_reg="", seri="", sampai=date(2024, 5, 4)),
        row(skema, nomor="1000003", no_reg="", seri="", sampai=date(2028, 5, 4)),
        row(skema, nomor="1000004", no_reg="", seri="", sampai=date(2027, 5, 3)),
        row(skema, nomor="1000005", no_reg="", seri="", diputus=date(2024, 4, 20), sampai=date(2027, 4, 20)),
        row(skema, nomor="1000006", no_reg="", seri="", tanggal_lahir=date(2015, 1, 1)),
        row(skema, nomor="1000007", no_reg="", seri="", skema="Skema entah"),
    ]
    impor.check(rows, run(officer))
    assert [codes([one]) for one in rows] == [
        ["E_TERBIT"], ["E_MASA"], ["E_MASA"], [], [], ["E_LAHIR"], ["E_SKEMA"],
    ]  # fmt: skip


def test_a_table_fills_or_overwrites_but_never_what_was_checked(skema: Skema, officer: User, loader: User) -> None:
    made = loaded(skema, officer, seri="")
    same, fill = row(skema, seri=""), row(skema, nama="Sari Melati Putri")
    impor.check([same], run(officer, "kosong"))
    impor.check([fill], run(officer, "kosong"))
    assert (same.action, fill.action) == (SAMA, UBAH)
    impor.apply([fill], run(officer, "kosong"))
    assert (made.nama, made.seri) == ("Sari Melati", "1234567")
    over = row(skema, nama="Sari Melati Putri")
    impor.check([over], run(officer, "timpa", "nama"))
    impor.apply([over], run(officer, "timpa", "nama"))
    assert made.nama == "Sari Melati Putri"
    impor.undo([over], run(officer))
    assert made.nama == "Sari Melati"
    made.periksa, made.diperiksa_oleh_id = a.SESUAI, loader.id
    late = row(skema, nama="Orang Lain")
    impor.check([late], run(officer, "timpa", "nama"))
    assert (late.action, codes([late])) == (SAMA, ["W_DIPERIKSA"])
    over.before = {}
    impor.undo([over], run(officer))
    assert codes([over])[-1] == "E_DIPERIKSA"


def test_the_public_reads_not_yet_checked_until_the_paper_was_seen(
    skema: Skema, officer: User, loader: User, client: Any, masuk: Any, jam: Any
) -> None:
    made = loaded(skema, loader)
    asked = client.get("/verifikasi?kode=84234.5121.3.0000123.2023")
    page = client.get(asked.headers["Location"]).text
    assert "Tulis nama pemegang" in page
    assert "Sari Melati" not in page, "a number alone names nobody"
    assert "berbeda dengan yang tercatat" in client.get(asked.headers["Location"] + "?nama=Budi").text
    page = client.get(asked.headers["Location"] + "?nama=sari melati, S.Kom").text
    assert "Belum diperiksa" in page
    assert "Sari Melati" in page
    assert "Berlaku</strong>" not in page
    assert client.get("/verifikasi/8423451213").status_code == 404, "not by a part of the number"
    browser = masuk(officer)
    where = f"/sertifikasi/arsip-lama/{made.id}"
    form: dict[str, Any] = {"hasil": "SESUAI", "cocok": ["nama", "skema", "nomor"]}
    assert "Centang setiap butir" in browser.post(where, data=form).text
    form["cocok"].append("tanggal")
    assert "Unggah pindaian" in browser.post(where, data=form).text
    assert browser.post(where, data=form | {"pindaian": f.file(90, "kertas.jpg")}).status_code == 303
    db.session.refresh(made)
    assert (made.periksa, made.diperiksa_oleh_id) == (a.SESUAI, officer.id)
    assert "kertas.jpg" in browser.get(where).text
    assert browser.post(where, data=form).status_code == 409
    page = client.get("/verifikasi/842345121300001232023?nama=Sari+Melati").text
    assert "Belum diperiksa" not in page
    assert "Berlaku</strong>" in page
    jam.move_to("2027-06-01T00:00:00+00:00")
    assert views.keadaan(made).kode == "KEDALUWARSA"


def test_who_loaded_it_does_not_check_it_and_a_verdict_is_taken_back(
    skema: Skema, officer: User, loader: User, masuk: Any, client: Any
) -> None:
    made = loaded(skema, loader)
    where = f"/sertifikasi/arsip-lama/{made.id}"
    form: dict[str, Any] = {"hasil": "SESUAI", "cocok": list(views.FIELDS)}
    browser = masuk(loader)
    assert "rekan Anda yang memeriksanya" in browser.get(where).text
    assert browser.post(where, data=form | {"pindaian": f.file(90, "kertas.jpg")}).status_code == 403
    alone = sa.update(SertifikatLama).values(periksa=a.SESUAI, diperiksa_oleh_id=loader.id)
    with pytest.raises(sa.exc.IntegrityError, match="dua_orang"), db.session.begin_nested():
        db.session.execute(alone)
    assert masuk(officer).post(f"{where}/tarik", data={"alasan": "Kertasnya palsu"}).status_code == 409
    made.periksa, made.diperiksa_oleh_id, made.diperiksa_at = a.SESUAI, officer.id, now()
    address = "/verifikasi/842345121300001232023?nama=Sari+Melati"
    assert client.get(address).status_code == 200
    assert masuk(officer).post(f"{where}/tarik", data={"alasan": "palsu"}).status_code == 422
    assert masuk(officer).post(f"{where}/tarik", data={"alasan": "Kertasnya palsu"}).status_code == 303
    assert client.get(address).status_code == 404
    db.session.refresh(made)
    assert (made.periksa, made.catatan) == (a.BERBEDA, "Ditarik Petugas Arsip: Kertasnya palsu")


def test_nothing_from_after_the_start_of_the_portal_is_loaded(skema: Skema, officer: User, jam: Any) -> None:
    late = row(skema, terbit=date(2026, 2, 3), sampai=date(2029, 2, 3))
    impor.check([late], run(officer))
    assert codes([late]) == []
    pengaturan.save(pengaturan.LSP, {"portal_sejak": "2026-02-03"}, f.principal(officer))
    late = row(skema, terbit=date(2026, 2, 3), sampai=date(2029, 2, 3))
    impor.check([late], run(officer))
    assert codes([late]) == ["E_TERBIT"]


def test_what_differs_from_its_paper_is_not_told(
    skema: Skema, officer: User, loader: User, masuk: Any, client: Any
) -> None:
    made = loaded(skema, loader)
    browser = masuk(officer)
    form = {"hasil": "BERBEDA", "pindaian": f.file(91, "kertas.jpg")}
    assert "Tulis apa yang berbeda" in browser.post(f"/sertifikasi/arsip-lama/{made.id}", data=form).text
    form = {"hasil": "BERBEDA", "catatan": "Nama lain", "pindaian": f.file(91, "kertas.jpg")}
    assert browser.post(f"/sertifikasi/arsip-lama/{made.id}", data=form).status_code == 303
    assert client.get("/verifikasi/842345121300001232023").status_code == 404


def test_only_the_sekretariat_opens_the_register(skema: Skema, officer: User, masuk: Any) -> None:
    made = loaded(skema, officer)
    assert "Sari Melati" in masuk(officer).get("/sertifikasi/arsip-lama").text
    stranger = masuk(UserFactory())
    for address in ("/sertifikasi/arsip-lama", f"/sertifikasi/arsip-lama/{made.id}", "/impor/arsip-sertifikat"):
        assert stranger.get(address).status_code == 403


def test_the_whole_way_from_a_sheet_to_the_register(skema: Skema, officer: User, masuk: Any) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nama pemegang", "Skema", "No. sertifikat", "Tgl terbit", "Berlaku sampai"])
        sheet.write_row(1, 0, ["Sari Melati", skema.judul, NOMOR, "04/05/2024", "04/05/2027"])
        sheet.write_row(2, 0, ["Budi Laksana", skema.kode, 8423451213000012320, "04/05/2024", "04/05/2027"])
    browser = masuk(officer)
    sent = browser.post("/impor/arsip-sertifikat", data={"berkas": (io.BytesIO(out.getvalue()), "register.xlsx")})
    where = sent.headers["Location"].removesuffix("/kolom")
    places = {f"kolom-{name}": str(at) for at, name in enumerate(("nama", "skema", "nomor", "terbit", "sampai"))}
    browser.post(f"{where}/kolom", data={"modus": "baru", "aksi": "periksa", **places})
    work()
    assert "Presisi hilang" in browser.get(where).text
    browser.post(f"{where}/tulis")
    work()
    assert db.session.scalars(sa.select(SertifikatLama.nama)).all() == ["Sari Melati"]


def work() -> None:
    commit()
    for key in db.session.scalars(sa.select(jobs.Job.id).where(jobs.Job.status == jobs.ANTRE)).all():
        jobs.run(str(key))
    db.session.expire_all()


# ---- beside what the portal issues


def checked(skema: Skema, officer: User, **values: Any) -> SertifikatLama:
    """Held against its paper, with a scan, by somebody else than who loaded it."""
    one = loaded(skema, UserFactory(), **values)
    paper = documents.made(Checked("pindaian.pdf", PDF, letter("sertifikat", [one.nomor]), 1), officer.id)
    documents.claim(paper)
    one.periksa, one.diperiksa_at, one.diperiksa_oleh_id, one.dokumen_id = a.SESUAI, now(), officer.id, paper.id
    db.session.flush()
    return one


def test_the_portal_gives_no_number_that_an_old_certificate_has(skema: Skema, officer: User, jam: Any) -> None:
    place = k.lsp()
    (cert,) = k.sertifikat_baru(place)
    loaded(skema, officer)
    staff = place.panggil("sekretariat")
    nomor.receive("7654321", "", staff)
    for values, words in (
        (("84234-5121 3 0000123/2023", "PBN.0001.00009 2026", "7654321"), "Nomor sertifikat"),
        (("84234 1439 3 0000009 2026", "skm123 00001 2023", "7654321"), "Nomor registrasi"),
        (("84234 1439 3 0000009 2026", "PBN.0001.00009 2026", "1234567"), "Blanko"),
    ):
        said = nomor.problem(cert, *values)
        assert said.startswith(words), said
        assert f"sebelum portal, {NOMOR} atas nama" in said
    assert nomor.problem(cert, "84234 1439 3 0000009 2026", "PBN.0001.00009 2026", "7654321") == ""


def test_the_recap_counts_checked_ones_on_a_line_of_their_own(
    skema: Skema, officer: User, jam: Any, masuk: Any
) -> None:
    day = today()
    checked(skema, officer)
    loaded(skema, officer, nomor="84234 5121 3 0000124 2023", no_reg="", seri="")
    checked(
        skema,
        officer,
        nomor="84234 5121 3 0000125 2023",
        no_reg="",
        seri="",
        terbit=date(2023, 1, 1),
        sampai=date(2026, 1, 1),
    )
    found = rekap(Saringan(day))
    assert (found.lama, found.total) == (1, 0)
    assert rekap(Saringan(day - timedelta(days=1))).lama == 0, "it was checked today"
    assert rekap(Saringan(day, skema=(str(skema.id),))).lama == 1
    assert rekap(Saringan(day, skema=(str(uuid.uuid4()),))).lama == 0
    assert rekap(Saringan(day, asesor=officer.id)).lama is None
    lines = ekspor.table(found)
    assert lines[-1][0] == definisi.SEBELUM
    assert [cell for cell in lines[-1][1:] if cell] == ["1"]
    assert lines[-2][0] == "Jumlah"
    hidden = rekap(Saringan(day, samar=True))
    assert ekspor.table(hidden)[-1].count("< 5") == 1
    db.session.flush()
    page = masuk(officer).get("/sertifikasi/rekap").text
    assert definisi.SEBELUM in page
    assert definisi.ARTI_SEBELUM in page


def test_the_repository_lists_the_scans_until_the_certificate_is_long_over(skema: Skema, officer: User) -> None:
    one = checked(skema, officer)
    sinkron.enter(sinkron.FIRST)
    entry = db.session.scalars(sa.select(Arsip).where(Arsip.dokumen_id == one.dokumen_id)).one()
    assert (entry.jenis, entry.skema_id, entry.permohonan_id) == ("SERTIFIKAT", skema.id, None)
    assert one.nomor in entry.judul
    sinkron.count_retention()
    db.session.refresh(entry)
    assert entry.simpan_sampai is None or entry.simpan_sampai > one.sampai
    kept = db.session.scalar(sa.select(Retensi.bulan).where(Retensi.jenis == "SERTIFIKAT"))
    assert (entry.simpan_sampai is None) == (kept is None)
