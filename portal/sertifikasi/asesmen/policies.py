"""Which cases, assignments and files a person of the LSP reaches. What is not visible does not exist: 404."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents
from portal.kernel.db import db
from portal.kernel.people import Principal
from portal.kernel.storage import redis
from portal.sertifikasi import ASESMEN, KOMITE, LIHAT, MANAJER, REGISTER, VERIFIKASI
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.pantau import policies as outside
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


def active_asesor(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    """Nobody without the role, nobody whose entry in the register was closed."""
    return own_asesor(user).where(a.Asesor.aktif, sa.true() if user.has(ASESMEN) else sa.false())


def visible_penugasan(user: Principal) -> sa.Select[tuple[a.PenugasanAsesor]]:
    """An asesor's own assignments, from the proposal on; those refused are over."""
    mine = a.PenugasanAsesor.asesor_id.in_(own_asesor(user))
    return sa.select(a.PenugasanAsesor).where(mine, a.PenugasanAsesor.status != a.MENOLAK)


def assessed(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    """Cases an asesor may read whole: declared without conflict, approved by the manajer, never their own.
    Who was one and is one no more reads none of them."""
    held = sa.select(a.PenugasanAsesor.permohonan_id).where(
        a.PenugasanAsesor.asesor_id.in_(active_asesor(user)), a.PenugasanAsesor.status == a.AKTIF
    )
    return sa.select(m.Permohonan).where(m.Permohonan.id.in_(held), m.Permohonan.user_id != user.id)


# ---- registers, schedule and assignments: read by more people than the cases they belong to


def watched_permohonan(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    """Cases whose assignment and schedule this person reads: all that were sent; outside, those of the leave."""
    if not user.has(REGISTER):
        return visible_permohonan(user)
    if outside.is_outside(user):
        return outside.visible_cases(user)
    return sa.select(m.Permohonan).where(m.Permohonan.apl01_diajukan_at.is_not(None))


def visible_asesor(user: Principal) -> sa.Select[tuple[a.Asesor]]:
    """The register, for who reads it; an asesor finds their own entry."""
    every = sa.select(a.Asesor)
    if outside.is_outside(user):
        return every.where(outside.admitted(user))
    return every if user.has(REGISTER) else every.where(a.Asesor.user_id == user.id)


def visible_tuk(user: Principal) -> sa.Select[tuple[a.Tuk]]:
    every = sa.select(a.Tuk)
    if outside.is_outside(user):
        return every.where(outside.admitted(user))
    return every if user.has(REGISTER) else every.where(sa.false())


def assigned(user: Principal) -> sa.Select[tuple[a.PenugasanAsesor]]:
    """Assignments as a list, those refused included, of the cases above."""
    cases = watched_permohonan(user).with_only_columns(m.Permohonan.id)
    return sa.select(a.PenugasanAsesor).where(a.PenugasanAsesor.permohonan_id.in_(cases))


def kept_sesi(user: Principal) -> sa.Select[tuple[a.SesiAsesmen]]:
    """Sessions whose papers this person opens."""
    everything = sa.select(a.SesiAsesmen)
    return everything if user.has(LIHAT) else everything.where(a.SesiAsesmen.asesor_id.in_(active_asesor(user)))


def visible_sesi(user: Principal) -> sa.Select[tuple[a.SesiAsesmen]]:
    """Outside, sessions with somebody of the leave in them; `watched_permohonan` says which of their rows."""
    if outside.is_outside(user):
        cases = outside.visible_cases(user).with_only_columns(m.Permohonan.id)
        held = sa.select(a.PesertaSesi.sesi_id).where(a.PesertaSesi.permohonan_id.in_(cases))
        return sa.select(a.SesiAsesmen).where(a.SesiAsesmen.id.in_(held))
    return sa.select(a.SesiAsesmen) if user.has(REGISTER) else kept_sesi(user)


# ---- files


def with_evidence(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    """Cases whose personal evidence this person opens: who verifies or decides on it, not everybody who reads cases."""
    cases = visible_permohonan(user)
    return cases if user.has(VERIFIKASI) or user.has(MANAJER) else cases.where(sa.false())


def in_meeting(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    """Cases brought to a meeting of this member of the komite, but for those they stepped aside from."""
    rows = (
        sa.select(k.Keputusan.permohonan_id)
        .join(k.PlenoAnggota, k.PlenoAnggota.pleno_id == k.Keputusan.pleno_id)
        .where(k.PlenoAnggota.user_id == user.id, ~k.Keputusan.rekusal.has_key(str(user.id)))
    )
    cases = sa.select(m.Permohonan).where(m.Permohonan.id.in_(rows), m.Permohonan.user_id != user.id)
    return cases if user.has(KOMITE) else cases.where(sa.false())


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
    ids = kept_sesi(user).with_only_columns(a.SesiAsesmen.id)
    return sa.select(m.FormIsian.dokumen_id).where(m.FormIsian.sesi_id.in_(ids))


def _register_files(user: Principal) -> sa.Select[Any]:
    files = sa.select(a.BerkasRegister.dokumen_id)
    return files if user.has(LIHAT) else files.where(a.BerkasRegister.asesor_id.in_(own_asesor(user)))


documents.visible_through(lambda user: _linked(with_evidence(user)))
documents.visible_through(lambda user: _linked(assessed(user)))
documents.visible_through(lambda user: _linked(in_meeting(user)))
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
