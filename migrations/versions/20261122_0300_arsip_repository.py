"""Repository of certification documents: retention, index, destruction; leave for outside persons to look in."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from uuid_utils.compat import uuid7

revision = "arsip"
down_revision = "keputusan"

# kind, words, class, months kept (None: for ever), counted from
KEPT = (
    ("SERTIFIKAT", "Sertifikat", "PERMANEN", None, "DIBUAT"),
    ("SK", "Surat keputusan", "PERMANEN", None, "DIBUAT"),
    ("PLENO", "Berita acara pleno", "PERMANEN", None, "DIBUAT"),
    ("APL", "Formulir APL-01 dan APL-02", "ASESMEN", 60, "KEDALUWARSA"),
    ("AK", "Formulir AK dan berita acara asesmen", "ASESMEN", 60, "KEDALUWARSA"),
    ("PORTOFOLIO", "Bukti portofolio", "PRIBADI", 12, "KEDALUWARSA"),
    ("IDENTITAS", "KTP, pas foto, dan ijazah", "SENSITIF", 12, "KEPUTUSAN"),
    ("IA", "Pindaian perangkat asesmen", "RAHASIA", 60, "DIBUAT"),
    ("SURVEILAN", "Laporan surveilan", "PRIBADI", 12, "KEDALUWARSA"),
    ("PERKARA", "Banding, keluhan, dan tindakan atas sertifikat", "PERKARA", 60, "DIBUAT"),
    ("REGISTER", "Dokumen register asesor, TUK, dan lisensi", "TATA_KELOLA", 60, "DIBUAT"),
    ("PAKET", "Paket permohonan blanko kepada BNSP", "TATA_KELOLA", 60, "DIBUAT"),
)


def _retention() -> None:
    op.create_table(
        "sertifikasi_retensi",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("kelas", sa.Text(), nullable=False),
        sa.Column("bulan", sa.Integer(), nullable=True),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "dasar IN ('DIBUAT', 'KEPUTUSAN', 'KEDALUWARSA')", name=op.f("ck_sertifikasi_retensi_dasar")
        ),
        sa.CheckConstraint(
            "kelas IN ('PERMANEN', 'ASESMEN', 'PRIBADI', 'SENSITIF', 'RAHASIA', 'PERKARA', 'TATA_KELOLA')",
            name=op.f("ck_sertifikasi_retensi_kelas"),
        ),
        sa.CheckConstraint("bulan > 0", name=op.f("ck_sertifikasi_retensi_bulan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_retensi")),
        sa.UniqueConstraint("jenis", name=op.f("uq_sertifikasi_retensi_jenis")),
    )


def _access() -> None:
    op.create_table(
        "sertifikasi_akses",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("tujuan", sa.Text(), nullable=False),
        sa.Column("skema", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("data_dari", sa.Date(), nullable=False),
        sa.Column("data_sampai", sa.Date(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=False),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("disetujui_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("disetujui_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("data_sampai >= data_dari", name=op.f("ck_sertifikasi_akses_data")),
        sa.CheckConstraint(
            "disetujui_oleh_id IS NULL OR disetujui_oleh_id <> diusulkan_oleh_id",
            name=op.f("ck_sertifikasi_akses_dua_orang"),
        ),
        sa.CheckConstraint("selesai >= mulai AND selesai <= mulai + 90", name=op.f("ck_sertifikasi_akses_masa")),
        sa.ForeignKeyConstraint(
            ["disetujui_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_akses_disetujui_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_akses_diusulkan_oleh_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_akses_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_akses")),
    )
    op.create_index(op.f("ix_sertifikasi_akses_user_id"), "sertifikasi_akses", ["user_id"], unique=False)


def _destruction() -> None:
    op.create_table(
        "sertifikasi_pemusnahan",
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("diputus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("isi", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('DIUSULKAN', 'DISETUJUI', 'DITOLAK', 'SELESAI')", name=op.f("ck_sertifikasi_pemusnahan_status")
        ),
        sa.CheckConstraint(
            "diputus_oleh_id IS NULL OR diputus_oleh_id <> diusulkan_oleh_id",
            name=op.f("ck_sertifikasi_pemusnahan_dua_orang"),
        ),
        sa.ForeignKeyConstraint(
            ["diputus_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_pemusnahan_diputus_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_pemusnahan_diusulkan_oleh_id")
        ),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_pemusnahan_dokumen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_pemusnahan")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_pemusnahan_nomor")),
    )


def _archive() -> None:
    op.create_table(
        "sertifikasi_arsip",
        sa.Column("dokumen_id", sa.Uuid(), nullable=False),
        sa.Column("permohonan_id", sa.Uuid(), nullable=True),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("ukuran", sa.Integer(), nullable=False),
        sa.Column("pada", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tahun", sa.Integer(), nullable=False),
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("skema_id", sa.Uuid(), nullable=True),
        sa.Column("asesor_id", sa.Uuid(), nullable=True),
        sa.Column("tuk_id", sa.Uuid(), nullable=True),
        sa.Column("provinsi", sa.Text(), nullable=False),
        sa.Column("instansi", sa.Text(), nullable=False),
        sa.Column("simpan_sampai", sa.Date(), nullable=True),
        sa.Column("ditahan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ditahan_alasan", sa.Text(), nullable=False),
        sa.Column("pemusnahan_id", sa.Uuid(), nullable=True),
        sa.Column("dimusnahkan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("diperiksa_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cocok", sa.Boolean(), nullable=True),
        sa.Column(
            "cari",
            sa.Text(),
            sa.Computed("lower(f_unaccent(judul || ' ' || nama || ' ' || nomor))", persisted=True),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asesor_id"], ["sertifikasi_asesor.id"], name=op.f("fk_sertifikasi_arsip_asesor_id")),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_arsip_dokumen_id")),
        sa.ForeignKeyConstraint(
            ["pemusnahan_id"], ["sertifikasi_pemusnahan.id"], name=op.f("fk_sertifikasi_arsip_pemusnahan_id")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_arsip_permohonan_id")
        ),
        sa.ForeignKeyConstraint(["skema_id"], ["sertifikasi_skema.id"], name=op.f("fk_sertifikasi_arsip_skema_id")),
        sa.ForeignKeyConstraint(["tuk_id"], ["sertifikasi_tuk.id"], name=op.f("fk_sertifikasi_arsip_tuk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_arsip")),
        sa.UniqueConstraint(
            "dokumen_id",
            "permohonan_id",
            "jenis",
            name=op.f("uq_sertifikasi_arsip_dokumen_id_permohonan_id_jenis"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def _archive_indexes() -> None:
    op.create_index("ix_sertifikasi_arsip_asesor_pada", "sertifikasi_arsip", ["asesor_id", "pada", "id"], unique=False)
    op.create_index(
        "ix_sertifikasi_arsip_cari",
        "sertifikasi_arsip",
        ["cari"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"cari": "gin_trgm_ops"},
    )
    op.create_index("ix_sertifikasi_arsip_instansi_pada", "sertifikasi_arsip", ["instansi", "pada", "id"], unique=False)
    op.create_index("ix_sertifikasi_arsip_jenis_pada", "sertifikasi_arsip", ["jenis", "pada", "id"], unique=False)
    op.create_index("ix_sertifikasi_arsip_pada", "sertifikasi_arsip", ["pada", "id"], unique=False)
    op.create_index(op.f("ix_sertifikasi_arsip_pemusnahan_id"), "sertifikasi_arsip", ["pemusnahan_id"], unique=False)
    op.create_index(
        "ix_sertifikasi_arsip_periksa",
        "sertifikasi_arsip",
        [sa.literal_column("diperiksa_at NULLS FIRST"), "id"],
        unique=False,
        postgresql_where=sa.text("dimusnahkan_at IS NULL"),
    )
    op.create_index(op.f("ix_sertifikasi_arsip_permohonan_id"), "sertifikasi_arsip", ["permohonan_id"], unique=False)
    op.create_index("ix_sertifikasi_arsip_provinsi_pada", "sertifikasi_arsip", ["provinsi", "pada", "id"], unique=False)
    op.create_index(
        "ix_sertifikasi_arsip_simpan",
        "sertifikasi_arsip",
        ["simpan_sampai"],
        unique=False,
        postgresql_where=sa.text("dimusnahkan_at IS NULL"),
    )
    op.create_index("ix_sertifikasi_arsip_skema_pada", "sertifikasi_arsip", ["skema_id", "pada", "id"], unique=False)
    op.create_index("ix_sertifikasi_arsip_tahun_pada", "sertifikasi_arsip", ["tahun", "pada", "id"], unique=False)
    op.create_index("ix_sertifikasi_arsip_tuk_pada", "sertifikasi_arsip", ["tuk_id", "pada", "id"], unique=False)


def _readers() -> None:
    op.create_index(
        "ix_langkah_persetujuan_riwayat",
        "langkah_persetujuan",
        ["submission_id", sa.literal_column("id DESC")],
        unique=False,
        postgresql_include=["dibuat_at", "ke"],
    )
    op.create_index("ix_sertifikasi_form_dokumen", "sertifikasi_form", ["dokumen_id"], unique=False)
    op.create_index("ix_sertifikasi_permohonan_pemohon", "sertifikasi_permohonan", ["user_id", "id"], unique=False)
    op.create_index("ix_sertifikasi_sertifikat_dokumen", "sertifikasi_sertifikat", ["dokumen_id"], unique=False)
    op.create_index(
        "ix_sertifikasi_peristiwa_riwayat",
        "sertifikasi_sertifikat_peristiwa",
        ["sertifikat_id", sa.literal_column("id DESC")],
        unique=False,
        postgresql_include=["dibuat_at", "ke"],
    )


def _kept() -> None:
    names = ["id", "dibuat_at", "diubah_at", "jenis", "nama", "kelas", "bulan", "dasar", "urut"]
    kinds = (
        sa.Uuid(),
        sa.DateTime(timezone=True),
        sa.DateTime(timezone=True),
        sa.Text(),
        sa.Text(),
        sa.Text(),
        sa.Integer(),
        sa.Text(),
        sa.Integer(),
    )
    table = sa.table("sertifikasi_retensi", *(sa.column(n, k) for n, k in zip(names, kinds, strict=True)))
    now = datetime.now(UTC)
    op.bulk_insert(
        table, [dict(zip(names, (uuid7(), now, now, *row, urut), strict=True)) for urut, row in enumerate(KEPT, 1)]
    )


def upgrade() -> None:
    _retention()
    _kept()
    _access()
    _destruction()
    _archive()
    _archive_indexes()
    _readers()


def downgrade() -> None:
    for table in ("sertifikasi_arsip", "sertifikasi_pemusnahan", "sertifikasi_akses", "sertifikasi_retensi"):
        op.drop_table(table)
    for table, index in (
        ("sertifikasi_sertifikat_peristiwa", "ix_sertifikasi_peristiwa_riwayat"),
        ("sertifikasi_sertifikat", "ix_sertifikasi_sertifikat_dokumen"),
        ("sertifikasi_permohonan", "ix_sertifikasi_permohonan_pemohon"),
        ("sertifikasi_form", "ix_sertifikasi_form_dokumen"),
        ("langkah_persetujuan", "ix_langkah_persetujuan_riwayat"),
    ):
        op.drop_index(index, table_name=table)
