"""Writing what was checked, and taking it back: 500 rows a transaction, each marked in it, so that a worker that dies
loses nothing and repeats nothing. A batch that fails is written again row by row, to find the one that is to blame."""

from typing import Any, cast

import sqlalchemy as sa

from portal.kernel import activity, jobs, people, sealing
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.importing import models as m
from portal.kernel.importing import runs
from portal.kernel.importing.declared import BARU, UBAH, Batch, Row, as_stored
from portal.kernel.importing.models import Impor, ImporBaris
from portal.kernel.importing.runs import BATCH, SEAL, Stopped, Worker

REFUSED = (DomainError, sa.exc.IntegrityError, sa.exc.DataError)  # the row is wrong, not the machine
PENDING = sa.and_(ImporBaris.status == m.BELUM, ImporBaris.galat == 0, ImporBaris.aksi.in_([BARU, UBAH]))


def start(row: Impor) -> None:
    """Raises Conflict unless it was checked and has something to write."""
    if row.status != m.SIAP:
        raise Conflict("Impor ini tidak sedang menunggu untuk ditulis.")
    if not pending(row):
        raise Conflict("Tidak ada baris yang dapat ditulis.")
    runs.send(row, write, f"Tulis {row.nama}", m.MENULIS)


def pending(row: Impor) -> int:
    query = sa.select(sa.func.count()).where(ImporBaris.impor_id == row.id, PENDING)
    return db.session.scalar(query) or 0


def start_undo(row: Impor, undoable: bool) -> None:
    """Raises Conflict for an import that cannot be taken back."""
    if row.status != m.SELESAI or not undoable:
        raise Conflict("Impor ini tidak dapat dibatalkan.")
    kept = sa.select(ImporBaris.id).where(ImporBaris.impor_id == row.id, ImporBaris.status == m.DITULIS)
    if db.session.scalar(kept.limit(1)) is None:
        raise Conflict("Rincian impor ini sudah dihapus, jadi tidak dapat dibatalkan.")
    runs.send(row, undo, f"Batalkan {row.nama}", m.MEMBATALKAN)


@jobs.kind("impor-tulis", antrean="panjang")
def write(job: jobs.Job) -> None:
    """Goes on where a dead worker stopped."""
    _work(job, m.MENULIS, _write)


@jobs.kind("impor-batal", antrean="panjang")
def undo(job: jobs.Job) -> None:
    _work(job, m.MEMBATALKAN, _undo)


def _work(job: jobs.Job, status: str, act: Any) -> None:
    try:
        act(Worker(job, status))
    except Stopped:
        return


def _write(worker: Worker) -> None:
    total, done = _size(worker, PENDING), 0
    while True:
        worker.hold()
        found = _next(worker, PENDING)
        if not found:
            break
        try:
            _apply(worker, [runs.as_row(worker.importer, kept) for kept in found], found)
            commit()
        except REFUSED:
            rollback()
            worker.run.memo.clear()
            _singly(worker)
        done += len(found)
        jobs.progress(worker.job, done, max(done, total))
    _finish(worker, m.SELESAI)


def _size(worker: Worker, which: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(ImporBaris.impor_id == worker.key, which)) or 0


def _next(worker: Worker, which: Any) -> list[Any]:
    query = sa.select(*ImporBaris.__table__.columns).where(ImporBaris.impor_id == worker.key, which)
    return list(db.session.execute(query.order_by(ImporBaris.nomor).limit(BATCH)))


def _apply(worker: Worker, rows: list[Row], found: list[Any]) -> None:
    worker.importer.apply(rows, worker.run)
    db.session.flush()
    values = [
        {"id_": kept.id, "status": m.DITULIS, "hasil_id": row.result, "nilai": sealing.seal(as_stored(row), SEAL)}
        for row, kept in zip(rows, found, strict=True)
    ]
    _mark(values)


def _mark(values: list[dict[str, Any]]) -> None:
    table = cast(sa.Table, ImporBaris.__table__)
    names = [name for name in values[0] if name != "id_"]
    statement = sa.update(table).where(table.c.id == sa.bindparam("id_"))
    statement = statement.values(**{name: sa.bindparam(name) for name in names}, diubah_at=now())
    db.session.connection().execute(statement, values)


