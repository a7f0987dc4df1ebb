"""Names of SIASN are found by a part of them without reading all 70,000."""

from alembic import op

revision = "kata"
down_revision = "cepat"


def upgrade() -> None:
    op.create_index(
        "ix_siasn_rujukan_kata",
        "siasn_rujukan",
        ["cari"],
        postgresql_using="gin",
        postgresql_ops={"cari": "gin_trgm_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_siasn_rujukan_kata", "siasn_rujukan")
