"""The sweep over facts, against a slow and obvious model that asks each day by itself."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kepegawaian.keadaan.models import SELAMANYA
from portal.kepegawaian.keadaan.susun import Masa, susun, utama
from portal.kepegawaian.pensiun import hitung, tmt_pensiun

FIRST = date(2019, 1, 1)
SPAN = 60
days = st.integers(0, SPAN).map(lambda n: FIRST + timedelta(days=n))
seats = st.lists(
    st.tuples(days, st.none() | st.integers(0, 20), st.sampled_from("ABCD")), max_size=6, unique_by=lambda one: one[0]
).map(lambda rows: [(start, None if n is None else start + timedelta(days=n), name) for start, n, name in rows])
periods = st.lists(st.tuples(days, st.none() | st.integers(0, 20), st.sampled_from("xyz")), max_size=5)


def seat_on(rows: list[Any], day: date) -> str | None:
    """The seat taken last on or before the day, if it has not ended."""
    begun = [row for row in rows if row[0] <= day]
    if not begun:
        return None
    _, end, name = max(begun)
    return name if end is None or end >= day else None


def period_on(rows: list[Masa[str]], day: date) -> str | None:
    holding = [(one.mulai, one.urut, one.nilai) for one in rows if one.mulai <= day <= one.sampai]
    return max(holding)[2] if holding else None


@settings(max_examples=300)
@given(seats, periods)
def test_sweep_says_what_each_day_says(rows: list[Any], spans: list[Any]) -> None:
    track = [
        Masa(start, SELAMANYA if n is None else start + timedelta(days=n), name, i)
        for i, (start, n, name) in enumerate(spans)
    ]
    cuts = susun(utama(rows), track)
    for n in range(-2, SPAN + 30):
        day = FIRST + timedelta(days=n)
        found = [cut.nilai for cut in cuts if cut.mulai <= day <= cut.sampai]
        begun = min([row[0] for row in rows] + [one.mulai for one in track], default=SELAMANYA) <= day
        assert found == ([(seat_on(rows, day), period_on(track, day))] if begun else []), day


@given(seats)
def test_order_of_entry_does_not_matter(rows: list[Any]) -> None:
    assert susun(utama(rows)) == susun(utama(list(reversed(rows))))


def test_neighbours_differ_and_touch() -> None:
    cuts = susun(
        [Masa(FIRST, SELAMANYA, "a")], [Masa(FIRST, FIRST, "b"), Masa(FIRST + timedelta(days=1), SELAMANYA, "b")]
    )
    assert [(cut.mulai, cut.sampai) for cut in cuts] == [(FIRST, SELAMANYA)]


KASUS = json.loads((Path(__file__).parent.parent / "data" / "bup-cases.json").read_text())["kasus"]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("one", KASUS, ids=lambda one: one["id"])
def test_retirement_vectors(one: dict[str, Any]) -> None:
    born = date.fromisoformat(one["tanggal_lahir"])
    given_ = {"bup_override": one.get("bup_override"), "akhir_perjanjian": day(one.get("akhir_perjanjian"))}
    since = date(2025, 7, 1) if one["id"] == "BUP-18" else None
    found = hitung(born, one["jenjang"], one["jenis_pegawai"], tmt_jabatan=since, **given_)
    assert found.bup == one["bup"]
    assert found.tanggal_capai_bup == day(one["tanggal_capai_bup"])
    assert found.hari_aktif_terakhir == day(one["hari_aktif_terakhir"])
    assert found.tmt_pensiun == day(one["tmt_pensiun"])
    assert found.tmt_berhenti == day(one.get("tmt_berhenti"))
    assert (one.get("tanda") or "") in (*found.tanda, "")
    assert tmt_pensiun(born, one["jenjang"], one["jenis_pegawai"], **given_) == day(one["tmt_pensiun"])
