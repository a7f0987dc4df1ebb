"""What the SK does and when; taking it back; a death; the time of preparation; the papers."""

import io
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa

from portal.kepegawaian import SENDIRI
from portal.kepegawaian.keadaan.bangun import follow_standing
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import akun, hak, naskah, services, sk, syarat
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services as register
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kernel import organisation
from portal.kernel.approval import Submission, history
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import PenugasanPeran, User
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_pensiun_usulan import HOME, TMT, buka, calon, kertas, lengkapi, maju

pytestmark = pytest.mark.usefixtures("app", "jam")
SK = {"sk_nomor": "823/17/2026", "sk_tanggal": date(2026, 11, 20), "sk_pejabat": "Wali Kota Sagara", "tmt": TMT}


def keadaan(pegawai: Pegawai, on: date) -> Keadaan:
    return db.session.scalars(sa.select(Keadaan).where(Keadaan.pegawai_id == pegawai.id, berlaku(on))).one()


def siap_sk(k: f.Kota, one: Pegawai) -> tuple[m.UsulanPensiun, dict[str, User]]:
    row = buka(one, f.akun("", pegawai=one))
    who = maju(row, k, m.USUL_BKN)
    sk.catat_pertek(row, {"pertek_nomor": "PT-1", "pertek_tanggal": date(2026, 11, 18)}, f.principal(who["bkpsdm"]),
                    None)  # fmt: skip
    return row, who


def tetapkan(row: m.UsulanPensiun, user: User, **values: Any) -> Any:
    berkas = (io.BytesIO(kertas()), "sk.pdf")
    return sk.tetapkan(row, {**SK, **values}, berkas, f.principal(user))


def test_the_status_turns_on_the_tmt_and_not_before(masuk: Any, jam: Any) -> None:
    """Items t and u: SK in riwayat utama with its paper; Aktif until the TMT; then gone from the map by itself."""
    k = f.kota()
    one = k.kabid
    db.session.get_one(organisation.Orang, one.orang_id).tanggal_lahir = date(1969, 3, 10)
    db.session.flush()
    f.duduk(one, k.bidang, date(2021, 1, 1), pimpinan=True, atasan_id=k.kadis.id)
    user = f.akun("admin_pd", pegawai=one, di=k.dinas)
    row, who = siap_sk(k, one)
    entry = tetapkan(row, who["bkpsdm"])
    link = db.session.scalars(sa.select(r.BerkasTautan).where(r.BerkasTautan.riwayat_id == entry.id)).one()
    assert (entry.jenis, entry.status, link.jenis_dokumen) == ("PEMBERHENTIAN", r.TERVERIFIKASI, "SK_PENSIUN")
    assert keadaan(one, date(2026, 11, 21)).kelompok == "AKTIF"
    assert keadaan(one, date(2027, 3, 31)).unit_id == k.bidang.id
    after = keadaan(one, TMT)
    assert (after.kedudukan, after.kelompok, after.unit_id) == ("99", "BERHENTI", None)
    assert organisation.penempatan(one.id, TMT) is None
    assert "823/17/2026" in masuk(user).get(f"/kepegawaian/pegawai/{one.id}").text
    assert masuk(user).get(f"/berkas/{link.dokumen_id}").status_code == 303
    assert masuk(user).get("/kepegawaian/pensiun").status_code == 200
    jam.move_to(datetime(2027, 4, 1, 3, 0, tzinfo=UTC))
    assert sk.selesaikan() == 1
    assert row.status == m.SELESAI
    follow_standing.run(None)  # type: ignore[arg-type]
    now = f.principal(user)
    assert set(now.scopes) >= {SENDIRI}
    assert "kepegawaian.lihat" not in now.scopes
    assert "Staf Uji" in masuk(f.akun("bkpsdm")).get("/kepegawaian/pensiun/atasan").text
    client = masuk(user)
    assert client.get(f"/kepegawaian/pegawai/{one.id}").status_code == 200
    assert client.get("/kepegawaian/pensiun").status_code == 403
    refused = client.post(f"{HOME}/baru", data={"jenis": "APS", "tmt": "2027-05-01"})
    assert refused.status_code == 403
    assert "hanya dapat melihat" in refused.text
    db.session.refresh(one)
    assert one.aktif is False


