"""Who is in which state: the inbox of Bambang Prasetyo, the half-filled month of Siti, and everybody else."""

from random import Random

from portal.kernel.demo.kota import Seat
from portal.kinerja.demo import keadaan
from portal.kinerja.demo.bulan import BERSIH, BIASA, LEBIH, RENDAH
from portal.kinerja.demo.rencana import HALF_FILLED

SUPERVISOR = "bambang.prasetyo"
OLD_ITEM, LOW, SAME_FILE = "made.wirawan", "yohanes.kogoya", "nur.aisyah"
HALF_DONE = {"modul pelatihan": 4, "uji kompetensi": 22}  # what the half-filled month already says
OWN_FILES = {HALF_FILLED, OLD_ITEM, SAME_FILE}

# Last month of people with an account of their own.
NAMED = {
    SUPERVISOR: (keadaan.KIRIM, BERSIH), "daniel.rumbiak": (keadaan.KIRIM, BERSIH),
    "rotua.simatupang": (keadaan.KEMBALI_BARIS, BIASA), "wayan.sudiarta": (keadaan.TETAP, BIASA),
    "lina.tanudjaja": (keadaan.ISI_SKP, BIASA), "nur.hidayah": (keadaan.ISI_PKS, BIASA),
    "togar.sinaga": (keadaan.ULANG, BIASA), "yosef.kilok": (keadaan.KOSONG, BIASA),
}  # fmt: skip

# The other people of the supervisor, in the order in which they sit; from the eighth on: ready to approve.
TEAM = [
    (keadaan.ULANG, BIASA),
    (keadaan.KIRIM, RENDAH),
    (keadaan.SEBAGIAN, BERSIH),
    (keadaan.KEMBALI_BARIS, BIASA),
    (keadaan.KOSONG, BIASA),
    (keadaan.ISI_SKP, BIASA),
    (keadaan.KIRIM, BIASA),
]
OPENED = 3  # months of the month before last that BKPSDM unlocked again
LAST_MONTH = [
    (keadaan.TETAP, 34), (keadaan.KIRIM, 27), (keadaan.SEBAGIAN, 5), (keadaan.ISI_RENAKSI, 8), (keadaan.ISI_SKP, 6),
    (keadaan.ISI_PKS, 4), (keadaan.KEMBALI_BARIS, 4), (keadaan.ULANG, 3), (keadaan.BARU, 2), (keadaan.KOSONG, 7),
]  # fmt: skip
EARLIER = [
    (keadaan.TETAP, 930), (keadaan.TETAP_ULANG, 30), (keadaan.LUPA, 22), (keadaan.DIAM, 26)
]  # fmt: skip


class Story:
    """Answers state and manner of one person's month; counts the supervisor's people as they come."""

    def __init__(self, akhir: int) -> None:
        self.akhir = akhir
        self.met: dict[str, int] = {}
        self.opened = 0

    def month(self, seat: Seat, boss: Seat, bulan: int, random: Random) -> tuple[str, str]:
        name = seat.person.pengguna
        if seat.person.contoh:
            return keadaan.TETAP, BIASA
        if boss.person.pengguna == SUPERVISOR:
            return self._team(name, bulan)
        if not seat.person.aktif or (seat.selesai is not None and bulan == seat.selesai.month):
            return keadaan.TETAP, BIASA
        if bulan == self.akhir:
            return NAMED[name] if name in NAMED else (_drawn(LAST_MONTH, random), BIASA)
        return self._earlier(bulan, random), BIASA

    def _earlier(self, bulan: int, random: Random) -> str:
        """Months that are locked: nearly all set; a silent penilai only in the last two of them."""
        state = _drawn(EARLIER, random)
        if state == keadaan.LUPA and bulan == self.akhir - 1 and self.opened < OPENED:
            self.opened += 1
            return keadaan.BUKA
        return keadaan.TETAP if state == keadaan.DIAM and bulan < self.akhir - 2 else state

    def _team(self, name: str, bulan: int) -> tuple[str, str]:
        if bulan < self.akhir:
            late = name == OLD_ITEM and bulan == self.akhir - 1
            return (keadaan.BUKA_PENILAI if late else keadaan.TETAP), BIASA
        known = {
            HALF_FILLED: (keadaan.ISI_RENAKSI, BERSIH), OLD_ITEM: (keadaan.KIRIM, BERSIH),
            LOW: (keadaan.KIRIM, RENDAH), SAME_FILE: (keadaan.KIRIM, LEBIH),
        }  # fmt: skip
        if name in known:
            return known[name]
        place = self.met.setdefault(name, len(self.met))
        return TEAM[place] if place < len(TEAM) else (keadaan.KIRIM, BERSIH)


def _drawn(weighted: list[tuple[str, int]], random: Random) -> str:
    return random.choices([s for s, _ in weighted], [w for _, w in weighted])[0]
