"""Accounts: find one, see seat and roles, give and end roles, lock, end sessions, set a new password."""

import secrets
import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, notices, people
from portal.kernel.access import ROLES, fetch
from portal.kernel.db import after_commit, commit, db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.listing import Ask, Choice, Column, Listing, Tags
from portal.kernel.organisation import DEFINITIF, Penempatan, Unit, in_force, subtree
from portal.kernel.pages.isian import Isian
from portal.kernel.pages.peran import KELOLA, SEATS, SUSUN, composed, end, givable, give, names, require_above, units_of
from portal.kernel.pages.percobaan import reopen
from portal.kernel.people import PenugasanPeran, Peran, Principal, User, required
from portal.kernel.web import MenuItem, Module, done, render, today

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no signs that are read for another
AKTIF, DIKUNCI, SEMENTARA = "AKTIF", "DIKUNCI", "SEMENTARA"
STATES = Tags({
    AKTIF: ("Aktif", "positive", "check"), SEMENTARA: ("Terkunci sementara", "warning", "clock"),
    DIKUNCI: ("Dikunci", "negative", "lock"),
})  # fmt: skip

activity.declare(**{
    "akun.dikunci": "alasan", "akun.dibuka": "", "akun.sandi_direset": "",
})  # fmt: skip

module = Module(
    "pengguna", "/pengguna", menu=[MenuItem("Pengguna", "users", "/pengguna", can=KELOLA, group="Administrasi")]
)


def visible_accounts(user: Principal) -> sa.Select[tuple[User]]:
    """Accounts of the units for which the person manages users; those without a seat belong to all-round managers."""
    held = user.units(KELOLA)
    query = sa.select(User)
    if held is None:
        return query
    seats = sa.select(Penempatan.pegawai_id).where(
        in_force(Penempatan, today()),
        sa.or_(Penempatan.unit_id.in_(subtree(held)), Penempatan.pd_id.in_(held)),
    )
    return query.where(User.pegawai_id.in_(seats))


def _seat(column: Any) -> sa.ColumnElement[Any]:
    """A column of the definitive seat, asked for the shown rows only."""
    query = (
        sa.select(column)
        .select_from(Penempatan)
        .join(Unit, Unit.id == Penempatan.unit_id)
        .where(Penempatan.pegawai_id == User.pegawai_id, Penempatan.jenis == DEFINITIF, in_force(Penempatan, today()))
    )
    return query.limit(1).correlate(User).scalar_subquery()


def _role_names(ask: Ask) -> sa.ColumnElement[Any]:
    words = sa.case(
        *((PenugasanPeran.peran == kode, role.nama) for kode, role in ROLES.items()),
        else_=sa.select(Peran.nama).where(Peran.kode == PenugasanPeran.peran).scalar_subquery(),
    )
    query = sa.select(sa.func.string_agg(words.distinct(), ", ")).where(
        PenugasanPeran.user_id == User.id, in_force(PenugasanPeran, today())
    )
    return query.correlate(User).scalar_subquery()


def _state(ask: Ask) -> sa.ColumnElement[Any]:
    return sa.case((~User.aktif, DIKUNCI), (User.terkunci_sampai > now(), SEMENTARA), else_=AKTIF)


def _in_state(state: str, ask: Ask) -> sa.ColumnElement[bool]:
    locked = sa.and_(User.aktif, User.terkunci_sampai > now())
    return {AKTIF: User.aktif & sa.not_(sa.func.coalesce(locked, False)), SEMENTARA: locked, DIKUNCI: ~User.aktif}[
        state
    ]


def _holds(kode: str, ask: Ask) -> sa.ColumnElement[bool]:
    given = sa.select(PenugasanPeran.user_id).where(PenugasanPeran.peran == kode, in_force(PenugasanPeran, today()))
    return User.id.in_(given)


def _roles(user: Principal) -> list[tuple[str, str]]:
    known = composed()
    return [(kode, role.nama) for kode, role in ROLES.items() if role.given] + [(k, r.nama) for k, r in known.items()]


