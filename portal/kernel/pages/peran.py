"""Giving roles: which, to whom, by whom. Roles composed by an administrator from declared permissions.

A role that holds a permission only administrators have (`guarded`) is given, and the account of somebody who
holds one is changed, by administrators alone: else who resets their password would become them.
"""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import access, activity, notices, people
from portal.kernel.access import PERMISSIONS, ROLES
from portal.kernel.calendar import tanggal
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Unit, in_force, subtree
from portal.kernel.pages.isian import Isian
from portal.kernel.people import PenugasanPeran, Peran, Principal, User, required
from portal.kernel.web import Module, done, render, today

SUSUN = access.permission("peran.susun", "Menyusun peran dan mengelola administrator")
KELOLA = "pengguna.kelola"
SEATS = {
    "DEFINITIF": "Jabatan", "PLT": "Pelaksana tugas", "PLH": "Pelaksana harian", "PJ": "Penjabat",
    "TT": "Tugas tambahan", "KOOR": "Koordinator", "SUBKOOR": "Subkoordinator",
}  # fmt: skip
access.role("administrator", "Administrator portal", {SUSUN})
activity.declare(**{
    "peran.diberi": "peran unit mulai selesai dasar", "peran.diakhiri": "peran unit selesai",
    "peran.disusun": "kode nama izin",
})  # fmt: skip

module = Module("peran", "/pengguna/peran")


def composed() -> dict[str, Peran]:
    return {row.kode: row for row in db.session.scalars(sa.select(Peran).order_by(Peran.nama))}


def names(known: dict[str, Peran]) -> dict[str, str]:
    """Words of every role, built in and composed."""
    return {kode: role.nama for kode, role in ROLES.items()} | {kode: row.nama for kode, row in known.items()}


def guarded(known: dict[str, Peran]) -> set[str]:
    """Roles that only administrators may give: whoever holds one sees or does what administrators do.

    Managing accounts alone (BKPSDM) is not among that; reading the log (inspektorat) is.
    """
    special = ROLES["administrator"].permissions - {KELOLA}
    built_in = {kode for kode, role in ROLES.items() if role.permissions & special}
    return built_in | {kode for kode, row in known.items() if set(row.izin) & special}


def _is_administrator(user: Principal) -> bool:
    """For the whole city: bound to a unit, the right says nothing about what others hold elsewhere."""
    return user.units(SUSUN) is None


def givable(user: Principal, known: dict[str, Peran]) -> list[tuple[str, str]]:
    """Roles this person may give to others: (code, words)."""
    kept_back = set() if _is_administrator(user) else guarded(known)
    words = names(known)
    codes = [kode for kode, role in ROLES.items() if role.given] + list(known)
    return [(kode, words[kode]) for kode in codes if kode not in kept_back]


def require_above(account: User, user: Principal, known: dict[str, Peran]) -> None:
    """Raises Denied: oneself, an administrator's account in the hands of somebody who is none, or roles beyond

    the units of a manager who is bound to some: who sets the password of their holder would have them.
    """
    if account.id == user.id:
        raise Denied("Anda tidak dapat mengubah peran atau akun Anda sendiri di halaman ini. Minta rekan Anda.")
    if _is_administrator(user):
        return
    live = sa.or_(PenugasanPeran.selesai.is_(None), PenugasanPeran.selesai >= today())
    held = sa.select(PenugasanPeran.id).where(PenugasanPeran.user_id == account.id, live).limit(1)
    if db.session.scalar(held.where(PenugasanPeran.peran.in_(guarded(known)))):
        raise Denied("Akun administrator hanya dapat diubah oleh administrator.")
    units = user.units(KELOLA)
    if units is None:
        return
    outside = sa.or_(PenugasanPeran.unit_id.is_(None), PenugasanPeran.unit_id.not_in(subtree(units)))
    if db.session.scalar(held.where(outside)):
        raise Denied("Akun ini memegang peran di luar unit yang Anda kelola. Minta administrator.")


