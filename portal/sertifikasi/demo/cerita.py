"""The stories: batches of people who are assessed together, and how far each of them has come.

`uji`: days from today to the assessment, negative in the past. Everything else has its distance from that day, so
that the stories follow the clock.
"""

from dataclasses import dataclass

from portal.sertifikasi import alur
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m

CERTIFIED = (
    "ajukan",
    "terima",
    "ajukan_apl02",
    "tugaskan",
    "mulai_tinjau",
    "siap",
    "setujui_ak01",
    "jadwalkan",
    "mulai",
    "rekomendasikan",
    "ke_pleno",
    "kompeten",
    "minta_nomor",
    "terbit",
)
# Days from the assessment to each move; hours apart where two fall on one day.
DISTANCE = {
    "ajukan": -30.0,
    "minta_perbaikan": -28.0,
    "usul_tolak": -28.5,
    "tolak": -27.0,
    "terima": -26.0,
    "ajukan_apl02": -22.0,
    "tugaskan": -18.0,
    "mulai_tinjau": -16.0,
    "kembalikan_apl02": -15.0,
    "siap": -12.0,
    "tidak_lanjut": -12.0,
    "setujui_ak01": -10.0,
    "jadwalkan": -8.0,
    "tarik": -20.0,
    "batalkan": -15.0,
    "mulai": 0.0,
    "gugurkan": 0.3,
    "rekomendasikan": 0.25,
    "ke_pleno": 5.0,
    "kompeten": 7.0,
    "belum_kompeten": 7.0,
    "tunda": 7.0,
    "minta_nomor": 9.0,
    "terbit": 21.0,
}


def _until(last: str, *more: str) -> tuple[str, ...]:
    return (*CERTIFIED[: CERTIFIED.index(last) + 1], *more)


PATHS: dict[str, tuple[str, ...]] = {
    m.DRAF: (),
    m.DIAJUKAN: _until("ajukan"),
    m.PERLU_PERBAIKAN: _until("ajukan", "minta_perbaikan"),
    m.APL01_DITERIMA: _until("terima"),
    m.APL01_DITOLAK: _until("ajukan", "usul_tolak", "tolak"),
    m.APL02_DIAJUKAN: _until("ajukan_apl02"),
    m.ASESOR_DITUGASKAN: _until("tugaskan"),
    m.DITINJAU: _until("mulai_tinjau"),
    m.APL02_PERLU_PERBAIKAN: _until("mulai_tinjau", "kembalikan_apl02"),
    m.SIAP_ASESMEN: _until("siap"),
    m.TIDAK_LANJUT: _until("mulai_tinjau", "tidak_lanjut"),
    m.AK01_DISETUJUI: _until("setujui_ak01"),
    m.TERJADWAL: _until("jadwalkan"),
    m.BERLANGSUNG: _until("mulai"),
    m.DIREKOMENDASIKAN: _until("rekomendasikan"),
    m.MENUNGGU_KEPUTUSAN: _until("ke_pleno"),
    m.KOMPETEN: _until("kompeten"),
    m.BELUM_KOMPETEN: _until("ke_pleno", "belum_kompeten"),
    m.DITUNDA: _until("ke_pleno", "tunda"),
    m.MENUNGGU_NOMOR: _until("minta_nomor"),
    m.BERSERTIFIKAT: CERTIFIED,
    m.DITARIK: _until("ajukan_apl02", "tarik"),
    m.GUGUR: _until("jadwalkan", "gugurkan"),
    m.DIBATALKAN: _until("tugaskan", "batalkan"),
}
NOTES = {
    "minta_perbaikan": "Pas foto berlatar biru dan surat sehat sudah lewat masa. Unggah lagi keduanya.",
    "usul_tolak": "Pengalaman tugas penanggulangan bencana belum dapat dibuktikan.",
    "tolak": "Persyaratan dasar pengalaman belum terpenuhi menurut berkas yang dikirim.",
    "kembalikan_apl02": "Dua elemen dinyatakan K tanpa bukti yang menyebut waktu dan tempat.",
    "tidak_lanjut": "Bukti yang ada belum mencakup unit pokok; disarankan mengikuti pelatihan lebih dahulu.",
    "belum_kompeten": "Satu unit belum kompeten menurut rekomendasi asesor dan bukti yang ditelaah.",
    "tunda": "Bukti observasi satu unit perlu dilengkapi sebelum diputuskan.",
    "tarik": "Jadwal tugas lapangan berubah.",
    "batalkan": "Permohonan ganda dari usulan kolektif instansi yang sama.",
    "gugurkan": "Tidak hadir pada jadwal asesmen tanpa kabar.",
}
FOLLOW_UP = "Mengulang unit yang belum kompeten dalam 3 bulan."


def check() -> None:
    """Every path is one the flow allows. Raises ValueError."""
    for end, path in PATHS.items():
        state = m.DRAF
        for name in path:
            move = alur.FLOW.move(name)
            if state not in move.sources:
                raise ValueError(f"{end}: {name} is not open in {state}")
            state = move.target
        if state != end:
            raise ValueError(f"{end}: the path ends in {state}")


