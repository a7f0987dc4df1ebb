"""Giving, checking and taking back keys."""

import hashlib
import secrets
import uuid
from datetime import date, timedelta

import sqlalchemy as sa

from portal.kepegawaian.api.models import KunciApi
from portal.kernel import activity, organisation
from portal.kernel.db import db, new_id, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal, User
from portal.kernel.storage import redis

BIDANG = {
    "DASAR": "NIP, nama, jabatan, unit, golongan, atasan", "LAHIR": "Tanggal lahir dan jenis kelamin",
    "KONTAK": "Telepon dan surel dinas", "PENSIUN": "BUP dan TMT pensiun",
}  # fmt: skip
LONGEST, PER_MINUTE = timedelta(days=366), 600
PREFIX = "pmg_"

activity.declare(**{
    "kepegawaian.kunci_diberi": "nama bidang selesai", "kepegawaian.kunci_dicabut": "nama",
    "kepegawaian.kunci_dipakai": "nama jalur tanggal baris",
})  # fmt: skip


def beri(
    nama: str, penanggung_jawab: str, dasar: str, bidang: list[str], pd_id: uuid.UUID | None, selesai: date,
    user: Principal, id: uuid.UUID | None = None,
) -> tuple[KunciApi, str]:  # fmt: skip
    """A new key and its text, which is shown once and kept nowhere. `id`: of the form, which gives one key.

    Raises Conflict, Invalid.
    """
    today = organisation.today()
    if id is not None:
        db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())  # two clicks wait here
        if db.session.get(KunciApi, id) is not None:
            raise Conflict("Kunci ini sudah dibuat.", "Bila belum tercatat, cabut kunci itu lalu beri yang baru.")
    if not today <= selesai <= today + LONGEST:
        raise Invalid("selesai", "Berlaku sampai: paling lama satu tahun dari hari ini")
    chosen = [one for one in BIDANG if one in bidang]
    if "DASAR" not in chosen:
        chosen.insert(0, "DASAR")
    text = PREFIX + secrets.token_urlsafe(32)
    row = KunciApi(
        id=id or new_id(),
        nama=nama, penanggung_jawab=penanggung_jawab, dasar=dasar, awalan=text[:10], sidik=_digest(text),
        bidang=chosen, pd_id=pd_id, mulai=today, selesai=selesai, dibuat_oleh_id=user.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    activity.log("kepegawaian.kunci_diberi", row, by=user, nama=nama, bidang=chosen, selesai=selesai)
    return row, text


def cabut(row: KunciApi, user: Principal) -> None:
    if row.dicabut_at:
        raise Conflict("Kunci ini sudah dicabut.")
    row.dicabut_at = now()
    activity.log("kepegawaian.kunci_dicabut", row, by=user, nama=row.nama)


def kenali(text: str) -> KunciApi | None:
    """The key in force behind a text, None for any other."""
    if not text.startswith(PREFIX) or len(text) > 80:
        return None
    today = organisation.today()
    query = sa.select(KunciApi).where(
        KunciApi.sidik == _digest(text), KunciApi.dicabut_at.is_(None), KunciApi.mulai <= today,
        KunciApi.selesai >= today,
    )  # fmt: skip
    return db.session.scalars(query).first()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def terlalu_sering(row: KunciApi) -> bool:
    """More than PER_MINUTE calls in this minute."""
    key = f"api:{row.id.hex}:{int(now().timestamp()) // 60}"
    pipe = redis().pipeline(transaction=False)
    pipe.incr(key)
    pipe.expire(key, 120)
    return int(pipe.execute()[0]) > PER_MINUTE


def menunggu() -> int:
    """Seconds until the next minute begins."""
    return 60 - int(now().timestamp()) % 60
