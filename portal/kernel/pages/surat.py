"""The development mailbox: what would have been sent, for whoever tries the portal on their own machine. It does not
exist in production, and not for anybody who asks from elsewhere."""

from ipaddress import ip_address

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.kernel import messages
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, Module, render

module = Module("surat", "/kotak-surat")


@module.route("", can=PUBLIC)
def kotak_surat() -> Response:
    if config().is_production or not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
        raise NotFound()
    return render("kernel/surat.html", rows=messages.box())
