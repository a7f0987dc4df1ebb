import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.identifiers import LUAR_NEGERI, PESAN, SELULER, TETAP, Nik, Nip, Telepon, mask

DATA = Path(__file__).parents[1] / "data"
BERKAS = json.loads((DATA / "nip-cases.json").read_text("utf-8"))
PER_TANGGAL = date.fromisoformat(BERKAS["per_tanggal"])
TURUNAN_NIP = (
    "tanggal_lahir",
    "jenis",
    "jenis_kelamin",
    "tmt_cpns",
    "tahun_pengangkatan",
    "perjanjian_ke",
    "nomor_urut",
)
TURUNAN_NIK = ("tanggal_lahir", "jenis_kelamin", "kode_wilayah", "nomor_urut")


def kasus(nomor):
    return [pytest.param(k, id=k["id"]) for k in BERKAS["kasus"] if k["nomor"] == nomor]


def turunan(hasil, names):
    plain = {n: getattr(hasil, n) for n in names}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in plain.items()}


def periksa(hasil, k, names):
    assert (hasil.normal, hasil.valid) == (k["normal"], k["valid"]), k["alasan"]
    assert list(hasil.galat) == k["galat"]
    assert list(hasil.peringatan) == k["peringatan"]
    assert turunan(hasil, names) == (k["turunan"] or dict.fromkeys(names))
    assert (hasil.pesan is None) == hasil.valid


@pytest.mark.parametrize("k", kasus("NIP"))
def test_nip_vectors(k):
    periksa(Nip.parse(k["masukan"], per_tanggal=PER_TANGGAL), k, TURUNAN_NIP)


@pytest.mark.parametrize("k", kasus("NIK"))
def test_nik_vectors(k):
    lahir = k.get("tanggal_lahir_pembanding")
    hasil = Nik.parse(k["masukan"], tanggal_lahir=date.fromisoformat(lahir) if lahir else None, per_tanggal=PER_TANGGAL)
    periksa(hasil, k, TURUNAN_NIK)


def test_the_copied_vectors_are_the_recorded_ones():
    tabel = (DATA / "SUMBER.md").read_text("utf-8")
    catatan = dict(re.findall(r"\| `([\w-]+\.json)` .*`([0-9a-f]{64})`", tabel))
    assert {"nip-cases.json", "kinerja-contoh.json"} <= set(catatan)
    for nama, sidik in catatan.items():
        assert hashlib.sha256((DATA / nama).read_bytes()).hexdigest() == sidik, nama


def test_every_code_of_the_vectors_has_a_sentence():
    assert set(BERKAS["kode"]) <= set(PESAN)
    assert Nik.parse("357701150385").pesan == "NIK harus 16 angka. Anda menulis 12 angka."


def test_a_nip_reads_grouped_and_prints_plain():
    nip = Nip.parse("198503152010011901")
    assert nip.tampil == "19850315 201001 1 901"
    assert str(nip) == "198503152010011901"
    salah = Nip.parse("1985")
    assert salah.tampil == "1985"
    assert str(salah) == "1985"


def test_several_errors_are_reported_in_rule_order():
    hasil = Nip.parse("198513152010193000", PER_TANGGAL)
    assert hasil.galat == ("E_TGL_LAHIR", "E_TMT", "E_JENIS_KELAMIN", "E_NOMOR_URUT")
    assert Nip.parse("198513152010011901", PER_TANGGAL).galat == ("E_TGL_LAHIR",)


@pytest.mark.parametrize(("tmt", "galat"), [("202607", ()), ("202608", ("E_TMT_MASA_DEPAN",))])
def test_a_tmt_may_lie_twelve_months_ahead_but_not_more(tmt, galat):
    assert Nip.parse(f"19900101{tmt}1901", PER_TANGGAL).galat == galat


@pytest.mark.parametrize(
    ("lahir", "tmt", "peringatan", "galat"),
    [
        ("19950102", "201001", (), ("E_USIA_ANGKAT",)),
        ("19950101", "201001", ("W_USIA_ANGKAT",), ()),
        ("19920101", "201001", (), ()),
        ("19920102", "201001", ("W_USIA_ANGKAT",), ()),
        ("19520102", "201001", (), ()),
        ("19520101", "201001", ("W_USIA_ANGKAT",), ()),
        ("20040601", "202421", (), ()),
        ("20050601", "202421", ("W_USIA_ANGKAT",), ()),
        ("20100601", "202421", (), ("E_USIA_ANGKAT",)),
        ("19850315", "000001", (), ("E_USIA_ANGKAT",)),
    ],
)
def test_age_boundaries(lahir, tmt, peringatan, galat):
    hasil = Nip.parse(f"{lahir}{tmt}1901", PER_TANGGAL)
    assert (hasil.peringatan, hasil.galat) == (peringatan, galat)


def test_value_objects_cannot_be_changed_and_compare_by_value():
    nip = Nip.parse("198503152010011901")
    with pytest.raises(AttributeError):
        nip.jenis = "PPPK"
    assert nip == Nip.parse("198503152010011901")
    assert len({nip, Nip.parse("198503152010011901")}) == 1


