"""Verification of APL-01: rows, two verifiers, returns, refusals in two hands, who may read what."""

import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel.activity import Aktivitas
from portal.kernel.approval import history, move
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.notices import Notice
from portal.sertifikasi.asesmen import formulir, kalender, kasus
from portal.sertifikasi.asesmen.verifikasi import services
from portal.sertifikasi.saya import models as m
from tests.kernel.factories import give
from tests.sertifikasi import factories_asesmen as f

pytestmark = pytest.mark.usefixtures("app", "jam")


@pytest.fixture
def lsp() -> f.Lsp:
    return f.Lsp()


@pytest.fixture
def row(lsp: f.Lsp) -> m.Permohonan:
    return f.permohonan(lsp)


def first(row: m.Permohonan) -> kasus.BarisSyarat:
    return kasus.syarat(row)[0]


def decide(client: Any, row: m.Permohonan, baris: kasus.BarisSyarat, **values: Any) -> Any:
    data = {"status": m.MEMENUHI, "catatan": "", "versi": baris.bukti.versi, **values}
    return client.post(f"/sertifikasi/permohonan/{row.id}/bukti/{baris.syarat.id}", data=data)


def events(name: str) -> list[Aktivitas]:
    return list(db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == name)))


def test_a_row_is_decided_with_a_note_when_it_does_not_meet(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    client = masuk(lsp.sekretariat)
    baris = first(row)
    answer = decide(client, row, baris, status=m.TIDAK_MEMENUHI)
    assert answer.status_code == 422
    assert "sedikitnya 10 huruf" in answer.text
    assert decide(client, row, baris, status=m.TIDAK_MEMENUHI, catatan="Ijazah tidak terbaca.").status_code == 303
    page = client.get(f"/sertifikasi/permohonan/{row.id}/bukti").text
    assert "Diputus Sekar Sekretariat" in page
    assert "Ijazah tidak terbaca." in page
    assert events("sertifikasi.bukti_diputus")[-1].data["ke"] == m.TIDAK_MEMENUHI


def test_of_two_verifiers_the_second_sees_what_the_first_left(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    baris = first(row)
    assert decide(masuk(lsp.sekretariat), row, baris).status_code == 303  # the row's version is 2 now
    answer = decide(
        masuk(lsp.rekan), row, baris, status=m.TIDAK_MEMENUHI, catatan="Menurut saya kurang jelas.", versi=1
    )
    assert answer.status_code == 409
    assert "baru saja diputus Sekar Sekretariat: Memenuhi" in answer.text
    assert "Menurut saya kurang jelas." in answer.text, "what the second typed is still there"
    assert first(row).status == m.MEMENUHI


def test_accepting_wants_every_row_the_declaration_and_the_password(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    client = masuk(lsp.sekretariat)
    address = f"/sertifikasi/permohonan/{row.id}/terima"
    good = {"hubungan": "TIDAK", "sandi": f.PASSWORD, "kunci": str(uuid.uuid4())}
    assert "belum diputus" in client.post(address, data=good).text
    f.setuju_semua(lsp, row)
    assert client.post(address, data={**good, "hubungan": ""}).status_code == 422
    assert "keluarga" in client.post(address, data={**good, "hubungan": "ADA"}).text
    assert "Kata sandi tidak cocok" in client.post(address, data={**good, "sandi": "salah"}).text
    assert f.status(row) == m.DIAJUKAN
    for _ in range(2):  # a second press of the same button
        assert client.post(address, data=good).status_code == 303
    assert f.status(row) == m.APL01_DITERIMA
    assert [e.aksi for e in history(row.submission_id)] == ["terima"]
    form = formulir.terakhir(row.id, m.APL01)
    assert form is not None
    assert form.isi["rekomendasi"] == "DITERIMA"
    assert {s["status"] for s in form.isi["syarat"]} == {m.MEMENUHI}
    signed = formulir.tanda_di_kertas(form)
    assert [(t.peran, t.sha256) for t in signed] == [("ADMIN_LSP", form.sha256)]


def test_a_mandatory_row_that_fails_leaves_only_repair_or_refusal(lsp: f.Lsp, row: m.Permohonan) -> None:
    me = f.principal(lsp.sekretariat)
    f.setuju_semua(lsp, row)
    baris = first(row)
    services.putus_baris(row, baris.syarat.id, me, m.TIDAK_MEMENUHI, "Ijazah orang lain.", baris.bukti.versi)
    with pytest.raises(Invalid, match="wajib tidak memenuhi"):
        services.terima(row, me, "TIDAK", f.PASSWORD, "", None)


def test_one_of_a_group_is_enough_but_one_there_must_be(lsp: f.Lsp, row: m.Permohonan) -> None:
    me = f.principal(lsp.sekretariat)
    f.setuju_semua(lsp, row)
    group = [b for b in kasus.syarat(row) if b.syarat.grup]
    for place, baris in enumerate(group):
        services.putus_baris(row, baris.syarat.id, me, m.TIDAK_MEMENUHI, "Tidak dapat dipakai.", baris.bukti.versi)
        db.session.flush()
        assert bool(services.kekurangan(kasus.syarat(row))) == (place == len(group) - 1)


def test_a_return_opens_only_what_was_flagged(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    client = masuk(lsp.sekretariat)
    address = f"/sertifikasi/permohonan/{row.id}/minta-perbaikan"
    assert "Tandai sedikitnya satu" in client.post(address, data={"hubungan": "TIDAK"}).text
    baris = first(row)
    decide(client, row, baris, status=m.TIDAK_MEMENUHI, catatan="Foto ijazah terpotong.")
    fields = {"hubungan": "TIDAK", "isian": "hp", "isian-hp": "Nomor HP tidak aktif."}
    assert client.post(address, data=fields).status_code == 303
    db.session.refresh(row)
    assert f.status(row) == m.PERLU_PERBAIKAN
    assert row.ditandai == [f"syarat:{baris.bukti.id}", "isian:hp"]
    assert row.tenggat == date(2026, 12, 7), "5 December is a Saturday"
    event = history(row.submission_id)[-1]
    assert event.rincian["catatan"]["isian:hp"] == "Nomor HP tidak aktif."
    assert "Batas 7 Desember 2026" in event.catatan


def test_the_deadline_moves_past_holidays() -> None:
    assert kalender.tenggat_perbaikan(date(2026, 12, 11)) == date(2026, 12, 28), "Christmas, then a weekend"
    assert kalender.batas_keberatan(date(2026, 12, 23)) == date(2026, 12, 30), "shared leave, Christmas, a weekend"


def test_sent_again_a_failed_row_waits_for_a_decision_and_keeps_its_note(lsp: f.Lsp, row: m.Permohonan) -> None:
    me, baris = f.principal(lsp.sekretariat), first(row)
    services.putus_baris(row, baris.syarat.id, me, m.TIDAK_MEMENUHI, "Ijazah tidak terbaca.", baris.bukti.versi)
    services.minta_perbaikan(row, me, "TIDAK", {}, "", None)
    move(row.submission_id, "ajukan", f.asesi(row))  # edge 14: only some notes were dealt with
    db.session.expire_all()
    assert (first(row).status, first(row).bukti.catatan) == ("", "Ijazah tidak terbaca.")
    services.minta_perbaikan(row, me, "TIDAK", {"hp": "Nomor HP tidak aktif."}, "", None)  # returned twice
    assert row.ditandai == ["isian:hp"]


def test_a_withdrawn_case_can_no_longer_be_decided(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    baris = first(row)
    move(row.submission_id, "tarik", f.asesi(row))
    answer = decide(masuk(lsp.sekretariat), row, baris)
    assert answer.status_code == 409
    assert "sudah berstatus ditarik" in answer.text


def test_nobody_verifies_their_own_application(lsp: f.Lsp, masuk: Any) -> None:
    own = f.permohonan(lsp, user=lsp.sekretariat)
    baris = first(own)
    assert decide(masuk(lsp.sekretariat), own, baris).status_code == 403
    second = f.account("Akun Kedua", "sekretariat_lsp", orang_id=own.orang_id)
    with pytest.raises(Denied):
        services.putus_baris(own, baris.syarat.id, f.principal(second), m.MEMENUHI, "", 1)
    assert decide(masuk(lsp.rekan), own, baris).status_code == 303


def test_a_refusal_is_proposed_by_one_and_confirmed_by_another(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    address = f"/sertifikasi/permohonan/{row.id}"
    client = masuk(lsp.manajer)
    assert client.post(f"{address}/tolak", data={"alasan": "Tanpa usul siapa pun."}).status_code == 409
    client = masuk(lsp.sekretariat)
    proposal = {"hubungan": "TIDAK", "kelas": "SYARAT_DASAR", "alasan": "Pendidikan di bawah syarat dasar."}
    assert client.post(f"{address}/usul-tolak", data={**proposal, "kelas": ""}).status_code == 422
    assert client.post(f"{address}/usul-tolak", data=proposal).status_code == 303
    assert f.status(row) == m.DIAJUKAN
    assert client.post(f"{address}/tolak").status_code == 403
    assert "Usul penolakan menunggu" in masuk(lsp.manajer).get(f"{address}/bukti").text
    assert client.post(f"{address}/tolak", data={"alasan": ""}).status_code == 303
    assert f.status(row) == m.APL01_DITOLAK
    told = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == row.user_id)).all()
    assert "Hak banding Anda" in told


def test_who_proposed_a_refusal_does_not_confirm_it(lsp: f.Lsp, row: m.Permohonan) -> None:
    give(lsp.sekretariat, "manajer_sertifikasi")
    me = f.principal(lsp.sekretariat)
    services.usul_tolak(row, me, "TIDAK", "SYARAT_DASAR", "Pendidikan di bawah syarat dasar.", None)
    with pytest.raises(Denied):
        services.tolak(row, me, "", None)


def test_lapse_waits_for_the_deadline_and_a_day_more(lsp: f.Lsp, row: m.Permohonan, jam: Any) -> None:
    me = f.principal(lsp.sekretariat)
    services.minta_perbaikan(row, me, "TIDAK", {"hp": "Nomor HP tidak aktif."}, "", None)
    jam.move_to(f.now().replace(month=12, day=8))
    with pytest.raises(Conflict):
        services.gugurkan(row, me, "Batas waktu perbaikan lewat.", None)
    jam.move_to(f.now().replace(day=9))
    services.gugurkan(row, me, "Batas waktu perbaikan lewat.", None)
    assert f.status(row) == m.GUGUR
    assert not row.aktif


def test_the_nik_is_masked_and_shown_for_a_logged_reason(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    client = masuk(lsp.sekretariat)
    assert "3171************" in client.get(f"/sertifikasi/permohonan/{row.id}").text
    address = f"/sertifikasi/permohonan/{row.id}/nik"
    assert client.post(address, data={"alasan": "cek"}).status_code == 422
    answer = client.post(address, data={"alasan": "Mencocokkan dengan KTP terunggah."})
    assert "3171014309900001" in answer.text
    assert "3171014309900001" not in client.get(f"/sertifikasi/permohonan/{row.id}").text
    assert events("nik.dibaca")[-1].data == {"alasan": "Mencocokkan dengan KTP terunggah."}


def test_evidence_opens_for_the_lsp_and_each_look_is_in_the_log(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    file = first(row).berkas[0]
    f.terisi(file.dokumen_id)
    client = masuk(lsp.sekretariat)
    for _ in range(2):
        assert client.get(f"/berkas/{file.dokumen_id}").status_code == 303
    assert [(e.objek_id, e.pelaku_id) for e in events("sertifikasi.bukti_dibaca")] == [(file.id, lsp.sekretariat.id)]
    assert masuk(lsp.asesor_user).get(f"/berkas/{file.dokumen_id}").status_code == 404
    assert masuk(f.account("Orang Lain")).get(f"/berkas/{file.dokumen_id}").status_code == 404


def test_apl02_stays_the_asesis_until_it_is_sent(lsp: f.Lsp, row: m.Permohonan, masuk: Any) -> None:
    f.diterima(lsp, row)
    page = masuk(lsp.sekretariat).get(f"/sertifikasi/permohonan/{row.id}/apl-02")
    assert ">APL-02</a>" not in page.text
    f.apl02(lsp, row)
    assert ">APL-02</a>" in masuk(lsp.sekretariat).get(f"/sertifikasi/permohonan/{row.id}/apl-02").text


def test_drafts_and_strangers_see_nothing(lsp: f.Lsp, masuk: Any) -> None:
    draft = f.permohonan(lsp, apl01_diajukan_at=None, nomor=None)
    assert masuk(lsp.sekretariat).get(f"/sertifikasi/permohonan/{draft.id}").status_code == 404
    sent = f.permohonan(lsp, "Bima Sakti")
    for user in (f.account("Orang Biasa"), lsp.asesor_user, f.account("BNSP", "pihak_ketiga")):
        assert masuk(user).get(f"/sertifikasi/permohonan/{sent.id}").status_code == 403
