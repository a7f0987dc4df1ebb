"""Backups and drills: what was tried, how it ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "cadangan"
down_revision = "sertifikasi"


def upgrade() -> None:
    op.create_table(
        "cadangan",
        sa.Column("arsip", sa.Text(), nullable=False),
        sa.Column("asal", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("selesai_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dihapus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objek", sa.Integer(), nullable=False),
        sa.Column("objek_baru", sa.Integer(), nullable=False),
        sa.Column("byte_basis_data", sa.BigInteger(), nullable=False),
        sa.Column("byte_isi", sa.BigInteger(), nullable=False),
        sa.Column("byte_baru", sa.BigInteger(), nullable=False),
        sa.Column("kedua", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('BERJALAN', 'BAIK', 'GAGAL')", name=op.f("ck_cadangan_status")),
        sa.CheckConstraint("asal IN ('JADWAL', 'TANGAN')", name=op.f("ck_cadangan_asal")),
        sa.CheckConstraint("kedua IN ('', 'LENGKAP', 'GAGAL', 'TIDAK_DIATUR')", name=op.f("ck_cadangan_kedua")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadangan")),
        sa.UniqueConstraint("arsip", name=op.f("uq_cadangan_arsip")),
    )
    op.create_index("ix_cadangan_dibuat_at", "cadangan", ["dibuat_at"])
    op.create_table(
        "uji_pulih",
        sa.Column("arsip", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("selesai_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("laporan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('BERJALAN', 'LULUS', 'GAGAL')", name=op.f("ck_uji_pulih_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uji_pulih")),
    )
    op.create_index("ix_uji_pulih_dibuat_at", "uji_pulih", ["dibuat_at"])


def downgrade() -> None:
    op.drop_table("uji_pulih")
    op.drop_table("cadangan")
