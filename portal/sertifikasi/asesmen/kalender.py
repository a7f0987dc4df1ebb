"""Days of the LSP: working days without public holidays, deadlines that never fall on a free day."""

from datetime import date, timedelta

from portal.kernel import calendar, organisation

REPAIR_DAYS, OBJECTION_DAYS = 14, 3
_FIXED = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
# Movable holidays by the joint decree of three ministers; a year that is not here has only the fixed ones.
_MOVABLE = {
    2026: ((1, 16), (2, 17), (3, 19), (3, 21), (3, 22), (4, 3), (4, 5), (5, 14), (5, 27), (5, 31), (6, 16), (8, 25)),
}


def libur(*years: int) -> frozenset[date]:
    return frozenset(date(year, *day) for year in years for day in (*_FIXED, *_MOVABLE.get(year, ())))


def tenggat_perbaikan(dari: date) -> date:
    """Two weeks on; the next working day when that one is free."""
    return calendar.tambah_hari_kerja(dari + timedelta(days=REPAIR_DAYS), 0, libur(dari.year, dari.year + 1))


def batas_keberatan(dari: date) -> date:
    """Last day on which the asesi may object to the asesor."""
    return calendar.tambah_hari_kerja(dari, OBJECTION_DAYS, libur(dari.year, dari.year + 1))


def hari_ini() -> date:
    return organisation.today()
