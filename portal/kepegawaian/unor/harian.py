"""Versions of units that begin today reach the kernel's rows."""

import sqlalchemy as sa

from portal.kepegawaian.unor import rencana
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import jobs, organisation, people
from portal.kernel.db import commit, db


@jobs.every(3600, "Terapkan perubahan unit yang mulai berlaku")
@jobs.kind("kepegawaian-unor", antrean="panjang")
def follow_versions(job: jobs.Job) -> None:
    begun = sa.select(UnorVersi.unit_id).where(
        UnorVersi.mulai.between(organisation.today() - rencana.HARI, organisation.today())
    )
    units = set(db.session.scalars(begun))
    if units:
        rencana.follow_today(units)
        people.forget_everyone()
    commit()
