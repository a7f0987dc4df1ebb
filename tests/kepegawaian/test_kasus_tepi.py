"""Edge cases of the register, numbered as in section 7 of the reference; docs/uji-kepegawaian.md lists them all."""

import hashlib
import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.kepegawaian import pencari
from portal.kepegawaian.berkas import gudang
from portal.kepegawaian.impor import orang as orang_impor
from portal.kepegawaian.impor import tulis
from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.pensiun import calon, hak, kontrak
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.peta import lepas
from portal.kepegawaian.riwayat import berkas, isian_jabatan, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.unor import pohon
from portal.kepegawaian.unor.models import UnorSuksesi
from portal.kernel import organisation
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db, rollback
from portal.kernel.documents import Document, clean_name
from portal.kernel.notices import Notice
from portal.kernel.organisation import Orang, Pegawai
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_daftar import lihat
from tests.kepegawaian.test_impor import person, run
from tests.kepegawaian.test_peta import live
from tests.kepegawaian.test_peta_lepas import extra, listed
from tests.kepegawaian.test_riwayat import proposed, state
from tests.kepegawaian.test_riwayat_atasan import shared  # noqa: F401 - a fixture
from tests.kepegawaian.test_riwayat_formulir import kursus, page, pdf, upload
from tests.kepegawaian.test_riwayat_jabatan import BARU, errors, newest, send, typed
from tests.kepegawaian.test_unor import done
from tests.kernel.sessions import Other

pytestmark = pytest.mark.usefixtures("jam")
TODAY = date(2026, 11, 21)
ROOT = Path(__file__).resolve().parents[2]


def named(nama: str, lahir: date = date(1985, 3, 15), nip: str | None = None, **seat: Any) -> Pegawai:
    one = f.orang(nama, lahir=lahir)
    one.nip = nip or one.nip
    db.session.flush()
    f.duduk(one, seat.pop("di"), **seat)
    return one


# ---- 1 and 2: numbers


@pytest.mark.usefixtures("app")
def test_1_a_nip_twice_in_a_file_names_the_other_line_whatever_its_spaces() -> None:
    from portal.kernel.importing import IMPORTERS, checking

    importer, places = IMPORTERS["kepegawaian.pegawai"], {"nip": 0, "nama": 1}
    lines = [
        (2, ["198503152010011951", "Satu"]),
        (3, ["19850315 201001 1 951", "Dua"]),
        (4, ["'198503152010011951", "T"]),
    ]
    rows = [checking._row(importer, places, line) for line in lines]
    checking._doubles(importer, rows, {})
    assert [[one.message for one in row.problems] for row in rows] == [
        [], ["NIP sama dengan baris 2"], ["NIP sama dengan baris 2"],
    ]  # fmt: skip


# ---- 3: days


def test_3_a_day_that_is_none_is_told_at_its_field_and_a_short_one_is_shown_as_read(masuk: Any) -> None:
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    for text, words in (
        ("01-01-0001", "periksa tahunnya"), ("0000-00-00", "tanggal yang ada"), ("31-02-2020", "tanggal yang ada"),
        ("5/4/20", "tanggal yang ada"), ("12/25/2020", "tanggal yang ada"), ("", "Isi TMT jabatan"),
    ):  # fmt: skip
        sent = send(office, k.staf, typed(k, tmt=text))
        assert errors(sent) == {"tmt"}, text
        assert words in sent.text, text
        assert f'value="{text}"' in sent.text
        assert 'value="821/5/2026"' in sent.text
    assert send(office, k.staf, typed(k, tmt="5/4/2027", tanggal_sk="2/3/2026")).status_code == 303
    assert newest().tmt == date(2027, 4, 5)
    shown = office.get(page(k.staf, newest())).text
    assert "5 April 2027" in shown
    assert "2 Maret 2026" in shown


