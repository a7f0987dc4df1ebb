"""The recap as a file: the same words and figures as on the screen, with what they mean and who asked when."""

import csv
import io
import re
from datetime import datetime

import xlsxwriter  # type: ignore[import-untyped]

from portal.kernel.calendar import tanggal, waktu
from portal.kernel.listing.columns import FORMULA
from portal.kernel.listing.export import OPTIONS
from portal.sertifikasi.publik.statistik import suppressed
from portal.sertifikasi.rekap import definisi as d
from portal.sertifikasi.rekap.hitung import MENURUT, Rekap

SEPARATORS = {"titik-koma": ";", "koma": ","}
RISKY = re.compile(FORMULA)


def table(found: Rekap) -> list[list[str]]:
    """Heads, one row a group, and the sum: exactly what the page shows."""
    heads = [MENURUT[found.saringan.menurut][0], *(e.nama for e in d.EMBER), "Jumlah permohonan", "Orang"]
    total = ["Jumlah", *(str(found.ember.get(e.kode, 0)) for e in d.EMBER), str(found.total), str(found.orang_total)]
    return [heads, *found.sel(), total, *_before_portal(found)]


def _before_portal(found: Rekap) -> list[list[str]]:
    """A line of its own, under the column it adds to; none where a filter leaves the old register out."""
    if found.lama is None:
        return []
    words = str(found.lama)
    if found.saringan.samar:
        (words,) = suppressed([found.lama], found.terkecil)
    return [[d.SEBELUM, *(words if e.kode == d.TERSERTIFIKASI else "" for e in d.EMBER), "", ""]]


def safe(text: str) -> str:
    """A spreadsheet does not compute this."""
    return f"'{text}" if RISKY.match(text) else text


def as_csv(found: Rekap, separator: str) -> bytes:
    """UTF-8 with a byte order mark; `;` is what Excel in Indonesian opens without asking."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    for row in table(found):
        writer.writerow([safe(cell) for cell in row])
    return ("\ufeff" + out.getvalue()).encode()


def notes(found: Rekap, who: str, now: datetime, saringan: str) -> list[tuple[str, str]]:
    return [
        ("Rekap", "Rekapitulasi sertifikasi"),
        ("Per tanggal", tanggal(found.saringan.tanggal)),
        ("Saringan", saringan or "Tidak ada"),
        ("Diunduh oleh", who),
        ("Waktu unduh", waktu(now)),
        *((e.nama, e.arti) for e in d.EMBER),
        (d.SEBELUM, d.ARTI_SEBELUM),
        *(("Catatan", text) for text in d.CATATAN),
    ]


def as_xlsx(found: Rekap, about: list[tuple[str, str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {**OPTIONS, "in_memory": True}) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Rekap")
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 20, 16)
        for at, row in enumerate(table(found)):
            for place, cell in enumerate(row):
                if place and cell.isdigit():
                    sheet.write_number(at, place, int(cell))
                else:
                    sheet.write_string(at, place, safe(cell), bold if at == 0 else None)
        sheet = book.add_worksheet("Keterangan")
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 90)
        for at, (name, text) in enumerate(about):
            sheet.write_string(at, 0, name, bold)
            sheet.write_string(at, 1, safe(text), wrapped)
    return out.getvalue()