def test_nik_century_follows_today_or_the_main_record():
    assert Nik.parse("3577010101250901", per_tanggal=PER_TANGGAL).tanggal_lahir == date(2025, 1, 1)
    assert Nik.parse("3577010112250901", per_tanggal=PER_TANGGAL).tanggal_lahir == date(1925, 12, 1)
    assert Nik.parse("3577010101250901", date(1926, 5, 1)).tanggal_lahir == date(1925, 1, 1)
    assert Nik.parse("3577012902000901", per_tanggal=PER_TANGGAL).tanggal_lahir == date(2000, 2, 29)
    assert Nik.parse("3577012902000901", date(1901, 1, 1)).tanggal_lahir == date(2000, 2, 29)
    assert Nik.parse("3577017202000901", date(1901, 1, 1)).galat == ("E_TGL_LAHIR",)


def test_nik_region_lists_can_be_given():
    assert Nik.parse("3577011503850901", provinsi={"61"}).galat == ("E_PROVINSI",)
    assert Nik.parse("3577011503850901", wilayah={"357702"}).peringatan == ("W_WILAYAH",)
    assert Nik.parse("3577011503850901", wilayah={"357701"}).peringatan == ()
    assert Nik.parse("3577011503850000").galat == ("E_NOMOR_URUT",)
    assert Nik.parse("35770115O3850901").galat == ("E_KARAKTER",)


def test_mask_shows_four_digits_at_each_end():
    assert mask("3577011503850901") == "3577********0901"
    assert mask(Nik.parse("3577 0115 0385 0901")) == "3577********0901"
    assert str(Nik.parse("3577 0115 0385 0901")) == "3577********0901"
    assert mask(Nik.parse("35770115")) == "********"
    assert mask(None) == ""
    assert mask("12") == "**"


@pytest.mark.parametrize(
    ("masukan", "normal", "jenis", "tampil"),
    [
        ("0812-3456-7890", "+6281234567890", SELULER, "0812-3456-7890"),
        ("+62 812 3456 789", "+628123456789", SELULER, "0812-3456-789"),
        ("62812345678", "+62812345678", SELULER, "0812-3456-78"),
        ("0062.812.3456.7890", "+6281234567890", SELULER, "0812-3456-7890"),
        ("+62 (0)812 3456 7890", "+6281234567890", SELULER, "0812-3456-7890"),
        ("(0761) 123456", "+62761123456", TETAP, "0761123456"),
        ("021/5551234", "+62215551234", TETAP, "0215551234"),
        ("+60 12-345 6789", "+60123456789", LUAR_NEGERI, "+60123456789"),
    ],
)
def test_phone_numbers(masukan, normal, jenis, tampil):
    hasil = Telepon.parse(masukan)
    assert (hasil.normal, hasil.jenis, hasil.tampil, hasil.valid) == (normal, jenis, tampil, True)
    assert hasil.pesan is None
    assert str(hasil) == normal
    assert Telepon.parse(hasil.tampil).normal == normal


def test_a_mobile_number_that_lost_its_zero_is_read_with_a_warning():
    assert Telepon.parse("81234567890").peringatan == ("W_TANPA_NOL",)


@pytest.mark.parametrize(
    ("masukan", "galat"),
    [
        ("", "E_PANJANG"),
        ("0812", "E_PANJANG"),
        ("08123456789012345", "E_PANJANG"),
        ("+601", "E_PANJANG"),
        ("7611234567", "E_AWALAN"),
        ("00 62", "E_PANJANG"),
        ("008123", "E_PANJANG"),
        ("+62 00 1234567", "E_AWALAN"),
        ("0812-ABCD", "E_KARAKTER"),
        ("lihat ibu", "E_KARAKTER"),
        ("0812+3456", "E_KARAKTER"),
    ],
)
def test_bad_phone_numbers(masukan, galat):
    hasil = Telepon.parse(masukan)
    assert (hasil.galat, hasil.valid, hasil.tampil) == ((galat,), False, masukan)
    assert hasil.pesan
    assert "{" not in hasil.pesan
    assert str(hasil) == masukan


@given(st.text())
def test_no_text_makes_a_parser_raise(text):
    for hasil in (Nip.parse(text), Nik.parse(text), Telepon.parse(text)):
        assert hasil.valid == (hasil.pesan is None)
        assert hasil.normal is not None or not hasil.valid


@given(
    st.dates(date(1950, 1, 1), date(2000, 12, 31)),
    st.integers(1, 12),
    st.integers(18, 50),
    st.integers(1, 999),
    st.sampled_from(["", " ", ".", "-", "\u00a0"]),
)
def test_every_well_formed_nip_is_read_back(lahir, bulan, usia, urut, pemisah):
    tahun = lahir.year + usia + 1
    bagian = [f"{lahir:%Y%m%d}", f"{tahun}{bulan:02}", str(1 + urut % 2), f"{urut:03}"]
    nip = Nip.parse(pemisah.join(bagian), per_tanggal=date(2060, 1, 1))
    assert nip.valid
    assert nip.normal == "".join(bagian)
    assert nip.tampil == " ".join(bagian)
    assert (nip.tanggal_lahir, nip.tmt_cpns) == (lahir, date(tahun, bulan, 1))


@given(st.dates(date(1930, 1, 1), date(2024, 12, 31)), st.booleans(), st.integers(1, 9999))
def test_every_well_formed_nik_is_read_back(lahir, perempuan, urut):
    hari = lahir.day + (40 if perempuan else 0)
    nik = Nik.parse(f"357701{hari:02}{lahir:%m%y}{urut:04}", tanggal_lahir=lahir)
    assert (nik.tanggal_lahir, nik.jenis_kelamin) == (lahir, "P" if perempuan else "L")
