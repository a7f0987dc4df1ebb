"""The asesi's side: draft, APL-01, APL-02, return, withdrawal; sections 2.1-2.8, 7.2-7.4 and 9 of the reference."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.db import db, now
from portal.kernel.people import User
from portal.sertifikasi.saya import formulir
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.models import FormIsian, Permohonan, TandaTangan
from tests.conftest import Client
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import skema_versi

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]


def case_of(base: str) -> Permohonan:
    return db.session.get_one(Permohonan, f.id_of(base))


def accept(user: User, base: str) -> None:
    """The sekretariat accepts APL-01, as its own pages would."""
    found = f.read(user, f.id_of(base))
    found.p.apl01_diterima_at = now()
    f.move(found, "terima", f.officer())


def sent_apl01(user: User, client: Client, versi: Any = None) -> str:
    base = f.start(client, versi or skema_versi())
    f.fill(client, base)
    answer = f.send(client, base)
    assert answer.status_code == 303, f.messages(answer)
    return base


def test_from_draft_to_both_forms_sent(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, skema_versi())
    assert client.get("/sertifikasi/saya").status_code == 200
    for step in ("data", "pekerjaan", "skema", "syarat", "periksa"):
        assert client.get(f"{base}/apl-01/{step}").status_code == 200
    f.fill(client, base)
    answer = f.send(client, base)
    assert answer.status_code == 303, f.messages(answer)
    receipt = client.get(answer.location)
    assert "PMH-2026-000001" in receipt.text and "Lanjut ke APL-02 sekarang" in receipt.text
    found = f.read(user, f.id_of(base))
    assert found.status == m.DIAJUKAN and found.p.orang_id is not None
    accept(user, base)
    for unit in found.units:
        assert client.get(f"{base}/apl-02/unit-{unit.urut}").status_code == 200
    f.answer_all(client, base, found)
    assert client.get(f"{base}/apl-02/tinjau").status_code == 200
    answer = f.send(client, base, "apl-02")
    assert answer.status_code == 303, f.messages(answer)
    assert f.read(user, f.id_of(base)).status == m.APL02_DIAJUKAN
    forms = db.session.scalars(sa.select(FormIsian).order_by(FormIsian.dikunci_at, FormIsian.id)).all()
    assert [form.kode for form in forms] == [m.APL01, m.APL02]
    marks = db.session.scalars(sa.select(TandaTangan)).all()
    assert {mark.sha256 for mark in marks} == {form.sha256 for form in forms}
    assert all(form.sha256 == formulir.digest(form.isi) for form in forms)
    assert client.get("/sertifikasi/saya").status_code == 200
    assert client.get(f"{base}/terkirim").status_code == 200
