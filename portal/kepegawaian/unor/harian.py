"""Versions of units that have begun reach the kernel's rows, also after days on which no job ran."""

import uuid

import sqlalchemy as sa

from portal.kepegawaian.unor import rencana
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import jobs, organisation, people
from portal.kernel.db import commit, db
from portal.kernel.organisation import Unit


def behind() -> sa.Select[tuple[uuid.UUID]]:
    """Units whose row does not show the version of today."""
    differs = sa.or_(*(getattr(Unit, name).is_distinct_from(getattr(UnorVersi, name)) for name in rencana.TAMPAK))
    query = sa.select(UnorVersi.unit_id).join(Unit, Unit.id == UnorVersi.unit_id)
    return query.where(organisation.in_force(UnorVersi, organisation.today()), differs)


@jobs.every(3600, "Terapkan perubahan unit yang mulai berlaku")
@jobs.kind("kepegawaian-unor", antrean="panjang")
def follow_versions(job: jobs.Job) -> None:
    units = set(db.session.scalars(behind()))
    if units:
        rencana.follow_today(units)
        people.forget_everyone()
    commit()
