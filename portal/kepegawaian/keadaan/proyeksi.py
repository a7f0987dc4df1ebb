"""The projection of one pegawai: stretches of days (`Keadaan`) and seats for the other modules (`Penempatan`)."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from portal.kepegawaian.keadaan.fakta import Catatan, Fakta, Rujukan
from portal.kepegawaian.keadaan.models import SELAMANYA
from portal.kepegawaian.keadaan.susun import HARI, Masa, Potong, susun, utama
from portal.kepegawaian.pensiun import hitung
from portal.kepegawaian.pensiun.hitung import PPPK
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import AKTIF, AKTIF_TIDAK_BEKERJA, BERHENTI, LAIN
from portal.kernel.organisation import DEFINITIF, JA, JF, JPT, KETUA_TIM, KOOR, SUBKOOR

RUANG = uuid.UUID("6b1f1c2e-9a5d-5e0b-8f51-0f2a6f0f7f31")  # namespace of keys that follow from content
KELOMPOK_JENIS = {"JPT": JPT, "ADMINISTRASI": JA}
CPNS, PNS, PARUH, PENUH = "CPNS", "PNS", "PPPK_PARUH_WAKTU", "PPPK"
KOORDINATOR = (KOOR, SUBKOOR)  # may be kept from being atasan by a setting
Row = dict[str, Any]


def keadaan(one: Fakta, ref: Rujukan) -> list[Row]:
    """Rows of `keadaan_pegawai`, in order, without gap from the first day of service on."""
    seats = [row for row in one.jabatan if row.jalur == r.UTAMA]
    main = utama((row.berlaku, row.selesai, row) for row in seats)
    kinds = _kinds(one)
    first = {PNS: CPNS, PENUH: PARUH}[kinds[-1].nilai] if kinds else one.pegawai.status
    ranks, standing, agreements = _golongan(one), _standing(one), _agreements(one)
    cuts = susun(
        main, ranks, standing, _education(one, ref), _opd(main, ref), agreements, kinds, _bosses(one, main),
        _ages(main, ref),
    )  # fmt: skip
    served = _in_service(cuts, main, ranks, standing, agreements, kinds)
    return [_row(one, ref, cut, first) for cut in served]


def _in_service(cuts: list[Potong], *tracks: Sequence[Masa[Any]]) -> list[Potong]:
    """Without the years of school before the first day of service, where that day is known."""
    starts = [masa.mulai for track in tracks for masa in track]
    if not starts:
        return cuts
    first = min(starts)
    return [replace(cut, mulai=max(cut.mulai, first)) for cut in cuts if cut.sampai >= first]


def penempatan(one: Fakta, ref: Rujukan) -> list[Row]:
    """Rows of the kernel's `penempatan`: main seats and those extra roles that sit in a unit."""
    ranks, standing, agreements = _golongan(one), _standing(one), _agreements(one)
    rows: list[Row] = []
    main = utama((row.berlaku, row.selesai, row) for row in one.jabatan if row.jalur == r.UTAMA)
    extra = [Masa(row.berlaku, row.selesai or SELAMANYA, row) for row in one.jabatan if row.jalur != r.UTAMA]
    for seat in [*main, *extra]:
        if seat.nilai.unit_id is None or seat.nilai.penugasan == KETUA_TIM:  # who leads a team sits nowhere else
            continue
        cuts = susun([seat], ranks, standing, _opd([seat], ref), agreements)
        rows += _seats(one, ref, seat, cuts)
    return sorted(rows, key=lambda row: (row["mulai"], str(row["id"])))


def _seats(one: Fakta, ref: Rujukan, seat: Masa[Any], cuts: Iterable[Potong]) -> list[Row]:
    """The stretches of one entry; its first one carries the key of the entry, so that the key stays."""
    entry = seat.nilai
    found: list[Row] = []
    level = ref.jenjang.get(entry.jenjang)
    leads = entry.pimpinan and (ref.koor_memimpin or entry.penugasan not in KOORDINATOR)
    for cut in cuts:
        holds, rank, standing, pd, agreement = cut.nilai
        group = _group(one, ref, standing, agreement)[0]
        if holds is None or group == BERHENTI:
            continue
        present = group != AKTIF_TIDAK_BEKERJA
        row = {
            "pegawai_id": one.pegawai.id, "unit_id": entry.unit_id, "pd_id": pd or entry.unit_id, "asal_id": entry.id,
            "jenis": DEFINITIF if entry.jalur == r.UTAMA else entry.penugasan, "jabatan": entry.nama_jabatan,
            "jenis_jabatan": KELOMPOK_JENIS.get(level.kelompok, JF) if level else "",
            "jenjang": level.nama if level else "", "eselon": entry.eselon, "kelas_jabatan": entry.kelas,
            "pangkat": kode.pangkat(rank), "golongan": rank or "", "is_pimpinan": leads and present,
            "mulai": cut.mulai, "selesai": None if cut.sampai == SELAMANYA else cut.sampai,
        }  # fmt: skip
        if found and _follows(found[-1], row):
            found[-1]["selesai"] = row["selesai"]
            continue
        row["id"] = uuid.uuid5(RUANG, f"{entry.id}:{cut.mulai}") if found else entry.id
        found.append(row)
    return found


