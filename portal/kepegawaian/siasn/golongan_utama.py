"""Whether BKN's data utama follows BKN's own golongan rows: it keeps the old golongan until it is asked to compute."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.kepegawaian.siasn import bentuk

Baris = Mapping[str, Any]


def _tmt(row: Baris) -> date | None:
    return bentuk.tanggal(row.get("tmtGolongan"))


def _kode(value: Any) -> str:
    return bentuk.kode(value).lstrip("0")  # a number loses the zero of "05"


def terbaru(rows: Sequence[Baris], on: date) -> Baris | None:
    """The row in force on that day, None without one."""
    return max((row for row in rows if (_tmt(row) or date.max) <= on), key=lambda row: _tmt(row) or on, default=None)


def tertinggal(whole: Baris, rows: Sequence[Baris], on: date) -> str:
    """What data utama has wrong, for people; "" when it follows, or does not tell its golongan.

    A row of the same day or a later one may be what it shows already: nobody says when BKN takes those over.
    """
    last, shown = terbaru(rows, on), _kode(whole.get("golRuangAkhirId"))
    if last is None or not shown or not _kode(last.get("golonganId")):
        return ""
    since = _tmt(last) or on
    if shown in {_kode(row.get("golonganId")) for row in rows if (_tmt(row) or date.min) >= since}:
        return ""
    old, fresh = (
        bentuk.teks(row.get(name)) or bentuk.teks(row.get(key))
        for row, name, key in ((whole, "golRuangAkhir", "golRuangAkhirId"), (last, "golongan", "golonganId"))
    )
    return (
        f"Data utama di SIASN masih {old}, riwayat golongannya sudah {fresh}. "
        "Penghitungan ulang sudah diminta; laporkan ke BKN bila menetap."
    )
