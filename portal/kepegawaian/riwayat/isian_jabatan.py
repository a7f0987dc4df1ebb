"""The form of an entry of jabatan, in the order the office asked for (items j to m): reading it, and what it offers.

OPD, unit kerja, pimpinan or not, jabatan fungsional beside sub jabatan, lokasi beside mutasi beside unor, dates,
atasan, penugasan, SK. With MU the jabatan and its TMT come from the running segment, whatever was sent (R2).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request

from portal.kepegawaian import pencari
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import aturan, isian
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.aturan import IKUT_JABATAN, Temuan
from portal.kepegawaian.riwayat.isian import Isian
from portal.kepegawaian.rujukan import aturan as aturan_kantor
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import JF, PELAKSANA, STRUKTURAL, Jabatan, Jenjang
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import calendar, numbers, organisation
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Pegawai, Unit, in_force

AKTIF, NONAKTIF = "aktif", "nonaktif"
DISALIN = ("jenis_jabatan", "jabatan_id", "sub_jabatan_id", "nama_jabatan", "jenjang", "eselon", "kelas")
MEDAN = {"unit_id": "unit_dalam", "jabatan_id": "jabatan", "pelaksana_id": "pelaksana", "atasan_id": "atasan"}
TANGGAL = {
    "tmt": "TMT jabatan", "tmt_mutasi": "TMT mutasi", "tmt_pelantikan": "TMT pelantikan", "selesai": "Selesai",
    "tanggal_sk": "Tanggal SK",
}  # fmt: skip
TEKS = (  # in the order of the page
    "opd", "unit_id", "pimpinan", "jenis_jabatan", "jabatan_id", "pelaksana_id", "sub_jabatan_id", "nama_jabatan",
    "jenjang", "eselon", "kelas", "lokasi", "mutasi", "instansi_tujuan", "tmt", "tmt_mutasi", "tmt_pelantikan", "masa",
    "selesai", "ikut", "atasan_id", "atasan_usulan", "penugasan", "nomor_sk", "tanggal_sk", "pejabat", "keterangan",
)  # fmt: skip
PANJANG = {  # longest texts; nothing is cut off unseen
    "instansi_tujuan": ("Instansi tujuan", 200), "nomor_sk": ("Nomor SK", 120), "pejabat": ("Pejabat penetap", 200),
    "keterangan": ("Keterangan", 4000), "nama_jabatan": ("Nama jabatan", 200),
}  # fmt: skip
BAWAAN = {"lokasi": r.DALAM, "mutasi": r.MJ, "masa": AKTIF, "penugasan": r.DEFINITIF, "pimpinan": "0"}


def cari_unit_dalam(words: str, on: date) -> list[pencari.Temuan]:
    """Units of the OPD chosen in the form; of all OPD while none is chosen. Without words the first of the OPD."""
    opd = kunci(request.values.get("opd", ""))
    return unit_opd(opd, on, words) if opd else pencari.cari_unit(words, on)


def cari_atasan(words: str, on: date) -> list[pencari.Temuan]:
    """People who may be atasan on a day: a coordinator only where the office lets (R8)."""
    barred = sa.and_(aturan_kantor.kolom(aturan.KOOR_BOLEH, on) == "TIDAK", aturan.koordinator(Pegawai.id, on))
    return pencari.cari_pegawai(words, on, ~barred)


pencari.CARI |= {"unit_dalam": cari_unit_dalam, "atasan": cari_atasan}


def unit_opd(opd: uuid.UUID, on: date, words: str = "") -> list[pencari.Temuan]:
    above = sa.orm.aliased(Unit)
    query = (
        sa.select(Unit.id, UnorVersi.nama, above.nama.label("induk"))
        .join(UnorVersi, UnorVersi.unit_id == Unit.id)
        .outerjoin(above, above.id == UnorVersi.induk_id)
        .where(~Unit.disembunyikan, in_force(UnorVersi, on), UnorVersi.pd_id == opd)
        .order_by(Unit.kode)
        .limit(pencari.MOST)
    )
    for word in words.split():
        quoted = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = query.where(
            sa.func.lower(sa.func.f_unaccent(UnorVersi.nama)).like(sa.func.lower(sa.func.f_unaccent(f"%{quoted}%")))
        )
    return [pencari.Temuan(row.id, row.nama, row.induk or "") for row in db.session.execute(query)]


def kunci(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def berjalan(pegawai_id: uuid.UUID, on: date) -> r.RiwayatJabatan | None:
    """The main segment that holds on a day."""
    query = (
        sa.select(r.RiwayatJabatan)
        .join(Keadaan, Keadaan.riwayat_jabatan_id == r.RiwayatJabatan.id)
        .where(Keadaan.pegawai_id == pegawai_id, Keadaan.mulai <= on, Keadaan.sampai >= on)
    )
    return db.session.scalars(query).first()


# ---- reading


def baca(form: Mapping[str, str], pegawai: Pegawai, kecuali: tuple[uuid.UUID | None, ...] = ()) -> tuple[Isian, Temuan]:
    """What was typed, its errors and its warnings."""
    found = Isian(teks={name: isian.bersih(form.get(name, BAWAAN.get(name, ""))) for name in TEKS})
    _days(found)
    _plain(found)
    _seat(found, pegawai)
    rules = Temuan()
    v = found.nilai
    start = v["tmt_mutasi"] if v["mutasi"] == r.MU else v["tmt"]
    if v["tmt"] is None and not any(one.field in ("tmt", "mutasi") for one in found.galat):
        found.galat.append(Problem("tmt", "Isi TMT jabatan"))
    if start is not None:
        _boss(found, pegawai, start)
    if v["tmt"] is not None:
        rules = aturan.periksa(pegawai, v, kecuali)
        if start is not None:
            _period(found, pegawai, start, kecuali)
    known = {one.field for one in found.galat}
    found.galat += [one for one in rules.galat if one.field not in known]
    found.galat.sort(key=lambda one: TEKS.index(one.field) if one.field in TEKS else len(TEKS))
    return found, rules


def _days(found: Isian) -> None:
    for name, label in TANGGAL.items():
        found.nilai[name] = None
        try:
            found.nilai[name] = isian.baca_tanggal(found.teks[name], label)
        except Invalid as error:
            found.galat.append(Problem(name, error.pesan))


def _plain(found: Isian) -> None:
    """Choices and texts that need nothing looked up."""
    t, v = found.teks, found.nilai
    for name, allowed in (("lokasi", (r.DALAM, r.LUAR)), ("mutasi", (r.MJ, r.MU)), ("masa", (AKTIF, NONAKTIF))):
        t[name] = t[name] if t[name] in allowed else BAWAAN[name]
    t["penugasan"] = t["penugasan"] if t["penugasan"] in r.PENUGASAN else r.DEFINITIF
    v["penugasan"], v["lokasi"] = t["penugasan"], t["lokasi"]
    v["jalur"] = r.UTAMA if v["penugasan"] == r.DEFINITIF else r.TAMBAHAN
    v["mutasi"] = t["mutasi"] if v["jalur"] == r.UTAMA else r.MJ
    if v["mutasi"] == r.MJ:
        v["tmt_mutasi"] = None
    v["pimpinan"] = t["pimpinan"] == "1"
    v["unit_id"], v["atasan_id"] = kunci(t["unit_id"]), kunci(t["atasan_id"])
    for name, (label, most) in PANJANG.items():
        v[name] = t[name]
        if len(t[name]) > most:
            found.galat.append(Problem(name, f"{label}: paling banyak {numbers.angka(most)} huruf"))
    if not v["nomor_sk"]:
        found.galat.append(Problem("nomor_sk", "Isi Nomor SK"))
    if v["tanggal_sk"] is None and not t["tanggal_sk"]:
        found.galat.append(Problem("tanggal_sk", "Isi Tanggal SK"))
    if v["tanggal_sk"] and v["tanggal_sk"] > organisation.today():
        found.galat.append(Problem("tanggal_sk", "Tanggal SK: tidak boleh setelah hari ini"))


def _seat(found: Isian, pegawai: Pegawai) -> None:
    """Jabatan: copied from the running segment (R2, R6), of the unit, or of the reference."""
    t, v = found.teks, found.nilai
    if v["mutasi"] == r.MU or v["penugasan"] in IKUT_JABATAN:
        _copied(found, pegawai)
        return
    v.update(jenis_jabatan=t["jenis_jabatan"], jabatan_id=None, sub_jabatan_id=None, nama_jabatan="", jenjang="",
             eselon="", kelas=None)  # fmt: skip
    if t["jenis_jabatan"] == STRUKTURAL:
        _structural(found)
    elif t["jenis_jabatan"] in (JF, PELAKSANA):
        _named(found)
    else:
        v["jenis_jabatan"] = PELAKSANA
        found.galat.append(Problem("jenis_jabatan", "Pilih jenis jabatan"))


def _copied(found: Isian, pegawai: Pegawai) -> None:
    v = found.nilai
    moving = v["mutasi"] == r.MU
    start = v["tmt_mutasi"] if moving else v["tmt"]
    day = start - timedelta(days=1) if moving and start else start or organisation.today()
    running = berjalan(pegawai.id, day)
    if running is None:
        field = "mutasi" if moving else "penugasan"
        found.galat.append(Problem(field, "Belum ada jabatan yang berjalan pada tanggal itu"))
        v.update(jenis_jabatan=PELAKSANA, jabatan_id=None, sub_jabatan_id=None, nama_jabatan="", jenjang="",
                 eselon="", kelas=None)  # fmt: skip
        if moving:
            v["tmt"] = None
        return
    v.update({name: getattr(running, name) for name in DISALIN})
    if moving:
        v["tmt"] = running.tmt
        found.galat = [one for one in found.galat if one.field != "tmt"]


def _structural(found: Isian) -> None:
    t, v = found.teks, found.nilai
    start = v["tmt_mutasi"] or v["tmt"] or organisation.today()
    head = kepala(v["unit_id"], start) if v["pimpinan"] and v["lokasi"] == r.DALAM else None
    v["nama_jabatan"] = head[0] if head else t["nama_jabatan"]
    codes = {one.kode for one in kode.eselon().values() if one.jenjang}
    v["eselon"] = (t["eselon"] if t["eselon"] in codes else "") or (head[1] if head else "")
    levels = [level for level, _ in jenjang_struktural()]
    v["jenjang"] = t["jenjang"] if t["jenjang"] in levels else jenjang_eselon(v["eselon"])
    if not v["nama_jabatan"]:
        found.galat.append(Problem("nama_jabatan", "Isi nama jabatan"))
    if not v["jenjang"]:
        found.galat.append(Problem("jenjang", "Pilih jenjang"))


def kepala(unit_id: uuid.UUID | None, on: date) -> tuple[str, str] | None:
    """What the head of a unit is called on a day, and the eselon of that seat."""
    query = sa.select(UnorVersi.nama_jabatan, UnorVersi.nama, UnorVersi.eselon).where(
        UnorVersi.unit_id == unit_id, in_force(UnorVersi, on)
    )
    row = db.session.execute(query).first() if unit_id else None
    return (row.nama_jabatan or f"Kepala {row.nama}", row.eselon) if row else None


def jenjang_struktural() -> list[tuple[str, str]]:
    query = sa.select(Jenjang.kode, Jenjang.nama).where(
        Jenjang.kelompok.in_(("JPT", "ADMINISTRASI")), Jenjang.kode != PELAKSANA
    )
    return [(row.kode, row.nama) for row in db.session.execute(query.order_by(Jenjang.urut))]


def jenjang_eselon(code: str) -> str:
    names = [one.jenjang.replace(" ", "_") for one in kode.eselon().values() if one.kode == code and one.jenjang]
    return names[-1] if names else ""


def _named(found: Isian) -> None:
    """JF and pelaksana of the national reference; a pelaksana that is not in it by its name."""
    t, v = found.teks, found.nilai
    kind = v["jenis_jabatan"]
    key = kunci(t["jabatan_id" if kind == JF else "pelaksana_id"])
    row = db.session.get(Jabatan, key) if key else None
    if row is not None and row.jenis == kind:
        v.update(jabatan_id=row.id, nama_jabatan=row.nama, jenjang=row.jenjang, kelas=row.kelas)
    elif kind == PELAKSANA:
        v["nama_jabatan"] = t["nama_jabatan"]
        if not v["nama_jabatan"]:
            found.galat.append(Problem("pelaksana_id", "Pilih jabatan pelaksana, atau tulis namanya"))
    if kind == PELAKSANA:
        v["jenjang"] = v["jenjang"] or PELAKSANA
    v["sub_jabatan_id"] = None
    subjects = {one.nilai for one in pencari.sub_jabatan(v["jabatan_id"])} if kind == JF else set()
    chosen = kunci(t["sub_jabatan_id"])
    if chosen in subjects:
        v["sub_jabatan_id"] = chosen


def _boss(found: Isian, pegawai: Pegawai, start: date) -> None:
    v = found.nilai
    offered = usul_atasan(v["unit_id"], v["pimpinan"], pegawai, start)
    v["atasan_cara"] = r.IKUT_PIMPINAN if offered and offered.pegawai_id == v["atasan_id"] else r.DITUNJUK
    if offered and basi(found.teks, offered):
        words = f"Unit atau kedudukan berubah. Atasannya kini {offered.nama}; periksa, lalu kirim lagi"
        found.galat.append(Problem("atasan_id", words))


@dataclass(frozen=True)
class Usulan:
    """Who is offered as atasan, and in which capacity."""

    pegawai_id: uuid.UUID
    nama: str
    jabatan: str


def basi(teks: Mapping[str, str], offered: Usulan) -> bool:
    """Whether the atasan in the form is the one proposed for an earlier choice of unit or flag, not a person's own."""
    boss = kunci(teks["atasan_id"])
    return boss is not None and boss == kunci(teks["atasan_usulan"]) and boss != offered.pegawai_id


