"""Files: counted in four states, listed down to the person, brought back byte for byte by who may."""

import hashlib
import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage

from portal.kepegawaian.berkas import daftar, gudang, harapan, policies, rekap, versi
from portal.kepegawaian.berkas.models import BerkasObjek, BerkasRekap
from portal.kepegawaian.riwayat import berkas, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kernel import storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db, now
from portal.kernel.documents import PDF, Checked, Document, purge, store
from portal.kernel.errors import Conflict, Denied, Invalid
from tests.kepegawaian import factories as f
from tests.kernel.test_documents import pdf

CPNS = {"tmt_pns": "2011-01-01"}
pytestmark = pytest.mark.usefixtures("jam")


@pytest.fixture
def kota(app: Flask) -> f.Kota:
    return f.kota()


def entry(pegawai: Any, jenis: str = "CPNS_PNS", **isi: Any) -> r.RiwayatLain:
    found: r.RiwayatLain = f.catat(
        r.RiwayatLain(pegawai_id=pegawai.id, jenis=jenis, tmt=date(2010, 1, 1), isi={**CPNS, **isi})
    )
    return found


def no_path(row: Any, code: str, sha256: str = "", nama: str = "") -> r.BerkasTautan:
    """What an old system recorded without saying where."""
    found: r.BerkasTautan = f.add(r.BerkasTautan(
        pegawai_id=row.pegawai_id, tabel="lain", riwayat_id=row.id, jenis_dokumen=code, sha256=sha256, nama_asli=nama,
    ))  # fmt: skip
    return found


def figures(code: str, **where: Any) -> tuple[int, ...] | None:
    query = sa.select(BerkasRekap.ada, BerkasRekap.belum, BerkasRekap.kosong, BerkasRekap.hilang)
    row = db.session.execute(query.where(BerkasRekap.jenis_dokumen == code).filter_by(**where)).first()
    return tuple(row) if row else None


def test_every_kind_of_document_has_a_line_and_words_of_its_own(kota: f.Kota) -> None:
    rekap.susun()
    kinds = set(db.session.scalars(sa.select(BerkasRekap.jenis_dokumen).where(BerkasRekap.tingkat == "KOTA")))
    assert kinds == set(DOKUMEN)
    words = [word for one in DOKUMEN.values() for word in one.kata]
    assert len(set(words)) == len(words)


def test_four_states_are_counted_by_unit_and_lead_to_the_people(kota: f.Kota) -> None:
    user = f.akun("bkpsdm")
    rows = [entry(one) for one in (kota.staf, kota.kabid, kota.kadis, kota.kabid_lain)]
    f.berkas(rows[0], "SK_CPNS", user)
    no_path(rows[1], "SK_CPNS")
    f.berkas(rows[2], "SK_CPNS", user).hilang = True
    rekap.susun()
    assert figures("SK_CPNS", tingkat="KOTA") == (1, 1, 1, 1)
    assert figures("SK_CPNS", tingkat="OPD", pd_id=kota.dinas.id) == (1, 0, 1, 1)
    assert figures("SK_CPNS", tingkat="OPD", pd_id=kota.lain.id) == (0, 1, 0, 0)
    person = f.principal(user)
    found = {
        state: [row.nama for row in db.session.scalars(daftar.people(person, "SK_CPNS", state))]
        for state in harapan.KEADAAN.states
    }
    assert found == {
        "ADA": ["Staf Uji"], "BELUM": ["Kabidlain Uji"], "KOSONG": ["Kabid Uji"], "HILANG": ["Kadis Uji"],
    }  # fmt: skip


def test_only_verified_entries_and_papers_that_can_exist_are_asked_for(kota: f.Kota) -> None:
    f.add(r.RiwayatLain(pegawai_id=kota.staf.id, jenis="CPNS_PNS", tmt=date(2010, 1, 1), isi=CPNS))
    f.catat(r.RiwayatLain(pegawai_id=kota.staf.id, jenis="KELUARGA", tmt=date(2015, 1, 1),
                          isi={"hubungan": "ANAK", "nama": "Anak Uji", "hidup": True}))  # fmt: skip
    assert rekap.hitung("SK_CPNS") == {}
    assert sum(row[1] for row in rekap.hitung("AKTA_LAHIR").values()) == 1
    assert rekap.hitung("AKTA_NIKAH") == rekap.hitung("AKTA_KEMATIAN") == {}
    assert sum(row[1] for row in rekap.hitung("KTP").values()) == 4


