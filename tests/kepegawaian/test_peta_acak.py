"""Entries put in, cancelled and reordered by chance, against a model that asks every day by itself.

Real rows through the services; the projection is read back from its tables and made anew from nothing.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import SELAMANYA, Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kepegawaian.rujukan import kode
from portal.kernel.db import db
from portal.kernel.organisation import DEFINITIF, Pegawai, Penempatan
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
FIRST, SPAN, STEPS, PEOPLE = date(2019, 1, 1), 90, 9, 12
GOLONGAN, TINGKAT, KEDUDUKAN = ("III/a", "III/b", "III/c"), ("17", "40", "45"), ("01", "02", "03", "99")


@dataclass
class Orang:
    """A pegawai and the entries that are alive."""

    pegawai: Pegawai
    hidup: list[Any] = field(default_factory=list)

    def of(self, table: Any) -> list[Any]:
        return [row for row in self.hidup if isinstance(row, table)]


def day(chance: random.Random) -> date:
    return FIRST + timedelta(days=chance.randrange(SPAN))


def start(row: Any) -> date:
    """When an entry begins to hold (R1)."""
    found: date = row.tmt_mutasi if getattr(row, "mutasi", "") == r.MU else row.tmt
    return found


def made(chance: random.Random, one: Orang, units: list[Any]) -> Any:
    """An entry of any kind, with or without an end; None where the register would refuse a second one that day."""
    tmt, table = day(chance), chance.choice((r.RiwayatJabatan,) * 3 + (r.RiwayatGolongan, r.RiwayatKedudukan,
                                                                       r.RiwayatPendidikan))  # fmt: skip
    end = tmt + timedelta(days=chance.randrange(1, 30)) if chance.random() < 0.4 else None
    row: Any
    if table is r.RiwayatJabatan:
        moved = tmt + timedelta(days=chance.randrange(1, 20)) if chance.random() < 0.3 else None
        row = r.RiwayatJabatan(
            jenis_jabatan="JF", nama_jabatan=f"Jabatan {chance.randrange(5)}", jenjang="JF_MU", tmt=tmt,
            unit_id=chance.choice(units).id, mutasi=r.MU if moved else r.MJ, tmt_mutasi=moved,
            selesai=moved + timedelta(days=9) if moved and end else end,
        )  # fmt: skip
    elif table is r.RiwayatGolongan:
        row = r.RiwayatGolongan(golongan=chance.choice(GOLONGAN), tmt=tmt)
    elif table is r.RiwayatKedudukan:
        row = r.RiwayatKedudukan(kode=chance.choice(KEDUDUKAN), tmt=tmt, selesai=end)
    else:
        row = r.RiwayatPendidikan(tingkat=chance.choice(TINGKAT), tmt=tmt)
    taken = {start(other) for other in one.of(table)}
    return None if start(row) in taken else row


def step(chance: random.Random, one: Orang, units: list[Any], office: Principal) -> None:
    if one.hidup and chance.random() < 0.3:
        row = one.hidup.pop(chance.randrange(len(one.hidup)))
        services.batalkan(row, office, "Salah orang, dibatalkan dalam uji acak")
        return
    row = made(chance, one, units)
    if row is not None:
        row.pegawai_id = one.pegawai.id
        one.hidup.append(f.catat(row))


# ---- the model: slow, obvious, one day at a time


def holding(rows: list[Any], on: date) -> Any:
    """The entry that began last, if it has not ended. An ended one does not bring back the one before it."""
    begun = [row for row in rows if start(row) <= on]
    last = max(begun, key=start, default=None)
    return last if last is not None and (last.selesai is None or last.selesai >= on) else None


def standing(rows: list[Any], on: date) -> str:
    """Of those that hold that day the one that began last."""
    here = [row for row in rows if row.tmt <= on and (row.selesai is None or row.selesai >= on)]
    return max(here, key=lambda row: row.tmt).kode if here else ""


def schooling(rows: list[Any], on: date) -> str:
    begun = [row for row in rows if row.tmt <= on]
    ranked = [(kode.pendidikan()[row.tingkat].urutan, row.tmt, row.tingkat) for row in begun]
    return max(ranked)[2] if ranked else ""


def expected(one: Orang, on: date) -> tuple[Any, ...] | None:
    service = [row for row in one.hidup if not isinstance(row, r.RiwayatPendidikan)]  # school is no service
    if not any(start(row) <= on for row in service or one.hidup):
        return None
    seat, legal = holding(one.of(r.RiwayatJabatan), on), standing(one.of(r.RiwayatKedudukan), on)
    rank = max((row for row in one.of(r.RiwayatGolongan) if row.tmt <= on), key=lambda row: row.tmt, default=None)
    if legal == "99":
        seat = None
    return (seat.id if seat else None, seat.unit_id if seat else None, rank.golongan if rank else "", legal,
            schooling(one.of(r.RiwayatPendidikan), on))  # fmt: skip


# ---- what the tables say


def stretches(one: Orang) -> list[Any]:
    columns = [Keadaan.mulai, Keadaan.sampai, Keadaan.riwayat_jabatan_id, Keadaan.unit_id, Keadaan.golongan,
               Keadaan.kedudukan, Keadaan.pendidikan]  # fmt: skip
    query = sa.select(*columns).where(Keadaan.pegawai_id == one.pegawai.id).order_by(Keadaan.mulai)
    return list(db.session.execute(query))


def as_bytes(one: Orang) -> list[str]:
    """Every column but the times at which a row was written."""
    told = []
    for table in (Keadaan, Penempatan):
        columns = [c for c in table.__table__.columns if c.name not in ("dibuat_at", "diubah_at")]
        line = sa.cast(sa.func.row(*columns), sa.Text())
        query = sa.select(line).where(table.__table__.c.pegawai_id == one.pegawai.id).order_by(line)
        told += list(db.session.scalars(query))
    return told


def seats(one: Orang) -> list[Any]:
    columns = [Penempatan.mulai, Penempatan.selesai, Penempatan.unit_id, Penempatan.asal_id]
    mine = sa.and_(Penempatan.pegawai_id == one.pegawai.id, Penempatan.jenis == DEFINITIF)
    return list(db.session.execute(sa.select(*columns).where(mine)))


def check(one: Orang) -> None:
    rows, places = stretches(one), seats(one)
    for n in range(-1, SPAN + 60):
        on = FIRST + timedelta(days=n)
        want = expected(one, on)
        found = [tuple(row[2:]) for row in rows if row.mulai <= on <= row.sampai]
        assert found == ([] if want is None else [want]), on
        placed = [(row.unit_id, row.asal_id) for row in places if row.mulai <= on <= (row.selesai or SELAMANYA)]
        assert placed == ([(want[1], want[0])] if want and want[0] else []), on


def twin(chance: random.Random, one: Orang) -> Orang:
    """Somebody else with the same entries, put in in another order."""
    other = Orang(f.orang("Kembar Uji"))
    for row in chance.sample(one.hidup, len(one.hidup)):
        skip = ("id", "pegawai_id", "dibuat_at", "diubah_at", "submission_id", "berlaku", "status", "dicatat_at")
        names = [column.name for column in row.__table__.columns if column.name not in skip]
        copied = type(row)(pegawai_id=other.pegawai.id, **{name: getattr(row, name) for name in names})
        other.hidup.append(f.catat(copied))
    return other


@pytest.mark.parametrize("seed", range(PEOPLE))
def test_any_order_of_entries_and_cancellations(seed: int) -> None:
    chance = random.Random(seed)
    k = f.kota() if seed == 0 else None
    units = [k.bidang, k.bidang_lain, k.dinas] if k else _units()
    office = f.principal(f.akun("bkpsdm"))
    one = Orang(f.orang("Acak Uji"))
    for _ in range(STEPS):
        step(chance, one, units, office)
        check(one)
    before = as_bytes(one)
    assert bangun.rebuild([one.pegawai.id]) == 0
    for table in (Keadaan, Penempatan):
        db.session.execute(sa.delete(table).where(table.pegawai_id == one.pegawai.id))
    bangun.rebuild([one.pegawai.id])
    assert as_bytes(one) == before
    other = twin(chance, one)
    check(other)
    assert [(row[0], row[1], *row[3:]) for row in stretches(other)] == [
        (row[0], row[1], *row[3:]) for row in stretches(one)
    ]


def _units() -> list[Any]:
    dinas = f.unit("Dinas Uji", jenis="PD", mulai=date(2015, 1, 1))
    return [dinas, f.unit("Bidang Uji", dinas, dinas, mulai=date(2015, 1, 1))]


def test_a_large_batch_is_written_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """COPY and INSERT leave the same rows."""
    chance, people, units = random.Random(7), [Orang(f.orang(f"Banyak {i}")) for i in range(4)], _units()
    for one in people:
        for _ in range(6):
            row = made(chance, one, units)
            if row is not None:
                row.pegawai_id = one.pegawai.id
                one.hidup.append(f.catat(row))
    keys = [one.pegawai.id for one in people]
    before = [as_bytes(one) for one in people]
    db.session.execute(sa.delete(Keadaan).where(Keadaan.pegawai_id.in_(keys)))
    monkeypatch.setattr(bangun, "MANY", 1)
    assert bangun.rebuild(keys) > 1
    assert [as_bytes(one) for one in people] == before
