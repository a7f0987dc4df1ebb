"""An age of its own for one jabatan: with its document, from its day on, cited where the TMT is explained."""

import io
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import calon
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import services
from portal.kepegawaian.rujukan.models import BupKhusus
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_pensiun_usulan import kertas

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY, NANTI = date(2026, 11, 21), date(2027, 1, 1)
FORM = {"usia": "60", "mulai": "2027-01-01", "dasar_bup": "Permenpan 5/2026 pasal 9"}


def seated(k: f.Kota) -> Any:
    """A functional official born in March 1985 with a jabatan of the reference."""
    row = f.jabatan("Medik Veteriner Ahli Muda", usia_bup=59)
    f.duduk(k.staf, k.bidang, date(2021, 1, 1), jabatan_id=row.id, nama_jabatan=row.nama, atasan_id=k.kabid.id)
    return row


def tmt(pegawai: Any, on: date) -> date | None:
    return db.session.scalar(sa.select(Keadaan.tmt_pensiun).where(Keadaan.pegawai_id == pegawai.id, berlaku(on)))


def post(client: Any, row: Any, **values: Any) -> Any:
    file = values.pop("berkas", (io.BytesIO(kertas()), "permen.pdf"))
    data = {**FORM, **values, **({"berkas": file} if file else {})}
    return client.post(f"/kepegawaian/rujukan/jabatan/{row.id}/bup", data=data)


def test_an_age_needs_its_rule(masuk: Any) -> None:
    row = seated(f.kota())
    client = masuk(f.akun("bkpsdm"))
    for wrong, field in (({"usia": "80"}, "usia"), ({"mulai": ""}, "mulai"), ({"selesai": "2026-01-01"}, "selesai"),
                         ({"dasar_bup": "Permen"}, "dasar_bup"), ({"berkas": None}, "berkas"),
                         ({"berkas": (io.BytesIO(b"MZ"), "x.exe")}, "berkas")):  # fmt: skip
        page = post(client, row, **wrong)
        assert page.status_code == 422, wrong
        assert f'id="{field}-galat"' in page.text, wrong
    assert db.session.scalar(sa.select(BupKhusus.id)) is None
    assert post(masuk(f.akun("verifikator_bkpsdm")), row).status_code == 403


def test_it_counts_from_its_day_and_is_cited(masuk: Any) -> None:
    k = f.kota()
    row = seated(k)
    assert tmt(k.staf, TODAY) == date(2044, 4, 1)
    client = masuk(f.akun("bkpsdm"))
    assert post(client, row).status_code == 303
    assert post(client, row, usia="61").status_code == 422  # one already begins on that day
    bangun.rebuild([k.staf.id])
    assert (tmt(k.staf, TODAY), tmt(k.staf, NANTI)) == (date(2044, 4, 1), date(2045, 4, 1))
    assert bangun.rebuild([k.staf.id]) == 0
    made = db.session.scalars(sa.select(BupKhusus)).one()
    page = masuk(f.akun("", pegawai=k.staf)).get(f"/kepegawaian/pegawai/{k.staf.id}?per_tanggal=2027-01-01").text
    assert "60 tahun ditetapkan untuk jabatan ini mulai 1 Januari 2027: Permenpan 5/2026 pasal 9" in page
    assert f"/berkas/{made.dokumen_id}" in page
    assert masuk(f.akun("", pegawai=k.staf)).get(f"/berkas/{made.dokumen_id}").status_code in (200, 303)
    event = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "kepegawaian.bup_ditetapkan")).one()
    assert (event.data["usia"], event.data["dasar"]) == (60, FORM["dasar_bup"])


def test_withdrawn_it_counts_on_no_day(masuk: Any) -> None:
    k = f.kota()
    row = seated(k)
    client = masuk(f.akun("bkpsdm"))
    post(client, row, mulai="2026-01-01")
    bangun.rebuild([k.staf.id])
    assert tmt(k.staf, TODAY) == date(2045, 4, 1)
    assert dict(calon.perhitungan(k.staf))["BUP"].endswith("mulai 1 Januari 2026: Permenpan 5/2026 pasal 9")
    made = db.session.scalars(sa.select(BupKhusus)).one()
    address = f"/kepegawaian/rujukan/jabatan/{row.id}/bup/{made.id}/cabut"
    assert client.post(address, data={"alasan": "salah"}).status_code == 422
    assert client.post(address, data={"alasan": "Salah membaca pasal 9"}).status_code == 303
    assert client.post(address, data={"alasan": "Salah membaca pasal 9"}).status_code == 409
    bangun.rebuild([k.staf.id])
    assert tmt(k.staf, TODAY) == date(2044, 4, 1)
    assert "Salah membaca pasal 9" in client.get(f"/kepegawaian/rujukan/jabatan/{row.id}").text
    assert services.differing() == 1  # the reference still differs from the level
