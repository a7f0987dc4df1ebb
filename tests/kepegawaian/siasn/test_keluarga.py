"""Family: pulled in both shapes, compared, taken from SIASN; never pushed, never shown to who only reads reports."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import putusan
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal, User
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.kerja import kelas, pasangan, putar, tarik_semua
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")
JENIS = ("pasangan", "anak", "ortu")


def keluarga(pegawai: Any, hubungan: str, nama: str, lahir: str, **isi: Any) -> r.RiwayatLain:
    body = {"hubungan": hubungan, "nama": nama, "tanggal_lahir": lahir, "hidup": True, **isi}
    row: r.RiwayatLain = f.catat(
        r.RiwayatLain(pegawai_id=pegawai.id, jenis="KELUARGA", isi=body, tmt=date.fromisoformat(lahir))
    )
    return row


def nikah(siasn: Siasn, nip: str) -> None:
    """The older shape: the human nested, the marriage beside it."""
    siasn.tambah(
        nip, "pasangan", statusNikah="Menikah",
        orang={"id": "ORG-1", "nama": " SRI  UJI ", "tglLahir": "17-01-1987", "tempatLahir": "Sagara",
               "jenisKelamin": "F", "StatusHidup": "1", "tglMeninggal": "01-01-0001", "nik": "3577015701870001"},
        dataPernikahan={"id": "NIKAH-1", "tgglMenikah": "24-03-2010", "aktaMenikah": "66/2010",
                        "tgglCerai": "01-01-0001", "posisi": 1, "isPns": False},
    )  # fmt: skip


def anak(siasn: Siasn, nip: str, **more: Any) -> None:
    siasn.tambah(nip, "anak", **{
        "id": "ANAK-1", "nama": "Budi Uji", "tglLahir": "02-05-2012", "jenisKelamin": "M", "StatusHidup": "1",
        "tempatLahir": "Sagara", "aktaKelahiran": "AL-1", "nomorIdDocument": "3577010205120001", **more,
    })  # fmt: skip


def test_family_is_matched_taken_and_its_nik_stays_masked(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    nip = k.staf.nip or ""
    nikah(siasn, nip)
    anak(siasn, nip)
    siasn.tambah(nip, "ortu", nama="Ayah Uji", tglLahir="01-02-1955", jenisKelamin="M", tglMeninggal="03-04-2015")
    siasn.tambah(nip, "ortu", nama="Ibu Uji", tglLahir="05-06-1958", jenisKelamin="F", StatusHidup="1")
    mother = keluarga(k.staf, "IBU", "Ibu Uji", "1958-06-05", jenis_kelamin="P")
    child = keluarga(k.staf, "ANAK", "Budi Uji", "2012-05-02", jenis_kelamin="L", tempat_lahir="Sagara",
                     nomor_akta="AL-2")  # fmt: skip
    tarik_semua(operator, *JENIS)
    assert kelas(jenis="ortu") == {m.SAMA: 1, m.HANYA_SIASN: 1}
    assert pasangan(jenis="ortu", kelas=m.SAMA).lokal_id == mother.id
    pair = pasangan(jenis="anak")
    assert (pair.kelas, [one["medan"] for one in pair.beda]) == (m.BEDA, ["nomor_akta"])
    with pytest.raises(Invalid, match="layanan BKN"):
        putusan.putuskan(pair, {"nomor_akta": m.LOKAL}, operator, putusan.kunci(pair))
    putusan.putuskan(pair, {"nomor_akta": m.SIASN}, operator, putusan.kunci(pair))
    for kind in ("pasangan", "ortu"):
        assert putusan.terima_semua(kind, operator) == (1, [])
    assert kelas() == {m.SAMA: 6}  # with data utama and contacts
    assert child.status == r.DIGANTI
    rows = {row.isi["hubungan"]: row for row in db.session.scalars(sa.select(r.RiwayatLain).where(
        r.RiwayatLain.pegawai_id == k.staf.id, r.RiwayatLain.status == r.TERVERIFIKASI))}  # fmt: skip
    assert (rows["PASANGAN"].isi["nama"], rows["PASANGAN"].isi["jenis_kelamin"]) == ("SRI UJI", "P")
    assert (rows["PASANGAN"].tmt, rows["PASANGAN"].isi["nomor_akta"]) == (date(2010, 3, 24), "66/2010")
    assert (rows["AYAH"].tmt, "hidup" in rows["AYAH"].isi, rows["IBU"].isi["hidup"]) == (date(1955, 2, 1), False, True)
    kept = str(list(db.session.scalars(sa.select(m.Cermin.isi).where(m.Cermin.jenis.in_(JENIS)))))
    assert "3577" not in kept


def test_a_child_of_two_pegawai_is_a_row_of_each(
    k: f.Kota, operator: Principal, siasn: Siasn, pegawai_siasn: Any
) -> None:  # fmt: skip
    k.kabid.nip = "198503152010011777"
    pegawai_siasn(k.kabid)
    for one in (k.staf, k.kabid):
        anak(siasn, one.nip or "")
    run = tarik_semua(operator, "anak")
    assert (run.status, run.gagal, kelas(jenis="anak")) == (m.SELESAI, 0, {m.HANYA_SIASN: 2})
    assert putusan.terima_semua("anak", operator) == (2, [])


def test_who_reads_reports_sees_no_family(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any, client: Any
) -> None:  # fmt: skip
    anak(siasn, k.staf.nip or "")
    siasn.orang[k.staf.nip or ""].update(alamat="Jalan Rahasia 7")
    tarik_semua(operator, "anak")
    masuk(f.akun("pimpinan_pd", di=k.dinas))
    text = client.get("/kepegawaian/siasn/laporan").get_data(as_text=True)
    assert "Budi Uji" not in text
    for kind in ("anak", "kontak"):
        assert client.get(f"/kepegawaian/siasn/pasangan/{pasangan(jenis=kind).id}").status_code == 404
    masuk(db.session.get_one(User, operator.id))
    for kind, words in (("anak", "02-05-2012"), ("kontak", "Jalan Rahasia 7")):
        assert words in client.get(f"/kepegawaian/siasn/pasangan/{pasangan(jenis=kind).id}").get_data(as_text=True)
    answer = client.post("/kepegawaian/siasn/terima", data={"jenis": "kontak"})
    assert answer.status_code == 303
    putar()
    assert pasangan(jenis="kontak").kelas == m.SAMA
