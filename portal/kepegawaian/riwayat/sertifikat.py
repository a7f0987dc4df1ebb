"""Certificates that end soon: the person and their OPD are told once, so many months before as a setting says.

One that was renewed is not among them: a later certificate of the same name stands in the register.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from portal.kepegawaian import PERIKSA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.penerima import pembaca
from portal.kepegawaian.riwayat.models import TERVERIFIKASI, RiwayatLain
from portal.kepegawaian.riwayat.pengingat import PengingatSertifikat
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kernel import calendar, jobs, notices, organisation
from portal.kernel.db import commit, db, new_id
from portal.kernel.people import User

LIST = "/kepegawaian/berakhir?jenis=SERTIFIKASI"
DISEBUT = 5  # certificates that each get a message of their own; more stand together in one


@jobs.every(86400, "Ingatkan sertifikat yang akan berakhir")
@jobs.kind("kepegawaian-sertifikat", antrean="panjang")
def remind(job: jobs.Job) -> None:
    job.rincian = f"{ingatkan()} sertifikat diingatkan"
    commit()


def ingatkan() -> int:
    """Tell what nobody was told yet; returns about how many certificates. What was missed is told late, once."""
    today = organisation.today()
    fresh = _new(_due(today))
    if not fresh:
        return 0
    _tell_each(fresh)
    for user_id, unit_id in pembaca(PERIKSA):
        inside = set(db.session.scalars(organisation.subtree([unit_id]))) if unit_id else None
        _tell(user_id, [row for row in fresh if inside is None or row.unit_id in inside])
    return len(fresh)


def _due(today: date) -> Sequence[Any]:
    """Verified certificates of people in service that end within the months of the setting."""
    last = _after(today, int(aturan.nilai("sertifikat_ingat", today)))
    one, later = RiwayatLain, sa.orm.aliased(RiwayatLain)
    name = sa.func.lower(one.isi["nama"].astext)
    renewed = sa.exists().where(
        later.pegawai_id == one.pegawai_id, later.jenis == "SERTIFIKASI", later.status == TERVERIFIKASI,
        later.id != one.id, sa.func.lower(later.isi["nama"].astext) == name,
        sa.or_(later.selesai.is_(None), later.selesai > one.selesai),
    )  # fmt: skip
    query = (
        sa.select(one.id, one.pegawai_id, one.selesai, one.isi["nama"].astext.label("sertifikat"), Keadaan.nama,
                  Keadaan.unit_id)
        .join(Keadaan, sa.and_(Keadaan.pegawai_id == one.pegawai_id, berlaku(today)))
        .where(one.jenis == "SERTIFIKASI", one.status == TERVERIFIKASI, one.selesai.between(today, last), ~renewed,
               Keadaan.kelompok != BERHENTI)
    )  # fmt: skip
    return db.session.execute(query.order_by(one.selesai, Keadaan.nama, one.id)).all()


def _after(day: date, months: int) -> date:
    """The same day so many months later, the 28th where later ones may be missing."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, 28))


def _new(rows: Sequence[Any]) -> list[Any]:
    """Those nobody was told of; kept as told."""
    marks = [{"id": new_id(), "riwayat_id": row.id, "berakhir": row.selesai} for row in rows]
    if not marks:
        return []
    keep = insert(PengingatSertifikat).on_conflict_do_nothing(index_elements=["riwayat_id", "berakhir"])
    told = set(db.session.scalars(keep.returning(PengingatSertifikat.riwayat_id), marks))
    return [row for row in rows if row.id in told]


def _path(row: Any) -> str:
    return f"/kepegawaian/pegawai/{row.pegawai_id}/riwayat/{RiwayatLain.__tablename__}/{row.id}"


def _tell_each(rows: Sequence[Any]) -> None:
    people = {row.pegawai_id for row in rows}
    query = sa.select(User.pegawai_id, User.id).where(User.pegawai_id.in_(people), User.aktif)
    accounts = [(key, user_id) for key, user_id in db.session.execute(query)]
    for row in rows:
        for key, user_id in accounts:
            if key == row.pegawai_id:
                notices.notify(user_id, f"Sertifikat Anda berakhir {calendar.tanggal(row.selesai)}",
                               f"{row.sertifikat}. Setelah diperpanjang, usulkan sertifikat barunya sebagai riwayat.",
                               _path(row))  # fmt: skip


def _tell(user_id: Any, rows: Sequence[Any]) -> None:
    for row in rows[:DISEBUT]:
        notices.notify(user_id, f"Sertifikat {row.nama} berakhir {calendar.tanggal(row.selesai)}",
                       f"{row.sertifikat}. Ingatkan pegawai ini untuk memperpanjangnya.", _path(row))  # fmt: skip
    rest = rows[DISEBUT:]
    if rest:
        words = ", ".join(f"{row.nama} ({calendar.tanggal_pendek(row.selesai)})" for row in rest[: 4 * DISEBUT])
        more = f", dan {len(rest) - 4 * DISEBUT} lainnya" if len(rest) > 4 * DISEBUT else ""
        notices.notify(user_id, f"{len(rest)} sertifikat lain akan berakhir", f"{words}{more}.", LIST)
