"""The asesi's side after the first sending: APL-02, returns, files, a newer scheme, the next application."""

import hashlib
import io
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import pieces
from portal.kernel.db import db, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import User
from portal.sertifikasi.saya import berkas, jawaban, kirim, lini, services, tiles
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import row_key
from portal.sertifikasi.saya.models import BerkasAsesi, BerkasSyarat, JawabanApl02, JawabanBukti, Permohonan
from portal.sertifikasi.skema.models import SkemaSyarat, SkemaUnit, SkemaVersi, Standar
from tests.conftest import Client
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import add, skema_versi, unit
from tests.sertifikasi.test_saya import accept, case_of, sent_apl01

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]
NOTE = "Dilakukan di Desa Uji pada bulan Mei 2025"


def count(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def accepted(masuk: Masuk, versi: SkemaVersi | None = None) -> tuple[User, Client, str]:
    user = f.asesi()
    client = masuk(user)
    base = sent_apl01(user, client, versi)
    accept(user, base)
    return user, client, base


# ---- APL-02


def test_apl02_may_be_drafted_early_and_sent_late(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, skema_versi())
    f.answer_all(client, base, f.read(user, f.id_of(base)))
    assert "APL-02 dapat dikirim setelah APL-01 diterima" in client.get(f"{base}/apl-02/tinjau").text
    client.checks_pages = False
    assert f.send(client, base, "apl-02").status_code == 409
    assert case_of(base).apl02_diajukan_at is None


def test_nothing_is_ticked_beforehand(masuk: Masuk) -> None:
    _, client, base = accepted(masuk)
    page = client.get(f"{base}/apl-02/unit-1").text
    assert "checked" not in page
    assert "Lihat 2 kriteria unjuk kerja" in page


def test_moving_on_wants_nothing_sending_wants_all(masuk: Masuk) -> None:
    user, client, base = accepted(masuk)
    assert f.post(client, f"{base}/apl-02/unit-1").location == f"{base}/apl-02/unit-2"
    found = f.messages(f.send(client, base, "apl-02"))
    assert found == ["5 elemen belum dijawab. Buka yang pertama."]
    for part in f.read(user, f.id_of(base)).units:
        f.post(client, f"{base}/apl-02/unit-{part.urut}", **{f"e{e.urut}-jawaban": "K" for e in part.unit.elemen})
    found = f.messages(f.send(client, base, "apl-02"))
    assert len(found) == 5
    assert all("Lampirkan bukti atau jelaskan kapan dan di mana" in words for words in found)
    f.post(client, f"{base}/apl-02/unit-1", **{"e1-jawaban": "BK", "e2-catatan": NOTE, "e3-berkas": f.file(90)})
    assert len(f.messages(f.send(client, base, "apl-02"))) == 2


def test_all_of_a_unit_only_through_a_page_that_names_them(masuk: Masuk) -> None:
    user, client, base = accepted(masuk)
    page = client.get(f"{base}/semua/1").text
    assert "Melakukan langkah 3" in page
    assert count(JawabanApl02) == 0
    assert client.post(f"{base}/semua/1").location == f"{base}/apl-02/unit-1"
    assert {row.jawaban for row in f.read(user, f.id_of(base)).p.jawaban} == {"K"}
    assert count(JawabanApl02) == 3


def test_answers_belong_to_elemen_of_the_pinned_version(masuk: Masuk) -> None:
    _, client, base = accepted(masuk)
    client.checks_pages = False
    f.post(client, f"{base}/apl-02/unit-1", aksi="draf", **{"e9-jawaban": "K"})
    assert count(JawabanApl02) == 0
    assert client.get(f"{base}/apl-02/unit-3").status_code == 404
    assert f.post(client, f"{base}/apl-02/unit-1", aksi="unggah:9", **{"e9-berkas": f.file()}).status_code == 404


def test_one_file_serves_many_elemen(masuk: Masuk) -> None:
    user, client, base = accepted(masuk)
    step = f"{base}/apl-02/unit-1"
    assert f.post(client, step, aksi="unggah:1", **{"e1-foto": f.file(90, "IMG_2025.jpg")}).status_code == 303
    stored = db.session.scalars(sa.select(BerkasAsesi).order_by(BerkasAsesi.id.desc())).first()
    assert stored is not None
    assert stored.judul == "Foto kegiatan"
    assert str(stored.id) in client.get(f"{step}?pilih=2").text
    for n in ("2", "3", "3"):
        f.post(client, step, aksi=f"pakai:{n}", **{f"e{n}-pakai": str(stored.id)})
    assert count(JawabanBukti) == 3
    f.post(client, step, aksi=f"lepas:1:{stored.id}")
    assert count(JawabanBukti) == 2
    assert f.read(user, f.id_of(base)).berkas[0].id == stored.id


def test_an_upload_repeated_by_the_phone_is_stored_once(masuk: Masuk) -> None:
    _, client, base = accepted(masuk)
    before, key = count(BerkasAsesi), str(uuid.uuid4())
    for _ in range(3):
        client.post(
            f"{base}/apl-02/unit-1", data={"aksi": "unggah:1", "e1-foto": f.file(90)},
            content_type="multipart/form-data", headers={"Idempotency-Key": key},
        )  # fmt: skip
    assert (count(BerkasAsesi), count(JawabanBukti)) == (before + 1, 1)
    f.post(client, f"{base}/apl-02/unit-1", aksi="unggah:1", **{"e1-foto": f.file(210), "e1-kunci": key})
    assert (count(BerkasAsesi), count(JawabanBukti)) == (before + 2, 2)  # another file under an old page's key


def test_a_file_may_come_in_pieces_before_the_form(masuk: Masuk) -> None:
    user, client, base = accepted(masuk)
    body, id = f.picture(150), uuid.uuid4()
    assert pieces.append(user.id, id, 0, body, len(body)) == len(body)
    named = f"{id}/{hashlib.sha256(body).hexdigest()}/Foto posko.jpg"
    f.post(client, f"{base}/apl-02/unit-1", aksi="unggah:1", **{"e1-potongan": named, "e1-kunci": str(uuid.uuid4())})
    assert [b.judul for b in f.read(user, f.id_of(base)).p.jawaban[0].bukti] == ["Foto posko"]
    answer = f.post(client, f"{base}/apl-02/unit-1", **{"e1-potongan": f"{uuid.uuid4()}/abc/hilang.jpg"})
    assert "Unggahan hilang.jpg belum lengkap. Pilih berkasnya lagi." in f.messages(answer)


def test_an_earlier_answer_is_offered_and_not_filled_in(masuk: Masuk) -> None:
    versi = skema_versi()
    user, client, base = accepted(masuk, versi)
    f.answer_all(client, base, f.read(user, f.id_of(base)))
    assert f.send(client, base, "apl-02").status_code == 303
    case = case_of(base)
    case.aktif = False
    case.submission = None  # type: ignore[assignment]
    db.session.expire(case)
    db.session.execute(sa.update(Permohonan).values(aktif=False))
    skema = db.session.get_one(m.SkemaVersi, versi.id).skema_id
    kode = db.session.scalar(sa.select(services.Skema.kode).where(services.Skema.id == skema))
    again = str(client.post(f"/sertifikasi/saya/mulai/{kode}").location).rsplit("/apl-01", 1)[0]
    page = client.get(f"{again}/apl-02/unit-1").text
    assert "Pada PMH-2026-000001 Anda memilih" in page
    assert "checked" not in page
    f.post(client, f"{again}/apl-02/unit-1", aksi="saran:1")
    rows = f.read(user, f.id_of(again)).p.jawaban
    assert [(row.jawaban, row.catatan) for row in rows] == [("K", NOTE)]


# ---- what comes back from the LSP


def returned(user: User, base: str, *keys: str) -> None:
    found = f.read(user, f.id_of(base))
    found.p.ditandai, found.p.tenggat = list(keys), date(2026, 12, 5)
    notes = {key: f"Perbaiki {key.partition(':')[0]} ini" for key in keys}
    f.move(found, "minta_perbaikan", f.officer(), "Permohonan perlu diperbaiki.", catatan=notes)


def test_a_return_opens_only_what_was_flagged(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = sent_apl01(user, client)
    row = f.read(user, f.id_of(base)).syarat[3]
    returned(user, base, "isian:alamat", row_key(row))
    home = client.get(base).text
    assert "Permohonan perlu diperbaiki: 2 catatan. Batas 5 Desember 2026." in home
    assert home.count("Perlu diperbaiki") >= 2
    page = client.get(f"{base}/apl-01/data").text
    assert "Perbaiki isian ini" in page
    assert 'name="alamat"' in page
    assert 'name="nama"' not in page
    fields = {"nama": "Nama Lain", "alamat": "Jalan Baru Nomor 9, Sagara"}
    f.post(client, f"{base}/apl-01/data", aksi="otomatis", **fields)
    case = case_of(base)
    assert (case.isian["nama"], case.isian["alamat"]) == ("Ratna Wulandari", "Jalan Baru Nomor 9, Sagara")
    assert "Perbaiki syarat ini" in client.get(f"{base}/apl-01/syarat").text
    answer = f.post(client, f"{base}/apl-01/syarat", aksi="unggah:1", **{"s1-berkas": f.file(200)})
    assert answer.status_code == 303 or "tidak diminta diperbaiki" in answer.text
    assert len(f.read(user, f.id_of(base)).syarat[0].berkas) == 1
    f.post(client, f"{base}/apl-01/syarat", aksi="unggah:4", **{"s4-berkas": f.file(201)})
    assert len(f.read(user, f.id_of(base)).syarat[3].berkas) == 2


def test_a_repaired_form_is_a_second_copy_under_the_same_number(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = sent_apl01(user, client)
    for ke in (2, 3):  # returned twice
        returned(user, base, "isian:alamat")
        f.post(client, f"{base}/apl-01/data", alamat=f"Jalan Baru Nomor {ke}, Sagara")
        assert f.send(client, base).status_code == 303
    forms = db.session.scalars(sa.select(m.FormIsian).order_by(m.FormIsian.ke)).all()
    assert [form.ke for form in forms] == [1, 2, 3]
    assert forms[0].isi["pribadi"]["alamat"] == f.DATA["alamat"]
    assert {form.isi["nomor"] for form in forms} == {"PMH-2026-000001"}
    case = case_of(base)
    assert (case.ditandai, case.tenggat) == (None, None)


def test_a_returned_apl02_opens_only_marked_elemen(masuk: Masuk) -> None:
    user, client, base = accepted(masuk)
    f.answer_all(client, base, f.read(user, f.id_of(base)))
    f.send(client, base, "apl-02")
    found = f.read(user, f.id_of(base))
    row = found.jawaban[found.units[0].unit.elemen[1].id]
    row.perlu_perbaikan, row.catatan_asesor = True, "Bukti ini dari tahun 2015"
    for name in ("tugaskan", "mulai_tinjau", "kembalikan_apl02"):
        by = f.officer({"tugaskan": "manajer_sertifikasi"}.get(name, "asesor"))
        f.move(found, name, by, "Perbaiki elemen yang ditandai.")
    page = client.get(f"{base}/apl-02/unit-1").text
    assert "Bukti ini dari tahun 2015" in page
    assert 'name="e2-jawaban"' in page
    assert 'name="e1-jawaban"' not in page
    f.post(client, f"{base}/apl-02/unit-1", aksi="otomatis", **{"e1-jawaban": "BK", "e2-jawaban": "BK"})
    answers = f.read(user, f.id_of(base)).jawaban
    assert answers[found.units[0].unit.elemen[0].id].jawaban == "K"
    assert answers[row.elemen_id].jawaban == "BK"
    assert f.send(client, base, "apl-02").status_code == 303
    assert not any(r.perlu_perbaikan for r in f.read(user, f.id_of(base)).p.jawaban)


def test_withdrawal_ends_the_case_and_frees_the_scheme(masuk: Masuk) -> None:
    user, versi = f.asesi(), skema_versi()
    kode = versi.skema.kode
    client = masuk(user)
    base = sent_apl01(user, client, versi)
    assert client.get(f"{base}/tarik").status_code == 200
    assert client.post(f"{base}/tarik", data={"catatan": "Pindah tugas"}).status_code == 303
    assert case_of(base).aktif is False
    assert str(client.post(f"/sertifikasi/saya/mulai/{kode}").location) != base
    page = client.get(base)
    assert "Ditarik" in page.text
    client.checks_pages = False
    assert client.post(f"{base}/tarik").status_code == 409


# ---- files


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"%PDF-1.4 broken", "surat.pdf", "Berkas tidak dapat dibuka. Unggah ulang;"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "foto.jpg", "Jenis berkas tidak didukung."),
        (b"\x00\x00\x00\x18ftypheic", "foto.heic", "Berkas tidak dapat dibuka."),
        (b"", "kosong.jpg", "kosong (0 KB)"),
    ],
)
def test_bad_files_are_named_and_not_kept(masuk: Masuk, body: bytes, name: str, words: str) -> None:
    client = masuk(f.asesi())
    base = f.start(client, skema_versi())
    answer = f.post(client, f"{base}/apl-01/syarat", **{"s1-berkas": (io.BytesIO(body), name)})
    assert answer.status_code == 422
    assert words in answer.text
    assert count(BerkasAsesi) == 0


