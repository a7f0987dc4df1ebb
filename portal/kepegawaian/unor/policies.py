"""Who may see the tree with its versions and the plans: those who keep it."""

import sqlalchemy as sa

from portal.kepegawaian import UNOR
from portal.kepegawaian.unor.models import UsulUnor
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal


def visible_units(user: Principal) -> sa.Select[tuple[Unit]]:
    return sa.select(Unit).where(sa.true() if user.has(UNOR) else sa.false())


def visible_plans(user: Principal) -> sa.Select[tuple[UsulUnor]]:
    return sa.select(UsulUnor).where(sa.true() if user.has(UNOR) else sa.false())
