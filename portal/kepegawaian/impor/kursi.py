"""A seat in a table: its columns, and the rules R1 to R9 for a whole batch at once. The same for a first seat that
comes with a new pegawai and for an entry of riwayat jabatan."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.impor import kamus, rantai
from portal.kepegawaian.impor.kamus import Orangnya
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.aturan import KOOR_BOLEH, PALING_LAMA, SUB_JABATAN, koordinator
from portal.kepegawaian.riwayat.isian_jabatan import jenjang_eselon
from portal.kepegawaian.rujukan import aturan, kode
from portal.kepegawaian.rujukan.models import AKTIF, BERHENTI, JF, PELAKSANA, STRUKTURAL
from portal.kernel import identifiers, organisation
from portal.kernel.db import db
from portal.kernel.importing import Column, Row, Run
from portal.kernel.organisation import DEFINITIF, Pegawai, Penempatan

YA = (("1", "Ya"), ("0", "Tidak"))
WAKIL = ("PLT", "PJ")  # who acts as head of a unit without one
JENIS = ((STRUKTURAL, "Struktural"), (JF, "Fungsional"), (PELAKSANA, "Pelaksana"))
ESELON = tuple((code, code) for code in dict.fromkeys(one.kode for one in kode.eselon().values()))
COLUMNS = (
    Column("jenis_jabatan", "Jenis jabatan", "pilihan", aliases=("Jenis jab",), choices=JENIS, example="Fungsional"),
    Column("jabatan", "Jabatan", aliases=("Nama jabatan",), example="Arsiparis Ahli Muda", longest=200),
    Column("sub_jabatan", "Sub jabatan", hint="Hanya guru, dokter, dosen, penerjemah, penyuluh agama", longest=200),
    Column("eselon", "Eselon", "pilihan", choices=ESELON, hint="Hanya jabatan struktural"),
    Column("kelas", "Kelas jabatan", "bulat"),
    Column("unit", "Unit kerja", aliases=("Unor", "Unit", "Unit organisasi"), example="Bidang Informatika",
           hint="Kode atau nama; bila kembar tulis Induk > Nama", longest=300),
    Column("pimpinan", "Pimpinan", "pilihan", choices=YA, hint="Ya bila memimpin unit itu"),
    Column("tmt", "TMT jabatan", "tanggal", aliases=("TMT", "TMT Jab"), example="01/03/2024"),
    Column("atasan", "Atasan", aliases=("NIP atasan", "Atasan langsung"), longest=150,
           hint="NIP, atau nama Wali Kota; kosong berarti pimpinan unitnya"),
    Column("nomor_sk", "Nomor SK", aliases=("No SK", "No. SK"), longest=120),
    Column("tanggal_sk", "Tanggal SK", "tanggal", aliases=("Tgl SK",)),
)  # fmt: skip

Masa = tuple[str, str, date, date]  # NIP, words for who it is, first and last day
Kepala = dict[tuple[uuid.UUID, date, bool], uuid.UUID]


@dataclass
class Batch:
    """What the rules of one batch look at. `kepala`: heads of units that the portal knows, with their time.

    `wakil`: those who act as one (Plt, Pj). `pejabat`: stretches of days on which somebody holds the post, present or
    not. `koordinator`: atasan of the batch whom the office bars, because they only coordinate.
    """

    orang: dict[str, Orangnya]
    atasan: dict[str, Orangnya]
    kepala: dict[uuid.UUID, list[Any]] = field(default_factory=dict)
    wakil: dict[uuid.UUID, list[Masa]] = field(default_factory=dict)
    pejabat: dict[uuid.UUID | None, list[tuple[date, date]]] = field(default_factory=dict)
    utama: dict[uuid.UUID, dict[date, str]] = field(default_factory=dict)
    koordinator: set[uuid.UUID] = field(default_factory=set)


def read(rows: Sequence[Row], run: Run, orang: dict[str, Orangnya]) -> Batch:
    """Everything the batch asks of the database, in nine statements."""
    bosses = {nip for row in rows if (nip := _nip(row.text("atasan")))}
    wanted = [(row.text("jenis_jabatan"), row.text("jabatan")) for row in rows]
    kamus.jabatan([one for one in wanted if one[0] != STRUKTURAL], run)
    batch = Batch(orang, kamus.people(bosses, run))
    units = {one.id for row in rows for one in kamus.units(run).get(kamus.lipat(row.text("unit").split(">")[-1]), [])}
    heads = sa.select(
        Penempatan.unit_id, Penempatan.pegawai_id, Penempatan.mulai, Penempatan.selesai, Pegawai.nama, Pegawai.nip
    ).join(Pegawai, Pegawai.id == Penempatan.pegawai_id)
    heads = heads.where(Penempatan.is_pimpinan, Penempatan.jenis == DEFINITIF, Penempatan.unit_id.in_(units))
    for one in db.session.execute(heads):
        batch.kepala.setdefault(one.unit_id, []).append(one)
    _acting(batch, units)
    query = sa.select(r.RiwayatJabatan.pegawai_id, r.RiwayatJabatan.berlaku, r.RiwayatJabatan.nama_jabatan).where(
        r.RiwayatJabatan.pegawai_id.in_([one.id for one in orang.values()]), r.RiwayatJabatan.jalur == r.UTAMA,
        r.RiwayatJabatan.status == r.TERVERIFIKASI,
    )  # fmt: skip
    for key, start, name in db.session.execute(query):
        batch.utama.setdefault(key, {})[start] = name
    today, keys = organisation.today(), [one.id for one in batch.atasan.values()]
    barred = sa.select(Pegawai.id).where(
        Pegawai.id.in_(keys), aturan.kolom(KOOR_BOLEH, today) == "TIDAK", koordinator(Pegawai.id, today)
    )
    batch.koordinator = set(db.session.scalars(barred))
    rantai.read(keys, run)
    return batch


def _acting(batch: Batch, units: set[uuid.UUID]) -> None:
    """Who acts as head of these units, and when somebody holds the post."""
    seat = r.RiwayatJabatan
    query = sa.select(seat.unit_id, Pegawai.nip, Pegawai.nama, seat.berlaku, seat.selesai).join(
        Pegawai, Pegawai.id == seat.pegawai_id
    )
    query = query.where(seat.unit_id.in_(units), seat.jalur == r.TAMBAHAN, seat.status == r.TERVERIFIKASI,
                        seat.pimpinan, seat.penugasan.in_(WAKIL))  # fmt: skip
    for one in db.session.execute(query):
        batch.wakil.setdefault(one.unit_id, []).append((one.nip or "", one.nama, one.berlaku, one.selesai))
    held = sa.select(Keadaan.unit_id, Keadaan.mulai, Keadaan.sampai).where(Keadaan.unit_id.in_(units), Keadaan.pimpinan)
    for unit, begun, end in db.session.execute(held):
        batch.pejabat.setdefault(unit, []).append((begun, end))


def _nip(text: str) -> str:
    return identifiers.Nip.parse(text).normal or "" if any(c.isdigit() for c in text) else ""


# ---- the rules


def check(row: Row, batch: Batch, run: Run) -> None:
    """Note what is wrong with the seat of this row; resolved keys are kept in its values as texts."""
    start = row.day("tmt")
    for name, title in (("jenis_jabatan", "Jenis jabatan"), ("jabatan", "Jabatan"), ("tmt", "TMT jabatan")):
        if row.values.get(name) in (None, "") and not any(one.column == name for one in row.problems):
            row.add(name, "E_KOSONG", f"{title} belum diisi")
    if start and start < PALING_LAMA:
        row.add("tmt", "E_TMT", "Periksa tahun TMT")
    signed = row.day("tanggal_sk")
    if signed and signed > organisation.today():
        row.add("tanggal_sk", "E_SK", "Tanggal SK sesudah hari ini")
    elif signed and start and signed > start + timedelta(days=365):
        row.add("tanggal_sk", "W_SK", "Tanggal SK lebih dari 12 bulan sesudah TMT (R10)", warning=True)
    _jabatan(row, run)
    unit = None
    if row.text("unit"):
        unit = kamus.unit(row, "unit", _start(row), run)
    elif row.text("lokasi") != r.LUAR and not any(one.column == "unit" for one in row.problems):
        row.add("unit", "E_KOSONG", "Unit kerja belum diisi (R9)")
    row.values["unit_id"] = str(unit) if unit else ""
    _alone(row, unit, batch, run)
    _boss(row, unit, batch, run)


def _start(row: Row) -> date | None:
    return (row.day("tmt_mutasi") if row.text("mutasi") == r.MU else None) or row.day("tmt")


def _jabatan(row: Row, run: Run) -> None:
    kind, name = row.text("jenis_jabatan"), row.text("jabatan")
    row.values["jabatan_id"] = row.values["sub_id"] = ""
    if kind == STRUKTURAL:
        row.values["jenjang"] = jenjang_eselon(row.text("eselon"))
        if not row.text("jenjang") and name:
            row.add("eselon", "E_ESELON", "Isi eselon jabatan struktural", "Misalnya III.a.")
        return
    if not kind or not name:
        return
    found = kamus.jabatan([(kind, name)], run).get((kind, name))
    if found is None:
        row.add("jabatan", "E_JABATAN", "Jabatan ini tidak ada di rujukan", kamus.near_jabatan(kind, name, run))
        return
    row.values |= {"jabatan_id": str(found.id), "jabatan": found.nama, "jenjang": found.jenjang or "PELAKSANA"}
    row.values["kelas"] = row.values.get("kelas") or found.kelas
    if kind == JF and found.rumpun in SUB_JABATAN:
        _subject(row, found.rumpun, run)


def _subject(row: Row, family: str, run: Run) -> None:
    """Sub jabatan: required for seven families, never filled in by itself."""
    known = kamus.sub_jabatan(run)
    key = known.get((family, kamus.lipat(row.text("sub_jabatan"))))
    if key is None:
        words = sorted({name for kind, name in known if kind == family})[:8]
        row.add("sub_jabatan", "E_SUB", "Pilih sub jabatan untuk jabatan ini", f"Pilihannya: {', '.join(words)}.")
    else:
        row.values["sub_id"] = str(key)


def _main(row: Row) -> bool:
    return row.text("penugasan") in ("", r.DEFINITIF)


def _alone(row: Row, unit: uuid.UUID | None, batch: Batch, run: Run) -> None:
    """R3: one main seat begins on a day. R7: a unit has one definitive head, and who stands in for one fits."""
    start, nip = _start(row), row.text("nip")
    if start is None or not nip:
        return
    if not _main(row):
        _stands_in(row, unit, start, batch, run)
        return
    seen: dict[tuple[str, date], int] = run.memo.setdefault("utama", {})
    before = seen.setdefault((nip, start), row.number)
    if before != row.number and not any(one.code == "E_GANDA" for one in row.problems):
        row.add("tmt", "E_R3", f"Jabatan utama lain pada tanggal ini ada di baris {before} (R3)")
    if row.text("pimpinan") == "1" and unit is not None:
        _leads_alone(row, unit, start, batch, run)


def _leads_alone(row: Row, unit: uuid.UUID, start: date, batch: Batch, run: Run) -> None:
    until, nip = row.day("selesai") or date.max, row.text("nip")
    for one in batch.kepala.get(unit, []):
        if one.nip != nip and one.mulai <= until and (one.selesai or date.max) >= start:
            row.add("pimpinan", "E_R7", f"Unit ini sudah dipimpin {one.nama} pada masa itu (R7)",
                    "Akhiri dulu jabatannya, atau catat sebagai Plt.")  # fmt: skip
            return
    heads: dict[uuid.UUID, list[tuple[str, date, date, int]]] = run.memo.setdefault("kepala", {})
    for other, begun, end, number in heads.get(unit, []):
        if other != nip and begun <= until and end >= start:
            row.add("pimpinan", "E_R7", f"Unit ini sudah dipimpin menurut baris {number} (R7)")
            return
    heads.setdefault(unit, []).append((nip, start, until, row.number))
    named: dict[uuid.UUID, list[Masa]] = run.memo.setdefault("wakil", {})
    for other, who, begun, end in (*batch.wakil.get(unit, []), *named.get(unit, [])):
        if other != nip and begun <= until and end >= start:
            row.add("pimpinan", "W_R7", f"{who} masih tercatat memimpin unit ini sebagai Plt atau Pj (R7)",
                    "Akhiri penugasannya.", warning=True)  # fmt: skip
            return


def _stands_in(row: Row, unit: uuid.UUID | None, start: date, batch: Batch, run: Run) -> None:
    """R7: a Plt heads a unit that has no definitive head that day, a Plh one whose head is away, as in the form."""
    role, until = row.text("penugasan"), row.day("selesai")
    if row.text("pimpinan") != "1" or unit is None:
        return
    rows = [(begun, end) for _, begun, end, _ in run.memo.get("kepala", {}).get(unit, [])]
    heads = [(one.mulai, one.selesai or date.max) for one in batch.kepala.get(unit, [])] + rows
    held = batch.pejabat.get(unit, []) + rows
    if role == "PLT" and any(begun <= start <= end for begun, end in heads):
        row.add("penugasan", "E_R7", "Unit ini masih dipimpin pejabat definitif (R7)",
                "Pilih Plh, atau akhiri dulu jabatannya.")  # fmt: skip
    elif role == "PLH" and not any(begun <= start <= end for begun, end in held):
        row.add("penugasan", "W_R7", "Unit ini tanpa pejabat definitif pada tanggal itu (R7)",
                "Plh untuk yang berhalangan sementara; untuk jabatan kosong pilih Plt.", warning=True)  # fmt: skip
    if role in WAKIL and until:
        named = run.memo.setdefault("wakil", {}).setdefault(unit, [])
        named.append((row.text("nip"), f"Baris {row.number}", start, until))


def _boss(row: Row, unit: uuid.UUID | None, batch: Batch, run: Run) -> None:
    """R8: an atasan who is known and active, not oneself and not below. Left empty: the head of the unit, for the head
    the one above (resolved when written)."""
    _named(row, unit, batch, run)
    start, key = _start(row), row.text("nip")
    if start is None or not key or any(one.code == "E_R8" for one in row.problems):
        return
    boss: rantai.Atasan | None = row.text("atasan_nip") or row.text("atasan_id") or None
    if boss is None:
        boss = (unit, row.text("pimpinan") == "1") if unit is not None else None
    above = rantai.who(boss, run) if boss is not None else None
    if above == key:
        row.add("atasan", "E_R8", "Pimpinan unit ini pegawai itu sendiri (R8)", "Isi NIP atasannya.")
    elif above and rantai.closes(key, above, start, run):
        row.add("atasan", "E_R8", "Atasan ini bawahan pegawai itu, jadi melingkar (R8)", "Pilih atasan lain.")
    elif boss is not None and _main(row) and not row.wrong:
        rantai.note(key, boss, start, row.day("selesai"), run)


def _named(row: Row, unit: uuid.UUID | None, batch: Batch, run: Run) -> None:
    """Who is written, or that somebody heads the unit."""
    text = row.text("atasan")
    row.values["atasan_nip"] = row.values["atasan_id"] = ""
    if not text:
        row.values["atasan_cara"] = r.IKUT_PIMPINAN
        if unit is not None and _current(row) and not _led(unit, row.text("pimpinan") == "1", run):
            row.add("atasan", "E_R8", "Atasan belum diisi, dan unit ini serta induknya belum berpimpinan (R8)")
        return
    row.values["atasan_cara"] = r.DITUNJUK
    official = kamus.officials(run).get(kamus.lipat(text))
    nip = _today(row, batch.atasan, _nip(text))
    if official is not None:
        row.values["atasan_id"] = str(official)
    elif not nip:
        row.add("atasan", "E_R8", "Atasan tidak dikenal (R8)", "Tulis NIP 18 angka, atau nama Wali Kota.")
    elif nip == row.text("nip"):
        row.add("atasan", "E_R8", "Atasan tidak boleh diri sendiri (R8)")
    elif nip in batch.atasan:
        if batch.atasan[nip].kelompok not in (AKTIF, "") and _current(row):
            row.add("atasan", "E_R8", f"Atasan ini tidak aktif: {batch.atasan[nip].nama} (R8)")
        elif batch.atasan[nip].id in batch.koordinator and _current(row):
            row.add("atasan", "E_R8", f"Koordinator tidak menjadi atasan: {batch.atasan[nip].nama} (R8)")
        row.values["atasan_nip"] = nip
    elif nip in run.memo.get("nip", {}):
        row.values["atasan_nip"] = nip
    else:
        row.add("atasan", "E_R8", "NIP atasan ini belum ada di portal (R8)",
                "Tulis atasan di baris sebelum bawahannya, atau impor dulu.")  # fmt: skip


def _today(row: Row, known: dict[str, Orangnya], nip: str) -> str:
    """The NIP of today of who is written with a former one."""
    one = known.get(nip)
    if one is None or one.nip == nip:
        return nip
    row.add("atasan", "W_NIP_LAMA", f"Nomor lama {one.nama}; dipakai NIP sekarang, {one.nip}", warning=True)
    known[one.nip] = one
    return one.nip


def _led(unit: uuid.UUID, leads: bool, run: Run) -> bool:
    """Whether the unit or one above has a head: today in the portal, or in a row of the file before this one."""
    chain = [*([] if leads else [unit]), *kamus.above(unit, run)]
    return any(one in rantai.heads(run) or one in run.memo.get("kepala", {}) for one in chain)


def _current(row: Row) -> bool:
    end = row.day("selesai")
    return end is None or end >= organisation.today()


# ---- values of the entry


def values(rows: Sequence[Row], run: Run) -> list[dict[str, Any]]:
    """Columns of RiwayatJabatan for rows that passed, without pegawai. Three statements for the batch."""
    nips = {row.text("atasan_nip") for row in rows}
    bosses = kamus.people(nips, run)
    heads = _heads({(uuid.UUID(row.text("unit_id")), _head_day(row)) for row in rows if row.text("unit_id")})
    return [_one(row, bosses, heads) for row in rows]


def _head_day(row: Row) -> date:
    """The day whose head of the unit is the atasan where none is written: of what has ended that of its start (R8)."""
    today = organisation.today()
    return today if _current(row) else _start(row) or today


def _key(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _one(row: Row, bosses: dict[str, Orangnya], heads: Kepala) -> dict[str, Any]:
    boss = _key(row.text("atasan_id")) or (bosses[nip].id if (nip := row.text("atasan_nip")) in bosses else None)
    unit, leads = _key(row.text("unit_id")), row.text("pimpinan") == "1"
    if boss is None and unit is not None and not row.text("atasan_nip"):
        boss = heads.get((unit, _head_day(row), leads))
    assigned = row.text("penugasan") or r.DEFINITIF
    outside = row.text("lokasi") == r.LUAR
    return {
        "jenis_jabatan": row.text("jenis_jabatan"), "jabatan_id": _key(row.text("jabatan_id")),
        "sub_jabatan_id": _key(row.text("sub_id")), "nama_jabatan": row.text("jabatan"),
        "jenjang": row.text("jenjang"), "eselon": row.text("eselon"), "kelas": row.values.get("kelas") or None,
        "unit_id": None if outside else unit, "instansi_tujuan": row.text("instansi_tujuan") if outside else "",
        "lokasi": r.LUAR if outside else r.DALAM, "pimpinan": leads and not outside,
        "jalur": r.UTAMA if assigned == r.DEFINITIF else r.TAMBAHAN, "penugasan": assigned,
        "mutasi": row.text("mutasi") or r.MJ, "tmt_mutasi": row.day("tmt_mutasi"),
        "tmt_pelantikan": row.day("tmt_pelantikan"), "tmt": row.day("tmt"), "selesai": row.day("selesai"),
        "atasan_id": boss, "atasan_cara": row.text("atasan_cara") or r.IKUT_PIMPINAN,
        "nomor_sk": row.text("nomor_sk"), "tanggal_sk": row.day("tanggal_sk"), "pejabat": row.text("pejabat"),
    }  # fmt: skip


def _heads(places: set[tuple[uuid.UUID, date]]) -> Kepala:
    """Who heads a unit on a day, or the next one above; the last part of the key: asked for its head."""
    given = sa.values(sa.column("unit", sa.Uuid()), sa.column("hari", sa.Date()), name="tempat")
    asked = given.data(list(places) or [(uuid.UUID(int=0), organisation.today())]).alias("tempat")
    chain = sa.select(asked.c.unit.label("dari"), asked.c.hari, organisation.Unit.id, organisation.Unit.induk_id,
                      sa.literal(0).label("dalam")).join(asked, asked.c.unit == organisation.Unit.id)  # fmt: skip
    up = chain.cte("naik", recursive=True)
    parent = sa.orm.aliased(organisation.Unit)
    up = up.union_all(sa.select(up.c.dari, up.c.hari, parent.id, parent.induk_id, up.c.dalam + 1)
                      .join(up, parent.id == up.c.induk_id).where(up.c.dalam < 12))  # fmt: skip
    query = (
        sa.select(up.c.dari, up.c.hari, up.c.dalam, Keadaan.pegawai_id)
        .join(Keadaan, sa.and_(Keadaan.unit_id == up.c.id, Keadaan.pimpinan, Keadaan.mulai <= up.c.hari,
                               Keadaan.sampai >= up.c.hari, Keadaan.kelompok != BERHENTI))
        .order_by(up.c.dalam.desc())
    )  # fmt: skip
    found: Kepala = {}
    for unit, day, depth, head in db.session.execute(query):
        if depth:
            found[(unit, day, True)] = head
        found[(unit, day, False)] = head
    return found
