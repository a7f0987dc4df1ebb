"""Instruments: replaced but never edited, read by few, kept while used, opened for an outsider on request only."""

import io
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from portal.kernel.activity import Aktivitas
from portal.kernel.db import db, new_id, now
from portal.kernel.errors import Conflict, Invalid
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.muk import services
from portal.sertifikasi.muk.models import BERLAKU, DICABUT, Muk, MukDibuka
from portal.sertifikasi.pantau import services as leaves
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import Arsip, Retensi
from portal.sertifikasi.skema.models import SkemaUnit
from tests.sertifikasi import factories_keputusan as keputusan
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.orang import petugas
from tests.sertifikasi.test_pantau import izin


def instrumen(place: keputusan.Lsp, kode: str = "FR.IA.05", unit: UUID | None = None) -> Muk:
    file = services.Berkas(io.BytesIO(letter(kode, ["Instrumen uji"])), f"{kode}.pdf")
    return services.add(place.panggil("manajer"), place.versi.id, unit, (kode, "Pertanyaan tertulis"), file)


def ditugaskan(place: keputusan.Lsp) -> a.PenugasanAsesor:
    """A case in hand of the asesor of this LSP."""
    case = keputusan.kasus(place)
    return db.session.scalars(sa.select(a.PenugasanAsesor).where(a.PenugasanAsesor.permohonan_id == case.id)).one()


@pytest.fixture
def place(app: Flask, jam: Any) -> keputusan.Lsp:
    return keputusan.lsp()


def berkas_pdf(text: str = "baru") -> tuple[io.BytesIO, str]:
    return io.BytesIO(letter(text, [text])), f"{text}.pdf"


def test_the_manajer_adds_renames_replaces_and_withdraws(place: keputusan.Lsp, masuk: Any) -> None:
    client = masuk(place.manajer)
    unit = db.session.scalars(sa.select(SkemaUnit.unit_id).where(SkemaUnit.skema_versi_id == place.versi.id)).first()
    assert "Unggah MUK" in client.get("/sertifikasi/muk").text
    assert 'name="kode"' in client.get(f"/sertifikasi/muk/baru?skema={place.versi.id}").text
    form = {"skema": str(place.versi.id), "unit": str(unit), "kode": "fr.ia.05", "judul": "Pertanyaan tertulis"}
    for wrong in ({"kode": "IA 5"}, {"judul": ""}, {"skema": str(new_id())}, {"unit": str(new_id())}):
        answer = client.post("/sertifikasi/muk/baru", data={**form, **wrong, "berkas": berkas_pdf()})
        assert answer.status_code == 422, wrong
    assert client.post("/sertifikasi/muk/baru", data=form).status_code == 422, "without a file"
    answer = client.post("/sertifikasi/muk/baru", data={**form, "berkas": berkas_pdf("satu")})
    assert answer.status_code == 303
    assert client.post("/sertifikasi/muk/baru", data={**form, "berkas": berkas_pdf()}).status_code == 409
    row = db.session.scalars(sa.select(Muk)).one()
    page = f"/sertifikasi/muk/{row.id}"
    assert (row.kode, row.versi, row.status, answer.location) == ("FR.IA.05", 1, BERLAKU, page)
    assert client.post(f"{page}/ubah", data={"judul": "Pertanyaan lisan"}).status_code == 303
    assert client.post(f"{page}/ganti", data={"alasan": "singkat", "berkas": berkas_pdf()}).status_code == 422
    replaced = client.post(f"{page}/ganti", data={"alasan": "Butir tiga keliru", "berkas": berkas_pdf("dua")})
    new = db.session.scalars(sa.select(Muk).where(Muk.status == BERLAKU)).one()
    assert (replaced.location, new.versi, new.judul) == (f"/sertifikasi/muk/{new.id}", 2, "Pertanyaan lisan")
    assert (new.menggantikan_id, row.status, row.alasan) == (row.id, DICABUT, "Butir tiga keliru")
    assert row.dokumen_id != new.dokumen_id
    assert "Versi 1" in client.get(replaced.location).text
    assert client.post(f"{page}/ubah", data={"judul": "Terlambat"}).status_code == 409
    assert client.post(f"{replaced.location}/cabut", data={"alasan_cabut": ""}).status_code == 422
    assert client.post(f"{replaced.location}/cabut", data={"alasan_cabut": "Unit tidak dipakai"}).status_code == 303
    assert new.status == DICABUT
    assert instrumen(place, unit=unit).versi == 3


