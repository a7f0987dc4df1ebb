"""Who reads the repository: whoever reads applications. What was destroyed is still listed, its content is gone."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import documents
from portal.kernel.people import Principal
from portal.sertifikasi import LIHAT, MANAJER, MUK, VERIFIKASI
from portal.sertifikasi.repositori.models import Arsip, Pemusnahan
from portal.sertifikasi.saya.models import Permohonan

INSTRUMENT = "MUK"  # opened on its own pages alone, by who may
EVIDENCE = ("IDENTITAS", "PORTOFOLIO")  # opened by who verifies or decides on it


def visible_arsip(user: Principal) -> sa.Select[tuple[Arsip]]:
    """Packages for BNSP hold NIK: they stay with who prepares them and the manajer, here as on their own pages.
    Instruments are listed for who lists them there."""
    every = sa.select(Arsip)
    if not user.has(LIHAT):
        return every.where(sa.false())
    if not user.has(MUK):
        every = every.where(Arsip.jenis != INSTRUMENT)
    return every if user.has(VERIFIKASI) or user.has(MANAJER) else every.where(Arsip.jenis != "PAKET")


def visible_pemusnahan(user: Principal) -> sa.Select[tuple[Pemusnahan]]:
    return sa.select(Pemusnahan) if user.has(LIHAT) else sa.select(Pemusnahan).where(sa.false())


def sent_cases(user: Principal) -> sa.Select[tuple[Permohonan]]:
    sent = sa.select(Permohonan).where(Permohonan.apl01_diajukan_at.is_not(None))
    return sent if user.has(LIHAT) else sent.where(sa.false())


def _openable(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    ids: sa.Select[Any] = visible_arsip(user).with_only_columns(Arsip.dokumen_id)
    ids = ids.where(Arsip.dimusnahkan_at.is_(None), Arsip.jenis != INSTRUMENT)
    return ids if user.has(VERIFIKASI) or user.has(MANAJER) else ids.where(Arsip.jenis.not_in(EVIDENCE))


def _certificates_of_destruction(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    return visible_pemusnahan(user).with_only_columns(Pemusnahan.dokumen_id)


documents.visible_through(_openable)
documents.visible_through(_certificates_of_destruction)
