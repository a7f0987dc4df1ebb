"""Sealed columns: specific personal data (UU 27/2022) that lies encrypted, and a mark to find it again by.

AES-256-GCM with keys derived from KUNCI_DATA, one for each purpose, so that what is sealed as one thing cannot be
opened as another. The mark is a keyed hash: equal texts have equal marks, and nobody without the key can try them.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.kernel.storage import config

_NONCE = 12  # bytes


class Unreadable(RuntimeError):
    """Sealed with another key or for another purpose, or altered since."""


def seal(text: str, purpose: str) -> bytes:
    """The text, encrypted. Sealing the same text twice gives different bytes."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(config().data_key, purpose).encrypt(nonce, text.encode(), purpose.encode())


def unseal(sealed: bytes, purpose: str) -> str:
    """Raises Unreadable."""
    try:
        text = _cipher(config().data_key, purpose).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
    except InvalidTag as error:
        raise Unreadable(f"{purpose}: not sealed with this key") from error
    return text.decode()


def mark(text: str, purpose: str) -> str:
    """64 letters that stand for the text in a unique index."""
    return hmac.digest(_derived(config().data_key, f"mark {purpose}"), text.encode(), "sha256").hex()


@lru_cache(maxsize=16)
def _cipher(key: bytes, purpose: str) -> AESGCM:
    return AESGCM(_derived(key, f"seal {purpose}"))


def _derived(key: bytes, use: str) -> bytes:
    return hmac.digest(key, use.encode(), hashlib.sha256)
