"""An assessment under way that cannot go on, because the asesi fell ill or something else stopped it.

The case waits for another day with the same asesor; units that were judged keep their result, and FR.AK.01 stands.
The seat is taken out of the session, so that the others of it can be closed; its minutes name who stopped and why.
"""

import uuid

import sqlalchemy as sa

from portal.kernel import approval, notices
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen import kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan.services import ALASAN_MIN
from portal.sertifikasi.asesmen.rekam.services import sesi_terakhir
from portal.sertifikasi.asesmen.tinjau.services import Tugas
from portal.sertifikasi.saya import models as m


def oleh_asesor(tugas: Tugas, user: Principal, alasan: str, kunci: uuid.UUID | None) -> None:
    """Raises Denied, Conflict, Invalid."""
    if kunci and approval.is_repeat(tugas.case.submission_id, kunci):
        return
    tugas.milik(user)
    _stop(tugas.case, "hentikan", user, alasan, kunci)
    for person in kasus.pemegang("manajer_sertifikasi"):
        notices.notify(person, "Asesmen dihentikan asesor", tugas.case.nomor or "",
                       f"/sertifikasi/permohonan/{tugas.case.id}/proses")  # fmt: skip


def oleh_manajer(case: m.Permohonan, user: Principal, alasan: str, kunci: uuid.UUID | None) -> None:
    """Raises Denied for the own case, Conflict, Invalid."""
    if case.user_id == user.id:
        raise Denied("Asesmen Anda sendiri dihentikan orang lain.")
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    _stop(case, "hentikan_lsp", user, alasan, kunci)
    p = kasus.penugasan_berlaku(case.id)
    if p is not None:
        notices.notify(p.asesor.user_id, "Asesmen dihentikan manajer sertifikasi", f"{case.nama}: {alasan.strip()}",
                       f"/sertifikasi/asesmen/{p.id}/ak-02")  # fmt: skip


def _stop(case: m.Permohonan, move: str, user: Principal, alasan: str, kunci: uuid.UUID | None) -> None:
    why = " ".join(alasan.split())
    if not ALASAN_MIN <= len(why) <= 1000:
        raise Invalid("henti", f"Alasan: tulis {ALASAN_MIN} sampai 1.000 huruf, asesi membacanya.")
    kasus.kunci_alur(case, m.BERLANGSUNG)
    sesi = sesi_terakhir(case)
    if sesi.ditutup_at is not None:
        raise Conflict("Sesi asesmen ini sudah ditutup.")
    approval.move(case.submission_id, move, user, why, kunci=kunci, rincian={"sesi": str(sesi.id)})
    seat = sa.delete(a.PesertaSesi).where(a.PesertaSesi.sesi_id == sesi.id, a.PesertaSesi.permohonan_id == case.id)
    db.session.execute(seat)
    for person in kasus.pemegang("sekretariat_lsp"):
        notices.notify(person, "Asesmen dihentikan, perlu jadwal baru", case.nomor or "",
                       f"/sertifikasi/permohonan/{case.id}/proses")  # fmt: skip
