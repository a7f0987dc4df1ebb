import gzip
import hashlib
import random
import re
from pathlib import Path

import pytest
from markupsafe import Markup

from portal.kernel import theme
from portal.kernel.icons import PATHS, icon

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
TEMPLATES = [
    path for path in (ROOT / "templates").rglob("*.html") if path.parent.name in {"components", "kernel", "templates"}
]
FORBIDDEN_IN_TEMPLATES = {
    "inline style": r"\sstyle=",
    "event attribute": r"\son[a-z]+=",
    "hx-on": r"hx-on",
    "hx-boost": r"hx-boost",
    "script expression": r"[\"']js:",
    "trigger filter": r"hx-trigger=\"[^\"]*\[",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "inline style element": r"<style",
    "data address": r"data:(?:image|text|application)",
    "foreign asset": r"(?:src|href)=\"https?:",
    "unescaped output": r"\|\s*safe",
}
FORBIDDEN_IN_CSS = ("color-mix", "light-dark(", "@scope", "popover", "data:", "@import", "http")


@pytest.fixture(scope="module")
def assets() -> theme.Assets:
    return theme.load_assets(STATIC)


@pytest.fixture(scope="module")
def colours() -> list[str]:
    source = random.Random(20260917)
    extremes = [
        "#000000",
        "#ffffff",
        "#ffff00",
        "#00ff00",
        "#ff0000",
        "#808080",
        "#12539b",
        "#7a1f2b",
        "#0f6b3c",
    ]
    return extremes + [f"#{source.randrange(0x1000000):06x}" for _ in range(200)]


def test_style_sheets_become_one_file_with_hashed_addresses(assets: theme.Assets) -> None:
    url = assets.url("portal.css")
    assert re.fullmatch(r"/static/portal\.[0-9a-f]{8}\.css", url)
    css = assets.body(url).decode()
    assert css.index("--ina-primary-25") < css.index(".topbar {") < css.index(".button {")
    found = re.findall(r'url\("([^"]+)"\)', css)
    assert found
    assert all(assets.get(address) for address in found)
    assert not any(name.startswith("css/") for name in assets.names)


def test_what_only_a_desk_shows_travels_apart(assets: theme.Assets) -> None:
    shared, desk = (assets.body(assets.url(name)).decode() for name in ("portal.css", "staf.css"))
    for rule in (".side-nav {", ".inbox-row {", ".month-strip {", ".heat-cell-1 {"):
        assert rule in desk
        assert rule not in shared
    script = assets.body(assets.url("pemohon.js")).decode()
    assert script.startswith(assets.body(assets.url("js/portal.js")).decode())
    assert 'indexedDB.open("pamong", 1)' in script
    assert "data-kotak" not in script
    assert "js/offline.js" not in assets.names, "it stands on portal.js and travels with it"


def test_every_file_is_served_under_the_hash_of_its_bytes(assets: theme.Assets) -> None:
    for address, asset in assets.files.items():
        assert hashlib.sha256(asset.body).hexdigest()[:8] in address
        assert not asset.gzip_body or gzip.decompress(asset.gzip_body) == asset.body
    assert assets.get("/static/portal.css") is None
    assert assets.get("/static/../setup.cfg") is None
    with pytest.raises(KeyError):
        assets.url("tidak-ada.css")


def test_types_are_named_for_browsers_that_do_not_guess(assets: theme.Assets) -> None:
    kinds = {name: assets.files[address].content_type for name, address in assets.names.items()}
    assert kinds["portal.css"] == "text/css; charset=utf-8"
    assert kinds["js/portal.js"] == "text/javascript; charset=utf-8"
    assert kinds["img/pamong.svg"] == "image/svg+xml; charset=utf-8"
    assert kinds["fonts/plus-jakarta-sans.woff2"] == "font/woff2"


