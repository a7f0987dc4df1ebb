"""Approval by the head of the OPD, between the check of the papers and the covering letter.

Who heads the OPD on that day decides, a Plh before the definitive head, a Pj or Plt where the seat is vacant; also whom
they delegated to. What the head asked for, or what is about the head, goes to who heads the unit above. While nobody
can decide, BKPSDM does it for the OPD with a note, so that no request waits for ever. Discipline never comes here.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.aturan import DAFTAR, Aturan
from portal.kernel import approval, organisation
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied
from portal.kernel.organisation import PREFIX, SEAT_ORDER, Pegawai, Penempatan, Unit, in_force
from portal.kernel.people import Principal, User

KUNCI = "pensiun_setuju_pimpinan"
DAFTAR[KUNCI] = Aturan(
    KUNCI, "Usulan pensiun disetujui kepala perangkat daerah", "YA", "Belum ditetapkan", "",
    (("YA", "Ya"), ("TIDAK", "Tidak")),
)  # fmt: skip
SEBELUM = (m.DIAJUKAN, m.DIPERIKSA, m.DIKEMBALIKAN)  # states in which the head has yet to approve


@dataclass(frozen=True)
class Pemutus:
    """Who approves today. `user_id` is empty without an account that can sign in: then nobody does. `diwakili`: the
    person who asks may decide in their name."""

    pegawai_id: uuid.UUID
    nama: str
    sebutan: str
    jenis: str
    user_id: uuid.UUID | None
    diwakili: bool = False


def dipakai(rule: Mapping[str, Any] | None = None) -> bool:
    return bool((rule or aturan.semua(organisation.today()))[KUNCI] == "YA")


def dipakai_sql() -> sa.ColumnElement[bool]:
    return aturan.kolom(KUNCI, organisation.today()) == "YA"


def perlu(row: m.UsulanPensiun, rule: Mapping[str, Any] | None = None) -> bool:
    """Whether this request needs the head: not about discipline, and of somebody who has or had an OPD. `rule`: the
    settings, where they were read."""
    return not JENIS[row.jenis].rahasia and row.pd_id is not None and dipakai(rule)


def pemutus(row: m.UsulanPensiun, user: Principal | None = None) -> Pemutus | None:
    """Who approves this request today, one statement; None while the seat is vacant. `user`: who asks."""
    here = sa.select(Keadaan.pd_id).where(Keadaan.pegawai_id == row.pegawai_id, berlaku(organisation.today()))
    own, above = _heads(sa.func.coalesce(here.scalar_subquery(), row.pd_id), user)
    owner = db.session.get_one(Submission, row.submission_id).owner_id
    head = own[0] if own else None
    if head is not None and (head.pegawai_id == row.pegawai_id or head.user_id == owner):
        return above[0] if above else None
    return head


def _heads(unit: Any, user: Principal | None = None) -> tuple[list[Pemutus], list[Pemutus]]:
    """Who heads a unit today and who heads the one above it, each in the order of their right to decide."""
    today, here = organisation.today(), sa.orm.aliased(Unit)
    acts = User.id.in_(approval.acting_for(user.id, today)) if user else sa.false()
    query = (
        sa.select(
            Penempatan.pegawai_id, Pegawai.nama, Penempatan.jabatan, Penempatan.jenis, User.id.label("user_id"),
            sa.func.coalesce(acts, sa.false()).label("diwakili"), (Penempatan.unit_id == here.id).label("sendiri"),
        )
        .select_from(here)
        .join(Penempatan, Penempatan.unit_id == sa.any_(array([here.id, here.induk_id])))
        .join(Pegawai, Pegawai.id == Penempatan.pegawai_id)
        .outerjoin(User, sa.and_(User.pegawai_id == Pegawai.id, User.aktif))
        .where(here.id == unit, Penempatan.is_pimpinan, in_force(Penempatan, today), Pegawai.aktif)
        .order_by(sa.case(SEAT_ORDER, value=Penempatan.jenis), Penempatan.id)
    )  # fmt: skip
    own: list[Pemutus] = []
    above: list[Pemutus] = []
    for found in db.session.execute(query):
        words = f"{PREFIX.get(found.jenis, '')}{found.jabatan}"
        one = Pemutus(found.pegawai_id, found.nama, words, found.jenis, found.user_id, found.diwakili)
        (own if found.sendiri else above).append(one)
    return own, above


def akun_kepala(pd_id: uuid.UUID) -> User | None:
    """Account of who heads an OPD today."""
    own, _ = _heads(sa.literal(pd_id, sa.Uuid()))
    return db.session.get(User, own[0].user_id) if own and own[0].user_id else None


def boleh(row: m.UsulanPensiun, user: Principal, found: Pemutus | None) -> bool:
    """Whether this person is the head who decides, or decides in the head's name. `found`: who `pemutus` gave them."""
    return found is not None and row.pegawai_id != user.pegawai_id and _acts(found, user)


