"""Tables of the forms: 1 pt borders, a head that repeats, whole rows, every cell printed in every row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from portal.kernel.reports.drawing import SHADE, Sheet
from portal.sertifikasi.sheets.naskah import Alinea, Baris, Naskah, Potong, susun, tulis

PAD: Final = 4.0
# A row taller than this share of a page may be split between its lines, any other moves whole.
_UTUH: Final = 0.55
_SEDIKIT: Final = 3


class Halaman(Protocol):
    """What a table needs of the pages it goes down: where it stands, points, and how to go on."""

    left: float
    y: float
    sheet: Sheet

    @property
    def top(self) -> float: ...

    @property
    def floor(self) -> float: ...

    def turn(self) -> None: ...

    def tegak(self, x: float, y: float, lebar: float, lines: Sequence[Baris]) -> None: ...


@dataclass(frozen=True, slots=True)
class Sel:
    """A cell. `kolom` and `baris`: how many it spans (`baris` in heads and grids only). `tegak`: turned by 90°."""

    isi: Naskah = ""
    tebal: bool = False
    rata: str = ""
    kolom: int = 1
    baris: int = 1
    arsir: bool = False
    tegak: bool = False
    tinggi: float = 0.0
    ukuran: float = 0.0
    ulang: bool = False  # printed again where its row goes on


Isi = Sel | str | Potong | Alinea | Sequence[str | Potong | Alinea]


@dataclass(slots=True)
class _Susunan:
    """A cell laid out at its place."""

    x: float
    lebar: float
    baris: list[Baris]
    sel: Sel
    rata: str

    @property
    def tinggi(self) -> float:
        if self.sel.tegak:
            return max((b.lebar for b in self.baris), default=0.0) + 2 * PAD
        return max(sum(b.tinggi for b in self.baris) + 2 * PAD, self.sel.tinggi)


@dataclass(slots=True)
class Tabel:
    """A table on its way down the pages of `kertas`. `lebar` are points, `rata` one of l, c, r per column."""

    kertas: Halaman
    lebar: Sequence[float]
    rata: str
    ukuran: float
    _kepala: list[tuple[_Susunan, float, float]] = field(default_factory=list)
    _tinggi_kepala: float = 0.0

    def _susun(self, isi: Isi, kolom: int) -> _Susunan:
        sel = isi if isinstance(isi, Sel) else Sel(isi)
        lebar = sum(self.lebar[kolom : kolom + sel.kolom])
        ruang = 150.0 if sel.tegak else lebar - 2 * PAD
        baris = susun(sel.isi, sel.ukuran or self.ukuran, ruang, semua_tebal=sel.tebal)
        x = self.kertas.left + sum(self.lebar[:kolom])
        return _Susunan(x, lebar, baris, sel, sel.rata or self.rata[kolom])

    # Heads and grids: rows that stay together -------------------------------------------------------------

    def kisi(self, rows: Sequence[Sequence[Isi]]) -> tuple[list[tuple[_Susunan, float, float]], float]:
        """Cells with their offset and height, and the height of all. A cell that spans rows is left out below."""
        taken: set[tuple[int, int]] = set()
        placed: list[tuple[_Susunan, int]] = []
        for r, cells in enumerate(rows):
            kolom = 0
            for isi in cells:
                while (r, kolom) in taken:
                    kolom += 1
                laid = self._susun(isi, kolom)
                sel = laid.sel
                taken |= {(r + i, kolom + j) for i in range(sel.baris) for j in range(sel.kolom)}
                placed.append((laid, r))
                kolom += sel.kolom
        heights = [0.0] * len(rows)
        for laid, r in sorted(placed, key=lambda p: p[0].sel.baris):
            missing = laid.tinggi - sum(heights[r : r + laid.sel.baris])
            if missing > 0:
                heights[r + laid.sel.baris - 1] += missing
        cells_at = [(c, sum(heights[:r]), sum(heights[r : r + c.sel.baris])) for c, r in placed]
        return cells_at, sum(heights)

    def kepala(self, rows: Sequence[Sequence[Isi]]) -> None:
        self._kepala, self._tinggi_kepala = self.kisi(rows)

    def gambar_kisi(self, cells: Sequence[tuple[_Susunan, float, float]], tinggi: float) -> None:
        y = self.kertas.y
        for laid, offset, height in cells:
            self._gambar(laid, y - offset, height, laid.baris)
        self.kertas.y = y - tinggi

    # The body ---------------------------------------------------------------------------------------------

    def pembuka(self, rows: Sequence[Sequence[Isi]]) -> float:
        """Head and first row, or the first lines of one that may be split: what must begin on one page."""
        if not rows:
            return self._tinggi_kepala
        height = self._tinggi(self._baris(rows[0]))
        return self._tinggi_kepala + (height if height <= self._batas() else self.ukuran * 1.22 * (_SEDIKIT + 3))

    def alir(self, rows: Sequence[Sequence[Isi]], sisa: float = 0.0) -> None:
        """Draw head and rows; `sisa` points must be left below the last one."""
        self.gambar_kisi(self._kepala, self._tinggi_kepala)
        for i, isi in enumerate(rows):
            self._alirkan(self._baris(isi), sisa if i == len(rows) - 1 else 0.0)

    def _batas(self) -> float:
        return (self.kertas.top - self.kertas.floor) * _UTUH

    def _baris(self, cells: Sequence[Isi]) -> list[_Susunan]:
        row, kolom = [], 0
        for isi in cells:
            row.append(self._susun(isi, kolom))
            kolom += row[-1].sel.kolom
        if kolom != len(self.lebar):
            raise ValueError(f"baris tabel mengisi {kolom} dari {len(self.lebar)} kolom")
        return row

    def _tinggi(self, row: Sequence[_Susunan]) -> float:
        return max(c.tinggi for c in row)

    def _putar(self) -> None:
        self.kertas.turn()
        self.gambar_kisi(self._kepala, self._tinggi_kepala)

    def _alirkan(self, row: list[_Susunan], sisa: float) -> None:
        while (height := self._tinggi(row)) + (0 if self._segar() else sisa) > self._ruang() + 0.01:
            whole = height <= self._batas()
            rest = None if whole else self._belah(row)
            if rest is not None:
                row = rest
            elif self._segar():
                raise ValueError("kepala tabel tidak menyisakan tempat untuk isinya")
            self._putar()
        self._gambar_baris(row, height)

    def _ruang(self) -> float:
        return self.kertas.y - self.kertas.floor

    def _segar(self) -> bool:
        """Nothing but the head stands on this page."""
        return self.kertas.top - self._tinggi_kepala - self.kertas.y < 1

    def _belah(self, row: list[_Susunan]) -> list[_Susunan] | None:
        """Print as many lines of every cell as fit and give back the rest; None when too few would."""
        room = self._ruang() - 2 * PAD
        counts = [_muat(c.baris, room) for c in row]
        if all(n == len(c.baris) for n, c in zip(counts, row, strict=True)) or max(counts) < _SEDIKIT:
            return None
        first = [_Susunan(c.x, c.lebar, c.baris[:n], c.sel, c.rata) for n, c in zip(counts, row, strict=True)]
        self._gambar_baris(first, self._tinggi(first))
        return [
            _Susunan(c.x, c.lebar, c.baris if c.sel.ulang else c.baris[n:], c.sel, c.rata)
            for n, c in zip(counts, row, strict=True)
        ]

    def _gambar_baris(self, row: Sequence[_Susunan], height: float) -> None:
        for c in row:
            self._gambar(c, self.kertas.y, height, c.baris)
        self.kertas.y -= height

    def _gambar(self, c: _Susunan, y: float, height: float, lines: Sequence[Baris]) -> None:
        sheet = self.kertas.sheet
        if c.sel.arsir:
            sheet.fills.append((c.x, y - height, c.lebar, height, SHADE))
        sheet.boxes.append((c.x, y - height, c.lebar, height))
        if c.sel.tegak:
            self.kertas.tegak(c.x, y - height, c.lebar, lines)
            return
        if c.sel.arsir:
            y -= (height - sum(b.tinggi for b in lines)) / 2 - PAD
        for line in lines:
            y -= line.tinggi
            x = c.x + PAD
            if c.rata != "l":
                slack = c.lebar - 2 * PAD - line.lebar
                x += slack / 2 if c.rata == "c" else slack
            tulis(sheet, x, y - PAD + line.tinggi * 0.25, line)


def _muat(lines: Sequence[Baris], room: float) -> int:
    used = 0.0
    for i, line in enumerate(lines):
        used += line.tinggi
        if used > room:
            return i
    return len(lines)
