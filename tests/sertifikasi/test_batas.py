"""Long texts have one limit; feedback sent twice at once is stored once."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel.db import commit, db
from portal.sertifikasi import batas
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen.rekam import services as rekam
from portal.sertifikasi.saya import models as m
from tests.kernel.sessions import together
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi import factories_keputusan as k

pytestmark = pytest.mark.usefixtures("jam")
LONG = "a" * (batas.MOST + 1)
WORDS = "Tulis paling banyak 4.000 huruf. Anda menulis 4.001."


def test_every_long_text_of_an_assessment_has_the_limit(app: Flask, masuk: Any) -> None:
    lsp, row = f.sampai(m.DITINJAU)
    desk, case = f"/sertifikasi/asesmen/{f.tugas(row).p.id}", f"/sertifikasi/permohonan/{row.id}"
    for user, path, data in (
        (lsp.asesor_user, f"{desk}/putusan", {"aksi": "tidak", "alasan": LONG, "sandi": f.PASSWORD}),
        (lsp.manajer, f"{case}/batalkan", {"alasan": LONG}), (lsp.manajer, f"{case}/ganti-asesor", {"alasan": LONG}),
        (db.session.get_one(f.User, row.user_id), f"/sertifikasi/saya/{row.id}/keberatan", {"alasan": LONG}),
    ):  # fmt: skip
        answer = masuk(user).post(path, data=data)
        assert (path, answer.status_code, WORDS in answer.text) == (path, 422, True)
    assert f.status(row) == m.DITINJAU
    with app.test_request_context(method="POST", data={"alasan": f"  {'a' * batas.MOST}  "}):
        batas.periksa()
        assert len(batas.teks("alasan")) == batas.MOST


def test_every_long_text_of_a_decision_has_the_limit(app: Flask, masuk: Any) -> None:
    lsp = k.lsp()
    client = masuk(lsp.sekretariat)
    answer = client.post("/sertifikasi/blanko/terima", data={"seri": "0000001", "catatan": LONG})
    assert (answer.status_code, WORDS in answer.text) == (422, True)


def test_feedback_sent_twice_at_once_is_stored_once_and_both_are_answered(serentak: Flask, jam: Any) -> None:
    with serentak.app_context():
        _, row = f.sampai(m.DIREKOMENDASIKAN, jam=jam)
        key, user = row.id, f.asesi(row)
        commit()

    def send(answer: str) -> Any:
        case = db.session.get_one(m.Permohonan, key)
        form = rekam.umpan_balik(case, user, [(answer, "")] * 10, "")
        found = form.id
        commit()
        return found

    made = together(serentak, lambda: send("YA"), lambda: send("TIDAK"), lambda: send("YA"))
    with serentak.app_context():
        stored = db.session.scalars(sa.select(m.FormIsian.id).where(m.FormIsian.kode == formulir.AK03)).all()
    assert made == [stored[0]] * 3
    assert len(stored) == 1