def _follows(before: Row, row: Row) -> bool:
    same = all(before[name] == row[name] for name in row if name not in ("mulai", "selesai"))
    return same and before["selesai"] == row["mulai"] - HARI


def _row(one: Fakta, ref: Rujukan, cut: Potong, first: str) -> Row:
    """`first`: what somebody is before any entry about it."""
    entry, rank, standing, level, pd, agreement, kind, boss, age = cut.nilai
    person, (group, counted) = one.pegawai, _group(one, ref, standing, agreement)
    if group == BERHENTI:
        entry, pd = None, None
    row: Row = {
        "id": uuid.uuid5(RUANG, f"{person.id}:{cut.mulai}"), "pegawai_id": person.id, "mulai": cut.mulai,
        "sampai": cut.sampai, "nama": person.nama, "nip": person.nip or "", "jenis": kind or first,
        "jenis_kelamin": person.jenis_kelamin, "lahir": person.tanggal_lahir, "kedudukan": standing or "",
        "kelompok": group, "dihitung": counted, "golongan": rank or "", "golongan_urut": kode.urutan_golongan(rank),
        "pendidikan": level or "", "pendidikan_grup": kode.pendidikan()[level].grup if level else "",
    }  # fmt: skip
    return {**row, **_seat(entry, pd, boss), **_end(person, entry, agreement, ref, age)}


def _seat(entry: Any, pd: uuid.UUID | None, boss: Catatan | None) -> Row:
    """`boss`: a later change of atasan within this seat."""
    if entry is None:
        return {
            "riwayat_jabatan_id": None, "unit_id": None, "pd_id": None, "luar": False, "jenis_jabatan": "",
            "jabatan": "", "jabatan_id": None, "jenjang": "", "eselon": "", "kelas": None, "pimpinan": False,
            "tmt_jabatan": None, "atasan_id": None, "atasan_cara": "",
        }  # fmt: skip
    return {
        "riwayat_jabatan_id": entry.id, "unit_id": entry.unit_id, "pd_id": pd, "luar": entry.lokasi == r.LUAR,
        "jenis_jabatan": entry.jenis_jabatan, "jabatan": entry.nama_jabatan, "jabatan_id": entry.jabatan_id,
        "jenjang": entry.jenjang, "eselon": entry.eselon, "kelas": entry.kelas, "pimpinan": entry.pimpinan,
        "tmt_jabatan": entry.tmt, "atasan_id": uuid.UUID(boss.nilai) if boss else entry.atasan_id,
        "atasan_cara": _how(boss) if boss else entry.atasan_cara,
    }  # fmt: skip


def _end(person: Any, entry: Any, agreement: date | None, ref: Rujukan, age: int | None) -> Row:
    """`age`: that of the jabatan itself, where it has one."""
    if entry is None:
        return {"bup": None, "tmt_pensiun": None}
    found = hitung(
        person.tanggal_lahir, entry.jenjang, person.status, bup_override=age, akhir_perjanjian=agreement,
        usia=ref.usia,
    )  # fmt: skip
    return {"bup": found.bup, "tmt_pensiun": found.tmt_pensiun or found.tmt_berhenti}


def _group(one: Fakta, ref: Rujukan, standing: str | None, agreement: date | None) -> tuple[str, bool]:
    """Group of the legal standing and whether the map counts it. A PPPK whose agreement ended has left."""
    if one.pegawai.status in PPPK and one.perjanjian and agreement is None:
        return BERHENTI, False
    return ref.kedudukan.get(standing, (LAIN, False)) if standing else (AKTIF, True)


def _golongan(one: Fakta) -> list[Masa[str]]:
    return [Masa(row.tmt, SELAMANYA, row.nilai, i) for i, row in enumerate(one.golongan)]


def _standing(one: Fakta) -> list[Masa[str]]:
    return [Masa(row.tmt, row.selesai or SELAMANYA, row.nilai, i) for i, row in enumerate(one.kedudukan)]


