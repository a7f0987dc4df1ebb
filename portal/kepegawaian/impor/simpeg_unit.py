"""The tree of units of a dump: parents stand before their children. A unit that is there keeps its versions."""

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel.db import db, new_id
from portal.kernel.importing import SAMA, Column, Row, Run
from portal.kernel.organisation import Unit

PD, PEMDA = "PD", "PEMDA"
FIRST = date(2000, 1, 1)
COLUMNS = (
    Column("kode", "Kode", "kode", required=True, longest=60), Column("nama", "Nama", required=True, longest=250),
    Column("induk", "Kode induk", "kode", longest=60), Column("jenis", "Jenis", required=True, longest=40),
    Column("eselon", "Eselon", longest=10), Column("nama_jabatan", "Nama jabatan pimpinan", longest=200),
    Column("urut", "Urut", "bulat"), Column("dasar", "Dasar", longest=200),
    Column("mulai", "Berlaku dari", "tanggal"), Column("selesai", "Berlaku sampai", "tanggal"),
)  # fmt: skip


def _there(rows: Sequence[Row]) -> dict[str, Unit]:
    codes = {text for row in rows for text in (row.text("kode"), row.text("induk")) if text}
    return {one.kode: one for one in db.session.scalars(sa.select(Unit).where(Unit.kode.in_(codes)))}


def check(rows: list[Row], run: Run) -> None:
    there = _there(rows)
    seen: dict[str, int] = run.memo.setdefault("kode", {})
    for row in rows:
        code, parent = row.text("kode"), row.text("induk")
        if not code:
            continue
        if seen.setdefault(code, row.number) != row.number:
            row.add("kode", "E_GANDA", f"Kode ini sama dengan baris {seen[code]}")
        if code in there:
            row.action, row.found = SAMA, there[code].id
            if there[code].nama.casefold() != row.text("nama").casefold():
                row.add("nama", "E_ADA", f"Kode ini sudah dipakai {there[code].nama}")
        if parent and parent not in there and seen.get(parent, row.number) >= row.number:
            row.add("induk", "E_INDUK", "Induknya belum ada", "Tulis induk di baris sebelum anaknya.")
        start, end = row.day("mulai"), row.day("selesai")
        if end and end < (start or FIRST):
            row.add("selesai", "E_MASA", "Berakhir sebelum berlaku")


def apply(rows: list[Row], run: Run) -> None:
    there = _there(rows)
    for row in rows:
        parent = there.get(row.text("induk"))
        key = new_id()
        kind = row.text("jenis").upper().replace(" ", "_")
        pd: uuid.UUID | None = key if kind == PD else parent.pd_id if parent else None
        start, end = row.day("mulai") or FIRST, row.day("selesai")
        order = row.values.get("urut")
        body = {
            "nama": row.text("nama"), "jenis": kind, "induk_id": parent.id if parent else None, "pd_id": pd,
            "urut": order if isinstance(order, int) else 0, "mulai": start, "selesai": end,
        }  # fmt: skip
        unit = Unit(id=key, kode=row.text("kode"), **body)
        db.session.add(unit)
        db.session.flush()
        db.session.add(UnorVersi(unit_id=key, eselon=row.text("eselon"), nama_jabatan=row.text("nama_jabatan"),
                                 dasar=row.text("dasar"), **body))  # fmt: skip
        there[unit.kode], row.result = unit, key
    db.session.flush()
