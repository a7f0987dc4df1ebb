"""Whose files somebody may open, take away and bring back; everything as of today."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import KELOLA, LIHAT_HUKDIS, PERIKSA
from portal.kepegawaian.berkas.harapan import RAHASIA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.policies import berlaku, people_in, visible_pegawai
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

Link = r.BerkasTautan
BELUM_PASTI = frozenset({r.DRAF, r.DIAJUKAN, r.DIPERIKSA, r.DIKEMBALIKAN})


def confidential(user: Principal) -> sa.ColumnElement[bool]:
    """Condition on BerkasTautan: papers of discipline only for the person, the direct atasan, LIHAT_HUKDIS."""
    parts: list[sa.ColumnElement[bool]] = [Link.jenis_dokumen.not_in(RAHASIA)]
    if user.pegawai_id:
        below = sa.select(Keadaan.pegawai_id).where(berlaku(organisation.today()), Keadaan.atasan_id == user.pegawai_id)
        parts += [Link.pegawai_id == user.pegawai_id, Link.pegawai_id.in_(below)]
    if user.has(LIHAT_HUKDIS):
        parts.append(Link.pegawai_id.in_(sa.select(Pegawai.id).where(people_in(user, LIHAT_HUKDIS))))
    return sa.or_(*parts)


def visible_links(user: Principal) -> sa.Select[tuple[Link]]:
    """Links of the pegawai whose page this person may open. Opening the file itself asks `riwayat.hak`.

    What belongs to a draft is seen by who wrote it and by the managers of the register, as the draft is.
    """
    people = visible_pegawai(user).with_only_columns(Pegawai.id)
    query = sa.select(Link).where(Link.pegawai_id.in_(people), confidential(user))
    if user.has(KELOLA):
        return query
    for name, table in r.TABEL.items():
        theirs = sa.exists().where(
            table.id == Link.riwayat_id, table.status == r.DRAF, table.diusulkan_oleh_id.is_distinct_from(user.id)
        )
        query = query.where(sa.or_(Link.tabel != name, ~theirs.correlate(Link)))
    return query


def kinds(user: Principal) -> list[str]:
    """Kinds of documents this person may count and list."""
    return [code for code in DOKUMEN if code not in RAHASIA or user.has(LIHAT_HUKDIS)]


def status_of(link: Link) -> str:
    """Status of the entry behind a link, "" for papers of the person."""
    table: Any = r.TABEL.get(link.tabel)
    return db.session.scalar(sa.select(table.status).where(table.id == link.riwayat_id)) or "" if table else ""


def _holds(user: Principal, permission: str, pegawai_id: uuid.UUID) -> bool:
    if not user.has(permission):
        return False
    query = sa.select(Pegawai.id).where(Pegawai.id == pegawai_id, people_in(user, permission))
    return db.session.scalar(query) is not None


def may_change(user: Principal, link: Link) -> str:
    """How this person may take away or bring back: "alasan" (with a reason), "bebas", "" for not at all.

    Own and those of one's OPD while the entry is not verified; BKPSDM always, with a reason, but not one's own.
    """
    own = link.pegawai_id == user.pegawai_id
    if not own and _holds(user, KELOLA, link.pegawai_id):
        return "alasan"
    status = status_of(link)
    unsure = status in BELUM_PASTI or (link.riwayat_id is None and status == "")
    if unsure and (own or _holds(user, PERIKSA, link.pegawai_id)):
        return "bebas"
    return ""
