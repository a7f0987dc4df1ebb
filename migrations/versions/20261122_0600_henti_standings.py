"""Indexes of pension: standings that end service, and people in service without a TMT."""

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
    # An expression has statistics of its own: the planner then knows how few they are.
    op.create_index(
        "ix_keadaan_pegawai_tanpa_tmt",
        "keadaan_pegawai",
        [sa.text("(CASE WHEN tmt_pensiun IS NULL AND kelompok <> 'BERHENTI' THEN sampai ELSE '0001-01-01' END)")],
    )


def downgrade() -> None:
    op.drop_index("ix_keadaan_pegawai_tanpa_tmt", "keadaan_pegawai")
    op.drop_index("ix_riwayat_kedudukan_henti", "riwayat_kedudukan")
