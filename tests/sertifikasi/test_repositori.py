"""The repository: everything of a sent case is entered once, kept, held, checked, destroyed by two people only."""

import csv
import hashlib
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import documents, jobs, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db, new_id
from portal.kernel.documents import PDF, Checked, Document, content_key
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import today
from portal.kernel.storage import redis
from portal.sertifikasi.repositori import kelengkapan, periksa, services, sinkron
from portal.sertifikasi.repositori.models import Arsip, Pemusnahan, Retensi
from portal.sertifikasi.repositori.views import KEADAAN, _in_state, _state
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import WAJIB, SkemaSyarat
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.orang import petugas, terkirim


def berkas(case: m.Permohonan, body: bytes = b"%PDF-1.4 uji", jenis: str = "KTP") -> m.BerkasAsesi:
    document = documents.store(Checked(f"{jenis}.pdf", PDF, body, 1), case.user_id)
    documents.claim(document)
    held = m.BerkasAsesi(
        user_id=case.user_id, dokumen_id=document.id, kunci=document.id, jenis=jenis, judul=f"{jenis} uji"
    )
    db.session.add(held)
    db.session.flush()
    row = db.session.scalars(sa.select(m.BuktiSyarat).where(m.BuktiSyarat.permohonan_id == case.id).limit(1)).first()
    assert row is not None
    db.session.add(m.BerkasSyarat(bukti_syarat_id=row.id, berkas_id=held.id))
    db.session.flush()
    return held


@pytest.fixture
def arsip(app: Flask, jam: Any) -> Arsip:
    """One identity card of one sent case, entered."""
    berkas(terkirim())
    sinkron.enter(sinkron.FIRST)
    return db.session.scalars(sa.select(Arsip)).one()


def test_a_document_is_entered_once_with_what_one_finds_it_by(arsip: Arsip) -> None:
    assert (arsip.jenis, arsip.provinsi, arsip.instansi, arsip.tahun) == ("IDENTITAS", "31", "BPBD Kota Sagara", 2026)
    assert sinkron.enter(sinkron.FIRST) == 0
    assert sinkron.enter(sinkron.now() - timedelta(hours=1)) == 0


def test_drafts_stay_out_until_they_are_sent(app: Flask, jam: Any) -> None:
    berkas(f.draft(f.asesi()).p)
    assert sinkron.enter(sinkron.FIRST) == 0


def test_only_those_who_read_applications_see_the_list(arsip: Arsip, masuk: Any) -> None:
    for peran, kode in (
        ("sekretariat_lsp", 200),
        ("ketua_lsp", 200),
        ("asesor", 403),
        ("pihak_ketiga", 403),
        ("", 403),
    ):
        assert masuk(petugas(peran)).get("/sertifikasi/repositori").status_code == kode, peran


def test_list_page_and_facets(arsip: Arsip, masuk: Any) -> None:
    client = masuk(petugas("sekretariat_lsp"))
    assert "KTP uji" in client.get("/sertifikasi/repositori?provinsi=31&tahun=2026&jenis=IDENTITAS").text
    assert "KTP uji" not in client.get("/sertifikasi/repositori?provinsi=12").text
    assert arsip.sha256 in client.get(f"/sertifikasi/repositori/{arsip.id}").text
    assert client.get(f"/berkas/{arsip.dokumen_id}").status_code == 303


def test_time_runs_from_the_end_of_the_case(arsip: Arsip) -> None:
    sinkron.count_retention()
    db.session.refresh(arsip)
    assert arsip.simpan_sampai is None
    case = db.session.get_one(m.Permohonan, arsip.permohonan_id)
    user = f.principal(db.session.get_one(f.User, case.user_id))
    from portal.kernel import approval

    approval.move(case.submission_id, "tarik", user)
    db.session.flush()
    sinkron.count_retention()
    db.session.refresh(arsip)
    assert arsip.simpan_sampai is not None
    assert (arsip.simpan_sampai - today()).days in range(364, 367)


# ---- hold and destruction


def _overdue(arsip: Arsip) -> None:
    arsip.simpan_sampai = today() - timedelta(days=1)
    db.session.flush()


