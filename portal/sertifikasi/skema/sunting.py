"""Changes to schemes: a draft version copied from the newest one, edited, given official units, published.

A version that is published is never changed again, so what an application was pinned to stays as it was. A draft
starts as an example whatever it was copied from: whoever confirms it vouches for exactly these words.
"""

import difflib
import re
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.kernel import activity
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.people import Principal
from portal.kernel.storage import redis
from portal.sertifikasi import LIHAT
from portal.sertifikasi.skema import kepala, lembar, services
from portal.sertifikasi.skema import models as m

IMPORTED = "imported"  # typed in from the official document by the sekretariat
ROWS, PENDING = 30, 1800  # requirement rows of a form; seconds a checked file waits for its confirmation
KINDS = ("IJAZAH", "SERTIFIKAT_PELATIHAN", "SURAT_PENGALAMAN", "SURAT_TUGAS", "SURAT_SEHAT", "KTP", "PAS_FOTO", "CV",
         "SURAT_REKOMENDASI", "LAINNYA")  # fmt: skip
COPIED = ("nomor", "judul", "judul_en", "kkni_level", "masa_berlaku_bulan", "surveilan", "moda", "biaya",
          "boleh_sebagian")  # fmt: skip


def visible_versions(user: Principal) -> sa.Select[tuple[m.SkemaVersi]]:
    return sa.select(m.SkemaVersi).where(sa.true() if user.has(LIHAT) else sa.false())


def overview() -> list[tuple[m.Skema, list[m.SkemaVersi]]]:
    """Every scheme with its versions, newest first."""
    versions: dict[uuid.UUID, list[m.SkemaVersi]] = {}
    for row in db.session.scalars(sa.select(m.SkemaVersi).order_by(m.SkemaVersi.versi.desc())):
        versions.setdefault(row.skema_id, []).append(row)
    schemes = db.session.scalars(sa.select(m.Skema).order_by(m.Skema.urut, m.Skema.kode))
    return [(skema, versions.get(skema.id, [])) for skema in schemes]


def draft_from(source: m.SkemaVersi, user: Principal) -> m.SkemaVersi:
    """Version n+1 with everything of this one. Raises Conflict while another draft of the scheme waits."""
    skema = db.session.scalars(sa.select(m.Skema).where(m.Skema.id == source.skema_id).with_for_update()).one()
    every = db.session.scalars(sa.select(m.SkemaVersi).where(m.SkemaVersi.skema_id == skema.id)).all()
    if skema.dicabut_mulai is not None:
        raise Conflict("Skema ini dicabut, jadi tidak ada draf baru.", "Batalkan pencabutannya lebih dulu.")
    if any(row.status == m.DRAF for row in every):
        raise Conflict("Skema ini sudah punya draf.", "Lanjutkan atau hapus draf itu lebih dulu.")
    copy = m.SkemaVersi(
        skema_id=skema.id, versi=max(row.versi for row in every) + 1, status=m.DRAF, contoh=True,
        **{name: getattr(source, name) for name in COPIED},
    )  # fmt: skip
    db.session.add(copy)
    db.session.flush()
    for link in db.session.scalars(sa.select(m.SkemaUnit).where(m.SkemaUnit.skema_versi_id == source.id)):
        values = {"unit_id": link.unit_id, "urut": link.urut, "wajib_luring": link.wajib_luring}
        db.session.add(m.SkemaUnit(skema_versi_id=copy.id, **values))
    for row in services.requirements_of(source.id):
        names = ("kategori", "urut", "teks", "sifat", "grup", "jenis", "umur_maks_bulan", "status_data")
        db.session.add(m.SkemaSyarat(skema_versi_id=copy.id, **{name: getattr(row, name) for name in names}))
    db.session.flush()
    activity.log("skema.draf", copy, by=user, kode=skema.kode, versi=copy.versi)
    return copy


def discard(version: m.SkemaVersi) -> None:
    """Raises Conflict for anything but a draft."""
    require_draft(version)
    for table in (m.SkemaUnit, m.SkemaSyarat):
        db.session.execute(sa.delete(table).where(table.skema_versi_id == version.id))
    db.session.delete(version)
    db.session.flush()
    kepala.forget_if_empty(version.skema_id)


