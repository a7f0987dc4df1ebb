"""An asesi reaches their own cases and files, nothing else. Readers of other features declare their own rules."""

import sqlalchemy as sa

from portal.kernel.people import Principal
from portal.sertifikasi.saya.models import BerkasAsesi, Permohonan


def own_cases(user: Principal) -> sa.Select[tuple[Permohonan]]:
    return sa.select(Permohonan).where(Permohonan.user_id == user.id)


def own_files(user: Principal) -> sa.Select[tuple[BerkasAsesi]]:
    return sa.select(BerkasAsesi).where(BerkasAsesi.user_id == user.id)
