"""How well the LSP works in a quarter, from events that never change: days to a decision, what is sent back, where
applications come from. Bounded by the quarter, so that years of cases cost nothing."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from portal.kernel import holidays
from portal.kernel.approval import SubmissionEvent
from portal.kernel.calendar import adalah_hari_kerja, zona_waktu
from portal.kernel.db import rows
from portal.kernel.storage import ENGINE_DOWN, config, redis
from portal.sertifikasi.publik.statistik import suppressed, terkecil
from portal.sertifikasi.saya import forms, pilihan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

DECIDED, SENT, RETURNED = ("kompeten", "belum_kompeten"), "ajukan", ("minta_perbaikan", "kembalikan_apl02")
COUNTED = (*DECIDED, SENT, *RETURNED)
MOST_ROWS, KEEP = 12, 600
sa.Index(
    "ix_langkah_persetujuan_mutu", SubmissionEvent.dibuat_at, SubmissionEvent.aksi, SubmissionEvent.submission_id,
    postgresql_where=sa.text(f"aksi IN ({', '.join(repr(one) for one in COUNTED)})"),
)  # fmt: skip


@dataclass(frozen=True)
class Triwulan:
    tahun: int
    ke: int

    @property
    def mulai(self) -> date:
        return date(self.tahun, 3 * self.ke - 2, 1)

    @property
    def berikut(self) -> "Triwulan":
        return Triwulan(self.tahun + self.ke // 4, self.ke % 4 + 1)

    @property
    def kode(self) -> str:
        return f"{self.tahun}-{self.ke}"

    @property
    def nama(self) -> str:
        return f"Triwulan {('I', 'II', 'III', 'IV')[self.ke - 1]} {self.tahun}"

    def before(self, count: int) -> "Triwulan":
        at = self.tahun * 4 + self.ke - 1 - count
        return Triwulan(at // 4, at % 4 + 1)


def of_day(day: date) -> Triwulan:
    return Triwulan(day.year, (day.month - 1) // 3 + 1)


@dataclass
class Mutu:
    """`lama`: scheme, decisions, median and ninth decile in working days. `kembali`: row or field, cases in which it
    was sent back, their share of the cases sent in (percent). `asal`: province, applications, share, in words."""

    triwulan: Triwulan
    dikirim: int = 0
    diputus: int = 0
    dikembalikan: int = 0
    median: float | None = None
    lambat: float | None = None
    lama: list[tuple[str, int, float, float]] = field(default_factory=list)
    kembali: list[tuple[str, int, float]] = field(default_factory=list)
    asal: list[tuple[str, str, str]] = field(default_factory=list)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), zona_waktu(config().zona))


def _inside(q: Triwulan, *aksi: str) -> sa.ColumnElement[bool]:
    """Events of these moves in the quarter. The list of all moves counted lets PostgreSQL use the index of them."""
    e = SubmissionEvent
    return sa.and_(
        e.aksi.in_(COUNTED), e.aksi.in_(aksi), e.dibuat_at >= _at(q.mulai), e.dibuat_at < _at(q.berikut.mulai)
    )  # fmt: skip


def figures(q: Triwulan) -> Mutu:
    """The same as `hitung`, kept for KEEP seconds: counting reads every case of the quarter."""
    key = f"mutu:{q.kode}"
    try:
        kept = redis().get(key)
    except ENGINE_DOWN:
        return hitung(q)
    if kept is not None:
        return Mutu(q, **orjson.loads(kept))
    found = hitung(q)
    told = {name: value for name, value in vars(found).items() if name != "triwulan"}
    redis().set(key, orjson.dumps(told), ex=KEEP)
    return found


def hitung(q: Triwulan) -> Mutu:
    """In five statements."""
    found = Mutu(q)
    _days(found)
    _origin(found)
    _returns(found)
    return found


# ---- days from the first sending to the decision


def _days(found: Mutu) -> None:
    p, e = m.Permohonan, SubmissionEvent
    sent = sa.cast(sa.func.timezone(config().zona, p.apl01_diajukan_at), sa.Date)
    decided = sa.cast(sa.func.timezone(config().zona, e.dibuat_at), sa.Date)
    query = (
        sa.select(s.Skema.judul, sent.label("dikirim"), decided.label("diputus"), sa.func.count().label("n"))
        .join(p, p.submission_id == e.submission_id)
        .join(s.Skema, s.Skema.id == p.skema_id)
        .where(_inside(found.triwulan, *DECIDED), p.apl01_diajukan_at.is_not(None))
        .group_by(s.Skema.judul, sent, decided)
    )
    taken: dict[str, Counter[int]] = {}
    counted = rows(query).all()
    index = _working_days([day for row in counted for day in (row.dikirim, row.diputus)])
    for row in counted:
        days = max(_upto(index, row.diputus) - _upto(index, row.dikirim), 0)
        taken.setdefault(row.judul, Counter())[days] += row.n
    everything: Counter[int] = Counter()
    for one in taken.values():
        everything.update(one)
    found.diputus = everything.total()
    if everything:
        found.median, found.lambat = _quantile(everything, 0.5), _quantile(everything, 0.9)
    ranked = sorted(taken.items(), key=lambda item: (-item[1].total(), item[0]))[:MOST_ROWS]
    found.lama = [(name, c.total(), _quantile(c, 0.5), _quantile(c, 0.9)) for name, c in ranked]


def _working_days(days: list[date]) -> tuple[date, list[int]]:
    """The first of these days, and how many working days have passed by each day from it to the last."""
    if not days:
        return date.min, [0]
    first, free, count, passed = min(days), holidays.days(), 0, []
    for n in range((max(days) - first).days + 1):
        count += adalah_hari_kerja(first + timedelta(days=n), free)
        passed.append(count)
    return first, passed


def _upto(index: tuple[date, list[int]], day: date) -> int:
    first, passed = index
    return passed[(day - first).days]


def _quantile(counts: Counter[int], share: float) -> float:
    """Between the two values in the middle where there are two, as a median has it."""
    total = counts.total()
    low, high = int((total - 1) * share), -int(-(total - 1) * share // 1)
    return (_value_at(counts, low) + _value_at(counts, high)) / 2


def _value_at(counts: Counter[int], place: int) -> int:
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if place < seen:
            return value
    return max(counts)


# ---- where they come from


def _origin(found: Mutu) -> None:
    """Cases whose first APL-01 was sent in the quarter. Groups of fewer than five are not told."""
    p, e = m.Permohonan, SubmissionEvent
    query = (
        sa.select(p.provinsi, sa.func.count().label("n"))
        .join(e, e.submission_id == p.submission_id)
        .where(_inside(found.triwulan, SENT), e.dari == m.DRAF)
        .group_by(p.provinsi)
        .order_by(sa.desc("n"), p.provinsi)
    )
    counted = rows(query).all()
    found.dikirim = sum(row.n for row in counted)
    words = suppressed([row.n for row in counted], terkecil())
    for row, text in zip(counted, words, strict=True):
        share = f"{100 * row.n / found.dikirim:.1f}%".replace(".", ",") if text.replace(".", "").isdigit() else text
        found.asal.append((pilihan.PROVINSI.get(row.provinsi, "Tidak diisi"), text, share))


# ---- what is sent back


def _returns(found: Mutu) -> None:
    """Each case counts once for each row or field, however often it came back."""
    e = SubmissionEvent
    key = sa.func.jsonb_object_keys(e.rincian["catatan"])
    has_notes = sa.func.jsonb_typeof(e.rincian["catatan"]) == "object"
    listed = (
        sa.select(e.submission_id, key.label("kunci")).where(_inside(found.triwulan, *RETURNED), has_notes).distinct()
    ).subquery()  # fmt: skip
    total = sa.select(sa.func.count(sa.distinct(e.submission_id))).where(_inside(found.triwulan, *RETURNED))
    counted = rows(sa.select(listed.c.kunci, sa.func.count().label("n")).group_by(listed.c.kunci)).all()
    found.dikembalikan = rows(total).scalar() or 0
    names = _names([row.kunci for row in counted])
    sums: Counter[str] = Counter()
    for row in counted:
        sums[names.get(row.kunci, "Baris lain")] += row.n
    base = max(found.dikirim, found.dikembalikan, 1)
    found.kembali = [(name, n, 100 * n / base) for name, n in sums.most_common(MOST_ROWS)]


def _names(keys: Sequence[str]) -> dict[str, str]:
    """Words for "isian:<field>" and "syarat:<row>"; rows are named by their requirement."""
    labels = {f.name: f.label for f in forms.FIELDS}
    found = {k: labels.get(k.removeprefix("isian:"), "Isian lain") for k in keys if k.startswith("isian:")}
    ids = {k: key for k in keys if k.startswith("syarat:") and (key := _uuid(k.removeprefix("syarat:")))}
    query: sa.Select[Any] = sa.select(m.BuktiSyarat.id, s.SkemaSyarat.teks).join(
        s.SkemaSyarat, s.SkemaSyarat.id == m.BuktiSyarat.syarat_id
    )
    texts = dict(rows(query.where(m.BuktiSyarat.id.in_(ids.values()))).tuples().all()) if ids else {}
    return found | {k: texts.get(key, "Baris lain") for k, key in ids.items()}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
