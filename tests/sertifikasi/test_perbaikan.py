"""A wrong row of a signed SK is put right by a new SK; meetings that tie, postpone twice or lose their quorum."""

import io
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.notices import Notice
from portal.kernel.people import User
from portal.sertifikasi import sheets
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.keputusan import banding, paket, perbaikan, pleno, sertifikat, sk, verifikasi
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.test_keputusan_layar import SignIn, post

pytestmark = pytest.mark.usefixtures("app", "jam")
WHY = "Rekap suara baris ini tertukar dengan baris berikutnya saat dicatat."
BASIS = "BA-RAPAT 3/2026 tanggal 21 November 2026"


def minutes() -> FileStorage:
    return FileStorage(io.BytesIO(letter("Berita acara", ["Rapat komite"])), "berita-acara.pdf")


def state(case_id: Any) -> str:
    case = db.session.get_one(m.Permohonan, case_id)
    return db.session.get_one(Submission, case.submission_id, populate_existing=True).status


def decided(place: f.Lsp, hasil: str = m.K, **unit: str) -> tuple[m.Permohonan, k.Sk]:
    """A case decided so in a signed SK of two rows; `unit`: what every unit says instead."""
    case = f.kasus(place, "Agus Setiawan", hasil=hasil)
    meeting = f.rapat(place, case, f.kasus(place, "Ratna Wulandari"))
    f.putuskan(meeting, place)
    return case, f.sk_untuk(meeting, place)


def row_of(case: m.Permohonan) -> k.Keputusan:
    return db.session.scalars(sa.select(k.Keputusan).where(k.Keputusan.permohonan_id == case.id)).one()


def prepare(place: f.Lsp, case: m.Permohonan, old: k.Sk, nomor_sk: str = "SK-P/2026") -> k.Sk:
    user = place.panggil("manajer")
    return perbaikan.prepare(old, str(row_of(case).id), nomor_sk, f.TODAY, BASIS, WHY, user, minutes())


def units_are_k(case: m.Permohonan) -> None:
    db.session.execute(sa.update(a.HasilUnit).where(a.HasilUnit.permohonan_id == case.id).values(hasil=m.K))


def test_a_wrong_bk_becomes_k_and_goes_on_to_a_number() -> None:
    place = f.lsp()
    case, old = decided(place, m.BK)
    before, printed = old.sha256, dict(old.isi)
    with pytest.raises(Conflict, match="unit belum kompeten"):
        prepare(place, case, old)
    units_are_k(case)
    new = prepare(place, case, old)
    assert (new.koreksi_id, len(new.isi["baris"]), new.isi["baris"][0]["hasil"]) == (old.id, 1, m.K)
    assert old.nomor in new.isi["koreksi"]
    assert "semula belum kompeten menjadi kompeten" in new.isi["koreksi"]
    assert state(case.id) == m.BELUM_KOMPETEN  # nothing happens before the signature
    with pytest.raises(Conflict, match="menunggu tanda tangan"):
        prepare(place, case, old, "SK-Q/2026")
    sk.sign(new, place.panggil("ketua"), f.PASSWORD)
    assert (state(case.id), row_of(case).hasil, row_of(case).sk_id, case.aktif) == (m.KOMPETEN, m.K, new.id, True)
    assert (old.sha256, old.isi) == (before, printed)
    event = db.session.scalars(
        sa.select(SubmissionEvent).where(
            SubmissionEvent.submission_id == case.submission_id, SubmissionEvent.aksi == "perbaiki_kompeten"
        )
    ).one()
    assert (event.pelaku_id, event.rincian["sk"], event.rincian["sk_lama"]) == (place.ketua.id, new.nomor, old.nomor)
    told = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == case.user_id)).all()
    assert "Keputusan sertifikasi Anda diperbaiki" in told
    assert set(paket.ready()) == {old, new}
    paket.request(place.panggil("sekretariat"), "B-9/2026", f.TODAY, "", [old.id, new.id])
    assert state(case.id) == m.MENUNGGU_NOMOR
    assert sheets.render(new.isi, []).startswith(b"%PDF-")


