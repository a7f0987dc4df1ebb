"""Requests to retire: who may ask for what, the checklist, who decides, and forms that never break."""

import io
import re
import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.pensiun import forms, hak, services, syarat
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.riwayat import models as r
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.documents import PDF, Checked, store
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import User
from portal.kernel.reports import A4, Page
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
SOON, TMT = date(1969, 3, 10), date(2027, 4, 1)
HOME = "/kepegawaian/pensiun/usulan"


def calon(k: f.Kota, lahir: date = SOON, status: str = "PNS") -> Pegawai:
    one = f.orang("Calon Uji", lahir=lahir, status=status)
    f.duduk(one, k.bidang, atasan_id=k.kabid.id)
    return one


def buka(pegawai: Pegawai, user: User, jenis: str = "BUP", **values: Any) -> m.UsulanPensiun:
    base = {"tmt": TMT, "tanggal_kejadian": None, "keterangan": "", "isi": {}}
    return services.buka(pegawai, JENIS[jenis], {**base, **values}, f.principal(user))


def kertas() -> bytes:
    page = Page("Berkas uji", A4)
    page.text("Isi berkas uji")
    return page.build()


def lengkapi(row: m.UsulanPensiun, user: User, tahap: str = m.OPD, status: str = m.MENUNGGU) -> None:
    """Hand in every mandatory paper that is missing."""
    document = store(Checked("uji.pdf", PDF, kertas(), 1), user.id)
    for one in syarat.kurang(row, tahap):
        f.add(m.BerkasUsulan(usulan_id=row.id, dokumen=one.kode, dokumen_id=document.id, nama="uji.pdf", status=status))


def maju(row: m.UsulanPensiun, k: f.Kota, sampai: str) -> dict[str, User]:
    """Walk the usual way up to a state, each step by somebody else."""
    owner = db.session.get_one(User, db.session.get_one(Submission, row.submission_id).owner_id)
    who = {"admin": f.akun("admin_pd", di=k.dinas), "verifikator": f.akun("verifikator_bkpsdm"),
           "bkpsdm": f.akun("bkpsdm"), "pemohon": owner, "kepala": f.akun("", pegawai=k.kadis)}  # fmt: skip
    lengkapi(row, owner)
    for name, by in (("ajukan", "pemohon"), ("periksa", "admin"), ("setujui_opd", "kepala"),
                     ("verifikasi", "verifikator"), ("usul", "bkpsdm")):  # fmt: skip
        if row.status == sampai:
            return who
        if name == "verifikasi":
            services.semua_sesuai(row, f.principal(who[by]))
        services.langkah(row, name, f.principal(who[by]))
    assert row.status == sampai
    return who


# ---- entitlement


@pytest.mark.parametrize(("jenis", "values", "words"), [
    ("APS", {"tmt": date(2027, 1, 1)}, "sedikitnya 50 tahun"), ("APS", {"tmt": date(2026, 1, 1)}, "setelah hari ini"),
    ("APS", {"tmt": date(2027, 1, 2)}, "tanggal 1"), ("APS", {}, "isi tanggal mulai berhenti"),
    ("PPPK_BERAKHIR", {}, "bukan untuk PNS"), ("BUP", {"tmt": date(2040, 1, 1)}, "menurut aturan 1 April 2043"),
    ("UZUR", {"tmt": date(2012, 1, 1)}, "sedikitnya 4 tahun"),
    ("PERAMPINGAN", {"tmt": date(2027, 1, 1)}, "sedikitnya 50 tahun"),
])  # fmt: skip
def test_who_is_not_entitled_is_told_why(jenis: str, values: dict[str, Any], words: str) -> None:
    k = f.kota()
    base = {"tmt": None, "tanggal_kejadian": date(2011, 1, 1), "keterangan": "", "isi": {}}
    found = hak.periksa(k.staf, JENIS[jenis], {**base, **values}, date(2026, 11, 21))
    assert words in " ".join(one.pesan for one in found.galat)


