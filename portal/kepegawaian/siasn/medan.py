"""What a kind of entry is made of: its fields on both sides, and how rows are told from what SIASN answers."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.kepegawaian.siasn import bentuk
from portal.kepegawaian.siasn.models import KOTA

TEKS, TANGGAL, ANGKA, KODE, KELAMIN, YA = "teks", "tanggal", "angka", "kode", "kelamin", "ya"
Isi = Mapping[str, Any]


def _kelamin(value: Any) -> str:
    """M and F are read as L and P here, once."""
    text = bentuk.teks(value)
    return {"M": "L", "F": "P"}.get(text, text)


def _ya(value: Any) -> bool:
    return str(value).strip().lower() in ("1", "true", "ya")


BACA: dict[str, Callable[[Any], Any]] = {
    TEKS: bentuk.teks, TANGGAL: bentuk.tanggal, ANGKA: bentuk.angka, KODE: bentuk.kode, KELAMIN: _kelamin, YA: _ya,
}  # fmt: skip


@dataclass(frozen=True)
class Medan:
    """A field. `kunci`: the names SIASN gives it on reading, the first that is there counts. `kita`: where it lies in
    our row ("isi." for the fields of RiwayatLain), or a function of the row.

    `peta`: ids are SIASN's, ours are translated by this list. `pemilik`: who decides when both sides changed it.
    `bebas`: ours is a text that may be taken without a mapping. `tulis`: its name on writing, where the kind has no
    body of its own.
    """

    nama: str
    judul: str
    kunci: tuple[str, ...]
    kita: str | Callable[[Any], Any]
    tipe: str = TEKS
    pemilik: str = KOTA
    peta: str = ""
    bebas: bool = False
    tulis: str = ""

    @property
    def kita_isi(self) -> bool:
        """Kept as JSON rather than in a column."""
        return isinstance(self.kita, str) and self.kita.startswith("isi.")

    def dari(self, row: Isi) -> Any:
        """Its value in a row of SIASN."""
        return BACA[self.tipe](next((row[key] for key in self.kunci if key in row), None))


@dataclass(frozen=True)
class Catatan:
    """A kind. `lokal`: code of our kind, DIRI for what a pegawai has once, "" when it is only mirrored; `saring`: which
    of those rows it is about, a value or several.

    `alamiah`: fields that tell one row from another where no id does; `nomor`: the one of them that tells it alone,
    were the others typed differently. `simpan` empty: born in a service of BKN, so that a difference is dealt with
    there. `hasil`: key of the new id in the answer to a save. `dokumen`: ours, BKN's id.
    `bungkus`: under which of several keys an answer holds its rows; `urai`: makes one flat row of a nested one.
    `bersama`: it comes with the call of this kind. `tunggal`: one row a person, which is changed and never added; what
    is empty here is taken, never sent. `terbawa`: sent back as SIASN holds it, so that nothing is emptied.
    `uji`: the shape of its save is known from one client only, so that the first row has to be proven alone.
    `berbagi`: SIASN shows one row, under one id, to several people (a child to both parents).
    """

    kode: str
    judul: str
    alamat: str
    lokal: str = ""
    medan: tuple[Medan, ...] = ()
    alamiah: tuple[str, ...] = ()
    saring: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    kenal: frozenset[str] = field(default_factory=frozenset)
    simpan: str = ""
    hasil: str = ""
    hapus: str = ""
    dokumen: tuple[tuple[str, str], ...] = ()
    hitung: str = ""
    jenis_pegawai: tuple[str, ...] = ()
    bungkus: tuple[str, ...] = ()
    urai: Callable[[Isi], dict[str, Any]] | None = None
    lengkapi: Callable[[dict[str, Any], Isi], dict[str, Any]] | None = None
    bersama: str = ""
    tunggal: bool = False
    terbawa: tuple[Medan, ...] = ()
    uji: bool = False
    berbagi: bool = False
    nomor: str = ""

    def kunci_baris(self, row: Isi, pegawai: uuid.UUID) -> str:
        """The id of a row, told apart by person where people share it; "" when it has none."""
        key = id_dari(row)
        return f"{key}:{pegawai.hex}" if key and self.berbagi else key

    def buka(self, data: Any) -> list[Isi]:
        """Rows out of the `data` of an answer."""
        rows = baris(data, self.bungkus)
        return [self.urai(row) for row in rows] if self.urai else rows

    def mereka(self, row: Isi) -> dict[str, Any]:
        """Fields of a row of SIASN. What only some calls carry is left out, not taken for empty."""
        found = {one.nama: one.dari(row) for one in self.medan if any(key in row for key in one.kunci)}
        return self.lengkapi(found, row) if self.lengkapi else found

    def terlihat(self, row: Isi) -> dict[str, Any]:
        """What a second person approves to be changed: the fields, and what is sent back with them."""
        return bentuk.tersimpan({**self.mereka(row), **{one.nama: one.dari(row) for one in self.terbawa}})

    def kita(self, row: Any, peta: Any) -> tuple[dict[str, Any], list[str]]:
        """Fields of our row in SIASN's codes, and what of it is not mapped yet."""
        found, lacking = {}, []
        for one in self.medan:
            value = one.kita(row) if callable(one.kita) else nilai(row, one.kita)
            if one.tipe in (ANGKA, TANGGAL) and isinstance(value, str):
                value = BACA[one.tipe](value)
            if one.peta and value not in (None, ""):
                known = peta.ke_siasn(one.peta, value)
                if known is None:
                    lacking.append(f"{one.judul}: {peta.sebut(one.peta, value)}")
                value = known
            found[one.nama] = value
        return found, lacking


DIRI = "DIRI"


def kata(text: str) -> frozenset[str]:
    """Names written one after another."""
    return frozenset(text.split())


def nilai(row: Any, path: str) -> Any:
    """A column, or with "isi." a field of a row whose fields are JSON."""
    if path.startswith("isi."):
        return row.isi.get(path[4:])
    return getattr(row, path)


def baris(data: Any, bungkus: Sequence[str] = ()) -> list[Isi]:
    """Rows out of `data`, whatever it is wrapped in: a list, one object, or an object that holds rows under a key."""
    if isinstance(data, list):
        return [one for one in data if isinstance(one, dict)]
    if not isinstance(data, dict):
        return []
    if bungkus:
        held = [(key, data[key]) for key in bungkus if key in data]
        if held:
            return [row for key, value in held for row in _named(key, value)]
        if "nama" not in data and not any(isinstance(value, dict) for value in data.values()):
            return []  # whose it is, and nobody in it
    lists = [value for value in data.values() if isinstance(value, list)]
    if len(data) == 1 and lists:
        return baris(lists[0])
    return [data] if data else []


def _named(key: str, value: Any) -> list[Isi]:
    """Rows that lie under a key of their own carry its name: of a parent it is all that says which one."""
    return [{"_kunci": key, **one} for one in baris(value)]


def id_dari(row: Isi) -> str:
    """The id of a row; spelled in three ways."""
    return next((found for name in ("id", "ID", "Id") if (found := bentuk.kode(row.get(name)))), "")
