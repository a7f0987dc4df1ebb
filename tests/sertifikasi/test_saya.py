"""The asesi's side: drafts and APL-01; sections 2.1-2.7, 7.2-7.4 and 9 of the reference."""

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import citizens
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import db, now
from portal.kernel.organisation import Orang
from portal.kernel.people import User
from portal.sertifikasi.saya import forms, formulir
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.models import FormIsian, Permohonan, TandaTangan
from tests.conftest import Client
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import skema_versi

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]
TODAY = date(2026, 11, 21)


def case_of(base: str) -> Permohonan:
    return db.session.get_one(Permohonan, f.id_of(base))


def accept(user: User, base: str) -> None:
    """The sekretariat accepts APL-01, as its own pages would."""
    found = f.read(user, f.id_of(base))
    found.p.apl01_diterima_at = now()
    f.move(found, "terima", f.officer())


def sent_apl01(user: User, client: Client, versi: Any = None) -> str:
    base = f.start(client, versi or skema_versi())
    f.fill(client, base)
    answer = f.send(client, base)
    assert answer.status_code == 303, f.messages(answer)
    return base


def test_from_draft_to_both_forms_sent(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, skema_versi())
    assert client.get("/sertifikasi/saya").status_code == 200
    for step in ("data", "pekerjaan", "skema", "syarat", "periksa"):
        assert client.get(f"{base}/apl-01/{step}").status_code == 200
    f.fill(client, base)
    answer = f.send(client, base)
    assert answer.status_code == 303, f.messages(answer)
    receipt = client.get(answer.location)
    assert "PMH-2026-000001" in receipt.text
    assert "Lanjut ke APL-02 sekarang" in receipt.text
    found = f.read(user, f.id_of(base))
    assert found.status == m.DIAJUKAN
    assert found.p.orang_id is not None
    accept(user, base)
    for unit in found.units:
        assert client.get(f"{base}/apl-02/unit-{unit.urut}").status_code == 200
    f.answer_all(client, base, found)
    assert client.get(f"{base}/apl-02/tinjau").status_code == 200
    answer = f.send(client, base, "apl-02")
    assert answer.status_code == 303, f.messages(answer)
    assert f.read(user, f.id_of(base)).status == m.APL02_DIAJUKAN
    forms = db.session.scalars(sa.select(FormIsian).order_by(FormIsian.dikunci_at, FormIsian.id)).all()
    assert [form.kode for form in forms] == [m.APL01, m.APL02]
    marks = db.session.scalars(sa.select(TandaTangan)).all()
    assert {mark.sha256 for mark in marks} == {form.sha256 for form in forms}
    assert all(form.sha256 == formulir.digest(form.isi) for form in forms)
    assert client.get("/sertifikasi/saya").status_code == 200
    assert client.get(f"{base}/terkirim").status_code == 200


# ---- drafts and starting


def test_one_active_case_per_scheme(masuk: Masuk) -> None:
    user, versi = f.asesi(), skema_versi()
    kode = versi.skema.kode
    client = masuk(user)
    base = sent_apl01(user, client, versi)
    answer = client.post(f"/sertifikasi/saya/mulai/{kode}")
    assert answer.location == base
    assert "Anda masih punya permohonan PMH-2026-000001 untuk skema ini." in client.get(base).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Permohonan)) == 1


def test_the_database_refuses_a_second_active_case() -> None:
    user = f.asesi()
    case = f.draft(user).p
    again = Submission(alur="sertifikasi.permohonan", status=m.DRAF, judul="x", owner_id=user.id, pemohon="x")
    db.session.add(again)
    db.session.flush()
    same = {name: getattr(case, name) for name in ("user_id", "skema_id", "skema_versi_id")}
    twin = sa.insert(Permohonan).values(submission_id=again.id, **same)
    with pytest.raises(sa.exc.IntegrityError, match="uq_sertifikasi_permohonan_aktif"):
        db.session.execute(twin)


