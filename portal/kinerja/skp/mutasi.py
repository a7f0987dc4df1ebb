"""A plan follows its pegawai: who moves gets it divided on the day, who leaves has it closed.

The seat of the first day of the plan is compared with that of today, so that a new rank or another wording of the
plan changes nothing. A month that was opened for the old plan after the move stays whole with it: what was typed or
sent is never taken apart, the division then begins with the following month.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, calendar, jobs, notices, organisation
from portal.kernel.approval import Submission
from portal.kernel.db import commit, db
from portal.kernel.organisation import DEFINITIF, JPT, Atasan, Penempatan, Unit, in_force
from portal.kernel.people import User
from portal.kinerja import kalender
from portal.kinerja.models import (
    DITETAPKAN,
    OPEN_STATES,
    Indikator,
    KinerjaBulanan,
    RealisasiBulanan,
    Renaksi,
    Rhk,
    Skp,
    SkpPerilaku,
)
from portal.kinerja.predikat import capaian

HARI = timedelta(days=1)
CENT = Decimal("0.01")
RUNNING = (DITETAPKAN, "REVISI_DIMINTA")

activity.declare(**{"kinerja.skp_dibagi": "sampai mulai unit jabatan", "kinerja.skp_diakhiri": "sampai"})


@dataclass(frozen=True)
class Pindah:
    """What happened to the seat of a plan: `tmt` is the first day of the new seat, `kursi` None for who left."""

    skp_id: uuid.UUID
    tmt: date
    kursi: Penempatan | None


@jobs.every(6 * 3600, "Bagi SKP pegawai yang pindah")
@jobs.kind("ikuti-mutasi", antrean="panjang")
def follow_moves(job: jobs.Job) -> None:
    """Divide or close the plans of everybody whose seat changed; each by itself."""
    found = moved(kalender.hari_ini())
    for done, one in enumerate(found, 1):
        carry_out(one)
        commit()
        jobs.progress(job, done, len(found))
    job.rincian = f"{len(found)} SKP disesuaikan" if found else "Tidak ada yang pindah"


def moved(on: date) -> list[Pindah]:
    """Plans in force on a day whose pegawai sits elsewhere than when they began, or nowhere any more."""
    first, now = sa.orm.aliased(Penempatan), sa.orm.aliased(Penempatan)
    begun = sa.and_(
        first.pegawai_id == Skp.pegawai_id, first.jenis == DEFINITIF, first.mulai <= Skp.mulai,
        sa.or_(first.selesai.is_(None), first.selesai >= Skp.mulai),
    )  # fmt: skip
    here = sa.and_(now.pegawai_id == Skp.pegawai_id, now.jenis == DEFINITIF, in_force(now, on))
    query = (
        sa.select(Skp.id, Skp.pegawai_id, Skp.mulai, now.id.label("kini"))
        .join(first, begun)
        .outerjoin(now, here)
        .where(Skp.status.in_(RUNNING), Skp.penugasan == "DEFINITIF", Skp.mulai <= on, Skp.selesai >= on)
        .where(sa.or_(now.id.is_(None), now.unit_id != first.unit_id, now.jabatan != first.jabatan))
        .order_by(Skp.id)
    )
    return [_moved(row, on) for row in db.session.execute(query).all()]


def _moved(row: Any, on: date) -> Pindah:
    """Since when: stretches of one seat that differ only in rank count as one."""
    seats = list(db.session.scalars(
        sa.select(Penempatan)
        .where(Penempatan.pegawai_id == row.pegawai_id, Penempatan.jenis == DEFINITIF, Penempatan.mulai <= on)
        .order_by(Penempatan.mulai.desc())
    ))  # fmt: skip
    if row.kini is None:
        return Pindah(row.id, max(seat.selesai or on for seat in seats) + HARI, None)
    current = next(seat for seat in seats if seat.id == row.kini)
    tmt = current.mulai
    for seat in seats:
        if seat.mulai < tmt and (seat.unit_id, seat.jabatan) != (current.unit_id, current.jabatan):
            break
        tmt = min(tmt, seat.mulai)
    return Pindah(row.id, max(tmt, row.mulai), current)


def carry_out(one: Pindah) -> Skp | None:
    """Close the plan on the day before and, for the same jabatan in another unit, open its continuation."""
    skp = db.session.scalars(sa.select(Skp).where(Skp.id == one.skp_id).with_for_update()).one()
    if skp.status not in RUNNING:
        return None
    day = _dividing_day(skp, one.tmt)
    if day <= skp.mulai or day > skp.selesai:
        return None
    last = skp.selesai
    skp.selesai, skp.status = day - HARI, "DITUTUP"
    db.session.flush()
    if one.kursi is None:
        activity.log("kinerja.skp_diakhiri", skp, sampai=skp.selesai)
        return None
    seat, unit = one.kursi, db.session.get_one(Unit, one.kursi.unit_id)
    activity.log("kinerja.skp_dibagi", skp, sampai=skp.selesai, mulai=day, unit=unit.nama, jabatan=seat.jabatan)
    fresh = _continued(skp, day, last, seat, unit) if seat.jabatan == skp.jabatan else None
    words = f"Jabatan baru Anda, {seat.jabatan}, perlu SKP baru. Susun bersama atasan Anda."
    if fresh:
        month = calendar.nama_bulan(day.month)
        words = f"SKP Anda berlanjut di {unit.nama}. Bila pindah di tengah bulan, {month} mempunyai dua bagian."
    title = f"SKP lama berakhir {calendar.tanggal(skp.selesai)}"
    notices.notify(skp.user_id, title, words, f"/kinerja?tahun={skp.tahun}")
    boss = organisation.atasan(skp.pegawai_id, day)
    if fresh is None and isinstance(boss, Atasan):
        holder = db.session.scalar(sa.select(User.id).where(User.pegawai_id == boss.pegawai_id))
        notices.notify(holder, "Pegawai baru di unit Anda perlu SKP", f"{seat.jabatan}, mulai {calendar.tanggal(day)}.")
    return fresh


def _dividing_day(skp: Skp, tmt: date) -> date:
    """The TMT, or the first of the month after the last one that already belongs to the old plan."""
    bundles = db.session.execute(
        sa.select(KinerjaBulanan.bulan, KinerjaBulanan.submission_id)
        .where(KinerjaBulanan.skp_id == skp.id, KinerjaBulanan.bulan >= tmt.month)
        .order_by(KinerjaBulanan.bulan.desc())
    ).all()
    for row in bundles:
        if row.bulan > tmt.month or not _is_open(row.submission_id):
            return kalender.first_of_next(skp.tahun, row.bulan)
    return tmt


def _is_open(submission_id: uuid.UUID) -> bool:
    status = db.session.scalar(sa.select(Submission.status).where(Submission.id == submission_id))
    return status in OPEN_STATES


def _continued(old: Skp, day: date, last: date, seat: Penempatan, unit: Unit) -> Skp:
    """The same plan in the new unit from a day on: its months, and this month's targets by calendar days."""
    boss = organisation.atasan(old.pegawai_id, day)
    fresh = Skp(
        pegawai_id=old.pegawai_id, user_id=old.user_id, tahun=old.tahun, mulai=day, selesai=last, unit_id=seat.unit_id,
        pd_id=seat.pd_id, jabatan=seat.jabatan, unit_nama=unit.nama,
        jenis="JPT" if seat.jenis_jabatan == JPT else "JA_JF",
        pangkat=f"{seat.pangkat} ({seat.golongan})" if seat.pangkat else "-", pendekatan=old.pendekatan,
        penilai_id=boss.pegawai_id if isinstance(boss, Atasan) else None, status=DITETAPKAN,
        ditetapkan_at=old.ditetapkan_at,
    )  # fmt: skip
    db.session.add(fresh)
    db.session.flush()
    for perilaku in db.session.scalars(sa.select(SkpPerilaku).where(SkpPerilaku.skp_id == old.id)).all():
        db.session.add(SkpPerilaku(skp_id=fresh.id, aspek=perilaku.aspek, ekspektasi_khusus=perilaku.ekspektasi_khusus))
    share = _share(day)
    for rhk in db.session.scalars(sa.select(Rhk).where(Rhk.skp_id == old.id).order_by(Rhk.urut)).all():
        _copy_rhk(rhk, fresh, day, share)
    db.session.flush()
    return fresh


