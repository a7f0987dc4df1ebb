"""Text with struck words and check boxes, broken into lines; what the forms of certification are written with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from portal.kernel.reports.drawing import BLACK, Colour, Sheet
from portal.kernel.reports.text import BOLD, ITALIC, REGULAR, Face, clean, width, wrap

KOTAK: Final = 11.0


@dataclass(frozen=True, slots=True)
class Potong:
    """A run of words in one look. `kotak` makes it a check box instead: True holds a V, False is empty."""

    teks: str = ""
    tebal: bool = False
    miring: bool = False
    coret: bool = False
    kotak: bool | None = None

    @property
    def face(self) -> Face:
        return BOLD if self.tebal else ITALIC if self.miring else REGULAR


@dataclass(frozen=True, slots=True)
class Alinea:
    """A paragraph of runs; `peluru` hangs before it, `ukuran` 0 takes that of its surroundings."""

    potong: Sequence[Potong]
    peluru: str = ""
    ukuran: float = 0.0


Naskah = str | Potong | Alinea | Sequence[str | Potong | Alinea]


@dataclass(frozen=True, slots=True)
class Ruas:
    """A run at its place on a line: `x` from the left edge of the text, `lebar` its printed width."""

    x: float
    teks: str
    face: Face
    lebar: float
    coret: bool = False
    kotak: bool | None = None


@dataclass(frozen=True, slots=True)
class Baris:
    """One printed line, `tinggi` points high; `lebar` is that of its words."""

    ruas: Sequence[Ruas]
    ukuran: float
    lebar: float

    @property
    def tinggi(self) -> float:
        boxed = any(r.kotak is not None for r in self.ruas)
        return max(self.ukuran * 1.22, KOTAK + 3 if boxed else 0)


def tebal(teks: str) -> Potong:
    return Potong(teks, tebal=True)


def miring(teks: str) -> Potong:
    return Potong(teks, miring=True)


def kotak(isi: bool) -> Potong:
    return Potong(kotak=isi)


def centang(isi: bool, teks: str) -> Alinea:
    """A check box with its words."""
    return Alinea((kotak(isi), Potong(" " + teks)))


def coret_lainnya(pilihan: Iterable[tuple[str, str]], dipilih: str, pisah: str = " / ") -> list[Potong]:
    """The choices of a printed form as (code, words): those not taken are struck. Nothing taken, none struck."""
    hasil: list[Potong] = []
    for kode, teks in pilihan:
        if hasil:
            hasil.append(Potong(pisah))
        hasil.append(Potong(teks, coret=bool(dipilih) and kode != dipilih))
    return hasil


def alinea(naskah: Naskah) -> list[Alinea]:
    """Any content as paragraphs; line breaks in a text begin new ones."""
    if isinstance(naskah, Alinea):
        return [naskah]
    if isinstance(naskah, Potong):
        return [Alinea((naskah,))]
    if isinstance(naskah, str):
        return [Alinea((Potong(t),)) for t in clean(naskah).split("\n")]
    return [a for isi in naskah for a in alinea(isi)]


def susun(naskah: Naskah, ukuran: float, ruang: float, *, semua_tebal: bool = False) -> list[Baris]:
    """Lines no wider than `ruang` points."""
    lines: list[Baris] = []
    for a in alinea(naskah):
        size = a.ukuran or ukuran
        bullet = clean(a.peluru)
        indent = width(bullet, REGULAR, size) + size * 0.4 if bullet else 0.0
        runs = [Potong(p.teks, True, p.miring, p.coret, p.kotak) for p in a.potong] if semua_tebal else a.potong
        body = _lines(runs, size, ruang - indent)
        for i, line in enumerate(body):
            moved = [Ruas(r.x + indent, r.teks, r.face, r.lebar, r.coret, r.kotak) for r in line] if indent else line
            if bullet and i == 0:
                moved = [Ruas(0.0, bullet, REGULAR, indent), *moved]
            lines.append(Baris(moved, size, max((r.x + r.lebar for r in moved), default=0.0)))
    return lines


def _lines(runs: Sequence[Potong], size: float, room: float) -> list[list[Ruas]]:
    if len(runs) == 1 and runs[0].kotak is None:
        one = runs[0]
        return [
            [Ruas(0.0, t, one.face, width(t, one.face, size), one.coret)] if t else []
            for t in wrap(clean(one.teks), one.face, size, room)
        ]
    return _mixed(runs, size, room)


def _mixed(runs: Sequence[Potong], size: float, room: float) -> list[list[Ruas]]:
    """Words of several looks on common lines. A word keeps to the one before it unless a space stands between."""
    lines: list[list[Ruas]] = [[]]
    x, gap = 0.0, 0.0
    for run in runs:
        if run.kotak is not None:
            if x and x + gap + KOTAK > room:
                lines.append([])
                x = gap = 0.0
            lines[-1].append(Ruas(x + gap, "", run.face, KOTAK, kotak=run.kotak))
            x, gap = x + gap + KOTAK, 0.0
            continue
        space = width(" ", run.face, size)
        for i, word in enumerate(clean(run.teks).replace("\n", " ").split(" ")):
            gap = gap or (space if i else 0.0)
            if not word:
                continue
            for piece in wrap(word, run.face, size, room):
                w = width(piece, run.face, size)
                if x and x + gap + w > room:
                    lines.append([])
                    x = gap = 0.0
                _join(lines[-1], Ruas(x + gap, piece, run.face, w, run.coret), gap)
                x, gap = x + gap + w, 0.0
    return lines


def _join(line: list[Ruas], new: Ruas, gap: float) -> None:
    """Words of one look become one run, so that they are struck by one stroke and copied as one text."""
    last = line[-1] if line else None
    if last is None or last.kotak is not None or (last.face, last.coret) != (new.face, new.coret):
        line.append(new)
        return
    text = f"{last.teks} {new.teks}" if gap else last.teks + new.teks
    line[-1] = Ruas(last.x, text, last.face, new.x + new.lebar - last.x, last.coret)


def tulis(sheet: Sheet, x: float, dasar: float, baris: Baris, *, warna: Colour = BLACK) -> None:
    """Draw one line from its baseline."""
    for ruas in baris.ruas:
        left = x + ruas.x
        if ruas.kotak is None:
            sheet.label(left, dasar, ruas.teks, face=ruas.face, size=baris.ukuran, colour=warna)
        else:
            sheet.boxes.append((left, dasar - 2, KOTAK, KOTAK))
            if ruas.kotak:
                sheet.centred(left + KOTAK / 2, dasar, "V", face=BOLD, size=9.5)
        if ruas.coret:
            middle = dasar + baris.ukuran * 0.3
            sheet.rules.append((left - 0.6, middle, left + ruas.lebar + 0.6, middle, 0.9))


def muat(teks: str, face: Face, besar: float, kecil: float, ruang: float) -> tuple[list[str], float]:
    """Text on one line in the largest size that fits, on several lines in the smallest. Nothing is cut off."""
    shown = clean(teks)
    size = besar
    while size > kecil and width(shown, face, size) > ruang:
        size = max(kecil, size - 0.5)
    return wrap(shown, face, size, ruang), size
