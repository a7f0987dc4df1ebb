"""Accounts, their roles, and their sessions. A session lives in Redis and can be ended at any time."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import g
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import organisation
from portal.kernel.db import Base, after_commit, db, now
from portal.kernel.errors import Missing
from portal.kernel.organisation import DEFINITIF, KETUA_TIM, Penempatan, PenugasanAtasan, Unit, in_force
from portal.kernel.storage import config, redis

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
LOCK_AFTER, LOCK_FOR = 5, timedelta(minutes=15)
CACHE_SECONDS = 600
EPOCH = "epoch"
SEKOTA: set[str] = set()  # permissions that act on the whole city: held for all of it, or not at all


class User(Base):
    """An account. `pegawai_id` is empty for applicants, citizens and outside officers."""

    __tablename__ = "pengguna"

    pengguna: Mapped[str] = mapped_column(unique=True)
    nama: Mapped[str]
    surel: Mapped[str] = mapped_column(default="")
    sandi_hash: Mapped[str] = mapped_column(default="")
    ponsel: Mapped[str | None] = mapped_column(unique=True)  # +62..., verified
    surel_terbukti: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    pegawai_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pegawai.id"), unique=True)
    orang_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("orang.id"), index=True)
    aktif: Mapped[bool] = mapped_column(default=True)
    gagal_masuk: Mapped[int] = mapped_column(default=0)
    terkunci_sampai: Mapped[datetime | None]
    masuk_terakhir_at: Mapped[datetime | None]
    masuk_terakhir_dari: Mapped[str] = mapped_column(default="")
    masuk_sebelumnya_at: Mapped[datetime | None]
    masuk_sebelumnya_dari: Mapped[str] = mapped_column(default="")
    sandi_diubah_at: Mapped[datetime | None]
    sandi_sementara: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    tampilan: Mapped[str] = mapped_column(default="auto")
    pintasan: Mapped[bool] = mapped_column(default=True)
    setuju_data_at: Mapped[datetime | None]  # consent to the processing notice (UU 27/2022), and to which one
    setuju_data_versi: Mapped[str] = mapped_column(default="", server_default="")
    cari: Mapped[str] = mapped_column(sa.Computed("lower(f_unaccent(nama || ' ' || pengguna))", persisted=True))
    __table_args__ = (
        sa.CheckConstraint("tampilan IN ('auto', 'light', 'dark')", name="tampilan"),
        sa.Index("ix_pengguna_cari", "cari", postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}),
        sa.Index("ix_pengguna_nama_id", "nama", "id"),
        sa.Index(
            "uq_pengguna_surel_terbukti", sa.text("lower(surel)"), unique=True,
            postgresql_where=sa.text("surel_terbukti"),
        ),
        sa.Index("ix_pengguna_dikunci", "nama", "id", postgresql_where=sa.text("NOT aktif")),
        sa.Index(
            "ix_pengguna_terkunci", "terkunci_sampai", postgresql_where=sa.text("terkunci_sampai IS NOT NULL")
        ),
    )  # fmt: skip


class Peran(Base):
    """A role composed by an administrator from permissions that the code declares."""

    __tablename__ = "peran"

    kode: Mapped[str] = mapped_column(unique=True)
    nama: Mapped[str]
    izin: Mapped[list[str]]


class PenugasanPeran(Base):
    """A role given to a person for a unit (and everything below it; None = everywhere) and a period."""

    __tablename__ = "penugasan_peran"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    peran: Mapped[str]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    dasar: Mapped[str] = mapped_column(default="")
    diberi_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    mulai: Mapped[date]
    selesai: Mapped[date | None]
    __table_args__ = (sa.CheckConstraint("selesai IS NULL OR selesai >= mulai", name="masa"),)


@dataclass
class Principal:
    """The signed-in person as a page needs it; kept in Redis so that no page asks SQL for it.

    `scopes` maps a permission to the unit ids it holds for; None means everywhere. `ganti_sandi`: somebody else
    set the password, so that every page but the one to choose another waits. `tanpa_sandi`: another service signs
    this person in, so signatures are proven by a code.
    """

    id: uuid.UUID
    nama: str
    pengguna: str
    pegawai_id: uuid.UUID | None = None
    jabatan: str = ""
    unit: str = ""
    unit_id: uuid.UUID | None = None
    pd_id: uuid.UUID | None = None
    tema: str = ""
    zona: str = "Asia/Jakarta"
    tampilan: str = "auto"
    pintasan: bool = True
    roles: list[str] = field(default_factory=list)
    scopes: dict[str, list[uuid.UUID] | None] = field(default_factory=dict)
    ganti_sandi: bool = False
    tanpa_sandi: bool = False

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.id)

    @property
    def inisial(self) -> str:
        bare = self.nama.partition(",")[0].replace(".", " ").split() or self.nama.replace(",", " ").split()
        words = [w for w in bare if w[0].isupper() and len(w) > 2] or [w for w in bare if w[0].isalpha()]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"

    def has(self, permission: str) -> bool:
        return permission in self.scopes

    def units(self, permission: str) -> list[uuid.UUID] | None:
        """Units the permission holds for: None = everywhere, [] = nowhere."""
        return self.scopes.get(permission, [])


def principal_of(user_id: uuid.UUID, grants: dict[str, set[str]]) -> Principal | None:
    """Build a Principal from SQL. `grants` maps every role of the code to its permissions, "" to all declared."""
    today = organisation.today()
    query = (
        sa.select(
            User.id, User.nama, User.pengguna, User.pegawai_id, User.tampilan, User.pintasan,
            User.sandi_sementara, (User.sandi_hash == "").label("tanpa_sandi"),
            Penempatan.jabatan, Penempatan.unit_id, Penempatan.pd_id, Unit.nama.label("unit"),
            Unit.zona,
        )
        .outerjoin(
            Penempatan,
            sa.and_(
                Penempatan.pegawai_id == User.pegawai_id,
                Penempatan.jenis == DEFINITIF,
                in_force(Penempatan, today),
            ),
        )
        .outerjoin(Unit, Unit.id == Penempatan.unit_id)
        .where(User.id == user_id, User.aktif)
    )  # fmt: skip
    row = db.session.execute(query).first()
    if row is None:
        return None
    tema = db.session.scalar(sa.select(Unit.tema).where(Unit.id == row.pd_id)) if row.pd_id else ""
    roles, scopes = _roles(user_id, row.pegawai_id, today, grants)
    return Principal(
        id=row.id, nama=row.nama, pengguna=row.pengguna, pegawai_id=row.pegawai_id,
        jabatan=row.jabatan or "", unit=row.unit or "", unit_id=row.unit_id, pd_id=row.pd_id,
        tema=tema or "", zona=row.zona or config().zona, tampilan=row.tampilan, pintasan=row.pintasan,
        ganti_sandi=row.sandi_sementara, tanpa_sandi=row.tanpa_sandi, roles=roles, scopes=scopes,
    )  # fmt: skip


def _roles(
    user_id: uuid.UUID, pegawai_id: uuid.UUID | None, today: date, grants: dict[str, set[str]]
) -> tuple[list[str], dict[str, list[uuid.UUID] | None]]:
    given = db.session.execute(
        sa.select(PenugasanPeran.peran, PenugasanPeran.unit_id, (Unit.jenis == "PEMDA").label("pemda"))
        .outerjoin(Unit, Unit.id == PenugasanPeran.unit_id)
        .where(PenugasanPeran.user_id == user_id, in_force(PenugasanPeran, today))
    ).all()
    composed = {p.kode: set(p.izin) for p in db.session.scalars(sa.select(Peran).where(Peran.kode != ""))}
    declared = grants.get("", set())
    whole = {r.unit_id for r in given if r.pemda}
    pairs = [(r.peran, r.unit_id) for r in given if r.peran] + [("pengguna", None)]
    if pegawai_id is not None:
        pairs.append(("pegawai", None))
        leads, headed = db.session.execute(sa.select(_leads(pegawai_id, today), _headed(pegawai_id, today))).one()
        pairs += [("atasan", None)] if leads else []
        pairs += [("pimpinan_pd", unit_id) for unit_id in headed or []]
    scopes: dict[str, list[uuid.UUID] | None] = {}
    for role, unit_id in pairs:
        for permission in grants.get(role, set()) | (composed.get(role, set()) & declared):
            if permission in SEKOTA and unit_id is not None and unit_id not in whole:
                continue
            held = scopes.setdefault(permission, [])
            if unit_id is None:
                scopes[permission] = None
            elif held is not None:
                held.append(unit_id)
    return sorted({role for role, _ in pairs}), scopes


def _leads(pegawai_id: uuid.UUID, today: date) -> sa.ColumnElement[bool]:
    """Heads a unit in any capacity, or was set by hand as somebody's atasan."""
    seat = sa.exists().where(Penempatan.pegawai_id == pegawai_id, Penempatan.is_pimpinan, in_force(Penempatan, today))
    by_hand = sa.exists().where(
        PenugasanAtasan.atasan_id == pegawai_id,
        PenugasanAtasan.jenis != KETUA_TIM,
        in_force(PenugasanAtasan, today),
    )
    return sa.or_(seat, by_hand)


