"""A measured figure beside its limit, the table that people read and the object that programs read."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`limit` None: told, not judged. `at_least`: the value should not be below the limit instead of above."""

    name: str
    words: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def missed(self) -> bool:
        if self.limit is None:
            return False
        return self.value < self.limit if self.at_least else self.value > self.limit

    @property
    def row(self) -> tuple[str, str, str, str]:
        sign = "" if self.limit is None else "MELESET" if self.missed else "ok"
        limit = "" if self.limit is None else f"{'>=' if self.at_least else '<='} {number(self.limit)}"
        return self.words, f"{number(self.value)} {self.unit}".rstrip(), limit, f"{sign}  {self.note}".strip()


def number(value: float) -> str:
    """Three significant digits, decimal comma."""
    places = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def table(figures: list[Figure]) -> str:
    rows = [("Ukuran", "Nilai", "Batas", ""), *(one.row for one in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for words, value, limit, sign in rows:
        lines.append(f"{words:<{widths[0]}}  {value:>{widths[1]}}  {limit:>{widths[2]}}  {sign}".rstrip())
    return "\n".join(lines)


def as_json(figures: list[Figure]) -> str:
    """One object on one line: name -> value, unit, limit (null when there is none)."""
    found = {one.name: {"nilai": round(one.value, 3), "satuan": one.unit, "batas": one.limit} for one in figures}
    return json.dumps(found, ensure_ascii=False)
