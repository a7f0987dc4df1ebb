"""PPPK whose service ends soon: six, three and one month before, the person, their OPD and the office are told once.

An agreement that was extended in time is not among them: the end of service moves with it.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from portal.kepegawaian import PENSIUN_KELOLA, PENSIUN_PERIKSA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.penerima import pembaca
from portal.kepegawaian.pensiun.calon import BERTUGAS
from portal.kepegawaian.pensiun.jenis import PPPK
from portal.kepegawaian.pensiun.models import PengingatKontrak
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kernel import calendar, jobs, notices, organisation
from portal.kernel.db import commit, db, new_id
from portal.kernel.people import User

BULAN = (1, 3, 6)  # months before the end, nearest first
HARI = timedelta(days=1)
DISEBUT = 5  # names in a message; the list has them all
PATH = "/kepegawaian/pensiun?jenis=PPPK,PPPK_PARUH_WAKTU"
Orang = tuple[Any, int]  # row of `_due`, months before the end


@jobs.every(86400, "Ingatkan perjanjian PPPK yang akan berakhir")
@jobs.kind("kepegawaian-kontrak", antrean="panjang")
def remind(job: jobs.Job) -> None:
    job.rincian = f"{ingatkan()} pegawai diingatkan"
    commit()


def ingatkan() -> int:
    """Tell what nobody was told yet; returns about how many people. What was missed is told late, once."""
    today = organisation.today()
    fresh = _new([(row, _months(row.tmt_pensiun - HARI, today)) for row in _due(today)])
    if not fresh:
        return 0
    _tell_each(fresh)
    for user_id, unit_id in pembaca(PENSIUN_PERIKSA, PENSIUN_KELOLA):
        inside = set(db.session.scalars(organisation.subtree([unit_id]))) if unit_id else None
        mine = [one for one in fresh if inside is None or one[0].unit_id in inside]
        for months in BULAN:
            _tell(user_id, [row for row, when in mine if when == months], months)
    return len(fresh)


def _due(today: date) -> Sequence[Any]:
    """PPPK in service whose last day comes within the longest time of `BULAN`."""
    query = sa.select(Keadaan.pegawai_id, Keadaan.nama, Keadaan.unit_id, Keadaan.tmt_pensiun).where(
        berlaku(today), Keadaan.jenis.in_(PPPK), Keadaan.kelompok.in_(BERTUGAS),
        Keadaan.tmt_pensiun > today, Keadaan.tmt_pensiun <= _after(today, BULAN[-1]) + HARI,
    )  # fmt: skip
    return db.session.execute(query.order_by(Keadaan.tmt_pensiun, Keadaan.nama, Keadaan.pegawai_id)).all()


def _after(day: date, months: int) -> date:
    """The same day so many months later, the 28th where later ones may be missing."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, 28))


def _months(last: date, today: date) -> int:
    return next((months for months in BULAN if last <= _after(today, months)), BULAN[-1])


def _new(rows: Sequence[Orang]) -> list[Orang]:
    """Those who were not told of this end at this distance; kept as told, with the distances that have gone by."""
    marks = [
        {"id": new_id(), "pegawai_id": row.pegawai_id, "berakhir": row.tmt_pensiun - HARI, "bulan": months}
        for row, near in rows for months in BULAN if months >= near
    ]  # fmt: skip
    if not marks:
        return []
    keep = insert(PengingatKontrak).on_conflict_do_nothing(index_elements=["pegawai_id", "berakhir", "bulan"])
    made = db.session.execute(keep.returning(PengingatKontrak.pegawai_id, PengingatKontrak.bulan), marks)
    told = {(key, months) for key, months in made}
    return [(row, months) for row, months in rows if (row.pegawai_id, months) in told]


def _tell_each(rows: Iterable[Orang]) -> None:
    by_key = {row.pegawai_id: row for row, _ in rows}
    query = sa.select(User.id, User.pegawai_id).where(User.pegawai_id.in_(by_key), User.aktif)
    for user_id, key in db.session.execute(query):
        last = calendar.tanggal(by_key[key].tmt_pensiun - HARI)
        notices.notify(user_id, f"Perjanjian kerja Anda berakhir {last}",
                       "Tanyakan perpanjangannya kepada admin perangkat daerah Anda.",
                       "/kepegawaian/saya")  # fmt: skip


def _tell(user_id: uuid.UUID, rows: Sequence[Any], months: int) -> None:
    if not rows:
        return
    shown = [f"{row.nama} ({calendar.tanggal_pendek(row.tmt_pensiun - HARI)})" for row in rows[:DISEBUT]]
    more = f", dan {len(rows) - DISEBUT} lainnya" if len(rows) > DISEBUT else ""
    notices.notify(user_id, f"{len(rows)} perjanjian kerja PPPK berakhir dalam {months} bulan",
                   f"{', '.join(shown)}{more}. Perpanjang, atau siapkan pemberhentiannya.", PATH)  # fmt: skip
