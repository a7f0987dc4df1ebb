"""The monitoring list: everyone's month, also of those who have not opened it."""

import functools
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import calendar, organisation
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Column, Given, Listing, Tags
from portal.kernel.numbers import persen
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal
from portal.kernel.storage import config
from portal.kinerja import PANTAU, kalender
from portal.kinerja.models import (
    BELUM,
    BERJALAN,
    DIAJUKAN,
    DIBUKA,
    DIKEMBALIKAN,
    DISETUJUI,
    DITETAPKAN,
    DRAF,
    MENUNGGU_PENILAI,
    PERLU_TINJAU,
    TERKUNCI,
    TIDAK_LAPOR,
    Evaluasi,
    JadwalKunci,
    KinerjaBulanan,
    Skp,
    TahunKinerja,
)  # fmt: skip
from portal.kinerja.pantauan import policies
from portal.kinerja.predikat import BAIK, BUTUH_PERBAIKAN, KURANG, LABEL, SANGAT_BAIK, SANGAT_KURANG
from portal.kinerja.settings import Aturan

STATES = Tags({
    BELUM: ("Belum diisi", "", "circle-dashed"), BERJALAN: ("Sedang diisi", "guide", "pencil"),
    DIAJUKAN: ("Menunggu penilai", "warning", "clock"), DIKEMBALIKAN: ("Dikembalikan", "negative", "arrow-back-up"),
    DITETAPKAN: ("Ditetapkan", "positive", "circle-check"), TERKUNCI: ("Terkunci", "negative", "lock"),
    DIBUKA: ("Kunci dibuka", "guide", "lock-open"),
    MENUNGGU_PENILAI: ("Penilai lewat batas", "warning", "alert-triangle"),
})  # fmt: skip
STEP_WORDS = {
    BELUM: "belum diisi", DRAF: "draf", DIAJUKAN: "diajukan", DIKEMBALIKAN: "dikembalikan", DISETUJUI: "disetujui",
    PERLU_TINJAU: "perlu ditinjau lagi",
}  # fmt: skip
STEP_STATES = Tags({code: (words.capitalize(), "", "") for code, words in STEP_WORDS.items()})
PREDIKAT = Tags({
    SANGAT_BAIK: (LABEL[SANGAT_BAIK], "positive", ""), BAIK: (LABEL[BAIK], "positive", ""),
    BUTUH_PERBAIKAN: (LABEL[BUTUH_PERBAIKAN], "warning", ""), KURANG: (LABEL[KURANG], "negative", ""),
    SANGAT_KURANG: (LABEL[SANGAT_KURANG], "negative", ""), TIDAK_LAPOR: ("Tidak lapor", "negative", ""),
})  # fmt: skip
WITH_PENILAI = [DIAJUKAN, DITETAPKAN, MENUNGGU_PENILAI]  # sent, and not in the pegawai's hands again
LATE, ON_TIME = "ya", "tidak"
OWN_PD, ALL_PD = sa.orm.aliased(JadwalKunci), sa.orm.aliased(JadwalKunci)

state: Any = sa.func.coalesce(Submission.status, BELUM, type_=sa.Text())
# Mean capaian once the month is with the penilai: a draft shows its state only.
capaian: Any = sa.case((Submission.status.in_(WITH_PENILAI), KinerjaBulanan.capaian_rata2), else_=None)


def months_of(user: Principal, tahun: int, bulan: int) -> sa.Select[tuple[Skp]]:
    """SKP of the month with person, bundle, case, evaluation and deadlines, whatever of them exists."""
    periode = f"B{bulan:02d}"
    same = sa.and_(KinerjaBulanan.tahun == tahun, KinerjaBulanan.bulan == bulan, KinerjaBulanan.pd_id == Skp.pd_id)
    exceptions = [(OWN_PD, OWN_PD.pd_id == Skp.pd_id), (ALL_PD, ALL_PD.pd_id.is_(None))]
    query = (
        policies.skp_of_month(user, tahun, bulan)
        .join(Pegawai, Pegawai.id == Skp.pegawai_id)
        .outerjoin(KinerjaBulanan, sa.and_(KinerjaBulanan.skp_id == Skp.id, same))
        .outerjoin(Submission, Submission.id == KinerjaBulanan.submission_id)
        .outerjoin(Evaluasi, sa.and_(Evaluasi.skp_id == Skp.id, Evaluasi.periode == periode))
    )
    for row, whose in exceptions:
        query = query.outerjoin(row, sa.and_(row.tahun == tahun, row.bulan == bulan, whose))
    return query


