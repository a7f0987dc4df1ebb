"""Units of competence from a table: CSV, or the first sheet of an XLSX. One line a KUK; blank cells go on as above.

Columns: kode, judul, judul_en, elemen, kuk. A KUK may begin with its printed number ("1.2 Alat diperiksa").
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from portal.kernel.errors import Invalid
from portal.sertifikasi.skema.models import UnitKompetensi

COLUMNS = ("kode", "judul", "judul_en", "elemen", "kuk")
MOST_ROWS, LONGEST = 5000, 600
MOST_BYTES, MOST_UNPACKED = 2 * 1024 * 1024, 30 * 1024 * 1024
NUMBERED = re.compile(r"(\d+(?:\.\d+)*)[.)]?\s+(.+)", re.S)
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAMAGED = (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, OSError, RuntimeError)


@dataclass
class Unit:
    """A unit as a file gives it: `elemen` are pairs of title and (number, text) of each KUK."""

    kode: str
    judul: str
    judul_en: str = ""
    elemen: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """What a unit of the file means for the scheme: BARU, BERUBAH or SAMA, with the lines that differ."""

    unit: Unit
    jenis: str
    beda: list[tuple[str, str]]


def read(body: bytes, name: str) -> tuple[list[Unit], list[str]]:
    """Units and what is wrong, by line. Raises Invalid for a file that is no table or lacks columns."""
    if len(body) > MOST_BYTES:
        raise Invalid("berkas", "Berkas terlalu besar (maksimal 2 MB).")
    rows = _sheet(body) if body.startswith(b"PK\x03\x04") else _csv(body)
    if not rows:
        raise Invalid("berkas", f"{name or 'Berkas'} kosong. Pilih berkas CSV atau XLSX.")
    head = [cell.strip().lower() for cell in rows[0]]
    missing = [column for column in COLUMNS if column not in head]
    if missing:
        raise Invalid("berkas", f"Kolom tidak ada: {', '.join(missing)}. Baris pertama memuat nama kolom.")
    if len(rows) > MOST_ROWS:
        raise Invalid("berkas", f"Paling banyak {MOST_ROWS - 1} baris.")
    places = [head.index(column) for column in COLUMNS]
    lines = [[_clean(row[at]) if at < len(row) else "" for at in places] for row in rows[1:]]
    return _units(lines)


def _clean(cell: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in cell).split())


def _csv(body: bytes) -> list[list[str]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    if "\x00" in text:
        raise Invalid("berkas", "Isi berkas bukan CSV atau XLSX.")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise Invalid("berkas", "Isi berkas bukan CSV yang utuh. Simpan ulang, lalu unggah lagi.") from error


def _sheet(body: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise Invalid("berkas", "Isi berkas terlalu besar setelah dibuka.")
            names = archive.namelist()
            shared = _shared(archive.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
            sheets = sorted(name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
            tree = _xml(archive.read(sheets[0])) if sheets else None
    except DAMAGED as error:
        raise Invalid("berkas", "Berkas XLSX rusak. Simpan ulang, lalu unggah lagi.") from error
    rows = [] if tree is None else [_cells(row, shared) for row in tree.iter(f"{NAMESPACE}row")]
    return [row for row in rows if any(row)]


def _xml(body: bytes) -> Any:
    """Raises ValueError for a document type: no entity is ever expanded."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("document type in a worksheet")
    return ElementTree.fromstring(body)  # noqa: S314 - document types were refused above


def _shared(body: bytes) -> list[str]:
    return ["".join(part.text or "" for part in item.iter(f"{NAMESPACE}t")) for item in _xml(body)]


def _cells(row: Any, shared: list[str]) -> list[str]:
    found: list[str] = []
    for cell in row.iter(f"{NAMESPACE}c"):
        at = _column(cell.get("r", ""), len(found))
        if at > 200:
            continue
        found += [""] * (at + 1 - len(found))
        value = cell.find(f"{NAMESPACE}v")
        text = (value.text or "") if value is not None else ""
        if cell.get("t") == "s":
            text = shared[int(text)] if text.isdigit() and int(text) < len(shared) else ""
        elif cell.get("t") == "inlineStr":
            text = "".join(part.text or "" for part in cell.iter(f"{NAMESPACE}t"))
        found[at] = text
    return found


def _column(reference: str, default: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if not letters:
        return default
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _units(lines: list[list[str]]) -> tuple[list[Unit], list[str]]:
    found: dict[str, Unit] = {}
    faults: list[str] = []
    unit: Unit | None = None
    for number, (kode, judul, judul_en, elemen, kuk) in enumerate(lines, 2):
        if kode and (unit is None or kode != unit.kode):
            unit = found.setdefault(kode, Unit(kode, judul, judul_en))
        if unit is None:
            faults.append(f"baris {number}: kode belum diisi")
            continue
        unit.judul, unit.judul_en = unit.judul or judul, unit.judul_en or judul_en
        if judul and judul != unit.judul:
            faults.append(f"baris {number}: judul unit {unit.kode} berbeda dengan baris sebelumnya")
        _line(unit, number, elemen, kuk, faults)
    for unit in found.values():
        if not unit.judul:
            faults.append(f"unit {unit.kode}: judul belum diisi")
        if not unit.elemen:
            faults.append(f"unit {unit.kode}: belum ada elemen")
        faults += [f"unit {unit.kode}, elemen {title}: belum ada KUK" for title, kuk in unit.elemen if not kuk]
    return list(found.values()), faults


def _line(unit: Unit, number: int, elemen: str, kuk: str, faults: list[str]) -> None:
    if max(map(len, (unit.kode, unit.judul, unit.judul_en, elemen, kuk))) > LONGEST:
        faults.append(f"baris {number}: teks lebih dari {LONGEST} huruf")
        return
    matched = NUMBERED.fullmatch(elemen)
    title = matched[2] if matched else elemen
    if title and (not unit.elemen or unit.elemen[-1][0] != title):
        unit.elemen.append((title, []))
    if not kuk:
        return
    if not unit.elemen:
        faults.append(f"baris {number}: elemen belum diisi")
        return
    place = unit.elemen[-1][1]
    numbered = NUMBERED.fullmatch(kuk)
    place.append((numbered[1], numbered[2]) if numbered else (f"{len(unit.elemen)}.{len(place) + 1}", kuk))


def as_lines(unit: Unit) -> list[str]:
    """A unit as lines that can be compared."""
    lines = [f"{unit.kode} {unit.judul}", *([unit.judul_en] if unit.judul_en else [])]
    for urut, (title, kuk) in enumerate(unit.elemen, 1):
        lines += [f"{urut}. {title}", *(f"{nomor} {teks}" for nomor, teks in kuk)]
    return lines


def from_row(row: UnitKompetensi) -> Unit:
    """A stored unit, with its elemen and KUK loaded, in the same shape."""
    elemen = [(part.judul, [(kuk.nomor, kuk.teks) for kuk in part.kuk]) for part in row.elemen]
    return Unit(row.kode, row.judul, row.judul_en, elemen)
