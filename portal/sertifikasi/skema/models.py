"""Tables of schemes. A version is never changed once an application pinned it: changes make version n+1."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base

KKNI, OKUPASI, KLASTER = "KKNI", "OKUPASI", "KLASTER"
DRAF, TERBIT, DITUTUP = "DRAF", "TERBIT", "DITUTUP"
DASAR, ADMINISTRATIF = "DASAR", "ADMINISTRATIF"
WAJIB, SALAH_SATU, OPSIONAL = "WAJIB", "SALAH_SATU", "OPSIONAL"
SOURCED = "sourced"  # read in a published source; everything else is shown as CONTOH


def one_of(column: str, *values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(v) for v in values)})", name=column)


class Standar(Base):
    """A standard of competence (SKKNI, SKKK, international)."""

    __tablename__ = "sertifikasi_standar"

    kode: Mapped[str] = mapped_column(unique=True)
    nomor: Mapped[str]
    bidang: Mapped[str] = mapped_column(default="")


class UnitKompetensi(Base):
    """`kode` as printed (O.842340.051.01); unique in its standard and version."""

    __tablename__ = "sertifikasi_unit"

    standar_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_standar.id"))
    kode: Mapped[str]
    versi: Mapped[int] = mapped_column(default=1)
    judul: Mapped[str]
    judul_en: Mapped[str] = mapped_column(default="")
    status_data: Mapped[str]  # sourced, inferred, draft2012, element, assumed: the weaker of code and title
    wajib_luring: Mapped[bool] = mapped_column(default=False)
    elemen: Mapped[list["Elemen"]] = relationship(lazy="raise_on_sql", order_by="Elemen.urut")
    __table_args__ = (sa.UniqueConstraint("standar_id", "kode", "versi"),)


class Elemen(Base):
    __tablename__ = "sertifikasi_elemen"

    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_unit.id"))
    urut: Mapped[int]
    judul: Mapped[str]
    status_data: Mapped[str]
    kuk: Mapped[list["Kuk"]] = relationship(lazy="raise_on_sql", order_by="Kuk.urut")
    __table_args__ = (sa.UniqueConstraint("unit_id", "urut"),)


class Kuk(Base):
    """Kriteria unjuk kerja. `nomor` is printed text (published numbering has errors), never a key."""

    __tablename__ = "sertifikasi_kuk"

    elemen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_elemen.id"))
    urut: Mapped[int]
    nomor: Mapped[str]
    teks: Mapped[str]
    status_data: Mapped[str]
    __table_args__ = (sa.UniqueConstraint("elemen_id", "urut"),)


class Skema(Base):
    """`dicabut_mulai`: from this day nobody applies any more; running applications keep their version."""

    __tablename__ = "sertifikasi_skema"

    kode: Mapped[str] = mapped_column(unique=True)
    judul: Mapped[str]
    sub_klaster: Mapped[str]
    jenjang: Mapped[str]
    jenis: Mapped[str]
    urut: Mapped[int] = mapped_column(default=0)
    dicabut_mulai: Mapped[date | None]
    dicabut_alasan: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (one_of("jenis", KKNI, OKUPASI, KLASTER),)


class SkemaVersi(Base):
    """What an application is pinned to. `contoh`: holds rows without a published source and nobody has confirmed
    them, so it carries the ribbon and cannot lead to a certificate. `surveilan`: months after the decision.
    `kepala`: columns of Skema that change when this draft is published."""

    __tablename__ = "sertifikasi_skema_versi"

    skema_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema.id"))
    versi: Mapped[int]
    nomor: Mapped[str] = mapped_column(default="")  # number of the scheme document
    judul: Mapped[str]
    judul_en: Mapped[str] = mapped_column(default="", server_default="")
    kepala: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    kkni_level: Mapped[int | None]
    masa_berlaku_bulan: Mapped[int]
    surveilan: Mapped[list[int]] = mapped_column(sa.ARRAY(sa.Integer), default=list)
    moda: Mapped[list[str]] = mapped_column(default=lambda: ["LURING"])
    biaya: Mapped[int | None]  # rupiah; None: not stated
    boleh_sebagian: Mapped[bool] = mapped_column(default=False)  # units of a BK result may be recognised alone
    status: Mapped[str] = mapped_column(default=TERBIT)
    berlaku_mulai: Mapped[date | None]
    pendaftaran_tutup: Mapped[date | None]
    contoh: Mapped[bool] = mapped_column(default=True)
    dikonfirmasi_at: Mapped[datetime | None]
    dikonfirmasi_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    skema: Mapped[Skema] = relationship(lazy="raise_on_sql")
    __table_args__ = (
        sa.UniqueConstraint("skema_id", "versi"),
        sa.CheckConstraint("masa_berlaku_bulan > 0", name="masa"),
        one_of("status", DRAF, TERBIT, DITUTUP),
    )


class SkemaUnit(Base):
    """`wajib_luring`: in this scheme the unit is never assessed at a distance."""

    __tablename__ = "sertifikasi_skema_unit"

    skema_versi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_versi.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_unit.id"), index=True)
    urut: Mapped[int]
    wajib_luring: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    unit: Mapped[UnitKompetensi] = relationship(lazy="raise_on_sql")
    __table_args__ = (
        sa.UniqueConstraint("skema_versi_id", "unit_id"),
        sa.UniqueConstraint("skema_versi_id", "urut"),
    )


class SkemaSyarat(Base):
    """One row of APL-01 part 3. `sifat` SALAH_SATU: one row of each `grup` is enough. `jenis`: kind of document,
    so that "Dokumen Saya" can offer one. `umur_maks_bulan`: older evidence has to be renewed."""

    __tablename__ = "sertifikasi_skema_syarat"

    skema_versi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_versi.id"))
    kategori: Mapped[str]
    urut: Mapped[int]
    teks: Mapped[str]
    sifat: Mapped[str] = mapped_column(default=WAJIB)
    grup: Mapped[str] = mapped_column(default="")
    jenis: Mapped[str] = mapped_column(default="LAINNYA")
    umur_maks_bulan: Mapped[int | None]
    status_data: Mapped[str]
    __table_args__ = (
        sa.UniqueConstraint("skema_versi_id", "kategori", "urut"),
        one_of("kategori", DASAR, ADMINISTRATIF),
        one_of("sifat", WAJIB, SALAH_SATU, OPSIONAL),
    )


class LisensiLsp(Base):
    """A licence of BNSP: certificates are issued only inside its period and for its schemes. `diingatkan`: which
    reminder of its end went on which day."""

    __tablename__ = "sertifikasi_lisensi"

    nomor: Mapped[str] = mapped_column(unique=True)
    mulai: Mapped[date]
    selesai: Mapped[date]
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    diingatkan: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    __table_args__ = (sa.CheckConstraint("selesai >= mulai", name="masa"),)


class LisensiSkema(Base):
    __tablename__ = "sertifikasi_lisensi_skema"

    lisensi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_lisensi.id"))
    skema_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("lisensi_id", "skema_id"),)
