"""Collective registration: the institution invites, its people answer and apply alone, nobody is doubled."""

import io
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from portal.kernel import citizens, importing, jobs, messages, people, sealing
from portal.kernel.db import commit, db, now
from portal.kernel.errors import Invalid
from portal.kernel.importing import Row, Run
from portal.kernel.organisation import Orang
from portal.kernel.people import User
from portal.sertifikasi.kolektif import demo, impor, services
from portal.sertifikasi.kolektif import models as k
from portal.sertifikasi.kolektif.models import Lembaga, Operator, Undangan
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.skema.models import Skema
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import add, skema_versi

NIK = f.NIK


@pytest.fixture
def versi(app: Flask) -> Any:
    return skema_versi()


@pytest.fixture
def lembaga(app: Flask) -> Lembaga:
    return add(Lembaga(nama="BPBD Kota Sagara"))


def operator(lembaga: Lembaga) -> User:
    user: User = UserFactory(nama="Operator Uji")
    give(user, "operator_kolektif")
    add(Operator(lembaga_id=lembaga.id, user_id=user.id, diberi_oleh_id=user.id))
    return user


def run(user: User, lembaga: Lembaga) -> Run:
    return Run(user.id, "kolektif", f.principal(user), "baru", str(lembaga.id))


def row(versi: Any, **values: Any) -> Row:
    body = {"nik": NIK, "nama": "Ratna Wulandari", "kontak": "ratna@contoh.id", "jabatan": "Petugas logistik",
            "tanggal_lahir": date(1990, 9, 3),
            "skema": db.session.get_one(Skema, versi.skema_id).kode, **values}  # fmt: skip
    return Row(2, body)


def codes(rows: list[Row]) -> list[str]:
    return [problem.code for one in rows for problem in one.problems]


def invited(versi: Any, lembaga: Lembaga, **values: Any) -> tuple[Undangan, str]:
    """The invitation and the code that its message carries ("" when it went to an account)."""
    one = row(versi, **values)
    impor.apply([one], run(operator(lembaga), lembaga))
    made = db.session.get_one(Undangan, one.result)
    last = db.session.scalars(sa.select(messages.Pesan).order_by(messages.Pesan.id.desc())).first()
    text = sealing.unseal(last.isi, messages.SEAL) if last and last.isi else ""
    found = re.search(r"kode undangan: (\S+)", text)
    return made, found[1] if found else ""


def test_the_check_names_unknown_schemes_wrong_addresses_and_who_waits_already(versi: Any, lembaga: Lembaga) -> None:
    user = operator(lembaga)
    bad = row(versi, skema="Petugas Tenda Ujii", kontak="bukan alamat", jenis_kelamin="L")
    impor.check([bad], run(user, lembaga))
    assert codes([bad]) == ["E_SKEMA", "E_KONTAK", "W_NIK"]
    assert "Mungkin maksudnya" in bad.problems[0].hint
    first = row(versi)
    impor.apply([first], run(user, lembaga))
    again = row(versi)
    impor.check([again], run(user, lembaga))
    assert again.action == importing.SAMA


def test_an_invited_person_makes_the_draft_and_the_operator_sees_the_state_alone(
    versi: Any, lembaga: Lembaga, masuk: Any
) -> None:
    made, code = invited(versi, lembaga)
    assert (made.tujuan, made.user_id) == ("ratna@contoh.id", None)
    assert NIK.encode() not in (made.isian or b"")
    person = f.asesi("Ratna Wulandari")
    browser = masuk(person)
    assert browser.post("/sertifikasi/saya/undangan", data={"kode": "ABCDE-FGHJK"}).status_code == 422
    where = browser.post("/sertifikasi/saya/undangan", data={"kode": code.lower()}).headers["Location"]
    page = browser.get(where).text
    assert "Petugas logistik" in page
    assert NIK not in page
    assert "Undangan sertifikasi" in browser.get("/beranda").text
    case_at = browser.post(where, data={"aksi": "terima"}).headers["Location"]
    case = db.session.scalars(sa.select(Permohonan).where(Permohonan.user_id == person.id)).one()
    assert case_at.endswith(str(case.id))
    assert (case.isian["jabatan"], case.isian["instansi"]) == ("Petugas logistik", "BPBD Kota Sagara")
    assert sealing.unseal(case.nik_enc, citizens.NIK) == NIK
    assert case.asal["jabatan"]["dari"] == "dari BPBD Kota Sagara"
    assert db.session.get_one(Undangan, made.id).isian is None, "what the institution wrote is erased"
    assert browser.post(where, data={"aksi": "terima"}).status_code == 409
    by_institution = masuk(db.session.get_one(User, made.oleh_id))
    assert "Diterima" in by_institution.get(f"/sertifikasi/kolektif/{made.id}").text
    assert "Ratna Wulandari" in by_institution.get("/sertifikasi/kolektif").text
    for rest in ("", "/apl-01/data", "/apl-02/unit-1", "/semua"):
        assert by_institution.get(case_at + rest).status_code == 404
    for rest in ("/apl-01/data", "/apl-02/unit-1", "/apl-02/tinjau"):
        assert by_institution.post(case_at + rest, data={"aksi": "ajukan"}).status_code in (404, 405)
    assert by_institution.get(where).status_code == 404
    assert by_institution.get("/sertifikasi/permohonan").status_code == 403


