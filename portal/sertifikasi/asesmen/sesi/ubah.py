"""A session that has not begun is moved to another day, place or asesor, or called off; both ask every rule again.

Once a participant is being assessed it can only be closed.
"""

from datetime import UTC, date
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
from portal.sertifikasi.asesmen.penugasan.services import ALASAN_MIN
from portal.sertifikasi.asesmen.sesi import services, setuju
from portal.sertifikasi.asesmen.sesi.services import DataSesi
from portal.sertifikasi.saya import models as m

BEFORE = (m.TERJADWAL, m.AK01_DISETUJUI)

activity.declare(**{
    "sertifikasi.sesi_diubah": "sebelum sesudah alasan", "sertifikasi.sesi_dibatalkan": "alasan peserta",
})  # fmt: skip


def stempel(sesi: a.SesiAsesmen) -> str:
    """Which state of the row a form has seen."""
    return str(int(sesi.diubah_at.timestamp() * 1_000_000))


def sudah_mulai(sesi: a.SesiAsesmen) -> bool:
    """Closed, or somebody present is being assessed."""
    if sesi.ditutup_at is not None:
        return True
    query = (
        sa.select(a.PesertaSesi.id)
        .join(m.Permohonan, m.Permohonan.id == a.PesertaSesi.permohonan_id)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .where(a.PesertaSesi.sesi_id == sesi.id, a.PesertaSesi.kehadiran.in_([a.HADIR, a.TERLAMBAT]))
        .where(Submission.status.not_in(BEFORE))
    )
    return db.session.scalar(query.limit(1)) is not None


def boleh(sesi: a.SesiAsesmen, user: Principal) -> bool:
    """Whether the page offers this person to change it or call it off."""
    return user.has(VERIFIKASI) and sesi.dibatalkan_at is None and not sudah_mulai(sesi)


