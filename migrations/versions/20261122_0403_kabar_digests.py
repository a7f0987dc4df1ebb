"""How each person hears outside the portal, and which digests went out: one a person a day."""

import sqlalchemy as sa
from alembic import op

revision = "kabar"
down_revision = "daftar_lsp"


def upgrade() -> None:
    op.create_table(
        "pilihan_kabar",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("cara", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cara IN ('SEKETIKA', 'RINGKASAN', 'TIDAK')", name=op.f("ck_pilihan_kabar_cara")),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_pilihan_kabar_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilihan_kabar")),
        sa.UniqueConstraint("user_id", name=op.f("uq_pilihan_kabar_user_id")),
    )
    op.create_table(
        "ringkasan_hari",
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("sampai_id", sa.Uuid(), nullable=True),
        sa.Column("selesai_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ringkasan_hari")),
        sa.UniqueConstraint("tanggal", name=op.f("uq_ringkasan_hari_tanggal")),
    )
    op.create_table(
        "ringkasan",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("jumlah", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_ringkasan_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ringkasan")),
        sa.UniqueConstraint("user_id", "tanggal", name=op.f("uq_ringkasan_user_id")),
    )


def downgrade() -> None:
    for name in ("ringkasan", "ringkasan_hari", "pilihan_kabar"):
        op.drop_table(name)
