"""The facts. A verified entry is never changed: it is cancelled or replaced, and what was known before stays.

Two time axes: `tmt` .. `selesai` is when something is true, `dicatat_at` .. `dicabut_at` when the register knew it.
"""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.kernel.db import Base

DRAF, DIAJUKAN, DIPERIKSA, DIKEMBALIKAN = "DRAF", "DIAJUKAN", "DIPERIKSA", "DIKEMBALIKAN"
TERVERIFIKASI, DITOLAK, DIBATALKAN, DIGANTI = "TERVERIFIKASI", "DITOLAK", "DIBATALKAN", "DIGANTI"
STATES = (DRAF, DIAJUKAN, DIPERIKSA, DIKEMBALIKAN, TERVERIFIKASI, DITOLAK, DIBATALKAN, DIGANTI)
MANUAL, IMPOR, SIASN = "MANUAL", "IMPOR", "SIASN"

UTAMA, TAMBAHAN = "UTAMA", "TAMBAHAN"
MJ, MU = "MJ", "MU"  # BKN's codes: change of jabatan, change of unit
DEFINITIF = "D"
PENUGASAN = {  # D, PLT, PLH, PJ, TT are BKN's codes; the rest are roles of the office, all of them TAMBAHAN
    "D": "Definitif", "PLT": "Pelaksana tugas", "PLH": "Pelaksana harian", "PJ": "Penjabat", "TT": "Tugas tambahan",
    "KOOR": "Koordinator", "SUBKOOR": "Subkoordinator", "KETUA_TIM": "Ketua tim",
}  # fmt: skip
DALAM, LUAR = "DALAM", "LUAR"
IKUT_PIMPINAN, DITUNJUK = "PIMPINAN", "DITUNJUK"


class DataPegawai(Base):
    """What a pegawai has once, beside the kernel's `pegawai`: contacts, numbers, and caches that riwayat rebuild."""

    __tablename__ = "pegawai_data"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), unique=True)
    nip_lama: Mapped[str] = mapped_column(default="")
    jenis_siasn: Mapped[str] = mapped_column(default="")
    agama: Mapped[str] = mapped_column(default="")
    status_kawin: Mapped[str] = mapped_column(default="")
    alamat: Mapped[str] = mapped_column(default="")
    hp: Mapped[str] = mapped_column(default="")
    surel: Mapped[str] = mapped_column(default="")
    surel_dinas: Mapped[str] = mapped_column(default="")
    npwp: Mapped[str] = mapped_column(default="")
    bpjs: Mapped[str] = mapped_column(default="")
    taspen: Mapped[str] = mapped_column(default="")
    tapera: Mapped[str] = mapped_column(default="")
    karpeg: Mapped[str] = mapped_column(default="")
    karis: Mapped[str] = mapped_column(default="")
    kpkn: Mapped[str] = mapped_column(default="")
    no_kk_enc: Mapped[bytes | None]
    instansi_induk: Mapped[str] = mapped_column(default="")
    instansi_kerja: Mapped[str] = mapped_column(default="")
    lokasi_kerja: Mapped[str] = mapped_column(default="")
    foto_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    siasn_id: Mapped[str | None] = mapped_column(unique=True)
    nik_sah: Mapped[bool | None]  # BKN's flag `validNik`
    nik_sah_pada: Mapped[date | None]
    tmt_cpns: Mapped[date | None]  # cache, from riwayat
    tmt_pns: Mapped[date | None]  # cache, from riwayat
    akhir_perjanjian: Mapped[date | None]  # cache, from riwayat (PPPK)
    versi: Mapped[int] = mapped_column(default=1)
    __table_args__ = (sa.Index("ix_pegawai_data_agama", "agama", "pegawai_id"),)


