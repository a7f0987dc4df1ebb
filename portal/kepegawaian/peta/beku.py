"""Freezing the map of a month: one pass in SQL, a count and a hash. What is frozen stays; a late SK makes another."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.peta.models import PetaBulanan, PetaUnit, PetaVersi
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import activity, calendar, jobs, organisation
from portal.kernel.db import commit, db, new_id, rows
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Unit, in_force
from portal.kernel.people import Principal

SHORTEST, FIRST_MONTHS = 10, 12
EARLIEST = date(2000, 1, 1)  # what is frozen stays for ever: no month that nobody kept a register in
PEOPLE = [column.name for column in PetaBulanan.__table__.columns if column.name != "versi_id"]
UNITS = [column.name for column in PetaUnit.__table__.columns if column.name not in ("versi_id", "kode")]
LINE, SLICE = "\n", 20_000

activity.declare(**{"kepegawaian.peta_dibekukan": "periode versi jumlah sidik alasan"})


def month_of(day: date) -> date:
    return day.replace(day=1)


def before(month: date) -> date:
    return month_of(month - timedelta(days=1))


def last_day(month: date) -> date:
    return month_of(month + timedelta(days=31)) - timedelta(days=1)


def due(today: date) -> date:
    """The latest month whose cut-off has passed."""
    latest = before(month_of(today))
    return latest if today.day >= aturan.nilai("peta_tanggal_beku", today) else before(latest)


def versions() -> list[PetaVersi]:
    """Every frozen map, latest month first, its latest version first."""
    return list(db.session.scalars(sa.select(PetaVersi).order_by(PetaVersi.periode.desc(), PetaVersi.versi.desc())))


def missing(today: date) -> list[date]:
    """Months that should be frozen and are not: since the first frozen one, at most a year back; else the last."""
    latest = due(today)
    have = set(db.session.scalars(sa.select(PetaVersi.periode)))
    first = min(have, default=latest)
    months = [latest]
    while months[-1] > first and len(months) < FIRST_MONTHS:
        months.append(before(months[-1]))
    return [month for month in months if month not in have]


def request(month: date, why: str, user: Principal) -> uuid.UUID:
    """Ask for the next version of a month. Raises Invalid (too early, no reason)."""
    why = " ".join(why.split())[:500]
    if month < EARLIEST:
        raise Invalid("periode", f"Peta bulanan dibekukan mulai {words(EARLIEST)}")
    if month > due(organisation.today()):
        raise Invalid("periode", f"{words(month)} belum melewati tanggal pembekuan")
    following = _last_version(month) + 1
    if following > 1 and len(why) < SHORTEST:
        raise Invalid("alasan", f"Tulis alasan versi baru sedikitnya {SHORTEST} huruf")
    return jobs.enqueue(
        freeze_month, f"Peta bulanan {words(month)} versi {following}", f"peta-{month}-{following}", user.id,
        periode=month.isoformat(), versi=following, alasan=why,
    )  # fmt: skip


def words(month: date) -> str:
    return calendar.bulan_tahun(month.year, month.month)


@jobs.kind("kepegawaian-peta", antrean="panjang")
def freeze_month(job: jobs.Job) -> None:
    given = job.argumen
    row = freeze(date.fromisoformat(given["periode"]), given["versi"], given["alasan"], job.user_id)
    if row:
        job.rincian = f"{row.jumlah} pegawai, sidik {row.sidik[:12]}"


@jobs.every(3600, "Bekukan peta bulanan")
@jobs.kind("kepegawaian-peta-berkala", antrean="panjang")
def freeze_due(job: jobs.Job) -> None:
    """After the cut-off the month before is frozen once. Older gaps are for people to decide."""
    month = due(organisation.today())
    if _last_version(month) == 0:
        freeze(month, 1)
    commit()


def freeze(month: date, number: int, why: str = "", user_id: uuid.UUID | None = None) -> PetaVersi | None:
    """Write version `number` of a month; None when it stands already. Raises Conflict for a gap in the numbers.

    The caller commits.
    """
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"peta {month}"))))
    last = _last_version(month)
    if last >= number:
        return None
    if last + 1 != number:
        raise Conflict(f"Versi {last + 1} belum ada.")
    key, day = new_id(), last_day(month)
    people, units = _write(key, day)
    row = PetaVersi(id=key, periode=month, versi=number, per_tanggal=day, jumlah=people, jumlah_unit=units,
                    sidik=fingerprint(key), alasan=why, dibuat_oleh_id=user_id)  # fmt: skip
    db.session.add(row)
    db.session.flush()
    activity.log("kepegawaian.peta_dibekukan", row, periode=str(month), versi=number, jumlah=people, sidik=row.sidik,
                 alasan=why)  # fmt: skip
    return row


def _last_version(month: date) -> int:
    return db.session.scalar(sa.select(sa.func.max(PetaVersi.versi)).where(PetaVersi.periode == month)) or 0


def _write(key: uuid.UUID, day: date) -> tuple[int, int]:
    version = sa.literal(key, sa.Uuid())
    people = sa.select(version, *(getattr(Keadaan, name) for name in PEOPLE)).where(
        berlaku(day), Keadaan.kelompok != BERHENTI
    )
    units = (
        sa.select(version, *(getattr(UnorVersi, name) for name in UNITS), Unit.kode)
        .join(Unit, Unit.id == UnorVersi.unit_id)
        .where(in_force(UnorVersi, day), ~Unit.disembunyikan)
    )
    written: list[int] = []
    for table, names, query in ((PetaBulanan, PEOPLE, people), (PetaUnit, [*UNITS, "kode"], units)):
        into: Any = table.__table__
        fill = sa.insert(into).from_select(["versi_id", *names], query)
        written.append(rows(fill.execution_options(preserve_rowcount=True)).rowcount)
    return written[0], written[1]


def fingerprint(key: uuid.UUID) -> str:
    """SHA-256 of the rows of a version as they lie in the tables: people, then units, each in order of its key."""
    mark = hashlib.sha256()
    for table, names, order in ((PetaBulanan, PEOPLE, PetaBulanan.pegawai_id),
                                (PetaUnit, [*UNITS, "kode"], PetaUnit.unit_id)):  # fmt: skip
        line = sa.cast(sa.func.row(*(getattr(table, name) for name in names)), sa.Text())
        for text in _texts(sa.select(line).where(table.versi_id == key).order_by(order)):
            mark.update(text.encode() + LINE.encode())
        mark.update(LINE.encode())
    return mark.hexdigest()


def _texts(query: sa.Select[Any]) -> Iterator[str]:
    yield from db.session.scalars(query.execution_options(yield_per=SLICE))
