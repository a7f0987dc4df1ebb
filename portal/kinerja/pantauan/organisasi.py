"""Capaian organisasi of each PD and month: set by BKPSDM, printed on evaluations (SE MenPAN-RB 3/2023)."""

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, people
from portal.kernel.calendar import bulan_tahun, nama_bulan
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Unit, in_force, subtree
from portal.kernel.web import done, render
from portal.kinerja import BUKA_KUNCI, kalender, module
from portal.kinerja.models import CapaianOrganisasi
from portal.kinerja.predikat import CAPAIAN_ORGANISASI, LABEL

activity.declare(**{"kinerja.capaian_organisasi": "unit tahun periode dari ke"})


def _period() -> tuple[int, int]:
    """Year and month asked for; last month when nothing sensible was."""
    today = kalender.hari_ini()
    tahun = request.values.get("tahun", type=int) or today.year
    bulan = request.values.get("bulan", type=int) or max(1, today.month - 1)
    return tahun, min(12, max(1, bulan))


def _in_reach() -> sa.ColumnElement[bool]:
    """Units for which this person holds the right."""
    held = people.required().units(BUKA_KUNCI)
    return sa.true() if held is None else Unit.id.in_(subtree(held))


@module.route("/capaian-organisasi", can=BUKA_KUNCI)
def capaian_organisasi() -> Response:
    tahun, bulan = _period()
    found = CapaianOrganisasi
    same = sa.and_(found.unit_id == Unit.id, found.tahun == tahun, found.periode == f"B{bulan:02d}")
    rows = db.session.execute(
        sa.select(Unit.id, Unit.nama, found.predikat, found.dasar)
        .outerjoin(found, same)
        .where(Unit.jenis == "PD", in_force(Unit, kalender.hari_ini()), _in_reach())
        .order_by(Unit.urut, Unit.nama)
    ).all()
    choices = [("", "Belum ditetapkan"), *((code, LABEL[code]) for code in CAPAIAN_ORGANISASI)]
    months = [(number, nama_bulan(number)) for number in range(1, 13)]
    return render(
        "kinerja/capaian_organisasi.html", rows=rows, tahun=tahun, bulan=bulan, pilihan=choices, bulan_pilihan=months,
        kurun=bulan_tahun(tahun, bulan),
    )  # fmt: skip


@module.route("/capaian-organisasi", can=BUKA_KUNCI, methods=["POST"])
def simpan_capaian_organisasi() -> Response:
    """Store what changed; the log keeps the value before."""
    user = people.required()
    tahun, bulan = _period()
    periode, changed = f"B{bulan:02d}", 0
    query = sa.select(CapaianOrganisasi).where(CapaianOrganisasi.tahun == tahun, CapaianOrganisasi.periode == periode)
    stored = {row.unit_id: row for row in db.session.scalars(query.with_for_update())}
    units = {str(key): key for key in db.session.scalars(sa.select(Unit.id).where(Unit.jenis == "PD", _in_reach()))}
    for name, value in request.form.items():
        if not name.startswith("pd-") or not value:
            continue
        unit_id = units.get(name.removeprefix("pd-"))
        if value not in CAPAIAN_ORGANISASI or unit_id is None:
            raise Invalid(name, "Pilih salah satu capaian organisasi yang tersedia")
        row = stored.get(unit_id)
        before = row.predikat if row else ""
        if before == value:
            continue
        if row is None:
            row = CapaianOrganisasi(unit_id=unit_id, tahun=tahun, periode=periode)
            db.session.add(row)
        row.predikat, row.ditetapkan_oleh_id = value, user.id
        db.session.flush()
        changed += 1
        activity.log("kinerja.capaian_organisasi", row, by=user, unit=str(unit_id), tahun=tahun, periode=periode,
                     dari=before, ke=value)  # fmt: skip
    words = f"{changed} capaian organisasi disimpan." if changed else "Tidak ada yang berubah."
    return done(f"/kinerja/capaian-organisasi?tahun={tahun}&bulan={bulan}", words, "positive")