@pytest.mark.usefixtures("app")
def test_3_years_touch_at_their_ends_and_odd_days_are_asked_about() -> None:
    """31 December and 1 January are neighbours; before the TMT CPNS or signed years later is a question."""
    from portal.kepegawaian.riwayat import aturan
    from tests.kepegawaian.test_riwayat import stretches, values

    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2024, 1, 1), selesai=date(2024, 12, 31), atasan_id=k.kabid_lain.id)
    f.duduk(k.staf, k.bidang, date(2025, 1, 1), atasan_id=k.kabid.id)
    assert [row[:2] for row in stretches(k.staf)][1:] == [
        (date(2024, 1, 1), date(2024, 12, 31)), (date(2025, 1, 1), SELAMANYA),
    ]  # fmt: skip
    early = aturan.periksa(k.staf, values(unit_id=k.bidang.id, atasan_id=k.kabid.id, tmt=date(2009, 12, 31)))
    assert "TMT sebelum TMT CPNS" in [one.pesan for one in early.peringatan]
    late = aturan.periksa(k.staf, values(unit_id=k.bidang.id, atasan_id=k.kabid.id, tmt=date(2021, 3, 1)))
    assert [one.field for one in late.peringatan] == ["tanggal_sk"]


# ---- 4: retirement age


def test_4_who_moves_past_the_age_of_the_new_jabatan_waits_for_a_person(masuk: Any) -> None:
    """A guru (60) of 59 becomes pengawas (58): still in service, on top of the list, the TMT is a decision."""
    k = f.kota()
    guru = f.jabatan("Guru Ahli Madya", "JF_MA", rumpun="GURU", usia_bup=60)
    one = named("Guru Uji", date(1967, 5, 1), di=k.bidang, jabatan_id=guru.id, jenjang="JF_MA", atasan_id=k.kabid.id)
    assert (state(one).bup, state(one).tmt_pensiun) == (60, date(2027, 6, 1))
    f.duduk(one, k.bidang, date(2026, 9, 1), jenis_jabatan="STRUKTURAL", jenjang="PENGAWAS", atasan_id=k.kabid.id)
    now_ = state(one)
    assert (now_.bup, now_.tmt_pensiun, now_.kelompok, now_.unit_id) == (58, date(2025, 6, 1), "AKTIF", k.bidang.id)
    assert "Lewat BUP" in masuk(f.akun("bkpsdm")).get("/kepegawaian/pensiun?tanda=LEWAT_BUP").text
    base = {"tmt": date(2027, 1, 1), "tanggal_kejadian": None, "keterangan": "", "isi": {}}
    refused = hak.periksa(one, JENIS["BUP"], base, TODAY)
    assert "keterangan" in [found.field for found in refused.galat]
    for tmt, words in ((None, "Tulis TMT yang dipilih"), (date(2025, 5, 1), "menurut aturan 1 Juni 2025")):
        refused = hak.periksa(one, JENIS["BUP"], {**base, "tmt": tmt}, TODAY)
        assert words in " ".join(found.pesan for found in refused.galat)
    told = hak.periksa(one, JENIS["BUP"], {**base, "keterangan": "Diangkat pengawas setelah usia 58"}, TODAY)
    assert (told.galat, told.tmt) == ([], date(2027, 1, 1))
    assert "1 Juni 2025" in " ".join(told.peringatan)


# ---- 5 and 6: coming back, agreements


def test_5_who_is_appointed_again_has_a_new_nip_and_the_old_service_stays_closed(masuk: Any) -> None:
    k = f.kota()
    k.staf.nip = "198503152010011501"
    f.kedudukan(k.staf, "77", date(2022, 1, 1))
    again = Pegawai(orang_id=k.staf.orang_id, nip="198503152026211001", nama="Staf Uji", status="PPPK")
    f.add(again)
    f.add(r.DataPegawai(pegawai_id=again.id, tmt_cpns=date(2026, 1, 1)))
    f.catat(r.RiwayatLain(pegawai_id=again.id, jenis="PERJANJIAN", tmt=date(2026, 1, 1), selesai=date(2028, 12, 31),
                          isi={"ke": 1}))  # fmt: skip
    f.duduk(again, k.bidang_lain, date(2026, 1, 1), atasan_id=k.kabid_lain.id)
    assert state(k.staf).kelompok == "BERHENTI"
    assert lihat(masuk, f.akun("bkpsdm"), "cari=staf+uji&kelompok=AKTIF") == ["Staf Uji"]
    assert hak.masa_kerja(again.id, TODAY) == (0, 10)
    f.catat(r.RiwayatLain(pegawai_id=again.id, jenis="PMK", tmt=date(2026, 6, 1), isi={"mk_tahun": 12, "mk_bulan": 0}))
    assert hak.masa_kerja(again.id, TODAY) == (12, 10)


