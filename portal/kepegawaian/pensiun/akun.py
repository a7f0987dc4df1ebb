"""The account of who left: signs in, reads own data, changes nothing. Dated roles do it on the day, without a job."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import SENDIRI
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kernel import access, activity, organisation, people
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai, in_force
from portal.kernel.people import PenugasanPeran, Principal, User

PURNA = "purnatugas"
MOST = 500
access.role(PURNA, "Pegawai purnatugas", {SENDIRI}, given=False, read_only=True)
activity.declare(**{"kepegawaian.akun_purna": "mulai peran dasar", "kepegawaian.akun_pulih": "peran"})


def akhiri(pegawai_id: uuid.UUID, mulai: date, dasar: str, by: Principal | None = None) -> dict[str, Any]:
    """From a day on the account only reads its own data; other roles end the day before.

    Returns what was changed, as texts, so that `pulihkan` can take it back.
    """
    user_id = db.session.scalar(sa.select(User.id).where(User.pegawai_id == pegawai_id))
    if user_id is None:
        return {}
    held = sa.select(PenugasanPeran).where(
        PenugasanPeran.user_id == user_id, PenugasanPeran.mulai < mulai, PenugasanPeran.peran != PURNA,
        sa.or_(PenugasanPeran.selesai.is_(None), PenugasanPeran.selesai >= mulai),
    )  # fmt: skip
    ended = []
    for row in db.session.scalars(held):
        ended.append([str(row.id), row.selesai.isoformat() if row.selesai else ""])
        row.selesai = mulai - timedelta(days=1)
    mark = PenugasanPeran(user_id=user_id, peran=PURNA, mulai=mulai, dasar=dasar,
                          diberi_oleh_id=by.id if by else None)  # fmt: skip
    db.session.add(mark)
    db.session.flush()
    activity.log("kepegawaian.akun_purna", mark, by=by, mulai=mulai, peran=len(ended), dasar=dasar)
    people.forget(user_id)
    return {"purna": str(mark.id), "peran": ended}


def pulihkan(lama: dict[str, Any], by: Principal | None = None) -> None:
    """Take back what `akhiri` did: roles hold as they did before."""
    mark = db.session.get(PenugasanPeran, uuid.UUID(lama["purna"])) if lama.get("purna") else None
    if mark is None:
        return
    for key, until in lama.get("peran", []):
        row = db.session.get(PenugasanPeran, uuid.UUID(key))
        if row is not None:
            row.selesai = date.fromisoformat(until) if until else None
    activity.log("kepegawaian.akun_pulih", mark, by=by, peran=len(lama.get("peran", [])))
    people.forget(mark.user_id)
    db.session.delete(mark)
    db.session.flush()


def ikuti() -> int:
    """Accounts of people who have left by other ways (an import, a pull) become read-only, too; returns how many."""
    today = organisation.today()
    marked = sa.select(PenugasanPeran.user_id).where(PenugasanPeran.peran == PURNA, in_force(PenugasanPeran, today))
    query = (
        sa.select(User.pegawai_id, Keadaan.mulai)
        .join(Pegawai, Pegawai.id == User.pegawai_id)
        .join(Keadaan, sa.and_(Keadaan.pegawai_id == Pegawai.id, berlaku(today)))
        .where(~Pegawai.aktif, Keadaan.kelompok == BERHENTI, User.id.not_in(marked))
        .limit(MOST)
    )
    rows = db.session.execute(query).all()
    for pegawai_id, since in rows:
        akhiri(pegawai_id, since, "Berhenti menurut riwayat kedudukan")
    return len(rows)
