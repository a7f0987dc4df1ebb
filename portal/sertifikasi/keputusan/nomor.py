"""Stock of blanko, and the numbers that BNSP gives: recorded one by one or from a pasted table, never made here."""

import re
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from portal.kernel import activity
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan.sertifikat import note
from portal.sertifikasi.saya import models as m

MOST, TABLE_MOST = 5000, 1000
SERIAL = re.compile(r"^[0-9]{5,12}$")
RANGE = re.compile(r"^([0-9]{5,12})\s*(?:-|–|s\.?d\.?|sampai)\s*([0-9]{5,12})$", re.IGNORECASE)
LETTERS = re.compile(r"^[0-9A-Za-z][0-9A-Za-z ./-]{4,59}$")

activity.declare(
    **{"blanko.diterima": "jumlah dari sampai", "blanko.berubah": "seri dari ke", "sertifikat.bernomor": "nomor seri"}
)


# ---- stock


def serials(text: str) -> list[str]:
    """Serials one a line, or a range "1234501 - 1234530" with leading zeros kept. Raises Invalid naming the line."""
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        plain = " ".join(line.split())
        if not plain:
            continue
        for serial in _serials_of(plain, number):
            if serial in found:
                raise Invalid("seri", f"Baris {number}: seri {serial} tertulis dua kali")
            found[serial] = None
            if len(found) > MOST:
                raise Invalid("seri", f"Paling banyak {MOST} seri sekali terima")
    if not found:
        raise Invalid("seri", "Tulis nomor seri blanko, satu setiap baris atau sebagai rentang")
    return list(found)


def _serials_of(line: str, number: int) -> list[str]:
    span = RANGE.match(line)
    if span is None:
        serial = line.replace(" ", "")
        if not SERIAL.match(serial):
            raise Invalid("seri", f"Baris {number}: “{line[:30]}” bukan nomor seri. Tulis 5 sampai 12 angka.")
        return [serial]
    first, last = int(span[1]), int(span[2])
    if last < first or last - first >= MOST:
        raise Invalid("seri", f"Baris {number}: rentang {line[:40]} tidak masuk akal")
    return [str(n).zfill(len(span[1])) for n in range(first, last + 1)]


def receive(text: str, catatan: str, user: Principal) -> int:
    """Add serials to the stock. Raises Invalid when one is known already: nothing is added then."""
    fresh = serials(text)
    known = db.session.scalars(
        sa.select(k.Blanko.seri).where(k.Blanko.seri.in_(fresh)).order_by(k.Blanko.seri).limit(5)
    ).all()
    if known:
        raise Invalid("seri", f"Sudah tercatat: {', '.join(known)}. Tidak ada yang ditambahkan.")
    db.session.add_all(k.Blanko(seri=one, catatan=catatan.strip()) for one in fresh)
    db.session.flush()
    activity.log("blanko.diterima", by=user, jumlah=len(fresh), dari=fresh[0], sampai=fresh[-1])
    return len(fresh)


def spoil(row: k.Blanko, status: str, catatan: str, user: Principal) -> k.Sertifikat | None:
    """Mark a blanko damaged or lost. A certificate that waits for its signature loses it and needs another one;
    returns that certificate. Raises Invalid, and Conflict for one that carries a certificate in force."""
    if status not in (k.RUSAK, k.HILANG):
        raise Invalid("status", "Pilih rusak atau hilang")
    if len(catatan.strip()) < 5:
        raise Invalid("catatan", "Tulis apa yang terjadi dengan blanko ini")
    if row.status in (k.RUSAK, k.HILANG):
        raise Conflict(f"Blanko {row.seri} sudah tercatat {row.status.lower()}.")
    holder = db.session.scalars(
        sa.select(k.Sertifikat).where(k.Sertifikat.blanko_id == row.id).with_for_update()
    ).first()
    if holder is not None and (holder.status != k.MENUNGGU_TANDA_TANGAN or holder.ditandatangani_at is not None):
        raise Conflict(f"Blanko {row.seri} memuat sertifikat {holder.nomor}. Ganti sertifikatnya lewat penggantian.")
    if holder is not None:
        holder.blanko_id = None
        note(
            holder,
            "blanko_rusak",
            k.MENUNGGU_NOMOR,
            user,
            alasan=f"Blanko {row.seri} {status.lower()}: {catatan.strip()}",
        )
    before, row.status, row.catatan = row.status, status, catatan.strip()
    activity.log("blanko.berubah", row, by=user, seri=row.seri, dari=before, ke=status)
    return holder


