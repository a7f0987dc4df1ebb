"""Dates as Indonesians read them, working days and office hours. Nothing here asks the database.

Holidays and office hours come in as arguments; whoever holds the tables passes them. Times are stored in UTC
and shown in WIB, WITA or WIT, which have had no daylight saving since 1964: fixed offsets are exact.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Final

WIB: Final = timezone(timedelta(hours=7), "WIB")
WITA: Final = timezone(timedelta(hours=8), "WITA")
WIT: Final = timezone(timedelta(hours=9), "WIT")

ZONA: Final[Mapping[str, timezone]] = MappingProxyType(
    {
        "WIB": WIB,
        "WITA": WITA,
        "WIT": WIT,
        "Asia/Jakarta": WIB,
        "Asia/Pontianak": WIB,
        "Asia/Makassar": WITA,
        "Asia/Jayapura": WIT,
    }
)

BULAN: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
BULAN_PENDEK: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
HARI: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
TRIWULAN: Final = ("I", "II", "III", "IV")

SENIN_JUMAT: Final = frozenset(range(5))
SENIN_SABTU: Final = frozenset(range(6))

_SETAHUN: Final = 366


def zona_waktu(nama: str) -> timezone:
    """The zone called WIB, WITA, WIT or by its Asia/ name. Raises ValueError for any other."""
    try:
        return ZONA[nama]
    except KeyError:
        raise ValueError(f"zona waktu tidak dikenal: {nama!r}") from None


def setempat(saat: datetime, zona: str = "WIB") -> datetime:
    """An instant in local time. Raises ValueError for a time without zone, which names no instant."""
    if saat.tzinfo is None:
        raise ValueError("waktu tanpa zona tidak dapat ditampilkan")
    return saat.astimezone(zona_waktu(zona))


def nama_bulan(bulan: int) -> str:
    """Raises ValueError outside 1 to 12."""
    if not 1 <= bulan <= 12:
        raise ValueError(f"bulan tidak dikenal: {bulan}")
    return BULAN[bulan - 1]


def bulan_tahun(tahun: int, bulan: int) -> str:
    """September 2026."""
    return f"{nama_bulan(bulan)} {tahun}"


def tanggal(hari: date) -> str:
    """3 September 2026."""
    return f"{hari.day} {BULAN[hari.month - 1]} {hari.year}"


def tanggal_pendek(hari: date) -> str:
    """3 Sep 2026."""
    return f"{hari.day} {BULAN_PENDEK[hari.month - 1]} {hari.year}"


def hari_tanggal(hari: date) -> str:
    """Kamis, 3 September 2026."""
    return f"{HARI[hari.weekday()]}, {tanggal(hari)}"


def rentang(mulai: date, selesai: date) -> str:
    """1 s.d. 30 September 2026; what both ends share is written once."""
    if (mulai.year, mulai.month) == (selesai.year, selesai.month):
        return tanggal(mulai) if mulai == selesai else f"{mulai.day} s.d. {tanggal(selesai)}"
    if mulai.year == selesai.year:
        return f"{mulai.day} {BULAN[mulai.month - 1]} s.d. {tanggal(selesai)}"
    return f"{tanggal(mulai)} s.d. {tanggal(selesai)}"


def pukul(saat: datetime | time, zona: str | None = None) -> str:
    """09.05. With `zona` an instant is first brought to local time."""
    jam = setempat(saat, zona) if zona is not None and isinstance(saat, datetime) else saat
    return f"{jam.hour:02}.{jam.minute:02}"


def waktu(saat: datetime, zona: str = "WIB") -> str:
    """Kamis, 3 September 2026 pukul 09.05 WIB."""
    lokal = setempat(saat, zona)
    return f"{hari_tanggal(lokal)} pukul {pukul(lokal)} {lokal.tzname()}"


def waktu_pendek(saat: datetime, zona: str = "WIB") -> str:
    """3 Sep 2026 09.05, for lists and logs whose zone stands above them."""
    lokal = setempat(saat, zona)
    return f"{tanggal_pendek(lokal)} {pukul(lokal)}"


_SATUAN: Final = ((31_536_000, "tahun"), (2_592_000, "bulan"), (604_800, "minggu"), (86_400, "hari"))
_SATUAN_PENDEK: Final = ((3600, "jam"), (60, "menit"))


def durasi_lalu(saat: datetime, sekarang: datetime) -> str:
    """baru saja, 5 menit yang lalu; dalam 2 jam for the future. Whole units, rounded down."""
    detik = (sekarang - saat).total_seconds()
    for ukuran, satuan in (*_SATUAN, *_SATUAN_PENDEK):
        jumlah = int(abs(detik) // ukuran)
        if jumlah:
            return f"{jumlah} {satuan} yang lalu" if detik > 0 else f"dalam {jumlah} {satuan}"
    return "baru saja"


def adalah_hari_kerja(hari: date, libur: Collection[date] = (), pekan: Collection[int] = SENIN_JUMAT) -> bool:
    """Whether the office works that day. `pekan` holds weekdays, Monday = 0."""
    return hari.weekday() in pekan and hari not in libur


def tambah_hari_kerja(hari: date, n: int, libur: Collection[date] = (), pekan: Collection[int] = SENIN_JUMAT) -> date:
    """The n-th working day after `hari`; before it when n is negative; with 0 the first one from `hari` on.

    Pass `libur` as a set. Raises ValueError when a whole year holds no working day.
    """
    arah = timedelta(days=-1 if n < 0 else 1)
    sisa, kosong = abs(n), 0
    if n == 0:
        hari, sisa = hari - arah, 1
    while sisa:
        hari += arah
        if adalah_hari_kerja(hari, libur, pekan):
            sisa, kosong = sisa - 1, 0
        else:
            kosong += 1
            if kosong > _SETAHUN:
                raise ValueError("setahun penuh tanpa hari kerja: periksa daftar libur")
    return hari


def jumlah_hari_kerja(
    mulai: date, selesai: date, libur: Collection[date] = (), pekan: Collection[int] = SENIN_JUMAT
) -> int:
    """Working days after `mulai` up to and including `selesai`; 0 when `selesai` is not later."""
    jarak = (selesai - mulai).days
    return sum(adalah_hari_kerja(mulai + timedelta(days=i), libur, pekan) for i in range(1, jarak + 1))


Selang = tuple[time, time]

_PAGI: Final[Selang] = (time(7, 30), time(12, 0))
_SENIN_KAMIS: Final[tuple[Selang, ...]] = (_PAGI, (time(13, 0), time(16, 0)))
_JUMAT: Final[tuple[Selang, ...]] = ((time(7, 30), time(11, 30)), (time(13, 0), time(16, 30)))


@dataclass(frozen=True, slots=True)
class JamKerja:
    """Office hours of one unit: open intervals per weekday (Monday = 0), in its own zone.

    The default is the 37.5-hour week with the breaks of Perpres 21/2023.
    """

    zona: str = "WIB"
    pekan: Mapping[int, tuple[Selang, ...]] = field(
        default_factory=lambda: MappingProxyType({**dict.fromkeys(range(4), _SENIN_KAMIS), 4: _JUMAT})
    )

    def selang(self, hari: date, libur: Collection[date] = ()) -> list[tuple[datetime, datetime]]:
        """The open intervals of one day as instants; empty on holidays and free days."""
        if hari in libur:
            return []
        tz = zona_waktu(self.zona)
        return [
            (datetime.combine(hari, buka, tz), datetime.combine(hari, tutup, tz))
            for buka, tutup in self.pekan.get(hari.weekday(), ())
        ]

    def buka(self, saat: datetime, libur: Collection[date] = ()) -> bool:
        """Whether the office is open at that instant; the closing minute is already outside."""
        lokal = setempat(saat, self.zona)
        return any(mulai <= lokal < selesai for mulai, selesai in self.selang(lokal.date(), libur))

    def detik_kerja(
        self,
        mulai: datetime,
        selesai: datetime,
        libur: Collection[date] = (),
        jeda: Iterable[tuple[datetime, datetime]] = (),
    ) -> int:
        """Open seconds between two instants, without the pauses of an SLA clock. Pauses may overlap."""
        potongan = self._potongan(mulai, selesai, libur)
        for awal, akhir in jeda:
            potongan = [sisa for bagian in potongan for sisa in _tanpa(bagian, awal, akhir)]
        return int(sum((b - a).total_seconds() for a, b in potongan))

    def _potongan(self, mulai: datetime, selesai: datetime, libur: Collection[date]) -> list[tuple[datetime, datetime]]:
        hari, terakhir = setempat(mulai, self.zona).date(), setempat(selesai, self.zona).date()
        potongan = []
        while hari <= terakhir:
            for buka, tutup in self.selang(hari, libur):
                a, b = max(buka, mulai), min(tutup, selesai)
                if a < b:
                    potongan.append((a, b))
            hari += timedelta(days=1)
        return potongan

    def tenggat(self, mulai: datetime, detik: int, libur: Collection[date] = ()) -> datetime:
        """The instant (UTC) at which that many open seconds have passed since `mulai`.

        Raises ValueError when a whole year holds no open hour.
        """
        hari, sisa, kosong = setempat(mulai, self.zona).date(), detik, 0
        while kosong <= _SETAHUN:
            for buka, tutup in self.selang(hari, libur):
                a = max(buka, mulai)
                panjang = max(int((tutup - a).total_seconds()), 0)
                if panjang and sisa <= panjang:
                    return (a + timedelta(seconds=sisa)).astimezone(UTC)
                sisa, kosong = sisa - panjang, 0
            hari, kosong = hari + timedelta(days=1), kosong + 1
        raise ValueError("setahun penuh tanpa jam kerja: periksa daftar libur dan jam kerja")


def _tanpa(bagian: tuple[datetime, datetime], awal: datetime, akhir: datetime) -> list[tuple[datetime, datetime]]:
    """What is left of an interval when a pause is cut out: nothing, one piece or two."""
    a, b = bagian
    if akhir <= a or b <= awal:
        return [bagian]
    return [(x, y) for x, y in ((a, awal), (akhir, b)) if x < y]
