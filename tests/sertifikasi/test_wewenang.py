"""Beyond a page of the matrix: rows of the own batch, evidence of a meeting, advice, guests, the log in parts."""

from datetime import date
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import activity, jobs, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pleno, tindakan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from tests.kernel.factories import UserFactory
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.factories import add
from tests.sertifikasi.orang import petugas
from tests.sertifikasi.test_pantau import izin
from tests.sertifikasi.test_repositori import berkas

ADVICE = "Dugaan ini perlu diperiksa dahulu sebelum sertifikat ditangguhkan."


@pytest.fixture
def place(app: Flask, jam: Any) -> f.Lsp:
    return f.lsp()


def keputusan(case: m.Permohonan) -> k.Keputusan:
    return db.session.scalars(sa.select(k.Keputusan).where(k.Keputusan.permohonan_id == case.id)).one()


def bukti(case: m.Permohonan) -> m.BerkasAsesi:
    first = sa.select(s.SkemaSyarat.id).where(s.SkemaSyarat.skema_versi_id == case.skema_versi_id)
    add(m.BuktiSyarat(permohonan_id=case.id, syarat_id=db.session.scalars(first).first()))
    return berkas(case, letter("bukti", ["uji"]), "SURAT_PENGALAMAN")


def rekan(place: f.Lsp) -> a.Asesor:
    """Another asesor of the same LSP."""
    user = f.staff("asesor", "Made Wirawan")
    return add(
        a.Asesor(user_id=user.id, no_reg="MET.000.919191 2024", mulai=date(2024, 1, 1), selesai=date(2027, 1, 1))
    )


# ---- attendance


def test_only_members_count_and_guests_are_named(place: f.Lsp) -> None:
    row = f.rapat(place, f.kasus(place))
    stranger = UserFactory(nama="Bukan Anggota")
    chair = f.principal(place.komite[0])
    for present in (set(), {stranger.id}, {place.komite[0].id, stranger.id}):
        with pytest.raises(Invalid):
            pleno.attend(row, chair, present)
    with pytest.raises(Invalid, match="paling banyak"):
        pleno.attend(row, chair, {place.komite[0].id}, ["Tamu" * 100])
    pleno.attend(row, chair, {place.komite[0].id}, ["  Nur  Aini ", "", "Nur Aini", "Bambang Sutrisno"])
    assert row.undangan == ["Nur Aini", "Bambang Sutrisno"]
    state = pleno.count(row, pleno.open_rows(row.id)[0], pleno.members_of(row.id))
    assert state.penentu == [place.komite[0].id]
    assert "Tidak kuorum: 1 anggota" in state.halangan, "guests do not make a quorum"


def test_guests_are_printed_in_the_minutes(place: f.Lsp, masuk: Any) -> None:
    row = f.rapat(place, f.kasus(place))
    chair = masuk(place.komite[0])
    present = {"hadir": [str(u.id) for u in place.komite], "undangan": "Nur Aini\r\nYusuf Maulana"}
    assert chair.post(f"/sertifikasi/pleno/{row.id}/kehadiran", data=present).status_code == 303
    assert "Undangan: Nur Aini, Yusuf Maulana" in masuk(place.komite[1]).get(f"/sertifikasi/pleno/{row.id}").text
    f.putuskan(row, place)
    assert row.isi["undangan"] == ["Nur Aini", "Yusuf Maulana"]
    assert [one["nama"] for one in row.isi["anggota"]] == [user.nama for _, user in pleno.members_of(row.id)]
    job = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.kunci == f"pleno-{row.id}")).one()
    paper = db.session.get_one(Document, pleno.cetak_pleno.run(job))
    with pypdfium2.PdfDocument(storage.get(paper.kunci)) as pdf:
        text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "Undangan, tanpa suara: Nur Aini, Yusuf Maulana" in " ".join(text.split())


