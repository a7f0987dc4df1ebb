"""Rules of an entry of jabatan, by the numbers the office knows them by (R1 to R12), and dates of every kind.

`periksa` looks at what was typed together with the register and returns errors and warnings; nothing is stored.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import AKTIF, JF, Jabatan
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import calendar, organisation
from portal.kernel.db import db
from portal.kernel.forms import Problem
from portal.kernel.organisation import DEFINITIF, Pegawai, Penempatan, Unit, in_force

SUB_JABATAN = ("DOSEN", "DOKTER", "DOKTER_GIGI", "DOKTER_PENDIDIK", "GURU", "PENERJEMAH", "PENYULUH_AGAMA")
PALING_LAMA = date(1945, 8, 17)
IKUT_JABATAN = ("KOOR", "SUBKOOR", "KETUA_TIM")  # roles that leave the jabatan as it is (R6)
KOORDINATOR = ("KOOR", "SUBKOOR")
KOOR_BOLEH = "koor_boleh_atasan"  # setting of R8
PERAN = "peran_koordinasi"  # setting of R6: which of these roles are given, from a day on
TAK_DIBERIKAN = {"KETUA_TIM": KOORDINATOR, "KOOR": ("KETUA_TIM",)}  # by its value
BERBATAS = ("PLT", "PLH")  # roles with a usual length and one extension (R5)
SAMBUNG = 200  # days: roles that ended no longer ago are one with the next


@dataclass
class Temuan:
    """What is wrong (`galat`, nothing may be stored) and what is only unusual (`peringatan`)."""

    galat: list[Problem] = field(default_factory=list)
    peringatan: list[Problem] = field(default_factory=list)

    def salah(self, medan: str, pesan: str) -> None:
        self.galat.append(Problem(medan, pesan))

    def ingat(self, medan: str, pesan: str) -> None:
        self.peringatan.append(Problem(medan, pesan))


def periksa(
    pegawai: Pegawai, v: dict[str, Any], kecuali: tuple[uuid.UUID | None, ...] = (), atasan_per: date | None = None
) -> Temuan:  # fmt: skip
    """`v`: values of RiwayatJabatan by column. `kecuali`: the entry itself and the one it replaces.

    `atasan_per`: the day the atasan has to be active, where it is not the start (a later change of atasan alone).
    Rules that need two people at once are held by the database as well.
    """
    found = Temuan()
    start = v["tmt_mutasi"] if v["mutasi"] == r.MU else v["tmt"]
    if start is None:
        found.salah("tmt_mutasi", "TMT mutasi: isi tanggal pindah unit")
        return found
    known = _known(pegawai, v, start, max(start, atasan_per or start), kecuali)
    _dates(v, start, known, found)
    if v["mutasi"] == r.MJ and v["penugasan"] not in IKUT_JABATAN:  # others copy the running jabatan as it is
        _jabatan(v, known, found)
    _place(v, known, found)
    _boss(pegawai, v, max(start, atasan_per or start), known, found)
    _extra(v, start, known, found)
    if v["jalur"] == r.UTAMA:
        _taken(v, known, found)
    return found


def _known(
    pegawai: Pegawai, v: dict[str, Any], start: date, on: date, kecuali: tuple[uuid.UUID | None, ...]
) -> Any:  # fmt: skip
    """What the register says around the entry, in one statement. `on`: the day the atasan has to be active."""
    seat, unit, boss = r.RiwayatJabatan, v["unit_id"], v.get("atasan_id")
    main = _main(pegawai, kecuali)
    follows = sa.select(sa.func.min(seat.berlaku)).where(*main, seat.berlaku > start).scalar_subquery()
    until = sa.func.least(v["selesai"] or date.max, sa.func.coalesce(follows - 1, date.max))
    heads = [Penempatan.unit_id == unit, Penempatan.is_pimpinan, Penempatan.jenis == DEFINITIF]
    other = sa.select(Pegawai.nama).join(Penempatan, Penempatan.pegawai_id == Pegawai.id).where(
        *heads, Penempatan.pegawai_id != pegawai.id, Penempatan.mulai <= until,
        sa.or_(Penempatan.selesai.is_(None), Penempatan.selesai >= start),
    )  # fmt: skip
    parts: dict[str, Any] = {
        "tmt_cpns": sa.select(r.DataPegawai.tmt_cpns).where(r.DataPegawai.pegawai_id == pegawai.id),
        "kontrak": _contract(pegawai.id),
        "rumpun": sa.select(Jabatan.rumpun).where(Jabatan.id == v.get("jabatan_id")),
        "unit": sa.select(UnorVersi.id).where(UnorVersi.unit_id == unit, in_force(UnorVersi, start)),
        "disembunyikan": sa.select(Unit.disembunyikan).where(Unit.id == unit),
        "sama": sa.select(seat.id).where(*main, seat.berlaku == start).limit(1),
        "kepala": sa.select(Penempatan.id).where(*heads, in_force(Penempatan, start)).limit(1),
        "kepala_lain": other.limit(1),
        **_others(pegawai.id, v, start, kecuali),
    }  # fmt: skip
    columns = [part.scalar_subquery().label(name) for name, part in parts.items()]
    return db.session.execute(sa.select(*columns, follows.label("berikut"), *_around(pegawai.id, boss, on))).one()


def _contract(pegawai_id: uuid.UUID) -> sa.Select[Any]:
    """Since when the first agreement of a PPPK runs."""
    entry = r.RiwayatLain
    return sa.select(sa.func.min(entry.tmt)).where(
        entry.pegawai_id == pegawai_id, entry.jenis == "PERJANJIAN", entry.status == r.TERVERIFIKASI
    )


def _others(
    pegawai_id: uuid.UUID, v: dict[str, Any], start: date, kecuali: tuple[uuid.UUID | None, ...]
) -> dict[str, Any]:  # fmt: skip
    """Days this person has acted in the unit by now, who acts for its head then, and whether it has one at all."""
    seat, unit = r.RiwayatJabatan, sa.literal(v["unit_id"], sa.Uuid())
    known = [one for one in kecuali if one]
    extra = [seat.jalur == r.TAMBAHAN, seat.status == r.TERVERIFIKASI, seat.unit_id == unit, seat.id.not_in(known)]
    before = sa.select(sa.func.sum(seat.selesai - seat.berlaku + 1)).where(
        *extra, seat.pegawai_id == pegawai_id, seat.penugasan.in_(BERBATAS), seat.berlaku < start,
        seat.selesai + SAMBUNG >= start,
    )  # fmt: skip
    acting = sa.select(Pegawai.nama).join(seat, seat.pegawai_id == Pegawai.id).where(
        *extra, seat.pegawai_id != pegawai_id, seat.pimpinan, seat.penugasan.in_(("PLT", "PJ")),
        seat.berlaku <= (v["selesai"] or date.max), seat.selesai >= start,
    )  # fmt: skip
    seated = sa.select(Keadaan.id).where(
        Keadaan.unit_id == unit, Keadaan.pimpinan, Keadaan.mulai <= start, Keadaan.sampai >= start
    )
    return {"lama_wakil": before, "wakil": acting.limit(1), "pejabat": seated.limit(1),
            "peran": sa.select(aturan.kolom(PERAN, start))}  # fmt: skip


def _around(pegawai_id: uuid.UUID, boss: uuid.UUID | None, on: date) -> list[sa.Label[Any]]:
    """What R8 asks about an atasan on a day."""
    state = sa.and_(Keadaan.pegawai_id == boss, Keadaan.mulai <= on, Keadaan.sampai >= on)
    parts: dict[str, Any] = {
        "atasan": sa.select(Pegawai.status).where(Pegawai.id == boss),
        "kelompok": sa.select(Keadaan.kelompok).where(state),
        "tmt_pensiun": sa.select(Keadaan.tmt_pensiun).where(state),
    }
    columns = [part.scalar_subquery().label(name) for name, part in parts.items()]
    barred = sa.and_(aturan.kolom(KOOR_BOLEH, on) == "TIDAK", koordinator(sa.literal(boss, sa.Uuid()), on))
    return [*columns, barred.label("koordinator"), _circle(pegawai_id, boss, on).label("melingkar")]


def koordinator(pegawai_id: Any, on: date) -> sa.ColumnElement[bool]:
    """Who coordinates on a day and heads no unit in another capacity (R6); `pegawai_id` is an expression."""
    seat, state = sa.orm.aliased(r.RiwayatJabatan), sa.orm.aliased(Keadaan)  # the query around may read both
    held = [seat.pegawai_id == pegawai_id, seat.jalur == r.TAMBAHAN, seat.status == r.TERVERIFIKASI,
            seat.berlaku <= on, seat.selesai >= on]  # fmt: skip
    leads = sa.exists().where(state.pegawai_id == pegawai_id, state.mulai <= on, state.sampai >= on, state.pimpinan)
    return sa.and_(
        sa.exists().where(*held, seat.penugasan.in_(KOORDINATOR)), ~leads,
        ~sa.exists().where(*held, seat.pimpinan, seat.penugasan.not_in(KOORDINATOR)),
    )  # fmt: skip


def periksa_atasan(pegawai: Pegawai, boss: uuid.UUID | None, on: date) -> Temuan:
    """R8 alone, for a change of atasan from a day on."""
    found = Temuan()
    known = db.session.execute(sa.select(*_around(pegawai.id, boss, on))).one()
    _boss(pegawai, {"atasan_id": boss, "lokasi": r.DALAM}, on, known, found)
    return found


def _dates(v: dict[str, Any], start: date, known: Any, found: Temuan) -> None:
    if v["mutasi"] == r.MU and start <= v["tmt"]:
        found.salah("tmt_mutasi", "TMT mutasi: harus setelah TMT jabatan")
    if start < PALING_LAMA:
        found.salah("tmt", "TMT: periksa tahunnya")
    if v["selesai"] and v["selesai"] < start:
        found.salah("selesai", "Selesai: tidak boleh sebelum TMT")
    signed, sworn = v.get("tanggal_sk"), v.get("tmt_pelantikan")
    if signed and signed > start + timedelta(days=365):
        found.ingat("tanggal_sk", "Tanggal SK lebih dari 12 bulan setelah TMT")
    if sworn and sworn > start + timedelta(days=30):
        found.ingat("tmt_pelantikan", "Pelantikan lebih dari 30 hari setelah TMT")
    if known.tmt_cpns and start < known.tmt_cpns:
        found.ingat("tmt", "TMT sebelum TMT CPNS")
    if known.kontrak and start < known.kontrak:
        found.ingat("tmt", "TMT sebelum perjanjian kerja pertama")


def _jabatan(v: dict[str, Any], known: Any, found: Temuan) -> None:
    """Sub jabatan exists for seven families only, and there it is required."""
    if v["jenis_jabatan"] != JF:
        v["sub_jabatan_id"] = None
        return
    if v["jabatan_id"] is None or known.rumpun is None:
        found.salah("jabatan_id", "Pilih jabatan fungsional")
    elif known.rumpun in SUB_JABATAN:
        if not v.get("sub_jabatan_id"):
            found.salah("sub_jabatan_id", "Pilih sub jabatan")
    else:
        v["sub_jabatan_id"] = None


def _place(v: dict[str, Any], known: Any, found: Temuan) -> None:
    """R9: a unit that existed on the day, or the name of the other agency."""
    if v["lokasi"] == r.LUAR:
        v["unit_id"], v["pimpinan"] = None, False
        if not v["instansi_tujuan"]:
            found.salah("instansi_tujuan", "Isi instansi tujuan")
        return
    v["instansi_tujuan"] = ""
    if v["unit_id"] is None:
        found.salah("unit_id", "Pilih unit kerja")
        return
    if known.unit is None or known.disembunyikan:
        found.salah("unit_id", "Unit ini tidak ada pada tanggal itu. Pilih unit lain.")


def _boss(pegawai: Pegawai, v: dict[str, Any], on: date, known: Any, found: Temuan) -> None:
    """R8: an atasan, not oneself, active that day, and not somebody below; a coordinator only where the office lets."""
    boss = v.get("atasan_id")
    if boss is None:
        if v["lokasi"] == r.DALAM:
            found.salah("atasan_id", "Pilih atasan langsung")
        return
    if boss == pegawai.id:
        found.salah("atasan_id", "Atasan tidak boleh diri sendiri. Pilih orang lain.")
    elif known.atasan != "PEJABAT_NEGARA" and known.kelompok != AKTIF:
        found.salah("atasan_id", "Atasan itu tidak aktif pada tanggal ini. Pilih orang lain.")
    elif known.melingkar:
        found.salah("atasan_id", "Orang itu bawahan pegawai ini. Pilih atasan lain.")
    elif known.koordinator:
        found.salah("atasan_id", "Koordinator tidak menjadi atasan menurut pengaturan. Pilih pimpinan unit.")
    elif known.tmt_pensiun and known.tmt_pensiun <= on + timedelta(days=365):
        found.ingat("atasan_id", "Atasan ini pensiun dalam 12 bulan")


def _circle(pegawai_id: uuid.UUID, boss: uuid.UUID | None, on: date) -> sa.Exists:
    """Whether the chain of atasan from `boss` upwards meets the pegawai."""
    chain = sa.select(sa.literal(boss, sa.Uuid()).label("id"), sa.literal(0).label("naik")).cte(
        "rantai", recursive=True
    )
    above = (
        sa.select(Keadaan.atasan_id, chain.c.naik + 1)
        .join(chain, chain.c.id == Keadaan.pegawai_id)
        .where(Keadaan.mulai <= on, Keadaan.sampai >= on, Keadaan.atasan_id.is_not(None), chain.c.naik < 30)
    )
    chain = chain.union(above)
    return sa.exists().where(chain.c.id == pegawai_id)


def _extra(v: dict[str, Any], start: date, known: Any, found: Temuan) -> None:
    """R5: extra roles have an end. R6: the roles the office gives. R7: a Plt where nobody sits, a Plh for one away."""
    if v["jalur"] == r.UTAMA:
        return
    if v["penugasan"] in TAK_DIBERIKAN.get(known.peran, ()):
        found.salah("penugasan", "Peran ini tidak diberikan lagi menurut pengaturan. Pilih peran lain.")
    if v["selesai"] is None:
        found.salah("selesai", "Selesai: tugas tambahan harus punya tanggal akhir")
        return
    usual = aturan.nilai("tambahan_batas", organisation.today())
    days = (v["selesai"] - start).days
    if v["penugasan"] in BERBATAS and days > usual * 31:
        found.ingat("selesai", f"Lebih lama dari {usual} bulan. Pastikan perpanjangannya ada dasarnya.")
    elif v["penugasan"] in BERBATAS and known.lama_wakil and days + known.lama_wakil > 2 * usual * 31:
        found.ingat("selesai", f"Bersama penugasan sebelumnya lebih dari {2 * usual} bulan: biasanya diperpanjang "
                               "satu kali saja")  # fmt: skip
    if v["penugasan"] == "PLT" and v["pimpinan"] and known.kepala:
        found.salah("penugasan", "Unit ini masih dipimpin pejabat definitif. Pilih Plh, atau akhiri dulu jabatannya.")
    if v["penugasan"] == "PLH" and v["pimpinan"] and v["unit_id"] and known.pejabat is None:
        found.ingat("penugasan", "Unit ini tanpa pejabat definitif pada tanggal itu. Plh untuk yang berhalangan "
                                 "sementara; untuk jabatan kosong pilih Plt.")  # fmt: skip


def _taken(v: dict[str, Any], known: Any, found: Temuan) -> None:
    """R3: one main seat begins on a day, and none ends into nothing unseen. R7: one head of a unit."""
    if known.sama is not None:
        field = "tmt_mutasi" if v["mutasi"] == r.MU else "tmt"
        found.salah(field, "Sudah ada jabatan utama yang mulai pada tanggal ini. Ganti atau batalkan yang lama.")
    end, after = v["selesai"], known.berikut
    if end and (after is None or after > end + timedelta(days=1)):
        until_when = f"sampai {calendar.tanggal(after)}" if after else "sesudahnya"
        found.ingat("selesai", f"Setelah {calendar.tanggal(end)} belum ada jabatan {until_when}: tercatat tanpa unit")
    if v["pimpinan"] and v["unit_id"] and known.kepala_lain:
        who = f"Unit ini sudah dipimpin {known.kepala_lain}."
        found.salah("pimpinan", f"{who} Akhiri dulu jabatannya, atau catat sebagai Plt.")
    elif v["pimpinan"] and known.wakil:
        found.ingat("pimpinan", f"{known.wakil} masih tercatat memimpin unit ini sebagai Plt atau Pj pada masa itu. "
                                "Akhiri penugasannya.")  # fmt: skip


def _main(pegawai: Pegawai, kecuali: tuple[uuid.UUID | None, ...]) -> list[sa.ColumnElement[bool]]:
    """Verified main seats of a pegawai but these."""
    table = r.RiwayatJabatan
    parts = [table.pegawai_id == pegawai.id, table.jalur == r.UTAMA, table.status == r.TERVERIFIKASI]
    keys = [key for key in kecuali if key]
    return [*parts, table.id.not_in(keys)] if keys else parts


def jabatan_berikut(pegawai: Pegawai, start: date, kecuali: tuple[uuid.UUID | None, ...] = ()) -> Any:
    """The verified main seat that begins next after a day; None when there is none."""
    table = r.RiwayatJabatan
    query = sa.select(table).where(*_main(pegawai, kecuali), table.berlaku > start)
    return db.session.scalars(query.order_by(table.berlaku).limit(1)).first()
