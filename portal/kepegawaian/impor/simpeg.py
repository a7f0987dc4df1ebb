"""The initial load: the dump of an older SIMPEG as a folder of CSV files, one a table, with a manifest.

Every table goes through the importer of its kind, so that the rules are those of the pages. Nothing is guessed: the
manifest says how many rows and which digest each file has, and after the load the rows of the register are read back
and compared, row by row, with what the files say. A row that is there already is passed over, so the load may be
repeated; what was done is noted per table, so one that was cut off goes on there.
"""

import csv
import hashlib
import io
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.impor import kamus, simpeg_unit, tulis
from portal.kepegawaian.impor.models import MuatSimpeg
from portal.kepegawaian.impor.simpeg_banding import Sidik, of_file, of_register
from portal.kernel import activity, citizens
from portal.kernel.db import commit, db, rollback
from portal.kernel.errors import DomainError
from portal.kernel.importing import IMPORTERS, LEWATI, SAMA, UBAH, Column, Row, Run, cells
from portal.kernel.importing.tables import folded
from portal.kernel.people import Principal

BATCH = 500
MANIFEST = "manifest.json"
TABLES = {  # in the order in which they rest on each other
    "unit": "", "pegawai": "kepegawaian.pegawai", "jabatan": "kepegawaian.jabatan",
    "golongan": "kepegawaian.golongan", "pendidikan": "kepegawaian.pendidikan", "keluarga": "kepegawaian.keluarga",
}  # fmt: skip
REFUSED = (DomainError, sa.exc.IntegrityError, sa.exc.DataError)
activity.declare(**{"kepegawaian.simpeg_dimuat": "sidik tabel hitungan"})


class Refused(DomainError):
    """The dump is not what its manifest says, or is none."""


@dataclass
class Hasil:
    """One table. `galat`: rows of the report (row, column, value, code, message). `sama`: there already."""

    tabel: str
    baris: int = 0
    baru: int = 0
    sama: int = 0
    ditolak: int = 0
    dilewati: int = 0  # done by an earlier run of the same dump
    galat: list[list[str]] = field(default_factory=list)
    berkas: Sidik = field(default_factory=Sidik)
    register: Sidik = field(default_factory=Sidik)

    @property
    def cocok(self) -> bool:
        return self.berkas == self.register

    def hitungan(self) -> dict[str, int]:
        return {"baris": self.baris, "baru": self.baru, "sama": self.sama, "ditolak": self.ditolak}


@dataclass(frozen=True)
class Isi:
    """A table of the dump as its manifest describes it."""

    tabel: str
    berkas: Path
    baris: int
    sha256: str


# ---- the folder


