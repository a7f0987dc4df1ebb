"""Carrying out what the finder proposed, one by one or all that is beyond doubt, and taking a whole run back."""

import hashlib
import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.berkas import cari, versi
from portal.kepegawaian.berkas import models as m
from portal.kepegawaian.berkas.models import BerkasBatch, BerkasObjek, BerkasTemuan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kepegawaian.rujukan import aturan
from portal.kernel import access, activity, documents, jobs, organisation, people, storage
from portal.kernel.db import commit, db, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.people import Principal
from portal.kernel.storage import ENGINE_DOWN

Link = r.BerkasTautan
BATCH = 100
activity.declare(**{
    "kepegawaian.berkas_ditemukan": "jenis kunci sha256 batch", "kepegawaian.berkas_batch_diurungkan": "jumlah",
    "kepegawaian.berkas_temuan_dilewati": "jenis",
})  # fmt: skip


def start(batch: BerkasBatch, user: Principal) -> None:
    """Link what is beyond doubt, as a job; a second press joins the first. Raises Conflict unless the run is ready."""
    if batch.status == m.MENJALANKAN:
        return
    if batch.status != m.SIAP:
        raise Conflict("Pencarian ini tidak sedang menunggu untuk dijalankan.")
    batch.status, batch.dijalankan_oleh_id = m.MENJALANKAN, user.id
    _antrekan(batch, user)


def start_undo(batch: BerkasBatch, user: Principal) -> None:
    if batch.status == m.MENGURUNGKAN:
        return
    if batch.status != m.SELESAI:
        raise Conflict("Hanya pencarian yang sudah dijalankan yang dapat diurungkan.")
    batch.status, batch.diurungkan_oleh_id = m.MENGURUNGKAN, user.id
    _antrekan(batch, user)


def _kunci(batch: BerkasBatch) -> tuple[jobs.Kind, str, str]:
    """What a run at work is worked on by: the job, its title and its key."""
    kind, title, word = {
        m.MENYIAPKAN: (cari.prepare, "Cari berkas hilang", "cari"),
        m.MENJALANKAN: (run, "Tautkan berkas yang ditemukan", "tautkan"),
        m.MENGURUNGKAN: (back, "Urungkan tautan berkas", "urungkan"),
    }[batch.status]
    return kind, title, f"berkas-{word}-{batch.id}"


def _antrekan(batch: BerkasBatch, user: Principal) -> None:
    kind, title, key = _kunci(batch)
    jobs.enqueue(kind, title, key, user.id, batch=str(batch.id))


def terhenti(batch: BerkasBatch) -> bool:
    """At work, but its job gave up, as when the store stays away for long."""
    if batch.status not in m.BERJALAN:
        return False
    alive = sa.select(jobs.Job.id).where(
        jobs.Job.kunci == _kunci(batch)[2], jobs.Job.status.in_([jobs.ANTRE, jobs.BERJALAN])
    )
    return db.session.scalar(alive) is None


def lanjutkan(batch: BerkasBatch, user: Principal) -> None:
    """Each of the three goes on where it stopped. Raises Conflict while somebody works on it."""
    if not terhenti(batch):
        raise Conflict("Pencarian ini tidak sedang terhenti.")
    _antrekan(batch, user)


def _person(key: uuid.UUID | None) -> Principal:
    user = people.principal_of(key, access.grants()) if key else None
    if user is None:
        raise Missing("Akun peminta sudah tidak aktif.")
    return user


@jobs.kind("kepegawaian-berkas-tautkan", antrean="panjang")
def run(job: jobs.Job) -> None:
    jalankan(uuid.UUID(job.argumen["batch"]))


@jobs.kind("kepegawaian-berkas-urungkan", antrean="panjang")
def back(job: jobs.Job) -> None:
    urungkan(uuid.UUID(job.argumen["batch"]))


def jalankan(key: uuid.UUID) -> int:
    """Link the certain ones, a hundred a transaction; each is looked at again. Returns how many were linked."""
    batch = db.session.get_one(BerkasBatch, key)
    if batch.status != m.MENJALANKAN:
        return 0
    user, done = _person(batch.dijalankan_oleh_id), 0
    query = sa.select(BerkasTemuan).where(
        BerkasTemuan.batch_id == key, BerkasTemuan.hasil == m.OTOMATIS, BerkasTemuan.status == m.MENUNGGU
    )
    while rows := list(db.session.scalars(query.order_by(BerkasTemuan.id).limit(BATCH))):
        for row in rows:
            try:
                with db.session.begin_nested():
                    tautkan(row, row.kunci, user)
                done += 1
            except (Conflict, Invalid) as error:
                if isinstance(error.__cause__, ENGINE_DOWN):
                    raise error.__cause__ from error  # the file is beyond doubt still: the job tries again
                row.hasil, row.sebab, row.kunci = m.ANTRE, error.pesan, ""
        commit()
    batch.status, batch.dijalankan_at = m.SELESAI, now()
    batch.hitungan = {**batch.hitungan, "ditautkan": _linked(key)}
    commit()
    return done