def _share(day: date) -> Decimal:
    """Part of the month of a day that lies before it, by calendar days."""
    length = (kalender.first_of_next(day.year, day.month) - day.replace(day=1)).days
    return Decimal(day.day - 1) / length


def _copy_rhk(old: Rhk, skp: Skp, day: date, share: Decimal) -> None:
    kept = ("urut", "jenis", "klasifikasi", "tema", "uraian", "rhk_pimpinan", "perspektif", "pemberi_tugas")
    fresh = Rhk(skp_id=skp.id, silsilah_id=old.silsilah_id or old.id, **{name: getattr(old, name) for name in kept})
    db.session.add(fresh)
    db.session.flush()
    measures = ("urut", "aspek", "uraian", "target_min", "target_maks", "satuan", "polaritas", "akumulasi",
                "narasi_target")  # fmt: skip
    for one in db.session.scalars(sa.select(Indikator).where(Indikator.rhk_id == old.id)).all():
        db.session.add(Indikator(rhk_id=fresh.id, **{name: getattr(one, name) for name in measures}))
    for plan in db.session.scalars(sa.select(Renaksi).where(Renaksi.rhk_id == old.id)).all():
        before = divided(plan.target, share) if plan.bulan == day.month else plan.target
        after = plan.target - before if plan.bulan == day.month else plan.target
        db.session.add(Renaksi(rhk_id=fresh.id, bulan=plan.bulan, uraian=plan.uraian, satuan=plan.satuan,
                               target=after if plan.bulan >= day.month else Decimal(0)))  # fmt: skip
        if plan.bulan == day.month:
            _shorten(plan, before)
        elif plan.bulan > day.month:
            plan.target = Decimal(0)


def divided(target: Decimal, share: Decimal) -> Decimal:
    """The part of a target for the days before a move: whole where the target is whole, else two decimals."""
    whole = target == target.to_integral_value()
    return (target * share).quantize(Decimal(1) if whole else CENT, rounding=ROUND_HALF_UP)


def _shorten(plan: Renaksi, target: Decimal) -> None:
    """The month of the move keeps its part, in an opened bundle as well, where the row is not decided yet."""
    plan.target = target
    rows = sa.select(RealisasiBulanan).join(KinerjaBulanan, KinerjaBulanan.id == RealisasiBulanan.kinerja_bulanan_id)
    mine = rows.where(RealisasiBulanan.rhk_id == plan.rhk_id, KinerjaBulanan.bulan == plan.bulan)
    for row in db.session.scalars(mine).all():
        if row.keputusan_renaksi is None:
            row.target, row.versi = target, row.versi + 1
            row.capaian = None if row.realisasi is None else capaian(target, row.realisasi)
