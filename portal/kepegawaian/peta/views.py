"""Pages of the map: live, by month, differences; lepas OPD; kinds of assignment."""

import uuid
from datetime import date, timedelta

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import LIHAT, PETA, SNAPSHOT, module
from portal.kepegawaian.peta import beda, beku, gambar, lepas, orang, penugasan, sumber
from portal.kepegawaian.peta.models import PetaVersi
from portal.kernel import organisation
from portal.kernel.access import fetch
from portal.kernel.errors import Invalid, Missing
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, Tile, done, render

STEPS = 12  # months one can go back with a click
module.menu += [
    MenuItem("Peta pegawai", "building-community", "/kepegawaian/peta", can=PETA, group="Kepegawaian", order=20),
    MenuItem("Jenis penugasan", "user-check", "/kepegawaian/penugasan", can=PETA, group="Kepegawaian", order=21),
    MenuItem("Lepas OPD", "alert-triangle", "/kepegawaian/lepas", can=LIHAT, group="Kepegawaian", order=22),
]
module.manuals.update({
    "/kepegawaian/peta": "kepegawaian#peta-pegawai", "/kepegawaian/peta/orang": "kepegawaian#peta-pegawai",
    "/kepegawaian/peta/bulanan": "kepegawaian#peta-bulanan", "/kepegawaian/peta/beda": "kepegawaian#perbedaan-peta",
    "/kepegawaian/penugasan": "kepegawaian#jenis-penugasan", "/kepegawaian/lepas": "kepegawaian#lepas-opd",
})  # fmt: skip


def chosen_day() -> date:
    """`?per_tanggal=`, else today. A coming day, with the names it brings, is for who looks after the whole city."""
    return organisation.today() if ahead_refused() else _asked_day()


def _asked_day() -> date:
    try:
        day = date.fromisoformat(request.args.get("per_tanggal", ""))
    except ValueError:
        return organisation.today()
    return day if 1945 <= day.year < 2200 else organisation.today()


def ahead_refused() -> bool:
    """A coming day was asked for by who looks after some units only."""
    return _asked_day() > organisation.today() and not _sees_ahead()


def _sees_ahead() -> bool:
    return required().units(PETA) is None


def chosen_unit() -> uuid.UUID | None:
    """Raises Missing for an address that names no unit."""
    text = request.args.get("unit", "")
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Missing() from error


def _drawn(source: sumber.Sumber) -> gambar.Peta:
    """Raises Missing for a unit outside what this person looks after."""
    units = required().units(PETA)
    drawn = gambar.draw(source, None if units is None else list(units), chosen_unit())
    if drawn is None:
        raise Missing()
    return drawn


def _steps(today: date) -> list[date]:
    """Ends of the last months: places to go back to without a script."""
    ends, month = [], today.replace(day=1)
    for _ in range(STEPS):
        month = beku.before(month)
        ends.append(beku.last_day(month))
    return ends


@module.route("/peta", can=PETA)
def peta() -> Response:
    day, today = chosen_day(), organisation.today()
    drawn = _drawn(sumber.Hidup(day))
    return render(
        "kepegawaian/peta.html", block="pohon", peta=drawn, tanggal_tampil=day, hari_ini=today, langkah=_steps(today),
        orang=f"/kepegawaian/peta/orang?per_tanggal={day}", alamat=f"/kepegawaian/peta?per_tanggal={day}", versi=None,
        ditolak=ahead_refused(), sebelum=day - timedelta(days=1),
        sesudah=day + timedelta(days=1) if day < today or _sees_ahead() else None,
    )  # fmt: skip


@module.route("/peta/orang", can=PETA)
def peta_orang() -> Response:
    return orang.LANGSUNG.respond(
        "kepegawaian/peta_orang.html", judul="Pegawai di peta", asal="/kepegawaian/peta",
        hari_ini=organisation.today(),
    )  # fmt: skip


@module.route("/peta/bulanan", can=PETA)
def peta_bulanan_list() -> Response:
    user = required()
    return _monthly(user, [])


