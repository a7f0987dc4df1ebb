"""SKP from a CSV file: one line per indikator, everything checked before anything is stored.

Columns: nip, mulai, selesai (yyyy-mm-dd), penugasan (DEFINITIF, PLT for the plan of a time as Plt), rhk, rhk_jenis
(UTAMA, TAMBAHAN), klasifikasi (INDIVIDU, TEMATIK, INOVASI), rhk_pimpinan, aspek, indikator, satuan, target_min,
target_maks, polaritas (NAIK, TURUN), akumulasi (JUMLAH, AKHIR, RATA2), renaksi, t01 to t12 (monthly targets; on the
first line of an RHK).
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TextIO

import click
import sqlalchemy as sa

from portal.kernel import numbers, organisation
from portal.kernel.db import commit, db, now
from portal.kernel.identifiers import Nip
from portal.kernel.organisation import DEFINITIF, JPT, PLT, Atasan, Pegawai, Penempatan, Unit
from portal.kernel.people import User
from portal.kinerja import module
from portal.kinerja.models import ASPEK_PERILAKU, Indikator, Renaksi, Rhk, Skp, SkpPerilaku

MONTHS = [f"t{month:02d}" for month in range(1, 13)]
REQUIRED = ["nip", "mulai", "selesai", "rhk", "aspek", "indikator", "satuan", "target_min", "target_maks"]
CHOICES = {
    "penugasan": ("DEFINITIF", "PLT"),
    "rhk_jenis": ("UTAMA", "TAMBAHAN"),
    "klasifikasi": ("INDIVIDU", "TEMATIK", "INOVASI"),
    "aspek": ("KUANTITAS", "KUALITAS", "WAKTU", "BIAYA"),
    "polaritas": ("NAIK", "TURUN"),
    "akumulasi": ("JUMLAH", "AKHIR", "RATA2"),
}


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken: line of the file (the head is 1), column, what is wrong."""

    baris: int
    kolom: str
    pesan: str

    def __str__(self) -> str:
        return f"baris {self.baris}, {self.kolom}: {self.pesan}"


@dataclass
class PlanRhk:
    line: dict[str, str]
    targets: list[Decimal]
    indikator: list[tuple[dict[str, str], Decimal, Decimal]] = field(default_factory=list)


@dataclass
class Plan:
    """One SKP as the file gives it."""

    baris: int
    pegawai: Pegawai
    seat: Penempatan
    unit: Unit
    mulai: date
    selesai: date
    penugasan: str
    rhk: dict[str, PlanRhk] = field(default_factory=dict)


def read(file: TextIO) -> tuple[list[Plan], list[Fault]]:
    """Plans and every fault of the file, in the order of its lines."""
    sample = file.read(4096)
    file.seek(0)
    reader = csv.DictReader(file, delimiter=";" if sample.count(";") > sample.count(",") else ",")
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or [])]
    if missing:
        return [], [Fault(1, ", ".join(missing), "kolom tidak ada")]
    plans: dict[tuple[str, str, str], Plan] = {}
    faults: list[Fault] = []
    for number, raw in enumerate(reader, 2):
        line = {key: (value or "").strip() for key, value in raw.items() if key}
        found = _line(number, line, plans)
        faults += found
    faults += [fault for plan in plans.values() for fault in _whole(plan)]
    return list(plans.values()), sorted(faults, key=lambda f: f.baris)


def _line(number: int, line: dict[str, str], plans: dict[tuple[str, str, str], Plan]) -> list[Fault]:
    faults = [Fault(number, name, "wajib diisi") for name in REQUIRED if not line[name]]
    for name, allowed in CHOICES.items():
        if line.get(name) and line[name] not in allowed:
            faults.append(Fault(number, name, f"harus salah satu dari {', '.join(allowed)}"))
    least = _number(number, "target_min", line["target_min"], faults)
    most = _number(number, "target_maks", line["target_maks"], faults)
    if least > most:
        faults.append(Fault(number, "target_maks", "tidak boleh kurang dari target_min"))
    targets = [_number(number, name, line.get(name) or "0", faults) for name in MONTHS]
    plan = _plan(number, line, plans, faults)
    if plan is not None and not faults:
        rhk = plan.rhk.setdefault(line["rhk"], PlanRhk(line, targets))
        rhk.indikator.append((line, least, most))
    return faults


def _number(number: int, name: str, text: str, faults: list[Fault]) -> Decimal:
    try:
        return numbers.parse(text or "0", name, arti=numbers.RIBUAN).nilai
    except numbers.GalatAngka as error:
        faults.append(Fault(number, name, error.pesan))
        return Decimal(0)