def deadline(tahun: int, bulan: int) -> Any:
    """Last day for the pegawai: the PD's exception, the month's row, else the day that the year's settings name."""
    following = kalender.first_of_next(tahun, bulan)
    stored = sa.select(TahunKinerja.aturan["hari_pegawai"].as_integer()).where(TahunKinerja.tahun == tahun)
    day = sa.func.coalesce(stored.scalar_subquery(), Aturan().hari_pegawai)
    usual = sa.func.make_date(following.year, following.month, day, type_=sa.Date())
    return sa.func.coalesce(OWN_PD.batas_pegawai, ALL_PD.batas_pegawai, usual, type_=sa.Date())


def days_late(ask: Ask) -> Any:
    """Days between the deadline and the sending, or today while nothing is sent. 0 = in time."""
    return late_of(ask.chosen["tahun"], ask.chosen["bulan"], kalender.hari_ini())


@functools.lru_cache(maxsize=64)
def late_of(tahun: int, bulan: int, today: date) -> Any:
    due = sa.func.greatest(deadline(tahun, bulan), KinerjaBulanan.batas_perbaikan, type_=sa.Date())
    sent = sa.cast(sa.func.timezone(config().zona, Submission.diajukan_at), sa.Date())
    until = sa.case((state.in_(WITH_PENILAI), sent), else_=today)
    return sa.func.greatest(sa.type_coerce(until - due, sa.Integer()), 0, type_=sa.Integer())


def predikat_shown(ask: Ask) -> Any:
    allowed = sa.and_(policies.sees_predikat(ask.user), policies.is_delivered())
    return sa.case((allowed, Evaluasi.predikat), else_=None)


def _steps(_: Ask) -> Any:
    parts = (KinerjaBulanan.renaksi_status, KinerjaBulanan.skp_status, KinerjaBulanan.pks_status)
    return sa.func.concat_ws(" ", *parts, type_=sa.Text())


def step_words(codes: str | None) -> str:
    """ "Renaksi disetujui, SKP dan PKS diajukan": steps in one state share its word."""
    if not codes:
        return ""
    named: dict[str, list[str]] = {}
    for name, code in zip(("Renaksi", "SKP", "PKS"), codes.split(), strict=True):
        named.setdefault(STEP_WORDS[code], []).append(name)
    if len(named) == 1:
        return f"Semua {next(iter(named))}"
    return ", ".join(f"{' dan '.join(names)} {words}" for words, names in named.items())


def nip_words(nip: str | None) -> str:
    """Grouped for reading, as on paper; short texts (other numbers) as they are."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if nip and len(nip) == 18 else nip or ""


def percent(value: Any) -> str:
    return "" if value is None else persen(value)


def late_words(days: int | None) -> str:
    return f"{days} hari" if days else ""


# ---- choices


def year_options(_: Principal) -> list[tuple[int, str]]:
    this = kalender.hari_ini().year
    return [(year, str(year)) for year in range(this, this - 3, -1)]


def default_month() -> date:
    """The month whose sending is due or has just been due: until the penilai's day the one before this."""
    today = kalender.hari_ini()
    if today.day > Aturan().hari_penilai:
        return today.replace(day=1)
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def unit_options(user: Principal) -> list[tuple[Any, str]]:
    """PDs for those who watch everywhere, else the units of one's own and below."""
    held = user.units(PANTAU)
    query = sa.select(Unit.id, Unit.nama).where(in_force(Unit, kalender.hari_ini()))
    query = query.where(Unit.jenis == "PD") if held is None else query.where(Unit.id.in_(organisation.subtree(held)))
    return [(row.id, row.nama) for row in db.session.execute(query.order_by(Unit.kode))]


