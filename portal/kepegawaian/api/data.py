"""What a key may read, as JSON objects: fields by group, people and units on a day."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.api.models import KunciApi
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai import nomor
from portal.kepegawaian.pegawai.daftar import PEJABAT
from portal.kepegawaian.riwayat.models import DataPegawai
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import Kedudukan
from portal.kepegawaian.unor import pohon
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai, Unit

PAGE, MOST = 100, 500
DIMINTA = "nip_diminta"
PD, BOSS = sa.orm.aliased(Unit), sa.orm.aliased(Pegawai)


@dataclass(frozen=True)
class Medan:
    """A field of a person: name, group of `kunci.BIDANG`, JSON type, words, and where it comes from."""

    nama: str
    bidang: str
    tipe: str
    uraian: str
    nilai: Any
    ubah: Callable[[Any], Any] | None = None


MEDAN = (
    Medan("id", "DASAR", "string", "Kunci tetap pegawai (UUID)", Keadaan.pegawai_id, str),
    Medan("nip", "DASAR", "string", "NIP 18 angka", Keadaan.nip),
    Medan("nama", "DASAR", "string", "Nama dengan gelar", Keadaan.nama),
    Medan("jenis", "DASAR", "string", "PNS, CPNS, PPPK, PPPK_PARUH_WAKTU", Keadaan.jenis),
    Medan("kedudukan", "DASAR", "string", "Kode kedudukan hukum", Keadaan.kedudukan),
    Medan("kedudukan_nama", "DASAR", "string", "Nama kedudukan hukum", Kedudukan.nama),
    Medan("kelompok", "DASAR", "string", "AKTIF, AKTIF_TIDAK_BEKERJA, BERHENTI, LAIN", Keadaan.kelompok),
    Medan("jabatan", "DASAR", "string", "Nama jabatan", Keadaan.jabatan),
    Medan("jenis_jabatan", "DASAR", "string", "STRUKTURAL, JF, PELAKSANA", Keadaan.jenis_jabatan),
    Medan("jenjang", "DASAR", "string", "Kode jenjang", Keadaan.jenjang),
    Medan("eselon", "DASAR", "string", "Eselon", Keadaan.eselon),
    Medan("pimpinan", "DASAR", "boolean", "Memimpin unitnya", Keadaan.pimpinan),
    Medan("tmt_jabatan", "DASAR", "string", "TMT jabatan", Keadaan.tmt_jabatan, str),
    Medan("golongan", "DASAR", "string", "Golongan", Keadaan.golongan),
    Medan("pangkat", "DASAR", "string", "Pangkat", Keadaan.golongan, kode.pangkat),
    Medan("unit_kode", "DASAR", "string", "Kode unit kerja", Unit.kode),
    Medan("unit_nama", "DASAR", "string", "Nama unit kerja", Unit.nama),
    Medan("opd_kode", "DASAR", "string", "Kode perangkat daerah", PD.kode),
    Medan("opd_nama", "DASAR", "string", "Nama perangkat daerah", PD.nama),
    Medan("atasan_nip", "DASAR", "string", "NIP atasan langsung", BOSS.nip),
    Medan("atasan_nama", "DASAR", "string", "Nama atasan langsung", BOSS.nama),
    Medan("lahir", "LAHIR", "string", "Tanggal lahir", Keadaan.lahir, str),
    Medan("jenis_kelamin", "LAHIR", "string", "L atau P", Keadaan.jenis_kelamin),
    Medan("telepon", "KONTAK", "string", "Nomor telepon", DataPegawai.hp),
    Medan("surel_dinas", "KONTAK", "string", "Surel dinas", DataPegawai.surel_dinas),
    Medan("bup", "PENSIUN", "integer", "Batas usia pensiun (tahun)", Keadaan.bup),
    Medan("tmt_pensiun", "PENSIUN", "string", "TMT pensiun", Keadaan.tmt_pensiun, str),
)  # fmt: skip


def fields(key: KunciApi) -> list[Medan]:
    return [one for one in MEDAN if one.bidang in key.bidang]


def _query(key: KunciApi, on: date) -> sa.Select[Any]:
    """As on the pages: whom a key of one OPD may read is a question of today, what it reads one of the day."""
    columns = [one.nilai.label(one.nama) for one in fields(key)]
    query = (
        sa.select(*columns)
        .select_from(Keadaan)
        .outerjoin(Unit, Unit.id == Keadaan.unit_id)
        .outerjoin(PD, PD.id == Keadaan.pd_id)
        .outerjoin(BOSS, BOSS.id == Keadaan.atasan_id)
        .outerjoin(Kedudukan, Kedudukan.kode == Keadaan.kedudukan)
        .outerjoin(DataPegawai, DataPegawai.pegawai_id == Keadaan.pegawai_id)
        .where(berlaku(on), Keadaan.jenis != PEJABAT)
    )
    if not key.pd_id:
        return query
    here = sa.orm.aliased(Keadaan)
    today = organisation.today()
    seated = sa.select(here.pegawai_id).where(here.mulai <= today, here.sampai >= today, here.pd_id == key.pd_id)
    return query.where(Keadaan.pegawai_id.in_(seated))


def _object(key: KunciApi, row: Any) -> dict[str, Any]:
    values = {}
    for one in fields(key):
        value = getattr(row, one.nama)
        values[one.nama] = one.ubah(value) if one.ubah and value is not None else value
    return values


def people(key: KunciApi, on: date, opd: str, after: uuid.UUID | None, limit: int) -> list[dict[str, Any]]:
    """One page of people of a day in the order of their keys; `opd` is the code of an OPD or empty."""
    query = _query(key, on).order_by(Keadaan.pegawai_id).limit(limit)
    if opd:
        query = query.where(Keadaan.pd_id == sa.select(Unit.id).where(Unit.kode == opd).scalar_subquery())
    if after:
        query = query.where(Keadaan.pegawai_id > after)
    return [_object(key, row) for row in db.session.execute(query)]


def person(key: KunciApi, number: str, on: date) -> list[dict[str, Any]]:
    """Who has this number, else who had it before. Two of them: that number was written down for more than one."""
    for people in (sa.select(Pegawai.id).where(Pegawai.nip == number), nomor.pernah(number)):
        found = db.session.execute(_query(key, on).where(Keadaan.pegawai_id.in_(people)).limit(2)).all()
        if found:
            return [_object(key, row) for row in found]
    return []


def units(key: KunciApi, on: date) -> list[dict[str, Any]]:
    """The tree of a day, parents before children; only the key's own OPD where it is bound to one."""
    tree = pohon.nodes(on)
    codes = {row.id: row.kode for row in db.session.execute(sa.select(Unit.id, Unit.kode).where(Unit.id.in_(tree)))}
    kept = [node for node in pohon.walk(pohon.roots(tree)) if not key.pd_id or node.pd_id == key.pd_id]
    return [
        {"kode": codes[node.unit_id], "nama": node.nama, "jenis": node.jenis, "eselon": node.eselon,
         "induk_kode": codes.get(node.induk_id) if node.induk_id else None,
         "opd_kode": codes.get(node.pd_id) if node.pd_id else None}
        for node in kept
    ]  # fmt: skip
