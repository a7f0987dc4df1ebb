"""Edge cases from the day of assessment to the holder, numbered as in section 9 of the reference."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.notices import Notice
from portal.kernel.people import PenugasanPeran, User
from portal.sertifikasi import tenggat
from portal.sertifikasi.asesmen import kalender
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan import services as penugasan
from portal.sertifikasi.asesmen.register import services as register
from portal.sertifikasi.keputusan import banding, paket, pleno, sertifikat, sk, surveilan, tindakan, verifikasi
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.publik import statistik
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya import pengingat
from portal.sertifikasi.saya import services as saya
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.factories import add
from tests.sertifikasi.test_keputusan_sertifikat import sheet

pytestmark = pytest.mark.usefixtures("app", "jam")
REASON = "Alat yang tercantum dalam skema tidak tersedia saat asesmen."


def status(case: m.Permohonan) -> str:
    return db.session.get_one(Submission, case.submission_id, populate_existing=True).status


def owner(case: m.Permohonan) -> Any:
    return f.principal(db.session.get_one(User, case.user_id))


def closed(place: f.Lsp, *cases: m.Permohonan) -> k.Pleno:
    row = f.rapat(place, *cases)
    f.putuskan(row, place)
    return row


def ended(case: m.Permohonan) -> m.Permohonan:
    case.aktif = False
    db.session.flush()
    return case


# ---- (16) (17) impartiality that comes to light late


def test_16_training_that_comes_to_light_after_the_decision_is_told_to_the_manajer() -> None:
    place = f.lsp()
    case = f.kasus(place, "Ratna Wulandari")
    closed(place, case)
    holder = db.session.get_one(User, case.user_id)
    holder.surel = "ratna@contoh.id"
    db.session.flush()
    user, day = place.panggil("sekretariat"), f.TODAY - timedelta(days=300)
    register.catat_pelatihan(place.asesor_row, "ratna@contoh.id", "Pelatihan tenda", day, user)
    db.session.flush()
    told = db.session.scalars(sa.select(Notice).where(Notice.user_id == place.manajer.id)).all()
    assert [str(case.nomor) in n.isi for n in told if "melatih" in n.judul] == [True]


def test_17_a_signer_who_trained_the_asesi_is_stopped_at_the_sk() -> None:
    place = f.lsp()
    case = f.kasus(place)
    row = closed(place, case)
    made = f.sk_untuk(row, place, ditandatangani=False)
    add(a.Pelatihan(pelatih_id=place.ketua.id, peserta_id=case.user_id, nama="Tenda", selesai=date(2026, 1, 5)))
    with pytest.raises(Denied, match="melatih"):
        sk.sign(made, place.panggil("ketua"), f.PASSWORD)


def test_17_a_ketua_with_family_on_the_sk_leaves_it_to_another(masuk: Any) -> None:
    place = f.lsp()
    rows = closed(place, f.kasus(place, "Ratna Wulandari"), f.kasus(place, "Budi Santoso"))
    made = f.sk_untuk(rows, place, ditandatangani=False)
    other = f.staff("ketua_lsp", "Rahmat Daulay")
    f.simpan()
    key = next(row["keputusan"] for row in made.isi["baris"] if row["nama"].startswith("Ratna"))
    client, page = masuk(place.ketua), f"/sertifikasi/sk/{made.id}"
    assert "Ada keluarga saya" in client.get(page).text
    for missing in ({}, {"hubungan": "ADA"}, {"hubungan": "ADA", "keluarga": "lain"}):
        sent = {"sandi": f.PASSWORD, **missing}
        assert client.post(f"{page}/tanda-tangan", data=sent).status_code == 422
    assert client.post(f"{page}/tanda-tangan", data={"hubungan": "ADA", "keluarga": key}).status_code == 303
    again = {"hubungan": "TIDAK", "sandi": f.PASSWORD}
    assert client.post(f"{page}/tanda-tangan", data=again).status_code == 403, "the word is not taken back by signing"
    assert "keluarga Anda. Penandatangan lain" in client.get(page).text
    told = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == other.id)).all()
    assert "SK memerlukan penandatangan lain" in told
    db.session.refresh(made)
    sk.sign(made, f.principal(other), f.PASSWORD)
    assert made.pernyataan[str(other.id)]["keputusan"] == []
    paket.request(place.panggil("sekretariat"), "B-901/2026", f.TODAY, "", [made.id])
    certs = list(db.session.scalars(sa.select(k.Sertifikat).order_by(k.Sertifikat.nama)))
    f.beri_nomor(place, *certs)
    said = dict(sertifikat.sign([one.id for one in certs], place.panggil("ketua"), f.PASSWORD))
    assert [bool(why) for _, why in sorted(said.items())] == [False, True], said


# ---- (27) appeal and new application


@pytest.mark.parametrize("sent", [True, False])
def test_27_an_appeal_that_wins_meets_a_new_application(sent: bool) -> None:
    """`sent`: else it is a draft, which has no number yet."""
    place = f.lsp()
    old = ended(f.kasus(place, status=m.BELUM_KOMPETEN))
    person = db.session.get_one(User, old.user_id)
    fresh, is_new = saya.start(f.principal(person), saya.scheme(_kode(old)))
    if sent:
        fresh.nomor = "PMH-2026-009999"
        db.session.flush()
    assert (is_new, fresh.jenis) == (True, m.ULANG)
    with pytest.raises(Conflict, match="PMH-2026-009999" if sent else "draf"):
        banding.again(old, place.panggil("manajer"))


def _kode(case: m.Permohonan) -> str:
    from portal.sertifikasi.skema.models import Skema

    return db.session.get_one(Skema, case.skema_id).kode


def test_27_an_appeal_against_a_refused_apl01_goes_back_to_verification() -> None:
    place = f.lsp()
    old = ended(f.kasus(place, status=m.APL01_DITOLAK, apl01_diterima_at=None, apl02_diajukan_at=None))
    new = banding.again(old, place.panggil("manajer"))
    assert (status(new), new.jenis, status(old)) == (m.DIAJUKAN, m.BANDING_ULANG, m.APL01_DITOLAK)


# ---- (29) tables that leave the house


def test_29_the_list_for_bnsp_keeps_commas_quotes_lines_and_sixteen_digits() -> None:
    place = f.lsp()
    case = f.kasus(place, 'Dewi "Ita", binti Sari')
    case.isian = {**case.isian, "alamat": "Jalan Satu 1\nRT 02 😀", "gelar_belakang": ""}
    db.session.flush()
    made = f.sk_untuk(closed(place, case), place)
    first = " ".join(sheet(paket.table(made, place.panggil("sekretariat"), "uji"))[1].values())
    assert "Dewi" in first
    assert "binti Sari" in first
    assert "Jalan Satu 1\nRT 02 😀" in first or "Jalan Satu 1&#10;RT 02 😀" in first
    assert "E+1" not in first
    assert any(value.startswith("s:327") and len(value) == 18 for value in first.split())


# ---- (31) the day of a session is that of its venue


def test_31_a_session_before_dawn_in_the_east_has_its_own_day_on_the_sk() -> None:
    place = f.lsp()
    tuk = db.session.get_one(a.Tuk, place.sesi.tuk_id)
    tuk.zona = "Asia/Jayapura"
    place.sesi.mulai = datetime(2026, 11, 9, 22, tzinfo=UTC)  # 07.00 on the 10th
    place.sesi.selesai = datetime(2026, 11, 10, 4, tzinfo=UTC)
    db.session.flush()
    made = f.sk_untuk(closed(place, f.kasus(place)), place, ditandatangani=False)
    assert (made.isi["mulai"], made.isi["selesai"]) == ("2026-11-10", "2026-11-10")


# ---- (38) people who leave in the middle


def test_38_the_paper_names_who_signs_when_the_ketua_changed_meanwhile() -> None:
    place = f.lsp()
    made = f.sk_untuk(closed(place, f.kasus(place)), place, ditandatangani=False)
    role = db.session.scalars(sa.select(PenugasanPeran).where(PenugasanPeran.user_id == place.ketua.id)).one()
    db.session.delete(role)
    sk.sign(made, f.principal(f.staff("ketua_lsp", "Rahmat Daulay")), f.PASSWORD)
    assert made.isi["ketua"]["nama"] == "Rahmat Daulay"


def test_38_a_closed_account_of_an_asesi_leaves_the_case_to_the_lsp() -> None:
    place = f.lsp()
    case = f.kasus(place)
    db.session.get_one(User, case.user_id).aktif = False
    db.session.flush()
    made = f.sk_untuk(closed(place, case), place)
    assert (status(case), made.isi["baris"][0]["hasil"]) == (m.KOMPETEN, m.K)


# ---- (23) the holder


def test_23_a_new_name_is_a_new_certificate_and_the_old_one_names_it() -> None:
    place = f.lsp()
    (old,) = f.berlaku(place, nama="Ratna Wulandari")
    typed = {"jenis": k.GANTI, "kelas": "GANTI_NAMA", "uraian": "Nama berubah menurut penetapan pengadilan negeri.",
             "nama_baru": "Ratna Wulandari Putri"}  # fmt: skip
    act = tindakan.propose(old, place.panggil("sekretariat"), typed, None)
    tindakan.decide(act, place.panggil("manajer"), True, "Penetapan pengadilan terlampir.")
    tindakan.sign(act, place.panggil("ketua"), f.PASSWORD)
    new = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.menggantikan_id == old.id)).one()
    assert (old.status, new.nama, new.sampai) == (k.BERLAKU, "Ratna Wulandari Putri", old.sampai)
    f.beri_nomor(place, new)
    sertifikat.sign([new.id], place.panggil("ketua"), f.PASSWORD)
    sertifikat.issue(new)
    assert (old.status, old.nama, old.sampai == new.sampai) == (k.DIGANTIKAN, "Ratna Wulandari, S.Kom.", True)


# ---- figures that the reference leaves to the LSP


def test_deadlines_and_limits_are_set_on_a_page(masuk: Any) -> None:
    place = f.lsp()
    client = masuk(place.manajer)
    page = client.get("/sertifikasi/pengaturan").text
    typed = {"nama": "LSP Uji", "bentuk": "ELEKTRONIK", "kuorum": "3", "kolom": "Nama = nama"}
    typed |= {f"batas-{name}": str(one.awal) for name, one in tenggat.BATAS.items()}
    assert all(f'name="{name}"' in page for name in typed)
    wrong = client.post("/sertifikasi/pengaturan", data={**typed, "batas-banding_ajukan": "0"})
    assert (wrong.status_code, "isi angka 1 sampai 30" in wrong.text) == (422, True)
    backwards = client.post("/sertifikasi/pengaturan", data={**typed, "batas-ingat_2": "60"})
    assert (backwards.status_code, "hari yang berurutan" in backwards.text) == (422, True)
    changed = {**typed, "batas-perbaikan": "7", "batas-banding_ajukan": "1", "batas-pelatihan": "12"}
    assert client.post("/sertifikasi/pengaturan", data=changed).status_code == 303
    assert kalender.tenggat_perbaikan(f.TODAY) == f.TODAY + timedelta(days=9), "a week on is a Saturday"
    case = f.kasus(place, hasil=m.BK)
    closed(place, case)
    assert banding.deadline(case, m.BELUM_KOMPETEN) == date(2026, 11, 23)
    add(a.Pelatihan(pelatih_id=place.ketua.id, peserta_id=case.user_id, nama="Tenda", selesai=date(2025, 11, 1)))
    assert place.ketua.id not in pleno.involved(case)


def set_to(**figures: int) -> None:
    db.session.execute(sa.delete(k.Pengaturan).where(k.Pengaturan.nama == tenggat.NAMA))
    add(k.Pengaturan(nama=tenggat.NAMA, nilai={**tenggat.semua(), **figures}))


def test_what_the_reference_assumes_follows_its_setting(masuk: Any, client: Any) -> None:
    """Verification, renewal, surveilan, smallest cell, the question of a declaration."""
    place = f.lsp()
    (row,) = f.berlaku(place)
    f.sudah_lewat(row, f.TODAY + timedelta(days=80))
    assert verifikasi.status_of(row) == verifikasi.AKAN_BERAKHIR
    set_to(segera=60)
    assert verifikasi.status_of(row) == k.BERLAKU
    assert surveilan.renew() == 1
    db.session.execute(sa.update(k.Sertifikat).values(diingatkan_at=None))
    set_to(perpanjangan=1)
    assert surveilan.renew() == 0
    check = surveilan.of(row.id)[0]
    check.jatuh_tempo = f.TODAY + timedelta(days=50)
    assert surveilan.is_open(check)
    set_to(surveilan_buka=40)
    assert not surveilan.is_open(check)
    assert statistik.suppressed([6, 7, 30], statistik.terkecil()) == ["6", "7", "30"]
    set_to(sel=8)
    assert statistik.suppressed([6, 7, 30], statistik.terkecil()) == ["< 8", "< 8", "30"]
    assert "kurang dari 8 orang" in client.get("/sertifikasi/statistik").text
    set_to(pelatihan=36)
    assert "36 bulan terakhir" in penugasan.pertanyaan()["C2"]


def test_a_suspension_for_surveilan_waits_for_its_days_of_grace() -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    words = "Laporan surveilan tidak disampaikan sampai hari ini."
    typed = {"jenis": k.TANGGUHKAN, "kelas": "SURVEILAN", "uraian": words}
    user = place.panggil("sekretariat")
    check = surveilan.of(row.id)[0]
    check.jatuh_tempo = f.TODAY - timedelta(days=30)
    db.session.flush()
    with pytest.raises(Invalid, match="lewat 30 hari"):
        tindakan.propose(row, user, typed, None)
    check.jatuh_tempo = f.TODAY - timedelta(days=31)
    db.session.flush()
    with pytest.raises(Invalid, match="Lampirkan bukti"):  # the next thing that is asked
        tindakan.propose(row, user, typed, None)


def test_a_draft_ends_and_pkt_begins_as_set(jam: Any) -> None:
    set_to(draf=20, ingat_1=2, ingat_2=5, ingat_3=10, pkt=1)
    assert pengingat._days() == ([2, 5, 10], 20)
    place = f.lsp()
    (row,) = f.berlaku(place)
    f.sudah_lewat(row, f.TODAY + timedelta(days=40))
    assert saya.valid_certificate(row.user_id, place.versi.skema_id) is not None
    set_to(pkt=6)
    assert saya.valid_certificate(row.user_id, place.versi.skema_id) is None
