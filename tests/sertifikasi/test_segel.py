"""Signing a finished certificate with a key of the installation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.sertifikasi import sheets
from portal.sertifikasi.sheets import segel
from portal.sertifikasi.sheets.segel import Penampilan, Penandatangan, SegelGagal, sign
from portal.sertifikasi.sheets.sertifikat import BELUM
from tests.sertifikasi import isian
from tests.sertifikasi.test_sheets import baca

SANDI = "kata sandi uji"
PENAMPILAN = Penampilan(alasan="Sertifikat kompetensi", tempat="Sagara", kotak=(220, 160, 380, 205))


@pytest.fixture(scope="module")
def kunci(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A PKCS#12 file of a test authority, and its certificate."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ketua LSP Contoh")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
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
