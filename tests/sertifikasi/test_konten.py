"""Public texts: first wording, draft, preview, publishing, difference, and the way back."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel.db import db
from portal.kernel.people import User
from portal.sertifikasi.publik import konten, markdown
from portal.sertifikasi.publik.models import Konten
from tests.kernel.factories import UserFactory, give

PATH, PUBLIC = "/sertifikasi/konten/biaya", "/sertifikasi/informasi/biaya"
NEW = "Biaya ditanggung anggaran negara untuk tahun ini."


@pytest.fixture
def staff(app: Flask, masuk: Any) -> Any:
    user: User = UserFactory(nama="Sari Uji")
    give(user, "sekretariat_lsp")
    return masuk(user)


def send(client: Any, isi: str = NEW, aksi: str = "draf", judul: str = "Biaya", stempel: str = "") -> Any:
    db.session.expire_all()
    data = {"judul": judul, "isi": isi, "aksi": aksi, "stempel": stempel or konten.stamp("biaya")}
    return client.post(PATH, data=data)


def rows() -> list[tuple[int, str]]:
    found = db.session.scalars(sa.select(Konten).where(Konten.slug == "biaya").order_by(Konten.versi))
    return [(row.versi, row.status) for row in found]


@pytest.mark.parametrize("slug", konten.PLACES)
def test_every_text_has_a_first_wording(slug: str) -> None:
    text = konten.first_wording(slug)
    konten.check(text.judul, text.isi)
    assert "!" not in text.isi.replace("![", ""), "no exclamation marks"
    assert str(markdown.render(text.isi))


def test_the_process_has_eight_steps() -> None:
    assert len(markdown.sections(konten.first_wording("alur").isi)[1]) == 8


def test_a_draft_is_seen_by_nobody_until_it_is_published(staff: Any, app: Flask) -> None:
    anyone = app.test_client()
    before = anyone.get(PUBLIC).get_data(as_text=True)
    assert send(staff).status_code == 303
    assert anyone.get(PUBLIC).get_data(as_text=True) == before
    assert "Draf versi 1" in staff.get("/sertifikasi/konten").get_data(as_text=True)
    assert send(staff, aksi="terbit").status_code == 303
    assert NEW in anyone.get(PUBLIC).get_data(as_text=True)
    assert rows() == [(1, "TERBIT")]


def test_preview_stores_nothing(staff: Any) -> None:
    answer = send(staff, isi="**Tebal** dan <script>alert(1)</script> biasa.", aksi="pratinjau")
    text = answer.get_data(as_text=True)
    assert "<strong>Tebal</strong>" in text
    assert "<script>alert" not in text
    assert rows() == []


def test_versions_can_be_compared_and_brought_back(staff: Any, app: Flask) -> None:
    send(staff, aksi="terbit")
    send(staff, isi="Biaya ditanggung sendiri mulai tahun depan.", aksi="terbit")
    assert rows() == [(1, "LAMA"), (2, "TERBIT")]
    text = staff.get(f"{PATH}/versi/2").get_data(as_text=True)
    assert "<del>Biaya ditanggung anggaran negara untuk tahun ini.</del>" in text
    assert "<ins>Biaya ditanggung sendiri mulai tahun depan.</ins>" in text
    assert staff.get(f"{PATH}/versi/1?dengan=0").status_code == 200
    assert staff.post(f"{PATH}/versi/1/pulihkan").status_code == 303
    assert rows() == [(1, "LAMA"), (2, "LAMA"), (3, "TERBIT")]
    assert NEW in app.test_client().get(PUBLIC).get_data(as_text=True)


def test_the_first_wording_can_be_brought_back(staff: Any, app: Flask) -> None:
    before = app.test_client().get(PUBLIC).get_data(as_text=True)
    send(staff, aksi="terbit")
    assert staff.get(f"{PATH}/versi/0").status_code == 200
    assert staff.post(f"{PATH}/versi/0/pulihkan").status_code == 303
    after = app.test_client().get(PUBLIC).get_data(as_text=True)
    assert "Mendaftar dan mengisi permohonan" in before
    assert "Mendaftar dan mengisi permohonan" in after


def test_what_is_published_or_a_draft_is_not_brought_back(staff: Any) -> None:
    send(staff, aksi="terbit")
    assert staff.post(f"{PATH}/versi/1/pulihkan").status_code == 409
    send(staff, isi="Teks lain yang cukup panjang untuk disimpan.")
    assert staff.post(f"{PATH}/versi/0/pulihkan").status_code == 409, "a draft waits"
    assert send(staff, aksi="buang").status_code == 303
    assert rows() == [(1, "TERBIT")]
    assert send(staff, aksi="buang").status_code == 409


def test_somebody_elses_change_is_not_overwritten(staff: Any) -> None:
    seen = konten.stamp("biaya")
    send(staff)
    answer = send(staff, isi="Isian orang kedua yang belum membaca perubahan.", stempel=seen)
    assert answer.status_code == 409
    assert konten.newest("biaya").isi == NEW


def test_publishing_what_is_published_makes_no_version(staff: Any) -> None:
    send(staff, aksi="terbit")
    assert send(staff, aksi="terbit").status_code == 303
    assert rows() == [(1, "TERBIT")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"judul": ""}, "Isi judul"), ({"judul": "x" * 121}, "Isi judul"), ({"isi": "pendek"}, "Sekarang 6"),
     ({"isi": "x" * 20_001}, "Sekarang 20001")],
)  # fmt: skip
def test_bad_input_keeps_what_was_typed(staff: Any, changes: dict[str, str], words: str) -> None:
    answer = send(staff, **changes)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert rows() == []


@pytest.mark.parametrize("path", ["konten/tidak-ada", "konten/biaya/versi/7"])
def test_a_text_that_is_not_there_is_404(staff: Any, path: str) -> None:
    assert staff.get(f"/sertifikasi/{path}").status_code == 404


def test_markdown_of_the_sekretariat_cannot_attack_readers(staff: Any, app: Flask) -> None:
    send(staff, isi='<img src=x onerror="alert(1)">\n\n[klik](javascript:alert(1))\n\n# Judul', aksi="terbit")
    text = app.test_client().get(PUBLIC).get_data(as_text=True)  # the client checks: one h1, nothing inline
    assert "<img src=x" not in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize("role", ["", "ketua_lsp", "asesor", "pihak_ketiga"])
def test_only_sekretariat_and_manajer_change_texts(app: Flask, masuk: Any, role: str) -> None:
    user = UserFactory()
    if role:
        give(user, role)
    client = masuk(user)
    client.checks_pages = False
    assert client.get(PATH).status_code == 403
    assert send(client).status_code == 403
    assert client.post(f"{PATH}/versi/0/pulihkan").status_code == 403
    assert rows() == []


def test_without_the_form_token_nothing_changes(staff: Any) -> None:
    staff.csrf = ""
    staff.checks_pages = False  # a stranger's token is sent back as it came
    assert send(staff).status_code == 409
    assert rows() == []