def test_the_rule_fixes_the_tmt() -> None:
    k = f.kota()
    one = calon(k)
    base = {"tmt": None, "tanggal_kejadian": date(2026, 10, 31), "keterangan": "", "isi": {}}
    today = date(2026, 11, 21)
    assert hak.periksa(one, JENIS["BUP"], base, today).tmt == TMT
    assert hak.periksa(one, JENIS["JANDA_DUDA"], base, today).tmt == date(2026, 11, 1)
    past = hak.periksa(one, JENIS["UZUR"], {**base, "tmt": date(2026, 1, 1)}, today)
    assert "sudah lewat" in " ".join(past.peringatan)
    found = hak.periksa(one, JENIS["BUP"], base, today)
    assert (found.usia, found.masa_kerja, found.galat) == (58, (17, 3), [])


def test_service_counts_pmk_and_not_cltn() -> None:
    k = f.kota()
    f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="PMK", tmt=date(2015, 1, 1), isi={"mk_tahun": 2, "mk_bulan": 6}))
    f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="CLTN", tmt=date(2016, 1, 1), selesai=date(2017, 1, 1),
                          isi={"jenis": "CLTN"}))  # fmt: skip
    assert hak.masa_kerja(k.staf.id, date(2026, 1, 1)) == (17, 6)
    f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="CLTN", tmt=date(2020, 1, 1), selesai=date(2020, 12, 31),
                          isi={"jenis": "CLTN"}))  # fmt: skip
    assert hak.masa_kerja(k.staf.id, date(2026, 1, 1)) == (16, 6)  # the last day of the leave counts, too


# ---- one open request


