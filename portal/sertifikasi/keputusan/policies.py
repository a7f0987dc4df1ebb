"""Which meetings, decisions, certificates and papers a person reaches. What is not visible does not exist: 404."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import documents
from portal.kernel.people import Principal
from portal.sertifikasi import LIHAT, MANAJER, PLENO, REGISTER_SERTIFIKAT, VERIFIKASI
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.saya import models as m


def reads(user: Principal) -> bool:
    """The LSP and its komite read minutes, decisions and appeals."""
    return user.has(LIHAT) or user.has(PLENO)


def _inside(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    """Ids of cases inside the leave of who watches from outside; of nobody else."""
    cases = outside.visible_cases(user).with_only_columns(m.Permohonan.id)
    return cases if outside.is_outside(user) else cases.where(sa.false())


def _all_inside(user: Principal, of: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A paper about many is open to an outsider when every row of it lies inside the leave."""
    row = sa.select(sa.literal(1)).select_from(k.Keputusan).where(of)
    case = k.Keputusan.permohonan_id
    return sa.and_(sa.exists(row), ~sa.exists(row.where(case.not_in(_inside(user)))))


def own_batch(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    """Ids of cases this person assessed or recommended on: their rows of a meeting."""
    mine = sa.select(a.Asesor.id).where(a.Asesor.user_id == user.id)
    given = sa.select(a.PenugasanAsesor.permohonan_id).where(
        a.PenugasanAsesor.asesor_id.in_(mine), a.PenugasanAsesor.status.in_([a.AKTIF, a.SELESAI])
    )
    return given.union(  # type: ignore[return-value]
        sa.select(a.Rekomendasi.permohonan_id).where(a.Rekomendasi.asesor_id.in_(mine))
    )


def _some_mine(user: Principal, of: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(of, k.Keputusan.permohonan_id.in_(own_batch(user)))


def own_decisions(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    return sa.select(k.Keputusan.id).where(k.Keputusan.permohonan_id.in_(own_batch(user)))


def own_rows_only(user: Principal) -> bool:
    """Reads of a meeting the rows of the own batch only: an asesor without another part in it."""
    return not reads(user) and not outside.is_outside(user)


def visible_pleno(user: Principal) -> sa.Select[tuple[k.Pleno]]:
    """Whole for the LSP and its komite; outside, all rows inside the leave; for an asesor, with rows of the own."""
    every, of = sa.select(k.Pleno), k.Keputusan.pleno_id == k.Pleno.id
    return every if reads(user) else every.where(sa.or_(_all_inside(user, of), _some_mine(user, of)))


def visible_sk(user: Principal) -> sa.Select[tuple[k.Sk]]:
    every, of = sa.select(k.Sk), k.Keputusan.sk_id == k.Sk.id
    return every if reads(user) else every.where(sa.or_(_all_inside(user, of), _some_mine(user, of)))


def visible_sertifikat(user: Principal) -> sa.Select[tuple[k.Sertifikat]]:
    every = sa.select(k.Sertifikat)
    if outside.is_outside(user):
        return every.where(k.Sertifikat.permohonan_id.in_(_inside(user)))
    return every if user.has(REGISTER_SERTIFIKAT) else every.where(sa.false())


def own_sertifikat(user: Principal) -> sa.Select[tuple[k.Sertifikat]]:
    return sa.select(k.Sertifikat).where(k.Sertifikat.user_id == user.id)


def visible_blanko(user: Principal) -> sa.Select[tuple[k.Blanko]]:
    every = sa.select(k.Blanko)
    return every if user.has(LIHAT) else every.where(sa.false())


def visible_paket(user: Principal) -> sa.Select[tuple[k.PaketBnsp]]:
    """Packages hold NIK: only who prepares them and the manajer."""
    every = sa.select(k.PaketBnsp)
    return every if user.has(VERIFIKASI) or user.has(MANAJER) else every.where(sa.false())


def visible_tindakan(user: Principal) -> sa.Select[tuple[k.Tindakan]]:
    """The LSP and its komite; outside, acts upon certificates inside the leave."""
    if reads(user):
        return sa.select(k.Tindakan)
    seen = visible_sertifikat(user).with_only_columns(k.Sertifikat.id)
    return sa.select(k.Tindakan).where(k.Tindakan.sertifikat_id.in_(seen))


def visible_surveilan(user: Principal) -> sa.Select[tuple[k.Surveilan]]:
    seen = visible_sertifikat(user).with_only_columns(k.Sertifikat.id)
    return sa.select(k.Surveilan).where(k.Surveilan.sertifikat_id.in_(seen))


def visible_banding(user: Principal) -> sa.Select[tuple[k.Banding]]:
    """The LSP and its komite; nobody reads an appeal of their own as staff."""
    every = sa.select(k.Banding).where(k.Banding.user_id != user.id)
    return every if reads(user) else every.where(k.Banding.permohonan_id.in_(_inside(user)))


# ---- files


def _public_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Minutes, SK and certificates; of an asesor those with nobody but the own batch in them."""
    papers = sa.union_all(
        _papers_of(user, sa.select(k.Pleno.berita_acara_id), k.Keputusan.pleno_id == k.Pleno.id),
        _papers_of(user, sa.select(k.Sk.dokumen_id), k.Keputusan.sk_id == k.Sk.id),
        visible_sertifikat(user).with_only_columns(k.Sertifikat.dokumen_id),
    ).subquery()
    return sa.select(papers.c[0])


def _papers_of(user: Principal, every: sa.Select[Any], of: sa.ColumnElement[bool]) -> sa.Select[Any]:
    if reads(user):
        return every
    row = sa.select(sa.literal(1)).select_from(k.Keputusan).where(of)
    strange = sa.exists(row.where(k.Keputusan.permohonan_id.not_in(own_batch(user))))
    return every.where(sa.or_(_all_inside(user, of), sa.and_(sa.exists(row), ~strange)))


def _own_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """The holder's certificate, the SK that names them, and what they were shown of an act upon it."""
    mine = sa.select(k.Keputusan.sk_id).join(m.Permohonan, m.Permohonan.id == k.Keputusan.permohonan_id)
    sk = sa.select(k.Sk.dokumen_id).where(
        k.Sk.id.in_(mine.where(m.Permohonan.user_id == user.id)), k.Sk.ditandatangani_at.is_not(None)
    )
    papers = sa.union_all(sk, own_sertifikat(user).with_only_columns(k.Sertifikat.dokumen_id)).subquery()
    return sa.select(papers.c[0])


def _packages(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    return visible_paket(user).with_only_columns(k.PaketBnsp.dokumen_id)


def _evidence(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Files behind acts, for the LSP and its komite; reports of holders stay with the LSP."""
    acts = sa.select(k.Tindakan.dokumen_id)
    if user.has(LIHAT):
        files = sa.union_all(acts, sa.select(k.Surveilan.dokumen_id)).subquery()
        return sa.select(files.c[0])
    return acts if user.has(PLENO) else acts.where(sa.false())


def _repair_minutes(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Minutes on which an SK perbaikan rests, for the LSP and its komite."""
    file = sa.cast(k.Sk.isi["perbaikan"]["berita"]["dokumen"].astext, sa.Uuid())
    found: sa.Select[tuple[uuid.UUID | None]] = sa.select(file).where(k.Sk.isi.has_key("perbaikan"))  # type: ignore[assignment]
    return found if reads(user) else found.where(sa.false())


def _meeting_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Signed forms of a case, for the members of the meeting that decides it, not for who stepped aside."""
    rows = (
        sa.select(k.Keputusan.permohonan_id)
        .join(k.PlenoAnggota, k.PlenoAnggota.pleno_id == k.Keputusan.pleno_id)
        .where(k.PlenoAnggota.user_id == user.id, ~k.Keputusan.rekusal.has_key(str(user.id)))
    )
    return sa.select(m.FormIsian.dokumen_id).where(m.FormIsian.permohonan_id.in_(rows))


def _panel_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """FR.AK.04 and the forms it is about, for the panel of an appeal."""
    rows = sa.select(k.Banding.permohonan_id).where(k.Banding.panel.contains([str(user.id)]))
    forms = sa.select(k.Banding.form_id).where(k.Banding.id.in_(visible_banding(user).with_only_columns(k.Banding.id)))
    own = sa.select(k.Banding.form_id).where(k.Banding.user_id == user.id)
    return sa.select(m.FormIsian.dokumen_id).where(
        sa.or_(m.FormIsian.permohonan_id.in_(rows), m.FormIsian.id.in_(forms), m.FormIsian.id.in_(own))
    )


for _policy in (_public_papers, _own_papers, _packages, _evidence, _repair_minutes, _meeting_papers, _panel_papers):
    documents.visible_through(_policy)
