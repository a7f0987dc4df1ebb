"""Names from many regions and NIPs that agree with birth date, sex and appointment. Running numbers are 9xx."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).parent.parent / "data" / "sagara"
PNS, PPPK = "PNS", "PPPK"
PANGKAT = {
    "II/a": "Pengatur Muda", "II/b": "Pengatur Muda Tk. I", "II/c": "Pengatur", "II/d": "Pengatur Tk. I",
    "III/a": "Penata Muda", "III/b": "Penata Muda Tk. I", "III/c": "Penata", "III/d": "Penata Tk. I",
    "IV/a": "Pembina", "IV/b": "Pembina Tk. I", "IV/c": "Pembina Utama Muda", "IV/d": "Pembina Utama Madya",
}  # fmt: skip
# Youngest and oldest birth year of a golongan; nobody reaches retirement age before 2028.
LAHIR = {
    "II/a": (1994, 2003), "II/b": (1991, 2001), "II/c": (1989, 2000), "II/d": (1985, 1998),
    "III/a": (1990, 2000), "III/b": (1985, 1996), "III/c": (1980, 1991), "III/d": (1975, 1988),
    "IV/a": (1971, 1983), "IV/b": (1970, 1979), "IV/c": (1970, 1976), "IV/d": (1970, 1973),
    "V": (1985, 2000), "VII": (1988, 1999), "IX": (1986, 1998),
}  # fmt: skip
FIRST_NUMBER, LAST_NUMBER = 912, 999


@cache
def read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text())


@dataclass(frozen=True, slots=True)
class Birth:
    """What a NIP says about its holder."""

    nip: str
    lahir: date


class Names:
    """Full names without repetition: the 400 of a small city are all different."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.regions = read("nama")["daerah"]
        self.weights = [r["bobot"] for r in self.regions]
        self.used: set[str] = set()

    def next(self, kelamin: str) -> str:
        for _ in range(12):
            name = self._one(kelamin)
            if name not in self.used:
                break
        self.used.add(name)
        return name

    def _one(self, kelamin: str) -> str:
        random = self.random
        region = random.choices(self.regions, self.weights)[0]
        given = region["pria" if kelamin == "L" else "wanita"]
        family = region.get("marga") or region["belakang_pria" if kelamin == "L" else "belakang_wanita"]
        parts = [random.choice(given), random.choice(family)]
        if region["kode"] != "bali" and random.random() < (0.3 if len(self.used) < 5000 else 0.75):
            middle = random.choice(given)
            if middle not in parts:
                parts.insert(1, middle)
        return " ".join(dict.fromkeys(parts))


class Numbers:
    """Hands out NIPs; the first fifteen digits tell the story, the last three keep them apart."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.last: dict[str, int] = {}

    def next(self, golongan: str, kelamin: str) -> Birth:
        while True:
            born = self._birthday(*LAHIR[golongan])
            prefix = f"{born:%Y%m%d}{self._appointed(born, golongan)}{1 if kelamin == 'L' else 2}"
            number = self.last.get(prefix, FIRST_NUMBER - 1 + self.random.randrange(60)) + 1
            if number <= LAST_NUMBER:
                self.last[prefix] = number
                return Birth(f"{prefix}{number}", born)

    def _birthday(self, oldest: int, youngest: int) -> date:
        return date(oldest, 1, 1) + timedelta(days=self.random.randrange((youngest - oldest + 1) * 365))

    def _appointed(self, born: date, golongan: str) -> str:
        """Year and month of the appointment (PNS), or year and number of the agreement (PPPK)."""
        if golongan in ("V", "VII", "IX"):
            return f"{self.random.choice((2021, 2022, 2023, 2024))}21"
        ages = (22, 25) if golongan >= "IV" else (23, 29)
        year = min(born.year + self.random.randint(*ages), 2024)
        return f"{year}{self.random.choice(('01', '02', '03', '04', '12'))}"


def degrees(choices: list[str], golongan: str) -> list[str]:
    """Titles that fit the rank: diplomas for golongan II and VII, degrees from III up."""
    low = golongan.startswith("II/") or golongan in ("V", "VII")
    fitting = [g for g in choices if low == (g.startswith("A.Md") or not g)]
    return fitting or [g for g in choices if not low] or [""]


def streets(random: Random) -> Iterator[str]:
    """Addresses on streets that exist in no city."""
    names = read("nama")["jalan"]
    while True:
        yield f"{random.choice(names)} Nomor {random.randint(1, 120)}, Kota Sagara"
