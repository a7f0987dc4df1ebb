"""One human, one NIK: sealed, found by its mark, shown masked, read in clear only with a line in the log."""

import pytest
import sqlalchemy as sa

from portal.kernel import citizens, people
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal, User
from tests.kernel.factories import OrangFactory, UserFactory

pytestmark = pytest.mark.usefixtures("app")
NIK, OTHER = "3171234509850001", "3171234509850002"


@pytest.fixture
def officer() -> Principal:
    user: User = UserFactory.create(nama="Petugas Uji")
    principal = people.principal_of(user.id, {})
    assert principal is not None
    return principal


def lines(event: str) -> list[Aktivitas]:
    commit()
    return list(db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == event)))


def test_a_nik_is_stored_sealed_and_its_holder_is_found(officer: Principal) -> None:
    orang = OrangFactory.create()
    assert citizens.holder(NIK) is None
    citizens.give_nik(orang, NIK, officer)
    db.session.flush()
    assert citizens.holder(NIK) is orang
    assert citizens.holder(OTHER) is None
    stored = db.session.execute(sa.text("SELECT nik_enc, nik_sidik FROM orang WHERE id = :id"), {"id": orang.id}).one()
    assert NIK.encode() not in bytes(stored.nik_enc)
    assert NIK not in stored.nik_sidik
    assert lines("nik.diubah") == []


def test_giving_the_same_nik_again_changes_nothing(officer: Principal) -> None:
    orang = OrangFactory.create()
    citizens.give_nik(orang, NIK, officer)
    sealed = orang.nik_enc
    db.session.flush()
    citizens.give_nik(orang, NIK, officer)
    assert orang.nik_enc == sealed
    assert lines("nik.diubah") == []


def test_a_nik_belongs_to_one_human(officer: Principal) -> None:
    first, second = OrangFactory.create(), OrangFactory.create()
    citizens.give_nik(first, NIK, officer)
    db.session.flush()
    with pytest.raises(Invalid) as refused:
        citizens.give_nik(second, NIK, officer)
    assert refused.value.field == "nik"
    assert "sudah terdaftar pada akun lain" in refused.value.pesan
    assert NIK not in refused.value.pesan
    assert second.nik_enc is None


def test_a_corrected_nik_replaces_the_old_one_and_is_logged(officer: Principal) -> None:
    orang = OrangFactory.create()
    citizens.give_nik(orang, NIK, officer)
    db.session.flush()
    citizens.give_nik(orang, OTHER, officer)
    db.session.flush()
    assert citizens.read_nik(orang, officer, "uji") == OTHER
    assert citizens.holder(NIK) is None
    (line,) = lines("nik.diubah")
    assert (line.objek_id, line.pelaku_id) == (orang.id, officer.id)
    assert NIK not in str(line.data) + line.pelaku
    assert OTHER not in str(line.data)


def test_every_reading_leaves_who_and_why(officer: Principal) -> None:
    orang = OrangFactory.create()
    assert citizens.read_nik(orang, officer, "periksa") == ""
    assert lines("nik.dibaca") == [], "nothing was read"
    citizens.give_nik(orang, NIK, officer)
    for _ in range(2):
        assert citizens.read_nik(orang, officer, "cocokkan KTP") == NIK
    found = lines("nik.dibaca")
    assert [line.data["alasan"] for line in found] == ["cocokkan KTP"] * 2
    assert {line.objek_id for line in found} == {orang.id}
    assert all(NIK not in str(line.data) for line in found)


@pytest.mark.parametrize(("nik", "shown"), [
    (NIK, "3171************"), ("31712", "3171*"), ("3171", "3171"), ("", ""), ("31", "31"),
])  # fmt: skip
def test_a_masked_nik_shows_its_first_four_digits(nik: str, shown: str) -> None:
    assert citizens.masked(nik) == shown
