"""The two worked people of the reference data (P001, P002): loaded as they are, every figure kept."""

import json
from datetime import date
from functools import cache
from typing import Any

from portal.kernel.calendar import BULAN
from portal.kernel.demo.kota import Seat
from portal.kernel.demo.salin import Ids, dice
from portal.kinerja.demo.bulan import Baris, Bukti, Nilai
from portal.kinerja.demo.naskah import DATA, Writer
from portal.kinerja.demo.rencana import Hasil, Rencana, Ukuran
from portal.kinerja.models import JUMLAH, KUANTITAS, RATA2
from portal.kinerja.predikat import capaian, predikat

PEOPLE = ("P001", "P002")
THEMES = ("layanan", "program", "akuntabilitas", "inovasi")
ANNEX = {
    "dukungan_sumber_daya": "DUKUNGAN",
    "skema_pertanggungjawaban": "SKEMA",
    "konsekuensi": "KONSEKUENSI",
}
REASON = "Rating memperhatikan hasil seluruh indikator dan dampaknya bagi layanan, bukan angka bulan ini saja."


@cache
def data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "kinerja-contoh.json").read_text())
    return loaded


def of(code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(s for s in data()["skp"] if s["pegawai"] == code)
    return found


def plan(seat: Seat, boss: Seat | None, above: Rencana | None, tahun: int, ids: Ids, seed: int) -> Rencana:
    code = seat.person.contoh
    random = dice(f"{seed}:{tahun}:{code}")
    writer = Writer(random, seat.rumpun, seat.unit.urusan)
    made = Rencana(ids.next(), seat, boss, tahun, date(tahun, 1, 1), date(tahun, 12, 31), writer, random, "DITETAPKAN")
    for urut, row in enumerate(of(code)["rhk"], 1):
        atas = above.rhk[urut - 1] if above and len(above.rhk) >= urut else None
        made.rhk.append(_result(row, urut, code, atas, ids))
    made.perilaku = {one["aspek"]: "" for one in of(code)["perilaku"]}
    made.lampiran = {ANNEX[k]: v for k, v in data()["lampiran_skp"][code].items()}
    return made


def _result(row: dict[str, Any], urut: int, code: str, atas: Hasil | None, ids: Ids) -> Hasil:
    months = _months(code, row["kode"])
    isi = {"singkat": row["indikator"][0]["indikator"].lower(), "kait": THEMES[urut - 1], "kode": row["kode"]}
    renaksi = next(m["renaksi"] for m in months if m["renaksi"])
    hasil = Hasil(
        ids.next(), isi, urut, row["jenis"], row["klasifikasi"], row["rhk"], renaksi,
        row["indikator"][0]["satuan"], [m["target"] for m in months], [], atas,
    )  # fmt: skip
    hasil.indikator = [
        Ukuran(
            ids.next(), i["aspek"], i["indikator"], i["satuan"], i["target_min"], i["target_maks"], i["polaritas"],
            JUMLAH if i["aspek"] == KUANTITAS else RATA2,
        )
        for i in row["indikator"]
    ]  # fmt: skip
    return hasil


def _months(code: str, kode: str) -> list[dict[str, Any]]:
    return sorted((m for m in of(code)["bulanan"] if m["rhk"] == kode), key=lambda m: m["bulan"])


def rows(made: Rencana, bulan: int, ids: Ids) -> list[Baris]:
    """The figures and factors of one month, and one title of evidence where the data names one."""
    found = []
    for hasil in made.rhk:
        month = _months(made.seat.person.contoh, hasil.isi["kode"])[bulan - 1]
        row = Baris(ids.next(), hasil, month["target"], month["realisasi"])
        row.capaian = capaian(month["target"], month["realisasi"])
        row.faktor = (month["pendukung"] or "", month["penghambat"] or "", month["rtl"] or "")
        if month["bukti"]:
            row.bukti = [_evidence(made, hasil, bulan, ids)]
        found.append(row)
    return found


def _evidence(made: Rencana, hasil: Hasil, bulan: int, ids: Ids) -> Bukti:
    code, month = made.seat.person.contoh, BULAN[bulan - 1].lower()
    day = date(made.tahun, bulan, 28)
    if (code, hasil.isi["kode"], bulan) == ("P001", "R4", 9):
        link = Bukti(ids.next(), "laporan", "Hasil uji purwarupa ketiga", "Hasil uji purwarupa ketiga", day)
        link.tautan = "https://berkas.contoh.go.id/uji-3"
        return link
    if (code, hasil.isi["kode"], bulan) == ("P001", "R2", 7):
        return Bukti(ids.next(), "berita-acara", "Berita acara integrasi", "berita-acara-integrasi-juli.pdf", day)
    slug = hasil.isi["singkat"].removeprefix("jumlah ").replace(" ", "-")
    return Bukti(ids.next(), "laporan", f"Laporan {hasil.isi['singkat']}", f"laporan-{slug}-{month}.pdf", day)


def monthly_rating(code: str, bulan: int) -> tuple[str, str]:
    one = of(code)["evaluasi_bulanan"][bulan - 1]
    return one["hasil"], one["perilaku"]


def year_ratings(code: str, ids: Ids) -> list[Nilai]:
    """Four quarters and the year."""
    quarters = [(q["periode"], q["hasil"], q["perilaku"]) for q in of(code)["evaluasi_triwulan"]]
    year = of(code)["evaluasi_tahunan"]
    found = [
        Nilai(ids.next(), periode, None, hasil, perilaku, predikat(hasil, perilaku), "DISAMPAIKAN")
        for periode, hasil, perilaku in quarters
    ]
    last = Nilai(
        ids.next(), "TAHUN", year["saran_hasil"], year["rating_hasil_kerja"], year["rating_perilaku"],
        predikat(year["rating_hasil_kerja"], year["rating_perilaku"]), "FINAL",
    )  # fmt: skip
    last.saran_perilaku = year["saran_perilaku"]
    last.aspek = {one["aspek"]: (one["rating"], "") for one in of(code)["perilaku"]}
    return [*found, last]


def closing(code: str, made: Rencana) -> list[tuple[str, Any]]:
    """Yearly realisasi of every indikator, as (indikator id, figure)."""
    pairs = zip(of(code)["rhk"], made.rhk, strict=True)
    return [
        (mine.id, theirs["realisasi"])
        for row, hasil in pairs
        for theirs, mine in zip(row["indikator"], hasil.indikator, strict=True)
    ]