def usul_atasan(unit_id: uuid.UUID | None, pimpinan: bool, pegawai: Pegawai, on: date) -> Usulan | None:
    """R8: head of the own unit, of the unit above for its head; vacant seats through their Plt or Plh.

    Above the OPD stands who heads the city, no civil servant and so without a seat in the kernel's register.
    """
    if unit_id is None:
        return None
    head = organisation.proposed_atasan(unit_id, pimpinan, pegawai.id, on)
    if head is not None:
        return Usulan(head.pegawai_id, head.nama, head.jabatan)
    query = (
        sa.select(Keadaan.pegawai_id, Keadaan.nama, Keadaan.jabatan)
        .join(Unit, Unit.id == Keadaan.unit_id)
        .where(Unit.induk_id.is_(None), Keadaan.pimpinan, Keadaan.mulai <= on, Keadaan.sampai >= on)
        .where(Keadaan.pegawai_id != pegawai.id, Keadaan.jenis == "PEJABAT_NEGARA")
    )
    row = db.session.execute(query.limit(1)).first()
    return Usulan(row.pegawai_id, row.nama, row.jabatan) if row else None


def _period(found: Isian, pegawai: Pegawai, start: date, kecuali: tuple[uuid.UUID | None, ...]) -> None:
    """R11: an entry added as non-aktif says when it ended, or accepts the cut where the next one begins."""
    t, v, today = found.teks, found.nilai, organisation.today()
    if v["jalur"] == r.TAMBAHAN or any(one.field == "selesai" for one in found.galat):
        return
    after = aturan.jabatan_berikut(pegawai, start, kecuali)
    if t["masa"] == NONAKTIF:
        if v["selesai"] is None and not (t["ikut"] == "1" and after):
            words = "Isi tanggal selesai, atau pilih berakhir saat jabatan berikutnya mulai"
            found.galat.append(Problem("selesai", words if after else "Isi tanggal selesai"))
        elif v["selesai"] is not None and v["selesai"] >= today:
            found.galat.append(Problem("selesai", "Selesai: jabatan non-aktif berakhir sebelum hari ini"))
    elif v["selesai"] is not None and v["selesai"] < today:
        found.galat.append(Problem("masa", "Tanggal selesai sudah lewat. Pilih non-aktif."))
    elif after and after.berlaku <= today:
        since = calendar.tanggal(after.berlaku)
        found.galat.append(Problem("masa", f"Sudah ada jabatan sejak {since}. Pilih non-aktif."))


