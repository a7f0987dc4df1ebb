"""What the home page shows an asesi: the case in hand with what to do next, and the way in."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel.approval import Submission
from portal.kernel.calendar import setempat, tanggal
from portal.kernel.db import rows
from portal.kernel.people import Principal
from portal.kernel.storage import config
from portal.kernel.web import Tile
from portal.sertifikasi import DAFTAR, module
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya import services
from portal.sertifikasi.saya.lini import WORDS
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.tenggat import batas

TASK, FIGURE = "tugas", "angka"
MINE = {m.DRAF, m.PERLU_PERBAIKAN, m.APL01_DITERIMA, m.APL02_PERLU_PERBAIKAN, m.SIAP_ASESMEN}  # wait for the asesi
SOON = 3  # days before a deadline from which it is shown as urgent


OPEN = (  # built once: building it costs more than running it
    sa.select(
        Permohonan.id, Permohonan.nomor, Permohonan.tenggat, Permohonan.dibuat_at, Submission.status, Submission.judul,
    )
    .join(Submission, Submission.id == Permohonan.submission_id)
    .where(Permohonan.user_id == sa.bindparam("saya", type_=sa.Uuid()), Permohonan.aktif)
    .order_by(Permohonan.diubah_at.desc())
    .limit(3)
)  # fmt: skip


def tiles(user: Principal) -> list[Tile]:
    """In one statement; nothing for somebody who never applied."""
    if not user.has(DAFTAR):
        return []
    return [_tile(row) for row in rows(OPEN, {"saya": user.id})]


def _tile(row: Any) -> Tile:
    words, tone = WORDS[row.status]
    href = f"/sertifikasi/saya/{row.id}"
    if row.status not in MINE:
        return Tile(row.judul, href, "certificate", words, row.nomor or "", FIGURE, tone, 41)
    until = _until(row)
    days = (until - services.today()).days if until else None
    note = f"Batas {tanggal(until)}" if until else row.nomor or ""
    urgent = days is not None and days <= SOON
    return Tile(row.judul, href, "certificate", words, note, TASK, "negative" if urgent else "warning", 15)


def _until(row: Any) -> date | None:
    if row.status == m.DRAF:
        return setempat(row.dibuat_at, config().zona).date() + timedelta(days=batas("draf"))
    tenggat: date | None = row.tenggat
    return tenggat


module.tiles.append(tiles)
