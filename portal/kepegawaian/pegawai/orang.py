"""What the page of one pegawai shows: the state of a day, why it is so, and the entries by kind."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.riwayat import jenis, policies
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.aturan import IKUT_JABATAN
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.rujukan import khusus, kode
from portal.kepegawaian.rujukan.models import BupKhusus, Kedudukan
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
HARI = timedelta(days=1)
Papers = tuple[tuple[str, str], ...]  # address and name of each document
ISI: dict[Any, tuple[str, ...]] = {  # what the words of an entry are made of, by table
    r.RiwayatJabatan: ("jalur", "penugasan", "nama_jabatan", "instansi_tujuan"),
    r.RiwayatGolongan: ("golongan", "mk_tahun", "mk_bulan"), r.RiwayatPendidikan: ("tingkat", "prodi", "sekolah"),
    r.RiwayatKedudukan: ("kode",),
}  # fmt: skip


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
    berkas: Papers


def state(pegawai_id: uuid.UUID, on: date) -> Any:
    """The stretch of days that holds on a day, with names of unit, OPD, atasan and standing and with the entry of the
    seat (`sk`, `sk_tmt`, `sk_mutasi`); None before the first."""
    boss, entry = sa.orm.aliased(Pegawai), r.RiwayatJabatan
    query = (
        sa.select(
            Keadaan, pohon.name_on(Keadaan.unit_id, sa.literal(on)).label("unit"),
            pohon.name_on(Keadaan.pd_id, sa.literal(on)).label("opd"), boss.nama.label("atasan"),
            Kedudukan.nama.label("kedudukan_nama"), entry.nomor_sk.label("sk"), entry.tmt.label("sk_tmt"),
            entry.tmt_mutasi.label("sk_mutasi"), khusus.kunci(Keadaan.jabatan_id, on).label("bup_khusus"),
        )
        .outerjoin(boss, boss.id == Keadaan.atasan_id)
        .outerjoin(Kedudukan, Kedudukan.kode == Keadaan.kedudukan)
        .outerjoin(entry, entry.id == Keadaan.riwayat_jabatan_id)
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
    source = f"SK {found.sk or 'tanpa nomor'}, TMT {calendar.tanggal(found.sk_tmt)}"
    moved = f", pindah unit {calendar.tanggal(found.sk_mutasi)} (aturan R1)" if found.sk_mutasi else ""
    held = found.Keadaan
    how = {r.IKUT_PIMPINAN: "pimpinan unitnya pada tanggal itu (aturan R8)", r.DITUNJUK: "ditunjuk oleh SK (aturan R8)"}
    rows = [
        ("Jabatan dan unit", f"Dari riwayat jabatan utama terakhir yang mulai berlaku (aturan R3): {source}{moved}."),
        ("Atasan", f"{found.atasan or 'Belum ada'}: {how.get(held.atasan_cara, '')}."),
    ]
    if held.tmt_pensiun:
        rule = special_age(found)
        age = f"BUP {khusus.kata(rule)}" if rule else f"BUP {held.bup} tahun menurut jabatan"
        rows.append((
            "TMT pensiun", f"Lahir {calendar.tanggal(held.lahir)}, {age.rstrip('.')}. TMT tanggal 1 bulan setelah "
            "bulan ulang tahun itu.",
        ))  # fmt: skip
    return rows


def special_age(found: Any) -> BupKhusus | None:
    """The age the office set for the jabatan of this state, with its document."""
    key = found.bup_khusus if found is not None else None
    return db.session.get(BupKhusus, key) if key else None


def stretches(pegawai_id: uuid.UUID) -> list[Any]:
    """Every seat and state in time, latest first."""
    query = sa.select(
        Keadaan.mulai, Keadaan.sampai, Keadaan.jabatan, Keadaan.golongan, Keadaan.kelompok, Keadaan.riwayat_jabatan_id,
        pohon.name_on(Keadaan.unit_id, Keadaan.mulai).label("unit"),
    )  # fmt: skip
    rows = query.where(Keadaan.pegawai_id == pegawai_id).order_by(Keadaan.mulai.desc()).limit(200)
    return _shown_once(db.session.execute(rows))


def _shown_once(rows: Iterable[Any]) -> list[Any]:
    """Neighbours that differ in nothing shown (another atasan, CPNS who became PNS) are one."""
    found: list[SimpleNamespace] = []
    for row in rows:
        one = SimpleNamespace(**row._mapping)
        after = found[-1] if found else None
        if after and after.mulai - HARI == one.sampai and _facts_shown(after) == _facts_shown(one):
            after.mulai = one.mulai
        else:
            found.append(one)
    return found


def _facts_shown(one: SimpleNamespace) -> dict[str, Any]:
    return {name: value for name, value in vars(one).items() if name not in ("mulai", "sampai")}


def rows_of(user: Principal, pegawai_id: uuid.UUID) -> list[Any]:
    """Entries this person may see, of every table in one shape, latest first. One statement.

    `isi` holds what the words of its kind are made of; of a seat also the name of the unit then and now.
    """
    parts = []
    for name, table in r.TABEL.items():
        seat = table is r.RiwayatJabatan
        kind = r.RiwayatLain.jenis if table is r.RiwayatLain else sa.literal(_kind(name))
        start = r.RiwayatJabatan.berlaku if seat else table.tmt
        columns = [
            sa.literal(table.__tablename__).label("tabel"), kind.label("jenis"), table.id, table.tmt,
            start.label("berlaku"), table.selesai, table.status, table.nomor_sk, _isi(table).label("isi"),
        ]  # fmt: skip
        parts.append(policies.visible_entries(user, table, pegawai_id).with_only_columns(*columns))
    every = sa.union_all(*parts).subquery("riwayat")
    return list(db.session.execute(sa.select(every).order_by(every.c.tmt.desc(), every.c.id)))


def _kind(tabel: str) -> str:
    return next(one.kode for one in jenis.JENIS.values() if one.tabel == tabel)


def _isi(table: Any) -> Any:
    """Fields of `ISI` as one JSON value, which tables of different columns have in common."""
    if table is r.RiwayatLain:
        return table.isi
    parts: dict[str, Any] = {name: getattr(table, name) for name in ISI[table]}
    if table is r.RiwayatJabatan:
        known = sa.select(Unit.nama).where(Unit.id == table.unit_id).correlate(table).scalar_subquery()
        parts |= {"unit": pohon.name_on(table.unit_id, table.berlaku), "unit_kini": known}
    if table is r.RiwayatKedudukan:
        parts["nama"] = sa.select(Kedudukan.nama).where(Kedudukan.kode == table.kode).correlate(table).scalar_subquery()
    pairs = [part for name, value in parts.items() for part in (sa.literal(name), value)]
    return sa.func.jsonb_build_object(*pairs, type_=JSONB)


def entries(rows: Sequence[Any], lini: Sequence[Any], papers: Mapping[uuid.UUID, Papers]) -> dict[str, list[Baris]]:
    """These entries by kind. `lini`: the stretches of the pegawai, which tell when a seat really ended."""
    found: dict[str, list[Baris]] = {one: [] for one in jenis.JENIS}
    ends = _real_ends(lini)
    today = organisation.today()
    for row in rows:
        end = ends.get(row.id, row.selesai)
        holds = row.status == r.TERVERIFIKASI and row.berlaku <= today and (end is None or end >= today)
        found[row.jenis].append(Baris(
            row.id, row.tabel, *_words(jenis.JENIS[row.jenis], row.isi), row.berlaku, end, row.status, row.nomor_sk,
            holds, papers.get(row.id, ()),
        ))  # fmt: skip
    return found


def _real_ends(lini: Sequence[Any]) -> dict[uuid.UUID, date | None]:
    """Last day on which each main seat really held: R3 cuts it where the next one begins."""
    found: dict[uuid.UUID, date | None] = {}
    for one in lini:  # latest first
        found.setdefault(one.riwayat_jabatan_id, None if one.sampai == SELAMANYA else one.sampai)
    return found


def papers(pegawai_id: uuid.UUID) -> dict[uuid.UUID, Papers]:
    """Documents in use by entry."""
    link = r.BerkasTautan
    query = sa.select(link.riwayat_id, link.dokumen_id, link.jenis_dokumen).where(
        link.pegawai_id == pegawai_id, link.aktif, link.dokumen_id.is_not(None), link.riwayat_id.is_not(None)
    )
    found: dict[uuid.UUID, Papers] = {}
    for key, document, code in db.session.execute(query.order_by(link.jenis_dokumen)):
        found[key] = (*found.get(key, ()), (f"/berkas/{document}", DOKUMEN[code].nama if code in DOKUMEN else code))
    return found


def extra_roles(rows: Iterable[Any], on: date) -> list[str]:
    """Roles beside the main seat on a day: Plt, koordinator, ketua tim and so on, with unit and end."""
    held = [
        row for row in rows
        if row.isi.get("jalur") == r.TAMBAHAN and row.status == r.TERVERIFIKASI and row.berlaku <= on <= row.selesai
    ]  # fmt: skip
    found = []
    for row in sorted(held, key=lambda row: row.berlaku):
        role = row.isi["penugasan"]
        what = row.isi["unit_kini"] if role in IKUT_JABATAN else row.isi["nama_jabatan"]
        found.append(f"{r.PENUGASAN[role]} {what or ''}, sampai {calendar.tanggal(row.selesai)}")
    return found


def judul(row: Any, kind: jenis.Jenis) -> str:
    """What a stored entry is called."""
    if isinstance(row, r.RiwayatLain):
        return _words(kind, row.isi)[0]
    isi = {name: getattr(row, name) for name in ISI[type(row)]}
    if isinstance(row, r.RiwayatKedudukan):
        isi["nama"] = db.session.scalar(sa.select(Kedudukan.nama).where(Kedudukan.kode == row.kode))
    return _words(kind, isi)[0]


def _words(kind: jenis.Jenis, isi: Mapping[str, Any]) -> tuple[str, str]:
    """What an entry is called in a list, and the line under it."""
    known = WORDS.get(kind.tabel)
    if known:
        return known(isi)
    shown = [_shown(field, isi.get(field.nama)) for field in kind.medan if field.tipe != jenis.NIK]
    parts = [part for part in shown if part]
    return (parts[0] if parts else kind.judul), ", ".join(parts[1:3])


def _seat(isi: Mapping[str, Any]) -> tuple[str, str]:
    extra = "" if isi["jalur"] == r.UTAMA else f"{r.PENUGASAN[isi['penugasan']]}: "
    return f"{extra}{isi['nama_jabatan']}", isi["instansi_tujuan"] or isi.get("unit") or ""


def _rank(isi: Mapping[str, Any]) -> tuple[str, str]:
    words = f"{kode.pangkat(isi['golongan'])} ({isi['golongan']})".strip()
    return words, f"{isi['mk_tahun']} tahun {isi['mk_bulan']} bulan"


def _education(isi: Mapping[str, Any]) -> tuple[str, str]:
    level = kode.pendidikan().get(isi["tingkat"])
    place = ", ".join(part for part in (isi["prodi"], isi["sekolah"]) if part)
    return level.nama if level else isi["tingkat"], place


WORDS: dict[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "jabatan": _seat, "golongan": _rank, "pendidikan": _education,
    "kedudukan": lambda isi: (isi["nama"] or isi["kode"], ""),
}  # fmt: skip


def _shown(field: jenis.Medan, value: Any) -> str:
    if value in (None, "", False):
        return ""
    if field.tipe == jenis.TANGGAL:
        return calendar.tanggal(date.fromisoformat(str(value)))
    return dict(field.pilihan).get(str(value), str(value))


def person(pegawai: Pegawai) -> tuple[Orang, r.DataPegawai | None]:
    query = sa.select(Orang, r.DataPegawai).outerjoin(r.DataPegawai, r.DataPegawai.pegawai_id == pegawai.id)
    orang, data = db.session.execute(query.where(Orang.id == pegawai.orang_id)).tuples().one()
    return orang, data
