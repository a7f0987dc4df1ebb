"""Who reads an instrument: the manajer, an asesor for the cases now in hand, an outsider page by page on request.

Nobody opens the instruments of a scheme they are applying for: rules compare persons.
"""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents
from portal.kernel.db import db
from portal.kernel.people import Principal
from portal.sertifikasi import ASESMEN, KELOLA_MUK
from portal.sertifikasi import MUK as LISTS
from portal.sertifikasi.asesmen.policies import assessed
from portal.sertifikasi.muk.models import BERLAKU, Muk, MukDibuka
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.repositori.models import AksesPihakKetiga
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.skema.models import SkemaVersi

activity.declare(**{"muk.dibaca": "kode judul versi"})


def listed_muk(user: Principal) -> sa.Select[tuple[Muk]]:
    """Titles, for the sekretariat and the manajer."""
    every = sa.select(Muk)
    return every if user.has(LISTS) else every.where(sa.false())


def managed_muk(user: Principal) -> sa.Select[tuple[Muk]]:
    every = sa.select(Muk)
    return every if user.has(KELOLA_MUK) else every.where(sa.false())


def _sits(user: Principal) -> sa.Select[tuple[uuid.UUID]]:
    """Scheme versions whose scheme this person is applying for."""
    mine = sa.select(Permohonan.skema_id).where(Permohonan.user_id == user.id, Permohonan.aktif)
    return sa.select(SkemaVersi.id).where(SkemaVersi.skema_id.in_(mine))


def for_my_cases(user: Principal) -> sa.Select[tuple[Muk]]:
    """In force, of the scheme versions of cases this asesor has in hand."""
    cases = assessed(user).where(Permohonan.aktif).with_only_columns(Permohonan.skema_versi_id)
    found = sa.select(Muk).where(
        Muk.status == BERLAKU, Muk.skema_versi_id.in_(cases), Muk.skema_versi_id.not_in(_sits(user))
    )
    return found if user.has(ASESMEN) else found.where(sa.false())


def leaves_in_force() -> sa.ColumnElement[bool]:
    row = AksesPihakKetiga
    return sa.and_(row.disetujui_at.is_not(None), row.dicabut_at.is_(None))


def opened_for(user: Principal) -> sa.Select[tuple[Muk]]:
    """What was opened for a leave of this outside person, while that leave lasts; read as pictures, never as a file."""
    mine = outside.leaves(user).with_only_columns(AksesPihakKetiga.id)
    held = sa.select(MukDibuka.muk_id).where(MukDibuka.ditutup_at.is_(None), MukDibuka.akses_id.in_(mine))
    found = sa.select(Muk).where(Muk.id.in_(held), Muk.status == BERLAKU)
    return found if outside.is_outside(user) else found.where(sa.false())


def _files(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    every = managed_muk(user).where(Muk.skema_versi_id.not_in(_sits(user)))
    ids = sa.or_(*(Muk.id.in_(some.with_only_columns(Muk.id)) for some in (every, for_my_cases(user))))
    found: sa.Select[Any] = sa.select(Muk.dokumen_id).where(ids)
    return found


def _not_sitting(user: Principal, asal: dict[str, Any]) -> bool:
    mine = _sits(user).where(SkemaVersi.id == uuid.UUID(asal["versi"]))
    return db.session.execute(mine.limit(1)).first() is None


documents.visible_through(_files)
documents.checked_origin("muk", _not_sitting)


@documents.when_opened
def _note_reader(document_id: uuid.UUID, user: Principal) -> None:
    """Every opening of an instrument is a line, whoever opens it."""
    row = db.session.scalars(sa.select(Muk).where(Muk.dokumen_id == document_id).limit(1)).first()
    if row is not None:
        activity.log("muk.dibaca", row, by=user, kode=row.kode, judul=row.judul, versi=row.versi)
