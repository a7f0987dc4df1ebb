"""Humans with a sealed NIK, and accounts that belong to one."""

import sqlalchemy as sa
from alembic import op

revision = "orang"
down_revision = "kunci"


def upgrade() -> None:
    op.add_column("orang", sa.Column("tempat_lahir", sa.Text(), server_default="", nullable=False))
    op.add_column("orang", sa.Column("nik_enc", sa.LargeBinary(), nullable=True))
    op.add_column("orang", sa.Column("nik_sidik", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_orang_nik_sidik"), "orang", ["nik_sidik"])
    op.add_column("pengguna", sa.Column("ponsel", sa.Text(), nullable=True))
    op.add_column(
        "pengguna", sa.Column("surel_terbukti", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("pengguna", sa.Column("orang_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_pengguna_orang_id"), "pengguna", ["orang_id"], unique=False)
    op.create_unique_constraint(op.f("uq_pengguna_ponsel"), "pengguna", ["ponsel"])
    op.create_foreign_key(op.f("fk_pengguna_orang_id"), "pengguna", "orang", ["orang_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_pengguna_orang_id"), "pengguna", type_="foreignkey")
    op.drop_constraint(op.f("uq_pengguna_ponsel"), "pengguna", type_="unique")
    op.drop_index(op.f("ix_pengguna_orang_id"), table_name="pengguna")
    op.drop_column("pengguna", "orang_id")
    op.drop_column("pengguna", "surel_terbukti")
    op.drop_column("pengguna", "ponsel")
    op.drop_constraint(op.f("uq_orang_nik_sidik"), "orang", type_="unique")
    op.drop_column("orang", "nik_sidik")
    op.drop_column("orang", "nik_enc")
    op.drop_column("orang", "tempat_lahir")
