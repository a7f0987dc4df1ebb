"""Long tables: repeated head, groups whose left cells span several rows, rows that split over pages."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from portal.kernel.reports.drawing import SHADE, Sheet
from portal.kernel.reports.text import BOLD, ITALIC, REGULAR, Line, clean, width, wrap

PAD_X: Final = 3.5
PAD_Y: Final = 3.0
# Up to this share of a page a row is moved whole to the next one, and split when it is taller;
# a group is kept together only while it is small, because its rows are good places to break.
_KEEP: Final = 0.30
_KEEP_GROUP: Final = 0.18
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph of a cell; `bullet` hangs before it, `under` indents it as if that bullet stood there."""

    text: str
    bold: bool = False
    italic: bool = False
    bullet: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its own look. `align` is l, c or r; '' follows the column. `rows` counts in heads only."""

    content: "str | Para | Sequence[Para]"
    bold: bool = False
    align: str = ""
    span: int = 1
    rows: int = 1
    shade: bool = False


Content = str | Cell | Para | Sequence[Para] | None


@dataclass(frozen=True, slots=True)
class Section:
    """A shaded line over the whole width ("A. Utama"); it never ends a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Cells at the left that belong to all `rows` at their right: one RHK and its indikator."""

    left: Sequence[Content]
    rows: Sequence[Sequence[Content]]


Body = Sequence[Sequence[Content] | Section | Group]


class Paper(Protocol):
    """What a table needs of the page it flows over. y falls from `top` to `floor`."""

    sheet: Sheet
    y: float
    left: float

    @property
    def floor(self) -> float: ...
    @property
    def top(self) -> float: ...
    def turn(self) -> None: ...


@dataclass(slots=True)
class _Laid:
    """A cell broken into lines at its place."""

    x: float
    width: float
    lines: list[Line]
    align: str
    shade: bool = False


@dataclass(slots=True)
class Table:
    """One table on its way down the pages. `widths` in points, `align` one letter per column.

    `reserve` is room that must be left under the last row, so that signatures never stand on a page alone.
    """

    paper: Paper
    widths: Sequence[float]
    align: str
    size: float
    leading: float = 0.0
    pad: float = PAD_Y
    reserve: float = 0.0
    _head: list[tuple[_Laid, float, float]] = field(default_factory=list)
    _head_height: float = 0.0

    def __post_init__(self) -> None:
        self.leading = self.leading or self.size * 1.25

    # Laying out -------------------------------------------------------------------------------------------

    def _x(self, column: int) -> float:
        return self.paper.left + sum(self.widths[:column])

    def _lay(self, content: Content, column: int, *, bold: bool = False) -> _Laid:
        cell = content if isinstance(content, Cell) else Cell(content or "")
        room = sum(self.widths[column : column + cell.span])
        lines: list[Line] = []
        for para in _paragraphs(cell.content):
            lines.extend(self._lines(para, room - 2 * PAD_X, bold or cell.bold))
        align = cell.align or self.align[column]
        return _Laid(self._x(column), room, lines, align, cell.shade)

    def _lines(self, para: Para, room: float, bold: bool) -> list[Line]:
        face = BOLD if bold or para.bold else ITALIC if para.italic else REGULAR
        bullet, hang = clean(para.bullet), clean(para.bullet or para.under)
        indent = width(hang, REGULAR, self.size) + 3 if hang else 0.0
        texts = wrap(clean(para.text), face, self.size, room - indent)
        return [Line(t, face, indent, "" if i else bullet) for i, t in enumerate(texts)]

    def _row(self, cells: Sequence[Content], column: int = 0) -> list[_Laid]:
        laid = []
        for content in cells:
            laid.append(self._lay(content, column))
            column += content.span if isinstance(content, Cell) else 1
        if column != len(self.widths):
            raise ValueError(f"baris tabel mengisi {column} dari {len(self.widths)} kolom")
        return laid

    def _height(self, row: Iterable[_Laid]) -> float:
        return self._lines_height(max((len(c.lines) for c in row), default=1))

    def _lines_height(self, count: int) -> float:
        return max(count, 1) * self.leading + 2 * self.pad

    # The head ---------------------------------------------------------------------------------------------

    def head(self, rows: Sequence[Sequence[Content]], *, numbered: bool) -> None:
        """Lay out the head once. A cell with rows=2 reaches into the next head row, which leaves it out."""
        taken: set[tuple[int, int]] = set()
        placed: list[tuple[_Laid, int, int]] = []
        for r, cells in enumerate(rows):
            column = 0
            for content in cells:
                while (r, column) in taken:
                    column += 1
                cell = content if isinstance(content, Cell) else Cell(content or "")
                taken |= {(r + i, column + j) for i in range(cell.rows) for j in range(cell.span)}
                laid = self._lay(cell, column, bold=True)
                laid.align, laid.shade = "c", True
                placed.append((laid, r, cell.rows))
                column += cell.span
        heights = self._head_heights(placed, len(rows))
        for laid, r, span in placed:
            self._head.append((laid, sum(heights[:r]), sum(heights[r : r + span])))
        self._head_height = sum(heights)
        if numbered:
            self._add_numbers()

    def _head_heights(self, placed: Sequence[tuple[_Laid, int, int]], count: int) -> list[float]:
        heights = [0.0] * count
        for laid, r, span in sorted(placed, key=lambda p: p[2]):
            missing = self._height([laid]) - sum(heights[r : r + span])
            if missing > 0:
                heights[r + span - 1] += missing
        return heights

    def _add_numbers(self) -> None:
        """The line (1) (2) (3) under the head, as official forms have it."""
        height = self._lines_height(1) - self.pad
        for i, w in enumerate(self.widths):
            laid = _Laid(self._x(i), w, [Line(f"({i + 1})", REGULAR)], "c", True)
            self._head.append((laid, self._head_height, height))
        self._head_height += height

    def draw_head(self) -> None:
        y = self.paper.y
        for laid, offset, height in self._head:
            slack = height - len(laid.lines) * self.leading - 2 * self.pad
            self._draw(laid, y - offset, height, laid.lines, drop=slack / 2)
        self.paper.y = y - self._head_height

    # The body ---------------------------------------------------------------------------------------------

    def flow(self, rows: Body) -> None:
        for i, item in enumerate(rows):
            last = i == len(rows) - 1
            if isinstance(item, Section):
                closing = self.reserve if i == len(rows) - 2 else 0
                self._section(item, self._first_height(rows[i + 1 :]) + closing)
            else:
                self._group(*self._parts(item), self.reserve if last else 0)

    def _parts(self, item: Sequence[Content] | Group) -> tuple[Sequence[Content], Sequence[Sequence[Content]]]:
        """Left cells and rows; a group without rows still shows its left cells beside one empty row."""
        if not isinstance(item, Group):
            return (), (item,)
        return item.left, item.rows or (("",) * (len(self.widths) - len(item.left)),)

    def opening(self, body: Body) -> float:
        """Head and first row: what must stand together at the beginning."""
        return self._head_height + self._first_height(body)

    def _room(self) -> float:
        return self.paper.y - self.paper.floor

    def _keep(self, share: float = _KEEP) -> float:
        return (self.paper.top - self.paper.floor) * share

    def _keep_parts(self, rows: Sequence[object]) -> float:
        return self._keep(_KEEP_GROUP if len(rows) > 1 else _KEEP)

    def _turn(self) -> None:
        self.paper.turn()
        self.draw_head()

    def _first_height(self, rows: Body) -> float:
        """What must follow on the same page: the first row, or its first lines when it is tall."""
        if not rows:
            return 0.0
        first = rows[0]
        if isinstance(first, Section):
            return self._lines_height(1) + self._first_height(rows[1:])
        left, inner = self._parts(first)
        heights = [self._height(self._row(r, len(left))) for r in inner]
        whole = max(sum(heights), self._left_height(left))
        if whole <= self._keep_parts(inner):
            return whole
        return heights[0] if heights[0] <= self._keep() else self._lines_height(_FEWEST)

    def _left_height(self, left: Sequence[Content]) -> float:
        return self._height([self._lay(c, i) for i, c in enumerate(left)]) if left else 0.0

    def _section(self, item: Section, following: float) -> None:
        laid = self._lay(Cell(item.text, bold=True, align="l", span=len(self.widths), shade=True), 0)
        height = self._height([laid])
        if self._room() < height + following:
            self._turn()
        self._draw(laid, self.paper.y, height, laid.lines)
        self.paper.y -= height

    def _group(self, left: Sequence[Content], rows: Sequence[Sequence[Content]], reserve: float) -> None:
        flow = _GroupFlow(self, [self._lay(c, i) for i, c in enumerate(left)])
        queue = deque(self._row(r, len(left)) for r in rows)
        needed = max(sum(map(self._height, queue)), self._height(flow.left) if left else 0)
        if needed <= self._keep_parts(rows) and self._room() < needed + reserve:
            self._turn()
        flow.run(queue)

    def _draw(self, cell: _Laid, y: float, height: float, lines: Sequence[Line], *, drop: float = 0) -> None:
        """Border, shade and lines of one cell whose upper edge is at y; `drop` moves the text down."""
        sheet = self.paper.sheet
        if cell.shade:
            sheet.fills.append((cell.x, y - height, cell.width, height, SHADE))
        sheet.boxes.append((cell.x, y - height, cell.width, height))
        baseline = y - self.pad - drop - self.leading / 2 - self.size * 0.35
        for line in lines:
            x = cell.x + PAD_X
            if cell.align != "l":
                rest = cell.width - 2 * PAD_X - width(line.text, line.face, self.size)
                x += rest / 2 if cell.align == "c" else rest
            if line.bullet:
                sheet.label(x, baseline, line.bullet, face=line.face, size=self.size)
            sheet.label(x + line.indent, baseline, line.text, face=line.face, size=self.size)
            baseline -= self.leading


@dataclass(slots=True)
class _GroupFlow:
    """A group on its way: `top` is where it began on this page, `left` still holds what was not printed."""

    table: Table
    left: list[_Laid]
    top: float = 0.0
    mark: int = 0

    def run(self, queue: deque[list[_Laid]]) -> None:
        paper = self.table.paper
        self._begin()
        while queue:
            row = queue.popleft()
            own = self.table._height(row)
            wanted = own if queue else max(own, self._left_height() - (self.top - paper.y))
            room = self.table._room()
            if wanted <= room:
                self._draw_row(row, wanted)
            elif own <= room:
                # Only the left text is too long: it goes on beside an empty row.
                self._draw_row(row, room)
                self._next_page()
                queue.append([_Laid(c.x, c.width, [], c.align) for c in row])
            elif own > self.table._keep() and self._fitting(room) >= _FEWEST:
                queue.appendleft(self._split(row, self._fitting(room)))
                self._next_page()
            else:
                self._next_page()
                queue.appendleft(row)
        self._close()

    def _fitting(self, room: float) -> int:
        return int((room - 2 * self.table.pad) / self.table.leading + 1e-6)

    def _left_height(self) -> float:
        return self.table._height(self.left) if self.left else 0.0

    def _draw_row(self, row: list[_Laid], height: float) -> None:
        for cell in row:
            self.table._draw(cell, self.table.paper.y, height, cell.lines)
        self.table.paper.y -= height

    def _split(self, row: list[_Laid], count: int) -> list[_Laid]:
        """Print the first `count` lines of every cell and give back the rest."""
        height = self.table._lines_height(count)
        for cell in row:
            self.table._draw(cell, self.table.paper.y, height, cell.lines[:count])
        self.table.paper.y -= height
        return [_Laid(c.x, c.width, c.lines[count:], c.align, c.shade) for c in row]

    def _next_page(self) -> None:
        if (
            self.table.paper.top - self.table._head_height - self.table.paper.y < 1
            and self.top - self.table.paper.y < 1
        ):
            raise ValueError("kepala tabel tidak menyisakan tempat untuk isinya")
        self._close()
        self.table._turn()
        self._begin()

    def _begin(self) -> None:
        self.top = self.table.paper.y
        self.mark = len(self.table.paper.sheet.labels)

    def _close(self) -> None:
        """Frame the left cells beside what was printed on this page."""
        height = self.top - self.table.paper.y
        if height < 1:
            return
        count = self._fitting(height)
        labels = self.table.paper.sheet.labels
        rows = labels[self.mark :]
        del labels[self.mark :]
        for cell in self.left:
            self.table._draw(cell, self.top, height, cell.lines[:count])
            cell.lines = cell.lines[count:]
        # Read aloud or copied, the left cells come before the rows they belong to.
        labels.extend(rows)


def _paragraphs(content: "str | Para | Sequence[Para]") -> Sequence[Para]:
    if isinstance(content, str):
        return (Para(content),)
    return (content,) if isinstance(content, Para) else content
