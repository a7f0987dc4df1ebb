"""Charts as inline SVG made on the server: text that can be read, printed, themed and shown without script.

Colours come from class names only (there is no style attribute and no colour here), every SVG is one
`role="img"` with a title and a description that holds the key numbers, and `with_table` puts the same
numbers beside it as a table.

Classes used, all in the style sheet: chart, chart-wide, chart-narrow, chart-strong, chart-halo, chart-grid,
chart-axis, chart-dashed, chart-fill-1 to chart-fill-3, chart-fill-rest, chart-fill-blank, chart-line-1 to
chart-line-3, heat-table, heat-cell-1 to heat-cell-6, heat-fill-1 to heat-fill-6, legend, disclosure, table,
table-scroller, cell-number, icon, sr.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup, escape

from portal.kernel.numbers import angka

Nilai = Decimal | float | None

WIDE: Final = 560
NARROW: Final = 300
BULAN: Final = tuple("JFMAMJJASOND")

_PHONE_MARGIN: Final = 18.0
# Average width of a character at 12 units; good enough to leave room, never to align.
_CHAR: Final = 6.3
_CHEVRON: Final = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6l6 6l-6 6"/></svg>'


@dataclass(frozen=True, slots=True)
class Series:
    """One line. `warna` is 1 to 3; `putus` draws it dashed, as targets are. None is a gap."""

    nama: str
    nilai: Sequence[Nilai]
    warna: int = 1
    putus: bool = False


def _n(nilai: float) -> str:
    """A coordinate: one decimal at most, no trailing zero."""
    return f"{nilai:.1f}".removesuffix(".0")


def _known(values: Iterable[Nilai]) -> list[float]:
    return [float(v) for v in values if v is not None]


def _svg(width: float, height: float, judul: str, uraian: str, body: str, *, kelas: str = "") -> str:
    named = f' class="{kelas}"' if kelas else ""
    return (
        f'<svg{named} viewBox="0 0 {_n(width)} {_n(height)}" role="img"><title>{escape(judul)}</title>'
        f"<desc>{escape(uraian)}</desc>{body}</svg>"
    )


def _text(x: float, y: float, isi: str, jangkar: str = "", kelas: str = "") -> str:
    anchor = f' text-anchor="{jangkar}"' if jangkar else ""
    named = f' class="{kelas}"' if kelas else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{anchor}{named}>{escape(isi)}</text>'


def _rect(x: float, y: float, lebar: float, tinggi: float, kelas: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(lebar)}" height="{_n(tinggi)}" rx="1.5" class="{kelas}"/>'


def _unit(satuan: str) -> str:
    return f" {satuan}" if satuan else ""


def bars12(
    target: Sequence[Nilai],
    realisasi: Sequence[Nilai],
    labels: Sequence[str] = BULAN,
    *,
    judul: str,
    satuan: str = "",
) -> Markup:
    """Target as a pale bar with the realisasi in front: colour 1 when reached, colour 2 when short.

    None as realisasi means the month has not come: only its target shows.
    """
    width, floor, top = 228.0, 72.0, 4.0
    step = width / max(len(labels), 1)
    highest = max([*_known(target), *_known(realisasi), 0.0]) or 1.0
    parts = []
    for i, label in enumerate(labels):
        x = i * step
        goal, done = float(target[i] or 0), realisasi[i]
        tall = (floor - top) * goal / highest
        parts.append(_rect(x + step * 0.12, floor - tall, step * 0.76, tall, "chart-fill-blank") if goal else "")
        if done is not None and (done or goal):
            # A zero against a target still shows as a sliver: nothing done is not the same as nothing due.
            bar = max((floor - top) * float(done) / highest, 2.0)
            colour = "chart-fill-1" if float(done) >= goal else "chart-fill-2"
            parts.append(_rect(x + step * 0.26, floor - bar, step * 0.48, bar, colour))
        parts.append(_text(x + step / 2, floor + 15, label, "middle"))
    return Markup(_svg(width, floor + 20, judul, _bars_summary(target, realisasi, satuan), "".join(parts)))  # noqa: S704 - every text is escaped where it enters


def _bars_summary(target: Sequence[Nilai], realisasi: Sequence[Nilai], satuan: str) -> str:
    pairs = [(float(t or 0), float(r)) for t, r in zip(target, realisasi, strict=True) if r is not None]
    short = sum(r < t for t, r in pairs)
    total = f"Realisasi {angka(_sum(realisasi))} dari target {angka(_sum(target))}{_unit(satuan)}"
    return f"{total}; {short} dari {len(pairs)} bulan di bawah target."


def _sum(values: Sequence[Nilai]) -> Decimal:
    return sum((Decimal(str(v)) for v in values if v is not None), Decimal(0))


def ticks(lo: float, hi: float, jumlah: int = 4) -> list[float]:
    """Round axis values that enclose lo and hi: steps of 1, 2 or 5 times a power of ten."""
    largest = max(abs(lo), abs(hi))
    if largest < 1e-6:
        lo, hi, largest = 0.0, 1.0, 1.0
    # Differences beyond the reach of rounding are no differences: a flat line gets room of its own size.
    span = hi - lo if hi - lo > largest * 1e-6 else largest
    rough = span / jumlah
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if rough <= m * power * 1.0000001)
    first, last = math.floor(lo / step + 1e-9), math.ceil(hi / step - 1e-9)
    return [round(i * step, 10) for i in range(first, max(last, first + 1) + 1)]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plotting area and its scales."""

    width: float
    height: float
    left: float
    right: float
    axis: Sequence[float]
    count: int
    top: float = 10.0
    foot: float = 24.0

    def x(self, i: int) -> float:
        return self.left + (self.width - self.left - self.right) * (i / max(self.count - 1, 1))

    def y(self, value: float) -> float:
        inner = self.height - self.top - self.foot
        return self.top + inner * (1 - (value - self.axis[0]) / (self.axis[-1] - self.axis[0]))


