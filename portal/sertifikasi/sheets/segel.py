"""Signing a finished PDF: `sign(pdf, signer, appearance) -> pdf`, with a driver per provider.

none    gives the paper back; the certificate itself says DRAF where a signature is missing
lokal   PAdES B-B with a PKCS#12 file of this installation; wants the package pyHanko (extra `segel`)
bsre    the place of the national e-sign service; raises until an installation supplies it by `register`

The passphrase comes with each call and is neither kept nor logged. A signed PDF holds the time of signing, so its
bytes differ each time: keep the hash of what was signed (`sheets.sidik`) to see that a retry is the same document.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from portal.kernel import jobs

NONE, LOKAL, BSRE = "none", "lokal", "bsre"
_PDF: Final = b"%PDF-"


class SegelGagal(jobs.Delayed):
    """The paper was not signed; the message is for its reader. The certificate stays menunggu_tanda_tangan."""


@dataclass(frozen=True, slots=True)
class Penandatangan:
    """Who signs and by which driver. `berkas` is the PKCS#12 file of `lokal`; `nik` is what bsre asks for."""

    penggerak: str = NONE
    nama: str = ""
    berkas: Path | None = None
    nik: str = field(default="", repr=False)
    sandi: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Penampilan:
    """Reason and place kept in the signature. `kotak` (x1, y1, x2, y2 in points) shows it on `halaman`, from 0."""

    alasan: str = ""
    tempat: str = ""
    halaman: int = 0
    kotak: tuple[int, int, int, int] | None = None
    bidang: str = "TandaTanganKetua"


@dataclass(frozen=True, slots=True)
class Pemilik:
    """Who a key belongs to, who says so, and from when to when."""

    nama: str
    penerbit: str
    seri: str
    sejak: datetime
    sampai: datetime


Penggerak = Callable[[bytes, Penandatangan, Penampilan], bytes]


def sign(pdf: bytes, signer: Penandatangan, appearance: Penampilan) -> bytes:
    """The signed PDF. Raises SegelGagal; what was given stays as it was."""
    if not pdf.startswith(_PDF):
        raise SegelGagal("Berkas yang akan ditandatangani bukan PDF.")
    if signer.penggerak not in PENGGERAK:
        raise SegelGagal(f"Layanan tanda tangan {signer.penggerak!r} tidak dikenal.")
    return PENGGERAK[signer.penggerak](pdf, signer, appearance)


def pemilik(signer: Penandatangan) -> Pemilik:
    """Opens the PKCS#12 file of a signer. Raises SegelGagal when file or passphrase is wrong."""
    try:
        _, cert, _ = pkcs12.load_key_and_certificates(_bytes(signer), signer.sandi.encode())
    except ValueError as error:
        raise SegelGagal("Berkas kunci atau kata sandinya tidak cocok.") from error
    if cert is None:
        raise SegelGagal("Berkas kunci tidak memuat sertifikat.")
    return Pemilik(
        _name(cert.subject), _name(cert.issuer), f"{cert.serial_number:X}", cert.not_valid_before_utc,
        cert.not_valid_after_utc,
    )  # fmt: skip


def _name(name: x509.Name) -> str:
    """The common name, or the whole name where there is none."""
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _bytes(signer: Penandatangan) -> bytes:
    try:
        return signer.berkas.read_bytes() if signer.berkas else b""
    except OSError as error:
        raise SegelGagal("Berkas kunci PKCS#12 tidak dapat dibaca.") from error


def _none(pdf: bytes, signer: Penandatangan, appearance: Penampilan) -> bytes:
    return pdf


def _lokal(pdf: bytes, signer: Penandatangan, appearance: Penampilan) -> bytes:
    """PAdES B-B: a CMS signature over all bytes, appended to the file."""
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign import fields, signers
        from pyhanko.sign.general import SigningError
    except ImportError as error:
        raise SegelGagal("Tanda tangan lokal membutuhkan paket pyHanko.") from error
    data = _bytes(signer)
    try:
        kunci = signers.SimpleSigner.load_pkcs12_data(data, [], passphrase=signer.sandi.encode())
    except (SigningError, ValueError) as error:
        raise SegelGagal("Berkas kunci atau kata sandinya tidak cocok.") from error
    meta = signers.PdfSignatureMetadata(
        field_name=appearance.bidang,
        md_algorithm="sha256",
        name=signer.nama or None,
        reason=appearance.alasan or None,
        location=appearance.tempat or None,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    spec = fields.SigFieldSpec(appearance.bidang, on_page=appearance.halaman, box=appearance.kotak)
    try:
        sealed = signers.PdfSigner(meta, signer=kunci, new_field_spec=spec)
        with ThreadPoolExecutor(1) as aside:  # pyHanko runs an event loop; the caller may be inside another one
            out = aside.submit(sealed.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(pdf))).result()
    except (PdfError, SigningError) as error:
        raise SegelGagal("PDF ini tidak dapat ditandatangani, misalnya karena sudah bertanda tangan.") from error
    return bytes(out.getvalue())


def _bsre(pdf: bytes, signer: Penandatangan, appearance: Penampilan) -> bytes:
    raise SegelGagal("Layanan tanda tangan elektronik BSrE belum disambungkan pada pemasangan ini.")


PENGGERAK: dict[str, Penggerak] = {NONE: _none, LOKAL: _lokal, BSRE: _bsre}


def register(nama: str, penggerak: Penggerak) -> None:
    """Supply or replace a driver, for an installation that has the service."""
    PENGGERAK[nama] = penggerak
