"""The old register as a table: one line a certificate. What was checked against paper is not changed by a table."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import citizens, sealing
from portal.kernel.calendar import tanggal
from portal.kernel.db import db
from portal.kernel.importing import (
    MODE_BARU,
    MODE_KOSONG,
    MODE_TIMPA,
    SAMA,
    UBAH,
    Column,
    Importer,
    Row,
    Run,
    declare,
    suggestion,
)  # fmt: skip
from portal.kernel.organisation import today
from portal.sertifikasi import VERIFIKASI
from portal.sertifikasi.arsip_lama import models as a
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan
from portal.sertifikasi.keputusan.nomor import squeeze, tidy
from portal.sertifikasi.keputusan.sertifikat import add_months
from portal.sertifikasi.skema.models import Skema, SkemaVersi

PLAIN = ("nama", "tanggal_lahir", "nomor", "no_reg", "seri", "diputus", "terbit", "sampai")  # columns as they are
LEAST = 6  # letters and digits of a number
Schemes = dict[str, tuple[uuid.UUID, str, int]]


def schemes(run: Run) -> Schemes:
    """Folded code or title to id, title and months of validity; read once a job."""
    if "skema" not in run.memo:
        months = sa.select(sa.func.max(SkemaVersi.masa_berlaku_bulan)).where(SkemaVersi.skema_id == Skema.id)
        found: Schemes = {}
        for id_, kode, judul, masa in db.session.execute(
            sa.select(Skema.id, Skema.kode, Skema.judul, months.scalar_subquery())
        ):
            found |= dict.fromkeys((kode.casefold(), judul.casefold()), (id_, judul, masa or 0))
        run.memo["skema"] = found
    kept: Schemes = run.memo["skema"]
    return kept


def check(rows: list[Row], run: Run) -> None:
    known, taken, since = schemes(run), _taken(rows), pengaturan.portal_since()
    own = {one.nomor_sidik: one for one in _stored([squeeze(row.text("nomor")) for row in rows])}
    for row in rows:
        row.values |= {name: tidy(row.text(name)) for name in ("nomor", "no_reg") if name in row.values}
        found = known.get(row.text("skema").casefold())
        if row.text("skema") and found is None:
            words = suggestion(row.text("skema"), sorted({title for _, title, _ in known.values()}))
            row.add("skema", "E_SKEMA", "Skema ini tidak dikenal", words)
        _numbers(row, taken, own, run)
        _days(row, found[2] if found else 0, since)
        _action(row, own.get(squeeze(row.text("nomor"))), run)


def _stored(marks: list[str]) -> list[SertifikatLama]:
    query = sa.select(SertifikatLama).where(SertifikatLama.nomor_sidik.in_(marks))
    return list(db.session.scalars(query))


def _taken(rows: list[Row]) -> dict[tuple[str, str], str]:
    """Numbers in use elsewhere: (column, squeezed number) to the number of the certificate that carries it."""
    marks = {name: [squeeze(row.text(name)) for row in rows if row.text(name)] for name in ("nomor", "no_reg", "seri")}
    found: dict[tuple[str, str], str] = {}
    plain = {"nomor": k.Sertifikat.nomor, "no_reg": k.Sertifikat.no_reg, "seri": k.Blanko.seri}
    for name, column in plain.items():
        squeezed = sa.func.upper(sa.func.regexp_replace(column, "[^0-9A-Za-z]", "", "g"))
        query = sa.select(squeezed, sa.func.coalesce(k.Sertifikat.nomor, "portal")).select_from(k.Sertifikat)
        query = query.outerjoin(k.Blanko, k.Blanko.id == k.Sertifikat.blanko_id).where(squeezed.in_(marks[name]))
        found |= {(name, mark): f"sertifikat {nomor} di portal" for mark, nomor in db.session.execute(query)}
    for name, column in (("no_reg", SertifikatLama.no_reg_sidik), ("seri", SertifikatLama.seri)):
        rest = sa.select(column, SertifikatLama.nomor_sidik).where(column.in_(marks[name]))
        found |= {(name, mark): nomor for mark, nomor in db.session.execute(rest) if mark}
    return found


def _numbers(row: Row, taken: dict[tuple[str, str], str], own: dict[str, SertifikatLama], run: Run) -> None:
    mark = squeeze(row.text("nomor"))
    if row.text("nomor") and len(mark) < LEAST:
        row.add("nomor", "E_NOMOR", "Nomor sertifikat terlalu pendek", "Tulis lengkap seperti di sertifikat.")
    seen: dict[tuple[str, str], int] = run.memo.setdefault("nomor", {})
    for name in ("nomor", "no_reg", "seri"):
        one = (name, squeeze(row.text(name)))
        if not one[1]:
            continue
        holder, before = taken.get(one), seen.setdefault(one, row.number)
        if holder is not None and holder != mark:
            words = holder if " " in holder else f"sertifikat lain ({own[holder].nomor if holder in own else holder})"
            row.add(name, "E_DIPAKAI", f"Sudah dipakai {words}", "Periksa angkanya pada sertifikat kertas.")
        elif before != row.number:
            row.add(name, "E_GANDA", f"Nomor ini sama dengan baris {before}", "Periksa pada sertifikat kertas.")


def _days(row: Row, months: int, since: date) -> None:
    """`since`: from that day on the portal issues; nothing of then is taken in from a table."""
    issued, until, decided = row.day("terbit"), row.day("sampai"), row.day("diputus")
    born = row.day("tanggal_lahir")
    if issued and issued > today():
        row.add("terbit", "E_TERBIT", "Tanggal terbit di depan hari ini")
    elif issued and issued >= since:
        row.add("terbit", "E_TERBIT", f"Portal dipakai sejak {tanggal(since)}", "Terbitkan lewat proses sertifikasi.")
    if issued and until and until <= issued:
        row.add("sampai", "E_MASA", "Berlaku sampai harus sesudah tanggal terbit")
    elif issued and until and months and until not in _expected(issued, decided, months):
        due = add_months(decided or issued, months)
        row.add("sampai", "E_MASA", f"Masa berlaku skema ini {months} bulan, jadi sampai {tanggal(due)}",
                "Periksa pada sertifikat kertas.")  # fmt: skip
    if issued and decided and decided > issued:
        row.add("diputus", "W_PUTUS", "Tanggal keputusan sesudah tanggal terbit", warning=True)
    if born and issued and issued.year - born.year < 15:
        row.add("tanggal_lahir", "E_LAHIR", "Pemegang belum 15 tahun saat sertifikat terbit")


def _expected(issued: date, decided: date | None, months: int) -> set[date]:
    """Ends that a register writes: the same day so many months on, or the day before it."""
    ends = {add_months(day, months) for day in (issued, decided) if day}
    return ends | {end.fromordinal(end.toordinal() - 1) for end in ends}


def _action(row: Row, there: SertifikatLama | None, run: Run) -> None:
    if there is None:
        return
    row.found = there.id
    row.action = UBAH if _changes(row, there, run) else SAMA
    if there.periksa != a.BELUM:
        row.action = SAMA
        row.add("nomor", "W_DIPERIKSA", "Sertifikat ini sudah diperiksa, jadi tidak diubah", warning=True)


def _changes(row: Row, there: SertifikatLama, run: Run) -> dict[str, Any]:
    """What this line would change in the certificate that is there, by the mode of the import."""
    found = {}
    for name in PLAIN:
        new, old = row.values.get(name) or None, getattr(there, name)
        fills = run.mode != MODE_TIMPA and old is None
        if new is not None and new != old and (fills or name in run.overwrite):
            found[name] = new
    return found


def apply(rows: list[Row], run: Run) -> None:
    known = schemes(run)
    for row in rows:
        if row.action == UBAH:
            _change(row, run)
            continue
        nik = row.text("nik")
        made = SertifikatLama(
            nama=row.text("nama"), tanggal_lahir=row.day("tanggal_lahir"), dimuat_oleh_id=run.user.id,
            nik_enc=sealing.seal(nik, citizens.NIK) if nik else None,
            nik_sidik=sealing.mark(nik, citizens.NIK) if nik else None,
            skema_id=known[row.text("skema").casefold()][0], nomor=row.text("nomor"),
            nomor_sidik=squeeze(row.text("nomor")), no_reg=row.text("no_reg") or None,
            no_reg_sidik=squeeze(row.text("no_reg")) or None, seri=squeeze(row.text("seri")) or None,
            diputus=row.day("diputus"), terbit=row.day("terbit"), sampai=row.day("sampai"),
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        row.result = made.id


def _change(row: Row, run: Run) -> None:
    there = db.session.get_one(SertifikatLama, row.found, with_for_update=True, populate_existing=True)
    if there.periksa != a.BELUM:
        return
    changes = _changes(row, there, run)
    row.before, row.result = {name: getattr(there, name) for name in changes}, there.id
    _set(there, changes)


def _set(there: SertifikatLama, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(there, name, value)
    there.nomor_sidik = squeeze(there.nomor)
    there.no_reg_sidik = squeeze(there.no_reg or "") or None


def undo(rows: list[Row], run: Run) -> None:
    query = sa.select(SertifikatLama).where(SertifikatLama.id.in_([row.result for row in rows])).with_for_update()
    found = {one.id: one for one in db.session.scalars(query)}
    for row in rows:
        one = found.get(row.result) if row.result else None
        if one is None:
            continue
        if one.periksa != a.BELUM:
            row.add("nomor", "E_DIPERIKSA", "Sertifikat ini sudah diperiksa terhadap kertasnya")
        elif row.before:
            days = ("tanggal_lahir", "diputus", "terbit", "sampai")
            _set(one, {n: date.fromisoformat(v) if v and n in days else v for n, v in row.before.items()})
        else:
            db.session.delete(one)


ARSIP_LAMA = declare(Importer(
    "arsip-sertifikat", "Sertifikat sebelum portal", VERIFIKASI,
    (
        Column("nama", "Nama", required=True, aliases=("Nama pemegang", "Nama lengkap"), longest=150),
        Column("tanggal_lahir", "Tanggal lahir", "tanggal", aliases=("Tgl lahir",), example="03/09/1990"),
        Column("nik", "NIK", "nik", hint="Boleh kosong"),
        Column("skema", "Skema", required=True, aliases=("Skema sertifikasi", "Kode skema"), hint="Kode atau judul"),
        Column("nomor", "Nomor sertifikat", "kode", required=True, aliases=("No sertifikat", "No. sertifikat")),
        Column("no_reg", "Nomor registrasi", "kode", aliases=("No registrasi", "No. reg", "No reg")),
        Column("seri", "Nomor blanko", "kode", aliases=("Blanko", "Seri blanko", "No blanko")),
        Column("diputus", "Tanggal keputusan", "tanggal", aliases=("Tgl keputusan",)),
        Column("terbit", "Tanggal terbit", "tanggal", required=True, aliases=("Tgl terbit", "Terbit")),
        Column("sampai", "Berlaku sampai", "tanggal", required=True, aliases=("Tgl berakhir", "Kedaluwarsa")),
    ),
    ("nomor",), check, apply, undo, modes=(MODE_BARU, MODE_KOSONG, MODE_TIMPA), manual="sekretariat-lsp",
    lead="Register sertifikat kertas. Halaman verifikasi menyebutnya belum diperiksa sampai dicocokkan.",
))  # fmt: skip
