"""The score if BKN counted tonight, what costs most, and the people behind each figure."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.kepegawaian import KELOLA, MUTU, module
from portal.kepegawaian.mutu import hitung, indikator, nilai
from portal.kepegawaian.mutu.models import TiketMutu
from portal.kepegawaian.mutu.policies import SELESAI, TERBUKA, offices, visible_tiket
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kernel import charts, jobs
from portal.kernel.calendar import BULAN_PENDEK
from portal.kernel.charts import Series
from portal.kernel.errors import Missing
from portal.kernel.listing import Ask, Choice, Column, Listing
from portal.kernel.listing.filters import Given
from portal.kernel.numbers import angka
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, done, render

module.menu.append(MenuItem("Mutu data", "shield-check", "/kepegawaian/mutu", can=MUTU, group="Kepegawaian", order=70))
module.manuals.update({
    "/kepegawaian/mutu": {KELOLA: "bkpsdm-kepegawaian#mutu-data", "": "admin-opd-kepegawaian#mutu-data"},
})  # fmt: skip
CODES = [*indikator.bobot(), *indikator.LOKAL]


def _person(column: Any) -> Any:
    return sa.select(column).where(Pegawai.id == TiketMutu.pegawai_id).correlate(TiketMutu).scalar_subquery()


def _office_name() -> Any:
    return sa.select(Unit.nama).where(Unit.id == TiketMutu.pd_id).correlate(TiketMutu).scalar_subquery()


def _named(words: str) -> sa.ColumnElement[bool]:
    bare = words.replace(" ", "").replace(".", "")
    text = bare if bare.isdigit() else words
    like = sa.func.lower(sa.func.f_unaccent(text))
    return TiketMutu.pegawai_id.in_(sa.select(Pegawai.id).where(Pegawai.cari.contains(like)))


def _offices(user: Principal) -> list[tuple[uuid.UUID, str]]:
    return offices(user)


def _indicator(code: str, ask: Ask) -> sa.ColumnElement[bool]:
    return TiketMutu.indikator == code


def poin(value: float | None) -> str:
    """Points with as many digits as tell them apart."""
    return angka(round(value, 4 if abs(value) < 0.1 else 2)) if value else "0"


TIKET = Listing(
    "tiket-mutu", title="Tiket mutu data", noun="tiket", rows=visible_tiket, key=TiketMutu.id, sort="-poin", can=MUTU,
    search=_named, search_label="Nama atau NIP",
    nothing=("Tidak ada tiket", "Perhitungan terakhir tidak menemukan yang perlu diperbaiki."),
    columns=[
        Column("nama", "Nama", _person(Pegawai.nama), link="/kepegawaian/pegawai/{orang}"),
        Column("nip", "NIP", _person(Pegawai.nip), show=nip_words),
        Column("indikator", "Indikator", TiketMutu.indikator, show=lambda v: f"{v} {indikator.judul(v)}"),
        Column("rincian", "Temuan", TiketMutu.rincian),
        Column("opd", "Perangkat daerah", _office_name()),
        Column("poin", "Menaikkan nilai", TiketMutu.poin, sort=True, number=True, show=poin),
        Column("dibuka", "Dibuka", TiketMutu.dibuka, sort=True),
        Column("ditutup", "Ditutup", TiketMutu.ditutup, screen=False),
        Column("orang", "ID", TiketMutu.pegawai_id, screen=False, export=False),
    ],
    filters=[
        Choice("indikator", "Indikator", options=[(code, f"{code} {indikator.judul(code)}") for code in CODES],
               where=_indicator),
        Choice("opd", "Perangkat daerah", TiketMutu.pd_id, options=_offices, indexed=False),
        Given("keadaan", "Keadaan", options=[(TERBUKA, "Terbuka"), (SELESAI, "Selesai")], default=lambda: TERBUKA),
    ],
)  # fmt: skip


@module.route("/mutu", can=MUTU)
def mutu() -> Response:
    """The whole city for who holds MUTU everywhere, else one OPD."""
    user, day = required(), nilai.last_day()
    known, whole = offices(user), user.units(MUTU) is None
    chosen = _chosen(known, whole)
    if day is None or (chosen is None and not whole):
        return render(
            "kepegawaian/mutu.html", hari=None, pilihan=known, opd=None, boleh=user.has(KELOLA), seluruh=whole
        )
    month, units = day.replace(day=1), None if chosen is None else [chosen[0]]
    score = nilai.of_month(month, units)
    return render(
        "kepegawaian/mutu.html", hari=day, pilihan=known, opd=chosen, seluruh=whole, skor=score, poin=poin,
        dimensi=indikator.DIMENSI, grafik=_chart(nilai.trend(units)), tidak_ada=nilai.missing(month),
        peringkat=nilai.ranking(month) if chosen is None else [], boleh=user.has(KELOLA),
        dimensi_angka=[(words, angka(round(score.dimensi[name], 2)), "")
                       for name, words in indikator.DIMENSI.items() if name in score.dimensi],
        perbaikan=[one for one in score.baris if one.hilang > 0][:5],
    )  # fmt: skip


def _chosen(known: list[tuple[uuid.UUID, str]], whole: bool) -> tuple[uuid.UUID, str] | None:
    """The OPD of the address. Raises Missing for one outside the scope."""
    wanted = request.args.get("opd", "")
    if wanted:
        found = next((one for one in known if str(one[0]) == wanted), None)
        if found is None:
            raise Missing()
        return found
    return known[0] if known and not whole else None


def _chart(points: list[tuple[Any, float]]) -> Markup:
    labels = [f"{BULAN_PENDEK[month.month - 1]} {month.year % 100:02d}" for month, _ in points]
    values = [round(score, 2) for _, score in points]
    title = "Nilai mutu data per bulan"
    drawn = charts.line(labels, [Series("Nilai", values)], judul=title, dari_nol=False)
    return charts.with_table(drawn, ("Bulan", "Nilai"), list(zip(labels, values, strict=True)), judul=title)


@module.route("/mutu/tiket", can=MUTU)
def mutu_tiket() -> Response:
    return TIKET.respond("kepegawaian/mutu_tiket.html")


@module.route("/mutu/hitung", can=KELOLA, methods=["POST"])
def mutu_hitung() -> Response:
    user = required()
    job = jobs.enqueue(hitung.check_nightly, "Hitung mutu data kepegawaian", "kepegawaian-mutu", user.id)
    return done(f"/tugas/{job}")