class Riwayat(Base):
    """Columns of every kind. `tmt`: from when it holds. `versi` grows with each edit before verification."""

    __abstract__ = True

    siasn_id: Mapped[str | None] = mapped_column(unique=True)
    nomor_sk: Mapped[str] = mapped_column(default="")
    tanggal_sk: Mapped[date | None]
    pejabat: Mapped[str] = mapped_column(default="")
    tmt: Mapped[date]
    selesai: Mapped[date | None]
    keterangan: Mapped[str] = mapped_column(default="")
    sumber: Mapped[str] = mapped_column(default=MANUAL)
    status: Mapped[str] = mapped_column(default=DRAF)
    alasan: Mapped[str] = mapped_column(default="")  # why returned, refused, cancelled
    dicatat_at: Mapped[datetime | None]  # verified: from then on the register knows it
    dicabut_at: Mapped[datetime | None]  # cancelled or replaced: from then on it no longer does
    versi: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def pegawai_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(sa.ForeignKey("pegawai.id"))

    @declared_attr
    def menggantikan_id(cls) -> Mapped[uuid.UUID | None]:
        return mapped_column(sa.Uuid, nullable=True)

    @declared_attr
    def asal_id(cls) -> Mapped[uuid.UUID | None]:
        """The entry or request that made this one: cancelled together with it."""
        return mapped_column(sa.Uuid, nullable=True)

    @declared_attr
    def submission_id(cls) -> Mapped[uuid.UUID | None]:
        return mapped_column(sa.ForeignKey("pengajuan.id"), unique=True, nullable=True)

    @declared_attr
    def diusulkan_oleh_id(cls) -> Mapped[uuid.UUID | None]:
        return mapped_column(sa.ForeignKey("pengguna.id"), nullable=True)

    @declared_attr
    def diperiksa_oleh_id(cls) -> Mapped[uuid.UUID | None]:
        return mapped_column(sa.ForeignKey("pengguna.id"), nullable=True)

    @declared_attr
    def diverifikasi_oleh_id(cls) -> Mapped[uuid.UUID | None]:
        return mapped_column(sa.ForeignKey("pengguna.id"), nullable=True)


def _common(table: str, *first: str) -> tuple[Any, ...]:
    names = ", ".join(f"'{one}'" for one in STATES)
    return (
        sa.CheckConstraint(f"status IN ({names})", name="status"),
        sa.CheckConstraint("selesai IS NULL OR selesai >= tmt", name="masa"),
        sa.CheckConstraint("status <> 'TERVERIFIKASI' OR (dicatat_at IS NOT NULL AND dicabut_at IS NULL)", name="tahu"),
        sa.Index(f"ix_{table}_pegawai_tmt", "pegawai_id", sa.text("tmt DESC")),
        sa.Index(f"ix_{table}_menunggu", "status", postgresql_where=sa.text("status IN ('DIAJUKAN', 'DIPERIKSA')")),
        sa.Index(  # read alone, to find those without a file
            f"ix_{table}_sah", *first, "id", postgresql_include=["pegawai_id"],
            postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
        ),
    )  # fmt: skip