def _agreements(one: Fakta) -> list[Masa[date]]:
    """Agreements of a PPPK; the value is the last day of service: an extension without a gap moves it."""
    ends = [(row.tmt, row.selesai or SELAMANYA) for row in one.perjanjian]
    track: list[Masa[date]] = []
    for i, (start, end) in reversed(list(enumerate(ends))):
        after = track[-1] if track else None
        last = max(end, after.nilai) if after and after.mulai - HARI <= end else end
        track.append(Masa(start, end, last, i))
    return track[::-1]


def _education(one: Fakta, ref: Rujukan) -> list[Masa[str]]:
    """The highest so far; the later of two equal ones."""
    highest = 0
    track: list[Masa[str]] = []
    for row in one.pendidikan:
        level = kode.pendidikan().get(row.nilai)
        if level is None or (ref.hanya_dicantumkan and not row.diakui):
            continue
        if level.urutan >= highest:
            highest = level.urutan
            track.append(Masa(row.tmt, SELAMANYA, row.nilai, len(track)))
    return track


def _opd(seats: Iterable[Masa[Any]], ref: Rujukan) -> list[Masa[uuid.UUID | None]]:
    track: list[Masa[uuid.UUID | None]] = []
    for seat in seats:
        changes = ref.opd.get(seat.nilai.unit_id, [])
        for i, (start, pd) in enumerate(changes):
            end = changes[i + 1][0] - HARI if i + 1 < len(changes) else SELAMANYA
            if start <= seat.sampai and end >= seat.mulai:
                track.append(Masa(max(start, seat.mulai), min(end, seat.sampai), pd, len(track)))
    return track


def _kinds(one: Fakta) -> list[Masa[str]]:
    """CPNS until TMT PNS, PNS from it on; of part time until an agreement of full time. The day itself needs no hand.

    Without such a day the register's word holds.
    """
    if one.peralihan and one.pegawai.status in PPPK:
        return [Masa(min(row.tmt for row in one.peralihan), SELAMANYA, PENUH)]
    days = [day for row in one.pengangkatan if (day := _day(row.nilai))]
    if not days or one.pegawai.status not in (CPNS, PNS):
        return []
    start, turn = min(row.tmt for row in one.pengangkatan), min(days)
    before = [Masa(start, turn - HARI, CPNS)] if start < turn else []
    return [*before, Masa(turn, SELAMANYA, PNS)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bosses(one: Fakta, main: Iterable[Masa[Any]]) -> list[Masa[Catatan]]:
    """Changes of atasan within a seat: each until the next one or the end of the seat, whose own atasan comes first."""
    return [
        Masa(row.tmt, seat.sampai, row, i)
        for seat in main for i, row in enumerate(one.atasan) if seat.mulai <= row.tmt <= seat.sampai
    ]  # fmt: skip


def _how(boss: Catatan) -> str:
    """Whether the atasan is who heads the unit, or named."""
    return r.IKUT_PIMPINAN if boss.diakui else r.DITUNJUK


def atasan(one: Fakta) -> list[tuple[uuid.UUID, Masa[tuple[uuid.UUID, uuid.UUID, str]]]]:
    """Atasan by name: key of the seat, and for some days key of the entry that names them, key of theirs, SK."""
    found = []
    for seat in utama((row.berlaku, row.selesai, row) for row in one.jabatan if row.jalur == r.UTAMA):
        entry = seat.nilai
        says = [(seat.mulai, entry.id, entry.atasan_id, entry.atasan_cara, entry.nomor_sk)]
        says += [
            (change.mulai, change.nilai.id, uuid.UUID(change.nilai.nilai), _how(change.nilai), "")
            for change in sorted(_bosses(one, [seat]), key=lambda change: (change.mulai, change.urut))
        ]  # fmt: skip
        for i, (start, key, boss, how, number) in enumerate(says):
            until = says[i + 1][0] - HARI if i + 1 < len(says) else seat.sampai
            if how == r.DITUNJUK and boss and until >= start:
                found.append((entry.id, Masa(start, until, (key, boss, number))))
    return found


def _ages(main: Iterable[Masa[Any]], ref: Rujukan) -> list[Masa[int]]:
    """Ages of the jabatan itself: the reference, and what the office set for some days, which wins."""
    track: list[Masa[int]] = []
    for seat in main:
        for i, (start, end, age) in enumerate(ref.usia_jabatan.get(seat.nilai.jabatan_id, [])):
            if start <= seat.sampai and end >= seat.mulai:
                track.append(Masa(max(start, seat.mulai), min(end, seat.sampai), age, i))
    return track
