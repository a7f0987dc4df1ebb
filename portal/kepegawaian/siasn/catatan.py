"""Every kind of entry that SIASN keeps: where it is read and written, its fields, and how they meet ours."""

from collections.abc import Mapping
from typing import Any

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.kode import eselon
from portal.kepegawaian.siasn import bentuk
from portal.kepegawaian.siasn.diri import DATA_UTAMA, KONTAK
from portal.kepegawaian.siasn.keluarga import KELUARGA
from portal.kepegawaian.siasn.medan import (
    ANGKA,
    KODE,
    TANGGAL,
    TEKS,
    Catatan,
    Isi,
    Medan,
    kata,
)
from portal.kepegawaian.siasn.models import BKN, KOTA, MSKP

SK = (
    Medan("nomor_sk", "Nomor SK", ("nomorSk", "skNomor", "noSk", "nomorSK"), "nomor_sk"),
    Medan("tanggal_sk", "Tanggal SK", ("tanggalSk", "skTanggal", "tglSk", "tanggalSK"), "tanggal_sk", TANGGAL),
)
UMUM = frozenset({
    "id", "ID", "Id", "idPns", "nipBaru", "nipLama", "pnsId", "pnsOrangId", "pns_orang_id", "pns", "pnsOrang",
    "pnsDinilaiId", "pnsDinilaiOrang", "path", "createdAt", "updatedAt", "keterangan",
})  # fmt: skip
SIASN_JENIS = {"1": "STRUKTURAL", "2": "JF", "3": "STRUKTURAL", "4": "PELAKSANA"}
JENIS_SIASN = {"STRUKTURAL": "1", "JF": "2", "PELAKSANA": "4"}
HASIL_SKP = {"1": "Di atas ekspektasi", "2": "Sesuai ekspektasi", "3": "Di bawah ekspektasi"}
KUADRAN = {"1": "Sangat baik", "2": "Baik", "3": "Butuh perbaikan", "4": "Kurang", "5": "Sangat kurang"}


def _dari_kata(words: Mapping[str, str], text: Any) -> str | None:
    """The code of a rating written in words, whatever its case; a code stays one."""
    flat = bentuk.padat(str(text or "")).removesuffix("ekspektasi")
    known = {bentuk.padat(value).removesuffix("ekspektasi"): code for code, value in words.items()}
    return known.get(flat) or (flat if flat in words else None)


def _jabatan(row: r.RiwayatJabatan) -> Any:
    return row.jabatan_id if row.jenis_jabatan != "STRUKTURAL" else None


def _penugasan(row: r.RiwayatJabatan) -> str:
    return row.penugasan


def _eselon(row: r.RiwayatJabatan) -> str:
    return row.eselon if row.jenis_jabatan == "STRUKTURAL" else ""


def _lengkapi_jabatan(found: dict[str, Any], row: Isi) -> dict[str, Any]:
    """One jabatan out of two columns; defaults of rows older than the columns; MU starts on its tmtMutasi."""
    jft, jfu = bentuk.kode(row.get("jabatanFungsionalId")), bentuk.kode(row.get("jabatanFungsionalUmumId"))
    kind = str(row.get("jenisJabatan") or ("2" if jft else "4" if jfu else "1"))
    found["jenis"] = SIASN_JENIS.get(kind, kind)
    found["jabatan"] = jft if kind == "2" else jfu if kind == "4" else ""
    found["mutasi"] = found.get("mutasi") or r.MJ
    found["penugasan"] = found.get("penugasan") or r.DEFINITIF
    if found["mutasi"] != r.MU:
        found["tmt_mutasi"] = None
    grade = eselon().get(bentuk.kode(row.get("eselonId")))
    found["eselon"] = grade.kode if grade and found["jenis"] == "STRUKTURAL" else ""
    found["berlaku"] = found.get("tmt_mutasi") or found.get("tmt")
    return found


def _lengkapi_skp(found: dict[str, Any], row: Isi) -> dict[str, Any]:
    for name, words in (("hasil", HASIL_SKP), ("perilaku", HASIL_SKP), ("predikat", KUADRAN)):
        if name in found:
            found[name] = _dari_kata(words, found[name])
    return found


