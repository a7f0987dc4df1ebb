"""National lists of JF and pelaksana (JFU) as a table, matched by the code of SIASN, else by name and level."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import RUJUKAN
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.aturan import SUB_JABATAN
from portal.kepegawaian.rujukan.models import JF, PELAKSANA, Jabatan
from portal.kernel import jobs
from portal.kernel.db import db
from portal.kernel.importing import (
    BARU,
    MODE_BARU,
    MODE_KOSONG,
    SAMA,
    UBAH,
    Column,
    Importer,
    Row,
    Run,
    declare,
    suggestion,
)  # fmt: skip

SINGKAT = {
    "PM": "JF_PM", "TR": "JF_TR", "MH": "JF_MH", "PY": "JF_PY", "PT": "JF_PT", "MU": "JF_MU", "MA": "JF_MA",
    "UT": "JF_UT",
}  # fmt: skip
NAMA = {
    "pemula": "JF_PM", "terampil": "JF_TR", "mahir": "JF_MH", "penyelia": "JF_PY", "ahli pertama": "JF_PT",
    "ahli muda": "JF_MU", "ahli madya": "JF_MA", "ahli utama": "JF_UT",
}  # fmt: skip


def _level(text: str) -> str | None:
    return (
        SINGKAT.get(text.upper())
        or NAMA.get(text.casefold())
        or (text.upper() if text.upper() in SINGKAT.values() else None)
    )


def check(rows: list[Row], run: Run) -> None:
    codes = [row.text("kode") for row in rows if row.text("kode")]
    names = {row.text("nama").casefold() for row in rows}
    query = sa.select(Jabatan).where(
        sa.or_(Jabatan.siasn_id.in_(codes), sa.and_(Jabatan.siasn_id.is_(None), sa.func.lower(Jabatan.nama).in_(names)))
    )
    by_code: dict[str, Jabatan] = {}
    by_name: dict[tuple[str, str], Jabatan] = {}
    for one in db.session.scalars(query):
        if one.siasn_id:
            by_code[one.siasn_id] = one
        else:
            by_name[(one.jenis, one.nama.casefold())] = one
    for row in rows:
        _values(row)
        known = by_code.get(row.text("kode")) or by_name.get((row.text("jenis"), row.text("nama").casefold()))
        if known is not None:
            row.found = known.id
            row.action = UBAH if _changes(known, row, run) else SAMA


def _values(row: Row) -> None:
    level, family, age = row.text("jenjang"), row.text("rumpun"), row.values.get("usia_bup")
    if level and _level(level) is None:
        row.add("jenjang", "E_JENJANG", "Jenjang ini tidak dikenal", suggestion(level, sorted(NAMA)))
    elif row.text("jenis") == JF and not level:
        row.add("jenjang", "E_JENJANG", "Jabatan fungsional harus punya jenjang", "Misalnya Ahli Pertama atau PT")
    if family and family.upper().replace(" ", "_") not in SUB_JABATAN:
        row.add("rumpun", "W_RUMPUN", "Rumpun ini tidak mempunyai sub jabatan", "Diabaikan.", warning=True)
    if isinstance(age, int) and not 50 <= age <= 75:
        row.add("usia_bup", "E_BUP", "BUP di luar 50 sampai 75 tahun")


def _wanted(row: Row) -> dict[str, Any]:
    family = row.text("rumpun").upper().replace(" ", "_")
    status = row.text("aktif")
    return {
        "jenjang": _level(row.text("jenjang")) or "", "rumpun": family if family in SUB_JABATAN else "",
        "kelas": row.values.get("kelas"), "usia_bup": row.values.get("usia_bup"),
        "aktif": status != "0" if status else None,
    }  # fmt: skip


def _changes(known: Jabatan, row: Row, run: Run) -> dict[str, Any]:
    """What this line changes of a row that is there, in the mode of the run."""
    found: dict[str, Any] = {}
    if known.siasn_id is None and row.text("kode"):
        found["siasn_id"] = row.text("kode")
    if run.mode == MODE_BARU:
        return found
    if run.mode != MODE_KOSONG and "nama" in run.overwrite and known.nama != row.text("nama"):
        found["nama"] = row.text("nama")
    for name, value in _wanted(row).items():
        if value in ("", None) or getattr(known, name) == value:
            continue
        blank = getattr(known, name) in ("", None)
        if blank or (run.mode != MODE_KOSONG and name in run.overwrite):
            found[name] = value
    return found


def apply(rows: list[Row], run: Run) -> None:
    known = {one.id: one for one in db.session.scalars(
        sa.select(Jabatan).where(Jabatan.id.in_([row.found for row in rows if row.found])).with_for_update()
    )}  # fmt: skip
    for row in rows:
        if row.action == BARU:
            wanted = _wanted(row)
            wanted["aktif"] = wanted["aktif"] is not False
            made = Jabatan(jenis=row.text("jenis"), nama=row.text("nama"), siasn_id=row.text("kode") or None, **wanted)
            db.session.add(made)
            db.session.flush()
            row.result = made.id
        elif row.action == UBAH and row.found in known:
            one = known[row.found]
            changes = _changes(one, row, run)
            row.before = {name: getattr(one, name) for name in changes}
            for name, value in changes.items():
                setattr(one, name, value)
            row.result = one.id


def undo(rows: list[Row], run: Run) -> None:
    """New names go unless an entry rests on them; changed ones get back what they had."""
    keys = [row.result for row in rows if row.result]
    held = set(db.session.scalars(sa.select(r.RiwayatJabatan.jabatan_id).where(r.RiwayatJabatan.jabatan_id.in_(keys))))
    known: dict[uuid.UUID, Jabatan] = {
        one.id: one for one in db.session.scalars(sa.select(Jabatan).where(Jabatan.id.in_(keys)).with_for_update())
    }
    for row in rows:
        one = known.get(row.result) if row.result else None
        if one is None:
            continue
        if row.before:
            for name, value in row.before.items():
                setattr(one, name, value)
        elif one.id in held:
            row.add("nama", "E_DIPAKAI", "Jabatan ini sudah dipakai riwayat", "Nonaktifkan dari daftar jabatan.")
        else:
            db.session.delete(one)


def done(run: Run, counts: Mapping[str, int]) -> None:
    """Ages may have changed for many at once: everybody is built anew, what stays right stays untouched."""
    if counts.get(UBAH) and ("usia_bup" in run.columns):
        jobs.enqueue(
            bangun.rebuild_nightly, "Susun ulang keadaan pegawai", f"kepegawaian-susun-ulang-{run.id}", run.user.id
        )


JABATAN_IMPOR = declare(Importer(
    "jabatan", "Rujukan jabatan nasional", RUJUKAN,
    (
        Column("kode", "Kode SIASN", "kode", required=True, aliases=("ID", "id", "Id Jabatan"), longest=60),
        Column("jenis", "Jenis", "pilihan", required=True, aliases=("Jenis jabatan",),
               choices=((JF, "Fungsional"), (PELAKSANA, "Pelaksana")), example="Fungsional"),
        Column("nama", "Nama jabatan", required=True, aliases=("Nama", "nama"), longest=200,
               example="Arsiparis Ahli Pertama"),
        Column("jenjang", "Jenjang", aliases=("jenjang_id",), longest=40, hint="Misalnya Ahli Pertama atau PT",
               example="Ahli Pertama"),
        Column("rumpun", "Rumpun", longest=40, hint="Hanya rumpun yang mempunyai sub jabatan, misalnya Guru"),
        Column("kelas", "Kelas jabatan", "bulat", aliases=("Kelas",)),
        Column("usia_bup", "BUP", "bulat", aliases=("Usia BUP", "bup_usia"), hint="Kosong berarti menurut jenjang"),
        Column("aktif", "Dipakai", "pilihan", aliases=("Status",), choices=(("1", "Ya"), ("0", "Tidak"))),
    ),
    ("kode",), check, apply, undo, manual="bkpsdm-kepegawaian",
    lead="Daftar jabatan fungsional dan pelaksana dari BKN. Kode SIASN menentukan baris yang sama.",
    most_rows=80_000, done=done,
))  # fmt: skip
