"""Signing a finished certificate with a key of the installation."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from flask import Flask
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.kernel import jobs, storage
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.sertifikasi import sheets
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import penyegel, segel_tertunda, sertifikat
from portal.sertifikasi.sheets import segel
from portal.sertifikasi.sheets.segel import Penampilan, Penandatangan, SegelGagal, sign
from portal.sertifikasi.sheets.sertifikat import BELUM
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi import isian
from tests.sertifikasi.test_keputusan_layar import token
from tests.sertifikasi.test_sheets import baca

SANDI = "kata sandi uji"
PENAMPILAN = Penampilan(alasan="Sertifikat kompetensi", tempat="Sagara", kotak=(220, 160, 380, 205))


@pytest.fixture(scope="module")
def kunci(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A PKCS#12 file of a test authority, and its certificate."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ketua LSP Contoh")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2050, 1, 1, tzinfo=UTC))
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("kunci") / "ketua.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"ketua", private, cert, None, BestAvailableEncryption(SANDI.encode()))
    )
    return path, cert.public_bytes(Encoding.PEM)


def pdf() -> bytes:
    return sheets.render(isian.sertifikat(contoh=False), isian.tanda("KETUA"))


def status(signed: bytes, pem: bytes) -> tuple[bool, bool]:
    """Bytes unchanged since signing, signer trusted."""
    found = PdfFileReader(BytesIO(signed)).embedded_signatures[0]
    roots = list(load_certs_from_pemder_data(pem))
    with ThreadPoolExecutor(1) as aside:  # beside the loop that a browser test may have left running
        verdict = aside.submit(validate_pdf_signature, found, ValidationContext(trust_roots=roots)).result()
    return bool(verdict.intact and verdict.valid), bool(verdict.trusted)


def test_a_local_key_signs_all_bytes_of_the_paper(kunci: tuple[Path, bytes]) -> None:
    path, pem = kunci
    asli = pdf()
    signed = sign(asli, Penandatangan(segel.LOKAL, "Dr. Sri Wahyuni", path, sandi=SANDI), PENAMPILAN)
    assert signed.startswith(asli)
    found = PdfFileReader(BytesIO(signed)).embedded_signatures[0]
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert found.sig_object["/Reason"] == "Sertifikat kompetensi"
    assert status(signed, pem) == (True, True)
    at = signed.index(b"Pamong")
    assert status(signed[:at] + b"Palsu!" + signed[at + 6 :], pem)[0] is False


def test_a_wrong_passphrase_or_file_signs_nothing(kunci: tuple[Path, bytes], tmp_path: Path) -> None:
    path, _ = kunci
    rusak = tmp_path / "rusak.p12"
    rusak.write_bytes(b"bukan kunci")
    for berkas, sandi, kata in (
        (path, "salah", "tidak cocok"),
        (rusak, SANDI, "tidak cocok"),
        (tmp_path / "tidak-ada.p12", SANDI, "tidak dapat dibaca"),
        (None, SANDI, "tidak cocok"),
    ):
        with pytest.raises(SegelGagal, match=kata):
            sign(pdf(), Penandatangan(segel.LOKAL, "Ketua", berkas, sandi=sandi), PENAMPILAN)


def test_the_passphrase_is_not_shown(kunci: tuple[Path, bytes]) -> None:
    assert SANDI not in repr(Penandatangan(segel.LOKAL, "Ketua", kunci[0], "3201231503900001", SANDI))
    assert "3201231503900001" not in repr(Penandatangan(nik="3201231503900001"))


def test_other_drivers_say_what_they_do() -> None:
    asli = pdf()
    assert sign(asli, Penandatangan(), PENAMPILAN) == asli
    with pytest.raises(SegelGagal, match="BSrE belum disambungkan"):
        sign(asli, Penandatangan(segel.BSRE), PENAMPILAN)
    with pytest.raises(SegelGagal, match="tidak dikenal"):
        sign(asli, Penandatangan("lain"), PENAMPILAN)
    with pytest.raises(SegelGagal, match="bukan PDF"):
        sign(b"GIF89a", Penandatangan(), PENAMPILAN)


def test_an_installation_may_supply_its_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segel, "PENGGERAK", dict(segel.PENGGERAK))
    segel.register(segel.BSRE, lambda isi, signer, appearance: isi + b"%segel")
    assert sign(pdf(), Penandatangan(segel.BSRE), PENAMPILAN).endswith(b"%segel")


def test_an_unsigned_certificate_says_draf() -> None:
    assert BELUM in baca(sheets.render(isian.sertifikat()))[0]
    assert BELUM not in baca(pdf())[0]


# ---- the papers of the portal


def pasang(monkeypatch: pytest.MonkeyPatch, path: Path | None, sandi: str = SANDI) -> None:
    real = storage.config()
    kept = dataclasses.replace(real, segel_berkas=path, segel_sandi=sandi)
    monkeypatch.setattr(penyegel, "config", lambda: kept)


def jalankan(nama: str) -> None:
    query = sa.select(jobs.Job).where(jobs.Job.nama == nama).order_by(jobs.Job.id.desc()).limit(1)
    jobs.KINDS[nama].run(db.session.scalars(query).one())


def berkas(dokumen_id: Any) -> bytes:
    return storage.get(db.session.get_one(Document, dokumen_id).kunci) or b""


def test_certificate_and_sk_leave_sealed_and_the_public_reads_by_whom(
    app: Flask, client: Any, jam: Any, kunci: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, pem = kunci
    place = f.lsp()
    rows = f.sertifikat_baru(place, 2)
    f.beri_nomor(place, *rows)
    sertifikat.sign([r.id for r in rows], place.panggil("ketua"), f.PASSWORD)
    f.simpan()
    pasang(monkeypatch, path)
    jalankan("sertifikasi-sk")
    jalankan("sertifikasi-terbitkan")
    row, _ = (db.session.get_one(k.Sertifikat, r.id, populate_existing=True) for r in rows)
    made = db.session.scalars(sa.select(k.Sk)).one()
    for paper in (row, made):
        assert status(berkas(paper.dokumen_id), pem) == (True, True)
        assert paper.segel["oleh"] == "Ketua LSP Contoh"
        assert paper.segel["seri"] == "7"
    body = berkas(row.dokumen_id)
    f.simpan()
    page = client.get(f"/verifikasi/{row.kode}").get_data(as_text=True)
    assert "Segel elektronik" in page
    assert "Ketua LSP Contoh" in page
    assert SANDI not in page
    client.csrf = token(client)
    found = client.post("/sertifikasi/periksa", data={"berkas": (BytesIO(body), "sertifikat.pdf")})
    assert "Segel elektroniknya utuh: Ketua LSP Contoh" in found.text
    forged = BytesIO(body.replace(b"Pamong", b"Palsu!", 1))
    assert "tidak dikenali" in client.post("/sertifikasi/periksa", data={"berkas": (forged, "palsu.pdf")}).text


def test_without_its_seal_a_paper_waits_and_the_clock_asks_again(
    app: Flask, jam: Any, kunci: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f.lsp()
    (row,) = f.sertifikat_baru(place)
    f.beri_nomor(place, row)
    sertifikat.sign([row.id], place.panggil("ketua"), f.PASSWORD)
    f.simpan()
    for path, sandi in ((kunci[0], "salah"), (kunci[0].with_name("hilang.p12"), SANDI)):
        pasang(monkeypatch, path, sandi)
        for nama in ("sertifikasi-terbitkan", "sertifikasi-sk"):
            with pytest.raises(SegelGagal) as caught:
                jalankan(nama)
            assert jobs.reason_of(caught.value) == str(caught.value)
            assert SANDI not in str(caught.value)
            db.session.rollback()
    db.session.refresh(row)
    assert (row.status, row.dokumen_id, row.segel) == (k.MENUNGGU_TANDA_TANGAN, None, {})
    assert row.ditandatangani_at is not None
    assert sertifikat.left() == 1
    db.session.execute(sa.update(jobs.Job).values(status=jobs.GAGAL))
    pasang(monkeypatch, kunci[0])
    assert any(kind is segel_tertunda.susul for _, kind, _ in jobs.PERIODIC)
    segel_tertunda.susul.run(jobs.Job())
    asked = db.session.scalars(sa.select(jobs.Job.nama).where(jobs.Job.status == jobs.ANTRE)).all()
    assert sorted(asked) == ["sertifikasi-sk", "sertifikasi-terbitkan"]
    jalankan("sertifikasi-terbitkan")
    jalankan("sertifikasi-sk")
    db.session.refresh(row)
    assert row.status == k.BERLAKU
    assert row.segel["oleh"] == "Ketua LSP Contoh"
    assert all(one.dokumen_id for one in db.session.scalars(sa.select(k.Sk)))


def test_one_paper_that_cannot_be_sealed_leaves_the_others_alone(
    app: Flask, jam: Any, kunci: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f.lsp()
    rows = f.sertifikat_baru(place, 3)
    f.beri_nomor(place, *rows)
    sertifikat.sign([r.id for r in rows], place.panggil("ketua"), f.PASSWORD)
    f.simpan()
    pasang(monkeypatch, kunci[0])
    real, bad = segel.sign, rows[1].nomor

    def once(pdf: bytes, signer: Penandatangan, appearance: Penampilan) -> bytes:
        if bad in baca(pdf)[0]:
            raise SegelGagal("PDF ini tidak dapat ditandatangani.")
        return real(pdf, signer, appearance)

    monkeypatch.setattr(segel, "sign", once)
    with pytest.raises(SegelGagal, match="1 sertifikat menunggu segel"):
        jalankan("sertifikasi-terbitkan")
    db.session.rollback()
    states = [db.session.get_one(k.Sertifikat, r.id, populate_existing=True).status for r in rows]
    assert sorted(states) == sorted([k.BERLAKU, k.BERLAKU, k.MENUNGGU_TANDA_TANGAN])


def test_a_key_that_ran_out_seals_nothing(
    app: Flask, jam: Any, kunci: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    pasang(monkeypatch, kunci[0])
    penyegel.siap()
    jam.move_to(datetime(2051, 1, 1, tzinfo=UTC))
    with pytest.raises(SegelGagal, match="tidak berlaku hari ini"):
        penyegel.siap()
