"""The nightly check: findings, tickets opened and closed, figures of the month. A few statements for the whole city."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.mutu import dasar, indikator, nomor
from portal.kepegawaian.mutu.dasar import BARIS as B
from portal.kepegawaian.mutu.dasar import TEMUAN as T
from portal.kepegawaian.mutu.models import MutuBulan, TiketMutu
from portal.kepegawaian.rujukan import aturan
from portal.kernel import jobs, organisation
from portal.kernel.db import commit, db, now

LOCK = 7_251_044


@dataclass(frozen=True)
class Hasil:
    """What one run did."""

    orang: int
    temuan: int
    dibuka: int
    ditutup: int


@jobs.every(86400, "Hitung mutu data kepegawaian")
@jobs.kind("kepegawaian-mutu", antrean="panjang")
def check_nightly(job: jobs.Job) -> None:
    jobs.progress(job, 0, 1)
    hitung(organisation.today())
    commit()


def hitung(today: date) -> Hasil:
    """Everything for a day, in this transaction; a second run on a day changes nothing. One run at a time."""
    db.session.flush()
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    people = dasar.siapkan(today)
    checks = indikator.semua(today, aturan.semua(today))
    for code in lacking():
        checks.pop(code, None)
    for code, one in checks.items():
        if one.temuan is not None:
            _find(code, one)
    nomor.cari(today)
    kept = sa.delete(T).where(T.c.indikator.not_in(list(checks)))
    db.session.execute(kept)
    db.session.execute(sa.text("ANALYZE mutu_temuan"))
    _figures(checks, today)
    opened, closed = _tickets(list(checks), today)
    found = db.session.scalar(sa.select(sa.func.count()).select_from(T)) or 0
    return Hasil(people, found, opened, closed)


def lacking() -> dict[str, str]:
    """Indicators nobody's row can answer today, with the reason. Reads the temporary table."""
    found = dict(indikator.TIDAK_ADA)
    names = list(indikator.BERGANTUNG)
    row = db.session.execute(sa.select(*(sa.func.bool_or(indikator.BERGANTUNG[name][0]) for name in names))).one()
    for name, filled in zip(names, row, strict=True):
        if not filled:
            found[name] = f"{indikator.PUSAT}: {indikator.BERGANTUNG[name][1]}"
    return found


def _find(code: str, one: indikator.Periksa) -> None:
    words = sa.cast(sa.literal(one.rincian) if isinstance(one.rincian, str) else one.rincian, sa.Text())
    rows = sa.select(sa.literal(code), B.c.pegawai_id, B.c.unit_id, B.c.pd_id, words)
    db.session.execute(
        sa.insert(T).from_select([c.name for c in T.columns], rows.where(one.siapa, one.temuan))  # type: ignore[arg-type]
    )


def _figures(checks: dict[str, indikator.Periksa], today: date) -> None:
    """Rows of this month are written anew."""
    counts = [sa.func.count().filter(one.siapa) for one in checks.values()]
    asked: dict[Any, dict[str, int]] = {}
    for row in db.session.execute(sa.select(B.c.pd_id, *counts).group_by(B.c.pd_id)):
        asked[row[0]] = dict(zip(checks, row[1:], strict=True))
    wrong = sa.select(T.c.pd_id, T.c.indikator, sa.func.count()).group_by(T.c.pd_id, T.c.indikator)
    found = {(pd, code): count for pd, code, count in db.session.execute(wrong)}
    month = today.replace(day=1)
    db.session.execute(sa.delete(MutuBulan).where(MutuBulan.bulan == month))
    rows = []
    for pd, counted in asked.items():
        for code, count in counted.items():
            wrong_here = found.get((pd, code), 0)
            rows.append({"bulan": month, "hari": today, "pd_id": pd, "indikator": code, "temuan": wrong_here,
                         "diperiksa": max(count, wrong_here)})  # fmt: skip
    if rows:
        db.session.execute(sa.insert(MutuBulan), rows)


def _tickets(codes: list[str], today: date) -> tuple[int, int]:
    """Close what is gone, follow who moved, open what is new, and say what each is worth."""
    live = sa.and_(TiketMutu.ditutup.is_(None), TiketMutu.indikator.in_(codes))
    same = sa.and_(T.c.indikator == TiketMutu.indikator, T.c.pegawai_id == TiketMutu.pegawai_id)
    gone = sa.update(TiketMutu).where(live, ~sa.exists().where(same)).values(ditutup=today, diubah_at=now())
    closed = db.session.execute(gone.execution_options(synchronize_session=False))
    moved = sa.or_(
        TiketMutu.pd_id.is_distinct_from(T.c.pd_id), TiketMutu.unit_id.is_distinct_from(T.c.unit_id),
        TiketMutu.rincian != T.c.rincian,
    )  # fmt: skip
    follow = (
        sa.update(TiketMutu)
        .where(live, same, moved)
        .values(pd_id=T.c.pd_id, unit_id=T.c.unit_id, rincian=T.c.rincian, diubah_at=now())
    )
    db.session.execute(follow.execution_options(synchronize_session=False))
    known = sa.exists().where(live, same)
    fresh = sa.select(
        sa.func.gen_random_uuid(), T.c.indikator, T.c.pegawai_id, T.c.unit_id, T.c.pd_id, T.c.rincian,
        sa.literal(today), sa.literal(now()), sa.literal(now()),
    ).where(~known)  # fmt: skip
    names = ["id", "indikator", "pegawai_id", "unit_id", "pd_id", "rincian", "dibuka", "dibuat_at", "diubah_at"]
    opened = db.session.execute(
        sa.insert(TiketMutu).from_select(names, fresh, include_defaults=False).execution_options(preserve_rowcount=True)
    )
    _worth(codes, today)
    return opened.rowcount, closed.rowcount  # type: ignore[attr-defined]


def _worth(codes: list[str], today: date) -> None:
    """Points of the OPD's score (0 to 100) that one repair brings back."""
    share = indikator.efektif(frozenset(codes))
    weight = sa.case({code: value * 100 for code, value in share.items()}, value=MutuBulan.indikator, else_=0.0)
    gain = sa.cast(weight, sa.Float()) / MutuBulan.diperiksa
    worth = (
        sa.update(TiketMutu)
        .where(
            TiketMutu.ditutup.is_(None), MutuBulan.bulan == today.replace(day=1), MutuBulan.diperiksa > 0,
            MutuBulan.indikator == TiketMutu.indikator, MutuBulan.pd_id.is_not_distinct_from(TiketMutu.pd_id),
            sa.func.abs(TiketMutu.poin - gain) > 1e-9,
        )
        .values(poin=gain)
    )  # fmt: skip
    db.session.execute(worth.execution_options(synchronize_session=False))
