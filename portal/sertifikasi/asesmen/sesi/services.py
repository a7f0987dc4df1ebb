"""Sessions. Times are typed and read in the zone of the TUK, stored in UTC."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, calendar, notices
from portal.kernel.approval import Submission
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi import VERIFIKASI
from portal.sertifikasi.asesmen import aturan, kalender, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.sesi import setuju
from portal.sertifikasi.asesmen.tinjau.services import berlaku, jam
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.tenggat import batas

REMOTE = (a.DARING_SINKRON, a.DARING_ASINKRON)

activity.declare(**{
    "sertifikasi.sesi_dibuat": "tuk mulai selesai kuota", "sertifikasi.peserta_dijadwalkan": "permohonan",
    "sertifikasi.kehadiran": "permohonan kehadiran",
})  # fmt: skip


@dataclass(frozen=True)
class DataSesi:
    skema_versi_id: uuid.UUID | None
    tuk_id: uuid.UUID | None
    asesor_id: uuid.UUID | None
    moda: str
    hari: date
    mulai: str
    selesai: str
    kuota: int
    izin: str = ""


@dataclass(frozen=True)
class Tempat:
    """Where, with whom and when (UTC) a session is held, found to be right."""

    versi: s.SkemaVersi
    tuk: a.Tuk
    asesor: a.Asesor
    mulai: datetime
    selesai: datetime


def periksa(data: DataSesi, sesi: a.SesiAsesmen | None = None) -> Tempat:
    """TUK and asesor valid on that day, room for the quota, no clash with other sessions. Raises Invalid, Conflict."""
    versi = db.session.scalars(sa.select(s.SkemaVersi).where(s.SkemaVersi.id == data.skema_versi_id)).first()
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == data.tuk_id).with_for_update()).first()
    asesor = db.session.scalars(sa.select(a.Asesor).where(a.Asesor.id == data.asesor_id).with_for_update()).first()
    if versi is None:
        raise Invalid("skema", "Pilih skema.")
    if tuk is None:
        raise Invalid("tuk", "Pilih tempat uji.")
    if asesor is None:
        raise Invalid("asesor", "Pilih asesor.")
    start, end = _instants(data, tuk)
    _venue(data, tuk, start, end, sesi)
    berlaku(asesor, data.hari)
    _competent(asesor, versi.skema_id, data.hari)
    _mode(data, versi)
    if aturan.bentrok(asesor.id, start, end, sesi.id if sesi else None):
        raise Conflict("Asesor sudah mempunyai sesi lain pada waktu itu.")
    return Tempat(versi, tuk, asesor, start, end)


def buat(data: DataSesi, user: Principal) -> a.SesiAsesmen:
    """A new session. Raises Invalid, Conflict."""
    place = periksa(data)
    tuk, asesor, start, end = place.tuk, place.asesor, place.mulai, place.selesai
    row = a.SesiAsesmen(
        skema_versi_id=place.versi.id, tuk_id=tuk.id, asesor_id=asesor.id, moda=data.moda, mulai=start, selesai=end,
        kuota=data.kuota, izin_bnsp_ref=data.izin.strip(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    activity.log("sertifikasi.sesi_dibuat", row, by=user, tuk=tuk.kode, mulai=start, selesai=end, kuota=data.kuota)
    notices.notify(asesor.user_id, "Sesi asesmen Anda", kalender.waktu_sesi(row, tuk), f"/sertifikasi/sesi/{row.id}")
    return row


def _instants(data: DataSesi, tuk: a.Tuk) -> tuple[datetime, datetime]:
    zone = calendar.zona_waktu(tuk.zona)
    ends = []
    for field in ("mulai", "selesai"):
        hours, minutes = jam(getattr(data, field), field).split(".")
        ends.append(datetime.combine(data.hari, time(int(hours), int(minutes)), zone))
    if ends[1] <= ends[0]:
        raise Invalid("selesai", "Selesai: harus sesudah mulai.")
    if data.hari < kalender.hari_ini():
        raise Invalid("hari", "Hari asesmen: pilih hari ini atau sesudahnya.")
    return ends[0], ends[1]


def _venue(data: DataSesi, tuk: a.Tuk, start: datetime, end: datetime, sesi: a.SesiAsesmen | None) -> None:
    if not tuk.mulai <= data.hari <= tuk.selesai:
        raise Invalid("tuk", f"Verifikasi {tuk.nama} berlaku sampai {calendar.tanggal(tuk.selesai)}.")
    if not 1 <= data.kuota <= tuk.kuota:
        raise Invalid("kuota", f"Kuota: 1 sampai {tuk.kuota}, sesuai daya tampung TUK.")
    taken = sa.select(sa.func.coalesce(sa.func.sum(a.SesiAsesmen.kuota), 0)).where(
        a.SesiAsesmen.tuk_id == tuk.id, a.SesiAsesmen.mulai < end, a.SesiAsesmen.selesai > start,
        a.SesiAsesmen.dibatalkan_at.is_(None), a.SesiAsesmen.id != sesi.id if sesi else sa.true(),
    )  # fmt: skip
    if int(db.session.scalar(taken) or 0) + data.kuota > tuk.kuota:
        raise Conflict(f"{tuk.nama} sudah penuh pada waktu itu.")


def _competent(asesor: a.Asesor, skema_id: uuid.UUID, hari: date) -> None:
    query = sa.select(a.AsesorSkema.id).where(
        a.AsesorSkema.asesor_id == asesor.id, a.AsesorSkema.skema_id == skema_id, a.AsesorSkema.mulai <= hari,
        a.AsesorSkema.selesai >= hari,
    )  # fmt: skip
    if db.session.scalar(query) is None:
        raise Conflict("Kompetensi teknis asesor untuk skema ini tidak berlaku pada hari itu.")


def _mode(data: DataSesi, versi: s.SkemaVersi) -> None:
    if data.moda not in versi.moda:
        raise Invalid("moda", "Skema ini tidak mengizinkan moda itu.")
    if data.moda not in REMOTE:
        return
    if not data.izin.strip():
        raise Invalid("izin", "Tulis nomor izin BNSP untuk asesmen jarak jauh.")
    field = (
        sa.select(s.UnitKompetensi.kode)
        .join(s.SkemaUnit, s.SkemaUnit.unit_id == s.UnitKompetensi.id)
        .where(s.SkemaUnit.skema_versi_id == versi.id)
        .where(sa.or_(s.SkemaUnit.wajib_luring, s.UnitKompetensi.wajib_luring))
    )
    codes = db.session.scalars(field).all()
    if codes:
        raise Invalid("moda", f"Unit ini hanya boleh diuji luring: {', '.join(codes)}.")


def tambah(sesi: a.SesiAsesmen, case: m.Permohonan, user: Principal, kunci: uuid.UUID | None) -> list[str]:
    """Seat a case in a session, or move it from another. Returns warnings (C8, C9). Raises Conflict."""
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return []
    if case.user_id == user.id:
        raise Denied("Jadwal Anda sendiri ditetapkan rekan Anda.")
    kasus.kunci_alur(case, m.AK01_DISETUJUI, m.TERJADWAL)
    locked = sa.select(a.SesiAsesmen).where(a.SesiAsesmen.id == sesi.id).with_for_update()
    sesi = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == sesi.tuk_id)).one()
    day = calendar.setempat(sesi.mulai, tuk.zona).date()
    _fits(sesi, case, day)
    asesor = db.session.scalars(sa.select(a.Asesor).where(a.Asesor.id == sesi.asesor_id)).one()
    berlaku(asesor, day)
    load = aturan.beban([asesor.id], day).get(asesor.id, 0)
    warnings = [f"C8: asesor sudah menilai {load} asesi pada hari itu."] if load >= batas("asesi_sehari") else []
    if tuk.pemilik_pelatih:
        warnings.append("C9: pemilik TUK juga melatih asesi; dicatat untuk komite.")
    _unseat(case)
    db.session.add(a.PesertaSesi(sesi_id=sesi.id, permohonan_id=case.id))
    activity.log("sertifikasi.peserta_dijadwalkan", sesi, by=user, permohonan=case.nomor)
    about = {"sesi": str(sesi.id), "peringatan": warnings}
    approval.move(case.submission_id, "jadwalkan", user, kalender.waktu_sesi(sesi, tuk), kunci=kunci, rincian=about)
    asked = _ask(sesi, case)
    ask = ". Jadwal ini lain dari yang disepakati: setujui dahulu." if asked else ""
    notices.notify(case.user_id, "Undangan asesmen", f"{kalender.waktu_sesi(sesi, tuk)}, {tuk.nama}, {tuk.kota}{ask}",
                   f"/sertifikasi/saya/{case.id}{'/jadwal' if asked else ''}")  # fmt: skip
    return warnings


def _ask(sesi: a.SesiAsesmen, case: m.Permohonan) -> bool:
    db.session.flush()
    return setuju.minta(case, sesi)


def _fits(sesi: a.SesiAsesmen, case: m.Permohonan, day: date) -> None:
    p = kasus.penugasan_berlaku(case.id)
    if sesi.dibatalkan_at is not None:
        raise Conflict("Sesi ini dibatalkan.")
    if sesi.ditutup_at is not None or day < kalender.hari_ini():
        raise Conflict("Sesi ini sudah lewat.")
    if sesi.skema_versi_id != case.skema_versi_id:
        raise Conflict("Sesi ini untuk skema atau versi lain.")
    if p is None or p.status != a.AKTIF or p.asesor_id != sesi.asesor_id:
        raise Conflict("Asesor sesi ini bukan asesor yang ditugaskan.")
    seats = sa.select(sa.func.count()).where(a.PesertaSesi.sesi_id == sesi.id, a.PesertaSesi.permohonan_id != case.id)
    if int(db.session.scalar(seats.select_from(a.PesertaSesi)) or 0) >= sesi.kuota:
        raise Conflict("Kuota sesi ini sudah penuh.")
    tidak_bentrok(case, sesi, sesi.mulai, sesi.selesai)


def tidak_bentrok(case: m.Permohonan, sesi: a.SesiAsesmen, start: datetime, end: datetime) -> None:
    """The asesi has no other session in this time, whichever scheme it is for. Raises Conflict."""
    other = (
        sa.select(a.SesiAsesmen.id)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .join(m.Permohonan, m.Permohonan.id == a.PesertaSesi.permohonan_id)
        .where(m.Permohonan.user_id == case.user_id, m.Permohonan.id != case.id)
        .where(a.SesiAsesmen.id != sesi.id, a.SesiAsesmen.mulai < end, a.SesiAsesmen.selesai > start)
    )
    if db.session.scalar(other.limit(1)) is not None:
        raise Conflict(f"{case.nama} sudah dijadwalkan pada sesi lain di waktu yang sama.")


def _unseat(case: m.Permohonan) -> None:
    open_ = sa.select(a.SesiAsesmen.id).where(a.SesiAsesmen.ditutup_at.is_(None))
    db.session.execute(
        sa.delete(a.PesertaSesi).where(a.PesertaSesi.permohonan_id == case.id, a.PesertaSesi.sesi_id.in_(open_))
    )


def hadir(sesi: a.SesiAsesmen, values: dict[uuid.UUID, tuple[str, str]], user: Principal) -> None:
    """Attendance by participant: (state, note). The session's asesor or the sekretariat writes it."""
    _may_run(sesi, user)
    if sesi.dibatalkan_at is not None:
        raise Conflict("Sesi ini sudah dibatalkan.")
    if sesi.ditutup_at is not None:
        raise Conflict("Sesi ini sudah ditutup.")
    own = set(db.session.scalars(sa.select(m.Permohonan.id).where(m.Permohonan.user_id == user.id)))
    query = sa.select(a.PesertaSesi).where(a.PesertaSesi.sesi_id == sesi.id).with_for_update()
    for row in db.session.scalars(query):
        state, note = values.get(row.permohonan_id, (row.kehadiran, row.catatan))
        if state not in ("", a.HADIR, a.TERLAMBAT, a.TIDAK_HADIR):
            raise Invalid("", "Kehadiran tidak dikenal.")
        if (state, note) != (row.kehadiran, row.catatan):
            if row.permohonan_id in own:
                raise Denied("Kehadiran Anda sendiri dicatat orang lain.")
            row.kehadiran, row.catatan = state, note.strip()[:500]
            activity.log("sertifikasi.kehadiran", row, by=user, permohonan=str(row.permohonan_id), kehadiran=state)


