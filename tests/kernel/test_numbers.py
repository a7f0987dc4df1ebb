from decimal import Decimal

import pytest
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.numbers import (
    DESIMAL,
    RIBUAN,
    Angka,
    AngkaAmbigu,
    GalatAngka,
    angka,
    parse,
    persen,
    ringkas,
    rupiah,
    terbilang,
    ukuran,
)


@pytest.mark.parametrize(
    ("teks", "nilai"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("1.50", "1.5"),
        ("1,50", "1.5"),
        ("4", "4"),
        ("0", "0"),
        ("-0", "0"),
        (" 12 ", "12"),
        ("\u00a012", "12"),
        ("+3", "3"),
        ("12.", "12"),
        ("12,", "12"),
        ("007", "7"),
        ("0.500", "0.5"),
        ("1,000", "1"),
        ("1.000.000", "1000000"),
        ("1.000,5", "1000.5"),
        ("12.345.678,90", "12345678.9"),
        ("1,234.5", "1234.5"),
        ("1.0000", "1"),
        ("1000", "1000"),
        ("Rp 1.250.000,00", "1250000"),
        ("rp5", "5"),
    ],
)
def test_numbers_are_read_as_people_type_them(teks, nilai):
    hasil = parse(teks)
    assert hasil == Angka(Decimal(nilai), None)
    assert not hasil.nilai.is_signed()


@pytest.mark.parametrize(
    ("teks", "nilai", "satuan"),
    [
        ("12 dokumen", "12", "dokumen"),
        ("12dokumen", "12", "dokumen"),
        ("1,5 jam", "1.5", "jam"),
        ("95%", "95", "%"),
        ("3 orang/hari", "3", "orang/hari"),
        ("12. berkas", "12", "berkas"),
        ("4 m²", "4", "m²"),
    ],
)
def test_a_unit_typed_after_the_number_is_split_off(teks, nilai, satuan):
    hasil = parse(teks)
    assert (hasil.nilai, hasil.satuan) == (Decimal(nilai), satuan)
    assert hasil.tampil == f"{angka(Decimal(nilai))} {satuan}"


@pytest.mark.parametrize(
    ("teks", "kode"),
    [
        ("", "E_KOSONG"),
        ("  ", "E_KOSONG"),
        ("dua", "E_ANGKA"),
        ("-", "E_ANGKA"),
        ("½", "E_ANGKA"),
        ("1e5", "E_ANGKA"),
        ("12 34", "E_ANGKA"),
        ("1 000", "E_ANGKA"),
        ("4-5", "E_ANGKA"),
        ("12.34.56", "E_ANGKA"),
        ("1,5,5", "E_ANGKA"),
        ("0.500.000", "E_ANGKA"),
        ("1.00.000", "E_ANGKA"),
        (",5", "E_ANGKA"),
        ("=1+1", "E_ANGKA"),
        ("1..5", "E_ANGKA"),
        ("(5)", "E_ANGKA"),
        ("5 <b>", "E_ANGKA"),
        ("٣", "E_ANGKA"),
        ("4 " + "x" * 41, "E_ANGKA"),
        ("NaN", "E_ANGKA"),
        ("-5", "E_NEGATIF"),
        ("\u22125", "E_NEGATIF"),
        ("1,234", "E_DESIMAL"),
        ("0.125", "E_DESIMAL"),
        ("1234567890123456", "E_BESAR"),
        ("9" * 400, "E_BESAR"),
    ],
)
def test_what_is_not_a_number_gets_a_code_and_a_sentence(teks, kode):
    with pytest.raises(GalatAngka) as galat:
        parse(teks, "Realisasi")
    assert galat.value.kode == kode
    assert "Realisasi" in galat.value.pesan
    assert str(galat.value) == galat.value.pesan


def test_the_sentences_are_those_of_the_catalogue():
    with pytest.raises(GalatAngka, match=r"^Realisasi: isi dengan angka, misalnya 4$"):
        parse("dua", "Realisasi")
    with pytest.raises(GalatAngka, match=r"^Isi Realisasi$"):
        parse("", "Realisasi")
    with pytest.raises(GalatAngka, match=r"^Orang: isi dengan bilangan bulat$"):
        parse("1,5", "Orang", desimal=0)
    with pytest.raises(GalatAngka, match=r"^Realisasi: paling banyak 2 angka di belakang koma$"):
        parse("1,239", "Realisasi")


