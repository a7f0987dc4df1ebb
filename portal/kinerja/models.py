"""Tables of employee performance. Numbers are NUMERIC(14,2); capaian is percent 0-120 or NULL."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.approval import Submittable
from portal.kernel.db import Base
from portal.kernel.documents import Document

# states of one step of a month
BELUM, DRAF, DIAJUKAN, DIKEMBALIKAN, DISETUJUI = "BELUM", "DRAF", "DIAJUKAN", "DIKEMBALIKAN", "DISETUJUI"
PERLU_TINJAU = "PERLU_TINJAU"
# states of the bundle (column `status` of its submission) besides DIAJUKAN and DIKEMBALIKAN
BERJALAN, DITETAPKAN, TERKUNCI, DIBUKA = "BERJALAN", "DITETAPKAN", "TERKUNCI", "DIBUKA"
MENUNGGU_PENILAI = "MENUNGGU_PENILAI"
BUNDLE_STATES = [BERJALAN, DIAJUKAN, DIKEMBALIKAN, DITETAPKAN, TERKUNCI, DIBUKA, MENUNGGU_PENILAI]
STEPS = ("renaksi", "skp", "pks")
OPEN_STATES = {BERJALAN, DIKEMBALIKAN, DIBUKA}  # the pegawai works on the bundle
EDITABLE = {BELUM, DRAF, DIKEMBALIKAN, PERLU_TINJAU}  # and may change a step in one of these
TIDAK_LAPOR = "TIDAK_LAPOR"

UTAMA, TAMBAHAN = "UTAMA", "TAMBAHAN"
KUANTITAS, KUALITAS, WAKTU, BIAYA = "KUANTITAS", "KUALITAS", "WAKTU", "BIAYA"
NAIK, TURUN = "NAIK", "TURUN"
JUMLAH, AKHIR, RATA2 = "JUMLAH", "AKHIR", "RATA2"
SETUJU, KEMBALI = "SETUJU", "KEMBALI"
BERKAS, TAUTAN, DOKUMEN_PORTAL = "BERKAS", "TAUTAN", "DOKUMEN_PORTAL"
OTOMATIS, DIUBAH = "OTOMATIS", "DIUBAH"
ASPEK_PERILAKU = {
    "BERORIENTASI_PELAYANAN": "Berorientasi Pelayanan",
    "AKUNTABEL": "Akuntabel",
    "KOMPETEN": "Kompeten",
    "HARMONIS": "Harmonis",
    "LOYAL": "Loyal",
    "ADAPTIF": "Adaptif",
    "KOLABORATIF": "Kolaboratif",
}
STEP_STATES = "'BELUM', 'DRAF', 'DIAJUKAN', 'DIKEMBALIKAN', 'DISETUJUI', 'PERLU_TINJAU'"

Angka = sa.Numeric(14, 2)


def _one_of(column: str, values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({values})", name=column)


class TahunKinerja(Base):
    """One performance year and its settings; `aturan` overrides the defaults of settings.py."""

    __tablename__ = "kinerja_tahun"

    tahun: Mapped[int] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="BERJALAN")
    periodik: Mapped[str] = mapped_column(default="BULANAN")
    aturan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (
        _one_of("status", "'PERSIAPAN', 'BERJALAN', 'EVALUASI', 'TUTUP'"),
        _one_of("periodik", "'BULANAN', 'TRIWULAN'"),
    )


class JadwalKunci(Base):
    """Deadlines of one month; a row with `pd_id` is an exception for one PD, with its reason."""

    __tablename__ = "kinerja_jadwal_kunci"

    tahun: Mapped[int]
    bulan: Mapped[int]
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    buka: Mapped[date]
    batas_pegawai: Mapped[date]
    batas_penilai: Mapped[date]
    kunci_at: Mapped[datetime]
    alasan: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.CheckConstraint("bulan BETWEEN 1 AND 12", name="bulan"),
        sa.CheckConstraint("batas_pegawai <= batas_penilai", name="urutan"),
        sa.Index(
            "uq_kinerja_jadwal_kunci_bulan", "tahun", "bulan", sa.text("coalesce(pd_id::text, '')"), unique=True
        ),
    )  # fmt: skip


class Skp(Base):
    """The plan of one pegawai in one jabatan for a period inside a year, as set (DITETAPKAN)."""

    __tablename__ = "kinerja_skp"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    tahun: Mapped[int]
    mulai: Mapped[date]
    selesai: Mapped[date]
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"))
    pd_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"))
    jabatan: Mapped[str]
    pangkat: Mapped[str] = mapped_column(default="-")  # "Penata Muda Tk. I (III/b)" or "-"
    unit_nama: Mapped[str]
    jenis: Mapped[str]  # JPT, JA_JF
    penugasan: Mapped[str] = mapped_column(default="DEFINITIF")  # DEFINITIF, PLT
    pendekatan: Mapped[str] = mapped_column(default="KUANTITATIF")
    penilai_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pegawai.id"))
    versi: Mapped[int] = mapped_column(default=1)
    menggantikan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("kinerja_skp.id"))
    status: Mapped[str] = mapped_column(default=DITETAPKAN)
    ditetapkan_at: Mapped[datetime | None]
    rhk: Mapped[list["Rhk"]] = relationship(lazy="raise_on_sql", order_by="Rhk.urut", back_populates="skp")
    __table_args__ = (
        _one_of("jenis", "'JPT', 'JA_JF'"),
        _one_of("penugasan", "'DEFINITIF', 'PLT'"),
        _one_of("pendekatan", "'KUANTITATIF', 'KUALITATIF'"),
        _one_of(
            "status", "'DRAF', 'DIAJUKAN', 'DIKEMBALIKAN', 'DITETAPKAN', 'REVISI_DIMINTA', 'DIGANTIKAN', 'DITUTUP'"
        ),
        sa.CheckConstraint("selesai >= mulai AND extract(year FROM mulai) = tahun", name="masa"),
        ExcludeConstraint(
            (sa.text("pegawai_id"), "="), (sa.text("penugasan"), "="),
            (sa.text("daterange(mulai, selesai, '[]')"), "&&"),
            where=sa.text("status IN ('DITETAPKAN', 'REVISI_DIMINTA', 'DITUTUP')"),
            name="ex_kinerja_skp_satu_berlaku",
        ),
        sa.Index("ix_kinerja_skp_pegawai", "pegawai_id", "tahun"),
        sa.Index(
            "ix_kinerja_skp_tahun", "tahun", "pd_id",
            postgresql_include=["id", "pegawai_id", "unit_id", "mulai", "selesai", "status"],
        ),
    )  # fmt: skip


class Rhk(Base):
    __tablename__ = "kinerja_rhk"

    skp_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_skp.id"), index=True)
    urut: Mapped[int]
    jenis: Mapped[str] = mapped_column(default=UTAMA)
    klasifikasi: Mapped[str] = mapped_column(default="INDIVIDU")
    tema: Mapped[str] = mapped_column(default="")
    uraian: Mapped[str]
    rhk_pimpinan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("kinerja_rhk.id"))
    rhk_pimpinan: Mapped[str] = mapped_column(default="")
    perspektif: Mapped[str] = mapped_column(default="")
    pemberi_tugas: Mapped[str] = mapped_column(default="")
    silsilah_id: Mapped[uuid.UUID | None]
    skp: Mapped[Skp] = relationship(lazy="raise_on_sql", back_populates="rhk")
    indikator: Mapped[list["Indikator"]] = relationship(lazy="raise_on_sql", order_by="Indikator.urut")
    renaksi: Mapped[list["Renaksi"]] = relationship(lazy="raise_on_sql", order_by="Renaksi.bulan")
    __table_args__ = (
        sa.UniqueConstraint("skp_id", "urut"),
        _one_of("jenis", "'UTAMA', 'TAMBAHAN'"),
        _one_of("klasifikasi", "'INDIVIDU', 'TEMATIK', 'INOVASI'"),
    )


class Indikator(Base):
    __tablename__ = "kinerja_indikator"

    rhk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_rhk.id"), index=True)
    urut: Mapped[int]
    aspek: Mapped[str]
    uraian: Mapped[str]
    target_min: Mapped[Decimal] = mapped_column(Angka)
    target_maks: Mapped[Decimal] = mapped_column(Angka)
    satuan: Mapped[str]
    polaritas: Mapped[str] = mapped_column(default=NAIK)
    akumulasi: Mapped[str] = mapped_column(default=JUMLAH)
    narasi_target: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.UniqueConstraint("rhk_id", "urut"),
        sa.CheckConstraint("target_min <= target_maks AND target_min >= 0", name="target"),
        sa.CheckConstraint("satuan <> ''", name="satuan"),
        _one_of("aspek", "'KUANTITAS', 'KUALITAS', 'WAKTU', 'BIAYA'"),
        _one_of("polaritas", "'NAIK', 'TURUN'"),
        _one_of("akumulasi", "'JUMLAH', 'AKHIR', 'RATA2'"),
    )


class SkpPerilaku(Base):
    __tablename__ = "kinerja_skp_perilaku"

    skp_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_skp.id"))
    aspek: Mapped[str]
    ekspektasi_khusus: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.UniqueConstraint("skp_id", "aspek"),)


class SkpLampiran(Base):
    __tablename__ = "kinerja_skp_lampiran"

    skp_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_skp.id"))
    jenis: Mapped[str]
    urut: Mapped[int]
    teks: Mapped[str]
    __table_args__ = (
        sa.UniqueConstraint("skp_id", "jenis", "urut"),
        _one_of("jenis", "'DUKUNGAN', 'SKEMA', 'KONSEKUENSI'"),
    )


class Renaksi(Base):
    """Plan of one RHK for one month. Target 0 means nothing was planned."""

    __tablename__ = "kinerja_renaksi"

    rhk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_rhk.id"))
    bulan: Mapped[int]
    uraian: Mapped[str]
    target: Mapped[Decimal] = mapped_column(Angka)
    satuan: Mapped[str]
    __table_args__ = (
        sa.UniqueConstraint("rhk_id", "bulan"),
        sa.CheckConstraint("bulan BETWEEN 1 AND 12", name="bulan"),
        sa.CheckConstraint("target >= 0", name="target"),
    )


class KinerjaBulanan(Submittable, Base):
    """The bundle of one SKP and one month. Its state is `submission.status`; the row is made when opened."""

    __tablename__ = "kinerja_bulanan"

    skp_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_skp.id"))
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    pd_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"))
    tahun: Mapped[int]
    bulan: Mapped[int]
    renaksi_status: Mapped[str] = mapped_column(default=BELUM)
    skp_status: Mapped[str] = mapped_column(default=BELUM)
    pks_status: Mapped[str] = mapped_column(default=BELUM)
    penilai_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    penilai: Mapped[dict[str, Any]] = mapped_column(default=dict)  # nama, nip, jabatan, pangkat, unit at that time
    atasan_penilai_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    batas_perbaikan: Mapped[date | None]  # after a return: the pegawai may repair until this day
    isian_mentah: Mapped[dict[str, Any]] = mapped_column(default=dict)  # typed texts that are not numbers yet
    ringkasan: Mapped[str] = mapped_column(default="")
    pernyataan_at: Mapped[datetime | None]
    terakhir_dikirim: Mapped[dict[str, Any]] = mapped_column(default=dict)  # values of the last sending, for the diff
    capaian_rata2: Mapped[Decimal | None] = mapped_column(Angka)
    jumlah_kembali: Mapped[int] = mapped_column(default=0)
    dibuka_sampai: Mapped[datetime | None]  # unlocked by BKPSDM until
    skp: Mapped[Skp] = relationship(lazy="raise_on_sql")
    realisasi: Mapped[list["RealisasiBulanan"]] = relationship(
        lazy="raise_on_sql", back_populates="bundel", order_by="RealisasiBulanan.urut"
    )
    __table_args__ = (
        sa.UniqueConstraint("skp_id", "bulan"),
        sa.CheckConstraint("bulan BETWEEN 1 AND 12", name="bulan"),
        _one_of("renaksi_status", STEP_STATES),
        _one_of("skp_status", STEP_STATES),
        _one_of("pks_status", STEP_STATES),
        sa.Index(
            "ix_kinerja_bulanan_bulan",
            "tahun",
            "bulan",
            "pd_id",
            postgresql_include=["skp_id", "submission_id", "capaian_rata2", "batas_perbaikan"],
        ),
        sa.Index("ix_kinerja_bulanan_pegawai", "pegawai_id", "tahun", "bulan"),
    )


class RealisasiBulanan(Base):
    """What one RHK reached in one month (step 1) and why (step 2), with the penilai's decision on each step."""

    __tablename__ = "kinerja_realisasi_bulanan"

    kinerja_bulanan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_bulanan.id"))
    rhk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_rhk.id"), index=True)
    urut: Mapped[int]
    target: Mapped[Decimal] = mapped_column(Angka)
    satuan: Mapped[str]
    realisasi: Mapped[Decimal | None] = mapped_column(Angka)
    realisasi_diakui: Mapped[Decimal | None] = mapped_column(Angka)
    alasan_diakui: Mapped[str] = mapped_column(default="")
    capaian: Mapped[Decimal | None] = mapped_column(Angka)
    keterangan: Mapped[str] = mapped_column(default="")
    faktor_pendukung: Mapped[str] = mapped_column(default="")
    faktor_penghambat: Mapped[str] = mapped_column(default="")
    rencana_tindak_lanjut: Mapped[str] = mapped_column(default="")
    keputusan_renaksi: Mapped[str | None]
    catatan_renaksi: Mapped[str] = mapped_column(default="")
    keputusan_skp: Mapped[str | None]
    catatan_skp: Mapped[str] = mapped_column(default="")
    umpan_balik: Mapped[str] = mapped_column(default="")
    versi: Mapped[int] = mapped_column(default=1)
    bundel: Mapped[KinerjaBulanan] = relationship(lazy="raise_on_sql", back_populates="realisasi")
    rhk: Mapped[Rhk] = relationship(lazy="raise_on_sql")
    bukti: Mapped[list["BuktiDukung"]] = relationship(
        lazy="raise_on_sql", secondary="kinerja_bukti_tautan", order_by="BuktiDukung.id"
    )
    __table_args__ = (
        sa.UniqueConstraint("kinerja_bulanan_id", "rhk_id"),
        sa.CheckConstraint("realisasi >= 0", name="realisasi"),
        sa.CheckConstraint("realisasi_diakui >= 0 AND realisasi_diakui <= realisasi", name="diakui"),
        sa.CheckConstraint("capaian BETWEEN 0 AND 120", name="capaian"),
    )