def _acts(found: Pemutus, user: Principal) -> bool:
    return found.user_id is not None and (found.user_id == user.id or found.diwakili)


def buntu(found: Pemutus | None) -> bool:
    """Nobody can approve today: the seat is vacant, or who holds it has no account."""
    return found is None or found.user_id is None


def siapkan(row: m.UsulanPensiun, user: Principal) -> None:
    """The case is that of the head of today for this one move. Raises Denied."""
    found = pemutus(row, user)
    if found is None or not _acts(found, user):
        raise Denied("Usulan ini diputuskan kepala perangkat daerah.")
    case = db.session.get_one(Submission, row.submission_id)
    case.assignee_id, case.sebagai = found.user_id, found.sebutan if PREFIX.get(found.jenis) else ""
    db.session.flush()


def lepaskan(row: m.UsulanPensiun) -> None:
    """After the move nobody is the decider again: tomorrow somebody else may hold the seat."""
    case = db.session.get_one(Submission, row.submission_id)
    case.assignee_id, case.sebagai = None, ""


def tuntut_perlu(row: m.UsulanPensiun) -> None:
    if not perlu(row):
        raise Conflict("Usulan ini tidak memerlukan persetujuan kepala perangkat daerah.")


def tuntut_buntu(row: m.UsulanPensiun) -> None:
    """Raises Conflict naming who is there to decide."""
    tuntut_perlu(row)
    found = pemutus(row)
    if found is not None and not buntu(found):
        raise Conflict(f"Usulan ini diputuskan {found.nama}, {found.sebutan}.")


def tuntut_disetujui(row: m.UsulanPensiun) -> None:
    if row.status == m.DIPERIKSA and perlu(row):
        raise Conflict("Usulan ini menunggu persetujuan kepala perangkat daerah.")


def belum_disetujui() -> tuple[str, ...]:
    """States of requests that no letter carries yet."""
    return SEBELUM if dipakai() else ()


def dipimpin(user: Principal) -> sa.ColumnElement[bool]:
    """Requests of the OPD this person heads today, or decides for, and those of heads one level below."""
    today, row = organisation.today(), m.UsulanPensiun
    # One array instead of an OR: the seats of a few people are found by their index.
    given = sa.select(User.pegawai_id).where(User.id.in_(approval.acting_for(user.id, today)))
    people = sa.select(sa.cast(user.pegawai_id, sa.Uuid)).union_all(given)
    mine = Penempatan.pegawai_id == sa.any_(sa.func.array(people.scalar_subquery()))
    units = sa.select(Penempatan.unit_id).where(mine, Penempatan.is_pimpinan, in_force(Penempatan, today))
    inside = sa.select(Keadaan.pegawai_id).where(Keadaan.pd_id.in_(units), berlaku(today))
    head, pd = sa.orm.aliased(Penempatan), sa.orm.aliased(Unit)
    below = (
        sa.select(head.pegawai_id)
        .join(pd, pd.id == head.unit_id)
        .where(pd.pd_id == pd.id, pd.induk_id.in_(units), head.is_pimpinan, in_force(head, today))
    )
    return sa.and_(
        row.jenis.not_in([one.kode for one in JENIS.values() if one.rahasia]),
        sa.or_(row.pd_id.in_(units), row.pegawai_id.in_(inside), row.pegawai_id.in_(below)),
    )


def menunggu(user: Principal) -> sa.ColumnElement[bool]:
    """Requests that wait for this head, for the menu."""
    row = m.UsulanPensiun
    kept = sa.and_(row.status == m.DIPERIKSA, row.pegawai_id.is_distinct_from(user.pegawai_id), dipimpin(user))
    return sa.and_(kept, dipakai_sql())
