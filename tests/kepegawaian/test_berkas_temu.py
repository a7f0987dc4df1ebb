"""The finder: 200 lost files of four sorts, of which only what is beyond doubt is linked, and all of it taken back."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from botocore.exceptions import ClientError
from flask import Flask

from portal.kepegawaian.berkas import cari, demo, gudang, tautkan, versi
from portal.kepegawaian.berkas import models as m
from portal.kepegawaian.berkas.models import BerkasBatch, BerkasObjek, BerkasRekap, BerkasTemuan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn.models import Cermin
from portal.kernel import jobs, storage
from portal.kernel.db import commit, db
from portal.kernel.demo.salin import dice
from portal.kernel.documents import PDF, Document, content_key
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kernel.test_documents import pdf

pytestmark = pytest.mark.usefixtures("jam")


def test_what_a_name_says() -> None:
    nip = "198503152010011901"
    assert gudang.nip_dari(f"lama/{nip}/sk_cpns.pdf") == nip
    assert gudang.nip_dari("lama/SK CPNS 19850315 201001 1 901.pdf") == nip
    assert gudang.nip_dari(f"lama/{nip}/198604152011012002_sk.pdf") == ""
    assert gudang.nip_dari(f"lama/9{nip}.pdf") == gudang.nip_dari("lama/19850315201001190.pdf") == ""
    assert gudang.nip_dari("lama/198502302010011901.pdf") == ""
    kinds = {
        f"lama/{nip}/SK_CPNS.pdf": ["SK_CPNS"], f"lama/sk_pns/{nip}.pdf": ["SK_PNS"],
        f"lama/skpns{nip}.pdf": ["SK_PNS"],
        f"lama/{nip}/sk_pak_2020.pdf": ["SK_PAK"], f"lama/{nip}/pak.pdf": ["PAK"], f"lama/{nip}/scan001.pdf": [],
        f"lama/{nip}/sertifikat diklat.pdf": ["SERTIFIKAT", "SERTIFIKAT_DIKLAT"], f"lama/ijazah/{nip}/kk.pdf": ["KK"],
        f"lama/{nip}/Kartu Keluarga.jpg": ["KK"], f"lama/{nip}/pakaian.pdf": [],
    }  # fmt: skip
    assert {key: gudang.jenis_dari(key) for key in kinds} == kinds


@pytest.fixture
def kota(app: Flask) -> f.Kota:
    return f.kota()


@pytest.fixture
def user(app: Flask) -> Principal:
    return f.principal(f.akun("bkpsdm"))


def person(number: int) -> Pegawai:
    one = f.orang(f"Orang {number:03d}")
    one.nip = f"19850315201001{1 + number % 2}{number + 1:03d}"
    return one


def lost(pegawai: Pegawai, sha256: str = "", jenis: str = "CPNS_PNS", code: str = "SK_CPNS") -> r.BerkasTautan:
    """A verified entry whose file an old system recorded without saying where."""
    row = f.add(r.RiwayatLain(pegawai_id=pegawai.id, jenis=jenis, tmt=date(2010, 1, 1), isi={"gaji_baru": 1},
                              status=r.TERVERIFIKASI, sumber=r.IMPOR, dicatat_at=f.now()))  # fmt: skip
    found: r.BerkasTautan = f.add(r.BerkasTautan(
        pegawai_id=pegawai.id, tabel="lain", riwayat_id=row.id, jenis_dokumen=code, sha256=sha256
    ))  # fmt: skip
    return found


PAPER = pdf(1)


def body(mark: str) -> bytes:
    return PAPER + f"\n% {mark}\n".encode()


def put(key: str, content: bytes) -> None:
    storage.put(f"lama/{key}", content, PDF)


def state() -> list[tuple[Any, ...]]:
    """Every link as the register knows it."""
    link = r.BerkasTautan
    query = sa.select(link.id, link.dokumen_id, link.sha256, link.versi, link.aktif, link.hilang, link.dihapus_at)
    return [tuple(row) for row in db.session.execute(query.order_by(link.id))]


def searched(user: Principal) -> BerkasBatch:
    batch = cari.start(user)
    cari.siapkan(batch.id)
    return batch


def carried_out(user: Principal) -> BerkasBatch:
    batch = searched(user)
    tautkan.start(batch, user)
    tautkan.jalankan(batch.id)
    return batch


def plant(number: int, pegawai: Pegawai, chance: Any) -> str:  # noqa: PLR0911 - one return a situation
    """One of 200 situations; returns what must become of it."""
    nip, sort = pegawai.nip or "", number % 10
    own = body(f"milik {number}")
    if sort < 4:  # one file with NIP and kind, in one of the ways old stores were kept
        lost(pegawai)
        places = (f"{nip}/sk_cpns.pdf", f"cpns/{nip}.pdf", f"SKCPNS_{nip}.pdf", f"{nip}/SK CPNS {number}.pdf")
        put(chance.choice(places), own)
        return "TAUT"
    if sort == 4:  # the content that was recorded, under any name
        lost(pegawai, hashlib.sha256(own).hexdigest())
        put(f"pindahan/{number}/{nip}.pdf", own)
        return "TAUT"
    if sort == 5:  # two different files
        lost(pegawai)
        put(f"{nip}/sk_cpns_1.pdf", own)
        put(f"{nip}/sk_cpns_2.pdf", body(f"lain {number}"))
        return "ANTRE"
    if sort == 6:  # two entries of that kind: which of them?
        lost(pegawai, jenis="KGB", code="SK_KGB")
        f.add(r.RiwayatLain(pegawai_id=pegawai.id, jenis="KGB", tmt=date(2012, 1, 1), isi={"gaji_baru": 2},
                            status=r.TERVERIFIKASI, dicatat_at=f.now()))  # fmt: skip
        put(f"{nip}/kgb.pdf", own)
        return "ANTRE"
    lost(pegawai)
    if sort == 7:  # somebody else's number in folder or name
        put(f"{nip[:-1]}{(int(nip[-1]) + 1) % 10}/sk_cpns_{number}.pdf", own)
        put(f"{nip}/sk_cpns_198604152011012999.pdf", own)
        return "TANPA"
    if sort == 8:  # right person, another paper; nothing in it
        put(f"{nip}/ijazah.pdf", own)
        put(f"{nip}/sk_cpns.pdf", b"")
        return "TANPA"
    put(f"{nip}/sk_cpns.pdf", b"<!DOCTYPE html><title>404</title>")  # a web page saved as PDF
    return "TOLAK"


def test_two_hundred_lost_files(kota: f.Kota, user: Principal) -> None:
    chance = dice("berkas hilang")
    people = [person(number) for number in range(200)]
    wanted = {one.id: plant(number, one, chance) for number, one in enumerate(people)}
    # "somebody else's number" must not be that of a neighbour who lost the very same kind
    for number in range(7, 200, 10):
        key = f"lama/{people[number].nip[:-1]}{(int(people[number].nip[-1]) + 1) % 10}/sk_cpns_{number}.pdf"  # type: ignore[index]
        storage.delete(key)
        put(f"198604152011012998/sk_cpns_{number}.pdf", body(f"milik {number}"))
    commit()
    before = state()

    batch = searched(user)
    assert state() == before
    assert {k: batch.hitungan[k] for k in ("sasaran", "otomatis", "antre", "tanpa")} == {
        "sasaran": 200, "otomatis": 120, "antre": 40, "tanpa": 40,
    }  # fmt: skip
    tautkan.start(batch, user)
    assert tautkan.jalankan(batch.id) == 100
    linked = sa.select(r.BerkasTautan).where(r.BerkasTautan.batch_id == batch.id)
    made = {one.pegawai_id: one for one in db.session.scalars(linked)}
    assert set(made) == {key for key, word in wanted.items() if word == "TAUT"}
    for number, one in enumerate(people):
        if one.id in made:
            kept = storage.get(db.session.get_one(Document, made[one.id].dokumen_id).kunci)
            assert kept == body(f"milik {number}")
    queue = sa.select(BerkasTemuan.pegawai_id).where(BerkasTemuan.hasil == m.ANTRE, BerkasTemuan.status == m.MENUNGGU)
    assert set(db.session.scalars(queue)) == {key for key, word in wanted.items() if word in ("ANTRE", "TOLAK")}

    after = state()
    again = carried_out(user)
    assert (again.hitungan["otomatis"], again.hitungan["ditautkan"]) == (20, 0)  # the web pages, refused once more
    assert state() == after

    tautkan.start_undo(batch, user)
    assert tautkan.urungkan(batch.id) == 100
    assert state() == before
    used = sa.select(sa.func.count()).select_from(BerkasObjek).where(BerkasObjek.dipakai_id.is_not(None))
    assert db.session.scalar(used) == 0


def test_a_lost_object_is_known_by_its_content_and_nobody_elses_is_taken(kota: f.Kota, user: Principal) -> None:
    row = lost(person(1))
    account = f.akun("", nama="pengunggah.uji")
    contents = [body("asli"), body("milik orang lain")]
    links = [f.berkas(db.session.get_one(r.RiwayatLain, one.riwayat_id), "SPMT", account, text)
             for one, text in zip((row, lost(person(2))), contents, strict=True)]  # fmt: skip
    for link in links:
        storage.delete(content_key(link.sha256))
        link.hilang = True
    db.session.execute(sa.delete(r.BerkasTautan).where(r.BerkasTautan.dokumen_id.is_(None)))
    put("arsip/a.pdf", contents[0])
    put("198604152011012998/spmt.pdf", contents[1])
    batch = carried_out(user)
    assert (batch.hitungan["ditautkan"], batch.hitungan["antre"]) == (1, 1)
    now_there = versi.semua(links[0])[0]
    assert (now_there.sha256, now_there.versi, now_there.hilang) == (links[0].sha256, 2, False)
    waiting = db.session.scalars(sa.select(BerkasTemuan).where(BerkasTemuan.hasil == m.ANTRE)).one()
    assert "pegawai lain" in waiting.sebab


def test_a_store_that_goes_away_in_the_middle_costs_no_finding_and_the_run_goes_on_later(
    kota: f.Kota, user: Principal, masuk: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = person(1)
    link = lost(owner)
    put(f"{owner.nip}/sk_cpns.pdf", body("milik satu"))
    batch = searched(user)
    tautkan.start(batch, user)
    read = tautkan.isi
    with monkeypatch.context() as away:

        def last(row: BerkasTemuan, key: str) -> bytes:
            found = read(row, key)
            away.setitem(app.extensions, "pamong", replace(storage.config(), s3_secret="salah"))
            return found

        away.setattr(tautkan, "isi", last)
        with pytest.raises(ClientError):
            tautkan.jalankan(batch.id)
    assert db.session.scalars(sa.select(BerkasTemuan.hasil)).all() == [m.OTOMATIS]
    assert not tautkan.terhenti(batch)
    db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == tautkan.run.nama)).one().status = jobs.GAGAL
    office, address = masuk(f.akun("bkpsdm")), f"/kepegawaian/berkas/temuan/{batch.id}"
    assert "terhenti sebelum selesai" in office.get(address).text
    assert office.post(address, data={"aksi": "lanjutkan"}).status_code == 303
    assert "Masih berjalan" in office.get(address).text
    assert tautkan.jalankan(batch.id) == 1
    assert versi.semua(link)[0].dokumen_id is not None


def test_the_file_name_that_siasn_keeps_tells_one_of_several_entries(kota: f.Kota, user: Principal) -> None:
    one = person(5)
    links = [lost(one, jenis="KURSUS", code="SERTIFIKAT_KURSUS") for _ in range(2)]
    for at, link in enumerate(links):
        row = db.session.get_one(r.RiwayatLain, link.riwayat_id)
        row.siasn_id = f"siasn-{at}"
        f.add(Cermin(jenis="kursus", siasn_id=row.siasn_id, pegawai_id=one.id, sidik="", terlihat_at=f.now(),
                     isi={"path": {"881": {"dok_uri": f"peremajaan/usulan/81_{at}.pdf"}}}))  # fmt: skip
        put(f"{one.nip}/81_{at}.pdf", body(f"kursus {at}"))
    put("198604152011012998/81_0.pdf", body("orang lain"))
    assert carried_out(user).hitungan["ditautkan"] == 2
    wanted = [hashlib.sha256(body(f"kursus {at}")).hexdigest() for at in range(2)]
    assert [versi.semua(link)[0].sha256 for link in links] == wanted


def test_a_person_decides_what_waits_and_sees_it_first(kota: f.Kota, masuk: Any) -> None:
    account = f.akun("bkpsdm")
    link = lost(kota.staf)
    kota.staf.nip = "198503152010011777"
    put("198503152010011777/sk_cpns_a.pdf", body("a"))
    put("198503152010011777/sk_cpns_b.pdf", body("b"))
    client = masuk(account)
    assert client.post("/kepegawaian/berkas/temuan").status_code == 303
    assert client.post("/kepegawaian/berkas/temuan").status_code == 303, "a second press"
    batch = db.session.scalars(sa.select(BerkasBatch)).one()
    assert masuk(f.akun("bkpsdm")).post("/kepegawaian/berkas/temuan").status_code == 409
    client = masuk(account)
    cari.siapkan(batch.id)
    for page in ("temuan", f"temuan/{batch.id}", "tanpa-pemilik"):
        assert client.get(f"/kepegawaian/berkas/{page}").status_code == 200
    found = db.session.scalars(sa.select(BerkasTemuan)).one()
    place = f"/kepegawaian/berkas/antrean/{found.id}"
    assert "sk_cpns_b.pdf" in client.get(place).text
    assert client.get(f"{place}/calon/1.png").mimetype == "image/png"
    assert client.post(place, data={"aksi": "pilih", "calon": "7"}).status_code == 422
    assert client.post(place, data={"aksi": "pilih", "calon": "1"}).status_code == 303
    now_there = versi.semua(link)[0]
    assert now_there.sha256 == hashlib.sha256(body("b")).hexdigest()
    assert client.post(place, data={"aksi": "lewati"}).status_code == 409
    admin = masuk(f.akun("admin_pd", di=kota.dinas))
    assert admin.get(place).status_code == 403


def test_the_demo_shows_each_of_the_four_states_and_the_finder_finds_some(kota: f.Kota, user: Principal) -> None:
    for number in range(19):
        one = person(number)
        f.kedudukan(one, "01", date(2015, 1, 1))
        f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="CPNS_PNS", tmt=date(2015, 1, 1), nomor_sk=f"813/{number}",
                              isi={"tmt_pns": "2016-01-01"}))  # fmt: skip
    demo.story(None, "kecil")  # type: ignore[arg-type]
    demo.story(None, "kecil")  # type: ignore[arg-type]
    totals = sa.select(BerkasRekap.ada, BerkasRekap.kosong, BerkasRekap.hilang)
    row = db.session.execute(totals.where(BerkasRekap.jenis_dokumen == "SK_CPNS", BerkasRekap.tingkat == "KOTA")).one()
    assert tuple(row) == (demo.BERKAS, demo.KOSONG, demo.HILANG)
    assert carried_out(user).hitungan["ditautkan"] == 2
