"""One case as the pages of the LSP read it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.kernel import approval, organisation
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.listing import Tags
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.sertifikasi import alur
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

STATUS = Tags({
    m.DRAF: ("Draf", "", "pencil"), m.DIAJUKAN: ("Menunggu verifikasi", "warning", "clock"),
    m.PERLU_PERBAIKAN: ("APL-01 diperbaiki asesi", "", "arrow-back-up"),
    m.APL01_DITERIMA: ("APL-01 diterima", "guide", "check"),
    m.APL01_DITOLAK: ("APL-01 tidak diterima", "negative", "x"),
    m.APL02_DIAJUKAN: ("Menunggu asesor", "warning", "user-check"),
    m.ASESOR_DITUGASKAN: ("Asesor ditugaskan", "guide", "user-check"), m.DITINJAU: ("APL-02 ditinjau", "guide", "eye"),
    m.APL02_PERLU_PERBAIKAN: ("APL-02 diperbaiki asesi", "", "arrow-back-up"),
    m.SIAP_ASESMEN: ("Siap asesmen", "guide", "clipboard-check"),
    m.TIDAK_LANJUT: ("Tidak dilanjutkan", "negative", "ban"),
    m.AK01_DISETUJUI: ("Menunggu jadwal", "warning", "calendar"), m.TERJADWAL: ("Terjadwal", "guide", "calendar"),
    m.BERLANGSUNG: ("Asesmen berlangsung", "guide", "activity"),
    m.DIREKOMENDASIKAN: ("Direkomendasikan", "guide", "flag"),
    m.MENUNGGU_KEPUTUSAN: ("Menunggu pleno", "warning", "users-group"),
    m.KOMPETEN: ("Kompeten", "positive", "circle-check"),
    m.BELUM_KOMPETEN: ("Belum kompeten", "negative", "circle-x"), m.DITUNDA: ("Keputusan ditunda", "warning", "clock"),
    m.MENUNGGU_NOMOR: ("Menunggu nomor", "warning", "certificate"),
    m.BERSERTIFIKAT: ("Bersertifikat", "positive", "certificate"), m.DITARIK: ("Ditarik", "", "rotate"),
    m.GUGUR: ("Gugur", "negative", "ban"), m.DIBATALKAN: ("Dibatalkan", "negative", "ban"),
})  # fmt: skip
TUK = {a.SEWAKTU: "Sewaktu", a.TEMPAT_KERJA: "Tempat kerja", a.MANDIRI: "Mandiri"}
MODA = {
    a.LURING: "Luring", a.DARING_SINKRON: "Daring serempak", a.DARING_ASINKRON: "Daring tak serempak",
    a.HYBRID: "Campuran",
}  # fmt: skip
RELEASED = frozenset({  # states in which a case may lose its asesor and wait for another
    m.ASESOR_DITUGASKAN, m.DITINJAU, m.APL02_PERLU_PERBAIKAN, m.SIAP_ASESMEN, m.AK01_DISETUJUI, m.TERJADWAL,
    m.BERLANGSUNG,
})  # fmt: skip


@dataclass
class Kasus:
    """The row with its case, scheme and person. `penugasan`: the assignment in force or proposed, if any."""

    row: m.Permohonan
    status: str
    versi_alur: int
    skema: s.SkemaVersi
    asesi: User
    penugasan: a.PenugasanAsesor | None = None

    @property
    def id(self) -> uuid.UUID:
        return self.row.id


def muat(row: m.Permohonan) -> Kasus:
    query = (
        sa.select(Submission, s.SkemaVersi, User)
        .select_from(Submission)
        .join(s.SkemaVersi, s.SkemaVersi.id == row.skema_versi_id)
        .join(User, User.id == row.user_id)
        .where(Submission.id == row.submission_id)
    )
    submission, versi, person = db.session.execute(query).one()
    return Kasus(row, submission.status, submission.versi, versi, person, penugasan_berlaku(row.id))


def status(row: m.Permohonan) -> str:
    return db.session.scalars(sa.select(Submission.status).where(Submission.id == row.submission_id)).one()


def kunci_alur(row: m.Permohonan, *states: str) -> Submission:
    """Lock the case and see that it is in one of these states. Raises Conflict in words for who pressed."""
    submission = approval.lock(row.submission_id)
    if submission.status not in states:
        words = STATUS.words(submission.status).lower()
        raise Conflict(f"Permohonan {row.nomor or ''} sudah berstatus {words}.", "Muat ulang halaman untuk melihatnya.")
    return submission


def penugasan_berlaku(case_id: uuid.UUID) -> a.PenugasanAsesor | None:
    query = (
        sa.select(a.PenugasanAsesor)
        .options(selectinload(a.PenugasanAsesor.asesor))
        .where(a.PenugasanAsesor.permohonan_id == case_id)
        .where(a.PenugasanAsesor.status.in_([a.DIUSULKAN, a.MENUNGGU_COI, a.BERSEDIA, a.AKTIF]))
    )
    return db.session.scalars(query).first()


def nama_asesor(asesor_id: uuid.UUID) -> str:
    query = sa.select(User.nama).join(a.Asesor, a.Asesor.user_id == User.id).where(a.Asesor.id == asesor_id)
    return db.session.scalar(query) or ""


@dataclass(frozen=True)
class BarisSyarat:
    """A requirement and what the case holds for it; `bukti` None: never touched."""

    syarat: s.SkemaSyarat
    bukti: m.BuktiSyarat | None
    berkas: Sequence[m.BerkasAsesi] = ()
    verifikator: str = ""

    @property
    def ada(self) -> bool:
        return bool(self.berkas)

    @property
    def status(self) -> str:
        return self.bukti.status if self.bukti else ""

    @property
    def perlu_diputus(self) -> bool:
        return not self.status and (self.ada or self.syarat.sifat == s.WAJIB)


def syarat(row: m.Permohonan) -> list[BarisSyarat]:
    found = {
        b.syarat_id: b
        for b in db.session.scalars(
            sa.select(m.BuktiSyarat)
            .options(selectinload(m.BuktiSyarat.berkas).joinedload(m.BerkasAsesi.dokumen))
            .where(m.BuktiSyarat.permohonan_id == row.id)
        )
    }
    query = sa.select(s.SkemaSyarat).where(s.SkemaSyarat.skema_versi_id == row.skema_versi_id)
    order = query.order_by(s.SkemaSyarat.kategori.desc(), s.SkemaSyarat.urut)
    names = _names({b.verifikator_id for b in found.values()})
    rows = []
    for one in db.session.scalars(order):
        bukti = found.get(one.id)
        files = bukti.berkas if bukti else ()
        rows.append(BarisSyarat(one, bukti, files, names.get(bukti.verifikator_id, "") if bukti else ""))
    return rows


def _names(ids: set[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    query = sa.select(User.id, User.nama).where(User.id.in_([i for i in ids if i]))
    return dict(db.session.execute(query).tuples().all())


def units(versi_id: uuid.UUID) -> list[tuple[s.SkemaUnit, s.UnitKompetensi, str]]:
    """Units of a version in order, with elemen and KUK, and the number of their standard."""
    query = (
        sa.select(s.SkemaUnit, s.UnitKompetensi, s.Standar.nomor)
        .join(s.UnitKompetensi, s.UnitKompetensi.id == s.SkemaUnit.unit_id)
        .join(s.Standar, s.Standar.id == s.UnitKompetensi.standar_id)
        .options(selectinload(s.UnitKompetensi.elemen).selectinload(s.Elemen.kuk))
        .where(s.SkemaUnit.skema_versi_id == versi_id)
        .order_by(s.SkemaUnit.urut)
    )
    return [tuple(row) for row in db.session.execute(query)]


def jawaban(row: m.Permohonan) -> dict[uuid.UUID, m.JawabanApl02]:
    """Answers by elemen."""
    query = (
        sa.select(m.JawabanApl02)
        .options(selectinload(m.JawabanApl02.bukti).joinedload(m.BerkasAsesi.dokumen))
        .where(m.JawabanApl02.permohonan_id == row.id)
    )
    return {j.elemen_id: j for j in db.session.scalars(query)}


def pemegang(peran: str) -> list[uuid.UUID]:
    """Accounts that hold a role today, to be told."""
    query = (
        sa.select(PenugasanPeran.user_id)
        .join(User, User.id == PenugasanPeran.user_id)
        .where(PenugasanPeran.peran == peran, User.aktif)
        .where(organisation.in_force(PenugasanPeran, organisation.today()))
    )
    return list(db.session.scalars(query.distinct()))


def usul_tolak(submission_id: uuid.UUID) -> approval.SubmissionEvent | None:
    """The proposal to refuse that waits for the manajer: the last thing that happened to the case."""
    events = approval.history(submission_id)
    return events[-1] if events and events[-1].aksi == "usul_tolak" else None


SEBUTAN = {
    "kunci": "Dikunci", "ganti_asesor": "Asesor dilepas oleh sistem", "usul_tolak": "Penolakan diusulkan",
    "ajukan": "APL-01 dikirim", "ajukan_apl02": "APL-02 dikirim", "terima": "APL-01 diterima",
    "minta_perbaikan": "Perbaikan APL-01 diminta", "tolak": "Permohonan tidak diterima",
    "tugaskan": "Asesor ditugaskan", "lepas_asesor": "Asesor diganti", "mulai_tinjau": "APL-02 mulai ditinjau",
    "kembalikan_apl02": "Perbaikan APL-02 diminta", "tinjau_lagi": "APL-02 ditinjau lagi",
    "siap": "Asesmen dapat dilanjutkan", "tidak_lanjut": "Asesmen tidak dilanjutkan",
    "setujui_ak01": "Persetujuan asesmen ditandatangani", "jadwalkan": "Jadwal ditetapkan",
    "ubah_jadwal": "Jadwal diubah", "batal_jadwal": "Jadwal dibatalkan",
    "setujui_jadwal": "Hari yang baru disetujui asesi", "hentikan": "Asesmen dihentikan",
    "hentikan_lsp": "Asesmen dihentikan", "mulai": "Asesmen dimulai",
    "rekomendasikan": "Rekomendasi dikirim", "buka_rekomendasi": "Rekomendasi dibuka lagi",
    "ke_pleno": "Dibawa ke pleno", "kompeten": "Diputuskan kompeten", "belum_kompeten": "Diputuskan belum kompeten",
    "perbaiki_kompeten": "Putusan diperbaiki: kompeten", "perbaiki_belum": "Putusan diperbaiki: belum kompeten",
    "tunda": "Keputusan ditunda", "minta_nomor": "Nomor sertifikat diminta", "terbit": "Sertifikat terbit",
    "tarik": "Ditarik oleh asesi", "batalkan": "Dibatalkan", "gugurkan": "Dinyatakan gugur",
}  # fmt: skip
_GOOD = {"terima", "siap", "setujui_ak01", "kompeten", "terbit"}
_BAD = {"tolak", "minta_perbaikan", "kembalikan_apl02", "tidak_lanjut", "belum_kompeten", "batalkan", "gugurkan"}


def riwayat(submission_id: uuid.UUID, waktu: Any) -> list[dict[str, str]]:
    """The timeline, newest first, as the macro wants it."""
    rows = []
    for event in reversed(approval.history(submission_id)):
        kind = "positive" if event.aksi in _GOOD else "negative" if event.aksi in _BAD else ""
        rows.append({
            "act": SEBUTAN.get(event.aksi, event.aksi.replace("_", " ").capitalize()), "by": f"oleh {event.pelaku}",
            "at": waktu(event.dibuat_at), "note": event.catatan, "kind": kind,
        })  # fmt: skip
    return rows


def boleh(submission_status: str, name: str, user: Principal) -> bool:
    """Whether this person's permission and the state allow a move; the owner's moves are not for these pages."""
    step = alur.FLOW.move(name)
    return submission_status in step.sources and user.has(step.by)
