"""The licence of the LSP (from BNSP): its register, what it lets the LSP do on a day, reminders before it ends."""

import calendar as almanac
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.kernel import activity, calendar, documents, jobs, notices
from portal.kernel.calendar import setempat
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal
from portal.kernel.storage import config
from portal.sertifikasi import LIHAT, VERIFIKASI
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.skema import models as m

PAGE = "/sertifikasi/lisensi"
STAGES = (6, 3, 1)  # months before the end
TOLD = ("sekretariat_lsp", "manajer_sertifikasi", "ketua_lsp")
FILE_LIMIT = 10 * 1024 * 1024

activity.declare(
    **{
        "sertifikasi.lisensi_diubah": "nomor mulai selesai skema sebelum sesudah",
        "sertifikasi.lisensi_berkas": "berkas",
    }
)


@documents.visible_through
def _papers(user: Principal) -> sa.Select[Any]:
    papers = sa.select(m.LisensiLsp.dokumen_id)
    return papers if user.has(LIHAT) else papers.where(sa.false())


# ---- what it lets the LSP do


def closed(skema_id: uuid.UUID, day: date) -> str:
    """Why nobody may apply for this scheme on that day: withdrawn, outside the licence, licence ended; "" when open.

    An LSP that has recorded no licence yet takes applications; certificates it does not issue without one.
    """
    link, licence = m.LisensiSkema, m.LisensiLsp
    covers = sa.select(licence.selesai).join(link, link.lisensi_id == licence.id).where(link.skema_id == skema_id)
    valid = covers.where(licence.mulai <= day, licence.selesai >= day)
    row = db.session.execute(
        sa.select(
            m.Skema.dicabut_mulai, valid.exists().label("berlaku"), covers.exists().label("tercakup"),
            sa.select(licence.id).exists().label("ada"),
        ).where(m.Skema.id == skema_id)
    ).one()  # fmt: skip
    if row.dicabut_mulai is not None and row.dicabut_mulai <= day:
        return f"Skema ini dicabut mulai {calendar.tanggal(row.dicabut_mulai)}, jadi permohonan baru tidak diterima."
    if row.berlaku or not row.ada:
        return ""
    if not row.tercakup:
        return "Skema ini di luar ruang lingkup lisensi LSP, jadi permohonan baru belum diterima."
    return "Lisensi LSP untuk skema ini tidak berlaku hari ini."


def scope(licence_id: uuid.UUID) -> list[m.Skema]:
    query = sa.select(m.Skema).join(m.LisensiSkema, m.LisensiSkema.skema_id == m.Skema.id)
    return list(db.session.scalars(query.where(m.LisensiSkema.lisensi_id == licence_id).order_by(m.Skema.urut)))


# ---- the register


@dataclass(frozen=True)
class Data:
    nomor: str
    mulai: date
    selesai: date
    skema: set[uuid.UUID]
    stempel: str = ""  # which state of the row the form has seen


def visible(user: Principal) -> sa.Select[tuple[m.LisensiLsp]]:
    return sa.select(m.LisensiLsp).where(sa.true() if user.has(LIHAT) else sa.false())


def overview() -> list[tuple[m.LisensiLsp, int]]:
    """Every licence with how many schemes it covers, the one that lasts longest first."""
    count = sa.select(sa.func.count()).where(m.LisensiSkema.lisensi_id == m.LisensiLsp.id).scalar_subquery()
    query = sa.select(m.LisensiLsp, count).order_by(m.LisensiLsp.selesai.desc(), m.LisensiLsp.id)
    return [(row, number) for row, number in db.session.execute(query)]


def stempel(row: m.LisensiLsp) -> str:
    return str(int(row.diubah_at.timestamp() * 1_000_000))


def _facts(row: m.LisensiLsp) -> dict[str, Any]:
    return {"nomor": row.nomor, "mulai": row.mulai.isoformat(), "selesai": row.selesai.isoformat(),
            "skema": sorted(one.kode for one in scope(row.id))}  # fmt: skip