def test_first_view_stays_within_its_bytes(assets: theme.Assets) -> None:
    def packed(name: str) -> int:
        return len(assets.files[assets.names[name]].gzip_body)

    assert packed("portal.css") + packed("staf.css") <= 14 * 1024, "all style sheets"
    assert packed("portal.css") <= 10 * 1024
    assert packed("pemohon.js") + packed("js/sw.js") <= 8_000, "all own scripts of an applicant's page"
    assert packed("js/portal.js") + packed("js/staf.js") <= 5_000, "those of a desk"
    assert len(assets.files[assets.names["fonts/plus-jakarta-sans.woff2"]].body) <= 15 * 1024


def test_vendored_files_are_the_ones_on_record() -> None:
    record = (STATIC / "vendor/VENDOR.md").read_text("utf-8")
    for path in ("vendor/htmx-2.0.11.min.js", "fonts/plus-jakarta-sans.woff2"):
        assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() in record
    axe = (ROOT / "tests/browser/axe.min.js").read_bytes()
    assert hashlib.sha256(axe).hexdigest() in record


def test_ramp_is_readable_for_any_colour(colours: list[str]) -> None:
    for colour in colours:
        steps = theme.ramp(colour)
        assert tuple(steps) == theme.STEPS
        assert theme.contrast("#ffffff", steps["600"]) >= 4.5, colour
        assert theme.contrast(steps["600"], steps["50"]) >= 4.5, colour
        assert theme.contrast(steps["600"], "#f4f6f9") >= 4.5, colour
        for step in ("700", "800", "900"):
            assert theme.contrast("#ffffff", steps[step]) >= 4.5, (colour, step)
        light = [theme.contrast(steps[step], "#000000") for step in theme.STEPS]
        assert light == sorted(light, reverse=True), colour


def test_house_colour_comes_back_as_the_house_ramp() -> None:
    steps = theme.ramp("#12539b")
    assert steps["600"] == "#12539b"
    assert steps["25"] == "#f5f9fd"


def test_too_light_a_colour_is_corrected_not_refused() -> None:
    assert theme.ramp("#FFD400")["600"] != "#ffd400"


def test_unit_style_sheet_keeps_its_pairs_readable(colours: list[str]) -> None:
    for colour in colours[:60]:
        value = dict(re.findall(r"--ina-([a-z0-9-]+):(#[0-9a-f]{6});", theme.stylesheet(colour)))
        accent = value["primary-dark"]
        for back in (value["primary-dark-content"], value["primary-dark-subtle"], "#17202b", "#0f161f"):
            assert theme.contrast(accent, back) >= 4.5, (colour, back)
        assert theme.contrast(value["primary-dark-hover"], value["primary-dark-content"]) >= 4.5
        for number in range(1, 7):
            light = "#15202d" if number < 4 else "#0b1118" if number == 4 else "#ffffff"
            dark = "#f3f7fb" if number < 4 else "#06182e"
            assert theme.contrast(value[f"sequence-{number}"], light) >= 4.5, (colour, number)
            assert theme.contrast(value[f"sequence-dark-{number}"], dark) >= 4.5, (colour, number)


def test_unit_style_sheet_names_only_what_the_house_defines() -> None:
    tokens = (STATIC / "css/tokens.css").read_text("utf-8")
    for name in re.findall(r"--ina-[a-z0-9-]+", theme.stylesheet("#0f6b3c")):
        assert f"{name}:" in tokens


@pytest.mark.parametrize("wrong", ["", "12539b", "#12539", "#12539bb", "red", "#12539b;}", "#12539g", "#12539b\n"])
def test_what_is_not_a_colour_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        theme.ramp(wrong)


def test_colours_stand_in_tokens_only() -> None:
    for name in ("base.css", "components.css", "staf.css"):
        css = (STATIC / "css" / name).read_text("utf-8")
        assert not re.search(r":[^;{}]*(#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\()", css), name


