"""The figures of a quarter: working days to a decision, what came back, where from; who may read them."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.kernel.approval import SubmissionEvent
from portal.kernel.db import db
from portal.sertifikasi.mutu.hitung import Triwulan, _quantile, figures, hitung, of_day
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.factories import add
from tests.sertifikasi.test_keputusan_layar import SignIn

pytestmark = pytest.mark.usefixtures("app", "jam")
IV = Triwulan(2026, 4)
SENT = datetime(2026, 10, 1, 3, tzinfo=UTC)  # a Thursday


def event(case: m.Permohonan, aksi: str, day: date, dari: str = m.DIAJUKAN, **detail: Any) -> None:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    add(
        SubmissionEvent(
            submission_id=case.submission_id, aksi=aksi, dari=dari, ke=m.KOMPETEN, pelaku="uji", versi=1,
            rincian=detail, dibuat_at=at,
        )
    )  # fmt: skip


def case(place: f.Lsp, provinsi: str = "31", decided: date | None = None) -> m.Permohonan:
    row = f.kasus(place, apl01_diajukan_at=SENT, provinsi=provinsi)
    event(row, "ajukan", SENT.date(), m.DRAF)
    if decided:
        event(row, "kompeten", decided, m.MENUNGGU_KEPUTUSAN)
    return row


def test_quarters_follow_each_other() -> None:
    assert (of_day(date(2026, 11, 21)), IV.berikut, IV.before(4)) == (IV, Triwulan(2027, 1), Triwulan(2025, 4))
    assert (IV.mulai, IV.berikut.mulai, IV.nama) == (date(2026, 10, 1), date(2027, 1, 1), "Triwulan IV 2026")


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([1, 2, 9], 0.5, 2), ([1, 2, 4, 9], 0.5, 3), ([5], 0.9, 5), ([1] * 9 + [50], 0.9, 25.5)],
)  # fmt: skip
def test_medians_lie_between_the_two_in_the_middle(values: list[int], share: float, found: float) -> None:
    assert _quantile(Counter(values), share) == found


def test_days_are_working_days_of_decisions_of_the_quarter() -> None:
    place = f.lsp()
    case(place, decided=date(2026, 10, 5))  # Monday after the weekend: 2
    case(place, decided=date(2026, 10, 15))  # 10
    case(place, decided=date(2026, 12, 28))  # 60, the 24th and 25th of December are free
    case(place, decided=date(2027, 1, 4))  # another quarter
    found = hitung(IV)
    assert (found.dikirim, found.diputus, found.median) == (4, 3, 10)
    assert found.lama == [(db.session.get_one(s.Skema, place.versi.skema_id).judul, 3, 10.0, found.lambat)]
    assert hitung(Triwulan(2025, 1)).lama == []


def test_a_row_that_came_back_twice_counts_once_for_its_case() -> None:
    place = f.lsp()
    one, two = case(place), case(place)
    needed = add(
        s.SkemaSyarat(
            skema_versi_id=place.versi.id,
            kategori="DASAR",
            urut=90,
            teks="Surat sehat",
            jenis="X",
            status_data="assumed",
        )
    )
    row = add(m.BuktiSyarat(permohonan_id=one.id, syarat_id=needed.id))
    notes = {f"syarat:{row.id}": "lewat masa", "isian:alamat": "kurang lengkap"}
    for _ in range(2):
        event(one, "minta_perbaikan", date(2026, 10, 6), catatan=notes)
    event(two, "minta_perbaikan", date(2026, 10, 6), catatan={"isian:alamat": "kurang lengkap"})
    event(two, "minta_perbaikan", date(2026, 10, 7), catatan="hanya kata")
    found = hitung(IV)
    assert found.dikembalikan == 2
    assert [(n, share) for _, n, share in found.kembali] == [(2, 100.0), (1, 50.0)]
    assert found.kembali[1][0] == "Surat sehat"


def test_small_groups_are_not_told_nor_to_be_worked_out() -> None:
    place = f.lsp()
    for provinsi, banyak in (("31", 8), ("32", 6), ("12", 2)):
        for _ in range(banyak):
            case(place, provinsi)
    asal = hitung(IV).asal
    assert [(text, share) for _, text, share in asal] == [
        ("8", "50,0%"),
        ("tidak ditampilkan", "tidak ditampilkan"),
        ("< 5", "< 5"),
    ]


def test_figures_are_kept_for_a_while() -> None:
    place = f.lsp()
    case(place, decided=date(2026, 10, 15))
    first = figures(IV)
    case(place, decided=date(2026, 10, 16))
    again = figures(IV)
    assert (again.diputus, again.median, hitung(IV).diputus) == (first.diputus, 10, 2)
    assert [tuple(row) for row in again.lama] == first.lama


def test_manajer_and_ketua_read_it_and_nobody_else(masuk: SignIn) -> None:
    place = f.lsp()
    case(place, decided=date(2026, 10, 15))
    f.simpan()
    for who in (place.manajer, place.ketua):
        page = masuk(who).get("/sertifikasi/mutu")
        assert (page.status_code, "Triwulan IV 2026" in page.text) == (200, True)
    for who in (place.sekretariat, place.komite[0], place.asesor):
        assert masuk(who).get("/sertifikasi/mutu").status_code == 403
    client = masuk(place.manajer)
    assert client.get("/sertifikasi/mutu?triwulan=2026-2").text.count("Belum ada keputusan") == 1
    assert "Triwulan IV 2026" in client.get("/sertifikasi/mutu?triwulan=9999-9").text
