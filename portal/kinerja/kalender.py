"""Deadlines of a month: when a pegawai may still send, when the penilai must have decided, when it locks."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from portal.kernel import calendar, holidays
from portal.kernel.db import db, now
from portal.kernel.storage import config
from portal.kinerja.models import JadwalKunci, KinerjaBulanan
from portal.kinerja.settings import Aturan, aturan


@dataclass(frozen=True)
class Jadwal:
    """`kunci_at` is an instant (UTC); the dates count whole days in the city's zone."""

    buka: date
    batas_pegawai: date
    batas_penilai: date
    kunci_at: datetime

    def is_locked(self, bulan: KinerjaBulanan | None = None) -> bool:
        if bulan is not None and bulan.dibuka_sampai and now() < bulan.dibuka_sampai:
            return False
        return now() >= self.kunci_at


def hari_ini() -> date:
    return calendar.setempat(now(), config().zona).date()


def first_of_next(tahun: int, bulan: int) -> date:
    return date(tahun + bulan // 12, bulan % 12 + 1, 1)


def default_jadwal(tahun: int, bulan: int, rules: Aturan) -> Jadwal:
    following = first_of_next(tahun, bulan)
    penilai = following.replace(day=rules.hari_penilai)
    return Jadwal(date(tahun, bulan, 1), following.replace(day=rules.hari_pegawai), penilai, end_of(penilai))


def end_of(day: date) -> datetime:
    """The instant a day ends in the city's zone."""
    midnight = datetime.combine(day + timedelta(days=1), time(), calendar.zona_waktu(config().zona))
    return midnight.astimezone(now().tzinfo)


def jadwal(tahun: int, bulan: int, pd_id: uuid.UUID | None) -> Jadwal:
    """The PD's exception if it has one, else the month's row, else the defaults of the year."""
    query = (
        sa.select(JadwalKunci)
        .where(JadwalKunci.tahun == tahun, JadwalKunci.bulan == bulan)
        .where(sa.or_(JadwalKunci.pd_id == pd_id, JadwalKunci.pd_id.is_(None)))
        .order_by(JadwalKunci.pd_id.is_(None))
        .limit(1)
    )
    row = db.session.scalars(query).first()
    if row is None:
        return default_jadwal(tahun, bulan, aturan(tahun))
    return Jadwal(row.buka, row.batas_pegawai, row.batas_penilai, row.kunci_at)


def repair_until(returned: date, plan: Jadwal, rules: Aturan, unit_id: uuid.UUID | None = None) -> date:
    """After a return: what is left of the window, or two working days of that unit if that is longer."""
    return max(plan.batas_pegawai, holidays.add_working_days(returned, rules.hari_kerja_perbaikan, unit_id))


def may_send_until(bulan: KinerjaBulanan, plan: Jadwal) -> date:
    if bulan.dibuka_sampai:
        return calendar.setempat(bulan.dibuka_sampai, config().zona).date()
    return max(plan.batas_pegawai, bulan.batas_perbaikan or plan.batas_pegawai)
