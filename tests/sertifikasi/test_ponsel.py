"""What the server gives a phone without signal: worker, offline page, manifest, token; files that came in pieces."""

import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.kernel.pieces import PIECE
from tests.conftest import Client
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import skema_versi

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]
HEIC = (Path(__file__).parents[1] / "data" / "foto.heic").read_bytes()


def test_the_worker_keeps_files_that_exist_and_no_person(client: Client) -> None:
    answer = client.get("/sertifikasi/saya/sw")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/sertifikasi/saya"
    head = answer.text.splitlines()[0]
    kept = [part for part in head.split('"') if part.startswith("/static/")]
    assert len(kept) == 6
    assert all(client.get(path).status_code == 200 for path in kept)
    page = client.get("/sertifikasi/saya/luring")
    assert "Tidak ada koneksi" in page.text
    assert "csrf" not in page.text
    assert "Set-Cookie" not in page.headers
    icons = client.get("/sertifikasi/saya/manifest.json").get_json()["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    assert all(client.get(icon["src"]).status_code == 200 for icon in icons)


def test_the_token_is_for_who_is_signed_in(masuk: Masuk, client: Client) -> None:
    assert client.get("/sertifikasi/saya/tanda", headers={"HX-Request": "true"}).status_code == 401
    user = f.asesi()
    answer = masuk(user).get("/sertifikasi/saya/tanda").get_json()
    assert answer == {"pengguna": str(user.id), "csrf": client.csrf}


def test_a_file_in_pieces_is_attached_once_and_only_whole(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = f.start(client, skema_versi())
    key = uuid.uuid4()
    named = f"{key}/{hashlib.sha256(HEIC).hexdigest()}/IMG_7.HEIC"
    post = {"aksi": "otomatis", "e1-potongan": named, "e1-berkas": "1", "e1-pesan": "e1-berkas"}
    early = client.post(f"{base}/apl-02/unit-1", data=post, headers={"HX-Request": "true"})
    assert "belum lengkap" in early.text
    assert len(HEIC) < PIECE
    client.post(f"/berkas/potongan/{key}?posisi=0&ukuran={len(HEIC)}", data=HEIC)
    for _ in range(2):
        answer = client.post(
            f"{base}/apl-02/unit-1", data=post, headers={"HX-Request": "true", "Idempotency-Key": str(key)}
        )
        assert "Tersimpan" in answer.text
    (row,) = f.read(user, f.id_of(base)).p.jawaban
    assert [b.dokumen.mime for b in row.bukti] == ["image/jpeg"]
