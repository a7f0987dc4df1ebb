"""A year of performance for the people of Kota Sagara: plans, months in every state, evidence that opens.

Dates follow the clock: months up to last month exist. Last month is still open, so its stories can be played;
earlier months are locked as the calendar says. `kernel.demo.load_city` comes first.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from portal.kernel.calendar import zona_waktu
from portal.kernel.db import db, now
from portal.kernel.demo import FILLERS, SEED, bangun, require_demo, today
from portal.kernel.demo.kota import City, Part, Seat
from portal.kernel.demo.salin import Ids, no_time_limit
from portal.kernel.storage import config
from portal.kinerja import kalender
from portal.kinerja.demo import contoh, penutup, putar
from portal.kinerja.demo.arsip import Archive, Store
from portal.kinerja.demo.cerita import OWN_FILES
from portal.kinerja.demo.keadaan import Waktu
from portal.kinerja.demo.putar import MASS_MONTHS, Player, Year
from portal.kinerja.demo.rencana import Rencana
from portal.kinerja.demo.tulis import Tables, identity, write_month, write_plan, write_rating
from portal.kinerja.models import JadwalKunci, RealisasiTahunan, Skp, TahunKinerja
from portal.kinerja.settings import Aturan

CHUNK = 300  # plans written at a time
PLAYABLE_DAYS = (7, 12)  # last month stays open this long for pegawai and penilai, whatever the date
EXTENSION = "Perpanjangan serentak karena pemeliharaan pusat data kota"
Schedule = dict[int, kalender.Jadwal]


@dataclass
class Loaded:
    """Rows added per table, months per state, stored files."""

    baris: Counter[str] = field(default_factory=Counter)
    keadaan: Counter[str] = field(default_factory=Counter)
    berkas: int = 0

    def __str__(self) -> str:
        months, rows = self.baris["kinerja_bulanan"], self.baris["kinerja_realisasi_bulanan"]
        return f"Kinerja: {months} bulan, {rows} realisasi, dan {self.berkas} berkas ditambahkan."


def load_kinerja(skala: str = "kecil", seed: int = SEED) -> Loaded:
    """Add what is missing. The caller commits. Raises Refused in production, ValueError for an unknown scale."""
    require_demo(skala)
    no_time_limit()
    city = bangun.build(skala, seed, today())
    loaded, store = Loaded(), Store()
    for year in years(city, seed, today()):
        _load_year(year, store, loaded)
    _load_archive(city, seed, store, loaded)
    if loaded.baris:
        for year in years(city, seed, today()):
            penutup.finish(year.tahun, year.akhir)
    loaded.berkas = store.finish()
    return loaded


FILLERS.append(load_kinerja)


def years(city: City, seed: int, day: date) -> list[Year]:
    """The year of last month, and the present one where that has just begun."""
    last = day.replace(day=1) - timedelta(days=1)
    found = [Year(city, last.year, last.month, seed, day)]
    return found if day.year == last.year else [*found, Year(city, day.year, 0, seed, day)]


def _load_year(year: Year, store: Store, loaded: Loaded) -> None:
    schedule = schedule_of(year)
    _write_year(year, schedule)
    missing = {part.name for part in year.city.parts if not _is_loaded(part, year.tahun)}
    plans: dict[str, Rencana] = {}
    # Parts that are there are planned again, in memory, only because missing ones serve their results.
    for part in year.city.parts if missing else []:
        ids = Ids(f"{year.seed}:{year.tahun}:{part.name}:rencana", _ms(year.tahun))
        made = [putar.plan(seat, plans, year, ids) for seat in putar.seats(part, year.tahun)]
        if part.name in missing:
            _Writer(year, part, clock_of(year, schedule), store, loaded).write(made)


def _is_loaded(part: Part, tahun: int) -> bool:
    first = next(s for s in part.seats if s.person.status != "PEJABAT_NEGARA")
    query = sa.select(sa.exists().where(Skp.pegawai_id == first.person.id, Skp.tahun == tahun))
    return bool(db.session.scalar(query))


class _Writer:
    """Writes the plans and months of one part, in portions."""

    def __init__(self, year: Year, part: Part, clock: Waktu, store: Store, loaded: Loaded) -> None:
        self.ids = Ids(f"{year.seed}:{year.tahun}:{part.name}:bulan", _ms(year.tahun))
        self.player = Player(year, part, clock, self.ids)
        self.archive = Archive(store, self.ids, recent=year.akhir, mass=part.name in MASS_MONTHS)
        self.tables, self.loaded = Tables(), loaded
        self.plan_from = year.first_month(part) if part.name == "besar" else 1

    def write(self, plans: list[Rencana]) -> None:
        for number, plan in enumerate(plans, 1):
            write_plan(self.tables, plan, self.ids, _set_at(plan), self.plan_from)
            for kb in self.player.months(plan):
                files = self.archive.file(kb, every=kb.seat.person.pengguna in OWN_FILES)
                write_month(self.tables, kb, files, self.ids)
            if number % CHUNK == 0:
                self.flush()
        self.flush()
        self.loaded.keadaan += self.player.states

    def flush(self) -> None:
        self.loaded.baris += self.tables.flush()


# ---- the calendar of a year


def schedule_of(year: Year) -> Schedule:
    """Deadlines by the rules; last month is kept open a little longer so that its stories can be played."""
    found = _usual(year.tahun)
    if year.akhir:
        usual = found[year.akhir]
        pegawai = max(usual.batas_pegawai, year.today + timedelta(days=PLAYABLE_DAYS[0]))
        penilai = max(usual.batas_penilai, year.today + timedelta(days=PLAYABLE_DAYS[1]))
        found[year.akhir] = kalender.Jadwal(usual.buka, pegawai, penilai, kalender.end_of(penilai))
    return found


def _usual(tahun: int) -> Schedule:
    return {bulan: kalender.default_jadwal(tahun, bulan, Aturan()) for bulan in range(1, 13)}


def _write_year(year: Year, schedule: Schedule) -> None:
    if db.session.scalar(sa.select(sa.exists().where(TahunKinerja.tahun == year.tahun))):
        return
    ids, tables, usual = Ids(f"{year.seed}:{year.tahun}:tahun", _ms(year.tahun)), Tables(), _usual(year.tahun)
    tables.add(TahunKinerja, "id tahun status", (ids.next(), year.tahun, "BERJALAN"))
    columns = "id tahun bulan buka batas_pegawai batas_penilai kunci_at alasan"
    for bulan, plan in schedule.items():
        why = EXTENSION if plan != usual[bulan] else ""
        row = (ids.next(), year.tahun, bulan, plan.buka, plan.batas_pegawai, plan.batas_penilai, plan.kunci_at, why)
        tables.add(JadwalKunci, columns, row)
    tables.flush()


def clock_of(year: Year, schedule: Schedule) -> Waktu:
    local = now().astimezone(zona_waktu(config().zona))
    officer = next(s for s in year.city.seats if s.person.pengguna == "wayan.sudiarta")
    return Waktu(
        local, {b: j.batas_pegawai for b, j in schedule.items()}, {b: j.batas_penilai for b, j in schedule.items()},
        {b: j.kunci_at for b, j in schedule.items()}, year.tahun, year.akhir, officer,
    )  # fmt: skip


def _set_at(plan: Rencana) -> datetime:
    return _local(max(date(plan.tahun, 1, 19), plan.mulai), 14, 5)


def _ms(tahun: int) -> int:
    return int(_local(date(tahun, 1, 5), 8).timestamp() * 1000)


def _local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), zona_waktu(config().zona))


# ---- the closed year of the two worked people


def _load_archive(city: City, seed: int, store: Store, loaded: Loaded) -> None:
    """The reference year itself, with quarters, the year's rating and the closing figures."""
    tahun = contoh.data()["tahun"]
    inti = city.parts[0]
    chief, *people = (_worked(inti, code) for code in ("P000", "P002", "P001"))
    if db.session.scalar(sa.select(sa.exists().where(Skp.pegawai_id == chief.person.id, Skp.tahun == tahun))):
        return
    year = Year(city, tahun, 12, seed, today())
    schedule = _usual(tahun)
    _write_year(year, schedule)
    ids = Ids(f"{seed}:{tahun}:arsip", _ms(tahun))
    plans: dict[str, Rencana] = {}
    made = [putar.plan(seat, plans, year, ids) for seat in (chief, *people)]
    writer = _Writer(year, inti, clock_of(year, schedule), store, loaded)
    write_plan(writer.tables, made[0], writer.ids, _set_at(made[0]))
    writer.write(made[1:])
    for plan in made[1:]:
        _close(writer, plan)
    writer.flush()


def _worked(part: Part, code: str) -> Seat:
    return next(s for s in part.seats if s.person.contoh == code)


def _close(writer: _Writer, plan: Rencana) -> None:
    closed, boss = _local(date(plan.tahun, 12, 30), 15, 40), plan.atasan
    for nilai in contoh.year_ratings(plan.seat.person.contoh, writer.ids):
        nilai.ditetapkan_at = closed
        write_rating(writer.tables, plan.id, nilai, identity(boss) if boss else {}, writer.ids)
    for key, figure in contoh.closing(plan.seat.person.contoh, plan):
        row = (writer.ids.next(), key, figure, closed)
        writer.tables.add(RealisasiTahunan, "id indikator_id realisasi ditutup_at", row)
