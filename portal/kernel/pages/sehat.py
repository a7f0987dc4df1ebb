"""Health for load balancers, and stylesheets of the units' colours."""

import re

import sqlalchemy as sa
from flask import Response, jsonify
from werkzeug.exceptions import NotFound

from portal.kernel import jobs, storage, theme
from portal.kernel.db import db
from portal.kernel.web import PUBLIC, Module

module = Module("sehat", "")
COLOUR = re.compile(r"^[0-9a-f]{6}$")


@module.route("/sehat", can=PUBLIC)
def sehat() -> Response:
    """200 while all three engines answer, else 503. Values: "tersambung" or "terputus"."""
    database = _database_answers() or _database_answers()  # the first connection may be one of before a restart
    queue = jobs.alive() if database else {}
    states = {"basis_data": database, "antrean": storage.redis_alive(), "penyimpanan": storage.store_alive()}
    whole = all(states.values())
    body = {"status": "sehat" if whole else "terganggu"}
    body |= {name: "tersambung" if up else "terputus" for name, up in states.items()}
    response = jsonify({**body, "pekerjaan": queue})
    response.status_code = 200 if whole else 503
    return response


def _database_answers() -> bool:
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.DBAPIError:
        db.session.rollback()
        return False
    return True


@module.route("/tema/<colour>.<digest>.css", can=PUBLIC)
def tema(colour: str, digest: str) -> Response:
    if not COLOUR.match(colour):
        raise NotFound()
    body = theme.stylesheet(f"#{colour}")
    response = Response(body, mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
