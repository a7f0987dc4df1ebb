"""Accounts whose password an administrator set: its owner chooses another one before anything else."""

import sqlalchemy as sa
from alembic import op

revision = "sandi"
down_revision = "asal"


def upgrade() -> None:
    op.add_column("pengguna", sa.Column("sandi_sementara", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("pengguna", "sandi_sementara")
