"""The check: every error of every row, before anything is written. It starts anew when its worker died."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from portal.kernel import jobs, people
from portal.kernel.db import commit, db, now
from portal.kernel.errors import DomainError, Invalid
from portal.kernel.importing import cells, runs
from portal.kernel.importing import models as m
from portal.kernel.importing.declared import LEWATI, MODE_BARU, UBAH, Importer, Row, Run
from portal.kernel.importing.models import Impor, ImporBaris
from portal.kernel.importing.runs import BATCH, Stopped, Worker
from portal.kernel.importing.tables import Line


@jobs.kind("impor-periksa", antrean="panjang")
def check(job: jobs.Job) -> None:
    """Read the file, ask the module, keep the rows. Twice gives the same."""
    try:
        worker = Worker(job, m.MEMERIKSA)
    except Stopped:
        return
    try:
        _check(worker)
    except Stopped:
        return
    except DomainError as error:
        worker.fail(error.pesan or "Berkas ini tidak dapat diperiksa.", m.GAGAL)
        raise


def start(row: Impor) -> None:
    runs.send(row, check, f"Periksa {row.nama}", m.MEMERIKSA)


def _check(worker: Worker) -> None:
    row = worker.hold()
    table, sheet, first, places = runs.table_of(row), row.lembar, row.baris_judul, _places(row)
    db.session.execute(sa.delete(ImporBaris).where(ImporBaris.impor_id == row.id))
    commit()
    about, _ = table.scan(sheet)
    lines = (line for line in table.lines(sheet) if line[0] > first)
    seen: dict[str, int] = {}
    actions: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    done = 0
    for batch in _batches(lines):
        done += len(batch)
        if done > worker.importer.most_rows:
            raise Invalid("", f"Tabel ini lebih dari {worker.importer.most_rows} baris. Bagi menjadi beberapa berkas.")
        worker.hold()
        rows = [_row(worker.importer, places, line) for line in batch]
        _doubles(worker.importer, rows, seen)
        worker.importer.check(rows, worker.run)
        _settle(rows, worker.run)
        _keep(worker, rows)
        _count(rows, actions, codes)
        commit()
        jobs.progress(worker.job, done, max(done, about))
    if not done:
        raise Invalid("", "Tidak ada baris di bawah judul kolom.")
    row = worker.hold()
    row.hitungan = runs.counted({"baris": done, "aksi": actions, "kode": codes})
    row.status, row.diperiksa_at = m.SIAP, now()
    people.touch(row.user_id)
    commit()


def _places(row: Impor) -> dict[str, int]:
    return {name: one["di"] for name, one in row.peta.items()}


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _row(importer: Importer, places: dict[str, int], line: Line) -> Row:
    """Cells in the types of their columns. A column that is not in the file is empty without complaint."""
    number, raw = line
    row = Row(number, {})
    for column in importer.columns:
        place = places.get(column.name)
        if place is None:
            continue
        value, problems = cells.read(column, raw[place] if place < len(raw) else None)
        row.values[column.name] = value
        row.problems += problems
    return row


def _doubles(importer: Importer, rows: list[Row], seen: dict[str, int]) -> None:
    """Two lines with one key: the first stands, each further one is an error that names it."""
    for row in rows:
        parts = [row.values.get(name) for name in importer.key]
        if not parts or any(part in (None, "") for part in parts):
            continue
        row.key = "\x1f".join(str(part).casefold() for part in parts)
        before = seen.setdefault(row.key, row.number)
        if before != row.number:
            names = " dan ".join(importer.column(name).title for name in importer.key)
            row.add(importer.key[0], "E_GANDA", f"{names} sama dengan baris {before}", "Hapus salah satu barisnya.")


def _settle(rows: list[Row], run: Run) -> None:
    for row in rows:
        if row.action == UBAH and run.mode == MODE_BARU:
            row.action = LEWATI


def _keep(worker: Worker, rows: list[Row]) -> None:
    values: list[dict[str, Any]] = [runs.columns_of(worker.importer, worker.run, row) for row in rows]
    db.session.execute(sa.insert(ImporBaris), values)


def _count(rows: list[Row], actions: Counter[str], codes: Counter[str]) -> None:
    for row in rows:
        actions["galat" if row.wrong else row.action] += 1
        actions["peringatan"] += any(problem.warning for problem in row.problems)
        codes.update({problem.code for problem in row.problems})
