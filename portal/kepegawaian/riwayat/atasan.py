"""Changing the atasan of many at once from a day on, where the one an SK names has left, retires or sits elsewhere now.

Each change is an entry of its own kind (`jenis.ATASAN`) inside the running segment: on its day the state of the person
names another atasan, before it the old one. TMT, jabatan and unit stay one segment, so masa jabatan, BUP and the push
to BKN are untouched. The next segment starts with the atasan of its own SK. Months that are already decided keep the
name they were decided by. A second person verifies, all at once if they like; cancelling brings the old atasan back.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import USUL, module
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import opd_options
from portal.kepegawaian.riwayat import antrean, aturan_lain, berkas, isian, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.jenis import ATASAN, JENIS
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import AKTIF, BERHENTI
from portal.kernel import activity, calendar, documents, organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db, rollback
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, done, render

PATH = "/kepegawaian/atasan"
SEGERA = timedelta(days=90)  # who retires within that time is shown, too
PALING_BANYAK = 100

activity.declare(**{"kepegawaian.atasan_massal": "jumlah mulai"})
module.menu.append(MenuItem("Atasan tidak aktif lagi", "users", PATH, can=USUL, group="Kepegawaian", order=16))

NAMED = sa.and_(  # in words that the partial index knows
    Keadaan.atasan_cara == sa.literal_column(f"'{r.DITUNJUK}'"), Keadaan.kelompok == sa.literal_column(f"'{AKTIF}'")
)


@dataclass(frozen=True)
class Baris:
    """A segment whose atasan cannot act any more, and who would. `pengganti_id` None: nobody found, one by one."""

    riwayat_id: uuid.UUID
    pegawai_id: uuid.UUID
    nama: str
    jabatan: str
    unit: str
    atasan: str
    sebab: str
    pengganti_id: uuid.UUID | None
    pengganti: str


def tidak_aktif(user: Principal, opd: uuid.UUID | None = None, mulai: date | None = None) -> list[Baris]:
    """Running main segments in the scope of USUL with a named atasan who left, retires or moved, and no change settled.

    `mulai`: the day on which who would follow has to be there, today unless told otherwise.
    """
    today = organisation.today()
    boss, then, later = sa.orm.aliased(Keadaan), sa.orm.aliased(Keadaan), sa.orm.aliased(r.RiwayatLain)
    settled = sa.exists().where(
        later.pegawai_id == Keadaan.pegawai_id, later.jenis == ATASAN, later.status == r.TERVERIFIKASI,
        later.tmt > today, later.tmt <= Keadaan.sampai + timedelta(days=1),
    )  # fmt: skip
    moved = sa.and_(boss.unit_id.is_distinct_from(then.unit_id), then.id.is_not(None))
    query = (
        sa.select(
            Keadaan.riwayat_jabatan_id, Keadaan.pegawai_id, Keadaan.nama, Keadaan.jabatan, Keadaan.unit_id,
            Keadaan.pimpinan, Keadaan.atasan_id, Unit.nama.label("unit"), Unit.induk_id, boss.nama.label("atasan"),
            boss.kelompok, boss.tmt_pensiun, boss.mulai,
        )
        .join(r.RiwayatJabatan, r.RiwayatJabatan.id == Keadaan.riwayat_jabatan_id)
        .join(Unit, Unit.id == Keadaan.unit_id)
        .join(boss, sa.and_(boss.pegawai_id == Keadaan.atasan_id, boss.mulai <= today, boss.sampai >= today))
        .outerjoin(then, sa.and_(
            then.pegawai_id == Keadaan.atasan_id, then.mulai <= r.RiwayatJabatan.berlaku,
            then.sampai >= r.RiwayatJabatan.berlaku,
        ))
        .where(berlaku(today), NAMED)
        .where(in_scope(Keadaan, user, USUL))
        .where(sa.or_(boss.kelompok != AKTIF, boss.tmt_pensiun <= today + SEGERA, moved))
        .where(boss.jenis != "PEJABAT_NEGARA", ~settled)
        .order_by(Keadaan.nama, Keadaan.pegawai_id)
        .limit(PALING_BANYAK)
    )  # fmt: skip
    rows = db.session.execute(query.where(Keadaan.pd_id == opd) if opd else query).all()
    heads = _heads(rows, mulai or today)
    return [_row(row, heads, today) for row in rows]


def _heads(rows: Sequence[Any], on: date) -> dict[uuid.UUID, tuple[uuid.UUID, str]]:
    """Active definitive heads of these units and of those above, one statement."""
    units = {row.unit_id for row in rows} | {row.induk_id for row in rows if row.induk_id}
    query = sa.select(Keadaan.unit_id, Keadaan.pegawai_id, Keadaan.nama).where(
        Keadaan.unit_id.in_(units), Keadaan.pimpinan, Keadaan.kelompok == AKTIF, berlaku(on)
    )
    return {row.unit_id: (row.pegawai_id, row.nama) for row in db.session.execute(query)}


def _row(row: Any, heads: dict[uuid.UUID, tuple[uuid.UUID, str]], today: date) -> Baris:
    places = [row.induk_id] if row.pimpinan else [row.unit_id, row.induk_id]
    found = [heads[unit] for unit in places if unit in heads]
    known = next(((key, name) for key, name in found if key not in (row.pegawai_id, row.atasan_id)), (None, ""))
    return Baris(row.riwayat_jabatan_id, row.pegawai_id, row.nama, row.jabatan, row.unit, row.atasan,
                 _why(row, today), *known)  # fmt: skip


def _why(row: Any, today: date) -> str:
    if row.kelompok == BERHENTI:
        return f"Berhenti sejak {calendar.tanggal(row.mulai)}"
    if row.kelompok != AKTIF:
        return "Sedang tidak bekerja"
    if row.tmt_pensiun and row.tmt_pensiun <= today + SEGERA:
        return f"Pensiun {calendar.tanggal(row.tmt_pensiun)}"
    return "Pindah unit"


def ganti_banyak(
    rows: Sequence[Baris], mulai: date, dasar: str, user: Principal, document: Document | None = None
) -> tuple[int, list[str]]:  # fmt: skip
    """A proposal for each segment, handed in at once: how many were, and why the others were left out."""
    count, left = 0, []
    for one in rows:
        try:
            with db.session.begin_nested():
                _ganti(one, mulai, dasar, user, document)
            count += 1
        except (Conflict, Denied, Invalid) as error:
            left.append(f"{one.nama}: {error.pesan}")
    activity.log("kepegawaian.atasan_massal", by=user, jumlah=count, mulai=mulai)
    return count, left


def _ganti(one: Baris, mulai: date, dasar: str, user: Principal, document: Document | None) -> None:
    pegawai = services.lock(one.pegawai_id)
    old = db.session.get_one(r.RiwayatJabatan, one.riwayat_id, populate_existing=True)
    if old.status != r.TERVERIFIKASI or mulai < old.berlaku:
        raise Invalid("mulai", f"jabatannya baru mulai {calendar.tanggal(old.berlaku)}.")
    waiting = sa.select(r.RiwayatLain.id).where(
        r.RiwayatLain.pegawai_id == one.pegawai_id, r.RiwayatLain.jenis == ATASAN,
        r.RiwayatLain.status.in_((r.DRAF, r.DIAJUKAN, r.DIPERIKSA)),
    )  # fmt: skip
    if one.pengganti_id is None or db.session.scalar(waiting) is not None:
        raise Conflict("sudah ada usulan yang menunggu.")
    isi = {"atasan_id": str(one.pengganti_id), "cara": r.IKUT_PIMPINAN, "atasan": one.pengganti,
           "sebelumnya": one.atasan, "dasar": dasar}  # fmt: skip
    found = aturan_lain.periksa(JENIS[ATASAN], pegawai, {"tmt": mulai, "isi": isi})
    if found.galat:
        raise Invalid("pilih", found.galat[0].pesan)
    row = r.RiwayatLain(pegawai_id=pegawai.id, jenis=ATASAN, tmt=mulai, isi=isi, diusulkan_oleh_id=user.id)
    db.session.add(row)
    db.session.flush()
    activity.log("kepegawaian.riwayat_disimpan", row, by=user, jenis=ATASAN, sebelum={}, sesudah=services.facts(row))
    if document is not None:
        services.tautkan(row, berkas.LAIN, document, user)
    services.jalankan(row, "ajukan", user)


# ---- pages


@module.route("/atasan", can=USUL)
def atasan_tidak_aktif() -> Response:
    return _show(required())


@module.route("/atasan", can=USUL, methods=["POST"])
def atasan_ganti() -> Response:
    user, problems = required(), list[Problem]()
    chosen = set(request.form.getlist("pilih"))
    mulai = _day(problems)
    every = tidak_aktif(user, _opd(), mulai)
    rows = [one for one in every if str(one.riwayat_id) in chosen and one.pengganti_id]
    if not rows:
        problems.append(Problem("pilih", "Pilih pegawai yang atasannya diganti"))
    others = [one.nama for one in rows if request.form.get(f"kepada-{one.riwayat_id}") != str(one.pengganti_id)]
    if others and not problems:
        who = ", ".join(others)
        problems.append(Problem("pilih", f"Penggantinya per tanggal itu lain: {who}. Periksa, lalu ajukan lagi."))
    dasar = request.form.get("dasar", "").strip()[:200]
    if not dasar:
        problems.append(Problem("dasar", "Isi dasar penggantian, misalnya nomor surat"))
    if problems or mulai is None:
        return _show(user, problems)
    try:
        document = _document(user)
    except Invalid as error:
        rollback()
        return _show(user, [Problem("berkas", error.pesan)])
    count, left = ganti_banyak(rows, mulai, dasar, user, document)
    words = f"{count} penggantian mulai {calendar.tanggal(mulai)} diajukan. Orang lain memverifikasinya."
    told = " ".join([words, *(f"Tidak diajukan: {one}" for one in left[:3])])
    return done(PATH, told, "positive" if count else "warning")


def _day(problems: list[Problem]) -> date | None:
    """From when the new atasan acts: not before today minus a year, not after a year ahead."""
    today = organisation.today()
    try:
        day = isian.baca_tanggal(request.values.get("mulai", "").strip(), "Berlaku mulai")
    except Invalid as error:
        problems.append(Problem("mulai", error.pesan))
        return None
    if day is None or abs((day - today).days) > 366:
        problems.append(Problem("mulai", "Berlaku mulai: isi tanggal dalam setahun ini"))
    return day


def _opd() -> uuid.UUID | None:
    return antrean.baca_kunci(request.values.get("opd", ""))


def _document(user: Principal) -> Document | None:
    """One file for all of them. Raises Invalid."""
    file = request.files.get("berkas")
    if file is None or not file.filename:
        return None
    return documents.receive(cast(BinaryIO, file.stream), file.filename, user.id, berkas.batas_mb() * 1024 * 1024)


def _show(user: Principal, problems: Sequence[Problem] = ()) -> Response:
    form = request.form
    mulai = _day([]) or organisation.today()
    return render(
        "kepegawaian/riwayat_atasan.html", status=422 if problems else 200, rows=tidak_aktif(user, _opd(), mulai),
        banyak=PALING_BANYAK, opd=[("", "Semua"), *opd_options(user)], opd_kini=str(_opd() or ""), masalah=problems,
        galat={one.field: one.pesan for one in problems}, pilih=form.getlist("pilih"), dasar=form.get("dasar", ""),
        mulai=request.values.get("mulai", isian.tulis_tanggal(mulai)), hari=mulai, batas=berkas.batas_mb(),
    )  # fmt: skip
