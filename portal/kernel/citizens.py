"""Humans with a NIK: it belongs to one Orang, lies sealed, is shown masked, and each reading in clear is logged."""

import uuid
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from portal.kernel import activity, sealing
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Orang
from portal.kernel.people import Principal
from portal.kernel.storage import redis

NIK = "nik"
TRIES: Final = 5  # different NIK that one account may ask about in a day
DAY: Final = timedelta(days=1)

activity.declare(**{"nik.dibaca": "alasan", "nik.diubah": ""})


def holder(nik: str) -> Orang | None:
    """Who has this NIK (16 digits)."""
    return db.session.scalar(sa.select(Orang).where(Orang.nik_sidik == sealing.mark(nik, NIK)))


def asked_too_often(nik: str, user_id: uuid.UUID) -> bool:
    """Count this NIK among those the account asked about since the first of a day; asking again about one is free.

    What `holder` answers tells who is registered, so nobody may go through a list."""
    key, asked = f"nik:{user_id.hex}", sealing.mark(nik, f"tanya {NIK}")
    pipe = redis().pipeline()
    pipe.sadd(key, asked)
    pipe.expire(key, DAY, nx=True)
    pipe.scard(key)
    new, _, many = pipe.execute()
    if not new or int(many) <= TRIES:
        return False
    redis().srem(key, asked)
    return True


def give_nik(orang: Orang, nik: str, by: Principal) -> bool:
    """True when it took the place of another one, which is logged. Raises Invalid when it is somebody else's."""
    other = holder(nik)
    if other is not None:
        if other.id != orang.id:
            raise Invalid("nik", "NIK ini sudah terdaftar pada akun lain. Hubungi sekretariat bila ini data Anda.")
        return False
    had = orang.nik_enc is not None
    orang.nik_enc, orang.nik_sidik = sealing.seal(nik, NIK), sealing.mark(nik, NIK)
    if had:
        activity.log("nik.diubah", orang, by=by)
    return had


def read_nik(orang: Orang, by: Principal, why: str) -> str:
    """In clear, "" when there is none. Whoever reads another person's leaves a line in the log with the reason."""
    if orang.nik_enc is None:
        return ""
    activity.log("nik.dibaca", orang, by=by, alasan=why)
    return sealing.unseal(orang.nik_enc, NIK)


def masked(nik: str) -> str:
    """3171************: enough to recognise, too little to use."""
    return nik[:4] + "*" * max(len(nik) - 4, 0)
