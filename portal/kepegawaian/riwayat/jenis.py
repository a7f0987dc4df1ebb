"""The catalogue: every kind of entry, its fields, the documents it needs, and who may see it."""

from dataclasses import dataclass
from typing import Any

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import kode

TEKS, TANGGAL, BULAT, DESIMAL, YA, PILIHAN, NIK, PANJANG = (
    "teks", "tanggal", "bulat", "desimal", "ya", "pilihan", "nik", "panjang",
)  # fmt: skip
ATASAN = "ATASAN"  # its `isi` also holds atasan_id and cara, see models.IKUT_PIMPINAN
UMUM, TERBATAS = "UMUM", "TERBATAS"  # TERBATAS: the person, their direct atasan, LIHAT_HUKDIS


@dataclass(frozen=True)
class Medan:
    """A field. `pilihan`: value and words. DESIMAL has at most three decimals; NIK is kept sealed."""

    nama: str
    judul: str
    tipe: str = TEKS
    wajib: bool = False
    pilihan: tuple[tuple[str, str], ...] = ()
    bantuan: str = ""


@dataclass(frozen=True)
class Jenis:
    """A kind. `tabel`: key of models.TABEL. `selesai`: words for its end, empty when it has none.

    `dokumen`: code and whether it must be there before verification. `jenis_pegawai`: for whom it exists, empty =
    everybody. `tutup`: only read here, another page or module makes it.
    """

    kode: str
    judul: str
    tabel: str
    medan: tuple[Medan, ...]
    dokumen: tuple[tuple[str, bool], ...] = ()
    tmt: str = "TMT"
    selesai: str = ""
    wajib_selesai: bool = False
    sk: bool = True
    jenis_pegawai: tuple[str, ...] = ()
    akses: str = UMUM
    tutup: bool = False
    utama: bool = False  # stands in the catalogue of riwayat utama


def _pilihan(**words: str) -> tuple[tuple[str, str], ...]:
    return tuple(words.items())


PNS, PPPK = ("PNS", "CPNS"), ("PPPK", "PPPK_PARUH_WAKTU")
GOLONGAN = tuple((one.kode, f"{one.kode} {one.pangkat}".strip()) for one in kode.golongan().values())
TINGKAT = tuple((one.siasn_id, one.nama) for one in kode.pendidikan().values())
KP = (
    ("101", "Reguler"), ("201", "Pilihan: jabatan struktural"), ("202", "Pilihan: jabatan fungsional"),
    ("203", "Pilihan: prestasi luar biasa"), ("204", "Pilihan: penemuan baru"), ("205", "Pilihan: pejabat negara"),
    ("206", "Pilihan: penyesuaian ijazah"), ("207", "Pilihan: tugas belajar"), ("208", "Pilihan: dipekerjakan"),
    ("209", "Anumerta"), ("210", "Pengabdian"), ("211", "Dari pengadaan"),
)  # fmt: skip
HUKDIS = _pilihan(
    TEGURAN_LISAN="Teguran lisan", TEGURAN_TERTULIS="Teguran tertulis", TIDAK_PUAS="Pernyataan tidak puas tertulis",
    POTONG_6="Pemotongan tunjangan 6 bulan", POTONG_9="Pemotongan tunjangan 9 bulan",
    POTONG_12="Pemotongan tunjangan 12 bulan", TURUN_JABATAN="Penurunan jabatan setingkat lebih rendah 12 bulan",
    BEBAS_JABATAN="Pembebasan dari jabatan 12 bulan",
    PDHTAPS="Pemberhentian dengan hormat tidak atas permintaan sendiri",
    TUNDA_KGB="Penundaan gaji berkala (PP 53/2010)", TUNDA_KP="Penundaan kenaikan pangkat (PP 53/2010)",
    TURUN_PANGKAT="Penurunan pangkat (PP 53/2010)",
)  # fmt: skip

