"""What follows a certificate by the calendar: checks after 12 and 24 months, the way to renewal, its end."""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents, jobs, notices, people
from portal.kernel.db import commit, db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import sertifikat
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.tenggat import batas

WORDS_MIN, FILE_MOST = 30, 10 * 1024 * 1024
MENUNGGU, DIKIRIM, SESUAI, TEMUAN = "MENUNGGU", "DIKIRIM", "SESUAI", "TEMUAN"

activity.declare(**{"surveilan.dilaporkan": "ke", "surveilan.diputus": "ke hasil", "sertifikat.diingatkan": "untuk"})


def of(sertifikat_id: uuid.UUID) -> list[k.Surveilan]:
    query = sa.select(k.Surveilan).where(k.Surveilan.sertifikat_id == sertifikat_id)
    return list(db.session.scalars(query.order_by(k.Surveilan.ke)))


def is_open(row: k.Surveilan) -> bool:
    """The holder may report now: from some weeks before the day until it is decided; again after findings."""
    return row.status in (MENUNGGU, TEMUAN) and hari_ini() >= row.jatuh_tempo - timedelta(days=batas("surveilan_buka"))


def overdue(sertifikat_id: uuid.UUID) -> bool:
    """A check has findings, or its day and the days of grace have passed without a report."""
    until = hari_ini() - timedelta(days=batas("surveilan_lewat"))
    late = sa.and_(k.Surveilan.status == MENUNGGU, k.Surveilan.jatuh_tempo < until)
    query = sa.select(k.Surveilan.id).where(k.Surveilan.sertifikat_id == sertifikat_id)
    return db.session.scalar(query.where(sa.or_(late, k.Surveilan.status == TEMUAN)).limit(1)) is not None


def report(row: k.Surveilan, user: Principal, text: str, file: Any) -> None:
    """What the holder does with the competence. Raises Conflict, Invalid."""
    cert = db.session.get_one(k.Sertifikat, row.sertifikat_id)
    if cert.user_id != user.id:
        raise Denied("Laporan surveilan dikirim oleh pemegang sertifikat.")
    if not is_open(row) or cert.status not in (k.BERLAKU, k.DITANGGUHKAN):
        raise Conflict("Surveilan ini sedang tidak dibuka.")
    if len(text.strip()) < WORDS_MIN:
        raise Invalid("laporan", f"Ceritakan kegiatan Anda memakai kompetensi ini, sedikitnya {WORDS_MIN} huruf")
    if file is not None and file.filename:
        document = documents.receive(file.stream, file.filename, user.id, FILE_MOST, "bukti")
        documents.claim(document)
        row.dokumen_id = document.id
    if row.dokumen_id is None:
        raise Invalid("bukti", "Lampirkan satu bukti kegiatan: foto, surat tugas, atau laporan")
    row.laporan, row.dikirim_at, row.status = text.strip()[:4000], now(), DIKIRIM
    activity.log("surveilan.dilaporkan", row, by=user, ke=row.ke)


def decide(row: k.Surveilan, user: Principal, hasil: str, temuan: str) -> None:
    """By the sekretariat; findings go back to the holder. Raises Conflict, Invalid."""
    cert = db.session.get_one(k.Sertifikat, row.sertifikat_id)
    if cert.user_id == user.id:
        raise Denied("Anda tidak memutuskan surveilan sertifikat Anda sendiri.")
    if row.status != DIKIRIM:
        raise Conflict("Belum ada laporan yang menunggu keputusan.")
    if hasil not in (SESUAI, TEMUAN):
        raise Invalid("hasil", "Pilih sesuai atau ada temuan")
    if hasil == TEMUAN and len(temuan.strip()) < 10:
        raise Invalid("temuan", "Tulis apa yang harus diperbaiki, sedikitnya 10 huruf")
    row.status, row.temuan, row.diputus_at, row.diputus_oleh_id = hasil, temuan.strip(), now(), user.id
    activity.log("surveilan.diputus", row, by=user, ke=row.ke, hasil=hasil)
    words = "Surveilan Anda sudah diterima" if hasil == SESUAI else "Laporan surveilan Anda perlu dilengkapi"
    _tell(cert, words)


def _tell(cert: k.Sertifikat, words: str) -> None:
    notices.notify(cert.user_id, words, f"Sertifikat {cert.nomor}", f"/sertifikasi/saya/{cert.permohonan_id}/hasil")
    people.touch(cert.user_id)


# ---- the clock


@jobs.every(86400, "Periksa masa berlaku sertifikat")
@jobs.kind("sertifikasi-masa-berlaku", antrean="panjang")
def periksa_masa(job: jobs.Job) -> None:
    """Once a day: certificates whose last day has passed, checks that come due, renewals, and papers left over."""
    ended = expire()
    commit()
    told = remind() + renew()
    commit()
    if sertifikat.left():
        sertifikat.issue_all(None)
    jobs.progress(job, ended + told, ended + told)


def expire() -> int:
    """Raises nothing twice: a certificate that has ended is not looked at again. Returns how many ended."""
    query = sa.select(k.Sertifikat).where(
        k.Sertifikat.status.in_([k.BERLAKU, k.DITANGGUHKAN]), k.Sertifikat.sampai < hari_ini()
    )
    rows = list(db.session.scalars(query.limit(2000).with_for_update(skip_locked=True)))
    for row in rows:
        sertifikat.note(row, "kedaluwarsa", k.KEDALUWARSA, None, publik="Masa berlaku berakhir")
        _tell(row, "Masa berlaku sertifikat Anda sudah berakhir")
    return len(rows)


def remind() -> int:
    """Tell holders of checks that open, once each."""
    query = (
        sa.select(k.Surveilan, k.Sertifikat)
        .join(k.Sertifikat, k.Sertifikat.id == k.Surveilan.sertifikat_id)
        .where(k.Surveilan.status == MENUNGGU, k.Surveilan.diingatkan_at.is_(None), k.Sertifikat.status == k.BERLAKU)
        .where(k.Surveilan.jatuh_tempo <= hari_ini() + timedelta(days=batas("surveilan_buka")))
        .limit(2000)
    )
    rows = db.session.execute(query).all()
    for row, cert in rows:
        row.diingatkan_at = now()
        _tell(cert, f"Surveilan ke-{row.ke} sertifikat Anda sudah dibuka")
        activity.log("sertifikat.diingatkan", cert, untuk=f"surveilan {row.ke}")
    return len(rows)


def renew() -> int:
    """Some months before the end (as common: +33 of 36): tell the holder, once, how to go on."""
    query = (
        sa.select(k.Sertifikat, s.Skema.kode)
        .join(s.SkemaVersi, s.SkemaVersi.id == k.Sertifikat.skema_versi_id)
        .join(s.Skema, s.Skema.id == s.SkemaVersi.skema_id)
        .where(k.Sertifikat.status == k.BERLAKU, k.Sertifikat.diingatkan_at.is_(None))
        .where(k.Sertifikat.sampai <= sertifikat.add_months(hari_ini(), batas("perpanjangan")))
        .limit(2000)
    )
    rows = db.session.execute(query).all()
    for cert, kode in rows:
        cert.diingatkan_at = now()
        notices.notify(cert.user_id, "Sertifikat Anda segera berakhir. Ajukan perpanjangan",
                       f"Sertifikat {cert.nomor}", f"/sertifikasi/saya/mulai/{kode.lower()}")  # fmt: skip
        people.touch(cert.user_id)
        activity.log("sertifikat.diingatkan", cert, untuk="perpanjangan")
    return len(rows)
