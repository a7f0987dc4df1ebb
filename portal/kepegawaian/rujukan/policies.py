"""Reference rows and settings are read and changed by the same few people."""

from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import RUJUKAN
from portal.kepegawaian.rujukan.models import Jabatan, Jenjang, Kedudukan, SubJabatan
from portal.kernel.people import Principal


def _all(table: Any, user: Principal) -> Any:
    return sa.select(table).where(sa.true() if user.has(RUJUKAN) else sa.false())


def visible_jenjang(user: Principal) -> sa.Select[tuple[Jenjang]]:
    found: sa.Select[tuple[Jenjang]] = _all(Jenjang, user)
    return found


def visible_kedudukan(user: Principal) -> sa.Select[tuple[Kedudukan]]:
    found: sa.Select[tuple[Kedudukan]] = _all(Kedudukan, user)
    return found


def visible_jabatan(user: Principal) -> sa.Select[tuple[Jabatan]]:
    found: sa.Select[tuple[Jabatan]] = _all(Jabatan, user)
    return found


def visible_sub_jabatan(user: Principal) -> sa.Select[tuple[SubJabatan]]:
    found: sa.Select[tuple[SubJabatan]] = _all(SubJabatan, user)
    return found
