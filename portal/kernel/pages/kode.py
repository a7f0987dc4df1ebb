"""A one-time code for who signs without a password; asked for beside the form that signs."""

from werkzeug.wrappers import Response

from portal.kernel import activity, onetime
from portal.kernel.errors import Invalid
from portal.kernel.pages import alamat, bukti
from portal.kernel.people import required
from portal.kernel.storage import config
from portal.kernel.web import SIGNED_IN, Module, render

activity.declare(**{"akun.kode_dikirim": "saluran"})

module = Module("kode", "/akun/kode")


@module.route("", can=SIGNED_IN)
def kode() -> Response:
    """For a browser without script, opened beside the form that signs."""
    return _page("", "")


@module.route("", can=SIGNED_IN, methods=["POST"])
def kirim() -> Response:
    user = required()
    account = bukti.account_of(user)
    try:
        address = bukti.address_of(account)
    except Invalid as error:
        return _page(error.pesan, "negative", 422)
    purpose = bukti.purpose_of(account)
    made = alamat.new_code(purpose, address, alamat.ticket_of(purpose, address))
    if made.wait:
        return _page(alamat.too_often(made), "warning", 429)
    alamat.send_code(address, made.code, "tanda tangan")
    channel = "surel" if alamat.is_mail(address) else "ponsel"
    activity.log("akun.kode_dikirim", account, by=user, saluran=channel)
    return _page(f"Kode dikirim ke {alamat.shown(address)}. Berlaku {onetime.LIVES // 60} menit.", "positive")


def _page(words: str, kind: str, status: int = 200) -> Response:
    return render(
        "kernel/akun_kode.html", block="keadaan", status=status, kata=words, jenis=kind,
        percobaan=not config().is_production and kind == "positive",
    )  # fmt: skip