def _agreement(one: Pegawai, ke: int, start: date, end: date) -> None:
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="PERJANJIAN", tmt=start, selesai=end, isi={"ke": ke}))


@pytest.mark.usefixtures("app")
def test_6_an_agreement_that_ends_is_told_half_a_year_a_quarter_and_a_month_before(jam: Any) -> None:
    k = f.kota()
    people = [f.orang(name, status="PPPK") for name in ("Akan Habis", "Diperpanjang", "Masih Lama")]
    ends = (date(2027, 5, 20), date(2027, 5, 20), date(2027, 11, 30))
    for one, end in zip(people, ends, strict=True):
        _agreement(one, 1, date(2024, 6, 1), end)
        f.duduk(one, k.bidang, date(2024, 6, 1), atasan_id=k.kabid.id)
    people[1].nip = "198503152024211001"
    _agreement(people[1], 2, date(2027, 5, 21), date(2029, 5, 20))
    assert (state(people[1]).tmt_pensiun, people[1].nip[12:14]) == (date(2029, 5, 21), "21")
    users = [f.akun("", pegawai=people[0]), f.akun("admin_pd", di=k.dinas), f.akun("bkpsdm")]
    other = f.akun("admin_pd", di=k.lain)

    def told(user: Any) -> list[str]:
        found = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == user.id).order_by(Notice.id))
        return list(found)

    assert [kontrak.ingatkan() for _ in range(2)] == [1, 0]
    assert [told(user) for user in (*users, other)] == [
        ["Perjanjian kerja Anda berakhir 20 Mei 2027"], ["1 perjanjian kerja PPPK berakhir dalam 6 bulan"],
        ["1 perjanjian kerja PPPK berakhir dalam 6 bulan"], [],
    ]  # fmt: skip
    jam.shift(timedelta(days=60))
    assert kontrak.ingatkan() == 0
    jam.shift(timedelta(days=110))  # the job did not run for some weeks: the nearest is told, the passed one is not
    assert [kontrak.ingatkan() for _ in range(2)] == [1, 0]
    assert told(users[1])[1:] == ["1 perjanjian kerja PPPK berakhir dalam 1 bulan"]
    assert state(people[0], date(2027, 5, 21)).kelompok == "BERHENTI"
    assert state(people[1], date(2027, 5, 21)).unit_id == k.bidang.id


# ---- 7 and 8: missing people, people elsewhere, a head who is no structural official


def test_7_a_missing_person_stands_apart_until_it_is_decided(masuk: Any) -> None:
    k = f.kota()
    f.kedudukan(k.staf, "14", date(2026, 9, 1))
    assert state(k.staf).kelompok == "AKTIF_TIDAK_BEKERJA"
    figures = live()["Bidang Satu"].angka
    assert (figures["TERISI"], figures["TIDAK_BEKERJA"]) == (1, 1)
    assert listed(masuk, f.akun("bkpsdm")) == {}
    base = {"tmt": date(2027, 10, 1), "tanggal_kejadian": date(2026, 9, 1), "keterangan": "", "isi": {}}
    assert hak.periksa(k.staf, JENIS["HILANG"], base, TODAY).galat == []


def test_8_a_head_of_a_school_is_a_teacher_with_an_extra_role(masuk: Any) -> None:
    """JF with tugas tambahan: pimpinan without eselon, and the atasan of the staff; who is lent out is no loose end."""
    k = f.kota()
    sekolah = f.unit("SDN Satu Uji", k.dinas, k.dinas, jenis="SEKOLAH")
    guru = f.jabatan("Guru Ahli Muda", rumpun="GURU")
    one = named("Kepsek Uji", di=sekolah, jabatan_id=guru.id, atasan_id=k.kadis.id)
    extra(one, sekolah, "TT", date(2026, 1, 1), date(2029, 12, 31), pimpinan=True, atasan_id=k.kadis.id)
    assert (state(one).jenis_jabatan, state(one).eselon, state(one).bup) == ("JF", "", 58)
    offered = isian_jabatan.usul_atasan(sekolah.id, False, k.staf, TODAY)
    assert offered is not None
    assert offered.nama == "Kepsek Uji"
    assert [head.nama for head in live()["SDN Satu Uji"].kepala] == ["Kepsek Uji"]
    dpk = named("Titip Uji", di=None, lokasi=r.LUAR, instansi_tujuan="Kementerian Uji")
    assert lepas.count() == 0
    assert "Titip Uji" in listed(masuk, f.akun("bkpsdm"), "/kepegawaian/lepas/dikecualikan")
    assert state(dpk).unit_id is None


