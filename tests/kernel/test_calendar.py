from datetime import UTC, date, datetime, time, timedelta

import pytest
from babel.dates import format_date, format_datetime
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import calendar as k

LIBUR = frozenset({date(2026, 8, 17), date(2026, 12, 25)})
SAAT = datetime(2026, 9, 3, 2, 5, tzinfo=UTC)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_dates_read_as_babel_prints_them(hari):
    assert k.tanggal(hari) == format_date(hari, "d MMMM y", locale="id_ID")
    assert k.tanggal_pendek(hari) == format_date(hari, "d MMM y", locale="id_ID")
    assert k.hari_tanggal(hari) == format_date(hari, "EEEE, d MMMM y", locale="id_ID")
    assert k.bulan_tahun(hari.year, hari.month) == format_date(hari, "MMMM y", locale="id_ID")


@given(st.integers(0, 4_000_000_000))
def test_instants_read_as_babel_prints_them_in_each_zone(detik):
    saat = datetime.fromtimestamp(detik, UTC)
    for zona, pendek in (("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")):
        pola = format_datetime(saat, "EEEE, d MMMM y 'pukul' HH.mm", tzinfo=zona, locale="id_ID")
        assert k.waktu(saat, zona) == k.waktu(saat, pendek) == f"{pola} {pendek}"
        assert k.pukul(saat, zona) == format_datetime(saat, "HH.mm", tzinfo=zona, locale="id_ID")


def test_examples_of_the_style_page():
    assert k.waktu(SAAT) == "Kamis, 3 September 2026 pukul 09.05 WIB"
    assert k.waktu_pendek(SAAT, "WIT") == "3 Sep 2026 11.05"
    assert k.pukul(SAAT) == "02.05"
    assert k.pukul(time(7, 30)) == k.pukul(time(7, 30), "WIB") == "07.30"
    assert k.bulan_tahun(2026, 9) == "September 2026"


def test_what_cannot_be_shown_is_refused():
    with pytest.raises(ValueError, match="tanpa zona"):
        k.waktu(datetime(2026, 9, 3, 9, 5))  # noqa: DTZ001 - the naive time is the point
    with pytest.raises(ValueError, match="zona waktu tidak dikenal"):
        k.waktu(SAAT, "Asia/Tokyo")
    for bulan in (0, 13):
        with pytest.raises(ValueError, match="bulan"):
            k.nama_bulan(bulan)


@pytest.mark.parametrize(
    ("mulai", "selesai", "teks"),
    [
        (date(2026, 9, 1), date(2026, 9, 30), "1 s.d. 30 September 2026"),
        (date(2026, 9, 1), date(2026, 9, 1), "1 September 2026"),
        (date(2026, 1, 1), date(2026, 12, 31), "1 Januari s.d. 31 Desember 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 Desember 2025 s.d. 4 Januari 2026"),
    ],
)
def test_ranges_name_what_both_ends_share_once(mulai, selesai, teks):
    assert k.rentang(mulai, selesai) == teks


@pytest.mark.parametrize(
    ("lalu", "teks"),
    [
        (timedelta(seconds=59), "baru saja"),
        (timedelta(0), "baru saja"),
        (timedelta(seconds=-30), "baru saja"),
        (timedelta(minutes=5), "5 menit yang lalu"),
        (timedelta(hours=2, minutes=59), "2 jam yang lalu"),
        (timedelta(days=3), "3 hari yang lalu"),
        (timedelta(days=13), "1 minggu yang lalu"),
        (timedelta(days=65), "2 bulan yang lalu"),
        (timedelta(days=800), "2 tahun yang lalu"),
        (timedelta(hours=-2), "dalam 2 jam"),
    ],
)
def test_how_long_ago(lalu, teks):
    assert k.durasi_lalu(SAAT - lalu, SAAT) == teks


