"""Who may do what: roles and their permissions, and the one way to reach a row.

Permissions and default grants are declared in code by each module. Roles are given to people in the
database, for a unit and a period; an administrator may compose further roles from declared permissions.
"""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, organisation, people
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.kernel.people import Principal

PUBLIC, SIGNED_IN = "PUBLIC", "SIGNED_IN"


@dataclass(frozen=True)
class Role:
    kode: str
    nama: str
    permissions: frozenset[str]
    given: bool = True  # False: follows from having an account or being a pegawai
    read_only: bool = False  # whoever holds it changes nothing anywhere, whatever else they hold


ROLES: dict[str, Role] = {}
PERMISSIONS: dict[str, str] = {}

activity.declare(**{"akses.ditolak": "jalur metode izin", "akses.tidak_terlihat": "jalur metode kunci"})


def permission(kode: str, nama: str, sekota: bool = False) -> str:
    """Declare a permission with the words an administrator reads. `sekota`: a role for a part does not give it."""
    PERMISSIONS[kode] = nama
    if sekota:
        people.SEKOTA.add(kode)
    return kode


def role(kode: str, nama: str, permissions: set[str], given: bool = True, read_only: bool = False) -> None:
    """Declare a role, or add a module's permissions to one that another module declared."""
    known = ROLES.get(kode)
    have = known.permissions if known else frozenset()
    only = read_only or bool(known and known.read_only)
    ROLES[kode] = Role(kode, known.nama if known else nama, have | permissions, given, only)


def only_reads(user: Principal) -> bool:
    """Holds a role for outsiders who look and change nothing."""
    return any(kode in ROLES and ROLES[kode].read_only for kode in user.roles)


def grants() -> dict[str, set[str]]:
    """Permissions of each role of the code; under "" all that are declared, for roles composed of them."""
    return {"": set(PERMISSIONS)} | {kode: set(role.permissions) for kode, role in ROLES.items()}


def fetch(rows: sa.Select[tuple[Any]], key: uuid.UUID, lock: bool = False) -> Any:
    """The one row with this key among those visible. Raises Missing, which is logged and shown as 404."""
    entity = rows.column_descriptions[0]["entity"]
    query = rows.where(entity.id == key)
    if lock:
        query = query.with_for_update(of=entity).execution_options(populate_existing=True)
    row = db.session.scalars(query).unique().first()
    if row is None:
        raise Missing()
    return row


def in_scope(table: Any, user: Principal, permission_: str) -> sa.ColumnElement[bool]:
    """Rows whose `pd_id` or `unit_id` lies in the units for which the person holds the permission."""
    units = user.units(permission_)
    if units is None:
        return sa.true()
    if not units:
        return sa.false()
    below = sa.func.array(organisation.subtree(units).scalar_subquery())  # an array, so that OR can use both indexes
    return sa.or_(table.pd_id.in_(units), table.unit_id == sa.any_(below))


permission("persetujuan.putus", "Memutuskan kiriman di kotak persetujuan")
permission("pengguna.kelola", "Mengelola pengguna dan memberi peran")
permission("log.baca", "Membaca log aktivitas")
permission("tugas.pantau", "Memantau pekerjaan latar dan kesehatan sistem")
role("pengguna", "Pengguna portal", set(), given=False)
role("atasan", "Atasan", {"persetujuan.putus"}, given=False)
role("pimpinan_pd", "Pimpinan perangkat daerah", set())  # given, or held with the seat (`people`)
role("administrator", "Administrator portal", {"pengguna.kelola", "log.baca", "tugas.pantau"})
role("bkpsdm", "BKPSDM", {"pengguna.kelola"})
role("inspektorat", "Inspektorat", {"log.baca"})