def test_a_large_file_is_told_its_size() -> None:
    user = f.principal(f.asesi())
    body = io.BytesIO(b"%PDF-" + b"0" * (13 * 1024 * 1024 + 5))
    with pytest.raises(Invalid) as told:
        berkas.receive(body, "besar.pdf", user, None, "berkas", "CV")
    assert told.value.pesan == "Berkas 14 MB terlalu besar (maksimal 10 MB). Coba foto ulang atau perkecil PDF."


def test_a_row_takes_one_to_five_files(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    base = f.start(client, skema_versi())
    for shade in range(6):
        answer = f.post(client, f"{base}/apl-01/syarat", **{"s1-berkas": f.file(40 * shade)})
    assert "Paling banyak 5 berkas untuk satu syarat." in answer.text
    assert count(BerkasSyarat) == 5


def test_a_replaced_file_changes_drafts_and_not_what_was_sent(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    sent = sent_apl01(user, client)
    old = f.read(user, f.id_of(sent)).syarat[0].berkas[0]
    base = f.start(client, skema_versi())
    f.post(client, f"{base}/apl-01/syarat", aksi="pakai:1", **{"s1-pakai": str(old.id)})
    data = {"berkas": f.file(222, "ijazah baru.jpg"), "ganti": str(old.id), "judul": "Ijazah S1", "tanggal": "3-9-2012"}
    assert f.post(client, "/sertifikasi/saya/dokumen", **data).status_code == 303
    assert f.read(user, f.id_of(sent)).syarat[0].berkas[0].id == old.id
    new = f.read(user, f.id_of(base)).syarat[0].berkas[0]
    assert (new.judul, new.tanggal) == ("Ijazah S1", date(2012, 9, 3))
    listed = {row.id for row in berkas.locker(user.id)}
    assert new.id in listed
    assert old.id not in listed


def test_a_used_file_is_not_removed(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = sent_apl01(user, client)
    used = f.read(user, f.id_of(base)).berkas[0]
    client.checks_pages = False
    assert client.post(f"/sertifikasi/saya/dokumen/{used.id}/hapus").status_code == 409
    f.post(client, "/sertifikasi/saya/dokumen", berkas=f.file(231, "cv.jpg"), jenis="CV")
    fresh = berkas.locker(user.id)[0]
    assert client.get(f"/sertifikasi/saya/dokumen/{fresh.id}").status_code == 200
    assert client.post(f"/sertifikasi/saya/dokumen/{fresh.id}/hapus").status_code == 303
    assert fresh.id not in {row.id for row in berkas.locker(user.id)}
    small = client.get(f"/sertifikasi/saya/berkas/{used.id}/kecil")
    assert small.mimetype == "image/jpeg"
    assert len(small.data) < 8_000
    stranger = masuk(f.asesi("Bayu Saputra"))
    for path in (f"/sertifikasi/saya/berkas/{used.id}/kecil", f"/sertifikasi/saya/dokumen/{used.id}"):
        assert stranger.get(path).status_code == 404
    assert count(Document) == 6


@pytest.mark.parametrize(
    ("tanggal", "sampai", "words", "old"),
    [
        (date(2025, 9, 1), None, "14 bulan lalu - perlu diperbarui", True),
        (date(2026, 10, 1), None, "1 bulan lalu", False),
        (None, date(2026, 11, 20), "masa berlaku habis kemarin - perlu diperbarui", True),
        (date(2026, 12, 1), None, "tanggal dokumen di masa depan - periksa lagi", True),
        (None, None, "", False),
    ],
)
def test_old_documents_say_so(tanggal: date | None, sampai: date | None, words: str, old: bool) -> None:
    row = BerkasAsesi(judul="Surat sehat", tanggal=tanggal, berlaku_sampai=sampai)
    assert berkas.age_words(row, date(2026, 11, 21), 12) == (words, old)


# ---- the scheme moves on; the next application


def newer(versi: SkemaVersi) -> SkemaVersi:
    """Version 2: the first unit stays, the second is another, one requirement more."""
    latest = add(
        SkemaVersi(skema_id=versi.skema_id, versi=2, judul=versi.judul, nomor="SKM/UJI/2", masa_berlaku_bulan=36,
                   surveilan=[12], status="TERBIT", contoh=False)
    )  # fmt: skip
    first = db.session.scalars(
        sa.select(SkemaUnit).where(SkemaUnit.skema_versi_id == versi.id, SkemaUnit.urut == 1)
    ).one()
    add(SkemaUnit(skema_versi_id=latest.id, unit_id=first.unit_id, urut=1))
    standard = add(Standar(kode=f"SKKNI-BARU-{uuid.uuid4()}", nomor="Kepmenaker Uji"))
    other = unit(standard, "O.842340.099.01", "Membongkar Tenda", (1,), "sourced")
    add(SkemaUnit(skema_versi_id=latest.id, unit_id=other.id, urut=2))
    for row in db.session.scalars(sa.select(SkemaSyarat).where(SkemaSyarat.skema_versi_id == versi.id)).all():
        names = ("kategori", "urut", "teks", "sifat", "grup", "jenis", "status_data")
        add(SkemaSyarat(skema_versi_id=latest.id, **{name: getattr(row, name) for name in names}))
    return latest


def test_a_draft_moves_to_the_new_version_with_consent(masuk: Masuk) -> None:
    versi = skema_versi()
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, versi)
    f.fill(client, base)
    f.answer_all(client, base, f.read(user, f.id_of(base)))
    latest = newer(versi)
    words = "Skema diperbarui; 2 unit berubah. Tinjau bagian bertanda."
    assert words in client.get(base).text
    assert words in f.messages(f.send(client, base))
    assert client.post(f"{base}/versi-skema").status_code == 303
    found = f.read(user, f.id_of(base))
    assert found.p.skema_versi_id == latest.id
    assert len(found.p.jawaban) == 3  # answers to the unit that stayed
    assert [bool(row.berkas) for row in found.syarat] == [True, True, False, True, True, True, False]
    pinned = {e.id for part in found.units for e in part.unit.elemen}
    assert {row.elemen_id for row in found.p.jawaban} <= pinned
    assert f.send(client, base).status_code == 303


def test_a_running_case_stays_on_its_version(masuk: Masuk) -> None:
    versi = skema_versi()
    user, client, base = accepted(masuk, versi)
    newer(versi)
    found = f.read(user, f.id_of(base))
    assert found.versi_baru is None
    with pytest.raises(Conflict):
        services.repin(found.p, f.principal(user))
    f.answer_all(client, base, found)
    assert f.send(client, base, "apl-02").status_code == 303


def test_the_next_application_fills_itself(masuk: Masuk) -> None:
    user, client, base = accepted(masuk)
    assert "Perbarui profil dengan perubahan ini?" in client.get(f"{base}/terkirim").text
    assert client.post(f"{base}/profil").status_code == 303
    again = f.start(client, skema_versi())
    case = f.read(user, f.id_of(again))
    for name in {**f.DATA, **f.PEKERJAAN}:
        if name != "lama_pengalaman":
            assert case.nilai(name), name
    page = client.get(f"{again}/apl-01/data").text
    assert "dari permohonan PMH-2026-000001, 21 Nov 2026" in page
    assert "dari profil" in page
    assert f.messages(f.post(client, f"{again}/apl-01/data", **{"ada-konfirmasi": "1"})) == [
        "Centang bahwa data ini masih benar, atau ubah yang berbeda"
    ]
    confirmed = {"ada-konfirmasi": "1", "konfirmasi": "1"}
    assert f.post(client, f"{again}/apl-01/data", **confirmed).status_code == 303
    assert f.post(client, f"{again}/apl-01/pekerjaan").status_code == 303
    f.post(client, f"{again}/apl-01/data", aksi="draf", hp="0813 0000 0000")
    assert f.read(user, f.id_of(again)).dari("hp") == ""


def test_nothing_comes_from_a_refused_application(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    sent_apl01(user, client)
    isian, asal, _ = services.prefill(f.principal(user))
    assert "alamat" not in isian
    assert not any("permohonan" in mark["dari"] for mark in asal.values())


def test_profile_is_kept_and_checked(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    assert client.get("/sertifikasi/saya/profil").status_code == 200
    assert f.post(client, "/sertifikasi/saya/profil", hp="abc").status_code == 422
    assert f.post(client, "/sertifikasi/saya/profil", hp="0812 3456 7890", kebangsaan="ID").status_code == 303
    assert "0812-3456-7890" in client.get("/sertifikasi/saya/profil").text


# ---- home


def test_the_task_list_counts_and_leads_on(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, skema_versi())
    found = lini.tasks(f.read(user, f.id_of(base)))
    assert (found.done, found.total, found.next_label) == (1, 8, "APL-01 Data pribadi")
    assert "1 dari 8 bagian selesai" in client.get(base).text
    f.fill(client, base)
    assert lini.tasks(f.read(user, f.id_of(base))).next_href == f"{base}/apl-01/periksa"
    assert client.get(f"{base}/lanjut").location == f"{base}/apl-01/periksa"
    f.send(client, base)
    f.post(client, f"{base}/apl-02/unit-1", **{"e1-jawaban": "BK"})
    tasks = lini.tasks(f.read(user, f.id_of(base)))
    assert (tasks.done, tasks.next_label) == (5, "APL-02 Unit 1")
    assert tasks.groups[1][1][0]["note"] == "1 dari 3 elemen"
    assert tasks.groups[1][1][-1]["reason"] == "Dapat dikirim setelah APL-01 diterima"


def test_tiles_lead_to_what_waits_for_the_asesi(masuk: Masuk) -> None:
    user = f.asesi()
    assert tiles.tiles(f.principal(user)) == []
    client = masuk(user)
    base = f.start(client, skema_versi())
    (tile,) = tiles.tiles(f.principal(user))
    assert (tile.href, tile.kind, tile.note) == (base, "tugas", "Batas 20 Januari 2027")
    f.fill(client, base)
    f.send(client, base)
    (tile,) = tiles.tiles(f.principal(user))
    assert (tile.kind, tile.figure) == ("angka", "APL-01 diperiksa")
    assert client.get("/beranda").status_code == 200


def test_pages_stay_light(masuk: Masuk) -> None:
    import gzip

    _, client, base = accepted(masuk)
    for path in ("", "/apl-01/periksa", "/apl-02/unit-1", "/apl-02/tinjau"):
        assert len(gzip.compress(client.get(f"{base}{path}").data)) < 20_000, path
    saved = {"aksi": "otomatis", "e1-jawaban": "K"}
    answer = client.post(f"{base}/apl-02/unit-1", data=saved, headers={"HX-Request": "true"})
    assert len(answer.data) < 2_000


def test_a_missing_elemen_is_told_by_its_own_check(masuk: Masuk) -> None:
    user, client, base = accepted(masuk)
    f.post(client, f"{base}/apl-02/unit-1", **{"e1-jawaban": "K", "e1-catatan": "pendek"})
    found = f.read(user, f.id_of(base))
    assert len(kirim.check_apl02(found)) == 2
    assert jawaban.suggestions(found, found.units[0]) == {}
    assert now() is not None
