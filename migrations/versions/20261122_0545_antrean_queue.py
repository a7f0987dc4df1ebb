"""Entries that wait for a decision, found without reading every case of the portal."""

import sqlalchemy as sa
from alembic import op

revision = "antrean"
down_revision = "poin"


def upgrade() -> None:
    op.create_index(
        "ix_pengajuan_riwayat", "pengajuan", ["diajukan_at", "id"],
        postgresql_where=sa.text("alur = 'kepegawaian.riwayat' AND status IN ('DIAJUKAN', 'DIPERIKSA')"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_pengajuan_riwayat", "pengajuan")
