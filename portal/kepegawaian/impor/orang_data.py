"""What a table may change about a pegawai who is there: the fields, their values of today, what a line would change."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kernel.db import db
from portal.kernel.importing import MODE_TIMPA, Row, Run
from portal.kernel.organisation import Orang, Pegawai

ORANG = ("nama", "gelar_depan", "gelar_belakang", "tempat_lahir", "tanggal_lahir", "jenis_kelamin")
DATA = ("agama", "status_kawin", "alamat", "hp", "surel", "surel_dinas", "npwp", "bpjs", "taspen", "karpeg", "nip_lama")
FIELDS = (*ORANG, *DATA)


@dataclass
class Ada:
    """A pegawai of the register with what a table may change."""

    pegawai: Pegawai
    orang: Orang
    data: r.DataPegawai | None

    def now(self, name: str) -> Any:
        return getattr(self.orang if name in ORANG else self.data, name, None) or None


def existing(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Ada]:
    query = (
        sa.select(Pegawai, Orang, r.DataPegawai).join(Orang, Orang.id == Pegawai.orang_id)
        .outerjoin(r.DataPegawai, r.DataPegawai.pegawai_id == Pegawai.id).where(Pegawai.id.in_(keys))
    )  # fmt: skip
    return {row[0].id: Ada(*row) for row in db.session.execute(query)}


def changes(row: Row, ada: Ada, run: Run) -> dict[str, Any]:
    """What this line would change in the person who is there, by the mode of the import."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        new, old = row.values.get(name) or None, ada.now(name)
        if new is None or new == old or name not in run.columns:
            continue
        if old is None if run.mode != MODE_TIMPA else (old is None or name in run.overwrite):
            found[name] = new
    if row.text("nik") and ada.orang.nik_sidik is None:
        found["nik"] = row.text("nik")
    return found
