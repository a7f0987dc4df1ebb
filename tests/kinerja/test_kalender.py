"""Deadlines of a month."""

from datetime import date

from flask import Flask

from portal.kernel import holidays
from portal.kinerja import kalender
from portal.kinerja.settings import Aturan
from tests.kernel.factories import UnitFactory


def test_days_for_a_repair_are_working_days(app: Flask) -> None:
    plan = kalender.default_jadwal(2026, 11, Aturan())
    late = date(2026, 12, 23)  # a Wednesday; the 24th and 25th are free days, then a weekend
    assert kalender.repair_until(late, plan, Aturan()) == date(2026, 12, 29)
    unit = UnitFactory()
    holidays.add(date(2026, 12, 29), "Hari jadi kota", holidays.LOKAL, unit.id, "SK Wali Kota")
    holidays._held.clear()
    assert kalender.repair_until(late, plan, Aturan(), unit.id) == date(2026, 12, 30)
    assert kalender.repair_until(late, plan, Aturan()) == date(2026, 12, 29)


def test_a_window_that_is_longer_stays(app: Flask) -> None:
    plan = kalender.default_jadwal(2026, 11, Aturan())
    assert kalender.repair_until(date(2026, 11, 3), plan, Aturan()) == plan.batas_pegawai
