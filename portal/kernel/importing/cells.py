"""One cell to one clean value, or to what is wrong with it. Nothing is guessed: what cannot be read is an error."""

import difflib
import re
from datetime import date, datetime, time
from decimal import Decimal

from portal.kernel import numbers
from portal.kernel.calendar import BULAN, tanggal
from portal.kernel.identifiers import Nik, Nip
from portal.kernel.importing.declared import (
    ANGKA,
    BULAT,
    KODE,
    NIK,
    NIP,
    PILIHAN,
    TANGGAL,
    TEKS,
    Column,
    Problem,
    Value,
)  # fmt: skip

Raw = str | int | float | bool | datetime | date | time | None
EXACT_DIGITS = 15  # a spreadsheet number keeps no more
FIRST_YEAR, LAST_YEAR = 1900, 2200
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"})
SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}")
DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{1,4})")
YEAR_FIRST = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
WORDS = re.compile(r"([0-9]{1,2}) ([A-Za-z]+) ([0-9]{1,4})")
MONTHS = {name.lower(): at for at, name in enumerate(BULAN, 1)} | {
    name[:3].lower(): at for at, name in enumerate(BULAN, 1)
}
APOSTROPHES = "'\u2018\u2019`"
SHOWN = 120


class Unreadable(ValueError):
    """A cell that cannot be taken: code, words, hint."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def tidy(text: str) -> str:
    """White space of any kind as one space, no signs nobody sees, no apostrophe of a BKN export, no `null`."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if plain[:1] and plain[0] in APOSTROPHES and not plain[1:2].isalpha():
        plain = plain[1:].strip()
    return "" if plain in ("null", "NULL", "'null", "'NULL") else plain


def shown(raw: Raw) -> str:
    """The cell as the list of errors shows it."""
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
    if isinstance(raw, float):
        return f"{raw:.0f}" if raw.is_integer() and abs(raw) < 10**EXACT_DIGITS else repr(raw)
    return "" if raw is None else str(raw)[:SHOWN]


def read(column: Column, raw: Raw) -> tuple[Value, list[Problem]]:
    """The value (None or "" when there is none) and its problems."""
    empty: Value = "" if column.kind in (TEKS, NIP, NIK, KODE, PILIHAN) else None
    try:
        if isinstance(raw, str):
            raw = tidy(raw)
        if raw in (None, ""):
            if column.required:
                raise Unreadable("E_KOSONG", f"{column.title} belum diisi")
            return empty, []
        if isinstance(raw, str) and raw in ERRORS:
            raise Unreadable("E_RUMUS", f"Sel berisi galat rumus {raw}", "Perbaiki rumusnya, atau ketik nilainya.")
        value, warnings = READERS[column.kind](column, raw)
    except Unreadable as error:
        return empty, [Problem(column.name, shown(raw), error.code, error.message, error.hint)]
    return value, [Problem(column.name, shown(raw), code, words, hint, True) for code, words, hint in warnings]


Warned = list[tuple[str, str, str]]


def _text(column: Column, raw: Raw) -> tuple[Value, Warned]:
    if isinstance(raw, datetime | date):
        day = raw.date() if isinstance(raw, datetime) else raw
        text = f"{day.day:02d}/{day.month:02d}/{day.year}"
    elif isinstance(raw, bool):
        text = "Ya" if raw else "Tidak"
    else:
        text = shown(raw) if isinstance(raw, int | float) else str(raw)
    if len(text) > column.longest:
        raise Unreadable("E_PANJANG", f"{column.title} paling banyak {column.longest} huruf; di sini {len(text)}")
    return text, []


def _digits(column: Column, raw: Raw) -> str:
    """Letters of a number that must be exact. Raises Unreadable where a spreadsheet has cut it."""
    lost = isinstance(raw, str) and SCIENTIFIC.fullmatch(raw) is not None
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        lost = len(f"{abs(raw):.0f}") > EXACT_DIGITS
    if lost:
        raise Unreadable(
            "E_PRESISI",
            f"Presisi hilang: {column.title} diketik sebagai angka, angka sesudah yang ke-{EXACT_DIGITS} sudah hilang",
            "Ubah format kolom menjadi teks, lalu ketik lagi dari dokumen aslinya. Angka itu tidak dapat ditebak.",
        )
    if isinstance(raw, datetime | date | time | bool):
        raise Unreadable("E_JENIS", f"{column.title} terbaca sebagai tanggal", "Ubah format sel menjadi teks.")
    return shown(raw)


def _nip(column: Column, raw: Raw) -> tuple[Value, Warned]:
    found = Nip.parse(_digits(column, raw))
    if not found.valid:
        raise Unreadable(found.galat[0], found.pesan or "NIP tidak dapat dibaca", "Tulis 18 angka, seperti pada SK.")
    return found.normal or "", []


