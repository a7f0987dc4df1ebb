"""Keeping and removing views of lists."""

import uuid
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.kernel.listing import LISTINGS, views
from portal.kernel.people import required
from portal.kernel.web import SIGNED_IN, Module, done

module = Module("tampilan", "/tampilan", manuals={"/tampilan": "pegawai#daftar-dan-tampilan"})


def _back(query: str) -> str:
    """The list's own address, never one that was sent: only what stands before its query counts."""
    path = request.form.get("alamat", "")
    known = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return f"{path.partition('?')[0]}?{query}" if known and query else path.partition("?")[0] if known else "/"


@module.route("", can=SIGNED_IN, methods=["POST"])
def tampilan_simpan() -> Response:
    name = request.form.get("daftar", "")
    if name not in LISTINGS or not LISTINGS[name].views:
        raise Missing()
    query = urlencode(parse_qsl(request.form.get("kueri", "")[:2000]))
    row = views.keep(name, request.form.get("nama", ""), query, required())
    return done(_back(query), f"Tampilan {row.nama} disimpan.", "positive")


@module.route("/<uuid:id>/hapus", can=SIGNED_IN, methods=["POST"])
def tampilan_hapus(id: uuid.UUID) -> Response:
    row = fetch(views.visible(required()), id)
    db.session.delete(row)
    return done(_back(""), f"Tampilan {row.nama} dihapus.", "positive")
