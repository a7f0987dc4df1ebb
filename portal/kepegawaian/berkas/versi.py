"""Versions of a document: linking the next one, taking away, bringing back, forgetting after the time of keeping."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.berkas import policies
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.aturan import Aturan
from portal.kernel import activity, documents, jobs, organisation, storage
from portal.kernel.db import Model, commit, db, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal, User

Link = r.BerkasTautan
SHORTEST, LONGEST = 5, 500
SIMPAN = "berkas_simpan_bulan"
aturan.DAFTAR[SIMPAN] = Aturan(
    SIMPAN, "Berkas yang diganti atau dihapus disimpan", 24, "Sedikitnya 12 bulan; lamanya belum ditetapkan", "bulan"
)
LEAST_MONTHS = 12
activity.declare(**{
    "kepegawaian.berkas_dikembalikan": "jenis versi dari sha256 alasan", "kepegawaian.berkas_habis_masa": "jenis versi",
})  # fmt: skip


@dataclass(frozen=True)
class Versi:
    """One version as the page shows it. `akhir`: words for what became of it."""

    link: Link
    nama: str
    ukuran: int
    pengunggah: str
    penghapus: str
    akhir: str


def semua(link: Link) -> list[Link]:
    """Every version of the same document, latest first."""
    query = sa.select(Link).where(
        Link.pegawai_id == link.pegawai_id, Link.tabel == link.tabel, Link.jenis_dokumen == link.jenis_dokumen,
        Link.riwayat_id.is_not_distinct_from(link.riwayat_id),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Link.versi.desc(), Link.id.desc())))


def berlaku(link: Link) -> Link | None:
    """The version in force that has its file."""
    return next((row for row in semua(link) if row.aktif and row.dokumen_id is not None), None)


def tampil(link: Link) -> list[Versi]:
    rows = semua(link)
    users = {one for row in rows for one in (row.diunggah_oleh_id, row.dihapus_oleh_id) if one}
    who = sa.select(User.id, User.nama).where(User.id.in_(users))
    names: dict[Any, str] = dict(db.session.execute(who).tuples().all())
    keys = [row.dokumen_id for row in rows if row.dokumen_id]
    found = {one.id: one for one in db.session.scalars(sa.select(Document).where(Document.id.in_(keys)))}
    return [
        Versi(
            row, found[row.dokumen_id].nama if row.dokumen_id in found else row.nama_asli,
            found[row.dokumen_id].ukuran if row.dokumen_id in found else 0,
            names.get(row.diunggah_oleh_id, ""), names.get(row.dihapus_oleh_id, ""), _end(row),
        )
        for row in rows
    ]  # fmt: skip


def _end(row: Link) -> str:
    if row.aktif:
        return "Berlaku"
    if row.dokumen_id is None:
        return "Tanpa berkas"
    return "Dihapus" if row.dihapus_at else "Diganti"


def pasang(link: Link, document: Document, user: Principal, batch_id: uuid.UUID | None = None) -> Link:
    """The document as the next version of what `link` is a version of; the one in force stays and can come back."""
    services.lock(link.pegawai_id)
    rows = semua(link)
    for row in rows:
        if row.aktif:
            row.aktif = False
            row.diubah_at = now()
    db.session.flush()
    documents.claim(document)
    made = Link(
        pegawai_id=link.pegawai_id, tabel=link.tabel, riwayat_id=link.riwayat_id, jenis_dokumen=link.jenis_dokumen,
        dokumen_id=document.id, nama_asli=document.nama, sha256=document.sha256, versi=max(x.versi for x in rows) + 1,
        diunggah_oleh_id=user.id, batch_id=batch_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def reason(user: Principal, link: Link, why: str) -> str:
    """The reason as it is kept. Raises Denied without the right, Invalid when one is needed and missing."""
    right = policies.may_change(user, link)
    if not right:
        raise Denied("Berkas ini hanya dapat diubah BKPSDM.")
    why = " ".join(why.split())
    if len(why) > LONGEST or (right == "alasan" and len(why) < SHORTEST):
        raise Invalid("alasan", f"Tulis alasan {SHORTEST} sampai {LONGEST} huruf")
    return why


def kembalikan(link: Link, user: Principal, why: str) -> Link:
    """Bring back an earlier version: a new version with the very bytes. Raises Conflict when they are not there."""
    why = reason(user, link, why)
    if link.aktif:
        raise Conflict("Versi ini sedang berlaku.")
    document = db.session.get(Document, link.dokumen_id) if link.dokumen_id else None
    body = storage.get(document.kunci) if document is not None else None
    if document is None or body is None:
        raise Conflict("Isi berkas ini tidak ada lagi di penyimpanan.", "Cari lewat Temukan berkas, atau unggah lagi.")
    if hashlib.sha256(body).hexdigest() != document.sha256:
        raise Conflict("Isi berkas ini berbeda dari saat diunggah, jadi tidak dikembalikan.")
    current = berlaku(link)
    if current is not None and current.sha256 == document.sha256 and not current.hilang:
        return current  # brought back already: a second press of the button
    made = pasang(link, document, user)
    activity.log(
        "kepegawaian.berkas_dikembalikan", made, by=user, jenis=link.jenis_dokumen, versi=made.versi, dari=link.versi,
        sha256=made.sha256, alasan=why,
    )  # fmt: skip
    return made


def hapus(link: Link, user: Principal, why: str) -> None:
    """Take the version in force away; it is kept. Raises Conflict, Denied, Invalid."""
    why = reason(user, link, why)
    if not link.aktif:
        raise Conflict("Versi ini tidak lagi berlaku.")
    services.lepaskan(link, why or "Dihapus pemiliknya", user)


def unggah(link_like: Link, document: Document, user: Principal) -> Link:
    """A new file for a document whose row has none, or whose object is lost. The very file in force is no new one."""
    current = berlaku(link_like)
    if current is not None and current.sha256 == document.sha256 and not current.hilang:
        return current
    made = pasang(link_like, document, user)
    activity.log(
        "kepegawaian.berkas_ditautkan", made, by=user, jenis=made.jenis_dokumen, versi=made.versi, sha256=made.sha256
    )
    return made


# ---- the time of keeping


def batas() -> datetime:
    months = max(int(aturan.nilai(SIMPAN, organisation.today())), LEAST_MONTHS)
    return now() - timedelta(days=months * 31)


def bersihkan(limit: int = 500) -> int:
    """Let go of files replaced or taken away longer ago than they are kept. The row stays as a trace, without its
    file; a file that something else uses stays. Returns how many. The caller commits."""
    old = sa.or_(Link.dihapus_at < batas(), sa.and_(Link.dihapus_at.is_(None), Link.diubah_at < batas()))
    query = sa.select(Link).where(~Link.aktif, Link.dokumen_id.is_not(None), old).order_by(Link.id).limit(limit)
    rows = list(db.session.scalars(query.with_for_update(skip_locked=True)))
    keys = {row.dokumen_id for row in rows if row.dokumen_id}
    for row in rows:
        row.dokumen_id = None
        activity.log("kepegawaian.berkas_habis_masa", row, jenis=row.jenis_dokumen, versi=row.versi)
    db.session.flush()
    free = keys - used_elsewhere(keys)
    if free:
        db.session.execute(sa.update(Document).where(Document.id.in_(free)).values(diklaim_at=None))
    return len(rows)


def used_elsewhere(keys: set[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these documents that some row of any module still points at."""
    found: set[uuid.UUID] = set()
    for table in Model.metadata.tables.values():
        for column in table.columns:
            if any(key.column.table.name == Document.__tablename__ for key in column.foreign_keys):
                found |= set(db.session.scalars(sa.select(column).where(column.in_(keys)).distinct()))
    return found


@jobs.every(86400, "Lepas berkas yang habis masa simpannya")
@jobs.kind("kepegawaian-berkas-bersih", antrean="panjang")
def purge(job: jobs.Job) -> None:
    done = 0
    while count := bersihkan():
        commit()
        done += count
        jobs.progress(job, done, done)


def nama(code: str) -> str:
    return DOKUMEN[code].nama if code in DOKUMEN else code