JENIS: dict[str, Jenis] = {one.kode: one for one in (
    Jenis("CPNS_PNS", "CPNS dan PNS", "lain", (
        Medan("nomor_sk_pns", "Nomor SK PNS"), Medan("tanggal_sk_pns", "Tanggal SK PNS", TANGGAL),
        Medan("tmt_pns", "TMT PNS", TANGGAL), Medan("nomor_spmt", "Nomor SPMT"),
        Medan("tanggal_spmt", "Tanggal SPMT", TANGGAL), Medan("nomor_sttpl", "Nomor STTPL"),
        Medan("tanggal_sttpl", "Tanggal STTPL", TANGGAL), Medan("nomor_surat_dokter", "Nomor surat dokter"),
        Medan("tanggal_surat_dokter", "Tanggal surat dokter", TANGGAL),
        Medan("nomor_sumpah", "Nomor berita acara sumpah"), Medan("tanggal_sumpah", "Tanggal sumpah", TANGGAL),
        Medan("nomor_karpeg", "Nomor karpeg"),
    ), (("SK_CPNS", True), ("SK_PNS", False), ("SPMT", False), ("SURAT_DOKTER", False)), tmt="TMT CPNS",
        jenis_pegawai=PNS, utama=True),
    Jenis("PERJANJIAN", "Perjanjian kerja PPPK", "lain", (
        Medan("ke", "Perjanjian ke-", BULAT, True), Medan("gaji", "Gaji pokok (Rp)", BULAT),
        Medan("jabatan", "Jabatan dalam perjanjian"),
    ), (("PERJANJIAN", True), ("SK_PPPK", False)), tmt="Mulai", selesai="Berakhir", wajib_selesai=True,
        jenis_pegawai=PPPK, utama=True),
    Jenis("JABATAN", "Jabatan", "jabatan", (), (("SK_JABATAN", True), ("BA_PELANTIKAN", False), ("SPMT", False)),
          tmt="TMT jabatan", selesai="Selesai", utama=True),
    Jenis("GOLONGAN", "Golongan dan pangkat", "golongan", (
        Medan("golongan", "Golongan", PILIHAN, True, GOLONGAN), Medan("jenis_kp", "Jenis kenaikan", PILIHAN, True, KP),
        Medan("mk_tahun", "Masa kerja (tahun)", BULAT, True), Medan("mk_bulan", "Masa kerja (bulan)", BULAT, True),
        Medan("kredit", "Angka kredit"), Medan("pertek_nomor", "Nomor pertimbangan teknis"),
        Medan("pertek_tanggal", "Tanggal pertimbangan teknis", TANGGAL),
    ), (("SK_KP", True), ("PERTEK", False)), utama=True),
    Jenis("KGB", "Gaji berkala", "lain", (
        Medan("gaji_lama", "Gaji lama (Rp)", BULAT), Medan("gaji_baru", "Gaji baru (Rp)", BULAT, True),
        Medan("mk_tahun", "Masa kerja (tahun)", BULAT), Medan("mk_bulan", "Masa kerja (bulan)", BULAT),
    ), (("SK_KGB", True),)),
    Jenis("PENDIDIKAN", "Pendidikan", "pendidikan", (
        Medan("tingkat", "Tingkat", PILIHAN, True, TINGKAT), Medan("prodi", "Program studi"),
        Medan("sekolah", "Sekolah atau perguruan tinggi", TEKS, True), Medan("nomor_ijazah", "Nomor ijazah"),
        Medan("gelar_depan", "Gelar depan"), Medan("gelar_belakang", "Gelar belakang"),
        Medan("pertama", "Ijazah saat pengangkatan", YA), Medan("dicantumkan", "Gelar sudah dicantumkan BKN", YA),
    ), (("IJAZAH", True), ("TRANSKRIP", False)), tmt="Tanggal lulus", sk=False, utama=True),
    Jenis("DIKLAT", "Diklat struktural", "lain", (
        Medan("latihan", "Diklat", PILIHAN, True, _pilihan(
            SEPADA="SEPADA", SEPALA="SEPALA", SEPADYA="SEPADYA", SPAMEN="SPAMEN", SEPATI="SEPATI",
            PIM_IV="PIM IV / PKP", PIM_III="PIM III / PKA", PIM_II="PIM II / PKN II", PIM_I="PIM I / PKN I",
            LAIN="Lainnya",
        )), Medan("jam", "Jam pelajaran", BULAT, True), Medan("penyelenggara", "Penyelenggara"),
    ), (("SERTIFIKAT_DIKLAT", True),), tmt="Mulai", selesai="Selesai"),
    Jenis("KURSUS", "Kursus dan pengembangan kompetensi", "lain", (
        Medan("nama", "Nama kegiatan", TEKS, True), Medan("bentuk", "Bentuk", PILIHAN, True, _pilihan(
            DIKLAT_FUNGSIONAL="Diklat fungsional", DIKLAT_TEKNIS="Diklat teknis", SEMINAR="Seminar",
            WORKSHOP="Workshop",
            SOSIALISASI="Sosialisasi", BIMTEK="Bimbingan teknis", MAGANG="Magang", COACHING="Coaching dan mentoring",
            MANDIRI="Belajar mandiri", LAIN="Lainnya",
        )), Medan("jam", "Jam pelajaran", BULAT, True), Medan("nomor_sertifikat", "Nomor sertifikat"),
        Medan("penyelenggara", "Penyelenggara"),
    ), (("SERTIFIKAT_KURSUS", True),), tmt="Mulai", selesai="Selesai", sk=False),
    Jenis("SERTIFIKASI", "Sertifikasi", "lain", (
        Medan("nama", "Nama sertifikasi", TEKS, True), Medan("lembaga", "Lembaga", TEKS, True),
        Medan("nomor", "Nomor sertifikat"),
    ), (("SERTIFIKAT", True),), tmt="Berlaku mulai", selesai="Berlaku sampai", sk=False),
    Jenis("KELUARGA", "Keluarga", "lain", (
        Medan("hubungan", "Hubungan", PILIHAN, True, _pilihan(
            PASANGAN="Suami atau istri", ANAK="Anak", AYAH="Ayah", IBU="Ibu",
        )), Medan("nama", "Nama", TEKS, True), Medan("nik", "NIK", NIK), Medan("tempat_lahir", "Tempat lahir"),
        Medan("tanggal_lahir", "Tanggal lahir", TANGGAL, True), Medan("jenis_kelamin", "Jenis kelamin", PILIHAN, False,
              _pilihan(L="Laki-laki", P="Perempuan")),
        Medan("hidup", "Masih hidup", YA), Medan("anak_ke", "Anak ke-", BULAT), Medan("tanggungan", "Tanggungan", YA),
        Medan("kuliah", "Masih kuliah, belum kawin, belum bekerja", YA), Medan("nomor_akta", "Nomor akta"),
        Medan("tanggal_akta", "Tanggal akta", TANGGAL),
    ), (("KK", False), ("AKTA_NIKAH", False), ("AKTA_LAHIR", False), ("AKTA_CERAI", False), ("AKTA_KEMATIAN", False)),
        tmt="Sejak", selesai="Sampai", sk=False),
    Jenis("PENGHARGAAN", "Penghargaan", "lain", (
        Medan("nama", "Penghargaan", PILIHAN, True, (
            ("201", "Satyalancana Karya Satya 10 tahun"), ("202", "Satyalancana Karya Satya 20 tahun"),
            ("203", "Satyalancana Karya Satya 30 tahun"), ("LAIN", "Lainnya"),
        )), Medan("uraian", "Uraian"),
    ), (("PIAGAM", True),), tmt="Tanggal"),
    Jenis("HUKDIS", "Hukuman disiplin", "lain", (
        Medan("tingkat", "Tingkat", PILIHAN, True, _pilihan(R="Ringan", S="Sedang", B="Berat")),
        Medan("jenis", "Jenis hukuman", PILIHAN, True, HUKDIS), Medan("alasan", "Alasan", PANJANG, True),
        Medan("dasar", "Peraturan dasar", PILIHAN, True, _pilihan(PP94="PP 94/2021", PP53="PP 53/2010")),
    ), (("SK_HUKDIS", True),), selesai="Berakhir", akses=TERBATAS),
    Jenis("CUTI", "Cuti", "lain", (
        Medan("jenis", "Jenis cuti", PILIHAN, True, _pilihan(
            TAHUNAN="Tahunan", BESAR="Besar", SAKIT="Sakit", MELAHIRKAN="Melahirkan", PENTING="Alasan penting",
            BERSAMA="Bersama",
        )), Medan("hari", "Lama (hari kerja)", BULAT, True),
    ), (("SURAT_IZIN", False),), tmt="Mulai", selesai="Selesai", wajib_selesai=True),
    Jenis("SKP", "Kinerja tahunan", "lain", (
        Medan("tahun", "Tahun", BULAT, True), Medan("hasil", "Hasil kerja"), Medan("perilaku", "Perilaku kerja"),
        Medan("predikat", "Predikat"), Medan("penilai", "Penilai"),
    ), (("EVALUASI_KINERJA", False), ("REALISASI_KINERJA", False)), tmt="Tanggal penetapan", sk=False, tutup=True),
    Jenis("ANGKA_KREDIT", "Angka kredit", "lain", (
        Medan("bentuk", "Bentuk", PILIHAN, True, _pilihan(
            KONVERSI="Konversi", INTEGRASI="Integrasi", PERTAMA="Pertama",
        )), Medan("total", "Angka kredit", DESIMAL, True), Medan("jabatan", "Jabatan"),
    ), (("PAK", True), ("SK_PAK", False)), tmt="Mulai", selesai="Sampai", jenis_pegawai=PNS),
    Jenis("PMK", "Peninjauan masa kerja", "lain", (
        Medan("pengalaman", "Pengalaman", TEKS, True), Medan("mk_tahun", "Masa kerja (tahun)", BULAT, True),
        Medan("mk_bulan", "Masa kerja (bulan)", BULAT, True), Medan("pertek_nomor", "Nomor pertimbangan teknis"),
    ), (("SK_PMK", True),)),
    Jenis("PINDAH", "Pindah instansi", "lain", (
        Medan("arah", "Arah", PILIHAN, True, _pilihan(MASUK="Masuk", KELUAR="Keluar")),
        Medan("asal", "Instansi asal", TEKS, True), Medan("tujuan", "Instansi tujuan", TEKS, True),
        Medan("nomor_sk_asal", "Nomor SK instansi asal"), Medan("nomor_sk_tujuan", "Nomor SK instansi tujuan"),
        Medan("nomor_sk_bkn", "Nomor SK atau persetujuan BKN"),
    ), (("SK_PINDAH", True),)),
    Jenis("CLTN", "CLTN dan tugas belajar", "lain", (
        Medan("jenis", "Jenis", PILIHAN, True, _pilihan(CLTN="CLTN", TUBEL="Tugas belajar")),
        Medan("aktif_kembali", "Aktif kembali", TANGGAL), Medan("nomor_persetujuan", "Nomor persetujuan BKN"),
    ), (("SK_CLTN", True), ("PERSETUJUAN_BKN", False)), tmt="Mulai", selesai="Berakhir", wajib_selesai=True),
    Jenis("PEMBERHENTIAN", "Pemberhentian dan pensiun", "lain", (
        Medan("jenis", "Jenis", PILIHAN, True, _pilihan(
            BUP="Mencapai BUP", APS="Atas permintaan sendiri", PERAMPINGAN="Perampingan", UZUR="Tidak cakap",
            MENINGGAL="Meninggal", TEWAS="Tewas", HILANG="Hilang", PDHTAPS="Hukuman disiplin (PDHTAPS)", PTDH="PTDH",
            TANPA_HAK="Tanpa hak pensiun", PPPK_BERAKHIR="Perjanjian PPPK berakhir",
        )), Medan("pertek_nomor", "Nomor pertimbangan teknis"),
    ), (("SK_PENSIUN", True),), utama=True, tutup=True),
    Jenis(ATASAN, "Penggantian atasan", "lain", (
        Medan("atasan", "Atasan langsung", TEKS, True), Medan("sebelumnya", "Menggantikan"),
        Medan("dasar", "Dasar", TEKS, True),
    ), tmt="Berlaku mulai", sk=False, tutup=True),
    Jenis("PERALIHAN", "Peralihan PPPK", "lain", (
        Medan("menjadi", "Menjadi", TEKS, True), Medan("ni_baru", "NI baru"), Medan("ni_lama", "NI lama"),
    ), tmt="Berlaku mulai", jenis_pegawai=PPPK, tutup=True),
    Jenis("KEDUDUKAN", "Kedudukan hukum", "kedudukan", (
        Medan("kode", "Kedudukan", PILIHAN, True),
    ), (("SK_KEDUDUKAN", False),), selesai="Sampai", utama=True),
)}  # fmt: skip


def of(row: Any) -> Jenis:
    """The kind of an entry."""
    if isinstance(row, r.RiwayatLain):
        return JENIS[row.jenis]
    return next(one for one in JENIS.values() if r.TABEL[one.tabel] is type(row))
