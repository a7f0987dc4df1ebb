"""A small city with its register: units with versions, people with verified entries, accounts of the roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kepegawaian.rujukan.models import JF, STRUKTURAL, Jabatan
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import access, people
from portal.kernel.db import db, now
from portal.kernel.documents import PDF, Checked, store
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import PenugasanPeran, Principal, User
from tests.kernel.factories import START, OrangFactory, PegawaiFactory, UnitFactory

CPNS = date(2010, 1, 1)


def unit(nama: str, induk: Unit | None = None, pd: Unit | None = None, jenis: str = "BIDANG", **values: Any) -> Unit:
    """A unit and its version since `mulai` (2020), open-ended unless told otherwise."""
    row = UnitFactory(nama=nama, jenis=jenis, induk_id=induk.id if induk else None, **values)
    row.pd_id = pd.id if pd else (row.id if jenis == "PD" else None)
    add(UnorVersi(unit_id=row.id, nama=nama, jenis=jenis, induk_id=row.induk_id, pd_id=row.pd_id, mulai=row.mulai,
                  selesai=row.selesai))  # fmt: skip
    return row


def add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def orang(nama: str, lahir: date = date(1985, 3, 15), kelamin: str = "L", status: str = "PNS") -> Pegawai:
    one: Orang = OrangFactory(nama=nama, tanggal_lahir=lahir, jenis_kelamin=kelamin)
    row: Pegawai = PegawaiFactory(orang_id=one.id, nama=nama, status=status)
    add(r.DataPegawai(pegawai_id=row.id, tmt_cpns=CPNS))
    return row


def jabatan(nama: str = "Arsiparis Ahli Muda", jenjang: str = "JF_MU", **values: Any) -> Jabatan:
    found: Jabatan = add(Jabatan(jenis="JF", nama=nama, jenjang=jenjang, **values))
    return found


def catat(row: Any) -> Any:
    """A verified entry, as an import writes it; the projection follows."""
    row.status, row.sumber, row.dicatat_at = r.TERVERIFIKASI, r.IMPOR, row.dicatat_at or now()
    add(row)
    if _bersama:
        _bersama[-1].append(row.pegawai_id)
    else:
        bangun.rebuild([row.pegawai_id])
    return row


@contextmanager
def bersama() -> Iterator[None]:
    """Entries written in here are projected together at its end: one rebuild, not one each."""
    _bersama.append([])
    try:
        yield
    finally:
        keys = _bersama.pop()
    bangun.rebuild(list(dict.fromkeys(keys)))


_bersama: list[list[Any]] = []


def duduk(pegawai: Pegawai, di: Unit | None, tmt: date = START, **values: Any) -> r.RiwayatJabatan:
    """A verified main seat (struktural for heads)."""
    kind = STRUKTURAL if values.get("pimpinan") else values.pop("jenis_jabatan", JF)
    level = "ADMINISTRATOR" if kind == STRUKTURAL else "JF_MU"
    base = {"jenis_jabatan": kind, "nama_jabatan": f"Jabatan {pegawai.nama}", "jenjang": level}
    found: r.RiwayatJabatan = catat(
        r.RiwayatJabatan(pegawai_id=pegawai.id, unit_id=di.id if di else None, tmt=tmt, **{**base, **values})
    )
    return found


def golongan(pegawai: Pegawai, kode: str, tmt: date = START) -> r.RiwayatGolongan:
    found: r.RiwayatGolongan = catat(r.RiwayatGolongan(pegawai_id=pegawai.id, golongan=kode, tmt=tmt))
    return found


def kedudukan(pegawai: Pegawai, kode: str, tmt: date, selesai: date | None = None) -> r.RiwayatKedudukan:
    found: r.RiwayatKedudukan = catat(r.RiwayatKedudukan(pegawai_id=pegawai.id, kode=kode, tmt=tmt, selesai=selesai))
    return found


def akun(peran: str, pegawai: Pegawai | None = None, di: Unit | None = None, nama: str = "") -> User:
    """An account with a role for a unit (None: everywhere); the role of every pegawai follows from having one."""
    held = sa.select(User).where(User.pegawai_id == pegawai.id) if pegawai else None
    row: User | None = db.session.scalars(held).first() if held is not None else None
    if row is None:
        name = nama or f"akun.{peran}.{len(_named)}"
        _named.append(name)
        row = add(User(pengguna=name, nama=name, pegawai_id=pegawai.id if pegawai else None))
    assert row is not None
    if peran:
        add(PenugasanPeran(user_id=row.id, peran=peran, unit_id=di.id if di else None, mulai=START))
    return row


_named: list[str] = []


def principal(user: User) -> Principal:
    found = people.principal_of(user.id, access.grants())
    assert found is not None
    return found


def berkas(row: Any, kode: str, user: User, isi: bytes = b"") -> r.BerkasTautan:
    """A small stored PDF linked to an entry."""
    body = isi or f"%PDF-1.4 {row.id} {kode}".encode()
    document = store(Checked(f"{kode}.pdf", PDF, body, 1), user.id)
    return services.tautkan(row, kode, document, principal(user))


@dataclass
class Kota:
    """Pemerintah, two OPD with a bidang each, their heads, one member of staff in the first."""

    pemda: Unit
    dinas: Unit
    bidang: Unit
    lain: Unit
    bidang_lain: Unit
    wali: Pegawai
    kadis: Pegawai
    kabid: Pegawai
    kabid_lain: Pegawai
    staf: Pegawai


def kota() -> Kota:
    pemda = unit("Pemerintah Kota Sagara", jenis="PEMDA")
    dinas = unit("Dinas Uji", pemda, jenis="PD")
    lain = unit("Badan Lain", pemda, jenis="PD")
    bidang = unit("Bidang Satu", dinas, dinas)
    bidang_lain = unit("Bidang Dua", lain, lain)
    wali = orang("Wali Uji", status="PEJABAT_NEGARA")
    kadis, kabid, kabid_lain, staf = (orang(f"{name} Uji") for name in ("Kadis", "Kabid", "Kabidlain", "Staf"))
    with bersama():
        duduk(wali, pemda, pimpinan=True, jenjang="")
        duduk(kadis, dinas, pimpinan=True, jenjang="JPT_PRATAMA", atasan_id=wali.id)
        duduk(kabid, bidang, pimpinan=True, atasan_id=kadis.id)
        duduk(kabid_lain, bidang_lain, pimpinan=True, atasan_id=wali.id)
        duduk(staf, bidang, atasan_id=kabid.id)
    return Kota(pemda, dinas, bidang, lain, bidang_lain, wali, kadis, kabid, kabid_lain, staf)


def besok(days: int = 1) -> date:
    return date(2026, 11, 21) + timedelta(days=days)