def test_the_sekretariat_reads_titles_only(place: keputusan.Lsp, masuk: Any) -> None:
    row = instrumen(place)
    client = masuk(place.sekretariat)
    page = client.get("/sertifikasi/muk").text
    assert row.judul in page
    assert f"/sertifikasi/muk/{row.id}" not in page
    assert client.get(f"/sertifikasi/muk/{row.id}").status_code == 403
    assert client.get(f"/berkas/{row.dokumen_id}").status_code == 404


def test_the_repository_lists_it_without_opening_it(place: keputusan.Lsp, masuk: Any) -> None:
    row = instrumen(place)
    sinkron.enter(sinkron.FIRST)
    entry = db.session.scalars(sa.select(Arsip).where(Arsip.jenis == "MUK")).one()
    kept = db.session.scalars(sa.select(Retensi).where(Retensi.jenis == "MUK")).one()
    assert (entry.dokumen_id, entry.skema_id, kept.kelas) == (row.dokumen_id, place.versi.skema_id, "RAHASIA")
    assert masuk(place.sekretariat).get(f"/sertifikasi/repositori/{entry.id}").status_code == 200
    assert masuk(place.ketua).get(f"/sertifikasi/repositori/{entry.id}").status_code == 404
    for user in (place.sekretariat, place.ketua, place.komite[0]):
        assert masuk(user).get(f"/berkas/{row.dokumen_id}").status_code == 404, user.nama


def test_it_is_kept_while_used_and_two_years_more(place: keputusan.Lsp) -> None:
    task, row = ditugaskan(place), instrumen(place)
    sinkron.enter(sinkron.FIRST)
    entry = db.session.scalars(sa.select(Arsip).where(Arsip.jenis == "MUK")).one()
    services.withdraw(row, place.panggil("manajer"), "Tidak dipakai lagi")
    db.session.flush()
    sinkron.count_retention()
    db.session.refresh(entry)
    assert entry.simpan_sampai is None, "a case of that version is still open"
    case = db.session.get_one(keputusan.m.Permohonan, task.permohonan_id)
    case.aktif = False
    db.session.flush()
    sinkron.count_retention()
    db.session.refresh(entry)
    ended = now().date()
    assert entry.simpan_sampai == ended.replace(year=ended.year + 2)


def test_an_asesor_reads_those_of_the_cases_in_hand(place: keputusan.Lsp, masuk: Any) -> None:
    row, other = instrumen(place), petugas("asesor")
    client, file = masuk(place.asesor), f"/berkas/{row.dokumen_id}"
    assert client.get(file).status_code == 404, "no case in hand"
    task = ditugaskan(place)
    assert row.kode in client.get("/sertifikasi/muk/saya").text
    before = db.session.scalar(sa.select(sa.func.count()).where(Aktivitas.peristiwa == "muk.dibaca"))
    assert client.get(file).status_code in (200, 303)
    after = db.session.scalar(sa.select(sa.func.count()).where(Aktivitas.peristiwa == "muk.dibaca"))
    assert (before, after) == (0, 1), "every opening is a line"
    assert masuk(other).get(file).status_code == 404
    assert row.kode not in masuk(other).get("/sertifikasi/muk/saya").text
    task.status = a.SELESAI
    db.session.flush()
    assert masuk(place.asesor).get(file).status_code == 404, "the assignment is over"


