"""Changes of the tree: prepared and checked by one person, carried out when another confirms.

`siapkan` stores the plan and says what it will do; `jalankan` checks it again and does it in one transaction.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kepegawaian.unor import pohon
from portal.kepegawaian.unor.models import (
    GABUNG,
    GANTI_NAMA,
    HAPUS,
    PECAH,
    PINDAH_INDUK,
    UnorSuksesi,
    UnorVersi,
    UsulUnor,
)
from portal.kernel import activity, calendar, organisation, people
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import Principal

UBAH, BARU, TUTUP, SEMBUNYIKAN, TAMPILKAN = "UBAH", "BARU", "TUTUP", "SEMBUNYIKAN", "TAMPILKAN"
JUDUL = {
    UBAH: "Ubah unit", BARU: "Unit baru", GABUNG: "Gabung unit", PECAH: "Pecah unit", TUTUP: "Tutup unit",
    SEMBUNYIKAN: "Sembunyikan unit lama", TAMPILKAN: "Tampilkan lagi unit",
}  # fmt: skip
VALUES = ("nama", "singkatan", "nama_jabatan", "jenis", "eselon", "induk_id", "urut", "formasi")
TAMPAK = ("nama", "singkatan", "jenis", "induk_id", "pd_id", "urut")  # what the kernel's row shows of the version
LABEL = {"singkatan": "Singkatan", "nama_jabatan": "Jabatan pimpinan", "jenis": "Jenis", "eselon": "Eselon",
         "urut": "Urutan", "formasi": "Formasi"}  # fmt: skip
HARI = timedelta(days=1)
SATU_PER_SATU = "pohon unor"  # each plan is checked against the tree that the one before it left

activity.declare(**{
    "kepegawaian.unor_disiapkan": "jenis judul rencana", "kepegawaian.unor_dijalankan": "jenis judul rencana baris",
    "kepegawaian.unor_ditolak": "judul alasan",
})  # fmt: skip


@dataclass
class Akibat:
    """What a plan does: sentences, people it touches, and reasons why it cannot be done."""

    langkah: list[str] = field(default_factory=list)
    penghuni: list[Any] = field(default_factory=list)
    jumlah_penghuni: int = 0
    halangan: list[str] = field(default_factory=list)


def periksa(jenis: str, plan: dict[str, Any]) -> Akibat:
    """The dry run. `plan` holds texts (JSON): unit_id, unit_ids, tanggal, dasar and, by kind, values."""
    return CHECKS[jenis](plan, Akibat())


def siapkan(jenis: str, judul: str, plan: dict[str, Any], user: Principal) -> UsulUnor:
    """Store a plan that passes its dry run. Raises Invalid with the first obstacle."""
    found = periksa(jenis, plan)
    if found.halangan:
        raise Invalid("", found.halangan[0])
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"rencana unor {user.id}"))))
    same = sa.select(UsulUnor).where(
        UsulUnor.status == "MENUNGGU", UsulUnor.jenis == jenis, UsulUnor.dibuat_oleh_id == user.id,
        UsulUnor.rencana == plan,
    )  # fmt: skip
    waiting = db.session.scalars(same.limit(1)).first()
    if waiting is not None:  # the same form sent twice
        return waiting
    row = UsulUnor(jenis=jenis, judul=judul, rencana=plan, dibuat_oleh_id=user.id)
    db.session.add(row)
    db.session.flush()
    activity.log("kepegawaian.unor_disiapkan", row, by=user, jenis=jenis, judul=judul, rencana=plan)
    return row


def jalankan(row: UsulUnor, user: Principal) -> int:
    """Carry out a waiting plan as its second person; returns how many rows changed. Raises Denied, Conflict."""
    _second(row, user)
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(SATU_PER_SATU))))
    found = periksa(row.jenis, dict(row.rencana))
    if found.halangan:
        raise Conflict(f"Rencana ini tidak dapat dijalankan lagi: {found.halangan[0]}")
    units = ACTS[row.jenis](dict(row.rencana), user)
    follow_today(units)
    keys = db.session.scalars(_touched(units)).all()
    changed = sum(bangun.rebuild(keys[i : i + bangun.BATCH]) for i in range(0, len(keys), bangun.BATCH))
    row.status, row.diputus_oleh_id, row.diputus_at = "DIJALANKAN", user.id, now()
    activity.log("kepegawaian.unor_dijalankan", row, by=user, jenis=row.jenis, judul=row.judul, rencana=row.rencana,
                 baris=changed)  # fmt: skip
    people.forget_everyone()
    return changed


def tolak(row: UsulUnor, why: str, user: Principal) -> None:
    _second(row, user)
    if not 10 <= len(why.strip()) <= 2000:
        raise Invalid("alasan", "Tulis alasan 10 sampai 2.000 huruf")
    row.status, row.diputus_oleh_id, row.diputus_at, row.alasan = "DITOLAK", user.id, now(), why.strip()
    activity.log("kepegawaian.unor_ditolak", row, by=user, judul=row.judul, alasan=why.strip())


def _second(row: UsulUnor, user: Principal) -> None:
    if row.status != "MENUNGGU":
        raise Conflict("Rencana ini sudah diputuskan.")
    if row.dibuat_oleh_id == user.id:
        raise Denied("Rencana ini Anda siapkan sendiri. Orang lain yang menyetujuinya.")


# ---- checks


def _day(plan: dict[str, Any]) -> date:
    return date.fromisoformat(plan["tanggal"])


def _units(plan: dict[str, Any]) -> set[uuid.UUID]:
    return {uuid.UUID(one) for one in plan.get("unit_ids", [plan["unit_id"]] if plan.get("unit_id") else [])}


def _check_change(plan: dict[str, Any], found: Akibat) -> Akibat:
    day, unit = _day(plan), uuid.UUID(plan["unit_id"])
    tree = pohon.nodes(day, hidden=True)
    if unit not in tree:
        found.halangan.append("Unit ini tidak ada pada tanggal itu.")
        return found
    parent = uuid.UUID(plan["induk_id"]) if plan.get("induk_id") else None
    if parent is not None and parent not in tree:
        found.halangan.append("Induk itu tidak ada pada tanggal itu.")
    elif parent in pohon.below(tree, unit):
        found.halangan.append("Induk itu berada di bawah unit ini sendiri. Pilih induk lain.")
    else:
        found.halangan += _outlived(parent, _last_day(unit))
    later = sa.select(UnorVersi.id).where(UnorVersi.unit_id == unit, UnorVersi.mulai >= day)
    if db.session.scalar(later) is not None:
        found.halangan.append("Sudah ada perubahan unit ini pada atau setelah tanggal itu. Pilih tanggal setelahnya.")
    old = tree[unit]
    if plan.get("nama", old.nama) != old.nama:
        found.langkah.append(f"{old.nama} menjadi {plan['nama']} mulai tanggal itu.")
    if parent != old.induk_id and parent in tree:
        found.langkah.append(f"{old.nama} pindah ke bawah {tree[parent].nama}.")
    found.langkah += _other_values(unit, day, plan)
    if not found.langkah and not found.halangan:
        found.halangan.append("Tidak ada yang berubah. Ubah sedikitnya satu isian.")
    _who(pohon.below(tree, unit), day, found)
    return found


def _last_day(unit: uuid.UUID) -> date | None:
    """The last day a unit exists; None for one that is open, or has no version."""
    ends = sa.select(sa.func.max(sa.func.coalesce(UnorVersi.selesai, date.max))).where(UnorVersi.unit_id == unit)
    last: date | None = db.session.scalar(ends)
    return None if last == date.max else last


def _outlived(parent: uuid.UUID | None, until: date | None) -> list[str]:
    """The period of a child lies inside that of its parent. `until`: the last day of the child."""
    last = _last_day(parent) if parent else None
    if last is None or (until is not None and until <= last):
        return []
    return [f"Induk itu hanya ada sampai {calendar.tanggal(last)}. Pilih induk lain."]


def _other_values(unit: uuid.UUID, day: date, plan: dict[str, Any]) -> list[str]:
    query = sa.select(UnorVersi).where(UnorVersi.unit_id == unit, organisation.in_force(UnorVersi, day))
    old = db.session.scalars(query).one()
    changed = [name for name in LABEL if name in plan and plan[name] != getattr(old, name)]
    return [f"{LABEL[name]}: {_said(getattr(old, name))} menjadi {_said(plan[name])}." for name in changed]


def _said(value: Any) -> str:
    return "kosong" if value in ("", None) else str(value)


def _check_new(plan: dict[str, Any], found: Akibat) -> Akibat:
    parent = uuid.UUID(plan["induk_id"]) if plan.get("induk_id") else None
    if parent not in pohon.nodes(_day(plan), hidden=True):
        found.halangan.append("Induk itu tidak ada pada tanggal itu.")
    else:
        found.halangan += _outlived(parent, None)
    taken = sa.select(Unit.id).where(Unit.kode == plan["kode"])
    if db.session.scalar(taken) is not None:
        found.halangan.append("Kode ini sudah dipakai unit lain.")
    found.langkah.append(f"Unit baru: {plan['nama']}.")
    return found


def _check_end(plan: dict[str, Any], found: Akibat) -> Akibat:
    """Closing, merging, splitting: nothing below may stay open; people inside will need an SK."""
    day, units = _day(plan), _units(plan)
    tree = pohon.nodes(day - HARI, hidden=True)
    missing = units - set(tree)
    if missing or not units:
        found.halangan.append("Salah satu unit tidak ada sampai tanggal itu.")
        return found
    heirs = {uuid.UUID(one) for one in plan.get("pengganti_ids", [])}
    if heirs & units:
        found.halangan.append("Unit pengganti tidak boleh salah satu unit yang ditutup.")
    if heirs - set(pohon.nodes(day, hidden=True)):
        found.halangan.append("Unit pengganti harus sudah ada pada tanggal itu. Buat unitnya dulu.")
    below = _still_below(units, day)
    for unit in units:
        if below.get(unit):
            names = ", ".join(below[unit][:3])
            found.halangan.append(f"{tree[unit].nama} masih mempunyai unit di bawahnya: {names}. Pindahkan dulu.")
        found.langkah.append(f"{tree[unit].nama} berakhir sehari sebelum tanggal itu.")
    later = sa.select(UnorVersi.id).where(UnorVersi.unit_id.in_(units), UnorVersi.mulai >= day)
    if db.session.scalar(later) is not None:
        found.halangan.append("Sudah ada perubahan unit itu pada atau setelah tanggal itu. Pilih tanggal setelahnya.")
    _who(units, day, found)
    if found.jumlah_penghuni:
        found.langkah.append(f"{found.jumlah_penghuni} pegawai perlu SK penempatan baru.")
    return found


def _still_below(units: set[uuid.UUID], day: date) -> dict[uuid.UUID, list[str]]:
    """Names of other units that hang under these on a day or later, also those that are only planned."""
    version = UnorVersi
    query = sa.select(version.induk_id, version.nama).where(
        version.induk_id.in_(units), version.unit_id.not_in(units),
        sa.or_(version.selesai.is_(None), version.selesai >= day),
    )  # fmt: skip
    found: dict[uuid.UUID, list[str]] = {}
    for above, name in db.session.execute(query.order_by(version.nama, version.mulai)):
        found.setdefault(above, [])
        if name not in found[above]:
            found[above].append(name)
    return found


def _check_hide(plan: dict[str, Any], found: Akibat) -> Akibat:
    """Item e: hidden from choices and from the tree of today, never deleted; not while somebody sits there."""
    units, today = _units(plan), organisation.today()
    found.halangan += _unknown(units)
    _who(units, today, found)
    if found.jumlah_penghuni:
        names = ", ".join(one.nama for one in found.penghuni[:5])
        found.halangan.append(f"Masih ditempati {found.jumlah_penghuni} pegawai: {names}.")
    else:
        names = ", ".join(_coming(units, today))
        found.halangan += [f"Masih ada jabatan atau tugas tambahan di unit ini: {names}."] if names else []
    waiting = (
        sa.select(sa.func.count())
        .select_from(r.RiwayatJabatan)
        .where(r.RiwayatJabatan.unit_id.in_(units), r.RiwayatJabatan.status.in_((r.DIAJUKAN, r.DIPERIKSA)))
    )
    if db.session.scalar(waiting):
        found.halangan.append("Masih ada usulan riwayat ke unit ini. Putuskan dulu.")
    children = sa.select(Unit.nama).where(Unit.induk_id.in_(units), Unit.id.not_in(units), ~Unit.disembunyikan)
    for name in db.session.scalars(children.limit(3)):
        found.halangan.append(f"{name} masih berada di bawahnya.")
    found.langkah.append(f"{len(units)} unit tidak ditawarkan lagi; namanya tetap tampil di riwayat lama.")
    return found


def _coming(units: set[uuid.UUID], today: date) -> list[str]:
    """Who holds an extra role in these units, or takes a seat there by an SK for a later day."""
    seat = r.RiwayatJabatan
    held = sa.and_(seat.jalur == r.TAMBAHAN, seat.selesai >= today)
    query = (
        sa.select(Pegawai.nama)
        .join(seat, seat.pegawai_id == Pegawai.id)
        .join(Keadaan, sa.and_(Keadaan.pegawai_id == seat.pegawai_id, berlaku(today)))
        .where(seat.unit_id.in_(units), seat.status == r.TERVERIFIKASI, sa.or_(held, seat.berlaku > today))
        .where(Keadaan.kelompok != BERHENTI)
    )
    return list(db.session.scalars(query.distinct().order_by(Pegawai.nama).limit(5)))


def _unknown(units: set[uuid.UUID]) -> list[str]:
    known = db.session.scalar(sa.select(sa.func.count()).select_from(Unit).where(Unit.id.in_(units))) or 0
    return [] if units and known == len(units) else ["Salah satu unit tidak ada. Pilih lagi."]


def _check_show(plan: dict[str, Any], found: Akibat) -> Akibat:
    found.halangan += _unknown(_units(plan))
    found.langkah.append(f"{len(_units(plan))} unit ditawarkan lagi.")
    return found


def _who(units: set[uuid.UUID], on: date, found: Akibat) -> None:
    found.penghuni = pohon.occupants(units, on)
    found.jumlah_penghuni = pohon.count_occupants(units, on)


# ---- acts


def _current(unit: uuid.UUID, on: date) -> UnorVersi:
    query = sa.select(UnorVersi).where(UnorVersi.unit_id == unit, organisation.in_force(UnorVersi, on))
    return db.session.scalars(query.with_for_update()).one()


def _next(old: UnorVersi, day: date, user: Principal, **changes: Any) -> UnorVersi:
    """A version from a day on; the one before ends the day before."""
    kept = {name: getattr(old, name) for name in (*VALUES, "pd_id")}
    end, old.selesai = old.selesai, day - HARI
    db.session.flush()
    row = UnorVersi(unit_id=old.unit_id, mulai=day, selesai=end, dibuat_oleh_id=user.id, **{**kept, **changes})
    db.session.add(row)
    db.session.flush()
    return row


def _change(plan: dict[str, Any], user: Principal) -> set[uuid.UUID]:
    day, unit = _day(plan), uuid.UUID(plan["unit_id"])
    tree = pohon.nodes(day, hidden=True)
    old = _current(unit, day)
    changes = {name: plan[name] for name in VALUES if name in plan}
    changes["induk_id"] = uuid.UUID(plan["induk_id"]) if plan.get("induk_id") else old.induk_id
    before, moved = old.nama, changes["induk_id"] != old.induk_id
    pd = _pd(unit, changes.get("jenis", old.jenis), changes["induk_id"], tree)
    row = _next(old, day, user, **changes, pd_id=pd, dasar=plan.get("dasar", ""))
    touched = {unit}
    if pd != old.pd_id:
        for below in pohon.below(tree, unit) - {unit}:
            child = _current(below, day)
            if child.pd_id == old.pd_id:
                _next(child, day, user, pd_id=pd, dasar=plan.get("dasar", ""))
                touched.add(below)
    if row.nama != before or moved:
        db.session.add(UnorSuksesi(lama_id=unit, baru_id=unit, jenis=PINDAH_INDUK if moved else GANTI_NAMA,
                                   tanggal=day, dasar=plan.get("dasar", "")))  # fmt: skip
    return touched


def _pd(unit: uuid.UUID, jenis: str, parent: uuid.UUID | None, tree: dict[uuid.UUID, pohon.Simpul]) -> uuid.UUID | None:
    """The OPD a unit lies in: itself when it hangs below the root, else that of its parent."""
    above = tree.get(parent) if parent else None
    if above is None:
        return None if jenis == "PEMDA" else unit
    return above.pd_id or unit


def _new(plan: dict[str, Any], user: Principal) -> set[uuid.UUID]:
    day, parent = _day(plan), uuid.UUID(plan["induk_id"])
    tree = pohon.nodes(day, hidden=True)
    unit = Unit(kode=plan["kode"], nama=plan["nama"], singkatan=plan.get("singkatan", ""), jenis=plan["jenis"],
                induk_id=parent, urut=plan.get("urut", 0), mulai=day)  # fmt: skip
    db.session.add(unit)
    db.session.flush()
    pd = _pd(unit.id, unit.jenis, parent, tree)
    unit.pd_id = pd
    values = {name: plan[name] for name in VALUES if name in plan and name != "induk_id"}
    db.session.add(UnorVersi(unit_id=unit.id, induk_id=parent, pd_id=pd, mulai=day, dasar=plan.get("dasar", ""),
                             dibuat_oleh_id=user.id, **values))  # fmt: skip
    db.session.flush()
    return {unit.id}


def _end(kind: str) -> Callable[[dict[str, Any], Principal], set[uuid.UUID]]:
    def act(plan: dict[str, Any], user: Principal) -> set[uuid.UUID]:
        day, units = _day(plan), _units(plan)
        heirs: Sequence[uuid.UUID | None] = [uuid.UUID(one) for one in plan.get("pengganti_ids", [])] or [None]
        for unit in sorted(units):
            _current(unit, day - HARI).selesai = day - HARI
            db.session.get_one(Unit, unit).selesai = day - HARI
            for heir in heirs:
                db.session.add(UnorSuksesi(lama_id=unit, baru_id=heir, jenis=kind, tanggal=day,
                                           dasar=plan.get("dasar", "")))  # fmt: skip
        return units

    return act


def _hide(on: bool) -> Callable[[dict[str, Any], Principal], set[uuid.UUID]]:
    def act(plan: dict[str, Any], user: Principal) -> set[uuid.UUID]:
        units = _units(plan)
        db.session.execute(sa.update(Unit).where(Unit.id.in_(units)).values(disembunyikan=on))
        return set()

    return act


CHECKS: dict[str, Callable[[dict[str, Any], Akibat], Akibat]] = {
    UBAH: _check_change, BARU: _check_new, GABUNG: _check_end, PECAH: _check_end, TUTUP: _check_end,
    SEMBUNYIKAN: _check_hide, TAMPILKAN: _check_show,
}  # fmt: skip
ACTS: dict[str, Callable[[dict[str, Any], Principal], set[uuid.UUID]]] = {
    UBAH: _change, BARU: _new, GABUNG: _end(GABUNG), PECAH: _end(PECAH), TUTUP: _end(HAPUS),
    SEMBUNYIKAN: _hide(True), TAMPILKAN: _hide(False),
}  # fmt: skip


def _touched(units: set[uuid.UUID]) -> sa.Select[tuple[uuid.UUID]]:
    return sa.select(Keadaan.pegawai_id).where(Keadaan.unit_id.in_(units)).distinct().order_by(Keadaan.pegawai_id)


def follow_today(units: set[uuid.UUID]) -> None:
    """The kernel's rows show the version of today."""
    query = sa.select(UnorVersi).where(
        UnorVersi.unit_id.in_(units), organisation.in_force(UnorVersi, organisation.today())
    )
    for version in db.session.scalars(query):
        unit = db.session.get_one(Unit, version.unit_id)
        for name in TAMPAK:
            if getattr(unit, name) != getattr(version, name):
                setattr(unit, name, getattr(version, name))