class RealisasiIndikator(Base):
    """Monthly realisasi of one indikator of aspek kualitas, waktu or biaya (kuantitas comes from step 1)."""

    __tablename__ = "kinerja_realisasi_indikator"

    kinerja_bulanan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_bulanan.id"))
    indikator_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_indikator.id"), index=True)
    realisasi: Mapped[Decimal | None] = mapped_column(Angka)
    versi: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.UniqueConstraint("kinerja_bulanan_id", "indikator_id"),
        sa.CheckConstraint("realisasi >= 0", name="realisasi"),
    )


class PksBaris(Base):
    """One line of the measurement sheet; `asal` keeps the three fetched texts when a person edits them."""

    __tablename__ = "kinerja_pks_baris"

    kinerja_bulanan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_bulanan.id"))
    rhk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_rhk.id"))
    urut: Mapped[int]
    target: Mapped[Decimal] = mapped_column(Angka)
    realisasi: Mapped[Decimal | None] = mapped_column(Angka)
    capaian: Mapped[Decimal | None] = mapped_column(Angka)
    faktor_pendukung: Mapped[str] = mapped_column(default="")
    faktor_penghambat: Mapped[str] = mapped_column(default="")
    rencana_tindak_lanjut: Mapped[str] = mapped_column(default="")
    sumber: Mapped[str] = mapped_column(default=OTOMATIS)
    asal: Mapped[dict[str, Any]] = mapped_column(default=dict)
    keputusan: Mapped[str | None]
    catatan: Mapped[str] = mapped_column(default="")
    versi: Mapped[int] = mapped_column(default=1)
    rhk: Mapped[Rhk] = relationship(lazy="raise_on_sql")
    __table_args__ = (
        sa.UniqueConstraint("kinerja_bulanan_id", "rhk_id"),
        _one_of("sumber", "'OTOMATIS', 'DIUBAH'"),
        sa.CheckConstraint("capaian BETWEEN 0 AND 120", name="capaian"),
    )


