"""Recaps that were counted already, under a mark of everything they are made of: whoever asks again does not wait.

A mark is taken from the newest rows of each source. Transactions that end late are seen as long as they are younger
than WINDOW (the longest a request or a move may last, and more). Names of asesor follow within KEPT.
"""

import hashlib
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from portal.kernel import jobs
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.organisation import today
from portal.kernel.storage import ENGINE_DOWN, redis
from portal.sertifikasi import alur
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.publik.statistik import SMALLEST, terkecil
from portal.sertifikasi.rekap.hitung import MENURUT, Baris, Rekap, Saringan, rekap
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.skema import models as s

WINDOW, KEPT = timedelta(minutes=15), timedelta(minutes=30)
LAST = 200  # events of certificates that are compared one by one
FORM = 2  # of what is kept: raise it when Rekap or the way of counting changes


def _recent(column: Any, told: list[Any], *where: sa.ColumnElement[bool]) -> Any:
    """What the rows say that changed last, however many of them are still being committed."""
    newest = sa.select(sa.func.max(column)).where(*where).scalar_subquery()
    ordered = sa.select(column, *told).where(*where, column > newest - WINDOW).order_by(column, *told).subquery()
    digest = sa.func.md5(sa.func.string_agg(sa.func.concat_ws("/", *ordered.c), sa.literal(",")))
    return sa.select(digest).select_from(ordered).scalar_subquery()


def _small(table: Any) -> Any:
    """Of a table of hundreds of rows."""
    return sa.select(sa.func.concat_ws("/", sa.func.max(table.diubah_at), sa.func.count())).scalar_subquery()


def mark() -> str:
    """Changes with every move, sent form, certificate and register that a recap shows."""
    p, e = Permohonan, k.SertifikatPeristiwa
    last = sa.select(e.id).order_by(e.id.desc()).limit(LAST).subquery()
    certificates = sa.select(sa.func.md5(sa.func.string_agg(sa.cast(last.c.id, sa.Text()), ","))).scalar_subquery()
    moved = _recent(
        Submission.diubah_at, [Submission.id, Submission.status, Submission.versi], Submission.alur == alur.PERMOHONAN
    )
    sent = _recent(p.diubah_at, [p.id, p.provinsi, p.instansi, p.skema_id], p.apl01_diajukan_at.is_not(None))
    small = [_small(table) for table in (s.Skema, a.Tuk, a.Asesor, a.SesiAsesmen, SertifikatLama)]
    parts = db.session.execute(sa.select(moved, sent, certificates, *small)).one()
    return hashlib.blake2b(orjson.dumps([FORM, *parts]), digest_size=16).hexdigest()


def figures(f: Saringan) -> Rekap:
    """The same as `rekap`, kept while nothing it is made of has changed."""
    asked = hashlib.blake2b(orjson.dumps(asdict(f), option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
    key = f"rekap:{mark()}:{asked}"
    known = _read(key)
    if known is not None:
        return _restored(f, orjson.loads(known))
    found = rekap(f)
    body = {name: getattr(found, name) for name in ("ember", "orang", "rinci", "total", "orang_total", "lama")}
    body["baris"] = [[row.nama, row.jumlah, row.orang] for row in found.baris]
    _write(key, orjson.dumps(body))
    return found


def _restored(f: Saringan, body: dict[str, Any]) -> Rekap:
    lines = [Baris(*row) for row in body.pop("baris")]
    return Rekap(f, baris=lines, terkecil=terkecil() if f.samar else SMALLEST, **body)


def _read(key: str) -> bytes | None:
    try:
        found: Any = redis().get(key)
    except ENGINE_DOWN:
        return None
    return bytes(found) if found is not None else None


def _write(key: str, body: bytes) -> None:
    try:
        redis().set(key, body, ex=KEPT)
    except ENGINE_DOWN:
        return


@jobs.every(300, "Siapkan rekap sertifikasi")
@jobs.kind("sertifikasi-rekap-siap")
def prepare(job: jobs.Job) -> None:
    """Today's recap by every breakdown, before somebody asks for it."""
    for menurut in MENURUT:
        figures(Saringan(today(), menurut))
