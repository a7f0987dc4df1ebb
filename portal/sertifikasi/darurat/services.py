"""Asking for emergency access, confirming it, ending it, and what may be read while it lasts."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from portal.kernel import activity, notices, people
from portal.kernel.calendar import pukul
from portal.kernel.db import db, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid, Missing
from portal.kernel.pages import alamat
from portal.kernel.people import Principal, User
from portal.kernel.storage import config
from portal.sertifikasi import MANAJER, TANDA_TANGAN
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.darurat.models import DIBUKA, DITOLAK, MENUNGGU, AksesDarurat
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.models import BerkasAsesi, BerkasSyarat, BuktiSyarat, FormIsian, JawabanApl02, JawabanBukti

LASTS: Final = timedelta(minutes=60)
WAITS: Final = timedelta(hours=24)  # for a second person; then the request is void
REASON = (20, 500)  # letters
PAGE = "/sertifikasi/darurat"
TERBUKA, BERAKHIR, LEWAT = "TERBUKA", "BERAKHIR", "LEWAT"
COVERED = frozenset({"KTP", "PAS_FOTO", "IJAZAH", m.APL01})  # identity papers, and the form that prints the NIK

activity.declare(**{
    "darurat.diminta": "nomor alasan", "darurat.dibuka": "nomor sampai", "darurat.ditolak": "nomor",
    "darurat.diakhiri": "nomor", "darurat.dibaca": "nomor apa halaman",
})  # fmt: skip


def state(row: AksesDarurat) -> str:
    """MENUNGGU, TERBUKA, BERAKHIR, DITOLAK, or LEWAT when nobody confirmed it in a day."""
    if row.status == MENUNGGU:
        return LEWAT if now() >= row.dibuat_at + WAITS else MENUNGGU
    if row.sampai is None:
        return DITOLAK
    return TERBUKA if row.diakhiri_at is None and now() < row.sampai else BERAKHIR


def ask(user: Principal, nomor: str, alasan: str) -> AksesDarurat:
    """Raises Invalid naming the field, Conflict while an earlier request for the case is open or waits."""
    alasan = alasan.strip()
    case = db.session.scalars(sa.select(m.Permohonan).where(m.Permohonan.nomor == nomor.strip().upper())).first()
    if case is None:
        raise Invalid("nomor", "Nomor permohonan tidak ditemukan. Contoh: PMH-2026-000123")
    if not REASON[0] <= len(alasan) <= REASON[1]:
        raise Invalid("alasan", f"Tulis alasan antara {REASON[0]} dan {REASON[1]} huruf. Sekarang {len(alasan)} huruf.")
    db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())  # two presses, one request
    mine = sa.select(AksesDarurat).where(AksesDarurat.diminta_oleh_id == user.id)
    earlier = db.session.scalars(mine.where(AksesDarurat.permohonan_id == case.id))
    if any(state(row) in (MENUNGGU, TERBUKA) for row in earlier):
        raise Conflict(f"Permintaan Anda untuk {case.nomor} masih berjalan.")
    row = AksesDarurat(permohonan_id=case.id, diminta_oleh_id=user.id, alasan=alasan)
    db.session.add(row)
    db.session.flush()
    activity.log("darurat.diminta", row, by=user, nomor=case.nomor, alasan=alasan)
    for boss in {*pemegang("manajer_sertifikasi"), *pemegang("ketua_lsp")} - {user.id}:
        notices.notify(boss, "Permintaan akses darurat", f"{user.nama} untuk {case.nomor}", PAGE)
    return row


def decide(row: AksesDarurat, user: Principal, opens: bool) -> None:
    """The second person. Raises Denied for who asked, is the asesi, or is neither manajer nor ketua; Conflict."""
    case = case_of(row)
    if user.id in (row.diminta_oleh_id, case.user_id):
        raise Denied("Akses darurat dikonfirmasi orang lain, bukan peminta atau pemilik permohonan.")
    if not (user.has(MANAJER) or user.has(TANDA_TANGAN)):
        raise Denied("Akses darurat dikonfirmasi manajer sertifikasi atau ketua LSP.")
    if state(row) != MENUNGGU:
        raise Conflict("Permintaan ini sudah diputuskan atau sudah lewat satu hari.")
    row.diputus_oleh_id, row.diputus_at = user.id, now()
    if not opens:
        row.status = DITOLAK
        activity.log("darurat.ditolak", row, by=user, nomor=case.nomor)
        notices.notify(row.diminta_oleh_id, "Akses darurat ditolak", case.nomor or "", PAGE)
        return
    row.status, row.sampai = DIBUKA, now() + LASTS
    activity.log("darurat.dibuka", row, by=user, nomor=case.nomor, sampai=row.sampai.isoformat())
    until = pukul(row.sampai, config().zona)
    notices.notify(row.diminta_oleh_id, "Akses darurat dibuka", f"{case.nomor} sampai {until}", f"{PAGE}/{row.id}")
    _alert(row, case, user, until)


def _alert(row: AksesDarurat, case: m.Permohonan, user: Principal, until: str) -> None:
    """Every ketua hears of it, on the portal and by message, also when one of them confirmed it."""
    asker = db.session.get_one(User, row.diminta_oleh_id)
    words = f"{asker.nama} membuka {case.nomor} sampai {until}, dikonfirmasi {user.nama}"
    for ketua in pemegang("ketua_lsp"):
        notices.notify(ketua, "Akses darurat dibuka", words, PAGE)
        for address in alamat.of(db.session.get_one(User, ketua)):
            text = f"{words}.\nAlasan: {row.alasan}\nDaftar dan tombol untuk mengakhirinya: {config().alamat}{PAGE}"
            alamat.send_word(address, "Akses darurat dibuka", text)


def end(row: AksesDarurat, user: Principal) -> None:
    """Before its hour is over, by who asked, a manajer or the ketua. Raises Denied, Conflict."""
    if row.diminta_oleh_id != user.id and not (user.has(MANAJER) or user.has(TANDA_TANGAN)):
        raise Denied("Akses darurat diakhiri oleh peminta, manajer sertifikasi, atau ketua LSP.")
    if state(row) != TERBUKA:
        raise Conflict("Akses ini sudah berakhir.")
    row.diakhiri_at = now()
    activity.log("darurat.diakhiri", row, by=user, nomor=case_of(row).nomor)
    people.touch(row.diminta_oleh_id)


def case_of(row: AksesDarurat) -> m.Permohonan:
    return db.session.get_one(m.Permohonan, row.permohonan_id)


# ---- reading


def open_for(user: Principal) -> sa.Select[tuple[AksesDarurat]]:
    """Accesses of this person that lie open at this moment."""
    query = sa.select(AksesDarurat).where(AksesDarurat.diminta_oleh_id == user.id, AksesDarurat.status == DIBUKA)
    return query.where(AksesDarurat.diakhiri_at.is_(None), AksesDarurat.sampai > now())


def note_reading(row: AksesDarurat, user: Principal, nomor: str | None, apa: str, halaman: int = 0) -> None:
    activity.log("darurat.dibaca", row, by=user, nomor=nomor, apa=apa, halaman=halaman)


@dataclass(frozen=True)
class Berkas:
    """`kind`: of the locker, or the code of a form. `halaman`: pages that can be shown, 0 when there is no picture."""

    id: uuid.UUID
    judul: str
    kind: str
    halaman: int

    @property
    def covered(self) -> bool:
        return self.kind in COVERED


def files(case_id: uuid.UUID) -> list[Berkas]:
    """Evidence of requirements and of elemen, then printed forms, each document once."""
    columns = (BerkasAsesi.dokumen_id, BerkasAsesi.judul, BerkasAsesi.jenis)
    rows = sa.select(*columns).join(BerkasSyarat, BerkasSyarat.berkas_id == BerkasAsesi.id)
    rows = rows.join(BuktiSyarat, BuktiSyarat.id == BerkasSyarat.bukti_syarat_id)
    answers = sa.select(*columns).join(JawabanBukti, JawabanBukti.berkas_id == BerkasAsesi.id)
    answers = answers.join(JawabanApl02, JawabanApl02.id == JawabanBukti.jawaban_id)
    forms = sa.select(FormIsian.dokumen_id, FormIsian.kode, FormIsian.kode).where(FormIsian.dokumen_id.is_not(None))
    every: sa.CompoundSelect[Any] = sa.union_all(
        rows.where(BuktiSyarat.permohonan_id == case_id), answers.where(JawabanApl02.permohonan_id == case_id),
        forms.where(FormIsian.permohonan_id == case_id),
    )  # fmt: skip
    held = every.subquery()
    shown = sa.select(*held.c, Document.halaman).join(Document, Document.id == held.c[0])
    found = db.session.execute(shown)
    return list({key: Berkas(key, title, kind, pages or 0) for key, title, kind, pages in found}.values())


def readable(case_id: uuid.UUID, dokumen_id: uuid.UUID) -> tuple[Berkas, Document]:
    """Raises Missing for what is not in the case, and for what stays covered."""
    found = next((one for one in files(case_id) if one.id == dokumen_id and not one.covered), None)
    if found is None:
        raise Missing()
    return found, db.session.get_one(Document, dokumen_id)


def history(limit: int = 100) -> list[tuple[AksesDarurat, str, str | None, str | None, int]]:
    """Newest first: the request, who asked, number of the case, who decided, how often something was read."""
    asker, decider = sa.orm.aliased(User), sa.orm.aliased(User)
    log = activity.Aktivitas
    reads = (
        sa.select(sa.func.count())
        .select_from(log)
        .where(log.objek_id == AksesDarurat.id, log.peristiwa == "darurat.dibaca")
        .scalar_subquery()
    )
    query = (
        sa.select(AksesDarurat, asker.nama, m.Permohonan.nomor, decider.nama, reads)
        .join(asker, asker.id == AksesDarurat.diminta_oleh_id)
        .join(m.Permohonan, m.Permohonan.id == AksesDarurat.permohonan_id)
        .outerjoin(decider, decider.id == AksesDarurat.diputus_oleh_id)
        .order_by(AksesDarurat.id.desc())
        .limit(limit)
    )
    return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def minutes_left(sampai: datetime | None) -> int:
    return max(0, round((sampai - now()).total_seconds() / 60)) if sampai else 0