def _headed(pegawai_id: uuid.UUID, today: date) -> sa.ScalarSelect[list[uuid.UUID | None]]:
    """PD at the head of which this person stands today, also as Plt, Plh or Pj; None among them for the government."""
    top = sa.or_(Unit.pd_id == Unit.id, Unit.jenis == "PEMDA")
    place = sa.case((Unit.jenis != "PEMDA", Unit.id))
    query = sa.select(sa.func.array_agg(place)).join(Penempatan, Penempatan.unit_id == Unit.id)
    query = query.where(Penempatan.pegawai_id == pegawai_id, Penempatan.is_pimpinan, in_force(Penempatan, today), top)
    return query.scalar_subquery()


def dump(principal: Principal) -> bytes:
    return orjson.dumps(principal)


def load(body: bytes) -> Principal:
    data = orjson.loads(body)
    for name in ("id", "pegawai_id", "unit_id", "pd_id"):
        data[name] = uuid.UUID(data[name]) if data[name] else None
    data["scopes"] = {k: None if v is None else [uuid.UUID(u) for u in v] for k, v in data["scopes"].items()}
    return Principal(**data)


def cache_key(user_id: uuid.UUID) -> str:
    return f"u:{user_id.hex}"


def version_key(user_id: uuid.UUID) -> str:
    return f"v:{user_id.hex}"


