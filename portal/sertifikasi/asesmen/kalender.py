"""Days of the LSP: deadlines that never fall on a free day."""

from datetime import date, timedelta

from portal.kernel import holidays, organisation
from portal.sertifikasi.tenggat import batas


def tenggat_perbaikan(dari: date) -> date:
    """Two weeks on, or what the LSP has set; the next working day when that one is free."""
    return holidays.add_working_days(dari + timedelta(days=batas("perbaikan")), 0)


def batas_keberatan(dari: date) -> date:
    """Last day on which the asesi may object to the asesor."""
    return holidays.add_working_days(dari, batas("keberatan"))


def hari_ini() -> date:
    return organisation.today()
