"""Closing a year: proposals by accumulation, the green folder, taking a figure back, the months when it is open."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kinerja.models import RealisasiTahunan, TahunKinerja
from portal.kinerja.tahunan import services
from tests.kinerja.factories import YEAR, office, sent

pytestmark = pytest.mark.usefixtures("app")
DECEMBER = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("akumulasi", "expected"), [("JUMLAH", Decimal("11.5")), ("AKHIR", Decimal("4.5")), ("RATA2", Decimal("3.83"))]
)
def test_months_are_folded_as_the_indikator_says(akumulasi: str, expected: Decimal) -> None:
    assert services.proposal(akumulasi, [[1, 3], [2, None], [3, 4], [4, 4.5]]) == expected
    assert services.proposal(akumulasi, [[1, None]]) is None


def test_the_folder_turns_green_with_the_last_indikator_and_back(jam: Any, masuk: Any) -> None:
    place = office()
    sent(place)
    jam.move_to(DECEMBER)
    client = masuk(place.staff_user)
    page = client.get(f"/kinerja/{YEAR}/setahun")
    assert "Usulan 4 dari 1 bulan" in page.text
    names = [f"t{r.rhk_urut}_{r.urut}-realisasi" for r in services.rows(place.staff.id, YEAR)]
    assert client.post(f"/kinerja/{YEAR}/setahun", data=dict.fromkeys(names[:-1], "48")).status_code == 303
    assert "4 dari 5 indikator" in client.get("/kinerja").text
    client.post(f"/kinerja/{YEAR}/setahun", data={names[-1]: "95,5"})
    assert "Lengkap, 5 indikator" in client.get("/kinerja").text
    client.post(f"/kinerja/{YEAR}/setahun", data={names[0]: ""})
    assert "4 dari 5 indikator" in client.get("/kinerja").text


def test_a_wrong_figure_is_shown_again_and_the_others_are_not_lost(jam: Any, masuk: Any) -> None:
    place = office()
    jam.move_to(DECEMBER)
    answer = masuk(place.staff_user).post(
        f"/kinerja/{YEAR}/setahun", data={"t1_1-realisasi": "banyak", "t2_1-realisasi": "300"}
    )
    assert answer.status_code == 422
    assert 'value="banyak"' in answer.text
    assert 'value="300"' in answer.text


def test_before_december_and_after_the_year_is_closed_nothing_is_stored(jam: Any) -> None:
    place = office()
    with pytest.raises(Conflict, match="mulai 1 Desember 2026"):
        services.save(place.me, YEAR, {"t1_1-realisasi": "48"})
    db.session.add(TahunKinerja(tahun=YEAR, status="TUTUP"))
    jam.move_to(DECEMBER)
    with pytest.raises(Conflict, match="sudah ditutup"):
        services.save(place.me, YEAR, {"t1_1-realisasi": "48"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RealisasiTahunan)) == 0
