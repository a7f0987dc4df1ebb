"""What an asesi has to do or can read after APL-02: agreement, schedule, record, feedback, result, in rows of the
task list."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from portal.kernel import calendar
from portal.kernel.db import db
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.saya import kertas
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import Kasus

AK01, AK02, AK03, AK07 = "FR.AK.01", "FR.AK.02", "FR.AK.03", "FR.AK.07"
REVIEW = (m.ASESOR_DITUGASKAN, m.DITINJAU, m.APL02_PERLU_PERBAIKAN)
OBJECTION = (*REVIEW, m.SIAP_ASESMEN, m.AK01_DISETUJUI)
AGREED = (m.AK01_DISETUJUI, m.TERJADWAL, m.BERLANGSUNG)
WAITING = (m.DIREKOMENDASIKAN, m.MENUNGGU_KEPUTUSAN, m.DITUNDA)
DECIDED = (m.KOMPETEN, m.BELUM_KOMPETEN, m.MENUNGGU_NOMOR, m.BERSERTIFIKAT)
REFUSED = (m.APL01_DITOLAK, m.TIDAK_LANJUT)


@dataclass(frozen=True)
class Baris:
    name: str
    href: str
    state: str
    note: str = ""
    reason: str = ""


def rows_after(found: Kasus) -> list[Baris]:
    """Nothing before an asesor is there: until then the task list is about APL-01 and APL-02."""
    status, base = found.status, found.dasar
    if status in REFUSED:
        return [Baris("Keputusan dan hak banding", f"{base}/hasil", "SELESAI")]
    if status not in (*REVIEW, m.SIAP_ASESMEN, *AGREED, *WAITING, *DECIDED):
        return []
    signed = _signed(found.p.id)
    rows = [*_adjusted(base, signed), _agreement(status, base, signed), *_seat(found)]
    if status in (*WAITING, *DECIDED):
        done, note = ("SELESAI", "") if signed.get(AK02) else ("BELUM", "Baca lalu paraf")
        rows.append(Baris("Rekam asesmen (AK-02)", f"{base}/ak-02", done, note))
        rows.append(Baris("Umpan balik (AK-03)", f"{base}/ak-03", "SELESAI" if AK03 in signed else "BELUM"))
    if status in DECIDED:
        return [*rows, Baris("Hasil dan sertifikat", f"{base}/hasil", "SELESAI")]
    return [*rows, Baris("Hasil dan sertifikat", "", "TERKUNCI", reason="Diputuskan komite dalam pleno")]


def may_object(found: Kasus) -> bool:
    """An asesor is named and the assessment has not begun."""
    return found.status in OBJECTION


def _agreement(status: str, base: str, signed: dict[str, bool]) -> Baris:
    name = "Persetujuan asesmen (AK-01)"
    if status in REVIEW:
        return Baris(name, "", "TERKUNCI", reason="Disiapkan asesor setelah APL-02 ditinjau")
    if status == m.SIAP_ASESMEN and AK01 not in signed:
        return Baris(name, "", "TERKUNCI", reason="Asesor sedang menyiapkannya")
    waits = status == m.SIAP_ASESMEN
    return Baris(name, f"{base}/ak-01", "BELUM" if waits else "SELESAI", "Menunggu paraf Anda" if waits else "")


def _adjusted(base: str, signed: dict[str, bool]) -> list[Baris]:
    """Only where the asesor has written one."""
    if AK07 not in signed:
        return []
    state, note = ("SELESAI", "") if signed[AK07] else ("BELUM", "Menunggu paraf Anda")
    return [Baris("Penyesuaian asesmen (AK-07)", f"{base}/ak-07", state, note)]


def _signed(case_id: uuid.UUID) -> dict[str, bool]:
    """Forms of the assessment that are locked, and whether the asesi signed the newest of each."""
    own = sa.exists().where(m.TandaTangan.form_id == m.FormIsian.id, m.TandaTangan.peran == "ASESI")
    query = (
        sa.select(m.FormIsian.kode, own)
        .where(m.FormIsian.permohonan_id == case_id, m.FormIsian.kode.in_([AK01, AK02, AK03, AK07]))
        .where(m.FormIsian.sha256 != "")
        .order_by(m.FormIsian.ke)
    )
    return dict(db.session.execute(query).tuples().all())


def asks(case_id: uuid.UUID) -> bool:
    """The session lies on another day than FR.AK.01 says, and the asesi has not agreed yet."""
    seat = a.PesertaSesi
    open_ = sa.select(seat.id).join(a.SesiAsesmen, a.SesiAsesmen.id == seat.sesi_id)
    open_ = open_.where(seat.permohonan_id == case_id, a.SesiAsesmen.ditutup_at.is_(None))
    waiting = open_.where(seat.minta_setuju_at.is_not(None), seat.disetujui_at.is_(None))
    return db.session.scalar(waiting.limit(1)) is not None


def _seat(found: Kasus) -> list[Baris]:
    """Day, hour and place, as clocks show it there; with the card of the asesi until the assessment is over."""
    place = kertas.seat(found.p.id)
    if place is None:
        return []
    sesi, tuk = place
    words = f"{calendar.waktu(sesi.mulai, tuk.zona)}, {tuk.nama}, {tuk.kota}"
    if found.status == m.TERJADWAL and asks(found.p.id):
        note = f"{words}. Menunggu persetujuan Anda"
        return [Baris("Hari asesmen berubah", f"{found.dasar}/jadwal", "BELUM", note)]
    if found.status in (m.TERJADWAL, m.BERLANGSUNG):
        return [Baris("Jadwal asesmen, unduh kartu peserta", f"{found.dasar}/kartu", "SELESAI", words)]
    return [Baris("Jadwal asesmen", f"{found.dasar}/ak-01", "SELESAI", words)]
