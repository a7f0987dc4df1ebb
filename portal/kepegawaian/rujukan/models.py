"""Reference rows that an office may change: levels with their retirement age, names of jabatan, legal standing."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import SEEDED, Base

AKTIF, AKTIF_TIDAK_BEKERJA, BERHENTI, LAIN = "AKTIF", "AKTIF_TIDAK_BEKERJA", "BERHENTI", "LAIN"
KELOMPOK = (AKTIF, AKTIF_TIDAK_BEKERJA, BERHENTI, LAIN)
STRUKTURAL, JF, PELAKSANA = "STRUKTURAL", "JF", "PELAKSANA"
JENIS_JABATAN = {STRUKTURAL: "Struktural", JF: "Fungsional", PELAKSANA: "Pelaksana"}
SIASN_JENIS = {"1": STRUKTURAL, "2": JF, "3": STRUKTURAL, "4": PELAKSANA}
SEEDED += ["jenjang_jabatan", "kedudukan_hukum"]


class Jenjang(Base):
    """A level of jabatan and the age at which it retires (BUP, years). Source: UU 20/2023, PP 11/2017."""

    __tablename__ = "jenjang_jabatan"

    kode: Mapped[str] = mapped_column(unique=True)
    kelompok: Mapped[str]
    nama: Mapped[str]
    bup: Mapped[int]
    gol_min: Mapped[str] = mapped_column(default="")
    gol_maks: Mapped[str] = mapped_column(default="")
    dasar: Mapped[str] = mapped_column(default="")
    catatan: Mapped[str] = mapped_column(default="")
    urut: Mapped[int]
    __table_args__ = (sa.CheckConstraint("bup BETWEEN 50 AND 75", name="bup"),)


class Jabatan(Base):
    """A name of the national reference: JF or pelaksana. `usia_bup` of the row beats that of its level."""

    __tablename__ = "jabatan"

    siasn_id: Mapped[str | None] = mapped_column(unique=True)
    jenis: Mapped[str]
    nama: Mapped[str]
    jenjang: Mapped[str] = mapped_column(default="")  # Jenjang.kode
    rumpun: Mapped[str] = mapped_column(default="")  # "GURU", "DOKTER", ...: families with sub jabatan
    kelas: Mapped[int | None]
    usia_bup: Mapped[int | None]
    aktif: Mapped[bool] = mapped_column(default=True)
    cari: Mapped[str] = mapped_column(sa.Computed("lower(f_unaccent(nama))", persisted=True))
    __table_args__ = (
        sa.CheckConstraint("jenis IN ('JF', 'PELAKSANA')", name="jenis"),
        sa.CheckConstraint("usia_bup BETWEEN 50 AND 75", name="bup"),
        sa.Index("ix_jabatan_cari", "cari", postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}),
        sa.Index("ix_jabatan_nama", "jenis", "nama"),
        sa.Index("ix_jabatan_nama_id", "nama", "id"),
    )


class BupKhusus(Base):
    """An age that the office sets for a jabatan from a day on, against the reference; the rule itself is attached.

    Of several in force the latest `mulai` holds. Withdrawn ones stay.
    """

    __tablename__ = "bup_khusus"

    jabatan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("jabatan.id"))
    usia: Mapped[int]
    mulai: Mapped[date]
    selesai: Mapped[date | None]
    dasar: Mapped[str]
    dokumen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    dicatat_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    dicabut_at: Mapped[datetime | None]
    dicabut_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    alasan: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.CheckConstraint("usia BETWEEN 50 AND 75", name="usia"),
        sa.CheckConstraint("selesai IS NULL OR selesai >= mulai", name="masa"),
        sa.Index(
            "uq_bup_khusus_mulai", "jabatan_id", "mulai", unique=True, postgresql_where=sa.text("dicabut_at IS NULL")
        ),
    )  # fmt: skip


class SubJabatan(Base):
    """The subject of a teacher, the specialty of a doctor: only families that have one (`Jabatan.rumpun`)."""

    __tablename__ = "sub_jabatan"

    siasn_id: Mapped[str | None] = mapped_column(unique=True)
    rumpun: Mapped[str] = mapped_column(index=True)
    nama: Mapped[str]
    aktif: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (sa.UniqueConstraint("rumpun", "nama"),)


class Kedudukan(Base):
    """Legal standing (kedudukan hukum). `kelompok` decides whether the person is placed and counted."""

    __tablename__ = "kedudukan_hukum"

    kode: Mapped[str] = mapped_column(unique=True)
    nama: Mapped[str]
    kelompok: Mapped[str]
    dihitung: Mapped[bool]
    __table_args__ = (
        sa.CheckConstraint("kelompok IN ('AKTIF', 'AKTIF_TIDAK_BEKERJA', 'BERHENTI', 'LAIN')", name="kelompok"),
    )


class Pengaturan(Base):
    """A value that the office may change, with its source; the whole history is kept, the latest in force holds."""

    __tablename__ = "pengaturan_kepegawaian"

    kunci: Mapped[str] = mapped_column(index=True)
    nilai: Mapped[dict[str, Any]]
    dasar: Mapped[str] = mapped_column(default="")
    mulai: Mapped[date]
    diubah_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
