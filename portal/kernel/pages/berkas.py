"""Opening files: every way in checks who asks, then hands out a signed address or a picture of a page."""

import uuid

from flask import Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from portal.kernel import activity, documents, people, storage
from portal.kernel.documents import Document
from portal.kernel.errors import Missing
from portal.kernel.people import Principal
from portal.kernel.web import SIGNED_IN, Module

module = Module("berkas", "/berkas")
LOOK_SECONDS = 600  # leafing through a document is one look in the log, whichever page came first


def _document(key: uuid.UUID) -> tuple[Document, Principal]:
    user = people.required()
    return documents.openable(user, key), user


@module.route("/<uuid:id>", can=SIGNED_IN, writes=True)
def unduh(id: uuid.UUID) -> BaseResponse:
    """Download: note who opened it, then a signed address that lives 60 seconds. Asked first whether it is there:
    what the store itself answers when it is not, or when it is away, nobody can read."""
    document, user = _document(id)
    if not storage.exists(document.kunci):
        raise Missing("Isi berkas ini tidak ada lagi di penyimpanan. Hubungi admin unit kerja Anda.")
    activity.log("berkas.dibuka", document, by=user, nama=document.nama, cara="unduh")
    for opened in documents.OPENED:
        opened(document.id, user)
    return redirect(storage.signed_url(document.kunci, document.nama, document.mime), 303)


@module.route("/<uuid:id>/halaman/<int:nomor>.png", can=SIGNED_IN, writes=True)
def halaman(id: uuid.UUID, nomor: int) -> BaseResponse:
    """A page as a picture, so that evidence is read without leaving the screen."""
    document, user = _document(id)
    picture = documents.preview(document, nomor)
    if picture is None:
        raise Missing("Halaman ini tidak dapat ditampilkan sebagai gambar. Unduh berkasnya.")
    if storage.redis().set(f"lihat:{document.id.hex}:{user.id.hex}", b"1", nx=True, ex=LOOK_SECONDS):
        activity.log("berkas.dibuka", document, by=user, nama=document.nama, cara="pratinjau")
    for opened in documents.OPENED:
        opened(document.id, user)
    response = Response(picture, mimetype="image/png")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
