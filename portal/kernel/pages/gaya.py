"""Catalogue of every component in every state, for development and tests only."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, Module, render

module = Module("gaya", "")


@module.route("/gaya", can=PUBLIC)
def gaya() -> Response:
    if config().is_production:
        raise NotFound()
    return render("kernel/gaya.html")