# ---- showing


def awal(pegawai: Pegawai) -> dict[str, str]:
    """A new form: the unit of today, everything else to be chosen."""
    seat = berjalan(pegawai.id, organisation.today())
    found = dict.fromkeys(TEKS, "") | BAWAAN
    if seat is not None and seat.unit_id:
        unit = db.session.get(Unit, seat.unit_id)
        found |= {"unit_id": str(seat.unit_id), "opd": str(unit.pd_id or "") if unit else ""}
        found["jenis_jabatan"] = seat.jenis_jabatan
    return found


def isi_formulir(row: r.RiwayatJabatan, pegawai: Pegawai) -> dict[str, str]:
    """What the form of a stored entry shows."""
    unit = db.session.get(Unit, row.unit_id) if row.unit_id else None
    found = {name: str(getattr(row, name, "") or "") for name in TEKS}
    found |= {name: isian.tulis_tanggal(getattr(row, name)) for name in TANGGAL}
    ended = row.selesai is not None and row.selesai < organisation.today()
    after = aturan.jabatan_berikut(pegawai, row.berlaku, (row.id, row.menggantikan_id))
    cut = row.selesai is None and after is not None and after.berlaku <= organisation.today()
    found |= {
        "opd": str(unit.pd_id or "") if unit else "", "pimpinan": "1" if row.pimpinan else "0",
        "pelaksana_id": found["jabatan_id"] if row.jenis_jabatan == PELAKSANA else "",
        "masa": NONAKTIF if ended or cut else AKTIF, "ikut": "1" if cut else "",
    }  # fmt: skip
    return found


