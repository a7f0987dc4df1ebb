"""Kinds of documents behind entries, with BKN's reference id where it has one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class JenisDokumen:
    kode: str
    nama: str
    bkn: str = ""  # id in BKN's document reference
    kata: tuple[str, ...] = ()  # words by which the finder knows the file (names of old stores)


DOKUMEN = {one.kode: one for one in (
    JenisDokumen("SK_CPNS", "SK CPNS", "889", ("sk_cpns", "skcpns", "cpns")),
    JenisDokumen("SK_PNS", "SK PNS", "887", ("sk_pns", "skpns")),
    JenisDokumen("SPMT", "SPMT", "888", ("spmt",)),
    JenisDokumen("STTPL", "STTPL", "", ("sttpl", "sttpp", "latsar")),
    JenisDokumen("SURAT_DOKTER", "Surat keterangan dokter", "", ("surat_dokter", "surat_sehat")),
    JenisDokumen("KARPEG", "Kartu pegawai", "", ("karpeg",)),
    JenisDokumen("PERJANJIAN", "Perjanjian kerja", "", ("perjanjian", "kontrak")),
    JenisDokumen("SK_PPPK", "SK PPPK", "", ("sk_pppk", "skpppk")),
    JenisDokumen("SK_JABATAN", "SK jabatan", "872", ("sk_jabatan", "skjabatan", "jabatan")),
    JenisDokumen("BA_PELANTIKAN", "Berita acara pelantikan", "873", ("pelantikan",)),
    JenisDokumen("SK_KP", "SK kenaikan pangkat", "", ("sk_kp", "pangkat", "kenaikan_pangkat")),
    JenisDokumen("PERTEK", "Pertimbangan teknis BKN", "", ("pertek",)),
    JenisDokumen("SK_KGB", "SK gaji berkala", "", ("kgb", "berkala")),
    JenisDokumen("IJAZAH", "Ijazah", "", ("ijazah",)),
    JenisDokumen("TRANSKRIP", "Transkrip nilai", "", ("transkrip",)),
    JenisDokumen("SERTIFIKAT_DIKLAT", "Sertifikat diklat", "874", ("diklat", "pim")),
    JenisDokumen("SERTIFIKAT_KURSUS", "Sertifikat kursus", "881", ("kursus", "bangkom")),
    JenisDokumen("SERTIFIKAT", "Sertifikat kompetensi", "", ("sertifikat",)),
    JenisDokumen("AKTA_NIKAH", "Akta nikah", "", ("nikah",)),
    JenisDokumen("AKTA_CERAI", "Akta cerai", "", ("cerai",)),
    JenisDokumen("AKTA_KEMATIAN", "Akta kematian", "", ("kematian", "meninggal")),
    JenisDokumen("AKTA_LAHIR", "Akta kelahiran", "", ("lahir", "kelahiran")),
    JenisDokumen("KK", "Kartu keluarga", "", ("kk", "kartu_keluarga")),
    JenisDokumen("KTP", "KTP", "", ("ktp",)),
    JenisDokumen("PIAGAM", "Piagam penghargaan", "892", ("piagam", "satyalancana", "penghargaan")),
    JenisDokumen("SK_HUKDIS", "SK hukuman disiplin", "882", ("hukdis", "disiplin")),
    JenisDokumen("SURAT_IZIN", "Surat izin cuti", "", ("cuti", "izin")),
    JenisDokumen("EVALUASI_KINERJA", "Evaluasi kinerja", "890", ("skp", "evaluasi")),
    JenisDokumen("REALISASI_KINERJA", "Realisasi kinerja", "891", ("realisasi", "realisasi_kinerja")),
    JenisDokumen("PAK", "Penetapan angka kredit", "879", ("pak", "angka_kredit")),
    JenisDokumen("SK_PAK", "SK penetapan angka kredit", "880", ("sk_pak",)),
    JenisDokumen("SK_PMK", "SK peninjauan masa kerja", "", ("pmk",)),
    JenisDokumen("SK_PINDAH", "SK pindah", "", ("pindah", "mutasi")),
    JenisDokumen("SK_CLTN", "SK CLTN atau tugas belajar", "", ("cltn", "tubel", "tugas_belajar")),
    JenisDokumen("PERSETUJUAN_BKN", "Persetujuan BKN", "", ("persetujuan_bkn",)),
    JenisDokumen("SK_PENSIUN", "SK pensiun", "", ("pensiun",)),
    JenisDokumen("SK_KEDUDUKAN", "SK kedudukan hukum", "", ("kedudukan",)),
    JenisDokumen("PAS_FOTO", "Pas foto", "", ("foto", "pasfoto")),
    JenisDokumen("NPWP", "Kartu NPWP", "", ("npwp",)),
    JenisDokumen("TASPEN", "Kartu Taspen", "", ("taspen",)),
    JenisDokumen("KARIS_KARSU", "Karis atau Karsu", "", ("karis", "karsu")),
    JenisDokumen("LAIN", "Dokumen lain"),
)}  # fmt: skip
