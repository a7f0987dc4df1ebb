"""The whole way for 20 people, faults in one call out of twelve, killed twice: an empty report, nothing twice."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import tarik
from portal.kernel.db import commit, db
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn import skenario
from tests.kepegawaian.siasn.kerja import Mati, bangkitkan, dibunuh, putar
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")
ORANG = 20  # enough for every case of the scenario; `ukur` takes thousands


def until_done(run: m.Jalan, jam: Any) -> None:
    """What pauses because of faults is woken when its time has come."""
    from datetime import timedelta

    from portal.kepegawaian.siasn import jalan

    for _ in range(20):
        putar()
        if run.status != m.JEDA:
            break
        assert run.lanjut_at, run.alasan
        jam.move_to(run.lanjut_at + timedelta(seconds=1))
        jalan.lanjutkan.run(None)  # type: ignore[arg-type]
    assert (run.status, run.gagal) == (m.SELESAI, 0), run.alasan


def test_a_city_with_faults_and_two_kills(operator: Principal, siasn: Siasn, jam: Any) -> None:
    other = f.principal(f.akun("bkpsdm"))
    city = skenario.tanam(siasn, ORANG, operator)
    siasn.seed, siasn.banyak = 20261121, 80
    pull = tarik.mulai(operator, tarik.SEMUA, skenario.KINDS)
    with dibunuh(lambda method, path: siasn.panggilan["semua"] > 60), pytest.raises(Mati):
        until_done(pull, jam)
    bangkitkan()
    until_done(pull, jam)
    assert sum(skenario.laporan().values()) == city.kirim + city.terima + city.beda + city.ambil
    assert skenario.sepakati(operator) == city.terima + city.beda + city.ambil
    push = skenario.siapkan(operator, other)
    assert push
    saved = len(siasn.simpan)
    with dibunuh(lambda method, path: method == "POST" and len(siasn.simpan) > saved + 4), pytest.raises(Mati):
        until_done(push, jam)
    bangkitkan()
    until_done(push, jam)
    while (rest := skenario.siapkan(operator, other)) is not None:  # kinds that are tried with one row first
        until_done(rest, jam)
    commit()
    states = list(db.session.scalars(sa.select(m.Kotak.status)))
    assert set(states) == {m.TERBUKTI}
    assert len(states) == len(siasn.simpan) == city.kirim + city.beda
    until_done(tarik.mulai(operator, tarik.SEMUA, skenario.KINDS), jam)
    assert skenario.laporan() == {}
    assert siasn.rangkap() == []