def test_cancelling_takes_all_of_it_back_and_leaves_a_trace() -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("admin_pd", pegawai=one, di=k.dinas)
    row, who = siap_sk(k, one)
    entry = tetapkan(row, who["bkpsdm"])
    held = sa.select(PenugasanPeran).where(PenugasanPeran.user_id == user.id)
    assert {p.peran: p.selesai for p in db.session.scalars(held)} == {"admin_pd": date(2027, 3, 31), akun.PURNA: None}
    services.langkah(row, "batalkan_sk", f.principal(who["bkpsdm"]), "SK dibatalkan pengadilan")
    assert (row.status, entry.status) == (m.DIBATALKAN, r.DIBATALKAN)
    assert entry.dicabut_at is not None
    assert keadaan(one, TMT).kelompok == "AKTIF"
    assert {p.peran: p.selesai for p in db.session.scalars(held)} == {"admin_pd": None}
    assert history(row.submission_id)[-1].catatan == "SK dibatalkan pengadilan"
    assert buka(one, user).status == m.DRAF


def test_an_entry_withdrawn_in_the_register_ends_its_request() -> None:
    k = f.kota()
    one = calon(k)
    row, who = siap_sk(k, one)
    entry = tetapkan(row, who["bkpsdm"])
    register.batalkan(entry, f.principal(who["bkpsdm"]), "Salah unggah SK orang lain")
    assert row.status == m.DIBATALKAN == db.session.get_one(Submission, row.submission_id).status
    assert keadaan(one, TMT).kelompok == "AKTIF"


def test_an_sk_is_checked_and_counts_once(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    row, who = siap_sk(k, one)
    with pytest.raises(Invalid, match="menurut BUP 1 April 2027"):
        tetapkan(row, who["bkpsdm"], tmt=date(2027, 5, 1))
    client = masuk(who["bkpsdm"])
    form = {"sk_nomor": "823/1", "sk_tanggal": "2026-11-20", "sk_tmt": "2027-04-01", "sk_pejabat": "Wali Kota"}
    for wrong, field in (({"sk_nomor": ""}, "sk_nomor"), ({"sk_tanggal": "31/02/2026"}, "sk_tanggal"),
                         ({"sk_tanggal": "2027-01-01"}, "sk_tanggal"), ({"sk_pejabat": "x" * 101}, "sk_pejabat"),
                         ({}, "sk_berkas")):  # fmt: skip
        page = client.post(f"{HOME}/{row.id}/sk", data={**form, **wrong})
        assert page.status_code == 422
        assert f'id="{field}-galat"' in page.text
    key = str(uuid.uuid4())
    for _ in range(2):
        data = {**form, "kunci": key, "sk_berkas": (io.BytesIO(kertas()), "sk.pdf")}
        assert client.post(f"{HOME}/{row.id}/sk", data=data).status_code == 303
    made = sa.select(sa.func.count()).select_from(r.RiwayatLain).where(r.RiwayatLain.jenis == "PEMBERHENTIAN")
    assert db.session.scalar(made) == 1


def test_a_standing_of_the_same_day_is_a_conflict_not_a_crash() -> None:
    k = f.kota()
    one = calon(k)
    f.kedudukan(one, "02", TMT)
    row, who = siap_sk(k, one)
    with pytest.raises(Conflict, match="TMT yang sama"):
        tetapkan(row, who["bkpsdm"])


def test_ptdh_needs_no_pertek_and_takes_the_right_away() -> None:
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("bkpsdm"), "PTDH", tanggal_kejadian=date(2026, 10, 1), tmt=date(2026, 12, 15))
    row.status = db.session.get_one(Submission, row.submission_id).status = m.DIVERIFIKASI
    db.session.flush()
    tetapkan(row, f.akun("bkpsdm"), tmt=date(2026, 12, 15))
    assert keadaan(one, date(2026, 12, 15)).kedudukan == "77"


