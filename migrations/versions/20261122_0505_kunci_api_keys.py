"""Keys of other systems that read the register."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "kunci_api"
down_revision = "pensiun"


def upgrade() -> None:
    op.create_table(
        "kunci_api",
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("penanggung_jawab", sa.Text(), nullable=False),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("awalan", sa.Text(), nullable=False),
        sa.Column("sidik", sa.Text(), nullable=False),
        sa.Column("bidang", postgresql.JSONB(), nullable=False),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=False),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dipakai_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dibuat_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("selesai >= mulai", name=op.f("ck_kunci_api_masa")),
        sa.ForeignKeyConstraint(["dibuat_oleh_id"], ["pengguna.id"], name=op.f("fk_kunci_api_dibuat_oleh_id")),
        sa.ForeignKeyConstraint(["pd_id"], ["unit.id"], name=op.f("fk_kunci_api_pd_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kunci_api")),
        sa.UniqueConstraint("awalan", name=op.f("uq_kunci_api_awalan")),
        sa.UniqueConstraint("sidik", name=op.f("uq_kunci_api_sidik")),
    )


def downgrade() -> None:
    op.drop_table("kunci_api")
