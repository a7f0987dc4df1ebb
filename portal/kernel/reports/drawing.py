"""What a page is drawn with: a display list per page, the QR code and the emblem."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import segno
from reportlab.pdfgen.canvas import Canvas

from portal.kernel.reports.text import BOLD, Face, width

Colour = tuple[float, float, float]
BLACK: Final[Colour] = (0.07, 0.09, 0.12)
GREY: Final[Colour] = (0.32, 0.36, 0.42)
SHADE: Final[Colour] = (0.925, 0.938, 0.955)
NAVY: Final[Colour] = (0.07, 0.25, 0.47)
GOLD: Final[Colour] = (0.78, 0.58, 0.16)
WHITE: Final[Colour] = (1, 1, 1)
RED: Final[Colour] = (0.70, 0.10, 0.11)

Drawing = Callable[[Canvas], None]


class Label(NamedTuple):
    """One printed string with its baseline."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    colour: Colour


@dataclass(slots=True)
class Sheet:
    """The display list of one page; nothing reaches the file before the number of pages is known."""

    fills: list[tuple[float, float, float, float, Colour]] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float]] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)

    def label(self, x: float, y: float, text: str, *, face: Face, size: float, colour: Colour = BLACK) -> None:
        if text:
            self.labels.append(Label(x, y, text, face, size, colour))

    def centred(self, x: float, y: float, text: str, *, face: Face, size: float, colour: Colour = BLACK) -> None:
        self.label(x - width(text, face, size) / 2, y, text, face=face, size=size, colour=colour)

    def paint(self, canvas: Canvas) -> None:
        for x, y, w, h, colour in self.fills:
            canvas.setFillColorRGB(*colour)
            canvas.rect(x, y, w, h, stroke=0, fill=1)
        for drawing in self.drawings:
            canvas.saveState()
            drawing(canvas)
            canvas.restoreState()
        canvas.setStrokeColorRGB(*BLACK)
        self._paint_boxes(canvas)
        for x1, y1, x2, y2, thick in self.rules:
            canvas.setLineWidth(thick)
            canvas.line(x1, y1, x2, y2)
        self._paint_labels(canvas)

    def _paint_boxes(self, canvas: Canvas) -> None:
        if not self.boxes:
            return
        canvas.setLineWidth(0.5)
        path = canvas.beginPath()
        for x, y, w, h in self.boxes:
            path.rect(x, y, w, h)
        canvas.drawPath(path, stroke=1, fill=0)

    def _paint_labels(self, canvas: Canvas) -> None:
        # One text object for the page; font and colour only when they change: half the cost of drawString.
        text = canvas.beginText()
        face, size, colour = "", 0.0, None
        for label in self.labels:
            if (label.face, label.size) != (face, size):
                face, size = label.face, label.size
                text.setFont(face, size)
            if label.colour != colour:
                colour = label.colour
                text.setFillColorRGB(*colour)
            text.setTextOrigin(label.x, label.y)
            text.textOut(label.text)
        canvas.drawText(text)


def _qr_runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Size in modules and the dark runs (column, row, length) of a QR code, level M."""
    matrix = segno.make(text, error="m", micro=False, boost_error=False).matrix
    runs = []
    for y, row in enumerate(matrix):
        start = -1
        for x, dark in enumerate((*row, 0)):
            if dark and start < 0:
                start = x
            elif not dark and start >= 0:
                runs.append((start, y, x - start))
                start = -1
    return len(matrix), runs


def qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """A QR code whose lower left corner is (x, y). The quiet zone is the white space around it."""
    size, runs = _qr_runs(text)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(side / size, side / size)
    canvas.setFillColorRGB(0, 0, 0)
    path = canvas.beginPath()
    for column, row, length in runs:
        path.rect(column, size - 1 - row, length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def emblem(canvas: Canvas, x: float, y: float, height: float) -> None:
    """The fictional city's emblem: a shield with sun, sail and sea. Drawn on a grid of 80 x 100."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(height / 100, height / 100)
    for inset, colour in ((0, NAVY), (2.2, GOLD), (4.2, NAVY)):
        canvas.setFillColorRGB(*colour)
        canvas.drawPath(_shield(canvas, inset), stroke=0, fill=1)
    canvas.setFillColorRGB(*GOLD)
    canvas.circle(40, 66, 10, stroke=0, fill=1)
    _rays(canvas)
    _sail(canvas)
    _waves(canvas)
    canvas.restoreState()


def _shield(canvas: Canvas, inset: float) -> object:
    left, right, top, foot = 2 + inset, 78 - inset, 96 - inset, 2 + inset * 1.5
    path = canvas.beginPath()
    path.moveTo(left, top - 6)
    path.curveTo(18, top - 2, 30, top - 2, 40, top + 2 - inset * 0.2)
    path.curveTo(50, top - 2, 62, top - 2, right, top - 6)
    path.lineTo(right, 44)
    path.curveTo(right, 26, 58, 12, 40, foot)
    path.curveTo(22, 12, left, 26, left, 44)
    path.close()
    return path


def _rays(canvas: Canvas) -> None:
    canvas.setStrokeColorRGB(*GOLD)
    canvas.setLineWidth(1.8)
    canvas.setLineCap(1)
    for dx, dy in ((0, 1), (0.5, 0.866), (-0.5, 0.866), (0.866, 0.5), (-0.866, 0.5), (1, 0), (-1, 0)):
        canvas.line(40 + 13.5 * dx, 66 + 13.5 * dy, 40 + 18 * dx, 66 + 18 * dy)


def _sail(canvas: Canvas) -> None:
    canvas.setFillColorRGB(*WHITE)
    path = canvas.beginPath()
    path.moveTo(41, 74)
    path.curveTo(52, 64, 58, 54, 60, 45)
    path.lineTo(41, 45)
    path.close()
    path.moveTo(38.5, 68)
    path.curveTo(32, 60, 26, 53, 22, 45)
    path.lineTo(38.5, 45)
    path.close()
    path.moveTo(16, 42)
    path.lineTo(64, 42)
    path.curveTo(62, 36, 58, 33, 53, 33)
    path.lineTo(27, 33)
    path.curveTo(22, 33, 18, 36, 16, 42)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _waves(canvas: Canvas) -> None:
    canvas.setStrokeColorRGB(*WHITE)
    canvas.setLineWidth(1.9)
    for left, y, count in ((18, 26.5, 3), (25, 20.5, 2), (32.5, 14.5, 1)):
        path = canvas.beginPath()
        step = (80 - 2 * left) / count
        path.moveTo(left, y)
        for i in range(count):
            x = left + i * step
            path.curveTo(x + step / 4, y + 3.2, x + step / 4, y + 3.2, x + step / 2, y)
            path.curveTo(x + step * 0.75, y - 3.2, x + step * 0.75, y - 3.2, x + step, y)
        canvas.drawPath(path, stroke=1, fill=0)


def ribbon(canvas: Canvas, page_width: float, page_height: float) -> None:
    """The CONTOH band across the upper right corner of a page that must not be taken for a record.

    It stays outside the margins, so that it hides no word.
    """
    canvas.saveState()
    canvas.translate(page_width - 29, page_height - 29)
    canvas.rotate(-45)
    canvas.setFillColorRGB(*RED)
    canvas.rect(-60, -7.5, 120, 15, stroke=0, fill=1)
    canvas.setFillColorRGB(*WHITE)
    canvas.setFont(BOLD, 9.5)
    canvas.drawCentredString(0, -3.4, "CONTOH")
    canvas.restoreState()