@pytest.mark.parametrize(
    ("hari", "n", "hasil"),
    [
        (date(2026, 8, 14), 1, date(2026, 8, 18)),
        (date(2026, 8, 18), -1, date(2026, 8, 14)),
        (date(2026, 8, 15), 0, date(2026, 8, 18)),
        (date(2026, 8, 14), 0, date(2026, 8, 14)),
        (date(2026, 8, 13), 10, date(2026, 8, 28)),
    ],
)
def test_working_days_skip_weekends_and_holidays(hari, n, hasil):
    assert k.tambah_hari_kerja(hari, n, LIBUR) == hasil


def test_a_six_day_week_works_on_saturday():
    assert k.tambah_hari_kerja(date(2026, 8, 14), 1, LIBUR, k.SENIN_SABTU) == date(2026, 8, 15)
    assert k.jumlah_hari_kerja(date(2026, 8, 14), date(2026, 8, 21), LIBUR, k.SENIN_SABTU) == 5


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(ValueError, match="tanpa hari kerja"):
        k.tambah_hari_kerja(date(2026, 1, 1), 1, pekan=())
    with pytest.raises(ValueError, match="tanpa jam kerja"):
        k.JamKerja(pekan={}).tenggat(SAAT, 60)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_adding_and_counting_working_days_agree(hari, n):
    tiba = k.tambah_hari_kerja(hari, n, LIBUR)
    assert k.adalah_hari_kerja(tiba, LIBUR)
    assert k.jumlah_hari_kerja(hari, tiba, LIBUR) == n
    assert k.jumlah_hari_kerja(tiba, hari, LIBUR) == 0


def lokal(hari, jam, menit=0):
    return datetime(2026, 8, hari, jam, menit, tzinfo=k.WIB)


def test_office_hours_of_a_unit():
    kantor = k.JamKerja()
    assert kantor.buka(lokal(18, 7, 30))
    assert not kantor.buka(lokal(18, 12, 0))
    assert not kantor.buka(lokal(18, 16, 0))
    assert not kantor.buka(lokal(15, 9))
    assert not kantor.buka(lokal(17, 9), LIBUR)
    assert kantor.buka(lokal(17, 9))
    assert k.JamKerja("WIT").buka(lokal(18, 5, 30))
    assert kantor.detik_kerja(lokal(17, 0), lokal(24, 0)) == 37.5 * 3600


def test_an_sla_clock_runs_only_in_office_hours_and_stops_in_pauses():
    kantor = k.JamKerja()
    assert kantor.detik_kerja(lokal(14, 15), lokal(18, 9), LIBUR) == 3 * 3600
    jeda = [(lokal(14, 15, 30), lokal(14, 16)), (lokal(14, 15, 45), lokal(18, 8)), (lokal(1, 1), lokal(1, 2))]
    assert kantor.detik_kerja(lokal(14, 15), lokal(18, 9), LIBUR, jeda) == 1.5 * 3600
    assert kantor.detik_kerja(lokal(14, 8), lokal(14, 11), jeda=[(lokal(14, 9), lokal(14, 10))]) == 2 * 3600
    assert kantor.detik_kerja(lokal(18, 9), lokal(14, 15)) == 0


def test_a_deadline_is_the_instant_at_which_the_time_has_run():
    kantor = k.JamKerja()
    assert kantor.tenggat(lokal(14, 15), 3 * 3600, LIBUR) == lokal(18, 9)
    assert kantor.tenggat(lokal(14, 16), 1800) == lokal(14, 16, 30)
    assert kantor.tenggat(lokal(18, 12, 30), 60) == lokal(18, 13, 1)


@given(st.integers(0, 60 * 24 * 30), st.integers(1, 60 * 200))
def test_deadline_and_clock_agree(mulai, menit):
    kantor, awal = k.JamKerja(), lokal(1, 0) + timedelta(minutes=mulai)
    akhir = kantor.tenggat(awal, menit * 60, LIBUR)
    assert kantor.detik_kerja(awal, akhir, LIBUR) == menit * 60
