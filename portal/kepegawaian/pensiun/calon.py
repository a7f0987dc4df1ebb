"""Who retires soon: everybody in service whose TMT comes within the horizon, and who has no TMT at all.

Nobody is lost by a missing unit, file, month or entry: everything but the person is joined from outside.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LIHAT, LIHAT_HUKDIS, PENSIUN_KELOLA
from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.pegawai.daftar import JENIS, PEJABAT, nip_words, opd_options
from portal.kepegawaian.pegawai.nomor import pemilik_lama
from portal.kepegawaian.pensiun.alur import STATUS
from portal.kepegawaian.pensiun.models import DRAF, TERTUTUP, UsulanPensiun
from portal.kepegawaian.pensiun.policies import RAHASIA
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku, people_in
from portal.kepegawaian.rujukan import aturan, khusus
from portal.kepegawaian.rujukan.models import AKTIF, AKTIF_TIDAK_BEKERJA, BERHENTI, Jabatan, Jenjang, Kedudukan
from portal.kernel import identifiers, organisation
from portal.kernel.access import in_scope
from portal.kernel.calendar import tanggal
from portal.kernel.db import db
from portal.kernel.listing import CAP, Ask, Choice, Choices, Column, Listing, Tags
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import Principal

BERTUGAS = (AKTIF, AKTIF_TIDAK_BEKERJA)
SELAMANYA_SQL: Any = sa.literal_column(f"'{SELAMANYA}'")  # in words that the partial index knows
AWAL = date(1900, 1, 1)  # orders who has no TMT before everybody else
TANPA, BEDA, LEWAT, TIADA = "TANPA_BUP", "BEDA_BUP", "LEWAT_BUP", "TANPA_RIWAYAT"
TANDA = Tags({
    TIADA: ("Belum ada riwayat", "negative", "alert-circle"),
    TANPA: ("BUP belum diketahui", "negative", "alert-circle"),
    LEWAT: ("Lewat BUP", "negative", "alert-triangle"), BEDA: ("Beda usia rujukan", "warning", "alert-triangle"),
    "": ("", "", ""),
})  # fmt: skip


def batas(hari: date) -> date:
    """The last TMT that the list shows on a day: setting `pensiun_horizon`, months."""
    years, months = divmod(hari.year * 12 + hari.month - 1 + aturan.nilai("pensiun_horizon", hari), 12)
    return date(years, months + 1, min(hari.day, 28))


C = sa.table(
    "calon", sa.column("id", sa.Uuid()), sa.column("nama", sa.Text()), sa.column("nip", sa.Text()),
    sa.column("jenis", sa.Text()), sa.column("ada", sa.Boolean()), sa.column("tmt", sa.Date()),
    sa.column("bup", sa.Integer()), sa.column("jabatan", sa.Text()), sa.column("jabatan_id", sa.Uuid()),
    sa.column("jenjang", sa.Text()), sa.column("golongan", sa.Text()), sa.column("lahir", sa.Date()),
    sa.column("kedudukan", sa.Text()), sa.column("unit_id", sa.Uuid()), sa.column("pd_id", sa.Uuid()),
).c  # fmt: skip


def rows_for(user: Principal) -> sa.Select[Any]:
    """Candidates in the scope of this person; who has no entry at all belongs to no unit, so to who sees all."""
    today = organisation.today()
    k = Keadaan
    state = sa.select(
        k.pegawai_id.label("id"), k.nama, k.nip, k.jenis, sa.true().label("ada"), k.tmt_pensiun.label("tmt"), k.bup,
        k.jabatan, k.jabatan_id, k.jenjang, k.golongan, k.lahir, k.kedudukan, k.unit_id, k.pd_id,
    ).where(k.mulai <= today, k.sampai >= today, k.jenis != PEJABAT, k.kelompok.in_(BERTUGAS))  # fmt: skip
    state = state.where(in_scope(k, user, LIHAT))
    # Years without a TMT are many, before everybody's first seat: who has none now is asked for in two parts.
    unknown = state.where(k.tmt_pensiun.is_(None), k.kelompok != sa.literal_column(f"'{BERHENTI}'"))
    parts: list[Any] = [
        state.where(k.tmt_pensiun <= batas(today)),
        unknown.where(k.sampai == SELAMANYA_SQL), unknown.where(k.sampai < SELAMANYA_SQL),
    ]  # fmt: skip
    if user.units(LIHAT) is None:
        parts.append(_without_entries())
    return sa.select(C.id).add_cte(sa.union_all(*parts).cte("calon"))


def _without_entries() -> sa.Select[Any]:
    """Pegawai in service of whom the register knows nothing: no stretch of days is theirs."""
    last = sa.exists().where(Keadaan.pegawai_id == Pegawai.id, Keadaan.sampai == SELAMANYA_SQL)
    nothing = sa.select(Pegawai.id).where(~last).limit(CAP + 1).cte("tanpa_riwayat").prefix_with("MATERIALIZED")
    none: Any = sa.null()
    found = sa.select(
        Pegawai.id, Pegawai.nama, sa.func.coalesce(Pegawai.nip, ""), Pegawai.status, sa.false(),
        sa.cast(none, sa.Date()), sa.cast(none, sa.Integer()), sa.literal(""), sa.cast(none, sa.Uuid()),
        sa.literal(""), sa.literal(""), Orang.tanggal_lahir, sa.literal(""), sa.cast(none, sa.Uuid()),
        sa.cast(none, sa.Uuid()),
    )  # fmt: skip
    found = found.join(nothing, nothing.c.id == Pegawai.id).outerjoin(Orang, Orang.id == Pegawai.orang_id)
    return found.where(Pegawai.aktif, Pegawai.status != PEJABAT)


def _usia_rujukan() -> Any:
    return sa.select(Jabatan.usia_bup).where(Jabatan.id == C.jabatan_id).correlate(C.id.table).scalar_subquery()


def _usia_jenjang() -> Any:
    return sa.select(Jenjang.bup).where(Jenjang.kode == C.jenjang).correlate(C.id.table).scalar_subquery()


def _tanda(_: Ask) -> Any:
    return sa.case(
        (~C.ada, TIADA), (C.tmt.is_(None), TANPA),
        (C.tmt <= organisation.today(), LEWAT),
        (khusus.usia(C.jabatan_id, organisation.today()).is_not(None), ""),  # the office has decided which age holds
        (_usia_rujukan() != _usia_jenjang(), BEDA), else_="",
    )  # fmt: skip


def _flagged(value: Any, ask: Ask) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = _tanda(ask) == value
    return found


def _usulan(ask: Ask) -> Any:
    """State of the newest open request; an SK that waits for its day counts. Drafts are for who manages them,
    discipline for who may read it."""
    hidden = TERTUTUP if ask.user.has(PENSIUN_KELOLA) else (*TERTUTUP, DRAF)
    query = sa.select(UsulanPensiun.status).where(UsulanPensiun.pegawai_id == C.id, UsulanPensiun.status.not_in(hidden))
    if ask.user.units(LIHAT_HUKDIS) is not None:
        inside = in_scope(C, ask.user, LIHAT_HUKDIS)
        query = query.where(sa.or_(UsulanPensiun.jenis.not_in(RAHASIA), inside))
    return query.order_by(UsulanPensiun.id.desc()).limit(1).correlate(C.id.table).scalar_subquery()


def _unit(column: Any) -> Any:
    return sa.select(Unit.nama).where(Unit.id == column).correlate(C.id.table).scalar_subquery()


def _kedudukan() -> Any:
    query = sa.select(Kedudukan.nama).where(Kedudukan.kode == C.kedudukan)
    return query.correlate(C.id.table).scalar_subquery()


def _in_opd(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    if ask.user.units(LIHAT) is None:
        return C.pd_id == unit
    return C.unit_id.in_(organisation.subtree([unit]))


def _months(_: Principal) -> list[tuple[str, str]]:
    today = organisation.today()
    last = batas(today)
    found, month = [], today.replace(day=1)
    while month <= last:
        found.append((f"{month:%Y-%m}", f"{tanggal(month).split(' ', 1)[1]}"))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found


def _in_month(value: str, ask: Ask) -> sa.ColumnElement[bool]:
    start = date.fromisoformat(f"{value}-01")
    end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return sa.and_(C.tmt >= start, C.tmt < end)


def _levels(_: Principal) -> list[tuple[str, str]]:
    return [(row.kode, row.nama) for row in db.session.execute(sa.select(Jenjang.kode, Jenjang.nama, Jenjang.urut)
                                                                 .order_by(Jenjang.urut))]  # fmt: skip


def _sought(words: str) -> sa.ColumnElement[bool]:
    nip = identifiers.Nip.parse(words).normal if any(c.isdigit() for c in words) else None
    bare = nip or words.replace(" ", "").replace(".", "").lstrip("'")
    texts = [bare] if bare.isdigit() else words.split()
    return C.id.in_(sa.select(Pegawai.id).where(*(_like(text) for text in texts)))


def _like(text: str) -> sa.ColumnElement[bool]:
    quoted = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Pegawai.cari.like(sa.func.lower(sa.func.f_unaccent(f"%{quoted}%")))


DAFTAR = Listing(
    "calon-pensiun", title="Calon pensiun", noun="calon", rows=rows_for, key=C.id, sort="tmt", can=LIHAT,
    search=_sought, search_label="Nama atau NIP", views=True,
    nothing=("Belum ada calon", "Pegawai yang TMT pensiunnya mendekat muncul di sini."),
    columns=[
        Column("nama", "Nama", C.nama, sort=True, indexed=False, link="/kepegawaian/pensiun/calon/{id}"),
        Column("nip", "NIP", C.nip, show=nip_words),
        Column("tmt", "TMT", C.tmt, sort=sa.func.coalesce(C.tmt, AWAL), indexed=False),
        Column("tanda", "Perhatian", _tanda, show=TANDA),
        Column("bup", "BUP", C.bup, number=True),
        Column("jabatan", "Jabatan", C.jabatan),
        Column("opd", "Perangkat daerah", _unit(C.pd_id), optional=True),
        Column("usulan", "Usulan", _usulan, show=STATUS),
        Column("unit", "Unit kerja", _unit(C.unit_id), optional=True),
        Column("golongan", "Golongan", C.golongan, optional=True),
        Column("jenis", "Jenis", C.jenis, show=lambda v: JENIS.get(v, v), optional=True),
        Column("lahir", "Tanggal lahir", C.lahir, optional=True),
        Column("jenjang", "Jenjang", C.jenjang, optional=True),
        Column("kedudukan", "Kedudukan", _kedudukan(), optional=True),
        Column("usia_jenjang", "BUP menurut jenjang", _usia_jenjang(), number=True, optional=True),
        Column("usia_rujukan", "BUP menurut rujukan jabatan", _usia_rujukan(), number=True, optional=True),
        Column("id", "ID", C.id, screen=False, export=False),
    ],
    filters=[
        Choice("opd", "Unit kerja", options=opd_options, where=_in_opd, indexed=False),
        Choice("bulan", "Bulan TMT", options=_months, where=_in_month, indexed=False),
        Choices("jenjang", "Jenjang", C.jenjang, options=_levels, indexed=False),
        Choices("jenis", "Jenis pegawai", C.jenis, options=list(JENIS.items()), indexed=False),
        Choice("tanda", "Perhatian", options=[(k, v) for k, v in TANDA.options if k], where=_flagged, indexed=False),
    ],
)  # fmt: skip


# ---- "Kenapa tidak muncul?"


@dataclass(frozen=True)
class Jawaban:
    """`tampil`: on the list of who asks. `alasan`: tests that fail, or what is known, in words."""

    tampil: bool
    alasan: list[str]
    pegawai_id: uuid.UUID | None = None


def kenapa(user: Principal, teks: str) -> Jawaban:
    """Why somebody with this NIP is not on the list, or that they are. Names nobody outside the asker's units."""
    nip = identifiers.Nip.parse(teks)
    if nip.normal is None:
        return Jawaban(False, ["NIP ini tidak dapat dibaca. Tulis 18 angka, dengan atau tanpa spasi."])
    one = db.session.scalars(sa.select(Pegawai).where(Pegawai.nip == nip.normal)).first()
    one = one or db.session.scalars(sa.select(Pegawai).where(Pegawai.id.in_(pemilik_lama(nip.normal)))).first()
    if one is None:
        return Jawaban(False, [f"Tidak ada pegawai dengan NIP {nip.tampil} di data kepegawaian."])
    mine = sa.select(Pegawai.id).where(Pegawai.id == one.id, people_in(user, LIHAT))
    if db.session.scalar(mine) is None:
        return Jawaban(False, ["Hari ini pegawai ini berada di luar unit Anda."])
    return jelaskan(user, one)


