"""Looks of the portal: static files under hashed addresses, and the colours of one unit."""

import gzip
import hashlib
import math
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

# What is served as one file under one address; parts of a style sheet have no address of their own.
BUNDLES = {
    "portal.css": ("css/tokens.css", "css/base.css", "css/components.css"),
    "staf.css": ("css/staf.css",),
    "pemohon.js": ("js/portal.js", "js/offline.js"),
}
STYLES = BUNDLES["portal.css"] + BUNDLES["staf.css"]
INSIDE = (*STYLES, "js/offline.js")
STEPS = ("25", "50", "100", "200", "300", "400", "500", "600", "700", "800", "900")
READABLE = 4.5
TYPES = {".woff2": "font/woff2", ".svg": "image/svg+xml", ".js": "text/javascript", ".css": "text/css"}
HREF = re.compile(r'href="(/[^"]*)"')
HEX = re.compile(r"#[0-9a-f]{6}")

# Shape of the house ramp: OKLCH lightness and chroma of each step, chroma as a share of step 600.
_LIGHTER = {
    "25": (0.980, 0.05),
    "50": (0.958, 0.11),
    "100": (0.905, 0.27),
    "200": (0.812, 0.52),
    "300": (0.702, 0.81),
    "400": (0.596, 1.05),
    "500": (0.512, 1.10),
}
_DARKER = {"700": (0.84, 0.84), "800": (0.70, 0.66), "900": (0.55, 0.48)}
_SEQUENCE = ((0.962, 0.07), (0.905, 0.27), (0.800, 0.56), (0.660, 0.88), (0.512, 1.0), (0.360, 0.85))
_SEQUENCE_DARK = ((0.290, 0.35), (0.365, 0.55), (0.445, 0.80), (0.680, 0.90), (0.790, 0.65), (0.900, 0.32))
_CARD_DARK, _INK, _INK_DARK = "#17202b", "#15202d", "#f3f7fb"


class Asset(NamedTuple):
    """`gzip_body` is empty where packing gains nothing."""

    body: bytes
    gzip_body: bytes
    content_type: str


@dataclass(frozen=True)
class Assets:
    """Static files held in memory, by address: `/static/`, hash included."""

    files: Mapping[str, Asset]
    names: Mapping[str, str]
    version: str

    def url(self, name: str) -> str:
        """Raises KeyError for a name that was not there at the start."""
        return self.names[name]

    def get(self, path: str) -> Asset | None:
        return self.files.get(path)

    def body(self, path: str) -> bytes:
        return self.files[path].body


def load_assets(static_dir: Path) -> Assets:
    """Reads and hashes every file once, and joins those of BUNDLES: one file packs better than two."""
    files: dict[str, Asset] = {}
    names: dict[str, str] = {}
    for path in sorted(static_dir.rglob("*")):
        name = path.relative_to(static_dir).as_posix()
        if path.is_file() and path.suffix != ".md" and name not in INSIDE:
            body = path.read_bytes()
            _add(files, names, name, _without_margins(body.decode()).encode() if name.startswith("js/") else body)
    for name, parts in BUNDLES.items():
        text = "\n".join((static_dir / part).read_text("utf-8") for part in parts)
        lean = _without_margins(text) if name.endswith(".js") else _with_hashed_urls(_without_comments(text), names)
        _add(files, names, name, lean.encode())
    return Assets(files, names, content_hash(" ".join(sorted(files))))


def _add(files: dict[str, Asset], names: dict[str, str], name: str, body: bytes) -> None:
    stem, dot, ending = name.rpartition(".")
    address = f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:8]}{dot}{ending}"
    kind = TYPES.get(dot + ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind == "image/svg+xml"
    names[name] = address
    files[address] = Asset(
        body, gzip.compress(body, 9, mtime=0) if is_text else b"", kind + "; charset=utf-8" * is_text
    )


def _without_comments(css: str) -> str:
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.S)).strip()


def _without_margins(script: str) -> str:
    """Our own scripts travel without indentation and without comments that have lines to themselves. A text of
    several lines in a script would lose its margin, so there is none."""
    script = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*\n", "", script, flags=re.S | re.M)
    return re.sub(r"^\s+", "", script, flags=re.M)


def _with_hashed_urls(css: str, names: Mapping[str, str]) -> str:
    return re.sub(r'url\("\.\./([^"]+)"\)', lambda found: f'url("{names[found[1]]}")', css)


def content_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


# Colour. Conversions after Björn Ottosson, "A perceptual color space for image processing" (2020).


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two `#rrggbb`, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ramp(colour: str) -> dict[str, str]:
    """Eleven steps around a unit's colour. Darkens instead of refusing: white on 600 and 600 on 50
    reach 4.5:1. Raises ValueError when `colour` is not `#rrggbb`."""
    lightness, chroma, hue = _to_oklch(_checked(colour))
    base = min(max(lightness, 0.28), 0.62)
    while True:
        steps = _steps(base, chroma, hue)
        if min(contrast("#ffffff", steps["600"]), contrast(steps["600"], steps["50"])) >= READABLE:
            return steps
        base -= 0.005


