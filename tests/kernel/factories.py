"""People and units for tests. All fictional; numbers in the 9xx range of the vectors."""

from datetime import date

import factory
from factory.alchemy import SQLAlchemyModelFactory

from portal.kernel.db import db
from portal.kernel.organisation import JF, Orang, Pegawai, Penempatan, Unit
from portal.kernel.people import PenugasanPeran, User

START = date(2020, 1, 1)


class Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731
        sqlalchemy_session_persistence = "flush"


class UnitFactory(Factory):
    class Meta:
        model = Unit

    kode = factory.Sequence(lambda n: f"U{n:04d}")
    nama = factory.Sequence(lambda n: f"Bidang Uji {n}")
    jenis = "BIDANG"
    mulai = START


class OrangFactory(Factory):
    class Meta:
        model = Orang

    nama = factory.Sequence(lambda n: f"Orang Uji {n}")


class PegawaiFactory(Factory):
    class Meta:
        model = Pegawai

    nip = factory.Sequence(lambda n: f"1985031520100118{n:02d}" if n < 100 else f"19850315{n:010d}")
    nama = factory.Sequence(lambda n: f"Pegawai Uji {n}")

    @factory.lazy_attribute
    def orang_id(self) -> object:
        return OrangFactory(nama=self.nama).id


class PenempatanFactory(Factory):
    class Meta:
        model = Penempatan

    jabatan = "Analis SDM Aparatur Ahli Muda"
    jenis_jabatan = JF
    pangkat, golongan = "Penata", "III/c"
    mulai = START


class UserFactory(Factory):
    class Meta:
        model = User

    pengguna = factory.Sequence(lambda n: f"uji.{n}")
    nama = factory.Sequence(lambda n: f"Pengguna Uji {n}")


def pegawai(unit: Unit, pd: Unit, nama: str = "", *, pimpinan: bool = False, **seat: object) -> tuple[Pegawai, User]:
    """A pegawai with a definitive seat and an account."""
    person = PegawaiFactory(**({"nama": nama} if nama else {}))
    PenempatanFactory(pegawai_id=person.id, unit_id=unit.id, pd_id=pd.id, is_pimpinan=pimpinan, **seat)
    return person, UserFactory(nama=person.nama, pegawai_id=person.id)


def give(user: User, peran: str, unit: Unit | None = None) -> None:
    db.session.add(PenugasanPeran(user_id=user.id, peran=peran, unit_id=unit.id if unit else None, mulai=START))
    db.session.flush()
