"""How each pegawai stands with SIASN, for the list of people: never pulled, equal, different, failed."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from portal.kepegawaian import LAPORAN, SIASN
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai import daftar
from portal.kepegawaian.siasn import catatan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.policies import BERBEDA, HUKDIS
from portal.kernel import jobs
from portal.kernel.db import commit, db, now
from portal.kernel.listing import Ask, Choice
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

KATA = {m.BELUM: "Belum pernah ditarik", m.SAMA: "Sama", m.SELISIH: "Ada selisih", m.GAGAL: "Gagal ditarik"}


def susun(keys: Sequence[uuid.UUID] | None = None) -> None:
    """Tell anew from mirror, pairs and runs, of everybody or of these pegawai. The caller commits.

    Whoever was pulled has a mirrored row of the person. A pull that failed after that says so until one succeeds.
    """
    db.session.flush()
    run = m.JalanOrang
    ended = sa.select(run.pegawai_id, run.status).where(run.selesai_at.is_not(None))
    ended = ended.distinct(run.pegawai_id).order_by(run.pegawai_id, run.selesai_at.desc())
    pulled = sa.select(m.Cermin.pegawai_id).where(m.Cermin.jenis == catatan.DATA_UTAMA.kode).distinct()
    differs = sa.select(m.Pasangan.pegawai_id).where(BERBEDA, m.Pasangan.jenis != HUKDIS).distinct()
    if keys is not None:
        ended = ended.where(run.pegawai_id.in_(keys))
        pulled = pulled.where(m.Cermin.pegawai_id.in_(keys))
        differs = differs.where(m.Pasangan.pegawai_id.in_(keys))
    last, known, other = ended.subquery("terakhir"), pulled.subquery("ditarik"), differs.subquery("selisih")
    state = sa.case(
        (last.c.status == m.GAGAL, m.GAGAL), (known.c.pegawai_id.is_(None), m.BELUM),
        (other.c.pegawai_id.is_not(None), m.SELISIH), else_=m.SAMA,
    )  # fmt: skip
    rows = sa.select(sa.func.gen_random_uuid(), sa.literal(now()), sa.literal(now()), Pegawai.id, state)
    for part in (last, known, other):
        rows = rows.outerjoin(part, part.c.pegawai_id == Pegawai.id)
    rows = rows if keys is None else rows.where(Pegawai.id.in_(keys))
    put = insert(m.SiasnOrang).from_select(["id", "dibuat_at", "diubah_at", "pegawai_id", "keadaan"], rows)
    values = {name: put.excluded[name] for name in ("diubah_at", "keadaan")}
    changed = m.SiasnOrang.keadaan != put.excluded.keadaan
    db.session.execute(put.on_conflict_do_update(index_elements=["pegawai_id"], set_=values, where=changed))


@jobs.every(3600, "Hitung status sinkron SIASN per pegawai")
@jobs.kind("siasn-sinkron", antrean="panjang")
def recount(job: jobs.Job) -> None:
    """Brings in what changed outside of a pull: pairs after a push, cursors that were cleared away."""
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    susun()
    commit()


def _options(user: Principal) -> list[tuple[str, str]]:
    """For who reads the reports of the synchronisation."""
    return list(KATA.items()) if user.has(LAPORAN) or user.has(SIASN) else []


def _in_state(state: Any, ask: Ask) -> sa.ColumnElement[bool]:
    return Keadaan.pegawai_id.in_(sa.select(m.SiasnOrang.pegawai_id).where(m.SiasnOrang.keadaan == state))


daftar.tambah(Choice("siasn", "Sinkron SIASN", options=_options, where=_in_state, advanced=True))