JABATAN = Catatan(
    "jabatan", "Jabatan", "pns/rw-jabatan/{nip}", "JABATAN",
    (
        Medan("jenis", "Jenis jabatan", (), "jenis_jabatan"),
        Medan("jabatan", "Jabatan", (), _jabatan, KODE, KOTA, "JABATAN"),
        Medan("sub", "Sub jabatan", ("subJabatanId",), "sub_jabatan_id", KODE, KOTA, "SUB"),
        Medan("unor", "Unit kerja", ("unorId",), "unit_id", KODE, KOTA, "UNIT"),
        Medan("eselon", "Eselon", (), _eselon),
        Medan("penugasan", "Penugasan", ("jenisPenugasanId",), _penugasan, KODE),
        Medan("mutasi", "Mutasi", ("jenisMutasiId",), "mutasi", KODE),
        *SK,
        Medan("tmt", "TMT jabatan", ("tmtJabatan",), "tmt", TANGGAL),
        Medan("tmt_mutasi", "TMT mutasi", ("tmtMutasi",), "tmt_mutasi", TANGGAL),
        Medan("tmt_pelantikan", "Tanggal pelantikan", ("tmtPelantikan",), "tmt_pelantikan", TANGGAL),
        Medan("berlaku", "Berlaku", (), "berlaku", TANGGAL),
    ),
    ("nomor_sk", "berlaku", "unor", "penugasan"),
    kenal=frozenset({
        "jenisJabatan", "instansiKerjaId", "instansiKerjaNama", "instansiIndukId", "satuanKerjaId", "satuanKerjaNama",
        "unorId", "unorNama", "unorIndukId", "unorIndukNama", "eselon", "eselonId", "jabatanFungsionalId",
        "jabatanFungsionalNama", "jabatanFungsionalUmumId", "jabatanFungsionalUmumNama", "tmtJabatan", "namaUnor",
        "nomorSk", "tanggalSk", "namaJabatan", "tmtPelantikan", "tmtMutasi", "jenisMutasiId", "jenisPenugasanId",
        "subJabatanId", "subJabatanNama", "instansiId",
    }),
    simpan="jabatan/unorjabatan/save", hasil="rwJabatanId", hapus="jabatan/delete/{id}",
    dokumen=(("SK_JABATAN", "872"), ("BA_PELANTIKAN", "873")), hitung="pns/data-utama-jabatansync",
    lengkapi=_lengkapi_jabatan,
)  # fmt: skip
GOLONGAN = Catatan(
    "golongan", "Golongan dan pangkat", "pns/rw-golongan/{nip}", "GOLONGAN",
    (
        Medan("golongan", "Golongan", ("golonganId",), "golongan", KODE, BKN, "GOLONGAN"),
        *SK,
        Medan("tmt", "TMT", ("tmtGolongan",), "tmt", TANGGAL, BKN),
        Medan("mk_tahun", "Masa kerja (tahun)", ("masaKerjaGolonganTahun",), "mk_tahun", ANGKA, BKN),
        Medan("mk_bulan", "Masa kerja (bulan)", ("masaKerjaGolonganBulan",), "mk_bulan", ANGKA, BKN),
        Medan("pertek_nomor", "Nomor pertek", ("noPertekBkn",), "pertek_nomor", TEKS, BKN),
    ),
    ("golongan", "tmt"),
    kenal=frozenset({
        "golonganId", "golongan", "pangkat", "skNomor", "skTanggal", "tmtGolongan", "noPertekBkn", "tglPertekBkn",
        "jumlahKreditUtama", "jumlahKreditTambahan", "jenisKPId", "jenisKPNama", "masaKerjaGolonganTahun",
        "masaKerjaGolonganBulan",
    }),
    hitung="pns/data-utama-golongansync",
)  # fmt: skip
PENDIDIKAN = Catatan(
    "pendidikan", "Pendidikan", "pns/rw-pendidikan/{nip}", "PENDIDIKAN",
    (
        Medan("tingkat", "Tingkat", ("tkPendidikanId",), "tingkat", KODE, BKN),
        Medan("sekolah", "Sekolah", ("namaSekolah",), "sekolah", TEKS, BKN),
        Medan("nomor_ijazah", "Nomor ijazah", ("nomorIjasah",), "nomor_ijazah", TEKS, BKN),
        Medan("tahun", "Tahun lulus", ("tahunLulus",), lambda row: row.tmt.year, ANGKA, BKN),
    ),
    ("tingkat", "tahun"),
    kenal=frozenset({
        "pendidikanId", "pendidikanNama", "tkPendidikanId", "tkPendidikanNama", "tahunLulus", "tglLulus",
        "isPendidikanPertama", "nomorIjasah", "namaSekolah", "gelarDepan", "gelarBelakang",
    }),
)  # fmt: skip
KURSUS = Catatan(
    "kursus", "Kursus", "pns/rw-kursus/{nip}", "KURSUS",
    (
        Medan("nama", "Nama kegiatan", ("namaKursus",), "isi.nama"),
        Medan("bentuk", "Bentuk", ("jenisDiklatId",), "isi.bentuk", KODE, KOTA, "KURSUS"),
        Medan("jam", "Jam pelajaran", ("jumlahJam",), "isi.jam", ANGKA),
        Medan("nomor", "Nomor sertifikat", ("noSertipikat", "nomorSertipikat"), "isi.nomor_sertifikat"),
        Medan("penyelenggara", "Penyelenggara", ("institusiPenyelenggara",), "isi.penyelenggara"),
        Medan("tmt", "Mulai", ("tanggalKursus",), "tmt", TANGGAL),
        Medan("selesai", "Selesai", ("tanggalSelesaiKursus",), "selesai", TANGGAL),
    ),
    ("nomor", "nama", "tmt"),
    kenal=frozenset({
        "namaKursus", "jenisDiklatId", "jenisKursusId", "jenisKursus", "jenisKursusNama", "jenisKursusSertifikat",
        "jenisKursusSertipikat", "jumlahJam", "noSertipikat", "nomorSertipikat", "institusiPenyelenggara",
        "tanggalKursus", "tanggalSelesaiKursus", "tahunKursus", "lokasiId", "instansiId",
    }),
    simpan="kursus/save", hasil="rwKursusId", hapus="kursus/delete/{id}", dokumen=(("SERTIFIKAT_KURSUS", "881"),),
    nomor="nomor",
)  # fmt: skip
PENGHARGAAN = Catatan(
    "penghargaan", "Penghargaan", "pns/rw-penghargaan/{nip}", "PENGHARGAAN",
    (
        Medan("nama", "Penghargaan", ("hargaId",), "isi.nama", KODE, KOTA, "PENGHARGAAN"),
        Medan("nomor_sk", "Nomor SK", ("skNomor",), "nomor_sk"),
        Medan("tanggal_sk", "Tanggal SK", ("skDate", "skTanggal"), "tanggal_sk", TANGGAL),
        Medan("tahun", "Tahun", ("tahun",), lambda row: row.tmt.year, ANGKA),
    ),
    ("nama", "tahun"),
    kenal=frozenset({"hargaId", "hargaNama", "skNomor", "skDate", "skTanggal", "tahun"}),
    simpan="penghargaan/save", hasil="rwPenghargaanId", hapus="penghargaan/delete/{id}", dokumen=(("PIAGAM", "892"),),
)  # fmt: skip
HUKDIS = Catatan(
    "hukdis", "Hukuman disiplin", "pns/rw-hukdis/{nip}", "HUKDIS",
    (
        Medan("tingkat", "Tingkat", ("jenisTingkatHukumanId",), "isi.tingkat", KODE),
        Medan("jenis", "Jenis hukuman", ("jenisHukumanId", "jenisHukuman"), "isi.jenis", KODE, KOTA, "HUKDIS"),
        Medan("nomor_sk", "Nomor SK", ("skNomor",), "nomor_sk"),
        Medan("tanggal_sk", "Tanggal SK", ("skTanggal",), "tanggal_sk", TANGGAL),
        Medan("tmt", "TMT hukuman", ("hukumanTanggal",), "tmt", TANGGAL),
        Medan("selesai", "Berakhir", ("akhirHukumTanggal", "akhirHukumanTanggal"), "selesai", TANGGAL),
    ),
    ("nomor_sk", "tmt"),
    kenal=frozenset({
        "jenisTingkatHukumanId", "jenisHukumanId", "jenisHukuman", "skNomor", "skTanggal", "hukumanTanggal",
        "akhirHukumTanggal", "akhirHukumanTanggal", "masaTahun", "masaBulan", "nomorPp", "golongan", "golonganLama",
        "skPembatalanNomor", "skPembatalanTanggal", "alasanHukumanDisiplin", "alasanHukumanDisiplinNama",
        "kedudukanHukum", "jenisHukumanNama", "hukdisYangDiberhentikan",
    }),
    simpan="hukdis/save", hasil="rwHukdisId", dokumen=(("SK_HUKDIS", "882"),),
)  # fmt: skip
ANGKA_KREDIT = Catatan(
    "angkakredit", "Angka kredit", "pns/rw-angkakredit/{nip}", "ANGKA_KREDIT",
    (
        *SK,
        Medan("total", "Angka kredit", ("kreditBaruTotal",), "isi.total", ANGKA),
        Medan("tahun_mulai", "Tahun mulai", ("tahunMulaiPenailan",), lambda row: row.tmt.year, ANGKA),
        Medan("bulan_mulai", "Bulan mulai", ("bulanMulaiPenailan",), lambda row: row.tmt.month, ANGKA),
        Medan("tahun_selesai", "Tahun selesai", ("tahunSelesaiPenailan",),
              lambda row: row.selesai.year if row.selesai else None, ANGKA),
        Medan("bulan_selesai", "Bulan selesai", ("bulanSelesaiPenailan",),
              lambda row: row.selesai.month if row.selesai else None, ANGKA),
    ),
    ("nomor_sk", "tahun_mulai", "bulan_mulai"),
    kenal=frozenset({
        "nomorSk", "tanggalSk", "kreditBaruTotal", "kreditUtamaBaru", "kreditPenunjangBaru", "tahunMulaiPenailan",
        "bulanMulaiPenailan", "tahunSelesaiPenailan", "bulanSelesaiPenailan", "rwJabatan", "rwJabatanId", "namaJabatan",
        "isAngkaKreditPertama", "isIntegrasi", "isKonversi",
    }),
    simpan="angkakredit/save", hasil="rwAngkaKreditId", hapus="angkakredit/delete/{id}",
    dokumen=(("PAK", "879"), ("SK_PAK", "880")), jenis_pegawai=("PNS", "CPNS"),
)  # fmt: skip
SKP22 = Catatan(
    "skp22", "Kinerja tahunan", "pns/rw-skp22/{nip}", "SKP",
    (
        Medan("tahun", "Tahun", ("tahun",), "isi.tahun", ANGKA, MSKP),
        Medan("hasil", "Hasil kerja", ("hasilKinerjaNilai",), lambda row: _dari_kata(HASIL_SKP, row.isi.get("hasil")),
              KODE, MSKP),
        Medan("perilaku", "Perilaku kerja", ("perilakuKerjaNilai", "PerilakuKerjaNilai"),
              lambda row: _dari_kata(HASIL_SKP, row.isi.get("perilaku")), KODE, MSKP),
        Medan("predikat", "Predikat", ("kuadranKinerjaNilai", "KuadranKinerjaNilai"),
              lambda row: _dari_kata(KUADRAN, row.isi.get("predikat")), KODE, MSKP),
    ),
    ("tahun",),
    kenal=frozenset({
        "tahun", "hasilKinerja", "hasilKinerjaNilai", "perilakuKerja", "PerilakuKerjaNilai", "perilakuKerjaNilai",
        "kuadranKinerja", "KuadranKinerjaNilai", "kuadranKinerjaNilai", "namaPenilai", "nipNrpPenilai", "penilaiNama",
        "penilaiNipNrp", "penilaiJabatan", "penilaiJabatanNm", "penilaiGolongan", "penilaiGolonganId",
        "penilaiUnorNama", "penilaiUnorNm", "statusPenilai",
    }),
    simpan="skp22/save", hasil="rwSkpId", dokumen=(("EVALUASI_KINERJA", "890"),), lengkapi=_lengkapi_skp,
)  # fmt: skip