def _in_unit(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    if ask.user.units(PANTAU) is None:
        return Skp.pd_id == unit
    return Skp.unit_id.in_(organisation.subtree([unit]))


def _in_state(status: str, ask: Ask) -> sa.ColumnElement[bool]:
    return KinerjaBulanan.id.is_(None) if status == BELUM else Submission.status == status


def _late(chosen: str, ask: Ask) -> sa.ColumnElement[bool]:
    late: sa.ColumnElement[bool] = days_late(ask) > 0
    return late if chosen == LATE else ~late


def summary(ask: Ask) -> dict[str, Any]:
    """People by state within search, unit and late filter: one statement over the rows of the list."""
    if "ringkasan" in ask.memo:
        return dict(ask.memo["ringkasan"])
    late = days_late(ask)
    query = ask.select(
        state.label("status"), sa.func.count().label("jumlah"), sa.func.count().filter(late > 0).label("terlambat"),
        sa.func.sum(capaian).label("capaian"), sa.func.count(capaian).label("bernilai"), skip=("status",),
    ).group_by(state)  # fmt: skip
    rows = {row.status: row for row in db.session.execute(query)}
    counts = {code: rows[code].jumlah if code in rows else 0 for code in STATES.states}
    valued = sum(row.bernilai for row in rows.values())
    total = sum(counts.values())
    ask.memo["ringkasan"] = {
        "total": total,
        "jumlah": counts,
        "terkirim": sum(counts[code] for code in WITH_PENILAI),
        "terlambat": sum(row.terlambat for row in rows.values()),
        "rata2": sum(row.capaian or 0 for row in rows.values()) / valued if valued else None,
    }
    return dict(ask.memo["ringkasan"])


def _total(ask: Ask) -> int:
    """People in the list: of the chosen state, else all."""
    sums = summary(ask)
    return int(sums["jumlah"][ask.chosen["status"]] if ask.chosen["status"] else sums["total"])


DAFTAR = Listing(
    "monitoring", title="Monitoring kinerja", noun="pegawai", rows=months_of, key=Skp.id, sort="nama", can=PANTAU,
    total=_total, search=[Pegawai.cari], search_label="Nama atau NIP",
    columns=[
        Column("nama", "Nama", Pegawai.nama, sort=True, link="/kinerja/monitoring/{id}/{bulan}"),
        Column("nip", "NIP", Pegawai.nip, show=nip_words),
        Column("jabatan", "Jabatan", Skp.jabatan, screen=False),
        Column("unit", "Unit kerja", Skp.unit_nama, sort=True, indexed=False),
        Column("status", "Status", state, show=STATES, sort=True, indexed=False),
        Column("langkah", "Langkah", _steps, show=step_words, export=False),
        Column("renaksi", "Renaksi", KinerjaBulanan.renaksi_status, show=STEP_STATES, screen=False),
        Column("skp", "SKP", KinerjaBulanan.skp_status, show=STEP_STATES, screen=False),
        Column("pks", "PKS", KinerjaBulanan.pks_status, show=STEP_STATES, screen=False),
        Column("terlambat", "Terlambat", days_late, show=late_words, sort=True, indexed=False, number=True),
        Column("capaian", "Capaian", capaian, show=percent, sort=True, indexed=False, number=True),
        Column("predikat", "Predikat", predikat_shown, show=PREDIKAT),
        Column("bulan", "Bulan", lambda ask: sa.literal(ask.chosen["bulan"]), screen=False),
        Column("tahun", "Tahun", lambda ask: sa.literal(ask.chosen["tahun"]), screen=False),
    ],
    filters=[
        Given("bulan", "Bulan", options=[(m, calendar.nama_bulan(m)) for m in range(1, 13)],
              default=lambda: default_month().month),
        Given("tahun", "Tahun", options=year_options, default=lambda: default_month().year),
        Choice("status", "Status", options=STATES.options, where=_in_state, indexed=False),
        Choice("unit", "Unit kerja", options=unit_options, where=_in_unit, indexed=False),
        Choice("terlambat", "Terlambat", options=[(LATE, "Terlambat"), (ON_TIME, "Tepat waktu")], where=_late,
               indexed=False),
    ],
)  # fmt: skip
