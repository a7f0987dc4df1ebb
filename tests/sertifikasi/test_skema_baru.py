"""A new scheme and its head; withdrawing one."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.notices import Notice
from portal.sertifikasi.asesmen.sesi import services as sesi
from portal.sertifikasi.keputusan import sertifikat
from portal.sertifikasi.publik import katalog
from portal.sertifikasi.saya import services as saya
from portal.sertifikasi.saya.models import TERJADWAL
from portal.sertifikasi.skema import cabut, services, sunting
from portal.sertifikasi.skema import models as m
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi import factories_keputusan as k
from tests.sertifikasi.factories import add, skema_versi
from tests.sertifikasi.test_sunting import PAGE, csv_file, drafts, fields, official

pytestmark = pytest.mark.usefixtures("jam")
NEW = {
    "kode": "ppt-ptg2", "judul": "Petugas Pertolongan Pertama", "judul_en": "First Aid Officer", "jenis": "KKNI",
    "kkni_level": "3", "sub_klaster": "Pertolongan pertama", "jenjang": "Petugas", "masa_berlaku_bulan": "36",
    "surveilan": "12, 24", "moda-LURING": "1", "moda-HYBRID": "1",
}  # fmt: skip


@pytest.fixture
def people(app: Flask) -> dict[str, Any]:
    return {role: f.account(f"{role} uji", role) for role in ("sekretariat_lsp", "manajer_sertifikasi", "asesor")}


def test_a_new_scheme_goes_from_its_head_to_the_catalogue(people: Any, masuk: Any) -> None:
    add(m.Standar(kode="SKKNI-X", nomor="401 Tahun 2014", bidang="PB"))
    client = masuk(people["sekretariat_lsp"])
    assert client.get(f"{PAGE}/baru").status_code == 200
    assert client.post(f"{PAGE}/baru", data=NEW).status_code == 303
    row = drafts()[0]
    skema = services.scheme_of(row)
    assert (skema.kode, skema.jenis, skema.sub_klaster) == ("PPT-PTG2", m.KKNI, "Pertolongan pertama")
    assert (row.versi, row.kkni_level, row.judul_en, row.moda) == (1, 3, "First Aid Officer", ["LURING", "HYBRID"])
    page = f"{PAGE}/{row.id}"
    assert client.post(f"{page}/impor", data={"berkas": (csv_bytes(), "unit.csv")}).status_code == 200
    units, _ = sunting.lembar.read(csv_file(*official("O.842340.051.01")), "unit.csv")
    sunting.apply(row, units, people["sekretariat_lsp"])
    unit = services.units_of(row.id)[0]
    form = {**NEW, "kode": "PPT-PTG", "stempel": sunting.stamp(row), "s1-teks": "KTP", "s1-kategori": "DASAR",
            "s1-sifat": "WAJIB", "s1-jenis": "KTP", f"luring-{unit.id}": "1"}  # fmt: skip
    assert client.post(page, data=form).status_code == 303
    assert services.at_venue_only(row.id) == {unit.id}
    assert "Wajib luring" in client.get(page).text
    assert masuk(people["manajer_sertifikasi"]).post(f"{page}/putusan", data={"aksi": "terbit"}).status_code == 303
    found = katalog.detail("PPT-PTG", date(2026, 11, 21))
    assert found["versi"].id == row.id


def csv_bytes() -> Any:
    import io

    return io.BytesIO(csv_file(*official("O.842340.051.01")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kode": "a b"}, "Kode: 3 sampai 20"), ({"jenis": "LAIN"}, "Pilih jenis skema"),
        ({"kkni_level": ""}, "memerlukan jenjang"), ({"kkni_level": "10"}, "pilih 1 sampai 9"),
        ({"sub_klaster": ""}, "Sub-klaster"), ({"moda-LURING": "", "moda-HYBRID": ""}, "sedikitnya satu moda"),
        ({"moda-LURING": "", "moda-HYBRID": "", "moda-DARING_SINKRON": "1", "luring-x": "1"}, "wajib luring"),
    ],
)  # fmt: skip
def test_a_head_that_is_not_right_makes_no_scheme(people: Any, masuk: Any, changes: Any, words: str) -> None:
    answer = masuk(people["sekretariat_lsp"]).post(f"{PAGE}/baru", data={**NEW, **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert drafts() == []


def test_two_schemes_never_share_a_code(people: Any, masuk: Any) -> None:
    client = masuk(people["sekretariat_lsp"])
    assert client.post(f"{PAGE}/baru", data=NEW).status_code == 303
    assert "sudah dipakai" in client.post(f"{PAGE}/baru", data=NEW).text
    first = drafts()[0]
    assert client.post(f"{PAGE}/baru", data={**NEW, "kode": "LAIN-1"}).status_code == 303
    second = next(row for row in drafts() if row.id != first.id)
    form = fields(second, **NEW, **{"s1-teks": "KTP", "s1-kategori": "DASAR", "s1-sifat": "WAJIB", "s1-jenis": "KTP"})
    assert "sudah dipakai" in client.post(f"{PAGE}/{second.id}", data=form).text
    assert client.post(f"{PAGE}/{second.id}", data={"aksi": "buang"}).status_code == 303
    assert db.session.scalars(sa.select(m.Skema.kode)).all() == ["PPT-PTG2"], "its scheme goes with an only draft"


def test_code_and_kind_stand_once_published_and_the_rest_waits_for_the_next_version(people: Any, masuk: Any) -> None:
    version = skema_versi()
    client = masuk(people["sekretariat_lsp"])
    client.post(f"{PAGE}/{version.id}", data={"aksi": "draf"})
    row = drafts()[0]
    form = fields(row, kode="LAIN", jenis="KKNI", sub_klaster="Logistik", jenjang="Manajer")
    assert client.post(f"{PAGE}/{row.id}", data=form).status_code == 303
    skema = services.scheme_of(version)
    assert (skema.kode, skema.jenis, skema.sub_klaster) == (skema.kode, m.OKUPASI, "Hunian/Shelter")
    sunting.publish(drafts()[0], people["manajer_sertifikasi"], date(2026, 11, 21))
    skema = services.scheme_of(version)
    assert (skema.jenis, skema.sub_klaster, skema.jenjang) == (m.OKUPASI, "Logistik", "Manajer")
    assert skema.kode.startswith("UJI-")


def test_a_unit_that_needs_the_field_is_never_scheduled_at_a_distance(app: Flask) -> None:
    lsp = f.Lsp()
    lsp.versi.moda = ["LURING", "DARING_SINKRON"]
    db.session.execute(sa.update(m.SkemaUnit).values(wajib_luring=True))
    with pytest.raises(Invalid, match="hanya boleh diuji luring"):
        sesi.buat(f.data_sesi(lsp, moda="DARING_SINKRON", izin="B-1"), f.principal(lsp.sekretariat))


def test_the_english_title_stands_on_the_certificate(app: Flask) -> None:
    lsp = k.lsp(judul_en="Tent Officer")
    row = k.sertifikat_baru(lsp)[0]
    k.beri_nomor(lsp, row)
    assert sertifikat.content(row, lsp.versi)["kualifikasi"]["en"] == "Tent Officer"


# ---- withdrawing


def test_a_withdrawn_scheme_refuses_new_applications_and_lets_running_ones_go_on(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(TERJADWAL)
    since = f.TODAY + timedelta(days=10)
    client, page = masuk(lsp.manajer), f"{PAGE}/{lsp.versi.id}/cabut"
    assert "tulis sedikitnya" in client.post(page, data={"mulai": since.isoformat(), "alasan": "x"}).text
    sent = {"mulai": since.isoformat(), "alasan": "Standarnya diganti keputusan baru."}
    assert client.post(page, data={**sent, "mulai": "2026-11-20"}).status_code == 422
    assert client.post(page, data=sent).status_code == 303
    assert client.post(page, data=sent).status_code == 409
    assert "1 permohonan berjalan tetap diproses" in client.get(f"{PAGE}/{lsp.versi.id}").text
    told = db.session.scalars(sa.select(Notice).where(Notice.user_id == row.user_id)).all()
    assert [n.isi for n in told if "dicabut" in n.judul] == ["Permohonan Anda tetap diproses dengan versi skemanya."]
    other = f.principal(f.account("Asesi Lain"))
    assert saya.closed_because(lsp.versi) == "", "the day has not come"
    jam.move_to(f"{since.isoformat()}T03:00:00Z")
    with pytest.raises(Conflict, match="Skema ini dicabut mulai 1 Desember 2026"):
        saya.start(other, services.scheme_of(lsp.versi))
    with pytest.raises(Missing, match="dicabut"):
        katalog.detail(services.scheme_of(lsp.versi).kode, since)
    assert katalog.cards(since) == []
    assert f.status(row) == TERJADWAL
    assert client.post(page, data={"aksi": "batal"}).status_code == 303
    assert saya.closed_because(lsp.versi) == ""


def test_no_new_version_of_a_withdrawn_scheme(people: Any) -> None:
    version, manajer = skema_versi(), f.principal(people["manajer_sertifikasi"])
    draft = sunting.draft_from(version, manajer)
    cabut.withdraw(version, f.TODAY, "Tidak diminati lagi.", manajer, f.TODAY)
    for act in (lambda: sunting.publish(draft, manajer, f.TODAY), lambda: sunting.draft_from(version, manajer)):
        with pytest.raises(Conflict, match="dicabut"):
            act()
    cabut.restore(version, manajer)
    with pytest.raises(Conflict, match="tidak dicabut"):
        cabut.restore(version, manajer)


def test_only_who_publishes_withdraws(people: Any, masuk: Any) -> None:
    version = skema_versi()
    for role in ("sekretariat_lsp", "asesor"):
        answer = masuk(people[role]).post(
            f"{PAGE}/{version.id}/cabut", data={"mulai": "2026-12-01", "alasan": "x" * 20}
        )
        assert answer.status_code == 403