DAFTAR = Listing(
    "pengguna", title="Pengguna", noun="pengguna", rows=visible_accounts, key=User.id, sort="nama", can=KELOLA,
    search=[User.cari], search_label="Nama atau NIP",
    columns=[
        Column("nama", "Nama", User.nama, sort=True, link="/pengguna/{id}"),
        Column("pengguna", "Nama pengguna", User.pengguna, sort=True),
        Column("jabatan", "Jabatan", lambda ask: _seat(Penempatan.jabatan)),
        Column("unit", "Unit kerja", lambda ask: _seat(Unit.nama)),
        Column("peran", "Peran", _role_names),
        Column("status", "Status", _state, show=STATES),
        Column("masuk", "Masuk terakhir", User.masuk_terakhir_at),
    ],
    filters=[
        Choice("status", "Status", options=STATES.options, where=_in_state),
        Choice("peran", "Peran", options=_roles, where=_holds),
    ],
)  # fmt: skip


@module.route("", can=KELOLA)
def pengguna_list() -> Response:
    return DAFTAR.respond("kernel/pengguna_list.html", boleh_susun=required().has(SUSUN))


@module.route("/<uuid:id>", can=KELOLA)
def pengguna(id: uuid.UUID) -> Response:
    return _detail(fetch(visible_accounts(required()), id), Isian())


def _detail(account: User, isian: Isian, status: int = 200, sandi: str = "") -> Response:
    user, known = required(), composed()
    roles, seats = _given_roles(account.id, names(known)), _seats(account)
    above = _may_change(account, user, known)
    return render(
        "kernel/pengguna.html", status=status, akun=account, isian=isian, sandi_baru=sandi, kursi=seats,
        kursi_baris=[(SEATS[k.jenis], f"{k.jabatan}, {k.unit}") for k in seats],
        peran_berlaku=[r for r in roles if r["berlaku"]], peran_lewat=[r for r in roles if not r["berlaku"]],
        bisa_ubah=above, pilihan_peran=givable(user, known) if above else [],
        pilihan_unit=units_of(user) if above else [], status_akun=_state_of(account), status_tampil=STATES,
        sesi=people.sessions_of(account.id), hari_ini=today(),
    )  # fmt: skip


def _state_of(account: User) -> str:
    if not account.aktif:
        return DIKUNCI
    return SEMENTARA if account.terkunci_sampai and account.terkunci_sampai > now() else AKTIF


def _may_change(account: User, user: Principal, known: dict[str, Peran]) -> bool:
    try:
        require_above(account, user, known)
    except Denied:
        return False
    return True


def _seats(account: User) -> list[Any]:
    if account.pegawai_id is None:
        return []
    query = (
        sa.select(
            Penempatan.jenis, Penempatan.jabatan, Penempatan.mulai, Penempatan.is_pimpinan, Unit.nama.label("unit")
        )
        .join(Unit, Unit.id == Penempatan.unit_id)
        .where(Penempatan.pegawai_id == account.pegawai_id, in_force(Penempatan, today()))
        .order_by(Penempatan.jenis, Penempatan.mulai)
    )
    return list(db.session.execute(query))


def _given_roles(user_id: uuid.UUID, words: dict[str, str]) -> list[dict[str, Any]]:
    giver = sa.orm.aliased(User)
    query = (
        sa.select(PenugasanPeran, Unit.nama.label("unit"), giver.nama.label("oleh"))
        .outerjoin(Unit, Unit.id == PenugasanPeran.unit_id)
        .outerjoin(giver, giver.id == PenugasanPeran.diberi_oleh_id)
        .where(PenugasanPeran.user_id == user_id)
        .order_by(PenugasanPeran.mulai.desc(), PenugasanPeran.id)
    )
    return [
        {
            "id": row.id, "nama": words.get(row.peran, row.peran), "unit": unit or "Seluruh instansi",
            "oleh": oleh or "", "mulai": row.mulai, "selesai": row.selesai, "dasar": row.dasar,
            "nanti": row.mulai > today(), "berlaku": row.selesai is None or row.selesai >= today(),
        }
        for row, unit, oleh in db.session.execute(query)
    ]  # fmt: skip


