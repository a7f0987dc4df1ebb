"""Officers, sent cases and certificates, made the short way for tests of figures, lists and rights."""

from datetime import date, timedelta

from portal.kernel import approval
from portal.kernel.db import db, new_id, now
from portal.kernel.people import User
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import SkemaVersi
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import add


def petugas(peran: str = "") -> User:
    """An account with this role; without one, whoever may apply."""
    user = UserFactory(nama=f"Petugas {peran or 'tanpa peran'}")
    if peran:
        give(user, peran)
    db.session.flush()
    return user


def terkirim(user: User | None = None, versi: SkemaVersi | None = None, provinsi: str = "31") -> m.Permohonan:
    """A case whose APL-01 was sent just now, without papers."""
    user = user or f.asesi()
    case = f.draft(user, versi).p
    case.nomor = f"PMH-UJI-{new_id().hex[-12:]}"
    case.nama, case.provinsi, case.instansi = user.nama, provinsi, "BPBD Kota Sagara"
    case.isian = {**case.isian, "jenis_kelamin": "P", "sumber_anggaran": "APBD"}
    case.apl01_diajukan_at = now()
    db.session.flush()
    approval.move(case.submission_id, "ajukan", f.principal(user))
    db.session.flush()
    return case


def sertifikat(case: m.Permohonan, status: str = k.BERLAKU) -> k.Sertifikat:
    """The case ended with a certificate in this state; its way there is left out."""
    submission = approval.lock(case.submission_id)
    approval.record_system(submission, "terbit", m.BERSERTIFIKAT)
    case.aktif = False
    day = date(2026, 11, 1)
    row = add(
        k.Sertifikat(
            permohonan_id=case.id,
            user_id=case.user_id,
            skema_versi_id=case.skema_versi_id,
            nama=case.nama,
            unit=[],
            nomor=f"NO {new_id().hex}",
            token=new_id().hex[:22],
            kode=new_id().hex[-10:].upper(),
            status=status,
            diputus=day,
            sampai=day + timedelta(days=3 * 365),
            terbit_at=now(),
        )
    )
    steps = [(k.MENUNGGU_TANDA_TANGAN, k.BERLAKU)] + ([(k.BERLAKU, status)] if status != k.BERLAKU else [])
    for before, after in steps:
        add(k.SertifikatPeristiwa(sertifikat_id=row.id, aksi="uji", dari=before, ke=after, pelaku="Petugas"))
    return row
