"""The fictional Kota Sagara: units, people, seats, accounts. Loaded on request, never in production.

Everything is made from the files in `portal/kernel/data/sagara` and a seed, so two machines show the same
people. `kecil` has 12 OPD and about 400 pegawai, `sedang` adds 20 OPD and fills Dinas Pendidikan to 12,000,
`besar` reaches 100,000. A part of the city that is already there is left as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import calendar, organisation, people
from portal.kernel.db import db, now
from portal.kernel.demo import bangun, kota
from portal.kernel.demo.kota import City, Person
from portal.kernel.demo.salin import copy_rows, no_time_limit
from portal.kernel.storage import config

FILLERS: list[Callable[[str], object]] = []  # a module adds what loads its own demo data
ACCOUNTS: list[dict[str, str]] = []  # and whom it lets in: peran, pengguna, sandi, nama, unit
SKALA = ("kecil", "sedang", "besar")
SEED = 2026
SANDI_UMUM = "sagara-nusantara-2026"
JABATAN_PERAN = {"pegawai": "", "atasan": "", "atasan_penilai": "", "pegawai_plt": ""}
OF_ONE_PD = ("admin_pd", "admin_tu", "pimpinan_pd")
SECOND = "_kedua"  # a second person of the same role, for what two have to do


class Refused(RuntimeError):
    """Demo data has no place in production."""


@dataclass(frozen=True)
class Loaded:
    """How many rows were added, by kind; zeros when everything was there."""

    unit: int = 0
    pegawai: int = 0
    penempatan: int = 0
    pengguna: int = 0

    def __str__(self) -> str:
        return f"Kota Sagara: {self.unit} unit dan {self.pegawai} pegawai ditambahkan."


def accounts() -> list[dict[str, str]]:
    """One account per role with its demo password. Needs no database."""
    rows = []
    for one in kota.cast():
        if one.get("peran"):
            place = one["unit"] or kota.name_of_pd(one["pd"])
            keys = {"peran": one["peran"], "pengguna": one["pengguna"], "sandi": one["sandi"]}
            rows.append({**keys, "nama": kota.full_name(one), "unit": place})
    return rows + ACCOUNTS


def today() -> date:
    return calendar.setempat(now(), config().zona).date()


def require_demo(skala: str) -> None:
    """Raises Refused in production, ValueError for a scale that does not exist."""
    if config().is_production:
        raise Refused("Data peragaan tidak dapat dimuat pada LINGKUNGAN=produksi.")
    if skala not in SKALA:
        raise ValueError(f"skala harus salah satu dari {', '.join(SKALA)}, bukan {skala!r}")


def load_city(skala: str = "kecil", seed: int = SEED) -> Loaded:
    """Add what is missing of the city. The caller commits. Raises Refused, ValueError."""
    require_demo(skala)
    no_time_limit()
    city = bangun.build(skala, seed, today())
    known = set(db.session.scalars(sa.select(organisation.Unit.kode)))
    missing = [part for part in city.parts if part.marker not in known]
    if not missing:
        return Loaded()
    fresh = city.only(missing)
    _write_units(fresh)
    _write_people(fresh)
    _write_seats(fresh)
    _write_accounts(fresh)
    people.forget_everyone()
    return Loaded(len(fresh.units), len(fresh.people), len(fresh.seats), len(fresh.people))


def _write_units(city: City) -> None:
    columns = "id kode nama singkatan jenis induk_id pd_id urut alamat telepon tema mulai"
    copy_rows(
        organisation.Unit,
        columns,
        (
            (u.id, u.kode, u.nama, u.singkat, u.jenis, u.induk.id if u.induk else None, u.pd.id if u.pd else None,
             u.urut, u.alamat, u.telepon, u.tema, kota.BERDIRI)
            for u in city.units
        ),
    )  # fmt: skip


def _write_people(city: City) -> None:
    copy_rows(
        organisation.Orang,
        "id nama gelar_depan gelar_belakang tanggal_lahir jenis_kelamin",
        ((p.orang_id, p.nama, p.depan, p.belakang, p.lahir, p.kelamin) for p in city.people),
    )
    copy_rows(
        organisation.Pegawai,
        "id orang_id nip nama status aktif",
        ((p.id, p.orang_id, p.nip, p.lengkap, p.status, p.aktif) for p in city.people),
    )


def _write_seats(city: City) -> None:
    columns = "id pegawai_id unit_id pd_id jenis jabatan jenis_jabatan jenjang eselon kelas_jabatan pangkat"
    copy_rows(
        organisation.Penempatan,
        columns + " golongan is_pimpinan mulai selesai",
        (
            (s.id, s.person.id, s.unit.id, (s.unit.pd or s.unit).id, s.jenis, s.jabatan, s.jenis_jabatan, s.jenjang,
             s.eselon, s.kelas, s.person.pangkat, s.person.golongan, s.is_pimpinan, s.mulai, s.selesai)
            for s in city.seats
        ),
    )  # fmt: skip


def _write_accounts(city: City) -> None:
    """Passwords are hashed once each: twelve of their own, one shared by everybody else."""
    own = {one["pengguna"]: one["sandi"] for one in kota.cast() if one["sandi"]}
    shared = people.HASHER.hash(SANDI_UMUM)
    hashes = {name: people.HASHER.hash(sandi) for name, sandi in own.items()}
    copy_rows(
        people.User,
        "id pengguna nama surel sandi_hash pegawai_id aktif sandi_diubah_at",
        (
            (p.user_id, p.pengguna, p.lengkap, f"{p.pengguna}@sagara.example", hashes.get(p.pengguna, shared), p.id,
             p.aktif, now())
            for p in city.people
        ),
    )  # fmt: skip
    copy_rows(
        people.PenugasanPeran,
        "id user_id peran unit_id dasar mulai",
        ((one["id"], one["user"], one["peran"], one["unit"], one["dasar"], kota.BERDIRI) for one in _roles(city)),
    )


def _roles(city: City) -> list[dict[str, Any]]:
    """Roles given in the database. Being a pegawai or an atasan follows from the seat."""
    by_name: dict[str, Person] = {p.pengguna: p for p in city.people}
    rows: list[dict[str, Any]] = []
    for one in kota.cast():
        person, peran = by_name.get(one["pengguna"]), one.get("peran", "")
        if person is None or peran in ("", "wali_kota", *JABATAN_PERAN):
            continue
        unit = city.unit(one["pd"]).id if peran in OF_ONE_PD else None
        dasar = f"SK Wali Kota Sagara Nomor 188.45/{120 + len(rows)}/2025"
        rows.append({"id": city.ids.next(), "user": person.user_id, "peran": peran.removesuffix(SECOND), "unit": unit,
                     "dasar": dasar})  # fmt: skip
    return rows
