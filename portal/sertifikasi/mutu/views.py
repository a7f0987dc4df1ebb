"""The page "Mutu layanan" of the manajer and the ketua."""

import re

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import charts
from portal.kernel.numbers import angka
from portal.kernel.organisation import today
from portal.kernel.web import MenuItem, render
from portal.sertifikasi import module
from portal.sertifikasi.mutu import MUTU
from portal.sertifikasi.mutu.hitung import Triwulan, figures, of_day
from portal.sertifikasi.publik.statistik import terkecil

HOME, BACK = "/sertifikasi/mutu", 12
module.menu.append(MenuItem("Mutu layanan", "chart-bar", HOME, can=MUTU, group="Pengelolaan LSP", order=81))


@module.route("/mutu", can=MUTU)
def mutu() -> Response:
    this = of_day(today())
    choices = [this.before(n) for n in range(BACK)]
    found = figures(next((q for q in choices if q == _asked()), this))
    bars = [(name, median) for name, _, median, _ in found.lama]
    return render(
        "sertifikasi/mutu.html", m=found, terkecil=terkecil(), pilihan=[(q.kode, q.nama) for q in choices],
        grafik=charts.ranked_bars(bars, judul="Median hari kerja per skema", satuan="hari kerja", tulis=angka),
    )  # fmt: skip


def _asked() -> Triwulan | None:
    part = re.fullmatch(r"(\d{4})-([1-4])", request.args.get("triwulan", ""))
    return Triwulan(int(part[1]), int(part[2])) if part else None
