"""Numbers as Indonesians write them: reading what was typed, and printing figures fast.

Reading follows one rule set: the comma is the decimal sign, a dot is accepted as one too (many phone keypads
have no comma), a dot before exactly three digits is asked about, and nothing is ever guessed.
Printing agrees with Babel's id_ID patterns, without its cost.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

RIBUAN: Final = "ribuan"
DESIMAL: Final = "desimal"

_SHAPE: Final = re.compile(r"(?P<sign>[-\u2212\u2013+]?)(?P<figure>[0-9][0-9.,]*)(?P<rest>.*)", re.DOTALL)
_GROUPED: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_ENGLISH: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")
_PLAIN: Final = re.compile(r"[0-9]+([.,][0-9]+)?")
_DOUBTFUL: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_UNIT: Final = re.compile(r"[^0-9.,;:+*/=<>()\-][^0-9<>]{0,39}")
_LONGEST: Final = 15

_WORDS: Final = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
_SCALES: Final = (
    (10**12, "triliun"),
    (10**9, "miliar"),
    (10**6, "juta"),
    (1000, "ribu"),
    (100, "ratus"),
    (10, "puluh"),
)


class GalatAngka(ValueError):
    """What was typed is not a number we accept. `pesan` goes beside the field, `kode` to tests and imports.

    Codes: E_KOSONG, E_ANGKA, E_NEGATIF, E_DESIMAL, E_BESAR.
    """

    def __init__(self, kode: str, pesan: str) -> None:
        super().__init__(pesan)
        self.kode = kode
        self.pesan = pesan


class AngkaAmbigu(GalatAngka):
    """The text 1.000 may be a thousand or one. Ask, then call `parse` again with `arti`; kode E_ARTI."""

    def __init__(self, ribuan: Decimal, desimal: Decimal, teks: str) -> None:
        sebagai_desimal = teks.replace(".", ",")
        super().__init__(
            "E_ARTI",
            f"Maksud Anda {teks} ({terbilang(ribuan)}) atau {sebagai_desimal} ({terbilang(desimal)})?",
        )
        self.pilihan: dict[str, Decimal] = {RIBUAN: ribuan, DESIMAL: desimal}


@dataclass(frozen=True, slots=True)
class Angka:
    """A number that was read. `satuan` is the word typed after it ("12 dokumen"): confirm before using it."""

    nilai: Decimal
    satuan: str | None = None

    @property
    def tampil(self) -> str:
        """The echo shown beside the input."""
        return f"{angka(self.nilai)} {self.satuan}" if self.satuan else angka(self.nilai)


def parse(
    teks: str,
    label: str = "Angka",
    *,
    desimal: int = 2,
    negatif: bool = False,
    arti: str | None = None,
) -> Angka:
    """Read a typed number with at most `desimal` decimal places.

    `arti` (RIBUAN or DESIMAL) is the answer to an earlier AngkaAmbigu. With desimal=0 nothing is doubtful,
    because a dot can only group thousands. Raises GalatAngka, or AngkaAmbigu when the meaning must be asked.
    """
    bersih = teks.replace("\u00a0", " ").strip()
    if not bersih:
        raise GalatAngka("E_KOSONG", f"Isi {label}")
    shape = _SHAPE.fullmatch(re.sub(r"^Rp\.?\s*", "", bersih, flags=re.IGNORECASE))
    if shape is None:
        raise _not_a_number(label)
    figure, rest = shape["figure"], shape["rest"].strip()
    # "12." and "12, dokumen" end a sentence, they do not start a fraction.
    figure = figure[:-1] if figure[-1] in ".," else figure
    if rest and not _UNIT.fullmatch(rest):
        raise _not_a_number(label)
    nilai = _value(figure, label, desimal, arti)
    if shape["sign"] not in ("", "+"):
        if nilai and not negatif:
            raise GalatAngka("E_NEGATIF", f"{label}: tidak boleh kurang dari 0")
        nilai = -nilai
    _check_limits(nilai, label, desimal)
    return Angka(_tidy(nilai), rest or None)


def whole(text: str, least: int = 0, most: int = 999_999_999) -> int | None:
    """A whole number in plain digits within these bounds; None for anything else, however long or exotic."""
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or len(plain) > _LONGEST:
        return None
    return found if least <= (found := int(plain)) <= most else None


def _not_a_number(label: str) -> GalatAngka:
    return GalatAngka("E_ANGKA", f"{label}: isi dengan angka, misalnya 4")


def _value(figure: str, label: str, desimal: int, arti: str | None) -> Decimal:
    """The amount meant by digits, dots and commas. Raises AngkaAmbigu for 1.000 unless `arti` settles it."""
    grouped, fraction = Decimal(0), Decimal(0)
    if _DOUBTFUL.fullmatch(figure) and desimal > 0:
        grouped, fraction = Decimal(figure.replace(".", "")), Decimal(figure)
        if arti not in (RIBUAN, DESIMAL):
            raise AngkaAmbigu(grouped, fraction, figure)
        return grouped if arti == RIBUAN else fraction
    if _GROUPED.fullmatch(figure) and not figure.startswith("0"):
        return Decimal(figure.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(figure):
        return Decimal(figure.replace(",", "."))
    if _ENGLISH.fullmatch(figure):
        return Decimal(figure.replace(",", ""))
    raise _not_a_number(label)


def _check_limits(nilai: Decimal, label: str, desimal: int) -> None:
    if abs(nilai) >= 10**_LONGEST:
        raise GalatAngka("E_BESAR", f"{label}: paling banyak {_LONGEST} angka")
    if nilai != nilai.quantize(Decimal(1).scaleb(-desimal)):
        batas = f"paling banyak {desimal} angka di belakang koma" if desimal else "isi dengan bilangan bulat"
        raise GalatAngka("E_DESIMAL", f"{label}: {batas}")


def _tidy(nilai: Decimal) -> Decimal:
    """Drop trailing zeros without falling into 1E+3; minus zero becomes zero."""
    plain = nilai.normalize() + 0
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def terbilang(nilai: Decimal | int) -> str:
    """The number in words: 1.250 -> seribu dua ratus lima puluh; 1,5 -> satu koma lima. Below 10^15."""
    text = format(_tidy(Decimal(nilai)), "f")
    whole, _, fraction = text.lstrip("-").partition(".")
    words = _whole_words(int(whole))
    if fraction:
        words += " koma " + " ".join(_WORDS[int(digit)] for digit in fraction)
    return f"minus {words}" if text.startswith("-") else words


def _whole_words(n: int) -> str:
    if n < len(_WORDS):
        return _WORDS[n]
    if n < 20:
        return _WORDS[n - 10] + " belas"
    size, name = next((size, name) for size, name in _SCALES if n >= size)
    count, rest = divmod(n, size)
    # One thousand, hundred and ten melt into "se-"; from a million on the count is spoken.
    head = f"se{name}" if count == 1 and size <= 1000 else f"{_whole_words(count)} {name}"
    return f"{head} {_whole_words(rest)}" if rest else head


def angka(nilai: Decimal | float | None, desimal: int | None = None) -> str:
    """1.234.567,9. Up to three decimals, or exactly `desimal` of them; half to even; None becomes a dash."""
    if nilai is None:
        return "–"
    if isinstance(nilai, int) and not desimal:
        return f"{nilai:,}".replace(",", ".")
    exact = nilai if isinstance(nilai, Decimal) else Decimal(str(nilai))
    places = 3 if desimal is None else desimal
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    text = f"{rounded:,f}"
    if desimal is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(_SWAP)


_SWAP: Final = str.maketrans(",.", ".,")


def persen(nilai: Decimal | float | None, desimal: int = 1) -> str:
    """Percent points as read: 82.1 -> 82,1%; 100 -> 100%. At most `desimal` decimals."""
    if nilai is None:
        return "–"
    exact = nilai if isinstance(nilai, Decimal) else Decimal(str(nilai))
    return angka(exact.quantize(Decimal(1).scaleb(-desimal), ROUND_HALF_EVEN)) + "%"


def rupiah(nilai: int | None) -> str:
    """Whole rupiah: Rp1.500.000."""
    if nilai is None:
        return "–"
    return f"{'-' if nilai < 0 else ''}Rp{abs(nilai):,}".replace(",", ".")


def ukuran(byte: int) -> str:
    """File size as people read it, in steps of 1,024: 812 byte, 286 KB, 3,6 MB."""
    if byte < 1024:
        return f"{angka(byte)} byte"
    size, unit = byte / 1024, "KB"
    # 1,023.6 KB would print as 1.024 KB: it is already a megabyte to the reader.
    for larger in ("MB", "GB", "TB"):
        if size < 999.5:
            break
        size, unit = size / 1024, larger
    return f"{angka(round(size, 0 if unit == 'KB' or size >= 100 else 1))} {unit}"


def ringkas(nilai: float) -> str:
    """Short form for tiles: 12 rb, 1,5 jt, 2 M, 3 T; at most one decimal."""
    for size, unit in ((10**12, "T"), (10**9, "M"), (10**6, "jt"), (10**3, "rb")):
        # Compared after rounding in the smaller unit: 999.950 is 1 jt, never 1.000 rb.
        if abs(round(nilai * 1000 / size, 1)) >= 1000:
            return f"{angka(round(nilai / size, 1))} {unit}"
    return angka(nilai)
