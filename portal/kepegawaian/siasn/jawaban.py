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
TANPA_ALASAN = "SIASN menolak tanpa alasan. Periksa isinya di SIASN, lalu kirim lagi dari halaman selisihnya."
LAGI = "Dicoba lagi sendiri; bila menetap, laporkan ke BKN."


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
        raise Ditolak(
            pesan_dari(found) or f"SIASN menjawab {status}. Laporkan ke pengembang: alamatnya mungkin berubah."
        )
    return found


def _gateway(status: int, body: str) -> None:
    low = body[:4000].lower()
    if "runtime error" in low:
        raise Sementara(
            "Gerbang SIASN sedang terganggu (Runtime Error). Tunggu: portal mencoba lagi sendiri, token baru tidak "
            "menolong.", putus="suspended" in low,
        )  # fmt: skip
    if status == 401 or any(word in low for word in TOKEN):
        raise TokenDitolak("SIASN menolak token. Tempel token baru di Sinkron SIASN.")
    if status == 429 or TERSENDAT.search(body[:4000]):
        raise Sementara("SIASN membatasi jumlah panggilan. Dicoba lagi sendiri; bila berulang, kecilkan laju.")
    if status >= 500:
        raise Sementara(f"SIASN menjawab {status}. {LAGI}")
    if body in ("", "0"):
        raise Sementara(f"SIASN menjawab tanpa isi. {LAGI}")


def _json(status: int, body: str, jenis_isi: str) -> Any:
    if "html" in jenis_isi.lower() or body[:1] == "<":
        raise Sementara(f"SIASN menjawab dengan halaman web ({status}), bukan data. {LAGI}")
    try:
        return json.loads(body)
    except ValueError as error:
        raise Sementara(f"Jawaban SIASN terpotong atau tidak terbaca. {LAGI}") from error


def _inner(found: Any, status: int) -> None:
    """An error wrapped into an answer that looks like success."""
    if isinstance(found, dict) and "fault" in found:
        raise Sementara(f"Gerbang SIASN menjawab dengan galat. {LAGI}")
    if isinstance(found, dict) and found.get("error") and "data" not in found and "success" not in found:
        raise Ditolak(pesan_dari(found) or f"SIASN menjawab {status}.")


def _empty(found: Any, status: int) -> bool:
    """`{"code": 0, "data": "Data tidak ditemukan"}`, with 404 or 200: data is a text, not a list."""
    if not isinstance(found, dict) or status not in (200, 404):
        return False
    data = found.get("data")
    return str(found.get("code")) == "0" and isinstance(data, str) and bool(KOSONG.search(data))


def isi(found: Any) -> Any:
    """The `data` of a read. Raises Sementara when fewer rows arrived than `count` promised or the shape is new, Ditolak
    for a text and for a code that says no: neither is "no data".
    """
    if found is None:
        return []
    if isinstance(found, list):
        return found
    _yes(found)
    data = found["data"]
    if isinstance(data, str):
        raise Ditolak(f"SIASN: {data[:RINGKAS]}. Periksa pegawai ini di SIASN, lalu tarik lagi.")
    count = found.get("count")
    if isinstance(data, list) and isinstance(count, int) and count > len(data):
        raise Sementara(f"SIASN menjanjikan {count} baris, yang tiba {len(data)}. {LAGI}")
    return [] if data is None else data


def halaman(found: Any) -> tuple[list[Any], int]:
    """One page of a long list, and how many rows `count` speaks of: of the page or of all, nobody says."""
    if found is None:
        return [], 0
    if isinstance(found, list):
        return found, len(found)
    _yes(found)
    data = found["data"] if isinstance(found["data"], list) else []
    count = found.get("count")
    return data, count if isinstance(count, int) else len(data)


def _yes(found: Any) -> None:
    """200 with a code or a success that is false is a refusal; without `data` it is no answer we know."""
    known = isinstance(found, dict)
    code = str(found.get("code", found.get("success", "1"))).lower() if known else ""
    if known and code in ("0", "false"):
        raise Ditolak(f"SIASN menolak: {pesan_dari(found) or 'tanpa alasan'}. Periksa pegawai ini di SIASN.")
    if not known or "data" not in found:
        raise Sementara(f"Bentuk jawaban SIASN tidak dikenal. {LAGI}")


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
    """The id that a save answers with, under the key of its own kind; "" when it names none. Raises Ditolak;
    Sementara for an answer that says neither yes nor no.

    Most saves say `success`, that of data utama says `code`.
    """
    if found is None:
        raise Ditolak("SIASN tidak menemukan yang dimaksud. Tarik lagi orang ini, lalu siapkan ulang.")
    if not isinstance(found, dict) or not {"success", "code"} & found.keys():
        raise Sementara(f"Bentuk jawaban SIASN tidak dikenal. {LAGI}")
    said = str(found.get("success", found.get("code"))).lower()
    if said not in ("true", "1"):
        raise Ditolak(pesan_dari(found) or TANPA_ALASAN)
    kept = found.get("mapData")
    return str(kept.get(kunci) or "") if isinstance(kept, dict) else ""


def hasil_hitung(found: Any) -> None:
    """A recalculation answers with capitals: Error, Message. Raises Ditolak."""
    if isinstance(found, dict) and str(found.get("Error", "false")).lower() not in ("false", "0", "", "none"):
        raise Ditolak(pesan_dari(found) or "SIASN gagal menghitung ulang.")
