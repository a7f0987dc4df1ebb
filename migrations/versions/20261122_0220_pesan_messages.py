"""Messages that leave the portal, proven e-mail addresses, consent to the processing notice."""

import sqlalchemy as sa
from alembic import op

revision = "pesan"
down_revision = "asesmen"


def upgrade() -> None:
    op.create_table(
        "pesan_keluar",
        sa.Column("saluran", sa.Text(), nullable=False),
        sa.Column("tujuan", sa.Text(), nullable=False),
        sa.Column("perihal", sa.Text(), nullable=False),
        sa.Column("isi", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("percobaan", sa.Integer(), nullable=False),
        sa.Column("kirim_sebelum", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terkirim_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("saluran IN ('SUREL', 'PONSEL')", name=op.f("ck_pesan_keluar_saluran")),
        sa.CheckConstraint(
            "status IN ('ANTRE', 'TERKIRIM', 'GAGAL', 'KEDALUWARSA')", name=op.f("ck_pesan_keluar_status")
        ),
        sa.CheckConstraint("status = 'ANTRE' OR isi IS NULL", name=op.f("ck_pesan_keluar_isi_dihapus")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pesan_keluar")),
    )
    op.create_index(
        "ix_pesan_keluar_antre", "pesan_keluar", ["kirim_sebelum"], postgresql_where=sa.text("status = 'ANTRE'")
    )
    op.create_index(
        "ix_pesan_keluar_gagal", "pesan_keluar", ["dibuat_at"],
        postgresql_where=sa.text("status IN ('GAGAL', 'KEDALUWARSA')"),
    )  # fmt: skip
    op.create_index("ix_pesan_keluar_dibuat_at", "pesan_keluar", ["dibuat_at"])
    op.add_column("pengguna", sa.Column("setuju_data_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("pengguna", sa.Column("setuju_data_versi", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "uq_pengguna_surel_terbukti", "pengguna", [sa.text("lower(surel)")], unique=True,
        postgresql_where=sa.text("surel_terbukti"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("uq_pengguna_surel_terbukti", table_name="pengguna")
    op.drop_column("pengguna", "setuju_data_versi")
    op.drop_column("pengguna", "setuju_data_at")
    op.drop_table("pesan_keluar")
