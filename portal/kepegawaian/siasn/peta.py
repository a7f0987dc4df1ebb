"""Our units, names and codes beside SIASN's ids. What is not mapped is never guessed: it blocks the push."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from portal.kepegawaian.riwayat import jenis
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import JF, PELAKSANA, Jabatan, SubJabatan
from portal.kepegawaian.siasn import bentuk
from portal.kepegawaian.siasn import models as m
from portal.kernel import activity
from portal.kernel.db import db, new_id, now
from portal.kernel.errors import Invalid, Missing
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal

JABATAN, SUB, UNIT, GOLONGAN, LEMBAGA = "JABATAN", "SUB", "UNIT", "GOLONGAN", "LEMBAGA"
KODE = {
    "KURSUS": ("KURSUS", "bentuk"), "DIKLAT": ("DIKLAT", "latihan"), "HUKDIS": ("HUKDIS", "jenis"),
    "PENGHARGAAN": ("PENGHARGAAN", "nama"),
}  # fmt: skip
JUDUL = {
    UNIT: "Unit kerja", JABATAN: "Nama jabatan", SUB: "Sub jabatan", "KURSUS": "Bentuk kursus",
    "DIKLAT": "Diklat struktural", "HUKDIS": "Jenis hukuman disiplin", "PENGHARGAAN": "Penghargaan",
    LEMBAGA: "Lembaga sertifikasi",
}  # fmt: skip
TABEL: dict[str, Any] = {JABATAN: Jabatan, SUB: SubJabatan}

activity.declare(**{"kepegawaian.siasn_peta": "jenis lokal sebelum sesudah"})


def pilihan(nama: str) -> tuple[tuple[str, str], ...]:
    """Our codes of a list, with their words."""
    kind, name = KODE[nama]
    return next(one.pilihan for one in jenis.JENIS[kind].medan if one.nama == name)


class Terjemah:
    """Both directions, read once for a slice of work. `ke_siasn` and `dari_siasn` give None for what is unknown."""

    def __init__(self) -> None:
        self._ke: dict[str, dict[str, str]] = {name: {} for name in (UNIT, *KODE)}
        for row in db.session.execute(sa.select(m.Peta.jenis, m.Peta.lokal, m.Peta.siasn_id)):
            self._ke.setdefault(row.jenis, {})[row.lokal] = row.siasn_id
        for code, _ in pilihan("PENGHARGAAN"):
            if code.isdigit():
                self._ke["PENGHARGAAN"].setdefault(code, code)
        self._ke[GOLONGAN] = {one.kode: one.siasn_id for one in kode.golongan().values()}
        self._dari = {name: {value: key for key, value in known.items()} for name, known in self._ke.items()}
        self._baris: dict[tuple[str, str], tuple[str | None, str]] = {}

    def _row(self, nama: str, key: Any) -> tuple[str | None, str]:
        """SIASN's id and the name of a row of the reference."""
        if (nama, str(key)) not in self._baris:
            table = TABEL[nama]
            row = db.session.execute(sa.select(table.siasn_id, table.nama).where(table.id == key)).first()
            self._baris[nama, str(key)] = (row.siasn_id, row.nama) if row else (None, "")
        return self._baris[nama, str(key)]

    def ke_siasn(self, nama: str, value: Any) -> str | None:
        if nama == LEMBAGA:  # a text of ours: its letters and digits are its key
            value = bentuk.padat(str(value))
        return self._row(nama, value)[0] if nama in TABEL else self._ke.get(nama, {}).get(str(value))

    def dari_siasn(self, nama: str, siasn_id: str) -> Any:
        """Key of our row, or our code."""
        if nama in TABEL:
            return db.session.scalar(sa.select(TABEL[nama].id).where(TABEL[nama].siasn_id == siasn_id))
        found = self._dari.get(nama, {}).get(siasn_id)
        return uuid.UUID(found) if found and nama == UNIT else found

    def sebut(self, nama: str, value: Any) -> str:
        """What we call it."""
        if nama == UNIT:
            return db.session.scalar(sa.select(Unit.nama).where(Unit.id == value)) or str(value)
        if nama in TABEL:
            return self._row(nama, value)[1]
        return dict(pilihan(nama)).get(str(value), str(value)) if nama in KODE else str(value)

    def ingat(self, nama: str, words: str, siasn_id: str) -> None:
        """A row of SIASN gave this name and this id to one thing: from now on they are mapped."""
        key = bentuk.padat(words)
        if not key or not siasn_id or self.ke_siasn(nama, words) or siasn_id in self._dari.setdefault(nama, {}):
            return
        fresh = insert(m.Peta).values(
            id=new_id(), dibuat_at=now(), diubah_at=now(), jenis=nama, lokal=key, siasn_id=siasn_id
        )
        db.session.execute(fresh.on_conflict_do_nothing())
        self._ke.setdefault(nama, {})[key] = siasn_id
        self._dari[nama][siasn_id] = key


# ---- what SIASN calls things


