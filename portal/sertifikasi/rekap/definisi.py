"""What is counted: every application that was ever sent lies in exactly one bucket on any day."""

from dataclasses import dataclass

from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m

TERDAFTAR, ASESMEN, MENUNGGU, TERSERTIFIKASI = "TERDAFTAR", "ASESMEN", "MENUNGGU", "TERSERTIFIKASI"
BELUM, LAINNYA = "BELUM_KOMPETEN", "LAINNYA"


@dataclass(frozen=True)
class Ember:
    kode: str
    nama: str
    arti: str
    keadaan: tuple[str, ...]


EMBER = (
    Ember(
        TERDAFTAR,
        "Terdaftar",
        "Permohonan sudah dikirim dan asesornya belum ditugaskan, termasuk yang sedang diperbaiki.",
        (m.DIAJUKAN, m.PERLU_PERBAIKAN, m.APL01_DITERIMA, m.APL02_DIAJUKAN),
    ),
    Ember(
        ASESMEN,
        "Dalam tahap asesmen",
        "Asesor sudah ditugaskan dan keputusan pleno belum ada, termasuk keputusan yang ditunda.",
        (
            m.ASESOR_DITUGASKAN,
            m.DITINJAU,
            m.APL02_PERLU_PERBAIKAN,
            m.SIAP_ASESMEN,
            m.AK01_DISETUJUI,
            m.TERJADWAL,
            m.BERLANGSUNG,
            m.DIREKOMENDASIKAN,
            m.MENUNGGU_KEPUTUSAN,
            m.DITUNDA,
        ),
    ),
    Ember(
        MENUNGGU,
        "Kompeten, menunggu sertifikat",
        "Pleno memutuskan kompeten dan sertifikatnya belum terbit.",
        (m.KOMPETEN, m.MENUNGGU_NOMOR),
    ),
    Ember(TERSERTIFIKASI, "Tersertifikasi", "Sertifikatnya berlaku pada tanggal rekap.", (m.BERSERTIFIKAT,)),
    Ember(BELUM, "Belum kompeten", "Pleno memutuskan belum kompeten.", (m.BELUM_KOMPETEN,)),
    Ember(
        LAINNYA,
        "Lainnya",
        "Ditarik, gugur, ditolak, tidak dilanjutkan, atau dibatalkan; dan sertifikat yang ditangguhkan, dicabut, "
        "kedaluwarsa, atau digantikan.",
        (m.DITARIK, m.GUGUR, m.APL01_DITOLAK, m.TIDAK_LANJUT, m.DIBATALKAN),
    ),
)
SEBELUM = "Tersertifikasi sebelum portal"
ARTI_SEBELUM = (
    "Sertifikat dari arsip lama yang sudah dicocokkan dengan kertasnya dan berlaku pada tanggal rekap. Tidak punya "
    "permohonan di portal, jadi tidak termasuk jumlah permohonan."
)
NAMA = {e.kode: e.nama for e in EMBER}
DARI_KEADAAN = {state: e.kode for e in EMBER for state in e.keadaan}
RINCI = {
    m.DITARIK: "Ditarik asesi",
    m.GUGUR: "Gugur",
    m.APL01_DITOLAK: "APL-01 ditolak",
    m.TIDAK_LANJUT: "Tidak dilanjutkan",
    m.DIBATALKAN: "Dibatalkan",
    k.DITANGGUHKAN: "Sertifikat ditangguhkan",
    k.DICABUT: "Sertifikat dicabut",
    k.KEDALUWARSA: "Sertifikat kedaluwarsa",
    k.DIGANTIKAN: "Sertifikat digantikan",
}
CATATAN = (
    "Setiap permohonan yang pernah dikirim berada tepat pada satu kelompok; jumlah semua kelompok sama dengan jumlah "
    "permohonan. Draf tidak dihitung.",
    "Keadaan pada tanggal rekap dibaca ulang dari catatan langkah yang tidak dapat diubah, sehingga rekap tanggal yang "
    "sama memberi angka yang sama kapan pun dibuka.",
    "Orang dihitung satu kali dalam setiap kelompok, walaupun permohonannya lebih dari satu.",
    "Provinsi, institusi, jenis kelamin, dan sumber anggaran menurut isian APL-01; asesor menurut penugasan terakhir; "
    "TUK menurut jadwal terakhir.",
)
