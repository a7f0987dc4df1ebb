"""Tables of the repository: what is stored of every case and register, how long, what was destroyed, who looks in."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import SEEDED, Base
from portal.sertifikasi.keputusan.models import Sertifikat, SertifikatPeristiwa
from portal.sertifikasi.saya.models import FormIsian, Permohonan
from portal.sertifikasi.skema.models import one_of

PERMANEN, ASESMEN, PRIBADI, SENSITIF = "PERMANEN", "ASESMEN", "PRIBADI", "SENSITIF"
RAHASIA, PERKARA, TATA_KELOLA = "RAHASIA", "PERKARA", "TATA_KELOLA"
DIBUAT, KEPUTUSAN, KEDALUWARSA, PEMAKAIAN = "DIBUAT", "KEPUTUSAN", "KEDALUWARSA", "PEMAKAIAN"
DIUSULKAN, DISETUJUI, DITOLAK, SELESAI = "DIUSULKAN", "DISETUJUI", "DITOLAK", "SELESAI"
LONGEST_DAYS = 90
RARE = (
    ("musnah", "dimusnahkan_at IS NOT NULL"),
    ("beda", "cocok IS false"),
    ("tahan", "ditahan_at IS NOT NULL"),
    ("usul", "pemusnahan_id IS NOT NULL"),
)  # what few entries are, each with an index of its own
SEEDED.append("sertifikasi_retensi")


class Retensi(Base):
    """A kind of document, its class, and how long it is kept. `bulan` None: for ever. `dasar`: the day it is counted
    from: the document itself, the decision, the end of the certificate, or the end of its use."""

    __tablename__ = "sertifikasi_retensi"

    jenis: Mapped[str] = mapped_column(unique=True)
    nama: Mapped[str]
    kelas: Mapped[str]
    bulan: Mapped[int | None]
    dasar: Mapped[str] = mapped_column(default=DIBUAT)
    urut: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        one_of("kelas", PERMANEN, ASESMEN, PRIBADI, SENSITIF, RAHASIA, PERKARA, TATA_KELOLA),
        one_of("dasar", DIBUAT, KEPUTUSAN, KEDALUWARSA, PEMAKAIAN),
        sa.CheckConstraint("bulan > 0", name="bulan"),
    )


class Pemusnahan(Base):
    """Destruction of documents: proposed by one, approved by another, done by a job that writes the certificate."""

    __tablename__ = "sertifikasi_pemusnahan"

    nomor: Mapped[str] = mapped_column(unique=True)
    alasan: Mapped[str]
    status: Mapped[str] = mapped_column(default=DIUSULKAN)
    diusulkan_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    catatan: Mapped[str] = mapped_column(default="")
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the certificate of destruction, frozen
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    __table_args__ = (
        one_of("status", DIUSULKAN, DISETUJUI, DITOLAK, SELESAI),
        sa.CheckConstraint("diputus_oleh_id IS NULL OR diputus_oleh_id <> diusulkan_oleh_id", name="dua_orang"),
    )


class Arsip(Base):
    """One document in one place of the process. What it says of scheme, province and so on is a copy for finding;
    `sha256` stays when the content is destroyed. `cocok`: result of the last check of the stored bytes."""

    __tablename__ = "sertifikasi_arsip"

    dokumen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dokumen.id"))
    permohonan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    jenis: Mapped[str]
    judul: Mapped[str]
    sha256: Mapped[str]
    ukuran: Mapped[int]
    pada: Mapped[datetime]
    tahun: Mapped[int]
    nomor: Mapped[str] = mapped_column(default="")
    nama: Mapped[str] = mapped_column(default="")
    skema_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_skema.id"))
    asesor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_asesor.id"))
    tuk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_tuk.id"))
    provinsi: Mapped[str] = mapped_column(default="")
    instansi: Mapped[str] = mapped_column(default="")
    simpan_sampai: Mapped[date | None]
    ditahan_at: Mapped[datetime | None]
    ditahan_alasan: Mapped[str] = mapped_column(default="")
    pemusnahan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_pemusnahan.id"), index=True)
    dimusnahkan_at: Mapped[datetime | None]
    diperiksa_at: Mapped[datetime | None]
    cocok: Mapped[bool | None]
    cari: Mapped[str] = mapped_column(
        sa.Computed("lower(f_unaccent(judul || ' ' || nama || ' ' || nomor))", persisted=True)
    )
    __table_args__ = (
        sa.UniqueConstraint("dokumen_id", "permohonan_id", "jenis", postgresql_nulls_not_distinct=True),
        sa.Index("ix_sertifikasi_arsip_pada", "pada", "id"),
        sa.Index("ix_sertifikasi_arsip_jenis_pada", "jenis", "pada", "id"),
        sa.Index("ix_sertifikasi_arsip_tahun_pada", "tahun", "pada", "id"),
        sa.Index("ix_sertifikasi_arsip_skema_pada", "skema_id", "pada", "id"),
        sa.Index("ix_sertifikasi_arsip_asesor_pada", "asesor_id", "pada", "id"),
        sa.Index("ix_sertifikasi_arsip_tuk_pada", "tuk_id", "pada", "id"),
        sa.Index("ix_sertifikasi_arsip_provinsi_pada", "provinsi", "pada", "id"),
        sa.Index("ix_sertifikasi_arsip_instansi_pada", "instansi", "pada", "id"),
        *(
            sa.Index(f"ix_sertifikasi_arsip_{name}", "pada", "id", postgresql_where=sa.text(rare))
            for name, rare in RARE
        ),
        sa.Index("ix_sertifikasi_arsip_simpan", "simpan_sampai", postgresql_where=sa.text("dimusnahkan_at IS NULL")),
        sa.Index(
            "ix_sertifikasi_arsip_periksa",
            sa.text("diperiksa_at NULLS FIRST"),
            "id",
            postgresql_where=sa.text("dimusnahkan_at IS NULL"),
        ),
        sa.Index("ix_sertifikasi_arsip_cari", "cari", postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}),
    )


class AksesPihakKetiga(Base):
    """Leave for one named outside person to look in: schemes (ids, none for all), cases sent between two days, for at
    most 90 days. Proposed by the sekretariat, in force once the manajer has approved."""

    __tablename__ = "sertifikasi_akses"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    tujuan: Mapped[str]
    skema: Mapped[list[str]] = mapped_column(default=list)
    data_dari: Mapped[date]
    data_sampai: Mapped[date]
    mulai: Mapped[date]
    selesai: Mapped[date]
    diusulkan_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    disetujui_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    disetujui_at: Mapped[datetime | None]
    dicabut_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(f"selesai >= mulai AND selesai <= mulai + {LONGEST_DAYS}", name="masa"),
        sa.CheckConstraint("data_sampai >= data_dari", name="data"),
        sa.CheckConstraint("disetujui_oleh_id IS NULL OR disetujui_oleh_id <> diusulkan_oleh_id", name="dua_orang"),
    )


# What the figures as of a day are read from, without the rows themselves.
sa.Index(
    "ix_langkah_persetujuan_riwayat",
    SubmissionEvent.submission_id,
    SubmissionEvent.id.desc(),
    postgresql_include=["dibuat_at", "ke"],
)
sa.Index(
    "ix_sertifikasi_peristiwa_riwayat",
    SertifikatPeristiwa.sertifikat_id,
    SertifikatPeristiwa.id.desc(),
    postgresql_include=["dibuat_at", "ke"],
)
sa.Index("ix_sertifikasi_form_dokumen", FormIsian.dokumen_id)
sa.Index("ix_sertifikasi_sertifikat_dokumen", Sertifikat.dokumen_id)
sa.Index("ix_sertifikasi_permohonan_pemohon", Permohonan.user_id, Permohonan.id)
# Whether anything that figures are made of changed since they were counted.
sa.Index(
    "ix_pengajuan_sertifikasi_diubah",
    Submission.diubah_at,
    postgresql_where=sa.text("alur = 'sertifikasi.permohonan'"),
)
sa.Index(
    "ix_sertifikasi_permohonan_diubah",
    Permohonan.diubah_at,
    postgresql_where=sa.text("apl01_diajukan_at IS NOT NULL"),
)