def _monthly(user: Principal, problems: list[Invalid], typed: str = "", status: int = 200) -> Response:
    frozen = beku.versions()
    months = list(dict.fromkeys(row.periode for row in frozen))
    return render(
        "kepegawaian/peta_bulanan_list.html", status=status, versi=frozen, bulan_beku=months,
        belum=beku.missing(organisation.today()),
        boleh=user.has(SNAPSHOT), kata=beku.words, galat_isian=problems, alasan=typed,
    )  # fmt: skip


@module.route("/peta/bulanan", can=SNAPSHOT, methods=["POST"])
def peta_bulanan_buat() -> Response:
    """Ask for the next version of a month; the worker writes it."""
    user = required()
    why = request.form.get("alasan", "")
    try:
        month = date.fromisoformat(request.form.get("periode", "")).replace(day=1)
    except ValueError as error:
        raise Missing() from error
    try:
        job = beku.request(month, why, user)
    except Invalid as error:
        return _monthly(user, [error], why, 422)
    return done(f"/tugas/{job}")


def visible_versions() -> sa.Select[tuple[PetaVersi]]:
    return sa.select(PetaVersi)


@module.route("/peta/bulanan/<uuid:id>", can=PETA)
def peta_bulanan(id: uuid.UUID) -> Response:
    row: PetaVersi = fetch(visible_versions(), id)
    drawn = _drawn(sumber.Beku(row))
    return render(
        "kepegawaian/peta_bulanan.html", block="pohon", peta=drawn, versi=row, kata=beku.words,
        tanggal_tampil=row.per_tanggal, boleh=required().has(SNAPSHOT),
        orang=f"/kepegawaian/peta/bulanan/orang?versi={row.id}", alamat=f"/kepegawaian/peta/bulanan/{row.id}?",
        beda=f"/kepegawaian/peta/beda?dari={row.id}",
    )  # fmt: skip


@module.route("/peta/bulanan/orang", can=PETA)
def peta_bulanan_orang() -> Response:
    return orang.BULANAN.respond(
        "kepegawaian/peta_orang.html", judul="Pegawai di peta bulanan", asal="/kepegawaian/peta/bulanan", hari_ini=None
    )


@module.route("/peta/beda", can=PETA)
def peta_beda() -> Response:
    return beda.BEDA.respond("kepegawaian/peta_beda.html", more=beda.counts, hari_ini=organisation.today())


@module.route("/lepas", can=LIHAT)
def lepas_list() -> Response:
    return lepas.LEPAS.respond("kepegawaian/peta_lepas.html", tab="lepas")


@module.route("/lepas/dikecualikan", can=LIHAT)
def lepas_dikecualikan() -> Response:
    return lepas.DIKECUALIKAN.respond("kepegawaian/peta_lepas.html", tab="dikecualikan")


@module.route("/penugasan", can=PETA)
def penugasan_ringkasan() -> Response:
    day = chosen_day()
    return render(
        "kepegawaian/peta_penugasan.html", ringkasan=penugasan.summary(required(), day), tanggal_tampil=day,
        peran=penugasan.PERAN, tanda=penugasan.TANDA, hari_ini=organisation.today(), ditolak=ahead_refused(),
    )  # fmt: skip


@module.route("/penugasan/daftar", can=PETA)
def penugasan_list() -> Response:
    return penugasan.DAFTAR.respond(
        "kepegawaian/peta_penugasan_list.html", judul="Daftar penugasan tambahan", hari_ini=organisation.today()
    )


@module.route("/penugasan/kosong", can=PETA)
def penugasan_kosong() -> Response:
    return penugasan.KOSONG.respond(
        "kepegawaian/peta_penugasan_list.html", judul="Jabatan kosong tanpa Plt", hari_ini=organisation.today()
    )


def _tiles(user: Principal) -> list[Tile]:
    """For the personnel office of the whole city: how many people sit in no OPD. The aim is none."""
    if not user.has(SNAPSHOT) or user.units(LIHAT) is not None:
        return []
    count = lepas.count()
    figure = f"{count}+" if count >= lepas.LIMIT else str(count)
    tone = "negative" if count else "positive"
    note = "Pegawai tanpa perangkat daerah"
    return [Tile("Lepas OPD", "/kepegawaian/lepas", "alert-triangle", figure, note, "angka", tone, 30)]


module.tiles.append(_tiles)
