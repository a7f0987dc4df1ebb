"""Employee performance (pengelolaan kinerja pegawai).

skp: yearly plan of one person in one jabatan. rhk: one planned result. indikator: its measure.
renaksi: monthly step and target of an RHK. bundel: everything one person sends for one month
(Renaksi, SKP, PKS). pks: monthly measurement sheet. penilai: the official who rates.
predikat: outcome of two ratings. Source: PermenPAN-RB 6/2022, SE MenPAN-RB 3/2023.
"""

from portal.kernel.access import permission, role
from portal.kernel.web import MenuItem, Module

ISI = permission("kinerja.isi", "Mengisi kinerja bulanan sendiri")
PANTAU = permission("kinerja.pantau", "Memantau status kinerja bulanan pegawai di unitnya")
BUKA_KUNCI = permission("kinerja.buka_kunci", "Membuka bulan yang sudah terkunci")
ATUR = permission("kinerja.atur", "Mengubah pengaturan dan tenggat kinerja")
LIHAT_ISI = permission("kinerja.lihat_isi", "Membaca kiriman kinerja pegawai di unitnya")
LIHAT_BUKTI = permission("kinerja.lihat_bukti", "Membuka bukti dukung pegawai di unitnya")
LIHAT_NILAI = permission("kinerja.lihat_nilai", "Membaca rating dan umpan balik pegawai di unitnya")

role("pegawai", "Pegawai", {ISI}, given=False)
role("atasan", "Atasan", {"persetujuan.putus"}, given=False)
role("admin_pd", "Admin perangkat daerah", {PANTAU, LIHAT_ISI})
role("bkpsdm", "BKPSDM", {PANTAU, BUKA_KUNCI, ATUR, LIHAT_ISI, LIHAT_BUKTI, LIHAT_NILAI})
role("reviewer", "Reviewer kinerja", {LIHAT_ISI, LIHAT_BUKTI})
role("keuangan", "Keuangan", set())
role("inspektorat", "Inspektorat", {LIHAT_ISI, LIHAT_BUKTI, LIHAT_NILAI})

module = Module(
    "kinerja",
    "/kinerja",
    menu=[
        MenuItem("Kinerja saya", "target", "/kinerja", can=ISI, order=10),
        MenuItem("Capaian organisasi", "building", "/kinerja/capaian-organisasi", can=BUKA_KUNCI, group="Unit kerja"),
        MenuItem("Pengaturan kinerja", "settings", "/kinerja/pengaturan", can=ATUR, group="Unit kerja", order=60),
        MenuItem("Monitoring kinerja", "users", "/kinerja/monitoring", can=PANTAU, group="Unit kerja"),
    ],
    manuals={
        "/kinerja": "pegawai",
        "/kinerja/*/*/tarik": "pegawai#langkah-4-tinjau-dan-ajukan",
        "/kinerja/*/*/terkirim": "pegawai#langkah-4-tinjau-dan-ajukan",
        "/kinerja/capaian-organisasi": "bkpsdm#jadwal-dan-pengaturan",
        "/kinerja/monitoring": {
            BUKA_KUNCI: "bkpsdm#membuka-bulan-yang-terkunci",
            "": "admin-perangkat-daerah#daftar-pantauan",
        },
        "/kinerja/orang": "admin-perangkat-daerah",
        "/kinerja/pengaturan": "bkpsdm#jadwal-dan-pengaturan",
    },
)
