"""The colour of each perangkat daerah: one hex, corrected until it can be read, shown before it is used."""

import re
import uuid

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, people, theme
from portal.kernel.access import fetch, permission, role
from portal.kernel.db import db, now
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Unit, in_force, subtree
from portal.kernel.people import Principal
from portal.kernel.web import MenuItem, Module, done, render

TEMA = permission("unit.tema", "Mengatur warna perangkat daerah")
role("administrator", "Administrator portal", {TEMA})
activity.declare(**{"unit.tema": "dari ke"})
HEX = re.compile(r"^#?[0-9a-fA-F]{6}$")

module = Module(
    "satuan", "/unit", menu=[MenuItem("Warna unit", "contrast", "/unit", can=TEMA, group="Sistem", order=80)]
)


def visible_pd(user: Principal) -> sa.Select[tuple[Unit]]:
    """Perangkat daerah in force whose colour this person may set."""
    units = user.units(TEMA)
    query = sa.select(Unit).where(Unit.jenis == "PD", in_force(Unit, now().date()))
    return query if units is None else query.where(Unit.id.in_(subtree(units)))


@module.route("", can=TEMA)
def daftar() -> Response:
    rows = db.session.scalars(visible_pd(people.required()).order_by(Unit.urut, Unit.nama)).all()
    return render("kernel/unit_list.html", rows=[(row, shades(row.tema)) for row in rows])


@module.route("/<uuid:id>", can=TEMA)
def satuan(id: uuid.UUID) -> Response:
    """One unit; `warna` in the address is tried out without being stored."""
    unit = fetch(visible_pd(people.required()), id)
    tried = request.args.get("warna", "").strip() or unit.tema
    wrong = "" if not tried or HEX.match(tried) else "Tulis warna sebagai enam angka heksadesimal, misalnya #1b7f5c"
    return _page(unit, tried, wrong, 200)


@module.route("/<uuid:id>", can=TEMA, methods=["POST"])
def simpan(id: uuid.UUID) -> Response:
    unit = fetch(visible_pd(people.required()), id, lock=True)
    typed = request.form.get("warna", "").strip()
    try:
        colour = read_colour(typed)
    except Invalid as error:
        return _page(unit, typed, error.pesan, 422)
    activity.log("unit.tema", unit, by=people.required(), dari=unit.tema, ke=colour)
    unit.tema = colour
    people.forget_everyone()
    return done("/unit", f"Warna {unit.nama} disimpan.", "positive")


def _page(unit: Unit, typed: str, wrong: str, status: int) -> Response:
    found = shades(f"#{typed.lstrip('#').lower()}") if typed and not wrong else []
    return render(
        "kernel/unit.html", status=status, unit=unit, warna=typed, galat=wrong, contoh=found, galat_isian=bool(wrong)
    )


def read_colour(text: str) -> str:
    """'#rrggbb', or '' for the city's own colour. Raises Invalid."""
    if text and not HEX.match(text):
        raise Invalid("warna", "Tulis warna sebagai enam angka heksadesimal, misalnya #1b7f5c")
    return f"#{text.lstrip('#').lower()}" if text else ""


def shades(colour: str) -> list[tuple[str, str]]:
    """The ramp as it will be used, after correction: (step, colour)."""
    return list(theme.ramp(colour).items()) if colour else []
