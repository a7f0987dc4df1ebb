"""Pages of the mapping: what of ours has no id of SIASN yet, and where one is chosen."""

from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import SIASN, module
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import peta, sekaligus
from portal.kepegawaian.siasn.views import HOME, tabs
from portal.kernel.db import db
from portal.kernel.errors import Invalid, Missing
from portal.kernel.organisation import Unit
from portal.kernel.people import required
from portal.kernel.web import done, render

module.manuals.update({"/kepegawaian/siasn/peta": "bkpsdm-siasn#pemetaan"})
TAMPIL = 100


@module.route("/siasn/peta", can=SIASN)
def siasn_peta() -> Response:
    """One list at a time (`?daftar=`); units and names that are still open, codes whole."""
    name = request.args.get("daftar", peta.UNIT)
    if name not in peta.JUDUL:
        raise Missing()
    rows, total = _rows(name, request.args.get("cari", "").strip())
    return render(
        "kepegawaian/siasn_peta.html", tabs=tabs("peta"), daftar=name, judul=peta.JUDUL, baris=rows, total=total,
        cari=request.args.get("cari", ""), terbanyak=TAMPIL,
        pilihan=[{"label": label, "href": f"{HOME}/peta?daftar={code}", "current": code == name}
                 for code, label in peta.JUDUL.items()],
    )  # fmt: skip


def _rows(name: str, words: str) -> tuple[list[dict[str, Any]], int]:
    if name in peta.KODE:
        known = dict(
            db.session.execute(sa.select(m.Peta.lokal, m.Peta.siasn_id).where(m.Peta.jenis == name)).tuples().all()
        )
        return [{"lokal": code, "nama": label, "induk": "", "siasn": known.get(code, "")}
                for code, label in peta.pilihan(name)], 0  # fmt: skip
    if name == peta.LEMBAGA:
        found = [(key, label) for key, label in peta.lembaga().items() if words.lower() in label.lower()]
        return [{"lokal": key, "nama": label, "induk": "", "siasn": ""} for key, label in found[:TAMPIL]], len(found)
    query = peta.belum(name)
    table: Any = Unit if name == peta.UNIT else peta.TABEL[name]
    if words:
        query = query.where(table.nama.icontains(words, autoescape=True))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    above: dict[Any, str] = {}
    rows = list(db.session.scalars(query.order_by(table.nama, table.id).limit(TAMPIL)))
    if name == peta.UNIT:
        keys = {row.induk_id for row in rows if row.induk_id}
        above = dict(db.session.execute(sa.select(Unit.id, Unit.nama).where(Unit.id.in_(keys))).tuples().all())
    return [{"lokal": str(row.id), "nama": row.nama, "induk": above.get(getattr(row, "induk_id", None), ""),
             "siasn": ""} for row in rows], total  # fmt: skip


@module.route("/siasn/peta/<string:daftar>/<string:lokal>", can=SIASN)
def siasn_peta_satu(daftar: str, lokal: str) -> Response:
    return _one(daftar, lokal, "")


def _one(name: str, lokal: str, galat: str, status: int = 200) -> Response:
    label = peta.nama_kita(name, lokal)
    words = request.args.get("cari", "").strip()
    found = [(row, peta.jalur(row.siasn_id) if name == peta.UNIT else "") for row in peta.calon(name, lokal, words)]
    return render(
        "kepegawaian/siasn_peta_satu.html", status=status, tabs=tabs("peta"), daftar=name, lokal=lokal, nama=label,
        kini=peta.terpetakan(name, lokal), calon=found, cari=words, galat=galat, judul=peta.JUDUL[name],
    )  # fmt: skip


@module.route("/siasn/peta/<string:daftar>/<string:lokal>", can=SIASN, methods=["POST"])
def siasn_peta_simpan(daftar: str, lokal: str) -> Response:
    typed = request.form.get("siasn_id", "")
    chosen = request.form.get("lain", "").strip() if typed == "lain" else typed
    try:
        peta.petakan(daftar, lokal, chosen, required())
    except Invalid as error:
        return _one(daftar, lokal, error.pesan, 422)
    return done(f"{HOME}/peta?daftar={daftar}", "Pemetaan tersimpan." if chosen else "Pemetaan dihapus.")


@module.route("/siasn/peta/tunggal", can=SIASN, methods=["POST"])
def siasn_peta_tunggal() -> Response:
    """Map what has one namesake only; twins stay for a person."""
    name = request.form.get("daftar", "")
    if name not in (peta.UNIT, *peta.TABEL):
        raise Missing()
    return done(f"/tugas/{sekaligus.minta_petakan(name, required())}")
