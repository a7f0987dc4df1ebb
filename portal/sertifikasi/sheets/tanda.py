"""The signed payload in the certificate's second QR: checked on any machine that has the public key, without network.

    PMS1:<base45>      base45 (RFC 9285) keeps a QR small; the bytes are a CBOR array (RFC 8949) and its signature:
    [1, key id, number, name, scheme, hash of the units, decided, valid until], dates as days since 2000-01-01,
    then 64 bytes of Ed25519 (RFC 8032) over the words "PAMONG-SERTIFIKAT-1\\0" and the array.

At most 300 bytes: a name or scheme that is too long is shortened and ends in "…"; the rest is always whole. It proves
what was issued; whether the certificate was suspended since, only the portal knows.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

AWALAN: Final = "PMS1:"
TERPANJANG: Final = 300
_VERSI: Final = 1
_KONTEKS: Final = b"PAMONG-SERTIFIKAT-1\0"
_TTD: Final = 64
_AWAL: Final = date(2000, 1, 1)
_ABJAD: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NOMOR: Final = 64
# Of what name and scheme share, the scheme may claim this much; longer heads of both texts take two bytes each.
_SKEMA: Final = 70
_KEPALA: Final = 4


class TandaSalah(ValueError):
    """The text is not a payload of a certificate, or its signature does not hold. The message is for its reader."""


@dataclass(frozen=True, slots=True)
class Tanda:
    """What a payload says. `unit` is `sidik_unit` of the list on the back, `kunci` names the key."""

    nomor: str
    nama: str
    skema: str
    unit: str
    diputus: date
    sampai: date
    kunci: str


# Keys -----------------------------------------------------------------------------------------------------


def private_key(benih: bytes) -> Ed25519PrivateKey:
    """From the 32 bytes of KUNCI_SERTIFIKAT. Raises ValueError when there is none."""
    if not benih:
        raise ValueError("KUNCI_SERTIFIKAT belum diatur, jadi tanda sertifikat tidak dapat dibuat.")
    return Ed25519PrivateKey.from_private_bytes(benih)


def key_id(kunci: Ed25519PublicKey) -> str:
    """Eight hex digits of the hash of the key."""
    return hashlib.sha256(kunci.public_bytes_raw()).hexdigest()[:8]


def published(kunci: Sequence[Ed25519PublicKey]) -> dict[str, Any]:
    """The document of /sertifikasi/kunci-publik.json: a JSON Web Key Set (RFC 7517, 8037), the newest key first."""
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": key_id(k), "x": _b64(k.public_bytes_raw())}
            for k in kunci
        ]
    }


def trusted(terbitan: Mapping[str, Any]) -> dict[str, Ed25519PublicKey]:
    """Keys by id, of a published document. The id is computed, not believed. Raises TandaSalah."""
    try:
        found = [Ed25519PublicKey.from_public_bytes(_unb64(str(k["x"]))) for k in terbitan["keys"]]
    except (KeyError, TypeError, ValueError) as error:
        raise TandaSalah("Berkas kunci publik tidak dapat dibaca.") from error
    return {key_id(k): k for k in found}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(teks: str) -> bytes:
    return base64.urlsafe_b64decode(teks + "=" * (-len(teks) % 4))


# Signing and checking -------------------------------------------------------------------------------------


def sidik_unit(unit: Iterable[Mapping[str, Any]]) -> str:
    """24 hex digits over codes and titles in the printed order, one unit a line."""
    lines = "\n".join(f"{u['kode']} {u['judul']}" for u in unit)
    return hashlib.sha256(lines.encode()).hexdigest()[:24]


def sign(isi: Mapping[str, Any], kunci: Ed25519PrivateKey) -> str:
    """The text for `tanda_qr` of a certificate. The same content and key give the same text.

    Raises ValueError while the certificate has no number, or has one of more than 64 bytes.
    """
    nomor = str(isi.get("nomor") or "")
    if not nomor or len(nomor.encode()) > _NOMOR:
        raise ValueError("Sertifikat belum bernomor, atau nomornya terlalu panjang untuk kode QR.")
    skema = str((isi.get("skema") or {}).get("judul") or "")
    sidik = bytes.fromhex(sidik_unit(isi["unit"]))
    kid = bytes.fromhex(key_id(kunci.public_key()))
    hari = [(date.fromisoformat(str(isi[n])[:10]) - _AWAL).days for n in ("diputus", "sampai")]
    ruang = TERPANJANG - _TTD - len(_cbor([_VERSI, kid, nomor, "", "", sidik, *hari])) - _KEPALA
    nama = _pendek(str(isi["nama"]), ruang - min(len(skema.encode()), _SKEMA))
    isi_cbor = _cbor([_VERSI, kid, nomor, nama, _pendek(skema, ruang - len(nama.encode())), sidik, *hari])
    return AWALAN + base45(isi_cbor + kunci.sign(_KONTEKS + isi_cbor))


def verify(teks: str, kunci: Mapping[str, Ed25519PublicKey]) -> Tanda:
    """What the payload says, when one of the keys signed it. Raises TandaSalah for anything else."""
    raw = _isi(teks)
    body, ttd = raw[:-_TTD], raw[-_TTD:]
    tanda = _baca(body)
    if tanda.kunci not in kunci:
        raise TandaSalah(f"Kunci {tanda.kunci} tidak ada dalam daftar kunci publik. Ambil daftar yang terbaru.")
    try:
        kunci[tanda.kunci].verify(ttd, _KONTEKS + body)
    except InvalidSignature as error:
        raise TandaSalah("Tanda tidak cocok dengan isinya. Data ini bukan terbitan LSP.") from error
    return tanda


def _isi(teks: str) -> bytes:
    """Some readers add line ends; a space inside is a sign of base45 and stays."""
    teks = teks.strip("\r\n\t")
    if not teks.startswith(AWALAN):
        raise TandaSalah("Teks ini bukan tanda sertifikat. Pindai kode QR di halaman belakang.")
    raw = unbase45(teks.removeprefix(AWALAN))
    if not _TTD < len(raw) <= TERPANJANG:
        raise TandaSalah("Tanda sertifikat tidak lengkap. Pindai ulang kode QR.")
    return raw


def _baca(body: bytes) -> Tanda:
    values = _Cbor(body).array()
    kinds = (int, bytes, str, str, str, bytes, int, int)
    if len(values) != len(kinds) or not all(isinstance(v, k) for v, k in zip(values, kinds, strict=True)):
        raise TandaSalah("Isi tanda sertifikat tidak dikenal.")
    versi, kid, nomor, nama, skema, sidik, diputus, sampai = values
    if versi != _VERSI:
        raise TandaSalah("Tanda sertifikat ini dibuat oleh versi yang lebih baru.")
    try:
        hari = [_AWAL + timedelta(days=n) for n in (diputus, sampai)]
    except OverflowError as error:
        raise TandaSalah("Tanggal dalam tanda sertifikat tidak dikenal.") from error
    return Tanda(nomor, nama, skema, sidik.hex(), hari[0], hari[1], kid.hex())


def _pendek(teks: str, byte: int) -> str:
    """Whole characters within so many bytes; "…" ends what was shortened."""
    raw = teks.encode()
    if len(raw) <= byte:
        return teks
    return raw[: max(byte - 3, 0)].decode(errors="ignore").rstrip() + "…"


# CBOR: the five kinds this payload uses --------------------------------------------------------------------


def _kepala(jenis: int, n: int) -> bytes:
    if n < 24:
        return bytes([jenis << 5 | n])
    if n < 256:
        return bytes([jenis << 5 | 24, n])
    return bytes([jenis << 5 | 25]) + n.to_bytes(2, "big")


def _cbor(values: Sequence[int | str | bytes]) -> bytes:
    out = [_kepala(4, len(values))]
    for v in values:
        if isinstance(v, int):
            out.append(_kepala(0, v) if v >= 0 else _kepala(1, -1 - v))
        else:
            raw = v.encode() if isinstance(v, str) else v
            out.append(_kepala(3 if isinstance(v, str) else 2, len(raw)) + raw)
    return b"".join(out)


class _Cbor:
    """Reads one flat array and refuses everything else."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def array(self) -> list[Any]:
        jenis, count = self._kepala()
        if jenis != 4:
            raise TandaSalah("Isi tanda sertifikat tidak dikenal.")
        values = [self._nilai() for _ in range(min(count, 32))]
        if self.at != len(self.raw):
            raise TandaSalah("Isi tanda sertifikat tidak dikenal.")
        return values

    def _ambil(self, n: int) -> bytes:
        part = self.raw[self.at : self.at + n]
        if len(part) != n:
            raise TandaSalah("Tanda sertifikat tidak lengkap. Pindai ulang kode QR.")
        self.at += n
        return part

    def _kepala(self) -> tuple[int, int]:
        first = self._ambil(1)[0]
        jenis, n = first >> 5, first & 31
        if n < 24:
            return jenis, n
        if n > 25:
            raise TandaSalah("Isi tanda sertifikat tidak dikenal.")
        return jenis, int.from_bytes(self._ambil(n - 23), "big")

    def _nilai(self) -> int | str | bytes:
        jenis, n = self._kepala()
        if jenis in (0, 1):
            return n if jenis == 0 else -1 - n
        if jenis not in (2, 3):
            raise TandaSalah("Isi tanda sertifikat tidak dikenal.")
        raw = self._ambil(n)
        if jenis == 2:
            return raw
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise TandaSalah("Isi tanda sertifikat tidak dikenal.") from error


# base45 ---------------------------------------------------------------------------------------------------


def base45(raw: bytes) -> str:
    out = []
    for i in range(0, len(raw) - 1, 2):
        n = raw[i] << 8 | raw[i + 1]
        out.append(_ABJAD[n % 45] + _ABJAD[n // 45 % 45] + _ABJAD[n // 2025])
    if len(raw) % 2:
        out.append(_ABJAD[raw[-1] % 45] + _ABJAD[raw[-1] // 45])
    return "".join(out)


def unbase45(teks: str) -> bytes:
    """Raises TandaSalah for signs outside the alphabet and groups out of range."""
    out = bytearray()
    for i in range(0, len(teks), 3):
        digits = [_ABJAD.find(c) for c in teks[i : i + 3]]
        n = sum(d * 45**p for p, d in enumerate(digits))
        size = len(digits) - 1
        if min(digits) < 0 or size == 0 or n >= 256**size:
            raise TandaSalah("Tanda sertifikat tidak dapat dibaca. Pindai ulang kode QR.")
        out += n.to_bytes(size, "big")
    return bytes(out)
