"""The page that closes a year."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.errors import Missing
from portal.kernel.forms import Problem
from portal.kernel.web import done, render
from portal.kinerja import ISI, module
from portal.kinerja.tahunan import services


@module.route("/<int:tahun>/setahun", can=ISI)
def setahun(tahun: int) -> Response:
    return _page(tahun, [], {})


def _page(tahun: int, problems: list[Problem], typed: Any, status: int = 200) -> Response:
    user = people.required()
    if user.pegawai_id is None:
        raise Missing()
    items = services.rows(user.pegawai_id, tahun)
    filled = sum(item.realisasi is not None for item in items)
    return render(
        "kinerja/setahun.html", status=status, tahun=tahun, rows=items, terisi=filled, typed=typed, problems=problems,
        masalah={p.field: p.pesan for p in problems}, galat_isian=bool(problems),
        tertutup=services.why_closed(tahun, items[-1].selesai if items else None),
    )  # fmt: skip


@module.route("/<int:tahun>/setahun", can=ISI, methods=["POST"])
def simpan_setahun(tahun: int) -> Response:
    problems = services.save(people.required(), tahun, request.form)
    if problems:
        return _page(tahun, problems, request.form, 422)
    return done(f"/kinerja/{tahun}/setahun", "Realisasi setahun disimpan.", "positive")