@pytest.mark.parametrize(("lahir", "kode"), [(date(1969, 3, 10), "88"), (date(1985, 3, 10), "77")])
def test_dismissal_with_honour_pays_by_age_and_service(lahir: date, kode: str) -> None:
    k = f.kota()
    row = buka(calon(k, lahir), f.akun("bkpsdm"), "HUKUMAN", tanggal_kejadian=date(2026, 10, 1))
    row.tmt = date(2026, 12, 15)
    assert sk.kedudukan(row) == kode


def test_kinds_that_are_rare_come_to_their_sk_as_well() -> None:
    """Discipline goes through three officers and no OPD; who is lost has heirs; an agreement ends without BKN."""
    k = f.kota()
    maker, office, verifier = f.akun("bkpsdm"), f.akun("bkpsdm"), f.akun("verifikator_bkpsdm")
    for kode, tmt, standing in (("HUKUMAN", date(2027, 1, 15), "88"), ("HILANG", date(2027, 2, 1), "88"),
                                ("PPPK_BERAKHIR", date(2027, 3, 1), "77")):  # fmt: skip
        kind = JENIS[kode]
        one = calon(k, status=kind.bagi[0])
        row = buka(one, maker, kode, tmt=tmt, tanggal_kejadian=date(2026, 10, 5))
        steps: list[tuple[str, User]] = [("ajukan", maker)]
        steps += [("periksa_pusat", office)] if kind.rahasia else [
            ("periksa", f.akun("admin_pd", di=k.dinas)), ("setujui_opd", f.akun("", pegawai=k.kadis))
        ]  # fmt: skip
        lengkapi(row, maker, status=m.SESUAI)
        for name, user in (*steps, ("verifikasi", verifier), *([("usul", office)] if kind.pertek else [])):
            services.langkah(row, name, f.principal(user), "Diperiksa bersama tim")
        if kind.pertek:
            sk.catat_pertek(row, {"pertek_nomor": "1", "pertek_tanggal": date(2026, 11, 18)}, f.principal(office), None)
        tetapkan(row, office, tmt=tmt)
        assert (row.status, keadaan(one, tmt).kedudukan) == (m.SK, standing), kode


# ---- death


