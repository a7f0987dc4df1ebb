"""The holidays of a year: seen, added one by one or from a table, taken back."""

import csv
import io
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, holidays, numbers
from portal.kernel.access import fetch, permission, role
from portal.kernel.calendar import HARI
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.holidays import CUTI_BERSAMA, LIBUR_NASIONAL, LOKAL, HariLibur
from portal.kernel.organisation import Unit, in_force, subtree
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, Module, done, render, today

KELOLA = permission("libur.kelola", "Mengelola hari libur")
role("administrator", "Administrator portal", {KELOLA})
role("bkpsdm", "BKPSDM", {KELOLA})
activity.declare(**{
    "libur.ditambah": "tanggal nama jenis unit dasar", "libur.diakhiri": "tanggal nama alasan",
    "libur.diimpor": "ditambah sudah_ada",
})  # fmt: skip
KINDS = {LIBUR_NASIONAL: "Libur nasional", CUTI_BERSAMA: "Cuti bersama", LOKAL: "Libur lokal"}
COLUMNS = ("tanggal", "nama", "jenis", "dasar", "unit")
NEEDED = COLUMNS[:3]
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_BYTES, MOST_ROWS, MOST_FAULTS = 256 * 1024, 500, 20
Places = dict[str, uuid.UUID | None]