# ---- 9: names


@pytest.mark.parametrize(("nama", "sought"), [
    ("Ma'ruf Amin", ("ma'ruf", "ma’ruf", "maruf", "MA'RUF  amin")), ("Siti Nur’aini", ("nur'aini", "nuraini")),
    ("Sukarno", ("sukarno",)), ("Abdul-Rahman Saleh", ("abdul-rahman", "abdul rahman")),
    ("Drs. H. Budi Santoso, M.Si", ("budi santoso", "m.si", "drs h budi")), ("AHMAD BIN YUSUF", ("ahmad bin yusuf",)),
])  # fmt: skip
def test_9_a_name_is_kept_as_written_and_found_in_any_spelling(masuk: Any, nama: str, sought: tuple[str, ...]) -> None:
    k = f.kota()
    named(nama, di=k.bidang)
    colleague = f.akun("", pegawai=k.kabid_lain)
    shown = nama.replace("'", "&#39;")
    for words in sought:
        assert shown in lihat(masuk, f.akun("bkpsdm"), f"cari={words}"), words
        path = f"/kepegawaian/cari/pegawai?medan=atasan_id&atasan_id-cari={words}"
        assert shown in masuk(f.akun("bkpsdm")).get(path).text, words
        assert shown in masuk(colleague).get(path).text, words
    assert shown not in masuk(colleague).get(f"{path} 1985").text


def test_9_namesakes_of_one_birthday_are_told_apart_by_their_nip(masuk: Any) -> None:
    k = f.kota()
    for nip in ("198503152010011901", "198503152010011902"):
        named("Kembar Uji", nip=nip, di=k.bidang)
    found = masuk(f.akun("bkpsdm")).get("/kepegawaian/cari/pegawai?medan=atasan_id&atasan_id-cari=kembar").text
    assert "19850315 201001 1 901" in found
    assert "19850315 201001 1 902" in found
    user = f.principal(f.akun("bkpsdm"))
    row = person(nama="Dr. Ir. H. Budi, M.Si", nik="")
    orang_impor.check([row], run(user, "pegawai"))
    assert (
        next(one.code for one in row.problems if one.column == "nama"), row.values["nama"],
    ) == ("W_GELAR", "Dr. Ir. H. Budi, M.Si")  # fmt: skip


# ---- 10: files


def post(client: Any, path: str, values: dict[str, Any]) -> Any:
    """A form whose body stays in memory, however large."""
    files = {name: FileStorage(*value) for name, value in values.items() if isinstance(value, tuple)}
    boundary, body = encode_multipart({**values, **files})
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def _locked() -> bytes:
    out = io.BytesIO()
    sheet = Canvas(out, encrypt=StandardEncryption("rahasia"))
    sheet.drawString(50, 700, "SK")
    sheet.save()
    return out.getvalue()


def test_10_bad_files_are_named_at_their_field_and_good_names_survive(masuk: Any) -> None:
    k = f.kota()
    me = masuk(f.akun("", pegawai=k.staf))
    for body, name, words in (
        (b"", "sertifikat.pdf", "kosong (0 KB)"), (b"<!DOCTYPE html><p>404", "sertifikat.pdf", "bukan PDF"),
        (_locked(), "sertifikat.pdf", "terkunci sandi"), (b"x" * 6 * 1024 * 1024, "besar.pdf", "terlalu besar"),
    ):  # fmt: skip
        sent = post(me, page(k.staf, more="/riwayat/baru/KURSUS"),
                    {**kursus(), "berkas-SERTIFIKAT_KURSUS": (io.BytesIO(body), name)})  # fmt: skip
        assert sent.status_code == 422, words
        assert words in sent.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(r.RiwayatLain)) == 0
    for given, kept in (("C:/Users/tu/SK Kursus.pdf", "SK Kursus.pdf"), ("../../etc/passwd.pdf", "passwd.pdf"),
                        ("Sértifikat  ① “asli”.pdf", "Sértifikat  ① “asli”.pdf")):  # fmt: skip
        file = (io.BytesIO(pdf(given)), given)
        me.post(page(k.staf, more="/riwayat/baru/KURSUS"), data={**kursus(), "berkas-SERTIFIKAT_KURSUS": file})
        link = db.session.scalars(sa.select(r.BerkasTautan).order_by(r.BerkasTautan.id.desc()).limit(1)).one()
        assert link.nama_asli == kept


