"""Rekap dokumen: cases against the kinds of document their scheme asks for; complete, missing or expired."""

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.wrappers import Response

from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Column, Listing, Query
from portal.kernel.listing.ask import GATHER
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


FRESH, OLD, MISSING, EITHER = ":2", ":1", ":0", "+"  # a kind and its state: "KTP:2"


def _files() -> sa.sql.selectable.LateralFromClause:
    """The requirements of one case, each with whether a file is there and in date. It hangs on the id alone, so that
    counting cases reads nothing but an index."""
    case, row, link, file = orm.aliased(m.Permohonan), m.BuktiSyarat, m.BerkasSyarat, m.BerkasAsesi
    until = sa.func.coalesce(
        file.berlaku_sampai,
        sa.cast(file.tanggal + sa.func.make_interval(0, SkemaSyarat.umur_maks_bulan), sa.Date),
    )
    hari = sa.bindparam("hari_ini", callable_=today, type_=sa.Date())
    state = sa.case((file.id.is_(None), MISSING), (until < hari, OLD), else_=FRESH)
    kind = sa.case((SkemaSyarat.sifat == SALAH_SATU, EITHER), else_=SkemaSyarat.jenis)
    query = (
        sa.select(sa.func.array_agg(kind.concat(state), type_=sa.ARRAY(sa.Text())).label("ada"))
        .select_from(case)
        .join(SkemaSyarat, SkemaSyarat.skema_versi_id == case.skema_versi_id)
        .outerjoin(row, sa.and_(row.syarat_id == SkemaSyarat.id, row.permohonan_id == case.id))
        .outerjoin(link, link.bukti_syarat_id == row.id)
        .outerjoin(file, file.id == link.berkas_id)
        .where(case.id == m.Permohonan.id, SkemaSyarat.sifat.in_((WAJIB, SALAH_SATU)))
    )
    return query.correlate(m.Permohonan).lateral("berkas_kasus")


def _forms() -> sa.sql.selectable.LateralFromClause:
    """Its state, and the codes of its locked forms."""
    case, f = orm.aliased(m.Permohonan), m.FormIsian
    query = sa.select(
        sa.func.max(Submission.status).label("status"),
        sa.func.array_agg(f.kode, type_=sa.ARRAY(sa.Text())).label("kode"),
    )
    query = query.select_from(case).join(Submission, Submission.id == case.submission_id)
    query = query.outerjoin(f, sa.and_(f.permohonan_id == case.id, f.sha256 != "")).where(case.id == m.Permohonan.id)
    return query.correlate(m.Permohonan).lateral("formulir_kasus")


FILES, SHEETS = _files(), _forms()


def _cell(kind: str) -> sa.ColumnElement[str]:
    def among(state: str) -> sa.ColumnElement[bool]:
        return sa.literal(kind + state) == sa.any_(FILES.c.ada)

    return sa.case((among(FRESH), LENGKAP), (among(OLD), LEWAT), (among(MISSING), KURANG), else_=TIDAK)


def _form(kode: str) -> sa.ColumnElement[str]:
    due = SHEETS.c.status.in_(sorted(AFTER[kode])) if kode in AFTER else sa.true()
    return sa.case((sa.literal(kode) == sa.any_(SHEETS.c.kode), LENGKAP), (due, KURANG), else_=TIDAK)


Cell = Callable[[], sa.ColumnElement[str]]


def cells() -> list[tuple[str, str, Cell]]:
    """Name and label of every kind, with what makes its expression."""
    found: list[tuple[str, str, Cell]] = [(name, label, partial(_cell, jenis)) for name, label, jenis in KINDS]
    found.append(("pengalaman", "Pelatihan atau pengalaman", partial(_cell, EITHER)))
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
    join=[
        (FILES, sa.true()),
        (SHEETS, sa.true()),
    ],
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


def _summary(ask: Query) -> dict[str, Any]:
    sent = m.Permohonan.apl01_diajukan_at
    if ask.gathers:  # collected first, as the list itself does: few rows far apart are not walked to
        some = ask.select(m.Permohonan.id.label("k"), sent.label("v")).limit(GATHER).cte("temuan")
        some = some.prefix_with("MATERIALIZED", dialect="postgresql")
        newest = sa.select(some.c.k).order_by(some.c.v.desc()).limit(SAMPLE)
    else:
        newest = ask.select(m.Permohonan.id).order_by(sent.desc()).limit(SAMPLE)
    query = sa.select(sa.func.avg(share()), sa.func.count()).select_from(m.Permohonan)
    for table, condition in DAFTAR.join:
        query = query.outerjoin(table, condition)
    average, count = db.session.execute(query.where(m.Permohonan.id.in_(newest))).one()
    return {"rata": average, "dihitung": count, "batas": SAMPLE}


@module.route("/repositori/kelengkapan", can=LIHAT)
def repositori_kelengkapan() -> Response:
    return DAFTAR.respond("sertifikasi/repositori_kelengkapan.html", more=_summary)