def test_who_stepped_aside_from_every_row_is_told_why_and_has_no_button(place: f.Lsp, masuk: Any) -> None:
    other = f.kasus(place)
    add(a.Pelatihan(pelatih_id=place.komite[1].id, peserta_id=other.user_id, nama="Uji", selesai=date(2026, 9, 1)))
    row = f.rapat(place, other)
    aside = masuk(place.komite[1]).get(f"/sertifikasi/pleno/{row.id}").text
    assert "Simpan suara saya" not in aside
    assert "Anda mengundurkan diri dari semua baris yang masih terbuka (melatih asesi ini)" in aside
    assert "Simpan suara saya" in masuk(place.komite[2]).get(f"/sertifikasi/pleno/{row.id}").text
    pleno.add(row, place.panggil("manajer"), [f.kasus(place).id])
    assert "Simpan suara saya" in masuk(place.komite[1]).get(f"/sertifikasi/pleno/{row.id}").text, "one row is left"


# ---- the komite: evidence and advice


def test_a_member_opens_evidence_of_the_meeting_and_leaves_a_line(place: f.Lsp, masuk: Any) -> None:
    case, elsewhere = f.kasus(place), f.kasus(place)
    held, other = bukti(case), bukti(elsewhere)
    add(a.Pelatihan(pelatih_id=place.komite[1].id, peserta_id=case.user_id, nama="Uji", selesai=date(2026, 9, 1)))
    row = f.rapat(place, case, anggota=[*place.komite, place.ketua])
    page = f"/sertifikasi/pleno/{row.id}/bukti/{keputusan(case).id}"
    member = masuk(place.komite[0])
    assert page in member.get(f"/sertifikasi/pleno/{row.id}").text
    assert held.judul in member.get(page).text
    assert member.get(f"/berkas/{held.dokumen_id}").status_code in (200, 303)
    assert member.get(f"/berkas/{other.dokumen_id}").status_code == 404, "not brought to the meeting"
    lines = db.session.scalars(sa.select(Aktivitas.peristiwa).where(Aktivitas.pelaku_id == place.komite[0].id)).all()
    assert {"sertifikasi.bukti_dibaca", "sertifikasi.kasus_dibuka"} <= set(lines)
    assert masuk(place.komite[1]).get(page).status_code == 404, "stepped aside"
    assert masuk(place.komite[1]).get(f"/berkas/{held.dokumen_id}").status_code == 404
    assert masuk(place.ketua).get(page).status_code == 403, "a member, but not of the komite"
    assert masuk(place.ketua).get(f"/berkas/{held.dokumen_id}").status_code == 404
    owner = masuk(db.session.get_one(type(place.ketua), case.user_id))
    assert "Membuka bukti Anda" in owner.get("/akun").text, "the asesi reads who looked"


def test_the_komite_weighs_an_act_until_it_is_decided(place: f.Lsp, masuk: Any) -> None:
    cert = f.berlaku(place)[0]
    typed = {"jenis": k.CABUT, "kelas": "KELIRU_LSP", "uraian": "Nomor tercetak dua kali untuk dua orang berbeda."}
    act = tindakan.propose(cert, place.panggil("sekretariat"), typed, None)
    page = f"/sertifikasi/tindakan/{act.id}"
    member = masuk(place.komite[0])
    assert cert.nama in member.get("/sertifikasi/tindakan").text
    assert member.post(f"{page}/pertimbangan", data={"teks": "singkat"}).status_code == 422
    assert member.post(f"{page}/pertimbangan", data={"teks": ADVICE}).status_code == 303
    tindakan.advise(act, f.principal(place.komite[0]), f"{ADVICE} Lagi.")
    assert [one["teks"] for one in act.pertimbangan] == [f"{ADVICE} Lagi."], (
        "said again, it takes the first one's place"
    )
    for user in (place.asesor, f.pemegang(cert), place.sekretariat):
        with pytest.raises(Denied):
            tindakan.advise(act, f.principal(user), ADVICE)
    assert f"{ADVICE} Lagi." in masuk(place.manajer).get(f"/sertifikasi/sertifikat/{cert.id}").text
    act.status = k.DISETUJUI
    with pytest.raises(Conflict):
        tindakan.advise(act, f.principal(place.komite[1]), ADVICE)
    assert masuk(place.komite[0]).get(f"/sertifikasi/sertifikat/{cert.id}").status_code == 403


# ---- the asesor: rows of the own batch