def line(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    judul: str,
    satuan: str = "",
    dari_nol: bool = True,
) -> Markup:
    """Lines with direct labels at their ends, once wide and once narrow; the style sheet shows one of them.

    `dari_nol` starts the axis at zero, as cumulative figures must.
    """
    values = [v for s in series for v in _known(s.nilai)] or [0.0]
    axis = ticks(min(0.0, *values) if dari_nol else min(values), max(values))
    uraian = "; ".join(_line_summary(s, labels, satuan) for s in series) + "."
    ends = [_end_label(s) for s in series]
    wide_right = 12 + _CHAR * max(map(len, ends), default=0)
    left = 8 + _CHAR * max(len(angka(t)) for t in axis)
    wide = _Frame(WIDE, 220, left, wide_right, axis, len(labels))
    narrow = _Frame(NARROW, 200, left, _PHONE_MARGIN, axis, len(labels), top=26)
    return Markup(  # noqa: S704 - every text is escaped where it enters
        _svg(WIDE, wide.height, judul, uraian, _line_body(wide, labels, series, ends), kelas="chart-wide")
        + _svg(
            NARROW,
            narrow.height,
            judul,
            uraian,
            _line_body(narrow, labels, series, ends),
            kelas="chart-narrow",
        )
    )


def _last(series: Series) -> tuple[int, float] | None:
    known = [(i, float(v)) for i, v in enumerate(series.nilai) if v is not None]
    return known[-1] if known else None


def _end_label(series: Series) -> str:
    end = _last(series)
    return f"{series.nama} {angka(end[1])}" if end else series.nama


def _line_summary(series: Series, labels: Sequence[str], satuan: str) -> str:
    end = _last(series)
    if end is None:
        return f"{series.nama}: belum ada data"
    return f"{series.nama}: {angka(end[1])}{_unit(satuan)} pada {labels[end[0]]}"


def _line_body(frame: _Frame, labels: Sequence[str], series: Sequence[Series], ends: Sequence[str]) -> str:
    parts = []
    for t in frame.axis:
        y = frame.y(t)
        kelas = "chart-axis" if t == 0 else "chart-grid"
        parts.append(
            f'<path d="M{_n(frame.left)} {_n(y)}H{_n(frame.width - frame.right)}" class="{kelas}"/>'
            + _text(frame.left - 6, y + 4, angka(t), "end")
        )
    parts.append(_x_labels(frame, labels))
    parts.extend(_path(frame, s) for s in series)
    parts.append(_end_labels(frame, series, ends))
    return "".join(parts)


def _x_labels(frame: _Frame, labels: Sequence[str]) -> str:
    """As many labels as fit; the last one always, because it is the one people look for."""
    longest = _CHAR * max(map(len, labels), default=1) + 8
    inner = frame.width - frame.left - frame.right
    every = max(math.ceil(longest * len(labels) / inner), 1)
    shown = [i for i in range(len(labels)) if (len(labels) - 1 - i) % every == 0]
    return "".join(_text(frame.x(i), frame.height - 6, labels[i], "middle") for i in shown)