# ---- changes


def _locked(id: uuid.UUID) -> User:
    """The account, its row locked, if this person may change it. Raises Missing, Denied."""
    account: User = fetch(visible_accounts(required()), id, lock=True)
    require_above(account, required(), composed())
    return account


@module.route("/<uuid:id>/peran", can=KELOLA, methods=["POST"])
def beri_peran(id: uuid.UUID) -> Response:
    account, isian = _locked(id), Isian(request.form)
    try:
        give(account, isian, required())
    except Invalid as error:
        isian.galat.setdefault(error.field, error.pesan)
        return _detail(account, isian, 422)
    return done(f"/pengguna/{id}", "Peran diberikan. Pemilik akun sudah diberi tahu.", "positive")


@module.route("/<uuid:id>/peran/<uuid:penugasan>/akhiri", can=KELOLA, methods=["POST"])
def akhiri_peran(id: uuid.UUID, penugasan: uuid.UUID) -> Response:
    account = _locked(id)
    end(account, penugasan, required())
    return done(f"/pengguna/{id}", "Peran diakhiri.", "positive")


@module.route("/<uuid:id>/kunci", can=KELOLA, methods=["POST"])
def kunci(id: uuid.UUID) -> Response:
    """Lock: no sign-in from now on, and every session ends when this is stored."""
    account, isian = _locked(id), Isian(request.form)
    why = isian.teks("alasan", "Alasan", min_=10)
    if isian.galat:
        return _detail(account, isian, 422)
    if not account.aktif:
        raise Conflict("Akun ini sudah dikunci.")
    account.aktif = False
    activity.log("akun.dikunci", account, by=required(), alasan=why)
    _end_all(account)
    return done(f"/pengguna/{id}", "Akun dikunci dan semua sesinya berakhir.", "positive")


@module.route("/<uuid:id>/buka", can=KELOLA, methods=["POST"])
def buka(id: uuid.UUID) -> Response:
    account = _locked(id)
    account.aktif, account.gagal_masuk, account.terkunci_sampai = True, 0, None
    activity.log("akun.dibuka", account, by=required())
    after_commit(lambda: reopen(account))
    people.forget(account.id)
    return done(f"/pengguna/{id}", "Akun dapat dipakai masuk lagi.", "positive")


@module.route("/<uuid:id>/akhiri-sesi", can=KELOLA, methods=["POST"])
def akhiri_sesi(id: uuid.UUID) -> Response:
    account = _locked(id)
    count = len(people.sessions_of(account.id))
    activity.log("sesi.diakhiri", account, by=required(), jumlah=count)
    _end_all(account)
    return done(f"/pengguna/{id}", f"{count} sesi diakhiri.", "positive")


def _end_all(account: User) -> None:
    """After the commit: a session ended for a change that was rolled back would be a riddle to its owner."""
    key = account.id
    after_commit(lambda: people.end_sessions(key))
    people.forget(key)


@module.route("/<uuid:id>/sandi", can=KELOLA, methods=["POST"])
def sandi(id: uuid.UUID) -> Response:
    """A random password, shown once, kept nowhere. Until its owner has chosen another, it opens nothing else."""
    account = _locked(id)
    fresh = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    people.set_password(account, fresh)
    account.sandi_diubah_at, account.sandi_sementara = None, True
    account.gagal_masuk, account.terkunci_sampai = 0, None
    activity.log("akun.sandi_direset", account, by=required())
    notices.notify(
        account.id, "Kata sandi Anda diatur ulang", f"Oleh {required().nama}. Ganti segera di halaman akun.", "/akun"
    )
    after_commit(lambda: reopen(account))
    _end_all(account)
    commit()
    return _detail(account, Isian(), sandi=fresh)
