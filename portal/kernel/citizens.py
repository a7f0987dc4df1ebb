"""Humans with a NIK: it belongs to one Orang, lies sealed, is shown masked, and each reading in clear is logged."""

import sqlalchemy as sa

from portal.kernel import activity, sealing
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Orang
from portal.kernel.people import Principal

NIK = "nik"

activity.declare(**{"nik.dibaca": "alasan", "nik.diubah": ""})


def holder(nik: str) -> Orang | None:
    """Who has this NIK (16 digits)."""
    return db.session.scalar(sa.select(Orang).where(Orang.nik_sidik == sealing.mark(nik, NIK)))


def give_nik(orang: Orang, nik: str, by: Principal) -> None:
    """Raises Invalid when the NIK belongs to somebody else. A corrected NIK replaces the old one and is logged."""
    other = holder(nik)
    if other is not None:
        if other.id != orang.id:
            raise Invalid("nik", "NIK ini sudah terdaftar pada akun lain. Hubungi sekretariat bila ini data Anda.")
        return
    had = orang.nik_enc is not None
    orang.nik_enc, orang.nik_sidik = sealing.seal(nik, NIK), sealing.mark(nik, NIK)
    if had:
        activity.log("nik.diubah", orang, by=by)


def read_nik(orang: Orang, by: Principal, why: str) -> str:
    """In clear, "" when there is none. Whoever reads another person's leaves a line in the log with the reason."""
    if orang.nik_enc is None:
        return ""
    activity.log("nik.dibaca", orang, by=by, alasan=why)
    return sealing.unseal(orang.nik_enc, NIK)


def masked(nik: str) -> str:
    """3171************: enough to recognise, too little to use."""
    return nik[:4] + "*" * max(len(nik) - 4, 0)
