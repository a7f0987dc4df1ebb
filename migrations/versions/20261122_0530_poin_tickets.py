"""By how much a repair lifts the score of an office, beside each ticket of data quality."""

import sqlalchemy as sa
from alembic import op

revision = "poin"
down_revision = "keadaan"


def upgrade() -> None:
    op.add_column("tiket_mutu", sa.Column("poin", sa.Float(), server_default="0", nullable=False))
    op.create_index("ix_tiket_mutu_poin", "tiket_mutu", ["poin", "id"], postgresql_where=sa.text("ditutup IS NULL"))


def downgrade() -> None:
    op.drop_index("ix_tiket_mutu_poin", "tiket_mutu")
    op.drop_column("tiket_mutu", "poin")
