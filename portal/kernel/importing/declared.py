"""What a module declares about a table it takes in, and what its functions are given.

`check(rows, run)` gets up to 500 rows (a cell that could not be read is empty there and has its problem already): it
looks things up in batches, adds problems, sets `action` (and `found`, the row of the database this one means).
`apply(rows, run)` writes them inside one transaction and may set `result` (what was made) and `before` (what `undo`
needs). `undo(rows, run)` takes them back; a row on which something depends gets a problem instead and stays.
"""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from portal.kernel.people import Principal

TEKS, NIP, NIK, TANGGAL, ANGKA, BULAT, KODE, PILIHAN = (
    "teks", "nip", "nik", "tanggal", "angka", "bulat", "kode", "pilihan",
)  # fmt: skip
KINDS = (TEKS, NIP, NIK, TANGGAL, ANGKA, BULAT, KODE, PILIHAN)
AS_TEXT = frozenset({TEKS, NIP, NIK, KODE})  # the template formats their cells as text
MODE_BARU, MODE_KOSONG, MODE_TIMPA = "baru", "kosong", "timpa"
MODES = {
    MODE_BARU: "Hanya tambah yang baru; yang sudah ada dilewati",
    MODE_KOSONG: "Tambah yang baru, dan isi yang masih kosong",
    MODE_TIMPA: "Tambah yang baru, dan timpa kolom yang dipilih",
}
BARU, UBAH, SAMA, LEWATI = "baru", "ubah", "sama", "lewati"
Value = str | date | Decimal | int | None


@dataclass(frozen=True)
class Column:
    """One column of the table. `choices`: codes with words, ("L", "Laki-laki"), taken in either spelling.

    `aliases`: other headings under which files carry it. `longest`: letters of a text.
    """

    name: str
    title: str
    kind: str = TEKS
    required: bool = False
    aliases: tuple[str, ...] = ()
    hint: str = ""
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 500

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.kind == PILIHAN) != bool(self.choices):
            raise ValueError(f"column {self.name!r}: kind {self.kind!r} with {len(self.choices)} choices")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row. `column`: name of the column, "" for the whole row. `warning`: it is taken anyway."""

    column: str
    value: str
    code: str
    message: str
    hint: str = ""
    warning: bool = False


@dataclass
class Row:
    """One line of the sheet. `number` is the one the spreadsheet shows. Empty cells: "" in texts, None elsewhere."""

    number: int
    values: dict[str, Value]
    problems: list[Problem] = field(default_factory=list)
    action: str = BARU
    key: str = ""
    found: uuid.UUID | None = None
    result: uuid.UUID | None = None
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        return any(not problem.warning for problem in self.problems)

    def text(self, name: str) -> str:
        """A text column, "" when it is empty or not in the file."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def add(self, column: str, code: str, message: str, hint: str = "", warning: bool = False) -> None:
        """Note a problem with the value of this column. The value of a NIK is shortened where it is stored."""
        value = self.values.get(column)
        shown = "" if value is None else str(value)
        self.problems.append(Problem(column, shown, code, message, hint, warning))


@dataclass
class Run:
    """One import while its rows are looked at. `memo` lives as long as one job: for what every batch needs.

    `columns`: names of the columns that the file has. `overwrite`: those that mode "timpa" may change.
    """

    id: uuid.UUID
    kind: str
    user: Principal
    mode: str
    scope: str = ""
    columns: frozenset[str] = frozenset()
    overwrite: frozenset[str] = frozenset()
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """What the person chooses for the whole file before it is sent: (value, words) that this person may choose."""

    label: str
    options: Callable[[Principal], Sequence[tuple[str, str]]]
    hint: str = ""


Batch = Callable[[list[Row], Run], None]


@dataclass(frozen=True)
class Importer:
    """`key`: columns that tell two lines of a file apart; empty keys are not compared. `manual`: where it is explained.

    `done(run, counts)` is called once after everything was written, in its last transaction.
    """

    kind: str
    title: str
    permission: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    check: Batch
    apply: Batch
    undo: Batch | None = None
    modes: tuple[str, ...] = (MODE_BARU, MODE_KOSONG, MODE_TIMPA)
    manual: str = ""
    lead: str = ""
    scope: Scope | None = None
    most_rows: int = 50_000
    done: Callable[[Run, Mapping[str, int]], None] | None = None

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def mark(self) -> str:
        """Short text that changes with the columns: which template a file was made from."""
        body = orjson.dumps([[c.name, c.title, c.kind] for c in self.columns])
        return hashlib.sha256(body).hexdigest()[:10]


IMPORTERS: dict[str, Importer] = {}


def declare(importer: Importer) -> Importer:
    """Make an importer known. Raises ValueError for a name taken or a declaration that contradicts itself."""
    names = [column.name for column in importer.columns]
    if importer.kind in IMPORTERS:
        raise ValueError(f"importer {importer.kind!r} is declared twice")
    if len(set(names)) != len(names) or not set(importer.key) <= set(names):
        raise ValueError(f"importer {importer.kind!r}: columns twice, or a key that is no column")
    if not importer.modes or not set(importer.modes) <= set(MODES):
        raise ValueError(f"importer {importer.kind!r}: unknown modes")
    IMPORTERS[importer.kind] = importer
    return importer


# ---- how a row is kept between two jobs


def as_stored(row: Row) -> str:
    """Values and what `undo` needs as JSON; dates and numbers become texts."""
    return orjson.dumps({"nilai": row.values, "semula": row.before}, default=str).decode()


def from_stored(importer: Importer, text: str) -> tuple[dict[str, Value], dict[str, Any]]:
    """Values in the types of their columns, and what `undo` needs."""
    body = orjson.loads(text)
    kinds = {column.name: column.kind for column in importer.columns}
    return {name: _typed(kinds.get(name, TEKS), value) for name, value in body["nilai"].items()}, body["semula"]


def _typed(kind: str, value: Any) -> Value:
    if kind == TANGGAL and isinstance(value, str):
        return date.fromisoformat(value)
    if kind == ANGKA and value is not None:
        return Decimal(str(value))
    typed: Value = value
    return typed