class RealisasiTahunan(Base):
    """Closing realisasi of one indikator for the year; the folder is green when every indikator has one."""

    __tablename__ = "kinerja_realisasi_tahunan"

    indikator_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_indikator.id"), unique=True)
    realisasi: Mapped[Decimal] = mapped_column(Angka)
    narasi: Mapped[str] = mapped_column(default="")
    ditutup_at: Mapped[datetime]


class BuktiDukung(Base):
    """A piece of evidence of one person: a file, an https link, or a document of the portal."""

    __tablename__ = "kinerja_bukti_dukung"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    jenis: Mapped[str]
    nama: Mapped[str]
    uri: Mapped[str] = mapped_column(default="")
    dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    dokumen: Mapped[Document | None] = relationship(lazy="raise_on_sql")
    __table_args__ = (
        _one_of("jenis", "'BERKAS', 'TAUTAN', 'DOKUMEN_PORTAL'"),
        sa.CheckConstraint("(jenis = 'TAUTAN') = (dokumen_id IS NULL)", name="isi"),
    )


class BuktiTautan(Base):
    __tablename__ = "kinerja_bukti_tautan"

    bukti_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_bukti_dukung.id"))
    realisasi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_realisasi_bulanan.id"), index=True)
    dibuka_at: Mapped[datetime | None]  # first time the penilai opened it
    __table_args__ = (sa.UniqueConstraint("bukti_id", "realisasi_id"),)