@pytest.mark.parametrize("name", theme.STYLES)
def test_style_sheets_keep_to_what_old_browsers_read(name: str) -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text("utf-8"), flags=re.S)
    assert not [word for word in FORBIDDEN_IN_CSS if word in css]
    outside = re.sub(r"@layer [a-z, ]+;", "", css)
    depth, block = 0, []
    for character in outside:
        if depth == 0:
            block.append(character)
        depth += {"{": 1, "}": -1}.get(character, 0)
    assert depth == 0
    for rule in "".join(block).split("{"):
        assert rule.strip("} \n") == "" or rule.strip("} \n").startswith("@layer "), rule


def test_every_token_in_use_is_defined() -> None:
    text = "".join((STATIC / name).read_text("utf-8") for name in theme.STYLES)
    assert set(re.findall(r"var\((--ina-[a-z0-9-]+)\)", text)) <= set(re.findall(r"(--ina-[a-z0-9-]+):", text))


def test_pages_of_applicants_name_no_class_that_only_a_desk_loads() -> None:
    def named(*sheets: str) -> set[str]:
        rules = "".join((STATIC / name).read_text("utf-8").partition("@layer print {")[0] for name in sheets)
        return set(re.findall(r"\.([a-z][\w-]*)", rules))

    desk = named(*theme.BUNDLES["staf.css"]) - named(*theme.BUNDLES["portal.css"])
    light = re.compile(r'block shell %\}(?:pemohon|publik|polos)|extends "sertifikasi/saya_kerangka')
    wrong = {}
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        words = " ".join(re.findall(r'class="([^"]*)"', text))
        if light.search(text) and (found := desk & set(re.findall(r"[a-z][\w-]*", words))):
            wrong[path.name] = sorted(found)
    assert not wrong


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_carry_nothing_inline(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
    assert not [name for name, pattern in FORBIDDEN_IN_TEMPLATES.items() if re.search(pattern, text)]


def test_templates_name_icons_that_exist() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r"icon\(\"([a-z0-9-]+)\"", path.read_text("utf-8")):
            assert name in PATHS, (path.name, name)


def test_icon_is_hidden_from_screen_readers() -> None:
    assert str(icon("check", 16)) == (
        '<svg class="icon" width="16" height="16" viewBox="0 0 24 24" aria-hidden="true">'
        f'<path d="{PATHS["check"]}"/></svg>'
    )
    with pytest.raises(KeyError):
        icon("tidak-ada")


def test_menu_is_made_personal_without_rendering_again() -> None:
    menu = Markup('<a href="/">Beranda</a><a href="/kotak-persetujuan">Persetujuan{}</a>').format(
        theme.badge("/kotak-persetujuan", 0)
    )
    html = theme.personal_menu(menu, "/kotak-persetujuan", {"/kotak-persetujuan": 24})
    assert '<a href="/kotak-persetujuan" aria-current="page">' in html
    assert html.count("aria-current") == 1
    assert 'id="badge-kotak-persetujuan">24<span class="sr"> menunggu</span></span>' in html
    below = theme.personal_menu(menu, "/kotak-persetujuan/7", {})
    assert '<a href="/kotak-persetujuan" aria-current="true">' in below
    assert "aria-current" not in theme.personal_menu(menu.replace('href="/"', 'href="/beranda"'), "/lain", {})


def test_scripts_travel_without_margins_and_say_the_same(assets: theme.Assets) -> None:
    for name in ("js/portal.js", "js/staf.js", "js/sw.js", "pemohon.js"):
        served = assets.body(assets.url(name)).decode()
        text = "".join((STATIC / part).read_text("utf-8") for part in theme.BUNDLES.get(name, (name,)))
        kept = served.splitlines()
        lines = [line.strip(" \t") for line in text.splitlines() if line.strip()]
        assert not any(line.startswith((" ", "\t", "/*")) for line in kept)
        assert kept == [line for line in lines if line in set(kept)]
        assert "`\n" not in served, "a text of several lines would lose its margin"
