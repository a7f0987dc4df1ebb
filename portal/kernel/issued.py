"""Documents the portal has issued, so that anyone holding the paper can ask whether it is genuine."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, db, next_number, now
from portal.kernel.organisation import today

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no signs that are read for another


class DokumenTerbit(Base):
    """`perihal` are the lines shown to whoever verifies: nothing beyond what the paper itself says."""

    __tablename__ = "dokumen_terbit"

    kode: Mapped[str] = mapped_column(unique=True)
    nomor: Mapped[str]
    judul: Mapped[str]
    perihal: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(index=True)
    terbit_at: Mapped[datetime]
    dicabut_at: Mapped[datetime | None]
    alasan: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Statement:
    """What a module says about a paper of its own kind: a template and its context."""

    template: str
    context: dict[str, Any]


LOOKUPS: list[Callable[[str], Statement | None]] = []  # a module that issues papers with states of their own adds one


def stated(kode: str) -> Statement | None:
    """By the first module that knows this code, as it was typed or scanned."""
    return next((found for look in LOOKUPS if (found := look(kode)) is not None), None)


def reserve(seri: str) -> tuple[str, str]:
    """A new verification code (12 signs) and document number, before the paper is drawn."""
    kode = "".join(secrets.choice(ALPHABET) for _ in range(12))
    year = today().year
    number = next_number(f"{seri}-{year}")
    return kode, f"{seri.upper()}-{year}-{number:06d}"


def register(kode: str, nomor: str, judul: str, perihal: dict[str, Any], sha256: str) -> uuid.UUID:
    """Enter an issued paper under the code reserved for it."""
    row = DokumenTerbit(kode=kode, nomor=nomor, judul=judul, perihal=perihal, sha256=sha256, terbit_at=now())
    db.session.add(row)
    db.session.flush()
    return row.id


def find(kode: str) -> DokumenTerbit | None:
    """By code in any spelling."""
    clean = "".join(c for c in kode.upper() if c in ALPHABET)
    return db.session.scalars(sa.select(DokumenTerbit).where(DokumenTerbit.kode == clean)).first()
