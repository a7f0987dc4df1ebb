"""Settings of the synchronisation, the pasted token, and who owns which field."""

import base64
import binascii
import json
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from portal.kepegawaian.siasn import models as m
from portal.kernel import activity, numbers, sealing
from portal.kernel.calendar import setempat
from portal.kernel.db import db, new_id, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal
from portal.kernel.storage import config

APIM, SSO = "siasn apim", "siasn sso"
LAMA_TOKEN, PALING_LAMA = timedelta(hours=12), timedelta(days=2)
LAMA_PUTUS, PUTUS_MAKS = timedelta(minutes=5), timedelta(hours=2)
LAJU_MAKS = Decimal(10)

activity.declare(**{
    "kepegawaian.siasn_setelan": "berubah", "kepegawaian.siasn_token": "kedaluwarsa alasan",
    "kepegawaian.siasn_pemilik": "jenis medan pemilik",
})  # fmt: skip


def ambil() -> m.Setelan:
    """The one row; made with its defaults the first time."""
    row = db.session.scalars(sa.select(m.Setelan)).first()
    if row is None:
        fresh = insert(m.Setelan).values(id=new_id(), **_defaults()).on_conflict_do_nothing()
        db.session.execute(fresh)
        row = db.session.scalars(sa.select(m.Setelan)).one()
    return row


def _defaults() -> dict[str, Any]:
    found = {"dibuat_at": now(), "diubah_at": now()}
    for column in m.Setelan.__table__.columns:
        if column.default is not None and column.default.is_scalar:
            found[column.name] = column.default.arg
    return found


def baca() -> m.Setelan:
    """For pages that only read: the row, or one with the defaults that is not stored."""
    row = db.session.scalars(sa.select(m.Setelan)).first()
    return row if row is not None else m.Setelan(**_defaults())


def ubah(typed: dict[str, str], versi: int, user: Principal) -> m.Setelan:
    """Store what was typed; key and secret stay when their fields are empty. Raises Conflict, Invalid."""
    row = ambil()
    if row.versi != versi:
        raise Conflict("Pengaturan ini baru saja diubah orang lain.", "Muat ulang, lalu isi lagi.")
    values = terbaca(typed)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if _elsewhere(row, values):
        _ask_again(row, typed, user)
    for name, value in values.items():
        setattr(row, name, value)
    for field, column in (("kunci", "kunci_enc"), ("rahasia", "rahasia_enc")):
        if typed.get(field, "").strip():
            setattr(row, column, sealing.seal(typed[field].strip(), APIM))
            changed.append(field)
    row.versi, row.diubah_oleh_id = row.versi + 1, user.id
    activity.log("kepegawaian.siasn_setelan", row, by=user, berubah=" ".join(changed))
    return row


def _elsewhere(row: m.Setelan, values: dict[str, Any]) -> bool:
    """Whether calls would go to another machine than before."""
    return any(urlsplit(getattr(row, name)).netloc != urlsplit(values[name]).netloc
               for name in ("alamat_api", "alamat_token"))  # fmt: skip


def _ask_again(row: m.Setelan, typed: dict[str, str], user: Principal) -> None:
    """What opens SIASN never travels to an address that those who gave it have not seen: key and secret are typed
    again, the operator pastes another token. Raises Invalid."""
    if row.kunci_enc is not None and not (typed.get("kunci", "").strip() and typed.get("rahasia", "").strip()):
        raise Invalid("kunci", "Alamat berubah: isi lagi kunci dan rahasia aplikasi")
    akhiri("Alamat SIASN diubah.", user)


def terbaca(typed: dict[str, str]) -> dict[str, Any]:
    """What was typed, in the types of its columns. Raises Invalid."""
    got = {name: typed.get(name, "").strip() for name in (
        "alamat_api", "alamat_token", "instansi_id", "satuan_kerja_id", "tenang_mulai", "tenang_selesai"
    )}  # fmt: skip
    for name in ("alamat_api", "alamat_token"):
        _address(name, got[name])
    got["alamat_api"] = got["alamat_api"].rstrip("/")
    for name in ("tenang_mulai", "tenang_selesai"):
        _clock(name, got[name])
    if bool(got["tenang_mulai"]) != bool(got["tenang_selesai"]):
        raise Invalid("tenang_selesai", "Isi awal dan akhir jam tenang, atau kosongkan keduanya")
    values: dict[str, Any] = dict(got)
    values["laju"] = _decimal("laju", typed.get("laju", ""), Decimal("0.05"), LAJU_MAKS)
    values["jeda_awal"] = _decimal("jeda_awal", typed.get("jeda_awal", ""), Decimal("0.5"), Decimal(60))
    for name, least, most in (("batas_harian", 100, 500_000), ("percobaan", 1, 10), ("batas_waktu", 5, 300)):
        values[name] = _whole(name, typed.get(name, ""), least, most)
    return values