def test_a_dot_before_three_digits_is_asked_about():
    with pytest.raises(AngkaAmbigu) as galat:
        parse("1.000")
    assert galat.value.pesan == "Maksud Anda 1.000 (seribu) atau 1,000 (satu)?"
    assert galat.value.kode == "E_ARTI"
    assert galat.value.pilihan == {RIBUAN: 1000, DESIMAL: 1}
    assert parse("1.000", arti=RIBUAN).nilai == 1000
    assert parse("1.000", arti=DESIMAL).nilai == 1
    with pytest.raises(AngkaAmbigu, match=r"\(dua belas ribu lima ratus\) atau .* \(dua belas koma lima\)"):
        parse("12.500 dokumen")
    with pytest.raises(AngkaAmbigu):
        parse("1.000", arti="entah")


def test_in_a_field_of_whole_numbers_a_dot_groups_thousands():
    assert parse("12.500", desimal=0).nilai == 12500
    assert parse("Rp1.500.000", desimal=0).nilai == 1500000


def test_negatives_only_where_they_are_allowed():
    assert parse("-1,5", negatif=True) == Angka(Decimal("-1.5"))


@pytest.mark.parametrize(
    ("nilai", "kata"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (12, "dua belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (110, "seratus sepuluh"),
        (1000, "seribu"),
        (1999, "seribu sembilan ratus sembilan puluh sembilan"),
        (11000, "sebelas ribu"),
        (1_000_000, "satu juta"),
        (2_000_000_000, "dua miliar"),
        (10**12 + 1, "satu triliun satu"),
        (Decimal("1.50"), "satu koma lima"),
        (Decimal("-0.05"), "minus nol koma nol lima"),
        (Decimal("1E+3"), "seribu"),
    ],
)
def test_numbers_in_words(nilai, kata):
    assert terbilang(nilai) == kata


def babel_persen(nilai):
    return format_percent(nilai / 100, "#,##0.#%", locale="id_ID")


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_print_as_babel_prints_them(n):
    assert angka(n) == format_decimal(n, locale="id_ID")
    assert rupiah(n) == format_currency(n, "IDR", format="¤#,##0", currency_digits=False, locale="id_ID")


@given(st.decimals(-(10**9), 10**9, places=5))
def test_decimals_print_as_babel_prints_them(n):
    assert angka(n) == format_decimal(n, locale="id_ID")
    assert angka(n, 2) == format_decimal(n, "#,##0.00", locale="id_ID")
    assert persen(n) == babel_persen(n)


@pytest.mark.parametrize("n", [82.1, 106.66, 100, 0, 0.05, 99.95, 1234567.9, Decimal("66.7")])
def test_percent_points_print_as_babel_prints_the_ratio(n):
    assert persen(n) == babel_persen(Decimal(str(n)))


@pytest.mark.parametrize("n", [0, 5, 999, 1000, 1499, 12_000, 1_250_000, 2 * 10**9, 3 * 10**12, -12_000])
def test_short_forms_print_as_babel_prints_them(n):
    assert ringkas(n) == format_compact_decimal(n, locale="id_ID", fraction_digits=1).replace("\u00a0", " ")


def test_short_forms_never_show_a_thousand_thousands():
    assert ringkas(999_950) == "1 jt"
    assert ringkas(999_949) == "999,9 rb"


@pytest.mark.parametrize(
    ("byte", "teks"),
    [
        (0, "0 byte"),
        (1023, "1.023 byte"),
        (1024, "1 KB"),
        (292_864, "286 KB"),
        (1_048_000, "1 MB"),
        (3_774_874, "3,6 MB"),
        (5 * 1024**2, "5 MB"),
        (150 * 1024**2 + 400_000, "150 MB"),
        (3 * 1024**3, "3 GB"),
        (2 * 1024**4, "2 TB"),
        (5000 * 1024**4, "5.000 TB"),
    ],
)
def test_file_sizes(byte, teks):
    assert ukuran(byte) == teks


def test_nothing_prints_as_a_dash():
    assert angka(None) == persen(None) == rupiah(None) == "–"
    assert angka(7, 1) == "7,0"


@given(st.decimals(0, 10**12, places=2))
def test_every_printed_number_is_read_back(n):
    assert parse(angka(n, 2)).nilai == n
    assert parse(angka(n), arti=RIBUAN).nilai == n


@given(st.text(alphabet="0123456789.,-+ Rpxeé%\u00a0"))
def test_no_text_is_read_as_something_outside_the_limits(teks):
    try:
        nilai = parse(teks).nilai
    except GalatAngka:
        return
    assert 0 <= nilai < 10**15
    assert nilai == nilai.quantize(Decimal("0.01"))
