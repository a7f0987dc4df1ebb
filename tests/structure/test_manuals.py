"""Every page leads to the part of a manual that explains it."""

from typing import Any

import pytest
from flask import Flask

from portal.kernel.pages.panduan import Manual, manuals
from portal.kernel.people import User
from portal.kernel.web.modules import manual_of
from tests.kernel.factories import UserFactory, give

pytestmark = pytest.mark.usefixtures("app")


def targets(app: Flask) -> dict[str, list[str]]:
    """Address of every rule to the manuals it may lead to."""
    found = {}
    for rule, target in app.extensions["pamong_manuals"].items():
        found[rule] = [target] if isinstance(target, str) else list(target.values())
    return found


def test_every_rule_of_every_module_has_a_manual_and_its_section_exists(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    known = targets(app)
    assert set(known) == rules
    wrong = []
    for rule, found in known.items():
        for target in found or [""]:
            name, _, section = target.partition("#")
            manual = manuals().get(name)
            if manual is None or (section and section not in manual.bagian):
                wrong.append(f"{rule}: {target!r}")
    assert wrong == []


def test_an_entry_for_some_roles_also_says_where_the_others_go(app: Flask) -> None:
    entries = [t for m in app.extensions["pamong_modules"] for t in m.manuals.values()]
    assert [t for t in entries if not isinstance(t, str) and list(t)[-1:] != [""]] == []


def test_every_entry_fits_a_rule(app: Flask) -> None:
    """One that fits none is left from an address that moved."""
    rules = list(app.extensions["pamong_manuals"])
    keys = [key for module in app.extensions["pamong_modules"] for key in module.manuals]
    assert [key for key in keys if not any(manual_of(rule, {key: "x"}) for rule in rules)] == []


def test_the_closest_entry_wins() -> None:
    known = {"/": "a", "/x": "b", "/x/*/y": "c", "/x/baru": "d"}
    asked = {rule: manual_of(rule, known) for rule in ("/", "/z", "/x", "/x/<uuid:id>", "/x/<uuid:id>/y", "/x/baru")}
    assert asked == {"/": "a", "/z": "a", "/x": "b", "/x/<uuid:id>": "b", "/x/<uuid:id>/y": "c", "/x/baru": "d"}
    assert manual_of("/x", {}) == ""


@pytest.mark.parametrize("manual", manuals().values(), ids=lambda manual: str(manual.nama))
def test_a_manual_is_a_valid_page_with_a_summary(manual: Manual, client: Any) -> None:
    assert manual.ringkas
    assert len(set(manual.bagian)) == len(manual.bagian)
    assert not any(mark in manual.isi for mark in ("TODO", "!</p>"))
    page = client.get(f"/panduan/{manual.nama}")
    assert page.status_code == 200
    for section in manual.bagian:
        assert f'id="{section}"' in page.text


def staff(role: str) -> User:
    user: User = UserFactory()
    give(user, role)
    return user


def test_the_link_follows_what_a_person_may_do(masuk: Any) -> None:
    page = masuk(staff("administrator")).get("/libur").text
    assert 'href="/panduan/administrator#hari-libur"' in page
    assert 'href="/panduan/bkpsdm#hari-libur"' in masuk(staff("bkpsdm")).get("/libur").text
    listed = masuk(staff("sekretariat_lsp")).get("/sertifikasi/permohonan").text
    assert 'href="/panduan/sekretariat-lsp#melihat-permohonan"' in listed


def test_pages_of_every_frame_show_it(masuk: Any, client: Any) -> None:
    for address, target in (("/sertifikasi", "sertifikasi-umum"), ("/masuk", "memulai#masuk"), ("/tidak-ada", "")):
        text = client.get(address).text
        href = f"/panduan/{target}" if target else "/panduan"
        assert f'href="{href}"' in text, address
    own = masuk(UserFactory())
    assert 'href="/panduan/asesi"' in own.get("/sertifikasi/saya").text
    assert 'href="/panduan/memulai#akun-dan-tampilan"' in own.get("/akun").text
