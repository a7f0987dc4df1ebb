"""What somebody with bad intent tries: other people's papers, changed content, endless input, own cases."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import approval, documents, pieces, storage
from portal.kernel.db import db
from portal.kernel.documents import Checked
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.jobs import Job
from portal.kernel.organisation import today
from portal.kernel.pages import alamat
from portal.kernel.people import PenugasanPeran, User
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan import services as penugasan
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import nomor, pleno, sk, tindakan
from portal.sertifikasi.publik import services as publik
from portal.sertifikasi.repositori import services, sinkron
from portal.sertifikasi.repositori.models import Arsip
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.orang import petugas, sertifikat, terkirim
from tests.sertifikasi.test_repositori import berkas

pytestmark = pytest.mark.usefixtures("app", "jam")
WHY = "Masa simpan sudah lewat"


def _job(**argumen: str) -> Job:
    return Job(nama="uji", judul="uji", argumen=argumen)


def _owner(case: m.Permohonan) -> Any:
    return f.principal(db.session.get_one(User, case.user_id))


# ---- papers


def test_a_form_changed_after_the_lock_is_not_printed() -> None:
    case = terkirim()
    form = formulir.draf(case.id, m.APL01, formulir.kepala(case, m.APL01))
    formulir.kunci(form, _owner(case))
    form.isi = {**form.isi, "asesi": {"nama": "Orang Lain"}}
    db.session.flush()
    with pytest.raises(Conflict, match="sidiknya"):
        formulir.cetak_lembar.run(_job(form=str(form.id)))
    assert form.dokumen_id is None


def test_an_sk_changed_after_it_was_signed_is_not_printed() -> None:
    case = terkirim()
    meeting = k.Pleno(nomor="PLENO-UJI", tanggal=today(), tempat="", kuorum=2)
    db.session.add(meeting)
    db.session.flush()
    row = k.Sk(
        nomor="SK-UJI", tanggal=today(), skema_versi_id=case.skema_versi_id, pleno_id=meeting.id, isi={"baris": []},
        sha256="0" * 64, disiapkan_oleh_id=case.user_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    job = _job(sk=str(row.id))
    job.user_id = case.user_id
    with pytest.raises(Conflict, match="sidiknya"):
        sk.cetak_sk.run(job)


def test_packages_with_nik_stay_closed_to_the_ketua_in_the_repository(masuk: Any) -> None:
    clerk = petugas("sekretariat_lsp")
    paper = documents.store(Checked("paket.zip", "application/zip", b"PK uji", None), clerk.id)
    documents.claim(paper)
    row = Arsip(
        dokumen_id=paper.id, jenis="PAKET", judul="Paket uji", sha256=paper.sha256, ukuran=6, pada=paper.dibuat_at,
        tahun=2026,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for peran, berkas_, halaman in (("ketua_lsp", 404, 404), ("manajer_sertifikasi", 303, 200)):
        client = masuk(petugas(peran))
        assert client.get(f"/berkas/{paper.id}").status_code == berkas_, peran
        assert client.get(f"/sertifikasi/repositori/{row.id}").status_code == halaman, peran


# ---- destruction


@pytest.mark.parametrize("held", [True, False])
def test_a_file_that_another_case_still_needs_is_not_destroyed(held: bool) -> None:
    """`held`: by a legal hold; else its time has simply not passed."""
    first = terkirim()
    file = berkas(first)
    user = db.session.get_one(User, first.user_id)
    approval.move(first.submission_id, "tarik", f.principal(user))
    db.session.flush()
    second = terkirim(user)
    row = db.session.scalars(sa.select(m.BuktiSyarat).where(m.BuktiSyarat.permohonan_id == second.id).limit(1)).one()
    db.session.add(m.BerkasSyarat(bukti_syarat_id=row.id, berkas_id=file.id))
    db.session.flush()
    sinkron.enter(sinkron.FIRST)
    entries = {one.permohonan_id: one for one in db.session.scalars(sa.select(Arsip))}
    if held:
        services.hold(entries[second.id], f.principal(petugas("manajer_sertifikasi")), "Sedang diperiksa inspektorat")
    entries[first.id].simpan_sampai = today() - timedelta(days=1)
    db.session.flush()
    proposal = services.propose(f.principal(petugas("sekretariat_lsp")), "IDENTITAS", WHY)
    services.decide(proposal, f.principal(petugas("manajer_sertifikasi")), True, "")
    sha256 = entries[second.id].sha256
    services.destroy.run(_job(usul=str(proposal.id)))
    db.session.expire_all()
    assert entries[second.id].dimusnahkan_at is None
    assert entries[first.id].pemusnahan_id is None
    assert storage.get(documents.content_key(sha256)) is not None


# ---- own cases


def test_an_officer_takes_back_no_proposal_on_their_own_case() -> None:
    officer = petugas("sekretariat_lsp")
    case = terkirim(officer)
    approval.record_system(approval.lock(case.submission_id), "ajukan_apl02", m.APL02_DIAJUKAN)
    other = petugas("asesor")
    asesor = a.Asesor(user_id=other.id, no_reg="MET 1", instansi="BPBD", mulai=today(), selesai=date(2029, 1, 1))
    db.session.add(asesor)
    db.session.flush()
    p = a.PenugasanAsesor(permohonan_id=case.id, asesor_id=asesor.id, status=a.MENUNGGU_COI, diusulkan_oleh_id=other.id)
    db.session.add(p)
    db.session.flush()
    with pytest.raises(Denied):
        penugasan.batalkan_usul(case, p, f.principal(officer), "Saya ingin asesor yang lain.")


def test_an_officer_proposes_nothing_about_their_own_certificate() -> None:
    officer = petugas("sekretariat_lsp")
    row = sertifikat(terkirim(officer))
    with pytest.raises(Denied):
        tindakan.propose(row, f.principal(officer), {"jenis": k.GANTI, "kelas": "GANTI_NAMA"}, None)


def test_who_no_longer_answers_messages_is_not_told_of_them() -> None:
    gone, here = petugas(), petugas("sekretariat_lsp")
    ended = PenugasanPeran(user_id=gone.id, peran="sekretariat_lsp", mulai=date(2025, 1, 1), selesai=date(2025, 12, 31))
    db.session.add(ended)
    db.session.flush()
    assert here.id in publik.readers()
    assert gone.id not in publik.readers()


def test_a_meeting_takes_no_case_twice() -> None:
    manajer, case = f.principal(petugas("manajer_sertifikasi")), terkirim()
    row = k.Pleno(nomor="PLENO-UJI-2", tanggal=today(), tempat="", kuorum=2)
    db.session.add(row)
    approval.record_system(approval.lock(case.submission_id), "uji", m.DITUNDA)
    db.session.flush()
    assert pleno.add(row, manajer, [case.id]) == 1
    approval.record_system(approval.lock(case.submission_id), "uji", m.DITUNDA)
    db.session.flush()
    with pytest.raises(Conflict, match="pleno berikutnya"):
        pleno.add(row, manajer, [case.id])


# ---- endless and odd input


@pytest.mark.parametrize(
    ("address", "held"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("-", "-")],
)
def test_codes_are_counted_for_what_one_subscriber_holds(address: str, held: str) -> None:
    assert alamat.network(address) == held


def test_an_upload_that_grows_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    who, piece = uuid.uuid4(), b"a" * pieces.PIECE
    monkeypatch.setattr(pieces, "OPEN_BYTES", 2 * pieces.PIECE)
    uploads = [uuid.uuid4(), uuid.uuid4()]
    for one in uploads:
        assert pieces.append(who, one, 0, piece, pieces.PIECE) == pieces.PIECE
    with pytest.raises(Invalid, match="belum selesai"):
        pieces.append(who, uploads[0], pieces.PIECE, piece, pieces.LARGEST)


def test_a_form_names_so_many_uploads_and_no_more(app: Flask) -> None:
    user = f.principal(f.asesi())
    with app.test_request_context(), pytest.raises(Invalid, match="Paling banyak"):
        pieces.given(user, ["x/y/z"] * (pieces.MOST_NAMED + 1), "berkas")


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "-1", "٣"])
def test_odd_figures_are_no_crash(masuk: Any, odd: str) -> None:
    user = f.asesi()
    client, base = masuk(user), f"/sertifikasi/saya/{f.draft(user).p.id}"
    for step, data in (
        ("apl-01/data", {"nama": "Nama Uji", "versi": odd, "aksi": "otomatis"}),
        ("apl-01/syarat", {"aksi": f"lepas:{odd}:x"}),
        ("apl-01/syarat", {"aksi": f"unggah:{odd}"}),
        ("apl-02/unit-1", {"aksi": "otomatis", "e1-jawaban": "K", "e1-versi": odd}),
    ):
        assert client.post(f"{base}/{step}", data=data).status_code in (200, 404, 422), (step, odd[:5])


def test_a_table_of_numbers_has_an_end() -> None:
    with pytest.raises(Invalid, match="Paling banyak"):
        nomor.read_table("PMH-1\tA-1\tB-1\t12345\n" * (nomor.TABLE_MOST + 1))


def test_errors_that_are_logged_name_no_values(app: Flask) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught, db.session.begin_nested():
        db.session.execute(sa.text("SELECT CAST(:rahasia AS integer)"), {"rahasia": "bukan-angka-xyz"})
    assert "[parameters" not in str(caught.value)
    assert "SQL parameters hidden" in str(caught.value)
