import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from portal.kernel import charts
from portal.kernel.calendar import BULAN_PENDEK as BULAN
from portal.kernel.charts import Series

JAHAT = "<script>\"&'</script>"
ANGKA = st.one_of(st.none(), st.floats(0, 1e9), st.integers(0, 10**6), st.decimals(0, 10**6, places=2))


def pohon(markup):
    """The markup parsed as XML: also the proof that it is well formed."""
    assert isinstance(markup, Markup)
    return ET.fromstring(f"<div>{markup}</div>")  # noqa: S314 - our own markup


def teks(markup):
    return [t.text for t in pohon(markup).iter("text")]


def batang(markup, kelas):
    return [r for r in pohon(markup).iter("rect") if r.get("class") == kelas]


def semua():
    target, realisasi = [4] * 12, [4, 3, 4, 5, 4, 4, 4, 4, 4, None, None, None]
    return {
        "bars12": charts.bars12(target, realisasi, judul=JAHAT, satuan=JAHAT),
        "line": charts.line(BULAN, [Series(JAHAT, realisasi), Series("b", target, 2, True)], judul=JAHAT),
        "sparkline": charts.sparkline([1, 2, 3], judul=JAHAT, satuan=JAHAT),
        "ranked": charts.ranked_bars([(JAHAT, 3), ("Dinas", None)], judul=JAHAT, satuan=JAHAT),
        "heat": charts.heat_table([JAHAT], [JAHAT], [[1]], judul=JAHAT),
        "legend": charts.legend([("chart-fill-1", JAHAT)]),
        "table": charts.with_table(Markup(""), [JAHAT, "n"], [[JAHAT, JAHAT]], judul=JAHAT, csv='/a?"b'),
    }


@pytest.mark.parametrize("nama", list(semua()))
def test_markup_is_well_formed_escaped_and_without_style(nama):
    markup = semua()[nama]
    akar = pohon(markup)
    assert not list(akar.iter("script"))
    for unsur in akar.iter():
        assert not {a for a in unsur.attrib if a == "style" or a.startswith("on") or a in ("fill", "stroke")}


@pytest.mark.parametrize("nama", ["bars12", "line", "sparkline", "ranked"])
def test_every_svg_is_one_named_image(nama):
    for svg in pohon(semua()[nama]).iter("svg"):
        assert svg.get("role") == "img"
        judul, uraian = list(svg)[:2]
        assert (judul.tag, uraian.tag, judul.text) == ("title", "desc", JAHAT)
        assert uraian.text


def test_bars_show_reached_short_and_not_yet_due():
    grafik = charts.bars12([4, 4, 0, 2], [4, 3, 1, None], "JFMA", judul="Modul", satuan="dokumen")
    assert len(batang(grafik, "chart-fill-blank")) == 3
    assert len(batang(grafik, "chart-fill-1")) == 2
    assert len(batang(grafik, "chart-fill-2")) == 1
    assert "Realisasi 8 dari target 10 dokumen; 1 dari 3 bulan di bawah target." in grafik
    assert teks(grafik) == list("JFMA")


def test_nothing_done_against_a_target_is_still_visible():
    nol = batang(charts.bars12([4], [0], "J", judul="x"), "chart-fill-2")
    assert [r.get("height") for r in nol] == ["2"]
    assert not batang(charts.bars12([0], [0], "J", judul="x"), "chart-fill-1")
    assert not batang(charts.bars12([], [], "", judul="x"), "chart-fill-1")


def test_bar_heights_are_in_proportion():
    grafik = charts.bars12([10, 5], [Decimal("2.5"), 5], "AB", judul="x")
    tinggi = [float(r.get("height")) for r in pohon(grafik).iter("rect")]
    assert tinggi == [68, 17, 34, 34]


def test_a_line_is_drawn_wide_and_narrow_with_labels_at_its_end():
    series = [Series("Realisasi", [1, 2, 3, None]), Series("Target", [4] * 12, 2, True)]
    grafik = charts.line(BULAN, series, judul="Kumulatif", satuan="dokumen")
    assert [s.get("class") for s in pohon(grafik).iter("svg")] == ["chart-wide", "chart-narrow"]
    assert "Realisasi: 3 dokumen pada Mar; Target: 4 dokumen pada Des." in grafik
    assert teks(grafik).count("Realisasi 3") == teks(grafik).count("Target 4") == 2
    assert len(list(pohon(grafik).iter("circle"))) == 2
    assert grafik.count("chart-line-2 chart-dashed") == 2


def test_a_gap_breaks_the_line_and_no_data_draws_none():
    grafik = charts.line("ABCD", [Series("x", [1, None, 2, 3])], judul="x")
    jalur = re.findall(r'd="(M[^"]*)" class="chart-line-1"', grafik)
    assert [j.count("M") for j in jalur] == [2, 2]
    kosong = charts.line("AB", [Series("x", [None, None])], judul="x")
    assert "x: belum ada data." in kosong
    assert "chart-line-1" not in kosong
    assert "Belum ada data." in charts.sparkline([None], judul="x")
    assert charts.line((), (), judul="x")


def test_labels_of_lines_that_end_together_do_not_touch():
    series = [Series("a", [1, 5]), Series("b", [1, 5], 2), Series("c", [1, 5.01], 3)]
    grafik = charts.line("AB", series, judul="x")
    lebar = next(pohon(grafik).iter("svg"))
    y = sorted(float(t.get("y")) for t in lebar.iter("text") if "chart-strong" in (t.get("class") or ""))
    assert [b - a >= 15 for a, b in pairwise(y)] == [True, True]


