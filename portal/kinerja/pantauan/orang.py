"""The report of one person and year, as far as the reader may know it."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel import charts
from portal.kernel.approval import Submission
from portal.kernel.calendar import BULAN, BULAN_PENDEK
from portal.kernel.db import db
from portal.kernel.numbers import persen
from portal.kernel.organisation import DEFINITIF, Pegawai, Penempatan, Unit, in_force
from portal.kernel.people import Principal
from portal.kinerja import kalender
from portal.kinerja.models import Evaluasi, KinerjaBulanan, Rhk, Skp
from portal.kinerja.pantauan import policies
from portal.kinerja.pantauan.daftar import PREDIKAT, STATES, WITH_PENILAI, nip_words
from portal.kinerja.predikat import rata_capaian

CLASSES = ("INDIVIDU", "TEMATIK", "INOVASI")


@dataclass(frozen=True)
class Bulan:
    """One month of one SKP. `capaian` and `predikat` are None where the reader may not know them."""

    bulan: int
    status: str
    jabatan: str
    capaian: Any
    predikat: str | None
    sementara: bool


def profile(pegawai: Pegawai) -> Any:
    """The definitive seat today, None for somebody who has left."""
    query = (
        sa.select(Penempatan.jabatan, Penempatan.pangkat, Penempatan.golongan, Unit.nama.label("unit"))
        .join(Unit, Unit.id == Penempatan.unit_id)
        .where(Penempatan.pegawai_id == pegawai.id, Penempatan.jenis == DEFINITIF)
        .where(in_force(Penempatan, kalender.hari_ini()))
    )
    return db.session.execute(query).first()


def report(pegawai: Pegawai, tahun: int, user: Principal) -> dict[str, Any]:
    """Counts of RHK, months, mean capaian, predikat: of the SKP of the year this person may read."""
    skp = policies.visible_skp(user).where(Skp.pegawai_id == pegawai.id, Skp.tahun == tahun).with_only_columns(Skp.id)
    ids = list(db.session.scalars(skp))
    is_own = pegawai.id == user.pegawai_id
    months = [_month(row, is_own) for row in db.session.execute(_months(ids, user))] if ids else []
    return {
        "tahun": tahun, "bulan": months, "rhk": _rhk(ids), "rata2": rata_capaian(m.capaian for m in months),
        "grafik": chart(months, tahun), "temuan": finding(months),
        "ditetapkan": sum(m.status == "DITETAPKAN" for m in months),
        "status_tampil": STATES, "nip_tampil": nip_words, "predikat_tampil": PREDIKAT, "sendiri": is_own,
    }  # fmt: skip


def _months(ids: list[uuid.UUID], user: Principal) -> sa.Select[Any]:
    periode = sa.literal("B").concat(sa.func.lpad(sa.cast(KinerjaBulanan.bulan, sa.Text()), 2, "0"))
    mine: sa.ColumnElement[bool] = sa.false()
    if user.pegawai_id:
        mine = sa.or_(
            KinerjaBulanan.pegawai_id == user.pegawai_id, KinerjaBulanan.penilai_id == user.pegawai_id,
            KinerjaBulanan.atasan_penilai_id == user.pegawai_id,
        )  # fmt: skip
    allowed = sa.and_(policies.is_delivered(), sa.or_(mine, policies.sees_predikat(user)))
    return (
        sa.select(
            KinerjaBulanan.bulan, Submission.status, KinerjaBulanan.capaian_rata2, Skp.jabatan,
            sa.case((allowed, Evaluasi.predikat), else_=None).label("predikat"),
            sa.func.coalesce(Evaluasi.sementara, False).label("sementara"),
        )
        .select_from(KinerjaBulanan)
        .join(Submission, Submission.id == KinerjaBulanan.submission_id)
        .join(Skp, Skp.id == KinerjaBulanan.skp_id)
        .outerjoin(Evaluasi, sa.and_(Evaluasi.skp_id == Skp.id, Evaluasi.periode == periode))
        .where(KinerjaBulanan.skp_id.in_(ids))
        .order_by(KinerjaBulanan.bulan, Skp.mulai)
    )  # fmt: skip


def _month(row: Any, is_own: bool) -> Bulan:
    """What is still in the pegawai's hands shows its state only, except to themselves."""
    known = is_own or row.status in WITH_PENILAI
    return Bulan(row.bulan, row.status, row.jabatan, row.capaian_rata2 if known else None, row.predikat, row.sementara)


def _rhk(ids: list[uuid.UUID]) -> dict[str, int]:
    query = sa.select(Rhk.klasifikasi, sa.func.count()).where(Rhk.skp_id.in_(ids)).group_by(Rhk.klasifikasi)
    found: dict[str, int] = dict(db.session.execute(query).all())  # type: ignore[arg-type]
    return {"jumlah": sum(found.values()), **{name: found.get(name, 0) for name in CLASSES}}


def finding(months: list[Bulan]) -> str:
    """The heading of the chart says what it shows."""
    known = [m for m in months if m.capaian is not None]
    if not known:
        return ""
    short = sum(m.capaian < 100 for m in known)
    last = f"Capaian {BULAN[known[-1].bulan - 1]} {persen(known[-1].capaian)}"
    return (
        f"{last}; {short} dari {len(known)} bulan di bawah target" if short else f"{last}; semua bulan mencapai target"
    )


def chart(months: list[Bulan], tahun: int) -> Any:
    """Mean capaian by month; the later SKP of a month stands for it. None while there is nothing to draw."""
    by_month = {m.bulan: m.capaian for m in months if m.capaian is not None}
    if not by_month:
        return None
    values = [by_month.get(month) for month in range(1, 13)]
    title = f"Capaian rata-rata per bulan {tahun}"
    drawing = charts.line(BULAN_PENDEK, [charts.Series("Capaian", values)], judul=title, satuan="persen")
    rows = [(BULAN[month - 1], persen(value)) for month, value in sorted(by_month.items())]
    return charts.with_table(drawing, ("Bulan", "Capaian"), rows, judul=title)
