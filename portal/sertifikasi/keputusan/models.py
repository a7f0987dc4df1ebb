"""Tables of deciding and certifying. Official numbers are recorded, never made here."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import APPEND_ONLY, Base
from portal.sertifikasi.saya.models import BK, DITUNDA, K
from portal.sertifikasi.skema.models import one_of

PERSIAPAN, BERLANGSUNG, DITUTUP = "PERSIAPAN", "BERLANGSUNG", "DITUTUP"
MENUNGGU_NOMOR, MENUNGGU_TANDA_TANGAN, BERLAKU = "MENUNGGU_NOMOR", "MENUNGGU_TANDA_TANGAN", "BERLAKU"
DITANGGUHKAN, DICABUT, KEDALUWARSA, DIGANTIKAN = "DITANGGUHKAN", "DICABUT", "KEDALUWARSA", "DIGANTIKAN"
STOK, TERPAKAI, RUSAK, HILANG = "STOK", "TERPAKAI", "RUSAK", "HILANG"


def _sought(table: str) -> sa.Index:
    """Parts of words in the column `cari`."""
    return sa.Index(
        f"ix_sertifikasi_{table}_cari", "cari", postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}
    )


class Sk(Base):
    """Surat keputusan of one pleno for one scheme; `koreksi_id` names the SK it corrects."""

    __tablename__ = "sertifikasi_sk"

    nomor: Mapped[str] = mapped_column(unique=True)
    tanggal: Mapped[date]
    skema_versi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_versi.id"))
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    ditandatangani_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    ditandatangani_at: Mapped[datetime | None]
    koreksi_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_sk.id"))
    pleno_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_pleno.id"), index=True)
    alasan: Mapped[str] = mapped_column(default="", server_default="")  # of a correction
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # as printed, frozen when prepared
    sha256: Mapped[str] = mapped_column(default="", server_default="")  # of `isi`
    disiapkan_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    pernyataan: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # user id to declared ties
    segel: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # oleh, penerbit, pada, seri


class Pleno(Base):
    """A meeting of the komite teknis. `kuorum`: members who must be able to decide a row after recusals."""

    __tablename__ = "sertifikasi_pleno"

    nomor: Mapped[str] = mapped_column(unique=True)
    tanggal: Mapped[date]
    tempat: Mapped[str] = mapped_column(default="")
    kuorum: Mapped[int]
    status: Mapped[str] = mapped_column(default=PERSIAPAN)
    catatan: Mapped[str] = mapped_column(default="")
    berita_acara_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    ditutup_at: Mapped[datetime | None]
    versi: Mapped[int] = mapped_column(default=1)
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # the minutes, frozen at the end
    isi_sha256: Mapped[str] = mapped_column(default="", server_default="")  # of `isi` when the chair signed
    undangan: Mapped[list[str]] = mapped_column(default=list, server_default="[]")  # guests who came; they do not vote
    __table_args__ = (
        one_of("status", PERSIAPAN, BERLANGSUNG, DITUTUP),
        sa.CheckConstraint("kuorum > 0", name="kuorum"),
    )


class PlenoAnggota(Base):
    __tablename__ = "sertifikasi_pleno_anggota"

    pleno_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_pleno.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    sebagai: Mapped[str] = mapped_column(default="ANGGOTA")  # KETUA, ANGGOTA
    hadir: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (sa.UniqueConstraint("pleno_id", "user_id"),)


class Keputusan(Base):
    """Decision about one case in one pleno. `rekusal`: user id to reason; those members did not decide this row.
    `suara`: user id to K/BK/DITUNDA."""

    __tablename__ = "sertifikasi_keputusan"

    pleno_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_pleno.id"))
    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    hasil: Mapped[str] = mapped_column(default="")
    alasan: Mapped[str] = mapped_column(default="")
    rekusal: Mapped[dict[str, Any]] = mapped_column(default=dict)
    suara: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_sk.id"))
    __table_args__ = (sa.UniqueConstraint("pleno_id", "permohonan_id"), one_of("hasil", "", K, BK, DITUNDA))


class Blanko(Base):
    """A numbered form received from BNSP."""

    __tablename__ = "sertifikasi_blanko"

    seri: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default=STOK)
    catatan: Mapped[str] = mapped_column(default="")
    cari: Mapped[str] = mapped_column(sa.Computed("lower(f_unaccent(seri))", persisted=True))
    __table_args__ = (
        sa.Index("ix_sertifikasi_blanko_keadaan", "status", "seri"),
        _sought("blanko"),
        one_of("status", STOK, TERPAKAI, RUSAK, HILANG),
    )


class Sertifikat(Base):
    """`diputus`: date of the decision; `sampai` = diputus + months of the version, never the day of printing.
    `token` (22 letters, 128 bits) and `kode` (10, without 0 O 1 I L) are never used twice."""

    __tablename__ = "sertifikasi_sertifikat"

    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    skema_versi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_versi.id"))
    keputusan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_keputusan.id"))
    nama: Mapped[str]  # as printed
    unit: Mapped[list[dict[str, Any]]] = mapped_column(sa.dialects.postgresql.JSONB)  # kode, judul, judul_en
    nomor: Mapped[str | None] = mapped_column(unique=True)
    no_reg: Mapped[str | None] = mapped_column(unique=True)
    blanko_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_blanko.id"), unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    kode: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default=MENUNGGU_NOMOR)
    diputus: Mapped[date]
    sampai: Mapped[date]
    terbit_at: Mapped[datetime | None]
    ditandatangani_oleh: Mapped[str] = mapped_column(default="")
    alasan_publik: Mapped[str] = mapped_column(default="")  # class of the reason of a suspension or revocation
    status_at: Mapped[datetime | None]
    menggantikan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_sertifikat.id"))
    sumber: Mapped[str] = mapped_column(default="PORTAL")  # ARSIP: from before the portal
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    sha256: Mapped[str] = mapped_column(default="")
    versi: Mapped[int] = mapped_column(default=1)
    ditandatangani_at: Mapped[datetime | None]  # by the ketua; the paper follows and makes it BERLAKU
    ditandatangani_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # as printed
    isi_sha256: Mapped[str] = mapped_column(default="", server_default="")  # of `isi` when the ketua signed
    segel: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # oleh, penerbit, pada, seri
    paket_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_paket_bnsp.id"), index=True)
    diingatkan_at: Mapped[datetime | None]  # told that it is time to renew
    cari: Mapped[str] = mapped_column(
        sa.Computed(
            "lower(f_unaccent(nama || ' ' || coalesce(nomor, '') || ' ' || coalesce(no_reg, '') || ' ' || kode))",
            persisted=True,
        )
    )
    __table_args__ = (
        sa.Index("ix_sertifikasi_sertifikat_diputus", "diputus", "id"),
        sa.Index("ix_sertifikasi_sertifikat_sampai", "sampai", "id"),
        sa.Index("ix_sertifikasi_sertifikat_nama", "nama", "id"),
        sa.Index("ix_sertifikasi_sertifikat_status", "status", "diputus", "id"),
        sa.Index("ix_sertifikasi_sertifikat_versi", "skema_versi_id", "diputus", "id"),
        _sought("sertifikat"),
        sa.Index("ix_sertifikasi_sertifikat_keadaan", "status", "sampai"),
        sa.Index("ix_sertifikasi_sertifikat_sidik", "sha256"),
        one_of("status", MENUNGGU_NOMOR, MENUNGGU_TANDA_TANGAN, BERLAKU, DITANGGUHKAN, DICABUT, KEDALUWARSA,
               DIGANTIKAN),
        one_of("sumber", "PORTAL", "ARSIP"),
        sa.CheckConstraint("sampai > diputus", name="masa"),
    )  # fmt: skip


APPEND_ONLY.append("sertifikasi_sertifikat_peristiwa")


class SertifikatPeristiwa(Base):
    """What happened to a certificate; append-only. `publik`: shown on the verification page."""

    __tablename__ = "sertifikasi_sertifikat_peristiwa"

    sertifikat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_sertifikat.id"), index=True)
    aksi: Mapped[str]
    dari: Mapped[str]
    ke: Mapped[str]
    pelaku_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    pelaku: Mapped[str]
    alasan: Mapped[str] = mapped_column(default="")
    publik: Mapped[str] = mapped_column(default="")


class Surveilan(Base):
    __tablename__ = "sertifikasi_surveilan"

    sertifikat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_sertifikat.id"), index=True)
    ke: Mapped[int]
    jatuh_tempo: Mapped[date]
    status: Mapped[str] = mapped_column(default="MENUNGGU")
    laporan: Mapped[str] = mapped_column(default="")
    temuan: Mapped[str] = mapped_column(default="")
    dikirim_at: Mapped[datetime | None]
    diputus_at: Mapped[datetime | None]
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)  # of the holder
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diingatkan_at: Mapped[datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("sertifikat_id", "ke"),
        sa.Index("ix_sertifikasi_surveilan_jatuh_tempo", "jatuh_tempo", "id"),
        sa.Index("ix_sertifikasi_surveilan_status", "status", "jatuh_tempo", "id"),
        one_of("status", "MENUNGGU", "DIKIRIM", "SESUAI", "TEMUAN"),
    )


class Banding(Base):
    """An appeal (FR.AK.04), handled by people outside the original row."""

    __tablename__ = "sertifikasi_banding"

    nomor: Mapped[str] = mapped_column(unique=True)
    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    objek: Mapped[str]  # ASESMEN, APL01
    jawaban: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the three questions of AK.04
    alasan: Mapped[str]
    status: Mapped[str] = mapped_column(default="DIAJUKAN")
    batas_jawab: Mapped[date]
    panel: Mapped[list[str]] = mapped_column(default=list)  # user ids
    putusan: Mapped[str] = mapped_column(default="")
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    versi: Mapped[int] = mapped_column(default=1)
    form_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_form.id"), index=True)
    keterangan: Mapped[str] = mapped_column(default="", server_default="")  # answer of the asesor
    keterangan_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    ulang_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"))  # the new case
    hasil: Mapped[str] = mapped_column(default="", server_default="")  # of the panel; the state follows the signature
    ditandatangani_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    ditandatangani_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("status", "DIAJUKAN", "DIREGISTRASI", "DITELAAH", "DITERIMA", "DITOLAK"),
        one_of("objek", "ASESMEN", "APL01"),
    )


TANGGUHKAN, CABUT, PULIHKAN, GANTI = "TANGGUHKAN", "CABUT", "PULIHKAN", "GANTI"
DIUSULKAN, DISETUJUI, DITOLAK, SELESAI = "DIUSULKAN", "DISETUJUI", "DITOLAK", "SELESAI"


class Tindakan(Base):
    """An act upon a certificate: proposed with its reason, answered by the holder, decided by the manajer, signed by
    the ketua. `kelas` is what the public reads; `uraian` and the file stay inside. `nama_baru`: on a replacement."""

    __tablename__ = "sertifikasi_tindakan"

    sertifikat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_sertifikat.id"), index=True)
    jenis: Mapped[str]
    kelas: Mapped[str]
    uraian: Mapped[str]
    nama_baru: Mapped[str] = mapped_column(default="")
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    status: Mapped[str] = mapped_column(default=DIUSULKAN)
    diusulkan_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    batas_tanggapan: Mapped[date]
    # Words of the komite: user, nama, pada, teks.
    pertimbangan: Mapped[list[dict[str, Any]]] = mapped_column(
        sa.dialects.postgresql.JSONB, default=list, server_default="[]"
    )
    tanggapan: Mapped[str] = mapped_column(default="")
    tanggapan_at: Mapped[datetime | None]
    putusan: Mapped[str] = mapped_column(default="")
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    ditandatangani_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    ditandatangani_at: Mapped[datetime | None]
    __table_args__ = (
        sa.Index("uq_sertifikasi_tindakan_terbuka", "sertifikat_id", unique=True,
                 postgresql_where=sa.text("status IN ('DIUSULKAN', 'DISETUJUI')")),
        one_of("jenis", TANGGUHKAN, CABUT, PULIHKAN, GANTI),
        one_of("status", DIUSULKAN, DISETUJUI, DITOLAK, SELESAI),
    )  # fmt: skip


class PaketBnsp(Base):
    """One request for blanko: letter, minutes, SK and lists in a zip. `isi`: the letter as printed; `rincian`: the
    files of the zip with their sizes, and what is wrong with them."""

    __tablename__ = "sertifikasi_paket_bnsp"

    nomor: Mapped[str] = mapped_column(unique=True)
    tanggal: Mapped[date]
    tujuan: Mapped[str]
    sk: Mapped[list[str]] = mapped_column(default=list)  # ids
    oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rincian: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)


class Pengaturan(Base):
    """What the LSP sets for itself: quorum, its name and officers, columns of the lists for BNSP."""

    __tablename__ = "sertifikasi_pengaturan"

    nama: Mapped[str] = mapped_column(unique=True)
    nilai: Mapped[dict[str, Any]]
