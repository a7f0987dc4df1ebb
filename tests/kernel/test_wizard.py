"""Wizards: whatever button is pressed, what was typed is stored first; sent once, never by accident."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Optional

from portal.kernel import storage
from portal.kernel.db import db
from portal.kernel.forms import Form
from portal.kernel.organisation import Unit
from tests.conftest import Client
from tests.kernel.factories import UnitFactory, UserFactory
from tests.kernel.probe import WIZARD

HTMX = {"HX-Request": "true"}


@pytest.fixture
def app(probed: Flask) -> Flask:
    return probed


class Desk:
    """A person at the wizard of one case."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.row: Unit = UnitFactory.create(kode="KASUS", nama="Awal", alamat="", telepon="", urut=1)

    def see(self, step: str = "nama", **headers: str) -> str:
        return self.client.get(f"/uji/isi/KASUS/{step}", headers=headers).get_data(as_text=True)

    def press(self, aksi: str | None, step: str = "nama", headers: dict[str, str] | None = None, **form: Any) -> Any:
        data = form | ({"aksi": aksi} if aksi is not None else {})
        return self.client.post(f"/uji/isi/KASUS/{step}", data=data, headers=headers or {})

    @property
    def sent(self) -> bool:
        return self.row.selesai is not None


@pytest.fixture
def desk(app: Flask, masuk: Any) -> Desk:
    return Desk(masuk(UserFactory.create(pengguna="siti")))


def part(text: str, name: str) -> str:
    found = re.search(rf'<p id="{name}">(.*?)</p>', text, re.DOTALL)
    assert found, text[-1500:]
    return found[1].strip()


def goes(answer: Any, step: str) -> bool:
    return (answer.status_code, answer.headers.get("Location")) == (303, f"/uji/isi/KASUS/{step}")


# ---- pages


@pytest.mark.parametrize(("step", "place"), [
    ("nama", "nama/0 |nama|alamat"), ("alamat", "alamat/0 nama|alamat|tinjau"), ("tinjau", "tinjau/0 alamat|tinjau|"),
])  # fmt: skip
def test_each_step_has_its_own_address_and_knows_its_neighbours(desk: Desk, step: str, place: str) -> None:
    page = desk.see(step)
    assert part(page, "keadaan") == place
    assert f"Langkah {[s.slug for s in WIZARD.steps].index(step) + 1} dari 3" in page
    assert part(page, "isi") == "Awal"


def test_a_step_that_does_not_exist_is_404(desk: Desk) -> None:
    assert desk.client.get("/uji/isi/KASUS/lain").status_code == 404
    assert desk.client.get("/uji/isi/TIDAK-ADA/nama").status_code == 404
    assert desk.client.post("/uji/isi/TIDAK-ADA/nama").status_code == 404


def test_a_page_may_answer_itself(desk: Desk) -> None:
    assert desk.client.get("/uji/isi/lain/nama").headers["Location"] == "/uji/halaman"


def test_every_opening_has_a_key_of_its_own_and_fragments_are_fragments(desk: Desk) -> None:
    keys = {part(desk.see(), "kunci") for _ in range(3)}
    assert len(keys) == 3
    assert all(uuid.UUID(key).version == 4 for key in keys)
    assert "<!doctype" not in desk.see(**HTMX)


def test_a_step_that_a_case_does_not_have_is_left_out(desk: Desk) -> None:
    desk.row.jenis = "SINGKAT"
    db.session.flush()
    assert part(desk.see("tinjau"), "keadaan") == "tinjau/0 nama|tinjau|"
    assert "Langkah 2 dari 2" in desk.see("tinjau")
    assert goes(desk.press("lanjut", nama="Baru"), "tinjau")
    assert desk.client.get("/uji/isi/KASUS/alamat").status_code == 404
    assert desk.press("lanjut", "alamat", alamat="Jalan").status_code == 404
    desk.press("ajukan", "tinjau", janji="1", kunci=str(uuid.uuid4()))
    assert desk.sent, "what a missing step would ask for is not asked"


# ---- buttons


@pytest.mark.parametrize("aksi", ["lanjut", None, "ajukan"])
def test_onward_stores_checks_this_step_and_goes_to_the_next(desk: Desk, aksi: str | None) -> None:
    assert goes(desk.press(aksi, nama="Baru"), "alamat")
    assert (desk.row.nama, desk.sent) == ("Baru", False)


