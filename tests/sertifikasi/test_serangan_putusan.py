"""Attempts at decisions and papers: a correction that undoes a repair, one person alone, rights that have ended."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from portal.kernel import documents, people
from portal.kernel.db import commit, db
from portal.kernel.errors import Conflict, Denied
from portal.kernel.people import PenugasanPeran, User
from portal.sertifikasi.keputusan import perbaikan, samar, sk
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya import services as saya
from portal.sertifikasi.skema.models import Skema
from tests.kernel.factories import give
from tests.sertifikasi import factories_asesmen as fa
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.test_muk import instrumen
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
    address = f"/berkas/{db.session.scalars(file).first()}"
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
