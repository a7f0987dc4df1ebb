"""Figures for everybody. A group of fewer people than the LSP has set is not shown, nor can it be worked out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa

from portal.kernel.db import db
from portal.kernel.storage import ENGINE_DOWN, redis
from portal.sertifikasi.keputusan.models import BERLAKU, Sertifikat
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.skema.models import Skema, SkemaVersi
from portal.sertifikasi.tenggat import batas

SMALLEST, HIDDEN = 5, "tidak ditampilkan"
KEEP = 600  # seconds: everybody may ask, and counting goes through every application


@dataclass(frozen=True)
class Table:
    """Names with what may be said about each; `jumlah` likewise."""

    judul: str
    kepala: str
    baris: Sequence[Sequence[str]]
    jumlah: str


def terkecil() -> int:
    """The smallest group that is told, as the LSP has set it."""
    return batas("sel")


def few(least: int) -> str:
    return f"< {least}"


def shown(count: int, least: int = SMALLEST) -> str:
    return f"{count:,}".replace(",", ".") if count >= least or count == 0 else few(least)


def suppressed(counts: Sequence[int], least: int = SMALLEST) -> list[str]:
    """Each count in words. A single hidden one would be the total minus the rest, so the next smallest goes too."""
    words = [shown(count, least) for count in counts]
    if words.count(few(least)) == 1:
        others = [(count, at) for at, count in enumerate(counts) if count >= least]
        if others:
            words[min(others)[1]] = HIDDEN
    return words


def tables(today: date) -> list[Table]:
    """As counted at most ten minutes ago."""
    return [Table(**row) for row in _kept(f"g:statistik:tabel:{today}:{terkecil()}", lambda: _counted_tables(today))]


def figures(today: date) -> list[tuple[str, str, str]]:
    """Headline figures, as counted at most ten minutes ago: (label, figure, note)."""
    return [
        (row[0], row[1], row[2])
        for row in _kept(f"g:statistik:angka:{today}:{terkecil()}", lambda: _counted_figures(today))
    ]


def _kept(key: str, count: Callable[[], list[Any]]) -> list[Any]:
    """What Redis remembers under this key, else what is counted now; a Redis that is away only costs time."""
    try:
        body = redis().get(key)
        if body is None:
            body = orjson.dumps(count())
            redis().set(key, body, ex=KEEP)
    except ENGINE_DOWN:
        body = orjson.dumps(count())
    found: list[Any] = orjson.loads(body)
    return found


def _counted_tables(today: date) -> list[Table]:
    """Holders of certificates in force: by sub-cluster, tier and province. One person counts once in each row."""
    in_force = sa.and_(Sertifikat.status == BERLAKU, Sertifikat.sampai >= today)
    people, least = sa.func.count(sa.distinct(Sertifikat.user_id)), terkecil()
    total = db.session.scalar(sa.select(people).where(in_force)) or 0
    found = []
    for judul, kepala, column in (
        ("Menurut sub-klaster", "Sub-klaster", Skema.sub_klaster), ("Menurut jenjang", "Jenjang", Skema.jenjang),
        ("Menurut provinsi", "Provinsi", sa.func.coalesce(sa.func.nullif(Permohonan.provinsi, ""), "Tidak diisi")),
    ):  # fmt: skip
        query = (
            sa.select(column, people)
            .select_from(Sertifikat)
            .join(Permohonan, Permohonan.id == Sertifikat.permohonan_id)
            .join(SkemaVersi, SkemaVersi.id == Sertifikat.skema_versi_id)
            .join(Skema, Skema.id == SkemaVersi.skema_id)
            .where(in_force)
            .group_by(column)
            .order_by(column)
        )
        rows: list[Any] = list(db.session.execute(query).all())
        words = suppressed([count for _, count in rows], least)
        found.append(
            Table(judul, kepala, [(str(row[0]), w) for row, w in zip(rows, words, strict=True)], shown(total, least))
        )
    return found


def _counted_figures(today: date) -> list[tuple[str, str, str]]:
    in_force = sa.and_(Sertifikat.status == BERLAKU, Sertifikat.sampai >= today)
    least = terkecil()
    year = sa.extract("year", Permohonan.apl01_diajukan_at) == today.year
    row = db.session.execute(
        sa.select(
            sa.select(sa.func.count(sa.distinct(Sertifikat.user_id))).where(in_force).scalar_subquery(),
            sa.select(sa.func.count(sa.distinct(Permohonan.user_id))).where(year).scalar_subquery(),
            sa.select(sa.func.count(sa.distinct(Permohonan.provinsi))).where(Permohonan.provinsi != "")
            .where(Permohonan.apl01_diajukan_at.is_not(None)).scalar_subquery(),
        )
    ).one()  # fmt: skip
    return [
        ("Pemegang sertifikat berlaku", shown(row[0], least), "orang"),
        (f"Pemohon tahun {today.year}", shown(row[1], least), "orang"),
        ("Provinsi asal pemohon", str(row[2]), "provinsi"),
    ]
