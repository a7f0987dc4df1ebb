"""An assessment that stops half-way, and a session on another day than both agreed."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.approval import history
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied
from portal.kernel.notices import Notice
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.rekam import henti
from portal.sertifikasi.asesmen.rekam import services as rekam
from portal.sertifikasi.asesmen.sesi import services as sesi
from portal.sertifikasi.asesmen.sesi import setuju, ubah
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_asesmen as f

pytestmark = pytest.mark.usefixtures("app", "jam")
WHY = "Asesi demam dan tidak sanggup meneruskan praktik."


def told(user_id: Any) -> list[str]:
    return list(db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == user_id)))


def test_an_asesi_who_falls_ill_waits_for_another_day_with_the_same_asesor(jam: Any, masuk: Any) -> None:
    lsp = f.Lsp()
    _, other = f.sampai(m.TERJADWAL, lsp)
    place = f.sesi_of(other)
    _, row = f.sampai(m.AK01_DISETUJUI, lsp)
    sesi.tambah(place, row, f.principal(lsp.sekretariat), None)
    f.berlangsung(lsp, row, jam)
    unit = f.kasus.units(row.skema_versi_id)[0][1]
    rekam.simpan_unit(f.tugas(row), f.principal(lsp.asesor_user), unit.id, rekam.NilaiUnit(m.K, ["LISAN"], [], ""))
    page = f"/sertifikasi/asesmen/{f.tugas(row).p.id}"
    client = masuk(lsp.asesor_user)
    assert "Hentikan asesmen" in client.get(f"{page}/ak-02").text
    assert client.post(f"{page}/hentikan", data={"henti": "sakit"}).status_code == 422
    assert client.post(f"{page}/hentikan", data={"henti": WHY}).status_code == 303
    assert client.post(f"{page}/hentikan", data={"henti": WHY}).status_code == 409
    assert f.status(row) == m.AK01_DISETUJUI
    assert f.tugas(row).p.status == a.AKTIF
    assert unit.id in rekam.hasil(row), "what was judged stays"
    last = history(row.submission_id)[-1]
    assert (last.aksi, last.catatan, last.rincian["sesi"]) == ("hentikan", WHY, str(place.id))
    assert "Asesmen Anda dihentikan dan dijadwalkan lagi" in told(row.user_id)
    assert "Asesmen dihentikan asesor" in told(lsp.manajer.id)
    assert "Asesmen dihentikan, perlu jadwal baru" in told(lsp.sekretariat.id)
    assert rekam.dihentikan(f.muat_sesi(place.id))[0].endswith(WHY)
    again = f.sesi_baru(lsp, hari=place.mulai.date() + timedelta(days=3))
    sesi.tambah(again, row, f.principal(lsp.sekretariat), None)
    assert f.status(row) == m.TERJADWAL


def test_the_manajer_may_stop_it_too_and_nobody_their_own(jam: Any, masuk: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    page = f"/sertifikasi/permohonan/{row.id}"
    assert masuk(lsp.sekretariat).post(f"{page}/hentikan", data={"alasan": WHY}).status_code == 403
    client = masuk(lsp.manajer)
    assert "Hentikan asesmen" in client.get(f"{page}/proses").text
    assert client.post(f"{page}/hentikan", data={"alasan": "x"}).status_code == 422
    assert client.post(f"{page}/hentikan", data={"alasan": WHY}).status_code == 303
    assert f.status(row) == m.AK01_DISETUJUI
    assert "Asesmen dihentikan manajer sertifikasi" in told(lsp.asesor_user.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(a.PesertaSesi)) == 0


def test_another_asesor_stops_nothing(jam: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    stranger = f.asesor(f.account("Asesor Lain", "asesor"), lsp.versi)
    person = db.session.get_one(f.User, stranger.user_id)
    with pytest.raises(Denied):
        henti.oleh_asesor(f.tugas(row), f.principal(person), WHY, None)


# ---- another day than both agreed


def moved(jam: Any) -> tuple[f.Lsp, m.Permohonan, a.SesiAsesmen]:
    lsp, row = f.sampai(m.TERJADWAL)
    place = f.sesi_of(row)
    day = f.TODAY + timedelta(days=14)
    ubah.ubah(place, f.data_sesi(lsp, hari=day), WHY, ubah.stempel(place), f.principal(lsp.sekretariat))
    return lsp, row, f.muat_sesi(place.id)


def test_another_day_is_signed_by_the_asesi_before_it_begins(jam: Any, masuk: Any) -> None:
    lsp, row, place = moved(jam)
    jam.move_to(place.mulai)
    sesi.hadir(place, {row.id: (a.HADIR, "")}, f.principal(lsp.sekretariat))
    with pytest.raises(Conflict, match=f"Belum menyetujui hari yang baru: {row.nama}"):
        sesi.mulai(place, f.principal(lsp.asesor_user))
    client = masuk(db.session.get_one(f.User, row.user_id))
    assert "Hari asesmen berubah" in client.get(f"/sertifikasi/saya/{row.id}").text
    page = f"/sertifikasi/saya/{row.id}/jadwal"
    shown = client.get(page).text
    found = setuju.perubahan(row.id)
    assert found is not None
    assert found.waktu in shown
    assert "Disepakati pada FR.AK.01" in shown
    sent = {"dilihat": found.terlihat, "sandi": f.PASSWORD}
    assert client.post(page, data={**sent, "sandi": "salah"}).status_code == 422
    assert client.post(page, data={**sent, "dilihat": "Senin"}).status_code == 409
    assert client.post(page, data=sent).status_code == 303
    assert client.post(page, data=sent).status_code == 409
    last = history(row.submission_id)[-1]
    assert (last.aksi, last.pelaku_id) == ("setujui_jadwal", row.user_id)
    assert found.waktu in last.catatan
    ak01 = formulir.terakhir(row.id, formulir.AK01)
    assert ak01 is not None
    assert last.rincian["ak01"] == ak01.sha256, "what was agreed before stays as it was signed"
    assert sesi.mulai(f.muat_sesi(place.id), f.principal(lsp.asesor_user)) == 1


@pytest.mark.parametrize("what", ["hours", "place"])
def test_other_hours_and_another_place_are_signed_too(what: str, jam: Any) -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    place, staf = f.sesi_of(row), f.principal(lsp.sekretariat)
    far = f.tuk(nama="Balai Jauh")
    changes = {"mulai": "13.00", "selesai": "15.00"} if what == "hours" else {"tuk_id": far.id}
    ubah.ubah(place, f.data_sesi(lsp, **changes), WHY, ubah.stempel(place), staf)
    found = setuju.perubahan(row.id)
    assert found is not None
    assert found.menunggu
    if what == "hours":  # the page has shown the first place, the form is sent after another one came
        place = f.muat_sesi(place.id)
        ubah.ubah(place, f.data_sesi(lsp, **changes, tuk_id=far.id), WHY, ubah.stempel(place), staf)
        with pytest.raises(Conflict, match="berubah lagi"):
            setuju.setujui(row, f.asesi(row), f.PASSWORD, found.terlihat, None)


def test_a_day_moved_twice_asks_again_and_back_asks_no_more(jam: Any) -> None:
    lsp, row, place = moved(jam)
    found, asesi = setuju.perubahan(row.id), f.asesi(row)
    assert found is not None
    setuju.setujui(row, asesi, f.PASSWORD, found.terlihat, None)
    staf = f.principal(lsp.sekretariat)
    ubah.ubah(place, f.data_sesi(lsp, hari=f.TODAY + timedelta(days=15)), WHY, ubah.stempel(place), staf)
    assert setuju.perubahan(row.id).menunggu  # type: ignore[union-attr]
    place = f.muat_sesi(place.id)
    ubah.ubah(place, f.data_sesi(lsp), WHY, ubah.stempel(place), staf)
    assert not setuju.perubahan(row.id).menunggu  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="Tidak ada perubahan"):
        setuju.setujui(row, asesi, f.PASSWORD, found.terlihat, None)
