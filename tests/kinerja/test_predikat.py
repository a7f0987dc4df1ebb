import json
from dataclasses import FrozenInstanceError, replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kinerja import predikat as p

BERKAS = Path(__file__).parents[1] / "data" / "kinerja-contoh.json"
CONTOH = json.loads(BERKAS.read_text("utf-8"), parse_float=Decimal)
SKP = [pytest.param(s, id=s["pegawai"]) for s in CONTOH["skp"]]


@pytest.mark.parametrize("sel", CONTOH["matriks_predikat"])
def test_the_nine_cells(sel):
    assert p.predikat(sel["hasil"], sel["perilaku"]) == sel["predikat"]


def test_the_vectors_cover_all_nine_cells():
    sel = {(s["hasil"], s["perilaku"]) for s in CONTOH["matriks_predikat"]}
    assert sel == set(product(p.RATING, p.RATING))


def test_an_unknown_rating_is_refused():
    with pytest.raises(ValueError, match="rating tidak dikenal"):
        p.predikat("BAIK", p.SESUAI)


def test_the_matrix_is_chosen_by_date():
    assert p.matriks_pada(date(2026, 1, 1)) is p.MATRIKS[-1]
    with pytest.raises(ValueError, match="belum ada matriks predikat pada 01-01-2020"):
        p.matriks_pada(date(2020, 1, 1))
    with pytest.raises(ValueError, match="sembilan sel"):
        replace(p.MATRIKS[0], sel={})


@pytest.mark.parametrize("skp", SKP)
def test_monthly_capaian_and_its_means(skp):
    per_bulan = []
    for bulan in range(1, 13):
        rows = [r for r in skp["bulanan"] if r["bulan"] == bulan]
        hasil = [p.capaian(r["target"], r["realisasi"]) for r in rows]
        assert hasil == [r["capaian"] for r in rows]
        per_bulan.append(p.rata_capaian(hasil))
    assert per_bulan == skp["capaian_renaksi_rata2_per_bulan"]
    assert p.rata_capaian(per_bulan) == skp["statistik"]["capaian_renaksi_rata2_tahun"]


@pytest.mark.parametrize("skp", SKP)
def test_suggestions_of_the_year(skp):
    rhk = []
    for baris in skp["rhk"]:
        saran = [
            p.saran_indikator(i["target_min"], i["target_maks"], i["realisasi"], i["polaritas"])
            for i in baris["indikator"]
        ]
        assert saran == [i["saran_rating"] for i in baris["indikator"]]
        hasil = p.saran_rhk(saran)
        assert (hasil.rating, hasil.skor) == (baris["saran_rating_rhk"], baris["skor_rhk"])
        rhk.append((baris["jenis"], hasil.rating))
    tahun = skp["evaluasi_tahunan"]
    assert p.saran_hasil(rhk) == p.Saran(tahun["saran_hasil"], tahun["skor_hasil"])
    perilaku = p.saran_perilaku(a["rating"] for a in skp["perilaku"])
    assert (perilaku.rating, perilaku.skor) == (tahun["saran_perilaku"], tahun["skor_perilaku"])
    assert p.predikat(tahun["rating_hasil_kerja"], tahun["rating_perilaku"]) == tahun["predikat"]


@pytest.mark.parametrize("skp", SKP)
def test_predikat_of_every_period(skp):
    for e in skp["evaluasi_bulanan"] + skp["evaluasi_triwulan"]:
        assert p.predikat(e["hasil"], e["perilaku"]) == e["predikat"]


@pytest.mark.parametrize(
    ("target", "realisasi", "polaritas", "hasil"),
    [
        (3, 2, p.NAIK, "66.7"),
        (1, 5, p.NAIK, "120"),
        (4, 0, p.NAIK, "0"),
        (8, 6, p.TURUN, "120"),
        (8, 8, p.TURUN, "100"),
        (8, 16, p.TURUN, "0"),
        (8, 20, p.TURUN, "0"),
        (8, 0, p.TURUN, "120"),
        (16, 1, p.NAIK, "6.3"),
        (0.1, 0.3, p.NAIK, "120"),
        (Decimal("99.5"), Decimal("99.6"), p.NAIK, "100.1"),
    ],
)
def test_capaian_both_ways(target, realisasi, polaritas, hasil):
    assert p.capaian(target, realisasi, polaritas) == Decimal(hasil)


def test_capaian_without_target_is_nothing_and_negatives_are_refused():
    assert p.capaian(0, 5) is None
    assert p.rata_capaian([None, None]) is None
    for target, realisasi in ((-1, 0), (1, -1)):
        with pytest.raises(ValueError, match="kurang dari 0"):
            p.capaian(target, realisasi)
    with pytest.raises(ValueError, match="polaritas"):
        p.capaian(1, 1, "DATAR")


def test_range_of_an_indikator():
    assert p.saran_indikator(6, 8, 6) == p.saran_indikator(6, 8, 8) == p.SESUAI
    assert [p.saran_indikator(6, 8, r, p.TURUN) for r in (5.9, 6, 8, 8.1)] == [
        p.DI_ATAS,
        p.SESUAI,
        p.SESUAI,
        p.DI_BAWAH,
    ]
    assert p.saran_indikator(1, 1, None) is None
    with pytest.raises(ValueError, match="target_min"):
        p.saran_indikator(8, 6, 7)
    with pytest.raises(ValueError, match="polaritas"):
        p.saran_indikator(6, 8, 7, "DATAR")


