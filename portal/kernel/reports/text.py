"""Fonts, widths and line breaking for documents."""

import re
import threading
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

Face = Literal["Arimo-Regular", "Arimo-Bold", "Arimo-Italic"]
REGULAR: Final[Face] = "Arimo-Regular"
BOLD: Final[Face] = "Arimo-Bold"
ITALIC: Final[Face] = "Arimo-Italic"
FACES: Final[tuple[Face, ...]] = (REGULAR, BOLD, ITALIC)

_FOLDER: Final = Path(__file__).parents[1] / "fonts"
_LOCK: Final = threading.Lock()
# Where an address or a file name may be broken when it is wider than its column.
_BREAKS: Final = re.compile(r"(?<=[/\-_.?&=,])")


class Line(NamedTuple):
    """One line of a cell: `indent` from the left edge of the text, `bullet` hangs before it."""

    text: str
    face: Face
    indent: float = 0.0
    bullet: str = ""


@lru_cache(maxsize=len(FACES))
def _widths(face: Face) -> dict[int, float]:
    """Advance widths in thousandths of an em; the file is read once per process."""
    with _LOCK:
        if face not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(face, str(_FOLDER / f"{face}.ttf")))
    font = cast(TTFont, pdfmetrics.getFont(face))
    return cast(dict[int, float], font.face.charWidths)


def register_fonts() -> None:
    """Load the faces. Calling it again costs nothing."""
    for face in FACES:
        _widths(face)


class _Printable(dict[int, str]):
    """Per character what is printed: itself, a near relative, or a question mark; never an empty box."""

    def __missing__(self, code: int) -> str:
        self[code] = result = self._nearest(chr(code))
        return result

    @staticmethod
    def _nearest(char: str) -> str:
        known = _widths(REGULAR)
        if ord(char) in known:
            return char
        if char.isspace():
            return " "
        if unicodedata.category(char).startswith(("C", "M")):
            return ""
        plain = "".join(c for c in unicodedata.normalize("NFKD", char) if ord(c) in known)
        return plain or "?"


_PRINTABLE: Final = _Printable({ord("\u00ad"): ""})


def clean(text: str) -> str:
    """Text made of characters the faces can draw. Line breaks stay."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii() and composed.isprintable():
        return composed
    return "\n".join(line.translate(_PRINTABLE) for line in composed.splitlines())


@lru_cache(maxsize=20_000)
def _em(word: str, face: Face) -> float:
    widths = _widths(face)
    return sum(widths[ord(c)] for c in word)


def width(text: str, face: Face, size: float) -> float:
    """Printed width in points. The text must be clean."""
    return _em(text, face) * size / 1000


def wrap(text: str, face: Face, size: float, room: float) -> list[str]:
    """Break clean text into lines no wider than `room` points; \\n starts a new line."""
    limit = room * 1000 / size
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph.split(" "), face, limit))
    return lines


def balance(text: str, face: Face, size: float, room: float) -> list[str]:
    """Break clean text into as few lines as `wrap`, of nearly equal length: for centred titles."""
    lines = wrap(text, face, size, room)
    count = len(lines)
    while count > 1 and len(tighter := wrap(text, face, size, room := room * 0.96)) == count:
        lines = tighter
    return lines


def _wrap_paragraph(words: list[str], face: Face, limit: float) -> list[str]:
    space = _em(" ", face)
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    for word in words:
        if not word:
            continue
        need = _em(word, face)
        if line and used + space + need <= limit:
            line.append(word)
            used += space + need
            continue
        if line:
            lines.append(" ".join(line))
        *full, rest = _break_word(word, face, limit) if need > limit else (word,)
        lines.extend(full)
        line, used = [rest], _em(rest, face)
    lines.append(" ".join(line))
    return lines


def _break_word(word: str, face: Face, limit: float) -> list[str]:
    """Pieces of a word too wide for its column, broken after / - _ . where possible, else anywhere."""
    pieces: list[str] = []
    current = ""
    for part in _BREAKS.split(word):
        if current and _em(current + part, face) > limit:
            pieces.append(current)
            current = ""
        current += part
        while _em(current, face) > limit and len(current) > 1:
            cut = _fitting(current, face, limit)
            pieces.append(current[:cut])
            current = current[cut:]
    return [*pieces, current]


def _fitting(text: str, face: Face, limit: float) -> int:
    """How many characters fit; at least one, so that breaking always ends."""
    widths = _widths(face)
    ends = list(accumulate(widths[ord(char)] for char in text))
    return max(bisect_right(ends, limit), 1)
