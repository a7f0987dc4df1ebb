"""Tables that leave: the template with its guide, and the same file back with what is wrong beside each row."""

import tempfile
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import xlsxwriter  # type: ignore[import-untyped]

from portal.kernel import access, documents, jobs, people
from portal.kernel.calendar import setempat
from portal.kernel.db import db, now
from portal.kernel.documents import XLSX, Checked
from portal.kernel.errors import Missing
from portal.kernel.importing import runs
from portal.kernel.importing.cells import EXACT_DIGITS, Raw
from portal.kernel.importing.declared import AS_TEXT, TANGGAL, Column, Importer
from portal.kernel.importing.models import Impor, ImporBaris
from portal.kernel.importing.tables import GUIDE, MARK, Line

SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
KEEP_DAYS, TEMPLATE_ROWS, PIECE = 7, 2_000, 2_000
FAULTS, WARNINGS = "Galat impor", "Peringatan impor"
KIND_WORDS = {
    "teks": "Teks", "nip": "NIP, 18 angka, sel berformat teks", "nik": "NIK, 16 angka, sel berformat teks",
    "tanggal": "Tanggal, 03/09/1990 atau 1990-09-03", "angka": "Angka", "bulat": "Bilangan bulat",
    "kode": "Kode, sel berformat teks", "pilihan": "Salah satu pilihan",
}  # fmt: skip


def template(importer: Importer) -> bytes:
    """A workbook with the headings, cells of NIP and NIK as text, lists of choices, and a sheet that explains them."""
    with tempfile.TemporaryDirectory(prefix="pamong-") as folder:
        path = Path(folder) / "templat.xlsx"
        with xlsxwriter.Workbook(path, {**SAFE, "constant_memory": False}) as book:
            sheet, guide = book.add_worksheet("Data"), book.add_worksheet(GUIDE)
            looks = {"bold": book.add_format({"bold": True}), "text": book.add_format({"num_format": "@"}),
                     "day": book.add_format({"num_format": "dd/mm/yyyy"})}  # fmt: skip
            sheet.freeze_panes(1, 0)
            for at, column in enumerate(importer.columns):
                look = looks["text"] if column.kind in AS_TEXT else looks["day"] if column.kind == TANGGAL else None
                sheet.set_column(at, at, max(14, min(len(column.title) + 4, 40)), look)
                sheet.write_string(0, at, column.title, looks["bold"])
                if column.choices and len(column.choices) <= 20:
                    words = [word for _, word in column.choices]
                    if len(",".join(words)) < 250:
                        sheet.data_validation(
                            1, at, TEMPLATE_ROWS, at, {"validate": "list", "source": words, "error_type": "warning"}
                        )
            _guide(guide, importer, looks["bold"])
        return path.read_bytes()


def _guide(sheet: Any, importer: Importer, bold: Any) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 4, 42)
    sheet.write_string(0, 0, f"Templat {importer.title}", bold)
    sheet.write_string(1, 0, "Isi lembar Data. Jangan ubah judul kolom. Contoh isi ada di kolom terakhir lembar ini.")
    for at, title in enumerate(("Kolom", "Wajib", "Jenis", "Petunjuk", "Contoh")):
        sheet.write_string(3, at, title, bold)
    for line, column in enumerate(importer.columns, 4):
        for at, text in enumerate(_explained(column)):
            sheet.write_string(line, at, text)
    sheet.write_string(len(importer.columns) + 5, 0, f"{MARK}{importer.kind}:{importer.mark}")


def _explained(column: Column) -> tuple[str, ...]:
    hint = column.hint
    if column.choices:
        hint = f"{hint} Pilihan: {', '.join(word for _, word in column.choices)}.".strip()
    return column.title, "Wajib" if column.required else "", KIND_WORDS[column.kind], hint, column.example


# ---- the same file back


def start(row: Impor, only_wrong: bool) -> uuid.UUID:
    """Ask for the file with what is wrong. Returns the job, whose page leads to it."""
    title = f"{'Baris bergalat' if only_wrong else 'Hasil periksa'} {row.nama}"
    key = f"impor-{row.id}-hasil-{only_wrong}"
    return jobs.enqueue(write_back, title, key, row.user_id, impor=str(row.id), hanya=only_wrong)


