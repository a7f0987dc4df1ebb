"""Letters: what they carry, their numbers, who may read and write them, and the paper."""

import io
import re
import time
import uuid
from datetime import date
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa

from portal.kepegawaian.pensiun import syarat
from portal.kepegawaian.riwayat import alur, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.surat import nomor, reports
from portal.kepegawaian.surat import services as surat
from portal.kepegawaian.surat.models import SuratPengantar, SuratUsulan
from portal.kernel.db import db, new_id, now
from portal.kernel.errors import Conflict, Invalid
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)
FORM = {"jenis": alur.RIWAYAT, "tanggal": "2026-11-20", "perihal": "Usulan penghargaan", "tujuan": "Kepala BKPSDM"}


def tu(k: f.Kota) -> Any:
    return f.akun("admin_tu", di=k.dinas)


def proposal(pegawai: Any, tmt: date = date(2026, 8, 17)) -> Any:
    """An entry that waits for verification."""
    row = r.RiwayatLain(pegawai_id=pegawai.id, jenis="PENGHARGAAN", tmt=tmt, isi={"nama": "201"})
    user = f.principal(f.akun("", pegawai=pegawai))
    row.diusulkan_oleh_id = user.id
    f.add(row)
    return services.jalankan(row, "ajukan", user)


def draft(k: f.Kota, user: Any, **values: Any) -> SuratPengantar:
    base = {
        "tanggal": TODAY,
        "perihal": "Usulan penghargaan",
        "tujuan": "Kepala BKPSDM",
        "penandatangan_id": k.kadis.id,
    }
    place = type("Tempat", (), {"id": k.dinas.id, "pd_id": k.dinas.id})
    return surat.buat(place, alur.RIWAYAT, {**base, **values}, f.principal(user), None)


def sent(k: f.Kota, user: Any, typed: str = "", pegawai: Any = None, **values: Any) -> SuratPengantar:
    row = draft(k, user, **values)
    case = proposal(pegawai or f.orang(f"Orang {new_id()}"))
    f.add(SuratUsulan(surat_id=row.id, jenis=row.jenis, usulan_id=case.submission_id, pegawai_id=case.pegawai_id))
    surat.kirim(row, typed, f.principal(user))
    return row


def typed_numbers() -> None:
    aturan.ubah("nomor_pengantar", "DIISI", date(2026, 1, 1), "Surat 1", f.principal(f.akun("bkpsdm")))


def test_from_draft_to_a_numbered_letter(masuk: Any) -> None:
    """Item n: numbered only when sent; the number stands in the list, on the page and beside each request."""
    k = f.kota()
    case = proposal(k.staf)
    client = masuk(tu(k))
    form = {**FORM, "unit": str(k.dinas.id), "penandatangan_id": str(k.kadis.id), "kunci": str(new_id())}
    first = client.post("/kepegawaian/surat/baru", data=form).headers["Location"]
    assert client.post("/kepegawaian/surat/baru", data=form).headers["Location"] == first
    page = client.get(first).text
    assert "Belum bernomor" in page
    assert f'name="tambah" value="{case.submission_id}"' in page
    assert client.post(f"{first}/kirim", data={"versi": "1"}).status_code == 422
    client.post(f"{first}/usulan", data={"tambah": str(case.submission_id)})
    version = re.findall(r'name="versi" value="(\d+)"', client.get(first).text)[0]
    assert client.post(f"{first}/kirim", data={"versi": "0"}).status_code == 409
    assert client.post(f"{first}/kirim", data={"versi": version}).status_code == 303
    row = db.session.scalars(sa.select(SuratPengantar)).one()
    assert row.nomor == f"800/001/{k.dinas.kode}/2026"
    assert row.tertanda["nama"] == "Kadis Uji"
    for path in ("/kepegawaian/surat", "/kepegawaian/surat?cari=staf", f"/kepegawaian/surat?cari={k.staf.nip}",
                 "/kepegawaian/surat?cari=800%2F001", "/kepegawaian/surat/usulan?cari=staf", first):  # fmt: skip
        assert row.nomor in client.get(path).text, path
    assert syarat.pengantar([case.submission_id])[case.submission_id] == (row.nomor, date(2026, 11, 20))
    assert client.post(f"{first}/usulan", data={"lepas": str(case.submission_id)}).status_code == 409
    assert client.get(f"{first}/ubah").status_code == 200
    assert client.post(f"{first}/ubah", data={**FORM, "versi": "9"}).status_code == 409


