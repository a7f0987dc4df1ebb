"""Tables of assessing: assessors, venues, assignments and declared conflicts, sessions, results per unit."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.approval import Submission
from portal.kernel.db import Base
from portal.sertifikasi.saya.models import BK, K, Permohonan
from portal.sertifikasi.skema.models import one_of

DIUSULKAN, MENUNGGU_COI, BERSEDIA, MENOLAK = "DIUSULKAN", "MENUNGGU_COI", "BERSEDIA", "MENOLAK"
AKTIF, SELESAI = "AKTIF", "SELESAI"
SEWAKTU, TEMPAT_KERJA, MANDIRI = "SEWAKTU", "TEMPAT_KERJA", "MANDIRI"
LURING, DARING_SINKRON, DARING_ASINKRON, HYBRID = "LURING", "DARING_SINKRON", "DARING_ASINKRON", "HYBRID"
HADIR, TERLAMBAT, TIDAK_HADIR = "HADIR", "TERLAMBAT", "TIDAK_HADIR"


class Asesor(Base):
    """`no_reg`: as written on the methodology certificate, normalised (MET.000.nnnnnn yyyy); `mulai`/`selesai`: its
    three years. An assessor may be an asesi elsewhere: rules compare persons (user_id)."""

    __tablename__ = "sertifikasi_asesor"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), unique=True)
    no_reg: Mapped[str] = mapped_column(unique=True)
    instansi: Mapped[str] = mapped_column(default="")
    mulai: Mapped[date]
    selesai: Mapped[date]
    aktif: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (sa.CheckConstraint("selesai >= mulai", name="masa"),)


class AsesorSkema(Base):
    """Technical competence of an assessor for a scheme, with its period."""

    __tablename__ = "sertifikasi_asesor_skema"

    asesor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_asesor.id"))
    skema_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema.id"), index=True)
    mulai: Mapped[date]
    selesai: Mapped[date]
    __table_args__ = (sa.UniqueConstraint("asesor_id", "skema_id"),)


class Pelatihan(Base):
    """Who trained whom, and when: an assessor does not assess a person they trained in the last 24 months."""

    __tablename__ = "sertifikasi_pelatihan"

    pelatih_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    peserta_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    nama: Mapped[str]
    selesai: Mapped[date]


class Tuk(Base):
    """Test venue with the period of its verification. `zona`: dates of its sessions are shown in it."""

    __tablename__ = "sertifikasi_tuk"

    kode: Mapped[str] = mapped_column(unique=True)
    nama: Mapped[str]
    jenis: Mapped[str]
    alamat: Mapped[str] = mapped_column(default="")
    kota: Mapped[str]
    provinsi: Mapped[str]
    zona: Mapped[str] = mapped_column(default="Asia/Jakarta")
    kuota: Mapped[int] = mapped_column(default=20)
    pemilik_pelatih: Mapped[bool] = mapped_column(default=False)  # its owner also trains asesi
    mulai: Mapped[date]
    selesai: Mapped[date]
    __table_args__ = (
        one_of("jenis", SEWAKTU, TEMPAT_KERJA, MANDIRI),
        sa.CheckConstraint("selesai >= mulai", name="masa"),
        sa.CheckConstraint("kuota > 0", name="kuota"),
    )


class PenugasanAsesor(Base):
    """One assessor proposed for one case. Active only after the declaration and the manajer's approval."""

    __tablename__ = "sertifikasi_penugasan"

    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    asesor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_asesor.id"), index=True)
    status: Mapped[str] = mapped_column(default=DIUSULKAN)
    surat_tugas: Mapped[str] = mapped_column(default="")  # number
    diusulkan_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    disetujui_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    disetujui_at: Mapped[datetime | None]
    peringatan: Mapped[list[str]] = mapped_column(default=list)  # soft rules that spoke when it was proposed
    mitigasi: Mapped[str] = mapped_column(default="")  # the manajer's words where a rule was overridden
    rencana: Mapped[date | None]  # day of the assessment for which the rules were asked
    alasan: Mapped[str] = mapped_column(default="", server_default="")  # why it was refused, or ended early
    keberatan_jawaban: Mapped[str] = mapped_column(default="", server_default="")
    keberatan: Mapped[str] = mapped_column(default="")  # of the asesi, within three working days
    keberatan_at: Mapped[datetime | None]
    asesor: Mapped[Asesor] = relationship(lazy="raise_on_sql")
    __table_args__ = (
        sa.Index("uq_sertifikasi_penugasan_berlaku", "permohonan_id", unique=True,
                 postgresql_where=sa.text("status IN ('DIUSULKAN', 'MENUNGGU_COI', 'BERSEDIA', 'AKTIF')")),
        one_of("status", DIUSULKAN, MENUNGGU_COI, BERSEDIA, MENOLAK, AKTIF, SELESAI),
    )  # fmt: skip


