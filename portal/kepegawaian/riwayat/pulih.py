"""A correction that is withdrawn gives way to the entry it had replaced (R12): that one holds again, as a new row.

The row that was replaced keeps its times, so that what the register knew on a day stays as it was.
"""

from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import akibat, alur, berkas, jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel import activity
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.people import Principal

SENDIRI = {"id", "dibuat_at", "diubah_at", "versi", "status", "alasan", "dicatat_at", "dicabut_at", "submission_id",
           "siasn_id", "berlaku", "diusulkan_oleh_id"}  # fmt: skip
ALASAN = "Berlaku lagi: penggantinya dibatalkan"  # why such a row exists
activity.declare(**{"kepegawaian.riwayat_dibuka_lagi": "jenis"})


def digantikan(row: Any) -> Any:
    """The entry that holds again once this one is cancelled; None where there is none, or what made it is gone."""
    table = type(row)
    old = db.session.get(table, row.menggantikan_id) if row.menggantikan_id else None
    return old if old is not None and old.status == r.DIGANTI and _origin_holds(old) else None


def _origin_holds(old: Any) -> bool:
    """An entry that another one made goes with it; a request that made it is no entry."""
    for table in r.TABEL.values() if old.asal_id else ():
        status = db.session.scalar(sa.select(table.status).where(table.id == old.asal_id))
        if status is not None:
            return status == r.TERVERIFIKASI
    return True


def kabar(row: Any) -> str:
    """What the cancelling of this entry did to the one it had replaced, as a sentence; empty when it replaced none."""
    if row.menggantikan_id is None:
        return ""
    table = type(row)
    again = sa.select(table.id).where(
        table.pegawai_id == row.pegawai_id, table.status == r.TERVERIFIKASI, table.dicatat_at == row.dicabut_at,
        table.alasan == ALASAN,
    )  # fmt: skip
    if db.session.scalar(again.limit(1)) is not None:
        return "Riwayat yang digantikannya berlaku lagi."
    return "Riwayat yang digantikannya tidak dapat berlaku lagi: tempatnya sudah terisi. Periksa riwayat pegawai ini."


@alur.after("dicabut")
def _reopen(row: Any, user: Principal, why: str) -> None:
    """Before the projection follows: without either row an earlier seat would run on and meet its new holder."""
    old = digantikan(row)
    if old is None:
        return
    try:
        with db.session.begin_nested():
            _again(old, row, user)
    except (Conflict, sa.exc.IntegrityError):  # its day or its seat is somebody else's by now: it stays closed
        db.session.refresh(row)


def _again(old: Any, row: Any, user: Principal) -> None:
    """Raises Conflict."""
    names = {one.key for one in sa.inspect(old).mapper.column_attrs} - SENDIRI
    siasn_id, row.siasn_id = row.siasn_id, None
    db.session.flush()
    made = type(old)(**{name: getattr(old, name) for name in names}, siasn_id=siasn_id, status=r.TERVERIFIKASI,
                     dicatat_at=row.dicabut_at, alasan=ALASAN, diusulkan_oleh_id=user.id)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    berkas.salin(old, made, user)
    akibat.berlakukan(made, user, (row,))
    services.terapkan(made)
    activity.log("kepegawaian.riwayat_dibuka_lagi", made, by=user, jenis=jenis.of(made).kode)
