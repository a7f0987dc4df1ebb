"""The demo shows a request in every state and candidates without one, the same ones each time."""

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.pensiun import demo
from portal.kepegawaian.pensiun import models as m
from portal.kernel.db import db
from portal.kernel.demo import kota
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")


def small_city(k: f.Kota) -> Any:
    pd = SimpleNamespace(id=str(k.dinas.id), kode=next(o["pd"] for o in kota.cast() if o.get("peran") == "admin_pd"))
    head = SimpleNamespace(person=SimpleNamespace(id=str(k.kabid.id)))
    unit = SimpleNamespace(id=str(k.bidang.id), pd=pd, heads=lambda on: [head])
    return SimpleNamespace(units=[unit], unit=lambda kode: pd)


def test_one_request_in_every_state(masuk: Any) -> None:
    k = f.kota()
    for one in kota.cast():
        if one.get("peran") in ("admin_pd", "verifikator_bkpsdm", "bkpsdm"):
            f.akun(one["peran"], nama=one["pengguna"])
    for _ in range(2):  # a second time adds nothing
        demo.cerita(small_city(k), "kecil")
    states = sorted(db.session.scalars(sa.select(m.UsulanPensiun.status)))
    assert states == sorted(m.STATES)
    client = masuk(f.akun("bkpsdm"))
    page = client.get("/kepegawaian/pensiun").text
    assert "Kartini Dewi" in page
    assert "Hasan Basri" in page
    assert "BUP belum diketahui" in page
    assert "Djoko Purnomo" not in page
    for key in db.session.scalars(sa.select(m.UsulanPensiun.id)):
        assert client.get(f"/kepegawaian/pensiun/usulan/{key}").status_code == 200
