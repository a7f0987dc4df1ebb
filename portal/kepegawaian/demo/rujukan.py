"""Names of jabatan that the demo city uses, as rows of the reference; subjects of teachers and doctors."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from portal.kepegawaian.rujukan.models import JF, PELAKSANA, STRUKTURAL, Jabatan, SubJabatan
from portal.kernel.db import db
from portal.kernel.demo.kota import City, Seat

RUANG = uuid.UUID("9f6c1c1a-7a2c-5c3f-9d3c-3f0d8a1f5f10")
JENJANG = {
    "JPT Pratama": "JPT_PRATAMA", "Administrator": "ADMINISTRATOR", "Pengawas": "PENGAWAS", "Pelaksana": "PELAKSANA",
    "Ahli Pertama": "JF_PT", "Ahli Muda": "JF_MU", "Ahli Madya": "JF_MA", "Ahli Utama": "JF_UT", "Pemula": "JF_PM",
    "Terampil": "JF_TR", "Mahir": "JF_MH", "Penyelia": "JF_PY",
}  # fmt: skip
RUMPUN = (("Guru", "GURU", 60), ("Dokter Gigi", "DOKTER_GIGI", None), ("Dokter", "DOKTER", None))
SUB = {
    "GURU": ("Guru Kelas", "Guru Bahasa Indonesia", "Guru Matematika", "Guru Ilmu Pengetahuan Alam",
             "Guru Pendidikan Jasmani", "Guru Pendidikan Agama Islam", "Guru Bimbingan dan Konseling"),
    "DOKTER": ("Dokter Umum", "Dokter Spesialis Anak", "Dokter Spesialis Penyakit Dalam"),
    "DOKTER_GIGI": ("Dokter Gigi Umum",),
}  # fmt: skip


@dataclass(frozen=True)
class Nama:
    """Keys of reference rows by name and, for subjects, by family."""

    jabatan: dict[tuple[str, str], uuid.UUID]
    rumpun: dict[uuid.UUID, str]
    sub: dict[str, list[uuid.UUID]]


def kind(seat: Seat) -> str:
    """STRUKTURAL, JF or PELAKSANA. Heads of schools and health centres hold a JF beside their seat."""
    if seat.jenis_jabatan == JF:
        return JF
    return PELAKSANA if seat.jenjang == "Pelaksana" else STRUKTURAL


def load(city: City) -> Nama:
    """Rows of the reference that are missing, and the keys of all."""
    wanted = {(kind(s), s.jabatan, s.jenjang, s.kelas) for s in city.seats if kind(s) != STRUKTURAL}
    names: dict[tuple[str, str], uuid.UUID] = {}
    families: dict[uuid.UUID, str] = {}
    have = set(db.session.scalars(sa.select(Jabatan.id)))
    for jenis, nama, jenjang, kelas in sorted(wanted, key=str):
        key = uuid.uuid5(RUANG, f"{jenis}:{nama}")
        family = next(((code, age) for word, code, age in RUMPUN if nama.startswith(word)), ("", None))
        names[(jenis, nama)], families[key] = key, family[0]
        if key not in have:
            have.add(key)
            db.session.add(Jabatan(id=key, jenis=jenis, nama=nama, jenjang=JENJANG.get(jenjang, ""), rumpun=family[0],
                                   usia_bup=family[1], kelas=kelas))  # fmt: skip
    subjects: dict[str, list[uuid.UUID]] = {}
    known = set(db.session.scalars(sa.select(SubJabatan.id)))
    for rumpun, titles in SUB.items():
        for title in titles:
            key = uuid.uuid5(RUANG, f"sub:{rumpun}:{title}")
            subjects.setdefault(rumpun, []).append(key)
            if key not in known:
                db.session.add(SubJabatan(id=key, rumpun=rumpun, nama=title))
    db.session.flush()
    return Nama(names, families, subjects)
