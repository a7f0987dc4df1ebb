"""Builds the city: units from the data files, people into seats, and the stories that need a date."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from portal.kernel.demo.kota import ROOT_KODE, ROOT_NAMA, City, Part, Person, Seat, Unit, cast
from portal.kernel.demo.nama import PANGKAT, Names, Numbers, degrees, read, streets
from portal.kernel.demo.salin import Ids, dice
from portal.kernel.organisation import DEFINITIF, JA, JF, PLT

MASS_PD = "1.01.01"
EPOCH_MS = 1_704_153_600_000  # 2 January 2024, so that keys do not depend on the day of loading
MOVED_FROM = ("5.01.01", "Bidang Pengendalian, Evaluasi, dan Penelitian")
MOVED_TO = ("5.02.01", "Bidang Anggaran")
GOLONGAN = {
    "PM": ["II/a"], "TR": ["II/b", "II/c", "II/d"], "MH": ["III/a", "III/b"], "PY": ["III/c", "III/d"],
    "PT": ["III/a", "III/b"], "MU": ["III/c", "III/d"], "MA": ["IV/a", "IV/b"],
}  # fmt: skip


def build(skala: str, seed: int, today: date) -> City:
    """The whole city of a scale. Smaller scales are its first parts, row for row."""
    makers: list[tuple[str, Callable[[Builder], None]]] = [("inti", _core)]
    makers += [("sedang", _medium)] if skala != "kecil" else []
    makers += [("besar", _large)] if skala == "besar" else []
    names, numbers = Names(dice(f"{seed}:nama")), Numbers(dice(f"{seed}:nip"))
    city: City | None = None
    for name, make in makers:
        builder = Builder(f"{seed}:{name}", today, names, numbers, city)
        make(builder)
        part = Part(name, builder.units[0].kode, builder.units, builder.seats)
        city = City(builder.ids, builder.root, [*(city.parts if city else []), part])
    assert city is not None  # noqa: S101 — the first maker always runs
    return city


class Builder:
    """Grows one part of the city. Every choice comes from one sequence of chance."""

    def __init__(self, seed: str, today: date, names: Names, numbers: Numbers, before: City | None) -> None:
        self.random = dice(seed)
        self.ids = Ids(f"{seed}:kunci", EPOCH_MS)
        self.names, self.numbers, self.today = names, numbers, today
        self.addresses = streets(self.random)
        self.units: list[Unit] = []
        self.seats: list[Seat] = []
        self.before = before
        self.cast: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for one in cast():
            self.cast.setdefault((one["pd"], one["unit"], one.get("jabatan", "")), []).append(one)
        self.root = before.root if before else self._root()

    def _root(self) -> Unit:
        root = Unit(self.ids.next(), ROOT_KODE, ROOT_NAMA, "Kota Sagara", "PEMDA", None, None, 0,
                    "Jalan Teluk Bayangan Nomor 1, Kota Sagara", "(0799) 21001")  # fmt: skip
        self.units.append(root)
        mayor = cast()[0]
        person = self._person(mayor, "L", "")
        person.status = "PEJABAT_NEGARA"
        self.seat(root, person, "Wali Kota Sagara", "", "", None, True, "")
        return root

    # ---- units

    def unit(self, plan: dict[str, Any], induk: Unit, kode: str = "") -> Unit:
        pd = None if induk is self.root else induk.pd
        kode = kode or plan.get("kode") or f"{induk.kode}.{len(induk.anak) + 1:02d}"
        if "jalan" in plan:
            alamat = f"{read('nama')['jalan'][plan['jalan']]} Nomor {plan['nomor']}, Kota Sagara"
        else:
            alamat = induk.alamat if pd else next(self.addresses)
        telepon = induk.telepon if pd and "jalan" not in plan else f"(0799) {self.random.randint(21100, 29899)}"
        unit = Unit(
            self.ids.next(), kode, plan["nama"], plan.get("singkat", ""), plan["jenis"], induk, pd,
            len(induk.anak) + 1, alamat, telepon, plan.get("tema", ""), plan.get("urusan", ""), plan.get("tag", ""),
            plan.get("profil", ""),
        )  # fmt: skip
        unit.pd = unit.pd or unit
        induk.anak.append(unit)
        self.units.append(unit)
        return unit

    def grow(self, plan: dict[str, Any], induk: Unit) -> Unit:
        """A unit of the data file with its head, its staff and everything below it."""
        unit = self.unit(plan, induk)
        if "pimpinan" in plan:
            self.head(unit, *plan["pimpinan"])
        elif "kepala" in plan:
            self.professional_head(unit, plan["kepala"], plan.get("sebutan") or f"Kepala {plan['nama']}")
        for text in plan.get("staf", []):
            self.staff(unit, text)
        for child in plan.get("anak", []):
            self.grow(child, unit)
        return unit

    # ---- people

    def head(self, unit: Unit, jabatan: str, eselon: str) -> Seat:
        rules = read("jabatan")["eselon"][eselon]
        one = self._role(unit, "PIMPINAN")
        golongan = one["golongan"] if one else self.random.choice(rules["golongan"])
        person = self._person(one, self._sex(0.36), golongan, rules["gelar"])
        rumpun = _head_family(unit, eselon)
        return self.seat(unit, person, jabatan, rules["jenis"], rules["jenjang"], rules["kelas"], True, rumpun, eselon)

    def professional_head(self, unit: Unit, code: str, jabatan: str) -> Seat:
        """A school or a health centre is headed by a teacher or a doctor."""
        kind, jenjang = code.split(".")
        seat = self._functional(unit, kind, jenjang)
        seat.jabatan, seat.is_pimpinan = jabatan, True
        seat.rumpun = "kepala-sekolah" if kind == "kepala-sekolah" else "dokter"
        return seat

    def staff(self, unit: Unit, text: str) -> list[Seat]:
        """`guru-sd.MU*4`: four seats of one jabatan and jenjang."""
        code, _, count = text.partition("*")
        kind, jenjang = code.split(".")
        return [self._functional(unit, kind, jenjang) for _ in range(int(count or 1))]

    def _functional(self, unit: Unit, kind: str, jenjang: str) -> Seat:
        rules = read("jabatan")["jabatan"][kind]
        one = self._role(unit, f"{kind}.{jenjang}")
        golongan = one["golongan"] if one else self._rank(rules, jenjang)
        female = 1.0 if rules.get("wanita") else 0.72 if rules.get("guru") else 0.5
        person = self._person(one, self._sex(female), golongan, rules["gelar"], rules.get("depan", ""))
        level = read("jabatan")["jenjang"][jenjang]
        jabatan = f"{rules['nama']} {level}".strip()
        jenis = JF if rules["jenis"] == "JF" else JA
        kelas = rules["kelas"][jenjang]
        return self.seat(unit, person, jabatan, jenis, level or "Pelaksana", kelas, False, rules.get("rumpun", kind))

    def _role(self, unit: Unit, jabatan: str) -> dict[str, Any] | None:
        """The next person of the story who sits here, if any is left."""
        pd = unit.pd.kode if unit.pd else ""
        waiting = self.cast.get((pd, "" if unit.pd is unit else unit.nama, jabatan))
        return waiting.pop(0) if waiting else None

    def _rank(self, rules: dict[str, Any], jenjang: str) -> str:
        if jenjang == "PT" and self.random.random() < 0.22:
            return "IX"
        if jenjang == "TR" and self.random.random() < 0.2:
            return "VII"
        return str(self.random.choice(rules.get("golongan") or GOLONGAN[jenjang]))

    def _sex(self, female: float) -> str:
        return "P" if self.random.random() < female else "L"

    def _person(
        self, one: dict[str, Any] | None, kelamin: str, golongan: str, gelar: Iterable[str] = (), depan: str = ""
    ) -> Person:
        keys = self.ids.next(), self.ids.next(), self.ids.next()
        pangkat = PANGKAT.get(golongan, "")
        if one:
            lahir = _birthday(one["nip"])
            return Person(
                *keys, one["nip"], one["nama"], one.get("depan", ""), one.get("belakang", ""), lahir, one["kelamin"],
                "PNS", golongan, pangkat, one["pengguna"], one.get("contoh", ""),
            )  # fmt: skip
        name, birth = self.names.next(kelamin), self.numbers.next(golongan, kelamin)
        belakang = self.random.choice(degrees(list(gelar), golongan))
        status = "PNS" if "/" in golongan else "PPPK"
        return Person(
            *keys, birth.nip, name, depan, belakang, birth.lahir, kelamin, status, golongan, pangkat, birth.nip
        )

    def seat(
        self, unit: Unit, person: Person, jabatan: str, jenis_jabatan: str, jenjang: str, kelas: int | None,
        is_pimpinan: bool, rumpun: str, eselon: str = "",
    ) -> Seat:  # fmt: skip
        mulai = date(self.random.randint(2018, 2024), self.random.choice((1, 2, 4, 7, 10)), 1)
        appointed = int(person.nip[8:12]) if person.nip else 2018
        mulai = max(mulai, date(min(appointed + 1, 2024), 3, 1))
        seat = Seat(
            self.ids.next(), unit, person, DEFINITIF, jabatan, jenis_jabatan, jenjang, eselon, kelas, is_pimpinan,
            mulai, None, rumpun,
        )  # fmt: skip
        unit.seats.append(seat)
        self.seats.append(seat)
        return seat


def _birthday(nip: str | None) -> date | None:
    return date(int(nip[:4]), int(nip[4:6]), int(nip[6:8])) if nip else None


def _head_family(unit: Unit, eselon: str) -> str:
    if unit.jenis in ("PD", "ASISTEN"):
        return "kepala-dinas"
    if unit.jenis == "SEKRETARIAT":
        return "sekretaris"
    if unit.jenis in ("KELURAHAN", "SEKSI"):
        return "kewilayahan"
    return "kasubbag" if eselon.startswith("IV") else "kepala-bidang"


# ---- the parts


def _core(city: Builder) -> None:
    """Twelve OPD from the data file, then the three stories that need a date."""
    for plan in read("opd-inti"):
        city.grow(plan, city.root)
    first = city.today.replace(day=1)
    _acting_head(city)
    _retired_head(city, (first - timedelta(days=1)).replace(day=1) - timedelta(days=1))
    _mid_month_move(city, (first - timedelta(days=1)).replace(day=15))


def _tagged(city: Builder, tag: str) -> Unit:
    return next(u for u in city.units if u.tag == tag)


def _acting_head(city: Builder) -> None:
    """A vacant bidang whose senior functional acts as its head: his own items go one level up."""
    unit = _tagged(city, "plt")
    holder = next(s for s in unit.seats if s.person.pengguna == "daniel.rumbiak")
    rules = read("jabatan")["eselon"]["III.b"]
    seat = Seat(
        city.ids.next(), unit, holder.person, PLT, f"Kepala {unit.nama}", rules["jenis"], rules["jenjang"], "III.b",
        rules["kelas"], True, date(2025, 1, 6), None, "kepala-bidang",
    )  # fmt: skip
    unit.seats.append(seat)
    city.seats.append(seat)


def _retired_head(city: Builder, last_day: date) -> None:
    """The head of a small UPT left two months ago and nobody acts: its people have no atasan."""
    unit = _tagged(city, "lowong")
    seat = city.head(unit, f"Kepala {unit.nama}", "IV.a")
    seat.person.aktif, seat.selesai = False, last_day


def _mid_month_move(city: Builder, day: date) -> None:
    """One pelaksana moves to another badan in the middle of last month."""
    source = next(u for u in city.units if u.pd and (u.pd.kode, u.nama) == MOVED_FROM)
    target = next(u for u in city.units if u.pd and (u.pd.kode, u.nama) == MOVED_TO)
    old = source.seats[-1]
    old.selesai = day - timedelta(days=1)
    new = Seat(
        city.ids.next(), target, old.person, DEFINITIF, old.jabatan, old.jenis_jabatan, old.jenjang, old.eselon,
        old.kelas, False, day, None, old.rumpun,
    )  # fmt: skip
    target.seats.append(new)
    city.seats.append(new)


def _medium(city: Builder) -> None:
    """Twenty further OPD, and schools until Dinas Pendidikan has 12,000 pegawai."""
    for kode, nama, singkat, urusan, jalan, sections in read("opd-lain")["opd"]:
        city.grow(_ordinary(kode, nama, singkat, urusan, jalan, sections), city.root)
    already = sum(1 for s in _before(city).seats if s.unit.pd and s.unit.pd.kode == MASS_PD)
    _schools(city, 12_000 - already)


def _before(city: Builder) -> City:
    if city.before is None:
        raise ValueError("bagian ini melanjutkan kota yang sudah ada")
    return city.before


def _ordinary(kode: str, nama: str, singkat: str, urusan: str, jalan: int, sections: list[list[str]]) -> dict[str, Any]:
    """The plan of an OPD of usual shape: secretariat and two or three bidang."""
    camat = nama.startswith("Kecamatan")
    head = [f"Camat {nama.removeprefix('Kecamatan ')}", "III.a"] if camat else [f"Kepala {nama}", "II.b"]
    head = ["Sekretaris DPRD", "II.b"] if singkat == "Setwan" else head
    office = {
        "nama": "Sekretariat", "jenis": "SEKRETARIAT", "pimpinan": ["Sekretaris", "III.a"],
        "urusan": f"dukungan manajemen {urusan}",
        "staf": ["perencana.PT", "bendahara.PL", "arsiparis.TR", "administrasi.PL*2"],
    }  # fmt: skip
    levels = {"penelaah": "PL", "operator-layanan": "PL", "pengolah-data": "PL", "penata-keuangan": "PL"}
    children = [
        {
            "nama": f"Bidang {title}", "jenis": "BIDANG", "pimpinan": [f"Kepala Bidang {title}", "III.b"],
            "urusan": topic, "staf": [f"{kind}.{levels.get(kind, 'PT')}*2", "penelaah.PL", "pengolah-data.PL"],
        }
        for title, topic, kind in sections
    ]  # fmt: skip
    return {
        "kode": kode, "nama": nama, "singkat": singkat, "jenis": "PD", "jalan": jalan, "nomor": 7 + jalan,
        "pimpinan": head, "urusan": urusan, "profil": "kecamatan" if camat else "umum", "anak": [office, *children],
    }  # fmt: skip


def _school_names(first: int) -> Iterator[str]:
    names = read("opd-lain")["kawasan"]
    number = first
    while True:
        yield f"{names[number % len(names)]} {number // len(names) + 1}"
        number += 1


def _schools(city: Builder, wanted: int, first: int = 0) -> None:
    """Regional offices below the bidang, about 22 schools each, until `wanted` seats are filled."""
    bidang = {u.tag or u.nama: u for u in _before(city).units if u.induk and u.induk.kode == MASS_PD}
    names = _school_names(first)
    start, office, region = len(city.seats), None, 0
    while (left := wanted - (len(city.seats) - start)) > 0:
        if office is None or len(office.anak) >= 22:
            region += 1
            senior = region % 4 == 0
            level = "Sekolah Menengah Pertama" if senior else "Sekolah Dasar"
            plan = {"nama": f"UPT Satuan Pendidikan {level} Wilayah {region}", "jenis": "UPT", "urusan": level.lower()}
            office = city.unit({**plan, "jalan": region % 30, "nomor": region + 3}, bidang[f"Bidang Pembinaan {level}"])
            city.head(office, f"Kepala {office.nama}", "IV.a")
            left -= 1
        if left > 0:
            _school(city, office, next(names), left)


def _school(city: Builder, office: Unit, name: str, left: int) -> None:
    senior = "Pertama" in office.nama
    kind = "SMP" if senior else "SD"
    plan = {"nama": f"{kind} Negeri {name}", "jenis": "SEKOLAH", "jalan": len(name) % 30, "nomor": left % 90 + 1}
    unit = city.unit(plan, office)
    city.professional_head(unit, "kepala-sekolah.MA", f"Kepala {unit.nama}")
    teachers = (
        ["guru-smp.MA*4", "guru-smp.MU*14", "guru-smp.PT*18"]
        if senior
        else ["guru-sd.MA*2", "guru-sd.MU*8", "guru-sd.PT*10"]
    )
    left -= 1
    for text in [*teachers, "administrasi.PL*2"]:
        code, count = text.split("*")
        take = min(int(count), left)
        if take:
            city.staff(unit, f"{code}*{take}")
        left -= take


def _large(city: Builder) -> None:
    """Service units of thirty people in every OPD, until the city has 100,000 pegawai."""
    before = _before(city)
    wanted = 100_000 - len(before.people)
    departments = [u for u in before.root.anak if u.kode != MASS_PD]
    kinds = ["penelaah.PL*6", "pengolah-data.PL*6", "administrasi.PL*8", "operator-layanan.PL*8", "bendahara.PL"]
    number = 0
    while wanted - len(city.seats) > 30:
        department = departments[number % len(departments)]
        number += 1
        nama = f"UPT {department.singkat} Wilayah {number // len(departments) + 1}"
        plan = {
            "nama": nama,
            "jenis": "UPT",
            "urusan": department.urusan,
            "jalan": number % 30,
            "nomor": number % 97 + 1,
        }
        unit = city.unit(plan, department)
        city.head(unit, f"Kepala {nama}", "IV.a")
        for text in kinds:
            city.staff(unit, text)
    rest = wanted - len(city.seats)
    if rest > 0:
        city.staff(city.units[-1], f"administrasi.PL*{rest}")