def test_10_a_windows_path_in_an_old_store_is_read() -> None:
    assert clean_name("C:\\Users\\tu\\SK Kursus.pdf") == "SK Kursus.pdf"
    key = "lama/D:\\ARSIP\\198503152010011901\\SK_CPNS.pdf"
    assert (gudang.nip_dari(key), gudang.jenis_dari(key)) == ("198503152010011901", ["SK_CPNS"])


def test_10_an_sk_that_names_somebody_else_is_asked_about(masuk: Any) -> None:
    """Also one of two hundred people: whose NIP is in the list is not asked about."""
    k = f.kota()
    k.staf.nip = "198503152010011901"
    office, admin = masuk(f.akun("admin_tu")), f.akun("verifikator_bkpsdm")
    wrong = {**typed(k), **upload("SK_JABATAN", pdf("NIP 19860415 201101 2 001"))}
    assert office.post(page(k.staf, more=BARU), data=wrong).status_code == 303
    row = newest()
    verifier = masuk(admin)
    shown = verifier.get(page(k.staf, row)).text
    assert "SK jabatan memuat NIP lain, 19860415 201101 2 001" in shown
    assert verifier.post(page(k.staf, row), data={"aksi": "verifikasi"}).status_code == 422
    tick = shown.split('name="setuju" value="')[1].split('"')[0]
    assert verifier.post(page(k.staf, row), data={"aksi": "verifikasi", "setuju": tick}).status_code == 303


@pytest.mark.parametrize(("words", "read"), [
    ("1. 19860415 201101 2 001  2. 198503152010011901", (r.COCOK, "")), ("", (r.TANPA_TEKS, "")),
    ("SK tanpa nomor 12345678901234567890", (r.TANPA_NIP, "")),
    ("NIP 19860415 201101 2 001", (r.LAIN, "198604152011012001")),
])  # fmt: skip
def test_10_the_text_of_a_file_says_whose_it_is(words: str, read: tuple[str, str]) -> None:
    assert berkas.baca(pdf(words), "198503152010011901") == read


def test_10_what_was_not_compared_is_left_to_the_eye_and_said(masuk: Any) -> None:
    k, author = f.kota(), f.akun("admin_tu")
    form = {**typed(k), **upload("SK_JABATAN", pdf(""))}
    assert masuk(author).post(page(k.staf, more=BARU), data=form).status_code == 303
    shown = masuk(f.akun("verifikator_bkpsdm")).get(page(k.staf, newest())).text
    assert "Berkas ini hasil pindai, isinya belum dibandingkan. Cocokkan nama dan NIP dengan mata." in shown
    assert "hasil pindai" not in masuk(author).get(page(k.staf, newest())).text


@pytest.mark.usefixtures("app")
def test_10_one_sk_for_many_people_is_stored_once() -> None:
    k = f.kota()
    user, body = f.akun("bkpsdm"), pdf("SK bersama")
    rows = [f.add(r.RiwayatLain(pegawai_id=k.staf.id, jenis="PENGHARGAAN", tmt=TODAY - timedelta(days=i), isi={}))
            for i in range(20)]  # fmt: skip
    for row in rows:
        f.berkas(row, "PIAGAM", user, body)
    kept = db.session.execute(sa.select(Document.sha256, sa.func.count()).group_by(Document.sha256)).all()
    assert [tuple(one) for one in kept] == [(hashlib.sha256(body).hexdigest(), 20)]


# ---- 11 and 12: units and their heads


