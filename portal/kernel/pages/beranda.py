"""The home page: what waits for this person, then the doors they use most. Modules supply the tiles."""

import sqlalchemy as sa
from flask import current_app, redirect
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.db import rows
from portal.kernel.people import User
from portal.kernel.web import PUBLIC, SIGNED_IN, MenuItem, Module, badges, render, today

LAST = sa.select(User.masuk_sebelumnya_at, User.masuk_sebelumnya_dari).where(
    User.id == sa.bindparam("saya", type_=sa.Uuid())
)
module = Module("beranda", "", menu=[MenuItem("Beranda", "layout-dashboard", "/beranda", order=1)])


@module.route("/", can=PUBLIC)
def pintu() -> Response:
    return redirect("/beranda" if people.current() else "/masuk", 303)


@module.route("/beranda", can=SIGNED_IN, cached=True)
def beranda() -> Response:
    user = people.required()
    tiles = [tile for m in current_app.extensions["pamong_modules"] for make in m.tiles for tile in make(user)]
    return render(
        "kernel/beranda.html", tiles=sorted(tiles, key=lambda t: t.order), hitungan=badges(), hari_ini=today(),
        terakhir=rows(LAST, {"saya": user.id}).one(),
    )  # fmt: skip
