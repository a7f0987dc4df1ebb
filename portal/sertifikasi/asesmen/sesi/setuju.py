"""Day, hours and place of FR.AK.01 are agreed by both. A session that differs asks the asesi again to sign."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel import approval, calendar
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied
from portal.kernel.pages import bukti
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen import formulir, kalender, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.saya import models as m

AGREED = ("tanggal", "mulai", "selesai", "zona", "tempat")


@dataclass(frozen=True)
class Perubahan:
    """The seat that asks, and what was agreed before it."""

    kursi: a.PesertaSesi
    sesi: a.SesiAsesmen
    tuk: a.Tuk
    ak01: m.FormIsian | None

    @property
    def waktu(self) -> str:
        return kalender.waktu_sesi(self.sesi, self.tuk)

    @property
    def terlihat(self) -> str:
        """What a page has shown of it: the asesi signs this and nothing newer."""
        return f"{self.waktu}, {self.tuk.id}"

    @property
    def semula(self) -> dict[str, Any]:
        """Day, hours and place of FR.AK.01, {} without one."""
        found: dict[str, Any] = self.ak01.isi.get("pelaksanaan", {}) if self.ak01 else {}
        return found

    @property
    def menunggu(self) -> bool:
        return self.kursi.minta_setuju_at is not None and self.kursi.disetujui_at is None


def disepakati(case_id: uuid.UUID) -> dict[str, str]:
    """Day, hours and place that both signed, {} without FR.AK.01."""
    form = formulir.terakhir(case_id, formulir.AK01)
    agreed = form.isi.get("pelaksanaan", {}) if form else {}
    return {name: str(agreed.get(name, "")) for name in AGREED} if agreed.get("tanggal") else {}


def minta(case: m.Permohonan, sesi: a.SesiAsesmen) -> bool:
    """Ask the asesi when day, hours or place are not the agreed ones. Returns whether they are asked."""
    tuk = db.session.get_one(a.Tuk, sesi.tuk_id)
    start, end = calendar.setempat(sesi.mulai, tuk.zona), calendar.setempat(sesi.selesai, tuk.zona)
    planned = {"tanggal": start.date().isoformat(), "mulai": calendar.pukul(start), "selesai": calendar.pukul(end),
               "zona": str(start.tzname()), "tempat": tuk.nama}  # fmt: skip
    agreed = disepakati(case.id)
    asked = bool(agreed) and agreed != planned
    seat = sa.update(a.PesertaSesi).where(a.PesertaSesi.sesi_id == sesi.id, a.PesertaSesi.permohonan_id == case.id)
    db.session.execute(seat.values(minta_setuju_at=now() if asked else None, disetujui_at=None))
    return asked


def perubahan(case_id: uuid.UUID) -> Perubahan | None:
    """The newest seat of a case in a session that is not over."""
    query = (
        sa.select(a.PesertaSesi, a.SesiAsesmen, a.Tuk)
        .join(a.SesiAsesmen, a.SesiAsesmen.id == a.PesertaSesi.sesi_id)
        .join(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
        .where(a.PesertaSesi.permohonan_id == case_id, a.SesiAsesmen.ditutup_at.is_(None))
        .order_by(a.PesertaSesi.id.desc()).limit(1)
    )  # fmt: skip
    row = db.session.execute(query.execution_options(populate_existing=True)).first()
    if row is None:
        return None
    return Perubahan(row.PesertaSesi, row.SesiAsesmen, row.Tuk, formulir.terakhir(case_id, formulir.AK01))


def setujui(case: m.Permohonan, user: Principal, sandi: str, dilihat: str, kunci: uuid.UUID | None) -> None:
    """The asesi signs the new day. `dilihat`: what their page showed. Raises Conflict when it changed, Invalid."""
    if case.user_id != user.id:
        raise Denied()
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    kasus.kunci_alur(case, m.TERJADWAL)
    found = perubahan(case.id)
    if found is None or not found.menunggu:
        raise Conflict("Tidak ada perubahan jadwal yang menunggu persetujuan Anda.")
    if dilihat != found.terlihat:
        raise Conflict("Jadwal ini berubah lagi. Baca yang baru, lalu tanda tangani.")
    bukti.prove(user, sandi)
    found.kursi.disetujui_at = now()
    about = {"sesi": str(found.sesi.id), "ak01": found.ak01.sha256 if found.ak01 else ""}
    words = f"{found.waktu}, {found.tuk.nama}, {found.tuk.kota}"
    approval.move(case.submission_id, "setujui_jadwal", user, words, kunci=kunci, rincian=about)


def belum(sesi_id: uuid.UUID) -> list[str]:
    """Names of those present who were asked and have not agreed."""
    seat = a.PesertaSesi
    query = sa.select(m.Permohonan.nama).join(seat, seat.permohonan_id == m.Permohonan.id)
    query = query.where(seat.sesi_id == sesi_id, seat.kehadiran.in_([a.HADIR, a.TERLAMBAT]))
    waiting = query.where(seat.minta_setuju_at.is_not(None), seat.disetujui_at.is_(None))
    return list(db.session.scalars(waiting.order_by(m.Permohonan.nama)))
