"""Writing the projection: for a few pegawai inside the transaction that touched their riwayat, or for everybody."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from portal.kepegawaian.keadaan import fakta, proyeksi
from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kernel import jobs, organisation, people
from portal.kernel.db import commit, db, now, rows
from portal.kernel.errors import Conflict
from portal.kernel.organisation import DEFINITIF, Pegawai, Penempatan, PenugasanAtasan, Unit
from portal.kernel.people import User

BATCH = 500
MANY = 100  # rows that are worth a COPY
Row = dict[str, Any]
ONE_HEAD = "ex_penempatan_satu_pimpinan"


def rebuild(keys: Sequence[uuid.UUID]) -> int:
    """Bring both projections of these pegawai in line with their facts. Returns the rows written or removed.

    Raises Conflict when a unit would have two definitive heads on a day (R7), naming the one who sits there.
    """
    _hold(keys)
    facts = fakta.read(keys)
    ref = fakta.references(*fakta.named(facts))
    wanted = list(chain.from_iterable(proyeksi.keadaan(one, ref) for one in facts))
    seats = list(chain.from_iterable(proyeksi.penempatan(one, ref) for one in facts))
    held: dict[uuid.UUID, list[Row]] = defaultdict(list)
    for seat in seats:
        held[seat["pegawai_id"]].append(seat)
    orders = list(chain.from_iterable(_orders(one, held[one.pegawai.id]) for one in facts))
    changed = _align(Keadaan, keys, wanted)
    try:
        with db.session.begin_nested():
            changed += _align(Penempatan, keys, seats, _adopted(facts)) + _align(PenugasanAtasan, keys, orders)
    except sa.exc.IntegrityError as error:
        raise _refused(error, seats) from error
    return changed


def _hold(keys: Sequence[uuid.UUID]) -> None:
    """Nobody else changes these pegawai until the transaction ends: what is read here is what the rows are made of.

    In the order of their keys, so that two that want the same people do not wait for each other.
    """
    held = sa.select(Pegawai.id).where(Pegawai.id.in_(keys)).order_by(Pegawai.id)
    rows(held.with_for_update(key_share=True)).all()


def rebuild_everybody(after: uuid.UUID | None = None) -> Iterator[int]:
    """Everybody in batches, each committed; yields how many rows changed. On good data that is nothing."""
    last = after
    while True:
        query = sa.select(Pegawai.id).order_by(Pegawai.id).limit(BATCH)
        keys = db.session.scalars(query.where(Pegawai.id > last) if last else query).all()
        if not keys:
            return
        changed = rebuild(keys)
        commit()
        last = keys[-1]
        yield changed


@jobs.every(86400, "Susun ulang keadaan pegawai")
@jobs.kind("kepegawaian-susun-ulang", antrean="panjang")
def rebuild_nightly(job: jobs.Job) -> None:
    """The cache has to follow from the facts: what this finds to mend is written into the job."""
    total, done, mended = db.session.scalar(sa.select(sa.func.count()).select_from(Pegawai)) or 0, 0, 0
    for changed in rebuild_everybody():
        done, mended = min(done + BATCH, total), mended + changed
        jobs.progress(job, done, total)
    job.rincian = f"{mended} baris disesuaikan" if mended else "Tidak ada yang berbeda"


def tell(keys: Sequence[uuid.UUID]) -> None:
    """Seats of these pegawai changed: their accounts are read anew."""
    for user in db.session.scalars(sa.select(User.id).where(User.pegawai_id.in_(keys))):
        people.forget(user)


def _orders(one: fakta.Fakta, seats: Iterable[Row]) -> list[Row]:
    """Atasan that an SK names, where they are not simply the head of the unit."""
    spans: dict[uuid.UUID, tuple[date, date]] = {}
    for seat in seats:
        if seat["jenis"] == DEFINITIF:
            start = spans.get(seat["asal_id"], (seat["mulai"], SELAMANYA))[0]
            spans[seat["asal_id"]] = (start, seat["selesai"] or SELAMANYA)
    found = []
    for entry, named in proyeksi.atasan(one):
        key, boss, number = named.nilai
        start, end = spans.get(entry, (SELAMANYA, SELAMANYA))
        begin, until = max(start, named.mulai), min(end, named.sampai)
        if entry in spans and begin <= until:
            found.append({
                "id": key, "pegawai_id": one.pegawai.id, "atasan_id": boss, "jenis": DEFINITIF, "dasar_sk": number,
                "prioritas": 0, "mulai": begin, "asal_id": key, "selesai": None if until == SELAMANYA else until,
            })  # fmt: skip
    return found


def _adopted(facts: Iterable[fakta.Fakta]) -> list[uuid.UUID]:
    """Pegawai whose seats the register knows: rows that other pages wrote before make way for it."""
    return [one.pegawai.id for one in facts if one.jabatan]


def _align(
    table: Any, keys: Sequence[uuid.UUID], wanted: list[Row], adopted: Sequence[uuid.UUID] = ()
) -> int:  # fmt: skip
    """Delete what no longer holds, insert what is new. A row that is the same stays untouched, with its times.

    Rows without `asal_id` are not of this projection, but for the seats of `adopted`.
    """
    names = list(wanted[0]) if wanted else ["id"]
    place = names.index("id")
    query = sa.select(*(table.__table__.c[name] for name in names)).where(table.__table__.c.pegawai_id.in_(keys))
    if table is not Keadaan:
        query = query.where(sa.or_(table.asal_id.is_not(None), table.pegawai_id.in_(adopted)))
    have = {row[place]: tuple(row) for row in rows(query)}
    want = {row["id"]: tuple(row[name] for name in names) for row in wanted}
    gone = [key for key, row in have.items() if want.get(key) != row]
    fresh = [key for key, row in want.items() if have.get(key) != row]
    if gone:
        db.session.execute(sa.delete(table).where(table.id.in_(gone)).execution_options(synchronize_session=False))
    if len(fresh) > MANY and table is Keadaan:
        _copy(table.__tablename__, names, [want[key] for key in fresh])
    elif fresh:
        db.session.execute(sa.insert(table), [dict(zip(names, want[key], strict=True)) for key in fresh])
    return len(gone) + len(want.keys() - have.keys())


def _copy(table: str, names: list[str], values: Iterable[tuple[Any, ...]]) -> None:
    """A large batch at once, in the transaction of the session."""
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    driver: Any = db.session.connection().connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)) as copy,
    ):
        for one in values:
            copy.write_row(one)


def _refused(error: sa.exc.IntegrityError, seats: Iterable[Row]) -> Exception:
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", "")
    if name != ONE_HEAD:
        return error
    for seat in seats:
        if seat["is_pimpinan"] and seat["jenis"] == DEFINITIF:
            held = _head(seat)
            if held:
                return Conflict(f"{held.unit} sudah dipimpin {held.nama} pada masa itu.",
                                "Akhiri dulu jabatannya, atau catat sebagai Plt.")  # fmt: skip
    return Conflict("Unit itu sudah mempunyai pimpinan definitif pada masa itu.")


def _head(seat: Row) -> Any:
    until = seat["selesai"] or date.max
    query = (
        sa.select(Pegawai.nama, Unit.nama.label("unit"))
        .join(Penempatan, Penempatan.pegawai_id == Pegawai.id)
        .join(Unit, Unit.id == Penempatan.unit_id)
        .where(
            Penempatan.unit_id == seat["unit_id"], Penempatan.is_pimpinan, Penempatan.jenis == DEFINITIF,
            Penempatan.pegawai_id != seat["pegawai_id"], Penempatan.mulai <= until,
            sa.or_(Penempatan.selesai.is_(None), Penempatan.selesai >= seat["mulai"]),
        )
    )  # fmt: skip
    return db.session.execute(query).first()


@jobs.every(3600, "Terapkan kedudukan yang mulai berlaku")
@jobs.kind("kepegawaian-kedudukan", antrean="panjang")
def follow_standing(job: jobs.Job) -> None:
    """Who has left by now, and who is no longer CPNS, is marked so in the register; accounts follow it.

    The day itself needs no job: pages read the state of the day.
    """
    today = organisation.today()
    here = sa.and_(Keadaan.mulai <= today, Keadaan.sampai >= today)
    left = sa.select(Keadaan.pegawai_id).where(here, Keadaan.kelompok == BERHENTI)
    came = sa.select(Keadaan.pegawai_id).where(here, Keadaan.kelompok != BERHENTI)
    for whom, active in ((left, False), (came, True)):
        query = sa.select(Pegawai.id).where(Pegawai.id.in_(whom), Pegawai.aktif.is_not(active)).limit(5000)
        keys = db.session.scalars(query).all()
        if keys:
            db.session.execute(sa.update(Pegawai).where(Pegawai.id.in_(keys)).values(aktif=active))
            tell(keys)
        commit()
    turned = sa.select(Keadaan.pegawai_id).where(here, Keadaan.jenis == proyeksi.PNS)
    late = sa.select(Pegawai.id).where(Pegawai.status == proyeksi.CPNS, Pegawai.id.in_(turned)).limit(5000)
    if keys := db.session.scalars(late).all():
        db.session.execute(sa.update(Pegawai).where(Pegawai.id.in_(keys)).values(status=proyeksi.PNS))
    commit()


def as_known(pegawai_id: uuid.UUID, at: datetime | None = None) -> list[Row]:
    """The stretches of one pegawai as the register knew them at a moment: for audits and disputes over pay."""
    facts = fakta.read([pegawai_id], at or now())
    if not facts:
        return []
    ref = fakta.references(*fakta.named(facts))
    return proyeksi.keadaan(facts[0], ref)
