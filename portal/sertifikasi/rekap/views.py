"""The page of the recap and its files; who asked for which file is logged with its rows and filters."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.kernel import activity, charts
from portal.kernel.calendar import tanggal
from portal.kernel.db import db, now
from portal.kernel.documents import XLSX
from portal.kernel.errors import Denied
from portal.kernel.organisation import today
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, render
from portal.sertifikasi import ASESMEN, REKAP, UNDUH, module
from portal.sertifikasi.pantau import policies
from portal.sertifikasi.rekap import definisi as d
from portal.sertifikasi.rekap import ekspor
from portal.sertifikasi.rekap.hitung import MENURUT, Rekap, Saringan
from portal.sertifikasi.rekap.simpanan import figures
from portal.sertifikasi.skema.models import Skema

HOME, OWN = "/sertifikasi/rekap", "/sertifikasi/rekap/asesor"
FIRST_DAY = date(2000, 1, 1)
module.menu.append(MenuItem("Rekap sertifikasi", "chart-bar", HOME, can=REKAP, group="Pengelolaan LSP", order=80))
module.menu.append(MenuItem("Rekap asesmen saya", "chart-bar", OWN, can=ASESMEN, group="Sertifikasi", order=71))
activity.declare(**{"rekap.diunduh": "bentuk menurut tanggal skema baris", "rekap.dibaca": "menurut tanggal skema"})


def asked(user: Principal) -> Saringan:
    """What the address asks for, inside what this person may see. Raises Denied for an outside person without leave."""
    chosen = request.args.get("menurut", "skema")
    found = Saringan(_day(request.args.get("tanggal", "")), chosen if chosen in MENURUT else "skema", _scheme())
    if not policies.is_outside(user):
        return found
    leave = policies.scope(user)
    allowed = (
        leave.skema if found.skema is None else tuple(i for i in found.skema if leave.skema is None or i in leave.skema)
    )
    return replace(found, skema=allowed, dari=leave.dari, sampai=leave.sampai, samar=True)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today()
    return min(max(day, FIRST_DAY), today())


def _scheme() -> tuple[str, ...] | None:
    try:
        return (str(uuid.UUID(request.args.get("skema", ""))),)
    except ValueError:
        return None


def _words(f: Saringan, schemes: list[tuple[str, str]]) -> str:
    chosen = [name for key, name in schemes if f.skema is not None and key in f.skema]
    return "; ".join(chosen)


def _schemes() -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in db.session.execute(sa.select(Skema.id, Skema.judul).order_by(Skema.urut))]


def _answer(f: Saringan, address: str, user: Principal, files: bool) -> Response:
    found, schemes, kind = figures(f), _schemes(), request.args.get("format", "")
    if kind in ("csv", "xlsx"):
        if not files:
            raise Denied("Peran Anda membaca rekap di layar, tanpa mengunduhnya.")
        return _file(found, kind, user, _words(f, schemes))
    activity.log("rekap.dibaca", by=user, menurut=f.menurut, tanggal=f.tanggal, skema=f.skema)
    kept = {"menurut": f.menurut, "tanggal": f.tanggal.isoformat(), "skema": request.args.get("skema", "")}
    return render(
        "sertifikasi/rekap.html",
        rekap=found,
        ember=d.EMBER,
        rinci=d.RINCI,
        catatan=d.CATATAN,
        arti=[*((e.nama, e.arti) for e in d.EMBER), (d.SEBELUM, d.ARTI_SEBELUM)],
        menurut=MENURUT,
        tabel=ekspor.table(found),
        skema=schemes,
        address=address,
        unduh=files,
        kept=kept,
        grafik=_chart(found),
        menurut_pilihan=[(k, v[0]) for k, v in MENURUT.items()],
    )


def _chart(found: Rekap) -> Markup:
    bars = [(e.nama, found.ember.get(e.kode, 0)) for e in d.EMBER]
    title = f"Permohonan menurut kelompok per {tanggal(found.saringan.tanggal)}"
    picture = charts.ranked_bars(bars, judul=title, satuan="permohonan")
    lines: list[list[Any]] = [[e.nama, found.ember.get(e.kode, 0), found.orang.get(e.kode, 0)] for e in d.EMBER]
    return charts.with_table(picture, ["Kelompok", "Permohonan", "Orang"], lines, judul=title)


def _file(found: Rekap, kind: str, user: Principal, words: str) -> Response:
    f = found.saringan
    name = f"rekap-sertifikasi-{f.menurut}-{f.tanggal:%Y%m%d}"
    if kind == "csv":
        body = ekspor.as_csv(found, ekspor.SEPARATORS.get(request.args.get("pemisah", ""), ";"))
        response = FlaskResponse(body, mimetype="text/csv")
    else:
        body = ekspor.as_xlsx(found, ekspor.notes(found, user.nama, now(), words))
        response = FlaskResponse(body, mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    activity.log(
        "rekap.diunduh", by=user, bentuk=kind, menurut=f.menurut, tanggal=f.tanggal, skema=words, baris=len(found.baris)
    )
    return response


@module.route("/rekap", can=REKAP, writes=True)
def rekap_sertifikasi() -> Response:
    user = required()
    return _answer(asked(user), HOME, user, user.has(UNDUH))


@module.route("/rekap/asesor", can=ASESMEN, writes=True)
def rekap_asesor() -> Response:
    user = required()
    return _answer(replace(asked(user), asesor=user.id), OWN, user, True)