def units_of(user: Principal) -> list[tuple[str, str]]:
    """Units this person may give a role for; "" = everywhere, for those whose own right is not bound to units."""
    held = user.units(KELOLA)
    query = sa.select(Unit.id, Unit.nama, Unit.jenis).where(in_force(Unit, today())).order_by(Unit.kode)
    if held is not None:
        query = query.where(Unit.id.in_(subtree(held)))
    rows = db.session.execute(query.limit(401)).all()
    if len(rows) > 400:
        rows = db.session.execute(query.where(Unit.jenis.in_(["PEMDA", "PD"])).limit(400)).all()
    everywhere = [("", "Seluruh instansi")] if held is None else []
    return everywhere + [(str(row.id), row.nama) for row in rows]


GIVEN: list[Callable[[User, str, Principal], None]] = []


def when_given(act: Callable[[User, str, Principal], None]) -> None:
    """A module is told, in the same transaction, that an account was given a role (its code), and by whom."""
    GIVEN.append(act)


def give(account: User, isian: Isian, user: Principal) -> None:
    """Give the role that the form names. Raises Invalid for the first thing to repair; `isian.galat` has all."""
    known = composed()
    require_above(account, user, known)
    kode = isian.pilihan("peran", "Peran", dict(givable(user, known)))
    unit = isian.pilihan("unit", "Unit", dict(units_of(user)))
    mulai = isian.tanggal("mulai", "Mulai")
    selesai = isian.tanggal("selesai", "Selesai", required=False)
    dasar = isian.teks("dasar", "Dasar", min_=3)
    if mulai and selesai and selesai < mulai:
        isian.galat["selesai"] = "Selesai: harus sama dengan atau sesudah tanggal mulai"
    elif selesai and selesai < today():
        isian.galat["selesai"] = "Selesai: sudah lewat"
    if isian.galat or kode is None or mulai is None:
        field, words = next(iter(isian.galat.items()))
        raise Invalid(field, words)
    unit_id = uuid.UUID(unit) if unit else None
    _refuse_twice(account.id, kode, unit_id, mulai, selesai)
    period = {"mulai": mulai, "selesai": selesai}
    db.session.add(
        PenugasanPeran(
            user_id=account.id, peran=kode, unit_id=unit_id, dasar=dasar, diberi_oleh_id=user.id, **period
        )
    )  # fmt: skip
    activity.log("peran.diberi", account, by=user, peran=kode, unit=unit_id, dasar=dasar, **period)
    until = f" sampai {tanggal(selesai)}" if selesai else ""
    notices.notify(account.id, f"Anda diberi peran {names(known)[kode]}", f"Berlaku mulai {tanggal(mulai)}{until}.")
    people.forget(account.id)
    for act in GIVEN:
        act(account, kode, user)


def _refuse_twice(user_id: uuid.UUID, kode: str, unit_id: uuid.UUID | None, mulai: date, selesai: date | None) -> None:
    """The account row is locked by the caller, so two clicks meet here one after the other."""
    overlap = sa.or_(PenugasanPeran.selesai.is_(None), PenugasanPeran.selesai >= mulai)
    before_end = PenugasanPeran.mulai <= selesai if selesai else sa.true()
    query = sa.select(PenugasanPeran.id).where(
        PenugasanPeran.user_id == user_id, PenugasanPeran.peran == kode,
        PenugasanPeran.unit_id.is_not_distinct_from(unit_id), overlap, before_end,
    )  # fmt: skip
    if db.session.scalar(query.limit(1)):
        raise Invalid("peran", "Peran: sudah diberikan untuk unit dan masa itu")


