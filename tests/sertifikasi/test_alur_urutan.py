"""Steps in the wrong order: later addresses, pages kept open, the way back, two windows on the same case."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import activity
from portal.kernel.approval import SubmissionEvent
from portal.kernel.db import db
from portal.kernel.people import User
from portal.sertifikasi import alur
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import pleno
from portal.sertifikasi.saya import models as m
from tests.layar import Formulir, Jendela
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi import langkah
from tests.sertifikasi.langkah import LANJUT, SANDI

pytestmark = pytest.mark.usefixtures("app", "jam")
REFUSED = (403, 404, 409, 422)
LONG = "Alasan yang cukup panjang untuk dicatat pada permohonan ini."
# What each post needs to be carried out in its own state: who, where, the states it belongs to, fields.
STEPS: tuple[tuple[str, str, set[str], dict[str, Any]], ...] = (
    ("staf", "/permohonan/{case}/terima", {m.DIAJUKAN}, {"hubungan": "TIDAK", "sandi": SANDI}),
    ("staf", "/permohonan/{case}/minta-perbaikan", {m.DIAJUKAN},
     {"hubungan": "TIDAK", "isian": "nama", "isian-nama": LONG, "pesan": LONG}),
    ("staf", "/permohonan/{case}/usul-tolak", {m.DIAJUKAN}, {"hubungan": "TIDAK", "kelas": "LAIN", "alasan": LONG}),
    ("manajer", "/permohonan/{case}/tolak", {m.DIAJUKAN}, {"alasan": LONG}),
    ("asesi", "/saya/{case}/apl-01/periksa", {m.DRAF}, {"aksi": "ajukan", "pernyataan": "1", "sandi": SANDI}),
    ("asesi", "/saya/{case}/apl-02/tinjau", {m.APL01_DITERIMA}, {"aksi": "ajukan", "pernyataan": "1", "sandi": SANDI}),
    ("staf", "/permohonan/{case}/penugasan", {m.APL02_DIAJUKAN}, {"asesor": "{asesor}", "rencana": "3-12-2026"}),
    ("manajer", "/permohonan/{case}/penugasan/{p}/setujui", {m.APL02_DIAJUKAN}, {}),
    ("manajer", "/permohonan/{case}/ganti-asesor", set(alur.BEFORE_SESSION), {"alasan": LONG}),
    ("asesor", "/asesmen/{p}/mulai", {m.ASESOR_DITUGASKAN}, {}),
    ("asesor", "/asesmen/{p}/putusan", {m.DITINJAU}, {"aksi": "lanjut", "sandi": SANDI}),
    ("asesor", "/asesmen/{p}/putusan", {m.DITINJAU},
     {"aksi": "tidak", "alasan": LONG, "jalur": "PELATIHAN", "sandi": SANDI}),
    ("asesor", "/asesmen/{p}/putusan", {m.DITINJAU}, {"aksi": "perbaikan", "pesan": LONG}),
    ("asesor", "/asesmen/{p}/ak-01", {m.SIAP_ASESMEN},
     {"bukti": "LISAN", "tanggal": "3-12-2026", "mulai": "09.00", "selesai": "12.00", "tuk": "{tuk}", "sandi": SANDI}),
    ("asesi", "/saya/{case}/ak-01", {m.SIAP_ASESMEN}, {"setuju": "1", "sandi": SANDI, "sidik": "0" * 64}),
    ("staf", "/sesi/{sesi}/peserta", {m.AK01_DISETUJUI, m.TERJADWAL}, {"permohonan": "{case}"}),
    ("asesor", "/asesmen/{p}/ak-02", {m.BERLANGSUNG}, {"rekomendasi": "K", "sandi": SANDI}),
    ("asesi", "/saya/{case}/ak-02", {m.DIREKOMENDASIKAN}, {"sandi": SANDI, "sidik": "0" * 64}),
    ("staf", "/permohonan/{case}/bukti/{syarat}", {m.DIAJUKAN},
     {"status": "TIDAK_MEMENUHI", "catatan": LONG, "versi": "1"}),
    ("asesor", "/asesmen/{p}/elemen/{elemen}", {m.DITINJAU},
     {"vatm": "V", "perbaiki": "1", "catatan": LONG, "versi": "1"}),
    ("asesor", "/asesmen/{p}/ak-02/{unit}", {m.BERLANGSUNG}, {"metode": "LISAN", "hasil": "K"}),
    ("asesor", "/sesi/{sesi}/mulai", {m.TERJADWAL}, {}),
    ("asesor", "/sesi/{sesi}/tutup", {m.DIREKOMENDASIKAN}, {"aspek": LONG, "sandi": SANDI}),
    ("staf", "/permohonan/{case}/gugurkan", set(alur.FLOW.move("gugurkan").sources), {"alasan": LONG}),
    ("asesi", "/saya/{case}/ak-03", {m.DIREKOMENDASIKAN}, {f"p{n}": "YA" for n in range(1, 11)}),
    ("manajer", "/permohonan/{case}/buka-rekomendasi", {m.DIREKOMENDASIKAN}, {"alasan": LONG}),
    ("manajer", "/pleno/{pleno}/permohonan", {m.DIREKOMENDASIKAN, m.DITUNDA}, {"kasus": "{case}"}),
    ("asesi", "/saya/{case}/banding", {m.DIREKOMENDASIKAN},
     {"jawaban-1": "YA", "jawaban-2": "YA", "jawaban-3": "YA", "alasan": LONG, "sandi": SANDI}),
)  # fmt: skip


def events(row: m.Permohonan) -> int:
    query = sa.select(sa.func.count()).where(SubmissionEvent.submission_id == row.submission_id)
    return db.session.scalar(query) or 0


def kept(row: m.Permohonan) -> tuple[Any, ...]:
    """State, events, forms, verdicts, reviews and results of a case."""
    tables = (m.FormIsian, m.BuktiSyarat, m.JawabanApl02, a.HasilUnit, a.PenugasanAsesor, a.PesertaSesi)
    return (f.status(row), events(row), *(_rows(table, row.id) for table in tables))


def _rows(table: Any, case: uuid.UUID) -> list[Any]:
    query = sa.select(*table.__table__.columns).where(table.permohonan_id == case)
    return list(db.session.execute(query.order_by(table.id)).tuples())


class Meja:
    """Windows of everybody, addresses of one case."""

    def __init__(self, app: Flask, lsp: f.Lsp, row: m.Permohonan) -> None:
        self.row, seats = row, [f.account(f"Komite {n}", "komite_teknis").id for n in (1, 2, 3)]
        meeting = pleno.create(f.principal(lsp.manajer), f.TODAY, "", seats, seats[0])
        unit = f.kasus.units(row.skema_versi_id)[0][1]
        asesi = db.session.get_one(User, row.user_id)
        people = {"staf": lsp.sekretariat, "manajer": lsp.manajer, "asesor": lsp.asesor_user, "asesi": asesi}
        self.jendela = {name: Jendela.baru(app, user.pengguna, SANDI).masuk() for name, user in people.items()}
        self.tetap = {
            "case": str(row.id), "sesi": str(f.sesi_baru(lsp).id), "asesor": str(lsp.asesor.id),
            "tuk": str(lsp.tuk.id), "pleno": str(meeting.id), "unit": str(unit.id), "elemen": str(unit.elemen[0].id),
            "syarat": str(f.kasus.syarat(row)[0].syarat.id),
        }  # fmt: skip

    def coba(self, who: str, path: str, fields: dict[str, Any]) -> int:
        p = db.session.scalar(sa.select(a.PenugasanAsesor.id).where(a.PenugasanAsesor.permohonan_id == self.row.id))
        names = {**self.tetap, "p": str(p or uuid.uuid4())}
        data = {name: value.format(**names) for name, value in fields.items()}
        token = self.jendela[who].token()
        body = {**data, "csrf_token": token, "kunci": str(uuid.uuid4())}
        return self.jendela[who].client.post(f"/sertifikasi{path}".format(**names), data=body).status_code


def test_a_later_or_earlier_step_is_refused_in_every_state(app: Flask, jam: Any) -> None:
    """By its address with everything it asks for: no event, no form, no error of the server."""
    lsp = f.Lsp()
    row = f.permohonan(lsp)
    desk = Meja(app, lsp, row)
    begin: Any = (m.BERLANGSUNG, lambda lsp, row: f.berlangsung(lsp, row, jam))
    for reached, step in [*f.STEPS, begin, (m.DIREKOMENDASIKAN, f.direkomendasikan)]:
        state = f.status(row)
        before = kept(row)
        for who, path, states, fields in STEPS:
            if state in states:
                continue
            status = desk.coba(who, path, fields)
            assert status in REFUSED, f"{state}: {who} {path} {status}"
            assert kept(row) == before, f"{state}: {who} {path}"
        if reached == m.BERLANGSUNG:
            jam.move_to(f.sesi_of(row).mulai)
        step(lsp, row)
        db.session.flush()
        assert f.status(row) == reached
        if reached == m.BERLANGSUNG:
            for window in desk.jendela.values():
                window.masuk()
    assert activity.verify().broken is None


def test_pages_kept_open_change_nothing_after_sending(app: Flask, jam: Any) -> None:
    """The way back in the browser, and a step from before the sending."""
    lsp = f.Lsp()
    case = langkah.mulai(langkah.daftar(Jendela.baru(app), lsp.versi.skema.kode, "Ratna Wulandari", "r@contoh.id"), jam,
                         langkah.RATNA)  # fmt: skip
    kept = case.jendela.buka(f"{case.dasar}/apl-01/data").formulir(LANJUT).isi({**langkah.RATNA, "nama": "Nama Lain"})
    page = langkah.isi_apl01(case)
    other = Jendela(page.jendela.client, case.jendela.pengguna, SANDI).buka(f"{case.dasar}/apl-01/periksa")
    langkah.kirim_apl01(case, page)
    case.bergerak("ajukan", ke=m.DIAJUKAN)
    kept.lagi(LANJUT, 409)
    again = other.formulir("Kirim permohonan").isi(pernyataan="1", sandi=SANDI)
    again.lagi("Kirim permohonan", 409)
    assert case.baris.nama == "Ratna Wulandari"
    back = case.jendela.buka(f"{case.dasar}/apl-01/data")
    assert "Bagian ini sedang tidak dapat diubah." in back.kata
    assert LANJUT not in back.tombol_tombol
    case.diam()


def rows(page: Any) -> Formulir:
    form: Formulir = page.semua("Simpan putusan baris")[0]
    return form


def test_two_verifiers_at_once_and_an_asesi_who_withdraws(app: Flask) -> None:
    lsp = f.Lsp()
    row = f.permohonan(lsp)
    one = Jendela.baru(app, lsp.sekretariat.pengguna, SANDI).masuk()
    two = Jendela.baru(app, lsp.rekan.pengguna, SANDI).masuk()
    mine, theirs = (rows(window.buka(f"/sertifikasi/permohonan/{row.id}/bukti")) for window in (one, two))
    mine.isi(status="MEMENUHI").tekan("Simpan putusan baris")
    late = theirs.isi(status="TIDAK_MEMENUHI", catatan="Tidak terbaca").lagi("Simpan putusan baris", 409)
    assert "Putusan Anda belum disimpan" in late.kata
    kept = rows(late)
    assert (kept.medan["status"].nilai, kept.medan["catatan"].nilai) == (["TIDAK_MEMENUHI"], ["Tidak terbaca"])
    f.setuju_semua(lsp, row)
    accept = one.buka(f"/sertifikasi/permohonan/{row.id}/bukti").formulir("Terima dan tanda tangani")
    asesi = Jendela.baru(app, db.session.get_one(User, row.user_id).pengguna, SANDI).masuk()
    away = asesi.buka(f"/sertifikasi/saya/{row.id}").ikuti("Tarik permohonan ini")
    form = away.formulir("Tarik permohonan")
    form.tekan("Tarik permohonan")
    form.lagi("Tarik permohonan", 303, 409)
    accept.isi(hubungan="TIDAK", sandi=SANDI).lagi("Terima dan tanda tangani", 409)
    assert (f.status(row), events(row)) == (m.DITARIK, 1)
