"""Which meetings, decisions, certificates and papers a person reaches. What is not visible does not exist: 404."""

import uuid

import sqlalchemy as sa

from portal.kernel import documents
from portal.kernel.people import Principal
from portal.sertifikasi import LIHAT, MANAJER, PLENO, VERIFIKASI
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.saya import models as m


def reads(user: Principal) -> bool:
    """The LSP and its komite read minutes, decisions and certificates."""
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


def visible_pleno(user: Principal) -> sa.Select[tuple[k.Pleno]]:
    every = sa.select(k.Pleno)
    return every if reads(user) else every.where(_all_inside(user, k.Keputusan.pleno_id == k.Pleno.id))


def visible_sk(user: Principal) -> sa.Select[tuple[k.Sk]]:
    every = sa.select(k.Sk)
    return every if reads(user) else every.where(_all_inside(user, k.Keputusan.sk_id == k.Sk.id))


def visible_sertifikat(user: Principal) -> sa.Select[tuple[k.Sertifikat]]:
    every = sa.select(k.Sertifikat)
    return every if reads(user) else every.where(k.Sertifikat.permohonan_id.in_(_inside(user)))


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
    every = sa.select(k.Tindakan)
    return every if user.has(LIHAT) or user.has(PLENO) else every.where(sa.false())


def visible_surveilan(user: Principal) -> sa.Select[tuple[k.Surveilan]]:
    seen = visible_sertifikat(user).with_only_columns(k.Sertifikat.id)
    return sa.select(k.Surveilan).where(k.Surveilan.sertifikat_id.in_(seen))


def visible_banding(user: Principal) -> sa.Select[tuple[k.Banding]]:
    """The LSP and its komite; nobody reads an appeal of their own as staff."""
    every = sa.select(k.Banding).where(k.Banding.user_id != user.id)
    return every if reads(user) else every.where(k.Banding.permohonan_id.in_(_inside(user)))


# ---- files


def _public_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Minutes, SK and certificates."""
    papers = sa.union_all(
        visible_pleno(user).with_only_columns(k.Pleno.berita_acara_id),
        visible_sk(user).with_only_columns(k.Sk.dokumen_id),
        visible_sertifikat(user).with_only_columns(k.Sertifikat.dokumen_id),
    ).subquery()
    return sa.select(papers.c[0])


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
    """Files behind acts and reports of holders, for the LSP and its komite."""
    files = sa.union_all(sa.select(k.Tindakan.dokumen_id), sa.select(k.Surveilan.dokumen_id)).subquery()
    query = sa.select(files.c[0])
    return query if user.has(LIHAT) or user.has(PLENO) else query.where(sa.false())


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


for _policy in (_public_papers, _own_papers, _packages, _evidence, _meeting_papers, _panel_papers):
    documents.visible_through(_policy)
