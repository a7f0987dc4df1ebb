"""Certificates and agreements of the demo city that end soon, or ended a little while ago."""

import uuid
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from portal.kepegawaian import demo as city_demo
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import akibat
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kernel.calendar import zona_waktu
from portal.kernel.db import db
from portal.kernel.demo import kota, today
from portal.kernel.demo.kota import City
from portal.kernel.storage import config

RUANG = uuid.UUID("7f3c1c64-2f0e-5a5c-9a0f-2c1d7b6e5a33")
TIGA_TAHUN = timedelta(days=1095)
SERTIFIKAT = (  # name, who gave it, days from today to its end
    ("Pengadaan barang dan jasa tingkat dasar", "LKPP", 12), ("Auditor ahli pertama", "BPKP", 25),
    ("Bendahara negara tersertifikasi", "BPPK", 60), ("Penguji kendaraan bermotor", "BPSDM Perhubungan", 85),
    ("Arsiparis ahli muda", "ANRI", 150), ("Penilai properti", "DJKN", -20), ("Pranata komputer", "LSP TIK", -75),
)  # fmt: skip
PERJANJIAN = (20, 80, 170)  # days from today to the end of a first agreement


def cerita(city: City, skala: str) -> None:
    """In the OPD of the cast, after those whose proposals wait; the agreements of the first PPPK there."""
    cast = {one["peran"]: one for one in kota.cast() if one.get("peran")}
    pd = uuid.UUID(city.unit(cast["admin_pd"]["pd"]).id)
    people = sa.select(Keadaan.pegawai_id).where(Keadaan.pd_id == pd, berlaku(today()), ~Keadaan.pimpinan)
    people = people.order_by(Keadaan.nama.desc(), Keadaan.pegawai_id)
    held = db.session.scalars(people.where(Keadaan.jenis == "PNS").limit(len(SERTIFIKAT))).all()
    for key, (name, body, days) in zip(held, SERTIFIKAT, strict=False):
        _certificate(key, name, body, days)
    hired = db.session.scalars(people.where(Keadaan.jenis == "PPPK").limit(len(PERJANJIAN))).all()
    for key, days in zip(hired, PERJANJIAN, strict=False):
        _shorten(key, days)
    db.session.flush()
    bangun.rebuild(list(hired))


city_demo.CERITA.append(cerita)


def _certificate(key: uuid.UUID, name: str, body: str, days: int) -> None:
    row_id, end = uuid.uuid5(RUANG, f"{key}:{name}"), today() + timedelta(days=days)
    if db.session.get(r.RiwayatLain, row_id) is None:
        start = end - TIGA_TAHUN
        db.session.add(r.RiwayatLain(
            id=row_id, pegawai_id=key, jenis="SERTIFIKASI", tmt=start, selesai=end, status=r.TERVERIFIKASI,
            sumber=r.IMPOR, dicatat_at=datetime.combine(start, time(9), zona_waktu(config().zona)),
            isi={"nama": name, "lembaga": body, "nomor": f"{start.year}/{row_id.hex[:6].upper()}"},
        ))  # fmt: skip


def _shorten(key: uuid.UUID, days: int) -> None:
    """The agreement the city gave them ends this early."""
    query = sa.select(r.RiwayatLain).where(r.RiwayatLain.pegawai_id == key, r.RiwayatLain.jenis == "PERJANJIAN")
    row = db.session.scalars(query.order_by(r.RiwayatLain.tmt.desc()).limit(1)).first()
    if row is not None:
        row.selesai = today() + timedelta(days=days)
        db.session.flush()
        akibat.segarkan(row)
