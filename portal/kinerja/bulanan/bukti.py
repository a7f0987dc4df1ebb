"""Evidence of a row: a file, an https link, or a document that already lies in the portal."""

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from portal.kernel import documents
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.errors import Invalid, Missing
from portal.kernel.people import Principal
from portal.kinerja.bulanan import services
from portal.kinerja.models import (
    BERKAS,
    DOKUMEN_PORTAL,
    TAUTAN,
    BuktiDukung,
    BuktiTautan,
    KinerjaBulanan,
    RealisasiBulanan,
)


def attach_file(kb: KinerjaBulanan, row: RealisasiBulanan, stream: Any, name: str, user: Principal, limit: int) -> None:
    """Raises Invalid: wrong type, too large, locked, empty, or the store is away. The same content counts once."""
    field = f"r{row.urut}-berkas"
    document = documents.receive(stream, name, user.id, limit, field)
    if any(b.dokumen and b.dokumen.sha256 == document.sha256 for b in row.bukti):
        return
    _attach(row, BuktiDukung(user_id=user.id, jenis=BERKAS, nama=document.nama, dokumen_id=document.id), document)
    services.mark(kb, "renaksi")


def attach_link(kb: KinerjaBulanan, row: RealisasiBulanan, address: str, user: Principal) -> None:
    name = address.removeprefix("https://").rstrip("/")
    _attach(row, BuktiDukung(user_id=user.id, jenis=TAUTAN, nama=name[:120], uri=address), None)
    services.mark(kb, "renaksi")


def attach_document(kb: KinerjaBulanan, row: RealisasiBulanan, document: Document, user: Principal) -> None:
    """Use a file that already lies in the portal; the same file twice on one row is refused."""
    if any(b.dokumen_id == document.id for b in row.bukti):
        raise Invalid(f"r{row.urut}-dokumen", f"{document.nama} sudah dilampirkan pada renaksi ini.")
    _attach(
        row, BuktiDukung(user_id=user.id, jenis=DOKUMEN_PORTAL, nama=document.nama, dokumen_id=document.id), document
    )
    services.mark(kb, "renaksi")


def _attach(row: RealisasiBulanan, bukti: BuktiDukung, document: Document | None) -> None:
    if len(row.bukti) >= 20:
        raise Invalid(f"r{row.urut}-berkas", "Paling banyak 20 bukti untuk satu renaksi.")
    if document is not None:
        documents.claim(document)
    db.session.add(bukti)
    db.session.flush()
    db.session.add(BuktiTautan(bukti_id=bukti.id, realisasi_id=row.id))
    db.session.flush()
    set_committed_value(bukti, "dokumen", document)
    set_committed_value(row, "bukti", [*row.bukti, bukti])


def detach(kb: KinerjaBulanan, row: RealisasiBulanan, bukti_id: uuid.UUID) -> None:
    """Take a piece of evidence off one row; refused while an approved row uses it (invariant 13)."""
    gone = db.session.execute(
        sa.delete(BuktiTautan).where(BuktiTautan.bukti_id == bukti_id, BuktiTautan.realisasi_id == row.id)
    )
    if gone.rowcount == 0:  # type: ignore[attr-defined]
        raise Missing()
    set_committed_value(row, "bukti", [b for b in row.bukti if b.id != bukti_id])
    services.mark(kb, "renaksi")
