"""Schemes as the demo needs them in memory: versions, units, requirements, and the head that forms share."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel.db import db
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.skema.services import as_units, requirements_of, standard_of, units_of


@dataclass(frozen=True)
class SkemaDemo:
    id: uuid.UUID
    versi: s.SkemaVersi
    kode: str
    jenis: str
    unit: list[s.UnitKompetensi]
    syarat: list[s.SkemaSyarat]
    tabel: list[dict[str, Any]]

    @property
    def kepala(self) -> dict[str, Any]:
        v = self.versi
        return {
            "contoh": v.contoh,
            "skema": {"jenis": self.jenis, "judul": v.judul, "nomor": v.nomor, "versi": v.versi},
        }

    def isi_unit(self) -> list[dict[str, Any]]:
        return [{"urut": n, "kode": u.kode, "judul": u.judul} for n, u in enumerate(self.unit, 1)]


def read() -> dict[str, SkemaDemo]:
    """Newest published version of every scheme, by code."""
    query = sa.select(s.Skema, s.SkemaVersi).join(s.SkemaVersi, s.SkemaVersi.skema_id == s.Skema.id)
    found = {}
    for skema, versi in db.session.execute(query.where(s.SkemaVersi.status == s.TERBIT).order_by(s.SkemaVersi.versi)):
        units = units_of(versi.id)
        table = as_units(units, standard_of(units))
        found[skema.kode] = SkemaDemo(skema.id, versi, skema.kode, skema.jenis, units, requirements_of(versi.id), table)
    return found
