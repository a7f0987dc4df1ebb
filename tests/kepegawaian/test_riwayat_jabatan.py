"""The form of jabatan: its order, MU, atasan, pimpinan, active or not, the preview of a changed past."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.riwayat import isian_jabatan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import JF, PELAKSANA, SubJabatan
from portal.kernel.db import db
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_riwayat_formulir import page, upload

pytestmark = pytest.mark.usefixtures("app", "jam")
BARU = "/riwayat/baru/JABATAN"


def typed(k: f.Kota, **changes: Any) -> dict[str, Any]:
    """A sound new seat of the staf as pelaksana in the other OPD."""
    return {
        "opd": str(k.lain.id), "unit_id": str(k.bidang_lain.id), "pimpinan": "0", "jenis_jabatan": PELAKSANA,
        "nama_jabatan": "Pengolah Data", "lokasi": "DALAM", "mutasi": "MJ", "tmt": "01/12/2026", "masa": "aktif",
        "atasan_id": str(k.kabid_lain.id), "penugasan": "D", "nomor_sk": "821/5/2026", "tanggal_sk": "16/11/2026",
        "aksi": "ajukan", **changes,
    }  # fmt: skip


def send(client: Any, pegawai: Any, values: dict[str, Any]) -> Any:
    return client.post(page(pegawai, more=BARU), data={**values, **upload("SK_JABATAN")})


def send_ticked(client: Any, pegawai: Any, values: dict[str, Any]) -> Any:
    """As a person does who is asked to look once more."""
    asked = send(client, pegawai, values)
    tick = re.search(r'name="setuju" value="(\w+)"', asked.text)
    return send(client, pegawai, {**values, "setuju": tick[1]}) if tick else asked


def newest() -> r.RiwayatJabatan:
    return db.session.scalars(sa.select(r.RiwayatJabatan).order_by(r.RiwayatJabatan.id.desc()).limit(1)).one()


def errors(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.headers.get("Location")
    box = answer.text.split('id="galat"')[1].split("</ul>")[0]
    return set(re.findall(r'href="#([\w-]+)"', box))


def test_the_form_has_the_order_the_office_asked_for(masuk: Any) -> None:
    k = f.kota()
    f.jabatan("Guru Ahli Muda", rumpun="GURU")
    shown = masuk(f.akun("bkpsdm")).post(page(k.staf, more=BARU), data=typed(k, jenis_jabatan=JF, aksi="segarkan"))
    places = [shown.text.index(f'id="{name}"') for name in (
        "opd", "unit_id", "pimpinan", "jabatan_id", "bagian-sub", "lokasi", "mutasi", "bagian-unor", "tmt",
        "atasan_id", "penugasan", "nomor_sk", "berkas-SK_JABATAN",
    )]  # fmt: skip
    assert places == sorted(places)


def test_sub_jabatan_only_for_its_families(masuk: Any) -> None:
    k = f.kota()
    guru, arsiparis = f.jabatan("Guru Ahli Muda", rumpun="GURU"), f.jabatan("Arsiparis Ahli Muda")
    sub = f.add(SubJabatan(rumpun="GURU", nama="Guru Kelas"))
    f.add(SubJabatan(rumpun="DOKTER", nama="Dokter Umum"))
    office = masuk(f.akun("bkpsdm"))
    values = typed(k, jenis_jabatan=JF, jabatan_id=str(guru.id))
    shown = office.post(page(k.staf, more=BARU), data={**values, "aksi": "segarkan"})
    assert "Guru Kelas" in shown.text
    assert "Dokter Umum" not in shown.text
    assert errors(send(office, k.staf, values)) == {"sub_jabatan_id"}
    other = {**values, "jabatan_id": str(arsiparis.id), "sub_jabatan_id": str(sub.id)}
    assert "Guru Kelas" not in office.post(page(k.staf, more=BARU), data={**other, "aksi": "segarkan"}).text
    assert send(office, k.staf, other).status_code == 303
    assert (newest().jabatan_id, newest().sub_jabatan_id, newest().jenjang) == (arsiparis.id, None, "JF_MU")


def test_a_move_of_unit_copies_the_running_jabatan_whatever_is_sent(masuk: Any) -> None:
    """R2, item k: jabatan and TMT come from the running segment, only place, atasan and date change."""
    k = f.kota()
    one = f.jabatan("Arsiparis Ahli Madya", "JF_MA")
    f.duduk(k.staf, k.bidang, date(2022, 4, 1), jabatan_id=one.id, jenjang="JF_MA", nama_jabatan=one.nama)
    office = masuk(f.akun("bkpsdm"))
    values = typed(k, mutasi="MU", tmt_mutasi="01/12/2026", tmt="05/05/2020", jenis_jabatan=PELAKSANA)
    shown = office.post(page(k.staf, more=BARU), data={**values, "aksi": "segarkan"}).text
    assert "1 April 2022" in shown
    assert 'name="tmt"' not in shown
    assert 'name="jabatan_id"' not in shown
    assert send(office, k.staf, values).status_code == 303
    row = newest()
    assert (row.tmt, row.tmt_mutasi, row.jabatan_id, row.jenjang, row.jenis_jabatan, row.unit_id) == (
        date(2022, 4, 1), date(2026, 12, 1), one.id, "JF_MA", JF, k.bidang_lain.id,
    )  # fmt: skip
    assert errors(send(office, k.staf, {**values, "tmt_mutasi": ""})) == {"tmt_mutasi"}


def test_the_atasan_proposed_for_an_earlier_unit_does_not_stay(masuk: Any) -> None:
    """Without script a form goes off with what was proposed before the unit changed."""
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    stale = typed(k, atasan_id=str(k.kabid.id), atasan_usulan=str(k.kabid.id))
    answer = send(office, k.staf, stale)
    assert errors(answer) == {"atasan_id"}
    assert f'value="{k.kabid_lain.id}" checked' in answer.text
    assert f'name="atasan_usulan" value="{k.kabid_lain.id}"' in answer.text
    own = typed(k, atasan_id=str(k.kabid.id), atasan_usulan=str(k.kabid_lain.id))
    assert send(office, k.staf, own).status_code == 303
    assert (newest().atasan_id, newest().atasan_cara) == (k.kabid.id, r.DITUNJUK)


def test_an_atasan_is_required_and_the_head_of_the_unit_is_offered(masuk: Any) -> None:
    """Item l: nothing is stored without; oneself is refused; another than the head is DITUNJUK."""
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    offered = office.post(page(k.staf, more=BARU), data=typed(k, aksi="segarkan", atasan_id="")).text
    assert f'value="{k.kabid_lain.id}" checked' in offered
    assert errors(send(office, k.staf, typed(k, atasan_id=""))) == {"atasan_id"}
    assert errors(send(office, k.staf, typed(k, atasan_id=str(k.staf.id)))) == {"atasan_id"}
    assert errors(send(office, k.staf, typed(k, atasan_id="apa"))) == {"atasan_id"}
    before = db.session.scalar(sa.select(sa.func.count()).select_from(r.RiwayatJabatan))
    assert send(office, k.staf, typed(k)).status_code == 303
    assert newest().atasan_cara == r.IKUT_PIMPINAN
    assert send(office, k.staf, typed(k, atasan_id=str(k.kadis.id), tmt="02/12/2026")).status_code == 303
    assert newest().atasan_cara == r.DITUNJUK
    assert db.session.scalar(sa.select(sa.func.count()).select_from(r.RiwayatJabatan)) == (before or 0) + 2


def test_the_mayor_is_the_atasan_of_the_secretary(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.kadis, k.bidang, date(2026, 10, 1), atasan_id=k.wali.id)
    values = typed(
        k, opd=str(k.dinas.id), unit_id=str(k.dinas.id), pimpinan="1", jenis_jabatan="STRUKTURAL",
        jenjang="JPT_PRATAMA", atasan_id=str(k.wali.id),
    )  # fmt: skip
    assert send(masuk(f.akun("bkpsdm")), k.kadis, values).status_code == 303
    assert (newest().nama_jabatan, newest().atasan_cara) == ("Kepala Dinas Uji", r.IKUT_PIMPINAN)


def test_a_second_head_is_named_at_the_field(masuk: Any) -> None:
    """Item m. A Plt needs an empty seat, and an end."""
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    values = typed(k, pimpinan="1", jenis_jabatan="STRUKTURAL", jenjang="ADMINISTRATOR")
    refused = send(office, k.staf, {**values, "atasan_id": str(k.wali.id)})
    assert errors(refused) == {"pimpinan"}
    assert "Kabidlain Uji" in refused.text
    acting = {**values, "penugasan": "PLT", "atasan_id": str(k.wali.id), "selesai": "01/02/2027"}
    assert errors(send(office, k.staf, acting)) == {"penugasan"}
    assert errors(send(office, k.staf, {**acting, "selesai": ""})) == {"selesai"}
    f.kedudukan(k.kabid_lain, "99", date(2026, 11, 1))
    assert send(office, k.staf, acting).status_code == 303
    assert (newest().jalur, newest().nama_jabatan) == (r.TAMBAHAN, "Kepala Bidang Dua")


def test_a_coordinator_keeps_the_jabatan(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang, date(2022, 4, 1), nama_jabatan="Arsiparis Ahli Muda", atasan_id=k.kabid.id)
    values = typed(k, penugasan="KOOR", unit_id=str(k.bidang.id), atasan_id=str(k.kabid.id), selesai="31/12/2027")
    answer = send(masuk(f.akun("bkpsdm")), k.staf, values)
    assert answer.status_code == 303, errors(answer)
    assert (newest().nama_jabatan, newest().jenis_jabatan, newest().jalur) == (
        "Arsiparis Ahli Muda", JF, r.TAMBAHAN,
    )  # fmt: skip


def test_an_old_entry_is_added_as_not_active(masuk: Any) -> None:
    """Item a, R11 and R4: the months it changes are shown first; today's unit stays, nothing overlaps."""
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2025, 5, 1), atasan_id=k.kabid_lain.id)
    office = masuk(f.akun("admin_tu", nama="Tata Usaha"))
    values = typed(k, unit_id=str(k.dinas.id), opd=str(k.dinas.id), tmt="01/06/2023", tanggal_sk="20/05/2023",
                   atasan_id=str(k.kadis.id))  # fmt: skip
    assert errors(send(office, k.staf, values)) == {"masa"}
    old = {**values, "masa": "nonaktif"}
    assert errors(send(office, k.staf, old)) == {"selesai"}
    old["ikut"] = "1"
    asked = send(office, k.staf, old)
    assert asked.status_code == 200
    assert "Juni 2023 sampai April 2025" in asked.text
    assert send_ticked(office, k.staf, old).status_code == 303
    row = newest()
    verifier = masuk(f.akun("verifikator_bkpsdm"))
    shown = verifier.get(page(k.staf, row)).text
    assert "Juni 2023 sampai April 2025" in shown
    assert verifier.post(page(k.staf, row), data={"aksi": "verifikasi"}).status_code == 422
    tick = re.search(r'name="setuju" value="(\w+)"', shown)
    assert tick
    assert verifier.post(page(k.staf, row), data={"aksi": "verifikasi", "setuju": tick[1]}).status_code == 303
    found = db.session.execute(
        sa.select(Keadaan.mulai, Keadaan.sampai, Keadaan.unit_id)
        .where(Keadaan.pegawai_id == k.staf.id).order_by(Keadaan.mulai)
    ).all()  # fmt: skip
    assert [one.unit_id for one in found] == [k.bidang.id, k.dinas.id, k.bidang_lain.id]
    assert (found[1].sampai, found[2].sampai) == (date(2025, 4, 30), SELAMANYA)