def manifest(folder: Path) -> tuple[str, list[Isi]]:
    """Digest and tables of a dump in the order of their load. Raises Refused naming everything that does not fit."""
    try:
        body = (folder / MANIFEST).read_bytes()
        named = json.loads(body)["tabel"]
        tables = [Isi(name, folder / one["berkas"], int(one["baris"]), one["sha256"]) for name, one in named.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{MANIFEST} tidak ada atau tidak terbaca: {error}") from error
    wrong = [f"Tabel {one.tabel} tidak dikenal" for one in tables if one.tabel not in TABLES]
    for one in tables:
        if not one.berkas.resolve().is_relative_to(folder.resolve()) or not one.berkas.is_file():
            wrong.append(f"{one.berkas.name} tidak ada di folder")
            continue
        content = one.berkas.read_bytes()
        if hashlib.sha256(content).hexdigest() != one.sha256:
            wrong.append(f"{one.berkas.name}: isinya berbeda dari manifest")
        count = sum(1 for _ in _lines(content))
        if count != one.baris:
            wrong.append(f"{one.berkas.name}: {count} baris, menurut manifest {one.baris}")
    if wrong:
        raise Refused("; ".join(wrong))
    order = list(TABLES)
    return hashlib.sha256(body).hexdigest(), sorted(tables, key=lambda one: order.index(one.tabel))


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of each line that holds something; the number is the one an editor shows."""
    text = content.decode("utf-8-sig")
    delimiter = max(";,\t|", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        if any(row.values()):
            yield reader.line_num, {folded(key or ""): value or "" for key, value in row.items() if key}


def rows_of(columns: Sequence[Column], content: bytes) -> Iterator[Row]:
    """Lines in the types of the columns, found under any of the names a column goes by."""
    names = {column.name: [folded(one) for one in (column.name, column.title, *column.aliases)] for column in columns}
    for number, line in _lines(content):
        row = Row(number, {})
        for column in columns:
            text = next((line[name] for name in names[column.name] if name in line), None)
            if text is None and not column.required:
                continue
            row.values[column.name], problems = cells.read(column, text)
            row.problems += problems
        yield row


# ---- the load


def muat(
    folder: Path, user: Principal, coba: bool, say: Callable[[str], None] = lambda _: None
) -> list[Hasil]:  # fmt: skip
    """Load, or with `coba` only look: everything is checked and nothing kept. Raises Refused."""
    digest, tables = manifest(folder)
    results = []
    for one in tables:
        found = _table(one, digest, user, coba, say)
        results.append(found)
        if not coba:
            activity.log("kepegawaian.simpeg_dimuat", by=user, sidik=digest[:16], tabel=one.tabel,
                         hitungan=found.hitungan())  # fmt: skip
            commit()
    if coba:
        rollback()
    return results


def _state(digest: str, tabel: str) -> MuatSimpeg:
    query = sa.select(MuatSimpeg).where(MuatSimpeg.sidik == digest, MuatSimpeg.tabel == tabel).with_for_update()
    row = db.session.scalars(query).first()
    if row is None:
        row = MuatSimpeg(sidik=digest, tabel=tabel)
        db.session.add(row)
        db.session.flush()
    return row


def _table(one: Isi, digest: str, user: Principal, coba: bool, say: Callable[[str], None]) -> Hasil:
    found, content = Hasil(one.tabel), one.berkas.read_bytes()
    kind = TABLES[one.tabel]
    columns = IMPORTERS[kind].columns if kind else simpeg_unit.COLUMNS
    run = Run(uuid.uuid4(), kind, user, "baru", tulis.LANGSUNG, frozenset(c.name for c in columns))
    done = 0 if coba else _state(digest, one.tabel).baris
    lines = rows_of(columns, content)
    seen: dict[str, int] = {}
    refused = set() if coba else set(_state(digest, one.tabel).hitungan.get("baris_ditolak", []))
    while batch := list(islice(lines, BATCH)):
        found.baris += len(batch)
        if batch[-1].number <= done:
            found.dilewati += len(batch)
            _remember(batch, run)
            continue
        _batch(one.tabel, batch, run, seen, found)
        refused |= {row.number for row in batch if row.wrong}
        if not coba:
            state = _state(digest, one.tabel)
            state.baris = batch[-1].number
            state.hitungan = {**found.hitungan(), "baris_ditolak": sorted(refused)}
            commit()
        say(f"{one.tabel}: {found.baris} dari {one.baris} baris")
    if not coba:
        _state(digest, one.tabel).selesai = True
        commit()
    _compare(one.tabel, [row for row in rows_of(columns, content) if row.number not in refused], found, run)
    return found


def _remember(batch: Sequence[Row], run: Run) -> None:
    """What the rules compare later rows with."""
    for row in batch:
        run.memo.setdefault("nip", {})[row.text("nip")] = row.number


def _batch(tabel: str, batch: list[Row], run: Run, seen: dict[str, int], found: Hasil) -> None:
    importer = IMPORTERS.get(TABLES[tabel])
    if importer is not None:
        _note_doubles(importer.key, batch, seen)
    (importer.check if importer else simpeg_unit.check)(batch, run)
    right = [row for row in batch if not row.wrong]
    fresh = [row for row in right if row.action not in (SAMA, LEWATI, UBAH)]
    found.sama += len(right) - len(fresh)
    apply = importer.apply if importer else simpeg_unit.apply
    try:
        with db.session.begin_nested():
            apply(fresh, run)
            db.session.flush()
    except REFUSED:
        _singly(fresh, apply, run)
    found.baru += sum(not row.wrong for row in fresh)
    for row in batch:
        found.ditolak += row.wrong
        found.galat += [
            [tabel, str(row.number), one.column, citizens.masked(one.value) if one.column == "nik" else one.value,
             one.code, one.message]
            for one in row.problems if not one.warning
        ]  # fmt: skip


def _note_doubles(key: Sequence[str], batch: Sequence[Row], seen: dict[str, int]) -> None:
    for row in batch:
        parts = [row.values.get(name) for name in key]
        if all(part not in (None, "") for part in parts):
            before = seen.setdefault("\x1f".join(str(part).casefold() for part in parts), row.number)
            if before != row.number:
                row.add(key[0], "E_GANDA", f"Sama dengan baris {before}")


def _singly(rows: Sequence[Row], apply: Any, run: Run) -> None:
    for row in rows:
        row.result, row.before = None, {}
        try:
            with db.session.begin_nested():
                apply([row], run)
                db.session.flush()
        except REFUSED as error:
            words = error.pesan if isinstance(error, DomainError) else ""
            row.add("", "E_TULIS", words or "Data ini bertentangan dengan data lain")


def _compare(tabel: str, rows: Sequence[Row], found: Hasil, run: Run) -> None:
    """Count and digest of what the file says, without refused rows, and of the same rows in the register."""
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        if run.kind:
            kamus.kini(some, run)  # the register answers by the number of today
        found.berkas += of_file(tabel, some)
        found.register += of_register(tabel, some)