def test_an_asesor_reads_the_rows_they_assessed_and_no_paper_with_others(place: f.Lsp, masuk: Any) -> None:
    mine, other = f.kasus(place, "Asesi Milik"), f.kasus(place, "Asesi Lain")
    colleague = rekan(place)
    for table in (a.PenugasanAsesor, a.Rekomendasi):
        db.session.execute(
            sa.update(table).where(table.permohonan_id == other.id).values(asesor_id=colleague.id)
        )  # fmt: skip
    row = f.rapat(place, mine, other)
    f.putuskan(row, place)
    made = f.sk_untuk(row, place)
    paper = db.session.scalars(sa.select(Document.id).limit(1)).first()
    row.berita_acara_id = made.dokumen_id = paper
    db.session.flush()
    client = masuk(place.asesor)
    for page in (f"/sertifikasi/pleno/{row.id}", f"/sertifikasi/sk/{made.id}"):
        text = client.get(page).text
        assert ("Asesi Milik" in text, "Asesi Lain" in text) == (True, False), page
        assert f"/berkas/{paper}" not in text, page
    assert client.get(f"/berkas/{paper}").status_code == 404
    assert masuk(petugas("asesor")).get(f"/sertifikasi/pleno/{row.id}").status_code == 404, "of another batch"


# ---- who looks in from outside


def test_a_session_shows_an_outsider_those_of_the_leave(place: f.Lsp, masuk: Any) -> None:
    inside, before = f.kasus(place, "Asesi Dalam"), f.kasus(place, "Asesi Luar")
    before.dibuat_at = before.dibuat_at.replace(year=2001)
    watcher = petugas("pihak_ketiga")
    izin(watcher)
    client = masuk(watcher)
    text = client.get(f"/sertifikasi/sesi/{place.sesi.id}").text
    assert (inside.nama in text, before.nama in text) == (True, False)
    assert "2 dari 20" in text
    listed = client.get("/sertifikasi/penugasan").text
    assert (inside.nama in listed, before.nama in listed) == (True, False)
    assert client.get(f"/sertifikasi/permohonan/{before.id}/penugasan").status_code == 404
    inside.dibuat_at = inside.dibuat_at.replace(year=2001)
    db.session.flush()
    assert client.get(f"/sertifikasi/sesi/{place.sesi.id}").status_code == 404


def test_the_public_reads_names_who_signs_in_reads_more(place: f.Lsp, app: Flask, masuk: Any) -> None:
    page = "/sertifikasi/asesor-tuk"
    public = app.test_client().get(page).text
    assert ("Bambang Sutrisno" in public, "Balai Latihan Sagara" in public) == (True, True)
    assert place.asesor_row.no_reg not in public
    assert place.asesor_row.no_reg in masuk(UserFactory()).get(page).text
    place.asesor_row.aktif = False
    db.session.flush()
    assert "Bambang Sutrisno" not in app.test_client().get(page).text


# ---- the log in parts


def test_the_sekretariat_reads_lines_of_the_lsp_outsiders_figures_without_names(place: f.Lsp, masuk: Any) -> None:
    row = f.rapat(place, f.kasus(place))
    stranger = UserFactory(nama="Warga Biasa")
    activity.log("sertifikasi.kasus_dibuka", by=stranger, bagian="uji")
    f.simpan()
    text = masuk(place.sekretariat).get("/sertifikasi/jejak").text
    assert ("pleno.dibuat" in text, place.manajer.nama in text, "Warga Biasa" in text) == (True, True, False)
    watcher = petugas("pihak_ketiga")
    assert masuk(watcher).get("/sertifikasi/jejak/ringkasan").status_code == 403, "without leave"
    izin(watcher)
    figures = masuk(watcher).get("/sertifikasi/jejak/ringkasan").text
    assert "Pleno dibuat" in figures
    assert place.manajer.nama not in figures
    assert row.nomor not in figures
    read = sa.select(Aktivitas.pelaku).where(Aktivitas.peristiwa == "jejak.dibaca").order_by(Aktivitas.urut)
    assert db.session.scalars(read).all() == [place.sekretariat.nama, watcher.nama]