def _may_run(sesi: a.SesiAsesmen, user: Principal) -> None:
    if not user.has(VERIFIKASI) and sesi.asesor.user_id != user.id:
        raise Denied()


def mulai(sesi: a.SesiAsesmen, user: Principal) -> int:
    """The asesor begins: who is present goes from scheduled to under way. Returns how many. Raises Conflict."""
    if sesi.asesor.user_id != user.id:
        raise Denied("Asesmen dimulai oleh asesornya.")
    if sesi.dibatalkan_at is not None:
        raise Conflict("Sesi ini sudah dibatalkan.")
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == sesi.tuk_id)).one()
    day = calendar.setempat(sesi.mulai, tuk.zona).date()
    if calendar.setempat(now(), tuk.zona).date() < day:
        raise Conflict(f"Asesmen baru dapat dimulai pada {calendar.tanggal(day)}.")
    berlaku(sesi.asesor, day)
    _agreed(sesi)
    query = (
        sa.select(m.Permohonan)
        .join(a.PesertaSesi, a.PesertaSesi.permohonan_id == m.Permohonan.id)
        .where(a.PesertaSesi.sesi_id == sesi.id, a.PesertaSesi.kehadiran.in_([a.HADIR, a.TERLAMBAT]))
    )
    started = 0
    for case in db.session.scalars(query).all():
        if kasus.status(case) == m.TERJADWAL:
            approval.move(case.submission_id, "mulai", user, rincian={"sesi": str(sesi.id)})
            started += 1
    if not started:
        raise Conflict("Belum ada peserta yang dicatat hadir.")
    return started


def _agreed(sesi: a.SesiAsesmen) -> None:
    """Raises Conflict: FR.AK.01 names another day and somebody present has not agreed to this one."""
    names = setuju.belum(sesi.id)
    if names:
        raise Conflict(f"Belum menyetujui hari yang baru: {', '.join(names)}.",
                       "Minta asesi membuka permohonannya di ponsel dan menandatangani.")  # fmt: skip


def peserta(sesi_id: uuid.UUID) -> list[Any]:
    """Rows (PesertaSesi, Permohonan, status, recommendation) by name."""
    query = (
        sa.select(a.PesertaSesi, m.Permohonan, Submission.status, a.Rekomendasi)
        .join(m.Permohonan, m.Permohonan.id == a.PesertaSesi.permohonan_id)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .outerjoin(a.Rekomendasi, a.Rekomendasi.permohonan_id == m.Permohonan.id)
        .where(a.PesertaSesi.sesi_id == sesi_id)
        .order_by(m.Permohonan.nama, m.Permohonan.id)
    )
    return list(db.session.execute(query))