def test_a_death_closes_the_day_and_opens_a_request(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    f.duduk(k.staf, k.bidang, date(2021, 1, 1), atasan_id=one.id)
    other = buka(one, user)
    office = f.akun("bkpsdm")
    page = masuk(office).get(f"/kepegawaian/pensiun/meninggal?pegawai={one.id}")
    assert "Staf Uji" in page.text
    for bad in ("", "2027-01-01", "31/02/2026", "1960-01-01"):
        wrong = masuk(office).post("/kepegawaian/pensiun/meninggal", data={"pegawai": str(one.id), "hari": bad})
        assert wrong.status_code == 422
        assert 'id="hari-galat"' in wrong.text
    done = masuk(office).post("/kepegawaian/pensiun/meninggal", data={"pegawai": str(one.id), "hari": "2026-11-15"})
    assert done.status_code == 303
    row = db.session.scalars(sa.select(m.UsulanPensiun).where(m.UsulanPensiun.jenis == "JANDA_DUDA")).one()
    assert (row.status, row.tmt, row.tanggal_kejadian) == (m.DRAF, date(2026, 12, 1), date(2026, 11, 15))
    assert keadaan(one, date(2026, 11, 15)).kelompok == "AKTIF"
    assert keadaan(one, date(2026, 11, 16)).kelompok == "BERHENTI"
    db.session.refresh(other)
    assert other.status == m.DIBATALKAN
    assert "Staf Uji" in masuk(office).get("/kepegawaian/pensiun/atasan").text
    services.langkah(row, "hapus_draf", f.principal(office), "Salah orang")
    assert keadaan(one, date(2026, 11, 16)).kelompok == "AKTIF"
    assert db.session.scalar(sa.select(PenugasanPeran.id).where(PenugasanPeran.peran == akun.PURNA)) is None


def test_a_death_before_the_tmt_withdraws_the_sk() -> None:
    k = f.kota()
    one = calon(k)
    row, who = siap_sk(k, one)
    entry = tetapkan(row, who["bkpsdm"])
    sk.meninggal(one, date(2026, 11, 19), "", f.principal(who["bkpsdm"]))
    assert (row.status, entry.status) == (m.DIBATALKAN, r.DIBATALKAN)
    assert keadaan(one, TMT).kedudukan == "88"


def test_heirs_may_ask_before_the_office_knows_of_the_death() -> None:
    """The papers found right, the day is closed; withdrawing the request later brings nobody back to life."""
    k = f.kota()
    one, admin = calon(k), f.akun("admin_pd", di=k.dinas)
    other = buka(one, f.akun("", pegawai=one))
    row = buka(one, admin, "TEWAS", tanggal_kejadian=date(2026, 10, 5), tmt=date(2026, 11, 1),
               isi={"waris": "Sari Uji", "hubungan": "ISTRI"})  # fmt: skip
    told = services.hasil_hak(row, hak.baca(one, date(2026, 11, 21))).peringatan
    wanted = ("masih tercatat aktif", "DPCP tidak memuatnya")
    assert all(part in text for part, text in zip(wanted, told, strict=True))
    who = maju(row, k, m.DIVERIFIKASI)
    assert (keadaan(one, date(2026, 10, 5)).kelompok, keadaan(one, date(2026, 10, 6)).kedudukan) == ("AKTIF", "88")
    assert other.status == m.DIBATALKAN
    services.langkah(row, "batalkan", f.principal(who["bkpsdm"]), "Ahli waris menarik permohonannya")
    assert keadaan(one, date(2026, 10, 6)).kelompok == "BERHENTI"


def test_a_death_goes_on_with_what_the_opd_asked_for_the_heirs() -> None:
    k = f.kota()
    one, admin = calon(k), f.akun("admin_pd", di=k.dinas)
    row = buka(one, admin, "JANDA_DUDA", tanggal_kejadian=date(2026, 11, 1), tmt=date(2026, 12, 1))
    assert sk.meninggal(one, date(2026, 10, 30), "", f.principal(f.akun("bkpsdm"))) is row
    assert (row.status, row.tmt, row.tanggal_kejadian) == (m.DRAF, date(2026, 11, 1), date(2026, 10, 30))
    assert "tanggal meninggal 1 November 2026" in sk.periksa_tmt(row, date(2026, 12, 1))[0][1]


def test_the_sk_of_a_contract_that_a_death_ended_is_recorded() -> None:
    k = f.kota()
    one, office = calon(k, status="PPPK"), f.akun("bkpsdm")
    row = sk.meninggal(one, date(2026, 11, 15), "", f.principal(office))
    row.status = db.session.get_one(Submission, row.submission_id).status = m.DIVERIFIKASI
    db.session.flush()
    tetapkan(row, f.akun("bkpsdm"), tmt=date(2026, 11, 16))
    assert (row.status, keadaan(one, date(2026, 11, 16)).kedudukan) == (m.SK, "77")


def test_the_form_offers_who_decides_by_the_level() -> None:
    found = [sk.pejabat(Keadaan(jenjang=level)) for level in ("JF_UT", "JPT_MADYA", "JPT_PRATAMA", "JF_MA")]
    assert found == ["Presiden Republik Indonesia"] * 2 + ["Wali Kota Sagara"] * 2


def test_who_served_too_short_leaves_without_a_pension() -> None:
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("", pegawai=one))
    assert sk.kedudukan(row) == "99"
    db.session.execute(sa.update(r.DataPegawai).values(tmt_cpns=date(2018, 1, 1)))
    assert sk.kedudukan(row) == "77"


def test_preparation_runs_until_the_tmt() -> None:
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("", pegawai=one))
    who = maju(row, k, m.DIPERIKSA)
    office = f.principal(who["bkpsdm"])
    with pytest.raises(Invalid, match="antara 1 April 2026"):
        sk.mulai_mpp(row, date(2026, 3, 1), "800/1", office)
    sk.mulai_mpp(row, date(2026, 12, 1), "800/1", office)
    during, before = keadaan(one, date(2027, 3, 31)), keadaan(one, date(2026, 11, 30))
    assert (during.kedudukan, during.kelompok, before.kelompok) == ("20", "AKTIF_TIDAK_BEKERJA", "AKTIF")
    services.langkah(row, "batalkan", office, "Pegawai menarik permohonannya")
    assert keadaan(one, date(2027, 3, 31)).kelompok == "AKTIF"