def _plan(
    number: int, line: dict[str, str], plans: dict[tuple[str, str, str], Plan], faults: list[Fault]
) -> Plan | None:  # fmt: skip
    """The SKP this line belongs to, found or begun."""
    nip = Nip.parse(line["nip"])
    capacity = line.get("penugasan") or DEFINITIF
    key = (nip.normal or "", line["mulai"], capacity)
    if key in plans:
        return plans[key]
    try:
        first, last = date.fromisoformat(line["mulai"]), date.fromisoformat(line["selesai"])
    except ValueError:
        faults.append(Fault(number, "mulai", "tanggal ditulis 2026-01-01"))
        return None
    if first.year != last.year or last < first:
        faults.append(Fault(number, "selesai", "harus sesudah mulai dan pada tahun yang sama"))
    person = db.session.scalars(sa.select(Pegawai).where(Pegawai.nip == nip.normal)).first()
    seat = organisation.penempatan(person.id, first, capacity) if person else None
    if person is None or seat is None:
        what = "menjadi Plt" if capacity == PLT else "ditempatkan"
        faults.append(Fault(number, "nip", f"pegawai dengan NIP ini tidak ada atau belum {what} pada tanggal mulai"))
        return None
    plans[key] = Plan(number, person, seat, db.session.get_one(Unit, seat.unit_id), first, last, capacity)
    return plans[key]


def _whole(plan: Plan) -> Iterable[Fault]:
    """Rules of a whole SKP (invariants 1, 2 and 4)."""
    if not any(rhk.line.get("rhk_jenis") in ("", None, "UTAMA") for rhk in plan.rhk.values()):
        yield Fault(plan.baris, "rhk_jenis", f"{plan.pegawai.nama}: perlu sedikitnya satu RHK UTAMA")
    overlap = sa.select(Skp.id).where(
        Skp.pegawai_id == plan.pegawai.id,
        Skp.penugasan == plan.penugasan,
        Skp.status.in_(["DITETAPKAN", "REVISI_DIMINTA", "DITUTUP"]),
        Skp.mulai <= plan.selesai,
        Skp.selesai >= plan.mulai,
    )
    if db.session.scalar(overlap.limit(1)):
        yield Fault(plan.baris, "mulai", f"{plan.pegawai.nama} sudah punya SKP yang berlaku pada masa ini")


def store(plan: Plan) -> Skp:
    """Set one SKP with its RHK, indikator, twelve renaksi and seven perilaku."""
    boss = organisation.atasan(plan.pegawai.id, plan.mulai)
    seat = plan.seat
    skp = Skp(
        pegawai_id=plan.pegawai.id, tahun=plan.mulai.year, mulai=plan.mulai, selesai=plan.selesai, unit_id=seat.unit_id,
        user_id=db.session.scalar(sa.select(User.id).where(User.pegawai_id == plan.pegawai.id)), pd_id=seat.pd_id,
        jabatan=seat.jabatan, penugasan=plan.penugasan,
        pangkat=f"{seat.pangkat} ({seat.golongan})" if seat.pangkat else "-",
        unit_nama=plan.unit.nama, jenis="JPT" if seat.jenis_jabatan == JPT else "JA_JF", status="DITETAPKAN",
        penilai_id=boss.pegawai_id if isinstance(boss, Atasan) else None, ditetapkan_at=now(),
    )  # fmt: skip
    db.session.add(skp)
    db.session.flush()
    for aspek in ASPEK_PERILAKU:
        db.session.add(SkpPerilaku(skp_id=skp.id, aspek=aspek))
    for urut, one in enumerate(plan.rhk.values(), 1):
        _store_rhk(skp, urut, one)
    return skp


def _store_rhk(skp: Skp, urut: int, one: PlanRhk) -> None:
    line = one.line
    rhk = Rhk(
        skp_id=skp.id, urut=urut, jenis=line.get("rhk_jenis") or "UTAMA", uraian=line["rhk"],
        klasifikasi=line.get("klasifikasi") or "INDIVIDU", rhk_pimpinan=line.get("rhk_pimpinan", ""),
    )  # fmt: skip
    db.session.add(rhk)
    db.session.flush()
    for number, (cells, least, most) in enumerate(one.indikator, 1):
        db.session.add(
            Indikator(
                rhk_id=rhk.id, urut=number, aspek=cells["aspek"], uraian=cells["indikator"], satuan=cells["satuan"],
                target_min=least, target_maks=most, polaritas=cells.get("polaritas") or "NAIK",
                akumulasi=cells.get("akumulasi") or "JUMLAH",
            )
        )  # fmt: skip
    text = line.get("renaksi") or line["rhk"]
    for bulan, target in enumerate(one.targets, 1):
        db.session.add(Renaksi(rhk_id=rhk.id, bulan=bulan, uraian=text, target=target, satuan=line["satuan"]))
    db.session.flush()


@module.blueprint.cli.command("impor-skp")
@click.argument("berkas", type=click.File("r", encoding="utf-8-sig"))
@click.option("--periksa", is_flag=True, help="Only check; store nothing.")
def impor_skp(berkas: TextIO, periksa: bool) -> None:
    """Import set SKP from a CSV file; with any fault nothing is stored."""
    plans, faults = read(berkas)
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} galat; tidak ada yang disimpan.")
    if periksa:
        click.echo(f"{len(plans)} SKP siap diimpor.")
        return
    for plan in plans:
        store(plan)
    commit()
    click.echo(f"{len(plans)} SKP diimpor.")