def _path(frame: _Frame, series: Series) -> str:
    command, steps = "M", []
    for i, v in enumerate(series.nilai):
        if v is None:
            command = "M"
            continue
        steps.append(f"{command}{_n(frame.x(i))} {_n(frame.y(float(v)))}")
        command = "L"
    dashed = " chart-dashed" if series.putus else ""
    return f'<path d="{"".join(steps)}" class="chart-line-{series.warna}{dashed}"/>' if steps else ""


def _end_labels(frame: _Frame, series: Sequence[Series], ends: Sequence[str]) -> str:
    """A dot and a label at each end, moved apart where two lines end close together."""
    placed = []
    for s, label in zip(series, ends, strict=True):
        end = _last(s)
        if end is not None:
            x, y = frame.x(end[0]), frame.y(end[1])
            placed.append((_label_height(frame, s, y), x, y, s, label))
    placed.sort(key=lambda p: p[2])
    parts = []
    heights = _apart([p[0] for p in placed], frame.height - 22)
    for above, (_, x, y, s, label) in zip(heights, placed, strict=True):
        if not s.putus:
            parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" class="chart-fill-{s.warna}"/>')
        kelas = "chart-halo" if s.putus else "chart-strong chart-halo"
        if frame.right > _PHONE_MARGIN:
            parts.append(_text(x + 8, above, label, "", kelas))
        else:
            parts.append(_text(x, above, label, "end" if x > frame.width / 2 else "start", kelas))
    return "".join(parts)


def _apart(wanted: Sequence[float], lowest: float) -> list[float]:
    """These heights, from top to bottom, a line of text apart and above the labels of the axis."""
    found: list[float] = []
    for height in wanted:
        found.append(max(height, found[-1] + 15) if found else height)
    return [min(height, lowest - 15 * (len(found) - 1 - i)) for i, height in enumerate(found)]


def _label_height(frame: _Frame, series: Series, y: float) -> float:
    """Beside the end where there is a margin; on a phone above a rising line and below a falling one."""
    if frame.right > _PHONE_MARGIN:
        return y + 4
    known = _known(series.nilai)
    return y + 20 if len(known) > 1 and known[-1] < known[-2] else y - 10


def sparkline(nilai: Sequence[Nilai], *, judul: str, satuan: str = "") -> Markup:
    """A small line without axes and a dot at its end, for a card that already shows the figure."""
    width, height, pad = 120.0, 32.0, 5.0
    known = _known(nilai)
    if not known:
        return Markup(_svg(width, height, judul, "Belum ada data.", ""))  # noqa: S704 - escaped in _svg
    lo, span = min(known), (max(known) - min(known)) or 1.0
    axis = (lo, lo + span)
    frame = _Frame(width, height, pad, pad, axis, len(nilai), pad, pad)
    series = Series(judul, nilai)
    end = _last(series)
    dot = f'<circle cx="{_n(frame.x(end[0]))}" cy="{_n(frame.y(end[1]))}" r="3.5" class="chart-fill-1"/>' if end else ""
    uraian = f"Dari {angka(known[0])} ke {angka(known[-1])}{_unit(satuan)}."
    return Markup(_svg(width, height, judul, uraian, _path(frame, series) + dot))  # noqa: S704 - escaped in _svg


def ranked_bars(
    baris: Sequence[tuple[str, Nilai]],
    *,
    judul: str,
    satuan: str = "",
    sorot: str = "",
    tulis: Callable[[Nilai], str] = angka,
) -> Markup:
    """Horizontal bars in the order given, name and figure above each bar, so that long names stay whole.

    `sorot` names the row in strong colour (the reader's own unit); without it all rows are strong.
    """
    highest = max([*_known(v for _, v in baris), 0.0]) or 1.0
    uraian = "; ".join(f"{nama}: {tulis(v)}{_unit(satuan)}" for nama, v in baris[:5]) or "Belum ada data"
    svgs = []
    for width, kelas in ((WIDE, "chart-wide"), (NARROW, "chart-narrow")):
        parts = []
        for i, (nama, v) in enumerate(baris):
            y = i * 34.0
            strong = "chart-strong" if nama == sorot else ""
            colour = "chart-fill-1" if sorot in ("", nama) else "chart-fill-rest"
            figure = tulis(v)
            parts.append(_text(0, y + 13, _shorten(nama, width - _CHAR * len(figure) - 12), "", strong))
            parts.append(_text(width, y + 13, figure, "end", "chart-strong"))
            parts.append(_rect(0, y + 19, width, 8, "chart-fill-blank"))
            parts.append(_rect(0, y + 19, width * max(float(v or 0), 0.0) / highest, 8, colour))
        svgs.append(_svg(width, max(len(baris) * 34.0, 1), judul, uraian + ".", "".join(parts), kelas=kelas))
    return Markup("".join(svgs))  # noqa: S704 - every text is escaped where it enters