def require_draft(version: m.SkemaVersi, seen: str = "") -> None:
    """Raises Conflict for a published version, or when somebody else changed the draft meanwhile."""
    if version.status != m.DRAF:
        raise Conflict("Versi yang sudah terbit tidak dapat diubah.", "Buat draf versi baru dari halaman skema.")
    if seen and seen != stamp(version):
        raise Conflict("Draf ini diubah orang lain setelah Anda membukanya.", "Muat ulang, lalu ulangi perubahan Anda.")


def stamp(version: m.SkemaVersi) -> str:
    return str(int(version.diubah_at.timestamp() * 1_000_000))


# ---- fields and requirements


def save(version: m.SkemaVersi, form: Mapping[str, str], user: Principal) -> list[Problem]:
    """Store the fields and requirement rows of a draft; nothing when there is something to repair."""
    require_draft(version, form.get("stempel", ""))
    skema = services.scheme_of(version)
    scheme, wrong = kepala.read_scheme(form, kepala.unpublished(skema.id))
    values, problems = read_fields(form, scheme.get("jenis", skema.jenis))
    rows, more = read_requirements(form)
    found = [*wrong, *kepala.taken(version, scheme), *problems, *more]
    if found:
        return found
    for name, value in values.items():
        setattr(version, name, value)
    kepala.keep(version, scheme)
    _touched(version)
    db.session.execute(sa.delete(m.SkemaSyarat).where(m.SkemaSyarat.skema_versi_id == version.id))
    for row in rows:
        db.session.add(m.SkemaSyarat(skema_versi_id=version.id, status_data=IMPORTED, **row))
    _mark_units(version, form)
    db.session.flush()
    activity.log(
        "skema.diubah", version, by=user, kode=_code(version), versi=version.versi, apa="isian dan persyaratan"
    )
    return []


def _touched(version: m.SkemaVersi) -> None:
    """Other words than those somebody vouched for: the confirmation ends."""
    version.diubah_at = now()
    version.contoh, version.dikonfirmasi_at, version.dikonfirmasi_oleh_id = True, None, None


def _mark_units(version: m.SkemaVersi, form: Mapping[str, str]) -> None:
    """Which units are never assessed at a distance; those ticked to leave go, the others close the gap."""
    links = db.session.scalars(
        sa.select(m.SkemaUnit).where(m.SkemaUnit.skema_versi_id == version.id).order_by(m.SkemaUnit.urut)
    ).all()
    for link in links:
        link.wajib_luring = bool(form.get(f"luring-{link.unit_id}"))
    kept = [link for link in links if not form.get(f"lepas-{link.unit_id}")]
    if len(kept) == len(links):
        return
    for link in links:
        if link not in kept:
            db.session.delete(link)
    db.session.flush()
    for urut, link in enumerate(kept, 1):
        link.urut = urut
        db.session.flush()


def read_fields(form: Mapping[str, str], jenis: str) -> tuple[dict[str, Any], list[Problem]]:
    head, problems = kepala.read_version(form, jenis)
    judul, nomor = (" ".join(form.get(name, "").split()) for name in ("judul", "nomor"))
    if not 5 <= len(judul) <= 200:
        problems.append(Problem("judul", "Isi judul, 5 sampai 200 huruf"))
    months = _whole(form, "masa_berlaku_bulan", "Masa berlaku", 1, 120, problems)
    watch = form.get("surveilan", "").strip()
    marks = re.findall(r"\d+", watch)
    surveilan = [int(mark) for mark in marks if len(mark) < 4]
    orderly = surveilan == sorted(set(surveilan)) and all(0 < mark < (months or 999) for mark in surveilan)
    if re.sub(r"[\d,; ]|dan", "", watch) or len(marks) != len(surveilan) or not orderly:
        problems.append(Problem("surveilan", "Tulis bulan surveilan berurutan, sebelum masa berlaku habis: 12, 24"))
    biaya = _whole(form, "biaya", "Biaya", 0, 100_000_000, problems) if form.get("biaya", "").strip() else None
    dates = {name: _day(form, name, problems) for name in ("berlaku_mulai", "pendaftaran_tutup")}
    values = {"judul": judul, "nomor": nomor[:120], "masa_berlaku_bulan": months, "surveilan": surveilan,
              "biaya": biaya, "boleh_sebagian": bool(form.get("boleh_sebagian")), **dates, **head}  # fmt: skip
    return values, problems


