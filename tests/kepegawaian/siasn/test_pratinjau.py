"""The page of a difference shows which days would change before anybody takes what SIASN holds."""

from typing import Any

import pytest

from portal.kepegawaian.siasn import models as m
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.conftest import UNOR
from tests.kepegawaian.siasn.kerja import pasangan, tarik_semua
from tests.kepegawaian.siasn.test_tarik import kursus, kursus_siasn
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")


def test_a_seat_of_the_past_names_its_months(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any
) -> None:  # fmt: skip
    f.jabatan(siasn_id="JF-9")
    siasn.tambah(k.staf.nip, "jabatan", jenisJabatan="2", jabatanFungsionalId="JF-9", unorId=UNOR, nomorSk="SK/9",
                 tanggalSk="01-06-2026", tmtJabatan="01-07-2026", jenisPenugasanId="D", jenisMutasiId="MJ",
                 jabatanFungsionalNama="Arsiparis")  # fmt: skip
    tarik_semua(operator, "jabatan")
    pair = pasangan(jenis="jabatan", kelas=m.HANYA_SIASN)
    page = masuk(f.akun("bkpsdm")).get(f"/kepegawaian/siasn/pasangan/{pair.id}").text
    assert "Yang berubah bila isi SIASN diterima" in page
    assert "Juli 2026 sampai Oktober 2026" in page
    assert "Arsiparis Ahli Muda" in page.split("Yang berubah bila")[1]


def test_what_no_day_follows_from_shows_none(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any
) -> None:  # fmt: skip
    kursus(k.staf, "Beda", isi={"jam": 30})
    kursus_siasn(siasn, k.staf, "Beda")
    tarik_semua(operator, "kursus")
    page = masuk(f.akun("bkpsdm")).get(f"/kepegawaian/siasn/pasangan/{pasangan(jenis='kursus').id}").text
    assert "Yang berubah bila" not in page