def test_an_entry_that_ends_into_nothing_is_asked_about(masuk: Any) -> None:
    """It would end today's seat, too: the one before does not come back by itself (R3)."""
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    old = typed(k, tmt="01/06/2023", tanggal_sk="20/05/2023", masa="nonaktif", selesai="31/01/2024")
    asked = send(office, k.staf, old)
    assert asked.status_code == 200
    assert "Setelah 31 Januari 2024 belum ada jabatan sesudahnya" in asked.text
    f.duduk(k.staf, k.bidang, date(2024, 2, 1), atasan_id=k.kabid.id)
    assert "belum ada jabatan" not in send(office, k.staf, old).text


def test_a_second_seat_of_the_same_day_is_refused_in_the_form(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2026, 12, 1), atasan_id=k.kabid_lain.id)
    assert "tmt" in errors(send(masuk(f.akun("bkpsdm")), k.staf, typed(k)))


def test_outside_the_city_an_agency_stands_for_the_unit(masuk: Any) -> None:
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    values = typed(k, lokasi="LUAR", atasan_id="")
    assert errors(send(office, k.staf, values)) == {"instansi_tujuan"}
    assert send(office, k.staf, {**values, "instansi_tujuan": "Kota Lain"}).status_code == 303
    assert (newest().unit_id, newest().instansi_tujuan) == (None, "Kota Lain")


