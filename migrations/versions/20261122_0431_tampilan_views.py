"""Views of lists that people keep under a name."""

import sqlalchemy as sa
from alembic import op

revision = "tampilan"
down_revision = "kepegawaian"


def upgrade() -> None:
    op.create_table(
        "tampilan_daftar",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("daftar", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("kueri", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_tampilan_daftar_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tampilan_daftar")),
        sa.UniqueConstraint("user_id", "daftar", "nama", name=op.f("uq_tampilan_daftar_user_id_daftar_nama")),
    )


def downgrade() -> None:
    op.drop_table("tampilan_daftar")