def test_a_closed_scheme_starts_no_draft_and_sends_none(masuk: Masuk) -> None:
    user, versi = f.asesi(), skema_versi()
    kode = versi.skema.kode
    client = masuk(user)
    base = f.start(client, versi)
    f.fill(client, base)
    versi.pendaftaran_tutup = date(2026, 6, 30)
    db.session.flush()
    words = "Pendaftaran skema ini ditutup 30 Juni 2026. Draf Anda tetap tersimpan."
    assert words in client.get(base).text
    answer = f.send(client, base)
    assert answer.status_code == 422
    assert words in answer.text
    other = masuk(f.asesi("Bayu Saputra"))
    other.checks_pages = False
    assert other.post(f"/sertifikasi/saya/mulai/{kode}").status_code == 409


def test_what_was_typed_stays_right_or_wrong(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    base = f.start(client, skema_versi())
    answer = f.post(client, f"{base}/apl-01/data", **{**f.DATA, "nik": "317101430990000", "hp": "abc"})
    assert answer.status_code == 422
    assert "NIK harus 16 angka. Anda menulis 15 angka." in f.messages(answer)
    assert "Nomor HP tidak dikenali. Contoh: 0812 3456 7890." in f.messages(answer)
    assert 'value="317101430990000"' in answer.text
    case = case_of(base)
    assert "nik" not in case.isian
    assert case.nik_enc is not None
    assert b"3171" not in case.nik_enc


def test_a_draft_is_checked_for_types_only(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    base = f.start(client, skema_versi())
    assert f.post(client, f"{base}/apl-01/data", aksi="draf", nama="Ratna").status_code == 303
    assert case_of(base).isian["nama"] == "Ratna"


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ("BELUM_BEKERJA", set()),
        ("RELAWAN", {"instansi", "jabatan"}),
        ("SWASTA", {"instansi", "jabatan", "alamat_kantor"}),
    ],
)
def test_work_fields_follow_the_status(status: str, wanted: set[str]) -> None:
    found = forms.check(forms.of_part(forms.PEKERJAAN), {"status_kerja": status}, TODAY)
    assert {p.field for p in found} == wanted
    if "instansi" in wanted:
        assert "Isi nama institusi, atau pilih 'Belum bekerja'." in {p.pesan for p in found}


def test_a_foreigner_gives_a_passport_instead_of_a_nik() -> None:
    values = {**f.DATA, "kebangsaan": "MY", "nik": "", "tanggal_lahir": "1990-09-03"}
    assert {p.field for p in forms.check(forms.of_part(forms.PRIBADI), values, TODAY)} == {"paspor"}
    values["paspor"] = "a 123 4567"
    assert forms.check(forms.of_part(forms.PRIBADI), values, TODAY) == []
    assert forms.tidy(forms.BY_NAME["paspor"], "a 123 4567", TODAY)[0] == "A1234567"


@pytest.mark.parametrize(
    ("name", "typed", "stored", "fine"),
    [
        ("nama", "O'Neil", "O'Neil", True),
        ("nama", "Sukarno", "Sukarno", True),
        ("nama", "R2 D2", "R2 D2", False),
        ("tanggal_lahir", "29/2/2000", "2000-02-29", True),
        ("tanggal_lahir", "29-2-2001", "29-2-2001", False),
        ("tanggal_lahir", "3 September 1990", "1990-09-03", True),
        ("tanggal_lahir", "1-1-2030", "2030-01-01", False),
        ("hp", "+62 812-3456-7890", "+6281234567890", True),
        ("hp", "62812 3456 7890", "+6281234567890", True),
        ("nik", "3171.0143.0990.0001", "3171014309900001", True),
        ("nik", "3171019909900001", "3171019909900001", False),
        ("kode_pos", "1011", "1011", False),
        ("surel", "ratna@contoh", "ratna@contoh", False),
        ("lama_pengalaman", "4 tahun", "4", True),
        ("provinsi", "99", "", False),
    ],
)
def test_fields_are_read_or_kept(name: str, typed: str, stored: str, fine: bool) -> None:
    value, problem = forms.tidy(forms.BY_NAME[name], typed, TODAY)
    assert value == stored
    assert (problem is None) == fine