def _proposal(arsip: Arsip) -> tuple[Pemusnahan, Any]:
    _overdue(arsip)
    clerk = f.principal(petugas("sekretariat_lsp"))
    return services.propose(clerk, "IDENTITAS", "Masa simpan sudah lewat"), clerk


def test_nobody_approves_what_they_proposed(arsip: Arsip) -> None:
    row, clerk = _proposal(arsip)
    with pytest.raises(Denied):
        services.decide(row, clerk, True, "")


def test_what_is_held_is_not_proposed(arsip: Arsip) -> None:
    services.hold(arsip, f.principal(petugas("manajer_sertifikasi")), "Sedang diperiksa inspektorat")
    _overdue(arsip)
    with pytest.raises(Conflict):
        services.propose(f.principal(petugas("sekretariat_lsp")), "IDENTITAS", "Masa simpan sudah lewat")
    with pytest.raises(Invalid):
        services.release(arsip, f.principal(petugas("manajer_sertifikasi")), "ya")


def test_destruction_leaves_hash_and_certificate_and_no_content(arsip: Arsip) -> None:
    row, _ = _proposal(arsip)
    old = arsip.sha256
    services.decide(row, f.principal(petugas("manajer_sertifikasi")), True, "")
    paper = services.destroy.run(_job(usul=str(row.id)))
    assert services.destroy.run(_job(usul=str(row.id))) == paper
    db.session.refresh(arsip)
    assert arsip.dimusnahkan_at is not None
    assert arsip.sha256 == old
    assert storage.get(content_key(old)) is None
    left = db.session.get_one(Document, arsip.dokumen_id)
    assert left.sha256 != old
    with pypdfium2.PdfDocument(storage.get(db.session.get_one(Document, paper).kunci)) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert old[:20] in text.replace("\r\n", "")
    assert row.nomor in text


def test_a_hold_between_approval_and_work_saves_the_file(arsip: Arsip) -> None:
    row, _ = _proposal(arsip)
    manajer = f.principal(petugas("manajer_sertifikasi"))
    services.decide(row, manajer, True, "")
    services.hold(arsip, manajer, "Diminta pengadilan hari ini")
    services.destroy.run(_job(usul=str(row.id)))
    assert arsip.dimusnahkan_at is None
    assert storage.get(content_key(arsip.sha256)) is not None


def test_a_refused_proposal_frees_its_files(arsip: Arsip, masuk: Any) -> None:
    row, _ = _proposal(arsip)
    client = masuk(petugas("manajer_sertifikasi"))
    address = f"/sertifikasi/repositori/pemusnahan/{row.id}"
    assert client.post(address, data={"aksi": "tolak", "catatan": "x"}).status_code == 422
    assert client.post(address, data={"aksi": "tolak", "catatan": "Masih dipakai banding"}).status_code == 303
    assert db.session.get_one(Arsip, arsip.id).pemusnahan_id is None


def _job(**argumen: str) -> jobs.Job:
    job = jobs.Job(nama="uji", judul="uji", kunci=str(new_id()), argumen=argumen)
    db.session.add(job)
    db.session.flush()
    return job


# ---- checking


def test_changed_bytes_are_found_and_told(arsip: Arsip) -> None:
    boss = petugas("manajer_sertifikasi")
    periksa.check_store.run(_job())
    assert db.session.get_one(Arsip, arsip.id).cocok is True
    storage.put(content_key(arsip.sha256), b"%PDF-1.4 lain", PDF)
    periksa.check_store.run(_job())
    assert db.session.get_one(Arsip, arsip.id).cocok is False
    line = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "arsip.berbeda")).one()
    assert line.data["ditemukan"] == hashlib.sha256(b"%PDF-1.4 lain").hexdigest()
    from portal.kernel.notices import Notice

    told = db.session.scalars(sa.select(Notice.user_id)).all()
    assert boss.id in told


def test_kinds_and_times_are_settings(app: Flask, masuk: Any) -> None:
    client = masuk(petugas("manajer_sertifikasi"))
    kinds = db.session.scalars(sa.select(Retensi)).all()
    assert len(kinds) == 14
    values = {f"bulan-{r.jenis}": str(r.bulan or "") for r in kinds}
    assert client.post("/sertifikasi/repositori/retensi", data={**values, "bulan-IA": "banyak"}).status_code == 422
    assert client.post("/sertifikasi/repositori/retensi", data={**values, "bulan-IA": "24"}).status_code == 303
    assert db.session.scalar(sa.select(Retensi.bulan).where(Retensi.jenis == "IA")) == 24


