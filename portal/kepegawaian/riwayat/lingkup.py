"""Whose office a waiting proposal belongs to: that of the seat of today, also when the pegawai has moved meanwhile."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku, people_in
from portal.kernel import jobs, organisation
from portal.kernel.access import in_scope
from portal.kernel.approval import Submission
from portal.kernel.db import commit, db
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

MENUNGGU = (r.DIAJUKAN, r.DIPERIKSA)  # as the partial indexes have it


def ikuti(keys: Sequence[uuid.UUID] | None = None, tables: Iterable[Any] = tuple(r.TABEL.values())) -> int:
    """Waiting cases of everybody, or all open ones of these pegawai, go to the office of the seat of today; who sits
    nowhere stays with the last one. Returns how many moved."""
    here = sa.and_(berlaku(organisation.today()), Keadaan.pd_id.is_not(None))
    moved = sa.or_(
        Submission.pd_id.is_distinct_from(Keadaan.pd_id), Submission.unit_id.is_distinct_from(Keadaan.unit_id)
    )
    count = 0
    for table in tables:
        states = table.status.in_(MENUNGGU if keys is None else (*MENUNGGU, r.DIKEMBALIKAN, r.DRAF))
        whose = sa.true() if keys is None else table.pegawai_id.in_(keys)
        seat = sa.and_(Keadaan.pegawai_id == table.pegawai_id, here)
        change = sa.update(Submission).where(table.submission_id == Submission.id, states, whose, seat, moved)
        found: Any = db.session.execute(change.values(unit_id=Keadaan.unit_id, pd_id=Keadaan.pd_id))
        count += found.rowcount
    return count


def dalam(user: Principal, permission: str, row: Any, case: Submission) -> bool:
    """Whether the permission reaches the pegawai of an entry: by the seat of today, else by that of its case."""
    if user.units(permission) is None:
        return user.has(permission)
    seat = sa.exists().where(
        Keadaan.pegawai_id == row.pegawai_id, berlaku(organisation.today()), Keadaan.pd_id.is_not(None)
    )
    here = sa.exists().where(Pegawai.id == row.pegawai_id, people_in(user, permission))
    last = sa.exists().where(Submission.id == case.id, in_scope(Submission, user, permission))
    return bool(db.session.scalar(sa.select(sa.case((seat, here), else_=last))))


@jobs.every(3600, "Ikutkan usulan riwayat yang pegawainya pindah")
@jobs.kind("kepegawaian-lingkup", antrean="panjang")
def follow(job: jobs.Job) -> None:
    job.rincian = f"{ikuti()} usulan berpindah perangkat daerah"
    commit()