def catat_rujukan(rows: Iterable[tuple[str, str, str, str]]) -> None:
    """Remember (kind, id, name, parent) as seen now."""
    fresh = [
        {"id": new_id(), "dibuat_at": now(), "diubah_at": now(), "jenis": kind, "siasn_id": key, "nama": name,
         "induk_id": above, "cari": bentuk.padat(name), "terlihat_at": now()}
        for (kind, key), (name, above) in {(kind, key): (name, above) for kind, key, name, above in rows}.items()
        if key and name
    ]  # fmt: skip
    if fresh:
        query = insert(m.RujukanSiasn).values(sorted(fresh, key=lambda one: (one["jenis"], one["siasn_id"])))
        kept = {name: getattr(query.excluded, name) for name in ("nama", "cari", "terlihat_at")}
        db.session.execute(query.on_conflict_do_update(index_elements=["jenis", "siasn_id"], set_=kept))


def unit_dari_siasn(rows: Iterable[Mapping[str, Any]]) -> int:
    """The tree of units: names padded with blanks and dashes, keys in capitals or not. Returns how many."""
    found = []
    for row in rows:
        low = {key.lower(): value for key, value in row.items()}
        key, name = bentuk.kode(low.get("id")), bentuk.teks(low.get("namaunor") or low.get("nama"))
        found.append((UNIT, key, name, bentuk.kode(low.get("diatasanid"))))
    catat_rujukan(found)
    return len(found)


