"""Which cases, assignments and files a person of the LSP reaches. What is not visible does not exist: 404."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents
from portal.kernel.db import db
from portal.kernel.people import Principal
from portal.kernel.storage import redis
from portal.sertifikasi import LIHAT, MANAJER, VERIFIKASI
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.saya import models as m

LOOK_SECONDS = 600  # leafing through a document is one look
activity.declare(**{"sertifikasi.bukti_dibaca": "berkas", "sertifikasi.kasus_dibuka": "bagian"})


def visible_permohonan(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    """Cases that were sent, for who reads applications; a draft belongs to its asesi alone."""
    sent = sa.select(m.Permohonan).where(m.Permohonan.apl01_diajukan_at.is_not(None))
    return sent if user.has(LIHAT) else sent.where(sa.false())


def own_permohonan(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    return sa.select(m.Permohonan).where(m.Permohonan.user_id == user.id)


def own_asesor(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    return sa.select(a.Asesor.id).where(a.Asesor.user_id == user.id)


def visible_penugasan(user: Principal) -> sa.Select[tuple[a.PenugasanAsesor]]:
    """An asesor's own assignments, from the proposal on; those refused are over."""
    mine = a.PenugasanAsesor.asesor_id.in_(own_asesor(user))
    return sa.select(a.PenugasanAsesor).where(mine, a.PenugasanAsesor.status != a.MENOLAK)


def assessed(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    """Cases an asesor may read whole: declared without conflict, approved by the manajer, never their own."""
    held = sa.select(a.PenugasanAsesor.permohonan_id).where(
        a.PenugasanAsesor.asesor_id.in_(own_asesor(user)), a.PenugasanAsesor.status == a.AKTIF
    )
    return sa.select(m.Permohonan).where(m.Permohonan.id.in_(held), m.Permohonan.user_id != user.id)


def visible_sesi(user: Principal) -> sa.Select[tuple[a.SesiAsesmen]]:
    everything = sa.select(a.SesiAsesmen)
    return everything if user.has(LIHAT) else everything.where(a.SesiAsesmen.asesor_id.in_(own_asesor(user)))


# ---- files


def with_evidence(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    """Cases whose personal evidence this person opens: who verifies or decides on it, not everybody who reads cases."""
    cases = visible_permohonan(user)
    return cases if user.has(VERIFIKASI) or user.has(MANAJER) else cases.where(sa.false())


def _linked(cases: sa.Select[tuple[m.Permohonan]]) -> sa.Select[Any]:
    """Documents attached to a requirement or an answer of these cases, and their forms."""
    ids = cases.with_only_columns(m.Permohonan.id)
    required = (
        sa.select(m.BerkasSyarat.berkas_id)
        .join(m.BuktiSyarat, m.BuktiSyarat.id == m.BerkasSyarat.bukti_syarat_id)
        .where(m.BuktiSyarat.permohonan_id.in_(ids))
    )
    answered = (
        sa.select(m.JawabanBukti.berkas_id)
        .join(m.JawabanApl02, m.JawabanApl02.id == m.JawabanBukti.jawaban_id)
        .where(m.JawabanApl02.permohonan_id.in_(ids))
    )
    used = sa.or_(m.BerkasAsesi.id.in_(required), m.BerkasAsesi.id.in_(answered))
    return sa.select(m.BerkasAsesi.dokumen_id).where(used)


def _forms(cases: sa.Select[tuple[m.Permohonan]]) -> sa.Select[tuple[uuid.UUID | None]]:
    ids = cases.with_only_columns(m.Permohonan.id)
    return sa.select(m.FormIsian.dokumen_id).where(m.FormIsian.permohonan_id.in_(ids))


def _session_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    ids = visible_sesi(user).with_only_columns(a.SesiAsesmen.id)
    return sa.select(m.FormIsian.dokumen_id).where(m.FormIsian.sesi_id.in_(ids))


def _register_files(user: Principal) -> sa.Select[Any]:
    files = sa.select(a.BerkasRegister.dokumen_id)
    return files if user.has(LIHAT) else files.where(a.BerkasRegister.asesor_id.in_(own_asesor(user)))


documents.visible_through(lambda user: _linked(with_evidence(user)))
documents.visible_through(lambda user: _linked(assessed(user)))
documents.visible_through(lambda user: _forms(visible_permohonan(user)))
documents.visible_through(lambda user: _forms(assessed(user)))
documents.visible_through(_session_papers)
documents.visible_through(_register_files)


@documents.when_opened
def _note_reader(document_id: uuid.UUID, user: Principal) -> None:
    """Personal evidence that somebody else opens leaves a line with the evidence, once a look."""
    row = db.session.scalars(sa.select(m.BerkasAsesi).where(m.BerkasAsesi.dokumen_id == document_id).limit(1)).first()
    if row is None or row.user_id == user.id:
        return
    if redis().set(f"bukti:{row.id.hex}:{user.id.hex}", b"1", nx=True, ex=LOOK_SECONDS):
        activity.log("sertifikasi.bukti_dibaca", row, by=user, berkas=row.judul)


def note_reading(case: m.Permohonan, user: Principal, part: str) -> None:
    """A part of somebody's case that holds personal data was opened."""
    if redis().set(f"kasus:{case.id.hex}:{part}:{user.id.hex}", b"1", nx=True, ex=LOOK_SECONDS):
        activity.log("sertifikasi.kasus_dibuka", case, by=user, bagian=part)
