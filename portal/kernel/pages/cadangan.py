"""Backups for the administrator: are they good, are they recent, did a restore succeed."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.kernel import access, activity, backup, charts, people
from portal.kernel.backup import models
from portal.kernel.backup.models import BAIK, Cadangan
from portal.kernel.calendar import setempat, tanggal_pendek
from portal.kernel.errors import Conflict
from portal.kernel.numbers import ukuran
from portal.kernel.storage import config
from portal.kernel.web import MenuItem, Module, done, render

KELOLA = access.permission("cadangan.kelola", "Mencadangkan data dan menguji pemulihannya")
access.role("administrator", "Administrator portal", {KELOLA})
activity.declare(**{"cadangan.diminta": "apa"})
MB = 1024 * 1024
SHOWN = 40

module = Module(
    "cadangan", "/cadangan",
    menu=[MenuItem("Pencadangan", "database", "/cadangan", can=KELOLA, group="Sistem", order=81)],
)  # fmt: skip


@module.route("", can=KELOLA)
def daftar() -> Response:
    rows, drills, good = models.latest(), models.last_drills(), models.last_good()
    cfg = config()
    return render(
        "kernel/cadangan.html", rows=rows[:SHOWN], uji=drills, baik=good, terlambat=models.is_late(good),
        uji_baik=next((row for row in drills if row.status == models.LULUS), None),
        grafik=trend([row for row in rows if row.status == BAIK]), siap=bool(cfg.backup_key),
        tempat_kedua=bool(cfg.cadangan_s3_bucket),
    )  # fmt: skip


def trend(rows: Sequence[Cadangan]) -> Markup | None:
    """Size of each good archive, oldest first; None while there are fewer than two to compare."""
    if len(rows) < 2:
        return None
    ordered = sorted(rows, key=lambda row: row.dibuat_at)
    days = [setempat(row.dibuat_at, config().zona).date() for row in ordered]
    sizes = [Decimal(row.byte) / MB for row in ordered]
    drawn = [charts.Series("Ukuran", [round(size, 1) for size in sizes])]
    title = "Ukuran arsip dalam MB"
    table = [
        (tanggal_pendek(day), ukuran(row.byte), ukuran(row.byte_baru)) for day, row in zip(days, ordered, strict=True)
    ]
    chart = charts.line([f"{day.day}/{day.month}" for day in days], drawn, judul=title, satuan="MB")
    return charts.with_table(chart, ("Tanggal", "Ukuran", "Ditulis baru"), table[::-1], judul=title)


@module.route("", can=KELOLA, methods=["POST"])
def cadangkan() -> Response:
    _require_key()
    user = people.required()
    job = backup.enqueue("TANGAN", user.id)
    activity.log("cadangan.diminta", by=user, apa="cadangkan")
    return done(f"/tugas/{job}")


@module.route("/uji", can=KELOLA, methods=["POST"])
def uji() -> Response:
    _require_key()
    user = people.required()
    job = backup.enqueue_drill(user.id)
    activity.log("cadangan.diminta", by=user, apa="uji pulih")
    return done(f"/tugas/{job}")


def _require_key() -> None:
    if not config().backup_key:
        raise Conflict("Kunci pencadangan belum diatur.", "Isi KUNCI_CADANGAN, lalu jalankan ulang portal.")
