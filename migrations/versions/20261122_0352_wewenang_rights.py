"""Guests of a meeting, words of the komite about an act, and the ketua's signature under an appeal."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "wewenang"
down_revision = "impor"


def upgrade() -> None:
    empty = sa.text("'[]'")
    op.add_column("sertifikasi_pleno", sa.Column("undangan", postgresql.JSONB(), nullable=False, server_default=empty))
    op.add_column(
        "sertifikasi_tindakan", sa.Column("pertimbangan", postgresql.JSONB(), nullable=False, server_default=empty)
    )
    op.add_column("sertifikasi_banding", sa.Column("hasil", sa.Text(), nullable=False, server_default=""))
    op.add_column("sertifikasi_banding", sa.Column("ditandatangani_oleh_id", sa.Uuid(), nullable=True))
    op.add_column("sertifikasi_banding", sa.Column("ditandatangani_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_sertifikasi_banding_ditandatangani_oleh_id_pengguna"),
        "sertifikasi_banding", "pengguna", ["ditandatangani_oleh_id"], ["id"],
    )  # fmt: skip


def downgrade() -> None:
    for column in ("ditandatangani_at", "ditandatangani_oleh_id", "hasil"):
        op.drop_column("sertifikasi_banding", column)
    op.drop_column("sertifikasi_tindakan", "pertimbangan")
    op.drop_column("sertifikasi_pleno", "undangan")
