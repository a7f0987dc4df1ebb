"""Pages of certification and who opens them, `LISTS` and `DETAILS` each in two looks.

A `*` stands for the first row of a list: the address before the
`*`, or the one before ` > `, with what of that page to look in (Orang.find)."""

from tests.browser.orang import Orang

LSP = "/sertifikasi"
START = f"{LSP}/saya/mulai/PPT-PTG"
LISTS = {
    "maria.tamaela": {
        "beranda": "/beranda", "permohonan": f"{LSP}/permohonan", "sesi": f"{LSP}/sesi",
        "sesi-baru": f"{LSP}/sesi/baru", "asesor": f"{LSP}/asesor", "tuk": f"{LSP}/tuk",
        "nomor": f"{LSP}/nomor", "blanko": f"{LSP}/blanko",
        "paket": f"{LSP}/paket", "sertifikat": f"{LSP}/sertifikat", "pesan": f"{LSP}/pesan", "konten": f"{LSP}/konten",
        "kelola-skema": f"{LSP}/kelola-skema", "repositori": f"{LSP}/repositori",
        "kelengkapan": f"{LSP}/repositori/kelengkapan", "akses": f"{LSP}/akses",
    },
    "hendra.gunadi": {"beranda": "/beranda", "asesmen": f"{LSP}/asesmen", "rekap": f"{LSP}/rekap/asesor"},
    "gede.artawan": {
        "beranda": "/beranda", "pleno": f"{LSP}/pleno", "pleno-baru": f"{LSP}/pleno/baru", "banding": f"{LSP}/banding",
        "pengaturan": f"{LSP}/pengaturan", "pemusnahan": f"{LSP}/repositori/pemusnahan", "audit": f"{LSP}/audit",
        "rekap": f"{LSP}/rekap", "log": "/log",
    },
    "sri.mulyasari": {"beranda": "/beranda", "pleno": f"{LSP}/pleno"},
    "rahmat.daulay": {"beranda": "/beranda", "tanda-tangan": f"{LSP}/tanda-tangan", "sk": f"{LSP}/sk"},
    "nadia.kusuma": {"beranda": "/beranda", "pantau": f"{LSP}/pantau", "rekap": f"{LSP}/rekap"},
    "dimas.anggoro": {
        "beranda": "/beranda", "saya": f"{LSP}/saya", "mulai": START,
        "dokumen": f"{LSP}/saya/dokumen", "profil": f"{LSP}/saya/profil",
    },
    "yuliana.kase": {"beranda": "/beranda", "saya": f"{LSP}/saya", "peta": f"{LSP}/saya/peta"},
    "yosef.kilok": {"libur": "/libur", "cadangan": "/cadangan"},
}  # fmt: skip
_WAITING = f"{LSP}/permohonan?kelompok=VERIFIKASI > {LSP}/permohonan/*"
_REVIEWED = f"{LSP}/asesmen #tugas li:has-text('ditinjau') > {LSP}/asesmen/*"
_PLANNED = f"{LSP}/asesmen #tugas li:has-text('Terjadwal') > {LSP}/asesmen/*"
_DRAFT = f"{START} > {LSP}/saya/*/apl-01"
DETAILS = {
    "maria.tamaela": {
        "permohonan-satu": f"{LSP}/permohonan/*", "permohonan-bukti": f"{_WAITING}/bukti",
        "permohonan-proses": f"{LSP}/permohonan?kelompok=ASESMEN > {LSP}/permohonan/*/proses",
        "penugasan": f"{LSP}/permohonan?kelompok=ASESOR > {LSP}/permohonan/*/penugasan",
        "sesi-satu": f"{LSP}/sesi/*", "asesor-satu": f"{LSP}/asesor/*", "tuk-satu": f"{LSP}/tuk/*",
        "blanko-satu": f"{LSP}/blanko/*", "sertifikat-satu": f"{LSP}/sertifikat/*",
        "konten-satu": f"{LSP}/konten/beranda", "skema-satu": f"{LSP}/kelola-skema/*",
        "repositori-satu": f"{LSP}/repositori/*",
    },
    "hendra.gunadi": {
        "asesmen-satu": _REVIEWED, "asesmen-mapa": f"{_REVIEWED}/mapa", "asesmen-ak-01": f"{_PLANNED}/ak-01",
        "asesmen-ak-02": f"{_PLANNED}/ak-02", "asesmen-berkas": f"{_PLANNED}/berkas",
        "asesmen-sesi": f"{LSP}/asesmen > {LSP}/sesi/*",
    },
    "gede.artawan": {"pleno-satu": f"{LSP}/pleno/*", "banding-satu": f"{LSP}/banding/*"},
    "sri.mulyasari": {"pleno-satu": f"{LSP}/pleno/*"},
    "rahmat.daulay": {"sk-satu": f"{LSP}/sk/*"},
    "nadia.kusuma": {"pantau-satu": f"{LSP}/pantau/*"},
    "dimas.anggoro": {
        "apl-01-data": f"{_DRAFT}/data", "apl-01-pekerjaan": f"{_DRAFT}/pekerjaan",
        "apl-01-skema": f"{_DRAFT}/skema", "apl-01-syarat": f"{_DRAFT}/syarat",
        "apl-01-periksa": f"{_DRAFT}/periksa", "apl-02-unit": f"{START} > {LSP}/saya/*/apl-02/unit-1",
    },
    "yuliana.kase": {"saya-satu": f"{LSP}/saya/*", "hasil": f"{LSP}/saya/*/hasil"},
}  # fmt: skip
# Two looks of a page between them are narrow and wide, light and dark.
LOOKS = [(360, False, LISTS), (1440, True, LISTS), (360, True, DETAILS), (1440, False, DETAILS)]
VISITS = [(user, width, dark, pages[user]) for width, dark, pages in LOOKS for user in pages]


def prepare(who: Orang) -> None:
    """The new asesi gets a draft to look at."""
    if who.pengguna == "dimas.anggoro":
        who.go(START)
        if who.page.get_by_role("button", name="Mulai permohonan").count():
            who.leave("Mulai permohonan")
