"""Step 1 as a page: what an autosave changes beside the field, and the list of own documents on demand."""

import re
from collections.abc import Callable

import pytest

from portal.kernel import documents
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.people import User
from tests.conftest import Client
from tests.kinerja.factories import MONTH, YEAR, Office, office, opened

pytestmark = pytest.mark.usefixtures("app", "jam")
STEP = f"/kinerja/{YEAR}/{MONTH:02d}/renaksi"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def place() -> Office:
    found = office()
    opened(found)
    return found


def mark(page: str, row: int) -> str:
    """Words of the badge beside a row."""
    found = re.search(rf'<span id="tanda-{row}"[^>]*>(.*?)</span>\s*</span>', page, re.DOTALL)
    assert found, page[-2000:]
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def test_an_autosave_brings_the_badge_of_its_row_and_the_count(place: Office, masuk: Callable[[User], Client]) -> None:
    browser = masuk(place.staff_user)
    assert mark(browser.get(STEP).get_data(as_text=True), 1) == "Belum diisi"
    form = {"aksi": "otomatis", "r1-realisasi": "4", "r1-keterangan": "", "r1-versi": "1"}
    answer = browser.post(STEP, data=form, headers=HTMX).get_data(as_text=True)
    assert mark(answer, 1) == "Bukti belum ada"
    assert 'id="tanda-2"' not in answer, "only what was sent"
    assert re.search(r'id="terisi" hx-swap-oob="true".*<strong>1 dari 3</strong>', answer, re.DOTALL)


def test_a_stale_autosave_changes_nothing_on_the_page(place: Office, masuk: Callable[[User], Client]) -> None:
    form = {"aksi": "otomatis", "r1-realisasi": "4", "r1-versi": "0"}
    answer = masuk(place.staff_user).post(STEP, data=form, headers=HTMX).get_data(as_text=True)
    assert "tanda-1" not in answer
    assert "diubah dari perangkat lain" in answer


def test_own_documents_are_listed_for_the_row_that_asks(place: Office, masuk: Callable[[User], Client]) -> None:
    mine = Document(pemilik_id=place.staff_user.id, nama="sk.pdf", mime="application/pdf", ukuran=900, sha256="a" * 64)
    db.session.add(mine)
    documents.claim(mine)
    db.session.flush()
    browser = masuk(place.staff_user)
    plain = browser.get(STEP).get_data(as_text=True)
    assert str(mine.id) not in plain
    assert f'hx-get="{STEP}?dokumen=2"' in plain
    asked = browser.get(f"{STEP}?dokumen=2").get_data(as_text=True)
    assert asked.count(f'value="{mine.id}"') == 1
    assert 'name="r2-dokumen"' in asked
    assert 'name="r1-dokumen"' not in asked
