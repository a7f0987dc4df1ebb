"""Templates and style sheets: nothing inline, nothing unused, floors of the browsers we support."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
INLINE = re.compile(
    r"""\sstyle=|\son[a-z]+=["']|hx-on|hx-boost|["']js:|<style|<script(?![^>]*\ssrc=)|\|\s*safe|["'(]data:|src=["']https?:"""
)
FRAMES = {"base.html", "_fragment.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_nothing_is_inline(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
    assert not INLINE.findall(text)
    assert not re.search(r'hx-trigger="[^"]*\[', text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_imports_are_used(path: Path) -> None:
    text = path.read_text("utf-8")
    for names in re.findall(r'{%-?\s*from\s+"[^"]+"\s+import\s+([^%]+?)\s*(?:with context\s*)?-?%}', text):
        for name in (part.split(" as ")[-1].strip() for part in names.split(",")):
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is imported and not used"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_every_page_extends_the_layout(path: Path) -> None:
    inside = path.relative_to(ROOT / "templates")
    if inside.name in FRAMES or inside.parts[0] in ("components", "email"):
        return
    text = path.read_text("utf-8")
    included = f'"{inside}"'
    users = [p for p in TEMPLATES if included in p.read_text("utf-8")]
    code = any(included in p.read_text("utf-8") for p in (ROOT / "portal").rglob("flows.py"))
    assert "{% extends layout %}" in text or users or code


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_styles_keep_to_the_browser_floor(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    assert not re.search(r"color-mix\(|light-dark\(|@scope|\[popover|^\s*&", text, re.M)
    if path.name != "tokens.css":
        assert not re.search(r":[^;{}]*#[0-9a-fA-F]{3,8}\b", text), "colours live in tokens.css"


def test_vendored_files_are_what_their_list_says() -> None:
    import hashlib

    listed = (ROOT / "static" / "vendor" / "VENDOR.md").read_text("utf-8")
    for path in (ROOT / "static" / "vendor").glob("*.js"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in listed, path.name
