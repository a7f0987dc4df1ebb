"""Who sees which request. What is about discipline or health is for fewer people."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import (
    LIHAT_HUKDIS,
    PENSIUN_KELOLA,
    PENSIUN_PERIKSA,
    PENSIUN_VERIFIKASI,
    SENDIRI,
    SURAT,
)
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import persetujuan
from portal.kepegawaian.pensiun.jenis import JENIS, JenisUsulan
from portal.kepegawaian.pensiun.models import DRAF, BerkasUsulan, UsulanPensiun
from portal.kepegawaian.riwayat.policies import berlaku, people_in
from portal.kernel import documents, organisation
from portal.kernel.access import in_scope
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

MEMBACA = (PENSIUN_PERIKSA, SURAT, PENSIUN_VERIFIKASI, PENSIUN_KELOLA)
RAHASIA = tuple(one.kode for one in JENIS.values() if one.rahasia)
MEDIS = ("SURAT_KESEHATAN",)


def looks_after(user: Principal, permission: str) -> sa.ColumnElement[bool]:
    """Requests of who sits today in the units of this permission, and those opened while they sat there."""
    if user.units(permission) is None:
        return sa.true()
    inside = sa.select(Pegawai.id).where(people_in(user, permission))
    return sa.or_(in_scope(UsulanPensiun, user, permission), UsulanPensiun.pegawai_id.in_(inside))


def visible_usulan(user: Principal) -> sa.Select[tuple[UsulanPensiun]]:
    """Own requests, those one wrote, those of the OPD one heads, and those of the units one looks after.

    Drafts of others are for who manages all requests.
    """
    mine: list[sa.ColumnElement[bool]] = [
        UsulanPensiun.submission_id.in_(sa.select(Submission.id).where(Submission.owner_id == user.id))
    ]
    if user.pegawai_id and user.has(SENDIRI):
        mine.append(UsulanPensiun.pegawai_id == user.pegawai_id)
        mine.append(sa.and_(UsulanPensiun.status != DRAF, persetujuan.dipimpin(user)))
    scope = [looks_after(user, one) for one in MEMBACA if user.has(one)]
    if not scope:
        return sa.select(UsulanPensiun).where(sa.or_(*mine))
    drafts = looks_after(user, PENSIUN_KELOLA) if user.has(PENSIUN_KELOLA) else sa.false()
    closed = looks_after(user, LIHAT_HUKDIS) if user.has(LIHAT_HUKDIS) else sa.false()
    others = sa.and_(
        sa.or_(*scope), sa.or_(UsulanPensiun.status != DRAF, drafts),
        sa.or_(UsulanPensiun.jenis.not_in(RAHASIA), closed),
    )  # fmt: skip
    return sa.select(UsulanPensiun).where(sa.or_(*mine, others))


def sees_medical(user: Principal, row: UsulanPensiun) -> sa.ColumnElement[bool]:
    """Papers about health: the person and who may read discipline and health."""
    if row.pegawai_id == user.pegawai_id or (user.has(LIHAT_HUKDIS) and user.units(LIHAT_HUKDIS) is None):
        return sa.true()
    if not user.has(LIHAT_HUKDIS):
        return sa.false()
    return sa.exists().where(UsulanPensiun.id == row.id, looks_after(user, LIHAT_HUKDIS))


def applicable(user: Principal) -> sa.Select[tuple[Pegawai]]:
    """Pegawai for whom this person may open a request."""
    parts = [people_in(user, one) for one in (PENSIUN_PERIKSA, PENSIUN_KELOLA) if user.has(one)]
    if user.pegawai_id and user.has(SENDIRI):
        parts.append(Pegawai.id == user.pegawai_id)
    return sa.select(Pegawai).where(sa.or_(sa.false(), *parts))


def kinds_for(user: Principal, pegawai: Pegawai | None) -> list[JenisUsulan]:
    """Kinds this person may open, in order; for oneself those one may ask for."""
    if pegawai is not None and pegawai.id == user.pegawai_id:
        return [one for one in JENIS.values() if one.pribadi and pegawai.status in one.bagi]
    kinds = [one for one in JENIS.values() if pegawai is None or pegawai.status in one.bagi]
    return [one for one in kinds if not one.rahasia or (user.has(PENSIUN_KELOLA) and user.has(LIHAT_HUKDIS))]


def holds(user: Principal, permission: str, row: UsulanPensiun) -> bool:
    """Whether this permission reaches the request now."""
    if not user.has(permission) or user.units(permission) is None:
        return user.has(permission)
    return bool(db.session.scalar(sa.select(reaches(user, permission, row))))


def reaches(user: Principal, permission: str, row: UsulanPensiun) -> sa.ColumnElement[bool]:
    """`holds` as an expression: by where the person sits today, else where they last sat."""
    if not user.has(permission):
        return sa.false()
    if user.units(permission) is None:
        return sa.true()
    seat = sa.exists().where(
        Keadaan.pegawai_id == row.pegawai_id, berlaku(organisation.today()), Keadaan.pd_id.is_not(None)
    )
    here = sa.exists().where(Pegawai.id == row.pegawai_id, people_in(user, permission))
    last = sa.and_(UsulanPensiun.id == row.id, in_scope(UsulanPensiun, user, permission))
    return sa.case((seat, here), else_=sa.exists().where(last))


@documents.visible_through
def _papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Papers of requests one sees; those about health only with the right to them."""
    rows = visible_usulan(user).with_only_columns(UsulanPensiun.id)
    file: Any = BerkasUsulan.dokumen_id
    query = sa.select(file).where(BerkasUsulan.usulan_id.in_(rows))
    if user.units(LIHAT_HUKDIS) is None:
        return query
    may = looks_after(user, LIHAT_HUKDIS) if user.has(LIHAT_HUKDIS) else sa.false()
    own = sa.select(UsulanPensiun.id).where(sa.or_(UsulanPensiun.pegawai_id == user.pegawai_id, may))
    return query.where(sa.or_(BerkasUsulan.dokumen.not_in(MEDIS), BerkasUsulan.usulan_id.in_(own)))


@documents.visible_through
def _decrees(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    return visible_usulan(user).with_only_columns(UsulanPensiun.sk_dokumen_id)
