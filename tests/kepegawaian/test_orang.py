"""The page of one pegawai: who may open it, and what it says on which day."""

from datetime import date
from typing import Any

import pytest

from portal.kepegawaian.riwayat import models as r
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")


def code(masuk: Any, user: Any, pegawai: Any, query: str = "") -> int:
    return int(masuk(user).get(f"/kepegawaian/pegawai/{pegawai.id}{query}").status_code)


def test_who_may_open_it(masuk: Any) -> None:
    k = f.kota()
    assert code(masuk, f.akun("", pegawai=k.staf), k.staf) == 200
    assert code(masuk, f.akun("", pegawai=k.staf), k.kabid) == 404
    assert code(masuk, f.akun("", pegawai=k.kabid), k.staf) == 200
    assert code(masuk, f.akun("admin_pd", di=k.dinas), k.staf) == 200
    assert code(masuk, f.akun("admin_pd", di=k.lain), k.staf) == 404
    assert code(masuk, f.akun("bkpsdm"), k.staf) == 200
    assert code(masuk, f.akun(""), k.staf) == 404


def test_discipline_is_for_the_person_the_boss_and_the_office(masuk: Any) -> None:
    k = f.kota()
    f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="HUKDIS", tmt=date(2025, 1, 1),
                          isi={"tingkat": "S", "jenis": "POTONG_6", "alasan": "Tidak masuk kerja"}))  # fmt: skip
    seen = {
        name: "Pemotongan tunjangan" in masuk(user).get(f"/kepegawaian/pegawai/{k.staf.id}").text
        or "Sedang" in masuk(user).get(f"/kepegawaian/pegawai/{k.staf.id}").text
        for name, user in (
            ("sendiri", f.akun("", pegawai=k.staf)), ("atasan", f.akun("", pegawai=k.kabid)),
            ("admin", f.akun("admin_pd", di=k.dinas)), ("bkpsdm", f.akun("bkpsdm")),
        )
    }  # fmt: skip
    assert seen == {"sendiri": True, "atasan": True, "admin": False, "bkpsdm": True}


def test_the_page_of_a_day(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2026, 11, 10), nama_jabatan="Pranata Baru", nomor_sk="821/9/2026")
    office = masuk(f.akun("bkpsdm"))
    now, then = (
        office.get(f"/kepegawaian/pegawai/{k.staf.id}{query}").text for query in ("", "?per_tanggal=2026-11-09")
    )
    assert "Bidang Dua" in now.split('id="data-utama"')[0]
    assert "Bidang Satu" in then.split('id="data-utama"')[0]
    assert "821/9/2026" in now


def test_my_own_page_has_an_address(masuk: Any) -> None:
    k = f.kota()
    page = masuk(f.akun("", pegawai=k.staf)).get("/kepegawaian/saya")
    assert page.headers["Location"] == f"/kepegawaian/pegawai/{k.staf.id}"
