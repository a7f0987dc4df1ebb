"""What decides about one request, read at once: the register, what the person who looks may do, who approves."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.kepegawaian import PENSIUN_KELOLA, PENSIUN_PERIKSA, PENSIUN_VERIFIKASI
from portal.kepegawaian.pensiun import hak, persetujuan, policies
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.riwayat import models as r
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

PENENTU = (PENSIUN_PERIKSA, PENSIUN_VERIFIKASI, PENSIUN_KELOLA)
MPP = "20"


class Persiapan(NamedTuple):
    """The time of preparation (MPP) that was recorded for a request."""

    tmt: date
    selesai: date
    nomor_sk: str


@dataclass(frozen=True)
class Bahan:
    """`izin`: which of PENENTU reach the request now. `medis`: reads papers about health. `perlu`: the head of the OPD
    approves it. `pemutus`: who that is, asked for only while the request waits for them."""

    fakta: hak.Fakta
    izin: frozenset[str]
    medis: bool
    mpp: Persiapan | None
    perlu: bool
    pemutus: persetujuan.Pemutus | None


def baca(row: m.UsulanPensiun, user: Principal) -> Bahan:
    """Two statements, and a third while the head has to approve."""
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    held = [policies.reaches(user, one, row) for one in PENENTU]
    known = hak.baca(pegawai, organisation.today(), *held, policies.sees_medical(user, row), *_mpp(row))
    reached, (medis, since, until, nomor) = known.lagi[: len(held)], known.lagi[len(held) :]
    needed = persetujuan.perlu(row, known.aturan)
    waits = needed and row.status == m.DIPERIKSA
    return Bahan(
        known, frozenset(one for one, holds in zip(PENENTU, reached, strict=True) if holds), bool(medis),
        Persiapan(since, until, nomor) if since else None, needed, persetujuan.pemutus(row, user) if waits else None,
    )  # fmt: skip


def _mpp(row: m.UsulanPensiun) -> list[Any]:
    kept = r.RiwayatKedudukan
    one = sa.select(kept).where(
        kept.pegawai_id == row.pegawai_id, kept.asal_id == row.id, kept.kode == MPP, kept.status == r.TERVERIFIKASI
    ).limit(1)  # fmt: skip
    return [one.with_only_columns(name).scalar_subquery() for name in (kept.tmt, kept.selesai, kept.nomor_sk)]
