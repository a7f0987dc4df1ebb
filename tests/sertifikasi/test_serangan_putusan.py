"""Attempts at decisions and papers: a correction that undoes a repair, one person alone, rights that have ended."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from portal.kernel import documents, people
from portal.kernel.db import commit, db
from portal.kernel.errors import Conflict, Denied
from portal.kernel.listing import filters
from portal.kernel.notices import Notice
from portal.kernel.pages.peran import GIVEN
from portal.kernel.people import PenugasanPeran, User
from portal.sertifikasi import sheets
from portal.sertifikasi.asesmen.sesi import services as sesi
from portal.sertifikasi.asesmen.sesi import ubah
from portal.sertifikasi.demo import uji
from portal.sertifikasi.keputusan import banding, perbaikan, samar, sk, tindakan
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya import services as saya
from portal.sertifikasi.skema.models import Skema
from tests.kernel.factories import give
from tests.sertifikasi import factories_asesmen as fa
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.orang import petugas
from tests.sertifikasi.test_muk import instrumen
from tests.sertifikasi.test_pantau import izin
from tests.sertifikasi.test_perbaikan import BASIS, WHY, decided, minutes, prepare, row_of, state, units_are_k

pytestmark = pytest.mark.usefixtures("app", "jam")
WORDS = "Surat permohonan nomor 12 tanggal 1 November 2026"


def without_roles(user: User) -> None:
    db.session.execute(sa.delete(PenugasanPeran).where(PenugasanPeran.user_id == user.id))
    people.forget(user.id)
    commit()


def test_no_correction_is_prepared_while_a_repair_waits() -> None:
    place = f.lsp()
    case, old = decided(place, m.BK)
    units_are_k(case)
    prepare(place, case, old)
    with pytest.raises(Conflict, match="SK perbaikan SK-P/2026"):
        sk.correct(old, "SK-K/2026", f.TODAY, "Nama keliru satu huruf", {}, place.panggil("manajer"))


@pytest.mark.parametrize("left", ["hasil", "sk_id"])
def test_an_sk_is_not_signed_once_its_decision_has_moved(left: str) -> None:
    place = f.lsp()
    case, old = decided(place, m.BK)
    units_are_k(case)
    if left == "hasil":
        new = sk.correct(old, "SK-K/2026", f.TODAY, "Nama keliru satu huruf", {}, place.panggil("manajer"))
        row_of(case).hasil = m.K
    else:
        new = prepare(place, case, old)
        other = f.rapat(place, f.kasus(place))
        f.putuskan(other, place)
        row_of(case).sk_id = f.sk_untuk(other, place).id
    db.session.flush()
    with pytest.raises(Conflict, match="sudah berubah"):
        sk.sign(new, place.panggil("ketua"), f.PASSWORD)


def test_nobody_turns_a_decision_around_alone() -> None:
    place = f.lsp()
    case, old = decided(place, m.K)
    give(place.ketua, "manajer_sertifikasi")
    both = place.panggil("ketua")
    new = perbaikan.prepare(old, str(row_of(case).id), "SK-P/2026", f.TODAY, BASIS, WHY, both, minutes())
    with pytest.raises(Denied, match="ditandatangani orang lain"):
        sk.sign(new, both, f.PASSWORD)
    assert state(case.id) != m.BELUM_KOMPETEN


@pytest.mark.parametrize("ended", ["role", "entry"])
def test_who_is_no_asesor_any_more_reads_no_evidence(ended: str, masuk: Any) -> None:
    lsp, row = fa.sampai(m.SIAP_ASESMEN)
    file = sa.select(m.BerkasAsesi.dokumen_id).where(m.BerkasAsesi.user_id == row.user_id)
    address = f"/berkas/{fa.terisi(db.session.scalars(file).first())}"
    assert masuk(lsp.asesor_user).get(address).status_code == 303
    if ended == "role":
        without_roles(lsp.asesor_user)
    else:
        lsp.asesor.aktif = False
    assert masuk(lsp.asesor_user).get(address).status_code == 404


def test_masking_leaves_an_account_open_that_somebody_works_with() -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    row.user_id = place.sekretariat.id
    db.session.flush()
    samar.propose(row, place.panggil("manajer"), "PERMINTAAN", WORDS)
    with pytest.raises(Denied):
        samar.confirm(row, place.panggil("manajer"), True)
    assert samar.confirm(row, place.panggil("ketua"), True) == 1
    assert db.session.get_one(User, place.sekretariat.id, populate_existing=True).aktif


def test_an_uploaded_instrument_closes_with_the_role_and_with_an_own_application(masuk: Any) -> None:
    place = f.lsp()
    row = instrumen(place)
    address = f"/berkas/{row.dokumen_id}"
    assert masuk(place.manajer).get(address).status_code == 303
    case, _ = saya.start(place.panggil("manajer"), db.session.get_one(Skema, place.versi.skema_id))
    assert masuk(place.manajer).get(address).status_code == 404
    case.aktif = False
    assert masuk(place.manajer).get(address).status_code == 303
    without_roles(place.manajer)
    assert masuk(place.manajer).get(address).status_code == 404


def test_what_a_policy_opens_stays_open_to_its_former_uploader() -> None:
    place = f.lsp()
    case, old = decided(place, m.K)
    new = prepare(place, case, old)
    paper = db.session.get_one(documents.Document, UUID(new.isi["perbaikan"]["berita"]["dokumen"]))
    without_roles(place.manajer)
    give(place.manajer, "komite_teknis")
    assert documents.openable(place.panggil("manajer"), paper.id) is paper


def test_a_masked_holder_is_masked_outside_and_on_what_replaces_the_certificate(masuk: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place, nama="Ratna Wulandari")
    holder = f.pemegang(row)
    holder.pengguna = "ratna@contoh.id"
    samar.propose(row, place.panggil("manajer"), "PERMINTAAN", WORDS)
    samar.confirm(row, place.panggil("ketua"), True)
    assert "ratna" not in holder.pengguna
    act = k.Tindakan(sertifikat_id=row.id, jenis=k.GANTI, nama_baru="Nama Baru", kelas="GANTI_NAMA", uraian="x")
    assert samar.is_masked(tindakan.replace(row, act, place.panggil("manajer")))
    watcher = petugas("pihak_ketiga")
    izin(watcher)
    for page in ("/sertifikasi/sertifikat", f"/sertifikasi/sertifikat/{row.id}", "/sertifikasi/pantau",
                 f"/sertifikasi/pantau/{row.permohonan_id}"):  # fmt: skip
        text = masuk(watcher).get(page).text
        assert ("R*** W***" in text, "Ratna" in text) == (True, False), page
    assert "Ratna Wulandari" in masuk(place.manajer).get("/sertifikasi/sertifikat").text


def test_the_ketua_hears_of_every_role_of_the_lsp() -> None:
    place = f.lsp()
    person = petugas()
    GIVEN[-1](person, "asesor", place.panggil("manajer"))
    told = sa.select(Notice.user_id, Notice.isi).where(Notice.judul == "Peran LSP diberikan")
    (line,) = db.session.execute(told).all()
    assert (line.user_id, "Asesor kompetensi kepada" in line.isi) == (place.ketua.id, True)
    GIVEN[-1](person, "bukan.peran", place.panggil("manajer"))
    assert len(db.session.execute(told).all()) == 1


def test_another_ketua_signs_the_appeal_against_an_sk() -> None:
    place = f.lsp()
    case, _ = decided(place, m.BK)
    asesi = f.principal(db.session.get_one(User, case.user_id))
    row = banding.file(case, asesi, ["YA", "YA", "TIDAK"], WHY, f.PASSWORD)
    assert banding.may_sign(row, place.panggil("ketua")) == "", "there is no other"
    other = f.staff("ketua_lsp")
    assert "menandatangani SK semula" in banding.may_sign(row, place.panggil("ketua"))
    assert banding.may_sign(row, f.principal(other)) == ""


def test_a_session_called_off_takes_no_attendance() -> None:
    lsp, row = fa.sampai(m.TERJADWAL)
    place = fa.sesi_of(row)
    ubah.batalkan(place, "Gedung dipakai pengungsian", fa.principal(lsp.sekretariat))
    place, asesor = fa.muat_sesi(place.id), fa.principal(lsp.asesor_user)
    for act in (lambda: sesi.hadir(place, {}, asesor), lambda: sesi.mulai(place, asesor)):
        with pytest.raises(Conflict, match="sudah dibatalkan"):
            act()


def test_an_account_that_was_closed_is_in_no_public_register(client: Any) -> None:
    lsp = fa.Lsp()
    assert lsp.asesor_user.nama in client.get("/sertifikasi/asesor-tuk").text
    lsp.asesor_user.aktif = False
    assert lsp.asesor_user.nama not in client.get("/sertifikasi/asesor-tuk").text


@pytest.mark.parametrize("text", ["²", "٣", "1"])
def test_a_number_is_written_with_ascii_digits(text: str, client: Any) -> None:
    assert filters._number(text) == (1 if text == "1" else None)


def test_forms_of_the_demo_that_hold_pairs_are_read() -> None:
    codes = [code for code, _ in sheets.BUKTI_AK01]
    assert all(isinstance(one, str) for one in uji.METODE)
    assert set(uji.METODE) <= {code for code, _ in sheets.METODE_AK02}
    assert codes[:2] == uji.BUKTI
