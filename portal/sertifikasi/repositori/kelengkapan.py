"""Rekap dokumen: cases against the kinds of document their scheme asks for; complete, missing or expired."""

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
from werkzeug.wrappers import Response

from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.listing import Choice, Column, Listing
from portal.kernel.listing.ask import Ask
from portal.kernel.listing.columns import Tags
from portal.kernel.numbers import persen
from portal.kernel.organisation import today
from portal.kernel.people import Principal
from portal.sertifikasi import LIHAT, module
from portal.sertifikasi.asesmen.models import PesertaSesi, SesiAsesmen, Tuk
from portal.sertifikasi.repositori.policies import sent_cases
from portal.sertifikasi.repositori.views import _schemes
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.pilihan import PROVINSI
from portal.sertifikasi.skema.models import SALAH_SATU, WAJIB, SkemaSyarat

LENGKAP, KURANG, LEWAT, TIDAK = "LENGKAP", "KURANG", "LEWAT", "TIDAK"
SAMPLE = 200  # cases over which the percentage of a selection is taken, newest first
CELL = Tags(
    {
        LENGKAP: ("Ada", "positive", "check"),
        KURANG: ("Kurang", "negative", "alert-circle"),
        LEWAT: ("Kedaluwarsa", "warning", "clock"),
        TIDAK: ("", "", ""),
    }
)
KINDS = (
    ("ktp", "KTP", "KTP"),
    ("foto", "Pas foto", "PAS_FOTO"),
    ("ijazah", "Ijazah", "IJAZAH"),
    ("cv", "CV", "CV"),
    ("sehat", "Surat sehat", "SURAT_SEHAT"),
)
FORMS = (
    ("apl01", "APL-01", m.APL01),
    ("apl02", "APL-02", m.APL02),
    ("ak01", "AK-01", "FR.AK.01"),
    ("ak02", "AK-02", "FR.AK.02"),
)
AFTER = {
    m.APL02: frozenset(m.STATES)
    - {m.DIAJUKAN, m.PERLU_PERBAIKAN, m.APL01_DITERIMA, m.APL01_DITOLAK, m.DITARIK, m.GUGUR, m.DIBATALKAN, m.DRAF},
    "FR.AK.01": {
        m.AK01_DISETUJUI,
        m.TERJADWAL,
        m.BERLANGSUNG,
        m.DIREKOMENDASIKAN,
        m.MENUNGGU_KEPUTUSAN,
        m.KOMPETEN,
        m.BELUM_KOMPETEN,
        m.DITUNDA,
        m.MENUNGGU_NOMOR,
        m.BERSERTIFIKAT,
    },
    "FR.AK.02": {
        m.DIREKOMENDASIKAN,
        m.MENUNGGU_KEPUTUSAN,
        m.KOMPETEN,
        m.BELUM_KOMPETEN,
        m.DITUNDA,
        m.MENUNGGU_NOMOR,
        m.BERSERTIFIKAT,
    },
}


