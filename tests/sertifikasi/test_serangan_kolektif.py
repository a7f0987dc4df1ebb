"""Attempts at invitations: an operator who answers for others, goes through NIK, or follows a result."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import citizens, messages, sealing
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Orang
from portal.kernel.people import User
from portal.sertifikasi.kolektif import impor, services
from portal.sertifikasi.kolektif import models as k
from portal.sertifikasi.kolektif.models import Lembaga, Operator, Undangan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import Skema
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import add, skema_versi
from tests.sertifikasi.test_kolektif import NIK, codes, invited, operator, row, run

pytestmark = pytest.mark.usefixtures("app", "jam")


@pytest.fixture
def versi(app: Flask) -> Any:
    return skema_versi()


@pytest.fixture
def lembaga(app: Flask) -> Lembaga:
    return add(Lembaga(nama="BPBD Kota Sagara"))


def sent_codes() -> list[str]:
    every = db.session.scalars(sa.select(messages.Pesan).order_by(messages.Pesan.id))
    return re.findall(
        r"kode undangan: (\S+)", " ".join(sealing.unseal(one.isi, messages.SEAL) for one in every if one.isi)
    )


@pytest.mark.parametrize("who", ["inviter", "colleague", "former"])
def test_no_operator_answers_for_the_people_they_invite(who: str, versi: Any, lembaga: Lembaga) -> None:
    made, code = invited(versi, lembaga)
    user = db.session.get_one(User, made.oleh_id) if who == "inviter" else operator(lembaga)
    if who == "former":
        db.session.execute(sa.update(Operator).where(Operator.user_id == user.id).values(dicabut_at=sa.func.now()))
    with pytest.raises(Invalid, match="bukan operator"):
        services.claim(code, f.principal(user))
    made.user_id = user.id
    with pytest.raises(Conflict):
        services.accept(made, f.principal(user))


def test_an_operator_answers_for_themselves(versi: Any, lembaga: Lembaga) -> None:
    user = operator(lembaga)
    user.orang_id = add(Orang(nama="Ratna Wulandari")).id
    citizens.give_nik(db.session.get_one(Orang, user.orang_id), NIK, f.principal(user))
    one = row(versi)
    impor.apply([one], run(user, lembaga))
    assert services.accept(db.session.get_one(Undangan, one.result), f.principal(user)).user_id == user.id


def test_one_account_takes_up_one_nik(versi: Any, lembaga: Lembaga) -> None:
    other = db.session.get_one(Skema, skema_versi().skema_id)
    second = row(versi, kontak="b@contoh.id", nik="3171014309900002", skema=other.kode)
    impor.apply([row(versi), second], run(operator(lembaga), lembaga))
    person = f.principal(f.asesi("Penadah"))
    first, last = sent_codes()
    services.accept(services.claim(first, person), person)
    with pytest.raises(Invalid, match="NIK lain"):
        services.claim(last, person)


def test_an_address_and_an_operator_are_not_used_without_end(
    versi: Any, lembaga: Lembaga, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = run(operator(lembaga), lembaga)
    niks = [f"31710143099000{n:02d}" for n in range(1, 12)]
    for nik in niks[: services.PER_ADDRESS]:
        impor.apply([row(versi, nik=nik)], user)
    with pytest.raises(Conflict, match="Alamat itu"):
        impor.apply([row(versi, nik=niks[9])], user)
    monkeypatch.setattr(services, "PER_OPERATOR", services.PER_ADDRESS)
    with pytest.raises(Conflict, match="Anda sudah mengirim"):
        impor.apply([row(versi, nik=niks[10], kontak="lain@contoh.id")], user)


@pytest.mark.parametrize(("state", "word"), [
    (m.DRAF, "Draf"), (m.DITUNDA, "Diproses"), (m.KOMPETEN, "Selesai"), (m.BELUM_KOMPETEN, "Selesai"),
    (m.BERSERTIFIKAT, "Selesai"),
])  # fmt: skip
def test_an_institution_reads_no_result(state: str, word: str, versi: Any, lembaga: Lembaga, masuk: Any) -> None:
    made, code = invited(versi, lembaga)
    person = f.principal(f.asesi("Ratna Wulandari"))
    case = services.accept(services.claim(code, person), person)
    db.session.get_one(Submission, case.submission_id).status = state
    assert made.tujuan == ""
    browser = masuk(db.session.get_one(User, made.oleh_id))
    for page in ("/sertifikasi/kolektif", f"/sertifikasi/kolektif/{made.id}"):
        text = browser.get(page).text
        assert word in text
        assert not re.search(r"Kompeten\b|Belum kompeten|Bersertifikat|Ditunda", text)
        assert "ratna@contoh.id" not in text


def test_two_spellings_of_a_scheme_are_one_and_a_late_invitation_makes_room(
    versi: Any, lembaga: Lembaga, jam: Any
) -> None:
    user = operator(lembaga)
    first, again = row(versi), row(versi, skema=db.session.get_one(Skema, versi.skema_id).judul)
    again.number = 3
    impor.check([first, again], run(user, lembaga))
    assert (codes([first]), codes([again])) == ([], ["E_GANDA"])
    impor.apply([first], run(user, lembaga))
    jam.shift(timedelta(days=services.DAYS + 1))
    late = row(versi)
    impor.check([late], run(user, lembaga))
    impor.apply([late], run(user, lembaga))
    states = list(db.session.scalars(sa.select(Undangan.status).order_by(Undangan.id)))
    assert states == [k.KEDALUWARSA, k.MENUNGGU]
