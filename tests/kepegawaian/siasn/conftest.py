"""The stand-in, the settings that point at it, and an operator whose token it takes."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal.kepegawaian.siasn import peta, setelan
from portal.kernel import sealing
from portal.kernel.db import db
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.tiruan import Server, Siasn, alamat, loket

UNOR = "A8ACA7397AEB3912E040640A040269BB"
TOKEN = "sso-token-operator-uji-0123456789"


@pytest.fixture(scope="session")
def loket_siasn() -> Iterator[Server]:
    """One server for all tests; each brings its own state."""
    with loket(Siasn()) as server:
        yield server


@pytest.fixture
def siasn(loket_siasn: Server) -> Siasn:
    stand_in = Siasn()
    stand_in.alamat = alamat(loket_siasn)  # type: ignore[attr-defined]
    loket_siasn.layani(stand_in)
    return stand_in


@pytest.fixture
def operator(app: Flask, jam: Any, siasn: Siasn) -> Principal:
    """Settings, keys and a living token."""
    siapkan(siasn)
    return tempel(siasn)


def siapkan(siasn: Siasn) -> None:
    row = setelan.ambil()
    row.alamat_api = f"{siasn.alamat}/apisiasn/1.0"  # type: ignore[attr-defined]
    row.alamat_token = f"{siasn.alamat}/oauth2/token"  # type: ignore[attr-defined]
    row.kunci_enc, row.rahasia_enc = (sealing.seal(one, setelan.APIM) for one in siasn.klien)
    row.instansi_id, row.satuan_kerja_id = "INSTANSI", "SATKER"
    row.laju, row.jeda_awal = Decimal(1000), Decimal("0.001")
    db.session.flush()


def tempel(siasn: Siasn, token: str = TOKEN) -> Principal:
    user = f.principal(f.akun("bkpsdm"))
    setelan.tempel(token, user)
    siasn.sso.add(token)
    return user


@pytest.fixture
def pegawai_siasn(siasn: Siasn) -> Callable[..., str]:
    """The same person there: as the stand-in knows them."""

    def make(pegawai: Any, **values: Any) -> str:
        return siasn.tambah_orang(pegawai.nip, nama=f" {pegawai.nama.upper()} ", **values)

    return make


@pytest.fixture
def kedua(operator: Principal) -> Principal:
    return f.principal(f.akun("bkpsdm"))


@pytest.fixture
def k(operator: Principal, pegawai_siasn: Any) -> f.Kota:
    """Only the member of staff is known to SIASN; their unit and the kinds of courses are mapped."""
    city = f.kota()
    for one in (city.kadis, city.kabid, city.kabid_lain):
        one.nip = None
    db.session.flush()
    pegawai_siasn(city.staf)
    peta.petakan(peta.UNIT, str(city.bidang.id), UNOR, operator)
    peta.petakan("KURSUS", "BIMTEK", "7", operator)
    return city
