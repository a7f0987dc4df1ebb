"""The tree as it is drawn: figures of each unit, own and with everything below, and who heads it."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from portal.kepegawaian.peta.sumber import FIGURES, Kepala, Sumber
from portal.kepegawaian.riwayat.models import DEFINITIF
from portal.kepegawaian.unor.pohon import Simpul, below, roots, walk

TOGETHER = 120  # units drawn at once; deeper ones are fetched when somebody opens them
FORMASI, KOSONG = len(FIGURES), len(FIGURES) + 1


@dataclass
class Ranting:
    """A unit with its figures, in the order of FIGURES, then seats there should be and seats that are empty.

    `jumlah` is always `sendiri` plus `jumlah` of all children, drawn or not. `tertutup`: children not drawn.
    """

    simpul: Simpul
    sendiri: list[int]
    jumlah: list[int]
    berformasi: bool
    kepala: list[Kepala] = field(default_factory=list)
    peran: list[Kepala] = field(default_factory=list)
    anak: list["Ranting"] = field(default_factory=list)
    tertutup: int = 0
    berkepala: bool = False

    @property
    def angka(self) -> dict[str, int]:
        return dict(zip(FIGURES, self.jumlah, strict=False))

    @property
    def formasi(self) -> int | None:
        return self.jumlah[FORMASI] if self.berformasi else None

    @property
    def kosong(self) -> int | None:
        return self.jumlah[KOSONG] if self.berformasi else None

    @property
    def definitif(self) -> Kepala | None:
        return next((one for one in self.kepala if one.penugasan == DEFINITIF), None)

    @property
    def pengganti(self) -> list[Kepala]:
        """Plt, Plh and Pj of the seat of its head."""
        return [one for one in self.kepala if one.penugasan != DEFINITIF]

    @property
    def tanpa_kepala(self) -> bool:
        """The unit has a seat for a head, and nobody sits or acts there."""
        return self.berkepala and not self.kepala


@dataclass
class Peta:
    """What one page shows. `luar`: people who count but sit in no unit of the tree; None on a part of it."""

    ranting: list[Ranting]
    luar: int | None
    jalan: list[Simpul]


def draw(source: Sumber, scope: Collection[uuid.UUID] | None, unit_id: uuid.UUID | None = None) -> Peta | None:
    """The map of a unit, or of all that `scope` allows (None: the whole tree). None when the unit is not in it.

    Six statements whatever the size.
    """
    found = source.nodes()
    allowed = _tops(found, scope)
    inside = {node.unit_id for node in walk(allowed)}
    if unit_id is not None and unit_id not in inside:
        return None
    tops = [found[unit_id]] if unit_id else allowed
    order = walk(tops)
    whole = scope is None and unit_id is None
    own, total, outside = _figures(source, order, whole)
    drawn = _drawn(tops)
    branches = {key: _branch(found[key], own, total, drawn) for key in drawn}
    for one in source.heads(drawn):
        (branches[one.unit_id].kepala if one.pimpinan else branches[one.unit_id].peran).append(one)
    posts = source.posts(drawn)
    for key, branch in branches.items():
        branch.berkepala = key in posts
        branch.anak = [branches[child.unit_id] for child in found[key].anak if child.unit_id in drawn]
    return Peta([branches[node.unit_id] for node in tops], outside, _path(found, unit_id, inside))


def _tops(found: dict[uuid.UUID, Simpul], scope: Collection[uuid.UUID] | None) -> list[Simpul]:
    """Roots of the tree, or the units of the scope that do not lie below one another."""
    if scope is None:
        return [node for node in roots(found) if node.induk_id is None]
    mine = [key for key in scope if key in found]
    covered = {key for top in mine for key in below(found, top) if key != top}
    return [found[key] for key in mine if key not in covered]


def _figures(
    source: Sumber, order: list[Simpul], whole: bool
) -> tuple[dict[uuid.UUID, list[int]], dict[uuid.UUID, list[int]], int | None]:  # fmt: skip
    keys = {node.unit_id for node in order}
    own = {node.unit_id: [0] * len(FIGURES) + [node.formasi or 0, 0] for node in order}
    outside = 0
    for key, *numbers in source.counts(None if whole else keys):
        if key in own:
            own[key][: len(FIGURES)] = numbers
        else:
            outside += numbers[0]
    for node in order:
        mine = own[node.unit_id]
        mine[KOSONG] = max(node.formasi - mine[0], 0) if node.formasi else 0
    total = {key: list(numbers) for key, numbers in own.items()}
    for node in reversed(order):  # children come after their parent in the order of reading
        if node.induk_id in total and node.dalam > 0:
            above = total[node.induk_id]
            for i, number in enumerate(total[node.unit_id]):
                above[i] += number
    return own, total, outside if whole else None


def _drawn(tops: Iterable[Simpul]) -> set[uuid.UUID]:
    """Units of the page: level by level while they fit, the first two levels always."""
    level = list(tops)
    drawn: set[uuid.UUID] = set()
    depth = 0
    while level and (depth < 2 or len(drawn) + len(level) <= TOGETHER):
        drawn |= {node.unit_id for node in level}
        level = [child for node in level for child in node.anak]
        depth += 1
    return drawn


def _branch(
    node: Simpul, own: dict[uuid.UUID, list[int]], total: dict[uuid.UUID, list[int]], drawn: set[uuid.UUID]
) -> Ranting:  # fmt: skip
    numbers = total[node.unit_id]
    closed = sum(child.unit_id not in drawn for child in node.anak)
    return Ranting(node, own[node.unit_id], numbers, numbers[FORMASI] > 0, tertutup=closed)


def _path(found: dict[uuid.UUID, Simpul], unit_id: uuid.UUID | None, inside: set[uuid.UUID]) -> list[Simpul]:
    """Units above the one shown, from the top of what this person may see."""
    path: list[Simpul] = []
    here = found[unit_id].induk_id if unit_id else None
    while here in inside and here is not None and len(path) < len(found):
        path.insert(0, found[here])
        here = found[here].induk_id
    return path
