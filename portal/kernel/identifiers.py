"""Numbers that name people: NIP, NIK and telephone numbers as immutable value objects.

`parse` never raises for bad input. It answers with `valid`, the error codes in `galat`, the warnings in
`peringatan`, and what the digits tell. Derived values are None unless the number is valid.

Sources: Perka BKN 22/2007 and 43/2007 (NIP), PP 49/2018 (PPPK), the population administration rules (NIK).
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

PNS: Final = "PNS"
PPPK: Final = "PPPK"

SELULER: Final = "SELULER"
TETAP: Final = "TETAP"
LUAR_NEGERI: Final = "LUAR_NEGERI"

# Kemendagri province codes, Kepmendagri 300.2.2-2138/2025: 38 provinces.
PROVINSI: Final = frozenset(
    str(code)
    for codes in (
        range(11, 20),
        (21,),
        range(31, 37),
        range(51, 54),
        range(61, 66),
        range(71, 77),
        (81, 82),
        range(91, 97),
    )
    for code in codes
)

PESAN: Final[dict[str, str]] = {
    "E_PANJANG": "{nama} harus {panjang} angka. Anda menulis {n} angka.",
    "E_KARAKTER": "{nama} hanya boleh berisi angka. Periksa huruf atau tanda yang terselip.",
    "E_TGL_LAHIR": "Tanggal lahir di dalam {nama} tidak ada di kalender. Periksa lagi angkanya.",
    "E_TMT": "Angka ke-13 dan ke-14 NIP harus 01 sampai 12 (PNS) atau 21 sampai 29 (PPPK).",
    "E_TAHUN_PPPK": "NIP berpola PPPK, tetapi tahun pengangkatannya sebelum 2019.",
    "E_JENIS_KELAMIN": "Angka ke-15 NIP harus 1 (laki-laki) atau 2 (perempuan).",
    "E_NOMOR_URUT": "Nomor urut di akhir {nama} nol. Angka terakhir mungkin hilang di lembar kerja.",
    "E_TMT_MASA_DEPAN": "TMT di dalam NIP lebih dari 12 bulan di depan.",
    "E_USIA_ANGKAT": "Usia saat diangkat kurang dari 15 tahun. Periksa tanggal lahir dan TMT.",
    "E_PROVINSI": "Dua angka pertama NIK bukan kode provinsi yang dikenal.",
    "E_AWALAN": "Nomor telepon dimulai dengan 0 atau +62, misalnya 0812 3456 7890.",
    "E_PANJANG_TELEPON": "Nomor telepon tidak lengkap. Anda menulis {n} angka.",
    "W_USIA_ANGKAT": "Usia saat diangkat tidak lazim. Periksa tanggal lahir dan TMT.",
    "W_NIK_BEDA_TGL_LAHIR": "Tanggal lahir pada NIK berbeda dari data utama.",
    "W_WILAYAH": "Kode wilayah pada NIK tidak ada di daftar sekarang, mungkin karena pemekaran.",
    "W_TANPA_NOL": "Nomor ditulis tanpa 0 di depan. Periksa hasilnya.",
}

_SEPARATORS: Final = re.compile(r"[\s.\-\u2010-\u2015]+")
_DIGITS: Final = re.compile(r"[0-9]*")
_APOSTROPHES: Final = "'\u2018\u2019`"

# Birth dates and appointments are Indonesian dates; the westernmost zone decides what today is.
_WIB: Final = timezone(timedelta(hours=7))

_Codes = tuple[str, ...]


def _clean(text: str) -> str:
    """Drop separators and the one apostrophe with which spreadsheets force text."""
    stripped = text.strip()
    if stripped[:1] in _APOSTROPHES:
        stripped = stripped[1:]
    return _SEPARATORS.sub("", stripped)


def _shape_errors(digits: str, length: int) -> _Codes:
    if not _DIGITS.fullmatch(digits):
        return ("E_KARAKTER",)
    return () if len(digits) == length else ("E_PANJANG",)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _message(code: str, nama: str, panjang: int, digits: str) -> str:
    return PESAN[code].format(nama=nama, panjang=panjang, n=sum(c.isdigit() for c in digits))


@dataclass(frozen=True, slots=True)
class Nip:
    """An 18-digit NIP or NI PPPK. `normal` is None when the text cannot be brought to 18 digits."""

    masukan: str
    normal: str | None
    galat: _Codes = ()
    peringatan: _Codes = ()
    tanggal_lahir: date | None = None
    jenis: str | None = None
    jenis_kelamin: str | None = None
    tmt_cpns: date | None = None
    tahun_pengangkatan: int | None = None
    perjanjian_ke: int | None = None
    nomor_urut: str | None = None

    @property
    def valid(self) -> bool:
        return not self.galat

    @property
    def tampil(self) -> str:
        """Grouped for reading: 19850315 201001 1 901. Bad input comes back as it was typed."""
        n = self.normal
        return f"{n[:8]} {n[8:14]} {n[14]} {n[15:]}" if n else self.masukan

    @property
    def pesan(self) -> str | None:
        """The sentence for the first error, None when valid."""
        return _message(self.galat[0], "NIP", 18, self.masukan) if self.galat else None

    def __str__(self) -> str:
        return self.normal or self.masukan

    @classmethod
    def parse(cls, text: str, per_tanggal: date | None = None) -> "Nip":
        """Read a NIP as of `per_tanggal` (today when left out): the date decides what lies in the future."""
        digits = _clean(text)
        shape = _shape_errors(digits, 18)
        if shape:
            return cls(text, None, shape)
        errors, warnings = _nip_findings(digits, per_tanggal or datetime.now(_WIB).date())
        if errors:
            return cls(text, digits, errors, warnings)
        year, agreement = int(digits[8:12]), int(digits[12:14])
        pns = agreement <= 12
        return cls(
            text,
            digits,
            (),
            warnings,
            tanggal_lahir=date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])),
            jenis=PNS if pns else PPPK,
            jenis_kelamin="L" if digits[14] == "1" else "P",
            tmt_cpns=date(year, agreement, 1) if pns else None,
            tahun_pengangkatan=year,
            perjanjian_ke=None if pns else agreement - 20,
            nomor_urut=digits[15:],
        )


def _nip_findings(digits: str, today: date) -> tuple[_Codes, _Codes]:
    """Errors and warnings of 18 digits, in the order in which the rules are written."""
    errors: list[str] = []
    born = _date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    year, agreement = int(digits[8:12]), int(digits[12:14])
    pns, pppk = 1 <= agreement <= 12, 21 <= agreement <= 29
    if born is None:
        errors.append("E_TGL_LAHIR")
    if not (pns or pppk):
        errors.append("E_TMT")
    if pppk and year < 2019:
        errors.append("E_TAHUN_PPPK")
    if digits[14] not in "12":
        errors.append("E_JENIS_KELAMIN")
    if digits[15:] == "000":
        errors.append("E_NOMOR_URUT")
    if not (pns or pppk):
        return tuple(errors), ()
    # A PPPK number holds no month: 1 January is the earliest the appointment can be.
    if (year, agreement if pns else 1, 1) > (today.year + 1, today.month, today.day):
        errors.append("E_TMT_MASA_DEPAN")
    if born is None:
        return tuple(errors), ()
    age = _age_at_appointment(born, year, agreement if pns else None)
    if age < 15:
        errors.append("E_USIA_ANGKAT")
    odd = 15 <= age < (18 if pns else 20) or age >= 58
    return tuple(errors), ("W_USIA_ANGKAT",) if odd else ()


def _age_at_appointment(born: date, year: int, month: int | None) -> int:
    """Full years on the TMT; for a PPPK, whose month is unknown, on 31 December."""
    if month is None:
        return year - born.year
    return year - born.year - ((month, 1) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class Nik:
    """A 16-digit NIK. Specific personal data: show it through `mask` outside the detail page."""

    masukan: str
    normal: str | None
    galat: _Codes = ()
    peringatan: _Codes = ()
    tanggal_lahir: date | None = None
    jenis_kelamin: str | None = None
    kode_wilayah: str | None = None
    nomor_urut: str | None = None

    @property
    def valid(self) -> bool:
        return not self.galat

    @property
    def pesan(self) -> str | None:
        """The sentence for the first error, None when valid."""
        return _message(self.galat[0], "NIK", 16, self.masukan) if self.galat else None

    def __str__(self) -> str:
        return mask(self.normal or self.masukan)

    @classmethod
    def parse(
        cls,
        text: str,
        tanggal_lahir: date | None = None,
        provinsi: Container[str] | None = None,
        wilayah: Container[str] | None = None,
        per_tanggal: date | None = None,
    ) -> "Nik":
        """Read a NIK.

        `tanggal_lahir` from the main record settles the century and is compared (a difference is a warning).
        `provinsi` replaces the built-in province codes; `wilayah` holds six-digit kecamatan codes without
        dots, and a code missing there is a warning, because a NIK keeps the code of the day it was issued.
        """
        digits = _clean(text)
        shape = _shape_errors(digits, 16)
        if shape:
            return cls(text, None, shape)
        born = _nik_birth(digits, tanggal_lahir, per_tanggal or datetime.now(_WIB).date())
        errors: list[str] = []
        if digits[:2] not in (PROVINSI if provinsi is None else provinsi):
            errors.append("E_PROVINSI")
        if born is None:
            errors.append("E_TGL_LAHIR")
        if digits[12:] == "0000":
            errors.append("E_NOMOR_URUT")
        if errors:
            return cls(text, digits, tuple(errors))
        warnings: list[str] = []
        if tanggal_lahir is not None and born != tanggal_lahir:
            warnings.append("W_NIK_BEDA_TGL_LAHIR")
        if wilayah is not None and digits[:6] not in wilayah:
            warnings.append("W_WILAYAH")
        sex = "P" if int(digits[6:8]) > 40 else "L"
        return cls(text, digits, (), tuple(warnings), born, sex, digits[:6], digits[12:])


def _nik_birth(digits: str, reference: date | None, today: date) -> date | None:
    """Birth date inside a NIK. Women carry day + 40; the century follows `reference`, else `today`."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if day > 40:
        day -= 40
    candidates = [d for d in (_date(1900 + year, month, day), _date(2000 + year, month, day)) if d]
    if reference is not None:
        return min(candidates, key=lambda d: abs(d - reference), default=None)
    return max((d for d in candidates if d <= today), default=None)


