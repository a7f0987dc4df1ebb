"""Certificates and agreements by the day on which they end."""

import sqlalchemy as sa
from alembic import op

revision = "tamat"
down_revision = "pindaian"
INDEX = ("ix_riwayat_lain_berakhir", "riwayat_lain")


def upgrade() -> None:
    op.create_index(
        *INDEX, ["selesai", "pegawai_id"],
        postgresql_where=sa.text("jenis IN ('SERTIFIKASI', 'PERJANJIAN') AND status = 'TERVERIFIKASI'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index(*INDEX)
