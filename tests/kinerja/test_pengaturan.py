"""Settings and deadlines that BKPSDM changes on screen, and the colour of a unit."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.activity import Aktivitas
from portal.kernel.db import db
from portal.kinerja import kalender
from portal.kinerja.models import JadwalKunci, TahunKinerja
from portal.kinerja.settings import aturan
from tests.kernel.factories import UnitFactory, give, pegawai
from tests.kinerja.factories import Office, office

pytestmark = pytest.mark.usefixtures("app", "jam")
PATH = "/kinerja/pengaturan"


@pytest.fixture
def place() -> Office:
    db.session.add(TahunKinerja(tahun=2026))
    return office()


@pytest.fixture
def officer(place: Office, masuk: Any) -> Any:
    _, user = pegawai(place.pd, place.pd, "BKPSDM Uji")
    give(user, "bkpsdm")
    return masuk(user)


def test_a_setting_is_changed_and_the_log_keeps_the_value_before(officer: Any) -> None:
    assert "Batas kirim pegawai" in officer.get(PATH).text
    assert officer.post(PATH, data={"hari_pegawai": "7", "di_atas": "0,4"}).status_code == 303
    rules = aturan(2026)
    assert (rules.hari_pegawai, rules.di_atas, rules.ambang.di_atas) == (
        7,
        "0.4",
        kalender.Aturan(di_atas="0.4").ambang.di_atas,
    )
    line = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "kinerja.aturan")).one()
    assert line.data["perubahan"]["hari_pegawai"] == [5, 7]


def test_a_right_bound_to_a_unit_changes_nothing_for_the_city(place: Office, masuk: Any) -> None:
    _, user = pegawai(place.pd, place.pd, "BKPSDM Unit")
    give(user, "bkpsdm", place.pd)
    client = masuk(user)
    assert client.post(PATH, data={"hari_pegawai": "7"}).status_code == 403
    assert client.post(f"{PATH}/jadwal", data={"bulan": "12"}).status_code == 403
    other = UnitFactory.create(jenis="PD")
    path = "/kinerja/capaian-organisasi"
    assert f"pd-{other.id}" not in client.get(path).text
    for unit, status in ((other, 422), (place.pd, 303)):
        assert client.post(path, data={"bulan": "10", f"pd-{unit.id}": "BAIK"}).status_code == status


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("hari_pegawai", "40", "antara 1 sampai 28"),
        ("hari_pegawai", "lima", "isi dengan angka"),
        ("hari_pegawai", "12", "tidak boleh sebelum"),
        ("bersih_min", "115", "tidak boleh di bawah"),
        ("predikat_diam", "BAIK", "Pilih salah satu"),
        ("label_pks", "", "2 sampai 60"),
        ("di_atas", "-0,8", "melebihi"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_stored(officer: Any, field: str, text: str, words: str) -> None:
    answer = officer.post(PATH, data={field: text})
    assert answer.status_code == 422
    assert words in answer.text
    assert aturan(2026) == kalender.Aturan()


def test_one_pd_gets_its_own_deadline_with_a_reason(officer: Any, place: Office) -> None:
    form = {"bulan": "11", "pd": str(place.pd.id), "batas_pegawai": "8-12-2026", "batas_penilai": "2026-12-15"}
    assert "Tulis alasan" in officer.post(f"{PATH}/jadwal", data=form).text
    form["alasan"] = "Jaringan kantor putus akibat banjir."
    assert officer.post(f"{PATH}/jadwal", data=form).status_code == 303
    assert kalender.jadwal(2026, 11, place.pd.id).batas_pegawai.day == 8
    assert kalender.jadwal(2026, 11, None).batas_pegawai.day == 5
    assert "Jaringan kantor putus" in officer.get(PATH).text


@pytest.mark.parametrize(
    "changes",
    [
        {"bulan": "13"},
        {"bulan": "x"},
        {"batas_pegawai": "31-2-2026"},
        {"batas_pegawai": "1-11-2026"},
        {"batas_penilai": "1-12-2026", "batas_pegawai": "4-12-2026"},
        {"bulan": "9", "batas_pegawai": "5-10-2026", "batas_penilai": "10-10-2026"},
    ],
)
def test_an_impossible_deadline_is_refused(officer: Any, changes: dict[str, str]) -> None:
    form = {"bulan": "11", "batas_pegawai": "5-12-2026", "batas_penilai": "10-12-2026", **changes}
    assert officer.post(f"{PATH}/jadwal", data=form).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(JadwalKunci)) == 0


def test_nobody_else_changes_settings(place: Office, masuk: Any) -> None:
    for user in (place.staff_user, place.boss_user):
        client = masuk(user)
        assert client.get(PATH).status_code == 403
        assert client.post(PATH, data={"hari_pegawai": "7"}).status_code == 403


def test_the_colour_of_a_unit_is_corrected_and_served(place: Office, masuk: Any) -> None:
    _, user = pegawai(place.pd, place.pd, "Admin Uji")
    give(user, "administrator")
    client = masuk(user)
    address = f"/unit/{place.pd.id}"
    assert client.get(f"{address}?warna=%23ffff00").status_code == 200
    assert client.post(address, data={"warna": "kuning"}).status_code == 422
    assert client.post(address, data={"warna": "FFFF00"}).status_code == 303
    assert place.pd.tema == "#ffff00"
    page = client.get("/unit")
    sheet = next(part for part in page.text.split('"') if part.startswith("/tema/"))
    answer = client.get(sheet)
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("text/css", "nosniff")
    assert client.get("/tema/zzzzzz.00000000.css").status_code == 404