DIKLAT = Catatan(
    "diklat", "Diklat struktural", "pns/rw-diklat/{nip}", "DIKLAT",
    (
        Medan("latihan", "Diklat", ("latihanStrukturalId",), "isi.latihan", KODE, KOTA, "DIKLAT"),
        Medan("nomor_sk", "Nomor", ("nomor",), "nomor_sk"),
        Medan("jam", "Jam pelajaran", ("jumlahJam",), "isi.jam", ANGKA),
        Medan("penyelenggara", "Penyelenggara", ("institusiPenyelenggara",), "isi.penyelenggara"),
        Medan("tmt", "Mulai", ("tanggal",), "tmt", TANGGAL),
        Medan("selesai", "Selesai", ("tanggalSelesai",), "selesai", TANGGAL),
    ),
    ("nomor_sk", "tmt"),
    kenal=kata(
        "tanggal nomor jumlahJam latihanStrukturalId latihanStrukturalNama tahun tanggalSelesai institusiPenyelenggara "
        "bobot jenisKompetensi"
    ),
    simpan="diklat/save", hasil="rwDiklatId", hapus="diklat/delete/{id}", dokumen=(("SERTIFIKAT_DIKLAT", "874"),),
    nomor="nomor_sk",
)  # fmt: skip
SERTIFIKASI = Catatan(
    "sertifikasi", "Sertifikasi", "pns/rw-sertifikasi/{nip}", "SERTIFIKASI",
    (
        Medan("nomor", "Nomor sertifikat", ("nomorSertifikat", "noSertifikat"), "isi.nomor"),
        Medan("nama", "Nama", ("namaSertifikasi",), "isi.nama"),
        Medan("lembaga", "Lembaga", ("lembagaSertifikasiId",), "isi.lembaga", KODE, KOTA, "LEMBAGA", bebas=True),
        Medan("tmt", "Berlaku mulai", ("masaBerlakuSertMulai",), "tmt", TANGGAL),
        Medan("selesai", "Berlaku sampai", ("masaBerlakuSertSelasai", "masaBerlakuSertSelesai"), "selesai", TANGGAL),
    ),
    ("nomor", "nama"),
    kenal=kata(
        "nomorSertifikat noSertifikat namaSertifikasi lembagaSertifikasiId lembagaSertifikasiNama tanggalSertifikat "
        "masaBerlakuSertMulai masaBerlakuSertSelasai masaBerlakuSertSelesai gelarDepanSert gelarBelakangSert "
        "rumpunJabatanId jenisSertifikasiNama sumber"
    ),
    simpan="sertifikasi/save", hasil="rwSertifikasiId", hapus="sertifikasi/delete/{id}", nomor="nomor",
)  # fmt: skip
KGB = Catatan(
    "kgb", "Gaji berkala", "pns/rw-kgb/{nip}", "KGB",
    (
        *SK,
        Medan("tmt", "TMT", ("tmtKgb", "tmtGajiBaru"), "tmt", TANGGAL),
        Medan("gaji", "Gaji baru", ("gajiBaru",), "isi.gaji_baru", ANGKA),
    ),
    ("tmt",),
    kenal=kata(
        "nomorSk tanggalSk tmtKgb tmtGajiBaru gajiBaru gajiLama masaKerja masaKerjaTahun masaKerjaBulan"
    ),
    simpan="kgb/save", hasil="rwKgbId", hapus="kgb/delete/{id}", uji=True,
)  # fmt: skip


