"""The list of pegawai on a day: one declaration for page, counts, CSV and XLSX."""

import calendar
import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LIHAT
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.nomor import pemilik_lama
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import (
    AKTIF,
    AKTIF_TIDAK_BEKERJA,
    BERHENTI,
    JENIS_JABATAN,
    LAIN,
    Jenjang,
    Kedudukan,
)
from portal.kernel import identifiers, organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db
from portal.kernel.listing import Ask, Between, Choice, Choices, Column, DateRange, Following, GivenDay, Listing, Tags
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal

KELOMPOK = Tags({
    AKTIF: ("Aktif", "positive", ""), AKTIF_TIDAK_BEKERJA: ("Aktif, tidak bekerja", "warning", ""),
    BERHENTI: ("Berhenti", "", ""), LAIN: ("Perlu diperiksa", "negative", ""),
})  # fmt: skip
JENIS = {"PNS": "PNS", "CPNS": "CPNS", "PPPK": "PPPK", "PPPK_PARUH_WAKTU": "PPPK paruh waktu"}
KELAMIN = {"L": "Laki-laki", "P": "Perempuan"}
PEJABAT = "PEJABAT_NEGARA"
UNIT_LEVELS, UNIT_MOST = 8, 400  # in a field; deeper ones are reached by way of the map


def people_on(user: Principal, per_tanggal: date | None = None) -> sa.Select[tuple[Keadaan]]:
    """State on a day of the pegawai who sit today in the units this person looks after.

    Who may be seen is a question of today, what is shown one of the chosen day.
    """
    today = organisation.today()
    day = per_tanggal or today
    query = sa.select(Keadaan).where(berlaku(day), Keadaan.jenis != PEJABAT)
    if user.units(LIHAT) is None:
        return query
    if day == today:
        return query.where(in_scope(Keadaan, user, LIHAT))
    now = sa.orm.aliased(Keadaan)
    inside = sa.select(now.pegawai_id).where(now.mulai <= today, now.sampai >= today, in_scope(now, user, LIHAT))
    return query.where(Keadaan.pegawai_id.in_(inside))


def sought(words: str) -> sa.ColumnElement[bool]:
    """Part of a name or of a NIP, written in any of its ways, or the beginning of a number held before."""
    nip = identifiers.Nip.parse(words).normal if any(c.isdigit() for c in words) else None
    texts = [nip] if nip else [_digits(words)] if _digits(words) else words.split()
    found = sa.select(Pegawai.id).where(*(_like(text) for text in texts))
    if any(c.isdigit() for c in words):
        return Keadaan.pegawai_id.in_(found.union(pemilik_lama(words)))
    return Keadaan.pegawai_id.in_(found)


def _digits(words: str) -> str:
    """The digits of a NIP in part, "19850315 2010"; empty for a name."""
    bare = words.replace(" ", "").replace(".", "").replace("-", "").lstrip("'")
    return bare if bare.isdigit() else ""


def _like(text: str) -> sa.ColumnElement[bool]:
    quoted = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Pegawai.cari.like(sa.func.lower(sa.func.f_unaccent(f"%{quoted}%")))


def _unit_name(column: Any) -> Any:
    return sa.select(Unit.nama).where(Unit.id == column).correlate(Keadaan).scalar_subquery()


def opd_options(user: Principal) -> list[tuple[Any, str]]:
    held = user.units(LIHAT)
    query = sa.select(Unit.id, Unit.nama).where(in_force(Unit, organisation.today()), ~Unit.disembunyikan)
    query = query.where(Unit.pd_id == Unit.id) if held is None else query.where(Unit.id.in_(organisation.subtree(held)))
    return [(row.id, row.nama) for row in db.session.execute(query.order_by(Unit.kode).limit(400))]


