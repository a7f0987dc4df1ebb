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
    op.create_index(
        "ix_keadaan_pegawai_tanpa_tmt",
        "keadaan_pegawai",
        ["sampai"],
        postgresql_where=sa.text("tmt_pensiun IS NULL AND kelompok <> 'BERHENTI'"),
    )


def downgrade() -> None:
    op.drop_index("ix_keadaan_pegawai_tanpa_tmt", "keadaan_pegawai")
    op.drop_index("ix_riwayat_kedudukan_henti", "riwayat_kedudukan")
