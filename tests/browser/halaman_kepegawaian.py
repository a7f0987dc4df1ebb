"""Pages of the personnel register and who opens them: all of `PAGES` for pictures, one look at each kind for the scan.

Addresses with a `*` are found as in tests.browser.halaman_lsp.
"""

K = "/kepegawaian"
_PERSON = f"{K} > {K}/pegawai/*"
PAGES = {
    "wayan.sudiarta": {
        "daftar": K, "pegawai-satu": _PERSON, "pegawai-data": f"{_PERSON}/data",
        "usul-jabatan": f"{_PERSON}/riwayat/baru/JABATAN", "usul-kursus": f"{_PERSON}/riwayat/baru/KURSUS",
        "atasan": f"{K}/atasan", "peta": f"{K}/peta", "peta-beda": f"{K}/peta/beda",
        "peta-bulanan": f"{K}/peta/bulanan", "peta-orang": f"{K}/peta/orang?hitungan=TERISI",
        "penugasan": f"{K}/penugasan", "penugasan-daftar": f"{K}/penugasan/daftar",
        "penugasan-kosong": f"{K}/penugasan/kosong", "lepas": f"{K}/lepas", "dikecualikan": f"{K}/lepas/dikecualikan",
        "berkas": f"{K}/berkas", "berkas-kosong": f"{K}/berkas/kosong", "berkas-temuan": f"{K}/berkas/temuan",
        "berkas-tanpa-pemilik": f"{K}/berkas/tanpa-pemilik",
        "berkas-pegawai": f"{K}/berkas/kosong > {K}/berkas/pegawai/*", "pensiun": f"{K}/pensiun",
        "pensiun-calon": f"{K}/pensiun > {K}/pensiun/calon/*", "pensiun-tahunan": f"{K}/pensiun/tahunan",
        "pensiun-usulan": f"{K}/pensiun/usulan", "pensiun-usulan-satu": f"{K}/pensiun/usulan/*",
        "pensiun-baru": f"{K}/pensiun/usulan/baru", "pensiun-syarat": f"{K}/pensiun/syarat",
        "pensiun-meninggal": f"{K}/pensiun/meninggal", "rujukan": f"{K}/rujukan",
        "rujukan-jabatan": f"{K}/rujukan/jabatan", "rujukan-jabatan-satu": f"{K}/rujukan/jabatan/*",
        "rujukan-kedudukan": f"{K}/rujukan/kedudukan", "rujukan-pengaturan": f"{K}/rujukan/pengaturan",
        "unor": f"{K}/unor", "unor-satu": f"{K}/unor/*", "unor-rencana": f"{K}/unor/rencana",
        "unor-rencana-satu": f"{K}/unor/rencana/*", "unor-siapkan": f"{K}/unor/siapkan/gabung",
        "mutu": f"{K}/mutu", "mutu-tiket": f"{K}/mutu/tiket", "siasn": f"{K}/siasn", "siasn-peta": f"{K}/siasn/peta",
        "siasn-laporan": f"{K}/siasn/laporan", "siasn-kirim": f"{K}/siasn/kirim", "siasn-setelan": f"{K}/siasn/setelan",
        "kunci-api": f"{K}/kunci-api",
    },
    "made.wirawan": {
        "antrean": f"{K}/antrean", "antrean-satu": f"{K}/antrean/*", "antrean-sekaligus": f"{K}/antrean/sekaligus",
    },
    "rotua.simatupang": {"periksa": f"{K}/antrean/periksa", "periksa-satu": f"{K}/antrean/periksa/*"},
    "yohanes.kogoya": {
        "surat": f"{K}/surat", "surat-satu": f"{K}/surat/*", "surat-baru": f"{K}/surat/baru",
        "surat-usulan": f"{K}/surat/usulan", "surat-celah": f"{K}/surat/celah",
    },
    "siti.rahmawati": {
        "saya": f"{K}/saya", "unit-saya": f"{K}/peta/saya", "pensiun-usulan": f"{K}/pensiun/usulan",
    },
    "dewi.kartikasari": {"mutu": f"{K}/mutu", "peta": f"{K}/peta"},
}  # fmt: skip


def _some(pengguna: str, *names: str) -> dict[str, str]:
    return {name: PAGES[pengguna][name] for name in names}


# One of each shape: tree, form, page of a person, list; decision, request, letter, figures.
VISITS = [
    ("wayan.sudiarta", 360, False, _some("wayan.sudiarta", "peta", "usul-jabatan", "berkas-pegawai", "unor")),
    ("made.wirawan", 1440, True, _some("made.wirawan", "antrean-satu")),
    ("yohanes.kogoya", 360, True, _some("yohanes.kogoya", "surat-satu")),
    ("wayan.sudiarta", 1440, True, _some("wayan.sudiarta", "pegawai-satu", "pensiun-usulan-satu")),
]
