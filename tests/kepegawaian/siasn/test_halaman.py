"""The pages: every one opens, forms are checked, rights hold, secrets are not shown."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import paket, peta, putusan, setelan
from portal.kernel.db import commit, db
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.conftest import TOKEN
from tests.kepegawaian.siasn.kerja import kotak, pasangan, putar, tarik_semua
from tests.kepegawaian.siasn.test_tarik import kursus, kursus_siasn
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")
HOME = "/kepegawaian/siasn"


@pytest.fixture
def akun_operator(operator: Principal) -> Any:
    from portal.kernel.people import User

    return db.session.get_one(User, operator.id)


def test_every_page_opens(
    k: f.Kota, operator: Principal, akun_operator: Any, siasn: Siasn, masuk: Any, client: Any
) -> None:  # fmt: skip
    kursus(k.staf, "Beda", isi={"jam": 30})
    kursus_siasn(siasn, k.staf, "Beda")
    kursus(k.staf, "Baru")
    run = tarik_semua(operator)
    parcel, _ = paket.siapkan(operator, ["kursus"])
    assert parcel
    pair = pasangan(jenis="kursus", kelas=m.BEDA)
    masuk(akun_operator)
    lokal = f"{HOME}/peta/UNIT/{k.dinas.id}"
    for path in (
        HOME, f"{HOME}/laporan", f"{HOME}/laporan?kelas=BEDA&cari=Staf", f"{HOME}/pasangan/{pair.id}", f"{HOME}/kirim",
        f"{HOME}/kirim/isi", f"{HOME}/kirim/{parcel.id}", f"{HOME}/jalan/{run.id}", f"{HOME}/panggilan",
        f"{HOME}/setelan", f"{HOME}/peta",
        f"{HOME}/peta?daftar=JABATAN", f"{HOME}/peta?daftar=HUKDIS", lokal, f"{HOME}/peta/KURSUS/SEMINAR",
        *(f"{HOME}/pasangan/{one}" for one in db.session.scalars(
            sa.select(m.Pasangan.id).where(m.Pasangan.kelas != m.SAMA))),
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = answer.get_data(as_text=True)
        assert TOKEN not in text
        assert not any(secret in text for secret in siasn.klien)
    assert client.get(f"{HOME}/laporan?format=csv").get_data(as_text=True).count("\n") >= 3
    rows = f"{HOME}/kirim/isi?paket={parcel.id}&opd={k.dinas.id}&status=DISIAPKAN"
    text = client.get(rows).get_data(as_text=True)
    assert (k.dinas.nama in text.split("Rekap per")[1], "Kursus · Baru" in text, "Beda" in text) == (True, True, False)
    assert '"namaKursus": "Baru"' in client.get(f"{rows}&format=csv").get_data(as_text=True).replace('""', '"')
    assert "Kursus · Baru" not in client.get(f"{HOME}/kirim/isi?paket={run.id}").get_data(as_text=True)


def test_a_token_is_pasted_and_a_pull_started_from_the_page(
    k: f.Kota, akun_operator: Any, siasn: Siasn, masuk: Any, client: Any
) -> None:  # fmt: skip
    masuk(akun_operator)
    assert client.post(f"{HOME}/token", data={"token": "pendek"}).status_code == 422
    assert client.post(f"{HOME}/token/akhiri").status_code == 303
    assert setelan.token() is None
    assert client.post(f"{HOME}/token", data={"token": f"Bearer {TOKEN}"}).status_code == 303
    assert client.post(f"{HOME}/tarik", data={"cakupan": "OPD"}).status_code == 422
    assert client.post(f"{HOME}/tarik", data={"cakupan": "NIP", "nip": "123"}).status_code == 422
    answer = client.post(f"{HOME}/tarik", data={"cakupan": "NIP", "nip": k.staf.nip, "jenis": ["kursus"]})
    assert answer.status_code == 303
    run = db.session.scalars(sa.select(m.Jalan)).one()
    assert client.post(f"{HOME}/jalan/{run.id}", data={"aksi": "lanjut"}).status_code == 409
    putar()
    assert db.session.get_one(m.Jalan, run.id, populate_existing=True).status == m.SELESAI


def test_settings_are_checked_and_secrets_stay(akun_operator: Any, masuk: Any, client: Any) -> None:
    masuk(akun_operator)
    row = setelan.ambil()
    kept, good = row.kunci_enc, {
        "alamat_api": "https://contoh.go.id/apisiasn/1.0/", "alamat_token": "https://contoh.go.id/oauth2/token",
        "laju": "0,5", "batas_harian": "20000", "percobaan": "5", "batas_waktu": "30", "jeda_awal": "2",
        "tenang_mulai": "22:00", "tenang_selesai": "04:30", "versi": str(row.versi),
    }  # fmt: skip
    row.alamat_api, row.alamat_token = (good[name].rstrip("/") for name in ("alamat_api", "alamat_token"))
    commit()
    for wrong in ({"alamat_api": "http://contoh.go.id"}, {"laju": "50"}, {"tenang_selesai": ""}, {"percobaan": "x"},
                  {"tenang_mulai": "25:00"}, {"alamat_token": "https://a:b@contoh.go.id"}):  # fmt: skip
        assert client.post(f"{HOME}/setelan", data={**good, **wrong}).status_code == 422, wrong
    assert client.post(f"{HOME}/setelan", data=good).status_code == 303
    assert client.post(f"{HOME}/setelan", data=good).status_code == 409  # somebody else was faster
    row = setelan.ambil()
    assert (str(row.laju), row.alamat_api, row.kunci_enc) == ("0.50", "https://contoh.go.id/apisiasn/1.0", kept)
    assert client.post(f"{HOME}/pemilik", data={"kursus.jam": "BKN"}).status_code == 303
    assert setelan.pemilik() == {("kursus", "jam"): "BKN"}


def test_decide_prepare_and_approve_on_the_pages(
    k: f.Kota, operator: Principal, akun_operator: Any, siasn: Siasn, masuk: Any, client: Any
) -> None:  # fmt: skip
    from portal.kernel.people import User

    kursus(k.staf, "Beda", isi={"jam": 30})
    kursus_siasn(siasn, k.staf, "Beda")
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kursus")
    masuk(akun_operator)
    page = f"{HOME}/pasangan/{pair.id}"
    assert client.post(page, data={"kunci": putusan.kunci(pair)}).status_code == 422
    assert client.post(page, data={"kunci": "lama", "pilih-jam": "LOKAL"}).status_code == 409
    assert client.post(page, data={"aksi": "tangani", "ditangani": "x"}).status_code == 422
    assert client.post(page, data={"kunci": putusan.kunci(pair), "pilih-jam": "LOKAL"}).status_code == 303
    assert client.post(f"{HOME}/kirim", data={"jenis": ["kursus"]}).status_code == 303
    putar()
    parcel = db.session.scalars(sa.select(m.Paket)).one()
    approve = f"{HOME}/kirim/{parcel.id}/setujui"
    assert client.post(approve, data={"sidik": parcel.sidik}).status_code == 403
    masuk(f.akun("bkpsdm"))
    assert b"Setujui dan kirim" in client.get(f"{HOME}/kirim/{parcel.id}").data
    assert client.post(f"{HOME}/kirim/{parcel.id}/tolak", data={"alasan": "x"}).status_code == 422
    assert client.post(approve, data={"sidik": parcel.sidik}).status_code == 303
    putar()
    assert [one.status for one in kotak(parcel)] == [m.TERBUKTI]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) is not None


def test_reports_keep_to_the_units_and_hide_what_is_confidential(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any, client: Any
) -> None:  # fmt: skip
    siasn.tambah(k.staf.nip, "hukdis", jenisTingkatHukumanId="R", skNomor="HD/1", hukumanTanggal="01-02-2024")
    kursus(k.staf, "Kursus Staf")
    tarik_semua(operator, "kursus", "hukdis")
    pair, secret = pasangan(jenis="kursus"), pasangan(jenis="hukdis")
    masuk(f.akun("pimpinan_pd", di=k.dinas))
    text = client.get(f"{HOME}/laporan").get_data(as_text=True)
    assert "Kursus Staf" in text
    assert "HD/1" not in text
    assert client.get(f"{HOME}/pasangan/{pair.id}").status_code == 200
    assert client.get(f"{HOME}/pasangan/{secret.id}").status_code == 404
    assert client.post(f"{HOME}/pasangan/{pair.id}", data={"aksi": "tangani"}).status_code == 403
    assert client.get(HOME).status_code == 403
    assert client.get(f"{HOME}/kirim").status_code == 403
    masuk(f.akun("pimpinan_pd", di=k.lain))
    assert "Kursus Staf" not in client.get(f"{HOME}/laporan").get_data(as_text=True)
    assert client.get(f"{HOME}/pasangan/{pair.id}").status_code == 404


def test_a_mapping_is_chosen_on_the_page(
    k: f.Kota, akun_operator: Any, masuk: Any, client: Any
) -> None:  # fmt: skip
    masuk(akun_operator)
    page = f"{HOME}/peta/UNIT/{k.dinas.id}"
    assert client.post(page, data={"siasn_id": "lain", "lain": "U-77"}).status_code == 303
    assert peta.terpetakan(peta.UNIT, str(k.dinas.id)) == "U-77"
    assert client.post(f"{HOME}/peta/UNIT/{k.lain.id}", data={"siasn_id": "U-77"}).status_code == 422
    assert client.post(f"{HOME}/peta/tunggal", data={"daftar": "UNIT"}).status_code == 303
    assert client.get(f"{HOME}/peta/UNIT/bukan-kunci").status_code == 404
    assert client.get(f"{HOME}/peta?daftar=LAIN").status_code == 404