def bahan(teks: Mapping[str, str], pegawai: Pegawai, form: Mapping[str, str]) -> dict[str, Any]:
    """Everything the template offers for the present state of the form: names of what is chosen, options, proposals."""
    day = hari(teks)
    moving = teks["mutasi"] == r.MU and teks["penugasan"] == r.DEFINITIF
    copied = moving or teks["penugasan"] in IKUT_JABATAN
    before = day - timedelta(days=1) if moving and teks["tmt_mutasi"] else day
    unit_id, head = kunci(teks["unit_id"]), teks["pimpinan"] == "1"
    offered = usul_atasan(unit_id, head, pegawai, day)
    found = pencari.hasil(form, MEDAN, day)
    opd = kunci(teks["opd"])
    if opd and "unit_id" not in found:
        found["unit_id"] = [one for one in unit_opd(opd, day) if one.nilai != unit_id]
    boss = None if offered and basi(teks, offered) else kunci(teks["atasan_id"])
    if offered and "atasan_id" not in found and boss not in (None, offered.pegawai_id):
        found["atasan_id"] = [pencari.Temuan(offered.pegawai_id, offered.nama, f"Usulan: {offered.jabatan}")]
    held, post = kunci(teks["jabatan_id"]), kunci(teks["pelaksana_id"])
    subjects = pencari.sub_jabatan(held) if teks["jenis_jabatan"] == JF and held else []
    chosen = boss or (offered.pegawai_id if offered else None)
    unit, pd, nama_jabatan, nama_pelaksana, nama_atasan, roles = _names(unit_id, held, post, chosen, day)
    barred = aturan.TAK_DIBERIKAN.get(roles, ())
    return {
        "hari": day, "opd": opd_options(day), "temuan": found, "kata": {n: form.get(f"{n}-cari", "") for n in MEDAN},
        "nama_unit": unit, "unit_kini": " · ".join(dict.fromkeys(name for name in (unit, pd) if name)),
        "nama_jabatan": nama_jabatan, "nama_pelaksana": nama_pelaksana,
        "sub": subjects, "sub_pilihan": [(one.nilai, one.nama) for one in subjects],
        "kepala": kepala(unit_id, day) if head else None, "jenjang": jenjang_struktural(),
        "eselon": [(code, code) for code in dict.fromkeys(o.kode for o in kode.eselon().values() if o.jenjang)],
        "berjalan": berjalan(pegawai.id, before) if copied else None, "disalin": copied, "pindah": moving,
        "usulan": offered, "atasan": chosen, "nama_atasan": nama_atasan,
        "penugasan": [one for one in r.PENUGASAN.items() if one[0] not in barred or one[0] == teks["penugasan"]],
    }  # fmt: skip


