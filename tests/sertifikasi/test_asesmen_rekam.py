"""Review of APL-02, FR.AK.01, sessions, records and minutes; edge cases 17 to 19, 31 and 38 of the reference."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import jobs, storage
from portal.kernel.approval import history
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.notices import Notice
from portal.sertifikasi.asesmen import formulir, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.rekam import services as rekam
from portal.sertifikasi.asesmen.sesi import services as sesi
from portal.sertifikasi.asesmen.tinjau import services as tinjau
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import SkemaVersi
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi.factories_saya import picture

pytestmark = pytest.mark.usefixtures("app", "jam")
DAY = f.TODAY + timedelta(days=12)


def desk(row: m.Permohonan) -> str:
    return f"/sertifikasi/asesmen/{f.tugas(row).p.id}"


def user_of(row: m.Permohonan) -> Any:
    return db.session.get_one(f.User, row.user_id)


# ---- APL-02


def test_nothing_is_recommended_before_every_elemen_was_seen(masuk: Any) -> None:
    lsp, row = f.sampai(m.DITINJAU)
    client, page = masuk(lsp.asesor_user), desk(row)
    go = {"aksi": "lanjut", "sandi": f.PASSWORD}
    assert "5 elemen belum ditinjau" in client.post(f"{page}/putusan", data=go).text
    for elemen in kasus.jawaban(row):
        seen = {"vatm": ["V", "A"], "catatan": "Surat tugas cocok.", "versi": "1"}
        assert client.post(f"{page}/elemen/{elemen}", data=seen).status_code == 303
    assert client.post(f"{page}/elemen/{elemen}", data=seen).status_code == 409, "an older version of the row"
    assert client.post(f"{page}/putusan", data=go).status_code == 303
    assert f.status(row) == m.SIAP_ASESMEN
    form = formulir.terakhir(row.id, m.APL02)
    assert form is not None
    assert (form.ke, form.isi["rekomendasi"]) == (2, "LANJUT")
    assert form.isi["asesor"]["no_reg"] == lsp.asesor.no_reg


def test_a_return_of_apl02_reopens_the_marked_elemen_only(masuk: Any) -> None:
    lsp, row = f.sampai(m.DITINJAU)
    f.lihat_semua(lsp, row)
    page, elemen = desk(row), next(iter(kasus.jawaban(row)))
    client = masuk(lsp.asesor_user)
    assert "Tandai sedikitnya satu" in client.post(f"{page}/putusan", data={"aksi": "perbaikan"}).text
    mark = {"perbaiki": "1", "versi": str(kasus.jawaban(row)[elemen].versi)}
    assert client.post(f"{page}/elemen/{elemen}", data=mark).status_code == 422, "a note is needed"
    mark["catatan"] = "Lampirkan laporan kegiatannya."
    assert client.post(f"{page}/elemen/{elemen}", data=mark).status_code == 303
    assert client.post(f"{page}/putusan", data={"aksi": "lanjut", "sandi": f.PASSWORD}).status_code == 422
    assert client.post(f"{page}/putusan", data={"aksi": "perbaikan"}).status_code == 303
    db.session.refresh(row)
    assert row.ditandai == [f"elemen:{elemen}"]
    f.apl02(lsp, row)
    f.ditinjau(lsp, row)
    assert tinjau.belum_dilihat(row) == 1, "what was returned is looked at again"


def test_not_going_on_wants_thirty_letters_and_a_path() -> None:
    lsp, row = f.sampai(m.DITINJAU)
    f.lihat_semua(lsp, row)
    me = f.principal(lsp.asesor_user)
    for alasan, jalur in (("Terlalu singkat.", "PELATIHAN"), ("x" * 30, "")):
        with pytest.raises(Invalid):
            tinjau.tidak_lanjut(f.tugas(row), me, alasan, jalur, f.PASSWORD, None)
    tinjau.tidak_lanjut(f.tugas(row), me, "Bukti tidak menunjukkan pengalaman lapangan.", "PELATIHAN", f.PASSWORD, None)
    assert f.status(row) == m.TIDAK_LANJUT
    assert "Saran: mengikuti pelatihan" in history(row.submission_id)[-1].catatan


def test_mapa_is_a_draft_until_it_is_signed(masuk: Any) -> None:
    lsp, row = f.sampai(m.SIAP_ASESMEN)
    client, page = masuk(lsp.asesor_user), f"{desk(row)}/mapa"
    text = dict.fromkeys(tinjau.MAPA, "Observasi di lapangan dengan tenda keluarga.")
    sign = {"aksi": "tandatangani", "sandi": f.PASSWORD}
    assert client.post(page, data={"aksi": "draf", "konteks": "Lapangan."}).status_code == 303
    assert client.post(page, data=sign).status_code == 422
    assert client.post(page, data={**text, **sign}).status_code == 303
    form = formulir.terakhir(row.id, formulir.MAPA01)
    assert form is not None
    assert form.dikunci_at is not None
    assert "Ditandatangani" in client.get(page).text


# ---- FR.AK.01


def test_both_sign_the_same_content_of_ak01(masuk: Any) -> None:
    lsp, row = f.sampai(m.SIAP_ASESMEN)
    client, page = masuk(lsp.asesor_user), f"{desk(row)}/ak-01"
    good = {"bukti": "OBSERVASI", "tanggal": "3-12-2026", "mulai": "9:00", "selesai": "12.00", "tuk": str(lsp.tuk.id),
            "sandi": f.PASSWORD}  # fmt: skip
    for wrong in ({"bukti": ""}, {"tanggal": "1-1-2026"}, {"selesai": "08.00"}, {"mulai": "pagi"}, {"tuk": ""}):
        assert client.post(page, data={**good, **wrong}).status_code == 422, wrong
    assert client.post(page, data=good).status_code == 303
    first = formulir.terakhir(row.id, formulir.AK01)
    assert first is not None
    assert first.isi["pelaksanaan"]["zona"] == "WITA"
    assert client.post(page, data={**good, "selesai": "13.00"}).status_code == 303
    client, mine = masuk(user_of(row)), f"/sertifikasi/saya/{row.id}/ak-01"
    sign = {"setuju": "1", "sandi": f.PASSWORD, "sidik": first.sha256}
    assert client.post(mine, data=sign).status_code == 409, "the asesor wrote it anew meanwhile"
    form = formulir.terakhir(row.id, formulir.AK01)
    assert form is not None
    sign["sidik"] = form.sha256
    assert client.post(mine, data={**sign, "setuju": ""}).status_code == 422
    assert client.post(mine, data=sign).status_code == 303
    assert f.status(row) == m.AK01_DISETUJUI
    assert {(t.peran, t.sha256) for t in formulir.tanda_di_kertas(form)} == {
        ("ASESOR", form.sha256),
        ("ASESI", form.sha256),
    }


def test_only_the_asesi_signs_for_the_asesi(masuk: Any) -> None:
    lsp, row = f.sampai(m.SIAP_ASESMEN)
    form = f.ak01_siap(lsp, row)
    for user in (lsp.asesor_user, lsp.sekretariat, f.account("Orang Lain")):
        data = {"setuju": "1", "sandi": f.PASSWORD, "sidik": form.sha256}
        assert masuk(user).post(f"/sertifikasi/saya/{row.id}/ak-01", data=data).status_code == 404


def test_a_refusal_to_sign_is_recorded_with_a_witness(masuk: Any) -> None:
    lsp, row = f.sampai(m.SIAP_ASESMEN)
    f.ak01_siap(lsp, row)
    client, page = masuk(lsp.asesor_user), f"{desk(row)}/penolakan"
    data = {"kode": "FR.AK.01", "alasan": "Asesi tidak setuju dengan tempatnya.", "sandi": f.PASSWORD}
    assert client.post(page, data=data).status_code == 422
    assert client.post(page, data={**data, "saksi": "Wira Saksi"}).status_code == 303
    note = formulir.terakhir(row.id, formulir.PENOLAKAN)
    assert note is not None
    assert note.isi["saksi"] == "Wira Saksi"
    assert f.status(row) == m.SIAP_ASESMEN


# ---- sessions


def test_a_session_is_read_in_the_zone_of_its_venue(masuk: Any) -> None:
    lsp = f.Lsp()
    client = masuk(lsp.sekretariat)
    data = {"skema": str(lsp.versi.id), "tuk": str(lsp.tuk.id), "asesor": str(lsp.asesor.id), "moda": "LURING",
            "hari": "3-12-2026", "mulai": "08.00", "selesai": "11.00", "kuota": "4"}  # fmt: skip
    answer = client.post("/sertifikasi/sesi/baru", data=data)
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(a.SesiAsesmen)).one()
    assert row.mulai.isoformat() == "2026-12-03T00:00:00+00:00"
    assert "Kamis, 3 Desember 2026 pukul 08.00 sampai 11.00 WITA" in client.get(answer.location).text
    assert client.get("/sertifikasi/sesi").status_code == 200
    assert masuk(lsp.manajer).get("/sertifikasi/sesi/baru").status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"hari": f.TODAY - timedelta(days=1)}, {"kuota": 11}, {"kuota": 0}, {"selesai": "08.00"}, {"mulai": "25.00"},
        {"moda": a.DARING_SINKRON}, {"tuk_id": None}, {"asesor_id": None}, {"skema_versi_id": None},
        {"hari": f.TODAY + timedelta(days=500)},
    ],
)  # fmt: skip
def test_a_session_that_cannot_be_is_refused(changes: Any) -> None:
    with pytest.raises((Invalid, Conflict)):
        f.sesi_baru(f.Lsp(), **changes)


def test_a_remote_session_wants_the_permission_and_no_field_unit() -> None:
    lsp = f.Lsp()
    lsp.versi.moda = [a.LURING, a.DARING_SINKRON]
    with pytest.raises(Invalid, match="izin BNSP"):
        f.sesi_baru(lsp, moda=a.DARING_SINKRON)
    unit = kasus.units(lsp.versi.id)[0][1]
    unit.wajib_luring = True
    db.session.flush()
    with pytest.raises(Invalid, match="hanya boleh diuji luring"):
        f.sesi_baru(lsp, moda=a.DARING_SINKRON, izin="SJJ-12/BNSP/2026")


def test_asesor_and_venue_do_not_clash() -> None:
    lsp = f.Lsp()
    f.sesi_baru(lsp, kuota=6)
    with pytest.raises(Conflict, match="sesi lain"):
        f.sesi_baru(lsp, mulai="11.00", selesai="13.00", kuota=2)
    f.sesi_baru(lsp, mulai="12.00", selesai="14.00", kuota=2)
    other = f.asesor(f.account("Asesor Lain", "asesor"), lsp.versi)
    with pytest.raises(Conflict, match="sudah penuh"):
        f.sesi_baru(lsp, asesor_id=other.id, kuota=5)


def test_seats_are_for_cases_of_this_asesor_up_to_the_quota() -> None:
    lsp, row = f.sampai(m.AK01_DISETUJUI)
    me = f.principal(lsp.sekretariat)
    place = f.sesi_baru(lsp, kuota=1)
    other = f.asesor(f.account("Asesor Lain", "asesor"), lsp.versi)
    wrong = f.sesi_baru(lsp, asesor_id=other.id, kuota=1)
    with pytest.raises(Conflict, match="bukan asesor yang ditugaskan"):
        sesi.tambah(wrong, row, me, None)
    lsp.tuk.pemilik_pelatih = True
    assert sesi.tambah(place, row, me, None) == ["C9: pemilik TUK juga melatih asesi; dicatat untuk komite."]
    _, second = f.sampai(m.AK01_DISETUJUI, lsp, nama="Bima Sakti")
    with pytest.raises(Conflict, match="Kuota"):
        sesi.tambah(place, second, me, None)
    told = db.session.scalars(sa.select(Notice.isi).where(Notice.judul == "Undangan asesmen")).one()
    assert told == "Kamis, 3 Desember 2026 pukul 09.00 sampai 12.00 WITA, Balai Uji Sagara, Kota Sagara"


def test_the_invitation_through_the_screen_and_a_new_day(masuk: Any) -> None:
    lsp, row = f.sampai(m.AK01_DISETUJUI)
    place = f.sesi_baru(lsp)
    client = masuk(lsp.sekretariat)
    page = f"/sertifikasi/sesi/{place.id}"
    assert "Ratna Wulandari" in client.get(page).text
    assert client.post(f"{page}/peserta", data={"permohonan": str(row.id)}).status_code == 303
    later = f.sesi_baru(lsp, hari=DAY + timedelta(days=1))
    answer = client.post(f"/sertifikasi/sesi/{later.id}/peserta", data={"permohonan": str(row.id)})
    assert answer.status_code == 303
    assert f.sesi_of(row).id == later.id, "one seat, moved"


def test_an_absent_asesi_is_not_assessed_and_may_lapse(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    place = f.sesi_of(row)
    jam.move_to(place.mulai)
    client = masuk(lsp.asesor_user)
    page = f"/sertifikasi/sesi/{place.id}"
    assert client.post(f"{page}/mulai").status_code == 409, "nobody is recorded as present"
    absent = {f"hadir-{row.id}": a.TIDAK_HADIR, f"catatan-{row.id}": "Tanpa kabar."}
    assert client.post(f"{page}/kehadiran", data=absent).status_code == 303
    assert client.post(f"{page}/mulai").status_code == 409
    lapse = f"/sertifikasi/permohonan/{row.id}/gugurkan"
    assert masuk(lsp.sekretariat).post(lapse, data={"alasan": "Tidak hadir tanpa kabar."}).status_code == 303
    assert f.status(row) == m.GUGUR


def test_the_assessment_begins_on_its_day_by_its_asesor_with_a_valid_licence(jam: Any) -> None:
    lsp, row = f.sampai(m.TERJADWAL)
    place, me = f.sesi_of(row), f.principal(lsp.asesor_user)
    sesi.hadir(place, {row.id: (a.TERLAMBAT, "Datang 20 menit kemudian.")}, me)
    with pytest.raises(Conflict, match="baru dapat dimulai"):
        sesi.mulai(place, me)
    jam.move_to(place.mulai)
    with pytest.raises(Denied):
        sesi.mulai(place, f.principal(lsp.sekretariat))
    lsp.asesor.selesai = DAY - timedelta(days=1)
    db.session.flush()
    with pytest.raises(Conflict, match="MET"):
        sesi.mulai(f.muat_sesi(place.id), me)
    lsp.asesor.selesai = DAY
    db.session.flush()
    assert sesi.mulai(f.muat_sesi(place.id), me) == 1
    assert f.status(row) == m.BERLANGSUNG


# ---- records


def test_a_unit_wants_its_methods_and_a_bk_its_elemen(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    client, unit = masuk(lsp.asesor_user), kasus.units(row.skema_versi_id)[0][1]
    page = f"{desk(row)}/ak-02/{unit.id}"
    elemen = str(unit.elemen[0].id)
    wrong = [
        {}, {"hasil": "K"}, {"hasil": "BK", "metode": "LISAN"}, {"hasil": "BK", "metode": "LISAN", "gagal": elemen},
        {"hasil": "K", "metode": "LISAN", "gagal": elemen},
    ]  # fmt: skip
    for values in wrong:
        assert client.post(page, data=values).status_code == 422, values
    good = {"hasil": "BK", "metode": "LISAN", "gagal": elemen, "tindak_lanjut": "Mengulang unit ini."}
    assert client.post(page, data=good).status_code == 303
    assert rekam.hasil(row)[unit.id].gagal == [elemen]


def test_the_recommendation_never_contradicts_its_units(jam: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    me = f.principal(lsp.asesor_user)

    def send(hasil: str) -> None:
        rekam.rekomendasikan(f.tugas(row), me, rekam.Usulan(hasil, "Mengulang dalam 3 bulan."), f.PASSWORD, None)

    with pytest.raises(Invalid, match="2 unit belum dinilai"):
        send(m.K)
    f.nilai(lsp, row, gagal=1)
    with pytest.raises(Invalid, match="Ada unit belum kompeten"):
        send(m.K)
    f.nilai(lsp, row, gagal=0)
    with pytest.raises(Invalid, match="Semua unit kompeten"):
        send(m.BK)
    f.nilai(lsp, row, gagal=1)
    db.session.execute(sa.update(SkemaVersi).values(boleh_sebagian=True))
    db.session.expire_all()
    send(m.K)
    assert f.status(row) == m.DIREKOMENDASIKAN


def test_after_both_signed_only_the_manajer_reopens_with_a_reason(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(m.DIREKOMENDASIKAN, jam=jam)
    first = formulir.terakhir(row.id, formulir.AK02)
    assert first is not None
    client, mine = masuk(user_of(row)), f"/sertifikasi/saya/{row.id}/ak-02"
    assert "Anda berhak mengajukan banding" in client.get(mine).text
    assert client.post(mine, data={"sandi": f.PASSWORD, "sidik": first.sha256}).status_code == 303
    unit = kasus.units(row.skema_versi_id)[0][1]
    change = {"hasil": "K", "metode": "LISAN"}
    assert masuk(lsp.asesor_user).post(f"{desk(row)}/ak-02/{unit.id}", data=change).status_code == 409
    again = f"/sertifikasi/permohonan/{row.id}/buka-rekomendasi"
    assert masuk(lsp.asesor_user).post(again, data={"alasan": "Salah tulis hasil."}).status_code == 403
    assert masuk(lsp.manajer).post(again, data={"alasan": ""}).status_code == 422
    assert masuk(lsp.manajer).post(again, data={"alasan": "Salah menulis hasil unit 1."}).status_code == 303
    f.direkomendasikan(lsp, row, m.BK)
    second = formulir.terakhir(row.id, formulir.AK02)
    assert second is not None
    assert (second.ke, second.isi["rekomendasi"]) == (2, "BK")
    assert len(formulir.tanda_di_kertas(second)) == 1, "the asesi has not signed the new one"
    assert len(formulir.tanda_di_kertas(first)) == 2


def test_the_asesi_answers_every_statement_once(masuk: Any, jam: Any) -> None:
    _, row = f.sampai(m.DIREKOMENDASIKAN, jam=jam)
    client, page = masuk(user_of(row)), f"/sertifikasi/saya/{row.id}/ak-03"
    assert client.post(page, data={"p1": "YA", "k2": "Kurang waktu", "catatan": "Baik."}).status_code == 303
    form = formulir.terakhir(row.id, formulir.AK03)
    assert form is not None
    assert form.isi["pernyataan"][0]["jawaban"] == "YA"
    assert client.post(page, data={"p1": "TIDAK"}).status_code == 303, "sent again: the first answer stands"
    found = db.session.scalars(sa.select(m.FormIsian).where(m.FormIsian.kode == formulir.AK03)).all()
    assert [one.isi["pernyataan"][0]["jawaban"] for one in found] == ["YA"]
    assert "tersimpan" in client.get(page).text


def test_the_session_closes_when_all_present_are_recommended(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    place, client = f.sesi_of(row), masuk(lsp.asesor_user)
    page = f"/sertifikasi/sesi/{place.id}"
    data = {"aspek": "Tempat memadai, cuaca mendukung.", "sandi": f.PASSWORD}
    assert "1 peserta belum direkomendasikan" in client.post(f"{page}/tutup", data=data).text
    f.direkomendasikan(lsp, row)
    assert client.post(f"{page}/tutup", data={**data, "aspek": ""}).status_code == 422
    assert client.post(f"{page}/tutup", data=data).status_code == 303
    assert client.post(f"{page}/tutup", data=data).status_code == 409
    for kode in (formulir.AK05, formulir.BERITA_ACARA):
        form = formulir.untuk_sesi(place.id, kode)
        assert form is not None
        assert form.isi["baris"][0]["hasil"] == m.K
    assert kasus.penugasan_berlaku(row.id) is None
    scan = {"berkas": (io.BytesIO(picture()), "berita-acara.jpg")}
    assert masuk(lsp.sekretariat).post(f"{page}/berita-acara", data=scan).status_code == 303
    assert masuk(lsp.sekretariat).get(page).status_code == 200


def test_a_signed_paper_form_is_kept_as_a_scan(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(m.BERLANGSUNG, jam=jam)
    client, page = masuk(lsp.asesor_user), f"{desk(row)}/berkas"
    assert client.post(page, data={"kode": "FR.IA.01"}).status_code == 422
    scan = {"kode": "FR.IA.01", "berkas": (io.BytesIO(picture(90)), "observasi.jpg")}
    assert client.post(page, data=scan).status_code == 303
    form = formulir.terakhir(row.id, "FR.IA.01")
    assert form is not None
    assert form.dokumen_id is not None
    assert masuk(lsp.sekretariat).get(f"/berkas/{form.dokumen_id}").status_code == 303
    assert masuk(user_of(row)).get(f"/berkas/{form.dokumen_id}").status_code == 404, "instruments are confidential"


def test_every_locked_form_is_drawn_once_and_kept(masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(m.DIREKOMENDASIKAN, jam=jam)
    rekam.umpan_balik(row, f.asesi(row), [("YA", "")] * 10, "")
    place = f.sesi_of(row)
    rekam.tutup(place, f.principal(lsp.asesor_user), rekam.Laporan("Berjalan baik sekali.", "", "", ""), f.PASSWORD)
    todo = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == "sertifikasi-lembar")).all()
    drawn = {}
    for job in todo:
        first, again = (formulir.cetak_lembar.run(job) for _ in range(2))
        assert first == again
        form = db.session.get_one(m.FormIsian, uuid.UUID(job.argumen["form"]))
        drawn[form.kode] = db.session.get_one(Document, form.dokumen_id)
    assert {m.APL01, m.APL02, formulir.AK01, formulir.AK03, formulir.AK05, formulir.BERITA_ACARA} <= set(drawn)
    for document in drawn.values():
        assert (storage.get(document.kunci) or b"").startswith(b"%PDF-")
    assert masuk(lsp.sekretariat).get(f"/berkas/{drawn[m.APL01].id}").status_code == 303


def test_a_refused_record_is_drawn_with_the_witness(jam: Any) -> None:
    lsp, row = f.sampai(m.DIREKOMENDASIKAN, jam=jam)
    me = f.principal(lsp.asesor_user)
    tinjau.catat_penolakan(f.tugas(row), me, formulir.AK02, "Asesi tidak menerima hasilnya.", "Wira Saksi", f.PASSWORD)
    form = formulir.terakhir(row.id, formulir.AK02)
    assert form is not None
    job = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.kunci == f"lembar-{form.id}")).one()
    assert formulir.cetak_lembar.run(job) == form.dokumen_id
    assert f.status(row) == m.DIREKOMENDASIKAN, "the refusal does not hold the case up"


def test_an_asesor_may_be_an_asesi_elsewhere_and_sees_no_desk_for_it(masuk: Any) -> None:
    lsp = f.Lsp()
    own = f.permohonan(lsp, user=lsp.asesor_user)
    other = f.asesor(f.account("Asesor Lain", "asesor"), lsp.versi)
    f.diterima(lsp, own)
    f.apl02(lsp, own)
    f.add(a.PenugasanAsesor(permohonan_id=own.id, asesor_id=lsp.asesor.id, status=a.AKTIF,
                            diusulkan_oleh_id=lsp.sekretariat.id))  # fmt: skip
    p = f.tugas(own).p
    assert masuk(lsp.asesor_user).get(f"/sertifikasi/asesmen/{p.id}").status_code == 404, "never their own case"
    assert other.user_id != own.user_id


def test_a_role_taken_away_takes_the_desk_away(masuk: Any) -> None:
    lsp, row = f.sampai(m.DITINJAU)
    page = desk(row)
    held = sa.select(f.people.PenugasanPeran).where(f.people.PenugasanPeran.user_id == lsp.asesor_user.id)
    db.session.scalars(held).one().selesai = f.TODAY - timedelta(days=1)
    db.session.flush()
    assert masuk(lsp.asesor_user).get(page).status_code == 403
