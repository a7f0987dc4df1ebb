"""Push: two persons, every step survives a kill, nothing is written twice, only a new look counts as proof."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import cetak, jalan, paket, peta, putusan, setelan
from portal.kepegawaian.siasn import models as m
from portal.kernel.db import commit, db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.conftest import UNOR
from tests.kepegawaian.siasn.kerja import (
    Mati,
    bangkitkan,
    dibunuh,
    kelas,
    kirim_semua,
    kotak,
    pasangan,
    putar,
    tarik_semua,
)
from tests.kepegawaian.siasn.test_tarik import kursus, kursus_siasn
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")
UNOR_BARU = "A8ACA7397AEB3912E040640A040269CC"


def jabatan(k: f.Kota, siasn: Siasn) -> r.RiwayatJabatan:
    """A move of unit that SIASN does not know yet, with its paper; the seat before is known there."""
    names = f.jabatan(siasn_id="JF-1")
    old = db.session.scalars(sa.select(r.RiwayatJabatan).where(r.RiwayatJabatan.pegawai_id == k.staf.id)).one()
    old.jabatan_id, old.nomor_sk = names.id, "SK/1"
    siasn.tambah(k.staf.nip, "jabatan", jenisJabatan="2", jabatanFungsionalId="JF-1", unorId=UNOR, nomorSk="SK/1",
                 tmtJabatan="01-01-2020", jenisPenugasanId="D", jenisMutasiId="MJ")  # fmt: skip
    siasn.orang[k.staf.nip or ""]["unorId"] = UNOR
    row = f.duduk(k.staf, k.lain, date(2020, 1, 1), jabatan_id=names.id, nomor_sk="SK/2", mutasi=r.MU,
                  tmt_mutasi=date(2024, 3, 1), tanggal_sk=date(2024, 2, 20))  # fmt: skip
    f.berkas(row, "SK_JABATAN", f.akun("bkpsdm"))
    return row


def test_a_move_is_pushed_with_old_tmt_and_new_tmt_mutasi(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    row = jabatan(k, siasn)
    tarik_semua(operator, "jabatan")
    assert pasangan(jenis="jabatan", lokal_id=row.id).kelas == m.TIDAK_TERPETAKAN
    assert paket.siapkan(operator) == (None, [])  # what is not mapped blocks the push
    peta.petakan(peta.UNIT, str(k.lain.id), UNOR_BARU, operator)
    tarik_semua(operator, "jabatan")
    parcel = kirim_semua(operator, kedua)
    assert parcel
    [item] = kotak(parcel)
    assert (item.status, item.galat) == (m.TERBUKTI, "")
    assert cetak.isi_terbaca(item).startswith("Jabatan: Arsiparis Ahli Muda (JF-1); Unit kerja: Badan Lain (")
    body = siasn.simpan[0][1]
    assert (body["jenisMutasiId"], body["tmtJabatan"], body["tmtMutasi"]) == ("MU", "01-01-2020", "01-03-2024")
    assert (body["subJabatanId"], body["jenisPenugasanId"]) == ("", "D")  # what nobody chose is not filled in
    held = siasn.baris(k.staf.nip or "", "jabatan")
    assert len(held) == 2
    assert held[1]["path"]["872"]["dok_uri"]
    assert siasn.orang[k.staf.nip or ""]["unorId"] == UNOR_BARU  # data utama was computed anew
    assert kelas(jenis="jabatan") == {m.SAMA: 2}
    db.session.refresh(row)
    assert row.siasn_id == held[1]["id"]


def test_who_prepared_cannot_approve_and_only_what_was_seen_is_approved(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    kursus(k.staf)
    tarik_semua(operator, "kursus")
    parcel, _ = paket.siapkan(operator)
    assert parcel
    with pytest.raises(Denied):
        paket.setujui(parcel, parcel.sidik, operator)
    with pytest.raises(Conflict):
        paket.setujui(parcel, "0" * 64, kedua)
    assert paket.siapkan(operator) == (None, [])  # it is not prepared twice
    assert siasn.simpan == []
    parcel.disiapkan_oleh_id = kedua.id
    parcel.diputus_oleh_id = kedua.id
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.flush()


def test_the_live_run_stops_when_it_would_differ_from_the_approved_one(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    row = kursus(k.staf)
    tarik_semua(operator, "kursus")
    parcel, _ = paket.siapkan(operator)
    assert parcel
    run = paket.setujui(parcel, parcel.sidik, kedua)
    row.isi = {**row.isi, "jam": 99}
    putar()
    assert (run.status, parcel.status) == (m.DIHENTIKAN, m.DIHENTIKAN)
    assert siasn.simpan == []
    assert [one.status for one in kotak(parcel)] == [m.BATAL]


STEPS = [
    ("before the look", "GET", "pns/rw-kursus", False), ("after the look", "GET", "pns/rw-kursus", True),
    ("before the save", "POST", "kursus/save", False), ("after the save", "POST", "kursus/save", True),
    ("before the file", "POST", "upload-dok-rw", False), ("after the file", "POST", "upload-dok-rw", True),
]  # fmt: skip


def test_killed_at_each_step_it_leaves_one_row(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    keeper = f.akun("bkpsdm")
    with f.bersama():
        for name, *_ in STEPS:
            f.berkas(kursus(k.staf, f"Kursus {name}"), "SERTIFIKAT_KURSUS", keeper)
    tarik_semua(operator, "kursus")
    for name, method, path, after in STEPS:
        parcel, _ = paket.siapkan(operator, most=1)
        assert parcel
        paket.setujui(parcel, parcel.sidik, kedua)
        with dibunuh(lambda m_, p, w=(method, path): m_ == w[0] and p.startswith(w[1]), after), pytest.raises(Mati):
            putar()
        bangkitkan()
        putar()
        assert [one.status for one in kotak(parcel)] == [m.TERBUKTI], name
    assert len(siasn.baris(k.staf.nip or "", "kursus")) == len(STEPS)
    assert all("881" in row["path"] for row in siasn.baris(k.staf.nip or "", "kursus"))
    assert siasn.rangkap() == []
    assert kelas(jenis="kursus") == {m.SAMA: len(STEPS)}


def test_whatever_happened_to_the_answer_of_a_save_it_looks_again(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    faults = ("hilang", "separuh", "reset", "kosong", "html", "500", "tanpa", "lambat")
    setelan.ambil().batas_waktu, siasn.lambat = 1, 1.2
    with f.bersama():
        for fault in faults:
            kursus(k.staf, f"Kursus {fault}")
    tarik_semua(operator, "kursus")
    for count, fault in enumerate(faults, 1):
        parcel, _ = paket.siapkan(operator, most=1)
        assert parcel
        paket.setujui(parcel, parcel.sidik, kedua)
        siasn.naskah = ["", fault]  # the look passes, the save does not
        putar()
        assert [one.status for one in kotak(parcel)] == [m.TERBUKTI], fault
        assert len(siasn.baris(k.staf.nip or "", "kursus")) == count, fault
    assert siasn.rangkap() == []


def test_a_row_that_is_there_already_is_adopted_not_sent(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    row = kursus(k.staf)
    tarik_semua(operator, "kursus")
    key = kursus_siasn(siasn, k.staf)  # somebody typed it into SIASN meanwhile
    parcel = kirim_semua(operator, kedua)
    assert parcel
    assert [one.status for one in kotak(parcel)] == [m.TERBUKTI]
    assert siasn.simpan == []
    db.session.refresh(row)
    assert row.siasn_id == key


def test_typed_there_under_another_name_it_is_not_written_twice(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    """The number of a certificate tells a course, whatever its name was typed like."""
    kursus(k.staf)
    tarik_semua(operator, "kursus")
    kursus_siasn(siasn, k.staf, namaKursus="Bimbingan Teknis Kearsipan")
    parcel = kirim_semua(operator, kedua)
    assert parcel
    [item] = kotak(parcel)
    assert (item.status, "sudah ada di SIASN dengan isi lain" in item.galat) == (m.GAGAL, True)
    assert siasn.simpan == []
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kursus")
    assert [one["medan"] for one in pair.beda] == ["nama"]
    putusan.putuskan(pair, {"nama": m.LOKAL}, operator, putusan.kunci(pair))
    assert kirim_semua(operator, kedua)
    assert [row["namaKursus"] for row in siasn.baris(k.staf.nip or "", "kursus")] == ["Bimtek Arsip"]


def test_data_utama_that_is_not_computed_anew_stays_open(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    jabatan(k, siasn)
    peta.petakan(peta.UNIT, str(k.lain.id), UNOR_BARU, operator)
    tarik_semua(operator, "jabatan")
    siasn.buang = {"hitung"}
    parcel = kirim_semua(operator, kedua)
    assert parcel
    [item] = kotak(parcel)
    assert (item.status, "data utama" in item.galat, len(siasn.simpan)) == (m.GAGAL, True, 1)
    tarik_semua(operator, "jabatan")
    pair = pasangan(jenis="jabatan", lokal_id=item.lokal_id)
    assert pair.kelas == m.DITOLAK  # equal there, but nobody sees it
    siasn.buang = set()
    putusan.putuskan(pair, {}, operator, putusan.kunci(pair))
    assert kirim_semua(operator, kedua)
    assert (len(siasn.simpan), siasn.orang[k.staf.nip or ""]["unorId"]) == (1, UNOR_BARU)
    tarik_semua(operator, "jabatan")
    assert kelas(jenis="jabatan") == {m.SAMA: 2}


def test_a_refusal_is_not_repeated_and_is_shown(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    kursus(k.staf)
    siasn.tolak = lambda kind, body: "Tanggal kursus mendahului TMT CPNS"
    tarik_semua(operator, "kursus")
    parcel = kirim_semua(operator, kedua)
    assert parcel
    [item] = kotak(parcel)
    assert (item.status, item.galat, len(siasn.simpan)) == (m.GAGAL, "Tanggal kursus mendahului TMT CPNS", 1)
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kursus")
    assert (pair.kelas, pair.catatan) == (m.DITOLAK, "Tanggal kursus mendahului TMT CPNS")
    assert paket.siapkan(operator) == (None, [])
    putusan.putuskan(pair, {}, operator, putusan.kunci(pair))  # send it once more
    assert kirim_semua(operator, kedua)
    assert paket.siapkan(operator) == (None, [])  # refused again, it waits for a person again
    siasn.tolak = lambda kind, body: ""
    putusan.putuskan(pair, {}, operator, putusan.kunci(pair))
    assert kirim_semua(operator, kedua)
    assert kelas(jenis="kursus") == {m.SAMA: 1}


def test_every_kind_is_saved_with_its_own_id_and_its_file(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    """A public client looked for the id of angka kredit after saving a jabatan, and never uploaded the SK."""
    peta.petakan("HUKDIS", "TEGURAN_LISAN", "11", operator)
    row = jabatan(k, siasn)
    peta.petakan(peta.UNIT, str(k.lain.id), UNOR_BARU, operator)
    lain = {
        "PENGHARGAAN": {"nama": "201"}, "SKP": {"tahun": 2025, "hasil": "Sesuai ekspektasi", "perilaku":
        "DI ATAS EKSPEKTASI", "predikat": "Baik", "penilai": "Kabid Uji"},
        "HUKDIS": {"tingkat": "R", "jenis": "TEGURAN_LISAN", "alasan": "Terlambat", "dasar": "PP94"},
        "ANGKA_KREDIT": {"bentuk": "KONVERSI", "total": "12.500"},
    }  # fmt: skip
    papers = {"PENGHARGAAN": "PIAGAM", "SKP": "EVALUASI_KINERJA", "HUKDIS": "SK_HUKDIS", "ANGKA_KREDIT": "PAK"}
    for kode, isi in lain.items():
        fact = r.RiwayatLain(pegawai_id=k.staf.id, jenis=kode, isi=isi, tmt=date(2025, 1, 1), nomor_sk=f"N-{kode}",
                             tanggal_sk=date(2025, 6, 1), selesai=date(2025, 12, 31))  # fmt: skip
        one = f.catat(fact)
        f.berkas(one, papers[kode], f.akun("bkpsdm"))
    tarik_semua(operator)
    first = kirim_semua(operator, kedua)
    assert first
    tarik_semua(operator)
    assert {one.jenis for one in kotak(first)} >= {"jabatan", "penghargaan", "skp22", "hukdis"}
    second = kirim_semua(operator, kedua)  # angka kredit leans on the jabatan that is there now, if it was not before
    assert {one.galat for one in [*kotak(first), *(kotak(second) if second else [])]} == {""}
    assert set(kelas()) == {m.SAMA}
    assert siasn.panggilan["berkas"] == 5
    held = siasn.baris(k.staf.nip or "", "hukdis")[0]
    assert held["akhirHukumTanggal"] == "31-12-2025"  # written as akhirHukumanTanggal
    assert siasn.baris(k.staf.nip or "", "skp22")[0]["statusPenilai"] == "NON"  # who judges here has no NIP
    ak = siasn.baris(k.staf.nip or "", "angkakredit")[0]
    db.session.refresh(row)
    assert ak["rwJabatanId"] == row.siasn_id


def test_deleting_takes_two_persons_a_reason_and_its_own_path(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    """A public client deleted a penghargaan through the path of angka kredit."""
    siasn.tambah(k.staf.nip, "penghargaan", hargaId="201", skNomor="K/1", skDate="01-02-2020", tahun="2020")
    tarik_semua(operator, "penghargaan")
    pair = pasangan(jenis="penghargaan")
    with pytest.raises(Invalid):
        paket.siapkan_hapus(pair, "salah", operator)
    parcel = paket.siapkan_hapus(pair, "Salah orang, menurut SK aslinya", operator)
    with pytest.raises(Denied):
        paket.setujui(parcel, parcel.sidik, operator)
    paket.setujui(parcel, parcel.sidik, kedua)
    putar()
    assert [one.status for one in kotak(parcel)] == [m.TERBUKTI]
    assert siasn.panggilan["hapus penghargaan"] == 1
    assert siasn.baris(k.staf.nip or "", "penghargaan") == []


def test_the_last_jabatan_is_never_deleted(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    for number in ("A", "B"):
        siasn.tambah(k.staf.nip, "jabatan", jenisJabatan="4", jabatanFungsionalUmumId="U", unorId="X", nomorSk=number,
                     tmtJabatan="01-01-2015")  # fmt: skip
    tarik_semua(operator, "jabatan")
    first, _ = db.session.scalars(sa.select(m.Pasangan).where(
        m.Pasangan.jenis == "jabatan", m.Pasangan.lokal_id.is_(None)).order_by(m.Pasangan.uraian))  # fmt: skip
    parcel = paket.siapkan_hapus(first, "Baris ini tercatat dua kali", operator)
    paket.setujui(parcel, parcel.sidik, kedua)
    other = siasn.baris(k.staf.nip or "", "jabatan")[1]
    siasn.baris(k.staf.nip or "", "jabatan").remove(other)  # meanwhile the other one went
    putar()
    [item] = kotak(parcel)
    assert (item.status, len(siasn.baris(k.staf.nip or "", "jabatan"))) == (m.GAGAL, 1)
    tarik_semua(operator, "jabatan")
    with pytest.raises(Conflict, match="terakhir"):
        paket.siapkan_hapus(pasangan(jenis="jabatan", cermin_id=first.cermin_id), "Baris ini salah tempat", operator)


def test_the_token_dies_between_the_save_and_the_file(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    from tests.kepegawaian.siasn.conftest import tempel

    row = kursus(k.staf)
    f.berkas(row, "SERTIFIKAT_KURSUS", f.akun("bkpsdm"))
    tarik_semua(operator, "kursus")
    siasn.mati_setelah = siasn.panggilan["semua"] + 4  # token, look and save pass, nothing after
    parcel = kirim_semua(operator, kedua)
    assert parcel
    assert [one.status for one in kotak(parcel)] == [m.TERKIRIM]
    tempel(siasn, "token-baru-dari-operator-98765")
    jalan.teruskan_semua()
    putar()
    assert [one.status for one in kotak(parcel)] == [m.TERBUKTI]
    assert len(siasn.baris(k.staf.nip or "", "kursus")) == 1


def test_a_file_that_is_said_to_be_kept_and_is_not_fails_the_row(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    """A public client ignored what became of the upload."""
    f.berkas(kursus(k.staf), "SERTIFIKAT_KURSUS", f.akun("bkpsdm"))
    tarik_semua(operator, "kursus")
    siasn.buang = {"file"}
    parcel = kirim_semua(operator, kedua)
    assert parcel
    [item] = kotak(parcel)
    assert (item.status, "tidak tampak di SIASN" in item.galat) == (m.GAGAL, True)
    assert "kirim lagi" in item.galat
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kursus")
    assert pair.kelas == m.DITOLAK  # equal, but for the paper
    siasn.buang = set()
    putusan.putuskan(pair, {}, operator, putusan.kunci(pair))
    assert kirim_semua(operator, kedua)
    [row] = siasn.baris(k.staf.nip or "", "kursus")
    assert (len(siasn.simpan), "881" in row["path"], kelas(jenis="kursus")) == (1, True, {m.SAMA: 1})


def test_what_changed_at_siasn_since_approval_is_not_overwritten(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    row = kursus(k.staf)
    kursus_siasn(siasn, k.staf)
    tarik_semua(operator, "kursus")
    row.isi = {**row.isi, "jam": 32}
    db.session.flush()
    tarik_semua(operator, "kursus")
    assert pasangan(jenis="kursus").sisi == m.LOKAL
    parcel, _ = paket.siapkan(operator)
    assert parcel
    paket.setujui(parcel, parcel.sidik, kedua)
    siasn.baris(k.staf.nip or "", "kursus")[0]["jumlahJam"] = "48"
    putar()
    assert [one.galat for one in kotak(parcel)] == [
        "Baris di SIASN berubah sejak disetujui. Tarik lagi orang ini, lalu putuskan lagi."
    ]
    assert siasn.simpan == []


def test_secrets_are_sealed_and_never_written_down(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn, caplog: Any
) -> None:  # fmt: skip
    from portal.kernel.activity import Aktivitas
    from tests.kepegawaian.siasn.conftest import TOKEN

    kursus(k.staf)
    siasn.naskah = ["", "reset", "500", "jwt"]
    tarik_semua(operator, "kursus")
    kirim_semua(operator, kedua)
    row = setelan.ambil()
    held = setelan.token()
    assert held
    commit()
    texts = [str(one) for one in db.session.execute(sa.select(m.Panggilan.alamat, m.Panggilan.galat))]
    texts += [str(one) for one in db.session.scalars(sa.select(Aktivitas.data))] + [caplog.text]
    for secret in (TOKEN, *siasn.klien, "apim-"):
        assert not any(secret in text for text in texts)
        assert secret.encode() not in (row.kunci_enc or b"") + (row.rahasia_enc or b"") + (held.token_enc or b"")
