"""Writing pegawai from checked rows, and taking them back."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.impor import kamus, kursi, tulis
from portal.kepegawaian.impor.orang_data import DATA, ORANG, changes, existing
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kernel import citizens, identifiers, organisation, sealing
from portal.kernel.db import db, new_id
from portal.kernel.errors import Conflict
from portal.kernel.importing import BARU, Row, Run
from portal.kernel.organisation import Orang, Pegawai, Penempatan, PenugasanAtasan
from portal.kernel.people import User

DAYS = ("tanggal_lahir",)


def apply(rows: list[Row], run: Run) -> None:
    known = kamus.people([row.text("nip") for row in rows], run)
    fresh = [row for row in rows if row.action == BARU and row.text("nip") not in known]
    keys = _people(fresh)
    touched = list(keys.values())
    for row in rows:
        one = known.get(row.text("nip"))
        if one is not None:
            keys[row.number], row.result = one.id, one.id
            if row.action != BARU:
                touched += _change(row, one.id, run)
    _seats(rows, keys, run)
    tulis.susun([*touched, *keys.values()])


def _people(rows: Sequence[Row]) -> dict[int, uuid.UUID]:
    """Insert humans and employments; keys of pegawai by number of the row."""
    humans, employed, data = [], [], []
    for row in rows:
        human = uuid.UUID(row.text("orang_id")) if row.text("orang_id") else new_id()
        key = new_id()
        if not row.text("orang_id"):
            humans.append(_human(row, human))
        nip = identifiers.Nip.parse(row.text("nip"))
        employed.append({"id": key, "orang_id": human, "nip": row.text("nip"), "nama": _full(row),
                         "status": row.text("jenis") or nip.jenis or "PNS"})  # fmt: skip
        data.append({"pegawai_id": key, "tmt_cpns": nip.tmt_cpns, **{name: row.text(name) for name in DATA}})
        row.result = key
        row.before = {"baru": True, "orang": not row.text("orang_id"), "orang_id": str(human)}
    for table, values in ((Orang, humans), (Pegawai, employed), (r.DataPegawai, data)):
        if values:
            db.session.execute(sa.insert(table), values)
    return {row.number: row.result for row in rows if row.result}


def _human(row: Row, key: uuid.UUID) -> dict[str, Any]:
    nik = row.text("nik")
    return {
        "id": key, "nama": row.text("nama"), "gelar_depan": row.text("gelar_depan"),
        "gelar_belakang": row.text("gelar_belakang"), "tempat_lahir": row.text("tempat_lahir"),
        "tanggal_lahir": row.day("tanggal_lahir"), "jenis_kelamin": row.text("jenis_kelamin"),
        "nik_enc": sealing.seal(nik, citizens.NIK) if nik else None,
        "nik_sidik": sealing.mark(nik, citizens.NIK) if nik else None,
    }  # fmt: skip


def _full(row: Row) -> str:
    before, after = row.text("gelar_depan"), row.text("gelar_belakang")
    return f"{before + ' ' if before else ''}{row.text('nama')}{', ' + after if after else ''}"


def _change(row: Row, key: uuid.UUID, run: Run) -> list[uuid.UUID]:
    """Change what the mode allows; what was there goes into `before`."""
    tulis.lock([key])
    ada = existing([key])[key]
    found = changes(row, ada, run)
    row.before = {"semula": {name: ada.now(name) for name in found if name != "nik"}, "nik": "nik" in found}
    _set(ada, found)
    return [key] if found else []


def _set(ada: Any, values: dict[str, Any]) -> None:
    if ada.data is None:
        ada.data = r.DataPegawai(pegawai_id=ada.pegawai.id)
        db.session.add(ada.data)
    for name, value in values.items():
        if name == "nik":
            ada.orang.nik_enc = sealing.seal(value, citizens.NIK) if value else None
            ada.orang.nik_sidik = sealing.mark(value, citizens.NIK) if value else None
        else:
            setattr(ada.orang if name in ORANG else ada.data, name, value)
    ada.pegawai.nama = ada.orang.nama_lengkap
    db.session.flush()


# ---- the first seat


def _seats(rows: Sequence[Row], keys: dict[int, uuid.UUID], run: Run) -> None:
    """Heads from the top down, then the others: whoever has no atasan named finds the head of the unit seated."""
    wanted = [row for row in rows if row.text("unit_id") and row.number in keys and row.day("tmt")]
    seated = set(db.session.scalars(sa.select(r.RiwayatJabatan.pegawai_id).where(
        r.RiwayatJabatan.pegawai_id.in_([keys[row.number] for row in wanted]), r.RiwayatJabatan.jalur == r.UTAMA,
        r.RiwayatJabatan.status == r.TERVERIFIKASI)))  # fmt: skip
    levels: dict[int, list[Row]] = defaultdict(list)
    for row in wanted:
        if keys[row.number] not in seated:
            depth = len(kamus.above(uuid.UUID(row.text("unit_id")), run)) if row.text("pimpinan") == "1" else 99
            levels[depth].append(row)
    for _, some in sorted(levels.items()):
        values = [_own(keys[row.number], one) for row, one in zip(some, kursi.values(some, run), strict=True)]
        _without_boss(some, values)
        made = tulis.masuk(r.RiwayatJabatan, [
            (row, keys[row.number], one) for row, one in zip(some, values, strict=True)
        ], run)  # fmt: skip
        for row, key in zip(some, made, strict=True):
            row.before["kursi"] = str(key)
        if run.scope == tulis.LANGSUNG and len(levels) > 1:
            tulis.susun([keys[row.number] for row in some])
    _standing(rows, keys, run)


def _own(key: uuid.UUID, values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "atasan_id": None} if values["atasan_id"] == key else values


def _without_boss(rows: Sequence[Row], values: Sequence[dict[str, Any]]) -> None:
    """Raises Conflict (R8): the row of the atasan was refused, so this one has none."""
    for row, one in zip(rows, values, strict=True):
        if row.text("atasan_nip") and one["atasan_id"] is None:
            raise Conflict("Atasannya belum tertulis, jadi jabatan ini belum dapat dicatat (R8).")


def _standing(rows: Sequence[Row], keys: dict[int, uuid.UUID], run: Run) -> None:
    entries: list[tulis.Entry] = []
    for row in rows:
        code = row.text("kedudukan_kode")
        if code and row.before.get("baru") and row.number in keys:
            start = identifiers.Nip.parse(row.text("nip")).tmt_cpns or row.day("tmt") or organisation.today()
            entries.append((row, keys[row.number], {"kode": code, "tmt": start}))
    for entry, key in zip(entries, tulis.masuk(r.RiwayatKedudukan, entries, run), strict=True):
        entry[0].before["kedudukan"] = str(key)


# ---- the way back


def undo(rows: list[Row], run: Run) -> None:
    """People this import made go, unless something else came to them; changes go back."""
    _seats_back(rows, run)
    fresh = [row for row in rows if row.before.get("baru") and not row.problems]
    _delete(fresh)
    changed = [row.result for row in rows if row.before.get("semula") is not None and row.result]
    there = existing(changed)
    for row in rows:
        ada = there.get(row.result) if row.result else None
        if ada is not None and row.before.get("semula") is not None:
            values = {n: date.fromisoformat(v) if v and n in DAYS else v or ("" if n not in DAYS else None)
                      for n, v in row.before["semula"].items()}  # fmt: skip
            _set(ada, values | ({"nik": ""} if row.before.get("nik") else {}))
    tulis.susun(changed)


def _seats_back(rows: Sequence[Row], run: Run) -> None:
    for name, table in (("kursi", r.RiwayatJabatan), ("kedudukan", r.RiwayatKedudukan)):
        some = [row for row in rows if row.before.get(name)]
        kept = {row.number: row.result for row in some}
        for row in some:
            row.result = uuid.UUID(row.before[name])
        tulis.tarik(table, some, run)
        for row in some:
            row.result = kept[row.number]


def _delete(rows: Sequence[Row]) -> None:
    keys = [row.result for row in rows if row.result]
    busy = _bound(keys, {uuid.UUID(row.before[n]) for row in rows for n in ("kursi", "kedudukan") if n in row.before})
    for row in rows:
        if row.result in busy:
            row.add("nip", "E_TERIKAT", "Pegawai ini sudah punya data lain, jadi tetap tanpa jabatan")
    free = [row for row in rows if row.result not in busy]
    gone = [row.result for row in free]
    for table in (r.RiwayatJabatan, r.RiwayatKedudukan, Keadaan, Penempatan, PenugasanAtasan, r.DataPegawai):
        db.session.execute(sa.delete(table).where(table.pegawai_id.in_(gone)))
    db.session.execute(sa.delete(Pegawai).where(Pegawai.id.in_(gone)))
    humans = [uuid.UUID(row.before["orang_id"]) for row in free if row.before.get("orang")]
    db.session.execute(sa.delete(Orang).where(Orang.id.in_(humans)))


def _bound(keys: Sequence[Any], own: set[uuid.UUID]) -> set[Any]:
    """Those to whom something else belongs by now: entries, proposals, files, an account."""
    found: set[Any] = set(db.session.scalars(sa.select(User.pegawai_id).where(User.pegawai_id.in_(keys))))
    found |= set(db.session.scalars(sa.select(r.BerkasTautan.pegawai_id).where(r.BerkasTautan.pegawai_id.in_(keys))))
    for table in r.TABEL.values():
        strange = sa.or_(table.id.not_in(own), table.submission_id.is_not(None))
        found |= set(db.session.scalars(sa.select(table.pegawai_id).where(table.pegawai_id.in_(keys), strange)))
    return found
