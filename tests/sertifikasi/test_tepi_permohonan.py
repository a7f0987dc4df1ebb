"""Edge cases of an application, numbered as in section 9 of the reference; docs/uji-sertifikasi.md lists them all."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import calendar, citizens, sealing
from portal.kernel.activity import Aktivitas
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Orang
from portal.kernel.people import User
from portal.sertifikasi.asesmen import kasus as perkara
from portal.sertifikasi.asesmen.verifikasi import services as verifikasi
from portal.sertifikasi.saya import berkas, forms, jawaban, kirim
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import SkemaUnit
from tests.conftest import Client
from tests.kernel.test_documents import bare_pdf, pdf
from tests.sertifikasi import factories_asesmen as lsp_
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import skema_versi
from tests.sertifikasi.test_saya import case_of, sent_apl01

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]
TODAY = date(2026, 11, 21)
OTHER_NIK = "3171014309900002"


def status(case: m.Permohonan) -> str:
    return db.session.scalars(sa.select(Submission.status).where(Submission.id == case.submission_id)).one()


def send_again(case: m.Permohonan) -> None:
    owner = db.session.get_one(User, case.user_id)
    db.session.expire_all()
    kirim.apl01(f.read(owner, case.id), f.principal(owner), None)
    db.session.flush()


# ---- (3) (5) identity


def test_3_a_corrected_nik_leaves_what_was_sent_before(masuk: Masuk, monkeypatch: pytest.MonkeyPatch) -> None:
    user = f.asesi()
    client = masuk(user)
    first = sent_apl01(user, client)
    monkeypatch.setitem(f.STEPS, "data", {**f.DATA, "nik": OTHER_NIK})
    second = sent_apl01(user, client)
    kept = [sealing.unseal(case_of(base).nik_enc or b"", citizens.NIK) for base in (first, second)]
    assert kept == [f.NIK, OTHER_NIK]
    assert citizens.holder(f.NIK) is None
    assert citizens.holder(OTHER_NIK).id == db.session.get_one(User, user.id).orang_id  # type: ignore[union-attr]
    assert db.session.scalar(sa.select(sa.func.count()).where(Aktivitas.peristiwa == "nik.diubah")) == 1


def test_5_twins_stay_two_persons(masuk: Masuk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same name, same day, same place: only the NIK tells who is who."""
    people = []
    for nik in (f.NIK, OTHER_NIK):
        monkeypatch.setitem(f.STEPS, "data", {**f.DATA, "nik": nik})
        user = f.asesi("Ratna Wulandari")
        sent_apl01(user, masuk(user))
        people.append(db.session.get_one(User, user.id).orang_id)
    assert len(set(people)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Orang).where(Orang.nama == "Ratna Wulandari")) == 2


# ---- (4) (6) (7) names, birth, contact


@pytest.mark.parametrize(
    ("typed", "fine"),
    [
        ("SITI AMINAH", True), ("Sukarno", True), ("O'Neil", True), ("Nur 'Aini, binti Yusuf", True),
        ("José Nuñez", True), ("A" * 100, True), ("A" * 101, False), ("王小明", False), ("محمد علي", False),
        ("Budi 😀", False),
    ],
)  # fmt: skip
def test_4_a_name_is_kept_as_typed_when_the_certificate_can_print_it(typed: str, fine: bool) -> None:
    value, problem = forms.tidy(forms.BY_NAME["nama"], typed, TODAY)
    assert value == typed
    assert (problem is None) == fine


@pytest.mark.parametrize(
    ("born", "warned"), [("2000-02-29", False), ("1900-01-01", True), ("2012-01-01", True), ("1946-11-21", False)]
)
def test_6_an_odd_day_of_birth_is_asked_about_and_not_refused(born: str, warned: bool) -> None:
    values = {**f.DATA, "nik": "", "kebangsaan": "MY", "paspor": "A1234567", "tanggal_lahir": born,
              "tempat_lahir": "Kota Kinabalu, Malaysia"}  # fmt: skip
    assert forms.check(forms.of_part(forms.PRIBADI), values, TODAY) == []
    assert ("tanggal_lahir" in forms.warnings(values, TODAY)) == warned


def test_7_somebody_without_work_and_mail_can_apply_and_offices_may_share_an_address() -> None:
    bare = {**f.DATA, "surel": "", "hp_terbukti": "1", "status_kerja": "BELUM_BEKERJA"}
    assert forms.check([*forms.of_part(forms.PRIBADI), *forms.of_part(forms.PEKERJAAN)], bare, TODAY) == []
    lsp = lsp_.Lsp()
    shared = [
        lsp_.permohonan(lsp, nama, isian={"nama": nama, "surel": "bpbd@contoh.go.id"}) for nama in ("Ani", "Budi")
    ]
    assert len({row.user_id for row in shared}) == 2


# ---- (9) (10) files


@pytest.mark.parametrize(
    "body",
    [
        bare_pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
                 b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        bare_pdf(b"<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>>>>>",
                 b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
    ],
)  # fmt: skip
def test_9_a_pdf_that_runs_a_script_is_not_kept(body: bytes) -> None:
    with pytest.raises(Invalid):
        berkas.receive(io.BytesIO(body), "surat.pdf", f.principal(f.asesi()), None, "berkas", "CV")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(m.BerkasAsesi)) == 0


