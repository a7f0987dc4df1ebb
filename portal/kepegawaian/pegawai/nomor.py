"""Finding people by a number they had before: the NIP of nine characters, or the NI of an earlier agreement."""

from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat.models import DataPegawai


def pemilik_lama(words: str) -> sa.Select[tuple[Any]]:
    """Keys of pegawai whose earlier number begins so; for an index, so never its middle."""
    bare = "".join(c for c in words.lstrip("'").upper() if c.isalnum())
    old = DataPegawai.nip_lama
    return sa.select(DataPegawai.pegawai_id).where(old != "", old.like(f"{bare}%") if bare else sa.false())