def test_searching_without_script(masuk: Any) -> None:
    """The button beside a field sends the form back with what was found; the rest stays as typed."""
    k = f.kota()
    arsiparis = f.jabatan("Arsiparis Ahli Madya", "JF_MA")
    office = masuk(f.akun("bkpsdm"))
    values = typed(k, jenis_jabatan=JF, aksi="cari:jabatan_id", **{"jabatan_id-cari": "arsip"})
    shown = office.post(page(k.staf, more=BARU), data=values)
    assert shown.status_code == 200
    assert str(arsiparis.id) in shown.text
    assert 'value="821/5/2026"' in shown.text
    found = office.get(f"/kepegawaian/cari/unit_dalam?medan=unit_id&unit_id-cari=bidang&per=2026-11-21&opd={k.lain.id}")
    assert "Bidang Dua" in found.text
    assert "Bidang Satu" not in found.text


def test_an_edited_draft_shows_what_was_stored(masuk: Any) -> None:
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    send(office, k.staf, typed(k, aksi="draf"))
    row = newest()
    teks = isian_jabatan.isi_formulir(row, k.staf)
    assert (teks["opd"], teks["tmt"], teks["pimpinan"], teks["masa"]) == (str(k.lain.id), "01/12/2026", "0", "aktif")
    assert office.get(page(k.staf, row, "/ubah")).status_code == 200
    again = typed(k, nama_jabatan="Pengolah Arsip", versi=str(row.versi), aksi="draf")
    assert office.post(page(k.staf, row, "/ubah"), data=again).status_code == 303
    stale = office.post(page(k.staf, row, "/ubah"), data=again)
    assert stale.status_code == 409
