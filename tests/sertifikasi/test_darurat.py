"""Emergency access: asked by the administrator, confirmed by a second person, an hour of reading, all logged."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.kernel.activity import Aktivitas
from portal.kernel.db import db, now, rollback
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.messages import Pesan
from portal.kernel.notices import Notice
from portal.kernel.people import User
from portal.sertifikasi.darurat import services
from portal.sertifikasi.darurat.models import DIBUKA, AksesDarurat
from portal.sertifikasi.saya.models import BerkasAsesi, Permohonan
from tests.conftest import Client
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.test_saya import sent_apl01

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]
PAGE = "/sertifikasi/darurat"
WHY = "Halaman periksa APL-01 menjawab galat 500 bagi asesi ini"


def holder(peran: str, **more: Any) -> User:
    user: User = UserFactory(nama=f"Uji {peran}", **more)
    give(user, peran)
    db.session.flush()
    return user


@pytest.fixture
def admin(app: Flask) -> User:
    return holder("administrator")


@pytest.fixture
def ketua(app: Flask) -> User:
    return holder("ketua_lsp", surel="ketua@contoh.id", surel_terbukti=True)


@pytest.fixture
def case(app: Flask, masuk: Masuk) -> Permohonan:
    asesi = f.asesi()
    return db.session.get_one(Permohonan, f.id_of(sent_apl01(asesi, masuk(asesi))))


def asked(admin: User, case: Permohonan) -> AksesDarurat:
    return services.ask(f.principal(admin), case.nomor or "", WHY)


def opened(admin: User, case: Permohonan) -> AksesDarurat:
    row = asked(admin, case)
    services.decide(row, f.principal(holder("manajer_sertifikasi")), opens=True)
    db.session.flush()
    return row


def readings() -> list[dict[str, Any]]:
    query = sa.select(Aktivitas.data).where(Aktivitas.peristiwa == "darurat.dibaca").order_by(Aktivitas.urut)
    return list(db.session.scalars(query))


def test_from_the_request_to_the_last_reading_through_the_screens(
    admin: User, ketua: User, case: Permohonan, masuk: Masuk, jam: Any
) -> None:
    boss = holder("manajer_sertifikasi")
    client = masuk(admin)
    assert client.post(PAGE, data={"nomor": "PMH-2026-999999", "alasan": WHY}).status_code == 422
    assert client.post(PAGE, data={"nomor": case.nomor, "alasan": "cek"}).status_code == 422
    assert client.post(PAGE, data={"nomor": case.nomor, "alasan": WHY}).status_code == 303
    (row,) = db.session.scalars(sa.select(AksesDarurat))
    told = db.session.scalars(sa.select(Notice.user_id).where(Notice.judul == "Permintaan akses darurat")).all()
    assert set(told) == {boss.id, ketua.id}
    client.checks_pages = False
    assert client.get(f"{PAGE}/{row.id}").status_code == 404
    assert client.post(f"{PAGE}/{row.id}/putuskan", data={"aksi": "buka"}).status_code == 403
    second = masuk(boss)
    assert "Buka 60 menit" in second.get(PAGE).text
    assert second.post(f"{PAGE}/{row.id}/putuskan", data={"aksi": "buka"}).status_code == 303
    assert db.session.scalars(sa.select(Pesan.tujuan)).all() == ["ketua@contoh.id"]
    assert (
        db.session.scalars(sa.select(Notice.user_id).where(Notice.judul == "Akses darurat dibuka"))
        .all()
        .count(ketua.id)
        == 1
    )
    reader = masuk(admin)
    page = reader.get(f"{PAGE}/{row.id}")
    assert (case.nama in page.text, f.NIK in page.text, "tidak ditampilkan" in page.text) == (True, False, True)
    assert page.headers["Cache-Control"] == "no-store"
    held = [one for one in services.files(case.id) if not one.covered]
    assert reader.get(f"{PAGE}/{row.id}/berkas/{held[0].id}/1.png").data.startswith(b"\x89PNG")
    assert [(line["nomor"], line["apa"]) for line in readings()] == [
        (case.nomor, "permohonan"),
        (case.nomor, held[0].judul),
    ]
    assert "Dibaca 2 kali" in reader.get(PAGE).text
    jam.shift(services.LASTS)
    reader.checks_pages = False
    for path in ("", f"/berkas/{held[0].id}/1.png"):
        assert reader.get(f"{PAGE}/{row.id}{path}").status_code == 404, "it ends by itself"
    assert "Berakhir" in reader.get(PAGE).text


@pytest.mark.parametrize("jenis", ["KTP", "PAS_FOTO", "IJAZAH"])
def test_nothing_of_the_identity_nor_of_another_case_is_shown(
    jenis: str, admin: User, case: Permohonan, masuk: Masuk
) -> None:
    row = opened(admin, case)
    card = db.session.scalars(sa.select(BerkasAsesi).limit(1)).one()
    card.jenis = jenis
    db.session.flush()
    stranger = f.asesi("Bayu Saputra")
    f.post(masuk(stranger), "/sertifikasi/saya/dokumen", berkas=f.file(231, "cv.jpg"), jenis="CV")
    theirs = db.session.scalars(sa.select(BerkasAsesi.dokumen_id).where(BerkasAsesi.user_id == stranger.id)).one()
    client = masuk(admin)
    client.checks_pages = False
    for document in (card.dokumen_id, theirs):
        assert client.get(f"{PAGE}/{row.id}/berkas/{document}/1.png").status_code == 404
    assert masuk(holder("administrator")).get(f"{PAGE}/{row.id}").status_code == 404, "another administrator"
    assert client.post(f"/sertifikasi/permohonan/{case.id}/terima").status_code in (403, 404)
    assert readings() == []


def test_it_takes_two_persons_with_the_right(admin: User, ketua: User, case: Permohonan) -> None:
    row = asked(admin, case)
    give(admin, "manajer_sertifikasi")
    give(db.session.get_one(User, case.user_id), "manajer_sertifikasi")
    for user in (admin, db.session.get_one(User, case.user_id), holder("administrator")):
        with pytest.raises(Denied):
            services.decide(row, f.principal(user), opens=True)
    services.decide(row, f.principal(ketua), opens=True)
    with pytest.raises(Conflict):
        services.decide(row, f.principal(ketua), opens=False)
    with pytest.raises(Conflict, match="masih berjalan"):
        asked(admin, case)


def test_the_database_demands_two_persons(admin: User, case: Permohonan) -> None:
    row = asked(admin, case)
    row.status, row.diputus_oleh_id, row.diputus_at, row.sampai = DIBUKA, admin.id, now(), now()
    with pytest.raises(IntegrityError, match="dua_orang"):
        db.session.flush()
    rollback()


def test_a_request_waits_a_day_and_an_access_can_be_ended(admin: User, ketua: User, case: Permohonan, jam: Any) -> None:
    row = asked(admin, case)
    jam.shift(services.WAITS)
    with pytest.raises(Conflict, match="lewat satu hari"):
        services.decide(row, f.principal(ketua), opens=True)
    again = opened(admin, case)
    with pytest.raises(Denied):
        services.end(again, f.principal(holder("administrator")))
    services.end(again, f.principal(ketua))
    assert services.state(again) == services.BERAKHIR
    assert db.session.scalars(services.open_for(f.principal(admin))).all() == []
    with pytest.raises(Invalid):
        services.ask(f.principal(admin), "", WHY)