# ---- numbers


def tidy(text: str) -> str:
    """Numbers come with stray, double and non-breaking spaces."""
    return " ".join(text.replace("\u00a0", " ").split())


def _squeezed(column: sa.SQLColumnExpression[str | None]) -> sa.ColumnElement[str]:
    return sa.func.upper(sa.func.regexp_replace(column, "[^0-9A-Za-z]", "", "g"))


def squeeze(text: str) -> str:
    """What two spellings of one number share."""
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


@dataclass
class Baris:
    """One line of a pasted table, and what became of it."""

    urut: int
    siapa: str
    nomor: str
    no_reg: str
    seri: str
    sertifikat: k.Sertifikat | None = None
    nama: str = ""
    masalah: str = ""


def read_table(text: str) -> list[Baris]:
    """Lines of four columns (application number, certificate number, registration number, blanko), separated by tabs
    or semicolons. A line of headings is left out. Raises Invalid for an empty table."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [tidy(c) for c in re.split(r"\t|;", line)]
        if number == 1 and not any(c.isdigit() for c in line):
            continue
        siapa, angka, no_reg, seri = (cells + [""] * 4)[:4]
        row = Baris(number, siapa, angka, no_reg, seri)
        if len(cells) != 4:
            row.masalah = f"Ada {len(cells)} kolom; seharusnya 4."
        found.append(row)
        if len(found) > TABLE_MOST:
            raise Invalid("tabel", f"Paling banyak {TABLE_MOST} baris sekali tempel")
    if not found:
        raise Invalid(
            "tabel", "Tempel tabel dari BNSP: nomor permohonan, nomor sertifikat, nomor registrasi, seri blanko"
        )
    return found


def match(rows: list[Baris]) -> list[Baris]:
    """Find the certificate of each line and say what is wrong with it: unknown, double, taken, not in stock."""
    asked = [row.siapa.upper() for row in rows]
    query = (
        sa.select(m.Permohonan.nomor, k.Sertifikat)
        .join(m.Permohonan, m.Permohonan.id == k.Sertifikat.permohonan_id)
        .where(m.Permohonan.nomor.in_(asked), k.Sertifikat.status.in_([k.MENUNGGU_NOMOR, k.MENUNGGU_TANDA_TANGAN]))
        .where(k.Sertifikat.ditandatangani_at.is_(None))
    )
    known = dict(db.session.execute(query).tuples().all())
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        row.sertifikat = known.get(row.siapa.upper())
        row.nama = row.sertifikat.nama if row.sertifikat else ""
        row.masalah = row.masalah or _wrong(row, seen)
        for name, value in (("siapa", row.siapa), ("nomor", row.nomor), ("no_reg", row.no_reg), ("seri", row.seri)):
            seen.setdefault((name, squeeze(value)), row.urut)
    return rows


def _wrong(row: Baris, seen: dict[tuple[str, str], int]) -> str:
    if row.sertifikat is None:
        return f"{row.siapa or 'Baris ini'} tidak sedang menunggu nomor."
    for name, words in (("siapa", "Nomor permohonan"), ("nomor", "Nomor sertifikat"), ("no_reg", "Nomor registrasi"),
                        ("seri", "Seri blanko")):  # fmt: skip
        before = seen.get((name, squeeze(str(getattr(row, name)))))
        if before and getattr(row, name):
            return f"{words} sama dengan baris {before}."
    return problem(row.sertifikat, row.nomor, row.no_reg, row.seri)


def problem(row: k.Sertifikat, nomor: str, no_reg: str, seri: str) -> str:
    """Why these numbers cannot be recorded for this certificate, "" when they can."""
    for value, column, words in (
        (nomor, k.Sertifikat.nomor, "Nomor sertifikat"),
        (no_reg, k.Sertifikat.no_reg, "Nomor registrasi"),
    ):
        if not LETTERS.match(value):
            return f"{words}: isi seperti yang tertulis pada daftar BNSP."
        taken = sa.select(k.Sertifikat.nama).where(_squeezed(column) == squeeze(value), k.Sertifikat.id != row.id)
        holder = db.session.scalar(taken.limit(1))
        if holder is not None:
            return f"{words} {value} sudah dipakai {holder}."
    old = _in_old_register(nomor, no_reg, seri)
    if old:
        return old
    return _blanko_problem(row, seri)


def _in_old_register(nomor: str, no_reg: str, seri: str) -> str:
    """A certificate from before the portal that carries one of these, as a sentence; "" when none does."""
    for value, column, words in (
        (nomor, SertifikatLama.nomor_sidik, "Nomor sertifikat"),
        (no_reg, SertifikatLama.no_reg_sidik, "Nomor registrasi"),
        (seri, SertifikatLama.seri, "Blanko"),
    ):
        mark = squeeze(value)
        query = sa.select(SertifikatLama.nama, SertifikatLama.nomor).where(column == mark).limit(1)
        held = db.session.execute(query).first() if mark else None
        if held is not None:
            return f"{words} {value} sudah tercatat pada sertifikat sebelum portal, {held.nomor} atas nama {held.nama}."
    return ""


def _blanko_problem(row: k.Sertifikat, seri: str) -> str:
    found = db.session.scalars(sa.select(k.Blanko).where(k.Blanko.seri == seri.replace(" ", ""))).first()
    if found is None:
        return f"Blanko {seri or 'tanpa seri'} tidak ada dalam stok."
    if found.id != row.blanko_id and found.status != k.STOK:
        return f"Blanko {seri} berstatus {found.status.lower()}."
    return ""


def record(row: k.Sertifikat, nomor: str, no_reg: str, seri: str, user: Principal) -> None:
    """Raises Invalid naming what is wrong, Conflict once it is signed."""
    if row.status not in (k.MENUNGGU_NOMOR, k.MENUNGGU_TANDA_TANGAN) or row.ditandatangani_at is not None:
        raise Conflict("Nomor sertifikat ini tidak dapat diubah lagi.")
    if row.user_id == user.id:
        raise Conflict("Nomor sertifikat Anda sendiri dicatat rekan Anda.")
    number, registration, serial = tidy(nomor), tidy(no_reg), seri.replace(" ", "")
    why = problem(row, number, registration, serial)
    if why:
        raise Invalid("nomor", why)
    blanko = db.session.scalars(sa.select(k.Blanko).where(k.Blanko.seri == serial).with_for_update()).one()
    if (row.nomor, row.no_reg, row.blanko_id) == (number, registration, blanko.id):
        return  # the button pressed again: one event is enough
    if row.blanko_id is not None and row.blanko_id != blanko.id:
        db.session.get_one(k.Blanko, row.blanko_id).status = k.STOK
    blanko.status = k.TERPAKAI
    row.nomor, row.no_reg, row.blanko_id = number, registration, blanko.id
    note(row, "bernomor", k.MENUNGGU_TANDA_TANGAN, user)
    activity.log("sertifikat.bernomor", row, by=user, nomor=number, seri=serial)


def record_all(rows: list[Baris], user: Principal) -> int:
    """Record the lines without a problem; returns how many. `match` has looked at them."""
    ready = [row for row in rows if row.sertifikat is not None and not row.masalah]
    done = 0
    for row in sorted(ready, key=lambda r: r.siapa):
        try:
            record(_held(row.sertifikat.id), row.nomor, row.no_reg, row.seri, user)  # type: ignore[union-attr]
            done += 1
        except (Invalid, Conflict) as error:
            row.masalah = error.pesan
    return done


def _held(key: uuid.UUID) -> k.Sertifikat:
    query = sa.select(k.Sertifikat).where(k.Sertifikat.id == key).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def missing() -> list[tuple[str, str]]:
    """Who still waits for a number: application number and name (29 of 30 came back)."""
    query = (
        sa.select(m.Permohonan.nomor, k.Sertifikat.nama)
        .join(m.Permohonan, m.Permohonan.id == k.Sertifikat.permohonan_id)
        .where(k.Sertifikat.status == k.MENUNGGU_NOMOR)
        .order_by(m.Permohonan.nomor)
    )
    return [(str(nomor), nama) for nomor, nama in db.session.execute(query)]


def stock() -> dict[str, int]:
    query = sa.select(k.Blanko.status, sa.func.count()).group_by(k.Blanko.status)
    return dict.fromkeys((k.STOK, k.TERPAKAI, k.RUSAK, k.HILANG), 0) | dict(db.session.execute(query).tuples().all())