def _singly(worker: Worker) -> None:
    """The same batch, each row in a savepoint: what the database or the module refuses is kept with its reason."""
    worker.hold()
    for kept in _next(worker, PENDING):
        row = runs.as_row(worker.importer, kept)
        try:
            with db.session.begin_nested():
                _apply(worker, [row], [kept])
        except REFUSED as error:
            worker.run.memo.clear()
            _refuse(worker, kept, row, error)
    commit()


def _refuse(worker: Worker, kept: Any, row: Row, error: Exception) -> None:
    words = error.pesan if isinstance(error, DomainError) else ""
    words = words or "Data ini bertentangan dengan data lain di portal"
    row.add("", "E_TULIS", words, "Perbaiki barisnya, lalu impor lagi baris yang gagal.")
    problems = [*kept.masalah, *(runs.kept_problem(worker.importer, one) for one in row.problems)]
    _mark([{"id_": kept.id, "status": m.GALAT, "masalah": problems, "galat": kept.galat + 1}])


def _finish(worker: Worker, status: str) -> None:
    row = worker.hold()
    states = sa.select(ImporBaris.status, ImporBaris.aksi, sa.func.count()).where(ImporBaris.impor_id == row.id)
    states = states.group_by(ImporBaris.status, ImporBaris.aksi)
    counts: dict[str, int] = {}
    for state, action, count in db.session.execute(states):
        if state != m.BELUM:
            counts[state.lower()] = counts.get(state.lower(), 0) + count
            counts[f"{state.lower()}_{action}"] = count
    row.hitungan = runs.counted({**row.hitungan, "tulis": counts})
    row.status = status
    if status == m.SELESAI:
        row.ditulis_at = now()
        if worker.importer.done is not None:
            worker.importer.done(worker.run, counts)
    else:
        row.dibatalkan_at = now()
    event = "impor.ditulis" if status == m.SELESAI else "impor.dibatalkan"
    activity.log(event, row, by=worker.run.user, jenis=row.jenis, nama=row.nama, hitungan=counts)
    people.touch(row.user_id)
    commit()


# ---- the way back


def _undo(worker: Worker) -> None:
    """From the last row to the first. A row on which something depends stays, with the reason."""
    back = worker.importer.undo
    if back is None:
        worker.fail("Impor jenis ini tidak dapat dibatalkan.", m.SELESAI)
        return
    total, done, below = _size(worker, ImporBaris.status == m.DITULIS), 0, 2**31 - 1
    while True:
        worker.hold()
        table = ImporBaris.__table__
        query = sa.select(*table.columns).where(table.c.impor_id == worker.key, table.c.status == m.DITULIS)
        found = list(db.session.execute(query.where(table.c.nomor < below).order_by(table.c.nomor.desc()).limit(BATCH)))
        if not found:
            break
        below = found[-1].nomor
        rows = [runs.as_row(worker.importer, kept) for kept in found]
        try:
            back(rows, worker.run)
            db.session.flush()
        except REFUSED:
            rollback()
            worker.run.memo.clear()
            worker.hold()
            rows = _back_singly(worker, back, found)
        _mark([_returned(worker, row, kept) for row, kept in zip(rows, found, strict=True)])
        commit()
        done += len(found)
        jobs.progress(worker.job, done, max(done, total))
    _finish(worker, m.DIBATALKAN)


def _back_singly(worker: Worker, back: Batch, found: list[Any]) -> list[Row]:
    rows = [runs.as_row(worker.importer, kept) for kept in found]
    for row in rows:
        try:
            with db.session.begin_nested():
                back([row], worker.run)
                db.session.flush()
        except REFUSED as error:
            worker.run.memo.clear()
            words = error.pesan if isinstance(error, DomainError) else ""
            row.add("", "E_TERIKAT", words or "Data ini sudah dipakai di tempat lain, jadi tidak ditarik kembali")
    return rows


def _returned(worker: Worker, row: Row, kept: Any) -> dict[str, Any]:
    more = [runs.kept_problem(worker.importer, one) for one in row.problems]
    return {
        "id_": kept.id, "status": m.DITULIS if row.wrong else m.DIKEMBALIKAN, "masalah": [*kept.masalah, *more],
        "peringatan": kept.peringatan + len(more),
    }  # fmt: skip
