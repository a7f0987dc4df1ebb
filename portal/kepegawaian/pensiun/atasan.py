"""People whose atasan has left or leaves soon, with who would follow: each needs another atasan on the day."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LIHAT
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import PEJABAT, nip_words, opd_options
from portal.kepegawaian.pensiun.calon import BERTUGAS
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import BERHENTI, Kedudukan
from portal.kernel import organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Column, Listing
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import Principal

MENDATANG = timedelta(days=180)
KE_BELAKANG = timedelta(days=730)


def _leaving() -> sa.CTE:
    """Who stops between two years ago and half a year ahead, and from when, by verified standing."""
    today = organisation.today()
    stops = sa.select(Kedudukan.kode).where(Kedudukan.kelompok == BERHENTI)
    by_standing = sa.select(r.RiwayatKedudukan.pegawai_id, sa.func.max(r.RiwayatKedudukan.tmt).label("sejak")).where(
        r.RiwayatKedudukan.kode.in_(stops), r.RiwayatKedudukan.status == r.TERVERIFIKASI,
        r.RiwayatKedudukan.tmt.between(today - KE_BELAKANG, today + MENDATANG),
    )  # fmt: skip
    return by_standing.group_by(r.RiwayatKedudukan.pegawai_id).cte("berhenti").prefix_with("MATERIALIZED")


def rows_for(user: Principal) -> sa.Select[tuple[Keadaan]]:
    """Subordinates of today in the scope of this person, whose atasan is one of them."""
    gone = _leaving()
    return (
        sa.select(Keadaan)
        .join(gone, gone.c.pegawai_id == Keadaan.atasan_id)
        .where(berlaku(organisation.today()), Keadaan.kelompok.in_(BERTUGAS), Keadaan.jenis != PEJABAT)
        .where(in_scope(Keadaan, user, LIHAT))
    )


def _boss() -> Any:
    return sa.select(Pegawai.nama).where(Pegawai.id == Keadaan.atasan_id).correlate(Keadaan).scalar_subquery()


def _since() -> Any:
    stops = sa.select(Kedudukan.kode).where(Kedudukan.kelompok == BERHENTI)
    return (
        sa.select(sa.func.max(r.RiwayatKedudukan.tmt))
        .where(r.RiwayatKedudukan.pegawai_id == Keadaan.atasan_id, r.RiwayatKedudukan.status == r.TERVERIFIKASI)
        .where(r.RiwayatKedudukan.kode.in_(stops))
        .correlate(Keadaan)
        .scalar_subquery()
    )


def _next(_: Ask) -> Any:
    """Head of the unit today who is somebody else, or that of the unit above."""
    head, above = sa.orm.aliased(organisation.Penempatan), sa.orm.aliased(Unit)
    today = organisation.today()
    return (
        sa.select(Pegawai.nama)
        .join(head, head.pegawai_id == Pegawai.id)
        .join(above, above.id == Keadaan.unit_id)
        .where(
            head.is_pimpinan, organisation.in_force(head, today), head.pegawai_id != Keadaan.atasan_id,
            head.pegawai_id != Keadaan.pegawai_id, head.unit_id.in_([above.id, above.induk_id, above.pd_id]),
        )
        .order_by(head.unit_id != above.id, head.unit_id != above.induk_id)
        .limit(1)
        .correlate(Keadaan)
        .scalar_subquery()
    )  # fmt: skip


def _in_opd(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    if ask.user.units(LIHAT) is None:
        return Keadaan.pd_id == unit
    return Keadaan.unit_id.in_(organisation.subtree([unit]))


DAFTAR = Listing(
    "atasan-pensiun", title="Atasan pensiun", noun="pegawai", rows=rows_for, key=Keadaan.id, sort="nama", can=LIHAT,
    nothing=("Semua atasan masih bekerja", "Pegawai yang atasannya berhenti muncul di sini."),
    columns=[
        Column("nama", "Pegawai", Keadaan.nama, sort=True, indexed=False, link="/kepegawaian/pegawai/{orang}"),
        Column("nip", "NIP", Keadaan.nip, show=nip_words),
        Column("unit", "Unit kerja",
               sa.select(Unit.nama).where(Unit.id == Keadaan.unit_id).correlate(Keadaan).scalar_subquery()),
        Column("atasan", "Atasan sekarang", _boss()),
        Column("sejak", "Atasan berhenti", _since()),
        Column("usul", "Usul pengganti", _next),
        Column("orang", "ID", Keadaan.pegawai_id, screen=False, export=False),
    ],
    filters=[Choice("opd", "Unit kerja", options=opd_options, where=_in_opd, indexed=False)],
)  # fmt: skip


def bawahan(pegawai_id: uuid.UUID, on: date, limit: int = 50) -> list[Any]:
    """Who has this person as atasan on a day: id, nama, jabatan."""
    query = sa.select(Keadaan.pegawai_id, Keadaan.nama, Keadaan.jabatan).where(
        Keadaan.atasan_id == pegawai_id, berlaku(on), Keadaan.kelompok.in_(BERTUGAS)
    )
    return list(db.session.execute(query.order_by(Keadaan.nama, Keadaan.id).limit(limit)))