def test_filters(masuk: Any) -> None:
    k = f.kota()
    user = tu(k)
    row = sent(k, user)
    draft(k, user, tanggal=date(2026, 1, 5), perihal="Surat lama")
    client = masuk(user)
    assert "Surat lama" not in client.get("/kepegawaian/surat?tanggal-dari=2026-11-01").text
    assert row.nomor not in client.get("/kepegawaian/surat?status=DRAF").text
    assert row.nomor in client.get(f"/kepegawaian/surat?jenis={alur.RIWAYAT}&status=DIKIRIM&opd={k.dinas.id}").text
    assert row.nomor not in client.get("/kepegawaian/surat?jenis=kepegawaian.pensiun").text


def test_who_reads_and_who_writes(masuk: Any) -> None:
    k = f.kota()
    row, hidden = sent(k, tu(k)), draft(k, tu(k))
    path = f"/kepegawaian/surat/{row.id}"
    for user, code in (
        (f.akun("admin_pd", di=k.dinas), 200), (f.akun("admin_pd", di=k.lain), 404), (f.akun("bkpsdm"), 200),
        (f.akun("admin_tu", di=k.lain), 404), (f.akun("", pegawai=k.staf), 403),
    ):  # fmt: skip
        assert masuk(user).get(path).status_code == code
    assert masuk(f.akun("bkpsdm")).get("/kepegawaian/surat/baru").status_code == 200
    reader = masuk(f.akun("admin_pd", di=k.dinas))
    assert reader.get("/kepegawaian/surat/baru").status_code == 403
    assert reader.get(f"/kepegawaian/surat/{hidden.id}").status_code == 404
    assert reader.post(f"{path}/batalkan", data={"alasan": "salah alamat surat"}).status_code == 403
    other = masuk(f.akun("admin_tu", di=k.lain))
    assert other.post(f"{path}/batalkan", data={"alasan": "salah alamat surat"}).status_code == 404


@pytest.mark.parametrize("again", ["800/9/DU/2026", "800/9/du/2026", " 800 / 9 / DU / 2026 "])
def test_a_number_is_used_once_a_year_whatever_its_case_and_spaces(again: str) -> None:
    k = f.kota()
    user = tu(k)
    typed_numbers()
    sent(k, user, "800/9/DU/2026")
    with pytest.raises(Invalid, match="sudah dipakai tahun 2026"):
        sent(k, user, again)
    assert sent(k, user, again, tanggal=date(2027, 1, 2)).tahun == 2027


def test_the_database_holds_it_too() -> None:
    k = f.kota()
    user = tu(k)
    typed_numbers()
    first, second = sent(k, user, "800/1"), draft(k, user)
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(sa.update(SuratPengantar).where(SuratPengantar.id == second.id).values(
            nomor=first.nomor.replace("/", " / "), status="DIKIRIM", dikirim_at=now()))  # fmt: skip


def test_numbers_run_without_gap_and_gaps_are_named() -> None:
    k = f.kota()
    user = tu(k)
    rows = [sent(k, user) for _ in range(3)]
    assert [row.urut for row in rows] == [1, 2, 3]
    surat.batalkan(rows[1], "Salah jenis usulan", f.principal(user))
    typed_numbers()
    sent(k, user, f"800/5/{k.dinas.kode}/2026")
    found = [(one.urut, one.sebab) for one in nomor.celah(k.dinas.id, 2026)]
    assert found == [(2, "Suratnya dibatalkan"), (4, "Tidak ada suratnya")]