def test_accounts_of_people_who_left_otherwise_follow() -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("admin_pd", pegawai=one, di=k.dinas)
    f.kedudukan(one, "77", date(2026, 11, 1))
    follow_standing.run(None)  # type: ignore[arg-type]
    assert akun.ikuti() == 1
    assert akun.ikuti() == 0
    assert "kepegawaian.lihat" not in f.principal(user).scopes


# ---- papers


def words(body: bytes) -> str:
    with pypdfium2.PdfDocument(body) as pdf:
        return "\n".join(pdf[i].get_textpage().get_text_range() for i in range(len(pdf)))


def test_papers_print_the_register(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    one.nip = "196903101990011321"
    db.session.flush()
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="KELUARGA", tmt=date(1995, 6, 1), isi={
        "hubungan": "PASANGAN", "nama": "Sari Uji", "tanggal_lahir": "1972-02-02", "hidup": False,
    }))  # fmt: skip
    for day in ("2002-04-02", "2002-04-01"):  # a day too young, and 25 on the TMT
        f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="KELUARGA", tmt=date.fromisoformat(day),
                              isi={"hubungan": "ANAK", "nama": "Anak Uji", "tanggal_lahir": day}))  # fmt: skip
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    text = words(masuk(user).get(f"{HOME}/{row.id}/surat/DPCP").data)
    for part in ("PENERIMA PENSIUN (DPCP)", "19690310 199001 1 321", "Sari Uji", "1 April 2027",
                 "Meninggal", "Kadis Uji"):  # fmt: skip
        assert part in text
    assert text.count("25 tahun atau lebih") == 1
    letter = words(masuk(user).get(f"{HOME}/{row.id}/surat/BEBAS_HUKDIS").data)
    assert "dalam satu tahun terakhir" in letter
    assert masuk(user).get(f"{HOME}/{row.id}/surat/LAIN").status_code == 409


def test_the_dpcp_tells_pay_rank_and_schooling_and_nobody_signs_for_oneself() -> None:
    k = f.kota()
    one = k.kadis
    f.catat(r.RiwayatGolongan(pegawai_id=one.id, golongan="IV/b", tmt=date(2024, 4, 1), mk_tahun=20, mk_bulan=6))
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="KGB", tmt=date(2025, 3, 1), isi={"gaji_baru": 5_200_700}))
    f.catat(r.RiwayatPendidikan(pegawai_id=one.id, tingkat="40", prodi="Teknik Sipil", tmt=date(2009, 8, 1),
                                pertama=True))  # fmt: skip
    row = buka(one, f.akun("", pegawai=one), "APS")
    known = naskah.baca(row)
    text = words(naskah.dpcp(known).build())
    for part in ("Rp5.200.700", "23 tahun 6 bulan", "17 tahun 3 bulan", "Teknik Sipil", "(IV/b), 1 April 2024"):
        assert part in text
    assert known.kepala.nama == "Wali Uji"


@pytest.mark.parametrize(("tingkat", "mulai", "selesai", "boleh"), [
    ("S", date(2026, 2, 1), None, False), ("B", date(2024, 1, 1), date(2025, 12, 1), False),
    ("R", date(2026, 2, 1), None, True), ("S", date(2024, 1, 1), date(2025, 1, 1), True),
])  # fmt: skip
def test_the_letter_is_refused_after_discipline(
    tingkat: str, mulai: date, selesai: date | None, boleh: bool
) -> None:  # fmt: skip
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("", pegawai=one))
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="HUKDIS", tmt=mulai, selesai=selesai,
                          isi={"tingkat": tingkat, "jenis": "POTONG_6", "alasan": "x"}))  # fmt: skip
    line = next(one for one in syarat.lembar(row) if one.kode == "BEBAS_HUKDIS")
    assert (line.kata == "Belum dapat dibuat") is not boleh
    if boleh:
        assert naskah.bebas_hukdis(naskah.baca(row)).build()
    else:
        with pytest.raises(Conflict, match="belum dapat dibuat"):
            naskah.bebas_hukdis(naskah.baca(row))
