"""A scheme is withdrawn, its draft holds a new header; reminders of a licence; a session is called off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "cabut"
down_revision = "sidik"

EMPTY = sa.text("''")


def upgrade() -> None:
    op.add_column("sertifikasi_skema", sa.Column("dicabut_mulai", sa.Date(), nullable=True))
    op.add_column("sertifikasi_skema", sa.Column("dicabut_alasan", sa.Text(), nullable=False, server_default=EMPTY))
    op.add_column("sertifikasi_skema_versi", sa.Column("judul_en", sa.Text(), nullable=False, server_default=EMPTY))
    for table, name in (("sertifikasi_skema_versi", "kepala"), ("sertifikasi_lisensi", "diingatkan")):
        op.add_column(table, sa.Column(name, postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")))
    only = sa.Column("wajib_luring", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("sertifikasi_skema_unit", only)
    op.add_column("sertifikasi_sesi", sa.Column("dibatalkan_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sertifikasi_sesi", sa.Column("alasan_batal", sa.Text(), nullable=False, server_default=EMPTY))


def downgrade() -> None:
    for name in ("alasan_batal", "dibatalkan_at"):
        op.drop_column("sertifikasi_sesi", name)
    op.drop_column("sertifikasi_skema_unit", "wajib_luring")
    op.drop_column("sertifikasi_lisensi", "diingatkan")
    for name in ("kepala", "judul_en"):
        op.drop_column("sertifikasi_skema_versi", name)
    for name in ("dicabut_alasan", "dicabut_mulai"):
        op.drop_column("sertifikasi_skema", name)
