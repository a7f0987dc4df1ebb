"""Who may not ask any more, not yet, or not twice."""

from datetime import date
from typing import Any

import pytest

from portal.kepegawaian.pensiun import hak, sk
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.riwayat import models as r
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Pegawai
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_pensiun_usulan import HOME, buka, calon, isian

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)


def galat(pegawai: Pegawai, jenis: str, tmt: date | None, on: date = TODAY, **values: Any) -> str:
    base = {"tmt": tmt, "tanggal_kejadian": date(2026, 10, 5), "keterangan": "", "isi": {}, **values}
    return " ".join(one.pesan for one in hak.periksa(pegawai, JENIS[jenis], base, on).galat)


def test_who_has_left_asks_for_nothing_but_heirs_do() -> None:
    k = f.kota()
    one = calon(k, date(1968, 11, 10))
    f.kedudukan(one, "88", date(2026, 6, 1))
    for jenis in ("BUP", "APS", "UZUR", "PERAMPINGAN", "PTDH", "TANPA_HAK"):
        assert "sudah berhenti" in galat(one, jenis, date(2027, 1, 1)), jenis
    assert galat(one, "JANDA_DUDA", None) == galat(one, "TEWAS", None) == ""


def test_a_request_that_a_death_opened_is_completed_afterwards(masuk: Any) -> None:
    k = f.kota()
    one, office = calon(k, status="PPPK"), f.akun("bkpsdm")
    row = sk.meninggal(one, date(2026, 11, 15), "", f.principal(office))
    assert row.jenis == "TANPA_HAK"
    form = {"versi": str(row.versi), "tmt": "2026-11-16", "keterangan": "Meninggal karena sakit"}
    assert masuk(office).post(f"{HOME}/{row.id}/ubah", data=form).status_code == 303
    assert "sudah berhenti" not in masuk(office).get(f"{HOME}/{row.id}").text


def test_an_agreement_that_ran_out_still_gets_its_sk() -> None:
    one = calon(f.kota(), status="PPPK")
    f.kedudukan(one, "71", date(2024, 3, 1))
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="PERJANJIAN", tmt=date(2024, 3, 1), selesai=date(2026, 10, 31),
                          isi={"ke": 1}))  # fmt: skip
    asked = {"tmt": date(2026, 11, 1), "keterangan": "Perjanjian tidak diperpanjang"}
    assert galat(one, "PPPK_BERAKHIR", **asked) == ""
    f.kedudukan(one, "77", date(2026, 11, 1))
    assert "sudah berhenti" in galat(one, "PPPK_BERAKHIR", **asked)


def test_everybody_leaves_once(masuk: Any) -> None:
    """The open request is named with its link; a death and discipline go their own ways."""
    k = f.kota()
    one = calon(k)
    user, office = f.akun("", pegawai=one), f.akun("bkpsdm")
    first = buka(one, user)
    form = {"jenis": "UZUR", "tmt": "2027-02-01", "tanggal_kejadian": "2026-10-05"}
    page = masuk(user).post(f"{HOME}/baru", data=isian(one, **form))
    assert page.status_code == 422
    assert "masih terbuka: Mencapai batas usia pensiun" in page.text
    assert f'href="{HOME}/{first.id}"' in page.text
    hidden = masuk(f.akun("admin_pd", di=k.dinas)).post(f"{HOME}/baru", data=isian(one, **form))
    assert hidden.status_code == 422
    assert str(first.id) not in hidden.text  # a draft is the applicant's
    assert "masih terbuka" in hidden.text
    assert "batas usia" not in hidden.text.split('id="galat"')[1].split("</div>")[0]
    buka(one, office, "PTDH", tanggal_kejadian=date(2026, 10, 1))
    buka(one, office, "TEWAS", tanggal_kejadian=date(2026, 10, 5))
    for jenis in ("JANDA_DUDA", "HUKUMAN"):
        with pytest.raises(Invalid, match="masih terbuka"):
            buka(one, office, jenis, tanggal_kejadian=date(2026, 10, 5))


def test_discipline_is_not_told_by_refusing_another_request() -> None:
    k = f.kota()
    one = calon(k)
    buka(one, f.akun("bkpsdm"), "HUKUMAN", tanggal_kejadian=date(2026, 9, 1))
    assert buka(one, f.akun("", pegawai=one), "APS", tmt=date(2027, 2, 1)).status == m.DRAF


def test_nobody_asks_decades_ahead() -> None:
    k = f.kota()
    assert "1 April 2043 masih jauh. Usulan dapat dibuat mulai 1 Oktober 2041" in galat(k.staf, "BUP", None)
    one = calon(k)  # TMT 1 April 2027, so from 1 October 2025 on
    assert "1 Oktober 2025" in galat(one, "BUP", None, date(2025, 9, 30))
    assert galat(one, "BUP", None, date(2025, 10, 1)) == ""
    assert [hak.sejak(date(2027, 8, day), 18) for day in (28, 31)] == [date(2026, 2, 28), date(2026, 3, 1)]