def test_9_a_pdf_called_jpg_and_a_long_scan_are_taken_for_what_they_are() -> None:
    row = berkas.receive(io.BytesIO(pdf(300)), "IMG_0001.jpg", f.principal(f.asesi()), None, "berkas", "IJAZAH")
    assert (row.dokumen.mime, row.dokumen.halaman, row.dokumen.nama) == ("application/pdf", 300, "IMG_0001.pdf")


# ---- (13) one unit in two schemes


def test_13_a_unit_of_two_schemes_shares_evidence_and_not_the_answer(masuk: Masuk) -> None:
    user, one, two = f.asesi(), skema_versi(), skema_versi()
    shared = db.session.scalars(sa.select(SkemaUnit).where(SkemaUnit.skema_versi_id == one.id)).first()
    place = db.session.scalars(sa.select(SkemaUnit).where(SkemaUnit.skema_versi_id == two.id)).first()
    assert shared is not None
    assert place is not None
    place.unit_id = shared.unit_id
    db.session.flush()
    first, second = f.draft(user, one), f.draft(user, two)
    client, bases = masuk(user), [f"/sertifikasi/saya/{case.p.id}" for case in (first, second)]
    f.post(client, f"{bases[0]}/apl-02/unit-1", aksi="unggah:1", **{"e1-jawaban": "K", "e1-berkas": f.file(33)})
    file = f.read(user, first.p.id).p.jawaban[0].bukti[0]
    f.post(client, f"{bases[1]}/apl-02/unit-1", aksi="pakai:1", **{"e1-jawaban": "BK", "e1-pakai": str(file.id)})
    mine, other = (f.read(user, case.p.id) for case in (first, second))
    elemen = other.units[0].unit.elemen[0].id
    assert (mine.jawaban[elemen].jawaban, other.jawaban[elemen].jawaban) == ("K", "BK")
    assert [b.id for b in other.jawaban[elemen].bukti] == [file.id]
    assert jawaban.suggestions(other, other.units[0]) == {}, "nothing is offered before it was sent"


# ---- (14) returns and deadlines


def returned() -> tuple[lsp_.Lsp, m.Permohonan]:
    """Three rows do not meet; the case is back with its asesi until 7 December 2026, a Monday."""
    lsp = lsp_.Lsp()
    case = lsp_.permohonan(lsp)
    me = lsp_.principal(lsp.sekretariat)
    for row in [one for one in perkara.syarat(case) if one.bukti][:3]:
        words = f"Perbaiki {row.syarat.teks}."
        verifikasi.putus_baris(case, row.syarat.id, me, m.TIDAK_MEMENUHI, words, row.bukti.versi)  # type: ignore[union-attr]
    db.session.flush()
    db.session.expire_all()
    verifikasi.minta_perbaikan(case, me, "TIDAK", {}, "", None)
    db.session.flush()
    return lsp, case


def test_14_one_of_three_notes_repaired_leaves_the_others_for_the_verifier() -> None:
    lsp, case = returned()
    assert len(case.ditandai or []) == 3
    send_again(case)
    assert status(case) == m.DIAJUKAN
    rows = [row for row in perkara.syarat(case) if row.bukti and row.bukti.catatan]
    assert [(row.status, bool(row.bukti.catatan)) for row in rows if row.bukti] == [("", True)] * 3
    assert any("belum diputus" in words for words in verifikasi.kekurangan(perkara.syarat(case)))
    me = lsp_.principal(lsp.sekretariat)
    for row in rows[:2]:
        assert row.bukti is not None
        verifikasi.putus_baris(case, row.syarat.id, me, m.TIDAK_MEMENUHI, "Masih sama seperti semula.", row.bukti.versi)
    db.session.flush()
    db.session.expire_all()
    verifikasi.minta_perbaikan(case, me, "TIDAK", {}, "", None)
    assert (status(case), len(case.ditandai or [])) == (m.PERLU_PERBAIKAN, 2)


def test_14_what_a_phone_sends_a_day_late_is_still_taken(jam: Any) -> None:
    _, case = returned()
    assert case.tenggat == date(2026, 12, 7), "two weeks end on a Saturday"
    jam.move_to("2026-12-08 16:59:00Z")  # 23.59 in Jakarta, the day after
    send_again(case)
    assert (status(case), case.tenggat) == (m.DIAJUKAN, None)


# ---- (31) time


def test_31_the_number_of_an_application_follows_the_year_of_the_office(jam: Any) -> None:
    for moment, year in (("2026-12-31 16:59:00Z", 2026), ("2026-12-31 17:00:00Z", 2027)):
        jam.move_to(moment)
        user = f.asesi(f"Asesi {year}")
        case = f.draft(user)
        case.p.isian = {**case.p.isian, "kebangsaan": "MY"}
        kirim.apl01(f.read(user, case.p.id), f.principal(user), None)
        assert case.p.nomor == f"PMH-{year}-000001"


def test_31_the_day_of_a_signature_is_that_of_the_office(jam: Any) -> None:
    moment = datetime.fromisoformat("2026-12-31T20:30:00+00:00")
    assert [calendar.setempat(moment, zona).date() for zona in ("WIB", "WITA", "WIT")] == [date(2027, 1, 1)] * 3
    assert calendar.setempat(moment.replace(hour=15, minute=30), "WIT").date() == date(2027, 1, 1)
    assert calendar.setempat(moment.replace(hour=15, minute=30), "WIB").date() == date(2026, 12, 31)