class DeklarasiCoi(Base):
    """Declaration of conflicts of interest, before anything but name, scheme and institution is shown."""

    __tablename__ = "sertifikasi_deklarasi_coi"

    penugasan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_penugasan.id"), unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    jawaban: Mapped[dict[str, Any]] = mapped_column(default=dict)  # question text to YA/TIDAK
    rincian: Mapped[str] = mapped_column(default="")
    ada_konflik: Mapped[bool]


class SesiAsesmen(Base):
    __tablename__ = "sertifikasi_sesi"

    skema_versi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_versi.id"))
    tuk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_tuk.id"), index=True)
    asesor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_asesor.id"), index=True)
    moda: Mapped[str] = mapped_column(default=LURING)
    mulai: Mapped[datetime]
    selesai: Mapped[datetime]
    kuota: Mapped[int]
    izin_bnsp_ref: Mapped[str] = mapped_column(default="")
    berita_acara_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    ditutup_at: Mapped[datetime | None]  # AK.05 and berita acara are in
    dibatalkan_at: Mapped[datetime | None]  # called off before it began: it holds neither people nor room
    alasan_batal: Mapped[str] = mapped_column(default="", server_default="")
    tuk: Mapped[Tuk] = relationship(lazy="raise_on_sql")
    asesor: Mapped[Asesor] = relationship(lazy="raise_on_sql")
    __table_args__ = (
        one_of("moda", LURING, DARING_SINKRON, DARING_ASINKRON, HYBRID),
        sa.CheckConstraint("selesai > mulai", name="waktu"),
    )


class SesiMedia(Base):
    """A room of a session held at a distance. Empty until the LSP may assess on line."""

    __tablename__ = "sertifikasi_sesi_media"

    sesi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_sesi.id"), index=True)
    penyedia: Mapped[str]
    url_ruang: Mapped[str]
    mulai: Mapped[datetime | None]
    selesai: Mapped[datetime | None]
    rekaman_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    persetujuan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_form.id"))


class PesertaSesi(Base):
    __tablename__ = "sertifikasi_peserta_sesi"

    sesi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_sesi.id"))
    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    kehadiran: Mapped[str] = mapped_column(default="")
    catatan: Mapped[str] = mapped_column(default="")
    minta_setuju_at: Mapped[datetime | None]  # the day of FR.AK.01 was moved; the asesi is asked
    disetujui_at: Mapped[datetime | None]  # and agreed
    __table_args__ = (
        sa.UniqueConstraint("sesi_id", "permohonan_id"),
        one_of("kehadiran", "", HADIR, TERLAMBAT, TIDAK_HADIR),
    )


class HasilUnit(Base):
    """K or BK of one unit of one case (FR.AK.02). `gagal`: ids of elemen not shown; `metode`: columns ticked."""

    __tablename__ = "sertifikasi_hasil_unit"

    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_unit.id"))
    metode: Mapped[list[str]] = mapped_column(default=list)
    hasil: Mapped[str] = mapped_column(default="")
    gagal: Mapped[list[str]] = mapped_column(default=list)
    tindak_lanjut: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.UniqueConstraint("permohonan_id", "unit_id"), one_of("hasil", "", K, BK))


class Rekomendasi(Base):
    """The assessor's recommendation for the whole scheme. K only when no unit is BK (unless the scheme allows)."""

    __tablename__ = "sertifikasi_rekomendasi"

    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), unique=True)
    asesor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_asesor.id"))
    hasil: Mapped[str]
    tindak_lanjut: Mapped[str] = mapped_column(default="")
    komentar: Mapped[str] = mapped_column(default="")
    versi: Mapped[int] = mapped_column(default=1)
    __table_args__ = (one_of("hasil", K, BK),)


class BerkasRegister(Base):
    """A document of the registers: certificate of methodology, licence, record of a TUK's verification."""

    __tablename__ = "sertifikasi_berkas_register"

    asesor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_asesor.id"), index=True)
    tuk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_tuk.id"), index=True)
    dokumen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    judul: Mapped[str]
    __table_args__ = (sa.CheckConstraint("num_nonnulls(asesor_id, tuk_id) = 1", name="satu"),)


# What the list of 100,000 applications is walked by.
_SENT = (Permohonan.apl01_diajukan_at, Permohonan.id)
sa.Index("ix_sertifikasi_permohonan_terkirim", *_SENT)
sa.Index("ix_sertifikasi_permohonan_skema", Permohonan.skema_id, *_SENT)
sa.Index("ix_sertifikasi_permohonan_provinsi", Permohonan.provinsi, *_SENT)
sa.Index("ix_sertifikasi_permohonan_instansi", Permohonan.instansi, *_SENT)
sa.Index("ix_sertifikasi_permohonan_nama", Permohonan.nama, Permohonan.id)
sa.Index("ix_pengajuan_sertifikasi", Submission.status, Submission.id,
         postgresql_where=sa.text("alur = 'sertifikasi.permohonan'"))  # fmt: skip