def _nik(column: Column, raw: Raw) -> tuple[Value, Warned]:
    found = Nik.parse(_digits(column, raw))
    if not found.valid:
        raise Unreadable(found.galat[0], found.pesan or "NIK tidak dapat dibaca", "Tulis 16 angka, seperti pada KTP.")
    return found.normal or "", []


def _code(column: Column, raw: Raw) -> tuple[Value, Warned]:
    text = _digits(column, raw)
    if len(text) > column.longest:
        raise Unreadable("E_PANJANG", f"{column.title} paling banyak {column.longest} huruf; di sini {len(text)}")
    if isinstance(raw, str):
        return text, []
    return text, [("W_ANGKA", f"{column.title} diketik sebagai angka; nol di depan mungkin hilang", f"Terbaca {text}.")]


# ---- dates


def _day(column: Column, raw: Raw) -> tuple[Value, Warned]:
    if isinstance(raw, datetime):
        return _in_range(raw.date()), []
    if isinstance(raw, date):
        return _in_range(raw), []
    if isinstance(raw, str):
        return _typed_day(raw), []
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raise Unreadable(
            "E_TANGGAL", f"Sel berisi angka {shown(raw)}, bukan tanggal{_serial(raw)}",
            "Ubah format sel menjadi tanggal, lalu periksa.",
        )  # fmt: skip
    raise Unreadable("E_TANGGAL", f"{shown(raw)} bukan tanggal", "Tulis misalnya 03/09/1990.")


def _serial(raw: float) -> str:
    """What a spreadsheet would show for this number, for the person to compare."""
    if not 1 <= raw < 73_050:
        return ""
    day = date.fromordinal(date(1899, 12, 30).toordinal() + int(raw))
    return f" (sebagai tanggal Excel: {tanggal(day)})"


def _typed_day(text: str) -> date:
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = match[1], int(match[2]), int(match[3])
    elif match := DAY_FIRST.fullmatch(text):
        day, month, year = int(match[1]), int(match[2]), match[3]
    elif (match := WORDS.fullmatch(text)) and match[2].lower() in MONTHS:
        day, month, year = int(match[1]), MONTHS[match[2].lower()], match[3]
    else:
        raise Unreadable(
            "E_TANGGAL", f"“{text[:40]}” tidak terbaca sebagai tanggal", "Tulis misalnya 03/09/1990 atau 1990-09-03."
        )
    reading = f"{day} {BULAN[month - 1] if 1 <= month <= 12 else f'bulan {month}'} {year}"
    if len(year) < 4:
        raise Unreadable(
            "E_TAHUN", f"Tahun ditulis {len(year)} angka; terbaca {reading}", "Tulis tahun dengan 4 angka."
        )
    try:
        found = date(int(year), month, day)
    except ValueError:
        raise Unreadable(
            "E_TANGGAL", f"Terbaca {reading}; tanggal itu tidak ada di kalender", "Urutannya hari, bulan, tahun."
        ) from None
    return _in_range(found)


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Unreadable(
            "E_TAHUN", f"Terbaca {tanggal(day)}; tahun itu tidak mungkin", "Kosongkan bila tidak diketahui."
        )
    return day


# ---- numbers and choices


def _number(column: Column, raw: Raw) -> tuple[Value, Warned]:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Decimal(repr(raw)), []
    try:
        return numbers.parse(str(raw), column.title, desimal=4, negatif=True, arti=numbers.RIBUAN).nilai, []
    except numbers.GalatAngka as error:
        raise Unreadable(error.kode, error.pesan) from error


def _whole(column: Column, raw: Raw) -> tuple[Value, Warned]:
    value, warnings = _number(column, raw)
    exact = value if isinstance(value, Decimal) else Decimal(0)
    if exact != exact.to_integral_value():
        raise Unreadable("E_BULAT", f"{column.title}: isi dengan bilangan bulat")
    return int(exact), warnings


def _choice(column: Column, raw: Raw) -> tuple[Value, Warned]:
    text = shown(raw)
    known = {spelling.casefold(): code for code, words in column.choices for spelling in (words, code)}
    if text.casefold() in known:
        return known[text.casefold()], []
    words = [word for _, word in column.choices]
    raise Unreadable("E_PILIHAN", f"“{text[:60]}” tidak dikenal untuk {column.title}", suggestion(text, words))


def suggestion(text: str, words: list[str]) -> str:
    """Sentence with the nearest of the known words; nothing is ever created for an unknown one."""
    low = {word.casefold(): word for word in words}
    near = [low[one] for one in difflib.get_close_matches(text.casefold(), list(low), n=3, cutoff=0.55)]
    if near:
        return f"Mungkin maksudnya: {', '.join(near)}."
    return f"Pilihannya: {', '.join(words[:8])}{', …' if len(words) > 8 else ''}." if words else ""


READERS = {
    TEKS: _text, NIP: _nip, NIK: _nik, KODE: _code, TANGGAL: _day, ANGKA: _number, BULAT: _whole, PILIHAN: _choice,
}  # fmt: skip
