"""Covering parts of a photo on the phone (static/js/samar.js): what is covered never leaves it."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string
from PIL import Image
from playwright.sync_api import expect

from tests.browser.ponsel import camera
from tests.live import ROOT

PAGE = """{% from "sertifikasi/_samar.html" import samar_dialog, samar_pilihan %}
<!doctype html><html lang="id"><title>Uji</title>{{ samar_pilihan() }}
<input type="file" id="foto">{{ samar_dialog() }}"""
TAKEN = """async () => window.taken && await new Promise((ready) => {
  const reader = new FileReader();
  reader.onload = () => ready(reader.result.split(",")[1]);
  reader.readAsDataURL(window.taken);
})"""


@pytest.fixture
def page(browser: Any, app: Flask) -> Iterator[Any]:
    """A page of 360 pixels with a file field; `window.taken` is what its own script would send."""
    opened = browser.new_page(viewport={"width": 360, "height": 740})
    opened.set_content(render_template_string(PAGE))
    opened.evaluate(
        "document.addEventListener('change', (e) => { if (e.target.id === 'foto') taken = e.target.files[0]; })"
    )
    opened.add_script_tag(path=str(ROOT / "static/js/samar.js"))
    yield opened
    opened.close()


def test_faces_are_covered_by_keyboard_and_by_finger_before_the_photo_leaves(page: Any) -> None:
    expect(page.get_by_role("checkbox", name="Tutup wajah orang lain")).to_be_checked()
    page.set_input_files("#foto", camera(7))
    dialog = page.get_by_role("dialog", name="Tutup wajah orang lain")
    expect(dialog).to_be_visible()
    assert page.evaluate("window.taken") is None
    page.keyboard.press("Enter")  # the frame in the middle
    expect(dialog.get_by_text("1 bagian ditutup")).to_be_visible()
    seen = dialog.locator("canvas").bounding_box()
    page.mouse.move(seen["x"] + 4, seen["y"] + 4)
    page.mouse.down()
    page.mouse.move(seen["x"] + seen["width"] / 4, seen["y"] + seen["height"] / 4, steps=4)
    page.mouse.up()
    expect(dialog.get_by_text("2 bagian ditutup")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    dialog.get_by_role("button", name="Lampirkan foto").click()
    page.wait_for_function("window.taken")
    with Image.open(io.BytesIO(base64.b64decode(page.evaluate(TAKEN)))) as sent:
        plain = sent.convert("L")
        for across, down in ((2, 2), (8, 8)):
            dark: Any = plain.getpixel((plain.width // across, plain.height // down))
            assert dark < 60
        rest: Any = plain.crop((plain.width // 2, plain.height * 3 // 4, plain.width, plain.height)).getextrema()
        assert rest[1] > 120
        assert not sent.getexif(), "the place of the photo goes as well"


def test_going_back_sends_nothing_and_other_files_pass(page: Any) -> None:
    page.set_input_files("#foto", camera(8))
    page.get_by_role("dialog").get_by_role("button", name="Batal").click()
    assert page.evaluate("window.taken") is None
    page.set_input_files("#foto", {"name": "Surat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})
    page.wait_for_function("window.taken && window.taken.name === 'Surat.pdf'")
