"""The few locked accounts among many: partial indexes, so that asking for them reads no whole table."""

import sqlalchemy as sa
from alembic import op

revision = "kunci"
down_revision = "sandi"


def upgrade() -> None:
    op.create_index("ix_pengguna_dikunci", "pengguna", ["nama", "id"], postgresql_where=sa.text("NOT aktif"))
    op.create_index(
        "ix_pengguna_terkunci", "pengguna", ["terkunci_sampai"], postgresql_where=sa.text("terkunci_sampai IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_pengguna_terkunci", table_name="pengguna")
    op.drop_index("ix_pengguna_dikunci", table_name="pengguna")
