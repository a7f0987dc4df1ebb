"""The index behind the figures of a quarter: moves that are counted, by day."""

import sqlalchemy as sa
from alembic import op

revision = "mutu"
down_revision = "muk"


def upgrade() -> None:
    op.create_index(
        "ix_langkah_persetujuan_mutu", "langkah_persetujuan", ["dibuat_at", "aksi", "submission_id"],
        postgresql_where=sa.text(
            "aksi IN ('kompeten', 'belum_kompeten', 'ajukan', 'minta_perbaikan', 'kembalikan_apl02')"
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_langkah_persetujuan_mutu", table_name="langkah_persetujuan")