def test_a_nik_that_differs_warns_and_does_not_block() -> None:
    values = {**f.DATA, "tanggal_lahir": "1991-09-03", "jenis_kelamin": "L"}
    assert forms.check(forms.of_part(forms.PRIBADI), values, TODAY) == []
    found = forms.warnings(values, TODAY)
    assert found["tanggal_lahir"].startswith("Tanggal lahir berbeda dengan NIK.")
    assert "jenis_kelamin" in found
    assert "usia Anda 9 tahun" in forms.warnings({"tanggal_lahir": "2017-09-03"}, TODAY)["tanggal_lahir"]


# ---- two devices, repeated posts


def test_another_device_is_asked_and_not_overwritten(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    base = f.start(client, skema_versi())
    here = {"versi": "1", "layar": str(uuid.uuid4())}
    there = {"versi": "1", "layar": str(uuid.uuid4())}
    step = f"{base}/apl-01/data"
    assert f.post(client, step, aksi="draf", alamat="Jalan Satu Nomor 1", **there).status_code == 303
    assert f.post(client, step, aksi="draf", hp="081234567890", **here).status_code == 303  # another field: no clash
    answer = f.post(client, step, aksi="draf", alamat="Jalan Dua Nomor 2", **here)
    assert answer.status_code == 409
    assert "Pilih yang benar." in answer.text
    assert "Jalan Satu Nomor 1" in answer.text
    assert case_of(base).isian["alamat"] == "Jalan Satu Nomor 1"
    chosen = {"pakai-alamat": "isian", **here}
    assert f.post(client, step, aksi="draf", alamat="Jalan Dua Nomor 2", **chosen).status_code == 303
    assert case_of(base).isian["alamat"] == "Jalan Dua Nomor 2"


def test_posts_of_one_page_may_come_late_and_twice(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    base = f.start(client, skema_versi())
    page = {"versi": "1", "layar": str(uuid.uuid4())}
    for hp in ("0812345678", "081234567890", "081234567890"):
        answer = f.post(client, f"{base}/apl-01/data", aksi="otomatis", hp=hp, **page)
        assert answer.status_code == 200
        assert "Belum tersimpan" not in answer.text
    assert case_of(base).isian["hp"] == "+6281234567890"
    unit = f"{base}/apl-02/unit-1"
    page = {"e1-versi": "0", "layar": str(uuid.uuid4())}
    for answer in ("K", "BK", "BK"):
        f.post(client, unit, aksi="otomatis", **{"e1-jawaban": answer}, **page)
    rows = db.session.scalars(sa.select(m.JawabanApl02)).all()
    assert [row.jawaban for row in rows] == ["BK"]
    other = {"e1-versi": "0", "layar": str(uuid.uuid4()), "e1-jawaban": "K"}
    assert f.post(client, unit, aksi="draf", **other).status_code == 409


def test_five_presses_send_once(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, skema_versi())
    f.fill(client, base)
    kunci = str(uuid.uuid4())
    answers = [f.send(client, base, kunci=kunci) for _ in range(5)]
    assert {(a.status_code, a.location) for a in answers} == {(303, f"{base}/terkirim")}
    events = db.session.scalars(sa.select(SubmissionEvent).where(SubmissionEvent.aksi == "ajukan")).all()
    assert len(events) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FormIsian)) == 1
    client.checks_pages = False
    late = f.send(client, base)  # another page, opened before it was sent
    assert late.status_code == 409
    assert "Permohonan ini sudah terkirim pukul 10.00. Nomor Anda PMH-2026-000001." in late.text


# ---- sending APL-01