def stylesheet(colour: str) -> str:
    """Custom properties of one unit, for `/tema/<kode>.<hash8>.css`; linked after `portal.css`."""
    values = {f"primary-{step}": value for step, value in ramp(colour).items()}
    _, chroma, hue = _to_oklch(values["primary-600"])
    values |= _dark_accent(chroma, hue)
    values |= _sequences(chroma, hue)
    if not all(HEX.fullmatch(value) for value in values.values()):
        raise ValueError(f"not a colour in {values}")
    rules = "".join(f"--ina-{name}:{value};" for name, value in values.items())
    return f"@layer token{{:root{{{rules}}}}}\n"


def _steps(base: float, chroma: float, hue: float) -> dict[str, str]:
    top = _LIGHTER["25"][0]
    lighter = {
        step: _to_hex(top - (top - light) * (top - base) / (top - 0.445), chroma * share, hue)
        for step, (light, share) in _LIGHTER.items()
    }
    darker = {step: _to_hex(base * part, chroma * share, hue) for step, (part, share) in _DARKER.items()}
    return lighter | {"600": _to_hex(base, chroma, hue)} | darker


def _dark_accent(chroma: float, hue: float) -> dict[str, str]:
    subtle = _to_hex(0.315, min(chroma * 0.45, 0.06), hue)
    content = _to_hex(0.205, min(chroma * 0.35, 0.045), hue)
    light = 0.74
    while True:
        accent = _to_hex(light, min(chroma * 0.82, 0.13), hue)
        if min(contrast(accent, back) for back in (subtle, content, _CARD_DARK)) >= READABLE:
            break
        light += 0.01
    hover = _to_hex(light + 0.08, min(chroma * 0.6, 0.1), hue)
    names = ("primary-dark", "primary-dark-hover", "primary-dark-content", "primary-dark-subtle")
    return dict(zip(names, (accent, hover, content, subtle), strict=True))


def _sequences(chroma: float, hue: float) -> dict[str, str]:
    """Six classes each for light and dark. Text turns white from the 5th, in the dark ink from the 4th."""
    values = {}
    for number, (light, share) in enumerate(_SEQUENCE, 1):
        text, away = ("#ffffff", -0.01) if number > 4 else ("#0b1118" if number == 4 else _INK, 0.01)
        values[f"sequence-{number}"] = _readable(light, away, chroma * share, hue, text)
    for number, (light, share) in enumerate(_SEQUENCE_DARK, 1):
        text, away = ("#06182e", 0.01) if number > 3 else (_INK_DARK, -0.01)
        values[f"sequence-dark-{number}"] = _readable(light, away, chroma * share, hue, text)
    return values


def _readable(light: float, away: float, chroma: float, hue: float, text: str) -> str:
    while contrast(colour := _to_hex(light, chroma, hue), text) < READABLE:
        light += away
    return colour


def _checked(colour: str) -> str:
    value = colour.lower()
    if not HEX.fullmatch(value):
        raise ValueError(f"not a colour: {colour!r}")
    return value


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _decoded(red), _decoded(green), _decoded(blue)


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklch(colour: str) -> tuple[float, float, float]:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _to_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _to_hex(lightness: float, chroma: float, hue: float) -> str:
    """Nearest sRGB colour of that lightness and hue: chroma gives way when it does not fit."""
    lightness = min(max(lightness, 0.0), 1.0)
    rgb = _to_rgb(lightness, chroma, hue)
    while chroma > 0 and not all(-0.0005 <= part <= 1.0005 for part in rgb):
        chroma = max(chroma - 0.002, 0.0)
        rgb = _to_rgb(lightness, chroma, hue)
    parts = (round(255 * _encoded(min(max(part, 0.0), 1.0))) for part in rgb)
    return "#" + "".join(f"{part:02x}" for part in parts)


# Side navigation


def badge_id(href: str) -> str:
    return "badge-" + (href.strip("/").replace("/", "-") or "beranda")


def badge(href: str, count: int) -> Markup:
    """The counter beside a menu entry; empty at zero. Sent again with `hx-swap-oob` it updates in place."""
    words = Markup('{}<span class="sr"> menunggu</span>').format(count) if count else ""
    return Markup('<span class="count-badge" id="{}">{}</span>').format(badge_id(href), words)


def personal_menu(menu: Markup, current: str, badges: Mapping[str, int]) -> Markup:
    """One role's rendered navigation made personal: the entry that holds the page `current`, and the counters."""
    held = [href for href in HREF.findall(menu) if f"{current}/".startswith(href.rstrip("/") + "/")]
    if held:
        here = Markup('href="{}"').format(max(held, key=len))
        menu = menu.replace(here, here + Markup(' aria-current="{}"').format("page" if current in held else "true"), 1)
    for href, count in badges.items():
        menu = menu.replace(badge(href, 0), badge(href, count), 1)
    return menu
