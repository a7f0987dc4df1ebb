"""Tables of applications: the case, its answers and evidence, what was signed and when."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.approval import Submittable
from portal.kernel.db import Base
from portal.kernel.documents import Document
from portal.sertifikasi.skema.models import Elemen, SkemaSyarat, SkemaVersi, one_of

# states of a case (column `status` of its submission)
DRAF, DIAJUKAN, PERLU_PERBAIKAN = "DRAF", "DIAJUKAN", "PERLU_PERBAIKAN"
APL01_DITERIMA, APL01_DITOLAK = "APL01_DITERIMA", "APL01_DITOLAK"
APL02_DIAJUKAN, ASESOR_DITUGASKAN, DITINJAU = "APL02_DIAJUKAN", "ASESOR_DITUGASKAN", "DITINJAU"
APL02_PERLU_PERBAIKAN, SIAP_ASESMEN, TIDAK_LANJUT = "APL02_PERLU_PERBAIKAN", "SIAP_ASESMEN", "TIDAK_LANJUT"
AK01_DISETUJUI, TERJADWAL, BERLANGSUNG = "AK01_DISETUJUI", "TERJADWAL", "BERLANGSUNG"
DIREKOMENDASIKAN, MENUNGGU_KEPUTUSAN = "DIREKOMENDASIKAN", "MENUNGGU_KEPUTUSAN"
KOMPETEN, BELUM_KOMPETEN, DITUNDA = "KOMPETEN", "BELUM_KOMPETEN", "DITUNDA"
MENUNGGU_NOMOR, BERSERTIFIKAT = "MENUNGGU_NOMOR", "BERSERTIFIKAT"
DITARIK, GUGUR, DIBATALKAN = "DITARIK", "GUGUR", "DIBATALKAN"
STATES = (
    DRAF, DIAJUKAN, PERLU_PERBAIKAN, APL01_DITERIMA, APL01_DITOLAK, APL02_DIAJUKAN, ASESOR_DITUGASKAN, DITINJAU,
    APL02_PERLU_PERBAIKAN, SIAP_ASESMEN, TIDAK_LANJUT, AK01_DISETUJUI, TERJADWAL, BERLANGSUNG, DIREKOMENDASIKAN,
    MENUNGGU_KEPUTUSAN, KOMPETEN, BELUM_KOMPETEN, DITUNDA, MENUNGGU_NOMOR, BERSERTIFIKAT, DITARIK, GUGUR, DIBATALKAN,
)  # fmt: skip
FINAL = frozenset({APL01_DITOLAK, TIDAK_LANJUT, BELUM_KOMPETEN, BERSERTIFIKAT, DITARIK, GUGUR, DIBATALKAN})

BARU, PERPANJANGAN, ULANG, BANDING_ULANG = "BARU", "PERPANJANGAN", "ULANG", "BANDING_ULANG"
SERTIFIKASI, PKT, RPL, LAINNYA = "SERTIFIKASI", "PKT", "RPL", "LAINNYA"
K, BK = "K", "BK"
MEMENUHI, TIDAK_MEMENUHI = "MEMENUHI", "TIDAK_MEMENUHI"
APL01, APL02 = "FR.APL.01", "FR.APL.02"


class ProfilAsesi(Base):
    """What fills the next application. `isian`: field name of forms.FIELDS to text; the NIK lies sealed on Orang."""

    __tablename__ = "sertifikasi_profil"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), unique=True)
    orang_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("orang.id"), index=True)
    isian: Mapped[dict[str, Any]] = mapped_column(default=dict)
    versi: Mapped[int] = mapped_column(default=1)


class BerkasAsesi(Base):
    """A file in "Dokumen Saya", used as requirement or evidence wherever it is linked. `kunci`: made on the phone,
    so that a file sent twice is stored once. A replaced file stays and names its successor."""

    __tablename__ = "sertifikasi_berkas"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    dokumen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    kunci: Mapped[uuid.UUID] = mapped_column(unique=True)
    jenis: Mapped[str] = mapped_column(default="LAINNYA")
    judul: Mapped[str]
    penerbit: Mapped[str] = mapped_column(default="")
    tanggal: Mapped[date | None]  # of the document itself
    berlaku_sampai: Mapped[date | None]
    tempat: Mapped[str] = mapped_column(default="")  # where an activity took place
    digantikan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_berkas.id"))
    dihapus_at: Mapped[datetime | None]  # taken out of the locker; cases that use it keep it
    dokumen: Mapped[Document] = relationship(lazy="raise_on_sql")


class Permohonan(Submittable, Base):
    """One application of one person for one scheme, pinned to the scheme's version.

    `isian`: fields of APL-01 as typed; `asal`: field to where its value came from; `ditandai`: keys of fields and
    requirement rows that a return reopened (None: everything is open). `aktif` ends with a final state: the
    database allows one active case per person and scheme. `diingatkan`: reminder to the day it went, see pengingat.py.
    """

    __tablename__ = "sertifikasi_permohonan"

    nomor: Mapped[str | None] = mapped_column(unique=True)  # PMH-2026-000123, given when first sent
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    orang_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("orang.id"), index=True)
    skema_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema.id"))
    skema_versi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_versi.id"), index=True)
    jenis: Mapped[str] = mapped_column(default=BARU)
    tujuan: Mapped[str] = mapped_column(default=SERTIFIKASI)
    tujuan_lain: Mapped[str] = mapped_column(default="")
    isian: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asal: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ditandai: Mapped[list[str] | None]
    nik_enc: Mapped[bytes | None]
    nama: Mapped[str] = mapped_column(default="")  # as in `isian`, for lists
    provinsi: Mapped[str] = mapped_column(default="")
    instansi: Mapped[str] = mapped_column(default="")
    pernyataan: Mapped[bool] = mapped_column(default=False)
    aktif: Mapped[bool] = mapped_column(default=True)
    versi: Mapped[int] = mapped_column(default=1)
    tenggat: Mapped[date | None]  # of a repair
    diingatkan: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sa.text("'{}'"))
    apl01_diajukan_at: Mapped[datetime | None]
    apl01_diterima_at: Mapped[datetime | None]
    apl02_diajukan_at: Mapped[datetime | None]
    cari: Mapped[str] = mapped_column(
        sa.Computed("lower(f_unaccent(nama || ' ' || coalesce(nomor, '') || ' ' || instansi))", persisted=True)
    )
    skema_versi: Mapped[SkemaVersi] = relationship(lazy="raise_on_sql")
    syarat: Mapped[list["BuktiSyarat"]] = relationship(lazy="raise_on_sql")
    jawaban: Mapped[list["JawabanApl02"]] = relationship(lazy="raise_on_sql")
    __table_args__ = (
        sa.Index("uq_sertifikasi_permohonan_aktif", "user_id", "skema_id", unique=True,
                 postgresql_where=sa.text("aktif")),
        sa.Index("ix_sertifikasi_permohonan_cari", "cari", postgresql_using="gin",
                 postgresql_ops={"cari": "gin_trgm_ops"}),
        one_of("jenis", BARU, PERPANJANGAN, ULANG, BANDING_ULANG),
        one_of("tujuan", SERTIFIKASI, PKT, RPL, LAINNYA),
    )  # fmt: skip


class BuktiSyarat(Base):
    """One requirement of one case: the asesi attaches, the sekretariat decides each row."""

    __tablename__ = "sertifikasi_bukti_syarat"

    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"))
    syarat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_skema_syarat.id"))
    status: Mapped[str] = mapped_column(default="")  # "", MEMENUHI, TIDAK_MEMENUHI: set by the LSP
    catatan: Mapped[str] = mapped_column(default="")
    verifikator_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    versi: Mapped[int] = mapped_column(default=1)
    syarat: Mapped[SkemaSyarat] = relationship(lazy="raise_on_sql")
    berkas: Mapped[list[BerkasAsesi]] = relationship(
        lazy="raise_on_sql", secondary="sertifikasi_berkas_syarat", order_by="BerkasAsesi.id"
    )
    __table_args__ = (
        sa.UniqueConstraint("permohonan_id", "syarat_id"),
        one_of("status", "", MEMENUHI, TIDAK_MEMENUHI),
    )


class BerkasSyarat(Base):
    __tablename__ = "sertifikasi_berkas_syarat"

    bukti_syarat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_bukti_syarat.id"))
    berkas_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_berkas.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("bukti_syarat_id", "berkas_id"),)


class JawabanApl02(Base):
    """Answer to one elemen of the pinned version. The asesor marks the evidence valid, asli, terkini, memadai."""

    __tablename__ = "sertifikasi_jawaban"

    permohonan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"))
    elemen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_elemen.id"))
    jawaban: Mapped[str] = mapped_column(default="")  # "", K, BK
    catatan: Mapped[str] = mapped_column(default="")
    vatm: Mapped[list[str]] = mapped_column(default=list)  # letters of V, A, T, M that the asesor ticked
    catatan_asesor: Mapped[str] = mapped_column(default="")
    ditinjau_at: Mapped[datetime | None]
    perlu_perbaikan: Mapped[bool] = mapped_column(default=False)
    versi: Mapped[int] = mapped_column(default=1)
    elemen: Mapped[Elemen] = relationship(lazy="raise_on_sql")
    bukti: Mapped[list[BerkasAsesi]] = relationship(
        lazy="raise_on_sql", secondary="sertifikasi_jawaban_bukti", order_by="JawabanBukti.urut"
    )
    __table_args__ = (sa.UniqueConstraint("permohonan_id", "elemen_id"), one_of("jawaban", "", K, BK))


class JawabanBukti(Base):
    __tablename__ = "sertifikasi_jawaban_bukti"

    jawaban_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_jawaban.id"))
    berkas_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_berkas.id"), index=True)
    urut: Mapped[int] = mapped_column(default=0)
    __table_args__ = (sa.UniqueConstraint("jawaban_id", "berkas_id"),)


class FormIsian(Base):
    """Any FR form of a case, locked with the hash of its content; its paper is rendered once at the lock.

    `kode`: FR.APL.01 ... FR.AK.07, FR.MAPA.01, FR.IA.05 and whatever BNSP adds; `isi`: the content, frozen.
    APL-01 and APL-02 are kept here each time they are sent (`ke` counts). Append-only but for the paper's id.
    """

    __tablename__ = "sertifikasi_form"

    permohonan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("sertifikasi_permohonan.id"), index=True)
    sesi_id: Mapped[uuid.UUID | None]  # of forms that belong to a session and not to one person
    kode: Mapped[str]
    versi_form: Mapped[str] = mapped_column(default="2023")
    ke: Mapped[int] = mapped_column(default=1)
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sha256: Mapped[str] = mapped_column(default="")  # of `isi` in canonical JSON; "" while it is a draft
    dikunci_at: Mapped[datetime | None]
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    __table_args__ = (sa.UniqueConstraint("permohonan_id", "kode", "ke"),)


class TandaTangan(Base):
    """A "paraf layar": who, in which role, on which content, when, from where, how they proved it was them.
    The date on paper is this `pada`, written once."""

    __tablename__ = "sertifikasi_tanda_tangan"

    form_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("sertifikasi_form.id"))
    peran: Mapped[str]  # ASESI, ADMIN_LSP, ASESOR, KETUA
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    nama: Mapped[str]
    no_reg: Mapped[str] = mapped_column(default="")
    pada: Mapped[datetime]
    cara: Mapped[str]  # SANDI, KODE
    alamat_ip: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]  # of the form's content at that moment
    gambar_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"))
    __table_args__ = (sa.UniqueConstraint("form_id", "peran"),)