def _shorten(text: str, room: float) -> str:
    fits = int(room / _CHAR)
    return text if len(text) <= fits else text[: fits - 1].rstrip() + "…"


def heat_step(nilai: float, batas: Sequence[float]) -> int:
    """Class 1 to len(batas)+1: how many of the ascending limits the value has reached."""
    return 1 + sum(nilai >= b for b in batas)


def heat_limits(nilai: Iterable[Nilai]) -> list[float]:
    """Five equal steps between the smallest and the largest value."""
    known = _known(nilai) or [0.0]
    lo, span = min(known), (max(known) - min(known)) or 1.0
    return [lo + span * i / 6 for i in range(1, 6)]


def heat_table(
    baris: Sequence[str],
    kolom: Sequence[str],
    nilai: Sequence[Sequence[Nilai]],
    *,
    judul: str,
    batas: Sequence[float] = (),
    tulis: Callable[[Nilai], str] = angka,
) -> Markup:
    """A real table whose cells are tinted in up to six steps; the number is in every cell.

    `batas` holds at most five ascending limits; left out, five equal steps are taken.
    """
    limits = list(batas) or heat_limits(v for row in nilai for v in row)
    head = "".join(f'<th scope="col">{escape(k)}</th>' for k in kolom)
    body = []
    for nama, row in zip(baris, nilai, strict=True):
        cells = "".join(
            f"<td>{escape(tulis(v))}</td>"
            if v is None
            else f'<td class="heat-cell-{heat_step(float(v), limits)}">{escape(tulis(v))}</td>'
            for v in row
        )
        body.append(f'<tr><th scope="row">{escape(nama)}</th>{cells}</tr>')
    return Markup(  # noqa: S704 - every text is escaped where it enters
        f'<table class="heat-table"><caption class="sr">{escape(judul)}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )


def legend(items: Sequence[tuple[str, str]]) -> Markup:
    """Squares with words, from (class, words): ("chart-fill-1", "Tercapai")."""
    rows = "".join(
        '<li><svg viewBox="0 0 14 14" aria-hidden="true">'
        f'<rect width="14" height="14" class="{escape(kelas)}"/></svg>{escape(kata)}</li>'
        for kelas, kata in items
    )
    return Markup(f'<ul class="legend">{rows}</ul>')  # noqa: S704 - escaped above


def with_table(
    grafik: Markup,
    kepala: Sequence[str],
    baris: Sequence[Sequence[str | Nilai]],
    *,
    judul: str,
    csv: str = "",
) -> Markup:
    """The chart and, folded beneath it, the same numbers as a table; `csv` is the address of its download."""
    first, *rest = kepala
    head = f'<th scope="col">{escape(first)}</th>'
    head += "".join(f'<th scope="col" class="cell-number">{escape(k)}</th>' for k in rest)
    body = "".join(_table_row(row) for row in baris)
    link = f'<p><a href="{escape(csv)}">Unduh CSV</a></p>' if csv else ""
    return Markup(  # noqa: S704 - every text is escaped where it enters
        f'<figure class="chart">{grafik}'
        f'<details class="disclosure"><summary>{_CHEVRON}Lihat sebagai tabel</summary>'
        f'<div class="table-scroller" role="region" tabindex="0" aria-label="Tabel: {escape(judul)}">'
        f'<table class="table"><caption class="sr">{escape(judul)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{link}</details></figure>"
    )


def _table_row(row: Sequence[str | Nilai]) -> str:
    first, *rest = row
    cells = "".join(f'<td class="cell-number">{escape(v if isinstance(v, str) else angka(v))}</td>' for v in rest)
    name = first if isinstance(first, str) else angka(first)
    return f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