def test_a_wrong_k_takes_back_what_nobody_has_seen_and_leaves_the_other_row() -> None:
    place = f.lsp()
    case, old = decided(place)
    paket.request(place.panggil("sekretariat"), "B-9/2026", f.TODAY, "", [old.id])
    mine = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.permohonan_id == case.id)).one()
    other = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.id != mine.id)).one()
    f.beri_nomor(place, mine)
    new = prepare(place, case, old)
    sk.sign(new, place.panggil("ketua"), f.PASSWORD)
    assert (state(case.id), row_of(case).hasil, case.aktif) == (m.BELUM_KOMPETEN, m.BK, False)
    assert (mine.status, verifikasi.keadaan(mine), verifikasi.find(mine.kode)) == (k.DICABUT, None, None)
    assert db.session.get_one(k.Blanko, mine.blanko_id).status == k.RUSAK
    assert (other.status, state(other.permohonan_id)) == (k.MENUNGGU_NOMOR, m.MENUNGGU_NOMOR)
    assert [row["nama"] for row in sk.holding_rows(old)] == [old.isi["baris"][1]["nama"]]
    assert banding.deadline(case, m.BELUM_KOMPETEN) == date(2026, 12, 1)  # a right to appeal of its own


def test_an_issued_certificate_is_revoked_before_the_signature() -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    old = db.session.get_one(k.Sk, row_of(case).sk_id)
    new = prepare(place, case, old)
    with pytest.raises(Conflict, match="Cabut dahulu sertifikat nomor"):
        sk.sign(new, place.panggil("ketua"), f.PASSWORD)
    new.ditandatangani_at = new.ditandatangani_oleh_id = None  # what the page does by rolling back
    sertifikat.note(row, "cabut", k.DICABUT, place.panggil("ketua"))
    sk.sign(new, place.panggil("ketua"), f.PASSWORD)
    assert (state(case.id), row_of(case).hasil) == (m.BELUM_KOMPETEN, m.BK)
    assert verifikasi.find(row.kode) is row  # once issued, its page stays: revoked


def test_who_may_not_and_what_has_to_be_said() -> None:
    place = f.lsp()
    case, old = decided(place)
    baris, user = str(row_of(case).id), place.panggil("manajer")
    for field, values in {
        "baris": ("0" * 8, "SK-P/2026", BASIS, WHY),
        "nomor": (baris, old.nomor, BASIS, WHY),
        "dasar": (baris, "SK-P/2026", " ", WHY),
        "alasan-perbaikan": (baris, "SK-P/2026", BASIS, "keliru"),
    }.items():
        with pytest.raises(Invalid) as caught:
            perbaikan.prepare(old, values[0], values[1], f.TODAY, values[2], values[3], user, minutes())
        assert caught.value.field == field
    with pytest.raises(Denied):
        perbaikan.prepare(
            old, baris, "SK-P/2026", f.TODAY, BASIS, WHY, f.principal(db.session.get_one(User, case.user_id)),
            minutes(),
        )  # fmt: skip
    new = prepare(place, case, old)
    assert sk.conflicts(new, place.asesor.id) == ["Anda menilai Agus Setiawan"]
    sk.discard(new, user)
    assert row_of(case).sk_id == old.id
    assert prepare(place, case, old).nomor == "SK-P/2026"


def test_an_appeal_or_a_new_application_stands_in_the_way() -> None:
    place = f.lsp()
    case, old = decided(place, m.BK)
    units_are_k(case)
    asesi = f.principal(db.session.get_one(User, case.user_id))
    banding.file(case, asesi, ["YA", "YA", "TIDAK"], WHY, f.PASSWORD)
    with pytest.raises(Conflict, match="BDG-2026-0001 sedang berjalan"):
        prepare(place, case, old)


