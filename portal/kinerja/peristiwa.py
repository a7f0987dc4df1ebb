"""What people read for the events of this module in the activity log."""

from portal.kernel import activity

activity.describe({
    "kinerja.aturan": "Kinerja: aturan tahun diubah",
    "kinerja.capaian_organisasi": "Kinerja: capaian organisasi ditetapkan",
    "kinerja.diakui": "Kinerja: realisasi diakui",
    "kinerja.dibuka": "Kinerja: kunci bulan dibuka",
    "kinerja.dikunci": "Kinerja: bulan dikunci",
    "kinerja.dilihat": "Kinerja: data pegawai dibaca",
    "kinerja.ditetapkan": "Kinerja: nilai ditetapkan",
    "kinerja.jadwal": "Kinerja: jadwal bulan diubah",
    "kinerja.skp_diakhiri": "Kinerja: SKP diakhiri",
    "kinerja.skp_dibagi": "Kinerja: SKP dibagi karena pindah",
    "kinerja.tahunan": "Kinerja: indikator tahunan diubah",
})  # fmt: skip
