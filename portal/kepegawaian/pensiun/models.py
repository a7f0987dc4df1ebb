"""Requests to retire, what each kind needs, and the papers handed in."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.riwayat.models import RiwayatKedudukan
from portal.kernel.approval import Submittable
from portal.kernel.db import SEEDED, Base
from portal.kernel.organisation import Pegawai

DRAF, DIAJUKAN, DIPERIKSA, DIVERIFIKASI = "DRAF", "DIAJUKAN", "DIPERIKSA_OPD", "DIVERIFIKASI"
DISETUJUI = "DISETUJUI_OPD"  # by the head of the OPD
USUL_BKN, PERTEK, SK, SELESAI = "USUL_BKN", "PERTEK", "SK_DITETAPKAN", "SELESAI"
DIKEMBALIKAN, TMS, DIBATALKAN = "DIKEMBALIKAN", "TMS", "DIBATALKAN"
STATES = (DRAF, DIAJUKAN, DIPERIKSA, DIVERIFIKASI, USUL_BKN, PERTEK, SK, SELESAI, DIKEMBALIKAN, TMS, DIBATALKAN,
          DISETUJUI)  # fmt: skip
TERTUTUP = (SELESAI, TMS, DIBATALKAN)

OTOMATIS, UNGGAH, SISTEM = "OTOMATIS", "UNGGAH", "SISTEM"
WAJIB, BILA_ADA = "WAJIB", "BILA_ADA"
PEMOHON, OPD = "PEMOHON", "OPD"
MENUNGGU, SESUAI = "MENUNGGU", "SESUAI"
SEEDED += ["syarat_pensiun"]


def _words(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in values)


class UsulanPensiun(Submittable, Base):
    """One request. `status` repeats that of its case, so that the database can hold "one open per person and kind".

    `isi`: further fields of DPCP. `unit_id`, `pd_id`: where the person sat when it was opened. `kunci`: token of the
    form that made it. `bkn_status`: code of BKN, a mirror. `lama`: what the SK changed elsewhere, to bring it back.
    """

    __tablename__ = "usulan_pensiun"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), index=True)
    jenis: Mapped[str]
    status: Mapped[str] = mapped_column(default=DRAF)
    tmt: Mapped[date | None]
    tanggal_kejadian: Mapped[date | None]
    keterangan: Mapped[str] = mapped_column(default="")
    isi: Mapped[dict[str, Any]] = mapped_column(default=dict)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    versi: Mapped[int] = mapped_column(default=1)
    kunci: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    bkn_id: Mapped[str] = mapped_column(default="")
    bkn_status: Mapped[int | None]
    bkn_pada: Mapped[date | None]
    pertek_nomor: Mapped[str] = mapped_column(default="")
    pertek_tanggal: Mapped[date | None]
    sk_nomor: Mapped[str] = mapped_column(default="")
    sk_tanggal: Mapped[date | None]
    sk_pejabat: Mapped[str] = mapped_column(default="")
    sk_dokumen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    riwayat_id: Mapped[uuid.UUID | None]  # the entry PEMBERHENTIAN
    lama: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pegawai: Mapped[Pegawai] = relationship(Pegawai, lazy="raise_on_sql")
    __table_args__ = (
        sa.CheckConstraint(f"jenis IN ({_words(tuple(JENIS))})", name="jenis"),
        sa.CheckConstraint(f"status IN ({_words(STATES)})", name="status"),
        sa.CheckConstraint("status <> 'SK_DITETAPKAN' OR (sk_nomor <> '' AND tmt IS NOT NULL)", name="sk"),
        sa.Index(
            "uq_usulan_pensiun_terbuka", "pegawai_id", "jenis", unique=True,
            postgresql_where=sa.text(f"status NOT IN ({_words(TERTUTUP)})"),
        ),
        sa.Index("ix_usulan_pensiun_pd", "pd_id", "status"),
        sa.Index("ix_usulan_pensiun_status", "status", "tmt"),
    )  # fmt: skip


class SyaratPensiun(Base):
    """A paper that a kind of request needs. `tahap`: until when, the request itself or the check in the OPD.

    `sumber`: from verified riwayat (`riwayat`: kind of entry), handed in, or drawn by the portal and signed.
    """

    __tablename__ = "syarat_pensiun"

    jenis: Mapped[str]
    dokumen: Mapped[str]
    judul: Mapped[str]
    wajib: Mapped[str] = mapped_column(default=WAJIB)
    sumber: Mapped[str] = mapped_column(default=UNGGAH)
    riwayat: Mapped[str] = mapped_column(default="")
    tahap: Mapped[str] = mapped_column(default=PEMOHON)
    catatan: Mapped[str] = mapped_column(default="")
    urut: Mapped[int] = mapped_column(default=0)
    aktif: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (
        sa.UniqueConstraint("jenis", "dokumen"),
        sa.CheckConstraint("wajib IN ('WAJIB', 'BILA_ADA')", name="wajib"),
        sa.CheckConstraint("sumber IN ('OTOMATIS', 'UNGGAH', 'SISTEM')", name="sumber"),
        sa.CheckConstraint("tahap IN ('PEMOHON', 'OPD')", name="tahap"),
    )


class BerkasUsulan(Base):
    """A paper handed in for one line of the checklist. A newer one takes its place, the older one stays."""

    __tablename__ = "berkas_usulan_pensiun"

    usulan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("usulan_pensiun.id"), index=True)
    dokumen: Mapped[str]
    dokumen_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dokumen.id"), index=True)
    nama: Mapped[str]
    status: Mapped[str] = mapped_column(default=MENUNGGU)
    catatan: Mapped[str] = mapped_column(default="")
    aktif: Mapped[bool] = mapped_column(default=True)
    diunggah_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diperiksa_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diperiksa_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("status IN ('MENUNGGU', 'SESUAI', 'DIKEMBALIKAN')", name="status"),
        sa.Index(
            "uq_berkas_usulan_pensiun_aktif", "usulan_id", "dokumen", unique=True, postgresql_where=sa.text("aktif")
        ),
    )


# Who stops in some months: few among all the standings of a city.
sa.Index(
    "ix_riwayat_kedudukan_henti", RiwayatKedudukan.kode, RiwayatKedudukan.tmt,
    postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
)  # fmt: skip
# Who is in service without a TMT: they head the list of candidates.
sa.Index(
    "ix_keadaan_pegawai_tanpa_tmt", Keadaan.sampai,
    postgresql_where=sa.text("tmt_pensiun IS NULL AND kelompok <> 'BERHENTI'"),
)  # fmt: skip
sa.Index(
    "ix_keadaan_pegawai_tanpa_tmt_kini", Keadaan.pegawai_id,
    postgresql_where=sa.text("tmt_pensiun IS NULL AND kelompok <> 'BERHENTI' AND sampai = '9999-12-31'"),
)  # fmt: skip


class PengingatKontrak(Base):
    """Somebody was told that the service of a PPPK ends on `berakhir`, `bulan` months before or later than that."""

    __tablename__ = "pengingat_kontrak"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    berakhir: Mapped[date]
    bulan: Mapped[int]
    __table_args__ = (sa.UniqueConstraint("pegawai_id", "berakhir", "bulan"),)
