"""Choices of the applicant's forms: value stored, words shown. Codes of provinces: Kemendagri, 38 provinces."""

PROVINSI: dict[str, str] = {
    "11": "Aceh", "12": "Sumatera Utara", "13": "Sumatera Barat", "14": "Riau", "15": "Jambi",
    "16": "Sumatera Selatan", "17": "Bengkulu", "18": "Lampung", "19": "Kepulauan Bangka Belitung",
    "21": "Kepulauan Riau", "31": "DKI Jakarta", "32": "Jawa Barat", "33": "Jawa Tengah", "34": "DI Yogyakarta",
    "35": "Jawa Timur", "36": "Banten", "51": "Bali", "52": "Nusa Tenggara Barat", "53": "Nusa Tenggara Timur",
    "61": "Kalimantan Barat", "62": "Kalimantan Tengah", "63": "Kalimantan Selatan", "64": "Kalimantan Timur",
    "65": "Kalimantan Utara", "71": "Sulawesi Utara", "72": "Sulawesi Tengah", "73": "Sulawesi Selatan",
    "74": "Sulawesi Tenggara", "75": "Gorontalo", "76": "Sulawesi Barat", "81": "Maluku", "82": "Maluku Utara",
    "91": "Papua", "92": "Papua Barat", "93": "Papua Selatan", "94": "Papua Tengah", "95": "Papua Pegunungan",
    "96": "Papua Barat Daya",
}  # fmt: skip
KELAMIN = {"L": "Laki-laki", "P": "Perempuan"}
PENDIDIKAN = {
    "SD": "SD", "SMP": "SMP", "SMA": "SMA/SMK", "D1": "D1", "D2": "D2", "D3": "D3", "S1": "D4/S1", "S2": "S2",
    "S3": "S3",
}  # fmt: skip
ASN, TNI_POLRI, BPBD, SWASTA, RELAWAN, BELUM_BEKERJA = "ASN", "TNI_POLRI", "BPBD", "SWASTA", "RELAWAN", "BELUM_BEKERJA"
STATUS_KERJA = {
    ASN: "ASN", TNI_POLRI: "TNI/Polri", BPBD: "Pegawai kontrak BNPB/BPBD", SWASTA: "Swasta",
    RELAWAN: "Relawan/organisasi", BELUM_BEKERJA: "Belum bekerja",
}  # fmt: skip
ANGGARAN = {
    "MANDIRI": "Mandiri", "APBN": "APBN", "APBD": "APBD", "HIBAH": "Hibah/donor", "PERUSAHAAN": "Perusahaan",
}  # fmt: skip
TUJUAN = {
    "SERTIFIKASI": "Sertifikasi", "PKT": "Pengakuan Kompetensi Terkini (PKT)",
    "RPL": "Rekognisi Pembelajaran Lampau (RPL)", "LAINNYA": "Lainnya",
}  # fmt: skip
BAHASA = {"ID": "Bahasa Indonesia", "EN": "Bahasa Inggris", "DAERAH": "Bahasa daerah"}
INDONESIA = "ID"
# Countries whose rescuers and residents apply most often, then the rest by name (ISO 3166-1 alpha-2).
NEGARA: dict[str, str] = {
    INDONESIA: "Indonesia", "AU": "Australia", "BN": "Brunei Darussalam", "CN": "Tiongkok", "FJ": "Fiji",
    "FR": "Prancis", "DE": "Jerman", "IN": "India", "IT": "Italia", "JP": "Jepang", "KH": "Kamboja",
    "KR": "Korea Selatan", "LA": "Laos", "MM": "Myanmar", "MY": "Malaysia", "NL": "Belanda", "NP": "Nepal",
    "NZ": "Selandia Baru", "PG": "Papua Nugini", "PH": "Filipina", "PK": "Pakistan", "SG": "Singapura",
    "LK": "Sri Lanka", "CH": "Swiss", "TH": "Thailand", "TL": "Timor Leste", "TR": "Turki", "AE": "Uni Emirat Arab",
    "GB": "Britania Raya", "US": "Amerika Serikat", "VN": "Vietnam", "XX": "Negara lain",
}  # fmt: skip
JENIS_BERKAS: dict[str, str] = {
    "KTP": "KTP atau paspor", "PAS_FOTO": "Pas foto", "IJAZAH": "Ijazah",
    "SERTIFIKAT_PELATIHAN": "Sertifikat pelatihan",
    "SURAT_TUGAS": "SK atau surat tugas", "SURAT_PENGALAMAN": "Surat pengalaman kerja", "SURAT_SEHAT": "Surat sehat",
    "CV": "Daftar riwayat hidup", "SURAT_REKOMENDASI": "Surat rekomendasi atasan", "KEGIATAN": "Foto kegiatan",
    "LAPORAN": "Laporan", "LOGBOOK": "Logbook", "PRODUK": "Produk kerja", "LAINNYA": "Lainnya",
}  # fmt: skip
INSTANSI = (
    "Badan Nasional Penanggulangan Bencana (BNPB)", "Badan Nasional Pencarian dan Pertolongan (Basarnas)",
    "Palang Merah Indonesia (PMI)", "BPBD Provinsi", "BPBD Kabupaten", "BPBD Kota", "Tagana", "Dinas Pemadam Kebakaran",
)  # fmt: skip
