"""Tables that people hand in: a template, columns mapped, everything checked before anything is written, a report, and
a way back.

A module declares an `Importer` at import: columns, who may use it, and three functions of up to 500 rows (`check`,
`apply`, `undo`; see `declared.py`). Pages, jobs, progress, lists of errors and files are made here.
"""

from portal.kernel.importing.cells import suggestion
from portal.kernel.importing.declared import (
    BARU,
    IMPORTERS,
    LEWATI,
    MODE_BARU,
    MODE_KOSONG,
    MODE_TIMPA,
    MODES,
    SAMA,
    UBAH,
    Column,
    Importer,
    Problem,
    Row,
    Run,
    Scope,
    declare,
)  # fmt: skip

__all__ = [
    "BARU", "IMPORTERS", "LEWATI", "MODES", "MODE_BARU", "MODE_KOSONG", "MODE_TIMPA", "SAMA", "UBAH", "Column",
    "Importer", "Problem", "Row", "Run", "Scope", "declare", "suggestion",
]  # fmt: skip
