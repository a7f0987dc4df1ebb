"""The schemes as everybody may read them: the newest published version of each."""

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import calendar
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.sertifikasi.skema import lisensi, services
from portal.sertifikasi.skema import models as m

ORDER = ("Petugas", "Koordinator", "Manajer")  # of jenjang, as people climb it


@dataclass(frozen=True)
class Card:
    """A scheme in the list. `teks`: everything a word is looked for in, folded."""

    kode: str
    judul: str
    sub_klaster: str
    jenjang: str
    jenis: str
    contoh: bool
    masa_berlaku_bulan: int
    unit: int
    teks: str
    versi_id: uuid.UUID
    versi: int


def published_versions(today: date) -> sa.Select[tuple[m.SkemaVersi]]:
    """The newest published version of each scheme that is in force."""
    begun = sa.or_(m.SkemaVersi.berlaku_mulai.is_(None), m.SkemaVersi.berlaku_mulai <= today)
    withdrawn = sa.select(m.Skema.id).where(m.Skema.dicabut_mulai <= today)
    return (
        sa.select(m.SkemaVersi)
        .where(m.SkemaVersi.status == m.TERBIT, begun, m.SkemaVersi.skema_id.not_in(withdrawn))
        .distinct(m.SkemaVersi.skema_id)
        .order_by(m.SkemaVersi.skema_id, m.SkemaVersi.versi.desc())
    )


def cards(today: date) -> list[Card]:
    """Every scheme that is open to the public, in one statement."""
    current = published_versions(today).with_only_columns(m.SkemaVersi.id).subquery()
    units = (
        sa.select(sa.func.count(), sa.func.string_agg(m.UnitKompetensi.kode + " " + m.UnitKompetensi.judul, " "))
        .join(m.SkemaUnit, m.SkemaUnit.unit_id == m.UnitKompetensi.id)
        .where(m.SkemaUnit.skema_versi_id == m.SkemaVersi.id)
        .correlate(m.SkemaVersi)
        .lateral()
    )
    count, names = units.c
    query = (
        sa.select(m.Skema, m.SkemaVersi, count, names)
        .join(m.SkemaVersi, m.SkemaVersi.skema_id == m.Skema.id)
        .join(units, sa.true())
        .where(m.SkemaVersi.id.in_(sa.select(current.c.id)))
        .order_by(m.Skema.urut, m.Skema.kode)
    )
    return [_card(*row) for row in db.session.execute(query).all()]


def _card(skema: m.Skema, version: m.SkemaVersi, count: int, names: str | None) -> Card:
    words = folded(f"{skema.kode} {version.judul} {skema.sub_klaster} {skema.jenjang} {names or ''}")
    return Card(
        skema.kode, version.judul, skema.sub_klaster, skema.jenjang, skema.jenis, version.contoh,
        version.masa_berlaku_bulan, count, words, version.id, version.versi,
    )  # fmt: skip


def folded(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


def chosen(every: list[Card], args: Mapping[str, str]) -> dict[str, Any]:
    """Cards that match, with what the filters offer and hold; a value that is not offered is none."""
    clusters = list(dict.fromkeys(card.sub_klaster for card in every))
    tiers = sorted({card.jenjang for card in every}, key=lambda j: (ORDER.index(j) if j in ORDER else 9, j))
    cluster, tier = args.get("sub-klaster", ""), args.get("jenjang", "")
    words = "".join(c if c.isprintable() else " " for c in args.get("cari", ""))[:80].strip()
    sought = folded(words).split()
    found = [
        card for card in every
        if (cluster not in clusters or card.sub_klaster == cluster) and (tier not in tiers or card.jenjang == tier)
        and all(word in card.teks for word in sought)
    ]  # fmt: skip
    return {
        "cards": found, "jumlah": len(every), "cari": words,
        "sub_klaster": [("", "Semua"), *((c, c) for c in clusters)], "sub_klaster_dipilih": cluster,
        "jenjang": [("", "Semua"), *((t, t) for t in tiers)], "jenjang_dipilih": tier,
        "disaring": bool(sought) or cluster in clusters or tier in tiers,
    }  # fmt: skip


def detail(kode: str, today: date) -> dict[str, Any]:
    """Everything about one scheme. Raises Missing."""
    query = published_versions(today).join(m.Skema).where(m.Skema.kode == kode)
    version = db.session.scalars(query).first()
    if version is None:
        _withdrawn(kode, today)
        raise Missing("Skema itu tidak ada atau sudah tidak dibuka.", "Pilih skema dari daftar.")
    skema = db.session.scalars(sa.select(m.Skema).where(m.Skema.id == version.skema_id)).one()
    units = services.units_of(version.id)
    rows = services.requirements_of(version.id)
    why = lisensi.closed(skema.id, today)
    if version.pendaftaran_tutup is not None and version.pendaftaran_tutup < today:
        why = f"Pendaftaran skema ini ditutup {calendar.tanggal(version.pendaftaran_tutup)}."
    return {
        "skema": skema, "versi": version, "units": units, "standar": services.standard_of(units),
        "dasar": groups([row for row in rows if row.kategori == m.DASAR]),
        "administratif": groups([row for row in rows if row.kategori == m.ADMINISTRATIF]), "tutup": why,
        "elemen": sum(len(unit.elemen) for unit in units),
    }  # fmt: skip


def _withdrawn(kode: str, today: date) -> None:
    """Raises Missing that names the day, for a scheme people may have known."""
    query = sa.select(m.Skema).where(m.Skema.kode == kode, m.Skema.dicabut_mulai <= today)
    skema = db.session.scalars(query).first()
    if skema is not None and skema.dicabut_mulai is not None:
        since = calendar.tanggal(skema.dicabut_mulai)
        raise Missing(
            f"Skema {skema.judul} dicabut mulai {since}.", "Permohonan yang sudah berjalan tetap diproses."
        )  # fmt: skip


def groups(rows: list[m.SkemaSyarat]) -> list[list[m.SkemaSyarat]]:
    """Rows in order; those of which one is enough stand together."""
    found: list[list[m.SkemaSyarat]] = []
    for row in rows:
        if found and row.grup and found[-1][0].grup == row.grup:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def licence(today: date) -> m.LisensiLsp | None:
    """The licence in force that lasts longest."""
    row = m.LisensiLsp
    query = sa.select(row).where(row.mulai <= today, row.selesai >= today).order_by(row.selesai.desc())
    return db.session.scalars(query.limit(1)).first()


def scope(licence: m.LisensiLsp | None, today: date) -> dict[str, Any]:
    """The licence with its schemes; without one in force, whether there was one before."""
    ended = licence is None and db.session.scalar(sa.select(sa.exists().where(m.LisensiLsp.selesai < today)))
    return {"lisensi": licence, "lisensi_habis": ended, "lingkup": lisensi.scope(licence.id) if licence else []}