def _whole(form: Mapping[str, str], name: str, label: str, least: int, most: int, problems: list[Problem]) -> int:
    digits = re.sub(r"[.\s]|^Rp", "", form.get(name, "").strip())
    if not digits.isascii() or not digits.isdigit() or len(digits) > 10 or not least <= int(digits) <= most:
        problems.append(Problem(name, f"{label}: isi dengan angka bulat {least} sampai {most}"))
        return 0
    return int(digits)


def _day(form: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems.append(Problem(name, "Tulis tanggal, misalnya 2026-12-31"))
        return None


def read_requirements(form: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Rows s1 … s30; one without text is taken out. SALAH_SATU needs a group with at least two rows."""
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    places: dict[str, int] = {}
    for number in range(1, ROWS + 1):
        teks = " ".join(form.get(f"s{number}-teks", "").split())
        if not teks:
            continue
        kategori, sifat = form.get(f"s{number}-kategori", ""), form.get(f"s{number}-sifat", "")
        jenis, umur = form.get(f"s{number}-jenis", ""), form.get(f"s{number}-umur", "").strip()
        grup = form.get(f"s{number}-grup", "").strip()[:20] if sifat == m.SALAH_SATU else ""
        known = kategori in (m.DASAR, m.ADMINISTRATIF) and sifat in (m.WAJIB, m.SALAH_SATU, m.OPSIONAL)
        if not known or jenis not in KINDS or len(teks) > 300 or (umur and not re.fullmatch(r"[1-9]\d{0,2}", umur)):
            problems.append(Problem(f"s{number}-teks", f"Persyaratan {number}: periksa teks, pilihan, dan umur berkas"))
            continue
        places[kategori] = places.get(kategori, 0) + 1
        found.append({"kategori": kategori, "urut": places[kategori], "teks": teks, "sifat": sifat, "grup": grup,
                      "jenis": jenis, "umur_maks_bulan": int(umur) if umur else None})  # fmt: skip
    groups = [(row["kategori"], row["grup"]) for row in found if row["sifat"] == m.SALAH_SATU]
    if any(not grup or groups.count((kategori, grup)) < 2 for kategori, grup in groups):
        problems.append(Problem("", "Baris salah satu memerlukan grup yang sama pada sedikitnya dua baris"))
    if not found:
        problems.append(Problem("", "Skema memerlukan sedikitnya satu persyaratan"))
    return found, problems


# ---- units from a file


def compare(version: m.SkemaVersi, units: list[lembar.Unit]) -> list[lembar.Change]:
    """Each unit of the file beside the one the draft has."""
    have = {row.kode: lembar.from_row(row) for row in services.units_of(version.id)}
    changes = []
    for unit in units:
        before = lembar.as_lines(have[unit.kode]) if unit.kode in have else []
        after = lembar.as_lines(unit)
        lines = difflib.unified_diff(before, after, lineterm="", n=0)
        beda = [(line[0], line[1:]) for line in lines if not line.startswith(("---", "+++", "@@"))]
        changes.append(lembar.Change(unit, "SAMA" if not beda else "BERUBAH" if before else "BARU", beda))
    return changes


def keep(version: m.SkemaVersi, units: list[lembar.Unit], user: Principal) -> str:
    """Remember a checked file until somebody confirms it; a name for it."""
    token = uuid.uuid4().hex
    body = orjson.dumps({"oleh": user.id.hex, "versi": version.id.hex, "unit": [vars(unit) for unit in units]})
    redis().set(f"g:impor-skema:{token}", body, ex=PENDING)
    return token


def kept(version: m.SkemaVersi, token: str, user: Principal) -> list[lembar.Unit]:
    """Raises Missing when the file is forgotten or was another person's."""
    body = redis().get(f"g:impor-skema:{token}") if token.isalnum() else None
    data = orjson.loads(body) if body else {}
    if data.get("oleh") != user.id.hex or data.get("versi") != version.id.hex:
        raise Missing("Berkas itu sudah tidak tersimpan.", "Unggah lagi, lalu terapkan dalam 30 menit.")
    return [
        lembar.Unit(u["kode"], u["judul"], u["judul_en"], [(e[0], [(k[0], k[1]) for k in e[1]]) for e in u["elemen"]])
        for u in data["unit"]
    ]


def apply(version: m.SkemaVersi, units: list[lembar.Unit], user: Principal) -> tuple[int, int]:
    """New and changed units become unit versions of their own; the draft points to them. (new, changed)."""
    require_draft(version)
    links = {
        unit.kode: link
        for link, unit in db.session.execute(
            sa.select(m.SkemaUnit, m.UnitKompetensi)
            .join(m.UnitKompetensi, m.UnitKompetensi.id == m.SkemaUnit.unit_id)
            .where(m.SkemaUnit.skema_versi_id == version.id)
        ).all()
    }
    standard = _standard(version)
    counts = {"BARU": 0, "BERUBAH": 0, "SAMA": 0}
    for change in compare(version, units):
        counts[change.jenis] += 1
        if change.jenis == "SAMA":
            continue
        row = _unit_version(change.unit, standard)
        if change.jenis == "BERUBAH":
            links[change.unit.kode].unit_id = row.id
        else:
            last = max((link.urut for link in links.values()), default=0)
            link = m.SkemaUnit(skema_versi_id=version.id, unit_id=row.id, urut=last + 1)
            db.session.add(link)
            links[change.unit.kode] = link
    _touched(version)
    db.session.flush()
    activity.log("skema.unit_diimpor", version, by=user, kode=_code(version), unit=len(units), baru=counts["BARU"],
                 berubah=counts["BERUBAH"])  # fmt: skip
    return counts["BARU"], counts["BERUBAH"]


def _standard(version: m.SkemaVersi) -> uuid.UUID:
    """The standard of the scheme's first unit, else the first one there is."""
    units = services.units_of(version.id)
    found = units[0].standar_id if units else db.session.scalar(sa.select(m.Standar.id).order_by(m.Standar.kode))
    if found is None:
        raise Invalid("berkas", "Belum ada standar kompetensi. Muat data awal skema lebih dulu.")
    return found


def _unit_version(unit: lembar.Unit, standard: uuid.UUID) -> m.UnitKompetensi:
    """A stored unit with exactly these words: one there is already, else the next version of its code."""
    row = m.UnitKompetensi
    query = sa.select(row).where(row.standar_id == standard, row.kode == unit.kode).order_by(row.versi.desc())
    known = db.session.scalars(query.options(selectinload(row.elemen).selectinload(m.Elemen.kuk))).all()
    for old in known:
        if old.status_data == IMPORTED and lembar.as_lines(lembar.from_row(old)) == lembar.as_lines(unit):
            return old
    made = row(standar_id=standard, kode=unit.kode, versi=known[0].versi + 1 if known else 1, judul=unit.judul,
               judul_en=unit.judul_en, status_data=IMPORTED)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for urut, (title, kuk) in enumerate(unit.elemen, 1):
        elemen = m.Elemen(unit_id=made.id, urut=urut, judul=title, status_data=IMPORTED)
        db.session.add(elemen)
        db.session.flush()
        for place, (nomor, teks) in enumerate(kuk, 1):
            db.session.add(m.Kuk(elemen_id=elemen.id, urut=place, nomor=nomor, teks=teks, status_data=IMPORTED))
    db.session.flush()
    return made


def publish(version: m.SkemaVersi, user: Principal, today: date) -> None:
    """From now on applications take this version; running ones stay on theirs. Raises Conflict, Invalid."""
    require_draft(version)
    if not services.units_of(version.id) or not services.requirements_of(version.id):
        raise Conflict("Skema memerlukan unit kompetensi dan persyaratan sebelum terbit.")
    kepala.settle(version)
    version.status, version.berlaku_mulai = m.TERBIT, version.berlaku_mulai or today
    db.session.flush()
    activity.log("skema.terbit", version, by=user, kode=_code(version), versi=version.versi)


def _code(version: m.SkemaVersi) -> str:
    return db.session.scalars(sa.select(m.Skema.kode).where(m.Skema.id == version.skema_id)).one()
