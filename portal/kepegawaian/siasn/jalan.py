"""Runs: who holds one, when it pauses, how it goes on. A run lives in its rows, so that any worker may continue it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import setelan
from portal.kepegawaian.siasn.diri import KONTAK
from portal.kepegawaian.siasn.klien import Klien, Terputus, TokenHabis, buka
from portal.kernel import activity, jobs
from portal.kernel.calendar import setempat
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.errors import Conflict
from portal.kernel.people import Principal
from portal.kernel.storage import config

LEPAS = timedelta(minutes=10)  # a run whose worker has not been heard of for so long is free
SEPOTONG = timedelta(minutes=25)  # what one job does before it hands on
SIMPAN_HARI = 90

activity.declare(**{
    "kepegawaian.siasn_dimulai": "jenis judul", "kepegawaian.siasn_jeda": "judul alasan",
    "kepegawaian.siasn_selesai": "jenis judul orang gagal panggilan", "kepegawaian.siasn_dihentikan": "judul",
})  # fmt: skip


def sesuai(job: jobs.Job) -> m.Jalan | None:
    """The run of a job, held by it; None when it is over, paused, or in other hands."""
    key = uuid.UUID(job.argumen["jalan"])
    free = sa.or_(m.Jalan.pemegang.is_(None), m.Jalan.pemegang == job.id, m.Jalan.denyut_at < now() - LEPAS)
    taken = (
        sa.update(m.Jalan).where(m.Jalan.id == key, m.Jalan.status == m.BERJALAN, free)
        .values(pemegang=job.id, denyut_at=now()).returning(m.Jalan.id)
    )  # fmt: skip
    held = db.session.execute(taken).first()
    commit()
    return db.session.get(m.Jalan, key, populate_existing=True) if held else None


def masih(run: m.Jalan) -> bool:
    """Whether the run is still to go on, asked before each person or item; also its sign of life."""
    alive = (
        sa.update(m.Jalan).where(m.Jalan.id == run.id, m.Jalan.status == m.BERJALAN)
        .values(denyut_at=now()).returning(m.Jalan.id)
    )  # fmt: skip
    return db.session.execute(alive).first() is not None


def antrekan(run: m.Jalan, potong: str = "") -> None:
    """Queue the work of a run; the same work is not queued twice."""
    what = jobs.KINDS["siasn-tarik" if run.jenis == m.TARIK else "siasn-kirim"]
    jobs.enqueue(what, run.judul, f"siasn-{run.id}{potong}", run.user_id, jalan=str(run.id))


def antrekan_paket(parcel: m.Paket) -> None:
    """Queue the filling of a parcel."""
    what = jobs.KINDS["siasn-siapkan"]
    jobs.enqueue(what, parcel.judul, f"siasn-siapkan-{parcel.id}", parcel.disiapkan_oleh_id, paket=str(parcel.id))


def jeda(run: m.Jalan, why: str, until: datetime | None = None) -> None:
    """Wait: for a moment, or (None) for a token."""
    run.status, run.alasan, run.lanjut_at, run.pemegang = m.JEDA, why, until, None
    activity.log("kepegawaian.siasn_jeda", run, judul=run.judul, alasan=why)


def tutup(run: m.Jalan, why: str = "") -> None:
    run.status, run.alasan, run.pemegang, run.selesai_at = m.SELESAI, why, None, now()
    activity.log("kepegawaian.siasn_selesai", run, jenis=run.jenis, judul=run.judul, orang=run.selesai,
                 gagal=run.gagal, panggilan=run.panggilan)  # fmt: skip


def hentikan(run: m.Jalan, user: Principal) -> None:
    """End a run for good; what it did stays. Raises Conflict."""
    if run.status not in (m.BERJALAN, m.JEDA):
        raise Conflict("Proses ini sudah selesai.")
    run.status, run.alasan, run.selesai_at = m.DIHENTIKAN, f"Dihentikan {user.nama}.", now()
    activity.log("kepegawaian.siasn_dihentikan", run, by=user, judul=run.judul)


def teruskan(run: m.Jalan) -> None:
    """Go on after a pause."""
    run.status, run.alasan, run.lanjut_at = m.BERJALAN, "", None
    db.session.flush()
    antrekan(run)


def teruskan_semua() -> int:
    """A token came: what waited for one goes on. Returns how many."""
    waiting = sa.select(m.Jalan).where(m.Jalan.status == m.JEDA, m.Jalan.lanjut_at.is_(None))
    rows = list(db.session.scalars(waiting.with_for_update()))
    for run in rows:
        teruskan(run)
    return len(rows)


def halangan(row: m.Setelan, jumlah_hari_ini: int = 0) -> tuple[str, datetime] | None:
    """Why no call may be made now, and until when: quiet hours, the cap of the day, the circuit."""
    until = setelan.tenang(row, now())
    if until is not None:
        return "Jam tenang.", until
    if jumlah_hari_ini >= row.batas_harian:
        here = setempat(now(), config().zona)
        return "Batas panggilan hari ini tercapai.", here.replace(hour=0, minute=5) + timedelta(days=1)
    if row.putus_sampai is not None and row.putus_sampai > now():
        return "SIASN sedang terganggu.", row.putus_sampai
    return None


def hari_ini() -> int:
    """Calls made today."""
    today = setempat(now(), config().zona).date()
    return db.session.scalar(sa.select(m.Harian.jumlah).where(m.Harian.tanggal == today)) or 0


def bukukan(run: m.Jalan, client: Klien) -> int:
    """Put the calls since the last time on record; how many were made today."""
    made = len(client.panggilan)
    today = client.bukukan()
    run.panggilan += made
    return today or hari_ini()


def dengan_klien(run: m.Jalan, row: m.Setelan, work: Callable[[Klien], None]) -> None:
    """Work with a client when calls may be made now; what stops the client pauses the run, what it did is on record."""
    stop = halangan(row, hari_ini())
    if stop:
        jeda(run, *stop)
        return
    key = run.id
    try:
        client = buka(row, key, run.user_id)
    except TokenHabis as error:
        jeda(run, str(error))
        return
    with client:
        try:
            work(client)
        except (TokenHabis, Terputus) as error:
            rollback()
            run = db.session.get_one(m.Jalan, key, populate_existing=True)
            bukukan(run, client)
            henti_karena(run, error, setelan.ambil())


def henti_karena(run: m.Jalan, error: Exception, row: m.Setelan) -> None:
    """Pause a run for what stopped its client."""
    if isinstance(error, TokenHabis):
        if setelan.token() is not None and "Token SSO" in str(error):
            setelan.akhiri(str(error))
        jeda(run, str(error))
    elif isinstance(error, Terputus):
        until = row.putus_sampai if row.putus_sampai and row.putus_sampai > now() else setelan.putuskan(row)
        jeda(run, str(error), until)


@jobs.every(60, "Lanjutkan sinkronisasi SIASN")
@jobs.kind("siasn-lanjut")
def lanjutkan(job: jobs.Job) -> None:
    """Wake what waited long enough, and what a dead worker left behind."""
    due = sa.select(m.Jalan).where(m.Jalan.status == m.JEDA, m.Jalan.lanjut_at <= now())
    for run in db.session.scalars(due.with_for_update(skip_locked=True)):
        teruskan(run)
    left = sa.select(m.Jalan).where(
        m.Jalan.status == m.BERJALAN,
        sa.or_(m.Jalan.pemegang.is_(None), m.Jalan.denyut_at < now() - LEPAS),
    )
    for run in db.session.scalars(left):
        antrekan(run)
    for parcel in db.session.scalars(sa.select(m.Paket).where(m.Paket.status == m.MENYUSUN)):
        antrekan_paket(parcel)


@jobs.every(86400, "Rapikan catatan SIASN")
@jobs.kind("siasn-rapikan")
def rapikan(job: jobs.Job) -> None:
    """Calls and cursors older than 90 days, and mirrored rows that SIASN has not shown for as long, are deleted; of
    contacts that were sent the body goes, its hash stays.
    """
    old = now() - timedelta(days=SIMPAN_HARI)
    db.session.execute(sa.delete(m.Panggilan).where(m.Panggilan.waktu < old))
    ended = sa.select(m.Jalan.id).where(m.Jalan.selesai_at < old)
    db.session.execute(sa.delete(m.JalanOrang).where(m.JalanOrang.jalan_id.in_(ended)))
    sent = sa.update(m.Kotak).where(
        m.Kotak.jenis == KONTAK.kode, m.Kotak.status.in_([m.TERBUKTI, m.GAGAL, m.BATAL]), m.Kotak.diubah_at < old,
        m.Kotak.isi != {},
    )  # fmt: skip
    db.session.execute(sent.values(isi={}, sebelum=None))
    paired = sa.select(m.Pasangan.cermin_id).where(m.Pasangan.cermin_id.is_not(None))
    db.session.execute(sa.delete(m.Cermin).where(m.Cermin.hilang_at < old, m.Cermin.id.not_in(paired)))
