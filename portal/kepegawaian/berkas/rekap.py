"""Counts of files per unit, OPD and city, kept so that the matrix opens at once; lists of people are always live."""

import uuid
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.berkas import harapan, kelengkapan
from portal.kepegawaian.berkas.harapan import ADA, BELUM, HILANG, KOSONG, URUT, counted
from portal.kepegawaian.berkas.models import KOTA, OPD, UNIT, BerkasRekap
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kernel import jobs
from portal.kernel.db import commit, db, new_id, now

STATES = (ADA, BELUM, KOSONG, HILANG)
Place = tuple[str, uuid.UUID | None, uuid.UUID | None]
Figures = dict[Place, list[int]]


def hitung(code: str) -> dict[tuple[uuid.UUID | None, uuid.UUID | None], list[int]]:
    """Files of one kind by OPD and unit: there, not handed in, without path, lost."""
    wanted = harapan.diharapkan([code])
    figures = [sa.func.count().filter(harapan.dalam(wanted, state)) for state in STATES]
    query = (
        sa.select(Keadaan.pd_id, Keadaan.unit_id, *figures)
        .join(wanted, wanted.c.pegawai_id == Keadaan.pegawai_id)
        .where(counted())
        .group_by(Keadaan.pd_id, Keadaan.unit_id)
    )
    return {(row[0], row[1]): list(row[2:]) for row in db.session.execute(query)}


def susun() -> int:
    """Count everything anew in one transaction, each pegawai too. Returns the rows kept. The caller commits."""
    rows: list[dict[str, Any]] = []
    for code in DOKUMEN:
        sums: Figures = defaultdict(lambda: [0, 0, 0, 0])
        sums[(KOTA, None, None)] = [0, 0, 0, 0]
        for (pd, unit), figures in hitung(code).items():
            for place in ((KOTA, None, None), (OPD, pd, None), (UNIT, pd, unit)):
                sums[place] = [a + b for a, b in zip(sums[place], figures, strict=True)]
        rows += [_row(code, place, figures) for place, figures in sums.items()]
    db.session.execute(sa.delete(BerkasRekap))
    if rows:
        db.session.execute(sa.insert(BerkasRekap), rows)
    kelengkapan.susun()
    return len(rows)


def jumlah(code: str, state: str) -> int:
    """Files of one kind in one state in the whole city, as of the last count."""
    column = {ADA: BerkasRekap.ada, BELUM: BerkasRekap.belum, KOSONG: BerkasRekap.kosong, HILANG: BerkasRekap.hilang}
    query = sa.select(column[state]).where(BerkasRekap.tingkat == KOTA, BerkasRekap.jenis_dokumen == code)
    return db.session.scalar(query) or 0


def _row(code: str, place: Place, figures: list[int]) -> dict[str, Any]:
    moment = now()
    return {
        "id": new_id(), "dibuat_at": moment, "diubah_at": moment, "tingkat": place[0], "pd_id": place[1],
        "unit_id": place[2], "jenis_dokumen": code, "urut": URUT[code],
        **dict(zip(("ada", "belum", "kosong", "hilang"), figures, strict=True)),
    }  # fmt: skip


@jobs.every(3600, "Hitung kelengkapan berkas")
@jobs.kind("kepegawaian-berkas-rekap", antrean="panjang")
def recount(job: jobs.Job) -> None:
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    susun()
    commit()
