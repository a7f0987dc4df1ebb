"""Bodies that are sent, by kind, with the names SIASN expects on writing; some are misspelled there and stay so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.siasn import bentuk
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.catatan import JENIS_SIASN
from portal.kepegawaian.siasn.medan import TANGGAL, Catatan
from portal.kepegawaian.siasn.peta import Terjemah
from portal.kernel.db import db
from portal.kernel.organisation import Unit

tgl = bentuk.tulis_tanggal
SERTIPIKAT = {"2": "F", "4": "P", "7": "P", "9": "P"}  # by kind of training; all others are "T"


@dataclass
class Surat:
    """What is needed to write one body. `sebelum`: what SIASN holds of it. `kurang`: why it cannot be sent yet."""

    kind: Catatan
    row: Any
    isi: dict[str, Any]
    aturan: m.Setelan
    pns_id: str
    sebelum: Mapping[str, Any]
    kurang: list[str] = field(default_factory=list)


def tulis(
    kind: Catatan, row: Any, known: Terjemah, aturan: m.Setelan, sebelum: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:  # fmt: skip
    """The body of a row of ours without its id, and what stands in its way."""
    values, lacking = kind.kita(row, known)
    pns_id = db.session.scalar(sa.select(r.DataPegawai.siasn_id).where(r.DataPegawai.pegawai_id == row.pegawai_id))
    letter = Surat(kind, row, values, aturan, pns_id or "", sebelum or {}, list(lacking))
    if not pns_id:
        letter.kurang.append("Pegawai belum dikenal SIASN: tarik datanya dulu")
    if kind.tunggal and sebelum is None:
        letter.kurang.append("Isinya di SIASN belum diketahui: tarik datanya dulu")
    body = ISI[kind.kode](letter)
    return body, letter.kurang


def _teks(value: Any) -> str:
    return "" if value is None else str(value)


def _jabatan(one: Surat) -> dict[str, Any]:
    row, v = one.row, one.isi
    if not one.aturan.instansi_id or not one.aturan.satuan_kerja_id:
        one.kurang.append("Kode instansi dan satuan kerja belum diisi di pengaturan")
    if row.jenis_jabatan != "STRUKTURAL" and not v["jabatan"]:
        one.kurang.append(f"Nama jabatan belum dipetakan: {row.nama_jabatan}")
    kind = row.jenis_jabatan
    return {
        "pnsId": one.pns_id, "instansiId": one.aturan.instansi_id, "instansiIndukId": one.aturan.instansi_id,
        "satuanKerjaId": one.aturan.satuan_kerja_id, "unorId": _teks(v["unor"]), "jenisJabatan": JENIS_SIASN[kind],
        "jabatanFungsionalId": _teks(v["jabatan"]) if kind == "JF" else "",
        "jabatanFungsionalUmumId": _teks(v["jabatan"]) if kind == "PELAKSANA" else "",
        "eselonId": _eselon(one), "subJabatanId": _teks(v["sub"]), "jenisMutasiId": row.mutasi,
        "jenisPenugasanId": row.penugasan, "nomorSk": row.nomor_sk, "tanggalSk": tgl(row.tanggal_sk),
        "tmtJabatan": tgl(row.tmt), "tmtMutasi": tgl(row.tmt_mutasi if row.mutasi == r.MU else row.tmt),
        "tmtPelantikan": tgl(row.tmt_pelantikan), "path": [],
    }  # fmt: skip


def _eselon(one: Surat) -> str:
    """Its id; the code I.a names two and cannot be sent."""
    if one.row.jenis_jabatan != "STRUKTURAL":
        return ""
    found = [key for key, grade in kode.eselon().items() if grade.kode == one.row.eselon]
    if len(found) != 1:
        one.kurang.append(f"Eselon tidak dapat dikirim: {one.row.eselon or 'kosong'}")
        return ""
    return found[0]


def _kursus(one: Surat) -> dict[str, Any]:
    row, v = one.row, one.isi
    return {
        "pnsOrangId": one.pns_id, "instansiId": one.aturan.instansi_id, "institusiPenyelenggara":
        _teks(v["penyelenggara"]), "jenisDiklatId": _teks(v["bentuk"]), "jenisKursus": "", "jenisKursusSertipikat":
        SERTIPIKAT.get(_teks(v["bentuk"]), "T"),
        "jumlahJam": int(v["jam"] or 0), "lokasiId": "", "namaKursus": _teks(v["nama"]), "nomorSertipikat":
        _teks(v["nomor"]), "tahunKursus": row.tmt.year, "tanggalKursus": tgl(row.tmt), "tanggalSelesaiKursus":
        tgl(row.selesai), "path": [],
    }  # fmt: skip


def _diklat(one: Surat) -> dict[str, Any]:
    row, v = one.row, one.isi
    return {
        "pnsOrangId": one.pns_id, "latihanStrukturalId": _teks(v["latihan"]), "nomor": row.nomor_sk,
        "tanggal": tgl(row.tmt), "tanggalSelesai": tgl(row.selesai), "tahun": row.tmt.year,
        "jumlahJam": int(v["jam"] or 0), "institusiPenyelenggara": _teks(v["penyelenggara"]), "bobot": 0,
        "jenisKompetensi": "", "path": [],
    }  # fmt: skip


def _sertifikasi(one: Surat) -> dict[str, Any]:
    """`masaBerlakuSertSelasai` is how SIASN spells it."""
    row, v = one.row, one.isi
    return {
        "pnsOrangId": one.pns_id, "namaSertifikasi": _teks(v["nama"]), "nomorSertifikat": _teks(v["nomor"]),
        "tanggalSertifikat": tgl(row.tanggal_sk or row.tmt), "masaBerlakuSertMulai": tgl(row.tmt),
        "masaBerlakuSertSelasai": tgl(row.selesai), "lembagaSertifikasiId": _teks(v["lembaga"]),
        "lembagaSertifikasiNama": _teks(row.isi.get("lembaga")), "gelarDepanSert": "", "gelarBelakangSert": "",
        "rumpunJabatanId": "", "path": [],
    }  # fmt: skip


def _kgb(one: Surat) -> dict[str, Any]:
    row = one.row
    years, months = int(row.isi.get("mk_tahun") or 0), int(row.isi.get("mk_bulan") or 0)
    return {
        "pnsId": one.pns_id, "nomorSk": row.nomor_sk, "tanggalSk": tgl(row.tanggal_sk), "tmtGajiBaru": tgl(row.tmt),
        "gajiLama": _teks(row.isi.get("gaji_lama")), "gajiBaru": _teks(row.isi.get("gaji_baru")),
        "masaKerja": f"{years} tahun {months} bulan" if years or months else "",
    }  # fmt: skip


def _kontak(one: Surat) -> dict[str, Any]:
    """Ours where we have it, else what SIASN has: whether it empties what is left out, nobody says."""
    body = {"pns_orang_id": one.pns_id}
    for field_ in one.kind.medan:
        body[field_.tulis] = _teks(one.isi.get(field_.nama)) or _teks(one.sebelum.get(field_.nama))
    for field_ in one.kind.terbawa:
        value = _teks(one.sebelum.get(field_.nama))
        body[field_.tulis] = tgl(bentuk.tanggal(value)) if field_.tipe == TANGGAL else value
    return body


def _penghargaan(one: Surat) -> dict[str, Any]:
    row = one.row
    return {
        "pnsOrangId": one.pns_id, "hargaId": _teks(one.isi["nama"]), "skNomor": row.nomor_sk,
        "skDate": tgl(row.tanggal_sk), "tahun": row.tmt.year, "path": [],
    }  # fmt: skip


def _hukdis(one: Surat) -> dict[str, Any]:
    """`akhirHukumanTanggal` on writing, `akhirHukumTanggal` on reading."""
    row, v = one.row, one.isi
    months = _months(row.tmt, row.selesai)
    return {
        "pnsOrangId": one.pns_id, "jenisTingkatHukumanId": _teks(v["tingkat"]), "jenisHukumanId": _teks(v["jenis"]),
        "skNomor": row.nomor_sk, "skTanggal": tgl(row.tanggal_sk), "hukumanTanggal": tgl(row.tmt),
        "akhirHukumanTanggal": tgl(row.selesai), "masaTahun": months // 12, "masaBulan": months % 12,
        "nomorPp": {"PP94": "94", "PP53": "53"}.get(str(row.isi.get("dasar")), ""),
        "keterangan": _teks(row.isi.get("alasan")), "path": [],
    }  # fmt: skip


def _months(start: date, end: date | None) -> int:
    return (end.year - start.year) * 12 + end.month - start.month if end else 0


def _angka_kredit(one: Surat) -> dict[str, Any]:
    """Belongs to a jabatan that SIASN already knows."""
    row, v = one.row, one.isi
    seat = sa.select(r.RiwayatJabatan.siasn_id).where(
        r.RiwayatJabatan.pegawai_id == row.pegawai_id, r.RiwayatJabatan.status == r.TERVERIFIKASI,
        r.RiwayatJabatan.jalur == r.UTAMA, r.RiwayatJabatan.berlaku <= (row.selesai or row.tmt),
    )  # fmt: skip
    held = db.session.scalars(seat.order_by(r.RiwayatJabatan.berlaku.desc()).limit(1)).first()
    if not held:
        one.kurang.append("Riwayat jabatannya belum ada di SIASN: kirim jabatan dulu")
    form = row.isi.get("bentuk")
    return {
        "pnsId": one.pns_id, "rwJabatanId": held or "", "nomorSk": row.nomor_sk, "tanggalSk": tgl(row.tanggal_sk),
        "bulanMulaiPenailan": str(row.tmt.month), "tahunMulaiPenailan": str(row.tmt.year),
        "bulanSelesaiPenailan": _teks(v["bulan_selesai"]), "tahunSelesaiPenailan": _teks(v["tahun_selesai"]),
        "kreditBaruTotal": _teks(v["total"]), "kreditUtamaBaru": "", "kreditPenunjangBaru": "",
        "isKonversi": "1" if form == "KONVERSI" else "0", "isIntegrasi": "1" if form == "INTEGRASI" else "0",
        "isAngkaKreditPertama": "1" if form == "PERTAMA" else "0", "path": [],
    }  # fmt: skip


def _skp(one: Surat) -> dict[str, Any]:
    """With who judged: the atasan at the end of the year."""
    row, v = one.row, one.isi
    year = int(row.isi.get("tahun") or row.tmt.year)
    judge = _penilai(row.pegawai_id, date(year, 12, 31))
    for name, label in (("hasil", "hasil kerja"), ("perilaku", "perilaku kerja"), ("predikat", "predikat")):
        if not v[name]:
            one.kurang.append(f"Nilai {label} tidak dikenal SIASN")
    if judge is None and not row.isi.get("penilai"):
        one.kurang.append("Pejabat penilai tidak diketahui")
    return {
        "pnsDinilaiOrang": one.pns_id, "tahun": year, "hasilKinerjaNilai": _teks(v["hasil"]),
        "perilakuKerjaNilai": _teks(v["perilaku"]), "kuadranKinerjaNilai": _teks(v["predikat"]),
        "penilaiNama": judge.nama if judge else _teks(row.isi.get("penilai")), "penilaiNipNrp": judge.nip if judge
        else "", "penilaiJabatan": judge.jabatan if judge else "", "penilaiUnorNama": (judge.unit or "") if judge else
        "", "penilaiGolongan": _golongan(judge.golongan) if judge else "", "statusPenilai": "ASN" if judge and judge.nip
        else "NON", "path": [],
    }  # fmt: skip


def _golongan(code: str) -> str:
    known = kode.golongan().get(code)
    return known.siasn_id if known else ""


def _penilai(pegawai_id: Any, on: date) -> Any:
    boss = sa.select(Keadaan.atasan_id).where(Keadaan.pegawai_id == pegawai_id, berlaku(on)).scalar_subquery()
    query = (
        sa.select(Keadaan.nama, Keadaan.nip, Keadaan.jabatan, Keadaan.golongan, Unit.nama.label("unit"))
        .outerjoin(Unit, Unit.id == Keadaan.unit_id)
        .where(Keadaan.pegawai_id == boss, berlaku(on))
    )
    return db.session.execute(query).first()


ISI: dict[str, Callable[[Surat], dict[str, Any]]] = {
    "jabatan": _jabatan, "kursus": _kursus, "penghargaan": _penghargaan, "hukdis": _hukdis,
    "angkakredit": _angka_kredit, "skp22": _skp, "diklat": _diklat, "sertifikasi": _sertifikasi, "kgb": _kgb,
    "kontak": _kontak,
}  # fmt: skip
