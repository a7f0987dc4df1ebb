"""Who retires soon: everybody in service whose TMT comes within the horizon, and who has no TMT at all.

Nobody is lost by a missing unit, file, month or entry: everything but the person is joined from outside.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LIHAT
from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.pegawai.daftar import JENIS, PEJABAT, nip_words, opd_options
from portal.kepegawaian.pensiun.alur import STATUS
from portal.kepegawaian.pensiun.models import TERTUTUP, UsulanPensiun
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku, people_in
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import AKTIF, AKTIF_TIDAK_BEKERJA, Jabatan, Jenjang, Kedudukan
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


def rows_for(user: Principal) -> sa.Select[tuple[Pegawai]]:
    """Candidates in the scope of this person; who has no entry at all belongs to no unit, so to who sees all."""
    today = organisation.today()
    here = (Keadaan.mulai <= today, Keadaan.sampai >= today, Keadaan.jenis != PEJABAT)
    serving = sa.select(Keadaan.pegawai_id).where(*here, Keadaan.kelompok.in_(BERTUGAS), in_scope(Keadaan, user, LIHAT))
    parts = [serving.where(Keadaan.tmt_pensiun <= batas(today)), serving.where(Keadaan.tmt_pensiun.is_(None))]
    if user.units(LIHAT) is None:
        parts.append(_without_entries())
    due = sa.union_all(*parts).cte("calon").prefix_with("MATERIALIZED")
    state = sa.and_(Keadaan.pegawai_id == Pegawai.id, berlaku(today))
    return sa.select(Pegawai).join(due, due.c.pegawai_id == Pegawai.id).outerjoin(Keadaan, state)


def _without_entries() -> sa.Select[Any]:
    """Pegawai in service of whom the register knows nothing: no stretch of days is theirs."""
    last = sa.exists().where(Keadaan.pegawai_id == Pegawai.id, Keadaan.sampai == SELAMANYA_SQL)
    nothing = sa.select(Pegawai.id).where(~last).limit(CAP + 1).cte("tanpa_riwayat").prefix_with("MATERIALIZED")
    found = sa.select(nothing.c.id.label("pegawai_id")).join(Pegawai, Pegawai.id == nothing.c.id)
    return found.where(Pegawai.aktif, Pegawai.status != PEJABAT)


def _usia_rujukan() -> Any:
    return sa.select(Jabatan.usia_bup).where(Jabatan.id == Keadaan.jabatan_id).correlate(Keadaan).scalar_subquery()


def _usia_jenjang() -> Any:
    return sa.select(Jenjang.bup).where(Jenjang.kode == Keadaan.jenjang).correlate(Keadaan).scalar_subquery()


def _tanda(_: Ask) -> Any:
    return sa.case(
        (Keadaan.id.is_(None), TIADA), (Keadaan.tmt_pensiun.is_(None), TANPA),
        (Keadaan.tmt_pensiun <= organisation.today(), LEWAT), (_usia_rujukan() != _usia_jenjang(), BEDA), else_="",
    )  # fmt: skip


def _flagged(value: Any, ask: Ask) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = _tanda(ask) == value
    return found


def _usulan(_: Ask) -> Any:
    """State of the newest open request; an SK that waits for its day counts."""
    query = sa.select(UsulanPensiun.status).where(
        UsulanPensiun.pegawai_id == Pegawai.id, UsulanPensiun.status.not_in(TERTUTUP)
    )
    return query.order_by(UsulanPensiun.id.desc()).limit(1).correlate(Pegawai).scalar_subquery()


def _unit(column: Any) -> Any:
    return sa.select(Unit.nama).where(Unit.id == column).correlate(Keadaan).scalar_subquery()


def _kedudukan() -> Any:
    query = sa.select(Kedudukan.nama).where(Kedudukan.kode == Keadaan.kedudukan)
    return query.correlate(Keadaan).scalar_subquery()


def _in_opd(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    if ask.user.units(LIHAT) is None:
        return Keadaan.pd_id == unit
    return Keadaan.unit_id.in_(organisation.subtree([unit]))


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
    return sa.and_(Keadaan.tmt_pensiun >= start, Keadaan.tmt_pensiun < end)


def _levels(_: Principal) -> list[tuple[str, str]]:
    return [(row.kode, row.nama) for row in db.session.execute(sa.select(Jenjang.kode, Jenjang.nama, Jenjang.urut)
                                                                 .order_by(Jenjang.urut))]  # fmt: skip


def _sought(words: str) -> sa.ColumnElement[bool]:
    nip = identifiers.Nip.parse(words).normal if any(c.isdigit() for c in words) else None
    bare = nip or words.replace(" ", "").replace(".", "").lstrip("'")
    texts = [bare] if bare.isdigit() else words.split()
    return sa.and_(sa.true(), *(_like(text) for text in texts))


def _like(text: str) -> sa.ColumnElement[bool]:
    quoted = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Pegawai.cari.like(sa.func.lower(sa.func.f_unaccent(f"%{quoted}%")))


DAFTAR = Listing(
    "calon-pensiun", title="Calon pensiun", noun="calon", rows=rows_for, key=Pegawai.id, sort="tmt", can=LIHAT,
    search=_sought, search_label="Nama atau NIP", views=True,
    columns=[
        Column("nama", "Nama", Pegawai.nama, sort=True, indexed=False, link="/kepegawaian/pensiun/calon/{id}"),
        Column("nip", "NIP", sa.func.coalesce(Pegawai.nip, ""), show=nip_words),
        Column("tmt", "TMT", Keadaan.tmt_pensiun, sort=sa.func.coalesce(Keadaan.tmt_pensiun, AWAL), indexed=False),
        Column("tanda", "Perhatian", _tanda, show=TANDA),
        Column("bup", "BUP", Keadaan.bup, number=True),
        Column("jabatan", "Jabatan", Keadaan.jabatan),
        Column("opd", "Perangkat daerah", _unit(Keadaan.pd_id)),
        Column("usulan", "Usulan", _usulan, show=STATUS),
        Column("unit", "Unit kerja", _unit(Keadaan.unit_id), optional=True),
        Column("golongan", "Golongan", Keadaan.golongan, optional=True),
        Column("jenis", "Jenis", Pegawai.status, show=lambda v: JENIS.get(v, v), optional=True),
        Column("lahir", "Tanggal lahir", Keadaan.lahir, optional=True),
        Column("jenjang", "Jenjang", Keadaan.jenjang, optional=True),
        Column("kedudukan", "Kedudukan", _kedudukan(), optional=True),
        Column("usia_jenjang", "BUP menurut jenjang", _usia_jenjang(), number=True, optional=True),
        Column("usia_rujukan", "BUP menurut rujukan jabatan", _usia_rujukan(), number=True, optional=True),
        Column("id", "ID", Pegawai.id, screen=False, export=False),
    ],
    filters=[
        Choice("opd", "Unit kerja", options=opd_options, where=_in_opd, indexed=False),
        Choice("bulan", "Bulan TMT", options=_months, where=_in_month, indexed=False),
        Choices("jenjang", "Jenjang", Keadaan.jenjang, options=_levels, indexed=False),
        Choices("jenis", "Jenis pegawai", Pegawai.status, options=list(JENIS.items()), indexed=False),
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
        Unit.nama.label("opd"),
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
    differ = row.menurut_jenjang and row.menurut_jabatan and row.menurut_jenjang != row.menurut_jabatan
    return [
        ("Perangkat daerah", row.opd or "Belum ditempatkan"), ("Jabatan", row.jabatan or "Belum ada"),
        ("Tanggal lahir", tanggal(row.tanggal_lahir) if row.tanggal_lahir else "Belum diisi"),
        ("BUP", "; ".join(part for part in ages if part) or "Belum diketahui"),
        ("Dipakai", f"{row.bup} tahun" + (", dari rujukan jabatan. Mintalah BKPSDM memastikan." if differ else "")
         if row.bup else "Belum diketahui"),
        ("TMT", tanggal(row.tmt_pensiun) if row.tmt_pensiun else "Belum dapat dihitung"),
    ]  # fmt: skip
