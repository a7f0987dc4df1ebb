"""Other systems read the register: with a key, what the key allows, on the day they name."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kepegawaian.api import kunci
from portal.kepegawaian.api.models import KunciApi
from portal.kepegawaian.riwayat import models as r
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db
from portal.kernel.errors import Invalid
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
BASE = "/kepegawaian/api/v1"


def beri(*bidang: str, pd: Any = None) -> tuple[KunciApi, str]:
    office = f.principal(f.akun("bkpsdm"))
    return kunci.beri("Presensi", "Dinas Kominfo", "PKS 12/2026", list(bidang), pd, date(2027, 6, 1), office)


def baca(app: Flask, path: str, text: str = "") -> Any:
    client = app.test_client()
    client.checks_pages = False
    return client.get(f"{BASE}{path}", headers={"Authorization": f"Bearer {text}"} if text else {})


def test_people_of_a_day_by_pages(app: Flask) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2026, 11, 10))
    _, text = beri("DASAR")
    first = baca(app, "/pegawai?jumlah=3", text).json
    rest = baca(app, f"/pegawai?jumlah=3&setelah={first['berikutnya']}", text).json
    names = [one["nama"] for one in [*first["data"], *rest["data"]]]
    assert sorted(names) == ["Kabid Uji", "Kabidlain Uji", "Kadis Uji", "Staf Uji"]
    assert rest["berikutnya"] is None
    staf = next(one for one in [*first["data"], *rest["data"]] if one["nama"] == "Staf Uji")
    assert (staf["opd_nama"], staf["unit_nama"]) == ("Badan Lain", "Bidang Dua")
    assert "lahir" not in staf
    then = baca(app, f"/pegawai/{k.staf.nip}?per_tanggal=2026-11-09", text).json
    assert then["unit_nama"] == "Bidang Satu"


def test_a_key_reads_only_its_opd_and_its_fields(app: Flask) -> None:
    k = f.kota()
    _, text = beri("DASAR", "LAHIR", pd=k.dinas.id)
    names = [one["nama"] for one in baca(app, "/pegawai", text).json["data"]]
    assert "Kabidlain Uji" not in names
    assert baca(app, f"/pegawai/{k.kabid_lain.nip}", text).status_code == 404
    assert baca(app, f"/pegawai/{k.staf.nip}", text).json["lahir"] == "1985-03-15"
    assert {one["nama"] for one in baca(app, "/unit", text).json["data"]} == {"Dinas Uji", "Bidang Satu"}


@pytest.mark.parametrize(("path", "code"), [
    ("/pegawai?per_tanggal=31-12-2026", 400), ("/pegawai?jumlah=0", 400), ("/pegawai?jumlah=9999", 400),
    ("/pegawai?setelah=x", 400), ("/pegawai/bukan-nip", 404), ("/pegawai/198503152010011999", 404),
])  # fmt: skip
def test_mistakes_are_told_as_json(app: Flask, path: str, code: int) -> None:
    f.kota()
    _, text = beri("DASAR")
    found = baca(app, path, text)
    assert found.status_code == code
    assert set(found.json) == {"galat", "pesan"}


def test_a_number_held_before_finds_the_person_under_the_one_of_today(app: Flask) -> None:
    k = f.kota()
    old, shared = "198503152022212009", "530012345"
    query = sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id.in_([k.staf.id, k.kabid.id, k.kabid_lain.id]))
    data = {one.pegawai_id: one for one in db.session.scalars(query)}
    data[k.staf.id].nip_lama = old
    data[k.kabid.id].nip_lama = data[k.kabid_lain.id].nip_lama = shared
    db.session.flush()
    _, text = beri("DASAR")
    found = baca(app, "/pegawai/19850315 202221 2 009", text).json
    assert (found["nama"], found["nip"], found["nip_diminta"]) == ("Staf Uji", k.staf.nip, old)
    asked = baca(app, f"/pegawai/{k.staf.nip}", text).json
    assert asked["nip_diminta"] == asked["nip"]
    twice = baca(app, f"/pegawai/{shared}", text)
    assert (twice.status_code, twice.json["galat"]) == (409, "GANDA")
    _, text = beri("DASAR", pd=k.lain.id)
    assert baca(app, f"/pegawai/{old}", text).status_code == 404
    assert baca(app, f"/pegawai/{shared}", text).json["nama"] == "Kabidlain Uji"


def test_what_nobody_has_changed_is_not_sent_again(app: Flask) -> None:
    k = f.kota()
    _, text = beri("DASAR")
    client, head = app.test_client(), {"Authorization": f"Bearer {text}"}
    first = client.get(f"{BASE}/pegawai/{k.staf.nip}", headers=head)
    head["If-None-Match"] = first.headers["ETag"]
    same = client.get(f"{BASE}/pegawai/{k.staf.nip}", headers=head)
    assert (same.status_code, same.data) == (304, b"")
    assert client.get(f"{BASE}/pegawai/{k.kabid.nip}", headers=head).status_code == 200


def test_what_leads_nowhere_is_told_as_json(app: Flask) -> None:
    client = app.test_client()
    client.checks_pages = False
    _, text = beri("DASAR")
    for found, code in (
        (client.get(f"{BASE}/gaji"), 404), (client.post(f"{BASE}/pegawai"), 405), (client.delete(f"{BASE}/unit"), 405),
        (baca(app, "/pegawai?opd=%00", text), 400), (baca(app, "/pegawai/%00", text), 404),
    ):  # fmt: skip
        assert (found.status_code, found.mimetype) == (code, "application/json")
        assert {"galat", "pesan"} <= set(found.json)


def test_no_key_an_ended_key_a_revoked_key(app: Flask, jam: Any) -> None:
    row, text = beri("DASAR")
    assert baca(app, "/pegawai").status_code == 401
    assert baca(app, "/pegawai", "pmg_salah").status_code == 401
    assert baca(app, "/pegawai", text).status_code == 200
    row.selesai = date(2026, 11, 20)
    row.mulai = date(2026, 11, 1)
    db.session.flush()
    assert baca(app, "/pegawai", text).status_code == 401
    row.selesai = date(2027, 1, 1)
    kunci.cabut(row, f.principal(f.akun("bkpsdm")))
    db.session.flush()
    assert baca(app, "/pegawai", text).status_code == 401


def test_every_reading_is_in_the_log_and_too_many_wait(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    f.kota()
    _, text = beri("DASAR")
    monkeypatch.setattr(kunci, "PER_MINUTE", 2)
    codes = [baca(app, "/unit", text).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert 0 < int(baca(app, "/unit", text).headers["Retry-After"]) <= 60
    commit()
    lines = db.session.scalars(
        sa.select(Aktivitas.data).where(Aktivitas.peristiwa == "kepegawaian.kunci_dipakai")
    ).all()
    assert [line["baris"] for line in lines] == [5, 5]
    assert lines[0]["nama"] == "Presensi"


def test_the_description_fits_the_answers(app: Flask) -> None:
    k = f.kota()
    _, text = beri(*kunci.BIDANG)
    spec = baca(app, "/openapi.json").json
    person = baca(app, f"/pegawai/{k.staf.nip}", text).json
    said = spec["components"]["schemas"]
    assert {*said["Pegawai"]["properties"], *said["SatuPegawai"]["allOf"][1]["properties"]} == set(person)
    assert set(said["Unit"]["properties"]) == set(baca(app, "/unit", text).json["data"][0])
    for path in spec["paths"]:
        assert baca(app, path.replace("{nip}", str(k.staf.nip)), text).status_code == 200


def test_keys_are_given_on_a_page_and_shown_once(masuk: Any) -> None:
    office = masuk(f.akun("bkpsdm"))
    sent = {"nama": "Absensi", "penanggung_jawab": "Kominfo", "dasar": "PKS 1/2026", "selesai": "2027-01-31",
            "bidang": ["DASAR", "KONTAK"], "pd": ""}  # fmt: skip
    page = office.post("/kepegawaian/kunci-api", data=sent)
    assert "pmg_" in page.text.split("Kunci baru")[1]
    row = db.session.scalars(sa.select(KunciApi)).one()
    assert row.bidang == ["DASAR", "KONTAK"]
    assert row.sidik not in page.text
    again = office.get("/kepegawaian/kunci-api").text
    assert "Kunci baru" not in again
    assert office.post("/kepegawaian/kunci-api", data={**sent, "selesai": "2030-01-01"}).status_code == 422
    office.post(f"/kepegawaian/kunci-api/{row.id}/cabut")
    assert row.dicabut_at is not None


def test_a_key_lasts_a_year_at_most() -> None:
    with pytest.raises(Invalid):
        kunci.beri("x", "y", "z", [], None, date(2028, 1, 1), f.principal(f.akun("bkpsdm")))
