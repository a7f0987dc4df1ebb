"""Asking for a report: queued for a worker, then on to the page that shows its progress."""

import uuid

from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.errors import Missing
from portal.kernel.reports.request import REPORTS
from portal.kernel.web import SIGNED_IN, Module, done

module = Module("laporan", "/laporan")


@module.route("/<string:kode>/<uuid:id>", can=SIGNED_IN, methods=["POST"])
def minta(kode: str, id: uuid.UUID) -> Response:
    user, report = people.current(), REPORTS.get(kode)
    if user is None or report is None:
        raise Missing()
    return done(f"/tugas/{report.request(id, user)}")