def _any(rows: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """As EXISTS, but for the shown rows only: PostgreSQL would hash an EXISTS over the rows of all cases."""
    return rows.limit(1).scalar_subquery().is_not(None)


def _held(which: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Whether the case has a file for such a requirement, and whether one of them is not out of date."""
    row, link, file = m.BuktiSyarat, m.BerkasSyarat, m.BerkasAsesi
    until = sa.func.coalesce(
        file.berlaku_sampai,
        sa.cast(file.tanggal + sa.func.make_interval(0, SkemaSyarat.umur_maks_bulan), sa.Date),
    )
    found = (
        sa.select(sa.literal(1))
        .select_from(row)
        .join(SkemaSyarat, SkemaSyarat.id == row.syarat_id)
        .join(link, link.bukti_syarat_id == row.id)
        .join(file, file.id == link.berkas_id)
        .where(row.permohonan_id == m.Permohonan.id, which)
        .correlate(m.Permohonan)
    )
    fresh = found.where(sa.or_(until.is_(None), until >= today()))
    return _any(found), _any(fresh)


def _cell(which: sa.ColumnElement[bool]) -> sa.ColumnElement[str]:
    wanted = sa.select(sa.literal(1)).where(SkemaSyarat.skema_versi_id == m.Permohonan.skema_versi_id, which)
    there, fresh = _held(which)
    return sa.case((~_any(wanted.correlate(m.Permohonan)), TIDAK), (fresh, LENGKAP), (there, LEWAT), else_=KURANG)


def _required(jenis: str) -> sa.ColumnElement[str]:
    return _cell(sa.and_(SkemaSyarat.jenis == jenis, SkemaSyarat.sifat == WAJIB))


def _either() -> sa.ColumnElement[str]:
    return _cell(SkemaSyarat.sifat == SALAH_SATU)


def _form(kode: str) -> sa.ColumnElement[str]:
    there = _any(
        sa.select(sa.literal(1))
        .where(m.FormIsian.permohonan_id == m.Permohonan.id, m.FormIsian.kode == kode, m.FormIsian.sha256 != "")
        .correlate(m.Permohonan)
    )
    due = Submission.status.in_(sorted(AFTER[kode])) if kode in AFTER else sa.true()
    return sa.case((there, LENGKAP), (due, KURANG), else_=TIDAK)


Cell = Callable[[], sa.ColumnElement[str]]


def cells() -> list[tuple[str, str, Cell]]:
    """Name and label of every kind, with what makes its expression: that asks for the day."""
    found: list[tuple[str, str, Cell]] = [(name, label, partial(_required, jenis)) for name, label, jenis in KINDS]
    found.append(("pengalaman", "Pelatihan atau pengalaman", _either))
    return [*found, *((name, label, partial(_form, kode)) for name, label, kode in FORMS)]


def share() -> sa.ColumnElement[Any]:
    """Documents that are there and in date, out of those that are due, in percent."""
    states = [make() for _, _, make in cells()]
    good = sum((sa.case((value == LENGKAP, 1), else_=0) for value in states), sa.literal(0))
    due = sum((sa.case((value == TIDAK, 0), else_=1) for value in states), sa.literal(0))
    return sa.cast(100.0 * good / sa.func.nullif(due, 0), sa.Numeric(5, 1))


def _shown(make: Cell, ask: Ask) -> sa.ColumnElement[str]:
    return make()


def _sessions(user: Principal) -> list[tuple[Any, str]]:
    """The hundred newest sessions: a batch is who sat in one."""
    query = sa.select(SesiAsesmen.id, sa.func.to_char(SesiAsesmen.mulai, "YYYY-MM-DD"), Tuk.nama)
    rows = db.session.execute(
        query.join(Tuk, Tuk.id == SesiAsesmen.tuk_id).order_by(SesiAsesmen.mulai.desc()).limit(100)
    )
    return [(key, f"{day}, {name}") for key, day, name in rows]


def _in_session(value: Any, ask: Ask) -> sa.ColumnElement[bool]:
    return m.Permohonan.id.in_(sa.select(PesertaSesi.permohonan_id).where(PesertaSesi.sesi_id == value))


DAFTAR = Listing(
    "kelengkapan",
    title="Rekap dokumen",
    noun="permohonan",
    rows=sent_cases,
    key=m.Permohonan.id,
    sort="-dikirim",
    can=LIHAT,
    join=[(Submission, Submission.id == m.Permohonan.submission_id)],
    search=[m.Permohonan.cari],
    search_label="Nama, nomor, atau institusi",
    columns=[
        Column("nomor", "Permohonan", m.Permohonan.nomor, link="/sertifikasi/permohonan/{id}"),
        Column("nama", "Asesi", m.Permohonan.nama),
        *(Column(name, label, partial(_shown, make), show=CELL) for name, label, make in cells()),
        Column("persen", "Lengkap", lambda ask: share(), show=lambda v: "" if v is None else persen(v), number=True),
        Column("dikirim", "Dikirim", m.Permohonan.apl01_diajukan_at, sort=True),
    ],
    filters=[
        Choice("skema", "Skema", m.Permohonan.skema_id, options=_schemes),
        Choice("sesi", "Angkatan", options=_sessions, where=_in_session, indexed=False),
        Choice("provinsi", "Provinsi", m.Permohonan.provinsi, options=list(PROVINSI.items())),
    ],
)


def _summary(ask: Ask) -> dict[str, Any]:
    newest = (
        ask.select(share().label("bagian")).order_by(m.Permohonan.apl01_diajukan_at.desc()).limit(SAMPLE).subquery()
    )
    average, count = db.session.execute(
        sa.select(sa.func.avg(newest.c.bagian), sa.func.count()).select_from(newest)
    ).one()
    return {"rata": average, "dihitung": count, "batas": SAMPLE}


@module.route("/repositori/kelengkapan", can=LIHAT)
def repositori_kelengkapan() -> Response:
    return DAFTAR.respond("sertifikasi/repositori_kelengkapan.html", more=_summary)
