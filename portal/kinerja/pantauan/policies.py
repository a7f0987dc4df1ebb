"""Whose months and whose report a person may see (table 4.4 of the domain reference, rows "state" and "report")."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db
from portal.kernel.organisation import KETUA_TIM, Pegawai, Penempatan, PenugasanAtasan, in_force
from portal.kernel.people import Principal
from portal.kinerja import BUKA_KUNCI, LIHAT_ISI, LIHAT_NILAI, PANTAU, kalender
from portal.kinerja.bulanan.policies import monitored_skp
from portal.kinerja.models import DITETAPKAN, Evaluasi, KinerjaBulanan, Skp

IN_FORCE = [DITETAPKAN, "REVISI_DIMINTA", "DITUTUP"]


def skp_of_month(user: Principal, tahun: int, bulan: int) -> sa.Select[tuple[Skp]]:
    """SKP in force in a month of people this person monitors."""
    first = date(tahun, bulan, 1)
    return sa.select(Skp).where(
        Skp.tahun == tahun, Skp.status.in_(IN_FORCE), Skp.mulai < kalender.first_of_next(tahun, bulan),
        Skp.selesai >= first, monitored_skp(user),
    )  # fmt: skip


def monitored(user: Principal) -> sa.Select[tuple[Skp]]:
    return sa.select(Skp).where(Skp.status.in_(IN_FORCE), monitored_skp(user))


def unlockable(user: Principal) -> sa.Select[tuple[Skp]]:
    """SKP whose locked months this person may open."""
    return sa.select(Skp).where(Skp.status.in_(IN_FORCE), in_scope(Skp, user, BUKA_KUNCI))


def sees_predikat(user: Principal) -> sa.ColumnElement[bool]:
    """An admin of the PD the predikat only, BKPSDM and inspektorat all of the evaluation."""
    return sa.or_(in_scope(Skp, user, LIHAT_NILAI), in_scope(Skp, user, LIHAT_ISI))


def is_delivered() -> sa.ColumnElement[bool]:
    """An evaluation that left the penilai's desk, or one that the lock made."""
    return sa.or_(Evaluasi.status != "DRAF", Evaluasi.sementara, Evaluasi.predikat == "TIDAK_LAPOR")


def headed(user: Principal) -> list[uuid.UUID]:
    """Units this person heads today, in any capacity."""
    if user.pegawai_id is None:
        return []
    query = sa.select(Penempatan.unit_id).where(
        Penempatan.pegawai_id == user.pegawai_id, Penempatan.is_pimpinan, in_force(Penempatan, kalender.hari_ini())
    )
    return list(db.session.scalars(query))


def _below(user: Principal, units: list[uuid.UUID]) -> list[sa.Select[tuple[uuid.UUID]]]:
    """People under this person today: in the units headed and all below, and those put under them by hand."""
    if user.pegawai_id is None:
        return []
    today = kalender.hari_ini()
    decides = sa.and_(PenugasanAtasan.jenis != KETUA_TIM, in_force(PenugasanAtasan, today))
    by_hand = sa.select(PenugasanAtasan.pegawai_id).where(PenugasanAtasan.atasan_id == user.pegawai_id, decides)
    if not units:
        return [by_hand]
    beside = sa.and_(Penempatan.unit_id.in_(units), Penempatan.is_pimpinan)  # who heads the same unit is no subordinate
    seats = sa.select(Penempatan.pegawai_id).where(
        Penempatan.unit_id.in_(organisation.subtree(units)), ~beside, in_force(Penempatan, today)
    )
    return [seats, by_hand]


def _rated(user: Principal, column: Any) -> list[sa.Select[tuple[uuid.UUID]]]:
    """Periods under this person, also after either of them moved on."""
    if user.pegawai_id is None:
        return []
    mine = (KinerjaBulanan.penilai_id, KinerjaBulanan.atasan_penilai_id)
    return [sa.select(column).where(who == user.pegawai_id) for who in mine]


def visible_skp(user: Principal) -> sa.Select[tuple[Skp]]:
    """SKP whose figures may stand in a report: own, under this person then or now, or by permission for the unit."""
    units = headed(user)
    parts: list[sa.ColumnElement[bool]] = [Skp.id.in_(rows) for rows in _rated(user, KinerjaBulanan.skp_id)]
    if user.pegawai_id:
        parts.append(Skp.pegawai_id == user.pegawai_id)
    if units:
        parts.append(sa.and_(Skp.unit_id.in_(organisation.subtree(units)), _is_below(user, units)))
    parts += [sa.and_(Skp.pegawai_id.in_(rows), Skp.selesai >= kalender.hari_ini()) for rows in _below(user, units)]
    parts += [in_scope(Skp, user, PANTAU), in_scope(Skp, user, LIHAT_NILAI)]
    return sa.select(Skp).where(sa.or_(*parts))


def _is_below(user: Principal, units: list[uuid.UUID]) -> sa.ColumnElement[bool]:
    """Not the SKP of somebody who heads the very unit, as a colleague or predecessor does."""
    heads = sa.select(Penempatan.pegawai_id).where(Penempatan.unit_id.in_(units), Penempatan.is_pimpinan)
    return sa.or_(Skp.unit_id.not_in(units), Skp.pegawai_id.not_in(heads))


def visible_orang(user: Principal) -> sa.Select[tuple[Pegawai]]:
    """People whose report this person may open."""
    skp = visible_skp(user).with_only_columns(Skp.pegawai_id)
    parts: list[sa.ColumnElement[bool]] = [Pegawai.id.in_(rows) for rows in [skp, *_below(user, headed(user))]]
    if user.pegawai_id:
        parts.append(Pegawai.id == user.pegawai_id)
    return sa.select(Pegawai).where(sa.or_(*parts))
