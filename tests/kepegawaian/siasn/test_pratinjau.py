"""The page of a difference shows which days would change before anybody takes what SIASN holds."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.siasn import models as m
from portal.kernel import storage
from portal.kernel.db import commit, db
from portal.kernel.documents import Document, content_key
from portal.kernel.jobs import Job, run
from portal.kernel.people import Principal, User
from portal.kernel.reports import Page
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


def test_the_paper_of_siasn_is_fetched_for_who_decides(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any
) -> None:  # fmt: skip
    """Whole, or not at all: a web page, half a file or a refusal is told, never kept."""
    uri = "peremajaan/usulan/881.pdf"
    kursus(k.staf, "Beda", isi={"jam": 30})
    kursus_siasn(siasn, k.staf, "Beda", path={"881": {"dok_id": "881", "dok_nama": "Sertifikat", "dok_uri": uri}})
    tarik_semua(operator, "kursus")
    page = f"/kepegawaian/siasn/pasangan/{pasangan(jenis='kursus').id}"
    client = masuk(db.session.get_one(User, operator.id))
    assert "Ambil" in client.get(page).text
    whole = Page("Sertifikat").build()
    for body, faults, words in (
        (b"", [], "Berkas tidak ditemukan"), (whole[: len(whole) // 3], [], "rusak atau terpotong"),
        (whole, ["html"] * 5, "halaman web"), (whole, ["reset", "500"], ""),
    ):  # fmt: skip
        siasn.berkas, siasn.naskah = {uri: body}, list(faults)
        key = client.post(f"{page}/berkas", data={"dok": "881"}).headers["Location"].rpartition("/")[2]
        commit()
        run(key)
        job = db.session.get_one(Job, key, populate_existing=True)
        assert words in job.alasan
        assert (job.hasil_id is not None) == (not words)
    assert storage.get(content_key(db.session.get_one(Document, job.hasil_id).sha256)) == whole
    assert client.post(f"{page}/berkas", data={"dok": "872"}).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).where(m.Panggilan.alamat == "download-dok")) == 10
    masuk(f.akun("pimpinan_pd", di=k.dinas))
    assert client.post(f"{page}/berkas", data={"dok": "881"}).status_code == 403


def test_what_no_day_follows_from_shows_none(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any
) -> None:  # fmt: skip
    kursus(k.staf, "Beda", isi={"jam": 30})
    kursus_siasn(siasn, k.staf, "Beda")
    tarik_semua(operator, "kursus")
    page = masuk(f.akun("bkpsdm")).get(f"/kepegawaian/siasn/pasangan/{pasangan(jenis='kursus').id}").text
    assert "Yang berubah bila" not in page
