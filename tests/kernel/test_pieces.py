"""Uploads in pieces: they go on where they stopped, belong to one person, and end with the day."""

import hashlib
import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.kernel import access, people, pieces, storage
from portal.kernel.errors import Invalid
from portal.kernel.pieces import PIECE
from tests.conftest import Client
from tests.kernel.factories import UserFactory

Masuk = Callable[[Any], Client]
BODY = random.Random(7).randbytes(PIECE * 2 + 1000)
SHA256 = hashlib.sha256(BODY).hexdigest()


def send(client: Client, id: uuid.UUID, offset: int, body: bytes = b"", total: int = len(BODY)) -> Any:
    piece = body or BODY[offset : offset + PIECE]
    return client.post(f"/berkas/potongan/{id}?posisi={offset}&ukuran={total}", data=piece)


def test_an_upload_goes_on_where_it_stopped(app: Flask, masuk: Masuk) -> None:
    user, id = UserFactory(), uuid.uuid4()
    client = masuk(user)
    assert client.get(f"/berkas/potongan/{id}").json == {"posisi": 0}
    assert send(client, id, 0).json == {"posisi": PIECE}
    assert send(client, id, 0).json == {"posisi": PIECE}, "a piece sent twice counts once"
    assert send(client, id, 2 * PIECE).json == {"posisi": PIECE}, "a piece after a gap is not kept"
    assert pieces.joined(user.id, id, SHA256) is None
    assert client.get(f"/berkas/potongan/{id}").json == {"posisi": PIECE}
    send(client, id, PIECE)
    assert send(client, id, 2 * PIECE).json == {"posisi": len(BODY)}
    assert pieces.joined(user.id, id, SHA256) == BODY
    assert pieces.joined(user.id, id, "0" * 64) is None


def test_nobody_else_reaches_an_upload(app: Flask, masuk: Masuk) -> None:
    user, id = UserFactory(), uuid.uuid4()
    send(masuk(user), id, 0)
    other = UserFactory()
    client = masuk(other)
    assert client.get(f"/berkas/potongan/{id}").json == {"posisi": 0}
    assert client.delete(f"/berkas/potongan/{id}").status_code == 204
    assert pieces.arrived(user.id, id) == PIECE


@pytest.mark.parametrize(("offset", "body", "total"), [
    (0, b"x", 2 * PIECE), (1, b"", len(BODY)), (0, b"x" * (PIECE + 1), len(BODY)), (0, b"", pieces.LARGEST + 1),
    (0, b"x", 0), (-PIECE, b"x" * PIECE, len(BODY)),
])  # fmt: skip
def test_pieces_of_another_size_are_refused(
    app: Flask, masuk: Masuk, offset: int, body: bytes, total: int
) -> None:  # fmt: skip
    assert send(masuk(UserFactory()), uuid.uuid4(), offset, body or BODY[:PIECE], total).status_code == 422


def test_one_person_has_only_so_much_under_way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    monkeypatch.setattr(pieces, "OPEN_BYTES", len(BODY))
    pieces.append(user.id, uuid.uuid4(), 0, BODY[:PIECE], len(BODY))
    with pytest.raises(Invalid, match="Terlalu banyak"):
        pieces.append(user.id, uuid.uuid4(), 0, BODY[:PIECE], len(BODY))


def test_a_form_names_a_finished_upload(app: Flask) -> None:
    user, id = UserFactory(), uuid.uuid4()
    principal = people.principal_of(user.id, access.grants())
    assert principal is not None
    for at in range(0, len(BODY), PIECE):
        pieces.append(user.id, id, at, BODY[at : at + PIECE], len(BODY))
    (file,) = pieces.given(principal, [f"{id}/{SHA256}/Surat / tugas.pdf"], "e1-berkas")
    assert (file.filename, file.read()) == ("Surat / tugas.pdf", BODY)
    for text in ("", "bukan-uuid/00/a.pdf", f"{uuid.uuid4()}/{SHA256}/a.pdf"):
        with pytest.raises(Invalid, match="belum lengkap"):
            pieces.given(principal, [text], "e1-berkas")
    pieces.drop(user.id, id)
    assert pieces.arrived(user.id, id) == 0


def test_what_nobody_finished_is_swept_after_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.kernel.db import now

    user, id = UserFactory(), uuid.uuid4()
    pieces.append(user.id, id, 0, BODY[:PIECE], len(BODY))
    assert pieces.sweep() == 0
    late = now() + pieces.KEEP + timedelta(minutes=1)
    monkeypatch.setattr(pieces, "now", lambda: late)
    assert pieces.sweep() == 1
    assert not next(iter(storage.keys_under(f"potongan/{user.id.hex}/")))