def test_pages_of_counts_people_and_versions(kota: f.Kota, masuk: Any) -> None:
    user = f.akun("bkpsdm")
    row = entry(kota.staf)
    link = f.berkas(row, "SK_CPNS", user)
    entry(kota.kabid)
    rekap.susun()
    client = masuk(user)
    page = client.get("/kepegawaian/berkas")
    assert page.status_code == 200
    assert "jenis=SK_CPNS&amp;keadaan=BELUM" in page.text
    by_opd = client.get(f"/kepegawaian/berkas?opd={kota.dinas.id}&jenis=SK_CPNS").text
    assert "Dinas Uji" in by_opd
    people = client.get("/kepegawaian/berkas/kosong?jenis=SK_CPNS&keadaan=BELUM")
    assert "Kabid Uji" in people.text
    assert "Staf Uji" not in people.text
    sheet = client.get("/kepegawaian/berkas/kosong?jenis=SK_CPNS&keadaan=BELUM&format=csv")
    assert "Kabid Uji" in sheet.text
    assert "SK CPNS" in client.get("/kepegawaian/berkas?format=csv").text
    assert client.get(f"/kepegawaian/berkas/pegawai/{kota.staf.id}").status_code == 200
    assert client.get(f"/kepegawaian/berkas/dokumen/{link.id}").status_code == 200
    assert client.post("/kepegawaian/berkas/hitung").status_code == 303


def test_bringing_a_file_back_makes_a_new_version_with_the_very_bytes(kota: f.Kota, masuk: Any) -> None:
    user = f.akun("bkpsdm")
    row = entry(kota.staf)
    first = f.berkas(row, "SK_CPNS", user, b"%PDF-1.4 yang pertama")
    second = f.berkas(row, "SK_CPNS", user, b"%PDF-1.4 yang kedua")
    client = masuk(user)
    address = f"/kepegawaian/berkas/dokumen/{first.id}"
    assert client.post(address, data={"aksi": "kembalikan", "versi": first.id, "alasan": ""}).status_code == 422
    answer = client.post(address, data={"aksi": "kembalikan", "versi": first.id, "alasan": "Versi kedua salah orang"})
    assert answer.status_code == 303
    rows = versi.semua(first)
    assert [(one.versi, one.aktif) for one in rows] == [(3, True), (2, False), (1, False)]
    kept = db.session.get_one(Document, rows[0].dokumen_id)
    body = storage.get(kept.kunci)
    assert body == b"%PDF-1.4 yang pertama"
    assert hashlib.sha256(body).hexdigest() == first.sha256 == rows[0].sha256
    line = db.session.scalars(sa.select(Aktivitas).where(
        Aktivitas.peristiwa == "kepegawaian.berkas_dikembalikan")).one()  # fmt: skip
    assert (line.data["dari"], line.data["versi"], line.data["alasan"]) == (1, 3, "Versi kedua salah orang")
    assert second.aktif is False


def test_a_second_press_makes_no_second_version(kota: f.Kota, masuk: Any) -> None:
    account = f.akun("bkpsdm")
    row, client = entry(kota.staf), masuk(account)
    first = f.berkas(row, "SK_CPNS", account, b"%PDF-1.4 yang pertama")
    f.berkas(row, "SK_CPNS", account, b"%PDF-1.4 yang kedua")
    address, why = f"/kepegawaian/berkas/dokumen/{first.id}", "Versi kedua salah orang"
    for _ in range(2):
        client.post(address, data={"aksi": "kembalikan", "versi": first.id, "alasan": why})
    assert len(versi.semua(first)) == 3
    for _ in range(2):
        client.post(address, data={"aksi": "unggah", "alasan": why, "berkas": (io.BytesIO(pdf(1)), "sk.pdf")})
    assert len(versi.semua(first)) == 4
    draft = f.add(r.RiwayatLain(pegawai_id=kota.staf.id, jenis="CPNS_PNS", tmt=date(2010, 1, 1), isi=CPNS))
    kept = [berkas.terima(draft, "SK_CPNS", FileStorage(io.BytesIO(pdf(1)), "sk.pdf"), f.principal(account)).id
            for _ in range(2)]  # fmt: skip
    assert kept[0] == kept[1]


def test_what_was_taken_away_is_told_with_who_when_why_and_comes_back(kota: f.Kota) -> None:
    account = f.akun("bkpsdm", nama="petugas.berkas")
    user = f.principal(account)
    link = f.berkas(entry(kota.staf), "SK_CPNS", account)
    versi.hapus(link, user, "Berkas milik orang lain")
    shown = versi.tampil(link)[0]
    assert (shown.akhir, shown.penghapus, shown.link.alasan) == ("Dihapus", account.nama, "Berkas milik orang lain")
    assert policies.visible_links(user).whereclause is not None
    assert versi.kembalikan(link, user, "Ternyata benar").versi == 2
    with pytest.raises(Conflict):
        versi.hapus(link, user, "Sudah tidak berlaku")
    storage.delete(db.session.get_one(Document, link.dokumen_id).kunci)
    with pytest.raises(Conflict):
        versi.kembalikan(link, user, "Isinya sudah tidak ada")