def test_11_twin_units_show_their_way_up_and_merged_ones_have_one_head(masuk: Any) -> None:
    k = f.kota()
    for above, opd in ((k.bidang, k.dinas), (k.bidang_lain, k.lain), (k.dinas, k.dinas)):
        f.unit("Seksi Pelayanan", above, opd, jenis="SEKSI")
    ways = [one.keterangan for one in pencari.cari_unit("seksi pelayanan", TODAY)]
    assert sorted(ways) == ["Bidang Dua · Badan Lain", "Bidang Satu · Dinas Uji", "Dinas Uji"]
    day = date(2027, 1, 1)
    f.duduk(k.staf, k.dinas, date(2026, 2, 1), atasan_id=k.kadis.id)
    seksi = [
        row.id for row in db.session.scalars(sa.select(organisation.Unit).where(organisation.Unit.jenis == "SEKSI"))
    ]
    done("TUTUP", unit_ids=[str(key) for key in seksi], tanggal=date(2026, 12, 1), dasar="Perda 9")
    done("GABUNG", unit_ids=[str(k.bidang.id)], pengganti_ids=[str(k.bidang_lain.id)], tanggal=day, dasar="Perda 9")
    # the head of the closed unit is told as loose on the day; of the one it went into there is one head
    assert (pohon.nodes(day).keys() & {k.bidang.id, k.bidang_lain.id}) == {k.bidang_lain.id}
    assert [head.nama for head in live(day)["Bidang Dua"].kepala] == ["Kabidlain Uji"]
    assert db.session.scalars(lepas.queries(day)["L3"]).all() == [k.kabid.id]
    assert listed(masuk, f.akun("bkpsdm"), "/kepegawaian/lepas?per_tanggal=2027-01-01") == {"Kabid Uji": "L3"}


def test_11_a_unit_that_is_split_names_its_heirs(masuk: Any) -> None:
    k = f.kota()
    halves = [f.unit(name, k.dinas, k.dinas) for name in ("Bidang Satu A", "Bidang Satu B")]
    keys = [str(one.id) for one in halves]
    done("PECAH", unit_ids=[str(k.bidang.id)], pengganti_ids=keys, tanggal=date(2027, 1, 1), dasar="Perda 9")
    assert set(db.session.scalars(sa.select(UnorSuksesi.baru_id))) == {one.id for one in halves}
    assert set(db.session.scalars(sa.select(UnorSuksesi.jenis))) == {"PECAH"}
    office = f.akun("bkpsdm")
    assert listed(masuk, office, "/kepegawaian/lepas?per_tanggal=2027-01-01") == {"Kabid Uji": "L3", "Staf Uji": "L3"}
    assert listed(masuk, office) == {}


# ---- 14: at the same time


def test_14_a_table_waits_for_who_holds_the_pegawai(request: pytest.FixtureRequest) -> None:
    """Entries, tables and what is taken from BKN hold the pegawai first (`services.lock`): one after the other."""
    app: Flask = request.getfixturevalue("shared")
    key = f.kota().staf.id
    commit()
    services.lock(key)
    with Other(app) as other:
        other.run(lambda: db.session.execute(sa.text("SET LOCAL lock_timeout = '200ms'")))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            other.run(lambda: tulis.lock([key]))
    rollback()


# ---- 15: hostile input


def test_15_what_a_spreadsheet_would_compute_is_only_text(masuk: Any) -> None:
    k = f.kota()
    for nama in ('=HYPERLINK("http://jahat.example","x")', "@cmd|'/c calc'!A1", "+62 Uji", "-1+1"):
        named(nama, di=k.bidang)
    body = masuk(f.akun("bkpsdm")).get("/kepegawaian?format=csv").get_data(as_text=True).lstrip("\ufeff")
    assert not [line for line in body.splitlines() if line.lstrip('"')[:1] in ("=", "@", "+", "-")]
    assert "jahat.example" in body