def test_two_lines_that_fall_to_nothing_are_labelled_above_the_axis():
    drawn = str(charts.line(["2026", "2027"], [Series("Satu", [9, 1]), Series("Dua", [0, 0], 2)], judul="Turun"))
    narrow = drawn[drawn.index("chart-narrow") :]
    heights = {name: float(y) for y, name in re.findall(r'y="([0-9.]+)"[^>]*>(Satu|Dua)', narrow)}
    assert heights["Satu"] + 15 <= heights["Dua"] <= 200 - 22


def test_on_a_phone_a_falling_line_is_labelled_below_and_an_early_end_towards_the_middle():
    def label(nilai):
        sempit = list(pohon(charts.line("ABCD", [Series("x", nilai)], judul="x")).iter("svg"))[1]
        titik = next(sempit.iter("circle"))
        tulisan = next(t for t in sempit.iter("text") if "chart-strong" in (t.get("class") or ""))
        return float(tulisan.get("y")) - float(titik.get("cy")), tulisan.get("text-anchor")

    assert label([4, 3, 2, 1]) == (20, "end")
    assert label([1, 2, 3, 4])[0] < 0
    assert label([1, None, None, None])[1] == "start"


@pytest.mark.parametrize(
    ("lo", "hi", "hasil"),
    [
        (0, 48, [0, 20, 40, 60]),
        (9.7, 11.9, [9, 10, 11, 12]),
        (0, 0, [0, 0.5, 1]),
        (5, 5, [4, 6]),
        (0, 1, [0, 0.5, 1]),
        (0, 100, [0, 50, 100]),
        (-3, 7, [-5, 0, 5, 10]),
    ],
)
def test_axis_values_are_round_and_enclose_the_data(lo, hi, hasil):
    assert charts.ticks(lo, hi) == hasil


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_axis_always_encloses(lo, span):
    axis = charts.ticks(lo, lo + span)
    unseen = 1e-6 * max(1, abs(lo), span)  # less than a pixel of the axis
    assert axis[0] <= lo + unseen
    assert axis[-1] >= lo + span - unseen
    assert 2 <= len(axis) <= 8


def test_ranked_bars_keep_their_order_and_highlight_one():
    baris = [("Dinas A", 90), ("Dinas B", 45)]
    grafik = charts.ranked_bars(baris, judul="x", sorot="Dinas B", tulis=lambda v: f"{v}%")
    assert teks(grafik)[:4] == ["Dinas A", "90%", "Dinas B", "45%"]
    assert [r.get("width") for r in batang(grafik, "chart-fill-1")] == ["280", "150"]
    assert [r.get("width") for r in batang(grafik, "chart-fill-rest")] == ["560", "300"]
    assert len(batang(charts.ranked_bars([("A", 1)], judul="x"), "chart-fill-1")) == 2
    assert "Belum ada data." in charts.ranked_bars([], judul="x")


def test_a_long_name_is_shortened_to_its_room():
    nama = "Dinas Pengendalian Penduduk, Keluarga Berencana, dan Pemberdayaan Perempuan"
    lebar, _, sempit, _ = teks(charts.ranked_bars([(nama, 1)], judul="x"))
    assert lebar == nama
    assert sempit.endswith("…")
    assert nama.startswith(sempit[:-1])


def test_heat_cells_carry_a_step_and_their_number():
    tabel = charts.heat_table(["A"], ["x", "y", "z"], [[10, 55, None]], judul="Skor", batas=[20, 40, 60])
    sel = list(pohon(tabel).iter("td"))[1:]
    terbaca = [(s.get("class"), s.text) for s in sel]
    assert terbaca == [("heat-cell-1", "10"), ("heat-cell-3", "55"), (None, "–")]
    assert charts.heat_limits([0, 60]) == [10, 20, 30, 40, 50]
    assert charts.heat_step(60, charts.heat_limits([0, 60])) == 6
    assert len(charts.heat_limits([])) == 5


def test_the_table_beside_the_chart_is_a_real_one():
    baris = [("Jan", 1234), (2026, "4 dokumen")]
    hasil = charts.with_table(Markup("<svg/>"), ("Bulan", "Target"), baris, judul="Modul")
    akar = pohon(hasil)
    assert "Lihat sebagai tabel" in hasil
    assert [t.text for t in akar.iter("td")] == ["1.234", "4 dokumen"]
    assert [t.text for t in akar.iter("th")] == ["Bulan", "Target", "Jan", "2.026"]
    assert "Unduh CSV" not in hasil
    assert 'href="/a.csv"' in charts.with_table(Markup(""), ("a",), (), judul="x", csv="/a.csv")


@given(st.lists(st.tuples(ANGKA, ANGKA), min_size=1, max_size=24))
def test_no_data_breaks_a_chart(pasangan):
    target, realisasi = [a for a, _ in pasangan], [b for _, b in pasangan]
    labels = [str(i) for i in range(len(pasangan))]
    for grafik in (
        charts.bars12(target, realisasi, labels, judul="x"),
        charts.line(labels, [Series("a", target), Series("b", realisasi, 2)], judul="x", dari_nol=False),
        charts.sparkline(target, judul="x"),
        charts.ranked_bars(list(zip(labels, realisasi, strict=True)), judul="x"),
        charts.heat_table(["a"], labels, [target], judul="x"),
    ):
        pohon(grafik)
        assert not re.search(r'"-?(nan|inf)', grafik)