def test_rights_to_change_files_by_who_and_state(kota: f.Kota) -> None:
    staf, admin = f.akun("", kota.staf), f.akun("admin_pd", kota.kadis, kota.dinas)
    others, tu = f.akun("admin_pd", kota.kabid_lain, kota.lain), f.akun("admin_tu", di=kota.dinas)
    bkpsdm = f.akun("bkpsdm")
    draft = f.add(r.RiwayatLain(pegawai_id=kota.staf.id, jenis="CPNS_PNS", tmt=date(2010, 1, 1), isi=CPNS,
                                diusulkan_oleh_id=staf.id))  # fmt: skip
    loose, sure = f.berkas(draft, "SK_CPNS", staf), f.berkas(entry(kota.staf), "SK_CPNS", staf)
    people = [f.principal(one) for one in (staf, admin, others, tu, bkpsdm)]
    assert [policies.may_change(one, loose) for one in people] == ["bebas", "bebas", "", "", "alasan"]
    assert [policies.may_change(one, sure) for one in people] == ["", "", "", "", "alasan"]
    own = f.principal(f.akun("bkpsdm", kota.staf))
    assert policies.may_change(own, sure) == ""
    with pytest.raises(Denied):
        versi.hapus(sure, people[0], "Saya ingin menghapusnya")
    with pytest.raises(Invalid):
        versi.hapus(sure, people[4], "ya")
    seen = [db.session.scalar(policies.visible_links(one).where(r.BerkasTautan.id == sure.id)) for one in people]
    assert [one is not None for one in seen] == [True, True, False, True, True]


def test_papers_of_discipline_stay_with_who_may_read_them(kota: f.Kota, masuk: Any) -> None:
    link = f.berkas(entry(kota.staf, "HUKDIS", tingkat="S"), "SK_HUKDIS", f.akun("bkpsdm"))
    rekap.susun()
    admin, verifier = f.akun("admin_pd", di=kota.dinas), f.akun("verifikator_bkpsdm")
    boss, own = f.akun("", kota.kabid), f.akun("", kota.staf)
    people = [f.principal(one) for one in (admin, verifier, boss, own)]
    seen = [db.session.scalar(policies.visible_links(one).where(r.BerkasTautan.id == link.id)) for one in people]
    assert [one is not None for one in seen] == [False, True, True, True]
    assert "SK hukuman disiplin" not in masuk(admin).get("/kepegawaian/berkas").text
    assert masuk(admin).get(f"/kepegawaian/berkas/dokumen/{link.id}").status_code == 404
    assert list(db.session.scalars(daftar.people(people[0], "SK_HUKDIS", "ADA"))) == []


def test_replaced_files_go_after_their_time_unless_something_uses_them(kota: f.Kota, jam: Any) -> None:
    user = f.akun("bkpsdm")
    row, other = entry(kota.staf), entry(kota.kabid)
    old = f.berkas(row, "SK_CPNS", user, b"%PDF-1.4 lama")
    shared = f.berkas(other, "SK_CPNS", user, b"%PDF-1.4 dipakai dua kali")
    f.berkas(row, "SK_CPNS", user, b"%PDF-1.4 baru")
    services.tautkan(other, "SPMT", db.session.get_one(Document, shared.dokumen_id), f.principal(user))
    f.berkas(other, "SK_CPNS", user, b"%PDF-1.4 pengganti")
    keys = old.dokumen_id, shared.dokumen_id
    commit()
    jam.shift(timedelta(days=370))
    assert versi.bersihkan() == 0
    jam.shift(timedelta(days=400))
    assert versi.bersihkan() == 2
    commit()
    purge()
    commit()
    assert [db.session.scalar(sa.select(Document.id).where(Document.id == key)) for key in keys] == [None, keys[1]]
    assert old.dokumen_id is None
    assert len(versi.semua(old)) == 2


def test_the_audit_walks_both_ways(kota: f.Kota) -> None:
    user = f.akun("bkpsdm")
    rows = [f.berkas(entry(one), "SK_CPNS", user) for one in (kota.staf, kota.kabid, kota.kadis)]
    commit()
    storage.delete(f"isi/{rows[1].sha256[:2]}/{rows[1].sha256}")
    stray = hashlib.sha256(b"nyasar").hexdigest()
    storage.put(f"isi/{stray[:2]}/{stray}", b"nyasar", PDF)
    gudang.ORPHAN_HOURS, before = -100_000, gudang.ORPHAN_HOURS
    try:
        assert gudang.periksa() == {"objek": 3, "hilang": 1, "yatim": 1}
    finally:
        gudang.ORPHAN_HOURS = before
    assert [one.hilang for one in rows] == [False, True, False]
    assert [one.sha256 for one in db.session.scalars(sa.select(BerkasObjek))] == [stray]
    store(Checked("SK.pdf", PDF, f"%PDF-1.4 {rows[1].riwayat_id} SK_CPNS".encode(), 1), user.id)
    assert gudang.periksa()["hilang"] == 0
    assert rows[1].hilang is False
    assert rows[1].diubah_at <= now()
