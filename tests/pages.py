"""What every whole page must fulfil; the test client applies it to each answer."""

from collections import Counter

import html5lib
from werkzeug.test import TestResponse

FIELDS = ("input", "select", "textarea")
UNLABELLED = ("hidden", "submit", "button", "image", "reset")


def check_page(response: TestResponse) -> object:
    """Raises AssertionError that names what is wrong. A fragment is held to the same rules but the frame. Returns the
    tree: parsing costs more than anything else here."""
    text = response.get_data(as_text=True)
    whole = text.lstrip().lower().startswith("<!doctype")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text) if whole else parser.parseFragment(text)
    wrong = [f"{position}: {code} {data}" for position, code, data in parser.errors]
    assert not wrong, f"invalid HTML: {wrong[:5]}"
    if whole and response.status_code != 304:
        assert len(tree.findall(".//h1")) == 1, "a page has exactly one h1"
        assert tree.find("head/title") is not None, "a page has a title"
    check_ids(tree)
    check_fields(tree)
    check_nothing_inline(tree)
    assert "HX-Request" in response.headers.get("Vary", ""), "Vary must name HX-Request"
    return tree if whole else None


def check_ids(tree: object) -> None:
    ids = [element.get("id") for element in elements(tree) if element.get("id")]
    twice = {name for name, times in Counter(ids).items() if times > 1}
    assert not twice, f"ids used twice: {twice}"


def check_fields(tree: object) -> None:
    every = list(elements(tree))
    labelled = {element.get("for") for element in every if element.tag == "label"}
    inside = {id(field) for label in every if label.tag == "label" for field in label.iter()}
    for field in every:
        if field.tag not in FIELDS or field.get("type") in UNLABELLED:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in labelled
        assert named or id(field) in inside, f"no label: {field.tag} {dict(field.attrib)}"
    for form in every:
        if form.tag == "form" and form.get("method", "get").lower() == "post" and form.get("action", "")[:1] != "#":
            token = [f for f in form.iter("input") if f.get("name") == "csrf_token" and f.get("value")]
            assert token, f"no csrf_token in form {form.get('action')}"


def check_nothing_inline(tree: object) -> None:
    for element in elements(tree):
        assert element.tag != "style", "no style element"
        assert element.tag != "script" or element.get("src"), "no inline script"
        bad = [name for name in element.attrib if name == "style" or name.startswith(("on", "hx-on"))]
        assert not bad, f"inline {bad} on {element.tag}"


def elements(tree: object) -> list:  # type: ignore[type-arg]
    return [element for element in tree.iter() if isinstance(element.tag, str)]  # type: ignore[attr-defined]
