"""The register of the fictional Kota Sagara: for every seat of the city the entries it follows from.

Deterministic; `kernel.demo.load_city` comes first. What is there already stays.
"""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.demo import jejak, rujukan
from portal.kepegawaian.keadaan import bangun as proyeksi
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel.db import db
from portal.kernel.demo import FILLERS, SEED, bangun, require_demo, today
from portal.kernel.demo.kota import City
from portal.kernel.demo.salin import Ids, copy_rows, dice, no_time_limit

EPOCH_MS = 1_704_153_700_000
CERITA: list[Any] = []  # features add functions (city, skala) -> None that run when the register stands


@dataclass
class Loaded:
    """Rows added per table."""

    baris: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return f"Kepegawaian: {sum(self.baris.values())} riwayat dan data ditambahkan."


def load_kepegawaian(skala: str = "kecil", seed: int = SEED) -> Loaded:
    """Add what is missing. The caller commits. Raises Refused in production, ValueError for an unknown scale."""
    require_demo(skala)
    no_time_limit()
    city = bangun.build(skala, seed, today())
    known = {key.hex for key in db.session.scalars(sa.select(UnorVersi.unit_id))}
    missing = [part for part in city.parts if part.units[0].id not in known]
    loaded = Loaded()
    if not missing:
        return loaded
    names = rujukan.load(city)
    for part in missing:
        _part(city.only([part]), city, names, f"{seed}:kepegawaian:{part.name}", loaded)
    people = [uuid.UUID(p.id) for p in city.only(missing).people]
    for i in range(0, len(people), proyeksi.BATCH):
        proyeksi.rebuild(people[i : i + proyeksi.BATCH])
    for story in CERITA:
        story(city, skala)
    return loaded


FILLERS.append(load_kepegawaian)


def _part(part: City, city: City, names: rujukan.Nama, seed: str, loaded: Loaded) -> None:
    ids, chance = Ids(seed, EPOCH_MS), dice(seed)
    copy_rows(
        UnorVersi, "id unit_id nama singkatan nama_jabatan jenis induk_id pd_id urut dasar mulai",
        ((u.id, u.id, u.nama, u.singkat, jejak.head_title(u), u.jenis, u.induk.id if u.induk else None,
          u.pd.id if u.pd else None, u.urut, "Perwali Sagara 47/2016", jejak.BERDIRI) for u in part.units),
    )  # fmt: skip
    tracks = [jejak.Jejak(person, city, names, ids, chance) for person in part.people]
    for table, columns, rows in (
        (r.RiwayatJabatan, jejak.JABATAN, (row for one in tracks for row in one.jabatan())),
        (r.RiwayatGolongan, jejak.GOLONGAN, (row for one in tracks for row in one.golongan())),
        (r.RiwayatPendidikan, jejak.PENDIDIKAN, (row for one in tracks for row in one.pendidikan())),
        (r.RiwayatKedudukan, jejak.KEDUDUKAN, (row for one in tracks for row in one.kedudukan())),
        (r.RiwayatLain, jejak.LAIN, (row for one in tracks for row in one.lain())),
        (r.DataPegawai, jejak.DATA, (row for one in tracks for row in one.data())),
    ):
        loaded.baris[table.__tablename__] += copy_rows(table, columns, rows)
