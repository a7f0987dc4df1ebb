"""Approval by the head of the OPD, between the check of the papers and the covering letter.

Who heads the OPD on that day decides, a Plh before the definitive head, a Pj or Plt where the seat is vacant; also whom
they delegated to. What the head asked for, or what is about the head, goes to who heads the unit above. While nobody
can decide, BKPSDM does it for the OPD with a note, so that no request waits for ever. Discipline never comes here.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

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
    """Who approves today. `user_id` is empty without an account that can sign in: then nobody does."""

    pegawai_id: uuid.UUID
    nama: str
    sebutan: str
    jenis: str
    user_id: uuid.UUID | None


def dipakai() -> bool:
    return bool(aturan.nilai(KUNCI, organisation.today()) == "YA")


def dipakai_sql() -> sa.ColumnElement[bool]:
    return aturan.kolom(KUNCI, organisation.today()) == "YA"


def perlu(row: m.UsulanPensiun) -> bool:
    """Whether this request needs the head: not about discipline, and of somebody who has or had an OPD."""
    return not JENIS[row.jenis].rahasia and row.pd_id is not None and dipakai()


def pemutus(row: m.UsulanPensiun) -> Pemutus | None:
    """Who approves this request today; None while the seat is vacant."""
    today = organisation.today()
    here = sa.select(Keadaan.pd_id).where(Keadaan.pegawai_id == row.pegawai_id, berlaku(today))
    pd_id = db.session.scalar(here) or row.pd_id
    head = _head(sa.literal(pd_id, sa.Uuid()), today)
    owner = db.session.scalar(sa.select(Submission.owner_id).where(Submission.id == row.submission_id))
    if head is not None and (head.pegawai_id == row.pegawai_id or head.user_id == owner):
        return _head(sa.select(Unit.induk_id).where(Unit.id == pd_id).scalar_subquery(), today)
    return head


def _head(unit: Any, on: date) -> Pemutus | None:
    query = (
        sa.select(Penempatan.pegawai_id, Pegawai.nama, Penempatan.jabatan, Penempatan.jenis, User.id.label("user_id"))
        .join(Pegawai, Pegawai.id == Penempatan.pegawai_id)
        .outerjoin(User, sa.and_(User.pegawai_id == Pegawai.id, User.aktif))
        .where(Penempatan.unit_id == unit, Penempatan.is_pimpinan, in_force(Penempatan, on), Pegawai.aktif)
        .order_by(sa.case(SEAT_ORDER, value=Penempatan.jenis), Penempatan.id)
    )
    found = db.session.execute(query.limit(1)).first()
    if found is None:
        return None
    words = f"{PREFIX.get(found.jenis, '')}{found.jabatan}"
    return Pemutus(found.pegawai_id, found.nama, words, found.jenis, found.user_id)


def akun_kepala(pd_id: uuid.UUID) -> User | None:
    """Account of who heads an OPD today."""
    head = _head(sa.literal(pd_id, sa.Uuid()), organisation.today())
    return db.session.get(User, head.user_id) if head and head.user_id else None


def boleh(row: m.UsulanPensiun, user: Principal) -> bool:
    """Whether this person is the head who decides, or decides in the head's name."""
    found = pemutus(row)
    return found is not None and row.pegawai_id != user.pegawai_id and _acts(found, user)


def _acts(found: Pemutus, user: Principal) -> bool:
    if found.user_id is None or found.user_id == user.id:
        return found.user_id is not None
    given = approval.acting_for(user.id, organisation.today())
    return found.user_id in db.session.scalars(given).all()


def buntu(row: m.UsulanPensiun) -> bool:
    """Nobody can approve today: the seat is vacant, or who holds it has no account."""
    found = pemutus(row)
    return found is None or found.user_id is None


def siapkan(row: m.UsulanPensiun, user: Principal) -> None:
    """The case is that of the head of today for this one move. Raises Denied."""
    found = pemutus(row)
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
    if found is not None and found.user_id is not None:
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