class RiwayatJabatan(Riwayat):
    """A seat or an extra role. `tmt` is TMT jabatan; with MU the move of unit has its own `tmt_mutasi`.

    R1: `berlaku` is when the segment starts. Its end in the register of seats may come earlier than `selesai`:
    the next main segment ends it.
    """

    __tablename__ = "riwayat_jabatan"

    jenis_jabatan: Mapped[str]  # STRUKTURAL, JF, PELAKSANA
    jabatan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("jabatan.id"), index=True)
    sub_jabatan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sub_jabatan.id"))
    nama_jabatan: Mapped[str]
    jenjang: Mapped[str] = mapped_column(default="")  # Jenjang.kode
    eselon: Mapped[str] = mapped_column(default="")  # "III.a", as documents print it
    kelas: Mapped[int | None]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    instansi_tujuan: Mapped[str] = mapped_column(default="")
    lokasi: Mapped[str] = mapped_column(default=DALAM)
    pimpinan: Mapped[bool] = mapped_column(default=False)
    jalur: Mapped[str] = mapped_column(default=UTAMA)
    penugasan: Mapped[str] = mapped_column(default=DEFINITIF)
    mutasi: Mapped[str] = mapped_column(default=MJ)
    tmt_mutasi: Mapped[date | None]
    tmt_pelantikan: Mapped[date | None]
    berlaku: Mapped[date] = mapped_column(
        sa.Computed("CASE WHEN mutasi = 'MU' THEN tmt_mutasi ELSE tmt END", persisted=True)
    )
    atasan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    atasan_cara: Mapped[str] = mapped_column(default=IKUT_PIMPINAN)
    __table_args__ = (
        *_common("riwayat_jabatan"),
        sa.CheckConstraint("jenis_jabatan IN ('STRUKTURAL', 'JF', 'PELAKSANA')", name="jenis"),
        sa.CheckConstraint("jalur IN ('UTAMA', 'TAMBAHAN')", name="jalur"),
        sa.CheckConstraint("(jalur = 'UTAMA') = (penugasan = 'D')", name="penugasan"),
        sa.CheckConstraint("mutasi IN ('MJ', 'MU')", name="mutasi"),
        sa.CheckConstraint("mutasi = 'MJ' OR (tmt_mutasi IS NOT NULL AND tmt_mutasi > tmt)", name="r2"),
        sa.CheckConstraint("jalur = 'UTAMA' OR selesai IS NOT NULL", name="r5"),
        sa.CheckConstraint("lokasi IN ('DALAM', 'LUAR')", name="lokasi"),
        sa.CheckConstraint("lokasi = 'DALAM' OR (unit_id IS NULL AND instansi_tujuan <> '')", name="r9"),
        sa.CheckConstraint("atasan_id <> pegawai_id", name="r8_bukan_diri"),
        sa.CheckConstraint("atasan_cara IN ('PIMPINAN', 'DITUNJUK')", name="atasan_cara"),
        # R3, also against two people who verify at the same moment
        sa.Index(
            "uq_riwayat_jabatan_utama", "pegawai_id", "berlaku", unique=True,
            postgresql_where=sa.text("jalur = 'UTAMA' AND status = 'TERVERIFIKASI'"),
        ),
        sa.Index(
            "ix_riwayat_jabatan_tambahan", "selesai", "pegawai_id",
            postgresql_where=sa.text("jalur = 'TAMBAHAN' AND status = 'TERVERIFIKASI'"),
        ),
    )  # fmt: skip


class RiwayatGolongan(Riwayat):
    __tablename__ = "riwayat_golongan"

    golongan: Mapped[str]
    jenis_kp: Mapped[str] = mapped_column(default="")
    mk_tahun: Mapped[int] = mapped_column(default=0)
    mk_bulan: Mapped[int] = mapped_column(default=0)
    kredit: Mapped[str] = mapped_column(default="")
    pertek_nomor: Mapped[str] = mapped_column(default="")
    pertek_tanggal: Mapped[date | None]
    __table_args__ = (
        *_common("riwayat_golongan"),
        sa.CheckConstraint("mk_tahun BETWEEN 0 AND 60 AND mk_bulan BETWEEN 0 AND 11", name="masa_kerja"),
        sa.Index(
            "uq_riwayat_golongan_tmt", "pegawai_id", "tmt", unique=True,
            postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
        ),
    )  # fmt: skip


class RiwayatPendidikan(Riwayat):
    """`tmt` is the day of graduation (tanggal lulus), 31 December where only the year is known."""

    __tablename__ = "riwayat_pendidikan"

    tingkat: Mapped[str]  # SIASN id of the level
    prodi: Mapped[str] = mapped_column(default="")
    sekolah: Mapped[str] = mapped_column(default="")
    nomor_ijazah: Mapped[str] = mapped_column(default="")
    gelar_depan: Mapped[str] = mapped_column(default="")
    gelar_belakang: Mapped[str] = mapped_column(default="")
    pertama: Mapped[bool] = mapped_column(default=False)  # the diploma of the appointment
    dicantumkan: Mapped[bool] = mapped_column(default=False)  # pencantuman gelar by BKN
    __table_args__ = (
        *_common("riwayat_pendidikan"),
        sa.Index(
            "uq_riwayat_pendidikan_pertama", "pegawai_id", unique=True,
            postgresql_where=sa.text("pertama AND status = 'TERVERIFIKASI'"),
        ),
    )  # fmt: skip