def test_exactly_half_belongs_to_the_outer_rating():
    assert p.saran_rhk([p.DI_ATAS, p.SESUAI]) == p.Saran(p.DI_ATAS, Decimal("0.5"))
    assert p.saran_rhk([p.DI_BAWAH, p.SESUAI]) == p.Saran(p.DI_BAWAH, Decimal("-0.5"))
    assert p.saran_rhk([p.DI_ATAS, p.SESUAI, p.SESUAI]).rating == p.SESUAI
    assert p.saran_rhk([p.DI_ATAS, None]).rating == p.DI_ATAS
    assert p.saran_rhk([None]) == p.saran_rhk([]) == p.Saran(None)


def test_one_main_rhk_below_expectation_caps_the_suggestion():
    rhk = [(p.UTAMA, p.DI_ATAS)] * 4 + [(p.UTAMA, p.DI_BAWAH)]
    assert p.saran_hasil(rhk) == p.Saran(p.SESUAI, Decimal("0.6"), dibatasi=True)
    assert p.saran_hasil([*rhk[:4], (p.TAMBAHAN, p.DI_BAWAH)]).rating == p.DI_ATAS
    assert p.saran_hasil(rhk, p.Ambang(penjaga_utama=False)).rating == p.DI_ATAS
    assert p.saran_hasil([(p.UTAMA, p.DI_BAWAH)]) == p.Saran(p.DI_BAWAH, Decimal(-1))


@pytest.mark.parametrize(
    ("persen", "kategori"),
    [
        (None, p.TANPA_TARGET),
        ("100.1", p.MELAMPAUI),
        ("100", p.TERCAPAI),
        ("99.9", p.HAMPIR),
        ("90", p.HAMPIR),
        ("89.9", p.BELUM),
        ("0", p.BELUM),
    ],
)
def test_category_of_a_measurement(persen, kategori):
    assert p.kategori(None if persen is None else Decimal(persen)) == kategori


def test_thresholds_are_settings():
    longgar = p.Ambang(di_atas=Decimal("0.3"), capaian_maks=Decimal(100), hampir=Decimal(50))
    assert p.saran_rhk([p.DI_ATAS, p.SESUAI, p.SESUAI], longgar).rating == p.DI_ATAS
    assert p.capaian(1, 3, ambang=longgar) == 100
    assert p.kategori(Decimal(60), longgar) == p.HAMPIR
    with pytest.raises(FrozenInstanceError):
        longgar.hampir = Decimal(1)


@pytest.mark.parametrize("k", CONTOH["uji_distribusi"])
def test_distribution_vectors(k):
    assert [a.kode for a in p.peringatan_distribusi(k["capaian_organisasi"], k["jumlah"])] == k["peringatan"]


@pytest.mark.parametrize(
    ("organisasi", "jumlah", "kode"),
    [
        (p.ISTIMEWA, {p.BAIK: 15, p.SANGAT_BAIK: 5}, ["SANGAT_BAIK_TERBANYAK"]),
        (p.BAIK, {p.BAIK: 5, p.SANGAT_BAIK: 10, p.KURANG: 5}, ["BAIK_TERBANYAK"]),
        (
            p.BUTUH_PERBAIKAN,
            {p.SANGAT_BAIK: 3, p.BAIK: 6, p.BUTUH_PERBAIKAN: 11},
            ["BUTUH_PERBAIKAN_MIN_60", "SANGAT_BAIK_MAKS_10"],
        ),
        (
            p.KURANG,
            {p.SANGAT_BAIK: 3, p.BAIK: 5, p.BUTUH_PERBAIKAN: 1, p.KURANG: 11},
            ["KURANG_MIN_60", "BUTUH_PERBAIKAN_MIN_10", "SANGAT_BAIK_MAKS_10"],
        ),
        (
            p.SANGAT_KURANG,
            {p.BAIK: 9, p.KURANG: 1, p.SANGAT_KURANG: 11},
            ["SANGAT_KURANG_MIN_60", "KURANG_ATAU_BUTUH_PERBAIKAN_MIN_10"],
        ),
        (p.BAIK, {}, []),
    ],
)
def test_every_rule_of_the_distribution_can_break(organisasi, jumlah, kode):
    assert [a.kode for a in p.peringatan_distribusi(organisasi, jumlah)] == kode


@pytest.mark.parametrize("k", CONTOH["uji_kredit"]["contoh"])
def test_angka_kredit_vectors(k):
    assert p.angka_kredit(k["koefisien"], k["predikat"], k["bulan"]) == k["angka_kredit"]


def test_angka_kredit_percentages_and_labels():
    assert {k["predikat"]: k["persen"] for k in CONTOH["uji_kredit"]["konversi"]} == p.PERSEN_KREDIT
    assert {*p.RATING, *p.PREDIKAT, p.ISTIMEWA} <= set(p.LABEL)


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**7, places=2), st.sampled_from([p.NAIK, p.TURUN]))
def test_capaian_stays_between_nothing_and_its_limit(target, realisasi, polaritas):
    hasil = p.capaian(target, realisasi, polaritas)
    assert (hasil is None) == (target == 0)
    assert hasil is None or 0 <= hasil <= 120


@given(st.lists(st.sampled_from(p.RATING), min_size=1, max_size=20))
def test_the_mean_is_symmetric(ratings):
    cermin = {p.DI_ATAS: p.DI_BAWAH, p.SESUAI: p.SESUAI, p.DI_BAWAH: p.DI_ATAS}
    asli, balik = p.saran_rhk(ratings), p.saran_rhk([cermin[r] for r in ratings])
    assert cermin[asli.rating] == balik.rating
    assert asli.skor == -balik.skor
