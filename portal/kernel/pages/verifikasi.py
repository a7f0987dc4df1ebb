"""Whether a printed document is genuine: for anyone who holds the paper, without signing in."""

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import issued
from portal.kernel.pages import alamat
from portal.kernel.storage import redis
from portal.kernel.web import PUBLIC, Module, done, render

TRIES_PER_ADDRESS, WINDOW = 60, timedelta(minutes=10)
LONGEST = 40

module = Module("verifikasi", "/verifikasi")


@module.route("", can=PUBLIC)
def tanya() -> Response:
    """A form for those who type the code instead of scanning it."""
    kode = "".join(c for c in request.args.get("kode", "") if c.isalnum())[:24]
    if kode:
        return done(f"/verifikasi/{kode}")
    return render("kernel/verifikasi.html", dokumen=None, kode="", keadaan="tanya")


@module.route("/<string:kode>", can=PUBLIC)
def dokumen(kode: str) -> Response:
    """The lines the paper itself carries, so that they can be compared. Nothing else is shown."""
    minutes = _too_many(alamat.network())
    if minutes:
        return _page(kode, "tunggu", 429, tunggu=minutes)
    if len(kode) > LONGEST:
        return _page(kode, "tidak_ada", 404)
    stated = issued.stated(kode)
    if stated is not None:
        return render(stated.template, **stated.context)
    found = issued.find(kode)
    if found is None:
        return _page(kode, "tidak_ada", 404)
    return _page(kode, "dicabut" if found.dicabut_at else "sah", dokumen=found)


def _page(kode: str, state: str, status: int = 200, dokumen: object = None, tunggu: int = 0) -> Response:
    shown = "".join(c for c in kode.upper() if c.isalnum())[:24]
    return render(
        "kernel/verifikasi.html", status=status, dokumen=dokumen, keadaan=state, tunggu=tunggu,
        kode="-".join(shown[i : i + 4] for i in range(0, len(shown), 4)),
    )  # fmt: skip


def _too_many(address: str) -> int:
    """Minutes to wait when this address asked too often, else 0: codes cannot be found by trying."""
    key = f"g:verifikasi:{address}"
    pipe = redis().pipeline()
    pipe.incr(key)
    pipe.expire(key, int(WINDOW.total_seconds()), nx=True)
    pipe.ttl(key)
    tries, _, left = pipe.execute()
    return max(1, int(left) // 60 + 1) if int(tries) > TRIES_PER_ADDRESS else 0
