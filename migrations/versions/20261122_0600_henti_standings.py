"""Index of standings that end service, for the list of bosses who leave."""

import sqlalchemy as sa
from alembic import op

revision = "henti"
down_revision = "antrean"


def upgrade() -> None:
    op.create_index(
        "ix_riwayat_kedudukan_henti",
        "riwayat_kedudukan",
        ["kode", "tmt"],
        postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
    )


def downgrade() -> None:
    op.drop_index("ix_riwayat_kedudukan_henti", "riwayat_kedudukan")