def _lain(
    kode: str, judul: str, lokal: str, *medan: Medan, alamiah: tuple[str, ...],
    saring: tuple[tuple[str, str], ...] = (), jenis_pegawai: tuple[str, ...] = (), kenal: str = "",
) -> Catatan:  # fmt: skip
    """A kind that is read and compared; changes of it are made in a service of BKN or by hand there."""
    return Catatan(
        kode, judul, f"pns/rw-{kode}/{{nip}}", lokal, medan, alamiah, saring, kata(kenal),
        jenis_pegawai=jenis_pegawai,
    )  # fmt: skip


LAIN = (
    _lain("masakerja", "Peninjauan masa kerja", "PMK", *SK,
          Medan("mk_tahun", "Masa kerja (tahun)", ("masaKerjaTahun",), "isi.mk_tahun", ANGKA, BKN),
          Medan("mk_bulan", "Masa kerja (bulan)", ("masaKerjaBulan",), "isi.mk_bulan", ANGKA, BKN),
          alamiah=("nomor_sk",), kenal="pengalaman masaKerjaTahun masaKerjaBulan tanggalAwal tanggalSelesai nomorBkn "
          "tanggalBkn dinilai nomorSk tanggalSk"),
    _lain("kontrak", "Perjanjian kerja PPPK", "PERJANJIAN",
          Medan("nomor_sk", "Nomor perjanjian", ("nomorKontrak",), "nomor_sk", TEKS, BKN),
          Medan("tmt", "Mulai", ("tmtMulai",), "tmt", TANGGAL, BKN),
          Medan("selesai", "Berakhir", ("tmtAkhir",), "selesai", TANGGAL, BKN),
          alamiah=("tmt",), jenis_pegawai=("PPPK", "PPPK_PARUH_WAKTU"), kenal="nomorKontrak tmtMulai tmtAkhir gaji"),
    _lain("cltn", "CLTN", "CLTN", Medan("nomor_sk", "Nomor SK", ("skNomor",), "nomor_sk", TEKS, BKN),
          Medan("tmt", "Mulai", ("tanggalAwal",), "tmt", TANGGAL, BKN),
          Medan("selesai", "Berakhir", ("tanggalAkhir",), "selesai", TANGGAL, BKN), alamiah=("tmt",),
          saring=(("jenis", "CLTN"),),
          kenal="jenisCltnId skNomor skTanggal tanggalAwal tanggalAkhir tanggalAktif nomorLetterBkn tanggalLetterBkn"),
    _lain("tubel", "Tugas belajar", "CLTN", Medan("nomor_sk", "Nomor SK", ("nomorSk",), "nomor_sk"),
          Medan("tmt", "Mulai", ("tglMulai",), "tmt", TANGGAL), Medan("selesai", "Berakhir", ("tglAkhir",), "selesai",
          TANGGAL), alamiah=("tmt",), saring=(("jenis", "TUBEL"),), kenal="nomorSk tglSk tglMulai tglAkhir"),
    _lain("pindahinstansi", "Pindah instansi", "PINDAH",
          Medan("nomor_sk", "Nomor SK", ("skUsulNomor", "nomorSk"), "nomor_sk", TEKS, BKN),
          Medan("tmt", "TMT", ("tmtPi",), "tmt", TANGGAL, BKN), alamiah=("tmt",),
          kenal="skUsulNomor nomorSk skUsulTanggal tmtPi instansiAsal instansiTujuan jenisPi"),
    _lain("pemberhentian", "Pemberhentian", "PEMBERHENTIAN",
          Medan("nomor_sk", "Nomor SK", ("skNomor",), "nomor_sk", TEKS, BKN),
          Medan("tmt", "TMT", ("tmtPensiun",), "tmt", TANGGAL, BKN), alamiah=("tmt",),
          kenal="skNomor skTanggal tmtPensiun jenisHenti kedudukanHukum"),
)  # fmt: skip
CERMIN_SAJA = tuple(
    Catatan(kode, judul, f"pns/rw-{kode}/{{nip}}")
    for kode, judul in (
        ("pnsunor", "Pindah unit"), ("pwk", "Pindah wilayah kerja"), ("kinerjaperiodik", "Kinerja periodik"),
        ("skp", "SKP sampai 2021"),
    )
)  # fmt: skip
SEMUA: dict[str, Catatan] = {
    one.kode: one
    for one in (
        JABATAN, GOLONGAN, PENDIDIKAN, DIKLAT, KURSUS, SERTIFIKASI, PENGHARGAAN, HUKDIS, ANGKA_KREDIT, SKP22, KGB,
        KONTAK, *KELUARGA, *LAIN, *CERMIN_SAJA,
    )
}  # fmt: skip
DITARIK = {kode: one for kode, one in SEMUA.items() if not one.bersama}  # kinds with a call of their own
PRIBADI = frozenset(one.kode for one in (KONTAK, *KELUARGA))  # for who synchronises, not for who reads reports
JUDUL = {one.kode: one.judul for one in (DATA_UTAMA, *SEMUA.values())}
