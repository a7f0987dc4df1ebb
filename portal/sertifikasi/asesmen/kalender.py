"""Days of the LSP: deadlines that never fall on a free day."""

from datetime import date, timedelta

from portal.kernel import holidays, organisation

REPAIR_DAYS, OBJECTION_DAYS = 14, 3


def tenggat_perbaikan(dari: date) -> date:
    """Two weeks on; the next working day when that one is free."""
    return holidays.add_working_days(dari + timedelta(days=REPAIR_DAYS), 0)


def batas_keberatan(dari: date) -> date:
    """Last day on which the asesi may object to the asesor."""
    return holidays.add_working_days(dari, OBJECTION_DAYS)


def hari_ini() -> date:
    return organisation.today()