def test_who_has_an_account_with_this_nik_is_linked_and_told_at_their_own_address(versi: Any, lembaga: Lembaga) -> None:
    person = f.asesi("Ratna Wulandari", surel="milik@contoh.id", surel_terbukti=True)
    human = add(Orang(nama="Ratna Wulandari"))
    person.orang_id = human.id
    citizens.give_nik(human, NIK, f.principal(person))
    made, code = invited(versi, lembaga, kontak="pembajak@contoh.id")
    assert made.user_id == person.id
    sent = set(db.session.scalars(sa.select(messages.Pesan.tujuan)))
    assert sent == {"milik@contoh.id", "pembajak@contoh.id"}, "as for a NIK nobody has: it tells nothing"
    with pytest.raises(Invalid, match="tidak dikenal"):
        services.claim(code, f.principal(f.asesi("Pembajak")))
    case = services.accept(made, f.principal(person))
    assert case.user_id == person.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Orang)) == 1


def test_the_same_name_and_birth_date_is_another_person(versi: Any, lembaga: Lembaga) -> None:
    person = f.asesi("Ratna Wulandari")
    person.orang_id = add(Orang(nama="Ratna Wulandari", tanggal_lahir=row(versi).day("tanggal_lahir"))).id
    made, _ = invited(versi, lembaga)
    assert made.user_id is None


def test_a_code_does_not_open_for_somebody_with_another_nik(versi: Any, lembaga: Lembaga) -> None:
    _, code = invited(versi, lembaga)
    other = f.asesi("Orang Lain")
    human = add(Orang(nama="Orang Lain"))
    other.orang_id = human.id
    citizens.give_nik(human, "3171014309900002", f.principal(other))
    with pytest.raises(Invalid, match="NIK lain"):
        services.claim(code, f.principal(other))


def test_codes_cannot_be_tried_for_ever(versi: Any, lembaga: Lembaga) -> None:
    _, code = invited(versi, lembaga)
    person = f.principal(f.asesi())
    for _ in range(services.TRIES):
        with pytest.raises(Invalid, match="tidak dikenal"):
            services.claim("AAAAA-AAAAA", person)
    with pytest.raises(Invalid, match="Terlalu banyak"):
        services.claim(code, person)


def test_refused_withdrawn_and_late_invitations_keep_nothing(versi: Any, lembaga: Lembaga, masuk: Any) -> None:
    made, code = invited(versi, lembaga)
    person = f.asesi()
    services.claim(code, f.principal(person))
    assert masuk(person).post(f"/sertifikasi/saya/undangan/{made.id}", data={"aksi": "tolak"}).status_code == 303
    assert (made.status, made.isian) == (k.DITOLAK, None)
    second = add(Lembaga(nama="PMI Kota Sagara"))
    late, _ = invited(versi, second)
    late.berlaku_sampai = now()
    commit()
    services.expire.run(jobs.Job())
    db.session.expire_all()
    assert (late.status, late.isian, late.kode_sidik) == (k.KEDALUWARSA, None, None)


def test_taking_an_import_back_withdraws_what_was_not_answered(versi: Any, lembaga: Lembaga) -> None:
    user = operator(lembaga)
    rows = [row(versi), row(versi, nik="3171014309900002", kontak="0812 3456 7890")]
    impor.apply(rows, run(user, lembaga))
    db.session.get_one(Undangan, rows[0].result).status = k.DITERIMA
    impor.undo(rows, run(user, lembaga))
    assert [one.wrong for one in rows] == [True, False]
    assert db.session.get_one(Undangan, rows[1].result).status == k.DITARIK