def save(row: m.LisensiLsp | None, data: Data, user: Principal) -> m.LisensiLsp:
    """A new licence or other facts of one. Raises Invalid, Conflict for a form that has seen an older state."""
    if row is not None and data.stempel != stempel(row):
        raise Conflict("Lisensi ini diubah orang lain setelah Anda membukanya.", "Muat ulang, lalu ulangi perubahan.")
    before = _facts(row) if row is not None else {}
    if data.selesai < data.mulai:
        raise Invalid("selesai", "Berlaku sampai: tidak boleh sebelum tanggal mulai")
    known = set(db.session.scalars(sa.select(m.Skema.id).where(m.Skema.id.in_(data.skema))))
    if not known:
        raise Invalid("skema", "Pilih sedikitnya satu skema dalam ruang lingkupnya")
    taken = sa.select(m.LisensiLsp.id).where(m.LisensiLsp.nomor == data.nomor)
    if db.session.scalar(taken.where(m.LisensiLsp.id != row.id if row else sa.true())) is not None:
        raise Invalid("nomor", "Nomor ini sudah dicatat")
    licence = row or m.LisensiLsp()
    if licence.selesai != data.selesai:
        licence.diingatkan = {}
    licence.nomor, licence.mulai, licence.selesai = data.nomor, data.mulai, data.selesai
    licence.diubah_at = now()
    try:
        with db.session.begin_nested():
            db.session.add(licence)
    except IntegrityError as error:  # the same form sent twice at once
        raise Conflict("Nomor lisensi ini baru saja dicatat.") from error
    db.session.execute(sa.delete(m.LisensiSkema).where(m.LisensiSkema.lisensi_id == licence.id))
    for key in sorted(known):
        db.session.add(m.LisensiSkema(lisensi_id=licence.id, skema_id=key))
    db.session.flush()
    activity.log("sertifikasi.lisensi_diubah", licence, by=user, nomor=data.nomor, mulai=data.mulai,
                 selesai=data.selesai, skema=len(known), sebelum=before, sesudah=_facts(licence))  # fmt: skip
    return licence


def keep_paper(row: m.LisensiLsp, stream: Any, name: str, user: Principal) -> None:
    """The decree itself; an earlier file stays in the repository. Raises Invalid."""
    if not name:
        raise Invalid("berkas", "Pilih berkas.")
    document = documents.receive(stream, name, user.id, FILE_LIMIT)
    documents.claim(document)
    documents.for_office(document, VERIFIKASI)
    row.dokumen_id = document.id
    activity.log("sertifikasi.lisensi_berkas", row, by=user, berkas=document.nama)


# ---- reminders


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, almanac.monthrange(year, month + 1)[1]))


@jobs.every(86400, "Ingatkan masa berlaku lisensi LSP")
@jobs.kind("sertifikasi-lisensi")
def remind(job: jobs.Job) -> None:
    """Six, three and one month before a licence ends that no other one follows; each stage goes once."""
    today = setempat(now(), config().zona).date()
    later = sa.orm.aliased(m.LisensiLsp)
    followed = sa.select(later.id).where(later.selesai > m.LisensiLsp.selesai).exists()
    query = sa.select(m.LisensiLsp).where(m.LisensiLsp.selesai >= today, ~followed).with_for_update()
    for row in db.session.scalars(query):
        stage = min((n for n in STAGES if add_months(today, n) >= row.selesai), default=None)
        if stage is None or any(str(n) in row.diingatkan for n in STAGES if n <= stage):
            continue
        row.diingatkan = {**row.diingatkan, str(stage): today.isoformat()}
        for key in {key for role in TOLD for key in pemegang(role)}:
            notices.notify(
                key, f"Lisensi LSP berakhir dalam {stage} bulan",
                f"{row.nomor} berlaku sampai {calendar.tanggal(row.selesai)}. Setelah itu permohonan baru ditolak dan"
                " sertifikat tidak diterbitkan. Catat lisensi penggantinya.",
                f"{PAGE}/{row.id}",
            )  # fmt: skip