# ---- completeness


def test_the_matrix_says_complete_missing_and_expired(arsip: Arsip, masuk: Any) -> None:
    client = masuk(petugas("sekretariat_lsp"))
    page = client.get("/sertifikasi/repositori/kelengkapan")
    assert "Kurang" in page.text
    assert "Kelengkapan" in page.text
    body = client.get("/sertifikasi/repositori/kelengkapan?format=csv").data.decode("utf-8-sig")
    assert "Pelatihan atau pengalaman" in body.splitlines()[0]
    states = {name for name, _, _ in kelengkapan.cells()}
    assert {"ktp", "foto", "apl01", "ak02"} <= states


def test_a_cell_follows_the_file_of_its_requirement(app: Flask, jam: Any, masuk: Any) -> None:
    case = terkirim()
    link = sa.select(m.BuktiSyarat, SkemaSyarat).join(SkemaSyarat, SkemaSyarat.id == m.BuktiSyarat.syarat_id)
    rows = db.session.execute(link.where(m.BuktiSyarat.permohonan_id == case.id, SkemaSyarat.sifat == WAJIB)).all()
    kinds = {jenis: label for _, label, jenis in kelengkapan.KINDS}
    row, syarat = next(found for found in rows if found.SkemaSyarat.jenis in kinds)
    held = berkas(case, jenis=syarat.jenis)
    db.session.execute(sa.update(m.BerkasSyarat).values(bukti_syarat_id=row.id))
    client = masuk(petugas("sekretariat_lsp"))

    def cell() -> str:
        body = client.get("/sertifikasi/repositori/kelengkapan?format=csv").data.decode("utf-8-sig")
        lines = list(csv.reader(body.splitlines(), delimiter=body[len("Permohonan")]))
        return lines[1][lines[0].index(kinds[syarat.jenis])]

    for until, word in ((today(), "Ada"), (today() - timedelta(days=1), "Kedaluwarsa")):
        held.berlaku_sampai = until
        db.session.flush()
        assert cell() == word
    db.session.execute(sa.delete(m.BerkasSyarat))
    assert cell() == "Kurang"


# ---- what is entered when


def test_opening_the_list_asks_for_what_is_new_and_only_then(arsip: Arsip, masuk: Any) -> None:
    client = masuk(petugas("sekretariat_lsp"))
    waiting = sa.select(sa.func.count()).where(jobs.Job.nama == "sertifikasi-arsip-susul")
    redis().set(sinkron.MARK, (sinkron.now() + timedelta(days=365)).isoformat())
    client.get("/sertifikasi/repositori")
    assert db.session.scalar(waiting) == 0
    redis().set(sinkron.MARK, (sinkron.now() - timedelta(days=1)).isoformat())
    berkas(terkirim(), b"%PDF-1.4 baru")
    client.get("/sertifikasi/repositori")
    client.get("/sertifikasi/repositori")
    assert db.session.scalar(waiting) == 1
    sinkron.catch_up_job.run(_job())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Arsip)) == 2


@pytest.mark.parametrize("keadaan", list(KEADAAN.states))
def test_a_state_finds_what_it_shows(arsip: Arsip, masuk: Any, keadaan: str) -> None:
    """One entry in every state: the filter and the badge mean the same."""
    for n, change in enumerate(({"ditahan_at": sinkron.now()}, {"cocok": False}, {"dimusnahkan_at": sinkron.now()})):
        db.session.add(
            Arsip(dokumen_id=arsip.dokumen_id, jenis=f"U{n}", judul=f"U{n}", sha256="", ukuran=1, pada=arsip.pada,
                  tahun=2026, **change)
        )  # fmt: skip
    db.session.flush()
    found = db.session.scalars(sa.select(_state()).where(_in_state(keadaan, None))).all()
    there = db.session.scalars(sa.select(_state())).all()
    assert found == [keadaan] * there.count(keadaan)
    page = masuk(petugas("manajer_sertifikasi")).get(f"/sertifikasi/repositori?keadaan={keadaan}")
    assert ("Tidak ada hasil" in page.text) is (not found)
