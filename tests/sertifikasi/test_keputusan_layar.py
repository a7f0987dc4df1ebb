"""The screens: meeting to certificate through every role, verification, appeal, who may not."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from portal.kernel import approval, jobs, storage
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import User
from portal.sertifikasi.keputusan import banding, sertifikat, surveilan
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m
from tests.conftest import Client
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.test_pantau import izin

SignIn = Callable[[Any], Client]


def run(nama: str) -> None:
    found = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == nama).order_by(jobs.Job.id.desc())).all()[0]
    jobs.KINDS[nama].run(found)
    f.simpan()


def post(client: Client, url: str, status: int = 303, **form: Any) -> Any:
    answer = client.post(url, data=form)
    assert answer.status_code == status, answer.text[:3000]
    return answer


def test_from_pleno_to_certificate_through_the_screens(app: Flask, masuk: SignIn, jam: Any) -> None:
    place = f.lsp()
    one, two = f.kasus(place, "Agus Setiawan"), f.kasus(place, "Ratna Wulandari", hasil=m.BK)
    manajer = masuk(place.manajer)
    assert "Siti Rahmawati" in manajer.get("/sertifikasi/pleno/baru").text
    post(manajer, "/sertifikasi/pleno/baru", 422, tanggal="21-11-2026", anggota=[str(place.komite[0].id)])
    members = [str(u.id) for u in place.komite]
    post(
        manajer,
        "/sertifikasi/pleno/baru",
        tanggal="21-11-2026",
        tempat="Ruang rapat",
        anggota=members,
        ketua=members[0],
    )
    row = db.session.scalars(sa.select(k.Pleno)).one()
    home = f"/sertifikasi/pleno/{row.id}"
    assert row.nomor in manajer.get("/sertifikasi/pleno").text
    post(manajer, f"{home}/permohonan", 422)
    post(manajer, f"{home}/permohonan", kasus=[str(one.id), str(two.id)])
    chair = masuk(place.komite[0])
    post(chair, f"{home}/kehadiran", hadir=members)
    decisions = {d.permohonan_id: d.id for d in db.session.scalars(sa.select(k.Keputusan))}
    votes = {f"suara-{decisions[one.id]}": "K", f"suara-{decisions[two.id]}": "BK"}
    for user in place.komite:
        client = masuk(user)
        assert "Suara Anda" in client.get(home).text
        post(client, f"{home}/suara", **votes)
    chair = masuk(place.komite[0])
    post(chair, f"{home}/putuskan")
    post(chair, f"{home}/putuskan/{decisions[two.id]}", 422, alasan="")
    post(chair, f"{home}/putuskan/{decisions[two.id]}", alasan="Unit pertama belum kompeten")
    post(chair, f"{home}/tutup", 422, sandi="salah")
    post(chair, f"{home}/tutup", sandi=f.PASSWORD)
    run("sertifikasi-berita-acara-pleno")
    manajer = masuk(place.manajer)
    assert "Siapkan SK" in manajer.get(home).text
    post(manajer, f"{home}/sk", skema=str(place.versi.id), nomor="SK-1/LSP/2026", tanggal="21-11-2026")
    made = db.session.scalars(sa.select(k.Sk)).one()
    ketua = masuk(place.ketua)
    assert "SK-1/LSP/2026" in ketua.get("/sertifikasi/tanda-tangan").text
    post(ketua, f"/sertifikasi/sk/{made.id}/tanda-tangan", 422, sandi="salah", hubungan="TIDAK")
    post(ketua, f"/sertifikasi/sk/{made.id}/tanda-tangan", sandi=f.PASSWORD, hubungan="TIDAK")
    run("sertifikasi-sk")
    assert "Agus Setiawan" in ketua.get(f"/sertifikasi/sk/{made.id}").text
    staff = masuk(place.sekretariat)
    assert "SK-1/LSP/2026" in staff.get("/sertifikasi/paket/baru").text
    post(staff, "/sertifikasi/paket/baru", nomor="B-1/2026", tanggal="21-11-2026", tujuan="", sk=[str(made.id)])
    run("sertifikasi-paket-bnsp")
    packet = db.session.scalars(sa.select(k.PaketBnsp)).one()
    assert "4-daftar" in staff.get(f"/sertifikasi/paket/{packet.id}").text
    assert staff.get(f"/berkas/{packet.dokumen_id}").status_code == 303
    post(staff, "/sertifikasi/blanko/terima", seri="1234501 - 1234502", catatan="")
    text = f"{one.nomor}\t84234 1439 3 0000001 2026\tPBN.0001.00001 2026\t1234501\nPMH-1999-1\tX\tY\tZ"
    checked = post(staff, "/sertifikasi/nomor", 200, tabel=text, aksi="periksa").text
    assert "1 siap dicatat, 1 bermasalah" in checked
    done = post(staff, "/sertifikasi/nomor", 200, tabel=text, aksi="catat").text
    assert "1 nomor tercatat" in done
    cert = db.session.scalars(sa.select(k.Sertifikat)).one()
    assert "1234501" in staff.get(f"/sertifikasi/sertifikat/{cert.id}").text
    assert staff.get("/sertifikasi/tanda-tangan").status_code == 403
    ketua = masuk(place.ketua)
    assert "Agus Setiawan, S.Kom." in ketua.get("/sertifikasi/tanda-tangan").text
    signed = post(ketua, "/sertifikasi/tanda-tangan", 200, pilih=[str(cert.id)], sandi=f.PASSWORD).text
    assert "1 dari 1 sertifikat ditandatangani" in signed
    assert ketua.get(f"/verifikasi/{cert.kode}").status_code == 404
    run("sertifikasi-terbitkan")
    page = ketua.get(f"/verifikasi/{cert.kode}")
    assert page.status_code == 200
    holder = masuk(db.session.get_one(User, one.user_id))
    result = holder.get(f"/sertifikasi/saya/{one.id}/hasil").text
    assert "Unduh sertifikat" in result
    assert "SK SK-1/LSP/2026" in result
    assert holder.get(f"/berkas/{db.session.get_one(k.Sertifikat, cert.id).dokumen_id}").status_code == 303
    assert holder.get(f"/sertifikasi/saya/{two.id}/hasil").status_code == 404


def test_every_page_of_staff_answers(app: Flask, masuk: SignIn, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    blanko, sk_ = row.blanko_id, db.session.scalars(sa.select(k.Sk)).one()
    pages = [
        "/sertifikasi/pleno",
        "/sertifikasi/sk",
        f"/sertifikasi/sk/{sk_.id}",
        "/sertifikasi/sertifikat",
        f"/sertifikasi/sertifikat/{row.id}",
        "/sertifikasi/surveilan",
        f"/sertifikasi/surveilan/{surveilan.of(row.id)[0].id}",
        "/sertifikasi/banding",
    ]
    watcher = UserFactory(nama="Petugas BNSP")
    give(watcher, "pihak_ketiga")
    izin(watcher)
    for user in (place.manajer, place.ketua, place.komite[0], place.sekretariat, watcher):
        client = masuk(user)
        for page in pages:
            closed = user is place.komite[0] and ("sertifikat" in page or "surveilan" in page)
            assert client.get(page).status_code == (403 if closed else 200), (user.nama, page)
    client = masuk(place.sekretariat)
    for page in (
        "/sertifikasi/blanko",
        f"/sertifikasi/blanko/{blanko}",
        "/sertifikasi/nomor",
        "/sertifikasi/paket",
        "/beranda",
    ):
        assert client.get(page).status_code == 200, page
    assert masuk(place.manajer).get("/sertifikasi/pengaturan").status_code == 200
    for name in ("pleno", "sk", "sertifikat", "surveilan", "banding"):
        assert masuk(place.ketua).get(f"/sertifikasi/{name}?format=csv").mimetype == "text/csv"


def test_strangers_and_third_parties_change_nothing(app: Flask, masuk: SignIn, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    meeting = db.session.scalars(sa.select(k.Pleno)).one()
    watcher, stranger = UserFactory(nama="Petugas BNSP"), UserFactory()
    give(watcher, "pihak_ketiga")
    posts = [
        "/sertifikasi/pleno/baru",
        f"/sertifikasi/pleno/{meeting.id}/suara",
        f"/sertifikasi/pleno/{meeting.id}/tutup",
        f"/sertifikasi/sertifikat/{row.id}/tindakan",
        "/sertifikasi/nomor",
        "/sertifikasi/tanda-tangan",
        "/sertifikasi/pengaturan",
        f"/sertifikasi/banding/{row.id}/panel",
    ]
    for user in (watcher, stranger):
        client = masuk(user)
        for url in posts:
            assert client.post(url).status_code == 403, (user.nama, url)
    client = masuk(stranger)
    for url in (
        "/sertifikasi/pleno",
        f"/sertifikasi/sertifikat/{row.id}",
        "/sertifikasi/paket",
        f"/sertifikasi/saya/{row.permohonan_id}/hasil",
    ):
        assert client.get(url).status_code in (403, 404), url
    assert client.get(f"/berkas/{row.dokumen_id}").status_code == 404


def test_settings_are_checked_and_kept(app: Flask, masuk: SignIn, jam: Any) -> None:
    client = masuk(f.lsp().manajer)
    typed = {
        "nama": "LSP Uji",
        "alamat": "",
        "kota": "Sagara",
        "lisensi": "X-1",
        "jabatan_ketua": "Ketua LSP",
        "bidang": "PB",
        "bidang_en": "DM",
        "bentuk": "ELEKTRONIK",
        "kuorum": "0",
        "kolom": "Nama = nama",
    }
    assert "Kuorum" in post(client, "/sertifikasi/pengaturan", 422, **typed).text
    post(client, "/sertifikasi/pengaturan", **{**typed, "kuorum": "2"})
    page = client.get("/sertifikasi/pengaturan").text
    assert 'value="LSP Uji"' in page
    assert "Nama = nama" in page


# ---- verification


@pytest.mark.parametrize(
    ("status", "words"),
    [(k.BERLAKU, "Berlaku"), (k.DITANGGUHKAN, "Ditangguhkan"), (k.DICABUT, "Dicabut"), (k.KEDALUWARSA, "Kedaluwarsa"),
     (k.DIGANTIKAN, "Digantikan"), ("AKAN_BERAKHIR", "Akan berakhir")],
)  # fmt: skip
def test_the_public_page_tells_every_state_and_nothing_private(
    app: Flask, client: Client, jam: Any, status: str, words: str
) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place, nama="Ratna Wulandari")
    if status == "AKAN_BERAKHIR":
        f.sudah_lewat(row, f.TODAY + timedelta(days=90))
    elif status != k.BERLAKU:
        sertifikat.note(row, "uji", status, None, publik=words)
    page = client.get(f"/verifikasi/{row.kode}")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert f"<strong>{words}</strong>" in page.text
    for shown in ("Ratna Wulandari, S.Kom.", str(row.nomor), str(row.no_reg), "Memasang Tenda Keluarga", "Sagara"):
        assert shown in page.text
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    for hidden in ("Jalan Kenanga", "81234567890", "asesi@contoh.go.id", str(case.nomor)):
        assert hidden not in page.text
    assert client.get(f"/verifikasi/{row.kode[:5].lower()}-{row.kode[5:]}").status_code == 200


def test_the_token_leads_to_the_code_for_ever(app: Flask, client: Client, jam: Any) -> None:
    (row,) = f.berlaku(f.lsp())
    assert client.get(f"/sertifikasi/v/{row.token}").location == f"/verifikasi/{row.kode}"
    assert client.get(f"/verifikasi/{row.token}").status_code == 200
    unknown = client.get("/sertifikasi/v/" + "a" * 22, follow_redirects=True)
    assert unknown.status_code == 404
    assert "Tidak ada dokumen" in unknown.text


def test_a_pdf_is_held_against_what_was_issued(app: Flask, client: Client, jam: Any) -> None:
    (row,) = f.berlaku(f.lsp())
    body = storage.get(db.session.get_one(Document, row.dokumen_id).kunci) or b""
    client.csrf = token(client)
    good = client.post("/sertifikasi/periksa", data={"berkas": (io.BytesIO(body), "sertifikat.pdf")})
    assert "Berkas asli" in good.text
    forged = client.post("/sertifikasi/periksa", data={"berkas": (io.BytesIO(body + b" "), "palsu.pdf")})
    assert "palsu.pdf tidak dikenali" in forged.text
    assert client.post("/sertifikasi/periksa", data={}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Document).where(Document.nama == "palsu.pdf")) == 0


def token(client: Client) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sertifikasi/periksa").text)
    assert found
    return found[1]


# ---- the holder


def test_the_holder_reports_and_answers(app: Flask, masuk: SignIn, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    jam.move_to("2027-10-01 03:00:00Z")
    check = surveilan.of(row.id)[0]
    holder = masuk(f.pemegang(row))
    home = f"/sertifikasi/saya/{row.permohonan_id}"
    assert "Kirim laporan" in holder.get(f"{home}/hasil").text
    report = "Memasang 40 tenda keluarga di posko banjir Sagara, Januari 2027."
    post(holder, f"{home}/surveilan/{check.id}", 422, laporan=report)
    picture = io.BytesIO(png())
    answer = holder.post(f"{home}/surveilan/{check.id}", data={"laporan": report, "bukti": (picture, "tenda.png")})
    assert answer.status_code == 303
    staff = masuk(place.sekretariat)
    assert report in staff.get(f"/sertifikasi/surveilan/{check.id}").text
    post(staff, f"/sertifikasi/surveilan/{check.id}", hasil="SESUAI")
    post(staff, f"/sertifikasi/sertifikat/{row.id}/tindakan", 422, jenis="CABUT", kelas="BUKTI_PALSU", uraian="x" * 40)
    post(staff, f"/sertifikasi/sertifikat/{row.id}/tindakan", jenis="CABUT", kelas="KELIRU_LSP", uraian="x" * 40)
    act = db.session.scalars(sa.select(k.Tindakan)).one()
    holder = masuk(f.pemegang(row))
    post(holder, f"{home}/tanggapan", tanggapan="Saya keberatan dengan usul ini.")
    manajer = masuk(place.manajer)
    post(manajer, f"/sertifikasi/tindakan/{act.id}/putuskan", 422, setuju="YA", putusan="")
    post(
        manajer,
        f"/sertifikasi/tindakan/{act.id}/putuskan",
        setuju="YA",
        putusan="Sertifikat terbit karena kekeliruan kami",
    )
    ketua = masuk(place.ketua)
    post(ketua, f"/sertifikasi/tindakan/{act.id}/tanda-tangan", sandi=f.PASSWORD)
    assert "Dicabut" in ketua.get(f"/verifikasi/{row.kode}").text


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def test_the_holder_takes_a_copy_and_renews_in_time(app: Flask, masuk: SignIn, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    holder, home = masuk(f.pemegang(row)), f"/sertifikasi/saya/{row.permohonan_id}"
    copy = holder.get(f"{home}/salinan")
    assert (copy.mimetype, copy.data[:5]) == ("application/pdf", b"%PDF-")
    assert "Ajukan perpanjangan" not in holder.get(f"{home}/hasil").text
    jam.move_to("2029-09-01 03:00:00Z")
    page = masuk(f.pemegang(row)).get(f"{home}/hasil").text
    assert "Ajukan perpanjangan" in page
    assert "Akan berakhir" in page
    assert masuk(place.manajer).get(f"{home}/salinan").status_code == 404


# ---- appeals


def belum(place: f.Lsp) -> m.Permohonan:
    case = f.kasus(place, "Ratna Wulandari", hasil=m.BK)
    f.putuskan(f.rapat(place, case), place)
    return case


def asesi(case: m.Permohonan) -> Any:
    return f.principal(db.session.get_one(User, case.user_id))


ANSWERS = ["YA", "YA", "TIDAK"]
WHY = "Unit pertama diuji tanpa alat yang tercantum dalam skema."


def test_an_appeal_is_open_for_seven_working_days(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = belum(place)
    assert banding.deadline(case, m.BELUM_KOMPETEN) == date(2026, 12, 1)  # decided on a Saturday
    jam.move_to("2026-12-02 03:00:00Z")
    with pytest.raises(Conflict, match="sudah lewat"):
        banding.file(case, asesi(case), ANSWERS, WHY, f.PASSWORD)
    jam.move_to("2026-12-01 15:00:00Z")
    row = banding.file(case, asesi(case), ANSWERS, WHY, f.PASSWORD)
    assert (row.nomor, row.objek, row.batas_jawab) == ("BDG-2026-0001", banding.ASESMEN, date(2026, 12, 21))
    with pytest.raises(Conflict, match="sudah diajukan"):
        banding.file(case, asesi(case), ANSWERS, WHY, f.PASSWORD)


def test_day_eight_is_refused_with_words_and_a_complaint_stays_open(app: Flask, masuk: SignIn, jam: Any) -> None:
    place = f.lsp()
    case = belum(place)
    jam.move_to("2026-12-02 03:00:00Z")
    client, home = masuk(db.session.get_one(User, case.user_id)), f"/sertifikasi/saya/{case.id}"
    page = client.get(f"{home}/hasil").text
    assert "Ajukan banding" not in page
    assert "Batas mengajukan banding 1 Desember 2026 sudah lewat" in page
    assert 'href="/sertifikasi/hubungi?topik=KELUHAN"' in page
    form = {f"jawaban-{n}": said for n, said in enumerate(ANSWERS, 1)}
    refused = client.post(f"{home}/banding", data={**form, "alasan": WHY, "sandi": f.PASSWORD})
    assert (refused.status_code, "sudah lewat" in refused.text) == (409, True)
    assert client.get("/sertifikasi/hubungi?topik=KELUHAN").status_code == 200


def test_a_rejected_apl01_is_appealed_and_starts_again_at_verification(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place, status=m.DIAJUKAN, apl01_diterima_at=None, apl02_diajukan_at=None)
    approval.move(case.submission_id, "tolak", place.panggil("manajer"), note="Dasar pekerjaan tidak sesuai skema")
    row = banding.file(case, asesi(case), ANSWERS, WHY, f.PASSWORD)
    assert row.objek == banding.APL01
    assert place.manajer.id in banding.barred(row)
    panel = [f.staff("komite_teknis", nama) for nama in ("Yusuf Maulana", "Nur Aini")]
    banding.register(row, place.panggil("sekretariat"), [u.id for u in panel])
    banding.study(row, f.principal(panel[0]))
    banding.decide(row, f.principal(panel[0]), True, "Dasar pekerjaannya sesuai dengan ruang lingkup skema.")
    banding.sign(row, place.panggil("ketua"), f.PASSWORD)
    new = db.session.get_one(m.Permohonan, row.ulang_id)
    assert db.session.get_one(Submission, new.submission_id).status == m.DIAJUKAN
    assert db.session.get_one(Submission, case.submission_id).status == m.APL01_DITOLAK


@pytest.mark.parametrize("state", [m.KOMPETEN, m.DITARIK, m.MENUNGGU_KEPUTUSAN])
def test_other_states_give_no_appeal(app: Flask, jam: Any, state: str) -> None:
    place = f.lsp()
    case = f.kasus(place, status=state)
    with pytest.raises(Conflict, match="tidak dapat dibanding"):
        banding.file(case, asesi(case), ANSWERS, WHY, f.PASSWORD)


def test_nobody_of_the_first_decision_handles_the_appeal(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = belum(place)
    row = banding.file(case, asesi(case), ANSWERS, WHY, f.PASSWORD)
    out = banding.barred(row)
    assert {u.id for u in place.komite} | {place.asesor.id, case.user_id} == set(out)
    assert [u.nama for u in banding.eligible(row)] == ["Sri Wahyuni"]
    with pytest.raises(Invalid, match="sedikitnya 2"):
        banding.register(row, place.panggil("manajer"), [u.id for u in place.komite])
    with pytest.raises(Denied):
        banding.register(row, f.principal(place.komite[0]), [])
    panel = [f.staff("komite_teknis", nama) for nama in ("Yusuf Maulana", "Nur Aini")]
    banding.register(row, place.panggil("manajer"), [u.id for u in panel])
    with pytest.raises(Denied):
        banding.decide(row, place.panggil("ketua"), True, "x" * 40)
    with pytest.raises(Conflict, match="Buka berkas"):
        banding.decide(row, f.principal(panel[0]), True, "x" * 40)
    with pytest.raises(Denied):
        banding.study(row, place.panggil("ketua"))
    banding.study(row, f.principal(panel[1]))
    banding.decide(row, f.principal(panel[0]), True, "Alat yang tercantum memang tidak tersedia saat asesmen.")
    assert (row.status, row.ulang_id) == (banding.DITELAAH, None), "in force once it is signed"
    with pytest.raises(Conflict, match="sudah diputuskan"):
        banding.decide(row, f.principal(panel[0]), False, "x" * 40)
    for one in (place.komite[0], place.asesor, panel[0]):
        with pytest.raises(Denied):
            banding.sign(row, f.principal(one), f.PASSWORD)
    with pytest.raises(Invalid):
        banding.sign(row, place.panggil("ketua"), "salah")
    banding.sign(row, place.panggil("ketua"), f.PASSWORD)
    with pytest.raises(Conflict):
        banding.sign(row, place.panggil("ketua"), f.PASSWORD)
    assert row.ditandatangani_oleh_id == place.ketua.id
    new = db.session.get_one(m.Permohonan, row.ulang_id)
    status = db.session.get_one(Submission, new.submission_id).status
    assert (new.jenis, new.user_id, new.aktif, status) == (m.BANDING_ULANG, case.user_id, True, m.APL02_DIAJUKAN)
    assert new.nomor != case.nomor


def test_an_appeal_through_the_screens(app: Flask, masuk: SignIn, jam: Any) -> None:
    place = f.lsp()
    case = belum(place)
    panel = [f.staff("komite_teknis", nama) for nama in ("Yusuf Maulana", "Nur Aini")]
    client = masuk(db.session.get_one(User, case.user_id))
    home = f"/sertifikasi/saya/{case.id}"
    assert "Ajukan banding" in client.get(f"{home}/hasil").text
    assert "Apakah Proses Banding" in client.get(f"{home}/banding").text
    form = {f"jawaban-{n}": said for n, said in enumerate(ANSWERS, 1)}
    post(client, f"{home}/banding", 422, **form, alasan=WHY, sandi="salah")
    post(client, f"{home}/banding", **form, alasan=WHY, sandi=f.PASSWORD)
    run("sertifikasi-banding")
    row = db.session.scalars(sa.select(k.Banding)).one()
    assert row.nomor in client.get(f"{home}/hasil").text
    staff = masuk(place.sekretariat)
    page = staff.get(f"/sertifikasi/banding/{row.id}").text
    assert "Yusuf Maulana" in page
    post(staff, f"/sertifikasi/banding/{row.id}/panel", 422)
    post(staff, f"/sertifikasi/banding/{row.id}/panel", panel=[str(u.id) for u in panel])
    asesor = masuk(place.asesor)
    post(
        asesor,
        f"/sertifikasi/banding/{row.id}/keterangan",
        keterangan="Alat pengganti sudah disepakati dengan asesi pada FR.AK.01.",
    )
    assert "Keterangan Anda" in asesor.get(f"/sertifikasi/banding/{row.id}/keterangan").text
    member = masuk(panel[1])
    page = member.get(f"/sertifikasi/banding/{row.id}").text
    assert "Alat pengganti" in page
    assert "Simpan putusan" not in page
    assert "Panel sudah ditunjuk" in masuk(db.session.get_one(User, case.user_id)).get(f"{home}/hasil").text
    assert masuk(place.komite[1]).post(f"/sertifikasi/banding/{row.id}/buka").status_code == 403
    member = masuk(panel[1])
    post(member, f"/sertifikasi/banding/{row.id}/buka")
    assert "Simpan putusan" in member.get(f"/sertifikasi/banding/{row.id}").text
    page = masuk(db.session.get_one(User, case.user_id)).get(f"{home}/hasil").text
    assert "Ditelaah panel" in page
    assert "sedang menelaah berkas" in page
    member = masuk(panel[1])
    post(member, f"/sertifikasi/banding/{row.id}/putuskan", 422, terima="TIDAK", putusan="singkat")
    post(
        member,
        f"/sertifikasi/banding/{row.id}/putuskan",
        terima="TIDAK",
        putusan="Kesepakatan tertulis tentang alat pengganti sah.",
    )
    client = masuk(db.session.get_one(User, case.user_id))
    assert "Kesepakatan tertulis" not in client.get(f"{home}/hasil").text, "not before the ketua has signed"
    ketua = masuk(place.ketua)
    assert row.nomor in ketua.get("/sertifikasi/tanda-tangan").text
    post(ketua, f"/sertifikasi/banding/{row.id}/tanda-tangan", 422, sandi="salah")
    post(ketua, f"/sertifikasi/banding/{row.id}/tanda-tangan", sandi=f.PASSWORD)
    client = masuk(db.session.get_one(User, case.user_id))
    assert "Kesepakatan tertulis" in client.get(f"{home}/hasil").text
    assert masuk(place.komite[0]).post(f"/sertifikasi/banding/{row.id}/putuskan").status_code == 403
