"""What this person may do with this entry today, and which documents they may open."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import KELOLA, LIHAT_HUKDIS, PERIKSA, SENDIRI, USUL
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import alur, jenis, lingkup, policies, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.jenis import Jenis
from portal.kernel import documents, organisation
from portal.kernel.access import fetch
from portal.kernel.approval import OWNER, Move, Submission
from portal.kernel.db import db
from portal.kernel.errors import Denied, Missing
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

BY_NAME = {table.__tablename__: table for table in r.TABEL.values()}


def pegawai_terlihat(user: Principal, key: uuid.UUID) -> Pegawai:
    """Raises Missing."""
    row: Pegawai = fetch(policies.visible_pegawai(user), key)
    return row


def entri(user: Principal, pegawai: Pegawai, tabel: str, key: uuid.UUID, lock: bool = False) -> Any:
    """One entry of a pegawai this person may open. Raises Missing."""
    table = BY_NAME.get(tabel)
    if table is None:
        raise Missing()
    return fetch(policies.visible_entries(user, table, pegawai.id), key, lock=lock)


def boleh_usul(user: Principal, pegawai: Pegawai) -> bool:
    if (pegawai.id == user.pegawai_id and user.has(SENDIRI)) or (user.has(USUL) and user.units(USUL) is None):
        return True
    if not user.has(USUL):
        return False
    query = policies.proposable(user).where(Pegawai.id == pegawai.id).with_only_columns(Pegawai.id)
    return db.session.scalar(query) is not None


def jenis_usulan(user: Principal, pegawai: Pegawai) -> list[Jenis]:
    """Kinds this person may propose for this pegawai. What is confidential is proposed by who may read it."""
    return [one for one in jenis.JENIS.values() if _fits(user, pegawai, one)] if boleh_usul(user, pegawai) else []


def _fits(user: Principal, pegawai: Pegawai, one: Jenis) -> bool:
    if one.tutup or (one.jenis_pegawai and pegawai.status not in one.jenis_pegawai):
        return False
    return one.akses != jenis.TERBATAS or (user.has(LIHAT_HUKDIS) and pegawai.id != user.pegawai_id)


def pastikan_usul(user: Principal, pegawai: Pegawai, kind: Jenis) -> None:
    """Raises Denied."""
    if not boleh_usul(user, pegawai) or not _fits(user, pegawai, kind):
        raise Denied("Anda tidak dapat mengusulkan riwayat ini untuk pegawai ini.")


def boleh_ubah(user: Principal, row: Any) -> bool:
    """A draft is changed by who wrote it."""
    return row.status in services.OPEN and row.diusulkan_oleh_id == user.id and not jenis.of(row).tutup


def boleh_unggah(user: Principal, row: Any) -> bool:
    """Documents: of one's own draft; of a verified entry by the managers of the register."""
    if boleh_ubah(user, row):
        return True
    return row.status == r.TERVERIFIKASI and row.pegawai_id != user.pegawai_id and kelola(user, row.pegawai_id)


def boleh_lepas(user: Principal, row: Any) -> bool:
    """Own draft; what is open in the units whose files one checks; verified ones by the managers."""
    if boleh_unggah(user, row):
        return True
    return row.status in services.OPEN and any(_holds(user, one, row.pegawai_id) for one in (PERIKSA, KELOLA))


def kelola(user: Principal, pegawai_id: uuid.UUID) -> bool:
    return _holds(user, KELOLA, pegawai_id)


def _holds(user: Principal, permission: str, pegawai_id: uuid.UUID) -> bool:
    if not user.has(permission) or user.units(permission) is None:
        return user.has(permission)
    query = sa.select(Pegawai.id).where(Pegawai.id == pegawai_id, policies.people_in(user, permission))
    return db.session.scalar(query) is not None


def langkah(user: Principal, row: Any, submission: Submission | None) -> list[Move]:
    """Moves of the flow that this person may carry out now, those of the same words once."""
    found: dict[str, Move] = {}
    held: dict[str, bool] = {}
    for move in alur.FLOW.moves:
        if row.status not in move.sources or move.label in found:
            continue
        if move.by not in held:
            held[move.by] = _acts(user, row, submission, move.by)
        if held[move.by]:
            found[move.label] = move
    return list(found.values())


def _acts(user: Principal, row: Any, submission: Submission | None, by: str) -> bool:
    if by == OWNER:
        return bool(row.diusulkan_oleh_id == user.id)
    if row.pegawai_id == user.pegawai_id or not user.has(by):
        return False
    if submission is None:  # imported: only its cancelling is anybody's business
        return by == KELOLA and kelola(user, row.pegawai_id)
    if submission.owner_id == user.id:
        return False
    return lingkup.dalam(user, by, row, submission)


# ---- documents


def berkas_terlihat(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Documents of entries this person may open: as `visible_entries`, for one document at a time."""
    link = r.BerkasTautan
    people = policies.visible_pegawai(user).with_only_columns(Pegawai.id)
    parts = [sa.and_(link.tabel == "pegawai", link.aktif)]
    for name, table in r.TABEL.items():
        entry = sa.select(table.id).where(table.id == link.riwayat_id)
        if not user.has(KELOLA):
            entry = entry.where(sa.or_(table.status != r.DRAF, table.diusulkan_oleh_id == user.id))
        if table is r.RiwayatLain:
            closed = [one.kode for one in jenis.JENIS.values() if one.akses == jenis.TERBATAS]
            entry = entry.where(sa.or_(r.RiwayatLain.jenis.not_in(closed), _confidential(user)))
        parts.append(sa.and_(link.tabel == name, sa.exists(entry.correlate(link))))
    query = sa.select(link.dokumen_id).where(link.pegawai_id.in_(people), sa.or_(*parts))
    return query if user.has(KELOLA) else query.where(sa.or_(link.aktif, link.diunggah_oleh_id == user.id))


def _confidential(user: Principal) -> sa.ColumnElement[bool]:
    """`policies.sees_confidential` of the pegawai of a link."""
    link = r.BerkasTautan
    parts: list[sa.ColumnElement[bool]] = [sa.false()]
    if user.pegawai_id:
        parts.append(link.pegawai_id == user.pegawai_id)
        parts.append(sa.exists().where(
            Keadaan.pegawai_id == link.pegawai_id, policies.berlaku(organisation.today()),
            Keadaan.atasan_id == user.pegawai_id,
        ))  # fmt: skip
    if user.has(LIHAT_HUKDIS):
        inside = sa.select(Pegawai.id).where(policies.people_in(user, LIHAT_HUKDIS))
        parts.append(link.pegawai_id.in_(inside))
    return sa.or_(*parts)


documents.visible_through(berkas_terlihat)
