"""What the page of one pegawai shows: the state of a day, why it is so, and the entries by kind."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.riwayat import jenis, policies
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.aturan import IKUT_JABATAN
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import Kedudukan
from portal.kepegawaian.unor import pohon
from portal.kernel import calendar, organisation
from portal.kernel.db import db
from portal.kernel.listing import Tags
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import Principal

STATUS = Tags({
    r.DRAF: ("Draf", "guide", "pencil"), r.DIAJUKAN: ("Diajukan", "warning", "clock"),
    r.DIPERIKSA: ("Berkas sesuai", "warning", "clock"), r.DIKEMBALIKAN: ("Dikembalikan", "negative", "arrow-back-up"),
    r.TERVERIFIKASI: ("Terverifikasi", "positive", "circle-check"), r.DITOLAK: ("Ditolak", "negative", "x"),
    r.DIBATALKAN: ("Dibatalkan", "", "x"), r.DIGANTI: ("Diganti", "", ""),
})  # fmt: skip


@dataclass(frozen=True)
class Baris:
    """One entry in a list of its kind. `berlaku`: when it really holds (R11 derives the badge from it)."""

    id: uuid.UUID
    tabel: str
    judul: str
    rincian: str
    tmt: date
    akhir: date | None
    status: str
    nomor_sk: str
    aktif: bool
    berkas: tuple[tuple[str, str], ...]  # address and name of each document


def state(pegawai_id: uuid.UUID, on: date) -> Any:
    """The stretch of days that holds on a day with names of unit, OPD, atasan and standing; None before the first."""
    boss = sa.orm.aliased(Pegawai)
    query = (
        sa.select(
            Keadaan, pohon.name_on(Keadaan.unit_id, sa.literal(on)).label("unit"),
            pohon.name_on(Keadaan.pd_id, sa.literal(on)).label("opd"), boss.nama.label("atasan"),
            Kedudukan.nama.label("kedudukan_nama"),
        )
        .outerjoin(boss, boss.id == Keadaan.atasan_id)
        .outerjoin(Kedudukan, Kedudukan.kode == Keadaan.kedudukan)
        .where(Keadaan.pegawai_id == pegawai_id, policies.berlaku(on))
    )  # fmt: skip
    return db.session.execute(query).first()


def facts(found: Any, on: date) -> list[tuple[str, str]]:
    """Label and words of the state, for the summary."""
    if found is None:
        return []
    k = found.Keadaan
    level = kode.pendidikan().get(k.pendidikan)
    rank = f"{kode.pangkat(k.golongan)} ({k.golongan})" if kode.pangkat(k.golongan) else k.golongan
    return [
        ("Jabatan", k.jabatan), ("Unit kerja", found.unit or "Belum ditempatkan"),
        ("Perangkat daerah", found.opd or ""),
        ("Atasan langsung", found.atasan or ""), ("Pangkat, golongan", rank), ("Kedudukan", found.kedudukan_nama or ""),
        ("Pendidikan terakhir", level.nama if level else "Belum diisi"), ("Masa jabatan", _since(k.tmt_jabatan, on)),
        ("Usia", f"{_years(k.lahir, on)} tahun" if k.lahir else ""),
        ("BUP dan TMT pensiun", f"{k.bup} tahun, {calendar.tanggal(k.tmt_pensiun)}" if k.tmt_pensiun else
         "Belum dapat dihitung: jabatan atau tanggal lahir belum ada"),
    ]  # fmt: skip


def _years(start: date, on: date) -> int:
    return on.year - start.year - ((on.month, on.day) < (start.month, start.day))


def _since(start: date | None, on: date) -> str:
    if start is None or start > on:
        return ""
    months = (on.year - start.year) * 12 + on.month - start.month - (on.day < start.day)
    return f"{months // 12} tahun {months % 12} bulan, sejak {calendar.tanggal(start)}"


def why(found: Any) -> list[tuple[str, str]]:
    """Which entry each derived value follows from: rule and document, for the button "Kenapa?"."""
    if found is None or found.Keadaan.riwayat_jabatan_id is None:
        return []
    entry = db.session.get_one(r.RiwayatJabatan, found.Keadaan.riwayat_jabatan_id)
    source = f"SK {entry.nomor_sk or 'tanpa nomor'}, TMT {calendar.tanggal(entry.tmt)}"
    moved = f", pindah unit {calendar.tanggal(entry.tmt_mutasi)} (R1)" if entry.tmt_mutasi else ""
    held = found.Keadaan
    how = {r.IKUT_PIMPINAN: "pimpinan unitnya pada tanggal itu (R8)", r.DITUNJUK: "ditunjuk oleh SK (R8)"}
    rows = [
        ("Jabatan dan unit", f"Dari riwayat jabatan utama terakhir yang mulai berlaku (R3): {source}{moved}."),
        ("Atasan", f"{found.atasan or 'Belum ada'}: {how.get(held.atasan_cara, '')}."),
    ]
    if held.tmt_pensiun:
        rows.append((
            "TMT pensiun", f"Lahir {calendar.tanggal(held.lahir)}, BUP {held.bup} tahun menurut jabatan: tanggal 1 "
            "bulan setelah bulan ulang tahun itu.",
        ))  # fmt: skip
    return rows


def stretches(pegawai_id: uuid.UUID) -> list[Any]:
    """Every seat and state in time, latest first."""
    query = sa.select(
        Keadaan.mulai, Keadaan.sampai, Keadaan.jabatan, Keadaan.golongan, Keadaan.kelompok,
        pohon.name_on(Keadaan.unit_id, Keadaan.mulai).label("unit"),
    )  # fmt: skip
    rows = query.where(Keadaan.pegawai_id == pegawai_id).order_by(Keadaan.mulai.desc()).limit(200)
    return list(db.session.execute(rows))


def entries(user: Principal, pegawai_id: uuid.UUID) -> dict[str, list[Baris]]:
    """Entries this person may see, by kind, latest first."""
    found: dict[str, list[Baris]] = {one: [] for one in jenis.JENIS}
    ends = _real_ends(pegawai_id)
    papers = _papers(pegawai_id)
    today = organisation.today()
    tables = {
        table: list(db.session.scalars(policies.visible_entries(user, table, pegawai_id).order_by(table.tmt.desc())))
        for table in r.TABEL.values()
    }
    names = _names(tables)
    for rows in tables.values():
        for row in rows:
            kind = jenis.of(row)
            end = ends.get(row.id, row.selesai)
            start = row.berlaku if isinstance(row, r.RiwayatJabatan) else row.tmt
            known = row.status == r.TERVERIFIKASI
            found[kind.kode].append(Baris(
                row.id, row.__tablename__, *words(row, kind, names), start, end, row.status, row.nomor_sk,
                known and start <= today and (end is None or end >= today), papers.get(row.id, ()),
            ))  # fmt: skip
    return found


def _real_ends(pegawai_id: uuid.UUID) -> dict[uuid.UUID, date | None]:
    """Last day on which each main seat really held: R3 cuts it where the next one begins."""
    query = sa.select(Keadaan.riwayat_jabatan_id, sa.func.max(Keadaan.sampai)).where(
        Keadaan.pegawai_id == pegawai_id, Keadaan.riwayat_jabatan_id.is_not(None)
    )
    rows = db.session.execute(query.group_by(Keadaan.riwayat_jabatan_id))
    return {key: None if end == SELAMANYA else end for key, end in rows}


def _papers(pegawai_id: uuid.UUID) -> dict[uuid.UUID, tuple[tuple[str, str], ...]]:
    """Documents in use by entry."""
    link = r.BerkasTautan
    query = sa.select(link.riwayat_id, link.dokumen_id, link.jenis_dokumen).where(
        link.pegawai_id == pegawai_id, link.aktif, link.dokumen_id.is_not(None), link.riwayat_id.is_not(None)
    )
    found: dict[uuid.UUID, tuple[tuple[str, str], ...]] = {}
    for key, document, code in db.session.execute(query.order_by(link.jenis_dokumen)):
        found[key] = (*found.get(key, ()), (f"/berkas/{document}", DOKUMEN[code].nama if code in DOKUMEN else code))
    return found


def extra_roles(pegawai_id: uuid.UUID, on: date) -> list[str]:
    """Roles beside the main seat on a day: Plt, koordinator, ketua tim and so on, with unit and end."""
    table = r.RiwayatJabatan
    query = (
        sa.select(table.penugasan, table.nama_jabatan, table.selesai, Unit.nama.label("unit"))
        .outerjoin(Unit, Unit.id == table.unit_id)
        .where(
            table.pegawai_id == pegawai_id, table.jalur == r.TAMBAHAN, table.status == r.TERVERIFIKASI,
            table.berlaku <= on, table.selesai >= on,
        )
        .order_by(table.berlaku)
    )  # fmt: skip
    found = []
    for row in db.session.execute(query):
        what = row.unit if row.penugasan in IKUT_JABATAN else row.nama_jabatan
        found.append(f"{r.PENUGASAN[row.penugasan]} {what or ''}, sampai {calendar.tanggal(row.selesai)}")
    return found


def _names(tables: Mapping[Any, list[Any]]) -> dict[Any, str]:
    """What the units of these entries were called then, and their standings: one statement each."""
    seats = {row.id for row in tables.get(r.RiwayatJabatan, []) if row.unit_id}
    codes = {row.kode for row in tables.get(r.RiwayatKedudukan, [])}
    found: dict[Any, str] = {}
    if seats:
        then = sa.select(r.RiwayatJabatan.id, pohon.name_on(r.RiwayatJabatan.unit_id, r.RiwayatJabatan.berlaku))
        found |= dict(db.session.execute(then.where(r.RiwayatJabatan.id.in_(seats))).tuples().all())
    if codes:
        rows = sa.select(Kedudukan.kode, Kedudukan.nama).where(Kedudukan.kode.in_(codes))
        found |= dict(db.session.execute(rows).tuples().all())
    return found


def words(row: Any, kind: jenis.Jenis, names: Mapping[Any, str] | None = None) -> tuple[str, str]:
    """What an entry is called in a list, and the line under it. `names`: of units and standings, when known."""
    names = _names({type(row): [row]}) if names is None else names
    if isinstance(row, r.RiwayatJabatan):
        extra = "" if row.jalur == r.UTAMA else f"{r.PENUGASAN[row.penugasan]}: "
        place = row.instansi_tujuan or names.get(row.id, "")
        return f"{extra}{row.nama_jabatan}", place
    if isinstance(row, r.RiwayatGolongan):
        return f"{kode.pangkat(row.golongan)} ({row.golongan})".strip(), f"{row.mk_tahun} tahun {row.mk_bulan} bulan"
    if isinstance(row, r.RiwayatPendidikan):
        level = kode.pendidikan().get(row.tingkat)
        return level.nama if level else row.tingkat, ", ".join(part for part in (row.prodi, row.sekolah) if part)
    if isinstance(row, r.RiwayatKedudukan):
        return names.get(row.kode, row.kode), ""
    shown = [_shown(field, row.isi.get(field.nama)) for field in kind.medan if field.tipe != jenis.NIK]
    parts = [part for part in shown if part]
    return (parts[0] if parts else kind.judul), ", ".join(parts[1:3])


def _shown(field: jenis.Medan, value: Any) -> str:
    if value in (None, "", False):
        return ""
    if field.tipe == jenis.TANGGAL:
        return calendar.tanggal(date.fromisoformat(str(value)))
    return dict(field.pilihan).get(str(value), str(value))


def person(pegawai: Pegawai) -> tuple[Orang, r.DataPegawai | None]:
    data = sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == pegawai.id)
    return db.session.get_one(Orang, pegawai.orang_id), db.session.scalars(data).first()