def _linked(key: uuid.UUID) -> int:
    query = sa.select(sa.func.count()).select_from(BerkasTemuan).where(
        BerkasTemuan.batch_id == key, BerkasTemuan.status == m.DITAUTKAN
    )  # fmt: skip
    return db.session.scalar(query) or 0


def isi(row: BerkasTemuan, kunci: str) -> bytes:
    """The bytes of one of the candidates. Raises Conflict when the object is gone or is another one by now."""
    one = next((one for one in row.calon if one["kunci"] == kunci), None)
    body = storage.get(kunci) if one is not None else None
    if one is None or body is None:
        raise Conflict("Objek calon ini tidak ada lagi di penyimpanan.")
    if one["sha256"] and hashlib.sha256(body).hexdigest() != one["sha256"]:
        raise Conflict("Isi calon ini berubah sejak pencarian.")
    return body


def tautkan(row: BerkasTemuan, kunci: str, user: Principal) -> Link:
    """Make one candidate the next version of the lost file. Raises Conflict when it is no longer lost or the object
    changed, Invalid for a file that is none (a web page saved as PDF, nothing in it, a password)."""
    services.lock(row.pegawai_id)
    link = db.session.get_one(Link, row.tautan_id, populate_existing=True)
    if row.status != m.MENUNGGU or not link.aktif or (link.dokumen_id is not None and not link.hilang):
        raise Conflict("Berkas ini sudah ada, jadi tidak ditautkan lagi.")
    body = isi(row, kunci)
    limit = int(aturan.nilai("berkas_maks_mb", organisation.today())) * 4 * 1024 * 1024
    checked = documents.check(body, link.nama_asli or kunci.rsplit("/", 1)[-1], limit)
    document = documents.store(checked, user.id)
    made = versi.pasang(link, document, user, batch_id=row.batch_id)
    row.status, row.kunci, row.baru_id, row.diputus_oleh_id, row.diputus_at = (
        m.DITAUTKAN, kunci, made.id, user.id, now(),
    )  # fmt: skip
    _used(kunci, made.id)
    activity.log(
        "kepegawaian.berkas_ditemukan", made, by=user, jenis=link.jenis_dokumen, kunci=kunci, sha256=made.sha256,
        batch=str(row.batch_id),
    )  # fmt: skip
    return made


def _used(kunci: str, by: uuid.UUID | None) -> None:
    db.session.execute(sa.update(BerkasObjek).where(BerkasObjek.kunci == kunci).values(dipakai_id=by))


def lewati(row: BerkasTemuan, user: Principal) -> None:
    """A person says that none of the candidates is the file."""
    if row.status != m.MENUNGGU:
        raise Conflict("Temuan ini sudah diputus.")
    row.status, row.diputus_oleh_id, row.diputus_at = m.DILEWATI, user.id, now()
    activity.log("kepegawaian.berkas_temuan_dilewati", row, by=user, jenis=row.jenis_dokumen)


def urungkan(key: uuid.UUID) -> int:
    """Take back every link of a run that is still in force; one that somebody has replaced since stays. Returns how
    many. The rows are as they were before; the objects of the old store were never touched."""
    batch = db.session.get_one(BerkasBatch, key)
    if batch.status != m.MENGURUNGKAN:
        return 0
    user, done = _person(batch.diurungkan_oleh_id), 0
    query = sa.select(BerkasTemuan).where(BerkasTemuan.batch_id == key, BerkasTemuan.status == m.DITAUTKAN)
    last: uuid.UUID | None = None
    while True:
        more = query.where(BerkasTemuan.id > last) if last else query
        rows = list(db.session.scalars(more.order_by(BerkasTemuan.id).limit(BATCH)))
        if not rows:
            break
        last = rows[-1].id
        made = [one for one in map(_back, rows) if one is not None]
        free = set(made) - versi.used_elsewhere(set(made))  # the purge removes these
        db.session.execute(sa.update(Document).where(Document.id.in_(free)).values(diklaim_at=None))
        done += len(made)
        commit()
    batch.status, batch.diurungkan_at = m.DIURUNGKAN, now()
    activity.log("kepegawaian.berkas_batch_diurungkan", batch, by=user, jumlah=done)
    commit()
    return done


def _back(row: BerkasTemuan) -> uuid.UUID | None:
    """The document whose link was taken back, None where the link is no longer in force."""
    services.lock(row.pegawai_id)
    made: Any = db.session.get(Link, row.baru_id) if row.baru_id else None
    before = db.session.get_one(Link, row.tautan_id)
    if made is None or not made.aktif:
        return None
    document: uuid.UUID | None = made.dokumen_id
    _used(row.kunci, None)
    row.status, row.baru_id = m.KEMBALI, None
    db.session.flush()
    db.session.delete(made)
    db.session.flush()
    before.aktif = True
    db.session.flush()
    return document
