"""What names in a table mean: units on a day, jabatan of the reference, pegawai by NIP. Looked up in batches and kept
for one job. Nothing is ever created for a name that is not known; the nearest ones are told."""

import re
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import KELOLA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai import nomor
from portal.kepegawaian.riwayat.policies import people_in
from portal.kepegawaian.rujukan.models import Jabatan, SubJabatan
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.importing import IMPORTERS, Row, Run
from portal.kernel.organisation import Orang, Pegawai, Unit

NEAR = 3
BUKAN_SATU = "E_NIP_LAMA"


@dataclass(frozen=True)
class Satuan:
    """A unit in one of its versions. `jalur`: names from the top down to it; `atas`: keys of those above, nearest
    first."""

    id: uuid.UUID
    mulai: date
    selesai: date | None
    jalur: tuple[str, ...]
    atas: tuple[uuid.UUID, ...]

    @property
    def tampil(self) -> str:
        return " > ".join(self.jalur[-2:])


@dataclass(frozen=True)
class NamaJabatan:
    id: uuid.UUID
    nama: str
    jenjang: str
    rumpun: str
    kelas: int | None


def lipat(text: str) -> str:
    """What two spellings of a name share."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^0-9a-z]+", " ", plain).split())


# ---- units


def units(run: Run) -> dict[str, list[Satuan]]:
    """Versions of units by folded code and name; read once a job."""
    if "unit" not in run.memo:
        parents: dict[Any, tuple[str, Any]] = {
            row.id: (row.nama, row.induk_id) for row in db.session.execute(sa.select(Unit.id, Unit.nama, Unit.induk_id))
        }
        found: dict[str, list[Satuan]] = defaultdict(list)
        query = sa.select(UnorVersi.unit_id, UnorVersi.nama, UnorVersi.induk_id, UnorVersi.mulai, UnorVersi.selesai,
                          Unit.kode).join(Unit, Unit.id == UnorVersi.unit_id).where(~Unit.disembunyikan)  # fmt: skip
        for row in db.session.execute(query.order_by(UnorVersi.mulai)):
            names, keys = _above(row.induk_id, parents)
            one = Satuan(row.unit_id, row.mulai, row.selesai, (*reversed(names), row.nama), keys)
            run.memo.setdefault("atas", {})[row.unit_id] = keys
            for name in {lipat(row.kode), lipat(row.nama)}:
                found[name].append(one)
        run.memo["unit"] = dict(found)
    kept: dict[str, list[Satuan]] = run.memo["unit"]
    return kept


def _above(key: Any, parents: dict[Any, tuple[str, Any]]) -> tuple[tuple[str, ...], tuple[uuid.UUID, ...]]:
    names: list[str] = []
    keys: list[uuid.UUID] = []
    while key in parents and len(names) < 20:
        keys.append(key)
        name, key = parents[key]
        names.append(name)
    return tuple(names), tuple(keys)


def above(unit_id: uuid.UUID, run: Run) -> tuple[uuid.UUID, ...]:
    """Units above one, nearest first."""
    units(run)
    found: tuple[uuid.UUID, ...] = run.memo["atas"].get(unit_id, ())
    return found


def unit(row: Row, column: str, on: date | None, run: Run) -> uuid.UUID | None:
    """The unit that a cell names: code, name, or "Induk > Nama" among namesakes. Notes what is wrong (R9)."""
    text = row.text(column)
    if not text:
        return None
    *above, name = [lipat(part) for part in text.split(">")]
    found = [one for one in units(run).get(name, []) if all(part in map(lipat, one.jalur[:-1]) for part in above)]
    if not found:
        row.add(column, "E_UNIT", "Unit kerja ini tidak dikenal", near_units(name, run))
        return None
    day = on or organisation.today()
    valid = {one.id: one for one in found if one.mulai <= day and (one.selesai is None or one.selesai >= day)}
    if not valid:
        row.add(column, "E_R9", "Unit ini tidak ada pada tanggal itu (R9)", f"Ada sejak {found[0].mulai:%d/%m/%Y}.")
        return None
    if len(valid) > 1:
        paths = sorted(one.tampil for one in valid.values())[:NEAR]
        row.add(column, "E_UNIT_GANDA", f"Ada {len(valid)} unit bernama ini", f"Tulis induknya: {'; '.join(paths)}.")
        return None
    return next(iter(valid))


def near_units(text: str, run: Run) -> str:
    kept: dict[str, str] = run.memo.setdefault("unit_dekat", {})
    if text not in kept:
        folded = sa.func.lower(sa.func.f_unaccent(UnorVersi.nama))
        likeness = sa.func.max(sa.func.similarity(folded, text))
        query = sa.select(UnorVersi.nama, likeness).group_by(UnorVersi.nama).order_by(likeness.desc()).limit(NEAR)
        kept[text] = _near(name for name, much in db.session.execute(query) if much > 0.25)
    return kept[text]


def _near(names: Iterable[str]) -> str:
    words = ", ".join(names)
    return (
        f"Mungkin maksudnya: {words}." if words else "Tidak ada nama yang mirip. Unit dan jabatan tidak dibuat sendiri."
    )


# ---- jabatan


def jabatan(rows: list[tuple[str, str]], run: Run) -> dict[tuple[str, str], NamaJabatan]:
    """Rows of the reference by (JF | PELAKSANA, name as written)."""
    kept: dict[tuple[str, str], NamaJabatan | None] = run.memo.setdefault("jabatan", {})
    missing = [one for one in dict.fromkeys(rows) if one[1] and one not in kept]
    kept.update(dict.fromkeys(missing))
    if missing:
        names = sa.func.unnest(sa.cast([name for _, name in missing], sa.ARRAY(sa.Text))).column_valued("tertulis")
        query = sa.select(names, Jabatan).where(Jabatan.cari == sa.func.lower(sa.func.f_unaccent(names)))
        for name, one in db.session.execute(query.where(Jabatan.aktif)):
            if (one.jenis, name) in kept:
                kept[(one.jenis, name)] = NamaJabatan(one.id, one.nama, one.jenjang, one.rumpun, one.kelas)
    return {key: value for key, value in kept.items() if value is not None}


def near_jabatan(jenis: str, text: str, run: Run) -> str:
    kept: dict[tuple[str, str], str] = run.memo.setdefault("jabatan_dekat", {})
    if (jenis, text) not in kept:
        folded = sa.func.lower(sa.func.f_unaccent(text))
        likeness = sa.func.similarity(Jabatan.cari, folded)
        query = sa.select(Jabatan.nama).where(Jabatan.jenis == jenis, Jabatan.aktif, Jabatan.cari.op("%")(folded))
        kept[(jenis, text)] = _near(db.session.scalars(query.order_by(likeness.desc()).limit(NEAR)))
    return kept[(jenis, text)]


def sub_jabatan(run: Run) -> dict[tuple[str, str], uuid.UUID]:
    """Subjects by family and folded name."""
    if "sub" not in run.memo:
        rows = db.session.execute(sa.select(SubJabatan.rumpun, SubJabatan.nama, SubJabatan.id).where(SubJabatan.aktif))
        run.memo["sub"] = {(family, lipat(name)): key for family, name, key in rows}
    kept: dict[tuple[str, str], uuid.UUID] = run.memo["sub"]
    return kept


# ---- people


@dataclass(frozen=True)
class Orangnya:
    """A pegawai of the register as a batch sees them. `kelompok`: of today, "" for who has no state yet."""

    id: uuid.UUID
    orang_id: uuid.UUID
    nip: str
    nama: str
    status: str
    lahir: date | None
    kelompok: str
    milik: bool


def people(nips: Iterable[str], run: Run) -> dict[str, Orangnya]:
    """Pegawai by the number asked for: the NIP they have, else one that they alone had before.

    `milik`: whether this person manages their entries.
    """
    wanted = {nip for nip in nips if nip}
    found = {one.nip: one for one in _people(Pegawai.nip.in_(sorted(wanted)), run)}
    former = {nip: keys[0] for nip, keys in nomor.pemegang(wanted - set(found)).items() if len(keys) == 1}
    if former:
        by_key = {one.id: one for one in _people(Pegawai.id.in_(set(former.values())), run) if one.nip}
        found |= {nip: by_key[key] for nip, key in former.items() if key in by_key}
    return found


def _people(where: Any, run: Run) -> list[Orangnya]:
    today = organisation.today()
    query = (
        sa.select(Pegawai.id, Pegawai.orang_id, Pegawai.nip, Pegawai.nama, Pegawai.status, Orang.tanggal_lahir,
                  sa.func.coalesce(Keadaan.kelompok, ""), people_in(run.user, KELOLA).label("milik"))
        .join(Orang, Orang.id == Pegawai.orang_id)
        .outerjoin(Keadaan, sa.and_(Keadaan.pegawai_id == Pegawai.id, Keadaan.mulai <= today, Keadaan.sampai >= today))
        .where(where)
    )  # fmt: skip
    return [Orangnya(*row) for row in db.session.execute(query)]


def kini(rows: Sequence[Row], run: Run) -> dict[str, Orangnya]:
    """Pegawai of these rows by their NIP. A row under a former number is told and goes on under the NIP of today; one
    whose number cannot be told apart is refused, so that nobody stands in the register twice."""
    asked = {row.number: row.text("nip") for row in rows}
    found = people(asked.values(), run)
    unclear = nomor.pemegang(set(asked.values()) - set(found))
    for row in rows:
        one, holders = found.get(row.text("nip")), unclear.get(row.text("nip"))
        if holders:
            row.add("nip", BUKAN_SATU, f"Nomor ini tercatat sebagai nomor lama {len(holders)} pegawai",
                    "Tulis NIP yang sekarang.")  # fmt: skip
        elif one is not None and one.nip != row.text("nip"):
            who = one.nama if one.milik else "pegawai lain"
            row.add("nip", "W_NIP_LAMA", f"Nomor lama {who}; baris ini dipakai untuk NIP sekarang, {one.nip}",
                    warning=True)  # fmt: skip
            row.values["nip"] = one.nip
    _same_person(rows, asked, run)
    return {one.nip: one for one in found.values()}


def _same_person(rows: Sequence[Row], asked: dict[int, str], run: Run) -> None:
    """Two lines that mean the same under an old and a new number: the kernel saw two different keys."""
    key = IMPORTERS[run.kind].key
    seen: dict[tuple[str, ...], tuple[int, str]] = run.memo.setdefault("kunci", {})
    for row in rows:
        parts = tuple(str(row.values.get(name) or "").casefold() for name in key)
        if not all(parts):
            continue
        number, nip = seen.setdefault(parts, (row.number, asked[row.number]))
        if nip != asked[row.number]:
            row.add("nip", "E_GANDA", f"Sama dengan baris {number}, yang menulis nomor lain pegawai ini",
                    "Hapus salah satu barisnya.")  # fmt: skip


def officials(run: Run) -> dict[str, uuid.UUID]:
    """Officials who are no civil servants (Wali Kota), by folded name."""
    if "pejabat" not in run.memo:
        rows = db.session.execute(sa.select(Pegawai.nama, Pegawai.id).where(Pegawai.status == "PEJABAT_NEGARA"))
        run.memo["pejabat"] = {lipat(name): key for name, key in rows}
    kept: dict[str, uuid.UUID] = run.memo["pejabat"]
    return kept