@jobs.kind("impor-hasil", antrean="panjang")
def write_back(job: jobs.Job) -> uuid.UUID:
    """Write it as the person who asked, with the rights they hold now. Repeatable."""
    user = people.principal_of(job.user_id, access.grants()) if job.user_id else None
    if user is None:
        raise Missing("Akun peminta sudah tidak aktif.")
    user = documents.watched(user)
    row: Impor = access.fetch(runs.visible(user), uuid.UUID(job.argumen["impor"]))
    only = bool(job.argumen["hanya"])
    with tempfile.TemporaryDirectory(prefix="pamong-") as folder:
        path = Path(folder) / "hasil.xlsx"
        _write(row, path, only, job)
        body = path.read_bytes()
    stem = row.nama.rsplit(".", 1)[0]
    name = f"{stem}-{'galat' if only else 'hasil'}-{setempat(now(), user.zona):%Y%m%d-%H%M}.xlsx"
    document = documents.made(Checked(name, XLSX, body, None), user.id)
    documents.claim(document)
    document.kedaluwarsa_at = now() + timedelta(days=KEEP_DAYS)
    document.asal = {"jenis": "impor", "izin": documents.rights_used(user)}
    db.session.flush()
    return document.id


def _write(row: Impor, path: Path, only: bool, job: jobs.Job) -> None:
    """Cells as they came, two columns more. Rows keep their numbers unless only the wrong ones are wanted."""
    lines = runs.table_of(row).lines(row.lembar)
    total, width = int(row.hitungan.get("baris", 0)), len(row.judul)
    with xlsxwriter.Workbook(path, SAFE) as book:
        sheet = book.add_worksheet(row.lembar[:31] or "Data")
        looks = {"bold": book.add_format({"bold": True}), "day": book.add_format({"num_format": "dd/mm/yyyy"}),
                 "wrong": book.add_format({"bg_color": "#fde8e8", "text_wrap": True})}  # fmt: skip
        at = 0 if only else row.baris_judul - 1
        sheet.freeze_panes(at + 1, 0)
        for place, title in enumerate([*row.judul, FAULTS, WARNINGS]):
            sheet.write_string(at, place, title, looks["bold"])
        for done, (line, problems) in enumerate(_beside(row, lines), 1):
            wrong, warned = _words(problems, False, line[0] if only else 0), _words(problems, True, 0)
            if only and not wrong:
                continue
            at = at + 1 if only else line[0] - 1
            for place, cell in enumerate(line[1][:width]):
                _cell(sheet, at, place, cell, looks["day"])
            if wrong:
                sheet.write_string(at, width, wrong, looks["wrong"])
            if warned:
                sheet.write_string(at, width + 1, warned)
            if done % PIECE == 0:
                jobs.progress(job, done, max(done, total))


def _beside(row: Impor, lines: Iterator[Line]) -> Iterator[tuple[Line, list[dict[str, Any]]]]:
    """Each line below the headings with its problems: both come in the order of the sheet."""
    table = ImporBaris.__table__
    query = sa.select(table.c.nomor, table.c.masalah).where(table.c.impor_id == row.id).order_by(table.c.nomor)
    with db.session.execute(query.execution_options(yield_per=PIECE)) as found:
        kept = next(found, None)
        for line in lines:
            if line[0] <= row.baris_judul:
                continue
            while kept is not None and kept.nomor < line[0]:
                kept = next(found, None)
            yield line, kept.masalah if kept is not None and kept.nomor == line[0] else []


def _words(problems: list[dict[str, Any]], warning: bool, number: int) -> str:
    words = [f"{one['message']}.{' ' + one['hint'] if one['hint'] else ''} [{one['code']}]"
             for one in problems if one["warning"] is warning]  # fmt: skip
    return (f"Baris {number}: " if number and words else "") + " ".join(words)


def _cell(sheet: Any, at: int, place: int, cell: Raw, day: Any) -> None:
    """As it came; a number that was cut stays as it is seen, a text never becomes a formula."""
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(at, place, cell)
    elif isinstance(cell, datetime | date):
        sheet.write_datetime(at, place, cell, day)
    elif isinstance(cell, time):
        sheet.write_string(at, place, cell.isoformat())
    elif isinstance(cell, int | float) and len(f"{abs(cell):.0f}") <= EXACT_DIGITS:
        sheet.write_number(at, place, cell)
    else:
        sheet.write_string(at, place, str(cell)[:32_767])
