"""The pages of this slice and who opens them, for screenshots and for the accessibility scan."""

from datetime import datetime
from zoneinfo import ZoneInfo

TODAY = datetime.now(ZoneInfo("Asia/Jakarta"))
MONTH = f"/kinerja/{TODAY.year}/{TODAY.month:02d}"
_LAST = (TODAY.year, TODAY.month - 1) if TODAY.month > 1 else (TODAY.year - 1, 12)
LAST_MONTH = f"/kinerja/{_LAST[0]}/{_LAST[1]:02d}"

PUBLIC = {"masuk": "/masuk", "panduan": "/panduan", "panduan-pegawai": "/panduan/pegawai", "tidak-ada": "/tidak-ada",
          "verifikasi": "/verifikasi", "gaya": "/gaya", "daftar": "/daftar", "lupa-sandi": "/lupa-sandi",
          "kotak-surat": "/kotak-surat",
          "sertifikasi": "/sertifikasi", "skema": "/sertifikasi/skema", "skema-rincian": "/sertifikasi/skema/PPT-PTG",
          "alur-sertifikasi": "/sertifikasi/alur", "biaya": "/sertifikasi/informasi/biaya",
          "tanya-jawab": "/sertifikasi/tanya-jawab", "statistik-sertifikasi": "/sertifikasi/statistik",
          "hubungi": "/sertifikasi/hubungi"}  # fmt: skip
PAGES = {
    "siti.rahmawati": {
        "beranda": "/beranda", "tahun": "/kinerja", "renaksi": f"{MONTH}/renaksi", "skp": f"{LAST_MONTH}/skp",
        "pks": f"{LAST_MONTH}/pks", "tinjau": f"{LAST_MONTH}/tinjau", "statistik": "/kinerja/statistik",
        "unduhan": "/tugas", "pemberitahuan": "/pemberitahuan", "akun": "/akun",
    },
    "bambang.prasetyo": {"beranda": "/beranda", "kotak": "/kotak-persetujuan"},
    "rotua.simatupang": {"monitoring": "/kinerja/monitoring"},
    "wayan.sudiarta": {"monitoring": "/kinerja/monitoring", "capaian-organisasi": "/kinerja/capaian-organisasi",
                       "pengguna": "/pengguna"},
    "yosef.kilok": {"pengguna": "/pengguna", "log": "/log"},
}  # fmt: skip
