"""Which reminders of a draft or a repair went out: kept with the case, so that none goes twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "pengingat"
down_revision = "rekaman"


def upgrade() -> None:
    kept = sa.Column("diingatkan", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("sertifikasi_permohonan", kept)


def downgrade() -> None:
    op.drop_column("sertifikasi_permohonan", "diingatkan")
