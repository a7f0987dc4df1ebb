"""The city in memory: a tree of units, people, and who sits where. Pure: no database, no clock."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.kernel.demo.nama import read
from portal.kernel.demo.salin import Ids
from portal.kernel.organisation import DEFINITIF, PLT

BERDIRI = date(2017, 1, 2)
ROOT_KODE, ROOT_NAMA = "0", "Pemerintah Kota Sagara"


@dataclass(slots=True, eq=False)
class Unit:
    id: str
    kode: str
    nama: str
    singkat: str
    jenis: str
    induk: "Unit | None"
    pd: "Unit | None"
    urut: int
    alamat: str
    telepon: str
    tema: str = ""
    urusan: str = ""
    tag: str = ""
    profil: str = ""
    seats: list["Seat"] = field(default_factory=list)
    anak: list["Unit"] = field(default_factory=list)

    def heads(self, on: date) -> list["Seat"]:
        """Acting heads on a date; the definitive one first."""
        found = [s for s in self.seats if s.is_pimpinan and s.holds(on)]
        return sorted(found, key=lambda s: s.jenis != DEFINITIF)


@dataclass(slots=True, eq=False)
class Person:
    id: str
    orang_id: str
    user_id: str
    nip: str | None
    nama: str
    depan: str
    belakang: str
    lahir: date | None
    kelamin: str
    status: str
    golongan: str
    pangkat: str
    pengguna: str
    contoh: str = ""
    aktif: bool = True

    @property
    def lengkap(self) -> str:
        return full_name({"nama": self.nama, "depan": self.depan, "belakang": self.belakang})


@dataclass(slots=True, eq=False)
class Seat:
    id: str
    unit: Unit
    person: Person
    jenis: str
    jabatan: str
    jenis_jabatan: str
    jenjang: str
    eselon: str
    kelas: int | None
    is_pimpinan: bool
    mulai: date
    selesai: date | None
    rumpun: str = ""

    def holds(self, on: date) -> bool:
        return self.mulai <= on and (self.selesai is None or self.selesai >= on)

    @property
    def sebutan(self) -> str:
        return f"Plt. {self.jabatan}" if self.jenis == PLT else self.jabatan


@dataclass(slots=True)
class Part:
    """A portion of the city that is loaded as a whole; `marker` is the code of its first unit."""

    name: str
    marker: str
    units: list[Unit] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)


@dataclass(slots=True)
class City:
    ids: Ids
    root: Unit
    parts: list[Part]
    _by_person: dict[str, list[Seat]] | None = None

    def only(self, parts: list[Part]) -> "City":
        return City(self.ids, self.root, parts)

    @property
    def units(self) -> list[Unit]:
        return [u for part in self.parts for u in part.units]

    @property
    def seats(self) -> list[Seat]:
        return [s for part in self.parts for s in part.seats]

    @property
    def people(self) -> list[Person]:
        return list({s.person.id: s.person for s in self.seats}.values())

    def seats_of(self, person: Person) -> list[Seat]:
        """All seats of a person, in order."""
        if self._by_person is None:
            self._by_person = {}
            for seat in self.seats:
                self._by_person.setdefault(seat.person.id, []).append(seat)
        return sorted(self._by_person.get(person.id, []), key=lambda s: s.mulai)

    def unit(self, kode: str) -> Unit:
        return next(u for u in self.units if u.kode == kode)

    def place(self, pd: str, nama: str) -> Unit:
        """The unit with this name inside a PD, the PD itself for an empty name."""
        return next(
            u for u in self.units if (u.pd and u.pd.kode == pd and nama in (u.nama, "")) or u.kode == pd == nama
        )


def atasan(seat: Seat, on: date) -> Seat | None:
    """Who decides for the holder of a seat: acting head of the unit, one level up for oneself, or nobody."""
    unit: Unit | None = seat.unit.induk if seat.is_pimpinan else seat.unit
    while unit is not None:
        heads = unit.heads(on)
        if heads and heads[0].person is not seat.person:
            return heads[0]
        if not any(h.person is seat.person for h in heads):
            return None
        unit = unit.induk
    return None


def cast() -> list[dict[str, Any]]:
    """The people of the story, the mayor first."""
    data = read("tokoh")
    mayor = {**data["wali_kota"], "peran": "wali_kota", "pd": ROOT_KODE, "unit": ROOT_NAMA, "nip": None}
    return [mayor, *data["tokoh"]]


def full_name(one: dict[str, Any]) -> str:
    front, back = one.get("depan", ""), one.get("belakang", "")
    return f"{front + ' ' if front else ''}{one['nama']}{', ' + back if back else ''}"


def name_of_pd(kode: str) -> str:
    return next((opd["nama"] for opd in read("opd-inti") if opd["kode"] == kode), ROOT_NAMA)
