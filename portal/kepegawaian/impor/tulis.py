"""Writing entries that a table brought, a batch at once, and taking them back. Verified ones count at once and rebuild
the projection of everybody in the batch; the others go the way of every proposal."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import KELOLA
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kernel.db import db, new_id, now
from portal.kernel.errors import Conflict
from portal.kernel.importing import Row, Run, Scope
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

LANGSUNG, USUL = r.TERVERIFIKASI, r.DIAJUKAN
Entry = tuple[Row, uuid.UUID, dict[str, Any]]
DIBATALKAN = "Impor dibatalkan"
SENDIRI = "Riwayat Anda sendiri diverifikasi orang lain. Impor barisnya sebagai usulan."


def _ways(user: Principal) -> Sequence[tuple[str, str]]:
    direct = [(LANGSUNG, "Langsung terverifikasi, sumber impor")] if user.has(KELOLA) else []
    return [(USUL, "Diajukan, menunggu verifikasi"), *direct]


SCOPE = Scope("Status riwayat", _ways, "Langsung terverifikasi hanya untuk pengelola riwayat.")


def lock(keys: Sequence[uuid.UUID]) -> None:
    """Hold these pegawai until the transaction ends, always in the same order."""
    query = sa.select(Pegawai.id).where(Pegawai.id.in_(keys)).order_by(Pegawai.id).with_for_update()
    db.session.execute(query).all()


def masuk(table: Any, entries: Sequence[Entry], run: Run) -> list[uuid.UUID]:
    """Store entries, keys in the order given. Raises Conflict when a unit would get a second head (R7)."""
    if not entries:
        return []
    lock([key for _, key, _ in entries])
    if run.scope != LANGSUNG:
        return [_propose(table, key, values, run.user) for _, key, values in entries]
    if any(services.milik_sendiri(key, run.user) for key in {key for _, key, _ in entries}):
        raise Conflict(SENDIRI)
    moment = now()
    rows = [
        {"id": new_id(), "pegawai_id": key, "sumber": r.IMPOR, "status": r.TERVERIFIKASI, "dicatat_at": moment,
         "diusulkan_oleh_id": run.user.id, "diverifikasi_oleh_id": run.user.id, **values}
        for _, key, values in entries
    ]  # fmt: skip
    db.session.execute(sa.insert(table), rows)
    return [row["id"] for row in rows]


def _propose(table: Any, key: uuid.UUID, values: dict[str, Any], user: Principal) -> uuid.UUID:
    row = table(pegawai_id=key, sumber=r.IMPOR, status=r.DRAF, diusulkan_oleh_id=user.id, **values)
    db.session.add(row)
    db.session.flush()
    services.jalankan(row, "ajukan", user)
    made: uuid.UUID = row.id
    return made


def susun(keys: Sequence[uuid.UUID]) -> None:
    """Bring the projection of the batch in line, once."""
    known = list(dict.fromkeys(keys))
    if known:
        db.session.flush()
        bangun.rebuild(known)
        bangun.tell(known)


def tarik(table: Any, rows: Sequence[Row], run: Run) -> None:
    """Cancel what these rows made; nothing is deleted, the register keeps what it knew. One that somebody has decided
    upon, replaced or cancelled since stays, and is told."""
    query = sa.select(table).where(table.id.in_([row.result for row in rows if row.result])).with_for_update()
    found = {one.id: one for one in db.session.scalars(query)}
    touched = []
    lock([one.pegawai_id for one in found.values()])
    for row in rows:
        one = found.get(row.result)
        if one is None or one.status == r.DIBATALKAN:
            continue
        if one.status == r.TERVERIFIKASI and one.submission_id is None:
            one.dicabut_at, one.status, one.alasan = now(), r.DIBATALKAN, DIBATALKAN
            touched.append(one.pegawai_id)
        elif one.status == r.DIAJUKAN:
            services.jalankan(one, "tarik", run.user)
            services.jalankan(one, "hapus_draf", run.user)
        else:
            row.add("", "E_DIPUTUS", "Riwayat ini sudah diputus atau diganti, jadi tetap")
    susun(touched)
