"""Who may not do what on the same case: verify, assess, decide and sign are never in one hand (C1, C4, C5, C6)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel.approval import SubmissionEvent
from portal.kernel.db import db
from portal.kernel.people import User
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m
from tests.kernel.factories import give
from tests.layar import Jendela, Layar
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi import langkah_putusan as putusan
from tests.sertifikasi.factories import lisensi
from tests.sertifikasi.langkah import SANDI, pekerja, words

pytestmark = pytest.mark.usefixtures("app", "jam")


@pytest.fixture
def buka(app: Flask) -> Any:
    return lambda user: Jendela.baru(app, user.pengguna, SANDI).masuk()


@pytest.fixture
def lsp() -> f.Lsp:
    made = f.Lsp()
    lisensi(made.versi, date(2026, 1, 1), date(2030, 12, 31))
    return made


def events(row: m.Permohonan) -> int:
    query = sa.select(sa.func.count()).where(SubmissionEvent.submission_id == row.submission_id)
    return db.session.scalar(query) or 0


def address(row: m.Permohonan, part: str = "") -> str:
    return f"/sertifikasi/permohonan/{row.id}{part}"


def test_nobody_verifies_their_own_case(lsp: f.Lsp, buka: Any) -> None:
    own, other = f.permohonan(lsp, "Sekar Sekretariat", lsp.sekretariat), f.permohonan(lsp)
    before = events(own)
    me, page = buka(lsp.sekretariat), buka(lsp.rekan).buka(address(own, "/bukti"))
    mine = me.buka(address(own, "/bukti"))
    assert mine.tombol_tombol == me.buka(address(other, "/riwayat")).tombol_tombol
    row = page.semua("Simpan putusan baris")[0].isi(status="MEMENUHI")
    assert me.paksa(row, "Simpan putusan baris") == 403
    f.setuju_semua(lsp, own, lsp.rekan)
    page = buka(lsp.rekan).buka(address(own, "/bukti"))
    for kata in ("Terima dan tanda tangani", "Minta perbaikan", "Usulkan penolakan"):
        form = page.formulir(kata).isi(hubungan="TIDAK")
        form = form.isi(sandi=SANDI) if "sandi" in form.medan else form
        assert me.paksa(form, kata) in (403, 409), kata
    relative = page.formulir("Terima dan tanda tangani").isi(hubungan="ADA", sandi=SANDI)
    assert relative.lagi("Terima dan tanda tangani", 403, 409, 422).galat
    assert (events(own), f.status(own)) == (before, m.DIAJUKAN)


def test_nobody_assesses_themselves_and_three_persons_assign(lsp: f.Lsp, buka: Any) -> None:
    _, own = f.sampai(m.APL02_DIAJUKAN, lsp, nama="Asa Sesor", user=lsp.asesor_user)
    _, other = f.sampai(m.APL02_DIAJUKAN, lsp)
    staff = buka(lsp.sekretariat)
    page = staff.buka(address(own, "/penugasan?rencana=3-12-2026"))
    assert "Asesor adalah asesi itu sendiri." in words(putusan.baris(page, "Asa Sesor"))
    form = staff.buka(address(other, "/penugasan?rencana=3-12-2026")).formulir("Usulkan")
    assert staff.paksa(form, "Usulkan", address(own, "/penugasan")) == 409
    assert db.session.scalar(sa.select(sa.func.count()).select_from(a.PenugasanAsesor)) == 0
    give(lsp.sekretariat, "manajer_sertifikasi")
    form.tekan("Usulkan")
    p = f.tugas(other).p
    f.penugasan.nyatakan(p, f.principal(lsp.asesor_user), f.TIDAK, "")
    both = buka(lsp.sekretariat)
    approve = buka(lsp.manajer).buka(address(other, "/penugasan")).formulir("Setujui dan terbitkan surat tugas")
    assert both.paksa(approve, "Setujui dan terbitkan surat tugas") == 403
    assert f.status(other) == m.APL02_DIAJUKAN
    approve.tekan("Setujui dan terbitkan surat tugas")
    assert f.status(other) == m.ASESOR_DITUGASKAN


def test_nobody_records_their_own_attendance(lsp: f.Lsp, buka: Any, jam: Any) -> None:
    _, own = f.sampai(m.TERJADWAL, lsp, nama="Rekan Sekretariat", user=lsp.rekan)
    place = f.sesi_of(own)
    jam.move_to(place.mulai)
    for who, status, recorded in ((lsp.rekan, 403, ""), (lsp.sekretariat, 303, a.HADIR)):
        form = buka(who).buka(f"/sertifikasi/sesi/{place.id}").formulir("Simpan kehadiran")
        form.isi({f"hadir-{own.id}": a.HADIR}).lagi("Simpan kehadiran", status)
        assert db.session.scalars(sa.select(a.PesertaSesi.kehadiran)).all() == [recorded]


def rapat(lsp: f.Lsp, buka: Any, jam: Any, ketua: User, *anggota: User) -> tuple[m.Permohonan, str, Layar]:
    """A case at a meeting with these members, all present. Returns the page of its chair."""
    _, case = f.sampai(m.DIREKOMENDASIKAN, lsp, jam=jam)
    jam.move_to(datetime(2026, 12, 10, 2, 0, tzinfo=UTC))
    manager = buka(lsp.manajer)
    manager.buka("/sertifikasi/pengaturan").formulir("Simpan pengaturan").isi(kuorum="2").tekan("Simpan pengaturan")
    seats = [str(one.id) for one in (ketua, *anggota)]
    pleno = putusan.undang(manager, *seats, tanggal="10-12-2026")
    form = manager.buka(pleno).formulir("Bawa ke pleno ini").isi(kasus=[str(case.id)])
    form.tekan("Bawa ke pleno ini")
    putusan.hadirkan(buka(ketua), pleno, *seats)
    return case, pleno, buka(ketua).buka(pleno)


def test_who_assessed_neither_votes_nor_records_the_decision(lsp: f.Lsp, buka: Any, jam: Any) -> None:
    give(lsp.asesor_user, "komite_teknis")
    one, two = f.account("Komite Satu", "komite_teknis"), f.account("Komite Dua", "komite_teknis")
    case, pleno, page = rapat(lsp, buka, jam, lsp.asesor_user, one, two)
    chair = buka(lsp.asesor_user)
    vote = buka(one).buka(pleno).formulir("Simpan suara saya")
    name = next(n for n in vote.medan if n.startswith("suara-"))
    vote = vote.isi({name: "K"})
    assert chair.paksa(vote, "Simpan suara saya") == 409
    vote.tekan("Simpan suara saya")
    putusan.suara(buka(two), pleno, {case.nama: "K"})
    page = chair.buka(pleno)
    assert not page.semua("Catat: kompeten"), "the chair assessed this case"
    record = buka(one).buka(pleno).formulir("Catat: kompeten")
    assert chair.paksa(record, "Catat: kompeten") == 403
    assert f.status(case) == m.MENUNGGU_KEPUTUSAN
    record.tekan("Catat: kompeten")
    assert f.status(case) == m.KOMPETEN
    last = sa.select(SubmissionEvent.pelaku_id).where(
        SubmissionEvent.submission_id == case.submission_id, SubmissionEvent.aksi == "kompeten"
    )
    assert db.session.scalars(last).all() == [one.id]


def test_who_assessed_does_not_sign(lsp: f.Lsp, buka: Any, jam: Any) -> None:
    """Neither the SK nor the certificate, with every role."""
    for role in ("ketua_lsp", "manajer_sertifikasi", "sekretariat_lsp"):
        give(lsp.asesor_user, role)
    ketua = f.account("Kirana Ketua", "ketua_lsp")
    one, two = f.account("Komite Satu", "komite_teknis"), f.account("Komite Dua", "komite_teknis")
    case, pleno, _ = rapat(lsp, buka, jam, one, two)
    give(db.session.get_one(User, case.user_id), "sekretariat_lsp")
    for member in (one, two):
        putusan.suara(buka(member), pleno, {case.nama: "K"})
    putusan.putuskan(buka(one), pleno, "K")
    putusan.tutup(buka(one), pleno)
    sk = putusan.siapkan_sk(buka(lsp.manajer), pleno, "SK/2/2026")
    asesor, page = buka(lsp.asesor_user), buka(ketua).buka(sk)
    assert not asesor.buka(sk).semua("Tanda tangani SK")
    sign = page.formulir("Tanda tangani SK").isi(sandi=SANDI, hubungan="TIDAK")
    assert asesor.paksa(sign, "Tanda tangani SK") == 403
    assert db.session.scalars(sa.select(k.Sk.ditandatangani_at)).all() == [None]
    sign.tekan("Tanda tangani SK")
    pekerja()
    putusan.paket(buka(lsp.sekretariat), "B/8/2026")
    putusan.terima_blanko(buka(lsp.sekretariat), "7654321")
    line = f"{case.nomor}\t84234 1 1 0000009 2026\tPBN.1.9 2026\t7654321"
    holder = buka(db.session.get_one(User, case.user_id)).buka("/sertifikasi/nomor").formulir("Periksa")
    checked = holder.isi(tabel=line).tekan("Periksa", 200).formulir("Catat 1 nomor")
    assert "Nomor sertifikat Anda sendiri dicatat rekan Anda." in checked.tekan("Catat 1 nomor", 200).kata
    putusan.catat_nomor(buka(lsp.sekretariat), line)
    form = buka(ketua).buka("/sertifikasi/tanda-tangan").formulir("Tanda tangani").isi(sandi=SANDI)
    asesor.paksa(form, "Tanda tangani")
    assert db.session.scalars(sa.select(k.Sertifikat.ditandatangani_at)).all() == [None]
    assert "0 dari 1 sertifikat" in asesor.buka("/sertifikasi/tanda-tangan").formulir("Tanda tangani").isi(
        sandi=SANDI
    ).tekan("Tanda tangani", 200).kata  # fmt: skip
    acting(lsp, buka, ketua, form)


def acting(lsp: f.Lsp, buka: Any, ketua: User, form: Any) -> None:
    """Proposing, deciding and signing an act upon the certificate take three persons."""
    form.tekan("Tanda tangani", 200)
    pekerja()
    for role in ("manajer_sertifikasi", "ketua_lsp"):
        give(lsp.sekretariat, role)
    give(lsp.manajer, "ketua_lsp")
    cert = f"/sertifikasi/sertifikat/{db.session.scalars(sa.select(k.Sertifikat.id)).one()}"
    proposer, decider = buka(lsp.sekretariat), buka(lsp.manajer)
    form = proposer.buka(cert).formulir("Usulkan").isi(
        jenis="TANGGUHKAN", kelas="PERMINTAAN", uraian="Pemegang meminta sertifikatnya ditangguhkan dahulu."
    )  # fmt: skip
    form.isi(bukti=(putusan.surat_pdf(), "surat.pdf")).tekan("Usulkan")
    db.session.execute(sa.update(k.Tindakan).values(batas_tanggapan=date(2026, 12, 1)))
    decide = decider.buka(cert).formulir("Simpan keputusan").isi(setuju="YA", putusan="Permintaan pemegang dipenuhi.")
    assert proposer.paksa(decide, "Simpan keputusan") == 403
    decide.tekan("Simpan keputusan")
    sign = buka(ketua).buka(cert).formulir("Tetapkan penangguhan").isi(sandi=SANDI)
    for window in (proposer, decider, buka(lsp.asesor_user)):
        assert window.paksa(sign, "Tetapkan penangguhan") == 403
    assert db.session.scalars(sa.select(k.Sertifikat.status)).one() == k.BERLAKU
    sign.tekan("Tetapkan penangguhan")
    assert db.session.scalars(sa.select(k.Sertifikat.status)).one() == k.DITANGGUHKAN
