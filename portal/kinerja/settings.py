"""Settings of a performance year. Defaults here, overrides in `kinerja_tahun.aturan`, never constants in code."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from portal.kernel.db import db
from portal.kinerja.models import TahunKinerja
from portal.kinerja.predikat import Ambang


@dataclass(frozen=True)
class Aturan:
    """Days are days of the following month; sizes in MB; percents 0-120."""

    label_pks: str = "PKS (Pengukuran Kinerja)"
    hari_pegawai: int = 5
    hari_penilai: int = 10
    hari_kerja_perbaikan: int = 2
    batal_menit: int = 10
    bulan_tutup: int = 12
    bersih_min: int = 90
    bersih_maks: int = 110
    kali_target_tanya: int = 10
    kembali_sebelum_dialog: int = 3
    teks_min: int = 10
    teks_maks: int = 2000
    berkas_maks_mb: int = 5
    predikat_diam: str = "SESUAI"
    di_atas: str = "0.5"
    di_bawah: str = "-0.5"

    @property
    def ambang(self) -> Ambang:
        return Ambang(di_atas=Decimal(self.di_atas), di_bawah=Decimal(self.di_bawah))


KNOWN = {f.name: f.type for f in fields(Aturan)}


def aturan(tahun: int) -> Aturan:
    """The settings in force for a year; unknown keys in the row are refused by `simpan_aturan`."""
    stored = db.session.scalar(sa.select(TahunKinerja.aturan).where(TahunKinerja.tahun == tahun)) or {}
    return Aturan(**{k: v for k, v in stored.items() if k in KNOWN})


def simpan_aturan(tahun: int, values: dict[str, Any]) -> Aturan:
    """Raises KeyError for a setting that does not exist."""
    unknown = set(values) - set(KNOWN)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    row = db.session.scalars(sa.select(TahunKinerja).where(TahunKinerja.tahun == tahun).with_for_update()).one()
    row.aturan = {**row.aturan, **values}
    return Aturan(**row.aturan)
