"""The projection of the facts: one row per pegawai and stretch of days in which nothing changed."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Model

SELAMANYA = date(9999, 12, 31)


class Keadaan(Model):
    """What holds from `mulai` to `sampai`, both inclusive; open ends are SELAMANYA. A cache: `bangun` writes it.

    `nama`, `nip`, `jenis_kelamin`, `lahir` repeat the pegawai so that a list reads one table. `unit_id` is empty for
    who has no seat that day. `golongan_urut`: PNS 1 to 17, PPPK 101 to 117.
    """

    __tablename__ = "keadaan_pegawai"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    mulai: Mapped[date]
    sampai: Mapped[date]
    nama: Mapped[str]
    nip: Mapped[str] = mapped_column(default="")
    jenis: Mapped[str]  # PNS, CPNS, PPPK, ...
    jenis_kelamin: Mapped[str] = mapped_column(default="")
    lahir: Mapped[date | None]
    kedudukan: Mapped[str] = mapped_column(default="")
    kelompok: Mapped[str]
    dihitung: Mapped[bool]
    riwayat_jabatan_id: Mapped[uuid.UUID | None]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    luar: Mapped[bool] = mapped_column(default=False)
    jenis_jabatan: Mapped[str] = mapped_column(default="")
    jabatan: Mapped[str] = mapped_column(default="")
    jabatan_id: Mapped[uuid.UUID | None]
    jenjang: Mapped[str] = mapped_column(default="")
    eselon: Mapped[str] = mapped_column(default="")
    kelas: Mapped[int | None]
    pimpinan: Mapped[bool] = mapped_column(default=False)
    tmt_jabatan: Mapped[date | None]
    atasan_id: Mapped[uuid.UUID | None]
    atasan_cara: Mapped[str] = mapped_column(default="")
    golongan: Mapped[str] = mapped_column(default="")
    golongan_urut: Mapped[int] = mapped_column(default=0)
    pendidikan: Mapped[str] = mapped_column(default="")
    pendidikan_grup: Mapped[str] = mapped_column(default="")
    bup: Mapped[int | None]
    tmt_pensiun: Mapped[date | None]
    __table_args__ = (
        sa.CheckConstraint("sampai >= mulai", name="masa"),
        ExcludeConstraint(
            (sa.text("uuid_hash_extended(pegawai_id, 0)"), "="), (sa.text("daterange(mulai, sampai, '[]')"), "&&"),
            name="ex_keadaan_pegawai_masa",  # btree_gist takes keys of one time for the same
        ),
        sa.UniqueConstraint("pegawai_id", "mulai"),
        sa.Index("ix_keadaan_pegawai_nama", "nama", "id"),
        sa.Index("ix_keadaan_pegawai_pd", "pd_id", "sampai", "nama", "id"),
        sa.Index("ix_keadaan_pegawai_unit", "unit_id", "sampai"),
        sa.Index("ix_keadaan_pegawai_pensiun", "tmt_pensiun", "sampai"),
        sa.Index("ix_keadaan_pegawai_atasan", "atasan_id", "sampai"),
        sa.Index("ix_keadaan_pegawai_akhir", "pegawai_id", postgresql_where=sa.text("sampai = '9999-12-31'")),
        sa.Index(
            "ix_keadaan_pegawai_ditunjuk", "sampai",
            postgresql_where=sa.text("atasan_cara = 'DITUNJUK' AND kelompok = 'AKTIF'"),
        ),
        sa.Index("ix_keadaan_pegawai_kepala", "unit_id", "sampai", postgresql_where=sa.text("pimpinan")),
        sa.Index(
            "ix_keadaan_pegawai_lepas", "sampai", "pegawai_id",
            postgresql_where=sa.text("unit_id IS NULL AND kelompok <> 'BERHENTI'"),
        ),
        sa.Index(
            "ix_keadaan_pegawai_peta", "sampai", "unit_id", postgresql_where=sa.text("kelompok <> 'BERHENTI'"),
            postgresql_include=["pd_id", "mulai", "jenis", "kelompok", "dihitung", "eselon", "pimpinan"],
        ),
    )  # fmt: skip
