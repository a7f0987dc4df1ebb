"""From SK to certificate: package, blanko, numbers, signature, issue; then what happens to a certificate."""

import dataclasses
import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import jobs, storage
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.notices import Notice
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import (
    nomor,
    paket,
    pengaturan,
    pleno,
    sertifikat,
    sk,
    surveilan,
    tindakan,
    verifikasi,
)
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets import tanda
from tests.sertifikasi import factories_keputusan as f


def job(nama: str) -> jobs.Job:
    return db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == nama).order_by(jobs.Job.id.desc())).all()[0]


def state(row: k.Sertifikat) -> str:
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    return db.session.get_one(Submission, case.submission_id, populate_existing=True).status


def sheet(body: bytes) -> list[dict[str, str]]:
    """Rows of the first sheet: column letter to text, texts marked by a leading "s:"."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        shared = re.findall(r"<si><t[^>]*>(.*?)</t></si>", book.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        rows = re.findall(r"<row[^>]*>(.*?)</row>", book.read("xl/worksheets/sheet1.xml").decode(), re.DOTALL)
    cell = re.compile(r'<c r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w)")?><v>(.*?)</v></c>')
    return [{c: f"s:{shared[int(v)]}" if t == "s" else v for c, t, v in cell.findall(row)} for row in rows]


def lines(event: str) -> list[dict[str, Any]]:
    return [line for line in db.session().info["waiting"]["aktivitas"] if line["peristiwa"] == event]


# ---- what can never be a certificate


def test_examples_never_become_certificates(app: Flask, jam: Any) -> None:
    place = f.lsp(contoh=True)
    assert f.sertifikat_baru(place) == []
    decision = db.session.scalars(sa.select(k.Keputusan)).one()
    made = db.session.get_one(k.Sk, decision.sk_id)
    with pytest.raises(Conflict, match="masih contoh"):
        sertifikat.make(decision, made, place.panggil("sekretariat"))


@pytest.mark.parametrize("until", [date(2026, 11, 20), date(2025, 1, 1)])
def test_a_scheme_outside_the_licence_on_the_day_of_the_decision_does_not_either(
    app: Flask, jam: Any, until: date
) -> None:
    assert f.sertifikat_baru(f.lsp(lisensi_sampai=until)) == []


def test_bk_and_unsigned_sk_do_not_either(app: Flask, jam: Any) -> None:
    place = f.lsp()
    row = f.rapat(place, f.kasus(place), f.kasus(place, hasil=m.BK))
    f.putuskan(row, place)
    made = f.sk_untuk(row, place, ditandatangani=False)
    for decision in db.session.scalars(sa.select(k.Keputusan)):
        with pytest.raises(Conflict):
            sertifikat.make(decision, made, place.panggil("sekretariat"))
    assert paket.ready() == []


def test_a_certificate_holds_the_units_of_its_version_and_ends_by_the_decision(app: Flask, jam: Any) -> None:
    place = f.lsp(masa_berlaku_bulan=36)
    jam.move_to("2027-02-28 03:00:00Z")
    rows = f.sertifikat_baru(place, tanggal=date(2027, 2, 28))
    assert [u["judul"] for u in rows[0].unit] == ["Memasang Tenda Keluarga", "Mengatur Barak Darurat"]
    assert (rows[0].diputus, rows[0].sampai, rows[0].status) == (date(2027, 2, 28), date(2030, 2, 28), k.MENUNGGU_NOMOR)
    assert (len(rows[0].token), len(rows[0].kode), rows[0].nomor) == (22, 10, None)
    assert state(rows[0]) == m.MENUNGGU_NOMOR


# ---- package for BNSP


def test_the_package_holds_letter_minutes_sk_and_lists_with_nik_as_text(app: Flask, jam: Any) -> None:
    place = f.lsp()
    row = f.rapat(place, f.kasus(place, "Agus Setiawan"), f.kasus(place, "Ratna Wulandari", hasil=m.BK))
    f.putuskan(row, place)
    made = f.sk_untuk(row, place)
    pleno.cetak_pleno.run(job("sertifikasi-berita-acara-pleno"))
    sk.cetak_sk.run(job("sertifikasi-sk"))
    paket.request(place.panggil("sekretariat"), "B-1/2026", f.TODAY, "", [made.id])
    document = db.session.get_one(Document, paket.rakit.run(job("sertifikasi-paket-bnsp")))
    with zipfile.ZipFile(io.BytesIO(storage.get(document.kunci) or b"")) as archive:
        names = sorted(archive.namelist())
        rows = sheet(archive.read(names[-1]))
    assert [n[:2] for n in names] == ["1-", "2-", "3-", "4-"]
    head = {title: column for column, title in rows[0].items()}
    assert [r[head["s:K/BK"]] for r in rows[1:]] == ["s:K", "s:BK"]
    assert all(re.fullmatch(r"s:\d{16}", r[head["s:NIK"]]) for r in rows[1:])
    assert rows[1][head["s:HP"]] == "s:+6281234567890"
    assert len(lines("nik.dibaca_massal")[0]["data"]["orang"]) == 2
    with pytest.raises(Invalid, match="sedikitnya satu SK"):
        paket.request(place.panggil("sekretariat"), "B-2/2026", f.TODAY, "", [made.id])


def test_the_package_waits_for_papers_that_are_being_drawn(app: Flask, jam: Any) -> None:
    place = f.lsp()
    f.sertifikat_baru(place)
    with pytest.raises(RuntimeError, match="not drawn yet"):
        paket.rakit.run(job("sertifikasi-paket-bnsp"))


def test_columns_are_a_stored_template(app: Flask, jam: Any) -> None:
    place = f.lsp()
    with pytest.raises(Invalid, match="Baris 2"):
        pengaturan.parse_columns("Nama = nama\nGaji = gaji")
    found = pengaturan.parse_columns("Nama Lengkap = nama\nHasil = hasil")
    pengaturan.save(pengaturan.BNSP, {"kolom": [list(p) for p in found]}, place.panggil("manajer"))
    f.sertifikat_baru(place)
    made = db.session.scalars(sa.select(k.Sk)).one()
    assert sheet(paket.table(made, place.panggil("sekretariat"), "uji"))[0] == {"A": "s:Nama Lengkap", "B": "s:Hasil"}
    assert lines("nik.dibaca_massal") == []


def test_too_big_files_are_named_and_formulas_disarmed(app: Flask, jam: Any) -> None:
    big = [
        ("1-surat.pdf", b"x" * (2 * 1024 * 1024 + 1)),
        ("2-ba.pdf", b"x" * (5 * 1024 * 1024)),
        ("3-sk.pdf", b"x" * 9_000_000),
    ]
    assert paket.too_big(big) == ["1-surat.pdf (2 MB) melebihi 2 MB."]
    place = f.lsp()
    f.sertifikat_baru(place, nama="=HYPERLINK(1)")
    made = db.session.scalars(sa.select(k.Sk)).one()
    rows = sheet(paket.table(made, place.panggil("sekretariat"), "uji"))
    assert rows[1]["B"].startswith("s:'=HYPERLINK")


# ---- blanko and numbers


def test_serials_come_as_lines_and_ranges(app: Flask) -> None:
    assert nomor.serials("0012345 - 0012347\n\n 001 2350 ") == ["0012345", "0012346", "0012347", "0012350"]
    for wrong, words in (
        ("abc", "Baris 1"),
        ("12345\n12345", "dua kali"),
        ("99999 - 11111", "masuk akal"),
        (" ", "Tulis nomor"),
    ):
        with pytest.raises(Invalid, match=words):
            nomor.serials(wrong)


def test_a_known_serial_stops_the_whole_delivery(app: Flask, jam: Any) -> None:
    user = f.lsp().panggil("sekretariat")
    assert nomor.receive("1000001 - 1000003", "", user) == 3
    with pytest.raises(Invalid, match="1000003"):
        nomor.receive("1000003 - 1000005", "", user)
    assert nomor.stock()[k.STOK] == 3


def table(rows: list[k.Sertifikat], *changes: tuple[int, int, str]) -> str:
    """What BNSP sent back: four columns a line."""
    cells = []
    for i, row in enumerate(rows):
        case = db.session.get_one(m.Permohonan, row.permohonan_id)
        cells.append([case.nomor or "", f"84234 1439 3 {i:07d} 2026", f"PBN.0001.{i:05d} 2026", f"{2000000 + i}"])
    for line, column, value in changes:
        cells[line][column] = value
    return "\n".join("\t".join(line) for line in cells)


def test_29_of_30_come_back_out_of_order_with_spaces(app: Flask, jam: Any) -> None:
    place = f.lsp()
    rows = f.sertifikat_baru(place, 6)
    user = place.panggil("sekretariat")
    nomor.receive("2000000 - 2000010", "", user)
    text = table(rows[:5], (1, 1, " 84234  1439 3 0000001   2026 "))
    shuffled = "\n".join(reversed(text.splitlines()))
    found = nomor.match(nomor.read_table("Permohonan\tSertifikat\tRegistrasi\tBlanko\n" + shuffled))
    assert [row.masalah for row in found] == [""] * 5
    assert nomor.record_all(found, user) == 5
    assert {r.status for r in rows[:5]} == {k.MENUNGGU_TANDA_TANGAN}
    assert rows[1].nomor == "84234 1439 3 0000001 2026"
    assert [name for _, name in nomor.missing()] == [rows[5].nama]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((1, 1, "84234-1439-3-0000000-2026"), "Nomor sertifikat sama dengan baris 1"),
        ((1, 2, "PBN 0001 00000 2026"), "Nomor registrasi sama dengan baris 1"),
        ((1, 3, "2000000"), "Seri blanko sama dengan baris 1"),
        ((1, 0, "PMH-2020-000001"), "tidak sedang menunggu nomor"),
        ((1, 1, ""), "Nomor sertifikat: isi"),
        ((1, 3, "9999999"), "tidak ada dalam stok"),
        ((1, 3, "2000009"), "berstatus rusak"),
    ],
)
def test_each_wrong_line_is_named_and_the_others_are_recorded(
    app: Flask, jam: Any, change: tuple[int, int, str], words: str
) -> None:
    place = f.lsp()
    rows, user = f.sertifikat_baru(place, 3), place.panggil("sekretariat")
    nomor.receive("2000000 - 2000009", "", user)
    spoiled = db.session.scalars(sa.select(k.Blanko).where(k.Blanko.seri == "2000009")).one()
    nomor.spoil(spoiled, k.RUSAK, "Basah terkena hujan", user)
    found = nomor.match(nomor.read_table(table(rows, change)))
    assert words in found[1].masalah
    assert nomor.record_all(found, user) == 2
    assert rows[1].status == k.MENUNGGU_NOMOR


def test_a_number_of_another_person_is_refused_in_any_spelling(app: Flask, jam: Any) -> None:
    place = f.lsp()
    one, two = f.sertifikat_baru(place, 2)
    f.beri_nomor(place, one)
    user = place.panggil("sekretariat")
    nomor.receive("3000001", "", user)
    with pytest.raises(Invalid, match="sudah dipakai"):
        nomor.record(two, str(one.nomor).replace(" ", "."), "PBN.9.9 2026", "3000001", user)
    doubled = sa.update(k.Sertifikat).where(k.Sertifikat.id == two.id).values(nomor=one.nomor)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(doubled)


def test_a_spoiled_blanko_sends_its_certificate_back(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.sertifikat_baru(place)
    f.beri_nomor(place, row)
    user = place.panggil("sekretariat")
    blanko = db.session.get_one(k.Blanko, row.blanko_id)
    assert nomor.spoil(blanko, k.RUSAK, "Macet di pencetak", user) is row
    assert (row.status, row.blanko_id, blanko.status) == (k.MENUNGGU_NOMOR, None, k.RUSAK)
    nomor.receive("3000009", "", user)
    nomor.record(row, str(row.nomor), str(row.no_reg), "3000009", user)
    assert row.status == k.MENUNGGU_TANDA_TANGAN


# ---- signature and issue


def test_signing_says_of_each_what_became_of_it(app: Flask, jam: Any) -> None:
    place = f.lsp()
    rows = f.sertifikat_baru(place, 3)
    f.beri_nomor(place, *rows[:2])
    with pytest.raises(Invalid, match="Kata sandi"):
        sertifikat.sign([r.id for r in rows], place.panggil("ketua"), "salah")
    results = dict(sertifikat.sign([r.id for r in rows], place.panggil("ketua"), f.PASSWORD))
    assert [results[r.nama] for r in rows] == ["", "", "Sudah ditandatangani atau tidak lagi menunggu tanda tangan."]
    assert all(r.status == k.MENUNGGU_TANDA_TANGAN and r.ditandatangani_at for r in rows[:2])
    with pytest.raises(Invalid, match="Paling banyak 50"):
        sertifikat.sign([rows[0].id] * 51, place.panggil("ketua"), f.PASSWORD)


def test_what_is_not_what_was_signed_is_not_issued(app: Flask, jam: Any) -> None:
    place = f.lsp()
    one, two = f.sertifikat_baru(place, 2)
    f.beri_nomor(place, one, two)
    ketua = place.panggil("ketua")
    sertifikat.sign([one.id, two.id], ketua, f.PASSWORD)
    signed = two.isi_sha256
    one.isi = {**one.isi, "nama": "Nama Lain"}
    f.simpan()
    sertifikat.terbitkan.run(job("sertifikasi-terbitkan"))
    assert (one.status, one.ditandatangani_at, one.dokumen_id) == (k.MENUNGGU_TANDA_TANGAN, None, None)
    assert (two.status, two.isi_sha256) == (k.BERLAKU, signed)
    told = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == ketua.id)).all()
    assert f"Sertifikat {one.nomor} tidak diterbitkan" in told
    assert sertifikat.waiting() == [one]


def test_the_job_issues_each_once_and_goes_on_after_a_kill(
    app: Flask, jam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f.lsp()
    rows = f.sertifikat_baru(place, 4)
    f.beri_nomor(place, *rows)
    sertifikat.sign([r.id for r in rows], place.panggil("ketua"), f.PASSWORD)
    f.simpan()
    monkeypatch.setattr(sertifikat, "STEP", 1)
    issued: list[str] = []
    real = sertifikat.issue

    def dies(row: k.Sertifikat) -> None:
        if len(issued) == 2:
            raise KeyboardInterrupt
        real(row)
        issued.append(row.nama)

    monkeypatch.setattr(sertifikat, "issue", dies)
    with pytest.raises(KeyboardInterrupt):
        sertifikat.terbitkan.run(job("sertifikasi-terbitkan"))
    db.session.rollback()
    monkeypatch.setattr(sertifikat, "issue", real)
    assert sertifikat.left() == 2
    sertifikat.terbitkan.run(job("sertifikasi-terbitkan"))
    sertifikat.terbitkan.run(job("sertifikasi-terbitkan"))
    documents = db.session.scalars(sa.select(Document).where(Document.nama.like("SERTIFIKAT%"))).all()
    assert len(documents) == 4
    for row in rows:
        db.session.refresh(row)
        assert row.status == k.BERLAKU
        assert state(row) == m.BERSERTIFIKAT
        assert len(verifikasi.events(row)) == 1
        assert [(r.ke, r.jatuh_tempo) for r in surveilan.of(row.id)] == [
            (1, date(2027, 11, 21)),
            (2, date(2028, 11, 21)),
        ]


def test_the_signed_payload_of_the_qr_holds_what_is_printed(
    app: Flask, jam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f.lsp()
    (row,) = f.sertifikat_baru(place)
    f.beri_nomor(place, row)
    real = sertifikat.config()
    monkeypatch.setattr(sertifikat, "config", lambda: dataclasses.replace(real, certificate_key=b"k" * 32))
    sertifikat.sign([row.id], place.panggil("ketua"), f.PASSWORD)
    published = tanda.published([tanda.private_key(b"k" * 32).public_key()])
    said = tanda.verify(row.isi["tanda_qr"], tanda.trusted(published))
    assert (said.nomor, said.nama, said.sampai) == (row.nomor, row.nama, row.sampai)
    sertifikat.issue(row)


# ---- acts upon a certificate


def propose(place: f.Lsp, row: k.Sertifikat, jenis: str, kelas: str, **more: str) -> k.Tindakan:
    typed = {
        "jenis": jenis,
        "kelas": kelas,
        "uraian": "Dipakai untuk menawarkan jasa di luar lingkup sertifikat.",
        **more,
    }
    return tindakan.propose(row, place.panggil("sekretariat"), typed, None)


def test_suspension_waits_for_the_holder_then_for_manajer_and_ketua(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    with pytest.raises(Invalid, match="bukti"):
        propose(place, row, k.TANGGUHKAN, "PENYALAHGUNAAN")
    act = propose(place, row, k.CABUT, "KELIRU_LSP")
    with pytest.raises(Conflict):
        propose(place, row, k.CABUT, "KELIRU_LSP")
    manajer, ketua = place.panggil("manajer"), place.panggil("ketua")
    with pytest.raises(Conflict, match="menanggapi"):
        tindakan.decide(act, manajer, True, "Terbukti setelah diperiksa")
    tindakan.answer(act, f.principal(f.pemegang(row)), "Saya tidak melakukannya.")
    with pytest.raises(Denied):
        tindakan.decide(act, place.panggil("sekretariat"), True, "Terbukti setelah diperiksa")
    tindakan.decide(act, manajer, True, "Terbukti setelah diperiksa")
    assert verifikasi.status_of(row) == k.BERLAKU
    tindakan.sign(act, ketua, f.PASSWORD)
    assert (row.status, row.alasan_publik) == (k.DICABUT, "Kekeliruan LSP")
    assert verifikasi.events(row)[0].publik == "Dicabut: Kekeliruan LSP"
    with pytest.raises(Conflict):
        sertifikat.note(row, "paksa", k.BERLAKU, None)


def test_seven_days_pass_without_an_answer(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    act = propose(place, row, k.CABUT, "KELIRU_LSP")
    jam.shift(timedelta(days=8))
    with pytest.raises(Conflict, match="berakhir"):
        tindakan.answer(act, f.principal(f.pemegang(row)), "Tanggapan yang terlambat.")
    tindakan.decide(act, place.panggil("manajer"), False, "Tidak cukup bukti untuk mencabut")
    assert (act.status, row.status) == (k.DITOLAK, k.BERLAKU)


def test_suspended_certificates_come_back(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    sertifikat.note(row, "tangguhkan", k.DITANGGUHKAN, None, publik="Ditangguhkan")
    act = propose(place, row, k.PULIHKAN, "TERPENUHI")
    tindakan.decide(act, place.panggil("manajer"), True, "Kewajiban sudah dipenuhi")
    tindakan.sign(act, place.panggil("ketua"), f.PASSWORD)
    assert (row.status, row.alasan_publik) == (k.BERLAKU, "")


def test_a_misprint_makes_a_new_certificate_and_the_old_one_is_replaced(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (old,) = f.berlaku(place)
    with pytest.raises(Invalid, match="nama"):
        propose(place, old, k.GANTI, "GANTI_NAMA")
    act = propose(place, old, k.GANTI, "GANTI_NAMA", nama_baru="Ratna Wulandari, M.Kom.")
    tindakan.decide(act, place.panggil("manajer"), True, "Sesuai ijazah yang dilampirkan")
    tindakan.sign(act, place.panggil("ketua"), f.PASSWORD)
    new = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.menggantikan_id == old.id)).one()
    assert (new.nama, new.diputus, new.sampai, old.status) == (
        "Ratna Wulandari, M.Kom.",
        old.diputus,
        old.sampai,
        k.BERLAKU,
    )
    f.beri_nomor(place, new)
    sertifikat.sign([new.id], place.panggil("ketua"), f.PASSWORD)
    sertifikat.issue(new)
    assert (old.status, new.status) == (k.DIGANTIKAN, k.BERLAKU)
    assert [r.ke for r in surveilan.of(new.id)] == [1, 2]
    assert surveilan.of(old.id) == []
    assert verifikasi.shown(old)["pengganti"] is new


# ---- the calendar


def test_the_clock_ends_certificates_once(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    f.sudah_lewat(row, f.TODAY)
    assert (surveilan.expire(), verifikasi.status_of(row)) == (0, verifikasi.AKAN_BERAKHIR)
    jam.shift(timedelta(days=1))
    assert verifikasi.status_of(row) == k.KEDALUWARSA  # before the clock passes
    assert (surveilan.expire(), surveilan.expire()) == (1, 0)
    assert row.status == k.KEDALUWARSA


def test_surveilan_opens_two_months_before_and_is_decided(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place)
    check, holder = surveilan.of(row.id)[0], f.pemegang(row)
    assert not surveilan.is_open(check)
    assert surveilan.remind() == 0
    jam.move_to("2027-10-01 03:00:00Z")
    assert (surveilan.remind(), surveilan.remind()) == (1, 0)
    with pytest.raises(Invalid, match="bukti"):
        surveilan.report(check, f.principal(holder), "Memasang 40 tenda keluarga di posko banjir Sagara.", None)
    check.status, check.laporan = surveilan.DIKIRIM, "Memasang 40 tenda"
    with pytest.raises(Invalid, match="diperbaiki"):
        surveilan.decide(check, place.panggil("sekretariat"), surveilan.TEMUAN, "")
    surveilan.decide(check, place.panggil("sekretariat"), surveilan.TEMUAN, "Lampirkan surat tugasnya")
    assert surveilan.is_open(check)


def test_renewal_is_announced_at_33_months_once(app: Flask, jam: Any) -> None:
    place = f.lsp()
    f.berlaku(place)
    jam.move_to("2029-08-20 03:00:00Z")
    assert surveilan.renew() == 0
    jam.move_to("2029-08-21 03:00:00Z")
    assert (surveilan.renew(), surveilan.renew()) == (1, 0)


def test_a_renewal_replaces_the_old_certificate(app: Flask, jam: Any) -> None:
    place = f.lsp()
    (old,) = f.berlaku(place)
    case = f.kasus(place, jenis=m.PERPANJANGAN)
    case.user_id = old.user_id
    db.session.get_one(Submission, case.submission_id).owner_id = old.user_id
    db.session.flush()
    row = f.rapat(place, case)
    f.putuskan(row, place)
    made = f.sk_untuk(row, place)
    paket.request(place.panggil("sekretariat"), "B-PERPANJANGAN", f.TODAY, "", [made.id])
    new = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.permohonan_id == case.id)).one()
    f.beri_nomor(place, new)
    sertifikat.sign([new.id], place.panggil("ketua"), f.PASSWORD)
    sertifikat.issue(new)
    assert (old.status, new.status, new.menggantikan_id) == (k.DIGANTIKAN, k.BERLAKU, old.id)
