"""Personnel register (kepegawaian): who somebody is, where, under whom, on any day.

orang: a human (one NIK). pegawai: one employment (one NIP). riwayat: a dated entry backed by a document (SK).
TMT: effective date. unor: unit of the organisation, OPD one of the top units. jabatan: position. penempatan and
keadaan: what follows from verified riwayat for a day, never typed. usulan: a request under way. BUP: retirement age.
Sources: UU 20/2023, PP 11/2017 jo. 17/2020, PP 49/2018, Perka BKN 22 and 43/2007, SE BKN 1/2021.
"""

from portal.kernel.access import permission, role
from portal.kernel.web import MenuItem, Module

SENDIRI = permission("kepegawaian.sendiri", "Membaca data kepegawaian sendiri dan mengusulkan riwayat sendiri")
LIHAT = permission("kepegawaian.lihat", "Membaca data pegawai di unitnya")
LIHAT_NIK = permission("kepegawaian.lihat_nik", "Membuka NIK pegawai di unitnya (setiap pembukaan dicatat)")
LIHAT_HUKDIS = permission("kepegawaian.lihat_hukdis", "Membaca hukuman disiplin dan keterangan medis")
USUL = permission("kepegawaian.usul", "Mengusulkan riwayat dan berkas pegawai di unitnya")
PERIKSA = permission("kepegawaian.periksa", "Memeriksa berkas usulan riwayat di unitnya (langkah pertama)")
VERIFIKASI = permission("kepegawaian.verifikasi", "Memverifikasi riwayat pegawai")
KELOLA = permission("kepegawaian.kelola", "Mengelola riwayat dan berkas pegawai, membatalkan yang sudah terverifikasi")
UNOR = permission("kepegawaian.unor", "Mengubah pohon unit organisasi (disetujui orang kedua)", sekota=True)
RUJUKAN = permission("kepegawaian.rujukan", "Mengubah data rujukan dan pengaturan kepegawaian", sekota=True)
SURAT = permission("kepegawaian.surat", "Membuat dan menomori surat pengantar")
SURAT_BACA = permission("kepegawaian.surat_baca", "Membaca surat pengantar di unitnya")
PENSIUN_PERIKSA = permission("kepegawaian.pensiun_periksa", "Memeriksa usulan pensiun di unitnya")
PENSIUN_VERIFIKASI = permission("kepegawaian.pensiun_verifikasi", "Memverifikasi usulan pensiun")
PENSIUN_KELOLA = permission("kepegawaian.pensiun_kelola", "Mengelola usulan pensiun sampai SK")
PETA = permission("kepegawaian.peta", "Membaca peta pegawai")
SNAPSHOT = permission("kepegawaian.snapshot", "Membekukan peta bulanan", sekota=True)
IMPOR = permission("kepegawaian.impor", "Mengimpor data kepegawaian", sekota=True)
SIASN = permission("kepegawaian.siasn", "Menyinkronkan data dengan SIASN BKN", sekota=True)
SIASN_SETUJU = permission(
    "kepegawaian.siasn_setuju", "Menyetujui pengiriman ke SIASN yang disiapkan orang lain", sekota=True
)
MUTU = permission("kepegawaian.mutu", "Membaca mutu data pegawai di unitnya")
LAPORAN = permission("kepegawaian.laporan", "Membaca laporan impor, sinkronisasi, dan peta bulanan")
KUNCI_API = permission("kepegawaian.kunci_api", "Memberi dan mencabut kunci akses data untuk sistem lain", sekota=True)

role("pegawai", "Pegawai", {SENDIRI}, given=False)
role("admin_pd", "Admin perangkat daerah", {
    LIHAT, LIHAT_NIK, USUL, PERIKSA, SURAT_BACA, PENSIUN_PERIKSA, PETA, MUTU,
})  # fmt: skip
role("admin_tu", "Admin tata usaha", {LIHAT, USUL, SURAT, SURAT_BACA, PETA})
role("verifikator_bkpsdm", "Verifikator BKPSDM", {
    LIHAT, LIHAT_NIK, LIHAT_HUKDIS, VERIFIKASI, SURAT_BACA, PENSIUN_VERIFIKASI, PETA, MUTU, LAPORAN,
})  # fmt: skip
role("bkpsdm", "BKPSDM", {
    LIHAT, LIHAT_NIK, LIHAT_HUKDIS, USUL, VERIFIKASI, KELOLA, UNOR, RUJUKAN, SURAT, SURAT_BACA, PENSIUN_VERIFIKASI,
    PENSIUN_KELOLA, PETA, SNAPSHOT, IMPOR, SIASN, SIASN_SETUJU, MUTU, LAPORAN, KUNCI_API,
})  # fmt: skip
role("pimpinan_pd", "Pimpinan perangkat daerah", {LIHAT, PETA, MUTU, LAPORAN})
role("inspektorat", "Inspektorat", {LIHAT, PETA, LAPORAN})

module = Module(
    "kepegawaian",
    "/kepegawaian",
    menu=[MenuItem("Data pegawai", "users", "/kepegawaian", can=LIHAT, group="Kepegawaian", order=10)],
    manuals={
        "/kepegawaian": "kepegawaian#data-pegawai",
        "/kepegawaian/pegawai": "kepegawaian#halaman-satu-pegawai",
        "/kepegawaian/saya": "kepegawaian#data-saya",
        "/kepegawaian/cari": "kepegawaian#mencari-di-dalam-formulir",
    },
)