def test_sending_names_everything_that_is_missing(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    base = f.start(client, skema_versi())
    page = client.get(f"{base}/apl-01/periksa").text
    assert "isian dan syarat yang belum lengkap." in page
    found = f.messages(f.send(client, base))
    assert "Isi NIK" in found
    assert "Pilih status kerja" in found
    assert any("KTP atau paspor" in words for words in found)
    assert not any("Surat rekomendasi" in words for words in found)  # optional


def test_the_number_in_the_title_is_the_length_of_the_list(masuk: Masuk) -> None:
    user, versi = f.asesi(), skema_versi()
    client = masuk(user)
    base = f.start(client, versi)

    def told() -> tuple[int, str, int]:
        page = client.get(f"{base}/apl-01/periksa").text
        said = re.search(r"Masih ada (\d+) ([a-z ]+)\..*?<ul>(.*?)</ul>", page, re.DOTALL)
        assert said, page
        return int(said[1]), said[2], said[3].count("<li>")

    count, words, listed = told()
    assert (count, words) == (listed, "isian dan syarat yang belum lengkap")
    for step, values in f.STEPS.items():
        f.post(client, f"{base}/apl-01/{step}", **values, **{"ada-konfirmasi": "1", "konfirmasi": "1"})
    assert told() == (5, "syarat yang belum dilampirkan", 5)


def test_statement_and_password_are_the_signature(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, skema_versi())
    f.fill(client, base)
    answer = f.send(client, base, pernyataan="", sandi="bukan sandi saya")
    assert answer.status_code == 422
    assert len(f.messages(answer)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TandaTangan)) == 0
    assert f.send(client, base).status_code == 303
    mark = db.session.scalars(sa.select(TandaTangan)).one()
    assert (mark.peran, mark.user_id, mark.cara, mark.pada) == ("ASESI", user.id, "SANDI", now())


def test_the_nik_goes_to_the_person_and_is_nobody_elses(masuk: Masuk) -> None:
    first = f.asesi()
    sent_apl01(first, masuk(first))
    human = citizens.holder(f.NIK)
    assert human is not None
    assert db.session.get_one(User, first.id).orang_id == human.id
    second = f.asesi("Bayu Saputra")
    client = masuk(second)
    base = f.start(client, skema_versi())
    answer = f.post(client, f"{base}/apl-01/data", **f.DATA, **{"ada-konfirmasi": "1", "konfirmasi": "1"})
    words = "NIK ini sudah terdaftar pada akun lain. Hubungi sekretariat bila ini data Anda."
    assert f.messages(answer) == [words]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Orang)) == 1


def test_what_was_sent_does_not_change(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = sent_apl01(user, client)
    form = db.session.scalars(sa.select(FormIsian)).one()
    before, digest = dict(form.isi), form.sha256
    assert before["pribadi"]["nama"] == "Ratna Wulandari"
    assert "nik" not in before["pribadi"]
    assert before["pekerjaan"]["status_kerja"] == "Pegawai kontrak BNPB/BPBD"
    assert [row["ada"] for row in before["syarat"]] == [True, True, False, True, True, True, False]
    client.checks_pages = False
    for step in ("data", "syarat"):
        assert f.post(client, f"{base}/apl-01/{step}", aksi="otomatis", nama="Nama Lain").status_code == 409
    db.session.refresh(form)
    assert (form.isi, form.sha256) == (before, digest)
    assert case_of(base).isian["nama"] == "Ratna Wulandari"


def test_others_see_nothing_of_it(masuk: Masuk) -> None:
    owner = f.asesi()
    base = f.start(masuk(owner), skema_versi())
    client = masuk(f.asesi("Bayu Saputra"))
    client.checks_pages = False
    for path in ("", "/apl-01/data", "/apl-02/unit-1", "/terkirim", "/tarik", "/semua/1"):
        assert client.get(f"{base}{path}").status_code == 404
    assert f.post(client, f"{base}/apl-01/data", aksi="otomatis", nama="x").status_code == 404