def test_onward_with_something_missing_stays_and_keeps_what_was_typed(desk: Desk) -> None:
    answer = desk.press("lanjut", nama="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Nama belum diisi." in page
    assert "galat" in part(page, "keadaan")
    assert desk.row.nama == ""
    answer = desk.press("lanjut", nama="12345")
    assert answer.status_code == 422
    assert "Isi dengan kata." in answer.get_data(as_text=True)
    assert desk.row.nama == "12345", "stored even though it cannot be read"


def test_back_stores_without_asking_and_leaves_at_the_first_step(desk: Desk) -> None:
    assert goes(desk.press("kembali", "alamat", alamat="Jalan Uji 1"), "nama")
    assert desk.row.alamat == "Jalan Uji 1"
    assert desk.press("kembali", nama="").headers["Location"] == "/beranda"
    assert desk.row.nama == ""
    assert "Draf tersimpan." not in desk.see()


def test_a_draft_is_stored_and_said_so(desk: Desk) -> None:
    assert goes(desk.press("draf", nama="Setengah"), "nama")
    assert desk.row.nama == "Setengah"
    assert "Draf tersimpan." in desk.see()


def test_leaving_stores_and_goes_out(desk: Desk) -> None:
    assert desk.press("keluar", "alamat", alamat="Jalan").headers["Location"] == "/beranda"
    assert desk.row.alamat == "Jalan"


def test_htmx_is_led_by_a_header(desk: Desk) -> None:
    answer = desk.press("lanjut", headers=HTMX, nama="Baru")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/uji/isi/KASUS/alamat")
    assert desk.press("lanjut", headers=HTMX, nama="").status_code == 422


@pytest.mark.parametrize("aksi", ["", "hapus:3", "AJUKAN", "pendekkan:3", "setujui", "lanjut:1:2"])
@pytest.mark.parametrize("step", ["alamat", "tinjau"])
def test_a_button_this_step_does_not_know_stores_and_sends_nothing(desk: Desk, aksi: str, step: str) -> None:
    desk.row.alamat = "Jalan"
    answer = desk.press(aksi, step, alamat="Jalan Baru", janji="1")
    assert answer.status_code == 303
    assert not desk.sent
    if step == "alamat":
        assert desk.row.alamat == "Jalan Baru"


# ---- autosave


def test_an_autosave_stores_and_answers_with_the_new_versions(desk: Desk) -> None:
    answer = desk.press("otomatis", headers=HTMX, nama="Otomatis", versi="1")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<!doctype" not in text
    assert "Tersimpan" in text
    assert 'name="versi" id="versi" value="2"' in text
    assert (desk.row.nama, desk.row.urut) == ("Otomatis", 2)


def test_an_autosave_keeps_what_cannot_be_read_yet_and_says_so(desk: Desk) -> None:
    text = desk.press("otomatis", headers=HTMX, nama="123").get_data(as_text=True)
    assert "Belum tersimpan" in text
    assert desk.row.nama == "123"


def test_an_autosave_of_an_old_page_overwrites_nothing(desk: Desk) -> None:
    text = desk.press("otomatis", headers=HTMX, nama="Lama", versi="0").get_data(as_text=True)
    assert "diubah dari perangkat lain" in text
    assert 'name="versi"' not in text
    assert desk.row.nama == "Awal"


# ---- two windows


@pytest.mark.parametrize("aksi", ["lanjut", "draf", "kembali", "keluar", "pendekkan:2"])
def test_a_stale_form_is_a_409_that_shows_what_was_typed(desk: Desk, aksi: str) -> None:
    answer = desk.press(aksi, nama="Dari jendela lama", versi="0")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Diubah di tempat lain." in page
    assert part(page, "isi") == "Dari jendela lama"
    assert desk.row.nama == "Awal"


# ---- further buttons of a step


def test_an_act_works_on_what_was_just_typed(desk: Desk) -> None:
    assert goes(desk.press("pendekkan:4", nama="Panjang sekali"), "nama")
    assert desk.row.nama == "Panj"


def test_an_act_that_is_refused_keeps_what_was_typed(desk: Desk) -> None:
    answer = desk.press("pendekkan:banyak", nama="Panjang sekali")
    assert answer.status_code == 422
    assert "Sebut panjangnya." in answer.get_data(as_text=True)
    assert desk.row.nama == "Panjang sekali"


def test_an_act_over_htmx_shows_the_step_again(desk: Desk) -> None:
    answer = desk.press("pendekkan:1", headers=HTMX, nama="Panjang")
    assert answer.status_code == 200
    assert part(answer.get_data(as_text=True), "isi") == "P"


# ---- sending


def test_sending_checks_every_step_and_shows_what_is_missing(desk: Desk) -> None:
    answer = desk.press("ajukan", "tinjau", kunci=str(uuid.uuid4()))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Alamat belum diisi." in page
    assert "Belum berjanji." in page
    assert not desk.sent


def test_what_is_complete_is_sent_by_the_button_that_says_so_and_by_no_other(desk: Desk) -> None:
    desk.row.alamat = "Jalan"
    assert goes(desk.press("lanjut", "tinjau", janji="1"), "tinjau")
    assert goes(desk.press(None, "tinjau", janji="1"), "tinjau")
    assert not desk.sent
    answer = desk.press("ajukan", "tinjau", janji="1", kunci=str(uuid.uuid4()))
    assert answer.headers["Location"] == "/uji/halaman"
    assert desk.row.zona == "dikirim oleh siti"
    assert "Terkirim." in desk.client.get("/uji/halaman").get_data(as_text=True)


def test_a_second_click_hears_the_same_and_sends_nothing_more(desk: Desk) -> None:
    desk.row.alamat, key = "Jalan", str(uuid.uuid4())
    first, second = (desk.press("ajukan", "tinjau", janji="1", kunci=key) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == "/uji/halaman"
    assert desk.row.telepon == key
    late = desk.press("ajukan", "tinjau", janji="1", kunci=str(uuid.uuid4()))
    assert late.status_code == 409
    assert "Sudah dikirim." in late.get_data(as_text=True)


@pytest.mark.parametrize("key", ["", "bukan-uuid"])
def test_a_form_without_a_good_key_is_still_sent(desk: Desk, key: str) -> None:
    desk.row.alamat = "Jalan"
    assert desk.press("ajukan", "tinjau", janji="1", kunci=key).status_code == 303
    assert desk.sent


@pytest.mark.parametrize("aksi", ["lanjut", "draf", "otomatis", "pendekkan:1", "kembali"])
def test_after_sending_nothing_can_be_changed(desk: Desk, aksi: str) -> None:
    desk.row.alamat = "Jalan"
    desk.press("ajukan", "tinjau", janji="1", kunci=str(uuid.uuid4()))
    assert desk.press(aksi, nama="Terlambat").status_code == 409
    db.session.rollback()
    assert desk.row.nama == "Awal"


# ---- the base of every form


class NameForm(Form):
    nama = StringField("Nama", [DataRequired("Nama belum diisi.")], filters=[lambda text: text and text.upper()])
    umur = IntegerField("Umur", [Optional()])


def test_a_form_strips_every_text_beside_the_filters_of_its_fields() -> None:
    form = NameForm(MultiDict({"nama": "  siti  ", "umur": " 40 "}))
    assert form.validate()
    assert (form.nama.data, form.umur.data, form.problems()) == ("SITI", 40, [])


@pytest.mark.parametrize("typed", ["", "   ", "\n\t"])
def test_only_white_space_is_nothing_and_the_first_problem_of_each_field_is_told(typed: str) -> None:
    form = NameForm(MultiDict({"nama": typed, "umur": "empat puluh"}))
    assert not form.validate()
    problems = {problem.field: problem.pesan for problem in form.problems()}
    assert problems["nama"] == "Nama belum diisi."
    assert set(problems) == {"nama", "umur"}


# ---- a session that ended


def test_what_was_typed_before_signing_in_again_is_shown_once_and_said_so(desk: Desk, masuk: Any) -> None:
    user = UserFactory.create()
    client = masuk(user)
    for key in storage.redis().scan_iter("s:*"):
        storage.redis().delete(key)
    answer = client.post("/uji/isi/KASUS/nama", data={"nama": "Diketik lama", "aksi": "lanjut"})
    token = re.search(r"titipan=([\w-]+)", answer.headers["Location"])
    assert token
    masuk(user)
    with client.session_transaction() as session:
        session["titipan"] = token[1]
    page = desk.see()
    assert (part(page, "isi"), "dipulihkan" in part(page, "keadaan")) == ("Diketik lama", True)
    assert desk.row.nama == "Awal", "shown, not stored"
    assert part(desk.see(), "isi") == "Awal"
