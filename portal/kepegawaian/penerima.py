"""Who is told about other people: accounts by what they may do, and where."""

import uuid

import sqlalchemy as sa

from portal.kernel import access, organisation
from portal.kernel.db import db
from portal.kernel.organisation import in_force
from portal.kernel.people import PenugasanPeran, Peran, User


def pembaca(*permissions: str) -> list[tuple[uuid.UUID, uuid.UUID | None]]:
    """Accounts with a role that holds one of these, and the unit it is held for; None: everywhere."""
    wanted = set(permissions)
    roles = {code for code, held in access.grants().items() if code and held & wanted}
    roles |= {one.kode for one in db.session.scalars(sa.select(Peran)) if one.kode and set(one.izin) & wanted}
    query = (
        sa.select(PenugasanPeran.user_id, PenugasanPeran.unit_id)
        .join(User, User.id == PenugasanPeran.user_id)
        .where(PenugasanPeran.peran.in_(roles), in_force(PenugasanPeran, organisation.today()), User.aktif)
    )
    return [(user_id, unit_id) for user_id, unit_id in db.session.execute(query.distinct())]
