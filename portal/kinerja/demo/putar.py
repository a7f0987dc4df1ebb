"""Plays a year in memory: plans from the top of the city down, then month after month. No database."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.kernel.demo import kota
from portal.kernel.demo.kota import City, Part, Seat
from portal.kernel.demo.salin import Ids
from portal.kernel.organisation import DEFINITIF
from portal.kinerja.demo import contoh, rencana
from portal.kinerja.demo.bulan import Baris, Bundel, fill
from portal.kinerja.demo.cerita import HALF_DONE, HALF_FILLED, SAME_FILE, Story
from portal.kinerja.demo.keadaan import KOSONG, Director, Waktu, same_evidence
from portal.kinerja.demo.rencana import Rencana
from portal.kinerja.predikat import predikat

MASS_MONTHS = {"sedang": 4, "besar": 1}  # months of the many, counted back from last month


@dataclass
class Year:
    """One year being played; `akhir` is its last month with entries, 0 for a year that has just begun."""

    city: City
    tahun: int
    akhir: int
    seed: int
    today: date

    def first_month(self, part: Part) -> int:
        return max(1, self.akhir - MASS_MONTHS[part.name] + 1) if part.name in MASS_MONTHS else 1


def seats(part: Part, tahun: int) -> list[Seat]:
    """Definitive seats held in the year, units from the top, heads before their people."""
    found: list[Seat] = []
    for unit in sorted(part.units, key=lambda u: u.kode.count(".") if u.induk else -1):
        mine = [s for s in unit.seats if s.jenis == DEFINITIF and s.person.status != "PEJABAT_NEGARA"]
        mine = [s for s in mine if s.mulai.year <= tahun and (s.selesai is None or s.selesai.year >= tahun)]
        found += sorted(mine, key=lambda s: not s.is_pimpinan)
    return found


def plan(seat: Seat, known: dict[str, Rencana], year: Year, ids: Ids) -> Rencana:
    """The seat's plan below the plan of its boss; plans of heads are added to `known`."""
    boss = kota.atasan(seat, min(year.today, seat.selesai or year.today))
    above = known.get(boss.person.id) if boss else None
    if boss and boss.jenis != DEFINITIF:
        # Whoever acts in a vacant seat plans as a functional: the result above theirs is what staff serve.
        higher = kota.atasan(boss, year.today)
        above = known.get(higher.person.id) if higher else None
    make = contoh.plan if seat.person.contoh in contoh.PEOPLE else rencana.plan
    made = make(seat, boss, above, year.tahun, ids, year.seed)
    if seat.selesai is not None and seat.selesai < year.today:
        made.status = "DITUTUP"
    if seat.is_pimpinan:
        known[seat.person.id] = made
    return made


class Player:
    """Months of one part of the city, each in the state its story asks for."""

    def __init__(self, year: Year, part: Part, clock: Waktu, ids: Ids) -> None:
        self.year, self.part, self.clock, self.ids = year, part, clock, ids
        self.story = Story(year.akhir)
        self.director = Director(clock, ids)
        self.states: Counter[str] = Counter()

    def months(self, made: Rencana) -> Iterator[Bundel]:
        before: Bundel | None = None
        for bulan in range(self.year.first_month(self.part), self.year.akhir + 1):
            if made.covers(bulan):
                kb = self._month(made, bulan, before)
                if kb is not None:
                    yield kb
                before = kb or before

    def _month(self, made: Rencana, bulan: int, before: Bundel | None) -> Bundel | None:
        seat = made.seat
        on = min(self.clock.first_after(bulan) - timedelta(days=1), seat.selesai or date.max, self.clock.today)
        boss = kota.atasan(seat, on)
        if boss is None:
            return None
        state, manner = self.story.month(seat, boss, bulan, made.random)
        self.states[state] += 1
        if state == KOSONG:
            return None
        rows = self._rows(made, bulan, manner)
        kb = Bundel(self.ids.next(), self.ids.next(), made, bulan, boss, kota.atasan(boss, on), rows)
        if seat.person.pengguna == SAME_FILE and bulan == self.year.akhir and before:
            same_evidence(kb, before)
        self.director.stage(kb, state)
        if seat.person.contoh in contoh.PEOPLE:
            _rate_as_given(kb)
        return kb

    def _rows(self, made: Rencana, bulan: int, manner: str) -> list[Baris]:
        if made.seat.person.contoh in contoh.PEOPLE:
            return contoh.rows(made, bulan, self.ids)
        told = HALF_DONE if made.seat.person.pengguna == HALF_FILLED and bulan == self.year.akhir else {}
        many = self.part.name not in MASS_MONTHS
        return [fill(made, h, bulan, manner, self.ids, told.get(h.isi["singkat"]), many) for h in made.rhk]


def _rate_as_given(kb: Bundel) -> None:
    """The worked people carry the ratings of the reference data."""
    nilai = kb.nilai
    if nilai is None:
        return
    hasil, perilaku = contoh.monthly_rating(kb.seat.person.contoh, kb.bulan)
    nilai.hasil, nilai.perilaku, nilai.predikat = hasil, perilaku, predikat(hasil, perilaku)
    nilai.alasan = contoh.REASON if nilai.saran not in (None, hasil) else ""
    nilai.catatan, nilai.pembinaan, nilai.aspek = "", hasil == "DI_BAWAH", {}
    kb.langkah[-1].catatan, kb.langkah[-1].rincian = "", {"predikat": nilai.predikat}
