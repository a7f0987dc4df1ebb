"""Whoever verifies an entry of CPNS and PNS sees from which day on the pegawai is what."""

from datetime import date
from typing import Any

import pytest

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import pratinjau, services
from portal.kernel.db import db
from portal.kernel.people import User
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_riwayat_formulir import page

pytestmark = pytest.mark.usefixtures("app", "jam")
CPNS, PNS = date(2025, 12, 1), date(2026, 12, 1)


def young(k: f.Kota) -> Any:
    one = f.orang("Muda Uji", lahir=date(2000, 5, 5), status="CPNS")
    f.duduk(one, k.bidang, CPNS, atasan_id=k.kabid.id)
    return one


def shown(pegawai: Any, tmt_pns: str) -> list[list[tuple[date, str, bool]]]:
    values = {"jenis": "CPNS_PNS", "tmt": CPNS, "isi": {"tmt_pns": tmt_pns}}
    found = pratinjau.susun(pegawai.id, r.RiwayatLain, values, None)
    return [[(one.mulai, one.jenis, one.berubah) for one in part] for part in (found.sebelum, found.sesudah)]


def test_cpns_until_the_tmt_and_pns_from_it_on() -> None:
    one = young(f.kota())
    assert shown(one, PNS.isoformat()) == [[(CPNS, "CPNS", True)], [(CPNS, "CPNS", False), (PNS, "PNS", True)]]
    assert shown(one, "") == [[], []]


def test_the_page_of_who_verifies_shows_it(masuk: Any) -> None:
    k = f.kota()
    one = young(k)
    row = f.add(r.RiwayatLain(pegawai_id=one.id, jenis="CPNS_PNS", tmt=CPNS, isi={"tmt_pns": PNS.isoformat()},
                              diusulkan_oleh_id=f.akun("admin_pd", di=k.dinas).id))  # fmt: skip
    owner = db.session.get_one(User, row.diusulkan_oleh_id)
    f.berkas(row, "SK_CPNS", owner)
    services.jalankan(row, "ajukan", f.principal(owner))
    card = masuk(f.akun("verifikator_bkpsdm")).get(page(one, row)).text.split('id="pratinjau"')[1]
    assert card.count("Jenis pegawai: CPNS") == 2
    assert card.count("Jenis pegawai: PNS") == 1
