"""What an office writes: the texts of a job family, filled in so that words and numbers agree."""

import json
import string
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from portal.kernel.calendar import BULAN
from portal.kernel.numbers import angka, terbilang

DATA = Path(__file__).parent.parent / "data" / "sagara"
WORDS_UP_TO = 11  # numbers an Indonesian writer spells out
Number = int | float


@cache
def rumpun(kode: str) -> dict[str, Any]:
    """The content of one job family. Raises FileNotFoundError for one that has no file."""
    data: dict[str, Any] = json.loads((DATA / "rumpun" / f"{kode}.json").read_text())
    return data


@cache
def umum() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "umum.json").read_text())
    return data


def families() -> list[str]:
    return sorted(path.stem for path in (DATA / "rumpun").glob("*.json"))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def spelled(number: Number) -> str:
    """Small whole numbers in words, all others in figures."""
    if isinstance(number, int) and 0 <= number <= WORDS_UP_TO:
        return terbilang(number)
    return angka(number)


def leading(number: Number) -> str:
    """A number that opens a sentence."""
    return capital(spelled(number))


def _counts_agree(template: str, realisasi: Number) -> bool:
    """A sentence that names two places needs at least two results, and no number that says otherwise."""
    if "{x2}" not in template and "{y2}" not in template:
        return True
    return realisasi == 2 or (realisasi > 2 and ("{r}" in template or "{R}" in template))


class Slots(dict[str, str]):
    """Named gaps of a sentence; a gap nobody knows stops the load instead of reaching a reader."""

    def __missing__(self, key: str) -> str:
        raise KeyError(f"celah {{{key}}} tidak dikenal")


class Writer:
    """Chooses sentences for one person and remembers what was used, so that months do not repeat."""

    def __init__(self, random: Random, family: str, urusan: str, varian: str = "") -> None:
        self.random, self.varian = random, varian
        self.data = rumpun(family)
        self.urusan = urusan
        self.recent: dict[str, list[str]] = {}

    def slots(self, bulan: int) -> Slots:
        """Fresh places, topics, dates and counts for one row."""
        random = self.random
        x, x2 = self._two("x")
        y, y2 = self._two("y")
        d = random.randint(4, 27)
        return Slots(
            x=x, x2=x2, X=capital(x), y=y, y2=y2, Y=capital(y), d=str(d), d2=str(min(28, d + random.randint(1, 4))),
            b=BULAN[bulan - 1], bd=BULAN[bulan % 12], n1=str(random.randint(14, 58)), u=self.urusan,
        )  # fmt: skip

    def _two(self, pool: str) -> Sequence[str]:
        values = self.data.get(f"{pool}_{self.varian}") or self.data.get(pool) or ["kantor", "lapangan"]
        used = self.recent.setdefault(pool, [])
        fresh = [v for v in values if v not in used[-3:]]
        first, second = self.random.sample(fresh if len(fresh) > 1 else values, 2)
        used.append(first)
        return first.format(u=self.urusan), second.format(u=self.urusan)

    def pick(self, kind: str, choices: Sequence[Any]) -> Any:
        """One of the choices, avoiding the two used last for this kind."""
        used = self.recent.setdefault(kind, [])
        fresh = [c for c in choices if str(c) not in used[-2:]] or list(choices)
        chosen = self.random.choice(fresh)
        used.append(str(chosen))
        return chosen

    def fill(self, template: str, slots: Mapping[str, str]) -> str:
        return string.Formatter().vformat(template, (), slots)

    def numbers(self, slots: Slots, target: Number, realisasi: Number, satuan: str) -> None:
        """Give the row's figures to its sentences. Percentages stay figures, small counts become words."""
        whole = satuan not in ("persen", "skor", "indeks")
        as_text = spelled if whole else angka
        gap = round(abs(realisasi - target), 1)
        gap = int(gap) if gap == int(gap) else gap
        part = max(1, min(6, int(realisasi) // 2))
        slots.update(
            r=as_text(realisasi) if whole else angka(realisasi), t=as_text(target), k=as_text(gap), l=as_text(gap),
            R=leading(realisasi) if whole else angka(realisasi), K=capital(as_text(gap)), s=satuan,
            w=as_text(realisasi), n2=spelled(self.random.randint(min(2, part), part)),
        )  # fmt: skip

    def keterangan(self, item: Mapping[str, Any], slots: Slots, target: Number, realisasi: Number) -> str:
        slots["o"], slots["O"] = item["singkat"], capital(item["singkat"])
        if not target and not realisasi:
            return self.fill(self.pick("kosong", umum()["kosong"]), slots)
        if not realisasi:
            return self.fill(self.pick("nol", umum()["nol"]), slots)
        kind = "pas" if realisasi == target else "kurang" if realisasi < target else "lebih"
        fitting = [text for text in item[kind] if _counts_agree(text, realisasi)] or item[kind]
        return self.fill(self.pick(f"{item['singkat']}:{kind}", fitting), slots)

    def faktor(self, item: Mapping[str, Any], slots: Slots, tercapai: bool) -> tuple[str, str, str]:
        """Pendukung when the target was reached, penghambat with its rencana tindak lanjut when not."""
        helped = self.fill(self.pick("dukung", [*item["dukung"], *self.data["dukung"]]), slots)
        if tercapai:
            return capital(helped), "", ""
        hambat, rtl = self.pick("hambat", [*item["hambat"], *self.data["hambat"]])
        also = capital(helped) if self.random.random() < 0.2 else ""
        return also, capital(self.fill(hambat, slots)), capital(self.fill(rtl, slots))

    def bukti(self, item: Mapping[str, Any], slots: Slots) -> tuple[str, str]:
        """Kind and title of one piece of evidence."""
        jenis, title = self.pick(f"{item['singkat']}:bukti", item["bukti"])
        return jenis, capital(self.fill(title, slots))
