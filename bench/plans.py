"""Plans of the statements that pages wait for: none may read a whole large table."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg

LARGE = 10_000
PLACE = re.compile(r"%\((\w+)\)s")
TYPES = {int: "integer", timedelta: "interval"}  # others PostgreSQL finds out by itself
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Offender:
    page: str
    table: str
    rows: int
    kind: str  # "khusus" planned for these values, "umum" the plan PostgreSQL may keep for all values
    milliseconds: float
    statement: str

    def __str__(self) -> str:
        words = " ".join(self.statement.split())[:140]
        return (f"{self.page}: Seq Scan pada {self.table} ({self.rows} baris), rencana {self.kind}, "
                f"{self.milliseconds:.1f} ms: {words}")  # fmt: skip


def offenders(connection: Connection, page: str, statements: list[tuple[str, Any]]) -> list[Offender]:
    """Every large table that one of the statements reads from end to end, under either kind of plan."""
    found = []
    for statement, parameters in statements:
        if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        for kind, plan in _plans(connection, statement, parameters):
            for table in _scanned(plan["Plan"]):
                rows = _rows(connection, table)
                if rows > LARGE:
                    found.append(Offender(page, table, rows, kind, plan["Execution Time"], statement))
    return found


def _plans(connection: Connection, statement: str, parameters: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """psycopg prepares what is used often, so both the plan for these values and the general one count."""
    explain = "EXPLAIN (ANALYZE, FORMAT JSON) "
    cursor = psycopg.ClientCursor(connection)
    yield "khusus", _first(cursor.execute((explain + statement).encode(), parameters))
    names = list(dict.fromkeys(PLACE.findall(statement)))
    numbered = PLACE.sub(lambda found: f"${names.index(found[1]) + 1}", statement).replace("%%", "%")
    if not names:
        return
    connection.execute(b"SET plan_cache_mode = force_generic_plan")
    try:
        kinds = ", ".join(TYPES.get(type(parameters[name]), "unknown") for name in names)
        connection.execute(f"PREPARE diukur ({kinds}) AS {numbered}".encode(), prepare=False)
        values = ", ".join(psycopg.sql.Literal(parameters[name]).as_string(connection) for name in names)
        yield "umum", _first(connection.execute(f"{explain}EXECUTE diukur ({values})".encode(), prepare=False))
        connection.execute(b"DEALLOCATE diukur")
    finally:
        connection.execute(b"RESET plan_cache_mode")


def _first(cursor: psycopg.Cursor[tuple[Any, ...]]) -> dict[str, Any]:
    row = cursor.fetchone()
    told = row[0] if row else "[{}]"
    found: dict[str, Any] = (json.loads(told) if isinstance(told, str) else told)[0]
    return found


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    """Tables of which a scan read many rows: one that a join stopped at its first row read nothing."""
    if node["Node Type"] == "Seq Scan":
        read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if read > LARGE:
            yield node["Relation Name"]
    for below in node.get("Plans", []):
        yield from _scanned(below)


def _rows(connection: Connection, table: str) -> int:
    row = connection.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", (table,)).fetchone()
    return int(row[0]) if row else 0