class Evaluasi(Base):
    """Ratings of one period ("B09", "TW3", "TAHUN") and the predikat that follows from them."""

    __tablename__ = "kinerja_evaluasi"

    skp_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_skp.id"))
    periode: Mapped[str]
    saran_hasil: Mapped[str | None]
    saran_perilaku: Mapped[str | None]
    rating_hasil: Mapped[str | None]
    rating_perilaku: Mapped[str | None]
    predikat: Mapped[str | None]
    alasan_beda: Mapped[str] = mapped_column(default="")
    catatan: Mapped[str] = mapped_column(default="")
    pembinaan: Mapped[bool] = mapped_column(default=False)
    sementara: Mapped[bool] = mapped_column(default=False)  # provisional: the penilai was silent
    penilai: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(default=DRAF)
    ditetapkan_at: Mapped[datetime | None]
    aspek: Mapped[list["EvaluasiAspek"]] = relationship(lazy="raise_on_sql", order_by="EvaluasiAspek.id")
    __table_args__ = (
        sa.UniqueConstraint("skp_id", "periode"),
        _one_of("status", "'DRAF', 'DISAMPAIKAN', 'DITERIMA', 'KEBERATAN', 'DIPUTUS', 'FINAL'"),
        _one_of("rating_hasil", "'DI_ATAS', 'SESUAI', 'DI_BAWAH'"),
        _one_of("rating_perilaku", "'DI_ATAS', 'SESUAI', 'DI_BAWAH'"),
    )


class CapaianOrganisasi(Base):
    """Predikat of a PD for one period ("2026-B09"), on which evaluations print and distributions are judged."""

    __tablename__ = "kinerja_capaian_organisasi"

    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("unit.id"))
    tahun: Mapped[int]
    periode: Mapped[str]
    predikat: Mapped[str]
    dasar: Mapped[str] = mapped_column(default="")
    ditetapkan_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "tahun", "periode"),
        _one_of("predikat", "'ISTIMEWA', 'BAIK', 'BUTUH_PERBAIKAN', 'KURANG', 'SANGAT_KURANG'"),
    )


class EvaluasiAspek(Base):
    __tablename__ = "kinerja_evaluasi_aspek"

    evaluasi_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("kinerja_evaluasi.id"))
    aspek: Mapped[str]
    rating: Mapped[str | None]
    umpan_balik: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.UniqueConstraint("evaluasi_id", "aspek"),)
