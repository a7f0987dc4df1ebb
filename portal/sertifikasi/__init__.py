"""Professional certification by the LSP (Lembaga Sertifikasi Profesi).

asesi: candidate. asesor: licensed assessor. skema: what one applies for, a set of unit kompetensi. elemen, KUK:
steps of a unit and their criteria. TUK: test venue. APL-01: application. APL-02: self-assessment. AK: records of
the assessment. pleno: meeting that decides. K / BK: kompeten, belum kompeten. surveilan: check while a certificate
is valid. banding: appeal. Source: PBNSP 201, 206, 210, 301, 302, 508 of BNSP; SNI ISO/IEC 17024:2012.
"""

from portal.kernel.access import permission, role
from portal.kernel.web import Module

DAFTAR = permission("sertifikasi.daftar", "Mengajukan permohonan sertifikasi untuk diri sendiri")
LIHAT = permission("sertifikasi.lihat", "Membaca permohonan sertifikasi dan berkasnya")
VERIFIKASI = permission("sertifikasi.verifikasi", "Memverifikasi APL-01 dan mencatat proses sertifikasi")
MANAJER = permission("sertifikasi.manajer", "Menyetujui penugasan asesor, skema, dan tindakan atas sertifikat")
ASESMEN = permission("sertifikasi.asesmen", "Menilai asesi yang ditugaskan kepadanya")
PLENO = permission("sertifikasi.pleno", "Memutuskan hasil sertifikasi dalam pleno")
TANDA_TANGAN = permission("sertifikasi.tanda_tangan", "Menandatangani SK dan sertifikat")
KONTEN = permission("sertifikasi.konten", "Mengubah isi halaman publik dan menjawab pesan")
REKAP = permission("sertifikasi.rekap", "Membaca dan mengunduh rekapitulasi sertifikasi")
PANTAU = permission("sertifikasi.pantau", "Membaca data sertifikasi sebagai pihak luar, tanpa mengubah apa pun")

role("pengguna", "Pengguna portal", {DAFTAR}, given=False)
role("sekretariat_lsp", "Sekretariat LSP", {LIHAT, VERIFIKASI, KONTEN, REKAP})
role("asesor", "Asesor kompetensi", {ASESMEN})
role("manajer_sertifikasi", "Manajer sertifikasi", {LIHAT, MANAJER, REKAP, "log.baca"})
role("komite_teknis", "Komite teknis", {PLENO, REKAP})
role("ketua_lsp", "Ketua LSP", {LIHAT, TANDA_TANGAN, PLENO, REKAP, "log.baca"})
role("pihak_ketiga", "Pihak ketiga (BNSP)", {PANTAU, REKAP}, read_only=True)

module = Module("sertifikasi", "/sertifikasi")