def jelaskan(user: Principal, one: Pegawai) -> Jawaban:
    """The same for somebody this person may see."""
    today = organisation.today()
    state = db.session.scalars(sa.select(Keadaan).where(Keadaan.pegawai_id == one.id, berlaku(today))).first()
    if _listed(one, state, user, today):
        return Jawaban(True, _known(one, state), one.id)
    return Jawaban(False, _failed(one, state, today), one.id)


def _listed(one: Pegawai, state: Keadaan | None, user: Principal, today: date) -> bool:
    """The tests of `rows_for` for one person."""
    if one.status == PEJABAT:
        return False
    if state is None:
        return one.aktif and user.units(LIHAT) is None
    due = state.tmt_pensiun is None or state.tmt_pensiun <= batas(today)
    return due and state.kelompok in BERTUGAS


def _known(one: Pegawai, state: Keadaan | None) -> list[str]:
    """On the list: when, or what is missing for a TMT."""
    if state is not None and state.tmt_pensiun is not None:
        return [f"Tampil di daftar: TMT {tanggal(state.tmt_pensiun)}, BUP {state.bup} tahun."]
    return ["Tampil di urutan teratas karena BUP belum diketahui.", *_unknown(one, state)]


def _unknown(one: Pegawai, state: Keadaan | None) -> list[str]:
    """What BUP and TMT lack."""
    found = []
    if db.session.scalar(sa.select(Orang.tanggal_lahir).where(Orang.id == one.orang_id)) is None:
        found.append("Tanggal lahir belum diisi.")
    if state is None or state.riwayat_jabatan_id is None:
        waiting = sa.select(sa.func.count()).where(
            r.RiwayatJabatan.pegawai_id == one.id, r.RiwayatJabatan.status.in_((r.DRAF, r.DIAJUKAN, r.DIPERIKSA))
        )
        waits = db.session.scalar(waiting)
        more = f" Ada {waits} riwayat jabatan yang belum terverifikasi." if waits else ""
        found.append(f"Belum ada jabatan terverifikasi yang berlaku hari ini.{more}")
    elif state.bup is None:
        found.append(f"Jenjang jabatan {state.jabatan} belum mempunyai BUP di rujukan.")
    return found


