"""Signing without a password: a one-time code to the confirmed address of an account that another service signs in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import jobs, messages
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.jobs import Job
from portal.kernel.pages import alamat, bukti
from portal.kernel.people import User
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya.models import FormIsian, TandaTangan
from tests.conftest import Client
from tests.kernel.factories import UserFactory
from tests.sertifikasi import factories_keputusan, factories_saya
from tests.sertifikasi.factories import skema_versi

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]
MAIL = "ratna@contoh.id"


def without_password(**more: Any) -> User:
    user: User = UserFactory(nama="Ratna Wulandari", sandi_hash="", **{"surel": MAIL, "surel_terbukti": True, **more})
    db.session.flush()
    return user


def letter() -> str:
    """The newest message, after its job ran."""
    for job in db.session.scalars(sa.select(Job).where(Job.nama == "kirim-pesan", Job.status == jobs.ANTRE)):
        jobs.run(str(job.id))
    newest = messages.box()[0]
    assert newest["tujuan"] == MAIL
    found = re.search(r": (\d{6})\n", newest["isi"])
    assert found
    return found[1]


def test_an_application_is_signed_by_a_code_and_says_so(masuk: Masuk) -> None:
    client = masuk(without_password())
    base = factories_saya.start(client, skema_versi())
    factories_saya.fill(client, base)
    page = client.get(f"{base}/apl-01/periksa").text
    assert ("Kode sekali pakai" in page, 'type="password"' in page) == (True, False)
    assert "Minta kode" in " ".join(factories_saya.messages(factories_saya.send(client, base, sandi="")))
    told = client.post("/akun/kode", headers={"HX-Request": "true"})
    assert ("Kode dikirim ke ratna@contoh.id" in told.text, "<html" in told.text) == (True, False)
    code = letter()
    client.checks_pages = False
    assert factories_saya.send(client, base, sandi=code, pernyataan="").status_code == 422  # not spent by this
    assert factories_saya.send(client, base, sandi=f"{(int(code) + 1) % 10**6:06d}").status_code == 422
    assert factories_saya.send(client, base, sandi=code).status_code == 303
    assert db.session.scalars(sa.select(TandaTangan)).one().cara == bukti.KODE


def test_a_ketua_signs_certificates_with_one_code(masuk: Masuk, app: Flask) -> None:
    place = factories_keputusan.lsp()
    rows = factories_keputusan.sertifikat_baru(place, 2)
    factories_keputusan.beri_nomor(place, *rows)
    ketua = place.ketua
    ketua.sandi_hash, ketua.surel, ketua.surel_terbukti = "", MAIL, True
    factories_keputusan.simpan()
    client = masuk(ketua)
    assert "Kode sekali pakai" in client.get("/sertifikasi/tanda-tangan").text
    client.post("/akun/kode")
    form = {"pilih": [str(row.id) for row in rows], "sandi": letter()}
    client.post("/sertifikasi/tanda-tangan", data=form)
    db.session.expire_all()
    signed = db.session.scalars(sa.select(k.Sertifikat.ditandatangani_oleh_id)).all()
    assert signed == [ketua.id, ketua.id]


def test_forms_of_an_asesor_take_a_code_once_and_only_that_of_its_own_browser(app: Flask) -> None:
    account = without_password()
    user, purpose = factories_saya.principal(account), bukti.purpose_of(account)
    forms = [FormIsian(kode="FR.AK.01", versi_form="2023", ke=n, isi={"n": n}) for n in (1, 2)]
    for form in forms:
        formulir.sheets.sidik(form.isi)
        db.session.add(form)
        db.session.flush()
        formulir.kunci(form, user)
    with app.test_request_context():
        code = alamat.new_code(purpose, MAIL, alamat.ticket_of(purpose, MAIL)).code
        with app.test_request_context(), pytest.raises(Invalid, match="tidak berlaku"):
            formulir.tanda_tangani(forms[0], formulir.Penanda(user, formulir.ASESOR, code))
        assert formulir.tanda_tangani(forms[0], formulir.Penanda(user, formulir.ASESOR, code)).cara == bukti.KODE
        with pytest.raises(Invalid, match="tidak berlaku"):
            formulir.tanda_tangani(forms[1], formulir.Penanda(user, formulir.ASESOR, code))


def test_without_a_confirmed_address_there_is_no_code(masuk: Masuk) -> None:
    client = masuk(without_password(surel_terbukti=False))
    answer = client.post("/akun/kode")
    assert (answer.status_code, "Minta admin unit kerja Anda" in answer.text) == (422, True)


def test_another_address_is_proven_by_the_old_one(masuk: Masuk) -> None:
    account = without_password()
    client = masuk(account)
    assert "Kode sekali pakai" in client.get("/akun/alamat").text
    new = {"alamat": "baru@contoh.id"}
    assert client.post("/akun/alamat", data={**new, "sandi": "123456"}).status_code == 422
    client.post("/akun/kode")
    assert client.post("/akun/alamat", data={**new, "sandi": letter()}).status_code == 303