class RiwayatKedudukan(Riwayat):
    """Legal standing from `tmt` on, until `selesai` or the next one."""

    __tablename__ = "riwayat_kedudukan"

    kode: Mapped[str]  # Kedudukan.kode
    __table_args__ = (
        *_common("riwayat_kedudukan"),
        sa.Index(
            "uq_riwayat_kedudukan_tmt", "pegawai_id", "tmt", unique=True,
            postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
        ),
    )  # fmt: skip


class RiwayatLain(Riwayat):
    """Every other kind: `isi` holds the fields that the kind declares (`jenis.py`), dates as yyyy-mm-dd."""

    __tablename__ = "riwayat_lain"

    jenis: Mapped[str]
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (
        *_common("riwayat_lain", "jenis"),
        sa.Index("ix_riwayat_lain_jenis", "pegawai_id", "jenis", sa.text("tmt DESC")),
    )


TABEL: dict[str, type[Riwayat]] = {
    "jabatan": RiwayatJabatan, "golongan": RiwayatGolongan, "pendidikan": RiwayatPendidikan,
    "kedudukan": RiwayatKedudukan, "lain": RiwayatLain,
}  # fmt: skip


# Whose the text of a file says it is: not looked at, the pegawai's, somebody else's, no NIP in it, no text (a scan).
BACAAN = TAK_DIBACA, COCOK, LAIN, TANPA_NIP, TANPA_TEKS = "", "COCOK", "LAIN", "TANPA_NIP", "TANPA_TEKS"


class BerkasTautan(Base):
    """A document of an entry. A new version takes the place of the old one, which stays and can come back.

    `dokumen_id` is empty where an old system recorded a file without saying where (path kosong).
    """

    __tablename__ = "berkas_tautan"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    tabel: Mapped[str]  # key of TABEL, or "pegawai" for papers of the person
    riwayat_id: Mapped[uuid.UUID | None]
    jenis_dokumen: Mapped[str]  # code of riwayat/dokumen.py
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    nama_asli: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    versi: Mapped[int] = mapped_column(default=1)
    aktif: Mapped[bool] = mapped_column(default=True)
    hilang: Mapped[bool] = mapped_column(default=False)  # the nightly check found no object behind the row
    dihapus_at: Mapped[datetime | None]
    dihapus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    alasan: Mapped[str] = mapped_column(default="")
    diunggah_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    nip_lain: Mapped[str] = mapped_column(default="", server_default="")  # read in the file, which names others only
    bacaan: Mapped[str] = mapped_column(default="", server_default="")  # what reading it gave, one of BACAAN
    batch_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # the run of the finder that linked it
    __table_args__ = (
        sa.Index(
            "uq_berkas_tautan_aktif", "tabel", "riwayat_id", "jenis_dokumen", unique=True,
            postgresql_where=sa.text("aktif AND riwayat_id IS NOT NULL"),
        ),
        sa.CheckConstraint(f"bacaan IN ({', '.join(repr(one) for one in BACAAN)})", name="bacaan"),
        sa.Index("ix_berkas_tautan_jenis", "jenis_dokumen", "pegawai_id", postgresql_where=sa.text("aktif")),
        sa.Index(
            "ix_berkas_tautan_tanpa_objek", "jenis_dokumen", "pegawai_id",
            postgresql_where=sa.text("aktif AND (dokumen_id IS NULL OR hilang)"),
        ),
    )  # fmt: skip
