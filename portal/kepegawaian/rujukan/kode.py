"""Small national code lists, read once from the packaged tables (`data/SUMBER.md` names the sources)."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
BELUM_DIISI = "BELUM_DIISI"
AGAMA = (("1", "Islam"), ("2", "Kristen"), ("3", "Katolik"), ("4", "Hindu"), ("5", "Buddha"), ("6", "Khonghucu"),
         ("7", "Lainnya"))  # fmt: skip


@dataclass(frozen=True)
class Golongan:
    """`urutan` counts within PNS and within PPPK."""

    kode: str
    pangkat: str
    jenis: str
    urutan: int
    siasn_id: str


@dataclass(frozen=True)
class Eselon:
    siasn_id: str
    kode: str
    jenjang: str
    bup: int | None
    gol_min: str
    gol_max: str


@dataclass(frozen=True)
class Pendidikan:
    """`grup` is what people filter by; a higher `urutan` is a higher education."""

    siasn_id: str
    nama: str
    grup: str
    urutan: int
    gol_maks: str


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def golongan() -> dict[str, Golongan]:
    """By code: I/a .. IV/e (PNS), I .. XVII (PPPK)."""
    return {
        r["kode"]: Golongan(r["kode"], r["nama_pangkat"], r["jenis"], int(r["urutan"]), r["siasn_id"])
        for r in rows("golongan")
    }


@cache
def eselon() -> dict[str, Eselon]:
    """By SIASN id: the code I.a names two of them."""
    return {
        r["siasn_id"]: Eselon(
            r["siasn_id"], r["kode"], r["jabatan_asn"], int(r["bup"]) if r["bup"] else None, r["gol_min"], r["gol_max"]
        )
        for r in rows("eselon")
    }


@cache
def pendidikan() -> dict[str, Pendidikan]:
    """By SIASN id, 05 (SD) to 50 (S-3)."""
    return {
        r["siasn_id"]: Pendidikan(
            r["siasn_id"], r["nama"], r["kelompok_filter"], int(r["urutan"]), r["gol_maks_reguler"]
        )
        for r in rows("pendidikan")
    }


@cache
def grup_pendidikan() -> tuple[str, ...]:
    """Filter groups from low to high."""
    return tuple(dict.fromkeys(one.grup for one in sorted(pendidikan().values(), key=lambda p: p.urutan)))


def pangkat(golongan_: str | None) -> str:
    """As forms print it: "Penata Tk. I". Empty for PPPK, who have none."""
    known = golongan().get(golongan_ or "")
    return known.pangkat.replace("Tingkat", "Tk.") if known else ""


def urutan_golongan(golongan_: str | None) -> int:
    """Order for sorting: PNS 1 to 17, PPPK 101 to 117, 0 for none."""
    known = golongan().get(golongan_ or "")
    return known.urutan + (100 if known.jenis == "PPPK" else 0) if known else 0
