"""The way of a proposed entry: who may do what to it, and what follows in the same transaction."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import KELOLA, PERIKSA, VERIFIKASI
from portal.kepegawaian.riwayat import models as r
from portal.kernel import notices
from portal.kernel.approval import OPTIONAL, OWNER, REQUIRED, Flow, Move, Submission
from portal.kernel.db import db
from portal.kernel.people import Principal

RIWAYAT = "kepegawaian.riwayat"
Act = Callable[[Any, Principal, str], None]
# By name of the move: what services and other features add. "dicabut": once an entry is withdrawn, before the
# projection follows.
AFTER: dict[str, list[Act]] = {}


def subject(submission: Submission) -> Any:
    """The entry of a case; `rincian` of the case names its table."""
    table: Any = r.TABEL[submission.rincian]
    return db.session.scalars(sa.select(table).where(table.submission_id == submission.id)).one()


def after(name: str) -> Callable[[Act], Act]:
    def keep(act: Act) -> Act:
        AFTER.setdefault(name, []).append(act)
        return act

    return keep


def _move(
    name: str, label: str, sources: set[str], target: str, by: str, note: str = OPTIONAL, tell: str = ""
) -> Move:  # fmt: skip
    def then(row: Any, user: Principal, why: str) -> None:
        with db.session.no_autoflush:  # a state is written together with the moment it goes with
            row.status, row.alasan = target, why
            for act in AFTER.get(name, []):
                act(row, user, why)
        if tell and row.diusulkan_oleh_id:
            url = f"/kepegawaian/pegawai/{row.pegawai_id}/riwayat/{row.__tablename__}/{row.id}"
            notices.notify(row.diusulkan_oleh_id, tell, why, url)

    return Move(name, label, frozenset(sources), target, by, note=note, then=then)


FLOW = Flow(
    RIWAYAT,
    "Riwayat kepegawaian",
    subject=subject,
    moves=(
        _move("ajukan", "Ajukan", {r.DRAF, r.DIKEMBALIKAN}, r.DIAJUKAN, OWNER),
        _move("tarik", "Tarik", {r.DIAJUKAN}, r.DRAF, OWNER),
        _move("periksa", "Berkas sesuai", {r.DIAJUKAN}, r.DIPERIKSA, PERIKSA),
        _move("kembalikan", "Kembalikan", {r.DIAJUKAN, r.DIPERIKSA}, r.DIKEMBALIKAN, VERIFIKASI, REQUIRED,
              "Usulan riwayat perlu diperbaiki"),
        _move("kembalikan_opd", "Kembalikan", {r.DIAJUKAN}, r.DIKEMBALIKAN, PERIKSA, REQUIRED,
              "Usulan riwayat perlu diperbaiki"),
        _move("verifikasi", "Verifikasi", {r.DIAJUKAN, r.DIPERIKSA}, r.TERVERIFIKASI, VERIFIKASI,
              tell="Riwayat sudah terverifikasi"),
        _move("tolak", "Tolak", {r.DIAJUKAN, r.DIPERIKSA}, r.DITOLAK, VERIFIKASI, REQUIRED,
              "Usulan riwayat ditolak"),
        _move("batalkan", "Batalkan", {r.TERVERIFIKASI}, r.DIBATALKAN, KELOLA, REQUIRED, "Riwayat dibatalkan"),
        _move("hapus_draf", "Hapus", {r.DRAF, r.DIKEMBALIKAN}, r.DIBATALKAN, OWNER),
    ),
)  # fmt: skip
