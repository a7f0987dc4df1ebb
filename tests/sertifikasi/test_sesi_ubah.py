"""A session is changed or called off before it begins: rules again, people told, cases wait for a day."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.approval import history
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.notices import Notice
from portal.sertifikasi.asesmen import kalender
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.sesi import services as sesi
from portal.sertifikasi.asesmen.sesi import ubah
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi.factories import add

pytestmark = pytest.mark.usefixtures("app", "jam")
DAY = f.TODAY + timedelta(days=14)
WHY = "Gedung TUK dipakai untuk pengungsian."


def told(user_id: Any, judul: str) -> list[str]:
    query = sa.select(Notice.isi).where(Notice.user_id == user_id, Notice.judul == judul)
    return list(db.session.scalars(query))


def form(row: a.SesiAsesmen, **changes: str) -> dict[str, str]:
    return {"tuk": str(row.tuk_id), "asesor": str(row.asesor_id), "moda": row.moda, "kuota": "5", "hari": "5-12-2026",
            "mulai": "13.00", "selesai": "15.00", "izin": "", "stempel": ubah.stempel(row), "alasan": WHY,
            **changes}  # fmt: skip


def test_a_session_moves_to_another_day_and_everybody_is_told(masuk: Any) -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    place = f.sesi_of(row)
    client, page = masuk(lsp.sekretariat), f"/sertifikasi/sesi/{place.id}"
    assert "Ubah atau batalkan" in client.get(page).text
    assert client.get(f"{page}/ubah").status_code == 200
    assert client.post(f"{page}/ubah", data=form(place, alasan="x")).status_code == 422
    assert client.post(f"{page}/ubah", data=form(place, kuota="0")).status_code == 422
    sent = form(place)
    assert client.post(f"{page}/ubah", data=sent).status_code == 303
    old = {**sent, "stempel": "1"}
    assert client.post(f"{page}/ubah", data=old).status_code == 409, "the form has seen an older session"
    words = "Sabtu, 5 Desember 2026 pukul 13.00 sampai 15.00 WITA"
    assert kalender.waktu_sesi(f.muat_sesi(place.id), lsp.tuk) == words
    for who, title in ((row.user_id, "Jadwal asesmen Anda berubah"), (lsp.asesor_user.id, "Sesi asesmen Anda berubah")):
        assert [words in text for text in told(who, title)] == [True]
    last = history(row.submission_id)[-1]
    assert (last.aksi, f.status(row), WHY in last.catatan) == ("ubah_jadwal", m.TERJADWAL, True)


def test_another_capacity_needs_no_reason_and_disturbs_nobody() -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    place, staf = f.sesi_of(row), f.principal(lsp.sekretariat)
    ubah.ubah(place, f.data_sesi(lsp, kuota=8), "", ubah.stempel(place), staf)
    assert f.muat_sesi(place.id).kuota == 8
    assert told(row.user_id, "Jadwal asesmen Anda berubah") == []
    place = f.muat_sesi(place.id)
    with pytest.raises(Invalid, match="sesuai daya tampung"):
        ubah.ubah(place, f.data_sesi(lsp, kuota=11), "", ubah.stempel(place), staf)


def change(lsp: f.Lsp, row: m.Permohonan, **changes: Any) -> list[str]:
    place = f.sesi_of(row)
    return ubah.ubah(place, f.data_sesi(lsp, **changes), WHY, ubah.stempel(place), f.principal(lsp.sekretariat))


def test_every_rule_is_asked_again() -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    other_asesor = f.asesor(f.account("Lain Sesor", "asesor"), lsp.versi)
    busy = f.sesi_baru(lsp, hari=DAY, kuota=3)
    narrow = f.tuk(selesai=f.TODAY + timedelta(days=3))
    for changes, words in (
        ({"asesor_id": other_asesor.id}, "ditugaskan kepada asesor lain"), ({"hari": DAY}, "sesi lain pada waktu itu"),
        ({"tuk_id": narrow.id}, "berlaku sampai"), ({"hari": f.TODAY - timedelta(days=1)}, "hari ini atau sesudahnya"),
        ({"moda": a.DARING_SINKRON}, "tidak mengizinkan moda"),
    ):  # fmt: skip
        with pytest.raises((Conflict, Invalid), match=words):
            change(lsp, row, **changes)
    ubah.batalkan(busy, WHY, f.principal(lsp.sekretariat))
    assert change(lsp, row, hari=DAY) == [], "a session called off holds neither asesor nor room"
    add(a.Pelatihan(pelatih_id=lsp.asesor_user.id, peserta_id=row.user_id, nama="Tenda", selesai=f.TODAY))
    with pytest.raises(Conflict, match="C2"):
        change(lsp, row, hari=DAY + timedelta(days=1))


def test_nobody_is_moved_into_two_sessions_at_once() -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    other = f.Lsp()
    asesi = db.session.get_one(f.User, row.user_id)
    second = f.permohonan(other, user=asesi)
    seat = f.sesi_baru(other, hari=DAY)
    add(a.PesertaSesi(sesi_id=seat.id, permohonan_id=second.id))
    with pytest.raises(Conflict, match="sesi lain di waktu yang sama"):
        change(lsp, row, hari=DAY)


def test_a_session_called_off_gives_its_cases_back_to_the_schedule(masuk: Any) -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    place = f.sesi_of(row)
    client, page = masuk(lsp.sekretariat), f"/sertifikasi/sesi/{place.id}"
    assert client.post(f"{page}/batal", data={"alasan": "sakit"}).status_code == 422
    assert client.post(f"{page}/batal", data={"alasan": WHY}).status_code == 303
    assert client.post(f"{page}/batal", data={"alasan": WHY}).status_code == 409
    assert f.status(row) == m.AK01_DISETUJUI
    assert WHY in client.get(page).text
    assert client.get(f"{page}/ubah").status_code == 200
    for who, title in (
        (row.user_id, "Jadwal asesmen Anda dibatalkan"),
        (lsp.asesor_user.id, "Sesi asesmen dibatalkan"),
    ):
        assert [WHY in text for text in told(who, title)] == [True]
    with pytest.raises(Conflict, match="dibatalkan"):
        sesi.tambah(f.muat_sesi(place.id), row, f.principal(lsp.sekretariat), None)
    again = f.sesi_baru(lsp)
    sesi.tambah(again, row, f.principal(lsp.sekretariat), None)
    assert f.status(row) == m.TERJADWAL


def test_what_has_begun_is_only_closed(jam: Any, masuk: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    place, staf = f.sesi_of(row), f.principal(lsp.sekretariat)
    with pytest.raises(Conflict, match="hanya dapat ditutup"):
        ubah.batalkan(place, WHY, staf)
    with pytest.raises(Conflict, match="hanya dapat ditutup"):
        change(lsp, row, hari=DAY)
    assert "tidak dapat diubah" in masuk(lsp.sekretariat).get(f"/sertifikasi/sesi/{place.id}/ubah").text
    assert f.status(row) == m.BERLANGSUNG


@pytest.mark.parametrize("who", ["asesor_user", "manajer"])
def test_only_the_sekretariat_changes_a_session(masuk: Any, who: str) -> None:
    lsp = f.Lsp()
    place = f.sesi_baru(lsp)
    client = masuk(getattr(lsp, who))
    client.checks_pages = False
    for path in ("ubah", "batal"):
        assert client.post(f"/sertifikasi/sesi/{place.id}/{path}", data=form(place)).status_code == 403
