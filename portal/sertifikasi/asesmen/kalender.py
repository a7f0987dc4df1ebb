"""Days of the LSP: deadlines that never fall on a free day."""

from datetime import date, timedelta

from portal.kernel import calendar, holidays, organisation
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.tenggat import batas


def tenggat_perbaikan(dari: date) -> date:
    """Two weeks on, or what the LSP has set; the next working day when that one is free."""
    return holidays.add_working_days(dari + timedelta(days=batas("perbaikan")), 0)


def batas_keberatan(dari: date) -> date:
    """Last day on which the asesi may object to the asesor."""
    return holidays.add_working_days(dari, batas("keberatan"))


def hari_ini() -> date:
    return organisation.today()


def waktu_sesi(sesi: a.SesiAsesmen, tuk: a.Tuk) -> str:
    """Kamis, 3 Desember 2026 pukul 09.00 sampai 12.00 WITA, as clocks show it at the venue."""
    start, end = calendar.setempat(sesi.mulai, tuk.zona), calendar.setempat(sesi.selesai, tuk.zona)
    return (
        f"{calendar.hari_tanggal(start.date())} pukul {calendar.pukul(start)} sampai {calendar.pukul(end)} "
        f"{start.tzname()}"
    )
