"""The development mailbox: what would have been sent, for whoever tries the portal. It does not exist in production."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.kernel import messages
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, Module, render

module = Module("surat", "/kotak-surat")


@module.route("", can=PUBLIC)
def kotak_surat() -> Response:
    if config().is_production:
        raise NotFound()
    return render("kernel/surat.html", rows=messages.box())