def touch(*user_ids: uuid.UUID | None) -> None:
    """After the commit, make pages that these people hold in their browsers stale."""
    wanted = {u for u in user_ids if u}
    if wanted:
        after_commit(lambda: _bump([version_key(u) for u in wanted]))


def forget(user_id: uuid.UUID) -> None:
    """After the commit, re-read this person's name, seat and roles."""
    after_commit(lambda: redis().delete(cache_key(user_id)))
    touch(user_id)


def forget_everyone() -> None:
    """After the commit, drop every cached person and page (roles or units changed as a whole)."""
    after_commit(lambda: redis().incr(EPOCH))


def _bump(keys: list[str]) -> None:
    pipe = redis().pipeline(transaction=False)
    for key in keys:
        pipe.set(key, secrets.token_hex(6), ex=86400)
    pipe.execute()


# ---- passwords


def set_password(user: User, password: str) -> None:
    user.sandi_hash = HASHER.hash(password)
    user.sandi_diubah_at, user.sandi_sementara = now(), False


_NOBODY = HASHER.hash(secrets.token_hex(16))


def check_password(user: User | None, password: str) -> bool:
    """Takes the same time whether or not the account exists."""
    try:
        HASHER.verify(user.sandi_hash if user and user.sandi_hash else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return user is not None


def password_problems(password: str, user: User) -> list[str]:
    """Rules of NIST SP 800-63B: length, not the user name, not a string of one sign."""
    problems = []
    if len(password) < 12:
        problems.append("Kata sandi sedikitnya 12 karakter.")
    if len(password) > 200:
        problems.append("Kata sandi paling banyak 200 karakter.")
    if len(set(password)) < 5:
        problems.append("Kata sandi terlalu mudah ditebak: pakai lebih banyak karakter yang berbeda.")
    name = user.pengguna.lower()
    if name and name in password.lower():
        problems.append("Kata sandi tidak boleh memuat nama pengguna atau NIP Anda.")
    return problems


# ---- sessions


def session_key(token: str) -> str:
    """Redis holds only a hash of the token, so a copy of its memory opens no session."""
    return "s:" + hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(32)


def register_session(user_id: uuid.UUID, token: str, device: str, address: str) -> None:
    about = {"perangkat": device[:200], "alamat": address, "sejak": now().isoformat()}
    redis().hset(f"us:{user_id.hex}", session_key(token), orjson.dumps(about))


def sessions_of(user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Sessions that still live, newest first; those that ran out are swept from the list."""
    index = f"us:{user_id.hex}"
    known = redis().hgetall(index)
    keys = list(known)
    if not keys:
        return []
    alive = redis().mget(keys)
    gone = [key for key, body in zip(keys, alive, strict=True) if body is None]
    if gone:
        redis().hdel(index, *gone)
    rows = [{"kunci": _text(k), **orjson.loads(known[k])} for k, b in zip(keys, alive, strict=True) if b]
    return sorted(rows, key=lambda r: r["sejak"], reverse=True)


def _text(key: bytes | str) -> str:
    return key.decode() if isinstance(key, bytes) else key


def end_sessions(user_id: uuid.UUID, keep: str | None = None, only: str | None = None) -> int:
    """End sessions of a person: all, all but `keep`, or `only` one key. Returns how many."""
    index = f"us:{user_id.hex}"
    keys = [_text(k) for k in redis().hkeys(index)]
    doomed = [k for k in keys if k != keep and (only is None or k == only)]
    if doomed:
        redis().delete(*doomed)
        redis().hdel(index, *doomed)
    return len(doomed)


def required() -> Principal:
    """The signed-in person of a route that demands one. Raises Missing for a visitor."""
    principal = current()
    if principal is None:
        raise Missing()
    return principal


def current() -> Principal | None:
    """The signed-in person of this request, None for a visitor."""
    principal: Principal | None = g.get("principal")
    return principal