def dari_jabatan(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Names that pulled rows of jabatan carry beside their ids."""
    found = []
    for row in rows:
        for kind, key, name in (
            (JF, "jabatanFungsionalId", "jabatanFungsionalNama"), (SUB, "subJabatanId", "subJabatanNama"),
            (PELAKSANA, "jabatanFungsionalUmumId", "jabatanFungsionalUmumNama"), (UNIT, "unorId", "unorNama"),
        ):  # fmt: skip
            if code := bentuk.kode(row.get(key)):
                found.append((kind, code, bentuk.teks(row.get(name)), ""))
    return found


def dari_sertifikasi(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Bodies that pulled rows of sertifikasi name beside their ids."""
    return [
        (LEMBAGA, bentuk.kode(row.get("lembagaSertifikasiId")), bentuk.teks(row.get("lembagaSertifikasiNama")), "")
        for row in rows
    ]


def dari_diklat(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [
        ("DIKLAT", bentuk.kode(row.get("latihanStrukturalId")), bentuk.teks(row.get("latihanStrukturalNama")), "")
        for row in rows
    ]


SEBUTAN: dict[str, Callable[[Iterable[Mapping[str, Any]]], list[tuple[str, str, str, str]]]] = {
    "jabatan": dari_jabatan, "sertifikasi": dari_sertifikasi, "diklat": dari_diklat,
}  # fmt: skip


def jalur(siasn_id: str, most: int = 6) -> str:
    """A unit of SIASN with the units above it, to tell its namesakes apart."""
    names: list[str] = []
    seen = {""}
    while siasn_id not in seen and len(names) < most:
        seen.add(siasn_id)
        row = db.session.execute(
            sa.select(m.RujukanSiasn.nama, m.RujukanSiasn.induk_id).where(
                m.RujukanSiasn.jenis == UNIT, m.RujukanSiasn.siasn_id == siasn_id
            )
        ).first()
        if row is None:
            break
        names.append(row.nama)
        siasn_id = row.induk_id
    return " / ".join(names)


def nama_siasn(nama: str, siasn_id: str) -> str:
    """What SIASN calls an id, the id itself where it never said."""
    query = sa.select(m.RujukanSiasn.nama).where(m.RujukanSiasn.jenis == nama, m.RujukanSiasn.siasn_id == siasn_id)
    return db.session.scalar(query) or siasn_id


def jenis_rujukan(nama: str, lokal: str) -> str:
    """Which list of SIASN a thing of ours is looked for in."""
    if nama != JABATAN:
        return nama
    row = _baris(JABATAN, lokal)
    return JF if row.jenis == JF else PELAKSANA


def calon(nama: str, lokal: str, words: str, most: int = 20) -> list[m.RujukanSiasn]:
    """Ids of SIASN whose name holds these words; without words, those of the same name."""
    wanted = bentuk.padat(words or nama_kita(nama, lokal))
    query = sa.select(m.RujukanSiasn).where(m.RujukanSiasn.jenis == jenis_rujukan(nama, lokal))
    same = m.RujukanSiasn.cari.contains(wanted, autoescape=True) if words else m.RujukanSiasn.cari == wanted
    order = sa.func.length(m.RujukanSiasn.cari)
    return list(db.session.scalars(query.where(same).order_by(order, m.RujukanSiasn.siasn_id).limit(most)))


# ---- mapping


def _baris(nama: str, lokal: str) -> Any:
    try:
        key = uuid.UUID(lokal)
    except ValueError as error:
        raise Missing() from error
    table = Unit if nama == UNIT else TABEL[nama]
    row = db.session.scalars(sa.select(table).where(table.id == key)).first()
    if row is None:
        raise Missing()
    return row


def nama_kita(nama: str, lokal: str) -> str:
    """What we call it. Raises Missing."""
    if nama in KODE:
        words = dict(pilihan(nama)).get(lokal)
        if words is None:
            raise Missing()
        return words
    if nama == LEMBAGA:
        return _lembaga(lokal)
    if nama not in JUDUL:
        raise Missing()
    found: str = _baris(nama, lokal).nama
    return found


def lembaga(lokal: str = "", most: int = 100) -> dict[str, str]:
    """Bodies that entries name and that stop a push for want of an id: key and the words of one entry."""
    held = sa.select(m.Pasangan.lokal_id).where(
        m.Pasangan.jenis == "sertifikasi", m.Pasangan.kelas == m.TIDAK_TERPETAKAN, m.Pasangan.lokal_id.is_not(None)
    )
    keys = list(db.session.scalars(held.limit(most * 10)))  # first these: the register itself has no index on bodies
    words = r.RiwayatLain.isi["lembaga"].astext
    query = sa.select(words).distinct().where(r.RiwayatLain.id.in_(keys), words != "").order_by(words)
    found = {bentuk.padat(name): name for name in reversed(list(db.session.scalars(query.limit(most))))}
    return {key: name for key, name in reversed(found.items()) if not lokal or key == lokal}


def _lembaga(lokal: str) -> str:
    found = lembaga(lokal).get(lokal)
    if found is None and not terpetakan(LEMBAGA, lokal):
        raise Missing()
    return found or lokal


def terpetakan(nama: str, lokal: str) -> str:
    """SIASN's id of a thing of ours, "" when there is none."""
    if nama in TABEL:
        return _baris(nama, lokal).siasn_id or ""
    query = sa.select(m.Peta.siasn_id).where(m.Peta.jenis == nama, m.Peta.lokal == lokal)
    return db.session.scalar(query) or ""


def petakan(nama: str, lokal: str, siasn_id: str, user: Principal) -> None:
    """Map, map anew, or with "" forget. One id of SIASN belongs to one thing of ours. Raises Invalid, Missing."""
    ours = nama_kita(nama, lokal)
    siasn_id = siasn_id.strip()
    if siasn_id and siasn_id != bentuk.kode(siasn_id):
        raise Invalid("siasn_id", "Kode SIASN paling panjang 42 huruf")
    before = terpetakan(nama, lokal)
    taken = _pemakai(nama, siasn_id) if siasn_id else ""
    if taken and taken != lokal:
        raise Invalid("siasn_id", f"Kode SIASN ini sudah dipakai {nama_kita(nama, taken)}")
    if nama in TABEL:
        _baris(nama, lokal).siasn_id = siasn_id or None
    else:
        db.session.execute(sa.delete(m.Peta).where(m.Peta.jenis == nama, m.Peta.lokal == lokal))
        if siasn_id:
            db.session.add(m.Peta(jenis=nama, lokal=lokal, siasn_id=siasn_id, dipetakan_oleh_id=user.id))
    db.session.flush()
    activity.log("kepegawaian.siasn_peta", by=user, jenis=nama, lokal=ours, sebelum=before, sesudah=siasn_id)


def _pemakai(nama: str, siasn_id: str) -> str:
    if nama in TABEL:
        found = db.session.scalar(sa.select(TABEL[nama].id).where(TABEL[nama].siasn_id == siasn_id))
        return str(found) if found else ""
    query = sa.select(m.Peta.lokal).where(m.Peta.jenis == nama, m.Peta.siasn_id == siasn_id)
    return db.session.scalar(query) or ""


def petakan_tunggal(nama: str, user: Principal, most: int = 2000) -> int:
    """Map what has exactly one namesake on both sides. Returns how many."""
    table = Unit if nama == UNIT else TABEL[nama]
    open_ = list(db.session.scalars(belum(nama).limit(most)))
    ours: dict[str, list[Any]] = {}
    for row in open_:
        ours.setdefault(bentuk.padat(row.nama), []).append(row)
    twins = {bentuk.padat(name) for name in _twins(table)}
    done = 0
    for words, rows in ours.items():
        if len(rows) != 1 or words in twins:
            continue
        found = calon(nama, str(rows[0].id), "", 2)
        if len(found) == 1 and not _pemakai(nama, found[0].siasn_id):
            petakan(nama, str(rows[0].id), found[0].siasn_id, user)
            done += 1
    return done


def _twins(table: Any) -> list[str]:
    name = sa.func.lower(sa.func.btrim(table.nama))
    return list(db.session.scalars(sa.select(name).group_by(name).having(sa.func.count() > 1)))


def belum(nama: str) -> sa.Select[tuple[Any]]:
    """Rows of ours without an id of SIASN; only what is still in use."""
    if nama in TABEL:
        return sa.select(TABEL[nama]).where(TABEL[nama].siasn_id.is_(None), TABEL[nama].aktif)
    mapped = sa.exists().where(m.Peta.jenis == UNIT, m.Peta.lokal == sa.cast(Unit.id, sa.Text))
    return sa.select(Unit).where(~mapped, ~Unit.disembunyikan, Unit.selesai.is_(None))
