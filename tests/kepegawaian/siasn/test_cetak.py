"""The dry run on paper: every kind with its rows, totals, the whole hash, both names; asked for by who may see it."""

from datetime import date
from typing import Any

import pypdfium2
import pytest

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import cetak, paket
from portal.kernel.db import commit, db
from portal.kernel.documents import Document
from portal.kernel.jobs import Job, run
from portal.kernel.people import Principal, User
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.kerja import tarik_semua
from tests.kepegawaian.siasn.test_tarik import kursus, kursus_siasn
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")


def words(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_the_sheet_shows_what_is_sent_and_names_both(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    row = kursus(k.staf, "Bimtek Lama")
    kursus_siasn(siasn, k.staf, "Bimtek Lama")
    with f.bersama():
        kursus(k.staf, "Bimtek Baru")
        f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="KGB", isi={"gaji_baru": 3100000}, nomor_sk="KGB/1",
                              tmt=date(2025, 4, 1)))  # fmt: skip
    tarik_semua(operator, "kursus", "kgb")
    row.isi = {**row.isi, "jam": 44}
    db.session.flush()
    tarik_semua(operator, "kursus", "kgb")
    parcel, _ = paket.siapkan(operator)
    assert parcel
    page = cetak.lembar(parcel, operator, "ABCDEFGHJKMN", "SIASN-UJI-KIRIM-2026-000001")
    text = words(page.build())
    assert "UJI KIRIM KE SIASN" in text
    assert parcel.sidik in text
    assert "Kursus (2)" in text
    assert "Gaji berkala (1)" in text
    assert "Ubah Jam pelajaran: 20 menjadi 44 -" in text  # only what changes
    assert "Nama kegiatan: Bimtek Baru" in text
    assert "Bentuk: Bimbingan teknis (7)" in text
    assert "Jumlah 2 1 0 3 0" in text  # new, changed, deleted, together, files
    assert operator.nama in text
    assert "Yang menyetujui" in text
    assert kedua.nama not in text
    paket.setujui(parcel, parcel.sidik, kedua)
    assert kedua.nama in words(cetak.lembar(parcel, operator, "", "").build())


def test_it_is_asked_for_on_the_page_by_who_pushes(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any, client: Any
) -> None:  # fmt: skip
    kursus(k.staf)
    tarik_semua(operator, "kursus")
    parcel, _ = paket.siapkan(operator)
    assert parcel
    address = f"/laporan/siasn-uji-kirim/{parcel.id}"
    masuk(f.akun("pimpinan_pd", di=k.dinas))
    assert client.post(address).status_code == 404
    masuk(db.session.get_one(User, operator.id))
    answer = client.post(address)
    assert answer.status_code == 303
    key = answer.headers["Location"].rpartition("/")[2]
    commit()
    run(key)
    job = db.session.get_one(Job, key, populate_existing=True)
    assert job.hasil_id, job.rincian
    assert db.session.get_one(Document, job.hasil_id).nama.startswith("Uji kirim SIASN")
