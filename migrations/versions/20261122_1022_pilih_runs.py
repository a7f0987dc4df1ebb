"""Runs whose people, and parcels whose rows, a worker chooses after the request that asked for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "pilih"
down_revision = "kosong"
BEFORE = "status IN ('DISIAPKAN', 'DISETUJUI', 'SELESAI', 'DIHENTIKAN', 'DITOLAK')"
AFTER = "status IN ('MENYUSUN', 'DISIAPKAN', 'DISETUJUI', 'SELESAI', 'DIHENTIKAN', 'DITOLAK')"
ASKED = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("siasn_jalan", sa.Column("minta", ASKED, nullable=True))
    op.add_column("siasn_jalan", sa.Column("dipilih_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("siasn_paket", sa.Column("minta", ASKED, nullable=True))
    op.add_column(
        "siasn_paket",
        sa.Column("terhalang", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    _checked(AFTER)
    op.create_index("ix_siasn_kotak_dibuat", "siasn_kotak", ["dibuat_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_siasn_kotak_dibuat", "siasn_kotak")
    op.execute("DELETE FROM siasn_paket WHERE status = 'MENYUSUN'")
    _checked(BEFORE)
    for table, column in (
        ("siasn_paket", "terhalang"),
        ("siasn_paket", "minta"),
        ("siasn_jalan", "dipilih_at"),
        ("siasn_jalan", "minta"),
    ):
        op.drop_column(table, column)


def _checked(words: str) -> None:
    op.drop_constraint(op.f("ck_siasn_paket_status"), "siasn_paket", type_="check")
    op.create_check_constraint(op.f("ck_siasn_paket_status"), "siasn_paket", words)