def _address(name: str, text: str) -> None:
    """https to any host; without TLS only to this machine, where the stand-in runs."""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise Invalid(name, "Tulis alamat yang diawali https://") from error
    local = parts.hostname in ("127.0.0.1", "localhost") and not config().is_production
    if not parts.hostname or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not local):
        raise Invalid(name, "Tulis alamat yang diawali https://")
    if parts.username or parts.query:
        raise Invalid(name, "Alamat tidak boleh memuat nama pengguna atau tanda tanya")


def _clock(name: str, text: str) -> None:
    try:
        if text:
            time.fromisoformat(text)
    except ValueError as error:
        raise Invalid(name, "Tulis jam seperti 07:30") from error


def _decimal(name: str, text: str, least: Decimal, most: Decimal) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise Invalid(name, f"Tulis bilangan {least} sampai {most}") from error
    if not value.is_finite() or not least <= value <= most:
        raise Invalid(name, f"Tulis bilangan {least} sampai {most}".replace(".", ","))
    return value


def _whole(name: str, text: str, least: int, most: int) -> int:
    found = numbers.whole(text.replace(".", ""), least, most)
    if found is None:
        raise Invalid(name, f"Tulis bilangan {least} sampai {most}")
    return found


def tenang(row: m.Setelan, at: datetime) -> datetime | None:
    """When the quiet hours of this moment end; None outside of them."""
    if not row.tenang_mulai:
        return None
    here = setempat(at, config().zona)
    start, end = time.fromisoformat(row.tenang_mulai), time.fromisoformat(row.tenang_selesai)
    inside = start <= here.time() < end if start <= end else here.time() >= start or here.time() < end
    if not inside:
        return None
    until = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return until if until > here else until + timedelta(days=1)


# ---- the circuit


def putuskan(row: m.Setelan) -> datetime:
    """Make no calls for a while, twice as long each time it happens again."""
    row.putus_kali += 1
    row.putus_sampai = now() + min(LAMA_PUTUS * 2 ** (row.putus_kali - 1), PUTUS_MAKS)
    return row.putus_sampai


def sambungkan(row: m.Setelan) -> None:
    if row.putus_sampai is not None:
        row.putus_sampai, row.putus_kali = None, 0


# ---- the token of an operator


def token() -> m.TokenSso | None:
    """The token in use: not ended, not past its time."""
    alive = sa.select(m.TokenSso).where(m.TokenSso.berakhir_at.is_(None), m.TokenSso.kedaluwarsa_at > now())
    return db.session.scalars(alive).first()


def tempel(text: str, user: Principal) -> m.TokenSso:
    """Keep a pasted token sealed; it takes the place of the one before. Raises Invalid."""
    text = text.strip().removeprefix("Bearer ").removeprefix("bearer ").strip()
    if not 20 <= len(text) <= 8000 or not text.isascii() or any(c.isspace() for c in text):
        raise Invalid("token", "Tempel token SSO utuh, tanpa spasi")
    until = _expiry(text) or now() + LAMA_TOKEN
    if until <= now():
        raise Invalid("token", "Token ini sudah kedaluwarsa. Ambil yang baru di SIASN")
    akhiri("Diganti token baru.")
    row = m.TokenSso(operator_id=user.id, token_enc=sealing.seal(text, SSO), kedaluwarsa_at=min(
        until, now() + PALING_LAMA))  # fmt: skip
    db.session.add(row)
    db.session.flush()
    activity.log("kepegawaian.siasn_token", row, by=user, kedaluwarsa=row.kedaluwarsa_at, alasan="ditempel")
    return row


def akhiri(why: str, user: Principal | None = None) -> None:
    """End whatever token there is and erase it."""
    for row in db.session.scalars(sa.select(m.TokenSso).where(m.TokenSso.berakhir_at.is_(None)).with_for_update()):
        row.berakhir_at, row.alasan, row.token_enc = now(), why, None
        activity.log("kepegawaian.siasn_token", row, by=user, kedaluwarsa=row.kedaluwarsa_at, alasan=why)
    db.session.flush()


def _expiry(text: str) -> datetime | None:
    """`exp` of a JWT; its signature is BKN's business."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        body = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(int(body["exp"]), UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, binascii.Error):
        return None


# ---- who owns a field


def pemilik() -> dict[tuple[str, str], str]:
    """What the office chose, by kind and field; everything else is as `catatan` declares."""
    return {(row.jenis, row.medan): row.pemilik for row in db.session.scalars(sa.select(m.Pemilik))}


def pilih_pemilik(jenis: str, medan: str, who: str, user: Principal) -> None:
    """Raises Invalid."""
    if who not in (m.BKN, m.KOTA, m.MSKP):
        raise Invalid("pemilik", "Pilih salah satu")
    fresh = insert(m.Pemilik).values(
        id=new_id(), dibuat_at=now(), diubah_at=now(), jenis=jenis, medan=medan, pemilik=who, diubah_oleh_id=user.id
    )
    db.session.execute(
        fresh.on_conflict_do_update(
            index_elements=["jenis", "medan"],
            set_={"pemilik": who, "diubah_oleh_id": user.id, "diubah_at": now()},
        )
    )
    activity.log("kepegawaian.siasn_pemilik", by=user, jenis=jenis, medan=medan, pemilik=who)
