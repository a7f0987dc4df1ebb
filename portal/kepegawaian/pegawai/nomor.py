"""Finding people by a number they had before: the NIP of nine characters, or the NI of an earlier agreement."""

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat.models import DataPegawai as Data
from portal.kernel.db import db

ADA: Any = Data.nip_lama != sa.literal_column("''")  # in the words of the partial index, also for a kept plan


def bersih(words: str) -> str:
    """A number as it is kept: letters and digits alone."""
    return "".join(c for c in words.lstrip("'").upper() if c.isalnum())


def pemilik_lama(words: str) -> sa.Select[tuple[Any]]:
    """Keys of pegawai whose earlier number begins so; for an index, so never its middle."""
    bare = bersih(words)
    # a range, which the index serves under a kept plan too; LIKE with a parameter reads the table
    from_to = (Data.nip_lama.op("~>=~")(bare), Data.nip_lama.op("~<~")(bare + "\uffff"))
    return sa.select(Data.pegawai_id).where(ADA, *(from_to if bare else [sa.false()]))


def pernah(number: str) -> sa.Select[tuple[uuid.UUID]]:
    """Keys of pegawai who had exactly this number before."""
    return sa.select(Data.pegawai_id).where(ADA, Data.nip_lama == bersih(number))


def pemegang(numbers: Iterable[str]) -> dict[str, list[uuid.UUID]]:
    """Keys of pegawai by these former numbers; several where one was written down for more than one."""
    wanted = sorted({bersih(one) for one in numbers} - {""})
    found: dict[str, list[uuid.UUID]] = {}
    if wanted:
        query = sa.select(Data.nip_lama, Data.pegawai_id).where(ADA, Data.nip_lama.in_(wanted))
        for number, key in db.session.execute(query.order_by(Data.pegawai_id)):
            found.setdefault(number, []).append(key)
    return found
