"""Files that come with a message to the LSP."""

import sqlalchemy as sa
from alembic import op

revision = "lampiran"
down_revision = "pesan"


def upgrade() -> None:
    op.create_table(
        "sertifikasi_tiket_lampiran",
        sa.Column("tiket_id", sa.Uuid(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tiket_id"], ["sertifikasi_tiket.id"], name=op.f("fk_sertifikasi_tiket_lampiran_tiket_id")
        ),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_tiket_lampiran_dokumen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_tiket_lampiran")),
        sa.UniqueConstraint("tiket_id", "dokumen_id", name=op.f("uq_sertifikasi_tiket_lampiran_tiket_id_dokumen_id")),
    )
    for column in ("tiket_id", "dokumen_id"):
        op.create_index(op.f(f"ix_sertifikasi_tiket_lampiran_{column}"), "sertifikasi_tiket_lampiran", [column])


def downgrade() -> None:
    op.drop_table("sertifikasi_tiket_lampiran")
