"""Driving the work by hand: jobs of the synchronisation run here and now, as a worker would run them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.siasn import klien, paket, tarik
from portal.kepegawaian.siasn import models as m
from portal.kernel import jobs
from portal.kernel.db import commit, db
from portal.kernel.jobs import ANTRE, Job
from portal.kernel.people import Principal


class Mati(BaseException):
    """The worker is killed: nothing in between catches it."""


def putar(most: int = 60) -> int:
    """Run what waits until nothing does; returns how many jobs ran."""
    commit()
    for count in range(most):
        key = db.session.scalar(
            sa.select(Job.id).where(Job.nama.like("siasn-%"), Job.status == ANTRE).order_by(Job.jalankan_at).limit(1)
        )
        if key is None:
            db.session.expire_all()
            return count
        jobs.run(str(key))
        db.session.expire_all()
        wrong = db.session.get(Job, key, populate_existing=True)
        assert wrong is not None
        assert wrong.status != "GAGAL", wrong.rincian
    raise AssertionError("the work does not end")


def bangkitkan() -> None:
    """What a dead worker left is queued again, as the sweep does it."""
    db.session.execute(sa.update(Job).where(Job.nama.like("siasn-%"), Job.status == "BERJALAN").values(status=ANTRE))
    commit()


@contextmanager
def dibunuh(pada: Callable[[str, str], bool], sesudah: bool = True) -> Iterator[list[str]]:
    """The worker dies at the first call for which `pada(method, path)` is true, after its answer or before it."""
    real, seen = klien.Klien._kirim, []

    def call(self: Any, method: str, url: str, label: str, **what: Any) -> Any:
        if not seen and pada(method, label) and not sesudah:
            seen.append(label)
            raise Mati(label)
        found = real(self, method, url, label, **what)
        if not seen and pada(method, label):
            seen.append(label)
            raise Mati(label)
        return found

    klien.Klien._kirim = call  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        klien.Klien._kirim = real  # type: ignore[method-assign]


def tarik_semua(user: Principal, *kinds: str) -> m.Jalan:
    run = tarik.mulai(user, tarik.SEMUA, kinds)
    putar()
    return run


def kirim_semua(one: Principal, other: Principal, *kinds: str) -> m.Paket | None:
    """Prepare, approve by the other, send."""
    parcel, _ = paket.siapkan(one, kinds)
    if parcel is not None:
        paket.setujui(parcel, parcel.sidik, other)
        putar()
    return parcel


def kelas(**where: Any) -> dict[str, int]:
    """How many pairs are of each class."""
    query = sa.select(m.Pasangan.kelas, sa.func.count()).group_by(m.Pasangan.kelas)
    for name, value in where.items():
        query = query.where(getattr(m.Pasangan, name) == value)
    return dict(db.session.execute(query).tuples().all())


def pasangan(**where: Any) -> m.Pasangan:
    query = sa.select(m.Pasangan)
    for name, value in where.items():
        query = query.where(getattr(m.Pasangan, name) == value)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def kotak(parcel: m.Paket) -> list[m.Kotak]:
    query = sa.select(m.Kotak).where(m.Kotak.paket_id == parcel.id).order_by(m.Kotak.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