def test_one_open_request_per_person_and_kind(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    first = buka(one, user)
    with pytest.raises(Invalid, match="masih terbuka"):
        buka(one, user)
    services.langkah(first, "hapus_draf", f.principal(user))
    assert buka(one, user).status == m.DRAF
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        f.add(m.UsulanPensiun(pegawai_id=one.id, jenis="BUP", submission_id=uuid.uuid4()))


def isian(pegawai: Pegawai, **values: str) -> dict[str, str]:
    return {"pegawai": str(pegawai.id), "jenis": "BUP", "kunci": str(uuid.uuid4()), **values}


def test_a_double_click_makes_one_row(masuk: Any) -> None:
    """Item r."""
    k = f.kota()
    one = calon(k)
    client = masuk(f.akun("", pegawai=one))
    form = isian(one)
    answers = [client.post(f"{HOME}/baru", data=form) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(m.UsulanPensiun)) == 1


SALAH: list[tuple[dict[str, str], str, str]] = [
    ({"jenis": ""}, "jenis", "Pilih jenis usulan"), ({"jenis": "' OR 1=1"}, "jenis", "Pilih jenis usulan"),
    ({"jenis": "PTDH"}, "jenis", "Pilih jenis usulan"), ({"tmt": "31/02/2027"}, "tmt", "tanggal yang benar"),
    ({"tmt": "0000-00-00"}, "tmt", "tanggal yang benar"), ({"tmt": "01-01-0001"}, "tmt", "tanggal yang benar"),
    ({"tmt": "1/4/27"}, "tmt", "tanggal yang benar"), ({"tmt": "besok"}, "tmt", "tanggal yang benar"),
    ({"tmt": "9" * 400}, "tmt", "tanggal yang benar"), ({"tmt": "2027-05-01"}, "tmt", "menurut aturan 1 April 2027"),
    ({"tmt": "２０２７-0４-0x"}, "tmt", "tanggal yang benar"),
    ({"keterangan": "a" * 2001}, "keterangan", "paling banyak"),
    ({"keterangan": "nul\x00"}, "keterangan", "tanda yang tidak terbaca"),
    ({"keterangan": "balik\u202e"}, "keterangan", "tanda yang tidak terbaca"),
    ({"alamat_pensiun": "x" * 301}, "alamat_pensiun", "paling banyak"), ({"telepon": "abc"}, "telepon", "angkanya"),
    ({"telepon": "1" * 200}, "telepon", "paling banyak"), ({"rekening": "12ab"}, "rekening", "angkanya"),
    ({"rekening": "=1+1"}, "rekening", "angkanya"), ({"bank": "b" * 101}, "bank", "paling banyak"),
    ({"beda_data": "y" * 301}, "beda_data", "paling banyak"), ({"hubungan": "TETANGGA"}, "hubungan", "dari daftar"),
    ({"jenis": "APS"}, "tmt", "isi tanggal mulai berhenti"),
    ({"jenis": "APS", "tmt": "2026-11-01"}, "tmt", "setelah hari ini"),
    ({"jenis": "APS", "tmt": "2027-01-15"}, "tmt", "tanggal 1"),
    ({"jenis": "APS", "tmt": "2027-04-01"}, "tmt", "sudah mencapai BUP"),
    ({"jenis": "UZUR", "tmt": "2027-01-01"}, "tanggal_kejadian", "isi tanggalnya"),
    ({"jenis": "UZUR", "tmt": "2027-01-01", "tanggal_kejadian": "2027-01-01"}, "tanggal_kejadian", "setelah hari ini"),
    ({"jenis": "UZUR", "tmt": "2027-01-01", "tanggal_kejadian": "30/02/2026"}, "tanggal_kejadian", "tanggal yang"),
    ({"jenis": "TANPA_HAK"}, "tmt", "isi tanggal mulai berhenti"), ({"tmt": "2027-04-01'--"}, "tmt", "tanggal yang"),
    ({"dasar": "\x07bel"}, "dasar", "tanda yang tidak terbaca"),
]  # fmt: skip


@pytest.mark.parametrize("part", range(4))
def test_malformed_submissions_keep_what_was_typed(part: int, masuk: Any) -> None:
    """Item r: never an error page, the message at its field, the other fields as they were. 32 of them."""
    assert len(SALAH) == 32
    k = f.kota()
    one = calon(k)
    client = masuk(f.akun("", pegawai=one))
    for values, medan, words in SALAH[part * 8 : part * 8 + 8]:
        typed = {"alamat_pensiun": "Jalan Uji 1", **values}
        page = client.post(f"{HOME}/baru", data=isian(one, **typed))
        assert page.status_code == 422, values
        assert words in page.text, values
        if values.get("jenis", "BUP") in JENIS and values.get("jenis") != "PTDH":
            assert f'id="{medan}-galat"' in page.text or medan in ("hubungan", "dasar"), values
            assert typed["alamat_pensiun"] in page.text, values
    assert db.session.scalar(sa.select(sa.func.count()).select_from(m.UsulanPensiun)) == 0


def test_a_form_for_nobody_asks_for_somebody(masuk: Any) -> None:
    f.kota()
    client = masuk(f.akun("bkpsdm"))
    for text in ("", "x", "None", "../../etc", "1" * 40, str(uuid.uuid4())):
        page = client.post(f"{HOME}/baru", data={"pegawai": text, "jenis": "BUP", "kunci": text})
        assert page.status_code == 422, text
        assert "Pilih pegawai" in page.text, text


def test_people_ask_for_themselves_or_their_opd(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    form = isian(one)
    assert masuk(f.akun("", pegawai=k.staf)).post(f"{HOME}/baru", data=form).status_code == 422
    assert masuk(f.akun("admin_pd", di=k.lain)).post(f"{HOME}/baru", data=form).status_code == 422
    assert masuk(f.akun("admin_pd", di=k.dinas)).post(f"{HOME}/baru", data=form).status_code == 303


def test_two_people_save_the_same_draft(masuk: Any) -> None:
    """Item r: 409 with what differs; typed values stay; saving again takes them."""
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    client = masuk(user)
    address = f"{HOME}/{row.id}/ubah"
    assert client.post(address, data={"versi": "1", "keterangan": "Pertama"}).status_code == 303
    page = client.post(address, data={"versi": "1", "keterangan": "Kedua"})
    assert page.status_code == 409
    differ = page.text.split('id="beda"')[1].split("</table>")[0]
    assert "Pertama" in differ
    assert "Kedua" in differ
    version = re.search(r'name="versi" value="(\d+)"', page.text)
    assert version is not None
    assert client.post(address, data={"versi": version[1], "keterangan": "Kedua"}).status_code == 303
    assert client.post(address, data={"versi": "x" * 30, "keterangan": "z"}).status_code == 409


# ---- checklist


def test_every_kind_has_its_list() -> None:
    need = {kind: {one.dokumen for one in syarat.daftar(kind) if one.wajib == m.WAJIB} for kind in JENIS}
    assert {"DPCP", "SK_CPNS", "SK_PNS", "SK_KP", "SK_JABATAN", "BEBAS_HUKDIS", "KTP"} <= need["BUP"]
    assert {"AKTA_KEMATIAN", "PERMOHONAN"} <= need["JANDA_DUDA"]
    assert "BEBAS_HUKDIS" not in need["HUKUMAN"]
    assert "SK_PPK" in need["HUKUMAN"]
    assert "SURAT_KESEHATAN" in need["UZUR"]
    assert {"BARANG_DAERAH", "PERSETUJUAN_OPD"} <= need["APS"]
    assert all("KARIS_KARSU" not in one and "AKTA_NIKAH" not in one for one in need.values())
    assert "SK_PPK" in need["TEWAS"] & need["PERAMPINGAN"]
    assert not {"DPCP", "TIDAK_PIDANA"} & need["PTDH"]  # often because of a sentence, and it pays no pension
    more = {one.dokumen for one in syarat.daftar("UZUR")}
    assert {"SK_PENYESUAIAN", "SK_JF_PERTAMA", "KONVERSI_NIP", "AKTA_CERAI", "SK_CACAT"} <= more


def test_what_is_verified_is_attached_without_an_upload() -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    seat = db.session.scalars(sa.select(r.RiwayatJabatan).where(r.RiwayatJabatan.pegawai_id == one.id)).one()
    link = f.berkas(seat, "SK_JABATAN", user)
    lines = {line.kode: line for line in syarat.lembar(row)}
    assert (lines["SK_JABATAN"].warna, lines["SK_JABATAN"].dokumen_id) == (syarat.HIJAU, link.dokumen_id)
    assert lines["SK_KP"].warna == syarat.MERAH
    assert lines["AKTA_NIKAH"].warna == syarat.KOSONG
    assert not lines["AKTA_NIKAH"].menghalangi


def test_a_red_mandatory_line_stops_the_submission(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    page = masuk(user).post(f"{HOME}/{row.id}/langkah", data={"aksi": "ajukan", "kunci": str(uuid.uuid4())})
    assert page.status_code == 422
    assert "Lengkapi dulu" in page.text
    lengkapi(row, user, m.PEMOHON)
    answer = masuk(user).post(f"{HOME}/{row.id}/langkah", data={"aksi": "ajukan", "kunci": str(uuid.uuid4())})
    assert answer.status_code == 303
    db.session.refresh(row)
    assert row.status == m.DIAJUKAN  # unmarried and childless


def test_a_returned_paper_leaves_the_others(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    who = maju(row, k, m.DIAJUKAN)
    admin = masuk(who["admin"])
    short = admin.post(f"{HOME}/{row.id}/nilai/KTP", data={"aksi": "DIKEMBALIKAN", "catatan": ""})
    assert short.status_code == 422
    assert "tulis apa yang perlu diperbaiki" in short.text
    admin.post(f"{HOME}/{row.id}/nilai/KK", data={"aksi": "SESUAI"})
    admin.post(f"{HOME}/{row.id}/nilai/KTP", data={"aksi": "DIKEMBALIKAN", "catatan": "KTP tidak terbaca"})
    admin.post(f"{HOME}/{row.id}/langkah", data={"aksi": "kembalikan_opd", "catatan": "Ganti KTP yang buram"})
    db.session.refresh(row)
    assert row.status == m.DIKEMBALIKAN
    before = {line.kode: line.dokumen_id for line in syarat.lembar(row)}
    mine = masuk(user)
    assert "Ganti KTP yang buram" in mine.get(f"{HOME}/{row.id}").text.split('id="usulan"')[0]  # why, at the top
    refused = mine.post(f"{HOME}/{row.id}/langkah", data={"aksi": "ajukan"})
    assert refused.status_code == 422
    done = mine.post(f"{HOME}/{row.id}/berkas/KTP", data={"berkas": (io.BytesIO(kertas()), "ktp.pdf")})
    assert done.status_code == 303
    after = {line.kode: line.dokumen_id for line in syarat.lembar(row)}
    assert {kode for kode in before if before[kode] != after[kode]} == {"KTP"}
    closed = mine.post(f"{HOME}/{row.id}/berkas/KK", data={"berkas": (io.BytesIO(kertas()), "kk.pdf")})
    assert closed.status_code == 409
    assert mine.post(f"{HOME}/{row.id}/langkah", data={"aksi": "ajukan"}).status_code == 303


BURUK = ((b"", "kosong.pdf"), (b"<html>", "halaman.pdf"), (b"%PDF-1.4 rusak", "rusak.pdf"), (b"MZ", "..\\..\\x.exe"),
         (None, ""))  # fmt: skip


def test_going_on_without_a_kind_asks_for_it(masuk: Any) -> None:
    client = masuk(f.akun("", pegawai=f.kota().staf))
    assert client.get(f"{HOME}/baru").status_code == 200
    answer = client.get(f"{HOME}/baru?aksi=lanjut")
    assert answer.status_code == 422
    assert "<title>Galat: " in answer.text
    assert 'id="jenis-galat"' in answer.text


def test_bad_files_are_named_at_their_line(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("", pegawai=one)
    row = buka(one, user)
    client = masuk(user)
    for body, name in BURUK:
        data = {} if body is None else {"berkas": (io.BytesIO(body), name)}
        page = client.post(f"{HOME}/{row.id}/berkas/KTP", data=data)
        assert page.status_code == 422, name
        assert 'id="berkas-KTP-galat"' in page.text, name


def test_requirements_are_changed_on_a_screen(masuk: Any) -> None:
    one = next(row for row in syarat.daftar("BUP") if row.dokumen == "KTP")
    client = masuk(f.akun("bkpsdm"))
    address = f"/kepegawaian/pensiun/syarat/{one.id}"
    bad = client.post(address, data={"wajib": "MUNGKIN", "sumber": "UNGGAH", "tahap": "PEMOHON"})
    assert bad.status_code == 422
    assert f'href="#wajib-{one.id}"' in bad.text
    good = {"wajib": "BILA_ADA", "sumber": "UNGGAH", "tahap": "PEMOHON", "catatan": "Fotokopi", "aktif": "1"}
    assert client.post(address, data=good).status_code == 303
    db.session.refresh(one)
    assert (one.wajib, one.catatan) == ("BILA_ADA", "Fotokopi")
    added = client.post("/kepegawaian/pensiun/syarat/tambah", data={"jenis": "BUP", "judul": "Kartu perpustakaan"})
    assert added.status_code == 303
    assert "LOKAL_KARTU_PERPUSTAKAAN" in {row.dokumen for row in syarat.daftar("BUP")}
    assert masuk(f.akun("admin_pd")).get("/kepegawaian/pensiun/syarat").status_code == 403


# ---- who decides


def test_the_way_to_bkn_and_nobody_decides_the_own(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    user = f.akun("admin_pd", pegawai=one, di=k.dinas)  # the applicant is the admin of the OPD, too
    row = buka(one, user)
    lengkapi(row, user)
    services.langkah(row, "ajukan", f.principal(user))
    with pytest.raises(Denied):
        services.langkah(row, "periksa", f.principal(user))
    with pytest.raises(Denied):
        services.nilai(row, "KTP", m.SESUAI, "", f.principal(user))
    with pytest.raises(Denied):
        services.langkah(row, "periksa", f.principal(f.akun("admin_pd", di=k.lain)))
    office = f.principal(f.akun("bkpsdm"))
    services.langkah(row, "periksa_pusat", office, "Admin OPD adalah pemohon")
    with pytest.raises(Denied, match="Orang lain yang memverifikasi"):
        services.langkah(row, "verifikasi", office)
    services.langkah(row, "setujui_opd", f.principal(f.akun("", pegawai=k.kadis)))
    other = f.principal(f.akun("verifikator_bkpsdm"))
    with pytest.raises(Invalid, match="Periksa dulu"):
        services.langkah(row, "verifikasi", other)
    services.semua_sesuai(row, other)
    services.langkah(row, "verifikasi", other)
    with pytest.raises(Conflict):
        services.langkah(row, "periksa_pusat", office, "Sudah terlambat untuk ini")
    services.langkah(row, "usul", office)
    assert row.status == m.USUL_BKN == db.session.get_one(Submission, row.submission_id).status


def test_a_note_is_asked_for_where_a_move_takes_one(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    own = f.akun("", pegawai=one)
    row = buka(one, own)
    maju(row, k, m.DIAJUKAN)
    steps = [masuk(user).get(f"{HOME}/{row.id}").text.split('id="langkah"')[1].split("</form>")[0]
             for user in (own, f.akun("admin_pd", di=k.dinas))]  # fmt: skip
    assert re.findall(r'value="([a-z_]+)"', steps[0]) == ["tarik"]
    assert "textarea" not in steps[0]
    assert "sedikitnya 10 huruf, untuk: Kembalikan." in steps[1]


def test_forged_jumps_are_refused(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("", pegawai=one))
    client = masuk(f.akun("bkpsdm"))
    for name in ("sk", "pertek", "selesai", "", "'; drop table", "setujui", "verifikasi", "batalkan_sk"):
        page = client.post(f"{HOME}/{row.id}/langkah", data={"aksi": name, "versi": "x", "catatan": "Loncat saja ya"})
        assert page.status_code in (409, 422), name
    db.session.refresh(row)
    assert row.status == m.DRAF


def test_who_opens_which_request(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("", pegawai=one))

    def code(user: User) -> int:
        return int(masuk(user).get(f"{HOME}/{row.id}").status_code)

    assert code(f.akun("admin_pd", di=k.dinas)) == 404  # a draft is the applicant's
    maju(row, k, m.DIAJUKAN)
    seen = {
        "own": f.akun("", pegawai=one), "admin": f.akun("admin_pd", di=k.dinas), "bkpsdm": f.akun("bkpsdm"),
        "tu": f.akun("admin_tu", di=k.dinas), "lain": f.akun("admin_pd", di=k.lain),
        "kabid": f.akun("", pegawai=k.kabid),
    }  # fmt: skip
    assert {name: code(user) for name, user in seen.items()} == {
        "own": 200, "admin": 200, "bkpsdm": 200, "tu": 200, "lain": 404, "kabid": 404,
    }  # fmt: skip
    f.duduk(one, k.bidang_lain, date(2026, 11, 10))
    assert code(seen["lain"]) == 200  # the new OPD gains, the old keeps reading
    assert code(seen["admin"]) == 200
    with pytest.raises(Denied):
        services.langkah(row, "periksa", f.principal(seen["admin"]))


def test_discipline_is_not_for_the_opd(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("bkpsdm"), "HUKUMAN", tanggal_kejadian=date(2026, 9, 1))
    row.status = m.DIAJUKAN
    db.session.flush()
    assert masuk(f.akun("admin_pd", di=k.dinas)).get(f"{HOME}/{row.id}").status_code == 404
    assert masuk(f.akun("verifikator_bkpsdm")).get(f"{HOME}/{row.id}").status_code == 200
    page = masuk(f.akun("admin_pd", di=k.dinas)).get(f"{HOME}/baru?pegawai={one.id}").text
    assert "PTDH" not in page


def test_bkn_is_a_mirror(masuk: Any) -> None:
    k = f.kota()
    one = calon(k)
    row = buka(one, f.akun("", pegawai=one))
    client = masuk(f.akun("bkpsdm"))
    for bad in ({"bkn_status": "5000", "bkn_pada": "2026-11-20"}, {"bkn_status": "12", "bkn_pada": "2027-11-20"},
                {"bkn_status": "12", "bkn_pada": ""}):  # fmt: skip
        assert client.post(f"{HOME}/{row.id}/bkn", data=bad).status_code == 422
    assert client.post(f"{HOME}/{row.id}/bkn", data={"bkn_status": "12", "bkn_pada": "2026-11-20"}).status_code == 303
    db.session.refresh(row)
    assert (row.bkn_status, row.status) == (12, m.DRAF)


def test_days_are_read_as_people_write_them() -> None:
    assert [forms.hari(text) for text in ("5/4/2027", "2027-04-05", "05.04.2027", " ")] == [
        date(2027, 4, 5), date(2027, 4, 5), date(2027, 4, 5), None,
    ]  # fmt: skip


def test_discipline_of_medium_or_severe_degree_stands_in_the_way_for_a_year() -> None:
    rows = [
        r.RiwayatLain(jenis="HUKDIS", tmt=date(2025, 1, 1), selesai=end, isi={"tingkat": level})
        for level, end in (("S", date(2025, 6, 28)), ("R", date(2026, 6, 30)))
    ]
    days = (date(2024, 12, 31), date(2025, 1, 1), date(2026, 6, 28), date(2026, 7, 1))
    assert [len(hak.menghalangi(rows, day)) for day in days] == [0, 1, 1, 0]