def _in_unit(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    if ask.user.units(LIHAT) is None:
        return Keadaan.pd_id == unit
    return Keadaan.unit_id.in_(organisation.subtree([unit]))


def units_below(user: Principal, opd: uuid.UUID) -> list[tuple[Any, str]]:
    """Units of the chosen OPD in the order of its tree, for who chooses among OPD only; others choose units already.

    Where there are more than UNIT_MOST, the lowest levels are left out.
    """
    if user.units(LIHAT) is not None:
        return []
    start = sa.select(Unit.id, Unit.nama, Unit.induk_id, Unit.urut, sa.literal(0).label("tingkat"))
    tree = start.where(Unit.id == opd).cte("pohon", recursive=True)
    step = sa.select(Unit.id, Unit.nama, Unit.induk_id, Unit.urut, tree.c.tingkat + 1)
    step = step.join(tree, Unit.induk_id == tree.c.id).where(
        in_force(Unit, organisation.today()), ~Unit.disembunyikan, tree.c.tingkat < UNIT_LEVELS
    )
    tree = tree.union_all(step)
    rows = sa.select(tree).where(tree.c.tingkat > 0).order_by(tree.c.tingkat, tree.c.urut, tree.c.nama)
    below: dict[Any, list[Any]] = defaultdict(list)
    for row in db.session.execute(rows.limit(UNIT_MOST)):
        below[row.induk_id].append(row)
    return list(_indented(below, opd))


def _indented(below: dict[Any, list[Any]], top: Any) -> Iterator[tuple[Any, str]]:
    for row in below[top]:
        yield row.id, "– " * (row.tingkat - 1) + row.nama
        yield from _indented(below, row.id)


def _below(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    return Keadaan.unit_id.in_(organisation.subtree([unit]))


def _religion(codes: Any, ask: Ask) -> sa.ColumnElement[bool]:
    wanted = ["" if one == kode.BELUM_DIISI else one for one in codes]
    # written into the statement: a plan kept for a code of few people reads everything for a code of nearly all
    value: Any = sa.bindparam("agama", wanted, expanding=True, literal_execute=True)
    return Keadaan.pegawai_id.in_(sa.select(r.DataPegawai.pegawai_id).where(r.DataPegawai.agama.in_(value)))


def _levels(_: Principal) -> list[tuple[str, str]]:
    rows = db.session.execute(sa.select(Jenjang.kode, Jenjang.nama).order_by(Jenjang.urut))
    return [(row.kode, row.nama) for row in rows]


def _standing(_: Principal) -> list[tuple[str, str]]:
    rows = db.session.execute(sa.select(Kedudukan.kode, Kedudukan.nama).order_by(Kedudukan.kode))
    return [(row.kode, row.nama) for row in rows]


def _education(groups: Any, ask: Ask) -> sa.ColumnElement[bool]:
    return Keadaan.pendidikan_grup.in_(["" if one == kode.BELUM_DIISI else one for one in groups])


def _age(low: int | None, high: int | None, ask: Ask) -> sa.ColumnElement[bool]:
    """Full years on the chosen day."""
    day = ask.chosen["per_tanggal"]
    parts = []
    if low is not None:
        parts.append(Keadaan.lahir <= _years_before(day, low))
    if high is not None:
        parts.append(Keadaan.lahir > _years_before(day, high + 1))
    return sa.and_(*parts)


def _years_before(day: date, years: int) -> date:
    year = max(day.year - years, 1)
    leap = (day.month, day.day) != (2, 29) or calendar.isleap(year)
    return day.replace(year=year) if leap else day.replace(year=year, day=28)


def _acting(kinds: Any, ask: Ask) -> sa.ColumnElement[bool]:
    """Extra roles in force on the chosen day."""
    day, row = ask.chosen["per_tanggal"], r.RiwayatJabatan
    return Keadaan.pegawai_id.in_(sa.select(row.pegawai_id).where(
        row.jalur == r.TAMBAHAN, row.status == r.TERVERIFIKASI, row.penugasan.in_(kinds), row.berlaku <= day,
        row.selesai >= day,
    ))  # fmt: skip


def nip_words(nip: str | None) -> str:
    return identifiers.Nip.parse(nip).tampil if nip else ""


KOLOM = [
    Column("nama", "Nama", Keadaan.nama, sort=True, link="/kepegawaian/pegawai/{orang}"),
    Column("nip", "NIP", Keadaan.nip, show=nip_words),
    Column("jabatan", "Jabatan", Keadaan.jabatan),
    Column("unit", "Unit kerja", _unit_name(Keadaan.unit_id)),
    Column("opd", "Perangkat daerah", _unit_name(Keadaan.pd_id), optional=True),
    Column("golongan", "Golongan", Keadaan.golongan, sort=Keadaan.golongan_urut, indexed=False),
    Column("kedudukan", "Status", Keadaan.kelompok, show=KELOMPOK),
    Column("jenis", "Jenis", Keadaan.jenis, show=lambda v: JENIS.get(v, v), optional=True),
    Column("eselon", "Eselon", Keadaan.eselon, optional=True),
    Column("jenis_jabatan", "Jenis jabatan", Keadaan.jenis_jabatan, show=lambda v: JENIS_JABATAN.get(v, v),
           optional=True),
    Column("pendidikan", "Pendidikan", Keadaan.pendidikan_grup, optional=True),
    Column("kelamin", "Jenis kelamin", Keadaan.jenis_kelamin, show=lambda v: KELAMIN.get(v, ""), optional=True),
    Column("lahir", "Tanggal lahir", Keadaan.lahir, optional=True),
    Column("tmt_jabatan", "TMT jabatan", Keadaan.tmt_jabatan, optional=True),
    Column("pensiun", "TMT pensiun", Keadaan.tmt_pensiun, sort=True, indexed=False, optional=True),
    Column("orang", "ID", Keadaan.pegawai_id, screen=False, export=False),
]  # fmt: skip
SARINGAN: list[Choice | DateRange | Between] = [
    GivenDay("per_tanggal", "Per tanggal", default=organisation.today),
    Choice("opd", "Unit kerja", options=opd_options, where=_in_unit),
    Following("bawahan", "Unit di bawahnya, termasuk semua di bawahnya", where=_below, of="opd",
              within=units_below, all_words="Seluruh perangkat daerah"),
    Choices("jenis", "Jenis pegawai", Keadaan.jenis, options=list(JENIS.items()), indexed=False),
    Choices("golongan", "Golongan", Keadaan.golongan, indexed=False,
            options=[(one, one) for one in kode.golongan()], advanced=True),
    Choices("pendidikan", "Pendidikan terakhir", where=_education, indexed=False,
            options=[*((one, one) for one in kode.grup_pendidikan()), (kode.BELUM_DIISI, "Belum diisi")]),
    Choices("jenis_jabatan", "Jenis jabatan", Keadaan.jenis_jabatan, indexed=False,
            options=list(JENIS_JABATAN.items()), advanced=True),
    Choices("jenjang", "Jenjang", Keadaan.jenjang, options=_levels, indexed=False, advanced=True),
    Choices("eselon", "Eselon", Keadaan.eselon, indexed=False,
            options=[(code, code) for code in dict.fromkeys(one.kode for one in kode.eselon().values() if one.kode)],
            advanced=True),
    Choice("kelamin", "Jenis kelamin", Keadaan.jenis_kelamin, options=list(KELAMIN.items()), indexed=False,
           advanced=True),
    Choices("agama", "Agama", where=_religion,
            options=[*kode.AGAMA, (kode.BELUM_DIISI, "Belum diisi")], advanced=True),
    Between("usia", "Usia", where=_age, indexed=False, advanced=True),
    Choice("kelompok", "Status", Keadaan.kelompok, options=KELOMPOK.options, indexed=False),
    Choices("kedudukan", "Kedudukan hukum", Keadaan.kedudukan, options=_standing, indexed=False, advanced=True),
    DateRange("pensiun", "TMT pensiun", Keadaan.tmt_pensiun, indexed=False, advanced=True),
    Choices("penugasan", "Tugas tambahan", options=[one for one in r.PENUGASAN.items() if one[0] != r.DEFINITIF],
            where=_acting, indexed=False, advanced=True),
    Choice("pimpinan", "Pimpinan", Keadaan.pimpinan, options=[(True, "Pimpinan"), (False, "Bukan pimpinan")],
           indexed=False, advanced=True),
]  # fmt: skip
DAFTAR = Listing(
    "data-pegawai", title="Data pegawai", noun="pegawai", rows=people_on, key=Keadaan.id, sort="nama", can=LIHAT,
    search=sought, search_label="Nama atau NIP", views=True, columns=KOLOM, filters=SARINGAN,
)  # fmt: skip


def tambah(one: Choice, *columns: Column) -> None:
    """A filter on what a package above this one keeps of a pegawai: the list does not know that package."""
    SARINGAN.append(one)
    KOLOM.extend(columns)
