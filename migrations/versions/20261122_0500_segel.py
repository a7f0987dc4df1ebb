"""Who sealed a paper, family ties declared at an SK, the asesi's word on a moved session."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "segel"
down_revision = "tampilan"

ADDED = (("sertifikasi_sertifikat", "segel"), ("sertifikasi_sk", "segel"), ("sertifikasi_sk", "pernyataan"))


def upgrade() -> None:
    for table, name in ADDED:
        op.add_column(table, sa.Column(name, postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("sertifikasi_peserta_sesi", sa.Column("minta_setuju_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sertifikasi_peserta_sesi", sa.Column("disetujui_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sertifikasi_peserta_sesi", "disetujui_at")
    op.drop_column("sertifikasi_peserta_sesi", "minta_setuju_at")
    for table, name in reversed(ADDED):
        op.drop_column(table, name)
