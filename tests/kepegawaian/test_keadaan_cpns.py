"""CPNS become PNS on the day their entry names, without a job and without anybody verifying again."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kernel.db import db
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
CPNS, PNS = date(2026, 1, 1), date(2027, 1, 1)


def young(k: f.Kota, status: str = "CPNS", **isi: str) -> Any:
    one = f.orang("Muda Uji", lahir=date(2000, 5, 5), status=status)
    f.duduk(one, k.bidang, CPNS, atasan_id=k.kabid.id)
    entry = f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="CPNS_PNS", tmt=CPNS, isi=isi))
    return one, entry


def kinds(pegawai: Any) -> list[tuple[str, date]]:
    query = sa.select(Keadaan.jenis, Keadaan.mulai).where(Keadaan.pegawai_id == pegawai.id).order_by(Keadaan.mulai)
    return [(row.jenis, row.mulai) for row in db.session.execute(query)]


def test_the_day_itself_needs_no_job(masuk: Any, jam: Any) -> None:
    k = f.kota()
    one, _ = young(k, tmt_pns=PNS.isoformat())
    assert kinds(one) == [("CPNS", CPNS), ("PNS", PNS)]
    client = masuk(f.akun("bkpsdm"))
    assert "Muda Uji" in client.get("/kepegawaian?jenis=CPNS").text
    jam.move_to(datetime(2026, 12, 31, 17, 1, tzinfo=UTC))  # midnight of 1 January in Jakarta
    assert "Muda Uji" not in client.get("/kepegawaian?jenis=CPNS").text
    assert "Muda Uji" in client.get("/kepegawaian?jenis=PNS").text
    page = client.get(f"/kepegawaian/pegawai/{one.id}").text.split("Jenis pegawai")[1][:60]
    assert "PNS" in page
    assert "CPNS" not in page
    bangun.follow_standing.run(None)  # type: ignore[arg-type]
    db.session.refresh(one)
    assert one.status == "PNS"
    assert bangun.rebuild([one.id]) == 0  # what the job wrote changes no day


def test_what_no_entry_says_stays_as_it_is() -> None:
    k = f.kota()
    assert [kind for kind, _ in kinds(young(k)[0])] == ["CPNS"]
    assert {kind for kind, _ in kinds(young(k, "PNS")[0])} == {"PNS"}
    assert [kind for kind, _ in kinds(young(k, "PPPK", tmt_pns=PNS.isoformat())[0])] == ["PPPK"]
    assert {kind for kind, _ in kinds(young(k, tmt_pns="31-02-2027")[0])} == {"CPNS"}


def test_as_the_register_knew_it(jam: Any) -> None:
    k = f.kota()
    one, entry = young(k, tmt_pns=PNS.isoformat())
    jam.move_to(datetime(2027, 3, 1, 3, 0, tzinfo=UTC))
    entry.status, entry.dicabut_at = r.DIBATALKAN, datetime(2027, 2, 1, tzinfo=UTC)
    db.session.flush()
    bangun.rebuild([one.id])
    today = sa.select(Keadaan.jenis).where(Keadaan.pegawai_id == one.id, berlaku(date(2027, 3, 1)))
    assert db.session.scalar(today) == "CPNS"
    known = bangun.as_known(one.id, datetime(2027, 1, 15, tzinfo=UTC))
    assert known[-1]["jenis"] == "PNS"
