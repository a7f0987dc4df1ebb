"""What a file made by a job was made from, so that its download asks again for the same rights."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "asal"
down_revision = "tambah"


def upgrade() -> None:
    op.add_column("dokumen", sa.Column("asal", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("dokumen", "asal")