def _failed(one: Pegawai, state: Keadaan | None, today: date) -> list[str]:
    if one.status == PEJABAT:
        return ["Pejabat negara bukan ASN; BUP tidak berlaku."]
    if state is None:
        return ["Belum ada riwayat terverifikasi dan pegawai ini tidak aktif."]
    found = []
    if state.kelompok not in BERTUGAS:
        name = db.session.scalar(sa.select(Kedudukan.nama).where(Kedudukan.kode == state.kedudukan))
        words = f"{name} ({state.kedudukan})" if name else "perjanjian kerja sudah berakhir"
        found.append(f"Kedudukan hari ini: {words}, sejak {tanggal(state.mulai)}.")
    elif state.tmt_pensiun is not None and state.tmt_pensiun > batas(today):
        months = aturan.nilai("pensiun_horizon", today)
        found.append(f"TMT {tanggal(state.tmt_pensiun)} masih lebih dari {months} bulan lagi.")
    return found


def perhitungan(one: Pegawai) -> list[tuple[str, str]]:
    """How the TMT of a person comes about, label and words; also which of two ages was taken."""
    here = sa.and_(Keadaan.pegawai_id == Pegawai.id, berlaku(organisation.today()))
    query = sa.select(
        Orang.tanggal_lahir, Keadaan.jabatan, Keadaan.bup, Keadaan.tmt_pensiun, Keadaan.jenis, Jenjang.nama,
        Jenjang.bup.label("menurut_jenjang"), Jabatan.usia_bup.label("menurut_jabatan"), Jenjang.dasar,
        Unit.nama.label("opd"), Keadaan.jabatan_id,
    )  # fmt: skip
    query = query.select_from(Pegawai).outerjoin(Orang, Orang.id == Pegawai.orang_id).outerjoin(Keadaan, here)
    query = query.outerjoin(Jenjang, Jenjang.kode == Keadaan.jenjang).outerjoin(Unit, Unit.id == Keadaan.pd_id)
    row = db.session.execute(
        query.outerjoin(Jabatan, Jabatan.id == Keadaan.jabatan_id).where(Pegawai.id == one.id)
    ).one()
    ages = [
        f"{row.menurut_jenjang} tahun menurut jenjang {row.nama} ({row.dasar})" if row.menurut_jenjang else "",
        f"{row.menurut_jabatan} tahun menurut rujukan jabatan" if row.menurut_jabatan else "",
    ]
    rule = khusus.berlaku(row.jabatan_id, organisation.today())
    ages += [khusus.kata(rule)] if rule else []
    differ = row.menurut_jenjang and row.menurut_jabatan and row.menurut_jenjang != row.menurut_jabatan and not rule
    return [
        ("Perangkat daerah", row.opd or "Belum ditempatkan"), ("Jabatan", row.jabatan or "Belum ada"),
        ("Tanggal lahir", tanggal(row.tanggal_lahir) if row.tanggal_lahir else "Belum diisi"),
        ("BUP", "; ".join(part for part in ages if part) or "Belum diketahui"),
        ("Dipakai", f"{row.bup} tahun" + (", dari rujukan jabatan. Mintalah BKPSDM memastikan." if differ else "")
         if row.bup else "Belum diketahui"),
        ("TMT", tanggal(row.tmt_pensiun) if row.tmt_pensiun else "Belum dapat dihitung"),
    ]  # fmt: skip