def test_nobody_opens_the_instruments_of_the_scheme_they_apply_for(place: keputusan.Lsp, masuk: Any) -> None:
    row = instrumen(place)
    ditugaskan(place)
    f.draft(place.asesor, place.versi)
    assert masuk(place.asesor).get(f"/berkas/{row.dokumen_id}").status_code == 404
    assert row.kode not in masuk(place.asesor).get("/sertifikasi/muk/saya").text
    boss = petugas("manajer_sertifikasi")
    assert masuk(boss).get(f"/berkas/{row.dokumen_id}").status_code in (200, 303)
    f.draft(boss, place.versi)
    assert masuk(boss).get(f"/berkas/{row.dokumen_id}").status_code == 404


def test_an_outsider_reads_what_was_opened_for_them_page_by_page(place: keputusan.Lsp, masuk: Any) -> None:
    row, closed = instrumen(place), instrumen(place, "FR.IA.02")
    watcher, stranger = petugas("pihak_ketiga"), petugas("pihak_ketiga")
    leave, _ = izin(watcher), izin(stranger)
    page = f"/sertifikasi/pantau/muk/{row.id}/1.png"
    assert masuk(watcher).get(page).status_code == 404, "on request only"
    boss = masuk(place.manajer)
    form = {"akses": str(leave.id), "permintaan": "Surat 12/PENGAWASAN/2026"}
    for wrong in ({"akses": str(new_id())}, {"permintaan": ""}):
        assert boss.post(f"/sertifikasi/muk/{row.id}/buka", data={**form, **wrong}).status_code == 422
    assert boss.post(f"/sertifikasi/muk/{row.id}/buka", data=form).status_code == 303
    assert boss.post(f"/sertifikasi/muk/{row.id}/buka", data=form).status_code == 409
    assert watcher.nama in boss.get(f"/sertifikasi/muk/{row.id}").text
    client = masuk(watcher)
    listed = client.get("/sertifikasi/pantau/muk").text
    assert (row.kode in listed, closed.kode in listed) == (True, False)
    answer = client.get(page)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "no-store")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert any(red > green + 20 for _, (red, green, _b) in picture.getcolors(10_000_000) or [])
    assert client.get(page.replace("1.png", "2.png")).status_code == 404
    assert client.get(f"/berkas/{row.dokumen_id}").status_code == 404
    assert masuk(stranger).get(page).status_code == 404
    seen = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "muk.halaman_dibaca")).all()
    assert [(line.pelaku, line.data["kode"]) for line in seen] == [(watcher.nama, row.kode)]
    held = db.session.scalars(sa.select(MukDibuka)).one()
    closing = masuk(place.manajer).post(f"/sertifikasi/muk/{row.id}/tutup/{held.id}")
    assert closing.status_code == 303
    assert masuk(watcher).get(page).status_code == 404


def test_what_was_opened_ends_with_the_leave_and_with_the_instrument(place: keputusan.Lsp, masuk: Any) -> None:
    row, watcher = instrumen(place), petugas("pihak_ketiga")
    leave, boss = izin(watcher), place.panggil("manajer")
    services.open_for(row, leave.id, "Surat 12/PENGAWASAN/2026", boss)
    client, page = masuk(watcher), f"/sertifikasi/pantau/muk/{row.id}/1.png"
    assert client.get(page).status_code == 200
    leaves.revoke(leave, boss)
    assert client.get(page).status_code == 403
    with pytest.raises(Invalid, match="sedang berlaku"):
        services.open_for(row, leave.id, "Surat 13/PENGAWASAN/2026", boss)
    again = izin(watcher)
    services.open_for(row, again.id, "Surat 13/PENGAWASAN/2026", boss)
    services.withdraw(row, boss, "Butirnya bocor di media")
    assert masuk(watcher).get(page).status_code == 404
    with pytest.raises(Conflict):
        services.open_for(row, again.id, "Surat 14/PENGAWASAN/2026", boss)


def test_one_in_force_for_a_unit_and_code(place: keputusan.Lsp) -> None:
    row = instrumen(place)
    twin = Muk(skema_versi_id=row.skema_versi_id, unit_id=None, kode=row.kode, judul="Kembar", versi=9,
               pembuat_id=row.pembuat_id, dokumen_id=row.dokumen_id)  # fmt: skip
    db.session.add(twin)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()