def _locked(sesi: a.SesiAsesmen, user: Principal) -> a.SesiAsesmen:
    if not user.has(VERIFIKASI):
        raise Denied()
    query = sa.select(a.SesiAsesmen).where(a.SesiAsesmen.id == sesi.id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.dibatalkan_at is not None:
        raise Conflict("Sesi ini sudah dibatalkan.")
    if sudah_mulai(row):
        raise Conflict("Asesmen sudah dimulai, jadi sesi ini hanya dapat ditutup.")
    return row


def _seated(sesi: a.SesiAsesmen) -> list[m.Permohonan]:
    """Cases that are scheduled here; those withdrawn or dropped meanwhile are none."""
    query = (
        sa.select(m.Permohonan)
        .join(a.PesertaSesi, a.PesertaSesi.permohonan_id == m.Permohonan.id)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .where(a.PesertaSesi.sesi_id == sesi.id, Submission.status == m.TERJADWAL)
        .order_by(m.Permohonan.id)
    )
    return list(db.session.scalars(query))


def _reason(text: str) -> str:
    why = " ".join(text.split())
    if not ALASAN_MIN <= len(why) <= 1000:
        raise Invalid("alasan", f"Alasan: tulis {ALASAN_MIN} sampai 1.000 huruf, asesi membacanya.")
    return why


# ---- changing


def ubah(sesi: a.SesiAsesmen, data: DataSesi, alasan: str, dilihat: str, user: Principal) -> list[str]:
    """Other facts of a session; soft rules that spoke are returned. Raises Invalid, Conflict."""
    row = _locked(sesi, user)
    if dilihat != stempel(row):
        raise Conflict("Sesi ini diubah orang lain setelah Anda membukanya.", "Muat ulang, lalu ulangi perubahan Anda.")
    cases, before = _seated(row), _facts(row)
    place = services.periksa(data, row)
    if data.kuota < len(cases):
        raise Invalid("kuota", f"Kuota: sudah ada {len(cases)} peserta.")
    same_day = calendar.setempat(row.mulai, place.tuk.zona).date() == data.hari
    warnings = _rules(row, place, data.hari, cases, same_day)
    old_asesor = row.asesor_id
    row.tuk_id, row.asesor_id, row.moda, row.kuota = place.tuk.id, place.asesor.id, data.moda, data.kuota
    row.mulai, row.selesai, row.izin_bnsp_ref = place.mulai, place.selesai, data.izin.strip()
    after = _facts(row)
    if after == before:
        return warnings
    told = {**after, "kuota": ""} != {**before, "kuota": ""}
    why = _reason(alasan) if told and cases else " ".join(alasan.split())[:1000]
    row.diubah_at = now()
    db.session.flush()
    activity.log("sertifikasi.sesi_diubah", row, by=user, sebelum=before, sesudah=after, alasan=why)
    if told:
        _tell_change(row, place, cases, why, user, old_asesor)
    return warnings


def _facts(row: a.SesiAsesmen) -> dict[str, str]:
    names = ("tuk_id", "asesor_id", "moda", "kuota", "izin_bnsp_ref")
    times = {name: getattr(row, name).astimezone(UTC).isoformat() for name in ("mulai", "selesai")}
    return {name: str(getattr(row, name)) for name in names} | times


def _rules(
    row: a.SesiAsesmen, place: services.Tempat, day: date, cases: list[m.Permohonan], same_day: bool
) -> list[str]:
    """The asesor is that of every participant, nothing absolute speaks on the new day, nobody is elsewhere."""
    warnings: list[str] = []
    if place.tuk.pemilik_pelatih and cases:
        warnings.append("C9: pemilik TUK juga melatih asesi; dicatat untuk komite.")
    for case in cases:
        p = kasus.penugasan_berlaku(case.id)
        if p is None or p.asesor_id != place.asesor.id:
            raise Conflict(f"{case.nama} ditugaskan kepada asesor lain.",
                           "Ganti asesornya di bagian Proses permohonan itu lebih dulu.")  # fmt: skip
        services.tidak_bentrok(case, row, place.mulai, place.selesai)
        for finding in aturan.calon(case, day, [place.asesor.id])[0].temuan:
            overridden = finding.mode == aturan.DAPAT_DIKECUALIKAN and bool(p.mitigasi)
            if finding.mode in (aturan.MUTLAK, aturan.DAPAT_DIKECUALIKAN) and not overridden:
                raise Conflict(f"{case.nama}: {finding.id}. {finding.kata}")
            if not (finding.id == "C8" and same_day):
                warnings.append(f"{case.nama}: {finding.id}. {finding.kata}")
    return warnings


def _tell_change(
    row: a.SesiAsesmen, place: services.Tempat, cases: list[m.Permohonan], why: str, user: Principal, old: Any
) -> None:
    words = f"{kalender.waktu_sesi(row, place.tuk)}, {place.tuk.nama}, {place.tuk.kota}."
    for case in cases:
        approval.move(case.submission_id, "ubah_jadwal", user, f"{words} Alasan: {why}",
                      rincian={"sesi": str(row.id)})  # fmt: skip
        asked = setuju.minta(case, row)
        ask = " Jadwal yang baru menunggu persetujuan Anda." if asked else ""
        notices.notify(case.user_id, "Jadwal asesmen Anda berubah", f"{words}{ask} Alasan: {why}",
                       f"/sertifikasi/saya/{case.id}{'/jadwal' if asked else ''}")  # fmt: skip
    if old != row.asesor_id:
        former = db.session.scalars(sa.select(a.Asesor).where(a.Asesor.id == old)).one()
        notices.notify(former.user_id, "Sesi asesmen dialihkan kepada asesor lain", words, "/sertifikasi/asesmen")
    notices.notify(place.asesor.user_id, "Sesi asesmen Anda berubah", words, f"/sertifikasi/sesi/{row.id}")


# ---- calling off


def batalkan(sesi: a.SesiAsesmen, alasan: str, user: Principal) -> int:
    """Participants wait for another day again. Returns how many. Raises Invalid, Conflict."""
    why = _reason(alasan)
    row = _locked(sesi, user)
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == row.tuk_id)).one()
    asesor = db.session.scalars(sa.select(a.Asesor).where(a.Asesor.id == row.asesor_id)).one()
    cases, words = _seated(row), f"{kalender.waktu_sesi(row, tuk)}, {tuk.nama}. Alasan: {why}"
    for case in cases:
        approval.move(case.submission_id, "batal_jadwal", user, why, rincian={"sesi": str(row.id)})
        notices.notify(case.user_id, "Jadwal asesmen Anda dibatalkan", f"{words} Jadwal baru akan diberitahukan.",
                       f"/sertifikasi/saya/{case.id}")  # fmt: skip
    gone = a.PesertaSesi.permohonan_id.in_([case.id for case in cases])
    db.session.execute(sa.delete(a.PesertaSesi).where(a.PesertaSesi.sesi_id == row.id, gone))
    row.dibatalkan_at, row.alasan_batal = now(), why
    db.session.flush()
    activity.log("sertifikasi.sesi_dibatalkan", row, by=user, alasan=why, peserta=len(cases))
    notices.notify(asesor.user_id, "Sesi asesmen dibatalkan", words, f"/sertifikasi/sesi/{row.id}")
    return len(cases)
