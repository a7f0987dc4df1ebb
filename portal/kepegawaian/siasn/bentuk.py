"""Values as SIASN writes them, and the one form in which both sides are compared."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

HARI_BULAN = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
TAHUN_DULU = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})([T ].*)?")
PALING_AWAL = date(1900, 1, 1)
ORANG = ("pnsId", "pnsOrangId", "pns_orang_id", "pns", "pnsDinilaiId", "pnsDinilaiOrang", "idPns")
RAHASIA = ("nik", "noKk", "nomorKk", "nomorNik", "nomorIdDocument", "nomorIdentitas")
PANJANG_ID = 42


def tanggal(value: Any) -> date | None:
    """dd-mm-yyyy, yyyy-mm-dd, or a date-time; None for nothing, for 01-01-0001 and for what is no day."""
    text = str(value or "").strip()
    if found := HARI_BULAN.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := TAHUN_DULU.fullmatch(text):
        year, month, day = (int(part) for part in found.groups()[:3])
    else:
        return None
    try:
        read = date(year, month, day)
    except ValueError:
        return None
    return read if read >= PALING_AWAL else None


def tulis_tanggal(value: date | None) -> str:
    return f"{value:%d-%m-%Y}" if value else ""


def angka(value: Any) -> Decimal | None:
    """Numbers arrive as texts, with a comma or a point."""
    text = str(value if value is not None else "").strip().replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def teks(value: Any) -> str:
    """Without the blanks names are padded with, and without U+FFFD."""
    text = "" if value is None else str(value)
    return " ".join(text.replace("\ufffd", "").split()).strip(" -")


def kode(value: Any) -> str:
    """An id: text, at most 42 signs; what is longer is no id."""
    text = "" if value is None else str(value).strip()
    return text if len(text) <= PANJANG_ID and text.lower() not in ("null", "none") else ""


def padat(value: str) -> str:
    """Letters and digits alone, without accents and case: how texts are compared."""
    plain = unicodedata.normalize("NFKD", value)
    return "".join(c for c in plain if c.isascii() and c.isalnum()).casefold()


def ringkas(value: Any) -> str:
    """Any value of a field as a text that is equal when the values mean the same."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "ya" if value else ""
    if isinstance(value, int | Decimal | float):
        return format(Decimal(str(value)).normalize(), "f")
    text = str(value).strip()
    return text.casefold() if "@" in text else padat(text)  # the points of an address tell two apart


def sidik(values: Mapping[str, Any]) -> str:
    """Of the fields in their compared form."""
    body = {name: ringkas(value) for name, value in values.items()}
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def sidik_isi(body: Any) -> str:
    """Of any JSON as it is."""
    return hashlib.sha256(orjson.dumps(body, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


def tersimpan(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as JSON keeps them."""
    return {name: str(value) if isinstance(value, date | Decimal) else value for name, value in values.items()}


def berkas(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`path`: an object keyed by document id; null and [] mean none, a list is read by its own ids."""
    path = row.get("path")
    if isinstance(path, dict):
        return {str(key): value for key, value in path.items() if isinstance(value, dict)}
    if isinstance(path, list):
        return {str(one.get("dok_id")): one for one in path if isinstance(one, dict) and one.get("dok_id")}
    return {}


def samarkan(value: Any) -> Any:
    """A row without NIK and family card number: the last two digits stay, to tell two people apart."""
    if isinstance(value, dict):
        return {name: _masked(part) if name in RAHASIA else samarkan(part) for name, part in value.items()}
    if isinstance(value, list):
        return [samarkan(part) for part in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


def _masked(value: Any) -> Any:
    text = str(value or "")
    return f"{'*' * (len(text) - 2)}{text[-2:]}" if len(text) > 2 else value


def kenal_tidak(row: Mapping[str, Any], known: frozenset[str]) -> dict[str, str]:
    """Fields nobody told us about, with the type of their value, never the value."""
    return {key: type(value).__name__ for key, value in row.items() if key not in known}


def orang(row: Mapping[str, Any]) -> str:
    """The id of the person, under whichever name this call gives it."""
    return next((found for name in ORANG if (found := kode(row.get(name)))), "")
