"""Uploading in pieces of 256 KB: ask how far it got, send the next piece, drop it. Only ever one's own."""

import uuid

from flask import jsonify, request
from werkzeug.wrappers import Response

from portal.kernel import people, pieces
from portal.kernel.errors import Invalid
from portal.kernel.web import SIGNED_IN, Module

module = Module("potongan", "/berkas/potongan")


@module.route("/<uuid:id>", can=SIGNED_IN)
def posisi(id: uuid.UUID) -> Response:
    return jsonify(posisi=pieces.arrived(people.required().id, id))


@module.route("/<uuid:id>", can=SIGNED_IN, methods=["POST"])
def tambah(id: uuid.UUID) -> Response:
    """The body is the piece that begins at `posisi` of `ukuran` bytes. The first one makes the upload."""
    if (request.content_length or 0) > pieces.PIECE:
        raise Invalid("berkas", "Potongan berkas tidak utuh. Unggah ulang.")
    offset, total = request.args.get("posisi", -1, int), request.args.get("ukuran", 0, int)
    if offset < 0:
        raise Invalid("berkas", "Potongan berkas tidak utuh. Unggah ulang.")
    return jsonify(posisi=pieces.append(people.required().id, id, offset, request.get_data(), total))


@module.route("/<uuid:id>", can=SIGNED_IN, methods=["DELETE"])
def hapus(id: uuid.UUID) -> Response:
    pieces.drop(people.required().id, id)
    return Response(status=204)