def test_a_request_lies_in_one_living_letter() -> None:
    k = f.kota()
    user = f.principal(tu(k))
    case = proposal(k.staf)
    first, second = draft(k, tu(k)), draft(k, tu(k))
    assert surat.muat(first, [case.submission_id], [], user) == 1
    assert surat.muat(second, [case.submission_id], [], user) == 0
    surat.batalkan(first, "Dipindah ke surat lain", user)
    assert surat.muat(second, [case.submission_id], [], user) == 1
    assert surat.muat(second, [proposal(k.kabid_lain).submission_id], [], user) == 0  # another OPD's


def test_who_signs_is_active_and_as_of_the_day() -> None:
    k = f.kota()
    with pytest.raises(Invalid, match="aktif pada tanggal surat"):
        surat.tertanda(None, k.dinas.id, TODAY)
    with pytest.raises(Invalid):
        surat.tertanda(k.kadis.id, k.dinas.id, date(2019, 1, 1))
    f.duduk(k.kabid, k.dinas, date(2026, 11, 1), pimpinan=True, jalur=r.TAMBAHAN, penugasan="PLH",
            selesai=date(2026, 12, 1), nama_jabatan="Kepala Dinas")  # fmt: skip
    assert surat.tertanda(k.kabid.id, k.dinas.id, TODAY)["jabatan"] == "Plh. Kepala Dinas"


def test_the_paper_names_number_people_and_signer() -> None:
    k = f.kota()
    row = sent(k, tu(k), pegawai=k.staf)
    body = reports.letter(row, f.principal(tu(k)), "KODE", "SP-1").build()
    with pypdfium2.PdfDocument(io.BytesIO(body)) as pdf:
        texts = [page.get_textpage().get_text_range() for page in pdf]
    assert len(texts) == 2
    for words in (row.nomor, "Usulan penghargaan", "Kepala BKPSDM", "Kadis Uji", "21 November 2026"):
        assert words in texts[0], words
    for words in ("DAFTAR NOMINATIF", row.nomor, "Staf Uji"):
        assert words in texts[1], words


def test_five_hundred_letters_on_a_page_of_the_list(masuk: Any) -> None:
    """Item n: the list answers within half a second."""
    k = f.kota()
    user = tu(k)
    draft(k, user)
    base = {"pd_id": k.dinas.id, "unit_id": k.dinas.id, "jenis": alur.RIWAYAT, "tanggal": TODAY, "tahun": 2026,
            "perihal": "Usulan", "tujuan": "BKPSDM", "isi": "", "tertanda": {}, "status": "DIKIRIM", "alasan": "",
            "dibuat_oleh_id": user.id, "dikirim_at": now(), "versi": 1, "dibuat_at": now(),
            "diubah_at": now()}  # fmt: skip
    db.session.execute(sa.insert(SuratPengantar), [
        {**base, "id": uuid.uuid4(), "nomor": f"800/{i}/x", "urut": i} for i in range(1, 501)
    ])  # fmt: skip
    client = masuk(user)
    client.get("/kepegawaian/surat")
    began = time.perf_counter()
    page = client.get("/kepegawaian/surat?cari=800")
    took = time.perf_counter() - began
    assert "50 dari 500 surat" in page.text
    assert took < 1.5  # half a second at the server; the test client checks the HTML as well


def test_a_letter_changed_meanwhile_is_not_overwritten() -> None:
    k = f.kota()
    row = draft(k, tu(k))
    values = {"tanggal": TODAY, "perihal": "Lain sekali"}
    surat.ubah(row, values, 1, f.principal(tu(k)))
    with pytest.raises(Conflict):
        surat.ubah(row, values, 1, f.principal(tu(k)))
