"""Names of jabatan in their order: the catalogue holds seventy thousand."""

from alembic import op

revision = "jabatan"
down_revision = "berkas"


def upgrade() -> None:
    op.create_index("ix_jabatan_nama_id", "jabatan", ["nama", "id"])


def downgrade() -> None:
    op.drop_index("ix_jabatan_nama_id", "jabatan")