def test_15_markup_and_long_notes_do_no_harm(masuk: Any) -> None:
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    note = "<script>alert(1)</script><b onmouseover=x>catatan</b>"
    assert send(office, k.staf, typed(k, keterangan=note)).status_code == 303
    shown = office.get(page(k.staf, newest())).text
    assert "&lt;script&gt;alert(1)" in shown
    assert "<b onmouseover" not in shown
    for length in (4_001, 100_000):
        sent = send(office, k.staf, typed(k, tmt="02/12/2026", keterangan="a" * length))
        assert errors(sent) == {"keterangan"}
        assert "paling banyak 4.000 huruf" in sent.text
    large = post(office, page(k.staf, more=BARU), typed(k, keterangan="a" * 10 * 1024 * 1024))
    assert large.status_code == 413
    assert send(office, k.staf, typed(k, keterangan="a\x00b\x07", tmt="03/12/2026", aksi="draf")).status_code == 303
    assert newest().keterangan == "ab"
    assert post(office, page(k.staf, more="/riwayat/baru/KURSUS"), kursus(nama="a\x00b")).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(r.RiwayatJabatan)
                             .where(r.RiwayatJabatan.status == r.DIAJUKAN)) == 1  # fmt: skip


def test_15_a_key_of_another_opd_is_not_there_and_the_try_is_in_the_log(masuk: Any) -> None:
    k = f.kota()
    row, _ = proposed(k, k.staf, unit_id=k.bidang.id, atasan_id=k.kabid.id)
    stranger = masuk(f.akun("admin_pd", di=k.lain))
    addresses = [page(k.staf), page(k.staf, row), page(k.kabid_lain, row), page(k.staf, more="/riwayat/baru/KURSUS")]
    assert [stranger.get(one).status_code for one in addresses] == [404] * 4
    assert stranger.post(page(k.staf, row), data={"aksi": "verifikasi"}).status_code == 404
    logged = sa.select(sa.func.count()).where(Aktivitas.peristiwa == "akses.tidak_terlihat")
    assert db.session.scalar(logged) == 5
    own = masuk(f.akun("", pegawai=k.staf))
    for move, status in (("verifikasi", 403), ("periksa", 403), ("batalkan", 403), ("apa", 404)):
        assert own.post(page(k.staf, row), data={"aksi": move, "catatan": "Sepuluh huruf"}).status_code == status
    verifier = masuk(f.akun("verifikator_bkpsdm"))
    answer = verifier.post(page(k.staf, row), data={"aksi": "batalkan", "catatan": "Sepuluh huruf"})
    assert answer.status_code in (403, 409)
    assert db.session.get_one(r.RiwayatJabatan, row.id).status == r.DIAJUKAN


def test_15_days_beyond_any_calendar_open_every_page(masuk: Any) -> None:
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    for day in ("0001-01-01", "9999-12-31", "2026-02-30", "kemarin"):
        for address in (f"/kepegawaian/pegawai/{k.staf.id}?", "/kepegawaian?", "/kepegawaian/peta?",
                        "/kepegawaian/penugasan?", "/kepegawaian/penugasan/daftar?tanda=BERAKHIR&",
                        "/kepegawaian/lepas?", "/kepegawaian/unor?"):  # fmt: skip
            assert office.get(f"{address}per_tanggal={day}").status_code == 200, (address, day)


@pytest.mark.usefixtures("app")
def test_6_who_was_extended_is_no_candidate_any_more() -> None:
    k = f.kota()
    one = f.orang("Kontrak Uji", status="PPPK")
    _agreement(one, 1, date(2024, 1, 1), date(2026, 12, 31))
    f.duduk(one, k.bidang, date(2024, 1, 1), atasan_id=k.kabid.id)
    user = f.principal(f.akun("bkpsdm"))
    assert calon.jelaskan(user, one).tampil
    _agreement(one, 2, date(2027, 1, 1), date(2029, 12, 31))
    assert not calon.jelaskan(user, one).tampil
    stretch = sa.select(sa.func.count()).where(Keadaan.pegawai_id == one.id, Keadaan.sampai == SELAMANYA)
    assert db.session.scalar(stretch) == 1
    assert db.session.get_one(Orang, one.orang_id).tanggal_lahir is not None


# ---- the tables themselves


def test_every_test_that_is_named_exists_and_every_line_has_a_case() -> None:
    text = (ROOT / "docs" / "uji-kepegawaian.md").read_text("utf-8")
    there = {
        (file.stem, name)
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)::(test_\w+)`", text))
    assert len(named) > 100
    assert sorted(named - there) == []
    assert re.findall(r"^\| (\w) \|", text, re.MULTILINE)[:21] == list("abcdefghijklmnopqrstu")
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == [str(n) for n in range(1, 16)]