module = Module(
    "libur", "/libur",
    menu=[MenuItem("Hari libur", "calendar", "/libur", can=KELOLA, group="Administrasi", order=70)],
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One free day as somebody typed it, checked."""

    tanggal: date
    nama: str
    jenis: str
    unit_id: uuid.UUID | None
    dasar: str


def visible(user: Principal) -> sa.Select[tuple[HariLibur]]:
    """Everybody who keeps holidays sees all of them: they hold for all."""
    return sa.select(HariLibur).where(sa.true() if user.has(KELOLA) else sa.false())


def changeable(user: Principal) -> sa.Select[tuple[HariLibur]]:
    """Whoever keeps those of some units changes theirs only."""
    held = user.units(KELOLA)
    return visible(user) if held is None else visible(user).where(HariLibur.unit_id.in_(subtree(held)))


def units_of(user: Principal) -> list[Any]:
    """Units for which this person may declare a free day."""
    held = user.units(KELOLA)
    query = sa.select(Unit.id, Unit.kode, Unit.nama).where(in_force(Unit, today()), Unit.jenis.in_(["PEMDA", "PD"]))
    if held is not None:
        query = query.where(Unit.id.in_(subtree(held)))
    return list(db.session.execute(query.order_by(Unit.urut, Unit.nama)))


def _kinds(user: Principal) -> dict[str, str]:
    return KINDS if user.units(KELOLA) is None else {LOKAL: KINDS[LOKAL]}


# ---- reading


def read(isian: Isian, kinds: dict[str, str], places: Places) -> Day | None:
    """None when something must be repaired; `isian.galat` says what."""
    tanggal = isian.tanggal("tanggal", "Tanggal")
    if tanggal and not FIRST_YEAR <= tanggal.year <= LAST_YEAR:
        isian.galat["tanggal"] = f"Tanggal: tahun {FIRST_YEAR} sampai {LAST_YEAR}"
    nama, dasar = isian.teks("nama", "Nama", min_=3, maks=120), isian.teks("dasar", "Dasar")
    jenis = isian.pilihan("jenis", "Jenis", kinds)
    unit = isian.pilihan("unit", "Berlaku untuk", places)
    if jenis in (LIBUR_NASIONAL, CUTI_BERSAMA):
        if places.get(unit or ""):
            isian.galat["unit"] = "Berlaku untuk: libur nasional dan cuti bersama berlaku di seluruh instansi"
        if len(dasar) < 3:
            isian.galat["dasar"] = "Dasar: tulis nomor keputusannya"
    if isian.galat or tanggal is None or jenis is None or unit is None:
        return None
    return Day(tanggal, nama, jenis, places[unit], dasar)


def read_table(body: bytes, kinds: dict[str, str], places: Places) -> tuple[list[Day], list[str]]:
    """Days of a CSV and what is wrong in it, by line. Raises Invalid for a file that is no such table."""
    if len(body) > MOST_BYTES:
        raise Invalid("berkas", "Berkas terlalu besar (maksimal 256 KB).")
    try:
        text = body.decode("utf-8-sig")
        delimiter = max(";,\t", key=text.partition("\n")[0].count)
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(line)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("berkas", "Isi berkas bukan CSV. Simpan ulang sebagai CSV UTF-8, lalu unggah lagi.") from error
    head = [cell.strip().lower() for cell in lines[0]] if lines else []
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise Invalid("berkas", f"Kolom tidak ada: {', '.join(missing)}. Baris pertama memuat nama kolom.")
    if not 1 < len(lines) <= MOST_ROWS:
        raise Invalid("berkas", f"Isi 1 sampai {MOST_ROWS - 1} baris di bawah nama kolom.")
    found, faults = [], []
    for number, line in enumerate(lines[1:], 2):
        isian = Isian(dict(zip(head, line, strict=False)))
        isian.form = {**isian.form, "jenis": isian["jenis"].upper().replace(" ", "_")}
        day = read(isian, kinds, places)
        found += [day] if day else []
        faults += [f"Baris {number}. {words}" for words in isian.galat.values()]
    return found, faults


# ---- pages


@module.route("", can=KELOLA)
def libur_list() -> Response:
    return _page(_year(request.args.get("tahun", "")), Isian())


def _year(text: str) -> int:
    return numbers.whole(text, FIRST_YEAR, LAST_YEAR) or today().year


def _page(year: int, isian: Isian, status: int = 200, faults: list[str] | None = None) -> Response:
    user = required()
    query = visible(user).where(sa.extract("year", HariLibur.tanggal) == year)
    rows = db.session.execute(
        query.add_columns(Unit.nama)
        .outerjoin(Unit, Unit.id == HariLibur.unit_id)
        .order_by(HariLibur.tanggal, HariLibur.nama)
    ).all()
    live = [row for row, _ in rows if row.diakhiri_at is None]
    kinds, units = _kinds(user), units_of(user)
    everywhere = [("", "Seluruh instansi")] if user.units(KELOLA) is None else []
    return render(
        "kernel/libur_list.html", status=status, tahun=year, isian=isian, galat=faults or [],
        baris=[(row, HARI[row.tanggal.weekday()], unit) for row, unit in rows], nama_jenis=KINDS,
        jumlah=[(words, sum(row.jenis == kind for row in live)) for kind, words in KINDS.items()],
        hari_kerja=holidays.count_working_days(date(year - 1, 12, 31), date(year, 12, 31)),
        pilih_jenis=list(kinds.items()), pilih_unit=everywhere + [(str(unit.id), unit.nama) for unit in units],
        kolom=COLUMNS, galat_isian=bool(isian.galat or faults),
        ada_nasional=any(row.jenis == LIBUR_NASIONAL for row in live),
    )  # fmt: skip


def _places(user: Principal, by: str) -> Places:
    everywhere: Places = {"": None} if user.units(KELOLA) is None else {}
    return everywhere | {str(getattr(unit, by)): unit.id for unit in units_of(user)}


@module.route("", can=KELOLA, methods=["POST"])
def libur_tambah() -> Response:
    user, isian = required(), Isian(request.form)
    day = read(isian, _kinds(user), _places(user, "id"))
    if day is not None and not _store(day, user):
        isian.galat["tanggal"] = "Tanggal: hari libur dengan nama itu sudah ada"
    if day is None or isian.galat:
        return _page(_year(isian["tahun"]), isian, 422)
    return done(f"/libur?tahun={day.tanggal.year}", f"{day.nama} tersimpan.", "positive")


def _store(day: Day, user: Principal) -> bool:
    made = holidays.add(day.tanggal, day.nama, day.jenis, day.unit_id, day.dasar)
    if made is None:
        return False
    row = db.session.scalars(visible(user).where(HariLibur.id == made)).one()
    activity.log("libur.ditambah", row, by=user, tanggal=day.tanggal, nama=day.nama, jenis=day.jenis,
                 unit=day.unit_id, dasar=day.dasar)  # fmt: skip
    return True


@module.route("/impor", can=KELOLA, methods=["POST"])
def libur_impor() -> Response:
    """All lines of the table or none."""
    user, file = required(), request.files.get("berkas")
    year = _year(request.form.get("tahun", ""))
    try:
        body = file.stream.read(MOST_BYTES + 1) if file else b""
        found, faults = read_table(body, _kinds(user), _places(user, "kode"))
    except Invalid as error:
        return _page(year, Isian(), 422, [error.pesan])
    if faults:
        more = [f"dan {len(faults) - MOST_FAULTS} lainnya"] if len(faults) > MOST_FAULTS else []
        return _page(year, Isian(), 422, faults[:MOST_FAULTS] + more)
    stored = sum(_store(day, user) for day in found)
    activity.log("libur.diimpor", by=user, ditambah=stored, sudah_ada=len(found) - stored)
    words = f"{stored} hari libur ditambahkan, {len(found) - stored} sudah ada."
    return done(f"/libur?tahun={found[0].tanggal.year}", words, "positive")


@module.route("/<uuid:id>", can=KELOLA)
def libur(id: uuid.UUID) -> Response:
    return _one(id, Isian())


def _one(id: uuid.UUID, isian: Isian, status: int = 200) -> Response:
    user = required()
    row = fetch(visible(user), id)
    unit = db.session.scalar(sa.select(Unit.nama).where(Unit.id == row.unit_id)) if row.unit_id else ""
    may = db.session.scalar(changeable(user).where(HariLibur.id == id).with_only_columns(HariLibur.id)) is not None
    return render(
        "kernel/libur.html", status=status, libur=row, hari=HARI[row.tanggal.weekday()], jenis=KINDS[row.jenis],
        unit=unit, boleh=may and row.diakhiri_at is None, isian=isian, galat_isian=bool(isian.galat),
    )  # fmt: skip


@module.route("/<uuid:id>/akhiri", can=KELOLA, methods=["POST"])
def libur_akhiri(id: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    fetch(visible(user), id)
    row = db.session.scalars(changeable(user).where(HariLibur.id == id).with_for_update()).first()
    if row is None:
        raise Denied("Hari libur ini berlaku di luar unit yang Anda kelola.")
    if row.diakhiri_at is not None:
        raise Conflict("Hari libur ini sudah diakhiri.")
    reason = isian.teks("alasan", "Alasan", min_=5)
    if isian.galat:
        return _one(id, isian, 422)
    holidays.end(row, reason)
    activity.log("libur.diakhiri", row, by=user, tanggal=row.tanggal, nama=row.nama, alasan=reason)
    return done(f"/libur?tahun={row.tanggal.year}", f"{row.nama} diakhiri: tanggal itu kembali hari kerja.", "positive")
