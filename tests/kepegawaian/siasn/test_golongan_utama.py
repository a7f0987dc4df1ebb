"""Data utama that BKN did not compute after it wrote a golongan row: asked for once, else flagged."""

from datetime import date

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import golongan_utama, putusan
from portal.kepegawaian.siasn import models as m
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.kerja import Mati, bangkitkan, dibunuh, kelas, pasangan, putar, tarik_semua
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")
LAMA, BARU = {"golonganId": "32", "golongan": "III/b"}, {"golonganId": "33", "golongan": "III/c"}
SINKRON = "pns/data-utama-golongansync"


@pytest.fixture
def basi(k: f.Kota, siasn: Siasn) -> f.Kota:
    """III/c in both histories, still III/b in data utama."""
    nip = k.staf.nip or ""
    siasn.orang[nip] |= {"golRuangAkhirId": "32", "golRuangAkhir": "III/b"}
    siasn.tambah(nip, "golongan", tmtGolongan="01-04-2020", skNomor="KP/1", **LAMA)
    siasn.tambah(nip, "golongan", tmtGolongan="01-04-2024", skNomor="KP/2", **BARU)
    for at, code in ((2020, "III/b"), (2024, "III/c")):
        number = f"KP/{1 if at == 2020 else 2}"
        f.catat(r.RiwayatGolongan(pegawai_id=k.staf.id, golongan=code, tmt=date(at, 4, 1), nomor_sk=number))
    return k


def _calls() -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(m.Panggilan.alamat == SINKRON)) or 0


def test_data_utama_behind_its_golongan_is_computed_anew_once(basi: f.Kota, operator: Principal, siasn: Siasn) -> None:
    with dibunuh(lambda method, path: path == SINKRON), pytest.raises(Mati):
        tarik_semua(operator, "golongan")
    bangkitkan()
    putar()
    assert siasn.panggilan["hitung golongan"] == 1  # whoever goes on reads first, and finds it done
    held = db.session.scalars(sa.select(m.Cermin).where(m.Cermin.jenis == "datautama")).one()
    assert held.isi["golRuangAkhirId"] == "33"
    assert kelas(jenis="golongan") == {m.SAMA: 2}
    tarik_semua(operator, "golongan")
    assert siasn.panggilan["hitung golongan"] == 1


def test_what_bkn_does_not_compute_is_a_difference_of_the_newest_row(
    basi: f.Kota, operator: Principal, siasn: Siasn
) -> None:  # fmt: skip
    for refusal, asked in (("golongan", 1), ("hitung", 2)):  # nothing comes of it; it says no
        siasn.buang = {refusal}
        run = tarik_semua(operator, "golongan")
        assert (run.gagal, _calls(), run.panggilan) == (0, asked, 5 if refusal == "golongan" else 4)
        assert kelas(jenis="golongan") == {m.SAMA: 1, m.BEDA: 1}
        pair = pasangan(jenis="golongan", kelas=m.BEDA)
        assert "KP/2" in pair.uraian
        assert pair.catatan.startswith("Data utama di SIASN masih III/b, riwayat golongannya sudah III/c.")
    with pytest.raises(Invalid, match="layanan BKN"):
        putusan.putuskan(pair, {}, operator, putusan.kunci(pair))  # no golongan is ever sent
    putusan.tangani(pair, "Laporan ke BKN nomor 12", operator)
    tarik_semua(operator, "golongan")
    assert pasangan(jenis="golongan", kelas=m.BEDA).ditangani == "Laporan ke BKN nomor 12"
    siasn.buang = set()
    tarik_semua(operator, "golongan")
    assert kelas(jenis="golongan") == {m.SAMA: 2}
    pair = db.session.scalars(sa.select(m.Pasangan).where(m.Pasangan.uraian.contains("KP/2"))).one()
    assert (pair.catatan, pair.ditangani) == ("", "")


def test_only_what_is_known_to_be_old_counts() -> None:
    rows = [
        {**LAMA, "tmtGolongan": "01-04-2020"}, {**BARU, "tmtGolongan": "01-04-2024"},
        {"golonganId": "34", "tmtGolongan": "01-04-2027"},
    ]  # fmt: skip
    for shown, old in (("32", True), ("33", False), (33, False), ("34", False), ("", False), (None, False)):
        found = golongan_utama.tertinggal({"golRuangAkhirId": shown}, rows, date(2026, 11, 21))
        assert bool(found) == old, shown
    assert golongan_utama.tertinggal({"golRuangAkhirId": "32"}, [], date(2026, 11, 21)) == ""
