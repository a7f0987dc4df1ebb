"""Registers, the rules of impartiality, assignment in three hands, objections, and what ends an assignment."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.approval import history
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.notices import Notice
from portal.kernel.people import PenugasanPeran
from portal.sertifikasi.asesmen import aturan, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan import services
from portal.sertifikasi.asesmen.register.services import normal_met
from portal.sertifikasi.saya import models as m
from tests.conftest import Client
from tests.sertifikasi import factories_asesmen as f

pytestmark = pytest.mark.usefixtures("app", "jam")
DAY = f.TODAY + timedelta(days=12)


@pytest.fixture
def lsp() -> f.Lsp:
    return f.Lsp()


@pytest.fixture
def row(lsp: f.Lsp) -> m.Permohonan:
    return f.sampai(m.APL02_DIAJUKAN, lsp)[1]


def spoken(row: m.Permohonan, asesor: a.Asesor, hari: date = DAY) -> dict[str, str]:
    """Rules that speak about this asesor, with their mode."""
    return {t.id: t.mode for t in aturan.calon(row, hari, [asesor.id])[0].temuan}


def titles(user_id: Any) -> list[str]:
    return list(db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == user_id)))


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("MET.000.001234 2024", "MET.000.001234 2024"), ("000.011004 2018", "MET.000.011004 2018"),
        ("MET.000.00.0001.2020", "MET.000.000001 2020"), (" met 000 004567 - 2025", "MET.000.004567 2025"),
    ],
)  # fmt: skip
def test_registration_numbers_are_normalised(typed: str, normal: str) -> None:
    assert normal_met(typed) == normal


@pytest.mark.parametrize("typed", ["", "MET", "1234567890", "MET.000.12 2024"])
def test_a_text_without_number_and_year_is_not_a_registration(typed: str) -> None:
    with pytest.raises(Invalid):
        normal_met(typed)


def test_the_register_of_asesor(lsp: f.Lsp, masuk: Any) -> None:
    client: Client = masuk(lsp.sekretariat)
    person = f.account("Baru Sesor")
    data = {
        "akun": person.pengguna,
        "no_reg": "000.777001 2026",
        "instansi": "PMI",
        "mulai": "1-1-2026",
        "selesai": "x",
    }
    assert "Berlaku sampai" in client.post("/sertifikasi/asesor/baru", data=data).text
    answer = client.post("/sertifikasi/asesor/baru", data={**data, "selesai": "31-12-2028"})
    assert answer.status_code == 303
    made = db.session.scalars(sa.select(a.Asesor).where(a.Asesor.user_id == person.id)).one()
    assert made.no_reg == "MET.000.777001 2026"
    roles = db.session.scalars(sa.select(PenugasanPeran.peran).where(PenugasanPeran.user_id == person.id)).all()
    assert roles == ["asesor"]
    again = client.post("/sertifikasi/asesor/baru", data={**data, "selesai": "31-12-2028", "no_reg": "1111 2026"})
    assert again.status_code == 409
    page = f"/sertifikasi/asesor/{made.id}"
    held = {"aksi": "skema", "skema": str(lsp.versi.skema_id), "skema_mulai": "1-1-2026", "skema_selesai": "31-12-2028"}
    assert client.post(page, data=held).status_code == 303
    asesi = f.account("Peserta Latih")
    taught = {
        "aksi": "pelatihan",
        "peserta": asesi.pengguna,
        "nama_pelatihan": "Tenda",
        "pelatihan_selesai": "1-6-2026",
    }
    assert client.post(page, data=taught).status_code == 303
    assert "Peserta Latih" in client.get(page).text
    assert client.post(page, data={**taught, "peserta": "tidak.ada"}).status_code == 422
    assert client.get("/sertifikasi/asesor").status_code == 200
    assert client.post(f"{page}/akhiri").status_code == 403, "who leaves is decided by the manajer"
    assert masuk(lsp.manajer).post(f"{page}/akhiri").status_code == 303
    assert not made.aktif


def test_the_register_of_venues(lsp: f.Lsp, masuk: Any) -> None:
    client: Client = masuk(lsp.sekretariat)
    data = {
        "kode": "TUK-X", "nama": "Gedung Uji", "jenis": "SEWAKTU", "kota": "Sagara", "provinsi": "Papua", "kuota": "12",
        "zona": "Asia/Jayapura", "mulai": "1-1-2026", "selesai": "31-12-2026", "aksi": "ubah",
    }  # fmt: skip
    assert "Daya tampung" in client.post("/sertifikasi/tuk/baru", data={**data, "kuota": "0"}).text
    answer = client.post("/sertifikasi/tuk/baru", data=data)
    assert answer.status_code == 303
    assert client.post("/sertifikasi/tuk/baru", data=data).status_code == 422, "its code is taken"
    page = answer.location
    assert client.get(page).status_code == 200
    assert client.post(page, data={**data, "nama": "Gedung Uji Baru"}).status_code == 303
    assert client.post(f"{page}/akhiri").status_code == 403
    assert masuk(lsp.manajer).post(f"{page}/akhiri").status_code == 303
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.kode == "TUK-X")).one()
    assert (tuk.nama, tuk.selesai) == ("Gedung Uji Baru", f.TODAY)
    assert "Gedung Uji Baru" in client.get("/sertifikasi/tuk").text


# ---- the rules


def test_rules_are_declared_with_id_mode_and_words() -> None:
    ids = [rule.id for rule in aturan.ATURAN]
    assert {f"C{n}" for n in range(1, 11)} <= set(ids)
    assert all(rule.kata.endswith(".") for rule in aturan.ATURAN)


def test_a_fit_asesor_meets_every_rule(lsp: f.Lsp, row: m.Permohonan) -> None:
    assert spoken(row, lsp.asesor) == {}


def test_c1_an_asesor_is_not_their_own_asesi(lsp: f.Lsp, row: m.Permohonan) -> None:
    own = f.asesor(db.session.get_one(f.User, row.user_id), lsp.versi)
    assert spoken(row, own) == {"C1": aturan.MUTLAK}
    second = f.asesor(f.account("Akun Kedua", orang_id=row.orang_id), lsp.versi)
    assert spoken(row, second) == {"C1": aturan.MUTLAK}, "persons are compared, not accounts"


@pytest.mark.parametrize(("ago", "found"), [(30, True), (720, True), (745, False)])
def test_c2_training_counts_for_24_months(ago: int, found: bool, lsp: f.Lsp, row: m.Permohonan) -> None:
    ended = DAY - timedelta(days=ago)
    f.add(a.Pelatihan(pelatih_id=lsp.asesor.user_id, peserta_id=row.user_id, nama="Pelatihan tenda", selesai=ended))
    assert spoken(row, lsp.asesor) == ({"C2": aturan.DAPAT_DIKECUALIKAN} if found else {})
    involved = aturan.terlibat(row.id, row.user_id, DAY)
    assert (lsp.asesor.user_id in involved) == found


def test_c3_the_same_institution_is_pointed_out(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    lsp.asesor.instansi = "bpbd  kota sagara"
    db.session.flush()
    assert spoken(row, lsp.asesor) == {"C3": aturan.PERINGATAN}
    page = masuk(lsp.sekretariat).get(f"/sertifikasi/permohonan/{row.id}/penugasan").text
    assert "Satu instansi" in page


@pytest.mark.parametrize(
    "changes", [{"selesai": DAY - timedelta(days=1)}, {"mulai": DAY + timedelta(days=1)}, {"aktif": False}]
)
def test_c7_the_registration_holds_on_the_day(changes: Any, lsp: f.Lsp, row: m.Permohonan) -> None:
    for name, value in changes.items():
        setattr(lsp.asesor, name, value)
    db.session.flush()
    assert spoken(row, lsp.asesor).get("C7") == aturan.MUTLAK
    with pytest.raises(Conflict, match="C7"):
        f.diusulkan(lsp, row)


def test_c7_the_scheme_must_be_theirs(lsp: f.Lsp, row: m.Permohonan) -> None:
    assert spoken(row, f.asesor(f.account("Lain Skema"))) == {"C7": aturan.MUTLAK}


def test_c8_ten_a_day_are_enough(lsp: f.Lsp, row: m.Permohonan) -> None:
    for n in range(10):
        other = f.permohonan(lsp, f"Asesi {n}")
        f.add(a.PenugasanAsesor(permohonan_id=other.id, asesor_id=lsp.asesor.id, status=a.AKTIF, rencana=DAY,
                                diusulkan_oleh_id=lsp.sekretariat.id))  # fmt: skip
    assert spoken(row, lsp.asesor) == {"C8": aturan.PERINGATAN}
    assert spoken(row, lsp.asesor, DAY + timedelta(days=1)) == {}


# ---- proposal, declaration, approval


def test_the_whole_way_of_an_assignment_through_the_screens(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    page = f"/sertifikasi/permohonan/{row.id}/penugasan"
    client: Client = masuk(lsp.sekretariat)
    assert "Asa Sesor" in client.get(page).text
    data = {"asesor": str(lsp.asesor.id), "rencana": "3-12-2026"}
    assert client.post(page, data=data).status_code == 303
    assert client.post(page, data=data).status_code == 409, "one proposal at a time"
    p = kasus.penugasan_berlaku(row.id)
    assert p is not None
    client = masuk(lsp.asesor_user)
    coi = client.get(f"/sertifikasi/asesmen/{p.id}/coi").text
    assert "Ratna Wulandari" in coi
    assert (row.nomor or "") not in coi, "nothing but name, scheme, institution"
    assert client.get(f"/sertifikasi/asesmen/{p.id}").location.endswith("/coi")
    for part in ("mapa", "ak-01", "ak-02", "berkas"):
        assert client.get(f"/sertifikasi/asesmen/{p.id}/{part}").status_code == 404
    assert client.post(f"/sertifikasi/asesmen/{p.id}/coi", data={"aksi": "nyatakan"}).status_code == 422
    answers = {"aksi": "nyatakan", **f.TIDAK}
    assert client.post(f"/sertifikasi/asesmen/{p.id}/coi", data=answers).status_code == 303
    assert masuk(lsp.sekretariat).post(f"{page}/{p.id}/setujui").status_code == 403
    client = masuk(lsp.manajer)
    assert "Tidak ada konflik kepentingan" in client.get(page).text
    assert client.post(f"{page}/{p.id}/setujui", data={}).status_code == 303
    db.session.refresh(p)
    assert (p.status, p.surat_tugas) == (a.AKTIF, "ST-2026-000001")
    assert f.status(row) == m.ASESOR_DITUGASKAN
    assert "Surat tugas Anda sudah terbit" in titles(lsp.asesor_user.id)


def test_nobody_approves_what_they_proposed(lsp: f.Lsp, row: m.Permohonan) -> None:
    f.give(lsp.sekretariat, "manajer_sertifikasi")
    p = f.diusulkan(lsp, row)
    services.nyatakan(p, f.principal(lsp.asesor_user), f.TIDAK, "")
    with pytest.raises(Denied):
        services.setujui(row, p, f.principal(lsp.sekretariat), "", None)


def test_before_the_declaration_nothing_is_approved(lsp: f.Lsp, row: m.Permohonan) -> None:
    p = f.diusulkan(lsp, row)
    with pytest.raises(Conflict, match="belum menyatakan"):
        services.setujui(row, p, f.principal(lsp.manajer), "", None)


def test_a_family_tie_ends_the_proposal_other_ties_want_mitigation(lsp: f.Lsp, row: m.Permohonan) -> None:
    me = f.principal(lsp.asesor_user)
    p = f.diusulkan(lsp, row)
    with pytest.raises(Invalid, match="Jelaskan"):
        services.nyatakan(p, me, {**f.TIDAK, "C3_KELUARGA": "YA"}, "")
    services.nyatakan(p, me, {**f.TIDAK, "C3_KELUARGA": "YA"}, "Asesi adalah sepupu saya.")
    assert p.status == a.MENOLAK
    assert kasus.penugasan_berlaku(row.id) is None
    p = f.diusulkan(lsp, row)
    services.nyatakan(p, me, {**f.TIDAK, "C3_JABATAN": "YA"}, "Pernah satu tim lapangan.")
    with pytest.raises(Invalid, match="ketidakberpihakan"):
        services.setujui(row, p, f.principal(lsp.manajer), "tidak apa-apa", None)
    services.setujui(row, p, f.principal(lsp.manajer), "Penilaian disaksikan asesor kedua dari instansi lain.", None)
    assert p.mitigasi.startswith("Penilaian disaksikan")


def test_a_rule_that_can_be_overridden_wants_the_manajers_words(lsp: f.Lsp, row: m.Permohonan) -> None:
    f.add(a.Pelatihan(pelatih_id=lsp.asesor.user_id, peserta_id=row.user_id, nama="Tenda", selesai=f.TODAY))
    p = f.diusulkan(lsp, row)
    assert p.peringatan == ["C2"]
    services.nyatakan(p, f.principal(lsp.asesor_user), f.TIDAK, "")
    with pytest.raises(Invalid):
        services.setujui(row, p, f.principal(lsp.manajer), "", None)


def test_the_asesor_may_decline_and_the_lsp_take_a_proposal_back(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    p = f.diusulkan(lsp, row)
    client = masuk(lsp.asesor_user)
    decline = {"aksi": "tolak", "alasan": "Ada tugas lain pada hari itu."}
    assert client.post(f"/sertifikasi/asesmen/{p.id}/coi", data=decline).status_code == 303
    p = f.diusulkan(lsp, row)
    page = f"/sertifikasi/permohonan/{row.id}/penugasan/{p.id}/batalkan"
    assert masuk(lsp.sekretariat).post(page, data={"alasan": "Salah memilih asesor."}).status_code == 303
    assert kasus.penugasan_berlaku(row.id) is None


def test_an_asesor_reaches_assigned_cases_only(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    f.ditugaskan(lsp, row)
    p, file = f.tugas(row).p, kasus.syarat(row)[0].berkas[0]
    assert masuk(lsp.asesor_user).get(f"/sertifikasi/asesmen/{p.id}").status_code == 200
    assert masuk(lsp.asesor_user).get(f"/berkas/{f.terisi(file.dokumen_id)}").status_code == 303
    other = f.account("Asesor Lain", "asesor")
    f.asesor(other, lsp.versi)
    assert masuk(other).get(f"/sertifikasi/asesmen/{p.id}").status_code == 404
    assert masuk(other).get(f"/berkas/{file.dokumen_id}").status_code == 404
    assert masuk(lsp.asesor_user).get(f"/sertifikasi/permohonan/{row.id}").status_code == 403


# ---- objection and end


def test_the_asesi_objects_within_three_working_days(lsp: f.Lsp, row: m.Permohonan, masuk: Any, jam: Any) -> None:
    f.ditugaskan(lsp, row)
    asesi = db.session.get_one(f.User, row.user_id)
    address = f"/sertifikasi/saya/{row.id}/keberatan"
    client = masuk(asesi)
    assert "25 November 2026" in client.get(address).text, "a Saturday, then three working days"
    assert client.post(address, data={"alasan": "tidak"}).status_code == 422
    assert client.post(address, data={"alasan": "Asesor pernah berselisih dengan saya."}).status_code == 303
    assert "Asesi berkeberatan atas asesornya" in titles(lsp.manajer.id)
    p = f.tugas(row).p
    page = f"/sertifikasi/permohonan/{row.id}/penugasan/{p.id}/keberatan"
    assert masuk(lsp.sekretariat).post(page, data={"jawaban": "x" * 20}).status_code == 403
    assert masuk(lsp.manajer).post(page, data={"jawaban": "Sudah ditelaah, asesor tetap."}).status_code == 303
    assert masuk(f.account("Orang Lain")).get(address).status_code == 404


def test_after_three_working_days_an_objection_is_too_late(lsp: f.Lsp, row: m.Permohonan, jam: Any) -> None:
    f.ditugaskan(lsp, row)
    jam.move_to(f.now() + timedelta(days=5))
    with pytest.raises(Conflict, match="sudah lewat"):
        services.keberatan(row, f.asesi(row), "Asesor pernah berselisih dengan saya.")


def test_the_manajer_changes_the_asesor(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    f.ditugaskan(lsp, row)
    address = f"/sertifikasi/permohonan/{row.id}/ganti-asesor"
    client = masuk(lsp.manajer)
    assert client.post(address, data={"alasan": "x"}).status_code == 422
    assert client.post(address, data={"alasan": "Keberatan asesi diterima."}).status_code == 303
    assert f.status(row) == m.APL02_DIAJUKAN
    assert masuk(lsp.asesor_user).get("/sertifikasi/asesmen").status_code == 200
    f.ditugaskan(lsp, row)
    assert f.status(row) == m.ASESOR_DITUGASKAN


@pytest.mark.parametrize("state", [m.ASESOR_DITUGASKAN, m.SIAP_ASESMEN, m.AK01_DISETUJUI, m.TERJADWAL])
def test_an_asesor_who_resigns_leaves_the_case_waiting(state: str, masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(state, jam=jam)
    p = f.tugas(row).p
    answer = masuk(lsp.asesor_user).post(
        f"/sertifikasi/asesmen/{p.id}/mundur", data={"alasan": "Sakit berkepanjangan."}
    )
    assert answer.status_code == 303
    assert f.status(row) == m.APL02_DIAJUKAN
    assert kasus.penugasan_berlaku(row.id) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(a.PesertaSesi)) == 0
    assert "Permohonan menunggu asesor baru" in titles(lsp.manajer.id)
    assert masuk(lsp.asesor_user).get(f"/sertifikasi/asesmen/{p.id}/berkas").status_code == 404


def gone(name: str, lsp: f.Lsp) -> None:
    """The asesor may no longer assess, in one of the ways this happens."""
    if name == "met":  # runs out between today and the session
        lsp.asesor.selesai = DAY - timedelta(days=1)
    elif name == "kompetensi":
        db.session.execute(sa.update(a.AsesorSkema).values(selesai=DAY - timedelta(days=2)))
    elif name == "akun":
        lsp.asesor_user.aktif = False
    else:
        lsp.asesor.aktif = False
    db.session.flush()


@pytest.mark.parametrize("name", ["met", "kompetensi", "akun", "register"])
def test_the_clock_finds_asesor_who_may_not_assess_any_more(name: str, jam: Any) -> None:
    lsp, row = f.sampai(m.TERJADWAL, jam=jam)
    assert services.sweep() == 0
    gone(name, lsp)
    assert services.sweep() == 1
    assert services.sweep() == 0
    assert f.status(row) == m.APL02_DIAJUKAN
    last = history(row.submission_id)[-1]
    assert (last.aksi, last.pelaku) == ("ganti_asesor", "sistem")
    assert "Asesor Anda akan diganti" in titles(row.user_id)