def test_the_sekretariat_grants_and_ends_operators_of_one_institution(lembaga: Lembaga, masuk: Any) -> None:
    office = UserFactory()
    give(office, "sekretariat_lsp")
    person = UserFactory(pengguna="operator.pmi")
    browser = masuk(office)
    assert browser.post("/sertifikasi/lembaga", data={"aksi": "lembaga", "nama": "PMI Kota Sagara"}).status_code == 303
    wrong = browser.post("/sertifikasi/lembaga", data={"lembaga": str(lembaga.id), "pengguna": "tidak.ada"})
    assert "tidak ada" in wrong.text
    form = {"lembaga": str(lembaga.id), "pengguna": "Operator.PMI"}
    assert browser.post("/sertifikasi/lembaga", data=form).status_code == 303
    assert "sudah menjadi operator" in browser.post("/sertifikasi/lembaga", data=form).text
    assert dict(impor._institutions(f.principal(person))) == {str(lembaga.id): "BPBD Kota Sagara"}
    row_ = db.session.scalars(sa.select(Operator).where(Operator.user_id == person.id)).one()
    assert browser.post(f"/sertifikasi/lembaga/operator/{row_.id}/cabut").status_code == 303
    assert not f.principal(person).has("sertifikasi.kolektif")
    assert masuk(person).get("/sertifikasi/kolektif").status_code == 403


def test_an_institution_is_renamed_closed_and_opened_again(versi: Any, lembaga: Lembaga, masuk: Any) -> None:
    made, _ = invited(versi, lembaga)
    person = db.session.get_one(User, made.oleh_id)
    office = UserFactory()
    give(office, "sekretariat_lsp")
    add(Lembaga(nama="PMI Kota Sagara"))
    browser, here = masuk(office), f"/sertifikasi/lembaga/{lembaga.id}"
    assert "sudah ada" in browser.post(here, data={"aksi": "nama", "nama": "pmi kota  sagara"}).text
    assert browser.post(here, data={"aksi": "nama", "nama": "BPBD Sagara"}).status_code == 303
    assert f'Akhiri penugasan<span class="sr"> {person.nama}' in browser.get(here).text
    assert browser.post(here, data={"aksi": "tutup"}).status_code == 303
    assert "Ditutup" in browser.get("/sertifikasi/lembaga").text
    assert masuk(person).get("/sertifikasi/kolektif").status_code == 403, "operators end with it"
    browser = masuk(office)
    form = {"lembaga": str(lembaga.id), "pengguna": person.pengguna}
    assert "sudah ditutup" in browser.post("/sertifikasi/lembaga", data=form).text
    assert browser.post(here, data={"aksi": "tutup"}).status_code == 409
    assert browser.post(here, data={"aksi": "buka"}).status_code == 303
    assert browser.post("/sertifikasi/lembaga", data=form).status_code == 303
    assert db.session.get_one(Undangan, made.id).status == k.MENUNGGU


def test_an_operator_reaches_their_own_institution_only(versi: Any, lembaga: Lembaga, masuk: Any) -> None:
    made, _ = invited(versi, lembaga)
    other = add(Lembaga(nama="PMI Kota Sagara"))
    browser = masuk(operator(other))
    assert browser.get(f"/sertifikasi/kolektif/{made.id}").status_code == 404
    assert browser.post(f"/sertifikasi/kolektif/{made.id}", data={"aksi": "tarik"}).status_code == 404
    assert browser.get("/sertifikasi/lembaga").status_code == 403
    assert "Ratna" not in browser.get("/sertifikasi/kolektif").text
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_row(0, 0, ["NIK", "Nama", "Tanggal lahir", "HP", "Skema"])
    sent = {"lingkup": str(lembaga.id), "berkas": (io.BytesIO(file.getvalue()), "orang.xlsx")}
    assert browser.post("/impor/kolektif", data=sent).status_code == 422, "not for another institution"
    owner = masuk(db.session.get_one(User, made.oleh_id))
    assert owner.post(f"/sertifikasi/kolektif/{made.id}").status_code == 409, "sent just now"
    assert owner.post(f"/sertifikasi/kolektif/{made.id}", data={"aksi": "tarik"}).status_code == 303


def test_the_demo_is_loaded_once_and_its_operator_signs_in(app: Flask) -> None:
    skema_versi()
    give(UserFactory(), "sekretariat_lsp")
    assert "3 undangan" in demo.load_kolektif()
    assert "tidak ada" in demo.load_kolektif()
    user = db.session.scalars(sa.select(User).where(User.pengguna == demo.ACCOUNT["pengguna"])).one()
    assert people.check_password(user, demo.ACCOUNT["sandi"])
    made = services.claim(demo.CODE, f.principal(f.asesi("Darma Wijaksana")))
    assert services.contents(made)["isian"]["jabatan"] == "Petugas logistik"