def test_the_whole_way_through_the_screens(masuk: SignIn) -> None:
    place = f.lsp()
    case, old = decided(place, m.BK)
    units_are_k(case)
    f.simpan()
    manajer, address = masuk(place.manajer), f"/sertifikasi/sk/{old.id}"
    assert "belum kompeten menjadi kompeten" in manajer.get(address).text
    form = {"baris": str(row_of(case).id), "nomor-perbaikan": "SK-P/2026", "tanggal-perbaikan": "21-11-2026"}
    wrong = manajer.post(f"{address}/perbaikan", data={**form, "dasar": "", "alasan-perbaikan": WHY})
    assert (wrong.status_code, "berita acara rapat komite" in wrong.text) == (422, True)
    form |= {"dasar": BASIS, "alasan-perbaikan": WHY}
    assert "Unggah berita acara" in manajer.post(f"{address}/perbaikan", data=form).text
    moved = manajer.post(f"{address}/perbaikan", data={**form, "berita": (minutes().stream, "ba.pdf")}).location
    assert "Putusan baris 1 diperbaiki" in manajer.get(address).text
    assert manajer.post(f"{moved}/tanda-tangan", data={"sandi": f.PASSWORD}).status_code == 403
    ketua = masuk(place.ketua)
    page = ketua.get(moved).text
    assert "SK perbaikan satu baris" in page
    paper = re.search(r'"(/berkas/[^"]+)">BA-RAPAT', page)
    assert paper is not None
    assert ketua.get(paper[1]).status_code == 303
    post(ketua, f"{moved}/tanda-tangan", sandi=f.PASSWORD, hubungan="TIDAK")
    page = masuk(db.session.get_one(User, case.user_id)).get(f"/sertifikasi/saya/{case.id}/hasil").text
    assert "Diperbaiki dengan SK SK-P/2026" in page
    assert "Kompeten" in page


# ---- meetings that cannot decide; ties and lost quorums are in test_keputusan_pleno.py


def postpone(place: f.Lsp, case: m.Permohonan) -> None:
    meeting = f.rapat(place, case)
    for user in place.komite:
        f.suara(meeting, user, m.DITUNDA)
    (row,) = pleno.rows_of(meeting.id)
    pleno.decide(meeting, row.Keputusan, f.principal(place.komite[0]), "Bukti pihak ketiga belum diterima")
    pleno.close(meeting, f.principal(place.komite[0]), "", f.PASSWORD)


def test_a_case_put_off_twice_is_marked(masuk: SignIn) -> None:
    place = f.lsp()
    case = f.kasus(place)
    postpone(place, case)
    assert pleno.postponed([case.id]) == {case.id: 1}
    postpone(place, case)
    meeting = pleno.create(
        place.panggil("manajer"), f.TODAY, "Ruang rapat", [u.id for u in place.komite], place.komite[0].id
    )
    f.simpan()
    manajer = masuk(place.manajer)
    assert "sudah ditunda 2 kali" in manajer.get(f"/sertifikasi/pleno/{meeting.id}").text
    post(manajer, f"/sertifikasi/pleno/{meeting.id}/permohonan", kasus=str(case.id))
    assert "Ditunda 2 kali" in manajer.get(f"/sertifikasi/pleno/{meeting.id}").text


def test_a_recusal_that_breaks_the_quorum_stops_that_row_alone() -> None:
    place = f.lsp()
    (first, second) = f.kasus(place, "Agus Setiawan"), f.kasus(place, "Ratna Wulandari")
    f.add(a.Pelatihan(pelatih_id=place.komite[2].id, peserta_id=first.user_id, nama="Posko", selesai=date(2026, 8, 2)))
    meeting = f.rapat(place, first, second)
    rows = {r.Permohonan.id: r.Keputusan for r in pleno.rows_of(meeting.id)}
    for user in place.komite:
        given = [rows[second.id]] if user is place.komite[2] else list(rows.values())
        pleno.vote(meeting, f.principal(user), {d.id: m.K for d in given})
    chair = f.principal(place.komite[0])
    with pytest.raises(Conflict, match="Tidak kuorum: 2 anggota dapat memutuskan setelah 1 anggota mengundurkan diri"):
        pleno.decide(meeting, rows[first.id], chair, "")
    assert pleno.decide(meeting, rows[second.id], chair, "") == m.K
    with pytest.raises(Conflict, match="1 baris"):
        pleno.close(meeting, chair, "", f.PASSWORD)
