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
KOMITE = permission("sertifikasi.komite", "Membuka bukti asesi yang dibawa ke plenonya dan menimbang usul tindakan")
TANDA_TANGAN = permission("sertifikasi.tanda_tangan", "Menandatangani SK dan sertifikat")
TERBIT = permission("sertifikasi.skema", "Menerbitkan skema dan mengonfirmasi isinya")
SIAPKAN = permission("sertifikasi.siapkan", "Menyiapkan pleno dan draf SK")
AKSES = permission("sertifikasi.akses", "Mengurus akses pihak ketiga")
KONTEN = permission("sertifikasi.konten", "Menyusun draf skema dan menjawab pesan")
HALAMAN = permission("sertifikasi.halaman", "Mengubah isi halaman publik")
REGISTER = permission("sertifikasi.register", "Membaca register asesor dan TUK, jadwal, dan penugasan")
PUTUSAN = permission("sertifikasi.putusan", "Membaca pleno dan SK sejauh wewenangnya")
REGISTER_SERTIFIKAT = permission("sertifikasi.sertifikat", "Membaca register sertifikat dan surveilan")
REKAP = permission("sertifikasi.rekap", "Membaca rekapitulasi sertifikasi dan register banding")
UNDUH = permission("sertifikasi.rekap_unduh", "Mengunduh rekapitulasi sertifikasi")
JEJAK = permission("sertifikasi.jejak", "Membaca log aktivitas orang LSP")
RINGKASAN = permission("sertifikasi.jejak_ringkas", "Membaca ringkasan log aktivitas tanpa isinya")
MUK = permission("sertifikasi.muk", "Melihat daftar materi uji kompetensi")
KELOLA_MUK = permission("sertifikasi.muk_kelola", "Mengunggah, membuka, dan mencabut materi uji kompetensi")
PANTAU = permission("sertifikasi.pantau", "Membaca data sertifikasi sebagai pihak luar, tanpa mengubah apa pun")

_READ = {REGISTER, PUTUSAN, REKAP}  # those who watch the process without a part in a case
_FIGURES = {*_READ, REGISTER_SERTIFIKAT, UNDUH}
role("pengguna", "Pengguna portal", {DAFTAR}, given=False)
role("sekretariat_lsp", "Sekretariat LSP",
     {*_FIGURES, LIHAT, VERIFIKASI, KONTEN, HALAMAN, SIAPKAN, AKSES, JEJAK, MUK})  # fmt: skip
role("asesor", "Asesor kompetensi", {ASESMEN, PUTUSAN})
role("manajer_sertifikasi", "Manajer sertifikasi",
     {*_FIGURES, LIHAT, MANAJER, TERBIT, HALAMAN, SIAPKAN, AKSES, MUK, KELOLA_MUK, "log.baca"})  # fmt: skip
role("komite_teknis", "Komite teknis", {*_READ, PLENO, KOMITE})
role("ketua_lsp", "Ketua LSP", {*_FIGURES, LIHAT, TANDA_TANGAN, PLENO, TERBIT, "log.baca"})
role("pihak_ketiga", "Pihak ketiga (BNSP)", {*_FIGURES, PANTAU, RINGKASAN}, read_only=True)

module = Module("sertifikasi", "/sertifikasi")
