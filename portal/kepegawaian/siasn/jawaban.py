"""What an answer of SIASN means: rows, nothing, a refusal, a fault that passes, a token that ended.

Empty is not failure and failure is not empty: a call either returns or raises. Shapes as public clients show them.
"""

import json
import re
from typing import Any

KOSONG = re.compile(r"tidak (ditemukan|ada)|not found|kosong", re.IGNORECASE)
TOKEN = ("invalid credentials", "invalid or expired jwt", "expired jwt", "token sso mismatch", "900901", "900902")
TERSENDAT = re.compile(r"\b90080[0-9]\b")
RINGKAS = 300


class SiasnGagal(Exception):
    """Base. `pesan` is for people, without anything secret."""

    def __init__(self, pesan: str) -> None:
        super().__init__(pesan)
        self.pesan = pesan


class TokenDitolak(SiasnGagal):
    """401 and its kin: the pair of tokens is not taken."""


class Sementara(SiasnGagal):
    """A fault that passes: reset, 5xx, throttle, HTML, half an answer. `putus`: the backend is shut off as a whole."""

    def __init__(self, pesan: str, putus: bool = False) -> None:
        super().__init__(pesan)
        self.putus = putus


class Ditolak(SiasnGagal):
    """SIASN understood and says no: repeating it changes nothing."""


def baca(status: int, text: str, jenis_isi: str = "") -> Any:
    """The JSON of an answer. Raises TokenDitolak, Sementara, Ditolak; None stands for "no data".

    `Runtime Error` is never read as an expired token: with SUSPENDED the backend is shut off and no token helps.
    """
    body = text.strip()
    _gateway(status, body)
    found = _json(status, body, jenis_isi)
    _inner(found, status)
    if _empty(found, status):
        return None
    if status >= 400:
        raise Ditolak(pesan_dari(found) or f"SIASN menjawab {status}.")
    return found


def _gateway(status: int, body: str) -> None:
    low = body[:4000].lower()
    if "runtime error" in low:
        raise Sementara("Gerbang SIASN sedang terganggu (Runtime Error).", putus="suspended" in low)
    if status == 401 or any(word in low for word in TOKEN):
        raise TokenDitolak("SIASN menolak token.")
    if status == 429 or TERSENDAT.search(body[:4000]):
        raise Sementara("SIASN membatasi jumlah panggilan.")
    if status >= 500:
        raise Sementara(f"SIASN menjawab {status}.")
    if body in ("", "0"):
        raise Sementara("SIASN menjawab tanpa isi.")


def _json(status: int, body: str, jenis_isi: str) -> Any:
    if "html" in jenis_isi.lower() or body[:1] == "<":
        raise Sementara(f"SIASN menjawab dengan halaman web ({status}).")
    try:
        return json.loads(body)
    except ValueError as error:
        raise Sementara("Jawaban SIASN terpotong atau tidak terbaca.") from error


def _inner(found: Any, status: int) -> None:
    """An error wrapped into an answer that looks like success."""
    if isinstance(found, dict) and "fault" in found:
        raise Sementara("Gerbang SIASN menjawab dengan galat.")
    if isinstance(found, dict) and found.get("error") and "data" not in found and "success" not in found:
        raise Ditolak(pesan_dari(found) or f"SIASN menjawab {status}.")


def _empty(found: Any, status: int) -> bool:
    """`{"code": 0, "data": "Data tidak ditemukan"}`, with 404 or 200: data is a text, not a list."""
    if not isinstance(found, dict) or status not in (200, 404):
        return False
    data = found.get("data")
    return str(found.get("code")) == "0" and isinstance(data, str) and bool(KOSONG.search(data))


def isi(found: Any) -> Any:
    """The `data` of a read. Raises Sementara when fewer rows arrived than `count` promised, Ditolak for a text."""
    if found is None:
        return []
    data = found.get("data", found) if isinstance(found, dict) else found
    if isinstance(data, str):
        raise Ditolak(data[:RINGKAS])
    count = found.get("count") if isinstance(found, dict) else None
    if isinstance(data, list) and isinstance(count, int) and count > len(data):
        raise Sementara(f"SIASN menjanjikan {count} baris, yang tiba {len(data)}.")
    return [] if data is None else data


def pesan_dari(found: Any) -> str:
    """The reason of a refusal: in message, in data, in mapData as a text, with capitals or without."""
    if not isinstance(found, dict):
        return ""
    for key in ("message", "Message", "mapData", "data", "error_description", "error", "Error"):
        value = found.get(key)
        if isinstance(value, dict):
            value = value.get("message") or value.get("Message")
        if isinstance(value, str) and value.strip():
            return value.strip()[:RINGKAS]
    return ""


def hasil_simpan(found: Any, kunci: str) -> str:
    """The id that a save answers with, under the key of its own kind; "" when it names none. Raises Ditolak."""
    if not isinstance(found, dict) or str(found.get("success")).lower() not in ("true", "1"):
        raise Ditolak(pesan_dari(found) or "SIASN menolak tanpa alasan.")
    kept = found.get("mapData")
    return str(kept.get(kunci) or "") if isinstance(kept, dict) else ""


def hasil_hitung(found: Any) -> None:
    """A recalculation answers with capitals: Error, Message. Raises Ditolak."""
    if isinstance(found, dict) and str(found.get("Error", "false")).lower() not in ("false", "0", "", "none"):
        raise Ditolak(pesan_dari(found) or "SIASN gagal menghitung ulang.")
