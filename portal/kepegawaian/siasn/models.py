"""Tables of the synchronisation: settings, runs, the mirror of SIASN, pairs and their differences, the outbox."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base

# classes of a pair
SAMA, HANYA_LOKAL, HANYA_SIASN, BEDA = "SAMA", "HANYA_LOKAL", "HANYA_SIASN", "BEDA"
AMBIGU, TIDAK_TERPETAKAN, DITOLAK = "AMBIGU", "TIDAK_TERPETAKAN", "DITOLAK"
KELAS = (SAMA, HANYA_LOKAL, HANYA_SIASN, BEDA, AMBIGU, TIDAK_TERPETAKAN, DITOLAK)
# which side moved away from what both agreed to
LOKAL, SIASN, KEDUANYA, HILANG = "LOKAL", "SIASN", "KEDUANYA", "HILANG"
# a run
BERJALAN, JEDA, SELESAI, DIHENTIKAN = "BERJALAN", "JEDA", "SELESAI", "DIHENTIKAN"
TARIK, KIRIM = "TARIK", "KIRIM"
# an item of the outbox, in the order of its steps
DISIAPKAN, DISETUJUI, MENGIRIM, TERKIRIM, BERKAS, TERBUKTI = (
    "DISIAPKAN", "DISETUJUI", "MENGIRIM", "TERKIRIM", "BERKAS", "TERBUKTI",
)  # fmt: skip
GAGAL, BATAL = "GAGAL", "BATAL"
LANGKAH = (DISIAPKAN, DISETUJUI, MENGIRIM, TERKIRIM, BERKAS, TERBUKTI, GAGAL, BATAL)
SIMPAN, HAPUS = "SIMPAN", "HAPUS"
MENYUSUN = "MENYUSUN"  # a parcel that a worker still fills
PAKET = (MENYUSUN, DISIAPKAN, DISETUJUI, SELESAI, DIHENTIKAN, DITOLAK)
BELUM, SELISIH = "BELUM", "SELISIH"
SINKRON = (BELUM, SAMA, SELISIH, GAGAL)  # a person
BKN, KOTA, MSKP = "BKN", "KOTA", "MSKP"
UNIT = "UNIT"


def _one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in values)


class Setelan(Base):
    """Settings, one row. `laju`: calls a second. `jeda_awal`: seconds of the first pause after a fault.

    Key and secret of the application lie sealed. `tenang_mulai`, `tenang_selesai`: "HH:MM", empty when there are none.
    """

    __tablename__ = "siasn_setelan"

    kode: Mapped[str] = mapped_column(default="utama", unique=True)
    alamat_api: Mapped[str] = mapped_column(default="https://apimws.bkn.go.id:8243/apisiasn/1.0")
    alamat_token: Mapped[str] = mapped_column(default="https://apimws.bkn.go.id/oauth2/token")
    instansi_id: Mapped[str] = mapped_column(default="")
    satuan_kerja_id: Mapped[str] = mapped_column(default="")
    kunci_enc: Mapped[bytes | None]
    rahasia_enc: Mapped[bytes | None]
    laju: Mapped[Decimal] = mapped_column(sa.Numeric(8, 2), default=Decimal(1))
    batas_harian: Mapped[int] = mapped_column(default=50_000)
    tenang_mulai: Mapped[str] = mapped_column(default="")
    tenang_selesai: Mapped[str] = mapped_column(default="")
    percobaan: Mapped[int] = mapped_column(default=5)
    batas_waktu: Mapped[int] = mapped_column(default=30)  # seconds a call may take
    jeda_awal: Mapped[Decimal] = mapped_column(sa.Numeric(8, 3), default=Decimal(2))
    putus_setelah: Mapped[int] = mapped_column(default=4)  # calls in a row that failed for good
    putus_sampai: Mapped[datetime | None]  # the circuit is open: no calls before this
    putus_kali: Mapped[int] = mapped_column(default=0)
    diubah_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    versi: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.CheckConstraint("laju > 0", name="laju"),
        sa.CheckConstraint("percobaan BETWEEN 1 AND 10", name="percobaan"),
    )


class TokenSso(Base):
    """The personal token an operator pasted. Sealed while it lives, erased when it ends."""

    __tablename__ = "siasn_token"

    operator_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    token_enc: Mapped[bytes | None]
    kedaluwarsa_at: Mapped[datetime]
    berakhir_at: Mapped[datetime | None]
    alasan: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.Index("uq_siasn_token_hidup", sa.text("(berakhir_at IS NULL)"), unique=True,
                 postgresql_where=sa.text("berakhir_at IS NULL")),
    )  # fmt: skip


class Pemilik(Base):
    """Who decides a field when both sides changed it, where the office chose otherwise than `catatan` says."""

    __tablename__ = "siasn_pemilik"

    jenis: Mapped[str]
    medan: Mapped[str]
    pemilik: Mapped[str]
    diubah_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    __table_args__ = (
        sa.UniqueConstraint("jenis", "medan"),
        sa.CheckConstraint("pemilik IN ('BKN', 'KOTA', 'MSKP')", name="pemilik"),
    )


class Peta(Base):
    """A unit or a code of ours and its id at BKN. Names of jabatan carry the id themselves (`jabatan.siasn_id`)."""

    __tablename__ = "siasn_peta"

    jenis: Mapped[str]  # UNIT, or the name of a list of codes
    lokal: Mapped[str]  # key of the unit, or our code
    siasn_id: Mapped[str]
    dipetakan_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    __table_args__ = (
        sa.UniqueConstraint("jenis", "lokal"),
        sa.UniqueConstraint("jenis", "siasn_id"),
    )


class RujukanSiasn(Base):
    """Ids with their names as SIASN showed them: its tree of units, and what pulled rows carry."""

    __tablename__ = "siasn_rujukan"

    jenis: Mapped[str]  # UNIT, JF, PELAKSANA, SUB
    siasn_id: Mapped[str]
    nama: Mapped[str]
    induk_id: Mapped[str] = mapped_column(default="")
    cari: Mapped[str] = mapped_column(default="")  # letters and digits of the name alone
    terlihat_at: Mapped[datetime]
    __table_args__ = (
        sa.UniqueConstraint("jenis", "siasn_id"),
        sa.Index("ix_siasn_rujukan_cari", "jenis", "cari"),
        sa.Index("ix_siasn_rujukan_kata", "cari", postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}),
    )


class Jalan(Base):
    """A run: people to pull, or a parcel to push. `pemegang`: the job that works on it, until it lets go or dies.

    `minta`: whom a pull was asked for ({cakupan, opd, nip}); a worker chooses them, all at `dipilih_at`.
    """

    __tablename__ = "siasn_jalan"

    jenis: Mapped[str]
    judul: Mapped[str]
    status: Mapped[str] = mapped_column(default=BERJALAN)
    alasan: Mapped[str] = mapped_column(default="")
    catatan: Mapped[list[str]] = mapped_column(default=list)  # kinds to pull
    minta: Mapped[dict[str, Any] | None] = mapped_column(sa.dialects.postgresql.JSONB(none_as_null=True))
    dipilih_at: Mapped[datetime | None]
    paket_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("siasn_paket.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    total: Mapped[int] = mapped_column(default=0)
    selesai: Mapped[int] = mapped_column(default=0)
    gagal: Mapped[int] = mapped_column(default=0)
    panggilan: Mapped[int] = mapped_column(default=0)
    pemegang: Mapped[uuid.UUID | None]
    denyut_at: Mapped[datetime | None]
    lanjut_at: Mapped[datetime | None]  # paused: not before this
    selesai_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("status IN ('BERJALAN', 'JEDA', 'SELESAI', 'DIHENTIKAN')", name="status"),
        sa.CheckConstraint("jenis IN ('TARIK', 'KIRIM')", name="jenis"),
        sa.Index("ix_siasn_jalan_hidup", "dibuat_at", postgresql_where=sa.text("status IN ('BERJALAN', 'JEDA')")),
    )

    @property
    def memilih(self) -> bool:
        """Whom it is about is not known yet."""
        return self.minta is not None and self.dipilih_at is None and self.status in (BERJALAN, JEDA)


class JalanOrang(Base):
    """The cursor of a run: one row a person, committed with what was fetched for them."""

    __tablename__ = "siasn_jalan_orang"

    jalan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("siasn_jalan.id", ondelete="CASCADE"))
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    urut: Mapped[int]
    kali: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="MENUNGGU")  # MENUNGGU, SELESAI, GAGAL
    alasan: Mapped[str] = mapped_column(default="")
    selesai_at: Mapped[datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("jalan_id", "pegawai_id"),
        sa.CheckConstraint("status IN ('MENUNGGU', 'SELESAI', 'GAGAL')", name="status"),
        sa.Index("ix_siasn_jalan_orang_tunggu", "jalan_id", "urut", postgresql_where=sa.text("status = 'MENUNGGU'")),
        sa.Index("ix_siasn_jalan_orang_alasan", "jalan_id", postgresql_where=sa.text("alasan <> ''")),
        sa.Index("ix_siasn_jalan_orang_terakhir", "pegawai_id", sa.text("selesai_at DESC")),
    )


class Cermin(Base):
    """A row as SIASN gave it, but for NIK, which is masked before it is kept. `hilang_at`: no longer there."""

    __tablename__ = "siasn_cermin"

    jenis: Mapped[str]
    siasn_id: Mapped[str]
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    isi: Mapped[dict[str, Any]]
    sidik: Mapped[str]
    jalan_id: Mapped[uuid.UUID | None]
    terlihat_at: Mapped[datetime]
    hilang_at: Mapped[datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("jenis", "siasn_id"),
        sa.Index("ix_siasn_cermin_pegawai", "pegawai_id", "jenis"),
    )


# Pairs that may be pushed: only ours has it, only ours changed, or the office chose ours. The index says the same.
LAYAK = "kelas IN ('HANYA_LOKAL', 'BEDA', 'DITOLAK') AND ditangani = '' AND (putusan = 'KIRIM' OR sisi = 'LOKAL')"


class Pasangan(Base):
    """An entry here and its row there. `sepakat`: fields both sides held when they last agreed, in the
    form they are compared in.

    `beda`: [{medan, judul, kita, mereka, usul}]; `usul` names the side that is proposed.
    """

    __tablename__ = "siasn_pasangan"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    nama: Mapped[str] = mapped_column(default="")  # of the person when compared: the list is ordered by it
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    jenis: Mapped[str]
    lokal_id: Mapped[uuid.UUID | None]
    cermin_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("siasn_cermin.id"), unique=True)
    kelas: Mapped[str]
    sisi: Mapped[str] = mapped_column(default="")
    uraian: Mapped[str] = mapped_column(default="")
    beda: Mapped[list[Any]] = mapped_column(sa.dialects.postgresql.JSONB, default=list)
    sepakat: Mapped[dict[str, Any] | None] = mapped_column(sa.dialects.postgresql.JSONB(none_as_null=True))
    sidik_sepakat: Mapped[str] = mapped_column(default="")
    sidik_kita: Mapped[str] = mapped_column(default="")
    sidik_mereka: Mapped[str] = mapped_column(default="")
    catatan: Mapped[str] = mapped_column(default="")  # why it waits: refusal of BKN, what is not mapped
    putusan: Mapped[str] = mapped_column(default="")  # KIRIM: our side was chosen, it may be pushed
    ditangani: Mapped[str] = mapped_column(default="")  # what the office does about it outside of this portal
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    jalan_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        sa.CheckConstraint(f"kelas IN ({_one_of(KELAS)})", name="kelas"),
        sa.CheckConstraint("lokal_id IS NOT NULL OR cermin_id IS NOT NULL", name="ada_isinya"),
        sa.UniqueConstraint("jenis", "lokal_id"),
        sa.Index("ix_siasn_pasangan_pegawai", "pegawai_id", "jenis"),
        sa.Index("ix_siasn_pasangan_kelas", "kelas", "pd_id", postgresql_where=sa.text("kelas <> 'SAMA'")),
        sa.Index("ix_siasn_selisih_hitung", "pd_id", "kelas", postgresql_include=["jenis", "pegawai_id", "sisi"],
                 postgresql_where=sa.text("kelas <> 'SAMA'")),
        *(
            sa.Index(f"ix_siasn_selisih_{name}", *first, "nama", "id", postgresql_where=sa.text("kelas <> 'SAMA'"))
            for name, first in (("nama", ()), ("jenis", ("jenis",)), ("kelas", ("kelas",)), ("opd", ("pd_id",)))
        ),
        sa.Index("ix_siasn_pasangan_layak", "jenis", "id", postgresql_include=["pd_id"],
                 postgresql_where=sa.text(LAYAK)),
    )  # fmt: skip


class SiasnOrang(Base):
    """How a pegawai stands with SIASN: BELUM (never pulled), SAMA, SELISIH, GAGAL (their last pull failed). Hukuman
    disiplin does not count: who filters by this may not read it."""

    __tablename__ = "siasn_orang"

    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"), unique=True)
    keadaan: Mapped[str]
    __table_args__ = (
        sa.CheckConstraint(f"keadaan IN ({_one_of(SINKRON)})", name="keadaan"),
        sa.Index("ix_siasn_orang_keadaan", "keadaan", "pegawai_id"),
    )


class Paket(Base):
    """What is pushed together: prepared by one person, approved by another. `sidik`: of the dry run they saw.

    `minta`: kinds and OPD it was asked for, until a worker has filled it; `terhalang`: [[pair, reason]] of what could
    not be put in.
    """

    __tablename__ = "siasn_paket"

    judul: Mapped[str]
    status: Mapped[str] = mapped_column(default=DISIAPKAN)  # MENYUSUN, DISIAPKAN, DISETUJUI, SELESAI, ...
    sidik: Mapped[str]
    jumlah: Mapped[int]
    disiapkan_oleh_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_oleh_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    diputus_at: Mapped[datetime | None]
    alasan: Mapped[str] = mapped_column(default="")
    minta: Mapped[dict[str, Any] | None] = mapped_column(sa.dialects.postgresql.JSONB(none_as_null=True))
    terhalang: Mapped[list[Any]] = mapped_column(
        sa.dialects.postgresql.JSONB, default=list, server_default=sa.text("'[]'")
    )
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({_one_of(PAKET)})", name="status"),
        sa.CheckConstraint("diputus_oleh_id <> disiapkan_oleh_id", name="orang_kedua"),
    )


class Kotak(Base):
    """One thing to push, and how far it is. `isi`: the body without the id, as it was shown before approval."""

    __tablename__ = "siasn_kotak"

    paket_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("siasn_paket.id"), index=True)
    pasangan_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("siasn_pasangan.id", ondelete="SET NULL"))
    pegawai_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pegawai.id"))
    jenis: Mapped[str]
    lokal_id: Mapped[uuid.UUID | None]
    aksi: Mapped[str] = mapped_column(default=SIMPAN)
    uraian: Mapped[str] = mapped_column(default="")
    isi: Mapped[dict[str, Any]]
    sebelum: Mapped[dict[str, Any] | None] = mapped_column(sa.dialects.postgresql.JSONB(none_as_null=True))
    berkas: Mapped[list[Any]] = mapped_column(sa.dialects.postgresql.JSONB, default=list)
    sidik: Mapped[str]
    kunci: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default=DISIAPKAN)
    siasn_id: Mapped[str] = mapped_column(default="")
    percobaan: Mapped[int] = mapped_column(default=0)
    galat: Mapped[str] = mapped_column(default="")
    alasan: Mapped[str] = mapped_column(default="")  # why something is deleted there
    terbukti_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({_one_of(LANGKAH)})", name="status"),
        sa.CheckConstraint("aksi IN ('SIMPAN', 'HAPUS')", name="aksi"),
        sa.Index("uq_siasn_kotak_hidup", "jenis", "lokal_id", "aksi", unique=True, postgresql_where=sa.text(
            "lokal_id IS NOT NULL AND status NOT IN ('TERBUKTI', 'GAGAL', 'BATAL')")),
        sa.Index("ix_siasn_kotak_menunggu", "pasangan_id", postgresql_where=sa.text(
            "status NOT IN ('TERBUKTI', 'GAGAL', 'BATAL')")),
        sa.Index("ix_siasn_kotak_jenis", "jenis", "aksi", "status"),
        sa.Index("ix_siasn_kotak_dibuat", "dibuat_at", "id"),
    )  # fmt: skip


class Panggilan(Base):
    """A call that was made: who, when, what, how it ended. Never a body, a token or a query."""

    __tablename__ = "siasn_panggilan"

    waktu: Mapped[datetime] = mapped_column(index=True)
    jalan_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID | None]
    metode: Mapped[str]
    alamat: Mapped[str]
    status: Mapped[int]  # HTTP, 0 when there was no answer
    milidetik: Mapped[int]
    galat: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.Index("ix_siasn_panggilan_metode", "metode", "waktu", "id"),)


class Harian(Base):
    """How many calls were made on a day."""

    __tablename__ = "siasn_harian"

    tanggal: Mapped[date] = mapped_column(unique=True)
    jumlah: Mapped[int] = mapped_column(default=0)


class KunciAsing(Base):
    """A field SIASN sends that we do not know: the sign that its shape changed. Never its value."""

    __tablename__ = "siasn_kunci_asing"

    jenis: Mapped[str]
    kunci: Mapped[str]
    tipe: Mapped[str]
    kali: Mapped[int] = mapped_column(default=1)
    terlihat_at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("jenis", "kunci"),)
