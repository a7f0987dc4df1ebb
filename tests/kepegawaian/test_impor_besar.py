"""A sheet of many people with planted errors, through the whole import: each error named by row, cell and rule, nothing
else complained about, right rows written after the confirmation alone. IMPOR_BARIS=10000 takes the full measure."""

import io
import os
import resource
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from portal.kepegawaian.impor import orang, tulis
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.rujukan.models import SubJabatan
from portal.kernel import citizens, jobs, sealing
from portal.kernel.db import commit, db
from portal.kernel.importing import applying, checking, runs
from portal.kernel.importing.models import SELESAI, SIAP, Impor, ImporBaris
from portal.kernel.organisation import Orang, Pegawai
from tests.kepegawaian import factories as f

ROWS = int(os.environ.get("IMPOR_BARIS", "300"))
PLANTED = 300 if ROWS >= 10_000 else 40
HEAD = ("NIP", "Nama", "NIK", "Orang yang sama", "Tanggal lahir", "Jenis kelamin", "Agama", "Jenis jabatan", "Jabatan",
        "Sub jabatan", "Eselon", "Unit kerja", "Pimpinan", "TMT jabatan", "Atasan", "Nomor SK")  # fmt: skip
AT = {title: place for place, title in enumerate(HEAD)}
TITLES = {column.title: column.name for column in orang.PEGAWAI.columns}
UNITS = max(4, ROWS // 100)
pytestmark = pytest.mark.usefixtures("jam")


def nip(number: int) -> str:
    day, serial = number % 8400, 1 + number // 8400
    return f"{1970 + day % 25}{1 + day // 25 % 12:02d}{1 + day // 300:02d}2015011{serial:03d}"


def nik(number: int) -> str:
    own = nip(number)
    return f"357703{own[6:8]}{own[4:6]}{own[2:4]}{1 + number // 8400 + 10:04d}"


def born(number: int) -> str:
    own = nip(number)
    return f"{own[6:8]}/{own[4:6]}/{own[:4]}"


def line(number: int) -> list[Any]:
    """A right row. The first rows are the heads of the units, whom the others follow."""
    head = number < UNITS
    unit = f"Seksi {number % UNITS + 1:03d}"
    kind = ["Struktural", f"Kepala {unit}", "", "IV.a"] if head else ["Fungsional", "Arsiparis Ahli Muda", "", ""]
    boss = "" if head or number % 2 else nip(number % UNITS)
    return [nip(number), f"Orang {number:05d}", nik(number), "", born(number), "Laki-laki", "Islam", *kind,
            unit, "Ya" if head else "Tidak", "01/03/2021", boss, f"821/{number}/2021"]  # fmt: skip


Plant = tuple[str, Any, str]
PLANTS: list[Plant] = [
    ("NIP", "19850315201001190O", "E_KARAKTER"), ("NIP", "1985031520100119", "E_PANJANG"),
    ("NIP", 1.98503152010012e17, "E_PRESISI"), ("NIP", "198503152010011000", "E_NOMOR_URUT"),
    ("NIP", "198513152010011901", "E_TGL_LAHIR"), ("NIP", "ULANG", "E_GANDA"), ("NIP", "PENSIUN", "E_PENSIUN"),
    ("Nama", "", "E_KOSONG"), ("NIK", "ULANG", "E_DUA_AKTIF"), ("NIK", "BEKERJA", "E_DUA_AKTIF"),
    ("NIK", "BERHENTI", "E_NIK_GANDA"), ("NIK", "99" + "1" * 14, "E_PROVINSI"),
    ("Tanggal lahir", "31-02-1980", "E_TANGGAL"), ("Tanggal lahir", "01-01-0001", "E_TAHUN"),
    ("Jenis kelamin", "Lelaki-laki", "E_PILIHAN"), ("Jabatan", "Arsiparis Ahli Mudah", "E_JABATAN"),
    ("Jabatan", "Guru Ahli Muda", "E_SUB"), ("Unit kerja", "Seksi Entah", "E_UNIT"),
    ("Unit kerja", "Seksi Kembar", "E_UNIT_GANDA"), ("Unit kerja", "Seksi Tutup", "E_R9"),
    ("TMT jabatan", "1/3/21", "E_TAHUN"), ("Atasan", "198503152010011999", "E_R8"), ("Atasan", "SENDIRI", "E_R8"),
    ("Pimpinan", "KEMBAR", "E_R7"), ("Unit kerja", "", "E_KOSONG"),
]  # fmt: skip
CELL = {"E_SUB": "Sub jabatan"}


def planted(rows: list[list[Any]]) -> dict[int, tuple[str, str]]:
    """Spoil every so many rows; returns number of the sheet's row to column and code."""
    expected: dict[int, tuple[str, str]] = {}
    step = (len(rows) - 2 * UNITS - 10) // PLANTED
    for place in range(PLANTED):
        at = 2 * UNITS + 5 + place * step
        turn, sort = divmod(place, len(PLANTS))
        title, value, code = PLANTS[sort]
        row = rows[at]
        special = {
            "ULANG": rows[at - 1][AT[title]], "PENSIUN": nip(90_100 + turn), "BEKERJA": nik(90_001),
            "BERHENTI": nik(90_100 + turn), "SENDIRI": row[AT["NIP"]], "KEMBAR": "Ya",
        }  # fmt: skip
        row[AT[title]] = special.get(value, value) if isinstance(value, str) else value
        if code == "E_R7":
            row[AT["Jenis jabatan"]], row[AT["Eselon"]] = "Struktural", "IV.a"
        if title == "NIP":
            row[AT["Tanggal lahir"]] = row[AT["Jenis kelamin"]] = row[AT["NIK"]] = ""
        expected[at + 2] = (TITLES[CELL.get(code, title)], code)
    return expected


def sheet(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("Pegawai")
        for number, row in enumerate([list(HEAD), *rows]):
            for place, cell in enumerate(row):
                if cell != "":
                    page.write(number, place, cell)
    return out.getvalue()


def town() -> None:
    """What the sheet meets: units, names of jabatan, people who work or have left."""
    kota = f.kota()
    for number in range(UNITS):
        f.unit(f"Seksi {number + 1:03d}", kota.dinas, kota.dinas, jenis="SEKSI")
    for parent in (kota.dinas, kota.lain):
        f.unit("Seksi Kembar", parent, parent, jenis="SEKSI")
    f.unit("Seksi Tutup", kota.dinas, kota.dinas, jenis="SEKSI", selesai=date(2020, 12, 31))
    f.jabatan()
    f.jabatan("Guru Ahli Muda", rumpun="GURU", usia_bup=60)
    f.add(SubJabatan(rumpun="GURU", nama="Guru Kelas"))
    left = {90_100 + turn: f.orang(f"Pensiunan {turn}") for turn in range(PLANTED // len(PLANTS) + 1)}
    for number, pegawai in ((90_001, kota.staf), *left.items()):
        one = db.session.get_one(Orang, pegawai.orang_id)
        one.nik_enc, one.nik_sidik = sealing.seal(nik(number), citizens.NIK), sealing.mark(nik(number), citizens.NIK)
        pegawai.nip = nip(number)
    for pegawai in left.values():
        f.kedudukan(pegawai, "99", date(2020, 1, 1))
    bangun.rebuild([kota.staf.id])


def problems(row: Impor) -> dict[int, list[tuple[str, str]]]:
    query = sa.select(ImporBaris.nomor, ImporBaris.masalah).where(ImporBaris.impor_id == row.id, ImporBaris.galat > 0)
    return {
        number: [(one["column"], one["code"]) for one in found if not one["warning"]]
        for number, found in db.session.execute(query)
    }


def ran(row: Impor) -> float:
    begun = time.perf_counter()
    jobs.run(str(row.pekerjaan_id))
    db.session.expire_all()
    return time.perf_counter() - begun


def test_planted_errors_are_named_and_right_rows_written_after_confirmation(app: Flask) -> None:
    town()
    user = f.principal(f.akun("bkpsdm"))
    rows = [line(number) for number in range(ROWS)]
    expected = planted(rows)
    importer = orang.PEGAWAI
    commit()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Pegawai))
    row = runs.upload(importer, io.BytesIO(sheet(rows)), "pegawai.xlsx", tulis.LANGSUNG, user)
    assert len(row.peta) == len(HEAD)
    row.modus = "baru"
    checking.start(row)
    commit()
    checked = ran(row)
    assert row.status == SIAP, row.alasan
    assert problems(row) == {number: [cell] for number, cell in expected.items()}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pegawai)) == before
    applying.start(row)
    commit()
    written = ran(row)
    assert row.status == SELESAI, row.alasan
    assert row.hitungan["tulis"]["ditulis"] == ROWS - PLANTED
    placed = sa.select(sa.func.count()).select_from(Keadaan).where(Keadaan.nama.like("Orang %"))
    assert db.session.scalar(placed.where(Keadaan.unit_id.is_not(None))) == ROWS - PLANTED
    assert db.session.scalar(placed.where(Keadaan.atasan_id.is_(None))) == 0
    assert sum(bangun.rebuild_everybody()) == 0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{ROWS} baris, {PLANTED} galat: periksa {checked:.1f} s, tulis {written:.1f} s, memori {memory} MB\n"
    )

    applying.start_undo(row, undoable=True)
    commit()
    ran(row)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pegawai)) == before
    assert Counter(db.session.scalars(sa.select(ImporBaris.status).where(ImporBaris.impor_id == row.id))) == {
        "DIKEMBALIKAN": ROWS - PLANTED, "BELUM": PLANTED,
    }  # fmt: skip


def test_every_rule_of_a_seat_or_person_is_explained() -> None:
    text = "".join(Path(f"docs/panduan/{name}.md").read_text("utf-8") for name in ("bkpsdm-kepegawaian", "impor"))
    own = ("E_R", "E_UNIT", "E_JAB", "E_SUB", "E_DUA", "E_NIK_", "E_PEN", "E_GANDA", "E_PRESISI", "E_TANGGAL")
    assert [code for _, _, code in PLANTS if code.startswith(own) and code not in text] == []
