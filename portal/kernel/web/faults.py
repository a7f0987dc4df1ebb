"""Errors as people read them: what happened, what to do, nothing typed is lost."""

import logging
import secrets
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Response, g, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from portal.kernel import activity, db, people
from portal.kernel.errors import Conflict, Denied, DomainError, Missing
from portal.kernel.people import Principal
from portal.kernel.storage import ENGINE_DOWN, config
from portal.kernel.web.sessions import csrf_token, is_same_origin, page_of_form, typed_fields, unstash, wants_fragment

logger = logging.getLogger(__name__)

TITLES = {
    400: "Permintaan tidak lengkap", 403: "Tidak punya akses", 404: "Halaman tidak ditemukan",
    405: "Cara membuka tidak didukung", 409: "Data sudah berubah", 413: "Berkas terlalu besar",
    422: "Ada isian yang perlu diperbaiki", 429: "Terlalu sering mencoba", 500: "Ada gangguan di sistem kami",
    503: "Layanan sedang tidak tersambung",
}  # fmt: skip
MACHINES = "/api/"  # in addresses that no person reads
UNREADABLE = "Isian memuat tanda atau angka yang tidak dapat disimpan. Kembali, periksa isian Anda, lalu kirim lagi."
GONE = (
    "Yang Anda kirim tidak tersimpan: datanya tidak ada lagi, atau tidak lagi dapat Anda buka. "
    "Hubungi admin unit kerja Anda bila Anda masih menanganinya."
)
WORDS = {
    400: "Permintaan dari peramban Anda tidak lengkap. Muat ulang halaman, lalu coba lagi.",
    403: "Anda tidak punya akses ke halaman ini. Hubungi admin unit kerja Anda.",
    404: "Halaman tidak ditemukan. Periksa alamatnya atau kembali ke beranda.",
    405: "Halaman ini tidak dapat dibuka dengan cara itu. Kembali ke beranda.",
    413: "Berkas yang Anda kirim terlalu besar. Perkecil, lalu unggah lagi.",
    429: "Tunggu beberapa menit, lalu coba lagi.",
    500: "Isian yang sudah tersimpan aman. Coba lagi; bila berulang, sampaikan kode di bawah kepada admin.",
    503: "Isian yang sudah tersimpan aman. Tunggu satu menit, lalu coba lagi.",
}


def _error_page(
    status: int, pesan: str = "", saran: str = "", code: str = "", resend: bool = False, look: str = ""
) -> Response:  # fmt: skip
    """`resend`: offer what was sent once more. `look`: the page to look at first, where somebody changed it."""
    if MACHINES in request.path:
        said = {"galat": f"HTTP_{status}", "pesan": pesan or TITLES.get(status, TITLES[500]), "kode": code}
        return Response(orjson.dumps(said), status=status, mimetype="application/json")
    context: dict[str, Any] = {
        "kode": status, "judul": TITLES.get(status, TITLES[500]), "pesan": pesan or WORDS.get(status, WORDS[500]),
        "saran": saran, "id_galat": code, "kirim_ulang": None,
    }  # fmt: skip
    if resend and request.method == "POST":
        if any(file.filename for file in request.files.values()):
            context["saran"] = f"{saran} Berkas perlu dipilih lagi.".strip()
        fields = [*typed_fields(), ("csrf_token", _token_to_send_again())]
        context["kirim_ulang"] = {"action": request.full_path.rstrip("?"), "fields": fields, "halaman": look,
                                  "buka": "Lihat keadaan sekarang"}  # fmt: skip
    fragment = "content" if wants_fragment() else ""
    layout = "_fragment.html" if fragment else "base.html"
    body = render_template("kernel/galat.html", layout=layout, fragment=fragment, **context)
    return Response(body, status=status, mimetype="text/html")


def unsent(user: Principal) -> Response | None:
    """The form of this page that a session ended over, to be sent once more; None where nothing waits."""
    left = unstash(user)
    if not left:
        return None
    body = render_template(
        "kernel/galat.html", layout="base.html", fragment="", kode=None, judul="Isian Anda belum terkirim",
        pesan="Sesi Anda berakhir sebelum isian ini tersimpan. Kirim lagi sekarang.",
        saran="Berkas perlu dipilih lagi." if left["berkas"] else "",
        kirim_ulang={"action": left["aksi"], "fields": [*left["isian"], ("csrf_token", csrf_token())],
                     "halaman": request.full_path.rstrip("?"), "buka": "Isi dari awal"},
    )  # fmt: skip
    return Response(body, mimetype="text/html")


def _token_to_send_again() -> str:
    """Today's token for a page of ours that was open for too long; for anybody else the one that was sent."""
    if is_same_origin() and not g.get("session_fault"):
        return csrf_token()
    return request.form.get("csrf_token") or request.headers.get("X-CSRF-Token", "")


def on_domain_error(error: DomainError) -> Response:
    db.rollback()
    user = people.current()
    if isinstance(error, Denied) and user:
        activity.log_now("akses.ditolak", by=user, jalur=request.path, metode=request.method, izin=error.pesan)
    named = request.view_args or {k: v[:80] for k, v in request.args.items()}
    if isinstance(error, Missing) and user and named:
        keys = {k: str(v) for k, v in named.items()}
        activity.log_now("akses.tidak_terlihat", by=user, jalur=request.path, metode=request.method, kunci=keys)
    gone = GONE if isinstance(error, Missing) and user and request.method == "POST" else ""
    changed = isinstance(error, Conflict)
    look = page_of_form() if changed and is_same_origin() else ""
    return _error_page(error.status, error.pesan or gone, error.saran, resend=changed, look=look)


def on_http_error(error: HTTPException) -> Response:
    db.rollback()
    if isinstance(error, InternalServerError):
        return _on_crash(error.original_exception or error)
    return _error_page(error.code or 500)


def _on_crash(error: BaseException) -> Response:
    if isinstance(error, sa.exc.DataError):
        logger.warning("%s %s: %s", request.method, request.path, error.orig)
        return _error_page(400, UNREADABLE)
    code = secrets.token_hex(4).upper()
    down = isinstance(error, ENGINE_DOWN) or (isinstance(error, Exception) and db.lost_connection(error))
    logger.error("%s %s failed, code %s", request.method, request.path, code, exc_info=error)
    g.badges = {}
    if down:
        response = _error_page(503, code=code, resend=True)
        response.headers["Retry-After"] = "60"
        return response
    return _error_page(500, code=code, resend=True)


def on_too_large(error: RequestEntityTooLarge) -> Response:
    mega = (request.max_content_length or config().berkas_maks) // (1024 * 1024)
    words = f"Kiriman ini terlalu besar (maksimal {mega} MB sekali kirim). Perkecil berkasnya, lalu unggah lagi."
    return _error_page(413, words)
