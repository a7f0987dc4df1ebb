"""Changes of reference rows: logged, and the states of everybody they touch are built anew by a job."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.rujukan import aturan, khusus
from portal.kepegawaian.rujukan.models import BupKhusus, Jabatan, Jenjang, Kedudukan, SubJabatan
from portal.kernel import activity, documents, jobs, organisation
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal

PENENTU = {"jenjang_jabatan": ("bup",), "kedudukan_hukum": ("kelompok", "dihitung"), "jabatan": ("usia_bup",)}
MEMBANGUN = ("pendidikan_dicantumkan", "koor_boleh_atasan")  # settings that states follow from

activity.declare(**{
    "kepegawaian.rujukan_diubah": "tabel nama sebelum sesudah dasar",
    "kepegawaian.bup_ditetapkan": "nama usia mulai selesai dasar sha256",
    "kepegawaian.bup_dicabut": "nama usia mulai alasan",
})  # fmt: skip


def ubah(row: Any, values: Mapping[str, Any], dasar: str, user: Principal) -> int:
    """Change or add a row. Returns how many pegawai are built anew for it. Raises Invalid for a name taken."""
    fresh = sa.inspect(row).transient
    before = {} if fresh else {name: getattr(row, name) for name in values if getattr(row, name) != values[name]}
    try:
        with db.session.begin_nested(), db.session.no_autoflush:
            for name, value in values.items():
                setattr(row, name, value)
            db.session.add(row)
            db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Invalid("nama", "Nama atau kode ini sudah dipakai baris lain.") from error
    after = dict(values) if fresh else {name: values[name] for name in before}
    if not after:
        return 0
    activity.log("kepegawaian.rujukan_diubah", row, by=user, tabel=row.__tablename__, nama=row.nama, sebelum=before,
                 sesudah=after, dasar=dasar)  # fmt: skip
    if fresh or not set(before) & set(PENENTU.get(row.__tablename__, ())):
        return 0
    return _rebuild(row, user)


def _rebuild(row: Any, user: Principal) -> int:
    """A job for everybody whose state rests on a row; returns how many they are."""
    touched = db.session.scalar(sa.select(sa.func.count(Keadaan.pegawai_id.distinct())).where(_touched(row))) or 0
    if touched:
        jobs.enqueue(rebuild_touched, f"Susun ulang: {row.nama}", f"kepegawaian-rujukan-{row.id}", user.id,
                     tabel=row.__tablename__, id=str(row.id))  # fmt: skip
    return touched


def tetapkan_bup(row: Jabatan, values: Mapping[str, Any], document: documents.Document, user: Principal) -> int:
    """An age for a jabatan from a day on (`usia`, `mulai`, `selesai`, `dasar`), with its document.

    Returns how many pegawai are built anew. Raises Invalid where one begins on that day already.
    """
    documents.claim(document)
    made = BupKhusus(jabatan_id=row.id, dokumen_id=document.id, dicatat_oleh_id=user.id, **values)
    try:
        with db.session.begin_nested():
            db.session.add(made)
            db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Invalid("mulai", "BUP khusus jabatan ini sudah ada mulai tanggal itu. Cabut yang lama dulu.") from error
    activity.log("kepegawaian.bup_ditetapkan", row, by=user, nama=row.nama, sha256=document.sha256, **values)
    return _rebuild(row, user)


def cabut_bup(row: Jabatan, made: BupKhusus, why: str, user: Principal) -> int:
    """The age no longer counts, on no day; it stays on record. Raises Invalid, Conflict."""
    if made.dicabut_at is not None:
        raise Conflict("BUP khusus ini sudah dicabut.")
    if len(why.strip()) < 10:
        raise Invalid("alasan", "Alasan: tulis sedikitnya 10 huruf")
    made.dicabut_at, made.dicabut_oleh_id, made.alasan = now(), user.id, why.strip()
    activity.log("kepegawaian.bup_dicabut", row, by=user, nama=row.nama, usia=made.usia, mulai=made.mulai, alasan=why)
    return _rebuild(row, user)


def ubah_aturan(kunci: str, typed: str, mulai: Any, dasar: str, user: Principal) -> None:
    """A setting, and the job that follows where states depend on it. Raises Invalid."""
    if len(dasar.strip()) < 5:
        raise Invalid("dasar", "Dasar: tulis sedikitnya 5 huruf, misalnya nomor surat")
    aturan.ubah(kunci, typed, mulai, dasar.strip(), user)
    if kunci in MEMBANGUN:
        jobs.enqueue(bangun.rebuild_nightly, "Susun ulang keadaan pegawai", "kepegawaian-susun-ulang-aturan", user.id)


def _touched(row: Any) -> sa.ColumnElement[bool]:
    if isinstance(row, Jenjang):
        return Keadaan.jenjang == row.kode
    if isinstance(row, Kedudukan):
        return Keadaan.kedudukan == row.kode
    return Keadaan.jabatan_id == row.id


@jobs.kind("kepegawaian-rujukan", antrean="panjang")
def rebuild_touched(job: jobs.Job) -> None:
    """Everybody whose state ever rested on this row. Repeatable: what is right stays untouched."""
    tables = {"jenjang_jabatan": Jenjang, "kedudukan_hukum": Kedudukan, "jabatan": Jabatan}
    row = db.session.get_one(tables[job.argumen["tabel"]], uuid.UUID(job.argumen["id"]))
    keys = db.session.scalars(sa.select(Keadaan.pegawai_id.distinct()).where(_touched(row))).all()
    changed = 0
    for i in range(0, len(keys), bangun.BATCH):
        changed += bangun.rebuild(keys[i : i + bangun.BATCH])
        commit()
        jobs.progress(job, min(i + bangun.BATCH, len(keys)), len(keys))


def trail(row: Any, limit: int = 20) -> list[Any]:
    """Changes of a reference row, latest first: waktu, pelaku, data."""
    query = sa.select(Aktivitas.waktu, Aktivitas.pelaku, Aktivitas.data).where(
        Aktivitas.objek_id == row.id, Aktivitas.peristiwa == "kepegawaian.rujukan_diubah"
    )
    return list(db.session.execute(query.order_by(Aktivitas.urut.desc()).limit(limit)))


def differing() -> int:
    """Names whose own BUP is not that of their level."""
    query = sa.select(sa.func.count()).select_from(Jabatan).where(differs())
    return db.session.scalar(query) or 0


def differs() -> sa.ColumnElement[bool]:
    ladder = sa.select(Jenjang.bup).where(Jenjang.kode == Jabatan.jenjang).scalar_subquery()
    own = sa.func.coalesce(khusus.usia(Jabatan.id, organisation.today()), Jabatan.usia_bup)
    return sa.and_(Jabatan.aktif, own.is_not(None), own.is_distinct_from(ladder))


def used(row: SubJabatan | Jabatan) -> int:
    """How many stretches of today or later rest on a name."""
    query = (
        sa.select(sa.func.count())
        .select_from(Keadaan)
        .where(Keadaan.jabatan_id == row.id, Keadaan.sampai >= sa.func.current_date())
    )
    return db.session.scalar(query) or 0
