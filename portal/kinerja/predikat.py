"""Ratings, predikat and the suggestions behind them: pure arithmetic in Decimal, no tables, no request.

A suggestion never decides. The penilai rates; the predikat follows from the two ratings.
Sources: PermenPAN-RB 6/2022 (matrix), SE MenPAN-RB 3/2023 (distribution), PermenPAN-RB 1/2023 (angka kredit).
Thresholds and rounding are settings (`Ambang`), because no regulation fixes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

DI_ATAS: Final = "DI_ATAS"
SESUAI: Final = "SESUAI"
DI_BAWAH: Final = "DI_BAWAH"
RATING: Final = (DI_ATAS, SESUAI, DI_BAWAH)

SANGAT_BAIK: Final = "SANGAT_BAIK"
BAIK: Final = "BAIK"
BUTUH_PERBAIKAN: Final = "BUTUH_PERBAIKAN"
KURANG: Final = "KURANG"
SANGAT_KURANG: Final = "SANGAT_KURANG"
PREDIKAT: Final = (SANGAT_BAIK, BAIK, BUTUH_PERBAIKAN, KURANG, SANGAT_KURANG)

ISTIMEWA: Final = "ISTIMEWA"
CAPAIAN_ORGANISASI: Final = (ISTIMEWA, BAIK, BUTUH_PERBAIKAN, KURANG, SANGAT_KURANG)

NAIK: Final = "NAIK"
TURUN: Final = "TURUN"
UTAMA: Final = "UTAMA"
TAMBAHAN: Final = "TAMBAHAN"

MELAMPAUI: Final = "MELAMPAUI"
TERCAPAI: Final = "TERCAPAI"
HAMPIR: Final = "HAMPIR"
BELUM: Final = "BELUM"
TANPA_TARGET: Final = "TANPA_TARGET"

LABEL: Final[Mapping[str, str]] = MappingProxyType(
    {
        DI_ATAS: "Di atas ekspektasi",
        SESUAI: "Sesuai ekspektasi",
        DI_BAWAH: "Di bawah ekspektasi",
        SANGAT_BAIK: "Sangat Baik",
        BAIK: "Baik",
        BUTUH_PERBAIKAN: "Butuh Perbaikan",
        KURANG: "Kurang",
        SANGAT_KURANG: "Sangat Kurang",
        ISTIMEWA: "Istimewa",
        MELAMPAUI: "Melampaui target",
        TERCAPAI: "Tercapai",
        HAMPIR: "Hampir tercapai",
        BELUM: "Belum tercapai",
        TANPA_TARGET: "Tanpa target",
    }
)

TONE: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys((SANGAT_BAIK, BAIK), "positive")
    | {BUTUH_PERBAIKAN: "warning", KURANG: "negative", SANGAT_KURANG: "negative"}
)

_SKOR: Final = {DI_ATAS: 1, SESUAI: 0, DI_BAWAH: -1}


@dataclass(frozen=True, slots=True)
class Ambang:
    """Thresholds of the suggestions: a settings row, passed in by the caller.

    capaian in percent; di_atas and di_bawah on the mean of +1/0/-1; hampir and tercapai in percent.
    """

    capaian_maks: Decimal = Decimal(120)
    di_atas: Decimal = Decimal("0.5")
    di_bawah: Decimal = Decimal("-0.5")
    penjaga_utama: bool = True
    hampir: Decimal = Decimal(90)
    tercapai: Decimal = Decimal(100)


BAWAAN: Final = Ambang()


@dataclass(frozen=True, slots=True)
class Matriks:
    """One version of the 3x3 table. `sel` maps (hasil, perilaku) to the predikat and must fill all nine."""

    versi: int
    berlaku_mulai: date
    dasar: str
    sel: Mapping[tuple[str, str], str] = field(hash=False)

    def __post_init__(self) -> None:
        if set(self.sel) != {(h, p) for h in RATING for p in RATING}:
            raise ValueError("matriks predikat harus mengisi sembilan sel")


MATRIKS: Final[tuple[Matriks, ...]] = (
    Matriks(
        versi=1,
        berlaku_mulai=date(2022, 2, 17),
        dasar="PermenPAN-RB 6/2022",
        sel=MappingProxyType(
            {
                (DI_ATAS, DI_ATAS): SANGAT_BAIK,
                (DI_ATAS, SESUAI): BAIK,
                (DI_ATAS, DI_BAWAH): KURANG,
                (SESUAI, DI_ATAS): BAIK,
                (SESUAI, SESUAI): BAIK,
                (SESUAI, DI_BAWAH): KURANG,
                (DI_BAWAH, DI_ATAS): BUTUH_PERBAIKAN,
                (DI_BAWAH, SESUAI): BUTUH_PERBAIKAN,
                (DI_BAWAH, DI_BAWAH): SANGAT_KURANG,
            }
        ),
    ),
)


def matriks_pada(tanggal: date) -> Matriks:
    """The version in force on a date. Raises ValueError before the first one."""
    berlaku = [m for m in MATRIKS if m.berlaku_mulai <= tanggal]
    if not berlaku:
        raise ValueError(f"belum ada matriks predikat pada {tanggal:%d-%m-%Y}")
    return max(berlaku, key=lambda m: m.berlaku_mulai)


def predikat(hasil: str, perilaku: str, matriks: Matriks = MATRIKS[-1]) -> str:
    """The predikat of two ratings. Raises ValueError for a rating that does not exist."""
    try:
        return matriks.sel[hasil, perilaku]
    except KeyError:
        raise ValueError(f"rating tidak dikenal: {hasil!r}, {perilaku!r}") from None


def _exact(nilai: Decimal | float) -> Decimal:
    """A float comes from JSON: its shortest text is what somebody wrote."""
    return nilai if isinstance(nilai, Decimal) else Decimal(str(nilai))


def _one_decimal(nilai: Decimal) -> Decimal:
    return nilai.quantize(Decimal("0.1"), ROUND_HALF_UP)


def capaian(
    target: Decimal | float, realisasi: Decimal | float, polaritas: str = NAIK, ambang: Ambang = BAWAAN
) -> Decimal | None:
    """Percent, 0 to ambang.capaian_maks, one decimal, half up; None when the target is 0.

    TURUN counts less as better. Raises ValueError for negatives and for an unknown polaritas.
    """
    t, r = _exact(target), _exact(realisasi)
    if t < 0 or r < 0:
        raise ValueError("target dan realisasi tidak boleh kurang dari 0")
    if polaritas not in (NAIK, TURUN):
        raise ValueError(f"polaritas tidak dikenal: {polaritas!r}")
    if not t:
        return None
    persen = r * 100 / t if polaritas == NAIK else 200 - r * 100 / t
    return _one_decimal(min(max(persen, Decimal(0)), ambang.capaian_maks))


def rata_capaian(nilai: Iterable[Decimal | None]) -> Decimal | None:
    """Mean of the months or rows that have a target, one decimal, half up; None when none has."""
    ada = [n for n in nilai if n is not None]
    return _one_decimal(sum(ada, Decimal(0)) / len(ada)) if ada else None


def kategori(capaian_persen: Decimal | None, ambang: Ambang = BAWAAN) -> str:
    """The word of a measurement row: what colour and label follow from."""
    if capaian_persen is None:
        return TANPA_TARGET
    if capaian_persen > ambang.tercapai:
        return MELAMPAUI
    if capaian_persen == ambang.tercapai:
        return TERCAPAI
    return HAMPIR if capaian_persen >= ambang.hampir else BELUM


def saran_indikator(
    target_min: Decimal | float,
    target_maks: Decimal | float,
    realisasi: Decimal | float | None,
    polaritas: str = NAIK,
) -> str | None:
    """Above, inside or below the target range; mirrored for TURUN; None while nothing is measured."""
    if polaritas not in (NAIK, TURUN):
        raise ValueError(f"polaritas tidak dikenal: {polaritas!r}")
    if realisasi is None:
        return None
    bawah, atas, nilai = _exact(target_min), _exact(target_maks), _exact(realisasi)
    if bawah > atas:
        raise ValueError("target_min tidak boleh melebihi target_maks")
    if bawah <= nilai <= atas:
        return SESUAI
    return DI_ATAS if (nilai > atas) == (polaritas == NAIK) else DI_BAWAH


@dataclass(frozen=True, slots=True)
class Saran:
    """A suggestion with its reason: mean score to four decimals, and whether the guard held it down."""

    rating: str | None
    skor: Decimal | None = None
    dibatasi: bool = False


def _from_mean(ratings: Iterable[str | None], ambang: Ambang) -> Saran:
    skor = [_SKOR[r] for r in ratings if r is not None]
    if not skor:
        return Saran(None)
    jumlah, n = Decimal(sum(skor)), len(skor)
    mean = (jumlah / n).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    # Sums are compared, not rounded means: exactly half belongs to the outer rating.
    if jumlah >= ambang.di_atas * n:
        return Saran(DI_ATAS, mean)
    return Saran(DI_BAWAH if jumlah <= ambang.di_bawah * n else SESUAI, mean)


def saran_rhk(ratings: Iterable[str | None], ambang: Ambang = BAWAAN) -> Saran:
    """Suggestion for one RHK from the ratings of its indikator; unmeasured ones (None) do not count."""
    return _from_mean(ratings, ambang)


def saran_hasil(rhk: Iterable[tuple[str, str | None]], ambang: Ambang = BAWAAN) -> Saran:
    """Suggestion for all hasil kerja from (jenis, rating) per RHK.

    The guard: one RHK UTAMA below expectation keeps the suggestion at SESUAI or lower.
    """
    rows = list(rhk)
    saran = _from_mean((rating for _, rating in rows), ambang)
    tertahan = ambang.penjaga_utama and (UTAMA, DI_BAWAH) in rows
    return Saran(SESUAI, saran.skor, True) if tertahan and saran.rating == DI_ATAS else saran


def saran_perilaku(ratings: Iterable[str | None], ambang: Ambang = BAWAAN) -> Saran:
    """Suggestion for perilaku from the ratings of the seven aspects."""
    return _from_mean(ratings, ambang)


PERSEN_KREDIT: Final[Mapping[str, int]] = MappingProxyType(
    {SANGAT_BAIK: 150, BAIK: 100, BUTUH_PERBAIKAN: 75, KURANG: 50, SANGAT_KURANG: 25}
)


def angka_kredit(koefisien: Decimal | float, nilai_predikat: str, bulan: int = 12) -> Decimal:
    """Angka kredit of a JF for `bulan` months of the yearly coefficient; two decimals, half up."""
    kredit = _exact(koefisien) * PERSEN_KREDIT[nilai_predikat] * bulan / 1200
    return kredit.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class AturanDistribusi:
    """One line of SE MenPAN-RB 3/2023: `jenis` MAKS, MIN (percent of the group) or TERBANYAK."""

    kode: str
    jenis: str
    predikat: tuple[str, ...]
    persen: int
    pesan: str


_SB_10: Final = AturanDistribusi(
    "SANGAT_BAIK_MAKS_10", "MAKS", (SANGAT_BAIK,), 10, "Sangat Baik paling banyak 10% pegawai."
)
DISTRIBUSI: Final[Mapping[str, tuple[AturanDistribusi, ...]]] = MappingProxyType(
    {
        ISTIMEWA: (
            AturanDistribusi(
                "SANGAT_BAIK_TERBANYAK",
                "TERBANYAK",
                (SANGAT_BAIK,),
                0,
                "Predikat terbanyak harus Sangat Baik.",
            ),
            AturanDistribusi(
                "SANGAT_BAIK_MAKS_70", "MAKS", (SANGAT_BAIK,), 70, "Sangat Baik paling banyak 70% pegawai."
            ),
        ),
        BAIK: (
            AturanDistribusi("BAIK_TERBANYAK", "TERBANYAK", (BAIK,), 0, "Predikat terbanyak harus Baik."),
            AturanDistribusi("BAIK_MAKS_70", "MAKS", (BAIK,), 70, "Baik paling banyak 70% pegawai."),
            AturanDistribusi(
                "HARUS_ADA_BUTUH_PERBAIKAN_ATAU_KURANG",
                "MIN",
                (BUTUH_PERBAIKAN, KURANG),
                0,
                "Harus ada pegawai dengan predikat Butuh Perbaikan atau Kurang.",
            ),
        ),
        BUTUH_PERBAIKAN: (
            AturanDistribusi(
                "BUTUH_PERBAIKAN_MIN_60", "MIN", (BUTUH_PERBAIKAN,), 60, "Butuh Perbaikan paling sedikit 60%."
            ),
            _SB_10,
        ),
        KURANG: (
            AturanDistribusi("KURANG_MIN_60", "MIN", (KURANG,), 60, "Kurang paling sedikit 60%."),
            AturanDistribusi(
                "BUTUH_PERBAIKAN_MIN_10", "MIN", (BUTUH_PERBAIKAN,), 10, "Butuh Perbaikan paling sedikit 10%."
            ),
            _SB_10,
        ),
        SANGAT_KURANG: (
            AturanDistribusi("SANGAT_KURANG_MIN_60", "MIN", (SANGAT_KURANG,), 60, "Sangat Kurang paling sedikit 60%."),
            AturanDistribusi(
                "KURANG_ATAU_BUTUH_PERBAIKAN_MIN_10",
                "MIN",
                (KURANG, BUTUH_PERBAIKAN),
                10,
                "Kurang dan Butuh Perbaikan bersama-sama paling sedikit 10%.",
            ),
            AturanDistribusi("TANPA_SANGAT_BAIK", "MAKS", (SANGAT_BAIK,), 0, "Tidak boleh ada Sangat Baik."),
        ),
    }
)


def _broken(aturan: AturanDistribusi, jumlah: Mapping[str, int], total: int) -> bool:
    n = sum(jumlah.get(p, 0) for p in aturan.predikat)
    if aturan.jenis == "TERBANYAK":
        return n < max(jumlah.values())
    if aturan.jenis == "MAKS":
        return n * 100 > aturan.persen * total
    # "Must exist" is a minimum of zero percent that zero people do not meet.
    return n * 100 < aturan.persen * total or n == 0


def peringatan_distribusi(capaian_organisasi: str, jumlah: Mapping[str, int]) -> list[AturanDistribusi]:
    """Rules of SE 3/2023 that the counts of one PD break; exactly 70, 60 or 10 percent passes.

    A warning, never a block. Raises KeyError for an unknown capaian organisasi.
    """
    aturan = DISTRIBUSI[capaian_organisasi]
    total = sum(jumlah.values())
    return [a for a in aturan if _broken(a, jumlah, total)] if total else []
