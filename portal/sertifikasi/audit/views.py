"""One button: the binder of a period."""

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import jobs
from portal.kernel.calendar import rentang
from portal.kernel.db import rollback
from portal.kernel.errors import Invalid
from portal.kernel.organisation import today
from portal.kernel.people import required
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import LIHAT, module
from portal.sertifikasi.audit.binder import build
from portal.sertifikasi.saya.forms import parse_date

HOME = "/sertifikasi/audit"
LONGEST_DAYS = 3 * 366
module.menu.append(MenuItem("Jilid audit", "report", HOME, can=LIHAT, group="Pengelolaan LSP", order=83))


@module.route("/audit", can=LIHAT)
def audit() -> Response:
    return _page({})


def _page(galat: dict[str, str], status: int = 200) -> Response:
    day = today()
    usual = {"dari": day.replace(month=1, day=1).isoformat(), "sampai": day.isoformat()}
    return render("sertifikasi/audit.html", status=status, galat=galat, isian={**usual, **request.form.to_dict()})


@module.route("/audit", can=LIHAT, methods=["POST"])
def audit_susun() -> Response:
    user = required()
    try:
        dari, sampai = parse_date(request.form.get("dari", "")), parse_date(request.form.get("sampai", ""))
        if dari is None:
            raise Invalid("dari", "Isi tanggal awal")
        if sampai is None or not dari <= sampai or (sampai - dari).days > LONGEST_DAYS:
            raise Invalid("sampai", "Isi tanggal akhir, paling lama tiga tahun sesudah tanggal awal")
    except Invalid as error:
        rollback()
        return _page({error.field: error.pesan}, 422)
    job = jobs.enqueue(
        build,
        f"Jilid audit {rentang(dari, sampai)}",
        f"audit-{user.id}-{dari}-{sampai}",
        user.id,
        dari=dari.isoformat(),
        sampai=sampai.isoformat(),
    )
    return done(f"/tugas/{job}")