def hari(teks: Mapping[str, str]) -> date:
    """The day the form is about: the start typed so far, else today."""
    for name in ("tmt_mutasi", "tmt") if teks["mutasi"] == r.MU else ("tmt",):
        try:
            day = isian.baca_tanggal(teks[name], "")
        except Invalid:
            day = None
        if day:
            return day
    return organisation.today()


def _names(
    unit_id: uuid.UUID | None, jabatan_id: uuid.UUID | None, pelaksana_id: uuid.UUID | None, boss: uuid.UUID | None,
    day: date,
) -> list[str]:  # fmt: skip
    """What the chosen unit, its OPD, jabatan, pelaksana and atasan are called, empty for none; and the setting of the
    roles that are given. One statement."""
    pd = sa.orm.aliased(Unit)
    parts = (
        sa.select(Unit.nama).where(Unit.id == unit_id),
        sa.select(pd.nama).join(Unit, Unit.pd_id == pd.id).where(Unit.id == unit_id),
        sa.select(Jabatan.nama).where(Jabatan.id == jabatan_id),
        sa.select(Jabatan.nama).where(Jabatan.id == pelaksana_id),
        sa.select(Pegawai.nama).where(Pegawai.id == boss),
        sa.select(aturan_kantor.kolom(aturan.PERAN, day)),
    )
    found = db.session.execute(sa.select(*(part.scalar_subquery() for part in parts))).one()
    return [name or "" for name in found]


def opd_options(on: date) -> list[tuple[Any, str]]:
    """Top units in force on a day: some dozens."""
    query = (
        sa.select(Unit.id, UnorVersi.nama)
        .join(UnorVersi, UnorVersi.unit_id == Unit.id)
        .where(UnorVersi.pd_id == Unit.id, in_force(UnorVersi, on), ~Unit.disembunyikan)
    )
    return [(row.id, row.nama) for row in db.session.execute(query.order_by(UnorVersi.nama).limit(400))]
