"""Pages of those who watch: the list, one month of one person, unlocking it, the report of a person."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import access, activity, approval, people
from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.calendar import bulan_tahun, tanggal
from portal.kernel.db import db, rollback
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.organisation import Kosong, Pegawai
from portal.kernel.pages.akun import owned_through
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, required
from portal.kernel.web import SIGNED_IN, done, render
from portal.kinerja import BUKA_KUNCI, PANTAU, kalender, module
from portal.kinerja.bulanan import lembar, services
from portal.kinerja.bulanan.policies import visible_bulan
from portal.kinerja.models import BELUM, MENUNGGU_PENILAI, TERKUNCI, KinerjaBulanan, Skp
from portal.kinerja.pantauan import daftar, orang, policies
from portal.kinerja.penilaian import kunci

activity.declare(**{"kinerja.dilihat": "apa"})
LOCKED = (TERKUNCI, MENUNGGU_PENILAI)
LONGEST = timedelta(days=366)


def own_bundles(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    return sa.select(KinerjaBulanan.id).where(KinerjaBulanan.pegawai_id == user.pegawai_id)


owned_through(own_bundles)


@module.route("/monitoring", can=PANTAU)
def pantauan_list() -> Response:
    return daftar.DAFTAR.respond(
        "kinerja/pantauan_list.html", more=lambda ask: {
            "ringkasan": daftar.summary(ask), "status_tampil": daftar.STATES,
            "periode": bulan_tahun(ask.chosen["tahun"], ask.chosen["bulan"]),
        },
    )  # fmt: skip


# ---- one month


@module.route("/monitoring/<uuid:skp>/<int:bulan>", can=PANTAU, writes=True)
def pantauan(skp: uuid.UUID, bulan: int) -> Response:
    return _month_page(_skp_of(skp, bulan), bulan)


def _skp_of(key: uuid.UUID, bulan: int) -> Skp:
    """The SKP, if this person monitors it and it covers the month. Raises Missing."""
    skp: Skp = fetch(policies.monitored(required()), key)
    if not 1 <= bulan <= 12:
        raise Missing()
    first, following = date(skp.tahun, bulan, 1), kalender.first_of_next(skp.tahun, bulan)
    if not (first <= skp.selesai and skp.mulai < following):
        raise Missing()
    return skp


def _month_page(skp: Skp, bulan: int, status: int = 200, galat: dict[str, str] | None = None) -> Response:
    user = required()
    row = db.session.execute(_one(skp, bulan, user)).one()
    plan = kalender.jadwal(skp.tahun, bulan, skp.pd_id)
    pegawai = db.session.scalars(sa.select(Pegawai).where(Pegawai.id == skp.pegawai_id)).one()
    sheet = _contents(row, user)
    title = bulan_tahun(skp.tahun, bulan)
    activity.log("kinerja.dilihat", pegawai, by=user, apa=f"{'Isi' if sheet else 'Status'} kinerja {title}")
    return render(
        "kinerja/pantauan.html", status=status, skp=skp, pegawai=pegawai, baris=row, jadwal=plan, judul=title,
        lembar=sheet, riwayat=approval.history(row.submission_id) if row.submission_id else [],
        status_tampil=daftar.STATES, langkah=daftar.step_words(row.langkah), terlambat=daftar.late_words(row.terlambat),
        predikat_tampil=daftar.PREDIKAT, nip_tampil=daftar.nip_words, galat=galat or {},
        isian=request.form, terkunci=plan.is_locked(),
        boleh_buka=_may_unlock(skp, row, plan, user), bulan=bulan, lihat_catatan=user.has("kinerja.lihat_nilai"),
    )  # fmt: skip


def _one(skp: Skp, bulan: int, user: Principal) -> sa.Select[Any]:
    """The row of the list for this SKP, so that both pages say the same."""
    ask = daftar.DAFTAR.ask({"tahun": str(skp.tahun), "bulan": str(bulan)}, user)
    columns = [
        daftar.state.label("status"), daftar._steps(ask).label("langkah"), daftar.capaian.label("capaian"),
        daftar.days_late(ask).label("terlambat"), daftar.predikat_shown(ask).label("predikat"),
        KinerjaBulanan.id, KinerjaBulanan.submission_id, KinerjaBulanan.penilai, KinerjaBulanan.dibuka_sampai,
        KinerjaBulanan.jumlah_kembali, Submission.diajukan_at, Submission.diputus_at,
    ]  # fmt: skip
    rows = daftar.months_of(user, skp.tahun, bulan).where(Skp.id == skp.id)
    return rows.with_only_columns(*columns, maintain_column_froms=True)


def _contents(row: Any, user: Principal) -> lembar.Lembar | None:
    """RHK and measurement of a sent bundle, if this person may read contents in the unit; no evidence, no ratings."""
    if row.id is None or row.status not in daftar.WITH_PENILAI:
        return None
    query = visible_bulan(user).where(KinerjaBulanan.id == row.id).with_only_columns(KinerjaBulanan.id)
    return lembar.of_id(row.id) if db.session.scalar(query) else None


def _may_unlock(skp: Skp, row: Any, plan: kalender.Jadwal, user: Principal) -> bool:
    locked = row.status in LOCKED or (row.status == BELUM and plan.is_locked())
    if not locked or not user.has(BUKA_KUNCI) or skp.pegawai_id == user.pegawai_id:
        return False
    return db.session.scalar(policies.unlockable(user).where(Skp.id == skp.id).with_only_columns(Skp.id)) is not None


@module.route("/monitoring/<uuid:skp>/<int:bulan>/buka-kunci", can=BUKA_KUNCI, methods=["POST"])
def buka_kunci(skp: uuid.UUID, bulan: int) -> Response:
    """Open a locked month until the end of a day, with a reason. A month never opened is made first."""
    row: Skp = fetch(policies.unlockable(required()), skp, lock=True)
    _skp_of(skp, bulan)
    isian = Isian(request.form)
    until = isian.tanggal("sampai", "Buka sampai")
    try:
        if until is None:
            raise Invalid("sampai", isian.galat["sampai"])
        if until > kalender.hari_ini() + LONGEST:
            raise Invalid("sampai", "Buka sampai: paling lama satu tahun dari hari ini")
        unlock(row, bulan, kalender.end_of(until), isian["alasan"], required())
    except Invalid as error:
        rollback()
        return _month_page(_skp_of(skp, bulan), bulan, 422, {error.field: error.pesan})
    return done(f"/kinerja/monitoring/{skp}/{bulan}", f"Kunci dibuka sampai {tanggal(until)}.", "positive")


def unlock(skp: Skp, bulan: int, until: Any, why: str, user: Principal) -> None:
    """As `kunci.unlock`, also for a month the pegawai never opened. Raises Conflict, Invalid."""
    if skp.pegawai_id == user.pegawai_id:
        raise Conflict("Anda tidak dapat membuka kunci bulan Anda sendiri. Minta rekan Anda.")
    found = sa.select(KinerjaBulanan.id).where(KinerjaBulanan.skp_id == skp.id, KinerjaBulanan.bulan == bulan)
    key = db.session.scalar(found) or _opened(skp, bulan)
    bundle = db.session.scalars(sa.select(KinerjaBulanan).where(KinerjaBulanan.id == key)).one()
    kunci.unlock(bundle, until, why, user)


def _opened(skp: Skp, bulan: int) -> uuid.UUID:
    """A bundle for a month that locked before it was opened, in the state the lock would have left it in."""
    if not kalender.jadwal(skp.tahun, bulan, skp.pd_id).is_locked():
        raise Conflict("Bulan ini belum terkunci.")
    boss = services.penilai_of(skp, kalender.hari_ini())
    owner = people.principal_of(skp.user_id, access.grants()) if skp.user_id else None
    if isinstance(boss, Kosong):
        raise Conflict(f"Jabatan pimpinan {boss.unit} kosong. Tetapkan dulu Plt atau delegasi.")
    if owner is None:
        raise Conflict("Pegawai ini belum mempunyai akun yang aktif.")
    key = services.open_month(owner, skp, skp.tahun, bulan, boss)
    case = db.session.scalars(sa.select(KinerjaBulanan.submission_id).where(KinerjaBulanan.id == key)).one()
    approval.record_system(approval.lock(case), "kunci", TERKUNCI)
    return key


# ---- report of a person


@module.route("/orang/<uuid:id>", can=SIGNED_IN, writes=True)
def laporan_orang(id: uuid.UUID) -> Response:
    """For everybody above the person, the PD's admin, BKPSDM and inspektorat; for all others it does not exist."""
    user, this = required(), kalender.hari_ini().year
    pegawai: Pegawai = fetch(policies.visible_orang(user), id)
    tahun = request.args.get("tahun", type=int) or this
    if not 2000 <= tahun <= this + 1:
        raise Missing()
    if pegawai.id != user.pegawai_id:
        activity.log("kinerja.dilihat", pegawai, by=user, apa=f"Laporan kinerja {tahun}")
    return render(
        "kinerja/orang.html", pegawai=pegawai, kursi=orang.profile(pegawai),
        tahun_lain=[y for y in range(this, this - 3, -1) if y != tahun], **orang.report(pegawai, tahun, user),
    )  # fmt: skip
