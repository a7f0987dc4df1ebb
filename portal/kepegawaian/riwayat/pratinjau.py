"""What an entry would change before anything is stored (R4): stretches of days before and after, months concerned."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan import fakta, proyeksi
from portal.kepegawaian.keadaan.models import SELAMANYA
from portal.kepegawaian.keadaan.susun import HARI
from portal.kepegawaian.pegawai.daftar import JENIS
from portal.kepegawaian.riwayat import models as r
from portal.kernel import calendar, organisation

DIBANDINGKAN = (  # what a stretch of days is compared by; not the end of service, which an extension moves for all days
    "unit_id", "pd_id", "jabatan", "jabatan_id", "jenjang", "eselon", "pimpinan", "atasan_id", "golongan",
    "pendidikan", "kedudukan", "kelompok", "tmt_jabatan", "jenis",
)  # fmt: skip
TRACKS = {r.RiwayatJabatan: "jabatan", r.RiwayatGolongan: "golongan", r.RiwayatPendidikan: "pendidikan",
          r.RiwayatKedudukan: "kedudukan"}  # fmt: skip
LAIN = {fakta.PERJANJIAN: "perjanjian", fakta.ATASAN: "atasan", fakta.PENGANGKATAN: "pengangkatan"}
NILAI: dict[Any, str] = {r.RiwayatGolongan: "golongan", r.RiwayatPendidikan: "tingkat", r.RiwayatKedudukan: "kode"}


@dataclass(frozen=True)
class Potongan:
    """A stretch of days as the page shows it; `berubah` marks those that differ. `atasan` and `jenis` (of the
    pegawai): where they change."""

    mulai: date
    sampai: date
    jabatan: str
    unit: str
    golongan: str
    kedudukan: str
    atasan: str
    jenis: str
    berubah: bool


@dataclass
class Pratinjau:
    """`bulan`: months gone by whose facts change, as words. Empty when nothing before today changes."""

    sebelum: list[Potongan] = field(default_factory=list)
    sesudah: list[Potongan] = field(default_factory=list)
    bulan: str = ""

    @property
    def masa_lalu(self) -> bool:
        return bool(self.bulan)


def susun(pegawai_id: uuid.UUID, table: type[Any], values: dict[str, Any], menggantikan: uuid.UUID | None) -> Pratinjau:
    """`values`: columns of the entry as it would be verified."""
    facts = fakta.read([pegawai_id])
    track = _track(table, values)
    if not facts or not track:
        return Pratinjau()
    units, jabatan = fakta.named(facts)
    for known, name in ((units, "unit_id"), (jabatan, "jabatan_id")):
        if values.get(name):
            known.add(values[name])
    entry = _entry(table, values)
    ref = fakta.references(units, jabatan, _bosses(facts[0], entry))
    before = proyeksi.keadaan(facts[0], ref)
    rows = [row for row in getattr(facts[0], track) if row.id != menggantikan]
    if track == "jabatan" and entry.jalur != r.UTAMA:
        return Pratinjau()
    setattr(facts[0], track, sorted([*rows, entry], key=lambda row: (row.tmt, row.id == entry.id)))
    return _compare(before, proyeksi.keadaan(facts[0], ref), ref.nama)


def dari(row: Any) -> Pratinjau:
    """The preview of a stored proposal."""
    values = {c.key: getattr(row, c.key) for c in sa.inspect(row).mapper.column_attrs}
    return susun(row.pegawai_id, type(row), values, row.menggantikan_id)


def _track(table: type[Any], values: dict[str, Any]) -> str:
    if table is r.RiwayatLain:
        return LAIN.get(values.get("jenis", ""), "")
    return TRACKS.get(table, "")


def _entry(table: type[Any], values: dict[str, Any]) -> Any:
    """A row as the database would give it: defaults, and the start that R1 computes."""
    base: dict[str, Any] = dict.fromkeys(c.key for c in sa.inspect(table).column_attrs)
    for column in table.__table__.c:
        if column.default is not None and column.default.is_scalar:
            base[column.key] = column.default.arg
    entry = SimpleNamespace(**{**base, **values})
    entry.id = values.get("id") or uuid.UUID(int=0)
    if table is r.RiwayatJabatan:
        entry.berlaku = entry.tmt_mutasi if entry.mutasi == r.MU else entry.tmt
    elif _track(table, values) == "pengangkatan":
        entry.nilai, entry.diakui = str(entry.isi.get("tmt_pns") or ""), True
    elif table is r.RiwayatLain:
        entry.nilai, entry.diakui = entry.isi.get("atasan_id", ""), entry.isi.get("cara") == r.IKUT_PIMPINAN
    else:
        entry.nilai = getattr(entry, NILAI[table])
        entry.diakui = table is not r.RiwayatPendidikan or entry.dicantumkan or entry.pertama
    return entry


def _bosses(one: fakta.Fakta, entry: Any) -> set[uuid.UUID]:
    """Everybody these facts and this entry name as atasan."""
    found = {row.atasan_id for row in [*one.jabatan, entry] if getattr(row, "atasan_id", None)}
    changes = [*one.atasan, entry] if getattr(entry, "jenis", "") == fakta.ATASAN else one.atasan
    return found | {uuid.UUID(row.nilai) for row in changes if row.nilai}


def _compare(before: list[dict[str, Any]], after: list[dict[str, Any]], names: Mapping[Any, str]) -> Pratinjau:
    changed = _changed(before, after)
    if not changed:
        return Pratinjau()
    # A day more on both sides: what ends or begins there is read beside what changes.
    first, last = changed[0][0] - HARI, min(changed[-1][1], SELAMANYA - HARI) + HARI
    bosses = {row["atasan_id"] for row in (*before, *after) if row["mulai"] <= last and row["sampai"] >= first}
    if len(bosses) == 1:
        names = {key: name for key, name in names.items() if key not in bosses}
    kinds = {row["jenis"] for row in (*before, *after) if row["mulai"] <= last and row["sampai"] >= first}
    shown = [
        [_shown(row, names, changed, len(kinds) > 1) for row in rows if row["mulai"] <= last and row["sampai"] >= first]
        for rows in (before, after)
    ]
    return Pratinjau(shown[0], shown[1], _months(changed))


def _changed(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[date, date]]:
    """Stretches of days on which the two differ, in order."""
    days = sorted({row["mulai"] for row in (*before, *after)})
    found: list[tuple[date, date]] = []
    for i, day in enumerate(days):
        until = days[i + 1] - HARI if i + 1 < len(days) else SELAMANYA
        if _facts(before, day) != _facts(after, day):
            if found and found[-1][1] + HARI == day:
                found[-1] = (found[-1][0], until)
            else:
                found.append((day, until))
    return found


def _facts(rows: list[dict[str, Any]], day: date) -> tuple[Any, ...] | None:
    row = next((row for row in rows if row["mulai"] <= day <= row["sampai"]), None)
    return tuple(row[name] for name in DIBANDINGKAN) if row else None


def _months(changed: list[tuple[date, date]]) -> str:
    """Months before the present one in which something changes: "Maret 2023 sampai Juni 2024"."""
    today = organisation.today()
    words = []
    for start, end in changed:
        last = min(end, today.replace(day=1) - HARI)
        if start > last:
            continue
        first, final = (calendar.bulan_tahun(day.year, day.month) for day in (start, last))
        words.append(first if first == final else f"{first} sampai {final}")
    return "; ".join(words)


def _shown(row: dict[str, Any], names: Mapping[Any, str], changed: list[tuple[date, date]], kinds: bool) -> Potongan:
    differs = any(row["mulai"] <= end and row["sampai"] >= start for start, end in changed)
    return Potongan(
        row["mulai"], row["sampai"], row["jabatan"], names.get(row["unit_id"], ""), row["golongan"],
        names.get(row["kedudukan"], ""), names.get(row["atasan_id"], ""),
        JENIS.get(row["jenis"], row["jenis"]) if kinds else "", differs,
    )  # fmt: skip
