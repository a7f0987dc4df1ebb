"""Who would be above whom once a table is taken, rows of the file and the register together: circles of atasan (R8).

People go by NIP, officials without one by their key. A row that names no atasan means who heads its unit.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.impor import kamus
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.importing import Run
from portal.kernel.organisation import Pegawai

Atasan = str | tuple[uuid.UUID, bool]  # a person; or the head of a unit, True: asked for the one above it
TINGGI = 30  # steps upwards at most


def _key(table: Any) -> Any:
    return sa.func.coalesce(table.nip, sa.cast(table.id, sa.Text))


def heads(run: Run) -> dict[uuid.UUID, str]:
    """Who heads each unit today, asked once a run."""
    if "berkepala" not in run.memo:
        today = organisation.today()
        query = sa.select(Keadaan.unit_id, _key(Pegawai), Pegawai.id).join(Pegawai, Pegawai.id == Keadaan.pegawai_id)
        query = query.where(
            Keadaan.pimpinan, Keadaan.mulai <= today, Keadaan.sampai >= today, Keadaan.kelompok != BERHENTI
        )
        rows = db.session.execute(query).all()
        run.memo["berkepala"] = {unit: key for unit, key, _ in rows if unit}
        read([one for _, _, one in rows], run)
    found: dict[uuid.UUID, str] = run.memo["berkepala"]
    return found


def read(bosses: Iterable[uuid.UUID], run: Run) -> None:
    """Everybody above these people, on any day: one statement, nothing for those asked about before."""
    asked: set[uuid.UUID] = run.memo.setdefault("naik_diminta", set())
    missing = set(bosses) - asked
    if not missing:
        return
    asked |= missing
    start = sa.select(Keadaan.pegawai_id.label("id")).where(Keadaan.pegawai_id.in_(missing))
    up = start.cte("naik", recursive=True)
    above = sa.select(Keadaan.atasan_id).join(up, up.c.id == Keadaan.pegawai_id)
    up = up.union(above.where(Keadaan.atasan_id.is_not(None)))
    boss, seat = sa.orm.aliased(Pegawai), r.RiwayatJabatan
    begun = sa.func.coalesce(seat.berlaku, Keadaan.mulai)
    query = (
        sa.select(_key(Pegawai), Keadaan.mulai, Keadaan.sampai, begun, _key(boss))
        .join(Pegawai, Pegawai.id == Keadaan.pegawai_id)
        .join(boss, boss.id == Keadaan.atasan_id)
        .outerjoin(seat, seat.id == Keadaan.riwayat_jabatan_id)
        .where(Keadaan.pegawai_id.in_(sa.select(up.c.id)))
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for key, *stretch in db.session.execute(query):
        found[key].append(stretch)
    run.memo.setdefault("naik", {}).update(found)


def who(atasan: Atasan, run: Run) -> str | None:
    """The person meant; None where no unit on the way up has a head."""
    if isinstance(atasan, str):
        return atasan
    unit, above = atasan
    today, in_file = organisation.today(), run.memo.get("kepala", {})
    for one in [*([] if above else [unit]), *kamus.above(unit, run)]:
        now = [nip for nip, _, end, _ in in_file.get(one, []) if end >= today]
        if now or one in heads(run):
            return str(now[-1]) if now else heads(run)[one]
    return None


def note(key: str, atasan: Atasan, start: date, end: date | None, run: Run) -> None:
    """A row of the file gives this person this atasan from a day on."""
    edges: dict[str, list[tuple[date, date, Atasan]]] = run.memo.setdefault("tepi", {})
    edges.setdefault(key, []).append((start, end or date.max, atasan))


def closes(key: str, atasan: str, day: date, run: Run) -> bool:
    """Whether the way up from the atasan meets the person on that day."""
    seen, here = {atasan}, atasan
    for _ in range(TINGGI):
        above = _above(here, day, run)
        if above == key:
            return True
        if above is None or above in seen:
            return False
        seen.add(above)
        here = above
    return False


def _above(key: str, day: date, run: Run) -> str | None:
    """The atasan of a person on a day: by the seat that began last, in the file or in the register."""
    rows = [(begun, boss) for start, end, begun, boss in run.memo.get("naik", {}).get(key, []) if start <= day <= end]
    mine = [(start, boss) for start, end, boss in run.memo.get("tepi", {}).get(key, []) if start <= day <= end]
    held = max(rows, key=lambda row: row[0], default=None)
    planned = max(mine, key=lambda row: row[0], default=None)
    if planned and (held is None or planned[0] >= held[0]):
        return who(planned[1], run)
    return held[1] if held else None