def mask(nik: Nik | str | None) -> str:
    """First four and last four digits, the rest starred: 3577********0901."""
    text = (nik.normal or nik.masukan) if isinstance(nik, Nik) else (nik or "")
    if len(text) <= 8:
        return "*" * len(text)
    return text[:4] + "*" * (len(text) - 8) + text[-4:]


@dataclass(frozen=True, slots=True)
class Telepon:
    """A telephone number. `normal` is E.164 (+62812...), or None when it could not be read."""

    masukan: str
    normal: str | None
    galat: _Codes = ()
    peringatan: _Codes = ()
    jenis: str | None = None

    @property
    def valid(self) -> bool:
        return not self.galat

    @property
    def tampil(self) -> str:
        """As people write it here: 0812-3456-7890; foreign numbers stay in E.164."""
        if self.normal is None or self.jenis == LUAR_NEGERI:
            return self.normal or self.masukan
        national = "0" + self.normal[3:]
        if self.jenis == TETAP:
            return national
        return "-".join(part for part in (national[:4], national[4:8], national[8:]) if part)

    @property
    def pesan(self) -> str | None:
        """The sentence for the first error, None when valid."""
        if not self.galat:
            return None
        code = "E_PANJANG_TELEPON" if self.galat[0] == "E_PANJANG" else self.galat[0]
        return _message(code, "Nomor telepon", 0, self.masukan)

    def __str__(self) -> str:
        return self.normal or self.masukan

    @classmethod
    def parse(cls, text: str) -> "Telepon":
        """Read 08..., 62..., +62..., 0062..., a mobile number that lost its 0, or +<country>..."""
        raw = _clean(re.sub(r"[()/]", "", text))
        if not _DIGITS.fullmatch(raw.removeprefix("+")):
            return cls(text, None, ("E_KARAKTER",))
        if raw.startswith("00"):
            raw = "+" + raw[2:]
        if raw.startswith("+") and not raw.startswith("+62"):
            fits = 8 <= len(raw) - 1 <= 15
            return cls(text, raw, (), (), LUAR_NEGERI) if fits else cls(text, None, ("E_PANJANG",))
        return cls._domestic(text, raw)

    @classmethod
    def _domestic(cls, text: str, raw: str) -> "Telepon":
        prefix = next((p for p in ("+62", "62", "0", "") if raw.startswith(p)), "")
        # "+62 (0)812" and "+620812" are common; the trunk 0 has no place behind the country code.
        rest = raw[len(prefix) :].removeprefix("0") if prefix in ("+62", "62") else raw[len(prefix) :]
        if not prefix and not rest.startswith("8"):
            return cls(text, None, ("E_AWALAN",) if rest else ("E_PANJANG",))
        mobile = rest.startswith("8")
        shortest, longest = (9, 12) if mobile else (7, 11)
        if not shortest <= len(rest) <= longest:
            return cls(text, None, ("E_PANJANG",))
        if rest.startswith("0"):
            return cls(text, None, ("E_AWALAN",))
        warnings = () if prefix else ("W_TANPA_NOL",)
        return cls(text, "+62" + rest, (), warnings, SELULER if mobile else TETAP)
