"""Decisions and certificates: frozen papers, acts upon a certificate, packages for BNSP, settings of the LSP."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "keputusan"
down_revision = "lampiran"

LINKS = (
    ("sertifikasi_sk", "pleno_id", "sertifikasi_pleno", True),
    ("sertifikasi_sk", "disiapkan_oleh_id", "pengguna", False),
    ("sertifikasi_sertifikat", "ditandatangani_oleh_id", "pengguna", False),
    ("sertifikasi_sertifikat", "paket_id", "sertifikasi_paket_bnsp", True),
    ("sertifikasi_surveilan", "dokumen_id", "dokumen", True),
    ("sertifikasi_surveilan", "diputus_oleh_id", "pengguna", False),
    ("sertifikasi_banding", "form_id", "sertifikasi_form", True),
    ("sertifikasi_banding", "keterangan_oleh_id", "pengguna", False),
    ("sertifikasi_banding", "ulang_id", "sertifikasi_permohonan", False),
)
TEXTS = (("sertifikasi_sk", "alasan"), ("sertifikasi_sk", "sha256"), ("sertifikasi_banding", "keterangan"))
CONTENTS = ("sertifikasi_sk", "sertifikasi_pleno", "sertifikasi_sertifikat")
MOMENTS = (
    ("sertifikasi_sertifikat", "ditandatangani_at"),
    ("sertifikasi_sertifikat", "diingatkan_at"),
    ("sertifikasi_surveilan", "diingatkan_at"),
)


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _settings()
    _packages()
    _acts()
    for table, column, to, indexed in LINKS:
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, to, [column], ["id"])
        if indexed:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table, column in TEXTS:
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
    for table in CONTENTS:
        op.add_column(table, sa.Column("isi", postgresql.JSONB(), server_default="{}", nullable=False))
    for table, column in MOMENTS:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_sertifikasi_sertifikat_keadaan", "sertifikasi_sertifikat", ["status", "sampai"])
    op.create_index("ix_sertifikasi_sertifikat_sidik", "sertifikasi_sertifikat", ["sha256"])


def _settings() -> None:
    op.create_table(
        "sertifikasi_pengaturan",
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("nilai", postgresql.JSONB(), nullable=False),
        *_row(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_pengaturan")),
        sa.UniqueConstraint("nama", name=op.f("uq_sertifikasi_pengaturan_nama")),
    )


def _packages() -> None:
    table = "sertifikasi_paket_bnsp"
    op.create_table(
        table,
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("tujuan", sa.Text(), nullable=False),
        sa.Column("sk", postgresql.JSONB(), nullable=False),
        sa.Column("oleh_id", sa.Uuid(), nullable=False),
        sa.Column("isi", postgresql.JSONB(), nullable=False),
        sa.Column("rincian", postgresql.JSONB(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        *_row(),
        _link(table, "oleh_id", "pengguna"),
        _link(table, "dokumen_id", "dokumen"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("nomor", name=op.f(f"uq_{table}_nomor")),
    )
    op.create_index(op.f(f"ix_{table}_dokumen_id"), table, ["dokumen_id"])


def _acts() -> None:
    table = "sertifikasi_tindakan"
    op.create_table(
        table,
        sa.Column("sertifikat_id", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("kelas", sa.Text(), nullable=False),
        sa.Column("uraian", sa.Text(), nullable=False),
        sa.Column("nama_baru", sa.Text(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("batas_tanggapan", sa.Date(), nullable=False),
        sa.Column("tanggapan", sa.Text(), nullable=False),
        sa.Column("tanggapan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("putusan", sa.Text(), nullable=False),
        sa.Column("diputus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ditandatangani_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("ditandatangani_at", sa.DateTime(timezone=True), nullable=True),
        *_row(),
        sa.CheckConstraint("jenis IN ('TANGGUHKAN', 'CABUT', 'PULIHKAN', 'GANTI')", name=op.f(f"ck_{table}_jenis")),
        sa.CheckConstraint(
            "status IN ('DIUSULKAN', 'DISETUJUI', 'DITOLAK', 'SELESAI')", name=op.f(f"ck_{table}_status")
        ),
        _link(table, "sertifikat_id", "sertifikasi_sertifikat"),
        _link(table, "dokumen_id", "dokumen"),
        *(_link(table, f"{act}_oleh_id", "pengguna") for act in ("diusulkan", "diputus", "ditandatangani")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("sertifikat_id", "dokumen_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "uq_sertifikasi_tindakan_terbuka", table, ["sertifikat_id"], unique=True,
        postgresql_where=sa.text("status IN ('DIUSULKAN', 'DISETUJUI')"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_sertifikasi_sertifikat_sidik", "sertifikasi_sertifikat")
    op.drop_index("ix_sertifikasi_sertifikat_keadaan", "sertifikasi_sertifikat")
    for table, column in (*MOMENTS, *TEXTS, *((table, "isi") for table in CONTENTS)):
        op.drop_column(table, column)
    for table, column, _, _ in LINKS:
        op.drop_column(table, column)
    for table in ("sertifikasi_tindakan", "sertifikasi_paket_bnsp", "sertifikasi_pengaturan"):
        op.drop_table(table)
