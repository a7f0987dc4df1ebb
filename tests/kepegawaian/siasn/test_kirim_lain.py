"""Push of contacts, diklat, sertifikasi and gaji berkala: two people, once, and nothing beside them changes."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import jalan, paket, peta, putusan
from portal.kepegawaian.siasn import models as m
from portal.kernel.db import db, now
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
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
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")


def lain(pegawai: Any, jenis: str, isi: dict[str, Any], **values: Any) -> r.RiwayatLain:
    row: r.RiwayatLain = f.catat(r.RiwayatLain(pegawai_id=pegawai.id, jenis=jenis, isi=isi, **{
        "tmt": date(2025, 4, 1), "selesai": date(2025, 6, 30), "nomor_sk": f"N/{jenis}",
        "tanggal_sk": date(2025, 3, 1), **values}))  # fmt: skip
    return row


@pytest.fixture
def rows(k: f.Kota, operator: Principal) -> list[r.RiwayatLain]:
    return [
        lain(k.staf, "DIKLAT", {"latihan": "PIM_IV", "jam": 285, "penyelenggara": "BPSDM"}),
        lain(k.staf, "SERTIFIKASI", {"nama": "Ahli Pengadaan", "nomor": "SER/1", "lembaga": "LSP Uji / Kota"}),
        lain(k.staf, "KGB", {"gaji_lama": 3000000, "gaji_baru": 3100000, "mk_tahun": 8}, selesai=None),
    ]


def test_training_certificates_and_pay_are_pushed_once_mapped(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn, rows: list[r.RiwayatLain]
) -> None:  # fmt: skip
    f.berkas(rows[0], "SERTIFIKAT_DIKLAT", f.akun("bkpsdm"))
    tarik_semua(operator, "diklat", "sertifikasi", "kgb")
    assert kelas(jenis="diklat") == kelas(jenis="sertifikasi") == {m.TIDAK_TERPETAKAN: 1}
    peta.petakan("DIKLAT", "PIM_IV", "2", operator)
    [(key, name)] = peta.lembaga().items()
    assert name == "LSP Uji / Kota"
    peta.petakan(peta.LEMBAGA, key, "LEM-9", operator)
    tarik_semua(operator, "diklat", "sertifikasi", "kgb")
    parcel, blocked = paket.siapkan(operator)
    assert parcel
    assert blocked == []
    run = paket.setujui(parcel, parcel.sidik, kedua)
    with dibunuh(lambda method, path: path == "sertifikasi/save"), pytest.raises(Mati):
        putar()
    bangkitkan()
    putar()
    assert [(one.status, one.galat) for one in kotak(parcel)] == [(m.TERBUKTI, "")] * 3, run.alasan
    assert sorted(kind for kind, _ in siasn.simpan) == ["diklat", "kgb", "sertifikasi"]
    assert siasn.rangkap() == []
    sent = dict(siasn.simpan)
    assert (sent["diklat"]["latihanStrukturalId"], sent["diklat"]["tahun"]) == ("2", 2025)
    assert (sent["sertifikasi"]["lembagaSertifikasiId"], sent["sertifikasi"]["masaBerlakuSertSelasai"]) == (
        "LEM-9", "30-06-2025")  # fmt: skip
    assert (sent["kgb"]["tmtGajiBaru"], sent["kgb"]["gajiBaru"]) == ("01-04-2025", "3100000")
    assert siasn.baris(k.staf.nip or "", "diklat")[0]["path"]["874"]["dok_uri"]
    assert kelas(pegawai_id=k.staf.id) == {m.SAMA: 5}  # with data utama and contacts


def test_a_save_nobody_has_proven_is_tried_with_one_row(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn, rows: list[r.RiwayatLain]
) -> None:  # fmt: skip
    lain(k.staf, "KGB", {"gaji_baru": 2900000}, tmt=date(2023, 4, 1), selesai=None)
    tarik_semua(operator, "kgb")
    parcel, blocked = paket.siapkan(operator)
    assert parcel
    assert (parcel.jumlah, [why for _, why in blocked]) == (1, [paket.UJI])
    assert paket.siapkan(operator)[0] is None  # not while the first one is on its way
    paket.setujui(parcel, parcel.sidik, kedua)
    putar()
    assert kirim_semua(operator, kedua)
    assert kelas(jenis="kgb") == {m.SAMA: 2}


def test_a_certificate_that_is_taken_brings_the_id_of_its_body(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    siasn.tambah(k.staf.nip or "", "sertifikasi", noSertifikat="S/9", namaSertifikasi="Auditor Muda",
                 lembagaSertifikasiId="LEM-7", lembagaSertifikasiNama=" LSP Audit ", masaBerlakuSertMulai="01-02-2024",
                 masaBerlakuSertSelesai="01-02-2027", tanggalSertifikat="20-01-2024")  # fmt: skip
    siasn.tambah(k.staf.nip or "", "diklat", latihanStrukturalId="2", nomor="D/1", tanggal="01-03-2022",
                 tanggalSelesai="01-07-2022", jumlahJam="900", institusiPenyelenggara="LAN")  # fmt: skip
    tarik_semua(operator, "sertifikasi", "diklat")
    assert pasangan(jenis="diklat").catatan == "Diklat: 2"  # no code of ours: a person maps it first
    assert putusan.terima_semua("sertifikasi", operator) == (1, [])
    row = db.session.scalars(sa.select(r.RiwayatLain).where(r.RiwayatLain.jenis == "SERTIFIKASI")).one()
    assert (row.isi["lembaga"], row.tmt, row.selesai) == ("LSP Audit", date(2024, 2, 1), date(2027, 2, 1))
    assert kelas(jenis="sertifikasi") == {m.SAMA: 1}
    assert peta.Terjemah().ke_siasn(peta.LEMBAGA, "lsp  AUDIT") == "LEM-7"
    peta.petakan("DIKLAT", "PIM_IV", "2", operator)
    tarik_semua(operator, "diklat")
    assert putusan.terima_semua("diklat", operator) == (1, [])


def kontak(k: f.Kota, siasn: Siasn) -> r.DataPegawai:
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == k.staf.id)).one()
    data.alamat, data.hp, data.surel = "Jalan Baru 1", "0812-1", "staf.uji@contoh.id"
    siasn.orang[k.staf.nip or ""].update(
        alamat="Jalan Lama 9", noHp="08121", email="staf.uji@contoh.id", noNpwp="99.1", noTelp="0351-7",
        lokasiKerjaId="LOK-1", tglNpwp="02-03-2011", kelas_jabatan="8",
    )  # fmt: skip
    db.session.flush()
    return data


def test_contacts_are_decided_and_pushed_and_nothing_else_is_emptied(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn, jam: Any
) -> None:  # fmt: skip
    data = kontak(k, siasn)
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kontak")
    assert {one["medan"]: one["usul"] for one in pair.beda} == {"alamat": m.LOKAL, "npwp": m.SIASN}
    with pytest.raises(Invalid, match="NPWP kosong di sini"):
        putusan.putuskan(pair, {"alamat": m.LOKAL, "npwp": m.LOKAL}, operator, putusan.kunci(pair))
    putusan.putuskan(pair, {"alamat": m.LOKAL, "npwp": m.SIASN}, operator, putusan.kunci(pair))
    assert data.npwp == "99.1"
    parcel, _ = paket.siapkan(operator)
    assert parcel
    paket.setujui(parcel, parcel.sidik, kedua)
    with dibunuh(lambda method, path: path.endswith("data-utama-update")), pytest.raises(Mati):
        putar()
    bangkitkan()
    putar()
    assert [(one.status, one.galat) for one in kotak(parcel)] == [(m.TERBUKTI, "")]
    [(_, body)] = siasn.simpan
    assert "id" not in body
    there = siasn.orang[k.staf.nip or ""]
    assert (there["alamat"], there["noTelp"], there["lokasiKerjaId"], there["tglNpwp"], there["kelas_jabatan"]) == (
        "Jalan Baru 1", "0351-7", "LOK-1", "02-03-2011", "8")  # fmt: skip
    assert pasangan(jenis="kontak").kelas == m.SAMA
    jam.move_to(now() + timedelta(days=91))
    jalan.rapikan.run(None)  # type: ignore[arg-type]
    [item] = kotak(parcel)
    assert (item.isi, item.sebelum, len(item.sidik)) == ({}, None, 64)


def test_what_is_lost_beside_the_contacts_is_named(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    data = kontak(k, siasn)
    data.npwp = "99.1"
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kontak")
    putusan.putuskan(pair, {"alamat": m.LOKAL}, operator, putusan.kunci(pair))
    siasn.buang = {"nomor_telpon"}
    parcel = kirim_semua(operator, kedua)
    assert parcel
    [item] = kotak(parcel)
    assert (item.status, "Nomor telepon" in item.galat) == (m.GAGAL, True)
    assert "bandingkan" in item.galat


def test_contacts_that_moved_here_alone_go_without_a_choice_and_a_refusal_by_code_is_one(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    data = kontak(k, siasn)
    data.alamat, data.npwp = "Jalan Lama 9", "99.1"
    tarik_semua(operator, "kursus")
    data.hp = "0899"
    db.session.flush()
    tarik_semua(operator, "kursus")
    assert pasangan(jenis="kontak").sisi == m.LOKAL
    siasn.tolak = lambda kind, body: "Nomor ponsel tidak sah"
    parcel = kirim_semua(operator, kedua)
    assert parcel
    assert [(one.status, one.galat) for one in kotak(parcel)] == [(m.GAGAL, "Nomor ponsel tidak sah")]
    assert len(siasn.simpan) == 1
    assert siasn.orang[k.staf.nip or ""]["noHp"] == "08121"