def end(account: User, key: uuid.UUID, user: Principal) -> None:
    """End a role today; one that has not begun never does. Raises Conflict when it is over already."""
    known = composed()
    require_above(account, user, known)
    query = sa.select(PenugasanPeran).where(PenugasanPeran.id == key, PenugasanPeran.user_id == account.id)
    row = db.session.scalars(query.with_for_update()).first()
    if row is None or (row.selesai and row.selesai < today()):
        raise Conflict("Peran ini sudah berakhir.")
    held = dict(units_of(user))
    if (str(row.unit_id) if row.unit_id else "") not in held:
        raise Denied("Peran ini diberikan untuk unit di luar kewenangan Anda.")
    yesterday = today() - timedelta(days=1)
    activity.log("peran.diakhiri", account, by=user, peran=row.peran, unit=row.unit_id, selesai=yesterday)
    if row.mulai > yesterday:
        db.session.delete(row)
    else:
        row.selesai = yesterday
    notices.notify(account.id, f"Peran {names(known).get(row.peran, row.peran)} Anda berakhir")
    people.forget(account.id)


# ---- composed roles


@module.route("", can=SUSUN)
def peran_list() -> Response:
    return _page(Isian())


def _page(isian: Isian, status: int = 200) -> Response:
    known = composed()
    counts: dict[str, int] = dict(
        db.session.execute(
            sa.select(PenugasanPeran.peran, sa.func.count())
            .where(in_force(PenugasanPeran, today()))
            .group_by(PenugasanPeran.peran)
        ).all()  # type: ignore[arg-type]
    )
    rows = [_shown(kode, role.nama, role.permissions, counts, "", role.given) for kode, role in ROLES.items()]
    for kode, row in known.items():
        rows.append(_shown(kode, row.nama, row.izin, counts, f"/pengguna/peran?ubah={kode}#susun", True))
    edited = known.get(isian["kode"] or request.args.get("ubah", ""))
    chosen = request.form.getlist("izin") or (edited.izin if edited else [])
    return render(
        "kernel/peran_list.html", status=status, rows=rows, isian=isian, diubah=edited, dipilih=chosen,
        pilihan=sorted(PERMISSIONS.items()),
    )  # fmt: skip


def _shown(kode: str, nama: str, izin: Any, counts: dict[str, int], href: str, given: bool) -> dict[str, Any]:
    words = sorted(PERMISSIONS[i] for i in izin if i in PERMISSIONS)
    return {"kode": kode, "nama": nama, "izin": words, "jumlah": counts.get(kode, 0), "href": href, "diberi": given}


@module.route("", can=SUSUN, methods=["POST"])
def susun() -> Response:
    """Make or change a composed role. Permissions come from the declared list, nothing else is stored."""
    isian, user = Isian(request.form), required()
    if not _is_administrator(user):
        raise Denied("Peran berlaku di seluruh instansi, jadi hanya disusun oleh administrator seluruh instansi.")
    nama = isian.teks("nama", "Nama peran", min_=3, maks=60)
    izin = sorted(set(request.form.getlist("izin")) & set(PERMISSIONS))
    if not izin:
        isian.galat["izin"] = "Izin: pilih sedikitnya satu"
    kode = isian["kode"] or "s_" + "".join(c if c.isalnum() else "_" for c in nama.lower())[:40]
    row = db.session.scalars(sa.select(Peran).where(Peran.kode == kode).with_for_update()).first()
    if row is not None and not isian["kode"]:
        isian.galat["nama"] = "Nama peran: sudah dipakai"
    if row is None and isian["kode"]:  # a code of the form makes no role: it could be one of the code's own
        raise Conflict("Peran yang Anda ubah tidak ada lagi.")
    if isian.galat:
        return _page(isian, 422)
    if row is None:
        row = Peran(kode=kode)
        db.session.add(row)
    row.nama, row.izin = nama, izin
    db.session.flush()
    activity.log("peran.disusun", row, by=user, kode=kode, nama=nama, izin=izin)
    people.forget_everyone()
    return done("/pengguna/peran", f"Peran {nama} tersimpan.", "positive")
