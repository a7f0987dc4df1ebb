"""What a file says and what the register holds, brought to the same words, counted and digested for comparison.

The digest does not depend on the order of the rows: the sum of the digests of each.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.impor import entri, kamus
from portal.kepegawaian.riwayat import models as r
from portal.kernel import identifiers
from portal.kernel.db import db
from portal.kernel.importing import Row
from portal.kernel.organisation import Orang, Pegawai, Unit

MODULUS = 2**256
Line = tuple[str, ...]


@dataclass(frozen=True)
class Sidik:
    baris: int = 0
    jumlah: int = 0

    def __add__(self, other: "Sidik") -> "Sidik":
        return Sidik(self.baris + other.baris, (self.jumlah + other.jumlah) % MODULUS)

    @property
    def tampil(self) -> str:
        return f"{self.jumlah:064x}"[:16]


def digest(lines: Iterable[Line]) -> Sidik:
    found = Sidik()
    for line in lines:
        body = hashlib.sha256("\x1f".join(line).encode()).digest()
        found += Sidik(1, int.from_bytes(body, "big"))
    return found


def _word(value: Any) -> str:
    return "" if value in (None, "", False) else kamus.lipat(str(value))


def of_file(tabel: str, rows: Sequence[Row]) -> Sidik:
    return digest(FILE[tabel](row) for row in rows)


def of_register(tabel: str, rows: Sequence[Row]) -> Sidik:
    """The rows of the register that answer to these lines: by NIP, or by code of the unit, and by day."""
    return digest(sorted(REGISTER[tabel](rows)))


def _person(row: Row) -> Line:
    nip = identifiers.Nip.parse(row.text("nip"))
    born = row.day("tanggal_lahir") or nip.tanggal_lahir
    return row.text("nip"), _word(row.text("nama")), _word(born), row.text("jenis_kelamin") or nip.jenis_kelamin or ""


def _people(rows: Sequence[Row]) -> Iterable[Line]:
    query = sa.select(Pegawai.nip, Orang.nama, Orang.tanggal_lahir, Orang.jenis_kelamin)
    query = query.join(Orang, Orang.id == Pegawai.orang_id).where(Pegawai.nip.in_([row.text("nip") for row in rows]))
    for row in db.session.execute(query):
        yield row.nip or "", _word(row.nama), _word(row.tanggal_lahir), row.jenis_kelamin


def _unit(row: Row) -> Line:
    return _word(row.text("kode")), _word(row.text("nama"))


def _units(rows: Sequence[Row]) -> Iterable[Line]:
    query = sa.select(Unit.kode, Unit.nama).where(Unit.kode.in_([row.text("kode") for row in rows]))
    for row in db.session.execute(query):
        yield _word(row.kode), _word(row.nama)


def _values(tabel: str, v: dict[str, Any]) -> tuple[Any, ...]:
    """The fields of an entry that are compared."""
    return {
        "golongan": lambda: (v["tmt"], v["golongan"], v["mk_tahun"], v["mk_bulan"]),
        "pendidikan": lambda: (v["tmt"], v["tingkat"], v["sekolah"]),
        "keluarga": lambda: (v["isi"].get("tanggal_lahir"), v["isi"].get("hubungan"), v["isi"].get("nama")),
        "jabatan": lambda: (v["tmt"], v["nama_jabatan"], v["nomor_sk"]),
    }[tabel]()


MAKE: dict[str, Any] = {
    "golongan": entri.golongan, "pendidikan": entri.pendidikan, "keluarga": entri.keluarga,
    "jabatan": lambda row: {
        "tmt": row.day("tmt"), "nama_jabatan": row.text("jabatan"), "nomor_sk": row.text("nomor_sk"),
    },
}  # fmt: skip


def _entry(tabel: str, nip: str, values: dict[str, Any]) -> Line:
    return nip, *map(_word, _values(tabel, values))


def _entries(tabel: str, rows: Sequence[Row]) -> Iterable[Line]:
    """Each line of the file is sought once: entries that came otherwise do not count."""
    table: Any = r.TABEL.get(tabel, r.RiwayatLain)
    wanted = {_entry(tabel, row.text("nip"), MAKE[tabel](row)) for row in rows}
    query = sa.select(Pegawai.nip, table).join(Pegawai, Pegawai.id == table.pegawai_id).where(
        Pegawai.nip.in_({line[0] for line in wanted}), table.status == r.TERVERIFIKASI
    )  # fmt: skip
    if table is r.RiwayatLain:
        query = query.where(r.RiwayatLain.jenis == tabel.upper())
    found = {_entry(tabel, nip or "", vars(one)) for nip, one in db.session.execute(query)}
    return found & wanted


def _of(tabel: str) -> tuple[Any, Any]:
    return (lambda row: _entry(tabel, row.text("nip"), MAKE[tabel](row))), (lambda rows: _entries(tabel, rows))


FILE: dict[str, Any] = {"pegawai": _person, "unit": _unit, **{name: _of(name)[0] for name in MAKE}}
REGISTER: dict[str, Any] = {"pegawai": _people, "unit": _units, **{name: _of(name)[1] for name in MAKE}}
