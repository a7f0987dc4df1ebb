"""Index of people whose atasan an SK names: who needs another one is found without reading everybody."""

import sqlalchemy as sa
from alembic import op

revision = "ditunjuk"
down_revision = "kata"


def upgrade() -> None:
    op.create_index(
        "ix_keadaan_pegawai_ditunjuk",
        "keadaan_pegawai",
        ["sampai"],
        postgresql_where=sa.text("atasan_cara = 'DITUNJUK' AND kelompok = 'AKTIF'"),
    )


def downgrade() -> None:
    op.drop_index("ix_keadaan_pegawai_ditunjuk", "keadaan_pegawai")
