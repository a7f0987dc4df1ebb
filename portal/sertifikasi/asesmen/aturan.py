"""Rules of impartiality (PBNSP 201, ISO/IEC 17024), declared once: id, mode, words, and what they look at.

They compare persons, never roles. C4 binds the decision, C5 the appeal and who assesses after it, C6 the
verification, C9 the venue, C10 the asesi: they are listed here so that every page and paper names them alike.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel import calendar
from portal.kernel.db import db
from portal.kernel.organisation import DEFINITIF, Penempatan, in_force
from portal.kernel.people import User
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan.models import Banding
from portal.sertifikasi.saya.models import BANDING_ULANG, Permohonan
from portal.sertifikasi.tenggat import batas, hari_pelatihan

MUTLAK, DAPAT_DIKECUALIKAN, PERINGATAN, DINYATAKAN = "MUTLAK", "DAPAT_DIKECUALIKAN", "PERINGATAN", "DINYATAKAN"


@dataclass(frozen=True)
class Pasangan:
    """An asesor beside a case on the day of the assessment, with everything the rules ask about."""

    asesor: a.Asesor
    nama: str
    akun_aktif: bool
    orang_sama: bool
    instansi_asesi: str
    hari: date
    kompetensi: a.AsesorSkema | None
    pelatihan: tuple[str, ...] = ()
    satu_unit: bool = False
    beban: int = 0
    paling_banyak: int = 10
    bentrok: bool = False
    dibanding: bool = False


@dataclass(frozen=True)
class Aturan:
    """`periksa` says what is wrong, "" for nothing; None: the rule is applied elsewhere."""

    id: str
    mode: str
    kata: str
    periksa: Callable[[Pasangan], str] | None = None


@dataclass(frozen=True)
class Temuan:
    id: str
    mode: str
    kata: str


@dataclass(frozen=True)
class Calon:
    pasangan: Pasangan
    temuan: list[Temuan] = field(default_factory=list)

    @property
    def terhalang(self) -> bool:
        return any(t.mode == MUTLAK for t in self.temuan)

    @property
    def perlu_mitigasi(self) -> bool:
        return any(t.mode == DAPAT_DIKECUALIKAN for t in self.temuan)

    @property
    def satu_instansi(self) -> bool:
        return sama_instansi(self.pasangan.asesor.instansi, self.pasangan.instansi_asesi)


def sama_instansi(one: str, other: str) -> bool:
    first, second = (" ".join(text.casefold().split()) for text in (one, other))
    return bool(first) and first not in ("-", "tidak ada") and first == second


def _licence(p: Pasangan) -> str:
    if not p.asesor.aktif or not p.akun_aktif:
        return "Asesor tidak aktif lagi."
    if not p.asesor.mulai <= p.hari <= p.asesor.selesai:
        return f"Registrasi MET berlaku sampai {calendar.tanggal(p.asesor.selesai)}."
    if p.kompetensi is None:
        return "Tidak memiliki kompetensi teknis untuk skema ini."
    if not p.kompetensi.mulai <= p.hari <= p.kompetensi.selesai:
        return f"Kompetensi teknis skema ini berlaku sampai {calendar.tanggal(p.kompetensi.selesai)}."
    return ""


def _near(p: Pasangan) -> str:
    if sama_instansi(p.asesor.instansi, p.instansi_asesi):
        return f"Satu instansi dengan asesi: {p.asesor.instansi}."
    return "Satu unit kerja dengan asesi." if p.satu_unit else ""


ATURAN = (
    Aturan("C1", MUTLAK, "Asesor tidak menilai dirinya sendiri.",
           lambda p: "Asesor adalah asesi itu sendiri." if p.orang_sama else ""),
    Aturan("C2", DAPAT_DIKECUALIKAN, "Asesor tidak menilai orang yang baru dilatihnya.",
           lambda p: f"Melatih asesi ini: {', '.join(p.pelatihan)}." if p.pelatihan else ""),
    Aturan("C3", PERINGATAN, "Keluarga, atasan langsung, bawahan, atau rekan satu unit kerja dinyatakan.", _near),
    Aturan("C4", MUTLAK, "Yang memutuskan atau menandatangani tidak menilai atau melatih asesi itu."),
    Aturan("C5", MUTLAK, "Banding tidak ditangani asesor atau komite yang memutus semula.",
           lambda p: "Menilai asesmen yang dibanding." if p.dibanding else ""),
    Aturan("C6", MUTLAK, "Sekretariat tidak memverifikasi permohonannya sendiri; hubungan keluarga dinyatakan."),
    Aturan("C7", MUTLAK, "Registrasi MET dan kompetensi teknis berlaku pada hari asesmen.", _licence),
    Aturan("C8", PERINGATAN, "Asesor tidak menilai lebih banyak asesi sehari daripada batas LSP.",
           lambda p: f"Sudah menilai {p.beban} asesi pada hari itu." if p.beban >= p.paling_banyak else ""),
    Aturan("C8b", MUTLAK, "Jadwal asesor tidak bertumpang tindih.",
           lambda p: "Jadwalnya bertumpang tindih pada hari itu." if p.bentrok else ""),
    Aturan("C9", DINYATAKAN, "TUK milik pihak yang juga melatih asesi dinyatakan kepada komite."),
    Aturan("C10", DINYATAKAN, "Asesi boleh berkeberatan atas asesornya dalam batas hari kerja LSP."),
)  # fmt: skip
KATA = {rule.id: rule.kata for rule in ATURAN}


def nilai(pasangan: Pasangan) -> Calon:
    """Ask every rule. Rules that spoke, strictest first."""
    found = [Temuan(r.id, r.mode, words) for r in ATURAN if r.periksa and (words := r.periksa(pasangan))]
    order = {MUTLAK: 0, DAPAT_DIKECUALIKAN: 1, PERINGATAN: 2}
    return Calon(pasangan, sorted(found, key=lambda t: order[t.mode]))


def calon(case: Permohonan, hari: date, asesor_ids: Iterable[uuid.UUID] | None = None) -> list[Calon]:
    """Every asesor of the register (or these) for this case: who may come first, then by name."""
    query = sa.select(a.Asesor, User).join(User, User.id == a.Asesor.user_id)
    query = query.where(a.Asesor.aktif) if asesor_ids is None else query.where(a.Asesor.id.in_(list(asesor_ids)))
    rows = db.session.execute(query).all()
    facts = _facts(case, hari, [asesor for asesor, _ in rows])
    found = [nilai(_pair(asesor, user, case, hari, facts)) for asesor, user in rows]
    return sorted(found, key=lambda c: (c.terhalang, c.perlu_mitigasi, len(c.temuan), c.pasangan.nama))


def _pair(asesor: a.Asesor, user: User, case: Permohonan, hari: date, facts: dict[str, Any]) -> Pasangan:
    person = facts["orang"]
    same = asesor.user_id == case.user_id or (user.orang_id is not None and user.orang_id in person)
    return Pasangan(
        asesor=asesor, nama=user.nama, akun_aktif=user.aktif, orang_sama=same, instansi_asesi=case.instansi,
        hari=hari, kompetensi=facts["kompetensi"].get(asesor.id),
        pelatihan=tuple(facts["pelatihan"].get(asesor.user_id, ())),
        satu_unit=user.pegawai_id in facts["sejawat"], beban=facts["beban"].get(asesor.id, 0),
        paling_banyak=facts["paling_banyak"],
        bentrok=asesor.id in facts["bentrok"], dibanding=asesor.user_id in facts["dibanding"],
    )  # fmt: skip


def _facts(case: Permohonan, hari: date, asesor: list[a.Asesor]) -> dict[str, Any]:
    ids = [one.id for one in asesor]
    competence = sa.select(a.AsesorSkema).where(
        a.AsesorSkema.asesor_id.in_(ids), a.AsesorSkema.skema_id == case.skema_id
    )
    asesi = db.session.scalars(sa.select(User).where(User.id == case.user_id)).one()
    return {
        "kompetensi": {row.asesor_id: row for row in db.session.scalars(competence)},
        "pelatihan": _trainings(case.user_id, hari),
        "orang": {key for key in (asesi.orang_id, case.orang_id) if key is not None},
        "sejawat": _colleagues(asesi.pegawai_id, hari),
        "beban": beban(ids, hari),
        "paling_banyak": batas("asesi_sehari"),
        "bentrok": set(),
        "dibanding": penilai_semula(case),
    }


def penilai_semula(case: Permohonan) -> set[uuid.UUID]:
    """Persons who assessed this asesi before an appeal that led to this case (C5), earlier rounds included."""
    if case.jenis != BANDING_ULANG:
        return set()
    query = (
        sa.select(a.Asesor.user_id)
        .join(a.PenugasanAsesor, a.PenugasanAsesor.asesor_id == a.Asesor.id)
        .join(Banding, Banding.permohonan_id == a.PenugasanAsesor.permohonan_id)
        .join(Permohonan, Permohonan.id == Banding.permohonan_id)
        .where(Permohonan.user_id == case.user_id, Permohonan.skema_id == case.skema_id)
        .where(Banding.ulang_id.is_not(None), a.PenugasanAsesor.disetujui_at.is_not(None))
    )
    return set(db.session.scalars(query))


def _trainings(peserta: uuid.UUID, hari: date) -> dict[uuid.UUID, list[str]]:
    query = sa.select(a.Pelatihan).where(
        a.Pelatihan.peserta_id == peserta, a.Pelatihan.selesai > hari - timedelta(days=hari_pelatihan())
    )
    found: dict[uuid.UUID, list[str]] = {}
    for row in db.session.scalars(query.order_by(a.Pelatihan.selesai)):
        found.setdefault(row.pelatih_id, []).append(f"{row.nama} ({calendar.tanggal_pendek(row.selesai)})")
    return found


def _colleagues(pegawai_id: uuid.UUID | None, hari: date) -> set[uuid.UUID]:
    """Employments that sit in the same unit on that day."""
    if pegawai_id is None:
        return set()
    seat = sa.orm.aliased(Penempatan)
    query = (
        sa.select(Penempatan.pegawai_id)
        .join(seat, seat.unit_id == Penempatan.unit_id)
        .where(seat.pegawai_id == pegawai_id, seat.jenis == DEFINITIF, in_force(seat, hari), in_force(Penempatan, hari))
    )
    return set(db.session.scalars(query)) - {pegawai_id}


def sehari(hari: date, zona: str = "WIB") -> tuple[datetime, datetime]:
    """The instants between which that day lies in a zone."""
    start = datetime.combine(hari, time(), calendar.zona_waktu(zona))
    return start, start + timedelta(days=1)


def beban(asesor_ids: list[uuid.UUID], hari: date) -> dict[uuid.UUID, int]:
    """How many asesi each asesor has on that day: in sessions, and where only the day is planned."""
    start, end = sehari(hari)
    seated = (
        sa.select(a.SesiAsesmen.asesor_id, sa.func.count())
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .where(a.SesiAsesmen.asesor_id.in_(asesor_ids), a.SesiAsesmen.mulai >= start, a.SesiAsesmen.mulai < end)
        .group_by(a.SesiAsesmen.asesor_id)
    )
    seat = sa.exists().where(a.PesertaSesi.permohonan_id == a.PenugasanAsesor.permohonan_id)
    planned = (
        sa.select(a.PenugasanAsesor.asesor_id, sa.func.count())
        .where(
            a.PenugasanAsesor.asesor_id.in_(asesor_ids), a.PenugasanAsesor.rencana == hari, ~seat,
            a.PenugasanAsesor.status.in_([a.MENUNGGU_COI, a.BERSEDIA, a.AKTIF]),
        )
        .group_by(a.PenugasanAsesor.asesor_id)
    )  # fmt: skip
    total: dict[uuid.UUID, int] = {}
    for key, count in [*db.session.execute(seated).tuples(), *db.session.execute(planned).tuples()]:
        total[key] = total.get(key, 0) + count
    return total


def bentrok(asesor_id: uuid.UUID, mulai: datetime, selesai: datetime, kecuali: uuid.UUID | None = None) -> bool:
    """The asesor has another session in this time (C8b)."""
    query = sa.select(a.SesiAsesmen.id).where(
        a.SesiAsesmen.asesor_id == asesor_id, a.SesiAsesmen.mulai < selesai, a.SesiAsesmen.selesai > mulai,
        a.SesiAsesmen.id != kecuali if kecuali else sa.true(), a.SesiAsesmen.dibatalkan_at.is_(None),
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def terlibat(permohonan_id: uuid.UUID, peserta: uuid.UUID, hari: date) -> set[uuid.UUID]:
    """Persons who assessed this case or trained its asesi lately: they neither decide nor sign (C4)."""
    query = (
        sa.select(a.Asesor.user_id)
        .join(a.PenugasanAsesor, a.PenugasanAsesor.asesor_id == a.Asesor.id)
        .where(a.PenugasanAsesor.permohonan_id == permohonan_id, a.PenugasanAsesor.disetujui_at.is_not(None))
    )
    return set(db.session.scalars(query)) | set(_trainings(peserta, hari))