@dataclass(frozen=True)
class Angkatan:
    """`sk`: signed by the ketua. `bernomor`: how many of those who wait for a certificate have their number.
    `peserta`: how far each has come. `pengguna` names the account of the first one, "" for a new person.
    `sertifikat`: states of the certificates of those who got one, BERLAKU when left out. `banding`: state of the
    appeal of the one who is BELUM_KOMPETEN; DIPUTUS: the panel has decided, the ketua has not signed."""

    uji: int
    skema: str
    asesor: str
    tuk: int
    peserta: tuple[str, ...]
    pengguna: str = ""
    sertifikat: tuple[str, ...] = ()
    banding: str = ""
    sk: bool = True
    bernomor: int = 0


H, R, A = "hendra.gunadi", "rini.pakpahan", "ahmad.fauzan"
S, BKP = m.BERSERTIFIKAT, m.BELUM_KOMPETEN
ANGKATAN = (
    Angkatan(-1150, "PPT-PTG", R, 0, (S, S, BKP), sertifikat=(k.KEDALUWARSA, k.KEDALUWARSA)),
    Angkatan(-1040, "PPT-PTG", A, 0, (S, S), pengguna="yuliana.kase"),
    Angkatan(-745, "PPT-PTG", A, 1, (S, S, S, S, BKP), sertifikat=(k.BERLAKU, k.DITANGGUHKAN, k.DICABUT)),
    Angkatan(-392, "PPT-PTG", H, 2, (S, S, S, BKP)),
    Angkatan(-362, "PPT-PTG", R, 1, (S, S, S)),
    Angkatan(-150, "PPT-PTG", H, 0, (S, S, S, BKP, m.TIDAK_LANJUT), banding="DITOLAK"),
    Angkatan(-95, "SHL-PTG", R, 0, (BKP, BKP, m.GUGUR)),
    Angkatan(-40, "PPT-PTG", A, 2, (S, S, m.MENUNGGU_NOMOR, m.MENUNGGU_NOMOR, BKP), banding="DITOLAK", bernomor=1),
    Angkatan(-20, "PPT-PTG", R, 0, (m.KOMPETEN, BKP), banding="DITERIMA"),
    Angkatan(-18, "PPT-PTG", H, 1, (BKP,), banding="DIPUTUS"),
    Angkatan(-16, "PPT-PTG", A, 1, (BKP,), banding="DITELAAH"),
    Angkatan(-14, "PPT-PTG", R, 1, (m.KOMPETEN, BKP), banding="DIREGISTRASI", sk=False),
    Angkatan(-12, "PPT-PTG", H, 0, (m.KOMPETEN, m.KOMPETEN, BKP, m.DITUNDA), banding="DIAJUKAN"),
    Angkatan(-6, "PPT-PTG", R, 1, (m.MENUNGGU_KEPUTUSAN, m.MENUNGGU_KEPUTUSAN, m.DIREKOMENDASIKAN, m.DIREKOMENDASIKAN)),
    Angkatan(-1, "ASB-PTG", A, 0, (m.BERLANGSUNG, m.BERLANGSUNG)),
    Angkatan(5, "PPT-PTG", H, 0, (m.TERJADWAL, m.TERJADWAL, m.TERJADWAL)),
    Angkatan(9, "SHL-PTG", R, 1, (m.AK01_DISETUJUI, m.AK01_DISETUJUI)),
    Angkatan(11, "PPT-PTG", A, 0, (m.SIAP_ASESMEN, m.SIAP_ASESMEN)),
    Angkatan(14, "KCP-PTG", H, 2, (m.DITINJAU, m.DITINJAU, m.APL02_PERLU_PERBAIKAN)),
    Angkatan(14, "PPT-KOR", H, 2, (m.DITINJAU, m.DIBATALKAN), pengguna=""),
    Angkatan(17, "PPT-PTG", R, 0, (m.ASESOR_DITUGASKAN, m.ASESOR_DITUGASKAN, m.DITARIK)),
    Angkatan(20, "PPT-PTG", H, 0, (m.APL02_DIAJUKAN, m.APL02_DIAJUKAN, m.APL02_DIAJUKAN)),
    Angkatan(24, "DST-PTG", R, 3, (m.APL01_DITERIMA, m.APL01_DITERIMA)),
    Angkatan(26, "PPT-PTG", A, 0, (m.PERLU_PERBAIKAN, m.DIAJUKAN, m.DIAJUKAN, m.APL01_DITOLAK)),
    Angkatan(27, "SAR-PTG", A, 1, (m.DIAJUKAN, m.PERLU_PERBAIKAN)),
    Angkatan(30, "RLW-KOR", A, 1, (m.DRAF, m.DRAF)),
    Angkatan(30, "PPT-PTG", A, 1, (m.DRAF,)),
)
