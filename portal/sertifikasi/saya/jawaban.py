"""Answers of APL-02: one row per elemen, made when the first thing about it is stored."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portal.kernel.calendar import pukul
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.forms import Problem
from portal.kernel.numbers import whole
from portal.kernel.storage import config
from portal.kernel.wizard import CONFLICT
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import Kasus
from portal.sertifikasi.saya.models import BerkasAsesi, JawabanApl02, Permohonan
from portal.sertifikasi.skema.models import Elemen, SkemaUnit

Form = Mapping[str, str]
NOTE_MOST = 500


def row_of(kasus: Kasus, elemen: Elemen) -> JawabanApl02:
    """The answer to an elemen of the pinned version, made when there is none. Raises Conflict when it is closed."""
    if not kasus.elemen_terbuka(elemen):
        raise Conflict("Elemen ini sedang tidak dapat diubah.")
    row = kasus.jawaban.get(elemen.id)
    if row is None:
        row = JawabanApl02(
            permohonan_id=kasus.p.id, elemen_id=elemen.id, jawaban="", catatan="", versi=1, perlu_perbaikan=False
        )
        db.session.add(row)
        db.session.flush()
        set_committed_value(row, "bukti", [])
        set_committed_value(kasus.p, "jawaban", [*kasus.p.jawaban, row])
        kasus.jawaban[elemen.id] = row
    return row


def save_unit(kasus: Kasus, unit: SkemaUnit, form: Form) -> list[Problem]:
    """Answers and notes of one page. Names: e<urut>-jawaban, -catatan, -versi; `layar` names the opened page."""
    problems: list[Problem] = []
    for elemen in unit.unit.elemen:
        name = f"e{elemen.urut}"
        if not ({f"{name}-jawaban", f"{name}-catatan"} & set(form)) or not kasus.elemen_terbuka(elemen):
            continue
        problems += _save(kasus, elemen, name, form)
    return problems


def _save(kasus: Kasus, elemen: Elemen, name: str, form: Form) -> list[Problem]:
    row = kasus.jawaban.get(elemen.id)
    before = (row.jawaban, row.catatan) if row else ("", "")
    answer, note = form.get(f"{name}-jawaban", before[0]), form.get(f"{name}-catatan", before[1]).strip()
    if answer not in ("", m.K, m.BK):
        answer = before[0]
    if (answer, note[:NOTE_MOST]) == before:
        return _too_long(name, note)
    if row is not None and _elsewhere(kasus, row, name, form):
        choice = form.get(f"{name}-pakai-isian", "")
        if choice == "tersimpan":
            return []
        if choice != "isian":
            return [Problem(f"{CONFLICT}{name}", conflict_words(row))]
    row = row_of(kasus, elemen)
    row.jawaban, row.catatan = answer, note[:NOTE_MOST]
    touch(kasus, row, form.get("layar", ""))
    return _too_long(name, note)


def _too_long(name: str, note: str) -> list[Problem]:
    if len(note) <= NOTE_MOST:
        return []
    return [Problem(f"{name}-catatan", f"Catatan: paling banyak {NOTE_MOST} karakter")]


def conflict_words(row: JawabanApl02) -> str:
    return f"Isian ini diubah dari perangkat lain pada {pukul(row.diubah_at, config().zona)}. Pilih yang benar."


def touch(kasus: Kasus, row: JawabanApl02, layar: str) -> None:
    """A new version of the row, and from which opened page it came."""
    row.versi += 1
    kasus.p.asal = {**kasus.p.asal, f"e:{row.elemen_id}": {"layar": layar, "v": row.versi}}
    kasus.p.versi += 1


def _elsewhere(kasus: Kasus, row: JawabanApl02, name: str, form: Form) -> bool:
    """Changed since this page was opened, and not by this page."""
    seen = whole(form.get(f"{name}-versi", ""))
    if seen is None or seen >= row.versi:
        return False
    last = kasus.p.asal.get(f"e:{row.elemen_id}", {}).get("layar", "")
    return not (last and last == form.get("layar", ""))


def mark_all(kasus: Kasus, unit: SkemaUnit) -> int:
    """K for every open elemen of the unit, after the person confirmed the list. Returns how many changed."""
    changed = 0
    for elemen in unit.unit.elemen:
        if not kasus.elemen_terbuka(elemen):
            continue
        row = row_of(kasus, elemen)
        if row.jawaban != m.K:
            row.jawaban = m.K
            touch(kasus, row, "")
            changed += 1
    return changed


# ---- what was answered before


@dataclass(frozen=True)
class Saran:
    """An earlier answer to the same elemen, offered and never filled in by itself."""

    nomor: str
    jawaban: str
    catatan: str
    bukti: list[BerkasAsesi]


def suggestions(kasus: Kasus, unit: SkemaUnit) -> dict[uuid.UUID, Saran]:
    """By elemen: the newest answer in another application that this person sent."""
    ids = [e.id for e in unit.unit.elemen]
    query = (
        sa.select(JawabanApl02, Permohonan.nomor)
        .join(Permohonan, Permohonan.id == JawabanApl02.permohonan_id)
        .where(Permohonan.user_id == kasus.p.user_id, Permohonan.id != kasus.p.id)
        .where(JawabanApl02.elemen_id.in_(ids), JawabanApl02.jawaban != "", Permohonan.apl02_diajukan_at.is_not(None))
        .order_by(Permohonan.apl02_diajukan_at)
        .options(selectinload(JawabanApl02.bukti).joinedload(BerkasAsesi.dokumen))
    )
    found = {}
    for row, nomor in db.session.execute(query):
        files = [b for b in row.bukti if b.dihapus_at is None]
        found[row.elemen_id] = Saran(nomor or "", row.jawaban, row.catatan, files)
    return found


def others(kasus: Kasus, row: JawabanApl02 | None, locker: list[BerkasAsesi]) -> list[BerkasAsesi]:
    """Files that "Pakai bukti yang sama" offers: those of this case first, then the rest of Dokumen Saya."""
    has = {b.id for b in row.bukti} if row else set()
    offered = {b.id: b for b in [*kasus.berkas, *locker]}
    return [b for b in offered.values() if b.id not in has]
